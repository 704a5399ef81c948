#include "checks/server_p.h"

/* Words that may stand in front of a call, so that two names in a row are no
 * type and the name of a function. */
static bool is_keyword(struct rsk_slice text)
{
	static const char *const words[] = { "return", "if", "not", "and", "or",
		"await", "throw", "new", "yield", "unless", "else", "in", "is",
		"case", "echo", "print", "elsif", "elif", "when", "while",
		"assert", "raise", "go", "defer", "do", "then", "using",
		"until", "puts", "require", "for", "switch", "match", "except",
		"catch", "lambda", "with", "as", "from", NULL };

	return rsk_webhook_is_one_of(text, words);
}

static bool defines(const struct rsk_server *server, uint32_t name)
{
	static const char *const words[] = { "def", "func", "fun", "function",
		"fn", NULL };

	return rsk_webhook_is_one_of(rsk_server_text(server, name - 1), words);
}

/* Behind the parameters stands what a function has: a body, a type. */
static bool has_body(const struct rsk_server *server, uint32_t paren)
{
	static const char *const words[] = { "{", ":", "=>", "throws", NULL };
	uint32_t close = server->tokens.list.ptr[paren].partner;

	return close &&
	       rsk_webhook_is_one_of(rsk_server_text(server, close + 1), words);
}

static bool is_definition(const struct rsk_server *server, uint32_t name)
{
	struct rsk_slice before = rsk_server_text(server, name - 1);

	if (!rsk_server_has_kind(server, name, RSK_TOKEN_NAME))
		return false;
	if (defines(server, name))
		return true;
	/* def self.verify */
	if (rsk_server_is(server, name - 1, ".") &&
		rsk_server_is(server, name - 2, "self") && name > 3 &&
		defines(server, name - 2))
		return true;
	if (!rsk_server_is(server, name + 1, "(") ||
		!has_body(server, name + 1))
		return false;
	/* func (h *Handler) verify(...), Task<bool> Verify(...), bool Verify */
	return rsk_slice_eq_str(before, ")") || rsk_slice_eq_str(before, ">") ||
	       rsk_slice_eq_str(before, "]") ||
	       (rsk_server_has_kind(server, name - 1, RSK_TOKEN_NAME) &&
		       !is_keyword(before));
}

void rsk_server_find_functions(struct rsk_server *server)
{
	for (uint32_t i = 1; i + 1 < rsk_server_count(server); i++)
		if (is_definition(server, i))
			*RSK_VEC_PUSH(&server->functions) =
				(struct rsk_server_function){
					rsk_server_text(server, i), i
				};
}

bool rsk_server_is_call(const struct rsk_server *server, uint32_t name)
{
	return rsk_server_has_kind(server, name, RSK_TOKEN_NAME) &&
	       rsk_server_is(server, name + 1, "(") &&
	       !is_keyword(rsk_server_text(server, name)) &&
	       !is_definition(server, name);
}

struct rsk_span rsk_server_function(
	struct rsk_server *server, struct rsk_slice name)
{
	if (!rsk_server_may_look(server, server->functions.len))
		return (struct rsk_span){ 0, 0 };
	for (size_t i = 0; i < server->functions.len; i++)
		if (rsk_slice_eq(server->functions.ptr[i].name, name))
			return rsk_server_block(
				server, server->functions.ptr[i].token);
	return (struct rsk_span){ 0, 0 };
}

/* ---- lines ---- */

/* Does the expression go on here? */
static bool leads_on(const struct rsk_server *server, uint32_t i)
{
	static const char *const words[] = { ".", "->", "::", "?.", "?->", "+",
		NULL };

	return rsk_server_has_kind(server, i, RSK_TOKEN_OPERATOR) &&
	       rsk_webhook_is_one_of(rsk_server_text(server, i), words);
}

/* The first token of the line of `token`. */
static uint32_t line_of(const struct rsk_server *server, uint32_t token)
{
	while (token > 1 && !server->tokens.list.ptr[token].first)
		token--;
	return token;
}

/* How far to the right a line begins; a tab is one column, as a space is. */
static uint32_t column_of(const struct rsk_server *server, uint32_t first)
{
	const struct rsk_token *token = &server->tokens.list.ptr[first];
	uint32_t at = token->begin;

	while (at && server->tokens.source.ptr[at - 1] != '\n')
		at--;
	return token->begin - at;
}

static bool opens_further(const struct rsk_server *server, uint32_t first)
{
	static const char *const words[] = { ")", "]", "{", "):", NULL };

	return rsk_webhook_is_one_of(rsk_server_text(server, first), words);
}

static bool closes_block(const struct rsk_server *server, uint32_t first)
{
	return rsk_server_is(server, first, "}") ||
	       rsk_server_is(server, first, "end");
}

static bool annotates(const struct rsk_server *server, uint32_t first)
{
	return rsk_server_is(server, first, "@") ||
	       rsk_server_is(server, first, "[") ||
	       rsk_server_is(server, first, "#");
}

struct rsk_span rsk_server_block(
	const struct rsk_server *server, uint32_t token)
{
	const struct rsk_token *list = server->tokens.list.ptr;
	uint32_t line = line_of(server, token);
	uint32_t base = column_of(server, line);
	uint32_t count = rsk_server_count(server) - 1;
	bool head = !annotates(server, line);
	uint32_t i = token + 1;

	for (; i < count; i++) {
		if (!list[i].first || column_of(server, i) > base)
			continue;
		if (head && !opens_further(server, i))
			break;
		head = head || !annotates(server, i);
	}
	if (i < count && closes_block(server, i)) {
		do
			i++;
		while (i < count && (!list[i].first || leads_on(server, i)));
	}
	return (struct rsk_span){ line, i };
}

