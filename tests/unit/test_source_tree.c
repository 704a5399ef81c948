#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "source/tree.h"
#include "unit/source_git.h"

enum { JOBS = 3 };

/* What a walk handed out, as sorted lines "T path". */
struct seen {
	pthread_mutex_t lock;
	RSK_VEC(char *) lines;
	enum rsk_err answer;
	struct rsk_coverage ledger;
	enum rsk_err err;
};

static char letter(const struct rsk_tree_file *file)
{
	if (file->is_ignored)
		return 'I';
	return file->vcs == RSK_VCS_TRACKED     ? 'T'
	       : file->vcs == RSK_VCS_UNTRACKED ? 'U'
						: '-';
}

static enum rsk_err note_file(
	void *ctx, unsigned worker, const struct rsk_tree_file *file)
{
	struct seen *seen = ctx;
	char *line = rsk_alloc(file->path.len + 3);
	int fd = openat(file->dirfd, file->name, O_RDONLY | O_NOFOLLOW);

	cr_assert_lt(worker, JOBS);
	cr_expect(fd >= 0 || errno == EACCES, "%s", file->name);
	if (fd >= 0)
		close(fd);
	line[0] = letter(file);
	line[1] = ' ';
	memcpy(line + 2, file->path.ptr, file->path.len);
	pthread_mutex_lock(&seen->lock);
	*RSK_VEC_PUSH(&seen->lines) = line;
	pthread_mutex_unlock(&seen->lock);
	return seen->answer;
}

static int cmp_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a + 2, *(char *const *)b + 2);
}

static void walk(
	struct seen *seen, const char *root, struct rsk_tree_options options)
{
	struct rsk_coverage ledgers[JOBS] = { 0 };
	const struct rsk_tree_visit visit = { note_file, ledgers, seen };

	pthread_mutex_init(&seen->lock, NULL);
	if (!options.jobs)
		options.jobs = JOBS;
	seen->err = rsk_tree_walk(root, &options, &visit);
	for (int i = 0; i < JOBS; i++) {
		rsk_coverage_merge(&seen->ledger, &ledgers[i]);
		rsk_coverage_release(&ledgers[i]);
	}
	rsk_coverage_finish(&seen->ledger);
	if (seen->lines.len)
		qsort(seen->lines.ptr, seen->lines.len, sizeof(char *),
			cmp_line);
}

static void release(struct seen *seen)
{
	for (size_t i = 0; i < seen->lines.len; i++)
		free(seen->lines.ptr[i]);
	RSK_VEC_RELEASE(&seen->lines);
	rsk_coverage_release(&seen->ledger);
	pthread_mutex_destroy(&seen->lock);
}

static void expect_lines(const struct seen *seen, const char *expected)
{
	size_t len = 0;
	char *all = NULL;
	FILE *out = open_memstream(&all, &len);

	for (size_t i = 0; i < seen->lines.len; i++)
		fprintf(out, "%s\n", seen->lines.ptr[i]);
	fclose(out);
	cr_expect_str_eq(all, expected);
	free(all);
}

static void expect_walk(
	const char *root, struct rsk_tree_options options, const char *expected)
{
	struct seen seen = { 0 };

	walk(&seen, root, options);
	cr_expect_eq(seen.err, RSK_OK);
	expect_lines(&seen, expected);
	release(&seen);
}

static const struct rsk_tree_options plain = { 0 };

Test(tree, without_a_repository_every_file_is_in)
{
	char *dir = make_dir();

	run(dir, "mkdir -p a/b .c; echo > a/b/x; echo > .c/y; echo > z;"
		 "echo '*' > .gitignore");
	expect_walk(dir, plain, "- .c/y\n- .gitignore\n- a/b/x\n- z\n");
	remove_dir(dir);
}

Test(tree, in_a_repository_the_index_and_the_ignore_files_decide)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir -p a build sub/deep &&"
		 "echo > a/t && echo > build/forced.o && echo > top &&"
		 "printf 'build/\\n*.log\\n/only\\n' > .gitignore &&"
		 "printf '!keep.log\\n' > sub/.gitignore &&"
		 "git add -f . && echo > build/other && echo > x.log &&"
		 "echo > sub/keep.log && echo > sub/deep/keep.log &&"
		 "echo > sub/deep/y.log && echo > only && echo > sub/only &&"
		 "mkdir -p sub/build/x && echo > sub/build/x/y &&"
		 "printf 'excluded\\n' > .git/info/exclude && echo > excluded");
	expect_walk(dir, plain,
		"T .gitignore\nT a/t\nT build/forced.o\nT sub/.gitignore\n"
		"U sub/deep/keep.log\nU sub/keep.log\nU sub/only\nT top\n");

	struct rsk_tree_options all = { .ignored = true };
	expect_walk(dir, all,
		"T .gitignore\nT a/t\nT build/forced.o\nI build/other\n"
		"I excluded\nI only\nT sub/.gitignore\nI sub/build/x/y\n"
		"U sub/deep/keep.log\nI sub/deep/y.log\nU sub/keep.log\n"
		"U sub/only\nT top\nI x.log\n");

	char *sub = path_in(dir, "sub");
	expect_walk(sub, plain,
		"T .gitignore\nU deep/keep.log\nU keep.log\nU only\n");
	free(sub);

	/* Somebody named it. */
	char *build = path_in(dir, "sub/build");
	expect_walk(build, plain, "U x/y\n");
	free(build);
	remove_dir(dir);
}

