#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "match/text.h"
#include "unit/match_help.h"

static enum rsk_encoding sniff(struct rsk_slice s, size_t *bom)
{
	struct rsk_buf buf = padded(s);
	enum rsk_encoding encoding = rsk_text_sniff(rsk_buf_slice(&buf), bom);

	rsk_buf_release(&buf);
	return encoding;
}

static const struct {
	struct rsk_slice text;
	enum rsk_encoding encoding;
	size_t bom;
} sniffs[] = {
#define ROW(text, encoding, bom)                                               \
	{                                                                      \
		{ (const uint8_t *)(text), sizeof(text) - 1 },                 \
			RSK_ENCODING_##encoding, bom                           \
	}
	ROW("", UTF8, 0),
	ROW("KEY=abc\n", UTF8, 0),
	ROW("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91", UTF8, 0),
	ROW("caf\xe9 cr\xe8me", LATIN1, 0),
	ROW("cut \xe2\x82", LATIN1, 0),
	ROW("\xef\xbb\xbfKEY=abc", UTF8, 3),
	ROW("\xef\xbb\xbf"
	    "caf\xe9",
		LATIN1, 3),
	ROW("\xef\xbb\xbf"
	    "a\0b",
		BINARY, 3),
	ROW("\xff\xfeK\0E\0Y\0", UTF16LE, 2),
	ROW("\xfe\xff\0K\0E\0Y", UTF16BE, 2),
	ROW("\xff\xfe", UTF16LE, 2),
	ROW("\xff\xfe\0\0K\0\0\0", UTF32LE, 4),
	ROW("\0\0\xfe\xff\0\0\0K", UTF32BE, 4),
	ROW("K\0E\0Y\0=\0a\0\r\0\n\0", UTF16LE, 0),
	ROW("\0K\0E\0Y\0=\0a\0\r\0\n", UTF16BE, 0),
	/* half of it Greek, no mark */
	ROW("K\0E\0Y\0=\0\xb1\x03\xb2\x03\xb3\x03", UTF16LE, 0),
	/* an odd byte at the end */
	ROW("K\0E\0Y\0=", UTF16LE, 0),
	/* a mark that lies, so that all behind it would hide */
	ROW("\xff\xfeKEY=rsk_live_", LATIN1, 2),
	ROW("\xfe\xffKEY=rsk_live_", LATIN1, 2),
	/* text of eight bits with stray NULs */
	ROW("KEY=abc\0def ghijk lmnop", BINARY, 0),
	ROW("KEY=abc\0", BINARY, 0),
	ROW("\0KEY=abc", BINARY, 0),
	ROW("\0", BINARY, 0),
	ROW("\0\0\0\0", BINARY, 0),
	/* small numbers of 16 bits are no text */
	ROW("\1\0\2\0\3\0\4\0\5\0\6\0\7\0\0\0", BINARY, 0),
	ROW("\x7f"
	    "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0",
		BINARY, 0),
#undef ROW
};

Test(text, the_head_decides_the_encoding)
{
	for (size_t i = 0; i < sizeof(sniffs) / sizeof(sniffs[0]); i++) {
		size_t bom = 99;
		enum rsk_encoding got = sniff(sniffs[i].text, &bom);

		cr_expect_eq(got, sniffs[i].encoding, "row %zu: %s", i,
			rsk_encoding_name(got));
		cr_expect_eq(bom, sniffs[i].bom, "row %zu: bom %zu", i, bom);
	}
}

Test(text, a_character_that_the_head_cuts_is_no_mistake)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	size_t bom;

	for (size_t shift = 0; shift < 4; shift++) {
		rsk_buf_truncate(&text, 0);
		for (size_t i = 0; i < shift; i++)
			cr_assert_eq(rsk_buf_add_byte(&text, 'a'), RSK_OK);
		while (text.len < RSK_SNIFF_BYTES + 8)
			cr_assert_eq(rsk_utf8_put(&text, 0x1f511), RSK_OK);
		cr_expect_eq(rsk_text_sniff(rsk_buf_slice(&text), &bom),
			RSK_ENCODING_UTF8, "shift %zu", shift);
	}
	/* What comes after the head does not count. */
	cr_assert_eq(rsk_buf_add_byte(&text, 0), RSK_OK);
	cr_expect_eq(
		rsk_text_sniff(rsk_buf_slice(&text), &bom), RSK_ENCODING_UTF8);
	rsk_buf_release(&text);
}

/* One code point in each of the four encodings. */
static void encode(struct rsk_buf *out, enum rsk_encoding encoding, uint32_t c)
{
	bool is16 = rsk_encoding_unit(encoding) == 2;
	bool little = encoding == RSK_ENCODING_UTF16LE ||
		      encoding == RSK_ENCODING_UTF32LE;
	uint32_t units[2] = { c, 0 };
	size_t n = 1;

	if (is16 && c > 0xffff) {
		units[0] = 0xd800 + ((c - 0x10000) >> 10);
		units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
		n = 2;
	}
	for (size_t u = 0; u < n; u++)
		for (size_t b = 0; b < rsk_encoding_unit(encoding); b++) {
			size_t shift =
				little ? b
				       : rsk_encoding_unit(encoding) - 1 - b;

			cr_assert_eq(rsk_buf_add_byte(out,
					     (uint8_t)(units[u] >> 8 * shift)),
				RSK_OK);
		}
}

