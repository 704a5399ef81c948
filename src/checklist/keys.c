#include "base/map.h"
#include "checklist/case_p.h"

/* The items about keys: where they are given, and where they are kept. How old
 * they are is told in rotation.c. */

/* ---- env-keys ---- */

static bool is_publishable(const struct rsk_finding *finding)
{
	return !strcmp(finding->rule, "publishable-key-in-source");
}

/* Keys in use; what is only in the past speaks against another item. */
static bool is_about_env_keys(const struct rsk_finding *finding)
{
	return finding->item == RSK_ITEM_ENV_KEYS && rsk_is_present(finding);
}

void rsk_answer_env_keys(struct rsk_case *c)
{
	const struct rsk_report *report = c->report;
	uint32_t publishable = 0;
	uint32_t written;
	uint32_t read;
	enum rsk_answer_kind kind;

	for (int severity = RSK_CRITICAL; severity >= RSK_INFO; severity--)
		for (size_t i = 0; i < report->findings.len; i++) {
			const struct rsk_finding *f = &report->findings.ptr[i];

			if ((int)f->severity != severity ||
				!is_about_env_keys(f))
				continue;
			rsk_case_take_finding(c, f);
			publishable += is_publishable(f);
		}
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	read = c->places[RSK_EVIDENCE_FOR];
	written = c->places[RSK_EVIDENCE_AGAINST] +
		  c->places[RSK_EVIDENCE_OPEN] - publishable;
	kind = rsk_case_verdict(c);
	if (kind == RSK_ANSWERS)
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"no place was found where a key is given");
	else
		rsk_case_close(c, kind,
			"%u place%s read%s the key from the environment, %u "
			"%s it written down%s",
			read, rsk_s(read), read == 1 ? "s" : "", written,
			written == 1 ? "has" : "have",
			!publishable
				? ""
				: rsk_arena_printf(&c->report->arena,
					  "; %u publishable key%s in client "
					  "code",
					  publishable, rsk_s(publishable)));
}

/* ---- keys-not-in-vcs ---- */

/* Each key once, however many findings it has: where it is at its worst. */
struct leaks {
	struct rsk_map keys; /* by id: place in report->keys + 1 */
	struct rsk_map seen;
	uint32_t all, past, unreachable;
};

static struct rsk_slice id_of(const struct rsk_secret_view *secret)
{
	return rsk_slice(secret->id.bytes, sizeof(secret->id.bytes));
}

/* Is the file that it is in under version control, or was it? */
static bool is_tracked(const struct rsk_report *report,
	const struct leaks *leaks, const struct rsk_finding *finding)
{
	const uint32_t *at = rsk_map_get(&leaks->keys, id_of(&finding->secret));
	const struct rsk_key *key = at ? &report->keys.ptr[*at - 1] : NULL;

	if (finding->origin != RSK_ORIGIN_TREE || !key)
		return finding->origin != RSK_ORIGIN_STDIN;
	for (size_t i = 0; i < key->places_len; i++)
		if (key->places[i].tracked &&
			rsk_slice_eq(key->places[i].path, finding->path))
			return true;
	return key->more_places;
}

static bool is_about_vcs(const struct rsk_case *c, const struct leaks *leaks,
	const struct rsk_finding *finding)
{
	if (finding->item == RSK_ITEM_KEYS_NOT_IN_VCS)
		return true;
	return c->in->in_repository && rsk_is_credential(finding) &&
	       finding->item == RSK_ITEM_ENV_KEYS &&
	       is_tracked(c->report, leaks, finding);
}

static void count_leak(struct leaks *leaks, const struct rsk_finding *finding)
{
	if (!rsk_is_credential(finding) ||
		rsk_weigh(finding) != RSK_EVIDENCE_AGAINST ||
		(*rsk_map_put(&leaks->seen, id_of(&finding->secret)))++)
		return;
	leaks->all++;
	leaks->past += !rsk_is_present(finding);
	leaks->unreachable += finding->origin == RSK_ORIGIN_UNREACHABLE;
}

