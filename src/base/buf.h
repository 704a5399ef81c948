#ifndef RSK_BASE_BUF_H
#define RSK_BASE_BUF_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * A growable run of bytes that knows its own ceiling.
 *
 *	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_RULE_BYTES);
 *	enum rsk_err err = rsk_buf_add(&text, bytes, len);
 *	...
 *	rsk_buf_release(&text);
 *
 * The bytes may hold NULs. Behind the last byte there are always RSK_BUF_PAD
 * readable zero bytes (as soon as there is any memory at all): the prefilter's
 * vector code may look past the end, and ptr can be printed as a string.
 * A failed call leaves the buffer as it was. There is no going on without
 *memory for a buffer under RSK_SMALL_BYTES: that ends the process as base/mem.h
 *does.
 */
enum { RSK_BUF_PAD = 64 };

struct rsk_buf {
	uint8_t *ptr; /* owned; NULL until the first byte */
	size_t len;   /* bytes used, the padding not counted */
	size_t cap;   /* bytes allocated, the padding counted */
	size_t max;   /* len never passes this: RSK_TOOBIG */
};

#define RSK_BUF_INIT(limit) ((struct rsk_buf){ .max = (limit) })

/* Make room for `extra` more bytes. RSK_TOOBIG, RSK_NOMEM. */
RSK_MUST_CHECK enum rsk_err rsk_buf_reserve(struct rsk_buf *buf, size_t extra);

/* Append bytes. RSK_TOOBIG, RSK_NOMEM. */
RSK_MUST_CHECK enum rsk_err rsk_buf_add(
	struct rsk_buf *buf, const void *bytes, size_t len);
RSK_MUST_CHECK enum rsk_err rsk_buf_add_slice(
	struct rsk_buf *buf, struct rsk_slice s);
RSK_MUST_CHECK enum rsk_err rsk_buf_add_str(
	struct rsk_buf *buf, const char *text);
RSK_MUST_CHECK enum rsk_err rsk_buf_add_byte(struct rsk_buf *buf, uint8_t byte);
RSK_MUST_CHECK enum rsk_err rsk_buf_printf(
	struct rsk_buf *buf, const char *format, ...) RSK_PRINTF(2, 3);

/*
 * Say that `len` bytes were written into memory got with rsk_buf_reserve().
 * Never more than was reserved.
 */
void rsk_buf_commit(struct rsk_buf *buf, size_t len);

/* Drop everything past `len`, which must not be past the end. */
void rsk_buf_truncate(struct rsk_buf *buf, size_t len);

/* Drop the first `len` bytes, moving the rest to the front. */
void rsk_buf_drop(struct rsk_buf *buf, size_t len);

/* Free the bytes; the buffer is empty, keeps its ceiling, can be used again. */
void rsk_buf_release(struct rsk_buf *buf);

static inline struct rsk_slice rsk_buf_slice(const struct rsk_buf *buf)
{
	return rsk_slice(buf->ptr, buf->len);
}

/* The bytes as a string, "" when there are none. */
static inline const char *rsk_buf_cstr(const struct rsk_buf *buf)
{
	return buf->ptr ? (const char *)buf->ptr : "";
}

#endif
