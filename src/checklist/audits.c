#include "checklist/case_p.h"

#include "rules/config.h"

/*
 * Regular audits: who looks, and what hides something from those who look.
 */
enum { MAX_AUDIT_AGE = 92 }; /* days: a quarter of a year */

static void take_scanners(struct rsk_case *c)
{
	rsk_case_take_facts(c, RSK_TOPIC_SCANNER);
	rsk_case_take_facts(c, RSK_TOPIC_HOOK);
}

static void take_records(struct rsk_case *c)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);
		int64_t age = c->in->today - fact->day;

		if (fact->topic != RSK_TOPIC_AUDIT)
			continue;
		if (age < 0)
			rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
				"%s, a day that is to come", fact->text);
		else
			rsk_case_say(c,
				age > MAX_AUDIT_AGE ? RSK_EVIDENCE_OPEN
						    : RSK_EVIDENCE_FOR,
				&at, "%s, %lld day%s ago", fact->text,
				(long long)age, rsk_s((uint64_t)age));
	}
}

/* ---- what hides something ---- */

static struct rsk_evidence at_config(
	const struct rsk_config *config, uint32_t line)
{
	return (struct rsk_evidence){
		.path = rsk_slice_str(config->name),
		.line = line,
	};
}

static void take_suppressions(struct rsk_case *c)
{
	const struct rsk_config *config = c->in->config;

	for (size_t i = 0; i < config->suppressions.len; i++) {
		const struct rsk_config_suppression *s =
			&config->suppressions.ptr[i];
		struct rsk_evidence at = at_config(config, s->line);

		if (rsk_config_is_expired(s, c->in->today))
			rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
				"the suppression of %s ended on %s: decide "
				"again, or take it out",
				s->rule, s->until);
		else if (!c->in->used[i])
			rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
				"the suppression of %s hides nothing any more",
				s->rule);
	}
}

/* Entries without a reason, and those of what is not there any more. */
static void take_baseline(struct rsk_case *c)
{
	enum { NAMED = 10 };
	const struct rsk_report *report = c->report;
	const struct rsk_baseline_view *b = &report->baseline;
	struct rsk_evidence at = { .line = b->reasonless_line };
	size_t named = report->known.len < NAMED ? report->known.len : NAMED;

	if (!b->name)
		return;
	at.path = rsk_slice_str(b->name);
	if (b->reasonless)
		rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
			"%u of %u entries of the baseline %s no reason: write "
			"down why each may stay",
			b->reasonless, b->entries,
			b->reasonless == 1 ? "has" : "have");
	for (size_t i = 0; i < named; i++) {
		const struct rsk_known *known = &report->known.ptr[i];

		at.line = known->line;
		rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
			"the baseline lists %s in %s, which is not there any "
			"more: 'rskan baseline --prune' takes it out",
			known->rule, known->path);
	}
	at.line = 0;
	if (b->gone > named)
		rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
			"%u more entries of the baseline are of what is not "
			"there any more",
			b->gone - (uint32_t)named);
	if (b->unjudged)
		rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
			"whether the baseline lists what is not there any more "
			"cannot be told: %s",
			b->unjudged);
}

/* Would the exclusion hide such files, wherever they are? */
static const char *hides(const struct rsk_config_exclude *exclude)
{
	static const struct {
		const char *path, *what;
	} probes[] = {
		{ ".env", "env files" },
		{ ".env.production", "env files" },
		{ "apps/web/.env.local", "env files" },
		{ "src/index.ts", "source files" },
		{ "src/index.js", "source files" },
		{ "src/app/page.tsx", "source files" },
		{ "app/index.tsx", "source files" },
		{ "server/index.js", "source files" },
		{ "lib/index.js", "source files" },
		{ "index.js", "source files" },
	};

	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (rsk_globs_match(
			    &exclude->paths, rsk_slice_str(probes[i].path)))
			return probes[i].what;
	return NULL;
}

static void take_exclusions(struct rsk_case *c)
{
	const struct rsk_config *config = c->in->config;

	for (size_t i = 0; i < config->exclude.len; i++) {
		const struct rsk_config_exclude *e = &config->exclude.ptr[i];
		struct rsk_evidence at = at_config(config, e->line);
		const char *what = hides(e);

		if (what)
			rsk_case_say(c, RSK_EVIDENCE_AGAINST, &at,
				"the exclusion hides %s: %s", what, e->reason);
	}
}

/* Env files that were in fact passed over. */
static void take_hidden_env_files(struct rsk_case *c)
{
	const struct rsk_coverage *coverage = &c->report->coverage;
	const struct rsk_globs *env =
		rsk_ruleset_paths(c->in->rules, "env-file");

	for (size_t i = 0; env && i < coverage->skip_list.len; i++) {
		const struct rsk_skipped *skip = &coverage->skip_list.ptr[i];
		const struct rsk_evidence at = { .path = skip->path };

		if (skip->reason == RSK_SKIP_EXCLUDED &&
			rsk_globs_match(env, skip->path))
			rsk_case_say(c, RSK_EVIDENCE_AGAINST, &at,
				"an env file that the configuration excludes "
				"from the scan");
	}
}

/* How many there are, and the first: a project may have dozens. */
static void take_recipes(struct rsk_case *c, uint32_t n)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);

		if (fact->topic != RSK_TOPIC_RECIPE)
			continue;
		if (n == 1)
			rsk_case_say(
				c, RSK_EVIDENCE_NOTE, &at, "%s", fact->text);
		else
			rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
				"%s, nor in %u other recipe%s of CI",
				fact->text, n - 1, rsk_s(n - 1));
		return;
	}
}

void rsk_answer_audits(struct rsk_case *c)
{
	uint32_t recipes =
		rsk_case_count_facts(c, RSK_TOPIC_RECIPE, RSK_EVIDENCE_NOTE);
	const char *own =
		rsk_case_count_facts(c, RSK_TOPIC_HOOK, RSK_EVIDENCE_NOTE)
			? " but this clone's own"
			: "";
	enum rsk_answer_kind kind;
	uint32_t good;
	uint32_t weak;

	take_scanners(c);
	take_records(c);
	good = c->places[RSK_EVIDENCE_FOR];
	weak = c->places[RSK_EVIDENCE_OPEN];
	rsk_case_take_findings(c);
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	take_baseline(c);
	if (c->in->config) {
		take_suppressions(c);
		take_exclusions(c);
		take_hidden_env_files(c);
	}
	take_recipes(c, recipes);
	kind = rsk_case_verdict(c);
	if (kind == RSK_ANSWERS)
		kind = recipes ? RSK_ANSWER_REVIEW : RSK_ANSWER_UNKNOWN;
	if (good)
		rsk_case_close(c, kind,
			"%u scanner%s, hook%s or recorded audit%s look%s after "
			"this project%s",
			good, rsk_s(good), rsk_s(good), rsk_s(good),
			good == 1 ? "s" : "",
			kind == RSK_ANSWER_PASS ? "" : ", but see below");
	else if (weak)
		rsk_case_close(c, kind,
			"%u scanner%s, hook%s or recorded audit%s, but none "
			"that can be relied on: see below",
			weak, rsk_s(weak), rsk_s(weak), rsk_s(weak));
	else if (recipes)
		rsk_case_close(c, kind,
			"CI is there (%u recipe%s), and runs no scanner; no "
			"hook%s and no recorded audit either",
			recipes, rsk_s(recipes), own);
	else
		rsk_case_close(c, kind,
			"no scanner in CI, no hook%s and no recorded audit was "
			"found",
			own);
	c->places[RSK_EVIDENCE_FOR] += recipes;
}
