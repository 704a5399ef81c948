#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "cage/message_p.h"

/*
 * How long a process is waited for, to the millisecond. Time is the test's
 * own: it goes on when the parent waits for the child and the child has done
 * what it is to do by then, so that hours take moments.
 */
enum {
	BUSY = -1, /* the child is at work: no time goes by */
	MINUTE = 60000,
	LINES = 200,
};

static const int64_t never = INT64_MAX;

/* What both processes see; NULL: what runs the tests, in its own time. */
static struct {
	_Atomic int64_t now;   /* [ms] */
	_Atomic int64_t wakes; /* the child, or BUSY */
	_Atomic unsigned attempts;
	int64_t begun[LINES]; /* each attempt */
} * scene;

/* The parent's. */
static bool settled;       /* it has seen what the child is at */
static int64_t jump;       /* as long as that once, */
static int64_t jumps;      /* when so much time has gone by */
static int64_t talking;    /* what each thing costs that is said */
static int64_t last_words; /* and its end */
static bool hurries;       /* when it waits for an end, too */
static int naps;
static int64_t ticks[LINES];
static size_t ticks_len;
static size_t complaints;

static void begin(void)
{
	scene = mmap(NULL, sizeof(*scene), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq((void *)scene, MAP_FAILED);
	scene->now = 5000;
	unsetenv("RSKAN_FAULT");
}

TestSuite(cage_watch, .init = begin, .timeout = 60);

static void wait_a_little(void)
{
	const struct timespec moment = { .tv_nsec = 200000 };

	nanosleep(&moment, NULL);
}

/* NOLINTBEGIN(bugprone-reserved-identifier) */
int __real_poll(struct pollfd *ends, nfds_t len, int ms);
int __wrap_poll(struct pollfd *ends, nfds_t len, int ms);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
pid_t __real_fork(void);
pid_t __wrap_fork(void);

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	if (!scene)
		return __real_clock_gettime(clock, time);

	int64_t now = atomic_load(&scene->now);

	time->tv_sec = now / 1000;
	time->tv_nsec = now % 1000 * 1000000;
	return 0;
}

pid_t __wrap_fork(void)
{
	if (!scene)
		return __real_fork();

	unsigned n = atomic_fetch_add(&scene->attempts, 1);

	if (n < LINES)
		scene->begun[n] = atomic_load(&scene->now);
	atomic_store(&scene->wakes, BUSY);
	settled = false;
	return __real_fork();
}

static int nap(nfds_t len, int ms)
{
	cr_expect_eq(len, 0);
	cr_expect_eq(ms, 1);
	naps++;
	if (!hurries)
		wait_a_little();
	return 0;
}

/* The child wakes, does what it is to do, and sleeps or ends. */
static void wake_child(struct pollfd *end)
{
	if (atomic_load(&scene->now) < atomic_load(&scene->wakes))
		return;
	atomic_store(&scene->wakes, BUSY);
	while (atomic_load(&scene->wakes) == BUSY && !__real_poll(end, 1, 0))
		wait_a_little();
}

/* Of this attempt. */
static int64_t time_gone(void)
{
	unsigned n = atomic_load(&scene->attempts) - 1;

	return atomic_load(&scene->now) - scene->begun[n];
}

static void let_time_pass(int ms)
{
	bool at_once = jump && time_gone() >= jumps;

	atomic_fetch_add(&scene->now, at_once ? jump : ms);
	if (at_once)
		jump = 0;
}

