#include "model/coverage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

struct word {
	const char *name, *text;
};

static const struct word skips[RSK_SKIPS] = {
#define X(name, word, text) [RSK_SKIP_##name] = { word, text },
	RSK_SKIP_MAP(X)
#undef X
};

static const struct word gaps[RSK_GAPS] = {
#define X(name, word, text) [RSK_GAP_##name] = { word, text },
	RSK_GAP_MAP(X)
#undef X
};

const char *rsk_skip_name(enum rsk_skip skip)
{
	return skips[skip].name;
}

const char *rsk_skip_text(enum rsk_skip skip)
{
	return skips[skip].text;
}

const char *rsk_gap_name(enum rsk_gap_class gap)
{
	return gaps[gap].name;
}

const char *rsk_gap_text(enum rsk_gap_class gap)
{
	return gaps[gap].text;
}

enum rsk_gap_class rsk_gap_of(enum rsk_err err, enum rsk_gap_class otherwise)
{
	switch (err) {
	case RSK_CRASHED:
		return RSK_GAP_CRASH;
	case RSK_TIMEOUT:
		return RSK_GAP_TIMEOUT;
	case RSK_NOMEM:
		return RSK_GAP_MEMORY;
	default:
		return otherwise;
	}
}

bool rsk_gap_find(enum rsk_gap_class *out, struct rsk_slice name)
{
	for (int i = 0; i < RSK_GAPS; i++)
		if (rsk_slice_eq_str(name, gaps[i].name)) {
			*out = (enum rsk_gap_class)i;
			return true;
		}
	return false;
}

static void list_skip(struct rsk_coverage *coverage, enum rsk_skip reason,
	struct rsk_slice path)
{
	*RSK_VEC_PUSH(&coverage->skip_list) = (struct rsk_skipped){
		reason,
		rsk_arena_slice(&coverage->arena, path),
	};
}

static void list_gap(struct rsk_coverage *coverage, const struct rsk_gap *gap)
{
	struct rsk_slice detail = rsk_slice_str(gap->detail);

	*RSK_VEC_PUSH(&coverage->gap_list) = (struct rsk_gap){
		gap->class,
		rsk_arena_slice(&coverage->arena, gap->path),
		rsk_arena_str(&coverage->arena, detail),
	};
}

static int cmp_skipped(const void *left, const void *right)
{
	const struct rsk_skipped *a = left;
	const struct rsk_skipped *b = right;

	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	return rsk_slice_cmp(a->path, b->path);
}

static int cmp_gap(const void *left, const void *right)
{
	const struct rsk_gap *a = left;
	const struct rsk_gap *b = right;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;

	int order = rsk_slice_cmp(a->path, b->path);
	return order ? order : strcmp(a->detail, b->detail);
}

