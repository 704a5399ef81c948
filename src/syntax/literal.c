#include "base/limits.h"
#include "base/utf8.h"
#include "syntax/js.h"

/*
 * What a token means. Decoding never makes text longer, except where a bad
 * escape becomes U+FFFD: \uD800 is 6 bytes, U+FFFD is 3.
 */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `n` hex digits at the front of `s`, or -1. */
static int32_t hex_number(struct rsk_slice s, size_t n)
{
	int32_t value = 0;

	if (s.len < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(s.ptr[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* {X...} at the front of `s`; its length goes to *used. */
static int32_t braced_number(struct rsk_slice s, size_t *used)
{
	int32_t value = 0;
	size_t i = 1;

	for (; i < s.len && hex_digit(s.ptr[i]) >= 0; i++)
		if (value <= 0x10ffff)
			value = value << 4 | hex_digit(s.ptr[i]);
	if (i == 1 || i == s.len || s.ptr[i] != '}')
		return -1;
	*used = i + 1;
	return value;
}

/* Behind a \u; a pair of surrogates is one code point. */
static int32_t unicode_escape(struct rsk_slice s, size_t *used)
{
	*used = 0;
	if (s.len && s.ptr[0] == '{')
		return braced_number(s, used);

	int32_t high = hex_number(s, 4);
	if (high < 0)
		return -1;
	*used = 4;
	if (high < 0xd800 || high > 0xdbff || s.len < 10 || s.ptr[4] != '\\' ||
		s.ptr[5] != 'u')
		return high;

	int32_t low = hex_number(rsk_slice_cut(s, 6, s.len), 4);
	if (low < 0xdc00 || low > 0xdfff)
		return high;
	*used = 10;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* \0 to \377; what else a digit can mean is the digit itself. */
static int32_t octal_escape(struct rsk_slice s, size_t *used)
{
	int32_t value = 0;
	size_t i = 0;

	while (i < 3 && i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '7' &&
		value * 8 + (s.ptr[i] - '0') <= 255)
		value = value * 8 + (s.ptr[i++] - '0');
	*used = i;
	return value;
}

static const char simple_escapes[] = "n\nt\tr\rb\bf\fv\v";

/* The escape behind a backslash. Returns the bytes it takes. */
static enum rsk_err put_escape(
	struct rsk_buf *out, struct rsk_slice s, size_t *used)
{
	uint8_t c = s.ptr[0];
	size_t inner = 0;
	int32_t code = -1;

	*used = 1;
	for (size_t i = 0; i + 1 < sizeof(simple_escapes); i += 2)
		if (c == (uint8_t)simple_escapes[i])
			return rsk_buf_add_byte(
				out, (uint8_t)simple_escapes[i + 1]);
	if (c == '\n')
		return RSK_OK;
	if (c == '\r') {
		*used = s.len > 1 && s.ptr[1] == '\n' ? 2 : 1;
		return RSK_OK;
	}
	if (c == 'x')
		code = hex_number(rsk_slice_cut(s, 1, s.len), inner = 2);
	else if (c == 'u')
		code = unicode_escape(rsk_slice_cut(s, 1, s.len), &inner);
	if (code >= 0) {
		*used = 1 + inner;
		return rsk_utf8_put(out, code);
	}
	if (c >= '0' && c <= '7') {
		code = octal_escape(s, used);
		return rsk_utf8_put(out, code);
	}
	return rsk_buf_add_byte(out, c);
}

static enum rsk_err undo_escapes(struct rsk_buf *out, struct rsk_slice s)
{
	enum rsk_err err = RSK_OK;

	while (s.len && !err) {
		const uint8_t *slash = memchr(s.ptr, '\\', s.len);
		size_t plain = slash ? (size_t)(slash - s.ptr) : s.len;
		size_t used = 0;

		err = rsk_buf_add(out, s.ptr, plain);
		s = rsk_slice_cut(s, plain, s.len);
		if (err || s.len < 2)
			break;
		s = rsk_slice_cut(s, 1, s.len);
		err = put_escape(out, s, &used);
		s = rsk_slice_cut(s, used, s.len);
	}
	return err;
}

static const struct entity {
	const char *name;
	int32_t code;
} entities[] = {
	{ "amp", '&' },
	{ "apos", '\'' },
	{ "gt", '>' },
	{ "lt", '<' },
	{ "nbsp", 0xa0 },
	{ "quot", '"' },
};

static int32_t named_entity(struct rsk_slice name)
{
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (rsk_slice_eq_str(name, entities[i].name))
			return entities[i].code;
	return -1;
}

static int32_t numeric_entity(struct rsk_slice digits)
{
	int32_t value = 0;

	if (digits.len && (digits.ptr[0] | 0x20) == 'x')
		return digits.len < 8 ? hex_number(rsk_slice_cut(digits, 1,
							   digits.len),
						digits.len - 1)
				      : -1;
	if (!digits.len || digits.len > 7)
		return -1;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return -1;
		value = value * 10 + (digits.ptr[i] - '0');
	}
	return value;
}

/* &name; at the front of `s`. An unknown one stays as it is. */
static enum rsk_err put_entity(
	struct rsk_buf *out, struct rsk_slice s, size_t *used)
{
	size_t end = 1;
	int32_t code = -1;

	while (end < s.len && end < 12 && s.ptr[end] != ';')
		end++;
	if (end < s.len && s.ptr[end] == ';') {
		struct rsk_slice name = rsk_slice_cut(s, 1, end);

		code = name.len && name.ptr[0] == '#'
			       ? numeric_entity(
					 rsk_slice_cut(name, 1, name.len))
			       : named_entity(name);
	}
	*used = code < 0 ? 1 : end + 1;
	return code < 0 ? rsk_buf_add_byte(out, '&') : rsk_utf8_put(out, code);
}

static enum rsk_err undo_entities(struct rsk_buf *out, struct rsk_slice s)
{
	enum rsk_err err = RSK_OK;

	while (s.len && !err) {
		const uint8_t *amp = memchr(s.ptr, '&', s.len);
		size_t plain = amp ? (size_t)(amp - s.ptr) : s.len;
		size_t used = 0;

		err = rsk_buf_add(out, s.ptr, plain);
		s = rsk_slice_cut(s, plain, s.len);
		if (err || !s.len)
			break;
		err = put_entity(out, s, &used);
		s = rsk_slice_cut(s, used, s.len);
	}
	return err;
}

/* The text without its quotes, the closing one only where there is one. */
static struct rsk_slice unquoted(const struct rsk_js *js, uint32_t i)
{
	struct rsk_slice text = rsk_js_text(js, i);
	bool open = rsk_js_has(js, i, RSK_JS_UNCLOSED);

	return rsk_slice_cut(text, 1, open ? text.len : text.len - 1);
}

static struct rsk_slice decoded(struct rsk_slice raw, struct rsk_arena *arena,
	enum rsk_err (*decode)(struct rsk_buf *out, struct rsk_slice s))
{
	/* Never longer than the source, so no ceiling is met. */
	struct rsk_buf out = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES * 2);
	struct rsk_slice value = raw;

	if (decode(&out, raw) == RSK_OK)
		value = rsk_arena_slice(arena, rsk_buf_slice(&out));
	rsk_buf_release(&out);
	return value;
}

struct rsk_slice rsk_js_value(
	const struct rsk_js *js, uint32_t i, struct rsk_arena *arena)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);
	bool is_string = kind == RSK_JS_STRING || kind == RSK_JS_JSX_STRING;
	struct rsk_slice raw = is_string ? unquoted(js, i) : rsk_js_text(js, i);

	if (kind == RSK_JS_JSX_STRING || kind == RSK_JS_JSX_TEXT)
		return raw.len && memchr(raw.ptr, '&', raw.len)
			       ? decoded(raw, arena, undo_entities)
			       : raw;
	if (rsk_js_has(js, i, RSK_JS_ESCAPED))
		return decoded(raw, arena, undo_escapes);
	return raw;
}
