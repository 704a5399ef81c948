#include "checks/code_p.h"

/*
 * Plain http to the product's hosts: addresses that are put together, which
 * no pattern sees, and addresses in comparisons, which are no address at all.
 */

static bool starts_plain(struct rsk_slice text)
{
	return rsk_slice_starts(text, RSK_LIT("http://")) ||
	       rsk_slice_starts(text, RSK_LIT("ws://"));
}

static bool is_plain_url(struct rsk_code *code, const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_CONCAT)
		return starts_plain(val->text) &&
		       rsk_code_is_host(code, val->text);
	return false;
}

/* 'http' + '://api...', `${scheme}://...` */
static void look_at_sum(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t token)
{
	struct rsk_js_val *val;
	struct rsk_code_hit hit;

	rsk_js_eval_begin(&code->eval, file, token);
	val = rsk_js_eval_at(&code->eval, file, token);
	if (!is_plain_url(code, val))
		return;
	hit = rsk_code_hit(code, "insecure-http-url", file, token, token);
	rsk_code_push(code, &hit);
}

enum { MAX_MEMBERS = 4 }; /* of a.b.c + '://...' */

/* The first token of a sum or a template that begins like an address. */
static bool may_begin(const struct rsk_js *js, uint32_t i)
{
	struct rsk_slice text = rsk_js_text(js, i);
	uint32_t last = i;

	if (rsk_js_is(js, i, RSK_JS_TEMPLATE_OPEN))
		return true;
	if (rsk_js_is(js, i, RSK_JS_STRING))
		return rsk_js_is(js, i + 1, RSK_JS_PLUS) && text.len > 2 &&
		       (text.ptr[1] == 'h' || text.ptr[1] == 'w');
	if (!rsk_js_is_name(rsk_js_kind(js, i)) ||
		rsk_js_is(js, i - 1, RSK_JS_DOT))
		return false;
	while (rsk_js_is(js, last + 1, RSK_JS_DOT) &&
		last < i + 2 * MAX_MEMBERS)
		last += 2;
	return rsk_js_is(js, last + 1, RSK_JS_PLUS);
}

/* url.startsWith('http://...'), url.replace('http://...', ...) */
static bool is_compared(const struct rsk_js *js, uint32_t i)
{
	static const char *const names[] = { "startsWith", "replace", "indexOf",
		"includes", "replaceAll", "split", "match" };
	enum rsk_js_kind before = rsk_js_kind(js, i - 1);

	if (before == RSK_JS_EQ_STRICT || before == RSK_JS_NE_STRICT ||
		before == RSK_JS_EQ || before == RSK_JS_NE)
		return true;
	if (before != RSK_JS_LPAREN)
		return false;
	for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
		if (rsk_js_text_is(js, i - 2, names[j]))
			return true;
	return false;
}

/* { url: 'http://shop.example/hook' } in a request that sets up a webhook. */
static void look_at_setup(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t paren)
{
	const struct rsk_js *js = file->js;
	struct rsk_js_val *url;

	rsk_js_eval_begin(&code->eval, file, paren);
	url = rsk_js_argument(&code->eval, file, paren, 0);
	if (!rsk_code_is_host(code, url->text) ||
		rsk_slice_find_nocase(url->text, RSK_LIT("webhook")) ==
			url->text.len)
		return;
	for (uint32_t i = paren + 1; i < rsk_js_partner(js, paren); i++) {
		struct rsk_slice text = rsk_js_text(js, i);

		if (!rsk_js_is(js, i, RSK_JS_STRING) ||
			!rsk_js_is(js, i - 1, RSK_JS_COLON) || text.len < 3 ||
			!starts_plain(rsk_slice_cut(text, 1, text.len - 1)) ||
			rsk_slice_find(text, RSK_LIT("://localhost")) <
				text.len ||
			rsk_slice_find(text, RSK_LIT("://127.")) < text.len)
			continue;

		struct rsk_code_hit hit =
			rsk_code_hit(code, "insecure-http-url", file, i, i);
		rsk_code_push(code, &hit);
	}
}

