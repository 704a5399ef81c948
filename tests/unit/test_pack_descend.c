#include "unit/pack_made.h"

#include <time.h>

#include "base/input.h"
#include "base/limits.h"
#include "pack/walk_p.h"
#include "unit/pack_growing.h"

/*
 * What the threads of a walk do, one object after the other: what is said of
 * each, of which types, from which copy, within which limits; and who gets what
 * when there are several.
 */

TestSuite(descend, .init = made_enter, .fini = made_leave);

enum {
	BLOB = 1 << RSK_OBJECT_BLOB,
	TREE = 1 << RSK_OBJECT_TREE,
	ALL_TYPES = 0x1e,
	MOST = GROWING_MOST,
};

/* ---- what is seen ---- */

struct shown {
	struct rsk_oid oid;
	enum rsk_object_type type;
	bool context, childless, has_base, rest, true_bytes;
	size_t len, base_size, segments;
	struct rsk_segment first; /* of them */
	uint8_t middle;           /* byte, before the rest was put in */
	const void *base_state;
	unsigned worker;
};

struct failed {
	struct rsk_oid oid;
	enum rsk_object_type type;
	enum rsk_err err;
	char path[64];
};

struct seen {
	struct rsk_walk *walk;
	struct shown shown[MOST];
	struct failed failed[MOST];
	size_t len, fails, states;
	void (*then)(struct seen *seen, unsigned worker);
	pthread_mutex_t lock;
};

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *o, void **state)
{
	struct seen *seen = ctx;
	struct rsk_oid is;
	uint32_t number = 0;

	pthread_mutex_lock(&seen->lock);
	cr_assert_lt(seen->len, MOST);
	struct shown *shown = &seen->shown[seen->len++];
	*shown = (struct shown){
		.oid = rsk_oid_of(o->id, o->id_len),
		.type = o->type,
		.context = o->context,
		.childless = o->childless,
		.has_base = o->has_base,
		.rest = o->rest,
		.len = o->bytes.len,
		.base_size = o->base_size,
		.segments = o->segments_len,
		.middle = o->bytes.len ? o->bytes.ptr[o->bytes.len / 2] : 0,
		.base_state = o->base_state,
		.worker = worker,
	};
	if (o->segments_len)
		shown->first = o->segments[0];
	for (int i = 0; i < 2; i++)
		rsk_walk_fill(o);
	rsk_oid_hash(&is, o->id_len, o->type, o->bytes);
	shown->true_bytes = !rsk_oid_cmp(&is, &shown->oid);
	cr_expect(rsk_walk_find(seen->walk, &shown->oid, &number));
	cr_expect(o->context || number == o->number);
	*state = shown;
	seen->states++;
	pthread_mutex_unlock(&seen->lock);
	if (seen->then)
		seen->then(seen, worker);
	return RSK_OK;
}

static void release(void *ctx, unsigned worker, void *state)
{
	struct seen *seen = ctx;

	(void)worker;
	(void)state;
	pthread_mutex_lock(&seen->lock);
	seen->states--;
	pthread_mutex_unlock(&seen->lock);
}

static void fail(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct seen *seen = ctx;

	(void)worker;
	pthread_mutex_lock(&seen->lock);
	cr_assert_lt(seen->fails, MOST);
	struct failed *failed = &seen->failed[seen->fails++];
	*failed = (struct failed){ .type = failure->type, .err = failure->err };
	if (failure->oid)
		failed->oid = *failure->oid;
	snprintf(failed->path, sizeof(failed->path), "%s", failure->path);
	pthread_mutex_unlock(&seen->lock);
}

/* A walk of objects/, which may be run several times. */
struct walked {
	struct rsk_odb *odb;
	struct rsk_walk_visit visit;
	struct seen seen;
};

static void begin(struct walked *w, struct rsk_walk_options options)
{
	*w = (struct walked){
		.odb = made_odb("objects"),
		.visit = { .object = look,
			.release = release,
			.failed = fail,
			.ctx = &w->seen },
	};
	pthread_mutex_init(&w->seen.lock, NULL);
	options.jobs = options.jobs ? options.jobs : 1;
	cr_assert_eq(rsk_walk_new(&w->seen.walk, w->odb, &options), RSK_OK);
}

