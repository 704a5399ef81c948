#include "cage/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/limits.h"
#include "cage/child_p.h"
#include "cage/sanitized_p.h"

enum {
	TICK_MS = 100,
	TICK_MOST_MS = 200, /* that count: this process may have slept too */
	PATIENCE_MS = 5000, /* for a child that has said all to end */
};

static const size_t read_bytes = 64 * RSK_KIB;

/* One attempt: one child. */
struct attempt {
	const struct rsk_cage_options *options;
	struct rsk_input_table *table;
	pid_t child;
	int in;
	struct rsk_buf bytes; /* all that it said */
	size_t checked;       /* of them: heads of messages that make sense */
	bool broken;          /* one that does not */
	int64_t last_tick;    /* [ms] */
	bool hangs;
	uint64_t hanging;   /* the input it is at */
	unsigned idle;      /* [ms] without any change */
	uint64_t all_beats; /* of the last tick */
	struct {
		uint64_t key, beats;
		unsigned idle; /* [ms] without a change */
	} seen[RSK_INPUT_PLACES];
};

/* The whole: attempts until one comes through. */
struct keeper {
	const struct rsk_cage_options *options;
	struct rsk_cage_result *result;
	struct rsk_input_table *table;
	RSK_VEC(struct rsk_input_bad) bad;
	unsigned jobs;
	int status;         /* of the last child, as waitpid() says */
	bool hangs, broken; /* the last child, which then was ended by us */
	struct rsk_said said;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- watching ---- */

/* [ms] */
static unsigned patience(uint64_t key)
{
	enum { MORE = 10 };
	unsigned ms = rsk_fault_ms(RSK_CAGE_INPUT_SECONDS * 1000);

	return key & RSK_INPUT_SLOW ? MORE * ms : ms;
}

/*
 * Time is counted in ticks that were seen: a machine that slept, or a job that
 * was stopped for an hour, is not an input that hangs.
 */
static void watch_place(struct attempt *a, size_t i, unsigned passed)
{
	uint64_t key = atomic_load(&a->table->places[i].key);
	uint64_t beats = atomic_load(&a->table->places[i].beats);

	if (!key || key != a->seen[i].key || beats != a->seen[i].beats) {
		a->seen[i].key = key;
		a->seen[i].beats = beats;
		a->seen[i].idle = 0;
		return;
	}
	a->seen[i].idle += passed;
	if (a->seen[i].idle < patience(key))
		return;
	a->hangs = true;
	a->hanging = key;
}

static void watch_all(struct attempt *a)
{
	int64_t now = now_ms();
	int64_t since = now - a->last_tick;
	unsigned passed =
		(unsigned)(since > TICK_MOST_MS ? TICK_MOST_MS : since);
	uint64_t beats = atomic_load(&a->table->units);

	a->last_tick = now;
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++) {
		beats += atomic_load(&a->table->places[i].beats);
		watch_place(a, i, passed);
	}
	a->idle = beats == a->all_beats ? a->idle + passed : 0;
	a->all_beats = beats;
	if (a->idle >= RSK_CAGE_IDLE_SECONDS * 1000)
		a->hangs = true;
}

/* ---- listening ---- */

/* A head that makes no sense is seen when it comes, not at the end: then one
 * still knows what the child was at. */
static void check_heads(struct attempt *a)
{
	struct rsk_message_head head;

	while (a->bytes.len - a->checked >= sizeof(head)) {
		memcpy(&head, a->bytes.ptr + a->checked, sizeof(head));
		if (head.kind < RSK_MESSAGE_LOCKED ||
			head.kind > RSK_MESSAGE_STATUS ||
			head.len > RSK_CAGE_BYTES) {
			a->broken = true;
			return;
		}
		if (a->bytes.len - a->checked - sizeof(head) < head.len)
			return;
		a->checked += sizeof(head) + head.len;
	}
}

