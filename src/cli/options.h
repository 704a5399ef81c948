#ifndef RSK_CLI_OPTIONS_H
#define RSK_CLI_OPTIONS_H

#include "base/diag.h"
#include "base/vec.h"
#include "report/report.h"
#include "scan/scan.h"

/*
 * The command line. Options and arguments come in any order, `--` ends the
 * options, `--name=value` and `--name value` are the same.
 *
 *	struct rsk_options options;
 *	enum rsk_err err = rsk_options_parse(&options, command, argv, &diag);
 *	...
 *	rsk_options_release(&options);
 *
 * One row of a table per option (options.c): its name, what it takes, which
 * commands know it, how it is stored and its line of --help.
 */

/* Groups of options; a command knows some of them. */
enum rsk_option_group {
	RSK_GROUP_ALL = 1 << 0,      /* every command */
	RSK_GROUP_REPORT = 1 << 1,   /* what writes a report */
	RSK_GROUP_RULES = 1 << 2,    /* what loads rules */
	RSK_GROUP_TREE = 1 << 3,     /* what walks a tree */
	RSK_GROUP_REPO = 1 << 4,     /* what opens a repository */
	RSK_GROUP_CHECK = 1 << 5,    /* rules --check */
	RSK_GROUP_HISTORY = 1 << 6,  /* what reads a history */
	RSK_GROUP_RANGE = 1 << 7,    /* what reads a part of a history */
	RSK_GROUP_AUDIT = 1 << 8,    /* what answers the checklist */
	RSK_GROUP_BASELINE = 1 << 9, /* what can go by a baseline */
	RSK_GROUP_KNOWN = 1 << 10,   /* what writes one */
	RSK_GROUP_INCIDENT = 1 << 20,
	RSK_GROUP_FIX = 1 << 21,
};

enum rsk_color {
	RSK_COLOR_AUTO,
	RSK_COLOR_ALWAYS,
	RSK_COLOR_NEVER,
};

struct rsk_options {
	const struct rsk_format *format;
	const char *output;      /* NULL: standard output */
	const char *config;      /* NULL: .rskan.yaml of the target */
	const char *policy_from; /* a revision, or NULL */
	const char *baseline;    /* a file; NULL: what the policy says */
	const char *reason;      /* for what a baseline takes up */
	bool prune, no_history;  /* baseline: add nothing; the tree only */
	const char *secret_key_file;
	const char *with_value; /* a file to make, or NULL */
	enum rsk_color color;
	bool no_config, quiet, verbose, help, version, check;
	bool apply; /* fix: write the files */
	bool ignored, include_tests, trust_ownership, pcre2;
	bool no_sandbox, require_sandbox;
	unsigned jobs;             /* 0: one per core */
	size_t window;             /* 0: the usual one */
	enum rsk_severity fail_on; /* RSK_SEVERITIES: never */
	bool fail_on_given;
	bool record;   /* an audit that is written down */
	int64_t today; /* days since 1970; -1: by the clock */
	uint32_t allowed_gaps;
	struct rsk_history_options history;
	RSK_VEC(const char *) rules;
	RSK_VEC(const char *) disabled;
	RSK_VEC(const char *) paths; /* the arguments */
};

/*
 * Parse argv (without the program and the command, ended by NULL). `groups` is
 * what the command knows. RSK_SYNTAX, with one sentence in `diag`.
 */
RSK_MUST_CHECK enum rsk_err rsk_options_parse(struct rsk_options *options,
	unsigned groups, char **argv, struct rsk_diag *diag);
void rsk_options_release(struct rsk_options *options);

/*
 * Where in argv (without the program) the command stands: the first that is
 * neither an option nor an option's value. At the NULL when there is none.
 */
size_t rsk_options_command(char **argv);

/* A row of the table, for what is made from it: the manual, completions. */
struct rsk_option_view {
	const char *name;  /* "--format" */
	char letter;       /* 'f' for -f; 0: none */
	const char *value; /* what it takes ("FILE"); NULL: nothing */
	unsigned groups;
	const char *help;
};

/* The i-th option that is shown, in the order of --help; false past the end. */
bool rsk_option_at(struct rsk_option_view *out, size_t i);

/* The lines of --help for the options of `groups`. */
void rsk_options_help(FILE *out, unsigned groups);

#endif
