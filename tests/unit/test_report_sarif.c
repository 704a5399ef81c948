#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/limits.h"
#include "report/sarif_p.h"
#include "report/uri_p.h"
#include "report_sample.h"

/* A SARIF log, read by an independent reader. */
struct log {
	char *text;
	cJSON *json;
};

static struct log write_log(const struct sample *sample, const char *name)
{
	struct log log = { .text = sample_write(sample, "sarif", NULL) };
	const char *end = NULL;

	sample_dump(name, log.text);
	log.json = cJSON_ParseWithOpts(log.text, &end, true);
	cr_assert_not_null(log.json, "not JSON");
	return log;
}

static void release_log(struct log *log)
{
	cJSON_Delete(log->json);
	free(log->text);
}

/* "results.0.message.text" of the run. */
static const cJSON *at(const struct log *log, const char *path)
{
	const cJSON *item = cJSON_GetArrayItem(
		cJSON_GetObjectItemCaseSensitive(log->json, "runs"), 0);
	struct rsk_slice rest = rsk_slice_str(path);

	while (rest.len && item) {
		size_t dot = rsk_slice_find(rest, RSK_LIT("."));
		char key[64] = { 0 };

		memcpy(key, rest.ptr, dot);
		item = cJSON_IsArray(item)
			       ? cJSON_GetArrayItem(
					 item, (int)strtol(key, NULL, 10))
			       : cJSON_GetObjectItemCaseSensitive(item, key);
		rest = rsk_slice_cut(rest, dot + 1, rest.len);
	}
	return item;
}

static void expect(const struct log *log, const char *path, const char *text)
{
	const char *found = cJSON_GetStringValue(at(log, path));

	cr_expect_not_null(found, "no string %s", path);
	if (found)
		cr_expect_str_eq(found, text, "%s is %s", path, found);
}

static void expect_number(const struct log *log, const char *path, int number)
{
	const cJSON *item = at(log, path);

	cr_expect(cJSON_IsNumber(item), "no number %s", path);
	if (item)
		cr_expect_eq(item->valueint, number, "%s is %d", path,
			item->valueint);
}

