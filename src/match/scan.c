#include "match/scanner_p.h"

#include <assert.h>

#include "base/limits.h"
#include "match/filter.h"

/*
 * Which candidates exist, and which of them are matches: the definition in
 * matcher.h, as code. Every place is tried at most once for each pattern, from
 * left to right, so the cost is bounded by the text however the anchors lie.
 */

void rsk_scan_reset(struct rsk_scanner *scanner, bool binary)
{
	/* Most texts try no pattern at all, and there are hundreds. */
	for (size_t i = 0; i < scanner->tried.len; i++)
		scanner->progress[scanner->tried.ptr[i]] =
			(struct rsk_progress){ 0 };
	scanner->tried.len = 0;
	scanner->binary = binary;
	scanner->gaps = 0;
	scanner->matches.len = 0;
}

static void note_gap(struct rsk_scanner *scanner, uint32_t p)
{
	if (!scanner->gaps)
		scanner->gap_pattern = p;
	if (scanner->gaps < UINT32_MAX)
		scanner->gaps++;
	scanner->progress[p].gaps++;
}

static bool has_anchor(
	const struct rsk_pattern *rule, struct rsk_slice candidate)
{
	for (size_t i = 0; i < rule->anchors.len; i++) {
		struct rsk_slice anchor = rsk_slice_str(rule->anchors.ptr[i]);
		size_t at = rule->caseless
				    ? rsk_slice_find_nocase(candidate, anchor)
				    : rsk_slice_find(candidate, anchor);

		if (at < candidate.len)
			return true;
	}
	return false;
}

static bool passes_filters(const struct rsk_pattern *rule,
	struct rsk_slice subject, const struct rsk_regex_match *found)
{
	bool has_secret = found->secret_begin < found->secret_end;

	return rsk_filters_pass(rule,
		has_secret ? rsk_slice_cut(subject, found->secret_begin,
				     found->secret_end)
			   : rsk_slice_cut(subject, found->begin, found->end));
}

/* What the regex found; `origin` is the offset [text] of the subject. */
static void judge(struct rsk_scanner *scanner, uint32_t p,
	struct rsk_slice subject, uint64_t origin,
	const struct rsk_regex_match *found)
{
	const struct rsk_pattern *rule = scanner->matcher->patterns[p].rule;
	struct rsk_progress *progress = &scanner->progress[p];
	uint64_t end = origin + found->end;

	/* Inside an earlier one: whether it is a candidate does not matter. */
	if (end <= progress->reach)
		return;
	if (!has_anchor(rule, rsk_slice_cut(subject, found->begin, found->end)))
		return;
	if (!passes_filters(rule, subject, found))
		return;

	progress->reach = end;
	*RSK_VEC_PUSH(&scanner->matches) = (struct rsk_match){
		.pattern = p,
		.begin = origin + found->begin,
		.end = end,
		.secret_begin = origin + found->secret_begin,
		.secret_end = origin + found->secret_end,
	};
}

/* Try the places once; *from is where to go on. False: nothing is left. */
static bool try_once(struct rsk_scanner *scanner, const struct rsk_view *view,
	uint32_t p, uint64_t *from, uint64_t to)
{
	const struct rsk_matcher *matcher = scanner->matcher;
	size_t side = matcher->patterns[p].width + RSK_EDGE;
	size_t begin = (size_t)(*from - view->offset);
	size_t end = (size_t)(to - view->offset);
	size_t cut = begin > side ? begin - side : 0;
	struct rsk_regex_place place = {
		.subject = rsk_slice_cut(view->bytes, cut, end + side),
		.from = begin - cut,
		.to = end - cut,
	};
	struct rsk_regex_match found;
	enum rsk_regex_result result = rsk_regex_search(
		&matcher->regexes[p], scanner->regex, &place, &found);

	if (result == RSK_REGEX_NONE)
		return false;
	if (result == RSK_REGEX_LIMIT)
		note_gap(scanner, p);
	else
		judge(scanner, p, place.subject, view->offset + cut, &found);
	*from = view->offset + cut + found.begin + 1;
	return *from < to;
}

void rsk_scan_try(struct rsk_scanner *scanner, const struct rsk_view *view,
	uint32_t p, struct rsk_range places)
{
	struct rsk_progress *progress = &scanner->progress[p];
	const struct rsk_compiled *pattern = &scanner->matcher->patterns[p];

	if (!pattern->live || (scanner->binary && !pattern->rule->binary))
		return;
	if (places.begin < progress->next)
		places.begin = progress->next;
	if (places.begin >= places.end)
		return;

	if (!progress->next)
		*RSK_VEC_PUSH(&scanner->tried) = p;
	progress->next = places.end;
	while (progress->gaps < RSK_REGEX_GAPS &&
		try_once(scanner, view, p, &places.begin, places.end))
		;
}

