#include "syntax/eval_p.h"

/*
 * Calls: of functions we can see, what they return; of a few that everybody
 * knows, what they do; of all others, their name and arguments.
 */

static bool has_text(const struct rsk_js_val *val, const char *text)
{
	return rsk_slice_eq_str(val->path, text);
}

/* The last part of what is called: mask of a.b.mask. */
static struct rsk_slice last_name(const struct rsk_js_val *callee)
{
	return rsk_last_name(
		callee->kind == RSK_JS_V_MEMBER ? callee->text : callee->path);
}

static struct rsk_js_val *argument(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node, uint32_t n)
{
	if (n >= node->n_items || node->items[n].kind == RSK_JS_ITEM_SPREAD)
		return rsk_js_new_val(
			eval, RSK_JS_V_UNKNOWN, spot.file, node->token);
	return rsk_js_eval_token(eval, spot, node->items[n].value);
}

/* ---- what everybody knows ---- */

/* Object.assign(a, b, c) */
static struct rsk_js_val *call_assign(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val = argument(eval, spot, node, 0);

	for (uint32_t i = 1; i < node->n_items; i++)
		val = rsk_js_with_prop(eval, val,
			(struct rsk_js_prop){ .kind = RSK_JS_P_SPREAD,
				.token = node->items[i].value,
				.expr = node->items[i].value,
				.spot = spot });
	return val;
}

static struct rsk_js_val *call_same(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	return node->n_items ? argument(eval, spot, node, 0) : NULL;
}

/* String(x), of a constant: itself. */
static struct rsk_js_val *call_string(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val = argument(eval, spot, node, 0);

	return val->kind == RSK_JS_V_STRING ? val : NULL;
}

static struct rsk_js_prop keyed(enum rsk_js_prop_kind kind,
	struct rsk_js_val *key, struct rsk_js_val *value)
{
	return (struct rsk_js_prop){ .kind = (uint8_t)kind,
		.key = key->text,
		.token = key->token,
		.spot = { key->file, NULL },
		.value = value };
}

static bool all_strings(const struct rsk_js_val *list)
{
	if (list->kind != RSK_JS_V_ARRAY || list->open)
		return false;
	for (uint32_t i = 0; i < list->n_parts; i++)
		if (list->parts[i]->kind != RSK_JS_V_STRING)
			return false;
	return true;
}

/* ['a', 'b'].join('-'), all of it constant: a key taken to pieces. */
static struct rsk_js_val *call_join(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	const struct rsk_js_val *list)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_EVAL_TEXT);
	struct rsk_slice gap = RSK_LIT(",");
	enum rsk_err err = RSK_OK;

	if (node->n_items) {
		struct rsk_js_val *given = argument(eval, spot, node, 0);

		if (given->kind != RSK_JS_V_STRING)
			return NULL;
		gap = given->text;
	}
	for (uint32_t i = 0; i < list->n_parts && !err; i++) {
		if (i)
			err = rsk_buf_add_slice(&text, gap);
		if (!err)
			err = rsk_buf_add_slice(&text, list->parts[i]->text);
	}

	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_STRING, spot.file, node->begin);
	val->text = rsk_arena_slice(&eval->arena, rsk_buf_slice(&text));
	eval->limited += err != RSK_OK;
	rsk_buf_release(&text);
	return val;
}

/* The keys of omit(x, ['a', 'b']) or omit(x, 'a', 'b') as an ARRAY, or NULL
 * when one of them is not known. */
static struct rsk_js_val *constant_keys(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *keys = argument(eval, spot, node, 1);

	if (keys->kind == RSK_JS_V_STRING) {
		struct rsk_js_val *list = rsk_js_new_val(
			eval, RSK_JS_V_ARRAY, keys->file, keys->token);

		list->n_parts = node->n_items - 1;
		list->parts = rsk_arena_array(&eval->arena, list->n_parts,
			sizeof(struct rsk_js_val *));
		for (uint32_t i = 0; i < list->n_parts; i++)
			list->parts[i] = argument(eval, spot, node, i + 1);
		keys = list;
	}
	return all_strings(keys) ? keys : NULL;
}

