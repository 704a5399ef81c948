#ifndef RSK_SCAN_HISTORY_H
#define RSK_SCAN_HISTORY_H

#include "scan/scan.h"

/*
 * Every object of a repository, reachable or not: blobs, and the text that is
 * no blob: messages and identities of commits, annotated tags, notes, names of
 * refs and of files.
 *
 *	err = rsk_scan_history(scan, ".", &options, &diag);
 *
 * One secret is one finding, however many versions of a file have it: at the
 * path and in the blob of the first commit that had it, with the commit, and
 * with its life since then (struct rsk_life_view).
 *
 * The finding's origin is what refers to it: a ref's past, a stash, a note, or
 * nothing. What has no path (a message, a dangling blob) is at
 * "git:commit/HEX", "git:blob/HEX", "git:tag/HEX" or "git:ref/NAME".
 */
struct rsk_scan_history_options {
	const char *range; /* "A..B": what these commits introduce; or NULL */
	int64_t since;     /* first seen at or after; 0: any time */
	bool reachable;    /* nothing that no ref reaches */
	bool leave_head;   /* not what is at HEAD: another scan has it */
	size_t memory;     /* bytes of kept objects; 0: RSK_PACK_MEMORY */
};

/*
 * `path` is the repository, or a folder of its work tree. Broken objects are
 * gaps of the report.
 *
 * RSK_NOTFOUND, RSK_DENIED, RSK_UNSUPPORTED, RSK_SPECIAL  no repository, or
 *              none that is read; `diag` says why
 * RSK_SYNTAX   the range is none, or one of its ends is not there; `diag`
 * RSK_INTERRUPTED
 */
RSK_MUST_CHECK enum rsk_err rsk_scan_history(struct rsk_scan *scan,
	const char *path, const struct rsk_scan_history_options *options,
	struct rsk_diag *diag);

#endif