Test(tree, counts_what_it_passes_over)
{
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "git init -q . && echo 'ig/' > .gitignore && git add . &&"
		 "mkdir ig && echo > ig/a && ln -s . loop && ln -s /etc/passwd "
		 "p &&"
		 "ln -s nowhere n && mkfifo fifo && mkdir d && mkfifo "
		 "d/.gitignore");
	walk(&seen, dir, plain);
	expect_lines(&seen, "T .gitignore\n");
	cr_expect_eq(seen.ledger.skips[RSK_SKIP_SYMLINK], 3);
	cr_expect_eq(seen.ledger.skips[RSK_SKIP_SPECIAL], 2);
	cr_expect_eq(seen.ledger.skips[RSK_SKIP_IGNORED], 1);
	cr_expect_eq(seen.ledger.files.seen, 6);
	cr_expect_eq(seen.ledger.files.skipped, 6);
	cr_expect(rsk_slice_eq_str(seen.ledger.skip_list.ptr[0].path, "ig/"));
	cr_expect(rsk_coverage_complete(&seen.ledger, 0));
	release(&seen);
	remove_dir(dir);
}

Test(tree, excluded_paths_are_not_visited)
{
	static const struct rsk_slice globs[] = { RSK_LIT("gen/"),
		RSK_LIT("*.min.js") };
	struct rsk_tree_options options = { .exclude = { globs, 2 } };
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "mkdir -p gen/x a/gen && echo > gen/x/1 && echo > a/gen/2 &&"
		 "echo > a/b.min.js && echo > a/b.js");
	walk(&seen, dir, options);
	expect_lines(&seen, "- a/b.js\n");
	cr_expect_eq(seen.ledger.skips[RSK_SKIP_EXCLUDED], 3);
	release(&seen);
	remove_dir(dir);
}

Test(tree, a_later_glob_takes_back_an_earlier_one)
{
	static const struct rsk_slice globs[] = { RSK_LIT("gen/"),
		RSK_LIT("!gen/keep.ts") };
	struct rsk_tree_options options = { .exclude = { globs, 2 } };
	char *dir = make_dir();

	run(dir, "mkdir gen && echo > gen/x && echo > gen/keep.ts");
	expect_walk(dir, options, "- gen/keep.ts\n");
	remove_dir(dir);
}

Test(tree, repositories_in_the_tree_have_rules_of_their_own)
{
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "git init -q lib && cd lib && echo '*.o' > .gitignore &&"
		 "echo > l && git add . && git commit -qm l");
	run(dir,
		"git init -q top && cd top && echo '*.x' > .gitignore &&"
		"git submodule --quiet add ../lib mod && git add . &&"
		"git commit -qm t && git init -q nested && echo > nested/n.x &&"
		"echo > nested/n && git -C nested add n && echo > mod/m.x &&"
		"echo > mod/m.o && echo > m.o && mkdir -p broken/.git &&"
		"echo > broken/b");
	char *top = path_in(dir, "top");
	walk(&seen, top, plain);
	expect_lines(&seen, "T .gitignore\nT .gitmodules\nU broken/b\nU m.o\n"
			    "T mod/.gitignore\nT mod/l\nU mod/m.x\nT nested/n\n"
			    "U nested/n.x\n");
	cr_expect_eq(seen.ledger.notes.len, 2);
	cr_expect(strstr(seen.ledger.notes.ptr[0], "'mod'"));
	cr_expect(strstr(seen.ledger.notes.ptr[1], "'nested'"));
	cr_expect(rsk_coverage_complete(&seen.ledger, 0));
	release(&seen);

	/* A linked worktree elsewhere, and one inside the tree. */
	run(top, "git worktree add -q ../wt && git worktree add -q inner &&"
		 "echo > ../wt/u && echo > ../wt/u.x");
	char *worktree = path_in(dir, "wt");
	expect_walk(worktree, plain, "T .gitignore\nT .gitmodules\nU u\n");
	free(worktree);
	char *inner = path_in(dir, "top/inner");
	expect_walk(inner, plain, "T .gitignore\nT .gitmodules\n");
	free(inner);
	free(top);
	remove_dir(dir);
}

