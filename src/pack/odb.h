#ifndef RSK_PACK_ODB_H
#define RSK_PACK_ODB_H

#include "base/buf.h"
#include "base/diag.h"

/*
 * A git object database, read by our own reader: loose objects, packs and
 * alternates. Nothing in it is trusted: every size, offset and type is
 * checked, and an object whose bytes do not hash to its name is an error.
 *
 *	struct rsk_odb *odb = NULL;
 *	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES);
 *	enum rsk_object_type type;
 *	enum rsk_err err = rsk_odb_open(&odb, objects_dir, &diag);
 *
 *	if (!err)
 *		err = rsk_odb_read(odb, &oid, &type, &bytes);
 *	rsk_buf_release(&bytes);
 *	rsk_odb_free(odb);
 *
 * Files are read with pread(2) (a walk maps packs, see base/mapped.h), and only
 * regular files are opened: a pack that shrinks or a FIFO in its place is an
 * error of one object. A multi-pack-index is not looked at; the packs are.
 *
 * Threads   an open odb is read-only; any number of threads may read from it.
 */
enum { RSK_OID_MAX = 32, RSK_OID_HEX_MAX = 2 * RSK_OID_MAX + 1 };

struct rsk_oid {
	uint8_t bytes[RSK_OID_MAX]; /* zeros behind `len` */
	uint8_t len;                /* 20 for SHA-1, 32 for SHA-256 */
};

enum rsk_object_type {
	RSK_OBJECT_COMMIT = 1,
	RSK_OBJECT_TREE = 2,
	RSK_OBJECT_BLOB = 3,
	RSK_OBJECT_TAG = 4,
};

struct rsk_odb;

/*
 * Open the object database in `objects` (".git/objects"). Opening looks at
 * the names and sizes of packs and at the first bytes of their indexes, so
 * its cost does not follow the size of the repository.
 *
 * A pack, index or alternate that cannot be used is no failure: the rest
 * stays readable and rsk_odb_problem() says what is missing.
 *
 * RSK_NOTFOUND, RSK_SPECIAL, RSK_IO   no such folder; `diag` says why
 */
RSK_MUST_CHECK enum rsk_err rsk_odb_open(
	struct rsk_odb **out, const char *objects, struct rsk_diag *diag);
void rsk_odb_free(struct rsk_odb *odb);

/*
 * Bytes of an object id in this database, 20 or 32; 0 when it has neither a
 * pack nor a loose object to tell by. Where the configuration says which
 * (extensions.objectFormat), it should agree.
 */
size_t rsk_odb_oid_len(const struct rsk_odb *odb);

/*
 * Read one object, checked against its name. `bytes` is emptied first.
 * An object that is there several times is read from the first good copy.
 *
 * RSK_NOTFOUND  not in the database
 * RSK_TOOBIG    over bytes->max; *type is set all the same
 * RSK_CORRUPT   broken, or its hash is another
 * RSK_LIMIT     its delta chain is longer than RSK_MAX_DELTA_CHAIN
 */
RSK_MUST_CHECK enum rsk_err rsk_odb_read(const struct rsk_odb *odb,
	const struct rsk_oid *oid, enum rsk_object_type *type,
	struct rsk_buf *bytes);

/* Is it there (which does not say that it can be read)? */
bool rsk_odb_has(const struct rsk_odb *odb, const struct rsk_oid *oid);

/* A part of the database that cannot be used. */
struct rsk_odb_problem {
	enum rsk_err err;
	const char *path; /* the file or folder */
	const char *text; /* what is wrong with it */
};

size_t rsk_odb_problems(const struct rsk_odb *odb);
const struct rsk_odb_problem *rsk_odb_problem(
	const struct rsk_odb *odb, size_t i);

/* Is it a partial clone, whose missing objects a remote has promised? */
bool rsk_odb_is_partial(const struct rsk_odb *odb);

/*
 * The folders that a database at `objects` would read, without reading any of
 * them but for their lists of alternates.
 */
void rsk_odb_list_folders(const char *objects,
	void (*folder)(void *ctx, const char *path), void *ctx);

/* The folders it reads: `objects` itself, then its alternates. */
size_t rsk_odb_folders(const struct rsk_odb *odb);
const char *rsk_odb_folder(const struct rsk_odb *odb, size_t i);

/* The name that bytes of this type have; `len` is 20 or 32. */
void rsk_oid_hash(struct rsk_oid *out, size_t len, enum rsk_object_type type,
	struct rsk_slice bytes);

int rsk_oid_cmp(const struct rsk_oid *a, const struct rsk_oid *b);
void rsk_oid_hex(char out[RSK_OID_HEX_MAX], const struct rsk_oid *oid);
bool rsk_oid_parse(struct rsk_oid *out, struct rsk_slice hex);

/* The raw id in `bytes`, of which `len` (20 or 32) are used. */
struct rsk_oid rsk_oid_of(const uint8_t *bytes, size_t len);

/* "commit", "tree", "blob", "tag"; "object" for anything else. */
const char *rsk_object_name(enum rsk_object_type type);

#endif
