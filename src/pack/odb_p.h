#ifndef RSK_PACK_ODB_P_H
#define RSK_PACK_ODB_P_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/vec.h"
#include "pack/pack_p.h"

/* One objects folder: the database's own or an alternate. */
struct rsk_store {
	char *path;
	int fd;
	dev_t dev; /* which folder it is, whatever its path */
	ino_t ino;
	unsigned depth; /* alternates of alternates of ... */
};

struct rsk_odb {
	RSK_VEC(struct rsk_store) stores;
	RSK_VEC(struct rsk_pack *) packs; /* of all stores */
	RSK_VEC(struct rsk_odb_problem) problems;
	struct rsk_arena arena; /* what problems point to */
	size_t oid_len;
	bool partial;
};

/* Note a part that cannot be used. `path` and `text` are copied. */
void rsk_odb_note(struct rsk_odb *odb, enum rsk_err err, const char *path,
	const char *text);

#endif
