#include "pack/copies_p.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pack/plan_p.h"

/* A heap of lists, the one with the smallest next name on top. */
struct cursor {
	const struct rsk_names *names;
	size_t list; /* its number: the order among equal names */
	size_t at;   /* next name */
};

struct heap {
	struct cursor *ptr;
	size_t len;
	size_t oid_len;
};

static const uint8_t *name_of(const struct cursor *cursor)
{
	return cursor->names->ptr + cursor->at * cursor->names->step;
}

static bool comes_first(
	const struct heap *heap, const struct cursor *a, const struct cursor *b)
{
	int order = memcmp(name_of(a), name_of(b), heap->oid_len);

	return order ? order < 0 : a->list < b->list;
}

/* Let the cursor at `at` sink to where it belongs. */
static void sink(struct heap *heap, size_t at)
{
	struct cursor moved = heap->ptr[at];

	for (;;) {
		size_t below = 2 * at + 1;

		if (below + 1 < heap->len &&
			comes_first(
				heap, &heap->ptr[below + 1], &heap->ptr[below]))
			below++;
		if (below >= heap->len ||
			!comes_first(heap, &heap->ptr[below], &moved))
			break;
		heap->ptr[at] = heap->ptr[below];
		at = below;
	}
	heap->ptr[at] = moved;
}

static void advance(struct heap *heap)
{
	struct cursor *top = &heap->ptr[0];

	if (++top->at == top->names->len)
		*top = heap->ptr[--heap->len];
	if (heap->len)
		sink(heap, 0);
}

static void merge(struct heap *heap)
{
	const uint8_t *last = NULL;
	uint8_t *last_mark = NULL;

	while (heap->len) {
		struct cursor *top = &heap->ptr[0];
		const uint8_t *name = name_of(top);
		uint8_t *mark = &top->names->marks[top->at];

		if (last && !memcmp(last, name, heap->oid_len)) {
			*last_mark = RSK_NODE_OTHER;
			*mark = RSK_NODE_OTHER | RSK_NODE_AGAIN;
		} else {
			last = name;
			last_mark = mark;
		}
		advance(heap);
	}
}

void rsk_copies_mark(struct rsk_names *lists, size_t len, size_t oid_len)
{
	struct heap heap = {
		.ptr = rsk_alloc_array(len, sizeof(*heap.ptr)),
		.oid_len = oid_len,
	};

	for (size_t i = 0; i < len; i++)
		if (lists[i].len)
			heap.ptr[heap.len++] = (struct cursor){
				.names = &lists[i],
				.list = i,
			};
	for (size_t i = heap.len; i-- > 0;)
		sink(&heap, i);
	if (heap.len > 1)
		merge(&heap);
	free(heap.ptr);
}
