#ifndef RSK_REPORT_BASELINE_H
#define RSK_REPORT_BASELINE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "model/baseline.h"

/*
 * A baseline: the findings that somebody knows of, as JSON Lines (RFC 8259, one
 * object a line; docs/baseline.md). The first line says what it is and what it
 * was made of, each other one lists a finding:
 *
 *	{"format":"rskan-baseline/1","scope":"tree history","folder":"."}
 *	{"rule":"hardcoded-resync-key","path":"src/a.js","fingerprint":"0f..",
 *	 "in":"tree","masked":"rsk_live_***","reason":"...","since":"2026-01-31"}
 *
 * A line a finding: a line can be taken out by hand, and merges of two branches
 * that listed something each go well.
 *
 *	struct rsk_baseline baseline = { 0 };
 *	enum rsk_err err = rsk_baseline_read(&baseline, name, text, &diag);
 *
 *	for (i = rsk_baseline_find(&baseline, print); i < ...; i++)
 *	...
 *	rsk_baseline_release(&baseline);
 *
 * The reader is strict, because the file may be a stranger's: all values are
 * texts, no member is there twice or unknown, no U+0000, nothing behind the
 * object, valid UTF-8, no byte order mark. What is wrong has a line and a
 * column [bytes] in `diag`. A line is parsed by cJSON; what that lets pass is
 * refused before.
 *
 * Memory    everything belongs to the baseline.
 * Threads   read-only once read.
 */

/* A fingerprint, and the entry that has it. */
struct rsk_known_ref {
	const uint8_t *print;
	uint32_t entry;
	bool is_history; /* its `history`, not its `fingerprint` */
};

struct rsk_baseline {
	const char *name;
	uint32_t scope; /* set of enum rsk_scope */
	const char *folder;
	RSK_VEC(struct rsk_known) entries; /* in the order of the file */
	RSK_VEC(struct rsk_known_ref)
	refs; /* by fingerprint, then by entry;
	       * of two equal ones the first */
	struct rsk_arena arena;
};

/*
 * *out must be zeroed; on failure it is zeroed again. `name` is copied.
 *
 * RSK_SYNTAX, RSK_LIMIT
 */
RSK_MUST_CHECK enum rsk_err rsk_baseline_read(struct rsk_baseline *out,
	const char *name, struct rsk_slice text, struct rsk_diag *diag);
void rsk_baseline_release(struct rsk_baseline *baseline);

/* The first of `refs` with that fingerprint, or refs.len. */
size_t rsk_baseline_find(const struct rsk_baseline *baseline,
	const uint8_t print[RSK_KNOWN_PRINT]);

/*
 * Write a file that rsk_baseline_read() takes: those of `known` that are not
 * gone, sorted. Nothing of it depends on the order they come in.
 * RSK_IO: a write was lost, with errno.
 */
struct rsk_baseline_content {
	uint32_t scope;
	const char *folder;
	const struct rsk_known *known;
	size_t len;
};
RSK_MUST_CHECK enum rsk_err rsk_baseline_write(
	const struct rsk_baseline_content *content, FILE *file);

/* "tree history": `out` must hold all of them. */
enum { RSK_SCOPE_TEXT = 64 };
const char *rsk_scope_text(char out[RSK_SCOPE_TEXT], uint32_t scope);

#endif
