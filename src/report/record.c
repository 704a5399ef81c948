#include "report/record_p.h"

#include "report/words_p.h"

static void add_place(
	struct rsk_json *json, const char *key, struct rsk_place place)
{
	place = rsk_place_shown(place);
	rsk_json_object(json, key);
	rsk_json_number(json, "line", place.line);
	rsk_json_number(json, "column", place.column);
	rsk_json_end(json);
}

void rsk_record_secret(struct rsk_json *json, const struct rsk_finding *finding,
	const struct rsk_ids *ids)
{
	const struct rsk_secret_view *secret = &finding->secret;
	char name[RSK_ID_NAME];

	if (!secret->masked)
		return;
	rsk_json_object(json, "secret");
	rsk_json_str(json, "masked", secret->masked);
	rsk_json_str(json, "kind", secret->kind ? secret->kind : "unknown");
	rsk_json_str(json, "id", rsk_ids_name(ids, secret, name));
	rsk_json_end(json);
}

static void add_date(struct rsk_json *json, const char *key, int64_t seconds)
{
	char date[RSK_DATE];

	if (rsk_date(date, seconds))
		rsk_json_str(json, key, date);
	else
		rsk_json_null(json, key);
}

void rsk_record_commit(
	struct rsk_json *json, const struct rsk_commit_view *commit)
{
	if (!commit->oid)
		return;
	rsk_json_object(json, "commit");
	rsk_json_str(json, "oid", commit->oid);
	rsk_json_slice(json, "author", commit->author);
	add_date(json, "date", commit->seconds);
	rsk_json_slice(json, "summary", commit->summary);
	rsk_json_end(json);
}

static void add_moment(struct rsk_json *json, const char *key, const char *oid,
	int64_t seconds)
{
	if (!oid)
		return;
	rsk_json_object(json, key);
	rsk_json_str(json, "oid", oid);
	add_date(json, "date", seconds);
	rsk_json_end(json);
}

static void add_names(struct rsk_json *json, const char *key,
	const struct rsk_slice *names, size_t len)
{
	rsk_json_array(json, key);
	for (size_t i = 0; i < len; i++)
		rsk_json_slice(json, NULL, names[i]);
	rsk_json_end(json);
}

void rsk_record_life(struct rsk_json *json, const struct rsk_life_view *life)
{
	if (!life)
		return;
	rsk_json_object(json, "life");
	rsk_json_number(json, "commits", life->commits);
	add_moment(json, "last", life->last, life->last_seconds);
	add_moment(json, "removed", life->removed, life->removed_seconds);
	add_names(json, "paths", life->paths, life->paths_len);
	rsk_json_bool(json, "more_paths", life->more_paths);
	add_names(json, "refs", life->refs, life->refs_len);
	rsk_json_number(json, "refs_total", life->refs_total);
	rsk_json_end(json);
}

