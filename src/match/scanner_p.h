#ifndef RSK_MATCH_SCANNER_P_H
#define RSK_MATCH_SCANNER_P_H

#include "base/mem.h"
#include "match/matcher_p.h"

/* How far a pattern is in the present text. Offsets [text]. */
struct rsk_progress {
	uint64_t next;  /* places before it were tried */
	uint64_t reach; /* end of the farthest candidate */
	uint32_t gaps;
};

/* The part of a text that is in memory. */
struct rsk_view {
	struct rsk_slice bytes;
	uint64_t offset; /* [text] of its first byte */
};

/* Places to decide: [begin, end) [text]. */
struct rsk_range {
	uint64_t begin, end;
};

typedef RSK_VEC(struct rsk_range) rsk_ranges;

struct rsk_scanner {
	const struct rsk_matcher *matcher;
	struct rsk_regex_scratch *regex;
	struct rsk_progress *progress; /* one for each pattern */
	RSK_VEC(uint32_t) tried;       /* those whose progress is not zero */
	rsk_hits hits;
	rsk_matches matches;
	rsk_ranges seams; /* of the present text, by delta.c */

	/* The present text. */
	bool binary;
	uint32_t gaps;
	uint32_t gap_pattern;
	rsk_on_window *on_window;
	void *ctx;

	/* The present text when it comes in pieces. */
	enum rsk_err err; /* the first; nothing more is done after it */
	bool sniffed;     /* `head` was looked at and used up */
	enum rsk_encoding encoding;
	uint64_t given;      /* bytes fed */
	struct rsk_buf head; /* the first bytes, until there are enough */
	struct rsk_decoder decoder;
	struct rsk_buf text; /* decoded */
	uint64_t offset;     /* [text] of its first byte */
	uint64_t decided;    /* [text] places before it are decided */
	uint64_t shown;      /* [text] end of the last window */
	RSK_APART;
};

/* Forget the last text. */
void rsk_scan_reset(struct rsk_scanner *scanner, bool binary);

/*
 * Append to scanner->matches the matches that begin in `places`. The view must
 * hold matcher->context bytes on both sides of them, where the text has them.
 * The places of a text are decided in rising order.
 */
void rsk_scan_places(struct rsk_scanner *scanner, const struct rsk_view *view,
	struct rsk_range places);

/* By begin, then pattern. */
void rsk_scan_sort(struct rsk_match *matches, size_t len);

/*
 * Append the hits in a part of the text (of less than 4 GiB) to `hits`, each
 * once, not quite sorted. False when there are more than RSK_MAX_TRACE_HITS.
 */
bool rsk_scan_collect(const struct rsk_scanner *scanner, struct rsk_slice text,
	struct rsk_range range, rsk_hits *hits);

/*
 * Try pattern `p` at `places`; what it finds goes to scanner->matches. Places
 * before the last one tried are passed over.
 */
void rsk_scan_try(struct rsk_scanner *scanner, const struct rsk_view *view,
	uint32_t p, struct rsk_range places);

/*
 * Try the patterns of a hit [view] at those of `places` where a match with it
 * can begin.
 */
void rsk_scan_hit(struct rsk_scanner *scanner, const struct rsk_view *view,
	const struct rsk_hit *hit, struct rsk_range places);

#endif
