#include "pack_fixture.h"
#include "source/history.h"

/*
 * Repositories in which a word is planted in one place each, and what the
 * history says of it. A blob "has" the word when the bytes are in it.
 */

struct told {
	struct rsk_repo *repo;
	struct rsk_odb *odb;
	struct rsk_walk *walk;
	struct rsk_history *history;
	uint32_t item;
	const char *word;
	const struct rsk_life *life;
	size_t broken;
	size_t named; /* names with the word */
};

static bool has_word(struct rsk_slice bytes, const char *word)
{
	return rsk_slice_find(bytes, rsk_slice_str(word)) < bytes.len;
}

static enum rsk_err on_object(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct told *told = ctx;

	(void)state;
	if (object->type != RSK_OBJECT_BLOB)
		return rsk_history_add(told->history, worker, object, NULL);
	if (has_word(object->bytes, told->word))
		rsk_history_item_has(told->history, told->item, object->number);
	return RSK_OK;
}

static bool on_name(
	void *ctx, unsigned worker, struct rsk_slice name, uint32_t number)
{
	struct told *told = ctx;

	(void)worker;
	if (!has_word(name, told->word))
		return false;
	rsk_history_item_named(told->history, told->item, number);
	told->named++;
	return true;
}

static void on_failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct told *told = ctx;

	(void)worker;
	(void)failure;
	told->broken++;
}

static void tell(
	struct told *told, const struct fixture *fixture, const char *word)
{
	char path[256];
	struct rsk_diag diag = { 0 };
	struct rsk_repo_options options = { .here_only = true };
	struct rsk_walk_options walking = { .jobs = 1 };
	struct rsk_walk_visit visit = {
		.object = on_object,
		.failed = on_failed,
		.ctx = told,
	};
	struct rsk_history_names names = {
		.name = on_name,
		.failed = on_failed,
		.ctx = told,
	};

	*told = (struct told){ .word = word };
	cr_assert_eq(rsk_repo_find(&told->repo,
			     fixture_path(fixture, "r", path), &options, &diag),
		RSK_OK, "%s", diag.text);
	cr_assert_eq(
		rsk_odb_open(&told->odb, rsk_repo_objects(told->repo), &diag),
		RSK_OK);
	cr_assert_eq(rsk_walk_new(&told->walk, told->odb, &walking), RSK_OK);
	cr_assert_eq(rsk_history_new(&told->history, told->repo, told->walk, 1),
		RSK_OK);
	told->item = rsk_history_item(told->history);
	cr_assert_eq(rsk_walk_run(told->walk, 0x1a, &visit), RSK_OK);
	cr_assert_eq(rsk_history_link(told->history, &diag), RSK_OK, "%s",
		diag.text);
	cr_assert_eq(rsk_history_trees(told->history, &names), RSK_OK);
	rsk_history_missing(told->history, &names);
	rsk_history_locate(told->history);
	told->life = rsk_history_life(told->history, told->item);
}

static void forget(struct told *told)
{
	rsk_history_free(told->history);
	rsk_walk_free(told->walk);
	rsk_odb_free(told->odb);
	rsk_repo_free(told->repo);
}

/* The id of the commit at a place, as hex; "" for none. */
static const char *commit_at(
	const struct told *told, uint32_t at, char out[RSK_OID_HEX_MAX])
{
	out[0] = 0;
	if (at != RSK_NO_COMMIT) {
		struct rsk_oid oid = rsk_walk_oid(
			told->walk, rsk_history_number(told->history, at));

		rsk_oid_hex(out, &oid);
	}
	return out;
}

/*
 * Scripts leave the expected commits in files: "first" and "removed" (may be
 * missing: none), and "count".
 */
struct planted {
	char name[32];
	char script[768];
	char path[32];
	enum rsk_origin origin;
	bool at_head;
};

