#ifndef RSK_CHECKS_HOOK_P_H
#define RSK_CHECKS_HOOK_P_H

#include "base/limits.h"
#include "checks/code_p.h"
#include "checks/webhook_p.h"

/* Webhook receivers in JavaScript, between the files that judge them. */

struct rsk_hook {
	struct rsk_code *code;
	struct rsk_js_file *file;
	uint32_t header;        /* token that reads the signature, or 0 */
	uint32_t event;         /* token of one of two event names, or 0 */
	bool in_path;           /* the file's path says resync and webhook */
	unsigned looked;        /* steps taken for one question */
	bool told;              /* that a prefix is missing */
	struct rsk_slice by;    /* the name that verifies, as it was found */
	struct rsk_slice with;  /* what compares, or "": not in this project */
	bool limited;           /* more than RSK_MAX_HOOK_STEPS */
	RSK_VEC(uint32_t) weak; /* comparisons that are not good enough */
};

/* A string without its quotes, any other token as it is. */
struct rsk_slice rsk_hook_text(const struct rsk_js *js, uint32_t token);

/* The last name of a path, member or variable. */
struct rsk_slice rsk_hook_last_name(const struct rsk_js_val *val);

/* Comparisons in constant time, by the names they have everywhere. */
bool rsk_hook_is_comparer(struct rsk_slice name);

/* Does something among these tokens, or what they call, verify? */
bool rsk_hook_verifies(struct rsk_hook *w, struct rsk_js_file *file,
	uint32_t begin, uint32_t end, unsigned depth);
bool rsk_hook_function_verifies(
	struct rsk_hook *w, const struct rsk_js_val *val, unsigned depth);

/* One step more for the question that is asked? */
static inline bool rsk_hook_may_look(struct rsk_hook *w)
{
	w->limited = w->limited || w->looked >= RSK_MAX_HOOK_STEPS;
	return w->looked++ < RSK_MAX_HOOK_STEPS;
}

/* Is the token in a handler of somebody else's webhooks? */
bool rsk_hook_is_foreign(const struct rsk_hook *w, uint32_t token);

void rsk_hook_push(struct rsk_hook *w, const char *rule, uint32_t token,
	const char *message);

/* hook_compare.c: webhook-weak-comparison; fills w->weak */
void rsk_hook_find_comparisons(struct rsk_hook *w);

/* hook_hmac.c: webhook-weak-hmac */
void rsk_hook_find_hmacs(struct rsk_hook *w);

/* hook_result.c: webhook-result-ignored, webhook-verification-throws */
void rsk_hook_find_ignored(struct rsk_hook *w);
void rsk_hook_find_throws(struct rsk_hook *w);

#endif