Test(sarif, whole)
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	text = sample_write(&sample, "sarif", NULL);
	cr_expect_str_eq(text,
		"{\n"
		" \"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
		"errata01/os/schemas/sarif-schema-2.1.0.json\",\n"
		" \"version\":\"2.1.0\",\n"
		" \"runs\":[\n"
		"  {\n"
		"   \"tool\":{\n"
		"    \"driver\":{\n"
		"     \"name\":\"rskan\",\n"
		"     \"version\":\"0.1.0\",\n"
		"     \"rules\":[\n"
		"      "
		"{\"id\":\"hardcoded-resync-key\",\"name\":"
		"\"HardcodedResyncKey\",\"shortDescription\":{\"text\":"
		"\"Resync key written into a "
		"file\"},\"fullDescription\":{\"text\":\"The value of a key "
		"stands in a file.\"},\"help\":{\"text\":\"Resync key written "
		"into a file\\n\\nThe value of a key\\nstands in a "
		"file.\\n\\nWhy: A file is copied to every clone,\\nand every "
		"backup. The key works anywhere.\\n\\nFix: Read it from the "
		"environment.\\n\\nSee:\\n- Security Best "
		"Practices\\n\",\"markdown\":\"# Resync key written into a "
		"file\\n\\nThe value of a key\\nstands in a file.\\n\\n## "
		"Why\\n\\nA file is copied to every clone,\\nand every backup. "
		"The key works anywhere.\\n\\n## Fix\\n\\nRead it from the "
		"environment.\\n\\n## Bad\\n\\n```\\nconst key = "
		"'rsk_live_abc123def456';\\n```\\n\\n## Good\\n\\n```\\nconst "
		"key = `${env.KEY}`;\\n```\\n\\n## See\\n\\n- Security Best "
		"Practices\\n\"},\"defaultConfiguration\":{\"level\":\"error\"}"
		",\"relationships\":[{\"target\":{\"id\":\"env-keys\","
		"\"toolComponent\":{\"name\":\"Resync security "
		"checklist\",\"index\":0}},\"kinds\":[\"relevant\"]},{"
		"\"target\":{\"id\":\"798\",\"toolComponent\":{\"name\":"
		"\"CWE\",\"index\":1}},\"kinds\":[\"relevant\"]}],"
		"\"properties\":{\"security-severity\":\"8.0\",\"precision\":"
		"\"high\",\"severity\":\"high\",\"checklist\":\"env-keys\","
		"\"tags\":[\"security\",\"external/cwe/"
		"cwe-798\",\"secret\",\"resync\"]}},\n"
		"      "
		"{\"id\":\"insecure-http-url\",\"name\":\"InsecureHttpUrl\","
		"\"shortDescription\":{\"text\":\"Address without "
		"encryption\"},\"fullDescription\":{\"text\":\"An address "
		"begins with http.\"},\"help\":{\"text\":\"Address without "
		"encryption\\n\\nAn address begins with http.\\n\\nWhy: "
		"Everybody on the way can read it.\\n\\nFix: Write "
		"https.\\n\\nSee:\\n- Security Best "
		"Practices\\n\",\"markdown\":\"# Address without "
		"encryption\\n\\nAn address begins with http.\\n\\n## "
		"Why\\n\\nEverybody on the way can read it.\\n\\n## "
		"Fix\\n\\nWrite https.\\n\\n## "
		"Bad\\n\\n`````\\n````\\nfetch('http://"
		"example.com')\\n`````\\n\\n## "
		"Good\\n\\n```\\nfetch('https://example.com')\\n```\\n\\n## "
		"See\\n\\n- Security Best "
		"Practices\\n\"},\"defaultConfiguration\":{\"enabled\":false,"
		"\"level\":\"warning\"},"
		"\"relationships\":[{\"target\":{\"id\":\"https-everywhere\","
		"\"toolComponent\":{\"name\":\"Resync security "
		"checklist\",\"index\":0}},\"kinds\":[\"relevant\"]}],"
		"\"properties\":{\"security-severity\":"
		"\"5.5\",\"precision\":\"medium\",\"severity\":\"medium\","
		"\"checklist\":\"https-everywhere\",\"tags\":[\"security\"]}}\n"
		"     ],\n"
		"     \"supportedTaxonomies\":[\n"
		"      {\"name\":\"Resync security checklist\",\"index\":0},\n"
		"      {\"name\":\"CWE\",\"index\":1}\n"
		"     ]\n"
		"    }\n"
		"   },\n"
		"   \"invocations\":[\n"
		"    "
		"{\"executionSuccessful\":false,\"exitCode\":1,"
		"\"toolExecutionNotifications\":[{\"descriptor\":{\"id\":"
		"\"io\"},\"level\":\"error\",\"message\":{\"text\":\"could not "
		"be read: Permission "
		"denied\"},\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"secret/"
		"a.pem\",\"uriBaseId\":\"%SRCROOT%\"}}}]},{\"descriptor\":{"
		"\"id\":\"note\"},\"level\":\"note\",\"message\":{\"text\":"
		"\"no history was "
		"scanned\"}}],\"toolConfigurationNotifications\":[{"
		"\"descriptor\":{\"id\":\"policy\"},\"level\":\"note\","
		"\"message\":{\"text\":\"--disable: rule insecure-http-url is "
		"disabled\"}}],\"properties\":{\"coverage\":{\"complete\":"
		"false,\"seen\":120,\"scanned\":118,\"skipped\":1,\"failed\":1,"
		"\"bytes\":1234567,\"binary\":3,\"files\":{\"seen\":120,"
		"\"scanned\":118,\"skipped\":1,\"failed\":1,\"bytes\":1234567,"
		"\"binary\":3},\"objects\":{\"seen\":0,\"scanned\":0,"
		"\"skipped\":0,\"failed\":0,\"bytes\":0,\"binary\":0},"
		"\"skips\":[{\"reason\":\"ignored\",\"count\":1,\"paths\":["
		"\"node_modules\"]}],\"gap_counts\":{\"io\":1},\"gaps\":[{"
		"\"class\":\"io\",\"path\":\"secret/"
		"a.pem\",\"detail\":\"Permission "
		"denied\"}],\"suppressed\":1,\"unlisted\":0,\"notes\":[\"no "
		"history was scanned\"]}}}\n"
		"   ],\n"
		"   \"automationDetails\":{\n"
		"    \"id\":\"rskan/tree/\"\n"
		"   },\n"
		"   \"originalUriBaseIds\":{\n"
		"    \"%SRCROOT%\":{\"description\":{\"text\":\"the "
		"folder that was scanned\"}}\n"
		"   },\n"
		"   \"columnKind\":\"unicodeCodePoints\",\n"
		"   \"taxonomies\":[\n"
		"    {\"name\":\"Resync security "
		"checklist\",\"shortDescription\":{\"text\":\"The ten items of "
		"the security checklist of Resync's guide\"},\"taxa\":["
		"{\"id\":\"env-keys\",\"shortDescription\":{\"text\":\"env-"
		"keys\"}}"
		",{\"id\":\"keys-not-in-vcs\",\"shortDescription\":{\"text\":"
		"\"keys-not-in-vcs\"}}"
		",{\"id\":\"separate-keys\",\"shortDescription\":{\"text\":"
		"\"separate-keys\"}}"
		",{\"id\":\"key-rotation\",\"shortDescription\":{\"text\":"
		"\"key-rotation\"}}"
		",{\"id\":\"minimal-pii\",\"shortDescription\":{\"text\":"
		"\"minimal-pii\"}}"
		",{\"id\":\"no-sensitive-events\",\"shortDescription\":{"
		"\"text\":\"no-sensitive-events\"}}"
		",{\"id\":\"https-everywhere\",\"shortDescription\":{\"text\":"
		"\"https-everywhere\"}}"
		",{\"id\":\"webhook-signature\",\"shortDescription\":{\"text\":"
		"\"webhook-signature\"}}"
		",{\"id\":\"least-privilege\",\"shortDescription\":{\"text\":"
		"\"least-privilege\"}}"
		",{\"id\":\"regular-audits\",\"shortDescription\":{\"text\":"
		"\"regular-audits\"}}"
		"]},\n"
		"    {\"name\":\"CWE\",\"shortDescription\":{\"text\":\"The "
		"MITRE Common Weakness "
		"Enumeration\"},\"taxa\":[{\"id\":\"798\"}]}\n"
		"   ],\n"
		"   \"results\":[\n"
		"    "
		"{\"ruleId\":\"hardcoded-resync-key\",\"ruleIndex\":0,"
		"\"level\":\"error\",\"message\":{\"text\":\"A live Resync key "
		"is written into this "
		"file\"},\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"src/"
		"app.ts\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
		"\"startLine\":3,\"startColumn\":14,\"endLine\":3,"
		"\"endColumn\":35,\"snippet\":{\"text\":\"rsk_live_********"
		"f456\"}},\"contextRegion\":{\"startLine\":3,\"endLine\":3,"
		"\"snippet\":{\"text\":\"\\tconst key = "
		"'rsk_live_********f456';\"}}}}],\"partialFingerprints\":{"
		"\"primaryLocationLineHash\":\"c129715d7a2bc9a3:1\",\"rskan/"
		"v1\":\"abcdef00000000000000000000000000\"},\"properties\":{"
		"\"severity\":\"high\",\"confidence\":\"high\",\"checklist\":"
		"\"env-keys\",\"origin\":\"tree\",\"at_head\":true,\"fix\":"
		"\"Read it from the environment\\nand delete this key in the "
		"dashboard:\\n\\tconst key = "
		"process.env.RESYNC_API_KEY;\",\"secret\":{\"masked\":\"rsk_"
		"live_********f456\",\"kind\":\"live\",\"id\":\"k1\"}}},\n"
		"    "
		"{\"ruleId\":\"insecure-http-url\",\"ruleIndex\":1,\"level\":"
		"\"warning\",\"message\":{\"text\":\"Requests go out without "
		"encryption\"},\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"src/"
		"old%20api.ts\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
		"\"startLine\":12,\"startColumn\":1,\"endLine\":12,"
		"\"endColumn\":5}}}],\"partialFingerprints\":{\"rskan/"
		"v1\":\"00000000000000000000000000000000\"},\"properties\":{"
		"\"severity\":\"medium\",\"confidence\":\"medium\","
		"\"checklist\":\"https-everywhere\",\"origin\":\"commit\",\"at_"
		"head\":false,\"fix\":\"Write "
		"https.\",\"commit\":{\"oid\":"
		"\"0123456789abcdef0123456789abcdef01234567\",\"author\":\"Ann "
		"<ann@example.com>\",\"date\":\"2026-01-31T12:00:00Z\","
		"\"summary\":\"Talk to the API\"}}},\n"
		"    "
		"{\"ruleId\":\"hardcoded-resync-key\",\"ruleIndex\":0,"
		"\"level\":\"note\",\"message\":{\"text\":\"A live Resync key "
		"is written into this "
		"file\"},\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"test/"
		"app.ts\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
		"\"startLine\":3,\"startColumn\":14,\"endLine\":3,"
		"\"endColumn\":35,\"snippet\":{\"text\":\"rsk_live_********"
		"f456\"}},\"contextRegion\":{\"startLine\":3,\"endLine\":3,"
		"\"snippet\":{\"text\":\"\\tconst key = "
		"'rsk_live_********f456';\"}}}}],\"partialFingerprints\":{"
		"\"primaryLocationLineHash\":\"c129715d7a2bc9a3:1\",\"rskan/"
		"v1\":\"abcdef00000000000000000000000000\"},\"suppressions\":[{"
		"\"kind\":\"inSource\",\"status\":\"accepted\","
		"\"justification\":\"a made-up "
		"key\"}],\"properties\":{\"severity\":\"low\",\"confidence\":"
		"\"high\",\"checklist\":\"env-keys\",\"origin\":\"tree\",\"at_"
		"head\":true,\"fix\":\"Read it from the environment\\nand "
		"delete this key in the dashboard:\\n\\tconst key = "
		"process.env.RESYNC_API_KEY;\",\"secret\":{\"masked\":\"rsk_"
		"live_********f456\",\"kind\":\"live\",\"id\":\"k1\"}}}\n"
		"   ]\n"
		"  }\n"
		" ]\n"
		"}\n");
	free(text);
	sample_release(&sample);
}

