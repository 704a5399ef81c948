/* rooms: checks */
#include <stdlib.h>

#include "checks/code.h"

/*
 * A project of a few files, one after the other with a zero byte between: the
 * checks of code over all of it. What they find must lie in its file, and a
 * second run must find the same.
 */
static const char *const names[] = { "package.json", "server/hook.js",
	"src/a.js", "src/b.ts", "src/c.tsx", "src/d.vue", "tsconfig.json",
	"zz/hook.py", "zz/hook.rb", "zz/hook.php", "zz/hook.go", "zz/hook.cs",
	"zz/resync/hook.kt" };

enum { FILES = sizeof(names) / sizeof(names[0]) };

struct project {
	struct rsk_slice paths[FILES], texts[FILES];
	size_t hits;
	uint64_t sum;
};

static void split(struct project *project, struct rsk_slice rest)
{
	for (size_t i = 0; i < FILES; i++) {
		size_t end = rsk_slice_find(rest, RSK_LIT("\0"));

		project->paths[i] = rsk_slice_str(names[i]);
		project->texts[i] = rsk_slice_cut(rest, 0, end);
		rest = rsk_slice_cut(rest, end + 1, rest.len);
	}
}

static struct rsk_slice *text_of(struct project *project, struct rsk_slice path)
{
	for (size_t i = 0; i < FILES; i++)
		if (rsk_slice_eq(project->paths[i], path))
			return &project->texts[i];
	return NULL;
}

static enum rsk_err read_text(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	return rsk_buf_add_slice(out, *text_of(ctx, path));
}

static void on_hit(void *ctx, const struct rsk_code_hit *hit)
{
	struct project *project = ctx;
	const struct rsk_slice *text = text_of(project, hit->path);

	if (!text || hit->begin > hit->end || hit->end > text->len ||
		hit->secret_begin > hit->secret_end ||
		hit->secret_end > text->len || !hit->message)
		abort();
	for (size_t i = 0; i < hit->flow_len; i++)
		if (!text_of(project, hit->flow[i].path))
			abort();
	project->hits++;
	project->sum = project->sum * 31 + hit->begin;
}

static void on_fact(void *ctx, const struct rsk_fact *fact)
{
	/* Without a path it is of the project as a whole. */
	if (fact->path.len && !text_of(ctx, fact->path))
		abort();
}

static void on_datum(void *ctx, const struct rsk_datum *datum)
{
	if (!text_of(ctx, datum->path))
		abort();
}

static void on_gap(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
	const char *detail)
{
	(void)ctx, (void)class, (void)path;
	if (!detail)
		abort();
}

static void run(struct project *project, const struct rsk_ruleset *rules)
{
	const struct rsk_program_source source = {
		.paths = project->paths,
		.paths_len = FILES,
		.read = read_text,
		.gap = on_gap,
		.ctx = project,
	};
	struct rsk_arena arena = { 0 };
	struct rsk_program *program =
		rsk_program_new(&source, rsk_ruleset_vocabulary(rules));
	const struct rsk_code_project code = {
		.program = program,
		.rules = rules,
		.files = project->paths + 1,
		.files_len = FILES - 1,
		.include_tests = true,
		.whole = true,
		.arena = &arena,
	};
	const struct rsk_code_out out = {
		.hit = on_hit,
		.fact = on_fact,
		.datum = on_datum,
		.gap = on_gap,
		.ctx = project,
	};

	rsk_code_check(&code, &out);
	rsk_program_free(program);
	rsk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rsk_ruleset *rules;
	struct rsk_diag diag = { 0 };
	struct project first = { .hits = 0 };
	struct project second = { .hits = 0 };

	if (!rules) {
		rules = rsk_ruleset_new();
		if (rsk_ruleset_add_builtin(rules, &diag) ||
			rsk_ruleset_freeze(rules, &diag))
			abort();
	}
	split(&first, rsk_slice(data, size));
	split(&second, rsk_slice(data, size));
	run(&first, rules);
	run(&second, rules);
	if (first.hits != second.hits || first.sum != second.sum)
		abort();
	return 0;
}
