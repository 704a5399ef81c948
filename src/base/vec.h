#ifndef RSK_BASE_VEC_H
#define RSK_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * A typed, growable array for things whose number we bound ourselves. Growth
 * does not fail (see base/mem.h).
 *
 *	RSK_VEC(struct rsk_hit) hits = { 0 };
 *
 *	*RSK_VEC_PUSH(&hits) = (struct rsk_hit){ ... };
 *	for (size_t i = 0; i < hits.len; i++)
 *		use(&hits.ptr[i]);
 *	RSK_VEC_RELEASE(&hits);
 *
 * Pointers into it live until the next push.
 */
#define RSK_VEC(type)                                                          \
	struct {                                                               \
		type *ptr;                                                     \
		size_t len, cap;                                               \
	}

/* A pointer to a new, zeroed last element. */
#define RSK_VEC_PUSH(vec)                                                      \
	((vec)->ptr = rsk_vec_grow(                                            \
		 (vec)->ptr, &(vec)->len, &(vec)->cap, sizeof(*(vec)->ptr)),   \
		&(vec)->ptr[(vec)->len - 1])

#define RSK_VEC_RELEASE(vec)                                                   \
	(free((vec)->ptr), (vec)->ptr = NULL, (vec)->len = (vec)->cap = 0)

/* Room for at least one element more. */
void *rsk_vec_enlarge(void *ptr, size_t *cap, size_t size);

/* The work behind RSK_VEC_PUSH: one zeroed element more. Inline, because it is
 * done hundreds of millions of times and is nearly always two stores. */
static inline void *rsk_vec_grow(
	void *ptr, size_t *len, size_t *cap, size_t size)
{
	if (!ptr || *len == *cap)
		ptr = rsk_vec_enlarge(ptr, cap, size);
	memset((char *)ptr + *len * size, 0, size);
	++*len;
	return ptr;
}

#endif
