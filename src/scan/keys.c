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

static void add_finding(struct keys *k, const struct rsk_finding *finding)
{
	size_t at;

	if (!finding->secret.masked)
		return;
	at = key_of(k, &finding->secret);
	k->report->keys.ptr[at].findings++;
	k->report->keys.ptr[at].hidden += finding->suppression.source != NULL;
	k->report->keys.ptr[at].accepted +=
		rsk_is_accepted(&finding->suppression);
	*RSK_VEC_PUSH(&k->gathering.ptr[at].seen) = (struct seen){
		.place = {
			.path = finding->path,
			.at = finding->start,
			.origin = finding->origin,
			.at_head = finding->at_head,
			.tracked = rsk_origin_is_past(finding->origin) ||
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

/* The past, as the histories tell it */

/*
 * What the history knows of a path is told at the places that are there; of
 * one that nothing else names, a place is made.
 */
static void take_place(struct gathering *g, const struct rsk_key_place *past)
{
	bool found = false;

	for (size_t i = 0; i < g->seen.len; i++) {
		struct rsk_key_place *place = &g->seen.ptr[i].place;

		if (!rsk_slice_eq(place->path, past->path))
			continue;
		found = true;
		place->tracked |= past->at_head;
		place->first_seconds = past->first_seconds;
		place->last_seconds = past->last_seconds;
		/* A finding stands for all paths that its secret had. */
		if (rsk_origin_is_past(place->origin))
			place->at_head = past->at_head;
	}
	if (found)
		return;
	*RSK_VEC_PUSH(&g->seen) = (struct seen){ .place = *past };
	g->seen.ptr[g->seen.len - 1].place.environment =
		environment_of(past->path);
}

static const struct rsk_key_event *joined_events(
	struct keys *k, const struct rsk_key *a, const struct rsk_key *b)
{
	struct rsk_key_event *events = rsk_arena_array(&k->report->arena,
		a->events_len + b->events_len, sizeof(*events));

	if (a->events_len)
		memcpy(events, a->events, a->events_len * sizeof(*events));
	if (b->events_len)
		memcpy(events + a->events_len, b->events,
			b->events_len * sizeof(*events));
	return events;
}

/* A second history that has the secret, a submodule's, comes behind. */
static void take_more(
	struct keys *k, struct rsk_key *key, const struct rsk_key *past)
{
	key->events = joined_events(k, key, past);
	key->events_len += past->events_len;
	key->more_events |= past->more_events;
	key->commits += past->commits;
}

static void take_past(struct keys *k, size_t at, const struct rsk_key *past)
{
	struct rsk_key *key = &k->report->keys.ptr[at];
	struct gathering *g = &k->gathering.ptr[at];

	for (size_t i = 0; i < past->places_len; i++)
		take_place(g, &past->places[i]);
	key->more_places |= past->more_places;
	if (g->has_past) {
		take_more(k, key, past);
		return;
	}
	g->has_past = true;
	key->first = past->first;
	key->first_seconds = past->first_seconds;
	key->last = past->last;
	key->last_seconds = past->last_seconds;
	key->removed = past->removed;
	key->removed_seconds = past->removed_seconds;
	key->commits = past->commits;
	key->branches = past->branches;
	key->tags = past->tags;
	key->remotes = past->remotes;
	key->authors = past->authors;
	key->events = past->events;
	key->events_len = past->events_len;
	key->more_events = past->more_events;
}

static void take_pasts(struct keys *k, const struct rsk_worker *worker)
{
	for (size_t i = 0; i < worker->pasts.len; i++) {
		const struct rsk_key *past = &worker->pasts.ptr[i];
		const uint32_t *number =
			rsk_map_get(&k->numbers, id_of(&past->secret));

		if (number && k->gathering.ptr)
			take_past(k, *number - 1, past);
	}
}

/*
 * A secret that is in no file of any commit, but in a message or a tag, has no
 * life: all there is to tell is the commit of its finding.
 */
static void take_commit(struct keys *k, const struct rsk_finding *finding)
{
	struct rsk_key *key;
	struct rsk_key_event *event;
	size_t at;

	if (!finding->secret.masked || !finding->commit.oid)
		return;
	at = key_of(k, &finding->secret);
	key = &k->report->keys.ptr[at];
	if (k->gathering.ptr[at].has_past ||
		(key->first.oid &&
			key->first_seconds <= finding->commit.seconds))
		return;
	event = rsk_arena_alloc(&k->report->arena, sizeof(*event));
	*event = (struct rsk_key_event){
		.seconds = finding->commit.seconds,
		.commit = finding->commit,
		.path = finding->path,
		.successor = RSK_NO_KEY,
	};
	key->first = key->last = finding->commit;
	key->first_seconds = key->last_seconds = finding->commit.seconds;
	key->commits = 1;
	key->authors = (struct rsk_key_names){ &event->commit.author, 1, 1 };
	key->events = event;
	key->events_len = 1;
}

/*
 * Rotation: when a key goes, and in the same commit another of its sort comes
 * to the same path, that one took its place.
 */
static bool is_gone(const struct rsk_key_event *event)
{
	return event->kind == RSK_KEY_LEFT || event->kind == RSK_KEY_REMOVED;
}

static bool is_come(const struct rsk_key_event *event)
{
	return event->kind == RSK_KEY_INTRODUCED ||
	       event->kind == RSK_KEY_SPREAD || event->kind == RSK_KEY_RETURNED;
}

static bool is_product_kind(const char *kind)
{
	return !strcmp(kind, "live") || !strcmp(kind, "sandbox") ||
	       !strcmp(kind, "unprefixed");
}

/* A sandbox key may make way for a live one, but not for another vendor's. */
static bool is_of_a_sort(const struct rsk_key *a, const struct rsk_key *b)
{
	const char *x = a->secret.kind ? a->secret.kind : "";
	const char *y = b->secret.kind ? b->secret.kind : "";

	return !strcmp(x, y) || (is_product_kind(x) && is_product_kind(y));
}

static bool was_at(const struct rsk_key *key, struct rsk_slice path)
{
	for (size_t i = 0; i < key->places_len; i++)
		if (rsk_slice_eq(key->places[i].path, path))
			return true;
	return false;
}

static bool comes_by(const struct rsk_key *gone_key,
	const struct rsk_key_event *gone, const struct rsk_key_event *come)
{
	if (!is_come(come) || strcmp(come->commit.oid, gone->commit.oid) != 0)
		return false;
	if (gone->kind == RSK_KEY_LEFT)
		return rsk_slice_eq(gone->path, come->path);
	return was_at(gone_key, come->path);
}

static struct rsk_key_event rotation(const struct rsk_key_event *gone,
	const struct rsk_key_event *come, size_t successor)
{
	return (struct rsk_key_event){
		.kind = RSK_KEY_ROTATED,
		.seconds = gone->seconds,
		.commit = gone->commit,
		.path = come->path,
		.successor = (uint32_t)successor,
	};
}

/* What each commit brings is looked up once, not for every pair of keys. */
struct arrival {
	const char *oid;
	const struct rsk_key_event *come;
	size_t key;
};

static int cmp_arrival(const void *left, const void *right)
{
	const struct arrival *a = left;
	const struct arrival *b = right;
	int order = strcmp(a->oid, b->oid);

	if (order)
		return order;
	return (a->key > b->key) - (a->key < b->key);
}

typedef RSK_VEC(struct arrival) arrivals;

static void list_arrivals(const struct keys *k, arrivals *out)
{
	for (size_t i = 0; i < k->report->keys.len; i++) {
		const struct rsk_key *key = &k->report->keys.ptr[i];

		for (size_t e = 0; e < key->events_len; e++)
			if (is_come(&key->events[e]))
				*RSK_VEC_PUSH(out) = (struct arrival){
					key->events[e].commit.oid,
					&key->events[e],
					i,
				};
	}
	if (out->len)
		qsort(out->ptr, out->len, sizeof(*out->ptr), cmp_arrival);
}

/* The first arrival of that commit. */
static size_t find_arrivals(const arrivals *all, const char *oid)
{
	size_t low = 0;
	size_t high = all->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(all->ptr[middle].oid, oid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct arrival *successor_of(const struct keys *k,
	const arrivals *all, size_t at, const struct rsk_key_event *gone)
{
	const struct rsk_key *key = &k->report->keys.ptr[at];

	for (size_t i = find_arrivals(all, gone->commit.oid);
		i < all->len && !strcmp(all->ptr[i].oid, gone->commit.oid); i++)
		if (all->ptr[i].key != at &&
			is_of_a_sort(
				key, &k->report->keys.ptr[all->ptr[i].key]) &&
			comes_by(key, gone, all->ptr[i].come))
			return &all->ptr[i];
	return NULL;
}

static void add_rotations(
	struct keys *k, const arrivals *all, size_t at, struct rsk_key *told)
{
	const struct rsk_key *key = &k->report->keys.ptr[at];
	struct rsk_key_event *events = rsk_arena_array(
		&k->report->arena, 2 * key->events_len, sizeof(*events));

	told->events_len = 0;
	for (size_t i = 0; i < key->events_len; i++) {
		const struct rsk_key_event *event = &key->events[i];
		const struct arrival *next =
			is_gone(event) ? successor_of(k, all, at, event) : NULL;

		events[told->events_len++] = *event;
		if (next)
			events[told->events_len++] =
				rotation(event, next->come, next->key);
	}
	told->events = events;
}

static void find_rotations(struct keys *k)
{
	size_t len = k->report->keys.len;
	struct rsk_key *told = rsk_alloc_array(len, sizeof(*told));
	arrivals all = { 0 };

	list_arrivals(k, &all);
	for (size_t i = 0; i < len; i++)
		add_rotations(k, &all, i, &told[i]);
	for (size_t i = 0; i < len; i++) {
		k->report->keys.ptr[i].events = told[i].events;
		k->report->keys.ptr[i].events_len = told[i].events_len;
	}
	RSK_VEC_RELEASE(&all);
	free(told);
}

static void list_keys(struct keys *k, const struct rsk_sighting *sightings,
	size_t sightings_len)
{
	const struct rsk_report *report = k->report;

	for (size_t i = 0; i < report->findings.len; i++)
		add_finding(k, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->suppressed.len; i++)
		add_finding(k, &report->suppressed.ptr[i]);
	for (size_t i = 0; i < sightings_len; i++)
		add_sighting(k, &sightings[i]);
}

static void list_pasts(struct keys *k)
{
	const struct rsk_report *report = k->report;

	for (unsigned i = 0; i < k->scan->options.jobs; i++)
		take_pasts(k, &k->scan->workers[i]);
	for (size_t i = 0; i < report->findings.len; i++)
		take_commit(k, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->suppressed.len; i++)
		take_commit(k, &report->suppressed.ptr[i]);
}

void rsk_scan_keys(struct rsk_scan *scan, struct rsk_report *report,
	const struct rsk_sighting *sightings, size_t sightings_len)
{
	struct keys k = { .scan = scan, .report = report };

	list_keys(&k, sightings, sightings_len);
	list_pasts(&k);
	for (size_t i = 0; i < k.gathering.len; i++) {
		settle_places(&k, i);
		list_environments(&k, i);
	}
	find_rotations(&k);
	for (size_t i = 0; i < k.gathering.len; i++)
		RSK_VEC_RELEASE(&k.gathering.ptr[i].seen);
	RSK_VEC_RELEASE(&k.gathering);
	rsk_map_release(&k.numbers);
}
