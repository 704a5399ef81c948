#include "report/sarif_p.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/limits.h"
#include "report/formats_p.h"
#include "report/record_p.h"

/*
 * The format "sarif": SARIF 2.1.0 (OASIS, with Errata 01) as GitHub's code
 * scanning reads it. One run, of an audit two; what could not be read is a
 * notification.
 */

/* Beyond this many, viewers show a part. */
enum { SHOWN_BY_VIEWERS = 5000 };

/* An identifier that the format asks for; nothing is ever fetched. */
static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
			     "errata01/os/schemas/sarif-schema-2.1.0.json";

/* Of an audit's two runs; what both rest on is told by the first. */
static bool is_second(const struct rsk_sarif *sarif)
{
	return sarif->both && sarif->past;
}

static void begin_notification(
	struct rsk_json *json, const char *id, const char *level)
{
	rsk_json_object(json, NULL);
	rsk_json_object(json, "descriptor");
	rsk_json_str(json, "id", id);
	rsk_json_end(json);
	rsk_json_str(json, "level", level);
}

static void notify(struct rsk_json *json, const char *id, const char *level,
	const char *format, ...) RSK_PRINTF(4, 5);

static void notify(struct rsk_json *json, const char *id, const char *level,
	const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	begin_notification(json, id, level);
	rsk_sarif_message(json, "message", text);
	rsk_json_end(json);
}

static void add_gap(
	struct rsk_json *json, const struct rsk_gap *gap, const char *level)
{
	struct rsk_slice detail = rsk_slice_str(gap->detail);

