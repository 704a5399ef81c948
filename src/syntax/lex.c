#include "syntax/lex_p.h"

#include <stdlib.h>

#include "base/limits.h"
#include "syntax/types.h"

_Static_assert(RSK_JS_KIND_COUNT <= RSK_JS_KIND + 1, "the kind of a token");

static const uint8_t expect_after[RSK_JS_KIND_COUNT] = {
#define X(name, text, after) [RSK_JS_##name] = RSK_JS_AFTER_##after,
	RSK_JS_KINDS(X)
#undef X
};

/* Words that go on with what stands before them, even on a new line. */
static bool continues(enum rsk_js_kind kind)
{
	return kind == RSK_JS_IN || kind == RSK_JS_INSTANCEOF ||
	       kind == RSK_JS_EXTENDS ||
	       expect_after[kind] == RSK_JS_AFTER_BETWEEN;
}

static bool begins_value(enum rsk_js_kind kind)
{
	return (rsk_js_is_word(kind) && !continues(kind)) ||
	       kind == RSK_JS_AT || kind == RSK_JS_NUMBER ||
	       kind == RSK_JS_STRING;
}

/* Words that behind a value can only be the next statement. */
static bool only_begins(enum rsk_js_kind kind)
{
	switch (kind) {
	case RSK_JS_CLASS:
	case RSK_JS_CONST:
	case RSK_JS_EXPORT:
	case RSK_JS_FOR:
	case RSK_JS_FUNCTION:
	case RSK_JS_IF:
	case RSK_JS_INTERFACE:
	case RSK_JS_LET:
	case RSK_JS_RETURN:
	case RSK_JS_SWITCH:
	case RSK_JS_THROW:
	case RSK_JS_TRY:
	case RSK_JS_VAR:
		return true;
	default:
		return false;
	}
}

static bool is_statement(const struct rsk_js_lexer *lx, enum rsk_js_kind kind)
{
	const struct rsk_js *js = lx->js;
	uint32_t last = js->count - 1;

	if (lx->expect == RSK_JS_AFTER_STATEMENT)
		return !rsk_js_is_bracket(kind);
	if (lx->expect != RSK_JS_AFTER_VALUE || !begins_value(kind))
		return false;
	if (lx->newline)
		return true;
	/* Two values in a row: only async goes with the second one. */
	if (!only_begins(kind))
		return false;
	return !rsk_js_is(js, last, RSK_JS_ASYNC) ||
	       rsk_js_role(js, last) == RSK_JS_STATEMENT;
}

/* A colon after case x, default or a label is followed by a statement. */
static bool is_statement_colon(struct rsk_js_lexer *lx)
{
	struct rsk_js_frame *top = rsk_js_top(lx);
	uint32_t last = lx->js->count - 1;

	if (top->pending & RSK_JS_PENDING_CASE) {
		top->pending &= (uint8_t)~RSK_JS_PENDING_CASE;
		return true;
	}
	if (rsk_js_is(lx->js, last, RSK_JS_DEFAULT))
		return true;
	return (top->role == RSK_JS_BLOCK || top->role == RSK_JS_BODY ||
		       !top->token) &&
	       top->mode == RSK_JS_CODE &&
	       rsk_js_is_name(rsk_js_kind(lx->js, last)) &&
	       rsk_js_role(lx->js, last) == RSK_JS_STATEMENT;
}

/* Where in a member of an object or class we are. */
static void note_member(
	struct rsk_js_lexer *lx, enum rsk_js_kind kind, bool statement)
{
	struct rsk_js_frame *top = rsk_js_top(lx);
	unsigned pending = top->pending;
	unsigned ended = RSK_JS_PENDING_INIT | RSK_JS_PENDING_DECORATOR;

	if ((kind == RSK_JS_COMMA && top->role == RSK_JS_OBJECT) ||
		kind == RSK_JS_SEMICOLON || statement)
		pending &= ~ended;
	if (kind == RSK_JS_AT)
		pending |= RSK_JS_PENDING_DECORATOR;
	else if (kind == RSK_JS_ASSIGN || kind == RSK_JS_ELLIPSIS ||
		 kind == RSK_JS_ARROW ||
		 (kind == RSK_JS_COLON && top->role == RSK_JS_OBJECT))
		pending |= RSK_JS_PENDING_INIT;
	else if (lx->expect == RSK_JS_AFTER_VALUE && rsk_js_is_word(kind))
		pending &= ~(unsigned)RSK_JS_PENDING_DECORATOR;
	top->pending = (uint8_t)pending;
}

