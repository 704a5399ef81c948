#include "source/repo_p.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "source/at_p.h"
#include "source/gitconfig_p.h"

/* One search; the repository is filled in as it is understood. */
struct search {
	const struct rsk_repo_options *options;
	struct rsk_diag *diag;
	struct rsk_repo *repo;
	bool by_file; /* `.git` is a file */
};

static char *join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = rsk_alloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}

/* An absolute path stays, a relative one is seen from `dir`. */
static char *resolve(const char *dir, const char *path)
{
	char *joined = path[0] == '/' ? rsk_strdup(path) : join(dir, path);
	char *real = rsk_realpath(joined);

	free(joined);
	return real;
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && path[len] == '/';
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a file";
	case S_IFDIR:
		return "a folder";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

/* RSK_OK, RSK_NOTFOUND, or RSK_IO: nobody can tell. */
static enum rsk_err look_for(const char *dir, const char *name)
{
	char *path = join(dir, name);
	struct stat st;
	enum rsk_err err = RSK_OK;

	if (lstat(path, &st) < 0)
		err = errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND
							  : RSK_IO;
	free(path);
	return err;
}

/* git's own test. Whether these are what they should be comes later. */
static enum rsk_err look_for_gitdir(const char *dir)
{
	enum rsk_err err = look_for(dir, "HEAD");

	if (!err)
		err = look_for(dir, "objects");
	if (!err)
		err = look_for(dir, "refs");
	return err;
}

/* The first line of a small file, "" when it is empty. The caller frees it. */
static enum rsk_err read_line(char **out, const char *dir, const char *name)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_GIT_TEXT_BYTES);
	char *path = join(dir, name);
	enum rsk_err err = rsk_file_read_at(&text, AT_FDCWD, path);

	if (!err) {
		struct rsk_slice rest = rsk_buf_slice(&text);
		struct rsk_slice line = { 0 };
		struct rsk_arena arena = { 0 };

		rsk_slice_line(&line, &rest);
		*out = rsk_strdup(rsk_arena_str(&arena, line));
		rsk_arena_release(&arena);
	}
	free(path);
	rsk_buf_release(&text);
	return err;
}

/* Does the worktree's folder in `target` name our `.git` file? */
static bool names_gitfile(const char *target, const char *workdir)
{
	char *line = NULL;
	char *named = NULL;
	char *ours = join(workdir, ".git");

	if (!read_line(&line, target, "gitdir"))
		named = resolve(target, line);

	bool same = named && !strcmp(named, ours);
	free(line);
	free(named);
	free(ours);
	return same;
}

/* Does the configuration `name` in `target` name our work tree? */
static bool names_workdir(
	const char *target, const char *name, const char *workdir)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_GIT_TEXT_BYTES);
	struct rsk_git_config config = { 0 };
	char *path = join(target, name);
	char *named = NULL;

	if (!rsk_file_read_at(&text, AT_FDCWD, path) &&
		!rsk_git_config_parse(&config, rsk_buf_slice(&text), NULL) &&
		config.worktree[0])
		named = resolve(target, config.worktree);

	bool same = named && !strcmp(named, workdir);
	free(named);
	free(path);
	rsk_buf_release(&text);
	return same;
}

static bool points_back(const char *target, const char *workdir)
{
	return is_below(target, workdir) || names_gitfile(target, workdir) ||
	       names_workdir(target, "config", workdir) ||
	       names_workdir(target, "config.worktree", workdir);
}

/* `commondir` of a linked worktree: always the folder two above. */
static enum rsk_err find_commondir(struct search *search)
{
	struct rsk_repo *repo = search->repo;
	struct rsk_slice up = rsk_path_dir(rsk_slice_str(repo->gitdir));
	struct rsk_slice root = rsk_path_dir(up);
	char *line = NULL;
	enum rsk_err err = read_line(&line, repo->gitdir, "commondir");

	if (err == RSK_NOTFOUND) {
		repo->commondir = rsk_strdup(repo->gitdir);
		return RSK_OK;
	}
	if (err)
		return rsk_diag_set(
			search->diag, err, "'commondir' %s", rsk_err_text(err));

	repo->commondir = resolve(repo->gitdir, line);
	free(line);
	if (!search->by_file || !repo->commondir ||
		!rsk_slice_eq_str(root, repo->commondir) ||
		!rsk_slice_eq_str(rsk_path_base(up), "worktrees"))
		return rsk_diag_set(search->diag, RSK_REDIRECT,
			"'%s/commondir' leads to another repository",
			repo->gitdir);
	return RSK_OK;
}

static enum rsk_err use_gitfile(struct search *search, const char *workdir)
{
	static const char prefix[] = "gitdir: ";
	char *line = NULL;
	enum rsk_err err = read_line(&line, workdir, ".git");

