#ifndef RSK_CHECKS_WEBHOOK_P_H
#define RSK_CHECKS_WEBHOOK_P_H

#include "base/slice.h"

/* What the product's webhooks look like, in any language. Without case. */

/* Does `text` hold `part`? */
bool rsk_webhook_has(struct rsk_slice text, const char *part);

/* One of the texts of a list that ends with NULL? With case. */
bool rsk_webhook_is_one_of(struct rsk_slice text, const char *const *list);

/* The header that carries the signature. */
bool rsk_webhook_is_header(struct rsk_slice text);

/* The name of an event; how sure one is: 0, 1, or 2 for a name that nobody
 * else uses. */
unsigned rsk_webhook_event(struct rsk_slice text);

/* "/webhooks/resync", "src/resync-hook.ts" */
bool rsk_webhook_is_path(struct rsk_slice path);

/* A name of what came with the request, and of what was computed from it. */
bool rsk_webhook_is_signature(struct rsk_slice name);
bool rsk_webhook_is_computed(struct rsk_slice name);

/* The header holds "sha256=" and digits: does a receiver neither write that
 * nor cut it off? Nothing it computes would match then. */
bool rsk_webhook_lacks_prefix(struct rsk_slice source);

#define RSK_WEBHOOK_LACKS_PREFIX                                               \
	"The signature begins with sha256=, what is compared with it does "    \
	"not: nothing will ever match"

#endif
