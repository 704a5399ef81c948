#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/text_p.h"
#include "report/words_p.h"
#include "report_sample.h"

static void check_text(const struct sample *sample,
	const struct rsk_style *style, const char *golden)
{
	char *text = sample_write(sample, "text", style);

	cr_expect_str_eq(text, golden);
	free(text);
}

Test(text, whole)
{
	struct sample sample;

	sample_init(&sample);
	check_text(&sample, NULL,
		"2 problems in 2 files: 1 high, 1 medium\n"
		"INCOMPLETE: could not be read (1)\n"
		"start with src/app.ts:3:14; 'rskan rules "
		"hardcoded-resync-key' tells all about it\n"
		"\n"
		"== high: 1 problem ==\n"
		"\n"
		"src/app.ts:3:14  high  hardcoded-resync-key\n"
		"  A live Resync key is written into this file\n"
		"  3 | const key = 'rsk_live_********f456';\n"
		"    |              ^^^^^^^^^^^^^^^^^^^^^\n"
		"  key: k1, rsk_live_********f456, found in 2 places\n"
		"  why: A file is copied to every clone, and every backup.\n"
		"  fix: Read it from the environment and delete this key in "
		"the dashboard:\n"
		"           const key = process.env.RESYNC_API_KEY;\n"
		"\n"
		"== medium: 1 problem ==\n"
		"\n"
		"src/old api.ts:12:1  medium  insecure-http-url  (medium "
		"confidence)\n"
		"  Requests go out without encryption\n"
		"  in:  commit 0123456789ab of 2026-01-31 by Ann "
		"<ann@example.com>\n"
		"       Talk to the API\n"
		"       not at HEAD\n"
		"  why: Everybody on the way can read it.\n"
		"  fix: Write https.\n"
		"\n"
		"Not looked at, although asked for\n"
		"  io (could not be read): 1\n"
		"    secret/a.pem: Permission denied\n"
		"\n"
		"Passed over on purpose\n"
		"  ignored (git ignores it): 1\n"
		"\n"
		"Hidden by configuration or comments\n"
		"  --disable: rule insecure-http-url is disabled\n"
		"  1 problem with a reason given (--verbose shows them)\n"
		"\n"
		"Notes\n"
		"  no history was scanned\n"
		"\n"
		"2 problems (1 high, 1 medium), 1 hidden; 120 files seen = 118 "
		"scanned + 1 skipped + 1 failed (1.2 MB, 3 binary); "
		"INCOMPLETE\n");
	sample_release(&sample);
}

Test(text, quiet)
{
	const struct rsk_style style = { .quiet = true };
	struct sample sample;

	sample_init(&sample);
	check_text(&sample, &style,
		"2 problems in 2 files: 1 high, 1 medium\n"
		"INCOMPLETE: could not be read (1)\n"
		"src/app.ts:3:14  high  hardcoded-resync-key: A live Resync "
		"key is written into this file\n"
		"src/old api.ts:12:1  medium  insecure-http-url  (medium "
		"confidence): Requests go out without encryption\n");
	sample_release(&sample);
}

Test(text, clean)
{
	struct sample sample;

	sample_init(&sample);
	sample_clean(&sample.report);
	check_text(&sample, NULL,
		"no problems found in 118 files\n"
		"\n"
		"0 problems; 118 files seen = 118 scanned + 0 skipped + 0 "
		"failed (0 bytes)\n");
	sample_release(&sample);
}

Test(text, incomplete)
{
	struct sample sample;

	sample_init(&sample);
	sample_clear(&sample.report);
	check_text(&sample, NULL,
		"INCOMPLETE: could not be read (1)\n"
		"no problems found in 118 files\n"
		"\n"
		"Not looked at, although asked for\n"
		"  io (could not be read): 1\n"
		"    secret/a.pem: Permission denied\n"
		"\n"
		"Passed over on purpose\n"
		"  ignored (git ignores it): 1\n"
		"\n"
		"Hidden by configuration or comments\n"
		"  --disable: rule insecure-http-url is disabled\n"
		"\n"
		"Notes\n"
		"  no history was scanned\n"
		"\n"
		"0 problems; 120 files seen = 118 scanned + 1 skipped + 1 "
		"failed (1.2 MB, 3 binary); INCOMPLETE\n");
	sample_release(&sample);
}

