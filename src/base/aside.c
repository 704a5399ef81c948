#include "base/aside.h"

#include <stddef.h>

static void *run(void *arg)
{
	const struct rsk_aside *aside = arg;

	aside->work(aside->arg);
	return NULL;
}

void rsk_aside_begin(struct rsk_aside *aside, bool wished,
	void (*work)(void *arg), void *arg)
{
	*aside = (struct rsk_aside){ .work = work, .arg = arg };
	aside->started =
		wished && !pthread_create(&aside->thread, NULL, run, aside);
	if (!aside->started)
		work(arg);
}

void rsk_aside_end(struct rsk_aside *aside)
{
	if (aside->started)
		pthread_join(aside->thread, NULL);
}
