#include "checks/code_p.h"

/*
 * Calls of libraries, told by where the callee comes from: an import under
 * any name, a hook, an instance, the global. Never by a method's name alone.
 */

/* The first name of a path, and the rest. */
static struct rsk_slice first_name(
	struct rsk_slice path, struct rsk_slice *rest)
{
	size_t end = rsk_slice_find(path, RSK_LIT("."));

	*rest = rsk_slice_cut(path, end + 1, path.len);
	return rsk_slice_cut(path, 0, end);
}

/* "default.logEvent", "Resync.logEvent", "logEvent" -> "logEvent"; what leads
 * further ("a.b.c") is nothing we know. */
static bool read_method(const struct rsk_sdk *sdk, struct rsk_slice path,
	struct rsk_sdk_name *name)
{
	for (int i = 0; i < 3 && path.len; i++) {
		struct rsk_slice rest;
		struct rsk_slice first = first_name(path, &rest);

		if (!rsk_slice_eq_str(first, "default") &&
			!rsk_strings_have(&sdk->objects, first))
			break;
		path = rest;
	}
	*name = (struct rsk_sdk_name){ .sdk = sdk, .method = path };
	return rsk_slice_find(path, RSK_LIT(".")) == path.len;
}

/* `resync` is also other people's package: something else must say so. */
static bool has_second_signal(const struct rsk_js_val *val)
{
	static const char *const signals[] = { "appId", "getresync",
		"x-resync-", "rsk_live_", "rsk_sandbox_" };
	struct rsk_slice source = val->file->js->source;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (rsk_slice_find(source, rsk_slice_str(signals[i])) <
			source.len)
			return true;
	return false;
}

static bool is_imported_from(
	const struct rsk_sdk *sdk, const struct rsk_js_val *val)
{
	return rsk_is_of_packages(val->text, &sdk->packages) ||
	       (rsk_strings_have(&sdk->doubtful, val->text) &&
		       has_second_signal(val));
}

/* "window.Resync.logEvent", "Resync.logEvent", Vue's this.$resync.logEvent */
static bool by_global(const struct rsk_sdk *sdk, struct rsk_slice path,
	struct rsk_sdk_name *name)
{
	static const char *const roots[] = { "window", "globalThis", "self",
		"global", "this" };
	struct rsk_slice rest;
	struct rsk_slice first = first_name(path, &rest);

	for (size_t i = 0; i < 5; i++)
		if (rsk_slice_eq_str(first, roots[i])) {
			path = rest;
			first = first_name(path, &rest);
			break;
		}
	if (!rsk_strings_have(&sdk->globals, first))
		return false;
	*name = (struct rsk_sdk_name){ .sdk = sdk, .method = rest };
	return rsk_slice_find(rest, RSK_LIT(".")) == rest.len;
}

/* An object that a hook or `new` gave. */
static bool is_instance(const struct rsk_sdk *sdk, const struct rsk_js_val *val)
{
	const struct rsk_js_val *made = val->n_parts ? val->parts[0] : NULL;

	if (!made || (val->kind != RSK_JS_V_CALL && val->kind != RSK_JS_V_NEW))
		return false;
	if (val->kind == RSK_JS_V_NEW &&
		rsk_strings_have(&sdk->by_name, rsk_last_name(made->path)))
		return true;
	return made->kind == RSK_JS_V_MODULE && is_imported_from(sdk, made) &&
	       rsk_strings_have(
		       val->kind == RSK_JS_V_CALL ? &sdk->hooks : &sdk->classes,
		       rsk_last_name(made->path));
}

static bool is_sdk(const struct rsk_sdk *sdk, const struct rsk_js_val *val,
	struct rsk_sdk_name *name)
{
	if (is_instance(sdk, val)) {
		*name = (struct rsk_sdk_name){ .sdk = sdk };
		return true;
	}
	switch (val->kind) {
	case RSK_JS_V_MODULE:
		if (is_imported_from(sdk, val) &&
			read_method(sdk, val->path, name))
			return true;
		break;
	case RSK_JS_V_OPAQUE:
		if (by_global(sdk, val->path, name))
			return true;
		break;
	case RSK_JS_V_MEMBER:
		*name = (struct rsk_sdk_name){ .sdk = sdk,
			.method = val->text };
		return is_instance(sdk, val->parts[0]);
	default:
		break;
	}
	*name = (struct rsk_sdk_name){ .sdk = sdk,
		.method = rsk_last_name(val->path) };
	return (val->kind == RSK_JS_V_MODULE || val->kind == RSK_JS_V_OPAQUE ||
		       val->kind == RSK_JS_V_CLASS) &&
	       rsk_strings_have(&sdk->by_name, name->method);
}

