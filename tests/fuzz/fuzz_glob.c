/* rooms: rules */
#include <stdlib.h>

#include "base/limits.h"
#include "rules/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A glob, a newline, a path. Whatever matches a folder matches what is below
 * it, and a glob that is wrong matches nothing.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rsk_slice all = rsk_slice(data, size);
	size_t cut = rsk_slice_find(all, RSK_LIT("\n"));
	struct rsk_slice pattern = rsk_slice_cut(all, 0, cut);
	struct rsk_slice path = rsk_slice_cut(all, cut + 1, size);
	bool negative = rsk_slice_starts(pattern, RSK_LIT("!"));
	bool matches = rsk_glob_match(pattern, path);

	if (matches && !negative && pattern.len <= RSK_MAX_GLOB_BYTES &&
		rsk_glob_check(pattern))
		abort();

	/* Every folder on the way to the path. */
	for (size_t i = 1; i < path.len && !matches; i++) {
		struct rsk_slice folder = rsk_slice_cut(path, 0, i + 1);

		if (rsk_slice_ends(folder, RSK_LIT("/")) &&
			rsk_glob_match(pattern, folder))
			abort();
	}
	return 0;
}
