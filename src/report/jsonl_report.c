#include "report/formats_p.h"
#include "report/record_p.h"

/*
 * The format "jsonl": a finding a line, and a last line by which a reader
 * knows that none is missing.
 */

static void add_trailer(struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_object(json, NULL);
	rsk_record_coverage(json, report);
	if (report->answers_len)
		rsk_record_checklist(json, report);
	rsk_json_bool(json, "complete", report->complete);
	rsk_json_number(json, "exit", (uint64_t)report->exit_status);
	rsk_json_number(json, "findings", report->findings.len);
	rsk_json_end(json);
	rsk_json_newline(json);
}

enum rsk_err rsk_write_jsonl(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_json json = { .out = &out };
	struct rsk_ids ids;

	(void)rules;
	rsk_ids_init(&ids, report, style);
	for (size_t i = 0; i < report->findings.len; i++) {
		rsk_record_finding(&json, &report->findings.ptr[i], &ids);
		rsk_json_newline(&json);
	}
	add_trailer(&json, report);
	rsk_ids_release(&ids);
	return rsk_out_finish(&out);
}