/* RSK_DONE at the end. */
static enum rsk_err listen(struct attempt *a)
{
	enum rsk_err err = rsk_buf_reserve(&a->bytes, read_bytes);
	ssize_t got;

	if (err)
		return err;
	got = read(a->in, a->bytes.ptr + a->bytes.len, read_bytes);
	if (got < 0)
		return errno == EINTR || errno == EAGAIN ? RSK_OK : RSK_IO;
	if (!got)
		return RSK_DONE;
	rsk_buf_commit(&a->bytes, (size_t)got);
	check_heads(a);
	return a->broken ? RSK_CORRUPT : RSK_OK;
}

/* Until the child has nothing more to say, or must be ended. */
static enum rsk_err follow(struct attempt *a)
{
	enum rsk_err err = RSK_OK;

	a->last_tick = now_ms();
	while (!err) {
		struct pollfd end = { .fd = a->in, .events = POLLIN };
		int ready = poll(&end, 1, TICK_MS);

		if (ready > 0)
			err = listen(a);
		else if (ready < 0 && errno != EINTR)
			err = RSK_IO;
		if (now_ms() - a->last_tick < TICK_MS && ready > 0)
			continue;
		watch_all(a);
		if (a->options->tick && a->options->tick(a->table))
			return RSK_INTERRUPTED;
		if (a->hangs && !err)
			err = RSK_TIMEOUT;
	}
	return err == RSK_DONE ? RSK_OK : err;
}

