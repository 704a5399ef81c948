#include "syntax/lex_p.h"

/* How far ahead the parameters of a generic arrow are looked for. */
enum { MAX_PARAMS = 1000, MAX_RETURN_TYPE = 200 };

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint32_t skip_ahead(const struct rsk_js_lexer *lx, uint32_t i)
{
	while (is_space(rsk_js_peek(lx, i)))
		i++;
	return i;
}

static bool begins_name(uint8_t c)
{
	return rsk_js_is_word_byte(c) && !(c >= '0' && c <= '9');
}

static bool ahead_is(
	const struct rsk_js_lexer *lx, uint32_t i, const char *text)
{
	size_t len = strlen(text);

	return i < lx->end - lx->at && lx->end - lx->at - i >= len &&
	       !memcmp(lx->src + lx->at + i, text, len);
}

/* Behind the ) at `i` + 1: is there an arrow, or the colon of a signature? */
static bool params_end_well(const struct rsk_js_lexer *lx, uint32_t i)
{
	uint32_t stop = i + MAX_RETURN_TYPE;

	i = skip_ahead(lx, i);
	if (ahead_is(lx, i, "=>"))
		return true;
	if (rsk_js_peek(lx, i) != ':')
		return false;
	if (lx->expect == RSK_JS_AFTER_STATEMENT)
		return true;
	for (; i < stop && rsk_js_peek(lx, i) != '\n'; i++)
		if (ahead_is(lx, i, "=>"))
			return true;
	return false;
}

/* <T>(...) => at the ( or not. */
static bool arrow_follows(const struct rsk_js_lexer *lx, uint32_t i)
{
	uint32_t depth = 0;
	uint32_t stop = i + MAX_PARAMS;

	i = skip_ahead(lx, i);
	if (rsk_js_peek(lx, i) != '(')
		return false;
	for (; i < stop && i < lx->end - lx->at; i++) {
		uint8_t c = rsk_js_peek(lx, i);

		depth += c == '(';
		depth -= c == ')';
		if (!depth)
			return params_end_well(lx, i + 1);
	}
	return false;
}

static bool extends_follows(const struct rsk_js_lexer *lx, uint32_t i)
{
	if (!ahead_is(lx, i, "extends"))
		return false;
	if (!is_space(rsk_js_peek(lx, i + 7)))
		return false;

	uint8_t next = rsk_js_peek(lx, skip_ahead(lx, i + 7));
	return next != '=' && next != '>' && next != '/';
}

/* <T,  <T =  <T extends X  <T: X  <T>(x) => : type parameters. */
static bool begins_types(const struct rsk_js_lexer *lx)
{
	uint32_t i = skip_ahead(lx, 1);

	if (ahead_is(lx, i, "const "))
		i = skip_ahead(lx, i + 6);
	while (rsk_js_is_word_byte(rsk_js_peek(lx, i)))
		i++;

	uint32_t behind = skip_ahead(lx, i);
	switch (rsk_js_peek(lx, behind)) {
	case ',':
	case '=':
		return true;
	case ':':
		return is_space(rsk_js_peek(lx, behind + 1));
	case '>':
		return arrow_follows(lx, behind + 1);
	default:
		return behind > i && extends_follows(lx, behind);
	}
}

static bool is_denied(const struct rsk_js_lexer *lx, uint32_t at)
{
	for (uint32_t i = 0; i < lx->n_denied; i++)
		if (lx->denied[i] == at)
			return true;
	return false;
}

bool rsk_js_begins_element(const struct rsk_js_lexer *lx)
{
	uint8_t next = rsk_js_peek(lx, 1);

	if (!lx->jsx || (next != '>' && !begins_name(next)))
		return false;
	return !is_denied(lx, lx->at) && !begins_types(lx);
}

/* The bits of [begin, end) become 0. */
static void clear_bits(uint64_t *bits, uint32_t begin, uint32_t end)
{
	for (; begin < end && begin % 64; begin++)
		bits[begin / 64] &= ~((uint64_t)1 << begin % 64);
	for (; end - begin >= 64; begin += 64)
		bits[begin / 64] = 0;
	for (; begin < end; begin++)
		bits[begin / 64] &= ~((uint64_t)1 << begin % 64);
}

bool rsk_js_take_back(struct rsk_js_lexer *lx, size_t f)
{
	if (lx->n_denied == RSK_JS_MAX_DENIED ||
		lx->reread > 4 * (uint64_t)lx->js->source.len)
		return false;

	rsk_js_pop_frames(lx, f + 1);

	struct rsk_js_frame frame = *rsk_js_top(lx);
	uint32_t at = rsk_js_begin(lx->js, frame.token);
	uint16_t token = lx->js->tokens[frame.token];

	rsk_js_pop_frames(lx, f);
	lx->reread += lx->at - at;
	lx->denied[lx->n_denied++] = at;
	lx->newline = token & RSK_JS_NEWLINE;
	lx->first = token & RSK_JS_FIRST;
	lx->expect = (enum rsk_js_expect)frame.expect;
	lx->level = rsk_js_level(lx->js, frame.token);
	lx->js->count = frame.token;
	/* Later blocks are cleared when they begin anew. */
	lx->js->brackets[frame.token / RSK_JS_GROUP] &=
		((uint64_t)1 << frame.token % RSK_JS_GROUP) - 1;
	clear_bits(lx->js->begins, at, lx->at);
	clear_bits(lx->js->ends, at, lx->at);
	lx->at = at;
	return true;
}

