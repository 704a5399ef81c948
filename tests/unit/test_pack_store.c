#include "unit/pack_made.h"

#include "base/limits.h"
#include "pack/walk.h"

/*
 * A database of several packs and folders: what is found in it and where, which
 * copy of an object counts, which files and folders belong to it, and what is
 * said of the others.
 */

TestSuite(store, .init = made_enter, .fini = made_leave);

static struct rsk_oid oid_of(const char *text)
{
	struct rsk_oid oid;

	rsk_oid_hash(&oid, 20, RSK_OBJECT_BLOB, rsk_slice_str(text));
	return oid;
}

/* A pack whose objects are blobs of these letters. */
static void put_pack(const char *path, const char *letters)
{
	struct made made;

	made_begin(&made, 20);
	for (; *letters; letters++)
		made_blob(&made, letters, 1);
	made_write(&made, path);
	made_release(&made);
}

/* That text as a loose object, under the name of another or its own. */
static void put_loose(
	const char *objects, const char *named_as, const char *text)
{
	struct rsk_oid oid = oid_of(named_as);
	char hex[RSK_OID_HEX_MAX];
	char bytes[100];
	int len = snprintf(
		bytes, sizeof(bytes), "blob %zu%c%s", strlen(text), 0, text);

	rsk_oid_hex(hex, &oid);
	made_loose(objects, hex, bytes, (size_t)len);
}

/* The same in a pack of its own. */
static void put_packed(const char *path, const char *named_as, const char *text)
{
	struct rsk_oid oid = oid_of(named_as);
	struct made made;

	made_begin(&made, 20);
	made_named(&made, oid.bytes);
	made_head(&made, RSK_OBJECT_BLOB, strlen(text));
	made_stored(&made, text, strlen(text));
	made_write(&made, path);
	made_release(&made);
}

/* Read the blob of that name from what is in objects/ now. */
static void expect_read(const char *text, enum rsk_err err)
{
	struct rsk_odb *odb = made_odb("objects");
	struct rsk_buf bytes = RSK_BUF_INIT(1000);
	struct rsk_oid oid = oid_of(text);
	enum rsk_object_type type = 0;

	/* Something is in it, which is not what was read. */
	cr_assert_eq(rsk_buf_add_str(&bytes, "before"), RSK_OK);
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), err, "%s", text);
	cr_expect_str_eq(rsk_buf_cstr(&bytes), err ? "" : text);
	if (!err)
		cr_expect_eq(type, RSK_OBJECT_BLOB);
	cr_expect_eq(rsk_odb_has(odb, &oid), err != RSK_NOTFOUND, "%s", text);
	rsk_buf_release(&bytes);
	rsk_odb_free(odb);
}

static void expect_all(const char *letters)
{
	for (; *letters; letters++)
		expect_read((char[2]){ *letters, 0 }, RSK_OK);
}

/* ---- objects ---- */

/* Two packs in each of two folders, and loose objects in three. */
Test(store, objects_in_all_places)
{
	made_sh("mkdir -p objects/info a/pack b; cd objects/info;"
		" (echo ../a; echo ../b) > alternates");
	put_pack("objects/pack/pack-1", "ab");
	put_pack("objects/pack/pack-2", "cd");
	put_pack("a/pack/pack-1", "ef");
	put_pack("a/pack/pack-2", "gh");
	put_loose("objects", "i", "i");
	put_loose("a", "j", "j");
	put_loose("b", "k", "k");
	expect_all("abcdefghijk");
	expect_read("l", RSK_NOTFOUND);

	struct rsk_odb *odb = made_odb("objects");
	cr_assert_eq(rsk_odb_folders(odb), 3);
	cr_expect_str_eq(rsk_odb_folder(odb, 0), "objects");
	cr_expect_str_eq(rsk_odb_folder(odb, 1), "objects/../a");
	cr_expect_str_eq(rsk_odb_folder(odb, 2), "objects/../b");
	cr_expect_eq(rsk_odb_problems(odb), 0);
	cr_expect_not(rsk_odb_is_partial(odb));
	rsk_odb_free(odb);
}

/* Each has a number in a walk as well. */
Test(store, numbers_in_all_folders)
{
	const struct rsk_walk_options options = { .jobs = 1 };
	struct rsk_walk *walk = NULL;

	made_sh("mkdir -p objects/info a; echo ../a > objects/info/alternates");
	put_pack("objects/pack/pack-1", "ab");
	put_loose("objects", "g", "g");
	put_loose("objects", "h", "h");
	put_loose("objects", "i", "i");
	put_loose("a", "j", "j");
	put_loose("a", "k", "k");

	struct rsk_odb *odb = made_odb("objects");
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	cr_expect_eq(rsk_walk_numbers(walk), 7);
	for (const char *letter = "abghijkl"; *letter; letter++) {
		struct rsk_oid oid = oid_of((char[2]){ *letter, 0 });
		uint32_t number = 0;
		bool found = rsk_walk_find(walk, &oid, &number);

		cr_expect_eq(found, *letter != 'l', "%c", *letter);
		if (!found)
			continue;
		struct rsk_oid same = rsk_walk_oid(walk, number);
		cr_expect_eq(rsk_oid_cmp(&oid, &same), 0, "%c", *letter);
	}
	rsk_walk_free(walk);
	rsk_odb_free(odb);
}