/* "Scanned nothing" must never look like "found nothing". */
Test(text, nothing_scanned)
{
	struct sample sample;

	sample_init(&sample);
	sample_clean(&sample.report);
	sample.report.coverage.files = (struct rsk_tally){ 0 };
	check_text(&sample, NULL,
		"nothing was scanned: 0 files seen\n"
		"\n"
		"0 problems; 0 files seen = 0 scanned + 0 skipped + 0 failed "
		"(0 bytes)\n");
	sample_release(&sample);
}

Test(text, audit)
{
	struct sample sample;
	struct rsk_style style = { 0 };
	char *text;

	sample_init(&sample);
	sample_clean(&sample.report);
	sample_answers(&sample.report);
	check_text(&sample, &style,
		"NOT SAFE: 2 of 10 items fail, 4 need a person, 2 pass, 2 do "
		"not apply\n"
		"no problems found in 118 files\n"
		"\n"
		" pass     1 env-keys\n"
		" FAIL     2 keys-not-in-vcs                     src/app.ts:3: "
		"a key is written here\n"
		" review   3 separate-keys                       12 places "
		"were fine\n"
		" unknown  4 key-rotation\n"
		"            do: look at it by hand\n"
		" n/a      5 minimal-pii                         src/app.ts:3: "
		"a key is written here\n"
		" pass     6 no-sensitive-events                 12 places "
		"were fine\n"
		" FAIL     7 https-everywhere\n"
		"            do: look at it by hand\n"
		" review   8 webhook-signature                   src/app.ts:3: "
		"a key is written here\n"
		" unknown  9 least-privilege                     12 places "
		"were fine\n"
		" n/a     10 regular-audits\n"
		"\n"
		"What to do first\n"
		"  1 critical delete the key rsk_live_********f456\n"
		"             at: src/app.ts:3 and 1 more place  "
		"(hardcoded-resync-key)\n"
		"  2 high     Write https\n"
		"             at: src/app.ts  (insecure-http-url)\n"
		"  3 review   look at it by hand\n"
		"             for: separate-keys\n"
		"\n"
		"For a person to tick\n"
		"  least-privilege\n"
		"    [ ] nobody has too many rights\n"
		"  date: 2026-06-15   name: ____________________\n"
		"\n"
		"0 problems; 118 files seen = 118 scanned + 0 skipped + 0 "
		"failed (0 bytes)\n");
	style.verbose = true;
	check_text(&sample, &style,
		"NOT SAFE: 2 of 10 items fail, 4 need a person, 2 pass, 2 do "
		"not apply\n"
		"no problems found in 118 files\n"
		"\n"
		" pass     1 env-keys\n"
		" FAIL     2 keys-not-in-vcs\n"
		"          - src/app.ts:3: a key is written here\n"
		"            do: look at it by hand\n"
		" review   3 separate-keys\n"
		"          - src/app.ts:3: a key is written here\n"
		"          + 12 places were fine\n"
		"            do: look at it by hand\n"
		" unknown  4 key-rotation\n"
		"            do: look at it by hand\n"
		" n/a      5 minimal-pii\n"
		"          - src/app.ts:3: a key is written here\n"
		" pass     6 no-sensitive-events\n"
		"          - src/app.ts:3: a key is written here\n"
		"          + 12 places were fine\n"
		" FAIL     7 https-everywhere\n"
		"            do: look at it by hand\n"
		" review   8 webhook-signature\n"
		"          - src/app.ts:3: a key is written here\n"
		"            do: look at it by hand\n"
		" unknown  9 least-privilege\n"
		"          - src/app.ts:3: a key is written here\n"
		"          + 12 places were fine\n"
		"            do: look at it by hand\n"
		" n/a     10 regular-audits\n"
		"\n"
		"What to do first\n"
		"  1 critical delete the key rsk_live_********f456\n"
		"             at: src/app.ts:3 and 1 more place  "
		"(hardcoded-resync-key)\n"
		"  2 high     Write https\n"
		"             at: src/app.ts  (insecure-http-url)\n"
		"  3 review   look at it by hand\n"
		"             for: separate-keys\n"
		"\n"
		"For a person to tick\n"
		"  least-privilege\n"
		"    [ ] nobody has too many rights\n"
		"  date: 2026-06-15   name: ____________________\n"
		"\n"
		"0 problems; 118 files seen = 118 scanned + 0 skipped + 0 "
		"failed (0 bytes)\n");
	style = (struct rsk_style){ .width = 50 };
	text = sample_write(&sample, "text", &style);
	cr_expect_not_null(strstr(text,
		" FAIL     2 keys-not-in-vcs\n"
		"            src/app.ts:3: a key is written here\n"));
	cr_expect_not_null(strstr(text, "0 problems;\n  118 files seen = 118"));
	free(text);
	sample_release(&sample);
}

