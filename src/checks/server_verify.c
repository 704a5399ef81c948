#include "checks/server_p.h"

/* A function or method that compares in constant time. With an owner, only
 * as that one's: `isEqual` alone is many things. */
static const struct {
	const char *name, *owner;
} comparers[] = {
	{ "compare_digest", NULL },
	{ "constant_time_compare", NULL },
	{ "safe_str_cmp", NULL },
	{ "bytes_eq", "constant_time" },
	{ "secure_compare", NULL },
	{ "fixed_length_secure_compare", NULL },
	{ "hash_equals", NULL },
	{ "sodium_memcmp", NULL },
	{ "ConstantTimeCompare", NULL },
	{ "Equal", "hmac" },
	{ "isEqual", "MessageDigest" },
	{ "constantTimeAreEqual", NULL },
	{ "constantTimeEquals", NULL },
	{ "FixedTimeEquals", NULL },
	{ "timingSafeEqual", NULL },
	{ "timing_safe_compare", NULL },
};

bool rsk_server_is_comparer(const struct rsk_server *server, uint32_t name)
{
	struct rsk_slice text = rsk_server_text(server, name);

	if (!rsk_server_has_kind(server, name, RSK_TOKEN_NAME))
		return false;
	for (size_t i = 0; i < sizeof(comparers) / sizeof(comparers[0]); i++)
		if (rsk_slice_eq_str(text, comparers[i].name) &&
			(!comparers[i].owner ||
				(name > 2 && rsk_server_is(server, name - 2,
						     comparers[i].owner))))
			return true;
	return false;
}

static bool has_any(struct rsk_slice text, const char *const *parts)
{
	for (; *parts; parts++)
		if (rsk_webhook_has(text, *parts))
			return true;
	return false;
}

/* verify_signature, checkHmac, validWebhook: but no form and no user. */
static bool says_verify(struct rsk_slice name)
{
	static const char *const deeds[] = { "verif", "valid", "check",
		"ensure", "require", "assert", "auth", NULL };
	static const char *const things[] = { "sig", "hmac", "hook", "resync",
		"digest", NULL };
	static const char *const others[] = { "authenticity", "csrf", "certif",
		"verify_mode", "verify_none", "verify_ssl", "email", "phone",
		"verified", "unverified", NULL };

	if (has_any(name, others))
		return false;
	return rsk_webhook_has(name, "verif") ||
	       (has_any(name, deeds) && has_any(name, things));
}

/* Handed over by its name: before_action :verify, @verified, Use(verify). */
static bool is_handed_over(const struct rsk_server *server, uint32_t name)
{
	struct rsk_slice before = rsk_server_text(server, name - 1);
	struct rsk_slice after = rsk_server_text(server, name + 1);

	return rsk_slice_eq_str(before, ":") || rsk_slice_eq_str(before, "@") ||
	       ((rsk_slice_eq_str(before, "(") ||
			rsk_slice_eq_str(before, ",")) &&
		       (rsk_slice_eq_str(after, ")") ||
			       rsk_slice_eq_str(after, ",") ||
			       rsk_server_is(server, name + 2, "class")));
}

static bool verifies(
	struct rsk_server *server, struct rsk_span span, unsigned depth);

static bool name_verifies(
	struct rsk_server *server, uint32_t name, unsigned depth)
{
	struct rsk_slice text = rsk_server_text(server, name);
	bool is_call = rsk_server_is_call(server, name);
	struct rsk_span function;

	if (rsk_server_is_comparer(server, name))
		return true;
	if (!is_call && !is_handed_over(server, name) && !says_verify(text))
		return false;
	function = rsk_server_function(server, text);
	if (function.end)
		return depth < RSK_MAX_SERVER_CALLS &&
		       (name < function.begin || name >= function.end) &&
		       verifies(server, function, depth + 1);
	/* Nobody here knows what it does; its name says enough. */
	return (is_call || is_handed_over(server, name) ||
		       rsk_server_is(server, name + 1, "!")) &&
	       says_verify(text);
}

static bool verifies(
	struct rsk_server *server, struct rsk_span span, unsigned depth)
{
	if (!rsk_server_may_look(server, span.end - span.begin))
		return false;
	for (uint32_t i = span.begin; i < span.end; i++)
		if (rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
			name_verifies(server, i, depth))
			return true;
	return false;
}

