#include "pack/pack_p.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static enum rsk_err fail(const char **why, enum rsk_err err, const char *text)
{
	*why = text;
	return err;
}

static enum rsk_err read_exactly(
	int fd, uint64_t offset, uint8_t *out, size_t len)
{
	size_t got = 0;
	enum rsk_err err = rsk_file_fill_at(&got, fd, out, len, offset);

	if (!err && got != len)
		err = RSK_CHANGED;
	return err;
}

enum rsk_err rsk_pack_bytes(
	const struct rsk_pack *pack, uint64_t offset, uint8_t *out, size_t len)
{
	return read_exactly(pack->fd, offset, out, len);
}

bool rsk_pack_shrank(const struct rsk_pack *pack)
{
	struct stat st;

	if (pack->mapped && rsk_mapped_broke(pack->mapped))
		return true;
	return fstat(pack->fd, &st) || (uint64_t)st.st_size < pack->size;
}

/* Opening */

static enum rsk_err open_file(
	int *fd, uint64_t *size, int dirfd, const char *name)
{
	struct stat st;
	enum rsk_err err = rsk_file_open_at(fd, dirfd, name, &st);

	if (!err)
		*size = (uint64_t)st.st_size;
	return err;
}

static enum rsk_err check_head(struct rsk_pack *pack, const char **why)
{
	uint8_t head[RSK_PACK_HEAD];

	if (read_exactly(pack->fd, 0, head, sizeof(head)))
		return fail(why, RSK_CORRUPT, "too short for a pack");
	if (memcmp(head, "PACK", 4) != 0)
		return fail(why, RSK_CORRUPT, "not a pack");
	if (load_be32(head + 4) != 2)
		return fail(why, RSK_UNSUPPORTED,
			"a pack of another version than 2");
	pack->count = load_be32(head + 8);
	return RSK_OK;
}

static enum rsk_err check_fanout(struct rsk_pack *pack, const char **why)
{
	uint8_t head[RSK_IDX_NAMES];
	uint32_t before = 0;

	if (pack->idx_size < sizeof(head) ||
		read_exactly(pack->idx_fd, 0, head, sizeof(head)))
		return fail(why, RSK_CORRUPT, "too short for an index");
	if (memcmp(head, "\377tOc", 4) != 0)
		return fail(why, RSK_UNSUPPORTED,
			"an index of version 1, or none at all (git "
			"index-pack makes a new one)");
	if (load_be32(head + 4) != 2)
		return fail(why, RSK_UNSUPPORTED,
			"an index of another version than 2");
	for (size_t i = 0; i < 256; i++) {
		pack->fanout[i] = load_be32(head + RSK_IDX_HEAD + 4 * i);
		if (pack->fanout[i] < before)
			return fail(why, RSK_CORRUPT,
				"the index's fan-out table falls");
		before = pack->fanout[i];
	}
	if (before != pack->count)
		return fail(why, RSK_CORRUPT,
			"index and pack differ in the number of objects");
	return RSK_OK;
}

/*
 * An index does not say how long its names are, but its size does: an object
 * takes 28 bytes with SHA-1, up to 36 with a 64-bit offset, and 40 at least
 * with SHA-256.
 */
static enum rsk_err check_size(struct rsk_pack *pack, const char **why)
{
	static const uint8_t lengths[] = { 20, 32 };
	uint64_t n = pack->count;

	for (size_t i = 0; i < sizeof(lengths); i++) {
		uint64_t len = lengths[i];
		uint64_t least = RSK_IDX_NAMES + n * (len + 8) + 2 * len;
		uint64_t more = pack->idx_size - least;

		if (pack->idx_size < least || more % 8 || more / 8 > n)
			continue;
		pack->oid_len = lengths[i];
		pack->bigs = (uint32_t)(more / 8);
		return RSK_OK;
	}
	return fail(why, RSK_CORRUPT,
		"the index's size does not fit its number of objects");
}

static enum rsk_err check_trailer(struct rsk_pack *pack, const char **why)
{
	uint8_t in_pack[RSK_OID_MAX];
	uint8_t in_idx[RSK_OID_MAX];
	uint64_t len = pack->oid_len;

