#ifndef RSK_CLI_CMD_H
#define RSK_CLI_CMD_H

#include "cli/options.h"
#include "fix/fix.h"

/* What the process returns. Scripts rely on these: they never change. */
enum rsk_exit {
	RSK_EXIT_CLEAN = 0,      /* scanned everything, nothing to report */
	RSK_EXIT_FINDINGS = 1,   /* findings at or over --fail-on */
	RSK_EXIT_USAGE = 2,      /* wrong usage, configuration or rules */
	RSK_EXIT_INCOMPLETE = 3, /* no such finding, but not all was seen */
	RSK_EXIT_FAILURE = 4,    /* the report could not be delivered */
	RSK_EXIT_SIGNAL = 128,   /* plus the number of the signal */
};

/*
 * To add a command: write cmd_<name>.c, declare its function here and add its
 * row to the table in main.c. --help, the manual and a test follow the table.
 */
struct rsk_command {
	const char *name;
	const char *arguments; /* "[PATH...]" */
	const char *help;      /* one line; NULL: not shown */
	unsigned groups;       /* the options it knows */
	size_t most;           /* arguments it takes; SIZE_MAX: any number */
	enum rsk_exit (*run)(const struct rsk_command *command,
		const struct rsk_options *options);
};

const struct rsk_command *rsk_command_at(size_t i); /* NULL past the end */

/* help_checklist.c: what an audit looks at, as docs/checklist.md. */
void rsk_help_checklist(FILE *out);

enum rsk_exit rsk_cmd_generate(
	const struct rsk_command *command, const struct rsk_options *options);
enum rsk_exit rsk_cmd_help(
	const struct rsk_command *command, const struct rsk_options *options);
enum rsk_exit rsk_cmd_rules(
	const struct rsk_command *command, const struct rsk_options *options);

/* What scans: they differ in what they scan and conclude, see cmd_scan.c. */
enum rsk_exit rsk_cmd_scan(
	const struct rsk_command *command, const struct rsk_options *options);

/* What packages install, made from the tables of commands and options. */
void rsk_generate_man(FILE *out);
void rsk_generate_bash(FILE *out);
void rsk_generate_fish(FILE *out);
void rsk_generate_zsh(FILE *out);

/* The i-th command that --help shows, or NULL past the end. */
const struct rsk_command *rsk_command_shown(size_t i);

/* One line on standard error: "rskan: ...", or, in a process that may not
 * write there, to the function given last. */
void rsk_complain(const char *format, ...) RSK_PRINTF(1, 2);
void rsk_complain_diag(const struct rsk_diag *diag);
void rsk_complain_to(void (*other)(const char *text));

/* What was printed must be out: `status`, or a failure with a complaint. */
enum rsk_exit rsk_printed(enum rsk_exit status);

/*
 * Load and freeze the rules that the options and the policy (may be NULL) ask
 * for; complains itself.
 */
struct rsk_policy;
RSK_MUST_CHECK enum rsk_err rsk_load_rules(struct rsk_ruleset **out,
	const struct rsk_options *options, const struct rsk_policy *policy);

/* The user behind sudo, when we are root; else 0. */
uint32_t rsk_sudo_uid(void);

/* What a scan has found, for those who conclude something from it. */
struct rsk_told {
	const struct rsk_command *command;
	const struct rsk_report *report;
	const struct rsk_ruleset *rules;
	const struct rsk_options *options;
	struct rsk_slice secret_key;
	const char *target; /* the path as given */
	struct rsk_scan *scan;
	void *ctx; /* of who writes */
};

/* Write the report where the options say; complains itself. */
RSK_MUST_CHECK enum rsk_err rsk_deliver(const struct rsk_told *told);

/* The same for anything that `write` writes. */
typedef enum rsk_err rsk_writing(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out);
RSK_MUST_CHECK enum rsk_err rsk_deliver_by(
	const struct rsk_told *told, rsk_writing *write);

/* Any text, and any path, so that neither a terminal nor a CI system that
 * shows the output obeys it. */
void rsk_put_text(FILE *out, struct rsk_slice text);
void rsk_put_path(FILE *out, struct rsk_slice path);

/* cmd_keys.c: `rskan keys` and `rskan incident`, once all is scanned. */
enum rsk_exit rsk_conclude_keys(const struct rsk_told *told);
enum rsk_exit rsk_conclude_incident(const struct rsk_told *told);

/*
 * Add a line about the audit to .rskan/audits.jsonl of the folder `target`;
 * complains itself. The one thing that is written into a target,
 * but for what `rskan fix --apply` writes.
 */
RSK_MUST_CHECK enum rsk_err rsk_record_audit(
	const struct rsk_report *report, const char *target);

/* cmd_baseline.c: `rskan baseline`, once all is scanned. */
enum rsk_exit rsk_conclude_baseline(const struct rsk_told *told);
/* Why it cannot be done with these options, or NULL. */
const char *rsk_baseline_misuse(const struct rsk_options *options);

/* cmd_fix.c: `rskan fix`; and the same edits for a report of a folder. */
enum rsk_exit rsk_conclude_fix(const struct rsk_told *told);
/* Why it cannot be done with these options, or NULL. */
const char *rsk_fix_misuse(const struct rsk_options *options);
void rsk_add_edits(struct rsk_report *report, struct rsk_scan *scan,
	const struct rsk_fix_options *options);

/* Watch a scan: signals interrupt it, a terminal on stderr sees progress. */
void rsk_watch_begin(struct rsk_scan *scan, bool quiet);

/* The same for a scan in another process (`scan` was NULL), from time to time.
 * True: a signal came. */
struct rsk_input_table;
bool rsk_watch_tick(const struct rsk_input_table *table);
int rsk_watch_end(void); /* the signal that came, or 0 */

#endif
