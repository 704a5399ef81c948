#include <stdlib.h>

#include "base/input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "pack/loose_p.h"
#include "pack/walk_p.h"

/*
 * What one thread of a walk does: take a tree, go down it depth first, and
 * keep each object until the last of its children is made. The way down is a
 * list of kept objects, not the call stack.
 *
 * The last child is the heaviest, and its base is let go before the way leads
 * on below it. So whatever is kept has a child that is at least as heavy as
 * the one being walked, and there are never more of them than log2(nodes).
 */

struct rsk_kept {
	struct rsk_kept *up; /* the one before it on the way down */
	const struct rsk_plan *plan;
	uint32_t node;
	uint32_t next;     /* child to go to next, or RSK_NO_NODE */
	atomic_uint users; /* its own way and the branches given away */
	struct rsk_buf bytes;
	bool dropped; /* the bytes are to be made again */
	void *state;
};

enum { CLASSES = 12 };
#define CLASS_0 (4 * RSK_KIB)

struct worker {
	struct rsk_run *run;
	unsigned number;
	size_t max_object;
	struct rsk_inflater *inflater;
	struct rsk_reader reader;
	struct rsk_buf packed; /* a stream too long for the reader */
	struct rsk_buf delta;
	rsk_segments segments;
	struct rsk_buf spares[CLASSES]; /* memory to use again */
	struct rsk_kept *spare;         /* the same of kept objects */
	size_t kept;                    /* bytes on this way down */
	size_t budget;
	uint64_t allowance; /* of run->results: taken, and not made yet */
};

static bool is_stopped(const struct rsk_run *run)
{
	return atomic_load_explicit(&run->stop, memory_order_relaxed);
}

static void stop(struct rsk_run *run, enum rsk_err err)
{
	int none = RSK_OK;

	/* The first one counts. */
	atomic_compare_exchange_strong(&run->stop, &none, (int)err);
}

/* Memory */

/*
 * Spare memory is kept by size class, one piece of each: a class is a power
 * of two, so that a small object never sits in a large piece.
 */
static size_t class_of(size_t size)
{
	size_t class = 0;

	while (class < CLASSES && (CLASS_0 << class) < size + RSK_BUF_PAD)
		class ++;
	return class;
}

/* An empty buffer with room for `size` bytes. */
static enum rsk_err take(struct worker *w, size_t size, struct rsk_buf *out)
{
	size_t class = class_of(size);
	size_t most = CLASS_0 << class;

	*out = RSK_BUF_INIT(w->max_object > most ? w->max_object : most);
	if (class == CLASSES)
		return rsk_buf_reserve(out, size);
	if (!w->spares[class].cap)
		return rsk_buf_reserve(out, most - RSK_BUF_PAD);
	*out = w->spares[class];
	w->spares[class] = (struct rsk_buf){ 0 };
	rsk_buf_truncate(out, 0);
	return RSK_OK;
}

/* Memory of another size (of an object that was read again) is no spare. */
static void give_back(struct worker *w, struct rsk_buf *bytes)
{
	size_t class =
		bytes->cap ? class_of(bytes->cap - RSK_BUF_PAD) : CLASSES;

	if (class == CLASSES || bytes->cap != CLASS_0 << class ||
		w->spares[class].cap) {
		rsk_buf_release(bytes);
		return;
	}
	w->spares[class] = *bytes;
	*bytes = (struct rsk_buf){ 0 };
}

/* Making objects */

static enum rsk_err inflate_entry(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, const struct rsk_entry *entry, struct rsk_buf *out)
{
	uint64_t end = rsk_plan_end(plan, node);
	struct rsk_slice in;
	size_t used = 0;
	enum rsk_err err;

	/* A stream that is far longer than what it holds is no honest one. */
	if (entry->data >= end ||
		end - entry->data > 2 * entry->size + 64 * RSK_KIB)
		return RSK_CORRUPT;
	size_t len = (size_t)(end - entry->data);
	if (len <= RSK_READER_MAX || plan->pack->mapped) {
		err = rsk_reader_get(
			&w->reader, plan->pack, entry->data, len, &in);
	} else {
		rsk_buf_truncate(&w->packed, 0);
		err = rsk_buf_reserve(&w->packed, len);
		if (!err)
			err = rsk_pack_bytes(
				plan->pack, entry->data, w->packed.ptr, len);
		in = rsk_slice(w->packed.ptr, len);
	}
	if (!err)
		err = rsk_inflate(
			w->inflater, in, out->ptr, (size_t)entry->size, &used);
	/* Bytes that belong to no object might hide one. */
	if (!err && used != len)
		err = RSK_CORRUPT;
	if (!err)
		rsk_buf_commit(out, (size_t)entry->size);
	return err;
}

