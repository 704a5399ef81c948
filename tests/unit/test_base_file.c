#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "unit/file_help.h"
#include "unit/kept.h"

/* Each test runs in a fresh folder of its own, which is also its present one.
 */
static char folder[64];

static void enter_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rskan-file-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	static const char *const names[] = { "f", "g", "link", "fifo", "socket",
		"dir" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(names[i]);
	cr_assert_eq(rmdir(folder), 0, "something was left behind");
}

TestSuite(file, .init = enter_folder, .fini = leave_folder);
TestSuite(atomic, .init = enter_folder, .fini = leave_folder);

static enum rsk_err open_of(const char *path)
{
	int fd = -7;
	struct stat st = { .st_size = 77 };
	enum rsk_err err = rsk_file_open_at(&fd, AT_FDCWD, path, &st);

	if (err) {
		cr_expect_eq(fd, -7, "%s: fd was written", path);
		cr_expect_eq(st.st_size, 77, "%s: st was written", path);
	} else {
		close(fd);
	}
	return err;
}

Test(file, opens_regular_files)
{
	int fd = -1;
	struct stat st;

	put("f", "12345");
	cr_assert_eq(rsk_file_open_at(&fd, AT_FDCWD, "f", &st), RSK_OK);
	cr_assert_eq(st.st_size, 5);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	cr_assert_eq(rsk_file_open_at(&fd, AT_FDCWD, "f", NULL), RSK_OK);
	close(fd);
}

Test(file, opens_relative_to_a_folder)
{
	int fd = -1;
	int dir = open(folder, O_RDONLY | O_DIRECTORY);

	put("f", "x");
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rsk_file_open_at(&fd, dir, "f", NULL), RSK_OK);
	close(fd);
	cr_assert_eq(fchdir(dir), 0);
	close(dir);
}

Test(file, missing)
{
	put("f", "x");
	cr_assert_eq(open_of("none"), RSK_NOTFOUND);
	cr_assert_eq(open_of("none/f"), RSK_NOTFOUND);
	cr_assert_eq(open_of("f/f"), RSK_NOTFOUND);
	cr_assert_eq(open_of(""), RSK_NOTFOUND);
}

Test(file, special_ones_are_not_opened, .timeout = 20)
{
	struct sockaddr_un address = { AF_UNIX, "socket" };
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);

	put("f", "x");
	cr_assert_eq(symlink("f", "link"), 0);
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	cr_assert_eq(mkdir("dir", 0700), 0);
	cr_assert_eq(
		bind(sock, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_expect_eq(open_of("link"), RSK_SPECIAL);
	cr_expect_eq(open_of("fifo"), RSK_SPECIAL);
	cr_expect_eq(open_of("dir"), RSK_SPECIAL);
	cr_expect_eq(open_of("socket"), RSK_SPECIAL);
	cr_expect_eq(open_of("/dev/null"), RSK_SPECIAL);
	close(sock);
}

Test(file, other_errors_keep_errno)
{
	char name[300];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cr_assert_eq(open_of(name), RSK_IO);
	cr_assert_eq(errno, ENAMETOOLONG);
}

Test(file, fill_gets_all_there_is)
{
	char out[10];
	size_t got = 0;
	int fd = -1;

	put("f", "12345678");
	cr_assert_eq(rsk_file_open_at(&fd, AT_FDCWD, "f", NULL), RSK_OK);
	cr_assert_eq(rsk_file_fill(&got, fd, out, 5), RSK_OK);
	cr_assert_eq(got, 5);
	cr_assert_eq(rsk_file_fill(&got, fd, out, 10), RSK_OK);
	cr_assert_eq(got, 3);
	cr_assert_eq(memcmp(out, "678", 3), 0);
	cr_assert_eq(rsk_file_fill(&got, fd, out, 10), RSK_OK);
	cr_assert_eq(got, 0);

	cr_assert_eq(rsk_file_fill_at(&got, fd, out, 3, 2), RSK_OK);
	cr_assert_eq(got, 3);
	cr_assert_eq(memcmp(out, "345", 3), 0);
	errno = EINTR; /* of an earlier call */
	cr_assert_eq(rsk_file_fill_at(&got, fd, out, 3, 100), RSK_OK);
	cr_assert_eq(got, 0);
	close(fd);
	cr_assert_eq(rsk_file_fill(&got, fd, out, 1), RSK_IO);
	cr_assert_eq(errno, EBADF);
	cr_assert_eq(rsk_file_fill_at(&got, fd, out, 1, 0), RSK_IO);
	/* Nothing is asked of it for nothing. */
	cr_assert_eq(rsk_file_fill(&got, fd, out, 0), RSK_OK);
	cr_assert_eq(rsk_file_fill_at(&got, fd, out, 0, 0), RSK_OK);
}

/* A pipe gives its bytes in pieces; none of them is the end. */
static void *write_slowly(void *arg)
{
	int fd = *(int *)arg;

	for (int i = 0; i < 5; i++) {
		cr_assert_eq(write(fd, "ab", 2), 2);
		usleep(1000);
	}
	close(fd);
	return NULL;
}

Test(file, fill_waits_for_short_reads)
{
	int ends[2];
	char out[20];
	size_t got = 0;
	pthread_t thread;

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(pthread_create(&thread, NULL, write_slowly, &ends[1]), 0);
	cr_assert_eq(rsk_file_fill(&got, ends[0], out, sizeof(out)), RSK_OK);
	cr_assert_eq(got, 10);
	cr_assert_eq(memcmp(out, "ababababab", 10), 0);
	pthread_join(thread, NULL);
	close(ends[0]);
}

Test(file, read_appends)
{
	struct rsk_buf buf = RSK_BUF_INIT(9);

	put("f", "1234");
	put("g", "");
	cr_assert_eq(rsk_buf_add_str(&buf, ">"), RSK_OK);
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_OK);
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "g"), RSK_OK);
	/* The ceiling is reached exactly. */
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_OK);
	cr_assert_str_eq(rsk_buf_cstr(&buf), ">12341234");
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_TOOBIG);
	cr_assert_str_eq(rsk_buf_cstr(&buf), ">12341234");
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "none"), RSK_NOTFOUND);
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "."), RSK_SPECIAL);
	cr_assert_str_eq(rsk_buf_cstr(&buf), ">12341234");
	rsk_buf_release(&buf);
}

