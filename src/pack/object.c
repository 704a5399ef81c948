#include "base/limits.h"
#include "base/vec.h"
#include "pack/delta.h"
#include "pack/pack_p.h"

/*
 * One object out of a pack: follow its delta chain to a full object, then
 * apply the deltas on the way back. Neither way is recursive.
 */

typedef RSK_VEC(struct rsk_entry) entries;

struct reading {
	const struct rsk_pack *pack;
	struct rsk_inflater *inflater;
	entries deltas; /* from the object asked for towards its base */
	struct rsk_buf packed, delta, other; /* work space */
};

static enum rsk_err entry_at(
	const struct rsk_pack *pack, uint64_t offset, struct rsk_entry *entry)
{
	uint8_t head[RSK_ENTRY_MAX];
	uint64_t left = rsk_pack_end(pack) - offset;
	size_t len = left < sizeof(head) ? (size_t)left : sizeof(head);
	enum rsk_err err = rsk_pack_bytes(pack, offset, head, len);

	if (err)
		return err;
	return rsk_entry_parse(
		entry, rsk_slice(head, len), offset, pack->oid_len);
}

/* A base has to be in the same pack: git lets no other be written. */
static enum rsk_err base_offset(const struct rsk_pack *pack,
	const struct rsk_entry *entry, uint64_t *offset)
{
	uint32_t place = 0;
	enum rsk_err err;

	if (entry->kind == RSK_ENTRY_OFS_DELTA) {
		*offset = entry->base;
		return RSK_OK;
	}
	err = rsk_pack_find(pack, &entry->base_oid, &place);
	if (err == RSK_NOTFOUND)
		return RSK_CORRUPT;
	if (!err)
		err = rsk_pack_offset(pack, place, offset);
	return err;
}

/* Collect the deltas down to a full object, which goes to *base. */
static enum rsk_err follow(
	struct reading *r, uint64_t offset, struct rsk_entry *base)
{
	enum rsk_err err = entry_at(r->pack, offset, base);

	while (!err && base->kind >= RSK_ENTRY_OFS_DELTA) {
		/* Cycles (by REF_DELTA) end here as well. */
		if (r->deltas.len >= RSK_MAX_DELTA_CHAIN)
			return RSK_LIMIT;
		*RSK_VEC_PUSH(&r->deltas) = *base;
		err = base_offset(r->pack, base, &offset);
		if (!err)
			err = entry_at(r->pack, offset, base);
	}
	return err;
}

static enum rsk_err inflate_from(struct reading *r,
	const struct rsk_entry *entry, size_t packed, struct rsk_buf *out)
{
	size_t used = 0;
	enum rsk_err err = rsk_buf_reserve(&r->packed, packed);

	if (!err)
		err = rsk_pack_bytes(
			r->pack, entry->data, r->packed.ptr, packed);
	if (!err)
		err = rsk_inflate(r->inflater, rsk_slice(r->packed.ptr, packed),
			out->ptr, (size_t)entry->size, &used);
	return err;
}

/*
 * Where a stream ends is not known here. Bytes hardly ever grow when they are
 * deflated, so a first read is as long as they are; a second one is long
 * enough for any stream that a sane program writes.
 */
static enum rsk_err inflate_entry(
	struct reading *r, const struct rsk_entry *entry, struct rsk_buf *out)
{
	uint64_t left = rsk_pack_end(r->pack) - entry->data;
	size_t size = (size_t)entry->size;
	enum rsk_err err;

	rsk_buf_truncate(out, 0);
	if (entry->size > out->max)
		return RSK_TOOBIG;
	err = rsk_buf_reserve(out, size);
	if (err)
		return err;

	size_t first = size + size / 256 + 64;
	size_t second = 2 * size + 64 * RSK_KIB;
	first = first < left ? first : (size_t)left;
	second = second < left ? second : (size_t)left;
	err = inflate_from(r, entry, first, out);
	if (err == RSK_CORRUPT && second > first)
		err = inflate_from(r, entry, second, out);
	if (!err)
		rsk_buf_commit(out, size);
	return err;
}

static void swap(struct rsk_buf *a, struct rsk_buf *b)
{
	struct rsk_buf c = *a;

	*a = *b;
	*b = c;
}

/* `bytes` holds the base and then the result. */
static enum rsk_err apply(
	struct reading *r, const struct rsk_entry *entry, struct rsk_buf *bytes)
{
	struct rsk_pack_delta delta;
	enum rsk_err err = inflate_entry(r, entry, &r->delta);

	if (!err)
		err = rsk_delta_begin(&delta, rsk_buf_slice(&r->delta));
	if (err)
		return err;
	if (delta.size > r->other.max)
		return RSK_TOOBIG;
	rsk_buf_truncate(&r->other, 0);
	err = rsk_buf_reserve(&r->other, (size_t)delta.size);
	if (!err)
		err = rsk_delta_apply(&delta, rsk_buf_slice(bytes),
			r->other.ptr, RSK_WHOLE, NULL);
	if (err)
		return err;
	rsk_buf_commit(&r->other, (size_t)delta.size);
	swap(bytes, &r->other);
	return RSK_OK;
}

enum rsk_err rsk_pack_read(const struct rsk_pack *pack,
	struct rsk_inflater *inflater, uint64_t offset,
	enum rsk_object_type *type, struct rsk_buf *bytes)
{
	struct reading r = {
		.pack = pack,
		.inflater = inflater,
		.packed = RSK_BUF_INIT(2 * bytes->max + 64 * RSK_KIB),
		.delta = RSK_BUF_INIT(bytes->max),
		.other = RSK_BUF_INIT(bytes->max),
	};
	struct rsk_entry base = { 0 };
	enum rsk_err err;

	rsk_buf_truncate(bytes, 0);
	err = follow(&r, offset, &base);
	if (err)
		goto out;
	*type = (enum rsk_object_type)base.kind;
	err = inflate_entry(&r, &base, bytes);
	for (size_t i = r.deltas.len; !err && i-- > 0;)
		err = apply(&r, &r.deltas.ptr[i], bytes);
out:
	RSK_VEC_RELEASE(&r.deltas);
	rsk_buf_release(&r.packed);
	rsk_buf_release(&r.delta);
	rsk_buf_release(&r.other);
	return err;
}
