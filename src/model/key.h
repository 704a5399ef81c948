#ifndef RSK_MODEL_KEY_H
#define RSK_MODEL_KEY_H

#include "model/finding.h"

/*
 * The story of each secret of a report: where it is, since when, who has it
 * and what took its place. One for each id that a report shows (k1, k2, ...),
 * in that order: secrets of findings as they appear, then those of hidden
 * findings, then keys of the product that are somewhere without being a
 * finding there. No raw secret; plain data that lives as long as the report.
 *
 *	for (size_t i = 0; i < report->keys.len; i++)
 *		tell(&report->keys.ptr[i]);
 *
 * Without a history there are only places. With one, what it says of the
 * secret is about all commits there are, whatever rule saw it and in however
 * many files.
 */

/* A moment of a key's life, and the word a report has for it. */
#define RSK_KEY_EVENT_MAP(X)                                                   \
	X(INTRODUCED, "introduced") /* nowhere before this commit */           \
	X(SPREAD, "spread")         /* to a path that did not have it */       \
	X(LEFT, "left")             /* that path; others still have it */      \
	X(REMOVED, "removed")       /* no file has it any more */              \
	X(RETURNED, "returned")     /* after it was removed */                 \
	X(ROTATED, "rotated")       /* another key took its place */

enum rsk_key_event_kind {
#define X(name, word) RSK_KEY_##name,
	RSK_KEY_EVENT_MAP(X)
#undef X
		RSK_KEY_EVENTS,
};

const char *rsk_key_event_name(enum rsk_key_event_kind kind);

#define RSK_NO_KEY UINT32_MAX

struct rsk_key_event {
	enum rsk_key_event_kind kind;
	int64_t seconds;               /* since 1970, of the committer */
	struct rsk_commit_view commit; /* its seconds are the author's */
	struct rsk_slice path; /* empty: not about one (removed, returned) */
	uint32_t successor;    /* of ROTATED: place in report->keys */
};

/* One place of a key: a line of a file, or a path of the past. */
struct rsk_key_place {
	struct rsk_slice path;
	struct rsk_place at; /* 0:0: at this path in the past, no line known */
	enum rsk_origin origin;
	bool at_head;             /* as in struct rsk_finding */
	bool tracked;             /* by git, now or in the past */
	const char *const *rules; /* of the findings there; there may be none */
	size_t rules_len;
	const char *environment; /* "production", ...; NULL: not to be told */
	int64_t first_seconds, last_seconds; /* of the commits that have it at
			     this path; 0: nothing is known */
};

/* Names that are too many to list. */
struct rsk_key_names {
	const struct rsk_slice *ptr; /* the first ones, in order */
	size_t len;
	uint32_t total;
};

struct rsk_key {
	struct rsk_secret_view secret;
	const char *const *environments; /* it is used for; each once */
	size_t environments_len;
	const struct rsk_key_place *places; /* by path and line */
	size_t places_len;
	bool more_places;          /* than are listed */
	uint32_t findings, hidden; /* of the report that have it */
	uint32_t accepted;         /* hidden, and not just by a baseline */
	bool at_head;              /* one of its places is */

	/* What the history says; `first.oid` is NULL when it says nothing. */
	struct rsk_commit_view first; /* the first commit that has it */
	int64_t first_seconds;        /* of the committer */
	struct rsk_commit_view last;  /* the last one that has it */
	int64_t last_seconds;
	struct rsk_commit_view removed; /* what took it away; oid NULL: it is
					   at HEAD, or nobody did */
	int64_t removed_seconds;
	uint32_t commits;                             /* that have it */
	struct rsk_key_names branches, tags, remotes; /* that reach it */
	struct rsk_key_names authors;       /* of commits that brought it */
	const struct rsk_key_event *events; /* parents before children */
	size_t events_len;
	bool more_events; /* than are listed */
};

/* path, line, column, origin. For qsort(). */
int rsk_key_place_cmp(const void *left, const void *right);

#endif
