#include <criterion/criterion.h>

#include "match/delta.h"
#include "unit/match_help.h"

static const struct rsk_pattern patterns[] = {
	{ .anchors = ANCHORS("rsk_live_"),
		.regex = "(?<![a-z])(?<secret>rsk_live_[a-z0-9]{4,8})(?![a-z])",
		.max_width = 19,
		.binary = true },
	{ .anchors = ANCHORS("api_key", "key"),
		.caseless = true,
		.regex = "\\b\\w{0,9}key\\b\\s?=\\s?(?<secret>[a-z0-9]{2,9})",
		.max_width = 24 },
	{ .anchors = ANCHORS("key"), .regex = "key.{0,9}", .max_width = 12 },
	{ .anchors = ANCHORS("key"), .regex = "\\A.{0,5}key", .max_width = 8 },
	{ .anchors = ANCHORS("key"), .regex = "key.{0,5}\\z", .max_width = 8 },
	{ .anchors = ANCHORS("KEY="),
		.regex = "(?m)^[A-Z_]{0,6}KEY=(?<secret>.{1,9})$",
		.max_width = 19 },
	{ .anchors = ANCHORS("BEGIN"),
		.regex = "BEGIN[\\s\\S]{1,150}?END",
		.max_width = 158 },
};

enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

static const char *const fragments[] = { "rsk_live_abc123", "rsk_", "live_",
	"rsk_live_", "api_key", "key", "keykey", "KEY=", "MY_KEY=abc\n", " = ",
	"=", "abc1", "9f2c", "\n", "\r\n", "\r", " ", ".", "BEGIN", "END", "x",
	"........................................", "BE", "GIN", "k", "ey",
	"----------------------------------------------------------------" };

static void generate(struct rsk_buf *text, uint64_t *seed, uint32_t parts)
{
	for (uint32_t i = draw(seed, parts); i > 0; i--)
		cr_assert_eq(
			rsk_buf_add_str(text,
				fragments[draw(seed,
					sizeof(fragments) / sizeof(char *))]),
			RSK_OK);
}

typedef RSK_VEC(struct rsk_copy) copies;

/* A new text of pieces of the base and of new ones. */
static void edit(const struct rsk_buf *base, struct rsk_buf *text, copies *list,
	uint64_t *seed)
{
	bool in_order = draw(seed, 2);
	size_t from = 0;

	rsk_buf_truncate(text, 0);
	list->len = 0;
	for (uint32_t i = draw(seed, 8); i > 0; i--) {
		if (draw(seed, 2))
			generate(text, seed, 3);

		if (!in_order || draw(seed, 4) == 0)
			from = draw(seed, (uint32_t)base->len + 1);
		size_t len = draw(seed, (uint32_t)(base->len - from) + 1);
		*RSK_VEC_PUSH(list) = (struct rsk_copy){ text->len, from, len };
		cr_assert_eq(rsk_buf_add(text, base->ptr + from, len), RSK_OK);
		from += len;
	}
	if (draw(seed, 2))
		generate(text, seed, 3);
}

static void expect_trace(const struct rsk_trace *full,
	const struct rsk_trace *quick, const char *how)
{
	if (!same_matches(&full->matches, &quick->matches)) {
		for (size_t i = 0; i < full->matches.len; i++)
			fprintf(stderr, " %u[%u,%u)",
				full->matches.ptr[i].pattern,
				(unsigned)full->matches.ptr[i].begin,
				(unsigned)full->matches.ptr[i].end);
		fprintf(stderr, "\nbut\n");
		for (size_t i = 0; i < quick->matches.len; i++)
			fprintf(stderr, " %u[%u,%u)",
				quick->matches.ptr[i].pattern,
				(unsigned)quick->matches.ptr[i].begin,
				(unsigned)quick->matches.ptr[i].end);
		fprintf(stderr, "\n");
	}
	cr_assert(same_matches(&full->matches, &quick->matches), "%s", how);
	cr_assert_eq(full->hits.len, quick->hits.len, "%s: %zu hits, not %zu",
		how, quick->hits.len, full->hits.len);
	for (size_t i = 0; i < full->hits.len; i++)
		cr_assert(full->hits.ptr[i].begin == quick->hits.ptr[i].begin &&
				  full->hits.ptr[i].anchor ==
					  quick->hits.ptr[i].anchor,
			"%s", how);
	cr_assert_eq(full->len, quick->len);
	cr_assert_eq(full->partial, quick->partial);
}

