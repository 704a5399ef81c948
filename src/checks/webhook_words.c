#include "checks/webhook_p.h"

bool rsk_webhook_has(struct rsk_slice text, const char *part)
{
	return rsk_slice_find_nocase(text, rsk_slice_str(part)) < text.len;
}

bool rsk_webhook_is_one_of(struct rsk_slice text, const char *const *list)
{
	for (; *list; list++)
		if (rsk_slice_eq_str(text, *list))
			return true;
	return false;
}

bool rsk_webhook_is_header(struct rsk_slice text)
{
	return rsk_slice_eq_nocase(text, RSK_LIT("x-resync-signature"));
}

unsigned rsk_webhook_event(struct rsk_slice text)
{
	static const char *const events[] = { "campaign.started",
		"campaign.paused", "campaign.completed", "content.published",
		"content.unpublished", "form.submitted", NULL };

	if (rsk_slice_eq_str(text, "campaign.winner_declared"))
		return 2;
	return rsk_webhook_is_one_of(text, events);
}

bool rsk_webhook_is_path(struct rsk_slice path)
{
	return rsk_webhook_has(path, "resync") &&
	       (rsk_webhook_has(path, "hook") ||
		       rsk_webhook_has(path, "callback"));
}

static bool has_one_of(struct rsk_slice text, const char *const *parts)
{
	for (; *parts; parts++)
		if (rsk_webhook_has(text, *parts))
			return true;
	return false;
}

bool rsk_webhook_is_signature(struct rsk_slice name)
{
	static const char *const others[] = { "design", "signup", "signin",
		"signal", "assign", NULL };

	return rsk_webhook_has(name, "sig") && !has_one_of(name, others);
}

bool rsk_webhook_is_computed(struct rsk_slice name)
{
	static const char *const parts[] = { "expected", "computed",
		"calculated", "digest", "hmac", "hash", "generated", "actual",
		NULL };

	return has_one_of(name, parts);
}

bool rsk_webhook_lacks_prefix(struct rsk_slice source)
{
	static const char *const parts[] = { "sha256=", "slice", "[7:", "[7..",
		"substr", "split", "replace", "prefix", "partition", "strip",
		"explode", "match", "regex", "startswith", "starts_with",
		"start_with", "strpos", "sscanf", "drop(", "trim(", "trimstart",
		"indexof", "after(", NULL };

	/* Digits against digits: of bytes nobody knows where they come from. */
	static const char *const digits[] = { "hexdigest", "('hex')",
		"(\"hex\")", "hash_hmac", "hex.EncodeToString", "formatHex",
		"ToHexString", "encodeHexString", "%02x", "hmacHex", NULL };

	return has_one_of(source, digits) && !has_one_of(source, parts);
}
