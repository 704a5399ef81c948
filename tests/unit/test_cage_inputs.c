#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/vec.h"
#include "cage/cage.h"

/*
 * Inputs that end, block or take over the process that reads them: each costs
 * itself, and nothing else. The work here is a list of inputs, each with what
 * it does to its reader.
 */
enum mischief {
	FINE,
	DIES,
	STARVES,
	IS_KILLED, /* as by a kernel without memory */
	TOO_LONG,  /* in processor time */
	IS_ENDED,  /* by another signal, of which it knows nothing */
	ENDS,      /* as if all were well */
	HANGS,
	BABBLES, /* sends what is no message, and goes on */
};

enum {
	INPUTS = 80,
	MOMENT_MS = 60000, /* for ever, as far as the parent is concerned */
};

static struct {
	enum rsk_input_kind kind;
	enum mischief does;
} inputs[INPUTS];

static size_t inputs_len;
static bool forgets;       /* the gaps of the last attempts */
static size_t tries_again; /* what it was told to leave alone: the n-th */

/* What the child tells the test. */
static struct {
	_Atomic unsigned attempts;
	_Atomic int child;
	_Atomic unsigned jobs;
} * seen;

static size_t complaints;
static unsigned ticks;

static void begin(void)
{
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq((void *)seen, MAP_FAILED);
}

TestSuite(cage_inputs, .init = begin);

static void complain(const char *text)
{
	cr_expect_str_eq(text, "a sentence");
	complaints++;
}

/* ---- the child ---- */

