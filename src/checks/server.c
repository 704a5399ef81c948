#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "checks/server_p.h"

/* What to write in each language, where the rule's own words are for
 * JavaScript. */
static const struct idiom {
	const char *language, *compare, *hmac;
} idioms[] = {
	{ "Python", "hmac.compare_digest(a, b)",
		"hmac.new(secret, body, hashlib.sha256)" },
	{ "Ruby",
		"ActiveSupport::SecurityUtils.secure_compare(a, b) or "
		"Rack::Utils.secure_compare(a, b)",
		"OpenSSL::HMAC.hexdigest('SHA256', secret, body)" },
	{ "PHP", "hash_equals($expected, $given)",
		"hash_hmac('sha256', $body, $secret)" },
	{ "Go", "hmac.Equal(a, b)", "hmac.New(sha256.New, secret)" },
	{ "Java", "MessageDigest.isEqual(a, b)",
		"Mac.getInstance(\"HmacSHA256\")" },
	{ "Kotlin", "MessageDigest.isEqual(a, b)",
		"Mac.getInstance(\"HmacSHA256\")" },
	{ "C#", "CryptographicOperations.FixedTimeEquals(a, b)",
		"new HMACSHA256(secret)" },
};

static const struct idiom *idiom_of(struct rsk_slice path)
{
	const char *name = rsk_language_name(rsk_language_of(path));

	for (size_t i = 0; i < sizeof(idioms) / sizeof(idioms[0]); i++)
		if (!strcmp(idioms[i].language, name))
			return &idioms[i];
	return NULL;
}

static const char *fix_for(const struct rsk_server *server, const char *rule)
{
	const struct idiom *idiom = idiom_of(server->path);
	struct rsk_arena *arena = server->code->project->arena;

	if (idiom && !strcmp(rule, "webhook-weak-comparison"))
		return rsk_arena_printf(
			arena, "Compare with %s.", idiom->compare);
	if (idiom && !strcmp(rule, "webhook-weak-hmac"))
		return rsk_arena_printf(arena,
			"Use %s with a secret from the environment, and stop "
			"at the start when it is not set.",
			idiom->hmac);
	return NULL;
}

void rsk_server_push(struct rsk_server *server, const char *rule,
	uint32_t token, const char *message)
{
	const struct rsk_token *at = &server->tokens.list.ptr[token];
	const char *fix = fix_for(server, rule);
	struct rsk_code_hit hit = rsk_code_hit_at(
		server->code, rule, server->path, at->begin, at->end);

	if (message)
		hit.message = message;
	if (fix)
		hit.fix = fix;
	rsk_code_push(server->code, &hit);
}

/* ---- evidence ---- */

/* Written into a request of one's own: {"X-Resync-Signature": s}, or
 * .set("X-Resync-Signature", s). */
static bool is_written(const struct rsk_server *server, uint32_t i)
{
	static const char *const setters[] = { "set", "Set", "setHeader",
		"addHeader", "add_header", "header", "Add", "append", NULL };

	if (rsk_server_is(server, i + 1, ":") ||
		rsk_server_is(server, i + 1, "=>"))
		return !rsk_server_is(server, i - 1, "[");
	return rsk_server_is(server, i + 1, ",") &&
	       rsk_server_is(server, i - 1, "(") && i > 2 &&
	       rsk_webhook_is_one_of(rsk_server_text(server, i - 2), setters);
}

static bool says_header(const struct rsk_server *server, uint32_t i)
{
	struct rsk_slice value = rsk_token_value(&server->tokens, i);

	if (!rsk_server_has_kind(server, i, RSK_TOKEN_STRING))
		return rsk_slice_eq_nocase(
			value, RSK_LIT("x_resync_signature"));
	return (rsk_webhook_is_header(value) ||
		       rsk_slice_eq_str(value, "HTTP_X_RESYNC_SIGNATURE")) &&
	       !is_written(server, i);
}

