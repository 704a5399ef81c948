#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <inttypes.h>
#include <stdio.h>

#include "model/fingerprint.h"

enum { LINES = 12 };

/*
 * Texts and the hashes of all their lines, as GitHub's upload action computes
 * them. NULL ends the list.
 */
struct vector {
	char text[128];
	int repeat; /* the text that many times */
	char hashes[LINES][24];
};

static struct vector vectors[] = {
	{ "", 1, { "c129715d7a2bc9a3:1" } },
	{ " a\nb\n  \t\tc\n d", 1,
		{ "271789c17abda88f:1", "54703d4cd895b18:1",
			"180aee12dab6264:1", "a23a3dc5e078b07b:1" } },
	{ " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", 1,
		{ "8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1",
			"bff680108adb0fcc:1", "c6805c5e1288b612:1",
			"b86d3392aea1be30:1", "e6ceba753e1a442:1" } },
	{ " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", 1,
		{ "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1",
			"ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
			"b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
			"c129715d7a2bc9a3:1" } },
	{ " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", 1,
		{ "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1",
			"ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
			"b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
			"c129715d7a2bc9a3:1" } },
	{ " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", 1,
		{ "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1",
			"ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
			"b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
			"c129715d7a2bc9a3:1" } },
	{ " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", 1,
		{ "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1",
			"ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
			"b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
			"c129715d7a2bc9a3:1" } },
	{ "Lorem ipsum dolor sit amet.\n", 10,
		{ "a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2",
			"a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4",
			"a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1",
			"55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1",
			"c129715d7a2bc9a3:1" } },
	{ "caf\xc3\xa9 \xf0\x9f\x94\x91\n\xf0\x9f\x94\x91\n", 1,
		{ "9fa834b54993eb6a:1", "c2cf83136bff8e83:1",
			"c129715d7a2bc9a3:1" } },
	{ "a\xff\xe2\x82\n\xf0\x9f"
	  "A\n\xed\xa0\x80",
		1,
		{ "64a3ddc9f3b20aa7:1", "235c5fc11f5ec63a:1",
			"ac45acb456cd20ee:1" } },
	{ "\xef\xbb\xbfkey\n", 1,
		{ "3cfc0e63d2c8d4c1:1", "c129715d7a2bc9a3:1" } },
	{ "a\r \nb", 1,
		{ "67c066a59e652f5e:1", "cc4c43d77869440f:1",
			"8ee5a81e681643c1:1" } },
	{ "x", 99, { "52b56201ffb685a7:1" } },
	{ "x", 100, { "52b56201ffb58620:1" } },
};

static size_t fill(char *out, size_t size, const struct vector *vector)
{
	size_t len = strlen(vector->text);
	size_t used = 0;

	for (int i = 0; i < vector->repeat && used + len < size; i++) {
		memcpy(out + used, vector->text, len);
		used += len;
	}
	return used;
}

/* All lines are wanted, and one behind the last. */
static size_t want_all(
	struct rsk_line_hash wanted[LINES + 1], const struct vector *vector)
{
	size_t lines = 0;

	while (lines < LINES && vector->hashes[lines][0])
		lines++;
	for (size_t i = 0; i <= lines; i++)
		wanted[i].line = (uint32_t)i + 1;
	return lines;
}

static void check_all(const struct rsk_line_hash wanted[LINES + 1],
	size_t lines, const struct vector *vector)
{
	char hash[32];

	for (size_t i = 0; i < lines; i++) {
		snprintf(hash, sizeof(hash), "%" PRIx64 ":%" PRIu32,
			wanted[i].hash, wanted[i].count);
		cr_expect_str_eq(hash, vector->hashes[i], "line %zu", i + 1);
	}
	cr_expect_eq(wanted[lines].count, 0, "there is no such line");
}

ParameterizedTestParameters(line_hash, vectors)
{
	return cr_make_param_array(
		struct vector, vectors, sizeof(vectors) / sizeof(vectors[0]));
}

ParameterizedTest(struct vector *vector, line_hash, vectors)
{
	char text[1024];
	size_t len = fill(text, sizeof(text), vector);
	struct rsk_line_hash wanted[LINES + 1];
	size_t lines = want_all(wanted, vector);

	rsk_line_hash_text(wanted, lines + 1, rsk_slice(text, len));
	check_all(wanted, lines, vector);
}

ParameterizedTestParameters(line_hash, byte_by_byte)
{
	return cr_make_param_array(
		struct vector, vectors, sizeof(vectors) / sizeof(vectors[0]));
}

ParameterizedTest(struct vector *vector, line_hash, byte_by_byte)
{
	char text[1024];
	size_t len = fill(text, sizeof(text), vector);
	struct rsk_line_hash wanted[LINES + 1];
	size_t lines = want_all(wanted, vector);
	struct rsk_line_hasher *hasher = rsk_line_hasher_new(wanted, lines + 1);

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < len; i++)
			rsk_line_hasher_feed(hasher, rsk_slice(text + i, 1));
		rsk_line_hasher_end(hasher);
	}
	rsk_line_hasher_free(hasher);
	check_all(wanted, lines, vector);
}