/* The first good copy is taken, wherever it is; of bad ones the worst is told.
 */
Test(store, copies)
{
	made_sh("mkdir -p objects/info a; echo ../a > objects/info/alternates");
	put_packed("objects/pack/pack-1", "a", "lie");
	put_packed("objects/pack/pack-2", "a", "a");
	put_packed("objects/pack/pack-3", "a", "lie");
	put_packed("objects/pack/pack-4", "b", "lie");
	put_loose("objects", "b", "b");
	put_loose("a", "b", "lie");
	put_packed("objects/pack/pack-5", "c", "lie");
	put_loose("objects", "c", "lie");
	put_loose("a", "c", "c");
	put_packed("objects/pack/pack-6", "d", "lie");
	put_loose("objects", "e", "lie");
	expect_all("abc");
	expect_read("d", RSK_CORRUPT);
	expect_read("e", RSK_CORRUPT);
}

struct loose_name {
	const char *objects, *hex;
	size_t len;
};

/* Without packs, the length of ids is that of a loose object, wherever. */
Test(store, length_of_ids)
{
	static const char zeros[] = "0000000000000000000000000000000000000000"
				    "000000000000000000000000";
	static const char fs[] = "ffffffffffffffffffffffffffffffffffffffff"
				 "ffffffffffffffffffffffff";
	static const struct loose_name names[] = { { "objects", zeros, 20 },
		{ "objects", zeros, 32 }, { "objects", fs, 20 },
		{ "objects", fs, 32 }, { "a", fs, 20 }, { "a", zeros, 32 } };

	made_sh("mkdir -p objects/info a; echo ../a > objects/info/alternates");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char hex[RSK_OID_HEX_MAX];
		struct rsk_odb *odb = made_odb("objects");

		cr_expect_eq(rsk_odb_oid_len(odb), 0);
		rsk_odb_free(odb);
		snprintf(hex, sizeof(hex), "%.*s", (int)(2 * names[i].len),
			names[i].hex);
		made_loose(names[i].objects, hex, "blob 1\0x", 8);
		odb = made_odb("objects");
		cr_expect_eq(rsk_odb_oid_len(odb), names[i].len, "%s", hex);
		rsk_odb_free(odb);
		made_sh("rm -rf objects/00 objects/ff a/00 a/ff");
	}
}

/* ---- what is said of parts that cannot be used ---- */

struct problem {
	enum rsk_err err;
	const char *path, *text;
};

static void expect_problems(
	const char *objects, const struct problem *problems, size_t len)
{
	struct rsk_odb *odb = made_odb(objects);

	cr_expect_eq(rsk_odb_problems(odb), len, "%zu problems",
		rsk_odb_problems(odb));
	for (size_t i = 0; i < rsk_odb_problems(odb); i++) {
		const struct rsk_odb_problem *is = rsk_odb_problem(odb, i);

		cr_assert_lt(i, len, "%s: %s", is->path, is->text);
		cr_expect_eq(is->err, problems[i].err, "%s", is->path);
		cr_expect_str_eq(is->path, problems[i].path);
		cr_expect_str_eq(is->text, problems[i].text);
	}
	rsk_odb_free(odb);
}

/* "pack-" is the beginning of a pack's name; an index may be all there is. */
Test(store, files_in_the_folder_of_packs)
{
	static const struct problem problems[] = {
		{ RSK_NOTFOUND, "objects/pack/pack-0.pack",
			"a pack without an index" },
		{ RSK_NOTFOUND, "objects/pack/pack-2.pack",
			"a pack without an index" },
		{ RSK_NOTFOUND, "objects/pack/pack-4.pack",
			"a pack without an index" },
		{ RSK_CORRUPT, "objects/pack/pack-5.pack",
			"too short for a pack" },
		{ RSK_NOTFOUND, "objects/pack/pack-6.pack",
			"a pack without an index" },
	};

	put_pack("objects/pack/pack-1", "a");
	made_sh("cd objects/pack; touch pack-0.pack pack-2.pack pack-3.idx "
		"pack-4.pack"
		" pack-5.idx pack-5.pack pack-6.pack pack-7.idx packs.pack"
		" pack_8.pack xpack-9.pack pack-9.rev");
	expect_problems(
		"objects", problems, sizeof(problems) / sizeof(problems[0]));
	expect_all("a");
}

/* Git puts such a file beside a pack of a partial clone. */
Test(store, partial_clone)
{
	struct rsk_odb *odb;

	made_sh("touch objects/pack/pack-1.promisor");
	odb = made_odb("objects");
	cr_expect(rsk_odb_is_partial(odb));
	cr_expect_eq(rsk_odb_problems(odb), 0);
	rsk_odb_free(odb);
}