	if (err)
		return rsk_diag_set(search->diag, err, "'%s/.git': %s", workdir,
			rsk_err_text(err));
	if (strncmp(line, prefix, strlen(prefix)) != 0) {
		free(line);
		return rsk_diag_set(search->diag, RSK_CORRUPT,
			"'%s/.git' is a file without a 'gitdir:' line",
			workdir);
	}
	search->by_file = true;
	search->repo->workdir = rsk_strdup(workdir);
	search->repo->gitdir = resolve(workdir, line + strlen(prefix));
	if (!search->repo->gitdir ||
		!points_back(search->repo->gitdir, workdir))
		err = rsk_diag_set(search->diag, RSK_REDIRECT,
			"'%s/.git' points to '%s', which %s", workdir,
			line + strlen(prefix),
			search->repo->gitdir ? "does not belong to it"
					     : "cannot be reached");
	else if (look_for(search->repo->gitdir, "HEAD"))
		err = rsk_diag_set(search->diag, RSK_CORRUPT,
			"'%s/.git' points to '%s', which is no git folder",
			workdir, line + strlen(prefix));
	free(line);
	return err;
}

/* RSK_NOTFOUND: `gitdir` is none. */
static enum rsk_err use_dir(
	struct search *search, const char *workdir, const char *gitdir)
{
	enum rsk_err err = look_for_gitdir(gitdir);

	if (err)
		return err;
	search->repo->gitdir = rsk_strdup(gitdir);
	if (workdir)
		search->repo->workdir = rsk_strdup(workdir);
	return RSK_OK;
}

/* RSK_NOTFOUND: not here, look further up. */
static enum rsk_err probe(struct search *search, const char *dir)
{
	char *dot_git = join(dir, ".git");
	struct stat st;
	enum rsk_err err = RSK_NOTFOUND;

	if (lstat(dot_git, &st) < 0)
		err = errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND
							  : RSK_IO;
	else if (S_ISREG(st.st_mode))
		err = use_gitfile(search, dir);
	else if (!S_ISDIR(st.st_mode))
		err = rsk_diag_set(search->diag, RSK_SPECIAL, "'%s' is %s",
			dot_git, type_name(st.st_mode));
	else
		err = use_dir(search, dir, dot_git);

	if (err == RSK_NOTFOUND)
		err = use_dir(search, NULL, dir);
	free(dot_git);
	return err;
}

/* Cut the last part off. False at the root. */
static bool go_up(char *dir)
{
	char *slash = strrchr(dir, '/');

	if (!slash || !dir[1])
		return false;
	slash[slash == dir] = '\0';
	return true;
}

/* The search ends at the border of the file system: RSK_NOTFOUND. */
static enum rsk_err stay_on(dev_t device, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return RSK_IO;
	return st.st_dev == device ? RSK_OK : RSK_NOTFOUND;
}

static enum rsk_err search_up(struct search *search, char *dir)
{
	struct stat st;
	enum rsk_err err = RSK_OK;

	if (stat(dir, &st) < 0)
		return RSK_IO;
	if (!S_ISDIR(st.st_mode) && !go_up(dir))
		return RSK_NOTFOUND;
	while (!err) {
		err = probe(search, dir);
		if (err != RSK_NOTFOUND || search->options->here_only)
			return err;
		if (go_up(dir))
			err = stay_on(st.st_dev, dir);
	}
	return err;
}

/*
 * What git reads, and what it has to be. A folder stands before what is in it,
 * so that no path is looked at through a symlink.
 */
static const struct expected {
	const char *name;
	mode_t type;
	bool is_shared; /* lies in the commondir */
	bool is_needed; /* there is no repository without it */
} expected[] = {
	{ "HEAD", S_IFREG, false, true },
	{ "index", S_IFREG, false, false },
	{ "gitdir", S_IFREG, false, false },
	{ "commondir", S_IFREG, false, false },
	{ "config.worktree", S_IFREG, false, false },
	{ "config", S_IFREG, true, false },
	{ "packed-refs", S_IFREG, true, false },
	{ "shallow", S_IFREG, true, false },
	{ "refs", S_IFDIR, true, true },
	{ "refs/heads", S_IFDIR, true, false },
	{ "refs/tags", S_IFDIR, true, false },
	{ "info", S_IFDIR, true, false },
	{ "info/exclude", S_IFREG, true, false },
	{ "info/grafts", S_IFREG, true, false },
	{ "objects", S_IFDIR, true, true },
	{ "objects/pack", S_IFDIR, true, false },
	{ "objects/info", S_IFDIR, true, false },
	{ "objects/info/alternates", S_IFREG, true, false },
};

