#include "report/json_p.h"

#include <assert.h>
#include <inttypes.h>

#include "base/utf8.h"
#include "report/words_p.h"

enum { ESCAPED = 32 };

static void newline(struct rsk_json *json)
{
	rsk_out_text(json->out, "\n");
	for (unsigned i = 0; i < json->depth; i++)
		rsk_out_text(json->out, " ");
}

/* What stands before every value: a comma, a line, the key. */
static void begin(struct rsk_json *json, const char *key)
{
	if (json->filled)
		rsk_out_text(json->out, ",");
	if (json->depth && json->depth <= json->lines)
		newline(json);
	json->filled = true;
	if (!key)
		return;
	rsk_out_text(json->out, "\"");
	rsk_json_add_str(json, key);
	rsk_out_text(json->out, "\":");
}

static void open_one(struct rsk_json *json, const char *key, const char *pair)
{
	const char brace[] = { pair[0], '\0' };

	assert(json->depth < RSK_JSON_DEPTH);
	begin(json, key);
	rsk_out_text(json->out, brace);
	json->close[json->depth++] = pair[1];
	json->filled = false;
}

void rsk_json_object(struct rsk_json *json, const char *key)
{
	open_one(json, key, "{}");
}

void rsk_json_array(struct rsk_json *json, const char *key)
{
	open_one(json, key, "[]");
}

void rsk_json_end(struct rsk_json *json)
{
	assert(json->depth > 0);

	const char brace[] = { json->close[--json->depth], '\0' };

	if (json->filled && json->depth < json->lines)
		newline(json);
	rsk_out_text(json->out, brace);
	json->filled = true;
}

void rsk_json_newline(struct rsk_json *json)
{
	assert(json->depth == 0);
	rsk_out_text(json->out, "\n");
	json->filled = false;
}

/* "##[" and "##word[" are commands to CI systems that show the output. */
static bool is_command(struct rsk_slice text, size_t i)
{
	return text.ptr[i] == '#' && i > 0 && text.ptr[i - 1] == '#' &&
	       i + 1 < text.len && text.ptr[i + 1] > ' ';
}

static bool is_plain(struct rsk_slice text, size_t i)
{
	uint8_t byte = text.ptr[i];

	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' &&
	       !is_command(text, i);
}

static const char *short_escape(int32_t code)
{
	switch (code) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

/* \uXXXX, as two surrogates beyond the first plane. */
static void add_escape(struct rsk_json *json, int32_t code)
{
	char text[ESCAPED];

	if (code < 0x10000)
		snprintf(text, sizeof(text), "\\u%04x", (unsigned)code);
	else
		snprintf(text, sizeof(text), "\\u%04x\\u%04x",
			0xd800U + ((unsigned)(code - 0x10000) >> 10),
			0xdc00U + ((unsigned)code & 0x3ff));
	rsk_out_text(json->out, text);
}

static void add_rune(
	struct rsk_json *json, struct rsk_slice text, struct rsk_rune rune)
{
	const char *escape = short_escape(rune.code);

	if (escape)
		rsk_out_text(json->out, escape);
	else if (rune.code == RSK_RUNE_BAD)
		rsk_out_text(json->out, "\xef\xbf\xbd");
	else if (rsk_utf8_deceptive(rune.code) || rune.code == '#')
		add_escape(json, rune.code);
	else
		rsk_out_slice(json->out, rsk_slice_cut(text, 0, rune.len));
}

void rsk_json_add(struct rsk_json *json, struct rsk_slice text)
{
	while (text.len) {
		size_t plain = 0;

		while (plain < text.len && is_plain(text, plain))
			plain++;
		rsk_out_slice(json->out, rsk_slice_cut(text, 0, plain));
		text = rsk_slice_cut(text, plain, text.len);
		if (!text.len)
			break;

		struct rsk_rune rune = rsk_utf8_next(text);
		add_rune(json, text, rune);
		text = rsk_slice_cut(text, rune.len, text.len);
	}
}

void rsk_json_add_str(struct rsk_json *json, const char *text)
{
	rsk_json_add(json, rsk_slice_str(text));
}

void rsk_json_open_string(struct rsk_json *json, const char *key)
{
	begin(json, key);
	rsk_out_text(json->out, "\"");
}

void rsk_json_close_string(struct rsk_json *json)
{
	rsk_out_text(json->out, "\"");
}

void rsk_json_slice(
	struct rsk_json *json, const char *key, struct rsk_slice text)
{
	rsk_json_open_string(json, key);
	rsk_json_add(json, text);
	rsk_json_close_string(json);
}

void rsk_json_str(struct rsk_json *json, const char *key, const char *text)
{
	rsk_json_slice(json, key, rsk_slice_str(text));
}

void rsk_json_number(struct rsk_json *json, const char *key, uint64_t number)
{
	char text[ESCAPED];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	begin(json, key);
	rsk_out_text(json->out, text);
}

void rsk_json_bool(struct rsk_json *json, const char *key, bool value)
{
	begin(json, key);
	rsk_out_text(json->out, value ? "true" : "false");
}

void rsk_json_null(struct rsk_json *json, const char *key)
{
	begin(json, key);
	rsk_out_text(json->out, "null");
}

void rsk_json_base64(
	struct rsk_json *json, const char *key, struct rsk_slice bytes)
{
	char text[RSK_BASE64_THREE];

	rsk_json_open_string(json, key);
	for (size_t i = 0; i < bytes.len; i += 3)
		rsk_out_text(json->out,
			rsk_base64(text, rsk_slice_cut(bytes, i, i + 3)));
	rsk_json_close_string(json);
}

void rsk_json_path(struct rsk_json *json, struct rsk_slice path)
{
	rsk_json_slice(json, "path", path);
	if (!rsk_utf8_valid(path))
		rsk_json_base64(json, "path_bytes_b64", path);
}
