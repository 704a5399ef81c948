#ifndef RSK_BASE_SLICE_H
#define RSK_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Bytes that belong to someone else: any bytes, NULs included, no closing NUL.
 * A slice is a value; it is never freed and never outlives what it points to.
 */
struct rsk_slice {
	const uint8_t *ptr; /* may be NULL when len is 0 */
	size_t len;
};

/* A slice over a string literal or an array of char with a closing NUL. */
#define RSK_LIT(literal)                                                       \
	((struct rsk_slice){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static inline struct rsk_slice rsk_slice(const void *ptr, size_t len)
{
	return (struct rsk_slice){ (const uint8_t *)ptr, len };
}

/* Over a NUL-terminated string; NULL gives the empty slice. */
static inline struct rsk_slice rsk_slice_str(const char *text)
{
	return rsk_slice(text, text ? strlen(text) : 0);
}

/* The part [begin, end), cut to what is there. */
static inline struct rsk_slice rsk_slice_cut(
	struct rsk_slice s, size_t begin, size_t end)
{
	if (end > s.len)
		end = s.len;
	if (begin > end)
		begin = end;
	/* NULL goes with no bytes, so nothing is added to it. */
	return rsk_slice(begin ? s.ptr + begin : s.ptr, end - begin);
}

static inline bool rsk_slice_eq(struct rsk_slice a, struct rsk_slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static inline bool rsk_slice_eq_str(struct rsk_slice a, const char *b)
{
	return rsk_slice_eq(a, rsk_slice_str(b));
}

/* Byte order, shorter first among equals: <0, 0, >0 as memcmp. */
int rsk_slice_cmp(struct rsk_slice a, struct rsk_slice b);

/* ASCII letters compare without case; other bytes as they are. */
bool rsk_slice_eq_nocase(struct rsk_slice a, struct rsk_slice b);

bool rsk_slice_starts(struct rsk_slice s, struct rsk_slice prefix);
bool rsk_slice_ends(struct rsk_slice s, struct rsk_slice suffix);

/* Offset of the first `needle` in `s`, or s.len when there is none. */
size_t rsk_slice_find(struct rsk_slice s, struct rsk_slice needle);
size_t rsk_slice_find_nocase(struct rsk_slice s, struct rsk_slice needle);

/* Without ASCII white space at both ends. */
struct rsk_slice rsk_slice_trim(struct rsk_slice s);

/*
 * Take the next line off `rest` (CR, LF or CRLF ends it; the ending is not in
 * *line). False when nothing is left.
 */
bool rsk_slice_line(struct rsk_slice *line, struct rsk_slice *rest);

/* "email" of "user.email": the part after the last dot, or all of it. */
struct rsk_slice rsk_last_name(struct rsk_slice names);

/* The part of a path after its last '/'. */
struct rsk_slice rsk_path_base(struct rsk_slice path);

/* "a/b", "a/": relative, and whatever it is put behind, it stays in there. */
bool rsk_path_is_inside(struct rsk_slice path);

/* The part of a path before its last '/', empty when it has none. */
struct rsk_slice rsk_path_dir(struct rsk_slice path);

#endif