/* The reader of objects finds these by itself, and tells. */
static bool is_left_to_reader(const char *name)
{
	return !strcmp(name, "objects/pack") ||
	       !strcmp(name, "objects/info/alternates");
}

/* Whoever reads objects cannot do without these. */
static bool is_fatal(const char *name)
{
	return !strcmp(name, "objects") || !strcmp(name, "objects/info");
}

static void note_problem(struct rsk_repo *repo, enum rsk_err err,
	const char *name, const char *text)
{
	*RSK_VEC_PUSH(&repo->problems) =
		(struct rsk_repo_problem){ err, name, text };
}

static enum rsk_err check_one(
	const struct search *search, const struct expected *want)
{
	const struct rsk_repo *repo = search->repo;
	int dirfd = want->is_shared ? repo->common_fd : repo->gitdir_fd;
	struct stat st;

	if (fstatat(dirfd, want->name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT && !want->is_needed)
			return RSK_OK;
		return rsk_diag_set(search->diag,
			errno == ENOENT ? RSK_CORRUPT : RSK_IO,
			"'%s' in '%s' cannot be reached", want->name,
			repo->gitdir);
	}
	if ((st.st_mode & S_IFMT) == want->type)
		return RSK_OK;
	if (search->options->tolerant && !is_fatal(want->name)) {
		if (!is_left_to_reader(want->name))
			note_problem(search->repo, RSK_SPECIAL, want->name,
				rsk_arena_printf(&search->repo->arena,
					"'%s' in '%s' is %s", want->name,
					repo->gitdir, type_name(st.st_mode)));
		return RSK_OK;
	}
	return rsk_diag_set(search->diag, RSK_SPECIAL, "'%s' in '%s' is %s",
		want->name, repo->gitdir, type_name(st.st_mode));
}

static enum rsk_err check_files(const struct search *search)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; !err && i < sizeof(expected) / sizeof(expected[0]);
		i++)
		err = check_one(search, &expected[i]);
	return err;
}

static bool is_fine_owner(const struct search *search, uid_t owner)
{
	uid_t self = geteuid();

	return owner == self || (!self && search->options->sudo_uid &&
					owner == search->options->sudo_uid);
}

static enum rsk_err check_owner_of(
	const struct search *search, const char *path)
{
	struct stat st;

	if (!path)
		return RSK_OK;
	if (lstat(path, &st) < 0)
		return RSK_IO;
	if (is_fine_owner(search, st.st_uid))
		return RSK_OK;
	return rsk_diag_set(search->diag, RSK_DENIED,
		"'%s' belongs to user %lu, not to you; --trust-ownership reads "
		"it all the same",
		path, (unsigned long)st.st_uid);
}

/* Another user's repository may be a trap laid in a shared folder. */
static enum rsk_err check_owner(const struct search *search)
{
	const struct rsk_repo *repo = search->repo;
	char *dot_git = repo->workdir ? join(repo->workdir, ".git") : NULL;
	const char *const paths[] = { repo->workdir, dot_git, repo->gitdir,
		repo->commondir };
	enum rsk_err err = RSK_OK;

	if (!search->options->trust_ownership)
		for (size_t i = 0; !err && i < sizeof(paths) / sizeof(*paths);
			i++)
			err = check_owner_of(search, paths[i]);
	free(dot_git);
	return err;
}

static enum rsk_err open_dirs(struct rsk_repo *repo)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;

	repo->gitdir_fd = rsk_open(repo->gitdir, flags);
	repo->common_fd = rsk_open(repo->commondir, flags);
	repo->objects = join(repo->commondir, "objects");
	return repo->gitdir_fd < 0 || repo->common_fd < 0 ? RSK_IO : RSK_OK;
}

/* What was understood before the line that makes no sense counts. */
static enum rsk_err parse_config(const struct search *search,
	struct rsk_git_config *config, struct rsk_slice text)
{
	struct rsk_diag diag = { 0 };
	enum rsk_err err;

	if (!search->options->tolerant) {
		rsk_diag_at(search->diag, "config", 0, 0);
		err = rsk_git_config_parse(config, text, search->diag);
		if (!err)
			rsk_diag_at(search->diag, "", 0, 0);
		return err;
	}
	err = rsk_git_config_parse(config, text, &diag);
	if (err)
		note_problem(search->repo, err, "config",
			rsk_arena_printf(&search->repo->arena,
				"'config' makes no sense from line %u on",
				diag.line));
	return RSK_OK;
}

