#ifndef RSK_MATCH_PREFILTER_P_H
#define RSK_MATCH_PREFILTER_P_H

#include "base/diag.h"
#include "base/slice.h"
#include "base/vec.h"

/*
 * The prefilter: where in a text do literals stand? All of them at once, at a
 * speed near that of reading memory. The only door to Vectorscan, and only to
 * its literal mode: its regex mode loses matches.
 *
 * Threads   a prefilter is read-only; a scratch belongs to one thread.
 */
struct rsk_prefilter;
struct rsk_prefilter_scratch;

struct rsk_anchor {
	struct rsk_slice text; /* borrowed for as long as the prefilter lives */
	bool caseless;         /* ASCII letters match both cases */
};

/* Literal `anchor` begins at `begin`. */
struct rsk_hit {
	uint32_t begin;  /* [text given to the scan] */
	uint32_t anchor; /* index */
};

typedef RSK_VEC(struct rsk_hit) rsk_hits;

/*
 * Compile. `anchors` are copied, their text is not.
 *
 * RSK_SYNTAX       a literal is empty or refused
 * RSK_UNSUPPORTED  the library does not work on this machine
 */
RSK_MUST_CHECK enum rsk_err rsk_prefilter_new(struct rsk_prefilter **out,
	const struct rsk_anchor *anchors, size_t len, struct rsk_diag *diag);
void rsk_prefilter_free(struct rsk_prefilter *prefilter);

/* Length of the shortest and of the longest literal; 0 when there are none. */
size_t rsk_prefilter_shortest(const struct rsk_prefilter *prefilter);
size_t rsk_prefilter_longest(const struct rsk_prefilter *prefilter);

RSK_MUST_CHECK enum rsk_err rsk_prefilter_scratch_new(
	struct rsk_prefilter_scratch **out,
	const struct rsk_prefilter *prefilter);
void rsk_prefilter_scratch_free(struct rsk_prefilter_scratch *scratch);

/* Bytes given to one scan at most, so that `hits` cannot grow without end. */
enum { RSK_PREFILTER_MAX = 64 * 1024 };

/*
 * Append all hits in `text` (at most RSK_PREFILTER_MAX bytes) to `hits`,
 * sorted by begin. RSK_BUF_PAD bytes behind it must be readable. Offsets are
 * raised by `base`. RSK_UNSUPPORTED: the library failed.
 */
RSK_MUST_CHECK enum rsk_err rsk_prefilter_scan(
	const struct rsk_prefilter *prefilter,
	struct rsk_prefilter_scratch *scratch, struct rsk_slice text,
	uint32_t base, rsk_hits *hits);

/*
 * Does it find each of its own literals, where we know them to be? A library
 * that is broken on this machine must be an error, never a clean report.
 */
RSK_MUST_CHECK enum rsk_err rsk_prefilter_self_test(
	const struct rsk_prefilter *prefilter,
	struct rsk_prefilter_scratch *scratch, struct rsk_diag *diag);

#endif
