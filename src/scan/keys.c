#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "checks/environment.h"
#include "scan/scan_p.h"

/*
 * The story of each secret: one per id of the report, put together from its
 * findings, from the places where it is seen without being a finding, and from
 * what the histories say of it. All of it is in the report's arena.
 */

/* A place before those of one file and line are united. */
struct seen {
	struct rsk_key_place place;
	const char *rule; /* NULL: no finding */
};

struct gathering {
	RSK_VEC(struct seen) seen;
	bool has_past;
};

struct keys {
	struct rsk_scan *scan;
	struct rsk_report *report;
	struct rsk_map numbers;              /* of ids, from 1 */
	RSK_VEC(struct gathering) gathering; /* by key */
};

static struct rsk_slice id_of(const struct rsk_secret_view *secret)
{
	return rsk_slice(secret->id.bytes, sizeof(secret->id.bytes));
}

/*
 * The place of the secret's key in the report; a new one if need be. What the
 * map borrows are findings and sightings, which do not move meanwhile.
 */
static size_t key_of(struct keys *k, const struct rsk_secret_view *secret)
{
	uint32_t *number = rsk_map_put(&k->numbers, id_of(secret));

	if (!*number) {
		*RSK_VEC_PUSH(&k->report->keys) =
			(struct rsk_key){ .secret = *secret };
		(void)RSK_VEC_PUSH(&k->gathering);
		*number = (uint32_t)k->report->keys.len;
	}
	return *number - 1;
}

static const char *environment_of(struct rsk_slice path)
{
	enum rsk_environment environment = rsk_environment_of(path);

	return environment == RSK_ENVIRONMENT_UNKNOWN
		       ? NULL
		       : rsk_environment_name(environment);
}

/* Places */

static bool is_of_history(enum rsk_origin origin)
{
	return origin != RSK_ORIGIN_TREE && origin != RSK_ORIGIN_INDEX &&
	       origin != RSK_ORIGIN_STDIN;
}

static void add_finding(
	struct keys *k, const struct rsk_finding *finding, bool hidden)
{
	size_t at;

	if (!finding->secret.masked)
		return;
	at = key_of(k, &finding->secret);
	k->report->keys.ptr[at].findings++;
	k->report->keys.ptr[at].hidden += hidden;
	*RSK_VEC_PUSH(&k->gathering.ptr[at].seen) = (struct seen){
		.place = {
			.path = finding->path,
			.at = finding->start,
			.origin = finding->origin,
			.at_head = finding->at_head,
			.tracked = is_of_history(finding->origin) ||
				   finding->origin == RSK_ORIGIN_INDEX,
			.environment = environment_of(finding->path),
		},
		.rule = finding->rule,
	};
}

static void add_sighting(struct keys *k, const struct rsk_sighting *sighting)
{
	size_t at = key_of(k, &sighting->secret);
	struct rsk_slice path = rsk_scan_mask_path(k->scan, sighting->path);

	*RSK_VEC_PUSH(&k->gathering.ptr[at].seen) = (struct seen){
		.place = {
			.path = path,
			.at = sighting->at,
			.origin = sighting->origin,
			.at_head = sighting->at_head,
			.tracked = sighting->vcs & RSK_VCS_TRACKED,
			.environment = environment_of(path),
		},
	};
}

static int cmp_seen(const void *left, const void *right)
{
	const struct seen *a = left;
	const struct seen *b = right;
	int order = rsk_key_place_cmp(&a->place, &b->place);

	return order ? order
		     : strcmp(a->rule ? a->rule : "", b->rule ? b->rule : "");
}

/* The rules of the `len` that are at one place; they are sorted. */
static void unite_rules(struct keys *k, struct rsk_key_place *place,
	const struct seen *seen, size_t len)
{
	const char **rules =
		rsk_arena_array(&k->report->arena, len, sizeof(*rules));

	for (size_t i = 0; i < len; i++) {
		place->tracked |= seen[i].place.tracked;
		place->at_head |= seen[i].place.at_head;
		if (seen[i].rule &&
			(!i || !seen[i - 1].rule ||
				strcmp(seen[i - 1].rule, seen[i].rule) != 0))
			rules[place->rules_len++] = seen[i].rule;
	}
	place->rules = rules;
}

