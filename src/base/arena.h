#ifndef RSK_BASE_ARENA_H
#define RSK_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Many small things with one lifetime: allocate from the arena, never free
 * one of them, release the arena when all of them are done with.
 *
 *	struct rsk_arena arena = { 0 };
 *	char *name = rsk_arena_str(&arena, slice);
 *	...
 *	rsk_arena_release(&arena);
 *
 * Allocation does not fail (see base/mem.h). One thread at a time.
 */
struct rsk_arena {
	struct rsk_arena_page *pages; /* newest first */
	size_t used;                  /* bytes used of the newest page */
	size_t total;                 /* bytes handed out, for limits */
};

/* Zeroed and aligned for any type. */
void *rsk_arena_alloc(struct rsk_arena *arena, size_t size);

/* Zeroed; checks n * size. */
void *rsk_arena_array(struct rsk_arena *arena, size_t n, size_t size);

/* A copy with a closing NUL (which a NUL inside would hide from C). */
char *rsk_arena_str(struct rsk_arena *arena, struct rsk_slice s);

/* A copy of the bytes. */
struct rsk_slice rsk_arena_slice(struct rsk_arena *arena, struct rsk_slice s);

char *rsk_arena_printf(struct rsk_arena *arena, const char *format, ...)
	RSK_PRINTF(2, 3);
char *rsk_arena_vprintf(
	struct rsk_arena *arena, const char *format, va_list args);

/* Free everything; the arena is empty and can be used again. */
void rsk_arena_release(struct rsk_arena *arena);

#endif
