#include "checks/hook_p.h"

/* How a receiver compares the signature with what it computed. */

static bool reads_header(const struct rsk_js_val *val)
{
	return rsk_webhook_has(val->path, "x-resync-signature") ||
	       (val->kind == RSK_JS_V_MEMBER &&
		       rsk_webhook_has(val->text, "x-resync-signature")) ||
	       (val->kind == RSK_JS_V_CALL && val->n_parts > 1 &&
		       val->parts[1] &&
		       rsk_webhook_is_header(val->parts[1]->text));
}

static bool is_digest(const struct rsk_js_val *val)
{
	if (!val)
		return false;
	if (val->kind == RSK_JS_V_CONCAT || val->kind == RSK_JS_V_UNION) {
		for (uint32_t i = 0; i < val->n_parts; i++)
			if (is_digest(val->parts[i]))
				return true;
		return false;
	}
	return val->kind == RSK_JS_V_CALL && val->n_parts &&
	       (rsk_slice_eq_str(rsk_hook_last_name(val->parts[0]), "digest") ||
		       rsk_slice_eq_str(
			       rsk_hook_last_name(val->parts[0]), "sign"));
}

/* One side of a comparison: its last name and, where it is one, its value. */
struct side {
	bool signature, computed;
};

/* Of a name in front of an operator, what it was declared with. */
static struct rsk_js_val *value_at(
	struct rsk_hook *w, uint32_t token, bool before)
{
	struct rsk_js_bind *bind = w->file->bind;
	uint32_t init;

	if (!before)
		return rsk_js_eval_at(&w->code->eval, w->file, token);
	init = bind->bindings.ptr[rsk_js_resolve(bind, token)].init;
	if (!init || bind->bindings.ptr[rsk_js_resolve(bind, token)].step)
		return NULL;
	return rsk_js_eval_at(&w->code->eval, w->file, init);
}

/* handle(@Headers('x-resync-signature') given: string) */
static bool is_header_parameter(struct rsk_hook *w, uint32_t token)
{
	const struct rsk_js *js = w->file->js;
	uint32_t b = rsk_js_resolve(w->file->bind, token);
	uint32_t name = b ? w->file->bind->bindings.ptr[b].name : 0;

	return name > 3 && rsk_js_is(js, name - 1, RSK_JS_RPAREN) &&
	       rsk_js_is(js, name - 3, RSK_JS_LPAREN) &&
	       rsk_webhook_is_header(rsk_hook_text(js, name - 2));
}

enum { MAX_DOWN = 4, MAX_TOKENS = 200 }; /* names, tokens of one value */

static bool makes_digest(const struct rsk_js *js, uint32_t i)
{
	static const char *const names[] = { "digest", "sign", "createHmac",
		"HmacSHA256", "hmacSha256", NULL };

	return rsk_js_is(js, i + 1, RSK_JS_LPAREN) &&
	       rsk_webhook_is_one_of(rsk_js_text(js, i), names);
}

static bool reads_it(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_STRING) &&
	       rsk_webhook_is_header(rsk_hook_text(js, i));
}

typedef bool part_test(const struct rsk_js *js, uint32_t i);

/* Does the expression end in front of the token? `depth` counts brackets. */
static bool is_over(
	const struct rsk_js *js, uint32_t first, uint32_t i, int *depth)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);

	if (kind == RSK_JS_SEMICOLON || (kind == RSK_JS_COMMA && !*depth) ||
		(i > first && rsk_js_role(js, i) == RSK_JS_STATEMENT &&
			rsk_js_is_word(kind)))
		return true;
	if (rsk_js_is_opener(kind))
		*depth += 1;
	else if (rsk_js_is_bracket(kind))
		*depth -= 1;
	return *depth < 0;
}

/* Is an expression, or what a name in it was declared with, made of a part
 * like this? The steps between are no concern: bytes, digits, text. */
static bool is_made_of(
	struct rsk_hook *w, part_test *test, uint32_t first, unsigned down)
{
	struct rsk_js_bind *bind = w->file->bind;
	const struct rsk_js *js = w->file->js;
	int depth = 0;

	for (uint32_t i = first; i < js->count && i < first + MAX_TOKENS; i++) {
		uint32_t b;

		if (is_over(js, first, i, &depth) || !rsk_hook_may_look(w))
			return false;
		if (test(js, i))
			return true;
		if (!rsk_js_is_name(rsk_js_kind(js, i)) || down == MAX_DOWN ||
			rsk_js_is(js, i - 1, RSK_JS_DOT))
			continue;
		b = rsk_js_resolve(bind, i);
		if (b &&
			(bind->bindings.ptr[b].kind == RSK_JS_B_CONST ||
				bind->bindings.ptr[b].kind == RSK_JS_B_VAR) &&
			bind->bindings.ptr[b].init &&
			is_made_of(
				w, test, bind->bindings.ptr[b].init, down + 1))
			return true;
	}
	return false;
}

/* The same of the one name in front of an operator, or of what follows it. */
static bool side_is_made_of(
	struct rsk_hook *w, part_test *test, uint32_t token, bool before)
{
	struct rsk_js_bind *bind = w->file->bind;
	uint32_t b;

