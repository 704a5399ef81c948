#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "pack/copies_p.h"
#include "pack/plan_p.h"

/*
 * Which names are in several lists, against looking for each of them in all
 * lists. Names are two bytes long here and differ in the last one; what is
 * behind a name, up to the next one, is not part of it.
 */
enum { LISTS = 9, VALUES = 48, NAME = 2, STEP = 3 };

struct list {
	uint8_t names[VALUES * STEP];
	uint8_t marks[VALUES];
	size_t len;
};

static uint32_t state;

static uint32_t random_below(uint32_t limit)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % limit;
}

/* Each value with a chance of one in `rare`. */
static void fill(struct list *list, uint32_t rare)
{
	*list = (struct list){ 0 };
	for (uint8_t value = 0; value < VALUES; value++) {
		uint8_t *name = list->names + list->len * STEP;

		if (random_below(rare))
			continue;
		name[0] = 0xab;
		name[1] = value;
		name[2] = (uint8_t)random_below(256);
		list->len++;
	}
}

static bool has(const struct list *list, const uint8_t *name)
{
	for (size_t i = 0; i < list->len; i++)
		if (!memcmp(list->names + i * STEP, name, NAME))
			return true;
	return false;
}

static uint8_t mark_of(
	const struct list *lists, size_t len, size_t own, const uint8_t *name)
{
	uint8_t mark = 0;

	for (size_t i = 0; i < len; i++)
		if (i != own && has(&lists[i], name))
			mark |= i < own ? RSK_NODE_OTHER | RSK_NODE_AGAIN
					: RSK_NODE_OTHER;
	return mark;
}

static void expect_marks(struct list *lists, size_t len)
{
	struct rsk_names names[LISTS];

	for (size_t i = 0; i < len; i++)
		names[i] = (struct rsk_names){
			.ptr = lists[i].names,
			.step = STEP,
			.len = lists[i].len,
			.marks = lists[i].marks,
		};
	rsk_copies_mark(names, len, NAME);
	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k < lists[i].len; k++) {
			const uint8_t *name = lists[i].names + k * STEP;

			cr_assert_eq(lists[i].marks[k],
				mark_of(lists, len, i, name),
				"%zu lists: value %d of list %zu is %d", len,
				name[1], i, lists[i].marks[k]);
		}
}

/* From lists that have hardly a name, or none, to such that have nearly all. */
Test(copies, are_marked_as_looking_for_each_would)
{
	struct list lists[LISTS];

	for (uint32_t round = 0; round < 400; round++) {
		size_t len = round % (LISTS + 1);

		state = round;
		for (size_t i = 0; i < len; i++)
			fill(&lists[i], 1 + random_below(24));
		expect_marks(lists, len);
	}
}
