#include "syntax/bind_p.h"
#include "syntax/eval_p.h"

/*
 * What `this` is, and the members of classes: methods, getters, fields, and
 * what a field or parameter is said to be by its type.
 */

static struct rsk_js_val *name_only(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_OPAQUE, spot.file, token);

	val->path = rsk_js_value(spot.file->js, token, &eval->arena);
	return val;
}

/* ---- this ---- */

/* In a method of an object: the object, and whatever else it has been given. */
static struct rsk_js_val *object_around(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t open, uint32_t token)
{
	struct rsk_js_prop rest = { .kind = RSK_JS_P_SPREAD,
		.token = token,
		.spot = spot,
		.value = name_only(eval, spot, token) };
	struct rsk_js_val *object = rsk_js_eval_token(eval, spot, open);
	struct rsk_js_val *val;

	if (object->kind != RSK_JS_V_OBJECT)
		return rest.value;
	val = rsk_js_new_val(eval, RSK_JS_V_OBJECT, spot.file, token);
	val->n_props = object->n_props + 1;
	val->props = rsk_arena_array(
		&eval->arena, val->n_props, sizeof(*val->props));
	val->props[0] = rest;
	if (object->n_props)
		memcpy(val->props + 1, object->props,
			object->n_props * sizeof(*val->props));
	return val;
}

/* The class around a method or a field, through arrow functions in it. */
struct rsk_js_val *rsk_js_eval_this(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node)
{
	struct rsk_js_bind *bind = spot.file->bind;
	uint32_t f = rsk_js_function_at(bind, node->token);
	uint32_t class;

	while (f && bind->functions.ptr[f].kind == RSK_JS_F_ARROW)
		f = bind->functions.ptr[f].parent;
	class = rsk_js_class_of(bind, bind->functions.ptr[f].owner);
	if (!class)
		class = rsk_js_class_around(
			bind, node->token, bind->functions.ptr[f].params);
	if (!class && bind->functions.ptr[f].owner)
		return object_around(
			eval, spot, bind->functions.ptr[f].owner, node->token);
	if (!class)
		return name_only(eval, spot, node->token);

	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_THIS, spot.file, node->token);
	val->number = class;
	return val;
}

/* ---- classes ---- */

static uint32_t class_number(const struct rsk_js_val *val)
{
	if (val->kind != RSK_JS_V_NEW)
		return val->number;
	return val->n_parts && val->parts[0]->kind == RSK_JS_V_CLASS
		       ? val->parts[0]->number
		       : 0;
}

/* A field at the top of a class's body: where its value begins, or 0. */
static uint32_t field_value(const struct rsk_js *js, uint32_t i)
{
	uint32_t at = i + 1;

	if (rsk_js_is(js, at, RSK_JS_NOT) || rsk_js_is(js, at, RSK_JS_QUESTION))
		at++;
	return rsk_js_is(js, at, RSK_JS_ASSIGN) ||
			       rsk_js_is(js, at, RSK_JS_COLON)
		       ? at
		       : 0;
}

/* Writes and functions are in order: the first one behind token `i`. */
static uint32_t first_write(const struct rsk_js_bind *bind, uint32_t i)
{
	size_t low = 1;
	size_t high = bind->writes.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bind->writes.ptr[middle].target > i)
			high = middle;
		else
			low = middle + 1;
	}
	return (uint32_t)low;
}

static uint32_t first_function(const struct rsk_js_bind *bind, uint32_t i)
{
	size_t low = 1;
	size_t high = bind->functions.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bind->functions.ptr[middle].params > i)
			high = middle;
		else
			low = middle + 1;
	}
	return (uint32_t)low;
}

static bool writes_field(const struct rsk_js *js,
	const struct rsk_js_write *write, struct rsk_slice key)
{
	return rsk_js_is(js, write->target, RSK_JS_THIS) &&
	       write->kind == RSK_JS_WRITE_ASSIGN &&
	       write->end == write->target + 3 &&
	       rsk_slice_eq(rsk_js_text(js, write->target + 2), key);
}

