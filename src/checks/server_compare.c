#include "checks/server_p.h"

/* What one side of a comparison is. */
struct side {
	bool signature; /* it came with the request */
	bool computed;  /* its name says that it was computed */
	bool digest;    /* it was: a call that makes a digest */
	bool constant;  /* a literal, nothing, a length */
};

/* ---- words ---- */

static bool is_digest_call(struct rsk_slice name)
{
	static const char *const names[] = { "hexdigest", "digest",
		"base64digest", "hash_hmac", "doFinal", "ComputeHash",
		"HashData", "ComputeHashAsync", "Sum", "hmacSha256",
		"hmac_sha256", "hmacSha256Hex", "hmacHex", NULL };

	return rsk_webhook_is_one_of(name, names);
}

static bool is_nothing(struct rsk_slice name)
{
	static const char *const names[] = { "nil", "null", "NULL", "None",
		"true", "false", "True", "False", "undefined", NULL };

	return rsk_webhook_is_one_of(name, names);
}

static bool is_length(struct rsk_slice name)
{
	static const char *const names[] = { "len", "length", "Length", "size",
		"count", "Count", "strlen", "bytesize", "mb_strlen", "sizeof",
		NULL };

	return rsk_webhook_is_one_of(name, names);
}

/* compute_signature(body) makes one; signature_of(request) reads one. */
static bool makes_signature(struct rsk_slice name)
{
	static const char *const parts[] = { "comput", "calc", "creat",
		"generat", "make", "build", "expected", NULL };

	if (rsk_slice_eq_str(name, "sign"))
		return true;
	for (const char *const *part = parts; *part; part++)
		if (rsk_webhook_has(name, *part))
			return rsk_webhook_is_signature(name);
	return false;
}

/* ---- what a side is ---- */

static struct side side_of(
	struct rsk_server *server, struct rsk_span span, unsigned depth);

static void look_at_string(
	const struct rsk_server *server, uint32_t i, struct side *side)
{
	struct rsk_slice value = rsk_token_value(&server->tokens, i);

	if (rsk_webhook_is_header(value) ||
		rsk_slice_eq_str(value, "HTTP_X_RESYNC_SIGNATURE"))
		side->signature = true;
	/* "sha256=#{digest}": what stands in it counts as if it stood alone. */
	if (rsk_webhook_has(value, "{") && rsk_webhook_is_computed(value))
		side->computed = true;
}

static void look_at_name(
	struct rsk_server *server, uint32_t i, struct side *side)
{
	struct rsk_slice name = rsk_server_text(server, i);

	/* Ruby needs no brackets. */
	if (is_digest_call(name) && (rsk_server_is(server, i + 1, "(") ||
					    rsk_server_is(server, i - 1, ".")))
		side->digest = true;
	else if (makes_signature(name) || rsk_webhook_is_computed(name))
		side->computed = true;
	else if (rsk_webhook_is_signature(name) ||
		 rsk_slice_eq(name, server->header_name))
		side->signature = true;
}

/* Names alone say less than what was assigned to them. */
static void look_up(struct rsk_server *server, uint32_t i, unsigned depth,
	struct side *side)
{
	struct rsk_span value = { 0, 0 };
	struct side found;

	if (depth < RSK_MAX_SERVER_CALLS &&
		!rsk_server_is(server, i - 1, ".") &&
		!rsk_server_is(server, i + 1, "("))
		value = rsk_server_value(server, i);
	if (value.end <= value.begin)
		return;
	found = side_of(server, value, depth + 1);
	side->digest = side->digest || found.digest;
	side->signature = side->signature || found.signature;
	if (found.signature && !found.digest)
		side->computed = false;
}

/* `x.length`, `len(x)`, and a literal that stands alone. */
static bool is_constant(const struct rsk_server *server, struct rsk_span span)
{
	uint32_t last = span.end - 1;
	const struct rsk_token *list = server->tokens.list.ptr;

	if (span.end == span.begin + 1 &&
		!rsk_server_has_kind(server, last, RSK_TOKEN_NAME))
		return rsk_token_value(&server->tokens, last).len == 0 ||
		       !rsk_webhook_has(
			       rsk_token_value(&server->tokens, last), "{");
	if (is_nothing(rsk_server_text(server, last)) ||
		is_length(rsk_server_text(server, last)) ||
		is_length(rsk_server_text(server, span.begin)))
		return true;
	return rsk_server_is(server, last, ")") && list[last].partner &&
	       is_length(rsk_server_text(server, list[last].partner - 1));
}

