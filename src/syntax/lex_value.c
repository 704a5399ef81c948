#include "syntax/lex_p.h"

/* A regular expression longer than this line has tries is none: without a
 * bound, a line of /[/[/[ would be read to its end once for each slash. */
enum { MAX_REGEX_TRIES = 16 };

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* Length of \uXXXX or \u{X...} at the place plus `at`, or 0. */
static uint32_t escape_len(const struct rsk_js_lexer *lx, uint32_t at)
{
	uint32_t i = at + 2;

	if (rsk_js_peek(lx, at) != '\\' || rsk_js_peek(lx, at + 1) != 'u')
		return 0;
	if (rsk_js_peek(lx, i) == '{') {
		for (i++; is_hex(rsk_js_peek(lx, i)) && i - at < 16;)
			i++;
		return rsk_js_peek(lx, i) == '}' ? i + 1 - at : 0;
	}
	while (i < at + 6 && is_hex(rsk_js_peek(lx, i)))
		i++;
	return i == at + 6 ? 6 : 0;
}

static uint32_t word_len(const struct rsk_js_lexer *lx, bool *escaped)
{
	const uint8_t *p = lx->src + lx->at;
	uint32_t left = lx->end - lx->at;
	uint32_t i = *p == '#';

	while (i < left) {
		uint32_t step = 1;

		if (p[i] == '\\') {
			step = escape_len(lx, i);
			*escaped = *escaped || step;
		} else if (!rsk_js_is_word_byte(p[i]) ||
			   (p[i] >= 0x80 &&
				   rsk_js_space_len(p + i, left - i))) {
			step = 0;
		}
		if (!step)
			return i;
		i += step;
	}
	return i;
}

/* The next byte behind the word that is no space or tab. */
static uint8_t byte_behind(const struct rsk_js_lexer *lx, uint32_t len)
{
	while (rsk_js_peek(lx, len) == ' ' || rsk_js_peek(lx, len) == '\t')
		len++;
	return rsk_js_peek(lx, len);
}

static bool is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c) != NULL;
}

/* { class: 1 }, { delete() {} }, class { static default = 1 } */
static bool is_key(struct rsk_js_lexer *lx, uint32_t len, enum rsk_js_kind kind)
{
	const struct rsk_js_frame *top = rsk_js_top(lx);
	enum rsk_js_kind last = rsk_js_last(lx);

	if (last == RSK_JS_DOT || last == RSK_JS_OPTIONAL_DOT)
		return true;
	if (!top->token || !rsk_js_is(lx->js, top->token, RSK_JS_LBRACE))
		return false;
	if (top->role == RSK_JS_OBJECT)
		return (last == RSK_JS_LBRACE || last == RSK_JS_COMMA) &&
		       is_one_of(byte_behind(lx, len), ":(,}?=");
	if (top->role != RSK_JS_CLASS_BODY ||
		lx->expect == RSK_JS_AFTER_OPERAND)
		return false;
	/* get, static and the like come in front of names, too. */
	if (kind < RSK_JS_BREAK &&
		!is_one_of(byte_behind(lx, len), "(=;:?!,}<"))
		return false;
	return lx->expect == RSK_JS_AFTER_STATEMENT || lx->newline ||
	       last == RSK_JS_STATIC || last == RSK_JS_GET ||
	       last == RSK_JS_SET || last == RSK_JS_ASYNC;
}

/* A function or class word begins something at this level. */
static void note_pending(
	struct rsk_js_lexer *lx, enum rsk_js_kind kind, bool is_statement)
{
	struct rsk_js_frame *top = rsk_js_top(lx);
	unsigned bits = 0;

	if (kind == RSK_JS_CASE)
		bits = RSK_JS_PENDING_CASE;
	else if (kind == RSK_JS_INTERFACE && is_statement)
		bits = RSK_JS_PENDING_CLASS;
	else if (kind == RSK_JS_CLASS)
		bits = is_statement ? RSK_JS_PENDING_CLASS
				    : RSK_JS_PENDING_CLASS_VALUE;
	else if (kind == RSK_JS_FUNCTION)
		bits = RSK_JS_PENDING_PARAMS |
		       (is_statement ? 0u : RSK_JS_PENDING_FUNCTION);
	top->pending |= (uint8_t)bits;
}

void rsk_js_lex_word(struct rsk_js_lexer *lx)
{
	bool escaped = false;
	uint32_t len = word_len(lx, &escaped);
	uint32_t i = lx->js->count;
	enum rsk_js_kind kind = RSK_JS_NAME;

	if (!len || (len == 1 && lx->src[lx->at] == '#')) {
		rsk_js_emit(lx, RSK_JS_BAD, 1);
		lx->js->problems++;
		return;
	}
	if (lx->src[lx->at] == '#')
		kind = RSK_JS_PRIVATE_NAME;
	else if (!escaped && !(lx->src[lx->at] & 0x80))
		kind = rsk_js_keyword(lx->src + lx->at, len);
	if (kind > RSK_JS_PRIVATE_NAME && is_key(lx, len, kind))
		kind = RSK_JS_NAME;

	bool is_void_type = kind == RSK_JS_VOID &&
			    is_one_of(byte_behind(lx, len), ";,)|&>=}]\n\r");
	rsk_js_emit(lx, kind, len);
	if (escaped)
		lx->js->tokens[i] |= RSK_JS_ESCAPED;
	if (is_void_type)
		lx->expect = RSK_JS_AFTER_VALUE;
	note_pending(lx, kind, rsk_js_role(lx->js, i) == RSK_JS_STATEMENT);
}

