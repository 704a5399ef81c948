#ifndef RSK_MATCH_CONFIRM_P_H
#define RSK_MATCH_CONFIRM_P_H

#include "base/diag.h"
#include "base/slice.h"

/*
 * One regular expression, and a search that always ends. The only door to
 * PCRE2, in byte mode.
 *
 * Newlines are CR, LF and CRLF. A regex may not choose its own options with a
 * leading verb, and not use \C.
 *
 * Threads   a regex is shared; a regex scratch belongs to one thread.
 */
enum { RSK_REGEX_SECRETS = 4 };

struct rsk_regex {
	void *code;       /* owned */
	bool machine;     /* it has machine code as well */
	uint32_t pairs;   /* of offsets that a match fills */
	uint32_t secrets; /* groups called "secret", at most ... */
	uint16_t secret[RSK_REGEX_SECRETS]; /* their numbers */
};

/* RSK_SYNTAX: it does not compile; `diag` has the words and the offset. */
RSK_MUST_CHECK enum rsk_err rsk_regex_compile(struct rsk_regex *regex,
	const char *text, bool caseless, struct rsk_diag *diag);
void rsk_regex_release(struct rsk_regex *regex);

/* Make machine code of it; before any thread searches with it. */
void rsk_regex_speed_up(struct rsk_regex *regex);

struct rsk_regex_scratch;

/* `pairs` is the largest of the regexes it will be used with. */
RSK_MUST_CHECK enum rsk_err rsk_regex_scratch_new(
	struct rsk_regex_scratch **out, uint32_t pairs);
void rsk_regex_scratch_free(struct rsk_regex_scratch *scratch);

enum rsk_regex_result {
	RSK_REGEX_NONE,
	RSK_REGEX_MATCH,
	RSK_REGEX_LIMIT, /* not known: out of steps, depth or memory */
};

/* Offsets [subject]. */
struct rsk_regex_match {
	size_t begin, end;
	size_t secret_begin, secret_end; /* equal: none */
};

struct rsk_regex_place {
	struct rsk_slice subject;
	size_t from, to; /* where a match may begin: [from, to) */
};

/*
 * The first match that begins in [from, to); it may end behind `to`. What is
 * before `from` is seen by lookbehind, \b and ^.
 *
 * RSK_REGEX_LIMIT  out->begin is the first place where it is not known
 *                  whether a match begins; none begins before it.
 */
enum rsk_regex_result rsk_regex_search(struct rsk_regex *regex,
	struct rsk_regex_scratch *scratch, const struct rsk_regex_place *place,
	struct rsk_regex_match *out);

/* Does a known pattern match a known text, with and without machine code? */
RSK_MUST_CHECK enum rsk_err rsk_regex_self_test(
	bool machine_code, struct rsk_diag *diag);

#endif
