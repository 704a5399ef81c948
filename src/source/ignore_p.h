#ifndef RSK_SOURCE_IGNORE_P_H
#define RSK_SOURCE_IGNORE_P_H

#include "base/err.h"
#include "base/slice.h"

/*
 * The patterns of one ignore file. libgit2 matches them, fed from memory: it
 * opens no file and knows no repository, so nothing hostile in one reaches it.
 * Which file is asked first is up to the caller: the deepest .gitignore that
 * has an opinion wins, then those above it, then info/exclude.
 */
struct rsk_patterns;

enum rsk_opinion {
	RSK_OPINION_NONE, /* no pattern matches: ask the next file */
	RSK_OPINION_IGNORED,
	RSK_OPINION_INCLUDED, /* `!pattern` */
};

/*
 * RSK_LIMIT  patterns that could take forever, or too many
 * RSK_NOMEM
 */
RSK_MUST_CHECK enum rsk_err rsk_patterns_new(
	struct rsk_patterns **out, struct rsk_slice text, bool ignore_case);
void rsk_patterns_free(struct rsk_patterns *patterns);

/*
 * What the last matching pattern says about `path`, seen from the folder of
 * the ignore file. Any number of threads.
 */
RSK_MUST_CHECK enum rsk_err rsk_patterns_ask(enum rsk_opinion *out,
	struct rsk_patterns *patterns, struct rsk_slice path, bool is_folder);

/* Have libgit2 take its memory from base/mem.h. Before it is initialised;
 * negative when that fails. */
int rsk_git_use_memory(void);

#endif
