#ifndef RSK_TESTS_PACK_MADE_H
#define RSK_TESTS_PACK_MADE_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "unit/pack_fixture.h"

/*
 * Packs that git would never write, byte by byte:
 *
 *	struct made made;
 *
 *	made_begin(&made, 20);
 *	size_t base = made_blob(&made, "text", 4);
 *	made_ofs(&made, base, delta, delta_len);
 *	made_write(&made, "objects/pack/pack-1");
 *
 * Entries are numbered from 0. An entry gets the true name of its bytes, or
 * with made_named() any. The index may be changed before it is written: it is
 * in the order of the entries until then, and sorted by name on writing unless
 * made.unsorted is set.
 */
struct made_entry {
	uint8_t name[32];
	uint64_t offset;
	uint32_t small; /* instead of the offset, if not 0 */
};

struct made {
	RSK_VEC(uint8_t) pack;
	RSK_VEC(struct made_entry) entries;
	RSK_VEC(uint64_t) bigs; /* 64-bit offsets */
	size_t oid_len;
	bool unsorted;
	int fanout_off;       /* added to the fan-out's entry 0x80 */
	uint32_t idx_version; /* 0: 2 */
};

static inline void made_bytes(struct made *made, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < len; i++)
		*RSK_VEC_PUSH(&made->pack) = from[i];
}

static inline void made_begin(struct made *made, size_t oid_len)
{
	*made = (struct made){ .oid_len = oid_len };
	made_bytes(made, "PACK\0\0\0\2\0\0\0\0", 12);
}

/* The parts of a zlib stream of stored blocks: its head, a block, its sum. */
static inline void made_zlib(struct made *made)
{
	made_bytes(made, "\x78\x01", 2);
}

static inline void made_block(
	struct made *made, bool last, const void *bytes, size_t len)
{
	uint8_t head[5] = { last, (uint8_t)len, (uint8_t)(len >> 8),
		(uint8_t)~len, (uint8_t)(~len >> 8) };

	made_bytes(made, head, sizeof(head));
	made_bytes(made, bytes, len);
}

static inline void made_sum(struct made *made, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	uint32_t a = 1;
	uint32_t b = 0;

	for (size_t i = 0; i < len; i++) {
		a = (a + from[i]) % 65521;
		b = (b + a) % 65521;
	}
	uint8_t sum[4] = { (uint8_t)(b >> 8), (uint8_t)b, (uint8_t)(a >> 8),
		(uint8_t)a };
	made_bytes(made, sum, sizeof(sum));
}

/* A whole one, in blocks of at most so many bytes each. */
static inline void made_blocks(
	struct made *made, const void *bytes, size_t len, size_t most)
{
	const uint8_t *from = bytes;
	size_t done = 0;

	made_zlib(made);
	do {
		size_t part = len - done < most ? len - done : most;

		made_block(made, done + part == len, from + done, part);
		done += part;
	} while (done < len);
	made_sum(made, bytes, len);
}

static inline void made_stored(struct made *made, const void *bytes, size_t len)
{
	made_blocks(made, bytes, len, 0xffff);
}

static inline void made_head(struct made *made, unsigned kind, uint64_t size)
{
	uint8_t byte = (uint8_t)(kind << 4 | (size & 15));

	for (size >>= 4; size; size >>= 7) {
		byte |= 0x80;
		made_bytes(made, &byte, 1);
		byte = size & 0x7f;
	}
	made_bytes(made, &byte, 1);
}

/* An entry begins here, under that name. */
static inline size_t made_named(struct made *made, const uint8_t *name)
{
	struct made_entry *entry = RSK_VEC_PUSH(&made->entries);

	memset(entry, 0, sizeof(*entry));
	memcpy(entry->name, name, made->oid_len);
	entry->offset = made->pack.len;
	return made->entries.len - 1;
}

/* The same under a name that begins with that number. */
static inline size_t made_numbered(struct made *made, uint32_t number)
{
	const uint8_t name[32] = { (uint8_t)(number >> 24),
		(uint8_t)(number >> 16), (uint8_t)(number >> 8),
		(uint8_t)number, 1 };

	return made_named(made, name);
}

static inline struct rsk_oid made_oid(const struct made *made, size_t i)
{
	return rsk_oid_of(made->entries.ptr[i].name, made->oid_len);
}

static inline size_t made_blob(struct made *made, const void *bytes, size_t len)
{
	struct rsk_oid oid;
	size_t i;

	rsk_oid_hash(
		&oid, made->oid_len, RSK_OBJECT_BLOB, rsk_slice(bytes, len));
	i = made_named(made, oid.bytes);
	made_head(made, RSK_OBJECT_BLOB, len);
	made_stored(made, bytes, len);
	return i;
}

/* How far back a base is, as git writes it. */
static inline void made_distance(struct made *made, uint64_t distance)
{
	uint8_t bytes[10];
	size_t at = sizeof(bytes);

	bytes[--at] = distance & 0x7f;
	while (distance >>= 7)
		bytes[--at] = (uint8_t)(0x80 | (--distance & 0x7f));
	made_bytes(made, bytes + at, sizeof(bytes) - at);
}

