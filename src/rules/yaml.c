#include "rules/yaml_p.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"

/* An open mapping or sequence. */
struct level {
	struct rsk_node *node;
	struct rsk_node **tail; /* where the next child is linked in */
	struct rsk_map keys;    /* of a mapping with many entries */
	bool has_key;           /* a key was read, its value comes next */
	struct rsk_slice key;
	uint32_t key_line, key_column;
};

struct reader {
	yaml_parser_t parser;
	struct rsk_arena *arena;
	const char *name;
	struct rsk_diag *diag;
	struct rsk_node *root;
	struct level levels[RSK_MAX_YAML_DEPTH];
	size_t depth;
	size_t nodes;
	bool ended; /* the document is complete */
};

/* Up to here a mapping is searched one by one. */
enum { FEW_KEYS = 12 };

static uint32_t human(size_t zero_based)
{
	return zero_based < UINT32_MAX ? (uint32_t)zero_based + 1 : UINT32_MAX;
}

static enum rsk_err fail_at(struct reader *reader, yaml_mark_t mark,
	enum rsk_err err, const char *text)
{
	rsk_diag_at(reader->diag, reader->name, human(mark.line),
		human(mark.column));
	return rsk_diag_set(reader->diag, err, "%s", text);
}

static enum rsk_err refuse(
	struct reader *reader, const yaml_event_t *event, const char *text)
{
	return fail_at(reader, event->start_mark, RSK_SYNTAX, text);
}

static enum rsk_err fail_parser(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *problem = parser->problem ? parser->problem : "no YAML";

	if (parser->error == YAML_MEMORY_ERROR)
		rsk_out_of_memory();
	return fail_at(reader, parser->problem_mark, RSK_SYNTAX, problem);
}

static struct level *top(struct reader *reader)
{
	return reader->depth ? &reader->levels[reader->depth - 1] : NULL;
}

static bool is_key_next(struct reader *reader)
{
	struct level *level = top(reader);

	return level && level->node->kind == RSK_NODE_MAPPING &&
	       !level->has_key;
}

/* --- keys --------------------------------------------------------------- */

static void index_keys(struct level *level)
{
	for (struct rsk_node *n = level->node->first; n; n = n->next)
		*rsk_map_put(&level->keys, n->key) = 1;
}

static bool is_taken(struct level *level, struct rsk_slice key)
{
	if (level->node->len > FEW_KEYS && !level->keys.len)
		index_keys(level);
	if (level->keys.len) {
		uint32_t *seen = rsk_map_put(&level->keys, key);
		bool taken = *seen != 0;

		*seen = 1;
		return taken;
	}
	for (struct rsk_node *n = level->node->first; n; n = n->next)
		if (rsk_slice_eq(n->key, key))
			return true;
	return false;
}

static struct rsk_slice copy_text(
	struct reader *reader, const yaml_event_t *event)
{
	return rsk_arena_slice(reader->arena,
		rsk_slice(event->data.scalar.value, event->data.scalar.length));
}

static enum rsk_err read_key(struct reader *reader, const yaml_event_t *event)
{
	struct level *level = top(reader);

	if (event->type != YAML_SCALAR_EVENT)
		return refuse(reader, event, "a key must be a plain word");
	level->key = copy_text(reader, event);
	level->key_line = human(event->start_mark.line);
	level->key_column = human(event->start_mark.column);
	level->has_key = true;
	if (is_taken(level, level->key))
		return refuse(reader, event, "this key was given before");
	return RSK_OK;
}

/* --- nodes -------------------------------------------------------------- */

static void link_node(struct reader *reader, struct rsk_node *node)
{
	struct level *level = top(reader);

	if (!level) {
		reader->root = node;
		return;
	}
	if (level->has_key) {
		node->key = level->key;
		node->key_line = level->key_line;
		node->key_column = level->key_column;
		level->has_key = false;
	}
	*level->tail = node;
	level->tail = &node->next;
	level->node->len++;
}

static enum rsk_err add_node(struct rsk_node **out, struct reader *reader,
	const yaml_event_t *event, enum rsk_node_kind kind)
{
	if (++reader->nodes > RSK_MAX_YAML_NODES)
		return fail_at(reader, event->start_mark, RSK_LIMIT,
			"too many entries in one file");

	struct rsk_node *node = rsk_arena_alloc(reader->arena, sizeof(*node));
	node->kind = kind;
	node->line = human(event->start_mark.line);
	node->column = human(event->start_mark.column);
	link_node(reader, node);
	*out = node;
	return RSK_OK;
}

/* One line of the file, with nothing escaped in it. */
static bool is_flat(const yaml_event_t *event)
{
	const yaml_event_t *e = event;
	size_t quotes =
		e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? 2 : 0;

	return e->data.scalar.style <= YAML_SINGLE_QUOTED_SCALAR_STYLE &&
	       e->end_mark.line == e->start_mark.line &&
	       e->end_mark.index - e->start_mark.index ==
		       e->data.scalar.length + quotes;
}

static enum rsk_err add_scalar(struct reader *reader, const yaml_event_t *event)
{
	struct rsk_node *node = NULL;
	enum rsk_err err;