static struct rsk_js_val *call_omit(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *keys = constant_keys(eval, spot, node);
	struct rsk_js_val *val = argument(eval, spot, node, 0);

	for (uint32_t i = 0; keys && i < keys->n_parts; i++)
		val = rsk_js_with_prop(eval, val,
			keyed(RSK_JS_P_DELETE, keys->parts[i], NULL));
	return keys ? val : NULL;
}

static struct rsk_js_val *call_pick(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *keys = constant_keys(eval, spot, node);
	struct rsk_js_val *from = argument(eval, spot, node, 0);
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_OBJECT, spot.file, node->token);

	for (uint32_t i = 0; keys && i < keys->n_parts; i++) {
		struct rsk_js_val *key = keys->parts[i];

		val = rsk_js_with_prop(eval, val,
			keyed(RSK_JS_P_VALUE, key,
				rsk_js_get(eval, from, key->text)));
	}
	return keys ? val : NULL;
}

/* useMemo(() => x) */
static struct rsk_js_val *call_callback(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *f = argument(eval, spot, node, 0);

	if (f->kind != RSK_JS_V_FUNCTION || !f->number)
		return NULL;
	return rsk_js_returned(eval, f->file, f->number, spot.env);
}

struct rsk_js_val *rsk_js_instance(
	struct rsk_js_eval *eval, struct rsk_js_val *class)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_NEW, class->file, class->token);

	val->parts =
		rsk_arena_array(&eval->arena, 1, sizeof(struct rsk_js_val *));
	val->parts[0] = class;
	val->n_parts = 1;
	return val;
}

/* inject(Service), container.get(Service) */
static struct rsk_js_val *call_inject(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *class = argument(eval, spot, node, 0);

	return class->kind == RSK_JS_V_CLASS ? rsk_js_instance(eval, class)
					     : NULL;
}

/* Behind <Name.Provider value={ or <Name value={: where the value begins. */
static uint32_t provided(const struct rsk_js *js, uint32_t i)
{
	uint32_t end = i + 64 < js->count ? i + 64 : js->count;

	for (i++; i < end && !rsk_js_is(js, i, RSK_JS_JSX_OPEN_END) &&
		  !rsk_js_is(js, i, RSK_JS_JSX_SELF_CLOSE);
		i = rsk_js_skip(js, i))
		if (rsk_js_text_is(js, i, "value") &&
			rsk_js_is(js, i + 1, RSK_JS_ASSIGN) &&
			rsk_js_is(js, i + 2, RSK_JS_LBRACE))
			return i + 3;
	return 0;
}

/* useContext(Name): what <Name.Provider value={...}> beside it provides. */
static struct rsk_js_val *call_context(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *context = argument(eval, spot, node, 0);
	struct rsk_js_spot there = { context->file, NULL };
	const struct rsk_js *js = context->file->js;
	struct rsk_js_val *val = NULL;

	if (context->kind != RSK_JS_V_CALL || !context->name.len)
		return NULL;
	for (uint32_t i = 1; i + 1 < js->count; i++) {
		uint32_t at =
			rsk_js_is(js, i, RSK_JS_JSX_OPEN) &&
					rsk_slice_eq(rsk_js_text(js, i + 1),
						context->name)
				? provided(js, i + 1)
				: 0;

		if (at)
			val = rsk_js_union(
				eval, val, rsk_js_eval_token(eval, there, at));
	}
	return val;
}

