#include "base/day.h"

#include <stdio.h>

static int digits(struct rsk_slice text, size_t begin, size_t end)
{
	int value = 0;

	for (size_t i = begin; i < end; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		value = value * 10 + (text.ptr[i] - '0');
	}
	return value;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_year(int year)
{
	return is_leap(year) ? 366 : 365;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool rsk_day_parse(int64_t *out, struct rsk_slice text)
{
	int64_t day = 0;

	if (text.len != RSK_DAY - 1 || text.ptr[4] != '-' || text.ptr[7] != '-')
		return false;

	int year = digits(text, 0, 4);
	int month = digits(text, 5, 7);
	int date = digits(text, 8, 10);
	if (year < 1970 || month < 1 || month > 12 || date < 1 ||
		date > days_in_month(year, month))
		return false;
	for (int y = 1970; y < year; y++)
		day += days_in_year(y);
	for (int m = 1; m < month; m++)
		day += days_in_month(year, m);
	*out = day + date - 1;
	return true;
}

const char *rsk_day_text(char out[RSK_DAY], int64_t day)
{
	int year = 1970;
	int month = 1;

	if (day < 0)
		day = 0;
	if (day > RSK_DAY_LAST)
		day = RSK_DAY_LAST;
	for (; day >= days_in_year(year); year++)
		day -= days_in_year(year);
	for (; day >= days_in_month(year, month); month++)
		day -= days_in_month(year, month);
	snprintf(out, RSK_DAY, "%04u-%02u-%02u", (unsigned)year % 10000,
		(unsigned)month % 100, (unsigned)(day + 1) % 100);
	return out;
}
