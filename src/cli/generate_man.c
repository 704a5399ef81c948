#include "cli/cmd.h"
#include "cli/version.h"

/*
 * rskan.1, in the macros of man(7) that groff and mandoc both know. What the
 * tables of commands and options say is not said again here.
 */

/* Text of ours: what roff would obey is escaped, a hyphen is a minus. */
static void add(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\'')
			fputs("\\(aq", out);
		else
			fputc(*text, out);
	}
}

static void add_section(FILE *out, const char *title)
{
	fprintf(out, ".SH %s\n", title);
}

/* ".B" or ".I" and a text; the line's end. */
static void add_macro(FILE *out, const char *macro, const char *text)
{
	fprintf(out, ".%s \"", macro);
	add(out, text);
	fputs("\"\n", out);
}

static void add_paragraph(FILE *out, const char *text)
{
	fputs(".PP\n", out);
	add(out, text);
	fputs("\n", out);
}

static void add_item(FILE *out, const char *term, const char *text)
{
	fputs(".TP\n", out);
	add_macro(out, "B", term);
	add(out, text);
	fputs("\n", out);
}

static void add_commands(FILE *out)
{
	const struct rsk_command *command;

	add_section(out, "COMMANDS");
	for (size_t i = 0; (command = rsk_command_shown(i)); i++) {
		fputs(".TP\n.B ", out);
		add(out, command->name);
		fputs("\\fR ", out);
		add(out, command->arguments);
		fputs("\n", out);
		add(out, command->help);
		fputs(".\n", out);
	}
}

/* "Commands: audit, scan." unless it is for all. */
static void add_users(FILE *out, const struct rsk_option_view *option)
{
	const struct rsk_command *command;
	const char *separator = "Commands: ";

	if (option->groups & RSK_GROUP_ALL)
		return;
	fputs(".br\n", out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++) {
		if (!(command->groups & option->groups))
			continue;
		fputs(separator, out);
		add(out, command->name);
		separator = ", ";
	}
	fputs(".\n", out);
}

static void add_options(FILE *out)
{
	struct rsk_option_view option;

	add_section(out, "OPTIONS");
	add(out, "Options and arguments may come in any order; -- ends the "
		 "options, --name=value and --name value are the same. What "
		 "stands in brackets is the default.\n");
	for (size_t i = 0; rsk_option_at(&option, i); i++) {
		fputs(".TP\n", out);
		if (option.letter)
			fprintf(out, "\\fB\\-%c\\fR, ", option.letter);
		fputs("\\fB", out);
		add(out, option.name);
		fputs("\\fR", out);
		if (option.value) {
			fputs(" \\fI", out);
			add(out, option.value);
			fputs("\\fR", out);
		}
		fputs("\n", out);
		add(out, option.help);
		fputs(".\n", out);
		add_users(out, &option);
	}
}

static void add_formats(FILE *out)
{
	const struct rsk_format *format;

	add_section(out, "FORMATS");
	add(out, "What --format takes:\n");
	for (size_t i = 0; (format = rsk_format_at(i)); i++)
		add_item(out, format->name, format->help);
}

static void add_exit_status(FILE *out)
{
	add_section(out, "EXIT STATUS");
	add_item(out, "0",
		"Everything was scanned, nothing at or over --fail-on.");
	add_item(out, "1", "Findings at or over it.");
	add_item(out, "2",
		"Wrong usage, configuration or rules: nothing was scanned.");
	add_item(out, "3",
		"No such finding, but something could not be read; the report "
		"says what. --allow-incomplete names what is accepted.");
	add_item(out, "4",
		"The report could not be written, or an internal failure.");
	add_item(out, "128+n", "Ended by signal n.");
}

static void add_files(FILE *out)
{
	add_section(out, "FILES");
	add_item(out, ".rskan.yaml",
		"Configuration in the root of the target, or at the top of the "
		"repository for staged and history. It adds to the built-in "
		"rules; what it takes out of sight is listed in every report "
		"and needs a reason.");
	add_item(out, ".rskan/audits.jsonl",
		"The audits that were recorded with --record.");
	add_section(out, "ENVIRONMENT");
	add_item(out, "NO_COLOR", "Set and not empty: no colours.");
	add_item(out, "GIT_INDEX_FILE", "The index that staged reads.");
	add_item(out, "SUDO_UID",
		"For root: the user whose repositories may be opened, as git "
		"does.");
}

static void add_example(FILE *out, const char *text, const char *command)
{
	add_paragraph(out, text);
	fputs(".PP\n.nf\n.RS\n", out);
	add(out, command);
	fputs("\n.RE\n.fi\n", out);
}

static void add_examples(FILE *out)
{
	add_section(out, "EXAMPLES");
	add(out, "Three ways to use it.\n");
	add_example(out, "Once, with a page to look at:",
		"rskan audit --format html --output audit.html .");
	add_example(out, "Before each commit, as .git/hooks/pre-commit:",
		"rskan staged");
	add_example(out, "In CI, what a pull request brings:",
		"rskan history --range \"$BASE..$HEAD\" --format sarif "
		"--output rskan.sarif");
}

void rsk_generate_man(FILE *out)
{
	fprintf(out, ".TH RSKAN 1 %s \"rskan %s\" \"User Commands\"\n",
		RSK_RELEASED, RSK_VERSION);
	add_section(out, "NAME");
	add(out, "rskan - check code that integrates the Resync SDK\n");
	add_section(out, "SYNOPSIS");
	fputs(".B rskan\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n",
		out);
	add_section(out, "DESCRIPTION");
	add(out, "rskan reads a source tree and every object of its git "
		 "repository, reachable or not, and finds leaked or misplaced "
		 "keys, personal data sent through SDK calls, webhooks that "
		 "nobody verifies, plain http, and missing ignore entries; it "
		 "answers the ten items of Resync's security checklist with "
		 "evidence.\n");
	add_paragraph(out, "It never opens a socket, runs nothing of the "
			   "repository it reads, writes nothing into it unless "
			   "it is told to, and never shows a secret in the "
			   "clear.");
	add_commands(out);
	add_options(out);
	add_formats(out);
	add_exit_status(out);
	add_files(out);
	add_examples(out);
	add_section(out, "SEE ALSO");
	fputs(".BR git (1),\n.BR gitignore (5)\n", out);
}
