#include <inttypes.h>

#include "report/text_p.h"

enum { TITLE = 15 };

static const struct {
	const char *word;
	enum rsk_ink ink;
} marks[RSK_ANSWERS] = {
	[RSK_ANSWER_PASS] = { "pass", RSK_INK_GREEN },
	[RSK_ANSWER_FAIL] = { "FAIL", RSK_INK_RED },
	[RSK_ANSWER_REVIEW] = { "review", RSK_INK_YELLOW },
	[RSK_ANSWER_UNKNOWN] = { "unknown", RSK_INK_BLUE },
	[RSK_ANSWER_NOT_APPLICABLE] = { "n/a", RSK_INK_DIM },
};

static bool needs_a_person(const struct rsk_answer *answer)
{
	return answer->kind == RSK_ANSWER_FAIL ||
	       answer->kind == RSK_ANSWER_REVIEW ||
	       answer->kind == RSK_ANSWER_UNKNOWN;
}

static void add_evidence(
	struct rsk_page *page, const struct rsk_evidence *evidence)
{
	rsk_page_indent(page, TITLE);
	if (evidence->path.len) {
		struct rsk_place place = { evidence->line, 0 };

		rsk_page_place(page, evidence->path, place);
		rsk_page_str(page, ": ");
	}
	rsk_page_wrap_from(page, TITLE, rsk_slice_str(evidence->text));
}

static void add_all_evidence(
	struct rsk_page *page, const struct rsk_answer *answer)
{
	size_t len = answer->evidence_len;
	size_t shown = page->style->verbose || !len ? len : 1;

	for (size_t i = 0; i < shown; i++)
		add_evidence(page, &answer->evidence[i]);
	if (shown == len)
		return;
	rsk_page_indent(page, TITLE);
	rsk_page_ink(page, RSK_INK_DIM);
	rsk_page_printf(
		page, "and %zu more (--verbose shows them)", len - shown);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
}

static void add_todo(struct rsk_page *page, const struct rsk_answer *answer)
{
	if (!answer->todo || !*answer->todo || !needs_a_person(answer))
		return;
	rsk_page_indent(page, TITLE);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, "do: ");
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_wrap(page, rsk_slice_str(answer->todo));
}

static void add_answer(
	struct rsk_page *page, const struct rsk_answer *answer, size_t number)
{
	rsk_page_printf(page, "  %2zu  ", number);
	rsk_page_ink(page, marks[answer->kind].ink);
	rsk_page_str(page, marks[answer->kind].word);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_to(page, TITLE);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, answer->title);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
	add_all_evidence(page, answer);
	add_todo(page, answer);
}

static void add_totals(struct rsk_page *page, const struct rsk_report *report)
{
	unsigned totals[RSK_ANSWERS] = { 0 };
	const char *separator = ": ";

	for (size_t i = 0; i < report->answers_len; i++)
		totals[report->answers[i].kind]++;
	for (int i = 0; i < RSK_ANSWERS; i++) {
		if (!totals[i])
			continue;
		rsk_page_printf(page, "%s%u %s", separator, totals[i],
			rsk_answer_name((enum rsk_answer_kind)i));
		separator = ", ";
	}
}

void rsk_page_checklist(struct rsk_page *page, const struct rsk_report *report)
{
	if (!report->answers_len)
		return;
	rsk_page_gap(page);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, "Security checklist");
	rsk_page_ink(page, RSK_INK_PLAIN);
	add_totals(page, report);
	rsk_page_line(page);
	rsk_page_gap(page);
	for (size_t i = 0; i < report->answers_len; i++)
		add_answer(page, &report->answers[i], i + 1);
	rsk_page_gap(page);
}
