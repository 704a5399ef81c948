#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "rules/config.h"
#include "scan/code_p.h"
#include "source/tree.h"

/* A walk over one folder: which names the report gives to what it finds. */
struct walk {
	struct rsk_scan *scan;
	struct rsk_slice prefix; /* put before every path; may be empty */
};

static const struct {
	enum rsk_err err;
	enum rsk_gap_class class;
} gap_classes[] = {
	{ RSK_NOTFOUND, RSK_GAP_CHANGED }, /* it was there a moment ago */
	{ RSK_SPECIAL, RSK_GAP_CHANGED },
	{ RSK_CHANGED, RSK_GAP_CHANGED },
	{ RSK_TOOBIG, RSK_GAP_LIMIT },
	{ RSK_LIMIT, RSK_GAP_LIMIT },
	{ RSK_NOMEM, RSK_GAP_MEMORY },
	{ RSK_CORRUPT, RSK_GAP_GIT_OBJECT },
	{ RSK_CRASHED, RSK_GAP_CRASH },
	{ RSK_TIMEOUT, RSK_GAP_TIMEOUT },
};

static enum rsk_gap_class gap_class(enum rsk_err err)
{
	for (size_t i = 0; i < sizeof(gap_classes) / sizeof(gap_classes[0]);
		i++)
		if (gap_classes[i].err == err)
			return gap_classes[i].class;
	return RSK_GAP_IO;
}

static void add_gap(struct rsk_worker *worker, struct rsk_slice path,
	enum rsk_err err, int why)
{
	rsk_coverage_gap(&worker->coverage, &worker->coverage.files,
		gap_class(err), path,
		err == RSK_IO ? strerror(why) : rsk_err_text(err));
}

/* Only what stops the whole scan comes back; a bad file is a gap. */
static enum rsk_err settle(struct rsk_worker *worker, struct rsk_slice path,
	enum rsk_err err, int why)
{
	if (err == RSK_INTERRUPTED)
		return err;
	if (err)
		add_gap(worker, path, err, why);
	return RSK_OK;
}

static enum rsk_err scan_at(struct rsk_worker *worker,
	const struct rsk_blob_info *info, int dirfd, const char *name)
{
	struct stat st;
	int fd = -1;
	enum rsk_err err = rsk_input_begin(RSK_INPUT_FILE, info->path);
	int why = 0;

	if (!err) {
		err = rsk_file_open_at(&fd, dirfd, name, &st);
		why = errno;
	}
	if (!err) {
		err = rsk_worker_scan_fd(worker, info, fd, &st);
		why = errno;
		close(fd);
	}
	rsk_input_end();
	return settle(worker, info->path, err, why);
}

/* Does the name begin like one of files that say how a project is built? */
static bool is_manifest_name(struct rsk_slice name)
{
	static const char *const names[] = { "package.json", "Dockerfile",
		"Containerfile", "app.json", "app.config.ts", "app.config.js",
		"app.config.mjs", "app.config.cjs", "eas.json" };
	static const char *const stems[] = { "compose.", "docker-compose",
		"values" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rsk_slice_eq_str(name, names[i]))
			return true;
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
		if (rsk_slice_starts(name, rsk_slice_str(stems[i])) &&
			(rsk_slice_ends(name, RSK_LIT(".yml")) ||
				rsk_slice_ends(name, RSK_LIT(".yaml"))))
			return true;
	return false;
}

/* Manifests are read again by the checks that look at the whole project. Sets
 * of globs are asked only where the name can be one of theirs. */
static bool is_manifest(const struct rsk_scan *scan, struct rsk_slice path)
{
	struct rsk_slice name = rsk_path_base(path);
	bool may_be_ci = rsk_slice_ends(name, RSK_LIT(".yml")) ||
			 rsk_slice_ends(name, RSK_LIT(".yaml")) ||
			 rsk_slice_starts(name, RSK_LIT("Jenkinsfile")) ||
			 rsk_slice_find(path, RSK_LIT(".husky/")) < path.len;
	bool may_be_env = rsk_slice_find(name, RSK_LIT("env")) < name.len;

	return is_manifest_name(name) ||
	       (may_be_ci && scan->ci && rsk_globs_match(scan->ci, path)) ||
	       (may_be_env && scan->env_template &&
		       rsk_globs_match(scan->env_template, path));
}

