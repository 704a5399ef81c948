#ifndef RSK_TESTS_KEPT_H
#define RSK_TESTS_KEPT_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <malloc.h>

/*
 * What a piece of work keeps: memory that it does not free, files that it does
 * not close.
 *
 *	expect_nothing_kept(work);
 *
 * does it again and again. A sanitizer's allocator says of all memory that
 * none is in use; there, LeakSanitizer tells of it.
 */
static inline size_t memory_in_use(void)
{
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static inline size_t files_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	cr_assert_not_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static inline void expect_nothing_kept(void (*work)(void))
{
	size_t memory;
	size_t files;

	files_open();
	for (int i = 0; i < 8; i++)
		work(); /* the allocator keeps some for the next time */
	memory = memory_in_use();
	files = files_open();
	for (int i = 0; i < 8; i++)
		work();
	cr_expect_eq(memory_in_use(), memory, "memory is kept");
	cr_expect_eq(files_open(), files, "files stay open");
}

#endif
