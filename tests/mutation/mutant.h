/*
 * In front of each file that tools/mutate.py has changed: all of its mutants
 * are in it at once, and a number picks the one that is awake, so that nothing
 * is compiled or linked for a mutant. A function asks at its head:
 *
 *     int f(int a)
 *     {
 *             switch (rsk_mutant_at(1007, 2)) {
 *             case 0: { return a >= 1; }
 *             case 1: { return a > 2; }
 *             }
 *             return a > 1;
 *     }
 *
 * The number is in the environment (RSK_MUTANT) or is set by driver.c, which
 * also learns which functions a test comes through.
 */
#ifndef RSK_MUTATION_MUTANT_H
#define RSK_MUTATION_MUTANT_H

#include <stdlib.h>

/* One of each in a program, whichever file it comes from. */
__attribute__((weak)) int rsk_mutant = -1;
__attribute__((weak)) unsigned char *rsk_mutant_reached;

__attribute__((constructor, unused)) static void rsk_mutant_named(void)
{
	const char *name = getenv("RSK_MUTANT");

	if (name)
		rsk_mutant = (int)strtol(name, NULL, 10);
}

/* Which of a function's mutants is awake, or none of them. */
static inline int rsk_mutant_at(int first, int len)
{
	if (__builtin_expect(rsk_mutant_reached != NULL, 0))
		rsk_mutant_reached[first] = 1;
	if (rsk_mutant < first || rsk_mutant >= first + len)
		return -1;
	return rsk_mutant - first;
}

#endif
