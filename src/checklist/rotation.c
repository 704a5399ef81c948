#include <stdlib.h>

#include "base/day.h"
#include "base/map.h"
#include "checklist/case_p.h"
#include "rules/config.h"

/* How old keys are, and whether an old one stays beside the new one. */

enum { MAX_AGE = 90, MAX_OVERLAP = 7 }; /* days; the guide's */

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

/* One that is accepted with a reason is none to rotate. */
static bool is_counted(const struct rsk_key *key)
{
	return rsk_is_product_key(&key->secret) && key->first.oid &&
	       (!key->accepted || key->accepted != key->findings);
}

static void tell_keys(struct rsk_case *c, struct ages *ages)
{
	const struct rsk_report *report = c->report;

	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		if (!is_counted(key))
			continue;
		if (key->at_head)
			tell_age(c, ages, key);
		for (size_t j = 0; j < key->events_len; j++)
			tell_event(c, ages, key, &key->events[j]);
	}
}

/* ---- two keys in one file ---- */

/* A key at a path, and when it came there. */
struct stay {
	const struct rsk_key *key;
	const struct rsk_key_place *place;
	uint32_t uses; /* environments that it is known to be for */
	int64_t since; /* seconds */
};

typedef RSK_VEC(struct stay) stay_list;

static int cmp_stay(const void *left, const void *right)
{
	const struct stay *a = left;
	const struct stay *b = right;
	int order = rsk_slice_cmp(a->place->path, b->place->path);

	if (!order)
		order = strcmp(a->key->secret.kind, b->key->secret.kind);
	if (!order && a->uses != b->uses)
		order = a->uses < b->uses ? -1 : 1;
	if (!order && a->since != b->since)
		order = a->since < b->since ? -1 : 1;
	if (!order)
		order = memcmp(&a->key->secret.id, &b->key->secret.id,
			sizeof(a->key->secret.id));
	return order;
}

/* Each key once for each path. */
static void list_stays(const struct rsk_key *key, uint32_t uses, stay_list *out)
{
	for (size_t i = 0; i < key->places_len; i++) {
		const struct rsk_key_place *place = &key->places[i];

		if (i && rsk_slice_eq(place->path, place[-1].path))
			continue;
		*RSK_VEC_PUSH(out) = (struct stay){
			.key = key,
			.place = place,
			.uses = uses,
			.since = place->first_seconds ? place->first_seconds
						      : key->first_seconds,
		};
	}
}

/* Which environments a key is for, as far as facts tell: bits by name. */
static uint32_t bit_of(const char *environment)
{
	static const char *const names[] = { "development", "test", "staging",
		"production" };
	uint32_t i = 0;

	while (i < sizeof(names) / sizeof(names[0]) &&
		strcmp(names[i], environment) != 0)
		i++;
	return 1u << i;
}

static struct rsk_slice id_of(const struct rsk_secret_view *secret)
{
	return rsk_slice(secret->id.bytes, sizeof(secret->id.bytes));
}

static void list_uses(const struct rsk_case *c, struct rsk_map *uses)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];

		if (fact->topic == RSK_TOPIC_ENVIRONMENT && fact->subject &&
			fact->secret.masked)
			*rsk_map_put(uses, id_of(&fact->secret)) |=
				bit_of(fact->subject);
	}
}

static uint32_t uses_of(const struct rsk_map *uses, const struct rsk_key *key)
{
	const uint32_t *found = rsk_map_get(uses, id_of(&key->secret));

	return found ? *found : 0;
}

static bool was_rotated(const struct rsk_key *key)
{
	for (size_t i = 0; i < key->events_len; i++)
		if (key->events[i].kind == RSK_KEY_ROTATED)
			return true;
	return false;
}

/* A second key of the same sort came to where one was, and both stayed. It
 * may be another's, so a person has to judge. */
static void tell_beside(
	struct rsk_case *c, const struct stay *old, const struct stay *next)
{
	const struct rsk_key *key = old->key;
	struct rsk_evidence at = { .path = old->place->path,
		.line = old->place->at.line };
	bool stays = old->place->at_head && next->place->at_head;
	int64_t since = rsk_day_of_seconds(next->since);
	int64_t days = (stays ? c->in->today
			      : rsk_day_of_seconds(key->removed_seconds)) -
		       since;
	char day[RSK_DAY];

	if ((!stays && !key->removed.oid) || days <= MAX_OVERLAP ||
		old->since == next->since || was_rotated(key))
		return;
	rsk_case_say(c, stays ? RSK_EVIDENCE_OPEN : RSK_EVIDENCE_NOTE, &at,
		"%s %s %lld days after %s came beside it on %s: if that took "
		"its place, the guide says 7",
		key->secret.masked, stays ? "is still here" : "was here until",
		(long long)days, next->key->secret.masked,
		rsk_day_text(day, since));
}

/* Of one sort, in one file, for the same environments. */
static bool are_alike(const struct stay *a, const struct stay *b)
{
	return rsk_slice_eq(a->place->path, b->place->path) &&
	       !strcmp(a->key->secret.kind, b->key->secret.kind) &&
	       a->uses == b->uses;
}

static void tell_pairs(struct rsk_case *c)
{
	const struct rsk_report *report = c->report;
	stay_list all = { 0 };
	struct rsk_map uses = { 0 };

	list_uses(c, &uses);
	for (size_t i = 0; i < report->keys.len; i++)
		if (is_counted(&report->keys.ptr[i]))
			list_stays(&report->keys.ptr[i],
				uses_of(&uses, &report->keys.ptr[i]), &all);
	if (all.len)
		qsort(all.ptr, all.len, sizeof(*all.ptr), cmp_stay);
	for (size_t i = 1; i < all.len; i++)
		if (are_alike(&all.ptr[i - 1], &all.ptr[i]))
			tell_beside(c, &all.ptr[i - 1], &all.ptr[i]);
	rsk_map_release(&uses);
	RSK_VEC_RELEASE(&all);
}

/* A name that says "old": fine for the days that a change takes. */
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
		if (age < 0)
			rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
				"a note says: rotated on %s, which is to come",
				rsk_day_text(day, fact->day));
		else
			rsk_case_say(c,
				age > ages->limit ? RSK_EVIDENCE_AGAINST
						  : RSK_EVIDENCE_FOR,
				&at,
				"a note says: rotated on %s, %lld day%s ago",
				rsk_day_text(day, fact->day), (long long)age,
				rsk_s((uint64_t)age));
	}
}

static bool has_key_at_head(const struct rsk_report *report)
{
	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		if (key->at_head && rsk_is_product_key(&key->secret) &&
			(!key->accepted || key->accepted < key->findings))
			return true;
	}
	return false;
}

void rsk_answer_rotation(struct rsk_case *c)
{
	struct ages ages = { .limit = limit_of(c) };
	enum rsk_answer_kind kind;

	tell_keys(c, &ages);
	tell_pairs(c);
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
