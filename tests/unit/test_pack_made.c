#include "unit/pack_made.h"

#include "base/limits.h"
#include "pack/delta.h"
#include "pack/loose_p.h"
#include "pack/walk_p.h"

/* What the object reader says of packs and objects that git never writes. */

TestSuite(made, .init = made_enter, .fini = made_leave);

enum { ALL_TYPES = 0x1e };

struct seen {
	size_t objects, contexts, failed, states;
	enum rsk_err last;
	enum rsk_object_type type; /* of the last failure */
	size_t stop_after;
	void (*then)(struct seen *seen); /* at each object */
};

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct seen *seen = ctx;

	(void)worker;
	if (object->context)
		seen->contexts++;
	else
		seen->objects++;
	*state = seen;
	seen->states++;
	if (seen->then)
		seen->then(seen);
	return seen->stop_after && seen->objects == seen->stop_after
		       ? RSK_INTERRUPTED
		       : RSK_OK;
}

static void release(void *ctx, unsigned worker, void *state)
{
	struct seen *seen = ctx;

	(void)worker;
	(void)state;
	seen->states--;
}

static void failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct seen *seen = ctx;

	(void)worker;
	seen->failed++;
	seen->last = failure->err;
	seen->type = failure->type;
}

static enum rsk_err walk_with(
	struct seen *seen, struct rsk_odb *odb, struct rsk_walk_options options)
{
	struct rsk_walk_visit visit = {
		.object = look,
		.release = release,
		.failed = failed,
		.ctx = seen,
	};
	struct rsk_walk *walk = NULL;
	enum rsk_err err;

	options.jobs = 1;
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	err = rsk_walk_run(walk, ALL_TYPES, &visit);
	rsk_walk_free(walk);
	cr_expect_eq(seen->states, 0);
	return err;
}

static struct seen walk(struct rsk_walk_options options)
{
	struct rsk_odb *odb = made_odb("objects");
	struct seen seen = { 0 };

	cr_expect_eq(rsk_odb_problems(odb), 0);
	cr_expect_eq(walk_with(&seen, odb, options), RSK_OK);
	rsk_odb_free(odb);
	return seen;
}

/* Write it, walk it, mapped and in blocks: so many were seen, so many failed,
 * the last one with that. */
static void expect_walk(
	struct made *made, size_t objects, size_t fails, enum rsk_err last)
{
	made_write(made, "objects/pack/pack-1");
	for (int unmapped = 0; unmapped < 2; unmapped++) {
		struct seen seen =
			walk((struct rsk_walk_options){ .unmapped = unmapped });

		cr_expect_eq(seen.objects, objects, "%zu seen", seen.objects);
		cr_expect_eq(seen.failed, fails, "%zu failed", seen.failed);
		cr_expect_eq(seen.last, last, "%s", rsk_err_text(seen.last));
	}
	made_release(made);
}

static enum rsk_err read_object(
	const char *objects, const struct rsk_oid *oid, size_t max)
{
	struct rsk_odb *odb = made_odb(objects);
	struct rsk_buf bytes = RSK_BUF_INIT(max);
	enum rsk_object_type type = 0;
	enum rsk_err err = rsk_odb_read(odb, oid, &type, &bytes);

	cr_expect(!err || !bytes.len);
	rsk_buf_release(&bytes);
	rsk_odb_free(odb);
	return err;
}

/* ---- heads ---- */

struct head {
	const char *what;
	uint8_t bytes[16];
	size_t len;
	bool good;
};

static void expect_heads(const struct head *heads, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct rsk_entry entry;
		enum rsk_err err = rsk_entry_parse(&entry,
			rsk_slice(heads[i].bytes, heads[i].len), 1000, 4);

		cr_expect_eq(err, heads[i].good ? RSK_OK : RSK_CORRUPT, "%s",
			heads[i].what);
	}
}

Test(made, heads_of_entries)
{
	static const struct head heads[] = {
		{ "nothing", { 0 }, 0, false },
		{ "a blob", { 0x35 }, 1, true },
		{ "a size that goes on and ends", { 0xb5, 0x01 }, 2, true },
		{ "a size that never ends", { 0xb5, 0x81 }, 2, false },
		{ "a size of 64 bits",
			{ 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				0x0f },
			10, true },
		{ "one bit more",
			{ 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				0x1f },
			10, false },
		{ "seven bits more",
			{ 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				0x8f, 0x01 },
			11, false },
		{ "kind 0", { 0x05 }, 1, false },
		{ "kind 5", { 0x55 }, 1, false },
		{ "a base by name", { 0x75, 1, 2, 3, 4 }, 5, true },
		{ "half a name", { 0x75, 1, 2, 3 }, 4, false },
		{ "a base by distance", { 0x65, 0x10 }, 2, true },
		{ "no distance", { 0x65 }, 1, false },
		{ "itself", { 0x65, 0x00 }, 2, false },
		{ "a distance that never ends", { 0x65, 0x80 }, 2, false },
		{ "a distance to before the pack", { 0x65, 0x87, 0x7f }, 3,
			false },
		{ "a distance of more than 64 bits",
			{ 0x65, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				0xff, 0x7f },
			11, false },
	};

	expect_heads(heads, sizeof(heads) / sizeof(heads[0]));
}

struct loose_head {
	const char *text;
	size_t len; /* 0: up to the NUL, which counts */
	bool good;
};

