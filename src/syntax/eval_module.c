#include "syntax/eval_p.h"

/*
 * Modules: an import leads to what another file exports, when the caller
 * finds that file, and is its specifier and a path otherwise.
 */

static struct rsk_js_file *find(struct rsk_js_eval *eval,
	struct rsk_js_file *from, struct rsk_slice specifier)
{
	return eval->resolve ? eval->resolve(eval->context, from, specifier)
			     : NULL;
}

static struct rsk_js_val *module_val(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t specifier)
{
	struct rsk_js_val *val =
		rsk_js_new_val(eval, RSK_JS_V_MODULE, file, specifier);

	val->text = rsk_js_value(file->js, specifier, &eval->arena);
	return val;
}

/* ---- what a file exports ---- */

static struct rsk_slice export_name(struct rsk_js_eval *eval,
	struct rsk_js_file *file, const struct rsk_js_export *export)
{
	return export->name ? rsk_js_value(file->js, export->name, &eval->arena)
			    : RSK_LIT("");
}

static struct rsk_js_val *from_module(struct rsk_js_eval *eval,
	struct rsk_js_file *file, uint32_t specifier, struct rsk_slice name)
{
	struct rsk_js_val *module = module_val(eval, file, specifier);
	struct rsk_js_file *other = find(eval, file, module->text);

	if (other)
		return rsk_js_exported(eval, other, name);
	return rsk_js_get(eval, module, name);
}

/* What `import * as a` and `export * as a` give. */
static struct rsk_js_val *namespace_of(
	struct rsk_js_eval *eval, struct rsk_js_file *file)
{
	return rsk_js_new_val(eval, RSK_JS_V_NAMESPACE, file, 0);
}

static struct rsk_js_val *one_export(struct rsk_js_eval *eval,
	struct rsk_js_file *file, const struct rsk_js_export *export)
{
	struct rsk_js_spot spot = { file, NULL };
	uint32_t b;

	switch (export->kind) {
	case RSK_JS_EXPORT_LOCAL:
		b = rsk_js_resolve_name(file->bind,
			rsk_js_value(file->js, export->local, &eval->arena),
			export->local);
		return b ? rsk_js_eval_binding(eval, spot, b, 0) : NULL;
	case RSK_JS_EXPORT_FROM:
		return from_module(eval, file, export->specifier,
			rsk_js_value(file->js, export->local, &eval->arena));
	case RSK_JS_EXPORT_ALL: {
		struct rsk_js_val *module =
			module_val(eval, file, export->specifier);
		struct rsk_js_file *other = find(eval, file, module->text);

		return other ? namespace_of(eval, other) : module;
	}
	default:
		return rsk_js_eval_token(eval, spot, export->value);
	}
}

/* export * from: the first module that has it. */
static struct rsk_js_val *from_all(struct rsk_js_eval *eval,
	struct rsk_js_file *file, struct rsk_slice name)
{
	const struct rsk_js_bind *bind = file->bind;
	struct rsk_js_val *found = NULL;

	for (uint32_t i = 1; i < bind->exports.len && !found; i++) {
		const struct rsk_js_export *export = &bind->exports.ptr[i];

		if (export->kind != RSK_JS_EXPORT_ALL || export->name ||
			!export->specifier)
			continue;

		struct rsk_slice specifier =
			rsk_js_value(file->js, export->specifier, &eval->arena);
		struct rsk_js_file *other = find(eval, file, specifier);
		if (other)
			found = rsk_js_exported(eval, other, name);
	}
	return found;
}

/* module.exports = v has everything v has. */
static struct rsk_js_val *from_common(struct rsk_js_eval *eval,
	struct rsk_js_file *file, struct rsk_slice name)
{
	const struct rsk_js_bind *bind = file->bind;

	for (uint32_t i = (uint32_t)bind->exports.len - 1; i > 0; i--) {
		const struct rsk_js_export *export = &bind->exports.ptr[i];

		if (export->kind != RSK_JS_EXPORT_MODULE)
			continue;

		struct rsk_js_val *val = one_export(eval, file, export);
		return rsk_slice_eq(name, RSK_LIT("default"))
			       ? val
			       : rsk_js_get(eval, val, name);
	}
	return NULL;
}

static struct rsk_js_val *find_export(struct rsk_js_eval *eval,
	struct rsk_js_file *file, struct rsk_slice name)
{
	const struct rsk_js_bind *bind = file->bind;
	struct rsk_js_val *found = NULL;

	for (uint32_t i = 1; i < bind->exports.len && !found; i++) {
		const struct rsk_js_export *export = &bind->exports.ptr[i];

		if (rsk_slice_eq(export_name(eval, file, export), name))
			found = one_export(eval, file, export);
	}
	if (!found)
		found = from_common(eval, file, name);
	if (!found)
		found = from_all(eval, file, name);
	return found;
}

static bool is_active(struct rsk_js_eval *eval, const struct rsk_js_file *file,
	struct rsk_slice name)
{
	const struct rsk_js_active *a = eval->active;

	while (a && (a->file != file || a->binding ||
			    !rsk_slice_eq(a->export, name)))
		a = a->outer;
	if (a)
		rsk_js_lead_back(eval, a);
	return a != NULL;
}

struct rsk_js_val *rsk_js_exported(struct rsk_js_eval *eval,
	struct rsk_js_file *file, struct rsk_slice name)
{
	struct rsk_js_active active = { .outer = eval->active,
		.depth = eval->active ? eval->active->depth + 1 : 1,
		.file = file,
		.export = name };
	struct rsk_js_val *found = NULL;

	/* Barrels may export each other. */
	if (!name.len || is_active(eval, file, name) || !rsk_js_enter(eval))
		return NULL;
	eval->active = &active;
	found = find_export(eval, file, name);
	eval->active = active.outer;
	rsk_js_leave(eval);
	return found;
}

/* ---- what an import is ---- */

struct rsk_js_val *rsk_js_eval_module(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t specifier)
{
	struct rsk_js_val *module = module_val(eval, file, specifier);
	struct rsk_js_file *other = find(eval, file, module->text);

	if (!other)
		return module;

	struct rsk_js_val *whole = from_common(eval, other, RSK_LIT("default"));
	return whole ? whole : namespace_of(eval, other);
}

struct rsk_js_val *rsk_js_eval_import(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t import)
{
	const struct rsk_js_import *i = &file->bind->imports.ptr[import];
	struct rsk_slice name = RSK_LIT("default");
	struct rsk_js_val *val;

	if (i->kind == RSK_JS_IMPORT_NAMESPACE ||
		i->kind == RSK_JS_IMPORT_EQUALS)
		return rsk_js_eval_module(eval, file, i->specifier);
	if (i->imported)
		name = rsk_js_value(file->js, i->imported, &eval->arena);
	val = from_module(eval, file, i->specifier, name);
	if (val)
		return val;
	/* The file is there, and says nothing of the name. */
	return rsk_js_get(eval, module_val(eval, file, i->specifier), name);
}
