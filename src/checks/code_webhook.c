#include "checks/code_p.h"
#include "checks/webhook_p.h"

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

struct webhooks {
	struct rsk_code *code;
	struct rsk_js_file *file;
	uint32_t header;       /* token that reads the signature, or 0 */
	uint32_t event;        /* token of one of two event names, or 0 */
	bool in_path;          /* the file's path says resync and webhook */
	unsigned looked;       /* functions gone through for one question */
	struct rsk_slice by;   /* the name that verifies, as it was found */
	struct rsk_slice with; /* what compares, or "": not in this project */
};

enum { MAX_FUNCTIONS = 200, MAX_CALLS_DOWN = 3 };

/* ---- words ---- */

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

/* Comparisons in constant time, by the names they have everywhere. */
static bool is_comparer(struct rsk_slice name)
{
	static const char *const names[] = { "timingSafeEqual", "tsscmp",
		"safeCompare", "secureCompare", "constantTimeEqual",
		"constantTimeEquals", "constantTimeCompare", "scmp",
		"safeEqual", "timingSafeCompare", "timingSafeEquals" };

	return IS_ONE_OF(name, names);
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

static struct rsk_slice text_of(const struct rsk_js *js, uint32_t token)
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
		"header" };

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
	       IS_ONE_OF(rsk_js_text(js, token - 2), setters);
}

