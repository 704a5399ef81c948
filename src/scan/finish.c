#include <stdlib.h>

#include "base/hash.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/map.h"
#include "checklist/checklist.h"
#include "checks/environment.h"
#include "rules/config.h"
#include "scan/code_p.h"

/*
 * The last part: what the workers found becomes one report. From here on one
 * thread works, and everything is sorted before it is numbered.
 */
struct finish {
	struct rsk_scan *scan;
	struct rsk_report *report;
	bool *context; /* for each rule of kind context: the project has it */
	RSK_VEC(struct rsk_draft) drafts;
	RSK_VEC(struct rsk_fact) facts;
	RSK_VEC(struct rsk_sighting) sightings;
	RSK_VEC(struct rsk_env_file) env_files;
	RSK_VEC(struct rsk_slice) manifests;
	bool *used;         /* for each suppression of the configuration */
	rsk_findings known; /* findings, and what the baseline hides of them;
			     * in order */
};

static int cmp_env_file(const void *left, const void *right)
{
	return rsk_slice_cmp(((const struct rsk_env_file *)left)->path,
		((const struct rsk_env_file *)right)->path);
}

static int cmp_slice(const void *left, const void *right)
{
	return rsk_slice_cmp(*(const struct rsk_slice *)left,
		*(const struct rsk_slice *)right);
}

static int cmp_draft(const void *left, const void *right)
{
	return rsk_finding_cmp(&((const struct rsk_draft *)left)->finding,
		&((const struct rsk_draft *)right)->finding);
}

#define SORT(vec, cmp)                                                         \
	do {                                                                   \
		if ((vec)->len)                                                \
			qsort((vec)->ptr, (vec)->len, sizeof(*(vec)->ptr),     \
				cmp);                                          \
	} while (0)

#define APPEND(into, from)                                                     \
	do {                                                                   \
		for (size_t i_ = 0; i_ < (from)->len; i_++)                    \
			*RSK_VEC_PUSH(into) = (from)->ptr[i_];                 \
	} while (0)

static void gather_worker(struct finish *f, struct rsk_worker *worker)
{
	rsk_coverage_merge(&f->report->coverage, &worker->coverage);
	APPEND(&f->drafts, &worker->drafts);
	APPEND(&f->facts, &worker->facts);
	APPEND(&f->sightings, &worker->sightings);
	APPEND(&f->report->data, &worker->data);
	APPEND(&f->env_files, &worker->env_files);
	APPEND(&f->manifests, &worker->manifests);
	worker->drafts.len = 0;
	f->report->unlisted += worker->unlisted;
	for (int i = 0; i < RSK_SEVERITIES; i++)
		f->report->counts[i] += worker->counts[i];
	for (size_t i = 0; i < f->scan->rules->rules.len; i++)
		f->context[i] |= worker->project_context[i];
}

/* One place seen by two patterns is one sighting. */
static void unite_sightings(struct finish *f)
{
	struct rsk_sighting *s = f->sightings.ptr;
	size_t kept = 0;

	for (size_t i = 0; i < f->sightings.len; i++) {
		const struct rsk_sighting *last = kept ? &s[kept - 1] : NULL;

		if (last && rsk_slice_eq(last->path, s[i].path) &&
			last->at.line == s[i].at.line &&
			last->at.column == s[i].at.column)
			continue;
		s[kept++] = s[i];
	}
	f->sightings.len = kept;
}

static void gather(struct finish *f)
{
	for (unsigned i = 0; i < f->scan->options.jobs; i++)
		gather_worker(f, &f->scan->workers[i]);
	SORT(&f->facts, rsk_fact_cmp);
	SORT(&f->sightings, rsk_sighting_cmp);
	SORT(&f->report->data, rsk_datum_cmp);
	SORT(&f->env_files, cmp_env_file);
	SORT(&f->manifests, cmp_slice);
	unite_sightings(f);
}

