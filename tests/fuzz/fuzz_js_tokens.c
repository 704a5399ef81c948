/* rooms: syntax */
#include <stdlib.h>

#include "syntax/js.h"

/* What the manual promises of every input. */
static void check_token(const struct rsk_js *js, uint32_t i)
{
	uint32_t partner = rsk_js_partner(js, i);
	enum rsk_js_kind kind = rsk_js_kind(js, i);

	if (rsk_js_end(js, i) > js->source.len ||
		rsk_js_begin(js, i) > rsk_js_end(js, i))
		abort();
	if (i && rsk_js_begin(js, i) < rsk_js_end(js, i - 1))
		abort();
	if (rsk_js_is_opener(kind) && (partner <= i || partner > js->count))
		abort();
	if (!rsk_js_is_opener(kind) && partner >= i && i)
		abort();
	if (partner && partner < i && rsk_js_partner(js, partner) != i)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_js_options options = { .jsx = size && data[0] % 2 };
	struct rsk_arena arena = { 0 };
	struct rsk_js *js = NULL;

	if (rsk_js_parse(&js, rsk_slice(data, size), &options))
		return 0;
	for (uint32_t i = 0; i <= js->count; i++) {
		check_token(js, i);
		rsk_js_value(js, i, &arena);
		rsk_js_is_call(js, i);
		rsk_js_place(js, i);
	}
	rsk_arena_release(&arena);
	rsk_js_free(js);
	return 0;
}
