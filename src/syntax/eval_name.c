#include "syntax/bind_p.h"
#include "syntax/eval_p.h"

/* Levels of one destructuring pattern. */
enum { MAX_STEPS = 32 };

static struct rsk_js_val *unknown_at(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token)
{
	return rsk_js_new_val(eval, RSK_JS_V_UNKNOWN, spot.file, token);
}

static struct rsk_js_val *name_only(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_OPAQUE, spot.file, token);

	val->path = rsk_js_value(spot.file->js, token, &eval->arena);
	return val;
}

/* ---- destructuring ---- */

/* {a, b, ...rest}: what it holds but for the keys named beside it. */
static struct rsk_js_val *rest_of(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val, uint32_t open)
{
	const struct rsk_js *js = spot.file->js;
	const struct rsk_js_node *pattern;

	if (!rsk_js_is(js, open, RSK_JS_LBRACE))
		return unknown_at(eval, spot, open);
	pattern = rsk_js_expr(&spot.file->exprs, open);
	if (pattern->kind == RSK_JS_N_ASSIGN)
		pattern = pattern->a;
	for (uint32_t i = 0; i < pattern->n_items; i++) {
		const struct rsk_js_item *item = &pattern->items[i];

		if (item->kind != RSK_JS_ITEM_VALUE &&
			item->kind != RSK_JS_ITEM_SHORTHAND)
			continue;
		val = rsk_js_with_prop(eval, val,
			(struct rsk_js_prop){ .kind = RSK_JS_P_DELETE,
				.key = rsk_js_key_text(
					eval, spot.file, item->key),
				.token = item->key,
				.spot = spot });
	}
	return val;
}

static struct rsk_js_val *take_step(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val,
	const struct rsk_js_step *step)
{
	struct rsk_slice key = RSK_LIT("[]");

	if (step->kind == RSK_JS_STEP_REST)
		return rest_of(eval, spot, val, step->token);
	if (step->kind == RSK_JS_STEP_KEY) {
		key = rsk_js_key_text(eval, spot.file, step->token);
	} else if (step->kind == RSK_JS_STEP_INDEX) {
		key = rsk_slice_str(rsk_arena_printf(
			&eval->arena, "%u", (unsigned)step->index));
	} else {
		struct rsk_js_val *k =
			rsk_js_eval_token(eval, spot, step->token + 1);

		if (k->kind == RSK_JS_V_STRING)
			key = k->text;
	}

	val = rsk_js_get(eval, val, key);
	if (step->fallback && val->kind == RSK_JS_V_NULL)
		return rsk_js_eval_token(eval, spot, step->fallback);
	return val;
}

/* The part of `val` that a chain of steps leads to. */
static struct rsk_js_val *take_steps(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val, uint32_t step)
{
	const struct rsk_js_step *steps = spot.file->bind->steps.ptr;
	uint32_t way[MAX_STEPS];
	uint32_t n = 0;

	for (; step; step = steps[step].parent) {
		if (n == MAX_STEPS) {
			eval->limited++;
			return unknown_at(eval, spot, val->token);
		}
		way[n++] = step;
	}
	while (n)
		val = take_step(eval, spot, val, &steps[way[--n]]);
	return val;
}

/* ---- parameters ---- */

static const struct rsk_js_env *env_of(
	struct rsk_js_spot spot, uint32_t function)
{
	const struct rsk_js_env *env = spot.env;

	while (env && (env->file != spot.file || env->function != function))
		env = env->outer;
	return env;
}

/* function f(...list) */
static bool is_rest(struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	const struct rsk_js_step *step = &spot.file->bind->steps.ptr[b->step];

	return b->step && step->kind == RSK_JS_STEP_REST &&
	       rsk_js_is(spot.file->js, step->token, RSK_JS_LPAREN);
}

/* What the call that is followed gives to `...list`. */
static struct rsk_js_val *rest_arguments(
	struct rsk_js_eval *eval, const struct rsk_js_env *env, uint32_t first)
{
	uint32_t n =
		env->call->n_items > first ? env->call->n_items - first : 0;
	struct rsk_js_val *list = rsk_js_new_val(
		eval, RSK_JS_V_ARRAY, env->from.file, env->call->token);

	list->parts =
		rsk_arena_array(&eval->arena, n, sizeof(struct rsk_js_val *));
	list->n_parts = n;
	for (uint32_t i = 0; i < n; i++)
		list->parts[i] = rsk_js_argument_of(
			eval, env->from, env->call, first + i);
	return list;
}

