#include "checks/hook_p.h"

/* What a receiver does with the outcome of its verification. */

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

static bool compares(struct rsk_hook *w, uint32_t paren)
{
	struct rsk_js_val *val;

	if (rsk_hook_is_comparer(rsk_js_text(w->file->js, paren - 1)))
		return true;
	rsk_js_eval_begin(&w->code->eval, w->file, paren);
	val = rsk_js_callee(&w->code->eval, w->file, paren);
	w->looked = 0;
	return val->kind == RSK_JS_V_FUNCTION && answers(val) &&
	       rsk_hook_function_verifies(w, val, 0);
}

/* catch (e) {} around a verification that throws, and then on it goes. */
static bool lets_through(const struct rsk_js *js, uint32_t body)
{
	static const char *const ends[] = { "return", "throw", "status",
		"sendStatus", "next", "writeHead", "statusCode", "reject",
		"code", "send", "end", "fail", "destroy", "exit", "continue",
		"break", "assert", NULL };

	for (uint32_t i = body + 1; i < rsk_js_partner(js, body); i++)
		if (rsk_js_is_word(rsk_js_kind(js, i)) &&
			rsk_webhook_is_one_of(rsk_js_text(js, i), ends))
			return false;
	return true;
}

/* catch (e) { return true } */
static bool says_yes(const struct rsk_js *js, uint32_t body)
{
	for (uint32_t i = body + 1; i < rsk_js_partner(js, body); i++)
		if (rsk_js_text_is(js, i, "return") &&
			rsk_js_is(js, i + 1, RSK_JS_TRUE))
			return true;
	return false;
}

/* Does more than the verification stand in the block: process(event)? */
static bool works(const struct rsk_js *js, uint32_t body)
{
	for (uint32_t i = body + 1; i < rsk_js_partner(js, body); i++)
		if (rsk_js_is_name(rsk_js_kind(js, i)) &&
			rsk_webhook_has(rsk_js_text(js, i), "process") &&
			!rsk_js_text_is(js, i + 2, "env"))
			return true;
	return false;
}

static void look_at_catch(struct rsk_hook *w, uint32_t try_body)
{
	const struct rsk_js *js = w->file->js;
	uint32_t end = rsk_js_partner(js, try_body);
	uint32_t i = end + 1;

	if (!rsk_js_text_is(js, i, "catch"))
		return;
	if (rsk_js_is(js, i + 1, RSK_JS_LPAREN))
		i = rsk_js_partner(js, i + 1);
	w->looked = 0;
	if (rsk_js_is(js, i + 1, RSK_JS_LBRACE) &&
		(says_yes(js, i + 1) ||
			(lets_through(js, i + 1) && !works(js, try_body))) &&
		rsk_hook_verifies(w, w->file, try_body + 1, end, 0))
		rsk_hook_push(w, "webhook-result-ignored", i + 1, NULL);
}

/* ---- conditions ---- */

/* NODE_ENV and its kin, but for `=== 'test'`. */
static bool is_environment(const struct rsk_js *js, uint32_t i)
{
	static const char *const names[] = { "NODE_ENV", "__DEV__",
		"isProduction", "isProd", "IS_PRODUCTION", "isDev",
		"isDevelopment", "IS_DEV", NULL };

	return rsk_js_is_name(rsk_js_kind(js, i)) &&
	       rsk_webhook_is_one_of(rsk_js_text(js, i), names) &&
	       !rsk_js_text_is(js, i + 2, "'test'") &&
	       !rsk_js_text_is(js, i + 2, "\"test\"");
}

/* A call at its name that verifies, here or where it leads. */
static bool is_verification(struct rsk_hook *w, uint32_t name)
{
	return rsk_js_is_name(rsk_js_kind(w->file->js, name)) &&
	       rsk_js_is_call(w->file->js, name + 1) && compares(w, name + 1);
}

