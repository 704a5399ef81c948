#include "unit/pack_made.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "pack/loose_p.h"

/*
 * Loose objects, read one by one: their heads, what is put out of them byte by
 * byte, and where the limits are.
 */

static int objects;

static void enter(void)
{
	made_enter();
	objects = open("objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(objects, 0);
}

static void leave(void)
{
	close(objects);
	made_leave();
}

TestSuite(loose, .init = enter, .fini = leave);

static const char hex[] = "0123456789012345678901234567890123456789";

static struct rsk_oid oid_of(const char *text)
{
	struct rsk_oid oid;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(text)));
	return oid;
}

/* ---- heads ---- */

struct head {
	const char *text; /* its NUL counts */
	enum rsk_object_type type;
	uint64_t size;
};

static const struct head heads[] = {
	{ "blob 0", RSK_OBJECT_BLOB, 0 },
	{ "blob 7", RSK_OBJECT_BLOB, 7 },
	{ "tree 10", RSK_OBJECT_TREE, 10 },
	{ "tag 905", RSK_OBJECT_TAG, 905 },
	{ "commit 1234567890", RSK_OBJECT_COMMIT, 1234567890 },
	{ "commit 18446744073709551615", RSK_OBJECT_COMMIT, UINT64_MAX },
};

Test(loose, heads)
{
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		enum rsk_object_type type = 0;
		uint64_t size = 1;
		size_t used = 0;
		char text[64] = { 0 };
		size_t len = strlen(heads[i].text) + 1;

		memcpy(text, heads[i].text, len);
		cr_expect_eq(rsk_loose_head(rsk_slice(text, sizeof(text)),
				     &type, &size, &used),
			RSK_OK, "%s", text);
		cr_expect_eq(type, heads[i].type, "%s", text);
		cr_expect_eq(size, heads[i].size, "%s", text);
		cr_expect_eq(used, len, "%s", text);
	}
}

/* What is next to the digits in ASCII is none. */
Test(loose, sizes_that_are_none)
{
	static const char *const texts[] = { "blob /", "blob :", "blob 1/",
		"blob 1:", "blob 00", "blob 01", "blob 18446744073709551616" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum rsk_object_type type = 0;
		uint64_t size = 0;
		size_t used = 0;

		cr_expect_eq(rsk_loose_head(
				     rsk_slice(texts[i], strlen(texts[i]) + 1),
				     &type, &size, &used),
			RSK_CORRUPT, "%s", texts[i]);
	}
}

/* Nothing behind the bytes is looked at: they end where a page does that is
 * followed by one that cannot be read. */
Test(loose, heads_that_are_cut_off)
{
	static const char head[] = "blob 123";
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert(map != MAP_FAILED);
	cr_assert_eq(mprotect(map + page, page, PROT_NONE), 0);
	for (size_t len = 0; len < sizeof(head); len++) {
		enum rsk_object_type type = 0;
		uint64_t size = 0;
		size_t used = 0;
		char *at = map + page - len;

		memcpy(at, head, len);
		cr_expect_eq(
			rsk_loose_head(rsk_slice(at, len), &type, &size, &used),
			RSK_CORRUPT, "%.*s", (int)len, head);
	}
	munmap(map, 2 * page);
}

/* ---- objects ---- */

struct object {
	size_t head; /* bytes of it */
	size_t len;  /* with the head */
	char *bytes;
};

/* An object whose head says so, and that has so many bytes in truth. */
static struct object object_of(const char *type, size_t says, size_t size)
{
	struct object object;
	char head[64];

	snprintf(head, sizeof(head), "%s %zu", type, says);
	object.head = strlen(head) + 1;
	object.len = object.head + size;
	object.bytes = malloc(object.len);
	cr_assert(object.bytes);
	memcpy(object.bytes, head, object.head);
	for (size_t i = 0; i < size; i++)
		object.bytes[object.head + i] = (char)(i * 7 + i / 256);
	return object;
}

/* In blocks of so many bytes, which are inflated whole or not at all. */
static void put(const struct object *object, const char *name, size_t block)
{
	struct made made = { 0 };

	made_blocks(&made, object->bytes, object->len, block);
	made_put_loose(&made, "objects", name);
}

static enum rsk_err read_into(
	struct rsk_buf *bytes, enum rsk_object_type *type, const char *name)
{
	struct rsk_inflater *inflater = rsk_inflater_new();
	struct rsk_oid oid = oid_of(name);
	enum rsk_err err = rsk_loose_read(objects, inflater, &oid, type, bytes);

	rsk_inflater_free(inflater);
	return err;
}

struct row {
	size_t says, size, max;
	size_t block;
	enum rsk_err err;
};

