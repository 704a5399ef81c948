#ifndef RSK_RULES_PACK_P_H
#define RSK_RULES_PACK_P_H

#include "base/buf.h"
#include "rules/yaml_p.h"

/*
 * A parsed YAML file as a run of bytes. The built-in rules are parsed when the
 * program is built and kept in this form, because reading YAML was most of the
 * time that a start took (docs/decisions/0011-rules-packed.md).
 *
 * A node is a byte of flags, its line and column, its key (line, column, text)
 * if it has one, then its text or the number of its children, which follow it.
 * Numbers are of seven bits a byte, the lowest first; a text is its length,
 * its bytes and a NUL.
 */

/* RSK_TOOBIG: out->max */
RSK_MUST_CHECK enum rsk_err rsk_tree_pack(
	struct rsk_buf *out, const struct rsk_node *root);

/*
 * The tree again, in `arena`; its texts stay where they are in `packed`.
 * RSK_CORRUPT: that was not made by rsk_tree_pack().
 */
RSK_MUST_CHECK enum rsk_err rsk_tree_unpack(struct rsk_node **out,
	struct rsk_arena *arena, struct rsk_slice packed);

#endif
