/* rooms: pack */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/walk.h"

/*
 * A pack and its index, as files, walked and read object by object. The first
 * three bytes say where the pack ends. An input is mended where random bytes
 * would never get through: the trailer of the pack in the index.
 */
static char folder[64];

static void remove_folder(void)
{
	static const char *const names[] = { "/pack/pack-a.pack",
		"/pack/pack-a.idx", "/pack", "" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, names[i]);
		(void)remove(path);
	}
}

static void make_folder(void)
{
	char path[128];

	if (folder[0])
		return;
	atexit(remove_folder);
	snprintf(folder, sizeof(folder), "/tmp/rskan-fuzz.%d", (int)getpid());
	snprintf(path, sizeof(path), "%s/pack", folder);
	if (mkdir(folder, 0700) || mkdir(path, 0700))
		abort();
}

static void write_file(const char *name, const uint8_t *bytes, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/pack/%s", folder, name);
	file = fopen(path, "wbe");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
		abort();
}

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	uint64_t *sum = ctx;

	(void)worker;
	for (size_t i = 0; i < object->bytes.len; i++)
		*sum += object->bytes.ptr[i];
	*state = ctx;
	return RSK_OK;
}

static void read_all(const struct rsk_odb *odb, const struct rsk_walk *walk)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 20);
	enum rsk_object_type type;

	for (uint32_t i = 0; i < rsk_walk_numbers(walk) && i < 64; i++) {
		struct rsk_oid oid = rsk_walk_oid(walk, i);

		if (rsk_odb_read(odb, &oid, &type, &bytes) && bytes.len)
			abort();
	}
	rsk_buf_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_odb *odb = NULL;
	struct rsk_walk *walk = NULL;
	uint64_t sum = 0;
	const struct rsk_walk_options options = {
		.jobs = 1,
		.memory = 1 << 16,
		.max_object = 1 << 20,
	};
	const struct rsk_walk_visit visit = { .object = look, .ctx = &sum };

	if (size < 3)
		return 0;
	size_t cut =
		3 + ((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) %
			    (size - 2);
	size_t idx_len = size - cut;
	uint8_t *idx = malloc(idx_len + 1);

	if (!idx)
		abort();
	memcpy(idx, data + cut, idx_len);
	if (cut >= 23 && idx_len >= 40)
		memcpy(idx + idx_len - 40, data + cut - 20, 20);
	make_folder();
	write_file("pack-a.pack", data + 3, cut - 3);
	write_file("pack-a.idx", idx, idx_len);
	free(idx);
	if (rsk_odb_open(&odb, folder, NULL))
		abort();
	if (!rsk_walk_new(&walk, odb, &options)) {
		if (rsk_walk_run(walk, 0x1e, &visit))
			abort();
		read_all(odb, walk);
	}
	rsk_walk_free(walk);
	rsk_odb_free(odb);
	return 0;
}
