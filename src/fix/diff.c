#include "fix/fix_p.h"

#include <stdlib.h>

#include "base/utf8.h"

/*
 * Unified diffs, as git writes them: three lines around each change, names
 * quoted where they need it. The lines of a file end with LF here, whatever
 * else may stand in front of it.
 */
static const size_t CONTEXT = 3;

/* Lines of the old file that edits touch; [first, end), which may be empty. */
struct region {
	size_t first, end;      /* lines, from 0 */
	size_t edit, edits_end; /* of the file */
};

struct diffing {
	const struct rsk_fix_file *file;
	const struct rsk_fix_shown *shown; /* NULL: the real thing */
	RSK_VEC(size_t) lines;             /* where each line begins */
	RSK_VEC(struct region) regions;
	struct rsk_buf *out;
	enum rsk_err err;
	long shift; /* lines that the changes so far have added */
};

/* Putting together */

/* The bytes of [from, to) with the edits of a region in them. */
struct stretch {
	size_t from, to;
	const struct rsk_edit *edits;
	size_t len;
};

static enum rsk_err apply_edits(struct rsk_buf *out, struct rsk_slice bytes,
	const struct stretch *stretch)
{
	enum rsk_err err = RSK_OK;
	size_t at = stretch->from;

	for (size_t i = 0; i < stretch->len && !err; i++) {
		const struct rsk_edit *edit = &stretch->edits[i];

		err = rsk_buf_add_slice(
			out, rsk_slice_cut(bytes, at, edit->begin));
		if (!err)
			err = rsk_buf_add_slice(out, edit->text);
		at = edit->end;
	}
	return err ? err
		   : rsk_buf_add_slice(
			     out, rsk_slice_cut(bytes, at, stretch->to));
}

enum rsk_err fix_result(const struct rsk_fix_file *file, struct rsk_buf *out)
{
	const struct stretch all = { 0, file->bytes.len, file->edits,
		file->edits_len };

	return apply_edits(out, file->bytes, &all);
}

/* Lines */

static void find_lines(struct diffing *d)
{
	struct rsk_slice bytes = d->file->bytes;

	for (size_t at = 0; at < bytes.len;) {
		const uint8_t *end =
			memchr(bytes.ptr + at, '\n', bytes.len - at);

		*RSK_VEC_PUSH(&d->lines) = at;
		at = end ? (size_t)(end - bytes.ptr) + 1 : bytes.len;
	}
}

static size_t line_begin(const struct diffing *d, size_t line)
{
	return line < d->lines.len ? d->lines.ptr[line] : d->file->bytes.len;
}

/* The line that holds the offset; the end of the file is in the last line
 * unless that one is complete. */
