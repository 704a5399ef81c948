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

static void hint(struct rsk_code *code, const char *rule,
	const struct rsk_sdk_call *call, const char *const *words, size_t len)
{
	struct rsk_code_hit hit;

	if (!call || rsk_program_mentions(code->project->program, words, len))
		return;
	hit = rsk_code_hit(
		code, rule, call->file, call->paren - 1, call->paren - 1);
	rsk_code_push(code, &hit);
}

void rsk_code_consent(struct rsk_code *code)
{
	static const char *const sends[] = { "logInUser", "loginUser",
		"setUserAttributes", "logEvent" };
	static const char *const keeps[] = { "logInUser", "loginUser",
		"setUserAttributes" };

	if (!code->project->whole)
		return;
	hint(code, "no-consent-gate", find_call(code, sends, 4), consent_words,
		sizeof(consent_words) / sizeof(consent_words[0]));
	hint(code, "no-erasure-path", find_call(code, keeps, 3), erasure_words,
		sizeof(erasure_words) / sizeof(erasure_words[0]));
}