/* Is a name to come that is declared? */
static bool names_next(const struct rsk_js_lexer *lx)
{
	enum rsk_js_kind last = rsk_js_last(lx);

	return last == RSK_JS_FUNCTION || last == RSK_JS_CLASS ||
	       last == RSK_JS_IMPORT;
}

static bool is_mark(enum rsk_js_kind kind)
{
	return kind == RSK_JS_NOT || kind == RSK_JS_INCREMENT ||
	       kind == RSK_JS_DECREMENT;
}

static void expect_next(struct rsk_js_lexer *lx, enum rsk_js_kind kind)
{
	uint8_t after = expect_after[kind];

	if (kind == RSK_JS_COLON)
		after = is_statement_colon(lx) ? RSK_JS_AFTER_STATEMENT
					       : RSK_JS_AFTER_OPERAND;
	/* x as y, but function as() {} */
	if (after == RSK_JS_AFTER_BETWEEN)
		after = lx->expect == RSK_JS_AFTER_VALUE && !names_next(lx)
				? RSK_JS_AFTER_OPERAND
				: RSK_JS_AFTER_VALUE;
	/* On a new line ! and ++ begin something; on the same one they end
	 * what stands before them. */
	if (after == RSK_JS_AFTER_KEEP) {
		if (is_mark(kind) &&
			(lx->newline || lx->expect != RSK_JS_AFTER_VALUE))
			lx->expect = RSK_JS_AFTER_OPERAND;
		return;
	}
	lx->expect = (enum rsk_js_expect)after;
}

static void set_bit(uint64_t *bits, uint32_t at)
{
	bits[at / 64] |= (uint64_t)1 << at % 64;
}

static void add_token(struct rsk_js_lexer *lx, uint16_t token, uint32_t len)
{
	struct rsk_js *js = lx->js;
	uint32_t i = js->count;

	if (i % RSK_JS_STEP == 0)
		js->places[i / RSK_JS_STEP] = lx->at;
	if (i % RSK_JS_GROUP == 0)
		rsk_js_begin_block(js, lx->level);
	if (token & RSK_JS_FIRST)
		rsk_js_note_level(js, i, 0);
	if (token & RSK_JS_FIRST ||
		rsk_js_is_bracket((enum rsk_js_kind)(token & RSK_JS_KIND)))
		js->brackets[i / 64] |= (uint64_t)1 << i % 64;
	if (len) {
		set_bit(js->begins, lx->at);
		set_bit(js->ends, lx->at + len - 1);
	}
	js->tokens[js->count++] = token;
}

void rsk_js_emit(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len)
{
	bool in_code = rsk_js_top(lx)->mode == RSK_JS_CODE;
	bool statement = in_code && is_statement(lx, kind);
	unsigned flags = lx->newline ? RSK_JS_NEWLINE : 0;

	if (lx->first)
		flags |= RSK_JS_FIRST;
	if (lx->expect != RSK_JS_AFTER_VALUE)
		flags |= RSK_JS_PREFIX;
	if (statement)
		flags |= (unsigned)RSK_JS_STATEMENT << RSK_JS_ROLE_SHIFT;
	if (in_code)
		note_member(lx, kind, statement);
	expect_next(lx, kind);
	add_token(lx, (uint16_t)(flags | (unsigned)kind), len);
	lx->at += len;
	lx->newline = lx->first = false;
}

struct punct {
	const char *text;
	uint8_t kind;
};

/* By first byte; the longest first. */
#define ROWS(name, ...)                                                        \
	static const struct punct name[] = { __VA_ARGS__, { NULL, 0 } }
#define P(text, kind)                                                          \
	{                                                                      \
		text, RSK_JS_##kind                                            \
	}