static void wait_ms(long ms)
{
	const struct timespec time = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void babble(void)
{
	static const char text[] = "\xff\xff\xff\xff this is no message";

	for (int fd = 3; fd < 64; fd++)
		if (write(fd, text, sizeof(text)) > 0)
			break;
	wait_ms(MOMENT_MS);
}

static void suffer(enum mischief what)
{
	switch (what) {
	case FINE:
		break;
	case DIES:
		abort();
	case STARVES:
		rsk_input_blame(RSK_NOMEM);
		_exit(RSK_EXIT_NOMEM);
	case IS_KILLED:
		raise(SIGKILL);
		break;
	case TOO_LONG:
		raise(SIGXCPU);
		break;
	case IS_ENDED:
		raise(SIGUSR2);
		break;
	case ENDS:
		_exit(0);
	case HANGS:
		wait_ms(MOMENT_MS);
		break;
	case BABBLES:
		babble();
	}
}

static struct rsk_slice name_of(size_t i)
{
	static char names[INPUTS][8];

	snprintf(names[i], sizeof(names[i]), "f%02zu.js", i);
	return rsk_slice_str(names[i]);
}

static void read_inputs(struct rsk_coverage *coverage)
{
	for (size_t i = 0; i < inputs_len; i++) {
		enum rsk_err err = rsk_input_begin(inputs[i].kind, name_of(i));

		if (err && !forgets)
			rsk_coverage_gap(coverage, NULL,
				rsk_gap_of(err, RSK_GAP_IO), name_of(i),
				"left alone");
		if (!err || tries_again == i + 1)
			suffer(inputs[i].does);
		rsk_input_end();
		rsk_input_count(1, 10, 0);
	}
}

static void send_report(struct rsk_cage *cage, struct rsk_report *report)
{
	struct rsk_ruleset *rules = rsk_ruleset_of(NULL, 0);

	report->command = report->target = report->version = "";
	rsk_coverage_finish(&report->coverage);
	report->complete = rsk_coverage_complete(&report->coverage, 0);
	report->exit_status = report->complete ? 0 : 3;
	rsk_cage_report(cage, report, rules);
	rsk_ruleset_free(rules);
}

static int work(struct rsk_cage *cage, void *ctx)
{
	struct rsk_report report = { 0 };

	(void)ctx;
	atomic_fetch_add(&seen->attempts, 1);
	atomic_store(&seen->child, (int)getpid());
	atomic_store(&seen->jobs, rsk_cage_jobs(cage));
	rsk_cage_complain(cage, "a sentence");
	read_inputs(&report.coverage);
	send_report(cage, &report);
	rsk_report_release(&report);
	return report.exit_status;
}

/* ---- the parent ---- */

static void give(enum mischief does)
{
	inputs[inputs_len].kind = RSK_INPUT_FILE;
	inputs[inputs_len++].does = does;
}

static enum rsk_err run(struct rsk_cage_result *result, rsk_cage_work *does,
	bool (*tick)(const struct rsk_input_table *))
{
	const struct rsk_cage_options options = {
		.work = does,
		.jobs = 2,
		.memory = 64 * RSK_MIB,
		.complain = complain,
		.tick = tick,
	};
	struct rsk_diag diag = { 0 };

	return rsk_cage_run(result, &options, &diag);
}

struct gap {
	size_t input;
	enum rsk_gap_class class;
};

static void expect_gaps(const struct gap *gaps, size_t len, unsigned attempts)
{
	struct rsk_cage_result result;
	const struct rsk_report *report = &result.report;

	cr_assert_eq(run(&result, work, NULL), RSK_OK);
	cr_assert(result.has_report);
	cr_assert_eq(report->coverage.gap_list.len, len);
	for (size_t i = 0; i < len; i++) {
		const struct rsk_gap *gap = &report->coverage.gap_list.ptr[i];

		cr_expect_eq(gap->class, gaps[i].class, "%d", gap->class);
		cr_expect(rsk_slice_eq(gap->path, name_of(gaps[i].input)));
	}
	cr_expect_eq(report->complete, len == 0);
	cr_expect_eq(report->exit_status, len ? 3 : 0);
	cr_expect_eq(atomic_load(&seen->attempts), attempts);
	/* Of the attempt that came through, not of the others. */
	cr_expect_eq(complaints, 1);
	rsk_cage_release(&result);
	cr_expect_null(result.rules);
	cr_expect_not(result.has_report);
}

static void expect_gap(enum mischief does, enum rsk_gap_class class)
{
	const struct gap gap = { 1, class };

	give(FINE);
	give(does);
	give(FINE);
	expect_gaps(&gap, 1, 2);
}

Test(cage_inputs, that_are_fine)
{
	give(FINE);
	give(FINE);
	expect_gaps(NULL, 0, 1);
	cr_expect_eq(atomic_load(&seen->jobs), 2);
}

Test(cage_inputs, that_kill)
{
	expect_gap(DIES, RSK_GAP_CRASH);
}

Test(cage_inputs, that_starve)
{
	expect_gap(STARVES, RSK_GAP_MEMORY);
}

/* Nobody else sends that signal. */
Test(cage_inputs, that_the_kernel_ends)
{
	expect_gap(IS_KILLED, RSK_GAP_MEMORY);
}

Test(cage_inputs, that_somebody_ends)
{
	expect_gap(IS_ENDED, RSK_GAP_CRASH);
}

Test(cage_inputs, that_need_too_much_time)
{
	expect_gap(TOO_LONG, RSK_GAP_TIMEOUT);
}

Test(cage_inputs, that_end_as_if_all_were_well)
{
	expect_gap(ENDS, RSK_GAP_CRASH);
}

#ifdef RSK_FAULTS
Test(cage_inputs, that_hang)
{
	/* Less patience: base/fault.h. */
	setenv("RSKAN_FAULT", "hang:nothing", 1);
	expect_gap(HANGS, RSK_GAP_TIMEOUT);
}
#endif

Test(cage_inputs, that_send_no_message)
{
	expect_gap(BABBLES, RSK_GAP_CRASH);
}

Test(cage_inputs, several_of_them)
{
	static const struct gap gaps[] = {
		{ 0, RSK_GAP_CRASH },
		{ 2, RSK_GAP_CRASH },
		{ 4, RSK_GAP_TIMEOUT },
		{ 3, RSK_GAP_MEMORY },
	};

	give(DIES);
	give(FINE);
	give(ENDS);
	give(STARVES);
	give(TOO_LONG);
	expect_gaps(gaps, 4, 5);
}

static void give_many(size_t n)
{
	for (size_t i = 0; i < n; i++)
		give(DIES);
}

Test(cage_inputs, as_many_as_there_may_be)
{
	struct gap gaps[RSK_CAGE_ATTEMPTS - 1];

	give_many(RSK_CAGE_ATTEMPTS - 1);
	for (size_t i = 0; i < RSK_CAGE_ATTEMPTS - 1; i++)
		gaps[i] = (struct gap){ i, RSK_GAP_CRASH };
	expect_gaps(gaps, RSK_CAGE_ATTEMPTS - 1, RSK_CAGE_ATTEMPTS);
}

static void expect_given_up(
	unsigned attempts, enum rsk_gap_class class, const char *how)
{
	struct rsk_cage_result result;
	const struct rsk_report *report = &result.report;
	char text[128];

	cr_assert_eq(run(&result, work, NULL), RSK_OK);
	cr_assert(result.has_report);
	cr_expect_not_null(result.rules);
	cr_expect_not(report->complete);
	cr_expect_eq(report->exit_status, 3);
	cr_expect_str_eq(report->command, "");
	cr_expect_str_eq(report->target, "");
	cr_expect_str_eq(report->version, "");
	cr_assert_eq(report->coverage.gap_list.len, 1);
	cr_expect_eq(report->coverage.gap_list.ptr[0].class, class);
	cr_expect_eq(report->coverage.gap_list.ptr[0].path.len, 0);
	snprintf(text, sizeof(text),
		"the scan was given up after %u attempts, the last ended with: "
		"%s",
		attempts, how);
	cr_expect_str_eq(report->coverage.gap_list.ptr[0].detail, text);
	cr_expect_eq(atomic_load(&seen->attempts), attempts);
	cr_expect_eq(complaints, 0);
	rsk_cage_release(&result);
}

Test(cage_inputs, one_more_than_there_may_be)
{
	give_many(RSK_CAGE_ATTEMPTS);
	expect_given_up(RSK_CAGE_ATTEMPTS, RSK_GAP_CRASH, "Aborted");
}

/* It was told to leave it alone. */
Test(cage_inputs, that_kill_twice)
{
	give(DIES);
	tries_again = 1;
	expect_given_up(2, RSK_GAP_CRASH, "Aborted");
}

Test(cage_inputs, of_which_the_second_kills_twice)
{
	give(DIES);
	give(DIES);
	tries_again = 2;
	expect_given_up(3, RSK_GAP_CRASH, "Aborted");
}

Test(cage_inputs, that_starve_twice)
{
	give(IS_KILLED);
	tries_again = 1;
	expect_given_up(2, RSK_GAP_MEMORY, "Killed");
}

Test(cage_inputs, that_take_too_long_twice)
{
	give(TOO_LONG);
	tries_again = 1;
	expect_given_up(2, RSK_GAP_TIMEOUT, strsignal(SIGXCPU));
}

static void expect_corrupt(rsk_cage_work *does)
{
	struct rsk_cage_result result;

	cr_expect_eq(run(&result, does, NULL), RSK_CORRUPT);
	rsk_cage_release(&result);
}

/* Each that ended a child has to be a gap of the report. */
Test(cage_inputs, that_are_not_told_of)
{
	give(DIES);
	forgets = true;
	expect_corrupt(work);
}

/* ---- more than one at a time ---- */

static void *hold_another(void *ready)
{
	if (!rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("other.js")))
		atomic_store((_Atomic bool *)ready, true);
	wait_ms(MOMENT_MS);
	return NULL;
}

