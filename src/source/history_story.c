#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "source/history_locate_p.h"

/*
 * The story of an item: at which path each commit has it. As in
 * history_locate.c a run over leads and commits serves a batch of bits. An
 * item has one bit that says "anywhere", and for each of its paths a row of
 * them, one for each ending of the path:
 *
 *	a/b/c.env    c.env    b/c.env    a/b/c.env
 *
 * A tree has the bit "b/c.env" when its entry "b" has the bit "c.env": one
 * shift, and a mask of the bits that a name is the first part of. A commit has
 * the item at the path when its tree has the last bit of the row.
 */

/* A row of bits. */
struct row {
	uint32_t begin, end; /* bits; end - 1 is the whole path */
	uint32_t story;      /* of the batch's stories */
	uint32_t sight;      /* RSK_NO_SIGHT: the one bit "anywhere" */
	bool again;          /* "anywhere" was told by a batch before */
};

/* What is told of a story so far. */
struct telling {
	struct rsk_story *story;
	struct rsk_story_path *paths;
	RSK_VEC(struct rsk_story_event) events;
	bool told;    /* where it is anywhere, and refs */
	uint32_t any; /* its bit "anywhere" of this batch, or RSK_NONE */
	size_t row;   /* the row of that, those of its paths follow */
};

struct telling_all {
	struct locating *l;
	struct telling *tellings; /* sorted by item */
	size_t len;
	uint32_t *slots; /* by name: place in `named` + 1; 0: in no row */

	/* The batch at work. */
	RSK_VEC(struct row) rows;
	uint32_t bits;
	RSK_VEC(uint32_t) used_names; /* those with a slot */
	RSK_VEC(struct mask) named;   /* bits that a name begins */
	struct mask first;            /* the first bit of each path's row */
	struct mask last;             /* the last bit of each row */
	struct mask anywhere;         /* the bits "anywhere" */
};

static void set_bit(struct mask *mask, uint32_t bit)
{
	mask->words[bit / 64] |= 1ULL << bit % 64;
}

static struct mask both(const struct mask *a, const struct mask *b)
{
	struct mask out;

	for (int i = 0; i < WORDS; i++)
		out.words[i] = a->words[i] & b->words[i];
	return out;
}

static struct mask shifted(const struct mask *mask)
{
	struct mask out;

	for (int i = 0; i < WORDS; i++)
		out.words[i] = mask->words[i] << 1 |
			       (i ? mask->words[i - 1] >> 63 : 0);
	return out;
}

static bool is_empty(const struct mask *mask)
{
	uint64_t all = 0;

	for (int i = 0; i < WORDS; i++)
		all |= mask->words[i];
	return !all;
}

/* Rows */

static uint32_t depth_of(struct rsk_slice path)
{
	uint32_t depth = 1;

	for (size_t i = 0; i < path.len; i++)
		depth += path.ptr[i] == '/';
	return depth;
}

/* The bit is about an entry of this name. */
static void name_bit(struct telling_all *t, struct rsk_slice name, uint32_t bit)
{
	const uint32_t *number = rsk_map_get(&t->l->history->names_map, name);

	if (!number)
		return;
	if (!t->slots[*number]) {
		*RSK_VEC_PUSH(&t->used_names) = *number;
		(void)RSK_VEC_PUSH(&t->named);
		t->slots[*number] = (uint32_t)t->named.len;
	}
	set_bit(&t->named.ptr[t->slots[*number] - 1], bit);
}

/* From the last part of the path to the first. */
static void name_bits(
	struct telling_all *t, struct rsk_slice path, uint32_t begin)
{
	size_t end = path.len;

	for (size_t i = path.len + 1; i-- > 0;) {
		if (i && path.ptr[i - 1] != '/')
			continue;
		name_bit(t, rsk_slice_cut(path, i, end), begin++);
		end = i ? i - 1 : 0;
	}
}

