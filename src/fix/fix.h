#ifndef RSK_FIX_FIX_H
#define RSK_FIX_FIX_H

#include <stdio.h>

#include "base/buf.h"
#include "base/diag.h"
#include "model/report.h"

/*
 * The mechanical repairs of a report: for each finding whose repair is known
 * for sure, the edits that make it, as data.
 *
 *	struct rsk_fix fix;
 *	const struct rsk_fix_options options = { .root = ".", ... };
 *
 *	rsk_fix_plan(&fix, &report, &options);
 *	rsk_fix_show(&fix, &shown, out);        for people, masked
 *	rsk_fix_patch(&fix, &patch);            for `git apply`, with secrets
 *	rsk_fix_apply(&fix, &options, &done);
 *	rsk_fix_release(&fix);
 *
 * Only what is sure: the place is what the report says (the same secret, the
 * same text), the file is plain UTF-8, the shape is one of the tables
 * (literal.c, compare.c). Everything else is left with a reason. An edit puts
 * in no secret: a key is replaced by a read of the environment.
 *
 * No file is followed through a symlink, and one that changed since it was
 * read is not written.
 *
 * Threads   one.
 */

/* What one file becomes. */
struct rsk_fix_file {
	struct rsk_slice path; /* below the root */
	bool is_new;
	uint8_t hash[RSK_SHA256_BYTES]; /* of its bytes when it was read */
	struct rsk_slice bytes;         /* those */
	const struct rsk_edit *edits;   /* sorted, apart from each other */
	size_t edits_len;
};

/* A finding that is left as it is, or a step that only a person can make. */
struct rsk_fix_note {
	struct rsk_slice path;
	uint32_t line;    /* 0: none */
	const char *rule; /* of the finding */
	const char *text; /* why, or what to do */
	bool is_step;     /* a command to run: git rm --cached -- .env */
};

struct rsk_fix {
	RSK_VEC(struct rsk_fix_file) files; /* sorted by path */
	RSK_VEC(struct rsk_fix_note) notes; /* in the order of findings */
	RSK_VEC(struct rsk_edit) edits;     /* of `files` */
	RSK_VEC(struct rsk_edit) each;      /* what each finding alone takes */
	size_t unread; /* files that the system did not let us read */
	struct rsk_arena arena;
};

struct rsk_fix_options {
	const char *root;            /* the folder that was scanned */
	struct rsk_slice secret_key; /* ids of the report are keyed; or empty */
};

void rsk_fix_plan(struct rsk_fix *fix, const struct rsk_report *report,
	const struct rsk_fix_options *options);
void rsk_fix_release(struct rsk_fix *fix);

/*
 * The edits as a unified diff that `git apply` takes. It has the removed lines
 * as they are, keys and all: for a file of its owner only. RSK_TOOBIG.
 */
RSK_MUST_CHECK enum rsk_err rsk_fix_patch(
	const struct rsk_fix *fix, struct rsk_buf *out);

/*
 * The same for reading: stars over what the edits take away and over whatever
 * `mask` finds in a line; escaped for a terminal. No tool takes it.
 */
struct rsk_fix_shown {
	/* The text with stars over all secrets in it. */
	struct rsk_slice (*mask)(void *ctx, struct rsk_slice text);
	void *ctx;
	bool color;
};
RSK_MUST_CHECK enum rsk_err rsk_fix_show(const struct rsk_fix *fix,
	const struct rsk_fix_shown *shown, FILE *out);

/*
 * Write the files: each whole or not at all, its mode, access list and users'
 * attributes kept. One that has other names by now, or is no
 * longer what was read is passed over. RSK_IO: `diag`; files before the failing
 * one are written.
 */
struct rsk_fix_done {
	size_t written;
	size_t changed; /* files that were passed over */
};
RSK_MUST_CHECK enum rsk_err rsk_fix_apply(const struct rsk_fix *fix,
	const struct rsk_fix_options *options, struct rsk_fix_done *done,
	struct rsk_diag *diag);

#endif
