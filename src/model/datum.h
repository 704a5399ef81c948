#ifndef RSK_MODEL_DATUM_H
#define RSK_MODEL_DATUM_H

#include "model/finding.h"
#include "model/tier.h"

/*
 * The data inventory: one kind of data at one place where it leaves: a line of
 * the data inventory, whether or not it is a finding. No value, only names.
 */
struct rsk_datum {
	const char *type;  /* "pii.email" */
	const char *title; /* "e-mail address" */
	enum rsk_tier tier;
	const char *sink; /* "resync-log-event" */
	struct rsk_slice path;
	uint32_t line;
};

/* path, line, type, sink. For qsort(). */
int rsk_datum_cmp(const void *left, const void *right);

#endif
