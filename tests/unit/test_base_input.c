#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/input.h"

/* What each thread is at, as whoever watches sees it. */

static struct rsk_input_table *table;

static void begin_table(void)
{
	table = calloc(1, sizeof(*table));
	cr_assert_not_null(table);
	rsk_input_use(table, NULL, 0);
}

static void end_table(void)
{
	rsk_input_use(NULL, NULL, 0);
	free(table);
}

TestSuite(input, .init = begin_table, .fini = end_table);

/* Only one place is taken: what is in it. */
static uint64_t shown(void)
{
	return atomic_load(&table->places[0].key);
}

Test(input, is_shown_while_it_is_looked_at)
{
	uint64_t outer;

	cr_expect_eq(shown(), 0);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a.js")), RSK_OK);
	outer = shown();
	cr_expect_neq(outer, 0);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_CODE, RSK_LIT("a.js")), RSK_OK);
	cr_expect_neq(shown(), outer);
	rsk_input_beat();
	cr_expect_eq(atomic_load(&table->places[0].beats), 3);
	rsk_input_end();
	cr_expect_eq(shown(), outer);
	rsk_input_end();
	cr_expect_eq(shown(), 0);
	rsk_input_beat();
	cr_expect_eq(atomic_load(&table->places[0].beats), 5);
}

Test(input, of_an_object_is_told_by_a_part_of_its_name)
{
	uint8_t a[20] = "12345678 and so on";
	uint8_t b[20] = "12345678 but not";
	uint64_t first;

	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_OBJECT, rsk_slice(a, 20)), RSK_OK);
	first = shown();
	rsk_input_end();
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_OBJECT, rsk_slice(b, 20)), RSK_OK);
	cr_expect_eq(shown(), first);
	rsk_input_end();
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_PACKED, rsk_slice(a, 20)), RSK_OK);
	cr_expect_neq(shown(), first);
	rsk_input_end();
	/* Too short for a part. */
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_OBJECT, rsk_slice(a, 7)), RSK_OK);
	cr_expect_neq(shown(), first);
	rsk_input_end();
}

Test(input, that_takes_its_time_has_a_mark)
{
	cr_expect_eq(rsk_input_begin(RSK_INPUT_STORE, RSK_LIT("a")), RSK_OK);
	cr_expect(shown() & RSK_INPUT_SLOW);
	rsk_input_end();
	cr_expect_eq(rsk_input_begin(RSK_INPUT_CHECK, RSK_LIT("a")), RSK_OK);
	cr_expect(shown() & RSK_INPUT_SLOW);
	rsk_input_end();
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	cr_expect_not(shown() & RSK_INPUT_SLOW);
	rsk_input_end();
}

Test(input, that_is_bad_is_left_alone)
{
	struct rsk_input_bad bad = { .why = RSK_CRASHED };

	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("bad")), RSK_OK);
	bad.key = shown();
	rsk_input_end();
	rsk_input_use(table, &bad, 1);
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("bad")), RSK_CRASHED);
	rsk_input_end();
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("good")), RSK_OK);
	rsk_input_end();
}

/* As many threads as there are places are watched, and one more is not. */
Test(input, without_a_place_goes_unwatched)
{
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++)
		atomic_store(&table->places[i].key, i + 1);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	rsk_input_beat();
	rsk_input_end();
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++) {
		cr_expect_eq(atomic_load(&table->places[i].key), i + 1);
		cr_expect_eq(atomic_load(&table->places[i].beats), 0);
	}
}

Test(input, is_blamed)
{
	uint64_t key;

	rsk_input_blame(RSK_NOMEM);
	cr_expect_eq(atomic_load(&table->culprit), 0);
	cr_expect_eq(atomic_load(&table->reason), RSK_NOMEM);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	key = shown();
	rsk_input_blame(RSK_CRASHED);
	cr_expect_eq(atomic_load(&table->culprit), key);
	cr_expect_eq(atomic_load(&table->reason), RSK_CRASHED);
	rsk_input_end();
}

Test(input, of_nobody_who_watches_is_nothing)
{
	rsk_input_use(NULL, NULL, 0);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	rsk_input_beat();
	rsk_input_count(1, 2, 3);
	rsk_input_expect(4);
	rsk_input_blame(RSK_CRASHED);
	rsk_input_end();
	cr_expect_eq(shown(), 0);
	cr_expect_eq(atomic_load(&table->reason), RSK_OK);
}

Test(input, counts_for_people)
{
	rsk_input_count(1, 2, 0);
	rsk_input_count(1, 2, 3);
	rsk_input_expect(9);
	cr_expect_eq(atomic_load(&table->units), 2);
	cr_expect_eq(atomic_load(&table->bytes), 4);
	cr_expect_eq(atomic_load(&table->findings), 3);
	cr_expect_eq(atomic_load(&table->expected), 9);
}