static void lex_name(struct rsk_js_lexer *lx)
{
	uint32_t len = 1;

	while (rsk_js_is_word_byte(rsk_js_peek(lx, len)) ||
		rsk_js_peek(lx, len) == '-')
		len++;
	rsk_js_emit(lx, RSK_JS_NAME, len);
}

/* May go over lines; a backslash is a backslash. */
static void lex_string(struct rsk_js_lexer *lx)
{
	const uint8_t *p = lx->src + lx->at;
	uint32_t left = lx->end - lx->at;
	const uint8_t *quote = memchr(p + 1, p[0], left - 1);
	uint32_t i = lx->js->count;

	rsk_js_emit(lx, RSK_JS_JSX_STRING,
		quote ? (uint32_t)(quote - p) + 1 : left);
	if (quote)
		return;
	lx->js->tokens[i] |= RSK_JS_UNCLOSED;
	lx->js->problems++;
}

static void end_open_tag(struct rsk_js_lexer *lx)
{
	rsk_js_emit(lx, RSK_JS_JSX_OPEN_END, 1);
	rsk_js_top(lx)->mode = RSK_JS_IN_CHILDREN;
}

/* What no tag can hold: then it was none, unless guessing has gone on for
 * too long already. */
static void refuse(struct rsk_js_lexer *lx)
{
	if (rsk_js_take_back(lx, lx->depth - 1))
		return;
	rsk_js_emit(lx, RSK_JS_BAD, 1);
	lx->js->problems++;
}

static void lex_slash(struct rsk_js_lexer *lx)
{
	uint32_t gt = skip_ahead(lx, 1);

	if (rsk_js_peek(lx, gt) == '>')
		rsk_js_close(lx, RSK_JS_JSX_SELF_CLOSE, gt + 1);
	else
		refuse(lx);
}

void rsk_js_lex_tag(struct rsk_js_lexer *lx)
{
	rsk_js_skip_space(lx);

	uint8_t c = rsk_js_peek(lx, 0);
	if (lx->at == lx->end)
		return;
	if (begins_name(c))
		lex_name(lx);
	else if (c == '"' || c == '\'')
		lex_string(lx);
	else if (c == '{')
		rsk_js_open(lx, RSK_JS_LBRACE, 1);
	else if (c == '/')
		lex_slash(lx);
	else if (c == '.' || c == ':' || c == '=')
		rsk_js_emit(lx,
			c == '.'   ? RSK_JS_DOT
			: c == ':' ? RSK_JS_COLON
				   : RSK_JS_ASSIGN,
			1);
	else if (c == '>' && rsk_js_top(lx)->mode == RSK_JS_IN_CLOSE_TAG)
		rsk_js_close(lx, RSK_JS_JSX_CLOSE_END, 1);
	else if (c == '>')
		end_open_tag(lx);
	else if (c == '<' && rsk_js_last(lx) == RSK_JS_ASSIGN)
		rsk_js_open(lx, RSK_JS_JSX_OPEN, 1);
	else if (c == '<')
		rsk_js_open(lx, RSK_JS_JSX_TYPES_OPEN, 1);
	else
		refuse(lx);
}

static bool ends_text(const struct rsk_js_lexer *lx)
{
	uint8_t next = rsk_js_peek(lx, 1);

	if (lx->src[lx->at] == '{')
		return true;
	if (lx->src[lx->at] != '<')
		return false;
	return next == '/' || next == '>' ||
	       (begins_name(next) && !is_denied(lx, lx->at));
}

static void lex_text(struct rsk_js_lexer *lx)
{
	uint32_t begin = lx->at;
	bool visible = false;

	for (; lx->at < lx->end && !ends_text(lx); lx->at++)
		visible = visible || !is_space(lx->src[lx->at]);

	uint32_t len = lx->at - begin;
	if (!visible)
		return;
	lx->at = begin;
	rsk_js_emit(lx, RSK_JS_JSX_TEXT, len);
}

void rsk_js_lex_children(struct rsk_js_lexer *lx)
{
	if (!ends_text(lx))
		lex_text(lx);
	if (lx->at == lx->end || lx->err)
		return;
	if (lx->src[lx->at] == '{') {
		rsk_js_open(lx, RSK_JS_LBRACE, 1);
	} else if (rsk_js_peek(lx, 1) == '/') {
		rsk_js_emit(lx, RSK_JS_JSX_CLOSE, 2);
		rsk_js_top(lx)->mode = RSK_JS_IN_CLOSE_TAG;
	} else {
		rsk_js_open(lx, RSK_JS_JSX_OPEN, 1);
	}
}
