#include "pack/walk_p.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "pack/copies_p.h"
#include "pack/loose_p.h"

/* Loose objects */

struct listing {
	struct rsk_walk *walk;
	size_t store;
};

static void add_loose(void *ctx, const struct rsk_oid *oid)
{
	struct listing *listing = ctx;
	struct rsk_walk *walk = listing->walk;

	if (oid->len == walk->odb->oid_len)
		*RSK_VEC_PUSH(&walk->loose) = (struct rsk_loose){
			.oid = *oid,
			.store = listing->store,
		};
}

static int by_store_and_oid(const void *a, const void *b)
{
	const struct rsk_loose *x = a;
	const struct rsk_loose *y = b;
	int order = (x->store > y->store) - (x->store < y->store);

	return order ? order : rsk_oid_cmp(&x->oid, &y->oid);
}

static void list_loose(struct rsk_walk *walk, size_t store)
{
	const struct rsk_store *from = &walk->odb->stores.ptr[store];
	struct listing listing = { .walk = walk, .store = store };

	for (unsigned first = 0; first < 256; first++) {
		enum rsk_err err = rsk_loose_each(
			from->fd, (uint8_t)first, add_loose, &listing);

		if (err && err != RSK_NOTFOUND)
			*RSK_VEC_PUSH(&walk->failures) =
				(struct rsk_walk_failure){
					.err = err,
					.path = from->path,
				};
	}
}

static void list_all_loose(struct rsk_walk *walk)
{
	for (size_t i = 0; i < walk->odb->stores.len; i++)
		list_loose(walk, i);
	if (walk->loose.len)
		qsort(walk->loose.ptr, walk->loose.len,
			sizeof(*walk->loose.ptr), by_store_and_oid);
}

/* Plans */

/* Numbers that can still be given: UINT32_MAX is none. */
static uint32_t left(const struct rsk_walk *walk)
{
	return UINT32_MAX - walk->numbers - (uint32_t)walk->loose.len;
}

static void add_plans(struct rsk_walk *walk)
{
	for (size_t i = 0; i < walk->odb->packs.len; i++) {
		struct rsk_plan plan = { .pack = walk->odb->packs.ptr[i] };

		plan.err = rsk_pack_load(plan.pack, &plan.why);
		if (!plan.err && plan.pack->count >= left(walk))
			plan.err = RSK_LIMIT;
		plan.first = walk->numbers;
		if (plan.err)
			*RSK_VEC_PUSH(&walk->failures) =
				(struct rsk_walk_failure){
					.err = plan.err,
					.path = plan.pack->path,
				};
		else
			walk->numbers += plan.pack->count;
		if (!plan.err && !walk->options.unmapped)
			rsk_pack_map(plan.pack);
		*RSK_VEC_PUSH(&walk->plans) = plan;
	}
	walk->first_loose = walk->numbers;
	walk->numbers += (uint32_t)walk->loose.len;
}

/* One list for each pack, then one for each store with loose objects: `len`. */
static struct rsk_names *list_names(const struct rsk_walk *walk, size_t len)
{
	struct rsk_names *lists = rsk_alloc_array(len, sizeof(*lists));
	size_t stores = walk->odb->stores.len;
	size_t at = 0;

	for (size_t i = 0; i < walk->plans.len; i++) {
		const struct rsk_plan *plan = &walk->plans.ptr[i];

		if (!plan->err)
			lists[i] = (struct rsk_names){
				.ptr = plan->pack->idx.ptr + RSK_IDX_NAMES,
				.step = plan->pack->oid_len,
				.len = plan->pack->count,
			};
	}
	for (size_t i = 0; i < stores; i++) {
		size_t begin = at;

		while (at < walk->loose.len && walk->loose.ptr[at].store == i)
			at++;
		lists[walk->plans.len + i] = (struct rsk_names){
			.ptr = at > begin ? walk->loose.ptr[begin].oid.bytes
					  : NULL,
			.step = sizeof(struct rsk_loose),
			.len = at - begin,
		};
	}
	return lists;
}

/*
 * Mark copies, make the plans of all packs, and carry the marks over to the
 * loose objects.
 */
static enum rsk_err make_plans(struct rsk_walk *walk)
{
	size_t len = walk->plans.len + walk->odb->stores.len;
	struct rsk_names *lists = list_names(walk, len);
	uint8_t *marks = calloc(walk->numbers, 1);
	uint8_t *at = marks;
	enum rsk_err err = marks ? RSK_OK : RSK_NOMEM;

