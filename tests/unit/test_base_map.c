#include <criterion/criterion.h>

#include "base/map.h"

enum { MANY = 20000 };

Test(map, empty)
{
	struct rsk_map map = { 0 };

	cr_assert_null(rsk_map_get(&map, RSK_LIT("x")));
	rsk_map_release(&map);
}

Test(map, put_then_get)
{
	struct rsk_map map = { 0 };

	cr_assert_eq(*rsk_map_put(&map, RSK_LIT("one")), 0);
	*rsk_map_put(&map, RSK_LIT("one")) = 1;
	*rsk_map_put(&map, RSK_LIT("two")) = 2;
	cr_assert_eq(*rsk_map_get(&map, RSK_LIT("one")), 1);
	cr_assert_eq(*rsk_map_get(&map, RSK_LIT("two")), 2);
	cr_assert_null(rsk_map_get(&map, RSK_LIT("three")));
	cr_assert_eq(map.len, 2);
	rsk_map_release(&map);
}

/* Length counts, bytes after a NUL count, and the empty key is a key. */
Test(map, keys_are_bytes)
{
	struct rsk_map map = { 0 };

	*rsk_map_put(&map, rsk_slice("a\0b", 3)) = 1;
	*rsk_map_put(&map, rsk_slice("a\0c", 3)) = 2;
	*rsk_map_put(&map, rsk_slice("a", 1)) = 3;
	cr_assert_null(rsk_map_get(&map, rsk_slice(NULL, 0)));
	*rsk_map_put(&map, rsk_slice(NULL, 0)) = 4;
	cr_assert_eq(*rsk_map_get(&map, rsk_slice("a\0b", 3)), 1);
	cr_assert_eq(*rsk_map_get(&map, rsk_slice("a\0c", 3)), 2);
	cr_assert_eq(*rsk_map_get(&map, rsk_slice("a", 1)), 3);
	cr_assert_eq(*rsk_map_get(&map, RSK_LIT("")), 4);
	cr_assert_eq(map.len, 4);
	rsk_map_release(&map);
}

Test(map, many)
{
	struct rsk_map map = { 0 };
	static uint32_t keys[MANY];

	for (uint32_t i = 0; i < MANY; i++) {
		keys[i] = i;
		*rsk_map_put(&map, rsk_slice(&keys[i], 4)) = i + 1;
	}
	cr_assert_eq(map.len, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t *value = rsk_map_get(&map, rsk_slice(&i, 4));

		cr_assert_not_null(value);
		cr_assert_eq(*value, i + 1);
	}

	uint32_t absent = MANY;
	cr_assert_null(rsk_map_get(&map, rsk_slice(&absent, 4)));
	rsk_map_release(&map);
	cr_assert_eq(map.len, 0);
	*rsk_map_put(&map, RSK_LIT("again")) = 1;
	cr_assert_eq(map.len, 1);
	rsk_map_release(&map);
}
