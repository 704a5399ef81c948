#include "checks/code_p.h"

/*
 * Hints for a project as a whole: is anybody asked before data is sent, and
 * can a person's data be erased? No more than hints: both can be somewhere
 * that no source tree shows.
 */

static const char *const consent_words[] = { "consent", "gdpr", "optIn",
	"opt_in", "optOut", "trackingPermission", "requestTrackingPermission",
	"TrackingTransparency", "hasAgreed", "acceptedTerms" };

static const char *const erasure_words[] = { "deleteUser", "eraseUser",
	"deleteAccount", "delete_account", "delete_user", "rightToErasure",
	"anonymizeUser", "forgetUser", "erasure" };

static const struct rsk_sdk_call *find_call(
	const struct rsk_code *code, const char *const *methods, size_t len)
{
	for (size_t i = 0; i < code->calls.len; i++) {
		const struct rsk_sdk_call *call = &code->calls.ptr[i];

		for (size_t j = 0; call->name.sdk->product && j < len; j++)
			if (rsk_slice_eq_str(call->name.method, methods[j]) &&
				!rsk_program_is_test(call->file->path))
				return call;
	}
	return NULL;
}

static const char *const sends[] = { "logInUser", "loginUser",
	"setUserAttributes", "logEvent" };
static const char *const keeps[] = { "logInUser", "loginUser",
	"setUserAttributes" };

#define LIST(list) list, sizeof(list) / sizeof((list)[0])

static const struct question {
	const char *rule;
	const char *const *methods; /* that make it worth asking */
	size_t methods_len;
	const char *const *words; /* that speak for it */
	size_t words_len;
	const char *good;
} questions[] = {
	{ "no-consent-gate", LIST(sends), LIST(consent_words),
		"the code speaks of consent: is it asked before data is "
		"sent?" },
	{ "no-erasure-path", LIST(keeps), LIST(erasure_words),
		"the code speaks of erasing a person's data" },
};

static void tell_good(
	const struct rsk_code *code, const struct question *question)
{
	const struct rsk_fact fact = {
		.rule = "words",
		.item = RSK_ITEM_MINIMAL_PII,
		.topic = RSK_TOPIC_CONSENT,
		.says = RSK_EVIDENCE_NOTE,
		.path = RSK_LIT(""),
		.text = question->good,
	};

	rsk_code_push_fact(code, &fact);
}

static void ask(struct rsk_code *code, const struct question *question)
{
	const struct rsk_sdk_call *call =
		find_call(code, question->methods, question->methods_len);
	struct rsk_code_hit hit;

	if (!call)
		return;
	if (rsk_program_mentions(code->project->program, question->words,
		    question->words_len)) {
		tell_good(code, question);
		return;
	}
	hit = rsk_code_hit(code, question->rule, call->file, call->paren - 1,
		call->paren - 1);
	rsk_code_push(code, &hit);
}

void rsk_code_consent(struct rsk_code *code)
{
	if (!code->project->whole)
		return;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		ask(code, &questions[i]);
}
