#ifndef RSK_TESTS_COUNTED_MEMORY_H
#define RSK_TESTS_COUNTED_MEMORY_H

#include <malloc.h>
#include <stdlib.h>

/*
 * How much memory was in use at most, as the allocator sees it. Included once
 * in a program that is linked with
 *
 *	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
 *
 *	counted_reset();
 *	work();
 *	use(counted_peak);
 *
 * A block that moves when it grows counts twice for that moment. What was
 * allocated before the reset and is freed behind it is not known: reset when
 * nothing of the work is alive. One thread.
 */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);

static size_t counted_live, counted_peak;

static void counted_reset(void)
{
	counted_live = counted_peak = 0;
}

static void *counted_add(void *ptr)
{
	counted_live += malloc_usable_size(ptr);
	if (counted_live > counted_peak)
		counted_peak = counted_live;
	return ptr;
}

static void counted_remove(size_t size)
{
	counted_live -= size < counted_live ? size : counted_live;
}

void *__wrap_malloc(size_t size)
{
	return counted_add(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return counted_add(__real_calloc(n, size));
}

void *__wrap_realloc(void *ptr, size_t size)
{
	size_t before = malloc_usable_size(ptr);
	void *now = __real_realloc(ptr, size);

	if (now == ptr)
		counted_remove(before);
	counted_add(now);
	if (now && now != ptr)
		counted_remove(before);
	return now;
}

void __wrap_free(void *ptr)
{
	counted_remove(malloc_usable_size(ptr));
	__real_free(ptr);
}

#endif