/* this.key = v in one of its methods. */
static struct rsk_js_val *class_write(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t body, struct rsk_slice key)
{
	const struct rsk_js_bind *bind = spot.file->bind;
	const struct rsk_js *js = spot.file->js;
	uint32_t close = rsk_js_partner(js, body);
	struct rsk_js_val *val = NULL;

	for (uint32_t w = first_write(bind, body);
		w < bind->writes.len && bind->writes.ptr[w].target < close; w++)
		if (writes_field(js, &bind->writes.ptr[w], key))
			val = rsk_js_union(eval, val,
				rsk_js_eval_token(
					eval, spot, bind->writes.ptr[w].value));
	return val;
}

static struct rsk_js_val *class_method(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t body, struct rsk_slice key)
{
	const struct rsk_js_bind *bind = spot.file->bind;
	const struct rsk_js_function *functions = bind->functions.ptr;
	const struct rsk_js *js = spot.file->js;
	uint32_t close = rsk_js_partner(js, body);

	for (uint32_t f = first_function(bind, body);
		f < bind->functions.len && functions[f].params < close; f++) {
		if (functions[f].owner != body ||
			!rsk_slice_eq(rsk_js_text(js, functions[f].name), key))
			continue;

		struct rsk_js_val *val = rsk_js_new_val(
			eval, RSK_JS_V_FUNCTION, spot.file, functions[f].name);
		val->number = f;
		return functions[f].kind == RSK_JS_F_GETTER
			       ? rsk_js_returned(eval, spot.file, f, NULL)
			       : val;
	}
	return NULL;
}

/* An empty beginning says less than the name: state that is set later. */
static struct rsk_js_val *field_start(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, struct rsk_js_val *val, uint32_t name)
{
	if (val->kind == RSK_JS_V_NULL ||
		(val->kind == RSK_JS_V_STRING &&
			!rsk_slice_trim(val->text).len))
		return name_only(eval, spot, name);
	return val;
}

static struct rsk_js_val *class_field(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t body, struct rsk_slice key)
{
	const struct rsk_js *js = spot.file->js;
	uint32_t close = rsk_js_partner(js, body);

	for (uint32_t i = body + 1; i < close; i = rsk_js_skip(js, i)) {
		if (!rsk_js_is_word(rsk_js_kind(js, i)) || !field_value(js, i))
			continue;
		if (!rsk_slice_eq(rsk_js_text(js, i), key) ||
			rsk_js_is(js, i - 1, RSK_JS_DOT))
			continue;

		uint32_t at = field_value(js, i);
		for (; at < close && !rsk_js_is(js, at, RSK_JS_ASSIGN) &&
			!rsk_js_is(js, at, RSK_JS_SEMICOLON);)
			at = rsk_js_skip(js, at);
		if (rsk_js_is(js, at, RSK_JS_ASSIGN))
			return field_start(eval, spot,
				rsk_js_eval_token(eval, spot, at + 1), i);
	}
	return NULL;
}

/* ---- types ---- */

/* The type that begins at the token: an instance, when it names a class. */
static struct rsk_js_val *instance_of_type(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t type)
{
	uint32_t end = rsk_js_type_end(spot.file->js, type);

	for (uint32_t i = type; i < end; i++) {
		struct rsk_js_val *val;
		uint32_t b;

		if (!rsk_js_is(spot.file->js, i, RSK_JS_NAME))
			continue;
		b = rsk_js_resolve(spot.file->bind, i);
		if (!b)
			continue;
		val = rsk_js_eval_binding(eval, spot, b, i);
		if (val->kind == RSK_JS_V_CLASS)
			return rsk_js_instance(eval, val);
	}
	return NULL;
}

/* Behind the name of a field or parameter: where its type begins, or 0. */
static uint32_t type_behind(const struct rsk_js *js, uint32_t name)
{
	uint32_t i = name + 1;

	i += rsk_js_is(js, i, RSK_JS_NOT) || rsk_js_is(js, i, RSK_JS_QUESTION);
	return rsk_js_is(js, i, RSK_JS_COLON) ? i + 1 : 0;
}

