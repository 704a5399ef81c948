#include "unit/failing.h"

#include "pack/walk_p.h"
#include "unit/pack_made.h"

/* What the object reader does when a call fails: all is seen, or told of. */

TestSuite(pack_faults, .init = made_enter, .fini = made_leave);

enum { ALL_TYPES = 0x1e, OBJECTS = 5 };

static const uint8_t delta[] = { 5, 5, 0x90, 5 };

static void make_store(void)
{
	struct made made;
	struct rsk_oid oid;
	size_t base;

	made_begin(&made, 20);
	base = made_blob(&made, "hello", 5);
	oid = made_oid(&made, base);
	made_numbered(&made, 1);
	made_ofs(&made, base, delta, sizeof(delta));
	made_numbered(&made, 2);
	made_ref(&made, &oid, delta, sizeof(delta));
	made_blob(&made, "world", 5);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	made_loose("objects", "cc628ccd10742baea8241c5924df992b5c019f71",
		"blob 6\0world\n", 13);
}

struct seen {
	size_t objects, failed;
};

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct seen *seen = ctx;

	(void)worker;
	(void)state;
	seen->objects += !object->context;
	return RSK_OK;
}

static void failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct seen *seen = ctx;

	(void)worker;
	(void)failure;
	seen->failed++;
}

static bool walks(void *ctx)
{
	const struct rsk_walk_options *options = ctx;
	struct seen seen = { 0 };
	const struct rsk_walk_visit visit = {
		.object = look,
		.failed = failed,
		.ctx = &seen,
	};
	struct rsk_diag diag = { 0 };
	struct rsk_odb *odb = NULL;
	struct rsk_walk *walk = NULL;
	bool right;

	if (rsk_odb_open(&odb, "objects", &diag))
		return true;
	seen.failed = rsk_odb_problems(odb);
	if (rsk_walk_new(&walk, odb, options)) {
		rsk_odb_free(odb);
		return true;
	}
	right = !rsk_walk_run(walk, ALL_TYPES, &visit) &&
		(seen.failed || seen.objects == OBJECTS);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
	return right;
}

static void fail_each_call(scenario *copes, void *ctx)
{
	static const char *const calls[] = { "openat", "fstat", "read", "pread",
		"fdopendir", "readdir", "dup", "mmap" };
	static const char *const memory[] = { "malloc", "calloc", "realloc" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		fail_each(calls[i], EIO, copes, ctx);
	fail_each("pread", ENDS, copes, ctx);
	for (size_t i = 0; i < sizeof(memory) / sizeof(memory[0]); i++)
		fail_each(memory[i], ENOMEM, copes, ctx);
}

Test(pack_faults, walk, .timeout = 240)
{
	struct rsk_walk_options options = { .jobs = 1 };

	make_store();
	cr_assert(walks(&options));
	fail_each_call(walks, &options);
}

Test(pack_faults, walk_in_blocks, .timeout = 240)
{
	struct rsk_walk_options options = { .jobs = 1, .unmapped = true };

	make_store();
	fail_each_call(walks, &options);
}

Test(pack_faults, walk_without_threads, .timeout = 240)
{
	struct rsk_walk_options options = { .jobs = 2 };

	make_store();
	for (; options.jobs <= 3; options.jobs++)
		fail_each("pthread_create", EAGAIN, walks, &options);
}

/* One by one: right, or an error. */
static bool reads(void *ctx)
{
	const struct rsk_oid *oid = ctx;
	struct rsk_diag diag = { 0 };
	struct rsk_odb *odb = NULL;
	struct rsk_buf bytes = RSK_BUF_INIT(1000);
	enum rsk_object_type type = 0;
	enum rsk_err err;

	if (rsk_odb_open(&odb, "objects", &diag))
		return true;
	err = rsk_odb_read(odb, oid, &type, &bytes);
	bool right = err || bytes.len >= 5;
	rsk_buf_release(&bytes);
	rsk_odb_free(odb);
	return right;
}

Test(pack_faults, read, .timeout = 240)
{
	static const char *const names[] = {
		"b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0",
		"0000000101000000000000000000000000000000",
		"0000000201000000000000000000000000000000",
		"cc628ccd10742baea8241c5924df992b5c019f71",
	};

	make_store();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct rsk_oid oid;

		cr_assert(rsk_oid_parse(&oid, rsk_slice_str(names[i])));
		fail_each_call(reads, &oid);
	}
}

/* Its fan-out is not what it was when it was opened. */
static void spoil_index(void)
{
	int fd = open("objects/pack/pack-1.idx", O_WRONLY | O_CLOEXEC);

	failing.then = NULL;
	if (pwrite(fd, "\0\0\0\1", 4, RSK_IDX_HEAD) != 4)
		abort();
	close(fd);
}

/* One whose size cannot be asked for may be shorter by now. */
Test(pack_faults, size_that_cannot_be_asked)
{
	struct rsk_pack *pack = NULL;
	const char *why = "";

	make_store();
	cr_assert_eq(rsk_pack_open(&pack, AT_FDCWD, "here",
			     "objects/pack/pack-1.idx", &why),
		RSK_OK, "%s", why);
	cr_expect_not(rsk_pack_shrank(pack));
	fail_at("fstat", 1, EIO);
	cr_expect(rsk_pack_shrank(pack));
	fail_nothing();
	rsk_pack_free(pack);
}

Test(pack_faults, index_that_changes)
{
	struct rsk_diag diag = { 0 };
	struct rsk_odb *odb = NULL;
	struct rsk_walk *walk = NULL;
	struct seen seen = { 0 };
	const struct rsk_walk_options options = { .jobs = 1 };
	const struct rsk_walk_visit visit = {
		.object = look,
		.failed = failed,
		.ctx = &seen,
	};

	make_store();
	cr_assert_eq(rsk_odb_open(&odb, "objects", &diag), RSK_OK);
	failing.then = spoil_index;
	fail_at("pread", 1, FINE);
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	fail_nothing();
	cr_expect_eq(rsk_walk_run(walk, ALL_TYPES, &visit), RSK_OK);
	cr_expect_eq(seen.objects, 1); /* the loose one */
	cr_expect_eq(seen.failed, 1);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
}
