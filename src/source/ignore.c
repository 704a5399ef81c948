#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "source/at_p.h"
#include "source/ignore_p.h"
#include "source/repo_p.h"

/* The patterns of one folder; NULL patterns: it has no ignore file. */
struct known {
	struct rsk_patterns *patterns;
	enum rsk_err err; /* RSK_LIMIT: not usable */
};

struct rsk_ignore {
	int workdir_fd; /* O_PATH */
	bool ignore_case;
	struct rsk_map by_folder; /* path -> number in `known`, plus one */
	RSK_VEC(struct known) known;
	struct known exclude;
	struct rsk_arena arena; /* the keys */
};

static struct known load(int dirfd, const char *path, bool ignore_case)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_IGNORE_BYTES);
	struct known known = { 0 };
	enum rsk_err err = rsk_at_read(&text, dirfd, path);

	if (!err)
		known.err = rsk_patterns_new(
			&known.patterns, rsk_buf_slice(&text), ignore_case);
	else if (err == RSK_TOOBIG)
		known.err = RSK_LIMIT;
	else if (err == RSK_IO)
		known.err = err;
	/* Everything else is an ignore file that is not there, as in git. */
	rsk_buf_release(&text);
	return known;
}

enum rsk_err rsk_ignore_open(struct rsk_ignore **out,
	const struct rsk_repo *repo, struct rsk_diag *diag)
{
	if (!repo->workdir)
		return rsk_diag_set(diag, RSK_UNSUPPORTED,
			"a bare repository ignores nothing");

	int fd = rsk_open(repo->workdir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return RSK_IO;

	struct rsk_ignore *ignore = rsk_alloc(sizeof(*ignore));
	ignore->workdir_fd = fd;
	ignore->ignore_case = repo->ignore_case;
	ignore->exclude =
		load(repo->common_fd, "info/exclude", repo->ignore_case);
	*out = ignore;
	return RSK_OK;
}

void rsk_ignore_free(struct rsk_ignore *ignore)
{
	if (!ignore)
		return;
	for (size_t i = 0; i < ignore->known.len; i++)
		rsk_patterns_free(ignore->known.ptr[i].patterns);
	rsk_patterns_free(ignore->exclude.patterns);
	RSK_VEC_RELEASE(&ignore->known);
	rsk_map_release(&ignore->by_folder);
	rsk_arena_release(&ignore->arena);
	rsk_at_close(ignore->workdir_fd);
	free(ignore);
}

static struct known *known_in(
	struct rsk_ignore *ignore, struct rsk_slice folder)
{
	uint32_t *number = rsk_map_get(&ignore->by_folder, folder);

	if (number)
		return &ignore->known.ptr[*number - 1];

	const char *file = rsk_arena_printf(&ignore->arena, "%.*s%s.gitignore",
		(int)folder.len, folder.len ? (const char *)folder.ptr : "",
		folder.len ? "/" : "");
	struct rsk_slice key = rsk_arena_slice(&ignore->arena, folder);

	*RSK_VEC_PUSH(&ignore->known) =
		load(ignore->workdir_fd, file, ignore->ignore_case);
	*rsk_map_put(&ignore->by_folder, key) = (uint32_t)ignore->known.len;
	return &ignore->known.ptr[ignore->known.len - 1];
}

/* `path` as a folder on the way, or as what was asked about. */
static enum rsk_err ask_files(enum rsk_opinion *out, struct rsk_ignore *ignore,
	struct rsk_slice path, bool is_folder)
{
	struct rsk_slice folder = path;
	enum rsk_err err = RSK_OK;

	*out = RSK_OPINION_NONE;
	do {
		folder = rsk_path_dir(folder);

		struct known *known = known_in(ignore, folder);
		size_t start = folder.len ? folder.len + 1 : 0;

		err = known->err;
		if (!err && known->patterns)
			err = rsk_patterns_ask(out, known->patterns,
				rsk_slice_cut(path, start, path.len),
				is_folder);
	} while (!err && folder.len && *out == RSK_OPINION_NONE);

	if (!err && *out == RSK_OPINION_NONE) {
		err = ignore->exclude.err;
		if (!err && ignore->exclude.patterns)
			err = rsk_patterns_ask(
				out, ignore->exclude.patterns, path, is_folder);
	}
	return err;
}

/* From the top: what is below an ignored folder cannot be taken back. */
enum rsk_err rsk_ignore_check(bool *ignored, struct rsk_ignore *ignore,
	struct rsk_slice path, bool is_folder)
{
	enum rsk_opinion opinion = RSK_OPINION_NONE;
	enum rsk_err err = RSK_OK;

	for (size_t end = 0;
		!err && end < path.len && opinion != RSK_OPINION_IGNORED;
		end++) {
		while (end < path.len && path.ptr[end] != '/')
			end++;
		err = ask_files(&opinion, ignore, rsk_slice_cut(path, 0, end),
			end < path.len || is_folder);
	}
	if (!err)
		*ignored = opinion == RSK_OPINION_IGNORED;
	return err;
}
