/* rooms: syntax */
#include <stdlib.h>

#include "syntax/expr.h"

/* All that an expression refers to lies in the source. */
static void check(struct rsk_js_exprs *exprs, const struct rsk_js_node *node)
{
	uint32_t count = exprs->js->count;

	if (!node || node->token > count || node->value > count ||
		node->other > count)
		abort();
	for (uint32_t i = 0; i < node->n_items; i++)
		if (node->items[i].key > count || node->items[i].value > count)
			abort();
	for (uint32_t n = 0; node->a && n < 10000; n++)
		node = node->a;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_js_options options = { .jsx = size && data[0] % 2 };
	struct rsk_js_bind *bind = NULL;
	struct rsk_js *js = NULL;
	struct rsk_js_exprs exprs;

	if (rsk_js_parse(&js, rsk_slice(data, size), &options))
		return 0;
	if (!rsk_js_bind(&bind, js)) {
		rsk_js_exprs_init(&exprs, bind);
		for (uint32_t i = 1; i < js->count; i++)
			if (rsk_js_is_call(js, i))
				check(&exprs, rsk_js_call_at(&exprs, i));
		for (uint32_t i = 1; i <= js->count; i++)
			check(&exprs, rsk_js_expr_inside(&exprs, i));
		rsk_js_exprs_release(&exprs);
	}
	rsk_js_bind_free(bind);
	rsk_js_free(js);
	return 0;
}