/* Only a few lines wanted: the ordinals still count the others. */
Test(line_hash, few_wanted_lines)
{
	struct rsk_line_hash wanted[] = { { .line = 3 }, { .line = 6 } };
	char text[1024];
	size_t len = fill(text, sizeof(text), &vectors[7]);

	rsk_line_hash_text(wanted, 2, rsk_slice(text, len));
	cr_expect_eq(wanted[0].hash, 0xa7f2ff13bc495cf2);
	cr_expect_eq(wanted[0].count, 3);
	cr_expect_eq(wanted[1].hash, 0xa7f2ff13bc495cf2);
	cr_expect_eq(wanted[1].count, 6);
}

Test(line_hash, sated_as_early_as_can_be)
{
	struct rsk_line_hash wanted[] = { { .line = 1 } };
	struct rsk_line_hasher *hasher = rsk_line_hasher_new(wanted, 1);

	for (int i = 0; i < 100; i++)
		rsk_line_hasher_feed(hasher, RSK_LIT("x"));
	cr_expect(!rsk_line_hasher_sated(hasher));
	rsk_line_hasher_feed(hasher, RSK_LIT("x"));
	cr_expect(rsk_line_hasher_sated(hasher));
	rsk_line_hasher_end(hasher);
	cr_expect(!rsk_line_hasher_sated(hasher), "the second pass begins");
	for (int i = 0; i < 300; i++)
		rsk_line_hasher_feed(hasher, RSK_LIT("x"));
	rsk_line_hasher_end(hasher);
	rsk_line_hasher_free(hasher);
	cr_expect_eq(wanted[0].hash, 0x52b56201ffb58620);
	cr_expect_eq(wanted[0].count, 1);
}

Test(line_hash, nothing_wanted)
{
	struct rsk_line_hasher *hasher = rsk_line_hasher_new(NULL, 0);

	cr_expect(rsk_line_hasher_sated(hasher));
	rsk_line_hasher_end(hasher);
	rsk_line_hasher_end(hasher);
	rsk_line_hasher_free(hasher);
	rsk_line_hasher_free(NULL);
}

static void print_of(char hex[33], struct rsk_slice rule,
	struct rsk_slice before, struct rsk_slice after, uint16_t bits)
{
	const struct rsk_slice parts[] = { before, after };
	const struct rsk_fingerprint_input input = { rule, parts, 2, bits };
	struct rsk_fingerprint_base base;
	uint8_t out[RSK_FINGERPRINT_BYTES];

	rsk_fingerprint_parts(&base, &input);
	rsk_fingerprint_finish(out, &base, 0);
	rsk_hex(hex, out, sizeof(out));
}

#define PRINT(hex, before, after, bits)                                        \
	print_of(hex, RSK_LIT("some-rule"), RSK_LIT(before), RSK_LIT(after),   \
		bits)

/* A changed value here breaks every baseline: it must never change. */
Test(fingerprint, is_pinned)
{
	char hex[33];

	PRINT(hex, "const key = '", "';", 0x1234);
	cr_expect_str_eq(hex, "52a2f1f762e85a6f6901a9e7f3859410");
}

Test(fingerprint, white_space_does_not_count)
{
	char a[33];
	char b[33];

	PRINT(a, "const key = '", "';\n", 7);
	PRINT(b, "\t\tconst  key='", "';\r\n", 7);
	cr_expect_str_eq(a, b);
}

Test(fingerprint, everything_else_does)
{
	char base[33];
	char other[33];

	PRINT(base, "key = '", "'", 7);
	PRINT(other, "key = '", "'", 8);
	cr_expect_str_neq(base, other, "another secret");
	PRINT(other, "kex = '", "'", 7);
	cr_expect_str_neq(base, other, "another text");
	PRINT(other, "key = ''", "", 7);
	cr_expect_str_neq(base, other, "the secret somewhere else");
	print_of(other, RSK_LIT("other-rule"), RSK_LIT("key = '"), RSK_LIT("'"),
		7);
	cr_expect_str_neq(base, other, "another rule");
}

Test(fingerprint, equals_are_numbered)
{
	struct rsk_fingerprint_base base;
	struct rsk_fingerprint_base same;
	uint8_t first[RSK_FINGERPRINT_BYTES];
	uint8_t second[RSK_FINGERPRINT_BYTES];
	const struct rsk_slice part = RSK_LIT("text");
	const struct rsk_fingerprint_input input = {
		RSK_LIT("rule"),
		&part,
		1,
		0,
	};

	rsk_fingerprint_base(&base, RSK_LIT("rule"), RSK_LIT("te xt"), 0);
	rsk_fingerprint_parts(&same, &input);
	cr_expect_arr_eq(base.bytes, same.bytes, sizeof(base.bytes));
	rsk_fingerprint_finish(first, &base, 0);
	rsk_fingerprint_finish(second, &base, 1);
	cr_expect_arr_neq(first, second, sizeof(first));
}
