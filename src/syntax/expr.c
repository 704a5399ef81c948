#include "syntax/expr.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "syntax/bind_p.h"

/*
 * A Pratt reader over one bracket level. `read` is where it is; every
 * function leaves it behind what it took.
 */
struct reader {
	struct rsk_js_exprs *exprs;
	const struct rsk_js *js;
	uint32_t at;
};

/* Tokens between function or class and what makes them one. */
enum { MAX_HEAD = 64 };

struct rsk_js_memo {
	uint32_t token; /* 0: free */
	struct rsk_js_node *node;
};

/* ---- nodes by token ---- */

static struct rsk_js_memo *slot_of(struct rsk_js_exprs *exprs, uint32_t token)
{
	size_t mask = exprs->n_slots - 1;
	size_t i = (token * (size_t)0x9e3779b1u) & mask;

	while (exprs->slots[i].token && exprs->slots[i].token != token)
		i = (i + 1) & mask;
	return &exprs->slots[i];
}

static void grow_memo(struct rsk_js_exprs *exprs)
{
	struct rsk_js_memo *old = exprs->slots;
	size_t n = exprs->n_slots;

	if (exprs->used * 2 < n)
		return;
	exprs->n_slots = n ? n * 2 : 64;
	exprs->slots = rsk_alloc_array(exprs->n_slots, sizeof(*old));
	for (size_t i = 0; i < n; i++)
		if (old[i].token)
			*slot_of(exprs, old[i].token) = old[i];
	free(old);
}

static void remember(
	struct rsk_js_exprs *exprs, uint32_t token, struct rsk_js_node *node)
{
	grow_memo(exprs);

	struct rsk_js_memo *slot = slot_of(exprs, token);
	exprs->used += !slot->token;
	*slot = (struct rsk_js_memo){ token, node };
}

static struct rsk_js_node *known(struct rsk_js_exprs *exprs, uint32_t token)
{
	return exprs->n_slots ? slot_of(exprs, token)->node : NULL;
}

static struct rsk_js_node *new_node(
	struct reader *r, enum rsk_js_node_kind kind, uint32_t token)
{
	struct rsk_js_node *node =
		rsk_arena_alloc(&r->exprs->arena, sizeof(*node));

	node->kind = (uint8_t)kind;
	node->token = token;
	node->begin = token;
	return node;
}

/* One whose left side is `a`. */
static struct rsk_js_node *new_outer(struct reader *r,
	enum rsk_js_node_kind kind, uint32_t token, const struct rsk_js_node *a)
{
	struct rsk_js_node *node = new_node(r, kind, token);

	node->a = a;
	node->begin = a->begin;
	return node;
}

static enum rsk_js_kind kind_at(const struct reader *r, uint32_t i)
{
	return rsk_js_kind(r->js, i);
}

/* ---- items ---- */

struct items {
	RSK_VEC(struct rsk_js_item) list;
};

static void add_item(struct items *items, struct rsk_js_item item)
{
	*RSK_VEC_PUSH(&items->list) = item;
}

static void keep_items(
	struct reader *r, struct rsk_js_node *node, struct items *items)
{
	size_t n = items->list.len;
	struct rsk_js_item *copy =
		rsk_arena_array(&r->exprs->arena, n, sizeof(*copy));

	if (n)
		memcpy(copy, items->list.ptr, n * sizeof(*copy));
	node->items = copy;
	node->n_items = (uint32_t)n;
	RSK_VEC_RELEASE(&items->list);
}

static bool too_many(struct reader *r, const struct items *items)
{
	if (items->list.len < RSK_MAX_EXPR_ITEMS)
		return false;
	r->exprs->limited++;
	return true;
}

/* Behind the item that begins at `i`: behind its comma. */
static uint32_t next_item(struct reader *r, uint32_t i, uint32_t close)
{
	i = rsk_js_expression_end(r->js, i, close);
	while (i < close && !rsk_js_is(r->js, i, RSK_JS_COMMA))
		i = rsk_js_expression_end(r->js, rsk_js_skip(r->js, i), close);
	return i < close ? i + 1 : close;
}

