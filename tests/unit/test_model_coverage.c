#include <criterion/criterion.h>

#include "base/limits.h"
#include "model/coverage.h"
#include "model/report.h"

static void scanned(struct rsk_tally *tally, uint64_t bytes)
{
	tally->seen++;
	tally->scanned++;
	tally->bytes += bytes;
}

static void expect_law(const struct rsk_tally *tally)
{
	cr_expect_eq(
		tally->seen, tally->scanned + tally->skipped + tally->failed);
}

Test(coverage, every_unit_is_counted_once)
{
	struct rsk_coverage c = { 0 };

	scanned(&c.files, 10);
	rsk_coverage_skip(&c, &c.files, RSK_SKIP_SYMLINK, RSK_LIT("a"));
	rsk_coverage_gap(&c, &c.files, RSK_GAP_IO, RSK_LIT("b"), "no");
	rsk_coverage_gap(&c, NULL, RSK_GAP_REGEX_LIMIT, RSK_LIT("c"), NULL);
	rsk_coverage_gap(
		&c, &c.objects, RSK_GAP_GIT_OBJECT, rsk_slice(NULL, 0), "x");
	expect_law(&c.files);
	expect_law(&c.objects);
	cr_expect_eq(c.files.seen, 3);
	cr_expect_eq(c.objects.seen, 1);
	cr_expect_eq(c.skips[RSK_SKIP_SYMLINK], 1);
	cr_expect_eq(c.gaps[RSK_GAP_IO], 1);
	cr_expect_eq(c.gaps[RSK_GAP_REGEX_LIMIT], 1);
	cr_expect_eq(c.gap_list.len, 3);
	cr_expect_str_eq(c.gap_list.ptr[1].detail, "");
	rsk_coverage_release(&c);
	cr_expect_eq(c.files.seen, 0);
}

Test(coverage, lists_copy_what_they_are_given)
{
	struct rsk_coverage c = { 0 };
	char path[] = "path";
	char detail[] = "detail";

	rsk_coverage_skip(&c, &c.files, RSK_SKIP_IGNORED, rsk_slice_str(path));
	rsk_coverage_gap(&c, &c.files, RSK_GAP_IO, rsk_slice_str(path), detail);
	path[0] = detail[0] = 'x';
	cr_expect(rsk_slice_eq_str(c.skip_list.ptr[0].path, "path"));
	cr_expect(rsk_slice_eq_str(c.gap_list.ptr[0].path, "path"));
	cr_expect_str_eq(c.gap_list.ptr[0].detail, "detail");
	rsk_coverage_release(&c);
}

Test(coverage, complete_or_not)
{
	struct rsk_coverage c = { 0 };

	rsk_coverage_skip(&c, &c.files, RSK_SKIP_SYMLINK, RSK_LIT("a"));
	cr_expect(rsk_coverage_complete(&c, 0));
	rsk_coverage_gap(&c, &c.files, RSK_GAP_IO, RSK_LIT("b"), "");
	cr_expect_not(rsk_coverage_complete(&c, 0));
	cr_expect(rsk_coverage_complete(&c, 1u << RSK_GAP_IO));
	cr_expect_not(rsk_coverage_complete(&c, 1u << RSK_GAP_MEMORY));
	rsk_coverage_gap(&c, NULL, RSK_GAP_MEMORY, RSK_LIT("b"), "");
	cr_expect_not(rsk_coverage_complete(&c, 1u << RSK_GAP_IO));
	cr_expect(rsk_coverage_complete(
		&c, 1u << RSK_GAP_IO | 1u << RSK_GAP_MEMORY));
	rsk_coverage_release(&c);
}

Test(coverage, notes_are_kept_once_and_sorted)
{
	struct rsk_coverage c = { 0 };

	rsk_coverage_note(&c, "%s", "b");
	rsk_coverage_note(&c, "a %d", 1);
	rsk_coverage_note(&c, "b");
	rsk_coverage_finish(&c);
	cr_assert_eq(c.notes.len, 2);
	cr_expect_str_eq(c.notes.ptr[0], "a 1");
	cr_expect_str_eq(c.notes.ptr[1], "b");
	rsk_coverage_release(&c);
}

