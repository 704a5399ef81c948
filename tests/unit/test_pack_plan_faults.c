#include "unit/failing.h"

#include "pack/plan_p.h"
#include "unit/pack_made.h"

/* What making a plan takes, and what is left where it cannot be made. */

TestSuite(plan_faults, .init = made_enter, .fini = made_leave);

enum { OBJECTS = 64, OBJECT_BYTES = 3000 };

static const uint8_t marks[OBJECTS];

static struct rsk_plan begin(void)
{
	static const uint8_t bytes[OBJECT_BYTES];
	struct rsk_plan plan = { 0 };
	const char *why = "";
	struct made made;

	made_begin(&made, 20);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		made_numbered(&made, i);
		made_head(&made, RSK_OBJECT_BLOB, OBJECT_BYTES);
		made_stored(&made, bytes, OBJECT_BYTES);
	}
	made_write(&made, "objects/pack/pack-1");
	made_release(&made);
	cr_assert_eq(rsk_pack_open(&plan.pack, AT_FDCWD, ".",
			     "objects/pack/pack-1.idx", &why),
		RSK_OK, "%s", why);
	cr_assert_eq(rsk_pack_load(plan.pack, &why), RSK_OK, "%s", why);
	return plan;
}

static void end(struct rsk_plan *plan)
{
	rsk_plan_release(plan);
	rsk_pack_free(plan->pack);
}

/* The calling thread is one of those that were asked for. */
Test(plan_faults, threads)
{
	struct rsk_plan plan = begin();

	for (unsigned jobs = 1; jobs < 5; jobs++) {
		fail_at("pthread_create", 1000, FINE);
		cr_assert_eq(rsk_plan_make(&plan, marks, jobs), RSK_OK);
		cr_expect_eq(failing.seen, jobs - 1);
		fail_nothing();
		rsk_plan_release(&plan);
	}
	end(&plan);
}

static void count_reads(void)
{
	fail_at("pread", 1000000, FINE);
}

/* Of two threads each reads its half of the pack; the second one cannot be
 * started, so that the first does that, too. */
Test(plan_faults, reads_of_each_thread)
{
	enum { BLOCK = 16 * 1024 };
	struct rsk_plan plan = begin();

	failing.then = count_reads;
	fail_at("pthread_create", 1, EAGAIN);
	cr_assert_eq(rsk_plan_make(&plan, marks, 2), RSK_OK);
	cr_expect_eq(failing.seen, plan.pack->size / BLOCK + 2);
	failing.then = NULL;
	fail_nothing();
	end(&plan);
}

/* Memory for the nodes, and to sort them: without either there is no plan. */
Test(plan_faults, memory)
{
	struct rsk_plan plan = begin();

	for (unsigned at = 1; at < 3; at++) {
		fail_at("calloc", at, ENOMEM);
		cr_expect_eq(rsk_plan_make(&plan, marks, 1), RSK_NOMEM);
		fail_nothing();
		cr_expect_null(plan.nodes);
		cr_expect_eq(plan.len, 0);
	}
	end(&plan);
}
