#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "base/limits.h"
#include "source/repo.h"
#include "unit/source_git.h"

/* A pseudo-random number, the same on every machine. */
static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Names and patterns are made of few letters, so that they often meet. */
static void random_pattern(FILE *out, uint32_t *seed)
{
	static const char *const parts[] = { "a", "b", "ab", "a.b", "*", "?",
		"*.b", "a*", "**", "[ab]", "[!a]", "[a-b]", "\\a", "\\*",
		"a\\ ", "!", "#", "\\!a", "\\#", " ", "a b", "[", "]", "[]a]",
		"[[:alpha:]]", "*a*b", "a**b", "\\", "\t", "\xc3\xa4", "{a,b}",
		"A", ".", "..", "b\\", "[\\]]", "a?", "**b", ".env", ".env.*",
		"[^a]", "\v", "\f", "a\v", "\\\v", "[\v]", "\ta" };
	enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
	unsigned n = 1 + next(seed) % 4;

	if (next(seed) % 4 == 0)
		fputc('!', out);
	if (next(seed) % 4 == 0)
		fputc('/', out);
	for (unsigned i = 0; i < n; i++) {
		fputs(parts[next(seed) % (next(seed) % 2 ? 12 : PARTS)], out);
		if (i + 1 < n && next(seed) % 2)
			fputc('/', out);
	}
	if (next(seed) % 4 == 0)
		fputc('/', out);
	for (unsigned i = next(seed) % 8; i > 5; i--)
		fputc(' ', out);
	fputs(next(seed) % 16 ? "\n" : "\r\n", out);
}

static void random_file(const char *dir, const char *name, uint32_t *seed)
{
	char *path = path_in(dir, name);
	FILE *out = fopen(path, "wb");
	unsigned lines = next(seed) % 6;

	cr_assert(out, "%s", path);
	for (unsigned i = 0; i < lines; i++)
		random_pattern(out, seed);
	fclose(out);
	free(path);
}

/* Every path of one to three of these names. */
static const char *const names[] = { "a", "b", "ab", "a.b", "a b", "A", ".env",
	".env.b", "*", "!a", "#", "\xc3\xa4", "bb.b", "a ", "]", "\\", "\va",
	"a\v", "\t" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static void write_paths(const char *dir)
{
	char *path = path_in(dir, "../paths");
	FILE *out = fopen(path, "wb");

	cr_assert(out);
	for (int i = 0; i < NAMES; i++)
		for (int j = -1; j < NAMES; j++)
			for (int k = -1; k < (j < 0 ? 0 : NAMES); k++)
				fprintf(out, "%s%s%s%s%s%c", names[i],
					j < 0 ? "" : "/", j < 0 ? "" : names[j],
					k < 0 ? "" : "/", k < 0 ? "" : names[k],
					0);
	fclose(out);
	free(path);
}

/* One answer of `git check-ignore -z -v -n`: source, line, pattern, path. */
struct answer {
	const char *pattern, *path;
	bool ignored;
};

static bool next_answer(struct answer *out, const char **at, const char *end)
{
	const char *field[4];

	if (*at >= end)
		return false;
	for (int i = 0; i < 4; i++) {
		field[i] = *at;
		*at += strlen(*at) + 1;
	}
	*out = (struct answer){ field[2], field[3],
		*field[1] && field[2][0] != '!' };
	return true;
}

/* git asks the disk whether a path is a folder; these are. */
static bool is_made(const char *path)
{
	return !strcmp(path, "a") || !strcmp(path, "ab") ||
	       !strcmp(path, "a/b");
}

static void compare(const char *dir, unsigned round)
{
	const struct rsk_repo_options options = { .here_only = true };
	struct rsk_repo *repo = NULL;
	struct rsk_ignore *ignore = NULL;
	struct rsk_diag diag = { 0 };
	size_t len = 0;
	char *out = shell_len(dir,
		"git check-ignore --no-index -z -v -n --stdin <../paths || "
		"test $? = 1",
		&len);
	const char *at = out;
	struct answer answer;

	cr_assert_eq(rsk_repo_find(&repo, dir, &options, &diag), RSK_OK, "%s",
		diag.text);
	cr_assert_eq(rsk_ignore_open(&ignore, repo, &diag), RSK_OK);
	for (size_t n = 0; next_answer(&answer, &at, out + len); n++) {
		bool ignored = false;
		bool is_folder = is_made(answer.path);

		cr_assert_eq(rsk_ignore_check(&ignored, ignore,
				     rsk_slice_str(answer.path), is_folder),
			RSK_OK);
		cr_expect_eq(ignored, answer.ignored,
			"round %u: '%s' by '%s': git says %d", round,
			answer.path, answer.pattern, answer.ignored);
	}
	rsk_ignore_free(ignore);
	rsk_repo_free(repo);
	free(out);
}

Test(ignore, agrees_with_git)
{
	char *top = make_dir();
	char *dir = path_in(top, "r");
	const char *rounds = getenv("RSK_TEST_ROUNDS");
	unsigned long n = rounds ? strtoul(rounds, NULL, 10) : 40;

	run(top, "git init -q r && mkdir -p r/a/b r/ab");
	write_paths(dir);
	for (unsigned i = 0; i < n; i++) {
		uint32_t seed = i * 7919 + 1;

		random_file(dir, ".gitignore", &seed);
		random_file(dir, "a/.gitignore", &seed);
		random_file(dir, "a/b/.gitignore", &seed);
		random_file(dir, "ab/.gitignore", &seed);
		random_file(dir, ".git/info/exclude", &seed);
		compare(dir, i);
	}
	free(dir);
	remove_dir(top);
}