Test(made, heads_of_loose_objects)
{
	static const struct loose_head heads[] = {
		{ "blob 0", 0, true },
		{ "commit 12", 0, true },
		{ "blob", 4, false },
		{ "blob", 0, false },
		{ "blobs 1", 0, false },
		{ "blob ", 5, false },
		{ "blob ", 0, false },
		{ "blob 1", 6, false },
		{ "blob 01", 0, false },
		{ "blob 1x", 0, false },
		{ "blob -1", 0, false },
		{ "blob 18446744073709551615", 0, true },
		{ "blob 18446744073709551616", 0, false },
		{ "blob 99999999999999999999", 0, false },
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		enum rsk_object_type type = 0;
		uint64_t size = 0;
		size_t used = 0;
		size_t len =
			heads[i].len ? heads[i].len : strlen(heads[i].text) + 1;
		enum rsk_err err = rsk_loose_head(
			rsk_slice(heads[i].text, len), &type, &size, &used);

		cr_expect_eq(err, heads[i].good ? RSK_OK : RSK_CORRUPT, "%s",
			heads[i].text);
	}
}

Test(made, names)
{
	struct rsk_oid a = { .len = 20, .bytes = { 1 } };
	struct rsk_oid b = { .len = 32 };

	cr_expect_lt(rsk_oid_cmp(&a, &b), 0);
	cr_expect_gt(rsk_oid_cmp(&b, &a), 0);
	cr_expect_not(rsk_oid_parse(
		&a, RSK_LIT("x123456789012345678901234567890123456789")));
	cr_expect_not(rsk_oid_parse(
		&a, RSK_LIT("1x23456789012345678901234567890123456789")));
	cr_expect_str_eq(rsk_object_name(RSK_OBJECT_TAG), "tag");
	cr_expect_str_eq(rsk_object_name((enum rsk_object_type)0), "object");
	cr_expect_str_eq(rsk_object_name((enum rsk_object_type)5), "object");
	rsk_pack_free(NULL);
	rsk_odb_free(NULL);
	rsk_walk_free(NULL);
}

/* ---- entries ---- */

/* To the entry's own end; what follows it must be its own. */
static void bytes_of(struct made *made, const char *text)
{
	made_bytes(made, text, strlen(text));
}

Test(made, one_blob)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	expect_walk(&made, 1, 0, RSK_OK);
}

Test(made, no_object_at_all)
{
	struct made made;

	made_begin(&made, 20);
	expect_walk(&made, 0, 0, RSK_OK);
	made_begin(&made, 20);
	bytes_of(&made, "nothing that is an object");
	expect_walk(&made, 0, 0, RSK_OK);
}

/* As git pack-objects writes it where it is told of no object. */
Test(made, empty_packs)
{
	static const size_t lengths[] = { 20, 32 };

	for (size_t i = 0; i < 2; i++) {
		struct made made;
		struct rsk_odb *odb;

		made_begin(&made, lengths[i]);
		made_write(&made, "objects/pack/pack-1");
		odb = made_odb("objects");
		cr_expect_eq(rsk_odb_problems(odb), 0);
		rsk_odb_free(odb);
		expect_walk(&made, 0, 0, RSK_OK);
	}
}

/* Its end would begin in its head, and its sum would be part of that. */
Test(made, packs_without_room_for_a_sum)
{
	static const size_t lengths[] = { 20, 32 };

	for (size_t i = 0; i < 2; i++) {
		struct made made;
		struct rsk_odb *odb;
		off_t least = 12 + (off_t)lengths[i];

		made_begin(&made, lengths[i]);
		made_write(&made, "objects/pack/pack-1");
		cr_assert_eq(
			truncate("objects/pack/pack-1.pack", least - 1), 0);
		odb = made_odb("objects");
		cr_assert_eq(rsk_odb_problems(odb), 1);
		cr_expect_str_eq(
			rsk_odb_problem(odb, 0)->text, "too short for a pack");
		rsk_odb_free(odb);
		made_release(&made);
	}
}

Test(made, bytes_behind_a_stream)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	bytes_of(&made, "hidden");
	made_blob(&made, "world", 5);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
}

Test(made, many_bytes_behind_a_stream)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	for (int i = 0; i < 10000; i++)
		bytes_of(&made, "hidden, all ");
	made_blob(&made, "world", 5);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
}

/* The index says that the next one begins where the bytes of this one do. */
Test(made, entry_without_bytes)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 7);
	made_head(&made, RSK_OBJECT_BLOB, 4);
	made_blob(&made, "world", 5);
	expect_walk(&made, 2, 1, RSK_CORRUPT);
}

Test(made, entry_of_no_kind)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 7);
	made_head(&made, 5, 4);
	made_stored(&made, "kind", 4);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
}

/* What the index calls one object is two. */
Test(made, two_names_for_one_entry)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 7);
	made.entries.ptr[1].offset = made.entries.ptr[0].offset;
	expect_walk(&made, 2, 0, RSK_OK);
}

/* ---- deltas ---- */

/* "hello" copied as a whole. */
static const uint8_t same[] = { 5, 5, 0x90, 5 };

Test(made, delta_of_another)
{
	struct made made;
	size_t base;

	made_begin(&made, 20);
	base = made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_ofs(&made, base, same, sizeof(same));
	made_numbered(&made, 2);
	struct rsk_oid oid = made_oid(&made, base);
	made_ref(&made, &oid, same, sizeof(same));
	expect_walk(&made, 3, 0, RSK_OK);
}

struct broken_delta {
	const char *what;
	uint8_t bytes[24];
	size_t len;
};

