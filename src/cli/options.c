#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/coverage.h"

/* Stores a value. Returns NULL, or what would have been accepted. */
typedef const char *option_set(struct rsk_options *options, const char *value);

struct option {
	const char *name;  /* with its dashes */
	const char *value; /* what --help calls it; NULL: takes none */
	unsigned group;
	option_set *set;
	const char *help; /* NULL: not shown */
};

static const char *set_allow(struct rsk_options *options, const char *value)
{
	struct rsk_slice rest = rsk_slice_str(value);

	/* An empty name, also behind a last comma, is a variable not set. */
	for (bool more = true; more;) {
		size_t comma = rsk_slice_find(rest, RSK_LIT(","));
		enum rsk_gap_class class;

		if (!rsk_gap_find(&class, rsk_slice_cut(rest, 0, comma)))
			return "gap classes as a report names them, with "
			       "commas between: io, limit, history-truncated, "
			       "...";
		options->allowed_gaps |= 1u << class;
		more = comma < rest.len;
		rest = rsk_slice_cut(rest, comma + 1, rest.len);
	}
	return NULL;
}

static const char *set_apply(struct rsk_options *options, const char *value)
{
	(void)value;
	options->apply = true;
	return NULL;
}

static const char *set_baseline(struct rsk_options *options, const char *value)
{
	options->baseline = value;
	return *value ? NULL : "the name of a file";
}

static const char *set_check(struct rsk_options *options, const char *value)
{
	(void)value;
	options->check = true;
	return NULL;
}

static const char *set_color(struct rsk_options *options, const char *value)
{
	static const char *const names[] = { "auto", "always", "never" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(value, names[i])) {
			options->color = (enum rsk_color)i;
			return NULL;
		}
	return "auto, always or never";
}

static const char *set_config(struct rsk_options *options, const char *value)
{
	options->config = value;
	return NULL;
}

static const char *set_disable(struct rsk_options *options, const char *value)
{
	*RSK_VEC_PUSH(&options->disabled) = value;
	return NULL;
}

static const char *set_engine(struct rsk_options *options, const char *value)
{
	options->pcre2 = !strcmp(value, "pcre2");
	return options->pcre2 || !strcmp(value, "fast") ? NULL
							: "fast or pcre2";
}

static const char *set_fail_on(struct rsk_options *options, const char *value)
{
	options->fail_on_given = true;
	if (!strcmp(value, "none")) {
		options->fail_on = RSK_SEVERITIES;
		return NULL;
	}
	if (rsk_severity_find(&options->fail_on, rsk_slice_str(value)))
		return NULL;
	return "critical, high, medium, low, info or none";
}

static const char *set_format(struct rsk_options *options, const char *value)
{
	options->format = rsk_format_find(rsk_slice_str(value));
	return options->format ? NULL
			       : "html, json, jsonl, markdown, sarif or text";
}

static const char *set_help(struct rsk_options *options, const char *value)
{
	(void)value;
	options->help = true;
	return NULL;
}

static const char *set_include_tests(
	struct rsk_options *options, const char *value)
{
	(void)value;
	options->include_tests = true;
	return NULL;
}

static const char *set_ignored(struct rsk_options *options, const char *value)
{
	(void)value;
	options->ignored = true;
	return NULL;
}

/* A number from `least` to `most`, digits only. */
static bool parse_number(
	size_t *out, const char *value, size_t least, size_t most)
{
	char *end = NULL;

	errno = 0;
	unsigned long long number = strtoull(value, &end, 10);
	if (errno || *value < '0' || *value > '9' || *end || number < least ||
		number > most)
		return false;
	*out = (size_t)number;
	return true;
}

static const char *set_jobs(struct rsk_options *options, const char *value)
{
	size_t jobs;

	if (!parse_number(&jobs, value, 1, RSK_MAX_JOBS))
		return "a number from 1 to 256";
	options->jobs = (unsigned)jobs;
	return NULL;
}

static const char *set_memory(struct rsk_options *options, const char *value)
{
	size_t mib;

	if (!parse_number(&mib, value, 16, 65536))
		return "a number of MiB from 16 to 65536";
	options->history.memory = mib * RSK_MIB;
	return NULL;
}

static const char *set_no_config(struct rsk_options *options, const char *value)
{
	(void)value;
	options->no_config = true;
	return NULL;
}

static const char *set_no_history(
	struct rsk_options *options, const char *value)
{
	(void)value;
	options->no_history = true;
	return NULL;
}

