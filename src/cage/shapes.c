#include "cage/shapes.h"

#include <stddef.h>

/*
 * One row a member, in the order of the type. TYPE is what the table is about.
 */
#define MEMBER(kind_, name, ...)                                               \
	{                                                                      \
		.kind = RSK_WIRE_##kind_, .at = offsetof(TYPE, name),          \
		.size = sizeof(((TYPE *)0)->name), __VA_ARGS__                 \
	}
#define RAW(name)          MEMBER(BYTES, name)
#define FLAG(name)         MEMBER(FLAG, name)
#define ENUM(name, below)  MEMBER(ENUM, name, .limit = (below))
#define TEXT(name)         MEMBER(TEXT, name)
#define TEXT_OR_NULL(name) MEMBER(NULL, name)
#define HEX(name)          MEMBER(HEX, name)
#define SLICE(name)        MEMBER(SLICE, name)
#define PART(name, what)   MEMBER(PART, name, .shape = &rsk_shape_##what)
#define MAYBE(name, what)  MEMBER(MAYBE, name, .shape = &rsk_shape_##what)
#define VECTOR(name, what) MEMBER(VECTOR, name, .shape = &rsk_shape_##what)
#define OWN(name)          MEMBER(OWN, name)
#define LIST(name, count, what)                                                \
	MEMBER(LIST, name, .len_at = offsetof(TYPE, count),                    \
		.shape = &rsk_shape_##what),                                   \
		MEMBER(LENGTH, count)
#define FIRST(name, count, most, what)                                         \
	MEMBER(FIRST, name, .limit = (most), .len_at = offsetof(TYPE, count),  \
		.shape = &rsk_shape_##what),                                   \
		MEMBER(LENGTH, count)

#define SHAPE(name)                                                            \
	const struct rsk_wire_shape rsk_shape_##name = { sizeof(TYPE), name,   \
		sizeof(name) / sizeof((name)[0]) }

static const struct rsk_wire_field text[] = {
	{ .kind = RSK_WIRE_TEXT, .size = sizeof(const char *) },
};
#define TYPE const char *
SHAPE(text);
#undef TYPE

static const struct rsk_wire_field slice[] = {
	{ .kind = RSK_WIRE_SLICE, .size = sizeof(struct rsk_slice) },
};
#define TYPE struct rsk_slice
SHAPE(slice);
#undef TYPE

#define TYPE struct rsk_place
static const struct rsk_wire_field place[] = {
	RAW(line),
	RAW(column),
};
SHAPE(place);
#undef TYPE

#define TYPE struct rsk_secret_view
static const struct rsk_wire_field secret_view[] = {
	TEXT_OR_NULL(masked),
	TEXT_OR_NULL(kind),
	RAW(id),
};
SHAPE(secret_view);
#undef TYPE

#define TYPE struct rsk_snippet
static const struct rsk_wire_field snippet[] = {
	SLICE(text),
	RAW(caret),
	RAW(carets),
};
SHAPE(snippet);
#undef TYPE

#define TYPE struct rsk_commit_view
static const struct rsk_wire_field commit_view[] = {
	HEX(oid),
	SLICE(author),
	RAW(seconds),
	SLICE(summary),
};
SHAPE(commit_view);
#undef TYPE

#define TYPE struct rsk_life_view
static const struct rsk_wire_field life_view[] = {
	RAW(commits),
	HEX(last),
	RAW(last_seconds),
	HEX(removed),
	RAW(removed_seconds),
	LIST(paths, paths_len, slice),
	FLAG(more_paths),
	LIST(refs, refs_len, slice),
	RAW(refs_total),
};
SHAPE(life_view);
#undef TYPE

#define TYPE struct rsk_step
static const struct rsk_wire_field step[] = {
	SLICE(path),
	PART(at, place),
	TEXT_OR_NULL(note),
};
SHAPE(step);
#undef TYPE

#define TYPE struct rsk_suppression
static const struct rsk_wire_field suppression[] = {
	TEXT_OR_NULL(source),
	TEXT_OR_NULL(reason),
};
SHAPE(suppression);
#undef TYPE

#define TYPE struct rsk_finding
static const struct rsk_wire_field finding[] = {
	TEXT(rule),
	ENUM(severity, RSK_SEVERITIES),
	ENUM(confidence, RSK_CONFIDENCES),
	ENUM(item, RSK_ITEMS),
	ENUM(origin, RSK_ORIGINS),
	TEXT(message),
	TEXT(fix),
	TEXT_OR_NULL(step),
	SLICE(path),
	PART(start, place),
	PART(end, place),
	FLAG(at_head),
	RAW(fingerprint),
	RAW(line_hash),
	RAW(line_hash_count),
	PART(secret, secret_view),
	PART(snippet, snippet),
	PART(commit, commit_view),
	MAYBE(life, life_view),
	LIST(flow, flow_len, step),
	PART(suppression, suppression),
};
SHAPE(finding);
#undef TYPE

#define TYPE struct rsk_skipped
static const struct rsk_wire_field skipped[] = {
	ENUM(reason, RSK_SKIPS),
	SLICE(path),
};
SHAPE(skipped);
#undef TYPE

#define TYPE struct rsk_gap
static const struct rsk_wire_field gap[] = {
	ENUM(class, RSK_GAPS),
	SLICE(path),
	TEXT_OR_NULL(detail),
};
SHAPE(gap);
#undef TYPE

#define TYPE struct rsk_tally
static const struct rsk_wire_field tally[] = {
	RAW(seen),
	RAW(scanned),
	RAW(skipped),
	RAW(failed),
	RAW(bytes),
	RAW(binary),
};
SHAPE(tally);
#undef TYPE

#define TYPE struct rsk_coverage
static const struct rsk_wire_field coverage[] = {
	PART(files, tally),
	PART(objects, tally),
	RAW(skips),
	RAW(gaps),
	VECTOR(skip_list, skipped),
	VECTOR(gap_list, gap),
	VECTOR(notes, text),
	OWN(arena),
};
SHAPE(coverage);
#undef TYPE

#define TYPE struct rsk_datum
static const struct rsk_wire_field datum[] = {
	TEXT(type),
	TEXT(title),
	ENUM(tier, RSK_TIERS),
	TEXT(sink),
	SLICE(path),
	RAW(line),
};
SHAPE(datum);
#undef TYPE

#define TYPE struct rsk_key_event
static const struct rsk_wire_field key_event[] = {
	ENUM(kind, RSK_KEY_EVENTS),
	RAW(seconds),
	PART(commit, commit_view),
	SLICE(path),
	RAW(successor),
};
SHAPE(key_event);
#undef TYPE

#define TYPE struct rsk_key_place
static const struct rsk_wire_field key_place[] = {
	SLICE(path),
	PART(at, place),
	ENUM(origin, RSK_ORIGINS),
	FLAG(at_head),
	FLAG(tracked),
	LIST(rules, rules_len, text),
	TEXT_OR_NULL(environment),
	RAW(first_seconds),
	RAW(last_seconds),
};
SHAPE(key_place);
#undef TYPE

#define TYPE struct rsk_key_names
static const struct rsk_wire_field key_names[] = {
	LIST(ptr, len, slice),
	RAW(total),
};
SHAPE(key_names);
#undef TYPE

#define TYPE struct rsk_key
static const struct rsk_wire_field key[] = {
	PART(secret, secret_view),
	LIST(environments, environments_len, text),
	LIST(places, places_len, key_place),
	FLAG(more_places),
	RAW(findings),
	RAW(hidden),
	RAW(accepted),
	FLAG(at_head),
	PART(first, commit_view),
	RAW(first_seconds),
	PART(last, commit_view),
	RAW(last_seconds),
	PART(removed, commit_view),
	RAW(removed_seconds),
	RAW(commits),
	PART(branches, key_names),
	PART(tags, key_names),
	PART(remotes, key_names),
	PART(authors, key_names),
	LIST(events, events_len, key_event),
	FLAG(more_events),
};
SHAPE(key);
#undef TYPE

#define TYPE struct rsk_edit
static const struct rsk_wire_field edit[] = {
	SLICE(path),
	RAW(begin),
	RAW(end),
	PART(from, place),
	PART(to, place),
	SLICE(text),
	TEXT(what),
	RAW(fingerprint),
	FLAG(is_new),
	RAW(secret_begin),
	RAW(secret_end),
	TEXT_OR_NULL(masked),
};
SHAPE(edit);
#undef TYPE

#define TYPE struct rsk_policy_note
static const struct rsk_wire_field policy_note[] = {
	TEXT(source),
	TEXT(text),
};
SHAPE(policy_note);
#undef TYPE

#define TYPE struct rsk_evidence
static const struct rsk_wire_field evidence[] = {
	TEXT(text),
	SLICE(path),
	RAW(line),
	ENUM(kind, RSK_EVIDENCE_KINDS),
};
SHAPE(evidence);
#undef TYPE

#define TYPE struct rsk_answer
static const struct rsk_wire_field answer[] = {
	ENUM(item, RSK_ITEMS),
	TEXT(title),
	ENUM(kind, RSK_ANSWERS),
	RAW(looked_at),
	LIST(evidence, evidence_len, evidence),
	RAW(best),
	TEXT(todo),
	LIST(manual, manual_len, text),
};
SHAPE(answer);
#undef TYPE

#define TYPE struct rsk_action
static const struct rsk_wire_field action[] = {
	ENUM(risk, RSK_SEVERITIES),
	ENUM(item, RSK_ITEMS),
	TEXT(text),
	SLICE(path),
	RAW(line),
	RAW(places),
	TEXT_OR_NULL(rule),
	FLAG(is_key),
};
SHAPE(action);
#undef TYPE

#define TYPE struct rsk_known
static const struct rsk_wire_field known[] = {
	ENUM(state, RSK_KNOWN_STATES),
	RAW(line),
	TEXT(rule),
	TEXT(path),
	RAW(fingerprint),
	FLAG(has_history),
	RAW(history),
	FLAG(past),
	TEXT_OR_NULL(masked),
	TEXT_OR_NULL(reason),
	TEXT(since),
};
SHAPE(known);
#undef TYPE

#define TYPE struct rsk_baseline_view
static const struct rsk_wire_field baseline_view[] = {
	TEXT_OR_NULL(name),
	TEXT_OR_NULL(folder),
	TEXT_OR_NULL(unjudged),
	TEXT_OR_NULL(differs),
	RAW(scope),
	RAW(entries),
	RAW(hides),
	RAW(gone),
	RAW(unseen),
	RAW(reasonless),
	RAW(reasonless_line),
	RAW(config_line),
};
SHAPE(baseline_view);
#undef TYPE

#define TYPE struct rsk_report
static const struct rsk_wire_field report[] = {
	TEXT(command),
	TEXT(target),
	TEXT(version),
	PART(coverage, coverage),
	VECTOR(findings, finding),
	VECTOR(suppressed, finding),
	VECTOR(data, datum),
	VECTOR(keys, key),
	VECTOR(edits, edit),
	VECTOR(policy, policy_note),
	PART(baseline, baseline_view),
	VECTOR(known, known),
	RAW(counts),
	RAW(unlisted),
	FIRST(answers, answers_len, RSK_ITEMS, answer),
	LIST(actions, actions_len, action),
	RAW(today),
	FLAG(complete),
	RAW(exit_status),
	OWN(arena),
};
SHAPE(report);
#undef TYPE

#define TYPE struct rsk_strings
static const struct rsk_wire_field strings[] = {
	LIST(ptr, len, text),
};
SHAPE(strings);
#undef TYPE

/* A rule as the reports show it: what it looks for stays where it is. */
#define TYPE struct rsk_rule
static const struct rsk_wire_field rule[] = {
	TEXT(id),
	TEXT_OR_NULL(file),
	ENUM(kind, RSK_RULE_TRIGGER + 1),
	TEXT_OR_NULL(title),
	ENUM(severity, RSK_SEVERITIES),
	ENUM(confidence, RSK_CONFIDENCES),
	ENUM(item, RSK_ITEMS + 1),
	PART(cwe, strings),
	PART(tags, strings),
	PART(overrides, strings),
	TEXT_OR_NULL(message),
	TEXT_OR_NULL(fix),
	TEXT_OR_NULL(what),
	TEXT_OR_NULL(why),
	TEXT_OR_NULL(bad),
	TEXT_OR_NULL(good),
	PART(references, strings),
	OWN(first_pattern),
	OWN(patterns),
	OWN(examples),
	OWN(examples_len),
	FLAG(disabled),
};
SHAPE(rule);
#undef TYPE
