#include <criterion/criterion.h>

#include "rules/glob.h"

static bool match(const char *pattern, const char *path)
{
	return rsk_glob_match(rsk_slice_str(pattern), rsk_slice_str(path));
}

static const struct {
	const char *pattern, *path;
	bool matches;
} rows[] = {
	/* A part of the path, at any depth. */
	{ ".env", ".env", true },
	{ ".env", "a/b/.env", true },
	{ ".env", "a/b/.env.local", false },
	{ ".env", "a.env", false },
	{ ".env.*", ".env.local", true },
	{ ".env.*", ".env", false },
	{ "*.yaml", "x.yaml", true },
	{ "*.yaml", "a/b/x.yaml", true },
	{ "*.yaml", "x.yaml.bak", false },
	{ "*", "a/b", true },
	{ "", "a", false },
	{ "a", "", false },
	{ "*", "", true },

	/* What is below a folder of that name. */
	{ "node_modules", "node_modules/a/b.js", true },
	{ "node_modules", "x/node_modules/a/b.js", true },
	{ "node_modules", "x/node_modules2/a", false },
	{ "docs/", "docs/a.md", true },
	{ "docs/", "x/docs/a.md", true },
	{ "docs/", "docs", false },
	{ "docs/", "docs/", true },
	{ "docs", "docs/", true },
	{ "*.d", "x.d/y", true },

	/* The whole path. */
	{ "/a", "a", true },
	{ "/a", "b/a", false },
	{ "/a", "a/b", true },
	{ "a/b", "a/b", true },
	{ "a/b", "x/a/b", false },
	{ "a/b", "a/b/c", true },
	{ "a/b/", "a/b", false },
	{ "a/b/", "a/b/c", true },
	{ "a/*", "a/b", true },
	{ "a/*", "a/b/c", true },
	{ "a/*/c", "a/b/c", true },
	{ "a/*/c", "a/b/b/c", false },
	{ "a/?", "a/b", true },
	{ "a?b", "a/b", false },
	{ "/", "a", false },
	{ "//", "a", false },

	/* Any number of folders. */
	{ "**", "a", true },
	{ "**", "a/b", true },
	{ "**/a", "a", true },
	{ "**/a", "x/y/a", true },
	{ "**/a", "xa", false },
	{ "**/a/b", "x/a/b", true },
	{ "**/a/b", "x/a/y/b", false },
	{ "a/**", "a/b", true },
	{ "a/**", "a/b/c", true },
	{ "a/**", "a", false },
	{ "a/**", "b/a/c", false },
	{ "a/**/b", "a/b", true },
	{ "a/**/b", "a/x/b", true },
	{ "a/**/b", "a/x/y/b", true },
	{ "a/**/b", "axb", false },
	{ "a/**/b", "a/xb", false },
	{ "a/**/b", "ab", false },
	{ "**/app/**/route.*", "src/app/x/y/route.ts", true },
	{ "**/app/**/route.*", "app/route.ts", true },
	{ "**/app/**/route.*", "src/app/x/y/router.ts", false },
	{ "a/***/b", "a/x/y/b", true },

	/* Elsewhere two stars are one. */
	{ "a**b", "axxb", true },
	{ "a**b", "ax/xb", false },
	{ "x/a**b", "x/a/b", false },
	{ "**a", "xa", true },

	/* Sets. */
	{ "[a-c]x", "bx", true },
	{ "[a-c]x", "dx", false },
	{ "[!a-c]x", "dx", true },
	{ "[!a-c]x", "bx", false },
	{ "[^a-c]x", "dx", true },
	{ "[]]x", "]x", true },
	{ "[!]]x", "]x", false },
	{ "[a-]x", "-x", true },
	{ "[\\]]x", "]x", true },
	{ "[[:digit:]]x", "7x", true },
	{ "[[:digit:]]x", "ax", false },
	{ "[[:upper:][:digit:]_]", "A", true },
	{ "x[!y]z", "x/z", false },
	{ "a[/]b", "a/b", false },
	{ "[a", "[a", false },
	{ "[a", "a", false },
	{ "[", "[", false },

	/* Backslash. */
	{ "\\*", "*", true },
	{ "\\*", "a", false },
	{ "\\[a]", "[a]", true },
	{ "\\!a", "!a", true },
	{ "a\\", "a\\", false },
	{ "a\\", "a", false },
	{ "\\**", "*abc", true },
	{ "\\**", "abc", false },
	{ "/\\**", "*abc", true },

	/* Case and bytes. */
	{ "README*", "readme.md", false },
	{ "\xff*", "\xff\xfe", true },
	{ "?", "\xc3\xa4", false },
};

Test(glob, table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(match(rows[i].pattern, rows[i].path),
			rows[i].matches, "'%s' on '%s'", rows[i].pattern,
			rows[i].path);
}

Test(glob, bytes_may_be_nul)
{
	cr_expect(rsk_glob_match(RSK_LIT("a\0*"), RSK_LIT("a\0b")));
	cr_expect_not(rsk_glob_match(RSK_LIT("a\0*"), RSK_LIT("a")));
}

