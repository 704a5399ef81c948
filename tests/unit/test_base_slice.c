#include <criterion/criterion.h>

#include "base/slice.h"

#define NOTHING rsk_slice(NULL, 0)

static void expect_slice(struct rsk_slice got, const char *want)
{
	cr_expect(rsk_slice_eq_str(got, want), "'%.*s', not '%s'", (int)got.len,
		(const char *)got.ptr, want);
}

Test(slice, made_of)
{
	cr_assert_eq(rsk_slice_str(NULL).len, 0);
	cr_assert_eq(rsk_slice_str("abc").len, 3);
	cr_assert_eq(RSK_LIT("a\0b").len, 3);
}

Test(slice, cut_stays_inside)
{
	struct rsk_slice s = RSK_LIT("0123456789");

	expect_slice(rsk_slice_cut(s, 0, 10), "0123456789");
	expect_slice(rsk_slice_cut(s, 3, 5), "34");
	expect_slice(rsk_slice_cut(s, 8, 99), "89");
	expect_slice(rsk_slice_cut(s, 5, 3), "");
	expect_slice(rsk_slice_cut(s, 99, 100), "");
	expect_slice(rsk_slice_cut(s, 0, SIZE_MAX), "0123456789");
	cr_assert_null(rsk_slice_cut(NOTHING, 0, 4).ptr);
}

Test(slice, equal)
{
	cr_assert(rsk_slice_eq(NOTHING, RSK_LIT("")));
	cr_assert(rsk_slice_eq(rsk_slice("a\0b", 3), rsk_slice("a\0b", 3)));
	cr_assert_not(rsk_slice_eq(rsk_slice("a\0b", 3), rsk_slice("a\0c", 3)));
	cr_assert_not(rsk_slice_eq(RSK_LIT("a"), RSK_LIT("ab")));
	cr_assert(rsk_slice_eq_str(RSK_LIT("ab"), "ab"));
	cr_assert_not(rsk_slice_eq_str(RSK_LIT("ab"), "a"));
}

Test(slice, order)
{
	static const char *const rising[] = { "", "a", "a ", "aa", "ab", "b",
		"\x7f", "\x80", "\xff" };
	enum { N = sizeof(rising) / sizeof(rising[0]) };

	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++) {
			int order = rsk_slice_cmp(rsk_slice_str(rising[i]),
				rsk_slice_str(rising[k]));

			cr_expect_eq((order > 0) - (order < 0),
				(i > k) - (i < k), "%d against %d", i, k);
		}
	cr_assert_eq(rsk_slice_cmp(NOTHING, RSK_LIT("")), 0);
}

Test(slice, without_case)
{
	cr_assert(rsk_slice_eq_nocase(RSK_LIT("AbZ9_"), RSK_LIT("aBz9_")));
	cr_assert_not(rsk_slice_eq_nocase(RSK_LIT("@"), RSK_LIT("`")));
	cr_assert_not(rsk_slice_eq_nocase(RSK_LIT("["), RSK_LIT("{")));
	cr_assert_not(rsk_slice_eq_nocase(RSK_LIT("\xc4"), RSK_LIT("\xe4")));
	cr_assert_not(rsk_slice_eq_nocase(RSK_LIT("a"), RSK_LIT("aa")));
}

Test(slice, starts_and_ends)
{
	struct rsk_slice s = RSK_LIT("abcabc");

	cr_assert(rsk_slice_starts(s, RSK_LIT("abc")));
	cr_assert(rsk_slice_starts(s, NOTHING));
	cr_assert(rsk_slice_starts(s, s));
	cr_assert_not(rsk_slice_starts(s, RSK_LIT("bc")));
	cr_assert_not(rsk_slice_starts(s, RSK_LIT("abcabcd")));
	cr_assert(rsk_slice_ends(s, RSK_LIT("bc")));
	cr_assert(rsk_slice_ends(s, NOTHING));
	cr_assert(rsk_slice_ends(s, s));
	cr_assert_not(rsk_slice_ends(s, RSK_LIT("ab")));
	cr_assert_not(rsk_slice_ends(NOTHING, RSK_LIT("a")));
}

Test(slice, find)
{
	struct rsk_slice s = RSK_LIT("one Two two");

	cr_assert_eq(rsk_slice_find(s, RSK_LIT("two")), 8);
	cr_assert_eq(rsk_slice_find_nocase(s, RSK_LIT("two")), 4);
	cr_assert_eq(rsk_slice_find(s, RSK_LIT("six")), s.len);
	cr_assert_eq(rsk_slice_find_nocase(s, RSK_LIT("six")), s.len);
	cr_assert_eq(rsk_slice_find(s, NOTHING), 0);
	cr_assert_eq(rsk_slice_find_nocase(s, NOTHING), 0);
	cr_assert_eq(rsk_slice_find(NOTHING, RSK_LIT("x")), 0);
	cr_assert_eq(rsk_slice_find_nocase(NOTHING, RSK_LIT("x")), 0);
	cr_assert_eq(rsk_slice_find(s, s), 0);
	cr_assert_eq(
		rsk_slice_find(rsk_slice("a\0b", 3), rsk_slice("\0b", 2)), 1);
}

Test(slice, trim)
{
	expect_slice(rsk_slice_trim(RSK_LIT(" \t\r\n\v\fa b\n ")), "a b");
	expect_slice(rsk_slice_trim(RSK_LIT(" \n ")), "");
	expect_slice(rsk_slice_trim(NOTHING), "");
	expect_slice(rsk_slice_trim(RSK_LIT("\xa0")), "\xa0");
}

Test(slice, lines_of_every_ending)
{
	static const char *const want[] = { "a", "", "b", "c", "", "d", "e" };
	struct rsk_slice rest = RSK_LIT("a\n\nb\r\nc\r\rd\r\ne");
	struct rsk_slice line;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		cr_assert(rsk_slice_line(&line, &rest));
		expect_slice(line, want[i]);
	}
	cr_assert_not(rsk_slice_line(&line, &rest));
}

Test(slice, last_line_with_and_without_ending)
{
	static const char *const texts[] = { "x", "x\n", "x\r", "x\r\n" };
	struct rsk_slice line;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rsk_slice rest = rsk_slice_str(texts[i]);

		cr_assert(rsk_slice_line(&line, &rest));
		expect_slice(line, "x");
		cr_assert_not(rsk_slice_line(&line, &rest), "text %zu", i);
	}
}

Test(slice, parts_of_a_path)
{
	expect_slice(rsk_last_name(RSK_LIT("req.user.email")), "email");
	expect_slice(rsk_last_name(RSK_LIT("email")), "email");
	expect_slice(rsk_last_name(RSK_LIT("user.")), "");
	expect_slice(rsk_path_base(RSK_LIT("a/b/c.js")), "c.js");
	expect_slice(rsk_path_dir(RSK_LIT("a/b/c.js")), "a/b");
	expect_slice(rsk_path_base(RSK_LIT("c.js")), "c.js");
	expect_slice(rsk_path_dir(RSK_LIT("c.js")), "");
	expect_slice(rsk_path_base(RSK_LIT("a/")), "");
	expect_slice(rsk_path_dir(RSK_LIT("a/")), "a");
	expect_slice(rsk_path_base(RSK_LIT("/a")), "a");
	expect_slice(rsk_path_dir(RSK_LIT("/a")), "");
	expect_slice(rsk_path_base(NOTHING), "");
	expect_slice(rsk_path_dir(NOTHING), "");
}