Test(sarif, rules)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	log = write_log(&sample, "small.sarif");
	expect(&log, "tool.driver.rules.0.id", "hardcoded-resync-key");
	expect(&log, "tool.driver.rules.0.name", "HardcodedResyncKey");
	expect(&log, "tool.driver.rules.0.properties.security-severity", "8.0");
	expect(&log, "tool.driver.rules.0.properties.tags.0", "security");
	expect(&log, "tool.driver.rules.0.properties.tags.1",
		"external/cwe/cwe-798");
	expect(&log, "tool.driver.rules.0.defaultConfiguration.level", "error");
	cr_expect(cJSON_IsFalse(
		at(&log, "tool.driver.rules.1.defaultConfiguration.enabled")));
	cr_expect_null(at(&log, "tool.driver.rules.2"),
		"only rules that can have findings");
	release_log(&log);
	sample_release(&sample);
}

/* Rules of others may lack what ours have, or have too much of it. */
Test(sarif, rules_of_others)
{
	const char *many[] = { "CWE-1", "cwe-2", "[3]", "4", "5", "6", "7", "8",
		"9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
		"20", "21" };
	const char *letters[] = { "CWE-AZ[@" };
	struct rsk_rule rules[] = {
		{ .id = "A_{rule}", .kind = RSK_RULE_FINDING, .title = "One" },
		{ .id = "b",
			.kind = RSK_RULE_FINDING,
			.title = "Two",
			.what = "",
			.bad = "\n\n",
			.good = "x\n\n",
			.cwe = { many, 21 },
			.tags = { many, 21 } },
		{ .id = "c",
			.kind = RSK_RULE_FINDING,
			.title = "Three",
			.what = "First\nstill.\n\nSecond.\n",
			.tags = { many, 21 },
			.references = { many, 2 } },
		{ .id = "a-z-`-{",
			.kind = RSK_RULE_FINDING,
			.title = "Four",
			.what = "A\nb\nc",
			.bad = "x```",
			.good = "\n\ny\n\n",
			.cwe = { letters, 1 } },
		{ .id = "behind", .kind = RSK_RULE_FINDING, .title = "Five" },
	};
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample_clean(&sample.report);
	rsk_ruleset_free(sample.rules);
	sample.rules = rsk_ruleset_of(rules, 5);
	sample.rules->rules.len = 4; /* what is behind the last is none */
	log = write_log(&sample, "others.sarif");
	expect(&log, "tool.driver.rules.0.name", "A_{rule}");
	expect(&log, "tool.driver.rules.0.fullDescription.text", "One");
	expect(&log, "tool.driver.rules.0.help.text", "One\n\n");
	expect(&log, "tool.driver.rules.1.fullDescription.text", "Two");
	expect(&log, "tool.driver.rules.1.properties.tags.1",
		"external/cwe/cwe-1");
	expect(&log, "tool.driver.rules.1.properties.tags.3",
		"external/cwe/[3]");
	expect(&log, "tool.driver.rules.1.properties.tags.19",
		"external/cwe/19");
	cr_expect_null(at(&log, "tool.driver.rules.1.properties.tags.20"));
	expect(&log, "tool.driver.rules.2.fullDescription.text",
		"First still.\n\nSecond.");
	expect(&log, "tool.driver.rules.2.properties.tags.19", "19");
	cr_expect_null(at(&log, "tool.driver.rules.2.properties.tags.20"));
	expect(&log, "tool.driver.rules.2.help.text",
		"Three\n\nFirst\nstill.\n\nSecond.\n\n"
		"See:\n- CWE-1\n- cwe-2\n");
	expect(&log, "tool.driver.rules.3.name", "AZ`{");
	expect(&log, "tool.driver.rules.3.fullDescription.text", "A b c");
	expect(&log, "tool.driver.rules.3.help.markdown",
		"# Four\n\nA\nb\nc\n\n## Bad\n\n````\nx```\n````\n\n"
		"## Good\n\n```\n\n\ny\n```\n\n");
	expect(&log, "tool.driver.rules.3.properties.tags.1",
		"external/cwe/cwe-az[@");
	cr_expect_null(at(&log, "tool.driver.rules.4"));
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, result)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	log = write_log(&sample, "small.sarif");
	expect(&log, "results.1.ruleId", "insecure-http-url");
	expect_number(&log, "results.1.ruleIndex", 1);
	expect(&log, "results.1.level", "warning");
	expect(&log,
		"results.1.locations.0.physicalLocation.artifactLocation.uri",
		"src/old%20api.ts");
	expect_number(&log,
		"results.0.locations.0.physicalLocation.region.startLine", 3);
	expect_number(&log,
		"results.0.locations.0.physicalLocation.region.startColumn",
		14);
	expect_number(&log,
		"results.0.locations.0.physicalLocation.region.endLine", 3);
	expect_number(&log,
		"results.0.locations.0.physicalLocation.region.endColumn", 35);
	expect(&log,
		"results.0.locations.0.physicalLocation.region.snippet.text",
		"rsk_live_********f456");
	expect(&log, "results.0.partialFingerprints.primaryLocationLineHash",
		"c129715d7a2bc9a3:1");
	expect(&log, "results.0.partialFingerprints.rskan/v1",
		"abcdef00000000000000000000000000");
	cr_expect_null(at(&log, "results.1.partialFingerprints."
				"primaryLocationLineHash"),
		"not computed, not guessed");
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, suppressions)
{
	struct sample sample;
	struct rsk_finding more = sample_hidden();
	struct log log;

	sample_init(&sample);
	more.suppression.source = "config";
	*RSK_VEC_PUSH(&sample.report.suppressed) = more;
	log = write_log(&sample, "hidden.sarif");
	cr_expect_null(at(&log, "results.1.suppressions"));
	expect(&log, "results.2.suppressions.0.kind", "inSource");
	expect(&log, "results.2.suppressions.0.justification", "a made-up key");
	expect(&log, "results.3.suppressions.0.kind", "external");
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, what_could_not_be_read)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	log = write_log(&sample, "small.sarif");
	cr_expect(cJSON_IsFalse(at(&log, "invocations.0.executionSuccessful")));
	expect_number(&log, "invocations.0.exitCode", 1);
	expect(&log, "invocations.0.toolExecutionNotifications.0.message.text",
		"could not be read: Permission denied");
	expect(&log, "invocations.0.toolExecutionNotifications.0.level",
		"error");
	expect(&log,
		"invocations.0.toolExecutionNotifications.0.locations.0."
		"physicalLocation.artifactLocation.uri",
		"secret/a.pem");
	expect(&log,
		"invocations.0.toolConfigurationNotifications.0.message.text",
		"--disable: rule insecure-http-url is disabled");
	expect_number(&log, "invocations.0.properties.coverage.scanned", 118);
	release_log(&log);
	sample_release(&sample);
}

