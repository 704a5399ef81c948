#ifndef RSK_BASE_FAULT_H
#define RSK_BASE_FAULT_H

#include "base/input.h"

/*
 * Faults on demand, for tests: what a bug in a parser could do, done on
 * purpose. Only in builds with RSK_FAULTS (the preset `dev` and those made
 * from it); a release has no such code.
 *
 *	RSKAN_FAULT=segv:evil.js rskan scan .
 *
 * When an input with that name begins (the last part of a path, or an object's
 * id in hex; behind "code:" only when it is read as code), the process that
 * reads it
 *
 *	segv      writes where nothing is
 *	abort     ends itself
 *	stack     calls itself without end
 *	hang      does nothing any more
 *	memory    asks for more and more
 *	exit      ends as if all were well
 *	broken    sends what is no message
 *	open, write, create, connect, exec, fork, trace, kill, code
 *	          tries what it may not, and ends as with "abort" when it can
 *
 * Of several faults, with commas between, each has its own input. Input that
 * hangs is noticed after a tenth of a second then.
 */
#ifdef RSK_FAULTS
void rsk_fault_arm(int out); /* in the child; `out`: its pipe */
void rsk_fault_at(enum rsk_input_kind kind, struct rsk_slice name);
unsigned rsk_fault_ms(unsigned usual);
#else
static inline void rsk_fault_arm(int out)
{
	(void)out;
}
static inline void rsk_fault_at(enum rsk_input_kind kind, struct rsk_slice name)
{
	(void)kind;
	(void)name;
}
static inline unsigned rsk_fault_ms(unsigned usual)
{
	return usual;
}
#endif

#endif