/* --- against a slow matcher that is plainly right ------------------------ */

/* Both are cut into parts at '/'; a part of two stars is any number of them. */
static bool slow_part(const char *p, const char *s)
{
	if (!*p || *p == '/')
		return !*s || *s == '/';
	if (*p == '*')
		return slow_part(p + 1, s) ||
		       (*s && *s != '/' && slow_part(p, s + 1));
	if (!*s || *s == '/' || (*p != '?' && *p != *s))
		return false;
	return slow_part(p + 1, s + 1);
}

static const char *slow_next(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash ? slash + 1 : NULL;
}

static bool is_folders(const char *p)
{
	size_t stars = strspn(p, "*");

	return stars >= 2 && (!p[stars] || p[stars] == '/');
}

static bool slow_parts(const char *p, const char *s)
{
	const char *p_next;

	if (!p)
		return true; /* what is left of s is below the folder */
	if (!s)
		return false;
	p_next = slow_next(p);
	if (is_folders(p))
		return !p_next || slow_parts(p_next, s) ||
		       slow_parts(p, slow_next(s));
	return slow_part(p, s) && slow_parts(p_next, slow_next(s));
}

static bool slow_match(const char *pattern, const char *path)
{
	if (strchr(pattern, '/'))
		return slow_parts(
			*pattern == '/' ? pattern + 1 : pattern, path);
	for (const char *s = path; s; s = slow_next(s))
		if (slow_parts(pattern, s))
			return true;
	return false;
}

static uint32_t draw(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

/* `len` bytes out of `from`; no '/' at an end, no two in a row. */
static void draw_text(char *out, size_t len, const char *from, uint32_t *state)
{
	for (size_t i = 0; i < len; i++) {
		bool no_slash =
			i == 0 || i + 1 == len || (i && out[i - 1] == '/');

		do
			out[i] = from[draw(state) % strlen(from)];
		while (no_slash && out[i] == '/');
	}
	out[len] = '\0';
}

Test(glob, agrees_with_the_slow_one)
{
	uint32_t state = 1;
	size_t hits = 0;

	for (int i = 0; i < 200000; i++) {
		char pattern[12];
		char path[12];

		draw_text(pattern, 1 + draw(&state) % 9, "ab***?//", &state);
		draw_text(path, 1 + draw(&state) % 9, "ab/", &state);

		bool expected = slow_match(pattern, path);
		hits += expected;
		cr_assert_eq(match(pattern, path), expected, "'%s' on '%s'",
			pattern, path);
	}
	cr_expect_gt(hits, 10000);
}

/* Work is path times pattern: stars by the hundred are no bomb. */
Test(glob, many_stars_end)
{
	char pattern[1025] = "";
	char path[4097] = "";

	for (size_t i = 0; i + 1 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "a*", 3);
	pattern[1023] = 'b';
	memset(path, 'a', sizeof(path) - 1);
	cr_expect_not(match(pattern, path));
	for (size_t i = 0; i + 4 < sizeof(pattern); i += 4)
		memcpy(pattern + i, "**/a", 5);
	for (size_t i = 1; i + 1 < sizeof(path); i += 2)
		path[i] = '/';
	cr_expect(match(pattern, path));
	path[sizeof(path) - 2] = 'b';
	cr_expect(match(pattern, path));
	cr_expect_not(match("**/a/**/a/**/a/**/a/**/c", path));
}

/* --- lists --------------------------------------------------------------- */

Test(globs, last_match_decides)
{
	const struct rsk_slice ptr[] = { RSK_LIT(".env"), RSK_LIT(".env.*"),
		RSK_LIT("!.env.example"), RSK_LIT("a/.env.example") };
	const struct rsk_globs globs = { ptr, 4 };
	const struct rsk_globs none = { NULL, 0 };

	cr_expect(rsk_globs_match(&globs, RSK_LIT(".env")));
	cr_expect(rsk_globs_match(&globs, RSK_LIT("x/.env.local")));
	cr_expect_not(rsk_globs_match(&globs, RSK_LIT("x/.env.example")));
	cr_expect(rsk_globs_match(&globs, RSK_LIT("a/.env.example")));
	cr_expect_not(rsk_globs_match(&globs, RSK_LIT("x")));
	cr_expect_not(rsk_globs_match(&none, RSK_LIT("x")));
}

Test(globs, check_names_the_mistake)
{
	char large[2000];

	memset(large, 'a', sizeof(large));
	cr_expect_null(rsk_glob_check(RSK_LIT("a/**/[a-z]*.\\[")));
	cr_expect_null(rsk_glob_check(RSK_LIT("!a")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("!")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("/")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("a[b")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("a[b\\")));
	cr_expect_not_null(rsk_glob_check(RSK_LIT("a\\")));
	cr_expect_not_null(rsk_glob_check(rsk_slice(large, sizeof(large))));
}
