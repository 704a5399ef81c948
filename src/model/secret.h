#ifndef RSK_MODEL_SECRET_H
#define RSK_MODEL_SECRET_H

#include "base/arena.h"
#include "base/hash.h"

/*
 * A secret is a type without a printer. Its bytes are borrowed from the text
 * they were found in and are looked at by this file alone: everything else
 * gets the masked form or a digest. A finding holds no secret, only these two.
 *
 *	struct rsk_secret secret = rsk_secret_of(bytes, keep);
 *	const char *shown = rsk_secret_mask(&secret, arena);
 */
struct rsk_secret {
	struct rsk_slice hidden; /* read by model/secret.c only */
	size_t keep;             /* bytes of a public prefix ("rsk_live_") */
};

/*
 * `keep` is the length of the public prefix. One that leaves nothing to hide is
 * no prefix: nothing is kept.
 */
struct rsk_secret rsk_secret_of(struct rsk_slice bytes, size_t keep);

/*
 * The one way to show a secret: public prefix, eight stars whatever its
 * length, and, where it has 16 characters or more, the last four (never more
 * than a third of what the prefix leaves). Printable ASCII only; other bytes
 * show as stars.
 */
const char *rsk_secret_mask(
	const struct rsk_secret *secret, struct rsk_arena *arena);

/*
 * Which secret it is: equal for equal values. Kept in memory only, for saying
 * "the same key in two files"; nothing of it may be written anywhere.
 */
struct rsk_secret_id {
	uint8_t bytes[RSK_SHA256_BYTES];
};

struct rsk_secret_id rsk_secret_identify(const struct rsk_secret *secret);

/*
 * The same under a key that the user keeps (--secret-key-file): this one may
 * be written, in hex, and is equal across reports.
 */
struct rsk_secret_id rsk_secret_identify_keyed(
	const struct rsk_secret *secret, struct rsk_slice key);

/*
 * What a fingerprint may know of a secret: 16 bits of a hash of it. Enough to
 * tell that a key was replaced, too little to guess one.
 */
uint16_t rsk_secret_bits(const struct rsk_secret *secret);

#endif