static const char *set_no_sandbox(
	struct rsk_options *options, const char *value)
{
	(void)value;
	options->no_sandbox = true;
	return NULL;
}

static const char *set_output(struct rsk_options *options, const char *value)
{
	options->output = value;
	return *value ? NULL : "the name of a file";
}

static const char *set_policy(struct rsk_options *options, const char *value)
{
	options->policy_from = value;
	return *value ? NULL : "a revision";
}

static const char *set_quiet(struct rsk_options *options, const char *value)
{
	(void)value;
	options->quiet = true;
	return NULL;
}

static const char *set_range(struct rsk_options *options, const char *value)
{
	const char *dots = strstr(value, "..");

	options->history.range = value;
	return dots && strncmp(dots, "....", 4) != 0 ? NULL
						     : "two revisions, A..B";
}

static const char *set_reachable(struct rsk_options *options, const char *value)
{
	(void)value;
	options->history.reachable = true;
	return NULL;
}

static const char *set_require_sandbox(
	struct rsk_options *options, const char *value)
{
	(void)value;
	options->require_sandbox = true;
	return NULL;
}

static const char *set_rules(struct rsk_options *options, const char *value)
{
	*RSK_VEC_PUSH(&options->rules) = value;
	return *value ? NULL : "a rule file or a folder of them";
}

static const char *set_secret_key(
	struct rsk_options *options, const char *value)
{
	options->secret_key_file = value;
	return *value ? NULL : "the name of a file";
}

/* The day's first second, in UTC. */
static const char *set_since(struct rsk_options *options, const char *value)
{
	int64_t day;

	if (!rsk_day_parse(&day, rsk_slice_str(value)))
		return "a date, YYYY-MM-DD";
	options->history.has_since = true;
	options->history.since = day * 86400;
	return NULL;
}

static const char *set_submodules(
	struct rsk_options *options, const char *value)
{
	(void)value;
	options->history.submodules = true;
	return NULL;
}

static const char *set_prune(struct rsk_options *options, const char *value)
{
	(void)value;
	options->prune = true;
	return NULL;
}

static const char *set_reason(struct rsk_options *options, const char *value)
{
	size_t len = strlen(value);

	options->reason = value;
	return len && len <= RSK_MAX_LINE_TEXT &&
			       rsk_utf8_valid(rsk_slice(value, len))
		       ? NULL
		       : "a short text";
}

static const char *set_record(struct rsk_options *options, const char *value)
{
	(void)value;
	options->record = true;
	return NULL;
}

static const char *set_today(struct rsk_options *options, const char *value)
{
	return rsk_day_parse(&options->today, rsk_slice_str(value))
		       ? NULL
		       : "a date, YYYY-MM-DD";
}

static const char *set_trust(struct rsk_options *options, const char *value)
{
	(void)value;
	options->trust_ownership = true;
	return NULL;
}

static const char *set_verbose(struct rsk_options *options, const char *value)
{
	(void)value;
	options->verbose = true;
	return NULL;
}

static const char *set_version(struct rsk_options *options, const char *value)
{
	(void)value;
	options->version = true;
	return NULL;
}

static const char *set_window(struct rsk_options *options, const char *value)
{
	return parse_number(&options->window, value, 1, RSK_WINDOW_BYTES)
		       ? NULL
		       : "a number of bytes up to 4194304";
}

static const char *set_with_value(
	struct rsk_options *options, const char *value)
{
	options->with_value = value;
	return *value ? NULL : "the name of a file";
}

