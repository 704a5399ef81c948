#include <string.h>

#include "cli/cmd.h"

/*
 * Completions for bash, fish and zsh. What an option takes is told by the word
 * that --help has for it.
 */
enum taken {
	TAKES_NOTHING, /* no value */
	TAKES_ANY,     /* one that only the user knows */
	TAKES_FILE,
	TAKES_RULE,
	TAKES_WORD, /* one of a list */
};

static enum taken taken_by(const struct rsk_option_view *option)
{
	static const struct {
		const char *value;
		enum taken taken;
	} rows[] = {
		{ "FILE", TAKES_FILE },
		{ "PATH", TAKES_FILE },
		{ "RULE", TAKES_RULE },
		{ "CLASS,...", TAKES_WORD },
		{ "ENGINE", TAKES_WORD },
		{ "NAME", TAKES_WORD },
		{ "SEVERITY", TAKES_WORD },
		{ "WHEN", TAKES_WORD },
	};

	if (!option->value)
		return TAKES_NOTHING;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].value, option->value))
			return rows[i].taken;
	return TAKES_ANY;
}

/* The words an option takes, with spaces between them. */
static void add_words(FILE *out, const struct rsk_option_view *option)
{
	const char *value = option->value;

	if (!strcmp(value, "WHEN"))
		fputs("auto always never", out);
	else if (!strcmp(value, "ENGINE"))
		fputs("fast pcre2", out);
	else if (!strcmp(value, "NAME"))
		for (size_t i = 0; rsk_format_at(i); i++)
			fprintf(out, "%s%s", i ? " " : "",
				rsk_format_at(i)->name);
	else if (!strcmp(value, "CLASS,..."))
		for (int i = 0; i < RSK_GAPS; i++)
			fprintf(out, "%s%s", i ? " " : "",
				rsk_gap_name((enum rsk_gap_class)i));
	else
		for (int i = RSK_SEVERITIES - 1; i >= 0; i--)
			fprintf(out, "%s%s", rsk_severity_name(i),
				i ? " " : " none");
}

static void add_command_names(FILE *out, const char *separator)
{
	const struct rsk_command *command;

	for (size_t i = 0; (command = rsk_command_shown(i)); i++)
		fprintf(out, "%s%s", i ? separator : "", command->name);
}

static void add_made_by(FILE *out, const char *shell)
{
	fprintf(out, "# Made by: rskan generate %s\n\n", shell);
}

/* bash */

static void add_bash_value(FILE *out, const struct rsk_option_view *option)
{
	fputs("\t", out);
	if (option->letter)
		fprintf(out, "-%c | ", option->letter);
	fprintf(out, "%s)\n\t\t", option->name);
	switch (taken_by(option)) {
	case TAKES_FILE:
		fputs("_rskan_reply -f", out);
		break;
	case TAKES_RULE:
		fputs("_rskan_reply -W \"$(_rskan_rules)\"", out);
		break;
	case TAKES_WORD:
		fputs("_rskan_reply -W '", out);
		add_words(out, option);
		fputs("'", out);
		break;
	default:
		fputs("COMPREPLY=()", out);
		break;
	}
	fputs("\n\t\treturn\n\t\t;;\n", out);
}

static void add_bash_options(FILE *out, const struct rsk_command *command)
{
	struct rsk_option_view option;

	fprintf(out, "\t%s) options='", command->name);
	for (size_t i = 0, n = 0; rsk_option_at(&option, i); i++)
		if (option.groups & command->groups)
			fprintf(out, "%s%s", n++ ? " " : "", option.name);
	fputs("' ;;\n", out);
}

void rsk_generate_bash(FILE *out)
{
	const struct rsk_command *command;
	struct rsk_option_view option;

	fputs("# bash completion for rskan. ", out);
	add_made_by(out, "bash");
	fputs("_rskan_rules()\n{\n\trskan rules 2>/dev/null | "
	      "cut -d' ' -f1\n}\n\n"
	      "_rskan_reply()\n{\n\tmapfile -t COMPREPLY < "
	      "<(compgen \"$@\" -- \"$cur\")\n}\n\n"
	      "_rskan()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command='' options='' i\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n\n"
	      "\t# --name=value is three words\n"
	      "\tif [ \"$cur\" = = ]; then\n\t\tcur=''\n"
	      "\telif [ \"$prev\" = = ]; then\n"
	      "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
	      "\tcase $prev in\n",
		out);
	for (size_t i = 0; rsk_option_at(&option, i); i++)
		if (option.value)
			add_bash_value(out, &option);
	fputs("\tesac\n\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n\t\t",
		out);
	add_command_names(out, " | ");
	fputs(")\n\t\t\tcommand=${COMP_WORDS[i]}\n\t\t\tbreak\n\t\t\t;;\n"
	      "\t\tesac\n\tdone\n\tcase $command in\n"
	      "\t'') options='--help --version' ;;\n",
		out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++)
		add_bash_options(out, command);
	fputs("\tesac\n\tcase $command:$cur in\n"
	      "\t*:-*) _rskan_reply -W \"$options\" ;;\n"
	      "\t:*) _rskan_reply -W '",
		out);
	add_command_names(out, " ");
	fputs("' ;;\n\thelp:*) _rskan_reply -W 'checklist ", out);
	add_command_names(out, " ");
	fputs("' ;;\n\trules:*) _rskan_reply -W \"$(_rskan_rules)\" ;;\n"
	      "\t*) _rskan_reply -f ;;\n\tesac\n}\n\n"
	      "complete -o filenames -F _rskan rskan\n",
		out);
}

