#include "syntax/eval_p.h"

#include "syntax/embed.h"

/* ---- files ---- */

enum rsk_err rsk_js_file_open(struct rsk_js_file *file, struct rsk_slice path,
	struct rsk_slice source)
{
	*file = (struct rsk_js_file){ .path = path };

	enum rsk_err err = rsk_js_parse_file(&file->js, path, source);
	if (!err)
		err = rsk_js_bind(&file->bind, file->js);
	if (err)
		rsk_js_file_close(file);
	else
		rsk_js_exprs_init(&file->exprs, file->bind);
	return err;
}

void rsk_js_file_close(struct rsk_js_file *file)
{
	rsk_js_exprs_release(&file->exprs);
	rsk_js_bind_free(file->bind);
	rsk_js_free(file->js);
	*file = (struct rsk_js_file){ 0 };
}

/* ---- limits ---- */

void rsk_js_eval_begin(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t token)
{
	eval->nodes = 0;
	eval->depth = 0;
	eval->use++;
	eval->use_file = file;
	eval->use_token = token;
}

void rsk_js_eval_forget(struct rsk_js_eval *eval)
{
	rsk_arena_release(&eval->arena);
	eval->use++; /* no row of the table is of the next one */
}

void rsk_js_eval_release(struct rsk_js_eval *eval)
{
	rsk_js_eval_forget(eval);
	free(eval->memo);
	eval->memo = NULL;
}

/* Every step into something goes through here, so neither the stack nor the
 * time has another bound than the limits. */
bool rsk_js_enter(struct rsk_js_eval *eval)
{
	if (eval->depth >= RSK_MAX_EVAL_DEPTH ||
		eval->nodes >= RSK_MAX_EVAL_NODES) {
		eval->limited++;
		return false;
	}
	eval->depth++;
	eval->nodes++;
	return true;
}

void rsk_js_leave(struct rsk_js_eval *eval)
{
	eval->depth--;
}

/* ---- values ---- */

struct rsk_js_val *rsk_js_new_val(struct rsk_js_eval *eval,
	enum rsk_js_val_kind kind, struct rsk_js_file *file, uint32_t token)
{
	struct rsk_js_val *val = rsk_arena_alloc(&eval->arena, sizeof(*val));

	val->kind = (uint8_t)kind;
	val->file = file;
	val->token = token;
	return val;
}

static void set_parts(struct rsk_js_eval *eval, struct rsk_js_val *val,
	struct rsk_js_val *const *parts, uint32_t n)
{
	val->parts = rsk_arena_array(&eval->arena, n, sizeof(*parts));
	if (n)
		memcpy(val->parts, parts, n * sizeof(struct rsk_js_val *));
	val->n_parts = n;
}

struct rsk_js_val *rsk_js_union(
	struct rsk_js_eval *eval, struct rsk_js_val *a, struct rsk_js_val *b)
{
	struct rsk_js_val *both[] = { a, b };

	if (!a || !b || a == b)
		return a ? a : b;

	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_UNION, b->file, b->token);
	set_parts(eval, val, both, 2);
	return val;
}

struct rsk_slice rsk_js_key_text(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t key)
{
	return rsk_js_value(file->js, key, &eval->arena);
}

/* ---- texts ---- */

struct texts {
	struct rsk_js_eval *eval;
	struct rsk_buf head; /* the constant beginning */
	bool constant;       /* nothing but constants so far */
	RSK_VEC(struct rsk_js_val *) parts;
};

static bool is_constant(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_NULL ||
	       ((val->kind == RSK_JS_V_NUMBER || val->kind == RSK_JS_V_BOOL) &&
		       val->text.len);
}

static struct rsk_slice constant_text(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_NULL ? RSK_LIT("null") : val->text;
}

static void add_text(struct texts *texts, struct rsk_js_val *val)
{
	struct rsk_slice more = RSK_LIT("");

	*RSK_VEC_PUSH(&texts->parts) = val;
	if (!texts->constant)
		return;
	if (is_constant(val))
		more = constant_text(val);
	else if (val->kind == RSK_JS_V_CONCAT)
		more = val->text;
	if (!is_constant(val))
		texts->constant = false;
	if (rsk_buf_add_slice(&texts->head, more)) {
		texts->constant = false;
		texts->eval->limited++;
	}
}

static struct rsk_js_val *finish_texts(
	struct texts *texts, struct rsk_js_file *file, uint32_t token)
{
	struct rsk_js_eval *eval = texts->eval;
	struct rsk_js_val *val = rsk_js_new_val(eval,
		texts->constant ? RSK_JS_V_STRING : RSK_JS_V_CONCAT, file,
		token);