static const struct broken_delta broken_deltas[] = {
	{ "nothing", { 0 }, 0 },
	{ "one size only", { 5 }, 1 },
	{ "another base", { 6, 5, 0x90, 5 }, 4 },
	{ "from behind the base", { 5, 5, 0x91, 6, 5 }, 5 },
	{ "past the end of the base", { 5, 5, 0x91, 1, 5 }, 5 },
	{ "no room for the offset", { 5, 5, 0x91 }, 3 },
	{ "no room for the length", { 5, 5, 0x90 }, 3 },
	{ "the reserved command", { 5, 5, 0 }, 3 },
	{ "fewer bytes than it says", { 5, 6, 0x90, 5 }, 4 },
	{ "more bytes than it says", { 5, 4, 0x90, 5 }, 4 },
	{ "bytes that are not there", { 5, 5, 5, 'a' }, 4 },
	{ "a size that never ends", { 5, 0x85 }, 2 },
	{ "a size of more than 64 bits",
		{ 5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02,
			0x90, 5 },
		13 },
	{ "a size of seven bits more than that",
		{ 5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
			0x01, 0x90, 5 },
		14 },
};

static void expect_broken_delta(const struct broken_delta *broken)
{
	struct made made;
	size_t base;

	made_begin(&made, 20);
	base = made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_ofs(&made, base, broken->bytes, broken->len);
	struct rsk_oid oid = made_oid(&made, 1);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_CORRUPT, "%s",
		broken->what);
}

Test(made, broken_deltas)
{
	for (size_t i = 0; i < sizeof(broken_deltas) / sizeof(broken_deltas[0]);
		i++)
		expect_broken_delta(&broken_deltas[i]);
}

/* A stream that is none: read once more only where there is more to read. */
Test(made, broken_streams)
{
	for (int more = 0; more < 2; more++) {
		struct made made;
		struct rsk_oid base_oid;
		struct rsk_oid oid;
		size_t base;

		made_begin(&made, 20);
		base = made_named(
			&made, (const uint8_t *)"12345678901234567890");
		made_head(&made, RSK_OBJECT_BLOB, 5);
		bytes_of(&made, "this is no stream of zlib's");
		made_numbered(&made, 1);
		made_ofs(&made, base, same, sizeof(same));
		base_oid = made_oid(&made, 0);
		oid = made_oid(&made, 1);
		for (int i = 0; more && i < 10000; i++)
			bytes_of(&made, "and on and on");
		made_write(&made, "objects/pack/pack-1");
		cr_expect_eq(
			read_object("objects", &base_oid, 1000), RSK_CORRUPT);
		cr_expect_eq(read_object("objects", &oid, 1000), RSK_CORRUPT);
		made_release(&made);
	}
}

/* The same of a delta. */
Test(made, broken_stream_of_a_delta)
{
	struct made made;
	size_t base;

	made_begin(&made, 20);
	base = made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_head(&made, 6, 4);
	made_distance(&made,
		made.entries.ptr[1].offset - made.entries.ptr[base].offset);
	bytes_of(&made, "this is no stream of zlib's");
	struct rsk_oid oid = made_oid(&made, 1);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_CORRUPT);
}

/* It says that it makes more than is allowed. */
Test(made, delta_of_a_huge_result)
{
	static const uint8_t huge[] = { 5, 0x85, 0x80, 0x80, 0x01, 0x90, 5 };
	struct made made;
	size_t base;

	made_begin(&made, 20);
	base = made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_ofs(&made, base, huge, sizeof(huge));
	struct rsk_oid oid = made_oid(&made, 1);
	made_write(&made, "objects/pack/pack-1");
	struct seen seen =
		walk((struct rsk_walk_options){ .max_object = 1000 });
	cr_expect_eq(seen.objects, 1);
	cr_expect_eq(seen.failed, 1);
	cr_expect_eq(seen.last, RSK_TOOBIG);
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_TOOBIG);
	made_release(&made);
}

Test(made, base_that_is_not_there)
{
	struct made made;
	struct rsk_oid none = { .len = 20, .bytes = { 0xee } };

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_ref(&made, &none, same, sizeof(same));
	struct rsk_oid oid = made_oid(&made, 1);
	expect_walk(&made, 1, 1, RSK_CORRUPT);
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_CORRUPT);
}

Test(made, base_in_the_middle_of_another)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	made_head(&made, 6, sizeof(same));
	made_distance(&made, 3);
	made_stored(&made, same, sizeof(same));
	expect_walk(&made, 1, 1, RSK_CORRUPT);
}

Test(made, base_that_comes_back_to_itself)
{
	struct made made;
	struct rsk_oid oid;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_numbered(&made, 1);
	oid = made_oid(&made, 1);
	made_ref(&made, &oid, same, sizeof(same));
	expect_walk(&made, 1, 1, RSK_CORRUPT);
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_LIMIT);
}

/* Bases that come after what is made from them, and one that is lost. */
Test(made, base_behind)
{
	struct made made;
	struct rsk_oid base = { .len = 20, .bytes = { 0, 0, 0, 9, 1 } };

	made_begin(&made, 20);
	made_numbered(&made, 1);
	made_ref(&made, &base, same, sizeof(same));
	made_numbered(&made, 2);
	made_head(&made, 5, 4);
	made_stored(&made, "none", 4);
	made_numbered(&made, 9);
	made_head(&made, RSK_OBJECT_BLOB, 5);
	made_stored(&made, "hello", 5);
	expect_walk(&made, 2, 1, RSK_CORRUPT);
}

