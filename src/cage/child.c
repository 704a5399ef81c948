#include "cage/child_p.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cage/lock.h"
#include "cage/sanitized_p.h"

struct rsk_cage {
	const struct rsk_birth *birth;
	struct rsk_buf message;
};

/* ---- the pipe ---- */

static void send_bytes(struct rsk_cage *cage, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t sent = write(cage->birth->out, at, len);

		if (sent < 0 && errno == EINTR)
			continue;
		/* Nobody listens any more. */
		if (sent < 0)
			_exit(RSK_EXIT_NOMEM);
		at += sent;
		len -= (size_t)sent;
	}
}

static void send_message(struct rsk_cage *cage, enum rsk_message_kind kind,
	const void *bytes, size_t len)
{
	const struct rsk_message_head head = { (uint32_t)kind, (uint32_t)len };

	send_bytes(cage, &head, sizeof(head));
	send_bytes(cage, bytes, len);
}

static void send_number(
	struct rsk_cage *cage, enum rsk_message_kind kind, uint32_t number)
{
	send_message(cage, kind, &number, sizeof(number));
}

void rsk_cage_complain(struct rsk_cage *cage, const char *text)
{
	send_message(cage, RSK_MESSAGE_COMPLAINT, text, strlen(text));
}

void rsk_cage_report(struct rsk_cage *cage, const struct rsk_report *report,
	const struct rsk_ruleset *rules)
{
	struct rsk_buf *message = &cage->message;
	enum rsk_err err = rsk_message_rules(message, rules);

	if (!err)
		err = rsk_message_report(message, report);
	if (err == RSK_NOMEM)
		rsk_out_of_memory();
	if (err) {
		rsk_cage_complain(cage, "the report is too large");
		_exit(RSK_EXIT_NOMEM);
	}
	send_bytes(cage, message->ptr, message->len);
	rsk_buf_release(message);
}

unsigned rsk_cage_jobs(const struct rsk_cage *cage)
{
	return cage->birth->jobs;
}

/* ---- locking in ---- */

#ifdef __SANITIZE_THREAD__ /* says at exit() whether it found something */
#define LEAVE exit
#else
#define LEAVE _exit
#endif

static _Noreturn void end(struct rsk_cage *cage, int status)
{
	send_number(cage, RSK_MESSAGE_STATUS, (uint32_t)status);
	LEAVE(0);
}

/* Nothing is read that was not to be read like this. */
static void told_locked(struct rsk_cage *cage, enum rsk_lock_part part,
	enum rsk_err err, const char *lacking)
{
	if (!err) {
		send_number(cage, RSK_MESSAGE_LOCKED, (uint32_t)part);
	} else if (cage->birth->options->required) {
		rsk_cage_complain(cage, lacking);
		end(cage, RSK_EXIT_NOMEM);
	}
}

void rsk_cage_places(
	struct rsk_cage *cage, const char *const *paths, size_t len)
{
	told_locked(cage, RSK_LOCKED_PLACES, rsk_lock_places(paths, len),
		"--require-sandbox: this system has no Landlock (Linux 5.13)");
}

void rsk_cage_code(struct rsk_cage *cage)
{
	told_locked(cage, RSK_LOCKED_CODE, rsk_lock_code(),
		"--require-sandbox: machine code cannot be made read-only");
}

/* ---- dying ---- */

static void on_crash(int number)
{
	rsk_input_blame(RSK_CRASHED);
	/* Once more, and now as if nobody had asked. */
	raise(number);
}

static void watch_crashes(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
		SIGTRAP, 0 };
	struct sigaction action = {
		.sa_handler = on_crash,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER),
	};

	for (const int *number = deadly; *number; number++)
		(void)sigaction(*number, &action, NULL);
}

/* The terminal's signals are for the parent, which ends us with a harder one.
 */
static void leave_signals(void)
{
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	(void)signal(SIGALRM, SIG_DFL);
}

/* Nothing of what the caller had open, but for standard input. */
static void leave_files(int out)
{
	int none = rsk_open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* Where there is no such file, nothing happens here. */
	(void)dup2(none, STDOUT_FILENO);
	if (!SANITIZED)
		(void)dup2(none, STDERR_FILENO);
	close(none);
#ifdef SYS_close_range
	if (out > 3)
		(void)syscall(SYS_close_range, 3U, (unsigned)out - 1, 0U);
	(void)syscall(SYS_close_range, (unsigned)out + 1, ~0U, 0U);
#endif
}

void rsk_child_live(const struct rsk_birth *birth)
{
	const struct rsk_cage_options *options = birth->options;
	struct rsk_cage cage = {
		.birth = birth,
		.message = RSK_BUF_INIT(RSK_CAGE_BYTES),
	};
	const struct rsk_lock_options lock = {
		.out = birth->out,
		.memory = RSK_CAGE_MEMORY + options->memory +
			  birth->jobs * RSK_CAGE_MEMORY_OF_EACH,
		.parent = birth->parent,
	};

	leave_signals();
	leave_files(birth->out);
	watch_crashes();
	rsk_input_use(birth->table, birth->bad, birth->bad_len);
	rsk_fault_arm(birth->out);
	told_locked(&cage, RSK_LOCKED_CALLS, rsk_lock_begin(&lock),
		"--require-sandbox: this system has no seccomp");
	end(&cage, options->work(&cage, options->ctx));
}
