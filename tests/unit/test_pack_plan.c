#include "unit/pack_made.h"

#include "base/limits.h"
#include "pack/plan_p.h"

/* What the plan of a pack says of each of its objects. */

TestSuite(plan, .init = made_enter, .fini = made_leave);

static const char path[] = "objects/pack/pack-1";

static struct rsk_pack *open_pack(void)
{
	struct rsk_pack *pack = NULL;
	const char *why = "";

	cr_assert_eq(rsk_pack_open(&pack, AT_FDCWD, ".",
			     "objects/pack/pack-1.idx", &why),
		RSK_OK, "%s", why);
	cr_assert_eq(rsk_pack_load(pack, &why), RSK_OK, "%s", why);
	return pack;
}

/* Write it and plan it; plan_end() lets go of both. */
static struct rsk_plan plan_of(
	struct made *made, const uint8_t *marks, unsigned jobs)
{
	struct rsk_plan plan = { 0 };

	made_write(made, path);
	made_release(made);
	plan.pack = open_pack();
	cr_assert_eq(rsk_plan_make(&plan, marks, jobs), RSK_OK);
	cr_assert_eq(plan.len, plan.pack->count);
	return plan;
}

static void plan_end(struct rsk_plan *plan)
{
	rsk_plan_release(plan);
	cr_expect_null(plan->nodes);
	cr_expect_eq(plan->len, 0);
	rsk_pack_free(plan->pack);
}

/* ---- as a text ---- */

static const char *number(uint32_t n, char out[16])
{
	snprintf(out, 16, "%u", n);
	return n == RSK_NO_NODE ? "-" : out;
}

/* "PLACE<BASE CHILD SIBLING *WEIGHT TYPE FLAGS", a line for each node. */
static char *text_of(const struct rsk_plan *plan)
{
	static const char types[] = "?ctbg";
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (uint32_t i = 0; i < plan->len; i++) {
		const struct rsk_node *node = &plan->nodes[i];
		char base[16];
		char child[16];
		char sibling[16];

		fprintf(out, "%u<%s %s %s *%u %c %s%s%s%s\n", node->place,
			number(node->base, base), number(node->child, child),
			number(node->sibling, sibling), node->weight,
			types[node->type],
			node->flags & RSK_NODE_OTHER ? "other " : "",
			node->flags & RSK_NODE_AGAIN ? "again " : "",
			node->flags & RSK_NODE_LOST ? "lost " : "",
			node->flags & RSK_NODE_NEEDED ? "needed" : "");
	}
	fclose(out);
	return text;
}

/* ---- packs ---- */

static const uint8_t same[] = { 5, 5, 0x90, 5 };

/*
 * An object: its first letter is a kind ("c"ommit, "t"ree, "b"lob, ta"g",
 * "x": none), or "o" and "r", a delta of the object of that number, by its
 * offset or its name. Its number is its name, and its place in the index.
 */
static void put(struct made *made, uint32_t name, const char *what)
{
	static const char kinds[] = "?ctbgx";
	uint32_t base = (uint32_t)strtoul(what + 1, NULL, 10);
	const struct rsk_oid oid = { .len = 20,
		.bytes = { 0, 0, (uint8_t)(base >> 8), (uint8_t)base, 1 } };

	made_numbered(made, name);
	if (*what == 'r') {
		made_ref(made, &oid, same, sizeof(same));
	} else if (*what == 'o') {
		for (size_t i = 0; i < made->entries.len; i++)
			if (!memcmp(made->entries.ptr[i].name, oid.bytes, 20))
				made_ofs(made, i, same, sizeof(same));
	} else {
		made_head(made, (unsigned)(strchr(kinds, *what) - kinds), 5);
		made_stored(made, "hello", 5);
	}
}

/* Names are 0, 1, 2 and so on where `names` gives none. */
struct sample {
	const char *title;
	const char *objects[10]; /* as put() has them, in their order */
	uint32_t names[10];
	uint8_t marks[10]; /* by place */
	const char *text;
};