/* Two are at it when one ends the process without a word. */
static int work_with_two(struct rsk_cage *cage, void *ctx)
{
	static _Atomic bool ready;
	pthread_t thread;

	if (rsk_cage_jobs(cage) > 1 &&
		!pthread_create(&thread, NULL, hold_another, &ready))
		while (!atomic_load(&ready))
			wait_ms(1);
	return work(cage, ctx);
}

Test(cage_inputs, one_thread_shows_which_of_two_it_was)
{
	struct rsk_cage_result result;

	give(ENDS);
	cr_assert_eq(run(&result, work_with_two, NULL), RSK_OK);
	cr_assert_eq(result.report.coverage.gap_list.len, 1);
	cr_expect(rsk_slice_eq(
		result.report.coverage.gap_list.ptr[0].path, name_of(0)));
	cr_expect_eq(atomic_load(&seen->attempts), 3);
	cr_expect_eq(atomic_load(&seen->jobs), 1);
	rsk_cage_release(&result);
}

/* Who dies of a signal that can be caught says who it was. */
Test(cage_inputs, who_blames_itself_needs_no_second_look)
{
	struct rsk_cage_result result;

	give(DIES);
	cr_assert_eq(run(&result, work_with_two, NULL), RSK_OK);
	cr_expect_eq(result.report.coverage.gaps[RSK_GAP_CRASH], 1);
	cr_expect_eq(atomic_load(&seen->attempts), 2);
	cr_expect_eq(atomic_load(&seen->jobs), 2);
	rsk_cage_release(&result);
}

