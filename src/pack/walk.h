#ifndef RSK_PACK_WALK_H
#define RSK_PACK_WALK_H

#include "pack/delta.h"
#include "pack/odb.h"

/*
 * Every object of a database once, along the delta trees of its packs.
 *
 *	struct rsk_walk_options options = { .jobs = 2 };
 *	struct rsk_walk_visit visit = { .object = look, .ctx = mine };
 *	struct rsk_walk *walk = NULL;
 *	enum rsk_err err = rsk_walk_new(&walk, odb, &options);
 *
 *	if (!err)
 *		err = rsk_walk_run(walk, 1U << RSK_OBJECT_BLOB, &visit);
 *	rsk_walk_free(walk);
 *
 * A full object is inflated once and kept while its children are made from
 * it, and so on down the tree. A visitor is told what a delta copied from its
 * base and what it inserted, and has at hand what it made of the base: so it
 * can look at what is new and carry over the rest.
 *
 * Order     a base comes before its children; nothing else is promised.
 * Threads   options->jobs threads share the trees; each calls the visitor with
 *           its own `worker` number from 0 to jobs - 1. Large trees are
 *           shared, too, so a state may be read and released by other threads
 *           than the one that made it.
 * Memory    objects on the way down a tree are kept. There are at most as many
 *           as the logarithm of the tree's size, because the largest branch
 *           comes last; when they exceed options->memory, the oldest are
 *           dropped and read again when their turn comes.
 * Errors    a broken object, and each that is made from it, goes to `failed`
 *           (unless there is another copy); the walk goes on.
 */
struct rsk_walk;

struct rsk_walk_options {
	unsigned jobs;     /* 1 to RSK_MAX_JOBS */
	size_t memory;     /* bytes of kept objects; 0: RSK_PACK_MEMORY */
	size_t max_object; /* larger ones fail; 0: RSK_MAX_OBJECT_BYTES */
	bool unmapped;     /* read packs in blocks, as where mapping fails */
};

struct rsk_walk_object {
	const uint8_t *id; /* its oid, of so many bytes: rsk_oid_of() */
	uint8_t id_len;
	uint32_t number; /* see rsk_walk_find() */
	enum rsk_object_type type;
	/* Not checked against the oid: do so where it matters. RSK_BUF_PAD zero
	 * bytes follow. */
	struct rsk_slice bytes;
	/* Visited elsewhere: it is only shown because something is made from
	 * it, so that a state can be made. */
	bool context;
	bool childless; /* nothing is made from it: a state serves nobody */
	/* What it was made from; without a base it is new as a whole. */
	bool has_base;
	uint64_t base_size;
	void *base_state;
	const struct rsk_segment *segments;
	size_t segments_len;
	struct rsk_walk_rest *rest; /* NULL: all bytes are there */
};

/*
 * An object that nothing is made from is not put together when the visitor can
 * do without (rsk_walk_visit.sparse): of each copied segment only
 * RSK_WALK_MARGIN bytes at both ends are there. This puts in the others; it
 * may be called for any object, and several times.
 */
enum { RSK_WALK_MARGIN = 256 };

void rsk_walk_fill(const struct rsk_walk_object *object);

struct rsk_walk_failure {
	const struct rsk_oid *oid; /* NULL: the pack as a whole */
	enum rsk_object_type type; /* 0: cannot be known */
	enum rsk_err err; /* RSK_TOOBIG, RSK_LIMIT; else it is broken */
	const char *path; /* of the pack or objects folder it is in */
};

/* What is wrong with an object that was shown. *oid has to live as long. */
static inline struct rsk_walk_failure rsk_walk_failure_of(
	const struct rsk_walk_object *object, enum rsk_err err,
	struct rsk_oid *oid)
{
	*oid = rsk_oid_of(object->id, object->id_len);
	return (struct rsk_walk_failure){
		.oid = oid,
		.type = object->type,
		.err = err,
		.path = "",
	};
}

struct rsk_walk_visit {
	/*
	 * Look at an object. *state may be set to what children need to know
	 * of it. Anything but RSK_OK ends the walk.
	 */
	enum rsk_err (*object)(void *ctx, unsigned worker,
		const struct rsk_walk_object *object, void **state);

	/* A state that is not NULL has served; may be NULL. */
	void (*release)(void *ctx, unsigned worker, void *state);

	/* May be called by several threads at a time; may be NULL. */
	void (*failed)(void *ctx, unsigned worker,
		const struct rsk_walk_failure *failure);

	/* Types (1 << type) of objects that may be shown with bytes left out.
	 */
	uint32_t sparse;
	void *ctx;
};

/*
 * Read the indexes and the heads of all entries, and link deltas to their
 * bases. `odb` must outlive the walk. Packs that cannot be used are reported
 * by rsk_walk_run(). RSK_NOMEM.
 */
RSK_MUST_CHECK enum rsk_err rsk_walk_new(struct rsk_walk **out,
	const struct rsk_odb *odb, const struct rsk_walk_options *options);
void rsk_walk_free(struct rsk_walk *walk);

/*
 * Visit all objects whose type is in the set `types` (1 << type). What cannot
 * be told the type of is reported as failed when blobs are asked for.
 * Returns what the visitor returned, or RSK_NOMEM.
 */
RSK_MUST_CHECK enum rsk_err rsk_walk_run(struct rsk_walk *walk, uint32_t types,
	const struct rsk_walk_visit *visit);

/*
 * Objects have numbers from 0 to rsk_walk_numbers() - 1, one for each. Not
 * every number has an object.
 */
uint32_t rsk_walk_numbers(const struct rsk_walk *walk);
bool rsk_walk_find(const struct rsk_walk *walk, const struct rsk_oid *oid,
	uint32_t *number);

/*
 * The numbers of `len` ids, RSK_NO_NUMBER for one that is not there. In a
 * fraction of the time that finding them one by one takes.
 */
#define RSK_NO_NUMBER UINT32_MAX
void rsk_walk_find_all(const struct rsk_walk *walk, const struct rsk_oid *oids,
	size_t len, uint32_t *numbers);
struct rsk_oid rsk_walk_oid(const struct rsk_walk *walk, uint32_t number);

#endif
