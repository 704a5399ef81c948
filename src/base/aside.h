#ifndef RSK_BASE_ASIDE_H
#define RSK_BASE_ASIDE_H

#include <pthread.h>
#include <stdbool.h>

/*
 * Work that another thread does meanwhile:
 *
 *	struct rsk_aside aside;
 *
 *	rsk_aside_begin(&aside, jobs > 1, sort_names, names);
 *	read_offsets(pack);
 *	rsk_aside_end(&aside);
 *
 * Where that is not wished, or no thread can be started, the work is done at
 * once, by the caller.
 */
struct rsk_aside {
	void (*work)(void *arg);
	void *arg;
	pthread_t thread;
	bool started; /* in a thread of its own */
};

void rsk_aside_begin(struct rsk_aside *aside, bool wished,
	void (*work)(void *arg), void *arg);

/* Wait until it is done. Of a zeroed one, that never began: nothing. */
void rsk_aside_end(struct rsk_aside *aside);

#endif