static void expect_row(const struct row *row)
{
	struct object object = object_of("tag", row->says, row->size);
	struct rsk_buf bytes = RSK_BUF_INIT(row->max);
	enum rsk_object_type type = 0;
	enum rsk_err err;

	put(&object, hex, row->block);
	err = read_into(&bytes, &type, hex);
	cr_expect_eq(err, row->err, "%zu (says %zu) in blocks of %zu: %s",
		row->size, row->says, row->block, rsk_err_text(err));
	cr_expect_eq(bytes.len, err ? 0 : row->size);
	if (!err)
		cr_expect_eq(memcmp(bytes.ptr, object.bytes + object.head,
				     row->size),
			0);
	if (!err || err == RSK_TOOBIG)
		cr_expect_eq(type, RSK_OBJECT_TAG);
	rsk_buf_release(&bytes);
	free(object.bytes);
}

static void expect_rows(const struct row *rows, size_t len)
{
	for (size_t i = 0; i < len; i++)
		expect_row(&rows[i]);
}

/*
 * The first look is at 1024 bytes: all there is, or the head, or, when the
 * first block does not fit, nothing.
 */
Test(loose, objects_of_all_sizes)
{
	static const struct row rows[] = {
		{ 0, 0, 10, 512, RSK_OK },
		{ 10, 10, 10, 512, RSK_OK },
		{ 1015, 1015, 5000, 512, RSK_OK }, /* 1024 with its head */
		{ 1016, 1016, 5000, 512, RSK_OK },
		{ 1016, 1016, 5000, 1024, RSK_OK },
		{ 1016, 1016, 5000, 1025, RSK_OK },
		{ 4000, 4000, 5000, 512, RSK_OK },
		{ 4000, 4000, 5000, 0xffff, RSK_OK },
		{ 4000, 4000, 1000000000, 0xffff, RSK_OK },
		{ 200000, 200000, 200000, 512, RSK_OK },
		{ 200000, 200000, 200000, 0xffff, RSK_OK },
	};

	expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(loose, objects_over_the_limit)
{
	static const struct row rows[] = {
		{ 11, 11, 10, 512, RSK_TOOBIG },
		{ 3999, 3999, 4000, 512, RSK_OK },
		{ 4000, 4000, 4000, 512, RSK_OK },
		{ 4001, 4001, 4000, 512, RSK_TOOBIG },
		{ 4000, 4000, 4000, 0xffff, RSK_OK },
		{ 4001, 4001, 4000, 0xffff, RSK_TOOBIG },
	};

	expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* More than the head says is a lie while it says what is allowed. */
Test(loose, objects_of_another_size_than_their_head_says)
{
	static const struct row rows[] = {
		{ 10, 9, 100, 512, RSK_CORRUPT },
		{ 10, 11, 100, 512, RSK_CORRUPT },
		{ 2000, 1999, 4000, 512, RSK_CORRUPT },
		{ 2000, 2001, 4000, 512, RSK_CORRUPT },
		{ 2000, 3000, 4000, 512, RSK_CORRUPT },
		{ 3990, 9000, 4000, 512, RSK_CORRUPT },
		{ 3999, 9000, 4000, 512, RSK_CORRUPT },
		{ 4000, 9000, 4000, 512, RSK_TOOBIG },
	};

	expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* What the first look leaves behind is not part of a head: here it ends in the
 * middle of the number. */
Test(loose, head_in_two_blocks)
{
	enum { FIRST = sizeof("blob 30") - 1 };
	struct object object = object_of("blob", 3000, 3000);
	struct rsk_buf bytes = RSK_BUF_INIT(5000);
	enum rsk_object_type type = 0;
	struct made made = { 0 };

	made_zlib(&made);
	made_block(&made, false, object.bytes, FIRST);
	made_block(&made, true, object.bytes + FIRST, object.len - FIRST);
	made_sum(&made, object.bytes, object.len);
	made_put_loose(&made, "objects", hex);
	cr_expect_eq(read_into(&bytes, &type, hex), RSK_OK);
	cr_expect_eq(bytes.len, 3000);
	rsk_buf_release(&bytes);
	free(object.bytes);
}

/* A file may be twice as long as an object, and 64 KiB more. */
Test(loose, file_over_the_limit)
{
	enum { EMPTY = 13110, FILE_BYTES = 2 + 5 * EMPTY + 5 + 8 + 4 };
	struct made made = { 0 };
	enum rsk_object_type type = 0;
	size_t most = (FILE_BYTES - 64 * RSK_KIB + 1) / 2;

	made_zlib(&made);
	for (size_t i = 0; i < EMPTY; i++)
		made_block(&made, false, "", 0);
	made_block(&made, true, "blob 1\0x", 8);
	made_sum(&made, "blob 1\0x", 8);
	cr_assert_eq(made.pack.len, FILE_BYTES);
	made_put_loose(&made, "objects", hex);
	for (size_t max = most - 1; max <= most; max++) {
		struct rsk_buf bytes = RSK_BUF_INIT(max);

		cr_expect_eq(read_into(&bytes, &type, hex),
			max == most ? RSK_OK : RSK_TOOBIG, "%zu", max);
		rsk_buf_release(&bytes);
	}
}

/* What was in the buffer before is not there any more. */
Test(loose, buffer_that_is_used_again)
{
	struct rsk_buf bytes = RSK_BUF_INIT(100);
	enum rsk_object_type type = 0;

	made_loose("objects", hex, "blob 5\0hello", 12);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(read_into(&bytes, &type, hex), RSK_OK);
		cr_expect_str_eq(rsk_buf_cstr(&bytes), "hello");
	}
	made_loose("objects", hex, "blob 6\0hello", 12);
	cr_expect_eq(read_into(&bytes, &type, hex), RSK_CORRUPT);
	cr_expect_eq(bytes.len, 0);
	rsk_buf_release(&bytes);
}

/* ---- names ---- */

/* As long as a path can be. */
Test(loose, name_of_64_digits)
{
	static const char name[] = "0123456789abcdef0123456789abcdef"
				   "0123456789abcdef0123456789abcdef";
	struct rsk_buf bytes = RSK_BUF_INIT(100);
	struct rsk_oid oid = oid_of(name);
	enum rsk_object_type type = 0;

	cr_expect_not(rsk_loose_has(objects, &oid));
	made_loose("objects", name, "tree 5\0hello", 12);
	cr_expect(rsk_loose_has(objects, &oid));
	cr_expect_eq(read_into(&bytes, &type, name), RSK_OK);
	cr_expect_eq(type, RSK_OBJECT_TREE);
	rsk_buf_release(&bytes);
}

struct listed {
	size_t len;
	struct rsk_oid last;
};

static void count(void *ctx, const struct rsk_oid *oid)
{
	struct listed *listed = ctx;

	listed->len++;
	listed->last = *oid;
}

/* A file whose name is so many times that letter. */
static void touch(const char *folder, size_t len, char letter)
{
	char path[512];
	int n = snprintf(path, sizeof(path), "%s/", folder);
	int fd;

	memset(path + n, letter, len);
	path[(size_t)n + len] = '\0';
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	cr_assert_geq(fd, 0, "%s", path);
	close(fd);
}

static enum rsk_err list(uint8_t first, struct listed *listed)
{
	*listed = (struct listed){ 0 };
	return rsk_loose_each(objects, first, count, listed);
}

Test(loose, names_in_a_folder)
{
	static const size_t others[] = { 1, 36, 37, 39, 40, 61, 63, 64, 255 };
	struct listed listed;
	struct rsk_oid oid;

	made_sh("mkdir objects/ab objects/ac");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		touch("objects/ab", others[i], 'a');
	touch("objects/ab", 38, 'x');
	cr_expect_eq(list(0xab, &listed), RSK_OK);
	cr_expect_eq(listed.len, 0);
	touch("objects/ab", 38, 'c');
	cr_expect_eq(list(0xab, &listed), RSK_OK);
	cr_expect_eq(listed.len, 1);
	oid = oid_of("abcccccccccccccccccccccccccccccccccccccc");
	cr_expect_eq(rsk_oid_cmp(&listed.last, &oid), 0);
	touch("objects/ac", 62, 'd');
	cr_expect_eq(list(0xac, &listed), RSK_OK);
	cr_expect_eq(listed.len, 1);
	oid = oid_of("acdddddddddddddddddddddddddddddd"
		     "dddddddddddddddddddddddddddddddd");
	cr_expect_eq(rsk_oid_cmp(&listed.last, &oid), 0);
}

/* An error of before says nothing of what was listed. */
Test(loose, folders)
{
	struct listed listed;

	cr_expect_eq(list(0xab, &listed), RSK_NOTFOUND);
	made_sh("mkdir objects/ab; touch objects/cd; ln -s ab objects/ef");
	errno = EIO;
	cr_expect_eq(list(0xab, &listed), RSK_OK);
	cr_expect_eq(list(0xcd, &listed), RSK_SPECIAL);
	cr_expect_eq(list(0xef, &listed), RSK_SPECIAL);
	cr_expect_eq(listed.len, 0);
}

/* Without a standard input, a folder is number 0. */
Test(loose, folder_that_is_descriptor_0)
{
	struct listed listed;

	made_sh("mkdir objects/ab");
	touch("objects/ab", 38, 'c');
	close(STDIN_FILENO);
	cr_expect_eq(list(0xab, &listed), RSK_OK);
	cr_expect_eq(listed.len, 1);
}
