#ifndef RSK_MODEL_COVERAGE_H
#define RSK_MODEL_COVERAGE_H

#include "base/arena.h"
#include "base/vec.h"

/*
 * The coverage ledger: what was looked at, what was not, and why. It keeps a
 * conservation law, which every report prints and a test holds:
 *
 *	seen = scanned + skipped + failed
 *
 * Each thread fills its own ledger; rsk_coverage_merge() adds them up and
 * rsk_coverage_finish() sorts the lists, so that the result is the same for
 * any number of threads.
 */

/* Passed over on purpose. Does not make a scan incomplete. */
#define RSK_SKIP_MAP(X)                                                        \
	X(IGNORED, "ignored", "git ignores it")                                \
	X(EXCLUDED, "excluded", "the configuration excludes it")               \
	X(SYMLINK, "symlink", "a symbolic link, not followed")                 \
	X(SPECIAL, "special", "a FIFO, socket or device")                      \
	X(UNREQUESTED, "unrequested", "not asked for by the options")

/* Asked for but not seen. Makes a scan incomplete: exit status 3. */
#define RSK_GAP_MAP(X)                                                         \
	X(IO, "io", "could not be read")                                       \
	X(CHANGED, "changed", "changed while it was read")                     \
	X(SPECIAL, "special", "named, but not a regular file")                 \
	X(LIMIT, "limit", "over a size limit")                                 \
	X(REGEX_LIMIT, "regex-limit", "a pattern ran into its limits")         \
	X(SYNTAX_LIMIT, "syntax-limit", "code too large or deep to analyse")   \
	X(NOT_A_REPO, "not-a-repo", "no git repository")                       \
	X(UNSUPPORTED_REPO, "unsupported-repo",                                \
		"a repository format that is not supported")                   \
	X(FOREIGN_OWNER, "foreign-owner",                                      \
		"the repository belongs to another user")                      \
	X(GIT_SPECIAL, "git-special", "a special file inside .git")            \
	X(GIT_REDIRECT, "git-redirect", "points outside the repository")       \
	X(GIT_OBJECT, "git-object", "a broken or missing git object")          \
	X(GIT_LIMIT, "git-limit", "a git object over a limit")                 \
	X(HISTORY_TRUNCATED, "history-truncated", "the history is cut off")    \
	X(CRASH, "crash", "the worker ended unexpectedly")                     \
	X(TIMEOUT, "timeout", "took too long")                                 \
	X(MEMORY, "memory", "needed too much memory")

enum rsk_skip {
#define X(name, word, text) RSK_SKIP_##name,
	RSK_SKIP_MAP(X)
#undef X
		RSK_SKIPS,
};

enum rsk_gap_class {
#define X(name, word, text) RSK_GAP_##name,
	RSK_GAP_MAP(X)
#undef X
		RSK_GAPS,
};

/* The word used in reports and by --allow-incomplete, and what it means. */
const char *rsk_skip_name(enum rsk_skip skip);
const char *rsk_skip_text(enum rsk_skip skip);
const char *rsk_gap_name(enum rsk_gap_class gap);
const char *rsk_gap_text(enum rsk_gap_class gap);
bool rsk_gap_find(enum rsk_gap_class *out, struct rsk_slice name);

/*
 * The class of what ended the process that read it (base/input.h), or
 * `otherwise` for any other error.
 */
enum rsk_gap_class rsk_gap_of(enum rsk_err err, enum rsk_gap_class otherwise);

struct rsk_skipped {
	enum rsk_skip reason;
	struct rsk_slice path;
};

struct rsk_gap {
	enum rsk_gap_class class;
	struct rsk_slice path; /* may be empty */
	const char *detail; /* errno text or what was wrong; never a secret */
};

/* Units of one kind (files, git objects). */
struct rsk_tally {
	uint64_t seen, scanned, skipped, failed;
	uint64_t bytes;
	uint64_t binary; /* of the scanned ones: not text, key forms only */
};

struct rsk_coverage {
	struct rsk_tally files, objects;
	uint64_t skips[RSK_SKIPS];
	uint64_t gaps[RSK_GAPS];
	RSK_VEC(struct rsk_skipped) skip_list; /* at most RSK_MAX_LISTED each */
	RSK_VEC(struct rsk_gap) gap_list;
	RSK_VEC(const char *) notes; /* facts a reader should know */
	struct rsk_arena arena;      /* what the lists point to */
};

/* Count one skipped unit of `tally` (of this ledger) and list its path. */
void rsk_coverage_skip(struct rsk_coverage *coverage, struct rsk_tally *tally,
	enum rsk_skip reason, struct rsk_slice path);

/*
 * Count a gap. `tally` is the failed unit's, or NULL when the gap is about
 * something that is no unit (a part of a file, a history that is cut off).
 */
void rsk_coverage_gap(struct rsk_coverage *coverage, struct rsk_tally *tally,
	enum rsk_gap_class class, struct rsk_slice path, const char *detail);

/* A sentence for the reader; equal ones are kept once. */
void rsk_coverage_note(struct rsk_coverage *coverage, const char *format, ...)
	RSK_PRINTF(2, 3);

/* No gaps, or only ones whose class is in the set `allowed` (1 << class). */
bool rsk_coverage_complete(
	const struct rsk_coverage *coverage, uint32_t allowed);

void rsk_coverage_merge(
	struct rsk_coverage *into, const struct rsk_coverage *from);

/* Sort the lists and cut them to RSK_MAX_LISTED entries of a kind. */
void rsk_coverage_finish(struct rsk_coverage *coverage);

void rsk_coverage_release(struct rsk_coverage *coverage);

#endif