/* zsh */

/* Inside '...[help]...': quotes, brackets and colons mean something. */
static void add_zsh_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void add_zsh_option(FILE *out, const struct rsk_option_view *option)
{
	fputs("\t\t\t", out);
	if (option->letter)
		fprintf(out, "{-%c,%s}", option->letter, option->name);
	else
		fputs(option->name, out);
	fputs("'[", out);
	add_zsh_text(out, option->help);
	fputs("]", out);
	if (option->value) {
		fputs(":", out);
		add_zsh_text(out, option->value);
		fputs(":", out);
	}
	switch (taken_by(option)) {
	case TAKES_FILE:
		fputs("_files", out);
		break;
	case TAKES_RULE:
		fputs("_rskan_rules", out);
		break;
	case TAKES_WORD:
		fputs("(", out);
		add_words(out, option);
		fputs(")", out);
		break;
	default:
		break;
	}
	fputs("' \\\n", out);
}

static const char *zsh_argument(const struct rsk_command *command)
{
	if (!strcmp(command->name, "rules"))
		return "rule:_rskan_rules";
	if (!strcmp(command->name, "help"))
		return "topic:_rskan_topics";
	return "path:_files";
}

static void add_zsh_command(FILE *out, const struct rsk_command *command)
{
	struct rsk_option_view option;

	fprintf(out, "\t%s)\n\t\t_arguments -s \\\n", command->name);
	for (size_t i = 0; rsk_option_at(&option, i); i++)
		if (option.groups & command->groups)
			add_zsh_option(out, &option);
	fprintf(out, "\t\t\t'*:%s'\n\t\t;;\n", zsh_argument(command));
}

void rsk_generate_zsh(FILE *out)
{
	const struct rsk_command *command;

	fputs("#compdef rskan\n", out);
	add_made_by(out, "zsh");
	fputs("_rskan_rules() {\n\tlocal -a rules\n"
	      "\trules=(${(f)\"$(rskan rules 2>/dev/null | "
	      "cut -d' ' -f1)\"})\n\tcompadd -a rules\n}\n\n"
	      "_rskan_topics() {\n\t_rskan_commands\n"
	      "\tcompadd checklist\n}\n\n"
	      "_rskan_commands() {\n\tlocal -a commands\n\tcommands=(\n",
		out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++) {
		fprintf(out, "\t\t'%s:", command->name);
		add_zsh_text(out, command->help);
		fputs("'\n", out);
	}
	fputs("\t)\n\t_describe command commands\n}\n\n"
	      "_rskan() {\n\tlocal curcontext=$curcontext state line\n"
	      "\ttypeset -A opt_args\n\n"
	      "\t_arguments -C '--help[show the help]' "
	      "'--version[show the version]' \\\n"
	      "\t\t'1:command:_rskan_commands' '*::argument:->argument'\n"
	      "\t[[ $state == argument ]] || return\n"
	      "\tcase $words[1] in\n",
		out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++)
		add_zsh_command(out, command);
	fputs("\tesac\n}\n\n_rskan \"$@\"\n", out);
}

/* fish */

static void add_fish_text(FILE *out, const char *text)
{
	fputs("'", out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs("'", out);
}

static void add_fish_users(FILE *out, unsigned groups)
{
	const struct rsk_command *command;

	fputs(" -n '__fish_seen_subcommand_from", out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++)
		if (command->groups & groups)
			fprintf(out, " %s", command->name);
	fputs("'", out);
}

static void add_fish_option(FILE *out, const struct rsk_option_view *option)
{
	static const char rules[] =
		" -x -a '(rskan rules 2>/dev/null | string split -f1 \" \")'";

	fputs("complete -c rskan", out);
	add_fish_users(out, option->groups);
	fprintf(out, " -l %s", option->name + 2);
	if (option->letter)
		fprintf(out, " -s %c", option->letter);
	switch (taken_by(option)) {
	case TAKES_ANY:
		fputs(" -x", out);
		break;
	case TAKES_FILE:
		fputs(" -r -F", out);
		break;
	case TAKES_RULE:
		fputs(rules, out);
		break;
	case TAKES_WORD:
		fputs(" -x -a '", out);
		add_words(out, option);
		fputs("'", out);
		break;
	default:
		break;
	}
	fputs(" -d ", out);
	add_fish_text(out, option->help);
	fputs("\n", out);
}

void rsk_generate_fish(FILE *out)
{
	const struct rsk_command *command;
	struct rsk_option_view option;

	fputs("# fish completion for rskan. ", out);
	add_made_by(out, "fish");
	fputs("complete -c rskan -f\n", out);
	for (size_t i = 0; (command = rsk_command_shown(i)); i++) {
		fprintf(out,
			"complete -c rskan -n __fish_use_subcommand -a %s -d ",
			command->name);
		add_fish_text(out, command->help);
		fputs("\n", out);
	}
	for (size_t i = 0; rsk_option_at(&option, i); i++)
		add_fish_option(out, &option);
	fputs("complete -c rskan", out);
	add_fish_users(out, RSK_GROUP_REPORT);
	fputs(" -F\ncomplete -c rskan -n '__fish_seen_subcommand_from rules' "
	      "-a '(rskan rules 2>/dev/null | string split -f1 \" \")'\n"
	      "complete -c rskan -n '__fish_seen_subcommand_from help' -a "
	      "'checklist ",
		out);
	add_command_names(out, " ");
	fputs("'\n", out);
}
