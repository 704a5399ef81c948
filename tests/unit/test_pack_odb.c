#include "pack_fixture.h"

/*
 * Reads every object as `git cat-file --batch` gives it, out of repositories
 * of many shapes, and broken ones.
 */

static const char grow[] =
	"git init -q ${FORMAT:-} r\n"
	"cd r\n"
	"i=0\n"
	"while [ $i -lt 30 ]; do\n"
	"  seq 1 $((i + 400)) | sed \"s/7/$i/\" > a.txt\n"
	"  seq $i 300 > b.txt\n"
	"  git add . && git commit -qm \"commit $i\"\n"
	"  i=$((i + 1))\n"
	"done\n"
	"git tag -a v1 -m 'a tag'\n"
	"printf '' > empty && git add . && git commit -qm empty\n";

/* "<oid> <type> <size>\n<bytes>\n" for each object. */
static const char list_all[] =
	"git cat-file --batch-all-objects --batch > ../all\n";

struct counted {
	size_t objects, bad;
};

static size_t check_one(struct rsk_odb *odb, char *text, struct counted *count)
{
	char *end = strchr(text, '\n');
	char type_name[16];
	size_t size = 0;
	struct rsk_oid oid;
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 24);
	enum rsk_object_type type = 0;
	size_t hex_len = strcspn(text, " ");

	cr_assert(end);
	cr_assert(rsk_oid_parse(&oid, rsk_slice(text, hex_len)));
	cr_assert_eq(sscanf(text + hex_len, " %15s %zu", type_name, &size), 2);
	count->objects++;
	if (rsk_odb_read(odb, &oid, &type, &bytes) ||
		strcmp(rsk_object_name(type), type_name) != 0 ||
		!rsk_slice_eq(rsk_slice(end + 1, size), rsk_buf_slice(&bytes)))
		count->bad++;
	rsk_buf_release(&bytes);
	return (size_t)(end + 1 - text) + size + 1;
}

static struct counted check_all(
	const struct fixture *fixture, const char *objects)
{
	struct rsk_odb *odb = fixture_odb(fixture, objects);
	struct counted count = { 0 };
	size_t len = 0;
	char *all = fixture_file(fixture, "all", &len);

	cr_expect_eq(rsk_odb_problems(odb), 0);
	for (size_t at = 0; at < len;)
		at += check_one(odb, all + at, &count);
	free(all);
	rsk_odb_free(odb);
	return count;
}

struct shape {
	char name[32];
	char script[512];
	char objects[64];
};

static const struct shape shapes[] = {
	{ "loose", "", "r/.git/objects" },
	{ "packed", "git gc -q", "r/.git/objects" },
	{ "deep", "git repack -qadf --depth=250 --window=50",
		"r/.git/objects" },
	{ "ref-delta",
		"git rev-list --objects --all | cut -d' ' -f1 |"
		" git pack-objects -q --no-reuse-delta /dev/null >/dev/null"
		" 2>&1 || true\n"
		"git -c repack.useDeltaBaseOffset=false repack -qadf",
		"r/.git/objects" },
	{ "two packs and loose ones",
		"git repack -qad; echo x > x; git add .; git commit -qm x;"
		" git repack -q; git multi-pack-index write;"
		" echo y > y; git add .; git commit -qm y",
		"r/.git/objects" },
	{ "an empty file alone; nothing",
		"git repack -qad; p=.git/objects/pack/pack;"
		" git hash-object empty | git pack-objects -q $p >/dev/null;"
		" git pack-objects -q $p </dev/null >/dev/null",
		"r/.git/objects" },
	{ "64-bit offsets",
		"git repack -qad; cd .git/objects/pack;"
		" for p in *.pack; do rm -f ${p%.pack}.idx ${p%.pack}.rev;"
		" git index-pack --index-version=2,0x40 $p >/dev/null;"
		" done; cd ../../..",
		"r/.git/objects" },
	{ "alternates",
		"git gc -q; git clone -q --bare --shared . ../b;"
		" git clone -q --bare --shared ../b ../c;"
		" echo ../../b/objects > ../c/objects/info/alternates",
		"c/objects" },
	{ "alternates in a circle",
		"git clone -q --bare --shared . ../b;"
		" echo ../../../b/objects > .git/objects/info/alternates",
		"b/objects" },
};

