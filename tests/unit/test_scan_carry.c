#include <pthread.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "scan/carry.h"
#include "unit/match_help.h"
#include "unit/pack_fixture.h"

/*
 * What is carried along deltas against full scans: texts made by hand, cut at
 * every byte, and whole repositories packed with deep chains.
 */
static const struct rsk_pattern patterns[] = {
	{ .anchors = ANCHORS("tok_"),
		.regex = "(?<![a-z])(?<secret>tok_[a-z0-9]{4,8})(?![a-z0-9])",
		.max_width = 14,
		.binary = true },
	{ .anchors = ANCHORS("api_key", "key"),
		.caseless = true,
		.regex = "\\b\\w{0,9}key\\b\\s?=\\s?(?<secret>[a-z0-9]{2,9})",
		.max_width = 24 },
	{ .anchors = ANCHORS("BEGIN"),
		.regex = "BEGIN[\\s\\S]{1,900}?END",
		.max_width = 908 },
	{ .anchors = ANCHORS("KEY="),
		.regex = "(?m)^[A-Z_]{0,6}KEY=(?<secret>.{1,9})$",
		.max_width = 22 },
};

static struct rules rules;
static struct engine plain, carried_by;
static struct rsk_carrier *carriers[4];
static struct engine engines[4];

static void set_up(void)
{
	rules_init(&rules, patterns, sizeof(patterns) / sizeof(patterns[0]));
	cr_assert_eq(engine_init(&plain, &rules, NULL), RSK_OK);
	cr_assert_eq(engine_init(&carried_by, &rules, NULL), RSK_OK);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(engine_init(&engines[i], &rules, NULL), RSK_OK);
		carriers[i] = rsk_carrier_new(engines[i].scanner);
	}
}

static void tear_down(void)
{
	for (size_t i = 0; i < 4; i++) {
		rsk_carrier_free(carriers[i]);
		engine_release(&engines[i]);
	}
	engine_release(&carried_by);
	engine_release(&plain);
	rules_release(&rules);
}

static enum rsk_err collect(void *ctx, const struct rsk_window *window)
{
	rsk_matches *matches = ctx;

	for (size_t i = 0; i < window->matches_len; i++)
		*RSK_VEC_PUSH(matches) = window->matches[i];
	return RSK_OK;
}

static bool agrees(struct rsk_scanner *scanner, struct rsk_slice bytes,
	const struct rsk_carried *carried)
{
	rsk_matches full = { 0 };
	struct rsk_text_info info;
	bool same;

	cr_assert_eq(rsk_scanner_bytes(scanner, bytes, collect, &full, &info),
		RSK_OK);
	same = full.len == carried->matches_len &&
	       info.encoding == carried->info.encoding &&
	       info.regex_gaps == carried->info.regex_gaps;
	for (size_t i = 0; same && i < full.len; i++)
		same = !memcmp(&full.ptr[i], &carried->matches[i],
			sizeof(full.ptr[i]));
	RSK_VEC_RELEASE(&full);
	return same;
}

/* A base and what is made from it, by hand. */
struct pair {
	struct rsk_buf base, next;
	rsk_segments segments;
};

static void pair_begin(struct pair *pair, struct rsk_slice base)
{
	*pair = (struct pair){ .next = RSK_BUF_INIT(1 << 20) };
	pair->base = padded(base);
	cr_assert_eq(rsk_buf_reserve(&pair->next, 1), RSK_OK);
}

static void pair_put(struct pair *pair, struct rsk_slice bytes, uint64_t from)
{
	if (!bytes.len)
		return;
	*RSK_VEC_PUSH(&pair->segments) =
		(struct rsk_segment){ pair->next.len, bytes.len, from };
	cr_assert_eq(rsk_buf_add_slice(&pair->next, bytes), RSK_OK);
}

static void pair_copy(struct pair *pair, size_t from, size_t to)
{
	pair_put(pair, rsk_slice_cut(rsk_buf_slice(&pair->base), from, to),
		from);
}

static void pair_insert(struct pair *pair, const char *text)
{
	pair_put(pair, rsk_slice_str(text), RSK_INSERTED);
}

