#include "unit/failing.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mapped.h"
#include "base/mem.h"
#include "unit/file_help.h"

/* What src/base does when a call fails: an error or the whole thing, and
 * nothing is left behind. */

static char folder[64];

static void enter_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rskan-faults-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

/* Only these names may be there. */
static void leave_folder(void)
{
	remove("f");
	remove("g");
	remove("a/b");
	remove("a");
	cr_assert_eq(rmdir(folder), 0, "something was left behind");
}

TestSuite(faults, .init = enter_folder, .fini = leave_folder);

static bool has(const char *path, const char *text)
{
	char bytes[100] = "";
	FILE *file;

	fail_nothing();
	file = fopen(path, "re");
	if (!file)
		return !text;
	size_t len = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	return text && len == strlen(text) && !memcmp(bytes, text, len);
}

/* ---- reading ---- */

static bool reads(void *ctx)
{
	struct rsk_buf buf = RSK_BUF_INIT(100000);
	enum rsk_err err = rsk_file_read_at(&buf, AT_FDCWD, "f");
	bool right = err ? !buf.len : !strcmp(rsk_buf_cstr(&buf), "12345");

	if (ctx)
		right = right && err == *(enum rsk_err *)ctx;
	rsk_buf_release(&buf);
	return right;
}

Test(faults, read)
{
	enum rsk_err none = RSK_OK;

	put("f", "12345");
	fail_each("openat", EIO, reads, NULL);
	fail_each("openat", ENODEV, reads, NULL);
	fail_each("openat", EINTR, reads, &none);
	fail_each("fstat", EIO, reads, NULL);
	fail_each("read", EIO, reads, NULL);
	fail_each("read", EINTR, reads, &none);
	fail_each("read", SHORT, reads, &none);
	fail_each("read", ENDS, reads, NULL);
	fail_each("realloc", ENOMEM, reads, NULL);
}

/* Without memory for a large file the process goes on. */
Test(faults, read_of_a_large_file)
{
	struct rsk_buf buf = RSK_BUF_INIT(4 * RSK_SMALL_BYTES);

	put("f", "");
	cr_assert_eq(truncate("f", RSK_SMALL_BYTES), 0);
	fail_at("realloc", 1, ENOMEM);
	cr_expect_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_NOMEM);
	cr_expect_eq(buf.len, 0);
	rsk_buf_release(&buf);
}

static void touch(void)
{
	const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	if (utimensat(AT_FDCWD, "f", times, 0))
		abort();
}

/* As long as it was, and yet not the same. */
Test(faults, read_of_what_changes)
{
	enum rsk_err changed = RSK_CHANGED;

	put("f", "12345");
	failing.then = touch;
	fail_at("read", 2, FINE);
	cr_expect(reads(&changed));
	failing.then = NULL;
}

static bool fills(void *ctx)
{
	char out[16] = "";
	size_t got = 0;
	int fd = open("f", O_RDONLY | O_CLOEXEC);
	enum rsk_err err = rsk_file_fill_at(&got, fd, out, 4, 1);

	close(fd);
	return err == *(enum rsk_err *)ctx &&
	       (err || (got == 4 && !strcmp(out, "2345")));
}

Test(faults, read_at_an_offset)
{
	enum rsk_err err = RSK_OK;

	put("f", "123456789");
	fail_each("pread", EINTR, fills, &err);
	fail_each("pread", SHORT, fills, &err);
	err = RSK_IO;
	fail_at("pread", 1, EIO);
	cr_expect(fills(&err));
	fail_nothing();
}

/* No more than was asked for, in however many pieces it comes. */
static bool fills_the_start(void *unused)
{
	char out[16] = "";
	size_t got = 0;
	int fd = open("f", O_RDONLY | O_CLOEXEC);
	enum rsk_err err = rsk_file_fill(&got, fd, out, 4);

	(void)unused;
	close(fd);
	return !err && got == 4 && !strcmp(out, "1234");
}

