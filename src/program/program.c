#include "program/program_p.h"

#include <stdlib.h>

#include "base/input.h"
#include "base/limits.h"
#include "base/mem.h"

struct rsk_program *rsk_program_new(const struct rsk_program_source *source,
	const struct rsk_vocabulary *vocabulary)
{
	struct rsk_program *program = rsk_alloc(sizeof(*program));

	program->source = source;
	program->vocabulary = vocabulary;
	program->opened = rsk_alloc_array(
		source->paths_len + 1, sizeof(*program->opened));
	for (size_t i = 0; i < source->paths_len; i++)
		*rsk_map_put(&program->paths, source->paths[i]) =
			(uint32_t)i + 1;
	return program;
}

static void close_file(struct rsk_opened *opened)
{
	if (!opened)
		return;
	if (opened->ok)
		rsk_js_file_close(&opened->file);
	rsk_buf_release(&opened->text);
	free(opened);
}

void rsk_program_free(struct rsk_program *program)
{
	if (!program)
		return;
	for (size_t i = 0; i < program->source->paths_len; i++)
		close_file(program->opened[i]);
	free(program->opened);
	for (size_t i = 0; i < program->tsconfigs.len; i++)
		RSK_VEC_RELEASE(&program->tsconfigs.ptr[i].aliases);
	RSK_VEC_RELEASE(&program->tsconfigs);
	for (size_t i = 0; i < program->aliases.len; i++)
		RSK_VEC_RELEASE(&program->aliases.ptr[i].aliases);
	RSK_VEC_RELEASE(&program->aliases);
	RSK_VEC_RELEASE(&program->packages);
	RSK_VEC_RELEASE(&program->edges);
	rsk_map_release(&program->resolved);
	rsk_map_release(&program->paths);
	rsk_arena_release(&program->arena);
	free(program);
}

uint32_t rsk_program_index(
	const struct rsk_program *program, struct rsk_slice path)
{
	const uint32_t *at = rsk_map_get(&program->paths, path);

	return at ? *at - 1 : UINT32_MAX;
}

static void tell_gap(const struct rsk_program *program, struct rsk_slice path,
	const char *why)
{
	program->source->gap(
		program->source->ctx, RSK_GAP_SYNTAX_LIMIT, path, why);
}

/* Read and bind; what can't be is told once. */
static bool open_watched(struct rsk_program *program, struct rsk_opened *opened,
	struct rsk_slice path)
{
	struct rsk_slice text;
	enum rsk_err err;

	opened->text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);
	if (program->source->read(program->source->ctx, path, &opened->text))
		return false;
	text = rsk_buf_slice(&opened->text);
	opened->generated = rsk_js_is_generated(path, text);
	if (opened->generated)
		return false;
	program->bytes += text.len;
	if (program->bytes > RSK_MAX_PROGRAM_BYTES) {
		tell_gap(program, path, "too much code in one project");
		return false;
	}
	err = rsk_js_file_open(&opened->file, path, text);
	if (err == RSK_LIMIT || err == RSK_TOOBIG || err == RSK_NOMEM)
		tell_gap(program, path, rsk_err_text(err));
	return !err;
}

static bool open_text(struct rsk_program *program, struct rsk_opened *opened,
	struct rsk_slice path)
{
	enum rsk_err err = rsk_input_begin(RSK_INPUT_CODE, path);
	bool ok = false;

	if (err)
		program->source->gap(program->source->ctx,
			rsk_gap_of(err, RSK_GAP_CRASH), path,
			"reading it as code ended the process");
	else
		ok = open_watched(program, opened, path);
	rsk_input_end();
	return ok;
}

bool rsk_program_is_generated(
	const struct rsk_program *program, struct rsk_slice path)
{
	uint32_t at = rsk_program_index(program, path);

	return at != UINT32_MAX && program->opened[at] &&
	       program->opened[at]->generated;
}

