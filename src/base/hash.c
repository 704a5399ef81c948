#include "base/hash.h"

#include <endian.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#endif

static uint32_t rol(uint32_t x, unsigned n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t ror(uint32_t x, unsigned n)
{
	return (x >> n) | (x << (32 - n));
}

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void store_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

static void store_be64(uint8_t *p, uint64_t x)
{
	store_be32(p, (uint32_t)(x >> 32));
	store_be32(p + 4, (uint32_t)x);
}

/* What SHA-1 and SHA-256 share: 64-byte blocks, a length, a padding. */
typedef void sha_step(uint32_t *state, const uint8_t *block);

static void sha_update(uint32_t *state, uint64_t *bytes, uint8_t *block,
	struct rsk_slice s, sha_step *step)
{
	size_t used = *bytes % RSK_SHA_BLOCK;

	*bytes += s.len;
	while (s.len) {
		size_t n = RSK_SHA_BLOCK - used;

		if (n > s.len)
			n = s.len;
		/* A whole block is hashed where it lies. */
		if (n == RSK_SHA_BLOCK) {
			step(state, s.ptr);
		} else {
			memcpy(block + used, s.ptr, n);
			used = (used + n) % RSK_SHA_BLOCK;
			if (!used)
				step(state, block);
		}
		s.ptr += n;
		s.len -= n;
	}
}

static void sha_finish(
	uint32_t *state, uint64_t *bytes, uint8_t *block, sha_step *step)
{
	static const uint8_t padding[RSK_SHA_BLOCK] = { 0x80 };
	uint8_t length[8];
	size_t used = *bytes % RSK_SHA_BLOCK;
	size_t pad = used < 56 ? 56 - used : 120 - used;

	store_be64(length, *bytes * 8);
	sha_update(state, bytes, block, rsk_slice(padding, pad), step);
	sha_update(state, bytes, block, rsk_slice(length, 8), step);
}

/*
 * Five rounds bring the five words back to their places, so that nothing has
 * to be moved between rounds; that more than doubles the speed, and every git
 * object and index is hashed.
 */
static inline void sha1_round(
	uint32_t a, uint32_t *b, uint32_t *e, uint32_t mixed)
{
	*e += rol(a, 5) + mixed;
	*b = rol(*b, 30);
}

static inline uint32_t sha1_choose(uint32_t b, uint32_t c, uint32_t d)
{
	return d ^ (b & (c ^ d));
}

static inline uint32_t sha1_parity(uint32_t b, uint32_t c, uint32_t d)
{
	return b ^ c ^ d;
}

static inline uint32_t sha1_majority(uint32_t b, uint32_t c, uint32_t d)
{
	return (b & c) | (d & (b | c));
}

#define SHA1_TWENTY(mix, key, w)                                               \
	for (int i = 0; i < 20; i += 5) {                                      \
		sha1_round(a, &b, &e, mix(b, c, d) + (key) + (w)[i]);          \
		sha1_round(e, &a, &d, mix(a, b, c) + (key) + (w)[i + 1]);      \
		sha1_round(d, &e, &c, mix(e, a, b) + (key) + (w)[i + 2]);      \
		sha1_round(c, &d, &b, mix(d, e, a) + (key) + (w)[i + 3]);      \
		sha1_round(b, &c, &a, mix(c, d, e) + (key) + (w)[i + 4]);      \
	}

static void sha1_step_plain(uint32_t *state, const uint8_t *block)
{
	uint32_t w[80];
	uint32_t a = state[0];
	uint32_t b = state[1];
	uint32_t c = state[2];
	uint32_t d = state[3];
	uint32_t e = state[4];

	for (size_t i = 0; i < 16; i++)
		w[i] = load_be32(block + 4 * i);
	for (size_t i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);

	SHA1_TWENTY(sha1_choose, 0x5a827999, w)
	SHA1_TWENTY(sha1_parity, 0x6ed9eba1, w + 20)
	SHA1_TWENTY(sha1_majority, 0x8f1bbcdc, w + 40)
	SHA1_TWENTY(sha1_parity, 0xca62c1d6, w + 60)

	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

#if defined(__x86_64__) && defined(__GNUC__)
#define SHA1_TARGET __attribute__((target("sha,sse4.1")))

/*
 * The processor's own instructions, four rounds at a time: five times as fast
 * again. `e` holds the fifth word in its highest quarter; what comes out of
 * one step as the words a to d is, rotated, the next one's e.
 */
#define SHA1_FIVE_STEPS(function, first)                                       \
	for (int i = (first); i < (first) + 5; i++) {                          \
		__m128i mixed = _mm_sha1nexte_epu32(e, sha1_words(w, i));      \
                                                                               \
		e = abcd;                                                      \
		abcd = _mm_sha1rnds4_epu32(abcd, mixed, (function));           \
	}

/* The words of step `i`; from the fifth on they are made of the last four. */
SHA1_TARGET static inline __m128i sha1_words(__m128i w[4], int i)
{
	if (i >= 4) {
		__m128i mixed = _mm_sha1msg1_epu32(w[i % 4], w[(i + 1) % 4]);

		mixed = _mm_xor_si128(mixed, w[(i + 2) % 4]);
		w[i % 4] = _mm_sha1msg2_epu32(mixed, w[(i + 3) % 4]);
	}
	return w[i % 4];
}

SHA1_TARGET static void sha1_step_fast(uint32_t *state, const uint8_t *block)
{
	const __m128i swap =
		_mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
	const __m128i start = _mm_shuffle_epi32(
		_mm_loadu_si128((const __m128i *)(const void *)state), 0x1b);
	const __m128i start_e = _mm_set_epi32((int)state[4], 0, 0, 0);
	__m128i abcd = start;
	__m128i w[4];

	for (int i = 0; i < 4; i++, block += 16)
		w[i] = _mm_shuffle_epi8(
			_mm_loadu_si128((const __m128i *)(const void *)block),
			swap);

	/* The first step adds e as it is; the others rotate it. */
	__m128i e = abcd;
	abcd = _mm_sha1rnds4_epu32(abcd, _mm_add_epi32(start_e, w[0]), 0);
	for (int i = 1; i < 5; i++) {
		__m128i mixed = _mm_sha1nexte_epu32(e, sha1_words(w, i));

		e = abcd;
		abcd = _mm_sha1rnds4_epu32(abcd, mixed, 0);
	}
	SHA1_FIVE_STEPS(1, 5)
	SHA1_FIVE_STEPS(2, 10)
	SHA1_FIVE_STEPS(3, 15)

	e = _mm_sha1nexte_epu32(e, start_e);
	abcd = _mm_add_epi32(abcd, start);
	_mm_storeu_si128(
		(__m128i *)(void *)state, _mm_shuffle_epi32(abcd, 0x1b));
	state[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

static bool has_sha(void)
{
	unsigned a;
	unsigned b = 0;
	unsigned c;
	unsigned d;

	return __builtin_cpu_supports("sse4.1") &&
	       __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}
#else
static bool has_sha(void)
{
	return false;
}

static void sha1_step_fast(uint32_t *state, const uint8_t *block)
{
	sha1_step_plain(state, block);
}
#endif

static sha_step *sha1_step = sha1_step_plain;

__attribute__((constructor)) static void choose_sha1(void)
{
	if (has_sha())
		sha1_step = sha1_step_fast;
}

void rsk_sha1_init(struct rsk_sha1 *sha)
{
	*sha = (struct rsk_sha1){ .state = { 0x67452301, 0xefcdab89, 0x98badcfe,
					  0x10325476, 0xc3d2e1f0 } };
}

void rsk_sha1_update(struct rsk_sha1 *sha, struct rsk_slice s)
{
	sha_update(sha->state, &sha->bytes, sha->block, s, sha1_step);
}

void rsk_sha1_final(struct rsk_sha1 *sha, uint8_t digest[RSK_SHA1_BYTES])
{
	sha_finish(sha->state, &sha->bytes, sha->block, sha1_step);
	for (size_t i = 0; i < 5; i++)
		store_be32(digest + 4 * i, sha->state[i]);
}

static const uint32_t sha256_k[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf,
	0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
	0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
	0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
	0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee,
	0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2 };

static void sha256_schedule(uint32_t w[64], const uint8_t *block)
{
	for (size_t i = 0; i < 16; i++)
		w[i] = load_be32(block + 4 * i);
	for (size_t i = 16; i < 64; i++) {
		uint32_t a = w[i - 15];
		uint32_t b = w[i - 2];

		w[i] = w[i - 16] + (ror(a, 7) ^ ror(a, 18) ^ (a >> 3)) +
		       w[i - 7] + (ror(b, 17) ^ ror(b, 19) ^ (b >> 10));
	}
}

static void sha256_step(uint32_t *state, const uint8_t *block)
{
	uint32_t w[64];
	uint32_t v[8];

	sha256_schedule(w, block);
	memcpy(v, state, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t e = ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25);
		uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint32_t t1 = v[7] + e + choice + sha256_k[i] + w[i];
		uint32_t a = ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22);
		uint32_t major = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += t1;
		v[0] = t1 + a + major;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
}

void rsk_sha256_init(struct rsk_sha256 *sha)
{
	*sha = (struct rsk_sha256){
		.state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 }
	};
}

void rsk_sha256_update(struct rsk_sha256 *sha, struct rsk_slice s)
{
	sha_update(sha->state, &sha->bytes, sha->block, s, sha256_step);
}

void rsk_sha256_final(struct rsk_sha256 *sha, uint8_t digest[RSK_SHA256_BYTES])
{
	sha_finish(sha->state, &sha->bytes, sha->block, sha256_step);
	for (size_t i = 0; i < 8; i++)
		store_be32(digest + 4 * i, sha->state[i]);
}

static void hmac_round(struct rsk_slice key, uint8_t pad,
	struct rsk_slice message, uint8_t digest[RSK_SHA256_BYTES])
{
	uint8_t block[RSK_SHA_BLOCK];
	struct rsk_sha256 sha;

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < key.len; i++)
		block[i] ^= key.ptr[i];

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, rsk_slice(block, sizeof(block)));
	rsk_sha256_update(&sha, message);
	rsk_sha256_final(&sha, digest);
}

