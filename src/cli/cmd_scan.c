#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cage/cage.h"
#include "cli/cmd.h"
#include "cli/policy.h"
#include "cli/version.h"

/*
 * audit, history, scan and staged: one run each, from the options to the exit
 * status. The commands differ in their row of the table below.
 */
struct run {
	const struct rsk_command *command;
	const struct rsk_options *options;
	struct rsk_policy policy;
	char *root; /* where the policy is */
	struct rsk_ruleset *rules;
	struct rsk_buf secret_key;
	struct rsk_scan *scan;
	struct rsk_report report;
	struct rsk_cage *cage; /* we are in; NULL: we are not */
};

typedef enum rsk_err feed(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag);

/* `rskan incident` has the key in front of the path. */
static size_t first_path(const struct run *run)
{
	return strcmp(run->command->name, "incident") ? 0 : 1;
}

static const char *target_of(const struct run *run)
{
	size_t first = first_path(run);

	return run->options->paths.len > first ? run->options->paths.ptr[first]
					       : ".";
}

/* RSK_OK: a folder; RSK_SPECIAL: another file; RSK_IO: nobody can tell. */
static enum rsk_err look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? RSK_OK : RSK_SPECIAL;
	return errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND : RSK_IO;
}

/* One folder is the target and paths are relative to it; else as named. */
static enum rsk_err feed_paths(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag)
{
	const struct rsk_options *options = run->options;
	enum rsk_err err = look_at(target_of(run));

	if (options->paths.len <= 1 && !err)
		return rsk_scan_tree(scan, target_of(run), diag);
	/* As a folder its paths would be others: open it, see why not. */
	if (options->paths.len <= 1 && err == RSK_IO)
		return rsk_scan_file(scan, target_of(run), diag);
	err = RSK_OK;
	for (size_t i = 0; i < options->paths.len && !err; i++) {
		const char *path = options->paths.ptr[i];

		err = strcmp(path, "-") ? rsk_scan_named(scan, path, diag)
					: rsk_scan_stdin(scan, STDIN_FILENO);
	}
	return err;
}

/* The tree, and the history where there is one. */
static enum rsk_err feed_audit(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag)
{
	enum rsk_err err = rsk_scan_tree(scan, target_of(run), diag);

	if (!err && rsk_scan_has_history(scan, target_of(run)))
		err = rsk_scan_history(scan, target_of(run), diag);
	return err;
}

static enum rsk_err feed_baseline(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag)
{
	if (run->options->no_history)
		return rsk_scan_tree(scan, target_of(run), diag);
	return feed_audit(run, scan, diag);
}

/* A path that is not there lies in no repository, but that is not the point. */
static enum rsk_err find_target(const struct run *run, struct rsk_diag *diag)
{
	if (!access(target_of(run), F_OK) || errno != ENOENT)
		return RSK_OK;
	return rsk_diag_set(diag, RSK_NOTFOUND, "no such file or folder: '%s'",
		target_of(run));
}

static enum rsk_err feed_history(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag)
{
	enum rsk_err err = find_target(run, diag);

	return err ? err : rsk_scan_history(scan, target_of(run), diag);
}

static enum rsk_err feed_staged(
	struct run *run, struct rsk_scan *scan, struct rsk_diag *diag)
{
	enum rsk_err err = find_target(run, diag);

	return err ? err : rsk_scan_staged(scan, target_of(run), diag);
}

static const struct {
	const char *command;
	feed *feed;
	bool checklist;
	bool whole; /* looks at the whole repository, wherever it is called */
	bool baseline; /* what it lists is hidden; `fix` repairs it as well */
	/* Says what was found, instead of a report; no gate. Or NULL. */
	enum rsk_exit (*conclude)(const struct rsk_told *told);
} kinds[] = {
	{ "audit", feed_audit, true, false, true, NULL },
	{ "baseline", feed_baseline, true, false, true, rsk_conclude_baseline },
	{ "fix", feed_paths, false, false, false, rsk_conclude_fix },
	{ "history", feed_history, false, true, true, NULL },
	{ "incident", feed_audit, false, false, true, rsk_conclude_incident },
	{ "keys", feed_audit, false, false, true, rsk_conclude_keys },
	{ "scan", feed_paths, false, false, true, NULL },
	{ "staged", feed_staged, false, true, true, NULL },
};

static size_t kind_of(const struct run *run)
{
	size_t i = 0;

	while (strcmp(kinds[i].command, run->command->name) != 0)
		i++;
	return i;
}

/* As git does: under sudo, root may open what belongs to its user. */
uint32_t rsk_sudo_uid(void)
{
	const char *text = getenv("SUDO_UID");
	char *end = NULL;
	unsigned long uid;

	if (geteuid() != 0 || !text || *text < '0' || *text > '9')
		return 0;
	uid = strtoul(text, &end, 10);
	return *end || uid > UINT32_MAX ? 0 : (uint32_t)uid;
}

