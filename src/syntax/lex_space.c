#include "syntax/lex_p.h"

static bool is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r';
}

/* U+2028 and U+2029 end lines in JavaScript. */
static bool at_wide_line_end(const struct rsk_js_lexer *lx)
{
	return rsk_js_peek(lx, 0) == 0xe2 && rsk_js_peek(lx, 1) == 0x80 &&
	       (rsk_js_peek(lx, 2) & 0xfe) == 0xa8;
}

static void skip_line(struct rsk_js_lexer *lx)
{
	while (lx->at < lx->end && !is_line_end(lx->src[lx->at]) &&
		!at_wide_line_end(lx))
		lx->at++;
}

static void skip_block_comment(struct rsk_js_lexer *lx)
{
	lx->at += 2;
	for (; lx->at < lx->end; lx->at++) {
		uint8_t c = lx->src[lx->at];

		if (is_line_end(c) || (c == 0xe2 && at_wide_line_end(lx)))
			lx->newline = true;
		if (c == '*' && rsk_js_peek(lx, 1) == '/') {
			lx->at += 2;
			return;
		}
	}
	lx->js->problems++;
}

/* The next bytes, as a string without NULs. */
static bool looking_at(const struct rsk_js_lexer *lx, const char *text)
{
	size_t len = strlen(text);

	return lx->end - lx->at >= len && !memcmp(lx->src + lx->at, text, len);
}

static bool at_line_begin(const struct rsk_js_lexer *lx)
{
	return lx->at == 0 || is_line_end(lx->src[lx->at - 1]);
}

/* <<<<<<< ours, ||||||| base, ======= and >>>>>>> theirs. */
bool rsk_js_at_merge_marker(const struct rsk_js_lexer *lx)
{
	uint8_t c = rsk_js_peek(lx, 0);

	if (!at_line_begin(lx) || lx->end - lx->at < 7)
		return false;
	if (c != '<' && c != '=' && c != '>' && c != '|')
		return false;
	for (uint32_t i = 1; i < 7; i++)
		if (rsk_js_peek(lx, i) != c)
			return false;

	uint8_t next = rsk_js_peek(lx, 7);
	return next == ' ' || next == 0 || is_line_end(next);
}

/* --> counts only when nothing but space and comments is before it. */
static bool at_comment(const struct rsk_js_lexer *lx)
{
	bool fresh = lx->newline || lx->at == lx->start;

	switch (rsk_js_peek(lx, 0)) {
	case '/':
		return rsk_js_peek(lx, 1) == '/';
	case '<':
		return looking_at(lx, "<!--") || rsk_js_at_merge_marker(lx);
	case '-':
		return fresh && looking_at(lx, "-->");
	case '#':
		return lx->at == lx->start && rsk_js_peek(lx, 1) == '!';
	default:
		return rsk_js_at_merge_marker(lx);
	}
}

void rsk_js_skip_space(struct rsk_js_lexer *lx)
{
	while (lx->at < lx->end) {
		uint8_t c = lx->src[lx->at];
		uint32_t space =
			rsk_js_space_len(lx->src + lx->at, lx->end - lx->at);

		if (c > ' ' && c < 0x80 && rsk_js_is_word_byte(c))
			return;
		if (is_line_end(c) || (space == 3 && at_wide_line_end(lx)))
			lx->newline = true;
		if (space)
			lx->at += space;
		else if (c == '/' && rsk_js_peek(lx, 1) == '*')
			skip_block_comment(lx);
		else if (at_comment(lx))
			skip_line(lx);
		else
			return;
	}
}
