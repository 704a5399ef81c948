#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/version.h"

/* A number's text, at compile time. */
#define TEXT_OF_ITSELF(number) #number
#define TEXT_OF(number)        TEXT_OF_ITSELF(number)

enum {
	SCANNING = RSK_GROUP_ALL | RSK_GROUP_REPORT | RSK_GROUP_RULES |
		   RSK_GROUP_REPO,
	GOING_BY_BASELINE = SCANNING | RSK_GROUP_BASELINE,
};

/* In the order of --help: what people come for first. */
static const struct rsk_command commands[] = {
	{ "audit", "[PATH]",
		"scan tree and history, answer the ten items of the checklist",
		GOING_BY_BASELINE | RSK_GROUP_TREE | RSK_GROUP_HISTORY |
			RSK_GROUP_AUDIT,
		1, rsk_cmd_scan },
	{ "scan", "[PATH...]",
		"scan the working tree, files, or '-' for standard input",
		GOING_BY_BASELINE | RSK_GROUP_TREE, SIZE_MAX, rsk_cmd_scan },
	{ "history", "[PATH]",
		"scan every object of a repository, reachable or not",
		GOING_BY_BASELINE | RSK_GROUP_HISTORY | RSK_GROUP_RANGE, 1,
		rsk_cmd_scan },
	{ "staged", "[PATH]", "scan what the next commit would add",
		GOING_BY_BASELINE, 1, rsk_cmd_scan },
	{ "baseline", "[PATH]",
		"list what is there now, so that only what is new is reported",
		GOING_BY_BASELINE | RSK_GROUP_TREE | RSK_GROUP_HISTORY |
			RSK_GROUP_KNOWN,
		1, rsk_cmd_scan },
	{ "keys", "[PATH]",
		"list each key: where it is, since when, and who has it",
		GOING_BY_BASELINE | RSK_GROUP_TREE | RSK_GROUP_HISTORY, 1,
		rsk_cmd_scan },
	{ "incident", "ID [PATH]",
		"what to do about one key: a key's id or a fingerprint",
		GOING_BY_BASELINE | RSK_GROUP_TREE | RSK_GROUP_HISTORY |
			RSK_GROUP_INCIDENT,
		2, rsk_cmd_scan },
	{ "fix", "[PATH]",
		"show the repairs that are sure, or write them with --apply",
		SCANNING | RSK_GROUP_TREE | RSK_GROUP_FIX, 1, rsk_cmd_scan },
	{ "rules", "[ID]", "list the rules, or explain one",
		RSK_GROUP_ALL | RSK_GROUP_RULES | RSK_GROUP_CHECK, 1,
		rsk_cmd_rules },
	{ "generate", "man|bash|fish|zsh", NULL, RSK_GROUP_ALL, 1,
		rsk_cmd_generate },
	{ "help", "[TOPIC]", "show this text, or that of a command",
		RSK_GROUP_ALL, 1, rsk_cmd_help },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

const struct rsk_command *rsk_command_at(size_t i)
{
	return i < COMMANDS ? &commands[i] : NULL;
}

static void (*complain_elsewhere)(const char *text);

void rsk_complain_to(void (*other)(const char *text))
{
	complain_elsewhere = other;
}

const struct rsk_command *rsk_command_shown(size_t i)
{
	for (size_t row = 0; row < COMMANDS; row++)
		if (commands[row].help && !i--)
			return &commands[row];
	return NULL;
}

/*
 * An argument or a path may be a key, also where no rule has been read that
 * would know it. The product's own are told by how they begin.
 */
static void hide_keys(char *text)
{
	static const char *const prefixes[] = { "rsk_live_", "rsk_sandbox_" };
	static const char key_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz"
					"0123456789_-";
	enum { SHORTEST = 6, STARS = 8 };

	for (size_t i = 0; i < 2; i++) {
		char *at = text;

		while ((at = strstr(at, prefixes[i]))) {
			at += strlen(prefixes[i]);

			size_t len = strspn(at, key_bytes);
			size_t stars = len < STARS ? len : STARS;

			if (len < SHORTEST)
				continue;
			memset(at, '*', stars);
			memmove(at + stars, at + len, strlen(at + len) + 1);
		}
	}
}

void rsk_complain(const char *format, ...)
{
	struct rsk_buf shown = RSK_BUF_INIT(RSK_MIB);
	char text[2 * RSK_DIAG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hide_keys(text);
	if (complain_elsewhere) {
		complain_elsewhere(text);
		return;
	}
	/* It may repeat an argument or a path: nothing a terminal obeys. */
	if (!rsk_utf8_escape(&shown, rsk_slice_str(text)))
		fprintf(stderr, "rskan: %.*s\n", (int)shown.len,
			(const char *)shown.ptr);
	rsk_buf_release(&shown);
}

void rsk_complain_diag(const struct rsk_diag *diag)
{
	char line[RSK_DIAG_LINE_MAX];

	rsk_complain("%s", rsk_diag_text(diag, line));
}

enum rsk_exit rsk_printed(enum rsk_exit status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	/* Whoever closed the pipe knows; everybody else wants to. */
	if (errno != EPIPE)
		rsk_complain("cannot write: %s", strerror(errno));
	return RSK_EXIT_FAILURE;
}

static const struct rsk_command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/*
 * A report must never end up in a file that happens to get descriptor 1. One
 * that was closed takes no writes: a lost report is an error, not a success.
 */
static void open_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
			rsk_open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd) {
			rsk_complain("cannot open /dev/null");
			_exit(RSK_EXIT_FAILURE);
		}
}

