#include <inttypes.h>

#include "report/formats_p.h"
#include "report/text_p.h"
#include "report/words_p.h"

/*
 * The format "text", for a person in a hurry: the verdict first, then what to
 * do, the most severe on top, and at the end what the verdict rests on.
 */

void rsk_page_counts(struct rsk_page *page, const struct rsk_report *report)
{
	const char *separator = "";

	for (int i = RSK_SEVERITIES - 1; i >= 0; i--) {
		enum rsk_severity severity = (enum rsk_severity)i;

		if (!report->counts[i])
			continue;
		rsk_page_str(page, separator);
		rsk_page_ink(page, rsk_severity_ink(severity));
		rsk_page_printf(page, "%" PRIu64 " %s", report->counts[i],
			rsk_severity_name(severity));
		rsk_page_ink(page, RSK_INK_PLAIN);
		separator = ", ";
	}
}

/* Findings are sorted by path. */
static uint64_t files_with_findings(const struct rsk_report *report)
{
	const struct rsk_finding *list = report->findings.ptr;
	uint64_t files = 0;

	for (size_t i = 0; i < report->findings.len; i++)
		files += !i || !rsk_slice_eq(list[i].path, list[i - 1].path);
	return files;
}

static void add_known(struct rsk_page *page, const struct rsk_report *report)
{
	if (report->baseline.hides)
		rsk_page_printf(page, "; the baseline hides %u",
			report->baseline.hides);
}

static void add_problems(struct rsk_page *page, const struct rsk_report *report)
{
	uint64_t total = rsk_report_total(report);
	uint64_t files = files_with_findings(report);

	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_printf(page, "%" PRIu64 " %sproblem%s in %" PRIu64 " file%s",
		total, report->baseline.hides ? "new " : "", rsk_plural(total),
		files, rsk_plural(files));
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_str(page, ": ");
	rsk_page_counts(page, report);
	if (report->exit_status != 1)
		rsk_page_str(page, "; none is severe enough to fail");
	add_known(page, report);
	rsk_page_line(page);
}

/* "120 files and 3000 git objects" */
static void add_scanned(struct rsk_page *page, const struct rsk_report *report)
{
	uint64_t files = report->coverage.files.scanned;
	uint64_t objects = report->coverage.objects.scanned;

	if (files || !objects)
		rsk_page_printf(
			page, "%" PRIu64 " file%s", files, rsk_plural(files));
	if (files && objects)
		rsk_page_str(page, " and ");
	if (objects)
		rsk_page_printf(page, "%" PRIu64 " git object%s", objects,
			rsk_plural(objects));
}

static void add_all_clear(
	struct rsk_page *page, const struct rsk_report *report)
{
	struct rsk_tally units = rsk_report_units(report);

	rsk_page_ink(page, units.scanned && report->complete ? RSK_INK_GREEN
							     : RSK_INK_YELLOW);
	if (!units.seen)
		rsk_page_str(page, "nothing was scanned: 0 files seen");
	else {
		rsk_page_str(page, report->baseline.hides
					   ? "no new problems found in "
					   : "no problems found in ");
		add_scanned(page, report);
		add_known(page, report);
	}
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
}

static void add_incomplete(
	struct rsk_page *page, const struct rsk_report *report)
{
	const char *separator = "INCOMPLETE: ";

	if (report->complete)
		return;
	rsk_page_ink(page, RSK_INK_YELLOW);
	for (int i = 0; i < RSK_GAPS; i++) {
		if (!report->coverage.gaps[i])
			continue;
		rsk_page_printf(page, "%s%s (%" PRIu64 ")", separator,
			rsk_gap_text((enum rsk_gap_class)i),
			report->coverage.gaps[i]);
		separator = ", ";
	}
	if (!page->column)
		rsk_page_str(page, "INCOMPLETE");
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
}

static const struct rsk_finding *worst(const struct rsk_report *report)
{
	const struct rsk_finding *found = NULL;

	for (size_t i = 0; i < report->findings.len; i++)
		if (!found ||
			report->findings.ptr[i].severity > found->severity)
			found = &report->findings.ptr[i];
	return found;
}

static void add_start(struct rsk_page *page, const struct rsk_report *report)
{
	const struct rsk_finding *first = worst(report);

	if (!first)
		return;
	rsk_page_str(page, "start with ");
	rsk_page_place(page, first->path, first->start);
	rsk_page_printf(
		page, "; 'rskan rules %s' tells all about it", first->rule);
	rsk_page_line(page);
}

static void add_verdict(struct rsk_page *page, const struct rsk_report *report)
{
	if (rsk_report_total(report)) {
		add_problems(page, report);
		add_incomplete(page, report);
	} else {
		/* What was not looked at must not stand in the shadow of a
		 * good word. */
		add_incomplete(page, report);
		add_all_clear(page, report);
	}
}

/* As many columns as a tally of some thousand files takes. */
enum { TALLY = 75 };

static void add_tally(
	struct rsk_page *page, const char *what, const struct rsk_tally *tally)
{
	char size[RSK_SIZE];

	rsk_page_fold(page, TALLY);
	rsk_page_printf(page,
		"%" PRIu64 " %s%s seen = %" PRIu64 " scanned + %" PRIu64
		" skipped + %" PRIu64 " failed (%s",
		tally->seen, what, rsk_plural(tally->seen), tally->scanned,
		tally->skipped, tally->failed, rsk_size(size, tally->bytes));
	if (tally->binary)
		rsk_page_printf(page, ", %" PRIu64 " binary", tally->binary);
	rsk_page_str(page, ")");
}

static void add_summary(struct rsk_page *page, const struct rsk_report *report)
{
	const struct rsk_coverage *coverage = &report->coverage;
	uint64_t total = rsk_report_total(report);

	rsk_page_printf(
		page, "%" PRIu64 " problem%s", total, rsk_plural(total));
	if (total) {
		rsk_page_str(page, " (");
		rsk_page_counts(page, report);
		rsk_page_str(page, ")");
	}
	if (report->suppressed.len)
		rsk_page_printf(page, ", %zu hidden", report->suppressed.len);
	rsk_page_str(page, "; ");
	if (coverage->files.seen || !coverage->objects.seen)
		add_tally(page, "file", &coverage->files);
	if (coverage->files.seen && coverage->objects.seen)
		rsk_page_str(page, "; ");
	if (coverage->objects.seen)
		add_tally(page, "git object", &coverage->objects);
	if (!report->complete)
		rsk_page_str(page, "; INCOMPLETE");
	rsk_page_line(page);
}

enum rsk_err rsk_write_text(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_page page = rsk_page_on(&out, style);

	if (report->answers_len)
		rsk_page_headline(&page, report);
	add_verdict(&page, report);
	if (!style->quiet) {
		if (!report->answers_len)
			add_start(&page, report);
		rsk_page_checklist(&page, report);
		rsk_page_gap(&page);
	}
	rsk_page_findings(&page, report, rules);
	if (!style->quiet) {
		rsk_page_manual(&page, report);
		rsk_page_coverage(&page, report);
		add_summary(&page, report);
	}
	rsk_page_release(&page);
	return rsk_out_finish(&out);
}
