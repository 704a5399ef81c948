#ifndef RSK_MODEL_FACT_H
#define RSK_MODEL_FACT_H

#include "model/finding.h"

/*
 * A fact is what the checklist needs besides findings: a place that was
 * looked at and was fine (a key read from the environment, an https address),
 * or one that a person must judge. Facts come from rules of the kind "fact"
 * and from checks; they are never findings.
 */

/* What a fact, or a line of evidence, says about its item. */
enum rsk_evidence_kind {
	RSK_EVIDENCE_SUMMARY, /* what was counted: first, and only there */
	RSK_EVIDENCE_AGAINST, /* a place that is not as it should be */
	RSK_EVIDENCE_OPEN,    /* one that a person must judge */
	RSK_EVIDENCE_FOR,     /* a place that is as it should be */
	RSK_EVIDENCE_NOTE,    /* worth knowing, speaks neither way */
	RSK_EVIDENCE_KINDS,
};

/* "summary", "against", "open", "for", "note". */
const char *rsk_evidence_name(enum rsk_evidence_kind kind);

/* What it is about, where an answer tells kinds of facts apart. */
enum rsk_topic {
	RSK_TOPIC_PLACE,       /* a place like others of its item */
	RSK_TOPIC_CALL,        /* one that sends data */
	RSK_TOPIC_ENVIRONMENT, /* `subject` is the environment's name */
	RSK_TOPIC_ROTATED,     /* a note on `day` */
	RSK_TOPIC_RECIPE,      /* a CI recipe that was looked at */
	RSK_TOPIC_SCANNER,     /* that runs one */
	RSK_TOPIC_HOOK,
	RSK_TOPIC_AUDIT,   /* recorded on `day` */
	RSK_TOPIC_CONSENT, /* words of consent or erasure in the code */
	RSK_TOPICS,
};

struct rsk_fact {
	const char *rule; /* the rule or check that saw it */
	enum rsk_item item;
	enum rsk_topic topic;
	enum rsk_evidence_kind says;
	struct rsk_slice path;
	uint32_t line;                 /* 0: the file as a whole */
	const char *text;              /* one line, for the evidence list */
	const char *subject;           /* see topics; may be NULL */
	const char *variable;          /* that gives a key: "secrets.X" */
	struct rsk_secret_view secret; /* masked NULL: none */
	int64_t day;                   /* since 1970; 0: none */
};

/* path, line, rule, text. For qsort(). */
int rsk_fact_cmp(const void *left, const void *right);

#endif
