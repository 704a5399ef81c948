#ifndef RSK_SOURCE_HISTORY_LOCATE_P_H
#define RSK_SOURCE_HISTORY_LOCATE_P_H

#include "source/history_p.h"

/*
 * Sets of items as bits, and the trees that lead to items: what
 * history_locate.c finds out and history_story.c uses again.
 */
enum { WORDS = 4, BATCH = 64 * WORDS };

struct mask {
	uint64_t words[WORDS];
};

/* An entry of a tree that leads to an item: places, or RSK_NONE. */
struct edge {
	uint32_t lead; /* the child, a tree that leads further */
	uint32_t blob; /* the child, among the blobs that hold an item */
	uint32_t name; /* its name, among the names that hold one */
	uint32_t pair;
};

/* A tree that leads to an item. Those below it come before it. */
struct lead {
	uint32_t edges, edges_len;
};

/* What holds items: sorted by number, with the items of each. */
struct holders {
	RSK_VEC(uint32_t) numbers;
	struct mask *masks; /* of the batch at work */
};

struct locating {
	struct rsk_history *history;
	uint32_t *lead_of; /* by number: place in `leads`, or RSK_NONE */
	uint8_t *nowhere;  /* by pair, bits: it leads to no item */
	bool begun;        /* rsk_history_locate() has used it */
	RSK_VEC(struct lead) leads;
	RSK_VEC(struct edge) edges;
	struct holders blobs, names;

	/* The batch at work. */
	uint32_t first_item, end_item;
	struct mask *in_lead;   /* by lead */
	struct mask *in_commit; /* by place: in its tree */
	struct mask *in_past;   /* by place: in it or in one before it */
};

/* Masks */

static inline void mask_add(struct mask *to, const struct mask *from)
{
	for (int i = 0; i < WORDS; i++)
		to->words[i] |= from->words[i];
}

static inline bool mask_has(const struct mask *mask, uint32_t bit)
{
	return mask->words[bit / 64] >> bit % 64 & 1;
}

/* Leads */

enum { LEADS_NOWHERE = UINT32_MAX - 1, ON_THE_WAY = UINT32_MAX - 2 };

static inline bool is_lead(const struct locating *l, uint32_t number)
{
	return number < l->history->numbers && l->lead_of[number] < ON_THE_WAY;
}

/* The place of a number among those that hold items, or RSK_NONE. */
uint32_t rsk_holder_at(const struct holders *holders, uint32_t number);

#endif