/* A file list that is dealt to `threads` ledgers in turn, then merged. */
static void fill(struct rsk_coverage *out, int threads)
{
	struct rsk_coverage part[8] = { 0 };

	for (int i = 0; i < 3000; i++) {
		struct rsk_coverage *c = &part[i % threads];
		char path[32];

		snprintf(path, sizeof(path), "f%d", i * 7919 % 3000);
		scanned(&c->files, 5);
		rsk_coverage_skip(c, &c->files, (enum rsk_skip)(i % 2),
			rsk_slice_str(path));
		rsk_coverage_gap(c, &c->objects, RSK_GAP_GIT_OBJECT,
			rsk_slice_str(path), i % 3 ? "a" : "b");
		rsk_coverage_note(c, "note %d", i % 5);
	}
	for (int i = 0; i < threads; i++) {
		rsk_coverage_merge(out, &part[i]);
		rsk_coverage_release(&part[i]);
	}
	rsk_coverage_finish(out);
}

static void expect_equal(
	const struct rsk_coverage *a, const struct rsk_coverage *b)
{
	cr_expect_eq(memcmp(&a->files, &b->files, sizeof(a->files)), 0);
	cr_expect_eq(memcmp(&a->objects, &b->objects, sizeof(a->files)), 0);
	cr_expect_eq(memcmp(a->skips, b->skips, sizeof(a->skips)), 0);
	cr_expect_eq(memcmp(a->gaps, b->gaps, sizeof(a->gaps)), 0);
	cr_assert_eq(a->skip_list.len, b->skip_list.len);
	for (size_t i = 0; i < a->skip_list.len; i++)
		cr_assert(rsk_slice_eq(
			a->skip_list.ptr[i].path, b->skip_list.ptr[i].path));
	cr_assert_eq(a->gap_list.len, b->gap_list.len);
	for (size_t i = 0; i < a->gap_list.len; i++) {
		cr_assert(rsk_slice_eq(
			a->gap_list.ptr[i].path, b->gap_list.ptr[i].path));
		cr_assert_str_eq(
			a->gap_list.ptr[i].detail, b->gap_list.ptr[i].detail);
	}
	cr_assert_eq(a->notes.len, b->notes.len);
}

Test(coverage, threads_do_not_show)
{
	struct rsk_coverage one = { 0 };
	struct rsk_coverage eight = { 0 };

	fill(&one, 1);
	fill(&eight, 8);
	expect_law(&one.files);
	expect_law(&one.objects);
	cr_expect_eq(one.files.seen, 6000);
	cr_expect_eq(one.files.bytes, 15000);
	cr_expect_eq(one.skip_list.len, 2 * RSK_MAX_LISTED);
	cr_expect_eq(one.gap_list.len, RSK_MAX_LISTED);
	cr_expect_eq(one.notes.len, 5);
	expect_equal(&one, &eight);
	rsk_coverage_release(&one);
	rsk_coverage_release(&eight);
}

/* The lists are cut on the way; what is kept is what sorts first. */
Test(coverage, long_lists_keep_the_first_in_order)
{
	struct rsk_coverage c = { 0 };

	for (int i = 99999; i >= 0; i--) {
		char path[32];

		snprintf(path, sizeof(path), "%06d", i);
		rsk_coverage_skip(
			&c, &c.files, RSK_SKIP_IGNORED, rsk_slice_str(path));
		rsk_coverage_gap(&c, NULL, RSK_GAP_IO, rsk_slice_str(path), "");
	}
	rsk_coverage_finish(&c);
	cr_assert_eq(c.skips[RSK_SKIP_IGNORED], 100000);
	cr_assert_eq(c.gaps[RSK_GAP_IO], 100000);
	cr_assert_eq(c.skip_list.len, RSK_MAX_LISTED);
	cr_assert_eq(c.gap_list.len, RSK_MAX_LISTED);
	cr_assert(rsk_slice_eq_str(c.skip_list.ptr[0].path, "000000"));
	cr_assert(rsk_slice_eq_str(
		c.gap_list.ptr[RSK_MAX_LISTED - 1].path, "000999"));
	rsk_coverage_release(&c);
}

Test(coverage, finish_of_nothing)
{
	struct rsk_coverage c = { 0 };

	rsk_coverage_finish(&c);
	cr_assert(rsk_coverage_complete(&c, 0));
	rsk_coverage_release(&c);
}

Test(report, release_takes_all_with_it)
{
	struct rsk_report report = { .command = "scan" };

	*RSK_VEC_PUSH(&report.findings) = (struct rsk_finding){ .rule = "r" };
	*RSK_VEC_PUSH(&report.suppressed) = (struct rsk_finding){ .rule = "r" };
	*RSK_VEC_PUSH(&report.policy) = (struct rsk_policy_note){ "a", "b" };
	rsk_arena_alloc(&report.arena, 10);
	rsk_coverage_note(&report.coverage, "x");
	rsk_report_release(&report);
	cr_assert_null(report.command);
	cr_assert_eq(report.findings.len, 0);
}