static const struct planted cases[] = {
	{ "a file at HEAD",
		"echo WORD > f; git add .; git commit -qm w; keep first;"
		" echo x > x; git add .; git commit -qm x",
		"f", RSK_ORIGIN_COMMIT, true },
	{ "a deleted file",
		"mkdir -p a/b; echo WORD > a/b/f; git add .; git commit -qm w;"
		" keep first; git rm -qr a; git commit -qm rm; keep removed;"
		" echo x > x; git add .; git commit -qm x",
		"a/b/f", RSK_ORIGIN_COMMIT, false },
	{ "only in a merge",
		"git checkout -qb side; echo s > s; git add .; git commit -qm"
		" s; git checkout -q main; echo m > m; git add .; git commit"
		" -qm m; git merge -q --no-commit side; echo WORD > evil; git"
		" add .; git commit -qm merge; keep first; git rm -q evil; git"
		" commit -qm rm; keep removed",
		"evil", RSK_ORIGIN_COMMIT, false },
	{ "came by a side branch",
		"git checkout -qb side; echo WORD > s; git add .; git commit"
		" -qm s; keep first; git checkout -q main; echo m > m; git add"
		" .; git commit -qm m; git merge -q -m merge side",
		"s", RSK_ORIGIN_COMMIT, true },
	{ "renamed and edited",
		"seq 1 99 > f; echo WORD >> f; git add .; git commit -qm w;"
		" keep first; git mv f g; echo more >> g; git add .; git"
		" commit -qm mv",
		"f", RSK_ORIGIN_COMMIT, true },
	{ "the clock is wrong",
		"export GIT_COMMITTER_DATE='1800000000 +0000'; echo WORD > f;"
		" git add .; git commit -qm w; keep first; export"
		" GIT_COMMITTER_DATE='1500000000 +0000'; echo x >> f; git add"
		" .; git commit -qm x",
		"f", RSK_ORIGIN_COMMIT, true },
	{ "several roots",
		"git checkout -q --orphan other; echo WORD > o; git add .; git"
		" commit -qm o; keep first; git checkout -q main; git merge -q"
		" --allow-unrelated-histories -m merge other",
		"o", RSK_ORIGIN_COMMIT, true },
	{ "an octopus",
		"for b in a b c; do git checkout -qb $b main; echo $b > $b;"
		" git add .; git commit -qm $b; done; git checkout -q b; echo"
		" WORD > w; git add .; git commit -qm w; keep first; git"
		" checkout -q main; git merge -q -m octopus a b c",
		"w", RSK_ORIGIN_COMMIT, true },
	{ "removed and back again",
		"echo WORD > f; git add .; git commit -qm w; keep first; git"
		" rm -q f; git commit -qm rm; echo WORD > g; git add .; git"
		" commit -qm back",
		"f", RSK_ORIGIN_COMMIT, true },
	{ "the top stash",
		"echo WORD >> base; git stash -q; git rev-parse stash >"
		" ../first",
		"base", RSK_ORIGIN_STASH, false },
	{ "an older stash",
		"echo WORD >> base; git stash -q; git rev-parse stash >"
		" ../first; echo other >> base; git stash -q; git pack-refs"
		" --all; git repack -qadk",
		"base", RSK_ORIGIN_STASH, false },
	{ "a note",
		"git notes add -m WORD; git rev-parse refs/notes/commits >"
		" ../first",
		"*", RSK_ORIGIN_NOTE, false },
	{ "amended away",
		"echo WORD > f; git add .; git commit -qm w; keep first; git"
		" rm -q --cached f; git commit -q --amend --allow-empty -m"
		" nothing",
		"f", RSK_ORIGIN_UNREACHABLE, false },
	{ "a dangling blob", "echo WORD | git hash-object -w --stdin", "",
		RSK_ORIGIN_UNREACHABLE, false },
	{ "a path name",
		"mkdir -p x/aWORDb; echo 1 > x/aWORDb/f; git add .; git commit"
		" -qm w; keep first; git mv x/aWORDb x/y; git commit -qm mv;"
		" keep removed",
		"x/aWORDb", RSK_ORIGIN_COMMIT, false },
	{ "behind a forged shallow",
		"echo WORD > f; git add .; git commit -qm w; keep first; git"
		" rm -q f; git commit -qm rm; keep removed; git rev-parse HEAD"
		" > .git/shallow",
		"f", RSK_ORIGIN_COMMIT, false },
	{ "a tag of a blob",
		"git tag loose $(echo WORD | git hash-object -w --stdin)", "",
		RSK_ORIGIN_COMMIT, false },
	{ "a remote's branch",
		"echo WORD > f; git add .; git commit -qm w; keep first; git"
		" update-ref refs/remotes/o/x HEAD; git reset -q --hard HEAD^",
		"f", RSK_ORIGIN_COMMIT, false },
};

