#include <assert.h>

#include "base/utf8.h"
#include "report/text_p.h"
#include "report/words_p.h"

/*
 * One line of code and the marks under it. The line is laid out in cells, a
 * rune each, because what is shown of a rune (an escape, a tab, a wide
 * character) may take any number of columns, and the carets must stand under
 * what they mean.
 */
enum { TAB = 4, BEFORE = 24, CELL_TEXT = 16 };

struct cell {
	char text[CELL_TEXT]; /* as shown */
	unsigned columns;
};

struct cells {
	RSK_VEC(struct cell) all;
	size_t caret, caret_end; /* which cells are marked */
	size_t first, last;      /* which are shown: [first, last) */
	bool cut;                /* more than blanks stand before `first` */
};

static struct cell tab_cell(unsigned column)
{
	struct cell cell = { .columns = TAB - column % TAB };

	memset(cell.text, ' ', cell.columns);
	return cell;
}

/* Backslashes stay single: this is code, and is not read back. */
static struct cell make_cell(struct rsk_slice text, struct rsk_rune rune)
{
	struct cell cell = { .columns = rsk_rune_width(rune.code) };

	assert(text.ptr);
	if (rune.code == RSK_RUNE_BAD || rune.code < 0x20 || rune.code == 0x7f)
		snprintf(cell.text, sizeof(cell.text), "\\x%02x", text.ptr[0]);
	else if (rsk_utf8_deceptive(rune.code))
		snprintf(cell.text, sizeof(cell.text), "\\u{%x}",
			(unsigned)rune.code);
	else
		memcpy(cell.text, text.ptr, rune.len);
	if (cell.text[0] == '\\' && cell.text[1])
		cell.columns = (unsigned)strlen(cell.text);
	return cell;
}

static void lay_out(struct cells *cells, const struct rsk_snippet *snippet)
{
	struct rsk_slice text = snippet->text;
	unsigned column = 0;

	while (text.len) {
		struct rsk_rune rune = rsk_utf8_next(text);
		struct cell *cell = RSK_VEC_PUSH(&cells->all);

		*cell = rune.code == '\t' ? tab_cell(column)
					  : make_cell(text, rune);
		column += cell->columns;
		text = rsk_slice_cut(text, rune.len, text.len);
	}
	cells->caret = snippet->caret;
	cells->caret_end = (size_t)snippet->caret + snippet->carets;
	if (cells->caret_end > cells->all.len)
		cells->caret_end = cells->all.len;
	if (cells->caret > cells->caret_end)
		cells->caret = cells->caret_end;
}

static unsigned columns_of(const struct cells *cells, size_t from, size_t to)
{
	unsigned columns = 0;

	for (size_t i = from; i < to; i++)
		columns += cells->all.ptr[i].columns;
	return columns;
}

/* Leading blanks tell nothing; too long a line is shown around the caret. */
static void choose(struct cells *cells, unsigned room)
{
	unsigned used = 0;

	while (cells->first < cells->caret &&
		cells->all.ptr[cells->first].text[0] == ' ')
		cells->first++;
	if (columns_of(cells, cells->first, cells->all.len) > room) {
		size_t least = cells->first;

		room -= 6; /* "..." at both ends */
		cells->first = cells->caret;
		while (cells->first > least &&
			columns_of(cells, cells->first - 1, cells->caret) <=
				BEFORE)
			cells->first--;
		cells->cut = cells->first > least;
	}
	for (cells->last = cells->first; cells->last < cells->all.len;
		cells->last++) {
		used += cells->all.ptr[cells->last].columns;
		if (used > room)
			break;
	}
}

static void add_line(struct rsk_page *page, const struct cells *cells)
{
	if (cells->cut)
		rsk_page_str(page, "...");
	for (size_t i = cells->first; i < cells->last; i++)
		rsk_page_raw(page, cells->all.ptr[i].text,
			cells->all.ptr[i].columns);
	if (cells->last < cells->all.len)
		rsk_page_str(page, "...");
	rsk_page_line(page);
}

static void add_carets(struct rsk_page *page, const struct cells *cells)
{
	size_t end =
		cells->caret_end < cells->last ? cells->caret_end : cells->last;
	unsigned skip = columns_of(cells, cells->first, cells->caret);
	unsigned marks = columns_of(cells, cells->caret, end);

	rsk_page_indent(page, page->column + skip + (cells->cut ? 3 : 0));
	while (marks--)
		rsk_page_str(page, "^");
}

/* "  12 | ", or as much space. */
static void add_gutter(struct rsk_page *page, unsigned digits, const char *text)
{
	rsk_page_ink(page, RSK_INK_DIM);
	rsk_page_str(page, "  ");
	rsk_page_indent(page, 2 + digits - (unsigned)strlen(text));
	rsk_page_str(page, text);
	rsk_page_str(page, " | ");
	rsk_page_ink(page, RSK_INK_PLAIN);
}

void rsk_page_snippet(struct rsk_page *page, const struct rsk_finding *finding)
{
	struct cells cells = { 0 };
	char number[16];
	unsigned digits = (unsigned)snprintf(number, sizeof(number), "%u",
		rsk_place_shown(finding->start).line);

	if (!finding->snippet.text.len)
		return;
	lay_out(&cells, &finding->snippet);
	choose(&cells, page->width - digits - 5);
	add_gutter(page, digits, number);
	add_line(page, &cells);
	if (cells.caret_end > cells.caret) {
		add_gutter(page, digits, "");
		rsk_page_ink(page, rsk_severity_ink(finding->severity));
		add_carets(page, &cells);
		rsk_page_ink(page, RSK_INK_PLAIN);
		rsk_page_line(page);
	}
	RSK_VEC_RELEASE(&cells.all);
}
