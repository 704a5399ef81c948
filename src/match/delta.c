#include "match/delta.h"

#include "base/limits.h"
#include "match/scanner_p.h"

struct work {
	struct rsk_scanner *scanner;
	struct rsk_view view;
	const struct rsk_trace *base;
	const struct rsk_delta *delta;
	struct rsk_trace *out;
	const struct rsk_copy *copies;
	size_t copies_len;
	/* Sorted and disjoint stretches of the new text that no copy covers.
	 * Empty where two copies meet. */
	rsk_ranges *seams;
};

void rsk_trace_release(struct rsk_trace *trace)
{
	RSK_VEC_RELEASE(&trace->matches);
	RSK_VEC_RELEASE(&trace->hits);
	*trace = (struct rsk_trace){ .len = 0 };
}

static void begin_trace(
	struct rsk_trace *out, struct rsk_slice text, bool binary)
{
	out->matches.len = out->hits.len = 0;
	out->len = text.len;
	out->binary = binary;
	out->partial = false;
	out->gaps = 0;
}

static void add_match(struct rsk_trace *out, const struct rsk_match *match)
{
	*RSK_VEC_PUSH(&out->matches) = *match;
}

static void finish_trace(
	const struct rsk_scanner *scanner, struct rsk_trace *out)
{
	rsk_scan_sort(out->matches.ptr, out->matches.len);
	out->gaps = rsk_scanner_gaps(scanner, NULL);
	/* A gap of the base would have to be one of the next text, too. */
	out->partial |= out->gaps > 0;
	if (out->partial)
		RSK_VEC_RELEASE(&out->hits);
}

enum rsk_err rsk_scanner_trace(struct rsk_scanner *scanner,
	struct rsk_slice text, bool binary, struct rsk_trace *out)
{
	struct rsk_view view = { text, 0 };
	struct rsk_range all = { 0, text.len };

	if (text.len >= UINT32_MAX)
		return RSK_TOOBIG;
	begin_trace(out, text, binary);
	rsk_scan_reset(scanner, binary);
	out->partial = scanner->matcher->without_prefilter ||
		       !rsk_scan_collect(scanner, text, all, &out->hits);
	if (out->partial) {
		rsk_scan_places(scanner, &view, all);
	} else {
		rsk_prefilter_sort(out->hits.ptr, out->hits.len);
		for (size_t i = 0; i < out->hits.len; i++)
			rsk_scan_hit(scanner, &view, &out->hits.ptr[i], all);
	}
	for (size_t i = 0; i < scanner->matches.len; i++)
		add_match(out, &scanner->matches.ptr[i]);
	finish_trace(scanner, out);
	return RSK_OK;
}

static bool copies_fit(const struct rsk_delta *delta, struct rsk_slice text)
{
	size_t end = 0;

	for (size_t i = 0; i < delta->copies_len; i++) {
		const struct rsk_copy *c = &delta->copies[i];

		if (c->to < end || c->to > text.len ||
			c->len > text.len - c->to ||
			c->from > delta->base->len ||
			c->len > delta->base->len - c->from)
			return false;
		end = c->to + c->len;
	}
	return true;
}

/* Do the two stand together in the text as they did in the base? */
static bool continues(const struct rsk_copy *a, const struct rsk_copy *b)
{
	return a->to + a->len == b->to && a->from + a->len == b->from;
}

/* Copies that go on where the one before ended have a seam as well: whoever
 * made them has joined nearly all of those. */
static void find_seams(struct work *work)
{
	struct rsk_copy ends = { work->view.bytes.len, work->base->len, 0 };
	struct rsk_copy last = { 0, 0, 0 }; /* the beginning of both */

	work->seams->len = 0;
	for (size_t i = 0; i <= work->copies_len; i++) {
		const struct rsk_copy *c =
			i < work->copies_len ? &work->copies[i] : &ends;
		bool is_edge = i == 0 || i == work->copies_len;

		if (!is_edge || !continues(&last, c))
			*RSK_VEC_PUSH(work->seams) =
				(struct rsk_range){ last.to + last.len, c->to };
		last = *c;
	}
}

