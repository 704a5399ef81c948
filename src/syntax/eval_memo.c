#include <stdlib.h>

#include "base/mem.h"
#include "syntax/eval_p.h"

/*
 * What an expression was found to be, so that one which is asked for a hundred
 * times in one value is followed once: what a helper returned and five
 * properties are read from, a variable that all arms mention.
 *
 * Values that share parts can be much longer than they took to find, and who
 * reads them goes through all. So a value counts as many steps as it has parts
 * each time it is used again, and a long one is not kept.
 */

enum { ROWS = 1 << 14, HASH_BITS = 14, PARTS_KEPT = 64 };

struct rsk_js_memo_row {
	const struct rsk_js_node *node;
	const struct rsk_js_env *env;
	struct rsk_js_val *val;
	uint32_t use; /* of which it is; others are free */
	uint32_t parts;
};

_Static_assert(RSK_MAX_EVAL_NODES * 2 <= ROWS, "the table never fills up");

static bool is_free(
	const struct rsk_js_eval *eval, const struct rsk_js_memo_row *row)
{
	return !row->node || row->use != eval->use;
}

/* The row of the expression, or the free one where it belongs. */
static struct rsk_js_memo_row *find_row(const struct rsk_js_eval *eval,
	const struct rsk_js_node *node, const struct rsk_js_env *env)
{
	uint64_t mixed = ((uintptr_t)node ^ ((uintptr_t)env << 7)) *
			 UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(mixed >> (64 - HASH_BITS));

	while (!is_free(eval, &eval->memo[i]) &&
		(eval->memo[i].node != node || eval->memo[i].env != env))
		i = (i + 1) % ROWS;
	return &eval->memo[i];
}

/* How many parts it has in all; over `most` as soon as there are more. */
static uint32_t count_parts(const struct rsk_js_val *val, uint32_t most)
{
	uint32_t n = 1;

	for (uint32_t i = 0; i < val->n_parts && n <= most; i++)
		n += count_parts(val->parts[i], most - n);
	if (val->result && n <= most)
		n += count_parts(val->result, most - n);
	return n;
}

struct rsk_js_val *rsk_js_memo_get(struct rsk_js_eval *eval,
	const struct rsk_js_node *node, const struct rsk_js_env *env)
{
	const struct rsk_js_memo_row *row;

	if (!eval->memo)
		return NULL;
	row = find_row(eval, node, env);
	if (is_free(eval, row) || eval->nodes + row->parts > RSK_MAX_EVAL_NODES)
		return NULL;
	eval->nodes += row->parts;
	return row->val;
}

void rsk_js_memo_put(struct rsk_js_eval *eval, const struct rsk_js_node *node,
	const struct rsk_js_env *env, struct rsk_js_val *val)
{
	uint32_t parts = count_parts(val, PARTS_KEPT);

	if (parts > PARTS_KEPT)
		return;
	if (!eval->memo)
		eval->memo = rsk_alloc_array(ROWS, sizeof(*eval->memo));
	*find_row(eval, node, env) = (struct rsk_js_memo_row){ .node = node,
		.env = env,
		.val = val,
		.use = eval->use,
		.parts = parts };
}