/* ---- certificates ---- */

/* rejectUnauthorized: CHECK, where CHECK is false; a literal one is found by
 * the rule's patterns. */
static void look_at_switch(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t i)
{
	struct rsk_js_val *val;
	struct rsk_code_hit hit;

	if (!rsk_js_is(file->js, i + 1, RSK_JS_COLON) ||
		!rsk_js_is_name(rsk_js_kind(file->js, i + 2)))
		return;
	rsk_js_eval_begin(&code->eval, file, i + 2);
	val = rsk_js_eval_at(&code->eval, file, i + 2);
	if (val->kind != RSK_JS_V_BOOL || !rsk_slice_eq_str(val->text, "false"))
		return;
	hit = rsk_code_hit(code, "tls-verification-disabled", file, i, i + 2);
	rsk_code_push(code, &hit);
}

static void find_switches(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 1; i + 2 < file->js->count; i++)
		if (rsk_js_text_is(file->js, i, "rejectUnauthorized") ||
			rsk_js_text_is(file->js, i, "strictSSL"))
			look_at_switch(code, file, i);
}

/* ---- comments ---- */

static bool speaks_of(struct rsk_slice text, const char *const *words)
{
	for (; *words; words++)
		if (rsk_slice_find_nocase(text, rsk_slice_str(*words)) <
			text.len)
			return true;
	return false;
}

static void silence(const struct rsk_code *code, const char *rule,
	struct rsk_slice path, struct rsk_js_range between)
{
	struct rsk_code_hit hit =
		rsk_code_hit_at(code, rule, path, between.begin, between.end);

	hit.silences = true;
	rsk_code_push(code, &hit);
}

void rsk_code_silence(const struct rsk_code *code, struct rsk_slice path,
	struct rsk_slice source, struct rsk_js_range between)
{
	static const char *const urls[] = { "http:", "ws:", NULL };
	static const char *const switches[] = { "verif", "reject", "tls", "ssl",
		"insecure", "cert", NULL };
	struct rsk_slice text =
		rsk_slice_cut(source, between.begin, between.end);

	if (text.len < 4)
		return;
	if (speaks_of(text, urls))
		silence(code, "insecure-http-url", path, between);
	if (speaks_of(text, switches))
		silence(code, "tls-verification-disabled", path, between);
}

static void silence_comments(struct rsk_code *code, struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;

	if (rsk_js_language(file->path) == RSK_JS_MARKUP)
		return; /* what is no script has no tokens either */
	for (uint32_t i = 0; i < js->count; i++)
		rsk_code_silence(code, file->path, js->source,
			(struct rsk_js_range){
				rsk_js_end(js, i), rsk_js_begin(js, i + 1) });
}

static void look_at_file(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 2; i < file->js->count; i++) {
		struct rsk_code_hit hit;

		if (rsk_js_is_call(file->js, i) &&
			rsk_js_is_name(rsk_js_kind(file->js, i - 1)))
			look_at_setup(code, file, i);
		if (may_begin(file->js, i)) {
			look_at_sum(code, file, i);
			continue;
		}
		if (!rsk_js_is(file->js, i, RSK_JS_STRING) ||
			!is_compared(file->js, i))
			continue;
		hit = rsk_code_hit(code, "insecure-http-url", file, i, i);
		hit.silences = true;
		rsk_code_push(code, &hit);
	}
}

void rsk_code_transport(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		struct rsk_slice source = code->files[i]->js->source;
		bool speaks = false;

		silence_comments(code, code->files[i]);
		for (size_t j = 0; j < code->vocabulary->hosts.len; j++)
			speaks = speaks ||
				 rsk_slice_find(source,
					 rsk_slice_str(code->vocabulary->hosts
							       .ptr[j])) <
					 source.len;
		if (speaks) {
			look_at_file(code, code->files[i]);
			find_switches(code, code->files[i]);
		}
		rsk_js_eval_forget(&code->eval);
	}
}
