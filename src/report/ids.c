#include "report/ids_p.h"

#include <inttypes.h>

static uint32_t *number_for(
	struct rsk_ids *ids, const struct rsk_secret_view *secret)
{
	uint32_t *number = rsk_map_put(&ids->numbers,
		rsk_slice(secret->id.bytes, sizeof(secret->id.bytes)));

	if (!*number) {
		*RSK_VEC_PUSH(&ids->places) = 0;
		*number = (uint32_t)ids->places.len;
	}
	return number;
}

static void count(struct rsk_ids *ids, const struct rsk_finding *finding)
{
	uint32_t number;

	if (!finding->secret.masked)
		return;
	number = *number_for(ids, &finding->secret);
	ids->places.ptr[number - 1]++;
}

void rsk_ids_init(struct rsk_ids *ids, const struct rsk_report *report,
	const struct rsk_style *style)
{
	*ids = (struct rsk_ids){ .keyed = style->secret_key.len > 0 };
	for (size_t i = 0; i < report->findings.len; i++)
		count(ids, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->suppressed.len; i++)
		count(ids, &report->suppressed.ptr[i]);
	for (size_t i = 0; i < report->keys.len; i++)
		(void)number_for(ids, &report->keys.ptr[i].secret);
}

void rsk_ids_release(struct rsk_ids *ids)
{
	rsk_map_release(&ids->numbers);
	RSK_VEC_RELEASE(&ids->places);
}

static uint32_t number_of(
	const struct rsk_ids *ids, const struct rsk_secret_view *secret)
{
	const uint32_t *number = rsk_map_get(&ids->numbers,
		rsk_slice(secret->id.bytes, sizeof(secret->id.bytes)));

	return number ? *number : 0;
}

const char *rsk_ids_name(const struct rsk_ids *ids,
	const struct rsk_secret_view *secret, char out[RSK_ID_NAME])
{
	if (ids->keyed)
		rsk_hex(out, secret->id.bytes, (RSK_ID_NAME - 1) / 2);
	else
		snprintf(out, RSK_ID_NAME, "k%" PRIu32, number_of(ids, secret));
	return out;
}

uint32_t rsk_ids_places(
	const struct rsk_ids *ids, const struct rsk_finding *finding)
{
	uint32_t number = number_of(ids, &finding->secret);

	return number ? ids->places.ptr[number - 1] : 0;
}
