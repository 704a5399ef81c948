#include <criterion/criterion.h>

#include "model/coverage.h"
#include "model/severity.h"

/* The names are a contract with scripts: this list never changes. */
Test(words, severities)
{
	static const char *const names[] = { "info", "low", "medium", "high",
		"critical" };
	static const char *const levels[] = { "note", "note", "warning",
		"error", "error" };
	double before = 0;

	cr_assert_eq(RSK_SEVERITIES, 5);
	for (int i = 0; i < RSK_SEVERITIES; i++) {
		enum rsk_severity severity = (enum rsk_severity)i;
		enum rsk_severity found = RSK_SEVERITIES;
		char *end = NULL;
		double score = strtod(rsk_severity_sarif_score(severity), &end);

		cr_expect_str_eq(rsk_severity_name(severity), names[i]);
		cr_expect_str_eq(rsk_severity_sarif_level(severity), levels[i]);
		cr_expect(rsk_severity_find(&found, rsk_slice_str(names[i])));
		cr_expect_eq(found, severity);
		cr_expect_eq(*end, '\0');
		cr_expect(score > before && score <= 10);
		before = score;
	}
}

Test(words, confidences)
{
	static const char *const names[] = { "low", "medium", "high" };

	for (int i = 0; i < RSK_CONFIDENCES; i++) {
		enum rsk_confidence found = RSK_CONFIDENCES;

		cr_expect_str_eq(
			rsk_confidence_name((enum rsk_confidence)i), names[i]);
		cr_expect(rsk_confidence_find(&found, rsk_slice_str(names[i])));
		cr_expect_eq((int)found, i);
	}
}

Test(words, origins)
{
	static const char *const names[] = { "tree", "index", "commit",
		"message", "tag", "note", "stash", "unreachable", "stdin" };

	cr_assert_eq(RSK_ORIGINS, sizeof(names) / sizeof(names[0]));
	for (int i = 0; i < RSK_ORIGINS; i++)
		cr_expect_str_eq(rsk_origin_name((enum rsk_origin)i), names[i]);
}

Test(words, checklist_items_in_their_order)
{
	static const char *const names[] = { "env-keys", "keys-not-in-vcs",
		"separate-keys", "key-rotation", "minimal-pii",
		"no-sensitive-events", "https-everywhere", "webhook-signature",
		"least-privilege", "regular-audits" };

	cr_assert_eq(RSK_ITEMS, sizeof(names) / sizeof(names[0]));
	for (int i = 0; i < RSK_ITEMS; i++) {
		enum rsk_item found = RSK_ITEMS;

		cr_expect_str_eq(rsk_item_name((enum rsk_item)i), names[i]);
		cr_expect(rsk_item_find(&found, rsk_slice_str(names[i])));
		cr_expect_eq((int)found, i);
	}
}

Test(words, answers)
{
	static const char *const names[] = { "pass", "fail", "review",
		"unknown", "not-applicable" };

	cr_assert_eq(RSK_ANSWERS, sizeof(names) / sizeof(names[0]));
	for (int i = 0; i < RSK_ANSWERS; i++)
		cr_expect_str_eq(
			rsk_answer_name((enum rsk_answer_kind)i), names[i]);
}

Test(words, what_there_is_not_is_not_found)
{
	static const char *const wrong[] = { "", "High", "hig", "highh",
		" high" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rsk_slice name = rsk_slice_str(wrong[i]);
		enum rsk_severity severity = RSK_LOW;
		enum rsk_confidence confidence = RSK_CONFIDENCE_LOW;
		enum rsk_item item = RSK_ITEM_KEY_ROTATION;
		enum rsk_gap_class gap = RSK_GAP_CRASH;

		cr_expect_not(rsk_severity_find(&severity, name));
		cr_expect_not(rsk_confidence_find(&confidence, name));
		cr_expect_not(rsk_item_find(&item, name));
		cr_expect_not(rsk_gap_find(&gap, name));
		cr_expect_eq(severity, RSK_LOW);
		cr_expect_eq(confidence, RSK_CONFIDENCE_LOW);
		cr_expect_eq(item, RSK_ITEM_KEY_ROTATION);
		cr_expect_eq(gap, RSK_GAP_CRASH);
	}
}

Test(words, skips_and_gaps_have_names_and_texts)
{
	for (int i = 0; i < RSK_SKIPS; i++) {
		cr_expect_not_null(rsk_skip_name((enum rsk_skip)i));
		cr_expect_not_null(rsk_skip_text((enum rsk_skip)i));
	}
	for (int i = 0; i < RSK_GAPS; i++) {
		enum rsk_gap_class gap = (enum rsk_gap_class)i;
		enum rsk_gap_class found = RSK_GAPS;

		cr_expect_not_null(rsk_gap_text(gap));
		cr_expect(
			rsk_gap_find(&found, rsk_slice_str(rsk_gap_name(gap))));
		cr_expect_eq(found, gap, "%s twice?", rsk_gap_name(gap));
	}
	/* They are bits of a set: --allow-incomplete. */
	cr_expect_leq(RSK_GAPS, 32);
}
