#include <pthread.h>

#include "base/map.h"
#include "base/mem.h"
#include "pack/walk.h"
#include "pack_fixture.h"

/*
 * Walks repositories of many shapes and holds every object against its name,
 * every delta's segments against the bytes they speak of, and the set of
 * objects against git's own list.
 */
enum { ALL_TYPES = 0x1e };

struct seen {
	pthread_mutex_t lock;
	struct rsk_map names; /* hex names, to how often */
	RSK_VEC(char *) keys;
	size_t objects, contexts, wrong_hash, wrong_segments, with_base;
	size_t failed, states, stop_after;
	enum rsk_err last_failure;
	struct rsk_walk *walk;
	size_t sparse;
	const char *shrink; /* a file to cut in half at the first object */
};

struct copy {
	size_t len;
	uint8_t bytes[];
};

/* Are both ends of each copy there before the rest is put in? */
static bool margins_hold(const struct rsk_walk_object *o)
{
	const struct copy *base = o->base_state;

	for (size_t i = 0; i < o->segments_len; i++) {
		const struct rsk_segment *s = &o->segments[i];
		size_t n = s->len < RSK_WALK_MARGIN ? (size_t)s->len
						    : RSK_WALK_MARGIN;
		size_t last = (size_t)s->len - n;

		if (s->from == RSK_INSERTED)
			continue;
		if (memcmp(base->bytes + s->from, o->bytes.ptr + s->at, n) ||
			memcmp(base->bytes + s->from + last,
				o->bytes.ptr + s->at + last, n))
			return false;
	}
	return true;
}

/* Do the segments tell how the bytes came out of the base? */
static bool segments_hold(const struct rsk_walk_object *o)
{
	const struct copy *base = o->base_state;
	uint64_t at = 0;

	if (base->len != o->base_size)
		return false;
	for (size_t i = 0; i < o->segments_len; i++) {
		const struct rsk_segment *s = &o->segments[i];

		if (s->at != at || !s->len || s->len > o->bytes.len - at)
			return false;
		at += s->len;
		if (s->from == RSK_INSERTED)
			continue;
		if (s->from + s->len > base->len ||
			memcmp(base->bytes + s->from, o->bytes.ptr + s->at,
				s->len) != 0)
			return false;
	}
	return at == o->bytes.len;
}

static void note_name(struct seen *seen, const struct rsk_walk_object *o)
{
	char hex[RSK_OID_HEX_MAX];
	struct rsk_slice key = { 0 };
	uint32_t number = 0;

	struct rsk_oid oid = rsk_oid_of(o->id, o->id_len);

	rsk_oid_hex(hex, &oid);
	*RSK_VEC_PUSH(&seen->keys) = rsk_strdup(hex);
	key = rsk_slice_str(seen->keys.ptr[seen->keys.len - 1]);
	++*rsk_map_put(&seen->names, key);
	cr_assert(rsk_walk_find(seen->walk, &oid, &number));
	cr_assert_eq(number, o->number);
	struct rsk_oid back = rsk_walk_oid(seen->walk, number);
	cr_assert_eq(rsk_oid_cmp(&back, &oid), 0);
}

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *o, void **state)
{
	struct seen *seen = ctx;
	struct rsk_oid is;
	struct copy *copy = malloc(sizeof(*copy) + o->bytes.len);
	bool holds = !o->rest || margins_hold(o);
	enum rsk_err err = RSK_OK;

	(void)worker;
	rsk_walk_fill(o);
	holds &= !o->has_base || segments_hold(o);
	rsk_oid_hash(&is, o->id_len, o->type, o->bytes);
	copy->len = o->bytes.len;
	if (copy->len)
		memcpy(copy->bytes, o->bytes.ptr, copy->len);
	*state = copy;
	pthread_mutex_lock(&seen->lock);
	seen->wrong_hash += memcmp(is.bytes, o->id, o->id_len) != 0;
	seen->sparse += o->rest != NULL;
	seen->wrong_segments += !holds;
	seen->with_base += o->has_base;
	seen->contexts += o->context;
	seen->states++;
	seen->objects += !o->context;
	if (!o->context)
		note_name(seen, o);
	if (seen->shrink && seen->objects == 1)
		cr_assert(!truncate(seen->shrink, 5000));
	if (seen->stop_after && seen->objects >= seen->stop_after)
		err = RSK_INTERRUPTED;
	pthread_mutex_unlock(&seen->lock);
	return err;
}

static void release(void *ctx, unsigned worker, void *state)
{
	struct seen *seen = ctx;

	(void)worker;
	free(state);
	pthread_mutex_lock(&seen->lock);
	seen->states--;
	pthread_mutex_unlock(&seen->lock);
}

