#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mapped.h"

enum { PAGE = 4096, PAGES = 4 };

/* A file of four pages, the first of 'a', and so on; it has no name. */
static int file_of_pages(void)
{
	char name[] = "/tmp/rskan-mapped-XXXXXX";
	int fd = mkstemp(name);
	char page[PAGE];

	cr_assert(fd >= 0);
	unlink(name);
	for (int i = 0; i < PAGES; i++) {
		memset(page, 'a' + i, sizeof(page));
		cr_assert_eq(write(fd, page, sizeof(page)), PAGE);
	}
	return fd;
}

static struct rsk_mapped *map(int fd)
{
	struct rsk_mapped *mapped = NULL;

	cr_assert_eq(
		rsk_mapped_new(&mapped, fd, (uint64_t)PAGES * PAGE), RSK_OK);
	return mapped;
}

Test(mapped, has_the_bytes_of_the_file)
{
	int fd = file_of_pages();
	struct rsk_mapped *mapped = map(fd);
	const uint8_t *bytes = rsk_mapped_bytes(mapped);

	close(fd);
	for (int i = 0; i < PAGES; i++)
		cr_expect_eq(bytes[i * PAGE + 7], 'a' + i);
	cr_expect_not(rsk_mapped_broke(mapped));
	rsk_mapped_free(mapped);
	rsk_mapped_free(NULL);
	/* Nothing of it is left. */
	for (int i = 0; i < PAGES; i++) {
		void *page = (void *)(uintptr_t)(bytes + i * PAGE);

		cr_expect_eq(msync(page, PAGE, MS_ASYNC), -1);
		cr_expect_eq(errno, ENOMEM);
	}
}

Test(mapped, reads_zeros_where_the_file_was_cut)
{
	int fd = file_of_pages();
	struct rsk_mapped *whole = map(file_of_pages());
	struct rsk_mapped *mapped = map(fd);
	const volatile uint8_t *bytes = rsk_mapped_bytes(mapped);

	cr_assert_eq(ftruncate(fd, PAGE), 0);
	cr_expect_eq(bytes[7], 'a');
	cr_expect_not(rsk_mapped_broke(mapped));
	cr_expect_eq(bytes[3 * PAGE + 7], 0);
	cr_expect_eq(bytes[PAGE], 0);
	cr_expect(rsk_mapped_broke(mapped));
	cr_expect_not(rsk_mapped_broke(whole));
	rsk_mapped_free(mapped);
	/* The next one in its place is whole. */
	mapped = map(file_of_pages());
	cr_expect_not(rsk_mapped_broke(mapped));
	rsk_mapped_free(mapped);
	rsk_mapped_free(whole);
}

Test(mapped, takes_so_many_and_can_be_used_again)
{
	struct rsk_mapped *all[RSK_MAX_MAPPINGS];
	struct rsk_mapped *more = NULL;
	int fd = file_of_pages();

	for (size_t i = 0; i < RSK_MAX_MAPPINGS; i++)
		all[i] = map(fd);
	cr_expect_eq(rsk_mapped_new(&more, fd, PAGE), RSK_LIMIT);
	cr_expect_null(more);
	rsk_mapped_free(all[3]);
	all[3] = map(fd);
	cr_expect_eq(rsk_mapped_bytes(all[3])[PAGE], 'b');
	/* Each of them may be cut off. */
	cr_assert_eq(ftruncate(fd, 0), 0);
	for (size_t i = 0; i < RSK_MAX_MAPPINGS; i++) {
		cr_expect_eq(rsk_mapped_bytes(all[i])[0], 0);
		cr_expect(rsk_mapped_broke(all[i]));
		rsk_mapped_free(all[i]);
	}
	cr_expect_eq(rsk_mapped_new(&more, fd, 0), RSK_LIMIT);
	cr_expect_eq(rsk_mapped_new(&more, -1, PAGE), RSK_LIMIT);
}

/* What is not ours goes where it went before. */
Test(mapped, leaves_other_bus_errors_alone, .signal = SIGBUS)
{
	int fd = file_of_pages();
	const volatile uint8_t *other;
	struct rsk_mapped *mapped;

	signal(SIGBUS, SIG_DFL); /* not that of a sanitizer */
	mapped = map(fd);
	other = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	cr_assert_neq((const void *)other, MAP_FAILED);
	cr_assert_eq(ftruncate(fd, 0), 0);
	cr_expect_eq(other[0], 0);
	rsk_mapped_free(mapped);
}