static void expect_commit(const struct told *told,
	const struct fixture *fixture, const char *file, uint32_t at)
{
	char path[256];
	char is[RSK_OID_HEX_MAX];
	char *text = NULL;

	commit_at(told, at, is);
	if (access(fixture_path(fixture, file, path), R_OK)) {
		cr_expect_str_eq(is, "", "%s: %s", file, is);
		return;
	}
	text = fixture_file(fixture, file, NULL);
	text[strcspn(text, "\n")] = 0;
	cr_expect_str_eq(is, text, "%s: '%s', not '%s'", file, is, text);
	free(text);
}

static void check_case(const struct planted *planted, const char *after)
{
	struct fixture fixture;
	struct told told;
	char script[2048];

	snprintf(script, sizeof(script),
		"keep() { git rev-parse HEAD > ../$1; }\n"
		"git init -q -b main r; cd r; echo base > base; git add .;"
		" git commit -qm base\n%s\n%s",
		planted->script, after);
	fixture_make(&fixture, script);
	tell(&told, &fixture, "WORD");

	const struct rsk_life *life = told.life;
	cr_log_info("%s", planted->name);
	expect_commit(&told, &fixture, "first", life->first);
	expect_commit(&told, &fixture, "removed", life->removed);
	cr_expect_eq(
		life->at_head, planted->at_head, "%s: at HEAD", planted->name);
	cr_expect_eq(life->origin, planted->origin, "%s: origin %s",
		planted->name, rsk_origin_name(life->origin));
	if (planted->path[0] && planted->path[0] != '*') {
		cr_assert_gt(life->sights_len, 0, "%s", planted->name);
		cr_expect(rsk_slice_eq_str(life->sights[0].path, planted->path),
			"%s: path %.*s", planted->name,
			(int)life->sights[0].path.len,
			(const char *)life->sights[0].path.ptr);
	}
	cr_expect_eq(told.broken, 0, "%s", planted->name);
	forget(&told);
	fixture_remove(&fixture);
}

Test(history, tells_of_what_is_planted)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(&cases[i], "");
}

Test(history, does_not_depend_on_packing)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(
			&cases[i], "git repack -qadfk --depth=50 --window=50");
}

/* Against git: how many commits have it, and which refs reach one. */
Test(history, counts_commits_and_refs)
{
	struct fixture fixture;
	struct told told;

	fixture_make(&fixture,
		"git init -q -b main r; cd r; i=0\n"
		"while [ $i -lt 400 ]; do echo $i > f$((i % 7));"
		" test $i = 20 && echo WORD > w;"
		" test $i = 350 && rm -f w;"
		" git add .; git commit -qm $i; test $i = 100 && git branch b;"
		" test $i = 10 && git tag old; i=$((i+1)); done\n"
		"git repack -qadf");
	tell(&told, &fixture, "WORD");
	cr_expect_eq(told.life->commits, 330, "%u", told.life->commits);
	cr_expect_eq(told.life->refs, 2, "%u", told.life->refs);
	cr_expect(rsk_slice_eq_str(
		rsk_history_ref(told.history, told.life->some_refs[0]),
		"refs/heads/b"));
	struct rsk_history_facts facts = rsk_history_facts(told.history);
	cr_expect_eq(facts.commits, 400);
	cr_expect_eq(facts.missing_parents, 0);
	forget(&told);
	fixture_remove(&fixture);
}

/* Every tree's entries carried along deltas: all the paths a blob had. */
Test(history, finds_all_paths)
{
	struct fixture fixture;
	struct told told;

	fixture_make(&fixture,
		"git init -q -b main r; cd r; mkdir d; i=0\n"
		"while [ $i -lt 60 ]; do echo $i > d/file$i; i=$((i+1)); done\n"
		"echo WORD > d/file30x; git add .; git commit -qm 1; i=0\n"
		"while [ $i -lt 40 ]; do rm d/file$i; echo $i > d/new$i;"
		" git add .; git commit -qm $i; i=$((i+1)); done\n"
		"mkdir e; cp d/file30x e/copy; git mv d dd; git add .;"
		" git commit -qm mv; git repack -qadf --depth=50");
	tell(&told, &fixture, "WORD");
	static const char *const paths[] = { "d/file30x", "dd/file30x",
		"e/copy" };
	cr_assert_eq(told.life->sights_len, 3, "%zu", told.life->sights_len);
	for (size_t i = 0; i < 3; i++)
		cr_expect(
			rsk_slice_eq_str(told.life->sights[i].path, paths[i]));
	cr_expect_eq(told.life->commits, 42, "%u", told.life->commits);
	forget(&told);
	fixture_remove(&fixture);
}

