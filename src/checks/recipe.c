#include "checks/recipe_p.h"

#include <string.h>

#include "base/limits.h"

/* A comment begins with a '#' at the beginning or behind white space. */
static struct rsk_slice without_comment(struct rsk_slice line)
{
	uint8_t quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.ptr[i];

		if (quote) {
			if (c == quote)
				quote = 0;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '#' && (!i || line.ptr[i - 1] == ' ' ||
					       line.ptr[i - 1] == '\t')) {
			return rsk_slice_cut(line, 0, i);
		}
	}
	return line;
}

static uint32_t blanks(struct rsk_slice text)
{
	uint32_t n = 0;

	while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '\t'))
		n++;
	return n;
}

/* Where the reader is in the text. */
struct reader {
	struct rsk_recipe *recipe;
	struct rsk_slice text;
	size_t at;
	uint32_t number;  /* of the line, [human] */
	uint32_t literal; /* deeper lines are text: "run: |"; 0: none */
	bool flows;       /* the file may have { a: b } */
	bool code;        /* and a = { b: c } */
};

static uint8_t peek(const struct reader *r, size_t more)
{
	return r->at + more < r->text.len ? r->text.ptr[r->at + more] : 0;
}

static bool goes_on(struct reader *r)
{
	if (r->at >= r->text.len)
		return false;
	r->recipe->cut |= r->number > RSK_MAX_RECIPE_LINES;
	return !r->recipe->cut;
}

static void put(struct reader *r, const struct rsk_recipe_line *line)
{
	if (!line->text.len)
		return;
	if (r->recipe->lines.len < RSK_MAX_RECIPE_LINES)
		*RSK_VEC_PUSH(&r->recipe->lines) = *line;
	else
		r->recipe->cut = true;
}

static size_t line_end(const struct reader *r)
{
	struct rsk_slice rest = rsk_slice_cut(r->text, r->at, r->text.len);

	return r->at + rsk_slice_find(rest, RSK_LIT("\n"));
}

/* ---- { a: b, c: { d: e } }: each part as a line of its own ---- */

struct flow {
	uint32_t indent, depth;
	uint32_t plain;              /* open braces of ${{ }} and {{ }} */
	struct rsk_recipe_line part; /* that is being read; no text: none */
	size_t begin;                /* of it */
	uint32_t column;             /* [human] of r->at */
};

static void end_part(struct reader *r, struct flow *f)
{
	if (f->part.number) {
		f->part.text =
			rsk_slice_trim(rsk_slice_cut(r->text, f->begin, r->at));
		put(r, &f->part);
	}
	f->part = (struct rsk_recipe_line){ .number = 0 };
}

static void begin_part(struct reader *r, struct flow *f)
{
	if (f->part.number)
		return;
	f->begin = r->at;
	f->part.number = r->number;
	f->part.column = f->column;
	f->part.indent = f->indent + f->depth;
}

static void step(struct reader *r, struct flow *f)
{
	uint8_t c = r->text.ptr[r->at++];

	f->column += (c & 0xc0) != 0x80;
	if (c != '\n')
		return;
	r->number++;
	f->column = 1;
	f->plain = 0;
}

static void step_to(struct reader *r, struct flow *f, size_t end)
{
	while (r->at < end)
		step(r, f);
}

/* A quote in the middle of a word is none: it's. */
static bool is_quote(const struct reader *r)
{
	uint8_t c = r->text.ptr[r->at];

	return (c == '"' || c == '\'') &&
	       (!r->at || strchr(" \t\r\n:,=[{", r->text.ptr[r->at - 1]));
}

/* Over the quoted text, or the line where its second quote is missing. */
static void skip_quoted(struct reader *r, struct flow *f)
{
	uint8_t quote = r->text.ptr[r->at];

	step(r, f);
	while (r->at < r->text.len && peek(r, 0) != quote &&
		peek(r, 0) != '\n') {
		if (quote == '"' && peek(r, 0) == '\\' && peek(r, 1) != '\n')
			step(r, f);
		if (r->at < r->text.len)
			step(r, f);
	}
	if (peek(r, 0) == quote)
		step(r, f);
}

static bool begins_comment(const struct reader *r)
{
	bool apart = !r->at || strchr(" \t\r\n,{}[]", r->text.ptr[r->at - 1]);

	return apart &&
	       (peek(r, 0) == '#' || (peek(r, 0) == '/' && peek(r, 1) == '/'));
}

