#include <inttypes.h>

#include "base/limits.h"
#include "report/record_p.h"
#include "report/sarif_p.h"
#include "report/uri_p.h"
#include "report/words_p.h"

/*
 * Which results are written when there are too many: all above the severity
 * `edge`, of `edge` the first `room`, hidden ones last of all.
 */
struct cut {
	int edge; /* -1: all findings; then `room` is for hidden ones */
	uint64_t room;
};

/* Does the finding belong into the run at work? */
static bool is_in_run(
	const struct rsk_sarif *sarif, const struct rsk_finding *finding)
{
	return !sarif->both ||
	       rsk_origin_is_past(finding->origin) == sarif->past;
}

uint64_t rsk_sarif_result_count(const struct rsk_sarif *sarif)
{
	const struct rsk_report *report = sarif->report;
	uint64_t n = 0;

	for (size_t i = 0; i < report->findings.len; i++)
		n += is_in_run(sarif, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->suppressed.len; i++)
		n += is_in_run(sarif, &report->suppressed.ptr[i]);
	return n;
}

static struct cut find_cut(const struct rsk_sarif *sarif)
{
	const struct rsk_report *report = sarif->report;
	uint64_t listed[RSK_SEVERITIES] = { 0 };
	struct cut cut = { RSK_SEVERITIES - 1, RSK_MAX_SARIF_RESULTS };

	for (size_t i = 0; i < report->findings.len; i++)
		if (is_in_run(sarif, &report->findings.ptr[i]))
			listed[report->findings.ptr[i].severity]++;
	while (cut.edge >= 0 && listed[cut.edge] <= cut.room)
		cut.room -= listed[cut.edge--];
	return cut;
}

void rsk_sarif_artifact(struct rsk_json *json, struct rsk_slice path)
{
	rsk_json_object(json, "artifactLocation");
	rsk_json_open_string(json, "uri");
	rsk_uri_add(json, path);
	rsk_json_close_string(json);
	if (!rsk_uri_is_absolute(path))
		rsk_json_str(json, "uriBaseId", "%SRCROOT%");
	rsk_json_end(json);
}

/* [a](b) would be a link to b; a backslash keeps it text. */
void rsk_sarif_text(struct rsk_json *json, struct rsk_slice text)
{
	bool link = rsk_slice_find(text, RSK_LIT("](")) < text.len;
	size_t from = 0;

	rsk_json_open_string(json, "text");
	for (size_t i = 0; link && i < text.len; i++) {
		if (text.ptr[i] != '[' && text.ptr[i] != ']')
			continue;
		rsk_json_add(json, rsk_slice_cut(text, from, i));
		rsk_json_add_str(json, "\\");
		from = i;
	}
	rsk_json_add(json, rsk_slice_cut(text, from, text.len));
	rsk_json_close_string(json);
}

void rsk_sarif_message(struct rsk_json *json, const char *key, const char *text)
{
	rsk_json_object(json, key);
	rsk_sarif_text(json, rsk_slice_trim(rsk_slice_str(text)));
	rsk_json_end(json);
}