bool rsk_server_verifies(struct rsk_server *server, struct rsk_span span)
{
	return verifies(server, span, 0);
}

/* router = APIRouter(dependencies=[Depends(verify)]), r.Use(verify): not the
 * parameters of one function, and not what stands in front of one. */
static bool is_for_all(const struct rsk_server *server, uint32_t name)
{
	static const char *const heads[] = { "def", "async", "func", "fun",
		"function", "public", "private", "protected", NULL };
	uint32_t line = name;

	while (line > 1 && !server->tokens.list.ptr[line].first)
		line--;
	return !rsk_server_is(server, name - 1, "@") &&
	       !rsk_webhook_is_one_of(rsk_server_text(server, line), heads);
}

bool rsk_server_has_guard(struct rsk_server *server)
{
	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++)
		if (rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
			is_handed_over(server, i) && is_for_all(server, i) &&
			name_verifies(server, i, 0))
			return true;
	return false;
}

/* ---- what follows from it ---- */

/* The last value of a Ruby method or a Kotlin block is what it answers. */
static bool is_answer(const struct rsk_server *server, uint32_t next)
{
	return rsk_server_is(server, next, "end") ||
	       (rsk_server_is(server, next, "}") &&
		       !rsk_server_is(server, next - 1, ";"));
}

/* compare(a, b) as a statement of its own: nobody looks at what it says. */
static bool is_alone(const struct rsk_server *server, uint32_t name)
{
	static const char *const ends[] = { ";", "{", "}", ")", "]", ":",
		NULL };
	const struct rsk_token *list = server->tokens.list.ptr;
	struct rsk_span chain = rsk_server_left(server, name);
	uint32_t next = list[name + 1].partner + 1;

	if (!rsk_server_is(server, name + 1, "(") || next == 1 ||
		!list[chain.begin].first || chain.begin < 2)
		return false;
	if (rsk_server_has_kind(server, chain.begin - 1, RSK_TOKEN_OPERATOR) &&
		!rsk_webhook_is_one_of(
			rsk_server_text(server, chain.begin - 1), ends))
		return false;
	return (rsk_server_is(server, next, ";") || list[next].first) &&
	       !rsk_server_has_kind(server, next, RSK_TOKEN_END) &&
	       !is_answer(server, next);
}

/* "production" and its kin, in a condition. */
static bool is_environment(const struct rsk_server *server, uint32_t i)
{
	static const char *const parts[] = { "production", "development",
		"debug", "isdev", "is_dev", "is_prod", "isprod", NULL };

	return has_any(rsk_token_value(&server->tokens, i), parts);
}

static bool is_condition(const struct rsk_server *server, uint32_t i)
{
	static const char *const words[] = { "if", "unless", "elif", "elsif",
		NULL };

	return rsk_webhook_is_one_of(rsk_server_text(server, i), words);
}

/* The condition's tokens: to the end of its line. */
static uint32_t condition_end(const struct rsk_server *server, uint32_t i)
{
	uint32_t count = rsk_server_count(server) - 1;

	for (i++; i < count && !server->tokens.list.ptr[i].first; i++)
		if (rsk_server_is(server, i, "{"))
			break;
	return i;
}

/* ---- a verification that is only told of ---- */

static bool denies(const struct rsk_server *server, struct rsk_span span)
{
	static const char *const words[] = { "!", "not", "unless", "false",
		"False", "!=", NULL };

	for (uint32_t i = span.begin; i < span.end; i++)
		if (rsk_webhook_is_one_of(rsk_server_text(server, i), words))
			return true;
	return false;
}

/* Something that ends the request, or keeps the outcome for later. */
static bool leaves(const struct rsk_server *server, struct rsk_span span)
{
	static const char *const words[] = { "return", "raise", "throw", "exit",
		"die", "abort", "halt", "head", "panic", "continue", "break",
		"next", "assert", "render", "redirect_to", "yield", "=",
		":=", NULL };
	static const char *const parts[] = { "status", "writeheader", "respond",
		"response", "reject", "unauthor", "forbid", "deny", "fail",
		"sendError", "http_", NULL };

	for (uint32_t i = span.begin; i < span.end; i++) {
		struct rsk_slice text = rsk_server_text(server, i);

		if (rsk_webhook_is_one_of(text, words) ||
			(rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
				has_any(text, parts)) ||
			(rsk_slice_eq_str(text, "Error") &&
				rsk_server_is(server, i - 2, "http")))
			return true;
	}
	return false;
}