/* [a, b] on one line is a value, as in the block form. */
static bool is_plain_list(const struct reader *r)
{
	size_t i = 1;

	while (peek(r, i) && !strchr("[]{}\n", peek(r, i)))
		i++;
	return peek(r, i) == ']';
}

/* What is a part of a word: braces of expressions, and all else. */
static void step_in_part(struct reader *r, struct flow *f)
{
	uint8_t c = peek(r, 0);
	bool opens =
		c == '{' && (f->plain || peek(r, 1) == '{' ||
				    (r->at && r->text.ptr[r->at - 1] == '$'));

	f->plain += opens;
	f->plain -= c == '}' && f->plain;
	if (!strchr(" \t\r\n", c) || !c)
		begin_part(r, f);
	if (c == '[' && !f->plain)
		while (peek(r, 0) != ']')
			step(r, f);
	step(r, f);
}

static bool is_mark(const struct reader *r, const struct flow *f)
{
	uint8_t c = peek(r, 0);

	if (f->plain || !c || !strchr(",{}[]", c))
		return false;
	if (c == '{')
		return peek(r, 1) != '{' &&
		       !(r->at && r->text.ptr[r->at - 1] == '$');
	return c != '[' || !is_plain_list(r);
}

/* From the bracket at r->at to behind the one that closes it. */
static void read_flow(struct reader *r, uint32_t indent, uint32_t column)
{
	struct flow f = { .indent = indent, .column = column };

	while (goes_on(r)) {
		uint8_t c = peek(r, 0);

		if (is_mark(r, &f)) {
			end_part(r, &f);
			f.depth += c == '{' || c == '[';
			f.depth -= c == '}' || c == ']';
			step(r, &f);
			if (!f.depth)
				break;
		} else if (begins_comment(r) && !f.plain) {
			end_part(r, &f);
			step_to(r, &f, line_end(r));
		} else if (is_quote(r) && !f.plain) {
			begin_part(r, &f);
			skip_quoted(r, &f);
		} else {
			step_in_part(r, &f);
		}
	}
	end_part(r, &f);
}

/* Behind the quote that closes the one at the beginning; 0: there is none. */
static size_t quoted_end(struct rsk_slice text)
{
	size_t i = 1;

	if (!text.len || (text.ptr[0] != '"' && text.ptr[0] != '\''))
		return 0;
	while (i < text.len && text.ptr[i] != text.ptr[0])
		i += text.ptr[0] == '"' && text.ptr[i] == '\\' ? 2 : 1;
	return i < text.len ? i + 1 : 0;
}

/* Of a key and its value: "a": b, a: b, a=b. The length: there is none. */
static size_t separator(struct rsk_slice text)
{
	size_t quoted = quoted_end(text);

	quoted += blanks(rsk_slice_cut(text, quoted, text.len));
	if (quoted && quoted < text.len && text.ptr[quoted] == ':')
		return quoted;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '=' ||
			(text.ptr[i] == ':' &&
				(i + 1 == text.len || text.ptr[i + 1] == ' ' ||
					text.ptr[i + 1] == '\t' ||
					text.ptr[i + 1] == '{' ||
					text.ptr[i + 1] == '[')))
			return i;
	return text.len;
}

static bool is_brace(struct rsk_slice text, size_t at)
{
	return at < text.len && text.ptr[at] == '{' &&
	       (at + 1 == text.len || text.ptr[at + 1] != '{');
}

/* The offset of the brace in `text` with which a flow begins; else its length.
 * "{{" is a template's. */
static size_t flow_in(const struct reader *r, struct rsk_slice text)
{
	size_t at = separator(text);

	if (is_brace(text, 0))
		return 0;
	if (at == text.len || (text.ptr[at] != ':' && !r->code))
		return text.len;
	at++;
	at += blanks(rsk_slice_cut(text, at, text.len));
	return is_brace(text, at) ? at : text.len;
}

/* ---- lines ---- */

/* "run: |", "script: >-": what is deeper is text, however it looks. */
static bool begins_literal(struct rsk_slice text)
{
	size_t at = separator(text);

	text = rsk_slice_trim(
		at < text.len ? rsk_slice_cut(text, at + 1, text.len) : text);
	return text.len && text.len <= 3 &&
	       (text.ptr[0] == '|' || text.ptr[0] == '>');
}

static void next_line(struct reader *r)
{
	r->at = line_end(r) + 1;
	r->number++;
}