static enum rsk_err read_entry(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, struct rsk_entry *entry)
{
	uint64_t offset = plan->nodes[node].offset;
	uint64_t len = rsk_plan_end(plan, node) - offset;
	struct rsk_slice head;
	enum rsk_err err;

	/* All of it, if the window is large enough: one read for both. */
	if (len > RSK_READER_MAX)
		len = RSK_ENTRY_MAX;
	err = rsk_reader_get(
		&w->reader, plan->pack, offset, (size_t)len, &head);
	if (!err)
		err = rsk_entry_parse(entry, head, offset, plan->pack->oid_len);
	if (!err && entry->size > w->max_object)
		err = RSK_TOOBIG;
	return err;
}

static enum rsk_err make_full(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, struct rsk_buf *out)
{
	struct rsk_entry entry;
	enum rsk_err err = read_entry(w, plan, node, &entry);

	if (!err && entry.kind != plan->nodes[node].type)
		err = RSK_CHANGED;
	if (!err)
		err = take(w, (size_t)entry.size, out);
	if (!err)
		err = inflate_entry(w, plan, node, &entry, out);
	return err;
}

static enum rsk_err read_delta(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, struct rsk_pack_delta *delta)
{
	struct rsk_entry entry;
	enum rsk_err err = read_entry(w, plan, node, &entry);

	if (err)
		return err;
	rsk_buf_truncate(&w->delta, 0);
	err = rsk_buf_reserve(&w->delta, (size_t)entry.size);
	if (!err)
		err = inflate_entry(w, plan, node, &entry, &w->delta);
	if (!err)
		err = rsk_delta_begin(delta, rsk_buf_slice(&w->delta));
	return err;
}

/* A copy has to be looked at as a whole before it is shown: see is_lie(). */
static bool is_sparse(const struct worker *w, const struct rsk_node *node)
{
	return node->weight == 1 && !(node->flags & RSK_NODE_OTHER) &&
	       w->run->visit->sparse & 1U << node->type;
}

/*
 * May so many bytes more be made? A number that all threads add to for each
 * object would be fought over, so each takes from it in larger pieces.
 */
static bool may_make(struct worker *w, uint64_t size)
{
	enum { PIECE = 1 << 24 };
	struct rsk_run *run = w->run;
	uint64_t more = size > PIECE ? size : PIECE;

	if (size > w->allowance) {
		if (atomic_fetch_add(&run->results, more) > run->max_results)
			return false;
		w->allowance += more;
	}
	w->allowance -= size;
	return true;
}

static enum rsk_err make_delta(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, struct rsk_slice base, struct rsk_buf *out)
{
	struct rsk_pack_delta delta;
	enum rsk_err err = read_delta(w, plan, node, &delta);

	if (err)
		return err;
	if (delta.size > w->max_object)
		return RSK_TOOBIG;
	if (!may_make(w, delta.size))
		return RSK_LIMIT;
	err = take(w, (size_t)delta.size, out);
	if (!err)
		err = rsk_delta_apply(&delta, base, out->ptr,
			is_sparse(w, &plan->nodes[node]) ? RSK_WALK_MARGIN
							 : RSK_WHOLE,
			&w->segments);
	if (!err)
		rsk_buf_commit(out, (size_t)delta.size);
	return err;
}

/* Kept objects */

static void release_state(struct worker *w, void *state)
{
	const struct rsk_walk_visit *visit = w->run->visit;

	if (state && visit->release)
		visit->release(visit->ctx, w->number, state);
}

/* One user less; the last one frees it. */
static void let_go(struct worker *w, struct rsk_kept *kept)
{
	if (atomic_fetch_sub(&kept->users, 1) != 1)
		return;
	release_state(w, kept->state);
	give_back(w, &kept->bytes);
	kept->up = w->spare;
	w->spare = kept;
}

static struct rsk_kept *keep(struct worker *w, const struct rsk_plan *plan,
	uint32_t node, struct rsk_buf *bytes, void *state)
{
	struct rsk_kept *kept = w->spare;

	if (kept)
		w->spare = kept->up;
	else
		kept = rsk_alloc(sizeof(*kept));
	*kept = (struct rsk_kept){
		.plan = plan,
		.node = node,
		.next = rsk_plan_needed(plan, plan->nodes[node].child),
		.users = 1,
		.bytes = *bytes,
		.state = state,
	};
	w->kept += bytes->len;
	return kept;
}