static void expect_all(const char *format, const struct shape *shape)
{
	struct fixture fixture;
	char script[2048];

	snprintf(script, sizeof(script), "FORMAT=%s\n%s%s\n%s", format, grow,
		shape->script, list_all);
	fixture_make(&fixture, script);
	struct counted count = check_all(&fixture, shape->objects);
	cr_expect_gt(count.objects, 90, "%s: %zu objects", shape->name,
		count.objects);
	cr_expect_eq(count.bad, 0, "%s: %zu of %zu are wrong", shape->name,
		count.bad, count.objects);
	fixture_remove(&fixture);
}

Test(odb, reads_what_git_reads)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		expect_all("", &shapes[i]);
}

Test(odb, reads_sha256)
{
	for (size_t i = 0; i < 4; i++)
		expect_all("--object-format=sha256", &shapes[i]);
}

Test(odb, tells_the_length_of_ids)
{
	struct fixture fixture;

	fixture_make(&fixture,
		"git init -q a; git init -q --object-format=sha256 b;"
		" git init -q c; for r in a b; do cd $r; echo 1 > 1;"
		" git add .; cd ..; done");
	struct rsk_odb *a = fixture_odb(&fixture, "a/.git/objects");
	struct rsk_odb *b = fixture_odb(&fixture, "b/.git/objects");
	struct rsk_odb *c = fixture_odb(&fixture, "c/.git/objects");
	cr_expect_eq(rsk_odb_oid_len(a), 20);
	cr_expect_eq(rsk_odb_oid_len(b), 32);
	cr_expect_eq(rsk_odb_oid_len(c), 0);
	rsk_odb_free(a);
	rsk_odb_free(b);
	rsk_odb_free(c);
	fixture_remove(&fixture);
}

Test(odb, has_no_folder)
{
	struct rsk_odb *odb = NULL;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(rsk_odb_open(&odb, "/nonexistent/objects", &diag),
		RSK_NOTFOUND);
	cr_expect_null(odb);
	cr_expect_eq(rsk_odb_open(&odb, "/dev/null", &diag), RSK_SPECIAL);
}

Test(odb, says_what_is_not_there)
{
	struct fixture fixture;
	struct rsk_oid oid;
	enum rsk_object_type type = 0;
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	fixture_make(&fixture, "git init -q r; cd r; echo 1 > 1; git add .;"
			       " git commit -qm 1; git gc -q");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_assert(rsk_oid_parse(&oid,
		rsk_slice_str("0123456789012345678901234567890123456789")));
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_NOTFOUND);
	cr_expect_not(rsk_odb_has(odb, &oid));
	rsk_odb_free(odb);
	rsk_buf_release(&bytes);
	fixture_remove(&fixture);
}

Test(odb, stops_at_the_ceiling)
{
	struct fixture fixture;
	enum rsk_object_type type = 0;
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	fixture_make(&fixture,
		"git init -q r; cd r; seq 1 1000 > big; git add .;"
		" git rev-parse :big > ../oid");
	struct rsk_oid oid = fixture_oid(&fixture, "oid");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_TOOBIG);
	cr_expect_eq(type, RSK_OBJECT_BLOB);
	cr_expect_eq(bytes.len, 0);
	rsk_odb_free(odb);

	cr_assert(fixture_run(&fixture, "cd r; git commit -qm 1; git gc -q"));
	odb = fixture_odb(&fixture, "r/.git/objects");
	type = 0;
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_TOOBIG);
	cr_expect_eq(type, RSK_OBJECT_BLOB);
	rsk_odb_free(odb);
	rsk_buf_release(&bytes);
	fixture_remove(&fixture);
}

/* Scripts that break the loose object whose path is in $f. */
struct broken {
	char name[32];
	char script[256];
	enum rsk_err err;
};

