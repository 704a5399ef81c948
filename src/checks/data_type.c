#include "checks/data_p.h"
#include "checks/webhook_p.h"
#include "syntax/types.h"

/*
 * What an object has in it by its declared type: `user: User`, where User is
 * an interface, a type or a class of the project. Types are read only as far
 * as that: the names of members, through intersections, extends and Partial.
 */
struct reading {
	struct rsk_code *code;
	struct rsk_type_members *out;
	bool open; /* something in it is not known */
};

enum { MAX_TYPES_DOWN = 6 };

static void add_named(struct reading *r, struct rsk_js_file *file,
	struct rsk_slice name, unsigned depth);

/* ---- the text of a type ---- */

/* name: T; name?: T; readonly name: T */
static void add_members(
	struct reading *r, struct rsk_js_file *file, uint32_t open)
{
	const struct rsk_js *js = file->js;

	for (uint32_t i = open + 1; i < rsk_js_partner(js, open);
		i = rsk_js_skip(js, i)) {
		uint32_t colon = i + 1;

		colon += rsk_js_is(js, colon, RSK_JS_QUESTION) ||
			 rsk_js_is(js, colon, RSK_JS_NOT);
		/* [key: string]: T */
		if (rsk_js_is(js, i, RSK_JS_LBRACKET) &&
			rsk_js_is(js, rsk_js_skip(js, i), RSK_JS_COLON))
			r->open = true;
		if (!rsk_js_is(js, colon, RSK_JS_COLON) ||
			!rsk_js_is_word(rsk_js_kind(js, i)))
			continue;
		*RSK_VEC_PUSH(&r->out->names) = rsk_js_text(js, i);
		i = rsk_js_type_end(js, colon + 1) - 1;
	}
}

/* Pick<T, 'a' | 'b'> */
static void add_picked(struct reading *r, const struct rsk_js_file *file,
	uint32_t open, uint32_t close)
{
	for (uint32_t i = open; i < close; i++)
		if (rsk_js_is(file->js, i, RSK_JS_STRING))
			*RSK_VEC_PUSH(&r->out->names) =
				rsk_slice_cut(rsk_js_text(file->js, i), 1,
					rsk_js_text(file->js, i).len - 1);
}

static void add_type(struct reading *r, struct rsk_js_file *file,
	uint32_t first, unsigned depth);

/* The token behind a name with its arguments. */
static uint32_t add_name(
	struct reading *r, struct rsk_js_file *file, uint32_t i, unsigned depth)
{
	static const char *const same[] = { "Partial", "Readonly", "Required",
		"NonNullable", "Promise", "DeepPartial", NULL };
	const struct rsk_js *js = file->js;
	uint32_t close = rsk_js_is(js, i + 1, RSK_JS_LT)
				 ? rsk_js_types_close(js, i + 1)
				 : 0;

	if (close && rsk_js_text_is(js, i, "Pick"))
		add_picked(r, file, i + 2, close);
	else if (close && rsk_webhook_is_one_of(rsk_js_text(js, i), same))
		add_type(r, file, i + 2, depth + 1);
	else if (!rsk_js_text_is(js, i, "null") &&
		 !rsk_js_text_is(js, i, "undefined"))
		add_named(r, file, rsk_js_text(js, i), depth + 1);
	return close ? close + 1 : i + 1;
}

static void add_type(struct reading *r, struct rsk_js_file *file,
	uint32_t first, unsigned depth)
{
	const struct rsk_js *js = file->js;
	uint32_t end = rsk_js_type_end(js, first);

	if (depth > MAX_TYPES_DOWN || end == first) {
		r->open = true;
		return;
	}
	for (uint32_t i = first; i < end && !r->open;) {
		if (rsk_js_is(js, i, RSK_JS_LBRACE)) {
			add_members(r, file, i);
			i = rsk_js_skip(js, i);
		} else if (rsk_js_is_word(rsk_js_kind(js, i))) {
			i = add_name(r, file, i, depth);
		} else {
			r->open = !rsk_js_is(js, i, RSK_JS_BIT_AND) &&
				  !rsk_js_is(js, i, RSK_JS_BIT_OR);
			i++;
		}
	}
}

/* ---- where a type is declared ---- */