	if (err)
		goto out;
	for (size_t i = 0; i < len; i++) {
		lists[i].marks = at;
		at += lists[i].len;
	}
	rsk_copies_mark(lists, len, walk->odb->oid_len);
	for (size_t i = 0; err != RSK_NOMEM && i < walk->plans.len; i++) {
		struct rsk_plan *plan = &walk->plans.ptr[i];

		if (plan->err)
			continue;
		plan->err = err =
			rsk_plan_make(plan, lists[i].marks, walk->options.jobs);
		if (err)
			*RSK_VEC_PUSH(&walk->failures) =
				(struct rsk_walk_failure){
					.err = err,
					.path = plan->pack->path,
				};
	}
	err = err == RSK_NOMEM ? err : RSK_OK;
	for (size_t i = 0; i < walk->loose.len; i++)
		walk->loose.ptr[i].flags = marks[walk->first_loose + i];
out:
	free(marks);
	free(lists);
	return err;
}

enum rsk_err rsk_walk_new(struct rsk_walk **out, const struct rsk_odb *odb,
	const struct rsk_walk_options *options)
{
	struct rsk_walk *walk = rsk_alloc(sizeof(*walk));
	enum rsk_err err;

	assert(options->jobs);
	walk->odb = odb;
	walk->options = *options;
	if (!walk->options.memory)
		walk->options.memory = RSK_PACK_MEMORY;
	if (!walk->options.max_object)
		walk->options.max_object = RSK_MAX_OBJECT_BYTES;
	list_all_loose(walk);
	add_plans(walk);
	err = walk->numbers ? make_plans(walk) : RSK_OK;
	if (err) {
		rsk_walk_free(walk);
		return err;
	}
	*out = walk;
	return RSK_OK;
}

void rsk_walk_free(struct rsk_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->plans.len; i++)
		rsk_plan_release(&walk->plans.ptr[i]);
	RSK_VEC_RELEASE(&walk->plans);
	RSK_VEC_RELEASE(&walk->loose);
	RSK_VEC_RELEASE(&walk->failures);
	free(walk);
}

/* Numbers */

uint32_t rsk_walk_numbers(const struct rsk_walk *walk)
{
	return walk->numbers;
}

static bool find_loose(const struct rsk_walk *walk, size_t store,
	const struct rsk_oid *oid, uint32_t *number)
{
	struct rsk_loose key = { .oid = *oid, .store = store };
	const struct rsk_loose *found = NULL;

	if (walk->loose.len)
		found = bsearch(&key, walk->loose.ptr, walk->loose.len,
			sizeof(key), by_store_and_oid);
	if (found)
		*number =
			walk->first_loose + (uint32_t)(found - walk->loose.ptr);
	return found;
}

bool rsk_walk_find(const struct rsk_walk *walk, const struct rsk_oid *oid,
	uint32_t *number)
{
	uint32_t place = 0;

	for (size_t i = 0; i < walk->plans.len; i++) {
		const struct rsk_plan *plan = &walk->plans.ptr[i];

		if (!plan->err && !rsk_pack_find(plan->pack, oid, &place)) {
			*number = plan->first + place;
			return true;
		}
	}
	for (size_t i = 0; i < walk->odb->stores.len; i++)
		if (find_loose(walk, i, oid, number))
			return true;
	return false;
}

/* One step of having the memory come that finding them all needs. */
static void fetch(const struct rsk_walk *walk, const struct rsk_oid *oids,
	size_t len,
	void (*step)(const struct rsk_pack *, const struct rsk_oid *))
{
	for (size_t i = 0; i < len; i++)
		for (size_t p = 0; p < walk->plans.len; p++)
			if (!walk->plans.ptr[p].err)
				step(walk->plans.ptr[p].pack, &oids[i]);
}

/* The memory of all is fetched at the same time. */
void rsk_walk_find_all(const struct rsk_walk *walk, const struct rsk_oid *oids,
	size_t len, uint32_t *numbers)
{
	fetch(walk, oids, len, rsk_pack_fetch_key);
	fetch(walk, oids, len, rsk_pack_fetch_name);
	for (size_t i = 0; i < len; i++)
		if (!rsk_walk_find(walk, &oids[i], &numbers[i]))
			numbers[i] = RSK_NO_NUMBER;
}

struct rsk_oid rsk_walk_oid(const struct rsk_walk *walk, uint32_t number)
{
	size_t i = walk->plans.len;

	if (number >= walk->first_loose)
		return walk->loose.ptr[number - walk->first_loose].oid;
	while (i-- > 1 &&
		(walk->plans.ptr[i].err || walk->plans.ptr[i].first > number))
		;
	return rsk_pack_oid(
		walk->plans.ptr[i].pack, number - walk->plans.ptr[i].first);
}