static unsigned job_count(const struct rsk_options *options)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->jobs)
		return options->jobs;
	if (cores < 1)
		return 1;
	return cores > (long)RSK_MAX_JOBS ? RSK_MAX_JOBS : (unsigned)cores;
}

static enum rsk_err read_secret_key(struct run *run)
{
	const char *path = run->options->secret_key_file;
	enum rsk_err err;

	if (!path)
		return RSK_OK;
	err = rsk_file_read_at(&run->secret_key, AT_FDCWD, path);
	if (!err && run->secret_key.len < RSK_MIN_SECRET_KEY) {
		rsk_complain("the secret key in '%s' is too short: it takes %u "
			     "bytes or more",
			path, RSK_MIN_SECRET_KEY);
		return RSK_SYNTAX;
	}
	if (err)
		rsk_complain("cannot read '%s': %s", path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	return err;
}

static enum rsk_severity fail_on(const struct run *run)
{
	if (!run->options->fail_on_given && kinds[kind_of(run)].conclude)
		return RSK_SEVERITIES;
	if (!run->options->fail_on_given && run->policy.config.has_fail_on)
		return run->policy.config.fail_on;
	return run->options->fail_on;
}

/*
 * Is there much to search in? Machine code for all patterns takes as long as
 * scanning some megabytes does, which a hook does not have.
 */
static bool wants_machine_code(const struct run *run)
{
	const struct rsk_options *options = run->options;
	struct stat st;

	if (!strcmp(run->command->name, "staged"))
		return false;
	if (options->paths.len <= first_path(run))
		return true;
	for (size_t i = first_path(run); i < options->paths.len; i++)
		if (stat(options->paths.ptr[i], &st) < 0 ||
			!S_ISREG(st.st_mode) || (size_t)st.st_size > RSK_MIB)
			return true;
	return false;
}

static bool writes_baseline(const struct run *run)
{
	return kinds[kind_of(run)].conclude == rsk_conclude_baseline;
}

static struct rsk_scan_options scan_options(const struct run *run)
{
	const struct rsk_options *options = run->options;
	return (struct rsk_scan_options){
		.history = options->history,
		.jobs = run->cage ? rsk_cage_jobs(run->cage)
				  : job_count(options),
		.ignored = options->ignored,
		.include_tests = options->include_tests,
		.without_prefilter = options->pcre2,
		.machine_code = wants_machine_code(run),
		.trust_ownership = options->trust_ownership,
		.sudo_uid = rsk_sudo_uid(),
		.line_hashes = options->format->line_hashes,
		.checklist =
			kinds[kind_of(run)].checklist && !options->no_history,
		.stories = kinds[kind_of(run)].checklist ||
			   kinds[kind_of(run)].conclude ||
			   options->format->stories,
		.window = options->window,
		.allowed_gaps = options->allowed_gaps,
		.fail_on = fail_on(run),
		.index_file = getenv("GIT_INDEX_FILE"),
		.config = run->policy.loaded ? &run->policy.config : NULL,
		.baseline = run->policy.baseline.name ? &run->policy.baseline
						      : NULL,
		.lists_known = writes_baseline(run),
		.today = options->today >= 0
				 ? options->today
				 : rsk_day_of_seconds((int64_t)time(NULL)),
		.secret_key = rsk_buf_slice(&run->secret_key),
	};
}

static enum rsk_err open_scan(struct run *run, struct rsk_diag *diag)
{
	const struct rsk_scan_options options = scan_options(run);

	return rsk_scan_new(&run->scan, run->rules, &options, diag);
}

/* The folder whose configuration counts. */
static char *policy_root(const struct run *run, struct rsk_diag *diag)
{
	const struct rsk_scan_options options = {
		.trust_ownership = run->options->trust_ownership,
		.sudo_uid = rsk_sudo_uid(),
	};

	if (kinds[kind_of(run)].whole)
		return rsk_scan_top(target_of(run), &options, diag);
	return rsk_strdup(target_of(run));
}

static enum rsk_err prepare(struct run *run)
{
	struct rsk_diag diag = { 0 };
	enum rsk_err err;

