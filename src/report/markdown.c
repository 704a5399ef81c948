#include <inttypes.h>

#include "base/limits.h"
#include "report/formats_p.h"
#include "report/groups_p.h"
#include "report/ids_p.h"
#include "report/markdown_p.h"
#include "report/out_p.h"
#include "report/words_p.h"

/*
 * The format "markdown": for a comment on a pull request or the summary of a
 * CI job, which are cut or refused when they are too large. So every piece is
 * written, looked at, and taken back when it does not fit any more; what was
 * left out is counted at the end.
 */
enum {
	ENDING = 6000, /* kept free for the coverage and the last words */
	FIRST = 5,
	SNIPPETS = 3, /* shown of one rule */
	GAPS = 5,
	KEYS = 20,
	PLACES = 50, /* listed of one rule */
};

struct page {
	struct rsk_md md;
	const struct rsk_report *report;
	const struct rsk_ruleset *rules;
	const struct rsk_ids *ids;
	struct rsk_groups groups;
	uint64_t listed; /* findings */
};

/* Take back what was written since `mark` if it made the page too large. */
static bool keep(struct page *page, size_t mark)
{
	if (page->md.text.len <= RSK_MAX_MARKDOWN_BYTES - ENDING)
		return true;
	rsk_buf_truncate(&page->md.text, mark);
	return false;
}

static void add_counts(struct page *page)
{
	const char *separator = "";

	for (int i = RSK_SEVERITIES - 1; i >= 0; i--) {
		if (!page->report->counts[i])
			continue;
		rsk_md_printf(&page->md, "%s%" PRIu64 " %s", separator,
			page->report->counts[i],
			rsk_severity_name((enum rsk_severity)i));
		separator = ", ";
	}
}

static void add_verdict(struct page *page)
{
	const struct rsk_report *report = page->report;
	uint64_t total = rsk_report_total(report);
	struct rsk_tally units = rsk_report_units(report);

	rsk_md_raw(&page->md, "## rskan ");
	rsk_md_str(&page->md, report->command);
	rsk_md_raw(&page->md, ": ");
	if (report->answers_len) {
		rsk_md_str(&page->md,
			rsk_standing_text(rsk_report_standing(report)));
		rsk_md_raw(&page->md, ", ");
	}
	if (total) {
		rsk_md_printf(&page->md, "%" PRIu64 " %sproblem%s (", total,
			report->baseline.hides ? "new " : "",
			rsk_plural(total));
		add_counts(page);
		rsk_md_raw(&page->md, ")\n\n");
	} else {
		rsk_md_raw(&page->md, !units.seen ? "nothing was scanned\n\n"
				      : report->baseline.hides
					      ? "no new problems found\n\n"
					      : "no problems found\n\n");
	}
	if (!report->complete)
		rsk_md_raw(&page->md, "**Incomplete:** not everything that was "
				      "asked for could be looked at, see the "
				      "end.\n\n");
	if (report->exit_status == 1)
		rsk_md_raw(&page->md, "**The check fails.**\n\n");
	else if (total)
		rsk_md_raw(&page->md, "None is severe enough to fail.\n\n");
	else if (report->complete && units.scanned)
		rsk_md_raw(&page->md, "**The check passes.**\n\n");
}

static const char *const marks[RSK_ANSWERS] = {
	[RSK_ANSWER_PASS] = "\xe2\x9c\x85 pass",
	[RSK_ANSWER_FAIL] = "\xe2\x9d\x8c fail",
	[RSK_ANSWER_REVIEW] = "\xe2\x9a\xa0\xef\xb8\x8f review",
	[RSK_ANSWER_UNKNOWN] = "\xe2\x9d\x94 unknown",
	[RSK_ANSWER_NOT_APPLICABLE] = "n/a",
};

static void add_answer(struct page *page, size_t i)
{
	const struct rsk_answer *answer = &page->report->answers[i];
	size_t mark;

	rsk_md_printf(&page->md, "| %zu | %s | ", i + 1, marks[answer->kind]);
	rsk_md_str(&page->md, answer->title);
	rsk_md_raw(&page->md, " | ");
	mark = page->md.text.len;
	if (answer->best < answer->evidence_len) {
		const struct rsk_evidence *best =
			&answer->evidence[answer->best];

		rsk_md_str(&page->md, best->text);
		rsk_md_raw(&page->md, " ");
		if (best->path.len)
			rsk_md_place(&page->md, best->path,
				(struct rsk_place){ best->line, 0 });
	}
	(void)keep(page, mark);
	rsk_md_raw(&page->md, " |\n");
}

static void add_checklist(struct page *page)
{
	if (!page->report->answers_len)
		return;
	rsk_md_raw(&page->md, "| | Answer | Security checklist | Evidence |\n"
			      "|---:|---|---|---|\n");
	for (size_t i = 0; i < page->report->answers_len; i++)
		add_answer(page, i);
	rsk_md_raw(&page->md, "\n");
}

static void add_more_places(struct page *page, uint64_t places)
{
	if (places > 1)
		rsk_md_printf(&page->md, " and %" PRIu64 " more place%s",
			places - 1, rsk_plural(places - 1));
}