static void find_evidence(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;
	unsigned events = 0;

	w->in_path = rsk_webhook_is_path(w->file->path);
	for (uint32_t i = 1; i < js->count; i++) {
		if (!rsk_js_is(js, i, RSK_JS_STRING))
			continue;

		struct rsk_slice text = text_of(js, i);
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

static bool verifies(struct webhooks *w, struct rsk_js_file *file,
	uint32_t begin, uint32_t end, unsigned depth);

static bool function_verifies(
	struct webhooks *w, const struct rsk_js_val *val, unsigned depth)
{
	const struct rsk_js_function *f;

	if (val->kind != RSK_JS_V_FUNCTION || ++w->looked > MAX_FUNCTIONS)
		return false;
	f = &val->file->bind->functions.ptr[val->number];
	return verifies(w, val->file, f->params, f->end, depth + 1);
}

static struct rsk_slice last_name_of(const struct rsk_js_val *val)
{
	size_t at = val->path.len;

	if (val->kind == RSK_JS_V_MEMBER)
		return val->text;
	while (at && val->path.ptr[at - 1] != '.')
		at--;
	return val->path.len ? rsk_slice_cut(val->path, at, val->path.len)
			     : val->name;
}

/* A name that is used: a call, or a middleware that is handed over. */
static bool name_verifies(struct webhooks *w, struct rsk_js_file *file,
	uint32_t token, unsigned depth)
{
	struct rsk_js_eval *eval = &w->code->eval;
	const struct rsk_js *js = file->js;
	bool is_call = rsk_js_is(js, token + 1, RSK_JS_LPAREN);
	struct rsk_slice name = rsk_js_text(js, token);
	struct rsk_js_val *val;

	if (is_comparer(name) ||
		(rsk_slice_eq_str(name, "verify") &&
			rsk_webhook_has(js->source, "subtle"))) {
		w->with = name;
		return true;
	}
	if (!is_call && !rsk_js_is(js, token + 1, RSK_JS_COMMA) &&
		!rsk_js_is(js, token + 1, RSK_JS_RPAREN))
		return false;
	if (rsk_js_is(js, token - 1, RSK_JS_DOT) && !is_call)
		return false;
	rsk_js_eval_begin(eval, file, token);
	val = is_call && rsk_js_is_call(js, token + 1)
		      ? rsk_js_callee(eval, file, token + 1)
		      : rsk_js_eval_at(eval, file, token);
	if (val->kind == RSK_JS_V_FUNCTION)
		return depth < MAX_CALLS_DOWN &&
		       function_verifies(w, val, depth);
	/* Nobody knows what it does; its name says enough. */
	return (is_call || val->kind != RSK_JS_V_PARAM) && says_verify(name) &&
	       (val->kind == RSK_JS_V_MODULE || val->kind == RSK_JS_V_OPAQUE ||
		       val->kind == RSK_JS_V_MEMBER ||
		       val->kind == RSK_JS_V_CALL) &&
	       !rsk_webhook_has(last_name_of(val), "authorization");
}

static bool verifies(struct webhooks *w, struct rsk_js_file *file,
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
static bool has_middleware(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;

	for (uint32_t i = 3; i < js->count; i++)
		if (rsk_js_is(js, i, RSK_JS_LPAREN) &&
			rsk_js_text_is(js, i - 1, "use") &&
			rsk_js_is(js, i - 2, RSK_JS_DOT) &&
			verifies(w, w->file, i + 1, rsk_js_partner(js, i), 0))
			return true;
	return false;
}

/* ---- units ---- */

static bool is_route_method(struct rsk_slice name)
{
	static const char *const methods[] = { "post", "all", "use", "route",
		"put" };

	return IS_ONE_OF(name, methods);
}

/* Has the file something that looks like a handler at all? */
static uint32_t find_handler(const struct rsk_js_file *file)
{
	static const char *const handlers[] = { "POST", "handler", "onRequest",
		"onRequestPost" };
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
		if (IS_ONE_OF(text, handlers) &&
			!rsk_js_is(js, i - 1, RSK_JS_DOT) &&
			!rsk_js_is(js, i + 1, RSK_JS_COLON))
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

static const char *how(const struct webhooks *w)
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
static void is_fine(struct webhooks *w, const struct unit *unit)
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

static void judge_unit(struct webhooks *w, const struct unit *unit)
{
	struct rsk_code *code = w->code;
	struct rsk_code_hit hit;

	w->looked = 0;
	w->by = w->with = RSK_LIT("");
	if (verifies(w, unit->file, unit->begin, unit->end, 0) ||
		has_middleware(w)) {
		is_fine(w, unit);
		return;
	}
	hit = rsk_code_hit(code, "webhook-not-verified", unit->file,
		unit->evidence, unit->evidence);
	rsk_code_push(code, &hit);
}

/* Routes whose path says whose webhook it is. */
static bool judge_routes(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;
	bool any = false;

	for (uint32_t i = 3; i < js->count; i++) {
		if (!rsk_js_is(js, i, RSK_JS_STRING) ||
			!rsk_js_is(js, i - 1, RSK_JS_LPAREN) ||
			!is_route_method(rsk_js_text(js, i - 2)) ||
			!rsk_js_is(js, i - 3, RSK_JS_DOT) ||
			!rsk_webhook_is_path(text_of(js, i)))
			continue;
		/* app.use('/hooks/resync', express.raw()) mounts a parser. */
		if (rsk_js_text_is(js, i - 2, "use") && !w->header && !w->event)
			continue;
		judge_unit(w, &(struct unit){ w->file, i + 1,
				      rsk_js_partner(js, i - 1), i });
		any = true;
	}
	return any;
}

/* ---- how it is compared ---- */

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
	       (rsk_slice_eq_str(last_name_of(val->parts[0]), "digest") ||
		       rsk_slice_eq_str(last_name_of(val->parts[0]), "sign"));
}

/* One side of a comparison: its last name and, where it is one, its value. */
struct side {
	bool signature, computed;
};

/* Of a name in front of an operator, what it was declared with. */
static struct rsk_js_val *value_at(
	struct webhooks *w, uint32_t token, bool before)
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

static struct side side_of(struct webhooks *w, uint32_t token, bool before)
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
		side.signature = rsk_webhook_is_header(text_of(js, token - 1));
	if (before && !rsk_js_is_name(rsk_js_kind(js, token)))
		return side;
	if (before && rsk_js_is(js, token - 1, RSK_JS_DOT))
		return side;
	rsk_js_eval_begin(&w->code->eval, w->file, token);
	val = value_at(w, token, before);
	if (!val)
		return side;
	side.signature = side.signature || reads_header(val) ||
			 rsk_webhook_is_signature(last_name_of(val));
	side.computed = is_digest(val) || (side.computed && !reads_header(val));
	if (rsk_slice_eq_str(last_name_of(val), "length") ||
		val->kind == RSK_JS_V_NUMBER || val->kind == RSK_JS_V_NULL ||
		val->kind == RSK_JS_V_BOOL || val->kind == RSK_JS_V_STRING)
		return (struct side){ false, false };
	return side;
}

static void push(struct webhooks *w, const char *rule, uint32_t token)
{
	struct rsk_code_hit hit =
		rsk_code_hit(w->code, rule, w->file, token, token);

	rsk_code_push(w->code, &hit);
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
		"includes", "indexOf", "compare", "isEqual" };

	return rsk_js_is(js, paren - 2, RSK_JS_DOT) &&
	       IS_ONE_OF(rsk_js_text(js, paren - 1), names);
}

static bool is_weak(struct side a, struct side b)
{
	return (a.signature && b.computed) || (a.computed && b.signature);
}

static bool find_comparisons(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;
	bool any = false;

	for (uint32_t i = 4; i < js->count; i++) {
		struct side a = { 0 };
		struct side b = { 0 };

		if (is_equality(rsk_js_kind(js, i))) {
			if (rsk_js_text_is(js, i - 2, "typeof"))
				continue;
			a = side_of(w, i - 1, true);
			b = side_of(w, i + 1, false);
		} else if (rsk_js_is_call(js, i) && is_equality_call(js, i)) {
			a = side_of(w, i - 3, true);
			b = side_of(w, i + 1, false);
		}
		if (!is_weak(a, b))
			continue;
		push(w, "webhook-weak-comparison",
			i - (rsk_js_is(js, i, RSK_JS_LPAREN)));
		any = true;
	}
	return any;
}

/* ---- how it is computed ---- */

static bool is_default_secret(const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_STRING)
		return val->text.len > 0;
	for (uint32_t i = 0; val->kind == RSK_JS_V_UNION && i < val->n_parts;
		i++)
		if (val->parts[i] && val->parts[i]->kind == RSK_JS_V_STRING &&
			val->parts[i]->text.len)
			return true;
	return false;
}