/* Methods whose callback gets the parts of what they are called on, or what
 * it promises. */
static const struct {
	const char *name;
	bool element;
} callbacks[] = {
	{ "then", false },
	{ "forEach", true },
	{ "map", true },
	{ "flatMap", true },
	{ "filter", true },
	{ "find", true },
	{ "some", true },
	{ "every", true },
};

/* f in a.map(f), when it stands there itself: what it is called with. */
static struct rsk_js_val *callback_argument(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t function)
{
	const struct rsk_js *js = spot.file->js;
	uint32_t begin = spot.file->bind->functions.ptr[function].params;
	const struct rsk_js_node *call;

	begin -= rsk_js_is(js, begin - 1, RSK_JS_ASYNC);
	if (!rsk_js_is_call(js, begin - 1))
		return NULL;
	call = rsk_js_call_at(&spot.file->exprs, begin - 1);
	if (call->kind != RSK_JS_N_CALL || call->a->kind != RSK_JS_N_MEMBER)
		return NULL;
	for (size_t i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
		if (!rsk_js_text_is(js, call->a->token, callbacks[i].name))
			continue;

		struct rsk_js_val *val =
			rsk_js_eval_node(eval, spot, call->a->a);
		return callbacks[i].element
			       ? rsk_js_get(eval, val, RSK_LIT("[]"))
			       : val;
	}
	return NULL;
}

static struct rsk_js_val *eval_param(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	const struct rsk_js_env *env = env_of(spot, b->function);
	struct rsk_js_val *val = NULL;

	if (env && is_rest(spot, b))
		return rest_arguments(eval, env, b->param);
	if (env)
		val = rsk_js_argument_of(eval, env->from, env->call, b->param);
	else if (b->param == 0 && !is_rest(spot, b))
		val = callback_argument(eval, spot, b->function);
	if (!val) {
		val = rsk_js_new_val(eval, RSK_JS_V_PARAM, spot.file, b->name);
		val->number = b->function;
		val->index = b->param;
		val->open = is_rest(spot, b);
		/* So that its own name is known, too. */
		if (!b->step || val->open)
			val->text = rsk_js_value(
				spot.file->js, b->name, &eval->arena);
		if (val->open)
			return val;
	}
	return take_steps(eval, spot, val, b->step);
}

/* ---- variables ---- */

static struct rsk_js_val *eval_init(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	struct rsk_js_val *val;

	/* Never given a value here: others do, as to `export let user` of a
	 * Svelte component. */
	if (!b->init && !b->writes)
		return name_only(eval, spot, b->name);
	if (!b->init)
		return rsk_js_new_val(eval, RSK_JS_V_NULL, spot.file, b->name);
	val = rsk_js_eval_token(eval, spot, b->init);
	if (b->each)
		val = rsk_js_get(eval, val, RSK_LIT("[]"));
	val = take_steps(eval, spot, val, b->step);
	/* Of what nobody knows the name says more than nothing. */
	if (val->kind == RSK_JS_V_UNKNOWN)
		return name_only(eval, spot, b->name);
	return val;
}

static struct rsk_js_val *numbered(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	struct rsk_js_val *val = rsk_js_new_val(eval,
		b->kind == RSK_JS_B_CLASS ? RSK_JS_V_CLASS : RSK_JS_V_FUNCTION,
		spot.file, b->name);

	val->number = b->init;
	return val;
}

/* enum E { A = 'a', B }: an object like any other. */
static struct rsk_js_val *eval_enum(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	const struct rsk_js *js = spot.file->js;
	uint32_t open = b->name + 1;
	struct rsk_js_val *val;

	if (!rsk_js_text_is(js, b->name - 1, "enum") ||
		!rsk_js_is(js, open, RSK_JS_LBRACE))
		return name_only(eval, spot, b->name);
	val = rsk_js_new_val(eval, RSK_JS_V_OBJECT, spot.file, b->name);
	for (uint32_t i = open + 1; i < rsk_js_partner(js, open);
		i = rsk_js_skip(js, i))
		if ((rsk_js_is(js, i - 1, RSK_JS_LBRACE) ||
			    rsk_js_is(js, i - 1, RSK_JS_COMMA)) &&
			rsk_js_is(js, i + 1, RSK_JS_ASSIGN))
			val = rsk_js_with_prop(eval, val,
				(struct rsk_js_prop){
					.key = rsk_js_key_text(
						eval, spot.file, i),
					.token = i,
					.expr = i + 2,
					.spot = spot });
	val->open = true;
	return val;
}