static void remember(
	struct rsk_worker *worker, const struct rsk_blob_info *info)
{
	const struct rsk_globs *env = worker->scan->env_file;
	struct rsk_slice name = rsk_path_base(info->path);

	/* The glob set is asked only where the name can be one of its own. */
	if (rsk_slice_find(name, RSK_LIT(".env")) < name.len && env &&
		rsk_globs_match(env, info->path))
		*RSK_VEC_PUSH(&worker->env_files) = (struct rsk_env_file){
			rsk_arena_slice(&worker->arena, info->path),
			info->vcs,
		};
	if (is_manifest(worker->scan, info->path))
		*RSK_VEC_PUSH(&worker->manifests) =
			rsk_arena_slice(&worker->arena, info->path);
	if (rsk_code_belongs(info->path))
		*RSK_VEC_PUSH(&worker->program) =
			rsk_arena_slice(&worker->arena, info->path);
}

static enum rsk_err visit_file(
	void *ctx, unsigned number, const struct rsk_tree_file *file)
{
	const struct walk *walk = ctx;
	struct rsk_worker *worker = &walk->scan->workers[number];
	struct rsk_blob_info info = {
		.path = file->path,
		.origin = RSK_ORIGIN_TREE,
		.at_head = true,
		.vcs = file->vcs,
		.may_wait = true,
	};
	struct rsk_buf full = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = RSK_OK;

	if (walk->prefix.len) {
		err = rsk_buf_add_slice(&full, walk->prefix);
		if (!err)
			err = rsk_buf_add_slice(&full, file->path);
		info.path = rsk_buf_slice(&full);
	}
	if (!err) {
		remember(worker, &info);
		err = scan_at(worker, &info, file->dirfd, file->name);
	}
	rsk_buf_release(&full);
	return err;
}

static enum rsk_err walk_folder(
	struct rsk_scan *scan, const char *path, struct rsk_slice prefix)
{
	struct walk walk = { scan, prefix };
	unsigned jobs = scan->options.jobs;
	struct rsk_coverage *ledgers = rsk_alloc_array(jobs, sizeof(*ledgers));
	struct rsk_tree_options options = {
		.jobs = jobs,
		.ignored = scan->options.ignored,
		.repo = { .trust_ownership = scan->options.trust_ownership,
			.sudo_uid = scan->options.sudo_uid },
	};
	struct rsk_tree_visit visit = {
		.file = visit_file,
		.ledgers = ledgers,
		.ctx = &walk,
	};
	enum rsk_err err;

	if (scan->options.config)
		options.exclude = rsk_config_excluded(scan->options.config);
	err = rsk_tree_walk(path, &options, &visit);

	int why = errno;
	for (unsigned i = 0; i < jobs; i++) {
		rsk_coverage_merge(&scan->workers[i].coverage, &ledgers[i]);
		rsk_coverage_release(&ledgers[i]);
	}
	free(ledgers);
	errno = why;
	return err;
}

static enum rsk_err walk_error(
	struct rsk_diag *diag, enum rsk_err err, const char *path)
{
	if (err == RSK_IO)
		return rsk_diag_set(diag, err, "cannot read '%s': %s", path,
			strerror(errno));
	if (err == RSK_SPECIAL)
		return rsk_diag_set(diag, err, "'%s' is not a folder", path);
	if (err && err != RSK_INTERRUPTED)
		return rsk_diag_set(
			diag, err, "'%s': %s", path, rsk_err_text(err));
	return err;
}