static const struct broken broken_loose[] = {
	{ "cut off", "truncate -s 10 $f", RSK_CORRUPT },
	{ "empty", "truncate -s 0 $f", RSK_CORRUPT },
	{ "gone", "rm $f", RSK_NOTFOUND },
	{ "a FIFO", "rm $f; mkfifo $f", RSK_SPECIAL },
	{ "a folder", "rm $f; mkdir $f", RSK_SPECIAL },
	{ "a symlink", "mv $f x; ln -s $PWD/x $f", RSK_SPECIAL },
	{ "more behind it", "echo more >> $f", RSK_CORRUPT },
	{ "another object",
		"cp .git/objects/$(git hash-object -w --stdin </dev/null |"
		" sed 's|..|&/|') $f",
		RSK_CORRUPT },
	{ "a size too small",
		"printf 'blob 12\\0more than that' | zlib-flate > $f",
		RSK_CORRUPT },
	{ "a size of 4 GiB", "printf 'blob 4294967296\\0x' | zlib-flate > $f",
		RSK_CORRUPT },
	{ "no type", "printf 'blub 1\\0x' | zlib-flate > $f", RSK_CORRUPT },
};

/* A zlib stream of one stored block, from standard input. */
static const char zlib_flate[] =
	"mkdir -p bin; cat > bin/zlib-flate <<'E'\n"
	"#!/bin/sh\n"
	"cat > /tmp/rskan-in.$$\n"
	"gzip -nc /tmp/rskan-in.$$ | tail -c +11 | head -c -8 >"
	" /tmp/rskan-z.$$\n"
	"printf '\\170\\234'\n"
	"cat /tmp/rskan-z.$$\n"
	"a=1; b=0\n"
	"for x in $(od -An -v -tu1 /tmp/rskan-in.$$); do\n"
	" a=$(((a + x) % 65521)); b=$(((b + a) % 65521)); done\n"
	"for v in $((b / 256)) $((b % 256)) $((a / 256)) $((a % 256)); do\n"
	" printf \"\\\\$(printf %o $v)\"; done\n"
	"rm -f /tmp/rskan-in.$$ /tmp/rskan-z.$$\n"
	"E\n"
	"chmod +x bin/zlib-flate; PATH=$PWD/bin:$PATH\n";

static void expect_broken(const struct broken *broken)
{
	struct fixture fixture;
	char script[2048];
	enum rsk_object_type type = 0;
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 20);

	snprintf(script, sizeof(script),
		"%sgit init -q r; cd r; echo 1 > 1; git add .; o=$(git "
		"rev-parse :1); echo $o > ../oid\n"
		"f=.git/objects/$(echo $o | sed 's|..|&/|'); chmod -R u+w "
		".git\n%s",
		zlib_flate, broken->script);
	fixture_make(&fixture, script);
	struct rsk_oid oid = fixture_oid(&fixture, "oid");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), broken->err, "%s",
		broken->name);
	cr_expect_eq(bytes.len, 0);
	rsk_odb_free(odb);
	rsk_buf_release(&bytes);
	fixture_remove(&fixture);
}

Test(odb, refuses_broken_loose_objects)
{
	for (size_t i = 0; i < sizeof(broken_loose) / sizeof(broken_loose[0]);
		i++)
		expect_broken(&broken_loose[i]);
}

/* The stream must really be one: the "broken" cases break only the head. */
Test(odb, reads_hand_made_loose_objects)
{
	struct broken good = { "good",
		"printf 'blob 2\\0001\\n' | zlib-flate"
		" > $f",
		RSK_OK };
	struct fixture fixture;
	char script[2048];
	enum rsk_object_type type = 0;
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 20);

	snprintf(script, sizeof(script),
		"%sgit init -q r; cd r; echo 1 > 1; git add .; o=$(git "
		"rev-parse :1); echo $o > ../oid\n"
		"f=.git/objects/$(echo $o | sed 's|..|&/|'); chmod -R u+w "
		".git\n%s",
		zlib_flate, good.script);
	fixture_make(&fixture, script);
	struct rsk_oid oid = fixture_oid(&fixture, "oid");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&bytes), "1\n");
	rsk_odb_free(odb);
	rsk_buf_release(&bytes);
	fixture_remove(&fixture);
}

