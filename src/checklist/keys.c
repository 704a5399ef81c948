#include "base/day.h"
#include "base/hash.h"
#include "base/map.h"
#include "checklist/case_p.h"
#include "rules/config.h"

/* The items about keys: where they are given, where they are kept, and how
 * old they are. */

enum { MAX_AGE = 90, MAX_OVERLAP = 7 }; /* days; the guide's */

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

/* ---- key-rotation ---- */

struct ages {
	int64_t limit;  /* days */
	uint32_t keys;  /* of which something was said */
	int64_t oldest; /* days */
	uint32_t overlaps, returns;
};

static int64_t limit_of(const struct rsk_case *c)
{
	return c->in->config && c->in->config->rotation.max_age
		       ? (int64_t)c->in->config->rotation.max_age
		       : MAX_AGE;
}

static struct rsk_evidence at_key(const struct rsk_key *key)
{
	for (size_t i = 0; i < key->places_len; i++)
		if (key->places[i].at_head)
			return (struct rsk_evidence){
				.path = key->places[i].path,
				.line = key->places[i].at.line,
			};
	return (struct rsk_evidence){
		.path = key->places_len ? key->places[0].path : RSK_LIT(""),
	};
}

/* A key that is in use: since when has it been this one? */
static void tell_age(
	struct rsk_case *c, struct ages *ages, const struct rsk_key *key)
{
	struct rsk_evidence at = at_key(key);
	int64_t first = rsk_day_of_seconds(key->first_seconds);
	int64_t age = c->in->today - first;
	char day[RSK_DAY];

	ages->keys++;
	if (age > ages->oldest)
		ages->oldest = age;
	rsk_case_say(c,
		age > ages->limit ? RSK_EVIDENCE_AGAINST : RSK_EVIDENCE_FOR,
		&at, "%s is %lld day%s old: first seen on %s in commit %.10s",
		key->secret.masked, (long long)age, rsk_s((uint64_t)age),
		rsk_day_text(day, first), key->first.oid);
}

/* The old key beside the new one, for more days than a change needs. */
static void tell_overlap(struct rsk_case *c, struct ages *ages,
	const struct rsk_key *old, const struct rsk_key *next)
{
	struct rsk_evidence at = at_key(old);
	int64_t since = rsk_day_of_seconds(next->first_seconds);
	int64_t until = old->at_head ? c->in->today
				     : rsk_day_of_seconds(old->removed_seconds);
	char day[RSK_DAY];

	if (!next->first.oid || (!old->at_head && !old->removed.oid) ||
		until - since <= MAX_OVERLAP)
		return;
	ages->overlaps += old->at_head;
	rsk_case_say(c, old->at_head ? RSK_EVIDENCE_AGAINST : RSK_EVIDENCE_NOTE,
		&at,
		"%s %s %lld days after %s took its place on %s: the guide "
		"says 7",
		old->secret.masked,
		old->at_head ? "is still here" : "was here until",
		(long long)(until - since), next->secret.masked,
		rsk_day_text(day, since));
}

static void tell_event(struct rsk_case *c, struct ages *ages,
	const struct rsk_key *key, const struct rsk_key_event *event)
{
	struct rsk_evidence at = at_key(key);
	int64_t when = rsk_day_of_seconds(event->seconds);
	const struct rsk_key *next;
	char day[RSK_DAY];

	if (event->kind == RSK_KEY_RETURNED) {
		ages->returns += key->at_head;
		rsk_case_say(c,
			key->at_head ? RSK_EVIDENCE_AGAINST : RSK_EVIDENCE_NOTE,
			&at,
			"%s came back on %s in commit %.10s, after it was "
			"removed",
			key->secret.masked, rsk_day_text(day, when),
			event->commit.oid);
	}
	if (event->kind != RSK_KEY_ROTATED || event->successor == RSK_NO_KEY ||
		event->successor >= c->report->keys.len)
		return;
	next = &c->report->keys.ptr[event->successor];
	rsk_case_say(c, RSK_EVIDENCE_NOTE, &at, "%s was replaced by %s on %s",
		key->secret.masked, next->secret.masked,
		rsk_day_text(day, when));
	tell_overlap(c, ages, key, next);
}

