/* rooms: report */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "../unit/html_oracle.h"
#include "base/utf8.h"
#include "report/report.h"

/*
 * A report whose every text is the input, in every format. Oracles: an
 * independent reader takes the JSON, and nothing that a terminal or a CI
 * system would obey is in the output.
 */

static void fill(struct rsk_report *report, struct rsk_slice text)
{
	char *string = rsk_arena_str(&report->arena, text);
	struct rsk_finding finding = {
		.rule = "a-rule",
		.severity = RSK_HIGH,
		.message = string,
		.fix = string,
		.path = text,
		.start = { 1, 1 },
		.end = { 1, 2 },
		.secret = { "********", NULL, { { 0 } } },
		.snippet = { text, (uint32_t)text.len / 2, 9 },
		.commit = { "01", text, (int64_t)text.len, text },
		.suppression = { "inline", string },
	};

	report->command = report->target = report->version = string;
	*RSK_VEC_PUSH(&report->findings) = finding;
	*RSK_VEC_PUSH(&report->suppressed) = finding;
	*RSK_VEC_PUSH(&report->policy) =
		(struct rsk_policy_note){ string, string };
	report->counts[RSK_HIGH] = 1;
	rsk_coverage_gap(&report->coverage, &report->coverage.files, RSK_GAP_IO,
		text, string);
	rsk_coverage_skip(&report->coverage, &report->coverage.files,
		RSK_SKIP_SYMLINK, text);
	rsk_coverage_note(&report->coverage, "%s", string);
}

/* A key with a life, and answers: what an audit adds. */
static void fill_audit(struct rsk_report *report, struct rsk_slice text)
{
	char *string = rsk_arena_str(&report->arena, text);
	struct rsk_slice *name =
		rsk_arena_array(&report->arena, 1, sizeof(*name));
	struct rsk_key_event *event =
		rsk_arena_array(&report->arena, 1, sizeof(*event));
	struct rsk_evidence *evidence =
		rsk_arena_array(&report->arena, 1, sizeof(*evidence));
	const struct rsk_commit_view commit = { "01", text, 1, text };

	*name = text;
	*event = (struct rsk_key_event){
		.kind = (enum rsk_key_event_kind)(text.len % RSK_KEY_EVENTS),
		.seconds = (int64_t)text.len << 24,
		.commit = commit,
		.path = text,
	};
	*evidence = (struct rsk_evidence){ .text = string, .path = text };
	*RSK_VEC_PUSH(&report->keys) = (struct rsk_key){
		.secret = { "********", NULL, { { 0 } } },
		.first = commit,
		.first_seconds = (int64_t)text.len << 22,
		.authors = { name, 1, 2 },
		.branches = { name, 1, 1 },
		.events = event,
		.events_len = 1,
		.at_head = text.len % 2,
	};
	*RSK_VEC_PUSH(&report->data) = (struct rsk_datum){ string, string,
		RSK_TIER_NEVER, string, text, 1 };
	for (size_t i = 0; i < RSK_ITEMS; i++)
		report->answers[i] = (struct rsk_answer){
			.item = (enum rsk_item)i,
			.title = string,
			.evidence = evidence,
			.evidence_len = 1,
			.todo = string,
			.kind = RSK_ANSWER_REVIEW,
		};
	report->answers_len = RSK_ITEMS;
}

static void check_line(struct rsk_slice line)
{
	if (rsk_slice_starts(rsk_slice_trim(line), RSK_LIT("::")))
		abort();
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] < 0x20 || line.ptr[i] == 0x7f)
			abort();
}

static void check_harmless(struct rsk_slice text)
{
	struct rsk_slice line;

	if (!rsk_utf8_valid(text) ||
		rsk_slice_find(text, RSK_LIT("##[")) < text.len ||
		rsk_slice_find(text, RSK_LIT("##vso[")) < text.len ||
		rsk_slice_find(text, RSK_LIT("\xe2\x80\xae")) < text.len)
		abort();
	while (rsk_slice_line(&line, &text))
		check_line(line);
}

static void check_json(const char *text)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithOpts(text, &end, true);

	if (!json)
		abort();
	cJSON_Delete(json);
}

static void check(const struct rsk_report *report, const char *format,
	const struct rsk_ruleset *rules)
{
	const struct rsk_style style = {
		.format = rsk_format_find(rsk_slice_str(format)),
		.verbose = true,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	if (!file || rsk_report_write(report, rules, &style, file))
		abort();
	fclose(file);
	check_harmless(rsk_slice(text, len));
	if (!strcmp(format, "json") || !strcmp(format, "sarif"))
		check_json(text);
	if (!strcmp(format, "html") && html_wrong(text, NULL))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rsk_ruleset *rules;
	struct rsk_report report = { 0 };

	if (!rules) {
		rules = rsk_ruleset_new();
		if (rsk_ruleset_freeze(rules, NULL))
			abort();
	}
	fill(&report, rsk_slice(data, size));
	if (size % 2)
		fill_audit(&report, rsk_slice(data, size));
	for (size_t i = 0; rsk_format_at(i); i++)
		check(&report, rsk_format_at(i)->name, rules);
	rsk_report_release(&report);
	return 0;
}
