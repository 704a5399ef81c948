#ifndef RSK_CHECKLIST_CHECKLIST_H
#define RSK_CHECKLIST_CHECKLIST_H

#include "model/fact.h"
#include "model/report.h"
#include "rules/ruleset.h"

struct rsk_config;

/*
 * The ten items of the vendor's security checklist, answered from findings,
 * facts and the stories of keys. Nothing is scanned here.
 *
 *	rsk_checklist_answer(&report, &input);
 *
 * A `pass` rests on places that were looked at and were fine; nothing to look
 * at is `not-applicable`, and what a source tree cannot show is `unknown` with
 * what to do by hand. An incomplete scan passes nothing.
 */
struct rsk_checklist_input {
	const struct rsk_fact *facts; /* sorted */
	size_t facts_len;
	const struct rsk_ruleset *rules;
	const struct rsk_config *config; /* may be NULL */
	const bool *used;   /* for each suppression of it: it hid something */
	bool in_repository; /* of git */
	bool has_context;   /* the project is about the product at all */
	int64_t today;      /* days since 1970 */
};

/*
 * Fill report->answers and report->actions from report->findings (which must
 * be complete and in order), the facts, report->keys, report->data and
 * report->coverage. Strings come from report->arena.
 */
void rsk_checklist_answer(
	struct rsk_report *report, const struct rsk_checklist_input *input);

/*
 * What an item is about, for people: its page. Markdown; `looks`, `answers`
 * and `unknown` are whole paragraphs.
 */
struct rsk_checklist_page {
	enum rsk_item item;
	const char *title; /* "API keys in environment variables" */
	const char *looks, *answers, *unknown;
};

/* The page of each item; RSK_ITEMS of them, in order. */
const struct rsk_checklist_page *rsk_checklist_pages(void);

#endif