/* What was seen before is forgotten. */
static void run(struct walked *w, uint32_t types)
{
	w->seen.len = w->seen.fails = 0;
	cr_expect_eq(rsk_walk_run(w->seen.walk, types, &w->visit), RSK_OK);
	cr_expect_eq(w->seen.states, 0);
}

static void end(struct walked *w)
{
	rsk_walk_free(w->seen.walk);
	rsk_odb_free(w->odb);
	pthread_mutex_destroy(&w->seen.lock);
}

static const struct shown *shown_of(
	const struct walked *w, const struct rsk_oid *oid)
{
	for (size_t i = 0; i < w->seen.len; i++)
		if (!rsk_oid_cmp(&w->seen.shown[i].oid, oid))
			return &w->seen.shown[i];
	cr_assert(false, "it was not shown");
	return NULL;
}

/* So many objects, each under its true name, and so many failures. */
static void expect_counts(const struct walked *w, size_t len, size_t fails)
{
	cr_expect_eq(w->seen.len, len, "%zu objects", w->seen.len);
	cr_expect_eq(w->seen.fails, fails, "%zu failures", w->seen.fails);
	for (size_t i = 0; i < w->seen.len; i++)
		cr_expect(w->seen.shown[i].true_bytes, "object %zu", i);
}

static void expect_failed(const struct walked *w, const struct rsk_oid *oid,
	enum rsk_object_type type, enum rsk_err err, const char *path)
{
	const struct failed *failed = &w->seen.failed[0];

	cr_assert_eq(w->seen.fails, 1);
	cr_expect_eq(rsk_oid_cmp(&failed->oid, oid), 0);
	cr_expect_eq(failed->type, type);
	cr_expect_eq(failed->err, err, "%s", rsk_err_text(failed->err));
	cr_expect_str_eq(failed->path, path);
}

/* ---- what there is ---- */

static struct rsk_oid oid_of(enum rsk_object_type type, const char *text)
{
	struct rsk_oid oid;

	rsk_oid_hash(&oid, 20, type, rsk_slice_str(text));
	return oid;
}

/* A loose object with that text, under the name of another or its own. */
static struct rsk_oid put_loose(const char *objects, enum rsk_object_type type,
	const char *named_as, const char *text)
{
	struct rsk_oid oid = oid_of(type, named_as);
	char hex[RSK_OID_HEX_MAX];
	char bytes[100];
	int len = snprintf(bytes, sizeof(bytes), "%s %zu%c%s",
		rsk_object_name(type), strlen(text), 0, text);

	rsk_oid_hex(hex, &oid);
	made_loose(objects, hex, bytes, (size_t)len);
	return oid;
}

/* ---- what is said of an object ---- */

/* A root, what is made from it, and what is made from that. */
static void put_three(struct growing *g, size_t size)
{
	growing_begin(g);
	growing_full(g, 'r', size);
	growing_longer(g, 0, 'a');
	growing_longer(g, 1, 'b');
	growing_write(g, "objects/pack/pack-1");
}

Test(descend, objects_and_their_bases)
{
	struct growing g;
	struct walked w;

	put_three(&g, 1000);
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, ALL_TYPES);
	expect_counts(&w, 3, 0);
	for (size_t i = 0; i < 3; i++) {
		const struct shown *shown = shown_of(&w, &g.oids[i]);

		cr_expect_eq(shown, &w.seen.shown[i], "not in this order");
		cr_expect_eq(shown->type, RSK_OBJECT_BLOB);
		cr_expect_eq(shown->len, 1000 + i);
		cr_expect_eq(shown->childless, i == 2);
		cr_expect_eq(shown->has_base, i > 0);
		cr_expect_not(shown->context);
		cr_expect_not(shown->rest);
		cr_expect_eq(shown->worker, 0);
		if (!i)
			continue;
		cr_expect_eq(shown->base_size, 1000 + i - 1);
		cr_expect_eq(shown->base_state, &w.seen.shown[i - 1]);
		cr_expect_eq(shown->segments, 2);
		cr_expect_eq(shown->first.from, 0);
		cr_expect_eq(shown->first.len, 1000 + i - 1);
	}
	end(&w);
}

