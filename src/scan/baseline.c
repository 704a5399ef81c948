#include "report/baseline.h"

#include <stdlib.h>

#include "base/day.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "rules/config.h"
#include "scan/scan_p.h"
#include "source/repo.h"

/*
 * The baseline: which of its entries hide which findings, and what became of
 * the others.
 *
 * Findings with an equal base (rule, text around, 16 bits of the secret) are a
 * group, and so are the entries that list them: as many findings are hidden as
 * are listed, at the listed paths before others. Of an entry for the tree, the
 * same leak in the history is hidden, too; not the other way round: what only
 * the history had must not come back to the tree unseen.
 */

/* An entry or a draft, as far as pairing looks at it. */
struct side {
	uint32_t at;
	bool past; /* in the history only */
	const char *path;
};

struct group {
	RSK_VEC(struct side) entries;
	RSK_VEC(struct side) drafts;
};

struct use {
	struct rsk_scan *scan;
	const struct rsk_baseline *baseline;
	struct rsk_draft *drafts;
	size_t len;
	struct rsk_report *report;
	struct rsk_arena *arena;
	uint32_t *order;  /* drafts by their base */
	uint32_t *finds;  /* for each entry: its draft + 1 */
	uint32_t *listed; /* for each draft: its entry + 1 */
	struct group group;
	/* The last path that was shown, of many findings in one file. */
	struct rsk_slice raw;
	const char *shown;
};

static bool is_past(const struct rsk_finding *finding)
{
	return !finding->at_head && rsk_origin_is_past(finding->origin);
}

/* The path as a baseline has it: no secret, valid UTF-8, not without end. */
static const char *shown_path(struct use *u, struct rsk_slice path)
{
	struct rsk_buf text = RSK_BUF_INIT(4 * RSK_MAX_PATH_BYTES);

	if (u->shown && rsk_slice_eq(path, u->raw))
		return u->shown;
	/* A rune that is cut becomes one that says so. */
	if (rsk_utf8_clean(
		    &text, rsk_slice_cut(rsk_scan_mask_path(u->scan, path), 0,
				   RSK_MAX_BASELINE_PATH)))
		rsk_out_of_memory();
	u->raw = path;
	u->shown =
		text.len ? rsk_arena_str(u->arena, rsk_buf_slice(&text)) : ".";
	rsk_buf_release(&text);
	return u->shown;
}

/* --- pairing ------------------------------------------------------------- */

static int cmp_side(const void *left, const void *right)
{
	const struct side *a = left;
	const struct side *b = right;
	int order = a->past - b->past;

	if (!order)
		order = strcmp(a->path, b->path);
	if (!order)
		order = (a->at > b->at) - (a->at < b->at);
	return order;
}

/* The rounds: <0, the entry has no partner; >0, the draft has none. */

static int same_path(const struct side *entry, const struct side *draft)
{
	int order = entry->past - draft->past;

	return order ? order : strcmp(entry->path, draft->path);
}

static int same_time(const struct side *entry, const struct side *draft)
{
	return entry->past - draft->past;
}

static int now_and_past(const struct side *entry, const struct side *draft)
{
	if (!draft->past)
		return 1;
	return entry->past ? -1 : 0;
}

static void pair(struct use *u, uint32_t entry, uint32_t draft)
{
	const char *reason = u->baseline->entries.ptr[entry].reason;

	u->finds[entry] = draft + 1;
	u->listed[draft] = entry + 1;
	u->drafts[draft].finding.suppression =
		(struct rsk_suppression){ RSK_BY_BASELINE,
			reason ? reason : "" };
	u->report->baseline.hides++;
}

static void run_round(struct use *u,
	int (*cmp)(const struct side *entry, const struct side *draft))
{
	const struct group *g = &u->group;
	size_t i = 0;
	size_t j = 0;

	while (i < g->entries.len && j < g->drafts.len) {
		const struct side *entry = &g->entries.ptr[i];
		const struct side *draft = &g->drafts.ptr[j];
		bool entry_free = !u->finds[entry->at];
		bool draft_free = !u->listed[draft->at];
		int order = entry_free && draft_free ? cmp(entry, draft) : 0;

		if (entry_free && draft_free && !order)
			pair(u, entry->at, draft->at);
		i += !entry_free || order <= 0;
		j += !draft_free || order >= 0;
	}
}

