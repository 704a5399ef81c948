#include "unit/pack_made.h"

#include <pthread.h>

#include "base/limits.h"
#include "pack/walk_p.h"

/*
 * What a walk knows of all packs and folders together: the numbers of objects,
 * which of them are copies, what cannot be used, and who is told of it.
 */

TestSuite(numbers, .init = made_enter, .fini = made_leave);

enum { ALL_TYPES = 0x1e, COPY = RSK_NODE_OTHER, AGAIN = COPY | RSK_NODE_AGAIN };

/* The object of that name, see made_numbered(), is true to nothing. */
static struct rsk_oid oid_of(uint32_t name)
{
	return (struct rsk_oid){ .len = 20,
		.bytes = { (uint8_t)(name >> 24), (uint8_t)(name >> 16),
			(uint8_t)(name >> 8), (uint8_t)name, 1 } };
}

/* A pack of one object for each name, 0 being behind the last one. */
static void put_pack(const char *path, const uint32_t *names, bool unsorted)
{
	struct made made;

	made_begin(&made, 20);
	made.unsorted = unsorted;
	for (; *names; names++) {
		made_numbered(&made, *names);
		made_head(&made, RSK_OBJECT_BLOB, 5);
		made_stored(&made, "hello", 5);
	}
	made_write(&made, path);
	made_release(&made);
}

static void put_loose(const char *objects, uint32_t name)
{
	struct rsk_oid oid = oid_of(name);
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hex(hex, &oid);
	made_loose(objects, hex, "blob 5\0hello", 12);
}

/* Two folders: packs before and behind one that cannot be used, an empty one,
 * and loose objects in both. */
static void put_all(void)
{
	static const uint32_t wrong[] = { 2, 1, 0 };

	made_sh("mkdir -p objects/info a/pack;"
		" echo ../a > objects/info/alternates");
	put_pack("objects/pack/pack-1", wrong, true);
	put_pack("objects/pack/pack-2", (uint32_t[]){ 3, 1, 2, 0 }, false);
	put_pack("objects/pack/pack-3", wrong, true);
	put_pack("objects/pack/pack-4", (uint32_t[]){ 0 }, false);
	put_pack("objects/pack/pack-5", (uint32_t[]){ 3, 4, 0 }, false);
	put_pack("a/pack/pack-6", (uint32_t[]){ 5, 9, 3, 0 }, false);
	put_pack("a/pack/pack-7", wrong, true);
	for (uint32_t name = 5; name < 9; name++)
		put_loose("objects", name);
	put_loose("objects", 0xff000000);
	for (uint32_t name = 12; name > 8; name--)
		put_loose("a", name);
	put_loose("a", 6);
	/* Of another length: it is none of the repository's. */
	made_loose("a",
		"0123456789012345678901234567890123456789"
		"012345678901234567890123",
		"blob 5\0hello", 12);
	/* No folder. */
	made_sh("touch objects/ab a/00");
}

struct walked {
	struct rsk_odb *odb;
	struct rsk_walk *walk;
};

static struct walked begin(struct rsk_walk_options options)
{
	struct walked w = { .odb = made_odb("objects") };

	options.jobs = options.jobs ? options.jobs : 1;
	cr_assert_eq(rsk_walk_new(&w.walk, w.odb, &options), RSK_OK);
	return w;
}

static void end(struct walked *w)
{
	rsk_walk_free(w->walk);
	rsk_odb_free(w->odb);
}

/* ---- numbers ---- */

/* By number: the name, what it is a copy of; and its number when it is looked
 * for by that name. */
static const struct numbered {
	uint32_t name, found;
	uint8_t flags;
} numbered[] = {
	{ 1, 0, 0 },
	{ 2, 1, 0 },
	{ 3, 2, COPY },
	{ 3, 2, AGAIN },
	{ 4, 4, 0 },
	{ 3, 2, AGAIN },
	{ 5, 6, COPY },
	{ 9, 7, COPY },
	{ 5, 6, AGAIN },
	{ 6, 9, COPY },
	{ 7, 10, 0 },
	{ 8, 11, 0 },
	{ 0xff000000, 12, 0 },
	{ 6, 9, AGAIN },
	{ 9, 7, AGAIN },
	{ 10, 15, 0 },
	{ 11, 16, 0 },
	{ 12, 17, 0 },
};

enum { NUMBERS = sizeof(numbered) / sizeof(numbered[0]), LOOSE = 8 };