/* Only what nothing is made from, of the types that may be. */
Test(descend, objects_with_bytes_left_out)
{
	struct growing g;
	struct walked w;

	put_three(&g, 1000);
	begin(&w, (struct rsk_walk_options){ 0 });
	for (unsigned sparse = 1; sparse <= ALL_TYPES; sparse <<= 1) {
		w.visit.sparse = sparse;
		run(&w, ALL_TYPES);
		expect_counts(&w, 3, 0);
		for (size_t i = 0; i < 3; i++)
			cr_expect_eq(shown_of(&w, &g.oids[i])->rest,
				i == 2 && sparse == BLOB, "%u: %zu", sparse, i);
#ifdef RSK_FAULTS
		cr_expect_eq(shown_of(&w, &g.oids[2])->middle,
			sparse == BLOB ? 0xa5 : 'r');
#endif
	}
	end(&w);
}

/* One that is there twice is looked at as a whole, so that it is no lie. */
Test(descend, copies_with_no_bytes_left_out)
{
	struct growing g;
	struct walked w;

	put_three(&g, 1000);
	growing_begin(&g);
	growing_full(&g, 'r', 1000);
	growing_longer(&g, 0, 'a');
	growing_longer(&g, 1, 'b');
	growing_longer(&g, 1, 'c');
	growing_write(&g, "objects/pack/pack-2");
	begin(&w, (struct rsk_walk_options){ 0 });
	w.visit.sparse = ALL_TYPES;
	run(&w, ALL_TYPES);
	cr_expect_eq(w.seen.fails, 0);
	for (size_t i = 0; i < 4; i++)
		cr_expect_eq(shown_of(&w, &g.oids[i])->rest, i == 3, "%zu", i);
	end(&w);
}

/* More roots than a thread takes at once: each is seen, and once. */
Test(descend, many_roots)
{
	struct growing g;
	struct walked w;

	growing_begin(&g);
	for (int i = 0; i < 26; i++)
		growing_full(&g, (char)('a' + i), 10);
	growing_write(&g, "objects/pack/pack-1");
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, ALL_TYPES);
	expect_counts(&w, 26, 0);
	for (size_t i = 0; i < 26; i++)
		shown_of(&w, &g.oids[i]);
	end(&w);
}

/* Memory that an object was read into again has room for it alone: the next one
 * needs its own. */
Test(descend, objects_behind_one_that_was_read_again)
{
	struct growing g;
	struct walked w;

	growing_begin(&g);
	growing_full(&g, 'r', 5000);
	for (int i = 0; i < 3; i++) {
		size_t branch = growing_longer(&g, 0, (char)('a' + i));

		growing_longer(&g, branch, 'x');
	}
	for (int i = 0; i < 4; i++)
		growing_full(&g, (char)('k' + i), 8000);
	growing_write(&g, "objects/pack/pack-1");
	begin(&w, (struct rsk_walk_options){ .memory = 1 });
	run(&w, ALL_TYPES);
	expect_counts(&w, 11, 0);
	end(&w);
}

/* As large as the memory that is kept for the next one, and one byte more. */
Test(descend, objects_at_the_size_of_spare_memory)
{
	struct growing g;
	struct walked w;
	const size_t size = 8192 - RSK_BUF_PAD;

	growing_begin(&g);
	growing_full(&g, 'a', size);
	size_t root = growing_full(&g, 'b', size);
	for (int i = 0; i < 2; i++) {
		size_t branch = growing_longer(&g, root, (char)('c' + i));

		growing_longer(&g, branch, 'x');
	}
	growing_write(&g, "objects/pack/pack-1");
	begin(&w, (struct rsk_walk_options){ .memory = 1 });
	run(&w, ALL_TYPES);
	expect_counts(&w, 6, 0);
	end(&w);
}

/* ---- types ---- */

/* Loose ones: what is true and what is not, of two types; the second walk knows
 * which is which. */
