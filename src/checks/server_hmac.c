#include "checks/server_p.h"

/* Calls that make an HMAC: whose method it is, and which argument is the
 * secret (NO_SECRET: it is given elsewhere). */
enum { NO_SECRET = 9 };

static const struct hmac {
	const char *name, *owner;
	unsigned secret;
} hmacs[] = {
	{ "new", "hmac", 0 },
	{ "digest", "hmac", 0 },
	{ "hexdigest", "HMAC", 1 },
	{ "digest", "HMAC", 1 },
	{ "base64digest", "HMAC", 1 },
	{ "hash_hmac", NULL, 2 },
	{ "New", "hmac", 1 },
	{ "getInstance", "Mac", NO_SECRET },
	{ "SecretKeySpec", NULL, 0 },
	{ "HMACSHA256", NULL, 0 },
	{ "HMACSHA384", NULL, 0 },
	{ "HMACSHA512", NULL, 0 },
	{ "HMACSHA1", NULL, 0 },
	{ "HMACMD5", NULL, 0 },
	{ "HashData", "HMACSHA256", 0 },
	{ "HashData", "HMACSHA1", 0 },
	{ "HashData", "HMACMD5", 0 },
};

static const struct hmac *hmac_at(const struct rsk_server *server, uint32_t i)
{
	for (size_t j = 0; j < sizeof(hmacs) / sizeof(hmacs[0]); j++)
		if (rsk_server_is(server, i, hmacs[j].name) &&
			(!hmacs[j].owner ||
				(i > 2 && rsk_server_is(server, i - 2,
						  hmacs[j].owner))))
			return &hmacs[j];
	return NULL;
}

/* ---- broken hashes ---- */

static bool is_broken(struct rsk_slice text)
{
	return text.len <= 12 && (rsk_webhook_has(text, "sha1") ||
					 rsk_webhook_has(text, "sha-1") ||
					 rsk_webhook_has(text, "md5"));
}

static bool names_broken(const struct rsk_server *server, struct rsk_span span)
{
	for (uint32_t i = span.begin; i < span.end; i++)
		if (is_broken(rsk_token_value(&server->tokens, i)))
			return true;
	return false;
}

/* ---- secrets in the code ---- */

/* What only turns a text into bytes. */
static bool converts(struct rsk_slice name)
{
	static const char *const names[] = { "encode", "byte", "bytes",
		"Encoding", "UTF8", "ASCII", "GetBytes", "getBytes",
		"toByteArray", "StandardCharsets", "Charsets", "UTF_8", "b",
		"System", "Text", "HMACSHA256", NULL };

	return rsk_webhook_is_one_of(name, names);
}

/* One literal, and nothing but what makes bytes of it. */
static bool is_literal(const struct rsk_server *server, struct rsk_span span)
{
	uint32_t literal = 0;

	for (uint32_t i = span.begin; i < span.end; i++) {
		if (rsk_server_has_kind(server, i, RSK_TOKEN_STRING)) {
			if (!literal)
				literal = i;
		} else if (rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
			   !converts(rsk_server_text(server, i))) {
			return false;
		}
	}
	return literal && rsk_token_value(&server->tokens, literal).len &&
	       !rsk_webhook_has(rsk_token_value(&server->tokens, literal), "{");
}

/* Read from the environment, or else this text: get("X", "y"), x || "y". */
static bool has_default(const struct rsk_server *server, struct rsk_span span)
{
	static const char *const before[] = { ",", "||", "or", "?:", "??",
		NULL };
	static const char *const readers[] = { "environ", "getenv", "ENV",
		"env", "config", "settings", "Environment", "get", NULL };
	bool reads = false;

	for (uint32_t i = span.begin; i < span.end; i++) {
		reads = reads || rsk_webhook_is_one_of(
					 rsk_server_text(server, i), readers);
		if (reads && i > span.begin &&
			rsk_server_has_kind(server, i, RSK_TOKEN_STRING) &&
			rsk_token_value(&server->tokens, i).len &&
			rsk_webhook_is_one_of(
				rsk_server_text(server, i - 1), before) &&
			!rsk_slice_eq_nocase(
				rsk_token_value(&server->tokens, i),
				RSK_LIT("utf-8")))
			return true;
	}
	return false;
}

