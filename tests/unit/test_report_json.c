#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "edge.h"
#include "report/json_p.h"
#include "report_sample.h"

/* The independent reader: cJSON parses it, to the last byte. */
static cJSON *parse(const char *text)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithOpts(text, &end, true);

	cr_assert_not_null(json, "not JSON: %s", text);
	return json;
}

static const char *string_at(const cJSON *json, const char *key)
{
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(json, key));

	cr_assert_not_null(text, "no string %s", key);
	return text;
}

/* No byte that a terminal or an editor would obey. */
static void check_harmless(const char *text)
{
	for (const char *c = text; *c; c++)
		cr_assert((unsigned char)*c >= 0x20 || *c == '\n');
	cr_expect_null(strchr(text, 0x7f));
	cr_expect_null(strstr(text, "\xc2\x9b"), "C1 control");
	cr_expect_null(strstr(text, "\xe2\x80\xae"), "right-to-left override");
	cr_expect_null(strstr(text, "##vso["), "a command to a CI system");
	cr_expect_null(strstr(text, "##["), "a command to a CI system");
	cr_expect_null(strchr(text, 0xff), "a byte that is no UTF-8");
}

struct string {
	char bytes[16];
	char json[48];
};

static struct string strings[] = {
	{ "", "\"\"\n" },
	{ "plain", "\"plain\"\n" },
	{ "\"\\/", "\"\\\"\\\\/\"\n" },
	{ "\n\r\t\b\x01", "\"\\n\\r\\t\\u0008\\u0001\"\n" },
	{ "\x7f\xc2\x80", "\"\\u007f\\u0080\"\n" },
	{ "\xe2\x80\xa8\xe2\x80\xae", "\"\\u2028\\u202e\"\n" },
	{ "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"\n" },
	{ "\xf0\x9f\x94\x91", "\"\xf0\x9f\x94\x91\"\n" },
	{ "a\xff\xed\xa0\x80", "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			       "\xef\xbf\xbd\"\n" },
	{ "##[x] ##", "\"#\\u0023[x] ##\"\n" },
	{ "## x ##y", "\"## x #\\u0023y\"\n" },
	{ "\xc3", "\"\xef\xbf\xbd\"\n" },
	{ "\x1f ~", "\"\\u001f ~\"\n" },
	{ "\xf0\x90\x80\x80", "\"\xf0\x90\x80\x80\"\n" },
	{ "\xf3\xa0\x80\x80", "\"\\udb40\\udc00\"\n" },
	{ "\xf3\xa0\x81\xbf", "\"\\udb40\\udc7f\"\n" },
};

ParameterizedTestParameters(json_writer, strings)
{
	return cr_make_param_array(
		struct string, strings, sizeof(strings) / sizeof(strings[0]));
}

ParameterizedTest(struct string *param, json_writer, strings)
{
	char text[64] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out };

	rsk_json_str(&json, NULL, param->bytes);
	rsk_json_newline(&json);
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, param->json);
	cJSON_Delete(parse(text));
}

/* What stands before or behind a text is none of it. */
Test(json_writer, parts_of_a_text)
{
	static const char all[] = "##[x";
	char text[64] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out };

	rsk_json_array(&json, NULL);
	rsk_json_slice(&json, NULL, rsk_slice(all + 1, 3));
	rsk_json_slice(&json, NULL, rsk_slice(all, 2));
	rsk_json_end(&json);
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, "[\"#[x\",\"##\"]");
}

Test(json_writer, a_text_at_the_end_of_memory)
{
	char text[64] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out };

	rsk_json_slice(&json, NULL, edge_of("a##"));
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, "\"a##\"");
}