Test(descend, types_of_loose_objects)
{
	struct walked w;
	struct rsk_oid blob = put_loose("objects", RSK_OBJECT_BLOB, "1", "1");
	struct rsk_oid tree = put_loose("objects", RSK_OBJECT_TREE, "2", "2");
	struct rsk_oid bad_blob =
		put_loose("objects", RSK_OBJECT_BLOB, "3", "lie");
	struct rsk_oid bad_tree =
		put_loose("objects", RSK_OBJECT_TREE, "4", "lie");

	for (int all_before = 0; all_before < 2; all_before++) {
		begin(&w, (struct rsk_walk_options){ 0 });
		if (all_before) {
			run(&w, ALL_TYPES);
			expect_counts(&w, 2, 2);
		}
		for (int again = 0; again < 2; again++) {
			run(&w, BLOB);
			expect_counts(&w, 1, 1);
			cr_expect_eq(
				shown_of(&w, &blob)->type, RSK_OBJECT_BLOB);
			expect_failed(&w, &bad_blob, RSK_OBJECT_BLOB,
				RSK_CORRUPT, "objects");
			run(&w, TREE);
			expect_counts(&w, 1, 1);
			cr_expect_eq(
				shown_of(&w, &tree)->type, RSK_OBJECT_TREE);
			expect_failed(&w, &bad_tree, RSK_OBJECT_TREE,
				RSK_CORRUPT, "objects");
		}
		run(&w, 1U << RSK_OBJECT_TAG);
		expect_counts(&w, 0, 0);
		end(&w);
	}
}

/* What cannot be told the type of is asked for as a blob. */
Test(descend, loose_object_of_no_type)
{
	struct rsk_oid oid = oid_of(RSK_OBJECT_BLOB, "x");
	char hex[RSK_OID_HEX_MAX];
	struct walked w;

	made_sh("mkdir -p a objects/info; echo ../a > objects/info/alternates");
	rsk_oid_hex(hex, &oid);
	made_loose("a", hex, "blub 1\0x", 8);
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, TREE);
	expect_counts(&w, 0, 0);
	run(&w, BLOB);
	expect_counts(&w, 0, 1);
	expect_failed(&w, &oid, 0, RSK_CORRUPT, "objects/../a");
	end(&w);
}

/* A tree that is known by its head, and too large. */
Test(descend, loose_object_that_is_too_large)
{
	struct walked w;
	struct rsk_oid oid = put_loose(
		"objects", RSK_OBJECT_TREE, "0123456789", "0123456789");

	for (size_t most = 9; most <= 10; most++) {
		begin(&w, (struct rsk_walk_options){ .max_object = most });
		run(&w, TREE);
		expect_counts(&w, most == 10, most == 9);
		if (most == 9)
			expect_failed(&w, &oid, RSK_OBJECT_TREE, RSK_TOOBIG,
				"objects");
		end(&w);
	}
}

/* Git may have packed it since it was listed. */
Test(descend, loose_object_that_is_gone)
{
	struct walked w;
	struct rsk_oid oid = put_loose("objects", RSK_OBJECT_BLOB, "x", "x");

	begin(&w, (struct rsk_walk_options){ 0 });
	made_sh("rm -r objects/??");
	run(&w, ALL_TYPES);
	expect_counts(&w, 0, 1);
	expect_failed(&w, &oid, 0, RSK_CHANGED, "objects");
	end(&w);
}

/* ---- copies ---- */

/* In a pack that comes after another: the copy that is looked for is the right
 * one. */
Test(descend, copy_of_what_is_broken)
{
	struct growing g;
	struct walked w;

	put_three(&g, 10);
	struct rsk_oid oid = put_loose("objects", RSK_OBJECT_TREE, "x", "x");
	struct made made;
	made_begin(&made, 20);
	made_named(&made, oid.bytes);
	made_head(&made, RSK_OBJECT_TREE, 1);
	made_bytes(&made, "no stream at all", 16);
	made_numbered(&made, 1);
	made_head(&made, RSK_OBJECT_TREE, 1);
	made_stored(&made, "y", 1);
	made_write(&made, "objects/pack/pack-2");
	made_release(&made);
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, TREE);
	cr_expect_eq(w.seen.len, 2);
	cr_expect_eq(w.seen.fails, 0);
	const struct shown *shown = shown_of(&w, &oid);
	cr_expect_eq(shown->type, RSK_OBJECT_TREE);
	cr_expect_eq(shown->len, 1);
	cr_expect(shown->true_bytes);
	cr_expect(shown->childless);
	cr_expect_eq(shown->worker, 0);
	run(&w, BLOB);
	expect_counts(&w, 3, 0);
	end(&w);
}