/* Nobody else has it: nobody else will take it while it is on our way. */
static bool is_ours(const struct rsk_kept *kept)
{
	return atomic_load(&kept->users) == 1;
}

/* Drop the bytes of the oldest ones until the rest is within the budget. */
static void drop_some(struct worker *w, struct rsk_kept *now)
{
	while (w->kept > w->budget) {
		struct rsk_kept *oldest = NULL;

		for (struct rsk_kept *k = now->up; k; k = k->up)
			if (!k->dropped && is_ours(k))
				oldest = k;
		if (!oldest)
			return;
		w->kept -= oldest->bytes.len;
		rsk_buf_release(&oldest->bytes);
		oldest->dropped = true;
	}
}

static enum rsk_err make_again(struct worker *w, struct rsk_kept *kept)
{
	enum rsk_object_type type;
	struct rsk_buf bytes = RSK_BUF_INIT(w->max_object);
	enum rsk_err err;

	if (!kept->dropped)
		return RSK_OK;
	err = rsk_pack_read(kept->plan->pack, w->inflater,
		kept->plan->nodes[kept->node].offset, &type, &bytes);
	if (!err && !may_make(w, bytes.len))
		err = RSK_LIMIT;
	if (err) {
		rsk_buf_release(&bytes);
		return err;
	}
	kept->bytes = bytes;
	kept->dropped = false;
	w->kept += bytes.len;
	return RSK_OK;
}

/* Telling */

static void tell(struct worker *w, const struct rsk_walk_failure *failure)
{
	if (w->run->visit->failed)
		w->run->visit->failed(w->run->visit->ctx, w->number, failure);
}

static void fail_node(struct worker *w, const struct rsk_plan *plan,
	const struct rsk_node *node, enum rsk_err err)
{
	struct rsk_oid oid = rsk_pack_oid(plan->pack, node->place);
	struct rsk_walk_failure failure = {
		.oid = &oid,
		.type = (enum rsk_object_type)node->type,
		.err = err,
		.path = plan->pack->path,
	};

	if (!rsk_node_is_shown(node))
		return;
	if (!(node->flags & RSK_NODE_OTHER)) {
		tell(w, &failure);
		return;
	}
	pthread_mutex_lock(&w->run->lock);
	*RSK_VEC_PUSH(&w->run->again) = plan->first + node->place;
	pthread_mutex_unlock(&w->run->lock);
}

/*
 * Of an object that is there several times one copy is shown. It must be the
 * true one: an index can name any bytes by any name, and what it hides that
 * way would be hidden by us as well.
 */
static bool is_lie(const struct rsk_walk_object *object)
{
	struct rsk_oid oid;

	rsk_oid_hash(&oid, object->id_len, object->type, object->bytes);
	return memcmp(oid.bytes, object->id, object->id_len) != 0;
}

static void tell_lie(struct worker *w, const struct rsk_walk_object *object,
	const char *path)
{
	struct rsk_oid oid = rsk_oid_of(object->id, object->id_len);
	const struct rsk_walk_failure failure = {
		.oid = &oid,
		.type = object->type,
		.err = RSK_CORRUPT,
		.path = path,
	};

	tell(w, &failure);
	pthread_mutex_lock(&w->run->lock);
	*RSK_VEC_PUSH(&w->run->again) = object->number;
	pthread_mutex_unlock(&w->run->lock);
}

/* What is broken takes along all that is made from it. */
static void fail_tree(struct worker *w, const struct rsk_plan *plan,
	uint32_t top, enum rsk_err err)
{
	for (uint32_t i = top; i != RSK_NO_NODE;
		i = rsk_plan_next(plan, top, i))
		fail_node(w, plan, &plan->nodes[i], err);
}

struct rsk_walk_rest {
	struct rsk_slice base;
	uint8_t *out;
	size_t segments; /* 0: it was put in */
};

void rsk_walk_fill(const struct rsk_walk_object *object)
{
	struct rsk_walk_rest *rest = object->rest;

	if (!rest)
		return;
	rsk_delta_fill(rest->base, rest->out, object->segments, rest->segments);
	rest->segments = 0;
}

