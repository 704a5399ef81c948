#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
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

static enum rsk_err deliver_file(const struct rsk_told *told,
	const struct rsk_style *style, rsk_writing *write)
{
	const char *path = told->options->output;
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, path);

	if (!err)
		err = rsk_atomic_close(&file, write(told, style, file.out));
	if (err)
		rsk_complain("cannot write '%s': %s", path, strerror(errno));
	return err;
}

static enum rsk_err deliver_stdout(const struct rsk_told *told,
	const struct rsk_style *style, rsk_writing *write)
{
	enum rsk_err err = write(told, style, stdout);

	/* Whoever closed the pipe knows; everybody else wants to. */
	if (err && errno != EPIPE)
		rsk_complain("cannot write the report: %s", strerror(errno));
	return err;
}

enum rsk_err rsk_deliver_by(const struct rsk_told *told, rsk_writing *write)
{
	const struct rsk_options *options = told->options;
	const struct rsk_style style = {
		.format = options->format,
		.color = wants_color(options),
		.verbose = options->verbose,
		.quiet = options->quiet,
		.width = terminal_width(options),
		.secret_key = told->secret_key,
	};

	if (options->output)
		return deliver_file(told, &style, write);
	return deliver_stdout(told, &style, write);
}

static enum rsk_err write_report(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	return rsk_report_write(told->report, told->rules, style, out);
}

enum rsk_err rsk_deliver(const struct rsk_told *told)
{
	return rsk_deliver_by(told, write_report);
}

void rsk_put_text(FILE *out, struct rsk_slice text)
{
	struct rsk_buf shown = RSK_BUF_INIT(RSK_MIB);

	if (!rsk_utf8_escape(&shown, text) && shown.len)
		fwrite(shown.ptr, 1, shown.len, out);
	rsk_buf_release(&shown);
}

/* "::" at the beginning of a line and "##" are commands for CI systems. */
void rsk_put_path(FILE *out, struct rsk_slice path)
{
	if (rsk_slice_starts(path, RSK_LIT("::")))
		fputs("./", out);
	for (size_t at; path.len; path = rsk_slice_cut(path, at, path.len)) {
		at = rsk_slice_find(path, RSK_LIT("##"));
		rsk_put_text(out, rsk_slice_cut(path, 0, at));
		if (at == path.len)
			break;
		fputs("\\x23", out);
		at++;
	}
}
