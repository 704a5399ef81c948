#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "scan/history_p.h"
#include "source/refs.h"
#include "source/repo.h"

static enum rsk_err find_repo(struct rsk_repo **out, const char *path,
	const struct rsk_scan_options *options, struct rsk_diag *diag)
{
	const struct rsk_repo_options repo_options = {
		.trust_ownership = options->trust_ownership,
		.sudo_uid = options->sudo_uid,
		.tolerant = true,
	};

	return rsk_repo_find(out, path, &repo_options, diag);
}

static bool has_gaps(const struct rsk_scan *scan)
{
	for (unsigned i = 0; i < scan->options.jobs; i++)
		if (!rsk_coverage_complete(&scan->workers[i].coverage, 0))
			return true;
	return false;
}

bool rsk_scan_has_history(struct rsk_scan *scan, const char *path)
{
	struct rsk_repo *repo = NULL;
	enum rsk_err err = find_repo(&repo, path, &scan->options, NULL);

	/* The walk over the tree has told of what was wrong before. */
	if (err == RSK_IO && !has_gaps(scan))
		rsk_coverage_gap(&scan->workers[0].coverage, NULL, RSK_GAP_IO,
			RSK_LIT(".git"), strerror(errno));
	rsk_repo_free(repo);
	return !err;
}

char *rsk_scan_top(const char *path, const struct rsk_scan_options *options,
	struct rsk_diag *diag)
{
	struct rsk_repo *repo = NULL;
	const char *top = NULL;
	char *out;

	enum rsk_err err = find_repo(&repo, path, options, diag);

	if (!err)
		top = rsk_repo_workdir(repo);
	out = err == RSK_IO ? NULL : rsk_strdup(top ? top : path);
	rsk_repo_free(repo);
	return out;
}

/* What is known before anything is read */

static enum rsk_gap_class class_of(enum rsk_err err)
{
	switch (err) {
	case RSK_SPECIAL:
		return RSK_GAP_GIT_SPECIAL;
	case RSK_UNSUPPORTED:
		return RSK_GAP_UNSUPPORTED_REPO;
	case RSK_TOOBIG:
	case RSK_LIMIT:
		return RSK_GAP_GIT_LIMIT;
	default:
		return rsk_gap_of(err, RSK_GAP_GIT_OBJECT);
	}
}

/* By the walk over the files, which is refused for the first of them. */
static bool is_told(const struct rsk_scan *scan, const char *text)
{
	for (unsigned w = 0; w < scan->options.jobs; w++) {
		const struct rsk_coverage *coverage =
			&scan->workers[w].coverage;

		for (size_t i = 0; i < coverage->gap_list.len; i++) {
			const char *detail = coverage->gap_list.ptr[i].detail;

			if (detail && !strcmp(detail, text))
				return true;
		}
	}
	return false;
}

static void tell_problems(struct rsk_past *past)
{
	struct rsk_coverage *coverage = &past->scan->workers[0].coverage;

	for (size_t i = 0; i < rsk_repo_problems(past->repo); i++) {
		const struct rsk_repo_problem *problem =
			rsk_repo_problem(past->repo, i);

		if (!is_told(past->scan, problem->text))
			rsk_coverage_gap(coverage, NULL,
				rsk_repo_gap(problem->err), RSK_LIT(".git"),
				problem->text);
	}
	for (size_t i = 0; i < rsk_odb_problems(past->odb); i++) {
		const struct rsk_odb_problem *problem =
			rsk_odb_problem(past->odb, i);

		rsk_coverage_gap(coverage, NULL, class_of(problem->err),
			rsk_slice_str(problem->path), problem->text);
	}
	for (size_t i = 1; i < rsk_odb_folders(past->odb); i++)
		rsk_coverage_note(coverage,
			"objects of an alternate are scanned, too: %s",
			rsk_odb_folder(past->odb, i));
}

/* "commit 12ab... names a parent that is not here (3 such commits)" */
static const char *lacking(
	struct rsk_past *past, uint32_t commit, const char *what, uint32_t n)
{
	struct rsk_oid oid = rsk_walk_oid(past->walk, commit);
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hex(hex, &oid);
	return rsk_arena_printf(&past->scan->arena,
		"commit %.12s names a %s that is not here (such commits: %u)",
		hex, what, n);
}

