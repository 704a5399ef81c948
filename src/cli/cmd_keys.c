#include <string.h>

#include "cli/cmd.h"
#include "report/keys.h"

/*
 * `rskan keys`: the table for people, the usual JSON report for programs.
 * `rskan incident`: the steps for one of them, as Markdown.
 */

static enum rsk_err write_table(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	return rsk_report_write_keys(told->report, style, out);
}

static bool is_text(const struct rsk_told *told)
{
	return !strcmp(told->options->format->name, "text");
}

/* These reports have no ledger of what was not seen; it must not be quiet. */
static enum rsk_exit status_of(const struct rsk_told *told)
{
	if (!told->report->complete)
		rsk_complain("INCOMPLETE: not all could be read, keys may be "
			     "missing; 'rskan audit' lists what");
	return (enum rsk_exit)told->report->exit_status;
}

enum rsk_exit rsk_conclude_keys(const struct rsk_told *told)
{
	enum rsk_err err = is_text(told) ? rsk_deliver_by(told, write_table)
					 : rsk_deliver(told);

	if (err)
		return RSK_EXIT_FAILURE;
	return status_of(told);
}

static enum rsk_err find_key(size_t *out, const struct rsk_told *told)
{
	const struct rsk_style style = { .secret_key = told->secret_key };

	return rsk_report_find_key(
		out, told->report, &style, told->options->paths.ptr[0]);
}

static enum rsk_err write_incident(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	struct rsk_incident incident = { .target = told->target };
	enum rsk_err err = find_key(&incident.key, told);

	return err ? err
		   : rsk_report_write_incident(
			     told->report, &incident, style, out);
}

static enum rsk_exit no_such_key(const char *word, enum rsk_err err)
{
	if (err == RSK_LIMIT)
		rsk_complain("'%s' begins several fingerprints of different "
			     "keys: give more of it",
			word);
	else if (err == RSK_SYNTAX)
		rsk_complain("the finding '%s' is about no key: 'rskan rules' "
			     "explains what to do about it",
			word);
	else
		rsk_complain("no key and no finding is called '%s': 'rskan "
			     "keys' lists the keys",
			word);
	return RSK_EXIT_USAGE;
}

static enum rsk_err write_value(const struct rsk_told *told, size_t key)
{
	const struct rsk_expression where = {
		.target = told->target,
		.path = told->options->with_value,
	};
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];
	enum rsk_err err = rsk_scan_write_expression(
		told->scan, &told->report->keys.ptr[key], &where, &diag);

	if (err)
		rsk_complain("%s",
			rsk_scan_mask(told->scan, rsk_diag_text(&diag, line)));
	else
		rsk_complain("'%s' has the whole key in it: use it, then "
			     "delete it",
			told->options->with_value);
	return err;
}

enum rsk_exit rsk_conclude_incident(const struct rsk_told *told)
{
	size_t key = 0;
	enum rsk_err err = find_key(&key, told);

	if (err)
		return no_such_key(told->options->paths.ptr[0], err);
	if (told->options->with_value && write_value(told, key))
		return RSK_EXIT_FAILURE;
	if (rsk_deliver_by(told, write_incident))
		return RSK_EXIT_FAILURE;
	return status_of(told);
}