Test(text, verbose_tells_what_is_hidden)
{
	const struct rsk_style style = { .verbose = true };
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "text", &style);
	cr_expect_not_null(strstr(text, "\n    node_modules\n"));
	cr_expect_not_null(
		strstr(text, "\n    test/app.ts:3:14  hardcoded-resync-key  "
			     "(inline: a made-up key)\n"));
	free(text);
	sample_release(&sample);
}

Test(text, colour_only_when_asked)
{
	struct rsk_style style = { 0 };
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "text", &style);
	cr_expect_null(strchr(text, '\033'));
	free(text);
	style.color = true;
	text = sample_write(&sample, "text", &style);
	cr_expect_not_null(strstr(text, "\033[1msrc/app.ts:3:14\033[0m  "
					"\033[1;31mhigh\033[0m  "));
	free(text);
	sample_release(&sample);
}

/* Below --fail-on: said, so that a green pipeline is understood. */
Test(text, not_severe_enough)
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	sample.report.exit_status = 0;
	text = sample_write(&sample, "text", NULL);
	cr_expect_not_null(strstr(text, "2 problems in 2 files: 1 high, 1 "
					"medium; none is severe enough"));
	free(text);
	sample_release(&sample);
}

static void add_many(struct sample *sample, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct rsk_finding finding = sample_key();

		finding.path = RSK_LIT("src/zz.ts");
		finding.start.line = finding.end.line = 10 + i;
		*RSK_VEC_PUSH(&sample->report.findings) = finding;
		sample->report.counts[RSK_HIGH]++;
	}
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		count++;
	return count;
}

Test(text, many_of_a_rule_in_a_file_are_folded)
{
	struct rsk_style style = { .quiet = true };
	struct sample sample;
	char *text;

	sample_init(&sample);
	add_many(&sample, 17);
	text = sample_write(&sample, "text", &style);
	cr_expect_eq(count_of(text, "\nsrc/zz.ts:1"), 5);
	cr_expect_eq(count_of(text, "\nsrc/zz.ts: and 12 more of "
				    "hardcoded-resync-key in this file\n"),
		1);
	cr_expect_not_null(strstr(text, "19 problems in 3 files: 18 high"));
	free(text);
	style.verbose = true;
	text = sample_write(&sample, "text", &style);
	cr_expect_eq(count_of(text, "\nsrc/zz.ts:"), 17);
	free(text);
	sample_release(&sample);
}

Test(text, explained_once)
{
	struct rsk_style style = { 0 };
	struct sample sample;
	char *text;

	sample_init(&sample);
	add_many(&sample, 3);
	text = sample_write(&sample, "text", &style);
	cr_expect_eq(count_of(text, "why: A file is copied"), 1);
	cr_expect_eq(count_of(text, "fix: Read it"), 1);
	free(text);
	style.verbose = true;
	text = sample_write(&sample, "text", &style);
	cr_expect_eq(count_of(text, "why: A file is copied"), 4);
	cr_expect_eq(count_of(text, "fix: Read it"), 4);
	free(text);
	sample_release(&sample);
}

/* Nothing in it may control a terminal, or be a command to a CI system. */
static void check_harmless(const char *text)
{
	struct rsk_slice rest = rsk_slice_str(text);
	struct rsk_slice line;

	cr_expect(rsk_utf8_valid(rest));
	cr_expect_null(strstr(text, "\xe2\x80\xae"), "right-to-left override");
	cr_expect_null(strstr(text, "\xc2\x9b"), "C1 control");
	cr_expect_null(strstr(text, "##vso["));
	cr_expect_null(strstr(text, "##["));
	while (rsk_slice_line(&line, &rest)) {
		for (size_t i = 0; i < line.len; i++)
			cr_assert(line.ptr[i] >= 0x20 && line.ptr[i] != 0x7f);
		cr_expect_not(
			rsk_slice_starts(rsk_slice_trim(line), RSK_LIT("::")));
	}
}