static void pair_group(struct use *u)
{
	struct group *g = &u->group;

	if (!g->entries.len || !g->drafts.len)
		return;
	qsort(g->entries.ptr, g->entries.len, sizeof(*g->entries.ptr),
		cmp_side);
	qsort(g->drafts.ptr, g->drafts.len, sizeof(*g->drafts.ptr), cmp_side);
	run_round(u, same_path);
	run_round(u, same_time);
	run_round(u, now_and_past);
}

/* --- groups --------------------------------------------------------------- */

static int cmp_base(const void *left, const void *right, void *ctx)
{
	const struct use *u = ctx;
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;
	int order = memcmp(&u->drafts[a].base, &u->drafts[b].base,
		sizeof(u->drafts[a].base));

	return order ? order : (a > b) - (a < b);
}

static bool is_free(const struct use *u, uint32_t draft)
{
	return !u->drafts[draft].finding.suppression.source;
}

static void take_drafts(struct use *u, size_t first, size_t end)
{
	u->group.drafts.len = 0;
	for (size_t i = first; i < end; i++) {
		uint32_t at = u->order[i];
		const struct rsk_finding *f = &u->drafts[at].finding;

		if (is_free(u, at))
			*RSK_VEC_PUSH(&u->group.drafts) = (struct side){ at,
				is_past(f), shown_path(u, f->path) };
	}
}

/* The entries of that fingerprint; its own, or those of their histories. */
static size_t take_entries(struct use *u, const struct rsk_draft *draft,
	const uint8_t *print, bool histories)
{
	const struct rsk_baseline *b = u->baseline;
	size_t taken = 0;

	for (size_t i = rsk_baseline_find(b, print);
		i < b->refs.len &&
		!memcmp(b->refs.ptr[i].print, print, RSK_KNOWN_PRINT);
		i++) {
		uint32_t at = b->refs.ptr[i].entry;
		const struct rsk_known *known = &b->entries.ptr[at];

		if (b->refs.ptr[i].is_history != histories || u->finds[at] ||
			strcmp(known->rule, draft->finding.rule) != 0)
			continue;
		*RSK_VEC_PUSH(&u->group.entries) =
			(struct side){ at, known->past, known->path };
		taken++;
	}
	return taken;
}

/* Entries are numbered as their findings were then: a few more than there are
 * now, some of which are gone. */
static void take_listed(struct use *u, const struct rsk_draft *draft, size_t n)
{
	enum { MISSES = 3 };
	size_t misses = 0;

	u->group.entries.len = 0;
	for (uint32_t i = 0; i < n || misses < MISSES; i++) {
		uint8_t print[RSK_FINGERPRINT_BYTES];

		rsk_fingerprint_finish(print, &draft->base, i);
		misses += !take_entries(u, draft, print, false) && i >= n;
	}
}

static void take_histories(struct use *u, const struct rsk_draft *draft)
{
	uint8_t print[RSK_FINGERPRINT_BYTES];

	u->group.entries.len = 0;
	rsk_fingerprint_finish(print, &draft->base, 0);
	(void)take_entries(u, draft, print, true);
}

/* All groups: first by what entries list, then by what their histories had. */
static void pair_all(struct use *u, bool histories)
{
	size_t end;

	for (size_t i = 0; i < u->len; i = end) {
		const struct rsk_draft *first = &u->drafts[u->order[i]];

		for (end = i + 1;
			end < u->len &&
			!memcmp(&first->base, &u->drafts[u->order[end]].base,
				sizeof(first->base));
			end++)
			;
		take_drafts(u, i, end);
		if (!u->group.drafts.len)
			continue;
		if (histories)
			take_histories(u, first);
		else
			take_listed(u, first, end - i);
		pair_group(u);
	}
}

static void sort_by_base(struct use *u)
{
	u->order = rsk_alloc_array(u->len + 1, sizeof(*u->order));
	for (size_t i = 0; i < u->len; i++)
		u->order[i] = (uint32_t)i;
	if (u->len)
		qsort_r(u->order, u->len, sizeof(*u->order), cmp_base, u);
}

/* --- what became of the entries --------------------------------------------
 */