static void read_line(struct reader *r)
{
	struct rsk_slice text =
		without_comment(rsk_slice_cut(r->text, r->at, line_end(r)));
	struct rsk_recipe_line line = { .number = r->number };
	uint32_t first = blanks(text);
	size_t flow;

	line.indent = first;
	text = rsk_slice_cut(text, line.indent, text.len);
	if (line.indent < r->literal)
		r->literal = 0;
	while (rsk_slice_starts(text, RSK_LIT("- "))) {
		uint32_t more = 1 + blanks(rsk_slice_cut(text, 1, text.len));

		line.item = true;
		line.indent += more;
		text = rsk_slice_cut(text, more, text.len);
	}
	line.text = rsk_slice_trim(text);
	line.column = line.indent + 1;
	flow = r->flows && !r->literal ? flow_in(r, line.text) : line.text.len;
	if (flow < line.text.len) {
		r->at = (size_t)(line.text.ptr + flow - r->text.ptr);
		line.text = rsk_slice_trim(rsk_slice_cut(line.text, 0, flow));
		put(r, &line);
		read_flow(r, line.indent, line.column + (uint32_t)flow);
	} else {
		put(r, &line);
		if (!r->literal && begins_literal(line.text))
			r->literal =
				1 + (line.text.len <= 3 ? first : line.indent);
	}
	next_line(r);
}

bool rsk_recipe_is_code(struct rsk_slice path)
{
	return rsk_slice_starts(rsk_path_base(path), RSK_LIT("app.config."));
}

static bool has_flows(struct rsk_slice path)
{
	return rsk_recipe_is_code(path) ||
	       rsk_slice_ends(path, RSK_LIT(".json")) ||
	       rsk_slice_ends(path, RSK_LIT(".yml")) ||
	       rsk_slice_ends(path, RSK_LIT(".yaml"));
}

void rsk_recipe_read(
	struct rsk_recipe *recipe, struct rsk_slice path, struct rsk_slice text)
{
	struct reader r = {
		.recipe = recipe,
		.text = text,
		.number = 1,
		.flows = has_flows(path),
		.code = rsk_recipe_is_code(path),
	};

	recipe->lines.len = 0;
	recipe->cut = false;
	if (rsk_slice_starts(text, RSK_LIT("\xef\xbb\xbf")))
		r.text = rsk_slice_cut(text, 3, text.len);
	while (goes_on(&r))
		read_line(&r);
}

static struct rsk_slice unquoted(struct rsk_slice text)
{
	text = rsk_slice_trim(text);
	if (text.len && text.ptr[text.len - 1] == ',')
		text = rsk_slice_trim(rsk_slice_cut(text, 0, text.len - 1));
	if (text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
		text.ptr[text.len - 1] == text.ptr[0])
		text = rsk_slice_cut(text, 1, text.len - 1);
	return text;
}

struct rsk_slice rsk_recipe_key(const struct rsk_recipe_line *line)
{
	size_t at = separator(line->text);

	if (at == line->text.len)
		return RSK_LIT("");
	return unquoted(rsk_slice_cut(line->text, 0, at));
}

struct rsk_slice rsk_recipe_value(const struct rsk_recipe_line *line)
{
	return unquoted(rsk_slice_cut(
		line->text, separator(line->text) + 1, line->text.len));
}

size_t rsk_recipe_parent(const struct rsk_recipe *recipe, size_t i)
{
	const struct rsk_recipe_line *lines = recipe->lines.ptr;
	uint32_t indent = lines[i].indent;

	while (i-- > 0)
		if (lines[i].indent < indent)
			return i;
	return SIZE_MAX;
}

size_t rsk_recipe_end(const struct rsk_recipe *recipe, size_t parent)
{
	const struct rsk_recipe_line *lines = recipe->lines.ptr;
	size_t i = parent + 1; /* SIZE_MAX: from the beginning */

	if (parent == SIZE_MAX)
		return recipe->lines.len;
	while (i < recipe->lines.len && lines[i].indent > lines[parent].indent)
		i++;
	return i;
}

size_t rsk_recipe_child(
	const struct rsk_recipe *recipe, size_t parent, const char *key)
{
	const struct rsk_recipe_line *lines = recipe->lines.ptr;
	size_t end = rsk_recipe_end(recipe, parent);
	size_t first = parent + 1;

	for (size_t i = first; i < end; i++)
		if (lines[i].indent == lines[first].indent &&
			rsk_slice_eq_str(rsk_recipe_key(&lines[i]), key))
			return i;
	return SIZE_MAX;
}
