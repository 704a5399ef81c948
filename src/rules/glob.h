#ifndef RSK_RULES_GLOB_H
#define RSK_RULES_GLOB_H

#include "base/slice.h"

/*
 * Path globs with the meaning of a .gitignore line: `*` and `?` stop at '/',
 * `**` does not, [a-z] and [!a-z] are sets, a pattern without '/' (but at its
 * end) is about the last part of the path, one with '/' about the whole path
 * from the target's root, and a later `!pattern` takes back an earlier match.
 * A pattern that names a folder covers all that is below it.
 *
 * Matching is linear in path length times pattern length, whatever the
 * pattern; paths and patterns may hold any bytes.
 */
struct rsk_globs {
	const struct rsk_slice *ptr;
	size_t len;
};

bool rsk_glob_match(struct rsk_slice pattern, struct rsk_slice path);

/* Does the last pattern that matches `path` include it? False when none does.
 */
bool rsk_globs_match(const struct rsk_globs *globs, struct rsk_slice path);

#endif