/* f of f.bind, f.call: a copy without that last name, or NULL. */
static const struct rsk_js_val *without(struct rsk_code *code,
	const struct rsk_js_val *callee, const char *method)
{
	struct rsk_slice end = rsk_slice_str(method);
	struct rsk_js_val *copy;

	if (callee->kind == RSK_JS_V_MEMBER)
		return rsk_slice_eq(callee->text, end) ? callee->parts[0]
						       : NULL;
	if (!rsk_slice_eq(rsk_last_name(callee->path), end) ||
		callee->path.len < end.len + 2)
		return NULL;
	copy = rsk_arena_alloc(&code->eval.arena, sizeof(*copy));
	*copy = *callee;
	copy->path.len -= end.len + 1;
	return copy;
}

struct rsk_sdk_name rsk_sdk_name(
	struct rsk_code *code, const struct rsk_js_val *callee)
{
	struct rsk_sdk_name name = { 0 };

	if (callee->kind == RSK_JS_V_CALL && callee->n_parts) {
		const struct rsk_js_val *bound =
			without(code, callee->parts[0], "bind");

		if (bound)
			return rsk_sdk_name(code, bound);
	}

	for (size_t i = 0; i < code->sdks.len; i++)
		if (is_sdk(&code->sdks.ptr[i], callee, &name))
			return name;
	if (callee->kind == RSK_JS_V_CALL && callee->result)
		return rsk_sdk_name(code, callee->result);
	for (uint32_t i = 0;
		callee->kind == RSK_JS_V_UNION && i < callee->n_parts; i++) {
		name = rsk_sdk_name(code, callee->parts[i]);
		if (name.sdk)
			return name;
	}
	return (struct rsk_sdk_name){ 0 };
}

/* ---- all calls ---- */

/* call(Resync.logEvent, event), call([Resync, 'logEvent'], event) of a saga:
 * what it calls, with the arguments behind. */
static struct rsk_sdk_name saga_name(struct rsk_code *code,
	struct rsk_js_file *file, uint32_t paren,
	const struct rsk_js_val *callee)
{
	struct rsk_sdk_name name = { 0 };
	const struct rsk_js_val *called;

	if (callee->kind != RSK_JS_V_MODULE ||
		rsk_slice_find(callee->text, RSK_LIT("redux-saga")) ==
			callee->text.len ||
		!(rsk_slice_eq_str(callee->path, "call") ||
			rsk_slice_eq_str(callee->path, "fork") ||
			rsk_slice_eq_str(callee->path, "spawn")))
		return name;
	called = rsk_js_argument(&code->eval, file, paren, 0);
	if (called->kind != RSK_JS_V_ARRAY)
		return rsk_sdk_name(code, called);
	if (called->n_parts == 2 && called->parts[1]->kind == RSK_JS_V_STRING) {
		name = rsk_sdk_name(code, called->parts[0]);
		name.method = called->parts[1]->text;
	}
	return name;
}

static void find_calls(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 1; i < file->js->count; i++) {
		const struct rsk_js_val *callee;
		const struct rsk_js_val *called;
		struct rsk_sdk_name name;

		if (!rsk_js_is_call(file->js, i))
			continue;
		rsk_js_eval_begin(&code->eval, file, i);
		callee = rsk_js_callee(&code->eval, file, i);
		called = without(code, callee, "call");
		name = rsk_sdk_name(code, called ? called : callee);
		if (!name.sdk) {
			called = callee;
			name = saga_name(code, file, i, callee);
		}
		if (!name.sdk || !name.method.len)
			continue;
		name.method =
			rsk_arena_slice(code->project->arena, name.method);
		*RSK_VEC_PUSH(&code->calls) =
			(struct rsk_sdk_call){ file, i, called != NULL, name };
	}
	rsk_js_eval_forget(&code->eval);
	/* A callee too complex to follow is one that we do not know. */
	code->eval.limited = 0;
}