static const struct sample samples[] = {
	{ "objects of all kinds", { "c", "t", "b", "g" }, { 0 }, { 0 },
		"0<- - - *1 c needed\n1<- - - *1 t needed\n"
		"2<- - - *1 b needed\n3<- - - *1 g needed\n" },
	{ "names in another order", { "c", "t", "b" }, { 2, 0, 1 }, { 0 },
		"2<- - - *1 c needed\n0<- - - *1 t needed\n"
		"1<- - - *1 b needed\n" },
	{ "a chain", { "b", "o0", "r1", "o2" }, { 0 }, { 0 },
		"0<- 1 - *4 b needed\n1<0 2 - *3 b needed\n"
		"2<1 3 - *2 b needed\n3<2 - - *1 b needed\n" },
	{ "two trees", { "b", "t", "o0", "o1", "o0", "o1" }, { 0 }, { 0 },
		"0<- 2 - *3 b needed\n1<- 3 - *3 t needed\n"
		"2<0 - 4 *1 b needed\n3<1 - 5 *1 t needed\n"
		"4<0 - - *1 b needed\n5<1 - - *1 t needed\n" },
	{ "the heaviest child first", { "b", "o0", "o0", "o0", "o1" }, { 0 },
		{ 0 },
		"0<- 2 - *5 b needed\n1<0 4 - *2 b needed\n"
		"2<0 - 3 *1 b needed\n3<0 - 1 *1 b needed\n"
		"4<1 - - *1 b needed\n" },
	{ "the heaviest child in the middle", { "b", "o0", "o0", "o0", "o2" },
		{ 0 }, { 0 },
		"0<- 1 - *5 b needed\n1<0 - 3 *1 b needed\n"
		"2<0 4 - *2 b needed\n3<0 - 2 *1 b needed\n"
		"4<2 - - *1 b needed\n" },
	{ "the heaviest child last", { "b", "o0", "o0", "o2" }, { 0 }, { 0 },
		"0<- 1 - *4 b needed\n1<0 - 2 *1 b needed\n"
		"2<0 3 - *2 b needed\n3<2 - - *1 b needed\n" },
	{ "bases behind what is made of them",
		{ "r5", "r0", "r5", "r1", "b", "b", "r5", "r4", "r7" }, { 0 },
		{ 0 },
		"0<5 1 - *3 b needed\n1<0 3 - *2 b needed\n"
		"2<5 - 6 *1 b needed\n3<1 - - *1 b needed\n"
		"4<- 7 - *3 b needed\n5<- 2 - *6 b needed\n"
		"6<5 - 0 *1 b needed\n7<4 8 - *2 b needed\n"
		"8<7 - - *1 b needed\n" },
	{ "the first one's base behind it", { "r1", "b" }, { 0 }, { 0 },
		"0<1 - - *1 b needed\n1<- 0 - *2 b needed\n" },
	{ "copies", { "b", "o0", "o1", "o0" }, { 0 },
		{ RSK_NODE_OTHER | RSK_NODE_AGAIN, RSK_NODE_OTHER, 0,
			RSK_NODE_OTHER | RSK_NODE_AGAIN },
		"0<- 3 - *3 b other again needed\n1<0 2 - *2 b other needed\n"
		"2<1 - - *1 b needed\n3<0 - 1 *0 b other again \n" },
	{ "copies and a base behind", { "r1", "b" }, { 0 },
		{ RSK_NODE_OTHER | RSK_NODE_AGAIN,
			RSK_NODE_OTHER | RSK_NODE_AGAIN },
		"0<1 - - *0 b other again \n1<- 0 - *0 b other again \n" },
	{ "entries that are none", { "x", "b", "o0", "o2", "o1" }, { 0 },
		{ RSK_NODE_OTHER, 0, RSK_NODE_OTHER },
		"0<- 2 - *0 ? other lost \n1<- 4 - *2 b needed\n"
		"2<0 3 - *0 ? other lost \n3<2 - - *0 ? lost \n"
		"4<1 - - *1 b needed\n" },
	{ "such an entry behind what is made of it", { "r2", "b", "x", "r0" },
		{ 0 }, { RSK_NODE_OTHER },
		"0<2 3 - *0 ? other lost \n1<- - - *1 b needed\n"
		"2<- 0 - *0 ? lost \n3<0 - - *0 ? lost \n" },
	{ "a base that is not there", { "b", "r9", "o1" }, { 0 },
		{ 0, RSK_NODE_OTHER },
		"0<- - - *1 b needed\n1<- 2 - *0 ? other lost \n"
		"2<1 - - *0 ? lost \n" },
	{ "a circle, and what hangs on it", { "r2", "b", "r0", "o0", "o1" },
		{ 0 }, { 0, 0, RSK_NODE_OTHER },
		"0<2 2 - *0 ? lost \n1<- 4 - *2 b needed\n"
		"2<0 0 3 *0 ? other lost \n3<0 - - *0 ? lost \n"
		"4<1 - - *1 b needed\n" },
};

