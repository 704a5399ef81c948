#include "checks/hook_p.h"

/*
 * Webhooks: who receives the product's events, and does he make sure that
 * they come from it?
 *
 * A unit is a handler (the arguments of a route call) or a whole file that
 * speaks of these webhooks. It verifies when it, or a function that it calls,
 * compares in constant time.
 */
struct unit {
	struct rsk_js_file *file;
	uint32_t begin, end; /* tokens */
	uint32_t evidence;   /* token that says whose webhook it is */
};

enum { MAX_CALLS_DOWN = 6 };

/* ---- words ---- */

/* Comparisons in constant time, by the names they have everywhere. */
bool rsk_hook_is_comparer(struct rsk_slice name)
{
	static const char *const names[] = { "timingSafeEqual", "tsscmp",
		"safeCompare", "secureCompare", "constantTimeEqual",
		"constantTimeEquals", "constantTimeCompare", "scmp",
		"safeEqual", "timingSafeCompare", "timingSafeEquals", NULL };

	return rsk_webhook_is_one_of(name, names);
}

/* verifyWebhook, requireSignature, hmacAuth: somebody looks after it. */
static bool says_verify(struct rsk_slice name)
{
	static const char *const parts[] = { "verif", "valid", "signature",
		"auth", "guard", "hmac" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (rsk_webhook_has(name, parts[i]))
			return true;
	return false;
}

/* ---- evidence in a file ---- */

struct rsk_slice rsk_hook_text(const struct rsk_js *js, uint32_t token)
{
	struct rsk_slice text = rsk_js_text(js, token);

	if (rsk_js_is(js, token, RSK_JS_STRING) && text.len >= 2)
		return rsk_slice_cut(text, 1, text.len - 1);
	return text;
}

/* Written into a request of one's own: { 'X-Resync-Signature': s } or
 * .set('x-resync-signature', s). */
static bool is_written(const struct rsk_js *js, uint32_t token)
{
	static const char *const setters[] = { "set", "setHeader", "append",
		"header", NULL };

	if (token < 3)
		return false;
	if (rsk_js_is(js, token + 1, RSK_JS_COLON) &&
		(rsk_js_is(js, token - 1, RSK_JS_LBRACE) ||
			rsk_js_is(js, token - 1, RSK_JS_COMMA)))
		return !rsk_js_is(js, token + 2, RSK_JS_NAME) ||
		       !says_verify(rsk_js_text(js, token + 2)) ||
		       rsk_js_is(js, token - 2, RSK_JS_COLON);
	return rsk_js_is(js, token + 1, RSK_JS_COMMA) &&
	       rsk_js_is(js, token - 1, RSK_JS_LPAREN) &&
	       rsk_webhook_is_one_of(rsk_js_text(js, token - 2), setters);
}

static void find_evidence(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;
	unsigned events = 0;

	w->in_path = rsk_webhook_is_path(w->file->path);
	for (uint32_t i = 1; i < js->count; i++) {
		if (!rsk_js_is(js, i, RSK_JS_STRING))
			continue;

		struct rsk_slice text = rsk_hook_text(js, i);
		if (rsk_webhook_is_header(text) && !w->header &&
			!is_written(js, i))
			w->header = i;
		events += rsk_webhook_event(text);
		if (!w->event && rsk_webhook_event(text))
			w->event = i;
	}
	if (events < 2)
		w->event = 0;
}

/* ---- who verifies ---- */

bool rsk_hook_function_verifies(
	struct rsk_hook *w, const struct rsk_js_val *val, unsigned depth)
{
	const struct rsk_js_function *f;

	if (val->kind != RSK_JS_V_FUNCTION || !rsk_hook_may_look(w))
		return false;
	f = &val->file->bind->functions.ptr[val->number];
	return rsk_hook_verifies(w, val->file, f->params, f->end, depth + 1);
}

struct rsk_slice rsk_hook_last_name(const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_MEMBER)
		return val->text;
	return val->path.len ? rsk_last_name(val->path) : val->name;
}

/* An argument, one of a list, or the value of an option: [check], { preHandler:
 * check }. */
static bool is_handed_over(const struct rsk_js *js, uint32_t token)
{
	enum rsk_js_kind next = rsk_js_kind(js, token + 1);

	return next == RSK_JS_COMMA || next == RSK_JS_RPAREN ||
	       next == RSK_JS_RBRACKET ||
	       (next == RSK_JS_RBRACE &&
		       rsk_js_is(js, token - 1, RSK_JS_COLON));
}

