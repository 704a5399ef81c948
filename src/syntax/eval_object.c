#include "syntax/eval_p.h"

/*
 * Objects: a row of properties, spreads and deletions, the newest last. Their
 * values are expressions until somebody asks.
 */

static struct rsk_slice computed_key(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t key)
{
	struct rsk_js_val *val = rsk_js_eval_token(eval, spot, key);

	if (val->kind == RSK_JS_V_STRING || val->kind == RSK_JS_V_NUMBER)
		return val->text;
	return RSK_LIT("");
}

static bool is_setter(const struct rsk_js_item *item)
{
	return item->kind == RSK_JS_ITEM_SETTER;
}

static struct rsk_js_prop make_prop(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_item *item)
{
	struct rsk_js_prop prop = { .kind = RSK_JS_P_VALUE,
		.token = item->key ? item->key : item->value,
		.expr = item->value,
		.spot = spot };

	if (item->kind == RSK_JS_ITEM_SPREAD) {
		prop.kind = RSK_JS_P_SPREAD;
		return prop;
	}
	if (item->kind == RSK_JS_ITEM_COMPUTED)
		prop.key = computed_key(eval, spot, item->key);
	else if (item->key)
		prop.key = rsk_js_key_text(eval, spot.file, item->key);
	if (item->kind == RSK_JS_ITEM_METHOD ||
		item->kind == RSK_JS_ITEM_GETTER) {
		prop.function =
			rsk_js_function_of(spot.file->bind, item->value);
		prop.expr = 0;
	}
	return prop;
}

struct rsk_js_val *rsk_js_eval_object(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_OBJECT, spot.file, node->token);

	val->props = rsk_arena_array(
		&eval->arena, node->n_items, sizeof(*val->props));
	for (uint32_t i = 0; i < node->n_items; i++)
		if (!is_setter(&node->items[i]))
			val->props[val->n_props++] =
				make_prop(eval, spot, &node->items[i]);
	return val;
}

static bool is_getter(const struct rsk_js_prop *prop)
{
	return prop->function &&
	       prop->spot.file->bind->functions.ptr[prop->function].kind ==
		       RSK_JS_F_GETTER;
}

struct rsk_js_val *rsk_js_prop_value(
	struct rsk_js_eval *eval, struct rsk_js_prop *prop)
{
	if (prop->value)
		return prop->value;
	if (prop->expr) {
		prop->value = rsk_js_eval_token(eval, prop->spot, prop->expr);
	} else if (is_getter(prop)) {
		prop->value = rsk_js_returned(
			eval, prop->spot.file, prop->function, prop->spot.env);
	}
	if (!prop->value) {
		prop->value = rsk_js_new_val(eval,
			prop->function ? RSK_JS_V_FUNCTION : RSK_JS_V_UNKNOWN,
			prop->spot.file, prop->token);
		prop->value->number = prop->function;
	}
	return prop->value;
}

struct rsk_js_val *rsk_js_with_prop(struct rsk_js_eval *eval,
	struct rsk_js_val *val, struct rsk_js_prop prop)
{
	bool is_object = val->kind == RSK_JS_V_OBJECT;
	uint32_t n = is_object ? val->n_props : 1;
	struct rsk_js_val *copy =
		rsk_js_new_val(eval, RSK_JS_V_OBJECT, val->file, val->token);

	copy->props =
		rsk_arena_array(&eval->arena, n + 1, sizeof(*copy->props));
	copy->open = is_object && val->open;
	if (is_object && n)
		memcpy(copy->props, val->props, n * sizeof(*copy->props));
	else if (!is_object)
		copy->props[0] = (struct rsk_js_prop){ .kind = RSK_JS_P_SPREAD,
			.token = val->token,
			.spot = { val->file, NULL },
			.value = val };
	copy->props[n] = prop;
	copy->n_props = n + 1;
	return copy;
}

/* ---- one property ---- */

static struct rsk_slice join_path(
	struct rsk_js_eval *eval, struct rsk_slice path, struct rsk_slice key)
{
	if (!path.len)
		return key;
	if (path.len > RSK_MAX_EVAL_TEXT)
		return path;

	const char *text = rsk_arena_printf(&eval->arena, "%.*s.%.*s",
		(int)path.len, (const char *)path.ptr, (int)key.len,
		key.ptr ? (const char *)key.ptr : "");
	return rsk_slice_str(text);
}