static struct rsk_js_val *first_value(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b)
{
	switch (b->kind) {
	case RSK_JS_B_VAR:
	case RSK_JS_B_CONST:
		return eval_init(eval, spot, b);
	case RSK_JS_B_PARAM:
		return eval_param(eval, spot, b);
	case RSK_JS_B_FUNCTION:
	case RSK_JS_B_CLASS:
		return numbered(eval, spot, b);
	case RSK_JS_B_IMPORT:
		return rsk_js_eval_import(eval, spot.file, b->init);
	case RSK_JS_B_ENUM:
		return eval_enum(eval, spot, b);
	default:
		return name_only(eval, spot, b->name);
	}
}

/* ---- writes ---- */

/* x.a = { ...x.a, b }: is the name at the token part of what is written? */
static bool is_within(const struct rsk_js_bind *bind,
	const struct rsk_js_write *write, uint32_t at)
{
	const struct rsk_js *js = bind->js;

	return write->value && at >= write->value &&
	       at - write->value < RSK_MAX_EXPR_ITEMS &&
	       at < rsk_js_expression_end(js, write->value, js->count);
}

/* Does the write count for the value at its use, by the name at a token? */
static bool counts(const struct rsk_js_eval *eval, struct rsk_js_spot spot,
	const struct rsk_js_binding *b, const struct rsk_js_write *write,
	uint32_t at)
{
	const struct rsk_js_bind *bind = spot.file->bind;
	uint32_t home = bind->scopes.ptr[b->scope].function;
	uint32_t use = 0;

	if (write->kind == RSK_JS_WRITE_BOUND)
		return true;
	if (at && (is_within(bind, write, at) ||
			  (write->target > at &&
				  write->function ==
					  rsk_js_function_at(bind, at))))
		return false;
	if (eval->use_file != spot.file)
		return true;
	use = rsk_js_function_at(bind, eval->use_token);
	if (write->function == use)
		return write->target < eval->use_token;
	return write->function == home || home == 0;
}

/* if (a) x = v */
static bool is_conditional(const struct rsk_js *js, uint32_t target)
{
	uint32_t open = rsk_js_partner(js, target - 1);

	if (rsk_js_role(js, target) != RSK_JS_STATEMENT)
		return true;
	return rsk_js_is(js, target - 1, RSK_JS_ELSE) ||
	       (rsk_js_is(js, open, RSK_JS_LPAREN) &&
		       rsk_js_role(js, open) == RSK_JS_CONTROL);
}

/* x = v in the block of x: what it was before is gone. */
static bool replaces(const struct rsk_js_bind *bind,
	const struct rsk_js_binding *b, const struct rsk_js_write *write)
{
	if (rsk_js_scope_at(bind, write->target) != b->scope)
		return false;
	return write->kind == RSK_JS_WRITE_PATTERN ||
	       (write->kind == RSK_JS_WRITE_ASSIGN &&
		       !is_conditional(bind->js, write->target));
}

/* The key of one member behind x at the token, and the token behind it. */
static struct rsk_slice next_key(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t *i)
{
	const struct rsk_js *js = spot.file->js;

	while (rsk_js_is(js, *i, RSK_JS_NOT))
		*i += 1;

	uint32_t at = *i;
	*i = rsk_js_is(js, at, RSK_JS_DOT) ? at + 2 : rsk_js_skip(js, at);
	if (rsk_js_is(js, at, RSK_JS_DOT))
		return rsk_js_key_text(eval, spot.file, at + 1);

	struct rsk_js_val *key = rsk_js_eval_token(eval, spot, at + 1);
	return key->kind == RSK_JS_V_STRING || key->kind == RSK_JS_V_NUMBER
		       ? key->text
		       : RSK_LIT("");
}

static struct rsk_js_prop write_prop(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_write *write)
{
	struct rsk_js_prop prop = {
		.token = write->end - 1, .expr = write->value, .spot = spot
	};

	if (write->kind == RSK_JS_WRITE_BOUND)
		prop.value = name_only(eval, spot, prop.token);
	else if (write->kind == RSK_JS_WRITE_DELETE)
		prop.kind = RSK_JS_P_DELETE;
	else if (write->kind == RSK_JS_WRITE_MERGE)
		prop.kind = RSK_JS_P_SPREAD;
	return prop;
}