/* key: Type; at the top of the class's body. */
static struct rsk_js_val *typed_field(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t body, struct rsk_slice key)
{
	const struct rsk_js *js = spot.file->js;
	uint32_t close = rsk_js_partner(js, body);

	for (uint32_t i = body + 1; i < close; i = rsk_js_skip(js, i))
		if (rsk_js_is_word(rsk_js_kind(js, i)) && type_behind(js, i) &&
			rsk_slice_eq(rsk_js_text(js, i), key))
			return instance_of_type(eval, spot, type_behind(js, i));
	return NULL;
}

static bool is_modifier(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_text_is(js, i, "private") ||
	       rsk_js_text_is(js, i, "public") ||
	       rsk_js_text_is(js, i, "protected") ||
	       rsk_js_text_is(js, i, "readonly") ||
	       rsk_js_text_is(js, i, "override");
}

/* constructor(private readonly key: Type) */
static struct rsk_js_val *parameter_field(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t body, struct rsk_slice key)
{
	const struct rsk_js_bind *bind = spot.file->bind;
	const struct rsk_js *js = spot.file->js;
	struct rsk_js_val *made =
		class_method(eval, spot, body, RSK_LIT("constructor"));
	uint32_t open;

	if (!made || !made->number)
		return NULL;
	open = bind->functions.ptr[made->number].params;
	for (uint32_t i = open + 1; i < rsk_js_partner(js, open);
		i = rsk_js_skip(js, i))
		if (rsk_js_is_word(rsk_js_kind(js, i)) &&
			is_modifier(js, i - 1) && type_behind(js, i) &&
			rsk_slice_eq(rsk_js_text(js, i), key))
			return instance_of_type(eval, spot, type_behind(js, i));
	return NULL;
}

struct rsk_js_val *rsk_js_typed_member(struct rsk_js_eval *eval,
	const struct rsk_js_val *param, struct rsk_slice key)
{
	const struct rsk_js *js = param->file->js;
	struct rsk_js_spot spot = { param->file, NULL };
	struct rsk_js_val *object;
	uint32_t type;

	if (param->path.len || !param->text.len)
		return NULL;
	type = type_behind(js, param->token);
	if (!type || !rsk_slice_eq(rsk_js_text(js, param->token), param->text))
		return NULL;
	object = instance_of_type(eval, spot, type);
	return object ? rsk_js_class_member(eval, object, key) : NULL;
}

static struct rsk_js_val *field_of(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t class, struct rsk_slice key)
{
	uint32_t body = spot.file->bind->classes.ptr[class].body;
	struct rsk_js_val *start = NULL;
	struct rsk_js_val *found;

	/* The state of a component begins with what is still to be typed. */
	if (spot.file->bind->classes.ptr[class].extends &&
		rsk_slice_eq_str(key, "state"))
		return NULL;
	start = class_field(eval, spot, body, key);
	found = class_write(eval, spot, body, key);
	if (!found && (!start || start->kind == RSK_JS_V_OPAQUE))
		found = typed_field(eval, spot, body, key);
	if (!found && !start)
		found = parameter_field(eval, spot, body, key);
	if (found && start && start->kind == RSK_JS_V_OPAQUE)
		return found;
	return rsk_js_union(eval, start, found);
}

struct rsk_js_val *rsk_js_class_member(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key)
{
	uint32_t class = class_number(val);
	struct rsk_js_file *file = val->kind == RSK_JS_V_NEW && val->n_parts
					   ? val->parts[0]->file
					   : val->file;
	struct rsk_js_spot spot = { file, NULL };
	struct rsk_js_val *found = NULL;

	if (!class || !rsk_js_enter(eval))
		return NULL;

	found = class_method(
		eval, spot, file->bind->classes.ptr[class].body, key);
	if (!found)
		found = field_of(eval, spot, class, key);
	rsk_js_leave(eval);
	return found;
}
