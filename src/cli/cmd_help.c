#include <string.h>

#include "cli/cmd.h"

static const char exit_codes[] =
	"Exit status:\n"
	"  0  everything was scanned, nothing at or over --fail-on\n"
	"  1  findings at or over --fail-on\n"
	"  2  wrong usage, configuration or rules: nothing was scanned\n"
	"  3  no such finding, but something could not be read\n"
	"  4  the report could not be written, or an internal failure\n";

static void help_all(FILE *out)
{
	const struct rsk_command *command;

	fputs("rskan checks code that integrates the Resync SDK: leaked keys, "
	      "personal data,\nplain http, unverified webhooks, missing ignore "
	      "entries.\n\nusage: rskan COMMAND [OPTIONS] [ARGUMENTS]\n\n",
		out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++)
		fprintf(out, "  %-8s %-10s %s\n", command->name,
			command->arguments, command->help);
	fputs("\n'rskan help COMMAND' lists the options of a command, 'rskan "
	      "help checklist'\nsays what an audit looks at.\n\n",
		out);
	fputs(exit_codes, out);
}

static void help_one(FILE *out, const struct rsk_command *command)
{
	fprintf(out, "usage: rskan %s [OPTIONS] %s\n\n%s\n\nOptions:\n",
		command->name, command->arguments,
		command->help ? command->help : "write what packages install");
	rsk_options_help(out, command->groups);
	fputs("\n", out);
	fputs(exit_codes, out);
}

/* `rskan help`, `rskan help scan`, `rskan scan --help`, and one topic. */
enum rsk_exit rsk_cmd_help(
	const struct rsk_command *command, const struct rsk_options *options)
{
	const struct rsk_command *about = command;

	if (strcmp(command->name, "help") != 0) {
		help_one(stdout, command);
		return rsk_printed(RSK_EXIT_CLEAN);
	}
	if (!options->paths.len) {
		help_all(stdout);
		return rsk_printed(RSK_EXIT_CLEAN);
	}
	if (!strcmp(options->paths.ptr[0], "checklist")) {
		rsk_help_checklist(stdout);
		return rsk_printed(RSK_EXIT_CLEAN);
	}
	for (size_t i = 0; (about = rsk_command_at(i)); i++)
		if (!strcmp(about->name, options->paths.ptr[0])) {
			help_one(stdout, about);
			return rsk_printed(RSK_EXIT_CLEAN);
		}
	rsk_complain("no command '%s'", options->paths.ptr[0]);
	return RSK_EXIT_USAGE;
}