static void add_row(
	struct telling_all *t, uint32_t story, uint32_t sight, uint32_t bits)
{
	*RSK_VEC_PUSH(&t->rows) = (struct row){
		.begin = t->bits,
		.end = t->bits + bits,
		.story = story,
		.sight = sight,
	};
	t->bits += bits;
	set_bit(&t->last, t->bits - 1);
}

static const struct rsk_life *life_of(
	const struct telling_all *t, uint32_t story)
{
	return rsk_history_life(t->l->history, t->tellings[story].story->item);
}

/* Every batch that has paths of a story has its bit "anywhere", too. */
static void add_anywhere(struct telling_all *t, uint32_t story)
{
	struct telling *telling = &t->tellings[story];

	telling->row = t->rows.len;
	telling->any = t->bits;
	set_bit(&t->anywhere, t->bits);
	add_row(t, story, RSK_NO_SIGHT, 1);
	t->rows.ptr[telling->row].again = telling->told;
	telling->told = true;
}

static void add_path(struct telling_all *t, uint32_t story, uint32_t sight)
{
	struct rsk_slice path = life_of(t, story)->sights[sight].path;

	set_bit(&t->first, t->bits);
	name_bits(t, path, t->bits);
	add_row(t, story, sight, depth_of(path));
}

static void begin_batch(struct telling_all *t)
{
	for (size_t i = 0; i < t->used_names.len; i++)
		t->slots[t->used_names.ptr[i]] = 0;
	for (size_t i = 0; i < t->rows.len; i++)
		t->tellings[t->rows.ptr[i].story].any = RSK_NONE;
	t->used_names.len = t->named.len = t->rows.len = 0;
	t->bits = 0;
	t->first = t->last = t->anywhere = (struct mask){ 0 };
}

/* Running over trees and commits */

static int cmp_item(const void *key, const void *element)
{
	uint32_t item = *(const uint32_t *)key;
	const struct telling *telling = element;

	return (item > telling->story->item) - (item < telling->story->item);
}

/* The bits that say that a blob or a name has an item. */
static void fill_holders(const struct telling_all *t, struct holders *holders,
	const struct rsk_holding *holdings, size_t len)
{
	uint32_t at = 0;

	if (holders->numbers.len)
		memset(holders->masks, 0,
			holders->numbers.len * sizeof(*holders->masks));
	for (size_t i = 0; i < len; i++) {
		const struct telling *found;

		if (i && holdings[i].holder != holdings[i - 1].holder)
			at++;
		found = bsearch(&holdings[i].item, t->tellings, t->len,
			sizeof(*t->tellings), cmp_item);
		if (!found || found->any == RSK_NONE)
			continue;
		for (size_t r = found->row;
			r < t->rows.len &&
			&t->tellings[t->rows.ptr[r].story] == found;
			r++)
			set_bit(&holders->masks[at], t->rows.ptr[r].begin);
	}
}

static void edge_bits(
	const struct telling_all *t, const struct edge *edge, struct mask *out)
{
	const struct locating *l = t->l;
	uint32_t name = l->history->pairs.ptr[edge->pair].name;
	struct mask here = { 0 };
	struct mask below = { 0 };
	struct mask any;

	if (edge->blob != RSK_NONE)
		mask_add(&here, &l->blobs.masks[edge->blob]);
	if (edge->name != RSK_NONE)
		mask_add(&here, &l->names.masks[edge->name]);
	if (edge->lead != RSK_NONE) {
		any = both(&l->in_lead[edge->lead], &t->anywhere);
		mask_add(out, &any);
		below = shifted(&l->in_lead[edge->lead]);
	}
	any = both(&here, &t->anywhere);
	mask_add(out, &any);
	if (!t->slots[name])
		return;
	for (int i = 0; i < WORDS; i++)
		out->words[i] |= ((below.words[i] & ~t->first.words[i]) |
					 (here.words[i] & t->first.words[i])) &
				 t->named.ptr[t->slots[name] - 1].words[i];
}