/* `val` after x.a.b = v, where the members begin at token `i`. */
static struct rsk_js_val *with_member(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val,
	const struct rsk_js_write *write)
{
	struct rsk_js_prop prop = write_prop(eval, spot, write);
	struct rsk_js_val *levels[MAX_STEPS];
	struct rsk_slice keys[MAX_STEPS];
	uint32_t n = 0;

	for (uint32_t i = write->target + 1; i < write->end; n++) {
		if (n == MAX_STEPS)
			return val;
		levels[n] =
			n ? rsk_js_get(eval, levels[n - 1], keys[n - 1]) : val;
		keys[n] = next_key(eval, spot, &i);
	}
	if (prop.kind == RSK_JS_P_SPREAD && n) {
		/* Object.assign(x.a, v) */
		levels[n] = rsk_js_with_prop(eval,
			rsk_js_get(eval, levels[n - 1], keys[n - 1]), prop);
		prop = (struct rsk_js_prop){
			.token = prop.token, .spot = spot, .value = levels[n]
		};
	}
	if (!n)
		return rsk_js_with_prop(eval, val, prop);
	while (n) {
		prop.key = keys[n - 1];
		val = rsk_js_with_prop(eval, levels[n - 1], prop);
		prop = (struct rsk_js_prop){
			.token = prop.token, .spot = spot, .value = val
		};
		n--;
	}
	return val;
}

static bool is_whole(const struct rsk_js_write *write)
{
	return write->end == write->target + 1 &&
	       write->kind != RSK_JS_WRITE_MERGE;
}

static struct rsk_js_val *after_write(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val,
	const struct rsk_js_write *write)
{
	struct rsk_js_val *written;

	if (!is_whole(write))
		return with_member(eval, spot, val, write);
	if (write->kind == RSK_JS_WRITE_BOUND)
		return name_only(eval, spot, write->target);
	if (!write->value)
		return rsk_js_new_val(
			eval, RSK_JS_V_NUMBER, spot.file, write->target);
	written = rsk_js_eval_token(eval, spot, write->value);
	if (write->kind == RSK_JS_WRITE_COMPOUND)
		return rsk_js_union(eval, val, written);
	return take_steps(eval, spot, written, write->step);
}

static struct rsk_js_val *after_writes(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_binding *b,
	struct rsk_js_val *val, uint32_t at)
{
	const struct rsk_js_bind *bind = spot.file->bind;

	for (uint32_t w = b->writes; w; w = bind->writes.ptr[w].next) {
		const struct rsk_js_write *write = &bind->writes.ptr[w];

		if (!counts(eval, spot, b, write, at) || !rsk_js_enter(eval))
			continue;

		struct rsk_js_val *next = after_write(eval, spot, val, write);
		bool keep = is_whole(write) && !replaces(bind, b, write) &&
			    val->kind != RSK_JS_V_NULL &&
			    write->kind != RSK_JS_WRITE_COMPOUND;
		val = keep ? rsk_js_union(eval, val, next) : next;
		rsk_js_leave(eval);
	}
	return val;
}

static bool is_active(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t binding)
{
	const struct rsk_js_active *a = eval->active;

	while (a && (a->file != spot.file || a->binding != binding ||
			    a->env != spot.env))
		a = a->outer;
	if (a)
		rsk_js_lead_back(eval, a);
	return a != NULL;
}

/* The name of a variable tells what is in it, when nothing else does. */
static struct rsk_js_val *with_name(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val, uint32_t name)
{
	struct rsk_js_val *copy;

	if (val->name.len || val->kind < RSK_JS_V_CONCAT ||
		val->kind == RSK_JS_V_FUNCTION || val->kind == RSK_JS_V_CLASS)
		return val;
	copy = rsk_arena_alloc(&eval->arena, sizeof(*copy));
	*copy = *val;
	copy->name = rsk_js_value(spot.file->js, name, &eval->arena);
	return copy;
}

struct rsk_js_val *rsk_js_eval_binding(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t binding, uint32_t at)
{
	struct rsk_js_binding b = spot.file->bind->bindings.ptr[binding];
	struct rsk_js_active active = { .outer = eval->active,
		.depth = eval->active ? eval->active->depth + 1 : 1,
		.file = spot.file,
		.binding = binding,
		.env = spot.env };
	struct rsk_js_val *val;

	/* x = f(x): the x inside is the one before. */
	if (is_active(eval, spot, binding))
		return name_only(eval, spot, b.name);
	eval->active = &active;
	val = first_value(eval, spot, &b);
	if (b.fallback && val->kind == RSK_JS_V_NULL)
		val = rsk_js_eval_token(eval, spot, b.fallback);
	val = after_writes(eval, spot, &b, val, at);
	eval->active = active.outer;
	return with_name(eval, spot, val, b.name);
}
