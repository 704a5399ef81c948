#ifndef RSK_BASE_MEM_H
#define RSK_BASE_MEM_H

#include <stddef.h>

/*
 * Memory for small things whose number we choose ourselves.
 *
 * These never return NULL: when there is no memory, one line goes to standard
 * error and the process ends with RSK_EXIT_NOMEM, the documented "internal
 * failure"; a report that was being written is removed. Whatever has a size
 * that the input chooses goes through a struct rsk_buf instead, which has a
 * ceiling and returns an error. docs/decisions/0002-out-of-memory.md has the
 * reasons.
 */
enum { RSK_EXIT_NOMEM = 4 };

void *rsk_alloc(size_t size);                 /* zeroed */
void *rsk_alloc_array(size_t n, size_t size); /* zeroed; checks n * size */
void *rsk_realloc_array(void *ptr, size_t n, size_t size);
char *rsk_strdup(const char *text);

/*
 * A table of `size` bytes will be looked at here and there: ask the kernel for
 * large pages, so that finding the page takes less time than the look. Before
 * anything is in it. It is advice: nothing is promised, nothing can fail, and
 * a small table is left as it is. Large arrays of rsk_alloc_array() have it.
 */
void rsk_mem_scattered(void *table, size_t size);

/*
 * The last member of what one thread writes all the time and another one's
 * lies beside: a cache line that two cores write goes to and fro between them.
 */
enum { RSK_CACHE_LINE = 64 };
#define RSK_APART char apart_[RSK_CACHE_LINE]

/* Say so and end the process. For callers of foreign libraries, too. */
_Noreturn void rsk_out_of_memory(void);

#endif
