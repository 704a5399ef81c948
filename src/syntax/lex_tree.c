#include <stdlib.h>

#include "base/limits.h"
#include "syntax/lex_p.h"
#include "syntax/types.h"

/* What a bracket does: its closer and what is read inside. */
static const struct bracket {
	uint8_t open, close, mode;
} brackets[] = {
	{ RSK_JS_LPAREN, RSK_JS_RPAREN, RSK_JS_CODE },
	{ RSK_JS_LBRACKET, RSK_JS_RBRACKET, RSK_JS_CODE },
	{ RSK_JS_LBRACE, RSK_JS_RBRACE, RSK_JS_CODE },
	{ RSK_JS_TEMPLATE_OPEN, RSK_JS_TEMPLATE_CLOSE, RSK_JS_IN_TEMPLATE },
	{ RSK_JS_HOLE_OPEN, RSK_JS_HOLE_CLOSE, RSK_JS_CODE },
	{ RSK_JS_JSX_OPEN, RSK_JS_JSX_CLOSE_END, RSK_JS_IN_TAG },
	{ RSK_JS_JSX_TYPES_OPEN, RSK_JS_JSX_TYPES_CLOSE, RSK_JS_IN_TYPES },
};

enum { BRACKETS = sizeof(brackets) / sizeof(brackets[0]) };

static const struct bracket *bracket_of(enum rsk_js_kind kind)
{
	for (size_t i = 0; i < BRACKETS; i++)
		if (brackets[i].open == kind)
			return &brackets[i];
	return &brackets[0];
}

uint8_t rsk_js_mode_in(const struct rsk_js *js, uint32_t open)
{
	return open ? bracket_of(rsk_js_kind(js, open))->mode : RSK_JS_CODE;
}

static bool is_control(const struct rsk_js_lexer *lx)
{
	enum rsk_js_kind last = rsk_js_last(lx);

	if (last == RSK_JS_AWAIT)
		return rsk_js_is(lx->js, lx->js->count - 2, RSK_JS_FOR);
	return last == RSK_JS_IF || last == RSK_JS_FOR ||
	       last == RSK_JS_WHILE || last == RSK_JS_WITH ||
	       last == RSK_JS_SWITCH || last == RSK_JS_CATCH;
}

/* Behind `name<types>`: does a member begin with the name? Commas and = in the
 * types say nothing, so what stands in front of the name decides. */
static bool is_generic_member(const struct rsk_js *js, uint32_t name)
{
	enum rsk_js_kind before = rsk_js_kind(js, name - 1);

	if (rsk_js_role(js, name) == RSK_JS_STATEMENT)
		return true;
	return (rsk_js_is_word(before) && before != RSK_JS_NEW) ||
	       before == RSK_JS_LBRACE || before == RSK_JS_COMMA ||
	       before == RSK_JS_STAR;
}

/* Is a ( here, in an object or class, that of a member's definition? */
static bool is_member_params(
	const struct rsk_js_lexer *lx, const struct rsk_js_frame *top)
{
	unsigned member = RSK_JS_PENDING_INIT | RSK_JS_PENDING_DECORATOR;
	uint32_t last = lx->js->count - 1;
	uint32_t types = 0;

	if (lx->expect != RSK_JS_AFTER_VALUE)
		/* name?(...) is an optional method */
		return rsk_js_is(lx->js, last, RSK_JS_QUESTION) &&
		       !(top->pending & member);
	if (rsk_js_is(lx->js, last, RSK_JS_GT))
		types = rsk_js_types_open(lx->js, last);
	return types ? is_generic_member(lx->js, types - 1)
		     : !(top->pending & member);
}