static void fill_leads(const struct telling_all *t)
{
	const struct locating *l = t->l;

	for (size_t i = 0; i < l->leads.len; i++) {
		const struct lead *lead = &l->leads.ptr[i];
		struct mask mask = { 0 };

		for (uint32_t e = 0; e < lead->edges_len; e++)
			edge_bits(t, &l->edges.ptr[lead->edges + e], &mask);
		l->in_lead[i] = mask;
	}
}

static struct mask bits_of_tree(const struct telling_all *t, uint32_t tree)
{
	const struct locating *l = t->l;

	if (tree == RSK_NONE || !is_lead(l, tree))
		return (struct mask){ 0 };
	return both(&l->in_lead[l->lead_of[tree]], &t->last);
}

/* What a commit changes. */
struct change {
	uint32_t commit;
	struct mask now, before; /* before: in any commit it comes from */
	struct mask fresh, gone;
};

static void find_change(const struct telling_all *t, struct change *change)
{
	const struct rsk_history *history = t->l->history;
	const struct rsk_graph_commit *node =
		&history->commits.ptr[change->commit];
	struct mask any = { 0 };
	struct mask all;

	memset(&all, node->parents_len ? 0xff : 0, sizeof(all));
	change->now = t->l->in_commit[change->commit];
	change->before = (struct mask){ 0 };
	for (uint32_t p = 0; p < node->parents_len; p++) {
		uint32_t parent = history->parents.ptr[node->parents + p];

		mask_add(&any, &t->l->in_commit[parent]);
		mask_add(&change->before, &t->l->in_past[parent]);
		all = both(&all, &t->l->in_commit[parent]);
	}
	for (int i = 0; i < WORDS; i++) {
		change->fresh.words[i] = change->now.words[i] & ~any.words[i];
		change->gone.words[i] = all.words[i] & ~change->now.words[i];
	}
}

/* Telling */

static void tell(struct telling *telling, enum rsk_key_event_kind kind,
	uint32_t commit, uint32_t sight)
{
	if (telling->events.len == RSK_MAX_KEY_EVENTS) {
		telling->story->more_events = true;
		return;
	}
	*RSK_VEC_PUSH(&telling->events) = (struct rsk_story_event){
		.kind = kind,
		.commit = commit,
		.sight = sight,
	};
}

static void tell_row(struct telling_all *t, const struct change *change,
	const struct row *row)
{
	struct telling *telling = &t->tellings[row->story];
	struct rsk_story_path *path;
	bool anywhere = mask_has(&change->now, telling->any);
	uint32_t bit = row->end - 1;

	if (row->sight == RSK_NO_SIGHT)
		return;
	path = &telling->paths[row->sight];
	if (mask_has(&change->fresh, bit)) {
		if (path->first == RSK_NO_COMMIT)
			path->first = change->commit;
		tell(telling, RSK_KEY_SPREAD, change->commit, row->sight);
	} else if (mask_has(&change->gone, bit) && anywhere) {
		tell(telling, RSK_KEY_LEFT, change->commit, row->sight);
	}
}

/* The bit "anywhere" comes before the paths of its story. */
static void tell_anywhere(struct telling_all *t, const struct change *change,
	const struct row *row)
{
	struct telling *telling = &t->tellings[row->story];
	uint32_t bit = row->begin;

	if (row->sight != RSK_NO_SIGHT || row->again)
		return;
	if (mask_has(&change->fresh, bit))
		tell(telling,
			mask_has(&change->before, bit) ? RSK_KEY_RETURNED
						       : RSK_KEY_INTRODUCED,
			change->commit, RSK_NO_SIGHT);
	else if (mask_has(&change->gone, bit))
		tell(telling, RSK_KEY_REMOVED, change->commit, RSK_NO_SIGHT);
}

