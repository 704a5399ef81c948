#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "source/index_p.h"
#include "source/repo.h"
#include "unit/source_git.h"

struct list {
	struct rsk_buf text;
	enum rsk_err answer;
};

static enum rsk_err add_line(void *ctx, const struct rsk_index_entry *entry)
{
	struct list *list = ctx;

	cr_assert(!rsk_buf_printf(&list->text, "%d %.*s\n", entry->stage,
		(int)entry->path.len, (const char *)entry->path.ptr));
	return list->answer;
}

static enum rsk_err staged_by(const char *dir, const char *index_file,
	struct list *list, struct rsk_diag *diag)
{
	const struct rsk_repo_options options = { .here_only = true,
		.index_file = index_file };
	struct rsk_repo *repo = NULL;

	list->text = RSK_BUF_INIT(RSK_MIB);
	cr_assert_eq(rsk_repo_find(&repo, dir, &options, diag), RSK_OK, "%s",
		diag->text);
	enum rsk_err err = rsk_staged_each(repo, add_line, list, diag);
	rsk_repo_free(repo);
	return err;
}

static void expect_staged(const char *dir, const char *expected)
{
	struct rsk_diag diag = { 0 };
	struct list list = { 0 };

	cr_expect_eq(
		staged_by(dir, NULL, &list, &diag), RSK_OK, "%s", diag.text);
	cr_expect_str_eq(rsk_buf_cstr(&list.text), expected);
	rsk_buf_release(&list.text);
}

Test(staged, an_unborn_head_has_everything_to_come)
{
	char *dir = make_dir();

	run(dir, "git init -q .");
	expect_staged(dir, "");
	run(dir, "mkdir d && echo > d/a && echo > b && git add .");
	expect_staged(dir, "0 b\n0 d/a\n");
	remove_dir(dir);
}

Test(staged, only_what_differs)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir -p d/e f && echo 1 > d/e/a &&"
		 "echo 1 > d/b && echo 1 > f/c && echo 1 > g && echo 1 > h.x &&"
		 "git add . && git commit -qm 1");
	expect_staged(dir, "");
	run(dir, "echo 2 > d/e/a && git add . && echo 3 > d/e/a");
	expect_staged(dir, "0 d/e/a\n");
	run(dir, "git rm -q -f g && mkdir g && echo > g/file && echo > d/new &&"
		 "git rm -q -r f && echo > f && chmod +x h.x && git add .");
	expect_staged(dir, "0 d/e/a\n0 d/new\n0 f\n0 g/file\n0 h.x\n");
	run(dir, "git write-tree >/dev/null");
	expect_staged(dir, "0 d/e/a\n0 d/new\n0 f\n0 g/file\n0 h.x\n");
	run(dir, "git commit -qm 2");
	expect_staged(dir, "");
	remove_dir(dir);
}

Test(staged, a_conflict_has_all_its_stages)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir d && echo 1 > d/a && echo > b &&"
		 "git add . && git commit -qm 1 && git checkout -q -b side &&"
		 "echo 2 > d/a && git commit -qam 2 && git checkout -q main &&"
		 "echo 3 > d/a && git commit -qam 3 &&"
		 "! git merge -q side >/dev/null");
	expect_staged(dir, "1 d/a\n2 d/a\n3 d/a\n");
	remove_dir(dir);
}

Test(staged, intent_to_add_has_no_content)
{
	char *dir = make_dir();

	run(dir, "git init -q . && echo > a && git add a && git commit -qm 1 &&"
		 "echo > b && git add -N b && echo > c && git add c");
	expect_staged(dir, "0 c\n");
	remove_dir(dir);
}

/* As `git commit -a` sets it for its hooks. */
Test(staged, another_index_file)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct list list = { 0 };

	run(dir, "git init -q . && echo > a && git add a && git commit -qm 1 &&"
		 "echo > b && GIT_INDEX_FILE=$PWD/other git add b");
	expect_staged(dir, "");
	char *other = path_in(dir, "other");
	cr_expect_eq(staged_by(dir, other, &list, &diag), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&list.text), "0 b\n");
	rsk_buf_release(&list.text);
	free(other);
	remove_dir(dir);
}