	run->root = policy_root(run, &diag);
	run->policy.unreadable = !run->root;
	err = run->root ? rsk_policy_load(
				  &run->policy, run->root, run->options, &diag)
			: RSK_IO;
	if (!err && kinds[kind_of(run)].baseline)
		err = rsk_policy_load_baseline(&run->policy, run->options,
			writes_baseline(run), &diag);
	if (err) {
		if (diag.text[0])
			rsk_complain_diag(&diag);
		return err;
	}
	err = rsk_load_rules(&run->rules, run->options, &run->policy);
	if (err)
		return err;
	err = open_scan(run, &diag);
	if (err)
		rsk_complain_diag(&diag);
	return err;
}

static void name_report(struct run *run)
{
	struct rsk_report *report = &run->report;
	struct rsk_buf shown = RSK_BUF_INIT(RSK_MIB);
	const struct rsk_fix_options fix = { target_of(run),
		rsk_buf_slice(&run->secret_key) };

	report->command = run->command->name;
	report->version = RSK_VERSION;
	report->target = "";
	if (!rsk_utf8_escape(&shown,
		    rsk_slice_str(rsk_scan_mask(run->scan, target_of(run)))))
		report->target =
			rsk_arena_str(&report->arena, rsk_buf_slice(&shown));
	rsk_buf_release(&shown);
	rsk_policy_notes(&run->policy, run->options, run->scan, report);
	if (run->options->format->edits && run->options->paths.len <= 1)
		rsk_add_edits(report, run->scan, &fix);
}

/* The words may repeat a path, and a path may be a key. */
static void complain_masked(struct run *run, const struct rsk_diag *diag)
{
	char line[RSK_DIAG_LINE_MAX];

	rsk_complain("%s", rsk_scan_mask(run->scan, rsk_diag_text(diag, line)));
}

/* A target that cannot be scanned at all: wrong usage, or nothing to see. */
static enum rsk_exit target_status(
	struct run *run, enum rsk_err err, struct rsk_diag *diag)
{
	bool in_repository =
		kinds[kind_of(run)].whole && !look_at(target_of(run));

	if (err == RSK_NOMEM) {
		rsk_complain("%s", rsk_err_text(err));
		return RSK_EXIT_FAILURE;
	}
	complain_masked(run, diag);
	/* What is missing inside of a repository is nobody's wrong usage. */
	if ((err == RSK_NOTFOUND || err == RSK_SPECIAL) && !in_repository)
		return RSK_EXIT_USAGE;
	return RSK_EXIT_INCOMPLETE;
}

/* From the options to a report in run->report. */
static enum rsk_exit make_report(struct run *run, bool *made)
{
	struct rsk_diag diag = { 0 };
	enum rsk_err err = kinds[kind_of(run)].feed(run, run->scan, &diag);

	if (!err)
		err = rsk_scan_finish(run->scan, &run->report);
	if (err)
		return target_status(run, err, &diag);
	name_report(run);
	*made = true;
	return (enum rsk_exit)run->report.exit_status;
}

static enum rsk_exit conclude(const struct run *run,
	const struct rsk_report *report, const struct rsk_ruleset *rules)
{
	const struct rsk_told told = {
		.command = run->command,
		.report = report,
		.rules = rules,
		.options = run->options,
		.secret_key = rsk_buf_slice(&run->secret_key),
		.target = target_of(run),
		.scan = run->scan,
	};

	if (kinds[kind_of(run)].conclude)
		return kinds[kind_of(run)].conclude(&told);
	if (rsk_deliver(&told))
		return RSK_EXIT_FAILURE;
	if (run->options->record && rsk_record_audit(report, target_of(run)))
		return RSK_EXIT_FAILURE;
	return (enum rsk_exit)report->exit_status;
}

/* What could not be prepared was wrong, or could not be read. */
static enum rsk_exit refused(const struct run *run)
{
	return run->policy.unreadable ? RSK_EXIT_INCOMPLETE : RSK_EXIT_USAGE;
}

/* ---- in this process ---- */

static enum rsk_exit scan_here(struct run *run)
{
	enum rsk_exit status;
	bool made = false;
	int caught;

