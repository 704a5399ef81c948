#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { PAGE_BYTES = 16 * 1024 };

struct rsk_arena_page {
	struct rsk_arena_page *next;
	size_t size;
	alignas(max_align_t) uint8_t bytes[];
};

static size_t align_up(size_t n)
{
	const size_t mask = alignof(max_align_t) - 1;

	if (n > SIZE_MAX - mask - sizeof(struct rsk_arena_page))
		rsk_out_of_memory();
	return (n + mask) & ~mask;
}

static struct rsk_arena_page *new_page(size_t size)
{
	struct rsk_arena_page *page = rsk_alloc(sizeof(*page) + size);

	page->size = size;
	return page;
}

static void add_page(struct rsk_arena *arena)
{
	struct rsk_arena_page *page = new_page(PAGE_BYTES);

	page->next = arena->pages;
	arena->pages = page;
	arena->used = 0;
}

/* A page of its own, behind the one that small things still go to. */
static void *alloc_large(struct rsk_arena *arena, size_t size)
{
	struct rsk_arena_page *page = new_page(size);

	if (!arena->pages)
		add_page(arena);
	page->next = arena->pages->next;
	arena->pages->next = page;
	return page->bytes;
}

void *rsk_arena_alloc(struct rsk_arena *arena, size_t size)
{
	size = align_up(size ? size : 1);
	arena->total += size;
	if (size > PAGE_BYTES / 4)
		return alloc_large(arena, size);
	if (!arena->pages || arena->pages->size - arena->used < size)
		add_page(arena);

	void *out = arena->pages->bytes + arena->used;
	arena->used += size;
	return out;
}

void *rsk_arena_array(struct rsk_arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		rsk_out_of_memory();
	return rsk_arena_alloc(arena, n * size);
}

char *rsk_arena_str(struct rsk_arena *arena, struct rsk_slice s)
{
	char *out = rsk_arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(out, s.ptr, s.len);
	return out;
}

struct rsk_slice rsk_arena_slice(struct rsk_arena *arena, struct rsk_slice s)
{
	return rsk_slice(rsk_arena_str(arena, s), s.len);
}

char *rsk_arena_vprintf(
	struct rsk_arena *arena, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		rsk_out_of_memory();

	char *out = rsk_arena_alloc(arena, (size_t)len + 1);
	vsnprintf(out, (size_t)len + 1, format, args);
	return out;
}

char *rsk_arena_printf(struct rsk_arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *out = rsk_arena_vprintf(arena, format, args);
	va_end(args);
	return out;
}

void rsk_arena_release(struct rsk_arena *arena)
{
	while (arena->pages) {
		struct rsk_arena_page *next = arena->pages->next;

		free(arena->pages);
		arena->pages = next;
	}
	*arena = (struct rsk_arena){ 0 };
}