void rsk_hmac_sha256(struct rsk_slice key, struct rsk_slice message,
	uint8_t digest[RSK_SHA256_BYTES])
{
	uint8_t short_key[RSK_SHA256_BYTES];
	uint8_t inner[RSK_SHA256_BYTES];

	if (key.len > RSK_SHA_BLOCK) {
		struct rsk_sha256 sha;

		rsk_sha256_init(&sha);
		rsk_sha256_update(&sha, key);
		rsk_sha256_final(&sha, short_key);
		key = rsk_slice(short_key, sizeof(short_key));
	}
	hmac_round(key, 0x36, message, inner);
	hmac_round(key, 0x5c, rsk_slice(inner, sizeof(inner)), digest);
}

static uint64_t rol64(uint64_t x, unsigned n)
{
	return (x << n) | (x >> (64 - n));
}

/* Once for each object of a history, and for each lookup in a map. */
static inline __attribute__((always_inline)) void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rol64(v[1], 13) ^ v[0];
	v[3] = rol64(v[3], 16) ^ v[2];
	v[0] = rol64(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rol64(v[1], 17) ^ v[2];
	v[3] = rol64(v[3], 21) ^ v[0];
	v[2] = rol64(v[2], 32);
}

static inline __attribute__((always_inline)) void sip_word(
	uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

static uint64_t load_le64(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

static uint64_t load_le(const uint8_t *p, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x |= (uint64_t)p[i] << (8 * i);
	return x;
}

uint64_t rsk_siphash(struct rsk_siphash_key key, struct rsk_slice s)
{
	uint64_t v[4] = { key.k0 ^ 0x736f6d6570736575u,
		key.k1 ^ 0x646f72616e646f6du, key.k0 ^ 0x6c7967656e657261u,
		key.k1 ^ 0x7465646279746573u };
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8)
		sip_word(v, load_le64(s.ptr + i));
	sip_word(v, load_le(i ? s.ptr + i : s.ptr, s.len - i) | (uint64_t)s.len
									<< 56);

	v[2] ^= 0xff;
	for (int round = 0; round < 4; round++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static struct rsk_siphash_key process_key;
static pthread_once_t process_key_once = PTHREAD_ONCE_INIT;

static void draw_process_key(void)
{
	/* Only speed rests on it: no entropy yet is no reason to stop. */
	if (getrandom(&process_key, sizeof(process_key), GRND_NONBLOCK) !=
		(ssize_t)sizeof(process_key))
		process_key = (struct rsk_siphash_key){ (uint64_t)time(NULL),
			(uint64_t)getpid() };
}

struct rsk_siphash_key rsk_siphash_process_key(void)
{
	pthread_once(&process_key_once, draw_process_key);
	return process_key;
}

uint32_t rsk_crc32(struct rsk_slice s)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < s.len; i++) {
		crc ^= s.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

void rsk_hex(char *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}