/* a.map(f): what f makes of each. */
static struct rsk_js_val *call_map(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *f = argument(eval, spot, node, 0);
	struct rsk_js_val *each = NULL;
	struct rsk_js_val *list;

	if (node->a->kind != RSK_JS_N_MEMBER || f->kind != RSK_JS_V_FUNCTION ||
		!f->number)
		return NULL;
	each = rsk_js_returned(eval, f->file, f->number, spot.env);
	if (!each)
		return NULL;
	list = rsk_js_new_val(eval, RSK_JS_V_ARRAY, spot.file, node->token);
	list->open = true;
	list->parts =
		rsk_arena_array(&eval->arena, 1, sizeof(struct rsk_js_val *));
	list->parts[0] = each;
	list->n_parts = 1;
	return list;
}

static struct rsk_js_val *plain_call(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	struct rsk_js_val *callee);

static bool is_constant(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_NUMBER ||
	       val->kind == RSK_JS_V_BOOL || val->kind == RSK_JS_V_NULL;
}

/* What an object holds later, when all that is seen is how it begins:
 * { email: '' }. */
static struct rsk_js_val *later(struct rsk_js_eval *eval,
	struct rsk_js_val *begin, struct rsk_slice path)
{
	struct rsk_js_val *val = begin;

	if (begin->kind != RSK_JS_V_OBJECT || !rsk_js_enter(eval))
		return begin;
	for (uint32_t i = 0; i < begin->n_props; i++) {
		struct rsk_js_prop prop = begin->props[i];
		struct rsk_js_val *was;

		if (prop.kind != RSK_JS_P_VALUE)
			continue;
		was = rsk_js_prop_value(eval, &begin->props[i]);
		struct rsk_slice own = rsk_slice_str(rsk_arena_printf(
			&eval->arena, "%.*s%s%.*s", (int)path.len,
			path.ptr ? (const char *)path.ptr : "",
			path.len ? "." : "", (int)prop.key.len,
			prop.key.ptr ? (const char *)prop.key.ptr : ""));
		prop.value = later(eval, was, own);
		if (is_constant(was)) {
			prop.value = rsk_js_new_val(eval, RSK_JS_V_OPAQUE,
				prop.spot.file, prop.token);
			prop.value->path = own;
		}
		val = rsk_js_with_prop(eval, val, prop);
	}
	rsk_js_leave(eval);
	return val;
}

/* reactive({ email: '' }), $state({ email: '' }) */
static struct rsk_js_val *call_state(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *begin = argument(eval, spot, node, 0);

	if (begin->kind != RSK_JS_V_OBJECT || !begin->n_props)
		return NULL;
	/* Keys that it begins without may come, too. */
	return rsk_js_with_prop(eval,
		plain_call(eval, spot, node,
			rsk_js_eval_node(eval, spot, node->a)),
		(struct rsk_js_prop){ .kind = RSK_JS_P_SPREAD,
			.token = begin->token,
			.spot = spot,
			.value = later(eval, begin, RSK_LIT("")) });
}

/* const [form, setForm] = useState({ email: '' }) */
static struct rsk_js_val *call_use_state(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *state = call_state(eval, spot, node);
	struct rsk_js_val *pair;

	if (!state)
		return NULL;
	pair = rsk_js_new_val(eval, RSK_JS_V_ARRAY, spot.file, node->token);
	pair->parts =
		rsk_arena_array(&eval->arena, 2, sizeof(struct rsk_js_val *));
	pair->parts[0] = state;
	pair->parts[1] =
		rsk_js_new_val(eval, RSK_JS_V_UNKNOWN, spot.file, node->token);
	pair->n_parts = 2;
	return pair;
}

typedef struct rsk_js_val *known_call(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);

