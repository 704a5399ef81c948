#include "model/severity.h"

static const struct {
	const char *name, *level, *score;
} severities[RSK_SEVERITIES] = {
	[RSK_INFO] = { "info", "note", "1.0" },
	[RSK_LOW] = { "low", "note", "3.0" },
	[RSK_MEDIUM] = { "medium", "warning", "5.5" },
	[RSK_HIGH] = { "high", "error", "8.0" },
	[RSK_CRITICAL] = { "critical", "error", "9.5" },
};

static const char *const confidences[RSK_CONFIDENCES] = {
	[RSK_CONFIDENCE_LOW] = "low",
	[RSK_CONFIDENCE_MEDIUM] = "medium",
	[RSK_CONFIDENCE_HIGH] = "high",
};

static const char *const origins[RSK_ORIGINS] = {
	[RSK_ORIGIN_TREE] = "tree",
	[RSK_ORIGIN_INDEX] = "index",
	[RSK_ORIGIN_COMMIT] = "commit",
	[RSK_ORIGIN_MESSAGE] = "message",
	[RSK_ORIGIN_TAG] = "tag",
	[RSK_ORIGIN_NOTE] = "note",
	[RSK_ORIGIN_STASH] = "stash",
	[RSK_ORIGIN_UNREACHABLE] = "unreachable",
	[RSK_ORIGIN_STDIN] = "stdin",
};

static const char *const items[RSK_ITEMS] = {
	[RSK_ITEM_ENV_KEYS] = "env-keys",
	[RSK_ITEM_KEYS_NOT_IN_VCS] = "keys-not-in-vcs",
	[RSK_ITEM_SEPARATE_KEYS] = "separate-keys",
	[RSK_ITEM_KEY_ROTATION] = "key-rotation",
	[RSK_ITEM_MINIMAL_PII] = "minimal-pii",
	[RSK_ITEM_NO_SENSITIVE_EVENTS] = "no-sensitive-events",
	[RSK_ITEM_HTTPS_EVERYWHERE] = "https-everywhere",
	[RSK_ITEM_WEBHOOK_SIGNATURE] = "webhook-signature",
	[RSK_ITEM_LEAST_PRIVILEGE] = "least-privilege",
	[RSK_ITEM_REGULAR_AUDITS] = "regular-audits",
};

static const char *const answers[RSK_ANSWERS] = {
	[RSK_ANSWER_PASS] = "pass",
	[RSK_ANSWER_FAIL] = "fail",
	[RSK_ANSWER_REVIEW] = "review",
	[RSK_ANSWER_UNKNOWN] = "unknown",
	[RSK_ANSWER_NOT_APPLICABLE] = "not-applicable",
};

bool rsk_origin_is_past(enum rsk_origin origin)
{
	return origin != RSK_ORIGIN_TREE && origin != RSK_ORIGIN_INDEX &&
	       origin != RSK_ORIGIN_STDIN;
}

static bool find_name(size_t *out, struct rsk_slice name,
	const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rsk_slice_eq_str(name, names[i])) {
			*out = i;
			return true;
		}
	return false;
}

const char *rsk_severity_name(enum rsk_severity severity)
{
	return severities[severity].name;
}

const char *rsk_confidence_name(enum rsk_confidence confidence)
{
	return confidences[confidence];
}

const char *rsk_origin_name(enum rsk_origin origin)
{
	return origins[origin];
}

const char *rsk_item_name(enum rsk_item item)
{
	return items[item];
}

const char *rsk_answer_name(enum rsk_answer_kind answer)
{
	return answers[answer];
}

bool rsk_severity_find(enum rsk_severity *out, struct rsk_slice name)
{
	for (int i = 0; i < RSK_SEVERITIES; i++)
		if (rsk_slice_eq_str(name, severities[i].name)) {
			*out = (enum rsk_severity)i;
			return true;
		}
	return false;
}

bool rsk_confidence_find(enum rsk_confidence *out, struct rsk_slice name)
{
	size_t i;
	bool found = find_name(&i, name, confidences, RSK_CONFIDENCES);

	if (found)
		*out = (enum rsk_confidence)i;
	return found;
}

bool rsk_item_find(enum rsk_item *out, struct rsk_slice name)
{
	size_t i;
	bool found = find_name(&i, name, items, RSK_ITEMS);

	if (found)
		*out = (enum rsk_item)i;
	return found;
}

const char *rsk_severity_sarif_level(enum rsk_severity severity)
{
	return severities[severity].level;
}

const char *rsk_severity_sarif_score(enum rsk_severity severity)
{
	return severities[severity].score;
}