static void failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct seen *seen = ctx;

	(void)worker;
	pthread_mutex_lock(&seen->lock);
	seen->failed++;
	seen->last_failure = failure->err;
	pthread_mutex_unlock(&seen->lock);
}

struct how {
	unsigned jobs;
	size_t memory, max_object, stop_after;
	uint32_t types, sparse;
	bool unmapped;
	const char *shrink;
	enum rsk_err err;
};

static struct seen walk_odb(struct rsk_odb *odb, const struct how *how)
{
	struct seen seen = {
		.stop_after = how->stop_after,
		.shrink = how->shrink,
	};
	struct rsk_walk_options options = {
		.jobs = how->jobs,
		.memory = how->memory,
		.max_object = how->max_object,
		.unmapped = how->unmapped,
	};
	struct rsk_walk_visit visit = {
		.object = look,
		.release = release,
		.failed = failed,
		.sparse = how->sparse,
		.ctx = &seen,
	};

	pthread_mutex_init(&seen.lock, NULL);
	cr_assert_eq(rsk_walk_new(&seen.walk, odb, &options), RSK_OK);
	cr_expect_eq(rsk_walk_run(seen.walk,
			     how->types ? how->types : ALL_TYPES, &visit),
		how->err);
	cr_expect_eq(seen.states, 0, "%zu states not released", seen.states);
	rsk_walk_free(seen.walk);
	return seen;
}

static struct seen walk_all(const struct fixture *fixture, const char *objects,
	const struct how *how)
{
	struct rsk_odb *odb = fixture_odb(fixture, objects);
	struct seen seen = walk_odb(odb, how);

	rsk_odb_free(odb);
	return seen;
}

static void forget(struct seen *seen)
{
	for (size_t i = 0; i < seen->keys.len; i++)
		free(seen->keys.ptr[i]);
	RSK_VEC_RELEASE(&seen->keys);
	rsk_map_release(&seen->names);
	pthread_mutex_destroy(&seen->lock);
}

/* Every name in the file "all" was seen exactly once, and no other. */
static void expect_names(
	const struct fixture *fixture, struct seen *seen, const char *what)
{
	size_t len = 0;
	char *all = fixture_file(fixture, "all", &len);
	struct rsk_slice rest = rsk_slice(all, len);
	struct rsk_slice line;
	size_t lines = 0;
	size_t missed = 0;

	while (rsk_slice_line(&line, &rest)) {
		uint32_t *count = rsk_map_get(&seen->names, line);

		lines++;
		missed += !count || *count != 1;
	}
	cr_expect_eq(missed, 0, "%s: %zu of %zu missed or seen twice", what,
		missed, lines);
	cr_expect_eq(seen->objects, lines, "%s: %zu objects, not %zu", what,
		seen->objects, lines);
	free(all);
}

static const char grow[] =
	"git init -q ${FORMAT:-} r\n"
	"cd r\n"
	"i=0\n"
	"while [ $i -lt 40 ]; do\n"
	"  seq 1 $((i + 400)) | sed \"s/7/$i/\" > a.txt\n"
	"  seq $i 300 > b.txt\n"
	"  git add . && git commit -qm \"commit $i\"\n"
	"  i=$((i + 1))\n"
	"done\n"
	"git tag -a v1 -m 'a tag'\n"
	"printf '' > empty && git add . && git commit -qm empty\n";

static const char list_all[] =
	"\ngit cat-file --batch-all-objects --batch-check='%(objectname)'"
	" > ../all\n";

struct shape {
	char name[32];
	char script[512];
	char objects[32];
};

static const struct shape shapes[] = {
	{ "loose", "", "r/.git/objects" },
	{ "packed", "git gc -q", "r/.git/objects" },
	{ "deep", "git repack -qadf --depth=250 --window=50",
		"r/.git/objects" },
	{ "ref-delta", "git -c repack.useDeltaBaseOffset=false repack -qadf",
		"r/.git/objects" },
	{ "packs with the same objects",
		"git repack -qad; git repack -qadfk --depth=3;"
		" cp -r .git/objects/pack ../pack;"
		" echo x > x; git add .; git commit -qm x; git repack -qadf;"
		" cp -n ../pack/* .git/objects/pack/;"
		" echo y > y; git add .; git commit -qm y",
		"r/.git/objects" },
	{ "64-bit offsets",
		"git repack -qad; cd .git/objects/pack;"
		" for p in *.pack; do rm -f ${p%.pack}.idx ${p%.pack}.rev;"
		" git index-pack --index-version=2,0x40 $p >/dev/null;"
		" done; cd ../../..",
		"r/.git/objects" },
	{ "alternates",
		"git gc -q; git clone -q --shared . ../b; cd ../b;"
		" echo z > z; git add .; git commit -qm z; cp -r"
		" ../r/.git/objects/pack/* .git/objects/pack/",
		"b/.git/objects" },
};

