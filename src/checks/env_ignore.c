#include <string.h>

#include "base/limits.h"
#include "base/vec.h"
#include "checks/check_p.h"

/*
 * Env files that the next `git add .` would commit. Two groups of names are
 * asked about: files that are there, and the names that tools give to such
 * files, where the project is about the product at all. git's own rules
 * decide (order, negation, nested files), never the text of a .gitignore.
 */

/* The names of the vendor's page, then what frameworks add to them. */
static const struct {
	const char *name;
	bool vendor;
} conventional[] = {
	{ ".env", true },
	{ ".env.local", true },
	{ ".env.production", true },
	{ ".env.staging", false },
	{ ".env.development.local", false },
	{ ".env.production.local", false },
	{ ".env.test.local", false },
};

enum { CONVENTIONAL = sizeof(conventional) / sizeof(conventional[0]) };

typedef RSK_VEC(struct rsk_slice) names;

struct missing {
	names present; /* files that are there */
	names absent;  /* conventional names without a file */
	bool has_key;
	bool vendor; /* one of `absent` is on the vendor's page */
};

static void find_present(const struct rsk_check *check, struct missing *missing)
{
	const struct rsk_project *project = check->project;

	for (size_t i = 0; i < project->env_files_len; i++) {
		const struct rsk_env_file *file = &project->env_files[i];

		if (file->vcs != RSK_VCS_UNTRACKED ||
			rsk_check_ignored(check, file->path) !=
				RSK_NOT_IGNORED ||
			(rsk_check_is_shared_env(file->path) &&
				!rsk_check_key_in(check, file->path)))
			continue;
		*RSK_VEC_PUSH(&missing->present) = file->path;
		if (rsk_check_key_in(check, file->path))
			missing->has_key = true;
	}
}

static bool has_name(const names *list, struct rsk_slice name)
{
	for (size_t i = 0; i < list->len; i++)
		if (rsk_slice_eq(list->ptr[i], name))
			return true;
	return false;
}

static void find_absent(const struct rsk_check *check, struct missing *missing)
{
	for (size_t i = 0; i < CONVENTIONAL; i++) {
		const char *text = conventional[i].name;
		struct rsk_slice name = rsk_slice(text, strlen(text));

		if (has_name(&missing->present, name) ||
			rsk_check_tracked(check, name) ||
			rsk_check_ignored(check, name) != RSK_NOT_IGNORED)
			continue;
		*RSK_VEC_PUSH(&missing->absent) = name;
		if (conventional[i].vendor)
			missing->vendor = true;
	}
}

static void add_lines(struct rsk_buf *out, const names *list, enum rsk_err *err)
{
	for (size_t i = 0; i < list->len && !*err; i++) {
		*err = rsk_buf_add_str(out, "\n  ");
		if (!*err)
			*err = rsk_buf_add_slice(out, list->ptr[i]);
	}
}

/* "add these lines to .gitignore:" and one line for each name. */
static const char *fix_text(
	const struct rsk_check *check, const struct missing *missing)
{
	struct rsk_buf out = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = rsk_buf_add_str(&out,
		"Add to .gitignore, after any line that takes them back:");
	const char *text = check->rule->fix;

	add_lines(&out, &missing->present, &err);
	add_lines(&out, &missing->absent, &err);
	if (!err)
		text = rsk_arena_str(
			check->project->arena, rsk_buf_slice(&out));
	rsk_buf_release(&out);
	return text;
}

static void add_names(struct rsk_buf *out, const names *list, enum rsk_err *err)
{
	for (size_t i = 0; i < list->len && !*err; i++) {
		if (i)
			*err = rsk_buf_add_str(out, ", ");
		if (!*err)
			*err = rsk_buf_add_slice(out, list->ptr[i]);
	}
}

static const char *message_text(
	const struct rsk_check *check, const struct missing *missing)
{
	bool present = missing->present.len > 0;
	const names *list = present ? &missing->present : &missing->absent;
	struct rsk_buf out = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = RSK_OK;
	const char *text = check->rule->message;

	add_names(&out, list, &err);
	if (!err)
		err = rsk_buf_printf(&out, "%s",
			!present ? " would not be ignored by git"
			: missing->has_key
				? ": not ignored by git, and there is a key in "
				  "it: the next 'git add .' publishes it"
				: ": not ignored by git, the next 'git add .' "
				  "commits it");
	if (!err)
		text = rsk_arena_str(
			check->project->arena, rsk_buf_slice(&out));
	rsk_buf_release(&out);
	return text;
}

/* What is covered, by name: a pass says what it rests on. */
static void tell_covered(const struct rsk_check *check)
{
	names covered = { 0 };
	struct rsk_buf out = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < CONVENTIONAL; i++) {
		struct rsk_slice name = rsk_slice_str(conventional[i].name);

		if (rsk_check_ignored(check, name) == RSK_IGNORED)
			*RSK_VEC_PUSH(&covered) = name;
	}
	add_names(&out, &covered, &err);
	if (covered.len && !err)
		rsk_check_tell(check,
			(struct rsk_fact){
				.rule = "env-file-not-ignored",
				.item = RSK_ITEM_KEYS_NOT_IN_VCS,
				.says = RSK_EVIDENCE_FOR,
				.path = RSK_LIT(""),
			},
			"git ignores %zu of the %d usual names of env files: "
			"%.*s",
			covered.len, CONVENTIONAL, (int)out.len,
			(const char *)out.ptr);
	rsk_buf_release(&out);
	RSK_VEC_RELEASE(&covered);
}

static uint32_t count_lines(struct rsk_slice text)
{
	struct rsk_slice line;
	uint32_t n = 0;

	while (rsk_slice_line(&line, &text))
		n++;
	return n ? n : 1;
}

/* The end of .gitignore, where the lines would go; else the file itself. */
static struct rsk_finding place(
	const struct rsk_check *check, const struct missing *missing)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_slice file = RSK_LIT(".gitignore");
	uint32_t line = 1;

	if (rsk_check_read(check, file, &text))
		line = count_lines(rsk_buf_slice(&text));
	else if (missing->present.len)
		file = missing->present.ptr[0];
	rsk_buf_release(&text);
	return rsk_check_finding(check, file, line);
}

static enum rsk_severity severity_of(const struct missing *missing)
{
	if (missing->has_key)
		return RSK_HIGH;
	return missing->present.len || missing->vendor ? RSK_MEDIUM : RSK_LOW;
}

void rsk_check_env_ignore(const struct rsk_check *check)
{
	struct missing missing = { 0 };

	if (!check->repo || !check->ignore)
		return;

	tell_covered(check);
	find_present(check, &missing);
	if (check->project->has_context)
		find_absent(check, &missing);
	if (missing.present.len || missing.absent.len) {
		struct rsk_finding finding = place(check, &missing);

		finding.severity = severity_of(&missing);
		finding.message = message_text(check, &missing);
		finding.fix = fix_text(check, &missing);
		rsk_check_push(check, &finding);
	}
	RSK_VEC_RELEASE(&missing.present);
	RSK_VEC_RELEASE(&missing.absent);
}