static uint64_t below(uint64_t offset, uint64_t by)
{
	return offset > by ? offset - by : 0;
}

/*
 * Try the places where a match with this hit in it can begin. A place that the
 * hits before this one left out is too far from its end for any match: hits
 * come sorted by begin, and those of the next piece end behind this piece.
 */
void rsk_scan_hit(struct rsk_scanner *scanner, const struct rsk_view *view,
	const struct rsk_hit *hit, struct rsk_range places)
{
	const struct rsk_matcher *matcher = scanner->matcher;
	const struct rsk_anchor_users *users = &matcher->anchors[hit->anchor];
	uint64_t at = view->offset + hit->begin;

	for (uint32_t i = 0; i < users->len; i++) {
		uint32_t p = matcher->users[users->first + i];
		struct rsk_range near = {
			below(at, matcher->patterns[p].width),
			at + 1,
		};

		if (near.begin < places.begin)
			near.begin = places.begin;
		if (near.end > places.end)
			near.end = places.end;
		rsk_scan_try(scanner, view, p, near);
	}
}

/* All anchors in [begin, end) [view]; what they lead to in `places`. */
static void scan_hits(struct rsk_scanner *scanner, const struct rsk_view *view,
	size_t begin, size_t end, struct rsk_range places)
{
	const struct rsk_prefilter *prefilter = scanner->matcher->prefilter;
	size_t longest = rsk_prefilter_longest(prefilter);

	while (begin < end) {
		size_t stop = end - begin > RSK_PREFILTER_MAX
				      ? begin + RSK_PREFILTER_MAX
				      : end;

		scanner->hits.len = 0;
		rsk_prefilter_scan(prefilter,
			rsk_slice_cut(view->bytes, begin, stop),
			(uint32_t)begin, &scanner->hits);
		for (size_t i = 0; i < scanner->hits.len; i++)
			rsk_scan_hit(
				scanner, view, &scanner->hits.ptr[i], places);
		begin = stop < end ? stop - longest + 1 : end;
	}
}

bool rsk_scan_collect(const struct rsk_scanner *scanner, struct rsk_slice text,
	struct rsk_range range, rsk_hits *hits)
{
	const struct rsk_prefilter *prefilter = scanner->matcher->prefilter;
	size_t longest = rsk_prefilter_longest(prefilter);
	size_t begin = (size_t)range.begin;
	size_t end = (size_t)range.end;
	size_t seen = begin;

	while (begin < end) {
		size_t stop = end - begin > RSK_PREFILTER_MAX
				      ? begin + RSK_PREFILTER_MAX
				      : end;
		size_t first = hits->len;
		size_t kept = first;

		rsk_prefilter_scan(prefilter, rsk_slice_cut(text, begin, stop),
			(uint32_t)begin, hits);
		/* The overlap shows some of the last piece's once more. */
		for (size_t i = first; i < hits->len; i++)
			if (rsk_prefilter_end(prefilter, &hits->ptr[i]) > seen)
				hits->ptr[kept++] = hits->ptr[i];
		hits->len = kept;
		if (hits->len > RSK_MAX_TRACE_HITS)
			return false;
		seen = stop;
		begin = stop < end ? stop - longest + 1 : end;
	}
	return true;
}

static void scan_everywhere(struct rsk_scanner *scanner,
	const struct rsk_view *view, struct rsk_range places)
{
	for (uint32_t p = 0; p < scanner->matcher->rules->patterns.len; p++)
		rsk_scan_try(scanner, view, p, places);
}

void rsk_scan_places(struct rsk_scanner *scanner, const struct rsk_view *view,
	struct rsk_range places)
{
	const struct rsk_matcher *matcher = scanner->matcher;
	size_t begin = (size_t)(places.begin - view->offset);
	size_t end = (size_t)(places.end - view->offset) + matcher->width;

	if (matcher->without_prefilter) {
		scan_everywhere(scanner, view, places);
		return;
	}
	if (end > view->bytes.len)
		end = view->bytes.len;
	scan_hits(scanner, view, begin, end, places);
}

static int by_begin(const void *a, const void *b)
{
	const struct rsk_match *x = a;
	const struct rsk_match *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

void rsk_scan_sort(struct rsk_match *matches, size_t len)
{
	if (len > 1)
		qsort(matches, len, sizeof(*matches), by_begin);
}
