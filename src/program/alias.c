#include "base/limits.h"
#include "program/program_p.h"

/*
 * alias: { '@': './src' } in the configuration of a bundler, whatever it is
 * wrapped in: the folder is the last string of what stands behind the name,
 * as in path.resolve(__dirname, 'src').
 */

bool rsk_program_is_bundler(struct rsk_slice name)
{
	static const char *const names[] = { "babel.config.", ".babelrc",
		"vite.config.", "webpack.config.", "metro.config.",
		"nuxt.config.", "astro.config.", "svelte.config.",
		"next.config.", "craco.config.", "rollup.config.",
		"rspack.config.", "rsbuild.config." };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rsk_slice_starts(name, rsk_slice_str(names[i])))
			return true;
	return false;
}

static struct rsk_slice last_string(struct rsk_program *program,
	const struct rsk_js *js, uint32_t begin, uint32_t end)
{
	struct rsk_slice text = RSK_LIT("");

	for (uint32_t i = begin; i < end; i++)
		if (rsk_js_is(js, i, RSK_JS_STRING))
			text = rsk_arena_slice(&program->arena,
				rsk_js_value(js, i, &program->arena));
	return text;
}

/* '@' and '@/x' */
static void add_name(struct rsk_program *program, struct rsk_tsconfig *config,
	struct rsk_slice name, struct rsk_slice target)
{
	struct rsk_arena *arena = &program->arena;

	while (name.len && name.ptr[name.len - 1] == '/')
		name.len--;
	while (target.len && target.ptr[target.len - 1] == '/')
		target.len--;
	if (!name.len || !target.len || name.ptr[0] == '.')
		return;
	rsk_program_add_alias(program, config, name, config->dir, target);
	rsk_program_add_alias(program, config,
		rsk_slice_str(rsk_arena_printf(arena, "%.*s/*", (int)name.len,
			(const char *)name.ptr)),
		config->dir,
		rsk_slice_str(rsk_arena_printf(arena, "%.*s/*", (int)target.len,
			(const char *)target.ptr)));
}

/* The { behind `alias:`. */
static void read_table(struct rsk_program *program, const struct rsk_js *js,
	struct rsk_tsconfig *config, uint32_t open)
{
	uint32_t close = rsk_js_partner(js, open);
	uint32_t next;

	for (uint32_t i = open + 1; i < close; i = next + 1) {
		for (next = i;
			next < close && !rsk_js_is(js, next, RSK_JS_COMMA);)
			next = rsk_js_skip(js, next);
		if (rsk_js_is(js, i + 1, RSK_JS_COLON))
			add_name(program, config,
				rsk_arena_slice(&program->arena,
					rsk_js_value(js, i, &program->arena)),
				last_string(program, js, i + 2, next));
	}
}

void rsk_program_read_bundler(
	struct rsk_program *program, struct rsk_slice path)
{
	struct rsk_tsconfig config = { .dir = rsk_path_dir(path) };
	struct rsk_slice name = path;
	struct rsk_js_file file;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);

	/* .babelrc is JSON: an expression. */
	if (rsk_js_language(path) == RSK_JS_NO_LANGUAGE) {
		name = RSK_LIT("manifest.js");
		if (rsk_buf_add_str(&text, "x="))
			return;
	}
	while (config.dir.len && config.dir.ptr[config.dir.len - 1] == '/')
		config.dir.len--;
	if (!program->source->read(program->source->ctx, path, &text) &&
		!rsk_js_file_open(&file, name, rsk_buf_slice(&text))) {
		for (uint32_t i = 1; i + 2 < file.js->count; i++)
			if ((rsk_js_text_is(file.js, i, "alias") ||
				    rsk_js_text_is(file.js, i, "\"alias\"")) &&
				rsk_js_is(file.js, i + 1, RSK_JS_COLON) &&
				rsk_js_is(file.js, i + 2, RSK_JS_LBRACE))
				read_table(program, file.js, &config, i + 2);
		rsk_js_file_close(&file);
	}
	rsk_buf_release(&text);
	if (config.aliases.len)
		*RSK_VEC_PUSH(&program->aliases) = config;
}