Test(store, ids_of_another_length)
{
	static const struct problem problem = { RSK_UNSUPPORTED,
		"objects/pack/pack-2.pack",
		"its object ids have another length" };
	struct made made;

	put_pack("objects/pack/pack-1", "a");
	made_begin(&made, 32);
	made_blob(&made, "b", 1);
	made_write(&made, "objects/pack/pack-2");
	made_release(&made);
	put_pack("objects/pack/pack-3", "c");
	expect_problems("objects", &problem, 1);
	expect_all("ac");
	struct rsk_odb *odb = made_odb("objects");
	cr_expect_eq(rsk_odb_oid_len(odb), 20);
	rsk_odb_free(odb);
}

Test(store, no_folder_of_packs)
{
	static const struct problem problem = { RSK_SPECIAL, "objects/pack",
		"not a folder that can be opened" };

	cr_assert_eq(rmdir("objects/pack"), 0);
	expect_problems("objects", NULL, 0);
	made_sh("touch objects/pack");
	expect_problems("objects", &problem, 1);
}

static void expect_not_opened(
	const char *path, enum rsk_err err, const char *text)
{
	struct rsk_odb *odb = NULL;
	struct rsk_diag diag = { .line = 7, .column = 7 };
	char line[RSK_DIAG_LINE_MAX];

	cr_expect_eq(rsk_odb_open(&odb, path, &diag), err);
	cr_expect_null(odb);
	cr_expect_str_eq(rsk_diag_text(&diag, line), text);
	cr_expect_eq(diag.line, 0);
	cr_expect_eq(diag.column, 0);
}

Test(store, no_folder_at_all)
{
	made_sh("touch file");
	expect_not_opened(
		"none", RSK_NOTFOUND, "none: no folder of objects (not found)");
	expect_not_opened("file", RSK_SPECIAL,
		"file: no folder of objects (not a regular file)");
}

/* ---- alternates ---- */

static void put_alternates(const char *objects, const char *lines)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "mkdir -p %s/info", objects);
	made_sh(path);
	snprintf(path, sizeof(path), "%s/info/alternates", objects);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fputs(lines, file);
	cr_assert_eq(fclose(file), 0);
}

/* By names that look like comments and quotes but for one byte. */
Test(store, lines_of_alternates)
{
	static const struct problem problems[] = {
		{ RSK_UNSUPPORTED, "\"quoted\"",
			"an alternate that is not read" },
		{ RSK_NOTFOUND, "objects/none",
			"an alternate that is not read" },
		{ RSK_NOTFOUND, "/none/at/all",
			"an alternate that is not read" },
		{ RSK_SPECIAL, "objects/file",
			"an alternate that is not read" },
	};

	made_sh("cd objects; touch file; mkdir 'a#' 'b\"' c");
	put_alternates("objects", "# none\n\n#\na#\nb\"\n\"quoted\"\nnone\n"
				  "/none/at/all\nfile\nc\n./c\n.");
	expect_problems(
		"objects", problems, sizeof(problems) / sizeof(problems[0]));
	struct rsk_odb *odb = made_odb("objects");
	cr_assert_eq(rsk_odb_folders(odb), 4);
	cr_expect_str_eq(rsk_odb_folder(odb, 1), "objects/a#");
	cr_expect_str_eq(rsk_odb_folder(odb, 2), "objects/b\"");
	cr_expect_str_eq(rsk_odb_folder(odb, 3), "objects/c");
	rsk_odb_free(odb);
}

Test(store, list_of_alternates_that_is_none)
{
	static const struct problem problem = { RSK_SPECIAL,
		"objects/info/alternates", "not a regular file" };

	made_sh("mkdir -p objects/info/alternates");
	expect_problems("objects", &problem, 1);
}

struct listed {
	size_t len;
	char last[64];
};

static void on_folder(void *ctx, const char *path)
{
	struct listed *listed = ctx;

	listed->len++;
	snprintf(listed->last, sizeof(listed->last), "%s", path);
}

/* Five in a row are followed, as git does; both ways to ask say the same. */
Test(store, alternates_in_a_row)
{
	static const struct problem problem = { RSK_LIMIT,
		"o1/../o2/../o3/../o4/../o5/../o6/../o7",
		"an alternate that is not read" };
	struct listed listed = { 0 };

	made_sh("for i in 1 2 3 4 5 6 7; do mkdir -p o$i/info;"
		" echo ../o$((i + 1)) > o$i/info/alternates; done");
	rsk_odb_list_folders("o1", on_folder, &listed);
	cr_expect_eq(listed.len, 6);
	cr_expect_str_eq(listed.last, "o1/../o2/../o3/../o4/../o5/../o6");
	expect_problems("o1", &problem, 1);
	struct rsk_odb *odb = made_odb("o1");
	cr_expect_eq(rsk_odb_folders(odb), 6);
	rsk_odb_free(odb);
}
