#include "fix/fix_p.h"

#include "syntax/js.h"
#include "syntax/tokens.h"

/*
 * A key that stands in a file: one row for each sort of file, which says how
 * such a file reads the environment.
 */

/* What the key is in: the file's text and the key's place in it. */
static uint8_t byte_at(const struct repair *r, size_t at)
{
	return at < r->source->bytes.len ? r->source->bytes.ptr[at] : 0;
}

/* The quote on both sides of the key, or 0. */
static uint8_t quote_around(const struct repair *r)
{
	uint8_t quote = r->begin ? byte_at(r, r->begin - 1) : 0;

	return quote && strchr("'\"", quote) && byte_at(r, r->end) == quote
		       ? quote
		       : 0;
}

static struct rsk_slice line_of(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;

	return rsk_slice_cut(bytes, fix_line_begin(bytes, r->begin),
		fix_line_end(bytes, r->end));
}

static struct rsk_slice before(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;

	return rsk_slice_cut(bytes, fix_line_begin(bytes, r->begin), r->begin);
}

static bool has_byte(struct rsk_slice text, uint8_t byte)
{
	return text.len && memchr(text.ptr, byte, text.len);
}

static bool contains(struct rsk_slice text, const char *part)
{
	return rsk_slice_find(text, rsk_slice_str(part)) < text.len;
}

static const char read_it[] = "read the key from the environment";

/* Shell: the quotes around decide whether a variable is one there. */

static bool is_in_single_quotes(struct rsk_slice text)
{
	bool single = false;
	bool dual = false;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\\' && !single)
			i++;
		else if (text.ptr[i] == '\'' && !dual)
			single = !single;
		else if (text.ptr[i] == '"' && !single)
			dual = !dual;
	}
	return single;
}

/* Quotes of comments do not count; where a heredoc's do, it is not sure. */
static bool is_in_text_above(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;
	size_t end = fix_line_begin(bytes, r->begin);
	bool single = false;
	bool dual = false;

	for (size_t i = 0; i < end; i++) {
		uint8_t c = bytes.ptr[i];

		if (c == '#' && !single && !dual &&
			(!i || strchr(" \t\n;", bytes.ptr[i - 1])))
			i = fix_line_end(bytes, i);
		else if (c == '\\' && !single)
			i++;
		else if (c == '\'' && !dual)
			single = !single;
		else if (c == '"' && !single)
			dual = !dual;
	}
	return single;
}

static bool fix_shell(struct repair *r, const char *variable)
{
	const char *read = rsk_arena_printf(r->p->arena, "${%s:?}", variable);
	struct rsk_slice all = r->source->bytes;

	if (contains(all, "<<'") || contains(all, "<<\"") ||
		contains(all, "<<-'") || contains(all, "<<\\"))
		return fix_refuse(r, "it may be in a text that the shell does "
				     "not look into (<<'END')");
	if (contains(before(r), "#"))
		return fix_refuse(r, "it may be in a comment");
	if (is_in_text_above(r))
		return fix_refuse(r, "it may be in a text in single quotes "
				     "that began on a line above");
	if (contains(before(r), variable) && contains(before(r), ":-"))
		return fix_refuse(r, "it is what a variable falls back to: "
				     "delete the fallback");
	if (!is_in_single_quotes(before(r))) {
		fix_replace_str(r, r->begin, r->end, read_it, read);
		return true;
	}
	if (quote_around(r) != '\'')
		return fix_refuse(r, "it is a part of a text in single quotes");
	fix_replace_str(r, r->begin - 1, r->end + 1, read_it,
		rsk_arena_printf(r->p->arena, "\"%s\"", read));
	return true;
}

/* YAML: `NAME: value`, and nothing else on the line */

/* With its quotes, when nothing else is in them; [file]. */
static bool value_range(const struct repair *r, size_t *begin, size_t *end)
{
	bool quoted = quote_around(r) != 0;

	*begin = r->begin - quoted;
	*end = r->end + quoted;
	return true;
}

static size_t indent_of(struct rsk_slice bytes, size_t line)
{
	size_t at = line;

	while (at < bytes.len && bytes.ptr[at] == ' ')
		at++;
	return at - line;
}

static bool is_yaml_value(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;
	size_t begin;
	size_t end;
	struct rsk_slice front;
	struct rsk_slice rest;

	value_range(r, &begin, &end);
	front = rsk_slice_trim(
		rsk_slice_cut(bytes, fix_line_begin(bytes, begin), begin));
	rest = rsk_slice_trim(
		rsk_slice_cut(bytes, end, fix_line_end(bytes, end)));
	return rsk_slice_ends(front, RSK_LIT(":")) && !has_byte(front, '{') &&
	       !has_byte(front, '#') && (!rest.len || rest.ptr[0] == '#');
}

