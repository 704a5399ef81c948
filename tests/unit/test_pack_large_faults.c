#include "unit/failing.h"

#include "base/limits.h"
#include "pack/walk.h"
#include "unit/pack_growing.h"

/*
 * Objects so large that there may be no memory for one of them, which is an
 * error of that object: the others are seen.
 */

enum { ALL_TYPES = 0x1e, OBJECTS = 5, LARGE = 2000000, PART = 100 };

static uint8_t *bytes; /* of a large object, and one more */
static struct rsk_oid oids[OBJECTS];

/* The next object that is made has these bytes. */
static void name(struct made *made, size_t len)
{
	size_t i = made->entries.len;

	rsk_oid_hash(&oids[i], 20, RSK_OBJECT_BLOB, rsk_slice(bytes, len));
	made_named(made, oids[i].bytes);
}

/* All of it is inserted, so that the delta is larger than what it makes. */
static void add_large_delta(struct made *made, size_t base)
{
	struct rsk_buf delta = RSK_BUF_INIT(2 * LARGE);
	uint8_t sizes[16];
	size_t len = growing_size(sizes, 5);

	len += growing_size(sizes + len, LARGE);
	cr_assert_eq(rsk_buf_add(&delta, sizes, len), RSK_OK);
	for (size_t at = 0; at < LARGE; at += PART) {
		cr_assert_eq(rsk_buf_add_byte(&delta, PART), RSK_OK);
		cr_assert_eq(rsk_buf_add(&delta, bytes + at, PART), RSK_OK);
	}
	name(made, LARGE);
	made_ofs(made, base, delta.ptr, delta.len);
	rsk_buf_release(&delta);
}

/* All of it is copied, and one byte inserted. */
static void add_small_delta(struct made *made, size_t base)
{
	uint8_t delta[32];
	size_t len = growing_size(delta, LARGE);
	static const uint8_t commands[] = { 0xf0, (uint8_t)(LARGE & 0xff),
		LARGE >> 8 & 0xff, LARGE >> 16, 1, 'x' };

	len += growing_size(delta + len, LARGE + 1);
	memcpy(delta + len, commands, sizeof(commands));
	bytes[LARGE] = 'x';
	name(made, LARGE + 1);
	made_ofs(made, base, delta, len + sizeof(commands));
}

static void add_loose(void)
{
	char hex[RSK_OID_HEX_MAX];
	int head = snprintf((char *)bytes, LARGE, "blob %d", LARGE) + 1;

	rsk_oid_hash(
		&oids[4], 20, RSK_OBJECT_BLOB, rsk_slice(bytes + head, LARGE));
	rsk_oid_hex(hex, &oids[4]);
	made_loose("objects", hex, bytes, (size_t)head + LARGE);
}

/* Each kind of object is large, and each kind of delta. */
static void enter(void)
{
	struct made made;

	made_enter();
	bytes = calloc(1, LARGE + 100);
	cr_assert(bytes);
	memcpy(bytes, "hello", 5);
	made_begin(&made, 20);
	name(&made, 5);
	made_head(&made, RSK_OBJECT_BLOB, 5);
	made_stored(&made, bytes, 5);
	add_large_delta(&made, 0);
	add_small_delta(&made, 1);
	bytes[1] = 'a';
	name(&made, LARGE);
	made_head(&made, RSK_OBJECT_BLOB, LARGE);
	made_stored(&made, bytes, LARGE);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	add_loose();
}

static void leave(void)
{
	free(bytes);
	made_leave();
}

TestSuite(large_faults, .init = enter, .fini = leave);

/* ---- one by one ---- */

static bool reads(void *ctx)
{
	struct rsk_odb *odb = made_odb("objects");
	struct rsk_buf out = RSK_BUF_INIT(2 * LARGE);
	enum rsk_object_type type = 0;
	enum rsk_err err = rsk_odb_read(odb, ctx, &type, &out);
	bool right = err ? err == RSK_NOMEM && !out.len : out.len > 4;

	rsk_buf_release(&out);
	rsk_odb_free(odb);
	return right;
}

Test(large_faults, read, .timeout = 240)
{
	for (size_t i = 0; i < OBJECTS; i++) {
		cr_assert(reads(&oids[i]));
		fail_each("realloc", ENOMEM, reads, &oids[i]);
	}
}

/* ---- all of them ---- */

struct seen {
	size_t objects, failed;
	bool right;
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
	seen->failed++;
	seen->right &= failure->err == RSK_NOMEM;
}

/* What is made from one that failed has failed with it. */
static bool walks(void *ctx)
{
	struct seen seen = { .right = true };
	const struct rsk_walk_visit visit = {
		.object = look,
		.failed = failed,
		.ctx = &seen,
	};
	struct rsk_odb *odb = made_odb("objects");
	struct rsk_walk *walk = NULL;
	bool right;

	if (rsk_walk_new(&walk, odb, ctx)) {
		rsk_odb_free(odb);
		return true;
	}
	right = !rsk_walk_run(walk, ALL_TYPES, &visit) && seen.right &&
		seen.failed <= 2 && seen.objects + seen.failed == OBJECTS;
	rsk_walk_free(walk);
	rsk_odb_free(odb);
	return right;
}

Test(large_faults, walk, .timeout = 240)
{
	for (int unmapped = 0; unmapped < 2; unmapped++) {
		struct rsk_walk_options options = { .jobs = 1,
			.unmapped = unmapped };

		cr_assert(walks(&options));
		fail_each("realloc", ENOMEM, walks, &options);
	}
}
