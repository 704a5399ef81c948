#include <inttypes.h>

#include "base/limits.h"
#include "report/html_p.h"
#include "report/words_p.h"

static void add_number(struct rsk_html *html, uint64_t number)
{
	rsk_html_open(html, "td", NULL);
	rsk_html_printf(html, "%" PRIu64, number);
	rsk_html_close(html);
}

static void add_tally(
	struct rsk_html *html, const char *what, const struct rsk_tally *tally)
{
	char size[RSK_SIZE];

	rsk_html_block(html, "tr", NULL);
	rsk_html_leaf(html, "th", "scope=\"row\"", what);
	add_number(html, tally->seen);
	add_number(html, tally->scanned);
	add_number(html, tally->skipped);
	add_number(html, tally->failed);
	add_number(html, tally->binary);
	rsk_html_leaf(html, "td", NULL, rsk_size(size, tally->bytes));
	rsk_html_close(html);
}

static void add_ledger(struct rsk_html *html)
{
	static const char *const columns[] = { "Of", "Seen", "Scanned",
		"Skipped", "Failed", "Binary", "Size" };

	rsk_html_block(html, "div",
		"class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"Coverage\"");
	rsk_html_block(html, "table", "class=\"ledger\"");
	rsk_html_leaf(html, "caption", NULL,
		"What was looked at: seen = scanned + skipped + failed; binary "
		"and size are of the scanned ones");
	rsk_html_block(html, "thead", NULL);
	rsk_html_open(html, "tr", NULL);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		rsk_html_leaf(html, "th", "scope=\"col\"", columns[i]);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_block(html, "tbody", NULL);
	add_tally(html, "files", &html->report->coverage.files);
	add_tally(html, "git objects", &html->report->coverage.objects);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_close(html);
}

/* "<details> word (text) 12" with a list, which the caller closes. */
static void open_list(struct rsk_html *html, const char *word, const char *text,
	uint64_t count)
{
	rsk_html_block(html, "details", "class=\"rest\"");
	rsk_html_open(html, "summary", NULL);
	rsk_html_leaf(html, "b", NULL, word);
	rsk_html_printf(html, " %s", text);
	rsk_html_str(html, " ");
	rsk_html_open(html, "span", "class=\"count\"");
	rsk_html_printf(html, "%" PRIu64, count);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_block(html, "ul", NULL);
}

