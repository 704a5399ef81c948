#include <criterion/criterion.h>

#include "report_stories.h"
#include "unit/counted_memory.h"

/* What a report, or the writing of one, took from the heap is given back. */

Test(report_memory, coverage)
{
	struct rsk_coverage coverage = { 0 };
	struct rsk_coverage sum = { 0 };

	counted_reset();
	sample_coverage(&coverage);
	rsk_coverage_merge(&sum, &coverage);
	rsk_coverage_finish(&sum);
	cr_expect_gt(counted_live, 0, "it is counted");
	rsk_coverage_release(&coverage);
	rsk_coverage_release(&sum);
	cr_expect_eq(counted_live, 0);
}

Test(report_memory, report)
{
	struct rsk_report report = { 0 };

	counted_reset();
	sample_coverage(&report.coverage);
	*RSK_VEC_PUSH(&report.findings) = sample_key();
	*RSK_VEC_PUSH(&report.suppressed) = sample_hidden();
	*RSK_VEC_PUSH(&report.known) = (struct rsk_known){ .line = 1 };
	*RSK_VEC_PUSH(&report.data) = (struct rsk_datum){ .line = 1 };
	*RSK_VEC_PUSH(&report.keys) = (struct rsk_key){ .commits = 1 };
	*RSK_VEC_PUSH(&report.edits) = (struct rsk_edit){ .what = "" };
	*RSK_VEC_PUSH(&report.policy) = (struct rsk_policy_note){ "a", "b" };
	rsk_arena_alloc(&report.arena, 10);
	rsk_report_release(&report);
	cr_expect_eq(counted_live, 0);
}

static void expect_nothing_kept(
	const struct sample *sample, const struct rsk_format *format)
{
	const struct rsk_style style = { .format = format };
	FILE *file = fopen("/dev/null", "w");

	cr_assert_not_null(file);
	counted_reset();
	cr_expect_eq(
		rsk_report_write(&sample->report, sample->rules, &style, file),
		RSK_OK);
	cr_expect_gt(counted_peak, 0, "%s is counted", format->name);
	cr_expect_eq(counted_live, 0, "%s", format->name);
	fclose(file);
}

Test(report_memory, formats)
{
	struct sample sample;

	story_init(&sample);
	sample_more(&sample.report);
	for (size_t i = 0; rsk_format_at(i); i++)
		expect_nothing_kept(&sample, rsk_format_at(i));
	sample_release(&sample);
}
