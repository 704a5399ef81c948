#include "model/secret.h"

enum { STARS = 8, TAIL = 4, TAIL_FROM = 16 };

struct rsk_secret rsk_secret_of(struct rsk_slice bytes, size_t keep)
{
	return (struct rsk_secret){ bytes, keep < bytes.len ? keep : 0 };
}

/* How many of the last characters may be shown. */
static size_t tail_of(const struct rsk_secret *secret)
{
	size_t variable = secret->hidden.len - secret->keep;

	if (secret->hidden.len < TAIL_FROM)
		return 0;
	return variable / 3 < TAIL ? variable / 3 : TAIL;
}

static void copy_printable(char *out, struct rsk_slice from)
{
	for (size_t i = 0; i < from.len; i++)
		out[i] = from.ptr[i] > ' ' && from.ptr[i] < 0x7f
				 ? (char)from.ptr[i]
				 : '*';
}

const char *rsk_secret_mask(
	const struct rsk_secret *secret, struct rsk_arena *arena)
{
	struct rsk_slice all = secret->hidden;
	size_t tail = tail_of(secret);
	char *out = rsk_arena_alloc(arena, secret->keep + STARS + tail + 1);

	copy_printable(out, rsk_slice_cut(all, 0, secret->keep));
	memset(out + secret->keep, '*', STARS);
	copy_printable(out + secret->keep + STARS,
		rsk_slice_cut(all, all.len - tail, all.len));
	return out;
}

struct rsk_secret_id rsk_secret_identify(const struct rsk_secret *secret)
{
	struct rsk_secret_id id;
	struct rsk_sha256 sha;

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, secret->hidden);
	rsk_sha256_final(&sha, id.bytes);
	return id;
}

struct rsk_secret_id rsk_secret_identify_keyed(
	const struct rsk_secret *secret, struct rsk_slice key)
{
	struct rsk_secret_id id;

	rsk_hmac_sha256(key, secret->hidden, id.bytes);
	return id;
}

uint16_t rsk_secret_bits(const struct rsk_secret *secret)
{
	/* Another hash than the id's, so that the two say nothing of each
	 * other. */
	static const uint8_t purpose[] = "rskan fingerprint v1";
	uint8_t digest[RSK_SHA256_BYTES];

	rsk_hmac_sha256(rsk_slice(purpose, sizeof(purpose) - 1), secret->hidden,
		digest);
	return (uint16_t)(digest[0] << 8 | digest[1]);
}