Test(staged, sha256_and_version_4)
{
	char *dir = make_dir();

	run(dir, "git init -q --object-format=sha256 . && mkdir -p d/e &&"
		 "for i in 1 2 3; do echo $i > d/e/file$i; done && git add . &&"
		 "git update-index --index-version 4 && git commit -qm 1 &&"
		 "echo x > d/e/file2 && git add .");
	expect_staged(dir, "0 d/e/file2\n");
	remove_dir(dir);
}

Test(staged, packed_objects_and_refs)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir d && echo > d/a && git add . &&"
		 "git commit -qm 1 && git gc -q && git pack-refs --all &&"
		 "echo 2 > d/a && git add .");
	expect_staged(dir, "0 d/a\n");
	remove_dir(dir);
}

Test(staged, agrees_with_git_on_many_changes)
{
	char *dir = make_dir();

	run(dir, "git init -q . && for i in 0 1 2 3 4 5 6 7 8 9; do "
		 "mkdir -p $i/x $i.d $i-d; for j in 0 1 2 3 4 5; do "
		 "echo $i > $i/$j; echo $j > $i/x/$j; echo $i$j > $i.d/$j;"
		 "echo > $i-d/$j; done; done; git add . && git commit -qm 1");
	for (int round = 0; round < 12; round++) {
		char command[512];

		snprintf(command, sizeof(command),
			"for k in 1 2 3; do n=$(((%d*7+k*13)%%10)); "
			"m=$(((%d+k)%%6)); echo c%d > $n/x/$m; echo > $n.d/n$k;"
			"rm -rf $(((n+1)%%10))-d/$m; done; git add -A . ;"
			"test %d != 6 || git write-tree >/dev/null;"
			"test %d != 9 || git commit -qm 2",
			round, round, round, round, round);
		run(dir, command);
		char *expected =
			shell(dir, "git diff --cached --no-renames --name-only "
				   "--diff-filter=d | sed 's/^/0 /'");
		expect_staged(dir, expected);
		free(expected);
	}
	remove_dir(dir);
}

Test(staged, a_missing_tree_is_an_error)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct list list = { 0 };

	run(dir, "git init -q . && mkdir d && echo > d/a && git add . &&"
		 "git commit -qm 1 && echo 2 > d/a && git add . &&"
		 "t=$(git rev-parse HEAD:d) && rm -f .git/objects/"
		 "$(echo $t | cut -c1-2)/$(echo $t | cut -c3-)");
	cr_expect_eq(staged_by(dir, NULL, &list, &diag), RSK_NOTFOUND);
	cr_expect(strstr(diag.text, "object "));
	rsk_buf_release(&list.text);
	remove_dir(dir);
}

Test(staged, an_error_of_the_caller_ends_it)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct list list = { .answer = RSK_INTERRUPTED };

	run(dir, "git init -q . && echo > a && echo > b && git add .");
	cr_expect_eq(staged_by(dir, NULL, &list, &diag), RSK_INTERRUPTED);
	cr_expect_str_eq(rsk_buf_cstr(&list.text), "0 a\n");
	rsk_buf_release(&list.text);
	remove_dir(dir);
}

Test(staged, sparse_folders)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct list list = { 0 };

	run(dir, "git init -q . && mkdir -p in out/deep && echo > in/a &&"
		 "echo > out/b && echo > out/deep/c && git add . &&"
		 "git commit -qm x && git sparse-checkout init --cone "
		 "--sparse-index && git sparse-checkout set in &&"
		 "echo 2 > in/a && git add .");
	expect_staged(dir, "0 in/a\n");

	/* HEAD moves, the folded folder does not. */
	run(dir, "git update-ref HEAD $(git commit-tree -m e "
		 "$(git mktree </dev/null))");
	cr_expect_eq(staged_by(dir, NULL, &list, &diag), RSK_UNSUPPORTED);
	cr_expect(strstr(diag.text, "sparse"));
	rsk_buf_release(&list.text);
	remove_dir(dir);
}
