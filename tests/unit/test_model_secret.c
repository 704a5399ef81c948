#include <criterion/criterion.h>

#include "model/secret.h"

static void expect_mask(const char *text, size_t keep, const char *want)
{
	struct rsk_arena arena = { 0 };
	struct rsk_secret secret = rsk_secret_of(rsk_slice_str(text), keep);

	cr_expect_str_eq(rsk_secret_mask(&secret, &arena), want);
	rsk_arena_release(&arena);
}

Test(secret, mask_keeps_a_prefix_and_the_last_four)
{
	expect_mask("rsk_live_abc123def456", 9, "rsk_live_********f456");
	expect_mask("0123456789abcdef", 0, "********cdef");
	expect_mask("0123456789abcdefghijklmnopqrstuvwxyz", 0, "********wxyz");
}

/* The number of stars says nothing of the length. */
Test(secret, mask_of_short_ones_shows_nothing)
{
	expect_mask("", 0, "********");
	expect_mask("x", 0, "********");
	expect_mask("0123456789abcde", 0, "********");
	expect_mask("rsk_live_abcde", 7, "rsk_liv********");
}

Test(secret, mask_shows_at_most_a_third_of_what_varies)
{
	expect_mask("rsk_live_abcdefghi", 9, "rsk_live_********ghi");
	expect_mask("12345678abcdefgh", 8, "12345678********gh");
	expect_mask("1234567abcdefghi", 7, "1234567********ghi");
	expect_mask("1abcdefghijklmno", 1, "1********lmno");
}

Test(secret, a_prefix_stays_however_short_the_rest_is)
{
	expect_mask("rsk_live_abc123", 9, "rsk_live_********");
	expect_mask("rsk_live_abcdefgh", 9, "rsk_live_********gh");
}

Test(secret, a_prefix_that_leaves_nothing_is_none)
{
	expect_mask("0123456789abcdef", 16, "********cdef");
	expect_mask("0123456789abcdef", SIZE_MAX, "********cdef");
	expect_mask("", 5, "********");
}

Test(secret, mask_is_printable_ascii)
{
	expect_mask("ab\x1b[ 89abcdefg\xc3\xa4\nx", 4,
		"ab*[********"
		"***x");
}

/* From ! to ~; in the prefix and in the tail alike. */
Test(secret, mask_shows_just_what_can_be_seen)
{
	expect_mask("!~\x7f 0123456789ab", 4, "!~**********89ab");
	expect_mask("0123456789abcdefghijklmnopqr!~\x7f ", 0, "********!~**");
}

/* Whatever the secret, less than half of what varies can be read. */
Test(secret, mask_never_shows_half)
{
	char text[101];
	struct rsk_arena arena = { 0 };

	for (size_t len = 0; len <= 100; len++) {
		memset(text, 'x', len);
		text[len] = '\0';

		struct rsk_secret secret =
			rsk_secret_of(rsk_slice_str(text), 0);
		const char *mask = rsk_secret_mask(&secret, &arena);
		size_t shown = strlen(mask + strspn(mask, "*"));

		cr_expect_leq(shown, 4);
		cr_expect(shown == 0 || shown * 3 <= len);
	}
	rsk_arena_release(&arena);
}

static struct rsk_secret_id id_of(const char *text)
{
	struct rsk_secret secret = rsk_secret_of(rsk_slice_str(text), 0);

	return rsk_secret_identify(&secret);
}

static struct rsk_secret_id keyed_id_of(const char *text, const char *key)
{
	struct rsk_secret secret = rsk_secret_of(rsk_slice_str(text), 0);

	return rsk_secret_identify_keyed(&secret, rsk_slice_str(key));
}

static bool same(struct rsk_secret_id a, struct rsk_secret_id b)
{
	return !memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

Test(secret, id_is_of_the_value_alone)
{
	struct rsk_secret kept = rsk_secret_of(RSK_LIT("aaaabbbb"), 4);

	cr_assert(same(id_of("aaaabbbb"), id_of("aaaabbbb")));
	cr_assert(same(id_of("aaaabbbb"), rsk_secret_identify(&kept)));
	cr_assert_not(same(id_of("aaaabbbb"), id_of("aaaabbbc")));
}

Test(secret, keyed_id_depends_on_the_key)
{
	cr_assert(same(keyed_id_of("a", "k"), keyed_id_of("a", "k")));
	cr_assert_not(same(keyed_id_of("a", "k"), keyed_id_of("a", "l")));
	cr_assert_not(same(keyed_id_of("a", "k"), keyed_id_of("b", "k")));
	cr_assert_not(same(keyed_id_of("a", ""), id_of("a")));
}

/* Fixed values: they are part of fingerprints that people keep. */
Test(secret, bits_are_stable_and_tell_values_apart)
{
	struct rsk_secret one = rsk_secret_of(RSK_LIT("rsk_live_abc"), 0);
	struct rsk_secret two = rsk_secret_of(RSK_LIT("rsk_live_abd"), 0);

	cr_assert_eq(rsk_secret_bits(&one), rsk_secret_bits(&one));
	cr_assert_neq(rsk_secret_bits(&one), rsk_secret_bits(&two));
	cr_assert_eq(rsk_secret_bits(&one), 0x4644);
}

/* Bits of the id would make the fingerprint a first step to the id. */
Test(secret, bits_are_not_part_of_the_id)
{
	int equal = 0;

	for (int i = 0; i < 1000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "secret %d", i);
		struct rsk_secret secret =
			rsk_secret_of(rsk_slice_str(text), 0);
		struct rsk_secret_id id = rsk_secret_identify(&secret);

		equal += rsk_secret_bits(&secret) ==
			 (uint16_t)(id.bytes[0] << 8 | id.bytes[1]);
	}
	cr_assert_lt(equal, 5);
}
