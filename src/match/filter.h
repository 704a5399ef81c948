#ifndef RSK_MATCH_FILTER_H
#define RSK_MATCH_FILTER_H

#include "base/slice.h"
#include "rules/ruleset.h"

/*
 * Filters: questions about the secret of a match that a regular expression
 * cannot answer. Each is a pure function over bytes; a rule names them
 * (`filters: [placeholder, luhn]`) and a match must pass all of its pattern's.
 *
 *	if (!rsk_filters_pass(pattern, secret))
 *		return;                              not a match
 */

/*
 * Shannon entropy in bits per byte, 0 to 8: how unevenly the byte values are
 * used. 0 for the empty slice.
 */
double rsk_entropy(struct rsk_slice s);

/*
 * Does it stand in for a secret instead of being one? An empty value; a
 * template (${VAR}, $VAR, {{ var }}, <...>, %VAR%, #{...}, [...]); a read from
 * the environment (process.env.X, os.environ, getenv); a mask (***, xxxx, ...,
 * bullets); one character over and over, or only counting up (123456789,
 * abcdef); a word that says so (your-api-key, changeme, example, dummy).
 *
 * A word counts only when it stands alone or at the border of a part of the
 * value, and a realistic key that happens to hold one (`9fexample41ab77`) is
 * no placeholder: better one finding too many than a key not seen.
 */
bool rsk_is_placeholder(struct rsk_slice s);

/* The last digit of 12 to 19 digits (blanks and dashes between them are
 * passed over) makes the Luhn sum, and they are not all the same. */
bool rsk_is_luhn(struct rsk_slice s);

/* An IBAN's check digits are right (ISO 13616, mod 97); blanks passed over. */
bool rsk_is_mod97(struct rsk_slice s);

/*
 * The last six characters are the CRC-32 of what is before them (after the
 * last '_', as in `ghp_` + 30 + 6) in base 62, digits, upper, lower.
 */
bool rsk_is_crc32_base62(struct rsk_slice s);

/* Hexadecimal digits only, at least one. */
bool rsk_is_hex(struct rsk_slice s);

/* Has an ASCII letter and a digit. */
bool rsk_is_mixed(struct rsk_slice s);

/*
 * Made by no one who counted: fewer than half of its characters are the one
 * behind that in front of them (1234567890abcdef, abc123def456ghi789, fedcba).
 */
bool rsk_is_irregular(struct rsk_slice s);

/* Is one of `words` in `s`? ASCII letters compare without case. */
bool rsk_has_word(struct rsk_slice s, const struct rsk_strings *words);

/* The name a rule uses for it, never NULL; the filter of that name, or
 * RSK_FILTERS when there is none. */
const char *rsk_filter_name(enum rsk_filter filter);
enum rsk_filter rsk_filter_find(struct rsk_slice name);

/* All of the pattern's filters, its entropy and its stop words. */
bool rsk_filters_pass(
	const struct rsk_pattern *pattern, struct rsk_slice secret);

#endif
