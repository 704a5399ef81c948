#ifndef RSK_BASE_DIAG_H
#define RSK_BASE_DIAG_H

#include <stdint.h>

#include "base/err.h"

/*
 * Words for an error, kept by the caller. There is no hidden "last error":
 * a function that has something to say takes a struct rsk_diag, fills it in
 * and returns its code.
 *
 *	struct rsk_diag diag = { 0 };
 *
 *	if (rsk_ruleset_add_file(set, path, &diag))
 *		fprintf(stderr, "rskan: %s\n", rsk_diag_text(&diag, line));
 */
struct rsk_diag {
	char file[256];  /* where, may be empty; control bytes replaced */
	uint32_t line;   /* [human] 1-based; 0 when there is none */
	uint32_t column; /* [human] 1-based, in bytes; 0 when there is none */
	char text[512];  /* one sentence, lower case, no full stop */
};

/*
 * Fill in `diag` (NULL is fine) and return `err`, so that a failing function
 * can end with `return rsk_diag_set(diag, RSK_SYNTAX, "...")`.
 * The place is kept as it is: set it with rsk_diag_at().
 */
enum rsk_err rsk_diag_set(struct rsk_diag *diag, enum rsk_err err,
	const char *format, ...) RSK_PRINTF(3, 4);

/* Say where. `file` may be NULL to keep the present one. */
void rsk_diag_at(struct rsk_diag *diag, const char *file, uint32_t line,
	uint32_t column);

enum { RSK_DIAG_LINE_MAX = 1024 };

/*
 * "file:line:column: text" without the parts that there are none of, written
 * to `out` and returned.
 */
const char *rsk_diag_text(
	const struct rsk_diag *diag, char out[RSK_DIAG_LINE_MAX]);

#endif