/* Is a ( here that of a definition? */
static bool is_params(struct rsk_js_lexer *lx)
{
	struct rsk_js_frame *top = rsk_js_top(lx);
	enum rsk_js_kind last = rsk_js_last(lx);

	/* In <T extends (a) => b> the ( of the function is still to come. */
	if ((top->pending & RSK_JS_PENDING_PARAMS) &&
		(lx->expect == RSK_JS_AFTER_VALUE || last == RSK_JS_STAR ||
			last == RSK_JS_GT)) {
		top->pending &= (uint8_t)~RSK_JS_PENDING_PARAMS;
		return true;
	}
	if (top->mode != RSK_JS_CODE || !top->token ||
		!rsk_js_is(lx->js, top->token, RSK_JS_LBRACE))
		return false;
	return (top->role == RSK_JS_OBJECT || top->role == RSK_JS_CLASS_BODY) &&
	       is_member_params(lx, top);
}

static enum rsk_js_role paren_role(struct rsk_js_lexer *lx)
{
	bool params = is_params(lx);

	rsk_js_top(lx)->pending &= (uint8_t)~RSK_JS_PENDING_DECORATOR;
	if (is_control(lx))
		return RSK_JS_CONTROL;
	return params ? RSK_JS_PARAMS : RSK_JS_PLAIN;
}

/* Kinds behind which a { begins no object although a value could. */
static bool ends_a_head(enum rsk_js_kind last)
{
	return last == RSK_JS_GT || last == RSK_JS_ARROW || last == RSK_JS_VOID;
}

static enum rsk_js_role brace_role(struct rsk_js_lexer *lx)
{
	struct rsk_js_frame *top = rsk_js_top(lx);
	enum rsk_js_kind last = rsk_js_last(lx);
	uint8_t pending = top->pending;

	if (last == RSK_JS_DEFAULT)
		return RSK_JS_OBJECT;
	if (lx->expect == RSK_JS_AFTER_OPERAND && !ends_a_head(last))
		return RSK_JS_OBJECT;
	if (last == RSK_JS_ARROW)
		return RSK_JS_BLOCK;

	unsigned class_bits = RSK_JS_PENDING_CLASS | RSK_JS_PENDING_CLASS_VALUE;
	top->pending &= (uint8_t) ~(class_bits | RSK_JS_PENDING_FUNCTION);
	if (pending & class_bits)
		return RSK_JS_CLASS_BODY;
	return pending & RSK_JS_PENDING_FUNCTION ? RSK_JS_BODY : RSK_JS_BLOCK;
}

static enum rsk_js_expect expect_inside(
	enum rsk_js_kind kind, enum rsk_js_role role)
{
	if (kind == RSK_JS_LBRACE &&
		(role == RSK_JS_BLOCK || role == RSK_JS_BODY ||
			role == RSK_JS_CLASS_BODY))
		return RSK_JS_AFTER_STATEMENT;
	return RSK_JS_AFTER_OPERAND;
}

void rsk_js_open(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len)
{
	struct rsk_js_frame frame = {
		.token = lx->js->count,
		.mode = bracket_of(kind)->mode,
		.expect = (uint8_t)lx->expect,
	};
	bool is_class_value =
		rsk_js_top(lx)->pending & RSK_JS_PENDING_CLASS_VALUE;

	if (kind == RSK_JS_LPAREN)
		frame.role = (uint8_t)paren_role(lx);
	else if (kind == RSK_JS_LBRACE)
		frame.role = rsk_js_top(lx)->mode == RSK_JS_CODE
				     ? (uint8_t)brace_role(lx)
				     : RSK_JS_CONTAINER;
	/* What its } is followed by is told by what stood before it. */
	if (frame.role == RSK_JS_CLASS_BODY && kind == RSK_JS_LBRACE)
		frame.expect = is_class_value ? RSK_JS_AFTER_OPERAND
					      : RSK_JS_AFTER_STATEMENT;

	rsk_js_emit(lx, kind, len);
	lx->js->tokens[frame.token] |=
		(uint16_t)((unsigned)frame.role << RSK_JS_ROLE_SHIFT);
	if (!rsk_js_push_frame(lx, frame))
		return;
	lx->level++;
	lx->expect = expect_inside(kind, (enum rsk_js_role)frame.role);
}

