#ifndef RSK_PRIVACY_WORDS_P_H
#define RSK_PRIVACY_WORDS_P_H

#include "base/limits.h"
#include "base/map.h"
#include "rules/vocabulary.h"

/*
 * A name as its words: "userEMails2" is "user email 2". Split where the case
 * or the kind of character changes; lower case; Latin accents gone; plurals
 * made singular; words that are written as one taken apart by a table.
 */
enum { RSK_MAX_WORDS = 16 };

struct rsk_wordlist {
	char text[2 * RSK_MAX_NAME_BYTES]; /* one blank between words */
	size_t len;
	size_t begin[RSK_MAX_WORDS], end[RSK_MAX_WORDS]; /* in text */
	size_t n; /* 0: no name, or more words than names have */
};

struct rsk_splitter {
	struct rsk_map glued; /* to index + 1 in `parts` */
	RSK_VEC(struct rsk_slice) parts;
	struct rsk_map singular;
};

void rsk_splitter_init(
	struct rsk_splitter *splitter, const struct rsk_words *words);
void rsk_splitter_release(struct rsk_splitter *splitter);

void rsk_split_words(const struct rsk_splitter *splitter, struct rsk_slice name,
	struct rsk_wordlist *out);

#endif