/* Sorted by name; this is the order of --help. */
static const struct option table[] = {
	{ "--allow-incomplete", "CLASS,...", RSK_GROUP_REPORT, set_allow,
		"gaps of these classes do not make a scan incomplete" },
	{ "--apply", NULL, RSK_GROUP_FIX, set_apply,
		"write the repaired files" },
	{ "--baseline", "FILE", RSK_GROUP_BASELINE, set_baseline,
		"what this file lists is known: hidden, and counted" },
	{ "--check", NULL, RSK_GROUP_CHECK, set_check,
		"run every rule's examples and near misses" },
	{ "--color", "WHEN", RSK_GROUP_ALL, set_color,
		"auto, always or never [auto; NO_COLOR is honoured]" },
	{ "--config", "FILE", RSK_GROUP_REPORT, set_config,
		"read this instead of .rskan.yaml" },
	{ "--disable", "RULE", RSK_GROUP_RULES, set_disable,
		"leave a rule out; the report says so" },
	{ "--engine", "ENGINE", RSK_GROUP_REPORT, set_engine,
		"fast, or pcre2: the slow second opinion [fast]" },
	{ "--fail-on", "SEVERITY", RSK_GROUP_REPORT, set_fail_on,
		"exit 1 from this severity on; none never fails [medium]" },
	{ "--format", "NAME", RSK_GROUP_REPORT, set_format,
		"html, json, jsonl, markdown, sarif or text [text]" },
	{ "--help", NULL, RSK_GROUP_ALL, set_help, "show this text" },
	{ "--ignored", NULL, RSK_GROUP_TREE, set_ignored,
		"also scan what git ignores" },
	{ "--include-tests", NULL, RSK_GROUP_TREE, set_include_tests,
		"look for personal data in tests and stories, too" },
	{ "--jobs", "N", RSK_GROUP_REPORT, set_jobs, "threads [one per core]" },
	{ "--memory", "MIB", RSK_GROUP_HISTORY, set_memory,
		"for bases of deltas, not for findings [256]" },
	{ "--no-config", NULL, RSK_GROUP_REPORT, set_no_config,
		"do not read .rskan.yaml" },
	{ "--no-history", NULL, RSK_GROUP_KNOWN, set_no_history,
		"list what is in the tree only" },
	{ "--no-sandbox", NULL, RSK_GROUP_REPORT, set_no_sandbox,
		"scan in this process, which may do all that you may" },
	{ "--output", "FILE", RSK_GROUP_REPORT, set_output,
		"write the report here, whole or not at all" },
	{ "--policy-from", "REV", RSK_GROUP_REPO, set_policy,
		"read .rskan.yaml from this commit instead" },
	{ "--prune", NULL, RSK_GROUP_KNOWN, set_prune,
		"take out what is gone, add nothing" },
	{ "--quiet", NULL, RSK_GROUP_ALL, set_quiet,
		"findings and the verdict only" },
	{ "--range", "A..B", RSK_GROUP_RANGE, set_range,
		"only what the commits of B and not of A introduce" },
	{ "--reachable", NULL, RSK_GROUP_RANGE, set_reachable,
		"only what branches, tags and other refs reach" },
	{ "--reason", "TEXT", RSK_GROUP_KNOWN, set_reason,
		"why what is added may stay" },
	{ "--record", NULL, RSK_GROUP_AUDIT, set_record,
		"add the answers to .rskan/audits.jsonl of the target" },
	{ "--require-sandbox", NULL, RSK_GROUP_REPORT, set_require_sandbox,
		"no scan where the kernel cannot lock it in" },
	{ "--rules", "PATH", RSK_GROUP_RULES, set_rules,
		"add a rule file or a folder of them" },
	{ "--secret-key-file", "FILE", RSK_GROUP_REPORT, set_secret_key,
		"make secret ids stable across reports" },
	{ "--since", "DATE", RSK_GROUP_RANGE, set_since,
		"only commits from this day on (YYYY-MM-DD, UTC)" },
	{ "--submodules", NULL, RSK_GROUP_HISTORY, set_submodules,
		"also the histories of submodules" },
	{ "--today", "DATE", RSK_GROUP_REPORT, set_today,
		"the day by which ages and ends are judged [today, UTC]" },
	{ "--trust-ownership", NULL, RSK_GROUP_REPO, set_trust,
		"open a repository that belongs to another user" },
	{ "--verbose", NULL, RSK_GROUP_ALL, set_verbose,
		"all evidence and every rule's page" },
	{ "--version", NULL, RSK_GROUP_ALL, set_version, "show the version" },
	{ "--with-value", "FILE", RSK_GROUP_INCIDENT, set_with_value,
		"make this file (mode 0600) with the whole key in it, for git "
		"filter-repo" },
	{ "--window", "BYTES", RSK_GROUP_REPORT, set_window, NULL },
};

enum { OPTIONS = sizeof(table) / sizeof(table[0]) };

static const struct {
	char letter;
	const char *name;
} shorts[] = {
	{ 'f', "--format" },
	{ 'h', "--help" },
	{ 'j', "--jobs" },
	{ 'o', "--output" },
	{ 'q', "--quiet" },
	{ 'v', "--verbose" },
};

static const struct option *find_option(struct rsk_slice name)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (rsk_slice_eq_str(name, table[i].name))
			return &table[i];
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++)
		if (name.len == 2 && name.ptr[1] == (uint8_t)shorts[i].letter)
			return find_option(rsk_slice_str(shorts[i].name));
	return NULL;
}

static enum rsk_err unknown_option(const char *arg, struct rsk_diag *diag)
{
	return rsk_diag_set(diag, RSK_SYNTAX,
		"unknown option '%s': see 'rskan help' for those there are",
		arg);
}

