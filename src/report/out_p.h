#ifndef RSK_REPORT_OUT_P_H
#define RSK_REPORT_OUT_P_H

#include <stdio.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Where a report goes. It remembers the first failure, after which nothing is
 * written: formats write on and ask once, at the end.
 *
 *	struct rsk_out out = { .file = file };
 *
 *	rsk_out_text(&out, "...");
 *	return rsk_out_finish(&out);
 */
struct rsk_out {
	FILE *file;
	enum rsk_err err;
	int why; /* errno of the first lost write */
};

void rsk_out_slice(struct rsk_out *out, struct rsk_slice bytes);
void rsk_out_text(struct rsk_out *out, const char *text);

/* Note a failure that was not a write's. RSK_OK changes nothing. */
void rsk_out_fail(struct rsk_out *out, enum rsk_err err);

/* Flush. RSK_IO, with errno: not every byte went out. */
RSK_MUST_CHECK enum rsk_err rsk_out_finish(struct rsk_out *out);

#endif
