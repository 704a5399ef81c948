#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/html_p.h"
#include "report/words_p.h"

/* The one writer of the HTML format: escaping and the stack of elements. */

enum { PIECE = 32 };

static void end_tag(struct rsk_html *html)
{
	if (html->in_tag)
		rsk_out_text(html->out, ">");
	html->in_tag = false;
}

void rsk_html_raw(struct rsk_html *html, const char *markup)
{
	end_tag(html);
	rsk_out_text(html->out, markup);
}

void rsk_html_open(
	struct rsk_html *html, const char *name, const char *attributes)
{
	assert(html->depth < RSK_HTML_DEPTH);
	end_tag(html);
	rsk_out_text(html->out, "<");
	rsk_out_text(html->out, name);
	if (attributes) {
		rsk_out_text(html->out, " ");
		rsk_out_text(html->out, attributes);
	}
	html->open[html->depth++] = name;
	html->in_tag = true;
}

void rsk_html_block(
	struct rsk_html *html, const char *name, const char *attributes)
{
	end_tag(html);
	rsk_out_text(html->out, "\n");
	rsk_html_open(html, name, attributes);
}

void rsk_html_close(struct rsk_html *html)
{
	assert(html->depth > 0);
	end_tag(html);
	rsk_out_text(html->out, "</");
	rsk_out_text(html->out, html->open[--html->depth]);
	rsk_out_text(html->out, ">");
}

void rsk_html_void(struct rsk_html *html)
{
	assert(html->depth > 0 && html->in_tag);
	end_tag(html);
	html->depth--;
}