static void run_forward(struct telling_all *t)
{
	struct locating *l = t->l;
	const struct rsk_history *history = l->history;
	struct change change;

	for (uint32_t c = 0; c < history->commits.len; c++) {
		change.commit = c;
		l->in_commit[c] = bits_of_tree(t, history->commits.ptr[c].tree);
		find_change(t, &change);
		l->in_past[c] = change.before;
		mask_add(&l->in_past[c], &l->in_commit[c]);
		if (is_empty(&change.fresh) && is_empty(&change.gone))
			continue;
		for (size_t r = 0; r < t->rows.len; r++) {
			tell_anywhere(t, &change, &t->rows.ptr[r]);
			tell_row(t, &change, &t->rows.ptr[r]);
		}
	}
}

static void run_backward(struct telling_all *t)
{
	struct mask seen = { 0 };

	for (size_t c = t->l->history->commits.len; c-- > 0;) {
		struct mask fresh = t->l->in_commit[c];

		for (int i = 0; i < WORDS; i++)
			fresh.words[i] &= ~seen.words[i];
		if (is_empty(&fresh))
			continue;
		mask_add(&seen, &fresh);
		for (size_t r = 0; r < t->rows.len; r++) {
			const struct row *row = &t->rows.ptr[r];

			if (row->sight != RSK_NO_SIGHT &&
				mask_has(&fresh, row->end - 1))
				t->tellings[row->story].paths[row->sight].last =
					(uint32_t)c;
		}
	}
}

static void look_at_head(struct telling_all *t)
{
	uint32_t head = t->l->history->head;

	for (size_t r = 0; head != RSK_NONE && r < t->rows.len; r++) {
		const struct row *row = &t->rows.ptr[r];

		if (row->sight != RSK_NO_SIGHT)
			t->tellings[row->story].paths[row->sight].at_head =
				mask_has(&t->l->in_commit[head], row->end - 1);
	}
}

/* Refs */

static enum rsk_ref_class class_of(const char *name)
{
	static const char *const prefixes[RSK_REF_CLASSES] = {
		[RSK_REF_BRANCH] = "refs/heads/",
		[RSK_REF_TAG] = "refs/tags/",
		[RSK_REF_REMOTE] = "refs/remotes/",
	};
	int class = 0;

	while (class < RSK_REF_CLASSES &&
		strncmp(name, prefixes[class], strlen(prefixes[class])) != 0)
		class ++;
	return (enum rsk_ref_class) class;
}

static void add_ref(
	struct rsk_story *story, enum rsk_ref_class class, uint32_t ref)
{
	struct rsk_story_refs *refs = &story->refs[class];

	if (refs->total < RSK_LIFE_REFS)
		refs->some[refs->total] = ref;
	refs->total++;
}

/* A story whose paths fill several batches is told of refs in the first. */
static void find_refs(struct telling_all *t)
{
	const struct rsk_history *history = t->l->history;

	for (uint32_t r = 0; r < history->facts.refs; r++) {
		const struct rsk_graph_ref *ref = &history->refs.ptr[r];
		enum rsk_ref_class class = class_of(ref->name);
		const struct mask *past;

		if (class == RSK_REF_CLASSES || ref->place == RSK_NONE)
			continue;
		past = &t->l->in_past[ref->place];
		for (size_t i = 0; i < t->rows.len; i++)
			if (t->rows.ptr[i].sight == RSK_NO_SIGHT &&
				!t->rows.ptr[i].again &&
				mask_has(past, t->rows.ptr[i].begin))
				add_ref(t->tellings[t->rows.ptr[i].story].story,
					class, r);
	}
}

/* Settling */

/* What happens to the item comes before what happens to its paths. */
static int rank(enum rsk_key_event_kind kind)
{
	return kind == RSK_KEY_SPREAD ? 1 : kind == RSK_KEY_LEFT ? 2 : 0;
}

static int cmp_event(const void *left, const void *right)
{
	const struct rsk_story_event *a = left;
	const struct rsk_story_event *b = right;

	if (a->commit != b->commit)
		return a->commit < b->commit ? -1 : 1;
	if (rank(a->kind) != rank(b->kind))
		return rank(a->kind) - rank(b->kind);
	return (a->sight > b->sight) - (a->sight < b->sight);
}

static bool brings(const struct rsk_story_event *event)
{
	return event->kind == RSK_KEY_INTRODUCED ||
	       event->kind == RSK_KEY_RETURNED;
}