/* Running */

static void tell(const struct rsk_run *run, const struct rsk_walk_failure *what)
{
	if (run->visit->failed)
		run->visit->failed(run->visit->ctx, 0, what);
}

/* What can be told of a lost node: its type, if its chain is only too long. */
static void tell_lost(const struct rsk_run *run, const struct rsk_plan *plan,
	const struct rsk_node *node)
{
	struct rsk_oid oid = rsk_pack_oid(plan->pack, node->place);
	struct rsk_walk_failure failure = {
		.oid = &oid,
		.type = (enum rsk_object_type)node->type,
		.err = node->type ? RSK_LIMIT : RSK_CORRUPT,
		.path = plan->pack->path,
	};
	uint32_t asked = node->type ? 1U << node->type : 1U << RSK_OBJECT_BLOB;

	if (run->types & asked)
		tell(run, &failure);
}

/* What is there several times may be found in another place. */
static void note_lost(
	struct rsk_run *run, const struct rsk_plan *plan, uint32_t n)
{
	const struct rsk_node *node = &plan->nodes[n];

	if (node->flags & RSK_NODE_AGAIN)
		return;
	if (node->flags & RSK_NODE_OTHER)
		*RSK_VEC_PUSH(&run->again) = plan->first + node->place;
	else
		tell_lost(run, plan, node);
}

static void list_roots(struct rsk_run *run, const struct rsk_plan *plan)
{
	for (uint32_t n = 0; n < plan->len; n++) {
		const struct rsk_node *node = &plan->nodes[n];

		if (node->flags & RSK_NODE_LOST)
			note_lost(run, plan, n);
		else if (node->base == RSK_NO_NODE &&
			 node->flags & RSK_NODE_NEEDED &&
			 run->types & 1U << node->type)
			*RSK_VEC_PUSH(&run->roots) = (struct rsk_task){
				.plan = plan,
				.node = n,
			};
	}
}

uint64_t rsk_walk_results(const struct rsk_walk *walk)
{
	uint64_t packed = 0;

	for (size_t i = 0; i < walk->plans.len; i++)
		packed += walk->plans.ptr[i].pack->size;
	if (packed > RSK_MAX_DELTA_RESULTS / RSK_MAX_DELTA_GROWTH)
		return packed * RSK_MAX_DELTA_GROWTH;
	return RSK_MAX_DELTA_RESULTS;
}

struct thread {
	struct rsk_run *run;
	unsigned worker;
	pthread_t id;
	bool started;
};

static void *work(void *arg)
{
	struct thread *thread = arg;

	rsk_run_work(thread->run, thread->worker);
	return NULL;
}

/* The calling thread is worker 0. One that cannot be started is done without.
 */
static void run_threads(struct rsk_run *run, unsigned jobs)
{
	struct thread *threads = rsk_alloc_array(jobs, sizeof(*threads));

	run->jobs = jobs;
	for (unsigned i = 1; i < jobs; i++) {
		threads[i] = (struct thread){ .run = run, .worker = i };
		threads[i].started = !pthread_create(
			&threads[i].id, NULL, work, &threads[i]);
		if (!threads[i].started)
			rsk_run_leave(run);
	}
	rsk_run_work(run, 0);
	for (unsigned i = 1; i < jobs; i++)
		if (threads[i].started)
			pthread_join(threads[i].id, NULL);
	free(threads);
}

enum rsk_err rsk_walk_run(struct rsk_walk *walk, uint32_t types,
	const struct rsk_walk_visit *visit)
{
	struct rsk_run run = {
		.walk = walk,
		.visit = visit,
		.types = types,
		.max_results = rsk_walk_results(walk),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.given = PTHREAD_COND_INITIALIZER,
	};

	if (types & 1U << RSK_OBJECT_BLOB)
		for (size_t i = 0; i < walk->failures.len; i++)
			tell(&run, &walk->failures.ptr[i]);
	for (size_t i = 0; i < walk->plans.len; i++)
		list_roots(&run, &walk->plans.ptr[i]);
	run_threads(&run, walk->options.jobs);
	rsk_run_again(&run);
	RSK_VEC_RELEASE(&run.roots);
	RSK_VEC_RELEASE(&run.tasks);
	RSK_VEC_RELEASE(&run.again);
	pthread_cond_destroy(&run.given);
	pthread_mutex_destroy(&run.lock);
	return (enum rsk_err)atomic_load(&run.stop);
}
