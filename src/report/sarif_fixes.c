#include "report/sarif_p.h"

#include <string.h>

/*
 * `fixes` of a result: the edits that repair it. What they take away is named
 * by its region, so no secret comes into the report.
 */

static int cmp_print(const struct rsk_edit *edit, const struct rsk_finding *f)
{
	return memcmp(
		edit->fingerprint, f->fingerprint, sizeof(f->fingerprint));
}

/* The first edit of the finding; they are sorted by it. */
static size_t first_edit(
	const struct rsk_report *report, const struct rsk_finding *finding)
{
	size_t low = 0;
	size_t high = report->edits.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cmp_print(&report->edits.ptr[middle], finding) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_replacement(struct rsk_json *json, const struct rsk_edit *edit)
{
	rsk_json_object(json, NULL);
	rsk_json_object(json, "deletedRegion");
	rsk_json_number(json, "startLine", edit->from.line);
	rsk_json_number(json, "startColumn", edit->from.column);
	rsk_json_number(json, "endLine", edit->to.line);
	rsk_json_number(json, "endColumn", edit->to.column);
	rsk_json_end(json);
	rsk_json_object(json, "insertedContent");
	rsk_json_slice(json, "text", edit->text);
	rsk_json_end(json);
	rsk_json_end(json);
}

/* The edits [from, end) are of one file. */
static void add_change(struct rsk_json *json, const struct rsk_report *report,
	size_t from, size_t end)
{
	rsk_json_object(json, NULL);
	rsk_sarif_artifact(json, report->edits.ptr[from].path);
	rsk_json_array(json, "replacements");
	for (size_t i = from; i < end; i++)
		add_replacement(json, &report->edits.ptr[i]);
	rsk_json_end(json);
	rsk_json_end(json);
}

void rsk_sarif_fixes(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_finding *finding)
{
	const struct rsk_edit *edits = report->edits.ptr;
	size_t from = first_edit(report, finding);
	size_t end = from;
	size_t next;

	while (end < report->edits.len && !cmp_print(&edits[end], finding))
		end++;
	if (from == end)
		return;
	rsk_json_array(json, "fixes");
	rsk_json_object(json, NULL);
	rsk_sarif_message(json, "description", edits[from].what);
	rsk_json_array(json, "artifactChanges");
	for (size_t i = from; i < end; i = next) {
		for (next = i; next < end &&
			       rsk_slice_eq(edits[next].path, edits[i].path);
			next++)
			;
		add_change(json, report, i, next);
	}
	for (int i = 0; i < 3; i++)
		rsk_json_end(json);
}