static const struct rsk_style styles[] = {
	{ 0 },
	{ .verbose = true },
	{ .quiet = true },
	{ .width = 1 },
	{ .width = 60, .verbose = true },
};

Test(text, hostile)
{
	struct sample sample;

	sample_init(&sample);
	sample_hostile(&sample.report);
	sample_answers(&sample.report);
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		char *text = sample_write(&sample, "text", &styles[i]);

		check_harmless(text);
		free(text);
	}
	sample_release(&sample);
}

Test(text, long_names)
{
	struct sample sample;
	char name[256];
	char *huge = malloc(200000);
	char *text;

	cr_assert_not_null(huge);
	memset(name, 'n', 255);
	memset(huge, 0xe2, 200000);
	sample_init(&sample);
	sample.report.findings.ptr[0].path = rsk_slice(name, 255);
	sample.report.findings.ptr[1].path = rsk_slice(huge, 200000);
	text = sample_write(&sample, "text", NULL);
	name[255] = '\0';
	cr_expect_not_null(strstr(text, name), "all of a long name");
	cr_expect_not_null(strstr(text, "\\xe2...:12:1"), "a huge one is cut");
	check_harmless(text);
	free(text);
	free(huge);
	sample_release(&sample);
}

struct line {
	char code[220];
	uint32_t caret, carets;
	unsigned width;
	char shown[220];
};

static struct line lines[] = {
	{ "key = SECRET", 6, 6, 100,
		"  3 | key = SECRET\n    |       ^^^^^^\n" },
	{ "\t  key = SECRET;", 9, 6, 100,
		"  3 | key = SECRET;\n    |       ^^^^^^\n" },
	{ "a\tb", 2, 1, 100, "  3 | a   b\n    |     ^\n" },
	{ "\xe6\x97\xa5\xe6\x9c\xac = SECRET", 5, 6, 100,
		"  3 | \xe6\x97\xa5\xe6\x9c\xac = SECRET\n"
		"    |        ^^^^^^\n" },
	{ "e\xcc\x81 = SECRET", 5, 6, 100,
		"  3 | e\xcc\x81 = SECRET\n    |     ^^^^^^\n" },
	{ "\033[0m'\\n'SECRET", 8, 6, 100,
		"  3 | \\x1b[0m'\\n'SECRET\n    |            ^^^^^^\n" },
	{ "0123456789012345678901234567890123456789SECRET"
	  "0123456789012345678901234567890123456789",
		40, 6, 50,
		"  3 | ...678901234567890123456789SECRET01234567...\n"
		"    |                            ^^^^^^\n" },
	{ "key = SECRET0123456789012345678901234567890123456789", 6, 46, 40,
		"  3 | key = SECRET0123456789012345...\n"
		"    |       ^^^^^^^^^^^^^^^^^^^^^^\n" },
	{ "no mark", 0, 0, 100, "  3 | no mark\n" },
	{ "past the end", 99, 9, 100, "  3 | past the end\n" },
	{ "   ", 3, 0, 100, "  3 |\n" },
	{ "", 0, 0, 100, "" },
};

ParameterizedTestParameters(text, snippets)
{
	return cr_make_param_array(
		struct line, lines, sizeof(lines) / sizeof(lines[0]));
}

ParameterizedTest(struct line *param, text, snippets)
{
	const struct rsk_style style = { .width = param->width };
	const struct rsk_finding finding = {
		.start = { 3, 1 },
		.snippet = { rsk_slice_str(param->code), param->caret,
			param->carets },
	};
	char shown[512] = { 0 };
	struct rsk_out out = { .file = fmemopen(shown, sizeof(shown), "w") };
	struct rsk_page page = rsk_page_on(&out, &style);

	rsk_page_snippet(&page, &finding);
	rsk_page_release(&page);
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(shown, param->shown);
}

struct wrapped {
	char text[160];
	char shown[200];
};

