#ifndef RSK_MATCH_MATCHER_H
#define RSK_MATCH_MATCHER_H

#include "base/diag.h"
#include "base/vec.h"
#include "match/text.h"
#include "rules/ruleset.h"

/*
 * Matching: bytes and rules in, matches out. No path, no repository, no
 * printing.
 *
 *	struct rsk_matcher *matcher = NULL;
 *	struct rsk_scanner *scanner = NULL;
 *	enum rsk_err err = rsk_matcher_new(&matcher, rules, &options, &diag);
 *
 *	if (!err)
 *		err = rsk_scanner_new(&scanner, matcher);
 *	if (!err)
 *		err = rsk_scanner_text(scanner, text, on_window, ctx);
 *	rsk_scanner_free(scanner);
 *	rsk_matcher_free(matcher);
 *
 * Two steps. The prefilter looks for all anchors of all patterns at once (one
 * literal database); where an anchor is, the pattern's regular expression is
 * run over a window around it that is wide enough for any match of it, and
 * the filters look at the secret.
 *
 * What a match is does not depend on the engine, the window size or the
 * threads: for each pattern, the matches are those of a search from left to
 * right over the whole text in which each match starts at or after the end of
 * the one before.
 *
 * Threads   a matcher is read-only and shared; a scanner belongs to one thread.
 */
struct rsk_matcher;
struct rsk_scanner;

struct rsk_matcher_options {
	bool without_prefilter; /* --engine pcre2: the slow second opinion */
	size_t window;          /* bytes per window; 0: RSK_WINDOW_BYTES */
};

/* Offsets [text]: bytes from the start of the decoded text, half open. */
struct rsk_match {
	uint32_t pattern; /* index into rsk_ruleset.patterns */
	uint64_t begin, end;
	uint64_t secret_begin, secret_end; /* equal: no secret */
};

/*
 * A piece of the text with the matches that begin in it, sorted by begin, then
 * pattern. `bytes` are the text from `offset` on; around each match at least
 * RSK_MAX_MATCH bytes on both sides are there where the text has them. Windows
 * come in rising order and overlap; `fresh` is where the part begins that no
 * earlier window showed. `last` marks the last one (a text has at least one).
 * `next` is the offset of the window that will follow (the end of the text
 * when there is none): who counts lines must have counted up to there.
 */
struct rsk_window {
	struct rsk_slice bytes;
	uint64_t offset;
	uint64_t fresh;
	uint64_t next;
	const struct rsk_match *matches;
	size_t matches_len;
	bool last;
};

/* Anything but RSK_OK ends the scan and is returned from it. */
typedef enum rsk_err rsk_on_window(void *ctx, const struct rsk_window *window);

/* Compile. RSK_SYNTAX: a regex does not compile, `diag` says where. */
RSK_MUST_CHECK enum rsk_err rsk_matcher_new(struct rsk_matcher **out,
	const struct rsk_ruleset *rules,
	const struct rsk_matcher_options *options, struct rsk_diag *diag);
void rsk_matcher_free(struct rsk_matcher *matcher);

RSK_MUST_CHECK enum rsk_err rsk_scanner_new(
	struct rsk_scanner **out, const struct rsk_matcher *matcher);
void rsk_scanner_free(struct rsk_scanner *scanner);

/*
 * Scan text that is in memory, whole, with RSK_BUF_PAD readable bytes behind
 * it. `binary`: only patterns with a distinct form run.
 */
RSK_MUST_CHECK enum rsk_err rsk_scanner_text(struct rsk_scanner *scanner,
	struct rsk_slice text, bool binary, rsk_on_window *on_window,
	void *ctx);

/*
 * Scan bytes as they come, in any encoding and of any length.
 *
 *	rsk_scanner_begin(scanner, on_window, ctx);
 *	while (more)
 *		err = rsk_scanner_feed(scanner, bytes);
 *	err = rsk_scanner_end(scanner, &info);
 *
 * The encoding is decided from the first RSK_SNIFF_BYTES, whatever the sizes
 * of the pieces. Every begin needs its end, also after an error.
 */
void rsk_scanner_begin(
	struct rsk_scanner *scanner, rsk_on_window *on_window, void *ctx);
RSK_MUST_CHECK enum rsk_err rsk_scanner_feed(
	struct rsk_scanner *scanner, struct rsk_slice bytes);

/* A run of zero bytes (a hole of a sparse file), without looking at each. */
RSK_MUST_CHECK enum rsk_err rsk_scanner_feed_zeros(
	struct rsk_scanner *scanner, uint64_t count);

struct rsk_text_info {
	enum rsk_encoding encoding;
	uint64_t bytes;       /* given to the scanner */
	uint32_t regex_gaps;  /* places where a pattern ran into its limits */
	const char *gap_rule; /* the first such rule, or NULL */
};

RSK_MUST_CHECK enum rsk_err rsk_scanner_end(
	struct rsk_scanner *scanner, struct rsk_text_info *info);

/*
 * For callers that know which parts of a text are new (a delta's insertions):
 * append to `out` every match that has a byte in one of `ranges`, widened by
 * what a match may need, and count regex gaps in *gaps. Ranges are half open,
 * sorted and disjoint. Matches elsewhere may be appended too, each only once,
 * and only true ones.
 */
struct rsk_range {
	uint64_t begin, end;
};

typedef RSK_VEC(struct rsk_match) rsk_matches;

RSK_MUST_CHECK enum rsk_err rsk_scanner_ranges(struct rsk_scanner *scanner,
	struct rsk_slice text, const struct rsk_range *ranges,
	size_t ranges_len, rsk_matches *out);

#endif
