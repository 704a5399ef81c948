#ifndef RSK_SYNTAX_TOKENS_H
#define RSK_SYNTAX_TOKENS_H

#include "base/err.h"
#include "base/slice.h"
#include "base/vec.h"

/*
 * The languages of servers other than JavaScript (Python, Ruby, PHP, Go, Java,
 * Kotlin, C#) as names, strings and operators with matched brackets. Comments
 * leave no token, a string is one token whatever stands in it: what a check
 * sees is what the program does.
 *
 *	const struct rsk_language *language = rsk_language_of(path);
 *	struct rsk_tokens tokens = { 0 };
 *	enum rsk_err err = rsk_tokens_read(&tokens, source, language);
 *
 *	for (uint32_t i = 1; !err && i + 1 < tokens.list.len; i++)
 *		look(&tokens, i);
 *	rsk_tokens_release(&tokens);
 *
 * The first and the last token are ENDs, so that i - 1 and i + 1 exist for all
 * others. This is no parser: a language is one row of a table that says what
 * its comments and strings look like. Every input has tokens; a string or a
 * comment without an end goes to the end of its line or of the source.
 *
 * The source is borrowed and must outlive the tokens. Time is linear in it,
 * nothing recurses. Errors: RSK_TOOBIG over RSK_MAX_TOKENS. One thread.
 */

struct rsk_language;

/* By the path's ending; NULL: none of these. */
const struct rsk_language *rsk_language_of(struct rsk_slice path);
const char *rsk_language_name(const struct rsk_language *language);

enum rsk_token_kind {
	RSK_TOKEN_END,
	RSK_TOKEN_NAME,     /* also keywords; `$` and `@` belong to it */
	RSK_TOKEN_NUMBER,   /* as far as names go, too: 0x1f, 10_000 */
	RSK_TOKEN_STRING,   /* with its quotes, prefixes and what is in it */
	RSK_TOKEN_OPERATOR, /* brackets as well */
};

struct rsk_token {
	uint32_t begin, end; /* [source] */
	uint32_t partner;    /* of a bracket: the other one's number, or 0 */
	uint8_t kind;        /* enum rsk_token_kind */
	bool first;          /* of its line */
	uint8_t quotes;      /* of a string: bytes in front of what it says */
	uint8_t closes;      /* of a string: bytes behind it */
};

struct rsk_tokens {
	struct rsk_slice source;
	RSK_VEC(struct rsk_token) list;
};

RSK_MUST_CHECK enum rsk_err rsk_tokens_read(struct rsk_tokens *tokens,
	struct rsk_slice source, const struct rsk_language *language);
void rsk_tokens_release(struct rsk_tokens *tokens);

/* [human] The line on which token `i` begins. Time is linear. */
uint32_t rsk_token_line(const struct rsk_tokens *tokens, uint32_t i);

/* Of a number behind the last one (or in front of the first, which wraps) the
 * functions below say: END, without a text. */
static inline struct rsk_token rsk_token_at(
	const struct rsk_tokens *tokens, uint32_t i)
{
	return i < tokens->list.len
		       ? tokens->list.ptr[i]
		       : (struct rsk_token){ .kind = RSK_TOKEN_END };
}

static inline struct rsk_slice rsk_token_text(
	const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token token = rsk_token_at(tokens, i);

	return rsk_slice_cut(tokens->source, token.begin, token.end);
}

/* What a string says, as written between its quotes; of others the text. */
static inline struct rsk_slice rsk_token_value(
	const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token token = rsk_token_at(tokens, i);

	return rsk_slice_cut(tokens->source, token.begin + token.quotes,
		token.end - token.closes);
}

static inline bool rsk_token_is(
	const struct rsk_tokens *tokens, uint32_t i, const char *text)
{
	return rsk_token_at(tokens, i).kind != RSK_TOKEN_STRING &&
	       rsk_slice_eq_str(rsk_token_text(tokens, i), text);
}

static inline bool rsk_token_has_kind(
	const struct rsk_tokens *tokens, uint32_t i, enum rsk_token_kind kind)
{
	return rsk_token_at(tokens, i).kind == kind;
}

#endif
