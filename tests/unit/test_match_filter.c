#include <criterion/criterion.h>

#include "base/hash.h"
#include "match/filter.h"
#include "unit/match_help.h"

static const char *const placeholders[] = {
	/* words */
	"your-api-key",
	"your-api-key-here",
	"YOUR_API_KEY",
	"yourApiKeyHere",
	"YourSecretKey",
	"your_secret",
	"rsk_live_your_api_key",
	"rsk_live_YOUR_KEY_HERE",
	"rsk_sandbox_your_key",
	"<your-key>",
	"changeme",
	"CHANGE_ME",
	"change-it",
	"example",
	"EXAMPLE_KEY_123",
	"example-api-key",
	"sk_test_EXAMPLE",
	"placeholder",
	"api_placeholder",
	"dummy",
	"dummy_token",
	"todo",
	"TODO: key",
	"insert-key-here",
	"insert_your_token",
	"replace-me",
	"replace_with_your_key",
	"redacted",
	"[REDACTED]",
	"sample_key",
	"fixme",
	"null",
	"undefined",
	/* masks and fillers */
	"xxx",
	"xxxxxxxx",
	"XXXXXXXX",
	"rsk_live_xxxxxxxxxxxx",
	"rsk_live_xxx",
	"xxxx-xxxx-xxxx",
	"abc1xxxxXXXX",
	"***",
	"rsk_live_****",
	"********",
	"...",
	"rsk_live_...",
	"abc...xyz",
	"\xe2\x80\xa6",
	"rsk_live_\xe2\x80\xa6",
	"\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2",
	"\xe2\x97\x8f\xe2\x97\x8f",
	"----",
	"____",
	"",
	"  ",
	/* templates */
	"<key>",
	"<YOUR KEY>",
	"${API_KEY}",
	"${env.KEY}",
	"rsk_live_${KEY}",
	"$API_KEY",
	"$apiKey",
	"$API_KEY_2",
	"{{ api_key }}",
	"{{key}}",
	"{{ .Values.key }}",
	"#{key}",
	"%API_KEY%",
	"%(key)s",
	"$(cat key)",
	"<%= key %>",
	"[key]",
	"{key}",
	/* reads from the environment */
	"process.env.RESYNC_API_KEY",
	"import.meta.env.VITE_KEY",
	"os.environ['KEY']",
	"os.getenv('KEY')",
	"System.getenv(\"KEY\")",
	"ENV['KEY']",
	"env('KEY')",
	"Deno.env.get('KEY')",
	"secrets.RESYNC_KEY",
	/* one character, or counting */
	"0000000000",
	"aaaaaaaa",
	"AAAAAAAA",
	"00000000-0000-0000",
	"a",
	"rsk_live_0000000000",
	"123456789",
	"1234567890",
	"0123456789abcdef",
	"abcdef",
	"abcdefgh",
	"987654321",
	"12345678-9012",
};

static const char *const realistic[] = {
	"abc123def456",
	"prod789",
	"9f2c41ab77",
	"4Qd81mZx0LpT73vK",
	"rsk_live_abc123def456",
	"rsk_sandbox_9f2c41ab77",
	"dev123",
	"stage456",
	"9fexample41ab77",
	"4QdyourmZx0LpT73vK",
	"todo8x7Kq2",
	"hunter2",
	"S3cr3tP@ss",
	"correct horse battery staple",
	"$ecret123",
	"p%ss%w0rd",
	"rsk_live_4Qd81mZx0LpT73vK",
	"example-9f2c41ab77d0",
	"AKIAIOSFODNN7QWERTYU",
	"ghp_4Qd81mZx0LpT73vK9f2c41ab77",
	"deadbeefcafe",
	"abcdef123457",
	"112233445566",
	"0x1f2e3d",
	"[9f2c41ab77]",
	"4Qd81mZx0LpT73vK${suffix}",
	"MIIEvQIBADANBg",
	"abc",
	"1234567891",
	"a1b2c3d4e5f6",
	"hereandnow",
	"my-secret-key",
	"production",
	"xx9f2c41ab77",
	"x7x8x9x0",
};

