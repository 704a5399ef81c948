#include "model/edit.h"

static int cmp_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int rsk_edit_cmp(const void *left, const void *right)
{
	const struct rsk_edit *a = left;
	const struct rsk_edit *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (!order)
		order = cmp_number(a->begin, b->begin);
	if (!order)
		order = cmp_number(a->end, b->end);
	return order ? order : rsk_slice_cmp(a->text, b->text);
}

int rsk_edit_cmp_finding(const void *left, const void *right)
{
	const struct rsk_edit *a = left;
	const struct rsk_edit *b = right;
	int order =
		memcmp(a->fingerprint, b->fingerprint, sizeof(a->fingerprint));

	return order ? order : rsk_edit_cmp(left, right);
}
