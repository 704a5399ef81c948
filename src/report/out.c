#include "report/out_p.h"

#include <errno.h>

void rsk_out_fail(struct rsk_out *out, enum rsk_err err)
{
	if (out->err || !err)
		return;
	out->err = err;
	out->why = errno;
}

void rsk_out_slice(struct rsk_out *out, struct rsk_slice bytes)
{
	if (out->err || !bytes.len)
		return;
	if (fwrite(bytes.ptr, 1, bytes.len, out->file) != bytes.len)
		rsk_out_fail(out, RSK_IO);
}

void rsk_out_text(struct rsk_out *out, const char *text)
{
	rsk_out_slice(out, rsk_slice_str(text));
}

enum rsk_err rsk_out_finish(struct rsk_out *out)
{
	if (!out->err && (fflush(out->file) || ferror(out->file)))
		rsk_out_fail(out, RSK_IO);
	if (out->err)
		errno = out->why;
	return out->err;
}
