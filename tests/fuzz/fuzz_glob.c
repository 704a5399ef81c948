/* rooms: rules */
#include <stdlib.h>

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
	bool matches = rsk_glob_match(pattern, path);
	bool wrong = rsk_glob_check(pattern) != NULL && pattern.len <= 1024;

	if (wrong && matches && pattern.ptr[0] != '!')
		abort();

	/* Every folder on the way to the path. */
	for (size_t i = 1; i < path.len && !matches; i++)
		if (path.ptr[i] == '/' &&
			rsk_glob_match(pattern, rsk_slice_cut(path, 0, i + 1)))
			abort();
	return 0;
}
