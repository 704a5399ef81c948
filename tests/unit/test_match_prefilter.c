#include <criterion/criterion.h>
#include <ctype.h>

#include "match/prefilter_p.h"
#include "unit/match_help.h"

/* Of all short lengths, alike in what the prefilter may make of their bytes. */
static const struct rsk_anchor anchors[] = {
	{ RSK_LIT("~"), false },
	{ RSK_LIT("z"), true },
	{ RSK_LIT("q~"), false },
	{ RSK_LIT("Zq"), false },
	{ RSK_LIT("zq"), true },
	{ RSK_LIT("x_y"), true },
	{ RSK_LIT("X?Y"), false },
	{ RSK_LIT("log."), false },
	{ RSK_LIT("token"), true },
	{ RSK_LIT("TOKEN_"), false },
	{ RSK_LIT("q_token"), true },
	{ RSK_LIT("log.zZqx"), false },
	{ RSK_LIT("-----"), false },
	{ RSK_LIT("\xc3\xa9\x80"), false },
	{ RSK_LIT("rsk_live_abc123def456"), false },
};

enum { ANCHORS_LEN = sizeof(anchors) / sizeof(anchors[0]) };

/* Every hit, by trying each literal at each offset; sorted. */
static void search(struct rsk_slice text, rsk_hits *hits)
{
	for (size_t at = 0; at < text.len; at++)
		for (uint32_t a = 0; a < ANCHORS_LEN; a++) {
			size_t len = anchors[a].text.len;
			struct rsk_slice here =
				rsk_slice_cut(text, at, at + len);

			if (anchors[a].caseless
					? rsk_slice_eq_nocase(
						  here, anchors[a].text)
					: rsk_slice_eq(here, anchors[a].text))
				*RSK_VEC_PUSH(hits) =
					(struct rsk_hit){ (uint32_t)at, a };
		}
}

static void expect_same(
	const struct rsk_prefilter *prefilter, struct rsk_slice text)
{
	struct rsk_buf buf = padded(text);
	rsk_hits hits = { 0 };
	rsk_hits expected = { 0 };

	rsk_prefilter_scan(prefilter, rsk_buf_slice(&buf), 0, &hits);
	if (hits.len)
		rsk_prefilter_sort(hits.ptr, hits.len);
	search(text, &expected);
	cr_assert_eq(hits.len, expected.len, "%zu bytes: %zu hits, not %zu",
		text.len, hits.len, expected.len);
	for (size_t i = 0; i < hits.len; i++)
		cr_assert_eq(hits.ptr[i].begin, expected.ptr[i].begin);
	RSK_VEC_RELEASE(&hits);
	RSK_VEC_RELEASE(&expected);
	rsk_buf_release(&buf);
}

static struct rsk_prefilter *make(void)
{
	struct rsk_prefilter *prefilter = NULL;

	cr_assert_eq(rsk_prefilter_new(&prefilter, anchors, ANCHORS_LEN, NULL),
		RSK_OK);
	return prefilter;
}

/* Each literal, in both cases, at each offset around `from`. */
static void try_around(const struct rsk_prefilter *prefilter, size_t from)
{
	static uint8_t text[5000];

	for (size_t at = from; at < from + 40; at++)
		for (size_t a = 0; a < 2 * ANCHORS_LEN; a++) {
			struct rsk_slice literal = anchors[a / 2].text;
			size_t end = at + literal.len;

			memset(text, ' ', sizeof(text));
			memcpy(text + at, literal.ptr, literal.len);
			for (size_t i = at; a % 2 && i < end; i++)
				if (isalpha(text[i]))
					text[i] ^= 0x20;
			expect_same(prefilter, rsk_slice(text, end));
			expect_same(prefilter, rsk_slice(text, end - 1));
			expect_same(prefilter, rsk_slice(text, end + 20));
		}
}

Test(prefilter, finds_each_literal_at_every_seam)
{
	struct rsk_prefilter *prefilter = make();

	try_around(prefilter, 0);
	try_around(prefilter, 4096 - 30);
	rsk_prefilter_free(prefilter);
}