/* One more in a row than there may be, in either order. */
static void expect_chain(bool backwards)
{
	const uint32_t links = RSK_MAX_DELTA_CHAIN + 1;
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i <= links; i++) {
		uint32_t number = backwards ? links - i : i;
		struct rsk_oid base = { .len = 20,
			.bytes = { 0, 0, (uint8_t)((number - 1) >> 8),
				(uint8_t)(number - 1), 1 } };

		made_numbered(&made, number);
		if (number) {
			made_ref(&made, &base, same, sizeof(same));
		} else {
			made_head(&made, RSK_OBJECT_BLOB, 5);
			made_stored(&made, "hello", 5);
		}
	}
	made_write(&made, "objects/pack/pack-1");
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, links);
	cr_expect_eq(seen.failed, 1);
	cr_expect_eq(seen.last, RSK_LIMIT);
	cr_expect_eq(seen.type, RSK_OBJECT_BLOB);
	made_release(&made);
}

Test(made, chain_that_is_too_long, .timeout = 120)
{
	expect_chain(false);
}

Test(made, chain_that_is_too_long_backwards, .timeout = 120)
{
	expect_chain(true);
}

/* ---- sizes ---- */

/* Larger than what is read at a time, and more blocks than are kept. */
Test(made, large_objects)
{
	enum { LARGE = 3000000 };
	char *bytes = calloc(1, LARGE);
	struct made made;

	made_begin(&made, 20);
	for (int i = 0; i < 4; i++) {
		bytes[0] = (char)('a' + i);
		made_blob(&made, bytes, LARGE);
	}
	made_blob(&made, "small", 5);
	expect_walk(&made, 5, 0, RSK_OK);
	free(bytes);
}

/* One delta that makes more than a thread takes of the allowance at a time. */
Test(made, delta_of_a_large_result)
{
	enum { MIB = 1 << 20, TIMES = 20 };
	uint8_t delta[7 + 2 * TIMES] = { 0x80, 0x80, 0x40, 0x80, 0x80, 0x80,
		TIMES / 2 };
	char *bytes = calloc(1, MIB);
	struct made made;
	size_t base;

	for (size_t i = 0; i < TIMES; i++) {
		delta[7 + 2 * i] = 0xc0; /* copy a MiB */
		delta[8 + 2 * i] = 0x10;
	}
	made_begin(&made, 20);
	base = made_blob(&made, bytes, MIB);
	made_numbered(&made, 1);
	made_ofs(&made, base, delta, sizeof(delta));
	expect_walk(&made, 2, 0, RSK_OK);
	free(bytes);
}

/* A pack of so many bytes may have deltas that make more than the usual. */
Test(made, pack_of_many_bytes)
{
	struct made made;
	uint64_t size = RSK_MAX_DELTA_RESULTS / RSK_MAX_DELTA_GROWTH + 4096;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_write(&made, "objects/pack/pack-1");
	/* The end has to be what the index has. */
	if (truncate("objects/pack/pack-1.pack", (off_t)size))
		cr_skip_test("no sparse files here");
	int fd = open("objects/pack/pack-1.pack", O_WRONLY | O_CLOEXEC);
	cr_assert_eq(
		pwrite(fd, "no one looks whether", 20, (off_t)size - 20), 20);
	close(fd);
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 0);
	cr_expect_eq(seen.failed, 1);
	made_release(&made);
}

/* ---- the index ---- */

struct broken_index {
	const char *what;
	void (*spoil)(struct made *made);
	enum rsk_err err;
	bool when_walked; /* else as soon as it is opened */
};

static void spoil_order(struct made *made)
{
	struct made_entry first;

	qsort(made->entries.ptr, made->entries.len, sizeof(*made->entries.ptr),
		made_by_name);
	first = made->entries.ptr[0];
	made->entries.ptr[0] = made->entries.ptr[1];
	made->entries.ptr[1] = first;
	made->unsorted = true;
}

/* Both have names that begin alike; the index says that one does not. */
static void spoil_fanout(struct made *made)
{
	made->fanout_off = -1;
}

static void spoil_twin(struct made *made)
{
	memcpy(made->entries.ptr[1].name, made->entries.ptr[0].name, 20);
}

static void spoil_offset_low(struct made *made)
{
	made->entries.ptr[0].small = 11;
}

static void spoil_offset_high(struct made *made)
{
	made->entries.ptr[0].small = (uint32_t)made->pack.len;
}

static void spoil_big(struct made *made)
{
	made->entries.ptr[0].small = 0x80000000;
}

static void spoil_big_offset(struct made *made)
{
	made->entries.ptr[0].small = 0x80000000;
	*RSK_VEC_PUSH(&made->bigs) = (uint64_t)1 << 40;
}

static void spoil_version(struct made *made)
{
	made->idx_version = 3;
}

static void spoil_head(struct made *made)
{
	memcpy(made->pack.ptr, "KCAP", 4);
}

static const struct broken_index broken_indexes[] = {
	{ "names that are not sorted", spoil_order, RSK_CORRUPT, true },
	{ "a fan-out that leaves one out", spoil_fanout, RSK_CORRUPT, true },
	{ "a name twice", spoil_twin, RSK_CORRUPT, true },
	{ "an offset in the head", spoil_offset_low, RSK_CORRUPT, true },
	{ "an offset behind the end", spoil_offset_high, RSK_CORRUPT, true },
	{ "a 64-bit offset that is not there", spoil_big, RSK_CORRUPT, true },
	{ "a 64-bit offset behind the end", spoil_big_offset, RSK_CORRUPT,
		true },
	{ "another version", spoil_version, RSK_UNSUPPORTED, false },
	{ "no pack", spoil_head, RSK_CORRUPT, false },
};