	if (pack->size < RSK_PACK_HEAD + len ||
		read_exactly(pack->fd, pack->size - len, in_pack, len) ||
		read_exactly(
			pack->idx_fd, pack->idx_size - 2 * len, in_idx, len))
		return fail(why, RSK_CORRUPT, "too short for a pack");
	if (memcmp(in_pack, in_idx, len) != 0)
		return fail(why, RSK_CORRUPT,
			"the index belongs to another pack, or the pack is cut "
			"off");
	return RSK_OK;
}

static char *pack_name(const char *idx_name)
{
	size_t stem = strlen(idx_name) - strlen(".idx");
	size_t size = stem + sizeof(".pack");
	char *name = rsk_alloc(size);

	snprintf(name, size, "%.*s.pack", (int)stem, idx_name);
	return name;
}

static char *join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = rsk_alloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}

static enum rsk_err open_both(struct rsk_pack *pack, int dirfd,
	const char *idx_name, const char *name, const char **why)
{
	enum rsk_err err = open_file(&pack->fd, &pack->size, dirfd, name);

	if (err)
		return fail(why, err, rsk_err_text(err));
	err = open_file(&pack->idx_fd, &pack->idx_size, dirfd, idx_name);
	if (err)
		return fail(why, err, "its index cannot be opened");
	return RSK_OK;
}

enum rsk_err rsk_pack_open(struct rsk_pack **out, int dirfd, const char *dir,
	const char *name, const char **why)
{
	char *own_name = pack_name(name);
	struct rsk_pack *pack = rsk_alloc(sizeof(*pack));
	enum rsk_err err;

	pack->fd = pack->idx_fd = -1;
	pack->path = join(dir, own_name);
	err = open_both(pack, dirfd, name, own_name, why);
	if (!err)
		err = check_head(pack, why);
	if (!err)
		err = check_fanout(pack, why);
	if (!err)
		err = check_size(pack, why);
	if (!err)
		err = check_trailer(pack, why);
	if (err) {
		rsk_pack_free(pack);
		pack = NULL;
	}
	free(own_name);
	if (pack)
		*out = pack;
	return err;
}

void rsk_pack_free(struct rsk_pack *pack)
{
	if (!pack)
		return;
	if (pack->fd >= 0)
		close(pack->fd);
	if (pack->idx_fd >= 0)
		close(pack->idx_fd);
	rsk_mapped_free(pack->mapped);
	free(pack->fine);
	rsk_buf_release(&pack->idx);
	free(pack->path);
	free(pack);
}

/* The index */

enum { FINE_BITS_MIN = 4, FINE_BITS_MAX = 24 };

/* `len` bytes of the index, from memory when it is loaded. */
static enum rsk_err idx_bytes(
	const struct rsk_pack *pack, uint64_t offset, uint8_t *out, size_t len)
{
	if (!pack->idx.len)
		return read_exactly(pack->idx_fd, offset, out, len);
	memcpy(out, pack->idx.ptr + offset, len);
	return RSK_OK;
}

static uint64_t name_at(const struct rsk_pack *pack, uint64_t place)
{
	return RSK_IDX_NAMES + place * pack->oid_len;
}

/*
 * Millions of lookups are made while trees are walked, and each place they
 * look at is far from the last one. So a loaded index has a finer fan-out
 * table: by so many first bits that there are two to four names to each of
 * them, which lie side by side, and the table is still in a near cache.
 */
static uint32_t key_of(const struct rsk_pack *pack, const uint8_t *name)
{
	return load_be32(name) >> (32 - pack->fine_bits);
}

static enum rsk_err make_fine(struct rsk_pack *pack, const char **why)
{
	pack->fine_bits = FINE_BITS_MIN;
	while (pack->fine_bits < FINE_BITS_MAX &&
		pack->count >> (pack->fine_bits + 2))
		pack->fine_bits++;
	pack->fine = malloc(sizeof(uint32_t) << pack->fine_bits);
	if (!pack->fine)
		return fail(why, RSK_NOMEM, rsk_err_text(RSK_NOMEM));
	rsk_mem_scattered(pack->fine, sizeof(uint32_t) << pack->fine_bits);
	return RSK_OK;
}

/* As memcmp(), for what nearly always differs in the first bytes. */
static int cmp_names(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t x = load_be64(a);
	uint64_t y = load_be64(b);

	if (x != y)
		return x < y ? -1 : 1;
	return memcmp(a, b, len);
}