static bool is_sign_of_exponent(const struct rsk_js_lexer *lx, uint32_t i)
{
	uint8_t c = rsk_js_peek(lx, i);
	uint8_t before = rsk_js_peek(lx, i - 1);
	uint8_t second = rsk_js_peek(lx, 1);

	return (c == '+' || c == '-') && (before == 'e' || before == 'E') &&
	       second != 'x' && second != 'X';
}

/* Digits of every base, separators, the n of a big integer. */
void rsk_js_lex_number(struct rsk_js_lexer *lx)
{
	bool dotted = rsk_js_peek(lx, 0) == '.';
	uint32_t len = 1;

	for (;; len++) {
		uint8_t c = rsk_js_peek(lx, len);

		if (c == '.' && !dotted)
			dotted = true;
		else if (c >= 0x80 || c == '$' ||
			 (!rsk_js_is_word_byte(c) &&
				 !is_sign_of_exponent(lx, len)))
			break;
	}
	rsk_js_emit(lx, RSK_JS_NUMBER, len);
}

void rsk_js_lex_string(struct rsk_js_lexer *lx)
{
	uint8_t quote = rsk_js_peek(lx, 0);
	uint32_t left = lx->end - lx->at;
	const uint8_t *p = lx->src + lx->at;
	uint32_t i = 1;
	unsigned flags = RSK_JS_UNCLOSED;

	while (i < left && p[i] != '\n' && p[i] != '\r') {
		if (p[i] == quote) {
			flags &= ~(unsigned)RSK_JS_UNCLOSED;
			i++;
			break;
		}
		if (p[i] == '\\') {
			flags |= RSK_JS_ESCAPED;
			i += i + 2 < left && p[i + 1] == '\r' &&
			     p[i + 2] == '\n';
			i += i + 1 < left;
		}
		i++;
	}

	uint32_t token = lx->js->count;
	rsk_js_emit(lx, RSK_JS_STRING, i < left ? i : left);
	lx->js->problems += (flags & RSK_JS_UNCLOSED) != 0;
	lx->js->tokens[token] |= (uint16_t)flags;
}

/* Length of the regular expression at the place without its flags, or 0. */
static uint32_t regex_len(const struct rsk_js_lexer *lx, uint32_t *line_end)
{
	const uint8_t *p = lx->src + lx->at;
	uint32_t left = lx->end - lx->at;
	bool in_class = false;

	for (uint32_t i = 1; i < left; i++) {
		if (p[i] == '\n' || p[i] == '\r') {
			left = i;
			break;
		}
		if (p[i] == '\\')
			i += i + 1 < left && p[i + 1] != '\n' &&
			     p[i + 1] != '\r';
		else if (p[i] == '[')
			in_class = true;
		else if (p[i] == ']')
			in_class = false;
		else if (p[i] == '/' && !in_class)
			return i + 1;
	}
	*line_end = lx->at + left;
	return 0;
}

bool rsk_js_lex_regex(struct rsk_js_lexer *lx)
{
	uint32_t line_end = 0;

	if (lx->at < lx->regex_line && lx->regex_tries >= MAX_REGEX_TRIES)
		return false;

	uint32_t len = regex_len(lx, &line_end);
	if (!len) {
		lx->regex_tries =
			lx->regex_line == line_end ? lx->regex_tries + 1 : 1;
		lx->regex_line = line_end;
		return false;
	}
	while (len < lx->end - lx->at && lx->src[lx->at + len] < 0x80 &&
		rsk_js_is_word_byte(lx->src[lx->at + len]))
		len++;
	rsk_js_emit(lx, RSK_JS_REGEX, len);
	return true;
}

/* Inside a template: its text, then what ends it. */
void rsk_js_lex_template(struct rsk_js_lexer *lx)
{
	const uint8_t *p = lx->src + lx->at;
	uint32_t left = lx->end - lx->at;
	uint32_t i = 0;
	unsigned flags = 0;

	while (i < left && p[i] != '`' &&
		!(p[i] == '$' && i + 1 < left && p[i + 1] == '{')) {
		if (p[i] == '\\') {
			flags = RSK_JS_ESCAPED;
			i += i + 1 < left;
		}
		i++;
	}
	if (i) {
		uint32_t token = lx->js->count;

		rsk_js_emit(lx, RSK_JS_TEMPLATE_TEXT, i);
		lx->js->tokens[token] |= (uint16_t)flags;
		return;
	}
	if (p[0] == '`')
		rsk_js_close(lx, RSK_JS_TEMPLATE_CLOSE, 1);
	else
		rsk_js_open(lx, RSK_JS_HOLE_OPEN, 2);
}