static uint32_t verification_in(
	struct rsk_hook *w, uint32_t begin, uint32_t end)
{
	for (uint32_t i = begin; i < end; i++)
		if (is_verification(w, i))
			return i;
	return 0;
}

enum { MAX_STATEMENT = 80 };

/* isDev || verify(), isProduction && !verify(): up to the end of both. */
static bool skips_by_environment(struct rsk_hook *w, uint32_t i)
{
	const struct rsk_js *js = w->file->js;
	uint32_t at = i + 1;

	for (; at < i + 4 && at < js->count; at++)
		if (rsk_js_is(js, at, RSK_JS_OR) ||
			rsk_js_is(js, at, RSK_JS_AND))
			break;
	if (!rsk_js_is(js, at, RSK_JS_OR) && !rsk_js_is(js, at, RSK_JS_AND))
		return false;

	uint32_t end = at + 1;
	while (end < js->count && end < at + MAX_STATEMENT &&
		!rsk_js_is(js, end, RSK_JS_SEMICOLON) &&
		!rsk_js_is(js, end, RSK_JS_RPAREN) &&
		!rsk_js_is(js, end, RSK_JS_RBRACE))
		end = rsk_js_skip(js, end);
	return verification_in(w, at + 1, end) != 0;
}

/* if (process.env.NODE_ENV === 'production') { verify } and nothing else. */
static bool verifies_by_environment(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t end = rsk_js_partner(js, paren);
	bool by_environment = false;

	for (uint32_t i = paren + 1; i < end; i++)
		by_environment = by_environment || is_environment(js, i);
	if (!by_environment || !rsk_js_is(js, end + 1, RSK_JS_LBRACE))
		return false;
	w->looked = 0;
	return rsk_hook_verifies(
		w, w->file, end + 2, rsk_js_partner(js, end + 1), 0);
}

/* Is the outcome turned round in the condition: !verify(), verify() === false?
 */
static bool is_denied(
	const struct rsk_js *js, uint32_t open, uint32_t name, uint32_t end)
{
	for (uint32_t i = open + 1; i < name; i++)
		if (rsk_js_is(js, i, RSK_JS_NOT))
			return true;
	for (uint32_t i = name; i < end; i++)
		if (rsk_js_is(js, i, RSK_JS_FALSE))
			return true;
	return false;
}

static bool assigns(const struct rsk_js *js, uint32_t body)
{
	for (uint32_t i = body + 1; i < rsk_js_partner(js, body); i++)
		if (rsk_js_is(js, i, RSK_JS_ASSIGN))
			return true;
	return false;
}

/* if (!verify()) { console.warn('bad') } and on it goes. */
static bool only_tells(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t end = rsk_js_partner(js, paren);
	uint32_t body = end + 1;
	uint32_t name;

	if (!rsk_js_is(js, body, RSK_JS_LBRACE) || !lets_through(js, body) ||
		rsk_js_text_is(js, rsk_js_partner(js, body) + 1, "else") ||
		assigns(js, body))
		return false;
	name = verification_in(w, paren + 1, end);
	return name && is_denied(js, paren, name, end);
}

/* ---- outcomes that are kept ---- */

/* console.log(ok), logger.info({ ok }): told, not acted on. */
static bool is_told(const struct rsk_js *js, uint32_t use)
{
	static const char *const owners[] = { "console", "logger", "log",
		NULL };
	uint32_t first = use > MAX_STATEMENT + 4 ? use - MAX_STATEMENT : 4;

	for (uint32_t i = use; i > first; i--)
		if (rsk_js_is(js, i, RSK_JS_LPAREN) &&
			rsk_js_partner(js, i) > use)
			return rsk_js_is(js, i - 2, RSK_JS_DOT) &&
			       rsk_webhook_is_one_of(
				       rsk_js_text(js, i - 3), owners);
	return false;
}

