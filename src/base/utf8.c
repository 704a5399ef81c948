#include "base/utf8.h"

enum { REPLACEMENT = 0xfffd };

static const struct rsk_rune bad = { RSK_RUNE_BAD, 1 };

static bool is_tail(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* `len` bytes whose first one carries `bits`; no surrogate, no long form. */
static struct rsk_rune decode(
	struct rsk_slice s, uint32_t len, int32_t bits, int32_t least)
{
	if (s.len < len)
		return bad;
	for (uint32_t i = 1; i < len; i++) {
		if (!is_tail(s.ptr[i]))
			return bad;
		bits = bits << 6 | (s.ptr[i] & 0x3f);
	}
	if (bits < least || bits > 0x10ffff || (bits >> 11) == 0x1b)
		return bad;
	return (struct rsk_rune){ bits, len };
}

struct rsk_rune rsk_utf8_next(struct rsk_slice s)
{
	uint8_t first = s.ptr[0];

	if (first < 0x80)
		return (struct rsk_rune){ first, 1 };
	if ((first & 0xe0) == 0xc0)
		return decode(s, 2, first & 0x1f, 0x80);
	if ((first & 0xf0) == 0xe0)
		return decode(s, 3, first & 0x0f, 0x800);
	if ((first & 0xf8) == 0xf0)
		return decode(s, 4, first & 0x07, 0x10000);
	return bad;
}

size_t rsk_utf8_count(struct rsk_slice s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; count++)
		i += s.ptr[i] < 0x80
			     ? 1
			     : rsk_utf8_next(rsk_slice_cut(s, i, s.len)).len;
	return count;
}

#define NOT_ASCII UINT64_C(0x8080808080808080)

bool rsk_utf8_valid(struct rsk_slice s)
{
	for (size_t i = 0; i < s.len;) {
		uint64_t eight = NOT_ASCII;

		if (s.len - i >= sizeof(eight))
			memcpy(&eight, s.ptr + i, sizeof(eight));
		if (!(eight & NOT_ASCII)) {
			i += sizeof(eight);
			continue;
		}

		struct rsk_rune rune =
			rsk_utf8_next(rsk_slice_cut(s, i, s.len));
		if (rune.code == RSK_RUNE_BAD)
			return false;
		i += rune.len;
	}
	return true;
}

enum rsk_err rsk_utf8_put(struct rsk_buf *out, int32_t code)
{
	uint8_t bytes[4];

	if (code < 0 || code > 0x10ffff || (code >> 11) == 0x1b)
		code = REPLACEMENT;
	if (code < 0x80)
		return rsk_buf_add_byte(out, (uint8_t)code);

	size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--, code >>= 6)
		bytes[i] = (uint8_t)(0x80 | (code & 0x3f));
	bytes[0] = (uint8_t)((0xf00 >> len & 0xff) | code);
	return rsk_buf_add(out, bytes, len);
}

enum rsk_err rsk_utf8_clean(struct rsk_buf *out, struct rsk_slice s)
{
	enum rsk_err err = RSK_OK;

	while (s.len && !err) {
		struct rsk_rune rune = rsk_utf8_next(s);

		err = rune.code == RSK_RUNE_BAD
			      ? rsk_utf8_put(out, REPLACEMENT)
			      : rsk_buf_add(out, s.ptr, rune.len);
		s = rsk_slice_cut(s, rune.len, s.len);
	}
	return err;
}

bool rsk_utf8_deceptive(int32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	       (code >= 0xe0000 && code <= 0xe007f);
}

static enum rsk_err escape_one(
	struct rsk_buf *out, struct rsk_slice s, struct rsk_rune rune)
{
	if (rune.code == '\\')
		return rsk_buf_add_str(out, "\\\\");
	if (rune.code == '\n')
		return rsk_buf_add_str(out, "\\n");
	if (rune.code == '\t')
		return rsk_buf_add_str(out, "\\t");
	if (rune.code == RSK_RUNE_BAD || (rune.len == 1 && rune.code < 0x80 &&
						 rsk_utf8_deceptive(rune.code)))
		return rsk_buf_printf(out, "\\x%02x", s.ptr[0]);
	if (rsk_utf8_deceptive(rune.code))
		return rsk_buf_printf(out, "\\u{%x}", (unsigned)rune.code);
	return rsk_buf_add(out, s.ptr, rune.len);
}

enum rsk_err rsk_utf8_escape(struct rsk_buf *out, struct rsk_slice s)
{
	enum rsk_err err = RSK_OK;

	while (s.len && !err) {
		struct rsk_rune rune = rsk_utf8_next(s);

		err = escape_one(out, s, rune);
		s = rsk_slice_cut(s, rune.len, s.len);
	}
	return err;
}
