#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"

static int is_zero(const void *ptr, size_t len)
{
	const uint8_t *bytes = ptr;

	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return 0;
	return 1;
}

Test(mem, alloc_is_zeroed_and_never_null)
{
	char *some = rsk_alloc(100);
	char *none = rsk_alloc(0);
	int *array = rsk_alloc_array(10, sizeof(*array));

	cr_assert(is_zero(some, 100));
	cr_assert_not_null(none);
	cr_assert(is_zero(array, 10 * sizeof(*array)));
	free(some);
	free(none);
	free(array);
}

Test(mem, realloc_keeps_the_bytes)
{
	int *array = rsk_realloc_array(NULL, 2, sizeof(*array));

	array[0] = 1;
	array[1] = 2;
	array = rsk_realloc_array(array, 1000, sizeof(*array));
	cr_assert_eq(array[0], 1);
	cr_assert_eq(array[1], 2);
	array = rsk_realloc_array(array, 0, sizeof(*array));
	cr_assert_not_null(array);
	free(array);
}

Test(mem, strdup_copies)
{
	char text[] = "text";
	char *copy = rsk_strdup(text);

	text[0] = 'n';
	cr_assert_str_eq(copy, "text");
	free(copy);
}

/* The documented "internal failure". */
Test(mem, out_of_memory_ends_the_process, .exit_code = RSK_EXIT_NOMEM)
{
	rsk_out_of_memory();
}

Test(mem, array_overflow_is_out_of_memory, .exit_code = RSK_EXIT_NOMEM)
{
	free(rsk_realloc_array(NULL, SIZE_MAX / 2, 3));
}

Test(mem, arena_overflow_is_out_of_memory, .exit_code = RSK_EXIT_NOMEM)
{
	struct rsk_arena arena = { 0 };

	rsk_arena_array(&arena, SIZE_MAX / 2, 3);
}

Test(mem, arena_size_is_out_of_memory, .exit_code = RSK_EXIT_NOMEM)
{
	struct rsk_arena arena = { 0 };

	rsk_arena_alloc(&arena, SIZE_MAX - 8);
}

Test(arena, zeroed_aligned_and_apart)
{
	struct rsk_arena arena = { 0 };
	uint8_t *last = NULL;

	for (size_t size = 0; size < 3000; size += 7) {
		uint8_t *bytes = rsk_arena_alloc(&arena, size);

		cr_assert_eq((uintptr_t)bytes % alignof(max_align_t), 0);
		cr_assert(is_zero(bytes, size));
		cr_assert_neq(bytes, last);
		memset(bytes, 0xff, size);
		last = bytes;
	}
	rsk_arena_release(&arena);
}

Test(arena, small_ones_survive_large_ones)
{
	struct rsk_arena arena = { 0 };
	char *small[100];

	for (int i = 0; i < 100; i++) {
		small[i] = rsk_arena_printf(&arena, "%d", i);
		memset(rsk_arena_alloc(&arena, 100000), 0xee, 100000);
	}
	for (int i = 0; i < 100; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i);
		cr_assert_str_eq(small[i], text);
	}
	cr_assert_geq(arena.total, 100 * 100000);
	rsk_arena_release(&arena);
}

Test(arena, large_ones_do_not_waste_pages)
{
	struct rsk_arena arena = { 0 };
	char *before = rsk_arena_alloc(&arena, 16);

	rsk_arena_alloc(&arena, 100000);
	cr_assert_eq((char *)rsk_arena_alloc(&arena, 16), before + 16);
	rsk_arena_release(&arena);
}

Test(arena, copies)
{
	struct rsk_arena arena = { 0 };
	char text[] = "a\0b";
	struct rsk_slice copy = rsk_arena_slice(&arena, rsk_slice(text, 3));
	char *str = rsk_arena_str(&arena, RSK_LIT("name"));

	text[0] = 'x';
	cr_assert(rsk_slice_eq(copy, rsk_slice("a\0b", 3)));
	cr_assert_str_eq(str, "name");
	cr_assert_str_eq(rsk_arena_str(&arena, rsk_slice(NULL, 0)), "");
	cr_assert_eq(rsk_arena_slice(&arena, rsk_slice(NULL, 0)).len, 0);
	cr_assert_str_eq(
		rsk_arena_printf(&arena, "%s-%d", "long", 12), "long-12");
	rsk_arena_release(&arena);
}

Test(arena, can_be_used_again_after_release)
{
	struct rsk_arena arena = { 0 };

	rsk_arena_alloc(&arena, 10);
	rsk_arena_release(&arena);
	cr_assert_null(arena.pages);
	cr_assert_eq(arena.total, 0);
	cr_assert(is_zero(rsk_arena_array(&arena, 3, 5), 15));
	rsk_arena_release(&arena);
	rsk_arena_release(&arena);
}

struct pair {
	int a;
	char b[20];
};

Test(vec, push_gives_zeroed_elements)
{
	RSK_VEC(struct pair) vec = { 0 };

	for (int i = 0; i < 1000; i++) {
		struct pair *pair = RSK_VEC_PUSH(&vec);

		cr_assert(is_zero(pair, sizeof(*pair)));
		pair->a = i;
		memset(pair->b, 'x', sizeof(pair->b));
		if (i % 3 == 0)
			vec.len--;
	}
	cr_assert_eq(vec.len, 666);
	cr_assert_leq(vec.len, vec.cap);
	cr_assert_eq(vec.ptr[0].a, 1);
	cr_assert_eq(vec.ptr[665].a, 998);
	RSK_VEC_RELEASE(&vec);
	cr_assert_null(vec.ptr);
	cr_assert_eq(vec.len, 0);
	cr_assert_eq(vec.cap, 0);
}
