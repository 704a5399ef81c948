#ifndef RSK_MATCH_MATCHER_P_H
#define RSK_MATCH_MATCHER_P_H

#include "base/arena.h"
#include "match/confirm_p.h"
#include "match/matcher.h"
#include "match/prefilter_p.h"

/*
 * What a regex may look at beyond its width: \b and $ in front of a CRLF, and
 * a CR before the LF before the first byte.
 */
enum { RSK_EDGE = 8 };

struct rsk_compiled {
	const struct rsk_pattern *rule;
	size_t width;
	bool live; /* its rule is not disabled */
};

/* Patterns that an anchor is one of: users[first] to users[first + len - 1]. */
struct rsk_anchor_users {
	uint32_t first, len;
};

struct rsk_matcher {
	const struct rsk_ruleset *rules;
	bool without_prefilter;
	bool machine_code;
	size_t window;  /* places that one window decides */
	size_t context; /* bytes shown on both sides of them */
	size_t width;   /* of the widest pattern, RSK_EDGE included */
	uint32_t pairs;
	struct rsk_compiled *patterns; /* as many as the rule set has */
	struct rsk_regex *regexes;     /* the same */
	struct rsk_prefilter *prefilter;
	struct rsk_anchor_users *anchors; /* by the prefilter's number */
	uint32_t *users;
	struct rsk_arena arena;
};

#endif
