#include <criterion/criterion.h>

#include "scan/scan_p.h"

/*
 * The second opinion: every example of every built-in rule, and a text made of
 * all of them, must give the same findings with the prefilter and without it,
 * in windows of any size.
 */
static struct rsk_ruleset *rules;

static void load_rules(void)
{
	struct rsk_diag diag = { 0 };

	rules = rsk_ruleset_new();
	cr_assert_eq(
		rsk_ruleset_add_builtin(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s", diag.text);
}

static void free_rules(void)
{
	rsk_ruleset_free(rules);
}

static struct rsk_scan *new_scan(bool without_prefilter, size_t window)
{
	const struct rsk_scan_options options = {
		.jobs = 1,
		.without_prefilter = without_prefilter,
		.window = window,
	};
	struct rsk_diag diag = { 0 };
	struct rsk_scan *scan = NULL;

	cr_assert_eq(rsk_scan_new(&scan, rules, &options, &diag), RSK_OK, "%s",
		diag.text);
	return scan;
}

/* What was found, as text that can be compared. */
static void describe(struct rsk_worker *worker, struct rsk_buf *out)
{
	for (size_t i = 0; i < worker->drafts.len; i++) {
		const struct rsk_finding *f = &worker->drafts.ptr[i].finding;

		cr_assert_eq(rsk_buf_printf(out, "%s %u:%u-%u:%u %s\n", f->rule,
				     f->start.line, f->start.column,
				     f->end.line, f->end.column,
				     f->secret.masked ? f->secret.masked : ""),
			RSK_OK);
	}
	for (size_t i = 0; i < worker->facts.len; i++)
		cr_assert_eq(rsk_buf_printf(out, "fact %s %u\n",
				     worker->facts.ptr[i].rule,
				     worker->facts.ptr[i].line),
			RSK_OK);
	worker->drafts.len = worker->facts.len = worker->sightings.len = 0;
}

/* `piece` bytes at a time; 0: all at once. */
static void scan_text(struct rsk_scan *scan, const char *path,
	struct rsk_slice text, size_t piece, struct rsk_buf *out)
{
	struct rsk_worker *worker = &scan->workers[0];
	const struct rsk_blob_info info = {
		.path = rsk_slice_str(path),
		.vcs = RSK_VCS_TRACKED,
	};
	struct rsk_text_info done;

	if (!piece) {
		cr_assert_eq(
			rsk_worker_scan_bytes(worker, &info, text), RSK_OK);
		describe(worker, out);
		return;
	}
	rsk_worker_begin_blob(worker, &info);
	rsk_scanner_begin(worker->scanner, rsk_worker_window, worker);
	for (size_t at = 0; at < text.len; at += piece)
		cr_assert_eq(rsk_scanner_feed(worker->scanner,
				     rsk_slice_cut(text, at, at + piece)),
			RSK_OK);
	cr_assert_eq(rsk_scanner_end(worker->scanner, &done), RSK_OK);
	rsk_worker_end_blob(worker);
	describe(worker, out);
}

static const struct {
	bool without_prefilter;
	size_t window, piece;
} ways[] = {
	{ false, 0, 0 },
	{ true, 0, 0 },
	{ false, 1, 7 },
	{ false, 64, 1000 },
	{ false, 4096, 100 },
	{ true, 300, 333 },
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void compare(const char *what, const char *path, struct rsk_slice text,
	struct rsk_scan *const scans[WAYS])
{
	struct rsk_buf first = RSK_BUF_INIT(1 << 24);
	struct rsk_buf other = RSK_BUF_INIT(1 << 24);

	scan_text(scans[0], path, text, ways[0].piece, &first);
	for (size_t i = 1; i < WAYS; i++) {
		rsk_buf_truncate(&other, 0);
		scan_text(scans[i], path, text, ways[i].piece, &other);
		cr_expect_str_eq(rsk_buf_cstr(&other), rsk_buf_cstr(&first),
			"%s: way %zu differs from way 0", what, i);
	}
	rsk_buf_release(&first);
	rsk_buf_release(&other);
}

static void open_scans(struct rsk_scan *scans[WAYS])
{
	for (size_t i = 0; i < WAYS; i++)
		scans[i] = new_scan(ways[i].without_prefilter, ways[i].window);
}

static void close_scans(struct rsk_scan *scans[WAYS])
{
	for (size_t i = 0; i < WAYS; i++)
		rsk_scan_free(scans[i]);
}

/* A copy with the padding that the scanner wants. */
static struct rsk_buf padded(const char *text)
{
	struct rsk_buf buf = RSK_BUF_INIT(1 << 20);

	cr_assert_eq(rsk_buf_add_str(&buf, text), RSK_OK);
	return buf;
}

Test(engines, agree_on_every_example, .init = load_rules, .fini = free_rules)
{
	struct rsk_scan *scans[WAYS];

	open_scans(scans);
	for (size_t i = 0; i < rules->rules.len; i++) {
		const struct rsk_rule *rule = &rules->rules.ptr[i];

		for (size_t j = 0; j < rule->examples_len; j++) {
			struct rsk_buf text = padded(rule->examples[j].text);

			compare(rule->file, rule->examples[j].path,
				rsk_buf_slice(&text), scans);
			rsk_buf_release(&text);
		}
	}
	close_scans(scans);
}

Test(engines, agree_on_all_examples_in_one, .init = load_rules,
	.fini = free_rules)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 24);
	struct rsk_scan *scans[WAYS];

	for (size_t i = 0; i < rules->rules.len; i++) {
		const struct rsk_rule *rule = &rules->rules.ptr[i];

		for (size_t j = 0; j < rule->examples_len; j++) {
			cr_assert_eq(
				rsk_buf_add_str(&text, rule->examples[j].text),
				RSK_OK);
			cr_assert_eq(
				rsk_buf_add_byte(&text, j % 3 ? '\n' : ' '),
				RSK_OK);
		}
	}
	cr_assert_gt(text.len, 1000);
	open_scans(scans);
	compare("all examples", "src/all.js", rsk_buf_slice(&text), scans);
	close_scans(scans);
	rsk_buf_release(&text);
}

static void fail_with(void *ctx, const char *text)
{
	(void)ctx;
	cr_expect(false, "%s", text);
}

Test(rules, every_example_is_as_it_says, .init = load_rules, .fini = free_rules)
{
	struct rsk_scan *scan = new_scan(false, 0);

	cr_expect_eq(rsk_scan_check_rules(scan, fail_with, NULL), 0);
	rsk_scan_free(scan);
}
