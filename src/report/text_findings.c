#include <inttypes.h>

#include "report/text_p.h"
#include "report/words_p.h"

/* Of one rule in one file, unless --verbose. More are counted. */
enum { SHOWN_OF_RULE = 5 };

enum { LABEL = 7, COMMIT_SHOWN = 120, REFS_SHOWN = 3 };

/* The findings of one severity, as they are written. */
struct part {
	struct rsk_page *page;
	const struct rsk_report *report;
	const struct rsk_ruleset *rules;
	const struct rsk_ids *ids;
	struct rsk_map told;    /* what was explained: said once a report */
	struct rsk_map in_file; /* rule -> findings left in this file */
	struct rsk_map shown;   /* rule -> findings shown in this file */
	enum rsk_severity severity;
};

void rsk_page_place(
	struct rsk_page *page, struct rsk_slice path, struct rsk_place place)
{
	rsk_page_path(page, path);
	if (place.line)
		rsk_page_printf(page, ":%" PRIu32, place.line);
	if (place.line && place.column)
		rsk_page_printf(page, ":%" PRIu32, place.column);
}

static void add_heading(
	struct rsk_page *page, const struct rsk_finding *finding)
{
	const char *severity = rsk_severity_name(finding->severity);

	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_place(page, finding->path, finding->start);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_str(page, "  ");
	rsk_page_ink(page, rsk_severity_ink(finding->severity));
	rsk_page_str(page, severity);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_printf(page, "  %s", finding->rule);
	if (finding->confidence != RSK_CONFIDENCE_HIGH)
		rsk_page_printf(page, "  (%s confidence)",
			rsk_confidence_name(finding->confidence));
}

static void begin_label(struct rsk_page *page, const char *label)
{
	rsk_page_str(page, "  ");
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, label);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_to(page, LABEL);
}

/* A text that belongs to many findings is said with the first of them. */
static bool is_news(struct part *part, const char *text)
{
	uint32_t *told;

	if (!text || !*text)
		return false;
	told = rsk_map_put(&part->told, rsk_slice_str(text));
	return !(*told)++ || part->page->style->verbose;
}

static void add_why(struct part *part, const struct rsk_finding *finding)
{
	const struct rsk_rule *rule =
		rsk_ruleset_find(part->rules, rsk_slice_str(finding->rule));
	const char *why = rule ? rule->why : NULL;

	if (!is_news(part, why))
		return;
	begin_label(part->page, "why:");
	rsk_page_wrap(part->page, rsk_sentence(why));
}

static void add_fix(struct part *part, const struct rsk_finding *finding)
{
	if (!is_news(part, finding->fix))
		return;
	begin_label(part->page, "fix:");
	rsk_page_wrap(part->page, rsk_slice_str(finding->fix));
}

static void add_key(struct part *part, const struct rsk_finding *finding)
{
	char name[RSK_ID_NAME];
	uint32_t places;

	if (!finding->secret.masked)
		return;
	places = rsk_ids_places(part->ids, finding);
	if (places < 2 && !part->page->style->verbose)
		return;
	begin_label(part->page, "key:");
	rsk_page_printf(part->page, "%s, ",
		rsk_ids_name(part->ids, &finding->secret, name));
	rsk_page_str(part->page, finding->secret.masked);
	rsk_page_printf(part->page, ", found in %" PRIu32 " place%s", places,
		rsk_plural(places));
	rsk_page_line(part->page);
}

/* "removed by 0123456789ab of 2026-01-31" or "not at HEAD any more" */
static void add_end(struct rsk_page *page, const struct rsk_finding *finding)
{
	const struct rsk_life_view *life = finding->life;
	char date[RSK_DATE];

	if (finding->at_head) {
		rsk_page_str(page, "still at HEAD");
		return;
	}
	if (!life || !life->removed) {
		rsk_page_str(page, "not at HEAD");
		return;
	}
	rsk_page_printf(page, "removed by %.12s", life->removed);
	if (rsk_date(date, life->removed_seconds))
		rsk_page_printf(page, " of %.10s", date);
}

/* ", in 12 commits, reached by 3 refs: main, v1.0, ..." */
static void add_spread(struct rsk_page *page, const struct rsk_life_view *life)
{
	rsk_page_printf(page, ", in %" PRIu32 " commit%s", life->commits,
		rsk_plural(life->commits));
	if (!life->refs_total) {
		rsk_page_str(page, ", reached by no ref");
		return;
	}
	rsk_page_printf(page,
		", reached by %" PRIu32 " ref%s: ", life->refs_total,
		rsk_plural(life->refs_total));
	for (size_t i = 0; i < life->refs_len && i < REFS_SHOWN; i++) {
		rsk_page_str(page, i ? ", " : "");
		rsk_page_slice(page, rsk_shorten(life->refs[i], COMMIT_SHOWN));
	}
	if (life->refs_total > REFS_SHOWN)
		rsk_page_str(page, ", ...");
}

static void add_other_paths(
	struct rsk_page *page, const struct rsk_finding *finding)
{
	const struct rsk_life_view *life = finding->life;
	size_t shown = 0;
	bool more = life->more_paths;

	for (size_t i = 0; i < life->paths_len; i++) {
		if (rsk_slice_eq(life->paths[i], finding->path))
			continue;
		if (shown == REFS_SHOWN) {
			more = true;
			break;
		}
		if (!shown)
			rsk_page_indent(page, LABEL);
		rsk_page_str(page, shown++ ? ", " : "also at ");
		rsk_page_path(page, life->paths[i]);
	}
	if (!shown)
		return;
	rsk_page_str(page, more ? ", ..." : "");
	rsk_page_line(page);
}