static bool fix_workflow(struct repair *r, const char *variable)
{
	size_t begin;
	size_t end;

	if (!is_yaml_value(r))
		return fix_refuse(r, "only a value of its own can become a "
				     "secret of the workflow");
	value_range(r, &begin, &end);
	fix_replace_str(r, begin, end, "take the key from the CI's secrets",
		rsk_arena_printf(r->p->arena, "${{ secrets.%s }}", variable));
	return true;
}

/* The key of the block that the line is part of, however deep; "": none. */
static struct rsk_slice block_of(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;
	size_t at = fix_line_begin(bytes, r->begin);
	size_t own = indent_of(bytes, at);

	while (at > 0) {
		size_t begin = fix_line_begin(bytes, at - 1);
		struct rsk_slice line =
			rsk_slice_trim(rsk_slice_cut(bytes, begin, at - 1));

		at = begin;
		if (line.len && line.ptr[0] != '#' &&
			indent_of(bytes, begin) < own)
			return rsk_slice_starts(line, RSK_LIT("- "))
				       ? rsk_slice_trim(rsk_slice_cut(
						 line, 2, line.len))
				       : line;
	}
	return RSK_LIT("");
}

/* A value of the block, as a read in the CI's own way. */
static bool fix_in_block(struct repair *r, const char *block, const char *read)
{
	size_t begin;
	size_t end;

	if (!is_yaml_value(r) || !rsk_slice_eq_str(block_of(r), block))
		return fix_refuse(
			r, rsk_arena_printf(r->p->arena,
				   "only a value in `%s` can be read from the "
				   "CI's settings",
				   block));
	value_range(r, &begin, &end);
	fix_replace_str(
		r, begin, end, "take the key from the CI's settings", read);
	return true;
}

/* A variable of the project's settings goes before one of the file, which
 * names it for who reads the file. */
static bool fix_gitlab(struct repair *r, const char *variable)
{
	return fix_in_block(r,
		"variables:", rsk_arena_printf(r->p->arena, "$%s", variable));
}

/* Secret variables reach a step by its `env` alone. */
static bool fix_azure(struct repair *r, const char *variable)
{
	return fix_in_block(
		r, "env:", rsk_arena_printf(r->p->arena, "$(%s)", variable));
}

static bool fix_circle(struct repair *r, const char *variable)
{
	return fix_refuse(
		r, rsk_arena_printf(r->p->arena,
			   "CircleCI reads no variable there: give %s to the "
			   "project or a context, and delete the line",
			   variable));
}

/* NAME: value, or - NAME=value */
static bool fix_compose(struct repair *r, const char *variable)
{
	struct rsk_slice front = before(r);
	bool item = rsk_slice_starts(rsk_slice_trim(front), RSK_LIT("- ")) ||
		    rsk_slice_starts(rsk_slice_trim(front), RSK_LIT("-\t"));

	if (has_byte(front, '{') || has_byte(front, '#'))
		return fix_refuse(r, "it is not a line of its own");
	if (!is_yaml_value(r) && !(item && rsk_slice_ends(front, RSK_LIT("="))))
		return fix_refuse(r, "only a value of `environment` can be "
				     "taken from outside");
	fix_replace_str(r, r->begin, r->end, read_it,
		rsk_arena_printf(r->p->arena, "${%s}", variable));
	return true;
}

/* ARG NAME=value loses the value; ENV NAME=value, alone on its line, goes. */
static bool fix_dockerfile(struct repair *r, const char *variable)
{
	struct rsk_slice bytes = r->source->bytes;
	struct rsk_slice line = rsk_slice_trim(line_of(r));
	size_t begin;
	size_t end;
	bool is_arg = rsk_slice_starts(line, RSK_LIT("ARG "));

	value_range(r, &begin, &end);
	if ((!is_arg && !rsk_slice_starts(line, RSK_LIT("ENV "))) ||
		rsk_slice_ends(line, RSK_LIT("\\")) ||
		fix_line_end(bytes, end) != end || !begin ||
		!strchr("= ", bytes.ptr[begin - 1]) ||
		rsk_slice_find(rsk_slice_cut(before(r), 0, begin),
			rsk_slice_str(variable)) == before(r).len)
		return fix_refuse(r, "only ARG NAME=key and ENV NAME=key, one "
				     "a line, are known");
	if (is_arg && bytes.ptr[begin - 1] == '=')
		fix_replace_str(r, begin - 1, end,
			"give the key when the image is built", "");
	else
		fix_replace_str(r, fix_line_begin(bytes, r->begin), end,
			"give the key when the container starts",
			rsk_arena_printf(r->p->arena,
				"# %s comes with the container: docker run -e "
				"%s",
				variable, variable));
	return true;
}

/* A template of an env file. */
static bool fix_template(struct repair *r, const char *variable)
{
	(void)variable;
	fix_replace_str(r, r->begin, r->end, "put a placeholder in",
		"your-api-key-here");
	return true;
}

