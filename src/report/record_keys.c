#include "report/record_p.h"

#include "report/words_p.h"

/* The member `keys`: the story of each secret of the report. */

/* Dates of a story are the committers': the order things became public in. */
static void add_moment(struct rsk_json *json, const char *key,
	const struct rsk_commit_view *commit, int64_t seconds)
{
	char date[RSK_DATE];

	if (!commit->oid)
		return;
	rsk_json_object(json, key);
	rsk_json_str(json, "oid", commit->oid);
	rsk_json_slice(json, "author", commit->author);
	if (rsk_date(date, seconds))
		rsk_json_str(json, "date", date);
	else
		rsk_json_null(json, "date");
	rsk_json_slice(json, "summary", commit->summary);
	rsk_json_end(json);
}

static void add_date(struct rsk_json *json, const char *key, int64_t seconds)
{
	char date[RSK_DATE];

	if (seconds && rsk_date(date, seconds))
		rsk_json_str(json, key, date);
}

static void add_names(struct rsk_json *json, const char *key,
	const struct rsk_key_names *names)
{
	rsk_json_object(json, key);
	rsk_json_number(json, "total", names->total);
	rsk_json_array(json, "names");
	for (size_t i = 0; i < names->len; i++)
		rsk_json_slice(json, NULL, names->ptr[i]);
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_place(struct rsk_json *json, const struct rsk_key_place *place)
{
	rsk_json_object(json, NULL);
	rsk_json_path(json, place->path);
	if (place->at.line) {
		rsk_json_number(json, "line", place->at.line);
		rsk_json_number(json, "column", place->at.column);
	}
	rsk_json_str(json, "origin", rsk_origin_name(place->origin));
	rsk_json_bool(json, "at_head", place->at_head);
	rsk_json_bool(json, "tracked", place->tracked);
	rsk_json_array(json, "rules");
	for (size_t i = 0; i < place->rules_len; i++)
		rsk_json_str(json, NULL, place->rules[i]);
	rsk_json_end(json);
	if (place->environment)
		rsk_json_str(json, "environment", place->environment);
	add_date(json, "first", place->first_seconds);
	add_date(json, "last", place->last_seconds);
	rsk_json_end(json);
}

static void add_event(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_key_event *event, const struct rsk_ids *ids)
{
	char name[RSK_ID_NAME];

	rsk_json_object(json, NULL);
	rsk_json_str(json, "event", rsk_key_event_name(event->kind));
	add_date(json, "date", event->seconds);
	if (event->path.len)
		rsk_json_path(json, event->path);
	if (event->successor != RSK_NO_KEY)
		rsk_json_str(json, "successor",
			rsk_ids_name(ids,
				&report->keys.ptr[event->successor].secret,
				name));
	add_moment(json, "commit", &event->commit, event->seconds);
	rsk_json_end(json);
}

/* What only a history tells. */
static void add_past(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_key *key, const struct rsk_ids *ids)
{
	if (!key->first.oid)
		return;
	rsk_json_object(json, "history");
	add_moment(json, "first", &key->first, key->first_seconds);
	add_moment(json, "last", &key->last, key->last_seconds);
	add_moment(json, "removed", &key->removed, key->removed_seconds);
	rsk_json_number(json, "commits", key->commits);
	add_names(json, "branches", &key->branches);
	add_names(json, "tags", &key->tags);
	add_names(json, "remotes", &key->remotes);
	add_names(json, "authors", &key->authors);
	rsk_json_array(json, "events");
	for (size_t i = 0; i < key->events_len; i++)
		add_event(json, report, &key->events[i], ids);
	rsk_json_end(json);
	rsk_json_bool(json, "more_events", key->more_events);
	rsk_json_end(json);
}

static void add_key(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_key *key, const struct rsk_ids *ids)
{
	char name[RSK_ID_NAME];

	rsk_json_object(json, NULL);
	rsk_json_str(json, "id", rsk_ids_name(ids, &key->secret, name));
	rsk_json_str(json, "masked", key->secret.masked);
	rsk_json_str(
		json, "kind", key->secret.kind ? key->secret.kind : "unknown");
	rsk_json_array(json, "environments");
	for (size_t i = 0; i < key->environments_len; i++)
		rsk_json_str(json, NULL, key->environments[i]);
	rsk_json_end(json);
	rsk_json_bool(json, "at_head", key->at_head);
	rsk_json_number(json, "findings", key->findings);
	rsk_json_number(json, "suppressed", key->hidden);
	rsk_json_array(json, "places");
	for (size_t i = 0; i < key->places_len; i++)
		add_place(json, &key->places[i]);
	rsk_json_end(json);
	rsk_json_bool(json, "more_places", key->more_places);
	add_past(json, report, key, ids);
	rsk_json_end(json);
}

void rsk_record_keys(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_ids *ids)
{
	rsk_json_array(json, "keys");
	for (size_t i = 0; i < report->keys.len; i++)
		add_key(json, report, &report->keys.ptr[i], ids);
	rsk_json_end(json);
}