static const char *circular(
	struct rsk_past *past, const struct rsk_history_facts *facts)
{
	struct rsk_oid oid = rsk_walk_oid(past->walk, facts->is_circular);
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hex(hex, &oid);
	return rsk_arena_printf(&past->scan->arena,
		"commit %.12s comes from itself: names in an index are forged "
		"(such commits: %u)",
		hex, facts->circular);
}

static const char *broken_ref(
	struct rsk_past *past, const struct rsk_history_facts *facts)
{
	return rsk_scan_mask(past->scan,
		rsk_arena_printf(&past->scan->arena,
			"%s: %s (refs that lead nowhere: %u)",
			facts->broken_ref,
			facts->broken_why == RSK_NOTFOUND
				? "it names an object that is not here"
				: rsk_err_text(facts->broken_why),
			facts->broken_refs));
}

static void tell_facts(struct rsk_past *past)
{
	struct rsk_coverage *coverage = &past->scan->workers[0].coverage;
	struct rsk_history_facts facts = rsk_history_facts(past->history);

	coverage->objects.seen += facts.trees;
	coverage->objects.scanned += facts.trees;
	if (facts.missing_parents)
		rsk_coverage_gap(coverage, NULL, RSK_GAP_HISTORY_TRUNCATED,
			RSK_LIT(""),
			facts.shallow
				? "a shallow clone: older commits are "
				  "not here (fetch-depth: 0)"
				: lacking(past, facts.lacks_parent, "parent",
					  facts.missing_parents));
	else if (facts.shallow)
		rsk_coverage_note(coverage,
			"the repository says it is shallow, but all parents "
			"are here: git would hide older commits, this scan "
			"does not");
	if (rsk_odb_is_partial(past->odb))
		rsk_coverage_note(coverage,
			"a partial clone: what is not here was not fetched "
			"and not scanned");
	if (facts.pruned)
		rsk_coverage_note(coverage,
			"%u objects that nothing refers to any more name "
			"others that were pruned",
			facts.pruned);
	if (facts.missing_trees)
		rsk_coverage_gap(coverage, NULL, RSK_GAP_GIT_OBJECT,
			RSK_LIT(""),
			lacking(past, facts.lacks_tree, "tree",
				facts.missing_trees));
	if (facts.circular)
		rsk_coverage_gap(coverage, NULL, RSK_GAP_GIT_OBJECT,
			RSK_LIT(""), circular(past, &facts));
	if (facts.grafts)
		rsk_coverage_note(coverage,
			"grafts are not followed: all commits are scanned");
	if (facts.replaced)
		rsk_coverage_note(coverage,
			"replacements are not followed: all objects are "
			"scanned");
	if (facts.broken_refs)
		rsk_coverage_gap(coverage, NULL, RSK_GAP_GIT_OBJECT,
			RSK_LIT("refs"), broken_ref(past, &facts));
}

/*
 * Ranges: "A..B", "A.." and "..B", where nothing means HEAD. "A...B" is the
 * same here: what B has and A has not is what B has and their merge base has
 * not.
 */

static enum rsk_err resolve(struct rsk_past *past, struct rsk_slice word,
	struct rsk_oid *out, struct rsk_diag *diag)
{
	enum rsk_err err = rsk_history_revision(past->history, word, out);
	int len = (int)(word.len > 80 ? 80 : word.len);
	const char *text = (const char *)word.ptr;

	if (err == RSK_LIMIT)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"range '%s': more than one commit begins with '%.*s'",
			past->options->range, len, text);
	if (err && err != RSK_NOTFOUND)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"range '%s': '%.*s' is no name of a commit",
			past->options->range, len, text);
	if (err)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"range '%s': '%.*s' is not there (a shallow clone? "
			"fetch-depth: 0)",
			past->options->range, len, text);
	return RSK_OK;
}

static enum rsk_err set_range(struct rsk_past *past, struct rsk_diag *diag)
{
	struct rsk_slice range = rsk_slice_str(past->options->range);
	size_t dots = rsk_slice_find(range, RSK_LIT(".."));
	struct rsk_slice to = rsk_slice_cut(range, dots + 2, range.len);
	struct rsk_oid a;
	struct rsk_oid b;
	enum rsk_err err;

