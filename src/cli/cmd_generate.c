#include <string.h>

#include "cli/cmd.h"

/*
 * rskan generate WHAT: the manual page and the completions, for those who
 * build packages. Not in --help: users have them installed.
 */
static const struct {
	const char *name;
	void (*write)(FILE *out);
} kinds[] = {
	{ "bash", rsk_generate_bash },
	{ "fish", rsk_generate_fish },
	{ "man", rsk_generate_man },
	{ "zsh", rsk_generate_zsh },
};

enum rsk_exit rsk_cmd_generate(
	const struct rsk_command *command, const struct rsk_options *options)
{
	const char *what = options->paths.len ? options->paths.ptr[0] : "";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, what) != 0)
			continue;
		kinds[i].write(stdout);
		return rsk_printed(RSK_EXIT_CLEAN);
	}
	rsk_complain("'%s' takes one of %s", command->name, command->arguments);
	return RSK_EXIT_USAGE;
}
