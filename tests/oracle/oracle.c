/*
 * Holds src/syntax against tree-sitter: both read the files named on standard
 * input, and must find the same calls and the same object literals with the
 * same keys as arguments of calls. Only files that tree-sitter reads without
 * an error count.
 *
 *	find ... | oracle libgrammars.so accepted.txt
 *
 * Prints the counts and every difference. Exit 1 when one of them is not in
 * accepted.txt, or a line there is not needed any more.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

#include "base/file.h"
#include "base/mem.h"
#include "syntax/expr.h"

/* tree-sitter 0.20.7 does not survive 65,536 children of one node. */
enum { MAX_FILE = 2000000, MAX_KEYS = 65536 };

/* One thing that both sides say of a file. */
struct fact {
	uint32_t at; /* [source] of the ( or { */
	char kind;   /* c: a call, o: an object with its keys */
	char *keys;
};

struct facts {
	RSK_VEC(struct fact) list;
};

struct totals {
	unsigned files, skipped, erroneous;
	unsigned calls, objects, missed, extra, keys;
	size_t bytes;
};

static struct {
	RSK_VEC(char *) lines;
	bool *used;
	unsigned unexpected;
} accepted;

static void add_fact(struct facts *facts, uint32_t at, char kind, char *keys)
{
	*RSK_VEC_PUSH(&facts->list) = (struct fact){ at, kind, keys };
}

