#include "unit/pack_made.h"

#include "pack/copies_p.h"
#include "pack/loose_p.h"
#include "pack/walk.h"
#include "unit/counted_memory.h"
#include "unit/pack_growing.h"

/*
 * Whatever is read, and whether it can be: in the end all memory is free and
 * all files are closed.
 */

static const char hex[] = "cc628ccd10742baea8241c5924df992b5c019f71";
static const char absent[] = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
static const char lie[] = "0123456789012345678901234567890123456789";

static struct rsk_oid base, made_from_it, broken, none;

static struct rsk_oid oid_of(const char *text)
{
	struct rsk_oid oid;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(text)));
	return oid;
}

/* Two packs, one of another kind and one without an index; loose objects, one
 * of which is a lie; an alternate that is there twice, and one that is not. */
static void enter(void)
{
	static const uint8_t delta[] = { 5, 6, 0x90, 5, 1, 'x' };
	struct made made;
	struct rsk_oid oid;

	made_enter();
	made_begin(&made, 20);
	made_blob(&made, "hello", 5);
	base = made_oid(&made, 0);
	rsk_oid_hash(&oid, 20, RSK_OBJECT_BLOB, RSK_LIT("hellox"));
	made_named(&made, oid.bytes);
	made_ofs(&made, 0, delta, sizeof(delta));
	made_from_it = oid;
	made_numbered(&made, 7);
	made_ofs(&made, 0, "", 0);
	broken = made_oid(&made, 2);
	none = (struct rsk_oid){ .len = 20, .bytes = { 0xee } };
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	for (size_t len = 20; len <= 32; len += 12) {
		made_begin(&made, len);
		made_blob(&made, "hello", 5);
		made_write(&made, len == 20 ? "objects/pack/pack-2"
					    : "objects/pack/pack-4");
		made_release(&made);
	}
	made_loose("objects", hex, "blob 6\0world\n", 13);
	made_loose("objects", lie, "blob 4\0world\n", 13);
	made_sh("touch objects/pack/pack-3.pack; mkdir objects/info other; cd"
		" objects/info; (echo $PWD/../../other; echo /nonexistent;"
		" echo ../other) > alternates");
}

TestSuite(pack_memory, .init = enter, .fini = made_leave);

/* Once for what the C library keeps, then for what we would. */
static void expect_nothing_left(void (*work)(void))
{
	size_t files;

	work();
	files = made_open_files();
	counted_reset();
	work();
	cr_expect_eq(counted_live, 0, "%zu bytes", counted_live);
	cr_expect_eq(made_open_files(), files);
}

static void read_loose(int objects, const char *name, size_t max)
{
	struct rsk_inflater *inflater = rsk_inflater_new();
	struct rsk_buf bytes = RSK_BUF_INIT(max);
	struct rsk_oid oid = oid_of(name);
	enum rsk_object_type type = 0;

	(void)!rsk_loose_read(objects, inflater, &oid, &type, &bytes);
	rsk_buf_release(&bytes);
	rsk_inflater_free(inflater);
}

static void on_loose(void *ctx, const struct rsk_oid *oid)
{
	(void)ctx;
	(void)oid;
}

static void loose(void)
{
	int objects = open("objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	read_loose(objects, hex, 100);
	read_loose(objects, hex, 5);
	read_loose(objects, lie, 100);
	read_loose(objects, absent, 100);
	for (unsigned first = 0; first < 256; first++)
		(void)!rsk_loose_each(objects, (uint8_t)first, on_loose, NULL);
	close(objects);
}

Test(pack_memory, loose)
{
	expect_nothing_left(loose);
}

static void on_folder(void *ctx, const char *path)
{
	(void)ctx;
	(void)path;
}

static void folders(void)
{
	rsk_odb_list_folders("objects", on_folder, NULL);
	rsk_odb_list_folders("nonexistent", on_folder, NULL);
}

Test(pack_memory, folders)
{
	expect_nothing_left(folders);
}

static void store(void)
{
	struct rsk_odb *odb = NULL;
	struct rsk_diag diag = { 0 };

	cr_assert_neq(rsk_odb_open(&odb, "nonexistent", &diag), RSK_OK);
	odb = made_odb("objects");
	cr_expect_eq(rsk_odb_problems(odb), 3);
	rsk_odb_free(odb);
}

Test(pack_memory, store)
{
	expect_nothing_left(store);
}

static void objects(void)
{
	const struct rsk_oid oids[] = { base, made_from_it, broken, none,
		oid_of(hex), oid_of(lie) };
	struct rsk_odb *odb = made_odb("objects");
	enum rsk_object_type type = 0;

	for (size_t max = 4; max < 100; max += 90)
		for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
			struct rsk_buf bytes = RSK_BUF_INIT(max);

			(void)!rsk_odb_read(odb, &oids[i], &type, &bytes);
			rsk_buf_release(&bytes);
		}
	rsk_odb_free(odb);
}