/* const ok = verify(...), and then nobody asks. */
static bool is_forgotten(struct rsk_hook *w, uint32_t name)
{
	const struct rsk_js *js = w->file->js;
	uint32_t at = name;
	uint32_t b;

	while (at > 3 && rsk_js_is(js, at - 1, RSK_JS_DOT))
		at -= 2;
	at -= rsk_js_text_is(js, at - 1, "await");
	if (!rsk_js_is(js, at - 1, RSK_JS_ASSIGN) ||
		!rsk_js_text_is(js, at - 3, "const") ||
		!rsk_js_is_name(rsk_js_kind(js, at - 2)))
		return false;
	b = rsk_js_resolve(w->file->bind, at - 2);
	for (uint32_t i = name; i < js->count; i++)
		if (rsk_js_is_name(rsk_js_kind(js, i)) &&
			rsk_slice_eq(
				rsk_js_text(js, i), rsk_js_text(js, at - 2)) &&
			rsk_js_resolve(w->file->bind, i) == b &&
			!is_told(js, i))
			return false;
	/* The value of the whole statement, not a part of one. */
	at = rsk_js_partner(js, name + 1) + 1;
	return rsk_js_is(js, at, RSK_JS_SEMICOLON) ||
	       rsk_js_has(js, at, RSK_JS_NEWLINE);
}

/* if (!verify(...)) or `if (verify(...))` of an async function without await:
 * a promise is always true. */
static bool is_promise(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t first = paren - 1;
	struct rsk_js_val *val;

	while (first > 2 && rsk_js_is(js, first - 1, RSK_JS_DOT))
		first -= 2;
	if (!rsk_js_is(js, first - 1, RSK_JS_NOT) &&
		!(rsk_js_is(js, first - 1, RSK_JS_LPAREN) &&
			rsk_js_text_is(js, first - 2, "if")))
		return false;
	if (rsk_js_text_is(js, paren - 1, "verify") &&
		rsk_js_text_is(js, paren - 3, "subtle"))
		return true;
	rsk_js_eval_begin(&w->code->eval, w->file, paren);
	val = rsk_js_callee(&w->code->eval, w->file, paren);
	w->looked = 0;
	return val->kind == RSK_JS_V_FUNCTION &&
	       val->file->bind->functions.ptr[val->number].async &&
	       rsk_hook_function_verifies(w, val, 0);
}

static void look_at_call(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;

	if (is_promise(w, paren)) {
		rsk_hook_push(w, "webhook-result-ignored", paren - 1,
			"The verification is a promise, which is always true: "
			"`await` is missing");
		return;
	}

	if ((is_alone(js, paren - 1, paren) || is_forgotten(w, paren - 1)) &&
		compares(w, paren))
		rsk_hook_push(w, "webhook-result-ignored", paren - 1, NULL);
}

/* { ...; return x; } on its own level */
static bool ends_with_return(const struct rsk_js *js, uint32_t body)
{
	uint32_t last = 0;

	for (uint32_t i = body + 1; i < rsk_js_partner(js, body);
		i = rsk_js_skip(js, i))
		if (rsk_js_role(js, i) == RSK_JS_STATEMENT &&
			rsk_js_is_word(rsk_js_kind(js, i)))
			last = i;
	return last &&
	       (rsk_js_text_is(js, last, "return") ||
		       rsk_js_text_is(js, last, "throw")) &&
	       !rsk_js_is(js, last - 1, RSK_JS_RPAREN);
}

/* if (signature) { verify }, if (process.env.SECRET) { verify }: without it
 * everything goes through. */
static bool is_optional(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t end = rsk_js_partner(js, paren);
	uint32_t body = end + 1;
	uint32_t after;
	struct rsk_slice name = rsk_js_text(js, end - 1);

	for (uint32_t i = paren + 1; i < end; i += 2)
		if (!rsk_js_is_word(rsk_js_kind(js, i)) ||
			(i + 1 < end && !rsk_js_is(js, i + 1, RSK_JS_DOT)))
			return false;
	if (!rsk_js_is(js, body, RSK_JS_LBRACE) ||
		(!rsk_webhook_is_signature(name) &&
			!rsk_webhook_has(name, "secret")))
		return false;
	after = rsk_js_partner(js, body) + 1;
	if (rsk_js_text_is(js, after, "else") ||
		rsk_js_text_is(js, after, "return") ||
		rsk_js_text_is(js, after, "throw"))
		return false;
	w->looked = 0;
	return rsk_hook_verifies(w, w->file, body + 1, after - 1, 0) &&
	       !ends_with_return(js, body);
}