	val->text = rsk_arena_slice(&eval->arena, rsk_buf_slice(&texts->head));
	set_parts(eval, val, texts->parts.ptr, (uint32_t)texts->parts.len);
	rsk_buf_release(&texts->head);
	RSK_VEC_RELEASE(&texts->parts);
	return val;
}

static struct rsk_js_val *text_part(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t token)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_STRING, file, token);

	val->text = rsk_js_value(file->js, token, &eval->arena);
	return val;
}

static struct rsk_js_val *eval_template(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct texts texts = { .eval = eval,
		.head = RSK_BUF_INIT(RSK_MAX_EVAL_TEXT),
		.constant = true };

	for (uint32_t i = 0; i < node->n_items; i++) {
		const struct rsk_js_item *item = &node->items[i];

		add_text(&texts,
			item->kind == RSK_JS_ITEM_TEXT
				? text_part(eval, spot.file, item->value)
				: rsk_js_eval_token(eval, spot, item->value));
	}
	return finish_texts(&texts, spot.file, node->token);
}

static bool is_text(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_CONCAT;
}

/* a + b + c leans to the left: from the right end to the left one, and then
 * the other way. */
static struct rsk_js_val *eval_sum(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	RSK_VEC(const struct rsk_js_node *) terms = { 0 };
	struct texts texts = { .eval = eval,
		.head = RSK_BUF_INIT(RSK_MAX_EVAL_TEXT),
		.constant = true };
	const struct rsk_js_node *a = node;
	bool any_text = false;

	for (; a->kind == RSK_JS_N_BINARY && a->op == RSK_JS_PLUS; a = a->a)
		*RSK_VEC_PUSH(&terms) = a->b;
	*RSK_VEC_PUSH(&terms) = a;
	for (size_t i = terms.len; i > 0; i--) {
		struct rsk_js_val *val =
			rsk_js_eval_node(eval, spot, terms.ptr[i - 1]);

		any_text = any_text || is_text(val);
		add_text(&texts, val);
	}
	RSK_VEC_RELEASE(&terms);

	struct rsk_js_val *sum = finish_texts(&texts, spot.file, node->token);
	/* 1 + 2 is no text; of names nobody knows. */
	if (!any_text && sum->kind == RSK_JS_V_STRING) {
		sum->kind = RSK_JS_V_NUMBER;
		sum->text = RSK_LIT("");
	}
	return sum;
}

/* ---- operators ---- */

static bool is_comparison(uint8_t op)
{
	return (op >= RSK_JS_EQ && op <= RSK_JS_GE) || op == RSK_JS_IN ||
	       op == RSK_JS_INSTANCEOF;
}

static struct rsk_js_val *eval_binary(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val;

	if (node->op == RSK_JS_PLUS)
		return eval_sum(eval, spot, node);
	if (is_comparison(node->op))
		return rsk_js_new_val(
			eval, RSK_JS_V_BOOL, spot.file, node->token);

	struct rsk_js_val *parts[] = { rsk_js_eval_node(eval, spot, node->a),
		rsk_js_eval_node(eval, spot, node->b) };
	val = rsk_js_new_val(eval, RSK_JS_V_OPERATION, spot.file, node->token);
	set_parts(eval, val, parts, 2);
	return val;
}

/* a && b is b or something that is false. */
static struct rsk_js_val *eval_logical(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *b = rsk_js_eval_node(eval, spot, node->b);

	if (node->op == RSK_JS_AND)
		return b;
	return rsk_js_union(eval, rsk_js_eval_node(eval, spot, node->a), b);
}

static struct rsk_js_val *eval_conditional(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *arms[] = { rsk_js_eval_token(
					      eval, spot, node->value),
		rsk_js_eval_token(eval, spot, node->other) };
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_UNION, spot.file, node->token);

	set_parts(eval, val, arms, 2);
	return val;
}

static struct rsk_js_val *eval_unary(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	enum rsk_js_val_kind kind = RSK_JS_V_NUMBER;

	if (node->op == RSK_JS_NOT || node->op == RSK_JS_DELETE)
		kind = RSK_JS_V_BOOL;
	else if (node->op == RSK_JS_TYPEOF)
		kind = RSK_JS_V_UNKNOWN;
	else if (node->op == RSK_JS_VOID)
		kind = RSK_JS_V_NULL;
	return rsk_js_new_val(eval, kind, spot.file, node->token);
}

/* ---- leaves ---- */

static const uint8_t leaf_kinds[] = {
	[RSK_JS_N_STRING] = RSK_JS_V_STRING,
	[RSK_JS_N_NUMBER] = RSK_JS_V_NUMBER,
	[RSK_JS_N_REGEX] = RSK_JS_V_REGEX,
	[RSK_JS_N_TRUE] = RSK_JS_V_BOOL,
	[RSK_JS_N_FALSE] = RSK_JS_V_BOOL,
	[RSK_JS_N_NULL] = RSK_JS_V_NULL,
};

