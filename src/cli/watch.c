#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "cli/cmd.h"

/*
 * While a scan runs: SIGINT and SIGTERM ask it to stop, and a person at a
 * terminal sees that something happens. There is one scan per process.
 */
enum { FIRST_MS = 500, EVERY_MS = 100 };

static struct rsk_scan *watched;
static volatile sig_atomic_t signal_number;
static pthread_t ticker;
static bool ticking;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static bool done;
static struct timespec began;

/* Of a scan in another process. */
static bool shows, shown_before;
static struct timespec next_show;

/* A scan that waits for a pipe, or a person who cannot wait. */
static void give_up(int number)
{
	(void)number;
	rsk_atomic_abandon();
	_exit(RSK_EXIT_SIGNAL + signal_number);
}

static void on_signal(int number)
{
	if (signal_number)
		give_up(number);
	signal_number = number;
	if (watched)
		rsk_scan_interrupt(watched);
	alarm(1);
}

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) +
	       (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* Where it is known how much there is: as fast as so far. */
static void show_rest(const struct rsk_progress *progress)
{
	double units = (double)progress->units;
	double rest = (double)progress->expected - units;

	if (units > 0 && rest > 0)
		fprintf(stderr, ", %.0f%%, %.0f s left",
			100 * units / (units + rest),
			seconds_since(&began) * rest / units);
}

static void show(const struct rsk_progress *progress)
{
	fprintf(stderr, "\r\033[Kscanned %llu, %llu MB, %llu found",
		(unsigned long long)progress->units,
		(unsigned long long)(progress->bytes / 1000000),
		(unsigned long long)progress->findings);
	show_rest(progress);
}

/* Wait until it is time or the scan is done; true when it is done. */
static bool wait_ms(long ms)
{
	struct timespec until;
	bool finished;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;

	pthread_mutex_lock(&lock);
	while (!done && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&wake, &lock, &until);
	finished = done;
	pthread_mutex_unlock(&lock);
	return finished;
}

static void *tick(void *unused)
{
	bool shown = false;

	(void)unused;
	for (long ms = FIRST_MS; !wait_ms(ms); ms = EVERY_MS) {
		struct rsk_progress progress = rsk_scan_progress(watched);

		show(&progress);
		shown = true;
	}
	if (shown)
		fputs("\r\033[K", stderr);
	return NULL;
}

/* True when it is time; then, the next time is `ms` later. */
static bool is_time(long ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (next_show.tv_sec &&
		(now.tv_sec < next_show.tv_sec ||
			(now.tv_sec == next_show.tv_sec &&
				now.tv_nsec < next_show.tv_nsec)))
		return false;
	next_show = now;
	next_show.tv_nsec += ms * 1000000;
	next_show.tv_sec += next_show.tv_nsec / 1000000000;
	next_show.tv_nsec %= 1000000000;
	return true;
}

bool rsk_watch_tick(const struct rsk_input_table *table)
{
	if (shows && is_time(EVERY_MS)) {
		const struct rsk_progress progress = {
			atomic_load(&table->units),
			atomic_load(&table->bytes),
			atomic_load(&table->findings),
			atomic_load(&table->expected),
		};

		show(&progress);
		shown_before = true;
	}
	return signal_number != 0;
}

void rsk_watch_begin(struct rsk_scan *scan, bool quiet)
{
	/* What is written is finished, unless that takes too long. */
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART,
	};

	watched = scan;
	clock_gettime(CLOCK_MONOTONIC, &began);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = give_up;
	sigaction(SIGALRM, &action, NULL);
	shows = !scan && !quiet && isatty(STDERR_FILENO);
	if (shows)
		(void)is_time(FIRST_MS);
	if (scan && !quiet && isatty(STDERR_FILENO))
		ticking = pthread_create(&ticker, NULL, tick, NULL) == 0;
}

int rsk_watch_end(void)
{
	if (shown_before)
		fputs("\r\033[K", stderr);
	shows = shown_before = false;
	if (ticking) {
		pthread_mutex_lock(&lock);
		done = true;
		pthread_cond_signal(&wake);
		pthread_mutex_unlock(&lock);
		pthread_join(ticker, NULL);
		ticking = false;
	}
	return signal_number;
}
