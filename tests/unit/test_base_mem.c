#include <criterion/criterion.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/input.h"
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
	char *no_array = rsk_alloc_array(0, 4);
	int *array = rsk_alloc_array(10, sizeof(*array));

	cr_assert(is_zero(some, 100));
	cr_assert_not_null(none);
	cr_assert_not_null(no_array);
	cr_assert(is_zero(array, 10 * sizeof(*array)));
	free(some);
	free(none);
	free(no_array);
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

/* Not one byte behind the closing NUL is looked at: there may be none. */
Test(mem, strdup_at_the_end_of_memory)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *text = pages + page - sizeof("text");
	char *copy;

	cr_assert_neq((void *)pages, MAP_FAILED);
	cr_assert_eq(mprotect(pages + page, page, PROT_NONE), 0);
	memcpy(text, "text", sizeof("text"));
	copy = rsk_strdup(text);
	cr_expect_str_eq(copy, "text");
	free(copy);
	munmap(pages, 2 * page);
}

/* ---- large pages ---- */

static struct {
	uintptr_t begin, end;
	int advice;
} advised;

/* In place of the system's, which need not know of large pages. */
int madvise(void *begin, size_t len, int advice)
{
	advised.begin = (uintptr_t)begin;
	advised.end = (uintptr_t)begin + len;
	advised.advice = advice;
	return 0;
}

/* Asked for are those that the table fills, and no byte beyond it. */
Test(mem, scattered_has_large_pages)
{
	const uintptr_t page = 2048 * 1024;
	const uintptr_t at = 100 * page;
	const struct {
		uintptr_t table;
		size_t size;
		uintptr_t begin, end; /* the same: none is */
	} rows[] = {
		{ at, page, at, at + page },
		{ at, page - 1, 0, 0 },
		{ at + 1, page, 0, 0 },
		{ at - 1, page, 0, 0 },
		{ at + 1, 2 * page - 1, at + page, at + 2 * page },
		{ at + 1, 2 * page - 2, 0, 0 },
		{ at - 1, page + 1, at, at + page },
		{ at - 1, 2 * page, at, at + page },
		{ at, 3 * page + 5, at, at + 3 * page },
		{ at, 100, 0, 0 },
		{ at + 100, 100, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		advised.begin = advised.end = 0;
		rsk_mem_scattered((void *)rows[i].table, rows[i].size);
		cr_expect_eq(advised.begin, rows[i].begin, "row %zu", i);
		cr_expect_eq(advised.end, rows[i].end, "row %zu", i);
		cr_expect(rows[i].begin == rows[i].end ||
			  advised.advice == MADV_HUGEPAGE);
	}
}

Test(mem, of_a_large_array_has_large_pages)
{
	const size_t size = (size_t)16 * 1024 * 1024;
	uint8_t *array = rsk_alloc_array(size / 4, 4);

	cr_expect_geq(advised.begin, (uintptr_t)array);
	cr_expect_leq(advised.end, (uintptr_t)array + size);
	cr_expect_gt(advised.end - advised.begin, size / 2);
	free(array);
}

Test(mem, alloc_takes_no_more_than_asked_for)
{
	const size_t size = 100000;
	void *some = rsk_alloc(size);

	cr_expect_lt(malloc_usable_size(some), size + size / 2);
	free(some);
}

/* Of no elements, and of elements without a size, which are one byte. */
Test(mem, empty_arrays_take_no_more_than_an_element)
{
	const size_t size = 100000;
	void *none = rsk_alloc_array(0, size);
	void *hollow = rsk_alloc_array(size, 0);

	cr_expect_lt(malloc_usable_size(none), size + size / 2);
	cr_expect_lt(malloc_usable_size(hollow), size + size / 2);
	free(none);
	free(hollow);
}

/* ---- none left ---- */

/* Its standard error, all of it; it ends by itself. */
static void read_last_words(void (*last)(void), char *out, size_t size)
{
	size_t got = 0;
	int ends[2];
	int status = 0;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		last();
		_exit(0);
	}
	close(ends[1]);
	cr_expect_eq(rsk_file_fill(&got, ends[0], out, size - 1), RSK_OK);
	out[got] = '\0';
	cr_expect_eq(got, strlen(out));
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), RSK_EXIT_NOMEM);
}

static struct rsk_input_table *table; /* both processes see it */

static void end_amidst_work(void)
{
	struct rsk_atomic file;

	rsk_input_use(table, NULL, 0);
	if (!rsk_atomic_open(&file, "report"))
		rsk_out_of_memory();
}

/* A half report is removed, and who watches learns what it was. */
Test(mem, out_of_memory_leaves_nothing_behind)
{
	char folder[] = "/tmp/rskan-mem-XXXXXX";
	char words[100];

	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert(table != MAP_FAILED);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	read_last_words(end_amidst_work, words, sizeof(words));
	cr_expect_str_eq(words, "rskan: out of memory\n");
	cr_expect_eq(atomic_load(&table->reason), RSK_NOMEM);
	cr_expect_eq(rmdir(folder), 0, "something was left behind");
	munmap(table, sizeof(*table));
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
