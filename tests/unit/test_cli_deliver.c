#include <criterion/criterion.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cmd.h"
#include "unit/file_help.h"

/* Where a report goes, what its writer is told of that, and who hears of it
 * when it does not arrive. Each test is in a fresh folder. */

static char folder[64];
static char complaint[500]; /* the last one, or "" */

static void enter_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rskan-deliver-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	remove("f");
	remove("out");
	cr_assert_eq(rmdir(folder), 0, "something was left behind");
}

TestSuite(deliver, .init = enter_folder, .fini = leave_folder);

/* That of the program, which is in main.c, writes it to standard error. */
void rsk_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(complaint, sizeof(complaint), format, args);
	va_end(args);
}

/* A writer, what it is to say, and what it was told. */
struct writer {
	enum rsk_err err;
	int why;
	struct rsk_style style;
};

static enum rsk_err write_text(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	struct writer *writer = told->ctx;

	writer->style = *style;
	fputs("report", out);
	fflush(out);
	errno = writer->why;
	return writer->err;
}

static enum rsk_err deliver(
	struct writer *writer, const struct rsk_options *options)
{
	const struct rsk_told told = { .options = options, .ctx = writer };

	complaint[0] = '\0';
	return rsk_deliver_by(&told, write_text);
}

/* ---- terminals ---- */

/* From now on, standard output is a terminal of so many columns. */
static void use_terminal(unsigned short columns)
{
	const struct winsize size = { .ws_row = 25, .ws_col = columns };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int terminal = -1;

	if (master >= 0 && !grantpt(master) && !unlockpt(master))
		terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		cr_skip_test("no terminals here");
	cr_assert_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
	cr_assert_eq(dup2(terminal, STDOUT_FILENO), STDOUT_FILENO);
}

