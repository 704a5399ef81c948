#include <criterion/criterion.h>
#include <stdio.h>

#include "base/limits.h"
#include "rules/width_p.h"

static const struct {
	const char *regex;
	size_t min, max;
} good[] = {
	{ "abc", 3, 3 },
	{ "a|bcd", 1, 3 },
	{ "a{3}", 3, 3 },
	{ "a{2,5}b?", 2, 6 },
	{ "a{2,5}?b", 3, 6 },
	{ "a{2,5}+b", 3, 6 },
	{ "a?+b", 1, 2 },
	{ "(?:ab){0,3}c", 1, 7 },
	{ "(?:ab|c){2}", 2, 4 },
	{ "(?:ab|){2}c", 1, 5 },
	{ "(?<secret>rsk_live_[A-Za-z0-9]{8,64})", 17, 73 },
	{ "(?P<secret>a)(?'other'b)", 2, 2 },
	{ "(?<![A-Za-z0-9])a(?=bc)", 1, 4 },
	{ "(?=ab)c(?!d)", 1, 4 },
	{ "\\bkey\\b", 3, 5 },
	{ "^a$", 1, 3 },
	{ "[^\\n]{0,80}=", 1, 81 },
	{ "[]a]{2}", 2, 2 },
	{ "[^]a]", 1, 1 },
	{ "[[:alpha:]_[:^digit:]-]{4}", 4, 4 },
	{ "[\\]\\\\\\x00-\\xff\\b]", 1, 1 },
	{ "[^\\0]{1,5}", 1, 5 },
	{ "[(*+?{|}]", 1, 1 },
	{ "\\(\\*\\{\\}\\.", 5, 5 },
	{ "\\x41\\d\\W\\h\\N.", 6, 6 },
	{ "a\\R", 2, 3 },
	{ "(?i)ab", 2, 2 },
	{ "(?i:ab){2}", 4, 4 },
	{ "(?-i)a", 1, 1 },
	{ "(?|a|bc)", 1, 2 },
	{ "(?>a|bc)d", 2, 3 },
	{ "a(?#b{9})c", 2, 2 },
	{ "(?x) a b # c{7}\n {2} d", 4, 4 },
	{ "(?x:a b)c d", 5, 5 },
	{ "(?:(?x)a b)c d", 5, 5 },
	{ "a}b]c", 5, 5 },
	{ "\xc3\xa4", 2, 2 },
	{ "a{0}b", 1, 1 },
	{ "a{16000}", 16000, 16000 },
};

Test(width, accepted)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct rsk_width width;
		enum rsk_err err =
			rsk_width_measure(&width, rsk_slice_str(good[i].regex));

		cr_expect_eq(err, RSK_OK, "%s: %s", good[i].regex, width.error);
		cr_expect_eq(width.min, good[i].min, "%s: min %zu",
			good[i].regex, width.min);
		cr_expect_eq(width.max, good[i].max, "%s: max %zu",
			good[i].regex, width.max);
	}
}

/* What is refused, and at which byte. */
static const struct {
	const char *regex;
	size_t at;
} bad[] = {
	{ "", 0 },
	{ "a?", 0 },
	{ "a|", 0 },
	{ "(?=a)", 0 },
	{ "\\b", 0 },
	{ "a{0}", 0 },
	{ "ab*", 2 },
	{ "ab+", 2 },
	{ "ab{2,}", 2 },
	{ "a{,3}", 1 },
	{ "a{", 1 },
	{ "a{b}", 1 },
	{ "a{1", 1 },
	{ "a{1,2", 1 },
	{ "a{3,2}", 1 },
	{ "a{99999999999999999999}", 1 },
	{ "a{16385}", 1 },
	{ "?a", 0 },
	{ "(?:?a)", 3 },
	{ "a|?", 2 },
	{ "a{2}{3}", 4 },
	{ "a{2}*", 4 },
	{ "a\\b?", 3 },
	{ "a${2}", 2 },
	{ "(a)\\1", 3 },
	{ "\\01", 0 },
	{ "(?<a>b)\\k<a>", 7 },
	{ "\\g1", 0 },
	{ "(?R)", 0 },
	{ "a(?1)", 1 },
	{ "(?&a)", 0 },
	{ "(?P=a)", 0 },
	{ "(?P>a)", 0 },
	{ "(?C)a", 0 },
	{ "(?C1)a", 0 },
	{ "(?(1)a|b)", 0 },
	{ "(*UTF)a", 0 },
	{ "(*LIMIT_MATCH=1)a", 0 },
	{ "(*pla:a)b", 0 },
	{ "a(*ACCEPT)", 1 },
	{ "a\\C", 1 },
	{ "a\\X", 1 },
	{ "a\\K", 1 },
	{ "\\Ga", 0 },
	{ "\\Qa\\E", 0 },
	{ "\\p{L}", 0 },
	{ "\\x{41}", 0 },
	{ "\\x4", 0 },
	{ "\\o{1}", 0 },
	{ "\\cA", 0 },
	{ "\\y", 0 },
	{ "\\", 0 },
	{ "a\\", 1 },
	{ "[a", 0 },
	{ "[]", 0 },
	{ "[a\\", 2 },
	{ "[\\R]", 1 },
	{ "[[:nope:]]", 1 },
	{ "[[.a.]]", 1 },
	{ "(a", 0 },
	{ "a(b(c)", 1 },
	{ "a)", 1 },
	{ "(?", 0 },
	{ "(?<", 3 },
	{ "(?<>a)", 3 },
	{ "(?<a", 3 },
	{ "(?<a-b>c)", 3 },
	{ "(?#a", 0 },
	{ "(?xx)a", 0 },
	{ "(?J)a", 0 },
	{ "(?^)a", 0 },
	{ "(?i--s)a", 0 },
};