static void push_finding(void *ctx, const struct rsk_finding *finding)
{
	struct finish *f = ctx;
	struct rsk_draft draft = {
		.finding = *finding,
		.raised = finding->confidence,
		.context = RSK_NO_RULE,
	};

	/* A check names files, and a name may be a key. */
	draft.finding.message = rsk_scan_mask(f->scan, finding->message);
	draft.finding.fix = rsk_scan_mask(f->scan, finding->fix);
	rsk_fingerprint_base(&draft.base, rsk_slice_str(finding->rule),
		rsk_slice_str(finding->message), 0);
	*RSK_VEC_PUSH(&f->drafts) = draft;
}

static void push_fact(void *ctx, const struct rsk_fact *fact)
{
	struct finish *f = ctx;

	struct rsk_fact *kept = RSK_VEC_PUSH(&f->facts);

	/* What it quotes from a file may be a key. */
	*kept = *fact;
	kept->text = rsk_scan_mask(f->scan, fact->text);
}

static void push_gap(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
	const char *detail)
{
	struct finish *f = ctx;

	rsk_coverage_gap(&f->report->coverage, NULL, class, path, detail);
}

static bool has_any_context(const struct finish *f)
{
	for (size_t i = 0; i < f->scan->rules->rules.len; i++)
		if (f->context[i] &&
			f->scan->rules->rules.ptr[i].kind == RSK_RULE_CONTEXT)
			return true;
	return false;
}

static void check_project(struct finish *f)
{
	const struct rsk_project project = {
		.root = f->scan->root,
		.rules = f->scan->rules,
		.sightings = f->sightings.ptr,
		.sightings_len = f->sightings.len,
		.env_files = f->env_files.ptr,
		.env_files_len = f->env_files.len,
		.manifests = f->manifests.ptr,
		.manifests_len = f->manifests.len,
		.has_context = has_any_context(f),
		.has_gaps = !rsk_coverage_complete(&f->report->coverage, 0),
		.trust_ownership = f->scan->options.trust_ownership,
		.sudo_uid = f->scan->options.sudo_uid,
		.arena = &f->scan->arena,
	};
	const struct rsk_project_sink sink = {
		.finding = push_finding,
		.fact = push_fact,
		.gap = push_gap,
		.ctx = f,
	};

	enum rsk_err err = rsk_input_begin(RSK_INPUT_CHECK, RSK_LIT("project"));

	if (err)
		push_gap(f, rsk_gap_of(err, RSK_GAP_CRASH), RSK_LIT(""),
			"the checks of the project ended the process");
	else if (f->scan->root)
		f->scan->in_repository = rsk_project_check(&project, &sink);
	rsk_input_end();
	SORT(&f->facts, rsk_fact_cmp);
}

/* What only counts in a project that has the context, and what it does not
 * have. */
static void weigh_context(struct finish *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->drafts.len; i++) {
		struct rsk_draft *draft = &f->drafts.ptr[i];
		bool has = draft->context != RSK_NO_RULE &&
			   f->context[draft->context];

		if (has)
			draft->finding.confidence = draft->raised;
		if (has || !draft->conditional)
			f->drafts.ptr[kept++] = *draft;
	}
	f->drafts.len = kept;
}

/*
 * The history has no paths to pass over when it is read; what it found only
 * at paths that the configuration excludes is left out here. One that also
 * was elsewhere is reported there.
 */
static bool is_excluded(
	const struct finish *f, const struct rsk_finding *finding)
{
	const struct rsk_config *config = f->scan->options.config;
	const struct rsk_life_view *life = finding->life;

	if (!rsk_origin_is_past(finding->origin) ||
		!rsk_globs_match(&config->excluded, finding->path))
		return false;
	return !life || !life->more_paths;
}

static void leave_out_excluded(struct finish *f)
{
	size_t kept = 0;

	if (!f->scan->options.config)
		return;
	for (size_t i = 0; i < f->drafts.len; i++)
		if (!is_excluded(f, &f->drafts.ptr[i].finding))
			f->drafts.ptr[kept++] = f->drafts.ptr[i];
	if (kept < f->drafts.len)
		rsk_coverage_note(&f->report->coverage,
			"left out: findings of the history that were only "
			"ever at excluded paths (%zu)",
			f->drafts.len - kept);
	f->drafts.len = kept;
}

