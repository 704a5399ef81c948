#ifndef RSK_PACK_PACK_P_H
#define RSK_PACK_PACK_P_H

#include "base/mapped.h"
#include "pack/inflate_p.h"
#include "pack/odb.h"

/*
 * One packfile (version 2) and its index (version 2).
 *
 * An index is looked at in two ways. As opened, only its fan-out table is in
 * memory and a lookup reads the few names it needs: right for the handful of
 * objects of a commit hook. rsk_pack_load() reads all of it and proves its
 * structure: right for walking the whole pack.
 *
 * Every offset that an index gives lies inside the pack.
 *
 * Threads   read-only after rsk_pack_open() and rsk_pack_load().
 */
enum {
	RSK_PACK_HEAD = 12,   /* "PACK", version, number of objects */
	RSK_IDX_HEAD = 8,     /* magic, version */
	RSK_IDX_NAMES = 1032, /* where the names begin: head and fan-out */
	RSK_ENTRY_MAX = 64,   /* longest head of an entry, rounded up */
};

struct rsk_pack {
	char *path; /* of the .pack file */
	int fd, idx_fd;
	uint64_t size, idx_size; /* bytes when it was opened */
	uint32_t count;          /* objects */
	uint32_t bigs;           /* of them with a 64-bit offset */
	uint8_t oid_len;         /* 20 or 32 */
	uint32_t fanout[256];
	struct rsk_buf idx; /* the whole index once loaded, else empty */
	uint32_t *fine;     /* once loaded: the first name with these bits */
	unsigned fine_bits;
	struct rsk_mapped *mapped; /* the pack, if it could be mapped */
};

/*
 * Open `name` ("pack-....idx") and its pack in the folder `dirfd`, whose path
 * is `dir`. On failure *why is a text with static storage.
 */
RSK_MUST_CHECK enum rsk_err rsk_pack_open(struct rsk_pack **out, int dirfd,
	const char *dir, const char *name, const char **why);
void rsk_pack_free(struct rsk_pack *pack);

/* Read the whole index and check its structure. *why as above. */
RSK_MUST_CHECK enum rsk_err rsk_pack_load(
	struct rsk_pack *pack, const char **why);

/* Map the pack, if that can be. What is then read of it may be zeros where it
 * was cut off since: rsk_pack_shrank(). */
void rsk_pack_map(struct rsk_pack *pack);

/* The place of `oid` in the index. RSK_NOTFOUND, RSK_IO, RSK_CHANGED. */
RSK_MUST_CHECK enum rsk_err rsk_pack_find(const struct rsk_pack *pack,
	const struct rsk_oid *oid, uint32_t *place);

/*
 * What rsk_pack_find() looks at of a loaded index lies anywhere in it. Whoever
 * looks for several names at once has all of it come in time: first the one for
 * each of them, then the other, then they are found.
 */
void rsk_pack_fetch_key(const struct rsk_pack *pack, const struct rsk_oid *oid);
void rsk_pack_fetch_name(
	const struct rsk_pack *pack, const struct rsk_oid *oid);

/* Where the object at `place` begins. RSK_CORRUPT, RSK_IO, RSK_CHANGED. */
RSK_MUST_CHECK enum rsk_err rsk_pack_offset(
	const struct rsk_pack *pack, uint32_t place, uint64_t *offset);

/* The name at `place` of a loaded index. */
const uint8_t *rsk_pack_name(const struct rsk_pack *pack, uint32_t place);
struct rsk_oid rsk_pack_oid(const struct rsk_pack *pack, uint32_t place);

/* Read exactly `len` bytes of the pack. RSK_IO; RSK_CHANGED: it ends before. */
RSK_MUST_CHECK enum rsk_err rsk_pack_bytes(
	const struct rsk_pack *pack, uint64_t offset, uint8_t *out, size_t len);

/* Is it shorter than when it was opened? Then what was read of its mapping may
 * have been zeros. */
bool rsk_pack_shrank(const struct rsk_pack *pack);

/* One past the last byte of the last object. */
static inline uint64_t rsk_pack_end(const struct rsk_pack *pack)
{
	return pack->size - pack->oid_len;
}

/* What stands before the bytes of an object in a pack. */
enum { RSK_ENTRY_OFS_DELTA = 6, RSK_ENTRY_REF_DELTA = 7 };

struct rsk_entry {
	uint64_t offset;         /* where it begins */
	uint64_t data;           /* where its zlib stream begins */
	uint64_t size;           /* bytes that the stream inflates to */
	uint64_t base;           /* of an OFS_DELTA: where its base begins */
	struct rsk_oid base_oid; /* of a REF_DELTA */
	uint8_t kind; /* an enum rsk_object_type, or one of the two above */
};

/* Parse the head of the entry that begins with `head`. RSK_CORRUPT. */
RSK_MUST_CHECK enum rsk_err rsk_entry_parse(struct rsk_entry *out,
	struct rsk_slice head, uint64_t offset, size_t oid_len);

/*
 * Read the object at `offset`, its delta chain included. `bytes` is emptied
 * first. Errors as rsk_odb_read(), whose hash check is not done here.
 */
RSK_MUST_CHECK enum rsk_err rsk_pack_read(const struct rsk_pack *pack,
	struct rsk_inflater *inflater, uint64_t offset,
	enum rsk_object_type *type, struct rsk_buf *bytes);

#endif