static enum rsk_err find_loaded(
	const struct rsk_pack *pack, const struct rsk_oid *oid, uint32_t *place)
{
	const uint8_t *names = pack->idx.ptr + RSK_IDX_NAMES;
	size_t len = pack->oid_len;
	uint32_t key = key_of(pack, oid->bytes);
	uint32_t low = pack->fine[key];
	uint32_t high = key + 1 < (uint32_t)1 << pack->fine_bits
				? pack->fine[key + 1]
				: pack->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = cmp_names(oid->bytes, names + middle * len, len);

		if (!order) {
			*place = middle;
			return RSK_OK;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return RSK_NOTFOUND;
}

void rsk_pack_fetch_key(const struct rsk_pack *pack, const struct rsk_oid *oid)
{
	__builtin_prefetch(&pack->fine[key_of(pack, oid->bytes)]);
}

void rsk_pack_fetch_name(const struct rsk_pack *pack, const struct rsk_oid *oid)
{
	const uint8_t *names = pack->idx.ptr + RSK_IDX_NAMES;
	size_t place = pack->fine[key_of(pack, oid->bytes)];

	__builtin_prefetch(names + place * pack->oid_len);
}

enum rsk_err rsk_pack_find(
	const struct rsk_pack *pack, const struct rsk_oid *oid, uint32_t *place)
{
	uint8_t first = oid->bytes[0];
	uint32_t low = first ? pack->fanout[first - 1] : 0;
	uint32_t high = pack->fanout[first];
	uint8_t name[RSK_OID_MAX];

	if (oid->len != pack->oid_len)
		return RSK_NOTFOUND;
	if (pack->idx.len)
		return find_loaded(pack, oid, place);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		enum rsk_err err =
			idx_bytes(pack, name_at(pack, middle), name, oid->len);

		if (err)
			return err;
		int order = memcmp(oid->bytes, name, oid->len);
		if (!order) {
			*place = middle;
			return RSK_OK;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return RSK_NOTFOUND;
}

enum rsk_err rsk_pack_offset(
	const struct rsk_pack *pack, uint32_t place, uint64_t *offset)
{
	uint64_t small = name_at(pack, pack->count) + 4ULL * pack->count;
	uint64_t big = small + 4ULL * pack->count;
	uint8_t bytes[8];
	enum rsk_err err = idx_bytes(pack, small + 4ULL * place, bytes, 4);

	if (err)
		return err;

	uint64_t value = load_be32(bytes);
	if (value & 0x80000000) {
		uint64_t i = value & 0x7fffffff;

		if (i >= pack->bigs)
			return RSK_CORRUPT;
		err = idx_bytes(pack, big + 8 * i, bytes, 8);
		if (err)
			return err;
		value = load_be64(bytes);
	}
	if (value < RSK_PACK_HEAD || value >= rsk_pack_end(pack))
		return RSK_CORRUPT;
	*offset = value;
	return RSK_OK;
}

const uint8_t *rsk_pack_name(const struct rsk_pack *pack, uint32_t place)
{
	return pack->idx.ptr + name_at(pack, place);
}

struct rsk_oid rsk_pack_oid(const struct rsk_pack *pack, uint32_t place)
{
	return rsk_oid_of(rsk_pack_name(pack, place), pack->oid_len);
}

/*
 * Names rise, and each is where the fan-out table says. So the finer one is
 * filled from one end to the other.
 */
static enum rsk_err take_names(struct rsk_pack *pack, const char **why)
{
	size_t len = pack->oid_len;
	const uint8_t *name = pack->idx.ptr + RSK_IDX_NAMES;
	uint32_t key = 0;

	for (uint32_t i = 0; i < pack->count; i++, name += len) {
		uint32_t from = name[0] ? pack->fanout[name[0] - 1] : 0;

		if (i < from || i >= pack->fanout[name[0]])
			return fail(why, RSK_CORRUPT,
				"the index's fan-out table is wrong");
		if (i && cmp_names(name - len, name, len) >= 0)
			return fail(why, RSK_CORRUPT,
				"the index's names are not sorted");
		for (uint32_t here = key_of(pack, name); key <= here; key++)
			pack->fine[key] = i;
	}
	for (; key < (uint32_t)1 << pack->fine_bits; key++)
		pack->fine[key] = pack->count;
	return RSK_OK;
}

static enum rsk_err check_offsets(const struct rsk_pack *pack, const char **why)
{
	uint64_t offset;

	for (uint32_t i = 0; i < pack->count; i++)
		if (rsk_pack_offset(pack, i, &offset))
			return fail(why, RSK_CORRUPT,
				"the index points outside the pack");
	return RSK_OK;
}

static enum rsk_err read_idx(struct rsk_pack *pack, const char **why)
{
	size_t size = (size_t)pack->idx_size;
	enum rsk_err err = rsk_buf_reserve(&pack->idx, size);

	if (!err)
		rsk_mem_scattered(pack->idx.ptr, size);
	if (!err)
		err = read_exactly(pack->idx_fd, 0, pack->idx.ptr, size);
	if (err)
		return fail(why, err, "its index cannot be read");
	rsk_buf_commit(&pack->idx, size);
	/* What was checked on opening has to be what was read now. */
	for (size_t i = 0; i < 256; i++)
		if (load_be32(pack->idx.ptr + RSK_IDX_HEAD + 4 * i) !=
			pack->fanout[i])
			return fail(why, RSK_CHANGED,
				"its index changed while it was read");
	return RSK_OK;
}

enum rsk_err rsk_pack_load(struct rsk_pack *pack, const char **why)
{
	enum rsk_err err;

	if (pack->idx.len)
		return RSK_OK;
	pack->idx = RSK_BUF_INIT(RSK_MAX_PACK_INDEX);
	err = read_idx(pack, why);
	if (!err)
		err = make_fine(pack, why);
	if (!err)
		err = take_names(pack, why);
	if (!err)
		err = check_offsets(pack, why);
	if (err) {
		rsk_buf_release(&pack->idx);
		free(pack->fine);
		pack->fine = NULL;
	}
	return err;
}

void rsk_pack_map(struct rsk_pack *pack)
{
	/* Where that cannot be, the pack is read. */
	if (!pack->mapped &&
		rsk_mapped_new(&pack->mapped, pack->fd, pack->size))
		pack->mapped = NULL;
}

/* Entries */

/* Git writes a base's distance with a bias, so that no value has two forms. */
static bool take_distance(uint64_t *out, struct rsk_slice *rest)
{
	uint64_t value = 0;

	for (size_t i = 0; i < rest->len; i++) {
		uint8_t byte = rest->ptr[i];

		if (value >> 56)
			return false;
		value = (i ? (value + 1) << 7 : 0) | (byte & 0x7f);
		if (!(byte & 0x80)) {
			*rest = rsk_slice_cut(*rest, i + 1, rest->len);
			*out = value;
			return true;
		}
	}
	return false;
}

static bool take_kind_and_size(struct rsk_entry *entry, struct rsk_slice *rest)
{
	unsigned shift = 4;

	if (!rest->len)
		return false;
	entry->kind = rest->ptr[0] >> 4 & 7;
	entry->size = rest->ptr[0] & 0xf;
	for (size_t i = 0; i < rest->len; i++) {
		uint64_t bits = rest->ptr[i] & 0x7f;

		if (i && (shift > 63 || (bits << shift) >> shift != bits))
			return false;
		if (i) {
			entry->size |= bits << shift;
			shift += 7;
		}
		if (!(rest->ptr[i] & 0x80)) {
			*rest = rsk_slice_cut(*rest, i + 1, rest->len);
			return true;
		}
	}
	return false;
}

static bool take_base(
	struct rsk_entry *entry, struct rsk_slice *rest, size_t oid_len)
{
	uint64_t distance = 0;

	if (entry->kind == RSK_ENTRY_REF_DELTA) {
		if (rest->len < oid_len)
			return false;
		entry->base_oid = rsk_oid_of(rest->ptr, oid_len);
		*rest = rsk_slice_cut(*rest, oid_len, rest->len);
		return true;
	}
	if (!take_distance(&distance, rest) || !distance ||
		distance > entry->offset - RSK_PACK_HEAD)
		return false;
	entry->base = entry->offset - distance;
	return true;
}

enum rsk_err rsk_entry_parse(struct rsk_entry *out, struct rsk_slice head,
	uint64_t offset, size_t oid_len)
{
	struct rsk_entry entry = { .offset = offset };
	struct rsk_slice rest = head;

	if (!take_kind_and_size(&entry, &rest))
		return RSK_CORRUPT;
	if (entry.kind == 0 || entry.kind == 5)
		return RSK_CORRUPT;
	if (entry.kind >= RSK_ENTRY_OFS_DELTA &&
		!take_base(&entry, &rest, oid_len))
		return RSK_CORRUPT;
	entry.data = offset + (head.len - rest.len);
	*out = entry;
	return RSK_OK;
}
