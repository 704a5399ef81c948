#include <criterion/criterion.h>

#include "base/limits.h"
#include "source/refs.h"
#include "unit/source_git.h"

struct list {
	RSK_VEC(char *) lines;
};

static enum rsk_err add_ref(void *ctx, const struct rsk_ref *ref)
{
	struct list *list = ctx;
	char hex[RSK_OID_HEX_MAX] = "unborn";
	char line[2048];

	if (!ref->err && !ref->is_unborn)
		rsk_oid_hex(hex, &ref->oid);
	snprintf(line, sizeof(line), "%s %.*s",
		ref->err ? rsk_err_name(ref->err) : hex, (int)ref->name.len,
		(const char *)ref->name.ptr);
	*RSK_VEC_PUSH(&list->lines) = rsk_strdup(line);
	return RSK_OK;
}

static int cmp_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct rsk_repo *open_repo(const char *dir)
{
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;

	cr_assert_eq(rsk_repo_find(&repo, dir, &(struct rsk_repo_options){ 0 },
			     &diag),
		RSK_OK, "%s", diag.text);
	return repo;
}

/* All refs as sorted lines, like `git show-ref --head | sort`. */
static char *all_refs(const char *dir)
{
	struct rsk_repo *repo = open_repo(dir);
	struct rsk_diag diag = { 0 };
	struct list list = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert_eq(rsk_refs_each(repo, add_ref, &list, &diag), RSK_OK, "%s",
		diag.text);
	if (list.lines.len)
		qsort(list.lines.ptr, list.lines.len, sizeof(char *), cmp_line);
	for (size_t i = 0; i < list.lines.len; i++) {
		fprintf(out, "%s\n", list.lines.ptr[i]);
		free(list.lines.ptr[i]);
	}
	fclose(out);
	RSK_VEC_RELEASE(&list.lines);
	rsk_repo_free(repo);
	return text;
}

static void expect_refs(const char *dir, const char *command)
{
	char *expected = shell(dir, command);
	char *got = all_refs(dir);

	cr_expect_str_eq(got, expected);
	free(expected);
	free(got);
}

static void expect_resolved(
	const char *dir, const char *name, const char *git_name)
{
	struct rsk_repo *repo = open_repo(dir);
	char command[256];
	char hex[RSK_OID_HEX_MAX];
	struct rsk_oid oid;

	snprintf(command, sizeof(command), "git rev-parse %s | tr -d '\\n'",
		git_name);
	char *expected = shell(dir, command);
	cr_assert_eq(rsk_refs_resolve(&oid, repo, rsk_slice_str(name)), RSK_OK,
		"%s", name);
	rsk_oid_hex(hex, &oid);
	cr_expect_str_eq(hex, expected, "%s", name);
	free(expected);
	rsk_repo_free(repo);
}

static void expect_unresolved(
	const char *dir, const char *name, enum rsk_err expected)
{
	struct rsk_repo *repo = open_repo(dir);
	struct rsk_oid oid;

	cr_expect_eq(rsk_refs_resolve(&oid, repo, rsk_slice_str(name)),
		expected, "%s", name);
	rsk_repo_free(repo);
}

static const char fill[] =
	"git init -q . && git commit -q --allow-empty -m 1 && git branch a/b/c "
	"&&"
	"git tag -a -m t v1 && git tag light && git pack-refs --all &&"
	"git commit -q --allow-empty -m 2 && git branch later && git tag v2 &&"
	"git update-ref refs/remotes/origin/main HEAD~1 &&"
	"git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main &&"
	"git update-ref refs/stash HEAD && git notes add -m n HEAD &&"
	"git branch -f light HEAD";

Test(refs, agree_with_git)
{
	char *dir = make_dir();

	run(dir, fill);
	expect_refs(dir, "git show-ref --head | sort");
	run(dir, "git pack-refs --all");
	expect_refs(dir, "git show-ref --head | sort");
	run(dir, "git checkout -q --detach HEAD~1 && git branch -D a/b/c");
	expect_refs(dir, "git show-ref --head | sort");
	remove_dir(dir);
}

