#include "syntax/bind_p.h"

/* Members of one target: x.a.b.c = 1. Longer ones are nobody's. */
enum { MAX_MEMBERS = 32 };

/* The token behind x, x.a, x['a'], x!.a */
static uint32_t target_end(const struct rsk_js *js, uint32_t i)
{
	i++;
	for (uint32_t n = 0; n < MAX_MEMBERS; n++) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);

		if (kind == RSK_JS_DOT &&
			rsk_js_is_word(rsk_js_kind(js, i + 1)))
			i += 2;
		else if (kind == RSK_JS_LBRACKET &&
			 !rsk_js_has(js, i, RSK_JS_PREFIX))
			i = rsk_js_skip(js, i);
		else if (kind == RSK_JS_NOT &&
			 !rsk_js_has(js, i, RSK_JS_PREFIX))
			i++;
		else
			return i;
	}
	return i;
}

static enum rsk_js_write_kind kind_of(
	const struct rsk_js *js, uint32_t i, uint32_t end)
{
	if (rsk_js_is(js, i - 1, RSK_JS_DELETE))
		return end > i + 1 ? RSK_JS_WRITE_DELETE : RSK_JS_WRITE_NONE;
	if (rsk_js_is(js, i - 1, RSK_JS_INCREMENT) ||
		rsk_js_is(js, i - 1, RSK_JS_DECREMENT))
		return rsk_js_has(js, i, RSK_JS_PREFIX) ? RSK_JS_WRITE_UPDATE
							: RSK_JS_WRITE_NONE;
	switch (rsk_js_kind(js, end)) {
	case RSK_JS_ASSIGN:
		return RSK_JS_WRITE_ASSIGN;
	case RSK_JS_ADD_ASSIGN:
	case RSK_JS_AND_ASSIGN:
	case RSK_JS_OR_ASSIGN:
	case RSK_JS_NULLISH_ASSIGN:
	case RSK_JS_OTHER_ASSIGN:
		return RSK_JS_WRITE_COMPOUND;
	case RSK_JS_INCREMENT:
	case RSK_JS_DECREMENT:
		return rsk_js_has(js, end, RSK_JS_NEWLINE)
			       ? RSK_JS_WRITE_NONE
			       : RSK_JS_WRITE_UPDATE;
	default:
		return RSK_JS_WRITE_NONE;
	}
}

/* Object.assign(x, v) */
static void note_merge(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t target = i + 4;

	if (!rsk_js_is(js, i + 1, RSK_JS_DOT) ||
		!rsk_js_text_is(js, i + 2, "assign") ||
		!rsk_js_is(js, i + 3, RSK_JS_LPAREN))
		return;

	uint32_t end = target_end(js, target);
	if (!rsk_js_is_name(rsk_js_kind(js, target)) ||
		!rsk_js_is(js, end, RSK_JS_COMMA))
		return;
	rsk_js_add_write(
		walk, (struct rsk_js_write){ .kind = RSK_JS_WRITE_MERGE,
			      .target = target,
			      .end = end,
			      .value = end + 1,
			      .function = rsk_js_level(walk)->function });
}

/* Straight in a class's body there are fields, `client: Client = null`, and no
 * assignments but in what a field is given: `a = b = c`. */
static bool is_field(struct rsk_js_walk *walk, uint32_t i)
{
	uint32_t body = rsk_js_level(walk)->token;

	return body && rsk_js_role(walk->js, body) == RSK_JS_CLASS_BODY &&
	       !rsk_js_is(walk->js, i - 1, RSK_JS_ASSIGN);
}

/* The name at the beginning of bind:value={x}: what a user enters comes there,
 * whatever the name was given before. */
static bool is_bound(const struct rsk_js *js, uint32_t i)
{
	static const struct rsk_slice mark = RSK_LIT("bind:");
	uint32_t at = rsk_js_begin(js, i);
	const uint8_t *src = js->source.ptr;

	if (at < 8 || src[at - 1] != '{' || src[at - 2] != '=')
		return false;
	for (at -= 2; at > mark.len && at + 40 > rsk_js_begin(js, i); at--)
		if (src[at] == ':')
			return rsk_slice_ends(rsk_slice(src, at + 1), mark);
		else if (src[at] == ' ' || src[at] == '\n')
			return false;
	return false;
}

void rsk_js_bind_write(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;

	if (rsk_js_is(js, i, RSK_JS_NAME) && rsk_js_text_is(js, i, "Object"))
		note_merge(walk, i);

	uint32_t end = target_end(js, i);
	enum rsk_js_write_kind kind = kind_of(js, i, end);
	if (kind == RSK_JS_WRITE_NONE && is_bound(js, i))
		kind = RSK_JS_WRITE_BOUND;
	if (kind == RSK_JS_WRITE_NONE || is_field(walk, i))
		return;
	bool has_value =
		kind == RSK_JS_WRITE_ASSIGN || kind == RSK_JS_WRITE_COMPOUND;
	rsk_js_add_write(
		walk, (struct rsk_js_write){ .kind = kind,
			      .target = i,
			      .end = end,
			      .value = has_value ? end + 1 : 0,
			      .function = rsk_js_level(walk)->function });
}
