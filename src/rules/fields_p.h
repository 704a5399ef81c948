#ifndef RSK_RULES_FIELDS_P_H
#define RSK_RULES_FIELDS_P_H

#include "model/severity.h"
#include "rules/ruleset.h"
#include "rules/yaml_p.h"

/*
 * Mappings of a file read into structs by tables: one row for each key, with
 * the function that reads its value and the place where it goes. What has no
 * row is an error, and so is a required key that is not there.
 *
 *	static const struct rsk_field rows[] = {
 *		{ "id", rsk_read_id, offsetof(struct thing, id), ALL, ALL },
 *		...
 *	};
 *	static const struct rsk_schema schema = RSK_SCHEMA("a thing", rows);
 *
 *	err = rsk_fields_read(in, &schema, node, &thing);
 *
 * Rows are read in the order of the table, not of the file, so a row may rely
 * on those above it.
 */
struct rsk_fields {
	struct rsk_arena *arena; /* where values live */
	const char *name;        /* the file */
	struct rsk_diag *diag;
	uint32_t mode; /* one bit: what is being read, see struct rsk_field */
};

typedef enum rsk_err rsk_field_read(
	struct rsk_fields *in, const struct rsk_node *node, void *where);

struct rsk_field {
	const char *key;
	rsk_field_read *read;
	size_t offset;
	uint32_t allowed;  /* set of modes in which the key may be there */
	uint32_t required; /* set of modes in which it must */
};

struct rsk_schema {
	const char *what; /* "a pattern" */
	const struct rsk_field *rows;
	size_t len;
};

#define RSK_SCHEMA(what, rows)                                                 \
	{                                                                      \
		what, rows, sizeof(rows) / sizeof((rows)[0])                   \
	}

RSK_MUST_CHECK enum rsk_err rsk_fields_read(struct rsk_fields *in,
	const struct rsk_schema *schema, const struct rsk_node *node,
	void *out);

/* Point at a node (its value, its key) and return RSK_SYNTAX. */
enum rsk_err rsk_node_fail(struct rsk_fields *in, const struct rsk_node *node,
	const char *format, ...) RSK_PRINTF(3, 4);
enum rsk_err rsk_key_fail(struct rsk_fields *in, const struct rsk_node *node,
	const char *format, ...) RSK_PRINTF(3, 4);

/* RSK_OK when the node is of that kind. */
RSK_MUST_CHECK enum rsk_err rsk_node_want(struct rsk_fields *in,
	const struct rsk_node *node, enum rsk_node_kind kind);

/*
 * Readers. `where` points to what the comment says; texts are closed by a NUL
 * and hold no other.
 */
rsk_field_read rsk_read_text;     /* const char *; no white space at the end */
rsk_field_read rsk_read_verbatim; /* const char *; as it is, may be empty */
rsk_field_read rsk_read_line;     /* const char *; one line, short */
rsk_field_read rsk_read_message;  /* the same; no full stop at the end */
rsk_field_read rsk_read_id;       /* const char *; a-z, 0-9 and '-' */
rsk_field_read rsk_read_bool;     /* bool */
rsk_field_read rsk_read_severity; /* enum rsk_severity */
rsk_field_read rsk_read_confidence; /* enum rsk_confidence */
rsk_field_read rsk_read_item;       /* enum rsk_item */
rsk_field_read rsk_read_strings;    /* struct rsk_strings */
rsk_field_read rsk_read_ids;        /* struct rsk_strings; each an id */

/* Read every entry of a list that must not be empty with `read`. */
RSK_MUST_CHECK enum rsk_err rsk_read_list(struct rsk_fields *in,
	const struct rsk_node *node, rsk_field_read *read,
	struct rsk_strings *out);

/* A whole number in decimal digits, from `low` to `high`. */
RSK_MUST_CHECK enum rsk_err rsk_read_whole(struct rsk_fields *in,
	const struct rsk_node *node, uint32_t low, uint32_t high,
	uint32_t *out);

/* One glob, checked. */
RSK_MUST_CHECK enum rsk_err rsk_read_glob(struct rsk_fields *in,
	const struct rsk_node *node, struct rsk_slice *out);

/* a-z, 0-9 and '-', a letter or digit at both ends. */
bool rsk_is_id(struct rsk_slice text);

#endif
