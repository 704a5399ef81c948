#ifndef RSK_MODEL_EDIT_H
#define RSK_MODEL_EDIT_H

#include "model/finding.h"

/*
 * One repair: bytes of a file that others take the place of. What it puts in
 * holds no secret; what it takes away is named by its place only.
 */
struct rsk_edit {
	struct rsk_slice path;
	uint64_t begin, end;       /* [file] bytes, half open */
	struct rsk_place from, to; /* [human] the same */
	struct rsk_slice text;     /* instead of them */
	const char *what;          /* "read the key from the environment" */
	uint8_t fingerprint[16];   /* of the finding that it repairs */
	bool is_new;               /* the file does not exist yet */
	/* The secret in what it takes away; masked is NULL when there is none.
	 */
	uint64_t secret_begin, secret_end; /* [file] */
	const char *masked;
};

/* path, begin, end, text. For qsort(). */
int rsk_edit_cmp(const void *left, const void *right);

/* fingerprint, then as above. */
int rsk_edit_cmp_finding(const void *left, const void *right);

#endif
