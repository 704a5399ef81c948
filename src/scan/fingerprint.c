#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "scan/scan_p.h"

/* The line around the hit, cut where a secret stands: their bytes must not
 * reach a fingerprint, not even those of other findings. */
void rsk_draft_fingerprint(struct rsk_worker *worker, struct rsk_draft *draft,
	const struct rsk_hit *hit)
{
	RSK_VEC(struct rsk_slice) parts = { 0 };
	struct rsk_secret secret = rsk_secret_of(hit->secret, 0);
	struct rsk_fingerprint_input input = {
		.rule = rsk_slice_str(draft->finding.rule),
		.secret_bits = hit->secret.len ? rsk_secret_bits(&secret) : 0,
	};
	uint64_t at = hit->around_begin;
	uint64_t end = at + hit->around.len;

	for (size_t i = 0; i < worker->secrets.len && at < end; i++) {
		const struct rsk_interval *range = &worker->secrets.ptr[i];

		if (range->end <= at || range->begin >= end)
			continue;
		if (range->begin > at)
			*RSK_VEC_PUSH(&parts) = rsk_slice_cut(hit->around,
				(size_t)(at - hit->around_begin),
				(size_t)(range->begin - hit->around_begin));
		at = range->end;
	}
	if (at < end)
		*RSK_VEC_PUSH(&parts) = rsk_slice_cut(hit->around,
			(size_t)(at - hit->around_begin), hit->around.len);

	input.parts = parts.ptr;
	input.parts_len = parts.len;
	rsk_fingerprint_parts(&draft->base, &input);
	RSK_VEC_RELEASE(&parts);
}

static int cmp_wanted(const void *left, const void *right)
{
	const struct rsk_line_hash *a = left;
	const struct rsk_line_hash *b = right;

	return (a->line > b->line) - (a->line < b->line);
}

typedef RSK_VEC(struct rsk_line_hash) line_hashes;

/* The lines of the drafts from `first` on, sorted, each once. */
static void want_lines(
	const struct rsk_worker *worker, size_t first, line_hashes *out)
{
	size_t kept = 0;

	for (size_t i = first; i < worker->drafts.len; i++)
		RSK_VEC_PUSH(out)->line =
			worker->drafts.ptr[i].finding.start.line;
	if (out->len)
		qsort(out->ptr, out->len, sizeof(*out->ptr), cmp_wanted);
	for (size_t i = 0; i < out->len; i++)
		if (!kept || out->ptr[kept - 1].line != out->ptr[i].line)
			out->ptr[kept++] = out->ptr[i];
	out->len = kept;
}

static void hand_out(
	struct rsk_worker *worker, size_t first, const line_hashes *hashes)
{
	for (size_t i = first; i < worker->drafts.len; i++) {
		struct rsk_finding *finding = &worker->drafts.ptr[i].finding;
		struct rsk_line_hash key = { .line = finding->start.line };
		const struct rsk_line_hash *found = bsearch(&key, hashes->ptr,
			hashes->len, sizeof(key), cmp_wanted);

		finding->line_hash = found->hash;
		finding->line_hash_count = found->count;
	}
}

static enum rsk_err hash_pass(
	struct rsk_worker *worker, struct rsk_line_hasher *hasher, int fd)
{
	struct rsk_buf *buf = &worker->read;
	uint64_t offset = 0;
	size_t got = 1;
	enum rsk_err err = RSK_OK;

	while (got && !rsk_line_hasher_sated(hasher)) {
		rsk_buf_truncate(buf, 0);
		err = rsk_buf_reserve(buf, 64 * RSK_KIB);
		if (!err)
			err = rsk_file_fill_at(
				&got, fd, buf->ptr, 64 * RSK_KIB, offset);
		if (err)
			break;
		rsk_buf_commit(buf, got);
		offset += got;
		rsk_line_hasher_feed(hasher, rsk_buf_slice(buf));
	}
	rsk_line_hasher_end(hasher);
	return err;
}

enum rsk_err rsk_worker_hash_fd(struct rsk_worker *worker, size_t first, int fd)
{
	struct rsk_line_hasher *hasher;
	line_hashes hashes = { 0 };
	enum rsk_err err;

	if (!worker->scan->options.line_hashes || first == worker->drafts.len)
		return RSK_OK;
	want_lines(worker, first, &hashes);
	hasher = rsk_line_hasher_new(hashes.ptr, hashes.len);
	err = hash_pass(worker, hasher, fd);
	if (!err)
		err = hash_pass(worker, hasher, fd);
	rsk_line_hasher_free(hasher);
	if (!err)
		hand_out(worker, first, &hashes);
	RSK_VEC_RELEASE(&hashes);
	return err;
}

void rsk_worker_hash_text(
	struct rsk_worker *worker, size_t first, struct rsk_slice text)
{
	line_hashes hashes = { 0 };

	if (!worker->scan->options.line_hashes || first == worker->drafts.len)
		return;
	want_lines(worker, first, &hashes);
	rsk_line_hash_text(hashes.ptr, hashes.len, text);
	hand_out(worker, first, &hashes);
	RSK_VEC_RELEASE(&hashes);
}
