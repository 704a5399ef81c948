#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/limits.h"
#include "edge.h"
#include "report/text_p.h"

/* Lines of text for people: columns, folds, and what must not be in them. */

struct paper {
	char shown[600];
	struct rsk_out out;
	struct rsk_style style;
	struct rsk_page page;
};

static struct rsk_page *open_paper(struct paper *paper, unsigned width)
{
	*paper = (struct paper){ .style = { .width = width } };
	paper->out.file = fmemopen(paper->shown, sizeof(paper->shown), "w");
	cr_assert_not_null(paper->out.file);
	paper->page = rsk_page_on(&paper->out, &paper->style);
	return &paper->page;
}

static void expect_shown(struct paper *paper, const char *text)
{
	rsk_page_release(&paper->page);
	cr_expect_eq(rsk_out_finish(&paper->out), RSK_OK);
	fclose(paper->out.file);
	cr_expect_str_eq(paper->shown, text);
}

/* Blocks of Unicode that are not one column wide; all others are. */
static const struct {
	const char *what;
	int32_t first, last;
	unsigned width;
} blocks[] = {
	{ "combining marks", 0x0300, 0x036f, 0 },
	{ "of Cyrillic", 0x0483, 0x0489, 0 },
	{ "of Hebrew", 0x0591, 0x05bd, 0 },
	{ "of Arabic", 0x064b, 0x065f, 0 },
	{ "leading Hangul Jamo", 0x1100, 0x115f, 2 },
	{ "combining marks, extended", 0x1ab0, 0x1aff, 0 },
	{ "combining marks, supplement", 0x1dc0, 0x1dff, 0 },
	{ "combining marks for symbols", 0x20d0, 0x20ff, 0 },
	{ "CJK radicals to punctuation", 0x2e80, 0x303e, 2 },
	{ "Hiragana to Yi", 0x3041, 0xa4cf, 2 },
	{ "Hangul syllables", 0xac00, 0xd7a3, 2 },
	{ "CJK compatibility ideographs", 0xf900, 0xfaff, 2 },
	{ "variation selectors", 0xfe00, 0xfe0f, 0 },
	{ "combining half marks", 0xfe20, 0xfe2f, 0 },
	{ "CJK compatibility forms", 0xfe30, 0xfe6f, 2 },
	{ "full width", 0xff00, 0xff60, 2 },
	{ "full width signs", 0xffe0, 0xffe6, 2 },
	{ "pictographs", 0x1f300, 0x1f64f, 2 },
	{ "more pictographs", 0x1f900, 0x1f9ff, 2 },
	{ "planes 2 and 3", 0x20000, 0x3fffd, 2 },
};

Test(page, width_of_every_rune)
{
	const size_t len = sizeof(blocks) / sizeof(blocks[0]);
	size_t at = 0;

	for (int32_t code = 0; code <= 0x10ffff; code++) {
		bool inside;

		while (at < len && code > blocks[at].last)
			at++;
		inside = at < len && code >= blocks[at].first;
		cr_assert_eq(rsk_rune_width(code),
			inside ? blocks[at].width : 1, "U+%04X %s",
			(unsigned)code, at < len ? blocks[at].what : "");
	}
}

struct fold {
	unsigned width;
	const char *begins;
	unsigned columns; /* of what comes */
	const char *shown;
};

static const struct fold folds[] = {
	{ 0, "abc", 500, "abcx\n" },
	{ 40, "ab", 500, "abx\n" },
	{ 40, "abc", 37, "abcx\n" },
	{ 40, "abc", 38, "abc\n  x\n" },
	{ 39, "abc", 37, "abcx\n" }, /* the least there is */
	{ 41, "abc", 38, "abcx\n" },
};

Test(page, folds_where_there_is_no_room)
{
	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		struct paper paper;
		struct rsk_page *page = open_paper(&paper, folds[i].width);

		rsk_page_str(page, folds[i].begins);
		rsk_page_fold(page, folds[i].columns);
		rsk_page_str(page, "x");
		rsk_page_line(page);
		expect_shown(&paper, folds[i].shown);
	}
}