Test(json_writer, layout)
{
	char text[256] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out, .lines = 1 };

	rsk_json_object(&json, NULL);
	rsk_json_number(&json, "most", UINT64_MAX);
	rsk_json_array(&json, "list");
	rsk_json_bool(&json, NULL, true);
	rsk_json_null(&json, NULL);
	rsk_json_object(&json, NULL);
	rsk_json_end(&json);
	rsk_json_end(&json);
	rsk_json_base64(&json, "b0", RSK_LIT(""));
	rsk_json_base64(&json, "b1", RSK_LIT("\xff"));
	rsk_json_base64(&json, "b2", RSK_LIT("ab"));
	rsk_json_base64(&json, "b3", RSK_LIT("abc\0"));
	rsk_json_end(&json);
	rsk_json_newline(&json);
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, "{\n"
			       " \"most\":18446744073709551615,\n"
			       " \"list\":[true,null,{}],\n"
			       " \"b0\":\"\",\n"
			       " \"b1\":\"/w==\",\n"
			       " \"b2\":\"YWI=\",\n"
			       " \"b3\":\"YWJjAA==\"\n"
			       "}\n");
}

/* The stories of two keys, the first of which made way for the second. */
Test(json, keys)
{
	struct sample sample;
	char *text;
	char *keys;

	sample_init(&sample);
	sample_stories(&sample.report);
	text = sample_write(&sample, "json", NULL);
	sample_dump("keys.json", text);
	cJSON_Delete(parse(text));
	keys = strstr(text, " \"keys\":[");
	cr_assert_not_null(keys);
	*strstr(keys, " \"findings\":[") = '\0';
#define FIRST                                                                  \
	"\"oid\":\"0123456789abcdef0123456789abcdef01234567\","                \
	"\"author\":\"Ann "                                                    \
	"<ann@example.com>\",\"date\":\"2026-01-31T12:00:00Z\","               \
	"\"summary\":\"Talk to the API\"}"
#define SECOND                                                                 \
	"\"oid\":\"89abcdef0123456789abcdef0123456789abcdef\","                \
	"\"author\":\"Bob "                                                    \
	"<bob@example.com>\",\"date\":\"2026-02-10T12:00:00Z\","               \
	"\"summary\":\"Another key\"}"
	cr_expect_str_eq(keys,
		" \"keys\":[\n"
		"  {\"id\":\"k1\",\"masked\":\"rsk_live_********f456\","
		"\"kind\":\"live\",\"environments\":[\"production\"],"
		"\"at_head\":true,\"findings\":2,\"suppressed\":1,"
		"\"places\":[{\"path\":\".env.production\",\"origin\":"
		"\"commit\",\"at_head\":false,\"tracked\":true,\"rules\":[],"
		"\"environment\":\"production\",\"first\":"
		"\"2026-01-31T12:00:00Z\",\"last\":\"2026-01-31T12:00:00Z\"},"
		"{\"path\":\"src/app.ts\",\"line\":3,\"column\":14,"
		"\"origin\":\"tree\",\"at_head\":true,\"tracked\":true,"
		"\"rules\":[\"hardcoded-resync-key\"]}],"
		"\"more_places\":false,\"history\":{\"first\":{" FIRST ","
		"\"last\":{" FIRST ",\"removed\":{" SECOND ",\"commits\":1,"
		"\"branches\":{\"total\":9,\"names\":[\"refs/heads/main\"]},"
		"\"tags\":{\"total\":0,\"names\":[]},"
		"\"remotes\":{\"total\":0,\"names\":[]},"
		"\"authors\":{\"total\":1,\"names\":"
		"[\"Ann <ann@example.com>\"]},\"events\":["
		"{\"event\":\"introduced\",\"date\":\"2026-01-31T12:00:00Z\","
		"\"path\":\".env.production\",\"commit\":{" FIRST "},"
		"{\"event\":\"rotated\",\"date\":\"2026-02-10T12:00:00Z\","
		"\"path\":\".env.production\",\"successor\":\"k2\","
		"\"commit\":{" SECOND "}],\"more_events\":false}},\n"
		"  {\"id\":\"k2\",\"masked\":\"rsk_live_********9999\","
		"\"kind\":\"live\",\"environments\":[],\"at_head\":false,"
		"\"findings\":0,\"suppressed\":0,\"places\":[],"
		"\"more_places\":false}\n"
		" ],\n");
	free(text);
	sample_release(&sample);
}