/*
 * The text as it is before it is put together: in the middle of copies stands
 * something else, which would be found if anybody looked.
 */
struct hollow {
	struct rsk_buf *text;
	struct rsk_buf whole;
	size_t holes, fills;
};

static void make_holes(struct hollow *hollow, const copies *list)
{
	static const char trap[] = "key= BEGIN rsk_live_abc123 END ";
	size_t side = RSK_DELTA_SIDE;

	rsk_buf_truncate(&hollow->whole, 0);
	cr_assert_eq(
		rsk_buf_add_slice(&hollow->whole, rsk_buf_slice(hollow->text)),
		RSK_OK);
	for (size_t i = 0; i < list->len; i++) {
		const struct rsk_copy *c = &list->ptr[i];

		hollow->holes += c->len > 2 * side;
		for (size_t at = side; at + side < c->len; at++)
			hollow->text->ptr[c->to + at] =
				(uint8_t)trap[at % (sizeof(trap) - 1)];
	}
}

static void fill_holes(void *ctx)
{
	struct hollow *hollow = ctx;

	hollow->fills++;
	if (hollow->text->len)
		memcpy(hollow->text->ptr, hollow->whole.ptr, hollow->text->len);
}

/* Chains of versions: each trace is the base of the next. */
static void follow_chain(struct engine *engine, uint64_t *seed, size_t *found,
	struct hollow *hollow)
{
	struct rsk_buf texts[2] = { RSK_BUF_INIT(1 << 20),
		RSK_BUF_INIT(1 << 20) };
	struct rsk_trace traces[2] = { { .len = 0 }, { .len = 0 } };
	struct rsk_trace full = { .len = 0 };
	copies list = { 0 };
	bool binary = draw(seed, 8) == 0;

	cr_assert_eq(rsk_buf_reserve(&texts[0], 1), RSK_OK);
	cr_assert_eq(rsk_buf_reserve(&texts[1], 1), RSK_OK);
	/* Some are long enough for copies that are not put together. */
	generate(&texts[0], seed, draw(seed, 4) ? 40 : 300);
	cr_assert_eq(rsk_scanner_trace(engine->scanner,
			     rsk_buf_slice(&texts[0]), binary, &traces[0]),
		RSK_OK);
	for (unsigned i = 0; i < 8; i++) {
		struct rsk_buf *text = &texts[(i + 1) % 2];
		struct rsk_trace *trace = &traces[(i + 1) % 2];
		struct rsk_delta delta = { .base = &traces[i % 2],
			.binary = binary,
			.fill = fill_holes,
			.ctx = hollow };
		char how[64];

		edit(&texts[i % 2], text, &list, seed);
		if (text->len > 4000)
			break;
		delta.copies = list.ptr;
		delta.copies_len = list.len;
		cr_assert_eq(rsk_scanner_trace(engine->scanner,
				     rsk_buf_slice(text), binary, &full),
			RSK_OK);
		hollow->text = text;
		make_holes(hollow, &list);
		cr_assert_eq(rsk_scanner_delta(engine->scanner,
				     rsk_buf_slice(text), &delta, trace),
			RSK_OK);
		fill_holes(hollow);
		snprintf(how, sizeof(how), "version %u", i);
		expect_trace(&full, trace, how);
		*found += full.matches.len;
	}
	rsk_buf_release(&texts[0]);
	rsk_buf_release(&texts[1]);
	rsk_trace_release(&traces[0]);
	rsk_trace_release(&traces[1]);
	rsk_trace_release(&full);
	RSK_VEC_RELEASE(&list);
}

