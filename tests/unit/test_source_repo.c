#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "source/gitconfig_p.h"
#include "source/repo.h"
#include "unit/source_git.h"

static enum rsk_err find_with(struct rsk_repo **out, const char *dir,
	const char *name, const struct rsk_repo_options *options,
	struct rsk_diag *diag)
{
	char *path = path_in(dir, name);
	enum rsk_err err = rsk_repo_find(out, path, options, diag);

	free(path);
	return err;
}

static enum rsk_err find(struct rsk_repo **out, const char *dir,
	const char *name, struct rsk_diag *diag)
{
	return find_with(out, dir, name, &(struct rsk_repo_options){ 0 }, diag);
}

static void expect_found(const char *dir, const char *name, const char *workdir,
	const char *gitdir)
{
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;
	char *git = path_in(dir, gitdir);

	cr_assert_eq(find(&repo, dir, name, &diag), RSK_OK, "%s: %s", name,
		diag.text);
	cr_expect_str_eq(rsk_repo_gitdir(repo), git);
	if (workdir) {
		char *work = path_in(dir, workdir);

		cr_assert(rsk_repo_workdir(repo));
		cr_expect_str_eq(rsk_repo_workdir(repo), work);
		free(work);
	} else {
		cr_expect_null(rsk_repo_workdir(repo));
	}
	rsk_repo_free(repo);
	free(git);
}

static void expect_error(
	const char *dir, const char *name, enum rsk_err expected)
{
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;

	cr_expect_eq(find(&repo, dir, name, &diag), expected, "%s: %s", name,
		diag.text);
	rsk_repo_free(repo);
}

Test(repo, looks_upward)
{
	char *dir = make_dir();

	run(dir, "git init -q r && mkdir -p r/a/b && echo > r/a/f");
	expect_found(dir, "r", "r", "r/.git");
	expect_found(dir, "r/a/b", "r", "r/.git");
	expect_found(dir, "r/a/f", "r", "r/.git");
	expect_found(dir, "r/.git", NULL, "r/.git");
	expect_error(dir, "none", RSK_NOTFOUND);

	struct rsk_repo *repo = NULL;
	struct rsk_repo_options here = { .here_only = true };
	cr_expect_eq(find_with(&repo, dir, "r/a", &here, NULL), RSK_NOTFOUND);
	remove_dir(dir);
}

Test(repo, a_broken_git_folder_is_none)
{
	char *dir = make_dir();

	run(dir, "git init -q r && mkdir -p r/sub/.git");
	expect_found(dir, "r/sub", "r", "r/.git");
	remove_dir(dir);
}

Test(repo, bare_repositories)
{
	char *dir = make_dir();

	run(dir, "git init -q --bare b.git && git init -q w &&"
		 "git -C w config core.bare true");
	expect_found(dir, "b.git", NULL, "b.git");
	expect_found(dir, "w", NULL, "w/.git");
	remove_dir(dir);
}

Test(repo, worktrees_and_submodules_point_back)
{
	char *dir = make_dir();

	run(dir, "git init -q lib && echo > lib/a && git -C lib add . &&"
		 "git -C lib commit -qm l && git init -q top && cd top &&"
		 "git submodule --quiet add ../lib mod/deep &&"
		 "git commit -qm t && git worktree add -q ../wt &&"
		 "cd ../wt && git submodule --quiet update --init");
	expect_found(dir, "top/mod/deep", "top/mod/deep",
		"top/.git/modules/mod/deep");
	expect_found(dir, "wt", "wt", "top/.git/worktrees/wt");
	expect_found(dir, "wt/mod/deep", "wt/mod/deep",
		"top/.git/worktrees/wt/modules/mod/deep");

	/* A worktree of a submodule. */
	run(dir, "git -C top/mod/deep worktree add -q ../../../swt");
	expect_found(
		dir, "swt", "swt", "top/.git/modules/mod/deep/worktrees/swt");

	/* A bare repository's worktree. */
	run(dir, "git clone -q --bare lib b.git && git -C b.git worktree add "
		 "-q ../bwt");
	expect_found(dir, "bwt", "bwt", "b.git/worktrees/bwt");
	remove_dir(dir);
}

struct bad {
	char make[256];
	enum rsk_err expected;
};

ParameterizedTestParameters(repo, refuses)
{
	static struct bad params[] = {
		{ "rm .git/HEAD; mkfifo .git/HEAD", RSK_SPECIAL },
		{ "rm .git/config; mkfifo .git/config", RSK_SPECIAL },
		{ "mkfifo .git/packed-refs", RSK_SPECIAL },
		{ "mkfifo .git/index", RSK_SPECIAL },
		{ "mkfifo .git/objects/info/alternates", RSK_SPECIAL },
		{ "mkdir -p .git/info; rm -f .git/info/exclude;"
		  "ln -s /etc/passwd .git/info/exclude",
			RSK_SPECIAL },
		{ "mv .git/objects ../o; ln -s ../../o .git/objects",
			RSK_SPECIAL },
		{ "mv .git/refs ../r; ln -s ../../r .git/refs", RSK_SPECIAL },
		{ "mv .git ../g; ln -s ../g .git", RSK_SPECIAL },
		{ "rm -rf .git; mkfifo .git", RSK_SPECIAL },
		{ "git init -q ../o; echo ../../o/.git > .git/commondir",
			RSK_REDIRECT },
		{ "git init -q ../o; rm -rf .git;"
		  "echo gitdir: ../o/.git > .git",
			RSK_REDIRECT },
		{ "rm -rf .git; echo gitdir: ../none > .git", RSK_REDIRECT },
		{ "git init -q ../o; cd ../o; git commit -q --allow-empty "
		  "-m x; git worktree add -q ../w; cp ../w/.git ../r/g;"
		  "cd ../r; rm -rf .git; mv g .git",
			RSK_REDIRECT },
		{ "rm -rf .git; echo hello > .git", RSK_CORRUPT },
		{ "echo '[core' > .git/config", RSK_SYNTAX },
		{ "git config core.repositoryformatversion 2",
			RSK_UNSUPPORTED },
		{ "git config extensions.refStorage reftable",
			RSK_UNSUPPORTED },
		{ "git config extensions.unheardOf x", RSK_UNSUPPORTED },
		{ "chmod 0 . && chmod 700 . && rm -rf .git/objects",
			RSK_NOTFOUND },
	};

	return cr_make_param_array(
		struct bad, params, sizeof(params) / sizeof(params[0]));
}