/* Skips by reason and path, gaps by class, path and what was wrong. */
Test(coverage, lists_are_sorted_by_kind_then_path_then_detail)
{
	static const struct {
		enum rsk_gap_class class;
		const char *path, *detail;
	} gaps[] = {
		{ RSK_GAP_LIMIT, "a", "x" },
		{ RSK_GAP_IO, "b", "y" },
		{ RSK_GAP_IO, "b", "x" },
		{ RSK_GAP_IO, "a", "z" },
		{ RSK_GAP_CRASH, "0", "" },
	};
	static const int order[] = { 3, 2, 1, 0, 4 };
	struct rsk_coverage c = { 0 };

	for (size_t i = 0; i < 5; i++)
		rsk_coverage_gap(&c, NULL, gaps[i].class,
			rsk_slice_str(gaps[i].path), gaps[i].detail);
	rsk_coverage_skip(&c, &c.files, RSK_SKIP_SYMLINK, RSK_LIT("b"));
	rsk_coverage_skip(&c, &c.files, RSK_SKIP_SYMLINK, RSK_LIT("a"));
	rsk_coverage_skip(&c, &c.files, RSK_SKIP_IGNORED, RSK_LIT("c"));
	rsk_coverage_finish(&c);
	for (size_t i = 0; i < 5; i++) {
		const struct rsk_gap *gap = &c.gap_list.ptr[i];

		cr_expect_eq(gap->class, gaps[order[i]].class);
		cr_expect(rsk_slice_eq_str(gap->path, gaps[order[i]].path));
		cr_expect_str_eq(gap->detail, gaps[order[i]].detail);
	}
	cr_expect(rsk_slice_eq_str(c.skip_list.ptr[0].path, "c"));
	cr_expect(rsk_slice_eq_str(c.skip_list.ptr[1].path, "a"));
	cr_expect(rsk_slice_eq_str(c.skip_list.ptr[2].path, "b"));
	rsk_coverage_release(&c);
}

/* Each class has room of its own. */
Test(coverage, one_class_does_not_crowd_out_another)
{
	struct rsk_coverage c = { 0 };
	char path[32];

	for (unsigned i = 0; i <= RSK_MAX_LISTED; i++) {
		snprintf(path, sizeof(path), "%06u", i);
		rsk_coverage_gap(&c, NULL, RSK_GAP_IO, rsk_slice_str(path), "");
		rsk_coverage_gap(
			&c, NULL, RSK_GAP_CRASH, rsk_slice_str(path), "");
		rsk_coverage_skip(
			&c, &c.files, RSK_SKIP_SPECIAL, rsk_slice_str(path));
		rsk_coverage_skip(
			&c, &c.files, RSK_SKIP_IGNORED, rsk_slice_str(path));
	}
	rsk_coverage_finish(&c);
	cr_assert_eq(c.gap_list.len, 2 * RSK_MAX_LISTED);
	cr_assert_eq(c.skip_list.len, 2 * RSK_MAX_LISTED);
	for (size_t i = 0; i < RSK_MAX_LISTED; i++) {
		cr_assert_eq(c.gap_list.ptr[i].class, RSK_GAP_IO);
		cr_assert_eq(c.gap_list.ptr[RSK_MAX_LISTED + i].class,
			RSK_GAP_CRASH);
		cr_assert_eq(c.skip_list.ptr[i].reason, RSK_SKIP_IGNORED);
	}
	/* What is cut is what sorts last. */
	cr_expect(rsk_slice_eq_str(
		c.gap_list.ptr[2 * RSK_MAX_LISTED - 1].path, "000999"));
	cr_expect_eq(c.gaps[RSK_GAP_IO], RSK_MAX_LISTED + 1);
	rsk_coverage_release(&c);
}

/* The list does not grow without end while a scan runs. */
Test(coverage, lists_are_cut_on_the_way)
{
	struct rsk_coverage c = { 0 };

	for (unsigned i = 0; i < 64 * RSK_MAX_LISTED; i++) {
		rsk_coverage_gap(&c, NULL, RSK_GAP_IO, RSK_LIT("p"), "");
		rsk_coverage_skip(&c, &c.files, RSK_SKIP_IGNORED, RSK_LIT("p"));
	}
	cr_expect_eq(c.gap_list.len, 64 * RSK_MAX_LISTED);
	cr_expect_eq(c.skip_list.len, 64 * RSK_MAX_LISTED);
	rsk_coverage_gap(&c, NULL, RSK_GAP_IO, RSK_LIT("p"), "");
	rsk_coverage_skip(&c, &c.files, RSK_SKIP_IGNORED, RSK_LIT("p"));
	cr_expect_eq(c.gap_list.len, RSK_MAX_LISTED);
	cr_expect_eq(c.skip_list.len, RSK_MAX_LISTED);
	rsk_coverage_release(&c);
}