static void expect_sample(const struct sample *sample, unsigned jobs)
{
	bool named = false;
	struct made made;

	made_begin(&made, 20);
	for (size_t i = 0; i < 10; i++)
		named = named || sample->names[i];
	for (uint32_t i = 0; i < 10 && sample->objects[i]; i++)
		put(&made, named ? sample->names[i] : i, sample->objects[i]);
	struct rsk_plan plan = plan_of(&made, sample->marks, jobs);
	char *text = text_of(&plan);

	cr_expect_str_eq(text, sample->text, "%s, %u jobs: got\n%s",
		sample->title, jobs, text);
	free(text);
	plan_end(&plan);
}

Test(plan, nodes)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (unsigned jobs = 1; jobs < 4; jobs++)
			expect_sample(&samples[i], jobs);
}

/* ---- offsets ---- */

/* Each name of the index has a node, whatever it names. */
Test(plan, offsets_side_by_side)
{
	static const uint8_t marks[6];
	static const uint64_t offsets[] = { 15, 14, 15, 13, 12 };
	static const uint64_t sorted[] = { 12, 12, 13, 14, 15, 15 };
	struct made made;

	made_begin(&made, 20);
	put(&made, 0, "b");
	for (uint32_t i = 0; i < 5; i++) {
		made_numbered(&made, i + 1);
		made.entries.ptr[i + 1].offset = offsets[i];
	}
	struct rsk_plan plan = plan_of(&made, marks, 1);
	uint64_t end = rsk_pack_end(plan.pack);
	const uint64_t ends[] = { 13, 13, 14, 15, end, end };
	for (uint32_t i = 0; i < 6; i++) {
		cr_expect_eq(plan.nodes[i].offset, sorted[i], "%u", i);
		cr_expect_eq(rsk_plan_end(&plan, i), ends[i], "%u", i);
	}
	plan_end(&plan);
}

/* Bases so many objects back, and bases one byte off them. */
Test(plan, bases_far_and_near)
{
	enum { MANY = 40 };
	static const uint8_t marks[2 * MANY];
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i < MANY; i++)
		put(&made, i, "b");
	for (uint32_t i = 0; i < MANY; i++) {
		made_numbered(&made, MANY + i);
		made_head(&made, 6, sizeof(same));
		made_distance(&made,
			made.pack.len - 1 - made.entries.ptr[i].offset - i % 2);
		made_stored(&made, same, sizeof(same));
	}
	struct rsk_plan plan = plan_of(&made, marks, 2);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct rsk_node *node = &plan.nodes[MANY + i];

		cr_expect_eq(node->base, i % 2 ? RSK_NO_NODE : i, "%u", i);
		cr_expect_eq(node->flags,
			i % 2 ? RSK_NODE_LOST : RSK_NODE_NEEDED, "%u", i);
	}
	plan_end(&plan);
}

/* ---- chains ---- */

/* One of that many deltas, the base first or last; all have other copies. */
static void expect_chain(uint32_t deltas, bool backwards)
{
	uint8_t *marks = calloc(deltas + 1, 1);
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i <= deltas; i++) {
		uint32_t name = backwards ? deltas - i : i;
		char what[16];

		snprintf(what, sizeof(what), "r%u", name - 1);
		put(&made, name, name ? what : "t");
		marks[i] = RSK_NODE_OTHER;
	}
	struct rsk_plan plan = plan_of(&made, marks, 2);
	for (uint32_t i = 0; i <= deltas; i++) {
		const struct rsk_node *node = &plan.nodes[i];
		bool lost = node->place > RSK_MAX_DELTA_CHAIN;
		uint32_t below = deltas < RSK_MAX_DELTA_CHAIN
					 ? deltas
					 : RSK_MAX_DELTA_CHAIN;

		cr_assert_eq(node->type, RSK_OBJECT_TREE);
		cr_assert_eq(node->flags,
			RSK_NODE_OTHER |
				(lost ? RSK_NODE_LOST : RSK_NODE_NEEDED));
		cr_assert_eq(node->weight, lost ? 0 : below + 1 - node->place);
	}
	plan_end(&plan);
	free(marks);
}