/* Broken in both places: it is told once, of the database. */
Test(descend, copies_that_are_all_broken)
{
	struct walked w;

	made_sh("mkdir -p a objects/info; echo ../a > objects/info/alternates");
	put_loose("objects", RSK_OBJECT_TREE, "x", "lie");
	put_loose("a", RSK_OBJECT_TREE, "x", "lie");
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, BLOB);
	expect_counts(&w, 0, 0);
	run(&w, TREE);
	cr_expect_eq(w.seen.len, 0);
	cr_expect_eq(w.seen.fails, 2); /* as a lie, and as not to be read */
	for (size_t i = 0; i < w.seen.fails; i++) {
		cr_expect_eq(w.seen.failed[i].type, RSK_OBJECT_TREE);
		cr_expect_eq(w.seen.failed[i].err, RSK_CORRUPT);
		cr_expect_str_eq(w.seen.failed[i].path, "objects");
	}
	end(&w);
}

/* The same without a type. */
Test(descend, copies_of_no_type)
{
	struct walked w;
	struct rsk_oid oid = oid_of(RSK_OBJECT_BLOB, "x");
	char hex[RSK_OID_HEX_MAX];

	made_sh("mkdir -p a objects/info; echo ../a > objects/info/alternates");
	rsk_oid_hex(hex, &oid);
	made_loose("objects", hex, "blub 1\0x", 8);
	made_loose("a", hex, "blub 1\0x", 8);
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, TREE);
	expect_counts(&w, 0, 0);
	run(&w, BLOB);
	expect_counts(&w, 0, 1);
	expect_failed(&w, &oid, 0, RSK_CORRUPT, "objects");
	end(&w);
}

/* Both are true: it is seen once. */
Test(descend, copies_that_are_all_true)
{
	struct walked w;

	made_sh("mkdir -p a objects/info; echo ../a > objects/info/alternates");
	put_loose("objects", RSK_OBJECT_TREE, "x", "x");
	put_loose("a", RSK_OBJECT_TREE, "x", "x");
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, TREE);
	expect_counts(&w, 1, 0);
	run(&w, BLOB);
	expect_counts(&w, 0, 0);
	end(&w);
}

/* ---- limits ---- */

/* So many bytes, in a stream that begins with so many blocks of nothing. */
static void put_stream(size_t size, size_t blocks)
{
	struct made made;
	struct rsk_oid oid;
	char *bytes = calloc(1, size);

	cr_assert(bytes);
	made_begin(&made, 20);
	rsk_oid_hash(&oid, 20, RSK_OBJECT_BLOB, rsk_slice(bytes, size));
	made_named(&made, oid.bytes);
	made_head(&made, RSK_OBJECT_BLOB, size);
	made_zlib(&made);
	for (size_t i = 0; i < blocks; i++)
		made_block(&made, false, "", 0);
	for (size_t done = 0; done < size;) {
		size_t part = size - done < 50000 ? size - done : 50000;

		done += part;
		made_block(&made, done == size, bytes, part);
	}
	made_sum(&made, bytes, size);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	free(bytes);
}

struct stream {
	size_t size, blocks, max;
	enum rsk_err err;
};

/* It may be twice as long as what it holds, and 64 KiB more; the object as
 * large as is allowed. */
Test(descend, length_of_a_stream)
{
	static const struct stream streams[] = {
		{ 5, 0, 5, RSK_OK },
		{ 5, 0, 4, RSK_TOOBIG },
		{ 5, 13106, 5, RSK_OK }, /* 65546 bytes of 65546 */
		{ 5, 13107, 5, RSK_CORRUPT },
		{ 200000, 53102, 200000, RSK_OK }, /* 465536 of 465536 */
		{ 200000, 53103, 200000, RSK_CORRUPT },
	};

	for (size_t i = 0; i < 2 * sizeof(streams) / sizeof(streams[0]); i++) {
		const struct stream *stream = &streams[i / 2];
		struct walked w;

		put_stream(stream->size, stream->blocks);
		begin(&w, (struct rsk_walk_options){ .max_object = stream->max,
				  .unmapped = i % 2 });
		run(&w, ALL_TYPES);
		expect_counts(&w, !stream->err, stream->err != RSK_OK);
		cr_expect_eq(w.seen.failed[0].err, stream->err);
		end(&w);
	}
}