/* What makes two drafts the same leak: rule, file and secret. */
static struct rsk_slice leak_key(
	struct rsk_arena *arena, const struct rsk_finding *f)
{
	size_t rule = strlen(f->rule) + 1;
	size_t id = sizeof(f->secret.id.bytes);
	uint8_t *key = rsk_arena_alloc(arena, rule + f->path.len + id);

	memcpy(key, f->rule, rule);
	memcpy(key + rule, f->secret.id.bytes, id);
	if (f->path.len)
		memcpy(key + rule + id, f->path.ptr, f->path.len);
	return rsk_slice(key, rule + id + f->path.len);
}

/* The drafts of the history that are still at HEAD, by leak: index + 1. */
static void index_history(
	const struct finish *f, struct rsk_arena *arena, struct rsk_map *out)
{
	for (size_t i = 0; i < f->drafts.len; i++) {
		const struct rsk_finding *past = &f->drafts.ptr[i].finding;

		if (past->origin == RSK_ORIGIN_COMMIT && past->at_head &&
			past->secret.masked)
			*rsk_map_put(out, leak_key(arena, past)) =
				(uint32_t)i + 1;
	}
}

/* Give what is known of the past to `now`; the past one is taken. */
static void take_past(struct finish *f, struct rsk_arena *arena,
	const struct rsk_map *history, struct rsk_draft *now)
{
	uint32_t *at = rsk_map_get(history, leak_key(arena, &now->finding));
	struct rsk_draft *past = at ? &f->drafts.ptr[*at - 1] : NULL;

	if (!past)
		return;
	now->finding.commit = past->finding.commit;
	now->finding.life = past->finding.life;
	now->has_history = true;
	now->history = past->base;
	past->finding.origin = RSK_ORIGINS;
}

/*
 * A key that is in a file now and was committed is one leak, not two: the
 * finding in the tree gets the commit, the one of the history goes.
 */
static void unite_with_history(struct finish *f)
{
	struct rsk_arena arena = { 0 };
	struct rsk_map history = { 0 };
	size_t kept = 0;

	index_history(f, &arena, &history);
	for (size_t i = 0; i < f->drafts.len && history.len; i++) {
		struct rsk_draft *now = &f->drafts.ptr[i];

		if (now->finding.origin == RSK_ORIGIN_TREE &&
			now->finding.secret.masked)
			take_past(f, &arena, &history, now);
	}
	for (size_t i = 0; i < f->drafts.len; i++)
		if (f->drafts.ptr[i].finding.origin != RSK_ORIGINS)
			f->drafts.ptr[kept++] = f->drafts.ptr[i];
	f->drafts.len = kept;
	rsk_map_release(&history);
	rsk_arena_release(&arena);
}

/* A file that was named twice, or is in a folder that was named, too. */
static void unite_repeated(struct finish *f)
{
	struct rsk_draft *d = f->drafts.ptr;
	size_t kept = 0;

	for (size_t i = 0; i < f->drafts.len; i++)
		if (!kept || d[i].finding.origin != RSK_ORIGIN_TREE ||
			cmp_draft(&d[kept - 1], &d[i]) != 0 ||
			memcmp(&d[kept - 1].base, &d[i].base,
				sizeof(d[i].base)) != 0)
			d[kept++] = d[i];
	f->drafts.len = kept;
}

/* Equal ones get different fingerprints, in the order of the report. */
static void number_fingerprints(struct finish *f)
{
	struct rsk_map seen = { 0 };

	for (size_t i = 0; i < f->drafts.len; i++) {
		struct rsk_draft *draft = &f->drafts.ptr[i];
		uint32_t *ordinal =
			rsk_map_put(&seen, rsk_slice(draft->base.bytes,
						   sizeof(draft->base.bytes)));

		rsk_fingerprint_finish(
			draft->finding.fingerprint, &draft->base, (*ordinal)++);
	}
	rsk_map_release(&seen);
}

