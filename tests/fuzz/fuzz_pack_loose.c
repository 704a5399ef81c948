/* rooms: pack */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/loose_p.h"

/* The bytes as the head of a loose object, and as the file of one. */
static int objects = -1;
static char folder[64];

static void remove_folder(void)
{
	(void)unlinkat(objects, "00/00000000000000000000000000000000000000", 0);
	(void)unlinkat(objects, "00", AT_REMOVEDIR);
	(void)rmdir(folder);
}

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rskan-fuzz.%d", (int)getpid());
	if (mkdir(folder, 0700))
		abort();
	objects = open(folder, O_RDONLY | O_DIRECTORY);
	if (objects < 0 || mkdirat(objects, "00", 0700))
		abort();
	atexit(remove_folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_oid oid = { .len = 20 };
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 20);
	struct rsk_inflater *inflater = NULL;
	enum rsk_object_type type = 0;
	uint64_t len = 0;
	size_t used = 0;
	int fd;

	if (!rsk_loose_head(rsk_slice(data, size), &type, &len, &used) &&
		used > size)
		abort();
	if (objects < 0)
		make_folder();
	fd = openat(objects, "00/00000000000000000000000000000000000000",
		O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	inflater = rsk_inflater_new();
	if (rsk_loose_read(objects, inflater, &oid, &type, &bytes) && bytes.len)
		abort();
	rsk_inflater_free(inflater);
	rsk_buf_release(&bytes);
	return 0;
}