Test(pack_memory, objects)
{
	expect_nothing_left(objects);
}

static void copies(void)
{
	uint8_t marks[2] = { 0 };
	struct rsk_names lists[] = {
		{ (const uint8_t *)"a", 1, 1, &marks[0] },
		{ (const uint8_t *)"b", 1, 1, &marks[1] },
	};

	rsk_copies_mark(lists, 2, 1);
	rsk_copies_mark(lists, 0, 1);
}

Test(pack_memory, copies)
{
	expect_nothing_left(copies);
}

static size_t objects_seen;

/* The root is spoiled on the way: it cannot be read again. */
static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	(void)worker;
	(void)object;
	(void)state;
	if (++objects_seen == 3 && ctx) {
		int fd = open(ctx, O_WRONLY | O_CLOEXEC);

		cr_assert_eq(pwrite(fd, "no stream at all", 16, 15), 16);
		close(fd);
	}
	return RSK_OK;
}

static void walk(struct rsk_walk_options options, char *spoil)
{
	const struct rsk_walk_visit visit = { .object = look, .ctx = spoil };
	struct rsk_odb *odb = made_odb("objects");
	struct rsk_walk *walk = NULL;

	options.jobs = 1;
	objects_seen = 0;
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	cr_expect_eq(rsk_walk_run(walk, 1U << RSK_OBJECT_BLOB, &visit), RSK_OK);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
}

static void walk_in_all_ways(void)
{
	for (int unmapped = 0; unmapped < 2; unmapped++)
		for (size_t memory = 0; memory < 2; memory++)
			walk((struct rsk_walk_options){ .unmapped = unmapped,
				     .memory = memory },
				NULL);
}

Test(pack_memory, walk)
{
	made_sh("touch objects/ab"); /* no folder, which is told of */
	expect_nothing_left(walk_in_all_ways);
}

/* Large ones of two sizes, one that is broken, and one whose true copy is a
 * loose one. */
static void put_large(void)
{
	struct growing g;
	struct rsk_oid oid = oid_of(hex);

	growing_begin(&g);
	growing_full(&g, 'r', 20000);
	for (int i = 0; i < 3; i++)
		growing_longer(&g, growing_longer(&g, 0, (char)('a' + i)), 'x');
	growing_full(&g, 'l', 400000);
	made_numbered(&g.made, 7);
	made_head(&g.made, RSK_OBJECT_BLOB, 9000);
	made_bytes(&g.made, "no stream at all", 16);
	made_named(&g.made, oid.bytes);
	made_head(&g.made, RSK_OBJECT_BLOB, 6);
	made_bytes(&g.made, "no stream at all", 16);
	growing_write(&g, "objects/pack/pack-5");
}

static void walk_large(void)
{
	put_large();
	walk_in_all_ways();
}

Test(pack_memory, walk_of_large_objects)
{
	expect_nothing_left(walk_large);
}

static void walk_spoiled(void)
{
	static char pack[] = "objects/pack/pack-5.pack";

	for (int unmapped = 0; unmapped < 2; unmapped++) {
		put_large();
		walk((struct rsk_walk_options){ .unmapped = unmapped,
			     .memory = 1 },
			pack);
	}
}

Test(pack_memory, walk_of_what_is_spoiled)
{
	made_sh("rm objects/pack/*");
	expect_nothing_left(walk_spoiled);
}
