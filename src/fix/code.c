#include "fix/fix_p.h"

#include "syntax/js.h"
#include "syntax/tokens.h"

/* Keys in code: the literal is one token, and a read takes its place. */

static const char read_it[] = "read the key from the environment";
static const char drop_it[] = "drop the key that the environment falls back to";

/* JavaScript */

/* The token that begins at or holds the offset. */
static uint32_t js_token(const struct rsk_js *js, size_t at)
{
	uint32_t low = 1;
	uint32_t high = js->count;

	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (rsk_js_begin(js, middle) <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* process.env.NAME or import.meta.env.NAME ends at this token. */
static bool js_is_env_read(const struct rsk_js *js, uint32_t i)
{
	return i > 4 && rsk_js_is_word(rsk_js_kind(js, i)) &&
	       rsk_js_is(js, i - 1, RSK_JS_DOT) &&
	       rsk_js_text_is(js, i - 2, "env") &&
	       rsk_js_is(js, i - 3, RSK_JS_DOT) &&
	       (rsk_js_text_is(js, i - 4, "process") ||
		       rsk_js_text_is(js, i - 4, "meta"));
}

/* A value is expected in front of this: no key of an object, no type. */
static bool js_is_value(const struct rsk_js *js, uint32_t i)
{
	static const uint8_t kinds[] = { RSK_JS_ASSIGN, RSK_JS_LPAREN,
		RSK_JS_COMMA, RSK_JS_COLON, RSK_JS_LBRACKET, RSK_JS_QUESTION,
		RSK_JS_OR, RSK_JS_NULLISH, RSK_JS_AND, RSK_JS_RETURN,
		RSK_JS_ARROW, RSK_JS_PLUS, RSK_JS_HOLE_OPEN };

	if (rsk_js_is(js, i + 1, RSK_JS_COLON) &&
		!rsk_js_is(js, i - 1, RSK_JS_QUESTION))
		return false;
	for (size_t k = 0; k < sizeof(kinds); k++)
		if (rsk_js_is(js, i - 1, (enum rsk_js_kind)kinds[k]))
			return true;
	return false;
}

/* How this file reads the variable; NULL: it is not sure, or it must not. */
static const char *js_read(struct repair *r, const char *variable)
{
	struct fix_bundler bundler = fix_bundler_of(r->p, r->finding->path);
	bool publishable =
		!strcmp(r->finding->rule, "publishable-key-in-source");
	const char *name = variable;

	if (!publishable && bundler.client_only &&
		!fix_is_server_path(r->finding->path)) {
		fix_refuse(r, "whether this runs in a client is not sure, and "
			      "a client must not read a secret key");
		return NULL;
	}
	if (publishable && !bundler.name) {
		fix_refuse(r, "no bundler that is known puts variables into "
			      "this client");
		return NULL;
	}
	if (publishable && !*bundler.public) {
		fix_refuse(r, "this bundler has no variables that a client can "
			      "read by name");
		return NULL;
	}
	if (publishable &&
		strncmp(name, bundler.public, strlen(bundler.public)) != 0)
		name = rsk_arena_printf(
			r->p->arena, "%s%s", bundler.public, variable);
	fix_want_example(r, name);
	return rsk_arena_printf(r->p->arena, "%s%s",
		publishable ? bundler.read : "process.env.", name);
}

static bool js_replace(
	struct repair *r, const struct rsk_js *js, uint32_t i, bool in_markup)
{
	const char *variable = fix_variable(r);
	const char *read = variable ? js_read(r, variable) : NULL;

	if (!read)
		return false;
	fix_replace_str(r, rsk_js_begin(js, i), rsk_js_end(js, i), read_it,
		in_markup ? rsk_arena_printf(r->p->arena, "{%s}", read) : read);
	return true;
}

static bool js_repair(struct repair *r, const struct rsk_js *js)
{
	uint32_t i = js_token(js, r->begin);
	bool exact = rsk_js_begin(js, i) + 1 == r->begin &&
		     rsk_js_end(js, i) == r->end + 1;

	if (exact && rsk_js_is(js, i, RSK_JS_JSX_STRING))
		return js_replace(r, js, i, true);
	if (!exact || !rsk_js_is(js, i, RSK_JS_STRING))
		return fix_refuse(r, "it is a part of a longer text");
	if ((rsk_js_is(js, i - 1, RSK_JS_OR) ||
		    rsk_js_is(js, i - 1, RSK_JS_NULLISH)) &&
		js_is_env_read(js, i - 2)) {
		fix_replace_str(r, rsk_js_end(js, i - 2), rsk_js_end(js, i),
			drop_it, "");
		fix_want_example(
			r, rsk_arena_str(r->p->arena, rsk_js_text(js, i - 2)));
		return true;
	}
	if (!js_is_value(js, i))
		return fix_refuse(r, "it does not stand where a value does");
	return js_replace(r, js, i, false);
}

bool fix_literal_js(struct repair *r, const char *variable)
{
	struct rsk_js_options options = rsk_js_options_for(r->finding->path);
	struct rsk_js *js = NULL;
	enum rsk_err err = rsk_js_parse(&js, r->source->bytes, &options);
	bool done;

	(void)variable;
	if (err)
		return fix_refuse_code(r, err);
	done = js_repair(r, js);
	rsk_js_free(js);
	return done;
}

/* Seven languages more: one row each. */

static bool import_python(struct repair *r, const struct rsk_tokens *tokens);
static bool import_go(struct repair *r, const struct rsk_tokens *tokens);

static const struct {
	const char *language;
	const char *read;  /* a %: the variable */
	const char *other; /* what a fallback becomes; NULL: it goes */
	bool (*import)(struct repair *r, const struct rsk_tokens *tokens);
} languages[] = {
	{ "Python", "os.environ[\"%\"]", NULL, import_python },
	{ "Ruby", "ENV.fetch(\"%\")", NULL, NULL },
	{ "PHP", "getenv('%')", NULL, NULL },
	{ "Go", "os.Getenv(\"%\")", NULL, import_go },
	{ "Java", "System.getenv(\"%\")", NULL, NULL },
	{ "Kotlin", "System.getenv(\"%\")", "error(\"% is not set\")", NULL },
	{ "C#", "System.Environment.GetEnvironmentVariable(\"%\")",
		"throw new System.InvalidOperationException(\"% is not set\")",
		NULL },
};

enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

static size_t language_at(struct rsk_slice path)
{
	const char *name = rsk_language_name(rsk_language_of(path));
	size_t i = 0;

	while (i < LANGUAGES && strcmp(languages[i].language, name) != 0)
		i++;
	return i;
}

static uint32_t token_at(const struct rsk_tokens *tokens, size_t at)
{
	uint32_t i = 1;

	while (i + 1 < tokens->list.len && tokens->list.ptr[i].end <= at)
		i++;
	return i;
}

/* Imports: where the file has them. */

static void insert_line(
	struct repair *r, size_t at, const char *what, const char *line)
{
	fix_replace_str(r, at, at, what,
		rsk_arena_printf(r->p->arena, "%s%s", line,
			fix_line_ending(r->source->bytes)));
}

static bool imports_python(const struct rsk_tokens *tokens, uint32_t i)
{
	return tokens->list.ptr[i].first && rsk_token_is(tokens, i, "import") &&
	       !rsk_token_is(tokens, i - 1, "(");
}

/* In front of the first import that is not from the future; else at the first
 * statement behind a docstring. */
static bool import_python(struct repair *r, const struct rsk_tokens *tokens)
{
	uint32_t first = 1;

	for (uint32_t i = 1; i + 1 < tokens->list.len; i++)
		if (imports_python(tokens, i) &&
			rsk_token_is(tokens, i + 1, "os") &&
			!rsk_token_is(tokens, i + 2, "."))
			return true;
	if (rsk_token_has_kind(tokens, first, RSK_TOKEN_STRING) &&
		tokens->list.ptr[first + 1].first)
		first++;
	while (rsk_token_is(tokens, first, "from") &&
		rsk_token_is(tokens, first + 1, "__future__"))
		do
			first++;
		while (first + 1 < tokens->list.len &&
			!tokens->list.ptr[first].first);
	if (first + 1 >= tokens->list.len)
		return fix_refuse(r, "there is no place for an import");
	insert_line(r,
		fix_line_begin(tokens->source, tokens->list.ptr[first].begin),
		"import what reads the environment", "import os");
	return true;
}

/* Among the others of the brackets, in order, as gofmt has them. */
static bool import_go_among(
	struct repair *r, const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token *list = tokens->list.ptr;
	size_t at;

	while (rsk_token_has_kind(tokens, i, RSK_TOKEN_STRING) &&
		rsk_slice_cmp(rsk_token_text(tokens, i), RSK_LIT("\"os\"")) <
			0 &&
		list[i].first)
		i++;
	at = fix_line_begin(tokens->source, list[i].begin);
	if (!list[i].first)
		return fix_refuse(r, "its imports are not one a line");
	fix_replace_str(r, at, at, "import what reads the environment",
		rsk_arena_printf(r->p->arena, "\t\"os\"%s",
			fix_line_ending(tokens->source)));
	return true;
}

static bool import_go(struct repair *r, const struct rsk_tokens *tokens)
{
	const struct rsk_token *list = tokens->list.ptr;
	uint32_t package = 0;
	uint32_t import = 0;

	for (uint32_t i = 1; i + 1 < tokens->list.len; i++) {
		if (rsk_token_is(tokens, i, "package") && !package)
			package = i;
		if (rsk_token_is(tokens, i, "import") && list[i].first &&
			!import)
			import = i;
		if (rsk_slice_eq_str(rsk_token_text(tokens, i), "\"os\""))
			return true;
	}
	if (import && rsk_token_is(tokens, import + 1, "("))
		return import_go_among(r, tokens, import + 2);
	if (import) {
		insert_line(r, list[import].begin,
			"import what reads the environment", "import \"os\"");
		return true;
	}
	if (!package || list[package + 2].begin == 0)
		return fix_refuse(r, "there is no place for an import");
	insert_line(r, fix_line_begin(tokens->source, list[package + 2].begin),
		"import what reads the environment",
		rsk_arena_printf(r->p->arena, "import \"os\"%s",
			fix_line_ending(tokens->source)));
	return true;
}

/* The bracket that token i is in, or 0. */
static uint32_t opener_of(const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token *list = tokens->list.ptr;

	for (uint32_t at = i - 1; at > 0; at--) {
		if (list[at].partner > i)
			return at;
		if (list[at].partner && list[at].partner < at)
			at = list[at].partner;
	}
	return 0;
}

/* `const (` in Go, `@Value(` in Java and Kotlin. */
static bool is_constant_bracket(
	const struct rsk_tokens *tokens, uint32_t opener)
{
	struct rsk_slice name = rsk_token_text(tokens, opener - 1);

	return rsk_token_is(tokens, opener, "(") &&
	       (rsk_slice_eq_str(name, "const") ||
		       rsk_slice_starts(name, RSK_LIT("@")) ||
		       rsk_token_is(tokens, opener - 2, "@"));
}

/* Where a call cannot stand: constants, annotations, cases. */
static bool is_constant_place(const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token *list = tokens->list.ptr;
	uint32_t opener = opener_of(tokens, i);

	if (rsk_token_is(tokens, i - 1, "case") ||
		rsk_token_is(tokens, i - 1, "when") ||
		(opener && is_constant_bracket(tokens, opener)))
		return true;
	/* From here to where its statement begins. */
	for (uint32_t at = i - 1; at > opener; at--) {
		if (rsk_token_is(tokens, at, "const"))
			return true;
		if (rsk_token_is(tokens, at, ";") || list[at].first)
			return false;
	}
	return false;
}

/* f("NAME", "key"): the second argument is what is taken without the first. */
static bool is_default(const struct rsk_tokens *tokens, uint32_t i)
{
	static const char *const readers[] = { "get", "getenv", "fetch",
		"env" };

	if (!rsk_token_is(tokens, i - 1, ",") ||
		!rsk_token_has_kind(tokens, i - 2, RSK_TOKEN_STRING) ||
		!rsk_token_is(tokens, i - 3, "(") ||
		!rsk_token_is(tokens, i + 1, ")"))
		return false;
	for (size_t k = 0; k < sizeof(readers) / sizeof(readers[0]); k++)
		if (rsk_token_is(tokens, i - 4, readers[k]))
			return true;
	return false;
}

static bool is_fallback(const struct rsk_tokens *tokens, uint32_t i)
{
	return rsk_token_is(tokens, i - 1, "?:") ||
	       rsk_token_is(tokens, i - 1, "??");
}

static bool code_repair(
	struct repair *r, const struct rsk_tokens *tokens, size_t row)
{
	uint32_t i = token_at(tokens, r->begin);
	const struct rsk_token *list = tokens->list.ptr;
	const char *variable;

	if (list[i].kind != RSK_TOKEN_STRING || list[i].quotes != 1 ||
		list[i].closes != 1 || list[i].begin + 1 != r->begin ||
		list[i].end != r->end + 1)
		return fix_refuse(r, "it is a part of a longer text");
	if (is_default(tokens, i)) {
		fix_replace_str(r, list[i - 2].end, list[i].end, drop_it, "");
		fix_want_example(r, rsk_arena_str(r->p->arena,
					    rsk_token_value(tokens, i - 2)));
		return true;
	}
	if (is_constant_place(tokens, i))
		return fix_refuse(r, "a constant cannot be read when the "
				     "program runs");
	variable = fix_variable(r);
	if (!variable)
		return false;
	if (is_fallback(tokens, i)) {
		if (!languages[row].other)
			return fix_refuse(r, "it is what something falls back "
					     "to");
		fix_replace_str(r, list[i].begin, list[i].end, drop_it,
			fix_fill(r->p->arena, languages[row].other, variable));
		fix_want_example(r, variable);
		return true;
	}
	if (languages[row].import && !languages[row].import(r, tokens))
		return false;
	fix_replace_str(r, list[i].begin, list[i].end, read_it,
		fix_fill(r->p->arena, languages[row].read, variable));
	fix_want_example(r, variable);
	return true;
}

bool fix_literal_code(struct repair *r, const char *variable)
{
	struct rsk_tokens tokens = { 0 };
	size_t row = language_at(r->finding->path);
	enum rsk_err err;
	bool done = false;

	(void)variable;
	if (row == LANGUAGES)
		return fix_refuse(r, "there is no known way to read the "
				     "environment in such a file");
	err = rsk_tokens_read(
		&tokens, r->source->bytes, rsk_language_of(r->finding->path));
	if (err)
		fix_refuse_code(r, err);
	else
		done = code_repair(r, &tokens, row);
	rsk_tokens_release(&tokens);
	return done;
}
