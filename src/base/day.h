#ifndef RSK_BASE_DAY_H
#define RSK_BASE_DAY_H

#include "base/slice.h"

/*
 * Days of the Gregorian calendar, counted from 1970-01-01 (day 0), written
 * YYYY-MM-DD. Years from 1970 to 9999; in UTC where a time becomes a day.
 */
enum {
	RSK_DAY = sizeof("2026-01-31"),
	RSK_DAY_LAST = 2932896, /* 9999-12-31 */
};

/* Read a text that is nothing but a day. */
bool rsk_day_parse(int64_t *out, struct rsk_slice text);

/* Write it; days before 1970 or beyond 9999 as the nearest one. */
const char *rsk_day_text(char out[RSK_DAY], int64_t day);

/* The day that a second since 1970 lies in. */
static inline int64_t rsk_day_of_seconds(int64_t seconds)
{
	const int64_t a_day = 86400;

	return seconds / a_day - (seconds % a_day < 0);
}

#endif
