#include "checks/code_p.h"
#include "checks/webhook_p.h"

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

/* getServerSideProps() and its kin: cut out of what the client gets. */
static bool is_server_function(const struct rsk_js_file *file, uint32_t name)
{
	static const char *const names[] = { "getServerSideProps",
		"getStaticProps", "getStaticPaths", "generateStaticParams",
		"generateMetadata", NULL };
	static const char *const routes[] = { "loader", "action", NULL };
	struct rsk_slice text = rsk_js_text(file->js, name);

	return rsk_webhook_is_one_of(text, names) ||
	       (rsk_webhook_is_one_of(text, routes) &&
		       (has(file->js->source, "@remix-run/") ||
			       has(file->js->source, "react-router")));
}

/* Astro renders all of a page but its scripts on the server. */
static bool is_rendered(const struct rsk_js_file *file, uint32_t token)
{
	struct rsk_slice before = rsk_slice_cut(
		file->js->source, 0, rsk_js_begin(file->js, token));
	struct rsk_slice open = RSK_LIT("<script");
	struct rsk_slice close = RSK_LIT("</script");
	size_t at;

	if (!rsk_slice_ends(file->path, RSK_LIT(".astro")))
		return false;
	while ((at = rsk_slice_find(before, open)) < before.len) {
		before = rsk_slice_cut(before, at, before.len);
		at = rsk_slice_find(before, close);
		if (at == before.len)
			return false;
		before = rsk_slice_cut(before, at, before.len);
	}
	return true;
}

/* Is the token in such a function: function f() {}, const f = () => {}? */
static bool runs_on_server(const struct rsk_js_file *file, uint32_t token)
{
	const struct rsk_js_bind *bind = file->bind;
	const struct rsk_js *js = file->js;
	uint32_t f = rsk_js_function_at(bind, token);
	uint32_t name;

	if (is_rendered(file, token))
		return true;
	while (f && bind->functions.ptr[f].parent)
		f = bind->functions.ptr[f].parent;
	if (!f)
		return false;
	name = bind->functions.ptr[f].name;
	if (name)
		return is_server_function(file, name);
	name = bind->functions.ptr[f].params;
	for (uint32_t i = 0;
		name > 1 && i < 16 && !rsk_js_text_is(js, name, "const"); i++)
		name--;
	return is_server_function(file, name + 1);
}

static void tell(struct rsk_code *code, struct rsk_js_file *file,
	uint32_t token, const char *what)
{
	struct rsk_side_view side =
		rsk_program_side(code->project->program, file);
	struct rsk_code_hit hit =
		rsk_code_hit(code, "secret-key-in-client", file, token, token);

	/* What app.config.js hands to the app is code_public.c's. */
	if (rsk_program_is_test(file->path) ||
		rsk_slice_starts(
			rsk_path_base(file->path), RSK_LIT("app.config.")))
		return;
	if (runs_on_server(file, token)) {
		tell_fine(code, file, token,
			rsk_arena_printf(code->project->arena,
				"%s in what only the server runs", what));
		return;
	}
	/* Of such a page this can only be one of its scripts. */
	if (rsk_slice_ends(file->path, RSK_LIT(".astro")))
		side = (struct rsk_side_view){ RSK_SIDE_CLIENT, true,
			"it is a script of a page" };
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

/* The verb that a method's name says: "delete" of axios.delete, or "". */
static struct rsk_slice verb_of(struct rsk_slice name)
{
	static const char *const verbs[] = { "post", "put", "patch", "delete" };
	struct rsk_slice last = rsk_last_name(name);

	for (size_t i = 0; last.len < name.len && i < 4; i++)
		if (rsk_slice_eq_str(last, verbs[i]))
			return rsk_slice_str(verbs[i]);
	return RSK_LIT("");
}

/* axios.post(url, data, options), axios(options), all others (url, options) */
static uint32_t options_at(struct rsk_slice name, struct rsk_slice verb)
{
	if (!rsk_slice_starts(name, RSK_LIT("axios")))
		return 1;
	if (!verb.len)
		return 0;
	return rsk_slice_eq_str(verb, "delete") ? 1 : 2;
}

static bool changes(struct rsk_code *code, struct rsk_js_val *options,
	struct rsk_slice verb)
{
	struct rsk_js_val *method;

	if (verb.len)
		return true;
	method = rsk_js_get(&code->eval, options, RSK_LIT("method"));
	return method->kind == RSK_JS_V_STRING && !is_reading(method->text);
}

static void look_at_request(struct rsk_code *code, struct rsk_js_file *file,
	uint32_t paren, const struct rsk_js_val *callee)
{
	struct rsk_slice name = rsk_request_name(code, callee);
	struct rsk_slice verb = verb_of(name);
	uint32_t at = options_at(name, verb);
	struct rsk_js_val *made = rsk_request_instance(callee);
	struct rsk_js_val *options =
		rsk_js_argument(&code->eval, file, paren, at);
	struct rsk_js_val *url = rsk_js_argument(&code->eval, file, paren, 0);

	if (!at)
		url = rsk_js_get(&code->eval, options, RSK_LIT("url"));
	if (!rsk_request_leads(code, callee, url) || is_open_path(url) ||
		!changes(code, options, verb))
		return;
	if (has_bearer(code, options) || (made && has_bearer(code, made)))
		tell(code, file, paren - 1,
			"A request that changes data carries a secret key");
}

static bool is_request(struct rsk_slice name)
{
	static const char *const makers[] = { "fetch", "Request", "axios", "ky",
		"got", "ofetch", "$fetch", "superagent", "node-fetch",
		"cross-fetch", "undici" };
	struct rsk_slice first =
		rsk_slice_cut(name, 0, rsk_slice_find(name, RSK_LIT(".")));

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (rsk_slice_eq_str(first, makers[i]))
			return true;
	return false;
}

static void find_requests(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 2; i < file->js->count; i++) {
		const struct rsk_js_val *callee;

		if (!rsk_js_is_call(file->js, i))
			continue;
		rsk_js_eval_begin(&code->eval, file, i);
		callee = rsk_js_callee(&code->eval, file, i);
		if (is_request(rsk_request_name(code, callee)))
			look_at_request(code, file, i, callee);
	}
	code->eval.limited = 0; /* nothing that is sent away */
}

void rsk_code_exposure(struct rsk_code *code)
{
	find_admin(code);
	for (size_t i = 0; i < code->files_len; i++) {
		find_env_reads(code, code->files[i]);
		rsk_js_eval_forget(&code->eval);
	}
	for (size_t i = 0; i < code->requesters.len; i++) {
		find_requests(code, code->requesters.ptr[i]);
		rsk_js_eval_forget(&code->eval);
	}
	for (size_t i = 0; i < code->calls.len; i++) {
		if (code->calls.ptr[i].name.sdk->product &&
			rsk_slice_eq_str(
				code->calls.ptr[i].name.method, "init"))
			look_at_init(code, &code->calls.ptr[i]);
		rsk_js_eval_forget(&code->eval);
	}
}