/* ---- folders on the way ---- */

static enum rsk_err walk(const char *path, bool make, char last[20])
{
	struct rsk_arena arena = { 0 };
	const char *part = "";
	int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err =
		make ? rsk_file_make_parent(&fd, &arena, path, &part)
		     : rsk_file_open_parent(&fd, &arena, path, &part);

	snprintf(last, 20, "%s", part);
	rsk_arena_release(&arena);
	if (!err) {
		cr_expect_eq(fchdir(fd), 0);
		put(last, "found");
		cr_expect_eq(chdir(folder), 0);
	}
	close(fd);
	return err;
}

static void sweep(void)
{
	remove("dir/dir/f");
	remove("dir/dir");
	remove("dir/f");
	remove("dir");
	remove("f");
}

Test(file, parents_are_made)
{
	struct stat st;
	char last[20];

	umask(0);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(walk("dir/dir/f", true, last), RSK_OK);
		cr_expect_str_eq(last, "f");
		expect_content("dir/dir/f", "found");
	}
	cr_assert_eq(stat("dir/dir", &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0777);
	sweep();
}

Test(file, parents_are_found)
{
	char last[20];

	cr_expect_eq(walk("f", false, last), RSK_OK);
	cr_expect_eq(walk("f/", false, last), RSK_OK);
	cr_expect_str_eq(last, "f");
	cr_expect_eq(walk("dir/f", false, last), RSK_IO);
	cr_expect_eq(errno, ENOENT);
	cr_assert_eq(mkdir("dir", 0700), 0);
	cr_expect_eq(walk("dir/f", false, last), RSK_OK);
	expect_content("dir/f", "found");
	sweep();
}

/* Nothing leads out of where it began. */
Test(file, parents_stay_inside)
{
	static const char *const out[] = { "", "/", "/f", "..", "../f",
		"dir/../f", "dir//f" };
	char last[20];

	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		cr_expect_eq(
			walk(out[i], true, last), RSK_DENIED, "%s", out[i]);
	cr_assert_eq(symlink("dir", "link"), 0);
	cr_expect_eq(walk("link/f", true, last), RSK_IO);
	put("f", "");
	cr_expect_eq(walk("f/f", true, last), RSK_IO);
	sweep();
}

/* ---- what is opened is closed ---- */