static enum rsk_err show(struct worker *w, const struct rsk_task *task,
	const struct rsk_buf *bytes, void **state)
{
	const struct rsk_plan *plan = task->plan;
	const struct rsk_node *node = &plan->nodes[task->node];
	const struct rsk_kept *base = task->base;
	const struct rsk_walk_visit *visit = w->run->visit;
	struct rsk_walk_object object = {
		.id = rsk_pack_name(plan->pack, node->place),
		.id_len = plan->pack->oid_len,
		.number = plan->first + node->place,
		.type = (enum rsk_object_type)node->type,
		.bytes = rsk_buf_slice(bytes),
		.context = !rsk_node_is_shown(node),
		.childless = node->weight == 1,
	};

	if (!object.context && node->flags & RSK_NODE_OTHER &&
		is_lie(&object)) {
		tell_lie(w, &object, plan->pack->path);
		object.context = true;
	}
	struct rsk_walk_rest rest = { .out = bytes->ptr };
	if (base) {
		rest.base = rsk_buf_slice(&base->bytes);
		rest.segments = w->segments.len;
		object.rest = is_sparse(w, node) ? &rest : NULL;
		object.has_base = true;
		object.base_size = base->bytes.len;
		object.base_state = base->state;
		object.segments = w->segments.ptr;
		object.segments_len = w->segments.len;
	}
	return visit->object(visit->ctx, w->number, &object, state);
}

/* Going down */

/*
 * Make the object of a node and show it. It is returned when something is to
 * be made from it; NULL when not, or when it failed.
 */
static struct rsk_kept *make_and_show(
	struct worker *w, const struct rsk_task *task)
{
	const struct rsk_plan *plan = task->plan;
	struct rsk_buf bytes = RSK_BUF_INIT(w->max_object);
	void *state = NULL;
	enum rsk_err err;

	if (task->base)
		err = make_delta(w, plan, task->node,
			rsk_buf_slice(&task->base->bytes), &bytes);
	else
		err = make_full(w, plan, task->node, &bytes);
	if (err) {
		fail_tree(w, plan, task->node,
			rsk_pack_shrank(plan->pack) ? RSK_CHANGED : err);
		give_back(w, &bytes);
		return NULL;
	}
	err = show(w, task, &bytes, &state);
	if (err)
		stop(w->run, err);
	if (!err && plan->nodes[task->node].weight > 1)
		return keep(w, plan, task->node, &bytes, state);
	release_state(w, state);
	give_back(w, &bytes);
	return NULL;
}

/* The same, and whoever watches knows which object it is. */
static struct rsk_kept *enter(struct worker *w, const struct rsk_task *task)
{
	const struct rsk_plan *plan = task->plan;
	const uint8_t *id =
		rsk_pack_name(plan->pack, plan->nodes[task->node].place);
	struct rsk_kept *kept = NULL;
	enum rsk_err err = rsk_input_begin(
		RSK_INPUT_PACKED, rsk_slice(id, plan->pack->oid_len));

	if (err)
		fail_tree(w, plan, task->node, err);
	else
		kept = make_and_show(w, task);
	rsk_input_end();
	return kept;
}

static struct rsk_kept *leave(struct worker *w, struct rsk_kept *kept)
{
	struct rsk_kept *up = kept->up;

	if (!kept->dropped)
		w->kept -= kept->bytes.len;
	let_go(w, kept);
	return up;
}

/* Give a branch to a thread that has nothing to do. */
static bool give_away(struct worker *w, struct rsk_kept *base, uint32_t node)
{
	struct rsk_run *run = w->run;
	bool given = false;

	if (!atomic_load_explicit(&run->hungry, memory_order_relaxed))
		return false;
	pthread_mutex_lock(&run->lock);
	if (run->tasks.len < atomic_load(&run->hungry)) {
		atomic_fetch_add(&base->users, 1);
		*RSK_VEC_PUSH(&run->tasks) = (struct rsk_task){
			.base = base,
			.plan = base->plan,
			.node = node,
		};
		pthread_cond_signal(&run->given);
		given = true;
	}
	pthread_mutex_unlock(&run->lock);
	return given;
}

/* What is looked at of a node first: its name and its entry lie anywhere. */
static void fetch_node(const struct rsk_plan *plan, uint32_t number)
{
	const struct rsk_pack *pack = plan->pack;
	const struct rsk_node *node = &plan->nodes[number];

	__builtin_prefetch(rsk_pack_name(pack, node->place));
	if (pack->mapped)
		__builtin_prefetch(
			rsk_mapped_bytes(pack->mapped) + node->offset);
}

