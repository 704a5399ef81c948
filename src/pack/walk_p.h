#ifndef RSK_PACK_WALK_P_H
#define RSK_PACK_WALK_P_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/vec.h"
#include "pack/odb_p.h"
#include "pack/plan_p.h"
#include "pack/reader_p.h"
#include "pack/walk.h"

/*
 * Inside a walk. walk.c makes the plans and starts the threads, descend.c is
 * what a thread does.
 */
struct rsk_loose {
	struct rsk_oid oid;
	size_t store;
	uint8_t flags; /* RSK_NODE_OTHER, RSK_NODE_AGAIN */
	uint8_t type;  /* 0: not yet known */
};

struct rsk_walk {
	const struct rsk_odb *odb;
	struct rsk_walk_options options;
	RSK_VEC(struct rsk_plan) plans;
	RSK_VEC(struct rsk_loose) loose; /* sorted by store, then id */
	RSK_VEC(struct rsk_walk_failure) failures; /* to tell in each run */
	uint32_t numbers;
	uint32_t first_loose; /* number of loose.ptr[0] */
};

/* A node that is needed, and the kept base that it is made from. */
struct rsk_kept;
struct rsk_task {
	struct rsk_kept *base; /* NULL: a full object */
	const struct rsk_plan *plan;
	uint32_t node;
};

/* One run of a walk: what its threads share. */
struct rsk_run {
	struct rsk_walk *walk;
	const struct rsk_walk_visit *visit;
	uint32_t types;
	RSK_VEC(struct rsk_task) roots;
	atomic_size_t next_root;
	atomic_size_t next_loose;
	atomic_int stop;              /* an enum rsk_err: end soon */
	atomic_uint_fast64_t results; /* bytes that deltas may make */
	uint64_t max_results;

	/* Branches that a thread has given away to those who have nothing. */
	pthread_mutex_t lock;
	pthread_cond_t given;
	RSK_VEC(struct rsk_task) tasks;
	atomic_uint hungry; /* threads that wait for one */

	unsigned jobs; /* threads at work */

	/* Numbers of objects that failed and have another copy. */
	RSK_VEC(uint32_t) again;
};

/* How many bytes deltas may make, which is far more than they are: see
 * RSK_MAX_DELTA_RESULTS. */
uint64_t rsk_walk_results(const struct rsk_walk *walk);

/* What thread `number` does. */
void rsk_run_work(struct rsk_run *run, unsigned number);

/* A thread that was counted on does not come. */
void rsk_run_leave(struct rsk_run *run);

/* Visit what has failed in one place and is in another one, too. */
void rsk_run_again(struct rsk_run *run);

#endif