Test(filter, placeholders_are_known)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(char *); i++)
		cr_expect(rsk_is_placeholder(rsk_slice_str(placeholders[i])),
			"'%s'", placeholders[i]);
}

Test(filter, realistic_keys_are_no_placeholders)
{
	for (size_t i = 0; i < sizeof(realistic) / sizeof(char *); i++)
		cr_expect_not(rsk_is_placeholder(rsk_slice_str(realistic[i])),
			"'%s'", realistic[i]);
}

Test(filter, entropy_is_in_bits_per_byte)
{
	uint8_t all[256];

	for (size_t i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	cr_expect_eq(rsk_entropy(RSK_LIT("")), 0);
	cr_expect_eq(rsk_entropy(RSK_LIT("aaaa")), 0);
	cr_expect_float_eq(rsk_entropy(RSK_LIT("abab")), 1, 1e-9);
	cr_expect_float_eq(rsk_entropy(RSK_LIT("abcdabcd")), 2, 1e-9);
	cr_expect_float_eq(rsk_entropy(RSK_LIT("aaab")), 0.811278, 1e-6);
	cr_expect_float_eq(rsk_entropy(rsk_slice(all, 256)), 8, 1e-9);
}

struct sample {
	const char *text;
	bool yes;
};

static void expect_all(const struct sample *samples, size_t n,
	bool (*ask)(struct rsk_slice), const char *name)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(ask(rsk_slice_str(samples[i].text)),
			samples[i].yes, "%s: '%s'", name, samples[i].text);
}

#define EXPECT_ALL(ask, ...)                                                   \
	expect_all((const struct sample[]){ __VA_ARGS__ },                     \
		sizeof((const struct sample[]){ __VA_ARGS__ }) /               \
			sizeof(struct sample),                                 \
		ask, #ask)

Test(filter, luhn)
{
	EXPECT_ALL(rsk_is_luhn, { "4111111111111111", true },
		{ "4111 1111 1111 1111", true },
		{ "4111-1111-1111-1111", true }, { "378282246310005", true },
		{ "4111111111111112", false }, { "4111111111111", false },
		{ "0000000000000000", false }, { "79927398713", false },
		{ "", false }, { "411111111111111a", false },
		{ "6011000990139424", true },
		{ "41111111111111111111111", false });
}

Test(filter, mod97)
{
	EXPECT_ALL(rsk_is_mod97, { "GB82WEST12345698765432", true },
		{ "GB82 WEST 1234 5698 7654 32", true },
		{ "DE89370400440532013000", true },
		{ "de89370400440532013000", true }, { "NO9386011117947", true },
		{ "GB82WEST12345698765433", false },
		{ "8982WEST12345698765432", false },
		{ "GBX2WEST12345698765432", false }, { "", false },
		{ "GB82", false }, { "GB82-WEST-1234-5698-7654-32", false },
		{ "GB82WEST123456987654321234567890123456789", false });
}

Test(filter, crc32_in_base62_is_checked_over_what_is_before_it)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";
	char token[64] = "tok_4Qd81mZx0LpT73vK9f2c41ab77Zq5w";
	size_t len = strlen(token);
	uint32_t crc = rsk_crc32(rsk_slice(token + 4, len - 4));

	for (size_t i = 6; i-- > 0; crc /= 62)
		token[len + i] = digits[crc % 62];
	cr_expect(rsk_is_crc32_base62(rsk_slice_str(token)));
	cr_expect(rsk_is_crc32_base62(rsk_slice_str(token + 4)));
	for (size_t i = 4; i < len + 6; i++) {
		char kept = token[i];

		token[i] = kept == 'q' ? 'r' : 'q';
		cr_expect_not(
			rsk_is_crc32_base62(rsk_slice_str(token)), "%zu", i);
		token[i] = kept;
	}
	EXPECT_ALL(rsk_is_crc32_base62, { "", false }, { "000000", false },
		{ "tok_", false }, { "tok_123456", false });
}

Test(filter, hex_and_mixed)
{
	EXPECT_ALL(rsk_is_hex, { "9f2c41AB77", true }, { "", false },
		{ "9f2g", false }, { "0x1f", false });
	EXPECT_ALL(rsk_is_mixed, { "abc123", true }, { "abc", false },
		{ "123", false }, { "", false }, { "-a-1-", true },
		{ "\xc3\xa9"
		  "1",
			false });
}