static void add_flow(struct rsk_json *json, const struct rsk_finding *finding)
{
	if (!finding->flow_len)
		return;
	rsk_json_array(json, "flow");
	for (size_t i = 0; i < finding->flow_len; i++) {
		const struct rsk_step *step = &finding->flow[i];
		struct rsk_place at = rsk_place_shown(step->at);

		rsk_json_object(json, NULL);
		rsk_json_path(json, step->path);
		rsk_json_number(json, "line", at.line);
		rsk_json_number(json, "column", at.column);
		rsk_json_str(json, "note", step->note);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

static void add_suppression(
	struct rsk_json *json, const struct rsk_suppression *suppression)
{
	if (!suppression->source)
		return;
	rsk_json_object(json, "suppression");
	rsk_json_str(json, "source", suppression->source);
	rsk_json_str(json, "reason", suppression->reason);
	rsk_json_end(json);
}

void rsk_record_finding(struct rsk_json *json,
	const struct rsk_finding *finding, const struct rsk_ids *ids)
{
	char print[RSK_PRINT_TEXT];

	rsk_hex(print, finding->fingerprint, sizeof(finding->fingerprint));
	rsk_json_object(json, NULL);
	rsk_json_str(json, "rule", finding->rule);
	rsk_json_str(json, "severity", rsk_severity_name(finding->severity));
	rsk_json_str(
		json, "confidence", rsk_confidence_name(finding->confidence));
	rsk_json_str(json, "checklist", rsk_item_name(finding->item));
	rsk_json_str(json, "message", finding->message);
	rsk_json_slice(
		json, "fix", rsk_slice_trim(rsk_slice_str(finding->fix)));
	rsk_json_path(json, finding->path);
	add_place(json, "start", finding->start);
	add_place(json, "end", finding->end);
	rsk_json_str(json, "origin", rsk_origin_name(finding->origin));
	rsk_json_str(json, "fingerprint", print);
	rsk_record_secret(json, finding, ids);
	rsk_record_commit(json, &finding->commit);
	rsk_record_life(json, finding->life);
	rsk_json_bool(json, "at_head", finding->at_head);
	add_flow(json, finding);
	add_suppression(json, &finding->suppression);
	rsk_json_end(json);
}

static void add_tally(struct rsk_json *json, const struct rsk_tally *tally)
{
	rsk_json_number(json, "seen", tally->seen);
	rsk_json_number(json, "scanned", tally->scanned);
	rsk_json_number(json, "skipped", tally->skipped);
	rsk_json_number(json, "failed", tally->failed);
	rsk_json_number(json, "bytes", tally->bytes);
	rsk_json_number(json, "binary", tally->binary);
}

static void add_tally_object(
	struct rsk_json *json, const char *key, const struct rsk_tally *tally)
{
	rsk_json_object(json, key);
	add_tally(json, tally);
	rsk_json_end(json);
}

static void add_skip_reason(struct rsk_json *json,
	const struct rsk_coverage *coverage, enum rsk_skip reason)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "reason", rsk_skip_name(reason));
	rsk_json_number(json, "count", coverage->skips[reason]);
	rsk_json_array(json, "paths");
	for (size_t i = 0; i < coverage->skip_list.len; i++)
		if (coverage->skip_list.ptr[i].reason == reason)
			rsk_json_slice(
				json, NULL, coverage->skip_list.ptr[i].path);
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_skips(
	struct rsk_json *json, const struct rsk_coverage *coverage)
{
	rsk_json_array(json, "skips");
	for (int i = 0; i < RSK_SKIPS; i++)
		if (coverage->skips[i])
			add_skip_reason(json, coverage, (enum rsk_skip)i);
	rsk_json_end(json);
}

static void add_gaps(struct rsk_json *json, const struct rsk_coverage *coverage)
{
	rsk_json_object(json, "gap_counts");
	for (int i = 0; i < RSK_GAPS; i++)
		if (coverage->gaps[i])
			rsk_json_number(json,
				rsk_gap_name((enum rsk_gap_class)i),
				coverage->gaps[i]);
	rsk_json_end(json);
	rsk_json_array(json, "gaps");
	for (size_t i = 0; i < coverage->gap_list.len; i++) {
		const struct rsk_gap *gap = &coverage->gap_list.ptr[i];

		rsk_json_object(json, NULL);
		rsk_json_str(json, "class", rsk_gap_name(gap->class));
		rsk_json_path(json, gap->path);
		rsk_json_str(json, "detail", gap->detail);
		rsk_json_end(json);
	}
	rsk_json_end(json);
}

void rsk_record_coverage(struct rsk_json *json, const struct rsk_report *report)
{
	const struct rsk_coverage *coverage = &report->coverage;
	const struct rsk_tally all = rsk_report_units(report);

	rsk_json_object(json, "coverage");
	rsk_json_bool(json, "complete", report->complete);
	add_tally(json, &all);
	add_tally_object(json, "files", &coverage->files);
	add_tally_object(json, "objects", &coverage->objects);
	add_skips(json, coverage);
	add_gaps(json, coverage);
	rsk_json_number(json, "suppressed", report->suppressed.len);
	rsk_json_number(json, "unlisted", report->unlisted);
	rsk_json_array(json, "notes");
	for (size_t i = 0; i < coverage->notes.len; i++)
		rsk_json_str(json, NULL, coverage->notes.ptr[i]);
	rsk_json_end(json);
	rsk_json_end(json);
}