/* Wait for the child's end, but not for ever. */
static int reap(struct attempt *a, bool at_once)
{
	int status = 0;

	for (int ms = 0; !at_once && ms < PATIENCE_MS; ms++) {
		pid_t ended = waitpid(a->child, &status, WNOHANG);

		if (ended == a->child || (ended < 0 && errno != EINTR))
			return status;
		poll(NULL, 0, 1);
	}
	kill(a->child, SIGKILL);
	while (waitpid(a->child, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

/* ---- one attempt ---- */

static enum rsk_err give_birth(struct keeper *k, struct attempt *a)
{
	int ends[2];
	struct rsk_birth birth = {
		.options = k->options,
		.table = k->table,
		.bad = k->bad.ptr,
		.bad_len = k->bad.len,
		.jobs = k->jobs,
		.parent = (int)getpid(),
	};

	if (pipe2(ends, O_CLOEXEC) < 0)
		return RSK_IO;
	fflush(NULL);
	a->child = fork();
	if (a->child == 0) {
		birth.out = ends[1];
		rsk_child_live(&birth);
	}

	int why = errno;
	close(ends[1]);
	a->in = ends[0];
	if (a->child > 0)
		return RSK_OK;
	close(ends[0]);
	errno = why;
	return RSK_IO;
}

/* Which input was it? 0: nobody knows. */
static uint64_t find_culprit(struct keeper *k, const struct attempt *a)
{
	uint64_t only = 0;

	if (a->hangs)
		return a->hanging;
	if (atomic_load(&k->table->reason))
		return atomic_load(&k->table->culprit);
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++) {
		uint64_t key = atomic_load(&k->table->places[i].key);

		if (key && only)
			return 0;
		if (key)
			only = key;
	}
	return only;
}

static enum rsk_err reason_of(const struct keeper *k)
{
	uint32_t said = atomic_load(&k->table->reason);

	if (k->hangs)
		return RSK_TIMEOUT;
	if (k->broken)
		return RSK_CRASHED;
	if (said == RSK_NOMEM || said == RSK_CRASHED)
		return (enum rsk_err)said;
	if (WIFSIGNALED(k->status) && WTERMSIG(k->status) == SIGXCPU)
		return RSK_TIMEOUT;
	/* Nobody else sends this one: the kernel had no memory left. */
	if (WIFSIGNALED(k->status) && WTERMSIG(k->status) == SIGKILL)
		return RSK_NOMEM;
	return RSK_CRASHED;
}

static bool is_known(const struct keeper *k, uint64_t key)
{
	for (size_t i = 0; i < k->bad.len; i++)
		if (k->bad.ptr[i].key == key)
			return true;
	return false;
}

/* What is to be done another way next time. RSK_LIMIT: nothing is left. */
static enum rsk_err learn(struct keeper *k, const struct attempt *a)
{
	uint64_t culprit = find_culprit(k, a);

	if (!culprit && k->jobs > 1) {
		k->jobs = 1; /* then there is only one that it can be */
		return RSK_OK;
	}
	if (!culprit || is_known(k, culprit) ||
		k->bad.len + 1 >= RSK_CAGE_ATTEMPTS)
		return RSK_LIMIT;
	*RSK_VEC_PUSH(&k->bad) = (struct rsk_input_bad){
		.key = culprit,
		.why = reason_of(k),
	};
	return RSK_OK;
}

/* A sanitizer that found something ends the process with a status. */
static void stop_at_sanitizer(const struct keeper *k)
{
	enum { FOUND_SOMETHING = 99 };

	if (SANITIZED && WIFEXITED(k->status) && WEXITSTATUS(k->status) &&
		WEXITSTATUS(k->status) != RSK_EXIT_NOMEM)
		_exit(FOUND_SOMETHING);
}

static void forget(struct keeper *k)
{
	rsk_cage_release(k->result);
	RSK_VEC_RELEASE(&k->said.complaints);
	rsk_arena_release(&k->said.arena);
	k->said = (struct rsk_said){ .result = k->result };
}

/* RSK_DONE: it came through. RSK_OK: once more. */
static enum rsk_err attempt(struct keeper *k)
{
	struct attempt *a = rsk_alloc(sizeof(*a));
	enum rsk_err err;

	*a = (struct attempt){
		.options = k->options,
		.table = k->table,
		.bytes = RSK_BUF_INIT(RSK_CAGE_BYTES),
	};
	memset(k->table, 0, sizeof(*k->table));
	forget(k);
	err = give_birth(k, a);
	if (!err) {
		err = follow(a);
		k->status = reap(a, err != RSK_OK);
		k->hangs = a->hangs;
		k->broken = a->broken;
		close(a->in);
		stop_at_sanitizer(k);
	}
	if (!err)
		err = rsk_messages_read(&k->said, rsk_buf_slice(&a->bytes));
	if (!err && k->said.complete)
		err = RSK_DONE;
	else if (err == RSK_TIMEOUT || a->broken ||
		 ((!err || err == RSK_CORRUPT) && !k->said.complete))
		err = learn(k, a);
	rsk_buf_release(&a->bytes);
	free(a);
	return err;
}

/* ---- the result ---- */

static void tell_complaints(const struct keeper *k)
{
	for (size_t i = 0; i < k->said.complaints.len; i++)
		k->options->complain(k->said.complaints.ptr[i]);
}

static const char *lacking(uint32_t locked)
{
	if (!(locked & RSK_LOCKED_CALLS))
		return "system calls are not limited (no seccomp)";
	if (!(locked & RSK_LOCKED_PLACES))
		return "reading is not limited to what is scanned (no "
		       "Landlock)";
	if (!(locked & RSK_LOCKED_CODE))
		return "memory can be both written and run (no /proc)";
	return NULL;
}

/* Said only where it is so. */
static void note_sandbox(struct keeper *k)
{
	struct rsk_coverage *coverage = &k->result->report.coverage;
	const char *what = lacking(k->said.locked);

	if (!what)
		return;
	rsk_coverage_note(coverage,
		"on this system the scan could not be locked in as a whole: "
		"%s",
		what);
	rsk_coverage_finish(coverage);
}

static uint64_t count_lost(const struct rsk_report *report)
{
	return report->coverage.gaps[RSK_GAP_CRASH] +
	       report->coverage.gaps[RSK_GAP_TIMEOUT] +
	       report->coverage.gaps[RSK_GAP_MEMORY];
}

static enum rsk_err take_report(struct keeper *k, struct rsk_diag *diag)
{
	const struct rsk_report *report = &k->result->report;
	enum rsk_err err = RSK_OK;

	if (k->result->has_report) {
		err = rsk_cage_check(report, k->options->allowed_gaps);
		/* Each input that ended a child is a gap. */
		if (!err && count_lost(report) < k->bad.len)
			err = RSK_CORRUPT;
		if (!err && !k->result->rules)
			err = RSK_CORRUPT;
		if (!err)
			note_sandbox(k);
	}
	return err ? rsk_diag_set(diag, err,
			     "what the scanning process said makes no sense")
		   : RSK_OK;
}

/* ---- the whole ---- */

static const char *death(const struct keeper *k)
{
	if (k->hangs)
		return "it did nothing any more";
	if (k->broken)
		return "it said what makes no sense";
	if (WIFSIGNALED(k->status))
		return strsignal(WTERMSIG(k->status));
	return WEXITSTATUS(k->status) == RSK_EXIT_NOMEM ? "out of memory"
							: "it ended early";
}

/* Nothing can be said of the target, but for that. */
static void give_up(struct keeper *k)
{
	static const struct {
		enum rsk_err err;
		enum rsk_gap_class class;
	} classes[] = {
		{ RSK_TIMEOUT, RSK_GAP_TIMEOUT },
		{ RSK_NOMEM, RSK_GAP_MEMORY },
	};
	enum rsk_err why = reason_of(k);
	enum rsk_gap_class class = RSK_GAP_CRASH;
	struct rsk_report *report = &k->result->report;

	forget(k);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].err == why)
			class = classes[i].class;
	rsk_coverage_gap(&report->coverage, NULL, class,
		(struct rsk_slice){ 0 },
		rsk_arena_printf(&report->arena,
			"the scan was given up after %zu attempts, the last "
			"ended with: %s",
			k->bad.len + 1, death(k)));
	rsk_coverage_finish(&report->coverage);
	report->complete = rsk_coverage_complete(
		&report->coverage, k->options->allowed_gaps);
	report->exit_status = report->complete ? 0 : 3;
	report->command = report->target = report->version = "";
	k->result->rules = rsk_ruleset_of(NULL, 0);
	k->result->has_report = true;
}