/* The whole output, as docs/report-formats.md promises it. */
Test(json, whole)
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "json", NULL);
	sample_dump("small.json", text);
	cr_expect_str_eq(text,
		"{\n"
		" \"tool\":{\n"
		"  \"name\":\"rskan\",\n"
		"  \"version\":\"0.1.0\"\n"
		" },\n"
		" \"target\":\".\",\n"
		" \"command\":\"scan\",\n"
		" \"complete\":false,\n"
		" \"exit\":1,\n"
		" \"coverage\":{\n"
		"  \"complete\":false,\n"
		"  \"seen\":120,\n"
		"  \"scanned\":118,\n"
		"  \"skipped\":1,\n"
		"  \"failed\":1,\n"
		"  \"bytes\":1234567,\n"
		"  \"binary\":3,\n"
		"  "
		"\"files\":{\"seen\":120,\"scanned\":118,\"skipped\":1,"
		"\"failed\":1,\"bytes\":1234567,\"binary\":3},\n"
		"  "
		"\"objects\":{\"seen\":0,\"scanned\":0,\"skipped\":0,"
		"\"failed\":0,\"bytes\":0,\"binary\":0},\n"
		"  "
		"\"skips\":[{\"reason\":\"ignored\",\"count\":1,\"paths\":["
		"\"node_modules\"]}],\n"
		"  \"gap_counts\":{\"io\":1},\n"
		"  "
		"\"gaps\":[{\"class\":\"io\",\"path\":\"secret/"
		"a.pem\",\"detail\":\"Permission denied\"}],\n"
		"  \"suppressed\":1,\n"
		"  \"unlisted\":0,\n"
		"  \"notes\":[\"no history was scanned\"]\n"
		" },\n"
		" \"policy\":[\n"
		"  {\"source\":\"--disable\",\"text\":\"rule insecure-http-url "
		"is disabled\"}\n"
		" ],\n"
		" \"checklist\":[],\n"
		" \"actions\":[],\n"
		" \"data\":[],\n"
		" \"keys\":[],\n"
		" \"findings\":[\n"
		"  "
		"{\"rule\":\"hardcoded-resync-key\",\"severity\":\"high\","
		"\"confidence\":\"high\",\"checklist\":\"env-keys\","
		"\"message\":\"A live Resync key is written into this "
		"file\",\"fix\":\"Read it from the environment\\nand delete "
		"this key in the dashboard:\\n\\tconst key = "
		"process.env.RESYNC_API_KEY;\",\"path\":\"src/"
		"app.ts\",\"start\":{\"line\":3,\"column\":14},\"end\":{"
		"\"line\":3,\"column\":35},\"origin\":\"tree\",\"fingerprint\":"
		"\"abcdef00000000000000000000000000\",\"secret\":{\"masked\":"
		"\"rsk_live_********f456\",\"kind\":\"live\",\"id\":\"k1\"},"
		"\"at_head\":true},\n"
		"  "
		"{\"rule\":\"insecure-http-url\",\"severity\":\"medium\","
		"\"confidence\":\"medium\",\"checklist\":\"https-everywhere\","
		"\"message\":\"Requests go out without "
		"encryption\",\"fix\":\"Write https.\",\"path\":\"src/old "
		"api.ts\",\"start\":{\"line\":12,\"column\":1},\"end\":{"
		"\"line\":12,\"column\":5},\"origin\":\"commit\","
		"\"fingerprint\":\"00000000000000000000000000000000\","
		"\"commit\":{\"oid\":"
		"\"0123456789abcdef0123456789abcdef01234567\",\"author\":\"Ann "
		"<ann@example.com>\",\"date\":\"2026-01-31T12:00:00Z\","
		"\"summary\":\"Talk to the API\"},\"at_head\":false}\n"
		" ],\n"
		" \"suppressed\":[\n"
		"  "
		"{\"rule\":\"hardcoded-resync-key\",\"severity\":\"low\","
		"\"confidence\":\"high\",\"checklist\":\"env-keys\","
		"\"message\":\"A live Resync key is written into this "
		"file\",\"fix\":\"Read it from the environment\\nand delete "
		"this key in the dashboard:\\n\\tconst key = "
		"process.env.RESYNC_API_KEY;\",\"path\":\"test/"
		"app.ts\",\"start\":{\"line\":3,\"column\":14},\"end\":{"
		"\"line\":3,\"column\":35},\"origin\":\"tree\",\"fingerprint\":"
		"\"abcdef00000000000000000000000000\",\"secret\":{\"masked\":"
		"\"rsk_live_********f456\",\"kind\":\"live\",\"id\":\"k1\"},"
		"\"at_head\":true,\"suppression\":{\"source\":\"inline\","
		"\"reason\":\"a made-up key\"}}\n"
		" ]\n"
		"}\n");
	cJSON_Delete(parse(text));
	free(text);
	sample_release(&sample);
}