static const char *title_of(const struct page *page, const char *id)
{
	const struct rsk_rule *rule =
		rsk_ruleset_find(page->rules, rsk_slice_str(id));

	return rule && rule->title ? rule->title : id;
}

static void add_action(struct page *page, const struct rsk_action *action)
{
	rsk_md_printf(&page->md, "1. **%s** ", rsk_severity_name(action->risk));
	rsk_md_str(&page->md, action->text);
	rsk_md_raw(&page->md, " ");
	if (action->path.len)
		rsk_md_place(&page->md, action->path,
			(struct rsk_place){ action->line, 0 });
	add_more_places(page, action->places);
	rsk_md_raw(&page->md, "\n");
}

static void add_step(struct page *page, size_t i)
{
	const struct rsk_group *group = &page->groups.all.ptr[i];
	const struct rsk_finding *finding = rsk_groups_at(&page->groups, i, 0);

	rsk_md_printf(
		&page->md, "1. **%s** ", rsk_severity_name(group->severity));
	rsk_md_str(&page->md, title_of(page, group->rule));
	rsk_md_raw(&page->md, ": ");
	rsk_md_place(&page->md, finding->path, finding->start);
	add_more_places(page, group->len);
	rsk_md_raw(&page->md, "\n");
}

static void add_first(struct page *page)
{
	const struct rsk_report *report = page->report;
	size_t mark = page->md.text.len;

	if (!report->actions_len && !report->findings.len)
		return;
	rsk_md_raw(&page->md, "### What to do first\n\n");
	for (size_t i = 0; i < report->actions_len; i++)
		add_action(page, &report->actions[i]);
	for (size_t i = 0;
		!report->actions_len && i < FIRST && i < page->groups.all.len;
		i++)
		add_step(page, i);
	rsk_md_raw(&page->md, "\n");
	(void)keep(page, mark);
}

static void add_snippet(struct page *page, const struct rsk_finding *finding)
{
	struct rsk_slice text = rsk_slice_trim(finding->snippet.text);

	if (!text.len)
		return;
	rsk_md_printf(&page->md, "\n  ```text\n  %" PRIu32 " | ",
		rsk_place_shown(finding->start).line);
	rsk_md_line(&page->md, text);
	rsk_md_raw(&page->md, "\n  ```\n");
}

static void add_history(struct page *page, const struct rsk_finding *finding)
{
	const struct rsk_commit_view *commit = &finding->commit;
	char date[RSK_DATE];

	if (!commit->oid)
		return;
	rsk_md_printf(&page->md, "; first in `%.12s`", commit->oid);
	if (rsk_date(date, commit->seconds))
		rsk_md_printf(&page->md, " of %.10s", date);
	rsk_md_raw(&page->md,
		finding->at_head ? ", still at HEAD" : ", not at HEAD");
}

static bool add_finding(
	struct page *page, const struct rsk_finding *finding, bool snippet)
{
	size_t mark = page->md.text.len;

	rsk_md_raw(&page->md, "- ");
	rsk_md_place(&page->md, finding->path, finding->start);
	rsk_md_raw(&page->md, " ");
	rsk_md_str(&page->md, finding->message);
	add_history(page, finding);
	rsk_md_raw(&page->md, "\n");
	if (snippet)
		add_snippet(page, finding);
	return keep(page, mark);
}

/* One rule: a block that is opened by a click. False: it is full. */
static bool add_group(struct page *page, size_t i)
{
	const struct rsk_group *group = &page->groups.all.ptr[i];
	const char *fix = rsk_groups_at(&page->groups, i, 0)->fix;
	size_t mark = page->md.text.len;
	size_t j = 0;

	rsk_md_printf(&page->md, "<details><summary><b>%s</b> ",
		rsk_severity_name(group->severity));
	rsk_md_html(&page->md, title_of(page, group->rule));
	rsk_md_printf(&page->md, " (%zu place%s)</summary>\n\n", group->len,
		rsk_plural(group->len));
	rsk_md_raw(&page->md, "Rule ");
	rsk_md_code(&page->md, rsk_slice_str(group->rule));
	rsk_md_raw(&page->md, ". **Fix:** ");
	rsk_md_str(&page->md, fix);
	rsk_md_raw(&page->md, "\n\n");
	if (!keep(page, mark))
		return false;
	while (j < group->len && j < PLACES &&
		add_finding(
			page, rsk_groups_at(&page->groups, i, j), j < SNIPPETS))
		j++;
	page->listed += j;
	if (j < group->len)
		rsk_md_printf(&page->md, "\nand %zu more\n", group->len - j);
	rsk_md_raw(&page->md, "\n</details>\n\n");
	return j == group->len || j == PLACES;
}

static void add_findings(struct page *page)
{
	size_t i = 0;

	if (!page->groups.all.len)
		return;
	rsk_md_raw(&page->md, "### Findings\n\n");
	while (i < page->groups.all.len && add_group(page, i))
		i++;
}