static uint32_t scope_of(const struct rsk_scan *scan)
{
	const struct rsk_scan_options *options = &scan->options;
	uint32_t scope = scan->scope;

	if (options->checklist)
		scope |= RSK_SCOPE_AUDIT;
	if (options->ignored)
		scope |= RSK_SCOPE_IGNORED;
	if (options->include_tests)
		scope |= RSK_SCOPE_TESTS;
	if (options->history.submodules)
		scope |= RSK_SCOPE_SUBMODULES;
	return scope;
}

/* The scanned folder from the top of its work tree. */
static const char *folder_of(struct use *u)
{
	const struct rsk_repo_options options = {
		.trust_ownership = u->scan->options.trust_ownership,
		.sudo_uid = u->scan->options.sudo_uid,
	};
	struct rsk_repo *repo = NULL;
	struct rsk_slice path;
	char *full = NULL;

	if (u->scan->root &&
		!rsk_repo_find(&repo, u->scan->root, &options, NULL) &&
		rsk_repo_workdir(repo))
		full = rsk_path_in_repo(repo, u->scan->root, "");
	path = rsk_slice_str(full);
	if (rsk_slice_ends(path, RSK_LIT("/")))
		path = rsk_slice_cut(path, 0, path.len - 1);

	const char *shown = shown_path(u, path);
	free(full);
	rsk_repo_free(repo);
	u->shown = NULL; /* its key is freed */
	return shown;
}

/* The baseline lists what this scan has not looked at. */
static const char *difference(struct use *u)
{
	const struct rsk_baseline_view *view = &u->report->baseline;
	const struct rsk_baseline *b = u->baseline;
	char has[RSK_SCOPE_TEXT];
	char is[RSK_SCOPE_TEXT];

	if (!b)
		return NULL;
	if (b->scope & ~view->scope)
		return rsk_arena_printf(u->arena,
			"it is of '%s', and this scan of '%s'",
			rsk_scope_text(has, b->scope),
			rsk_scope_text(is, view->scope));
	if (strcmp(b->folder, view->folder) != 0)
		return rsk_arena_printf(u->arena,
			"it is of the folder '%s' of its repository, and this "
			"scan of '%s'",
			rsk_scan_mask(u->scan, b->folder), view->folder);
	return NULL;
}

static const char *why_unjudged(const struct use *u)
{
	const struct rsk_report *report = u->report;

	if (report->baseline.differs)
		return report->baseline.differs;
	if (!rsk_coverage_complete(&report->coverage, 0))
		return "not everything could be read";
	if (report->unlisted)
		return "not every finding could be listed";
	return NULL;
}

static const char *masked_or_null(struct use *u, const char *text)
{
	return text ? rsk_scan_mask(u->scan, text) : NULL;
}

static bool is_disabled(const struct use *u, const char *id)
{
	const struct rsk_rule *rule =
		rsk_ruleset_find(u->scan->rules, rsk_slice_str(id));

	return rule && rule->disabled;
}

/* As it stands in the file; a stranger may have written a key into it. */
static struct rsk_known unfound(
	struct use *u, const struct rsk_known *entry, bool gone)
{
	struct rsk_known known = *entry;

	known.state = gone ? RSK_KNOWN_GONE : RSK_KNOWN_UNSEEN;
	known.rule = rsk_scan_mask(u->scan, known.rule);
	known.path = rsk_scan_mask(u->scan, known.path);
	known.masked = masked_or_null(u, known.masked);
	known.reason = masked_or_null(u, known.reason);
	return known;
}

/* A finding as an entry: what is known of it now. */
static struct rsk_known found(struct use *u, const struct rsk_draft *draft)
{
	const struct rsk_finding *f = &draft->finding;
	char day[RSK_DAY];
	struct rsk_known known = {
		.state = RSK_KNOWN_ADDED,
		.rule = f->rule,
		.path = shown_path(u, f->path),
		.past = is_past(f),
		.masked = f->secret.masked,
		.since = rsk_arena_str(u->arena,
			rsk_slice_str(
				rsk_day_text(day, u->scan->options.today))),
	};

	memcpy(known.fingerprint, f->fingerprint, RSK_KNOWN_PRINT);
	if (draft->has_history && memcmp(&draft->history, &draft->base,
					  sizeof(draft->base)) != 0) {
		known.has_history = true;
		rsk_fingerprint_finish(known.history, &draft->history, 0);
	}
	return known;
}

static struct rsk_known kept(struct use *u, uint32_t entry)
{
	const struct rsk_known *old = &u->baseline->entries.ptr[entry];
	struct rsk_known known = found(u, &u->drafts[u->finds[entry] - 1]);

