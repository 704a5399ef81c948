#ifndef RSK_RULES_GLOB_H
#define RSK_RULES_GLOB_H

#include "base/slice.h"

/*
 * Path globs with the meaning of a .gitignore line: `*` and `?` stop at '/',
 * `**` does not, [a-z] and [!a-z] are sets, a pattern without '/' (but at its
 * end) is about the last part of the path, one with '/' about the whole path
 * from the target's root, and a later `!pattern` takes back an earlier match.
 * A pattern that names a folder covers all that is below it; one that ends in
 * '/' names folders only. `**` has its meaning as a whole part of the path (in
 * front, at the end, between two slashes), elsewhere it is one `*`. A backslash
 * takes the next byte as it is.
 *
 * A path has no '/' in front; a folder may be asked for as "a/b/".
 *
 * Matching is linear in path length times pattern length, whatever the
 * pattern; paths and patterns may hold any bytes.
 */
struct rsk_globs {
	const struct rsk_slice *ptr;
	size_t len;
};

/* A leading '!' has no meaning here. */
bool rsk_glob_match(struct rsk_slice pattern, struct rsk_slice path);

/* Does the last pattern that matches `path` include it? False when none does.
 */
bool rsk_globs_match(const struct rsk_globs *globs, struct rsk_slice path);

/*
 * What is wrong with a pattern (a leading '!' is fine): static text, or NULL.
 * A wrong pattern matches nothing.
 */
const char *rsk_glob_check(struct rsk_slice pattern);

#endif
