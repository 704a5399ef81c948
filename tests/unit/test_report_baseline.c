#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "report/baseline.h"

#define HEAD_                                                                  \
	"{\"format\":\"rskan-baseline/1\",\"scope\":\"tree history\","         \
	"\"folder\":\".\"}\n"
#define PRINT_A "00112233445566778899aabbccddeeff"
#define PRINT_B "ffeeddccbbaa99887766554433221100"
#define ENTRY_(print)                                                          \
	"{\"rule\":\"a-rule\",\"path\":\"src/a.js\",\"fingerprint\":\"" print  \
	"\",\"in\":\"tree\",\"reason\":\"\",\"since\":\"2026-01-31\"}\n"

static enum rsk_err read_text(
	struct rsk_baseline *out, const char *text, struct rsk_diag *diag)
{
	return rsk_baseline_read(out, "b.jsonl", rsk_slice_str(text), diag);
}

Test(report_baseline, reads_an_entry)
{
	struct rsk_baseline baseline = { 0 };
	struct rsk_diag diag = { 0 };
	const struct rsk_known *known;

	cr_assert_eq(
		read_text(&baseline,
			HEAD_ "\n"
			      "{\"since\":\"2026-01-31\",\"in\":\"history\","
			      "\"path\":\"a\\u0041/\\ud83d\\ude00\","
			      "\"reason\":\"it is \\\"old\\\"\","
			      "\"masked\":\"rsk_live_***\","
			      "\"rule\":\"a-rule\",\"history\":\"" PRINT_B
			      "\",\"fingerprint\":\"" PRINT_A "\"}",
			&diag),
		RSK_OK, "%s", diag.text);
	cr_assert_eq(baseline.scope, RSK_SCOPE_TREE | RSK_SCOPE_HISTORY);
	cr_assert_str_eq(baseline.folder, ".");
	cr_assert_eq(baseline.entries.len, 1);
	known = &baseline.entries.ptr[0];
	cr_assert_eq(known->line, 3);
	cr_assert_str_eq(known->rule, "a-rule");
	cr_assert_str_eq(known->path, "aA/\xf0\x9f\x98\x80");
	cr_assert_str_eq(known->reason, "it is \"old\"");
	cr_assert_str_eq(known->masked, "rsk_live_***");
	cr_assert_str_eq(known->since, "2026-01-31");
	cr_assert(known->past && known->has_history);
	cr_assert_eq(known->fingerprint[1], 0x11);
	cr_assert_eq(known->history[0], 0xff);
	cr_assert_lt(rsk_baseline_find(&baseline, known->history), 2);
	rsk_baseline_release(&baseline);
}

Test(report_baseline, takes_line_endings_of_others)
{
	struct rsk_baseline baseline = { 0 };
	struct rsk_diag diag = { 0 };
	static const char text[] = "{\"format\":\"rskan-baseline/1\",\"scope\":"
				   "\"tree\",\"folder\":\".\"}\r\n\r\n";

	cr_assert_eq(read_text(&baseline, text, &diag), RSK_OK);
	cr_assert_eq(baseline.entries.len, 0);
	rsk_baseline_release(&baseline);
}

/* An entry that two branches added is one: it hides one finding. */
Test(report_baseline, counts_an_entry_once)
{
	struct rsk_baseline baseline = { 0 };
	struct rsk_diag diag = { 0 };

	cr_assert_eq(
		read_text(&baseline,
			HEAD_ ENTRY_(PRINT_A) ENTRY_(PRINT_B) ENTRY_(PRINT_A),
			&diag),
		RSK_OK);
	cr_assert_eq(baseline.entries.len, 3);
	cr_assert_eq(baseline.refs.len, 2);
	rsk_baseline_release(&baseline);
}

/* --- what is refused, and where ------------------------------------------ */

struct bad {
	char text[420];
	size_t len; /* 0: up to the NUL */
	uint32_t line, column;
	char says[48];
};

#define E1                                                                     \
	"{\"rule\":\"a-rule\",\"path\":\"p\",\"fingerprint\":\"" PRINT_A "\","
#define E2 "\"in\":\"tree\",\"since\":\"2026-01-31\"}\n"