/* A name that is used: a call, or a middleware that is handed over. */
static bool name_verifies(struct rsk_hook *w, struct rsk_js_file *file,
	uint32_t token, unsigned depth)
{
	struct rsk_js_eval *eval = &w->code->eval;
	const struct rsk_js *js = file->js;
	bool is_call = rsk_js_is(js, token + 1, RSK_JS_LPAREN);
	struct rsk_slice name = rsk_js_text(js, token);
	struct rsk_js_val *val;

	if (rsk_hook_is_comparer(name) ||
		(rsk_slice_eq_str(name, "verify") &&
			rsk_webhook_has(js->source, "subtle"))) {
		w->with = name;
		return true;
	}
	if (!is_call && !is_handed_over(js, token))
		return false;
	if (rsk_js_is(js, token - 1, RSK_JS_DOT) && !is_call)
		return false;
	rsk_js_eval_begin(eval, file, token);
	val = is_call && rsk_js_is_call(js, token + 1)
		      ? rsk_js_callee(eval, file, token + 1)
		      : rsk_js_eval_at(eval, file, token);
	if (val->kind == RSK_JS_V_FUNCTION)
		return depth < MAX_CALLS_DOWN &&
		       rsk_hook_function_verifies(w, val, depth);
	/* Nobody knows what it does; its name says enough. */
	return (is_call || val->kind != RSK_JS_V_PARAM) && says_verify(name) &&
	       (val->kind == RSK_JS_V_MODULE || val->kind == RSK_JS_V_OPAQUE ||
		       val->kind == RSK_JS_V_MEMBER ||
		       val->kind == RSK_JS_V_CALL) &&
	       !rsk_webhook_has(rsk_hook_last_name(val), "authorization");
}

bool rsk_hook_verifies(struct rsk_hook *w, struct rsk_js_file *file,
	uint32_t begin, uint32_t end, unsigned depth)
{
	bool found = false;

	/* A comparison says more than a name: look on until there is one. */
	for (uint32_t i = begin; i < end && !(found && w->with.len); i++)
		if (rsk_js_is_name(rsk_js_kind(file->js, i)) &&
			name_verifies(w, file, i, depth)) {
			if (!found || w->with.len)
				w->by = rsk_js_text(file->js, i);
			found = true;
		}
	return found;
}

/* app.use(verifyResync) in front of all routes of the file. */
static bool has_middleware(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;

	for (uint32_t i = 3; i < js->count; i++)
		if (rsk_js_is(js, i, RSK_JS_LPAREN) &&
			rsk_js_text_is(js, i - 1, "use") &&
			rsk_js_is(js, i - 2, RSK_JS_DOT) &&
			rsk_hook_verifies(
				w, w->file, i + 1, rsk_js_partner(js, i), 0))
			return true;
	return false;
}

/* ---- units ---- */

static bool is_route_method(struct rsk_slice name)
{
	static const char *const methods[] = { "post", "all", "use", "route",
		"put", NULL };

	return rsk_webhook_is_one_of(name, methods);
}

/* export const POST: Route = ..., exports.handler = ..., onRequest(...); not
 * { handler: x } nor a.handler. */
static bool defines_handler(const struct rsk_js *js, uint32_t i)
{
	if (rsk_js_is(js, i - 1, RSK_JS_DOT))
		return rsk_js_text_is(js, i - 2, "exports") ||
		       (rsk_js_is(js, i + 1, RSK_JS_LPAREN) &&
			       rsk_js_text_is(js, i, "onRequest"));
	return !rsk_js_is(js, i + 1, RSK_JS_COLON) ||
	       rsk_js_text_is(js, i - 1, "const");
}