Test(jsonl, whole)
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "jsonl", NULL);
	cr_expect_str_eq(text,
		"{\"rule\":\"hardcoded-resync-key\",\"severity\":\"high\","
		"\"confidence\":\"high\",\"checklist\":\"env-keys\","
		"\"message\":\"A live Resync key is written into this "
		"file\",\"fix\":\"Read it from the environment\\nand delete "
		"this key in the dashboard:\\n\\tconst key = "
		"process.env.RESYNC_API_KEY;\",\"path\":\"src/"
		"app.ts\",\"start\":{\"line\":3,\"column\":14},\"end\":{"
		"\"line\":3,\"column\":35},\"origin\":\"tree\",\"fingerprint\":"
		"\"abcdef00000000000000000000000000\",\"secret\":{\"masked\":"
		"\"rsk_live_********f456\",\"kind\":\"live\",\"id\":\"k1\"},"
		"\"at_head\":true}\n"
		"{\"rule\":\"insecure-http-url\",\"severity\":\"medium\","
		"\"confidence\":\"medium\",\"checklist\":\"https-everywhere\","
		"\"message\":\"Requests go out without "
		"encryption\",\"fix\":\"Write https.\",\"path\":\"src/old "
		"api.ts\",\"start\":{\"line\":12,\"column\":1},\"end\":{"
		"\"line\":12,\"column\":5},\"origin\":\"commit\","
		"\"fingerprint\":\"00000000000000000000000000000000\","
		"\"commit\":{\"oid\":"
		"\"0123456789abcdef0123456789abcdef01234567\",\"author\":\"Ann "
		"<ann@example.com>\",\"date\":\"2026-01-31T12:00:00Z\","
		"\"summary\":\"Talk to the API\"},\"at_head\":false}\n"
		"{\"coverage\":{\"complete\":false,\"seen\":120,\"scanned\":"
		"118,\"skipped\":1,\"failed\":1,\"bytes\":1234567,\"binary\":3,"
		"\"files\":{\"seen\":120,\"scanned\":118,\"skipped\":1,"
		"\"failed\":1,\"bytes\":1234567,\"binary\":3},\"objects\":{"
		"\"seen\":0,\"scanned\":0,\"skipped\":0,\"failed\":0,\"bytes\":"
		"0,\"binary\":0},\"skips\":[{\"reason\":\"ignored\",\"count\":"
		"1,\"paths\":[\"node_modules\"]}],\"gap_counts\":{\"io\":1},"
		"\"gaps\":[{\"class\":\"io\",\"path\":\"secret/"
		"a.pem\",\"detail\":\"Permission "
		"denied\"}],\"suppressed\":1,\"unlisted\":0,\"notes\":[\"no "
		"history was "
		"scanned\"]},\"complete\":false,\"exit\":1,\"findings\":2}\n");
	free(text);
	sample_release(&sample);
}

Test(json, nothing_found)
{
	struct sample sample;
	char *text;
	cJSON *json;

	sample_init(&sample);
	sample_clean(&sample.report);
	text = sample_write(&sample, "json", NULL);
	sample_dump("clean.json", text);
	json = parse(text);
	cr_expect_eq(
		cJSON_GetArraySize(cJSON_GetObjectItem(json, "findings")), 0);
	cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(json, "complete")));
	cJSON_Delete(json);
	free(text);
	sample_release(&sample);
}

