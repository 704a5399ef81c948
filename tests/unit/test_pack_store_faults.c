#include "unit/failing.h"

#include "base/limits.h"
#include "pack/loose_p.h"
#include "pack/pack_p.h"
#include "unit/pack_made.h"

/*
 * Calls that fail while a database is opened and read: which error it is, that
 * the files are closed, and how often a pack is read. And what comes of it that
 * standard input is closed, so that a file may be number 0.
 */

TestSuite(store_faults, .init = made_enter, .fini = made_leave);

static void close_input(void)
{
	failing.then = NULL;
	close(STDIN_FILENO);
}

/* ---- the folder ---- */

static enum rsk_err open_store(struct rsk_odb **odb)
{
	struct rsk_diag diag = { 0 };

	*odb = NULL;
	return rsk_odb_open(odb, "objects", &diag);
}

struct row {
	const char *call;
	unsigned at;
	int error;
	enum rsk_err err;
};

/* It is opened, or it is not: nothing is open in the end. */
Test(store_faults, folder)
{
	static const struct row rows[] = {
		{ "openat", 1, ENOENT, RSK_NOTFOUND },
		{ "openat", 1, ENOTDIR, RSK_SPECIAL },
		{ "openat", 1, EACCES, RSK_IO },
		{ "fstat", 1, EIO, RSK_IO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_odb *odb;
		size_t files = made_open_files();

		fail_at(rows[i].call, rows[i].at, rows[i].error);
		cr_expect_eq(open_store(&odb), rows[i].err, "%zu", i);
		fail_nothing();
		cr_expect_null(odb);
		cr_expect_eq(made_open_files(), files);
	}
}

static void expect_problem(const struct row *row, const char *path)
{
	struct rsk_odb *odb;
	size_t files = made_open_files();

	fail_at(row->call, row->at, row->error);
	cr_assert_eq(open_store(&odb), RSK_OK);
	fail_nothing();
	cr_assert_eq(rsk_odb_problems(odb), 1, "%s", row->call);
	cr_expect_eq(rsk_odb_problem(odb, 0)->err, row->err);
	cr_expect_str_eq(rsk_odb_problem(odb, 0)->path, path);
	rsk_odb_free(odb);
	cr_expect_eq(made_open_files(), files);
}

Test(store_faults, folder_of_packs)
{
	static const struct row rows[] = {
		{ "openat", 2, EACCES, RSK_SPECIAL },
		{ "dup", 1, EMFILE, RSK_IO },
		{ "fdopendir", 1, ENOMEM, RSK_IO },
		{ "readdir", 1, EIO, RSK_IO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_problem(&rows[i], "objects/pack");
}

/* ---- without a standard input ---- */

static void expect_opened(void)
{
	struct rsk_odb *odb;

	cr_assert_eq(open_store(&odb), RSK_OK);
	fail_nothing();
	cr_expect_eq(rsk_odb_problems(odb), 0);
	rsk_odb_free(odb);
}

/* The folder, that of packs, and its copy for the list, are number 0. */
Test(store_faults, folder_that_is_descriptor_0)
{
	close(STDIN_FILENO);
	expect_opened();
}

Test(store_faults, folder_of_packs_that_is_descriptor_0)
{
	failing.then = close_input;
	fail_at("openat", 2, FINE);
	expect_opened();
}

Test(store_faults, list_of_packs_that_is_descriptor_0)
{
	failing.then = close_input;
	fail_at("dup", 1, FINE);
	expect_opened();
}

static void fail_fdopendir(void)
{
	close_input();
	fail_at("fdopendir", 1, ENOMEM);
}

Test(store_faults, list_of_packs_that_cannot_be_and_is_descriptor_0)
{
	struct rsk_odb *odb;

	failing.then = fail_fdopendir;
	fail_at("dup", 1, FINE);
	cr_assert_eq(open_store(&odb), RSK_OK);
	fail_nothing();
	cr_expect_eq(fcntl(STDIN_FILENO, F_GETFD), -1, "0 is still open");
	rsk_odb_free(odb);
}

/* ---- folders of loose objects ---- */

static void on_loose(void *ctx, const struct rsk_oid *oid)
{
	(void)ctx;
	(void)oid;
}

static enum rsk_err list_loose(void)
{
	int objects = open("objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err;

	failing.seen = 0; /* from here on */
	err = rsk_loose_each(objects, 0xab, on_loose, NULL);
	fail_nothing();
	close(objects);
	return err;
}

Test(store_faults, folder_of_loose_objects)
{
	static const struct row rows[] = {
		{ "openat", 1, ENOENT, RSK_NOTFOUND },
		{ "openat", 1, ENOTDIR, RSK_SPECIAL },
		{ "openat", 1, ELOOP, RSK_SPECIAL },
		{ "openat", 1, EACCES, RSK_IO },
		{ "fdopendir", 1, ENOMEM, RSK_IO },
		{ "readdir", 1, EIO, RSK_IO },
		{ "readdir", 3, EIO, RSK_IO },
	};

	made_sh("mkdir objects/ab");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t files = made_open_files();

		fail_at(rows[i].call, rows[i].at, rows[i].error);
		cr_expect_eq(list_loose(), rows[i].err, "%s %d", rows[i].call,
			rows[i].error);
		cr_expect_eq(made_open_files(), files);
	}
}

Test(store_faults, loose_folder_that_cannot_be_and_is_descriptor_0)
{
	int objects = open("objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	made_sh("mkdir objects/ab");
	close(STDIN_FILENO);
	fail_at("fdopendir", 1, ENOMEM);
	cr_expect_eq(rsk_loose_each(objects, 0xab, on_loose, NULL), RSK_IO);
	fail_nothing();
	cr_expect_eq(fcntl(STDIN_FILENO, F_GETFD), -1, "0 is still open");
	close(objects);
}

/* ---- reads of a pack ---- */

/* A blob of so many bytes whose stream begins with so many empty blocks. */
struct stream {
	size_t size, blocks;
	bool broken;
	bool last; /* nothing is behind it in the pack */
	unsigned reads;
};

static void put_stream(const struct stream *stream)
{
	struct made made;
	char *bytes = calloc(1, 100000);

	cr_assert(bytes);
	made_begin(&made, 20);
	made_numbered(&made, 1);
	made_head(&made, RSK_OBJECT_BLOB, stream->size);
	made_zlib(&made);
	for (size_t i = 0; i < stream->blocks; i++)
		made_block(&made, false, "", 0);
	made_block(&made, !stream->broken, bytes, stream->size);
	made_sum(&made, bytes, stream->size);
	if (!stream->last)
		made_blob(&made, bytes, 100000);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	free(bytes);
}

static void expect_reads(const struct stream *stream)
{
	int dir = open("objects/pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rsk_inflater *inflater = rsk_inflater_new();
	struct rsk_buf bytes = RSK_BUF_INIT(1000);
	enum rsk_object_type type = 0;
	struct rsk_pack *pack = NULL;
	const char *why = NULL;

	put_stream(stream);
	cr_assert_eq(
		rsk_pack_open(&pack, dir, "objects/pack", "pack-1.idx", &why),
		RSK_OK, "%s", why);
	fail_at("pread", 1000, FINE);
	cr_expect_eq(
		rsk_pack_read(pack, inflater, RSK_PACK_HEAD, &type, &bytes),
		stream->broken ? RSK_CORRUPT : RSK_OK);
	cr_expect_eq(failing.seen, stream->reads,
		"%u reads of %zu bytes in "
		"%zu blocks",
		failing.seen, stream->size, stream->blocks);
	fail_nothing();
	rsk_pack_free(pack);
	rsk_buf_release(&bytes);
	rsk_inflater_free(inflater);
	close(dir);
}

/*
 * Its head, and a stream that is no longer than the bytes, a 256th of them and
 * 64 more; then all there may be of it. A stream of stored blocks is as long as
 * the bytes, 11 more and 5 for each block of nothing.
 */
Test(store_faults, reads_of_an_object)
{
	static const struct stream streams[] = {
		{ 5, 0, false, false, 2 },
		{ 5, 10, false, false, 2 },
		{ 5, 11, false, false, 3 },
		{ 512, 11, false, false, 2 }, /* 578 of 578 */
		{ 510, 11, false, false, 3 }, /* 576 of 575 */
		{ 5, 0, true, false, 3 },
		{ 5, 0, true, true, 2 },
	};

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++)
		expect_reads(&streams[i]);
}