static uint8_t flags_of(const struct rsk_walk *walk, uint32_t number)
{
	if (number >= walk->first_loose)
		return walk->loose.ptr[number - walk->first_loose].flags;
	for (size_t i = 0; i < walk->plans.len; i++) {
		const struct rsk_plan *plan = &walk->plans.ptr[i];

		for (uint32_t n = 0; n < plan->len; n++)
			if (plan->first + plan->nodes[n].place == number)
				return plan->nodes[n].flags & AGAIN;
	}
	return 0xff;
}

Test(numbers, of_all_objects)
{
	put_all();
	struct walked w = begin((struct rsk_walk_options){ 0 });

	cr_assert_eq(rsk_walk_numbers(w.walk), NUMBERS);
	cr_expect_eq(w.walk->first_loose, LOOSE);
	for (uint32_t i = 0; i < NUMBERS; i++) {
		struct rsk_oid oid = oid_of(numbered[i].name);
		struct rsk_oid same = rsk_walk_oid(w.walk, i);
		uint32_t number = 99;

		cr_expect_eq(rsk_oid_cmp(&oid, &same), 0, "%u", i);
		cr_expect(rsk_walk_find(w.walk, &oid, &number), "%u", i);
		cr_expect_eq(number, numbered[i].found, "%u: %u", i, number);
		cr_expect_eq(flags_of(w.walk, i), numbered[i].flags, "%u", i);
	}
	end(&w);
}

Test(numbers, of_many_at_once)
{
	static const uint32_t names[] = { 7, 13, 1, 0xfe000000, 5, 4 };
	static const uint32_t expected[] = { 10, RSK_NO_NUMBER, 0,
		RSK_NO_NUMBER, 6, 4 };
	struct rsk_oid oids[7] = { 0 };
	uint32_t numbers[7] = { 77, 77, 77, 77, 77, 77, 77 };

	put_all();
	struct walked w = begin((struct rsk_walk_options){ 0 });
	for (size_t i = 0; i < 6; i++)
		oids[i] = oid_of(names[i]);
	rsk_walk_find_all(w.walk, oids, 6, numbers);
	for (size_t i = 0; i < 6; i++)
		cr_expect_eq(numbers[i], expected[i], "%zu", i);
	cr_expect_eq(numbers[6], 77);
	end(&w);
}

/* Where there is nothing, nothing is found. */
Test(numbers, of_nothing)
{
	struct walked w = begin((struct rsk_walk_options){ 0 });
	struct rsk_oid oid = oid_of(1);
	uint32_t number = 99;

	cr_expect_eq(rsk_walk_numbers(w.walk), 0);
	cr_expect_not(rsk_walk_find(w.walk, &oid, &number));
	cr_expect_eq(number, 99);
	end(&w);
}

/* ---- options ---- */

Test(numbers, options_that_are_given)
{
	put_all();
	struct walked w = begin((struct rsk_walk_options){
		.memory = 1, .max_object = 2, .unmapped = true });

	cr_expect_eq(w.walk->options.memory, 1);
	cr_expect_eq(w.walk->options.max_object, 2);
	for (size_t i = 0; i < w.walk->plans.len; i++)
		cr_expect_null(w.walk->plans.ptr[i].pack->mapped);
	end(&w);
}

Test(numbers, options_that_are_not_given)
{
	put_all();
	struct walked w = begin((struct rsk_walk_options){ 0 });

	cr_expect_eq(w.walk->options.memory, RSK_PACK_MEMORY);
	cr_expect_eq(w.walk->options.max_object, RSK_MAX_OBJECT_BYTES);
	cr_assert_eq(w.walk->plans.len, 7);
	for (size_t i = 0; i < 7; i++) {
		const struct rsk_plan *plan = &w.walk->plans.ptr[i];

		cr_expect_eq(!plan->pack->mapped, plan->err != RSK_OK);
	}
	end(&w);
}

/* ---- what is told ---- */

struct told {
	FILE *out;
	struct rsk_walk *walk;
};

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct told *told = ctx;

	(void)worker;
	(void)state;
	fprintf(told->out, "saw %u\n", object->number);
	return RSK_OK;
}

static void failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	static const char types[] = "?ctbg";
	struct told *told = ctx;
	uint32_t number = 0;

	cr_expect_eq(worker, 0);
	fprintf(told->out, "%s: ", failure->path);
	if (failure->oid) {
		cr_assert(rsk_walk_find(told->walk, failure->oid, &number));
		fprintf(told->out, "%u of type %c: ", number,
			types[failure->type]);
	}
	fprintf(told->out, "%s\n", rsk_err_text(failure->err));
}