Test(plan, chains_at_the_limit)
{
	for (uint32_t more = 0; more < 3; more++) {
		expect_chain(RSK_MAX_DELTA_CHAIN - 1 + more, false);
		expect_chain(RSK_MAX_DELTA_CHAIN - 1 + more, true);
	}
}

/* Many beside each other, each with one of its own, are no chain. */
Test(plan, children_that_are_many)
{
	enum { MANY = RSK_MAX_DELTA_CHAIN + 1 };
	static const uint8_t marks[2 * MANY + 1];
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 1; i <= MANY; i++) {
		char what[16];

		snprintf(what, sizeof(what), "r%u", i);
		put(&made, i, "r0");
		put(&made, MANY + i, what);
	}
	put(&made, 0, "b");
	struct rsk_plan plan = plan_of(&made, marks, 1);
	for (uint32_t i = 0; i < 2 * MANY; i++) {
		cr_assert_eq(plan.nodes[i].base, i % 2 ? i - 1 : 2 * MANY);
		cr_assert_eq(plan.nodes[i].flags, RSK_NODE_NEEDED);
		cr_assert_eq(plan.nodes[i].weight, i % 2 ? 1 : 2);
	}
	cr_expect_eq(plan.nodes[2 * MANY].weight, 2 * MANY + 1);
	plan_end(&plan);
}

/* ---- on the way ---- */

/* From any top: it, then all that is made from it, and no more. */
Test(plan, next_below_a_top)
{
	static const uint8_t marks[6];
	static const char *const objects[] = { "b", "o0", "o1", "o1", "o0",
		"b" };
	static const char *const ways[] = { "04123", "123", "2", "3", "4",
		"5" };
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i < 6; i++)
		put(&made, i, objects[i]);
	struct rsk_plan plan = plan_of(&made, marks, 1);
	for (uint32_t top = 0; top < 6; top++) {
		char way[7] = { 0 };
		size_t len = 0;

		for (uint32_t i = top; i != RSK_NO_NODE && len < 6;
			i = rsk_plan_next(&plan, top, i))
			way[len++] = (char)('0' + i);
		cr_expect_str_eq(way, ways[top], "%s", way);
	}
	plan_end(&plan);
}

/* Of what nobody needs, none is gone through. */
Test(plan, needed_children)
{
	enum { COPY = RSK_NODE_OTHER | RSK_NODE_AGAIN };
	static const uint8_t marks[] = { COPY, COPY, 0, COPY, COPY, 0, COPY };
	static const char *const objects[] = { "b", "o0", "o0", "o0", "o0",
		"o4", "o0" };
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i < 7; i++)
		put(&made, i, objects[i]);
	struct rsk_plan plan = plan_of(&made, marks, 1);
	cr_expect_eq(rsk_plan_needed(&plan, 1), 2);
	cr_expect_eq(rsk_plan_needed(&plan, 2), 2);
	cr_expect_eq(rsk_plan_needed(&plan, 3), 4);
	cr_expect_eq(rsk_plan_needed(&plan, 6), 4);
	cr_expect_eq(
		rsk_plan_needed(&plan, plan.nodes[4].sibling), RSK_NO_NODE);
	cr_expect_eq(plan.nodes[0].weight, 4);
	plan_end(&plan);
}

/* ---- failures ---- */

/* Of a pack that ends before its heads there is no plan. */
Test(plan, pack_that_was_cut)
{
	static const uint8_t marks[4];
	struct made made;

	for (unsigned jobs = 1; jobs < 5; jobs++) {
		struct rsk_plan plan = { 0 };

		made_begin(&made, 20);
		for (uint32_t i = 0; i < 4; i++)
			put(&made, i, "b");
		made_write(&made, path);
		made_release(&made);
		plan.pack = open_pack();
		cr_assert_eq(truncate("objects/pack/pack-1.pack", 40), 0);
		cr_expect_eq(rsk_plan_make(&plan, marks, jobs), RSK_CHANGED);
		cr_expect_null(plan.nodes);
		cr_expect_eq(plan.len, 0);
		plan_end(&plan);
	}
}

Test(plan, pack_of_no_objects)
{
	struct made made;

	made_begin(&made, 20);
	struct rsk_plan plan = plan_of(&made, NULL, 2);
	cr_expect_eq(plan.len, 0);
	plan_end(&plan);
}