static void tell_keys(struct rsk_case *c, struct ages *ages)
{
	const struct rsk_report *report = c->report;

	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		/* One that is accepted with a reason is none to rotate. */
		if (!rsk_is_product_key(&key->secret) || !key->first.oid ||
			(key->hidden && key->hidden == key->findings))
			continue;
		if (key->at_head)
			tell_age(c, ages, key);
		for (size_t j = 0; j < key->events_len; j++)
			tell_event(c, ages, key, &key->events[j]);
	}
}

/* RESYNC_API_KEY_OLD: fine for the days that a change takes. */
static void tell_kept(struct rsk_case *c, struct ages *ages)
{
	const struct rsk_report *report = c->report;

	for (size_t i = 0; i < report->findings.len; i++) {
		const struct rsk_finding *f = &report->findings.ptr[i];
		struct rsk_evidence at = rsk_at_finding(f);
		int64_t since = rsk_day_of_seconds(f->commit.seconds);
		char day[RSK_DAY];

		if (f->item != c->item || !rsk_is_present(f))
			continue;
		if (f->commit.oid && c->in->today - since <= MAX_OVERLAP) {
			rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
				"%s: to be deleted by %s", f->message,
				rsk_day_text(day, since + MAX_OVERLAP));
			continue;
		}
		ages->overlaps++;
		rsk_case_take_finding(c, f);
	}
}

static void tell_notes(struct rsk_case *c, struct ages *ages)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);
		int64_t age = c->in->today - fact->day;
		char day[RSK_DAY];

		if (fact->topic != RSK_TOPIC_ROTATED || !fact->day)
			continue;
		ages->keys++;
		if (age > ages->oldest)
			ages->oldest = age;
		rsk_case_say(c,
			age > ages->limit ? RSK_EVIDENCE_AGAINST
			: age < 0         ? RSK_EVIDENCE_OPEN
					  : RSK_EVIDENCE_FOR,
			&at, "a note says: rotated on %s, %lld day%s ago",
			rsk_day_text(day, fact->day), (long long)age,
			rsk_s((uint64_t)age));
	}
}

static bool has_key_at_head(const struct rsk_report *report)
{
	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		if (key->at_head && rsk_is_product_key(&key->secret) &&
			(!key->hidden || key->hidden < key->findings))
			return true;
	}
	return false;
}

void rsk_answer_rotation(struct rsk_case *c)
{
	struct ages ages = { .limit = limit_of(c) };
	enum rsk_answer_kind kind;

	tell_keys(c, &ages);
	tell_kept(c, &ages);
	tell_notes(c, &ages);
	kind = rsk_case_verdict(c);
	if (kind != RSK_ANSWERS && ages.keys)
		rsk_case_close(c, kind,
			"%u key%s with a date, the oldest is %lld days old "
			"(allowed: %lld)%s%s",
			ages.keys, rsk_s(ages.keys), (long long)ages.oldest,
			(long long)ages.limit,
			ages.overlaps ? "; an old key is still kept" : "",
			ages.returns ? "; one came back" : "");
	else if (kind != RSK_ANSWERS)
		rsk_case_close(c, kind,
			"an old key is kept; how old the others are is not in "
			"the history");
	else if (c->in->has_context)
		rsk_case_close(c, RSK_ANSWER_UNKNOWN,
			has_key_at_head(c->report)
				? "no key of these files is in the history: "
				  "when they were made is not known here"
				: "the keys live in the environment alone: "
				  "when they were made is not in a source "
				  "tree");
	else
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"nothing of Resync is used here");
}
