#include "scan/code_p.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "syntax/js.h"
#include "syntax/tokens.h"

/* One run of the checks of code. */
struct coding {
	struct rsk_scan *scan;
	const struct rsk_code_texts *texts;
	struct rsk_program_source source;
	RSK_VEC(struct rsk_code_hit) hits;
	RSK_VEC(struct rsk_waiting) waiting;
};

/* ---- which files ---- */

static bool is_code(struct rsk_slice path)
{
	enum rsk_js_language language = rsk_js_language(path);

	return (language != RSK_JS_NO_LANGUAGE &&
		       language != RSK_JS_DECLARATION) ||
	       rsk_language_of(path);
}

bool rsk_code_belongs(struct rsk_slice path)
{
	return rsk_js_language(path) != RSK_JS_NO_LANGUAGE ||
	       rsk_slice_ends(path, RSK_LIT(".json")) ||
	       rsk_slice_eq_str(rsk_path_base(path), "pnpm-workspace.yaml");
}

bool rsk_code_waits(const struct rsk_worker *worker)
{
	const struct rsk_rule *rules = worker->scan->rules->rules.ptr;

	struct rsk_slice path = worker->info->path;

	if (rsk_slice_find_nocase(path, RSK_LIT("resync")) < path.len &&
		is_code(path))
		return true;
	for (size_t i = 0; i < worker->hits.len; i++)
		if (rules[worker->hits.ptr[i].pattern->rule].kind ==
			RSK_RULE_TRIGGER)
			return is_code(path);
	return false;
}

/* ---- what the checks read ---- */

static enum rsk_err decode(
	struct rsk_buf *out, struct rsk_slice raw, enum rsk_encoding encoding)
{
	struct rsk_decoder decoder = { .encoding = encoding };
	enum rsk_err err;

	if (encoding == RSK_ENCODING_BINARY)
		return RSK_UNSUPPORTED; /* patterns have looked at it */
	if (!rsk_encoding_unit(encoding))
		return rsk_buf_add_slice(out, raw);
	err = rsk_decoder_feed(&decoder, raw, out);
	if (!err)
		err = rsk_decoder_end(&decoder, out);
	return err;
}

static void read_gap(
	const struct coding *c, struct rsk_slice path, enum rsk_err err)
{
	struct rsk_coverage *coverage = &c->scan->workers[0].coverage;

	if (err == RSK_TOOBIG)
		rsk_coverage_gap(coverage, NULL, RSK_GAP_SYNTAX_LIMIT, path,
			"too large to be read as code");
	else if (err != RSK_UNSUPPORTED)
		rsk_coverage_gap(coverage, NULL,
			err == RSK_IO ? RSK_GAP_IO : RSK_GAP_CHANGED, path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
}

static void swap(struct rsk_buf *a, struct rsk_buf *b)
{
	struct rsk_buf c = *a;

	*a = *b;
	*b = c;
}

/* The text as the scanner sees it, so that offsets in it agree. */
static enum rsk_err read_text(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	const struct coding *c = ctx;
	struct rsk_buf raw = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);
	enum rsk_err err = c->texts->read(c->texts->ctx, path, &raw);

	if (!err) {
		struct rsk_slice bytes = rsk_buf_slice(&raw);
		size_t bom = 0;
		enum rsk_encoding encoding = rsk_text_sniff(bytes, &bom);

		if (!out->len && !bom && !rsk_encoding_unit(encoding) &&
			encoding != RSK_ENCODING_BINARY)
			swap(out, &raw);
		else
			err = decode(out, rsk_slice_cut(bytes, bom, bytes.len),
				encoding);
	}
	rsk_buf_release(&raw);
	if (err)
		read_gap(c, path, err);
	return err;
}

/* ---- what the checks say ---- */

static const char *masked(struct rsk_scan *scan, const char *text)
{
	return text ? rsk_scan_mask(scan, text) : NULL;
}

static const struct rsk_step *masked_flow(
	struct rsk_scan *scan, const struct rsk_code_hit *hit)
{
	struct rsk_step *flow =
		rsk_arena_array(&scan->arena, hit->flow_len + 1, sizeof(*flow));

