#ifndef RSK_MODEL_FINGERPRINT_H
#define RSK_MODEL_FINGERPRINT_H

#include "base/hash.h"
#include "base/slice.h"

/*
 * What makes a finding the same finding tomorrow. Two answers: our own, which
 * baselines and the reports use, and the one that GitHub computes for a line,
 * so that alerts of other uploads are recognised.
 *
 * Ours is made of the rule, the text around the secret with the secret left
 * out, an ordinal among equals, and 16 bits that tell another secret. It stays
 * when the file moves, when lines above change, when the line is indented
 * anew, and when CRLF becomes LF.
 *
 *	struct rsk_fingerprint_base base;
 *
 *	rsk_fingerprint_base(&base, rule, text, rsk_secret_bits(&secret));
 *	rsk_fingerprint_finish(finding->fingerprint, &base, ordinal);
 */
enum { RSK_FINGERPRINT_BYTES = 16 };

/* A fingerprint but for the ordinal. Equal bases are told apart by it. */
struct rsk_fingerprint_base {
	uint8_t bytes[RSK_SHA256_BYTES];
};

struct rsk_fingerprint_input {
	struct rsk_slice rule;
	const struct rsk_slice *parts; /* the text, cut where a secret stood */
	size_t parts_len;
	uint16_t secret_bits; /* rsk_secret_bits(), or 0 */
};

/*
 * Every secret of the text must have been cut out, not only the finding's own:
 * a fingerprint is published. ASCII white space in the parts does not count.
 */
void rsk_fingerprint_parts(struct rsk_fingerprint_base *out,
	const struct rsk_fingerprint_input *input);

/* The same for a text in one part, without a secret in it. */
void rsk_fingerprint_base(struct rsk_fingerprint_base *out,
	struct rsk_slice rule, struct rsk_slice text, uint16_t secret_bits);

/* `ordinal` numbers the findings with an equal base, from 0. */
void rsk_fingerprint_finish(uint8_t out[RSK_FINGERPRINT_BYTES],
	const struct rsk_fingerprint_base *base, uint32_t ordinal);

/*
 * GitHub's primaryLocationLineHash, "<hash in hex>:<ordinal>". The hash of a
 * line is taken over 100 characters from its first one that is no blank (going
 * on into the lines below), the ordinal counts the lines of the file up to this
 * one that have an equal hash.
 *
 * Only wanted lines are kept, so memory does not grow with the file; that
 * takes two passes over the text, and none for a file without findings.
 *
 *	struct rsk_line_hash wanted[] = { { .line = 3 }, { .line = 14 } };
 *	struct rsk_line_hasher *hasher = rsk_line_hasher_new(wanted, 2);
 *
 *	for (int pass = 0; pass < 2; pass++) {
 *		while (!rsk_line_hasher_sated(hasher) && more(&bytes))
 *			rsk_line_hasher_feed(hasher, bytes);
 *		rsk_line_hasher_end(hasher);
 *	}
 *	rsk_line_hasher_free(hasher);
 *
 * The text is the file's bytes taken as UTF-8; it may be cut anywhere.
 */
struct rsk_line_hash {
	uint32_t line;  /* [human] 1-based; asked for */
	uint64_t hash;  /* the answer */
	uint32_t count; /* its ordinal, from 1; 0: there is no such line */
};

struct rsk_line_hasher;

/*
 * `wanted` is sorted by line, each line once, and stays the caller's: it must
 * live as long as the hasher, and holds the answers after the second pass.
 */
struct rsk_line_hasher *rsk_line_hasher_new(
	struct rsk_line_hash *wanted, size_t len);

/* More of the text. */
void rsk_line_hasher_feed(
	struct rsk_line_hasher *hasher, struct rsk_slice bytes);

/* Nothing after this can change the answers: the rest may be left out. */
bool rsk_line_hasher_sated(const struct rsk_line_hasher *hasher);

/* The end of the text; after the first pass, it starts again. */
void rsk_line_hasher_end(struct rsk_line_hasher *hasher);

/* NULL is fine. */
void rsk_line_hasher_free(struct rsk_line_hasher *hasher);

/* Both passes over a text that is in memory. */
void rsk_line_hash_text(
	struct rsk_line_hash *wanted, size_t len, struct rsk_slice text);

#endif