/* Gaps that are counted but not listed are said, too. */
Test(sarif, gap_without_a_word)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample_clean(&sample.report);
	rsk_coverage_gap(&sample.report.coverage, NULL, RSK_GAP_CRASH,
		RSK_LIT("a.js"), NULL);
	log = write_log(&sample, "wordless.sarif");
	expect(&log, "invocations.0.toolExecutionNotifications.0.message.text",
		rsk_gap_text(RSK_GAP_CRASH));
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, unlisted_gaps)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample.report.coverage.gaps[RSK_GAP_IO] = 8;
	sample.report.complete = true;
	log = write_log(&sample, "gaps.sarif");
	expect(&log, "invocations.0.toolExecutionNotifications.1.message.text",
		"could not be read: 7 more that are not listed");
	expect(&log, "invocations.0.toolExecutionNotifications.1.level",
		"warning");
	release_log(&log);
	sample_release(&sample);
}

static size_t count_level(const struct log *log, const char *level)
{
	const cJSON *result;
	size_t count = 0;

	cJSON_ArrayForEach(result, at(log, "results")) count += !strcmp(
		cJSON_GetObjectItem(result, "level")->valuestring, level);
	return count;
}

/* Too many for an upload: the most severe stay, and it is said. */
Test(sarif, truncated)
{
	struct sample sample;
	struct log log;
	struct rsk_finding note = sample_key();

	sample_init(&sample);
	note.severity = RSK_LOW;
	for (size_t i = 0; i < RSK_MAX_SARIF_RESULTS; i++)
		*RSK_VEC_PUSH(&sample.report.findings) =
			i % 5 ? note : sample_url();
	*RSK_VEC_PUSH(&sample.report.findings) = sample_key();
	sample.report.unlisted = 3;
	log = write_log(&sample, "truncated.sarif");
	cr_expect_eq(
		cJSON_GetArraySize(at(&log, "results")), RSK_MAX_SARIF_RESULTS);
	cr_expect_eq(count_level(&log, "error"), 2);
	cr_expect_eq(
		count_level(&log, "warning"), RSK_MAX_SARIF_RESULTS / 5 + 1);
	cr_expect_null(strstr(log.text, "\"suppressions\""));
	expect(&log, "invocations.0.toolExecutionNotifications.1.message.text",
		"25000 of 25004 results are listed, the most severe");
	expect(&log, "invocations.0.toolExecutionNotifications.2.message.text",
		"3 findings over a limit are counted, not listed");
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, exactly_as_many_as_fit)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	while (sample.report.findings.len < RSK_MAX_SARIF_RESULTS - 1)
		*RSK_VEC_PUSH(&sample.report.findings) = sample_url();
	log = write_log(&sample, "full.sarif");
	cr_expect_eq(
		cJSON_GetArraySize(at(&log, "results")), RSK_MAX_SARIF_RESULTS);
	cr_expect_not_null(strstr(log.text, "\"suppressions\""));
	cr_expect_null(strstr(log.text, "truncated"));
	expect(&log, "invocations.0.toolExecutionNotifications.1.descriptor.id",
		"many-results");
	release_log(&log);
	sample_release(&sample);
}