static struct wrapped wraps[] = {
	{ "one line", "  one line\n" },
	{ "", "\n" },
	{ "lines of prose\nflow together up to the width of the page\n",
		"  lines of prose flow together up to the\n"
		"  width of the page\n" },
	{ "add:\n  .env\n\t.env.local\nthen commit",
		"  add:\n    .env\n      .env.local\n  then commit\n" },
	{ "one\n\ntwo\n- three\n- four",
		"  one\n  two\n  - three\n  - four\n" },
	{ "aword-that-is-longer-than-the-whole-page-is-wide and more",
		"  aword-that-is-longer-than-the-whole-page-is-wide\n"
		"  and more\n" },
};

ParameterizedTestParameters(text, wraps)
{
	return cr_make_param_array(
		struct wrapped, wraps, sizeof(wraps) / sizeof(wraps[0]));
}

ParameterizedTest(struct wrapped *param, text, wraps)
{
	const struct rsk_style style = { .width = 40 };
	char shown[512] = { 0 };
	struct rsk_out out = { .file = fmemopen(shown, sizeof(shown), "w") };
	struct rsk_page page = rsk_page_on(&out, &style);

	rsk_page_str(&page, "  ");
	rsk_page_wrap(&page, rsk_slice_str(param->text));
	rsk_page_release(&page);
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(shown, param->shown);
}

Test(words, dates)
{
	char date[RSK_DATE];

	cr_expect(rsk_date(date, 0));
	cr_expect_str_eq(date, "1970-01-01T00:00:00Z");
	cr_expect(rsk_date(date, 253402300799));
	cr_expect_str_eq(date, "9999-12-31T23:59:59Z");
	cr_expect_not(rsk_date(date, 253402300800));
	cr_expect_str_eq(date, "");
	cr_expect_not(rsk_date(date, INT64_MIN));
	cr_expect_not(rsk_date(date, INT64_MAX));
}

Test(words, sizes)
{
	char size[RSK_SIZE];

	cr_expect_str_eq(rsk_size(size, 0), "0 bytes");
	cr_expect_str_eq(rsk_size(size, 999), "999 bytes");
	cr_expect_str_eq(rsk_size(size, 1000), "1.0 kB");
	cr_expect_str_eq(rsk_size(size, 999949), "999.9 kB");
	cr_expect_str_eq(rsk_size(size, 999950), "1.0 MB");
	cr_expect_str_eq(rsk_size(size, UINT64_MAX), "18446.7 PB");
}

Test(words, sentences)
{
	cr_expect(rsk_slice_eq_str(rsk_sentence("One. Two."), "One."));
	cr_expect(rsk_slice_eq_str(
		rsk_sentence("One\ntwo.\nThree"), "One\ntwo."));
	cr_expect(
		rsk_slice_eq_str(rsk_sentence(" No stop\n\nmore"), "No stop"));
	cr_expect(rsk_slice_eq_str(
		rsk_sentence(".env is read."), ".env is read."));
	cr_expect(rsk_slice_eq_str(rsk_sentence(""), ""));
	cr_expect(rsk_slice_eq_str(rsk_sentence(NULL), ""));
}

Test(words, shortening)
{
	struct rsk_slice euro = RSK_LIT("a\xe2\x82\xac");

	cr_expect_eq(rsk_shorten(euro, 4).len, 4);
	cr_expect_eq(rsk_shorten(euro, 3).len, 1);
	cr_expect_eq(rsk_shorten(euro, 2).len, 1);
	cr_expect_eq(rsk_shorten(euro, 1).len, 1);
	cr_expect_eq(rsk_shorten(euro, 0).len, 0);
}

Test(words, marked_part_of_a_snippet)
{
	struct rsk_snippet snippet = { RSK_LIT("\xc3\xa9 = KEY;"), 4, 3 };

	cr_expect(rsk_slice_eq_str(rsk_snippet_marked(&snippet), "KEY"));
	snippet.carets = 99;
	cr_expect(rsk_slice_eq_str(rsk_snippet_marked(&snippet), "KEY;"));
	snippet.caret = 99;
	cr_expect(rsk_slice_eq_str(rsk_snippet_marked(&snippet), ""));
}