static struct rsk_js_val *eval_leaf(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val = rsk_js_new_val(eval,
		(enum rsk_js_val_kind)leaf_kinds[node->kind], spot.file,
		node->token);

	val->text = rsk_js_value(spot.file->js, node->token, &eval->arena);
	return val;
}

static struct rsk_js_val *opaque(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_OPAQUE, spot.file, token);

	val->path = rsk_js_value(spot.file->js, token, &eval->arena);
	return val;
}

/* import.meta.env.A is a name like process.env.A. */
static struct rsk_js_val *eval_import_word(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	return opaque(eval, spot, node->token);
}

static struct rsk_js_val *eval_name(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	uint32_t b = rsk_js_resolve(spot.file->bind, node->token);

	if (b)
		return rsk_js_eval_binding(eval, spot, b, node->token);
	if (rsk_js_text_is(spot.file->js, node->token, "undefined"))
		return rsk_js_new_val(
			eval, RSK_JS_V_NULL, spot.file, node->token);
	return opaque(eval, spot, node->token);
}

static struct rsk_js_val *numbered(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val = rsk_js_new_val(eval,
		node->kind == RSK_JS_N_CLASS ? RSK_JS_V_CLASS
					     : RSK_JS_V_FUNCTION,
		spot.file, node->token);

	val->number = node->function;
	return val;
}

static struct rsk_js_val *eval_array(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	RSK_VEC(struct rsk_js_val *) parts = { 0 };
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_ARRAY, spot.file, node->token);

	for (uint32_t i = 0; i < node->n_items; i++) {
		const struct rsk_js_item *item = &node->items[i];

		val->open = val->open || item->kind == RSK_JS_ITEM_SPREAD;
		*RSK_VEC_PUSH(&parts) =
			item->value ? rsk_js_eval_token(eval, spot, item->value)
				    : rsk_js_new_val(eval, RSK_JS_V_NULL,
					      spot.file, node->token);
	}
	set_parts(eval, val, parts.ptr, (uint32_t)parts.len);
	RSK_VEC_RELEASE(&parts);
	return val;
}

static struct rsk_js_val *eval_member(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *a = rsk_js_eval_node(eval, spot, node->a);
	struct rsk_slice key = RSK_LIT("[]");

	if (node->kind == RSK_JS_N_MEMBER) {
		key = rsk_js_key_text(eval, spot.file, node->token);
	} else {
		struct rsk_js_val *value =
			rsk_js_eval_token(eval, spot, node->value);

		if (value->kind == RSK_JS_V_STRING ||
			(value->kind == RSK_JS_V_NUMBER && value->text.len))
			key = value->text;
	}

	struct rsk_js_val *val = rsk_js_get(eval, a, key);
	/* Where a name is asked for is where it is to be shown. */
	if (a->kind == RSK_JS_V_OPAQUE || a->kind == RSK_JS_V_PARAM ||
		a->kind == RSK_JS_V_MODULE ||
		(val->kind == RSK_JS_V_MEMBER && val->parts[0] == a)) {
		struct rsk_js_val *copy =
			rsk_arena_alloc(&eval->arena, sizeof(*copy));

		*copy = *val;
		copy->file = spot.file;
		copy->token = node->token;
		return copy;
	}
	return val;
}

static struct rsk_js_val *eval_through(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	if (node->kind == RSK_JS_N_AWAIT)
		return rsk_js_eval_node(eval, spot, node->a);
	return rsk_js_eval_token(eval, spot, node->value);
}

typedef struct rsk_js_val *evaluator(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);

static evaluator *const evaluators[RSK_JS_N_JSX + 1] = {
	[RSK_JS_N_STRING] = eval_leaf,
	[RSK_JS_N_NUMBER] = eval_leaf,
	[RSK_JS_N_REGEX] = eval_leaf,
	[RSK_JS_N_TRUE] = eval_leaf,
	[RSK_JS_N_FALSE] = eval_leaf,
	[RSK_JS_N_NULL] = eval_leaf,
	[RSK_JS_N_NAME] = eval_name,
	[RSK_JS_N_THIS] = rsk_js_eval_this,
	[RSK_JS_N_IMPORT] = eval_import_word,
	[RSK_JS_N_GROUP] = eval_through,
	[RSK_JS_N_ASSIGN] = eval_through,
	[RSK_JS_N_AWAIT] = eval_through,
	[RSK_JS_N_MEMBER] = eval_member,
	[RSK_JS_N_ELEMENT] = eval_member,
	[RSK_JS_N_CALL] = rsk_js_eval_call,
	[RSK_JS_N_NEW] = rsk_js_eval_call,
	[RSK_JS_N_TAGGED] = rsk_js_eval_call,
	[RSK_JS_N_OBJECT] = rsk_js_eval_object,
	[RSK_JS_N_ARRAY] = eval_array,
	[RSK_JS_N_TEMPLATE] = eval_template,
	[RSK_JS_N_BINARY] = eval_binary,
	[RSK_JS_N_LOGICAL] = eval_logical,
	[RSK_JS_N_CONDITIONAL] = eval_conditional,
	[RSK_JS_N_UNARY] = eval_unary,
	[RSK_JS_N_FUNCTION] = numbered,
	[RSK_JS_N_CLASS] = numbered,
};

