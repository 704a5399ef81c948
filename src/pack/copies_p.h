#ifndef RSK_PACK_COPIES_P_H
#define RSK_PACK_COPIES_P_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Which objects are there more than once? Several sorted lists of names are
 * merged; a name's first copy is the one in the first list that has it.
 */
struct rsk_names {
	const uint8_t *ptr; /* names, one behind the other, sorted */
	size_t step;        /* bytes from one to the next */
	size_t len;         /* names */
	uint8_t *marks;     /* of each: RSK_NODE_OTHER, RSK_NODE_AGAIN */
};

/* Fill in the marks, which are zero. `oid_len` is the length of a name. */
void rsk_copies_mark(struct rsk_names *lists, size_t len, size_t oid_len);

#endif