static void take_header(struct rsk_server *server, uint32_t i)
{
	if (!server->header)
		server->header = i;
	if (i > 2 && rsk_server_has_kind(server, i, RSK_TOKEN_STRING) &&
		(rsk_server_is(server, i - 1, "=") ||
			rsk_server_is(server, i - 1, ":=")))
		server->header_name = rsk_server_text(server, i - 2);
}

static void find_evidence(struct rsk_server *server)
{
	unsigned events = 0;

	server->in_path = rsk_webhook_is_path(server->path);
	for (uint32_t i = 1; i + 1 < rsk_server_count(server); i++) {
		struct rsk_slice value = rsk_token_value(&server->tokens, i);

		if (rsk_webhook_has(rsk_slice_cut(value, 0, 64), "hmac"))
			server->keyed = true;
		if (says_header(server, i))
			take_header(server, i);
		if (!rsk_server_has_kind(server, i, RSK_TOKEN_STRING))
			continue;
		events += rsk_webhook_event(value);
		if (!server->event && rsk_webhook_event(value))
			server->event = i;
	}
	if (events < 2)
		server->event = 0;
}

/* ---- who receives ---- */

/* A name that the code of a handler has: its request; or 0. */
static uint32_t find_request(
	const struct rsk_server *server, struct rsk_span span)
{
	static const char *const names[] = { "request", "req", "Request",
		"$request", "$_SERVER", "$_POST", "HttpServletRequest",
		"HttpRequest", "ResponseWriter", "RequestBody", "FromBody",
		"params", "call", "gin", "fiber", "ReadFromJsonAsync", NULL };

	for (uint32_t i = span.begin; i < span.end; i++)
		if (rsk_webhook_is_one_of(rsk_server_text(server, i), names) ||
			rsk_slice_eq_str(rsk_token_value(&server->tokens, i),
				"php://input") ||
			(rsk_server_is(server, i, "event") &&
				rsk_server_is(server, i + 2, "context")))
			return i;
	return 0;
}

static bool has_request(const struct rsk_server *server, struct rsk_span span)
{
	return find_request(server, span) != 0;
}

/* Where the file's handler gets its request: no line that imports it. */
static uint32_t where_request(const struct rsk_server *server)
{
	static const char *const imports[] = { "use", "import", "using", "from",
		"require", NULL };
	uint32_t count = rsk_server_count(server) - 1;
	uint32_t i = 1;

	while ((i = find_request(server, (struct rsk_span){ i, count }))) {
		uint32_t line = i;

		while (line > 1 && !server->tokens.list.ptr[line].first)
			line--;
		if (!rsk_webhook_is_one_of(
			    rsk_server_text(server, line), imports))
			return i;
		i++;
	}
	return 1;
}

/* post("/webhooks/resync", ...), @app.route("/webhooks/resync"), post "..." */
static bool is_route(const struct rsk_server *server, uint32_t i)
{
	static const char *const methods[] = { "post", "Post", "POST", "route",
		"HandleFunc", "Handle", "PostMapping", "RequestMapping",
		"HttpPost", "Route", "MapPost", "any", "match", "api_route",
		"add_url_rule", "put", NULL };
	uint32_t at = i - 1;

	if (!rsk_server_has_kind(server, i, RSK_TOKEN_STRING) ||
		!rsk_webhook_is_path(rsk_token_value(&server->tokens, i)))
		return false;
	/* path = "...", value = {"..."} */
	while (at > 1 && !server->tokens.list.ptr[at].first &&
		!rsk_server_is(server, at, "(") &&
		!rsk_webhook_is_one_of(rsk_server_text(server, at), methods))
		at--;
	if (rsk_server_is(server, at, "("))
		at--;
	return rsk_webhook_is_one_of(rsk_server_text(server, at), methods);
}

/* A route's handler: what stands in its own lines, or a function that one of
 * them names. Without either it is elsewhere. */
