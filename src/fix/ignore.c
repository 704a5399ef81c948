#include "fix/fix_p.h"

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

/* Begins a line of its own even where the file has no last line ending. */
static bool add_lines(
	struct repair *r, size_t at, const char *what, struct rsk_slice lines)
{
	struct rsk_slice bytes = r->source->bytes;
	bool open =
		at && bytes.ptr[at - 1] != '\n' && bytes.ptr[at - 1] != '\r';

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
	if (!r->source->readable && !r->source->is_missing)
		return fix_refuse(r, r->source->why);
	if (!list_patterns(&lines, r, fix_line_ending(r->source->bytes)) &&
		lines.len)
		done = add_lines(r, place_in(r->source->bytes),
			"keep env files out of git", rsk_buf_slice(&lines));
	rsk_buf_release(&lines);
	return done;
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
			err = rsk_buf_printf(&lines, "%.*s=your-api-key-here%s",
				(int)name.len, (const char *)name.ptr,
				fix_line_ending(r.source->bytes));
	}
	if (!err && lines.len && (r.source->readable || r.source->is_missing))
		add_lines(&r, r.source->bytes.len, "say what has to be set",
			rsk_buf_slice(&lines));
	rsk_buf_release(&lines);
}
