#include <stdlib.h>

#include "base/day.h"
#include "base/limits.h"
#include "scan/scan_p.h"

/*
 * From hits to drafts. In this order: what the file is about, which hits are
 * wanted in this file at all, which yield to a more telling one on the same
 * secret, and what is left becomes a draft, a fact or nothing.
 */

static const struct rsk_rule *rule_of(
	const struct rsk_worker *worker, const struct rsk_hit *hit)
{
	return &worker->scan->rules->rules.ptr[hit->pattern->rule];
}

static int cmp_range(const void *left, const void *right)
{
	const struct rsk_interval *a = left;
	const struct rsk_interval *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

/* Make worker->secrets sorted and disjoint. */
static void merge_secrets(struct rsk_worker *worker)
{
	struct rsk_interval *s = worker->secrets.ptr;
	size_t kept = 0;

	if (!worker->secrets.len)
		return;
	qsort(s, worker->secrets.len, sizeof(*s), cmp_range);
	for (size_t i = 1; i < worker->secrets.len; i++) {
		if (s[i].begin >= s[kept].end)
			s[++kept] = s[i];
		else if (s[i].end > s[kept].end)
			s[kept].end = s[i].end;
	}
	worker->secrets.len = kept + 1;
}

/* Of what the file is about: no finding, no fact. */
static bool is_sign(const struct rsk_rule *rule)
{
	return rule->kind == RSK_RULE_CONTEXT || rule->kind == RSK_RULE_TRIGGER;
}

static void see_context(struct rsk_worker *worker)
{
	for (size_t i = 0; i < worker->hits.len; i++) {
		const struct rsk_hit *hit = &worker->hits.ptr[i];
		uint32_t rule = hit->pattern->rule;

		if (is_sign(rule_of(worker, hit))) {
			worker->blob_context[rule] = true;
			worker->project_context[rule] = true;
		}
	}
}

static void forget_context(struct rsk_worker *worker)
{
	for (size_t i = 0; i < worker->hits.len; i++)
		worker->blob_context[worker->hits.ptr[i].pattern->rule] = false;
}

static bool has_context(
	const struct rsk_worker *worker, const struct rsk_pattern *pattern)
{
	return pattern->context == RSK_NO_RULE ||
	       worker->blob_context[pattern->context];
}

/* Is the pattern meant for a file of this name and content? */
static bool fits_file(
	const struct rsk_worker *worker, const struct rsk_pattern *pattern)
{
	struct rsk_slice path = worker->info->path;

	if (pattern->requires_context && !has_context(worker, pattern))
		return false;
	if (pattern->only.len && !rsk_globs_match(&pattern->only, path))
		return false;
	return !pattern->except.len || !rsk_globs_match(&pattern->except, path);
}

static bool fits_vcs(
	const struct rsk_worker *worker, const struct rsk_pattern *pattern)
{
	return !pattern->vcs || (pattern->vcs & worker->info->vcs);
}

static struct rsk_interval target_of(const struct rsk_hit *hit)
{
	if (hit->secret.len)
		return (struct rsk_interval){ hit->match.secret_begin,
			hit->match.secret_end };
	return (struct rsk_interval){ hit->match.begin, hit->match.end };
}

static int cmp_hit(const void *left, const void *right)
{
	const struct rsk_hit *a = left;
	const struct rsk_hit *b = right;
	struct rsk_interval ra = target_of(a);
	struct rsk_interval rb = target_of(b);
	int order = cmp_range(&ra, &rb);

	if (order)
		return order;
	return (a->match.pattern > b->match.pattern) -
	       (a->match.pattern < b->match.pattern);
}

static bool overrides(
	const struct rsk_rule *strong, const struct rsk_rule *weak)
{
	for (size_t i = 0; i < strong->overrides.len; i++)
		if (!strcmp(strong->overrides.ptr[i], weak->id))
			return true;
	return false;
}

static bool is_silencer(const struct rsk_hit *hit)
{
	return hit->code && hit->code->silences;
}

/* Of two hits on the same bytes, does `a` make `b` superfluous? Who has read
 * the code knows better than who has seen a pattern in it. */
static bool beats(const struct rsk_worker *worker, const struct rsk_hit *a,
	const struct rsk_hit *b)
{
	const struct rsk_rule *ra = rule_of(worker, a);
	const struct rsk_rule *rb = rule_of(worker, b);

	if (ra == rb && !a->code != !b->code)
		return a->code != NULL;
	if (is_silencer(a) || is_silencer(b))
		return false;
	if (ra == rb)
		return a->match.pattern < b->match.pattern ||
		       (a->match.pattern == b->match.pattern && a < b);
	return overrides(ra, rb);
}

/*
 * Hits are sorted by where they begin, so those that overlap hit i follow it
 * until one begins at or after its end.
 */
static void settle_from(struct rsk_worker *worker, size_t i)
{
	struct rsk_hit *hits = worker->hits.ptr;
	uint64_t end = target_of(&hits[i]).end;

	for (size_t j = i + 1; j < worker->hits.len; j++) {
		if (target_of(&hits[j]).begin >= end)
			return;
		if (hits[j].dropped)
			continue;
		if (beats(worker, &hits[i], &hits[j]))
			hits[j].dropped = true;
		else if (beats(worker, &hits[j], &hits[i]))
			hits[i].dropped = true;
		if (hits[i].dropped)
			return;
	}
}

static void settle_overlaps(struct rsk_worker *worker)
{
	qsort(worker->hits.ptr, worker->hits.len, sizeof(*worker->hits.ptr),
		cmp_hit);
	for (size_t i = 0; i < worker->hits.len; i++)
		if (!worker->hits.ptr[i].dropped)
			settle_from(worker, i);
}

/* The blob's path, copied once into memory that outlives the blob. */
static struct rsk_slice kept_path(struct rsk_worker *worker)
{
	if (!worker->kept_path.ptr)
		worker->kept_path =
			rsk_arena_slice(&worker->arena, worker->info->path);
	return worker->kept_path;
}

static size_t keep_len(
	const struct rsk_pattern *pattern, struct rsk_slice secret)
{
	size_t longest = 0;

	for (size_t i = 0; i < pattern->keep.len; i++) {
		struct rsk_slice prefix = rsk_slice_str(pattern->keep.ptr[i]);

		if (prefix.len > longest && rsk_slice_starts(secret, prefix))
			longest = prefix.len;
	}
	return longest;
}

static struct rsk_secret_view view_secret(
	struct rsk_worker *worker, const struct rsk_hit *hit)
{
	const struct rsk_pattern *pattern = hit->pattern;
	struct rsk_slice key = worker->scan->options.secret_key;
	struct rsk_secret secret =
		rsk_secret_of(hit->secret, keep_len(pattern, hit->secret));

	return (struct rsk_secret_view){
		.masked = rsk_secret_mask(&secret, &worker->arena),
		.kind = pattern->kind ? pattern->kind : "secret",
		.id = key.len ? rsk_secret_identify_keyed(&secret, key)
			      : rsk_secret_identify(&secret),
	};
}

/* The kinds that rules give to keys of the product itself. */
static bool is_product_key(const struct rsk_pattern *pattern)
{
	static const char *const kinds[] = { "live", "sandbox", "unprefixed" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (pattern->kind && !strcmp(pattern->kind, kinds[i]))
			return true;
	return false;
}

static void add_sighting(struct rsk_worker *worker, const struct rsk_hit *hit)
{
	const struct rsk_pattern *pattern = hit->pattern;

	if (!hit->secret.len || !is_product_key(pattern))
		return;
	*RSK_VEC_PUSH(&worker->sightings) = (struct rsk_sighting){
		.secret = view_secret(worker, hit),
		.path = kept_path(worker),
		.at = hit->start,
		.vcs = worker->info->vcs,
		.origin = worker->info->origin,
		.at_head = worker->info->at_head,
		.pattern = pattern->name,
	};
}

static void drop_unwanted(struct rsk_worker *worker)
{
	for (size_t i = 0; i < worker->hits.len; i++) {
		struct rsk_hit *hit = &worker->hits.ptr[i];
		const struct rsk_rule *rule = rule_of(worker, hit);

		hit->dropped = rule->disabled || is_sign(rule) ||
			       (worker->code_only && !hit->code) ||
			       !fits_file(worker, hit->pattern);
		if (hit->dropped)
			continue;
		add_sighting(worker, hit);
		hit->dropped = !fits_vcs(worker, hit->pattern);
	}
}

static bool has_tag(const struct rsk_rule *rule, const char *tag)
{
	for (size_t i = 0; i < rule->tags.len; i++)
		if (!strcmp(rule->tags.ptr[i], tag))
			return true;
	return false;
}

/* The first date, YYYY-MM-DD, that the match has in it; 0: none. */
static int64_t dated(const struct rsk_hit *hit)
{
	size_t begin = (size_t)(hit->match.begin > hit->around_begin
					? hit->match.begin - hit->around_begin
					: 0);
	struct rsk_slice text = rsk_slice_cut(hit->around, begin,
		(size_t)(hit->match.end - hit->around_begin));

	int64_t day = 0;

	while (text.len &&
		!rsk_day_parse(&day, rsk_slice_cut(text, 0, RSK_DAY - 1)))
		text = rsk_slice_cut(text, 1, text.len);
	return day;
}

static void add_fact(struct rsk_worker *worker, const struct rsk_hit *hit)
{
	const struct rsk_rule *rule = rule_of(worker, hit);
	bool is_dated = has_tag(rule, "dated");

	*RSK_VEC_PUSH(&worker->facts) = (struct rsk_fact){
		.rule = rule->id,
		.item = rule->item,
		.topic = is_dated ? RSK_TOPIC_ROTATED : RSK_TOPIC_PLACE,
		.says = has_tag(rule, "open") ? RSK_EVIDENCE_OPEN
			: is_dated            ? RSK_EVIDENCE_NOTE
					      : RSK_EVIDENCE_FOR,
		.path = kept_path(worker),
		.line = hit->start.line,
		.text = hit->pattern->message,
		.day = is_dated ? dated(hit) : 0,
	};
}

/* In documentation and tests a realistic key is still a key, but less surely
 * one that opens something. */
static enum rsk_confidence weigh(
	const struct rsk_worker *worker, enum rsk_confidence confidence)
{
	const struct rsk_scan *scan = worker->scan;
	struct rsk_slice path = worker->info->path;
	bool doubtful = (scan->docs && rsk_globs_match(scan->docs, path)) ||
			(scan->test && rsk_globs_match(scan->test, path));

	return doubtful && confidence > RSK_CONFIDENCE_LOW ? confidence - 1
							   : confidence;
}

static struct rsk_suppression suppression_of(
	struct rsk_worker *worker, const struct rsk_hit *hit)
{
	if (!hit->allowed)
		return (struct rsk_suppression){ 0 };
	return (struct rsk_suppression){
		"inline",
		rsk_arena_str(&worker->arena, rsk_slice_str(hit->allowed)),
	};
}

static void add_draft(struct rsk_worker *worker, const struct rsk_hit *hit)
{
	const struct rsk_pattern *pattern = hit->pattern;
	const struct rsk_rule *rule = rule_of(worker, hit);
	bool sure = has_context(worker, pattern);
	struct rsk_draft draft = {
		.finding = {
			.rule = rule->id,
			.severity = pattern->severity,
			.confidence = weigh(worker, sure
				? pattern->confidence
				: pattern->confidence_without),
			.item = rule->item,
			.origin = worker->info->origin,
			.message = pattern->message,
			.fix = pattern->fix,
			.step = pattern->step,
			.path = kept_path(worker),
			.start = hit->start,
			.end = hit->end,
			.at_head = worker->info->at_head,
			.suppression = suppression_of(worker, hit),
		},
		.raised = weigh(worker, pattern->confidence),
		.context = sure ? RSK_NO_RULE : pattern->context,
		.conditional = !sure && pattern->requires_project,
		.match = hit->match,
	};

	if (hit->code) {
		draft.finding.item = hit->code->item;
		draft.finding.flow = hit->code->flow;
		draft.finding.flow_len = hit->code->flow_len;
	}
	if (hit->secret.len)
		draft.finding.secret = view_secret(worker, hit);
	draft.finding.snippet =
		rsk_snippet_make(worker, hit, draft.finding.secret.masked);
	rsk_draft_fingerprint(worker, &draft, hit);
	rsk_worker_add(worker, &draft);
}

void rsk_worker_add(struct rsk_worker *worker, const struct rsk_draft *draft)
{
	*RSK_VEC_PUSH(&worker->drafts) = *draft;
	rsk_scan_count_found(worker->scan, 1);
}

/* Over the limit of one rule in one file: counted, not listed. */
static bool over_limit(struct rsk_worker *worker, const struct rsk_hit *hit)
{
	uint32_t rule = hit->pattern->rule;

	if (worker->rule_counts[rule]++ < RSK_MAX_FINDINGS_PER_RULE_AND_FILE)
		return false;
	worker->counts[hit->pattern->severity]++;
	worker->unlisted++;
	return true;
}

static void conclude(struct rsk_worker *worker, const struct rsk_hit *hit)
{
	if (hit->dropped || is_silencer(hit))
		return;
	if (rule_of(worker, hit)->kind == RSK_RULE_FACT)
		add_fact(worker, hit);
	else if (!over_limit(worker, hit))
		add_draft(worker, hit);
}

void rsk_worker_judge(struct rsk_worker *worker)
{
	worker->kept_path = (struct rsk_slice){ 0 };
	merge_secrets(worker);
	see_context(worker);
	drop_unwanted(worker);
	settle_overlaps(worker);
	for (size_t i = 0; i < worker->hits.len; i++)
		conclude(worker, &worker->hits.ptr[i]);
	forget_context(worker);
	for (size_t i = 0; i < worker->hits.len; i++)
		worker->rule_counts[worker->hits.ptr[i].pattern->rule] = 0;
}