Test(json, audit)
{
	struct sample sample;
	char *text;
	cJSON *json;
	const cJSON *second;

	sample_init(&sample);
	sample_answers(&sample.report);
	text = sample_write(&sample, "json", NULL);
	sample_dump("audit.json", text);
	json = parse(text);
	second = cJSON_GetObjectItem(json, "checklist");
	cr_assert_eq(cJSON_GetArraySize(second), RSK_ITEMS);
	second = cJSON_GetArrayItem(second, 2);
	cr_expect_str_eq(string_at(second, "id"), "separate-keys");
	cr_expect_str_eq(string_at(second, "answer"), "review");
	cr_expect_str_eq(string_at(second, "todo"), "look at it by hand");
	second = cJSON_GetArrayItem(cJSON_GetObjectItem(second, "evidence"), 0);
	cr_expect_str_eq(string_at(second, "path"), "src/app.ts");
	cr_expect_eq(cJSON_GetObjectItem(second, "line")->valueint, 3);
	cJSON_Delete(json);
	free(text);
	sample_release(&sample);
}

/* The exact bytes of a name can be had back. */
Test(json, hostile)
{
	static const char base64[] =
		"OjplcnJvciBmaWxlPWE6OmIKIyN2c29bdGFza10jI1tncm91cF0bWzMxbQ0JIl"
		"x/wpvigK7/8J+UkV0oaHR0cDovL3gp";
	struct sample sample;
	char *text;
	cJSON *json;
	const cJSON *finding;

	sample_init(&sample);
	sample_hostile(&sample.report);
	text = sample_write(&sample, "json", NULL);
	sample_dump("hostile.json", text);
	check_harmless(text);
	json = parse(text);
	finding = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "findings"), 0);
	cr_expect_str_eq(string_at(finding, "path_bytes_b64"), base64);
	cr_expect_eq(strncmp(string_at(finding, "path"), HOSTILE, 40), 0);
	cr_expect(cJSON_IsNull(cJSON_GetObjectItem(
		cJSON_GetObjectItem(finding, "commit"), "date")));
	cJSON_Delete(json);
	free(text);
	sample_release(&sample);
}

Test(jsonl, hostile)
{
	struct sample sample;
	char *text;
	struct rsk_slice rest;
	struct rsk_slice line;
	int lines = 0;

	sample_init(&sample);
	sample_hostile(&sample.report);
	text = sample_write(&sample, "jsonl", NULL);
	check_harmless(text);
	rest = rsk_slice_str(text);
	for (; rsk_slice_line(&line, &rest); lines++) {
		char *one = strndup((const char *)line.ptr, line.len);

		cJSON_Delete(parse(one));
		free(one);
	}
	cr_expect_eq(lines, 3);
	free(text);
	sample_release(&sample);
}

/* k1, k2 in order of appearance; the same secret has the same name. */
Test(json, secret_ids)
{
	struct sample sample;
	struct rsk_finding more = sample_key();
	char *text;

	sample_init(&sample);
	more.secret.id.bytes[0] = 9;
	*RSK_VEC_PUSH(&sample.report.findings) = more;
	*RSK_VEC_PUSH(&sample.report.findings) = sample_key();
	text = sample_write(&sample, "jsonl", NULL);
	char *first = strstr(text, "\"id\":\"k1\"");
	cr_assert_not_null(first);
	char *second = strstr(first, "\"id\":\"k2\"");
	cr_assert_not_null(second);
	cr_expect_not_null(strstr(second, "\"id\":\"k1\""));
	cr_expect_null(strstr(text, "\"id\":\"k3\""));
	free(text);
	sample_release(&sample);
}

Test(json, keyed_secret_ids)
{
	const struct rsk_style style = { .secret_key = RSK_LIT("key") };
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "jsonl", &style);
	cr_expect_not_null(
		strstr(text, "\"id\":\"01020300000000000000000000000000\""));
	free(text);
	sample_release(&sample);
}