static struct side side_of(
	struct rsk_server *server, struct rsk_span span, unsigned depth)
{
	struct side side = { 0 };

	if (span.begin >= span.end || is_constant(server, span)) {
		side.constant = true;
		return side;
	}
	if (!rsk_server_may_look(server, span.end - span.begin))
		return side;
	for (uint32_t i = span.begin; i < span.end; i++) {
		if (rsk_server_has_kind(server, i, RSK_TOKEN_STRING)) {
			look_at_string(server, i, &side);
		} else if (rsk_server_has_kind(server, i, RSK_TOKEN_NAME)) {
			look_at_name(server, i, &side);
			look_up(server, i, depth, &side);
		}
	}
	return side;
}

/* ---- comparisons ---- */

static bool is_weak(
	const struct rsk_server *server, struct side a, struct side b)
{
	if (a.constant || b.constant)
		return false;
	a.digest = a.digest && server->keyed;
	b.digest = b.digest && server->keyed;
	if (a.digest != b.digest)
		return true;
	return (a.signature && b.computed) || (b.signature && a.computed);
}

static bool is_equality(const struct rsk_server *server, uint32_t i)
{
	static const char *const operators[] = {
		"==", "!=", "===", "!==", "<=>", NULL
	};

	return rsk_server_has_kind(server, i, RSK_TOKEN_OPERATOR) &&
	       rsk_webhook_is_one_of(rsk_server_text(server, i), operators);
}

/* a.equals(b) */
static bool is_method(const struct rsk_server *server, uint32_t name)
{
	static const char *const names[] = { "equals", "equalsIgnoreCase",
		"Equals", "compareTo", "CompareTo", "contentEquals", "eql",
		"SequenceEqual", "casecmp", "contentDeepEquals", NULL };

	return rsk_server_is(server, name - 1, ".") &&
	       rsk_webhook_is_one_of(rsk_server_text(server, name), names);
}

/* equals(a, b), by name and by whose it is; NULL: nobody's. */
static bool is_function(const struct rsk_server *server, uint32_t name)
{
	static const struct {
		const char *name, *owner;
	} functions[] = {
		{ "strcmp", NULL },
		{ "strcasecmp", NULL },
		{ "strncmp", NULL },
		{ "equals", "Objects" },
		{ "equals", "Arrays" },
		{ "equals", "StringUtils" },
		{ "Equals", "string" },
		{ "Equals", "String" },
		{ "Compare", "string" },
		{ "Compare", "String" },
		{ "Equal", "bytes" },
		{ "Compare", "bytes" },
		{ "EqualFold", "strings" },
		{ "Compare", "strings" },
		{ "DeepEqual", "reflect" },
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (rsk_server_is(server, name, functions[i].name) &&
			(functions[i].owner ? rsk_server_is(server, name - 2,
						      functions[i].owner)
					    : rsk_server_is_call(server, name)))
			return true;
	return false;
}

/* The two things that are compared at a token; empty: nothing is. */
static bool compared(const struct rsk_server *server, uint32_t i,
	struct rsk_span *a, struct rsk_span *b)
{
	if (is_equality(server, i)) {
		*a = rsk_server_left(server, i - 1);
		*b = rsk_server_right(server, i + 1);
		return true;
	}
	if (!rsk_server_is(server, i + 1, "(") || i < 3 ||
		!rsk_server_has_kind(server, i, RSK_TOKEN_NAME))
		return false;
	if (is_function(server, i)) {
		*a = rsk_server_argument(server, i + 1, 0);
		*b = rsk_server_argument(server, i + 1, 1);
		return true;
	}
	if (!is_method(server, i))
		return false;
	*a = rsk_server_left(server, i - 2);
	*b = rsk_server_argument(server, i + 1, 0);
	return true;
}

bool rsk_server_find_comparisons(struct rsk_server *server)
{
	bool any = false;

	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++) {
		struct rsk_span a, b;

		if (!compared(server, i, &a, &b) ||
			!is_weak(server, side_of(server, a, 0),
				side_of(server, b, 0)))
			continue;
		rsk_server_push(server, "webhook-weak-comparison", i, NULL);
		any = true;
	}
	return any;
}
