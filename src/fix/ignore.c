#include "fix/fix_p.h"

#include <fnmatch.h>
#include <string.h>

/* Lines that files are lacking: of .gitignore, of .env.example. */

/*
 * The names that the finding's text lists, one a line behind two spaces, as
 * patterns of a .gitignore: a name is a name, whatever is in it.
 */
static void add_pattern(struct rsk_buf *out, struct rsk_slice name,
	const char *ending, enum rsk_err *err)
{
	for (size_t i = 0; i < name.len && !*err; i++) {
		uint8_t c = name.ptr[i];

		if (c && strchr("*?[\\ ", c))
			*err = rsk_buf_add_byte(out, '\\');
		if (!*err)
			*err = rsk_buf_add_byte(out, c);
	}
	if (!*err)
		*err = rsk_buf_add_str(out, ending);
}

static bool is_masked(struct rsk_slice name)
{
	return rsk_slice_find(name, RSK_LIT("****")) < name.len;
}

static enum rsk_err list_patterns(
	struct rsk_buf *out, const struct repair *r, const char *ending)
{
	struct rsk_slice rest = rsk_slice_str(r->finding->fix);
	struct rsk_slice line;
	enum rsk_err err = RSK_OK;

	while (!err && rsk_slice_line(&line, &rest))
		if (rsk_slice_starts(line, RSK_LIT("  ")) && !is_masked(line))
			add_pattern(out, rsk_slice_cut(line, 2, line.len),
				ending, &err);
	return err;
}

static bool is_negation(struct rsk_slice line)
{
	return rsk_slice_starts(line, RSK_LIT("!"));
}

/*
 * Behind the last line about env files, where a reader looks for them; at the
 * end of the file when one behind that takes something back, or there is none.
 */
static size_t place_in(struct rsk_slice bytes)
{
	size_t at = bytes.len;
	size_t end;

	for (size_t begin = 0; begin < bytes.len; begin = end) {
		struct rsk_slice line;

		end = fix_line_end(bytes, begin);
		line = rsk_slice_cut(bytes, begin, end);
		if (end < bytes.len && bytes.ptr[end] == '\r')
			end++;
		if (end < bytes.len && bytes.ptr[end] == '\n')
			end++;
		if (rsk_slice_find(line, RSK_LIT(".env")) < line.len)
			at = end;
		else if (is_negation(line))
			at = bytes.len;
	}
	return at;
}

/* Another repair may have ended the last line. */
static bool is_ended(const struct repair *r, size_t at)
{
	for (size_t i = 0; i < r->p->fix->edits.len; i++) {
		const struct rsk_edit *edit = &r->p->fix->edits.ptr[i];

		if (edit->begin == at &&
			rsk_slice_eq(edit->path, r->source->path))
			return true;
	}
	return false;
}

/* Begins a line of its own even where the file has no last line ending. */
static bool add_lines(
	struct repair *r, size_t at, const char *what, struct rsk_slice lines)
{
	struct rsk_slice bytes = r->source->bytes;
	bool open = at && bytes.ptr[at - 1] != '\n' &&
		    bytes.ptr[at - 1] != '\r' && !is_ended(r, at);

	fix_replace_str(r, at, at, what,
		rsk_arena_printf(r->p->arena, "%s%.*s",
			open ? fix_line_ending(bytes) : "", (int)lines.len,
			(const char *)lines.ptr));
	return true;
}

bool fix_ignore(struct repair *r)
{
	struct rsk_buf lines = RSK_BUF_INIT(1 << 20);
	bool done = false;

	r->source = fix_source(r->p, RSK_LIT(".gitignore"));
	if (!fix_may_edit(r))
		return false;
	if (!list_patterns(&lines, r, fix_line_ending(r->source->bytes)) &&
		lines.len)
		done = add_lines(r, place_in(r->source->bytes),
			"keep env files out of git", rsk_buf_slice(&lines));
	rsk_buf_release(&lines);
	return done;
}

/* A file that is tracked: once it is not, nothing else keeps it out. */

/* Does the pattern of a line take in the path? Only plain forms are known. */
static bool takes_in(const char *pattern, const char *path)
{
	const char *base = strrchr(path, '/');

	if (strchr(pattern, '/'))
		return !fnmatch(
			pattern + (pattern[0] == '/'), path, FNM_PATHNAME);
	return !fnmatch(pattern, base ? base + 1 : path, 0);
}

static bool is_ignored(
	struct repair *r, struct rsk_slice ignore, const char *path)
{
	struct rsk_slice line;
	bool ignored = false;

