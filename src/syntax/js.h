#ifndef RSK_SYNTAX_JS_H
#define RSK_SYNTAX_JS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "model/finding.h"
#include "syntax/kinds.h"

/*
 * JavaScript, TypeScript, Flow and JSX as tokens with matched brackets: all
 * the structure there is before somebody asks for more.
 *
 *	struct rsk_js_options options = rsk_js_options_for(path);
 *	struct rsk_js *js = NULL;
 *	enum rsk_err err = rsk_js_parse(&js, source, &options);
 *
 *	if (err)
 *		return err;
 *	for (uint32_t i = 1; i < js->count; i++)
 *		if (rsk_js_is_call(js, i))
 *			look(js, i, rsk_js_partner(js, i));
 *	rsk_js_free(js);
 *
 * Tokens have numbers. Token 0 is always START and the last one, `count`
 * itself, is always END, with RSK_JS_PAD more behind it, so that i - 1 and
 * i + 1 to i + 4 exist for every token 1 <= i < count. Comments, white space, a
 * hash-bang line, HTML comments and merge markers leave no token.
 *
 * Every input has tokens: what is no JavaScript becomes BAD tokens, brackets
 * without a partner and strings without an end, and is counted in
 * js->problems. An opener that was never closed has the token as its partner
 * that made that certain, so [opener + 1, partner) is always inside it; a
 * closer that closes nothing has the partner 0.
 *
 * The source is borrowed and must outlive the tokens. Time is linear in the
 * source, and nothing recurses. One thread at a time.
 *
 * Memory is at most 4 times the source and some kB, whatever it holds, also
 * while it is read; usual sources need less than their own size. So a token
 * is 2 bytes, what it is; two bits for each byte of the source say where
 * tokens begin and end; and the partner of a bracket is looked for, with the
 * help of how deep the brackets are (docs/decisions/0018-tokens-of-two-bytes.md
 * has the forms that were measured). A kind costs a look, a place or a partner
 * some ten.
 */

/* What kind of file it is, from its path. */
enum rsk_js_language {
	RSK_JS_NO_LANGUAGE, /* nothing we read */
	RSK_JS_JAVASCRIPT,  /* .js .jsx .mjs .cjs .es6: JSX and Flow allowed */
	RSK_JS_TYPESCRIPT,  /* .ts .mts .cts: no JSX */
	RSK_JS_TSX,         /* .tsx */
	RSK_JS_DECLARATION, /* .d.ts and its kin: types only, not worth it */
	RSK_JS_MARKUP,      /* .html .vue .svelte .astro: see embed.h */
};

enum rsk_js_language rsk_js_language(struct rsk_slice path);

/* A part of the source [source], half open. */
struct rsk_js_range {
	uint32_t begin, end;
};

struct rsk_js_options {
	bool jsx; /* < may begin an element */
	/* The parts to read, in order and apart from each other; none: all of
	 * it. What is between them leaves no token. Borrowed for the call. */
	const struct rsk_js_range *ranges;
	size_t n_ranges;
};

struct rsk_js_options rsk_js_options_for(struct rsk_slice path);

/* The bits of a token. */
enum {
	RSK_JS_KIND = 0x7f,      /* enum rsk_js_kind */
	RSK_JS_NEWLINE = 1 << 7, /* a line ended between the last one and it */
	RSK_JS_PREFIX = 1 << 8,  /* it stands where a value could begin, so ( is
				    a group, [ an array, + a sign, < no
				    operator */
	RSK_JS_UNCLOSED = 1 << 9, /* no partner, no closing quote */
	RSK_JS_ROLE_SHIFT = 10,   /* 3 bits; see rsk_js_role() */
	RSK_JS_ESCAPED = 1 << 13, /* a name or text with a backslash in it */
	RSK_JS_FIRST = 1 << 15,   /* of its range */
	/* Of a closer with a partner, instead of the last three: how many
	 * openers between the two it left unclosed. */
	RSK_JS_LEFT_SHIFT = 10,
};

/* What a bracket or word is there for: rsk_js_role(). The three groups
 * share their numbers. */
enum rsk_js_role {
	RSK_JS_PLAIN,
	/* { */
	RSK_JS_BLOCK = 1,  /* of statements: blocks, functions, import lists */
	RSK_JS_OBJECT,     /* of an object literal, pattern or object type */
	RSK_JS_BODY,       /* of a function expression */
	RSK_JS_CLASS_BODY, /* also of an interface */
	RSK_JS_CONTAINER,  /* in JSX */
	/* ( */
	RSK_JS_CONTROL = 1, /* of if, for, while, with, switch, catch */
	RSK_JS_PARAMS,      /* of a function or method that is defined here */
	/* everything else: the first token of a statement or member */
	RSK_JS_STATEMENT = 1,
};

enum {
	RSK_JS_PAD = 4,
	RSK_JS_GROUP = 64, /* tokens: one bit of a word for each */
	RSK_JS_STEP = 16,  /* tokens from one known place to the next */
	RSK_JS_FLOORS = 4, /* of rsk_js.lows */
};

struct rsk_js {
	struct rsk_slice source;    /* borrowed */
	uint32_t count;             /* tokens[count] is END */
	uint32_t problems;          /* things that are not JavaScript */
	struct rsk_js_lines *lines; /* made when first asked for a place */
	/* For the functions below alone. */
	uint16_t *tokens;
	uint32_t *places; /* where every RSK_JS_STEPth token begins */
	/* A bit for each byte of the source: a token's first, its last. */
	uint64_t *begins, *ends;
	/* For each RSK_JS_GROUP tokens: which are brackets, how many are open
	 * in front of them, and the fewest behind one of them; the fewest in
	 * each 64 blocks, in each 64 of these, and so on. */
	uint64_t *brackets;
	uint32_t *levels;
	uint32_t *lows[RSK_JS_FLOORS];
};

