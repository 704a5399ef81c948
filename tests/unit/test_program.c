/* rooms: program rules */
#include <criterion/criterion.h>

#include "program/program.h"

/* A project in memory: pairs of path and text, sorted by path. */
struct file {
	const char *path, *text;
};

enum { MAX_FILES = 16 };

static struct {
	struct rsk_ruleset *rules;
	struct rsk_program_source source;
	struct rsk_slice paths[MAX_FILES];
	const struct file *files;
	size_t gaps;
	struct rsk_program *program;
} own;

static enum rsk_err read_text(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	(void)ctx;
	for (size_t i = 0; i < own.source.paths_len; i++)
		if (rsk_slice_eq_str(path, own.files[i].path))
			return rsk_buf_add_str(out, own.files[i].text);
	return RSK_NOTFOUND;
}

static void count_gap(void *ctx, enum rsk_gap_class class,
	struct rsk_slice path, const char *detail)
{
	(void)ctx, (void)class, (void)path, (void)detail;
	own.gaps++;
}

static struct rsk_program *open_project(const struct file *files, size_t len)
{
	own.files = files;
	for (size_t i = 0; i < len; i++)
		own.paths[i] = rsk_slice_str(files[i].path);
	own.source = (struct rsk_program_source){
		.paths = own.paths,
		.paths_len = len,
		.read = read_text,
		.gap = count_gap,
	};
	own.program =
		rsk_program_new(&own.source, rsk_ruleset_vocabulary(own.rules));
	return own.program;
}

#define OPEN(files) open_project(files, sizeof(files) / sizeof((files)[0]))

static void open_rules(void)
{
	struct rsk_diag diag = { 0 };

	own.rules = rsk_ruleset_new();
	cr_assert_eq(rsk_ruleset_add_builtin(own.rules, &diag), RSK_OK);
	cr_assert_eq(rsk_ruleset_freeze(own.rules, &diag), RSK_OK);
}

static void close_all(void)
{
	rsk_program_free(own.program);
	rsk_ruleset_free(own.rules);
}

TestSuite(program, .init = open_rules, .fini = close_all);

static const char *resolved(const char *from, const char *specifier)
{
	struct rsk_js_file *file =
		rsk_program_open(own.program, rsk_slice_str(from));
	struct rsk_js_file *found;
	static char path[200];

	cr_assert_not_null(file, "%s", from);
	found = rsk_program_resolve(
		own.program, file, rsk_slice_str(specifier));
	if (!found)
		return "-";
	snprintf(path, sizeof(path), "%.*s", (int)found->path.len,
		(const char *)found->path.ptr);
	return path;
}

Test(program, resolves)
{
	static const struct file files[] = {
		{ "a.ts", "x" },
		{ "lib/index.js", "x" },
		{ "lib/util.tsx", "x" },
		{ "native/b.ios.ts", "x" },
		{ "packages/core/package.json",
			"{\"name\": \"@shop/core\", \"main\": \"dist/x.js\"}" },
		{ "packages/core/src/deep.ts", "x" },
		{ "packages/core/src/index.ts", "x" },
		{ "src/alias/c.vue", "<script>x</script>" },
		{ "tsconfig.base.json",
			"{\"compilerOptions\": {\"baseUrl\": \".\", "
			"\"paths\": {\"~a/*\": [\"src/alias/*\"]}}}" },
		{ "tsconfig.json", "{ // what it extends\n \"extends\": "
				   "\"./tsconfig.base.json\", }" },
		{ "types.d.ts", "x" },
	};
	static const struct {
		const char *from, *specifier, *path;
	} cases[] = {
		{ "a.ts", "./lib", "lib/index.js" },
		{ "a.ts", "./lib/util", "lib/util.tsx" },
		{ "a.ts", "./lib/util.js", "lib/util.tsx" },
		{ "lib/util.tsx", "../a", "a.ts" },
		{ "lib/util.tsx", ".", "lib/index.js" },
		{ "a.ts", "./native/b", "native/b.ios.ts" },
		{ "a.ts", "@shop/core", "packages/core/src/index.ts" },
		{ "a.ts", "@shop/core/deep", "packages/core/src/deep.ts" },
		{ "a.ts", "~a/c.vue", "src/alias/c.vue" },
		{ "a.ts", "lib/util", "lib/util.tsx" },
		{ "a.ts", "@/alias/c", "src/alias/c.vue" },
		{ "a.ts", "react", "-" },
		{ "a.ts", "../a", "-" },
		{ "a.ts", "./types", "-" },
		{ "a.ts", "/a.ts", "-" },
		{ "a.ts", "", "-" },
		{ "a.ts", "./missing", "-" },
	};

	OPEN(files);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(resolved(cases[i].from, cases[i].specifier),
			cases[i].path, "%s from %s", cases[i].specifier,
			cases[i].from);
	cr_expect_eq(own.gaps, 0);
}