/* (a, ...b) and [a, , ...b]; leaves the reader behind the closer. */
static void read_list(struct reader *r, struct rsk_js_node *node, uint32_t open)
{
	uint32_t close = rsk_js_partner(r->js, open);
	struct items items = { { 0 } };

	for (uint32_t i = open + 1; i < close && !too_many(r, &items);) {
		struct rsk_js_item item = { .value = i };

		if (rsk_js_is(r->js, i, RSK_JS_COMMA)) {
			item = (struct rsk_js_item){ RSK_JS_ITEM_HOLE, 0, 0 };
			i++;
		} else {
			if (rsk_js_is(r->js, i, RSK_JS_ELLIPSIS))
				item = (struct rsk_js_item){ RSK_JS_ITEM_SPREAD,
					0, ++i };
			i = next_item(r, i, close);
		}
		add_item(&items, item);
	}
	keep_items(r, node, &items);
	r->at = rsk_js_skip(r->js, open);
}

static bool begins_key(enum rsk_js_kind kind)
{
	return rsk_js_is_word(kind) || kind == RSK_JS_STRING ||
	       kind == RSK_JS_NUMBER || kind == RSK_JS_LBRACKET;
}

/* get, set, async, * in front of a key: the item's kind, and the key. */
static uint32_t skip_key_words(
	const struct rsk_js *js, uint32_t i, uint32_t *kind)
{
	for (uint32_t n = 0; n < 3; n++) {
		enum rsk_js_kind word = rsk_js_kind(js, i);
		enum rsk_js_kind next = rsk_js_kind(js, i + 1);

		if (word != RSK_JS_GET && word != RSK_JS_SET &&
			word != RSK_JS_ASYNC && word != RSK_JS_STAR)
			break;
		if (!begins_key(next) && next != RSK_JS_STAR)
			break;
		if (word == RSK_JS_GET)
			*kind = RSK_JS_ITEM_GETTER;
		else if (word == RSK_JS_SET)
			*kind = RSK_JS_ITEM_SETTER;
		i++;
	}
	return i;
}

/* What follows the key decides what the property is. */
static struct rsk_js_item read_property(
	const struct rsk_js *js, uint32_t i, uint32_t close)
{
	struct rsk_js_item item = { .kind = RSK_JS_ITEM_METHOD };
	bool computed;

	if (rsk_js_is(js, i, RSK_JS_ELLIPSIS))
		return (struct rsk_js_item){ RSK_JS_ITEM_SPREAD, 0, i + 1 };
	i = skip_key_words(js, i, &item.kind);
	computed = rsk_js_is(js, i, RSK_JS_LBRACKET);
	item.key = computed ? i + 1 : i;

	uint32_t next = rsk_js_skip(js, i);
	if (next >= close || rsk_js_is(js, next, RSK_JS_COMMA) ||
		rsk_js_is(js, next, RSK_JS_ASSIGN)) {
		item.kind = RSK_JS_ITEM_SHORTHAND;
		item.value = i;
	} else if (rsk_js_is(js, next, RSK_JS_COLON)) {
		item.kind = computed ? RSK_JS_ITEM_COMPUTED : RSK_JS_ITEM_VALUE;
		item.value = next + 1;
	} else {
		if (rsk_js_is(js, next, RSK_JS_LT) &&
			rsk_js_types_close(js, next))
			next = rsk_js_types_close(js, next) + 1;
		item.value = next;
		/* [key]() {}: what it is called is not known from here. */
		item.key = computed ? 0 : item.key;
	}
	return item;
}

static void read_object(
	struct reader *r, struct rsk_js_node *node, uint32_t open)
{
	uint32_t close = rsk_js_partner(r->js, open);
	struct items items = { { 0 } };

	for (uint32_t i = open + 1; i < close && !too_many(r, &items);
		i = next_item(r, i, close)) {
		if (begins_key(kind_at(r, i)) ||
			kind_at(r, i) == RSK_JS_ELLIPSIS ||
			kind_at(r, i) == RSK_JS_STAR)
			add_item(&items, read_property(r->js, i, close));
		if (rsk_js_is(r->js, i, RSK_JS_ELLIPSIS))
			i++;
	}
	keep_items(r, node, &items);
	r->at = rsk_js_skip(r->js, open);
}