static void expect_broken_index(const struct broken_index *broken)
{
	struct made made;
	struct rsk_odb *odb;
	const uint8_t a[20] = { 0x80, 1 };
	const uint8_t b[20] = { 0x80, 2 };

	made_begin(&made, 20);
	made_named(&made, a);
	made_head(&made, RSK_OBJECT_BLOB, 5);
	made_stored(&made, "hello", 5);
	made_named(&made, b);
	made_head(&made, RSK_OBJECT_BLOB, 5);
	made_stored(&made, "world", 5);
	broken->spoil(&made);
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	cr_expect_eq(rsk_odb_problems(odb), broken->when_walked ? 0 : 1, "%s",
		broken->what);
	if (broken->when_walked) {
		struct seen seen = { 0 };

		cr_expect_eq(
			walk_with(&seen, odb, (struct rsk_walk_options){ 0 }),
			RSK_OK);
		cr_expect_eq(seen.failed, 1, "%s", broken->what);
		cr_expect_eq(seen.last, broken->err, "%s", broken->what);
		cr_expect_eq(seen.objects, 0, "%s", broken->what);
	} else {
		cr_expect_eq(rsk_odb_problem(odb, 0)->err, broken->err, "%s",
			broken->what);
	}
	rsk_odb_free(odb);
	made_release(&made);
}

Test(made, broken_indexes)
{
	for (size_t i = 0;
		i < sizeof(broken_indexes) / sizeof(broken_indexes[0]); i++)
		expect_broken_index(&broken_indexes[i]);
}

/* A walk after another uses what was loaded and mapped; what could not be used
 * then has no number now. */
Test(made, walked_twice)
{
	struct made made;
	struct rsk_odb *odb;
	struct rsk_walk *again = NULL;
	const struct rsk_walk_options options = { .jobs = 1 };
	const struct rsk_walk_visit visit = { .object = look };
	struct seen seen = { 0 };

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	struct rsk_oid oid = made_oid(&made, 0);
	made_write(&made, "objects/pack/pack-1");
	spoil_offset_low(&made);
	made_write(&made, "objects/pack/pack-2");
	odb = made_odb("objects");
	for (int i = 0; i < 2; i++)
		cr_expect_eq(walk_with(&seen, odb, options), RSK_OK);
	cr_expect_eq(seen.objects, 2);
	cr_expect_eq(seen.failed, 2);

	cr_assert_eq(rsk_walk_new(&again, odb, &options), RSK_OK);
	uint32_t number = 7;
	cr_expect(rsk_walk_find(again, &oid, &number));
	struct rsk_oid back = rsk_walk_oid(again, number);
	cr_expect_eq(rsk_oid_cmp(&back, &oid), 0);
	/* Nobody wants to know what failed. */
	struct rsk_walk_visit deaf = visit;
	deaf.ctx = &seen;
	cr_expect_eq(rsk_walk_run(again, 1U << RSK_OBJECT_BLOB, &deaf), RSK_OK);
	rsk_walk_free(again);
	rsk_odb_free(odb);
	made_release(&made);
}

Test(made, looked_up_without_a_walk)
{
	struct made made;
	struct rsk_odb *odb;
	struct rsk_oid none = { .len = 20, .bytes = { 0xee } };
	struct rsk_oid other_len = { .len = 32 };

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_blob(&made, "world", 5);
	struct rsk_oid oid = made_oid(&made, 0);
	made_write(&made, "objects/pack/pack-1");
	made_loose("objects", "0123456789012345678901234567890123456789",
		"blob 1\0x", 8);
	odb = made_odb("objects");
	cr_expect(rsk_odb_has(odb, &oid));
	cr_expect_not(rsk_odb_has(odb, &none));
	cr_expect_not(rsk_odb_has(odb, &other_len));
	cr_assert(rsk_oid_parse(
		&none, RSK_LIT("0123456789012345678901234567890123456789")));
	cr_expect(rsk_odb_has(odb, &none));
	cr_expect_eq(read_object("objects", &oid, 1000), RSK_OK);
	cr_expect_eq(read_object("objects", &other_len, 1000), RSK_NOTFOUND);
	rsk_odb_free(odb);
	made_release(&made);
}

/* ---- a store ---- */

static size_t problems_of(const char *objects)
{
	struct rsk_odb *odb = made_odb(objects);
	size_t n = rsk_odb_problems(odb);

	rsk_odb_free(odb);
	return n;
}

static void touch(const char *path)
{
	FILE *file = fopen(path, "we");

	cr_assert_not_null(file);
	fclose(file);
}

Test(made, names_in_the_folder_of_packs)
{
	struct made made;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	touch("objects/pack/pack-1.rev");
	touch("objects/pack/pack-1.keep");
	touch("objects/pack/tmp_pack_x");
	cr_expect_eq(problems_of("objects"), 0);
	/* An index alone, before another file. */
	touch("objects/pack/pack-0.idx");
	touch("objects/pack/pack-0.promisor");
	cr_expect_eq(problems_of("objects"), 0);
	struct rsk_odb *odb = made_odb("objects");
	cr_expect(rsk_odb_is_partial(odb));
	rsk_odb_free(odb);
	/* Packs alone: the first of all, behind another, behind an index. */
	touch("objects/pack/pack-.pack");
	touch("objects/pack/pack-2.pack");
	touch("objects/pack/pack-3.pack");
	touch("objects/pack/pack-4.idx");
	touch("objects/pack/pack-40.pack");
	cr_expect_eq(problems_of("objects"), 4);
}

