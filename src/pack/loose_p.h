#ifndef RSK_PACK_LOOSE_P_H
#define RSK_PACK_LOOSE_P_H

#include "pack/inflate_p.h"
#include "pack/odb.h"

/*
 * Loose objects: a file for each, named by its id below a folder named by the
 * id's first byte; one zlib stream of "type size", NUL, bytes.
 */

/*
 * Read one. `bytes` is emptied first. Errors as rsk_odb_read(), whose hash
 * check is not done here; RSK_SPECIAL when it is no regular file.
 */
RSK_MUST_CHECK enum rsk_err rsk_loose_read(int objects,
	struct rsk_inflater *inflater, const struct rsk_oid *oid,
	enum rsk_object_type *type, struct rsk_buf *bytes);

bool rsk_loose_has(int objects, const struct rsk_oid *oid);

/*
 * Call `each` for every name in the folder of ids that begin with `first`.
 * Names that are no ids are git's temporary files and are passed over.
 * RSK_NOTFOUND: no such folder. RSK_SPECIAL, RSK_IO.
 */
typedef void rsk_on_loose(void *ctx, const struct rsk_oid *oid);
RSK_MUST_CHECK enum rsk_err rsk_loose_each(
	int objects, uint8_t first, rsk_on_loose *each, void *ctx);

/*
 * Take "type size" and its NUL off the front of a loose object.
 * *used is how long it is. RSK_CORRUPT.
 */
RSK_MUST_CHECK enum rsk_err rsk_loose_head(struct rsk_slice bytes,
	enum rsk_object_type *type, uint64_t *size, size_t *used);

#endif