static struct bad bads[] = {
	{ "", 0, 1, 1, "empty" },
	{ "\xef\xbb\xbf" HEAD_, 0, 1, 1, "byte order mark" },
	{ "x" HEAD_, 0, 1, 1, "no JSON" },
	{ "[]\n", 0, 1, 1, "a list" },
	{ "\"\"\n", 0, 1, 1, "an object" },
	{ "{}\n", 0, 1, 1, "missing" },
	{ "{\"format\":\"rskan-baseline/2\"}\n", 0, 1, 2, "rskan-baseline/1" },
	{ "{\"format\":\"rskan-baseline/1\",\"scope\":\"tree moon\"}", 0, 1, 30,
		"expected tree" },
	{ "{\"format\":\"rskan-baseline/1\",\"scope\":\"history\"}", 0, 1, 30,
		"expected tree" },
	{ HEAD_ HEAD_, 0, 2, 2, "no such member" },
	{ HEAD_ E1 "\"x\":\"\"," E2, 0, 2, sizeof(E1), "no such member" },
	{ HEAD_ E1 "\"rule\":\"b\"," E2, 0, 2, sizeof(E1), "twice" },
	{ HEAD_ E1 "\"r\\u0075le\":\"b\"," E2, 0, 2, 1, "twice" },
	{ HEAD_ E1 "\"reason\":1e999," E2, 0, 2, sizeof(E1),
		"expected a text" },
	{ HEAD_ E1 "\"reason\":null," E2, 0, 2, sizeof(E1), "expected a text" },
	{ HEAD_ E1 "\"reason\":[" E2, 0, 2, sizeof(E1) + 9, "a list" },
	{ HEAD_ E1 "\"reason\":{" E2, 0, 2, sizeof(E1) + 9,
		"an object in an object" },
	{ HEAD_ E1 "\"reason\":\"a\\u0000b\"," E2, 0, 2, sizeof(E1) + 11,
		"U+0000" },
	{ HEAD_ E1 "\"reason\":\"a\tb\"," E2, 0, 2, sizeof(E1) + 11,
		"control character" },
	{ HEAD_ E1 "\"reason\":\"a\x1f\"," E2, 0, 2, sizeof(E1) + 11,
		"control character" },
	{ HEAD_ E1 "\"reason\":\"a\xff\"," E2, 0, 2, sizeof(E1) + 11,
		"no UTF-8" },
	{ HEAD_ E1 "\"reason\":\"\\ud800\"," E2, 0, 2, 0, "no JSON" },
	{ HEAD_ E1 "\"reason\":\"\\x\"," E2, 0, 2, 0, "no JSON" },
	{ HEAD_ E1 "\"reason\":\"a", 0, 2, 0, "no JSON" },
	{ HEAD_ "\r" E1 E2, 0, 2, 1, "control character" },
	{ HEAD_ "\xc2\xa0" E1 E2, 0, 2, 1, "outside of a text" },
	{ HEAD_ "{\"rule\":\"a\"} {}\n", 0, 2, 13, "behind the object" },
	{ HEAD_ "{\"rule\":\"a\"}x\n", 0, 2, 13, "behind the object" },
	{ HEAD_ "{\"rule\":\"a\",}\n", 0, 2, 0, "no JSON" },
	{ HEAD_ "{rule:\"a\"}\n", 0, 2, 0, "no JSON" },
	{ HEAD_ "{\"rule\":\"\"}\n", 0, 2, 2, "expected a text" },
	{ HEAD_ "{\"fingerprint\":\"0011\"}\n", 0, 2, 2, "32 hex digits" },
	{ HEAD_ "{\"fingerprint\":\"" PRINT_A "0\"}\n", 0, 2, 2,
		"32 hex digits" },
	{ HEAD_ "{\"fingerprint\":\"00112233445566778899AABBCCDDEEFF\"}\n", 0,
		2, 2, "32 hex digits" },
	{ HEAD_ "{\"in\":\"stash\"}\n", 0, 2, 2, "tree or history" },
	{ HEAD_ "{\"since\":\"2026-02-30\"}\n", 0, 2, 2, "YYYY-MM-DD" },
	{ HEAD_ E1 "\"in\":\"tree\"}\n", 0, 2, 1, "missing" },
	{ HEAD_ ENTRY_(PRINT_A) "\0{}",
		sizeof(HEAD_ ENTRY_(PRINT_A) "\0{}") - 1, 3, 1,
		"control character" },
};