static struct rsk_js_val *longer_path(struct rsk_js_eval *eval,
	const struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *copy = rsk_arena_alloc(&eval->arena, sizeof(*copy));

	*copy = *val;
	copy->path = join_path(eval, val->path, key);
	return copy;
}

static struct rsk_js_val *member_of(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *member =
		rsk_js_new_val(eval, RSK_JS_V_MEMBER, val->file, val->token);

	member->text = key;
	member->parts =
		rsk_arena_array(&eval->arena, 1, sizeof(struct rsk_js_val *));
	member->parts[0] = val;
	member->n_parts = 1;
	return member;
}

/* list[1] of f(a, ...list): the parameter that would stand there. */
static struct rsk_js_val *part_of_rest(struct rsk_js_eval *eval,
	const struct rsk_js_val *list, struct rsk_slice key)
{
	struct rsk_js_val *part;

	if (key.len != 1 || key.ptr[0] < '0' || key.ptr[0] > '9')
		return NULL;
	part = rsk_arena_alloc(&eval->arena, sizeof(*part));
	*part = *list;
	part->open = false;
	part->index += (uint32_t)(key.ptr[0] - '0');
	return part;
}

static struct rsk_js_val *get_from_param(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *member =
		val->open && !val->path.len
			? part_of_rest(eval, val, key)
			: rsk_js_typed_member(eval, val, key);

	return member ? member : longer_path(eval, val, key);
}

/* Is it an object all of whose keys are known? */
static bool is_closed(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_NULL || val->kind == RSK_JS_V_BOOL ||
	       val->kind == RSK_JS_V_NUMBER ||
	       (val->kind == RSK_JS_V_OBJECT && !val->open);
}

/* What one property says of the key: nothing (NULL), maybe something, or,
 * with *sure, all there is to say. */
static struct rsk_js_val *ask_prop(struct rsk_js_eval *eval,
	struct rsk_js_prop *prop, struct rsk_slice key, bool *sure)
{
	struct rsk_js_val *val;

	if (prop->kind != RSK_JS_P_SPREAD) {
		*sure = rsk_slice_eq(prop->key, key);
		if (!*sure)
			return NULL;
		return prop->kind == RSK_JS_P_DELETE
			       ? rsk_js_new_val(eval, RSK_JS_V_NULL,
					 prop->spot.file, prop->token)
			       : rsk_js_prop_value(eval, prop);
	}

	struct rsk_js_val *from = rsk_js_prop_value(eval, prop);
	val = rsk_js_get(eval, from, key);
	if (is_closed(from) && val->kind == RSK_JS_V_NULL)
		return NULL;
	*sure = is_closed(from);
	return val;
}

/* table[x]: one of its values. */
static struct rsk_js_val *get_any(
	struct rsk_js_eval *eval, struct rsk_js_val *object)
{
	struct rsk_js_val *any = NULL;

	for (uint32_t i = 0; i < object->n_props; i++)
		if (object->props[i].kind == RSK_JS_P_VALUE)
			any = rsk_js_union(eval, any,
				rsk_js_prop_value(eval, &object->props[i]));
	return any;
}

static struct rsk_js_val *get_from_object(struct rsk_js_eval *eval,
	struct rsk_js_val *object, struct rsk_slice key)
{
	struct rsk_js_val *found = NULL;
	bool sure = false;

	if (rsk_slice_eq_str(key, "[]"))
		return get_any(eval, object);
	for (uint32_t i = object->n_props; i > 0 && !sure; i--) {
		struct rsk_js_val *more =
			ask_prop(eval, &object->props[i - 1], key, &sure);

		found = rsk_js_union(eval, more, found);
	}
	if (found)
		return found;
	return rsk_js_new_val(eval,
		object->open ? RSK_JS_V_UNKNOWN : RSK_JS_V_NULL, object->file,
		object->token);
}

static struct rsk_js_val *get_from_union(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *copy = rsk_arena_alloc(&eval->arena, sizeof(*copy));

	*copy = *val;
	copy->parts = rsk_arena_array(
		&eval->arena, val->n_parts, sizeof(struct rsk_js_val *));
	for (uint32_t i = 0; i < val->n_parts; i++)
		copy->parts[i] = rsk_js_get(eval, val->parts[i], key);
	return copy;
}

