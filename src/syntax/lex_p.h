#ifndef RSK_SYNTAX_LEX_P_H
#define RSK_SYNTAX_LEX_P_H

#include "base/vec.h"
#include "syntax/js.h"

/*
 * The lexer's own view. It knows at every token whether a value or an
 * operator comes next; that alone decides between a regular expression and a
 * division, an element and a comparison, an object and a block.
 */
enum rsk_js_expect {
	RSK_JS_AFTER_STATEMENT, /* a statement or member begins */
	RSK_JS_AFTER_OPERAND,   /* a value begins */
	RSK_JS_AFTER_VALUE,     /* an operator, or the end of it */
	RSK_JS_AFTER_KEEP,      /* (table only) as before this token */
	RSK_JS_AFTER_BETWEEN,   /* (table only) `as`: operator behind a value */
};

/* What is read next is chosen by the innermost open bracket. */
enum rsk_js_mode {
	RSK_JS_CODE,
	RSK_JS_IN_TEMPLATE,
	RSK_JS_IN_TAG,       /* <name here> */
	RSK_JS_IN_CLOSE_TAG, /* </here> */
	RSK_JS_IN_CHILDREN,  /* <name>here</name> */
	RSK_JS_IN_TYPES,     /* <Name<here> prop> */
};

/* Bits of frame.pending: what the level has begun and not finished. */
enum {
	RSK_JS_PENDING_CASE = 1,     /* case, its colon to come */
	RSK_JS_PENDING_FUNCTION = 2, /* function in a value, its { to come */
	RSK_JS_PENDING_CLASS = 4,
	RSK_JS_PENDING_CLASS_VALUE = 8,
	RSK_JS_PENDING_PARAMS = 16,    /* function, its ( to come */
	RSK_JS_PENDING_INIT = 32,      /* a member's value, no longer its key */
	RSK_JS_PENDING_DECORATOR = 64, /* @name, perhaps a ( to come */
};

struct rsk_js_frame {
	uint32_t token; /* the open bracket; 0 at the bottom */
	uint8_t mode;
	uint8_t role;
	uint8_t pending;
	uint8_t expect; /* what was expected in front of the bracket */
};

enum {
	RSK_JS_MAX_DENIED = 32, /* < that looked like elements and were none */
	RSK_JS_MAX_LOOK = 64,   /* open brackets a closer looks through */
	RSK_JS_WINDOW = 384,    /* open brackets that are not packed */
};

/* So many can a closer leave unclosed: it has six bits for that. */
_Static_assert(RSK_JS_MAX_LOOK <= 64, "RSK_JS_LEFT_SHIFT");

struct rsk_js_lexer {
	struct rsk_js *js;
	const uint8_t *src;
	uint32_t at, end, start; /* [source] the range being read */
	bool jsx;
	bool newline; /* since the last token */
	bool first;   /* the next token is that of the range */
	enum rsk_js_expect expect;
	struct rsk_js_frame frames[RSK_JS_WINDOW];
	struct rsk_js_batch *batches; /* of the frames below these */
	size_t depth, packed;         /* of all frames; of these in batches */
	size_t element;               /* the outermost element's frame, or 0 */
	uint32_t level;               /* open brackets, for rsk_js_partner() */
	uint32_t regex_line, regex_tries; /* failed tries on this line */
	uint32_t denied[RSK_JS_MAX_DENIED];
	uint32_t n_denied;
	uint64_t reread; /* bytes read again after a wrong guess */
	enum rsk_err err;
};

/* The byte `ahead` of the place, 0 past the end. */
static inline uint8_t rsk_js_peek(const struct rsk_js_lexer *lx, uint32_t ahead)
{
	return ahead < lx->end - lx->at ? lx->src[lx->at + ahead] : 0;
}

static inline struct rsk_js_frame *rsk_js_top(struct rsk_js_lexer *lx)
{
	return &lx->frames[lx->depth - 1 - lx->packed];
}

/* Frame `f`, one of the innermost RSK_JS_MAX_LOOK. */
static inline const struct rsk_js_frame *rsk_js_frame(
	const struct rsk_js_lexer *lx, size_t f)
{
	return &lx->frames[f - lx->packed];
}

/* Kind of the last token. */
static inline enum rsk_js_kind rsk_js_last(const struct rsk_js_lexer *lx)
{
	return rsk_js_kind(lx->js, lx->js->count - 1);
}

/* lex.c: add a token of `len` bytes at the place and step over it. */
void rsk_js_emit(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len);

/* chars.c: what bytes are. */
bool rsk_js_is_word_byte(uint8_t c);
uint32_t rsk_js_space_len(const uint8_t *p, uint32_t left);
enum rsk_js_kind rsk_js_keyword(const uint8_t *p, uint32_t len);

/* lex_space.c: step over all that leaves no token. */
void rsk_js_skip_space(struct rsk_js_lexer *lx);
bool rsk_js_at_merge_marker(const struct rsk_js_lexer *lx);

/* lex_value.c: each emits one token that begins at the place. */
void rsk_js_lex_word(struct rsk_js_lexer *lx);
void rsk_js_lex_number(struct rsk_js_lexer *lx);
void rsk_js_lex_string(struct rsk_js_lexer *lx);
bool rsk_js_lex_regex(struct rsk_js_lexer *lx); /* false: none begins here */
void rsk_js_lex_template(struct rsk_js_lexer *lx);

/* lex_tree.c: brackets. */
void rsk_js_open(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len);
void rsk_js_close(struct rsk_js_lexer *lx, enum rsk_js_kind kind, uint32_t len);
void rsk_js_close_all(struct rsk_js_lexer *lx);
/* How the inside of an opener is read at first. */
uint8_t rsk_js_mode_in(const struct rsk_js *js, uint32_t open);
/* What a } here is: RBRACE or HOLE_CLOSE. */
enum rsk_js_kind rsk_js_brace_close_kind(const struct rsk_js_lexer *lx);

/* lex_frames.c: the open brackets. Over a limit lx->err is set. */
bool rsk_js_push_frame(struct rsk_js_lexer *lx, struct rsk_js_frame frame);
void rsk_js_pop_frames(struct rsk_js_lexer *lx, size_t depth);
void rsk_js_release_frames(struct rsk_js_lexer *lx);

/* partner.c: what it has to know beside the tokens. */
/* The next token is a block's first. */
void rsk_js_begin_block(struct rsk_js *js, uint32_t level);
/* With token `i` the level went down. */
void rsk_js_note_level(struct rsk_js *js, uint32_t i, uint32_t level);
/* In front of token `i`. */
uint32_t rsk_js_level(const struct rsk_js *js, uint32_t i);

/* lex_jsx.c: elements. */
bool rsk_js_begins_element(const struct rsk_js_lexer *lx);
void rsk_js_lex_tag(struct rsk_js_lexer *lx);
void rsk_js_lex_children(struct rsk_js_lexer *lx);
/* The element that opened with frame `f` was none: read again from there. */
bool rsk_js_take_back(struct rsk_js_lexer *lx, size_t f);

#endif