/*
 * What trees name is looked up many at a time, and none of them gets lost where
 * that begins anew: neither what leads to the word nor what is not there.
 */
static void check_folders(unsigned folders)
{
	struct fixture fixture;
	struct told told;
	char script[512];

	snprintf(script, sizeof(script),
		"git init -q -b main r; cd r; i=1; while [ $i -le %u ]; do"
		" mkdir d$i; echo $i > d$i/a; echo b$i > d$i/b; i=$((i+1));"
		" done; echo WORD > d1/w; echo WORD > d%u/w; echo gone > "
		"d%u/x\n"
		"git add .; git commit -qm 1\n"
		"rm .git/objects/$(git rev-parse :d%u/x | sed 's,..,&/,')\n",
		folders, folders, folders / 2, folders / 2);
	fixture_make(&fixture, script);
	tell(&told, &fixture, "WORD");
	cr_expect_eq(told.life->sights_len, 2, "%u folders: %zu paths", folders,
		told.life->sights_len);
	cr_expect_eq(told.broken, 1, "%u folders: %zu missing", folders,
		told.broken);
	forget(&told);
	fixture_remove(&fixture);
}

Test(history, looks_up_entries_of_many_trees)
{
	static const unsigned folders[] = { 5, 10, 11, 15, 16, 17, 31, 32, 33,
		34, 63, 64, 65 };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		check_folders(folders[i]);
}

/* What a submodule's commit has is not here, but what it is called is. */
Test(history, tells_the_name_of_a_submodule)
{
	struct fixture fixture;
	struct told told;

	fixture_make(&fixture,
		"git init -q -b main r; cd r; echo a > a; git add a\n"
		"git update-index --add --cacheinfo"
		" 160000,$(git hash-object a),a-WORD\n"
		"git commit -qm 1");
	tell(&told, &fixture, "WORD");
	cr_expect_eq(told.named, 1);
	cr_expect_eq(told.broken, 0);
	forget(&told);
	fixture_remove(&fixture);
}

/* Most bytes of a tree that nothing is made from are left out, and its names
 * are longer than what is left of a copy. */
Test(history, finds_names_longer_than_what_is_there)
{
	struct fixture fixture;
	struct told told;

	fixture_make(&fixture,
		"git init -q --bare -b main r; cd r\n"
		"awk 'BEGIN { for (i = 0; i < 60; i++) {"
		" name = sprintf(\"d/%02d\", i);"
		" while (length(name) < 100 + i * 13) name = name \"x\" i;"
		" names[i] = name }\n"
		"for (c = 0; c < 61; c++) {"
		" printf \"commit refs/heads/main\\ncommitter A <a@b> %d "
		"+0000\\n"
		"data 1\\nc\\n\", c + 1;"
		" for (i = c ? c - 1 : 0; i < (c ? c : 60); i++) {"
		"  text = c ? \"WORD\" c : \"a\" i;"
		"  printf \"M 644 inline %s\\ndata %d\\n%s\\n\","
		" names[i], length(text), text } } }' |"
		" git fast-import --quiet --depth=50\n"
		"git repack -qadf --depth=50 --window=60");
	tell(&told, &fixture, "WORD");
	cr_expect_eq(told.broken, 0);
	cr_expect_eq(told.life->commits, 60, "%u", told.life->commits);
	cr_expect_eq(told.life->sights_len, 60, "%zu", told.life->sights_len);
	for (size_t i = 0; i < told.life->sights_len; i++)
		cr_expect_geq(told.life->sights[i].path.len, 100);
	forget(&told);
	fixture_remove(&fixture);
}

/*
 * Stories, as "event path@summary" for each event, then a line for each path
 * with the first and last commit that has it there, and one of refs.
 */
struct story {
	char name[32];
	char script[768];
	char told[512];
};