enum rsk_err rsk_scan_tree(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	enum rsk_err err;

	free(scan->root);
	scan->root = rsk_strdup(path);
	scan->scope |= RSK_SCOPE_TREE;
	err = walk_folder(scan, path, (struct rsk_slice){ 0 });
	if (!err)
		err = rsk_scan_code_files(scan);
	return walk_error(diag, err, path);
}

/* "./a//b/" -> "a/b": how a path given by hand is named in the report. */
static struct rsk_slice tidy_path(struct rsk_arena *arena, const char *path)
{
	struct rsk_slice rest = rsk_slice_str(path);
	char *out = rsk_arena_alloc(arena, rest.len + 2);
	size_t len = 0;

	for (size_t i = 0; i < rest.len; i++) {
		bool at_start = i == 0 || path[i - 1] == '/';

		if (at_start && path[i] == '.' &&
			(path[i + 1] == '/' || !path[i + 1]))
			continue;
		if (path[i] == '/' && (len ? out[len - 1] == '/' : i > 0))
			continue;
		out[len++] = path[i];
	}
	while (len > 1 && out[len - 1] == '/')
		len--;
	return rsk_slice(out, len);
}

/* A symlink that is named by hand is what it points to. */
static int open_named(const char *path)
{
	return rsk_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static enum rsk_err scan_named(
	struct rsk_worker *worker, const struct rsk_blob_info *info, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		rsk_coverage_gap(&worker->coverage, &worker->coverage.files,
			RSK_GAP_SPECIAL, info->path, "not a regular file");
		return RSK_OK;
	}

	enum rsk_err err = rsk_input_begin(RSK_INPUT_FILE, info->path);
	int why = 0;

	if (!err) {
		err = rsk_worker_scan_fd(worker, info, fd, &st);
		why = errno;
	}
	rsk_input_end();
	close(fd);
	return settle(worker, info->path, err, why);
}

enum rsk_err rsk_scan_file(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	struct rsk_worker *worker = &scan->workers[0];
	struct rsk_blob_info info = {
		.path = tidy_path(&scan->arena, path),
		.origin = RSK_ORIGIN_TREE,
		.at_head = true,
		.vcs = RSK_VCS_NONE,
		.may_wait = true,
	};
	int fd = open_named(path);

	if (fd < 0) {
		if (errno == ENOENT)
			return rsk_diag_set(diag, RSK_NOTFOUND,
				"no such file or folder: '%s'", path);
		add_gap(worker, info.path, RSK_IO, errno);
		return RSK_OK;
	}
	remember(worker, &info);
	return scan_named(worker, &info, fd);
}

enum rsk_err rsk_scan_named(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	struct stat st;
	struct rsk_slice name = tidy_path(&scan->arena, path);

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return rsk_scan_file(scan, path, diag);
	if (name.len && name.ptr[name.len - 1] != '/') {
		char *prefix = rsk_arena_printf(&scan->arena, "%.*s/",
			(int)name.len, (const char *)name.ptr);

		name = rsk_slice_str(prefix);
	}
	return walk_error(diag, walk_folder(scan, path, name), path);
}

enum rsk_err rsk_scan_stdin(struct rsk_scan *scan, int fd)
{
	struct rsk_worker *worker = &scan->workers[0];
	const struct rsk_blob_info info = {
		.path = RSK_LIT("-"),
		.origin = RSK_ORIGIN_STDIN,
		.at_head = true,
		.vcs = RSK_VCS_NONE,
	};
	struct rsk_buf *buf = &worker->read;
	struct rsk_text_info text;
	size_t got = 1;
	enum rsk_err err = rsk_input_begin(RSK_INPUT_FILE, info.path);