/* One text of RSK_MAX_SHOWN_TEXT bytes is shown whole, one more is cut. */
Test(text, so_long_a_text)
{
	for (size_t len = RSK_MAX_SHOWN_TEXT - 1; len <= RSK_MAX_SHOWN_TEXT + 1;
		len++) {
		size_t shown =
			len > RSK_MAX_SHOWN_TEXT ? RSK_MAX_SHOWN_TEXT : len;
		const struct rsk_style style = { .width = 80 };
		struct rsk_out out = { .file = NULL };
		struct rsk_page page = rsk_page_on(&out, &style);
		char *text = malloc(len);

		cr_assert_not_null(text);
		memset(text, 'x', len);
		rsk_page_slice(&page, rsk_slice(text, len));
		cr_expect_eq(out.err, RSK_OK);
		cr_expect_eq(page.line.len, shown + (len > shown ? 3 : 0));
		cr_expect_eq(page.line.ptr[shown - 1], 'x');
		if (len > shown)
			cr_expect_str_eq(
				(const char *)page.line.ptr + shown, "...");
		rsk_page_release(&page);
		free(text);
	}
}

Test(text, gap_without_a_word)
{
	struct sample sample;
	struct rsk_style style = { .width = 80 };
	char *text;

	sample_init(&sample);
	sample_clean(&sample.report);
	rsk_coverage_gap(&sample.report.coverage, NULL, RSK_GAP_CRASH,
		RSK_LIT("a.js"), NULL);
	rsk_coverage_gap(&sample.report.coverage, NULL, RSK_GAP_CRASH,
		RSK_LIT(""), "signal 11");
	text = sample_write(&sample, "text", &style);
	sample_expect(text, ": 2\n    a.js\n    signal 11\n\n");
	free(text);
	sample_release(&sample);
}

/* Lists of more than one, told in full. */
Test(text, more)
{
	const struct rsk_style style = { .verbose = true };
	struct sample sample;
	char *text;

	sample_init(&sample);
	sample_more(&sample.report);
	text = sample_write(&sample, "text", &style);
	sample_expect(text,
		"\nINCOMPLETE: could not be read (2), took too long (1)\n");
	sample_expect(text,
		"\nNot looked at, although asked for\n"
		"  io (could not be read): 2\n"
		"    secret/a.pem: Permission denied\n"
		"    secret/b.pem: Is a directory\n"
		"  timeout (took too long): 1\n"
		"\n"
		"Passed over on purpose\n"
		"  ignored (git ignores it): 2\n"
		"    node_modules\n"
		"    vendor\n"
		"  symlink (a symbolic link, not followed): 2\n"
		"    link\n"
		"\n"
		"Hidden by configuration or comments\n"
		"  --disable: rule insecure-http-url is disabled\n"
		"  .rskan.yaml:3: docs are out\n"
		"  2 problems with a reason given:\n"
		"    test/app.ts:3:14  hardcoded-resync-key  (inline: a "
		"made-up key)\n"
		"    test/b.ts:3:14  hardcoded-resync-key  (config: no reason "
		"given)\n"
		"\n"
		"Notes\n"
		"  no history was scanned\n"
		"  a shallow clone\n"
		"\n"
		"2 problems (1 high, 1 medium), 2 hidden; 124 files seen = 118 "
		"scanned + 4 skipped + 2 failed (1.2 MB, 3 binary); "
		"INCOMPLETE\n");
	free(text);
	sample_release(&sample);
}

/* Ten of a class are listed, and only what the list has. */
Test(text, many_gaps)
{
	struct rsk_style style = { 0 };
	struct sample sample;
	char *text;

	sample_init(&sample);
	sample_clean(&sample.report);
	sample.report.complete = false;
	for (int i = 0; i < 12; i++) {
		char path[16];

		snprintf(path, sizeof(path), "f%02d", i);
		rsk_coverage_gap(&sample.report.coverage, NULL, RSK_GAP_IO,
			rsk_slice_str(path), "");
	}
	text = sample_write(&sample, "text", &style);
	sample_expect(text, "\n    f08\n    f09\n    and 2 more\n");
	free(text);
	style.verbose = true;
	text = sample_write(&sample, "text", &style);
	sample_expect(text, "\n    f10\n    f11\n\n");
	free(text);
	sample.report.coverage.gap_list.len = 11;
	text = sample_write(&sample, "text", &style);
	sample_expect(text, "\n    f10\n    and 1 more\n");
	free(text);
	sample.report.coverage.gaps[RSK_GAP_IO] = 10;
	sample.report.coverage.gap_list.len = 10;
	style.verbose = false;
	text = sample_write(&sample, "text", &style);
	sample_expect(text, "\n    f09\n\n");
	free(text);
	sample_release(&sample);
}