/* The next step from `now`; returns where the way then stands. */
static struct rsk_kept *step(struct worker *w, struct rsk_kept *now)
{
	const struct rsk_plan *plan = now->plan;
	struct rsk_task task = {
		.base = now,
		.plan = plan,
		.node = now->next,
	};
	enum rsk_err err;

	now->next = rsk_plan_needed(plan, plan->nodes[task.node].sibling);
	if (now->next != RSK_NO_NODE)
		fetch_node(plan, now->next);
	err = make_again(w, now);
	if (err) {
		fail_tree(w, plan, task.node, err);
		return now->next == RSK_NO_NODE ? leave(w, now) : now;
	}
	if (now->next != RSK_NO_NODE && give_away(w, now, task.node))
		return now;

	struct rsk_kept *below = enter(w, &task);
	if (now->next == RSK_NO_NODE)
		now = leave(w, now);
	if (!below)
		return now;
	below->up = now;
	fetch_node(plan, below->next);
	drop_some(w, below);
	return below;
}

static void descend(struct worker *w, const struct rsk_task *task)
{
	struct rsk_kept *now = is_stopped(w->run) ? NULL : enter(w, task);

	while (now)
		now = is_stopped(w->run) ? leave(w, now) : step(w, now);
	if (task->base)
		let_go(w, task->base);
}

/* Loose objects */

static void visit_whole(struct worker *w, const struct rsk_walk_object *object)
{
	const struct rsk_walk_visit *visit = w->run->visit;
	void *state = NULL;
	enum rsk_err err = visit->object(visit->ctx, w->number, object, &state);

	release_state(w, state);
	if (err)
		stop(w->run, err);
}

static void visit_loose(struct worker *w, size_t i)
{
	struct rsk_walk *walk = w->run->walk;
	struct rsk_loose *loose = &walk->loose.ptr[i];
	const struct rsk_store *store = &walk->odb->stores.ptr[loose->store];
	struct rsk_walk_object object = {
		.id = loose->oid.bytes,
		.id_len = loose->oid.len,
		.number = walk->first_loose + (uint32_t)i,
		.childless = true,
	};
	struct rsk_walk_failure failure = {
		.oid = &loose->oid,
		.path = store->path,
	};
	struct rsk_buf bytes = RSK_BUF_INIT(w->max_object);

	failure.err = rsk_input_begin(
		RSK_INPUT_PACKED, rsk_slice(loose->oid.bytes, loose->oid.len));
	if (!failure.err)
		failure.err = rsk_loose_read(store->fd, w->inflater,
			&loose->oid, &object.type, &bytes);
	/* It may be known from a walk before, though it is unreadable now. */
	if (object.type)
		loose->type = (uint8_t)object.type;
	failure.type = (enum rsk_object_type)loose->type;
	object.bytes = rsk_buf_slice(&bytes);
	/* Not many, and nothing else would notice that one was swapped. */
	if (!failure.err && !(loose->flags & RSK_NODE_OTHER) &&
		w->run->types & 1U << object.type && is_lie(&object))
		failure.err = RSK_CORRUPT;
	/* Gone since it was listed: git packs and prunes. */
	if (failure.err == RSK_NOTFOUND)
		failure.err = RSK_CHANGED;
	if (failure.err && loose->flags & RSK_NODE_OTHER) {
		pthread_mutex_lock(&w->run->lock);
		*RSK_VEC_PUSH(&w->run->again) = object.number;
		pthread_mutex_unlock(&w->run->lock);
	} else if (failure.err) {
		if (w->run->types &
			1U << (loose->type ? loose->type : RSK_OBJECT_BLOB))
			tell(w, &failure);
	} else if (w->run->types & 1U << object.type) {
		if (loose->flags & RSK_NODE_OTHER && is_lie(&object))
			tell_lie(w, &object, store->path);
		else
			visit_whole(w, &object);
	}
	rsk_input_end();
	rsk_buf_release(&bytes);
}

/* The thread */

enum { ROOTS_AT_ONCE = 8 };

static void walk_roots(struct worker *w)
{
	struct rsk_run *run = w->run;

	while (!is_stopped(run)) {
		size_t from = atomic_fetch_add(&run->next_root, ROOTS_AT_ONCE);

		if (from >= run->roots.len)
			return;
		size_t end = from + ROOTS_AT_ONCE;
		if (end > run->roots.len)
			end = run->roots.len;
		for (size_t i = from; i < end; i++)
			fetch_node(
				run->roots.ptr[i].plan, run->roots.ptr[i].node);
		for (size_t i = from; i < end; i++)
			descend(w, &run->roots.ptr[i]);
	}
}

