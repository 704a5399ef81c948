#include <inttypes.h>

#include "base/day.h"
#include "report/text_p.h"
#include "report/words_p.h"

/*
 * The first screen of an audit: ten lines with a mark and what tells most,
 * then what to do first. --verbose has all evidence under each line.
 */
enum { TITLE = 12, EVIDENCE = 48, SHOWN_STEPS = 6, TOTALS = 63 };

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

/* What a line of evidence says, where all of them are shown. */
static const char signs[RSK_EVIDENCE_KINDS] = {
	[RSK_EVIDENCE_SUMMARY] = ' ',
	[RSK_EVIDENCE_AGAINST] = '-',
	[RSK_EVIDENCE_OPEN] = '?',
	[RSK_EVIDENCE_FOR] = '+',
	[RSK_EVIDENCE_NOTE] = ' ',
};

static void add_title(struct rsk_page *page, const char *title)
{
	rsk_page_gap(page);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, title);
	rsk_page_ink(page, RSK_INK_PLAIN);
}

/* ---- the ten lines ---- */

/* "src/app.ts:4: the text", as it is without escapes. */
static size_t length_of(const struct rsk_evidence *evidence)
{
	const size_t longest = sizeof(":4294967295: ");

	return strlen(evidence->text) +
	       (evidence->path.len ? evidence->path.len + longest : 0);
}

static void add_place_of(
	struct rsk_page *page, const struct rsk_evidence *evidence)
{
	struct rsk_place place = { evidence->line, 0 };

	if (!evidence->path.len)
		return;
	rsk_page_place(page, evidence->path, place);
	rsk_page_str(page, ": ");
}

/* The most telling line, on the title's if there is room, and cut to one. */
static void add_best(struct rsk_page *page, const struct rsk_answer *answer)
{
	const struct rsk_evidence *best = &answer->evidence[answer->best];
	struct rsk_slice text = rsk_slice_str(best->text);
	size_t room;

	if (page->column < EVIDENCE &&
		EVIDENCE + length_of(best) <= page->width) {
		rsk_page_to(page, EVIDENCE);
	} else {
		rsk_page_line(page);
		rsk_page_indent(page, TITLE);
	}
	add_place_of(page, best);
	room = page->width > page->column ? page->width - page->column : 0;
	/* Since when can wait. */
	if (text.len > room)
		text = rsk_slice_cut(
			text, 0, rsk_slice_find(text, RSK_LIT(" (since")));
	if (text.len > room && room > 3) {
		rsk_page_slice(page, rsk_shorten(text, room - 3));
		rsk_page_str(page, "...");
	} else {
		rsk_page_slice(page, text);
	}
	rsk_page_line(page);
}

static void add_todo(struct rsk_page *page, const struct rsk_answer *answer)
{
	if (!answer->todo || !*answer->todo ||
		answer->kind == RSK_ANSWER_PASS ||
		answer->kind == RSK_ANSWER_NOT_APPLICABLE)
		return;
	rsk_page_indent(page, TITLE);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, "do: ");
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_wrap(page, rsk_slice_str(answer->todo));
}

static void add_all(struct rsk_page *page, const struct rsk_answer *answer)
{
	rsk_page_line(page);
	for (size_t i = 0; i < answer->evidence_len; i++) {
		const struct rsk_evidence *evidence = &answer->evidence[i];

		rsk_page_indent(page, TITLE - 2);
		rsk_page_printf(page, "%c ", signs[evidence->kind]);
		add_place_of(page, evidence);
		rsk_page_wrap_from(page, TITLE, rsk_slice_str(evidence->text));
	}
	add_todo(page, answer);
}

static void add_answer(
	struct rsk_page *page, const struct rsk_answer *answer, size_t number)
{
	rsk_page_str(page, " ");
	rsk_page_ink(page, marks[answer->kind].ink);
	rsk_page_str(page, marks[answer->kind].word);
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_to(page, TITLE - 3);
	rsk_page_printf(page, "%2zu ", number);
	rsk_page_ink(page, RSK_INK_BOLD);
	rsk_page_str(page, answer->title);
	rsk_page_ink(page, RSK_INK_PLAIN);
	if (page->style->verbose || !answer->evidence_len)
		add_all(page, answer);
	else
		add_best(page, answer);
}

/* ---- what to do first ---- */

/* Of a fix: its first sentence, without code that follows it. */
static struct rsk_slice step_text(const struct rsk_action *step)
{
	struct rsk_slice text = rsk_slice_str(step->text);
	size_t code;

	if (!step->rule || step->is_key)
		return text;
	text = rsk_sentence(step->text);
	code = rsk_slice_find(text, RSK_LIT("\n "));
	if (code < text.len)
		text = rsk_slice_trim(rsk_slice_cut(text, 0, code));
	if (rsk_slice_ends(text, RSK_LIT(":")))
		text = rsk_slice_cut(text, 0, text.len - 1);
	return text;
}

static const char *weight_of(const struct rsk_action *step)
{
	if (step->rule)
		return rsk_severity_name(step->risk);
	return marks[step->risk > RSK_LOW    ? RSK_ANSWER_FAIL
		     : step->risk > RSK_INFO ? RSK_ANSWER_REVIEW
					     : RSK_ANSWER_UNKNOWN]
		.word;
}