	if (!range.len)
		return RSK_OK;
	if (rsk_slice_starts(to, RSK_LIT(".")))
		to = rsk_slice_cut(to, 1, to.len);
	if (dots == range.len || rsk_slice_find(to, RSK_LIT("..")) < to.len)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"range '%s': it is written A..B", past->options->range);
	err = resolve(past, rsk_slice_cut(range, 0, dots), &a, diag);
	if (!err)
		err = resolve(past, to, &b, diag);
	if (!err && rsk_history_range(past->history, &a, &b))
		err = rsk_diag_set(diag, RSK_SYNTAX,
			"range '%s': a commit of it is not here (a shallow "
			"clone? fetch-depth: 0)",
			past->options->range);
	return err;
}

/* Set up and down */

static enum rsk_err open_all(
	struct rsk_past *past, const char *path, struct rsk_diag *diag)
{
	const struct rsk_walk_options walking = {
		.jobs = past->jobs,
		.memory = past->options->memory,
	};
	enum rsk_err err =
		find_repo(&past->repo, path, &past->scan->options, diag);

	if (err == RSK_NOTFOUND)
		return rsk_diag_set(diag, RSK_UNSUPPORTED,
			"'%s' is in no git repository", path);
	/* `diag` has said what; it is not the command line's fault. */
	if (err == RSK_SPECIAL)
		return RSK_UNSUPPORTED;
	if (!err)
		err = rsk_odb_open(
			&past->odb, rsk_repo_objects(past->repo), diag);
	if (!err)
		err = rsk_walk_new(&past->walk, past->odb, &walking);
	if (!err)
		err = rsk_history_new(
			&past->history, past->repo, past->walk, past->jobs);
	return err;
}

static void begin(struct rsk_past *past, struct rsk_scan *scan)
{
	*past = (struct rsk_past){
		.scan = scan,
		.options = &scan->options.history,
		.jobs = scan->options.jobs,
	};
	pthread_mutex_init(&past->lock, NULL);
	past->workers = rsk_alloc_array(past->jobs, sizeof(*past->workers));
	for (unsigned i = 0; i < past->jobs; i++)
		past->workers[i] = (struct rsk_past_worker){
			.worker = &scan->workers[i],
			.carrier = rsk_carrier_new(scan->workers[i].scanner),
			.text = RSK_BUF_INIT(2 * RSK_MAX_OBJECT_BYTES),
		};
}

static void end(struct rsk_past *past)
{
	for (unsigned i = 0; i < past->jobs; i++) {
		rsk_carrier_free(past->workers[i].carrier);
		rsk_buf_release(&past->workers[i].text);
		RSK_VEC_RELEASE(&past->workers[i].joined);
	}
	free(past->workers);
	rsk_history_free(past->history);
	rsk_walk_free(past->walk);
	rsk_odb_free(past->odb);
	rsk_repo_free(past->repo);
	rsk_map_release(&past->keys);
	rsk_map_release(&past->present);
	rsk_map_release(&past->secrets_map);
	RSK_VEC_RELEASE(&past->secrets);
	RSK_VEC_RELEASE(&past->groups);
	RSK_VEC_RELEASE(&past->messages);
	rsk_arena_release(&past->arena);
	pthread_mutex_destroy(&past->lock);
}

static enum rsk_err scan_one(struct rsk_scan *scan, const char *path,
	const char *prefix, struct rsk_diag *diag)
{
	struct rsk_past past;
	enum rsk_err err;

	begin(&past, scan);
	past.prefix = prefix;
	err = rsk_input_begin(RSK_INPUT_STORE, rsk_slice_str(path));
	if (!err)
		err = open_all(&past, path, diag);
	else
		rsk_diag_set(diag, err, "its repository %s", rsk_err_text(err));
	rsk_input_end();
	if (err)
		goto out;
	scan->in_repository = true;
	tell_problems(&past);
	rsk_scan_expect(scan, rsk_walk_numbers(past.walk));
	err = rsk_past_find(&past, diag);
	if (!err && past.options->range)
		err = set_range(&past, diag);
	if (err)
		goto out;
	tell_facts(&past);
	rsk_past_unite_secrets(&past);
	rsk_history_locate(past.history);
	err = rsk_past_judge(&past);
	if (!err)
		rsk_past_tell_stories(&past);
out:
	end(&past);
	return err;
}

