#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "scan/history_p.h"

/*
 * What the history says of each secret, for the report's stories. Two patterns
 * that see one secret make two groups; a secret that is in several groups gets
 * an item of its own, which is in all that they are in, so that its first
 * commit and its last are exact.
 */

void rsk_past_note_secret(struct rsk_past *past, struct rsk_group *group,
	struct rsk_slice text, const struct rsk_match *match)
{
	struct rsk_slice key = past->scan->options.secret_key;
	struct rsk_secret_id *id;
	struct rsk_secret secret;
	uint32_t *number;

	group->secret = UINT32_MAX;
	if (!past->scan->options.stories ||
		match->secret_end <= match->secret_begin)
		return;
	secret = rsk_secret_of(rsk_slice_cut(text, (size_t)match->secret_begin,
				       (size_t)match->secret_end),
		0);
	id = rsk_arena_alloc(&past->arena, sizeof(*id));
	*id = key.len ? rsk_secret_identify_keyed(&secret, key)
		      : rsk_secret_identify(&secret);
	number = rsk_map_put(
		&past->secrets_map, rsk_slice(id->bytes, sizeof(id->bytes)));
	if (!*number) {
		*RSK_VEC_PUSH(&past->secrets) = (struct rsk_past_secret){
			.id = *id,
			.item = RSK_NO_ITEM,
		};
		*number = (uint32_t)past->secrets.len;
	}
	group->secret = *number - 1;
	past->secrets.ptr[group->secret].groups += group->item != UINT32_MAX;
}

void rsk_past_unite_secrets(struct rsk_past *past)
{
	size_t len = 0;
	uint32_t *into;

	for (size_t i = 0; i < past->groups.len; i++)
		if (past->groups.ptr[i].item != UINT32_MAX)
			len = past->groups.ptr[i].item + 1;
	into = rsk_alloc_array(len, sizeof(*into));
	memset(into, 0xff, len * sizeof(*into));
	for (size_t i = 0; i < past->groups.len; i++) {
		const struct rsk_group *group = &past->groups.ptr[i];
		struct rsk_past_secret *secret;

		if (group->secret == UINT32_MAX || group->item == UINT32_MAX)
			continue;
		secret = &past->secrets.ptr[group->secret];
		if (secret->groups == 1)
			secret->item = group->item;
		else if (secret->item == RSK_NO_ITEM)
			secret->item = rsk_history_item(past->history);
		if (secret->groups > 1)
			into[group->item] = secret->item;
	}
	rsk_history_item_unite(past->history, into, len);
	free(into);
}

/* Which secrets are in the report */

static void want(const struct rsk_past *past, bool *wanted,
	const struct rsk_secret_view *secret)
{
	const uint32_t *number;

	if (!secret->masked)
		return;
	number = rsk_map_get(&past->secrets_map,
		rsk_slice(secret->id.bytes, sizeof(secret->id.bytes)));
	if (number)
		wanted[*number - 1] = true;
}

static void want_of_worker(const struct rsk_past *past, bool *wanted,
	const struct rsk_worker *worker)
{
	for (size_t i = 0; i < worker->drafts.len; i++)
		want(past, wanted, &worker->drafts.ptr[i].finding.secret);
	for (size_t i = 0; i < worker->sightings.len; i++)
		want(past, wanted, &worker->sightings.ptr[i].secret);
}

/* One story as the report has it */

struct teller {
	struct rsk_past *past;
	struct rsk_past_worker *own;
	struct rsk_arena *arena;
	const struct rsk_life *life;
	const struct rsk_story *story;
};

static struct rsk_slice shown_path(const struct teller *t, uint32_t sight)
{
	return rsk_past_path(t->past, t->own, t->life->sights[sight].path);
}

static int64_t view_commit(
	const struct teller *t, uint32_t at, struct rsk_commit_view *view)
{
	if (at == RSK_NO_COMMIT)
		return 0;
	rsk_past_view_commit(t->past, t->own,
		rsk_history_number(t->past->history, at), view);
	return rsk_history_seconds(t->past->history, at);
}

static void tell_places(const struct teller *t, struct rsk_key *key)
{
	struct rsk_key_place *places =
		rsk_arena_array(t->arena, t->life->sights_len, sizeof(*places));

	for (uint32_t i = 0; i < t->life->sights_len; i++) {
		const struct rsk_story_path *path = &t->story->paths[i];

		places[i] = (struct rsk_key_place){
			.path = shown_path(t, i),
			.origin = t->life->origin,
			.at_head = path->at_head,
			.tracked = true,
		};
		if (path->first != RSK_NO_COMMIT)
			places[i].first_seconds = rsk_history_seconds(
				t->past->history, path->first);
		if (path->last != RSK_NO_COMMIT)
			places[i].last_seconds = rsk_history_seconds(
				t->past->history, path->last);
	}
	key->places = places;
	key->places_len = t->life->sights_len;
	key->more_places = t->life->more_sights;
}