static void read_template(
	struct reader *r, struct rsk_js_node *node, uint32_t open)
{
	uint32_t close = rsk_js_partner(r->js, open);
	struct items items = { { 0 } };

	for (uint32_t i = open + 1; i < close && !too_many(r, &items);
		i = rsk_js_skip(r->js, i)) {
		if (rsk_js_is(r->js, i, RSK_JS_TEMPLATE_TEXT))
			add_item(&items,
				(struct rsk_js_item){ RSK_JS_ITEM_TEXT, 0, i });
		else if (rsk_js_is(r->js, i, RSK_JS_HOLE_OPEN))
			add_item(&items, (struct rsk_js_item){
						 RSK_JS_ITEM_VALUE, 0, i + 1 });
	}
	keep_items(r, node, &items);
	r->at = rsk_js_skip(r->js, open);
}

/* The value of an attribute: a string, an element, or what is in {}. */
static uint32_t attribute_value(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_LBRACE) ? i + 1 : i;
}

static struct rsk_js_item read_attribute(const struct rsk_js *js, uint32_t i)
{
	struct rsk_js_item item = { .key = i };

	/* {...x}; without the dots, as in {} or at the end, it is nothing. */
	if (rsk_js_is(js, i, RSK_JS_LBRACE)) {
		item.kind = RSK_JS_ITEM_SPREAD;
		item.key = 0;
		item.value = i + 1 + rsk_js_is(js, i + 1, RSK_JS_ELLIPSIS);
		return item;
	}
	if (rsk_js_is(js, i + 1, RSK_JS_ASSIGN))
		item.value = attribute_value(js, i + 2);
	return item;
}

static bool ends_tag(enum rsk_js_kind kind)
{
	return kind == RSK_JS_JSX_OPEN_END || kind == RSK_JS_JSX_SELF_CLOSE ||
	       kind == RSK_JS_JSX_CLOSE_END || kind == RSK_JS_END;
}

/* token becomes the name of the element, 0 for <>. */
static void read_element(
	struct reader *r, struct rsk_js_node *node, uint32_t open)
{
	uint32_t i = open + 1;
	struct items items = { { 0 } };

	node->token = rsk_js_is_word(kind_at(r, i)) ? i++ : 0;
	while (kind_at(r, i) == RSK_JS_DOT || kind_at(r, i) == RSK_JS_COLON)
		i += 2;
	while (!ends_tag(kind_at(r, i)) && !too_many(r, &items)) {
		struct rsk_js_item item = read_attribute(r->js, i);

		if (kind_at(r, i) == RSK_JS_LBRACE ||
			kind_at(r, i) == RSK_JS_NAME)
			add_item(&items, item);
		i = rsk_js_skip(r->js, i);
		if (kind_at(r, i) == RSK_JS_ASSIGN)
			i = rsk_js_skip(r->js, i + 1);
	}
	keep_items(r, node, &items);
	r->at = rsk_js_skip(r->js, open);
}

/* ---- the front of an expression ---- */

static struct rsk_js_node *read_postfix(struct reader *r);

/* Nothing of an expression: a yield without a value, a name called await. */
static bool ends_here(enum rsk_js_kind kind)
{
	return kind == RSK_JS_COMMA || kind == RSK_JS_SEMICOLON ||
	       kind == RSK_JS_RPAREN || kind == RSK_JS_RBRACKET ||
	       kind == RSK_JS_RBRACE || kind == RSK_JS_END ||
	       kind == RSK_JS_HOLE_CLOSE || kind == RSK_JS_DOT ||
	       kind == RSK_JS_ASSIGN || kind == RSK_JS_COLON;
}

static struct rsk_js_node *unknown(struct reader *r)
{
	struct rsk_js_node *node = new_node(r, RSK_JS_N_UNKNOWN, r->at);

	if (!ends_here(kind_at(r, r->at)))
		r->at = rsk_js_skip(r->js, r->at);
	return node;
}

static struct rsk_js_node *function_node(struct reader *r, uint32_t id)
{
	struct rsk_js_node *node = new_node(r, RSK_JS_N_FUNCTION, r->at);

	node->function = id;
	r->at = r->exprs->bind->functions.ptr[id].end;
	return node;
}

/* At function, or async in front of it: its parameters are not far. */
static struct rsk_js_node *read_function(struct reader *r)
{
	uint32_t i = r->at;