static bool find_handler(
	struct rsk_server *server, uint32_t route, struct rsk_span *handler)
{
	struct rsk_span block = rsk_server_block(server, route);
	struct rsk_span found;

	*handler = block;
	if (has_request(server, block))
		return true;
	for (uint32_t i = route + 1; i < block.end && i < route + 32; i++) {
		if (!rsk_server_has_kind(server, i, RSK_TOKEN_NAME))
			continue;
		found = rsk_server_function(server, rsk_server_text(server, i));
		if (found.end && has_request(server, found)) {
			*handler = found;
			return true;
		}
	}
	return false;
}

static struct rsk_span whole(const struct rsk_server *server)
{
	return (struct rsk_span){ 1, rsk_server_count(server) - 1 };
}

/* ---- judging ---- */

static void is_fine(struct rsk_server *server, uint32_t token)
{
	struct rsk_code_hit hit;
	const struct rsk_token *at;

	if (!server->header)
		return;
	at = &server->tokens.list.ptr[server->header];
	hit = rsk_code_hit_at(server->code, "webhook-signature-read",
		server->path, at->begin, at->end);
	hit.silences = true;
	rsk_code_push(server->code, &hit);
	const struct rsk_fact fact = {
		.rule = "webhook-handler",
		.item = RSK_ITEM_WEBHOOK_SIGNATURE,
		.says = RSK_EVIDENCE_FOR,
		.path = server->path,
		.line = rsk_token_line(&server->tokens, token),
		.text = "a handler of webhooks: it verifies them",
	};
	rsk_code_push_fact(server->code, &fact);
}

/* Handlers that are found by their route; the rest is one handler. */
static bool judge_routes(struct rsk_server *server, bool elsewhere)
{
	bool any = false;

	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++) {
		struct rsk_span handler;

		if (!is_route(server, i) || !find_handler(server, i, &handler))
			continue;
		any = true;
		if (rsk_server_verifies(server, handler) ||
			rsk_server_verifies(
				server, rsk_server_block(server, i)) ||
			rsk_server_has_guard(server))
			is_fine(server, i);
		else if (!elsewhere)
			rsk_server_push(
				server, "webhook-not-verified", i, NULL);
	}
	return any;
}

static void judge_file(struct rsk_server *server, bool elsewhere)
{
	uint32_t token = server->header ? server->header : server->event;

	if (rsk_server_verifies(server, whole(server)))
		is_fine(server, token ? token : 1);
	else if (server->header || !elsewhere)
		rsk_server_push(server, "webhook-not-verified",
			token ? token : where_request(server), NULL);
}

static bool has_route(const struct rsk_server *server)
{
	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++)
		if (is_route(server, i))
			return true;
	return false;
}

static void look_at_webhooks(struct rsk_server *server, bool elsewhere)
{
	bool speaks = server->header || server->event || server->in_path;

	if (!speaks && !has_route(server))
		return;
	server->weak = rsk_server_find_comparisons(server);
	rsk_server_find_hmacs(server);
	rsk_server_find_ignored(server);
	if (server->weak)
		return; /* it does verify, if badly */
	if (!server->header && judge_routes(server, elsewhere))
		return;
	if (speaks && has_request(server, whole(server)))
		judge_file(server, elsewhere);
}

/* ---- keys in apps ---- */

/* import android.os.Bundle */
static bool is_android(const struct rsk_server *server)
{
	for (uint32_t i = 2; i + 1 < rsk_server_count(server); i++)
		if ((rsk_server_is(server, i, "android") ||
			    rsk_server_is(server, i, "androidx")) &&
			rsk_server_is(server, i - 1, "import"))
			return true;
	return false;
}

