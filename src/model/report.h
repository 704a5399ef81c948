#ifndef RSK_MODEL_REPORT_H
#define RSK_MODEL_REPORT_H

#include "model/baseline.h"
#include "model/coverage.h"
#include "model/datum.h"
#include "model/edit.h"
#include "model/fact.h"
#include "model/key.h"

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
	enum rsk_evidence_kind kind;
};

/*
 * One checklist item, answered. evidence[0] is the summary; then what speaks
 * against, the worst first, what is open, what is fine, and notes.
 */
struct rsk_answer {
	enum rsk_item item;
	const char *title;
	enum rsk_answer_kind kind;
	uint32_t looked_at; /* how many places the answer rests on */
	const struct rsk_evidence *evidence;
	size_t evidence_len;
	size_t best;      /* the one line that tells most */
	const char *todo; /* what to do; may be "" */
	/* What only a person can see, to be ticked: one sentence each. Formats
	 * give them a box, today's date and a place for a name. */
	const char *const *manual;
	size_t manual_len;
};

/* What to do first: one step of several that are ordered by risk. */
struct rsk_action {
	enum rsk_severity risk;
	enum rsk_item item;
	const char *text;      /* "Delete the key ... in the dashboard." */
	struct rsk_slice path; /* the first place; may be empty */
	uint32_t line;
	uint32_t places;  /* how many there are in all; 0: no place */
	const char *rule; /* whose page tells more; may be NULL */
	bool is_key;      /* a key is out */
};

/* Something that the configuration or the command line takes out of sight. */
struct rsk_policy_note {
	const char *source; /* ".rskan.yaml:3", "--disable" */
	const char *text;   /* "rule publishable-key-in-source is disabled" */
};

typedef RSK_VEC(struct rsk_finding) rsk_findings;

struct rsk_report {
	const char *command; /* "scan", "audit", ... */
	const char *target;  /* the PATH as given, made printable */
	const char *version;
	struct rsk_coverage coverage;
	rsk_findings findings;          /* sorted, not suppressed */
	rsk_findings suppressed;        /* sorted */
	RSK_VEC(struct rsk_datum) data; /* what leaves where; sorted */
	RSK_VEC(struct rsk_key) keys;   /* by id: k1, k2, ... */
	RSK_VEC(struct rsk_edit) edits; /* by finding, then by place */
	RSK_VEC(struct rsk_policy_note) policy;
	struct rsk_baseline_view baseline;
	RSK_VEC(struct rsk_known)
	known;                           /* of the baseline: what is gone; who
					  * writes one gets all of it */
	uint64_t counts[RSK_SEVERITIES]; /* of all findings, also unlisted ones
					  */
	uint64_t unlisted; /* found, counted, over the list limit */
	struct rsk_answer answers[RSK_ITEMS];
	size_t answers_len;               /* 0, or RSK_ITEMS for an audit */
	const struct rsk_action *actions; /* the riskiest first; an audit's */
	size_t actions_len;
	int64_t today;   /* days since 1970, by which the audit was made */
	bool complete;   /* no gap that was not allowed */
	int exit_status; /* what the process will return */
	struct rsk_arena arena;
};

/*
 * The exit status of a report: 1 for findings at or over `limit`
 * (RSK_SEVERITIES: none fails), else 3 when it is incomplete, else 0. Findings
 * outrank gaps: who tolerates 3 must never tolerate findings.
 */
int rsk_report_status(const struct rsk_report *report, enum rsk_severity limit);

void rsk_report_release(struct rsk_report *report);

#endif