/* a[0], a.length, a[i] */
static struct rsk_js_val *get_from_array(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *any = NULL;

	if (rsk_slice_eq(key, RSK_LIT("[]"))) {
		for (uint32_t i = 0; i < val->n_parts; i++)
			any = rsk_js_union(eval, any, val->parts[i]);
		return any ? any : member_of(eval, val, key);
	}
	if (key.len == 1 && key.ptr[0] >= '0' && key.ptr[0] <= '9' &&
		!val->open) {
		uint32_t i = (uint32_t)(key.ptr[0] - '0');

		return i < val->n_parts ? val->parts[i]
					: rsk_js_new_val(eval, RSK_JS_V_NULL,
						  val->file, val->token);
	}
	return member_of(eval, val, key);
}

static struct rsk_js_val *get(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	switch (val->kind) {
	case RSK_JS_V_OBJECT:
		return get_from_object(eval, val, key);
	case RSK_JS_V_UNION:
		return get_from_union(eval, val, key);
	case RSK_JS_V_ARRAY:
		return get_from_array(eval, val, key);
	case RSK_JS_V_PARAM:
		return get_from_param(eval, val, key);
	case RSK_JS_V_MODULE:
	case RSK_JS_V_OPAQUE:
		return longer_path(eval, val, key);
	case RSK_JS_V_NULL:
		return val;
	case RSK_JS_V_NAMESPACE:
		return rsk_js_exported(eval, val->file, key);
	case RSK_JS_V_THIS:
	case RSK_JS_V_NEW:
	case RSK_JS_V_CLASS: {
		struct rsk_js_val *member = rsk_js_class_member(eval, val, key);

		return member ? member : member_of(eval, val, key);
	}
	case RSK_JS_V_CALL:
		/* What it returns says more, when it says anything. */
		if (val->result && val->result->kind != RSK_JS_V_UNKNOWN)
			return rsk_js_get(eval, val->result, key);
		return member_of(eval, val, key);
	default:
		return member_of(eval, val, key);
	}
}

struct rsk_js_val *rsk_js_get(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	struct rsk_js_val *found = NULL;

	if (rsk_js_enter(eval)) {
		found = get(eval, val, key);
		rsk_js_leave(eval);
	}
	return found ? found
		     : rsk_js_new_val(
			       eval, RSK_JS_V_UNKNOWN, val->file, val->token);
}

/* ---- all of them ---- */

static void drop_key(struct rsk_js_properties *out, struct rsk_slice key)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->list.len; i++)
		if (!key.len || out->list.ptr[i].spread ||
			!rsk_slice_eq(out->list.ptr[i].key, key))
			out->list.ptr[kept++] = out->list.ptr[i];
	out->list.len = kept;
}

/* A spread: of an object its properties, of anything else the thing. */
static void add_spread(struct rsk_js_eval *eval, struct rsk_js_prop *prop,
	struct rsk_js_properties *out)
{
	struct rsk_js_val *val = rsk_js_prop_value(eval, prop);

	while (val->kind == RSK_JS_V_CALL && val->result &&
		val->result->kind == RSK_JS_V_OBJECT)
		val = val->result;
	if (val->kind == RSK_JS_V_OBJECT) {
		rsk_js_properties(eval, val, out);
		return;
	}
	if (is_closed(val))
		return;
	*RSK_VEC_PUSH(&out->list) = (struct rsk_js_property){ .spread = true,
		.token = prop->token,
		.file = prop->spot.file,
		.value = val };
}

static void add_prop(struct rsk_js_eval *eval, struct rsk_js_prop *prop,
	struct rsk_js_properties *out)
{
	if (prop->kind == RSK_JS_P_SPREAD) {
		add_spread(eval, prop, out);
		return;
	}
	/* The newest of a name counts, in its own place. */
	drop_key(out, prop->key);
	if (prop->kind == RSK_JS_P_DELETE) {
		for (size_t i = 0; i < out->list.len; i++)
			out->list.ptr[i].removed += out->list.ptr[i].spread;
		return;
	}
	*RSK_VEC_PUSH(&out->list) = (struct rsk_js_property){ .key = prop->key,
		.token = prop->token,
		.file = prop->spot.file,
		.value = rsk_js_prop_value(eval, prop) };
}

void rsk_js_properties(struct rsk_js_eval *eval, struct rsk_js_val *val,
	struct rsk_js_properties *out)
{
	if (val->kind != RSK_JS_V_OBJECT)
		return;
	for (uint32_t i = 0; i < val->n_props && rsk_js_enter(eval); i++) {
		add_prop(eval, &val->props[i], out);
		rsk_js_leave(eval);
	}
}
