#include <inttypes.h>

#include "report/text_p.h"
#include "report/words_p.h"

/* Of one kind, unless --verbose. */
enum { SHOWN_OF_GAP = 10 };

static void add_title(struct rsk_page *page, const char *title)
{
	rsk_page_gap(page);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, title);
	rsk_page_ink(page, RSK_INK_PLAIN);
}

static void add_gap(struct rsk_page *page, const struct rsk_gap *gap)
{
	struct rsk_slice detail = rsk_slice_str(gap->detail);

	if (!gap->path.len && !detail.len)
		return; /* its class says it all */
	rsk_page_str(page, "    ");
	if (gap->path.len)
		rsk_page_path(page, gap->path);
	if (gap->path.len && detail.len)
		rsk_page_str(page, ": ");
	rsk_page_slice(page, detail);
	rsk_page_line(page);
}

static void add_gap_class(struct rsk_page *page,
	const struct rsk_coverage *coverage, enum rsk_gap_class class)
{
	uint64_t shown = 0;
	uint64_t most = page->style->verbose ? UINT64_MAX : SHOWN_OF_GAP;

	rsk_page_printf(page, "  %s (%s): %" PRIu64, rsk_gap_name(class),
		rsk_gap_text(class), coverage->gaps[class]);
	rsk_page_line(page);
	for (size_t i = 0; i < coverage->gap_list.len && shown < most; i++) {
		if (coverage->gap_list.ptr[i].class != class)
			continue;
		add_gap(page, &coverage->gap_list.ptr[i]);
		shown++;
	}
	if (shown < coverage->gaps[class]) {
		rsk_page_printf(page, "    and %" PRIu64 " more",
			coverage->gaps[class] - shown);
		rsk_page_line(page);
	}
}

static void add_gaps(struct rsk_page *page, const struct rsk_coverage *coverage)
{
	bool first = true;

	for (int i = 0; i < RSK_GAPS; i++) {
		if (!coverage->gaps[i])
			continue;
		if (first) {
			add_title(page, "Not looked at, although asked for");
			rsk_page_line(page);
		}
		first = false;
		add_gap_class(page, coverage, (enum rsk_gap_class)i);
	}
}

static void add_skip_paths(struct rsk_page *page,
	const struct rsk_coverage *coverage, enum rsk_skip reason)
{
	for (size_t i = 0; i < coverage->skip_list.len; i++) {
		if (coverage->skip_list.ptr[i].reason != reason)
			continue;
		rsk_page_str(page, "    ");
		rsk_page_path(page, coverage->skip_list.ptr[i].path);
		rsk_page_line(page);
	}
}

static void add_skips(
	struct rsk_page *page, const struct rsk_coverage *coverage)
{
	bool first = true;

	for (int i = 0; i < RSK_SKIPS; i++) {
		enum rsk_skip reason = (enum rsk_skip)i;

		if (!coverage->skips[i])
			continue;
		if (first) {
			add_title(page, "Passed over on purpose");
			rsk_page_line(page);
		}
		first = false;
		rsk_page_printf(page, "  %s (%s): %" PRIu64,
			rsk_skip_name(reason), rsk_skip_text(reason),
			coverage->skips[i]);
		rsk_page_line(page);
		if (page->style->verbose)
			add_skip_paths(page, coverage, reason);
	}
}

static void add_hidden(struct rsk_page *page, const struct rsk_finding *finding)
{
	rsk_page_str(page, "    ");
	rsk_page_place(page, finding->path, finding->start);
	rsk_page_printf(page, "  %s  (%s: ", finding->rule,
		finding->suppression.source);
	rsk_page_str(page, rsk_suppression_text(&finding->suppression));
	rsk_page_str(page, ")");
	rsk_page_line(page);
}

static void add_policy(struct rsk_page *page, const struct rsk_report *report)
{
	uint64_t hidden = report->suppressed.len;
	char known[RSK_KNOWN_TEXT];

	if (!hidden && !report->policy.len)
		return;
	add_title(page, "Hidden by configuration or comments");
	rsk_page_line(page);
	for (size_t i = 0; i < report->policy.len; i++) {
		rsk_page_str(page, "  ");
		rsk_page_str(page, report->policy.ptr[i].source);
		rsk_page_str(page, ": ");
		rsk_page_str(page, report->policy.ptr[i].text);
		rsk_page_line(page);
	}
	if (!hidden)
		return;
	rsk_page_printf(page, "  %" PRIu64 " problem%s%s%s%s", hidden,
		rsk_plural(hidden),
		report->baseline.hides ? "" : " with a reason given",
		rsk_known_text(known, report),
		page->style->verbose ? ":" : " (--verbose shows them)");
	rsk_page_line(page);
	for (size_t i = 0; page->style->verbose && i < hidden; i++)
		add_hidden(page, &report->suppressed.ptr[i]);
}

static void add_notes(
	struct rsk_page *page, const struct rsk_coverage *coverage)
{
	if (!coverage->notes.len)
		return;
	add_title(page, "Notes");
	rsk_page_line(page);
	for (size_t i = 0; i < coverage->notes.len; i++) {
		rsk_page_str(page, "  ");
		rsk_page_wrap(page, rsk_slice_str(coverage->notes.ptr[i]));
	}
}

void rsk_page_coverage(struct rsk_page *page, const struct rsk_report *report)
{
	add_gaps(page, &report->coverage);
	add_skips(page, &report->coverage);
	add_policy(page, report);
	add_notes(page, &report->coverage);
	rsk_page_gap(page);
}