static void add_key(struct page *page, const struct rsk_key *key)
{
	char name[RSK_ID_NAME];
	char date[RSK_DATE];

	rsk_md_printf(&page->md, "| %s ",
		rsk_ids_name(page->ids, &key->secret, name));
	rsk_md_code(&page->md, rsk_slice_str(key->secret.masked));
	rsk_md_printf(&page->md, " | %s | %zu%s | ",
		key->at_head     ? "at HEAD"
		: key->first.oid ? "in the history"
				 : "not at HEAD",
		key->places_len, key->more_places ? "+" : "");
	if (key->first.oid && rsk_date(date, key->first_seconds))
		rsk_md_printf(&page->md, "%.10s", date);
	rsk_md_raw(&page->md, " | ");
	if (key->removed.oid && rsk_date(date, key->removed_seconds))
		rsk_md_printf(&page->md, "%.10s", date);
	rsk_md_raw(&page->md, " |\n");
}

static void add_keys(struct page *page)
{
	size_t len = page->report->keys.len;
	size_t shown = len > KEYS ? KEYS : len;
	size_t mark = page->md.text.len;

	if (!len)
		return;
	rsk_md_raw(&page->md, "### Keys\n\n| Key | | Places | Since | Removed "
			      "|\n|---|---|---:|---|---|\n");
	for (size_t i = 0; i < shown; i++)
		add_key(page, &page->report->keys.ptr[i]);
	if (shown < len)
		rsk_md_printf(&page->md, "\nand %zu more\n", len - shown);
	rsk_md_raw(&page->md, "\n");
	(void)keep(page, mark);
}

static void add_gaps(struct page *page)
{
	const struct rsk_coverage *coverage = &page->report->coverage;
	size_t mark;

	for (int i = 0; i < RSK_GAPS; i++)
		if (coverage->gaps[i])
			rsk_md_printf(&page->md,
				"- not looked at (%s): %" PRIu64 "\n",
				rsk_gap_text((enum rsk_gap_class)i),
				coverage->gaps[i]);
	mark = page->md.text.len;
	for (size_t i = 0; i < coverage->gap_list.len && i < GAPS; i++) {
		const struct rsk_gap *gap = &coverage->gap_list.ptr[i];

		rsk_md_raw(&page->md, "  - ");
		rsk_md_place(&page->md, gap->path, (struct rsk_place){ 0, 0 });
		rsk_md_raw(&page->md, " ");
		rsk_md_str(&page->md, gap->detail);
		rsk_md_raw(&page->md, "\n");
		if (!keep(page, mark))
			break;
		mark = page->md.text.len;
	}
}

static void add_tally(
	struct page *page, const char *what, const struct rsk_tally *tally)
{
	if (tally->seen)
		rsk_md_printf(&page->md,
			"- %" PRIu64 " %s%s seen = %" PRIu64
			" scanned + %" PRIu64 " skipped + %" PRIu64 " failed\n",
			tally->seen, what, rsk_plural(tally->seen),
			tally->scanned, tally->skipped, tally->failed);
}

static void add_ending(struct page *page)
{
	const struct rsk_report *report = page->report;
	uint64_t total = rsk_report_total(report);
	char known[RSK_KNOWN_TEXT];

	if (page->listed < total)
		rsk_md_printf(&page->md,
			"**%" PRIu64 " of %" PRIu64 " problems are left out "
			"here:** the formats html and json have all.\n\n",
			total - page->listed, total);
	rsk_md_raw(&page->md, "### Coverage\n\n");
	add_tally(page, "file", &report->coverage.files);
	add_tally(page, "git object", &report->coverage.objects);
	add_gaps(page);
	if (report->suppressed.len)
		rsk_md_printf(&page->md, "- %zu problem%s hidden%s%s\n",
			report->suppressed.len,
			rsk_plural(report->suppressed.len),
			report->baseline.hides ? "" : " with a reason given",
			rsk_known_text(known, report));
	if (report->policy.len)
		rsk_md_printf(&page->md,
			"- %zu setting%s of the configuration take%s something "
			"out of sight\n",
			report->policy.len, rsk_plural(report->policy.len),
			report->policy.len == 1 ? "s" : "");
	rsk_md_raw(&page->md, "\nrskan ");
	rsk_md_str(&page->md, report->version);
	rsk_md_raw(&page->md, "\n");
}

enum rsk_err rsk_write_markdown(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_ids ids;
	struct page page = {
		.md = { .text = RSK_BUF_INIT(RSK_MIB) },
		.report = report,
		.rules = rules,
		.ids = &ids,
	};

	rsk_ids_init(&ids, report, style);
	rsk_groups_init(&page.groups, report);
	add_verdict(&page);
	add_checklist(&page);
	add_first(&page);
	add_findings(&page);
	add_keys(&page);
	add_ending(&page);
	rsk_out_fail(&out, page.md.err);
	rsk_out_slice(&out, rsk_buf_slice(&page.md.text));
	rsk_buf_release(&page.md.text);
	rsk_groups_release(&page.groups);
	rsk_ids_release(&ids);
	return rsk_out_finish(&out);
}
