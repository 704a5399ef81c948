#include "cage/cage.h"

#include "base/day.h"

static enum rsk_err check_answers(const struct rsk_report *report)
{
	if (report->answers_len != 0 && report->answers_len != RSK_ITEMS)
		return RSK_CORRUPT;
	for (size_t i = 0; i < report->answers_len; i++) {
		const struct rsk_answer *answer = &report->answers[i];

		if (answer->item != (enum rsk_item)i ||
			(answer->best && answer->best >= answer->evidence_len))
			return RSK_CORRUPT;
	}
	return RSK_OK;
}

/* Whatever the kind of an event is: writers go by the number alone. */
static enum rsk_err check_keys(const struct rsk_report *report)
{
	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		for (size_t j = 0; j < key->events_len; j++)
			if (key->events[j].successor != RSK_NO_KEY &&
				key->events[j].successor >= report->keys.len)
				return RSK_CORRUPT;
	}
	return RSK_OK;
}

/* All that is listed was counted, and what was counted was looked at. */
static bool is_counted(const struct rsk_report *report)
{
	uint64_t listed[RSK_SEVERITIES] = { 0 };

	for (size_t i = 0; i < report->findings.len; i++)
		listed[report->findings.ptr[i].severity]++;
	for (int i = 0; i < RSK_SEVERITIES; i++)
		if (listed[i] > report->counts[i])
			return false;
	return true;
}

/* Complete, or not; and a green status only for what is complete. */
static bool has_right_status(const struct rsk_report *report, uint32_t allowed)
{
	bool complete = rsk_coverage_complete(&report->coverage, allowed);

	if (report->complete != complete)
		return false;
	return report->exit_status == 1 ||
	       report->exit_status == (complete ? 0 : 3);
}

enum rsk_err rsk_cage_check(
	const struct rsk_report *report, uint32_t allowed_gaps)
{
	enum rsk_err err = check_answers(report);

	if (!err)
		err = check_keys(report);
	if (!err && (report->today < 0 || report->today > RSK_DAY_LAST))
		err = RSK_CORRUPT;
	if (!err && !is_counted(report))
		err = RSK_CORRUPT;
	if (!err && !has_right_status(report, allowed_gaps))
		err = RSK_CORRUPT;
	return err;
}
