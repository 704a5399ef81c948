#ifndef RSK_MODEL_SEVERITY_H
#define RSK_MODEL_SEVERITY_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * The words of a report: severities, confidences, origins, checklist items and
 * their answers. One table each; the names are a contract with scripts and
 * never change.
 */

/* In rising order, so that `>=` means "at least as severe". */
enum rsk_severity {
	RSK_INFO,
	RSK_LOW,
	RSK_MEDIUM,
	RSK_HIGH,
	RSK_CRITICAL,
	RSK_SEVERITIES,
};

enum rsk_confidence {
	RSK_CONFIDENCE_LOW,
	RSK_CONFIDENCE_MEDIUM,
	RSK_CONFIDENCE_HIGH,
	RSK_CONFIDENCES,
};

/* Where the bytes with the finding were. */
enum rsk_origin {
	RSK_ORIGIN_TREE,        /* a file under the target */
	RSK_ORIGIN_INDEX,       /* a blob of the index (staged) */
	RSK_ORIGIN_COMMIT,      /* a blob that commits reach */
	RSK_ORIGIN_MESSAGE,     /* a commit's message or identities */
	RSK_ORIGIN_TAG,         /* an annotated tag's message, or a ref name */
	RSK_ORIGIN_NOTE,        /* a git note */
	RSK_ORIGIN_STASH,       /* a blob that only a stash reaches */
	RSK_ORIGIN_UNREACHABLE, /* a blob that no ref reaches */
	RSK_ORIGIN_STDIN,
	RSK_ORIGINS,
};

/* Is it of what was once, and not of what is to be scanned now: a file, what is
 * staged, standard input? */
bool rsk_origin_is_past(enum rsk_origin origin);

/* The ten items of the vendor's security checklist, in its order. */
enum rsk_item {
	RSK_ITEM_ENV_KEYS,
	RSK_ITEM_KEYS_NOT_IN_VCS,
	RSK_ITEM_SEPARATE_KEYS,
	RSK_ITEM_KEY_ROTATION,
	RSK_ITEM_MINIMAL_PII,
	RSK_ITEM_NO_SENSITIVE_EVENTS,
	RSK_ITEM_HTTPS_EVERYWHERE,
	RSK_ITEM_WEBHOOK_SIGNATURE,
	RSK_ITEM_LEAST_PRIVILEGE,
	RSK_ITEM_REGULAR_AUDITS,
	RSK_ITEMS,
};

enum rsk_answer_kind {
	RSK_ANSWER_PASS,
	RSK_ANSWER_FAIL,
	RSK_ANSWER_REVIEW,         /* evidence found, a person must judge */
	RSK_ANSWER_UNKNOWN,        /* a source tree cannot tell */
	RSK_ANSWER_NOT_APPLICABLE, /* nothing to look at; says why */
	RSK_ANSWERS,
};

/* The names used in rules, options and reports. Never NULL. */
const char *rsk_severity_name(enum rsk_severity severity);
const char *rsk_confidence_name(enum rsk_confidence confidence);
const char *rsk_origin_name(enum rsk_origin origin);
const char *rsk_item_name(enum rsk_item item);
const char *rsk_answer_name(enum rsk_answer_kind answer);

/* The value called `name`; false when there is none. */
bool rsk_severity_find(enum rsk_severity *out, struct rsk_slice name);
bool rsk_confidence_find(enum rsk_confidence *out, struct rsk_slice name);
bool rsk_item_find(enum rsk_item *out, struct rsk_slice name);

/* SARIF's `level` ("error", "warning", "note") and `security-severity`. */
const char *rsk_severity_sarif_level(enum rsk_severity severity);
const char *rsk_severity_sarif_score(enum rsk_severity severity);

#endif