ROWS(dots, P("...", ELLIPSIS), P(".", DOT));
ROWS(questions,
	P("?"
	  "?=",
		NULLISH_ASSIGN),
	P("?"
	  "?",
		NULLISH),
	P("?.", OPTIONAL_DOT), P("?", QUESTION));
ROWS(colons, P(":", COLON));
ROWS(semicolons, P(";", SEMICOLON));
ROWS(commas, P(",", COMMA));
ROWS(ats, P("@", AT));
ROWS(equals, P("===", EQ_STRICT), P("==", EQ), P("=>", ARROW), P("=", ASSIGN));
ROWS(pluses, P("++", INCREMENT), P("+=", ADD_ASSIGN), P("+", PLUS));
ROWS(minuses, P("--", DECREMENT), P("-=", OTHER_ASSIGN), P("-", MINUS));
ROWS(ands, P("&&=", AND_ASSIGN), P("&&", AND), P("&=", OTHER_ASSIGN),
	P("&", BIT_AND));
ROWS(ors, P("||=", OR_ASSIGN), P("||", OR), P("|=", OTHER_ASSIGN),
	P("|", BIT_OR));
ROWS(hats, P("^=", OTHER_ASSIGN), P("^", BIT_XOR));
ROWS(nots, P("!==", NE_STRICT), P("!=", NE), P("!", NOT));
ROWS(tildes, P("~", TILDE));
ROWS(smallers, P("<<=", OTHER_ASSIGN), P("<<", SHIFT_LEFT), P("<=", LE),
	P("<", LT));
ROWS(greaters, P(">=", GE), P(">", GT));
ROWS(stars, P("**=", OTHER_ASSIGN), P("**", POWER), P("*=", OTHER_ASSIGN),
	P("*", STAR));
ROWS(slashes, P("/=", OTHER_ASSIGN), P("/", SLASH));
ROWS(percents, P("%=", OTHER_ASSIGN), P("%", PERCENT));

static const struct punct *const puncts[128] = {
	['.'] = dots,
	['?'] = questions,
	[':'] = colons,
	[';'] = semicolons,
	[','] = commas,
	['@'] = ats,
	['='] = equals,
	['+'] = pluses,
	['-'] = minuses,
	['&'] = ands,
	['|'] = ors,
	['^'] = hats,
	['!'] = nots,
	['~'] = tildes,
	['<'] = smallers,
	['>'] = greaters,
	['*'] = stars,
	['/'] = slashes,
	['%'] = percents,
};

