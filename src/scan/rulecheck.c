#include "base/buf.h"
#include "base/limits.h"
#include "scan/code_p.h"

/*
 * A rule proves itself: its examples go through the same pipeline as a file
 * would, once for each way a file can stand to version control. One that must
 * fire has to fire in one of them, a near miss in none.
 */

static void forget(struct rsk_worker *worker)
{
	worker->drafts.len = 0;
	worker->facts.len = 0;
	worker->sightings.len = 0;
	worker->data.len = 0;
	for (size_t i = 0; i < worker->scan->rules->rules.len; i++)
		worker->project_context[i] = false;
}

static bool fired(const struct rsk_worker *worker, const struct rsk_rule *rule)
{
	const struct rsk_ruleset *rules = worker->scan->rules;

	for (size_t i = 0; i < worker->drafts.len; i++)
		if (!worker->drafts.ptr[i].conditional &&
			!strcmp(worker->drafts.ptr[i].finding.rule, rule->id))
			return true;
	for (size_t i = 0; i < worker->facts.len; i++)
		if (!strcmp(worker->facts.ptr[i].rule, rule->id))
			return true;
	return (rule->kind == RSK_RULE_CONTEXT ||
		       rule->kind == RSK_RULE_TRIGGER) &&
	       worker->project_context[rule - rules->rules.ptr];
}

/* The example as the one file of a program. */
struct shown {
	struct rsk_worker *worker;
	const struct rsk_blob_info *info;
	struct rsk_slice text;
};

static enum rsk_err read_shown(
	void *ctx, struct rsk_slice path, struct rsk_buf *out)
{
	const struct shown *shown = ctx;

	if (!rsk_slice_eq(path, shown->info->path))
		return RSK_NOTFOUND;
	return rsk_buf_add_slice(out, shown->text);
}

static enum rsk_err scan_shown(void *ctx, const struct rsk_waiting *file)
{
	const struct shown *shown = ctx;
	struct rsk_blob_info info = *shown->info;

	(void)file;
	info.may_wait = false;
	return rsk_worker_scan_bytes(shown->worker, &info, shown->text);
}

/* As a file of a tree would be scanned: patterns, then code. */
static enum rsk_err scan_example(struct rsk_worker *worker,
	const struct rsk_blob_info *info, struct rsk_slice text)
{
	struct shown shown = { worker, info, text };
	const struct rsk_code_texts texts = {
		.read = read_shown,
		.scan = scan_shown,
		.paths = &info->path,
		.paths_len = 1,
		.whole = true,
		.ctx = &shown,
	};
	enum rsk_err err = rsk_worker_scan_bytes(worker, info, text);

	return err ? err : rsk_scan_code(worker->scan, &texts);
}

static bool fires(struct rsk_worker *worker, const struct rsk_rule *rule,
	const struct rsk_example *example, struct rsk_slice text)
{
	static const uint32_t vcs[] = { RSK_VCS_TRACKED, RSK_VCS_UNTRACKED,
		RSK_VCS_NONE };
	bool found = false;

	for (size_t i = 0; i < sizeof(vcs) / sizeof(vcs[0]) && !found; i++) {
		const struct rsk_blob_info info = {
			.path = rsk_slice_str(example->path),
			.origin = RSK_ORIGIN_TREE,
			.vcs = vcs[i],
			.may_wait = true,
		};

		found = !scan_example(worker, &info, text) &&
			fired(worker, rule);
		forget(worker);
	}
	return found;
}

static bool check_example(struct rsk_worker *worker,
	const struct rsk_rule *rule, const struct rsk_example *example,
	char *text, size_t size)
{
	struct rsk_buf padded = RSK_BUF_INIT(RSK_MAX_RULE_BYTES);
	bool as_it_says = !rsk_buf_add_str(&padded, example->text) &&
			  fires(worker, rule, example,
				  rsk_buf_slice(&padded)) == example->fires;

	rsk_buf_release(&padded);
	if (as_it_says)
		return true;
	snprintf(text, size, "%s:%u: %s", rule->file, example->line,
		example->fires ? "this example must fire and does not"
			       : "this near miss must not fire and does");
	return false;
}

size_t rsk_scan_check_rules(struct rsk_scan *scan,
	void (*problem)(void *ctx, const char *text), void *ctx)
{
	size_t problems = 0;

	for (size_t i = 0; i < scan->rules->rules.len; i++) {
		const struct rsk_rule *rule = &scan->rules->rules.ptr[i];

		if (rule->kind == RSK_RULE_CHECK || rule->disabled)
			continue;
		for (size_t j = 0; j < rule->examples_len; j++) {
			char text[512];

			if (check_example(&scan->workers[0], rule,
				    &rule->examples[j], text, sizeof(text)))
				continue;
			problem(ctx, text);
			problems++;
		}
	}
	return problems;
}
