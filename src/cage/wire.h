#ifndef RSK_CAGE_WIRE_H
#define RSK_CAGE_WIRE_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Plain data as bytes, and back from bytes that an enemy wrote.
 *
 *	struct rsk_buf bytes = RSK_BUF_INIT(RSK_CAGE_MESSAGE);
 *	enum rsk_err err = rsk_wire_encode(&bytes, &rsk_shape_report, &report);
 *	...
 *	struct rsk_wire_in in = { .rest = rsk_buf_slice(&bytes), .arena = &a };
 *	err = rsk_wire_decode(&in, &rsk_shape_report, &copy);
 *
 * One walker for all types: a type is a table, its shape, with one row a
 * member. A member without a row fails a test (test_cage_shapes), so that
 * nothing gets lost when a type grows.
 *
 * What is decoded is well-formed whatever the bytes were: enums are below
 * their limit, flags are 0 or 1, strings have no NUL inside and one at the
 * end, ids have digits only, lists hold what their length says, and no more
 *memory is taken than a small multiple of the bytes that are there. It is not
 *true for all that: who wrote it may lie about what was found.
 *
 * Memory    strings and lists are the arena's; a vector (RSK_VEC) is its
 *           owner's, also after a failed decode.
 * Errors    RSK_CORRUPT: the bytes are no such thing. RSK_TOOBIG: the buffer
 *           is full. RSK_NOMEM.
 */
enum rsk_wire_kind {
	RSK_WIRE_BYTES,  /* `size` bytes as they are: numbers, digests */
	RSK_WIRE_FLAG,   /* bool */
	RSK_WIRE_ENUM,   /* an enum of values below `limit` */
	RSK_WIRE_TEXT,   /* const char *, never NULL */
	RSK_WIRE_NULL,   /* const char *, may be NULL */
	RSK_WIRE_HEX,    /* const char *, may be NULL: an object's id */
	RSK_WIRE_SLICE,  /* struct rsk_slice */
	RSK_WIRE_PART,   /* a struct inside, of `shape` */
	RSK_WIRE_MAYBE,  /* a pointer to one of `shape`, may be NULL */
	RSK_WIRE_LIST,   /* a pointer to many; how many is at `len_at` */
	RSK_WIRE_VECTOR, /* RSK_VEC() of `shape` */
	RSK_WIRE_FIRST,  /* an array inside of `limit` of `shape`, of which the
			  * first are in use; how many is at `len_at` */
	RSK_WIRE_LENGTH, /* size_t at `len_at` of another row: goes with it */
	RSK_WIRE_OWN,    /* each side has its own: an arena, a pointer back */
};

struct rsk_wire_shape;

struct rsk_wire_field {
	enum rsk_wire_kind kind;
	size_t at, size; /* of the member */
	size_t limit;
	size_t len_at;
	const struct rsk_wire_shape *shape;
};

struct rsk_wire_shape {
	size_t size; /* of the type */
	const struct rsk_wire_field *fields;
	size_t len;
};

RSK_MUST_CHECK enum rsk_err rsk_wire_encode(struct rsk_buf *out,
	const struct rsk_wire_shape *shape, const void *object);

struct rsk_wire_in {
	struct rsk_slice rest;
	struct rsk_arena *arena;
};

/* `object` must be all zero; it is to be released also on failure. */
RSK_MUST_CHECK enum rsk_err rsk_wire_decode(struct rsk_wire_in *in,
	const struct rsk_wire_shape *shape, void *object);

#endif