static int fact_cmp(const void *a, const void *b)
{
	const struct fact *x = a;
	const struct fact *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static void free_facts(struct facts *facts)
{
	for (size_t i = 0; i < facts->list.len; i++)
		free(facts->list.ptr[i].keys);
	RSK_VEC_RELEASE(&facts->list);
}

static void add_key(struct rsk_buf *keys, struct rsk_slice key)
{
	if (key.len && (key.ptr[0] == '"' || key.ptr[0] == '\''))
		key = rsk_slice_cut(key, 1, key.len - 1);
	if (rsk_buf_add_slice(keys, key) || rsk_buf_add_byte(keys, ','))
		keys->len = keys->len; /* what is over the ceiling is cut */
}

static char *take_keys(struct rsk_buf *keys)
{
	char *text = rsk_strdup(rsk_buf_cstr(keys));

	rsk_buf_release(keys);
	return text;
}

/* ---- what tree-sitter says ---- */

static struct rsk_slice node_text(struct rsk_slice source, TSNode node)
{
	return rsk_slice_cut(
		source, ts_node_start_byte(node), ts_node_end_byte(node));
}

static bool is_type(TSNode node, const char *type)
{
	return !ts_node_is_null(node) && !strcmp(ts_node_type(node), type);
}

static TSNode field(TSNode node, const char *name)
{
	return ts_node_child_by_field_name(node, name, (uint32_t)strlen(name));
}

static void key_of(struct rsk_buf *keys, struct rsk_slice source, TSNode member)
{
	TSNode name = is_type(member, "pair") ? field(member, "key")
					      : field(member, "name");

	if (is_type(member, "comment"))
		return;
	if (is_type(member, "spread_element"))
		add_key(keys, RSK_LIT("..."));
	else if (is_type(member, "shorthand_property_identifier"))
		add_key(keys, node_text(source, member));
	else if (is_type(name, "computed_property_name"))
		add_key(keys, RSK_LIT("[]"));
	else if (!ts_node_is_null(name))
		add_key(keys, node_text(source, name));
	else
		add_key(keys, rsk_slice_str(ts_node_type(member)));
}

static char *keys_of(struct rsk_slice source, TSNode object)
{
	struct rsk_buf keys = RSK_BUF_INIT(MAX_KEYS);
	uint32_t n = ts_node_named_child_count(object);

	for (uint32_t i = 0; i < n; i++)
		key_of(&keys, source, ts_node_named_child(object, i));
	return take_keys(&keys);
}

/* Casts and parentheses mean nothing to us. */
static TSNode unwrap(TSNode node)
{
	static const char *const wraps[] = { "parenthesized_expression",
		"as_expression", "satisfies_expression",
		"non_null_expression" };

	for (size_t i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++)
		if (is_type(node, wraps[i])) {
			node = ts_node_named_child(node, 0);
			i = (size_t)-1;
		}
	return node;
}

/* typeof import('x') is a type; tree-sitter takes it for a call. */
static bool is_type_import(struct rsk_slice source, TSNode call)
{
	struct rsk_slice before = rsk_slice_trim(
		rsk_slice_cut(source, 0, ts_node_start_byte(call)));

	return is_type(field(call, "function"), "import") &&
	       rsk_slice_ends(before, RSK_LIT("typeof"));
}

static void look_at_call(
	struct facts *facts, struct rsk_slice source, TSNode call)
{
	TSNode args = field(call, "arguments");

	if (!is_type(args, "arguments") || is_type_import(source, call))
		return;
	add_fact(facts, ts_node_start_byte(args), 'c', NULL);
	for (uint32_t i = 0; i < ts_node_named_child_count(args); i++) {
		TSNode arg = unwrap(ts_node_named_child(args, i));

		if (is_type(arg, "object"))
			add_fact(facts, ts_node_start_byte(arg), 'o',
				keys_of(source, arg));
	}
}

/* Every node, without recursion and without asking for parents. */
static void walk(struct facts *facts, struct rsk_slice source, TSNode root)
{
	TSTreeCursor cursor = ts_tree_cursor_new(root);
	bool done = false;

	while (!done) {
		TSNode node = ts_tree_cursor_current_node(&cursor);

		if (is_type(node, "call_expression") ||
			is_type(node, "new_expression"))
			look_at_call(facts, source, node);
		if (ts_tree_cursor_goto_first_child(&cursor))
			continue;
		while (!done && !ts_tree_cursor_goto_next_sibling(&cursor))
			done = !ts_tree_cursor_goto_parent(&cursor);
	}
	ts_tree_cursor_delete(&cursor);
}

/* False when the file has errors for it. */
static bool ask_oracle(
	struct facts *facts, TSParser *parser, struct rsk_slice source)
{
	TSTree *tree = ts_parser_parse_string(
		parser, NULL, (const char *)source.ptr, (uint32_t)source.len);
	bool good = tree && !ts_node_has_error(ts_tree_root_node(tree));

	if (good)
		walk(facts, source, ts_tree_root_node(tree));
	if (tree)
		ts_tree_delete(tree);
	return good;
}

/* ---- what we say ---- */

static char *our_keys(const struct rsk_js *js, const struct rsk_js_node *object)
{
	struct rsk_buf keys = RSK_BUF_INIT(MAX_KEYS);

	for (uint32_t i = 0; i < object->n_items; i++) {
		const struct rsk_js_item *item = &object->items[i];

		if (item->kind == RSK_JS_ITEM_SPREAD)
			add_key(&keys, RSK_LIT("..."));
		else if (item->kind == RSK_JS_ITEM_COMPUTED || !item->key)
			add_key(&keys, RSK_LIT("[]"));
		else
			add_key(&keys, rsk_js_text(js, item->key));
	}
	return take_keys(&keys);
}

static void look_at_ours(
	struct facts *facts, struct rsk_js_exprs *exprs, uint32_t paren)
{
	const struct rsk_js_node *call = rsk_js_call_at(exprs, paren);

	add_fact(facts, rsk_js_begin(exprs->js, paren), 'c', NULL);
	for (uint32_t i = 0; i < call->n_items; i++) {
		const struct rsk_js_node *arg;

		if (call->items[i].kind != RSK_JS_ITEM_VALUE)
			continue;
		arg = rsk_js_expr_inside(exprs, call->items[i].value);
		if (arg->kind == RSK_JS_N_OBJECT)
			add_fact(facts, rsk_js_begin(exprs->js, arg->token),
				'o', our_keys(exprs->js, arg));
	}
}

static bool ask_us(struct facts *facts, struct rsk_js *js)
{
	struct rsk_js_bind *bind = NULL;
	struct rsk_js_exprs exprs;

	if (rsk_js_bind(&bind, js))
		return false;
	rsk_js_exprs_init(&exprs, bind);
	for (uint32_t i = 1; i < js->count; i++)
		if (rsk_js_is_call(js, i))
			look_at_ours(facts, &exprs, i);
	rsk_js_exprs_release(&exprs);
	rsk_js_bind_free(bind);
	return true;
}

/* ---- the two side by side ---- */

static void report(const char *path, struct rsk_js *js, const struct fact *fact,
	const char *what)
{
	struct rsk_place place = rsk_js_place_at(js, fact->at);
	const char *tail = strstr(path, "node_modules/");
	char line[600];

	tail = tail ? tail + strlen("node_modules/") : path;
	snprintf(line, sizeof(line), "%s:%u:%u: %s %s", tail, place.line,
		place.column, what, fact->kind == 'c' ? "call" : "object");
	for (size_t i = 0; i < accepted.lines.len; i++)
		if (!strcmp(accepted.lines.ptr[i], line)) {
			accepted.used[i] = true;
			printf("accepted: %s\n", line);
			return;
		}
	accepted.unexpected++;
	if (accepted.unexpected <= 50)
		printf("%s %s\n", line, fact->keys ? fact->keys : "");
}

struct sides {
	const char *path;
	struct rsk_js *js;
	struct facts theirs, ours;
};

static void compare(struct totals *totals, struct sides *s)
{
	size_t i = 0;
	size_t k = 0;

	while (i < s->theirs.list.len || k < s->ours.list.len) {
		const struct fact *a = &s->theirs.list.ptr[i];
		const struct fact *b = &s->ours.list.ptr[k];
		int order = i == s->theirs.list.len ? 1
			    : k == s->ours.list.len ? -1
						    : fact_cmp(a, b);

		if (order < 0) {
			totals->missed++;
			report(s->path, s->js, a, "missed");
		} else if (order > 0) {
			totals->extra++;
			report(s->path, s->js, b, "extra");
		} else if (a->keys && strcmp(a->keys, b->keys) != 0) {
			totals->keys++;
			report(s->path, s->js, a, "other keys in");
			report(s->path, s->js, b, "our keys in");
		} else {
			totals->calls += a->kind == 'c';
			totals->objects += a->kind == 'o';
		}
		i += order <= 0;
		k += order >= 0;
	}
}

static void sort_facts(struct facts *facts)
{
	if (facts->list.len)
		qsort(facts->list.ptr, facts->list.len, sizeof(struct fact),
			fact_cmp);
}

static void look_at_file(struct totals *totals, TSParser *parser,
	struct sides *s, struct rsk_slice source)
{
	struct rsk_js_options options =
		rsk_js_options_for(rsk_slice_str(s->path));

	if (!ask_oracle(&s->theirs, parser, source)) {
		totals->erroneous++;
		return;
	}
	if (rsk_js_parse(&s->js, source, &options))
		return;
	if (ask_us(&s->ours, s->js)) {
		sort_facts(&s->theirs);
		sort_facts(&s->ours);
		compare(totals, s);
		totals->files++;
		totals->bytes += source.len;
	}
	rsk_js_free(s->js);
}

static const TSLanguage *grammar(void *library, const char *name)
{
	const TSLanguage *(*get)(void);

	*(void **)&get = dlsym(library, name);
	if (!get) {
		fprintf(stderr, "oracle: no %s\n", name);
		exit(2);
	}
	return get();
}

static void read_accepted(const char *path)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	struct rsk_slice line;

	if (rsk_file_read_at(&text, AT_FDCWD, path))
		exit(2);
	struct rsk_slice rest = rsk_buf_slice(&text);
	while (rsk_slice_line(&line, &rest)) {
		if (!line.len || line.ptr[0] == '#')
			continue;

		char *copy = rsk_alloc(line.len + 1);
		memcpy(copy, line.ptr, line.len);
		*RSK_VEC_PUSH(&accepted.lines) = copy;
	}
	accepted.used = rsk_alloc_array(accepted.lines.len + 1, 1);
	rsk_buf_release(&text);
}

