#ifndef RSK_BASE_HASH_H
#define RSK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Hashes: SHA-1 and SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), SipHash-2-4
 * (Aumasson and Bernstein, 2012) and CRC-32 (IEEE 802.3).
 *
 *	struct rsk_sha256 sha;
 *	uint8_t digest[RSK_SHA256_BYTES];
 *
 *	rsk_sha256_init(&sha);
 *	rsk_sha256_update(&sha, slice);
 *	rsk_sha256_final(&sha, digest);
 *
 * SHA-1 names git objects and is used for nothing else. SipHash, under a key
 * of the process, is for tables whose keys an attacker may choose.
 */
enum {
	RSK_SHA1_BYTES = 20,
	RSK_SHA256_BYTES = 32,
	RSK_SHA_BLOCK = 64,
};

struct rsk_sha1 {
	uint32_t state[5];
	uint64_t bytes;
	uint8_t block[RSK_SHA_BLOCK];
};

void rsk_sha1_init(struct rsk_sha1 *sha);
void rsk_sha1_update(struct rsk_sha1 *sha, struct rsk_slice s);
void rsk_sha1_final(struct rsk_sha1 *sha, uint8_t digest[RSK_SHA1_BYTES]);

struct rsk_sha256 {
	uint32_t state[8];
	uint64_t bytes;
	uint8_t block[RSK_SHA_BLOCK];
};

void rsk_sha256_init(struct rsk_sha256 *sha);
void rsk_sha256_update(struct rsk_sha256 *sha, struct rsk_slice s);
void rsk_sha256_final(struct rsk_sha256 *sha, uint8_t digest[RSK_SHA256_BYTES]);

void rsk_hmac_sha256(struct rsk_slice key, struct rsk_slice message,
	uint8_t digest[RSK_SHA256_BYTES]);

struct rsk_siphash_key {
	uint64_t k0, k1;
};

uint64_t rsk_siphash(struct rsk_siphash_key key, struct rsk_slice s);

/* A key drawn once per process from the kernel; the same on every call. */
struct rsk_siphash_key rsk_siphash_process_key(void);

uint32_t rsk_crc32(struct rsk_slice s);

/* Lower-case hex of `len` bytes into out[2 * len + 1]. */
void rsk_hex(char *out, const uint8_t *bytes, size_t len);

#endif