Test(made, no_folder_of_packs)
{
	cr_assert_eq(rmdir("objects/pack"), 0);
	cr_expect_eq(problems_of("objects"), 0);
	touch("objects/pack");
	cr_expect_eq(problems_of("objects"), 1);
}

Test(made, ids_of_two_lengths)
{
	struct made made;
	struct rsk_odb *odb;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	made_begin(&made, 32);
	made_blob(&made, "hello", 5);
	made_write(&made, "objects/pack/pack-2");
	made_release(&made);
	odb = made_odb("objects");
	cr_expect_eq(rsk_odb_problems(odb), 1);
	cr_expect_eq(rsk_odb_problem(odb, 0)->err, RSK_UNSUPPORTED);
	rsk_odb_free(odb);
}

static void on_folder(void *ctx, const char *path)
{
	size_t *n = ctx;

	cr_expect_not_null(path);
	++*n;
}

/* Six folders in a row, and one on another device. */
Test(made, alternates_of_alternates)
{
	size_t n = 0;

	made_sh("for i in 1 2 3 4 5 6 7; do mkdir -p o$i/info;"
		" echo $PWD/o$((i + 1)) > o$i/info/alternates;"
		" done; echo /proc >> o1/info/alternates");
	rsk_odb_list_folders("o1", on_folder, &n);
	cr_expect_eq(n, 7); /* o1 to o6, and /proc */
	cr_expect_eq(problems_of("o1"), 1);
	n = 0;
	rsk_odb_list_folders("none", on_folder, &n);
	cr_expect_eq(n, 0);
}

/* ---- loose objects ---- */

static const char loose_hex[] = "0123456789012345678901234567890123456789";

/* What is said of a loose object of these bytes. */
static enum rsk_err read_loose(const void *bytes, size_t len, size_t max)
{
	struct rsk_oid oid;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(loose_hex)));
	made_loose("objects", loose_hex, bytes, len);
	return read_object("objects", &oid, max);
}

Test(made, loose_objects_that_lie_about_their_size)
{
	enum { LARGE = 5000 };
	char bytes[LARGE] = "blob 4991";
	char less[LARGE] = "blob 2000";
	char more[LARGE] = "blob 6000";
	char none[LARGE] = "blub 4990";

	/* Its name is a lie, too, which is seen last. */
	cr_expect_eq(read_loose(bytes, LARGE - 9 + 9, 10000), RSK_CORRUPT);
	cr_expect_eq(read_loose(bytes, LARGE, 4000), RSK_TOOBIG);
	cr_expect_eq(read_loose(less, LARGE, 10000), RSK_CORRUPT);
	cr_expect_eq(read_loose(less, LARGE, 2000), RSK_TOOBIG);
	cr_expect_eq(read_loose(more, LARGE, 10000), RSK_CORRUPT);
	cr_expect_eq(read_loose(none, LARGE, 10000), RSK_CORRUPT);
	cr_expect_eq(read_loose(none, LARGE, 1000 * RSK_MIB), RSK_CORRUPT);
}

Test(made, folders_that_are_none)
{
	struct rsk_walk_options options = { .jobs = 1 };

	touch("objects/ab");
	cr_assert_eq(symlink("/tmp", "objects/cd"), 0);
	cr_assert_eq(mkdir("objects/ef", 0777), 0);
	touch("objects/ef/tmp_obj_x");
	touch("objects/ef/0123456789012345678901234567890123456x");
	touch("objects/ef/0123456789012345678901234567890123456789012345678901"
	      "2345678901");
	made_loose("objects", loose_hex, "blob 1\0x", 8);
	struct seen seen = walk(options);
	/* The two folders, and the object, whose name is a lie. */
	cr_expect_eq(seen.failed, 3);
	cr_expect_eq(seen.objects, 0);
}

/* ---- copies ---- */

static const char hello_hex[] = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";

/* "hello" as a loose object, true or not. */
static void put_loose_hello(const char *objects, const char *bytes, size_t len)
{
	struct rsk_oid oid;
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hash(&oid, 20, RSK_OBJECT_BLOB, RSK_LIT("hello"));
	rsk_oid_hex(hex, &oid);
	cr_assert_str_eq(hex, hello_hex);
	made_loose(objects, hex, bytes, len);
}

static void name_hello(struct made *made)
{
	struct rsk_oid oid;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(hello_hex)));
	made_named(made, oid.bytes);
}

/* It is the first entry of a pack, of that kind and of five bytes. */
static void begin_hello(struct made *made, unsigned kind)
{
	made_begin(made, 20);
	name_hello(made);
	made_head(made, kind, 5);
}

/* The pack lies, the loose object is true. */
Test(made, copy_that_is_a_lie)
{
	struct made made;

	put_loose_hello("objects", "blob 5\0hello", 12);
	begin_hello(&made, RSK_OBJECT_BLOB);
	made_stored(&made, "other", 5);
	/* Told of once as a lie; the true one is seen. */
	expect_walk(&made, 1, 1, RSK_CORRUPT);
}

/* The pack's is broken, so that the loose one is read; which is broken too. */
Test(made, copies_that_are_all_broken)
{
	struct made made;

	put_loose_hello("objects", "blob 6\0hello", 12);
	begin_hello(&made, RSK_OBJECT_BLOB);
	made_bytes(&made, "no stream at all", 16);
	expect_walk(&made, 0, 1, RSK_CORRUPT);
}

/* Lost nodes: one in this pack, whose true copy is loose; and one that comes
 * again in a second pack. */