int __wrap_poll(struct pollfd *ends, nfds_t len, int ms)
{
	int ready;

	if (!ends)
		return nap(len, ms);
	cr_expect_eq(len, 1);
	if (talking)
		wake_child(ends);
	ready = __real_poll(ends, 1,
		atomic_load(&scene->wakes) == BUSY && !talking ? 5 : 0);
	if (ready)
		atomic_fetch_add(&scene->now,
			ends->revents & POLLIN ? talking : last_words);
	if (ready || atomic_load(&scene->wakes) == BUSY)
		return ready;
	if (settled) {
		let_time_pass(ms);
		wake_child(ends);
	}
	settled = true;
	return 0;
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* ---- the child ---- */

static void wait_until(int64_t time)
{
	atomic_store(&scene->wakes, time);
	while (atomic_load(&scene->wakes) != BUSY)
		wait_a_little();
}

/* After so long, and each time that long again; then it hangs. */
static void wait_times(unsigned times, int64_t each, void (*then)(void))
{
	int64_t time = atomic_load(&scene->now);

	for (unsigned i = 1; i <= times; i++) {
		wait_until(time + i * each);
		then();
	}
	wait_until(never);
}

static void send_report(struct rsk_cage *cage, enum rsk_err err)
{
	struct rsk_report report = {
		.command = "", .target = "", .version = "", .exit_status = 3
	};
	struct rsk_ruleset *rules = rsk_ruleset_of(NULL, 0);

	rsk_coverage_gap(&report.coverage, NULL, rsk_gap_of(err, RSK_GAP_IO),
		RSK_LIT("evil.js"), "left alone");
	rsk_coverage_finish(&report.coverage);
	rsk_cage_report(cage, &report, rules);
	rsk_report_release(&report);
	rsk_ruleset_free(rules);
}

/* What the input does to who reads it: the first time. */
static enum rsk_input_kind kind = RSK_INPUT_FILE;
static void (*does)(void);
static unsigned times;
static int64_t each;

static int work(struct rsk_cage *cage, void *ctx)
{
	enum rsk_err err = rsk_input_begin(kind, RSK_LIT("evil.js"));

	(void)ctx;
	if (!err)
		wait_times(times, each, does);
	send_report(cage, err);
	return 3;
}

/* Comes to its end in the moment in which it would be ended. */
static int work_for_a_minute(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	if (rsk_input_begin(kind, RSK_LIT("evil.js")))
		return 3;
	wait_until(atomic_load(&scene->now) + MINUTE - 100);
	return 2;
}

/* Nothing is known of what it does. */
static int work_unseen(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	wait_times(times, each, does);
	return 0;
}

static void count(void)
{
	rsk_input_count(1, 0, 0);
}

static void count_and_beat(void)
{
	rsk_input_count(1, 0, 0);
	rsk_input_beat();
}

/* ---- the parent ---- */

static void complain(const char *text)
{
	(void)text;
	complaints++;
}

static bool tick(const struct rsk_input_table *table)
{
	cr_expect_not_null(table);
	if (ticks_len < LINES)
		ticks[ticks_len++] = atomic_load(&scene->now);
	return false;
}

static void run(struct rsk_cage_result *result, rsk_cage_work *what)
{
	const struct rsk_cage_options options = {
		.work = what,
		.jobs = 1,
		.memory = 64 * RSK_MIB,
		.complain = complain,
		.tick = tick,
	};
	struct rsk_diag diag = { 0 };

	cr_assert_eq(rsk_cage_run(result, &options, &diag), RSK_OK);
	/* Nobody is left to be waited for. */
	cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_expect_eq(errno, ECHILD);
}

/* The first attempt costs the input, and so much time. */
static void expect_gap(enum rsk_gap_class class, int64_t after)
{
	struct rsk_cage_result result;

	atomic_store(&scene->attempts, 0);
	run(&result, work);
	cr_assert(result.has_report);
	cr_expect_eq(result.report.coverage.gap_list.len, 1);
	cr_expect_eq(result.report.coverage.gaps[class], 1);
	cr_expect_eq(atomic_load(&scene->attempts), 2);
	cr_expect_eq(scene->begun[1] - scene->begun[0], after, "%ld",
		(long)(scene->begun[1] - scene->begun[0]));
	cr_expect_eq(naps == 0 || !hurries, true);
	rsk_cage_release(&result);
}

Test(cage_watch, an_input_has_a_minute)
{
	expect_gap(RSK_GAP_TIMEOUT, MINUTE);
}

Test(cage_watch, what_is_slow_has_ten)
{
	kind = RSK_INPUT_STORE;
	expect_gap(RSK_GAP_TIMEOUT, 10L * MINUTE);
}

#ifdef RSK_FAULTS
Test(cage_watch, what_hangs_on_demand_has_less)
{
	setenv("RSKAN_FAULT", "hang:nothing", 1);
	expect_gap(RSK_GAP_TIMEOUT, 300);
}
#endif

Test(cage_watch, who_has_ended_does_not_hang)
{
	struct rsk_cage_result result;

	last_words = 100;
	run(&result, work_for_a_minute);
	cr_expect_eq(atomic_load(&scene->attempts), 1);
	cr_expect_eq(result.status, 2);
	rsk_cage_release(&result);
}

/* A sign of life is one until the last moment. */
Test(cage_watch, what_goes_on_has_more)
{
	does = rsk_input_beat;
	times = 3;
	each = MINUTE - 100;
	expect_gap(RSK_GAP_TIMEOUT, 3L * (MINUTE - 100) + MINUTE);
}

/* Also when all is counted together. */
Test(cage_watch, what_is_slow_and_goes_on)
{
	does = count_and_beat;
	times = 3;
	each = 9L * MINUTE;
	kind = RSK_INPUT_CHECK;
	expect_gap(RSK_GAP_TIMEOUT, 37L * MINUTE);
	does = rsk_input_beat;
	expect_gap(RSK_GAP_TIMEOUT, 37L * MINUTE);
}

/* A machine that slept is no input that hangs. */
Test(cage_watch, time_that_nobody_saw)
{
	static const struct {
		int64_t slept, counts;
	} cases[] = { { 150, 150 }, { 199, 199 }, { 200, 200 }, { 250, 200 },
		{ 60L * MINUTE, 200 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t rest = (MINUTE - cases[i].counts + 99) / 100 * 100;

		jump = cases[i].slept;
		expect_gap(RSK_GAP_TIMEOUT, cases[i].slept + rest);
	}
}

static void expect_given_up(
	enum rsk_gap_class class, int64_t after, const char *how)
{
	struct rsk_cage_result result;
	int64_t from = atomic_load(&scene->now);

	run(&result, work_unseen);
	cr_assert(result.has_report);
	cr_expect_eq(result.report.coverage.gaps[class], 1);
	cr_expect_not_null(
		strstr(result.report.coverage.gap_list.ptr[0].detail, how));
	cr_expect_eq(atomic_load(&scene->now) - from, after, "%ld",
		(long)(atomic_load(&scene->now) - from));
	rsk_cage_release(&result);
}

/* It is at nothing in particular: a quarter of an hour. */
Test(cage_watch, all_of_it_has_more)
{
	expect_given_up(
		RSK_GAP_TIMEOUT, 15L * MINUTE, "it did nothing any more");
}

Test(cage_watch, all_of_it_has_more_after_each_sign)
{
	does = count;
	times = 2;
	each = 15L * MINUTE - 100;
	expect_given_up(
		RSK_GAP_TIMEOUT, 45L * MINUTE - 200, "it did nothing any more");
}

static void *hold_another(void *ready)
{
	if (rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("other.js")))
		_exit(1);
	atomic_store((_Atomic bool *)ready, true);
	for (;;)
		sleep(1);
	return NULL;
}

/* One goes on, the other does not. */
static int work_with_two(struct rsk_cage *cage, void *ctx)
{
	static _Atomic bool ready;
	enum rsk_err err = rsk_input_begin(kind, RSK_LIT("other.js"));
	pthread_t thread;

	(void)ctx;
	rsk_input_end();
	if (!err) {
		if (rsk_input_begin(kind, RSK_LIT("evil.js")) ||
			pthread_create(&thread, NULL, hold_another, &ready))
			_exit(1);
		while (!atomic_load(&ready))
			wait_a_little();
		wait_times(20, MINUTE / 2, rsk_input_beat);
	}
	send_report(cage, err);
	return 3;
}

Test(cage_watch, one_of_two_inputs)
{
	struct rsk_cage_result result;

	run(&result, work_with_two);
	cr_expect_eq(scene->begun[1] - scene->begun[0], MINUTE);
	cr_expect_eq(atomic_load(&scene->attempts), 2);
	cr_expect_eq(result.report.coverage.gaps[RSK_GAP_TIMEOUT], 1);
	rsk_cage_release(&result);
}

/* ---- what is said ---- */

static int talk(struct rsk_cage *cage, void *ctx)
{
	(void)ctx;
	for (int i = 0; i < 20; i++) {
		rsk_cage_complain(cage, "one more");
		wait_until(atomic_load(&scene->now));
	}
	return 0;
}

/* Who talks all the time is watched, too, every tenth of a second. */
Test(cage_watch, while_it_talks)
{
	struct rsk_cage_result result;

	talking = 50;
	run(&result, talk);
	cr_expect_eq(complaints, 20);
	cr_assert_gt(ticks_len, 8);
	for (size_t i = 0; i < 8; i++)
		cr_expect_eq(ticks[i], 5000 + 100 * ((int64_t)i + 1));
	rsk_cage_release(&result);
}

static struct {
	uint32_t bytes[8];
	size_t len;   /* bytes */
	size_t first; /* of them, before the rest; 0: all at once */
} words;

static int out_of_child(void)
{
	for (int fd = 3; fd < 64; fd++)
		if (write(fd, "", 0) == 0)
			return fd;
	return -1;
}

static void say_words(void)
{
	const char *bytes = (const char *)words.bytes;
	size_t first = words.first ? words.first : words.len;
	int out = out_of_child();

	if (write(out, bytes, first) != (ssize_t)first)
		_exit(1);
	wait_until(atomic_load(&scene->now) + 100);
	if (words.len > first &&
		write(out, bytes + first, words.len - first) < 0)
		_exit(1);
}

/* Nonsense is seen when it comes; what may make sense is waited for. */
Test(cage_watch, words_that_make_no_sense)
{
	enum { FIRST = RSK_MESSAGE_LOCKED, LAST = RSK_MESSAGE_STATUS };
	static const struct {
		uint32_t bytes[8];
		size_t len, first;
		int64_t after; /* MINUTE: it was all right so far */
	} cases[] = {
		{ { FIRST - 1, 0 }, 8, 0, 100 },
		{ { LAST + 1, 0 }, 8, 0, 100 },
		{ { 2, (uint32_t)RSK_CAGE_BYTES + 1 }, 8, 0, 100 },
		{ { 2, (uint32_t)RSK_CAGE_BYTES }, 8, 0, MINUTE },
		{ { FIRST, 0 }, 8, 0, MINUTE },
		{ { LAST, 0 }, 8, 0, MINUTE },
		{ { LAST + 1, 0 }, 7, 0, MINUTE },
		{ { LAST + 1, 0 }, 8, 4, 200 },
		{ { 2, 4, 99, 99, 99 }, 20, 12, 200 },
		{ { 2, 4, 99, 99, 99 }, 20, 10, 200 },
		{ { 2, 8, 99, 99 }, 16, 0, MINUTE },
		{ { 2, 4, 99, 2, 4, 99 }, 24, 0, MINUTE },
	};

	does = say_words;
	times = 1;
	each = 100;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(words.bytes, cases[i].bytes, sizeof(words.bytes));
		words.len = cases[i].len;
		words.first = cases[i].first;
		if (cases[i].after == MINUTE)
			expect_gap(RSK_GAP_TIMEOUT, MINUTE);
		else
			expect_gap(RSK_GAP_CRASH, cases[i].after);
	}
}

