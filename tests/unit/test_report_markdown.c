#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/markdown_p.h"
#include "report_stories.h"

static char *page_of(const struct sample *sample, const char *name)
{
	char *page = sample_write(sample, "markdown", NULL);

	sample_dump(name, page);
	if (strlen(page) > RSK_MAX_MARKDOWN_BYTES ||
		!rsk_utf8_valid(rsk_slice_str(page)))
		abort();
	return page;
}

/* Is it there? When not, says what is missing. */
static bool has(const char *page, const char *text)
{
	bool found = strstr(page, text) != NULL;

	if (!found)
		fprintf(stderr, "not there: %s\n", text);
	return found;
}

Test(markdown, whole)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	page = page_of(&sample, "small.md");
	cr_expect_str_eq(page,
		"## rskan scan: 2 problems (1 high, 1 medium)\n\n"
		"**Incomplete:** not everything that was asked for could be "
		"looked at, see the end.\n\n"
		"**The check fails.**\n\n"
		"### What to do first\n\n"
		"1. **high** Resync key written into a file: "
		"`src/app.ts:3:14`\n"
		"1. **medium** Address without encryption: "
		"`src/old api.ts:12:1`\n\n"
		"### Findings\n\n"
		"<details><summary><b>high</b> Resync key written into a file "
		"(1 place)</summary>\n\n"
		"Rule `hardcoded-resync-key`. **Fix:** Read it from the "
		"environment and delete this key in the dashboard:  const key "
		"\\= process.env.RESYNC\\_API\\_KEY;\n\n"
		"- `src/app.ts:3:14` A live Resync key is written into this "
		"file\n\n"
		"  ```text\n"
		"  3 | const key = 'rsk_live_********f456';\n"
		"  ```\n\n"
		"</details>\n\n"
		"<details><summary><b>medium</b> Address without encryption "
		"(1 place)</summary>\n\n"
		"Rule `insecure-http-url`. **Fix:** Write https.\n\n"
		"- `src/old api.ts:12:1` Requests go out without encryption; "
		"first in `0123456789ab` of 2026-01-31, not at HEAD\n\n"
		"</details>\n\n"
		"### Coverage\n\n"
		"- 120 files seen = 118 scanned + 1 skipped + 1 failed\n"
		"- not looked at (could not be read): 1\n"
		"  - `secret/a.pem` Permission denied\n"
		"- 1 problem hidden with a reason given\n"
		"- 1 setting of the configuration takes something out of "
		"sight\n\n"
		"rskan 0.1.0\n");
	free(page);
	sample_release(&sample);
}

Test(markdown, audit)
{
	struct sample sample;
	char *page;

	story_init(&sample);
	page = page_of(&sample, "audit.md");
	cr_expect(has(page, "| 2 | \xe2\x9d\x8c fail | keys\\-not\\-in\\-vcs | "
			    "a key is written here `src/app.ts:3` |\n"));
	cr_expect(has(page, "1. **high** delete the key rsk\\_live\\_"));
	cr_expect(has(page, "`src/app.ts:3` and 3 more places\n"));
	cr_expect(has(page, "| k1 `rsk_live_********f456` | at HEAD | 2 | "
			    "2025-01-16 |  |\n"));
	free(page);
	sample_release(&sample);
}

Test(markdown, clean)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	sample_clean(&sample.report);
	page = page_of(&sample, "clean.md");
	cr_expect(has(page, "## rskan scan: no problems found\n\n"
			    "**The check passes.**\n"));
	free(page);
	sample.report.coverage.files = (struct rsk_tally){ 0 };
	page = page_of(&sample, "nothing.md");
	cr_expect(has(page, "## rskan scan: nothing was scanned\n"));
	cr_expect_null(strstr(page, "passes"));
	free(page);
	sample_release(&sample);
}

/* What is written for a text, a code span and a line of a block. */
static char *written(int kind, const char *text)
{
	struct rsk_md md = { .text = RSK_BUF_INIT(RSK_MIB) };
	char *out;

	if (kind == 0)
		rsk_md_str(&md, text);
	else if (kind == 1)
		rsk_md_code(&md, rsk_slice_str(text));
	else if (kind == 2)
		rsk_md_line(&md, rsk_slice_str(text));
	else
		rsk_md_html(&md, text);
	out = strdup(rsk_buf_cstr(&md.text));
	rsk_buf_release(&md.text);
	return out;
}