static size_t line_at(const struct diffing *d, size_t at)
{
	size_t low = 0;
	size_t high = d->lines.len;
	struct rsk_slice bytes = d->file->bytes;

	if (at == bytes.len && (!at || bytes.ptr[at - 1] == '\n'))
		return d->lines.len;
	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;

		if (d->lines.ptr[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static struct region region_of(const struct diffing *d, size_t edit)
{
	const struct rsk_edit *e = &d->file->edits[edit];
	size_t first = line_at(d, e->begin);
	size_t last = line_at(d, e->end);
	bool whole_lines = rsk_slice_ends(e->text, RSK_LIT("\n")) &&
			   line_begin(d, first) == e->begin &&
			   line_begin(d, last) == e->end;

	return (struct region){
		.first = first,
		.end = whole_lines || last == d->lines.len ? last : last + 1,
		.edit = edit,
		.edits_end = edit + 1,
	};
}

static void find_regions(struct diffing *d)
{
	for (size_t i = 0; i < d->file->edits_len; i++) {
		struct region next = region_of(d, i);
		struct region *last =
			d->regions.len ? &d->regions.ptr[d->regions.len - 1]
				       : NULL;

		if (last && next.first <= last->end) {
			if (next.end > last->end)
				last->end = next.end;
			last->edits_end = next.edits_end;
		} else {
			*RSK_VEC_PUSH(&d->regions) = next;
		}
	}
}

/* Writing */

static void put(struct diffing *d, struct rsk_slice text)
{
	if (!d->err)
		d->err = rsk_buf_add_slice(d->out, text);
}

static void put_str(struct diffing *d, const char *text)
{
	put(d, rsk_slice_str(text));
}

/* What a CI system would obey is hidden by an escape of its first byte. */
static void put_shown(struct diffing *d, struct rsk_slice line)
{
	struct rsk_buf escaped = RSK_BUF_INIT(1 << 26);
	struct rsk_slice rest;
	struct rsk_slice text;

	if (d->err)
		return;
	for (size_t begin = 0, end; begin <= line.len && !d->err;
		begin = end + 1) {
		rest = rsk_slice_cut(line, begin, line.len);
		end = begin + rsk_slice_find(rest, RSK_LIT("\t"));
		d->err = rsk_utf8_escape(
			&escaped, rsk_slice_cut(line, begin, end));
		if (!d->err && end < line.len)
			d->err = rsk_buf_add_byte(&escaped, '\t');
	}
	text = rsk_buf_slice(&escaped);
	rest = rsk_slice_trim(text);
	if (rsk_slice_starts(rest, RSK_LIT("::"))) {
		put(d, rsk_slice(text.ptr, (size_t)(rest.ptr - text.ptr)));
		put_str(d, "\\x3a");
		text = rsk_slice_cut(rest, 1, rest.len);
	}
	for (size_t at; text.len;
		text = rsk_slice_cut(text, at + 2, text.len)) {
		at = rsk_slice_find(text, RSK_LIT("##"));
		put(d, rsk_slice_cut(text, 0, at));
		put_str(d, at < text.len ? "\\x23#" : "");
	}
	rsk_buf_release(&escaped);
}

static const char *color_of(const struct diffing *d, char sign)
{
	if (!d->shown || !d->shown->color)
		return "";
	return sign == '-' ? "\033[31m" : sign == '+' ? "\033[32m" : "";
}

/* One line, with its LF or without. */
static void put_line(struct diffing *d, char sign, struct rsk_slice line)
{
	bool whole = rsk_slice_ends(line, RSK_LIT("\n"));
	const char *color = color_of(d, sign);

	put_str(d, color);
	put(d, rsk_slice(&sign, 1));
	if (d->shown)
		put_shown(d, d->shown->mask(d->shown->ctx,
				     rsk_slice_cut(line, 0, line.len - whole)));
	else
		put(d, rsk_slice_cut(line, 0, line.len - whole));
	put_str(d, *color ? "\033[0m\n" : "\n");
	if (!whole)
		put_str(d, "\\ No newline at end of file\n");
}

static void put_lines(struct diffing *d, char sign, struct rsk_slice text)
{
	while (text.len) {
		size_t end = rsk_slice_find(text, RSK_LIT("\n"));

		put_line(d, sign, rsk_slice_cut(text, 0, end + 1));
		text = rsk_slice_cut(text, end + 1, text.len);
	}
}

static size_t count_lines(struct rsk_slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n + (text.len && text.ptr[text.len - 1] != '\n');
}

/* The old lines of a region; a secret that edits take away is masked. */
static void put_old(struct diffing *d, const struct region *region)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 26);
	size_t at = line_begin(d, region->first);
	size_t end = line_begin(d, region->end);

	for (size_t i = region->edit; i < region->edits_end && !d->err; i++) {
		const struct rsk_edit *edit = &d->file->edits[i];

		if (!d->shown || !edit->masked)
			continue;
		d->err = rsk_buf_add_slice(&text,
			rsk_slice_cut(d->file->bytes, at, edit->secret_begin));
		if (!d->err)
			d->err = rsk_buf_add_str(&text, edit->masked);
		at = edit->secret_end;
	}
	if (!d->err)
		d->err = rsk_buf_add_slice(
			&text, rsk_slice_cut(d->file->bytes, at, end));
	put_lines(d, '-', rsk_buf_slice(&text));
	rsk_buf_release(&text);
}

static void put_new(
	struct diffing *d, const struct region *region, size_t *lines)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 26);

	const struct stretch stretch = {
		.from = line_begin(d, region->first),
		.to = line_begin(d, region->end),
		.edits = d->file->edits + region->edit,
		.len = region->edits_end - region->edit,
	};

	if (!d->err)
		d->err = apply_edits(&text, d->file->bytes, &stretch);
	if (lines)
		*lines = count_lines(rsk_buf_slice(&text));
	else
		put_lines(d, '+', rsk_buf_slice(&text));
	rsk_buf_release(&text);
}

static void put_context(struct diffing *d, size_t from, size_t to)
{
	put_lines(d, ' ',
		rsk_slice_cut(d->file->bytes, line_begin(d, from),
			line_begin(d, to)));
}