Test(faults, read_the_start)
{
	put("f", "123456789");
	fail_each("read", EINTR, fills_the_start, NULL);
	fail_each("read", SHORT, fills_the_start, NULL);
}

static void fail_close_next(void)
{
	failing.then = NULL;
	fail_at("close", 1, EBADF);
}

/* A close() that fails as well says nothing new. */
static void expect_first_error(const char *call)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);

	failing.then = fail_close_next;
	fail_at(call, 1, EIO);
	cr_expect_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_IO);
	cr_expect_eq(errno, EIO, "%s", call);
	rsk_buf_release(&buf);
}

Test(faults, read_and_close)
{
	put("f", "12345");
	expect_first_error("fstat");
	expect_first_error("read");
}

static bool makes_parent(void *unused)
{
	struct rsk_arena arena = { 0 };
	const char *last = "";
	int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err = rsk_file_make_parent(&fd, &arena, "a/b/c", &last);
	bool right = err == RSK_IO || (!err && !strcmp(last, "c"));

	(void)unused;
	close(fd);
	rsk_arena_release(&arena);
	return right;
}

Test(faults, folders)
{
	fail_each("mkdirat", EACCES, makes_parent, NULL);
	fail_each("openat", EACCES, makes_parent, NULL);
}

/* It could not be made, and is there for all that: of another kind, maybe. */
Test(faults, folder_that_cannot_be_made)
{
	cr_assert_eq(mkdir("a", 0700), 0);
	fail_at("mkdirat", 1, EACCES);
	cr_expect_not(access("a/b", F_OK) == 0);
	cr_expect(makes_parent(NULL));
	cr_expect_not(access("a/b", F_OK) == 0);
}

static bool finds_path(void *unused)
{
	(void)unused;
	free(rsk_realpath("."));
	return true;
}

Test(faults, path)
{
	int status = 0;

	fail_each("realpath", EACCES, finds_path, NULL);
	fail_at("realpath", 1, ENOMEM);
	run_child(finds_path, NULL, &status);
	cr_expect_eq(WEXITSTATUS(status), RSK_EXIT_NOMEM);
}

/* ---- a file that appears whole or not at all ---- */

static enum rsk_err write_new_report(void)
{
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, "./f");

	if (err)
		return err;
	fputs("new", file.out);
	return rsk_atomic_close(&file, RSK_OK);
}

static bool replaces(void *ctx)
{
	enum rsk_err err;

	put("f", "old");
	err = write_new_report();
	if (ctx && err)
		return false;
	return has("f", err ? "old" : "new");
}

Test(faults, atomic)
{
	bool whole = true;

	fail_each("stat", EACCES, replaces, NULL);
	fail_each("mkostemp", EACCES, replaces, NULL);
	fail_each("mkostemp", EINTR, replaces, &whole);
	fail_each("fchmod", EPERM, replaces, NULL);
	fail_each("fdopen", ENOMEM, replaces, NULL);
	fail_each("fflush", ENOSPC, replaces, NULL);
	fail_each("ferror", EIO, replaces, NULL);
	fail_each("fsync", EIO, replaces, NULL);
	fail_each("fsync", EINTR, replaces, &whole);
	fail_each("rename", EACCES, replaces, NULL);
	fail_each("openat", EACCES, replaces, NULL);
	fail_each("strndup", ENOMEM, replaces, NULL);
}

/* Each of these loses the new report, and says why. */
Test(faults, atomic_and_why)
{
	static const struct {
		const char *call;
		int why;
	} rows[] = {
		{ "stat", EACCES },
		{ "mkostemp", EACCES },
		{ "fchmod", EPERM },
		{ "fdopen", EMFILE },
		{ "fflush", ENOSPC },
		{ "ferror", EIO },
		{ "fsync", EIO },
		{ "rename", EACCES },
	};

	put("f", "old");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fail_at(rows[i].call, 1, rows[i].why);
		errno = 0;
		cr_expect_eq(write_new_report(), RSK_IO, "%s", rows[i].call);
		cr_expect_eq(errno, rows[i].why, "%s", rows[i].call);
		cr_expect(has("f", "old"), "%s", rows[i].call);
	}
}