static const struct story stories[] = {
	{ "stays", "echo WORD > f; c w; echo x > x; c x; echo more >> f; c y",
		"introduced f@w\n"
		"f: w to y, at HEAD\n"
		"refs: 1 0 0\n" },
	{ "spreads and leaves",
		"echo WORD > f; c w; mkdir d; cp f d/g; c spread; git rm -q f;"
		" c left; git rm -qr d; c gone",
		"introduced f@w\nspread d/g@spread\nleft f@left\nremoved "
		"@gone\n"
		"f: w to spread\nd/g: spread to left\n"
		"refs: 1 0 0\n" },
	{ "moves",
		"mkdir -p a/b; echo WORD > a/b/f; c w; git mv a/b/f a/g; c mv",
		"introduced a/b/f@w\nspread a/g@mv\nleft a/b/f@mv\n"
		"a/b/f: w to w\na/g: mv to mv, at HEAD\n"
		"refs: 1 0 0\n" },
	{ "comes back",
		"echo WORD > f; c w; git tag v1; git rm -q f; c rm; git tag v2;"
		" echo WORD > g; c back; git tag v3; git update-ref"
		" refs/remotes/o/x HEAD~2",
		"introduced f@w\nremoved @rm\nreturned g@back\n"
		"f: w to w\ng: back to back, at HEAD\n"
		"refs: 1 3 1\n" },
	{ "two files at once", "mkdir z; echo WORD > z/b; echo WORD > a; c w",
		"introduced a@w\nspread z/b@w\n"
		"a: w to w, at HEAD\nz/b: w to w, at HEAD\n"
		"refs: 1 0 0\n" },
	{ "on two branches",
		"git checkout -qb side; echo WORD > f; c side; git checkout -q"
		" main; echo WORD > f; c main; git merge -q -m merge side",
		"introduced f@side\nintroduced f@main\n"
		"f: side to merge, at HEAD\n"
		"refs: 2 0 0\n" },
	{ "removed on a side branch",
		"echo WORD > f; c w; git checkout -qb side; git rm -q f; c rm;"
		" git checkout -q main; echo x > x; c x; git merge -q -m merge"
		" side",
		"introduced f@w\nremoved @rm\n"
		"f: w to x\n"
		"refs: 2 0 0\n" },
	{ "the same name in two folders",
		"mkdir -p a/x b/x; echo WORD > a/x/f; echo - > b/x/f; c w; echo"
		" WORD > b/x/f; c both; echo - > a/x/f; c one",
		"introduced a/x/f@w\nspread b/x/f@both\nleft a/x/f@one\n"
		"a/x/f: w to both\nb/x/f: both to one, at HEAD\n"
		"refs: 1 0 0\n" },
	{ "a folder that moves",
		"mkdir -p a/x; echo WORD > a/x/f; c w; git mv a/x y; c mv",
		"introduced a/x/f@w\nspread y/f@mv\nleft a/x/f@mv\n"
		"a/x/f: w to w\ny/f: mv to mv, at HEAD\n"
		"refs: 1 0 0\n" },
	{ "in a name",
		"mkdir -p x/WORD; echo 1 > x/WORD/f; c w; git mv x/WORD x/y;"
		" c mv",
		"introduced x/WORD@w\nremoved @mv\n"
		"x/WORD: w to w\n"
		"refs: 1 0 0\n" },
};

static void put_summary(FILE *out, const struct told *told, uint32_t at)
{
	struct rsk_oid oid =
		rsk_walk_oid(told->walk, rsk_history_number(told->history, at));
	struct rsk_buf bytes = RSK_BUF_INIT(4096);
	enum rsk_object_type type;
	struct rsk_commit commit;

	cr_assert_eq(rsk_odb_read(told->odb, &oid, &type, &bytes), RSK_OK);
	cr_assert_eq(rsk_commit_parse(&commit, rsk_buf_slice(&bytes)), RSK_OK);
	fwrite(commit.summary.ptr, 1, commit.summary.len, out);
	rsk_buf_release(&bytes);
}

static void put_path(FILE *out, const struct told *told, uint32_t sight)
{
	if (sight != RSK_NO_SIGHT)
		fwrite(told->life->sights[sight].path.ptr, 1,
			told->life->sights[sight].path.len, out);
}

static char *tell_story(const struct told *told, const struct rsk_story *story)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < story->events_len; i++) {
		fprintf(out, "%s ", rsk_key_event_name(story->events[i].kind));
		put_path(out, told, story->events[i].sight);
		fputc('@', out);
		put_summary(out, told, story->events[i].commit);
		fputc('\n', out);
	}
	for (uint32_t i = 0; i < told->life->sights_len; i++) {
		put_path(out, told, i);
		fprintf(out, ": ");
		put_summary(out, told, story->paths[i].first);
		fprintf(out, " to ");
		put_summary(out, told, story->paths[i].last);
		fprintf(out, "%s\n",
			story->paths[i].at_head ? ", at HEAD" : "");
	}
	fprintf(out, "refs: %u %u %u\n", story->refs[RSK_REF_BRANCH].total,
		story->refs[RSK_REF_TAG].total,
		story->refs[RSK_REF_REMOTE].total);
	fclose(out);
	return text;
}

