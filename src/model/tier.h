#ifndef RSK_MODEL_TIER_H
#define RSK_MODEL_TIER_H

/*
 * How much a kind of data matters, the worst last. What follows from it at a
 * sink is the checks' affair.
 */
#define RSK_TIER_MAP(X)                                                        \
	X(NONE, "none")                                                        \
	X(CONTEXT, "context")   /* personal only with support */               \
	X(MINIMISE, "minimise") /* send it only when it is needed */           \
	X(SPECIAL, "special")   /* GDPR article 9 and its like */              \
	X(SECRET, "secret")     /* passwords, tokens, keys */                  \
	X(NEVER, "never")       /* government ids, cards, accounts */

enum rsk_tier {
#define X(name, word) RSK_TIER_##name,
	RSK_TIER_MAP(X)
#undef X
		RSK_TIERS,
};

#endif