Test(made, copies_of_what_is_lost)
{
	struct made made;

	put_loose_hello("objects", "blob 5\0hello", 12);
	for (int i = 1; i <= 2; i++) {
		begin_hello(&made, 5);
		made_stored(&made, "hello", 5);
		made_write(&made,
			i == 1 ? "objects/pack/pack-1" : "objects/pack/pack-2");
		made_release(&made);
	}
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 1);
	cr_expect_eq(seen.failed, 0);
}

/* Two stores with it loose, the first of which is broken. */
Test(made, loose_copies)
{
	made_sh("mkdir -p other objects/info; echo $PWD/other >"
		" objects/info/alternates");
	put_loose_hello("objects", "blob 6\0hello", 12);
	put_loose_hello("other", "blob 5\0hello", 12);
	made_loose("other", loose_hex, "blob 1\0x", 8);
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 1);
	cr_expect_eq(seen.failed, 1); /* whose name is a lie */
}

/* What is made from something broken, and is there again later. */
Test(made, copies_below_what_is_broken)
{
	struct made made;
	size_t base;

	for (int i = 1; i <= 2; i++) {
		made_begin(&made, 20);
		base = made_numbered(&made, 1);
		made_head(&made, RSK_OBJECT_BLOB, 5);
		if (i == 2)
			made_bytes(&made, "no stream at all", 16);
		else
			made_stored(&made, "hello", 5);
		made_numbered(&made, 2);
		made_ofs(&made, base, same, sizeof(same));
		made_numbered(&made, i == 2 ? 4 : 3);
		made_ofs(&made, base, same, sizeof(same));
		made_write(&made,
			i == 1 ? "objects/pack/pack-1" : "objects/pack/pack-2");
		made_release(&made);
	}
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	/* Names are lies, of which those are told that are there twice. */
	cr_expect_eq(seen.objects, 1); /* 3 */
	cr_expect_eq(seen.failed, 5);  /* 1 and 2 twice, and 4 */
}

