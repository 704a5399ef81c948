#ifndef RSK_MODEL_BASELINE_H
#define RSK_MODEL_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a baseline lists: findings that were there when it was written, each
 * with a line of its own. Plain data; report/baseline.h reads and writes it.
 */

/* What a scan looked at, or a baseline was made of. */
#define RSK_SCOPE_MAP(X)                                                       \
	X(TREE, "tree")             /* one whole folder */                     \
	X(HISTORY, "history")       /* and all of its history */               \
	X(AUDIT, "audit")           /* what only audits look at */             \
	X(IGNORED, "ignored")       /* --ignored */                            \
	X(TESTS, "include-tests")   /* --include-tests */                      \
	X(SUBMODULES, "submodules") /* --submodules */

enum rsk_scope_bit {
#define X(name, word) RSK_SCOPE_BIT_##name,
	RSK_SCOPE_MAP(X)
#undef X
		RSK_SCOPES,
};

enum rsk_scope {
#define X(name, word) RSK_SCOPE_##name = 1 << RSK_SCOPE_BIT_##name,
	RSK_SCOPE_MAP(X)
#undef X
};

enum rsk_known_state {
	RSK_KNOWN_KEPT,   /* listed, and found */
	RSK_KNOWN_ADDED,  /* found, and not listed */
	RSK_KNOWN_UNSEEN, /* listed, not found, and nobody can tell */
	RSK_KNOWN_GONE,   /* listed, and not there any more */
	RSK_KNOWN_STATES,
};

enum { RSK_KNOWN_PRINT = 16 }; /* bytes of a fingerprint */

struct rsk_known {
	enum rsk_known_state state;
	uint32_t line; /* [human] in the file; 0: not there yet */
	const char *rule;
	const char *path; /* valid UTF-8; for people, and to choose by */
	uint8_t fingerprint[RSK_KNOWN_PRINT];
	bool has_history;
	uint8_t history[RSK_KNOWN_PRINT]; /* of the same leak, as the history
					   * alone tells it */
	bool past;                        /* it was in the history only */
	const char *masked;               /* NULL: no secret */
	const char *reason;               /* NULL: nobody gave one */
	const char *since; /* "2026-01-31": the day it was listed */
};

/* What a report says of the baseline it went by. */
struct rsk_baseline_view {
	const char *name;   /* of the file; NULL: there is none */
	const char *folder; /* below the top of its work tree; "." is the top */
	const char *unjudged; /* why what is gone cannot be told, or NULL */
	const char *differs;  /* the baseline is of something else, or NULL */
	uint32_t scope;       /* set of enum rsk_scope: of this scan */
	uint32_t entries, hides, gone, unseen, reasonless;
	uint32_t reasonless_line; /* [human] the first entry without a reason */
	uint32_t config_line;     /* [human] that names it; 0: none */
};

#endif
