#ifndef RSK_COUNTED_EXIT_H
#define RSK_COUNTED_EXIT_H

/*
 * In the coverage build every source begins with this: a process that ends by
 * _exit() would take along what gcov has counted.
 */
#include <unistd.h>

void __gcov_dump(void); /* NOLINT(bugprone-reserved-identifier) */

_Noreturn static inline void rsk_counted_exit(int status)
{
	__gcov_dump();
	_exit(status);
}

#define _exit rsk_counted_exit /* NOLINT(bugprone-reserved-identifier) */

#endif