static enum rsk_err try_until_done(struct keeper *k, struct rsk_diag *diag)
{
	enum rsk_err err = RSK_OK;

	while (!err)
		err = attempt(k);
	if (err == RSK_LIMIT) {
		give_up(k);
		return RSK_OK;
	}
	tell_complaints(k);
	if (err == RSK_DONE)
		return take_report(k, diag);
	if (err == RSK_INTERRUPTED)
		return err;
	return rsk_diag_set(diag, err,
		err == RSK_IO ? "cannot scan in a process of its own: %s"
			      : "the scanning process: %s",
		err == RSK_IO ? strerror(errno) : rsk_err_text(err));
}

enum rsk_err rsk_cage_run(struct rsk_cage_result *result,
	const struct rsk_cage_options *options, struct rsk_diag *diag)
{
	struct keeper k = {
		.options = options,
		.result = result,
		.jobs = options->jobs,
		.said = { .result = result },
	};
	enum rsk_err err;

	*result = (struct rsk_cage_result){ 0 };
	/* Drawn here, so that all children have the same. */
	(void)rsk_siphash_process_key();
	k.table = mmap(NULL, sizeof(*k.table), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k.table == MAP_FAILED)
		return rsk_diag_set(
			diag, RSK_NOMEM, "no memory for a process of its own");
	err = try_until_done(&k, diag);
	munmap(k.table, sizeof(*k.table));
	RSK_VEC_RELEASE(&k.bad);
	RSK_VEC_RELEASE(&k.said.complaints);
	rsk_arena_release(&k.said.arena);
	return err;
}

void rsk_cage_release(struct rsk_cage_result *result)
{
	rsk_report_release(&result->report);
	rsk_ruleset_free(result->rules);
	*result = (struct rsk_cage_result){ 0 };
}
