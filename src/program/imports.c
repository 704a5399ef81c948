#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "program/program_p.h"

/*
 * Who imports whom, of the whole project. Files are not read as code for
 * this: one look for `import`, `export` and `require` finds what they name,
 * and a mistake (a specifier in a comment) only means that a file is looked
 * at which has no such call.
 */
enum { MAX_STATEMENT = 4096 }; /* bytes from `import` to its specifier */

struct reader {
	struct rsk_program *program;
	uint32_t from;
	struct rsk_slice text;
};

static bool is_name_char(uint8_t c)
{
	return (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
	       c == '$' || c >= 0x80;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blank(struct rsk_slice s, size_t i)
{
	while (i < s.len && is_blank(s.ptr[i]))
		i++;
	return i;
}

/* The string whose quote is at `i`, or "". */
static struct rsk_slice quoted(struct rsk_slice s, size_t i)
{
	size_t end = i + 1;

	if (i >= s.len ||
		(s.ptr[i] != '"' && s.ptr[i] != '\'' && s.ptr[i] != '`'))
		return RSK_LIT("");
	while (end < s.len && s.ptr[end] != s.ptr[i] && s.ptr[end] != '\n')
		end++;
	return rsk_slice_cut(s, i + 1, end);
}

static void add_edge(
	struct reader *r, struct rsk_slice specifier, bool reexports)
{
	struct rsk_program *program = r->program;
	struct rsk_edge edge = { .from = r->from, .reexports = reexports };

	if (!specifier.len)
		return;
	edge.to = rsk_program_lookup(
		program, program->source->paths[r->from], specifier);
	if (edge.to == UINT32_MAX)
		edge.package = rsk_arena_slice(&program->arena, specifier);
	*RSK_VEC_PUSH(&program->edges) = edge;
}

static bool is_word_at(struct rsk_slice s, size_t i, const char *word)
{
	size_t len = strlen(word);

	return i + len <= s.len && !memcmp(s.ptr + i, word, len) &&
	       (!i || (!is_name_char(s.ptr[i - 1]) && s.ptr[i - 1] != '.')) &&
	       (i + len == s.len || !is_name_char(s.ptr[i + len]));
}

/* From behind `import` or `export` to the string of its `from`. */
static struct rsk_slice from_clause(struct rsk_slice s, size_t i)
{
	size_t end = i + MAX_STATEMENT < s.len ? i + MAX_STATEMENT : s.len;

	for (; i < end; i++) {
		if (s.ptr[i] == ';' || s.ptr[i] == '(' || s.ptr[i] == '=')
			break;
		if (s.ptr[i] == 'f' && is_word_at(s, i, "from"))
			return quoted(s, skip_blank(s, i + 4));
	}
	return RSK_LIT("");
}

static void read_statement(struct reader *r, size_t i, bool exports)
{
	struct rsk_slice s = r->text;
	size_t next = skip_blank(s, i);

	if (is_word_at(s, next, "type"))
		return; /* gone when it runs */
	if (next < s.len && s.ptr[next] == '(' && !exports)
		add_edge(r, quoted(s, skip_blank(s, next + 1)), false);
	else if (!exports && quoted(s, next).len)
		add_edge(r, quoted(s, next), false);
	else
		add_edge(r, from_clause(s, next), exports);
}

/* `import` and `export` share "port"; `require` has "quire(". */
static void read_imports(struct reader *r)
{
	struct rsk_slice s = r->text;
	const uint8_t *at = s.ptr;
	const uint8_t *end = s.ptr + s.len;

	while (at && (at = memmem(at, (size_t)(end - at), "port", 4))) {
		size_t i = (size_t)(at - s.ptr);

		if (i >= 2 && is_word_at(s, i - 2, "import"))
			read_statement(r, i + 4, false);
		else if (i >= 2 && is_word_at(s, i - 2, "export"))
			read_statement(r, i + 4, true);
		at += 4;
	}
	at = s.ptr;
	while (at && (at = memmem(at, (size_t)(end - at), "require(", 8))) {
		size_t i = (size_t)(at - s.ptr);

		if (is_word_at(s, i, "require"))
			add_edge(r, quoted(s, skip_blank(s, i + 8)), false);
		at += 8;
	}
}

static int cmp_edge(const void *left, const void *right)
{
	const struct rsk_edge *a = left;
	const struct rsk_edge *b = right;

	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return (a->from > b->from) - (a->from < b->from);
}

void rsk_program_edges(struct rsk_program *program)
{
	const struct rsk_program_source *source = program->source;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);

	if (program->has_edges)
		return;
	program->has_edges = true;
	for (uint32_t i = 0; i < source->paths_len; i++) {
		enum rsk_js_language language =
			rsk_js_language(source->paths[i]);
		struct reader r = { .program = program, .from = i };

		if (language == RSK_JS_NO_LANGUAGE ||
			language == RSK_JS_DECLARATION)
			continue;
		rsk_buf_truncate(&text, 0);
		if (source->read(source->ctx, source->paths[i], &text))
			continue;
		r.text = rsk_buf_slice(&text);
		if (r.text.len)
			read_imports(&r);
	}
	rsk_buf_release(&text);
	if (program->edges.len)
		qsort(program->edges.ptr, program->edges.len,
			sizeof(*program->edges.ptr), cmp_edge);
}

/* ---- questions ---- */

/* The first edge that leads to a file. */
static size_t first_edge(const struct rsk_program *program, uint32_t to)
{
	size_t low = 0;
	size_t high = program->edges.len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (program->edges.ptr[middle].to < to)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

typedef RSK_VEC(uint32_t) indexes;

static bool has_index(const indexes *list, uint32_t at)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->ptr[i] == at)
			return true;
	return false;
}