/* interface A<T> extends B, C {: the parents, then the members. */
static void add_body(
	struct reading *r, struct rsk_js_file *file, uint32_t i, unsigned depth)
{
	const struct rsk_js *js = file->js;
	bool extends = false;

	for (; i < js->count && !rsk_js_is(js, i, RSK_JS_LBRACE); i++) {
		if (rsk_js_is(js, i, RSK_JS_LT) && rsk_js_types_close(js, i))
			i = rsk_js_types_close(js, i);
		else if (rsk_js_text_is(js, i, "extends"))
			extends = true;
		else if (rsk_js_text_is(js, i, "implements"))
			extends = false;
		else if (extends && rsk_js_is_name(rsk_js_kind(js, i)))
			i = add_name(r, file, i, depth) - 1;
	}
	if (i < js->count)
		add_members(r, file, i);
}

static bool add_declared(struct reading *r, struct rsk_js_file *file,
	struct rsk_slice name, unsigned depth)
{
	const struct rsk_js *js = file->js;

	for (uint32_t i = 2; i < js->count; i++) {
		if (!rsk_slice_eq(rsk_js_text(js, i), name))
			continue;
		if (rsk_js_text_is(js, i - 1, "interface") ||
			rsk_js_text_is(js, i - 1, "class")) {
			add_body(r, file, i + 1, depth);
			return true;
		}
		if (rsk_js_text_is(js, i - 1, "type") &&
			rsk_js_is(js, i + 1, RSK_JS_ASSIGN)) {
			add_type(r, file, i + 2, depth);
			return true;
		}
	}
	return false;
}

static struct rsk_js_file *file_of(
	const struct reading *r, struct rsk_js_file *file, uint32_t specifier)
{
	return rsk_program_resolve(r->code->project->program, file,
		rsk_js_value(file->js, specifier, &r->code->eval.arena));
}

/* import { A as B } from, or a barrel that hands it on. */
static bool add_imported(struct reading *r, struct rsk_js_file *file,
	struct rsk_slice name, unsigned depth)
{
	const struct rsk_js_bind *bind = file->bind;

	for (size_t i = 1; i < bind->imports.len; i++) {
		const struct rsk_js_import *import = &bind->imports.ptr[i];
		struct rsk_js_file *other;

		if (!import->binding ||
			!rsk_slice_eq(
				rsk_js_text(file->js,
					bind->bindings.ptr[import->binding]
						.name),
				name))
			continue;
		other = file_of(r, file, import->specifier);
		if (!other)
			return false;
		add_named(r, other,
			import->imported
				? rsk_js_text(file->js, import->imported)
				: name,
			depth + 1);
		return true;
	}
	return false;
}

static bool add_handed_on(struct reading *r, struct rsk_js_file *file,
	struct rsk_slice name, unsigned depth)
{
	const struct rsk_js_bind *bind = file->bind;

	for (size_t i = 1; i < bind->exports.len; i++) {
		uint32_t specifier = bind->exports.ptr[i].specifier;
		struct rsk_js_file *other =
			specifier ? file_of(r, file, specifier) : NULL;

		if (other && add_declared(r, other, name, depth))
			return true;
	}
	return false;
}

static void add_named(struct reading *r, struct rsk_js_file *file,
	struct rsk_slice name, unsigned depth)
{
	if (depth > MAX_TYPES_DOWN ||
		(!add_declared(r, file, name, depth) &&
			!add_imported(r, file, name, depth) &&
			!add_handed_on(r, file, name, depth)))
		r->open = true;
}

bool rsk_declared_members(struct rsk_code *code, struct rsk_js_file *file,
	struct rsk_slice name, uint32_t token, struct rsk_type_members *out)
{
	struct reading r = { .code = code, .out = out };
	uint32_t b = rsk_js_resolve_name(file->bind, name, token);
	uint32_t at = b ? file->bind->bindings.ptr[b].name + 1 : 0;

	at += at && rsk_js_is(file->js, at, RSK_JS_QUESTION);
	if (!at || !rsk_js_is(file->js, at, RSK_JS_COLON))
		return false;
	add_type(&r, file, at + 1, 0);
	return !r.open && out->names.len;
}