static void check_story(const struct story *expected, const char *after)
{
	struct fixture fixture;
	struct told told;
	char script[2048];

	snprintf(script, sizeof(script),
		"c() { git add .; git commit -qm $1; }\n"
		"git init -q -b main r; cd r; echo base > base; c base\n%s\n%s",
		expected->script, after);
	fixture_make(&fixture, script);
	tell(&told, &fixture, "WORD");

	struct rsk_story story = { .item = told.item };
	rsk_history_stories(told.history, &story, 1);
	char *text = tell_story(&told, &story);
	cr_expect_str_eq(text, expected->told, "%s:\n%s", expected->name, text);
	free(text);
	forget(&told);
	fixture_remove(&fixture);
}

Test(history, tells_stories)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		check_story(&stories[i], "");
		check_story(&stories[i], "git repack -qadfk --depth=50");
	}
}

/* More paths than one batch has bits for, each eight parts deep. */
Test(history, tells_a_story_of_many_paths)
{
	struct fixture fixture;
	struct told told;
	struct rsk_story story;

	fixture_make(&fixture,
		"c() { git add .; git commit -qm $1; }\n"
		"git init -q -b main r; cd r; for i in $(seq 10 69); do mkdir "
		"-p"
		" $i/b/c/d/e/f/g; echo WORD $i > $i/b/c/d/e/f/g/f; done; c "
		"all; git"
		" rm -qr 6?; c rm; git rm -qr .; git commit -qm end");
	tell(&told, &fixture, "WORD");
	story = (struct rsk_story){ .item = told.item };
	rsk_history_stories(told.history, &story, 1);
	cr_assert_eq(told.life->sights_len, 60);
	cr_assert_eq(story.events_len, 60 + 10 + 1, "%zu", story.events_len);
	cr_expect_eq(story.events[0].kind, RSK_KEY_INTRODUCED);
	cr_expect_eq(story.events[0].sight, 0);
	for (uint32_t i = 0; i < 60; i++) {
		const struct rsk_story_event *event = &story.events[i];

		cr_expect_eq(event->commit, 0);
		cr_expect_eq(event->sight, i);
		cr_expect_eq(story.paths[i].first, 0);
		cr_expect_eq(story.paths[i].last, i < 50 ? 1 : 0);
	}
	cr_expect_eq(story.events[70].kind, RSK_KEY_REMOVED);
	cr_expect_eq(story.refs[RSK_REF_BRANCH].total, 1);
	forget(&told);
	fixture_remove(&fixture);
}

Test(history, takes_commits_apart)
{
	struct rsk_commit commit;
	struct rsk_oid parent;
	static const char text[] =
		"tree 0123456789012345678901234567890123456789\n"
		"parent 1123456789012345678901234567890123456789\n"
		"parent 2123456789012345678901234567890123456789\n"
		"author A B <a@b> 1700000000 +0100\n"
		"committer C <c@d> -5 +0000\n"
		"gpgsig x\n y\n\n"
		"\n  summary \n\nmore\n";

	cr_assert_eq(rsk_commit_parse(&commit, rsk_slice_str(text)), RSK_OK);
	cr_expect(rsk_slice_eq_str(commit.author.who, "A B <a@b>"));
	cr_expect_eq(commit.author.seconds, 1700000000);
	cr_expect_eq(commit.committer.seconds, -5);
	cr_expect(rsk_slice_eq_str(commit.summary, "summary"));
	struct rsk_slice parents = commit.parents;
	cr_expect(rsk_commit_parent(&parent, &parents));
	cr_expect_eq(parent.bytes[0], 0x11);
	cr_expect(rsk_commit_parent(&parent, &parents));
	cr_expect_not(rsk_commit_parent(&parent, &parents));
	cr_expect_eq(rsk_commit_parse(&commit, RSK_LIT("blub")), RSK_CORRUPT);
	cr_expect_eq(rsk_commit_parse(&commit, RSK_LIT("")), RSK_CORRUPT);
}
