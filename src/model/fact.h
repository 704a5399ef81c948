#ifndef RSK_MODEL_FACT_H
#define RSK_MODEL_FACT_H

#include "model/finding.h"

/*
 * A fact is what the checklist needs besides findings: a place that was
 * looked at and was fine (a key read from the environment, an https address),
 * or one that a person must judge. Facts come from rules of the kind "fact"
 * and from checks; they are never findings.
 */
struct rsk_fact {
	const char *rule; /* the rule or check that saw it */
	enum rsk_item item;
	struct rsk_slice path;
	uint32_t line;    /* 0: the file as a whole */
	const char *text; /* one line, for the evidence list */
	bool open;        /* a person must judge it */
};

/* path, line, rule, text. For qsort(). */
int rsk_fact_cmp(const void *left, const void *right);

#endif
