#ifndef RSK_REPORT_RECORD_P_H
#define RSK_REPORT_RECORD_P_H

#include "report/ids_p.h"
#include "report/json_p.h"

/*
 * The parts of a report as JSON, as docs/report-formats.md lays them down:
 * the json and jsonl formats are made of them, and SARIF's property bags.
 */

/* An element of `findings`; of `suppressed` too, which have a suppression. */
void rsk_record_finding(struct rsk_json *json,
	const struct rsk_finding *finding, const struct rsk_ids *ids);

void rsk_record_secret(struct rsk_json *json, const struct rsk_finding *finding,
	const struct rsk_ids *ids);
void rsk_record_commit(
	struct rsk_json *json, const struct rsk_commit_view *commit);

/* What became of it after its first commit; NULL writes nothing. */
void rsk_record_life(struct rsk_json *json, const struct rsk_life_view *life);

/* record_keys.c: the member `keys`. */
void rsk_record_keys(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_ids *ids);

/* The member `coverage`. */
void rsk_record_coverage(
	struct rsk_json *json, const struct rsk_report *report);

/* record_checklist.c: the member `checklist`: the ten answers, or an empty
 * array; `actions`: what to do first, and `today` of an audit. */
void rsk_record_checklist(
	struct rsk_json *json, const struct rsk_report *report);
void rsk_record_actions(struct rsk_json *json, const struct rsk_report *report);

#endif
