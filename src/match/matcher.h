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
 *		err = rsk_scanner_bytes(scanner, bytes, on_window, ctx, &info);
 *	rsk_scanner_free(scanner);
 *	rsk_matcher_free(matcher);
 *
 * Two steps. The prefilter looks for all anchors of all patterns at once (one
 * literal database); where an anchor is, the pattern's regular expression is
 * run over the few places where a match with this anchor can begin, and the
 * filters look at the secret.
 *
 * What a match is. It depends on the bytes around it and on nothing else: not
 * on the engine, the window, the threads, or on what was found before. For
 * each pattern:
 *
 *  1. Every offset of the text is a place where a match may begin. What the
 *     regex finds there (PCRE2's first way, by its order of preference) is a
 *     candidate if it contains one of the pattern's anchors and its secret
 *     passes the filters. Without a group "secret", the filters look at the
 *     whole candidate.
 *  2. A candidate is a match unless a candidate that begins before it reaches
 *     at least as far as it does.
 *
 * So `[a-z]{0,20}key = "..."` matches once, from its leftmost letter, and not
 * once for each letter; two matches of one pattern may overlap, but none lies
 * in another; and no match swallows the start of the next. For a candidate at
 * `b` of a pattern of width w, (1) needs the bytes [b - w, b + w] and a newline
 * more on each side; (2) needs the candidates from b - w on. This is what lets
 * rsk_scanner_delta() carry matches from one version of a text to the next.
 *
 * Where a regex runs into its limits, this is counted (regex_gaps), and which
 * candidates exist there is not known; the other places are not affected.
 *
 * Threads   a matcher is read-only and shared; a scanner belongs to one thread.
 */
struct rsk_matcher;
struct rsk_scanner;

struct rsk_matcher_options {
	bool without_prefilter; /* --engine pcre2: the slow second opinion */

	/* Compile all patterns to machine code: some milliseconds, for texts in
	 * which much is found. Makes memory that is both written and run;
	 * nothing of the kind happens after rsk_matcher_new(). */
	bool machine_code;
	size_t window; /* bytes per window; 0: RSK_WINDOW_BYTES */
};

/* Offsets [text]: bytes from the start of the decoded text, half open. */
struct rsk_match {
	uint32_t pattern; /* index into rsk_ruleset.patterns */
	uint64_t begin, end;
	uint64_t secret_begin, secret_end; /* equal: no secret */
};

typedef RSK_VEC(struct rsk_match) rsk_matches;

/*
 * A piece of the text with the matches that begin in it, sorted by begin, then
 * pattern. `bytes` are the text from `offset` on; around each match at least
 * RSK_MAX_MATCH bytes on both sides are there where the text has them. Windows
 * come in rising order and overlap; `fresh` is where the part begins that no
 * earlier window showed. `last` marks the last one (a text has at least one).
 * `next` is the offset of the window that will follow (the end of the text
 * when there is none): who counts lines must have counted up to there.
 *
 * A hole (rsk_scanner_feed_zeros) is not shown in full: then `next` lies
 * behind the end of `bytes`, and all between them are zero bytes, one column
 * each and no newline among them.
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

/*
 * Compile. Patterns of disabled rules are left out. `rules` must outlive the
 * matcher. Ends with a self-test: both engines must find what is known to be
 * there, so that one that is broken on this machine is an error.
 *
 * RSK_SYNTAX       a regex or an anchor is not usable; `diag` says which
 * RSK_LIMIT        a pattern is wider than RSK_MAX_MATCH
 * RSK_UNSUPPORTED  the self-test failed
 */
RSK_MUST_CHECK enum rsk_err rsk_matcher_new(struct rsk_matcher **out,
	const struct rsk_ruleset *rules,
	const struct rsk_matcher_options *options, struct rsk_diag *diag);
void rsk_matcher_free(struct rsk_matcher *matcher);

RSK_MUST_CHECK enum rsk_err rsk_scanner_new(
	struct rsk_scanner **out, const struct rsk_matcher *matcher);
void rsk_scanner_free(struct rsk_scanner *scanner);

struct rsk_text_info {
	enum rsk_encoding encoding;
	uint64_t bytes;       /* given to the scanner */
	uint32_t regex_gaps;  /* places where a pattern ran into its limits */
	const char *gap_rule; /* the first such rule, or NULL */
};

/*
 * Scan what is in memory, whole, in any encoding, with RSK_BUF_PAD readable
 * bytes behind it. Nothing is copied unless it has to be decoded. `info` is
 * filled in also on failure.
 */
RSK_MUST_CHECK enum rsk_err rsk_scanner_bytes(struct rsk_scanner *scanner,
	struct rsk_slice bytes, rsk_on_window *on_window, void *ctx,
	struct rsk_text_info *info);

/*
 * The same for what is known to be text that needs no decoding (a commit
 * message, decoded text). `binary`: only patterns with a distinct form run.
 * Gaps: rsk_scanner_gaps().
 */
RSK_MUST_CHECK enum rsk_err rsk_scanner_text(struct rsk_scanner *scanner,
	struct rsk_slice text, bool binary, rsk_on_window *on_window,
	void *ctx);

/* Regex gaps of the last text; *rule (may be NULL) is the first such rule. */
uint32_t rsk_scanner_gaps(const struct rsk_scanner *scanner, const char **rule);

/*
 * Scan bytes as they come, in any encoding and of any length.
 *
 *	rsk_scanner_begin(scanner, on_window, ctx);
 *	while (!err && more)
 *		err = rsk_scanner_feed(scanner, bytes);
 *	err = rsk_scanner_end(scanner, &info);
 *
 * The encoding is decided from the first RSK_SNIFF_BYTES, whatever the sizes
 * of the pieces. Every begin needs its end, also after an error, which is
 * returned again by everything up to and including the end; `info` is filled
 * in all the same.
 */
void rsk_scanner_begin(
	struct rsk_scanner *scanner, rsk_on_window *on_window, void *ctx);
RSK_MUST_CHECK enum rsk_err rsk_scanner_feed(
	struct rsk_scanner *scanner, struct rsk_slice bytes);

/* A run of zero bytes (a hole of a sparse file), without looking at each. */
RSK_MUST_CHECK enum rsk_err rsk_scanner_feed_zeros(
	struct rsk_scanner *scanner, uint64_t count);

RSK_MUST_CHECK enum rsk_err rsk_scanner_end(
	struct rsk_scanner *scanner, struct rsk_text_info *info);

#endif