	for (uint32_t n = 0; n < MAX_HEAD; n++) {
		uint32_t id = rsk_js_is(r->js, i, RSK_JS_LPAREN)
				      ? rsk_js_function_of(r->exprs->bind, i)
				      : 0;

		if (id)
			return function_node(r, id);
		if (rsk_js_is(r->js, i, RSK_JS_LBRACE))
			break;
		i = rsk_js_skip(r->js, i);
	}
	return unknown(r);
}

static struct rsk_js_node *read_class(struct reader *r)
{
	uint32_t i = r->at;

	for (uint32_t n = 0; n < MAX_HEAD; n++) {
		if (rsk_js_is(r->js, i, RSK_JS_LBRACE) &&
			rsk_js_role(r->js, i) == RSK_JS_CLASS_BODY) {
			struct rsk_js_node *node =
				new_node(r, RSK_JS_N_CLASS, r->at);

			node->function = rsk_js_class_of(r->exprs->bind, i);
			r->at = rsk_js_skip(r->js, i);
			return node;
		}
		i = rsk_js_skip(r->js, i);
	}
	return unknown(r);
}

/* Behind async: the function whose parameters, or types, begin at `i`. */
static uint32_t async_function(struct reader *r, uint32_t i)
{
	uint32_t types =
		kind_at(r, i) == RSK_JS_LT ? rsk_js_types_close(r->js, i) : 0;

	return rsk_js_function_of(r->exprs->bind, types ? types + 1 : i);
}

/* x, x => y, async x => y, async (x) => y, async function () {} */
static struct rsk_js_node *read_name(struct reader *r)
{
	uint32_t id = rsk_js_function_of(r->exprs->bind, r->at);

	if (!id && rsk_js_is(r->js, r->at, RSK_JS_ASYNC)) {
		if (rsk_js_is(r->js, r->at + 1, RSK_JS_FUNCTION))
			return read_function(r);
		id = async_function(r, r->at + 1);
	}
	if (id)
		return function_node(r, id);
	return new_node(r, RSK_JS_N_NAME, r->at++);
}

/* (a, b) is b. */
static struct rsk_js_node *read_group(struct reader *r)
{
	uint32_t id = rsk_js_function_of(r->exprs->bind, r->at);
	uint32_t close = rsk_js_partner(r->js, r->at);

	if (id)
		return function_node(r, id);

	struct rsk_js_node *node = new_node(r, RSK_JS_N_GROUP, r->at);
	uint32_t i = r->at + 1;
	node->value = i;
	while ((i = next_item(r, i, close)) < close)
		node->value = i;
	r->at = rsk_js_skip(r->js, r->at);
	return node;
}

/* new a.b(c): the callee has no call in it. */
static struct rsk_js_node *read_new(struct reader *r);

static const uint8_t leaf_of[RSK_JS_KIND_COUNT] = {
	[RSK_JS_STRING] = RSK_JS_N_STRING,
	[RSK_JS_JSX_STRING] = RSK_JS_N_STRING,
	[RSK_JS_NUMBER] = RSK_JS_N_NUMBER,
	[RSK_JS_REGEX] = RSK_JS_N_REGEX,
	[RSK_JS_TRUE] = RSK_JS_N_TRUE,
	[RSK_JS_FALSE] = RSK_JS_N_FALSE,
	[RSK_JS_NULL] = RSK_JS_N_NULL,
	[RSK_JS_THIS] = RSK_JS_N_THIS,
	[RSK_JS_SUPER] = RSK_JS_N_SUPER,
	[RSK_JS_IMPORT] = RSK_JS_N_IMPORT,
};

static struct rsk_js_node *read_bracket(struct reader *r)
{
	static const struct {
		uint8_t open, node;
		void (*read)(struct reader *r, struct rsk_js_node *node,
			uint32_t open);
	} rows[] = {
		{ RSK_JS_LBRACKET, RSK_JS_N_ARRAY, read_list },
		{ RSK_JS_LBRACE, RSK_JS_N_OBJECT, read_object },
		{ RSK_JS_TEMPLATE_OPEN, RSK_JS_N_TEMPLATE, read_template },
		{ RSK_JS_JSX_OPEN, RSK_JS_N_JSX, read_element },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].open == kind_at(r, r->at)) {
			uint32_t open = r->at;
			struct rsk_js_node *node = new_node(
				r, (enum rsk_js_node_kind)rows[i].node, open);

			rows[i].read(r, node, open);
			return node;
		}
	return unknown(r);
}