Test(markdown, escapes)
{
	static const struct {
		int kind;
		const char *text;
		const char *golden;
	} rows[] = {
		{ 0, "ask @ann, see #12",
			"ask \\@<!-- -->ann, see "
			"\\#<!-- -->12" },
		{ 0, "![a](http://x) <b>",
			"\\!\\[a\\]\\(http:<!-- -->//x\\) "
			"&lt;b&gt;" },
		{ 0, "a|b\\|c", "a\\|b\\\\\\|c" },
		{ 0, "&lt; `x` **y** __z__",
			"&amp;lt; \\`x\\` \\*\\*y\\*\\* "
			"\\_\\_z\\_\\_" },
		{ 0, "www.x.org GH-1", "w<!-- -->ww.x.org G<!-- -->H\\-1" },
		{ 0, "one\ntwo\xe2\x80\xae\xff", "one two\\\\u{202e}\\\\xff" },
		{ 1, "src/a.ts", "`src/a.ts`" },
		{ 1, "a|b", "`a\\x7cb`" },
		{ 1, "a`b``c", "```a`b``c```" },
		{ 1, "`", "`` ` ``" },
		{ 1, "a\nb\x1b[0m", "`a\\x0ab\\x1b[0m`" },
		{ 1, "::error ##vso[x]", "`:\\x3aerror #\\x23vso[x]`" },
		{ 2, "```\n</details>", "```\\x0a</details>" },
		{ 3, "a <b> @c *d*", "a &lt;b&gt; @<!-- -->c *d*" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = written(rows[i].kind, rows[i].text);

		cr_expect_str_eq(text, rows[i].golden);
		free(text);
	}
}

#define MARKUP                                                                 \
	"@ann #12 <script>x</script> ![i](http://x/y.png) [l](//x) www.x.org " \
	"https://x.org a@b.org GH-1 <http://x> `t` |c| ***b*** ~~s~~ &lt;"

/* Any text anywhere; tests/markdown looks at the page with a true reader. */
Test(markdown, hostile)
{
	static const char *const texts[] = { MARKUP, "`" MARKUP,
		"</details>\n"
		"# h\n- l\n> q\n```\n" MARKUP,
		"1. " MARKUP "\\", HOSTILE };
	char name[32];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct sample sample;

		story_init(&sample);
		sample_hostile(&sample.report);
		for (size_t j = 0; j < sample.report.findings.len; j++) {
			struct rsk_finding *finding =
				&sample.report.findings.ptr[j];

			finding->path = rsk_slice_str(texts[i]);
			finding->message = finding->fix = texts[i];
			finding->snippet.text = rsk_slice_str(texts[i]);
			finding->snippet.carets = 0;
		}
		sample.report.command = sample.report.version = texts[i];
		sample.report.answers[0].title = texts[i];
		sample.report.keys.ptr[0].secret.masked = texts[i];
		snprintf(name, sizeof(name), "hostile-%zu.md", i);
		free(page_of(&sample, name));
		sample_release(&sample);
	}
}

static void add_many(struct rsk_report *report, uint32_t n, const char *text)
{
	for (uint32_t i = 0; i < n; i++) {
		struct rsk_finding finding = sample_key();

		finding.path = rsk_slice_str(text);
		finding.message = text;
		finding.snippet.text = rsk_slice_str(text);
		finding.start.line = finding.end.line = 10 + i;
		*RSK_VEC_PUSH(&report->findings) = finding;
		report->counts[finding.severity]++;
	}
}

/* However much there is, and however long its texts are. */
Test(markdown, never_too_large)
{
	struct sample sample;
	char text[5000];
	char *page;

	memset(text, '@', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	story_init(&sample);
	for (size_t i = 0; i < RSK_ITEMS; i++)
		sample.report.answers[i].title = text;
	for (size_t i = 0; i < 1000; i++)
		rsk_coverage_gap(&sample.report.coverage,
			&sample.report.coverage.files, RSK_GAP_IO,
			rsk_slice_str(text), text);
	add_many(&sample.report, 1000, text);
	page = page_of(&sample, "huge.md");
	cr_expect(has(page, "problems are left out here:**"));
	cr_expect(has(page, "\nrskan 0.1.0\n"));
	cr_expect(has(page, "not looked at (could not be read): 1001\n"));
	free(page);
	sample_release(&sample);
}

Test(markdown, says_how_many_are_left_out)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	add_many(&sample.report, 2000, "src/zz.ts");
	page = page_of(&sample, "many.md");
	cr_expect(has(page, "(2001 places)"));
	cr_expect(has(page, "\nand 1951 more\n"));
	cr_expect(has(page, "**1951 of 2002 problems are left out here:**"));
	free(page);
	sample_release(&sample);
}