static void expect_begins(const struct sample *sample,
	const struct rsk_style *style, const char *golden)
{
	char *text = sample_write(sample, "text", style);

	cr_expect_eq(strncmp(text, golden, strlen(golden)), 0, "%s", text);
	free(text);
}

/* The verdict says which of the problems are news. */
Test(text, baseline)
{
	struct sample sample;

	sample_init(&sample);
	sample_baseline(&sample.report);
	expect_begins(&sample, NULL,
		"2 new problems in 2 files: 1 high, 1 medium; the baseline "
		"hides 1\n");
	sample_clean(&sample.report);
	expect_begins(&sample, NULL,
		"no new problems found in 118 files; the baseline hides 1\n");
	sample_release(&sample);
}

/* What is over the limit of the list is counted with its severity. */
Test(text, all_severities)
{
	struct sample sample;

	sample_init(&sample);
	for (int i = 0; i < RSK_SEVERITIES; i++)
		sample.report.counts[i] = (uint64_t)i + 1;
	sample.report.unlisted = 13;
	expect_begins(&sample, NULL,
		"15 problems in 2 files: 5 critical, 4 high, 3 medium, 2 low, "
		"1 info\n");
	sample_release(&sample);
}

/* The first one of the most severe. */
Test(text, where_to_start)
{
	static const char *const paths[] = { "a.ts", "a.ts", "b.ts", "c.ts" };
	struct sample sample;

	sample_init(&sample);
	sample.report.findings.len = 0;
	for (size_t i = 0; i < 4; i++) {
		struct rsk_finding finding = i ? sample_key() : sample_url();

		finding.path = rsk_slice_str(paths[i]);
		finding.start.line = (uint32_t)i + 1;
		*RSK_VEC_PUSH(&sample.report.findings) = finding;
	}
	sample.report.findings.len = 3; /* and one that is not in the list */
	sample.report.complete = true;
	expect_begins(&sample, NULL,
		"2 problems in 2 files: 1 high, 1 medium\n"
		"start with a.ts:2:14; ");
	sample_release(&sample);
}

Test(text, git_objects)
{
	struct sample sample;
	struct rsk_coverage *coverage = &sample.report.coverage;

	sample_init(&sample);
	sample_clean(&sample.report);
	coverage->objects = (struct rsk_tally){ .seen = 13, .scanned = 12 };
	expect_begins(&sample, NULL,
		"no problems found in 118 files and 12 git objects\n"
		"\n"
		"0 problems; 118 files seen = 118 scanned + 0 skipped + 0 "
		"failed (0 bytes); 13 git objects seen = 12 scanned + 0 "
		"skipped + 0 failed (0 bytes)\n");
	coverage->files = (struct rsk_tally){ 0 };
	coverage->objects = (struct rsk_tally){ .seen = 1, .scanned = 1 };
	expect_begins(&sample, NULL,
		"no problems found in 1 git object\n"
		"\n"
		"0 problems; 1 git object seen = 1 scanned + 0 skipped + 0 "
		"failed (0 bytes)\n");
	sample_release(&sample);
}

/* Green is for what was looked at, all of it, and is clean. */
Test(text, colours_of_the_verdict)
{
	const struct rsk_style style = { .color = true };
	struct sample sample;
	char *text;

	sample_init(&sample);
	expect_begins(&sample, &style,
		"\033[1m2 problems in 2 files\033[0m: \033[1;31m1 "
		"high\033[0m, \033[1;33m1 medium\033[0m\n"
		"\033[1;33mINCOMPLETE: could not be read (1)\033[0m\n");
	text = sample_write(&sample, "text", &style);
	sample_expect(text, "\n\033[1mNotes\033[0m\n");
	free(text);
	sample_clean(&sample.report);
	expect_begins(&sample, &style,
		"\033[1;32mno problems found in 118 files\033[0m\n");
	sample.report.complete = false;
	expect_begins(&sample, &style,
		"\033[1;33mINCOMPLETE\033[0m\n"
		"\033[1;33mno problems found in 118 files\033[0m\n");
	sample.report.complete = true;
	sample.report.coverage.files.scanned = 0;
	expect_begins(&sample, &style,
		"\033[1;33mno problems found in 0 files\033[0m\n");
	sample_release(&sample);
}