static struct rsk_js_node *read_primary(struct reader *r)
{
	enum rsk_js_kind kind = kind_at(r, r->at);

	if (leaf_of[kind])
		return new_node(
			r, (enum rsk_js_node_kind)leaf_of[kind], r->at++);
	if (rsk_js_is_name(kind))
		return read_name(r);
	switch (kind) {
	case RSK_JS_LPAREN:
		return read_group(r);
	case RSK_JS_FUNCTION:
		return read_function(r);
	case RSK_JS_CLASS:
		return read_class(r);
	case RSK_JS_NEW:
		return read_new(r);
	default:
		return read_bracket(r);
	}
}

/* ---- members and calls ---- */

/* One of .b ?.b [b] ?.[b] behind `a`, or NULL. */
static struct rsk_js_node *read_member(
	struct reader *r, const struct rsk_js_node *a)
{
	enum rsk_js_kind kind = kind_at(r, r->at);
	bool optional = kind == RSK_JS_OPTIONAL_DOT;
	uint32_t i = r->at + (optional || kind == RSK_JS_DOT);
	struct rsk_js_node *node = NULL;

	if (i > r->at && rsk_js_is_word(kind_at(r, i))) {
		node = new_outer(r, RSK_JS_N_MEMBER, i, a);
		r->at = i + 1;
	} else if (kind_at(r, i) == RSK_JS_LBRACKET && kind != RSK_JS_DOT &&
		   (optional || !rsk_js_has(r->js, i, RSK_JS_PREFIX))) {
		node = new_outer(r, RSK_JS_N_ELEMENT, i, a);
		node->value = i + 1;
		r->at = rsk_js_skip(r->js, i);
	}
	if (node)
		node->optional = optional;
	return node;
}

/* f<T>(x): over the types, when a call or template follows. */
static void skip_types(struct reader *r)
{
	uint32_t close = kind_at(r, r->at) == RSK_JS_LT
				 ? rsk_js_types_close(r->js, r->at)
				 : 0;
	enum rsk_js_kind next = close ? kind_at(r, close + 1) : RSK_JS_END;

	if (next == RSK_JS_LPAREN || next == RSK_JS_TEMPLATE_OPEN)
		r->at = close + 1;
}

static struct rsk_js_node *read_call(
	struct reader *r, const struct rsk_js_node *a)
{
	bool optional = kind_at(r, r->at) == RSK_JS_OPTIONAL_DOT;
	uint32_t i = r->at + optional;
	struct rsk_js_node *node = NULL;

	if (kind_at(r, i) == RSK_JS_LPAREN && rsk_js_is_call(r->js, i)) {
		node = new_outer(r, RSK_JS_N_CALL, i, a);
		node->optional = optional;
		read_list(r, node, i);
		remember(r->exprs, i, node);
	} else if (kind_at(r, i) == RSK_JS_TEMPLATE_OPEN) {
		node = new_outer(r, RSK_JS_N_TAGGED, i, a);
		read_template(r, node, i);
	}
	return node;
}

/* x! and x++ on the same line. */
static struct rsk_js_node *read_mark(struct reader *r, struct rsk_js_node *a)
{
	enum rsk_js_kind kind = kind_at(r, r->at);

	if (rsk_js_has(r->js, r->at, RSK_JS_NEWLINE))
		return NULL;
	if (kind == RSK_JS_NOT) {
		r->at++;
		return a;
	}
	if (kind != RSK_JS_INCREMENT && kind != RSK_JS_DECREMENT)
		return NULL;
	a = new_outer(r, RSK_JS_N_UNARY, r->at++, a);
	a->op = (uint8_t)kind;
	return a;
}

static struct rsk_js_node *read_chain(struct reader *r, struct rsk_js_node *a)
{
	for (;;) {
		struct rsk_js_node *next = read_member(r, a);

		if (!next) {
			skip_types(r);
			next = read_call(r, a);
		}
		if (!next)
			next = read_mark(r, a);
		if (!next)
			return a;
		a = next;
	}
}

