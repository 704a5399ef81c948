#ifndef RSK_SCAN_SCAN_P_H
#define RSK_SCAN_SCAN_P_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "checks/code.h"
#include "checks/project.h"
#include "match/matcher.h"
#include "model/fact.h"
#include "model/fingerprint.h"
#include "model/sighting.h"
#include "scan/lines.h"
#include "scan/scan.h"

/*
 * Inside the pipeline.
 *
 *	bytes -> scanner -> windows -> hits -> judged -> drafts
 *
 * A worker is one thread's share: its scanner, its ledger and what it found.
 * A hit is a match with the text around it, kept until its blob is through; a
 * draft is a finding that still waits for what only the whole scan can tell
 * (is this project about the product? how many equal findings are there?).
 */

/* What a blob is, as far as rules ask. */
struct rsk_blob_info {
	struct rsk_slice path;
	enum rsk_origin origin;
	uint32_t vcs;     /* one enum rsk_vcs */
	bool at_head;     /* as in struct rsk_finding */
	bool may_wait;    /* for the checks of code; see code_p.h */
	bool in_conflict; /* one of several versions in the index */
};

/* A file of code that waits for its checks. */
struct rsk_waiting {
	struct rsk_slice path;
	uint32_t vcs; /* one enum rsk_vcs */
};

/* [text] half open. */
struct rsk_interval {
	uint64_t begin, end;
};

/* A match with what is needed of the text once its window has passed. */
struct rsk_hit {
	struct rsk_match match;
	const struct rsk_pattern *pattern;
	const struct rsk_code_hit *code; /* found by a check; NULL: a match */
	struct rsk_place start, end;     /* of the secret, else of the match */
	struct rsk_slice around;         /* raw: its line, cut at both sides */
	uint64_t around_begin;           /* [text] offset of around.ptr */
	struct rsk_slice secret;         /* raw; empty: none */
	uint64_t line_begin;             /* [text] offset of its line */
	const char *allowed;             /* reason of an inline suppression */
	bool dropped;
};

struct rsk_draft {
	struct rsk_finding finding;
	struct rsk_fingerprint_base base;
	enum rsk_confidence raised; /* when the project has the context */
	uint32_t context;           /* that context's rule, or RSK_NO_RULE */
	bool conditional;           /* nothing, unless the project has it */
	struct rsk_match match;     /* what it was made of */
	bool has_history;           /* the history has the same leak, */
	struct rsk_fingerprint_base history; /* which it tells so */
};

typedef RSK_VEC(struct rsk_hit) rsk_hits;

struct rsk_worker {
	struct rsk_scan *scan;
	struct rsk_scanner *scanner;
	struct rsk_coverage coverage;
	struct rsk_arena arena; /* lives as long as the scan */
	RSK_VEC(struct rsk_draft) drafts;
	RSK_VEC(struct rsk_fact) facts;
	RSK_VEC(struct rsk_sighting) sightings;
	RSK_VEC(struct rsk_key) pasts; /* what histories say of keys */
	RSK_VEC(struct rsk_env_file) env_files;
	RSK_VEC(struct rsk_slice) manifests; /* see checks/project.h */
	bool *project_context; /* for each rule of kind context: seen */
	RSK_VEC(struct rsk_datum) data;
	RSK_VEC(struct rsk_slice) program; /* files of code, and manifests */
	RSK_VEC(struct rsk_waiting) waiting;
	uint64_t counts[RSK_SEVERITIES]; /* found but over the list limit */
	uint64_t unlisted;
	struct rsk_buf read; /* a file's bytes, reused */
	uint64_t untold_units, untold_bytes;

	/* The blob at work. */
	const struct rsk_blob_info *info;
	struct rsk_arena scratch; /* lives as long as the blob */
	rsk_hits hits;
	RSK_VEC(struct rsk_interval)
	secrets; /* [text] all that must be masked */
	struct rsk_lines lines;
	bool *blob_context;    /* for each rule of kind context: in this blob */
	uint32_t *rule_counts; /* for each rule: hits listed of this blob */
	struct rsk_slice kept_path; /* the blob's path in `arena`, or empty */
	bool waits;                 /* the blob waits for the checks of code */

	/* What the checks found in the next blob, by place. */
	const struct rsk_code_hit *code;
	size_t code_len;
	bool code_only; /* its matches were judged before */
	RSK_APART;
};