static void add_life(struct rsk_page *page, const struct rsk_finding *finding)
{
	if (!finding->commit.oid)
		return;
	rsk_page_indent(page, LABEL);
	add_end(page, finding);
	if (finding->life)
		add_spread(page, finding->life);
	rsk_page_line(page);
	if (finding->life)
		add_other_paths(page, finding);
}

static void add_commit(struct rsk_page *page, const struct rsk_finding *finding)
{
	const struct rsk_commit_view *commit = &finding->commit;
	char date[RSK_DATE];

	if (!commit->oid)
		return;
	begin_label(page, "in:");
	rsk_page_printf(page, "commit %.12s", commit->oid);
	if (rsk_date(date, commit->seconds))
		rsk_page_printf(page, " of %.10s", date);
	rsk_page_str(page, " by ");
	rsk_page_slice(page, rsk_shorten(commit->author, COMMIT_SHOWN));
	rsk_page_line(page);
	rsk_page_indent(page, LABEL);
	rsk_page_slice(page, rsk_shorten(commit->summary, COMMIT_SHOWN));
	rsk_page_line(page);
}

static void add_flow(struct rsk_page *page, const struct rsk_finding *finding)
{
	for (size_t i = 0; i < finding->flow_len; i++) {
		const struct rsk_step *step = &finding->flow[i];

		if (!i)
			begin_label(page, "flow:");
		rsk_page_indent(page, LABEL);
		rsk_page_place(page, step->path, step->at);
		rsk_page_str(page, "  ");
		rsk_page_str(page, step->note);
		rsk_page_line(page);
	}
}

static void add_whole(struct part *part, const struct rsk_finding *finding)
{
	struct rsk_page *page = part->page;

	add_heading(page, finding);
	rsk_page_line(page);
	rsk_page_str(page, "  ");
	rsk_page_wrap(page, rsk_slice_str(finding->message));
	rsk_page_snippet(page, finding);
	add_commit(page, finding);
	add_life(page, finding);
	add_flow(page, finding);
	add_key(part, finding);
	add_why(part, finding);
	add_fix(part, finding);
	rsk_page_gap(page);
}

static void add_brief(struct rsk_page *page, const struct rsk_finding *finding)
{
	add_heading(page, finding);
	rsk_page_str(page, ": ");
	rsk_page_str(page, finding->message);
	rsk_page_line(page);
}

static void add_folded(
	struct rsk_page *page, const struct rsk_finding *finding, uint32_t more)
{
	rsk_page_path(page, finding->path);
	rsk_page_printf(page, ": and %" PRIu32 " more of %s in this file", more,
		finding->rule);
	if (!page->style->quiet)
		rsk_page_str(page, " (--verbose shows them)");
	rsk_page_line(page);
	if (!page->style->quiet)
		rsk_page_gap(page);
}

static void add_finding(struct part *part, const struct rsk_finding *finding)
{
	struct rsk_page *page = part->page;
	struct rsk_slice rule = rsk_slice_str(finding->rule);
	uint32_t *shown = rsk_map_put(&part->shown, rule);
	uint32_t all = *rsk_map_put(&part->in_file, rule);

	if ((*shown)++ >= SHOWN_OF_RULE && !page->style->verbose)
		return;
	if (page->style->quiet)
		add_brief(page, finding);
	else
		add_whole(part, finding);
	if (*shown == SHOWN_OF_RULE && all > *shown && !page->style->verbose)
		add_folded(page, finding, all - *shown);
}

/* The findings from `i` on that are in one file. Returns where it ends. */
static size_t add_file(struct part *part, size_t i)
{
	const struct rsk_finding *list = part->report->findings.ptr;
	size_t end = i;

	for (; end < part->report->findings.len &&
		rsk_slice_eq(list[end].path, list[i].path);
		end++)
		if (list[end].severity == part->severity)
			++*rsk_map_put(
				&part->in_file, rsk_slice_str(list[end].rule));
	for (; i < end; i++)
		if (list[i].severity == part->severity)
			add_finding(part, &list[i]);
	rsk_map_release(&part->in_file);
	rsk_map_release(&part->shown);
	return end;
}

static void add_severity(struct part *part)
{
	struct rsk_page *page = part->page;
	uint64_t count = part->report->counts[part->severity];

	if (!count)
		return;
	if (!page->style->quiet) {
		rsk_page_ink(page, rsk_severity_ink(part->severity));
		rsk_page_printf(page, "== %s: %" PRIu64 " problem%s ==",
			rsk_severity_name(part->severity), count,
			rsk_plural(count));
		rsk_page_ink(page, RSK_INK_PLAIN);
		rsk_page_line(page);
		rsk_page_gap(page);
	}
	for (size_t i = 0; i < part->report->findings.len;)
		i = add_file(part, i);
}

void rsk_page_findings(struct rsk_page *page, const struct rsk_report *report,
	const struct rsk_ruleset *rules)
{
	struct rsk_ids ids;
	struct part part = {
		.page = page,
		.report = report,
		.rules = rules,
		.ids = &ids,
	};

	rsk_ids_init(&ids, report, page->style);
	for (int i = RSK_SEVERITIES - 1; i >= 0; i--) {
		part.severity = (enum rsk_severity)i;
		add_severity(&part);
	}
	if (report->unlisted) {
		rsk_page_printf(page,
			"%" PRIu64 " more problem%s over the limit of a report "
			"are counted, not listed",
			report->unlisted, rsk_plural(report->unlisted));
		rsk_page_line(page);
		rsk_page_gap(page);
	}
	rsk_map_release(&part.told);
	rsk_ids_release(&ids);
}
