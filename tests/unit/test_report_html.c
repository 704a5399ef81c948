#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "html_oracle.h"
#include "report/words_p.h"
#include "report_stories.h"

static char *page_of(const struct sample *sample, const char *name)
{
	char *page = sample_write(sample, "html", NULL);
	const char *wrong = html_wrong(page, NULL);

	if (wrong || !rsk_utf8_valid(rsk_slice_str(page))) {
		fprintf(stderr, "%s: %s\n", name, wrong ? wrong : "bad UTF-8");
		abort();
	}
	sample_dump(name, page);
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

static bool lacks(const char *page, const char *text)
{
	bool found = strstr(page, text) != NULL;

	if (found)
		fprintf(stderr, "there is: %s\n", text);
	return !found;
}

Test(html, small)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	page = page_of(&sample, "small.html");
	cr_expect(has(page, "<title>rskan scan: this folder</title>"));
	cr_expect(has(page, "class=\"verdict ans-fail\""));
	cr_expect(has(page, "2 problems found"));
	cr_expect(has(page, "<strong>Incomplete.</strong>"));
	cr_expect(has(page, "could not be read (1). <a href=\"#gaps\">"));
	cr_expect(has(page, "<span class=\"line\">3</span><code>const key = "
			    "&#39;<mark>rsk_live_********f456</mark>&#39;;"));
	cr_expect(has(
		page, "<pre>const key = process.env.RESYNC_API_KEY;</pre>"));
	cr_expect(has(page, "Talk to the API"));
	cr_expect(has(
		page, "<time datetime=\"2026-01-31T12:00:00Z\">2026-01-31"));
	cr_expect(has(page, "rule insecure-http-url is disabled"));
	cr_expect(has(page, "a made-up key"));
	cr_expect(has(page, "secret/a.pem"));
	cr_expect(lacks(page, "id=\"checklist\""));
	cr_expect(lacks(page, "id=\"keys\""));
	cr_expect(lacks(page, "id=\"data\""));
	free(page);
	sample_release(&sample);
}

Test(html, audit)
{
	struct sample sample;
	char *page;

	story_init(&sample);
	page = page_of(&sample, "audit.html");
	cr_expect(has(page, "<span class=\"pill ans-fail\">2 fail</span>"));
	cr_expect(has(page, "class=\"headline\">Not safe</p>"));
	cr_expect(has(page, "2 problems found. The check fails."));
	cr_expect(has(page, "id=\"env-keys\""));
	cr_expect(has(page, "look at it by hand"));
	cr_expect(has(page, "Who has left has no access"));
	cr_expect(has(page, " on 2026-03-02"));
	cr_expect(has(page, "delete the key rsk_live_********f456"));
	cr_expect(has(page, " and 3 more places: <a href=\"#g1\">"));
	cr_expect(has(page, "<svg class=\"timeline\" role=\"img\" "
			    "aria-labelledby=\"t-k1 d-k1\""));
	cr_expect(has(
		page, "rotated: <a href=\"#key-k2\">k2</a> took its place"));
	cr_expect(has(page, "Introduced on 2025-01-16. spread on 2025-03-07."));
	cr_expect(has(page, "Still at HEAD."));
	cr_expect(has(page, "aria-label=\"2: e-mail address to "
			    "resync-log-event\">2</a>"));
	cr_expect(
		has(page, "<code class=\"place\">src/app.ts<span class=\"at\">:"
			  "20</span>"));
	free(page);
	sample_release(&sample);
}

Test(html, clean)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	sample_clean(&sample.report);
	page = page_of(&sample, "clean.html");
	cr_expect(has(page, "class=\"verdict ans-pass\""));
	cr_expect(has(page, "No problems found"));
	cr_expect(has(page, "118 files were scanned."));
	cr_expect(lacks(page, "id=\"findings\""));
	cr_expect(lacks(page, "id=\"first\""));
	free(page);
	sample_release(&sample);
}