static struct rsk_js_node *read_postfix(struct reader *r)
{
	return read_chain(r, read_primary(r));
}

static struct rsk_js_node *read_new(struct reader *r)
{
	uint32_t word = r->at;
	uint32_t news = 0;
	struct rsk_js_node *a = NULL;
	struct rsk_js_node *next = NULL;

	/* new new a()() is nobody's code: one is enough. */
	while (kind_at(r, r->at) == RSK_JS_NEW && ++news < 3)
		r->at++;
	if (kind_at(r, r->at) == RSK_JS_DOT || kind_at(r, r->at) == RSK_JS_NEW)
		return unknown(r);
	next = read_primary(r);
	do {
		a = next;
		next = read_member(r, a);
	} while (next);
	skip_types(r);

	struct rsk_js_node *node = new_outer(r, RSK_JS_N_NEW, r->at, a);
	node->begin = word;
	if (kind_at(r, r->at) == RSK_JS_LPAREN) {
		uint32_t open = r->at;

		read_list(r, node, open);
		remember(r->exprs, open, node);
	}
	return node;
}

/* ---- operators ---- */

static bool is_prefix(enum rsk_js_kind kind)
{
	switch (kind) {
	case RSK_JS_NOT:
	case RSK_JS_TILDE:
	case RSK_JS_PLUS:
	case RSK_JS_MINUS:
	case RSK_JS_INCREMENT:
	case RSK_JS_DECREMENT:
	case RSK_JS_TYPEOF:
	case RSK_JS_VOID:
	case RSK_JS_DELETE:
	case RSK_JS_AWAIT:
	case RSK_JS_YIELD:
		return true;
	default:
		return false;
	}
}

/* At a <: over the types of a cast. */
static bool skip_cast(struct reader *r)
{
	uint32_t close = kind_at(r, r->at) == RSK_JS_LT
				 ? rsk_js_types_close(r->js, r->at)
				 : 0;

	if (!close)
		return false;
	r->at = close + 1;
	return true;
}

/* A word like await is an operator only in front of something. */
static bool at_prefix(const struct reader *r)
{
	enum rsk_js_kind kind = kind_at(r, r->at);

	if (!is_prefix(kind))
		return false;
	return (kind != RSK_JS_AWAIT && kind != RSK_JS_YIELD) ||
	       !ends_here(kind_at(r, r->at + 1));
}

static struct rsk_js_node *wrap_prefix(
	struct reader *r, uint32_t token, const struct rsk_js_node *a)
{
	enum rsk_js_kind kind = kind_at(r, token);
	enum rsk_js_node_kind as = RSK_JS_N_UNARY;

	if (kind == RSK_JS_AWAIT)
		as = RSK_JS_N_AWAIT;
	else if (kind == RSK_JS_YIELD)
		as = RSK_JS_N_YIELD;

	struct rsk_js_node *node = new_outer(r, as, token, a);
	node->op = (uint8_t)kind;
	node->begin = token;
	return node;
}

static struct rsk_js_node *read_unary(struct reader *r)
{
	uint32_t prefixes[RSK_MAX_EXPR_PREFIXES];
	uint32_t n = 0;

	for (;;) {
		if (skip_cast(r))
			continue;
		if (!at_prefix(r))
			break;
		if (n == RSK_MAX_EXPR_PREFIXES) {
			r->exprs->limited++;
			return unknown(r);
		}
		prefixes[n++] = r->at++;
		/* yield* */
		if (kind_at(r, r->at - 1) == RSK_JS_YIELD &&
			kind_at(r, r->at) == RSK_JS_STAR)
			r->at++;
	}

	struct rsk_js_node *node = read_postfix(r);
	while (n)
		node = wrap_prefix(r, prefixes[--n], node);
	return node;
}