static void pair_expect(struct pair *pair, const char *what, size_t at)
{
	struct rsk_walk_object object = {
		.type = RSK_OBJECT_BLOB,
		.bytes = rsk_buf_slice(&pair->base),
	};
	struct rsk_carried *base = NULL;
	struct rsk_carried *next = NULL;

	cr_assert_eq(rsk_carry_scan(carriers[0], &object, &base), RSK_OK);
	cr_expect(agrees(plain.scanner, object.bytes, base), "%s: the base",
		what);
	object.has_base = true;
	object.base_size = pair->base.len;
	object.base_state = base;
	object.bytes = rsk_buf_slice(&pair->next);
	object.segments = pair->segments.ptr;
	object.segments_len = pair->segments.len;
	cr_assert_eq(rsk_carry_scan(carriers[0], &object, &next), RSK_OK);
	cr_expect(agrees(plain.scanner, object.bytes, next), "%s at %zu", what,
		at);
	rsk_carry_drop(carriers[0], next);
	rsk_carry_drop(carriers[0], base);
	rsk_buf_release(&pair->base);
	rsk_buf_release(&pair->next);
	RSK_VEC_RELEASE(&pair->segments);
}

static const char *const texts[] = {
	"x = 1\nAPI_KEY=abc12\ntok_abcd12 y\nBEGIN\n.....\nEND api_key = zz9\n",
	"tok_abcd12",
	"KEY=1",
	"\xef\xbb\xbfKEY=1\nkey = abc\n",
	"a\0b tok_abcd12 \0",
	"BEGIN 1 END BEGIN 2 END",
};

static struct rsk_slice text_at(size_t i)
{
	/* The fifth one has NULs in it. */
	return rsk_slice(texts[i], i == 4 ? 17 : strlen(texts[i]));
}

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

Test(carry, holds_at_every_seam, .init = set_up, .fini = tear_down)
{
	static const char *const inserts[] = { "", "z", "\n", "9", "key=9x " };

	for (size_t t = 0; t < TEXTS; t++)
		for (size_t at = 0; at <= text_at(t).len; at++)
			for (size_t i = 0; i < 5; i++) {
				struct pair pair;

				pair_begin(&pair, text_at(t));
				pair_copy(&pair, 0, at);
				pair_insert(&pair, inserts[i]);
				pair_copy(&pair, at, text_at(t).len);
				pair_expect(&pair, inserts[i], at);
			}
}

Test(carry, holds_when_a_byte_changes, .init = set_up, .fini = tear_down)
{
	for (size_t t = 0; t < TEXTS; t++)
		for (size_t at = 0; at < text_at(t).len; at++) {
			struct pair pair;

			pair_begin(&pair, text_at(t));
			pair_copy(&pair, 0, at);
			pair_insert(&pair, "q");
			pair_copy(&pair, at + 1, text_at(t).len);
			pair_expect(&pair, "a byte changed", at);
		}
}

Test(carry, holds_when_bytes_go, .init = set_up, .fini = tear_down)
{
	for (size_t t = 0; t < TEXTS; t++)
		for (size_t at = 0; at < text_at(t).len; at++)
			for (size_t len = 1; len < 5; len++) {
				struct pair pair;

				pair_begin(&pair, text_at(t));
				pair_copy(&pair, 0, at);
				pair_copy(&pair, at + len, text_at(t).len);
				pair_expect(&pair, "bytes are gone", at);
			}
}

/* A secret made of two pieces that were far from each other. */
Test(carry, holds_for_two_copies, .init = set_up, .fini = tear_down)
{
	static const char base[] = "abcd12 ...... tok_ ...... key BEGIN = END";

	for (size_t a = 0; a < sizeof(base) - 1; a++)
		for (size_t b = 0; b < sizeof(base) - 1; b++) {
			struct pair pair;

			pair_begin(&pair, rsk_slice_str(base));
			pair_copy(&pair, a, a + 9);
			pair_copy(&pair, b, b + 9);
			pair_copy(&pair, 0, sizeof(base) - 1);
			pair_expect(&pair, "two copies", a * 100 + b);
		}
}

