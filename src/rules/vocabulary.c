#include "rules/vocabulary.h"

const struct rsk_vocabulary *rsk_ruleset_vocabulary(
	const struct rsk_ruleset *rules)
{
	static const struct rsk_vocabulary empty;

	(void)rules;
	return &empty;
}