static int cmp_index(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* Those that could be opened, in the order of their paths. */
static struct rsk_program_files open_all(
	struct rsk_program *program, indexes *list)
{
	struct rsk_js_file **files =
		rsk_arena_array(&program->arena, list->len + 1, sizeof(*files));
	size_t len = 0;

	if (list->len)
		qsort(list->ptr, list->len, sizeof(*list->ptr), cmp_index);
	for (size_t i = 0; i < list->len; i++) {
		struct rsk_js_file *file = rsk_program_open(
			program, program->source->paths[list->ptr[i]]);

		if (file && (!i || list->ptr[i] != list->ptr[i - 1]))
			files[len++] = file;
	}
	RSK_VEC_RELEASE(list);
	return (struct rsk_program_files){ files, len };
}

struct rsk_program_files rsk_program_importers(
	struct rsk_program *program, const struct rsk_js_file *file)
{
	struct rsk_opened *opened = file->user;
	indexes found = { 0 };
	indexes queue = { 0 };

	if (opened->has_importers)
		return opened->importers;
	rsk_program_edges(program);
	*RSK_VEC_PUSH(&queue) = rsk_program_index(program, file->path);
	for (size_t i = 0; i < queue.len; i++) {
		uint32_t to = queue.ptr[i];

		for (size_t e = first_edge(program, to);
			e < program->edges.len &&
			program->edges.ptr[e].to == to;
			e++) {
			const struct rsk_edge *edge = &program->edges.ptr[e];

			*RSK_VEC_PUSH(&found) = edge->from;
			if (edge->reexports && !has_index(&queue, edge->from))
				*RSK_VEC_PUSH(&queue) = edge->from;
		}
	}
	RSK_VEC_RELEASE(&queue);
	opened->has_importers = true;
	opened->importers = open_all(program, &found);
	return opened->importers;
}

/* "https://esm.sh/a@1", "npm:a@1", ".../npm/a@1/+esm": a and what follows. */
static struct rsk_slice package_of(struct rsk_slice specifier)
{
	size_t npm = rsk_slice_find(specifier, RSK_LIT("/npm/"));

	if (rsk_slice_starts(specifier, RSK_LIT("npm:")))
		return rsk_slice_cut(specifier, 4, specifier.len);
	if (!rsk_slice_starts(specifier, RSK_LIT("https://")) &&
		!rsk_slice_starts(specifier, RSK_LIT("http://")))
		return specifier;
	if (npm < specifier.len)
		return rsk_slice_cut(specifier, npm + 5, specifier.len);
	specifier = rsk_slice_cut(specifier, 8, specifier.len);
	return rsk_slice_cut(specifier,
		rsk_slice_find(specifier, RSK_LIT("/")) + 1, specifier.len);
}

bool rsk_is_of_packages(
	struct rsk_slice specifier, const struct rsk_strings *packages)
{
	bool is_url = rsk_slice_find(specifier, RSK_LIT(":")) < specifier.len;

	if (is_url)
		specifier = package_of(specifier);
	for (size_t i = 0; i < packages->len; i++) {
		struct rsk_slice name = rsk_slice_str(packages->ptr[i]);

		if (rsk_slice_starts(specifier, name) &&
			(specifier.len == name.len ||
				specifier.ptr[name.len] == '/' ||
				(is_url && (specifier.ptr[name.len] == '@' ||
						   specifier.ptr[name.len] ==
							   '?'))))
			return true;
	}
	return false;
}

struct rsk_program_files rsk_program_users(
	struct rsk_program *program, const struct rsk_strings *packages)
{
	indexes found = { 0 };

	rsk_program_edges(program);
	for (size_t e = first_edge(program, UINT32_MAX); e < program->edges.len;
		e++)
		if (rsk_is_of_packages(program->edges.ptr[e].package, packages))
			*RSK_VEC_PUSH(&found) = program->edges.ptr[e].from;
	return open_all(program, &found);
}

static bool depends_on(
	const struct rsk_package *package, const struct rsk_strings *packages)
{
	for (size_t i = 0; i < package->n_depends; i++)
		if (rsk_is_of_packages(package->depends[i], packages))
			return true;
	return false;
}

bool rsk_program_has_sdk(struct rsk_program *program)
{
	const struct rsk_vocabulary *v = program->vocabulary;

	rsk_program_manifests(program);
	for (size_t i = 0; i < v->sdks.len; i++) {
		const struct rsk_sdk *sdk = &v->sdks.ptr[i];

		if (!sdk->product)
			continue;
		for (size_t j = 0; j < program->packages.len; j++)
			if (depends_on(
				    &program->packages.ptr[j], &sdk->packages))
				return true;
		if (rsk_program_users(program, &sdk->packages).len)
			return true;
	}
	return false;
}

static bool has_word(
	struct rsk_slice text, const char *const *words, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (rsk_slice_find(text, rsk_slice_str(words[i])) < text.len)
			return true;
	return false;
}

bool rsk_program_mentions(
	struct rsk_program *program, const char *const *words, size_t len)
{
	const struct rsk_program_source *source = program->source;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);
	bool found = false;

	for (size_t i = 0; i < source->paths_len && !found; i++) {
		if (rsk_js_language(source->paths[i]) == RSK_JS_NO_LANGUAGE)
			continue;
		rsk_buf_truncate(&text, 0);
		if (!source->read(source->ctx, source->paths[i], &text))
			found = has_word(rsk_buf_slice(&text), words, len);
	}
	rsk_buf_release(&text);
	return found;
}