ParameterizedTestParameters(report_baseline, refuses)
{
	return cr_make_param_array(
		struct bad, bads, sizeof(bads) / sizeof(bads[0]));
}

ParameterizedTest(struct bad *bad, report_baseline, refuses)
{
	struct rsk_baseline baseline = { 0 };
	struct rsk_diag diag = { 0 };
	size_t len = bad->len ? bad->len : strlen(bad->text);

	cr_assert_eq(rsk_baseline_read(&baseline, "b.jsonl",
			     rsk_slice(bad->text, len), &diag),
		RSK_SYNTAX, "%s", bad->text);
	cr_assert(strstr(diag.text, bad->says), "%s: %s", bad->text, diag.text);
	cr_assert_eq(diag.line, bad->line, "%s: line %u", bad->text, diag.line);
	cr_assert(!bad->column || diag.column == bad->column,
		"%s: %s: column %u", bad->text, diag.text, diag.column);
	cr_assert_str_eq(diag.file, "b.jsonl");
	cr_assert_null(baseline.name);
}

/* RSK_MAX_BASELINE_LINE at its edges. */
Test(report_baseline, has_a_limit_for_a_line)
{
	for (int over = -1; over <= 1; over++) {
		struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
		struct rsk_baseline baseline = { 0 };
		struct rsk_diag diag = { 0 };
		enum rsk_err err;
		size_t rest = RSK_MAX_BASELINE_LINE + (size_t)(over + 1) - 1 -
			      strlen(E1 "\"reason\":\"\"," E2) + 1;

		cr_assert_eq(rsk_buf_add_str(&text, HEAD_ E1 "\"reason\":\""),
			RSK_OK);
		for (size_t i = 0; i < rest; i++)
			cr_assert_eq(rsk_buf_add_byte(&text, 'x'), RSK_OK);
		cr_assert_eq(rsk_buf_add_str(&text, "\"," E2), RSK_OK);
		err = rsk_baseline_read(
			&baseline, "b", rsk_buf_slice(&text), &diag);
		cr_assert_eq(err, over > 0 ? RSK_SYNTAX : RSK_OK, "%d: %s",
			over, diag.text);
		rsk_baseline_release(&baseline);
		rsk_buf_release(&text);
	}
}

/* --- writing -------------------------------------------------------------- */

static char *written(const struct rsk_baseline_content *content)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert(out);
	cr_assert_eq(rsk_baseline_write(content, out), RSK_OK);
	fclose(out);
	return text;
}

static struct rsk_known known_at(const char *path, uint8_t print)
{
	return (struct rsk_known){
		.rule = "a-rule",
		.path = path,
		.fingerprint = { print },
		.since = "2026-01-31",
	};
}

/* What is written does not depend on the order, and is read as it was. */
Test(report_baseline, writes_what_it_reads)
{
	struct rsk_known known[] = {
		known_at("b\n\xe2\x80\xae\"\\", 1),
		known_at("a", 2),
		known_at("a", 1),
		known_at("gone", 1),
	};
	struct rsk_baseline_content content = {
		.scope = RSK_SCOPE_TREE | RSK_SCOPE_AUDIT,
		.folder = "packages/a",
		.known = known,
		.len = 4,
	};
	struct rsk_baseline baseline = { 0 };
	struct rsk_diag diag = { 0 };
	char *text;
	char *again;

	known[3].state = RSK_KNOWN_GONE;
	known[0].has_history = known[0].past = true;
	known[0].reason = "why\twhy";
	text = written(&content);
	cr_assert_eq(
		read_text(&baseline, text, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(baseline.entries.len, 3);
	cr_assert_str_eq(baseline.entries.ptr[2].path, known[0].path);
	cr_assert_str_eq(baseline.entries.ptr[2].reason, "why\twhy");
	cr_assert_eq(baseline.entries.ptr[0].fingerprint[0], 1);
	cr_assert_eq(baseline.entries.ptr[1].fingerprint[0], 2);

	content.known = baseline.entries.ptr;
	content.len = baseline.entries.len;
	content.scope = baseline.scope;
	content.folder = baseline.folder;
	again = written(&content);
	cr_assert_str_eq(text, again);
	free(text);
	free(again);
	rsk_baseline_release(&baseline);
}