/* Has the file something that looks like a handler at all? */
static uint32_t find_handler(const struct rsk_js_file *file)
{
	static const char *const handlers[] = { "POST", "handler", "onRequest",
		"onRequestPost", "defineEventHandler", "eventHandler", NULL };
	const struct rsk_js *js = file->js;

	for (uint32_t i = 2; i < js->count; i++) {
		struct rsk_slice text;

		if (!rsk_js_is_name(rsk_js_kind(js, i)))
			continue;
		text = rsk_js_text(js, i);
		if (rsk_js_is(js, i - 1, RSK_JS_DOT) && is_route_method(text) &&
			rsk_js_is(js, i + 1, RSK_JS_LPAREN) &&
			(rsk_js_is(js, i + 2, RSK_JS_STRING) ||
				rsk_js_is(js, i + 2, RSK_JS_TEMPLATE_OPEN)))
			return i;
		if (rsk_webhook_is_one_of(text, handlers) &&
			defines_handler(js, i))
			return i;
		if (rsk_slice_eq_str(text, "Post") &&
			rsk_js_is(js, i - 1, RSK_JS_AT))
			return i;
		if ((rsk_slice_eq_str(text, "req") ||
			    rsk_slice_eq_str(text, "request")) &&
			rsk_js_is(js, i - 1, RSK_JS_LPAREN) &&
			(rsk_js_role(js, i - 1) == RSK_JS_PARAMS ||
				rsk_js_is(js, rsk_js_partner(js, i - 1) + 1,
					RSK_JS_ARROW)))
			return i;
	}
	return 0;
}

static const char *how(const struct rsk_hook *w)
{
	struct rsk_arena *arena = w->code->project->arena;

	if (!w->with.len)
		return rsk_arena_printf(arena,
			"a handler of webhooks: %.*s() of elsewhere verifies "
			"them, what it does was not seen",
			(int)w->by.len, (const char *)w->by.ptr);
	if (rsk_slice_eq(w->by, w->with))
		return rsk_arena_printf(arena,
			"a handler of webhooks: compares with %.*s()",
			(int)w->with.len, (const char *)w->with.ptr);
	return rsk_arena_printf(arena,
		"a handler of webhooks: %.*s() verifies them, it compares with "
		"%.*s()",
		(int)w->by.len, (const char *)w->by.ptr, (int)w->with.len,
		(const char *)w->with.ptr);
}

/* The pattern that only saw the header need not ask any more. */
static void is_fine(struct rsk_hook *w, const struct unit *unit)
{
	struct rsk_code_hit hit;
	struct rsk_fact fact =
		rsk_code_fact(unit->file, unit->evidence, how(w));

	fact.rule = "webhook-handler";
	fact.item = RSK_ITEM_WEBHOOK_SIGNATURE;
	if (!w->with.len)
		fact.says = RSK_EVIDENCE_OPEN;
	rsk_code_push_fact(w->code, &fact);
	if (!w->header)
		return;
	hit = rsk_code_hit(w->code, "webhook-signature-read", w->file,
		w->header, w->header);
	hit.silences = true;
	rsk_code_push(w->code, &hit);
}

/* Does the unit call the function around the token by its name? */
static bool calls_around(
	const struct rsk_hook *w, const struct unit *unit, uint32_t token)
{
	const struct rsk_js_bind *bind = w->file->bind;
	const struct rsk_js *js = w->file->js;
	uint32_t f = rsk_js_function_at(bind, token);
	struct rsk_slice name;

	while (f && !bind->functions.ptr[f].name)
		f = bind->functions.ptr[f].parent;
	if (!f)
		return false;
	name = rsk_js_text(js, bind->functions.ptr[f].name);
	for (uint32_t i = unit->begin; i < unit->end; i++)
		if (rsk_js_is_name(rsk_js_kind(js, i)) &&
			rsk_slice_eq(rsk_js_text(js, i), name))
			return true;
	return false;
}

/* A comparison that is not good enough has been told already. */
static bool is_weakly_verified(
	const struct rsk_hook *w, const struct unit *unit)
{
	for (size_t i = 0; i < w->weak.len; i++) {
		uint32_t token = w->weak.ptr[i];

		if ((token >= unit->begin && token < unit->end) ||
			calls_around(w, unit, token))
			return true;
	}
	return false;
}

static void judge_unit(struct rsk_hook *w, const struct unit *unit)
{
	struct rsk_code *code = w->code;
	struct rsk_code_hit hit;

	w->looked = 0;
	w->by = w->with = RSK_LIT("");
	if (rsk_hook_verifies(w, unit->file, unit->begin, unit->end, 0) ||
		has_middleware(w)) {
		is_fine(w, unit);
		return;
	}
	if (is_weakly_verified(w, unit))
		return;
	hit = rsk_code_hit(code, "webhook-not-verified", unit->file,
		unit->evidence, unit->evidence);
	rsk_code_push(code, &hit);
}