static void use_all(void)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);
	struct rsk_atomic file;
	char last[20];

	put("f", "12345");
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_OK);
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "."), RSK_SPECIAL);
	rsk_buf_release(&buf);
	cr_assert_eq(walk("dir/dir/f", true, last), RSK_OK);
	cr_assert_eq(rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("x")), RSK_OK);
	remove("f");
	cr_assert_eq(rsk_file_write_new("f", 0600, RSK_LIT("x")), RSK_OK);
	cr_assert_eq(rsk_file_write_new("f", 0600, RSK_LIT("x")), RSK_IO);
	cr_assert_eq(rsk_atomic_open(&file, "none/f"), RSK_IO);
	cr_assert_null(file.path);
	cr_assert_eq(rsk_atomic_open(&file, "./f"), RSK_OK);
	cr_assert_eq(rsk_atomic_close(&file, RSK_OK), RSK_OK);
	cr_assert_null(file.path);
	cr_assert_null(file.out);
}

Test(file, nothing_stays_open)
{
	expect_nothing_kept(use_all);
	sweep();
}

/* It is a file like others to whoever closed standard input. */
static void use_descriptor_0(void (*work)(void))
{
	close(STDIN_FILENO);
	errno = EINTR; /* of an earlier call */
	work();
	errno = 0;
	cr_expect_eq(fcntl(STDIN_FILENO, F_GETFD), -1, "0 stays open");
}

static void open_as_0(void)
{
	int fd = -1;

	cr_expect_eq(rsk_file_open_at(&fd, AT_FDCWD, "f", NULL), RSK_OK);
	cr_expect_eq(fd, 0);
	close(fd);
}

static void add_as_0(void)
{
	cr_expect_eq(rsk_file_add_line_at(AT_FDCWD, "f", RSK_LIT("x")), RSK_OK);
}

static void write_new_as_0(void)
{
	cr_expect_eq(rsk_file_write_new("g", 0600, RSK_LIT("x")), RSK_OK);
}

static void replace_as_0(void)
{
	struct rsk_atomic file;

	cr_expect_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	cr_expect_eq(fileno(file.out), 0);
	cr_expect_eq(rsk_atomic_close(&file, RSK_OK), RSK_OK);
}

/* Where the folder that it begins at is 1, the next one is 0. */
static void walk_as_0(void)
{
	struct rsk_arena arena = { 0 };
	const char *last = "";
	int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int begin = fcntl(fd, F_DUPFD_CLOEXEC, 1);

	close(fd);
	cr_expect_eq(
		rsk_file_make_parent(&begin, &arena, "dir/f", &last), RSK_OK);
	cr_expect_eq(begin, 0);
	close(begin);
	rsk_arena_release(&arena);
}

Test(file, descriptor_0_is_one_as_well)
{
	put("f", "");
	use_descriptor_0(open_as_0);
	use_descriptor_0(add_as_0);
	use_descriptor_0(write_new_as_0);
	use_descriptor_0(replace_as_0);
	use_descriptor_0(walk_as_0);
}

/* A sparse file of a terabyte is refused before anything is read. */
Test(file, read_of_a_huge_file)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);

	put("f", "");
	if (truncate("f", (off_t)1 << 40) != 0)
		cr_skip_test("no sparse files here");
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "f"), RSK_TOOBIG);
	cr_assert_eq(buf.len, 0);
	rsk_buf_release(&buf);
}

/*
 * A file of /proc says that it is empty and then gives bytes: the plainest
 * file that is not what it was when it was opened.
 */
Test(file, read_of_a_file_that_grew)
{
	struct rsk_buf buf = RSK_BUF_INIT(100000);

	cr_assert_eq(rsk_buf_add_str(&buf, "as it was"), RSK_OK);
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD, "/proc/self/status"),
		RSK_CHANGED);
	cr_assert_eq(buf.len, strlen("as it was"));
	cr_assert_str_eq(rsk_buf_cstr(&buf), "as it was");
	rsk_buf_release(&buf);
}

/* And one of /sys says a page and gives a few bytes. */
Test(file, read_of_a_file_that_shrank)
{
	struct rsk_buf buf = RSK_BUF_INIT(100000);

	cr_assert_eq(rsk_buf_add_str(&buf, "as it was"), RSK_OK);
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK))
		cr_skip_test("no such file here");
	cr_assert_eq(rsk_file_read_at(&buf, AT_FDCWD,
			     "/sys/kernel/mm/transparent_hugepage/enabled"),
		RSK_CHANGED);
	for (size_t i = 0; i < RSK_BUF_PAD; i++)
		cr_assert_eq(buf.ptr[buf.len + i], 0, "padding byte %zu", i);
	rsk_buf_release(&buf);
}