/* Findings about a file as a whole are shown at its beginning. */
Test(json, no_place)
{
	struct sample sample;
	struct rsk_finding *finding;
	char *text;

	sample_init(&sample);
	finding = &sample.report.findings.ptr[0];
	finding->start = finding->end = (struct rsk_place){ 0 };
	finding->secret.kind = NULL;
	text = sample_write(&sample, "jsonl", NULL);
	cr_expect_not_null(strstr(text, "\"start\":{\"line\":1,\"column\":1},"
					"\"end\":{\"line\":1,\"column\":1}"));
	cr_expect_not_null(strstr(text, "\"kind\":\"unknown\""));
	free(text);
	sample_release(&sample);
}

static char *write_more(
	const char *name, void (*change)(struct rsk_report *report))
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	sample_more(&sample.report);
	if (change)
		change(&sample.report);
	text = sample_write(&sample, "json", NULL);
	sample_dump(name, text);
	cJSON_Delete(parse(text));
	sample_release(&sample);
	return text;
}

Test(json, lists_of_more_than_one)
{
	char *text = write_more("more.json", NULL);

	sample_expect(text,
		"  \"skips\":[{\"reason\":\"ignored\",\"count\":2,"
		"\"paths\":[\"node_modules\",\"vendor\"]},"
		"{\"reason\":\"symlink\",\"count\":2,"
		"\"paths\":[\"link\"]}],\n"
		"  \"gap_counts\":{\"io\":2,\"timeout\":1},\n"
		"  \"gaps\":[{\"class\":\"io\",\"path\":\"secret/a.pem\","
		"\"detail\":\"Permission denied\"},"
		"{\"class\":\"io\",\"path\":\"secret/b.pem\","
		"\"detail\":\"Is a directory\"},"
		"{\"class\":\"timeout\",\"path\":\"\",\"detail\":\"\"}],\n"
		"  \"suppressed\":2,\n"
		"  \"unlisted\":0,\n"
		"  \"notes\":[\"no history was scanned\",\"a shallow "
		"clone\"]\n");
	sample_expect(text,
		" \"policy\":[\n"
		"  {\"source\":\"--disable\",\"text\":\"rule "
		"insecure-http-url is disabled\"},\n"
		"  {\"source\":\".rskan.yaml:3\",\"text\":\"docs are "
		"out\"}\n"
		" ],\n");
	sample_expect(text,
		" \"data\":[\n"
		"  {\"type\":\"pii.email\",\"title\":\"e-mail address\","
		"\"sink\":\"resync-log-event\",\"path\":\"src/a.ts\","
		"\"line\":7},\n"
		"  {\"type\":\"fin.card\",\"title\":\"card number\","
		"\"sink\":\"resync-submit-form\",\"path\":\"src/b.ts\","
		"\"line\":20}\n"
		" ],\n");
	sample_expect(text, "\"suppression\":{\"source\":\"inline\","
			    "\"reason\":\"a made-up key\"}},\n");
	sample_expect(text,
		"\"suppression\":{\"source\":\"config\",\"reason\":\"\"}}\n");
	free(text);
}

/* The life of a finding of the history, and the way its value takes. */
Test(json, life_and_flow)
{
	char *text = write_more("more.json", NULL);

	sample_expect(text,
		",\"life\":{\"commits\":5,\"last\":{\"oid\":"
		"\"89abcdef0123456789abcdef0123456789abcdef\","
		"\"date\":\"2026-02-10T12:00:00Z\"},\"removed\":{\"oid\":"
		"\"fedcba9876543210fedcba9876543210fedcba98\","
		"\"date\":null},\"paths\":[\"src/old api.ts\","
		"\"src/api.ts\"],\"more_paths\":true,"
		"\"refs\":[\"refs/heads/main\",\"refs/tags/v1\"],"
		"\"refs_total\":7},\"at_head\":false,\"flow\":["
		"{\"path\":\"src/form.ts\",\"line\":4,\"column\":9,"
		"\"note\":\"read here\"},{\"path\":\"src/old api.ts\","
		"\"line\":1,\"column\":1,\"note\":\"sent\"}]}\n");
	free(text);
}

static void still_there(struct rsk_report *report)
{
	static struct rsk_life_view life = { .commits = 1 };

	report->findings.ptr[1].life = &life;
}