static enum rsk_err read_config(
	const struct search *search, struct rsk_git_config *config)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_GIT_TEXT_BYTES);
	enum rsk_err err =
		rsk_at_read(&text, search->repo->common_fd, "config");

	if (!err)
		err = parse_config(search, config, rsk_buf_slice(&text));
	rsk_buf_release(&text);
	/* That it is no file was said before. */
	if (err == RSK_SPECIAL && search->options->tolerant)
		return RSK_OK;
	return err == RSK_NOTFOUND ? RSK_OK : err;
}

static enum rsk_err configure(struct search *search)
{
	struct rsk_repo *repo = search->repo;
	struct rsk_git_config config = { 0 };
	enum rsk_err err = read_config(search, &config);

	if (err)
		return err;
	if (config.foreign[0])
		return rsk_diag_set(search->diag, RSK_UNSUPPORTED,
			"a repository with '%s' is not supported",
			config.foreign);

	repo->oid_len = config.is_sha256 ? 32 : 20;
	repo->ignore_case = config.ignore_case;
	repo->is_partial = config.is_partial;
	if (config.is_bare && !search->by_file) {
		free(repo->workdir);
		repo->workdir = NULL;
	}
	return RSK_OK;
}

/* Nothing in the repository is read before its owner is known. */
static enum rsk_err understand(struct search *search)
{
	enum rsk_err err = find_commondir(search);

	if (!err)
		err = check_owner(search);
	if (!err)
		err = open_dirs(search->repo);
	if (!err)
		err = check_files(search);
	if (!err)
		err = configure(search);
	return err;
}

enum rsk_err rsk_repo_find(struct rsk_repo **out, const char *path,
	const struct rsk_repo_options *options, struct rsk_diag *diag)
{
	struct rsk_repo *repo = rsk_alloc(sizeof(*repo));
	struct search search = { options, diag, repo, false };
	char *dir = rsk_realpath(path);
	enum rsk_err err = RSK_OK;

	repo->gitdir_fd = repo->common_fd = -1;
	if (!dir)
		err = errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND
							  : RSK_IO;
	if (!err)
		err = search_up(&search, dir);
	if (!err)
		err = understand(&search);
	if (!err && options->index_file)
		repo->index_file = rsk_strdup(options->index_file);
	if (!err) {
		*out = repo;
		repo = NULL;
	}

	int why = errno;
	if (err == RSK_IO && diag && !diag->text[0])
		rsk_diag_set(diag, err,
			"cannot read the repository of '%s': %s", path,
			strerror(why));
	free(dir);
	rsk_repo_free(repo);
	errno = why;
	return err;
}

void rsk_repo_free(struct rsk_repo *repo)
{
	if (!repo)
		return;
	rsk_at_close(repo->gitdir_fd);
	rsk_at_close(repo->common_fd);
	free(repo->workdir);
	free(repo->gitdir);
	free(repo->commondir);
	free(repo->objects);
	free(repo->index_file);
	RSK_VEC_RELEASE(&repo->problems);
	rsk_arena_release(&repo->arena);
	free(repo);
}

const char *rsk_repo_workdir(const struct rsk_repo *repo)
{
	return repo->workdir;
}

const char *rsk_repo_gitdir(const struct rsk_repo *repo)
{
	return repo->gitdir;
}

const char *rsk_repo_objects(const struct rsk_repo *repo)
{
	return repo->objects;
}

const char *rsk_repo_commondir(const struct rsk_repo *repo)
{
	return repo->commondir;
}

uint8_t rsk_repo_oid_len(const struct rsk_repo *repo)
{
	return repo->oid_len;
}

size_t rsk_repo_problems(const struct rsk_repo *repo)
{
	return repo->problems.len;
}

const struct rsk_repo_problem *rsk_repo_problem(
	const struct rsk_repo *repo, size_t i)
{
	return &repo->problems.ptr[i];
}

bool rsk_repo_is_partial(const struct rsk_repo *repo)
{
	return repo->is_partial;
}

enum rsk_err rsk_repo_read(
	struct rsk_buf *out, const struct rsk_repo *repo, const char *name)
{
	return rsk_at_read(out, repo->common_fd, name);
}

enum rsk_gap_class rsk_repo_gap(enum rsk_err err)
{
	switch (err) {
	case RSK_NOTFOUND:
		return RSK_GAP_NOT_A_REPO;
	case RSK_DENIED:
		return RSK_GAP_FOREIGN_OWNER;
	case RSK_SPECIAL:
		return RSK_GAP_GIT_SPECIAL;
	case RSK_REDIRECT:
		return RSK_GAP_GIT_REDIRECT;
	case RSK_TOOBIG:
	case RSK_LIMIT:
		return RSK_GAP_GIT_LIMIT;
	case RSK_IO:
	case RSK_CHANGED:
		return RSK_GAP_IO;
	default:
		return rsk_gap_of(err, RSK_GAP_UNSUPPORTED_REPO);
	}
}