/* An audit is two runs, so that either can be uploaded anew. */
Test(sarif, audit)
{
	struct sample sample;
	struct log log;
	const cJSON *runs;

	sample_init(&sample);
	sample_answers(&sample.report);
	sample.report.coverage.objects.seen = 1;
	sample.report.unlisted = 3;
	log = write_log(&sample, "audit.sarif");
	runs = cJSON_GetObjectItemCaseSensitive(log.json, "runs");
	cr_assert_eq(cJSON_GetArraySize(runs), 2);
	expect(&log, "automationDetails.id", "rskan/tree/");
	expect(&log, "results.0.ruleId", "hardcoded-resync-key");
	expect(&log, "properties.checklist.1.answer", "fail");
	expect(&log, "properties.actions.0.risk", "critical");
	expect(&log, "taxonomies.0.taxa.9.id", "regular-audits");
	expect(&log, "invocations.0.toolExecutionNotifications.1.descriptor.id",
		"unlisted");
	cr_expect_eq(cJSON_GetArraySize(at(&log, "results")), 2);
	cJSON_DeleteItemFromArray((cJSON *)runs, 0);
	expect(&log, "automationDetails.id", "rskan/history/");
	expect(&log, "results.0.ruleId", "insecure-http-url");
	cr_expect_eq(cJSON_GetArraySize(at(&log, "results")), 1);
	cr_expect_null(at(&log, "properties"));
	cr_expect_null(at(&log, "invocations.0.toolExecutionNotifications.1"));
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, hostile)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample_hostile(&sample.report);
	sample_answers(&sample.report);
	log = write_log(&sample, "hostile.sarif");
	for (const char *c = log.text; *c; c++)
		cr_assert((unsigned char)*c >= 0x20 || *c == '\n');
	cr_expect_null(strstr(log.text, "##["));
	cr_expect_null(strstr(log.text, "\xe2\x80\xae"));
	cr_expect_not_null(
		strstr(cJSON_GetStringValue(at(&log, "results.0.message.text")),
			"\\](http://x)"),
		"brackets stay text, no link");
	expect(&log,
		"results.0.locations.0.physicalLocation.artifactLocation.uri",
		"%3A%3Aerror%20file%3Da%3A%3Ab%0A%23%23vso%5Btask%5D%23%23%5B"
		"group%5D%1B%5B31m%0D%09%22%5C%7F%C2%9B%E2%80%AE%FF%F0%9F%94"
		"%91%5D%28http%3A//x%29");
	expect(&log,
		"results.0.codeFlows.0.threadFlows.0.locations.0.location."
		"physicalLocation.artifactLocation.uriBaseId",
		"%SRCROOT%");
	release_log(&log);
	sample_release(&sample);
}

