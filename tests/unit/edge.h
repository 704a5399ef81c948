#ifndef RSK_TESTS_EDGE_H
#define RSK_TESTS_EDGE_H

#include <criterion/criterion.h>
#include <sys/mman.h>

#include "base/slice.h"

/*
 * A copy of a short text behind which nothing may be read: it ends where a page
 * does, and the next one is closed. Never freed.
 */
static inline struct rsk_slice edge_of(const char *text)
{
	enum { PAGE = 65536 };
	size_t len = strlen(text);
	char *pages = mmap(NULL, (size_t)2 * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(pages, MAP_FAILED);
	cr_assert_eq(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
	memcpy(pages + PAGE - len, text, len);
	return rsk_slice(pages + PAGE - len, len);
}

#endif
