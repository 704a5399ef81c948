#include "cli/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "cli/cmd.h"

static const char own_name[] = ".rskan.yaml";

/* The configuration's text from a folder. RSK_NOTFOUND: there is none. */
static enum rsk_err read_from_folder(
	struct rsk_buf *out, struct rsk_policy *policy, struct rsk_diag *diag)
{
	int dir = rsk_open(policy->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err;

	/* A file as target, or a target that the scan will complain about: it
	 * reads nothing there, and there may be others to read. */
	if (dir < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
			       errno == EACCES))
		return RSK_NOTFOUND;
	policy->unreadable = dir < 0;
	if (dir < 0)
		return rsk_diag_set(diag, RSK_IO, "cannot read '%s': %s",
			policy->target, strerror(errno));
	err = rsk_file_read_at(out, dir, own_name);
	if (err && err != RSK_NOTFOUND)
		err = rsk_diag_set(diag, err, "cannot read '%s': %s", own_name,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	close(dir);
	return err;
}

static enum rsk_err read_named(
	struct rsk_buf *out, const char *path, struct rsk_diag *diag)
{
	enum rsk_err err = rsk_file_read_at(out, AT_FDCWD, path);

	if (err)
		rsk_diag_set(diag, err, "cannot read '%s': %s", path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	/* A file that was named and is not there is no "no configuration". */
	return err == RSK_NOTFOUND ? RSK_SYNTAX : err;
}

static enum rsk_err read_committed(struct rsk_buf *out, const char *target,
	const char *name, const struct rsk_options *options,
	struct rsk_diag *diag)
{
	const struct rsk_committed_file file = {
		.path = target,
		.rev = options->policy_from,
		.name = name,
		.trust_ownership = options->trust_ownership,
		.sudo_uid = rsk_sudo_uid(),
	};

	return rsk_scan_read_committed(out, &file, diag);
}

static enum rsk_err read_text(struct rsk_buf *out, struct rsk_policy *policy,
	const struct rsk_options *options, struct rsk_diag *diag)
{
	if (options->policy_from)
		return read_committed(
			out, policy->target, own_name, options, diag);
	if (options->config)
		return read_named(out, options->config, diag);
	return read_from_folder(out, policy, diag);
}

typedef enum rsk_err policy_parser(struct rsk_policy *policy, const char *name,
	struct rsk_slice text, struct rsk_diag *diag);

/* What ended the process that read it is no policy to go by, and hides
 * nothing. */
static enum rsk_err parse_watched(policy_parser *parse,
	struct rsk_policy *policy, const char *name, struct rsk_slice text,
	struct rsk_diag *diag)
{
	enum rsk_err err =
		rsk_input_begin(RSK_INPUT_CONFIG, rsk_slice_str(name));

	if (err)
		rsk_diag_set(diag, err, "cannot read '%s': it %s", name,
			rsk_err_text(err));
	else
		err = parse(policy, name, text, diag);
	rsk_input_end();
	return err;
}

static enum rsk_err parse_config(struct rsk_policy *policy, const char *name,
	struct rsk_slice text, struct rsk_diag *diag)
{
	return rsk_config_load_text(&policy->config, name, text, diag);
}

enum rsk_err rsk_policy_load(struct rsk_policy *policy, const char *target,
	const struct rsk_options *options, struct rsk_diag *diag)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_YAML_BYTES);
	const char *name = options->config ? options->config : own_name;
	enum rsk_err err;

	policy->target = target;
	if (options->no_config)
		return RSK_OK;

	err = read_text(&text, policy, options, diag);
	if (err == RSK_NOTFOUND)
		err = RSK_OK;
	else if (!err)
		err = parse_watched(
			parse_config, policy, name, rsk_buf_slice(&text), diag);
	policy->loaded = !err && policy->config.name;
	rsk_buf_release(&text);
	return err;
}

/* ---- the baseline ---- */

/* Inside the target, no symlink on the way. */
static enum rsk_err read_below(
	struct rsk_buf *out, const char *root, const char *path)
{
	struct rsk_arena arena = { 0 };
	const char *last = NULL;
	int fd = rsk_open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err;