static bool imports_sdk(
	const struct rsk_code *code, const struct rsk_js_file *file)
{
	struct rsk_arena arena = { 0 };
	bool found = false;

	for (size_t i = 1; i < file->bind->imports.len && !found; i++) {
		uint32_t token = file->bind->imports.ptr[i].specifier;
		struct rsk_slice specifier =
			rsk_js_value(file->js, token, &arena);

		for (size_t j = 0; j < code->sdks.len && !found; j++)
			found = rsk_is_of_packages(specifier,
					&code->sdks.ptr[j].packages) ||
				rsk_strings_have(
					&code->sdks.ptr[j].doubtful, specifier);
	}
	rsk_arena_release(&arena);
	return found;
}

static bool is_handed_on(struct rsk_code *code, struct rsk_js_file *file,
	const struct rsk_js_export *export)
{
	struct rsk_slice name = RSK_LIT("default");
	struct rsk_js_val *val;

	if (export->specifier)
		return true; /* of a file that imports the SDK: rare enough */
	if (export->name)
		name = rsk_js_value(file->js, export->name, &code->eval.arena);
	rsk_js_eval_begin(&code->eval, file, export->name);
	val = rsk_js_exported(&code->eval, file, name);
	return val && val->kind != RSK_JS_V_FUNCTION &&
	       rsk_sdk_name(code, val).sdk;
}

/* Does it export the library, or something of it, under its own name? */
static bool hands_on(struct rsk_code *code, struct rsk_js_file *file)
{
	bool found = false;

	for (size_t i = 1; i < file->bind->exports.len && !found; i++)
		found = !file->bind->exports.ptr[i].type_only &&
			is_handed_on(code, file, &file->bind->exports.ptr[i]);
	rsk_js_eval_forget(&code->eval);
	return found;
}

static void add_file(struct rsk_code *code, struct rsk_js_file *file)
{
	for (size_t i = 0; i < code->sites.len; i++)
		if (code->sites.ptr[i] == file)
			return;
	*RSK_VEC_PUSH(&code->sites) = file;
}

/*
 * Where calls can be: the files that speak of the library, those that import
 * one which hands it on under another name, and those that a configuration's
 * packages lead to.
 */
static void find_sites(struct rsk_code *code)
{
	struct rsk_program *program = code->project->program;

	for (size_t i = 0; i < code->files_len; i++)
		add_file(code, code->files[i]);
	for (size_t i = 0; i < code->sdks.len; i++) {
		struct rsk_program_files users = { 0 };

		if (!code->sdks.ptr[i].builtin)
			users = rsk_program_users(
				program, &code->sdks.ptr[i].packages);
		for (size_t j = 0; j < users.len; j++)
			add_file(code, users.ptr[j]);
	}
	for (size_t i = 0, n = code->sites.len; i < n; i++) {
		struct rsk_js_file *file = code->sites.ptr[i];
		struct rsk_program_files from = { 0 };

		if (imports_sdk(code, file) && hands_on(code, file))
			from = rsk_program_importers(program, file);
		for (size_t j = 0; j < from.len; j++)
			add_file(code, from.ptr[j]);
	}
}

/* The vocabulary's, and one for each sink that names its packages itself. */
static void gather_sdks(struct rsk_code *code)
{
	const struct rsk_vocabulary *v = code->vocabulary;

	for (size_t i = 0; i < v->sdks.len; i++)
		*RSK_VEC_PUSH(&code->sdks) = v->sdks.ptr[i];
	for (size_t i = 0; i < v->sinks.len; i++)
		if (v->sinks.ptr[i].packages.len)
			*RSK_VEC_PUSH(&code->sdks) = (struct rsk_sdk){
				.id = v->sinks.ptr[i].id,
				.title = v->sinks.ptr[i].packages.ptr[0],
				.packages = v->sinks.ptr[i].packages,
			};
}

void rsk_sdk_find_calls(struct rsk_code *code)
{
	gather_sdks(code);
	find_sites(code);
	for (size_t i = 0; i < code->sites.len; i++)
		find_calls(code, code->sites.ptr[i]);
}
