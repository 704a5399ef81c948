#include <criterion/criterion.h>

#include "base/utf8.h"

static void expect_rune(const char *bytes, size_t len, int32_t code, uint32_t n)
{
	struct rsk_rune rune = rsk_utf8_next(rsk_slice(bytes, len));

	cr_expect_eq(rune.code, code, "U+%04x, not U+%04x", (unsigned)rune.code,
		(unsigned)code);
	cr_expect_eq(
		rune.len, n, "U+%04x has %u bytes", (unsigned)code, rune.len);
}

Test(utf8, first_and_last_of_each_length)
{
	expect_rune("\0", 1, 0, 1);
	expect_rune("\x7f", 1, 0x7f, 1);
	expect_rune("\xc2\x80", 2, 0x80, 2);
	expect_rune("\xdf\xbf", 2, 0x7ff, 2);
	expect_rune("\xe0\xa0\x80", 3, 0x800, 3);
	expect_rune("\xed\x9f\xbf", 3, 0xd7ff, 3);
	expect_rune("\xee\x80\x80", 3, 0xe000, 3);
	expect_rune("\xef\xbf\xbf", 3, 0xffff, 3);
	expect_rune("\xf0\x90\x80\x80", 4, 0x10000, 4);
	expect_rune("\xf4\x8f\xbf\xbf", 4, 0x10ffff, 4);
}

struct bytes {
	char bytes[5];
	size_t len;
};

Test(utf8, what_is_not_utf8)
{
	static const struct bytes bad[] = {
		{ "\x80", 1 },
		{ "\xbf\x80", 2 },
		{ "\xc0\x80", 2 },         /* a long NUL */
		{ "\xc1\xbf", 2 },         /* a long U+7F */
		{ "\xe0\x9f\xbf", 3 },     /* a long U+7FF */
		{ "\xf0\x8f\xbf\xbf", 4 }, /* a long U+FFFF */
		{ "\xed\xa0\x80", 3 },     /* the first surrogate */
		{ "\xed\xbf\xbf", 3 },     /* the last surrogate */
		{ "\xf4\x90\x80\x80", 4 }, /* U+110000 */
		{ "\xf5\x80\x80\x80", 4 },
		{ "\xf8\x88\x80\x80", 4 },
		{ "\xff", 1 },
		{ "\xc2", 1 },
		{ "\xc2\x41", 2 },
		{ "\xe2\x82", 2 },
		{ "\xe2\x82\x41", 3 },
		{ "\xf0\x9f\x98", 3 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_rune(bad[i].bytes, bad[i].len, RSK_RUNE_BAD, 1);
		cr_expect_not(
			rsk_utf8_valid(rsk_slice(bad[i].bytes, bad[i].len)));
	}
}

/* The bytes come from memory of their own, so that ASan sees a step past. */
Test(utf8, reads_no_byte_past_the_end)
{
	for (size_t len = 1; len <= 3; len++) {
		char *bytes = malloc(len);

		memcpy(bytes, "\xf0\x9f\x98", len);
		expect_rune(bytes, len, RSK_RUNE_BAD, 1);
		free(bytes);
	}
}

Test(utf8, count)
{
	cr_assert_eq(rsk_utf8_count(rsk_slice(NULL, 0)), 0);
	cr_assert_eq(rsk_utf8_count(RSK_LIT("abc")), 3);
	cr_assert_eq(rsk_utf8_count(RSK_LIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98"
					    "\x80x")),
		4);
	cr_assert_eq(rsk_utf8_count(RSK_LIT("\xff\xc3\xe2\x82")), 4);
}

Test(utf8, valid)
{
	cr_assert(rsk_utf8_valid(rsk_slice(NULL, 0)));
	cr_assert(rsk_utf8_valid(RSK_LIT("a\0\xc3\xa4")));
	cr_assert_not(rsk_utf8_valid(RSK_LIT("a\xc3")));
}