	/* The scan will say what is wrong with such a target. */
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND
							   : RSK_IO;
	err = rsk_file_open_parent(&fd, &arena, path, &last);
	if (!err)
		err = rsk_file_read_at(out, fd, last);
	else if (err == RSK_IO && errno == ENOENT)
		err = RSK_NOTFOUND;

	int why = errno;
	close(fd);
	rsk_arena_release(&arena);
	errno = why;
	return err;
}

/* Where the baseline is, as the user is told; NULL: there is none. */
static const char *baseline_name(const struct rsk_policy *policy,
	const struct rsk_options *options, bool may_miss)
{
	if (options->baseline)
		return options->baseline;
	if (policy->config.baseline.path)
		return policy->config.baseline.path;
	return may_miss ? RSK_BASELINE_NAME : NULL;
}

static enum rsk_err read_baseline(struct rsk_buf *out,
	const struct rsk_policy *policy, const struct rsk_options *options,
	const char *name, struct rsk_diag *diag)
{
	enum rsk_err err;

	rsk_diag_at(diag, "", 0, 0);
	if (options->policy_from && !options->baseline) {
		err = read_committed(out, policy->target, name, options, diag);
		if (err == RSK_NOTFOUND)
			rsk_diag_set(diag, err,
				"revision '%s' has no baseline '%s', which its "
				"configuration names",
				options->policy_from, name);
		return err;
	}
	err = options->baseline ? rsk_file_read_at(out, AT_FDCWD, name)
				: read_below(out, policy->target, name);
	if (err == RSK_NOTFOUND)
		return rsk_diag_set(diag, err,
			"cannot read '%s': no such file; 'rskan baseline' "
			"writes it",
			name);
	return err ? rsk_diag_set(diag, err, "cannot read '%s': %s", name,
			     err == RSK_IO ? strerror(errno)
					   : rsk_err_text(err))
		   : RSK_OK;
}

static enum rsk_err parse_baseline(struct rsk_policy *policy, const char *name,
	struct rsk_slice text, struct rsk_diag *diag)
{
	return rsk_baseline_read(&policy->baseline, name, text, diag);
}

enum rsk_err rsk_policy_load_baseline(struct rsk_policy *policy,
	const struct rsk_options *options, bool may_miss, struct rsk_diag *diag)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_BASELINE_BYTES);
	const char *name = baseline_name(policy, options, may_miss);
	enum rsk_err err;

	if (!name)
		return RSK_OK;
	err = read_baseline(&text, policy, options, name, diag);
	if (!err)
		err = parse_watched(parse_baseline, policy, name,
			rsk_buf_slice(&text), diag);
	else if (err == RSK_NOTFOUND && may_miss)
		err = RSK_OK;
	rsk_buf_release(&text);
	return err;
}

static void note(struct rsk_report *report, const char *source, uint32_t line,
	const char *text)
{
	*RSK_VEC_PUSH(&report->policy) = (struct rsk_policy_note){
		line ? rsk_arena_printf(&report->arena, "%s:%u", source, line)
		     : source,
		text,
	};
}

static void note_excludes(
	const struct rsk_config *config, struct rsk_report *report)
{
	for (size_t i = 0; i < config->exclude.len; i++) {
		const struct rsk_config_exclude *e = &config->exclude.ptr[i];

		for (size_t j = 0; j < e->paths.len; j++)
			note(report, config->name, e->line,
				rsk_arena_printf(&report->arena,
					"paths '%.*s' are not scanned: %s",
					(int)e->paths.ptr[j].len,
					(const char *)e->paths.ptr[j].ptr,
					e->reason));
	}
}