static const enum rsk_encoding wide[] = { RSK_ENCODING_UTF16LE,
	RSK_ENCODING_UTF16BE, RSK_ENCODING_UTF32LE, RSK_ENCODING_UTF32BE };

static void decode_in_pieces(enum rsk_encoding encoding, struct rsk_slice bytes,
	size_t piece, struct rsk_buf *out)
{
	struct rsk_decoder decoder = { .encoding = encoding };

	rsk_buf_truncate(out, 0);
	for (size_t at = 0; at < bytes.len; at += piece)
		cr_assert_eq(rsk_decoder_feed(&decoder,
				     rsk_slice_cut(bytes, at, at + piece), out),
			RSK_OK);
	cr_assert_eq(rsk_decoder_end(&decoder, out), RSK_OK);
}

Test(text, decoding_gives_the_same_in_pieces_of_any_size)
{
	static const uint32_t codes[] = { 'K', 0, 0xe9, 0x20ac, 0x1f511,
		0x10ffff, 0xffff, 'z', 0x10000, '\n' };
	struct rsk_buf expected = RSK_BUF_INIT(1 << 10);
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 10);
	struct rsk_buf out = RSK_BUF_INIT(1 << 10);

	for (size_t i = 0; i < 10; i++)
		cr_assert_eq(
			rsk_utf8_put(&expected, (int32_t)codes[i]), RSK_OK);
	for (size_t e = 0; e < 4; e++) {
		rsk_buf_truncate(&bytes, 0);
		for (size_t i = 0; i < 10; i++)
			encode(&bytes, wide[e], codes[i]);
		for (size_t piece = 1; piece <= bytes.len; piece++) {
			decode_in_pieces(
				wide[e], rsk_buf_slice(&bytes), piece, &out);
			cr_expect(rsk_slice_eq(rsk_buf_slice(&out),
					  rsk_buf_slice(&expected)),
				"%s, %zu", rsk_encoding_name(wide[e]), piece);
		}
	}
	rsk_buf_release(&expected);
	rsk_buf_release(&bytes);
	rsk_buf_release(&out);
}

static void expect_decoded(enum rsk_encoding encoding, struct rsk_slice bytes,
	const char *expected)
{
	struct rsk_buf out = RSK_BUF_INIT(1 << 10);

	for (size_t piece = 1; piece <= bytes.len; piece++) {
		decode_in_pieces(encoding, bytes, piece, &out);
		cr_expect_str_eq(
			rsk_buf_cstr(&out), expected, "piece %zu", piece);
	}
	rsk_buf_release(&out);
}

#define BAD "\xef\xbf\xbd"

Test(text, what_is_not_well_formed_becomes_the_replacement_character)
{
	/* a high surrogate alone, and one before a letter */
	expect_decoded(RSK_ENCODING_UTF16LE,
		RSK_LIT("\x3d\xd8"
			"a\0"),
		BAD "a");
	/* a low surrogate alone */
	expect_decoded(RSK_ENCODING_UTF16LE,
		RSK_LIT("\x11\xdd"
			"a\0"),
		BAD "a");
	/* two high ones, then the pair is whole */
	expect_decoded(RSK_ENCODING_UTF16LE,
		RSK_LIT("\x3d\xd8\x3d\xd8\x11\xdd"), BAD "\xf0\x9f\x94\x91");
	/* unfinished at the end: half a unit, half a pair */
	expect_decoded(RSK_ENCODING_UTF16BE, RSK_LIT("\0a\0"), "a" BAD);
	expect_decoded(RSK_ENCODING_UTF16BE, RSK_LIT("\0a\xd8\x3d"), "a" BAD);
	/* beyond Unicode, and a surrogate in 32 bits */
	expect_decoded(RSK_ENCODING_UTF32BE,
		RSK_LIT("\0\x11\0\0\0\0\0a\x7f\0\0\0"), BAD "a" BAD);
	expect_decoded(
		RSK_ENCODING_UTF32LE, RSK_LIT("\0\xd8\0\0a\0\0\0"), BAD "a");
	expect_decoded(RSK_ENCODING_UTF32LE, RSK_LIT("a\0\0\0b\0"), "a" BAD);
}

Test(text, decoding_stops_at_the_ceiling_of_its_buffer)
{
	struct rsk_buf out = RSK_BUF_INIT(4);
	struct rsk_decoder decoder = { .encoding = RSK_ENCODING_UTF16LE };

	cr_expect_eq(
		rsk_decoder_feed(&decoder, RSK_LIT("a\0b\0c\0d\0e\0"), &out),
		RSK_TOOBIG);
	rsk_buf_release(&out);
}
