#include <ctype.h>
#include <stdarg.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/text_p.h"
#include "report/words_p.h"

enum { WIDTH = 100, LEAST_WIDTH = 40 };

/* A line has a few texts, and an escape up to four times its bytes. */
enum { LINE_TEXTS = 64 };

static const char *const inks[RSK_INKS] = {
	[RSK_INK_PLAIN] = "\033[0m",
	[RSK_INK_BOLD] = "\033[1m",
	[RSK_INK_DIM] = "\033[2m",
	[RSK_INK_RED] = "\033[1;31m",
	[RSK_INK_YELLOW] = "\033[1;33m",
	[RSK_INK_GREEN] = "\033[1;32m",
	[RSK_INK_BLUE] = "\033[1;34m",
	[RSK_INK_CYAN] = "\033[1;36m",
};

struct rsk_page rsk_page_on(struct rsk_out *out, const struct rsk_style *style)
{
	unsigned width = style->width ? style->width : WIDTH;

	return (struct rsk_page){
		.out = out,
		.style = style,
		.width = width < LEAST_WIDTH ? LEAST_WIDTH : width,
		.gap = true,
		.line = RSK_BUF_INIT(LINE_TEXTS * RSK_MAX_SHOWN_TEXT),
		.escape = RSK_BUF_INIT(LINE_TEXTS * RSK_MAX_SHOWN_TEXT),
	};
}

void rsk_page_release(struct rsk_page *page)
{
	rsk_buf_release(&page->line);
	rsk_buf_release(&page->escape);
}

enum rsk_ink rsk_severity_ink(enum rsk_severity severity)
{
	static const enum rsk_ink severities[RSK_SEVERITIES] = {
		[RSK_INFO] = RSK_INK_BOLD,
		[RSK_LOW] = RSK_INK_CYAN,
		[RSK_MEDIUM] = RSK_INK_YELLOW,
		[RSK_HIGH] = RSK_INK_RED,
		[RSK_CRITICAL] = RSK_INK_RED,
	};

	return severities[severity];
}