ParameterizedTest(const struct bad *bad, repo, refuses)
{
	char *dir = make_dir();
	char *repo = path_in(dir, "r");

	run(dir, "git init -q r");
	run(repo, bad->make);
	expect_error(dir, "r", bad->expected);
	free(repo);
	remove_dir(dir);
}

Test(repo, another_users_repository)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;
	const struct rsk_repo_options trust = { .trust_ownership = true };
	const struct rsk_repo_options sudo = { .sudo_uid = 1234 };

	if (geteuid())
		cr_skip_test("only root can give files away");
	run(dir, "git init -q r && chown -R 1234 r");
	cr_expect_eq(find(&repo, dir, "r", &diag), RSK_DENIED);
	cr_expect(strstr(diag.text, "--trust-ownership"));
	cr_expect_eq(find_with(&repo, dir, "r", &trust, &diag), RSK_OK);
	rsk_repo_free(repo);
	cr_expect_eq(find_with(&repo, dir, "r", &sudo, &diag), RSK_OK);
	rsk_repo_free(repo);
	remove_dir(dir);
}

Test(repo, settings_that_matter)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;

	run(dir, "git init -q --object-format=sha256 a && git init -q b &&"
		 "git -C b config core.repositoryformatversion 1 &&"
		 "git -C b config extensions.partialClone origin &&"
		 "mkfifo b/inc && git -C b config include.path ../inc &&"
		 "echo abc > b/.git/shallow");
	cr_assert_eq(find(&repo, dir, "a", &diag), RSK_OK, "%s", diag.text);
	cr_expect_eq(rsk_repo_oid_len(repo), 32);
	cr_expect_not(rsk_repo_is_partial(repo));
	rsk_repo_free(repo);
	cr_assert_eq(find(&repo, dir, "b", &diag), RSK_OK, "%s", diag.text);
	cr_expect_eq(rsk_repo_oid_len(repo), 20);
	cr_expect(rsk_repo_is_partial(repo));

	struct rsk_buf text = RSK_BUF_INIT(64);
	cr_expect_eq(rsk_repo_read(&text, repo, "shallow"), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&text), "abc\n");
	cr_expect_eq(rsk_repo_read(&text, repo, "info/grafts"), RSK_NOTFOUND);
	rsk_buf_release(&text);
	rsk_repo_free(repo);
	remove_dir(dir);
}

struct setting {
	char text[128];
	char worktree[32];
	bool bare;
	enum rsk_err err;
};

ParameterizedTestParameters(repo, reads_config)
{
	static struct setting params[] = {
		{ "", "", false, RSK_OK },
		{ "[core]\n\tbare = true\n", "", true, RSK_OK },
		{ "[CORE]BARE=Yes", "", true, RSK_OK },
		{ "[core]\nbare\n", "", true, RSK_OK },
		{ "[core]\nbare ; so\n", "", true, RSK_OK },
		{ "[core]\nbare =\n", "", false, RSK_OK },
		{ "[core]\nbare = true\nbare = no\n", "", false, RSK_OK },
		{ "[core \"x\"]\nbare = true\n", "", false, RSK_OK },
		{ "# [core]\n;bare\n[core] # c\nbare=1", "", true, RSK_OK },
		{ "[core]\nworktree = \" a b \" c # d\n", " a b  c", false,
			RSK_OK },
		{ "[core]\nworktree = a \\\n b\n", "a  b", false, RSK_OK },
		{ "[core]\r\nworktree = a\\t\\\"\\\\ \t\r\n", "a\t\"\\", false,
			RSK_OK },
		{ "\xef\xbb\xbf[core]\nbare=on\n", "", true, RSK_OK },
		{ "[core]\nworktree = \"a\n", "", false, RSK_SYNTAX },
		{ "[core]\nworktree = a\\x\n", "", false, RSK_SYNTAX },
		{ "[core\n", "", false, RSK_SYNTAX },
		{ "[core]\n= x\n", "", false, RSK_SYNTAX },
		{ "[core]\nbare x\n", "", false, RSK_SYNTAX },
		{ "[a \"b]\"]\nc=d\n[core]\nbare=1\n", "", true, RSK_OK },
	};

	return cr_make_param_array(
		struct setting, params, sizeof(params) / sizeof(params[0]));
}

ParameterizedTest(const struct setting *want, repo, reads_config)
{
	struct rsk_git_config config = { 0 };
	struct rsk_diag diag = { 0 };

	cr_assert_eq(
		rsk_git_config_parse(&config, rsk_slice_str(want->text), &diag),
		want->err, "%s", want->text);
	cr_expect_eq(config.is_bare, want->bare, "%s", want->text);
	cr_expect_str_eq(config.worktree, want->worktree);
}
