#include "checks/code_p.h"

/*
 * Keys that are logged or put into an address by way of a variable. What
 * stands in the call itself is found by the patterns of the rule.
 */

/* The call that is looked at: what stands in it is none of ours. */
struct logging {
	struct rsk_code *code;
	struct rsk_js_file *file;
	uint32_t paren;
};

enum { MAX_PARTS_DOWN = 4 };

static bool has(struct rsk_slice text, const char *part)
{
	return rsk_slice_find(text, rsk_slice_str(part)) < text.len;
}

/* process.env.RESYNC_API_KEY, import.meta.env.VITE_RESYNC_KEY */
static bool is_key_read(struct rsk_slice path)
{
	return has(path, "env.") && has(path, "RESYNC_") &&
	       (rsk_slice_ends(path, RSK_LIT("KEY")) ||
		       rsk_slice_ends(path, RSK_LIT("SECRET")));
}

static bool is_elsewhere(const struct logging *l, const struct rsk_js_val *val)
{
	return val->file != l->file || val->token < l->paren ||
	       val->token > rsk_js_partner(l->file->js, l->paren);
}

/* rsk_live_ and at least a few characters, one of them a digit. */
static bool is_key(struct rsk_slice text)
{
	static const char *const prefixes[] = { "rsk_live_", "rsk_sandbox_" };

	for (size_t i = 0; i < 2; i++) {
		struct rsk_slice prefix = rsk_slice_str(prefixes[i]);

		if (!rsk_slice_starts(text, prefix) ||
			text.len < prefix.len + 6)
			continue;
		for (size_t j = prefix.len; j < text.len; j++)
			if (text.ptr[j] >= '0' && text.ptr[j] <= '9')
				return true;
	}
	return false;
}

static bool holds_key(
	const struct logging *l, struct rsk_js_val *val, unsigned depth);

/* { key: process.env.RESYNC_API_KEY } */
static bool object_holds_key(
	const struct logging *l, struct rsk_js_val *val, unsigned depth)
{
	struct rsk_js_properties list = { 0 };
	bool found = false;

	rsk_js_properties(&l->code->eval, val, &list);
	for (size_t i = 0; i < list.list.len && !found; i++)
		found = holds_key(l, list.list.ptr[i].value, depth + 1);
	RSK_VEC_RELEASE(&list.list);
	return found;
}

static bool holds_key(
	const struct logging *l, struct rsk_js_val *val, unsigned depth)
{
	if (val->kind == RSK_JS_V_OPAQUE)
		return is_elsewhere(l, val) && is_key_read(val->path);
	if (val->kind == RSK_JS_V_STRING)
		return is_elsewhere(l, val) && is_key(val->text);
	if (depth > MAX_PARTS_DOWN)
		return false;
	if (val->kind == RSK_JS_V_OBJECT)
		return object_holds_key(l, val, depth);
	if (val->kind != RSK_JS_V_CONCAT && val->kind != RSK_JS_V_UNION)
		return false;
	for (uint32_t i = 0; i < val->n_parts; i++)
		if (val->parts[i] && holds_key(l, val->parts[i], depth + 1))
			return true;
	return false;
}

static void push(const struct logging *l, const char *message)
{
	struct rsk_code_hit hit = rsk_code_hit(l->code, "key-in-log-or-url",
		l->file, l->paren - 1, l->paren - 1);

	hit.message = message;
	rsk_code_push(l->code, &hit);
}

/* ---- logs ---- */

static bool is_one_of(
	struct rsk_slice text, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (rsk_slice_eq_str(text, list[i]))
			return true;
	return false;
}

#define IS_ONE_OF(text, list)                                                  \
	is_one_of(text, list, sizeof(list) / sizeof((list)[0]))

static bool is_log(const struct rsk_js *js, uint32_t paren)
{
	static const char *const owners[] = { "console", "logger", "log" };
	static const char *const methods[] = { "log", "info", "debug", "warn",
		"error", "trace", "table", "dir", "fatal" };

	return paren > 3 && rsk_js_is(js, paren - 2, RSK_JS_DOT) &&
	       IS_ONE_OF(rsk_js_text(js, paren - 1), methods) &&
	       IS_ONE_OF(rsk_js_text(js, paren - 3), owners);
}