static void settle_places(struct keys *k, size_t at)
{
	struct gathering *g = &k->gathering.ptr[at];
	struct rsk_key *key = &k->report->keys.ptr[at];
	struct rsk_key_place *places = rsk_arena_array(
		&k->report->arena, g->seen.len, sizeof(*places));
	size_t end;

	if (g->seen.len)
		qsort(g->seen.ptr, g->seen.len, sizeof(*g->seen.ptr), cmp_seen);
	for (size_t i = 0; i < g->seen.len; i = end) {
		for (end = i + 1; end < g->seen.len; end++)
			if (rsk_key_place_cmp(&g->seen.ptr[i].place,
				    &g->seen.ptr[end].place) != 0)
				break;
		key->at_head |= g->seen.ptr[i].place.at_head;
		if (key->places_len == RSK_MAX_KEY_PLACES) {
			key->more_places = true;
			continue;
		}
		places[key->places_len] = g->seen.ptr[i].place;
		unite_rules(k, &places[key->places_len++], &g->seen.ptr[i],
			end - i);
	}
	key->places = places;
}

/* Environments: those of the places, each once, in the order of their table */

static bool is_used_for(const struct gathering *g, const char *environment)
{
	for (size_t i = 0; i < g->seen.len; i++)
		if (g->seen.ptr[i].place.environment == environment)
			return true;
	return false;
}

static void list_environments(struct keys *k, size_t at)
{
	const struct gathering *g = &k->gathering.ptr[at];
	struct rsk_key *key = &k->report->keys.ptr[at];
	const char **names = rsk_arena_array(
		&k->report->arena, RSK_ENVIRONMENTS, sizeof(*names));

	for (int i = RSK_ENVIRONMENT_UNKNOWN + 1; i < RSK_ENVIRONMENTS; i++) {
		const char *name =
			rsk_environment_name((enum rsk_environment)i);

		if (is_used_for(g, name))
			names[key->environments_len++] = name;
	}
	key->environments = names;
}

/* What the findings know of the past, where no history has more to say */

static void take_life(struct rsk_key *key, const struct rsk_life_view *life)
{
	key->commits = life->commits;
	key->last.oid = life->last;
	key->last_seconds = life->last_seconds;
	key->removed.oid = life->removed;
	key->removed_seconds = life->removed_seconds;
	key->branches = (struct rsk_key_names){ life->refs, life->refs_len,
		life->refs_total };
}

static void take_commit(struct keys *k, const struct rsk_finding *finding)
{
	struct rsk_key *key;
	struct rsk_key_event *event;

	if (!finding->secret.masked || !finding->commit.oid)
		return;
	key = &k->report->keys.ptr[key_of(k, &finding->secret)];
	if (key->first.oid && key->first_seconds <= finding->commit.seconds)
		return;
	event = rsk_arena_alloc(&k->report->arena, sizeof(*event));
	*event = (struct rsk_key_event){
		.seconds = finding->commit.seconds,
		.commit = finding->commit,
		.path = finding->path,
		.successor = RSK_NO_KEY,
	};
	key->first = finding->commit;
	key->first_seconds = finding->commit.seconds;
	key->events = event;
	key->events_len = 1;
	if (finding->life)
		take_life(key, finding->life);
}

void rsk_scan_keys(struct rsk_scan *scan, struct rsk_report *report,
	const struct rsk_sighting *sightings, size_t sightings_len)
{
	struct keys k = { .scan = scan, .report = report };

	for (size_t i = 0; i < report->findings.len; i++)
		add_finding(&k, &report->findings.ptr[i], false);
	for (size_t i = 0; i < report->suppressed.len; i++)
		add_finding(&k, &report->suppressed.ptr[i], true);
	for (size_t i = 0; i < sightings_len; i++)
		add_sighting(&k, &sightings[i]);
	for (size_t i = 0; i < report->findings.len; i++)
		take_commit(&k, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->suppressed.len; i++)
		take_commit(&k, &report->suppressed.ptr[i]);
	for (size_t i = 0; i < k.gathering.len; i++) {
		settle_places(&k, i);
		list_environments(&k, i);
		RSK_VEC_RELEASE(&k.gathering.ptr[i].seen);
	}
	RSK_VEC_RELEASE(&k.gathering);
	rsk_map_release(&k.numbers);
}