/* ---- interrupted ---- */

static bool stop_at_once(const struct rsk_input_table *table)
{
	ticks++;
	return table && atomic_load(&table->units) == 2;
}

static int work_that_waits(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	atomic_store(&seen->child, (int)getpid());
	rsk_input_count(2, 0, 0);
	wait_ms(MOMENT_MS);
	return 0;
}

Test(cage_inputs, stop_when_asked_to, .timeout = 20)
{
	struct rsk_cage_result result;

	cr_expect_eq(
		run(&result, work_that_waits, stop_at_once), RSK_INTERRUPTED);
	cr_expect_gt(ticks, 0);
	cr_expect_not(result.has_report);
	/* It is gone, and nothing of it is left to be waited for. */
	cr_expect_eq(kill(atomic_load(&seen->child), 0), -1);
	rsk_cage_release(&result);
}

/* ---- what is said ---- */

static int say_too_little(struct rsk_cage *cage, void *ctx)
{
	struct rsk_report report = { 0 };

	(void)ctx;
	rsk_coverage_note(&report.coverage, "half of it");
	send_report(cage, &report);
	_exit(0);
}

/* A report without its end is none. */
Test(cage_inputs, a_report_has_an_end)
{
	struct rsk_cage_result result;

	cr_assert_eq(run(&result, say_too_little, NULL), RSK_OK);
	cr_assert(result.has_report);
	cr_expect_eq(result.report.exit_status, 3);
	cr_expect_eq(result.report.coverage.gaps[RSK_GAP_CRASH], 1);
	cr_expect_eq(result.report.coverage.notes.len, 0);
	rsk_cage_release(&result);
}

static bool notes_have(const struct rsk_report *report, const char *what)
{
	for (size_t i = 0; i < report->coverage.notes.len; i++)
		if (strstr(report->coverage.notes.ptr[i], what))
			return true;
	return false;
}

/* The work here never says what it reads. */
Test(cage_inputs, what_is_not_locked_is_said)
{
	struct rsk_cage_result result;

	cr_assert_eq(run(&result, work, NULL), RSK_OK);
	cr_expect_eq(result.report.coverage.notes.len, 1);
	cr_expect(notes_have(&result.report,
			  "reading is not limited to what is scanned") ||
		  notes_have(&result.report, "no seccomp"));
	rsk_cage_release(&result);
}

Test(cage_inputs, descriptors_are_given_back)
{
	struct rsk_cage_result result;
	int before = dup(STDIN_FILENO);

	close(before);
	give(DIES);
	cr_assert_eq(run(&result, work, NULL), RSK_OK);
	rsk_cage_release(&result);
	int after = dup(STDIN_FILENO);
	cr_expect_eq(before, after);
	close(after);
}
