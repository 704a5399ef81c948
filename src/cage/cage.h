#ifndef RSK_CAGE_CAGE_H
#define RSK_CAGE_CAGE_H

#include "base/diag.h"
#include "base/input.h"
#include "model/report.h"
#include "rules/ruleset.h"

/*
 * Two processes: one that reads what strangers wrote, locked in, and one that
 * never does, which watches it, checks what it says, and writes.
 *
 *	struct rsk_cage_options options = { .work = scan, .ctx = &run, ... };
 *	struct rsk_cage_result result;
 *
 *	if (!rsk_cage_run(&result, &options, &diag))
 *		deliver(&result.report, result.rules);
 *	rsk_cage_release(&result);
 *
 * `work` runs in a child process, locked in by lock.h as far as the kernel
 * can. What it wants to say goes over a pipe: sentences about errors, the
 * rules, the report; then its return value. All of it is taken as an enemy's:
 * see wire.h. When the child dies, hangs or runs out of memory, the input that
 * its thread was at (base/input.h) is noted as bad, and a new child does the
 * whole once more without it: reports depend on nothing but the inputs, so no
 * half of one is kept.
 *
 * Only the parent writes a file; it has no thread while it forks.
 */
struct rsk_cage; /* the child's end */

/* In the child. Returns the exit status, for when there is no report. */
typedef int rsk_cage_work(struct rsk_cage *cage, void *ctx);

struct rsk_cage_options {
	rsk_cage_work *work;
	void *ctx;
	unsigned jobs;
	size_t memory; /* bytes it may take beyond what threads need */
	bool required; /* else no scan: a complaint, and a status */
	uint32_t allowed_gaps;
	void (*complain)(const char *text); /* a sentence of the child */

	/* Every tenth of a second: show progress, say whether to stop. */
	bool (*tick)(const struct rsk_input_table *table);
};

struct rsk_cage_result {
	bool has_report;
	struct rsk_report report;
	struct rsk_ruleset *rules; /* as far as reports show rules */
	int status;                /* without a report: the exit status */
};

/*
 * RSK_INTERRUPTED  tick() said so
 * RSK_CORRUPT      what the child said makes no sense
 * RSK_TOOBIG       it said too much
 * RSK_IO           no process, no pipe: errno
 */
RSK_MUST_CHECK enum rsk_err rsk_cage_run(struct rsk_cage_result *result,
	const struct rsk_cage_options *options, struct rsk_diag *diag);
void rsk_cage_release(struct rsk_cage_result *result);

/* ---- in the child ---- */

/* Threads to use: fewer than asked for, when it must be clear who dies. */
unsigned rsk_cage_jobs(const struct rsk_cage *cage);

/* From now on, only these can be read. */
void rsk_cage_places(
	struct rsk_cage *cage, const char *const *paths, size_t len);

/* No more machine code will be made; none of it may be freed any more. */
void rsk_cage_code(struct rsk_cage *cage);

void rsk_cage_complain(struct rsk_cage *cage, const char *text);

/* The one report. Also sends the rules. */
void rsk_cage_report(struct rsk_cage *cage, const struct rsk_report *report,
	const struct rsk_ruleset *rules);

/*
 * Well-formed data may still contradict itself: numbers of places that do not
 * exist, a day beyond the calendar, an exit status that does not follow.
 * RSK_CORRUPT.
 */
RSK_MUST_CHECK enum rsk_err rsk_cage_check(
	const struct rsk_report *report, uint32_t allowed_gaps);

#endif