Test(coverage, merge_adds_every_count)
{
	struct rsk_coverage a = { 0 };
	struct rsk_coverage b = { 0 };
	const struct rsk_tally one = { 1, 2, 3, 4, 5, 6 };

	a.files = a.objects = one;
	b.files = b.objects = one;
	a.skips[RSK_SKIP_IGNORED] = b.skips[RSK_SKIP_IGNORED] = 7;
	a.skips[RSK_SKIPS - 1] = b.skips[RSK_SKIPS - 1] = 9;
	a.gaps[0] = b.gaps[0] = 8;
	a.gaps[RSK_GAPS - 1] = b.gaps[RSK_GAPS - 1] = 10;
	rsk_coverage_merge(&a, &b);
	for (int i = 0; i < 2; i++) {
		const struct rsk_tally *sum = i ? &a.files : &a.objects;

		cr_expect_eq(sum->seen, 2);
		cr_expect_eq(sum->scanned, 4);
		cr_expect_eq(sum->skipped, 6);
		cr_expect_eq(sum->failed, 8);
		cr_expect_eq(sum->bytes, 10);
		cr_expect_eq(sum->binary, 12);
	}
	cr_expect_eq(a.skips[RSK_SKIP_IGNORED], 14);
	cr_expect_eq(a.skips[RSK_SKIPS - 1], 18);
	cr_expect_eq(a.gaps[0], 16);
	cr_expect_eq(a.gaps[RSK_GAPS - 1], 20);
	rsk_coverage_release(&a);
}

/* Findings at or over the limit, then gaps: 1 outranks 3. */
Test(report, status_says_the_worst)
{
	for (int limit = 0; limit <= RSK_SEVERITIES; limit++)
		for (int found = -1; found < RSK_SEVERITIES; found++)
			for (int complete = 0; complete < 2; complete++) {
				struct rsk_report report = {
					.complete = complete,
					.unlisted = 1, /* in counts, too */
				};
				int want = complete ? 0 : 3;

				if (found >= 0)
					report.counts[found] = 1;
				if (found >= limit)
					want = 1;
				cr_expect_eq(rsk_report_status(&report,
						     (enum rsk_severity)limit),
					want);
			}
}

Test(coverage, classes_are_found_by_their_names)
{
	enum rsk_gap_class found = RSK_GAPS;

	for (int i = 0; i < RSK_GAPS; i++) {
		const char *name = rsk_gap_name((enum rsk_gap_class)i);

		cr_expect(rsk_gap_find(&found, rsk_slice_str(name)));
		cr_expect_eq((int)found, i, "%s", name);
	}
	found = RSK_GAPS;
	cr_expect_not(rsk_gap_find(&found, RSK_LIT("")));
	cr_expect_not(rsk_gap_find(&found, RSK_LIT("no-such-class")));
	cr_expect_eq(found, RSK_GAPS);
}

/* The first note of the other one, too. */
Test(coverage, notes_are_merged)
{
	struct rsk_coverage one = { 0 };
	struct rsk_coverage other = { 0 };

	rsk_coverage_note(&other, "%s", "a");
	rsk_coverage_merge(&one, &other);
	rsk_coverage_finish(&one);
	cr_assert_eq(one.notes.len, 1);
	cr_expect_str_eq(one.notes.ptr[0], "a");
	rsk_coverage_release(&one);
	rsk_coverage_release(&other);
}

/* A sentence has 511 bytes at most. */
Test(coverage, long_notes_are_cut)
{
	struct rsk_coverage c = { 0 };
	char text[601];

	memset(text, 'x', 600);
	text[600] = '\0';
	rsk_coverage_note(&c, "%s", text);
	cr_expect_eq(strlen(c.notes.ptr[0]), 511);
	rsk_coverage_release(&c);
}

Test(coverage, class_of_an_error)
{
	static const struct {
		enum rsk_err err;
		enum rsk_gap_class class;
	} rows[] = {
		{ RSK_CRASHED, RSK_GAP_CRASH },
		{ RSK_TIMEOUT, RSK_GAP_TIMEOUT },
		{ RSK_NOMEM, RSK_GAP_MEMORY },
		{ RSK_IO, RSK_GAP_CHANGED },
		{ RSK_TOOBIG, RSK_GAP_CHANGED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(rsk_gap_of(rows[i].err, RSK_GAP_CHANGED),
			rows[i].class, "%zu", i);
}