Test(json, life_of_what_is_still_there)
{
	char *text = write_more("life.json", still_there);

	sample_expect(text,
		",\"life\":{\"commits\":1,\"paths\":[],"
		"\"more_paths\":false,\"refs\":[],\"refs_total\":0},");
	free(text);
}

/* Entries that are still found are not among those that are gone. */
static void with_baseline(struct rsk_report *report)
{
	struct rsk_known more;

	sample_baseline(report);
	report->baseline.gone = 2;
	report->baseline.entries = 4;
	more = report->known.ptr[0];
	more.state = RSK_KNOWN_KEPT;
	more.line = 3;
	*RSK_VEC_PUSH(&report->known) = more;
	more.state = RSK_KNOWN_GONE;
	more.line = 4;
	more.reason = "old";
	*RSK_VEC_PUSH(&report->known) = more;
}

static void with_unjudged_baseline(struct rsk_report *report)
{
	sample_baseline(report);
	report->known.len = 0;
	report->baseline.unjudged = "another folder";
}

Test(json, baseline)
{
	char *text = write_more("baseline.json", with_baseline);

	sample_expect(text,
		" \"baseline\":{\n"
		"  \"file\":\".rskan/baseline.jsonl\",\n"
		"  \"entries\":4,\n"
		"  \"hides\":1,\n"
		"  \"without_reason\":1,\n"
		"  \"gone\":2,\n"
		"  \"gone_entries\":[{\"line\":2,"
		"\"rule\":\"hardcoded-resync-key\",\"path\":\"src/old.ts\","
		"\"fingerprint\":\"01020300000000000000000000000000\","
		"\"reason\":\"\"},{\"line\":4,"
		"\"rule\":\"hardcoded-resync-key\",\"path\":\"src/old.ts\","
		"\"fingerprint\":\"01020300000000000000000000000000\","
		"\"reason\":\"old\"}]\n"
		" },\n");
	free(text);
	text = write_more("unjudged.json", with_unjudged_baseline);
	sample_expect(text, "  \"gone\":null,\n  \"gone_entries\":[]\n");
	free(text);
}

/* What a story has several of. */
static void with_lists(struct rsk_report *report)
{
	static const char *const environments[] = { "production", "staging" };
	static const char *const rules[] = { "a-rule", "b-rule" };
	static const struct rsk_slice tags[] = { RSK_LIT("v1"), RSK_LIT("v2") };
	static const struct rsk_key_place place = {
		.path = RSK_LIT("a.ts"),
		.at = { 1, 2 },
		.rules = rules,
		.rules_len = 2,
		.first_seconds = INT64_MAX,
	};

	*RSK_VEC_PUSH(&report->keys) = (struct rsk_key){
		.secret = { "rsk_live_********1111", NULL, { { 7 } } },
		.environments = environments,
		.environments_len = 2,
		.places = &place,
		.places_len = 1,
		.first = { "0123456789abcdef0123456789abcdef01234567",
			RSK_LIT("Ann"), 0, RSK_LIT("One") },
		.first_seconds = INT64_MAX,
		.tags = { tags, 2, 2 },
	};
}

/* A date that no four digits of a year can say is none. */
Test(json, story_with_lists)
{
	char *text = write_more("lists.json", with_lists);

	sample_expect(text,
		"\"masked\":\"rsk_live_********1111\",\"kind\":\"unknown\","
		"\"environments\":[\"production\",\"staging\"],");
	sample_expect(text,
		"\"places\":[{\"path\":\"a.ts\",\"line\":1,\"column\":2,"
		"\"origin\":\"tree\",\"at_head\":false,\"tracked\":false,"
		"\"rules\":[\"a-rule\",\"b-rule\"]}],");
	sample_expect(text, "\"history\":{\"first\":{\"oid\":"
			    "\"0123456789abcdef0123456789abcdef01234567\","
			    "\"author\":\"Ann\","
			    "\"date\":null,\"summary\":\"One\"},");
	sample_expect(
		text, "\"tags\":{\"total\":2,\"names\":[\"v1\",\"v2\"]},");
	free(text);
}
