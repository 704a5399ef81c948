#ifndef RSK_SCAN_SCAN_H
#define RSK_SCAN_SCAN_H

#include "base/buf.h"
#include "base/diag.h"
#include "model/report.h"
#include "rules/ruleset.h"

/*
 * The pipeline: sources in, a report out.
 *
 *	struct rsk_scan *scan = NULL;
 *	enum rsk_err err = rsk_scan_new(&scan, rules, &options, &diag);
 *
 *	if (!err)
 *		err = rsk_scan_tree(scan, ".", &diag);
 *	if (!err)
 *		err = rsk_scan_finish(scan, &report);
 *	rsk_scan_free(scan);
 *
 * Any number of targets may be added before rsk_scan_finish(), which runs the
 * checks that look at the whole, applies suppressions, and orders what was
 * found. The report is the same for any number of threads.
 *
 * Errors    an unreadable file is a gap of the report, never an error here;
 *           an error means that the target as a whole could not be scanned.
 * Threads   one thread uses a scan; inside, options->jobs threads work.
 */
struct rsk_scan;
struct rsk_config;
struct rsk_baseline;

/* Which part of a history; all zero: every object there is. */
struct rsk_history_options {
	const char *range; /* "A..B": what these commits introduce; or NULL */
	bool has_since;
	int64_t since;   /* commits from this second since 1970 on */
	bool reachable;  /* only what refs reach */
	bool submodules; /* also the repositories of submodules */
	size_t memory;   /* for bases of deltas; 0: RSK_PACK_MEMORY */
};

struct rsk_scan_options {
	struct rsk_history_options history;
	unsigned jobs;          /* 1 to RSK_MAX_JOBS */
	bool ignored;           /* --ignored */
	bool without_prefilter; /* --engine pcre2 */
	bool machine_code;      /* as in struct rsk_matcher_options */
	bool trust_ownership;   /* --trust-ownership */
	uint32_t sudo_uid;      /* whose repositories root may open; 0: none */
	bool line_hashes;       /* GitHub's line hashes are wanted (SARIF) */
	bool checklist;         /* answer the ten items */
	bool stories;           /* tell what a history says of each secret */
	bool include_tests;     /* personal data in tests counts, too */
	size_t window;          /* bytes per window; 0: RSK_WINDOW_BYTES */
	uint32_t allowed_gaps;  /* set of 1 << enum rsk_gap_class */
	enum rsk_severity fail_on; /* RSK_SEVERITIES: never fail */
	const char *index_file; /* instead of the repository's index, or NULL */
	const struct rsk_config *config;     /* may be NULL; borrowed */
	const struct rsk_baseline *baseline; /* may be NULL; borrowed */
	bool lists_known; /* who writes a baseline wants all of it */
	int64_t today;    /* days since 1970, for suppressions that end */
	struct rsk_slice secret_key; /* --secret-key-file; borrowed */
};

/* `rules` must be frozen; `rules` and what `options` points to are borrowed. */
RSK_MUST_CHECK enum rsk_err rsk_scan_new(struct rsk_scan **out,
	const struct rsk_ruleset *rules, const struct rsk_scan_options *options,
	struct rsk_diag *diag);

/* NULL is fine. */
void rsk_scan_free(struct rsk_scan *scan);

/*
 * Scan a folder: its working tree. Paths in the report are relative to it.
 *
 * RSK_NOTFOUND, RSK_SPECIAL, RSK_IO  as rsk_tree_walk()
 * RSK_DENIED, RSK_UNSUPPORTED        the repository it lies in is refused
 */
RSK_MUST_CHECK enum rsk_err rsk_scan_tree(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag);

/* Scan one named file, whatever git thinks of it. */
RSK_MUST_CHECK enum rsk_err rsk_scan_file(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag);

/* Scan a folder or a file among others: paths keep `path` in front. */
RSK_MUST_CHECK enum rsk_err rsk_scan_named(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag);

/* Scan what can be read from `fd`; the path in the report is "-". */
RSK_MUST_CHECK enum rsk_err rsk_scan_stdin(struct rsk_scan *scan, int fd);

