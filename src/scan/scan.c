#include <stdlib.h>

#include "base/input.h"
#include "base/limits.h"
#include "scan/scan_p.h"

static enum rsk_err init_worker(
	struct rsk_worker *worker, struct rsk_scan *scan)
{
	size_t rules = scan->rules->rules.len;

	worker->scan = scan;
	worker->read = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	worker->blob_context = rsk_alloc_array(rules, sizeof(bool));
	worker->project_context = rsk_alloc_array(rules, sizeof(bool));
	worker->rule_counts = rsk_alloc_array(rules, sizeof(uint32_t));
	return rsk_scanner_new(&worker->scanner, scan->matcher);
}

static void release_worker(struct rsk_worker *worker)
{
	rsk_scanner_free(worker->scanner);
	rsk_coverage_release(&worker->coverage);
	RSK_VEC_RELEASE(&worker->drafts);
	RSK_VEC_RELEASE(&worker->facts);
	RSK_VEC_RELEASE(&worker->sightings);
	RSK_VEC_RELEASE(&worker->pasts);
	RSK_VEC_RELEASE(&worker->env_files);
	RSK_VEC_RELEASE(&worker->manifests);
	RSK_VEC_RELEASE(&worker->data);
	RSK_VEC_RELEASE(&worker->program);
	RSK_VEC_RELEASE(&worker->waiting);
	RSK_VEC_RELEASE(&worker->hits);
	RSK_VEC_RELEASE(&worker->secrets);
	rsk_arena_release(&worker->arena);
	rsk_arena_release(&worker->scratch);
	rsk_buf_release(&worker->read);
	free(worker->blob_context);
	free(worker->project_context);
	free(worker->rule_counts);
}

enum rsk_err rsk_scan_new(struct rsk_scan **out,
	const struct rsk_ruleset *rules, const struct rsk_scan_options *options,
	struct rsk_diag *diag)
{
	const struct rsk_matcher_options matching = {
		.without_prefilter = options->without_prefilter,
		.machine_code = options->machine_code,
		.window = options->window,
	};
	struct rsk_scan *scan = rsk_alloc(sizeof(*scan));
	enum rsk_err err;

	scan->rules = rules;
	scan->options = *options;
	scan->docs = rsk_ruleset_paths(rules, "docs");
	scan->test = rsk_ruleset_paths(rules, "test");
	scan->env_file = rsk_ruleset_paths(rules, "env-file");
	scan->env_template = rsk_ruleset_paths(rules, "env-template");
	scan->ci = rsk_ruleset_paths(rules, "ci");
	err = rsk_matcher_new(&scan->matcher, rules, &matching, diag);
	if (err)
		goto out;

	scan->workers = rsk_alloc_array(options->jobs, sizeof(*scan->workers));
	for (unsigned i = 0; i < options->jobs && !err; i++)
		err = init_worker(&scan->workers[i], scan);
out:
	if (err)
		rsk_scan_free(scan);
	else
		*out = scan;
	return err;
}

void rsk_scan_free(struct rsk_scan *scan)
{
	if (!scan)
		return;
	for (unsigned i = 0; scan->workers && i < scan->options.jobs; i++)
		release_worker(&scan->workers[i]);
	free(scan->workers);
	free(scan->root);
	rsk_matcher_free(scan->matcher);
	rsk_arena_release(&scan->arena);
	free(scan);
}

static void tell_count(struct rsk_worker *worker)
{
	struct rsk_scan *scan = worker->scan;

	atomic_fetch_add_explicit(
		&scan->units, worker->untold_units, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&scan->bytes, worker->untold_bytes, memory_order_relaxed);
	rsk_input_count(worker->untold_units, worker->untold_bytes, 0);
	worker->untold_units = worker->untold_bytes = 0;
}

void rsk_worker_advance(
	struct rsk_worker *worker, uint64_t units, uint64_t bytes)
{
	enum { SOME_UNITS = 32, SOME_BYTES = 4 * RSK_MIB };

	worker->untold_units += units;
	worker->untold_bytes += bytes;
	if (worker->untold_units >= SOME_UNITS ||
		worker->untold_bytes >= SOME_BYTES)
		tell_count(worker);
}

/* By one thread, while no other counts. */
void rsk_scan_expect(struct rsk_scan *scan, uint64_t more)
{
	uint64_t units = atomic_load(&scan->units);

	atomic_store(&scan->expected, units + more);
	rsk_input_expect(units + more);
}

void rsk_scan_count_found(struct rsk_scan *scan, int64_t findings)
{
	atomic_fetch_add_explicit(
		&scan->findings, (uint64_t)findings, memory_order_relaxed);
	rsk_input_count(0, 0, (uint64_t)findings);
}

struct rsk_progress rsk_scan_progress(const struct rsk_scan *scan)
{
	return (struct rsk_progress){
		atomic_load(&scan->units),
		atomic_load(&scan->bytes),
		atomic_load(&scan->findings),
		atomic_load(&scan->expected),
	};
}

void rsk_scan_interrupt(struct rsk_scan *scan)
{
	atomic_store(&scan->interrupted, true);
}
