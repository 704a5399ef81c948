#ifndef RSK_MATCH_DELTA_H
#define RSK_MATCH_DELTA_H

#include "match/matcher.h"

/*
 * Scanning a text of which another version was scanned before: a blob that a
 * delta makes from its base. Only what the delta changed is looked at, and the
 * matches are exactly those of a full scan.
 *
 *	struct rsk_trace base = { 0 };
 *	struct rsk_trace next = { 0 };
 *	enum rsk_err err = rsk_scanner_trace(scanner, base_text, false, &base);
 *
 *	if (!err)
 *		err = rsk_scanner_delta(scanner, next_text, &delta, &next);
 *	use(next.matches);                          and next may be a base
 *itself rsk_trace_release(&next); rsk_trace_release(&base);
 *
 * Why it is exact: whether a match of a pattern of width w begins at `b` is
 * decided by the bytes [b - 2w, b + w] and an edge (see matcher.h). Where these
 * were copied in one piece, the answer is copied too; every other place is
 * decided anew. A seam counts as a change: two copies that were no neighbours
 * before, and a beginning or an end of the text that was none before.
 *
 * A trace also holds where all anchors are, so that the prefilter reads only
 * what is new, however wide the patterns.
 *
 * Texts are taken as they are: what has to be decoded first (UTF-16) goes
 * through rsk_scanner_bytes(), and has no trace.
 */

/* Literal `anchor` begins at `begin`. */
struct rsk_hit {
	uint32_t begin;  /* [text] */
	uint32_t anchor; /* the matcher's number for it */
};

typedef RSK_VEC(struct rsk_hit) rsk_hits;

/* What the scan of a text leaves behind. Zeroed before the first use. */
struct rsk_trace {
	rsk_matches matches; /* sorted by begin, then pattern */
	rsk_hits hits;       /* sorted by begin; the matcher's own */
	size_t len;          /* of the text */
	uint32_t gaps;       /* regex gaps; the rule: rsk_scanner_gaps() */
	bool binary;
	bool partial; /* not fit as a base: rsk_scanner_delta() scans in full */
};

void rsk_trace_release(struct rsk_trace *trace);

/*
 * Scan the text in full. It has RSK_BUF_PAD readable bytes behind it. What
 * `out` held is lost; its memory is used again.
 *
 * RSK_TOOBIG  4 GiB or more
 */
RSK_MUST_CHECK enum rsk_err rsk_scanner_trace(struct rsk_scanner *scanner,
	struct rsk_slice text, bool binary, struct rsk_trace *out);

/* The bytes [to, to + len) of the text are [from, from + len) of the base. */
struct rsk_copy {
	size_t to, from, len;
};

/*
 * How a text came from its base. Copies are sorted by `to` and do not overlap
 * there; all bytes between them are new.
 *
 * A text need not be put together before it is scanned: of each copy only
 * RSK_DELTA_SIDE bytes at both ends have to be there. `fill`, unless NULL, is
 * called (with `ctx`, perhaps several times) before others are looked at.
 */
enum { RSK_DELTA_SIDE = 256 };

struct rsk_delta {
	const struct rsk_trace *base;
	const struct rsk_copy *copies;
	size_t copies_len;
	bool binary; /* of the new text */
	void (*fill)(void *ctx);
	void *ctx;
};

/*
 * Scan only what may have changed. `out` must not be the base.
 *
 * RSK_TOOBIG   4 GiB or more
 * RSK_CORRUPT  the copies do not fit the text, the base or each other
 */
RSK_MUST_CHECK enum rsk_err rsk_scanner_delta(struct rsk_scanner *scanner,
	struct rsk_slice text, const struct rsk_delta *delta,
	struct rsk_trace *out);

#endif