static void add_step(
	struct rsk_page *page, const struct rsk_action *step, size_t number)
{
	struct rsk_place place = { step->line, 0 };

	rsk_page_printf(page, " %2zu ", number);
	rsk_page_ink(page, rsk_severity_ink(step->risk));
	rsk_page_str(page, weight_of(step));
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_to(page, TITLE + 1);
	rsk_page_wrap(page, step_text(step));
	rsk_page_indent(page, TITLE + 1);
	if (!step->rule) {
		rsk_page_printf(page, "for: %s", rsk_item_name(step->item));
	} else {
		rsk_page_str(page, "at: ");
		rsk_page_place(page, step->path, place);
		if (step->places > 1)
			rsk_page_printf(page, " and %" PRIu32 " more place%s",
				step->places - 1, rsk_plural(step->places - 1));
		rsk_page_printf(page, "  (%s)", step->rule);
	}
	rsk_page_line(page);
}

static void add_steps(struct rsk_page *page, const struct rsk_report *report)
{
	size_t shown = report->actions_len;

	if (!shown)
		return;
	if (!page->style->verbose && shown > SHOWN_STEPS)
		shown = SHOWN_STEPS;
	add_title(page, "What to do first");
	rsk_page_line(page);
	for (size_t i = 0; i < shown; i++)
		add_step(page, &report->actions[i], i + 1);
	if (shown == report->actions_len)
		return;
	rsk_page_ink(page, RSK_INK_DIM);
	rsk_page_printf(page, "    and %zu more step%s (--verbose shows them)",
		report->actions_len - shown,
		rsk_plural(report->actions_len - shown));
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
}

void rsk_page_checklist(struct rsk_page *page, const struct rsk_report *report)
{
	if (!report->answers_len)
		return;
	rsk_page_gap(page);
	for (size_t i = 0; i < report->answers_len; i++)
		add_answer(page, &report->answers[i], i + 1);
	add_steps(page, report);
	rsk_page_gap(page);
}

/* ---- the headline ---- */

void rsk_page_headline(struct rsk_page *page, const struct rsk_report *report)
{
	unsigned totals[RSK_ANSWERS] = { 0 };
	unsigned open;

	for (size_t i = 0; i < report->answers_len; i++)
		totals[report->answers[i].kind]++;
	open = totals[RSK_ANSWER_REVIEW] + totals[RSK_ANSWER_UNKNOWN];
	if (totals[RSK_ANSWER_FAIL]) {
		rsk_page_ink(page, RSK_INK_RED);
		rsk_page_str(page, "NOT SAFE");
	} else if (!rsk_report_units(report).scanned) {
		rsk_page_ink(page, RSK_INK_YELLOW);
		rsk_page_str(page, "NOTHING WAS LOOKED AT");
	} else if (open || !report->complete) {
		rsk_page_ink(page, RSK_INK_YELLOW);
		rsk_page_str(page, "NOTHING WRONG FOUND, NOT ALL IS KNOWN");
	} else {
		rsk_page_ink(page, RSK_INK_GREEN);
		rsk_page_str(page, "AS IT SHOULD BE");
	}
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_str(page, ": ");
	rsk_page_fold(page, TOTALS);
	rsk_page_printf(page,
		"%u of %zu items fail%s, %u need%s a person, %u pass%s",
		totals[RSK_ANSWER_FAIL], report->answers_len,
		totals[RSK_ANSWER_FAIL] == 1 ? "s" : "", open,
		open == 1 ? "s" : "", totals[RSK_ANSWER_PASS],
		totals[RSK_ANSWER_PASS] == 1 ? "es" : "");
	if (totals[RSK_ANSWER_NOT_APPLICABLE])
		rsk_page_printf(page, ", %u %s not apply",
			totals[RSK_ANSWER_NOT_APPLICABLE],
			totals[RSK_ANSWER_NOT_APPLICABLE] == 1 ? "does" : "do");
	rsk_page_line(page);
}

/* ---- what only a person can see ---- */

static void add_boxes(struct rsk_page *page, const struct rsk_answer *answer)
{
	rsk_page_printf(page, "  %s", answer->title);
	rsk_page_line(page);
	for (size_t i = 0; i < answer->manual_len; i++) {
		rsk_page_str(page, "    [ ] ");
		rsk_page_wrap(page, rsk_slice_str(answer->manual[i]));
	}
}

void rsk_page_manual(struct rsk_page *page, const struct rsk_report *report)
{
	bool any = false;
	char day[RSK_DAY];

	for (size_t i = 0; i < report->answers_len; i++)
		any = any || report->answers[i].manual_len;
	if (!any)
		return;
	add_title(page, "For a person to tick");
	rsk_page_line(page);
	for (size_t i = 0; i < report->answers_len; i++)
		if (report->answers[i].manual_len)
			add_boxes(page, &report->answers[i]);
	rsk_page_printf(page, "  date: %s   name: ____________________",
		rsk_day_text(day, report->today));
	rsk_page_line(page);
}