Test(tree, a_repository_that_cannot_be_read_is_a_gap_and_hides_nothing)
{
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "git init -q . && echo '*' > .gitignore && echo > a &&"
		 "rm -f .git/config && mkfifo .git/config");
	walk(&seen, dir, plain);
	cr_expect_eq(seen.err, RSK_OK);
	expect_lines(&seen, "- .gitignore\n- a\n");
	cr_expect_eq(seen.ledger.gaps[RSK_GAP_GIT_SPECIAL], 1);
	release(&seen);

	seen = (struct seen){ 0 };
	run(dir, "rm .git/config; git init -q .; echo broken > .git/index");
	walk(&seen, dir, plain);
	expect_lines(&seen, "- .gitignore\n- a\n");
	cr_expect_eq(seen.ledger.gaps[RSK_GAP_UNSUPPORTED_REPO], 1);
	release(&seen);
	remove_dir(dir);
}

Test(tree, a_pattern_file_over_the_limits_ignores_nothing)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir d && echo > d/a && echo > b &&"
		 "echo '*' > .gitignore && i=0 && while [ $i -lt 40 ]; do "
		 "printf 'a*b'; i=$((i+1)); done >> .gitignore");
	expect_walk(dir, plain, "U .gitignore\nU b\nU d/a\n");
	remove_dir(dir);
}

Test(tree, a_sparse_index_covers_whole_folders)
{
	char *dir = make_dir();

	run(dir, "git init -q . && mkdir -p in out/deep && echo > in/a &&"
		 "echo > out/b && echo > out/deep/c && git add . &&"
		 "git commit -qm x && git sparse-checkout init --cone "
		 "--sparse-index && git sparse-checkout set in &&"
		 "echo 'out/' > .git/info/exclude && mkdir -p out &&"
		 "echo > out/b && echo > in/u");
	expect_walk(dir, plain, "T in/a\nU in/u\nT out/b\n");
	remove_dir(dir);
}

static enum rsk_err move_away(
	void *ctx, unsigned worker, const struct rsk_tree_file *file)
{
	(void)worker;
	if (!strcmp(file->name, "a"))
		free(shell(ctx, "mv d/b b"));
	return RSK_OK;
}

Test(tree, a_folder_that_changes_while_it_is_read_is_a_gap)
{
	char *dir = make_dir();
	struct rsk_coverage ledger = { 0 };
	const struct rsk_tree_visit visit = { move_away, &ledger, dir };
	const struct rsk_tree_options options = { .jobs = 1 };

	/* Listed first, d/a; then d/b goes to where nobody looks again. */
	free(shell(dir, "mkdir d && touch d/a d/b && touch -d '1 hour ago' d"));
	cr_assert_eq(rsk_tree_walk(dir, &options, &visit), RSK_OK);
	cr_expect_eq(ledger.gaps[RSK_GAP_CHANGED], 1);
	cr_assert_geq(ledger.gap_list.len, 1);
	cr_expect(rsk_slice_eq_str(ledger.gap_list.ptr[0].path, "d"));
	rsk_coverage_release(&ledger);
	remove_dir(dir);
}

Test(tree, an_error_of_the_visitor_ends_the_walk)
{
	char *dir = make_dir();
	struct seen seen = { .answer = RSK_INTERRUPTED };

	run(dir,
		"for i in 1 2 3 4 5 6 7 8 9; do mkdir -p d$i/e; echo > d$i/e/f;"
		"done");
	walk(&seen, dir, plain);
	cr_expect_eq(seen.err, RSK_INTERRUPTED);
	cr_expect_leq(seen.lines.len, JOBS);
	release(&seen);
	remove_dir(dir);
}

Test(tree, errors_of_the_root)
{
	char *dir = make_dir();
	char *file = path_in(dir, "f");
	char *none = path_in(dir, "none");
	struct rsk_coverage ledgers[JOBS] = { 0 };
	const struct rsk_tree_visit visit = { note_file, ledgers, NULL };
	const struct rsk_tree_options options = { .jobs = JOBS };

	run(dir, "echo > f");
	cr_expect_eq(rsk_tree_walk(none, &options, &visit), RSK_NOTFOUND);
	cr_expect_eq(rsk_tree_walk(file, &options, &visit), RSK_SPECIAL);
	free(file);
	free(none);
	remove_dir(dir);
}

Test(tree, a_bare_repository_has_no_files)
{
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "git init -q --bare .");
	walk(&seen, dir, plain);
	cr_expect_eq(seen.err, RSK_OK);
	cr_expect_eq(seen.lines.len, 0);
	cr_expect_eq(seen.ledger.notes.len, 1);
	release(&seen);
	remove_dir(dir);
}

