#ifndef RSK_TESTS_REPORT_STORIES_H
#define RSK_TESTS_REPORT_STORIES_H

#include "report_sample.h"

/*
 * More than the sample has, for pages that people look at: the long life of a
 * key, personal data, and what to do first.
 */
enum { STORY_DAY = 86400 };

/* So many days after 2025-01-06. */
static inline int64_t story_date(int days)
{
	return INT64_C(1736121600) + (int64_t)days * STORY_DAY;
}

static inline struct rsk_commit_view story_commit(int days, const char *text)
{
	return (struct rsk_commit_view){
		.oid = "0123456789abcdef0123456789abcdef01234567",
		.author = RSK_LIT("Ann <ann@example.com>"),
		.seconds = story_date(days),
		.summary = rsk_slice_str(text),
	};
}

/* Introduced, spread, removed, back again, rotated; still there. */
static inline const struct rsk_key_event *story_events(
	struct rsk_arena *arena, size_t *len)
{
	static const struct {
		enum rsk_key_event_kind kind;
		int days;
		const char *path;
	} rows[] = {
		{ RSK_KEY_INTRODUCED, 10, "src/app.ts" },
		{ RSK_KEY_SPREAD, 60, "ci/deploy.yml" },
		{ RSK_KEY_SPREAD, 75, "docs/setup.md" },
		{ RSK_KEY_LEFT, 140, "docs/setup.md" },
		{ RSK_KEY_REMOVED, 200, "" },
		{ RSK_KEY_RETURNED, 290, "" },
		{ RSK_KEY_ROTATED, 360, "ci/deploy.yml" },
	};
	struct rsk_key_event *events;

	*len = sizeof(rows) / sizeof(rows[0]);
	events = rsk_arena_array(arena, *len, sizeof(*events));
	for (size_t i = 0; i < *len; i++)
		events[i] = (struct rsk_key_event){
			.kind = rows[i].kind,
			.seconds = story_date(rows[i].days),
			.commit = story_commit(rows[i].days, "Talk to it"),
			.path = rsk_slice_str(rows[i].path),
			.successor = rows[i].kind == RSK_KEY_ROTATED
					     ? 1
					     : RSK_NO_KEY,
		};
	return events;
}

/* The sample's first key lives on; the second one was on a branch only. */
static inline void story_keys(struct rsk_report *report)
{
	struct rsk_key *first;
	struct rsk_key *second;

	sample_stories(report);
	report->today = story_date(420) / STORY_DAY;
	first = &report->keys.ptr[0];
	first->first = story_commit(10, "Talk to the API");
	first->first_seconds = story_date(10);
	first->last = story_commit(400, "Talk more");
	first->last_seconds = story_date(400);
	first->removed = (struct rsk_commit_view){ 0 };
	first->commits = 31;
	first->events = story_events(&report->arena, &first->events_len);
	second = &report->keys.ptr[1];
	second->first = story_commit(360, "Another key");
	second->first_seconds = story_date(360);
	second->last_seconds = story_date(400);
	second->removed = story_commit(400, "Out with it");
	second->removed_seconds = story_date(400);
	second->commits = 2;
}

static inline void story_datum(struct rsk_report *report, const char *type,
	const char *title, enum rsk_tier tier, const char *sink, uint32_t line)
{
	*RSK_VEC_PUSH(&report->data) = (struct rsk_datum){ type, title, tier,
		sink, RSK_LIT("src/app.ts"), line };
}

static inline void story_data(struct rsk_report *report)
{
	story_datum(report, "pii.email", "e-mail address", RSK_TIER_MINIMISE,
		"resync-log-event", 7);
	story_datum(report, "pii.email", "e-mail address", RSK_TIER_MINIMISE,
		"resync-log-event", 9);
	story_datum(report, "pii.email", "e-mail address", RSK_TIER_MINIMISE,
		"resync-set-user-attributes", 12);
	story_datum(report, "fin.card", "card number", RSK_TIER_NEVER,
		"resync-submit-form", 20);
	story_datum(report, "ctx.age", "age", RSK_TIER_CONTEXT,
		"resync-set-user-attributes", 13);
}

static inline void story_actions(struct rsk_report *report)
{
	static const struct rsk_action actions[] = {
		{ RSK_HIGH, RSK_ITEM_KEYS_NOT_IN_VCS,
			"delete the key rsk_live_********f456 in the dashboard",
			RSK_LIT("src/app.ts"), 3, 4, "hardcoded-resync-key",
			true },
		{ RSK_MEDIUM, RSK_ITEM_HTTPS_EVERYWHERE, "write https",
			RSK_LIT(""), 0, 0, NULL, false },
	};

	report->actions = actions;
	report->actions_len = sizeof(actions) / sizeof(actions[0]);
}

/* All of it. */
static inline void story_init(struct sample *sample)
{
	static const char *const manual[] = {
		"Who has left has no access to the dashboard any more",
		"Developers have sandbox access only",
	};

	sample_init(sample);
	sample_answers(&sample->report);
	sample->report.answers[RSK_ITEM_LEAST_PRIVILEGE].manual = manual;
	sample->report.answers[RSK_ITEM_LEAST_PRIVILEGE].manual_len = 2;
	story_keys(&sample->report);
	story_data(&sample->report);
	story_actions(&sample->report);
}

#endif
