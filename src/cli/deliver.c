#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cmd.h"

static bool wants_color(const struct rsk_options *options)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (options->color != RSK_COLOR_AUTO)
		return options->color == RSK_COLOR_ALWAYS;
	if (options->output || (no_color && *no_color))
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static unsigned terminal_width(const struct rsk_options *options)
{
	struct winsize size;

	if (options->output || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

static enum rsk_err deliver_file(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	const char *path)
{
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, path);

	if (!err)
		err = rsk_atomic_close(&file,
			rsk_report_write(report, rules, style, file.out));
	if (err)
		rsk_complain("cannot write '%s': %s", path, strerror(errno));
	return err;
}

static enum rsk_err deliver_stdout(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style)
{
	enum rsk_err err = rsk_report_write(report, rules, style, stdout);

	/* Whoever closed the pipe knows; everybody else wants to. */
	if (err && errno != EPIPE)
		rsk_complain("cannot write the report: %s", strerror(errno));
	return err;
}

enum rsk_err rsk_deliver(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_options *options,
	struct rsk_slice secret_key)
{
	const struct rsk_style style = {
		.format = options->format,
		.color = wants_color(options),
		.verbose = options->verbose,
		.quiet = options->quiet,
		.width = terminal_width(options),
		.secret_key = secret_key,
	};

	if (options->output)
		return deliver_file(report, rules, &style, options->output);
	return deliver_stdout(report, rules, &style);
}
