#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "source/index_p.h"
#include "unit/source_git.h"

static enum rsk_err open_index(
	struct rsk_index **out, const char *dir, struct rsk_diag *diag)
{
	const struct rsk_repo_options options = { .here_only = true };
	struct rsk_repo *repo = NULL;

	cr_assert_eq(rsk_repo_find(&repo, dir, &options, diag), RSK_OK, "%s",
		diag->text);
	enum rsk_err err = rsk_index_open(out, repo, diag);
	rsk_repo_free(repo);
	return err;
}

/* As `git ls-files --stage` prints them. */
static void expect_entries(const char *dir)
{
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	char *expected = shell(dir, "git ls-files --stage --sparse");

	cr_assert_eq(open_index(&index, dir, &diag), RSK_OK, "%s", diag.text);
	for (size_t i = 0; i < rsk_index_len(index); i++) {
		const struct rsk_index_entry *entry = rsk_index_at(index, i);
		char hex[RSK_OID_HEX_MAX];

		rsk_oid_hex(hex, &entry->oid);
		cr_assert(!rsk_buf_printf(&text, "%06o %s %d\t%.*s\n",
			entry->mode, hex, entry->stage, (int)entry->path.len,
			(const char *)entry->path.ptr));
	}
	cr_expect_str_eq(rsk_buf_cstr(&text), expected);
	rsk_buf_release(&text);
	rsk_index_free(index);
	free(expected);
}

static const char fill[] =
	"mkdir -p a/b a-b a.b && echo > a/b/c && echo > a/b/d && echo > a-b/c "
	"&&"
	"echo > a.b/c && echo > a/x && echo > z && ln -s z l && git add . &&"
	"echo > later && git add -N later";

Test(index, reads_every_version)
{
	static const char *const versions[] = { "2", "3", "4" };

	for (int i = 0; i < 3; i++) {
		char *dir = make_dir();
		char command[64];

		run(dir, "git init -q .");
		run(dir, fill);
		snprintf(command, sizeof(command),
			"git update-index --index-version %s", versions[i]);
		run(dir, command);
		expect_entries(dir);
		remove_dir(dir);
	}
}

Test(index, reads_sha256)
{
	char *dir = make_dir();

	run(dir, "git init -q --object-format=sha256 .");
	run(dir, fill);
	expect_entries(dir);
	run(dir, "git update-index --index-version 4");
	expect_entries(dir);
	remove_dir(dir);
}

Test(index, knows_long_names)
{
	char *dir = make_dir();

	run(dir, "git init -q . && o=$(echo x | git hash-object -w --stdin) &&"
		 "n=a && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do n=$n$n; "
		 "done && git update-index --add --cacheinfo 100644,$o,$n &&"
		 "git update-index --add --cacheinfo 100644,$o,${n}b");
	expect_entries(dir);
	run(dir, "git update-index --index-version 4");
	expect_entries(dir);
	remove_dir(dir);
}

Test(index, finds_entries_and_folders)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;

	run(dir, "git init -q .");
	run(dir, fill);
	cr_assert_eq(open_index(&index, dir, &diag), RSK_OK);
	cr_expect(rsk_index_find(index, RSK_LIT("a/b/c")));
	cr_expect(rsk_index_find(index, RSK_LIT("later"))->intent_to_add);
	cr_expect_null(rsk_index_find(index, RSK_LIT("a/b")));
	cr_expect_null(rsk_index_find(index, RSK_LIT("zz")));
	cr_expect_null(rsk_index_find(index, RSK_LIT("")));
	cr_expect(rsk_index_has_below(index, RSK_LIT("a")));
	cr_expect(rsk_index_has_below(index, RSK_LIT("a/b")));
	cr_expect(rsk_index_has_below(index, RSK_LIT("a.b")));
	cr_expect_not(rsk_index_has_below(index, RSK_LIT("z")));
	cr_expect_not(rsk_index_has_below(index, RSK_LIT("a/")));
	cr_expect_not(rsk_index_has_below(index, RSK_LIT("a.")));
	rsk_index_free(index);
	remove_dir(dir);
}