/* Is the string the path of a route? The ( of the route's call, or 0. */
static uint32_t route_of(const struct rsk_hook *w, uint32_t i)
{
	const struct rsk_js *js = w->file->js;

	if (!rsk_js_is(js, i - 1, RSK_JS_LPAREN) ||
		!is_route_method(rsk_js_text(js, i - 2)) ||
		!rsk_js_is(js, i - 3, RSK_JS_DOT))
		return 0;
	/* app.use('/hooks/resync', express.raw()) mounts a parser. */
	if (rsk_js_text_is(js, i - 2, "use") && !w->header && !w->event)
		return 0;
	return i - 1;
}

enum { MAX_OPTIONS = 100 }; /* tokens from route( to its url */

/* app.route({ method: 'POST', url: '/hooks/resync', handler }) */
static uint32_t route_by_options(const struct rsk_hook *w, uint32_t i)
{
	const struct rsk_js *js = w->file->js;
	uint32_t first = i > MAX_OPTIONS + 4 ? i - MAX_OPTIONS : 4;

	if (!rsk_js_is(js, i - 1, RSK_JS_COLON) ||
		(!rsk_js_text_is(js, i - 2, "url") &&
			!rsk_js_text_is(js, i - 2, "path")))
		return 0;
	for (uint32_t at = i - 2; at > first; at--)
		if (rsk_js_is(js, at, RSK_JS_LBRACE) &&
			rsk_js_partner(js, at) > i)
			return rsk_js_is(js, at - 1, RSK_JS_LPAREN) &&
					       rsk_js_text_is(
						       js, at - 2, "route")
				       ? at - 1
				       : 0;
	return 0;
}

/* Routes whose path says whose webhook it is. */
static bool judge_routes(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;
	bool any = false;

	for (uint32_t i = 3; i < js->count; i++) {
		uint32_t paren;

		if (!rsk_js_is(js, i, RSK_JS_STRING) ||
			!rsk_webhook_is_path(rsk_hook_text(js, i)))
			continue;
		paren = route_of(w, i);
		if (!paren)
			paren = route_by_options(w, i);
		if (!paren)
			continue;
		judge_unit(w, &(struct unit){ w->file, paren + 1,
				      rsk_js_partner(js, paren), i });
		any = true;
	}
	return any;
}

/* ---- controllers of NestJS ---- */

/* The text of @Name('text') at its name, "" for @Name(), or no string. */
static struct rsk_slice decorated(const struct rsk_js *js, uint32_t name)
{
	if (!rsk_js_is(js, name + 1, RSK_JS_LPAREN) ||
		!rsk_js_is(js, name + 2, RSK_JS_STRING))
		return RSK_LIT("");
	return rsk_hook_text(js, name + 2);
}

/* The Controller of @Controller() in front of the class, or 0. */
static uint32_t controller_of(const struct rsk_hook *w, uint32_t class)
{
	const struct rsk_js *js = w->file->js;
	uint32_t body = w->file->bind->classes.ptr[class].body;
	uint32_t first = body > MAX_OPTIONS ? body - MAX_OPTIONS : 1;

	for (uint32_t i = body; i > first; i--)
		if (rsk_js_text_is(js, i, "Controller") &&
			rsk_js_is(js, i - 1, RSK_JS_AT))
			return i;
	return 0;
}

/* @Post() of a controller whose paths together say whose webhook it is. */
static bool judge_post(struct rsk_hook *w, uint32_t post)
{
	const struct rsk_js *js = w->file->js;
	uint32_t class = rsk_js_class_around(w->file->bind, post, 0);
	uint32_t controller = class ? controller_of(w, class) : 0;
	struct rsk_slice a;
	struct rsk_slice b;

	if (!controller)
		return false;
	a = decorated(js, controller);
	b = decorated(js, post);
	if (!rsk_webhook_is_path(rsk_slice_str(rsk_arena_printf(
		    w->code->project->arena, "%.*s/%.*s",
		    (int)(a.len > 100 ? 100 : a.len), (const char *)a.ptr,
		    (int)(b.len > 100 ? 100 : b.len), (const char *)b.ptr))))
		return false;
	judge_unit(w, &(struct unit){ w->file, controller,
			      rsk_js_partner(js,
				      w->file->bind->classes.ptr[class].body),
			      post });
	return true;
}