/* One option at argv[*i]; moves *i over a value that stands apart. */
static enum rsk_err parse_option(struct rsk_options *options, unsigned groups,
	char **argv, size_t *i, struct rsk_diag *diag)
{
	const char *arg = argv[*i];
	struct rsk_slice name = rsk_slice_str(arg);
	size_t equals = rsk_slice_find(name, RSK_LIT("="));
	const char *value = equals < name.len ? arg + equals + 1 : NULL;
	const struct option *option;
	const char *accepted;

	name = rsk_slice_cut(name, 0, equals);
	option = find_option(name);
	if (!option)
		return unknown_option(arg, diag);
	if (!(option->group & groups))
		return rsk_diag_set(diag, RSK_SYNTAX,
			"this command has no option '%s'", option->name);
	if (value && !option->value)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"option '%s' takes no value", option->name);
	if (!value && option->value && argv[*i + 1])
		value = argv[++*i];
	if (!value && option->value)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"option '%s' needs a value: %s", option->name,
			option->value);

	accepted = option->set(options, value);
	if (accepted)
		return rsk_diag_set(diag, RSK_SYNTAX,
			"option '%s' does not accept '%s': it takes %s",
			option->name, value, accepted);
	return RSK_OK;
}

size_t rsk_options_command(char **argv)
{
	size_t i = 0;

	while (argv[i] && argv[i][0] == '-' && argv[i][1]) {
		struct rsk_slice name = rsk_slice_str(argv[i]);
		const struct option *option = find_option(name);

		/* "--name=value" is not found, and has its value with it. */
		if (!strcmp(argv[i], "--"))
			return argv[i + 1] ? i + 1 : i;
		i += option && option->value && argv[i + 1] ? 2 : 1;
	}
	return i;
}

/* Of two that contradict each other, neither is quietly the stronger one. */
static enum rsk_err check_config(
	const struct rsk_options *options, struct rsk_diag *diag)
{
	if (options->no_config + (options->config != NULL) +
			(options->policy_from != NULL) <
		2)
		return RSK_OK;
	return rsk_diag_set(diag, RSK_SYNTAX,
		"one of the options '--config', '--no-config' and "
		"'--policy-from' can be given");
}

enum rsk_err rsk_options_parse(struct rsk_options *options, unsigned groups,
	char **argv, struct rsk_diag *diag)
{
	enum rsk_err err = RSK_OK;
	bool only_paths = false;

	*options = (struct rsk_options){
		.format = rsk_format_find(RSK_LIT("text")),
		.fail_on = RSK_MEDIUM,
		.today = -1,
	};
	for (size_t i = 0; argv[i] && !err; i++) {
		bool is_option = !only_paths && argv[i][0] == '-' && argv[i][1];

		if (is_option && !strcmp(argv[i], "--"))
			only_paths = true;
		else if (is_option)
			err = parse_option(options, groups, argv, &i, diag);
		else
			*RSK_VEC_PUSH(&options->paths) = argv[i];
	}
	if (!err)
		err = check_config(options, diag);
	if (!err && options->no_sandbox && options->require_sandbox)
		err = rsk_diag_set(diag, RSK_SYNTAX,
			"one of the options '--no-sandbox' and "
			"'--require-sandbox' can be given");
	return err;
}

void rsk_options_release(struct rsk_options *options)
{
	RSK_VEC_RELEASE(&options->rules);
	RSK_VEC_RELEASE(&options->disabled);
	RSK_VEC_RELEASE(&options->paths);
}

static char letter_of(const char *name)
{
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++)
		if (!strcmp(shorts[i].name, name))
			return shorts[i].letter;
	return 0;
}

bool rsk_option_at(struct rsk_option_view *out, size_t i)
{
	for (size_t row = 0; row < OPTIONS; row++) {
		const struct option *option = &table[row];

		if (!option->help || i--)
			continue;
		*out = (struct rsk_option_view){
			.name = option->name,
			.letter = letter_of(option->name),
			.value = option->value,
			.groups = option->group,
			.help = option->help,
		};
		return true;
	}
	return false;
}

void rsk_options_help(FILE *out, unsigned groups)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		char left[64];

		if (!(table[i].group & groups) || !table[i].help)
			continue;
		snprintf(left, sizeof(left), "%s%s%s", table[i].name,
			table[i].value ? " " : "",
			table[i].value ? table[i].value : "");
		fprintf(out, "  %-30s %s\n", left, table[i].help);
	}
}