/* process.env.SKIP_WEBHOOK_CHECK, config.disableVerification */
static bool is_switch(const struct rsk_js *js, uint32_t i)
{
	static const char *const parts[] = { "skip", "bypass", "disable",
		"insecure", "no_verify", "noverify" };

	if (is_environment(js, i))
		return true;
	if (!rsk_js_is_name(rsk_js_kind(js, i)) ||
		!(rsk_js_text_is(js, i - 2, "env") ||
			rsk_js_text_is(js, i - 2, "config")))
		return false;
	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
		if (rsk_webhook_has(rsk_js_text(js, i), parts[k]))
			return true;
	return false;
}

/* if (process.env.SKIP_CHECK) return true; and the verification behind it */
static bool returns_by_switch(struct rsk_hook *w, uint32_t paren)
{
	const struct rsk_js *js = w->file->js;
	uint32_t at = rsk_js_partner(js, paren) + 1;
	uint32_t f = rsk_js_function_at(w->file->bind, paren);
	bool by_switch = false;

	for (uint32_t i = paren + 1; i + 1 < at; i++)
		by_switch = by_switch || is_switch(js, i);
	at += rsk_js_is(js, at, RSK_JS_LBRACE);
	if (!by_switch || !f || !rsk_js_text_is(js, at, "return") ||
		(!rsk_js_is(js, at + 1, RSK_JS_TRUE) &&
			!rsk_js_text_is(js, at + 1, "next")))
		return false;
	w->looked = 0;
	return rsk_hook_verifies(
		w, w->file, at + 2, w->file->bind->functions.ptr[f].end, 0);
}

static void look_at_condition(struct rsk_hook *w, uint32_t paren)
{
	if (returns_by_switch(w, paren))
		rsk_hook_push(w, "webhook-result-ignored", paren - 1,
			"A switch of the environment lets everything through "
			"unverified");
	else if (verifies_by_environment(w, paren) || only_tells(w, paren) ||
		 is_optional(w, paren))
		rsk_hook_push(w, "webhook-result-ignored", paren - 1, NULL);
}

void rsk_hook_find_ignored(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;

	for (uint32_t i = 2; i < js->count; i++) {
		if (rsk_js_is_call(js, i) &&
			rsk_js_is_name(rsk_js_kind(js, i - 1)))
			look_at_call(w, i);
		else if (rsk_js_is(js, i, RSK_JS_LBRACE) &&
			 rsk_js_text_is(js, i - 1, "try"))
			look_at_catch(w, i);
		else if (rsk_js_is(js, i, RSK_JS_LPAREN) &&
			 rsk_js_text_is(js, i - 1, "if"))
			look_at_condition(w, i);
		else if (is_environment(js, i) && skips_by_environment(w, i))
			rsk_hook_push(w, "webhook-result-ignored", i, NULL);
	}
}

/* timingSafeEqual throws for unequal lengths, Buffer.from for no header. */
void rsk_hook_find_throws(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;

	if (rsk_webhook_has(js->source, "length") ||
		rsk_webhook_has(js->source, "try {") ||
		rsk_webhook_has(js->source, "try{"))
		return;
	for (uint32_t i = 2; i < js->count; i++)
		if (rsk_js_is_call(js, i) &&
			rsk_js_text_is(js, i - 1, "timingSafeEqual")) {
			rsk_hook_push(
				w, "webhook-verification-throws", i - 1, NULL);
			return;
		}
}