/* Far longer than what stands around a seam. */
Test(carry, holds_for_long_matches, .init = set_up, .fini = tear_down)
{
	char text[1200];

	for (size_t len = 850; len < 910; len++) {
		struct pair pair;

		memset(text, '.', sizeof(text));
		memcpy(text + 100, "BEGIN", 5);
		memcpy(text + 105 + len, "END", 3);
		pair_begin(&pair, rsk_slice(text, sizeof(text)));
		pair_copy(&pair, 0, 500);
		pair_insert(&pair, "zz");
		pair_copy(&pair, 500, sizeof(text));
		pair_expect(&pair, "a long match", len);
	}
}

/* The mark at the beginning decides how the rest is read. */
Test(carry, holds_when_the_encoding_changes, .init = set_up, .fini = tear_down)
{
	static const char utf16[] = "\xff\xfek\0e\0y\0=\0a\0b\0c\0\n\0t\0o\0k\0"
				    "_\0a\0b\0c\0d\0";
	struct rsk_slice wide = rsk_slice(utf16, sizeof(utf16) - 1);

	for (size_t skip = 0; skip < 4; skip++) {
		struct pair pair;

		pair_begin(&pair, wide);
		pair_copy(&pair, skip, wide.len);
		pair_expect(&pair, "UTF-16 cut", skip);
		pair_begin(&pair, wide);
		pair_insert(&pair, "key=abc ");
		pair_copy(&pair, skip, wide.len);
		pair_expect(&pair, "UTF-16 behind text", skip);
		pair_begin(&pair, RSK_LIT("key=abc tok_abcd"));
		pair_put(&pair, rsk_slice_cut(wide, 0, 20), RSK_INSERTED);
		pair_copy(&pair, 0, 16);
		pair_expect(&pair, "text behind UTF-16", skip);
		pair_begin(&pair, RSK_LIT("\xef\xbb\xbfkey=abc tok_abcd"));
		pair_copy(&pair, skip, 19);
		pair_expect(&pair, "a mark cut", skip);
		pair_begin(&pair, RSK_LIT("\xef\xbb\xbfkey=abc tok_abcd"));
		pair_copy(&pair, 0, 8 + skip);
		pair_copy(&pair, 0, 19);
		pair_expect(&pair, "a mark twice", skip);
	}
}

/* Repositories: random edits, told to `git fast-import`. */

static const char *const fragments[] = { "tok_abc123", "tok_", "abcd", " = ",
	"api_key", "key", "KEY=", "MY_KEY=abc\n", "=", "9f2c", "\n", "\r\n",
	" ", "BEGIN", "END", "x", ".......................................\n",
	"a line of text that is as long as lines are\n",
	"another line, a little longer than the first one\n" };

static uint32_t draw_from(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*seed >> 33) % below;
}

static void mutate(struct rsk_buf *text, uint64_t *seed)
{
	struct rsk_buf next = RSK_BUF_INIT(1 << 20);
	size_t cut = draw_from(seed, (uint32_t)text->len + 1);
	size_t skip = draw_from(seed, 4) ? 0 : draw_from(seed, 60);

	if (cut + skip > text->len)
		skip = text->len - cut;
	cr_assert_eq(rsk_buf_add(&next, text->ptr, cut), RSK_OK);
	for (uint32_t i = draw_from(seed, 4); i > 0; i--)
		cr_assert_eq(
			rsk_buf_add_str(&next,
				fragments[draw_from(seed,
					sizeof(fragments) / sizeof(char *))]),
			RSK_OK);
	cr_assert_eq(rsk_buf_add(&next, text->ptr + cut + skip,
			     text->len - cut - skip),
		RSK_OK);
	rsk_buf_release(text);
	*text = next;
}

