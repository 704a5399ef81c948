#include <string.h>

#include "base/limits.h"
#include "checks/data_p.h"
#include "checks/webhook_p.h"

/*
 * Requests: what is called by its name or as a method of a client that was
 * made for a host, and whether its address leads to one of the product's.
 */

struct rsk_js_val *rsk_value_path(
	struct rsk_code *code, struct rsk_js_val *val, struct rsk_slice path)
{
	while (path.len) {
		size_t end = rsk_slice_find(path, RSK_LIT("."));

		val = rsk_js_get(&code->eval, val, rsk_slice_cut(path, 0, end));
		path = rsk_slice_cut(path, end + 1, path.len);
	}
	return val;
}

/* request.send() of a new XMLHttpRequest() */
static bool is_xhr_send(const struct rsk_js_val *callee)
{
	const struct rsk_js_val *request;

	if (callee->kind != RSK_JS_V_MEMBER ||
		!rsk_slice_eq_str(callee->text, "send"))
		return false;
	request = callee->parts[0];
	return request->kind == RSK_JS_V_NEW && request->n_parts &&
	       rsk_slice_ends(
		       request->parts[0]->path, RSK_LIT("XMLHttpRequest"));
}

/* ---- instances ---- */

/* axios.create({ baseURL }), ky.create({ prefixUrl }), got.extend(...) */
static bool makes_instance(const struct rsk_js_val *made)
{
	struct rsk_slice name;

	if (made->kind != RSK_JS_V_CALL || made->n_parts < 2 || !made->parts[1])
		return false;
	name = rsk_callee_name(made);
	return rsk_slice_eq_str(name, "create") ||
	       rsk_slice_eq_str(name, "extend");
}

/* Of a method of such an instance: what it was made with, or NULL. */
struct rsk_js_val *rsk_request_instance(const struct rsk_js_val *callee)
{
	const struct rsk_js_val *made =
		callee->kind == RSK_JS_V_MEMBER ? callee->parts[0] : NULL;

	return made && makes_instance(made) ? made->parts[1] : NULL;
}

static struct rsk_js_val *base_of(
	struct rsk_code *code, struct rsk_js_val *options)
{
	static const char *const keys[] = { "baseURL", "prefixUrl", "baseUrl",
		"prefix" };
	struct rsk_js_val *base = NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		base = rsk_js_get(&code->eval, options, rsk_slice_str(keys[i]));
		if (base->kind == RSK_JS_V_STRING ||
			base->kind == RSK_JS_V_CONCAT ||
			base->kind == RSK_JS_V_UNION)
			return base;
	}
	return base;
}

/* "axios" of axios.create: MODULE 'axios' or the global. */
static struct rsk_slice maker_of(const struct rsk_js_val *callee)
{
	const struct rsk_js_val *create = callee->parts[0]->parts[0];

	if (create->kind == RSK_JS_V_MODULE)
		return create->text;
	return rsk_slice_cut(
		create->path, 0, rsk_slice_find(create->path, RSK_LIT(".")));
}

/* fetch, axios.post, window.fetch: as the vocabulary writes it. */
struct rsk_slice rsk_request_name(
	struct rsk_code *code, const struct rsk_js_val *callee)
{
	struct rsk_slice path = callee->path;

	if (is_xhr_send(callee))
		return RSK_LIT("XMLHttpRequest.send");
	if (rsk_request_instance(callee)) {
		struct rsk_slice maker = maker_of(callee);

		return rsk_slice_str(rsk_arena_printf(code->project->arena,
			"%.*s.%.*s", (int)maker.len, (const char *)maker.ptr,
			(int)callee->text.len, (const char *)callee->text.ptr));
	}
	if (callee->kind == RSK_JS_V_OPAQUE) {
		if (rsk_slice_starts(path, RSK_LIT("window.")))
			path = rsk_slice_cut(path, 7, path.len);
		return path;
	}
	if (callee->kind != RSK_JS_V_MODULE)
		return RSK_LIT("");
	if (rsk_slice_starts(path, RSK_LIT("default")))
		path = rsk_slice_cut(path, 8, path.len);
	return rsk_slice_str(rsk_arena_printf(code->project->arena,
		"%.*s%s%.*s", (int)callee->text.len,
		(const char *)callee->text.ptr, path.len ? "." : "",
		(int)path.len, (const char *)path.ptr));
}

