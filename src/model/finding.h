#ifndef RSK_MODEL_FINDING_H
#define RSK_MODEL_FINDING_H

#include "base/slice.h"
#include "model/secret.h"
#include "model/severity.h"

/*
 * One finding, ready to be judged, ordered and reported. Plain data: whoever
 * made it owns the memory behind it (an arena of the scan), and it holds no
 * raw secret.
 */

/* [human] 1-based; the column counts code points of the decoded text. */
struct rsk_place {
	uint32_t line, column;
};

/* What the report says of a secret. */
struct rsk_secret_view {
	const char *masked;      /* NULL when the finding has no secret */
	const char *kind;        /* "live", "sandbox", "aws", ... */
	struct rsk_secret_id id; /* in memory only; shown as k1, k2, ... */
};

/* A line with every secret in it masked, and where the finding is in it. */
struct rsk_snippet {
	struct rsk_slice text; /* valid UTF-8, no line ending; empty: none */
	uint32_t caret,
		carets; /* runes before the marks, marks; 0 carets: none */
};

/* The first commit that had it. */
struct rsk_commit_view {
	const char *oid;         /* hex; NULL when there is none */
	struct rsk_slice author; /* name and address as recorded */
	int64_t seconds;         /* since 1970, of the author's date */
	struct rsk_slice summary;
};

/* What became of it after the first commit. */
struct rsk_life_view {
	uint32_t commits; /* that have it */
	const char *last; /* hex: the last of them */
	int64_t last_seconds;
	const char *removed; /* hex: what took it away; NULL: it is at HEAD, or
			      * nobody did */
	int64_t removed_seconds;
	const struct rsk_slice *paths; /* all it was at, the first in front */
	size_t paths_len;
	bool more_paths;              /* than are listed */
	const struct rsk_slice *refs; /* the first that reach it, by name */
	size_t refs_len;
	uint32_t refs_total;
};

/* One step from where a value comes from to where it leaves. */
struct rsk_step {
	struct rsk_slice path;
	struct rsk_place at;
	const char *note;
};

/* The comment or configuration entry that hides a finding, and its reason. */
struct rsk_suppression {
	const char
		*source; /* "inline", "config", "baseline"; NULL: not hidden */
	const char *reason;
};
#define RSK_BY_BASELINE "baseline"

/* Did somebody decide that it may stay? A baseline only says that it is known.
 */
bool rsk_is_accepted(const struct rsk_suppression *suppression);

struct rsk_finding {
	const char *rule; /* the rule's id; belongs to the rule set */
	enum rsk_severity severity;
	enum rsk_confidence confidence;
	enum rsk_item item;
	enum rsk_origin origin;
	const char *message;
	const char *fix;
	const char *step;      /* of `fix`, for this place; may be NULL */
	struct rsk_slice path; /* any bytes, '/' between parts */
	struct rsk_place start, end;
	bool at_head; /* still in what HEAD, the index or the folder holds */
	uint8_t fingerprint[16]; /* shown in hex */
	uint64_t line_hash; /* GitHub's primaryLocationLineHash, rolling part */
	uint32_t line_hash_count; /* and its ordinal among equals, from 1 */
	struct rsk_secret_view secret;
	struct rsk_snippet snippet;
	struct rsk_commit_view commit;
	const struct rsk_life_view *life; /* NULL: not from the history */
	const struct rsk_step *flow;
	size_t flow_len;
	struct rsk_suppression suppression;
};

/*
 * The order of a report: path, place, rule, then what is left, so that no two
 * different findings are equal. For qsort().
 */
int rsk_finding_cmp(const void *left, const void *right);

#endif