static void use_file(void)
{
	int fd = open("out", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
}

static void set(const char *name, const char *value)
{
	cr_assert_eq(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

struct row {
	enum rsk_color color;
	const char *output, *no_color, *term;
	bool at_terminal, at_file;
};

static void expect_color(const struct row *row, size_t number, bool terminal)
{
	const struct rsk_options options = {
		.color = row->color,
		.output = row->output,
	};
	struct writer writer = { 0 };

	set("NO_COLOR", row->no_color);
	set("TERM", row->term);
	cr_expect_eq(deliver(&writer, &options), RSK_OK);
	cr_expect_eq(writer.style.color,
		terminal ? row->at_terminal : row->at_file, "row %zu, %s",
		number, terminal ? "terminal" : "file");
}

Test(deliver, in_colour_to_a_terminal)
{
	static const struct row rows[] = {
		{ RSK_COLOR_AUTO, NULL, NULL, "xterm", true, false },
		{ RSK_COLOR_AUTO, NULL, "", "xterm", true, false },
		{ RSK_COLOR_AUTO, NULL, "1", "xterm", false, false },
		{ RSK_COLOR_AUTO, NULL, NULL, "dumb", false, false },
		{ RSK_COLOR_AUTO, NULL, NULL, NULL, false, false },
		{ RSK_COLOR_AUTO, "f", NULL, "xterm", false, false },
		{ RSK_COLOR_ALWAYS, NULL, "1", "dumb", true, true },
		{ RSK_COLOR_ALWAYS, "f", NULL, NULL, true, true },
		{ RSK_COLOR_NEVER, NULL, NULL, "xterm", false, false },
	};
	const size_t len = sizeof(rows) / sizeof(rows[0]);

	use_file();
	for (size_t i = 0; i < len; i++)
		expect_color(&rows[i], i, false);
	use_terminal(80);
	for (size_t i = 0; i < len; i++)
		expect_color(&rows[i], i, true);
}

Test(deliver, as_wide_as_the_terminal)
{
	const struct rsk_options to_file = { .output = "f" };
	const struct rsk_options to_stdout = { .output = NULL };
	struct writer writer = { 0 };

	use_file();
	cr_expect_eq(deliver(&writer, &to_stdout), RSK_OK);
	cr_expect_eq(writer.style.width, 0);
	use_terminal(77);
	cr_expect_eq(deliver(&writer, &to_stdout), RSK_OK);
	cr_expect_eq(writer.style.width, 77);
	cr_expect_eq(deliver(&writer, &to_file), RSK_OK);
	cr_expect_eq(writer.style.width, 0);
}

Test(deliver, in_the_style_that_was_asked_for)
{
	const struct rsk_options options = {
		.output = "f",
		.format = rsk_format_at(1),
		.verbose = true,
	};
	struct writer writer = { 0 };
	const struct rsk_told told = {
		.options = &options,
		.secret_key = RSK_LIT("a key"),
		.ctx = &writer,
	};

	cr_expect_eq(rsk_deliver_by(&told, write_text), RSK_OK);
	cr_expect_eq(writer.style.format, rsk_format_at(1));
	cr_expect(writer.style.verbose && !writer.style.quiet);
	cr_expect(rsk_slice_eq(writer.style.secret_key, RSK_LIT("a key")));
}

/* ---- what becomes of it ---- */

Test(deliver, to_a_file)
{
	const struct rsk_options options = { .output = "f" };
	struct writer writer = { 0 };

	put("f", "old");
	writer.err = RSK_IO;
	writer.why = ENOSPC;
	cr_expect_eq(deliver(&writer, &options), RSK_IO);
	cr_expect_str_eq(
		complaint, "cannot write 'f': No space left on device");
	expect_content("f", "old");
	writer.err = RSK_OK;
	cr_expect_eq(deliver(&writer, &options), RSK_OK);
	cr_expect_str_eq(complaint, "");
	expect_content("f", "report");
}

Test(deliver, to_a_folder_that_is_not_there)
{
	const struct rsk_options options = { .output = "none/f" };
	struct writer writer = { .style = { .width = 7 } };

	cr_expect_eq(deliver(&writer, &options), RSK_IO);
	cr_expect_str_eq(
		complaint, "cannot write 'none/f': No such file or directory");
	cr_expect_eq(writer.style.width, 7, "was written all the same");
}

/* Whoever closed a pipe knows why nothing more came. */
Test(deliver, to_standard_output)
{
	static const struct {
		enum rsk_err err;
		int why;
		const char *complaint;
	} rows[] = {
		{ RSK_OK, ENOSPC, "" },
		{ RSK_IO, EPIPE, "" },
		{ RSK_IO, ENOSPC,
			"cannot write the report: No space left on device" },
	};
	const struct rsk_options options = { .output = NULL };

	use_file();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct writer writer = { rows[i].err, rows[i].why, { 0 } };

		cr_expect_eq(deliver(&writer, &options), rows[i].err);
		cr_expect_str_eq(complaint, rows[i].complaint);
	}
	expect_content("out", "reportreportreport");
}

/* Without a writer of one's own it is the report in its format. */
Test(deliver, a_report)
{
	const struct rsk_options options = {
		.output = "f",
		.format = rsk_format_find(RSK_LIT("json")),
	};
	const struct rsk_report report = {
		.command = "scan", .target = "", .version = ""
	};
	struct rsk_rule rule = { .id = "a-rule" };
	struct rsk_ruleset *rules = rsk_ruleset_of(&rule, 1);
	const struct rsk_told told = {
		.options = &options,
		.report = &report,
		.rules = rules,
	};
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);

	cr_expect_eq(rsk_deliver(&told), RSK_OK);
	cr_expect_eq(rsk_file_read_at(&text, AT_FDCWD, "f"), RSK_OK);
	cr_expect_not_null(strstr(rsk_buf_cstr(&text), "\"findings\""));
	rsk_buf_release(&text);
	rsk_ruleset_free(rules);
}

/* ---- text that nobody obeys ---- */

typedef void putter(FILE *out, struct rsk_slice text);

static void expect_put(putter *show, const char *text, const char *shown)
{
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&bytes, &len);

	cr_assert_not_null(out);
	show(out, rsk_slice_str(text));
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(bytes, shown);
	cr_expect_eq(len, strlen(shown));
	free(bytes);
}

Test(deliver, text)
{
	expect_put(rsk_put_text, "", "");
	expect_put(rsk_put_text, "a", "a");
	expect_put(rsk_put_text, "a\x1b[2Jb\n", "a\\x1b[2Jb\\n");
}

Test(deliver, paths)
{
	expect_put(rsk_put_path, "", "");
	expect_put(rsk_put_path, "a/b.c", "a/b.c");
	expect_put(rsk_put_path, "::add", "./::add");
	expect_put(rsk_put_path, ":a::", ":a::");
	expect_put(rsk_put_path, "a#b", "a#b");
	expect_put(rsk_put_path, "##[x]", "\\x23#[x]");
	expect_put(rsk_put_path, "a##[x]", "a\\x23#[x]");
	expect_put(rsk_put_path, "a##", "a\\x23#");
	expect_put(rsk_put_path, "a###b##", "a\\x23\\x23#b\\x23#");
	expect_put(rsk_put_path, "a\nb##c\n", "a\\nb\\x23#c\\n");
}

/* No text of ours is that long: it is left out, and its memory given back. */
Test(deliver, text_without_end)
{
	const size_t len = (size_t)RSK_MIB + 1;
	char *text = malloc(len + 1);
	size_t before;

	cr_assert_not_null(text);
	memset(text, 'x', len);
	text[len] = '\0';
	expect_put(rsk_put_text, text, "");
	text[len - 1] = '\0';
	before = mallinfo2().uordblks + mallinfo2().hblkhd;
	expect_put(rsk_put_text, text, text);
	cr_expect_lt(mallinfo2().uordblks + mallinfo2().hblkhd,
		before + RSK_MIB / 2);
	free(text);
}