Test(program, configurations_in_a_circle)
{
	static const struct file files[] = {
		{ "a.ts", "x" },
		{ "base.json", "{\"extends\": \"./tsconfig.json\"}" },
		{ "package.json", "{{{{[[[\"name\": }" },
		{ "tsconfig.json", "{\"extends\": \"./base\"}" },
	};

	OPEN(files);
	cr_expect_str_eq(resolved("a.ts", "anything"), "-");
}

Test(program, importers_through_barrels)
{
	static const struct file files[] = {
		{ "a.ts", "export const track = 1;" },
		{ "barrel.ts", "export * from './a';" },
		{ "direct.js", "const { track } = require('./a');" },
		{ "dynamic.js", "import('./a').then(f)" },
		{ "far.ts", "import { track } from './barrel';" },
		{ "none.ts", "import { x } from './other'; important('./a')" },
		{ "types.ts", "import type { T } from './a';" },
	};
	static const char *const wanted[] = { "barrel.ts", "direct.js",
		"dynamic.js", "far.ts" };
	struct rsk_program *program = OPEN(files);
	struct rsk_program_files found = rsk_program_importers(
		program, rsk_program_open(program, RSK_LIT("a.ts")));

	cr_assert_eq(found.len, 4, "%zu", found.len);
	for (size_t i = 0; i < 4; i++)
		cr_expect(rsk_slice_eq_str(found.ptr[i]->path, wanted[i]));
}

Test(program, sides)
{
	static const struct file files[] = {
		{ "app/x/route.ts", "export const GET = 1;" },
		{ "both.ts", "export const b = 1;" },
		{ "client.tsx", "'use client';\nimport { b } from './both';" },
		{ "lib.ts", "export const l = 1;" },
		{ "native.ts", "import { View } from 'react-native';" },
		{ "package.json", "{\"dependencies\": {\"left-pad\": \"1\"}}" },
		{ "plain.ts", "export const p = 1;" },
		{ "srv.ts", "import express from 'express';\n"
			    "import { b } from './both';\n"
			    "import { l } from './lib';" },
		{ "typed.ts", "import type { Request } from 'express';" },
	};
	static const struct {
		const char *path;
		enum rsk_side side;
	} cases[] = {
		{ "app/x/route.ts", RSK_SIDE_SERVER },
		{ "both.ts", RSK_SIDE_SHARED },
		{ "client.tsx", RSK_SIDE_CLIENT },
		{ "lib.ts", RSK_SIDE_SERVER },
		{ "native.ts", RSK_SIDE_CLIENT },
		{ "plain.ts", RSK_SIDE_UNKNOWN },
		{ "srv.ts", RSK_SIDE_SERVER },
		{ "typed.ts", RSK_SIDE_UNKNOWN },
	};
	struct rsk_program *program = OPEN(files);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rsk_side_view view = rsk_program_side(
			program, rsk_program_open(program,
					 rsk_slice_str(cases[i].path)));

		cr_expect_eq(view.side, cases[i].side, "%s: %d (%s)",
			cases[i].path, view.side, view.why ? view.why : "");
	}
}

Test(program, knows_the_sdk)
{
	static const struct file with[] = {
		{ "package.json",
			"{\"dependencies\": {\"resync-javascript\": \"1\"}}" },
	};
	static const struct file without[] = {
		{ "a.js", "import x from 'resync-javascripts';" },
	};

	cr_expect(rsk_program_has_sdk(OPEN(with)));
	rsk_program_free(own.program);
	cr_expect_not(rsk_program_has_sdk(OPEN(without)));
}

Test(program, tests_by_path)
{
	cr_expect(rsk_program_is_test(RSK_LIT("src/a.test.ts")));
	cr_expect(rsk_program_is_test(RSK_LIT("src/__mocks__/a.ts")));
	cr_expect(rsk_program_is_test(RSK_LIT("test/a.js")));
	cr_expect_not(rsk_program_is_test(RSK_LIT("src/latest/a.ts")));
	cr_expect_not(rsk_program_is_test(RSK_LIT("src/contest.ts")));
}
