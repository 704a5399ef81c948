#ifndef RSK_CAGE_LOCK_H
#define RSK_CAGE_LOCK_H

#include <stddef.h>

#include "base/err.h"

/*
 * Locking a process in, for good: what it gives up, it cannot take back, and
 * nor can its threads. In this order:
 *
 *	rsk_lock_begin(&options);       before the first byte of a stranger
 *	rsk_lock_places(paths, len);    as soon as one knows where they are
 *	rsk_lock_code();                when no more machine code will be made
 *
 * rsk_lock_begin() sets limits (memory, processor time, no core file, no file
 * written, few descriptors), makes the memory private to the process, lets it
 * die with its parent, and installs a list of the system calls that reading
 * files, memory and threads take: no socket, no program, no tracing, no
 * signal to others, no file opened for writing, and write() to one descriptor
 * only. It needs seccomp (Linux 3.17).
 *
 * rsk_lock_places() leaves only some folders and files to be read. It needs
 * Landlock (Linux 5.13).
 *
 * rsk_lock_code() takes the write permission from machine code and forbids to
 * make more: from then on nothing is both written and run.
 *
 * Errors    RSK_UNSUPPORTED: the kernel, or whoever runs us, does not have it;
 *           the process goes on without. RSK_IO: errno.
 * Threads   before any is started.
 */
struct rsk_lock_options {
	int out;       /* the descriptor that may be written */
	size_t memory; /* bytes; 0: no limit */
	int parent;    /* its process id */
};

RSK_MUST_CHECK enum rsk_err rsk_lock_begin(
	const struct rsk_lock_options *options);

/* A path that is not there is no error: then there is nothing to read. */
RSK_MUST_CHECK enum rsk_err rsk_lock_places(
	const char *const *paths, size_t len);

RSK_MUST_CHECK enum rsk_err rsk_lock_code(void);

#endif