static const struct known {
	const char *name; /* of the callee, or only its last part */
	bool last;
	known_call *call;
} known_calls[] = {
	{ "Object.assign", false, call_assign },
	{ "Object.freeze", false, call_same },
	{ "Object.seal", false, call_same },
	{ "structuredClone", false, call_same },
	{ "Promise.resolve", false, call_same },
	{ "String", false, call_string },
	{ "omit", true, call_omit },
	{ "pick", true, call_pick },
	{ "useCallback", true, call_same },
	{ "useMemo", true, call_callback },
	{ "useContext", true, call_context },
	{ "inject", true, call_inject },
	{ "get", true, call_inject },
	{ "resolve", true, call_inject },
	{ "map", true, call_map },
	{ "flatMap", true, call_map },
	{ "reactive", true, call_state },
	{ "shallowReactive", true, call_state },
	{ "$state", true, call_state },
	{ "useState", true, call_use_state },
	{ "memo", true, call_same },
	{ "debounce", true, call_same },
	{ "throttle", true, call_same },
	{ "useEvent", true, call_same },
	{ "useEffectEvent", true, call_same },
	{ "useDebouncedCallback", true, call_same },
};

/* What compilers write around require(): the module itself. */
static bool is_interop(
	const struct rsk_js *js, const struct rsk_js_node *callee)
{
	static const char *const names[] = { "__importDefault", "__importStar",
		"_interopRequireDefault", "_interopRequireWildcard",
		"_interopDefault", "__toESM" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((callee->kind == RSK_JS_N_NAME ||
			    callee->kind == RSK_JS_N_MEMBER) &&
			rsk_js_text_is(js, callee->token, names[i]))
			return true;
	return false;
}

static struct rsk_js_val *call_known(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	const struct rsk_js_val *callee)
{
	bool named = callee->kind == RSK_JS_V_OPAQUE ||
		     callee->kind == RSK_JS_V_MODULE ||
		     callee->kind == RSK_JS_V_PARAM ||
		     callee->kind == RSK_JS_V_MEMBER;
	size_t n = sizeof(known_calls) / sizeof(known_calls[0]);

	if (callee->kind == RSK_JS_V_MEMBER && all_strings(callee->parts[0]) &&
		rsk_slice_eq_str(callee->text, "join"))
		return call_join(eval, spot, node, callee->parts[0]);
	if (is_interop(spot.file->js, node->a))
		return call_same(eval, spot, node);
	for (size_t i = 0; named && i < n; i++) {
		const struct known *row = &known_calls[i];

		if (row->last ? rsk_slice_eq_str(last_name(callee), row->name)
			      : callee->kind == RSK_JS_V_OPAQUE &&
					has_text(callee, row->name))
			return row->call(eval, spot, node);
	}
	return NULL;
}

/* require('x'), import('x') */
static struct rsk_js_val *call_module(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	const struct rsk_js_val *callee)
{
	const struct rsk_js *js = spot.file->js;
	bool is_require = callee && callee->kind == RSK_JS_V_OPAQUE &&
			  has_text(callee, "require");

	if (!node->n_items || (!is_require && node->a->kind != RSK_JS_N_IMPORT))
		return NULL;
	if (!rsk_js_is(js, node->items[0].value, RSK_JS_STRING))
		return NULL;
	return rsk_js_eval_module(eval, spot.file, node->items[0].value);
}

/* ---- functions we can see ---- */

struct rsk_js_val *rsk_js_returned(struct rsk_js_eval *eval,
	struct rsk_js_file *file, uint32_t function,
	const struct rsk_js_env *env)
{
	const struct rsk_js_bind *bind = file->bind;
	const struct rsk_js_function *f = &bind->functions.ptr[function];
	struct rsk_js_spot spot = { file, env };
	struct rsk_js_val *val = NULL;

	if (f->generator)
		return NULL;
	if (f->kind == RSK_JS_F_ARROW &&
		(!rsk_js_is(file->js, f->body, RSK_JS_LBRACE) ||
			rsk_js_role(file->js, f->body) == RSK_JS_OBJECT))
		return rsk_js_eval_token(eval, spot, f->body);
	for (uint32_t r = f->returns; r; r = bind->returns.ptr[r].next)
		val = rsk_js_union(eval,
			rsk_js_eval_token(
				eval, spot, bind->returns.ptr[r].value),
			val);
	return val;
}

/* A function that is being followed already returns nothing new. */
static bool is_entered(const struct rsk_js_env *env,
	const struct rsk_js_file *file, uint32_t function)
{
	while (env && (env->file != file || env->function != function))
		env = env->outer;
	return env != NULL;
}

static struct rsk_js_val *call_function(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	const struct rsk_js_val *callee)
{
	if (callee->kind != RSK_JS_V_FUNCTION || !callee->number ||
		node->kind != RSK_JS_N_CALL ||
		is_entered(spot.env, callee->file, callee->number))
		return NULL;

	struct rsk_js_env *env = rsk_arena_alloc(&eval->arena, sizeof(*env));
	*env = (struct rsk_js_env){ .outer = spot.env,
		.file = callee->file,
		.function = callee->number,
		.call = node,
		.from = spot };
	return rsk_js_returned(eval, callee->file, callee->number, env);
}

/* ---- all calls ---- */

static struct rsk_js_val *plain_call(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node,
	struct rsk_js_val *callee)
{
	struct rsk_js_val *val = rsk_js_new_val(eval,
		node->kind == RSK_JS_N_NEW ? RSK_JS_V_NEW : RSK_JS_V_CALL,
		spot.file, node->begin);

	val->parts = rsk_arena_array(
		&eval->arena, node->n_items + 1u, sizeof(struct rsk_js_val *));
	val->parts[0] = callee;
	val->n_parts = 1;
	for (uint32_t i = 0; i < node->n_items; i++)
		if (node->items[i].kind != RSK_JS_ITEM_TEXT)
			val->parts[val->n_parts++] = rsk_js_eval_token(
				eval, spot, node->items[i].value);
	return val;
}

struct rsk_js_val *rsk_js_eval_call(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *callee = rsk_js_eval_node(eval, spot, node->a);
	struct rsk_js_val *val = NULL;

	if (node->kind == RSK_JS_N_CALL) {
		val = call_module(eval, spot, node, callee);
		if (!val)
			val = call_known(eval, spot, node, callee);
		if (val)
			return val;
	}
	val = plain_call(eval, spot, node, callee);
	val->result = call_function(eval, spot, node, callee);
	return val;
}

/* ---- who calls ---- */

/* The class whose constructor the function is, or 0. */
static uint32_t constructed(const struct rsk_js_val *function)
{
	const struct rsk_js_bind *bind = function->file->bind;
	const struct rsk_js_function *f =
		&bind->functions.ptr[function->number];

	if (f->kind != RSK_JS_F_METHOD ||
		!rsk_js_text_is(bind->js, f->name, "constructor"))
		return 0;
	return rsk_js_class_of(bind, f->owner);
}

static bool is_callee(
	const struct rsk_js_val *callee, const struct rsk_js_val *function)
{
	uint32_t class = constructed(function);

	if (callee->kind == RSK_JS_V_UNION) {
		for (uint32_t i = 0; i < callee->n_parts; i++)
			if (callee->parts[i]->kind != RSK_JS_V_UNION &&
				is_callee(callee->parts[i], function))
				return true;
		return false;
	}
	if (callee->kind == RSK_JS_V_CALL && callee->result &&
		callee->result->kind != RSK_JS_V_CALL)
		return is_callee(callee->result, function);
	if (callee->file != function->file)
		return false;
	return class ? callee->kind == RSK_JS_V_CLASS && callee->number == class
		     : callee->kind == RSK_JS_V_FUNCTION &&
			       callee->number == function->number;
}

uint32_t rsk_js_next_call(struct rsk_js_eval *eval, struct rsk_js_file *file,
	uint32_t after, const struct rsk_js_val *param)
{
	for (uint32_t i = after + 1; i < file->js->count; i++) {
		if (!rsk_js_is_call(file->js, i))
			continue;
		rsk_js_eval_begin(eval, file, i);
		if (is_callee(rsk_js_callee(eval, file, i), param))
			return i;
	}
	return 0;
}