static void look_at_hmac(struct webhooks *w, uint32_t paren)
{
	struct rsk_js_eval *eval = &w->code->eval;
	struct rsk_js_val *algorithm;
	struct rsk_js_val *secret;
	struct rsk_code_hit hit;

	rsk_js_eval_begin(eval, w->file, paren);
	algorithm = rsk_js_argument(eval, w->file, paren, 0);
	secret = rsk_js_argument(eval, w->file, paren, 1);
	hit = rsk_code_hit(
		w->code, "webhook-weak-hmac", w->file, paren - 1, paren - 1);
	if (algorithm &&
		(rsk_slice_eq_nocase(algorithm->text, RSK_LIT("md5")) ||
			rsk_slice_eq_nocase(
				algorithm->text, RSK_LIT("sha1")))) {
		hit.message = "The signature is computed with a broken hash";
		rsk_code_push(w->code, &hit);
	} else if (secret && is_default_secret(secret)) {
		hit.message = "The webhook secret is written into the code, or "
			      "has a default that is";
		rsk_code_push(w->code, &hit);
	}
}

static void find_hmacs(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;
	bool keyed = rsk_webhook_has(js->source, "createHmac") ||
		     rsk_webhook_has(js->source, "subtle") ||
		     rsk_webhook_has(js->source, "HmacSHA");

	for (uint32_t i = 2; i < js->count; i++) {
		if (!rsk_js_is_call(js, i))
			continue;
		if (rsk_js_text_is(js, i - 1, "createHmac")) {
			look_at_hmac(w, i);
		} else if (!keyed && w->header &&
			   rsk_js_text_is(js, i - 1, "createHash")) {
			struct rsk_code_hit hit = rsk_code_hit(w->code,
				"webhook-weak-hmac", w->file, i - 1, i - 1);

			hit.message = "The signature is computed without a "
				      "key: anybody can";
			rsk_code_push(w->code, &hit);
		}
	}
}

/* ---- what follows from it ---- */

/* Does the function say true or false, rather than throw? */
static bool answers(const struct rsk_js_val *val)
{
	const struct rsk_js_bind *bind = val->file->bind;
	const struct rsk_js_function *f = &bind->functions.ptr[val->number];

	for (uint32_t i = f->params; i < f->end; i++)
		if (rsk_js_text_is(val->file->js, i, "throw"))
			return false;
	return f->returns != 0 || f->kind == RSK_JS_F_ARROW;
}

/* A call that stands alone: nobody looks at what it says. */
static bool is_alone(const struct rsk_js *js, uint32_t name, uint32_t paren)
{
	uint32_t first = name;
	uint32_t next = rsk_js_partner(js, paren) + 1;

	while (first > 2 && rsk_js_is(js, first - 1, RSK_JS_DOT))
		first -= 2;
	if (rsk_js_text_is(js, first - 1, "await"))
		first--;
	return rsk_js_role(js, first) == RSK_JS_STATEMENT &&
	       !rsk_js_is_opener(rsk_js_kind(js, first)) &&
	       (rsk_js_is(js, next, RSK_JS_SEMICOLON) ||
		       rsk_js_is(js, next, RSK_JS_RBRACE) ||
		       rsk_js_has(js, next, RSK_JS_NEWLINE));
}

static bool compares(struct webhooks *w, uint32_t paren)
{
	struct rsk_js_val *val;

	if (is_comparer(rsk_js_text(w->file->js, paren - 1)))
		return true;
	rsk_js_eval_begin(&w->code->eval, w->file, paren);
	val = rsk_js_callee(&w->code->eval, w->file, paren);
	w->looked = 0;
	return val->kind == RSK_JS_V_FUNCTION && answers(val) &&
	       function_verifies(w, val, 0);
}

