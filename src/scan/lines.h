#ifndef RSK_SCAN_LINES_H
#define RSK_SCAN_LINES_H

#include "match/matcher.h"
#include "model/finding.h"

/*
 * Which line and column an offset is, counted as the windows of a text go by.
 * CR, LF and CRLF each end a line; columns count code points. The place moves
 * forward only; copy the struct to look ahead.
 *
 *	struct rsk_lines lines = RSK_LINES_INIT;
 *
 *	rsk_lines_advance(&lines, window, match->begin);
 *	place = rsk_lines_place(&lines);
 */
struct rsk_lines {
	uint64_t offset; /* [text] counted up to here */
	uint64_t begin;  /* [text] where the line at `offset` begins */
	uint32_t line;   /* [human] */
	uint32_t column; /* [human] */
	bool after_cr;   /* an LF here ends no further line */
};

#define RSK_LINES_INIT ((struct rsk_lines){ .line = 1, .column = 1 })

/*
 * Count up to `target` [text], which lies in `window` or at its end, or in a
 * hole behind it, where all bytes are zero; so does the present offset.
 */
void rsk_lines_advance(struct rsk_lines *lines, const struct rsk_window *window,
	uint64_t target);

static inline struct rsk_place rsk_lines_place(const struct rsk_lines *lines)
{
	return (struct rsk_place){ lines->line, lines->column };
}

#endif
