#ifndef RSK_BASE_UTF8_H
#define RSK_BASE_UTF8_H

#include "base/buf.h"

/*
 * UTF-8 (RFC 3629), over bytes that may be anything.
 *
 *	while (text.len) {
 *		struct rsk_rune rune = rsk_utf8_next(text);
 *		...
 *		text = rsk_slice_cut(text, rune.len, text.len);
 *	}
 *
 * A byte that begins no well-formed sequence is one rune of its own with the
 * code RSK_RUNE_BAD and the length 1; so every input is a row of runes, and
 * "how many code points" has an answer for every input.
 */
enum { RSK_RUNE_BAD = -1 };

struct rsk_rune {
	int32_t code; /* U+0000 to U+10FFFF, or RSK_RUNE_BAD */
	uint32_t len; /* bytes, 1 to 4 */
};

/* The first rune of `s`, which must not be empty. */
struct rsk_rune rsk_utf8_next(struct rsk_slice s);

/* How many runes `s` has. */
size_t rsk_utf8_count(struct rsk_slice s);

bool rsk_utf8_valid(struct rsk_slice s);

/*
 * Control characters and others that change what a reader sees without being
 * seen: bidirectional overrides, zero-width marks, line separators, tags.
 */
bool rsk_utf8_deceptive(int32_t code);

/* Append one code point; what no UTF-8 can hold becomes U+FFFD. */
RSK_MUST_CHECK enum rsk_err rsk_utf8_put(struct rsk_buf *out, int32_t code);

/* Append `s` with every bad byte replaced by U+FFFD. */
RSK_MUST_CHECK enum rsk_err rsk_utf8_clean(
	struct rsk_buf *out, struct rsk_slice s);

/*
 * Append `s` so that it can be shown on a terminal or in a log: control
 * characters, bidirectional overrides, line separators and bad bytes become
 * \n, \t, \xHH or \u{HHHH}, and a backslash becomes two.
 */
RSK_MUST_CHECK enum rsk_err rsk_utf8_escape(
	struct rsk_buf *out, struct rsk_slice s);

#endif
