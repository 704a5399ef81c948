#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

static void zero_pad(struct rsk_buf *buf)
{
	if (buf->ptr)
		memset(buf->ptr + buf->len, 0, RSK_BUF_PAD);
}

enum rsk_err rsk_buf_reserve(struct rsk_buf *buf, size_t extra)
{
	assert(buf->max > 0 && buf->max < SIZE_MAX / 2);
	if (extra > buf->max - buf->len)
		return RSK_TOOBIG;

	size_t need = buf->len + extra + RSK_BUF_PAD;
	if (need <= buf->cap)
		return RSK_OK;

	size_t cap = buf->cap + buf->cap / 2;
	if (cap < need)
		cap = need;

	uint8_t *ptr = realloc(buf->ptr, cap);
	if (!ptr && cap < RSK_SMALL_BYTES)
		rsk_out_of_memory();
	if (!ptr)
		return RSK_NOMEM;

	buf->ptr = ptr;
	buf->cap = cap;
	zero_pad(buf);
	return RSK_OK;
}

void rsk_buf_commit(struct rsk_buf *buf, size_t len)
{
	assert(buf->cap - buf->len >= len + RSK_BUF_PAD);
	buf->len += len;
	zero_pad(buf);
}

enum rsk_err rsk_buf_add(struct rsk_buf *buf, const void *bytes, size_t len)
{
	enum rsk_err err = rsk_buf_reserve(buf, len);

	if (err)
		return err;

	if (len)
		memcpy(buf->ptr + buf->len, bytes, len);
	rsk_buf_commit(buf, len);
	return RSK_OK;
}

enum rsk_err rsk_buf_add_slice(struct rsk_buf *buf, struct rsk_slice s)
{
	return rsk_buf_add(buf, s.ptr, s.len);
}

enum rsk_err rsk_buf_add_str(struct rsk_buf *buf, const char *text)
{
	return rsk_buf_add(buf, text, strlen(text));
}

enum rsk_err rsk_buf_add_byte(struct rsk_buf *buf, uint8_t byte)
{
	return rsk_buf_add(buf, &byte, 1);
}

enum rsk_err rsk_buf_printf(struct rsk_buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	enum rsk_err err = RSK_NOMEM;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);

	if (len >= 0)
		err = rsk_buf_reserve(buf, (size_t)len);
	if (!err) {
		/* The closing NUL goes into the padding. */
		vsnprintf((char *)buf->ptr + buf->len, (size_t)len + 1, format,
			again);
		rsk_buf_commit(buf, (size_t)len);
	}
	va_end(again);
	return err;
}

void rsk_buf_truncate(struct rsk_buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	zero_pad(buf);
}

void rsk_buf_drop(struct rsk_buf *buf, size_t len)
{
	assert(len <= buf->len);
	if (len)
		memmove(buf->ptr, buf->ptr + len, buf->len - len);
	rsk_buf_truncate(buf, buf->len - len);
}

void rsk_buf_release(struct rsk_buf *buf)
{
	free(buf->ptr);
	*buf = RSK_BUF_INIT(buf->max);
}