	w->looked = 0;
	if (!before)
		return is_made_of(w, test, token, 0);
	b = rsk_js_resolve(bind, token);
	return b && bind->bindings.ptr[b].kind <= RSK_JS_B_CONST &&
	       bind->bindings.ptr[b].init &&
	       is_made_of(w, test, bind->bindings.ptr[b].init, 0);
}

static struct side side_of(struct rsk_hook *w, uint32_t token, bool before)
{
	const struct rsk_js *js = w->file->js;
	struct rsk_slice name = rsk_js_text(js, token);
	struct side side = { rsk_webhook_is_signature(name),
		rsk_webhook_is_computed(name) };
	struct rsk_js_val *val;

	if (rsk_js_is(js, token, RSK_JS_STRING) ||
		rsk_js_is(js, token, RSK_JS_NUMBER) ||
		rsk_slice_eq_str(name, "length") ||
		rsk_slice_eq_str(name, "undefined") ||
		rsk_slice_eq_str(name, "null"))
		return (struct side){ false, false };
	/* hmac.digest('hex') == sent */
	if (before && rsk_js_is(js, token, RSK_JS_RPAREN) &&
		rsk_js_partner(js, token))
		side.computed = rsk_js_text_is(
			js, rsk_js_partner(js, token) - 1, "digest");
	/* req.get('x-resync-signature'), req.headers['x-resync-signature'] */
	if (before && (rsk_js_is(js, token, RSK_JS_RPAREN) ||
			      rsk_js_is(js, token, RSK_JS_RBRACKET)))
		side.signature =
			rsk_webhook_is_header(rsk_hook_text(js, token - 1));
	if (before && !rsk_js_is_name(rsk_js_kind(js, token)))
		return side;
	if (before && rsk_js_is(js, token - 1, RSK_JS_DOT))
		return side;
	side.signature = side.signature || is_header_parameter(w, token);
	side.computed = side.computed ||
			side_is_made_of(w, makes_digest, token, before);
	side.signature =
		side.signature || side_is_made_of(w, reads_it, token, before);
	rsk_js_eval_begin(&w->code->eval, w->file, token);
	val = value_at(w, token, before);
	if (!val)
		return side;
	side.signature = side.signature || reads_header(val) ||
			 rsk_webhook_is_signature(rsk_hook_last_name(val));
	side.computed = is_digest(val) || (side.computed && !reads_header(val));
	if (rsk_slice_eq_str(rsk_hook_last_name(val), "length") ||
		val->kind == RSK_JS_V_NUMBER || val->kind == RSK_JS_V_NULL ||
		val->kind == RSK_JS_V_BOOL || val->kind == RSK_JS_V_STRING)
		return (struct side){ false, false };
	return side;
}

static bool is_equality(enum rsk_js_kind kind)
{
	return kind == RSK_JS_EQ || kind == RSK_JS_NE ||
	       kind == RSK_JS_EQ_STRICT || kind == RSK_JS_NE_STRICT;
}

/* .equals(x), .localeCompare(x), .includes(x), Buffer.compare(a, b) */
static bool is_equality_call(const struct rsk_js *js, uint32_t paren)
{
	static const char *const names[] = { "equals", "localeCompare",
		"includes", "indexOf", "compare", "isEqual", NULL };

	return rsk_js_is(js, paren - 2, RSK_JS_DOT) &&
	       rsk_webhook_is_one_of(rsk_js_text(js, paren - 1), names);
}

/* b of Buffer.compare(a, b), or 0. */
static uint32_t second_argument(const struct rsk_js *js, uint32_t paren)
{
	uint32_t end = rsk_js_partner(js, paren);

	/* _.isEqual(a, b) */
	if (!rsk_js_text_is(js, paren - 3, "Buffer") &&
		!rsk_js_text_is(js, paren - 1, "isEqual"))
		return 0;
	for (uint32_t i = paren + 1; i < end; i = rsk_js_skip(js, i))
		if (rsk_js_is(js, i, RSK_JS_COMMA))
			return i + 1;
	return 0;
}

static bool is_weak(struct side a, struct side b)
{
	return (a.signature && b.computed) || (a.computed && b.signature);
}

void rsk_hook_find_comparisons(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;

	for (uint32_t i = 4; i < js->count; i++) {
		struct side a = { 0 };
		struct side b = { 0 };

		if (is_equality(rsk_js_kind(js, i))) {
			if (rsk_js_text_is(js, i - 2, "typeof"))
				continue;
			a = side_of(w, i - 1, true);
			b = side_of(w, i + 1, false);
		} else if (rsk_js_is_call(js, i) && is_equality_call(js, i)) {
			uint32_t second = second_argument(js, i);

			a = second ? side_of(w, second, false)
				   : side_of(w, i - 3, true);
			b = side_of(w, i + 1, false);
		}
		if (!is_weak(a, b) || rsk_hook_is_foreign(w, i))
			continue;
		i -= rsk_js_is(js, i, RSK_JS_LPAREN);
		rsk_hook_push(w, "webhook-weak-comparison", i, NULL);
		*RSK_VEC_PUSH(&w->weak) = i++;
	}
}