/* catch (e) {} around a verification that throws, and then on it goes. */
static bool lets_through(const struct rsk_js *js, uint32_t body)
{
	static const char *const ends[] = { "return", "throw", "status",
		"sendStatus", "next", "writeHead", "statusCode", "reject" };

	for (uint32_t i = body + 1; i < rsk_js_partner(js, body); i++)
		if (rsk_js_is_word(rsk_js_kind(js, i)) &&
			IS_ONE_OF(rsk_js_text(js, i), ends))
			return false;
	return true;
}

static void look_at_catch(struct webhooks *w, uint32_t try_body)
{
	const struct rsk_js *js = w->file->js;
	uint32_t i = rsk_js_partner(js, try_body) + 1;

	if (!rsk_js_text_is(js, i, "catch"))
		return;
	if (rsk_js_is(js, i + 1, RSK_JS_LPAREN))
		i = rsk_js_partner(js, i + 1);
	w->looked = 0;
	if (rsk_js_is(js, i + 1, RSK_JS_LBRACE) && lets_through(js, i + 1) &&
		verifies(w, w->file, try_body + 1, rsk_js_partner(js, try_body),
			0) &&
		!rsk_webhook_has(
			rsk_slice_cut(js->source, rsk_js_begin(js, try_body),
				rsk_js_end(js, rsk_js_partner(js, try_body))),
			"process"))
		push(w, "webhook-result-ignored", i + 1);
}

/* if (process.env.NODE_ENV === 'production') { verify } and nothing else. */
static void look_at_condition(struct webhooks *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t end = rsk_js_partner(js, paren);
	bool by_environment = false;

	for (uint32_t i = paren + 1; i < end; i++)
		by_environment = by_environment ||
				 rsk_js_text_is(js, i, "NODE_ENV") ||
				 rsk_js_text_is(js, i, "__DEV__") ||
				 rsk_js_text_is(js, i, "isProduction") ||
				 rsk_js_text_is(js, i, "isDev");
	if (!by_environment || !rsk_js_is(js, end + 1, RSK_JS_LBRACE))
		return;
	w->looked = 0;
	if (verifies(w, w->file, end + 2, rsk_js_partner(js, end + 1), 0))
		push(w, "webhook-result-ignored", paren - 1);
}

static void find_ignored(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;

	for (uint32_t i = 2; i < js->count; i++) {
		if (rsk_js_is_call(js, i) &&
			rsk_js_is_name(rsk_js_kind(js, i - 1)) &&
			is_alone(js, i - 1, i) && compares(w, i))
			push(w, "webhook-result-ignored", i - 1);
		else if (rsk_js_is(js, i, RSK_JS_LBRACE) &&
			 rsk_js_text_is(js, i - 1, "try"))
			look_at_catch(w, i);
		else if (rsk_js_is(js, i, RSK_JS_LPAREN) &&
			 rsk_js_text_is(js, i - 1, "if"))
			look_at_condition(w, i);
	}
}

/* timingSafeEqual throws for unequal lengths, Buffer.from for no header. */
static void find_throws(struct webhooks *w)
{
	const struct rsk_js *js = w->file->js;

	if (rsk_webhook_has(js->source, "length") ||
		rsk_webhook_has(js->source, "try {") ||
		rsk_webhook_has(js->source, "try{"))
		return;
	for (uint32_t i = 2; i < js->count; i++)
		if (rsk_js_is_call(js, i) &&
			rsk_js_text_is(js, i - 1, "timingSafeEqual")) {
			push(w, "webhook-verification-throws", i - 1);
			return;
		}
}

static void look_at_file(struct rsk_code *code, struct rsk_js_file *file)
{
	struct webhooks w = { .code = code, .file = file };
	bool routes;
	bool weak;
	uint32_t handler;

	if (rsk_program_is_test(file->path))
		return;
	find_evidence(&w);
	routes = judge_routes(&w);
	if (!routes && !w.header && !w.event && !w.in_path)
		return;
	weak = find_comparisons(&w);
	find_hmacs(&w);
	find_ignored(&w);
	find_throws(&w);
	handler = find_handler(file);
	if (!routes && !weak && handler)
		judge_unit(&w, &(struct unit){ file, 1, file->js->count,
				       w.header  ? w.header
				       : w.event ? w.event
						 : handler });
}

void rsk_code_webhook(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		look_at_file(code, code->files[i]);
		rsk_js_eval_release(&code->eval);
	}
}