/* The first seam that ends at or behind `offset`. */
static size_t first_seam(const rsk_ranges *seams, uint64_t offset)
{
	size_t low = 0;
	size_t high = seams->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (seams->ptr[middle].end < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t below(uint64_t offset, uint64_t by)
{
	return offset > by ? offset - by : 0;
}

/* Places whose answer a seam may have changed, for a pattern so wide. */
static struct rsk_range changed_by(const struct rsk_range *seam, uint64_t width)
{
	return (struct rsk_range){ below(seam->begin, width + RSK_EDGE),
		seam->end + 2 * width + RSK_EDGE + 1 };
}

static uint64_t width_of(const struct work *work, uint32_t pattern)
{
	return work->scanner->matcher->patterns[pattern].width;
}

static bool is_changed(const struct work *work, const struct rsk_match *match)
{
	uint64_t width = width_of(work, match->pattern);
	size_t i = first_seam(
		work->seams, below(match->begin, 2 * width + RSK_EDGE));

	return i < work->seams->len &&
	       match->begin >= changed_by(&work->seams->ptr[i], width).begin;
}

static void fill(const struct rsk_delta *delta)
{
	if (delta->fill)
		delta->fill(delta->ctx);
}

/* What is read around a seam to find the anchors that touch it. */
_Static_assert(RSK_MAX_ANCHOR + RSK_BUF_PAD < RSK_DELTA_SIDE,
	"seams are looked at before a text is put together");

/* Most seams are of a few bytes, and most of these touch no anchor. */
enum { SMALL_SEAM = 64 };

static bool is_quiet(const struct work *work, const struct rsk_range *seam)
{
	return seam->end - seam->begin <= SMALL_SEAM &&
	       !rsk_prefilter_may_touch(work->scanner->matcher->prefilter,
		       work->view.bytes, (size_t)seam->begin,
		       (size_t)seam->end);
}

/*
 * The hits with a byte in the seam or on both sides of it. One that crosses
 * the seam before this one as well has been found there.
 */
static bool collect_new_hits(struct work *work, size_t seam)
{
	const struct rsk_prefilter *prefilter =
		work->scanner->matcher->prefilter;
	size_t side = rsk_prefilter_longest(prefilter);
	const struct rsk_range *s = &work->seams->ptr[seam];
	uint64_t before = seam ? s[-1].end : 0;
	rsk_hits *hits = &work->out->hits;
	size_t kept = hits->len;
	struct rsk_range around = { below(s->begin, side), s->end + side };

	if (is_quiet(work, s))
		return true;
	if (around.begin < before)
		around.begin = before;
	if (around.end > work->view.bytes.len)
		around.end = work->view.bytes.len;
	if (!rsk_scan_collect(work->scanner, work->view.bytes, around, hits))
		return false;
	for (size_t i = kept; i < hits->len; i++)
		if (rsk_prefilter_end(prefilter, &hits->ptr[i]) > s->begin &&
			hits->ptr[i].begin < s->end)
			hits->ptr[kept++] = hits->ptr[i];
	hits->len = kept;
	return true;
}

/* The first of the base's hits that begins at or behind `offset`. */
static size_t first_hit(const rsk_hits *hits, size_t offset)
{
	size_t low = 0;
	size_t high = hits->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hits->ptr[middle].begin < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void carry_hits(struct work *work, const struct rsk_copy *copy)
{
	const struct rsk_prefilter *prefilter =
		work->scanner->matcher->prefilter;
	const rsk_hits *hits = &work->base->hits;
	size_t end = copy->from + copy->len;

	for (size_t i = first_hit(hits, copy->from);
		i < hits->len && hits->ptr[i].begin < end; i++)
		if (rsk_prefilter_end(prefilter, &hits->ptr[i]) <= end)
			*RSK_VEC_PUSH(&work->out->hits) = (struct rsk_hit){
				(uint32_t)(hits->ptr[i].begin - copy->from +
					   copy->to),
				hits->ptr[i].anchor,
			};
}

static size_t first_match(const rsk_matches *matches, size_t offset)
{
	size_t low = 0;
	size_t high = matches->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (matches->ptr[middle].begin < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void carry_matches(struct work *work, const struct rsk_copy *copy)
{
	const rsk_matches *matches = &work->base->matches;
	size_t end = copy->from + copy->len;

	for (size_t i = first_match(matches, copy->from);
		i < matches->len && matches->ptr[i].begin < end; i++) {
		struct rsk_match match = matches->ptr[i];

		match.begin = match.begin - copy->from + copy->to;
		match.end = match.end - copy->from + copy->to;
		match.secret_begin = match.secret_begin - copy->from + copy->to;
		match.secret_end = match.secret_end - copy->from + copy->to;
		if (!is_changed(work, &match))
			add_match(work->out, &match);
	}
}

/*
 * Decide anew where a seam is near. Some places before are tried as well,
 * because their candidates may reach over those that count.
 */
static void try_near_seams(
	struct work *work, const struct rsk_hit *hit, uint32_t p)
{
	const struct rsk_progress *progress = &work->scanner->progress[p];
	uint64_t width = width_of(work, p);
	uint64_t at = hit->begin;
	struct rsk_range near = { below(at, width), at + 1 };
	size_t i = first_seam(
		work->seams, below(near.begin, 2 * width + RSK_EDGE));

	for (; i < work->seams->len && progress->next <= at; i++) {
		struct rsk_range places =
			changed_by(&work->seams->ptr[i], width);

		places.begin = below(places.begin, width);
		if (places.begin > at)
			break;
		if (places.begin < near.begin)
			places.begin = near.begin;
		if (places.end > near.end)
			places.end = near.end;
		fill(work->delta);
		rsk_scan_try(work->scanner, &work->view, p, places);
	}
}

static void decide_changed(struct work *work)
{
	const struct rsk_matcher *matcher = work->scanner->matcher;
	const rsk_matches *found = &work->scanner->matches;

	for (size_t i = 0; i < work->out->hits.len; i++) {
		const struct rsk_hit *hit = &work->out->hits.ptr[i];
		const struct rsk_anchor_users *users =
			&matcher->anchors[hit->anchor];

		for (uint32_t u = 0; u < users->len; u++)
			try_near_seams(
				work, hit, matcher->users[users->first + u]);
	}
	for (size_t i = 0; i < found->len; i++)
		if (is_changed(work, &found->ptr[i]))
			add_match(work->out, &found->ptr[i]);
}

/* Every hit of the new text; false when there are too many. */
static bool find_hits(struct work *work)
{
	rsk_hits *hits = &work->out->hits;

	for (size_t i = 0; i < work->copies_len; i++)
		carry_hits(work, &work->copies[i]);
	for (size_t i = 0; i < work->seams->len; i++)
		if (!collect_new_hits(work, i))
			return false;
	rsk_prefilter_sort(hits->ptr, hits->len);
	return true;
}

enum rsk_err rsk_scanner_delta(struct rsk_scanner *scanner,
	struct rsk_slice text, const struct rsk_delta *delta,
	struct rsk_trace *out)
{
	struct work work = {
		.scanner = scanner,
		.view = { text, 0 },
		.base = delta->base,
		.delta = delta,
		.out = out,
		.copies = delta->copies,
		.copies_len = delta->copies_len,
		.seams = &scanner->seams,
	};

	if (text.len >= UINT32_MAX)
		return RSK_TOOBIG;
	if (!copies_fit(delta, text))
		return RSK_CORRUPT;
	if (delta->base->partial || delta->base->binary != delta->binary) {
		fill(delta);
		return rsk_scanner_trace(scanner, text, delta->binary, out);
	}

	begin_trace(out, text, delta->binary);
	rsk_scan_reset(scanner, delta->binary);
	find_seams(&work);
	if (!find_hits(&work)) {
		fill(delta);
		return rsk_scanner_trace(scanner, text, delta->binary, out);
	}
	decide_changed(&work);
	for (size_t i = 0; i < work.copies_len; i++)
		carry_matches(&work, &work.copies[i]);
	finish_trace(scanner, out);
	return RSK_OK;
}
