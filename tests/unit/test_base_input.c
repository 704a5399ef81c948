#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#include "base/fault.h"
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

/* A table that comes later knows nothing of what was begun before. */
Test(input, begins_anew_with_a_table)
{
	struct rsk_input_table *later = calloc(1, sizeof(*later));

	cr_assert_not_null(later);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	rsk_input_use(later, NULL, 0);
	rsk_input_blame(RSK_NOMEM);
	cr_expect_eq(atomic_load(&later->culprit), 0);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("b")), RSK_OK);
	cr_expect_neq(atomic_load(&later->places[0].key), 0);
	rsk_input_end();
	cr_expect_eq(atomic_load(&later->places[0].key), 0);
	rsk_input_use(table, NULL, 0);
	free(later);
}

Test(input, may_be_nested)
{
	for (int i = 0; i < 8; i++)
		cr_expect_eq(
			rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
	for (int i = 0; i < 8; i++)
		rsk_input_end();
	cr_expect_eq(shown(), 0);
}

/* The next free place, and the same from then on. */
Test(input, has_a_place)
{
	atomic_store(&table->places[0].key, 7);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(
			rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a")), RSK_OK);
		cr_expect_neq(atomic_load(&table->places[1].key), 0);
		rsk_input_end();
		cr_expect_eq(atomic_load(&table->places[1].key), 0);
		atomic_store(&table->places[0].key, 0);
	}
}

#ifdef RSK_FAULTS
Test(input, does_what_a_bug_could, .signal = SIGABRT)
{
	cr_assert_eq(setenv("RSKAN_FAULT", "abort:bad.js", 1), 0);
	rsk_fault_arm(-1);
	cr_expect_eq(rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("a.js")), RSK_OK);
	(void)!rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("bad.js"));
}
#endif

static uint64_t key_of(enum rsk_input_kind kind, struct rsk_slice name)
{
	uint64_t key;

	cr_expect_eq(rsk_input_begin(kind, name), RSK_OK);
	key = shown();
	rsk_input_end();
	return key;
}

Test(input, of_an_object_is_told_by_a_part_of_its_name)
{
	static const uint8_t name[20] = "12345678 and so on";
	static const uint8_t alike[20] = "12345678 but not";
	static const uint8_t other[20] = "87654321 and so on";
	const uint64_t key = key_of(RSK_INPUT_OBJECT, rsk_slice(name, 20));

	cr_expect_eq(key_of(RSK_INPUT_OBJECT, rsk_slice(alike, 20)), key);
	cr_expect_eq(key_of(RSK_INPUT_OBJECT, rsk_slice(name, 8)), key);
	cr_expect_neq(key_of(RSK_INPUT_OBJECT, rsk_slice(other, 20)), key);
	cr_expect_neq(key_of(RSK_INPUT_PACKED, rsk_slice(name, 20)), key);
	/* Too short for a part. */
	cr_expect_neq(key_of(RSK_INPUT_OBJECT, rsk_slice(name, 7)), key);
}

/* Names that people gave begin alike all the time. */
Test(input, of_other_kinds_is_told_by_all_of_its_name)
{
	static const enum rsk_input_kind kinds[] = { RSK_INPUT_FILE,
		RSK_INPUT_CODE, RSK_INPUT_STORE, RSK_INPUT_CHECK };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		cr_expect_neq(key_of(kinds[i], RSK_LIT("src/index.js")),
			key_of(kinds[i], RSK_LIT("src/index.ts")));
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
	const struct rsk_input_bad bad[] = {
		{ key_of(RSK_INPUT_FILE, RSK_LIT("bad")), RSK_CRASHED },
		{ key_of(RSK_INPUT_FILE, RSK_LIT("worse")), RSK_TIMEOUT },
	};

	rsk_input_use(table, bad, 2);
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("bad")), RSK_CRASHED);
	rsk_input_end();
	cr_expect_eq(
		rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("worse")), RSK_TIMEOUT);
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