static void expect_told(struct walked *w, uint32_t types, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	struct told told = {
		.out = open_memstream(&text, &len),
		.walk = w->walk,
	};
	const struct rsk_walk_visit visit = {
		.object = look,
		.failed = failed,
		.ctx = &told,
	};

	cr_assert_eq(rsk_walk_run(w->walk, types, &visit), RSK_OK);
	fclose(told.out);
	cr_expect_str_eq(text, expected, "types %x: got\n%s", types, text);
	free(text);
}

static void put_kind(struct made *made, uint32_t name, unsigned kind)
{
	made_numbered(made, name);
	made_head(made, kind, 5);
	made_stored(made, "hello", 5);
}

static void put_delta(struct made *made, uint32_t name, uint32_t base)
{
	static const uint8_t same[] = { 5, 5, 0x90, 5 };
	struct rsk_oid oid = oid_of(base);

	made_numbered(made, name);
	made_ref(made, &oid, same, sizeof(same));
}

/* Each run tells of what was asked for, and with blobs of what may be one. */
Test(numbers, what_is_told)
{
	struct made made;

	made_begin(&made, 20);
	put_kind(&made, 1, RSK_OBJECT_BLOB);
	put_kind(&made, 2, RSK_OBJECT_COMMIT);
	put_kind(&made, 3, 5);
	put_delta(&made, 4, 3);
	put_delta(&made, 5, 1);
	put_delta(&made, 6, 99);
	put_kind(&made, 7, RSK_OBJECT_TAG);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	put_pack("objects/pack/pack-2", (uint32_t[]){ 2, 1, 0 }, true);
	put_pack("objects/pack/pack-3", (uint32_t[]){ 10, 0 }, false);
	made_sh("touch objects/ab");
	struct walked w = begin((struct rsk_walk_options){ 0 });
	for (int again = 0; again < 2; again++) {
		expect_told(&w, 1U << RSK_OBJECT_BLOB,
			"objects: not a regular file\n"
			"objects/pack/pack-2.pack: corrupt data\n"
			"objects/pack/pack-1.pack: 2 of type ?: corrupt data\n"
			"objects/pack/pack-1.pack: 3 of type ?: corrupt data\n"
			"objects/pack/pack-1.pack: 5 of type ?: corrupt data\n"
			"saw 0\nsaw 4\nsaw 7\n");
		expect_told(&w, 1U << RSK_OBJECT_COMMIT, "saw 1\n");
		expect_told(&w, 1U << RSK_OBJECT_TREE, "");
		expect_told(&w, 1U << RSK_OBJECT_TAG, "saw 6\n");
	}
	end(&w);
}

/* The blob of that text, under its true name, of another kind if broken. */
static void put_text(struct made *made, const char *text, bool broken)
{
	struct rsk_oid oid;

	rsk_oid_hash(&oid, 20, RSK_OBJECT_BLOB, rsk_slice_str(text));
	made_named(made, oid.bytes);
	made_head(made, broken ? 5 : RSK_OBJECT_BLOB, strlen(text));
	made_stored(made, text, strlen(text));
}

/*
 * Texts of which both copies are broken (number 0), the second one (1), none
 * (2), the first one (3). What is broken is looked for in the other place, and
 * told of when that is broken, too.
 */
Test(numbers, what_is_told_of_copies)
{
	struct made made;

	for (int i = 0; i < 2; i++) {
		made_begin(&made, 20);
		put_text(&made, "both", true);
		put_text(&made, "first", !i);
		put_text(&made, "second", i);
		put_text(&made, "none", false);
		made_write(&made,
			i ? "objects/pack/pack-2" : "objects/pack/pack-1");
		made_release(&made);
	}
	struct walked w = begin((struct rsk_walk_options){ 0 });
	expect_told(&w, 1U << RSK_OBJECT_BLOB,
		"saw 1\nsaw 2\nobjects: 0 of type ?: corrupt data\nsaw 3\n");
	expect_told(&w, 1U << RSK_OBJECT_TREE, "");
	end(&w);
}

/* A chain of trees that is too long is told of with the trees. */
Test(numbers, what_is_told_of_a_long_chain)
{
	const uint32_t last = RSK_MAX_DELTA_CHAIN + 2;
	struct made made;

	made_begin(&made, 20);
	put_kind(&made, 1, RSK_OBJECT_TREE);
	for (uint32_t i = 2; i <= last; i++)
		put_delta(&made, i, i - 1);
	put_kind(&made, last + 1, RSK_OBJECT_COMMIT);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	struct walked w = begin((struct rsk_walk_options){ 0 });
	struct rsk_plan *plan = &w.walk->plans.ptr[0];
	expect_told(&w, 1U << RSK_OBJECT_BLOB, "");
	expect_told(&w, 1U << RSK_OBJECT_COMMIT, "saw 10002\n");
	plan->nodes[0].flags = 0; /* the others are left alone */
	expect_told(&w, 1U << RSK_OBJECT_TREE,
		"objects/pack/pack-1.pack: 10001 of type t: a limit was "
		"reached\n");
	end(&w);
}

