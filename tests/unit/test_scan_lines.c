#include <criterion/criterion.h>

#include "scan/lines.h"

/* The place of byte `offset`, counted in steps of `step` bytes. */
static struct rsk_place place_of(const char *text, size_t offset, size_t step)
{
	struct rsk_window window = { .bytes = rsk_slice_str(text) };
	struct rsk_lines lines = RSK_LINES_INIT;

	while (lines.offset + step < offset)
		rsk_lines_advance(&lines, &window, lines.offset + step);
	rsk_lines_advance(&lines, &window, offset);
	return rsk_lines_place(&lines);
}

static const struct {
	const char *text;
	size_t offset;
	uint32_t line, column;
} cases[] = {
	{ "abc", 0, 1, 1 },
	{ "abc", 3, 1, 4 },
	{ "a\nb", 2, 2, 1 },
	{ "a\r\nb", 3, 2, 1 },
	{ "a\rb", 2, 2, 1 },
	{ "a\r\rb", 3, 3, 1 },
	{ "a\n\rb", 3, 3, 1 },
	{ "\n\n\nxy", 4, 4, 2 },
	{ "\xc3\xa9\xc3\xa9x", 4, 1, 3 }, /* two e with an accent */
	{ "\xf0\x9f\x92\xa9x", 4, 1, 2 }, /* one rune of four bytes */
	{ "\xff\xfex", 2, 1, 3 },         /* bad bytes are a rune each */
	{ "one\r\ntwo\r\nthree", 12, 3, 3 },
};

Test(lines, places)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rsk_place at =
			place_of(cases[i].text, cases[i].offset, 1000);

		cr_expect(at.line == cases[i].line &&
				  at.column == cases[i].column,
			"case %zu: got %u:%u", i, at.line, at.column);
	}
}

/* ASCII only: a step must not end inside a rune. */
Test(lines, do_not_depend_on_steps)
{
	const char *text = "a\r\n\r\nbc\n\rdef\r\r\n\nxyz\r\n";

	for (size_t offset = 0; offset <= strlen(text); offset++)
		for (size_t step = 1; step < 5; step++) {
			struct rsk_place whole = place_of(text, offset, 1000);
			struct rsk_place cut = place_of(text, offset, step);

			cr_expect(whole.line == cut.line &&
					  whole.column == cut.column,
				"offset %zu in steps of %zu", offset, step);
		}
}

Test(lines, go_over_a_hole)
{
	struct rsk_window window = { .bytes = RSK_LIT("a\nbc") };
	struct rsk_lines lines = RSK_LINES_INIT;

	rsk_lines_advance(&lines, &window, 1000);
	cr_expect_eq(lines.offset, 1000);
	cr_expect_eq(lines.line, 2);
	cr_expect_eq(lines.column, 999);
}

/* A byte at a time. */
static uint32_t count_plainly(const char *text, size_t len)
{
	uint32_t line = 1;

	for (size_t i = 0; i < len; i++)
		line += text[i] == '\r' ||
			(text[i] == '\n' && !(i && text[i - 1] == '\r'));
	return line;
}

/* So long that several vectors, and sums of many, are made. */
Test(lines, of_long_texts_are_all_counted)
{
	static char text[20001];
	static const char endings[] = "\n\r\na\r\n\n\nxyz\n";

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 1000 < 500
				  ? '\n'
				  : endings[i * i / 7 % (sizeof(endings) - 1)];
	for (size_t len = 0; len < sizeof(text) - 1; len += len < 200 ? 1 : 97)
		cr_expect_eq(place_of(text, len, 100000).line,
			count_plainly(text, len), "%zu bytes", len);
}
