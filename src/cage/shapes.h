#ifndef RSK_CAGE_SHAPES_H
#define RSK_CAGE_SHAPES_H

#include "cage/wire.h"
#include "model/report.h"
#include "rules/ruleset.h"

/*
 * The shapes of a report and of all that is in it, one table a type. When a
 * type gets a member, its table gets a row; test_cage_shapes says which.
 *
 * RSK_SHAPE_MAP lists them with the types they are for.
 */
#define RSK_SHAPE_MAP(X)                                                       \
	X(text, const char *)                                                  \
	X(slice, struct rsk_slice)                                             \
	X(place, struct rsk_place)                                             \
	X(secret_view, struct rsk_secret_view)                                 \
	X(snippet, struct rsk_snippet)                                         \
	X(commit_view, struct rsk_commit_view)                                 \
	X(life_view, struct rsk_life_view)                                     \
	X(step, struct rsk_step)                                               \
	X(suppression, struct rsk_suppression)                                 \
	X(finding, struct rsk_finding)                                         \
	X(skipped, struct rsk_skipped)                                         \
	X(gap, struct rsk_gap)                                                 \
	X(tally, struct rsk_tally)                                             \
	X(coverage, struct rsk_coverage)                                       \
	X(datum, struct rsk_datum)                                             \
	X(key_event, struct rsk_key_event)                                     \
	X(key_place, struct rsk_key_place)                                     \
	X(key_names, struct rsk_key_names)                                     \
	X(edit, struct rsk_edit)                                               \
	X(key, struct rsk_key)                                                 \
	X(policy_note, struct rsk_policy_note)                                 \
	X(baseline_view, struct rsk_baseline_view)                             \
	X(known, struct rsk_known)                                             \
	X(evidence, struct rsk_evidence)                                       \
	X(answer, struct rsk_answer)                                           \
	X(action, struct rsk_action)                                           \
	X(report, struct rsk_report)                                           \
	X(strings, struct rsk_strings)                                         \
	X(rule, struct rsk_rule)

#define X(name, type) extern const struct rsk_wire_shape rsk_shape_##name;
RSK_SHAPE_MAP(X)
#undef X

#endif
