/* rooms: source */
#include <stdlib.h>
#include <string.h>

#include "source/ignore_p.h"

/*
 * Ignore files: the first line is a path, what follows are patterns. Whatever
 * they are, there is an answer, and it does not change when asked again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct rsk_patterns *patterns, struct rsk_slice path)
{
	enum rsk_opinion first = RSK_OPINION_NONE;
	enum rsk_opinion second = RSK_OPINION_NONE;

	if (rsk_patterns_ask(&first, patterns, path, false) ||
		rsk_patterns_ask(&second, patterns, path, false))
		return;
	if (first != second)
		abort();
	if (rsk_patterns_ask(&second, patterns, path, true))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_slice all = rsk_slice(data, size);
	size_t end = rsk_slice_find(all, RSK_LIT("\n"));
	struct rsk_slice path = rsk_slice_cut(all, 0, end);
	struct rsk_patterns *patterns = NULL;
	bool ignore_case = path.len && path.ptr[0] == 'I';

	/* A file system has no NULs in names, and no empty ones. */
	if (!path.len || memchr(path.ptr, 0, path.len) || path.len > 300)
		return 0;
	if (!rsk_patterns_new(
		    &patterns, rsk_slice_cut(all, end + 1, size), ignore_case))
		ask(patterns, path);
	rsk_patterns_free(patterns);
	return 0;
}