static bool ahead_is(const struct rsk_js_lexer *lx, const char *text)
{
	for (uint32_t i = 0; text[i]; i++)
		if (rsk_js_peek(lx, i) != (uint8_t)text[i])
			return false;
	return true;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void lex_punct(struct rsk_js_lexer *lx)
{
	uint8_t c = rsk_js_peek(lx, 0);
	const struct punct *row = c < 128 ? puncts[c] : NULL;

	while (row && row->text && !ahead_is(lx, row->text))
		row++;
	if (!row || !row->text) {
		rsk_js_emit(lx, RSK_JS_BAD, 1);
		lx->js->problems++;
		return;
	}
	/* a?.5:b */
	if (row->kind == RSK_JS_OPTIONAL_DOT && is_digit(rsk_js_peek(lx, 2)))
		row++;
	rsk_js_emit(
		lx, (enum rsk_js_kind)row->kind, (uint32_t)strlen(row->text));
}

/* f<T>(x): what looks like an operator was the end of type arguments. */
static void end_types(struct rsk_js_lexer *lx)
{
	uint32_t last = lx->js->count - 1;

	if (rsk_js_is(lx->js, last, RSK_JS_GT) &&
		rsk_js_types_open(lx->js, last))
		lx->expect = RSK_JS_AFTER_VALUE;
}

static void lex_opener(struct rsk_js_lexer *lx)
{
	switch (rsk_js_peek(lx, 0)) {
	case '(':
		end_types(lx);
		rsk_js_open(lx, RSK_JS_LPAREN, 1);
		break;
	case '[':
		rsk_js_open(lx, RSK_JS_LBRACKET, 1);
		break;
	case '{':
		rsk_js_open(lx, RSK_JS_LBRACE, 1);
		break;
	default:
		end_types(lx);
		rsk_js_open(lx, RSK_JS_TEMPLATE_OPEN, 1);
	}
}

static void lex_closer(struct rsk_js_lexer *lx)
{
	switch (rsk_js_peek(lx, 0)) {
	case ')':
		rsk_js_close(lx, RSK_JS_RPAREN, 1);
		break;
	case ']':
		rsk_js_close(lx, RSK_JS_RBRACKET, 1);
		break;
	default:
		rsk_js_close(lx, rsk_js_brace_close_kind(lx), 1);
	}
}

static void lex_slash(struct rsk_js_lexer *lx)
{
	if (lx->expect == RSK_JS_AFTER_VALUE || !rsk_js_lex_regex(lx))
		lex_punct(lx);
}

static void lex_angle(struct rsk_js_lexer *lx)
{
	bool is_less = rsk_js_peek(lx, 0) == '<';
	bool in_types = rsk_js_top(lx)->mode == RSK_JS_IN_TYPES;

	if (in_types && is_less)
		rsk_js_open(lx, RSK_JS_JSX_TYPES_OPEN, 1);
	else if (in_types)
		rsk_js_close(lx, RSK_JS_JSX_TYPES_CLOSE, 1);
	else if (is_less && lx->expect != RSK_JS_AFTER_VALUE &&
		 rsk_js_begins_element(lx))
		rsk_js_open(lx, RSK_JS_JSX_OPEN, 1);
	else
		lex_punct(lx);
}

static void lex_dot(struct rsk_js_lexer *lx)
{
	if (is_digit(rsk_js_peek(lx, 1)))
		rsk_js_lex_number(lx);
	else
		lex_punct(lx);
}

typedef void reader(struct rsk_js_lexer *lx);

/* What reads the token that begins with a byte. */
static reader *const readers[256] = {
	['a' ... 'z'] = rsk_js_lex_word,
	['A' ... 'Z'] = rsk_js_lex_word,
	[0x80 ... 0xff] = rsk_js_lex_word,
	['_'] = rsk_js_lex_word,
	['$'] = rsk_js_lex_word,
	['\\'] = rsk_js_lex_word,
	['#'] = rsk_js_lex_word,
	['0' ... '9'] = rsk_js_lex_number,
	['"'] = rsk_js_lex_string,
	['\''] = rsk_js_lex_string,
	['('] = lex_opener,
	['['] = lex_opener,
	['{'] = lex_opener,
	['`'] = lex_opener,
	[')'] = lex_closer,
	[']'] = lex_closer,
	['}'] = lex_closer,
	['/'] = lex_slash,
	['<'] = lex_angle,
	['>'] = lex_angle,
	['.'] = lex_dot,
};

static void lex_code(struct rsk_js_lexer *lx)
{
	rsk_js_skip_space(lx);
	if (lx->at == lx->end)
		return;

	reader *read = readers[lx->src[lx->at]];
	if (read)
		read(lx);
	else
		lex_punct(lx);
}

static reader *const modes[] = {
	[RSK_JS_CODE] = lex_code,
	[RSK_JS_IN_TEMPLATE] = rsk_js_lex_template,
	[RSK_JS_IN_TAG] = rsk_js_lex_tag,
	[RSK_JS_IN_CLOSE_TAG] = rsk_js_lex_tag,
	[RSK_JS_IN_CHILDREN] = rsk_js_lex_children,
	[RSK_JS_IN_TYPES] = lex_code,
};

static void lex_range(struct rsk_js_lexer *lx, struct rsk_js_range range)
{
	bool again = true;

	lx->first = true;
	lx->at = range.begin;
	lx->end = range.end;
	lx->newline = true;
	lx->expect = RSK_JS_AFTER_STATEMENT;
	rsk_js_top(lx)->pending = 0;
	/* A mark of the byte order is no part of the text. */
	if (lx->end - lx->at >= 3 &&
		!memcmp(lx->src + lx->at, "\xef\xbb\xbf", 3))
		lx->at += 3;
	lx->start = lx->at;
	while (again && !lx->err) {
		while (lx->at < lx->end && !lx->err)
			modes[rsk_js_top(lx)->mode](lx);
		/* An element that never ends was a comparison or type
		 * parameters: the outermost one is taken back and read again.
		 */
		again = !lx->err && lx->element &&
			rsk_js_take_back(lx, lx->element);
	}
	rsk_js_close_all(lx);
}

static void lex_all(
	struct rsk_js_lexer *lx, const struct rsk_js_options *options)
{
	uint32_t size = lx->end;
	struct rsk_js_range whole = { 0, size };
	const struct rsk_js_range *ranges =
		options->n_ranges ? options->ranges : &whole;
	size_t n = options->n_ranges ? options->n_ranges : 1;

	for (size_t i = 0; i < n && !lx->err; i++) {
		struct rsk_js_range range = ranges[i];

		if (range.end > size)
			range.end = size;
		if (range.begin < range.end)
			lex_range(lx, range);
	}
	lx->at = lx->end = size;
	lx->newline = true;
	lx->first = false;
	for (int i = 0; i <= RSK_JS_PAD; i++)
		rsk_js_emit(lx, RSK_JS_END, 0);
}

/*
 * Room for the most tokens there can be, one for each byte: what is not
 * written to costs no memory of the machine, and nothing is ever copied. The
 * last two return false without memory.
 */
static uint32_t most_tokens(const struct rsk_js *js)
{
	return (uint32_t)js->source.len + 2 + RSK_JS_PAD;
}

static bool make_tokens(struct rsk_js *js)
{
	size_t words = js->source.len / 64 + 1;
	size_t places = most_tokens(js) / RSK_JS_STEP + 1;

	js->tokens = malloc(most_tokens(js) * sizeof(*js->tokens));
	js->places = malloc(places * sizeof(*js->places));
	js->begins = calloc(2 * words, sizeof(*js->begins));
	js->ends = js->begins ? js->begins + words : NULL;
	return js->tokens && js->places && js->begins;
}

static bool make_blocks(struct rsk_js *js)
{
	size_t n = most_tokens(js) / RSK_JS_GROUP + 1;
	size_t begin[RSK_JS_FLOORS];
	size_t all = n;

	js->brackets = malloc(n * sizeof(*js->brackets));
	for (size_t floor = 0; floor < RSK_JS_FLOORS; floor++) {
		begin[floor] = all;
		all += n;
		n = n / 64 + 1;
	}
	js->levels = malloc(all * sizeof(*js->levels));
	for (size_t floor = 0; js->levels && floor < RSK_JS_FLOORS; floor++)
		js->lows[floor] = js->levels + begin[floor];
	return js->brackets && js->levels;
}

/* What most sources don't need. The others stay as they are: where making a
 * block smaller copies it, both would be there for a moment. */
static void shrink(struct rsk_js *js)
{
	if (js->count > most_tokens(js) / 2)
		return;

	void *ptr = realloc(js->tokens, js->count * sizeof(*js->tokens));
	if (ptr)
		js->tokens = ptr;
}

static enum rsk_err lex(struct rsk_js *js, const struct rsk_js_options *options)
{
	struct rsk_js_lexer lx = {
		.js = js,
		.src = js->source.ptr,
		.end = (uint32_t)js->source.len,
		.jsx = options->jsx,
		.newline = true,
		.depth = 1,
	};

	rsk_js_emit(&lx, RSK_JS_START, 0);
	lx.expect = RSK_JS_AFTER_STATEMENT;
	lex_all(&lx, options);
	rsk_js_release_frames(&lx);
	return lx.err;
}

enum rsk_err rsk_js_parse(struct rsk_js **out, struct rsk_slice source,
	const struct rsk_js_options *options)
{
	if (source.len >= RSK_MAX_SYNTAX_BYTES)
		return RSK_TOOBIG;

	struct rsk_js *js = rsk_alloc(sizeof(*js));
	js->source = source;

	enum rsk_err err = RSK_NOMEM;
	if (make_tokens(js) && make_blocks(js))
		err = lex(js, options);
	if (err) {
		rsk_js_free(js);
		return err;
	}
	shrink(js);
	js->count -= 1 + RSK_JS_PAD; /* END is tokens[count] */
	*out = js;
	return RSK_OK;
}
