#include <ctype.h>
#include <stdarg.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/markdown_p.h"
#include "report/words_p.h"

/* A text is cut here; one of others may be as long as it likes. */
enum { SHOWN = 300, PIECE = 32, TICKS = 64 };

static void add(struct rsk_md *md, struct rsk_slice bytes)
{
	if (!md->err)
		md->err = rsk_buf_add_slice(&md->text, bytes);
}

void rsk_md_raw(struct rsk_md *md, const char *markup)
{
	add(md, rsk_slice_str(markup));
}

void rsk_md_printf(struct rsk_md *md, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	rsk_md_raw(md, text);
}

/* What cannot be seen, in words; false: it can be shown as it is. */
static bool spell(char out[PIECE], struct rsk_slice text, int32_t code)
{
	if (code == '\t')
		snprintf(out, PIECE, " ");
	else if (code == RSK_RUNE_BAD || code < 0x20 || code == 0x7f)
		snprintf(out, PIECE, "\\x%02x", text.ptr[0]);
	else if (rsk_utf8_deceptive(code))
		snprintf(out, PIECE, "\\u{%x}", (unsigned)code);
	else
		return false;
	return true;
}

static bool begins(struct rsk_slice text, const char *word)
{
	struct rsk_slice whole = rsk_slice_str(word);

	return rsk_slice_eq_nocase(rsk_slice_cut(text, 0, whole.len), whole);
}

/* Is something made of text that begins like this? */
static bool attracts(struct rsk_slice text)
{
	switch (text.ptr[0]) {
	case '@':
	case '#':
		return true;
	case ':': /* http://, :emoji:, ::command */
		return text.len > 1 && text.ptr[1] > ' ';
	default:
		return begins(text, "www.") || begins(text, "gh-");
	}
}

/* `html`: inside a line of HTML, where backslashes are no escapes. */
static void add_rune(struct rsk_md *md, struct rsk_slice text,
	struct rsk_rune rune, bool html)
{
	char piece[PIECE];

	if (rune.code == '<' || rune.code == '>' || rune.code == '&') {
		rsk_md_raw(md, rune.code == '<'   ? "&lt;"
			       : rune.code == '>' ? "&gt;"
						  : "&amp;");
	} else if (!html && rune.code > 0x20 && rune.code < 0x7f &&
		   strchr("\\`*_{}[]()#+!|~$\"'=^@-", rune.code)) {
		rsk_md_raw(md, "\\");
		add(md, rsk_slice_cut(text, 0, 1));
	} else if (spell(piece, text, rune.code)) {
		rsk_md_raw(md, piece[0] == '\\' && !html ? "\\" : "");
		rsk_md_raw(md, piece);
	} else {
		add(md, rsk_slice_cut(text, 0, rune.len));
	}
	if (attracts(text))
		rsk_md_raw(md, "<!-- -->");
}

static void add_text(struct rsk_md *md, struct rsk_slice text, bool html)
{
	struct rsk_slice rest = rsk_shorten(rsk_slice_trim(text), SHOWN);
	bool cut = rest.len < rsk_slice_trim(text).len;

	while (rest.len) {
		struct rsk_rune rune = rsk_utf8_next(rest);

		if (rune.code == '\n' || rune.code == '\r')
			rsk_md_raw(md, " ");
		else
			add_rune(md, rest, rune, html);
		rest = rsk_slice_cut(rest, rune.len, rest.len);
	}
	rsk_md_raw(md, cut ? "..." : "");
}

void rsk_md_text(struct rsk_md *md, struct rsk_slice text)
{
	add_text(md, text, false);
}

void rsk_md_html(struct rsk_md *md, const char *text)
{
	add_text(md, rsk_slice_str(text), true);
}

void rsk_md_str(struct rsk_md *md, const char *text)
{
	rsk_md_text(md, rsk_slice_str(text));
}

/* In a span or a block there are no escapes of Markdown, only ours: for what
 * ends a table's cell, and what CI systems obey. */
static void add_verbatim(struct rsk_md *md, struct rsk_slice text, bool cell)
{
	uint8_t last = '\n';

	while (text.len) {
		struct rsk_rune rune = rsk_utf8_next(text);
		char piece[PIECE];
		bool doubled = (rune.code == '#' || rune.code == ':') &&
			       rune.code == last;

		last = rune.len == 1 ? text.ptr[0] : 0;
		if (doubled || (rune.code == '|' && cell))
			rsk_md_printf(md, "\\x%02x", text.ptr[0]);
		else if (spell(piece, text, rune.code))
			rsk_md_raw(md, piece);
		else
			add(md, rsk_slice_cut(text, 0, rune.len));
		text = rsk_slice_cut(text, rune.len, text.len);
	}
}

void rsk_md_line(struct rsk_md *md, struct rsk_slice text)
{
	struct rsk_slice shown = rsk_shorten(text, SHOWN);

	add_verbatim(md, shown, false);
	rsk_md_raw(md, shown.len < text.len ? "..." : "");
}

static size_t longest_ticks(struct rsk_slice text)
{
	size_t longest = 0;
	size_t run = 0;

	for (size_t i = 0; i < text.len; i++) {
		run = text.ptr[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static bool needs_pad(struct rsk_slice text)
{
	return text.len && (strchr("` ", text.ptr[0]) ||
				   strchr("` ", text.ptr[text.len - 1]));
}

void rsk_md_code(struct rsk_md *md, struct rsk_slice text)
{
	struct rsk_slice shown = rsk_shorten(text, SHOWN);
	size_t ticks = longest_ticks(shown) + 1;
	const char *pad = needs_pad(shown) ? " " : "";

	if (!text.len)
		return;
	/* So many in a row are nobody's name: their span could not be told
	 * from the rest of a line. */
	if (ticks > TICKS) {
		rsk_md_text(md, text);
		return;
	}
	for (size_t i = 0; i < ticks; i++)
		rsk_md_raw(md, "`");
	/* One space at both ends belongs to the marks. */
	rsk_md_raw(md, pad);
	add_verbatim(md, shown, true);
	rsk_md_raw(md, shown.len < text.len ? "..." : "");
	rsk_md_raw(md, pad);
	for (size_t i = 0; i < ticks; i++)
		rsk_md_raw(md, "`");
}

void rsk_md_place(struct rsk_md *md, struct rsk_slice path, struct rsk_place at)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_PATH_BYTES + PIECE);
	enum rsk_err err = path.len ? rsk_buf_add_slice(&text,
					      rsk_shorten(path, SHOWN - PIECE))
				    : rsk_buf_add_str(&text, ".");

	if (!err && at.line)
		err = rsk_buf_printf(&text, ":%u", at.line);
	if (!err && at.line && at.column)
		err = rsk_buf_printf(&text, ":%u", at.column);
	if (err && !md->err)
		md->err = err;
	rsk_md_code(md, rsk_buf_slice(&text));
	rsk_buf_release(&text);
}
