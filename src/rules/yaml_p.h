#ifndef RSK_RULES_YAML_P_H
#define RSK_RULES_YAML_P_H

#include "base/arena.h"
#include "base/diag.h"

/*
 * YAML as a small tree, and nothing of YAML that can surprise: one document of
 * mappings, sequences and scalars. Anchors, aliases, tags, directives, keys
 * that are no scalars, keys given twice and invalid UTF-8 are errors, and so
 * is whatever is over RSK_MAX_YAML_BYTES, _DEPTH or _NODES.
 *
 * libyaml takes quadratic time over deep nesting; the depth is checked as its
 * events come, so that it never gets to see more than its own look-ahead.
 */
enum rsk_node_kind {
	RSK_NODE_SCALAR,
	RSK_NODE_SEQUENCE,
	RSK_NODE_MAPPING,
};

struct rsk_node {
	enum rsk_node_kind kind;
	bool plain;            /* a scalar without quotes */
	bool flat;             /* a scalar whose bytes are the file's */
	uint32_t line, column; /* [human] column counts code points */
	struct rsk_slice text; /* of a scalar; a NUL follows */
	struct rsk_slice key;  /* of an entry of a mapping; a NUL follows */
	uint32_t key_line, key_column;
	struct rsk_node *first; /* children in the order of the file */
	struct rsk_node *next;  /* sibling */
	size_t len;             /* children */
};

/*
 * Parse `text` into *out, which lives in `arena`; `name` goes into `diag`. *out
 * is NULL when there is nothing but white space and comments.
 *
 * RSK_SYNTAX, RSK_TOOBIG (bytes), RSK_LIMIT (depth or nodes)
 */
RSK_MUST_CHECK enum rsk_err rsk_yaml_parse(struct rsk_node **out,
	struct rsk_arena *arena, struct rsk_slice text, const char *name,
	struct rsk_diag *diag);

/* The entry of a mapping, or NULL. */
const struct rsk_node *rsk_yaml_get(
	const struct rsk_node *mapping, const char *key);

/* "a text", "a list", "a mapping": for messages. */
const char *rsk_yaml_kind_text(enum rsk_node_kind kind);

/* A plain scalar that says that there is nothing: empty, `~`, `null`. */
bool rsk_yaml_is_null(const struct rsk_node *node);

#endif