/* The commit that brings the item brings it to its first path. */
static void settle(struct rsk_history *history, struct telling *telling)
{
	struct rsk_story_event *events = telling->events.ptr;
	size_t kept = 0;

	if (telling->events.len)
		qsort(events, telling->events.len, sizeof(*events), cmp_event);
	for (size_t i = 0; i < telling->events.len; i++) {
		struct rsk_story_event *last = kept ? &events[kept - 1] : NULL;

		if (last && brings(last) && last->sight == RSK_NO_SIGHT &&
			last->commit == events[i].commit &&
			events[i].kind == RSK_KEY_SPREAD)
			last->sight = events[i].sight;
		else
			events[kept++] = events[i];
	}
	telling->story->events = NULL;
	if (kept) {
		struct rsk_slice copy = rsk_arena_slice(&history->arena,
			rsk_slice(events, kept * sizeof(*events)));

		telling->story->events = (const void *)copy.ptr;
	}
	telling->story->events_len = kept;
	telling->story->paths = telling->paths;
}

static void run_batch(struct telling_all *t)
{
	struct rsk_history *history = t->l->history;

	fill_holders(
		t, &t->l->blobs, history->in_blobs.ptr, history->in_blobs.len);
	fill_holders(
		t, &t->l->names, history->in_names.ptr, history->in_names.len);
	fill_leads(t);
	run_forward(t);
	run_backward(t);
	look_at_head(t);
	find_refs(t);
	begin_batch(t);
}

static void add_story(struct telling_all *t, uint32_t story)
{
	const struct rsk_life *life = life_of(t, story);

	if (t->bits == BATCH)
		run_batch(t);
	add_anywhere(t, story);
	for (uint32_t i = 0; i < life->sights_len; i++) {
		uint32_t depth = depth_of(life->sights[i].path);

		if (depth >= BATCH)
			continue; /* its path is there, its times are not */
		if (t->bits + depth > BATCH) {
			run_batch(t);
			add_anywhere(t, story);
		}
		add_path(t, story, i);
	}
}

static int cmp_telling(const void *left, const void *right)
{
	const struct telling *a = left;

	return cmp_item(&a->story->item, right);
}

static void begin_telling(
	struct telling_all *t, struct rsk_story *story, struct telling *telling)
{
	struct rsk_history *history = t->l->history;
	const struct rsk_life *life = rsk_history_life(history, story->item);

	*story = (struct rsk_story){ .item = story->item };
	*telling = (struct telling){ .story = story, .any = RSK_NONE };
	telling->paths = rsk_arena_array(
		&history->arena, life->sights_len, sizeof(*telling->paths));
	for (size_t i = 0; i < life->sights_len; i++)
		telling->paths[i] = (struct rsk_story_path){
			.first = RSK_NO_COMMIT,
			.last = RSK_NO_COMMIT,
		};
}

void rsk_history_stories(
	struct rsk_history *history, struct rsk_story *stories, size_t len)
{
	struct telling_all t = {
		.l = history->located,
		.tellings = rsk_alloc_array(len, sizeof(struct telling)),
		.len = len,
		.slots = rsk_alloc_array(history->names.len, sizeof(uint32_t)),
	};

	for (size_t i = 0; i < len; i++)
		begin_telling(&t, &stories[i], &t.tellings[i]);
	if (len)
		qsort(t.tellings, len, sizeof(*t.tellings), cmp_telling);
	for (uint32_t i = 0; i < len; i++)
		add_story(&t, i);
	if (t.bits)
		run_batch(&t);
	for (size_t i = 0; i < len; i++) {
		settle(history, &t.tellings[i]);
		RSK_VEC_RELEASE(&t.tellings[i].events);
	}
	RSK_VEC_RELEASE(&t.rows);
	RSK_VEC_RELEASE(&t.used_names);
	RSK_VEC_RELEASE(&t.named);
	free(t.tellings);
	free(t.slots);
}