/* What is in memory may be secret: no core file, no debugger. */
static void protect_memory(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its leak check attaches to the process */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/*
 * Whoever runs out of it can say nothing any more. So this is looked at first,
 * and takes next to none: printf() and its like need more than 20 KiB.
 */
static void require_stack(void)
{
	static const char text[] = "rskan: the stack is too small: " TEXT_OF(
		RSK_MIN_STACK_KIB) " KiB are needed (ulimit -s)\n";
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) < 0 ||
		stack.rlim_cur >= RSK_MIN_STACK_KIB * RSK_KIB)
		return;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(RSK_EXIT_FAILURE);
}

static enum rsk_exit usage_error(const struct rsk_diag *diag)
{
	rsk_complain_diag(diag);
	return RSK_EXIT_USAGE;
}

static enum rsk_exit run(
	const struct rsk_command *command, struct rsk_options *options)
{
	struct rsk_diag diag = { 0 };

	if (options->version) {
		printf("rskan %s\n", RSK_VERSION);
		return rsk_printed(RSK_EXIT_CLEAN);
	}
	if (options->help)
		return rsk_cmd_help(command, options);
	if (options->paths.len > command->most) {
		rsk_diag_set(&diag, RSK_SYNTAX,
			"'%s' takes %s, '%s' is one too many", command->name,
			command->arguments, options->paths.ptr[command->most]);
		return usage_error(&diag);
	}
	return command->run(command, options);
}

/* Take the command's name out of `argv`; what is left are its options. */
static const char *take_command(char **argv)
{
	size_t i = rsk_options_command(argv);
	const char *name = argv[i];

	for (; argv[i]; i++)
		argv[i] = argv[i + 1];
	return name;
}

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? take_command(argv + 1) : NULL;
	const struct rsk_command *command = NULL;
	struct rsk_options options;
	struct rsk_diag diag = { 0 };
	enum rsk_exit status;

	require_stack();
	open_standard_descriptors();
	protect_memory();
	/* A report that cannot be written is an error, not a death. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);

	/* `rskan --version` and `rskan --help` need no command. */
	command = find_command(name ? name : "help");
	if (!command) {
		rsk_complain(
			"no command '%s': there are audit, scan, history, "
			"staged, baseline, keys, incident, fix, rules and help",
			name);
		return RSK_EXIT_USAGE;
	}

	if (rsk_options_parse(&options, command->groups, argv + 1, &diag))
		status = usage_error(&diag);
	else
		status = run(command, &options);
	/* A gate whose command got lost must not be green. */
	if (!name && !options.version && !options.help && !status)
		status = RSK_EXIT_USAGE;
	rsk_options_release(&options);
	return (int)status;
}
