#include "scan/history_p.h"

/*
 * What a report repeats from the target beside the lines of its files: reasons
 * and names, in which there may be a secret as well.
 */
struct rsk_slice rsk_scan_mask_path(
	struct rsk_scan *scan, struct rsk_slice path)
{
	struct rsk_past_worker own = { .worker = &scan->workers[0] };

	return rsk_past_mask_path(&own, path);
}

const char *rsk_scan_mask(struct rsk_scan *scan, const char *text)
{
	struct rsk_past_worker own = { .worker = &scan->workers[0] };

	return rsk_arena_str(
		&scan->arena, rsk_past_mask(&own, rsk_slice_str(text)));
}