/* Deltas, in the entry that made_named() has begun. */
static inline void made_ofs(
	struct made *made, size_t base, const void *delta, size_t len)
{
	uint64_t here = made->entries.ptr[made->entries.len - 1].offset;

	made_head(made, 6, len);
	made_distance(made, here - made->entries.ptr[base].offset);
	made_stored(made, delta, len);
}

static inline void made_ref(struct made *made, const struct rsk_oid *base,
	const void *delta, size_t len)
{
	made_head(made, 7, len);
	made_bytes(made, base->bytes, base->len);
	made_stored(made, delta, len);
}

static inline int made_by_name(const void *a, const void *b)
{
	const struct made_entry *x = a;
	const struct made_entry *y = b;

	return memcmp(x->name, y->name, sizeof(x->name));
}

static inline void made_be32(FILE *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		fputc((int)(value >> shift & 0xff), out);
}

static inline void made_index(struct made *made, FILE *out)
{
	uint32_t fanout[256] = { 0 };
	const size_t n = made->entries.len;

	fwrite("\377tOc", 1, 4, out);
	made_be32(out, made->idx_version ? made->idx_version : 2);
	for (size_t i = 0; i < n; i++)
		for (unsigned b = made->entries.ptr[i].name[0]; b < 256; b++)
			fanout[b]++;
	fanout[0x80] += (uint32_t)made->fanout_off;
	for (unsigned b = 0; b < 256; b++)
		made_be32(out, fanout[b]);
	for (size_t i = 0; i < n; i++)
		fwrite(made->entries.ptr[i].name, 1, made->oid_len, out);
	for (size_t i = 0; i < n; i++)
		made_be32(out, 0); /* CRCs, which nobody reads */
	for (size_t i = 0; i < n; i++)
		made_be32(out, made->entries.ptr[i].small
				       ? made->entries.ptr[i].small
				       : (uint32_t)made->entries.ptr[i].offset);
	for (size_t i = 0; i < made->bigs.len; i++) {
		made_be32(out, (uint32_t)(made->bigs.ptr[i] >> 32));
		made_be32(out, (uint32_t)made->bigs.ptr[i]);
	}
}

static inline FILE *made_file(const char *path, const char *end)
{
	char name[256];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", path, end);
	file = fopen(name, "we");
	cr_assert_not_null(file, "%s", name);
	return file;
}

/* `path` without the endings. */
static inline void made_write(struct made *made, const char *path)
{
	static const uint8_t sum[64] = "no one looks whether this is a sum";
	size_t n = made->entries.len;
	FILE *file = made_file(path, ".pack");

	for (int i = 0; i < 4; i++)
		made->pack.ptr[8 + i] = (uint8_t)(n >> (24 - 8 * i));
	fwrite(made->pack.ptr, 1, made->pack.len, file);
	fwrite(sum, 1, made->oid_len, file);
	cr_assert_eq(fclose(file), 0);
	if (n && !made->unsorted)
		qsort(made->entries.ptr, n, sizeof(*made->entries.ptr),
			made_by_name);
	file = made_file(path, ".idx");
	made_index(made, file);
	fwrite(sum, 1, made->oid_len, file);
	fwrite(sum, 1, made->oid_len, file);
	cr_assert_eq(fclose(file), 0);
}

static inline void made_release(struct made *made)
{
	RSK_VEC_RELEASE(&made->pack);
	RSK_VEC_RELEASE(&made->entries);
	RSK_VEC_RELEASE(&made->bigs);
}

/* The bytes so far as the file of a loose object under any name. */
static inline void made_put_loose(
	struct made *made, const char *objects, const char *hex)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%.2s", objects, hex);
	(void)mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%.2s/%s", objects, hex, hex + 2);
	file = fopen(path, "we");
	cr_assert_not_null(file, "%s", path);
	fwrite(made->pack.ptr, 1, made->pack.len, file);
	cr_assert_eq(fclose(file), 0);
	made_release(made);
}

/* A loose object of any bytes under any name. */
static inline void made_loose(
	const char *objects, const char *hex, const void *bytes, size_t len)
{
	struct made made = { 0 };

	made_stored(&made, bytes, len);
	made_put_loose(&made, objects, hex);
}

/* Each test has a folder of its own, which it is in, with objects/pack/. */
static struct fixture made_folder;

static inline void made_enter(void)
{
	fixture_make(&made_folder, "mkdir -p objects/pack");
	cr_assert_eq(chdir(made_folder.dir), 0);
}

static inline void made_leave(void)
{
	fixture_remove(&made_folder);
}

static inline void made_sh(const char *script)
{
	cr_assert(fixture_run(&made_folder, script));
}

static inline struct rsk_odb *made_odb(const char *objects)
{
	struct rsk_odb *odb = NULL;
	struct rsk_diag diag = { 0 };

	cr_assert_eq(
		rsk_odb_open(&odb, objects, &diag), RSK_OK, "%s", diag.text);
	return odb;
}

/* How many files this process has open. */
static inline size_t made_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

#endif
