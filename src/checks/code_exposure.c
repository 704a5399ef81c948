#include "checks/code_p.h"

/*
 * Secret keys where everybody can read them: in code that runs in a browser
 * or an app. Where the file runs is the program's to say; what cannot be told
 * is a doubt, not a finding of the worst kind.
 */

static bool has(struct rsk_slice text, const char *part)
{
	return rsk_slice_find_nocase(text, rsk_slice_str(part)) < text.len;
}

static void tell_fine(const struct rsk_code *code, struct rsk_js_file *file,
	uint32_t token, const char *text)
{
	struct rsk_fact fact = rsk_code_fact(file, token, text);

	fact.rule = "secret-key-use";
	fact.item = RSK_ITEM_LEAST_PRIVILEGE;
	rsk_code_push_fact(code, &fact);
}

static void tell(struct rsk_code *code, struct rsk_js_file *file,
	uint32_t token, const char *what)
{
	struct rsk_side_view side =
		rsk_program_side(code->project->program, file);
	struct rsk_code_hit hit =
		rsk_code_hit(code, "secret-key-in-client", file, token, token);

	if (rsk_program_is_test(file->path))
		return;
	if (side.side == RSK_SIDE_SERVER) {
		tell_fine(code, file, token,
			rsk_arena_printf(code->project->arena,
				"%s in server code: %s", what, side.why));
		return;
	}
	if (side.side == RSK_SIDE_UNKNOWN && hit.rule) {
		hit.severity = RSK_LOW;
		hit.confidence = RSK_CONFIDENCE_LOW;
		hit.message = rsk_arena_printf(code->project->arena,
			"%s, and nothing here says that this is server code",
			what);
	} else {
		hit.message = rsk_arena_printf(code->project->arena,
			"%s in client code: %s", what, side.why);
	}
	rsk_code_push(code, &hit);
}

/* process.env.RESYNC_SECRET_KEY, import.meta.env.X, Deno.env.get('X') */
static bool is_secret_name(struct rsk_slice name)
{
	return has(name, "RESYNC") &&
	       (has(name, "SECRET") || has(name, "ADMIN") ||
		       has(name, "PRIVATE")) &&
	       !has(name, "PUBLIC_");
}

static void find_env_reads(struct rsk_code *code, struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;

	for (uint32_t i = 3; i < js->count; i++) {
		bool name = rsk_js_is_name(rsk_js_kind(js, i)) &&
			    rsk_js_is(js, i - 1, RSK_JS_DOT) &&
			    rsk_js_text_is(js, i - 2, "env");
		bool key = rsk_js_is(js, i, RSK_JS_STRING) &&
			   rsk_js_is(js, i - 1, RSK_JS_LBRACKET) &&
			   rsk_js_text_is(js, i - 2, "env");

		if ((name || key) && is_secret_name(rsk_js_text(js, i)))
			tell(code, file, i, "A secret key is read");
	}
}

static void find_admin(struct rsk_code *code)
{
	for (size_t i = 0; i < code->calls.len; i++) {
		const struct rsk_sdk_call *call = &code->calls.ptr[i];

		if (call->name.sdk->product &&
			rsk_slice_eq_str(call->name.method, "ResyncAdmin"))
			tell(code, call->file, call->paren - 1,
				"The admin SDK is used");
	}
}

/* Init is for publishable keys: what it is given goes to every user. */
static void look_at_init(struct rsk_code *code, const struct rsk_sdk_call *call)
{
	struct rsk_js_val *options;
	struct rsk_js_val *key;
	struct rsk_code_hit hit;

	rsk_js_eval_begin(&code->eval, call->file, call->paren);
	options = rsk_js_argument(&code->eval, call->file, call->paren, 0);
	key = options ? rsk_js_get(&code->eval, options, RSK_LIT("key")) : NULL;
	if (!key || key->kind != RSK_JS_V_OPAQUE || !is_secret_name(key->path))
		return;
	hit = rsk_code_hit(code, "secret-key-in-client", key->file, key->token,
		key->token);
	hit.message = "Resync.init() is given the secret key: it takes the "
		      "publishable one";
	rsk_code_push(code, &hit);
}

/* ---- requests that change something ---- */

static bool is_reading(struct rsk_slice method)
{
	return rsk_slice_eq_nocase(method, RSK_LIT("GET")) ||
	       rsk_slice_eq_nocase(method, RSK_LIT("HEAD"));
}

/* The SDK's own ways, which take a publishable key. */
static bool is_open_path(const struct rsk_js_val *url)
{
	return has(url->text, "/apps-external") || has(url->text, "/events");
}

static bool has_bearer(struct rsk_code *code, struct rsk_js_val *options)
{
	struct rsk_js_val *headers =
		rsk_js_get(&code->eval, options, RSK_LIT("headers"));
	struct rsk_js_val *auth =
		rsk_js_get(&code->eval, headers, RSK_LIT("Authorization"));

	if (auth->kind == RSK_JS_V_UNKNOWN || auth->kind == RSK_JS_V_NULL)
		auth = rsk_js_get(
			&code->eval, headers, RSK_LIT("authorization"));
	return rsk_slice_starts(auth->text, RSK_LIT("Bearer"));
}

static void look_at_fetch(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t paren)
{
	struct rsk_js_val *url = rsk_js_argument(&code->eval, file, paren, 0);
	struct rsk_js_val *options =
		rsk_js_argument(&code->eval, file, paren, 1);
	struct rsk_js_val *method;

	if (!url || !options || !rsk_code_is_host(code, url->text) ||
		is_open_path(url))
		return;
	method = rsk_js_get(&code->eval, options, RSK_LIT("method"));
	if (method->kind == RSK_JS_V_STRING && !is_reading(method->text) &&
		has_bearer(code, options))
		tell(code, file, paren - 1,
			"A request that changes data carries a secret key");
}

static void find_requests(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 2; i < file->js->count; i++) {
		if (!rsk_js_is_call(file->js, i) ||
			!rsk_js_text_is(file->js, i - 1, "fetch"))
			continue;
		rsk_js_eval_begin(&code->eval, file, i);
		look_at_fetch(code, file, i);
	}
}

void rsk_code_exposure(struct rsk_code *code)
{
	find_admin(code);
	for (size_t i = 0; i < code->files_len; i++) {
		find_env_reads(code, code->files[i]);
		find_requests(code, code->files[i]);
		rsk_js_eval_release(&code->eval);
	}
	for (size_t i = 0; i < code->calls.len; i++) {
		if (code->calls.ptr[i].name.sdk->product &&
			rsk_slice_eq_str(
				code->calls.ptr[i].name.method, "init"))
			look_at_init(code, &code->calls.ptr[i]);
		rsk_js_eval_release(&code->eval);
	}
}