/* "@@ -old,n +new,n @@"; an empty range is named by the line before it. */
static void put_header(struct diffing *d, size_t from, size_t to, size_t added)
{
	size_t begin = (size_t)((long)from + d->shift);

	if (!d->err)
		d->err = rsk_buf_printf(d->out, "@@ -%zu,%zu +%zu,%zu @@\n",
			to > from ? from + 1 : from, to - from,
			added ? begin + 1 : begin, added);
}

/* The regions from `first` on that are near each other. */
static size_t put_hunk(struct diffing *d, size_t first)
{
	const struct region *regions = d->regions.ptr;
	size_t end = first + 1;
	size_t from = regions[first].first;
	size_t to;
	size_t added = 0;

	while (end < d->regions.len &&
		regions[end].first <= regions[end - 1].end + 2 * CONTEXT)
		end++;
	from = from > CONTEXT ? from - CONTEXT : 0;
	to = regions[end - 1].end + CONTEXT;
	to = to > d->lines.len ? d->lines.len : to;
	added = to - from;
	for (size_t i = first; i < end; i++) {
		size_t lines = 0;

		put_new(d, &regions[i], &lines);
		added += lines - (regions[i].end - regions[i].first);
	}
	put_header(d, from, to, added);
	for (size_t i = first, at = from; i < end; at = regions[i++].end) {
		put_context(d, at, regions[i].first);
		put_old(d, &regions[i]);
		put_new(d, &regions[i], NULL);
		if (i + 1 == end)
			put_context(d, regions[i].end, to);
	}
	d->shift += (long)added - (long)(to - from);
	return end;
}

/* "##[error]" in a name is a command for some CI systems. */
static bool needs_quotes(struct rsk_slice path)
{
	if (rsk_slice_find(path, RSK_LIT("##")) < path.len)
		return true;
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] < ' ' || path.ptr[i] >= 0x7f ||
			path.ptr[i] == '"' || path.ptr[i] == '\\')
			return true;
	return false;
}

/* As git quotes names: bytes that are not plain in octal. */
static void put_name(struct diffing *d, const char *side)
{
	struct rsk_slice path = d->file->path;
	bool quotes = needs_quotes(path);

	put_str(d, quotes ? "\"" : "");
	put_str(d, side);
	for (size_t i = 0; i < path.len && !d->err; i++) {
		uint8_t c = path.ptr[i];

		if (quotes && (c < ' ' || c >= 0x7f || strchr("\"\\#", c)))
			d->err = rsk_buf_printf(d->out, "\\%03o", c);
		else
			d->err = rsk_buf_add_byte(d->out, c);
	}
	put_str(d, quotes ? "\"" : "");
}

/* A name with a blank in it ends with a tab, so that it is seen to end. */
static void put_file_line(struct diffing *d, const char *word, const char *side)
{
	struct rsk_slice path = d->file->path;

	put_str(d, word);
	put_name(d, side);
	if (!needs_quotes(path) && path.len && memchr(path.ptr, ' ', path.len))
		put_str(d, "\t");
	put_str(d, "\n");
}

static void put_file(struct diffing *d)
{
	put_str(d, "diff --git ");
	put_name(d, "a/");
	put_str(d, " ");
	put_name(d, "b/");
	put_str(d, "\n");
	if (d->file->is_new)
		put_str(d, "new file mode 100644\n--- /dev/null\n");
	else
		put_file_line(d, "--- ", "a/");
	put_file_line(d, "+++ ", "b/");
	for (size_t i = 0; i < d->regions.len && !d->err;)
		i = put_hunk(d, i);
}

static enum rsk_err diff_file(const struct rsk_fix_file *file,
	const struct rsk_fix_shown *shown, struct rsk_buf *out)
{
	struct diffing d = { .file = file, .shown = shown, .out = out };

	find_lines(&d);
	find_regions(&d);
	put_file(&d);
	RSK_VEC_RELEASE(&d.lines);
	RSK_VEC_RELEASE(&d.regions);
	return d.err;
}

enum rsk_err rsk_fix_patch(const struct rsk_fix *fix, struct rsk_buf *out)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < fix->files.len && !err; i++)
		err = diff_file(&fix->files.ptr[i], NULL, out);
	return err;
}

enum rsk_err rsk_fix_show(
	const struct rsk_fix *fix, const struct rsk_fix_shown *shown, FILE *out)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < fix->files.len && !err; i++) {
		struct rsk_buf text = RSK_BUF_INIT(1 << 28);

		err = diff_file(&fix->files.ptr[i], shown, &text);
		if (!err && text.len &&
			fwrite(text.ptr, 1, text.len, out) != text.len)
			err = RSK_IO;
		rsk_buf_release(&text);
	}
	return err;
}
