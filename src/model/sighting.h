#ifndef RSK_MODEL_SIGHTING_H
#define RSK_MODEL_SIGHTING_H

#include "model/finding.h"

/*
 * A place where a key of the product was seen, whether or not it is a finding
 * there: a key in an untracked .env file is where it should be, and yet two
 * such files must not hold the same one. Checks that compare places work on
 * these. No raw secret.
 */
struct rsk_sighting {
	struct rsk_secret_view secret;
	struct rsk_slice path;
	struct rsk_place at;
	uint32_t vcs; /* one enum rsk_vcs */
	enum rsk_origin origin;
	bool at_head;        /* as in struct rsk_finding */
	const char *pattern; /* name of the pattern that saw it */
};

/* path, place, pattern. For qsort(). */
int rsk_sighting_cmp(const void *left, const void *right);

#endif
