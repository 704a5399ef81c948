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