static char temporary[100]; /* what was written as, and is no longer ours */

static void other_makes_it(void)
{
	failing.then = NULL;
	put(temporary, "of another");
}

/* Once it is in place, whatever has its former name is not removed. */
Test(faults, atomic_and_its_former_name)
{
	struct rsk_atomic file;

	cr_assert_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	snprintf(temporary, sizeof(temporary), "%s", file.temporary);
	failing.then = other_makes_it;
	fail_at("openat", 1, FINE);
	cr_expect_eq(rsk_atomic_close(&file, RSK_OK), RSK_OK);
	cr_expect(has(temporary, "of another"));
	remove(temporary);
}

static bool closes(void *unused)
{
	(void)unused;
	put("f", "old");
	fail_at("fclose", 1, EIO);
	return write_new_report() == RSK_IO && errno == EIO && has("f", "old");
}

/* A failing fclose() after another failure says nothing new. */
static bool closes_after_an_error(void *unused)
{
	struct rsk_atomic file;

	(void)unused;
	put("f", "old");
	if (rsk_atomic_open(&file, "f"))
		return false;
	fail_at("fclose", 1, EIO);
	return rsk_atomic_close(&file, RSK_CORRUPT) == RSK_CORRUPT &&
	       has("f", "old");
}

Test(faults, atomic_close)
{
	struct rsk_atomic none = { 0 };

	cr_expect(closes(NULL));
	cr_expect(closes_after_an_error(NULL));
	cr_expect_eq(rsk_atomic_close(&none, RSK_IO), RSK_IO);
}

Test(faults, atomic_at_the_root)
{
	struct rsk_atomic file;
	char path[] = "/rskan-test-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		cr_skip_test("the root cannot be written");
	close(fd);
	cr_expect_eq(rsk_atomic_open(&file, path), RSK_OK);
	fputs("new", file.out);
	cr_expect_eq(rsk_atomic_close(&file, RSK_OK), RSK_OK);
	cr_expect(has(path, "new"));
	remove(path);
}

/* ---- a file that must not exist yet ---- */

static bool writes_new(void *ctx)
{
	enum rsk_err err;

	remove("f");
	err = rsk_file_write_new("f", 0600, RSK_LIT("secret"));
	if (ctx && err)
		return false;
	return has("f", err ? NULL : "secret");
}

Test(faults, write_new)
{
	bool whole = true;

	fail_each("open", EACCES, writes_new, NULL);
	fail_each("write", ENOSPC, writes_new, NULL);
	fail_each("write", EINTR, writes_new, &whole);
	fail_each("write", SHORT, writes_new, &whole);
	fail_each("write", ENDS, writes_new, &whole);
	fail_each("fsync", EIO, writes_new, NULL);
	fail_at("close", 1, EIO);
	cr_expect_eq(rsk_file_write_new("g", 0600, RSK_LIT("secret")), RSK_IO);
	cr_expect_eq(errno, EIO);
	cr_expect(has("g", NULL));
}

/* The first error counts. */
Test(faults, write_new_and_close)
{
	failing.then = fail_close_next;
	fail_at("fsync", 1, EIO);
	cr_expect_eq(rsk_file_write_new("f", 0600, RSK_LIT("x")), RSK_IO);
	cr_expect_eq(errno, EIO);
	cr_expect(has("f", NULL));
}

/* ---- a line at the end of a file ---- */

static bool adds_line(void *ctx)
{
	enum rsk_err err;

	put("f", "one\ntw");
	err = rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("three"));
	if (ctx && err)
		return false;
	return has("f", err ? "one\ntw" : "one\ntw\nthree\n");
}

Test(faults, line)
{
	bool whole = true;

	fail_each("openat", EACCES, adds_line, NULL);
	fail_each("openat", EINTR, adds_line, &whole);
	fail_each("fstat", EIO, adds_line, NULL);
	fail_each("realloc", ENOMEM, adds_line, NULL);
	fail_each("write", EIO, adds_line, NULL);
	fail_each("write", EINTR, adds_line, &whole);
	fail_each("write", SHORT, adds_line, NULL);
	fail_each("write", ENDS, adds_line, NULL);
}