/* One blank at least. */
Test(page, goes_to_a_column)
{
	struct paper paper;
	struct rsk_page *page = open_paper(&paper, 0);

	rsk_page_str(page, "abcdef");
	rsk_page_to(page, 3);
	rsk_page_str(page, "x");
	rsk_page_line(page);
	rsk_page_raw(page, "ab", 5);
	rsk_page_to(page, 8);
	rsk_page_str(page, "x");
	rsk_page_line(page);
	rsk_page_raw(page, "ab", 2);
	rsk_page_raw(page, "cd", 2);
	rsk_page_indent(page, 6);
	rsk_page_str(page, "x");
	rsk_page_line(page);
	expect_shown(&paper, "abcdef x\nab   x\nabcd  x\n");
}

struct text {
	const char *text, *shown;
};

static void expect_each(const struct text *texts, size_t len,
	void (*add)(struct rsk_page *page, struct rsk_slice text))
{
	for (size_t i = 0; i < len; i++) {
		struct paper paper;
		struct rsk_page *page = open_paper(&paper, 40);

		add(page, rsk_slice_str(texts[i].text));
		rsk_page_line(page);
		expect_shown(&paper, texts[i].shown);
	}
}

static const struct text paths[] = {
	{ "", ".\n" },
	{ "a:b#c", "a:b#c\n" },
	{ "::a", "./::a\n" },
	{ ":a", "./:a\n" },
	{ "#a", "./#a\n" },
	{ "a:", "a:\n" },
	{ "a#", "a#\n" },
};

Test(page, paths)
{
	expect_each(paths, sizeof(paths) / sizeof(paths[0]), rsk_page_path);
}

/* What a CI system would obey has one byte written in another way. */
static const struct text commands[] = {
	{ "##[x", "#\\x23[x\n" },
	{ "##[", "#\\x23[\n" },
	{ "##a", "#\\x23a\n" },
	{ "say ##vso[", "say #\\x23vso[\n" },
	{ "##a##b", "#\\x23a#\\x23b\n" },
	{ "###[", "##\\x23[\n" },
	{ "##", "##\n" },
	{ "##1", "##1\n" },
	{ "## a", "## a\n" },
	{ "a#b", "a#b\n" },
	{ "#[x", "#[x\n" },
	{ "a##  ", "a##\n" },
	{ "::x", "\\x3a:x\n" },
	{ "  ::x", "  \\x3a:x\n" },
	{ "a::x", "a::x\n" },
	{ ":x", ":x\n" },
};

Test(page, commands_to_a_ci_system)
{
	expect_each(commands, sizeof(commands) / sizeof(commands[0]),
		rsk_page_slice);
}

/* A page of 40 columns, and a text that begins where it is. */
static const struct text wraps[] = {
	{ "0123456789012345678 01234567890123456789",
		"0123456789012345678 01234567890123456789\n\n" },
	{ "0123456789012345678 012345678901234567890",
		"0123456789012345678\n012345678901234567890\n\n" },
	{ "one\n\t\n\t\ttwo", "one\n\n        two\n\n" },
	{ "a  b\tc", "a b c\n\n" },
};

Test(page, wraps)
{
	expect_each(wraps, sizeof(wraps) / sizeof(wraps[0]), rsk_page_wrap);
}

Test(page, wraps_a_text_at_the_end_of_memory)
{
	struct paper paper;

	rsk_page_wrap(open_paper(&paper, 40), edge_of("one two"));
	expect_shown(&paper, "one two\n");
}

/* 255 bytes; what is longer goes by rsk_page_str(). */
Test(page, printf_is_for_short_texts)
{
	struct paper paper;
	struct rsk_page *page = open_paper(&paper, 0);
	char text[301];

	memset(text, 'x', 300);
	text[300] = '\0';
	rsk_page_printf(page, "%s", text);
	cr_expect_eq(page->column, 255);
	rsk_page_release(page);
	fclose(paper.out.file);
}

/* A line has room for 64 of the longest texts. */
Test(page, a_line_has_an_end)
{
	struct paper paper;
	struct rsk_page *page = open_paper(&paper, 0);
	char *text = malloc(RSK_MAX_SHOWN_TEXT);

	cr_assert_not_null(text);
	memset(text, 'x', RSK_MAX_SHOWN_TEXT);
	for (int i = 0; i < 64; i++)
		rsk_page_slice(page, rsk_slice(text, RSK_MAX_SHOWN_TEXT));
	cr_expect_eq(paper.out.err, RSK_OK);
	rsk_page_str(page, "x");
	cr_expect_eq(paper.out.err, RSK_TOOBIG);
	rsk_page_release(page);
	fclose(paper.out.file);
	free(text);
}
