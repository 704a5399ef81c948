#ifndef RSK_BASE_INPUT_H
#define RSK_BASE_INPUT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/slice.h"

/*
 * Which input each thread is at. The bytes of an input may end the process
 * that reads them; who watches that process from outside must then know which
 * input it was, so that the next attempt does without that one alone.
 *
 *	enum rsk_err err = rsk_input_begin(RSK_INPUT_FILE, path);
 *
 *	if (!err)
 *		err = read_it(path);
 *	rsk_input_end();
 *
 * An error of rsk_input_begin() is what became of this input last time:
 * RSK_CRASHED, RSK_TIMEOUT or RSK_NOMEM. It is a gap, and the input must be
 * left alone. Every begin needs its end, also after an error; they may be
 * nested, and the innermost input is the one at work.
 *
 * The table is one for the process, because signal handlers and functions that
 * end it have no other way to find it. Without a table (nobody watches) both
 * calls do nothing.
 *
 * Threads   any number; each has a place of its own.
 */
enum rsk_input_kind {
	RSK_INPUT_FILE,   /* a file's bytes, looked at by patterns */
	RSK_INPUT_CODE,   /* the same file, read as code */
	RSK_INPUT_OBJECT, /* a git object's bytes, looked at */
	RSK_INPUT_PACKED, /* a git object, being inflated and put together */
	RSK_INPUT_STORE,  /* the rest of a repository: index, refs, ignore */
	RSK_INPUT_CONFIG, /* the configuration */
	RSK_INPUT_CHECK,  /* a check that looks at the whole project */
};

enum { RSK_INPUT_PLACES = 1024 };

/* A bit of the keys of what takes its time: it is not bytes of one file. */
#define RSK_INPUT_SLOW ((uint64_t)2)

/* What one thread does. Zero: nothing. */
struct rsk_input_place {
	_Alignas(RSK_CACHE_LINE) _Atomic uint64_t key;
	_Atomic uint64_t beats;
};

struct rsk_input_table {
	_Atomic uint64_t units, bytes, findings; /* progress, for people */
	_Atomic uint64_t expected; /* units at the end; 0: nobody knows */
	_Atomic uint64_t culprit;  /* the key at work when it ended, or 0 */
	_Atomic uint32_t reason;   /* enum rsk_err, or 0 */
	struct rsk_input_place places[RSK_INPUT_PLACES];
};

/* An input that is to be left alone, and why. */
struct rsk_input_bad {
	uint64_t key;
	enum rsk_err why;
};

/*
 * Use `table` from now on, and leave the `bad` ones alone. Both stay the
 * caller's. NULL: no table. Before any thread is started.
 */
void rsk_input_use(struct rsk_input_table *table,
	const struct rsk_input_bad *bad, size_t bad_len);

RSK_MUST_CHECK enum rsk_err rsk_input_begin(
	enum rsk_input_kind kind, struct rsk_slice name);
void rsk_input_end(void);

/* Still at it: a large input is not one that hangs. */
void rsk_input_beat(void);

/* So much more was done: for people who wait. */
void rsk_input_count(uint64_t units, uint64_t bytes, uint64_t findings);

/* There will be so many units, those already counted included. */
void rsk_input_expect(uint64_t units);

/*
 * The process ends because of what this thread is at. Enters the culprit into
 * the table. Signal-safe.
 */
void rsk_input_blame(enum rsk_err why);

#endif