/* The vendor calls a publishable key safe to be seen: no leak. */
static void take_leak(struct rsk_case *c, const struct rsk_finding *f)
{
	struct rsk_evidence at = rsk_at_finding(f);

	if (is_publishable(f))
		rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
			"a publishable key, no leak: %s", f->secret.masked);
	else
		rsk_case_take_finding(c, f);
}

/* What is present first: a map knows each key's first finding alone. */
static struct leaks take_leaks(struct rsk_case *c)
{
	const struct rsk_report *report = c->report;
	struct leaks leaks = { 0 };

	for (size_t i = 0; i < report->keys.len; i++)
		*rsk_map_put(&leaks.keys, id_of(&report->keys.ptr[i].secret)) =
			(uint32_t)i + 1;
	for (int past = 0; past < 2; past++)
		for (int severity = RSK_CRITICAL; severity >= RSK_INFO;
			severity--)
			for (size_t i = 0; i < report->findings.len; i++) {
				const struct rsk_finding *f =
					&report->findings.ptr[i];

				if ((int)f->severity != severity ||
					rsk_is_present(f) == past ||
					!is_about_vcs(c, &leaks, f))
					continue;
				take_leak(c, f);
				count_leak(&leaks, f);
			}
	rsk_map_release(&leaks.keys);
	rsk_map_release(&leaks.seen);
	return leaks;
}

static const char *leak_words(struct rsk_case *c, const struct leaks *leaks)
{
	uint32_t now = leaks->all - leaks->past;

	if (!leaks->all)
		return "no key is under version control, but a file or a "
		       "package could take one along";
	return rsk_arena_printf(&c->report->arena,
		"%u key%s under version control: %u in the present files, %u "
		"only in the history%s",
		leaks->all, rsk_s(leaks->all), now, leaks->past,
		!leaks->unreachable
			? ""
			: rsk_arena_printf(&c->report->arena,
				  " (%u in objects that no ref reaches)",
				  leaks->unreachable));
}

static bool has_whole_history(const struct rsk_report *report)
{
	return report->coverage.objects.scanned &&
	       !report->coverage.gaps[RSK_GAP_HISTORY_TRUNCATED];
}

void rsk_answer_vcs(struct rsk_case *c)
{
	const struct rsk_coverage *coverage = &c->report->coverage;
	struct leaks leaks = take_leaks(c);
	uint64_t files = coverage->files.scanned;
	uint64_t objects = coverage->objects.scanned;

	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	if (c->places[RSK_EVIDENCE_AGAINST])
		rsk_case_close(c, RSK_ANSWER_FAIL, "%s", leak_words(c, &leaks));
	else if (!c->in->in_repository)
		rsk_case_close(c, RSK_ANSWER_UNKNOWN,
			"this is no git repository, or one that was not read: "
			"what is under version control is not known");
	else if (!has_whole_history(c->report))
		rsk_case_close(c, RSK_ANSWER_REVIEW,
			"no key in %llu file%s; the history was not looked at, "
			"or is cut off",
			(unsigned long long)files, rsk_s(files));
	else
		rsk_case_close(c,
			c->places[RSK_EVIDENCE_OPEN] ? RSK_ANSWER_REVIEW
						     : RSK_ANSWER_PASS,
			c->places[RSK_EVIDENCE_OPEN]
				? "no key for sure in %llu file%s and %llu git "
				  "object%s, but something to look at"
				: "no key in %llu file%s and %llu git object%s",
			(unsigned long long)files, rsk_s(files),
			(unsigned long long)objects, rsk_s(objects));
	c->places[RSK_EVIDENCE_FOR] +=
		(uint32_t)(files + objects < UINT32_MAX / 2 ? files + objects
							    : UINT32_MAX / 2);
}