static int cmp_note(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/*
 * The lists keep the first RSK_MAX_LISTED of each kind in sorted order, so
 * that what is listed does not depend on the threads. They are cut only when
 * they grew to a multiple of that.
 */
#define MOST_LISTED ((size_t)64 * RSK_MAX_LISTED)

static void cut_skips(struct rsk_coverage *coverage)
{
	size_t kept = 0;
	size_t of_kind = 0;

	if (coverage->skip_list.len)
		qsort(coverage->skip_list.ptr, coverage->skip_list.len,
			sizeof(*coverage->skip_list.ptr), cmp_skipped);
	for (size_t i = 0; i < coverage->skip_list.len; i++) {
		struct rsk_skipped *entry = &coverage->skip_list.ptr[i];

		if (i && entry->reason != entry[-1].reason)
			of_kind = 0;
		if (of_kind++ < RSK_MAX_LISTED)
			coverage->skip_list.ptr[kept++] = *entry;
	}
	coverage->skip_list.len = kept;
}

static void cut_gaps(struct rsk_coverage *coverage)
{
	size_t kept = 0;
	size_t of_kind = 0;

	if (coverage->gap_list.len)
		qsort(coverage->gap_list.ptr, coverage->gap_list.len,
			sizeof(*coverage->gap_list.ptr), cmp_gap);
	for (size_t i = 0; i < coverage->gap_list.len; i++) {
		struct rsk_gap *entry = &coverage->gap_list.ptr[i];

		if (i && entry->class != entry[-1].class)
			of_kind = 0;
		if (of_kind++ < RSK_MAX_LISTED)
			coverage->gap_list.ptr[kept++] = *entry;
	}
	coverage->gap_list.len = kept;
}

static void sort_notes(struct rsk_coverage *coverage)
{
	size_t kept = 0;

	if (coverage->notes.len)
		qsort(coverage->notes.ptr, coverage->notes.len,
			sizeof(*coverage->notes.ptr), cmp_note);
	for (size_t i = 0; i < coverage->notes.len; i++)
		if (!i || strcmp(coverage->notes.ptr[i],
				  coverage->notes.ptr[kept - 1]) != 0)
			coverage->notes.ptr[kept++] = coverage->notes.ptr[i];
	coverage->notes.len = kept;
}

void rsk_coverage_skip(struct rsk_coverage *coverage, struct rsk_tally *tally,
	enum rsk_skip reason, struct rsk_slice path)
{
	tally->seen++;
	tally->skipped++;
	coverage->skips[reason]++;
	list_skip(coverage, reason, path);
	if (coverage->skip_list.len > MOST_LISTED)
		cut_skips(coverage);
}

void rsk_coverage_gap(struct rsk_coverage *coverage, struct rsk_tally *tally,
	enum rsk_gap_class class, struct rsk_slice path, const char *detail)
{
	struct rsk_gap gap = { class, path, detail ? detail : "" };

	if (tally) {
		tally->seen++;
		tally->failed++;
	}
	coverage->gaps[class]++;
	list_gap(coverage, &gap);
	if (coverage->gap_list.len > MOST_LISTED)
		cut_gaps(coverage);
}

void rsk_coverage_note(struct rsk_coverage *coverage, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	*RSK_VEC_PUSH(&coverage->notes) =
		rsk_arena_str(&coverage->arena, rsk_slice_str(text));
}

bool rsk_coverage_complete(
	const struct rsk_coverage *coverage, uint32_t allowed)
{
	for (int i = 0; i < RSK_GAPS; i++)
		if (coverage->gaps[i] && !(allowed >> i & 1))
			return false;
	return true;
}

static void add_tally(struct rsk_tally *into, const struct rsk_tally *from)
{
	into->seen += from->seen;
	into->scanned += from->scanned;
	into->skipped += from->skipped;
	into->failed += from->failed;
	into->bytes += from->bytes;
	into->binary += from->binary;
}

void rsk_coverage_merge(
	struct rsk_coverage *into, const struct rsk_coverage *from)
{
	add_tally(&into->files, &from->files);
	add_tally(&into->objects, &from->objects);
	for (int i = 0; i < RSK_SKIPS; i++)
		into->skips[i] += from->skips[i];
	for (int i = 0; i < RSK_GAPS; i++)
		into->gaps[i] += from->gaps[i];
	for (size_t i = 0; i < from->skip_list.len; i++)
		list_skip(into, from->skip_list.ptr[i].reason,
			from->skip_list.ptr[i].path);
	for (size_t i = 0; i < from->gap_list.len; i++)
		list_gap(into, &from->gap_list.ptr[i]);
	for (size_t i = 0; i < from->notes.len; i++)
		rsk_coverage_note(into, "%s", from->notes.ptr[i]);
}

void rsk_coverage_finish(struct rsk_coverage *coverage)
{
	cut_skips(coverage);
	cut_gaps(coverage);
	sort_notes(coverage);
}

void rsk_coverage_release(struct rsk_coverage *coverage)
{
	RSK_VEC_RELEASE(&coverage->skip_list);
	RSK_VEC_RELEASE(&coverage->gap_list);
	RSK_VEC_RELEASE(&coverage->notes);
	rsk_arena_release(&coverage->arena);
	*coverage = (struct rsk_coverage){ 0 };
}