/*
 * Submodules: their repositories lie in the folder "modules" of this one, by
 * names that may have slashes in them.
 */
enum { MODULES_MAX = 1000 };

struct modules {
	struct rsk_arena arena;
	RSK_VEC(const char *) found;   /* below `top` */
	RSK_VEC(const char *) folders; /* still to be looked into */
	const char *top;
};

static const char *full_path(struct modules *m, const char *name)
{
	return rsk_arena_printf(&m->arena, "%s/%s", m->top, name);
}

static bool is_repository(struct modules *m, const char *name)
{
	struct stat st;
	const char *head =
		rsk_arena_printf(&m->arena, "%s/%s/HEAD", m->top, name);

	return !lstat(head, &st) && S_ISREG(st.st_mode);
}

static void look_into(struct modules *m, const char *folder)
{
	const char *path = full_path(m, folder);
	int fd =
		rsk_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir))) {
		const char *name = rsk_arena_printf(&m->arena, "%s%s%s", folder,
			folder[0] ? "/" : "", entry->d_name);

		if (entry->d_name[0] == '.' || entry->d_type != DT_DIR)
			continue;
		if (is_repository(m, name))
			*RSK_VEC_PUSH(&m->found) = name;
		else
			*RSK_VEC_PUSH(&m->folders) = name;
	}
	if (dir)
		closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_modules(struct modules *m)
{
	struct stat st;

	/* A link would lead out of the repository. */
	if (lstat(m->top, &st) || !S_ISDIR(st.st_mode))
		return;
	*RSK_VEC_PUSH(&m->folders) = "";
	for (size_t i = 0; i < m->folders.len && i < MODULES_MAX; i++)
		look_into(m, m->folders.ptr[i]);
	if (m->found.len)
		qsort(m->found.ptr, m->found.len, sizeof(*m->found.ptr),
			by_name);
}

static enum rsk_err scan_modules(struct rsk_scan *scan, struct modules *m)
{
	struct rsk_coverage *coverage = &scan->workers[0].coverage;
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; !err && i < m->found.len; i++) {
		const char *name = m->found.ptr[i];
		struct rsk_diag diag = { 0 };

		if (!scan->options.history.submodules) {
			rsk_coverage_note(coverage,
				"the history of submodule %s is not scanned "
				"(--submodules)",
				name);
			continue;
		}
		err = scan_one(scan, full_path(m, name), name, &diag);
		if (!err || err == RSK_INTERRUPTED)
			continue;
		rsk_coverage_gap(coverage, NULL, class_of(err),
			rsk_slice_str(full_path(m, name)), diag.text);
		err = RSK_OK;
	}
	return err;
}

enum rsk_err rsk_scan_history(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	struct modules modules = { .top = NULL };
	struct rsk_repo *repo = NULL;
	const struct rsk_history_options *part = &scan->options.history;
	enum rsk_err err = scan_one(scan, path, NULL, diag);

	if (!part->range && !part->has_since && !part->reachable)
		scan->scope |= RSK_SCOPE_HISTORY;
	if (rsk_gap_of(err, RSK_GAPS) != RSK_GAPS) {
		rsk_coverage_gap(&scan->workers[0].coverage, NULL,
			class_of(err), rsk_slice_str(path), rsk_err_text(err));
		return RSK_OK;
	}

	/* A range is about this repository's commits. */
	if (err || scan->options.history.range ||
		find_repo(&repo, path, &scan->options, NULL))
		return err;
	modules.top = rsk_arena_printf(
		&modules.arena, "%s/modules", rsk_repo_gitdir(repo));
	list_modules(&modules);
	err = scan_modules(scan, &modules);
	RSK_VEC_RELEASE(&modules.found);
	RSK_VEC_RELEASE(&modules.folders);
	rsk_arena_release(&modules.arena);
	rsk_repo_free(repo);
	return err;
}
