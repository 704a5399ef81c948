#include "syntax/types.h"

/* Tokens of one level looked at in one go. */
enum { MAX_TOKENS = 256 };

/* May this stand between < and > of types, on their level? */
static bool is_in_types(enum rsk_js_kind kind)
{
	if (rsk_js_is_word(kind))
		return kind != RSK_JS_INSTANCEOF;
	switch (kind) {
	case RSK_JS_NUMBER:
	case RSK_JS_STRING:
	case RSK_JS_DOT:
	case RSK_JS_ELLIPSIS:
	case RSK_JS_QUESTION:
	case RSK_JS_COLON:
	case RSK_JS_COMMA:
	case RSK_JS_ARROW:
	case RSK_JS_ASSIGN:
	case RSK_JS_BIT_OR:
	case RSK_JS_BIT_AND:
	case RSK_JS_MINUS:
	case RSK_JS_PLUS:
	case RSK_JS_STAR:
	case RSK_JS_LT:
	case RSK_JS_GT:
		return true;
	default:
		return rsk_js_is_bracket(kind);
	}
}

static bool is_opener_here(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is_opener(rsk_js_kind(js, i)) &&
	       !rsk_js_has(js, i, RSK_JS_UNCLOSED);
}

uint32_t rsk_js_types_close(const struct rsk_js *js, uint32_t i)
{
	uint32_t depth = 0;

	for (uint32_t n = 0; n < MAX_TOKENS; n++) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);

		if (!is_in_types(kind))
			return 0;
		if (rsk_js_is_bracket(kind) && !is_opener_here(js, i))
			return 0;
		depth += kind == RSK_JS_LT;
		depth -= kind == RSK_JS_GT;
		if (!depth)
			return i;
		i = rsk_js_skip(js, i);
	}
	return 0;
}

static uint32_t step_back(const struct rsk_js *js, uint32_t i)
{
	uint32_t partner = rsk_js_partner(js, i);

	return partner && partner < i ? partner - 1 : i - 1;
}

uint32_t rsk_js_types_open(const struct rsk_js *js, uint32_t i)
{
	uint32_t depth = 0;

	for (uint32_t n = 0; n < MAX_TOKENS && i > 0; n++) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);

		if (!is_in_types(kind) || rsk_js_is_opener(kind))
			return 0;
		depth += kind == RSK_JS_GT;
		depth -= kind == RSK_JS_LT;
		if (!depth)
			return rsk_js_has(js, i, RSK_JS_PREFIX) ? 0 : i;
		i = step_back(js, i);
	}
	return 0;
}

uint32_t rsk_js_async_before(const struct rsk_js *js, uint32_t paren)
{
	uint32_t i = paren - 1;

	if (rsk_js_is(js, i, RSK_JS_GT)) {
		uint32_t open = rsk_js_types_open(js, i);

		i = open ? open - 1 : 0;
	}
	return rsk_js_is(js, i, RSK_JS_ASYNC) ? i : 0;
}

/* Words in front of a type that is still to come. */
static bool is_type_prefix(const struct rsk_js *js, uint32_t i)
{
	enum rsk_js_kind next = rsk_js_kind(js, i + 1);

	switch (rsk_js_kind(js, i)) {
	case RSK_JS_TYPEOF:
	case RSK_JS_NEW:
	case RSK_JS_BIT_OR:
	case RSK_JS_BIT_AND:
	case RSK_JS_QUESTION:
	case RSK_JS_MINUS:
	case RSK_JS_PLUS:
	case RSK_JS_STAR:
	case RSK_JS_ELLIPSIS:
		return true;
	case RSK_JS_NAME:
	case RSK_JS_ABSTRACT:
		break;
	default:
		return false;
	}
	return (rsk_js_is_word(next) || next == RSK_JS_LBRACE ||
		       next == RSK_JS_LBRACKET || next == RSK_JS_NEW) &&
	       !rsk_js_has(js, i + 1, RSK_JS_NEWLINE) &&
	       (rsk_js_text_is(js, i, "keyof") ||
		       rsk_js_text_is(js, i, "readonly") ||
		       rsk_js_text_is(js, i, "unique") ||
		       rsk_js_text_is(js, i, "infer") ||
		       rsk_js_text_is(js, i, "asserts") ||
		       rsk_js_text_is(js, i, "abstract"));
}

/* One type without operators; `i` when there is none. */
static uint32_t operand_end(const struct rsk_js *js, uint32_t i)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);

	if (kind == RSK_JS_LT) {
		uint32_t close = rsk_js_types_close(js, i);

		return close ? close + 1 : i;
	}
	if (is_opener_here(js, i))
		return rsk_js_skip(js, i);
	if (rsk_js_is_word(kind) || kind == RSK_JS_STRING ||
		kind == RSK_JS_NUMBER)
		return i + 1;
	return i;
}

/* .name, <types>, [index] on the same line, a bare ! of older Flow. */
static uint32_t suffix_end(const struct rsk_js *js, uint32_t i)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);

	if (kind == RSK_JS_DOT && rsk_js_is_word(rsk_js_kind(js, i + 1)))
		return i + 2;
	if (kind == RSK_JS_LBRACKET && is_opener_here(js, i) &&
		!rsk_js_has(js, i, RSK_JS_NEWLINE))
		return rsk_js_skip(js, i);
	/* import('x') */
	if (kind == RSK_JS_LPAREN && rsk_js_is(js, i - 1, RSK_JS_IMPORT))
		return rsk_js_skip(js, i);
	if (kind == RSK_JS_LT && !rsk_js_has(js, i, RSK_JS_NEWLINE)) {
		uint32_t close = rsk_js_types_close(js, i);

		return close ? close + 1 : i;
	}
	return i;
}

/* Between two types: | & => is extends ? : (the last two as a pair). */
static bool is_type_operator(
	const struct rsk_js *js, uint32_t i, uint32_t *questions)
{
	switch (rsk_js_kind(js, i)) {
	case RSK_JS_BIT_OR:
	case RSK_JS_BIT_AND:
	case RSK_JS_IS:
		return true;
	case RSK_JS_ARROW:
		return rsk_js_is(js, i - 1, RSK_JS_RPAREN);
	case RSK_JS_EXTENDS:
		*questions += 1;
		return true;
	case RSK_JS_QUESTION:
		return *questions > 0;
	case RSK_JS_COLON:
		if (!*questions)
			return false;
		*questions -= 1;
		return true;
	default:
		return false;
	}
}

uint32_t rsk_js_type_end(const struct rsk_js *js, uint32_t i)
{
	uint32_t questions = 0;

	for (uint32_t n = 0; n < MAX_TOKENS; n++) {
		while (n < MAX_TOKENS && is_type_prefix(js, i)) {
			i++;
			n++;
		}

		uint32_t end = operand_end(js, i);
		if (end == i)
			return i;
		/* <T>(x) => y: the parameters are still to come. */
		if (rsk_js_is(js, i, RSK_JS_LT))
			end = operand_end(js, end);
		for (i = end; n < MAX_TOKENS; n++, i = end) {
			end = suffix_end(js, i);
			if (end == i)
				break;
		}
		if (!is_type_operator(js, i, &questions))
			return i;
		i++;
	}
	return i;
}