	if (prepare(run))
		return refused(run);
	rsk_watch_begin(run->scan, run->options->quiet);
	status = make_report(run, &made);
	caught = rsk_watch_end();
	if (caught)
		return (enum rsk_exit)(RSK_EXIT_SIGNAL + caught);
	if (made)
		status = conclude(run, &run->report, run->rules);
	/* One that came while the report was written. */
	caught = rsk_watch_end();
	return caught ? (enum rsk_exit)(RSK_EXIT_SIGNAL + caught) : status;
}

/* ---- in one that is locked in: cage/cage.h ---- */

static struct rsk_cage *own_cage;

static void complain_out(const char *text)
{
	rsk_cage_complain(own_cage, text);
}

static void complain_here(const char *text)
{
	rsk_complain("%s", text);
}

struct places {
	struct rsk_arena arena;
	RSK_VEC(const char *) list;
};

static void add_place(void *ctx, const char *path)
{
	struct places *places = ctx;

	*RSK_VEC_PUSH(&places->list) =
		rsk_arena_str(&places->arena, rsk_slice_str(path));
}

/* What was named on the command line, and what belongs to it. */
static void leave_places(const struct run *run)
{
	const struct rsk_options *options = run->options;
	const struct rsk_scan_options scanning = scan_options(run);
	struct places places = { 0 };

	rsk_scan_reads(target_of(run), &scanning, add_place, &places);
	for (size_t i = first_path(run) + 1; i < options->paths.len; i++)
		rsk_scan_reads(
			options->paths.ptr[i], &scanning, add_place, &places);
	for (size_t i = 0; i < options->rules.len; i++)
		add_place(&places, options->rules.ptr[i]);
	if (options->config)
		add_place(&places, options->config);
	if (options->baseline)
		add_place(&places, options->baseline);
	rsk_cage_places(run->cage, places.list.ptr, places.list.len);
	RSK_VEC_RELEASE(&places.list);
	rsk_arena_release(&places.arena);
}

/* The child process; it frees nothing, because it ends. */
static int scan_inside(struct rsk_cage *cage, void *ctx)
{
	struct run *run = ctx;
	enum rsk_exit status;
	bool made = false;

	own_cage = run->cage = cage;
	rsk_complain_to(complain_out);
	leave_places(run);
	if (prepare(run))
		return (int)refused(run);
	rsk_cage_code(cage);
	status = make_report(run, &made);
	if (made)
		rsk_cage_report(cage, &run->report, run->rules);
	return (int)status;
}

static enum rsk_exit take_result(
	const struct run *run, struct rsk_cage_result *result)
{
	/* Green, or findings, without a report to show for it? */
	if (!result->has_report)
		return result->status == RSK_EXIT_USAGE ||
				       result->status == RSK_EXIT_INCOMPLETE
			       ? (enum rsk_exit)result->status
			       : RSK_EXIT_FAILURE;
	result->report.command = run->command->name;
	result->report.version = RSK_VERSION;
	return conclude(run, &result->report, result->rules);
}

static enum rsk_exit scan_caged(struct run *run)
{
	const struct rsk_cage_options options = {
		.work = scan_inside,
		.ctx = run,
		.jobs = job_count(run->options),
		.memory = run->options->history.memory,
		.required = run->options->require_sandbox,
		.allowed_gaps = run->options->allowed_gaps,
		.complain = complain_here,
		.tick = rsk_watch_tick,
	};
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };
	enum rsk_exit status = RSK_EXIT_FAILURE;
	enum rsk_err err;
	int caught;

	rsk_watch_begin(NULL, run->options->quiet);
	err = rsk_cage_run(&result, &options, &diag);
	caught = rsk_watch_end();
	if (caught)
		status = (enum rsk_exit)(RSK_EXIT_SIGNAL + caught);
	else if (err)
		rsk_complain_diag(&diag);
	else
		status = take_result(run, &result);
	/* One that came while the report was written. */
	caught = rsk_watch_end();
	if (caught)
		status = (enum rsk_exit)(RSK_EXIT_SIGNAL + caught);
	rsk_cage_release(&result);
	return status;
}

/* Whoever writes what is in the target has to read it: no report has it. */
static bool reads_again(const struct run *run)
{
	return run->options->with_value ||
	       kinds[kind_of(run)].conclude == rsk_conclude_fix;
}

enum rsk_exit rsk_cmd_scan(
	const struct rsk_command *command, const struct rsk_options *options)
{
	struct run run = {
		.command = command,
		.options = options,
		.secret_key = RSK_BUF_INIT(RSK_MIB),
	};
	enum rsk_exit status = RSK_EXIT_USAGE;

	if (options->paths.len < first_path(&run)) {
		rsk_complain("'%s' needs the id of a key: 'rskan keys' lists "
			     "them",
			command->name);
		return RSK_EXIT_USAGE;
	}
	if (kinds[kind_of(&run)].conclude == rsk_conclude_fix &&
		rsk_fix_misuse(options)) {
		rsk_complain(
			"'%s': %s", command->name, rsk_fix_misuse(options));
		return RSK_EXIT_USAGE;
	}
	if (writes_baseline(&run) && rsk_baseline_misuse(options)) {
		rsk_complain("'%s': %s", command->name,
			rsk_baseline_misuse(options));
		return RSK_EXIT_USAGE;
	}
	if (options->require_sandbox && reads_again(&run)) {
		rsk_complain("'%s' reads files again to write what is in them: "
			     "there is no sandbox for that",
			command->name);
		return RSK_EXIT_USAGE;
	}
	if (!read_secret_key(&run))
		status = options->no_sandbox || reads_again(&run)
				 ? scan_here(&run)
				 : scan_caged(&run);
	rsk_report_release(&run.report);
	rsk_scan_free(run.scan);
	rsk_ruleset_free(run.rules);
	rsk_policy_release(&run.policy);
	free(run.root);
	rsk_buf_release(&run.secret_key);
	return status;
}