static void close_list(struct rsk_html *html, uint64_t left_out)
{
	if (left_out) {
		rsk_html_block(html, "li", "class=\"more\"");
		rsk_html_printf(html, "and %" PRIu64 " more", left_out);
		rsk_html_close(html);
	}
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_gap_class(struct rsk_html *html, enum rsk_gap_class class)
{
	const struct rsk_coverage *coverage = &html->report->coverage;
	uint64_t shown = 0;

	open_list(html, rsk_gap_name(class), rsk_gap_text(class),
		coverage->gaps[class]);
	for (size_t i = 0; i < coverage->gap_list.len; i++) {
		const struct rsk_gap *gap = &coverage->gap_list.ptr[i];

		if (gap->class != class)
			continue;
		shown++;
		rsk_html_block(html, "li", NULL);
		if (gap->path.len)
			rsk_html_place(
				html, gap->path, (struct rsk_place){ 0, 0 });
		rsk_html_str(html, " ");
		rsk_html_str(html, gap->detail);
		rsk_html_close(html);
	}
	close_list(html, coverage->gaps[class] - shown);
}

static uint64_t sum(const uint64_t *counts, size_t len)
{
	uint64_t all = 0;

	for (size_t i = 0; i < len; i++)
		all += counts[i];
	return all;
}

static void add_gaps(struct rsk_html *html)
{
	const struct rsk_coverage *coverage = &html->report->coverage;

	if (!sum(coverage->gaps, RSK_GAPS))
		return;
	rsk_html_block(html, "h3", "id=\"gaps\"");
	rsk_html_str(html, "Not looked at, although asked for");
	rsk_html_close(html);
	for (int i = 0; i < RSK_GAPS; i++)
		if (coverage->gaps[i])
			add_gap_class(html, (enum rsk_gap_class)i);
}

static void add_skip(struct rsk_html *html, enum rsk_skip reason)
{
	const struct rsk_coverage *coverage = &html->report->coverage;
	uint64_t shown = 0;

	open_list(html, rsk_skip_name(reason), rsk_skip_text(reason),
		coverage->skips[reason]);
	for (size_t i = 0; i < coverage->skip_list.len; i++) {
		if (coverage->skip_list.ptr[i].reason != reason)
			continue;
		shown++;
		rsk_html_block(html, "li", NULL);
		rsk_html_place(html, coverage->skip_list.ptr[i].path,
			(struct rsk_place){ 0, 0 });
		rsk_html_close(html);
	}
	close_list(html, coverage->skips[reason] - shown);
}

static void add_skips(struct rsk_html *html)
{
	const struct rsk_coverage *coverage = &html->report->coverage;

	if (!sum(coverage->skips, RSK_SKIPS))
		return;
	rsk_html_block(html, "h3", NULL);
	rsk_html_str(html, "Passed over on purpose");
	rsk_html_close(html);
	for (int i = 0; i < RSK_SKIPS; i++)
		if (coverage->skips[i])
			add_skip(html, (enum rsk_skip)i);
}

static void add_policy(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;

	if (!report->policy.len)
		return;
	rsk_html_block(html, "h3", NULL);
	rsk_html_str(html, "Taken out of sight by the configuration");
	rsk_html_close(html);
	rsk_html_block(html, "ul", "class=\"policy\"");
	for (size_t i = 0; i < report->policy.len; i++) {
		rsk_html_block(html, "li", NULL);
		rsk_html_leaf(html, "code", NULL, report->policy.ptr[i].source);
		rsk_html_str(html, " ");
		rsk_html_str(html, report->policy.ptr[i].text);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

static void add_hidden_one(
	struct rsk_html *html, const struct rsk_finding *finding)
{
	rsk_html_block(html, "li", NULL);
	rsk_html_place(html, finding->path, finding->start);
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "code", NULL, finding->rule);
	rsk_html_printf(html, " (%s) ", finding->suppression.source);
	rsk_html_str(html, rsk_suppression_text(&finding->suppression));
	rsk_html_close(html);
}

static void add_hidden(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	char known[RSK_KNOWN_TEXT];
	char what[2 * RSK_KNOWN_TEXT];
	size_t shown = 0;

	if (!report->suppressed.len)
		return;
	rsk_html_block(html, "h3", NULL);
	rsk_html_str(html, "Hidden findings");
	rsk_html_close(html);
	snprintf(what, sizeof(what), "hidden%s%s",
		report->baseline.hides ? "" : " with a reason given",
		rsk_known_text(known, report));
	open_list(html, "suppressed", what, report->suppressed.len);
	for (; shown < report->suppressed.len && shown < RSK_MAX_HTML_FINDINGS;
		shown++)
		add_hidden_one(html, &report->suppressed.ptr[shown]);
	close_list(html, report->suppressed.len - shown);
}

static void add_notes(struct rsk_html *html)
{
	const struct rsk_coverage *coverage = &html->report->coverage;

	if (!coverage->notes.len)
		return;
	rsk_html_block(html, "h3", NULL);
	rsk_html_str(html, "Notes");
	rsk_html_close(html);
	rsk_html_block(html, "ul", "class=\"notes\"");
	for (size_t i = 0; i < coverage->notes.len; i++) {
		rsk_html_block(html, "li", NULL);
		rsk_html_str(html, coverage->notes.ptr[i]);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

void rsk_html_coverage(struct rsk_html *html)
{
	rsk_html_section(html, "coverage", "Coverage");
	add_ledger(html);
	add_gaps(html);
	add_skips(html);
	add_policy(html);
	add_hidden(html);
	add_notes(html);
	rsk_html_close(html);
}
