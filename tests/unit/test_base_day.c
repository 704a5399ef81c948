#include <criterion/criterion.h>

#include "base/day.h"

static int64_t day(const char *text)
{
	int64_t out = -1;

	cr_assert(rsk_day_parse(&out, rsk_slice_str(text)), "%s", text);
	return out;
}

Test(day, counts_from_1970)
{
	cr_assert_eq(day("1970-01-01"), 0);
	cr_assert_eq(day("1970-12-31"), 364);
	cr_assert_eq(day("2000-02-29"), 11016);
	cr_assert_eq(day("2000-03-01"), 11017);
	cr_assert_eq(day("2026-06-15"), 20619);
	cr_assert_eq(day("9999-12-31"), RSK_DAY_LAST);
}

Test(day, takes_nothing_else)
{
	static const char *const wrong[] = { "", "2026-6-15", "2026-06-31",
		"2025-02-29", "1900-01-01", "1969-12-31", "2026-00-10",
		"2026-13-01", "2026-01-00", "2026-01-32", "2026/01/31",
		"2026-01-31 ", "20a6-01-31", "2026-01-3x" };
	int64_t out = 7;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_expect(!rsk_day_parse(&out, rsk_slice_str(wrong[i])), "%s",
			wrong[i]);
	cr_assert_eq(out, 7);
}

Test(day, is_written_as_it_is_read)
{
	char text[RSK_DAY];

	for (int64_t i = 0; i <= RSK_DAY_LAST; i += 97)
		cr_assert_eq(day(rsk_day_text(text, i)), i);
	cr_assert_str_eq(rsk_day_text(text, -5), "1970-01-01");
	cr_assert_str_eq(rsk_day_text(text, INT64_MAX), "9999-12-31");
}

Test(day, of_a_second)
{
	cr_assert_eq(rsk_day_of_seconds(0), 0);
	cr_assert_eq(rsk_day_of_seconds(86399), 0);
	cr_assert_eq(rsk_day_of_seconds(86400), 1);
	cr_assert_eq(rsk_day_of_seconds(-1), -1);
	cr_assert_eq(rsk_day_of_seconds(-86400), -1);
	cr_assert_eq(rsk_day_of_seconds(INT64_MIN), -106751991167301);
}
