#ifndef RSK_MATCH_PREFILTER_P_H
#define RSK_MATCH_PREFILTER_P_H

#include "base/diag.h"
#include "base/slice.h"
#include "match/delta.h"

/*
 * The prefilter: where in a text do literals stand? All of them at once, at a
 * speed near that of reading memory.
 *
 *	struct rsk_prefilter *prefilter = NULL;
 *	rsk_hits hits = { 0 };
 *	enum rsk_err err = rsk_prefilter_new(&prefilter, anchors, n, &diag);
 *
 *	if (!err)
 *		rsk_prefilter_scan(prefilter, text, 0, &hits);
 *	...
 *	RSK_VEC_RELEASE(&hits);
 *	rsk_prefilter_free(prefilter);
 *
 * Ours, because a scanner may not lose a hit: the literal mode of Vectorscan
 * 5.4.9 does, on the machines this was measured on, in small sets of literals.
 *
 * Threads   a prefilter is read-only; any number of threads may scan with it.
 */
struct rsk_prefilter;

struct rsk_anchor {
	struct rsk_slice text; /* borrowed for as long as the prefilter lives */
	bool caseless;         /* ASCII letters match both cases */
};

/*
 * Compile. `anchors` are copied, their text is not.
 * RSK_SYNTAX: a literal is empty or longer than RSK_MAX_ANCHOR.
 */
RSK_MUST_CHECK enum rsk_err rsk_prefilter_new(struct rsk_prefilter **out,
	const struct rsk_anchor *anchors, size_t len, struct rsk_diag *diag);
void rsk_prefilter_free(struct rsk_prefilter *prefilter);

/* Length of the longest literal; 0 when there are none. */
size_t rsk_prefilter_longest(const struct rsk_prefilter *prefilter);

/* Where the hit ends. */
size_t rsk_prefilter_end(
	const struct rsk_prefilter *prefilter, const struct rsk_hit *hit);

/* By begin, then anchor. */
void rsk_prefilter_sort(struct rsk_hit *hits, size_t len);

/* Bytes given to one scan at most, so that `hits` cannot grow without end. */
enum { RSK_PREFILTER_MAX = 64 * 1024 };

/*
 * Append all hits in `text` (at most RSK_PREFILTER_MAX bytes) to `hits`,
 * sorted by begin. RSK_BUF_PAD bytes behind it must be readable. Offsets are
 * raised by `base`.
 */
void rsk_prefilter_scan(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, uint32_t base, rsk_hits *hits);

/*
 * May a literal have a byte in [begin, end) of the text, or stand on both sides
 * of `begin`? For stretches of a few bytes this is far cheaper than a scan of
 * all that may reach into them. RSK_BUF_PAD bytes behind the text must be
 * readable. False is certain, true is a guess.
 */
bool rsk_prefilter_may_touch(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, size_t begin, size_t end);

/*
 * Does it find each of its own literals, where we know them to be? If not,
 * that must be an error (RSK_UNSUPPORTED), never a clean report.
 */
RSK_MUST_CHECK enum rsk_err rsk_prefilter_self_test(
	const struct rsk_prefilter *prefilter, struct rsk_diag *diag);

#endif
