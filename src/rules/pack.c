#include "rules/pack_p.h"

#include "base/limits.h"

enum {
	KIND_MASK = 3,
	FLAG_PLAIN = 1 << 2,
	FLAG_FLAT = 1 << 3,
	FLAG_KEY = 1 << 4,
};

/* --- packing ------------------------------------------------------------ */

static enum rsk_err put_number(struct rsk_buf *out, size_t number)
{
	enum rsk_err err = RSK_OK;

	for (; number >= 0x80 && !err; number >>= 7)
		err = rsk_buf_add_byte(out, (uint8_t)(number & 0x7f) | 0x80);
	return err ? err : rsk_buf_add_byte(out, (uint8_t)number);
}

static enum rsk_err put_place(
	struct rsk_buf *out, uint32_t line, uint32_t column)
{
	enum rsk_err err = put_number(out, line);

	return err ? err : put_number(out, column);
}

static enum rsk_err put_text(struct rsk_buf *out, struct rsk_slice text)
{
	enum rsk_err err = put_number(out, text.len);

	if (!err)
		err = rsk_buf_add_slice(out, text);
	return err ? err : rsk_buf_add_byte(out, 0);
}

static enum rsk_err put_node(struct rsk_buf *out, const struct rsk_node *node)
{
	unsigned flags =
		(unsigned)node->kind | (node->plain ? FLAG_PLAIN : 0u) |
		(node->flat ? FLAG_FLAT : 0u) | (node->key.ptr ? FLAG_KEY : 0u);
	enum rsk_err err = rsk_buf_add_byte(out, (uint8_t)flags);

	if (!err)
		err = put_place(out, node->line, node->column);
	if (!err && node->key.ptr)
		err = put_place(out, node->key_line, node->key_column);
	if (!err && node->key.ptr)
		err = put_text(out, node->key);
	if (err)
		return err;
	return node->kind == RSK_NODE_SCALAR ? put_text(out, node->text)
					     : put_number(out, node->len);
}

/* From a node to its first child, its sibling, or that of a node above it. */
enum rsk_err rsk_tree_pack(struct rsk_buf *out, const struct rsk_node *root)
{
	const struct rsk_node *above[RSK_MAX_YAML_DEPTH];
	const struct rsk_node *node = root;
	size_t depth = 0;
	enum rsk_err err = RSK_OK;

	while (node && !err) {
		err = put_node(out, node);
		if (node->first) {
			above[depth++] = node;
			node = node->first;
			continue;
		}
		while (!node->next && depth)
			node = above[--depth];
		node = depth || node != root ? node->next : NULL;
	}
	return err;
}

/* --- unpacking ---------------------------------------------------------- */

struct unpack {
	struct rsk_arena *arena;
	struct rsk_slice rest;
	bool is_corrupt; /* sticky: checked once for each node */
};

static uint8_t get_byte(struct unpack *unpack)
{
	if (!unpack->rest.len) {
		unpack->is_corrupt = true;
		return 0;
	}
	uint8_t byte = unpack->rest.ptr[0];
	unpack->rest.ptr++;
	unpack->rest.len--;
	return byte;
}

static uint32_t get_number(struct unpack *unpack)
{
	uint32_t number = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		uint8_t byte = get_byte(unpack);

		number |= (uint32_t)(byte & 0x7f) << (shift < 32 ? shift : 31);
		if (!(byte & 0x80))
			return number;
	}
	unpack->is_corrupt = true;
	return 0;
}

static struct rsk_slice get_text(struct unpack *unpack)
{
	size_t len = get_number(unpack);
	struct rsk_slice text = rsk_slice_cut(unpack->rest, 0, len);

	if (unpack->rest.len <= len || unpack->rest.ptr[len])
		unpack->is_corrupt = true;
	unpack->rest = rsk_slice_cut(unpack->rest, len + 1, unpack->rest.len);
	return text;
}

static struct rsk_node *get_node(struct unpack *unpack)
{
	struct rsk_node *node = rsk_arena_alloc(unpack->arena, sizeof(*node));
	uint8_t flags = get_byte(unpack);

	node->kind = flags & KIND_MASK;
	node->plain = flags & FLAG_PLAIN;
	node->flat = flags & FLAG_FLAT;
	node->line = get_number(unpack);
	node->column = get_number(unpack);
	if (flags & FLAG_KEY) {
		node->key_line = get_number(unpack);
		node->key_column = get_number(unpack);
		node->key = get_text(unpack);
	}
	if (node->kind == RSK_NODE_SCALAR)
		node->text = get_text(unpack);
	else
		node->len = get_number(unpack);
	if (node->kind > RSK_NODE_MAPPING)
		unpack->is_corrupt = true;
	return node;
}

/* A node whose children are being read. */
struct level {
	struct rsk_node **tail;
	size_t left;
};

enum rsk_err rsk_tree_unpack(
	struct rsk_node **out, struct rsk_arena *arena, struct rsk_slice packed)
{
	struct unpack unpack = { .arena = arena, .rest = packed };
	struct level levels[RSK_MAX_YAML_DEPTH + 1];
	struct rsk_node *root = NULL;
	size_t depth = 1;

	levels[0] = (struct level){ &root, 1 };
	while (depth) {
		struct level *level = &levels[depth - 1];

		if (!level->left) {
			depth--;
			continue;
		}
		level->left--;
		*level->tail = get_node(&unpack);
		if (unpack.is_corrupt)
			return RSK_CORRUPT;

		struct rsk_node *node = *level->tail;
		level->tail = &node->next;
		if (!node->len)
			continue;
		if (depth > RSK_MAX_YAML_DEPTH)
			return RSK_CORRUPT;
		levels[depth++] = (struct level){ &node->first, node->len };
	}
	if (unpack.rest.len)
		return RSK_CORRUPT;
	*out = root;
	return RSK_OK;
}
