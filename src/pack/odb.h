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
 * Threads   an open odb is read-only; any number of threads may read from it.
 */
enum { RSK_OID_MAX = 32, RSK_OID_HEX_MAX = 2 * RSK_OID_MAX + 1 };

struct rsk_oid {
	uint8_t bytes[RSK_OID_MAX];
	uint8_t len; /* 20 for SHA-1, 32 for SHA-256 */
};

enum rsk_object_type {
	RSK_OBJECT_COMMIT = 1,
	RSK_OBJECT_TREE = 2,
	RSK_OBJECT_BLOB = 3,
	RSK_OBJECT_TAG = 4,
};

struct rsk_odb;

/*
 * Open the object database in `objects` (".git/objects").
 *
 * RSK_NOTFOUND     no such folder
 * RSK_UNSUPPORTED  a format we do not read; `diag` says which
 * RSK_CORRUPT      a pack or index that is not one; `diag` names it. Packs
 *                  that are fine stay readable: see rsk_odb_each_problem().
 */
RSK_MUST_CHECK enum rsk_err rsk_odb_open(
	struct rsk_odb **out, const char *objects, struct rsk_diag *diag);
void rsk_odb_free(struct rsk_odb *odb);

/*
 * Read one object, checked against its name. `bytes` is emptied first.
 *
 * RSK_NOTFOUND  not in the database
 * RSK_TOOBIG    over bytes->max; *type is set all the same
 * RSK_CORRUPT   broken, or its hash is another
 */
RSK_MUST_CHECK enum rsk_err rsk_odb_read(const struct rsk_odb *odb,
	const struct rsk_oid *oid, enum rsk_object_type *type,
	struct rsk_buf *bytes);

int rsk_oid_cmp(const struct rsk_oid *a, const struct rsk_oid *b);
void rsk_oid_hex(char out[RSK_OID_HEX_MAX], const struct rsk_oid *oid);
bool rsk_oid_parse(struct rsk_oid *out, struct rsk_slice hex);

#endif
