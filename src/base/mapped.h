#ifndef RSK_BASE_MAPPED_H
#define RSK_BASE_MAPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * A large file in memory, to be read at many places without copying it. It
 * does not kill the process: where the file has become shorter since, zeros
 * are read instead, and rsk_mapped_broke() says so.
 *
 *	struct rsk_mapped *mapped = NULL;
 *
 *	if (!rsk_mapped_new(&mapped, fd, size))
 *		look_at(rsk_mapped_bytes(mapped), size);
 *	if (rsk_mapped_broke(mapped))
 *		... what was read last may have been zeros ...
 *	rsk_mapped_free(mapped);
 *
 * The bytes may change while they are looked at, so look at each once, or
 * copy it. Whoever needs every byte checked reads the file instead.
 *
 * Reading behind the end of a file raises SIGBUS. The first mapping installs
 * a handler that puts a page of zeros there; what is no business of ours goes
 * to the handler that was there before.
 *
 * Threads   any number; new locks.
 */
struct rsk_mapped;

/*
 * Map the first `size` bytes of `fd`, which is not needed afterwards.
 * RSK_LIMIT: there are RSK_MAX_MAPPINGS already, or no room for it (an address
 * space has limits). Read the file instead.
 */
RSK_MUST_CHECK enum rsk_err rsk_mapped_new(
	struct rsk_mapped **out, int fd, uint64_t size);
void rsk_mapped_free(struct rsk_mapped *mapped); /* NULL is fine */

const uint8_t *rsk_mapped_bytes(const struct rsk_mapped *mapped);

/* Was something read that is no longer there? */
bool rsk_mapped_broke(const struct rsk_mapped *mapped);

#endif
