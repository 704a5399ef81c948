#include "model/datum.h"

int rsk_datum_cmp(const void *left, const void *right)
{
	const struct rsk_datum *a = left;
	const struct rsk_datum *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	order = strcmp(a->type, b->type);
	return order ? order : strcmp(a->sink, b->sink);
}