bool rsk_code_is_host(struct rsk_code *code, struct rsk_slice url)
{
	const struct rsk_strings *hosts = &code->vocabulary->hosts;
	size_t begin = rsk_slice_find(url, RSK_LIT("://"));
	struct rsk_slice host = rsk_slice_cut(url, begin + 3, url.len);

	if (begin == url.len)
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (strchr("/?#:", host.ptr[i]))
			host.len = i;
	for (size_t i = 0; i < hosts->len; i++) {
		struct rsk_slice known = rsk_slice_str(hosts->ptr[i]);

		if (rsk_slice_ends(host, known) &&
			(host.len == known.len ||
				host.ptr[host.len - known.len - 1] == '.'))
			return true;
	}
	return false;
}

/* The constant beginning of a URL, in one of its ways. */
static bool leads_to_host(struct rsk_code *code, const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_CONCAT)
		return rsk_code_is_host(code, val->text);
	for (uint32_t i = 0;
		i < val->n_parts &&
		(val->kind == RSK_JS_V_UNION || val->kind == RSK_JS_V_CALL ||
			val->kind == RSK_JS_V_NEW);
		i++)
		if (val->parts[i] && leads_to_host(code, val->parts[i]))
			return true;
	return false;
}

bool rsk_request_leads(struct rsk_code *code, const struct rsk_js_val *callee,
	const struct rsk_js_val *url)
{
	struct rsk_js_val *made = rsk_request_instance(callee);

	return leads_to_host(code, made ? base_of(code, made) : url);
}

/* request.open(method, url) in front of request.send(data): its bracket. */
static uint32_t open_in_front(const struct rsk_js *js, uint32_t paren)
{
	struct rsk_slice name = rsk_js_text(js, paren > 3 ? paren - 3 : 0);
	uint32_t first = paren > RSK_MAX_COUNT_REACH + 3
				 ? paren - RSK_MAX_COUNT_REACH
				 : 4;

	for (uint32_t i = paren; i-- > first;)
		if (rsk_js_is_call(js, i) &&
			rsk_js_text_is(js, i - 1, "open") &&
			rsk_js_is(js, i - 2, RSK_JS_DOT) &&
			rsk_slice_eq(rsk_js_text(js, i - 3), name))
			return i;
	return 0;
}

bool rsk_code_request_url(struct rsk_code *code, const struct rsk_sink *sink,
	struct rsk_js_file *file, uint32_t paren)
{
	struct rsk_slice where = rsk_slice_str(sink->url);
	struct rsk_js_val *made;

	if (rsk_slice_starts(where, RSK_LIT("open."))) {
		where = rsk_slice_cut(where, 5, where.len);
		paren = open_in_front(file->js, paren);
		if (!paren)
			return false;
	}

	made = rsk_request_instance(rsk_js_callee(&code->eval, file, paren));
	if (made)
		return leads_to_host(code, base_of(code, made));

	if (!where.len)
		return false;

	size_t dot = rsk_slice_find(where, RSK_LIT("."));
	struct rsk_js_val *val = rsk_js_argument(
		&code->eval, file, paren, (uint32_t)(where.ptr[0] - '0'));

	if (val && dot < where.len)
		val = rsk_value_path(
			code, val, rsk_slice_cut(where, dot + 1, where.len));
	return val && leads_to_host(code, val);
}

/* Does a file make such an instance for one of the product's hosts? */
static bool makes_client(
	const struct rsk_code *code, const struct rsk_js_file *file)
{
	const struct rsk_strings *hosts = &code->vocabulary->hosts;
	struct rsk_slice source = file->js->source;
	bool makes = rsk_webhook_has(source, ".create(") ||
		     rsk_webhook_has(source, ".extend(");

	for (size_t i = 0; makes && i < hosts->len; i++)
		if (rsk_webhook_has(source, hosts->ptr[i]))
			return true;
	return false;
}

static void add_requester(struct rsk_code *code, struct rsk_js_file *file)
{
	for (size_t i = 0; i < code->requesters.len; i++)
		if (code->requesters.ptr[i] == file)
			return;
	*RSK_VEC_PUSH(&code->requesters) = file;
}

void rsk_code_find_requesters(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++)
		*RSK_VEC_PUSH(&code->requesters) = code->files[i];
	for (size_t i = 0; i < code->files_len; i++) {
		struct rsk_program_files from = { 0 };

		if (makes_client(code, code->files[i]))
			from = rsk_program_importers(
				code->project->program, code->files[i]);
		for (size_t j = 0; j < from.len; j++)
			add_requester(code, from.ptr[j]);
	}
}