Test(filter, stop_words_compare_without_case)
{
	struct rsk_strings words = ANCHORS("fixture", "Demo", "");

	cr_expect(rsk_has_word(RSK_LIT("a-FIXTURE-b"), &words));
	cr_expect(rsk_has_word(RSK_LIT("demo"), &words));
	cr_expect_not(rsk_has_word(RSK_LIT("dem"), &words));
	cr_expect_not(rsk_has_word(RSK_LIT(""), &words));
}

Test(filter, who_counts_is_not_irregular)
{
	static const char *const counted[] = { "sk_live_1234567890abcdef",
		"0123456789abcdef0123456789abcdef", "abc123def456ghi789",
		"0x1234567890abcdef1234567890abcdef", "ABCDEF9876543210" };
	static const char *const not [] = { "", "a", "9f2c41ab77e04d0bb1c58a6e",
		"sk_live_2mrycCIEPxpXXY8kCmJrc8XX", "12a7c8e4d6f3b5a9c1d7e8f9",
		"aaaaaaaaaaaa" };

	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		cr_expect_not(rsk_is_irregular(rsk_slice_str(counted[i])), "%s",
			counted[i]);
	for (size_t i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		cr_expect(rsk_is_irregular(rsk_slice_str(not [i])), "%s",
			not [i]);
}

Test(filter, names_and_filters_are_one_table)
{
	for (unsigned i = 0; i < RSK_FILTERS; i++) {
		const char *name = rsk_filter_name((enum rsk_filter)i);

		cr_assert_not_null(name);
		cr_expect_eq(rsk_filter_find(rsk_slice_str(name)),
			(enum rsk_filter)i);
	}
	cr_expect_eq(rsk_filter_find(RSK_LIT("nonsense")), RSK_FILTERS);
	cr_expect_eq(rsk_filter_find(RSK_LIT("")), RSK_FILTERS);
}

/* For each filter a secret that passes it and one that does not. */
static const struct {
	const char *passes, *fails;
} per_filter[RSK_FILTERS] = {
	[RSK_FILTER_PLACEHOLDER] = { "abc123def456", "your-api-key" },
	[RSK_FILTER_LUHN] = { "4111111111111111", "4111111111111112" },
	[RSK_FILTER_MOD97] = { "DE89370400440532013000", "DE8937040044" },
	[RSK_FILTER_CRC32_BASE62] = { NULL, "abc123def456" },
	[RSK_FILTER_HEX] = { "9f2c", "9f2x" },
	[RSK_FILTER_MIXED] = { "a1", "aa" },
	[RSK_FILTER_IRREGULAR] = { "", "1234567890abcdef" },
};

Test(filter, a_secret_must_pass_all_of_the_patterns_filters)
{
	struct rsk_pattern p = { .max_width = 1 };

	cr_expect(rsk_filters_pass(&p, RSK_LIT("")));
	for (unsigned i = 0; i < RSK_FILTERS; i++) {
		p.filters = 1u << i;
		if (per_filter[i].passes)
			cr_expect(rsk_filters_pass(
				&p, rsk_slice_str(per_filter[i].passes)));
		cr_expect_not(rsk_filters_pass(
				      &p, rsk_slice_str(per_filter[i].fails)),
			"%u", i);
	}
	p.filters = 1 << RSK_FILTER_HEX | 1 << RSK_FILTER_MIXED;
	cr_expect(rsk_filters_pass(&p, RSK_LIT("a1")));
	cr_expect_not(rsk_filters_pass(&p, RSK_LIT("aa")));
	cr_expect_not(rsk_filters_pass(&p, RSK_LIT("x1")));
	p.entropy = 2;
	cr_expect_not(rsk_filters_pass(&p, RSK_LIT("a1")));
	cr_expect(rsk_filters_pass(&p, RSK_LIT("a1b2c3d4")));
	p.stopwords = (struct rsk_strings)ANCHORS("B2C3");
	cr_expect_not(rsk_filters_pass(&p, RSK_LIT("a1b2c3d4")));
}
