/* rooms: syntax */
#include <stdlib.h>

#include "syntax/bind.h"

/* Scopes lie in each other and in the order they begin; names resolve to
 * something that is visible. */
static void check(struct rsk_js_bind *bind)
{
	for (uint32_t i = 1; i < bind->scopes.len; i++) {
		const struct rsk_js_scope *s = &bind->scopes.ptr[i];
		const struct rsk_js_scope *p = &bind->scopes.ptr[s->parent];

		if (s->parent >= i ||
			s->begin < bind->scopes.ptr[i - 1].begin ||
			s->begin < p->begin || s->end > p->end ||
			s->end < s->begin)
			abort();
	}
	for (uint32_t i = 1; i < bind->js->count; i++) {
		uint32_t b = rsk_js_resolve(bind, i);
		uint32_t scope = bind->bindings.ptr[b].scope;

		if (b && (bind->scopes.ptr[scope].begin > i ||
				 bind->scopes.ptr[scope].end <= i))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_js_options options = { .jsx = size && data[0] % 2 };
	struct rsk_js_bind *bind = NULL;
	struct rsk_js *js = NULL;

	if (rsk_js_parse(&js, rsk_slice(data, size), &options))
		return 0;
	if (!rsk_js_bind(&bind, js))
		check(bind);
	rsk_js_bind_free(bind);
	rsk_js_free(js);
	return 0;
}