/* The plan of a pack that was cut fails; its object still has a name. */
Test(numbers, pack_that_was_cut)
{
	const struct rsk_walk_options options = { .jobs = 1, .unmapped = true };
	struct walked w;

	put_pack("objects/pack/pack-1", (uint32_t[]){ 7, 0 }, false);
	w.odb = made_odb("objects");
	cr_assert_eq(truncate("objects/pack/pack-1.pack", 12), 0);
	cr_assert_eq(rsk_walk_new(&w.walk, w.odb, &options), RSK_OK);
	cr_expect_eq(rsk_walk_numbers(w.walk), 1);
	struct rsk_oid oid = oid_of(7);
	struct rsk_oid same = rsk_walk_oid(w.walk, 0);
	cr_expect_eq(rsk_oid_cmp(&oid, &same), 0);
	expect_told(&w, 1U << RSK_OBJECT_BLOB,
		"objects/pack/pack-1.pack: changed while it was read\n");
	expect_told(&w, 1U << RSK_OBJECT_COMMIT, "");
	end(&w);
}

/* ---- what deltas may make ---- */

/* A thousand times the bytes of all packs, but no less than the limit. */
Test(numbers, results_of_deltas)
{
	const uint64_t least = RSK_MAX_DELTA_RESULTS;
	const uint64_t half = least / RSK_MAX_DELTA_GROWTH / 2;
	struct rsk_pack packs[2] = { 0 };
	struct rsk_walk walk = { 0 };

	cr_expect_eq(rsk_walk_results(&walk), least);
	for (size_t i = 0; i < 2; i++)
		*RSK_VEC_PUSH(&walk.plans) =
			(struct rsk_plan){ .pack = &packs[i] };
	for (uint64_t more = 0; more < 4; more++) {
		uint64_t all = 2 * half + more;
		uint64_t grown = all * RSK_MAX_DELTA_GROWTH;

		packs[0].size = half;
		packs[1].size = half + more;
		cr_expect_eq(rsk_walk_results(&walk),
			grown > least ? grown : least, "%zu", (size_t)more);
	}
	RSK_VEC_RELEASE(&walk.plans);
}

/* ---- threads ---- */

enum { JOBS = 3, ROOTS = 24 };

/* All workers meet at their first object: none can do without the others. */
struct meeting {
	pthread_barrier_t all;
	pthread_key_t leaves;
	atomic_uint left; /* threads that have ended */
	bool came[JOBS];
	pthread_t threads[JOBS];
};

static enum rsk_err meet(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct meeting *meeting = ctx;

	(void)object;
	(void)state;
	cr_assert_lt(worker, JOBS);
	if (!meeting->came[worker]) {
		meeting->came[worker] = true;
		meeting->threads[worker] = pthread_self();
		pthread_setspecific(meeting->leaves, meeting);
		pthread_barrier_wait(&meeting->all);
	}
	return RSK_OK;
}

/* The last that a thread does; whoever does not wait for it comes too early. */
static void leave(void *value)
{
	struct meeting *meeting = value;

	usleep(100000);
	atomic_fetch_add(&meeting->left, 1);
}

Test(numbers, workers, .timeout = 60)
{
	struct meeting meeting = { 0 };
	const struct rsk_walk_visit visit = { .object = meet, .ctx = &meeting };
	uint32_t names[ROOTS + 1] = { 0 };

	for (uint32_t i = 0; i < ROOTS; i++)
		names[i] = i + 1;
	put_pack("objects/pack/pack-1", names, false);
	struct walked w = begin((struct rsk_walk_options){ .jobs = JOBS });
	pthread_barrier_init(&meeting.all, NULL, JOBS);
	cr_assert_eq(pthread_key_create(&meeting.leaves, leave), 0);
	cr_assert_eq(
		rsk_walk_run(w.walk, 1U << RSK_OBJECT_BLOB, &visit), RSK_OK);
	cr_expect_eq(atomic_load(&meeting.left), JOBS - 1);
	pthread_key_delete(meeting.leaves);
	pthread_barrier_destroy(&meeting.all);
	for (size_t i = 0; i < JOBS; i++) {
		cr_expect(meeting.came[i], "%zu", i);
		cr_expect_eq(
			!i, pthread_equal(meeting.threads[i], pthread_self()));
	}
	end(&w);
}