/* Those that lead somewhere else. */
static bool is_worth_keeping(const struct rsk_js_node *node)
{
	return node->kind == RSK_JS_N_NAME || node->kind == RSK_JS_N_MEMBER ||
	       node->kind == RSK_JS_N_ELEMENT || node->kind == RSK_JS_N_CALL;
}

enum { NEVER_BACK = UINT32_MAX };

void rsk_js_lead_back(struct rsk_js_eval *eval, const struct rsk_js_active *at)
{
	if (at->depth < eval->back)
		eval->back = at->depth;
}

/* The same, and remember it: unless a limit cut it, or it leads back to what
 * is being followed around it, from where there would be more. */
static struct rsk_js_val *eval_and_keep(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	uint32_t around = eval->active ? eval->active->depth : 0;
	uint32_t limited = eval->limited;
	uint32_t back = eval->back;
	struct rsk_js_val *val;

	eval->back = NEVER_BACK;
	val = evaluators[node->kind](eval, spot, node);
	if (val && eval->limited == limited && eval->back > around)
		rsk_js_memo_put(eval, node, spot.env, val);
	if (eval->back > around || eval->back > back)
		eval->back = back;
	return val;
}

struct rsk_js_val *rsk_js_eval_node(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	bool keep = is_worth_keeping(node);
	struct rsk_js_val *val =
		keep ? rsk_js_memo_get(eval, node, spot.env) : NULL;

	if (!val && evaluators[node->kind] && rsk_js_enter(eval)) {
		val = keep ? eval_and_keep(eval, spot, node)
			   : evaluators[node->kind](eval, spot, node);
		rsk_js_leave(eval);
	}
	return val ? val
		   : rsk_js_new_val(
			     eval, RSK_JS_V_UNKNOWN, spot.file, node->token);
}

struct rsk_js_val *rsk_js_eval_token(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token)
{
	return rsk_js_eval_node(
		eval, spot, rsk_js_expr_inside(&spot.file->exprs, token));
}

/* ---- what others call ---- */

struct rsk_js_val *rsk_js_eval_at(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t token)
{
	return rsk_js_eval_token(
		eval, (struct rsk_js_spot){ file, NULL }, token);
}

struct rsk_js_val *rsk_js_callee(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t paren)
{
	const struct rsk_js_node *call = rsk_js_call_at(&file->exprs, paren);

	if (!call->a)
		return rsk_js_new_val(eval, RSK_JS_V_UNKNOWN, file, paren);
	return rsk_js_eval_node(
		eval, (struct rsk_js_spot){ file, NULL }, call->a);
}

/* f(...list): part `n` of a list that is the last argument. */
static struct rsk_js_val *spread_part(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_item *item, uint32_t n)
{
	struct rsk_js_val *list = rsk_js_eval_token(eval, spot, item->value);
	bool known = (list->kind == RSK_JS_V_PARAM && list->open) ||
		     (list->kind == RSK_JS_V_ARRAY && !list->open);

	if (!known)
		return rsk_js_new_val(
			eval, RSK_JS_V_UNKNOWN, spot.file, item->value);
	return rsk_js_get(eval, list,
		rsk_slice_str(
			rsk_arena_printf(&eval->arena, "%u", (unsigned)n)));
}

struct rsk_js_val *rsk_js_argument_of(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *call, uint32_t n)
{
	for (uint32_t i = 0; i <= n && i < call->n_items; i++)
		if (call->items[i].kind == RSK_JS_ITEM_SPREAD)
			return spread_part(eval, spot, &call->items[i], n - i);
	if (n >= call->n_items)
		return rsk_js_new_val(
			eval, RSK_JS_V_NULL, spot.file, call->token);
	return rsk_js_eval_token(eval, spot, call->items[n].value);
}

struct rsk_js_val *rsk_js_argument(struct rsk_js_eval *eval,
	struct rsk_js_file *file, uint32_t paren, uint32_t n)
{
	return rsk_js_argument_of(eval, (struct rsk_js_spot){ file, NULL },
		rsk_js_call_at(&file->exprs, paren), n);
}