/* Made by deltas, of 10, 11 and 12 bytes. */
Test(descend, size_of_a_result)
{
	struct growing g;

	put_three(&g, 10);
	for (size_t max = 9; max <= 12; max++) {
		struct walked w;

		begin(&w, (struct rsk_walk_options){ .max_object = max });
		run(&w, ALL_TYPES);
		expect_counts(&w, max - 9, 12 - max);
		end(&w);
	}
}

/* ---- an input that is to be left alone ---- */

static uint64_t key_of(const struct rsk_oid *oid)
{
	struct rsk_input_table *table = calloc(1, sizeof(*table));
	uint64_t key = 0;

	cr_assert(table);
	rsk_input_use(table, NULL, 0);
	cr_assert_eq(rsk_input_begin(
			     RSK_INPUT_PACKED, rsk_slice(oid->bytes, oid->len)),
		RSK_OK);
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++)
		key |= table->places[i].key;
	rsk_input_end();
	rsk_input_use(NULL, NULL, 0);
	free(table);
	return key;
}

/* It has failed with what is made from it; nobody is at anything afterwards. */
Test(descend, inputs_that_are_left_alone)
{
	struct growing g;
	struct walked w;
	struct rsk_input_table *table = calloc(1, sizeof(*table));
	struct rsk_oid loose = put_loose("objects", RSK_OBJECT_BLOB, "x", "x");

	cr_assert(table);
	put_three(&g, 10);
	const struct rsk_input_bad bad[] = {
		{ key_of(&g.oids[1]), RSK_CRASHED },
		{ key_of(&loose), RSK_CRASHED },
	};
	rsk_input_use(table, bad, 2);
	begin(&w, (struct rsk_walk_options){ 0 });
	run(&w, ALL_TYPES);
	expect_counts(&w, 1, 3);
	for (size_t i = 0; i < w.seen.fails; i++)
		cr_expect_eq(w.seen.failed[i].err, RSK_CRASHED);
	end(&w);
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++)
		cr_expect_eq(table->places[i].key, 0);
	rsk_input_use(NULL, NULL, 0);
	free(table);
}

/* ---- a run by hand ---- */

/* As rsk_walk_run() has it; what is waited for, and what may be made, differ.
 */
static void begin_run(
	struct rsk_run *run, struct walked *w, unsigned jobs, bool roots)
{
	*run = (struct rsk_run){
		.walk = w->seen.walk,
		.visit = &w->visit,
		.types = ALL_TYPES,
		.max_results = UINT64_MAX,
		.jobs = jobs,
	};
	pthread_mutex_init(&run->lock, NULL);
	pthread_cond_init(&run->given, NULL);
	for (size_t i = 0; roots && i < run->walk->plans.len; i++) {
		const struct rsk_plan *plan = &run->walk->plans.ptr[i];

		for (uint32_t n = 0; n < plan->len; n++)
			if (plan->nodes[n].base == RSK_NO_NODE)
				*RSK_VEC_PUSH(&run->roots) = (struct rsk_task){
					.plan = plan,
					.node = n,
				};
	}
}

static void end_run(struct rsk_run *run, struct walked *w)
{
	cr_expect_eq(run->tasks.len, 0);
	cr_expect_eq(run->again.len, 0);
	cr_expect_eq(w->seen.states, 0);
	RSK_VEC_RELEASE(&run->roots);
	RSK_VEC_RELEASE(&run->tasks);
	RSK_VEC_RELEASE(&run->again);
	pthread_cond_destroy(&run->given);
	pthread_mutex_destroy(&run->lock);
}

/* A root with three branches, each of two objects. */
static void put_branches(struct growing *g)
{
	growing_begin(g);
	growing_full(g, 'r', 5000);
	for (int i = 0; i < 3; i++) {
		size_t branch = growing_longer(g, 0, (char)('a' + i));

		growing_longer(g, branch, 'x');
	}
	growing_write(g, "objects/pack/pack-1");
}

