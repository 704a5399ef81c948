#ifndef RSK_SYNTAX_EXPR_H
#define RSK_SYNTAX_EXPR_H

#include "syntax/bind.h"

/*
 * Expressions, read when somebody asks for one.
 *
 *	struct rsk_js_exprs exprs;
 *
 *	rsk_js_exprs_init(&exprs, bind);
 *	for (uint32_t i = 1; i < js->count; i++) {
 *		const struct rsk_js_node *call;
 *
 *		if (!rsk_js_is_call(js, i))
 *			continue;
 *		call = rsk_js_call_at(&exprs, i);
 *		if (call->n_items)
 *			look(rsk_js_expr(&exprs, call->items[0].value));
 *	}
 *	rsk_js_exprs_release(&exprs);
 *
 * A node holds what stands on one bracket level. What is inside brackets, and
 * the arms of ?: and the right side of =, are only tokens until they are asked
 * for in turn: reading one expression costs what is on its own level, and
 * never recurses deeper than there are levels of precedence. Nodes live until
 * the release; the same token gives the same node.
 *
 * Transparent, and so never a node: casts (x as T, x satisfies T, <T>x, x!),
 * type arguments. An expression that makes no sense is UNKNOWN, never NULL.
 */
enum rsk_js_node_kind {
	RSK_JS_N_UNKNOWN,
	RSK_JS_N_STRING, /* token */
	RSK_JS_N_NUMBER,
	RSK_JS_N_REGEX,
	RSK_JS_N_TRUE,
	RSK_JS_N_FALSE,
	RSK_JS_N_NULL,
	RSK_JS_N_NAME, /* token; also undefined */
	RSK_JS_N_THIS,
	RSK_JS_N_SUPER,
	RSK_JS_N_IMPORT,      /* of import(x) and import.meta */
	RSK_JS_N_GROUP,       /* (value): value is its last part */
	RSK_JS_N_MEMBER,      /* a.token */
	RSK_JS_N_ELEMENT,     /* a[value] */
	RSK_JS_N_CALL,        /* a(items) */
	RSK_JS_N_NEW,         /* new a(items) */
	RSK_JS_N_TAGGED,      /* a`items` */
	RSK_JS_N_OBJECT,      /* {items} */
	RSK_JS_N_ARRAY,       /* [items] */
	RSK_JS_N_TEMPLATE,    /* `items`: TEXT and VALUE */
	RSK_JS_N_BINARY,      /* a op b; token is the operator */
	RSK_JS_N_LOGICAL,     /* a || b, a && b, a ?? b */
	RSK_JS_N_CONDITIONAL, /* a ? value : other */
	RSK_JS_N_ASSIGN,      /* a = value */
	RSK_JS_N_UNARY,       /* op a, a++ */
	RSK_JS_N_AWAIT,       /* await a */
	RSK_JS_N_YIELD,
	RSK_JS_N_FUNCTION, /* function is its number */
	RSK_JS_N_CLASS,    /* function is the class's number */
	RSK_JS_N_JSX,      /* items are its attributes; children are tokens */
};

enum rsk_js_item_kind {
	RSK_JS_ITEM_VALUE,     /* an argument; key: value */
	RSK_JS_ITEM_SPREAD,    /* ...value */
	RSK_JS_ITEM_SHORTHAND, /* {key} */
	RSK_JS_ITEM_COMPUTED,  /* {[key]: value}: key begins an expression */
	RSK_JS_ITEM_METHOD,    /* {key(...) {}}: value is its ( */
	RSK_JS_ITEM_GETTER,
	RSK_JS_ITEM_SETTER,
	RSK_JS_ITEM_HOLE, /* [,] */
	RSK_JS_ITEM_TEXT, /* of a template: value is the token */
};

struct rsk_js_item {
	uint32_t kind;
	uint32_t key;   /* token: a word, string or number, or 0 */
	uint32_t value; /* token where an expression begins, or 0 */
};

struct rsk_js_node {
	uint8_t kind;
	uint8_t op;    /* enum rsk_js_kind of the operator */
	bool optional; /* ?. */
	uint32_t token;
	uint32_t begin; /* the first token of it all */
	uint32_t value, other;
	uint32_t function;
	const struct rsk_js_node *a, *b;
	const struct rsk_js_item *items;
	uint32_t n_items;
};

struct rsk_js_exprs {
	struct rsk_js_bind *bind;
	const struct rsk_js *js;
	struct rsk_arena arena;
	struct rsk_js_memo *slots; /* token -> node */
	size_t n_slots, used;
	uint32_t limited; /* expressions that a limit made UNKNOWN */
};

void rsk_js_exprs_init(struct rsk_js_exprs *exprs, struct rsk_js_bind *bind);
void rsk_js_exprs_release(struct rsk_js_exprs *exprs);

/* The expression that begins at the token, up to a comma or what else ends
 * it. */
const struct rsk_js_node *rsk_js_expr(
	struct rsk_js_exprs *exprs, uint32_t token);

/* The same without the groups around it. */
const struct rsk_js_node *rsk_js_expr_inside(
	struct rsk_js_exprs *exprs, uint32_t token);

/* The CALL or NEW whose ( is the token, or UNKNOWN. */
const struct rsk_js_node *rsk_js_call_at(
	struct rsk_js_exprs *exprs, uint32_t paren);

/* Where the chain of members and calls begins whose bracket or member ends in
 * front of `i`: at a of a.b(c).d( when `i` is the last (. */
uint32_t rsk_js_chain_begin(const struct rsk_js *js, uint32_t i);

#endif
