#include "base/input.h"
#include "base/limits.h"
#include "rules/config.h"
#include "scan/code_p.h"
#include "source/repo.h"

/* Reading what the next commit would change: index blobs, never files. */
struct staged {
	struct rsk_worker *worker;
	struct rsk_odb *odb;
	struct rsk_buf bytes;
};

static void add_gap(struct staged *staged, struct rsk_slice path,
	enum rsk_gap_class class, const struct rsk_oid *oid, enum rsk_err err)
{
	struct rsk_coverage *coverage = &staged->worker->coverage;
	char hex[RSK_OID_HEX_MAX];
	char detail[RSK_OID_HEX_MAX + 64];

	rsk_oid_hex(hex, oid);
	snprintf(detail, sizeof(detail), "object %s: %s", hex,
		rsk_err_text(err));
	rsk_coverage_gap(coverage, &coverage->files, class, path, detail);
}

static enum rsk_err scan_entry(void *ctx, const struct rsk_index_entry *entry)
{
	struct staged *staged = ctx;
	const struct rsk_blob_info info = {
		.path = entry->path,
		.origin = RSK_ORIGIN_INDEX,
		.at_head = true,
		.vcs = RSK_VCS_TRACKED,
		.may_wait = !entry->stage,
		.in_conflict = entry->stage != 0,
	};
	struct rsk_coverage *coverage = &staged->worker->coverage;
	const struct rsk_config *config = staged->worker->scan->options.config;
	enum rsk_object_type type = RSK_OBJECT_BLOB;
	enum rsk_err err;

	if (entry->submodule) {
		rsk_coverage_skip(coverage, &coverage->files,
			RSK_SKIP_UNREQUESTED, entry->path);
		return RSK_OK;
	}
	if (config && rsk_globs_match(&config->excluded, entry->path)) {
		rsk_coverage_skip(coverage, &coverage->files, RSK_SKIP_EXCLUDED,
			entry->path);
		return RSK_OK;
	}

	err = rsk_input_begin(RSK_INPUT_FILE, entry->path);
	if (!err)
		err = rsk_odb_read(
			staged->odb, &entry->oid, &type, &staged->bytes);
	if (err)
		add_gap(staged, entry->path,
			rsk_gap_of(err, err == RSK_TOOBIG ? RSK_GAP_GIT_LIMIT
							  : RSK_GAP_GIT_OBJECT),
			&entry->oid, err);
	else
		err = rsk_worker_scan_bytes(
			staged->worker, &info, rsk_buf_slice(&staged->bytes));
	rsk_input_end();
	return err == RSK_INTERRUPTED ? err : RSK_OK;
}

/* ---- the checks of code, over the index ---- */

/* The index as it will be committed: what a file imports is read from it. */
struct indexed {
	struct staged *staged;
	const struct rsk_index *index;
};

static enum rsk_err read_entry(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	const struct indexed *indexed = ctx;
	const struct rsk_index_entry *entry =
		rsk_index_find(indexed->index, path);
	enum rsk_object_type type = RSK_OBJECT_BLOB;

	if (!entry || entry->submodule)
		return RSK_NOTFOUND;
	return rsk_odb_read(indexed->staged->odb, &entry->oid, &type, out);
}

static enum rsk_err scan_again(void *ctx, const struct rsk_waiting *file)
{
	const struct indexed *indexed = ctx;
	const struct rsk_blob_info info = {
		.path = file->path,
		.origin = RSK_ORIGIN_INDEX,
		.at_head = true,
		.vcs = RSK_VCS_TRACKED,
	};
	struct staged *staged = indexed->staged;
	enum rsk_err err = read_entry(ctx, file->path, &staged->bytes);

	if (err) {
		rsk_coverage_gap(&staged->worker->coverage,
			&staged->worker->coverage.files, rsk_repo_gap(err),
			file->path, rsk_err_text(err));
		return RSK_OK;
	}
	return rsk_worker_scan_bytes(
		staged->worker, &info, rsk_buf_slice(&staged->bytes));
}

static enum rsk_err scan_code(struct staged *staged,
	const struct rsk_repo *repo, struct rsk_diag *diag)
{
	struct indexed indexed = { .staged = staged };
	struct rsk_index *index = NULL;
	RSK_VEC(struct rsk_slice) paths = { 0 };
	enum rsk_err err;

	if (!staged->worker->waiting.len)
		return RSK_OK;
	err = rsk_index_open(&index, repo, diag);
	for (size_t i = 0; !err && i < rsk_index_len(index); i++) {
		const struct rsk_index_entry *entry = rsk_index_at(index, i);

		if (!entry->submodule && rsk_code_belongs(entry->path))
			*RSK_VEC_PUSH(&paths) = entry->path;
	}
	indexed.index = index;

	const struct rsk_code_texts texts = {
		.read = read_entry,
		.scan = scan_again,
		.paths = paths.ptr,
		.paths_len = paths.len,
		.ctx = &indexed,
	};
	if (!err)
		err = rsk_scan_code(staged->worker->scan, &texts);
	RSK_VEC_RELEASE(&paths);
	rsk_index_free(index);
	return err;
}

enum rsk_err rsk_scan_staged(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	const struct rsk_repo_options options = {
		.trust_ownership = scan->options.trust_ownership,
		.sudo_uid = scan->options.sudo_uid,
		.index_file = scan->options.index_file,
	};
	struct staged staged = {
		.worker = &scan->workers[0],
		.bytes = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES),
	};
	struct rsk_repo *repo = NULL;
	enum rsk_err err = rsk_input_begin(RSK_INPUT_STORE, RSK_LIT("index"));

	if (err) {
		rsk_input_end();
		rsk_coverage_gap(&staged.worker->coverage, NULL,
			rsk_gap_of(err, RSK_GAP_CRASH), RSK_LIT(".git"),
			rsk_err_text(err));
		return RSK_OK;
	}
	err = rsk_repo_find(&repo, path, &options, diag);
	if (err == RSK_NOTFOUND)
		err = rsk_diag_set(diag, RSK_UNSUPPORTED,
			"'%s' is in no git repository", path);
	scan->in_repository = !err;
	if (!err)
		err = rsk_odb_open(&staged.odb, rsk_repo_objects(repo), diag);
	if (!err)
		err = rsk_staged_each(repo, scan_entry, &staged, diag);
	rsk_input_end();
	if (!err)
		err = scan_code(&staged, repo, diag);
	rsk_odb_free(staged.odb);
	rsk_buf_release(&staged.bytes);
	rsk_repo_free(repo);
	return err;
}