/* So many wait for a branch, and nobody comes: in this order they are seen. */
static void expect_order(unsigned waiting, size_t memory, const size_t order[7])
{
	struct growing g;
	struct walked w;
	struct rsk_run run;

	put_branches(&g);
	begin(&w, (struct rsk_walk_options){ .memory = memory });
	begin_run(&run, &w, waiting + 1, true);
	atomic_store(&run.hungry, waiting);
	rsk_run_work(&run, 0);
	expect_counts(&w, 7, 0);
	for (size_t i = 0; i < 7; i++)
		cr_expect_eq(shown_of(&w, &g.oids[order[i]]), &w.seen.shown[i],
			"object %zu", i);
	cr_expect_eq(atomic_load(&run.hungry), waiting + 1);
	end_run(&run, &w);
	end(&w);
}

/* The first one is put there, since a second is not asked for. Its base is not
 * let go meanwhile, whatever memory there may be. */
Test(descend, branch_that_is_given_away)
{
	static const size_t order[] = { 0, 3, 4, 5, 6, 1, 2 };

	expect_order(1, 0, order);
	expect_order(1, 1, order);
}

/* More wait than there are: the last one is never given. */
Test(descend, branches_that_are_given_away)
{
	static const size_t order[] = { 0, 5, 6, 3, 4, 1, 2 };

	expect_order(3, 0, order);
	expect_order(3, 1, order);
}