static const uint8_t precedence[RSK_JS_KIND_COUNT] = {
	[RSK_JS_NULLISH] = 1,
	[RSK_JS_OR] = 1,
	[RSK_JS_AND] = 2,
	[RSK_JS_BIT_OR] = 3,
	[RSK_JS_BIT_XOR] = 4,
	[RSK_JS_BIT_AND] = 5,
	[RSK_JS_EQ] = 6,
	[RSK_JS_NE] = 6,
	[RSK_JS_EQ_STRICT] = 6,
	[RSK_JS_NE_STRICT] = 6,
	[RSK_JS_LT] = 7,
	[RSK_JS_GT] = 7,
	[RSK_JS_LE] = 7,
	[RSK_JS_GE] = 7,
	[RSK_JS_IN] = 7,
	[RSK_JS_INSTANCEOF] = 7,
	[RSK_JS_AS] = 7,
	[RSK_JS_SATISFIES] = 7,
	[RSK_JS_SHIFT_LEFT] = 8,
	[RSK_JS_PLUS] = 9,
	[RSK_JS_MINUS] = 9,
	[RSK_JS_STAR] = 10,
	[RSK_JS_SLASH] = 10,
	[RSK_JS_PERCENT] = 10,
	[RSK_JS_POWER] = 11,
};

/* >> and >>> are two and three tokens. */
static uint32_t operator_len(const struct reader *r)
{
	uint32_t n = 1;

	if (kind_at(r, r->at) != RSK_JS_GT)
		return 1;
	while (n < 3 && rsk_js_glued(r->js, r->at + n - 1) &&
		kind_at(r, r->at + n) == RSK_JS_GT)
		n++;
	return n;
}

static bool is_logical(enum rsk_js_kind kind)
{
	return kind == RSK_JS_NULLISH || kind == RSK_JS_OR ||
	       kind == RSK_JS_AND;
}

/* Recursion ends with the highest precedence: eleven calls at most. */
static struct rsk_js_node *read_binary(struct reader *r, uint8_t least)
{
	struct rsk_js_node *a = read_unary(r);

	for (;;) {
		uint32_t token = r->at;
		enum rsk_js_kind kind = kind_at(r, token);
		uint32_t len = operator_len(r);
		uint8_t level = len > 1 ? precedence[RSK_JS_SHIFT_LEFT]
					: precedence[kind];

		if (!level || level < least)
			return a;
		if (kind == RSK_JS_AS || kind == RSK_JS_SATISFIES) {
			r->at = rsk_js_type_end(r->js, token + 1);
			continue;
		}
		r->at += len;

		const struct rsk_js_node *b =
			read_binary(r, (uint8_t)(level + 1));
		struct rsk_js_node *node = new_outer(r,
			is_logical(kind) ? RSK_JS_N_LOGICAL : RSK_JS_N_BINARY,
			token, a);
		node->op = (uint8_t)kind;
		node->b = b;
		a = node;
	}
}

/* The : that belongs to the ? at `i`, or 0. */
static uint32_t find_colon(const struct rsk_js *js, uint32_t i)
{
	uint32_t depth = 0;

	for (; i < js->count; i = rsk_js_skip(js, i)) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);

		if (kind == RSK_JS_COMMA || kind == RSK_JS_SEMICOLON ||
			(rsk_js_is_bracket(kind) && !rsk_js_is_opener(kind)))
			return 0;
		depth += kind == RSK_JS_QUESTION;
		depth -= kind == RSK_JS_COLON;
		if (!depth)
			return i;
	}
	return 0;
}

static bool is_assignment(enum rsk_js_kind kind)
{
	return kind >= RSK_JS_ASSIGN && kind <= RSK_JS_OTHER_ASSIGN;
}

static struct rsk_js_node *read_expression(struct reader *r)
{
	struct rsk_js_node *a = read_binary(r, 1);
	enum rsk_js_kind kind = kind_at(r, r->at);
	struct rsk_js_node *node = a;

	if (is_assignment(kind)) {
		node = new_outer(r, RSK_JS_N_ASSIGN, r->at, a);
		node->op = (uint8_t)kind;
		node->value = r->at + 1;
	} else if (kind == RSK_JS_QUESTION && find_colon(r->js, r->at)) {
		node = new_outer(r, RSK_JS_N_CONDITIONAL, r->at, a);
		node->value = r->at + 1;
		node->other = find_colon(r->js, r->at) + 1;
	}
	return node;
}

/* ---- what others call ---- */

void rsk_js_exprs_init(struct rsk_js_exprs *exprs, struct rsk_js_bind *bind)
{
	*exprs = (struct rsk_js_exprs){ .bind = bind, .js = bind->js };
}