Test(width, refused)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rsk_width width;
		enum rsk_err err =
			rsk_width_measure(&width, rsk_slice_str(bad[i].regex));

		cr_expect_eq(
			err, RSK_SYNTAX, "'%s' was accepted", bad[i].regex);
		cr_expect_not_null(width.error);
		cr_expect_eq(width.error_at, bad[i].at, "'%s': at %zu, %s",
			bad[i].regex, width.error_at, width.error);
	}
}

Test(width, finds_the_secret)
{
	struct rsk_width width;

	cr_assert_eq(
		rsk_width_measure(&width, RSK_LIT("(?<secret>a)")), RSK_OK);
	cr_expect(width.has_secret);
	cr_assert_eq(
		rsk_width_measure(&width, RSK_LIT("(?<secrets>a)")), RSK_OK);
	cr_expect_not(width.has_secret);
}

static enum rsk_err measure_nested(size_t depth, const char *suffix)
{
	char text[4096];
	size_t len = 0;
	struct rsk_width width;

	for (size_t i = 0; i < depth; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "(?:");
	text[len++] = 'a';
	for (size_t i = 0; i < depth; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, ")%s", suffix);
	return rsk_width_measure(&width, rsk_slice(text, len));
}

Test(width, depth_and_products_are_bounded)
{
	cr_expect_eq(measure_nested(RSK_MAX_REGEX_DEPTH - 1, ""), RSK_OK);
	cr_expect_eq(measure_nested(RSK_MAX_REGEX_DEPTH, ""), RSK_SYNTAX);
	cr_expect_eq(measure_nested(3, "{10}"), RSK_OK);
	cr_expect_eq(measure_nested(40, "{10}"), RSK_SYNTAX);
	cr_expect_eq(measure_nested(40, "{0,16384}"), RSK_SYNTAX);
	/* Nothing wide, but PCRE2 would write it out a billion times. */
	cr_expect_eq(measure_nested(2, "{10}"), RSK_OK);

	struct rsk_width width;
	const char *empty = "a(?:(?:(?:){1000}){1000}){1000}";
	cr_expect_eq(
		rsk_width_measure(&width, rsk_slice_str(empty)), RSK_SYNTAX);
}

/* An item, n times, and one more in front. */
static enum rsk_err measure_items(unsigned n)
{
	char text[64];
	struct rsk_width width;

	snprintf(text, sizeof(text), "(?:(?=a)(?=b)(?=c)){%u}d", n);
	return rsk_width_measure(&width, rsk_slice_str(text));
}

Test(width, items_are_limited)
{
	unsigned n = 1;

	while (n < RSK_MAX_REGEX_ITEMS && !measure_items(n + 1))
		n++;
	cr_log_info("%u", n);
	cr_expect_eq(measure_items(n + 1), RSK_SYNTAX);
	cr_expect_lt(n, RSK_MAX_REGEX_ITEMS);
}

Test(width, nul_and_length)
{
	static char large[RSK_MAX_REGEX_BYTES + 1];
	struct rsk_width width;

	memset(large, '|', sizeof(large));
	cr_expect_eq(rsk_width_measure(&width, rsk_slice(large, sizeof(large))),
		RSK_SYNTAX);
	cr_expect_eq(rsk_width_measure(&width, RSK_LIT("a\0b")), RSK_SYNTAX);
}