static void look_at_log(const struct logging *l)
{
	struct rsk_js_eval *eval = &l->code->eval;
	struct rsk_js_val *val;

	rsk_js_eval_begin(eval, l->file, l->paren);
	for (uint32_t n = 0; n < 8; n++) {
		val = rsk_js_argument(eval, l->file, l->paren, n);
		if (!val)
			return;
		if (holds_key(l, val, 0)) {
			push(l, "A Resync key is logged");
			return;
		}
	}
}

/* ---- addresses ---- */

static bool is_request(const struct rsk_js *js, uint32_t paren)
{
	static const char *const names[] = { "fetch", "axios", "get", "post",
		"put", "request", "got", "ky", "open" };

	return IS_ONE_OF(rsk_js_text(js, paren - 1), names);
}

/* "...?key=" and behind it what holds a key, or is called one. */
static bool names_key(struct rsk_slice text)
{
	static const char *const ends[] = {
		"key=", "Key=", "token=", "Token=", "secret="
	};

	if (!has(text, "?"))
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (rsk_slice_ends(text, rsk_slice_str(ends[i])))
			return true;
	return false;
}

static bool has_key_in_query(const struct logging *l, struct rsk_js_val *url)
{
	for (uint32_t i = 0; i + 1 < url->n_parts; i++)
		if (url->parts[i] && url->parts[i + 1] &&
			url->parts[i]->kind == RSK_JS_V_STRING &&
			names_key(url->parts[i]->text) &&
			url->parts[i + 1]->kind != RSK_JS_V_STRING)
			return true;
	return names_key(url->text) && holds_key(l, url, 0);
}

static void look_at_request(const struct logging *l)
{
	struct rsk_js_eval *eval = &l->code->eval;
	struct rsk_js_val *url;

	rsk_js_eval_begin(eval, l->file, l->paren);
	url = rsk_js_argument(eval, l->file, l->paren,
		rsk_js_text_is(l->file->js, l->paren - 1, "open"));
	if (url && url->kind == RSK_JS_V_CONCAT && is_elsewhere(l, url) &&
		rsk_code_is_host(l->code, url->text) &&
		has_key_in_query(l, url))
		push(l, "A Resync key is put into the query of an address");
}

/* url.searchParams.set('api_key', key), of a URL of the product's */
static bool is_query(const struct rsk_js *js, uint32_t paren)
{
	return paren > 5 && rsk_js_text_is(js, paren - 3, "searchParams") &&
	       rsk_js_is(js, paren - 4, RSK_JS_DOT) &&
	       (rsk_js_text_is(js, paren - 1, "set") ||
		       rsk_js_text_is(js, paren - 1, "append"));
}

static void look_at_query(const struct logging *l)
{
	struct rsk_js_eval *eval = &l->code->eval;
	struct rsk_js_val *name;
	struct rsk_js_val *url;

	rsk_js_eval_begin(eval, l->file, l->paren);
	name = rsk_js_argument(eval, l->file, l->paren, 0);
	if (name->kind != RSK_JS_V_STRING ||
		!(rsk_slice_find_nocase(name->text, RSK_LIT("key")) <
				name->text.len ||
			rsk_slice_find_nocase(name->text, RSK_LIT("token")) <
				name->text.len))
		return;
	url = rsk_js_eval_at(eval, l->file, l->paren - 5);
	while (url->kind == RSK_JS_V_MEMBER)
		url = url->parts[0];
	/* The callee is the whole chain: its beginning is the URL. */
	if (url->kind == RSK_JS_V_CALL)
		url = url->parts[0];
	while (url->kind == RSK_JS_V_MEMBER)
		url = url->parts[0];
	if (url->kind == RSK_JS_V_NEW && url->n_parts > 1 &&
		rsk_code_is_host(l->code, url->parts[1]->text))
		push(l, "A Resync key is put into the query of an address");
}

void rsk_code_log(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		struct rsk_js_file *file = code->files[i];

		for (uint32_t j = 2; j < file->js->count; j++) {
			const struct logging l = { code, file, j };

			if (!rsk_js_is_call(file->js, j))
				continue;
			if (is_log(file->js, j))
				look_at_log(&l);
			else if (is_query(file->js, j))
				look_at_query(&l);
			else if (is_request(file->js, j))
				look_at_request(&l);
		}
		rsk_js_eval_forget(&code->eval);
		code->eval.limited = 0; /* nothing that is sent away */
	}
}