Test(prefilter, finds_what_a_plain_search_finds)
{
	static const char alphabet[] =
		"zZqQ~xX_?yYlogLOG.tokenTOKEN-\xc3\xa9\x80";
	struct rsk_prefilter *prefilter = make();
	uint8_t text[600];
	uint32_t random = 1;

	for (size_t round = 0; round < 500; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			random = random * 1664525 + 1013904223;
			text[i] = (uint8_t)alphabet[(random >> 16) %
						    (sizeof(alphabet) - 1)];
		}
		expect_same(prefilter, rsk_slice(text, round));
		expect_same(prefilter, rsk_slice(text, sizeof(text)));
	}
	rsk_prefilter_free(prefilter);
}

/* Has literal `a` a byte in [begin, end), or does it stand around `begin`? */
static bool touches(const rsk_hits *hits, size_t a, size_t begin, size_t end)
{
	for (size_t i = 0; i < hits->len; i++)
		if (hits->ptr[i].anchor == a && hits->ptr[i].begin < end &&
			hits->ptr[i].begin + anchors[a].text.len > begin)
			return true;
	return false;
}

/* Stretches of up to a few bytes, also empty, all over the text. */
static void expect_only(
	const struct rsk_prefilter *prefilter, size_t a, struct rsk_slice text)
{
	struct rsk_buf buf = padded(text);
	rsk_hits hits = { 0 };

	search(text, &hits);
	for (size_t begin = 0; begin <= text.len; begin++)
		for (size_t end = begin; end <= text.len && end < begin + 5;
			end++)
			cr_assert(!touches(&hits, a, begin, end) ||
				  rsk_prefilter_may_touch(prefilter,
					  rsk_buf_slice(&buf), begin, end));
	RSK_VEC_RELEASE(&hits);
	rsk_buf_release(&buf);
}

Test(prefilter, never_denies_a_touch)
{
	static const char alphabet[] = "zZq~x_X?Ylog.tokenTOKEN_-\xc3\xa9\x80";

	/* One at a time: each must be found without what others need. */
	for (size_t first = 0; first < ANCHORS_LEN; first++) {
		struct rsk_prefilter *prefilter = NULL;
		uint8_t text[60];
		uint32_t random = 1;

		cr_assert_eq(
			rsk_prefilter_new(&prefilter, anchors + first, 1, NULL),
			RSK_OK);
		for (size_t at = 0; at < 40; at++) {
			struct rsk_slice literal = anchors[first].text;

			for (size_t i = 0; i < sizeof(text); i++) {
				random = random * 1664525 + 1013904223;
				text[i] = (uint8_t)
					alphabet[(random >> 16) %
						 (sizeof(alphabet) - 1)];
			}
			if (at + literal.len > sizeof(text))
				break;
			memcpy(text + at, literal.ptr, literal.len);
			expect_only(prefilter, first,
				rsk_slice(text, sizeof(text)));
			expect_only(prefilter, first,
				rsk_slice(text, at + literal.len));
		}
		rsk_prefilter_free(prefilter);
	}
}

Test(prefilter, denies_what_nothing_touches)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz ,;()";
	static const struct rsk_anchor few[] = {
		{ RSK_LIT("token"), true },
		{ RSK_LIT("rsk_live_abc123def456"), false },
		{ RSK_LIT("log."), false },
	};
	struct rsk_prefilter *prefilter = NULL;
	uint8_t text[1000];
	uint32_t random = 1;
	size_t denied = 0;

	cr_assert_eq(rsk_prefilter_new(&prefilter, few, 3, NULL), RSK_OK);
	for (size_t i = 0; i < sizeof(text); i++) {
		random = random * 1664525 + 1013904223;
		text[i] = (uint8_t)
			alphabet[(random >> 16) % (sizeof(alphabet) - 1)];
	}
	struct rsk_buf buf = padded(rsk_slice(text, sizeof(text)));
	for (size_t at = 0; at + 4 < sizeof(text); at++)
		denied += !rsk_prefilter_may_touch(
			prefilter, rsk_buf_slice(&buf), at, at + 4);
	cr_assert_gt(denied, 900);
	rsk_buf_release(&buf);
	rsk_prefilter_free(prefilter);
}
