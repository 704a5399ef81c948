#include <inttypes.h>

#include "report/html_p.h"
#include "report/words_p.h"

/*
 * The data inventory: which kind of personal data goes into which call, as a
 * table, and under it every place.
 */
struct matrix {
	struct rsk_html *html;
	struct rsk_map types, sinks;            /* name -> number, from 1 */
	RSK_VEC(const struct rsk_datum *) rows; /* one of each type */
	RSK_VEC(const char *) columns;
	RSK_VEC(uint32_t) counts; /* rows x columns */
	RSK_VEC(size_t) cells;    /* of each datum: into counts */
};

/* So many places of one cell are listed. */
enum { PLACES = 200 };

static const char *const tiers[RSK_TIERS] = {
#define X(name, word) [RSK_TIER_##name] = (word),
	RSK_TIER_MAP(X)
#undef X
};

static void fill(struct matrix *matrix)
{
	const struct rsk_report *report = matrix->html->report;

	for (size_t i = 0; i < report->data.len; i++) {
		const struct rsk_datum *datum = &report->data.ptr[i];
		uint32_t *row =
			rsk_map_put(&matrix->types, rsk_slice_str(datum->type));
		uint32_t *column;

		if (!*row) {
			*RSK_VEC_PUSH(&matrix->rows) = datum;
			*row = (uint32_t)matrix->rows.len;
		}
		column =
			rsk_map_put(&matrix->sinks, rsk_slice_str(datum->sink));
		if (!*column) {
			*RSK_VEC_PUSH(&matrix->columns) = datum->sink;
			*column = (uint32_t)matrix->columns.len;
		}
	}
}

static uint32_t number_of(const struct rsk_map *map, const char *name)
{
	return *rsk_map_get(map, rsk_slice_str(name)) - 1;
}

static void count(struct matrix *matrix)
{
	const struct rsk_report *report = matrix->html->report;
	size_t width = matrix->columns.len;

	while (matrix->counts.len < matrix->rows.len * width)
		*RSK_VEC_PUSH(&matrix->counts) = 0;
	for (size_t i = 0; i < report->data.len; i++) {
		const struct rsk_datum *datum = &report->data.ptr[i];
		size_t row = number_of(&matrix->types, datum->type);
		size_t column = number_of(&matrix->sinks, datum->sink);

		matrix->counts.ptr[row * width + column]++;
		*RSK_VEC_PUSH(&matrix->cells) = row * width + column;
	}
}

static void release(struct matrix *matrix)
{
	rsk_map_release(&matrix->types);
	rsk_map_release(&matrix->sinks);
	RSK_VEC_RELEASE(&matrix->rows);
	RSK_VEC_RELEASE(&matrix->columns);
	RSK_VEC_RELEASE(&matrix->counts);
	RSK_VEC_RELEASE(&matrix->cells);
}

static void add_head(struct matrix *matrix)
{
	struct rsk_html *html = matrix->html;

	rsk_html_block(html, "thead", NULL);
	rsk_html_open(html, "tr", NULL);
	rsk_html_leaf(html, "th", "scope=\"col\"", "Data");
	rsk_html_leaf(html, "th", "scope=\"col\"", "Tier");
	for (size_t i = 0; i < matrix->columns.len; i++) {
		rsk_html_open(html, "th", "scope=\"col\"");
		rsk_html_leaf(html, "code", NULL, matrix->columns.ptr[i]);
		rsk_html_close(html);
	}
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_cell(struct matrix *matrix, size_t row, size_t column)
{
	struct rsk_html *html = matrix->html;
	uint32_t places =
		matrix->counts.ptr[row * matrix->columns.len + column];

	rsk_html_open(html, "td", places ? NULL : "class=\"none\"");
	if (places) {
		rsk_html_open(html, "a", NULL);
		rsk_html_attr_printf(html, "href", "#d%zu-%zu", row, column);
		rsk_html_attr_printf(html, "aria-label", "%u: %s to %s", places,
			matrix->rows.ptr[row]->title,
			matrix->columns.ptr[column]);
		rsk_html_printf(html, "%u", places);
		rsk_html_close(html);
	} else {
		rsk_html_raw(html, "<span aria-label=\"none\">-</span>");
	}
	rsk_html_close(html);
}

static void add_row(struct matrix *matrix, size_t row)
{
	struct rsk_html *html = matrix->html;
	const struct rsk_datum *datum = matrix->rows.ptr[row];

	rsk_html_block(html, "tr", NULL);
	rsk_html_open(html, "th", "scope=\"row\"");
	rsk_html_str(html, datum->title);
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "code", NULL, datum->type);
	rsk_html_close(html);
	rsk_html_open(html, "td", NULL);
	rsk_html_open(html, "span", NULL);
	rsk_html_attr_printf(html, "class", "pill tier-%s", tiers[datum->tier]);
	rsk_html_str(html, tiers[datum->tier]);
	rsk_html_close(html);
	rsk_html_close(html);
	for (size_t column = 0; column < matrix->columns.len; column++)
		add_cell(matrix, row, column);
	rsk_html_close(html);
}

static void add_cell_places(struct matrix *matrix, size_t row, size_t column)
{
	struct rsk_html *html = matrix->html;
	const struct rsk_report *report = html->report;

	size_t cell = row * matrix->columns.len + column;
	uint32_t left = matrix->counts.ptr[cell];
	uint32_t shown = 0;

	if (!left)
		return;
	rsk_html_block(html, "dt", NULL);
	rsk_html_attr_printf(html, "id", "d%zu-%zu", row, column);
	rsk_html_str(html, matrix->rows.ptr[row]->title);
	rsk_html_str(html, " to ");
	rsk_html_leaf(html, "code", NULL, matrix->columns.ptr[column]);
	rsk_html_close(html);
	for (size_t i = 0; shown < left && shown < PLACES; i++) {
		const struct rsk_datum *datum = &report->data.ptr[i];

		if (matrix->cells.ptr[i] != cell)
			continue;
		shown++;
		rsk_html_open(html, "dd", NULL);
		rsk_html_place(html, datum->path,
			(struct rsk_place){ datum->line, 0 });
		rsk_html_close(html);
	}
	if (shown < left)
		rsk_html_left_out(html, "dd", left - shown);
}

static void add_places(struct matrix *matrix)
{
	struct rsk_html *html = matrix->html;

	rsk_html_block(html, "details", "class=\"rest\"");
	rsk_html_leaf(html, "summary", NULL, "All places");
	rsk_html_block(html, "dl", "class=\"places-of\"");
	for (size_t row = 0; row < matrix->rows.len; row++)
		for (size_t i = 0; i < matrix->columns.len; i++)
			add_cell_places(matrix, row, i);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_table(struct matrix *matrix)
{
	struct rsk_html *html = matrix->html;

	rsk_html_block(html, "div",
		"class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"Data inventory\"");
	rsk_html_block(html, "table", "class=\"matrix\"");
	rsk_html_leaf(html, "caption", NULL,
		"Which kind of personal data reaches which call that sends "
		"data away, and in how many places");
	add_head(matrix);
	rsk_html_block(html, "tbody", NULL);
	for (size_t row = 0; row < matrix->rows.len; row++)
		add_row(matrix, row);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_close(html);
}

void rsk_html_data(struct rsk_html *html)
{
	struct matrix matrix = { .html = html };

	if (!html->report->data.len)
		return;
	fill(&matrix);
	count(&matrix);
	rsk_html_section(html, "data", "Personal data");
	add_table(&matrix);
	add_places(&matrix);
	rsk_html_close(html);
	release(&matrix);
}