static bool fix_env_file(struct repair *r, const char *variable)
{
	(void)variable;
	return fix_refuse(r, "an env file is where keys are: untrack it");
}

/* Which sort of file it is */

static bool is_js(struct rsk_slice path)
{
	enum rsk_js_language language = rsk_js_language(path);

	return language == RSK_JS_JAVASCRIPT || language == RSK_JS_TYPESCRIPT ||
	       language == RSK_JS_TSX;
}

static bool is_code(struct rsk_slice path)
{
	return rsk_language_of(path) != NULL;
}

static bool is_shell(struct rsk_slice path)
{
	return rsk_slice_ends(path, RSK_LIT(".sh")) ||
	       rsk_slice_ends(path, RSK_LIT(".bash")) ||
	       rsk_slice_ends(path, RSK_LIT(".zsh"));
}

static bool is_yaml(struct rsk_slice path)
{
	return rsk_slice_ends(path, RSK_LIT(".yml")) ||
	       rsk_slice_ends(path, RSK_LIT(".yaml"));
}

static bool is_workflow(struct rsk_slice path)
{
	return is_yaml(path) &&
	       (rsk_slice_starts(path, RSK_LIT(".github/workflows/")) ||
		       contains(path, "/.github/workflows/"));
}

/* Is it that file, or one that is included in it from such a folder? */
static bool is_ci_of(
	struct rsk_slice path, const char *base, const char *folder)
{
	struct rsk_slice name = rsk_slice_str(folder);
	size_t at = rsk_slice_find(path, name);

	return is_yaml(path) &&
	       (rsk_slice_starts(rsk_path_base(path), rsk_slice_str(base)) ||
		       (name.len && at < path.len &&
			       (!at || path.ptr[at - 1] == '/')));
}

static bool is_gitlab(struct rsk_slice path)
{
	return is_ci_of(path, ".gitlab-ci.", ".gitlab/ci/");
}

static bool is_bitbucket(struct rsk_slice path)
{
	return is_ci_of(path, "bitbucket-pipelines.", "");
}

static bool is_azure(struct rsk_slice path)
{
	return is_ci_of(path, "azure-pipelines", ".azure-pipelines/");
}

static bool is_circle(struct rsk_slice path)
{
	return is_ci_of(path, ".circleci.", ".circleci/");
}

static bool is_compose(struct rsk_slice path)
{
	struct rsk_slice base = rsk_path_base(path);

	return is_yaml(path) &&
	       (rsk_slice_starts(base, RSK_LIT("docker-compose")) ||
		       rsk_slice_starts(base, RSK_LIT("compose")));
}

static bool is_dockerfile(struct rsk_slice path)
{
	struct rsk_slice base = rsk_path_base(path);

	return rsk_slice_starts(base, RSK_LIT("Dockerfile")) ||
	       rsk_slice_ends(base, RSK_LIT(".Dockerfile"));
}

static bool is_template(struct rsk_slice path)
{
	static const char *const words[] = { "example", "sample", "template",
		"dist" };
	struct rsk_slice base = rsk_path_base(path);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (rsk_slice_starts(base, RSK_LIT(".env")) &&
			contains(base, words[i]))
			return true;
	return false;
}

static bool is_env_file(struct rsk_slice path)
{
	return rsk_slice_starts(rsk_path_base(path), RSK_LIT(".env"));
}

static const struct {
	bool (*is)(struct rsk_slice path);
	bool (*fix)(struct repair *r, const char *variable);
	bool named;   /* it is given the variable's name */
	bool example; /* and that goes into .env.example */
} kinds[] = {
	{ is_template, fix_template, false, false },
	{ is_env_file, fix_env_file, false, false },
	{ is_js, fix_literal_js, false, false },
	{ is_code, fix_literal_code, false, false },
	{ is_shell, fix_shell, true, true },
	{ is_workflow, fix_workflow, true, false },
	{ is_gitlab, fix_gitlab, true, false },
	{ is_bitbucket, fix_gitlab, true, false },
	{ is_azure, fix_azure, true, false },
	{ is_circle, fix_circle, true, false },
	{ is_compose, fix_compose, true, true },
	{ is_dockerfile, fix_dockerfile, true, false },
};

bool fix_literal(struct repair *r)
{
	size_t i = 0;
	const char *variable;

	while (i < sizeof(kinds) / sizeof(kinds[0]) &&
		!kinds[i].is(r->finding->path))
		i++;
	if (i == sizeof(kinds) / sizeof(kinds[0]))
		return fix_refuse(r, "there is no known way to read the "
				     "environment in such a file");
	if (!kinds[i].named)
		return kinds[i].fix(r, NULL);
	variable = fix_variable(r);
	if (!variable || !kinds[i].fix(r, variable))
		return false;
	if (kinds[i].example)
		fix_want_example(r, variable);
	return true;
}
