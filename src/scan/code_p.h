#ifndef RSK_SCAN_CODE_P_H
#define RSK_SCAN_CODE_P_H

#include "checks/code.h"
#include "scan/scan_p.h"

/*
 * Files of code wait until all others are through: what their code does is
 * only known when the whole program is there. Then each is scanned, with the
 * patterns and with what the checks of code found in it, in one go, so that
 * overlaps, snippets, suppressions and fingerprints are the same for both.
 *
 *	rsk_worker_scan_fd(worker, &info, fd, &st);	info.code: may wait
 *	...
 *	err = rsk_scan_code(scan, &texts);
 */

/* Where the text of a file comes from: the folder, the index. */
struct rsk_code_texts {
	/* The file's raw bytes. RSK_NOTFOUND, or an error that is a gap. */
	enum rsk_err (*read)(
		void *ctx, struct rsk_slice path, struct rsk_buf *out);
	/* Scan it with worker 0, as it would have been scanned at first, but
	 * so that it does not wait. */
	enum rsk_err (*scan)(void *ctx, const struct rsk_waiting *file);
	const struct rsk_slice *paths; /* all files of the project; sorted */
	size_t paths_len;
	bool whole; /* of a project, not of a few files */
	void *ctx;
};

/* Check the code of the files that wait, and scan them. */
RSK_MUST_CHECK enum rsk_err rsk_scan_code(
	struct rsk_scan *scan, const struct rsk_code_texts *texts);

/* The same for files that were named or walked over. */
RSK_MUST_CHECK enum rsk_err rsk_scan_code_files(struct rsk_scan *scan);

/* Is the file one that a program is made of: code, or what says where code
 * is? Only these are remembered. */
bool rsk_code_belongs(struct rsk_slice path);

/* A match of a trigger in a file of code: it has to wait. */
bool rsk_code_waits(const struct rsk_worker *worker);

#endif