/*
 * Read `source`.
 *
 * RSK_TOOBIG  it has RSK_MAX_SYNTAX_BYTES or more
 * RSK_LIMIT   more than RSK_MAX_SYNTAX_NAMES brackets lie in each other
 * RSK_NOMEM   no memory for its tokens
 */
RSK_MUST_CHECK enum rsk_err rsk_js_parse(struct rsk_js **out,
	struct rsk_slice source, const struct rsk_js_options *options);

/* Accepts NULL. */
void rsk_js_free(struct rsk_js *js);

/* One that does not exist, such as the third in front of the second, is START:
 * whoever looks around need not ask first. */
static inline unsigned rsk_js_bits(const struct rsk_js *js, uint32_t i)
{
	return js->tokens[i <= js->count + RSK_JS_PAD ? i : 0];
}

static inline enum rsk_js_kind rsk_js_kind(const struct rsk_js *js, uint32_t i)
{
	return (enum rsk_js_kind)(rsk_js_bits(js, i) & RSK_JS_KIND);
}

static inline bool rsk_js_is(
	const struct rsk_js *js, uint32_t i, enum rsk_js_kind kind)
{
	return rsk_js_kind(js, i) == kind;
}

static inline bool rsk_js_has(
	const struct rsk_js *js, uint32_t i, unsigned flag)
{
	return (rsk_js_bits(js, i) & flag) != 0;
}

static inline bool rsk_js_is_opener(enum rsk_js_kind kind)
{
	return kind == RSK_JS_LPAREN || kind == RSK_JS_LBRACKET ||
	       kind == RSK_JS_LBRACE || kind == RSK_JS_TEMPLATE_OPEN ||
	       kind == RSK_JS_HOLE_OPEN || kind == RSK_JS_JSX_OPEN ||
	       kind == RSK_JS_JSX_TYPES_OPEN;
}

static inline bool rsk_js_is_bracket(enum rsk_js_kind kind)
{
	return kind >= RSK_JS_LPAREN && kind <= RSK_JS_JSX_TYPES_CLOSE;
}

static inline bool rsk_js_is_closer(enum rsk_js_kind kind)
{
	return rsk_js_is_bracket(kind) && !rsk_js_is_opener(kind);
}

/* A closer has none. */
static inline enum rsk_js_role rsk_js_role(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is_closer(rsk_js_kind(js, i))
		       ? RSK_JS_PLAIN
		       : (enum rsk_js_role)(
				 rsk_js_bits(js, i) >> RSK_JS_ROLE_SHIFT & 7);
}

/* Any identifier or keyword: what may stand behind a dot or name a key. */
static inline bool rsk_js_is_word(enum rsk_js_kind kind)
{
	return kind >= RSK_JS_NAME && kind <= RSK_JS_WITH;
}

/* A word that can be the name of a variable. */
static inline bool rsk_js_is_name(enum rsk_js_kind kind)
{
	return kind >= RSK_JS_NAME && kind <= RSK_JS_YIELD &&
	       kind != RSK_JS_PRIVATE_NAME;
}

/* The other bracket, or 0 when there is none or `i` is no bracket. */
uint32_t rsk_js_partner(const struct rsk_js *js, uint32_t i);

/* The next token on the same level: an opener takes its inside along. Never
 * past END. */
static inline uint32_t rsk_js_skip(const struct rsk_js *js, uint32_t i)
{
	if (rsk_js_is_opener(rsk_js_kind(js, i)))
		return rsk_js_partner(js, i) +
		       !rsk_js_has(js, i, RSK_JS_UNCLOSED);
	return i + (i < js->count);
}

/* The bytes of a token as they are in the source; a bracket's are its own. */
struct rsk_slice rsk_js_text(const struct rsk_js *js, uint32_t i);

/* [source] */
uint32_t rsk_js_begin(const struct rsk_js *js, uint32_t i);
uint32_t rsk_js_end(const struct rsk_js *js, uint32_t i);

/* Is the text of the token exactly this? Escapes are not undone. */
bool rsk_js_text_is(const struct rsk_js *js, uint32_t i, const char *text);

/* Do the two tokens follow each other without a gap (> and > in >>)? */
bool rsk_js_glued(const struct rsk_js *js, uint32_t i);

/*
 * What the token means: the name without escapes, the value of a string, the
 * text of a template part or of JSX, the digits of a number. The result is
 * borrowed from the source, or lives in `arena` when something had to be
 * decoded; a lone surrogate becomes U+FFFD.
 */
struct rsk_slice rsk_js_value(
	const struct rsk_js *js, uint32_t i, struct rsk_arena *arena);

/* Is `i` the ( of a call or of new? */
bool rsk_js_is_call(const struct rsk_js *js, uint32_t i);

/* Where the token is, for a person. Not const: the first call counts lines. */
struct rsk_place rsk_js_place(struct rsk_js *js, uint32_t i);

/* The same for any offset [source], which may be the end. */
struct rsk_place rsk_js_place_at(struct rsk_js *js, uint32_t offset);

/*
 * Is this text somebody's build output? Then patterns may look at it, but
 * what its code does is not reported.
 */
bool rsk_js_is_generated(struct rsk_slice path, struct rsk_slice source);

#endif