struct rsk_js_file *rsk_program_open(
	struct rsk_program *program, struct rsk_slice path)
{
	uint32_t at = rsk_program_index(program, path);
	enum rsk_js_language language = rsk_js_language(path);
	struct rsk_opened *opened;

	if (at == UINT32_MAX || language == RSK_JS_NO_LANGUAGE ||
		language == RSK_JS_DECLARATION)
		return NULL;
	opened = program->opened[at];
	if (!opened) {
		opened = rsk_alloc(sizeof(*opened));
		program->opened[at] = opened;
		opened->ok =
			open_text(program, opened, program->source->paths[at]);
		opened->file.user = opened;
	}
	return opened->ok ? &opened->file : NULL;
}

struct rsk_js_file *rsk_program_resolve(
	void *ctx, struct rsk_js_file *from, struct rsk_slice specifier)
{
	struct rsk_program *program = ctx;
	uint32_t at = rsk_program_lookup(program, from->path, specifier);

	return at == UINT32_MAX
		       ? NULL
		       : rsk_program_open(program, program->source->paths[at]);
}

/* ---- paths ---- */

/* Cut the last part off; false when there is none. */
static bool go_up(struct rsk_slice *dir)
{
	if (!dir->len)
		return false;
	*dir = rsk_path_dir(*dir);
	while (dir->len && dir->ptr[dir->len - 1] == '/')
		dir->len--;
	return true;
}

static struct rsk_slice add_part(
	struct rsk_arena *arena, struct rsk_slice dir, struct rsk_slice part)
{
	uint8_t *out = rsk_arena_alloc(arena, dir.len + 1 + part.len);
	size_t len = dir.len;

	if (dir.len) {
		memcpy(out, dir.ptr, dir.len);
		out[len++] = '/';
	}
	memcpy(out + len, part.ptr, part.len);
	return rsk_slice(out, len + part.len);
}

bool rsk_path_join(struct rsk_arena *arena, struct rsk_slice dir,
	struct rsk_slice path, struct rsk_slice *out)
{
	while (dir.len && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	while (path.len) {
		size_t end = rsk_slice_find(path, RSK_LIT("/"));
		struct rsk_slice part = rsk_slice_cut(path, 0, end);

		path = rsk_slice_cut(path, end + 1, path.len);
		if (!part.len || rsk_slice_eq_str(part, "."))
			continue;
		if (rsk_slice_eq_str(part, "..")) {
			if (!go_up(&dir))
				return false;
			continue;
		}
		dir = add_part(arena, dir, part);
	}
	*out = dir;
	return true;
}

enum rsk_err rsk_program_read(
	struct rsk_program *program, struct rsk_slice path, struct rsk_buf *out)
{
	return program->source->read(program->source->ctx, path, out);
}

/* ---- tests ---- */

bool rsk_program_is_test(struct rsk_slice path)
{
	static const char *const inside[] = { ".test.", ".spec.", ".stories.",
		".story.", ".mock.", ".e2e.", ".cy.", ".fixture.", "_test.",
		"_spec.", "Test.java", "Test.kt", "Test.php", "Test.cs",
		"Tests.cs" };
	static const char *const folders[] = { "__tests__", "__mocks__",
		"__fixtures__", "test", "tests", "e2e", "cypress", "playwright",
		"fixtures", "stories", "mocks", "spec", ".storybook" };
	struct rsk_slice name = rsk_path_base(path);
	struct rsk_slice dir = rsk_path_dir(path);

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (rsk_slice_find(name, rsk_slice_str(inside[i])) < name.len)
			return true;
	if (rsk_slice_starts(name, RSK_LIT("test_")))
		return true;
	while (dir.len) {
		size_t end = rsk_slice_find(dir, RSK_LIT("/"));
		struct rsk_slice part = rsk_slice_cut(dir, 0, end);

		for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]);
			i++)
			if (rsk_slice_eq_str(part, folders[i]))
				return true;
		dir = rsk_slice_cut(dir, end + 1, dir.len);
	}
	return false;
}