static bool is_known_secret(
	struct rsk_server *server, struct rsk_span span, unsigned depth)
{
	struct rsk_span value;

	if (span.begin >= span.end)
		return false;
	if (is_literal(server, span) || has_default(server, span))
		return true;
	for (uint32_t i = span.begin;
		i < span.end && depth < RSK_MAX_SERVER_CALLS; i++) {
		if (!rsk_server_has_kind(server, i, RSK_TOKEN_NAME) ||
			rsk_server_is(server, i + 1, "(") ||
			rsk_server_is(server, i - 1, "."))
			continue;
		value = rsk_server_value(server, i);
		if (is_known_secret(server, value, depth + 1))
			return true;
	}
	return false;
}

static bool compares_here(const struct rsk_server *server)
{
	for (uint32_t i = 1; i + 1 < rsk_server_count(server); i++)
		if (rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
			rsk_server_is_comparer(server, i))
			return true;
	return false;
}

static void look_at_hmac(
	struct rsk_server *server, uint32_t name, const struct hmac *hmac)
{
	uint32_t paren = name + 1;
	uint32_t end = server->tokens.list.ptr[paren].partner;

	if (!rsk_server_is(server, paren, "(") || !end)
		return;
	if (is_broken(rsk_server_text(server, name)) ||
		(hmac->owner &&
			rsk_webhook_has(rsk_slice_str(hmac->owner), "sha1")) ||
		names_broken(server, (struct rsk_span){ paren + 1, end }))
		rsk_server_push(server, "webhook-weak-hmac", name,
			"The signature is computed with a broken hash");
	else if (hmac->secret != NO_SECRET &&
		 is_known_secret(server,
			 rsk_server_argument(server, paren, hmac->secret), 0))
		rsk_server_push(server, "webhook-weak-hmac", name,
			"The webhook secret is written into the code, or has "
			"a default that is");
	else if (server->header && !server->weak && compares_here(server) &&
		 rsk_webhook_lacks_prefix(server->tokens.source)) {
		rsk_server_push(server, "webhook-weak-hmac", name,
			RSK_WEBHOOK_LACKS_PREFIX);
		server->weak = true; /* once */
	}
}

/* ---- no key at all ---- */

static bool is_plain_hash(const struct rsk_server *server, uint32_t i)
{
	static const char *const names[] = { "Sum256", "MessageDigest", NULL };
	struct rsk_slice text = rsk_server_text(server, i);

	if (rsk_webhook_is_one_of(text, names))
		return true;
	if (rsk_slice_eq_str(text, "sha256"))
		return rsk_server_is(server, i - 2, "hashlib");
	if (rsk_slice_eq_str(text, "hash"))
		return rsk_server_is(server, i + 1, "(") &&
		       rsk_slice_eq_nocase(
			       rsk_token_value(&server->tokens, i + 2),
			       RSK_LIT("sha256"));
	return rsk_slice_eq_str(text, "SHA256") &&
	       (rsk_server_is(server, i + 1, ".") ||
		       rsk_server_is(server, i - 2, "Digest"));
}

/* MessageDigest.isEqual is how Java compares. */
static bool only_compares(const struct rsk_server *server, uint32_t i)
{
	return rsk_server_is(server, i, "MessageDigest") &&
	       !rsk_server_is(server, i + 2, "getInstance");
}

void rsk_server_find_hmacs(struct rsk_server *server)
{
	for (uint32_t i = 2; i + 2 < rsk_server_count(server); i++) {
		const struct hmac *hmac;

		if (!rsk_server_has_kind(server, i, RSK_TOKEN_NAME))
			continue;
		hmac = hmac_at(server, i);
		if (hmac) {
			look_at_hmac(server, i, hmac);
		} else if (!server->keyed && server->header &&
			   is_plain_hash(server, i) &&
			   !only_compares(server, i)) {
			rsk_server_push(server, "webhook-weak-hmac", i,
				"The signature is computed without a key: "
				"anybody can");
			return;
		}
	}
}