static bool adds_line_to_unknown_end(void *unused)
{
	(void)unused;
	put("f", "one\n");
	return rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("two")) == RSK_IO &&
	       has("f", "one\n");
}

static void other_writes(void)
{
	int fd = open("f", O_WRONLY | O_APPEND | O_CLOEXEC);

	failing.then = NULL;
	if (write(fd, "other\n", 6) != 6)
		abort();
	close(fd);
	failing.seen = 0;
	failing.at = 1;
}

Test(faults, line_and_its_place)
{
	put("f", "one");
	/* Where it ends cannot be read: no new line is begun. */
	fail_at("pread", 1, EIO);
	cr_expect_eq(
		rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("two")), RSK_OK);
	cr_expect(has("f", "onetwo\n"));

	fail_at("lseek", 1, ESPIPE);
	cr_expect(adds_line_to_unknown_end(NULL));

	put("f", "one\n");
	fail_at("close", 1, EIO);
	cr_expect_eq(
		rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("two")), RSK_IO);
	cr_expect_eq(errno, EIO);
}

static void expect_no_line(int why, const char *content)
{
	cr_expect_eq(
		rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("two")), RSK_IO);
	cr_expect_eq(errno, why);
	cr_expect(has("f", content));
}

/* Nothing fails and nothing is written: as on a full disk. */
Test(faults, line_that_is_not_written)
{
	put("f", "one\n");
	fail_at("write", 1, ENDS);
	errno = EINTR; /* of an earlier call */
	expect_no_line(ENOSPC, "one\n");
}

/* The line that is cut off is the one that was seen. */
Test(faults, line_behind_another)
{
	put("f", "tw");
	failing.then = other_writes;
	fail_at("pread", 1, FINE);
	cr_expect_eq(
		rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("three")), RSK_OK);
	cr_expect(has("f", "twother\n\nthree\n"));
}

/* What another process has added meanwhile must not be taken away. */
Test(faults, line_cut_off_beside_another)
{
	put("f", "one\n");
	failing.then = other_writes;
	fail_at("write", 1, SHORT);
	expect_no_line(ENOSPC, "one\nother\nt");
}

/* A close() that fails as well says nothing new. */
Test(faults, line_and_close)
{
	put("f", "one\n");
	failing.then = fail_close_next;
	fail_at("write", 1, EIO);
	expect_no_line(EIO, "one\n");
}

/* ---- memory ---- */

static bool allocates(void *unused)
{
	void *ptr = rsk_alloc(10);

	(void)unused;
	ptr = rsk_realloc_array(ptr, 20, 1);
	ptr = rsk_realloc_array(ptr, 20, 0);
	free(ptr);
	return true;
}

Test(faults, memory)
{
	fail_each("calloc", ENOMEM, allocates, NULL);
	fail_each("realloc", ENOMEM, allocates, NULL);
}

/* Whoever holds a buffer that is not small goes on without it. */
static bool reserves(void *ctx)
{
	struct rsk_buf buf = RSK_BUF_INIT(4 * RSK_SMALL_BYTES);
	const size_t *bytes = ctx;
	enum rsk_err err = rsk_buf_reserve(&buf, *bytes - RSK_BUF_PAD);

	rsk_buf_release(&buf);
	return err == RSK_NOMEM;
}

Test(faults, memory_for_buffers)
{
	size_t bytes = RSK_SMALL_BYTES;
	int status = 0;

	fail_at("realloc", 1, ENOMEM);
	run_child(reserves, &bytes, &status);
	cr_expect_eq(status, 0);
	bytes--;
	fail_at("realloc", 1, ENOMEM);
	run_child(reserves, &bytes, &status);
	cr_expect_eq(WEXITSTATUS(status), RSK_EXIT_NOMEM);
}

/* ---- mappings ---- */

enum { PAGE = 4096 };