static bool is_typescript(const char *path)
{
	return rsk_js_language(rsk_slice_str(path)) == RSK_JS_TYPESCRIPT;
}

int main(int argc, char **argv)
{
	struct totals totals = { 0 };
	char path[4096];
	unsigned stale = 0;
	void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;

	if (!library) {
		fprintf(stderr, "oracle: libgrammars.so accepted.txt\n");
		return 2;
	}
	read_accepted(argv[2]);

	TSParser *parser = ts_parser_new();
	const TSLanguage *ts = grammar(library, "tree_sitter_typescript");
	const TSLanguage *tsx = grammar(library, "tree_sitter_tsx");
	while (fgets(path, sizeof(path), stdin)) {
		struct rsk_buf text = RSK_BUF_INIT(MAX_FILE);
		struct sides s = { .path = path };

		path[strcspn(path, "\n")] = '\0';
		if (!ts_parser_set_language(
			    parser, is_typescript(path) ? ts : tsx))
			return 2;
		if (rsk_file_read_at(&text, AT_FDCWD, path))
			totals.skipped++;
		else
			look_at_file(&totals, parser, &s, rsk_buf_slice(&text));
		free_facts(&s.theirs);
		free_facts(&s.ours);
		rsk_buf_release(&text);
	}
	ts_parser_delete(parser);

	for (size_t i = 0; i < accepted.lines.len; i++)
		if (!accepted.used[i]) {
			printf("not seen any more: %s\n",
				accepted.lines.ptr[i]);
			stale++;
		}
	printf("%u files, %zu bytes compared (%u with errors for tree-sitter, "
	       "%u unreadable or over %d bytes)\n",
		totals.files, totals.bytes, totals.erroneous, totals.skipped,
		MAX_FILE);
	printf("agree: %u calls, %u objects; missed %u, extra %u, other keys "
	       "%u; not accepted %u\n",
		totals.calls, totals.objects, totals.missed, totals.extra,
		totals.keys, accepted.unexpected);
	return accepted.unexpected || stale || !totals.calls;
}