	if (is_key_next(reader))
		return read_key(reader, event);
	err = add_node(&node, reader, event, RSK_NODE_SCALAR);
	if (err || !node)
		return err;
	node->text = copy_text(reader, event);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->flat = is_flat(event);
	return RSK_OK;
}

static enum rsk_err open_level(struct reader *reader, const yaml_event_t *event,
	enum rsk_node_kind kind)
{
	struct rsk_node *node = NULL;
	enum rsk_err err;

	if (is_key_next(reader))
		return read_key(reader, event);
	if (reader->depth == RSK_MAX_YAML_DEPTH)
		return fail_at(reader, event->start_mark, RSK_LIMIT,
			"nested too deeply");
	err = add_node(&node, reader, event, kind);
	if (err)
		return err;
	reader->levels[reader->depth++] = (struct level){
		.node = node,
		.tail = &node->first,
	};
	return RSK_OK;
}

static void close_level(struct reader *reader)
{
	rsk_map_release(&top(reader)->keys);
	reader->depth--;
}

/* --- events ------------------------------------------------------------- */

static enum rsk_err begin_document(
	struct reader *reader, const yaml_event_t *event)
{
	if (reader->ended)
		return refuse(reader, event, "a second document in one file");
	if (event->data.document_start.version_directive ||
		event->data.document_start.tag_directives.start !=
			event->data.document_start.tag_directives.end)
		return refuse(
			reader, event, "YAML directives are not used here");
	return RSK_OK;
}

static bool has_extras(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor || event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor ||
		       event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor ||
		       event->data.mapping_start.tag;
	default:
		return event->type == YAML_ALIAS_EVENT;
	}
}

static enum rsk_err take_event(struct reader *reader, const yaml_event_t *event)
{
	if (has_extras(event))
		return refuse(reader, event,
			"YAML anchors, aliases and tags are not used here; "
			"quote text that begins with '&', '*' or '!'");
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(reader, event);
	case YAML_DOCUMENT_END_EVENT:
		reader->ended = true;
		return RSK_OK;
	case YAML_SCALAR_EVENT:
		return add_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_level(reader, event, RSK_NODE_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		return open_level(reader, event, RSK_NODE_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_level(reader);
		return RSK_OK;
	default:
		return RSK_OK;
	}
}

static enum rsk_err read_events(struct reader *reader)
{
	enum rsk_err err = RSK_OK;
	bool more = true;

	while (more && !err) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reader->parser, &event))
			return fail_parser(reader);
		err = take_event(reader, &event);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return err;
}

/* --- the door ----------------------------------------------------------- */

/* Where the first byte is that no UTF-8 has. */
static enum rsk_err check_utf8(struct reader *reader, struct rsk_slice text)
{
	yaml_mark_t mark = { 0 };

	if (rsk_utf8_valid(text))
		return RSK_OK;
	while (text.len) {
		struct rsk_rune rune = rsk_utf8_next(text);

		if (rune.code == RSK_RUNE_BAD)
			break;
		mark.column = rune.code == '\n' ? 0 : mark.column + 1;
		mark.line += rune.code == '\n';
		text = rsk_slice_cut(text, rune.len, text.len);
	}
	return fail_at(reader, mark, RSK_SYNTAX, "not UTF-8");
}

static enum rsk_err check_bytes(struct reader *reader, struct rsk_slice text)
{
	rsk_diag_at(reader->diag, reader->name, 0, 0);
	if (text.len > RSK_MAX_YAML_BYTES)
		return rsk_diag_set(reader->diag, RSK_TOOBIG,
			"larger than %zu bytes", RSK_MAX_YAML_BYTES);
	return check_utf8(reader, text);
}

enum rsk_err rsk_yaml_parse(struct rsk_node **out, struct rsk_arena *arena,
	struct rsk_slice text, const char *name, struct rsk_diag *diag)
{
	struct reader *reader = rsk_alloc(sizeof(*reader));
	enum rsk_err err;

	reader->arena = arena;
	reader->name = name;
	reader->diag = diag;
	err = check_bytes(reader, text);
	if (err)
		goto out;
	if (!yaml_parser_initialize(&reader->parser))
		rsk_out_of_memory();

	yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader->parser, text.ptr, text.len);
	err = read_events(reader);
	if (!err)
		*out = reader->root && !rsk_yaml_is_null(reader->root)
			       ? reader->root
			       : NULL;
	while (reader->depth)
		close_level(reader);
	yaml_parser_delete(&reader->parser);
out:
	free(reader);
	return err;
}

const struct rsk_node *rsk_yaml_get(
	const struct rsk_node *mapping, const char *key)
{
	for (const struct rsk_node *n = mapping->first; n; n = n->next)
		if (rsk_slice_eq_str(n->key, key))
			return n;
	return NULL;
}

const char *rsk_yaml_kind_text(enum rsk_node_kind kind)
{
	static const char *const texts[] = {
		[RSK_NODE_SCALAR] = "a text",
		[RSK_NODE_SEQUENCE] = "a list",
		[RSK_NODE_MAPPING] = "a mapping",
	};

	return texts[kind];
}

bool rsk_yaml_is_null(const struct rsk_node *node)
{
	return node->kind == RSK_NODE_SCALAR && node->plain &&
	       (!node->text.len || rsk_slice_eq_str(node->text, "~") ||
		       rsk_slice_eq_str(node->text, "null"));
}