void rsk_js_exprs_release(struct rsk_js_exprs *exprs)
{
	rsk_arena_release(&exprs->arena);
	free(exprs->slots);
	*exprs = (struct rsk_js_exprs){ 0 };
}

/* Calls are kept under their (, which begins no expression of its own. */
const struct rsk_js_node *rsk_js_expr(
	struct rsk_js_exprs *exprs, uint32_t token)
{
	struct reader r = { .exprs = exprs, .js = exprs->js, .at = token };
	struct rsk_js_node *node = known(exprs, token);

	if (!node) {
		node = read_expression(&r);
		remember(exprs, token, node);
	}
	return node;
}

const struct rsk_js_node *rsk_js_expr_inside(
	struct rsk_js_exprs *exprs, uint32_t token)
{
	const struct rsk_js_node *node = rsk_js_expr(exprs, token);

	while (node->kind == RSK_JS_N_GROUP)
		node = rsk_js_expr(exprs, node->value);
	return node;
}

const struct rsk_js_node *rsk_js_call_at(
	struct rsk_js_exprs *exprs, uint32_t paren)
{
	struct reader r = { .exprs = exprs, .js = exprs->js };
	struct rsk_js_node *node = known(exprs, paren);

	if (!node) {
		r.at = rsk_js_chain_begin(r.js, paren);
		read_postfix(&r);
		node = known(exprs, paren);
	}
	if (!node) {
		r.at = paren;
		node = unknown(&r);
		remember(exprs, paren, node);
	}
	return node;
}

/* In front of the member, call or mark that ends at `i`; `i` itself when the
 * chain begins there. */
static uint32_t chain_step(const struct rsk_js *js, uint32_t i)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);
	enum rsk_js_kind before = rsk_js_kind(js, i ? i - 1 : 0);
	uint32_t open = rsk_js_partner(js, i);

	if (kind == RSK_JS_GT && rsk_js_types_open(js, i))
		return rsk_js_types_open(js, i) - 1;
	if (kind == RSK_JS_NOT || kind == RSK_JS_OPTIONAL_DOT)
		return i - 1;
	if (rsk_js_is_word(kind))
		return before == RSK_JS_DOT || before == RSK_JS_OPTIONAL_DOT
			       ? i - 2
			       : i;
	if (!open || open >= i)
		return i;
	if (rsk_js_is(js, open, RSK_JS_LPAREN) ||
		rsk_js_is(js, open, RSK_JS_LBRACKET) ||
		rsk_js_is(js, open, RSK_JS_TEMPLATE_OPEN)) {
		bool after_dot = rsk_js_is(js, open - 1, RSK_JS_OPTIONAL_DOT);

		return rsk_js_has(js, open, RSK_JS_PREFIX) && !after_dot
			       ? open
			       : open - 1;
	}
	return open;
}

/* (function () {})(): back to its word. */
static uint32_t function_word(const struct rsk_js *js, uint32_t body)
{
	uint32_t i = body;

	for (uint32_t n = 0; n < MAX_HEAD && i > 1; n++) {
		uint32_t open = rsk_js_partner(js, i - 1);

		i = open && open < i ? open : i - 1;
		if (rsk_js_is(js, i, RSK_JS_FUNCTION) ||
			rsk_js_is(js, i, RSK_JS_CLASS))
			return rsk_js_is(js, i - 1, RSK_JS_ASYNC) ? i - 1 : i;
	}
	return body;
}

uint32_t rsk_js_chain_begin(const struct rsk_js *js, uint32_t i)
{
	uint32_t at = i - 1;

	for (;;) {
		uint32_t next = chain_step(js, at);

		if (next == at || !next)
			break;
		/* At an opener the chain begins. */
		at = next;
		if (rsk_js_is_opener(rsk_js_kind(js, at)))
			break;
	}
	if (rsk_js_is(js, at, RSK_JS_LBRACE) &&
		(rsk_js_role(js, at) == RSK_JS_BODY ||
			rsk_js_role(js, at) == RSK_JS_CLASS_BODY))
		at = function_word(js, at);
	return rsk_js_is(js, at - 1, RSK_JS_NEW) ? at - 1 : at;
}