/* A sibling that is seen in another pack need not be made again. */
Test(made, copies_beside_others)
{
	struct made made;
	size_t base;

	for (int i = 1; i <= 2; i++) {
		made_begin(&made, 20);
		base = made_blob(&made, "hello", 5);
		for (uint32_t n = 0; n < 3; n++) {
			const uint8_t delta[] = { 5, 6, 0x90, 5, 1,
				(uint8_t)('a' + n) };
			char text[] = "hello.";
			struct rsk_oid oid;

			text[5] = (char)('a' + n);
			rsk_oid_hash(
				&oid, 20, RSK_OBJECT_BLOB, rsk_slice_str(text));
			if (n == 2 && i == 1)
				break;
			made_named(&made, oid.bytes);
			made_ofs(&made, base, delta, sizeof(delta));
		}
		made_write(&made,
			i == 1 ? "objects/pack/pack-1" : "objects/pack/pack-2");
		made_release(&made);
	}
	struct seen seen = walk((struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 4);
	cr_expect_eq(seen.contexts, 1); /* the base of the last one */
	cr_expect_eq(seen.failed, 0);
}

/* ---- changes meanwhile ---- */

static void overwrite(off_t at, const char *bytes)
{
	int fd = open("objects/pack/pack-1.pack", O_WRONLY | O_CLOEXEC);
	size_t len = strlen(bytes);

	cr_assert(pwrite(fd, bytes, len, at) == (ssize_t)len);
	close(fd);
}

/* Between the plan and the visit the second one becomes another type. */
Test(made, type_that_changes)
{
	struct made made;
	struct rsk_odb *odb;
	struct rsk_walk *walking = NULL;
	const struct rsk_walk_options options = { .jobs = 1 };
	struct seen seen = { 0 };
	const struct rsk_walk_visit visit = { .object = look,
		.release = release,
		.failed = failed,
		.ctx = &seen };

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_blob(&made, "world", 5);
	off_t second = (off_t)made.entries.ptr[1].offset;
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	cr_assert_eq(rsk_walk_new(&walking, odb, &options), RSK_OK);
	overwrite(second, "\x15");
	cr_expect_eq(rsk_walk_run(walking, ALL_TYPES, &visit), RSK_OK);
	cr_expect_eq(seen.objects, 1);
	cr_expect_eq(seen.last, RSK_CHANGED);
	rsk_walk_free(walking);
	rsk_odb_free(odb);
	made_release(&made);
}

/*
 * A base with two small children and a heavy one; its bytes are let go while
 * the first is walked. `then` is called at each object.
 */
static void walk_dropped(struct seen *seen, struct rsk_walk_options options)
{
	struct made made;
	struct rsk_odb *odb;
	size_t base;

	made_begin(&made, 20);
	base = made_numbered(&made, 1);
	made_head(&made, RSK_OBJECT_BLOB, 5);
	made_stored(&made, "hello", 5);
	for (uint32_t n = 0; n < 3; n++) {
		size_t child = made_numbered(&made, 10 + n);

		made_ofs(&made, base, same, sizeof(same));
		/* Each has one of its own, so that the way leads down. */
		made_numbered(&made, 20 + n);
		made_ofs(&made, child, same, sizeof(same));
	}
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	options.memory = 1;
	cr_expect_eq(walk_with(seen, odb, options),
		seen->stop_after ? RSK_INTERRUPTED : RSK_OK);
	rsk_odb_free(odb);
	made_release(&made);
}

Test(made, bytes_that_were_let_go)
{
	struct seen seen = { 0 };

	walk_dropped(&seen, (struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 7);
	cr_expect_eq(seen.failed, 0);
}

static void spoil_base(struct seen *seen)
{
	if (seen->objects == 3)
		overwrite(12, "\x35no stream at all");
}

Test(made, bytes_that_were_let_go_and_are_gone)
{
	struct seen seen = { .then = spoil_base };

	walk_dropped(&seen, (struct rsk_walk_options){ 0 });
	cr_expect_eq(seen.objects, 3);
	cr_expect_eq(seen.failed, 4);
	cr_expect_eq(seen.last, RSK_CORRUPT);
}

Test(made, stopped_on_the_way_down)
{
	for (size_t n = 1; n <= 7; n++) {
		struct seen seen = { .stop_after = n };

		walk_dropped(&seen, (struct rsk_walk_options){ 0 });
		cr_expect_eq(seen.objects, n);
	}
}

/* Objects that are found in another place come last; so does the end. */
Test(made, stopped_at_another_copy)
{
	struct made made;
	struct rsk_odb *odb;
	struct seen seen = { .stop_after = 1 };

	put_loose_hello("objects", "blob 5\0hello", 12);
	made_begin(&made, 20);
	for (int i = 0; i < 2; i++) {
		name_hello(&made);
		made.entries.ptr[i].name[19] ^= (uint8_t)i;
		made_head(&made, 5, 5);
		made_stored(&made, "hello", 5);
	}
	made_write(&made, "objects/pack/pack-1");
	made_loose("objects", "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b1",
		"blob 5\0other", 12);
	odb = made_odb("objects");
	cr_expect_eq(walk_with(&seen, odb, (struct rsk_walk_options){ 0 }),
		RSK_INTERRUPTED);
	cr_expect_eq(seen.objects, 1);
	rsk_odb_free(odb);
	made_release(&made);
}

/* Only trees are asked for: of a blob in another place nothing is said. */
Test(made, other_copies_of_other_types)
{
	struct made made;
	struct rsk_odb *odb;
	struct rsk_walk *walking = NULL;
	const struct rsk_walk_options options = { .jobs = 1 };
	struct seen seen = { 0 };
	const struct rsk_walk_visit visit = { .object = look,
		.release = release,
		.failed = failed,
		.ctx = &seen };

	put_loose_hello("objects", "blob 5\0hello", 12);
	made_loose("objects", "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b1",
		"blob 5\0other", 12);
	made_begin(&made, 20);
	for (int i = 0; i < 2; i++) {
		name_hello(&made);
		made.entries.ptr[i].name[19] ^= (uint8_t)i;
		made_head(&made, 5, 5);
		made_stored(&made, "hello", 5);
	}
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	cr_assert_eq(rsk_walk_new(&walking, odb, &options), RSK_OK);
	cr_expect_eq(
		rsk_walk_run(walking, 1U << RSK_OBJECT_TREE, &visit), RSK_OK);
	cr_expect_eq(seen.objects, 0);
	cr_expect_eq(seen.failed, 0);
	rsk_walk_free(walking);
	rsk_odb_free(odb);
	made_release(&made);
}

/* Nobody wants to know what fails on the way. */
Test(made, failures_that_nobody_hears_of)
{
	struct made made;
	struct rsk_odb *odb;
	struct rsk_walk *walking = NULL;
	const struct rsk_walk_options options = { .jobs = 1 };
	struct seen seen = { 0 };
	const struct rsk_walk_visit visit = {
		.object = look,
		.release = release,
		.ctx = &seen,
	};

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_bytes(&made, "hidden", 6);
	made_blob(&made, "world", 5);
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	cr_assert_eq(rsk_walk_new(&walking, odb, &options), RSK_OK);
	cr_expect_eq(rsk_walk_run(walking, ALL_TYPES, &visit), RSK_OK);
	cr_expect_eq(seen.objects, 1);
	rsk_walk_free(walking);
	rsk_odb_free(odb);
	made_release(&made);
}

/* Heads that cannot be read: nothing of the pack is seen, and that is told. */
Test(made, pack_that_is_cut_before_its_heads)
{
	const struct rsk_walk_options options = { .unmapped = true };
	struct seen seen = { 0 };
	struct rsk_walk *walk = NULL;
	struct made made;
	struct rsk_odb *odb;

	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	made_blob(&made, "world", 5);
	made_write(&made, "objects/pack/pack-1");
	odb = made_odb("objects");
	cr_assert_eq(truncate("objects/pack/pack-1.pack", 12), 0);
	/* Whichever of two threads it is that cannot. */
	cr_expect_eq(rsk_walk_new(&walk, odb,
			     &(struct rsk_walk_options){
				     .jobs = 2, .unmapped = true }),
		RSK_OK);
	rsk_walk_free(walk);
	cr_expect_eq(walk_with(&seen, odb, options), RSK_OK);
	cr_expect_eq(seen.objects, 0);
	cr_expect_eq(seen.failed, 1);
	cr_expect_eq(seen.last, RSK_CHANGED, "%s", rsk_err_text(seen.last));
	rsk_odb_free(odb);
	made_release(&made);
}

/* More than a reader keeps of it: the first blocks make room for the last. */
Test(made, pack_of_more_blocks_than_are_kept)
{
	enum { BLOBS = 40, SIZE = 240 * 1024 };
	uint8_t *bytes = malloc(SIZE);
	struct made made;

	cr_assert(bytes);
	made_begin(&made, 20);
	for (int i = 0; i < BLOBS; i++) {
		memset(bytes, 'a' + i, SIZE);
		made_blob(&made, bytes, SIZE);
	}
	cr_assert_gt(made.pack.len, 512 * 16 * 1024);
	free(bytes);
	expect_walk(&made, BLOBS, 0, RSK_OK);
}