Test(delta, carried_and_fresh_matches_are_those_of_a_full_scan)
{
	struct rules rules;
	struct engine engine;
	uint64_t seed = 3;
	size_t found = 0;
	struct hollow hollow = { .whole = RSK_BUF_INIT(1 << 20) };

	rules_init(&rules, patterns, PATTERNS);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	for (unsigned i = 0; i < 3000; i++)
		follow_chain(&engine, &seed, &found, &hollow);
	cr_expect_gt(found, 50000, "%zu", found);
	cr_expect_gt(hollow.holes, 1000, "%zu", hollow.holes);
	rsk_buf_release(&hollow.whole);
	engine_release(&engine);
	rules_release(&rules);
}

/* And a full scan by trace is the one by windows. */
Test(delta, a_trace_has_the_matches_of_the_windows)
{
	struct rsk_matcher_options without = { .without_prefilter = true };
	struct rules rules;
	struct engine engines[2];
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	struct rsk_trace trace = { .len = 0 };
	uint64_t seed = 11;

	cr_assert_eq(rsk_buf_reserve(&text, 1), RSK_OK);
	rules_init(&rules, patterns, PATTERNS);
	cr_assert_eq(engine_init(&engines[0], &rules, NULL), RSK_OK);
	cr_assert_eq(engine_init(&engines[1], &rules, &without), RSK_OK);
	for (unsigned i = 0; i < 200; i++) {
		struct seen seen = { 0 };

		rsk_buf_truncate(&text, 0);
		/* Some are longer than a piece of the prefilter. */
		generate(&text, &seed, i % 20 ? 60 : 20000);
		cr_assert_eq(rsk_scanner_text(engines[0].scanner,
				     rsk_buf_slice(&text), false, see, &seen),
			RSK_OK);
		for (unsigned e = 0; e < 2; e++) {
			cr_assert_eq(
				rsk_scanner_trace(engines[e].scanner,
					rsk_buf_slice(&text), false, &trace),
				RSK_OK);
			cr_assert(same_matches(&seen.matches, &trace.matches));
			cr_assert_eq(trace.partial, e == 1);
		}
		seen_release(&seen);
	}
	engine_release(&engines[0]);
	engine_release(&engines[1]);
	rules_release(&rules);
	rsk_trace_release(&trace);
	rsk_buf_release(&text);
}

Test(delta, copies_that_do_not_fit_are_refused)
{
	static const struct rsk_copy bad[][2] = {
		{ { 0, 0, 11 }, { 0, 0, 0 } },
		{ { 0, 5, 6 }, { 6, 0, 0 } },
		{ { 0, 11, 0 }, { 0, 0, 0 } },
		{ { 11, 0, 0 }, { 11, 0, 0 } },
		{ { 0, 0, 5 }, { 4, 0, 2 } },
		{ { 5, 0, 2 }, { 0, 0, 2 } },
		{ { 1, 0, SIZE_MAX }, { 0, 0, 0 } },
		{ { 0, SIZE_MAX, 2 }, { 2, 0, 0 } },
	};
	struct rules rules;
	struct engine engine;
	struct rsk_buf text = padded(RSK_LIT("0123456789"));
	struct rsk_trace base = { .len = 0 };
	struct rsk_trace out = { .len = 0 };

	rules_init(&rules, patterns, PATTERNS);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_assert_eq(rsk_scanner_trace(engine.scanner, rsk_buf_slice(&text),
			     false, &base),
		RSK_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rsk_delta delta = {
			.base = &base,
			.copies = bad[i],
			.copies_len = 2,
		};

		cr_expect_eq(rsk_scanner_delta(engine.scanner,
				     rsk_buf_slice(&text), &delta, &out),
			RSK_CORRUPT, "row %zu", i);
	}
	engine_release(&engine);
	rules_release(&rules);
	rsk_trace_release(&base);
	rsk_trace_release(&out);
	rsk_buf_release(&text);
}