/* The ranges that terminals agree on; the rest is one column. */
unsigned rsk_rune_width(int32_t code)
{
	static const struct {
		int32_t first, last;
		unsigned width;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 },
		{ 0x0483, 0x0489, 0 },
		{ 0x0591, 0x05bd, 0 },
		{ 0x064b, 0x065f, 0 },
		{ 0x1100, 0x115f, 2 },
		{ 0x1ab0, 0x1aff, 0 },
		{ 0x1dc0, 0x1dff, 0 },
		{ 0x20d0, 0x20ff, 0 },
		{ 0x2e80, 0x303e, 2 },
		{ 0x3041, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 },
		{ 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },
		{ 0xfe20, 0xfe2f, 0 },
		{ 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },
		{ 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1f64f, 2 },
		{ 0x1f900, 0x1f9ff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return ranges[i].width;
	return 1;
}

static unsigned width_of(struct rsk_slice text)
{
	unsigned width = 0;

	while (text.len) {
		struct rsk_rune rune = rsk_utf8_next(text);

		width += rsk_rune_width(rune.code);
		text = rsk_slice_cut(text, rune.len, text.len);
	}
	return width;
}

void rsk_page_ink(struct rsk_page *page, enum rsk_ink ink)
{
	if (page->style->color)
		rsk_out_fail(
			page->out, rsk_buf_add_str(&page->line, inks[ink]));
}

void rsk_page_slice(struct rsk_page *page, struct rsk_slice text)
{
	struct rsk_slice shown = rsk_shorten(text, RSK_MAX_SHOWN_TEXT);

	rsk_buf_truncate(&page->escape, 0);
	rsk_out_fail(page->out, rsk_utf8_escape(&page->escape, shown));
	if (shown.len < text.len)
		rsk_out_fail(page->out, rsk_buf_add_str(&page->escape, "..."));
	page->column += width_of(rsk_buf_slice(&page->escape));
	rsk_out_fail(page->out,
		rsk_buf_add_slice(&page->line, rsk_buf_slice(&page->escape)));
}

void rsk_page_raw(struct rsk_page *page, const char *text, unsigned columns)
{
	page->column += columns;
	rsk_out_fail(page->out, rsk_buf_add_str(&page->line, text));
}

void rsk_page_str(struct rsk_page *page, const char *text)
{
	rsk_page_slice(page, rsk_slice_str(text));
}

void rsk_page_printf(struct rsk_page *page, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	rsk_page_str(page, text);
}

void rsk_page_path(struct rsk_page *page, struct rsk_slice path)
{
	if (!path.len)
		rsk_page_str(page, ".");
	else if (path.ptr[0] == ':' || path.ptr[0] == '#')
		rsk_page_str(page, "./");
	rsk_page_slice(page, path);
}

void rsk_page_indent(struct rsk_page *page, unsigned column)
{
	while (page->column < column)
		rsk_page_str(page, " ");
}

void rsk_page_to(struct rsk_page *page, unsigned column)
{
	rsk_page_str(page, " ");
	rsk_page_indent(page, column);
}

void rsk_page_fold(struct rsk_page *page, unsigned columns)
{
	const unsigned left = 2;

	if (!page->style->width || page->column <= left ||
		page->column + columns <= page->width)
		return;
	rsk_page_line(page);
	rsk_page_indent(page, left);
}

/*
 * What CI systems take for a command: "::" at the beginning of a line, blanks
 * not counted, and "##[" or "##word[" anywhere in it. Returns where a byte must
 * be hidden, or the length.
 */
static size_t find_command(struct rsk_slice line)
{
	struct rsk_slice text = rsk_slice_trim(line);

	if (rsk_slice_starts(text, RSK_LIT("::")))
		return (size_t)(text.ptr - line.ptr);
	for (size_t i = 1; i + 1 < line.len; i++)
		if (line.ptr[i] == '#' && line.ptr[i - 1] == '#' &&
			(line.ptr[i + 1] == '[' || isalpha(line.ptr[i + 1])))
			return i;
	return line.len;
}

static void emit(struct rsk_page *page)
{
	struct rsk_slice rest = rsk_buf_slice(&page->line);

	while (rest.len && rest.ptr[rest.len - 1] == ' ')
		rest.len--;
	while (rest.len) {
		size_t at = find_command(rest);

		rsk_out_slice(page->out, rsk_slice_cut(rest, 0, at));
		if (at < rest.len)
			rsk_out_text(page->out,
				rest.ptr[at] == ':' ? "\\x3a" : "\\x23");
		rest = rsk_slice_cut(rest, at + 1, rest.len);
	}
	rsk_out_text(page->out, "\n");
}

void rsk_page_line(struct rsk_page *page)
{
	emit(page);
	rsk_buf_truncate(&page->line, 0);
	page->column = 0;
	page->gap = false;
}

void rsk_page_gap(struct rsk_page *page)
{
	if (!page->gap)
		rsk_out_text(page->out, "\n");
	page->gap = true;
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

/* Take the next word off `line`. */
static struct rsk_slice next_word(struct rsk_slice *line)
{
	struct rsk_slice text = rsk_slice_trim(*line);
	size_t len = 0;

	while (len < text.len && !is_blank(text.ptr[len]))
		len++;
	*line = rsk_slice_cut(text, len, text.len);
	return rsk_slice_cut(text, 0, len);
}

/* A text that is being wrapped. */
struct wrapping {
	struct rsk_page *page;
	unsigned left; /* where further lines begin */
	bool fresh;    /* nothing of it on this line yet */
	bool prose;    /* the line before was no code */
};

static void next_line(struct wrapping *w)
{
	rsk_page_line(w->page);
	rsk_page_indent(w->page, w->left);
	w->fresh = true;
}

static void wrap_words(struct wrapping *w, struct rsk_slice line)
{
	struct rsk_slice word = next_word(&line);

	for (; word.len; word = next_word(&line)) {
		if (!w->fresh &&
			w->page->column + 1 + width_of(word) > w->page->width)
			next_line(w);
		if (!w->fresh)
			rsk_page_str(w->page, " ");
		rsk_page_slice(w->page, word);
		w->fresh = false;
	}
}

static void wrap_code(struct wrapping *w, struct rsk_slice line)
{
	while (line.len && line.ptr[0] == '\t') {
		rsk_page_str(w->page, "    ");
		line = rsk_slice_cut(line, 1, line.len);
	}
	rsk_page_slice(w->page, line);
	w->fresh = false;
}

void rsk_page_wrap_from(
	struct rsk_page *page, unsigned left, struct rsk_slice text)
{
	struct wrapping w = { page, left, true, true };
	struct rsk_slice rest = rsk_slice_trim(text);
	struct rsk_slice line;

	while (rsk_slice_line(&line, &rest)) {
		bool code = line.len && is_blank(line.ptr[0]);
		bool item = rsk_slice_starts(line, RSK_LIT("- "));

		if (!w.fresh && line.len && (code || item || !w.prose))
			next_line(&w);
		if (code)
			wrap_code(&w, line);
		else
			wrap_words(&w, line);
		w.prose = line.len && !code;
	}
	rsk_page_line(page);
}

void rsk_page_wrap(struct rsk_page *page, struct rsk_slice text)
{
	rsk_page_wrap_from(page, page->column, text);
}
