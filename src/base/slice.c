#include "base/slice.h"

#include <strings.h>

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int rsk_slice_cmp(struct rsk_slice a, struct rsk_slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool rsk_slice_eq_nocase(struct rsk_slice a, struct rsk_slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool rsk_slice_starts(struct rsk_slice s, struct rsk_slice prefix)
{
	return s.len >= prefix.len &&
	       rsk_slice_eq(rsk_slice_cut(s, 0, prefix.len), prefix);
}

bool rsk_slice_ends(struct rsk_slice s, struct rsk_slice suffix)
{
	return s.len >= suffix.len &&
	       rsk_slice_eq(
		       rsk_slice_cut(s, s.len - suffix.len, s.len), suffix);
}

size_t rsk_slice_find(struct rsk_slice s, struct rsk_slice needle)
{
	if (!needle.len)
		return 0;
	if (needle.len > s.len)
		return s.len;

	/* ThreadSanitizer has memmem() read all of s each time: the lines of a
	 * long text would take it hours. */
	const uint8_t *hit =
		needle.len == 1 ? memchr(s.ptr, needle.ptr[0], s.len)
				: memmem(s.ptr, s.len, needle.ptr, needle.len);
	return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t rsk_slice_find_nocase(struct rsk_slice s, struct rsk_slice needle)
{
	for (size_t i = 0; needle.len <= s.len && i <= s.len - needle.len; i++)
		if (rsk_slice_eq_nocase(
			    rsk_slice_cut(s, i, i + needle.len), needle))
			return i;
	return s.len;
}

struct rsk_slice rsk_slice_trim(struct rsk_slice s)
{
	while (s.len && is_space(s.ptr[0]))
		s = rsk_slice_cut(s, 1, s.len);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool rsk_slice_line(struct rsk_slice *line, struct rsk_slice *rest)
{
	size_t end = 0;
	size_t next;

	if (!rest->len)
		return false;

	while (end < rest->len && rest->ptr[end] != '\n' &&
		rest->ptr[end] != '\r')
		end++;

	next = end < rest->len ? end + 1 : end;
	if (next < rest->len && rest->ptr[end] == '\r' &&
		rest->ptr[next] == '\n')
		next++;

	*line = rsk_slice_cut(*rest, 0, end);
	*rest = rsk_slice_cut(*rest, next, rest->len);
	return true;
}

static size_t last_slash(struct rsk_slice path)
{
	size_t i = path.len;

	while (i > 0 && path.ptr[i - 1] != '/')
		i--;
	return i;
}

struct rsk_slice rsk_path_base(struct rsk_slice path)
{
	return rsk_slice_cut(path, last_slash(path), path.len);
}

struct rsk_slice rsk_last_name(struct rsk_slice names)
{
	size_t at = names.len;

	while (at && names.ptr[at - 1] != '.')
		at--;
	return rsk_slice_cut(names, at, names.len);
}

bool rsk_path_is_inside(struct rsk_slice path)
{
	while (path.len) {
		size_t end = rsk_slice_find(path, RSK_LIT("/"));
		struct rsk_slice part = rsk_slice_cut(path, 0, end);

		if (!part.len || rsk_slice_eq_str(part, ".."))
			return false;
		path = rsk_slice_cut(path, end + 1, path.len);
	}
	return true;
}

struct rsk_slice rsk_path_dir(struct rsk_slice path)
{
	size_t slash = last_slash(path);

	return rsk_slice_cut(path, 0, slash ? slash - 1 : 0);
}