/* Scan what the next commit would change in the repository of `path`. */
RSK_MUST_CHECK enum rsk_err rsk_scan_staged(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag);

/*
 * Scan every object of the repository of `path`: blobs, messages, identities,
 * names. options.history says which part of it.
 *
 * RSK_SYNTAX       a revision or date that makes no sense, or is not there (a
 *                  shallow clone?): never an empty scan
 * RSK_UNSUPPORTED  no repository, or one that we do not read
 * RSK_DENIED       it belongs to another user
 */
RSK_MUST_CHECK enum rsk_err rsk_scan_history(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag);

/*
 * The top of the work tree that `path` lies in, or `path` itself: where the
 * configuration of a whole repository is. The caller frees it. NULL with
 * `diag`: it cannot be told, because something could not be read.
 */
char *rsk_scan_top(const char *path, const struct rsk_scan_options *options,
	struct rsk_diag *diag);

/*
 * All that a scan of `path` may have to read: the path, the work tree around
 * it, and where its repository keeps what: for who wants to allow no more.
 * Paths that are not there are told, too.
 */
typedef void rsk_on_place(void *ctx, const char *path);
void rsk_scan_reads(const char *path, const struct rsk_scan_options *options,
	rsk_on_place *on_place, void *ctx);

/* Does `path` lie in a repository that can be opened? */
bool rsk_scan_has_history(struct rsk_scan *scan, const char *path);

/*
 * Finish: project-wide checks, suppressions, order, ids, answers, verdict.
 * `report` is filled and then owned by the caller (rsk_report_release()); it
 * borrows from the scan and the rules, which must outlive it. Its command,
 * target and version are the caller's to set.
 */
RSK_MUST_CHECK enum rsk_err rsk_scan_finish(
	struct rsk_scan *scan, struct rsk_report *report);

/*
 * Text that is to be shown beside the findings (a reason that somebody gave),
 * with stars over all secrets in it. Lives as long as the scan; not while it
 * runs.
 */
const char *rsk_scan_mask(struct rsk_scan *scan, const char *text);

/*
 * A file as it was committed: `name` in the folder `path`, as it is in `rev`.
 * RSK_NOTFOUND: the commit has no such file; any other error comes with
 * `diag`.
 */
struct rsk_committed_file {
	const char *path, *rev, *name;
	bool trust_ownership;
	uint32_t sudo_uid;
};
RSK_MUST_CHECK enum rsk_err rsk_scan_read_committed(struct rsk_buf *out,
	const struct rsk_committed_file *file, struct rsk_diag *diag);

/*
 * Write an expressions file for git-filter-repo's --replace-text that has the
 * whole key in it: a new file, readable by its owner only. For who asked for
 * it; nothing else in the program writes a secret.
 *
 * RSK_NOTFOUND     the key was not found again: in a message, a name, or put
 *                  together from parts
 * RSK_UNSUPPORTED  such a file cannot hold it
 * RSK_IO, RSK_SPECIAL  the file exists or cannot be written; `diag`
 */
struct rsk_expression {
	const char *target; /* the folder that was scanned */
	const char *path;   /* the file to make */
};
RSK_MUST_CHECK enum rsk_err rsk_scan_write_expression(struct rsk_scan *scan,
	const struct rsk_key *key, const struct rsk_expression *where,
	struct rsk_diag *diag);

/*
 * Run the examples of every rule through the whole pipeline: one that must
 * fire and does not, or the other way round, goes to `problem` with a text
 * like "resync/x.yaml:31: near miss fires". Returns how many there were.
 */
size_t rsk_scan_check_rules(struct rsk_scan *scan,
	void (*problem)(void *ctx, const char *text), void *ctx);

/*
 * Progress, for another thread to read while a scan runs: files or objects
 * done, and findings so far; how many there will be, or 0.
 */
struct rsk_progress {
	uint64_t units, bytes, findings, expected;
};
struct rsk_progress rsk_scan_progress(const struct rsk_scan *scan);

/* Ask a running scan to stop soon: it returns RSK_INTERRUPTED. Signal-safe. */
void rsk_scan_interrupt(struct rsk_scan *scan);

#endif
