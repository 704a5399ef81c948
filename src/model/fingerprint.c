#include "model/fingerprint.h"

#include <assert.h>

static void add_number(struct rsk_sha256 *sha, uint64_t n)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(n >> (56 - 8 * i));
	rsk_sha256_update(sha, rsk_slice(bytes, sizeof(bytes)));
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Without white space, and with its length, so that parts cannot melt. */
static void add_part(struct rsk_sha256 *sha, struct rsk_slice part)
{
	uint64_t len = 0;
	size_t from = 0;

	for (size_t i = 0; i <= part.len; i++) {
		if (i < part.len && !is_blank(part.ptr[i]))
			continue;
		rsk_sha256_update(sha, rsk_slice_cut(part, from, i));
		len += i - from;
		from = i + 1;
	}
	add_number(sha, len);
}

void rsk_fingerprint_parts(struct rsk_fingerprint_base *out,
	const struct rsk_fingerprint_input *input)
{
	struct rsk_sha256 sha;

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, RSK_LIT("rskan fingerprint 1\n"));
	add_part(&sha, input->rule);
	for (size_t i = 0; i < input->parts_len; i++)
		add_part(&sha, input->parts[i]);
	add_number(&sha, input->secret_bits);
	rsk_sha256_final(&sha, out->bytes);
}

void rsk_fingerprint_base(struct rsk_fingerprint_base *out,
	struct rsk_slice rule, struct rsk_slice text, uint16_t secret_bits)
{
	const struct rsk_fingerprint_input input = {
		.rule = rule,
		.parts = &text,
		.parts_len = 1,
		.secret_bits = secret_bits,
	};

	rsk_fingerprint_parts(out, &input);
}

void rsk_fingerprint_finish(uint8_t out[RSK_FINGERPRINT_BYTES],
	const struct rsk_fingerprint_base *base, uint32_t ordinal)
{
	uint8_t digest[RSK_SHA256_BYTES];
	struct rsk_sha256 sha;

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, rsk_slice(base->bytes, sizeof(base->bytes)));
	add_number(&sha, ordinal);
	rsk_sha256_final(&sha, digest);
	memcpy(out, digest, RSK_FINGERPRINT_BYTES);
}