/* A comb: at every level one more folder to come back to. */
Test(tree, deep_folders_need_few_descriptors)
{
	enum { DEPTH = 3000 };
	char *dir = make_dir();
	struct seen seen = { 0 };
	struct rlimit few = { 40, 40 };
	int at = open(dir, O_PATH);

	for (int i = 0; i < DEPTH; i++) {
		cr_assert(!mkdirat(at, "d", 0700));
		cr_assert(!mkdirat(at, "e", 0700));
		int next = openat(at, "d", O_PATH);
		int file = openat(at, "e/f", O_CREAT | O_WRONLY, 0600);

		cr_assert(next >= 0 && file >= 0);
		close(at);
		close(file);
		at = next;
	}
	close(openat(at, "bottom", O_CREAT | O_WRONLY, 0600));
	close(at);

	cr_assert(!setrlimit(RLIMIT_NOFILE, &few));
	walk(&seen, dir, plain);
	cr_expect_eq(seen.err, RSK_OK);
	cr_expect_eq(seen.lines.len, DEPTH + 1);
	cr_expect(rsk_coverage_complete(&seen.ledger, 0));
	release(&seen);
	remove_dir(dir);
}

Test(tree, a_folder_of_many_files_is_complete)
{
	enum { FILES = 20000 };
	char *dir = make_dir();
	struct seen seen = { 0 };
	int at = open(dir, O_PATH);

	for (int i = 0; i < FILES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "file-number-%d", i);
		close(openat(at, name, O_CREAT | O_WRONLY, 0600));
	}
	walk(&seen, dir, plain);
	cr_expect_eq(seen.lines.len, FILES);
	for (size_t i = 1; i < seen.lines.len; i++)
		cr_assert(strcmp(seen.lines.ptr[i - 1], seen.lines.ptr[i]));
	close(at);
	release(&seen);
	remove_dir(dir);
}

Test(tree, what_cannot_be_listed_is_a_gap)
{
	char *dir = make_dir();
	struct seen seen = { 0 };

	run(dir, "mkdir no yes && echo > no/a && echo > yes/b && chmod 0 no");
	if (!geteuid()) {
		cr_assert(!chmod(dir, 0755));
		cr_assert(!seteuid(65534));
	}
	walk(&seen, dir, plain);
	if (!getuid())
		cr_assert(!seteuid(0));
	expect_lines(&seen, "- yes/b\n");
	cr_expect_eq(seen.ledger.gaps[RSK_GAP_IO], 1);
	cr_expect(rsk_slice_eq_str(seen.ledger.gap_list.ptr[0].path, "no"));
	cr_expect_str_eq(
		seen.ledger.gap_list.ptr[0].detail, "Permission denied");
	release(&seen);
	remove_dir(dir);
}

/* Folders, files and patterns that depend on a number in no simple way. */
static const char random_tree[] =
	"git init -q . && awk -v seed=%d 'BEGIN { srand(seed);"
	"split(\"*.o !a1.o d2/ /b* *.log !*.log d1/*.c **/c3.* d?/ !d1/ /d*/d1 "
	"!*/ a[1-3].*\", pats, \" \"); make(\".\", 0) }"
	"function make(dir, depth, i, n, f) {"
	"system(\"mkdir -p \" dir);"
	"for (i = int(rand() * 6); i; i--) { f = dir \"/\" substr(\"abc\", "
	"1 + int(rand() * 3), 1) i \".\" substr(\"oc\", 1 + int(rand() * 2), "
	"1);"
	"print f > f; close(f) }"
	"if (rand() < 0.4) { f = dir \"/.gitignore\";"
	"for (i = 0; i < 3; i++) print pats[1 + int(rand() * 13)] > f; "
	"close(f) }"
	"for (n = depth < 4 ? int(rand() * 4) : 0; n; n--)"
	"make(dir \"/d\" n, depth + 1) }' &&"
	"find . -name '*3.*' -not -path './.git/*' | xargs -r git add -f";

Test(tree, the_files_are_those_that_git_lists)
{
	for (int seed = 1; seed <= 6; seed++) {
		char *dir = make_dir();
		char command[sizeof(random_tree) + 16];
		struct seen seen = { 0 };

		snprintf(command, sizeof(command), random_tree, seed);
		run(dir, command);
		walk(&seen, dir, plain);
		char *expected =
			shell(dir, "{ git ls-files -c | sed 's/^/T /';"
				   "git ls-files -o --exclude-standard | sed "
				   "'s/^/U /'; } |"
				   "sort -k 2");
		expect_lines(&seen, expected);
		free(expected);
		release(&seen);
		remove_dir(dir);
	}
}