static void walk_shape(const char *format, const struct shape *shape)
{
	static const struct how hows[] = {
		{ .jobs = 1 },
		{ .jobs = 3 },
		{ .jobs = 1, .memory = 1 },
		{ .jobs = 4, .memory = 1 },
		{ .jobs = 2, .unmapped = true },
		{ .jobs = 1, .sparse = ALL_TYPES },
		{ .jobs = 3, .memory = 1, .sparse = ALL_TYPES },
	};
	bool copies = strstr(shape->name, "same objects") ||
		      !strcmp(shape->name, "alternates");
	struct fixture fixture;
	char script[2048];

	snprintf(script, sizeof(script), "FORMAT=%s\n%s%s%s", format, grow,
		shape->script, list_all);
	fixture_make(&fixture, script);
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		struct seen seen = walk_all(&fixture, shape->objects, &hows[i]);

		expect_names(&fixture, &seen, shape->name);
		cr_expect_eq(seen.wrong_hash, 0, "%s", shape->name);
		cr_expect_eq(seen.wrong_segments, 0, "%s", shape->name);
		cr_expect_eq(seen.failed, 0, "%s", shape->name);
		cr_expect(!strcmp(shape->name, "loose") || seen.with_base > 30,
			"%s: %zu deltas", shape->name, seen.with_base);
		/* Copies are put together, to be looked at as a whole. */
		cr_expect(!hows[i].sparse || !seen.with_base || copies ||
				  seen.sparse > 0,
			"%s: nothing was left out", shape->name);
		forget(&seen);
	}
	fixture_remove(&fixture);
}

Test(walk, sees_every_object_once)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		walk_shape("", &shapes[i]);
}

Test(walk, sees_sha256)
{
	for (size_t i = 0; i < 3; i++)
		walk_shape("--object-format=sha256", &shapes[i]);
}

Test(walk, keeps_to_types)
{
	struct fixture fixture;
	char script[2048];
	struct how how = { .jobs = 2, .types = 1U << RSK_OBJECT_TREE };

	snprintf(script, sizeof(script),
		"%sgit repack -qadf\n"
		"git cat-file --batch-all-objects --batch-check | grep tree |"
		" cut -d' ' -f1 > ../all\n",
		grow);
	fixture_make(&fixture, script);
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	expect_names(&fixture, &seen, "trees");
	forget(&seen);
	fixture_remove(&fixture);
}

/* Neither a mapping nor blocks may take the process with them. */
Test(walk, survives_a_pack_that_shrinks)
{
	for (int unmapped = 0; unmapped < 2; unmapped++) {
		struct fixture fixture;
		char path[256];
		char script[2048];
		struct how how = { .jobs = 2, .unmapped = unmapped };

		snprintf(script, sizeof(script),
			"%shead -c 2000000 /dev/urandom | split -b 20000 - big;"
			" git add .; git commit -qm big; git repack -qadf;"
			" ln -s $PWD/.git/objects/pack/*.pack ../pack\n",
			grow);
		fixture_make(&fixture, script);
		how.shrink = fixture_path(&fixture, "pack", path);
		struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
		cr_expect_gt(seen.objects, 0);
		cr_expect_gt(seen.failed, 20);
		cr_expect_eq(seen.last_failure, RSK_CHANGED, "%d: %s", unmapped,
			rsk_err_text(seen.last_failure));
		forget(&seen);
		fixture_remove(&fixture);
	}
}

Test(walk, stops_when_told)
{
	struct fixture fixture;
	struct how how = { .jobs = 2, .stop_after = 5, .err = RSK_INTERRUPTED };
	char script[2048];

	snprintf(script, sizeof(script), "%sgit repack -qadf", grow);
	fixture_make(&fixture, script);
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	cr_expect_lt(seen.objects, 60);
	forget(&seen);
	fixture_remove(&fixture);
}

Test(walk, reports_what_is_too_big)
{
	struct fixture fixture;
	struct how how = { .jobs = 1, .max_object = 1200 };

	fixture_make(&fixture,
		"git init -q r; cd r; seq 1 250 > small; seq 1 1000 > big;"
		" git add .; git commit -qm 1; git gc -q; seq 2 1000 > big2;"
		" git hash-object -w big2");
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	cr_expect_eq(seen.objects, 3);
	cr_expect_eq(seen.failed, 2);
	cr_expect_eq(seen.last_failure, RSK_TOOBIG);
	forget(&seen);
	fixture_remove(&fixture);
}

/*
 * Flip one byte anywhere in the pack: no object is lost without a word, since
 * what is reported and what is seen add up to all of them.
 */
