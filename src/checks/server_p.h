#ifndef RSK_CHECKS_SERVER_P_H
#define RSK_CHECKS_SERVER_P_H

#include "base/limits.h"
#include "checks/code_p.h"
#include "checks/webhook_p.h"
#include "syntax/tokens.h"

/*
 * Webhook receivers in Python, Ruby, PHP, Go, Java, Kotlin and C#. There is no
 * SDK for them, so all there is to judge is how they take the product's
 * webhooks, and keys in an app. They are read as tokens (syntax/tokens.h):
 * names, what was assigned to them in the same file, and the layout of lines,
 * which in all seven says where a function ends.
 */

/* A function of the file: its name, and where it begins. */
struct rsk_server_function {
	struct rsk_slice name;
	uint32_t token;
};

struct rsk_server {
	struct rsk_code *code;
	struct rsk_slice path;
	struct rsk_tokens tokens;
	RSK_VEC(struct rsk_server_function) functions; /* in order */
	bool keyed;      /* an HMAC is spoken of */
	uint32_t header; /* token that reads the signature, or 0 */
	uint32_t event;  /* token of one of two event names, or 0 */
	bool in_path;    /* the path says resync and webhook */
	bool weak;       /* compared, but not well enough */
	struct rsk_slice header_name; /* of the constant that holds it */
	size_t work;                  /* tokens gone through; see below */
};

/* Tokens [begin, end). */
struct rsk_span {
	uint32_t begin, end;
};

/* ---- server.c ---- */

void rsk_server_push(struct rsk_server *server, const char *rule,
	uint32_t token, const char *message);

static inline struct rsk_slice rsk_server_text(
	const struct rsk_server *server, uint32_t i)
{
	return rsk_token_text(&server->tokens, i);
}

static inline bool rsk_server_is(
	const struct rsk_server *server, uint32_t i, const char *text)
{
	return rsk_token_is(&server->tokens, i, text);
}

static inline bool rsk_server_has_kind(
	const struct rsk_server *server, uint32_t i, enum rsk_token_kind kind)
{
	return rsk_token_has_kind(&server->tokens, i, kind);
}

/* May one go through so many tokens more? See RSK_MAX_SERVER_WORK. */
static inline bool rsk_server_may_look(struct rsk_server *server, size_t tokens)
{
	server->work += tokens;
	return server->work <= RSK_MAX_SERVER_WORK;
}

static inline uint32_t rsk_server_count(const struct rsk_server *server)
{
	return (uint32_t)server->tokens.list.len;
}

/* ---- server_names.c: what leads where in a file ---- */

void rsk_server_find_functions(struct rsk_server *server);

/* A name that is called here: not defined, and no keyword. */
bool rsk_server_is_call(const struct rsk_server *server, uint32_t name);

/* The function's tokens, with its head; empty: the file has none. */
struct rsk_span rsk_server_function(
	struct rsk_server *server, struct rsk_slice name);

/* The lines that belong to the one of `token`: those further to the right,
 * and what closes them. Only that line when nothing does. */
struct rsk_span rsk_server_block(
	const struct rsk_server *server, uint32_t token);

/* What was last assigned to the name at `token` in front of it; empty: not
 * known. */
struct rsk_span rsk_server_value(struct rsk_server *server, uint32_t token);

/* The expression that ends with, or begins with, a token: a.b(c).d + "x". */
struct rsk_span rsk_server_left(const struct rsk_server *server, uint32_t last);
struct rsk_span rsk_server_right(
	const struct rsk_server *server, uint32_t first);

/* The n-th argument of the call whose ( is at `paren`; empty: none. */
struct rsk_span rsk_server_argument(
	const struct rsk_server *server, uint32_t paren, unsigned n);

/* ---- server_verify.c ---- */

/* Compares in constant time, by the names of it in these languages. */
bool rsk_server_is_comparer(const struct rsk_server *server, uint32_t name);

/* Does one of these tokens, or what they call, verify? */
bool rsk_server_verifies(struct rsk_server *server, struct rsk_span span);

/* Is something that verifies put in front of all handlers of the file? */
bool rsk_server_has_guard(struct rsk_server *server);

/* webhook-result-ignored */
void rsk_server_find_ignored(struct rsk_server *server);

/* ---- server_compare.c: webhook-weak-comparison ---- */

/* Were there any? */
bool rsk_server_find_comparisons(struct rsk_server *server);

/* ---- server_hmac.c: webhook-weak-hmac ---- */

void rsk_server_find_hmacs(struct rsk_server *server);

#endif