static bool is_before(struct rsk_place a, struct rsk_place b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

static void add_snippet(struct rsk_json *json, struct rsk_slice text)
{
	if (!text.len)
		return;
	rsk_json_object(json, "snippet");
	rsk_json_slice(json, "text", text);
	rsk_json_end(json);
}

static void add_region(struct rsk_json *json, const struct rsk_finding *finding)
{
	const struct rsk_snippet *snippet = &finding->snippet;
	struct rsk_place start = rsk_place_shown(finding->start);
	struct rsk_place end = rsk_place_shown(finding->end);

	if (is_before(end, start))
		end = start;
	rsk_json_object(json, "region");
	rsk_json_number(json, "startLine", start.line);
	rsk_json_number(json, "startColumn", start.column);
	rsk_json_number(json, "endLine", end.line);
	rsk_json_number(json, "endColumn", end.column);
	add_snippet(json, rsk_snippet_marked(snippet));
	rsk_json_end(json);
	if (!snippet->text.len)
		return;
	rsk_json_object(json, "contextRegion");
	rsk_json_number(json, "startLine", start.line);
	rsk_json_number(json, "endLine", end.line);
	add_snippet(json, snippet->text);
	rsk_json_end(json);
}

static void add_locations(
	struct rsk_json *json, const struct rsk_finding *finding)
{
	rsk_json_array(json, "locations");
	rsk_json_object(json, NULL);
	rsk_json_object(json, "physicalLocation");
	rsk_sarif_artifact(json, finding->path);
	add_region(json, finding);
	rsk_json_end(json);
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_fingerprints(
	struct rsk_json *json, const struct rsk_finding *finding)
{
	char print[RSK_PRINT_TEXT];
	char hash[48];

	rsk_hex(print, finding->fingerprint, sizeof(finding->fingerprint));
	snprintf(hash, sizeof(hash), "%" PRIx64 ":%" PRIu32, finding->line_hash,
		finding->line_hash_count);
	rsk_json_object(json, "partialFingerprints");
	if (finding->line_hash_count)
		rsk_json_str(json, "primaryLocationLineHash", hash);
	rsk_json_str(json, "rskan/v1", print);
	rsk_json_end(json);
}

static void add_step(struct rsk_json *json, const struct rsk_step *step)
{
	struct rsk_place at = rsk_place_shown(step->at);

	rsk_json_object(json, NULL);
	rsk_json_object(json, "location");
	rsk_json_object(json, "physicalLocation");
	rsk_sarif_artifact(json, step->path);
	rsk_json_object(json, "region");
	rsk_json_number(json, "startLine", at.line);
	rsk_json_number(json, "startColumn", at.column);
	rsk_json_end(json);
	rsk_json_end(json);
	rsk_sarif_message(json, "message", step->note);
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_flow(struct rsk_json *json, const struct rsk_finding *finding)
{
	if (!finding->flow_len)
		return;
	rsk_json_array(json, "codeFlows");
	rsk_json_object(json, NULL);
	rsk_json_array(json, "threadFlows");
	rsk_json_object(json, NULL);
	rsk_json_array(json, "locations");
	for (size_t i = 0; i < finding->flow_len; i++)
		add_step(json, &finding->flow[i]);
	for (int i = 0; i < 5; i++)
		rsk_json_end(json);
}

static void add_suppression(
	struct rsk_json *json, const struct rsk_suppression *suppression)
{
	if (!suppression->source)
		return;

	bool inside = !strcmp(suppression->source, "inline");

	rsk_json_array(json, "suppressions");
	rsk_json_object(json, NULL);
	rsk_json_str(json, "kind", inside ? "inSource" : "external");
	rsk_json_str(json, "status", "accepted");
	if (suppression->reason && *suppression->reason)
		rsk_json_str(json, "justification", suppression->reason);
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_properties(
	struct rsk_sarif *sarif, const struct rsk_finding *finding)
{
	struct rsk_json *json = &sarif->json;

	rsk_json_object(json, "properties");
	rsk_json_str(json, "severity", rsk_severity_name(finding->severity));
	rsk_json_str(
		json, "confidence", rsk_confidence_name(finding->confidence));
	rsk_json_str(json, "checklist", rsk_item_name(finding->item));
	rsk_json_str(json, "origin", rsk_origin_name(finding->origin));
	rsk_json_bool(json, "at_head", finding->at_head);
	rsk_json_slice(
		json, "fix", rsk_slice_trim(rsk_slice_str(finding->fix)));
	rsk_record_secret(json, finding, &sarif->ids);
	rsk_record_commit(json, &finding->commit);
	rsk_record_life(json, finding->life);
	rsk_json_end(json);
}

static void add_result(
	struct rsk_sarif *sarif, const struct rsk_finding *finding)
{
	struct rsk_json *json = &sarif->json;
	const uint32_t *index =
		rsk_map_get(&sarif->index, rsk_slice_str(finding->rule));

	rsk_json_object(json, NULL);
	rsk_json_str(json, "ruleId", finding->rule);
	if (index)
		rsk_json_number(json, "ruleIndex", *index - 1);
	rsk_json_str(
		json, "level", rsk_severity_sarif_level(finding->severity));
	rsk_sarif_message(json, "message", finding->message);
	add_locations(json, finding);
	add_fingerprints(json, finding);
	add_suppression(json, &finding->suppression);
	add_flow(json, finding);
	if (!finding->suppression.source)
		rsk_sarif_fixes(json, sarif->report, finding);
	add_properties(sarif, finding);
	rsk_json_end(json);
}

void rsk_sarif_results(struct rsk_sarif *sarif)
{
	const struct rsk_report *report = sarif->report;
	struct cut cut = find_cut(sarif);

	rsk_json_array(&sarif->json, "results");
	for (size_t i = 0; i < report->findings.len; i++) {
		const struct rsk_finding *finding = &report->findings.ptr[i];
		int severity = (int)finding->severity;

		if (!is_in_run(sarif, finding))
			continue;
		if (severity > cut.edge || (severity == cut.edge && cut.room))
			add_result(sarif, finding);
		if (severity == cut.edge && cut.room)
			cut.room--;
	}
	for (size_t i = 0; i < report->suppressed.len; i++) {
		if (!is_in_run(sarif, &report->suppressed.ptr[i]) || !cut.room)
			continue;
		add_result(sarif, &report->suppressed.ptr[i]);
		cut.room--;
	}
	rsk_json_end(&sarif->json);
}
