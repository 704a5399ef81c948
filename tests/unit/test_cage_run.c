#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "cage/message_p.h"
#include "unit/kept.h"

/* What comes of work that is done in a process of its own and goes wrong. */

static size_t complaints;

static void complain(const char *text)
{
	cr_expect_not_null(text);
	complaints++;
}

static enum rsk_err run(struct rsk_cage_result *result, rsk_cage_work *work,
	unsigned jobs, struct rsk_diag *diag)
{
	const struct rsk_cage_options options = {
		.work = work,
		.jobs = jobs,
		.memory = 64 * RSK_MIB,
		.complain = complain,
	};

	complaints = 0;
	return rsk_cage_run(result, &options, diag);
}

static int end_with_2(struct rsk_cage *cage, void *ctx)
{
	(void)ctx;
	rsk_cage_complain(cage, "no report this time");
	return 2;
}

Test(cage, without_a_report_there_is_a_status)
{
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(run(&result, end_with_2, 1, &diag), RSK_OK);
	cr_expect_not(result.has_report);
	cr_expect_eq(result.status, 2);
	cr_expect_eq(complaints, 1);
	rsk_cage_release(&result);
}

static int end_early(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	_exit(0);
}

static int end_without_memory(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	_exit(RSK_EXIT_NOMEM);
}

/* Nobody knows what it was at: after a second try nothing can be said. */
static void expect_given_up(rsk_cage_work *work, const char *how)
{
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(run(&result, work, 2, &diag), RSK_OK);
	cr_assert(result.has_report);
	cr_expect_eq(result.report.exit_status, 3);
	cr_expect_not(result.report.complete);
	cr_assert_eq(result.report.coverage.gap_list.len, 1);
	cr_expect_not_null(
		strstr(result.report.coverage.gap_list.ptr[0].detail, how),
		"%s", result.report.coverage.gap_list.ptr[0].detail);
	rsk_cage_release(&result);
}

Test(cage, that_ends_early)
{
	expect_given_up(end_early, "it ended early");
}

Test(cage, that_ends_without_memory)
{
	expect_given_up(end_without_memory, "out of memory");
}

static int send_nonsense(struct rsk_cage *cage, void *ctx)
{
	const struct rsk_report report = {
		.command = "", .target = "", .version = "", .exit_status = 77
	};
	struct rsk_ruleset *rules = rsk_ruleset_of(NULL, 0);

	(void)ctx;
	rsk_cage_report(cage, &report, rules);
	rsk_ruleset_free(rules);
	return 0;
}

Test(cage, whose_report_makes_no_sense)
{
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(run(&result, send_nonsense, 1, &diag), RSK_CORRUPT);
	rsk_cage_release(&result);
}

/* ---- in its own words ---- */

static void say(const void *bytes, size_t len)
{
	for (int fd = 3; fd < 64; fd++)
		if (write(fd, bytes, len) == (ssize_t)len)
			return;
	_exit(1);
}

static int report_without_rules(struct rsk_cage *cage, void *ctx)
{
	const struct rsk_report report = {
		.command = "", .target = "", .version = "", .complete = true
	};
	struct rsk_buf message = RSK_BUF_INIT(RSK_MIB);

	(void)cage;
	(void)ctx;
	if (rsk_message_report(&message, &report))
		return 1;
	say(message.ptr, message.len);
	rsk_buf_release(&message);
	return 0;
}

static int end_twice(struct rsk_cage *cage, void *ctx)
{
	const uint32_t end[] = { RSK_MESSAGE_STATUS, 4, 0 };

	(void)cage;
	(void)ctx;
	say(end, sizeof(end));
	return 0;
}

static void expect_corrupt(rsk_cage_work *work, const char *text)
{
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(run(&result, work, 1, &diag), RSK_CORRUPT);
	cr_expect_str_eq(diag.text, text);
	rsk_cage_release(&result);
}

Test(cage, that_goes_on_after_its_end)
{
	expect_corrupt(end_twice, "the scanning process: corrupt data");
}

Test(cage, whose_report_has_no_rules)
{
	expect_corrupt(report_without_rules,
		"what the scanning process said makes no sense");
}

/* Who allows gaps of a class allows this one. */
Test(cage, that_may_end_early)
{
	const struct rsk_cage_options options = {
		.work = end_early,
		.jobs = 1,
		.complain = complain,
		.allowed_gaps = 1U << RSK_GAP_CRASH,
	};
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(rsk_cage_run(&result, &options, &diag), RSK_OK);
	cr_expect(result.report.complete);
	cr_expect_eq(result.report.exit_status, 0);
	rsk_cage_release(&result);
}

/* ---- what is left behind ---- */

/* Says what there is to complain of, and whether that was a report. */
static int report_something(struct rsk_cage *cage, void *ctx)
{
	const struct rsk_report report = { .command = "scan",
		.target = "here",
		.version = "",
		.complete = true };
	struct rsk_ruleset *rules = rsk_ruleset_of(NULL, 0);

	(void)ctx;
	rsk_cage_complain(cage, "this is new");
	rsk_cage_report(cage, &report, rules);
	rsk_ruleset_free(rules);
	return 0;
}

static void take(rsk_cage_work *work, enum rsk_err expected)
{
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_expect_eq(run(&result, work, 2, &diag), expected);
	rsk_cage_release(&result);
}

static void take_report(void)
{
	take(report_something, RSK_OK);
	cr_expect_eq(complaints, 1);
}

static void give_up(void)
{
	take(end_early, RSK_OK);
}

static void refuse(void)
{
	take(send_nonsense, RSK_CORRUPT);
	take(end_twice, RSK_CORRUPT);
	take(report_without_rules, RSK_CORRUPT);
}

Test(cage, keeps_nothing)
{
	expect_nothing_kept(take_report);
	expect_nothing_kept(give_up);
	expect_nothing_kept(refuse);
}