/* Scripts that break the pack whose path without its ending is in $p. */
static const struct broken broken_packs[] = {
	{ "no index", "rm $p.idx", RSK_NOTFOUND },
	{ "a FIFO", "rm $p.pack; mkfifo $p.pack", RSK_SPECIAL },
	{ "a FIFO for an index", "rm $p.idx; mkfifo $p.idx", RSK_SPECIAL },
	{ "a symlink", "mv $p.pack x; ln -s $PWD/x $p.pack", RSK_SPECIAL },
	{ "cut off", "truncate -s -30 $p.pack", RSK_CORRUPT },
	{ "empty", "truncate -s 0 $p.pack", RSK_CORRUPT },
	{ "empty index", "truncate -s 0 $p.idx", RSK_CORRUPT },
	{ "index cut off", "truncate -s -1 $p.idx", RSK_CORRUPT },
	{ "index of version 1",
		"rm $p.idx; git index-pack --index-version=1 $p.pack",
		RSK_UNSUPPORTED },
	{ "pack of version 4",
		"printf '\\4' | dd of=$p.pack bs=1 seek=7 conv=notrunc "
		"2>/dev/null",
		RSK_UNSUPPORTED },
	{ "fan-out falls",
		"printf '\\377' | dd of=$p.idx bs=1 seek=8 conv=notrunc "
		"2>/dev/null",
		RSK_CORRUPT },
	{ "another count",
		"printf '\\1' | dd of=$p.pack bs=1 seek=8 conv=notrunc "
		"2>/dev/null",
		RSK_CORRUPT },
};

static void expect_broken_pack(const struct broken *broken)
{
	struct fixture fixture;
	char script[2048];

	snprintf(script, sizeof(script),
		"git init -q r; cd r; echo 1 > 1; git add .; git commit -qm 1; "
		"git gc -q\n"
		"chmod -R u+w .git; p=$(ls .git/objects/pack/*.pack); "
		"p=${p%%.pack}\n%s",
		broken->script);
	fixture_make(&fixture, script);
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_problems(odb), 1, "%s", broken->name);
	if (rsk_odb_problems(odb))
		cr_expect_eq(rsk_odb_problem(odb, 0)->err, broken->err,
			"%s: %s", broken->name, rsk_odb_problem(odb, 0)->text);
	rsk_odb_free(odb);
	fixture_remove(&fixture);
}

Test(odb, tells_of_broken_packs)
{
	for (size_t i = 0; i < sizeof(broken_packs) / sizeof(broken_packs[0]);
		i++)
		expect_broken_pack(&broken_packs[i]);
}

Test(odb, tells_of_lost_alternates)
{
	struct fixture fixture;

	fixture_make(&fixture,
		"git init -q r; cd r/.git/objects; printf '# a comment\\n\\n"
		"/nonexistent\\n\"/quoted\"\\n' > info/alternates");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_problems(odb), 2);
	cr_expect_str_eq(rsk_odb_problem(odb, 0)->path, "/nonexistent");
	rsk_odb_free(odb);
	cr_assert(fixture_run(&fixture, "cd r/.git/objects/info;"
					" rm alternates; mkfifo alternates"));
	odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_problems(odb), 1);
	rsk_odb_free(odb);
	fixture_remove(&fixture);
}

/* A pack that shrinks while it is open: an error, and no signal. */
Test(odb, survives_a_pack_that_shrinks)
{
	struct fixture fixture;
	enum rsk_object_type type = 0;
	struct rsk_buf bytes = RSK_BUF_INIT(1 << 20);

	fixture_make(&fixture,
		"git init -q r; cd r; seq 1 1000 > 1; git add .;"
		" git commit -qm 1; git rev-parse :1 > ../oid; git gc -q");
	struct rsk_oid oid = fixture_oid(&fixture, "oid");
	struct rsk_odb *odb = fixture_odb(&fixture, "r/.git/objects");
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_OK);
	cr_assert(fixture_run(&fixture,
		"chmod u+w r/.git/objects/pack/*; truncate -s 20"
		" r/.git/objects/pack/*.pack"));
	cr_expect_eq(rsk_odb_read(odb, &oid, &type, &bytes), RSK_CHANGED);
	rsk_odb_free(odb);
	rsk_buf_release(&bytes);
	fixture_remove(&fixture);
}