Test(refs, names_are_looked_up_as_git_does)
{
	static const char *const names[] = { "HEAD", "main", "later", "v1",
		"light", "heads/light", "tags/light", "refs/heads/light",
		"origin", "origin/main", "a/b/c", "stash", "notes/commits" };
	char *dir = make_dir();

	run(dir, fill);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_resolved(dir, names[i], names[i]);

	char *hex = shell(dir, "git rev-parse HEAD | tr -d '\\n'");
	expect_resolved(dir, hex, "HEAD");
	free(hex);
	remove_dir(dir);
}

Test(refs, what_is_no_name)
{
	char *dir = make_dir();

	run(dir, fill);
	expect_unresolved(dir, "none", RSK_NOTFOUND);
	expect_unresolved(dir, "config", RSK_NOTFOUND);
	expect_unresolved(dir, "index", RSK_NOTFOUND);
	expect_unresolved(dir, "a", RSK_NOTFOUND);
	expect_unresolved(dir, "", RSK_SYNTAX);
	expect_unresolved(dir, "../HEAD", RSK_SYNTAX);
	expect_unresolved(dir, "refs/heads/../../HEAD", RSK_SYNTAX);
	expect_unresolved(dir, "/etc/passwd", RSK_SYNTAX);
	expect_unresolved(dir, "a//b", RSK_SYNTAX);
	expect_unresolved(dir, "HEAD~1", RSK_SYNTAX);
	expect_unresolved(dir, "\x1b[2J", RSK_SYNTAX);
	remove_dir(dir);
}

Test(refs, an_unborn_branch)
{
	char *dir = make_dir();

	run(dir, "git init -q .");
	expect_refs(dir, "echo unborn HEAD");
	expect_unresolved(dir, "HEAD", RSK_NOTFOUND);
	remove_dir(dir);
}

Test(refs, broken_ones_are_handed_out)
{
	char *dir = make_dir();

	run(dir, "git init -q . && cd .git/refs/heads && mkfifo fifo &&"
		 "ln -s /etc/passwd link && echo 123 > short && : > empty &&"
		 "echo 'ref: refs/heads/loop' > loop &&"
		 "echo 'ref: ../../x' > out && echo > x.lock && echo a > 'sp "
		 "ace'");
	expect_refs(dir, "printf 'CORRUPT refs/heads/empty\\n"
			 "CORRUPT refs/heads/out\\nCORRUPT refs/heads/short\\n"
			 "LIMIT refs/heads/loop\\nSPECIAL refs/heads/fifo\\n"
			 "SPECIAL refs/heads/link\\nSYNTAX refs/heads/sp ace\\n"
			 "unborn HEAD\\n'");
	remove_dir(dir);
}

Test(refs, a_bad_line_of_packed_refs_costs_itself_alone)
{
	char *dir = make_dir();

	run(dir, "git init -q . && git commit -q --allow-empty -m x &&"
		 " git tag t && git pack-refs --all &&"
		 " git show-ref --head > .git/before && printf 'no "
		 "ref\\n\\001\\n' >> .git/packed-refs");
	expect_refs(dir, "printf 'CORRUPT packed-refs, line 4 (lines that are "
			 "no refs: 2)\\n' | sort - .git/before");
	remove_dir(dir);
}

Test(refs, pseudo_refs_and_other_worktrees)
{
	char *dir = make_dir();

	run(dir, "git init -q r && cd r && git commit -q --allow-empty -m 1 &&"
		 "git worktree add -q ../w && git -C ../w commit -q "
		 "--allow-empty -m 2 && git update-ref ORIG_HEAD HEAD &&"
		 "o=$(git rev-parse HEAD) && printf '%s\\t\\tx\\n%s\\tnot-for-"
		 "merge\\ty\\n' $o $o > .git/FETCH_HEAD");
	char *repo = path_in(dir, "r");
	expect_refs(repo, "o=$(git rev-parse HEAD) && w=$(git rev-parse w) &&"
			  "{ git show-ref --head; echo $o ORIG_HEAD;"
			  "echo $o FETCH_HEAD; echo $o FETCH_HEAD;"
			  "echo $w worktrees/w/HEAD;"
			  "echo $o worktrees/w/ORIG_HEAD;"
			  "} | sort");
	free(repo);
	char *worktree = path_in(dir, "w");
	expect_resolved(worktree, "HEAD", "HEAD");
	expect_resolved(worktree, "main", "main");
	free(worktree);
	remove_dir(dir);
}
