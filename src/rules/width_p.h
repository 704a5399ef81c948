#ifndef RSK_RULES_WIDTH_P_H
#define RSK_RULES_WIDTH_P_H

#include "base/err.h"
#include "base/slice.h"

/*
 * How wide can a match of a regular expression be? Found from its text, in one
 * pass, without compiling it.
 *
 * Only expressions of which this can be said are accepted: no unbounded
 * repetition, no back reference, no recursion, no verb, nothing that depends on
 * Unicode. docs/rules.md lists what is left; all of it is PCRE2 and means there
 * what it means here. (That it compiles is for `match` to find out.)
 */
struct rsk_width {
	size_t min;      /* bytes a match has at least; over 0 */
	size_t max;      /* bytes it can need, with all lookaround added */
	bool has_secret; /* there is a group called "secret" */
	size_t error_at; /* [regex] byte offset of what was refused */
	const char *error;
};

/*
 * RSK_SYNTAX  refused; out->error and out->error_at say why and where
 */
RSK_MUST_CHECK enum rsk_err rsk_width_measure(
	struct rsk_width *out, struct rsk_slice regex);

#endif