	while (rsk_slice_line(&line, &ignore)) {
		bool back = is_negation(line);
		const char *pattern;

		line = rsk_slice_trim(line);
		pattern = rsk_arena_str(
			r->p->arena, rsk_slice_cut(line, back, line.len));
		if (*pattern && takes_in(pattern, path))
			ignored = !back;
	}
	return ignored;
}

/* What a rotation leaves behind, and nobody is to set. */
static bool is_old(struct rsk_slice name)
{
	return rsk_slice_ends(name, RSK_LIT("_OLD")) ||
	       rsk_slice_ends(name, RSK_LIT("_PREVIOUS"));
}

static void want_variables(struct repair *r)
{
	struct rsk_slice rest = r->source->bytes;
	struct rsk_slice line;

	while (r->source->readable && rsk_slice_line(&line, &rest)) {
		size_t len = rsk_slice_find(line, RSK_LIT("="));
		struct rsk_slice name =
			rsk_slice_trim(rsk_slice_cut(line, 0, len));

		if (rsk_slice_starts(name, RSK_LIT("export ")))
			name = rsk_slice_trim(rsk_slice_cut(name, 7, name.len));
		if (len < line.len && fix_is_variable(name) && !is_old(name))
			fix_want_example(r, rsk_arena_str(r->p->arena, name));
	}
}

bool fix_ignore_tracked(struct repair *r)
{
	struct rsk_buf lines = RSK_BUF_INIT(1 << 20);
	struct rsk_slice path = r->finding->path;
	enum rsk_err err;

	want_variables(r);
	r->source = fix_source(r->p, RSK_LIT(".gitignore"));
	if (!fix_may_edit(r) ||
		is_ignored(r, r->source->bytes,
			rsk_arena_str(r->p->arena, path)) ||
		rsk_slice_find(path, RSK_LIT("\n")) < path.len)
		return false;
	err = rsk_buf_add_byte(&lines, '/');
	add_pattern(&lines, path, fix_line_ending(r->source->bytes), &err);
	if (!err)
		add_lines(r, place_in(r->source->bytes),
			"keep this env file out of git", rsk_buf_slice(&lines));
	rsk_buf_release(&lines);
	return !err;
}

/* .env.example: what has to be set, with values that are none. */

static bool has_variable(struct rsk_slice bytes, struct rsk_slice name)
{
	size_t end;

	for (size_t begin = 0; begin < bytes.len; begin = end + 1) {
		struct rsk_slice line;

		end = fix_line_end(bytes, begin);
		line = rsk_slice_cut(bytes, begin, end);
		if (rsk_slice_starts(line, name) && line.len > name.len &&
			line.ptr[name.len] == '=')
			return true;
	}
	return false;
}

/* An app's number is no key: what is not known is left empty. */
static const char *placeholder_of(struct rsk_slice name)
{
	return rsk_slice_ends(name, RSK_LIT("KEY")) ||
			       rsk_slice_ends(name, RSK_LIT("SECRET"))
		       ? "your-api-key-here"
		       : "";
}

/* `.env*` takes the model in as well, which is to be committed. */
static void keep_example(struct planning *p)
{
	struct repair r = { .p = p };
	const char *line;

	r.source = fix_source(p, RSK_LIT(".gitignore"));
	if (!fix_may_edit(&r) ||
		!is_ignored(&r, r.source->bytes, ".env.example"))
		return;
	line = rsk_arena_printf(
		p->arena, "!.env.example%s", fix_line_ending(r.source->bytes));
	add_lines(&r, r.source->bytes.len, "let git have the example",
		rsk_slice_str(line));
}

void fix_examples(struct planning *p)
{
	struct repair r = { .p = p };
	struct rsk_buf lines = RSK_BUF_INIT(1 << 20);
	enum rsk_err err = RSK_OK;

	if (!p->examples.len)
		return;
	r.source = fix_source(p, RSK_LIT(".env.example"));
	for (size_t i = 0; i < p->examples.len && !err; i++) {
		struct rsk_slice name = p->examples.ptr[i];

		if (!has_variable(r.source->bytes, name))
			err = rsk_buf_printf(&lines, "%.*s=%s%s", (int)name.len,
				(const char *)name.ptr, placeholder_of(name),
				fix_line_ending(r.source->bytes));
	}
	if (!err && lines.len && fix_may_edit(&r)) {
		add_lines(&r, r.source->bytes.len, "say what has to be set",
			rsk_buf_slice(&lines));
		keep_example(p);
	}
	rsk_buf_release(&lines);
}