static size_t flip_at(
	const struct fixture *fixture, const char *pack, long at, size_t total)
{
	FILE *file = fopen(pack, "r+be");
	struct how how = { .jobs = 1 };
	size_t changed;
	int byte;

	cr_assert(file);
	cr_assert_eq(fseek(file, at, SEEK_SET), 0);
	byte = fgetc(file);
	cr_assert_eq(fseek(file, at, SEEK_SET), 0);
	fputc(byte ^ 0x20, file);
	fclose(file);

	struct rsk_odb *odb = fixture_odb(fixture, "r/.git/objects");
	if (rsk_odb_problems(odb)) {
		changed = 1; /* the pack as a whole */
	} else {
		struct seen seen = walk_odb(odb, &how);

		changed = seen.failed + seen.wrong_hash;
		cr_expect_geq(seen.objects + seen.failed, total,
			"at %ld: %zu seen, %zu failed of %zu", at, seen.objects,
			seen.failed, total);
		forget(&seen);
	}
	rsk_odb_free(odb);

	file = fopen(pack, "r+be");
	cr_assert_eq(fseek(file, at, SEEK_SET), 0);
	fputc(byte, file);
	fclose(file);
	return changed;
}

Test(walk, loses_nothing_without_a_word)
{
	struct fixture fixture;
	char path[256];
	size_t len = 0;
	size_t noticed = 0;

	fixture_make(&fixture,
		"git init -q r; cd r; for i in 1 2 3; do seq 1 20$i > a;"
		" git add .; git commit -qm $i; done; git repack -qadf;"
		" chmod -R u+w .git; cp .git/objects/pack/*.pack ../copy;"
		" ln -s $PWD/.git/objects/pack/*.pack ../link");
	free(fixture_file(&fixture, "copy", &len));
	fixture_path(&fixture, "link", path);
	for (size_t at = 12; at < len; at++)
		noticed += flip_at(&fixture, path, (long)at, 9) > 0;
	/* What is left is padding at the end of streams: it changes nothing. */
	cr_expect_gt(noticed, (len - 12) * 95 / 100);
	fixture_remove(&fixture);
}

/* The same object in two packs, one of them broken: the other one serves. */
Test(walk, takes_the_other_copy)
{
	struct fixture fixture;
	struct how how = { .jobs = 2 };
	char script[4096];

	snprintf(script, sizeof(script),
		"%sgit repack -qadf --depth=50; chmod -R u+w .git\n"
		"mkdir ../kept; cp .git/objects/pack/* ../kept\n"
		"git tag -a v2 -m 'another tag'; git repack -qadf --depth=9\n"
		"cp ../kept/* .git/objects/pack\n%s"
		"for p in $(ls .git/objects/pack/*.pack | head -1); do\n"
		"dd if=/dev/zero of=$p bs=1 count=300 seek=9000 conv=notrunc"
		" 2>/dev/null; done\n",
		grow, list_all);
	fixture_make(&fixture, script);
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	/* The one tag that only one pack has may be what was hit. */
	cr_expect_leq(seen.failed, 1);
	cr_expect_gt(seen.objects, 120);
	cr_expect_eq(seen.wrong_hash, 0);
	forget(&seen);
	fixture_remove(&fixture);
}

/* A loose object with other bytes under its name, and the true one in an
 * alternate: the lie is told, and the true one is seen. */
Test(walk, sees_through_a_lying_copy)
{
	struct fixture fixture;
	struct how how = { .jobs = 1 };

	fixture_make(&fixture,
		"git init -q other; git init -q r\n"
		"x=$(echo true | git -C other hash-object -w --stdin)\n"
		"y=$(echo lie | git -C r hash-object -w --stdin)\n"
		"dir=r/.git/objects/$(echo $x | cut -c1-2); mkdir -p $dir\n"
		"cp r/.git/objects/$(echo $y | cut -c1-2)/$(echo $y | cut -c3-)"
		" $dir/$(echo $x | cut -c3-)\n"
		"echo $PWD/other/.git/objects > "
		"r/.git/objects/info/alternates");
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	cr_expect_eq(seen.objects, 2);
	cr_expect_eq(seen.failed, 1);
	cr_expect_eq(seen.last_failure, RSK_CORRUPT);
	cr_expect_eq(seen.wrong_hash, 0);
	forget(&seen);
	fixture_remove(&fixture);
}

Test(walk, of_nothing)
{
	struct fixture fixture;
	struct how how = { .jobs = 2 };

	fixture_make(&fixture, "git init -q r");
	struct seen seen = walk_all(&fixture, "r/.git/objects", &how);
	cr_expect_eq(seen.objects, 0);
	cr_expect_eq(seen.failed, 0);
	forget(&seen);
	fixture_remove(&fixture);
}
