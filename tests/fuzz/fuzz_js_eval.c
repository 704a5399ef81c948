/* rooms: syntax */
#include <stdlib.h>

#include "base/limits.h"
#include "syntax/eval.h"

/* The file itself is what every import finds. */
static struct rsk_js_file *resolve(
	void *context, struct rsk_js_file *from, struct rsk_slice specifier)
{
	(void)context;
	return specifier.len % 2 ? from : NULL;
}

static void look(struct rsk_js_eval *eval, struct rsk_js_val *val)
{
	struct rsk_js_properties props = { { 0 } };

	if (!val || val->kind > RSK_JS_V_NAMESPACE)
		abort();
	rsk_js_properties(eval, val, &props);
	for (size_t i = 0; i < props.list.len; i++)
		if (!props.list.ptr[i].value)
			abort();
	RSK_VEC_RELEASE(&props.list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_js_eval eval = { .resolve = resolve };
	struct rsk_slice path = RSK_LIT("a.tsx");
	struct rsk_js_file file;

	if (rsk_js_file_open(&file, path, rsk_slice(data, size)))
		return 0;
	for (uint32_t i = 1; i < file.js->count; i++) {
		if (!rsk_js_is_call(file.js, i))
			continue;
		rsk_js_eval_begin(&eval, &file, i);
		look(&eval, rsk_js_callee(&eval, &file, i));
		for (uint32_t n = 0; n < 3; n++)
			look(&eval, rsk_js_argument(&eval, &file, i, n));
		if (eval.nodes > RSK_MAX_EVAL_NODES || eval.depth)
			abort();
		rsk_js_eval_release(&eval);
	}
	rsk_js_file_close(&file);
	return 0;
}