	if (err) {
		rsk_input_end();
		return settle(worker, info.path, err, 0);
	}
	rsk_worker_begin_blob(worker, &info);
	rsk_scanner_begin(worker->scanner, rsk_worker_window, worker);
	while (got && !err) {
		rsk_buf_truncate(buf, 0);
		err = rsk_buf_reserve(buf, 64 * RSK_KIB);
		if (!err)
			err = rsk_file_fill(&got, fd, buf->ptr, 64 * RSK_KIB);
		if (err)
			break;
		rsk_buf_commit(buf, got);
		err = rsk_scanner_feed(worker->scanner, rsk_buf_slice(buf));
	}
	int why = errno;
	enum rsk_err end = rsk_scanner_end(worker->scanner, &text);
	rsk_worker_end_blob(worker);
	rsk_input_end();
	if (err || end)
		return settle(worker, info.path, err ? err : end, why);
	rsk_worker_count(worker, &info, &text);
	return RSK_OK;
}

/* ---- the checks of code, over the files of above ---- */

/* Paths of the report lead from the one folder, or from where we are. */
static char *name_of(struct rsk_scan *scan, struct rsk_slice path)
{
	return rsk_arena_printf(&scan->arena, "%s%s%.*s",
		scan->root ? scan->root : "", scan->root ? "/" : "",
		(int)path.len, (const char *)path.ptr);
}

/* Below a folder no symlink is followed; one that was named by hand was. */
static int open_again(
	struct rsk_scan *scan, struct rsk_slice path, struct stat *st)
{
	const char *name = name_of(scan, path);
	int fd = -1;

	if (scan->root) {
		enum rsk_err err = rsk_file_open_at(&fd, AT_FDCWD, name, st);

		if (err == RSK_NOTFOUND || err == RSK_SPECIAL)
			errno = ENOENT;
		return err ? -1 : fd;
	}
	fd = open_named(name);
	if (fd >= 0 && fstat(fd, st) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static enum rsk_err read_again(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	struct rsk_scan *scan = ctx;
	struct stat st;
	size_t got = 0;
	int fd = open_again(scan, path, &st);
	enum rsk_err err = RSK_OK;

	if (fd < 0)
		return errno == ENOENT ? RSK_NOTFOUND : RSK_IO;
	if ((uint64_t)st.st_size >= out->max)
		err = RSK_TOOBIG;
	if (!err)
		err = rsk_buf_reserve(out, (size_t)st.st_size);
	if (!err)
		err = rsk_file_fill(&got, fd, out->ptr, (size_t)st.st_size);
	if (!err)
		rsk_buf_commit(out, got);
	close(fd);
	return err;
}

static enum rsk_err scan_again(void *ctx, const struct rsk_waiting *file)
{
	struct rsk_scan *scan = ctx;
	struct rsk_worker *worker = &scan->workers[0];
	const struct rsk_blob_info info = {
		.path = file->path,
		.origin = RSK_ORIGIN_TREE,
		.at_head = true,
		.vcs = file->vcs,
	};
	struct stat st;
	int fd = open_again(scan, file->path, &st);

	if (fd < 0)
		return settle(worker, info.path, RSK_IO, errno);
	return scan_named(worker, &info, fd);
}

static int cmp_path(const void *left, const void *right)
{
	return rsk_slice_cmp(*(const struct rsk_slice *)left,
		*(const struct rsk_slice *)right);
}

enum rsk_err rsk_scan_code_files(struct rsk_scan *scan)
{
	RSK_VEC(struct rsk_slice) paths = { 0 };
	enum rsk_err err;

	for (unsigned i = 0; i < scan->options.jobs; i++) {
		for (size_t j = 0; j < scan->workers[i].program.len; j++)
			*RSK_VEC_PUSH(&paths) = scan->workers[i].program.ptr[j];
		scan->workers[i].program.len = 0;
	}
	if (paths.len)
		qsort(paths.ptr, paths.len, sizeof(*paths.ptr), cmp_path);

	const struct rsk_code_texts texts = {
		.read = read_again,
		.scan = scan_again,
		.paths = paths.ptr,
		.paths_len = paths.len,
		.whole = scan->root && scan->options.checklist,
		.ctx = scan,
	};
	err = rsk_scan_code(scan, &texts);
	RSK_VEC_RELEASE(&paths);
	return err;
}