static bool closes(
	const struct rsk_js *js, uint32_t open, enum rsk_js_kind kind)
{
	enum rsk_js_kind opener = rsk_js_kind(js, open);

	if (kind == RSK_JS_JSX_SELF_CLOSE)
		kind = RSK_JS_JSX_CLOSE_END;
	return open && bracket_of(opener)->close == kind;
}

/* May a closer look through this one for its own? */
static bool is_transparent(enum rsk_js_kind open)
{
	return open == RSK_JS_LPAREN || open == RSK_JS_LBRACKET ||
	       open == RSK_JS_JSX_TYPES_OPEN;
}

static size_t look_stop(const struct rsk_js_lexer *lx)
{
	return lx->depth > RSK_JS_MAX_LOOK ? lx->depth - RSK_JS_MAX_LOOK : 1;
}

/* Where the frame that `kind` closes is, or 0. A ) or ] does not reach through
 * a {, which is the better sign of what was meant. */
static size_t find_frame(const struct rsk_js_lexer *lx, enum rsk_js_kind kind)
{
	for (size_t f = lx->depth - 1; f >= look_stop(lx); f--) {
		uint32_t open = rsk_js_frame(lx, f)->token;

		if (closes(lx->js, open, kind))
			return f;
		if (!is_transparent(rsk_js_kind(lx->js, open)))
			return 0;
	}
	return 0;
}

/* A } ends the innermost { or ${. */
enum rsk_js_kind rsk_js_brace_close_kind(const struct rsk_js_lexer *lx)
{
	return find_frame(lx, RSK_JS_HOLE_CLOSE) ? RSK_JS_HOLE_CLOSE
						 : RSK_JS_RBRACE;
}

/* The innermost open bracket has no closer. */
static void leave_open(struct rsk_js_lexer *lx)
{
	lx->js->tokens[rsk_js_top(lx)->token] |= RSK_JS_UNCLOSED;
	lx->js->problems++;
	rsk_js_pop_frames(lx, lx->depth - 1);
}

static enum rsk_js_expect expect_behind(
	const struct rsk_js_lexer *lx, struct rsk_js_frame frame)
{
	enum rsk_js_kind open = rsk_js_kind(lx->js, frame.token);

	if (open == RSK_JS_LPAREN)
		return frame.role == RSK_JS_CONTROL ? RSK_JS_AFTER_STATEMENT
						    : RSK_JS_AFTER_VALUE;
	if (open != RSK_JS_LBRACE || frame.role == RSK_JS_OBJECT ||
		frame.role == RSK_JS_BODY)
		return RSK_JS_AFTER_VALUE;
	if (frame.role == RSK_JS_CLASS_BODY &&
		frame.expect != RSK_JS_AFTER_STATEMENT)
		return RSK_JS_AFTER_VALUE;
	return RSK_JS_AFTER_STATEMENT;
}

void rsk_js_close(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len)
{
	uint32_t i = lx->js->count;
	size_t f = find_frame(lx, kind);

	rsk_js_emit(lx, kind, len);
	if (!f) {
		lx->js->tokens[i] |= RSK_JS_UNCLOSED;
		lx->js->problems++;
		return;
	}

	unsigned left = (unsigned)(lx->depth - (f + 1));
	while (lx->depth > f + 1)
		leave_open(lx);
	lx->js->tokens[i] |= (uint16_t)(left << RSK_JS_LEFT_SHIFT);
	lx->level -= left + 1;
	rsk_js_note_level(lx->js, i, lx->level);
	lx->expect = expect_behind(lx, *rsk_js_top(lx));
	rsk_js_pop_frames(lx, f);
}

void rsk_js_close_all(struct rsk_js_lexer *lx)
{
	while (lx->depth > 1)
		leave_open(lx);
	lx->level = 0;
}