/* Versions of a few files, now and then with a mark or a NUL in front. */
static void write_stream(FILE *out, uint64_t seed, int versions)
{
	enum { FILES = 5 };
	static const struct {
		const char *bytes;
		size_t len;
	} fronts[] = { { "", 0 }, { "", 0 }, { "", 0 }, { "\xef\xbb\xbf", 3 },
		{ "\xff\xfe", 2 }, { "\0", 1 } };
	struct rsk_buf files[FILES];

	for (int i = 0; i < FILES; i++) {
		files[i] = RSK_BUF_INIT(1 << 20);
		cr_assert_eq(rsk_buf_add_str(&files[i], ""), RSK_OK);
		for (int k = 0; k < 200 * (i + 1); k++)
			mutate(&files[i], &seed);
	}
	for (int v = 0; v < versions; v++) {
		struct rsk_buf *file = &files[draw_from(&seed, FILES)];
		size_t front = draw_from(&seed, 6);

		mutate(file, &seed);
		fprintf(out, "blob\ndata %zu\n", fronts[front].len + file->len);
		fwrite(fronts[front].bytes, 1, fronts[front].len, out);
		fwrite(file->ptr, 1, file->len, out);
		fprintf(out, "\n");
	}
	for (int i = 0; i < FILES; i++)
		rsk_buf_release(&files[i]);
}

struct comparing {
	pthread_mutex_t lock;
	size_t blobs, wrong, with_base, matches, sparse;
};

static enum rsk_err on_blob(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct comparing *c = ctx;
	struct rsk_carried *carried = NULL;

	cr_assert_eq(
		rsk_carry_scan(carriers[worker], object, &carried), RSK_OK);
	pthread_mutex_lock(&c->lock);
	c->blobs++;
	c->with_base += object->has_base;
	c->matches += carried->matches_len;
	c->sparse += object->rest != NULL;
	rsk_walk_fill(object);
	c->wrong += !agrees(plain.scanner, object->bytes, carried);
	pthread_mutex_unlock(&c->lock);
	*state = carried;
	return RSK_OK;
}

static void on_release(void *ctx, unsigned worker, void *state)
{
	(void)ctx;
	rsk_carry_drop(carriers[worker], state);
}

static void compare(const struct fixture *fixture, unsigned jobs, size_t memory)
{
	struct comparing c = { .blobs = 0 };
	struct rsk_walk_options options = { .jobs = jobs, .memory = memory };
	struct rsk_walk_visit visit = {
		.object = on_blob,
		.release = on_release,
		.sparse = 1U << RSK_OBJECT_BLOB,
		.ctx = &c,
	};
	struct rsk_odb *odb = fixture_odb(fixture, "r/.git/objects");
	struct rsk_walk *walk = NULL;

	pthread_mutex_init(&c.lock, NULL);
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	cr_assert_eq(rsk_walk_run(walk, 1U << RSK_OBJECT_BLOB, &visit), RSK_OK);
	cr_expect_eq(c.wrong, 0, "%zu of %zu blobs differ", c.wrong, c.blobs);
	cr_expect_gt(c.with_base, c.blobs / 2, "%zu deltas of %zu", c.with_base,
		c.blobs);
	cr_expect_gt(c.matches, c.blobs);
	cr_expect_gt(c.sparse, 0);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
	pthread_mutex_destroy(&c.lock);
}

static void compare_repository(uint64_t seed, const char *repack)
{
	struct fixture fixture;
	char path[256];
	FILE *out;

	fixture_make(&fixture, "git init -q r");
	out = fopen(fixture_path(&fixture, "stream", path), "wbe");
	cr_assert(out);
	write_stream(out, seed, 400);
	fclose(out);
	cr_assert(fixture_run(&fixture,
		"cd r; git fast-import --quiet --force < ../stream;"
		" git cat-file --batch-all-objects "
		"--batch-check='%(objectname)'"
		" > ../all"));
	cr_assert(fixture_run(&fixture, repack));
	compare(&fixture, 1, 0);
	compare(&fixture, 3, 0);
	compare(&fixture, 2, 1);
	fixture_remove(&fixture);
}

/* Nothing refers to the blobs: pack-objects is told their names. */
Test(carry, holds_for_repositories, .init = set_up, .fini = tear_down)
{
	static const char deep[] =
		"cd r; git pack-objects -q --depth=250 --window=50"
		" --no-reuse-delta .git/objects/pack/pack < ../all >../name;"
		" cd .git/objects/pack; for f in *.pack; do test $f ="
		" pack-$(cat ../../../../name).pack || rm -f $f"
		" ${f%.pack}.idx ${f%.pack}.rev ${f%.pack}.keep; done";
	static const char as_is[] = "true";

	for (uint64_t seed = 1; seed <= 3; seed++) {
		compare_repository(seed, deep);
		compare_repository(seed, as_is);
	}
}
