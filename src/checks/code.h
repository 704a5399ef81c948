#ifndef RSK_CHECKS_CODE_H
#define RSK_CHECKS_CODE_H

#include "model/datum.h"
#include "model/fact.h"
#include "program/program.h"
#include "rules/ruleset.h"

/*
 * The checks that read code: which value of which call leaves the device,
 * who verifies a webhook, where a secret key is used.
 *
 *	rsk_code_check(&project, &out);
 *
 * They look at `files` (those in which the scan saw a word that matters) and
 * from there at what the program leads to. What they find is a hit at a place
 * in a file; the scan turns it into a finding with its snippet, suppression
 * and fingerprint, exactly as it does with the match of a pattern.
 *
 * Threads   one.
 */

struct rsk_code_project {
	struct rsk_program *program;
	const struct rsk_ruleset *rules;
	const struct rsk_slice *files; /* to begin with; sorted */
	size_t files_len;
	bool include_tests; /* PII checks in tests, stories and mocks, too */
	bool whole; /* a project, not a few files: project-level hints count */
	struct rsk_arena *arena; /* for the strings of what is found */
};

/* Something found at [begin, end) of a file's text. */
struct rsk_code_hit {
	const struct rsk_rule *rule;
	struct rsk_slice path;
	uint32_t begin, end;               /* [text] */
	uint32_t secret_begin, secret_end; /* [text] equal: no secret in it */
	const char *kind; /* of the secret: "live"; may be NULL */
	enum rsk_severity severity;
	enum rsk_confidence confidence;
	enum rsk_item item;
	const char *message; /* never holds the text of a literal */
	const char *fix;
	const char *step;            /* of `fix`, for this place; may be NULL */
	const struct rsk_step *flow; /* from where it comes to the sink */
	size_t flow_len;
	bool silences; /* no finding: what patterns of `rule` found at these
			* bytes is not what it looks like */
};

struct rsk_code_out {
	void (*hit)(void *ctx, const struct rsk_code_hit *hit);
	void (*fact)(void *ctx, const struct rsk_fact *fact);
	void (*datum)(void *ctx, const struct rsk_datum *datum);
	void (*gap)(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
		const char *detail);
	void *ctx;
};

/* The callee of `out` copies the structs, not the strings. */
void rsk_code_check(
	const struct rsk_code_project *project, const struct rsk_code_out *out);

#endif
