#include "checks/code_p.h"

/*
 * Secrets that a build or a library puts into a client: `define`, `env` and
 * `extra` of a bundler's or framework's configuration, and the modules that
 * give an app its environment file.
 */

static bool has(struct rsk_slice text, const char *part)
{
	return rsk_slice_find_nocase(text, rsk_slice_str(part)) < text.len;
}

/* RESYNC_SECRET_KEY, resyncWebhookSecret */
static bool is_secret_name(struct rsk_slice name)
{
	return name.len <= 100 && has(name, "resync") &&
	       (has(name, "secret") || has(name, "admin_key") ||
		       has(name, "private_key"));
}

static bool starts_with_any(struct rsk_slice text, const char *const *list)
{
	for (; *list; list++)
		if (rsk_slice_starts(text, rsk_slice_str(*list)))
			return true;
	return false;
}

static bool is_client_config(struct rsk_slice path)
{
	static const char *const names[] = { "vite.config.", "next.config.",
		"webpack.", "nuxt.config.", "rspack.config.", "rsbuild.config.",
		"astro.config.", "electron.vite.config.", "metro.config.",
		"vue.config.", "app.config.", NULL };

	return starts_with_any(rsk_path_base(path), names);
}

/* build({ define: {} }) of esbuild, replace({}) of Rollup: any file may hold
 * them. What is built for Node.js stays on the server. */
static bool is_bundling(const struct rsk_js_file *file)
{
	static const char *const builders[] = { "esbuild",
		"@rollup/plugin-replace", "rollup-plugin-replace" };
	struct rsk_slice source = file->js->source;
	bool builds = false;

	for (size_t i = 0; i < sizeof(builders) / sizeof(builders[0]); i++)
		builds = builds ||
			 rsk_slice_find(source, rsk_slice_str(builders[i])) <
				 source.len;
	return builds && !has(source, "'node'") && !has(source, "\"node\"");
}

/* define: {, env: {, extra: {, new DefinePlugin({ */
static bool opens_public(const struct rsk_js *js, uint32_t i)
{
	static const char *const keys[] = { "define", "env", "extra",
		"publicRuntimeConfig", "public" };
	static const char *const calls[] = { "DefinePlugin",
		"EnvironmentPlugin", "replace" };

	if (!rsk_js_is(js, i, RSK_JS_LBRACE) &&
		!rsk_js_is(js, i, RSK_JS_LBRACKET))
		return false;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		if (rsk_js_is(js, i - 1, RSK_JS_COLON) &&
			rsk_js_text_is(js, i - 2, keys[k]))
			return true;
	for (size_t k = 0; k < sizeof(calls) / sizeof(calls[0]); k++)
		if (rsk_js_is(js, i - 1, RSK_JS_LPAREN) &&
			rsk_js_text_is(js, i - 2, calls[k]))
			return true;
	return false;
}

static void push(struct rsk_code *code, struct rsk_js_file *file, uint32_t i,
	const char *message)
{
	struct rsk_code_hit hit =
		rsk_code_hit(code, "secret-in-public-env", file, i, i);

	hit.message = message;
	rsk_code_push(code, &hit);
}

/* A name that is read, process.env.X or env['X'], that a list holds, or that a
 * property has. */
static bool is_given(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i - 1, RSK_JS_DOT) ||
	       rsk_js_is(js, i, RSK_JS_STRING) ||
	       rsk_js_is(js, i + 1, RSK_JS_COLON);
}

static void look_at_config(struct rsk_code *code, struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;
	uint32_t until = 0;

	for (uint32_t i = 3; i < js->count; i++) {
		if (opens_public(js, i) && rsk_js_partner(js, i) > until)
			until = rsk_js_partner(js, i);
		if (i >= until || !is_given(js, i) ||
			!is_secret_name(rsk_js_text(js, i)))
			continue;
		push(code, file, i,
			"The build puts a secret of Resync into what the "
			"client gets");
		/* One finding for a property. */
		while (i < until && !rsk_js_is(js, i, RSK_JS_COMMA))
			i = rsk_js_skip(js, i);
	}
}

static bool gives_environment(struct rsk_slice module)
{
	static const char *const modules[] = { "react-native-config", "@env",
		"react-native-dotenv", "expo-constants", NULL };

	for (const char *const *m = modules; *m; m++)
		if (rsk_slice_eq_str(module, *m))
			return true;
	return false;
}

/* Config.RESYNC_SECRET_KEY, import { RESYNC_SECRET_KEY } from '@env' */
static void look_at_reads(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 1; i < file->js->count; i++) {
		uint32_t first = i;
		struct rsk_js_val *val;

		if (!rsk_js_is_name(rsk_js_kind(file->js, i)) ||
			!is_secret_name(rsk_js_text(file->js, i)))
			continue;
		while (first > 2 && rsk_js_is(file->js, first - 1, RSK_JS_DOT))
			first -= 2;
		rsk_js_eval_begin(&code->eval, file, first);
		val = rsk_js_eval_at(&code->eval, file, first);
		if (val->kind != RSK_JS_V_MODULE ||
			!gives_environment(val->text))
			continue;
		push(code, file, i,
			"A secret of Resync is part of the app that reads it");
		return;
	}
}

void rsk_code_public(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		struct rsk_js_file *file = code->files[i];

		if (rsk_program_is_test(file->path))
			continue;
		if (is_client_config(file->path) || is_bundling(file))
			look_at_config(code, file);
		else
			look_at_reads(code, file);
		rsk_js_eval_forget(&code->eval);
	}
}