/* ---- expressions ---- */

static bool is_closer(const struct rsk_server *server, uint32_t i)
{
	return (rsk_server_is(server, i, ")") ||
		       rsk_server_is(server, i, "]")) &&
	       server->tokens.list.ptr[i].partner;
}

static bool is_opener(const struct rsk_server *server, uint32_t i)
{
	return (rsk_server_is(server, i, "(") ||
		       rsk_server_is(server, i, "[")) &&
	       server->tokens.list.ptr[i].partner;
}

static bool is_value(const struct rsk_server *server, uint32_t i)
{
	return rsk_server_has_kind(server, i, RSK_TOKEN_STRING) ||
	       rsk_server_has_kind(server, i, RSK_TOKEN_NUMBER) ||
	       (rsk_server_has_kind(server, i, RSK_TOKEN_NAME) &&
		       !is_keyword(rsk_server_text(server, i)));
}

/* In front of the brackets that end at `at`: what they belong to, if any. */
static uint32_t before_brackets(const struct rsk_server *server, uint32_t at)
{
	while (at > 1 && is_closer(server, at)) {
		at = server->tokens.list.ptr[at].partner;
		if (!is_value(server, at - 1) && !is_closer(server, at - 1))
			break;
		at--;
	}
	return at;
}

struct rsk_span rsk_server_left(const struct rsk_server *server, uint32_t last)
{
	uint32_t at = last;

	while (at > 1) {
		if (!is_closer(server, at) && !is_value(server, at))
			return (struct rsk_span){ at + 1, last + 1 };
		at = before_brackets(server, at);
		if (at < 2 || !leads_on(server, at - 1))
			break;
		at -= rsk_server_is(server, at - 2, "!") ? 3 : 2;
	}
	return (struct rsk_span){ at, last + 1 };
}

struct rsk_span rsk_server_right(
	const struct rsk_server *server, uint32_t first)
{
	uint32_t count = rsk_server_count(server) - 1;
	uint32_t at = first;

	while (rsk_server_is(server, at, "*") ||
		rsk_server_is(server, at, "&") ||
		rsk_server_is(server, at, "new") ||
		rsk_server_is(server, at, "await"))
		at++;
	while (at < count) {
		if (is_opener(server, at))
			at = server->tokens.list.ptr[at].partner + 1;
		else if (is_value(server, at))
			at++;
		else
			break;
		while (is_opener(server, at) &&
			!server->tokens.list.ptr[at].first)
			at = server->tokens.list.ptr[at].partner + 1;
		while (rsk_server_is(server, at, "!"))
			at++;
		if (!leads_on(server, at))
			break;
		at++;
	}
	return (struct rsk_span){ first, at };
}

struct rsk_span rsk_server_argument(
	const struct rsk_server *server, uint32_t paren, unsigned n)
{
	uint32_t end = server->tokens.list.ptr[paren].partner;
	uint32_t begin = paren + 1;

	for (uint32_t i = paren + 1; i <= end; i++) {
		uint32_t partner = server->tokens.list.ptr[i].partner;

		if (i == end || rsk_server_is(server, i, ",")) {
			if (!n--)
				return (struct rsk_span){ begin, i };
			begin = i + 1;
		} else if (partner > i) {
			i = partner;
		}
	}
	return (struct rsk_span){ 0, 0 };
}

/* ---- assignments ---- */

static bool assigns(const struct rsk_server *server, uint32_t i)
{
	return rsk_server_is(server, i, "=") || rsk_server_is(server, i, ":=");
}

/* To the end of the statement: a line that does not go on, or a semicolon. */
static struct rsk_span statement(
	const struct rsk_server *server, uint32_t first)
{
	const struct rsk_token *list = server->tokens.list.ptr;
	uint32_t count = rsk_server_count(server) - 1;
	uint32_t i = first;

	for (; i < count; i++) {
		if (rsk_server_is(server, i, ";") ||
			rsk_server_is(server, i, ")") ||
			rsk_server_is(server, i, "}"))
			break;
		if (i > first && list[i].first && !leads_on(server, i) &&
			!leads_on(server, i - 1) &&
			!rsk_server_is(server, i, "?") &&
			!rsk_server_is(server, i, "??") &&
			!rsk_server_is(server, i, "?:"))
			break;
		if (list[i].partner > i)
			i = list[i].partner;
	}
	return (struct rsk_span){ first, i };
}

struct rsk_span rsk_server_value(struct rsk_server *server, uint32_t token)
{
	struct rsk_slice name = rsk_server_text(server, token);
	uint32_t begin =
		token > RSK_MAX_SERVER_REACH ? token - RSK_MAX_SERVER_REACH : 1;

	if (!rsk_server_may_look(server, token - begin))
		return (struct rsk_span){ 0, 0 };
	for (uint32_t i = token - 1; i > begin; i--)
		if (assigns(server, i) &&
			rsk_slice_eq(rsk_server_text(server, i - 1), name) &&
			!rsk_server_is(server, i - 2, "."))
			return statement(server, i + 1);
	return (struct rsk_span){ 0, 0 };
}
