#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "fix/fix.h"
#include "unit/file_help.h"

/*
 * What happens to a file between the reading and the writing: nothing that is
 * not what was read is replaced, and no link is followed.
 */

static char folder[64];

static void enter_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rskan-fix-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(mkdir("in", 0777), 0);
	cr_assert_eq(mkdir("in/dir", 0777), 0);
}

static void leave_folder(void)
{
	static const char *const names[] = { "in/dir/a.js", "in/dir/b.js",
		"in/.gitignore", "in/dir", "in/gone/a.js", "in/gone", "in",
		"outside/a.js", "outside" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(names[i]);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0, "something was left behind");
}

TestSuite(fix_apply, .init = enter_folder, .fini = leave_folder);

static const struct rsk_fix_options options = { .root = "in" };
static const char plain[] = "f('http://a.test/');\n";
static const char mended[] = "f('https://a.test/');\n";

/* The plan for dir/a.js, which has an address at 3 to 17. */
static void plan(struct rsk_fix *fix)
{
	struct rsk_report report = { 0 };

	*RSK_VEC_PUSH(&report.findings) = (struct rsk_finding){
		.rule = "insecure-http-url",
		.origin = RSK_ORIGIN_TREE,
		.path = RSK_LIT("dir/a.js"),
		.message = "",
		.fix = "",
		.start = { 1, 4 },
		.end = { 1, 18 },
	};
	rsk_fix_plan(fix, &report, &options);
	rsk_report_release(&report);
}

/* The plan for a .gitignore that is lacking `.env`. */
static void plan_ignore(struct rsk_fix *fix)
{
	struct rsk_report report = { 0 };

	*RSK_VEC_PUSH(&report.findings) = (struct rsk_finding){
		.rule = "env-file-not-ignored",
		.origin = RSK_ORIGIN_TREE,
		.path = RSK_LIT(".gitignore"),
		.message = "",
		.fix = "Add:\n  .env",
	};
	rsk_fix_plan(fix, &report, &options);
	rsk_report_release(&report);
}

static void expect_done(
	struct rsk_fix *fix, enum rsk_err err, size_t written, size_t changed)
{
	struct rsk_fix_done done;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(fix->files.len, 1);
	cr_expect_eq(rsk_fix_apply(fix, &options, &done, &diag), err);
	cr_expect_eq(done.written, written);
	cr_expect_eq(done.changed, changed);
	rsk_fix_release(fix);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

Test(fix_apply, writes_what_it_planned_and_keeps_the_mode)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	cr_assert_eq(chmod("in/dir/a.js", 0740), 0);
	plan(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	expect_content("in/dir/a.js", mended);
	cr_expect_eq(mode_of("in/dir/a.js"), 0740);
}

Test(fix_apply, a_file_that_has_changed_stays)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	plan(&fix);
	put("in/dir/a.js", "f('http://b.test/');\n");
	expect_done(&fix, RSK_OK, 0, 1);
	expect_content("in/dir/a.js", "f('http://b.test/');\n");
}

Test(fix_apply, a_file_that_is_gone_does_not_come_back)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	plan(&fix);
	cr_assert_eq(unlink("in/dir/a.js"), 0);
	expect_done(&fix, RSK_OK, 0, 1);
	cr_expect_eq(access("in/dir/a.js", F_OK), -1);
}

Test(fix_apply, a_link_in_its_place_is_not_followed)
{
	struct rsk_fix fix;

	cr_assert_eq(mkdir("outside", 0777), 0);
	put("outside/a.js", plain);
	put("in/dir/a.js", plain);
	plan(&fix);
	cr_assert_eq(unlink("in/dir/a.js"), 0);
	cr_assert_eq(symlink("../../outside/a.js", "in/dir/a.js"), 0);
	expect_done(&fix, RSK_OK, 0, 1);
	expect_content("outside/a.js", plain);
}

Test(fix_apply, a_link_in_place_of_its_folder_is_not_followed)
{
	struct rsk_fix fix;

	cr_assert_eq(mkdir("outside", 0777), 0);
	put("outside/a.js", plain);
	put("in/dir/a.js", plain);
	plan(&fix);
	cr_assert_eq(rename("in/dir", "in/gone"), 0);
	cr_assert_eq(symlink("../outside", "in/dir"), 0);
	expect_done(&fix, RSK_IO, 0, 0);
	expect_content("outside/a.js", plain);
	expect_content("in/gone/a.js", plain);
}

Test(fix_apply, a_pipe_in_its_place_blocks_nobody)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	plan(&fix);
	cr_assert_eq(unlink("in/dir/a.js"), 0);
	cr_assert_eq(mkfifo("in/dir/a.js", 0600), 0);
	expect_done(&fix, RSK_OK, 0, 1);
}