static void *work_as_1(void *ctx)
{
	rsk_run_work(ctx, 1);
	return NULL;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void start_waiting(struct rsk_run *run, pthread_t *other)
{
	cr_assert_eq(pthread_create(other, NULL, work_as_1, run), 0);
	while (!atomic_load(&run->hungry))
		nap();
}

/* The first that is here waits for the second, which has nothing for it. */
Test(descend, thread_that_waits_for_nothing, .timeout = 60)
{
	struct growing g;
	struct walked w;
	struct rsk_run run;
	pthread_t other;

	put_three(&g, 10);
	for (int gone = 0; gone < 2; gone++) {
		begin(&w, (struct rsk_walk_options){ 0 });
		begin_run(&run, &w, gone ? 3 : 2, false);
		start_waiting(&run, &other);
		if (gone) {
			rsk_run_leave(&run);
			rsk_run_leave(&run);
		} else {
			rsk_run_work(&run, 0);
		}
		pthread_join(other, NULL);
		expect_counts(&w, 0, 0);
		end_run(&run, &w);
		end(&w);
	}
}

static atomic_uint other_has;

/* The thread that has the root goes on when the other one has a branch. */
static void wait_for_other(struct seen *seen, unsigned worker)
{
	if (worker == 1)
		atomic_fetch_add(&other_has, 1);
	while (worker == 0 && seen->len > 1 && !atomic_load(&other_has))
		nap();
}

Test(descend, thread_that_gets_a_branch, .timeout = 60)
{
	struct growing g;
	struct walked w;
	struct rsk_run run;
	pthread_t other;

	put_branches(&g);
	begin(&w, (struct rsk_walk_options){ 0 });
	w.seen.then = wait_for_other;
	begin_run(&run, &w, 2, false);
	struct rsk_run roots;
	begin_run(&roots, &w, 2, true);
	start_waiting(&run, &other);
	run.roots.ptr = roots.roots.ptr;
	run.roots.len = roots.roots.len;
	atomic_store(&run.next_root, 0);
	rsk_run_work(&run, 0);
	pthread_join(other, NULL);
	expect_counts(&w, 7, 0);
	cr_expect_geq(atomic_load(&other_has), 2);
	run.roots.ptr = NULL;
	end_run(&run, &w);
	end_run(&roots, &w);
	end(&w);
}

/* ---- what deltas may make ---- */

enum { MIB = 1 << 20, PIECE = 16 * MIB };

/* Out of that base: `times` times its first `part` bytes, and `more` of them.
 */
struct copies {
	size_t base, base_size;
	size_t times, part, more;
};

static void add_copy(uint8_t *delta, size_t *len, size_t part)
{
	const uint8_t copy[] = { 0xf0, (uint8_t)part, (uint8_t)(part >> 8),
		(uint8_t)(part >> 16) };

	memcpy(delta + *len, copy, sizeof(copy));
	*len += sizeof(copy);
}

static void add_copies(struct made *made, const struct copies *c)
{
	uint8_t delta[256];
	size_t len = growing_size(delta, c->base_size);

	len += growing_size(delta + len, c->times * c->part + c->more);
	for (size_t i = 0; i < c->times; i++)
		add_copy(delta, &len, c->part);
	if (c->more)
		add_copy(delta, &len, c->more);
	made_numbered(made, (uint32_t)made->entries.len + 1);
	made_ofs(made, c->base, delta, len);
}

/* A MiB and what is made from it, to be walked within limits. */
static void put_copies(const struct copies *copies, size_t len)
{
	struct made made;
	char *bytes = calloc(1, MIB);

	made_begin(&made, 20);
	made_numbered(&made, 0);
	made_head(&made, RSK_OBJECT_BLOB, MIB);
	made_stored(&made, bytes, MIB);
	for (size_t i = 0; i < len; i++)
		add_copies(&made, &copies[i]);
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	free(bytes);
}

static void expect_within(
	uint64_t max_results, size_t memory, size_t objects, size_t fails)
{
	struct walked w;
	struct rsk_run run;

	begin(&w, (struct rsk_walk_options){ .memory = memory });
	begin_run(&run, &w, 1, true);
	run.max_results = max_results;
	rsk_run_work(&run, 0);
	cr_expect_eq(w.seen.len, objects, "%zu seen", w.seen.len);
	cr_expect_eq(w.seen.fails, fails, "%zu failed", w.seen.fails);
	for (size_t i = 0; i < w.seen.fails; i++)
		cr_expect_eq(w.seen.failed[i].err, RSK_LIMIT);
	end_run(&run, &w);
	end(&w);
}

struct results {
	size_t mib[2]; /* what is made, one after the other */
	uint8_t more[2];
	uint64_t max;
	size_t fails;
};

static void expect_results(const struct results *r)
{
	struct copies copies[2];

	for (size_t i = 0; i < 2; i++)
		copies[i] = (struct copies){
			.base_size = MIB,
			.times = r->mib[i],
			.part = MIB,
			.more = r->more[i],
		};
	put_copies(copies, 2);
	expect_within(r->max, 0, 3 - r->fails, r->fails);
}

/* A thread takes 16 MiB at a time, or as much as one result needs; it gets them
 * as long as not more than the limit was taken before. */
Test(descend, results_of_deltas)
{
	static const struct results results[] = {
		{ { 8, 8 }, { 0, 0 }, 0, 0 },
		{ { 15, 1 }, { 0, 0 }, 0, 0 },
		{ { 15, 1 }, { 0, 1 }, PIECE - 1, 1 },
		{ { 15, 1 }, { 0, 1 }, PIECE, 0 },
		{ { 16, 0 }, { 0, 1 }, PIECE - 1, 1 },
		{ { 16, 0 }, { 0, 1 }, PIECE, 0 },
		{ { 17, 0 }, { 0, 1 }, PIECE, 1 },
		{ { 17, 0 }, { 0, 1 }, PIECE + MIB - 1, 1 },
		{ { 17, 0 }, { 0, 1 }, PIECE + MIB, 0 },
	};

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		expect_results(&results[i]);
}

/*
 * What was let go and is made again counts, too: here it is a MiB, for which
 * there is no room in what two deltas have left of 32.
 */
Test(descend, results_that_are_made_again)
{
	enum { SMALLER = 0xff0000 };
	static const struct copies copies[] = {
		{ 0, MIB, 16, MIB, 0 },
		{ 1, PIECE, 1, SMALLER, 0 },
		{ 0, MIB, 0, 0, 1 },
		{ 3, 1, 0, 0, 1 },
	};

	put_copies(copies, sizeof(copies) / sizeof(copies[0]));
	expect_within(2 * PIECE, 1, 5, 0);
	expect_within(2 * PIECE - 1, 1, 3, 2);
	expect_within(2 * PIECE - 1, 0, 5, 0);
}