static void ask_config(struct finish *f, struct rsk_finding *finding)
{
	const struct rsk_config *config = f->scan->options.config;
	const struct rsk_config_suppression *found;
	char hex[2 * sizeof(finding->fingerprint) + 1];
	const struct rsk_config_subject subject = {
		.rule = finding->rule,
		.path = finding->path,
		.fingerprint = hex,
		.today = f->scan->options.today,
	};

	rsk_hex(hex, finding->fingerprint, sizeof(finding->fingerprint));
	found = rsk_config_suppresses(config, &subject);
	if (!found)
		return;
	f->used[found - config->suppressions.ptr] = true;
	finding->suppression = (struct rsk_suppression){
		rsk_arena_printf(
			&f->scan->arena, "%s:%u", config->name, found->line),
		found->reason,
	};
}

static void hide_configured(struct finish *f)
{
	for (size_t i = 0; f->scan->options.config && i < f->drafts.len; i++)
		if (!f->drafts.ptr[i].finding.suppression.source)
			ask_config(f, &f->drafts.ptr[i].finding);
}

/* The last thing done to a finding: its path was compared until here. */
static void mask_names(
	struct finish *f, struct rsk_finding *finding, struct rsk_slice *last)
{
	if (!rsk_slice_eq(finding->path, last[0])) {
		last[0] = finding->path;
		last[1] = rsk_scan_mask_path(f->scan, finding->path);
	}
	finding->path = last[1];
	if (finding->suppression.reason)
		finding->suppression.reason =
			rsk_scan_mask(f->scan, finding->suppression.reason);
}

/* The same for what was not looked at, and for the notes. */
static void mask_coverage(struct finish *f)
{
	struct rsk_coverage *c = &f->report->coverage;

	for (size_t i = 0; i < c->gap_list.len; i++)
		c->gap_list.ptr[i].path =
			rsk_scan_mask_path(f->scan, c->gap_list.ptr[i].path);
	for (size_t i = 0; i < c->skip_list.len; i++)
		c->skip_list.ptr[i].path =
			rsk_scan_mask_path(f->scan, c->skip_list.ptr[i].path);
	for (size_t i = 0; i < c->notes.len; i++)
		c->notes.ptr[i] = rsk_scan_mask(f->scan, c->notes.ptr[i]);
}

static void mask_data(struct finish *f)
{
	for (size_t i = 0; i < f->report->data.len; i++)
		f->report->data.ptr[i].path = rsk_scan_mask_path(
			f->scan, f->report->data.ptr[i].path);
}

/* Too many to list: much that is little must not hide what is grave. */
static void cut_list(struct rsk_report *report)
{
	size_t listed[RSK_SEVERITIES] = { 0 };
	size_t room = RSK_MAX_FINDINGS;
	size_t kept = 0;
	int edge = RSK_SEVERITIES - 1;

	for (size_t i = 0; i < report->findings.len; i++)
		listed[report->findings.ptr[i].severity]++;
	while (edge >= 0 && listed[edge] <= room)
		room -= listed[edge--];
	for (size_t i = 0; i < report->findings.len && edge >= 0; i++) {
		const struct rsk_finding *each = &report->findings.ptr[i];
		int severity = (int)each->severity;

		if (severity > edge || (severity == edge && room)) {
			room -= severity == edge;
			report->findings.ptr[kept++] = *each;
		}
	}
	if (edge < 0)
		return;
	report->unlisted += report->findings.len - kept;
	report->findings.len = kept;
}

static void sort_out(struct finish *f)
{
	struct rsk_report *report = f->report;
	struct rsk_slice last[2] = { { 0 }, { 0 } }; /* a path, and masked */

	for (size_t i = 0; i < f->drafts.len; i++) {
		struct rsk_finding *finding = &f->drafts.ptr[i].finding;

		mask_names(f, finding, last);
		if (report->baseline.hides &&
			!rsk_is_accepted(&finding->suppression))
			*RSK_VEC_PUSH(&f->known) = *finding;
		if (finding->suppression.source) {
			*RSK_VEC_PUSH(&report->suppressed) = *finding;
			continue;
		}
		report->counts[finding->severity]++;
		*RSK_VEC_PUSH(&report->findings) = *finding;
	}
	cut_list(report);
}