/* Coordinates that make no sense must not make the log invalid. */
Test(sarif, odd_places)
{
	struct sample sample;
	struct rsk_finding *finding;
	struct log log;

	sample_init(&sample);
	finding = &sample.report.findings.ptr[0];
	finding->start = (struct rsk_place){ 5, 9 };
	finding->end = (struct rsk_place){ 5, 2 };
	finding->path = RSK_LIT("/srv/a.ts");
	sample.report.findings.ptr[1].start = (struct rsk_place){ 0 };
	sample.report.findings.ptr[1].end = (struct rsk_place){ 0 };
	sample.report.findings.ptr[1].path = RSK_LIT("");
	log = write_log(&sample, "odd.sarif");
	expect_number(&log,
		"results.0.locations.0.physicalLocation.region.endColumn", 9);
	expect(&log,
		"results.0.locations.0.physicalLocation.artifactLocation.uri",
		"file:///srv/a.ts");
	cr_expect_null(at(&log, "results.0.locations.0.physicalLocation."
				"artifactLocation.uriBaseId"),
		"it is whole");
	expect_number(&log,
		"results.1.locations.0.physicalLocation.region.startLine", 1);
	expect(&log,
		"results.1.locations.0.physicalLocation.artifactLocation.uri",
		".");
	release_log(&log);
	sample_release(&sample);
}

Test(sarif, multi_line)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample.report.findings.ptr[0].end = (struct rsk_place){ 7, 2 };
	log = write_log(&sample, "lines.sarif");
	expect_number(&log,
		"results.0.locations.0.physicalLocation.contextRegion.endLine",
		7);
	release_log(&log);
	sample_release(&sample);
}

struct uri {
	char path[32];
	char uri[64];
};

static struct uri uris[] = {
	{ "src/app.ts", "src/app.ts" },
	{ "a b/c#d?e", "a%20b/c%23d%3Fe" },
	{ "c:/x", "c%3A/x" },
	{ "%41", "%2541" },
	{ "\xc3\xa9\xff", "%C3%A9%FF" },
	{ "../up", "../up" },
	{ "-", "-" },
	{ "", "." },
	{ "/etc/a b", "file:///etc/a%20b" },
};