static bool maps(void *unused)
{
	struct rsk_mapped *mapped = NULL;
	int fd = open("f", O_RDONLY | O_CLOEXEC);
	enum rsk_err err = rsk_mapped_new(&mapped, fd, 5);
	bool right = err == RSK_LIMIT ||
		     (!err && !memcmp(rsk_mapped_bytes(mapped), "12345", 5));

	(void)unused;
	rsk_mapped_free(mapped);
	close(fd);
	return right;
}

Test(faults, map)
{
	struct rsk_mapped *mapped = NULL;

	put("f", "12345");
	fail_each("mmap", ENOMEM, maps, NULL);
	fail_each("sigaction", EINVAL, maps, NULL);
	cr_expect_eq(rsk_mapped_new(&mapped, 0, UINT64_MAX), RSK_LIMIT);
}

static struct rsk_mapped *map_file(const char *path)
{
	struct rsk_mapped *mapped = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (rsk_mapped_new(&mapped, fd, 5))
		abort();
	close(fd);
	return mapped;
}

static pthread_t other;
static atomic_bool other_is_done;

static void *map_too(void *unused)
{
	struct rsk_mapped *mapped = map_file("g");

	(void)unused;
	atomic_store(&other_is_done, true);
	return mapped;
}

/* It must wait: give it time not to. */
static void let_other_map(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	failing.then = NULL;
	if (pthread_create(&other, NULL, map_too, NULL))
		abort();
	for (int i = 0; i < 100 && !atomic_load(&other_is_done); i++)
		nanosleep(&moment, NULL);
}

/* Two that map in the same moment do not get in each other's way. */
Test(faults, map_at_once)
{
	struct rsk_mapped *mapped;
	void *theirs = NULL;

	put("f", "12345");
	put("g", "67890");
	failing.then = let_other_map;
	fail_at("mmap", 1, FINE);
	mapped = map_file("f");
	cr_assert_eq(pthread_join(other, &theirs), 0);
	cr_expect_neq((void *)mapped, theirs);
	cr_expect(!memcmp(rsk_mapped_bytes(mapped), "12345", 5));
	cr_expect(!memcmp(rsk_mapped_bytes(theirs), "67890", 5));
	rsk_mapped_free(mapped);
	rsk_mapped_free(theirs);
}

static void end_well(int number)
{
	(void)number;
	_exit(0);
}

/* Maps a page of the file `fd`, cuts the file off and reads it. */
static void read_what_is_gone(int fd, const volatile uint8_t *bytes)
{
	if (ftruncate(fd, 0))
		abort();
	(void)bytes[0];
}

enum whose { OTHERS, BEHIND_OURS, OURS_WITHOUT_MEMORY, WHOSES };

/* Whoever had the signal before gets it. */
static bool is_of_others(void *ctx)
{
	int ours = open("f", O_RDWR | O_CLOEXEC);
	int theirs = open("g", O_RDWR | O_CLOEXEC);
	struct rsk_mapped *mapped = NULL;
	const enum whose *whose = ctx;

	signal(SIGBUS, end_well);
	if (ftruncate(ours, PAGE) || ftruncate(theirs, PAGE) ||
		rsk_mapped_new(&mapped, ours, PAGE - 1))
		return false;
	if (*whose == OTHERS)
		read_what_is_gone(theirs,
			mmap(NULL, PAGE, PROT_READ, MAP_SHARED, theirs, 0));
	if (*whose == BEHIND_OURS)
		read_what_is_gone(ours, rsk_mapped_bytes(mapped) + PAGE - 1);
	fail_at("mmap", 1, ENOMEM);
	read_what_is_gone(ours, rsk_mapped_bytes(mapped));
	return false; /* end_well() was to end it */
}

Test(faults, bus_errors_of_others)
{
	put("f", "");
	put("g", "");
	for (enum whose whose = OTHERS; whose < WHOSES; whose++) {
		int status = 0;

		run_child(is_of_others, &whose, &status);
		cr_expect_eq(status, 0, "%d", (int)whose);
	}
}
