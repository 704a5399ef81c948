#include "model/key.h"

static const char *const names[RSK_KEY_EVENTS] = {
#define X(name, word) [RSK_KEY_##name] = (word),
	RSK_KEY_EVENT_MAP(X)
#undef X
};

const char *rsk_key_event_name(enum rsk_key_event_kind kind)
{
	return names[kind];
}

static int cmp_number(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int rsk_key_place_cmp(const void *left, const void *right)
{
	const struct rsk_key_place *a = left;
	const struct rsk_key_place *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (!order)
		order = cmp_number(a->at.line, b->at.line);
	if (!order)
		order = cmp_number(a->at.column, b->at.column);
	return order ? order : cmp_number(a->origin, b->origin);
}