	known.state = RSK_KNOWN_KEPT;
	known.line = old->line;
	known.reason = masked_or_null(u, old->reason);
	known.since = old->since;
	return known;
}

static void tell_entry(struct use *u, uint32_t at)
{
	struct rsk_report *report = u->report;
	const struct rsk_known *entry = &u->baseline->entries.ptr[at];
	bool all = u->scan->options.lists_known;

	report->baseline.entries++;
	if (!entry->reason && !report->baseline.reasonless++)
		report->baseline.reasonless_line = entry->line;
	if (u->finds[at]) {
		if (all)
			*RSK_VEC_PUSH(&report->known) = kept(u, at);
		return;
	}

	bool gone = !report->baseline.unjudged && !is_disabled(u, entry->rule);

	report->baseline.gone += gone;
	report->baseline.unseen += !gone;
	if (all || (gone && report->known.len < RSK_MAX_LISTED))
		*RSK_VEC_PUSH(&report->known) = unfound(u, entry, gone);
}

static void tell_added(struct use *u)
{
	for (uint32_t i = 0; i < u->len; i++)
		if (is_free(u, i))
			*RSK_VEC_PUSH(&u->report->known) =
				found(u, &u->drafts[i]);
}

/* For all formats: what can be taken out, and how. */
static void note_gone(struct use *u)
{
	enum { NAMED = 3 };
	const struct rsk_report *report = u->report;
	uint32_t gone = report->baseline.gone;
	const char *names = "";

	if (!gone || u->scan->options.lists_known)
		return;
	for (size_t i = 0; i < report->known.len && i < NAMED; i++)
		names = rsk_arena_printf(u->arena, "%s%s line %u (%s in %s)",
			names, i ? "," : "", report->known.ptr[i].line,
			report->known.ptr[i].rule, report->known.ptr[i].path);
	rsk_coverage_note(&u->report->coverage,
		"%u %s of the baseline %s not there any more:%s%s; 'rskan "
		"baseline --prune' takes %s out",
		gone, gone == 1 ? "finding" : "findings",
		gone == 1 ? "is" : "are", names,
		gone > NAMED ? " and more" : "", gone == 1 ? "it" : "them");
}

static void tell_name(struct use *u)
{
	const struct rsk_config *config = u->scan->options.config;
	struct rsk_baseline_view *view = &u->report->baseline;
	const char *name = u->baseline ? u->baseline->name : NULL;

	if (config && config->baseline.path) {
		view->config_line = config->baseline.line;
		if (!name && u->scan->options.lists_known)
			name = config->baseline.path;
	}
	if (!name)
		return;
	view->name = rsk_scan_mask(u->scan, name);
	/* Who writes it goes by that name. */
	if (strcmp(view->name, name) != 0)
		view->differs = "its name has a secret in it";
}

static void tell(struct use *u)
{
	struct rsk_baseline_view *view = &u->report->baseline;

	view->scope = scope_of(u->scan);
	view->folder = folder_of(u);
	view->differs = difference(u);
	tell_name(u);
	view->unjudged = why_unjudged(u);
	for (uint32_t i = 0; u->baseline && i < u->baseline->entries.len; i++)
		tell_entry(u, i);
	if (u->scan->options.lists_known)
		tell_added(u);
	note_gone(u);
}

void rsk_scan_use_baseline(struct rsk_scan *scan, struct rsk_draft *drafts,
	size_t len, struct rsk_report *report)
{
	const struct rsk_baseline *baseline = scan->options.baseline;
	struct use u = {
		.scan = scan,
		.baseline = baseline,
		.drafts = drafts,
		.len = len,
		.report = report,
		.arena = &scan->arena,
	};

	if (baseline && baseline->entries.len) {
		u.finds = rsk_alloc_array(
			baseline->entries.len, sizeof(*u.finds));
		u.listed = rsk_alloc_array(len + 1, sizeof(*u.listed));
		sort_by_base(&u);
		pair_all(&u, false);
		pair_all(&u, true);
	}
	if (baseline || scan->options.lists_known)
		tell(&u);
	free(u.order);
	free(u.finds);
	free(u.listed);
	RSK_VEC_RELEASE(&u.group.entries);
	RSK_VEC_RELEASE(&u.group.drafts);
}
