#include "report/formats_p.h"
#include "report/record_p.h"
#include "report/words_p.h"

/* The format "json": docs/report-formats.md and docs/schema. */

static void add_head(struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_object(json, "tool");
	rsk_json_str(json, "name", "rskan");
	rsk_json_str(json, "version", report->version);
	rsk_json_end(json);
	rsk_json_str(json, "target", report->target);
	rsk_json_str(json, "command", report->command);
	rsk_json_bool(json, "complete", report->complete);
	rsk_json_number(json, "exit", (uint64_t)report->exit_status);
}

static void add_policy(struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_array(json, "policy");
	for (size_t i = 0; i < report->policy.len; i++) {
		rsk_json_object(json, NULL);
		rsk_json_str(json, "source", report->policy.ptr[i].source);
		rsk_json_str(json, "text", report->policy.ptr[i].text);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

static void add_gone(struct rsk_json *json, const struct rsk_known *known)
{
	char print[RSK_PRINT_TEXT];

	if (known->state != RSK_KNOWN_GONE)
		return;
	rsk_hex(print, known->fingerprint, RSK_KNOWN_PRINT);
	rsk_json_object(json, NULL);
	rsk_json_number(json, "line", known->line);
	rsk_json_str(json, "rule", known->rule);
	rsk_json_str(json, "path", known->path);
	rsk_json_str(json, "fingerprint", print);
	rsk_json_str(json, "reason", known->reason);
	rsk_json_end(json);
}

static void add_baseline(struct rsk_json *json, const struct rsk_report *report)
{
	const struct rsk_baseline_view *baseline = &report->baseline;

	if (!baseline->name)
		return;
	rsk_json_object(json, "baseline");
	rsk_json_str(json, "file", baseline->name);
	rsk_json_number(json, "entries", baseline->entries);
	rsk_json_number(json, "hides", baseline->hides);
	rsk_json_number(json, "without_reason", baseline->reasonless);
	if (baseline->unjudged)
		rsk_json_null(json, "gone");
	else
		rsk_json_number(json, "gone", baseline->gone);
	rsk_json_array(json, "gone_entries");
	for (size_t i = 0; i < report->known.len; i++)
		add_gone(json, &report->known.ptr[i]);
	rsk_json_end(json);
	rsk_json_end(json);
}

/* What leaves where: names only, no values. */
static void add_data(struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_array(json, "data");
	for (size_t i = 0; i < report->data.len; i++) {
		const struct rsk_datum *datum = &report->data.ptr[i];

		rsk_json_object(json, NULL);
		rsk_json_str(json, "type", datum->type);
		rsk_json_str(json, "title", datum->title);
		rsk_json_str(json, "sink", datum->sink);
		rsk_json_path(json, datum->path);
		rsk_json_number(json, "line", datum->line);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

static void add_findings(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_ids *ids)
{
	rsk_json_array(json, "findings");
	for (size_t i = 0; i < report->findings.len; i++)
		rsk_record_finding(json, &report->findings.ptr[i], ids);
	rsk_json_end(json);
	rsk_json_array(json, "suppressed");
	for (size_t i = 0; i < report->suppressed.len; i++)
		rsk_record_finding(json, &report->suppressed.ptr[i], ids);
	rsk_json_end(json);
}

enum rsk_err rsk_write_json(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_json json = { .out = &out, .lines = 2 };
	struct rsk_ids ids;

	(void)rules;
	rsk_ids_init(&ids, report, style);
	rsk_json_object(&json, NULL);
	add_head(&json, report);
	rsk_record_coverage(&json, report);
	add_policy(&json, report);
	add_baseline(&json, report);
	rsk_record_checklist(&json, report);
	rsk_record_actions(&json, report);
	add_data(&json, report);
	rsk_record_keys(&json, report, &ids);
	add_findings(&json, report, &ids);
	rsk_json_end(&json);
	rsk_json_newline(&json);
	rsk_ids_release(&ids);
	return rsk_out_finish(&out);
}