struct rsk_scan {
	const struct rsk_ruleset *rules;
	struct rsk_scan_options options;
	struct rsk_matcher *matcher;
	struct rsk_worker *workers; /* options.jobs of them */
	const struct rsk_globs *docs, *test, *env_file, *env_template, *ci;
	char *root;         /* the one folder scanned, or NULL */
	bool in_repository; /* a target lay in a git repository */
	uint32_t scope;     /* set of enum rsk_scope: what was looked at */
	struct rsk_arena arena;
	atomic_uint_fast64_t units, bytes, findings;
	atomic_uint_fast64_t expected; /* units at the end; 0: not known */
	atomic_bool interrupted;
};

/*
 * So much more is done: for those who watch. A worker tells now and then, for
 * what all threads write to is slow.
 */
void rsk_worker_advance(
	struct rsk_worker *worker, uint64_t units, uint64_t bytes);
void rsk_scan_expect(struct rsk_scan *scan, uint64_t more);
void rsk_scan_count_found(struct rsk_scan *scan, int64_t findings);

/* Scan a whole text in memory (with RSK_BUF_PAD readable bytes behind it). */
RSK_MUST_CHECK enum rsk_err rsk_worker_scan_bytes(struct rsk_worker *worker,
	const struct rsk_blob_info *info, struct rsk_slice bytes);

/*
 * Scan an open file to its end. `st` is its state when it was opened; *err_no
 * gets errno on RSK_IO.
 */
RSK_MUST_CHECK enum rsk_err rsk_worker_scan_fd(struct rsk_worker *worker,
	const struct rsk_blob_info *info, int fd, const struct stat *st);

/* A blob in three steps, for those who bring their own matches. */
void rsk_worker_begin_blob(
	struct rsk_worker *worker, const struct rsk_blob_info *info);
RSK_MUST_CHECK enum rsk_err rsk_worker_window(
	void *worker, const struct rsk_window *window);
void rsk_worker_end_blob(struct rsk_worker *worker);

/* Enter a blob that was scanned to its end into the ledger. */
void rsk_worker_count(struct rsk_worker *worker,
	const struct rsk_blob_info *blob, const struct rsk_text_info *info);

/* judge.c: turn the hits of the blob into drafts, facts and sightings. */
void rsk_worker_judge(struct rsk_worker *worker);

/*
 * snippet.c: the line of `hit` with every secret in it masked; `masked` is
 * what stands for the hit's own. worker->secrets must be sorted and disjoint.
 */
struct rsk_snippet rsk_snippet_make(struct rsk_worker *worker,
	const struct rsk_hit *hit, const char *masked);

/*
 * suppress.c: the reason given by an `rskan:allow RULE-ID -- reason` comment in
 * `line` or `above`, or NULL. *ignored is set to why a comment does not count.
 */
const char *rsk_allow_find(struct rsk_arena *arena, struct rsk_slice line,
	struct rsk_slice above, const char *rule, const char **ignored);

/* mask.c: a path with stars over all secrets in it; as rsk_scan_mask(). */
struct rsk_slice rsk_scan_mask_path(
	struct rsk_scan *scan, struct rsk_slice path);

/*
 * keys.c: fill report->keys from the findings of the report, the sightings and
 * what the histories said.
 */
void rsk_scan_keys(struct rsk_scan *scan, struct rsk_report *report,
	const struct rsk_sighting *sightings, size_t sightings_len);

/*
 * baseline.c: hide what the baseline of the options lists, and tell in the
 * report what became of its entries. The drafts are in order and numbered, and
 * what hides them otherwise is known.
 */
void rsk_scan_use_baseline(struct rsk_scan *scan, struct rsk_draft *drafts,
	size_t len, struct rsk_report *report);

/* committed.c: the path of `name` in the folder `path`, from the top of the
 * work tree; NULL when the folder cannot be looked at. The caller frees it. */
struct rsk_repo;
char *rsk_path_in_repo(
	const struct rsk_repo *repo, const char *path, const char *name);

/* fingerprint.c: what identifies the finding, but for its ordinal. */
void rsk_draft_fingerprint(struct rsk_worker *worker, struct rsk_draft *draft,
	const struct rsk_hit *hit);

/*
 * The same file: GitHub's line hashes for the drafts from `first` on, where
 * they are wanted, from the file or the text they were found in.
 */
RSK_MUST_CHECK enum rsk_err rsk_worker_hash_fd(
	struct rsk_worker *worker, size_t first, int fd);
void rsk_worker_hash_text(
	struct rsk_worker *worker, size_t first, struct rsk_slice text);

/* Keep a draft for the report. */
void rsk_worker_add(struct rsk_worker *worker, const struct rsk_draft *draft);

#endif