/* Every code point there is survives the way there and back. */
Test(utf8, put_and_next_agree)
{
	struct rsk_buf buf = RSK_BUF_INIT(16);

	for (int32_t code = 0; code <= 0x10ffff; code++) {
		bool is_surrogate = code >= 0xd800 && code <= 0xdfff;

		rsk_buf_truncate(&buf, 0);
		cr_assert_eq(rsk_utf8_put(&buf, code), RSK_OK);

		struct rsk_rune rune = rsk_utf8_next(rsk_buf_slice(&buf));
		cr_assert_eq(rune.code, is_surrogate ? 0xfffd : code);
		cr_assert_eq(rune.len, buf.len);
	}
	rsk_buf_release(&buf);
}

Test(utf8, put_of_nonsense)
{
	static const int32_t nonsense[] = { -1, RSK_RUNE_BAD, INT32_MIN,
		0x110000, INT32_MAX };
	struct rsk_buf buf = RSK_BUF_INIT(16);

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		rsk_buf_truncate(&buf, 0);
		cr_assert_eq(rsk_utf8_put(&buf, nonsense[i]), RSK_OK);
		cr_expect_str_eq(rsk_buf_cstr(&buf), "\xef\xbf\xbd");
	}
	rsk_buf_release(&buf);
}

static void expect_clean(struct rsk_slice in, const char *want)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_utf8_clean(&buf, in), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&buf), want);
	rsk_buf_release(&buf);
}

Test(utf8, clean)
{
	expect_clean(rsk_slice(NULL, 0), "");
	expect_clean(RSK_LIT("a\xc3\xa4"), "a\xc3\xa4");
	expect_clean(RSK_LIT("a\xff\xc3"), "a\xef\xbf\xbd\xef\xbf\xbd");
	expect_clean(RSK_LIT("\xed\xa0\x80"),
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void expect_escaped(struct rsk_slice in, const char *want)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_utf8_escape(&buf, in), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&buf), want);
	rsk_buf_release(&buf);
}

Test(utf8, escape)
{
	expect_escaped(rsk_slice(NULL, 0), "");
	expect_escaped(RSK_LIT("src/\xc3\xa4 b.js"), "src/\xc3\xa4 b.js");
	expect_escaped(RSK_LIT("a\\b"), "a\\\\b");
	expect_escaped(RSK_LIT("a\nb\tc"), "a\\nb\\tc");
	expect_escaped(RSK_LIT("\x1b[31m\r\0"), "\\x1b[31m\\x0d\\x00");
	expect_escaped(RSK_LIT("\x7f\xff"), "\\x7f\\xff");
	expect_escaped(RSK_LIT("\xc2\x9b"), "\\u{9b}");            /* CSI */
	expect_escaped(RSK_LIT("\xe2\x80\xae"), "\\u{202e}");      /* RLO */
	expect_escaped(RSK_LIT("\xe2\x80\xa8"), "\\u{2028}");      /* line */
	expect_escaped(RSK_LIT("\xef\xbb\xbf"), "\\u{feff}");      /* BOM */
	expect_escaped(RSK_LIT("\xf3\xa0\x81\x81"), "\\u{e0041}"); /* tag */
}

Test(utf8, nothing_escaped_can_deceive)
{
	struct rsk_buf one = RSK_BUF_INIT(16);
	struct rsk_buf all = RSK_BUF_INIT(16);

	for (int32_t code = 0; code <= 0x10ffff; code++) {
		rsk_buf_truncate(&one, 0);
		rsk_buf_truncate(&all, 0);
		cr_assert_eq(rsk_utf8_put(&one, code), RSK_OK);
		cr_assert_eq(
			rsk_utf8_escape(&all, rsk_buf_slice(&one)), RSK_OK);

		struct rsk_rune rune = rsk_utf8_next(rsk_buf_slice(&all));
		cr_assert_not(rsk_utf8_deceptive(rune.code));
	}
	rsk_buf_release(&one);
	rsk_buf_release(&all);
}

Test(utf8, a_full_buffer_is_an_error)
{
	struct rsk_buf buf = RSK_BUF_INIT(3);

	cr_assert_eq(rsk_utf8_escape(&buf, RSK_LIT("\x1b")), RSK_TOOBIG);
	cr_assert_eq(rsk_utf8_put(&buf, 0x1f600), RSK_TOOBIG);
	cr_assert_eq(buf.len, 0);
	cr_assert_eq(rsk_utf8_clean(&buf, RSK_LIT("abcd")), RSK_TOOBIG);
	rsk_buf_release(&buf);
}