static void tell_events(const struct teller *t, struct rsk_key *key)
{
	struct rsk_key_event *events = rsk_arena_array(
		t->arena, t->story->events_len, sizeof(*events));

	for (size_t i = 0; i < t->story->events_len; i++) {
		const struct rsk_story_event *event = &t->story->events[i];

		events[i].kind = event->kind;
		events[i].successor = RSK_NO_KEY;
		events[i].seconds =
			view_commit(t, event->commit, &events[i].commit);
		if (event->sight != RSK_NO_SIGHT)
			events[i].path = shown_path(t, event->sight);
	}
	key->events = events;
	key->events_len = t->story->events_len;
	key->more_events = t->story->more_events;
}

static bool brings(const struct rsk_key_event *event)
{
	return event->kind == RSK_KEY_INTRODUCED ||
	       event->kind == RSK_KEY_SPREAD || event->kind == RSK_KEY_RETURNED;
}

static bool is_known(const struct rsk_key_names *names, struct rsk_slice name)
{
	for (size_t i = 0; i < names->len; i++)
		if (rsk_slice_eq(names->ptr[i], name))
			return true;
	return false;
}

/* Whoever brought it anywhere; there are few, and each is told once. */
static void tell_authors(const struct teller *t, struct rsk_key *key)
{
	struct rsk_slice *names =
		rsk_arena_array(t->arena, key->events_len, sizeof(*names));
	struct rsk_key_names authors = { .ptr = names };

	for (size_t i = 0; i < key->events_len; i++)
		if (brings(&key->events[i]) &&
			!is_known(&authors, key->events[i].commit.author))
			names[authors.len++] = key->events[i].commit.author;
	authors.total = (uint32_t)authors.len;
	if (authors.len > RSK_MAX_KEY_NAMES)
		authors.len = RSK_MAX_KEY_NAMES;
	key->authors = authors;
}

static struct rsk_key_names view_refs(
	const struct teller *t, enum rsk_ref_class class)
{
	const struct rsk_story_refs *refs = &t->story->refs[class];
	size_t len = refs->total < RSK_LIFE_REFS ? refs->total : RSK_LIFE_REFS;
	struct rsk_slice *names =
		rsk_arena_array(t->arena, len, sizeof(*names));

	for (size_t i = 0; i < len; i++)
		names[i] = rsk_past_mask_path(t->own,
			rsk_history_ref(t->past->history, refs->some[i]));
	return (struct rsk_key_names){ names, len, refs->total };
}

static void tell(const struct teller *t, struct rsk_key *key)
{
	key->at_head = t->life->at_head;
	key->commits = t->life->commits;
	key->first_seconds = view_commit(t, t->life->first, &key->first);
	key->last_seconds = view_commit(t, t->life->last, &key->last);
	key->removed_seconds = view_commit(t, t->life->removed, &key->removed);
	key->branches = view_refs(t, RSK_REF_BRANCH);
	key->tags = view_refs(t, RSK_REF_TAG);
	key->remotes = view_refs(t, RSK_REF_REMOTE);
	tell_places(t, key);
	tell_events(t, key);
	tell_authors(t, key);
}

static void tell_all(struct rsk_past *past, const uint32_t *secrets,
	const struct rsk_story *stories, size_t len)
{
	struct rsk_past_worker *own = &past->workers[0];

	for (size_t i = 0; i < len; i++) {
		const struct teller teller = {
			.past = past,
			.own = own,
			.arena = &own->worker->arena,
			.life = rsk_history_life(
				past->history, stories[i].item),
			.story = &stories[i],
		};
		struct rsk_key key = {
			.secret.id = past->secrets.ptr[secrets[i]].id,
		};

		tell(&teller, &key);
		*RSK_VEC_PUSH(&own->worker->pasts) = key;
	}
}

void rsk_past_tell_stories(struct rsk_past *past)
{
	size_t all = past->secrets.len;
	bool *wanted = rsk_alloc_array(all, sizeof(*wanted));
	uint32_t *secrets = rsk_alloc_array(all, sizeof(*secrets));
	struct rsk_story *stories = rsk_alloc_array(all, sizeof(*stories));
	size_t len = 0;

	for (unsigned w = 0; w < past->jobs; w++)
		want_of_worker(past, wanted, past->workers[w].worker);
	for (uint32_t i = 0; i < all; i++) {
		if (!wanted[i] || past->secrets.ptr[i].item == RSK_NO_ITEM)
			continue;
		secrets[len] = i;
		stories[len++].item = past->secrets.ptr[i].item;
	}
	if (len)
		rsk_history_stories(past->history, stories, len);
	tell_all(past, secrets, stories, len);
	free(wanted);
	free(secrets);
	free(stories);
}