	begin_notification(json, rsk_gap_name(gap->class), level);
	rsk_json_object(json, "message");
	rsk_json_open_string(json, "text");
	rsk_json_add_str(json, rsk_gap_text(gap->class));
	if (detail.len)
		rsk_json_add_str(json, ": ");
	rsk_json_add(json, detail);
	rsk_json_close_string(json);
	rsk_json_end(json);
	if (gap->path.len) {
		rsk_json_array(json, "locations");
		rsk_json_object(json, NULL);
		rsk_json_object(json, "physicalLocation");
		rsk_sarif_artifact(json, gap->path);
		rsk_json_end(json);
		rsk_json_end(json);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

/* The listed gaps, and for each class how many more there are. */
static void add_gaps(struct rsk_json *json, const struct rsk_report *report)
{
	const struct rsk_coverage *coverage = &report->coverage;
	const char *level = report->complete ? "warning" : "error";
	uint64_t left[RSK_GAPS];

	memcpy(left, coverage->gaps, sizeof(left));
	for (size_t i = 0; i < coverage->gap_list.len; i++) {
		add_gap(json, &coverage->gap_list.ptr[i], level);
		left[coverage->gap_list.ptr[i].class]--;
	}
	for (int i = 0; i < RSK_GAPS; i++)
		if (left[i])
			notify(json, rsk_gap_name((enum rsk_gap_class)i), level,
				"%s: %" PRIu64 " more that are not listed",
				rsk_gap_text((enum rsk_gap_class)i), left[i]);
}

static void add_limits(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;
	const struct rsk_report *report = sarif->report;
	uint64_t count = rsk_sarif_result_count(sarif);

	if (count > RSK_MAX_SARIF_RESULTS)
		notify(json, "truncated", "warning",
			"%u of %" PRIu64 " results are listed, the most severe",
			RSK_MAX_SARIF_RESULTS, count);
	else if (count > SHOWN_BY_VIEWERS)
		notify(json, "many-results", "note",
			"%" PRIu64 " results: a viewer may show the first %d",
			count, SHOWN_BY_VIEWERS);
	if (report->unlisted && !is_second(sarif))
		notify(json, "unlisted", "warning",
			"%" PRIu64 " findings over a limit are counted, "
			"not listed",
			report->unlisted);
}

static void add_notes(struct rsk_json *json, const struct rsk_report *report)
{
	for (size_t i = 0; i < report->coverage.notes.len; i++) {
		begin_notification(json, "note", "note");
		rsk_sarif_message(
			json, "message", report->coverage.notes.ptr[i]);
		rsk_json_end(json);
	}
}

static void add_policy(struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_array(json, "toolConfigurationNotifications");
	for (size_t i = 0; i < report->policy.len; i++) {
		begin_notification(json, "policy", "note");
		rsk_json_object(json, "message");
		rsk_json_open_string(json, "text");
		rsk_json_add_str(json, report->policy.ptr[i].source);
		rsk_json_add_str(json, ": ");
		rsk_json_add_str(json, report->policy.ptr[i].text);
		rsk_json_close_string(json);
		rsk_json_end(json);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

/* What failed is told by each run: a viewer may see one alone. */
static void add_invocation(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;
	const struct rsk_report *report = sarif->report;
	bool second = is_second(sarif);

	rsk_json_array(json, "invocations");
	rsk_json_object(json, NULL);
	rsk_json_bool(json, "executionSuccessful", report->complete);
	rsk_json_number(json, "exitCode", (uint64_t)report->exit_status);
	rsk_json_array(json, "toolExecutionNotifications");
	add_gaps(json, report);
	add_limits(sarif);
	if (!second)
		add_notes(json, report);
	rsk_json_end(json);
	if (!second) {
		add_policy(json, report);
		rsk_json_object(json, "properties");
		rsk_record_coverage(json, report);
		rsk_json_end(json);
	}
	rsk_json_end(json);
	rsk_json_end(json);
}

/* The answers of an audit belong to no result. */
static void add_run_properties(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;

	if (!sarif->report->answers_len || is_second(sarif))
		return;
	rsk_json_object(json, "properties");
	rsk_record_checklist(json, sarif->report);
	rsk_record_actions(json, sarif->report);
	rsk_json_end(json);
}

/* Separates the results of the tree from those of the history when uploaded,
 * whichever command they come from. */
static void add_automation(struct rsk_sarif *sarif)
{
	struct rsk_slice command = rsk_slice_str(sarif->report->command);
	const char *id = sarif->past ? "rskan/history/"
			 : rsk_slice_eq_str(command, "staged") ? "rskan/staged/"
							       : "rskan/tree/";

	rsk_json_object(&sarif->json, "automationDetails");
	rsk_json_str(&sarif->json, "id", id);
	rsk_json_end(&sarif->json);
}

static void add_base(struct rsk_json *json)
{
	rsk_json_object(json, "originalUriBaseIds");
	rsk_json_object(json, "%SRCROOT%");
	rsk_sarif_message(json, "description", "the folder that was scanned");
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_run(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;

	rsk_json_object(json, NULL);
	json->lines = 6; /* a rule a line */
	rsk_sarif_tool(sarif);
	json->lines = 4; /* a result a line */
	add_invocation(sarif);
	add_automation(sarif);
	add_base(json);
	rsk_json_str(json, "columnKind", "unicodeCodePoints");
	rsk_sarif_taxonomies(sarif);
	rsk_sarif_results(sarif);
	add_run_properties(sarif);
	rsk_json_end(json);
}

static void add_runs(struct rsk_sarif *sarif)
{
	const struct rsk_report *report = sarif->report;

	sarif->past =
		rsk_slice_eq_str(rsk_slice_str(report->command), "history");
	sarif->both = report->answers_len && report->coverage.objects.seen;
	add_run(sarif);
	if (!sarif->both)
		return;
	sarif->past = true;
	add_run(sarif);
}

enum rsk_err rsk_write_sarif(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_sarif sarif = {
		.json = { .out = &out, .lines = 4 },
		.report = report,
		.rules = rules,
	};
	struct rsk_json *json = &sarif.json;

	rsk_ids_init(&sarif.ids, report, style);
	rsk_json_object(json, NULL);
	rsk_json_str(json, "$schema", schema);
	rsk_json_str(json, "version", "2.1.0");
	rsk_json_array(json, "runs");
	add_runs(&sarif);
	rsk_json_end(json);
	rsk_json_end(json);
	rsk_json_newline(json);
	rsk_ids_release(&sarif.ids);
	rsk_map_release(&sarif.index);
	return rsk_out_finish(&out);
}
