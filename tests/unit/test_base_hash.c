#include <criterion/criterion.h>

#include "base/hash.h"

/* Feed the whole text in pieces of `step` bytes: no result may depend on it. */
static void sha1_hex(char out[41], struct rsk_slice s, size_t step)
{
	struct rsk_sha1 sha;
	uint8_t digest[RSK_SHA1_BYTES];

	rsk_sha1_init(&sha);
	for (size_t i = 0; i < s.len; i += step)
		rsk_sha1_update(&sha, rsk_slice_cut(s, i, i + step));
	rsk_sha1_final(&sha, digest);
	rsk_hex(out, digest, sizeof(digest));
}

static void sha256_hex(char out[65], struct rsk_slice s, size_t step)
{
	struct rsk_sha256 sha;
	uint8_t digest[RSK_SHA256_BYTES];

	rsk_sha256_init(&sha);
	for (size_t i = 0; i < s.len; i += step)
		rsk_sha256_update(&sha, rsk_slice_cut(s, i, i + step));
	rsk_sha256_final(&sha, digest);
	rsk_hex(out, digest, sizeof(digest));
}

static const struct {
	const char *text, *sha1, *sha256;
} vectors[] = {
	/* FIPS 180-4 and NIST's example values. */
	{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb924"
		"27ae41e4649b934ca495991b7852b855" },
	{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d",
		"ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"84983e441c3bd26ebaae4aa1f95129e5e54670f1",
		"248d6a61d20638b8e5c026930c3e6039"
		"a33ce45964ff2167f6ecedd419db06c1" },
	{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		"a49b2446a02c645bf419f995b67091253a04a259",
		"cf5b16a778af8380036ce59e7b049237"
		"0b249b11e8f07a51afac45037afee9d1" },
};

Test(hash, sha_vectors_in_pieces_of_every_size)
{
	static const size_t steps[] = { 1, 3, 55, 56, 63, 64, 65, 1000 };
	char hex[65];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
			struct rsk_slice s = rsk_slice_str(vectors[i].text);

			sha1_hex(hex, s, steps[k]);
			cr_expect_str_eq(hex, vectors[i].sha1);
			sha256_hex(hex, s, steps[k]);
			cr_expect_str_eq(hex, vectors[i].sha256);
		}
}

Test(hash, sha_of_a_million)
{
	size_t len = 1000000;
	char *text = malloc(len);
	char hex[65];

	memset(text, 'a', len);
	sha1_hex(hex, rsk_slice(text, len), 12345);
	cr_assert_str_eq(hex, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	sha256_hex(hex, rsk_slice(text, len), 12345);
	cr_assert_str_eq(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
			      "f1809a48a497200e046d39ccc7112cd0");
	free(text);
}

static void expect_hmac(
	struct rsk_slice key, struct rsk_slice message, const char *want)
{
	uint8_t digest[RSK_SHA256_BYTES];
	char hex[65];

	rsk_hmac_sha256(key, message, digest);
	rsk_hex(hex, digest, sizeof(digest));
	cr_expect_str_eq(hex, want);
}

/* RFC 4231, cases 1, 2, 3, 6 and 7; and the empty key and message. */
Test(hash, hmac_vectors)
{
	uint8_t key[131];
	uint8_t message[50];

	memset(key, 0x0b, 20);
	expect_hmac(rsk_slice(key, 20), RSK_LIT("Hi There"),
		"b0344c61d8db38535ca8afceaf0bf12b"
		"881dc200c9833da726e9376c2e32cff7");
	expect_hmac(RSK_LIT("Jefe"), RSK_LIT("what do ya want for nothing?"),
		"5bdcc146bf60754e6a042426089575c7"
		"5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	memset(message, 0xdd, sizeof(message));
	expect_hmac(rsk_slice(key, 20), rsk_slice(message, 50),
		"773ea91e36800e46854db8ebd09181a7"
		"2959098b3ef8c122d9635514ced565fe");
	expect_hmac(rsk_slice(key, 131),
		RSK_LIT("Test Using Larger Than Block-Size Key - "
			"Hash Key First"),
		"60e431591ee0b67f0d8a26aacbf5b77f"
		"8e0bc6213728c5140546040f0ee37f54");
	expect_hmac(rsk_slice(key, 131),
		RSK_LIT("This is a test using a larger than block-size key "
			"and a larger than block-size data. The key needs to "
			"be hashed before being used by the HMAC algorithm."),
		"9b09ffa71b942fcb27635fbcd5b0e944"
		"bfdc63644f0713938a7f51535c3a35e2");
	expect_hmac(rsk_slice(NULL, 0), rsk_slice(NULL, 0),
		"b613679a0814d9ec772f95d778c35fc5"
		"ff1697c493715653c6c712144292c5ad");
}

/* The reference vectors of SipHash-2-4: key 00..0f, text 00..n-1. */
Test(hash, siphash_vectors)
{
	static const uint64_t want[] = { 0x726fdb47dd0e0e31, 0x74f839c593dc67fd,
		0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d, 0xcf2794e0277187b7,
		0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
		0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3,
		0xf4b32f46226bada7, 0x751e8fbc860ee5fb, 0x14ea5627c0843d90,
		0xf723ca908e7af2ee, 0xa129ca6149be45e5 };
	struct rsk_siphash_key key = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	uint8_t text[16];

	for (uint8_t i = 0; i < 16; i++) {
		cr_expect_eq(rsk_siphash(key, rsk_slice(text, i)), want[i],
			"%d bytes", i);
		text[i] = i;
	}
	cr_assert_eq(rsk_siphash(key, rsk_slice(NULL, 0)), want[0]);
}

Test(hash, process_key_stays)
{
	struct rsk_siphash_key one = rsk_siphash_process_key();
	struct rsk_siphash_key two = rsk_siphash_process_key();

	cr_assert_eq(one.k0, two.k0);
	cr_assert_eq(one.k1, two.k1);
	cr_assert(one.k0 || one.k1);
}

Test(hash, crc32_vectors)
{
	cr_assert_eq(rsk_crc32(rsk_slice(NULL, 0)), 0);
	cr_assert_eq(rsk_crc32(RSK_LIT("123456789")), 0xcbf43926);
	cr_assert_eq(rsk_crc32(RSK_LIT("The quick brown fox jumps over the "
				       "lazy dog")),
		0x414fa339);
	cr_assert_eq(rsk_crc32(rsk_slice("\0\0\0\0", 4)), 0x2144df1c);
}

Test(hash, hex)
{
	char out[9];

	rsk_hex(out, (const uint8_t *)"\x00\x9f\xff\x0a", 4);
	cr_assert_str_eq(out, "009fff0a");
	rsk_hex(out, NULL, 0);
	cr_assert_str_eq(out, "");
}
