#ifndef RSK_MODEL_REPORT_H
#define RSK_MODEL_REPORT_H

#include "model/coverage.h"
#include "model/datum.h"

/*
 * All that a run has to say, in the order it is said. Made by scan (and the
 * checklist), read by the report formats. Plain data; the strings belong to
 * `arena` or to the rule set, and outlive the report.
 */

/* A line under an answer. */
struct rsk_evidence {
	const char *text;
	struct rsk_slice path; /* may be empty */
	uint32_t line;         /* 0: no line */
};

/* One checklist item, answered. */
struct rsk_answer {
	enum rsk_item item;
	const char *title;
	enum rsk_answer_kind kind;
	uint32_t looked_at; /* how many places the answer rests on */
	const struct rsk_evidence *evidence;
	size_t evidence_len;
	const char *todo; /* what to do by hand; may be "" */
};

/* Something that the configuration or the command line takes out of sight. */
struct rsk_policy_note {
	const char *source; /* ".rskan.yaml:3", "--disable" */
	const char *text;   /* "rule publishable-key-in-source is disabled" */
};

struct rsk_report {
	const char *command; /* "scan", "audit", ... */
	const char *target;  /* the PATH as given, made printable */
	const char *version;
	struct rsk_coverage coverage;
	RSK_VEC(struct rsk_finding) findings;   /* sorted, not suppressed */
	RSK_VEC(struct rsk_finding) suppressed; /* sorted */
	RSK_VEC(struct rsk_datum) data;         /* what leaves where; sorted */
	RSK_VEC(struct rsk_policy_note) policy;
	uint64_t counts[RSK_SEVERITIES]; /* of all findings, also unlisted ones
					  */
	uint64_t unlisted; /* found, counted, over the list limit */
	struct rsk_answer answers[RSK_ITEMS];
	size_t answers_len; /* 0, or RSK_ITEMS for an audit */
	bool complete;      /* no gap that was not allowed */
	int exit_status;    /* what the process will return */
	struct rsk_arena arena;
};

void rsk_report_release(struct rsk_report *report);

#endif