Test(cage_watch, who_makes_no_sense_at_nothing_in_particular)
{
	does = say_words;
	times = 1;
	each = 100;
	words.bytes[0] = 99;
	words.len = 8;
	expect_given_up(RSK_GAP_CRASH, 100, "it said what makes no sense");
}

/* ---- ends ---- */

/* All was said, and it closes the door, but does not go. */
static int stay(struct rsk_cage *cage, void *ctx)
{
	const uint32_t end[] = { RSK_MESSAGE_STATUS, 4, 2 };
	int out = out_of_child();

	(void)cage;
	(void)ctx;
	if (write(out, end, sizeof(end)) != sizeof(end))
		_exit(1);
	close(out);
	for (;;)
		sleep(1);
	return 0;
}

Test(cage_watch, who_stays_is_ended)
{
	struct rsk_cage_result result;

	hurries = true;
	run(&result, stay);
	cr_expect_eq(naps, 5000);
	cr_expect_not(result.has_report);
	cr_expect_eq(result.status, 2);
	rsk_cage_release(&result);
}

#if !RSK_TEST_SANITIZED /* there it would be a finding */
static int end_with_status(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	_exit(7);
}

Test(cage_watch, who_ends_with_a_status)
{
	struct rsk_cage_result result;

	run(&result, end_with_status);
	cr_expect_eq(result.report.coverage.gaps[RSK_GAP_CRASH], 1);
	rsk_cage_release(&result);
}
#endif