static void look_at_app(struct rsk_server *server)
{
	if (!is_android(server))
		return;
	for (uint32_t i = 1; i + 1 < rsk_server_count(server); i++) {
		struct rsk_slice value = rsk_token_value(&server->tokens, i);

		if (value.len > 128 || !rsk_webhook_has(value, "resync") ||
			!rsk_webhook_has(value, "secret") ||
			rsk_server_has_kind(server, i, RSK_TOKEN_NUMBER))
			continue;
		rsk_server_push(server, "secret-key-in-client", i,
			"A secret of Resync is read in an Android app, where "
			"whoever has the app can read it");
		return;
	}
}

/* ---- files ---- */

static bool open_server(struct rsk_server *server, struct rsk_buf *text)
{
	const struct rsk_code_project *project = server->code->project;
	enum rsk_err err =
		rsk_program_read(project->program, server->path, text);

	if (err)
		return false; /* the program said so */
	err = rsk_tokens_read(&server->tokens, rsk_buf_slice(text),
		rsk_language_of(server->path));
	if (err)
		server->code->out->gap(server->code->out->ctx,
			RSK_GAP_SYNTAX_LIMIT, server->path,
			"its code has too many names and operators");
	if (!err) {
		rsk_server_find_functions(server);
		find_evidence(server);
	}
	return !err;
}

static void close_server(struct rsk_server *server, struct rsk_buf *text)
{
	if (server->work > RSK_MAX_SERVER_WORK)
		server->code->out->gap(server->code->out->ctx,
			RSK_GAP_SYNTAX_LIMIT, server->path,
			"how it verifies webhooks is too complex to follow");
	rsk_tokens_release(&server->tokens);
	RSK_VEC_RELEASE(&server->functions);
	rsk_buf_release(text);
}

/* Does this file read the signature and verify it? */
static void look_for_verifier(struct rsk_server *server, bool *elsewhere)
{
	*elsewhere =
		*elsewhere ||
		(server->header && rsk_server_verifies(server, whole(server)));
}

/* Between two tokens of PHP there may be a page, which is no comment. */
static bool may_be_page(struct rsk_slice path)
{
	return rsk_slice_ends(path, RSK_LIT("html")) ||
	       rsk_slice_ends(path, RSK_LIT("php"));
}

static bool holds_page(const struct rsk_tokens *tokens, uint32_t i)
{
	struct rsk_slice gap = rsk_slice_cut(tokens->source,
		tokens->list.ptr[i].end, tokens->list.ptr[i + 1].begin);

	return !i || rsk_slice_find(gap, RSK_LIT("?>")) < gap.len;
}

static void silence_comments(const struct rsk_server *server)
{
	const struct rsk_tokens *tokens = &server->tokens;
	bool pages = may_be_page(server->path);

	for (uint32_t i = 0; i + 1 < rsk_server_count(server); i++)
		if (!pages || !holds_page(tokens, i))
			rsk_code_silence(server->code, server->path,
				tokens->source,
				(struct rsk_js_range){ tokens->list.ptr[i].end,
					tokens->list.ptr[i + 1].begin });
}

static void look_at_file(struct rsk_server *server, bool *elsewhere)
{
	silence_comments(server);
	look_at_webhooks(server, *elsewhere);
	look_at_app(server);
}

static void each_file(struct rsk_code *code,
	void (*look)(struct rsk_server *server, bool *elsewhere),
	bool *elsewhere)
{
	for (size_t i = 0; i < code->project->files_len; i++) {
		struct rsk_server server = { .code = code,
			.path = code->project->files[i] };
		struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);

		if (!rsk_language_of(server.path) ||
			rsk_program_is_test(server.path))
			continue;
		if (open_server(&server, &text))
			look(&server, elsewhere);
		close_server(&server, &text);
	}
}

/* Twice: a filter or a middleware may verify what a controller handles. */
void rsk_code_server(struct rsk_code *code)
{
	bool elsewhere = false;

	each_file(code, look_for_verifier, &elsewhere);
	each_file(code, look_at_file, &elsewhere);
}