	for (size_t i = 0; i < hit->flow_len; i++)
		flow[i] = (struct rsk_step){
			.path = rsk_scan_mask_path(
				scan, rsk_arena_slice(
					      &scan->arena, hit->flow[i].path)),
			.at = hit->flow[i].at,
			.note = masked(scan, hit->flow[i].note),
		};
	return flow;
}

static void take_hit(void *ctx, const struct rsk_code_hit *hit)
{
	struct coding *c = ctx;
	struct rsk_code_hit *kept = RSK_VEC_PUSH(&c->hits);

	*kept = *hit;
	kept->path = rsk_arena_slice(&c->scan->arena, hit->path);
	if (hit->message != hit->rule->message)
		kept->message = masked(c->scan, hit->message);
	if (hit->fix != hit->rule->fix)
		kept->fix = masked(c->scan, hit->fix);
	if (hit->step)
		kept->step = masked(c->scan, hit->step);
	if (hit->flow_len)
		kept->flow = masked_flow(c->scan, hit);
}

static void take_fact(void *ctx, const struct rsk_fact *fact)
{
	struct coding *c = ctx;
	struct rsk_fact *kept = RSK_VEC_PUSH(&c->scan->workers[0].facts);

	*kept = *fact;
	kept->path = rsk_arena_slice(&c->scan->arena, fact->path);
	kept->text = masked(c->scan, fact->text);
	kept->variable = masked(c->scan, fact->variable);
}

static void take_datum(void *ctx, const struct rsk_datum *datum)
{
	struct coding *c = ctx;
	struct rsk_datum *kept = RSK_VEC_PUSH(&c->scan->workers[0].data);

	*kept = *datum;
	kept->path = rsk_arena_slice(&c->scan->arena, datum->path);
}

static void take_gap(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
	const char *detail)
{
	struct coding *c = ctx;

	rsk_coverage_gap(&c->scan->workers[0].coverage, NULL, class,
		rsk_arena_slice(&c->scan->arena, path), detail);
}

static int cmp_hit(const void *left, const void *right)
{
	const struct rsk_code_hit *a = left;
	const struct rsk_code_hit *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (order)
		return order;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	order = strcmp(a->rule->id, b->rule->id);
	return order ? order : strcmp(a->message, b->message);
}

static int cmp_waiting(const void *left, const void *right)
{
	return rsk_slice_cmp(((const struct rsk_waiting *)left)->path,
		((const struct rsk_waiting *)right)->path);
}

/* ---- scanning what waited ---- */

/* How many hits there are for the file of the first. */
static size_t run_len(const struct coding *c, size_t first)
{
	size_t n = 0;

	while (first + n < c->hits.len &&
		rsk_slice_eq(
			c->hits.ptr[first + n].path, c->hits.ptr[first].path))
		n++;
	return n;
}

/* What a file no longer has can't be shown: it changed under us. */
static void tell_changed(struct coding *c, struct rsk_slice path)
{
	struct rsk_worker *worker = &c->scan->workers[0];

	if (worker->code_len)
		rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_CHANGED, path,
			"it is shorter than when its code was read");
	worker->code = NULL;
	worker->code_len = 0;
}

static enum rsk_err scan_with(struct coding *c, const struct rsk_waiting *file,
	size_t first, size_t n)
{
	struct rsk_worker *worker = &c->scan->workers[0];
	enum rsk_err err;

	worker->code = n ? &c->hits.ptr[first] : NULL;
	worker->code_len = n;
	err = c->texts->scan(c->texts->ctx, file);
	tell_changed(c, file->path);
	return err;
}

static bool is_next(const struct coding *c, size_t i, struct rsk_slice path)
{
	return i < c->waiting.len && rsk_slice_eq(c->waiting.ptr[i].path, path);
}

/* The files that wait and those with hits, side by side in their order. */
static enum rsk_err scan_all(struct coding *c)
{
	struct rsk_worker *worker = &c->scan->workers[0];
	size_t hit = 0;
	size_t i = 0;
	enum rsk_err err = RSK_OK;

	while (!err && (i < c->waiting.len || hit < c->hits.len)) {
		struct rsk_waiting file = { 0 };
		size_t n = run_len(c, hit);
		int order = i == c->waiting.len ? 1
			    : hit == c->hits.len
				    ? -1
				    : rsk_slice_cmp(c->waiting.ptr[i].path,
					      c->hits.ptr[hit].path);

		if (order > 0)
			file.path = c->hits.ptr[hit].path;
		else
			file = c->waiting.ptr[i++];
		worker->code_only = order > 0;
		err = scan_with(c, &file, hit, order < 0 ? 0 : n);
		/* A file that was named twice has its hits twice. */
		if (order > 0 || (!order && !is_next(c, i, file.path)))
			hit += n;
	}
	worker->code_only = false;
	return err;
}