static void walk_loose(struct worker *w)
{
	struct rsk_run *run = w->run;

	while (!is_stopped(run)) {
		size_t i = atomic_fetch_add(&run->next_loose, 1);

		if (i >= run->walk->loose.len)
			return;
		const struct rsk_loose *loose = &run->walk->loose.ptr[i];
		bool other = loose->type && !(run->types & 1U << loose->type);
		if (!(loose->flags & RSK_NODE_AGAIN) && !other)
			visit_loose(w, i);
	}
}

void rsk_run_leave(struct rsk_run *run)
{
	pthread_mutex_lock(&run->lock);
	run->jobs--;
	pthread_cond_broadcast(&run->given);
	pthread_mutex_unlock(&run->lock);
}

/* Wait for a branch; false when all threads wait, so that none can come. */
static bool get_task(struct rsk_run *run, struct rsk_task *task)
{
	bool got = false;

	pthread_mutex_lock(&run->lock);
	atomic_fetch_add(&run->hungry, 1);
	while (!run->tasks.len && atomic_load(&run->hungry) < run->jobs)
		pthread_cond_wait(&run->given, &run->lock);
	if (run->tasks.len) {
		*task = run->tasks.ptr[--run->tasks.len];
		atomic_fetch_sub(&run->hungry, 1);
		got = true;
	} else {
		pthread_cond_broadcast(&run->given);
	}
	pthread_mutex_unlock(&run->lock);
	return got;
}

static void begin_work(struct worker *w, struct rsk_run *run, unsigned number)
{
	const struct rsk_walk_options *options = &run->walk->options;

	*w = (struct worker){
		.run = run,
		.number = number,
		.max_object = options->max_object,
		.inflater = rsk_inflater_new(),
		.packed = RSK_BUF_INIT(2 * options->max_object + 64 * RSK_KIB),
		.delta = RSK_BUF_INIT(options->max_object),
		.budget = options->memory / options->jobs,
	};
	rsk_reader_init(&w->reader);
}

static void end_work(struct worker *w)
{
	while (w->spare) {
		struct rsk_kept *next = w->spare->up;

		free(w->spare);
		w->spare = next;
	}
	rsk_reader_release(&w->reader);
	rsk_inflater_free(w->inflater);
	rsk_buf_release(&w->packed);
	rsk_buf_release(&w->delta);
	RSK_VEC_RELEASE(&w->segments);
	for (size_t i = 0; i < CLASSES; i++)
		rsk_buf_release(&w->spares[i]);
}

void rsk_run_work(struct rsk_run *run, unsigned number)
{
	struct worker w;
	struct rsk_task task;

	begin_work(&w, run, number);
	walk_roots(&w);
	walk_loose(&w);
	while (get_task(run, &task))
		descend(&w, &task);
	end_work(&w);
}

/* Other copies */

static void visit_again(struct worker *w, uint32_t number)
{
	const struct rsk_walk *walk = w->run->walk;
	struct rsk_oid oid = rsk_walk_oid(walk, number);
	struct rsk_buf bytes = RSK_BUF_INIT(w->max_object);
	struct rsk_walk_object object = {
		.id = oid.bytes,
		.id_len = oid.len,
		.number = number,
		.childless = true,
	};
	struct rsk_walk_failure failure = {
		.oid = &oid,
		.path = walk->odb->stores.ptr[0].path,
	};

	failure.err = rsk_odb_read(walk->odb, &oid, &object.type, &bytes);
	failure.type = object.type;
	object.bytes = rsk_buf_slice(&bytes);
	if (failure.err && !object.type)
		object.type = RSK_OBJECT_BLOB; /* asked for as one */
	if (failure.err && w->run->types & 1U << object.type)
		tell(w, &failure);
	else if (!failure.err && w->run->types & 1U << object.type)
		visit_whole(w, &object);
	rsk_buf_release(&bytes);
}

void rsk_run_again(struct rsk_run *run)
{
	struct worker w;

	begin_work(&w, run, 0);
	for (size_t i = 0; i < run->again.len && !is_stopped(run); i++)
		visit_again(&w, run->again.ptr[i]);
	end_work(&w);
}
