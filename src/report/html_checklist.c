#include "report/html_p.h"
#include "report/words_p.h"

/* So many lines of evidence stand open; the rest is a click away. */
enum { EVIDENCE = 4, MOST_EVIDENCE = 500 };

static const char *answer_word(enum rsk_answer_kind kind)
{
	return kind == RSK_ANSWER_NOT_APPLICABLE ? "n/a"
						 : rsk_answer_name(kind);
}

/* What a line says about its item: for the style, and for ears. */
static const struct {
	const char *class;
	const char *word;
} kinds[RSK_EVIDENCE_KINDS] = {
	[RSK_EVIDENCE_SUMMARY] = { "ev-summary", "" },
	[RSK_EVIDENCE_AGAINST] = { "ev-against", "against: " },
	[RSK_EVIDENCE_FOR] = { "ev-for", "for: " },
	[RSK_EVIDENCE_OPEN] = { "ev-open", "to be judged: " },
	[RSK_EVIDENCE_NOTE] = { "ev-note", "note: " },
};

static void add_evidence(
	struct rsk_html *html, const struct rsk_evidence *evidence)
{
	rsk_html_block(html, "li", NULL);
	rsk_html_attr_str(html, "class", kinds[evidence->kind].class);
	if (*kinds[evidence->kind].word)
		rsk_html_leaf(html, "span", "class=\"unseen\"",
			kinds[evidence->kind].word);
	rsk_html_str(html, evidence->text);
	if (evidence->path.len) {
		rsk_html_str(html, " ");
		rsk_html_place(html, evidence->path,
			(struct rsk_place){ evidence->line, 0 });
	}
	rsk_html_close(html);
}

static void add_all_evidence(
	struct rsk_html *html, const struct rsk_answer *answer)
{
	size_t len = answer->evidence_len;
	size_t shown = len > EVIDENCE + 1 ? EVIDENCE : len;

	if (!len)
		return;
	rsk_html_block(html, "ul", "class=\"evidence\"");
	for (size_t i = 0; i < shown; i++)
		add_evidence(html, &answer->evidence[i]);
	rsk_html_close(html);
	if (shown == len)
		return;
	rsk_html_block(html, "details", "class=\"rest\"");
	rsk_html_open(html, "summary", NULL);
	rsk_html_printf(html, "%zu more", len - shown);
	rsk_html_close(html);
	rsk_html_block(html, "ul", "class=\"evidence\"");
	for (size_t i = shown; i < len && i < MOST_EVIDENCE; i++)
		add_evidence(html, &answer->evidence[i]);
	if (len > MOST_EVIDENCE)
		rsk_html_left_out(html, "li", len - MOST_EVIDENCE);
	rsk_html_close(html);
	rsk_html_close(html);
}

static bool needs_a_person(const struct rsk_answer *answer)
{
	return answer->kind == RSK_ANSWER_FAIL ||
	       answer->kind == RSK_ANSWER_REVIEW ||
	       answer->kind == RSK_ANSWER_UNKNOWN;
}

static void add_todo(struct rsk_html *html, const struct rsk_answer *answer)
{
	if (!answer->todo || !*answer->todo || !needs_a_person(answer))
		return;
	rsk_html_block(html, "div", "class=\"todo\"");
	rsk_html_leaf(html, "h4", NULL, "To do");
	rsk_html_prose(html, rsk_slice_str(answer->todo));
	rsk_html_close(html);
}

/* Boxes to tick, by whom and when: they work on screen and on paper. */
static void add_manual(struct rsk_html *html, const struct rsk_answer *answer)
{
	char date[RSK_DATE];

	if (!answer->manual_len)
		return;
	rsk_html_block(html, "fieldset", "class=\"manual\"");
	rsk_html_leaf(html, "legend", NULL, "Only a person can see");
	for (size_t i = 0; i < answer->manual_len; i++) {
		rsk_html_block(html, "label", NULL);
		rsk_html_open(html, "input", "type=\"checkbox\"");
		rsk_html_void(html);
		rsk_html_str(html, " ");
		rsk_html_leaf(html, "span", NULL, answer->manual[i]);
		rsk_html_close(html);
	}
	rsk_html_block(html, "label", "class=\"signed\"");
	rsk_html_str(html, "Looked at by ");
	rsk_html_open(html, "input", "type=\"text\" autocomplete=\"off\"");
	rsk_html_void(html);
	if (rsk_date(date, html->report->today * 86400))
		rsk_html_printf(html, " on %.10s", date);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_answer(struct rsk_html *html, const struct rsk_answer *answer)
{
	const char *id = rsk_item_name(answer->item);

	rsk_html_block(html, "li", NULL);
	rsk_html_attr_printf(
		html, "class", "ans-%s", rsk_answer_name(answer->kind));
	rsk_html_open(html, "h3", NULL);
	rsk_html_attr_str(html, "id", id);
	rsk_html_open(html, "span", "class=\"pill\"");
	rsk_html_str(html, answer_word(answer->kind));
	rsk_html_close(html);
	rsk_html_str(html, " ");
	rsk_html_str(html, answer->title);
	rsk_html_close(html);
	rsk_html_block(html, "p", "class=\"rule\"");
	rsk_html_leaf(html, "code", NULL, id);
	rsk_html_printf(html, " %u place%s looked at", answer->looked_at,
		rsk_plural(answer->looked_at));
	rsk_html_close(html);
	add_all_evidence(html, answer);
	add_todo(html, answer);
	add_manual(html, answer);
	rsk_html_close(html);
}

void rsk_html_checklist(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;

	if (!report->answers_len)
		return;
	rsk_html_section(html, "checklist", "Security checklist");
	rsk_html_block(html, "ol", "class=\"items\"");
	for (size_t i = 0; i < report->answers_len; i++)
		add_answer(html, &report->answers[i]);
	rsk_html_close(html);
	rsk_html_close(html);
}