/* Nothing was found, but a person must judge: not green. */
Test(html, open_questions)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	sample_clean(&sample.report);
	sample_answers(&sample.report);
	for (size_t i = 0; i < RSK_ITEMS; i++)
		sample.report.answers[i].kind = RSK_ANSWER_PASS;
	page = page_of(&sample, "all-pass.html");
	cr_expect(has(page, "class=\"verdict ans-pass\""));
	cr_expect(has(page, "\"headline\">As it should be</p>"));
	free(page);
	sample.report.answers[3].kind = RSK_ANSWER_UNKNOWN;
	page = page_of(&sample, "open.html");
	cr_expect(has(page, "class=\"verdict ans-review\""));
	cr_expect(has(page, "Nothing wrong found, not all is known"));
	free(page);
	sample_release(&sample);
}

/* "Scanned nothing" must never look like "found nothing". */
Test(html, nothing_scanned)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	sample_clean(&sample.report);
	sample.report.coverage.files = (struct rsk_tally){ 0 };
	page = page_of(&sample, "nothing.html");
	cr_expect(has(page, "class=\"verdict ans-review\""));
	cr_expect(has(page, "Nothing was scanned"));
	free(page);
	sample_release(&sample);
}

static bool has_hash(const char *page, const char *kind, const char *tag)
{
	char element[16];
	char policy[128];
	char base64[64];
	char piece[RSK_BASE64_THREE];
	struct rsk_sha256 sha;
	uint8_t digest[RSK_SHA256_BYTES];
	const char *from;
	const char *to;

	snprintf(element, sizeof(element), "<%s>", tag);
	from = strstr(page, element);
	if (!from)
		return false;
	from += strlen(element);
	to = strstr(from, "</");
	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, rsk_slice(from, (size_t)(to - from)));
	rsk_sha256_final(&sha, digest);
	for (size_t i = 0; i < sizeof(digest); i += 3)
		memcpy(base64 + i / 3 * 4,
			rsk_base64(piece, rsk_slice(digest + i,
						  sizeof(digest) - i < 3
							  ? sizeof(digest) - i
							  : 3)),
			RSK_BASE64_THREE);
	snprintf(policy, sizeof(policy), "; %s 'sha256-%s'", kind, base64);
	return has(page, policy);
}

Test(html, policy_names_what_is_there)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	page = page_of(&sample, "policy.html");
	cr_expect(
		has(page, "content=\"default-src 'none'; script-src 'sha256-"));
	cr_expect(has_hash(page, "script-src", "script"));
	cr_expect(has_hash(page, "style-src", "style"));
	free(page);
	sample_release(&sample);
}

#define XSS                                                                    \
	"</script><script>x()</script>\"'><img src=x onerror=alert(1)>&lt;"    \
	"{{7*7}}<!--\xe2\x80\xae\xff::a##vso[b]\033[31m\n::c\t"

/* Every text of others in the report. */
static void make_hostile(struct rsk_report *report)
{
	sample_hostile(report);
	for (size_t i = 0; i < report->findings.len; i++) {
		report->findings.ptr[i].path = RSK_LIT(XSS);
		report->findings.ptr[i].message = XSS;
		report->findings.ptr[i].snippet.text = RSK_LIT(XSS);
		report->findings.ptr[i].snippet.caret = 40;
		report->findings.ptr[i].snippet.carets = 30;
		report->findings.ptr[i].commit.author = RSK_LIT(XSS);
		report->findings.ptr[i].commit.summary = RSK_LIT(XSS);
	}
	for (size_t i = 0; i < report->data.len; i++) {
		report->data.ptr[i].path = RSK_LIT(XSS);
		report->data.ptr[i].title = XSS;
		report->data.ptr[i].sink = XSS;
	}
	report->target = XSS;
	report->keys.ptr[0].first.author = RSK_LIT(XSS);
	report->keys.ptr[0].first.summary = RSK_LIT(XSS);
	report->keys.ptr[0].secret.masked = XSS;
	report->policy.ptr[0].text = XSS;
	report->policy.ptr[0].source = XSS;
}

/* Not by strstr(): under ASan each call measures the whole page. */
static size_t count_of(const char *text, const char *what)
{
	size_t len = strlen(what);
	size_t count = 0;

	for (; *text; text++)
		count += *text == *what && !strncmp(text, what, len);
	return count;
}

static bool has_controls(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 && *text != '\n')
			return true;
	return false;
}

