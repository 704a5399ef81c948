#include "checks/recipe_p.h"

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

static void add_line(
	struct rsk_recipe *recipe, struct rsk_slice raw, uint32_t number)
{
	struct rsk_slice text = without_comment(raw);
	struct rsk_recipe_line line = { .number = number };

	line.indent = blanks(text);
	text = rsk_slice_cut(text, line.indent, text.len);
	while (rsk_slice_starts(text, RSK_LIT("- "))) {
		uint32_t more = 1 + blanks(rsk_slice_cut(text, 1, text.len));

		line.item = true;
		line.indent += more;
		text = rsk_slice_cut(text, more, text.len);
	}
	line.text = rsk_slice_trim(text);
	if (line.text.len)
		*RSK_VEC_PUSH(&recipe->lines) = line;
}

void rsk_recipe_read(struct rsk_recipe *recipe, struct rsk_slice text)
{
	struct rsk_slice line;
	uint32_t number = 0;

	while (number < RSK_MAX_RECIPE_LINES && rsk_slice_line(&line, &text))
		add_line(recipe, line, ++number);
	recipe->cut = text.len > 0;
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

static size_t separator(struct rsk_slice text)
{
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