Test(index, no_index_yet)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;

	run(dir, "git init -q .");
	cr_expect_eq(open_index(&index, dir, &diag), RSK_NOTFOUND);
	remove_dir(dir);
}

Test(index, a_split_index_is_said_to_be_one)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;

	run(dir, "git init -q .");
	run(dir, fill);
	run(dir, "git update-index --split-index && echo > new && git add new");
	cr_expect_eq(open_index(&index, dir, &diag), RSK_UNSUPPORTED);
	cr_expect(strstr(diag.text, "--no-split-index"));
	run(dir, "git update-index --no-split-index");
	expect_entries(dir);
	remove_dir(dir);
}

Test(index, a_skipped_hash_is_fine_and_a_wrong_one_is_not)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MIB);
	char *path = path_in(dir, ".git/index");

	run(dir, "git init -q .");
	run(dir, fill);
	cr_assert_eq(rsk_file_read_at(&bytes, AT_FDCWD, path), RSK_OK);
	memset(bytes.ptr + bytes.len - 20, 0, 20);
	write_bytes(dir, ".git/index", bytes.ptr, bytes.len);
	cr_expect_eq(open_index(&index, dir, &diag), RSK_OK, "%s", diag.text);
	rsk_index_free(index);

	bytes.ptr[bytes.len - 1] = 1;
	write_bytes(dir, ".git/index", bytes.ptr, bytes.len);
	cr_expect_eq(open_index(&index, dir, &diag), RSK_CORRUPT);
	rsk_buf_release(&bytes);
	free(path);
	remove_dir(dir);
}

/* Cut anywhere, every byte changed: an error or an index, never more. */
Test(index, survives_damage)
{
	char *dir = make_dir();
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MIB);
	char *path = path_in(dir, ".git/index");

	run(dir, "git init -q .");
	run(dir, fill);
	run(dir, "git rm -q --cached later && git write-tree > /dev/null &&"
		 "git update-index --index-version 4");
	cr_assert_eq(rsk_file_read_at(&bytes, AT_FDCWD, path), RSK_OK);
	memset(bytes.ptr + bytes.len - 20, 0, 20);
	for (size_t i = 0; i < 2 * bytes.len; i++) {
		struct rsk_buf copy = RSK_BUF_INIT(RSK_MIB);
		struct rsk_index *index = NULL;
		size_t len = i < bytes.len ? i : bytes.len;

		cr_assert(!rsk_buf_add(&copy, bytes.ptr, len));
		if (i >= bytes.len)
			copy.ptr[i - bytes.len] ^= (uint8_t)(1 + i % 255);
		if (!rsk_index_parse(&index, &copy, 20, NULL))
			(void)rsk_index_has_below(index, RSK_LIT("a"));
		rsk_index_free(index);
		rsk_buf_release(&copy);
	}
	rsk_buf_release(&bytes);
	free(path);
	remove_dir(dir);
}

Test(index, knows_cached_trees)
{
	char *dir = make_dir();
	struct rsk_diag diag = { 0 };
	struct rsk_index *index = NULL;
	char hex[RSK_OID_HEX_MAX];

	run(dir, "git init -q .");
	run(dir, fill);
	run(dir, "git rm -q --cached later");
	char *root = shell(dir, "git write-tree | tr -d '\\n'");
	char *below =
		shell(dir, "git rev-parse $(git write-tree):a/b | tr -d '\\n'");
	cr_assert_eq(open_index(&index, dir, &diag), RSK_OK);
	cr_assert(index->trees);
	rsk_oid_hex(hex, &index->trees[0].oid);
	cr_expect_str_eq(hex, root);
	const struct rsk_cached_tree *a =
		rsk_index_cached(index, index->trees, RSK_LIT("a"));
	cr_assert(a);
	cr_expect_eq(a->entries, 3);
	const struct rsk_cached_tree *b =
		rsk_index_cached(index, a, RSK_LIT("b"));
	cr_assert(b);
	rsk_oid_hex(hex, &b->oid);
	cr_expect_str_eq(hex, below);
	cr_expect_null(rsk_index_cached(index, a, RSK_LIT("c")));
	free(root);
	free(below);
	rsk_index_free(index);
	remove_dir(dir);
}