Test(file, changed)
{
	struct stat before;
	struct stat after;

	put("f", "1");
	put("g", "1");
	cr_assert_eq(stat("f", &before), 0);
	after = before;
	cr_expect_not(rsk_file_changed(&before, &after));
	cr_assert_eq(stat("g", &after), 0);
	cr_expect(rsk_file_changed(&before, &after), "another file");
	after = before;
	after.st_size++;
	cr_expect(rsk_file_changed(&before, &after), "longer");
	after = before;
	after.st_mtim.tv_sec--;
	cr_expect(rsk_file_changed(&before, &after), "seconds");
	after = before;
	after.st_mtim.tv_nsec ^= 1;
	cr_expect(rsk_file_changed(&before, &after), "nanoseconds");
	after = before;
	after.st_dev++;
	cr_expect(rsk_file_changed(&before, &after), "another device");
}

static enum rsk_err write_report(
	const char *path, const char *text, enum rsk_err outcome)
{
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, path);

	if (err)
		return err;
	fputs(text, file.out);
	return rsk_atomic_close(&file, outcome);
}

Test(atomic, a_new_file)
{
	struct stat st;

	umask(027);
	cr_assert_eq(write_report("f", "new", RSK_OK), RSK_OK);
	expect_content("f", "new");
	cr_assert_eq(stat("f", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0640);
	cr_assert_eq(umask(0), 027);
	cr_assert_eq(write_report("f", "newer", RSK_OK), RSK_OK);
	cr_assert_eq(stat("f", &st), 0);
	cr_assert_eq(st.st_mode & 07777, 0666);
}

Test(atomic, with_a_path)
{
	char path[100];

	cr_assert_eq(mkdir("dir", 0700), 0);
	snprintf(path, sizeof(path), "%s/dir/../f", folder);
	cr_assert_eq(write_report(path, "new", RSK_OK), RSK_OK);
	expect_content("f", "new");
}

Test(atomic, replaces_when_all_went_well)
{
	put("f", "old");
	cr_assert_eq(write_report("f", "new", RSK_OK), RSK_OK);
	expect_content("f", "new");
}

Test(atomic, keeps_the_old_one_on_an_error)
{
	put("f", "old");
	cr_assert_eq(write_report("f", "new", RSK_CORRUPT), RSK_CORRUPT);
	expect_content("f", "old");
	cr_assert_eq(write_report("g", "new", RSK_IO), RSK_IO);
	cr_assert_neq(access("g", F_OK), 0);
}

Test(atomic, nothing_shows_before_the_end)
{
	struct rsk_atomic file;

	put("f", "old");
	cr_assert_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	fputs("new", file.out);
	fflush(file.out);
	expect_content("f", "old");
	cr_assert_eq(rsk_atomic_close(&file, RSK_OK), RSK_OK);
	expect_content("f", "new");
}

/* What a signal handler does; leave_folder() sees whether a file stays. */
Test(atomic, abandon_removes_the_temporary_file)
{
	struct rsk_atomic file;

	put("f", "old");
	cr_assert_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	rsk_atomic_abandon();
	rsk_atomic_abandon();
	cr_assert_neq(access(file.temporary, F_OK), 0);
	expect_content("f", "old");
	cr_assert_eq(rsk_atomic_close(&file, RSK_INTERRUPTED), RSK_INTERRUPTED);
}

/* And no other that has its name by then. */
Test(atomic, abandon_removes_it_once)
{
	struct rsk_atomic file;

	cr_assert_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	rsk_atomic_abandon();
	put(file.temporary, "of another");
	rsk_atomic_abandon();
	cr_expect_eq(access(file.temporary, F_OK), 0);
	remove(file.temporary);
	cr_assert_eq(rsk_atomic_close(&file, RSK_INTERRUPTED), RSK_INTERRUPTED);
}

/* That the temporary file is gone already is not the error to tell. */
Test(atomic, the_first_error_counts)
{
	struct rsk_atomic file;

	cr_assert_eq(rsk_atomic_open(&file, "f"), RSK_OK);
	remove(file.temporary);
	errno = ENOSPC;
	cr_expect_eq(rsk_atomic_close(&file, RSK_IO), RSK_IO);
	cr_expect_eq(errno, ENOSPC);
}

Test(atomic, open_errors)
{
	cr_assert_eq(write_report("none/f", "", RSK_OK), RSK_IO);
	cr_assert_eq(errno, ENOENT);
	cr_assert_eq(write_report(".", "", RSK_OK), RSK_IO);
	cr_assert_eq(errno, EISDIR);
	cr_assert_eq(write_report("", "", RSK_OK), RSK_IO);
}

Test(atomic, a_full_disk_is_seen)
{
	cr_assert_eq(write_report("/dev/full", "lost", RSK_OK), RSK_IO);
	cr_assert_eq(errno, ENOSPC);
}

Test(atomic, devices_are_written_not_replaced)
{
	struct stat st;

	cr_assert_eq(write_report("/dev/null", "x", RSK_OK), RSK_OK);
	cr_assert_eq(stat("/dev/null", &st), 0);
	cr_assert(S_ISCHR(st.st_mode));
}

static void *read_fifo(void *arg)
{
	FILE *file = fopen("fifo", "r");

	cr_assert_not_null(file);
	cr_assert_not_null(fgets(arg, 20, file));
	fclose(file);
	return NULL;
}

Test(atomic, fifos_are_written_not_replaced, .timeout = 20)
{
	char got[20] = "";
	struct stat st;
	pthread_t thread;

	cr_assert_eq(mkfifo("fifo", 0600), 0);
	cr_assert_eq(pthread_create(&thread, NULL, read_fifo, got), 0);
	cr_assert_eq(write_report("fifo", "through", RSK_OK), RSK_OK);
	pthread_join(thread, NULL);
	cr_assert_str_eq(got, "through");
	cr_assert_eq(stat("fifo", &st), 0);
	cr_assert(S_ISFIFO(st.st_mode));
}

TestSuite(line, .init = enter_folder, .fini = leave_folder);

static enum rsk_err add(const char *path, const char *line)
{
	return rsk_file_add_line_at(AT_FDCWD, path, rsk_slice_str(line));
}

Test(line, makes_the_file_and_adds)
{
	struct stat st;

	umask(0);
	cr_expect_eq(add("f", "one"), RSK_OK);
	cr_assert_eq(stat("f", &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0666);
	cr_expect_eq(add("f", "two"), RSK_OK);
	expect_content("f", "one\ntwo\n");
}

Test(line, ends_what_was_cut_off)
{
	put("f", "one\ntw");
	cr_expect_eq(add("f", "three"), RSK_OK);
	expect_content("f", "one\ntw\nthree\n");
	put("g", "1");
	cr_expect_eq(add("g", "2"), RSK_OK);
	expect_content("g", "1\n2\n");
}

Test(line, special_ones_stay_as_they_are, .timeout = 20)
{
	put("g", "");
	cr_assert_eq(symlink("g", "link"), 0);
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	cr_assert_eq(mkdir("dir", 0700), 0);
	cr_expect_eq(add("link", "x"), RSK_SPECIAL);
	cr_expect_eq(add("fifo", "x"), RSK_SPECIAL);
	cr_expect_eq(add("dir", "x"), RSK_SPECIAL);
	cr_expect_eq(add("no/f", "x"), RSK_NOTFOUND);
	expect_content("g", "");
}

/* A limit on the size of files cuts the write short, as a full disk does. */
Test(line, of_one_that_does_not_fit_nothing_stays)
{
	struct rlimit limit = { .rlim_cur = 8, .rlim_max = RLIM_INFINITY };

	put("f", "one\n");
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect_eq(add("f", "a long line"), RSK_IO);
	cr_expect_eq(errno, ENOSPC);
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_content("f", "one\n");
}

static void *add_many(void *unused)
{
	(void)unused;
	for (int i = 0; i < 50; i++)
		if (add("f", "0123456789"))
			abort();
	return NULL;
}

Test(line, of_many_all_arrive)
{
	struct rsk_buf text = RSK_BUF_INIT(10000);
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		cr_assert_eq(
			pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(rsk_file_read_at(&text, AT_FDCWD, "f"), RSK_OK);
	cr_expect_eq(text.len, 4 * 50 * 11);
	for (size_t i = 0; i + 11 <= text.len; i += 11)
		cr_expect_eq(memcmp(text.ptr + i, "0123456789\n", 11), 0);
	rsk_buf_release(&text);
}