static bool compares_in(const struct rsk_server *server, struct rsk_span span)
{
	for (uint32_t i = span.begin; i < span.end; i++)
		if (rsk_server_is_comparer(server, i))
			return true;
	return false;
}

/* if not compare_digest(a, b): log.warning("bad"), and on it goes. */
static bool only_tells(struct rsk_server *server, uint32_t i)
{
	static const char *const others[] = { "else", "elif", "elsif", NULL };
	struct rsk_span head = { i, condition_end(server, i) };
	struct rsk_span block = rsk_server_block(server, i);
	uint32_t after = block.end;

	if (!compares_in(server, head) || !denies(server, head) ||
		block.end <= head.end ||
		!rsk_server_may_look(server, block.end - i))
		return false;
	for (uint32_t j = head.end; j < block.end; j++)
		if (rsk_webhook_is_one_of(rsk_server_text(server, j), others))
			return false;
	block.begin = head.end;
	return !leaves(server, block) &&
	       !rsk_webhook_is_one_of(rsk_server_text(server, after), others);
}

/* if production? and verify, and nothing else: who says it is development,
 * may send what he likes. */
static void look_at_condition(struct rsk_server *server, uint32_t i)
{
	uint32_t end = condition_end(server, i);
	bool by_environment = false;

	for (uint32_t j = i + 1; j < end; j++)
		by_environment = by_environment || is_environment(server, j);
	if (by_environment &&
		rsk_server_verifies(server, rsk_server_block(server, i)))
		rsk_server_push(server, "webhook-result-ignored", i,
			"The signature is only checked in one environment");
	else if (only_tells(server, i))
		rsk_server_push(server, "webhook-result-ignored", i, NULL);
}

static bool is_catch(const struct rsk_server *server, uint32_t i)
{
	static const char *const words[] = { "except", "rescue", "catch",
		NULL };

	return rsk_webhook_is_one_of(rsk_server_text(server, i), words);
}

/* except ...: pass; catch (...) {}; rescue => e / end */
static bool is_empty_catch(struct rsk_server *server, uint32_t i)
{
	const struct rsk_token *list = server->tokens.list.ptr;
	uint32_t next;

	if (!is_catch(server, i) || !rsk_server_may_look(server, 0))
		return false;
	next = condition_end(server, i);
	if (!rsk_server_may_look(server, next - i))
		return false;
	if (rsk_server_is(server, i, "except"))
		return rsk_server_is(server, next, "pass");
	if (rsk_server_is(server, i, "rescue"))
		return list[i].first &&
		       (rsk_server_is(server, next, "end") ||
			       rsk_server_is(server, next, "nil"));
	return rsk_server_is(server, next, "{") &&
	       list[next].partner == next + 1;
}

/* What the catch belongs to: the nearest try or begin in front of it. */
static struct rsk_span tried(const struct rsk_server *server, uint32_t end)
{
	uint32_t begin =
		end > RSK_MAX_SERVER_REACH ? end - RSK_MAX_SERVER_REACH : 1;

	for (uint32_t i = end - 1; i > begin; i--)
		if (rsk_server_is(server, i, "try") ||
			rsk_server_is(server, i, "begin") ||
			rsk_server_is(server, i, "def"))
			return (struct rsk_span){ i + 1, end };
	return (struct rsk_span){ 0, 0 };
}

void rsk_server_find_ignored(struct rsk_server *server)
{
	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++) {
		if (!rsk_server_has_kind(server, i, RSK_TOKEN_NAME))
			continue;
		if (rsk_server_is_comparer(server, i) && is_alone(server, i))
			rsk_server_push(
				server, "webhook-result-ignored", i, NULL);
		else if (is_condition(server, i) &&
			 server->tokens.list.ptr[i].first)
			look_at_condition(server, i);
		else if (is_empty_catch(server, i) &&
			 rsk_server_verifies(server, tried(server, i)))
			rsk_server_push(server, "webhook-result-ignored", i,
				"What the check of the signature throws is "
				"caught and forgotten");
	}
}
