/* rooms: report */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct rsk_baseline *baseline)
{
	const struct rsk_baseline_content content = {
		.scope = baseline->scope,
		.folder = baseline->folder,
		.known = baseline->entries.ptr,
		.len = baseline->entries.len,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out || rsk_baseline_write(&content, out) || fclose(out))
		abort();
	return text;
}

static void look_up(const struct rsk_baseline *baseline)
{
	for (size_t i = 0; i < baseline->entries.len; i++) {
		const struct rsk_known *known = &baseline->entries.ptr[i];
		size_t at = rsk_baseline_find(baseline, known->fingerprint);

		if (at == baseline->refs.len ||
			memcmp(baseline->refs.ptr[at].print, known->fingerprint,
				RSK_KNOWN_PRINT) != 0)
			abort();
	}
}

/*
 * Any bytes as a baseline: refused with a place, or read; then what is written
 * of it is read again, and written the same.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_baseline first = { 0 };
	struct rsk_baseline second = { 0 };
	struct rsk_diag diag = { 0 };
	char *once;
	char *twice;

	if (rsk_baseline_read(&first, "b", rsk_slice(data, size), &diag)) {
		if (!diag.text[0] || !diag.line || !diag.column || first.name)
			abort();
		return 0;
	}
	look_up(&first);
	once = written(&first);
	if (rsk_baseline_read(&second, "b", rsk_slice_str(once), &diag) ||
		second.entries.len != first.entries.len)
		abort();
	twice = written(&second);
	if (strcmp(once, twice) != 0)
		abort();
	free(once);
	free(twice);
	rsk_baseline_release(&first);
	rsk_baseline_release(&second);
	return 0;
}