Test(fix_apply, a_new_file_never_replaces_one_that_came_meanwhile)
{
	struct rsk_fix fix;

	plan_ignore(&fix);
	put("in/.gitignore", "theirs\n");
	expect_done(&fix, RSK_OK, 0, 1);
	expect_content("in/.gitignore", "theirs\n");
}

Test(fix_apply, a_new_file_has_the_mode_of_the_umask)
{
	struct rsk_fix fix;

	umask(027);
	plan_ignore(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	expect_content("in/.gitignore", ".env\n");
	cr_expect_eq(mode_of("in/.gitignore"), 0640);
}

Test(fix_apply, a_read_only_file_is_left_with_a_reason)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	cr_assert_eq(chmod("in/dir/a.js", 0444), 0);
	plan(&fix);
	cr_expect_eq(fix.files.len, 0);
	cr_assert_eq(fix.notes.len, 1);
	cr_expect_str_eq(fix.notes.ptr[0].text, "the file is read-only");
	rsk_fix_release(&fix);
}

Test(fix_apply, line_endings_and_the_mark_in_front_stay)
{
	struct rsk_fix fix;

	put("in/dir/a.js", "\xef\xbb\xbf"
			   "f('http://a.test/');\r\nlast");
	plan(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	expect_content("in/dir/a.js", "\xef\xbb\xbf"
				      "f('https://a.test/');\r\nlast");
}

Test(fix_apply, lines_that_are_added_end_as_the_others_do)
{
	struct rsk_fix fix;

	put("in/.gitignore", "dist\r\nnode_modules");
	plan_ignore(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	expect_content("in/.gitignore", "dist\r\nnode_modules\r\n.env\r\n");
}

Test(fix_apply, a_file_of_several_names_is_left_with_a_reason)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	cr_assert_eq(link("in/dir/a.js", "in/dir/b.js"), 0);
	plan(&fix);
	cr_expect_eq(fix.files.len, 0);
	cr_assert_eq(fix.notes.len, 1);
	cr_expect_str_eq(
		fix.notes.ptr[0].text, "the file has other names (hard links)");
	rsk_fix_release(&fix);
}

Test(fix_apply, a_name_that_came_meanwhile_keeps_its_file)
{
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	plan(&fix);
	cr_assert_eq(link("in/dir/a.js", "in/dir/b.js"), 0);
	expect_done(&fix, RSK_OK, 0, 1);
	expect_content("in/dir/a.js", plain);
}

/* rw for the owner and for user 1, as the kernel has it:
 * linux/posix_acl_xattr.h (version 2; tag, permissions and id, little-endian).
 */
static const char list[] = "\2\0\0\0"
			   "\1\0\6\0\377\377\377\377"
			   "\2\0\6\0\1\0\0\0"
			   "\4\0\4\0\377\377\377\377"
			   "\20\0\6\0\377\377\377\377"
			   "\40\0\0\0\377\377\377\377";

static void expect_attribute(
	const char *path, const char *name, const char *value, size_t len)
{
	char got[100];

	cr_assert_eq(getxattr(path, name, got, sizeof(got)), (ssize_t)len);
	cr_expect_arr_eq(got, value, len);
}

Test(fix_apply, access_lists_and_attributes_are_kept)
{
	static const char acl[] = "system.posix_acl_access";
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	if (setxattr("in/dir/a.js", acl, list, sizeof(list) - 1, 0) ||
		setxattr("in/dir/a.js", "user.note", "mine", 4, 0))
		cr_skip_test("no such attributes on this file system");
	plan(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	expect_content("in/dir/a.js", mended);
	expect_attribute("in/dir/a.js", acl, list, sizeof(list) - 1);
	expect_attribute("in/dir/a.js", "user.note", "mine", 4);
	cr_expect_eq(mode_of("in/dir/a.js"), 0660);
}

/* What the folder gives to new files is not what the old one had. */
Test(fix_apply, a_folder_s_list_for_new_files_is_not_taken)
{
	static const char acl[] = "system.posix_acl_access";
	char got[100];
	struct rsk_fix fix;

	put("in/dir/a.js", plain);
	cr_assert_eq(chmod("in/dir/a.js", 0600), 0);
	if (setxattr("in/dir", "system.posix_acl_default", list,
		    sizeof(list) - 1, 0))
		cr_skip_test("no access lists on this file system");
	plan(&fix);
	expect_done(&fix, RSK_OK, 1, 0);
	cr_expect_eq(getxattr("in/dir/a.js", acl, got, sizeof(got)), -1);
	cr_expect_eq(mode_of("in/dir/a.js"), 0600);
}