static void note_config(
	const struct rsk_config *config, struct rsk_report *report)
{
	for (size_t i = 0; i < config->disable.len; i++)
		note(report, config->name, config->disable.ptr[i].line,
			rsk_arena_printf(&report->arena,
				"rule '%s' is disabled: %s",
				config->disable.ptr[i].rule,
				config->disable.ptr[i].reason));
	note_excludes(config, report);
	for (size_t i = 0; i < config->severity.len; i++)
		note(report, config->name, config->severity.ptr[i].line,
			rsk_arena_printf(&report->arena,
				"rule '%s' has the severity %s",
				config->severity.ptr[i].rule,
				rsk_severity_name(
					config->severity.ptr[i].severity)));
	if (config->has_fail_on)
		note(report, config->name, config->fail_on_line,
			rsk_arena_printf(&report->arena, "fails on: %s",
				config->fail_on == RSK_SEVERITIES
					? "none"
					: rsk_severity_name(config->fail_on)));
}

static void note_baseline(const struct rsk_policy *policy,
	const struct rsk_options *options, struct rsk_report *report)
{
	const struct rsk_baseline_view *view = &report->baseline;
	bool named = options->baseline != NULL;

	if (!policy->baseline.name)
		return;
	note(report, named ? "--baseline" : policy->config.name,
		named ? 0 : policy->config.baseline.line,
		rsk_arena_printf(&report->arena,
			"the baseline '%s' lists %u finding%s and hides %u of "
			"those that were found",
			view->name, view->entries,
			view->entries == 1 ? "" : "s", view->hides));
}

void rsk_policy_notes(const struct rsk_policy *policy,
	const struct rsk_options *options, struct rsk_scan *scan,
	struct rsk_report *report)
{
	if (policy->loaded)
		note_config(&policy->config, report);
	note_baseline(policy, options, report);
	for (size_t i = 0; i < report->policy.len; i++)
		report->policy.ptr[i].text =
			rsk_scan_mask(scan, report->policy.ptr[i].text);
	for (size_t i = 0; i < options->disabled.len; i++)
		note(report, "--disable", 0,
			rsk_arena_printf(&report->arena,
				"rule '%s' is disabled",
				options->disabled.ptr[i]));
}

void rsk_policy_release(struct rsk_policy *policy)
{
	rsk_config_free(&policy->config);
	rsk_baseline_release(&policy->baseline);
}

/* The rules of the program, of --rules and of the configuration. */
static enum rsk_err add_rules(struct rsk_ruleset *rules,
	const struct rsk_options *options, const struct rsk_policy *policy,
	struct rsk_diag *diag)
{
	enum rsk_err err = rsk_ruleset_add_builtin(rules, diag);

	for (size_t i = 0; i < options->rules.len && !err; i++)
		err = rsk_ruleset_add_path(rules, options->rules.ptr[i], diag);
	if (!policy || !policy->loaded)
		return err;
	for (size_t i = 0; i < policy->config.rules.len && !err; i++)
		err = rsk_ruleset_add_below(rules, policy->target,
			policy->config.rules.ptr[i].path, diag);
	return err;
}

static enum rsk_err disable_rules(struct rsk_ruleset *rules,
	const struct rsk_options *options, struct rsk_diag *diag)
{
	rsk_diag_at(diag, "", 0, 0);
	for (size_t i = 0; i < options->disabled.len; i++)
		if (rsk_ruleset_disable(
			    rules, rsk_slice_str(options->disabled.ptr[i])))
			return rsk_diag_set(diag, RSK_SYNTAX,
				"option '--disable': no rule '%s', see 'rskan "
				"rules'",
				options->disabled.ptr[i]);
	return RSK_OK;
}

enum rsk_err rsk_load_rules(struct rsk_ruleset **out,
	const struct rsk_options *options, const struct rsk_policy *policy)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	enum rsk_err err = add_rules(rules, options, policy, &diag);

	if (!err && policy && policy->loaded)
		err = rsk_config_add_triggers(&policy->config, rules, &diag);
	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	if (!err && policy && policy->loaded)
		err = rsk_config_apply(&policy->config, rules, &diag);
	if (!err)
		err = disable_rules(rules, options, &diag);
	if (err) {
		rsk_complain_diag(&diag);
		rsk_ruleset_free(rules);
		return err;
	}
	*out = rules;
	return RSK_OK;
}