Test(html, hostile)
{
	struct sample sample;
	char *page;

	story_init(&sample);
	make_hostile(&sample.report);
	page = page_of(&sample, "hostile.html");
	cr_expect_eq(count_of(page, "<script"), 1);
	cr_expect(lacks(page, "<img"));
	cr_expect(lacks(page, "##vso["));
	cr_expect(lacks(page, "\n::"));
	cr_expect(has(page, "&lt;/script&gt;&lt;script&gt;x()"));
	cr_expect(has(page, "<b class=\"esc\">\\u{202e}</b>"));
	cr_expect(has(page, "<b class=\"esc\">\\xff</b>"));
	cr_expect_not(has_controls(page));
	free(page);
	sample_release(&sample);
}

static void add_many(struct rsk_report *report, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct rsk_finding finding =
			i % 3 ? sample_key() : sample_url();

		finding.path = RSK_LIT("src/zz.ts");
		finding.start.line = finding.end.line = 10 + i;
		*RSK_VEC_PUSH(&report->findings) = finding;
		report->counts[finding.severity]++;
	}
}

Test(html, many)
{
	struct sample sample;
	char *page;

	story_init(&sample);
	add_many(&sample.report, RSK_MAX_HTML_FINDINGS - 2);
	page = page_of(&sample, "many.html");
	cr_expect_eq(count_of(page, "<li id=\"f"), RSK_MAX_HTML_FINDINGS);
	cr_expect(lacks(page, "this page lists"));
	cr_expect(lacks(page, "<details open>"));
	cr_expect_lt(strlen(page), 16 * RSK_MIB);
	free(page);
	add_many(&sample.report, 3);
	page = page_of(&sample, "too-many.html");
	cr_expect_eq(count_of(page, "<li id=\"f"), RSK_MAX_HTML_FINDINGS);
	cr_expect(has(page, "3 more places: this page lists 10000 findings"));
	free(page);
	sample_release(&sample);
}

/* More of everything than a page lists. */
Test(html, long_lists)
{
	struct sample sample;
	struct rsk_report *report = &sample.report;
	struct rsk_evidence *evidence;
	char *page;

	story_init(&sample);
	evidence = rsk_arena_array(&report->arena, 600, sizeof(*evidence));
	for (size_t i = 0; i < 600; i++)
		evidence[i] = (struct rsk_evidence){ .text = "a line" };
	report->answers[0].evidence = evidence;
	report->answers[0].evidence_len = 600;
	for (uint32_t i = 0; i < 300; i++)
		story_datum(report, "pii.email", "e-mail address",
			RSK_TIER_MINIMISE, "resync-log-event", i);
	for (uint32_t i = 0; i < 300; i++) {
		struct rsk_finding finding = sample_key();

		/* none of the story's */
		memset(&finding.secret.id, 0xee, sizeof(finding.secret.id));
		memcpy(finding.secret.id.bytes, &i, sizeof(i));
		finding.start.line = 100 + i;
		*RSK_VEC_PUSH(&report->findings) = finding;
		*RSK_VEC_PUSH(&report->keys) =
			(struct rsk_key){ .secret = finding.secret };
	}
	report->counts[RSK_HIGH] += 300;
	page = page_of(&sample, "long.html");
	cr_expect_eq(count_of(page, "not listed here"), 3);
	cr_expect_eq(count_of(page, ">a line<"), 500);
	cr_expect_eq(count_of(page, "class=\"key\""), RSK_MAX_HTML_KEYS);
	cr_expect(has(page, "and 102 more that are not listed here"));
	free(page);
	sample_release(&sample);
}

/* A fix in lines, items and code is laid out as it was meant. */
Test(html, prose)
{
	struct sample sample;
	char *page;

	sample_init(&sample);
	sample.report.findings.ptr[0].fix =
		"First this\nand that:\n- one\n  more\n- two\n\n"
		"\ta();\n\t\tb();\nThe end";
	page = page_of(&sample, "prose.html");
	cr_expect(has(page, "<p>First this\nand that:</p><ul><li>one</li></ul>"
			    "<pre>  more</pre><ul><li>two</li></ul>"
			    "<pre>a();\n    b();</pre><p>The end</p>"));
	free(page);
	sample_release(&sample);
}