ParameterizedTestParameters(sarif, uris)
{
	return cr_make_param_array(
		struct uri, uris, sizeof(uris) / sizeof(uris[0]));
}

ParameterizedTest(struct uri *param, sarif, uris)
{
	char text[80] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out };

	rsk_uri_add(&json, rsk_slice_str(param->path));
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, param->uri);
}

Test(sarif, fences)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	log = write_log(&sample, "small.sarif");
	cr_expect_not_null(strstr(cJSON_GetStringValue(at(&log,
					  "tool.driver.rules.0.help.markdown")),
		"## Good\n\n```\nconst key = `${env.KEY}`;\n```\n"));
	cr_expect_not_null(
		strstr(cJSON_GetStringValue(
			       at(&log, "tool.driver.rules.1.help.markdown")),
			"## Bad\n\n`````\n````\nfetch('http://example.com')\n"
			"`````\n"),
		"code cannot end its own fence");
	release_log(&log);
	sample_release(&sample);
}

/* Lists of more than one, and the way that a value takes. */
Test(sarif, more)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample_more(&sample.report);
	log = write_log(&sample, "more.sarif");
	sample_expect(log.text,
		"{\"descriptor\":{\"id\":\"io\"},\"level\":\"error\","
		"\"message\":{\"text\":\"could not be read: Is a "
		"directory\"},\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"secret/b.pem\","
		"\"uriBaseId\":\"%SRCROOT%\"}}}]},"
		"{\"descriptor\":{\"id\":\"timeout\"},\"level\":\"error\","
		"\"message\":{\"text\":\"took too long\"}},"
		"{\"descriptor\":{\"id\":\"note\"},\"level\":\"note\","
		"\"message\":{\"text\":\"no history was scanned\"}},"
		"{\"descriptor\":{\"id\":\"note\"},\"level\":\"note\","
		"\"message\":{\"text\":\"a shallow clone\"}}],");
	sample_expect(log.text,
		"\"message\":{\"text\":\"--disable: rule "
		"insecure-http-url is disabled\"}},"
		"{\"descriptor\":{\"id\":\"policy\"},\"level\":\"note\","
		"\"message\":{\"text\":\".rskan.yaml:3: docs are out\"}}],");
	sample_expect(log.text,
		"\"codeFlows\":[{\"threadFlows\":[{\"locations\":["
		"{\"location\":{\"physicalLocation\":{\"artifactLocation\":{"
		"\"uri\":\"src/form.ts\",\"uriBaseId\":\"%SRCROOT%\"},"
		"\"region\":{\"startLine\":4,\"startColumn\":9}},"
		"\"message\":{\"text\":\"read here\"}}},"
		"{\"location\":{\"physicalLocation\":{\"artifactLocation\":{"
		"\"uri\":\"src/old%20api.ts\",\"uriBaseId\":\"%SRCROOT%\"},"
		"\"region\":{\"startLine\":1,\"startColumn\":1}},"
		"\"message\":{\"text\":\"sent\"}}}]}]}],");
	sample_expect(log.text, ",\"life\":{\"commits\":5,");
	/* A reason that nobody gave is no justification. */
	sample_expect(log.text, "\"suppressions\":[{\"kind\":\"external\","
				"\"status\":\"accepted\"}],");
	release_log(&log);
	sample.report.suppressed.ptr[1].suppression.reason = "";
	log = write_log(&sample, "reasonless.sarif");
	sample_expect(log.text, "\"status\":\"accepted\"}],");
	release_log(&log);
	sample_release(&sample);
}

/* A repair is offered for what is shown, not for what is hidden. */
Test(sarif, fixes)
{
	struct sample sample;
	struct log log;
	struct rsk_edit edit = {
		.path = RSK_LIT("src/app.ts"),
		.from = { 3, 14 },
		.to = { 3, 35 },
		.text = RSK_LIT("process.env.KEY"),
		.what = "read the key from the environment",
		.fingerprint = { 0xab, 0xcd, 0xef },
	};

	sample_init(&sample);
	*RSK_VEC_PUSH(&sample.report.edits) = edit;
	log = write_log(&sample, "fixes.sarif");
	expect(&log, "results.0.fixes.0.description.text", edit.what);
	cr_expect_null(at(&log, "results.1.fixes"));
	cr_expect_not_null(at(&log, "results.2.suppressions"));
	cr_expect_null(at(&log, "results.2.fixes"));
	release_log(&log);
	sample_release(&sample);
}