static const char *reference(uint8_t byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* "::" and "##": what CI systems take for the beginning of a command. */
static bool is_doubled(struct rsk_slice text, size_t i)
{
	return i + 1 < text.len && text.ptr[i] == text.ptr[i + 1] &&
	       (text.ptr[i] == ':' || text.ptr[i] == '#');
}

static bool is_plain(struct rsk_slice text, size_t i)
{
	uint8_t byte = text.ptr[i];

	return byte >= 0x20 && byte < 0x7f && !reference(byte) &&
	       !is_doubled(text, i);
}

/* What cannot be seen, in words; false: it can be shown as it is. */
static bool spell(char out[PIECE], struct rsk_slice text, int32_t code)
{
	if (code == '\n' || code == '\r' || code == '\t')
		snprintf(out, PIECE, "\\%c",
			code == '\n'   ? 'n'
			: code == '\r' ? 'r'
				       : 't');
	else if (code == RSK_RUNE_BAD || code < 0x20 || code == 0x7f)
		snprintf(out, PIECE, "\\x%02x", text.ptr[0]);
	else if (rsk_utf8_deceptive(code))
		snprintf(out, PIECE, "\\u{%x}", (unsigned)code);
	else
		return false;
	return true;
}

/* One rune that is not plain. Escapes stand out, where there can be markup. */
static void add_rune(struct rsk_html *html, struct rsk_slice text,
	struct rsk_rune rune, bool markup)
{
	char piece[PIECE];

	if (rune.len == 1 && reference(text.ptr[0])) {
		rsk_out_text(html->out, reference(text.ptr[0]));
	} else if (is_doubled(text, 0)) {
		snprintf(piece, sizeof(piece), "&#%d;", text.ptr[0]);
		rsk_out_text(html->out, piece);
	} else if (spell(piece, text, rune.code)) {
		rsk_out_text(html->out, markup ? "<b class=\"esc\">" : "");
		rsk_out_text(html->out, piece);
		rsk_out_text(html->out, markup ? "</b>" : "");
	} else {
		rsk_out_slice(html->out, rsk_slice_cut(text, 0, rune.len));
	}
}

static void add_text(struct rsk_html *html, struct rsk_slice text, bool markup)
{
	while (text.len) {
		size_t plain = 0;

		while (plain < text.len && is_plain(text, plain))
			plain++;
		rsk_out_slice(html->out, rsk_slice_cut(text, 0, plain));
		text = rsk_slice_cut(text, plain, text.len);
		if (!text.len)
			break;

		struct rsk_rune rune = rsk_utf8_next(text);
		add_rune(html, text, rune, markup);
		text = rsk_slice_cut(text, rune.len, text.len);
	}
}

static void add_cut(struct rsk_html *html, struct rsk_slice text, bool markup)
{
	struct rsk_slice shown = rsk_shorten(text, RSK_MAX_SHOWN_TEXT);

	add_text(html, shown, markup);
	if (shown.len < text.len)
		rsk_out_text(html->out, "...");
}

void rsk_html_attr(
	struct rsk_html *html, const char *name, struct rsk_slice value)
{
	assert(html->in_tag);
	rsk_out_text(html->out, " ");
	rsk_out_text(html->out, name);
	rsk_out_text(html->out, "=\"");
	add_cut(html, value, false);
	rsk_out_text(html->out, "\"");
}

void rsk_html_attr_str(
	struct rsk_html *html, const char *name, const char *value)
{
	rsk_html_attr(html, name, rsk_slice_str(value));
}

void rsk_html_attr_printf(
	struct rsk_html *html, const char *name, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	rsk_html_attr_str(html, name, text);
}

void rsk_html_slice(struct rsk_html *html, struct rsk_slice text)
{
	end_tag(html);
	add_cut(html, text, true);
}

void rsk_html_str(struct rsk_html *html, const char *text)
{
	rsk_html_slice(html, rsk_slice_str(text));
}

void rsk_html_printf(struct rsk_html *html, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	rsk_html_str(html, text);
}

void rsk_html_leaf(struct rsk_html *html, const char *name,
	const char *attributes, const char *text)
{
	rsk_html_open(html, name, attributes);
	rsk_html_str(html, text);
	rsk_html_close(html);
}

void rsk_html_section(struct rsk_html *html, const char *id, const char *title)
{
	rsk_html_block(html, "section", NULL);
	rsk_html_attr_str(html, "id", id);
	rsk_html_attr_printf(html, "aria-labelledby", "h-%s", id);
	rsk_html_block(html, "h2", NULL);
	rsk_html_attr_printf(html, "id", "h-%s", id);
	rsk_html_str(html, title);
	rsk_html_close(html);
}

void rsk_html_left_out(
	struct rsk_html *html, const char *element, uint64_t number)
{
	rsk_html_block(html, element, "class=\"more\"");
	rsk_html_printf(html,
		"and %" PRIu64 " more that are not listed here: --format json "
		"has all",
		number);
	rsk_html_close(html);
}

void rsk_html_place(
	struct rsk_html *html, struct rsk_slice path, struct rsk_place at)
{
	rsk_html_open(html, "code", "class=\"place\"");
	if (path.len)
		rsk_html_slice(html, path);
	else
		rsk_html_str(html, ".");
	if (at.line) {
		rsk_html_open(html, "span", "class=\"at\"");
		rsk_html_printf(html, ":%u", at.line);
		if (at.column)
			rsk_html_printf(html, ":%u", at.column);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

void rsk_html_date(struct rsk_html *html, int64_t seconds)
{
	char date[RSK_DATE];

	if (!rsk_date(date, seconds))
		return;
	rsk_html_open(html, "time", NULL);
	rsk_html_attr_str(html, "datetime", date);
	date[sizeof("2026-01-31") - 1] = '\0';
	rsk_html_str(html, date);
	rsk_html_close(html);
}

/* What the lines of a text are made into. */
enum flow { FLOW_NONE, FLOW_PARAGRAPH, FLOW_ITEM, FLOW_CODE };

static void switch_flow(
	struct rsk_html *html, enum flow *now, enum flow next, bool fresh)
{
	if (*now == next && !fresh)
		return;
	if (*now != FLOW_NONE)
		rsk_html_close(html);
	if (*now == FLOW_ITEM && next != FLOW_ITEM)
		rsk_html_close(html);
	if (next == FLOW_ITEM && *now != FLOW_ITEM)
		rsk_html_open(html, "ul", NULL);
	if (next == FLOW_PARAGRAPH)
		rsk_html_open(html, "p", NULL);
	if (next == FLOW_ITEM)
		rsk_html_open(html, "li", NULL);
	if (next == FLOW_CODE)
		rsk_html_open(html, "pre", NULL);
	*now = next;
}

static void add_code_line(
	struct rsk_html *html, enum flow *now, struct rsk_slice line)
{
	bool further = *now == FLOW_CODE;

	switch_flow(html, now, FLOW_CODE, false);
	if (further)
		rsk_html_raw(html, "\n");
	if (line.ptr[0] == '\t')
		line = rsk_slice_cut(line, 1, line.len);
	for (; line.len && line.ptr[0] == '\t';
		line = rsk_slice_cut(line, 1, line.len))
		rsk_html_raw(html, "    ");
	rsk_html_slice(html, line);
}

static void add_words_line(
	struct rsk_html *html, enum flow *now, struct rsk_slice line)
{
	bool item = rsk_slice_starts(line, RSK_LIT("- "));
	enum flow next = item                ? FLOW_ITEM
			 : *now == FLOW_ITEM ? FLOW_ITEM
					     : FLOW_PARAGRAPH;
	bool further = *now == next && !item;

	switch_flow(html, now, next, item);
	if (further)
		rsk_html_raw(html, "\n");
	rsk_html_slice(html, item ? rsk_slice_cut(line, 2, line.len) : line);
}

void rsk_html_prose(struct rsk_html *html, struct rsk_slice text)
{
	struct rsk_slice rest = rsk_slice_trim(text);
	struct rsk_slice line;
	enum flow now = FLOW_NONE;

	while (rsk_slice_line(&line, &rest)) {
		if (!rsk_slice_trim(line).len)
			switch_flow(html, &now, FLOW_NONE, false);
		else if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
			add_code_line(html, &now, line);
		else
			add_words_line(html, &now, line);
	}
	switch_flow(html, &now, FLOW_NONE, false);
}