/* ---- all of it ---- */

static void gather_waiting(struct coding *c)
{
	for (unsigned i = 0; i < c->scan->options.jobs; i++) {
		struct rsk_worker *worker = &c->scan->workers[i];

		for (size_t j = 0; j < worker->waiting.len; j++)
			*RSK_VEC_PUSH(&c->waiting) = worker->waiting.ptr[j];
		worker->waiting.len = 0;
	}
	if (c->waiting.len)
		qsort(c->waiting.ptr, c->waiting.len, sizeof(*c->waiting.ptr),
			cmp_waiting);
}

/* They had words that ask for the checks, and these leave them alone. */
static void note_generated(
	struct coding *c, const struct rsk_code_project *project)
{
	size_t generated = 0;
	struct rsk_slice first = RSK_LIT("");

	for (size_t i = 0; i < project->files_len; i++)
		if (rsk_program_is_generated(
			    project->program, project->files[i]) &&
			!generated++)
			first = project->files[i];
	if (generated)
		rsk_coverage_note(&c->scan->workers[0].coverage,
			"written by a tool (minified, a bundle), so that only "
			"keys are looked for in them: %zu (the first: %.*s)",
			generated, (int)first.len, (const char *)first.ptr);
}

static void check(struct coding *c)
{
	struct rsk_scan *scan = c->scan;
	struct rsk_slice *paths =
		rsk_alloc_array(c->waiting.len + 1, sizeof(*paths));
	struct rsk_code_project project = {
		.program = rsk_program_new(
			&c->source, rsk_ruleset_vocabulary(scan->rules)),
		.rules = scan->rules,
		.files = paths,
		.files_len = c->waiting.len,
		.include_tests = scan->options.include_tests,
		.whole = c->texts->whole,
		.arena = &scan->arena,
	};
	const struct rsk_code_out out = {
		.hit = take_hit,
		.fact = take_fact,
		.datum = take_datum,
		.gap = take_gap,
		.ctx = c,
	};

	for (size_t i = 0; i < c->waiting.len; i++)
		paths[i] = c->waiting.ptr[i].path;
	enum rsk_err err = rsk_input_begin(RSK_INPUT_CHECK, RSK_LIT("code"));
	if (err)
		rsk_coverage_gap(&scan->workers[0].coverage, NULL,
			rsk_gap_of(err, RSK_GAP_CRASH), RSK_LIT(""),
			"the checks of code ended the process");
	else
		rsk_code_check(&project, &out);
	rsk_input_end();
	note_generated(c, &project);
	rsk_program_free(project.program);
	free(paths);
	if (c->hits.len)
		qsort(c->hits.ptr, c->hits.len, sizeof(*c->hits.ptr), cmp_hit);
}

/* Does a configuration name calls that the triggers do not know? */
static bool has_own_sdks(const struct rsk_scan *scan)
{
	const struct rsk_vocabulary *v = rsk_ruleset_vocabulary(scan->rules);

	for (size_t i = 0; i < v->sdks.len; i++)
		if (!v->sdks.ptr[i].builtin)
			return true;
	for (size_t i = 0; i < v->sinks.len; i++)
		if (v->sinks.ptr[i].packages.len)
			return true;
	return false;
}

enum rsk_err rsk_scan_code(
	struct rsk_scan *scan, const struct rsk_code_texts *texts)
{
	struct coding c = {
		.scan = scan,
		.texts = texts,
		.source = { .paths = texts->paths,
			.paths_len = texts->paths_len,
			.read = read_text,
			.gap = take_gap },
	};
	enum rsk_err err = RSK_OK;

	c.source.ctx = &c;
	gather_waiting(&c);
	if (c.waiting.len || (texts->paths_len && has_own_sdks(scan))) {
		check(&c);
		err = scan_all(&c);
	}
	RSK_VEC_RELEASE(&c.hits);
	RSK_VEC_RELEASE(&c.waiting);
	return err;
}