static bool judge_controllers(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;
	bool any = false;

	for (uint32_t i = 2; i < js->count; i++)
		if (rsk_js_is(js, i - 1, RSK_JS_AT) &&
			(rsk_js_text_is(js, i, "Post") ||
				rsk_js_text_is(js, i, "All")))
			any = judge_post(w, i) || any;
	return any;
}

/* ---- handlers of others in the same file ---- */

static bool is_other_header(struct rsk_slice text)
{
	return text.len < 60 && !rsk_webhook_is_header(text) &&
	       (rsk_webhook_has(text, "-signature") ||
		       rsk_webhook_has(text, "x-hub-") ||
		       rsk_webhook_has(text, "-hmac"));
}

bool rsk_hook_is_foreign(const struct rsk_hook *w, uint32_t token)
{
	const struct rsk_js_bind *bind = w->file->bind;
	const struct rsk_js *js = w->file->js;
	uint32_t f = rsk_js_function_at(bind, token);
	bool other = false;

	while (f && bind->functions.ptr[f].parent)
		f = bind->functions.ptr[f].parent;
	if (!f)
		return false;
	for (uint32_t i = bind->functions.ptr[f].params;
		i < bind->functions.ptr[f].end; i++) {
		struct rsk_slice text;

		if (!rsk_js_is(js, i, RSK_JS_STRING))
			continue;
		text = rsk_hook_text(js, i);
		if (rsk_webhook_is_header(text))
			return false;
		other = other || is_other_header(text);
	}
	return other;
}

void rsk_hook_push(struct rsk_hook *w, const char *rule, uint32_t token,
	const char *message)
{
	struct rsk_code_hit hit =
		rsk_code_hit(w->code, rule, w->file, token, token);

	if (message)
		hit.message = message;
	rsk_code_push(w->code, &hit);
}

/* if (url.pathname === '/hooks/resync'): a server without a router. */
static uint32_t find_pathname(const struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;

	for (uint32_t i = 3; i < js->count; i++)
		if (rsk_js_is(js, i, RSK_JS_STRING) &&
			(rsk_js_is(js, i - 1, RSK_JS_EQ_STRICT) ||
				rsk_js_is(js, i - 1, RSK_JS_EQ)) &&
			(rsk_js_text_is(js, i - 2, "pathname") ||
				rsk_js_text_is(js, i - 2, "path") ||
				rsk_js_text_is(js, i - 2, "url")) &&
			rsk_webhook_is_path(rsk_hook_text(js, i)))
			return i;
	return 0;
}

/* Is there a route of ours at all? Its comparisons count then. */
static bool speaks_of_hooks(const struct rsk_js_file *file)
{
	for (uint32_t i = 1; i < file->js->count; i++)
		if (rsk_js_is(file->js, i, RSK_JS_STRING) &&
			rsk_webhook_is_path(rsk_hook_text(file->js, i)))
			return true;
	return false;
}

static void look_at_file(struct rsk_code *code, struct rsk_js_file *file)
{
	struct rsk_hook w = { .code = code, .file = file };
	bool routes;
	uint32_t handler;

	if (rsk_program_is_test(file->path))
		return;
	find_evidence(&w);
	if (w.header || w.event || w.in_path || speaks_of_hooks(file))
		rsk_hook_find_comparisons(&w);
	routes = judge_routes(&w);
	routes = judge_controllers(&w) || routes;
	if (!w.event)
		w.event = find_pathname(file);
	if (routes || w.header || w.event || w.in_path) {
		rsk_hook_find_hmacs(&w);
		rsk_hook_find_ignored(&w);
		rsk_hook_find_throws(&w);
		handler = find_handler(file);
		if (!routes && !w.weak.len && handler)
			judge_unit(&w, &(struct unit){ file, 1, file->js->count,
					       w.header  ? w.header
					       : w.event ? w.event
							 : handler });
	}
	if (w.limited)
		code->out->gap(code->out->ctx, RSK_GAP_SYNTAX_LIMIT, file->path,
			"too much to follow in a receiver of webhooks");
	RSK_VEC_RELEASE(&w.weak);
}

void rsk_code_webhook(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		look_at_file(code, code->files[i]);
		rsk_js_eval_forget(&code->eval);
	}
}