/* One run, that of the history, with all that belongs to a run. */
Test(sarif, history)
{
	struct sample sample;
	struct log log;

	sample_init(&sample);
	sample.report.command = "history";
	sample.report.coverage.objects.seen = 1;
	sample.report.unlisted = 3;
	log = write_log(&sample, "history.sarif");
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(
			     log.json, "runs")),
		1);
	expect(&log, "automationDetails.id", "rskan/history/");
	cr_expect_eq(cJSON_GetArraySize(at(&log, "results")), 3);
	expect_number(&log, "invocations.0.properties.coverage.scanned", 118);
	expect(&log, "invocations.0.toolExecutionNotifications.1.message.text",
		"3 findings over a limit are counted, not listed");
	release_log(&log);
	sample.report.command = "staged";
	log = write_log(&sample, "staged.sarif");
	expect(&log, "automationDetails.id", "rskan/staged/");
	release_log(&log);
	sample_release(&sample);
}

/* A report of so many findings of each severity, and so many hidden ones. */
static void fill(struct rsk_report *report, const size_t counts[RSK_SEVERITIES],
	size_t hidden)
{
	struct rsk_finding finding = sample_url();

	finding.fix = "";
	report->findings.len = report->suppressed.len = 0;
	for (int i = 0; i < RSK_SEVERITIES; i++) {
		finding.severity = (enum rsk_severity)i;
		for (size_t n = 0; n < counts[i]; n++)
			*RSK_VEC_PUSH(&report->findings) = finding;
	}
	while (hidden--)
		*RSK_VEC_PUSH(&report->suppressed) = sample_hidden();
}

/* In how many lines it is; a result is a line. */
static size_t lines_with(const char *log, const char *text)
{
	struct rsk_slice rest = rsk_slice_str(log);
	struct rsk_slice line;
	size_t count = 0;

	while (rsk_slice_line(&line, &rest))
		count += rsk_slice_find(line, rsk_slice_str(text)) < line.len;
	return count;
}

enum { MOST = RSK_MAX_SARIF_RESULTS };

/* What is above, in and below the severity that does not fit whole. */
static const struct {
	size_t counts[RSK_SEVERITIES]; /* from info on */
	size_t hidden;
	size_t listed[RSK_SEVERITIES]; /* the hidden ones are low */
	size_t hidden_listed;
	const char *says;
} cuts[] = {
	{ { 5, 5, MOST, 4, 3 }, 2, { 0, 0, MOST - 7, 4, 3 }, 0,
		"25000 of 25019 results are listed, the most severe" },
	{ { 0, 0, 0, MOST - 2, 1 }, 3, { 0, 1, 0, MOST - 2, 1 }, 1,
		"25000 of 25002 results are listed, the most severe" },
	{ { 1, 0, 0, 0, MOST }, 0, { 0, 0, 0, 0, MOST }, 0,
		"25000 of 25001 results are listed, the most severe" },
	{ { 0, 0, 0, 0, 1 }, 5000, { 0, 5000, 0, 0, 1 }, 5000,
		"5001 results: a viewer may show the first 5000" },
	{ { 0, 0, 0, 0, 1 }, 4999, { 0, 4999, 0, 0, 1 }, 4999, NULL },
};

static size_t lines_of_severity(const char *log, int severity)
{
	char text[64];

	snprintf(text, sizeof(text), "\"properties\":{\"severity\":\"%s\",",
		rsk_severity_name((enum rsk_severity)severity));
	return lines_with(log, text);
}

Test(sarif, most_severe_first, .timeout = 120)
{
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct sample sample;
		char *log;

		sample_init(&sample);
		fill(&sample.report, cuts[i].counts, cuts[i].hidden);
		log = sample_write(&sample, "sarif", NULL);
		for (int k = 0; k < RSK_SEVERITIES; k++)
			cr_expect_eq(lines_of_severity(log, k),
				cuts[i].listed[k], "%zu: %d", i, k);
		cr_expect_eq(lines_with(log, "\"suppressions\""),
			cuts[i].hidden_listed, "%zu", i);
		if (cuts[i].says)
			sample_expect(log, cuts[i].says);
		else
			cr_expect_null(strstr(log, "a viewer may"));
		free(log);
		sample_release(&sample);
	}
}

struct written {
	char text[24];
	size_t len; /* of it; what is behind must not be read */
	char json[40];
};

/* Only what would be a link is escaped. */
static struct written writtens[] = {
	{ "[a](b)]", 6, "\"text\":\"\\\\[a\\\\](b)\"" },
	{ "a[0] = b", 8, "\"text\":\"a[0] = b\"" },
	{ "]](", 3, "\"text\":\"\\\\]\\\\](\"" },
	{ "a](", 2, "\"text\":\"a]\"" },
};

ParameterizedTestParameters(sarif, texts)
{
	return cr_make_param_array(struct written, writtens,
		sizeof(writtens) / sizeof(writtens[0]));
}

ParameterizedTest(struct written *param, sarif, texts)
{
	char text[80] = { 0 };
	struct rsk_out out = { .file = fmemopen(text, sizeof(text), "w") };
	struct rsk_json json = { .out = &out };

	rsk_sarif_text(&json, rsk_slice(param->text, param->len));
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	fclose(out.file);
	cr_expect_str_eq(text, param->json);
}
