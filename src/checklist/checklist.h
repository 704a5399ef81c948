#ifndef RSK_CHECKLIST_CHECKLIST_H
#define RSK_CHECKLIST_CHECKLIST_H

#include "model/fact.h"
#include "model/report.h"
#include "rules/ruleset.h"

/*
 * The ten items of the vendor's security checklist, answered from findings
 * and facts. Nothing is scanned here.
 *
 *	rsk_checklist_answer(&report, &evidence);
 *
 * A `pass` rests on places that were looked at and were fine; nothing to look
 * at is `not-applicable`, and what a source tree cannot show is `unknown` with
 * what to do by hand. An incomplete scan passes nothing.
 */
struct rsk_checklist_evidence {
	const struct rsk_fact *facts; /* sorted */
	size_t facts_len;
	bool in_repository;
	size_t environments; /* files of a named environment with a key */
};

/*
 * Fill report->answers from report->findings (which must be complete and in
 * order), the facts, and report->coverage. Strings come from report->arena.
 */
void rsk_checklist_answer(struct rsk_report *report,
	const struct rsk_checklist_evidence *evidence);

/* "API keys in environment variables". */
const char *rsk_checklist_title(enum rsk_item item);

#endif