/* Evidence repeats the paths of facts. They are sorted by path. */
static void mask_facts(struct finish *f)
{
	struct rsk_slice path = { 0 };
	struct rsk_slice masked = { 0 };

	for (size_t i = 0; i < f->facts.len; i++) {
		struct rsk_fact *fact = &f->facts.ptr[i];

		if (!i || !rsk_slice_eq(fact->path, path)) {
			path = fact->path;
			masked = rsk_scan_mask_path(f->scan, path);
		}
		fact->path = masked;
	}
}

/* One place seen twice, by two patterns or under two hits, is one fact. */
static void unite_facts(struct finish *f)
{
	struct rsk_fact *facts = f->facts.ptr;
	size_t kept = 0;

	for (size_t i = 0; i < f->facts.len; i++)
		if (!kept || rsk_fact_cmp(&facts[kept - 1], &facts[i]) != 0)
			facts[kept++] = facts[i];
	f->facts.len = kept;
}

static void swap_findings(struct finish *f)
{
	rsk_findings findings = f->report->findings;

	f->report->findings = f->known;
	f->known = findings;
}

static void answer(struct finish *f)
{
	if (!f->scan->options.checklist)
		return;
	unite_facts(f);
	mask_facts(f);

	const struct rsk_checklist_input input = {
		.facts = f->facts.ptr,
		.facts_len = f->facts.len,
		.rules = f->scan->rules,
		.config = f->scan->options.config,
		.used = f->used,
		.in_repository = f->scan->in_repository,
		.has_context = has_any_context(f) || f->sightings.len,
		.today = f->scan->options.today,
	};

	/* A baseline hides a problem, it does not answer for it. */
	if (f->report->baseline.hides)
		swap_findings(f);
	rsk_checklist_answer(f->report, &input);
	if (f->report->baseline.hides)
		swap_findings(f);
}

static void release(struct finish *f)
{
	free(f->context);
	free(f->used);
	RSK_VEC_RELEASE(&f->known);
	RSK_VEC_RELEASE(&f->drafts);
	RSK_VEC_RELEASE(&f->facts);
	RSK_VEC_RELEASE(&f->sightings);
	RSK_VEC_RELEASE(&f->env_files);
	RSK_VEC_RELEASE(&f->manifests);
}

enum rsk_err rsk_scan_finish(struct rsk_scan *scan, struct rsk_report *report)
{
	const struct rsk_scan_options *options = &scan->options;
	struct finish f = {
		.scan = scan,
		.report = report,
		.context =
			rsk_alloc_array(scan->rules->rules.len, sizeof(bool)),
		.used = rsk_alloc_array(
			(options->config ? options->config->suppressions.len
					 : 0) +
				1,
			sizeof(bool)),
	};

	*report = (struct rsk_report){ 0 };
	if (rsk_scan_code_files(scan))
		rsk_scan_interrupt(scan);
	gather(&f);
	check_project(&f);
	weigh_context(&f);
	leave_out_excluded(&f);
	unite_with_history(&f);
	SORT(&f.drafts, cmp_draft);
	unite_repeated(&f);
	number_fingerprints(&f);
	hide_configured(&f);
	rsk_scan_use_baseline(scan, f.drafts.ptr, f.drafts.len, report);
	sort_out(&f);
	rsk_coverage_finish(&report->coverage);
	mask_coverage(&f);
	mask_data(&f);
	rsk_scan_keys(scan, report, f.sightings.ptr, f.sightings.len);
	report->complete =
		rsk_coverage_complete(&report->coverage, options->allowed_gaps);
	answer(&f);
	report->exit_status = rsk_report_status(report, options->fail_on);
	release(&f);
	return atomic_load(&scan->interrupted) ? RSK_INTERRUPTED : RSK_OK;
}
