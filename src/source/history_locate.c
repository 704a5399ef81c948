#include <stdlib.h>

#include "base/aside.h"
#include "base/limits.h"
#include "base/mem.h"
#include "source/history_locate_p.h"

/*
 * From items to commits. Items are taken in batches, one bit each: a tree has
 * the bits of its entries, a commit those of its tree, and one run over the
 * commits in their order says who was first, who was last, and who has what
 * in its past. So the cost is that of the trees which lead to an item, times
 * the number of batches.
 */
/* Items */

uint32_t rsk_history_item(struct rsk_history *history)
{
	*RSK_VEC_PUSH(&history->items) = (struct rsk_life){
		.first = RSK_NO_COMMIT,
		.last = RSK_NO_COMMIT,
		.removed = RSK_NO_COMMIT,
		.introduced = RSK_NO_COMMIT,
		.origin = RSK_ORIGIN_UNREACHABLE,
	};
	return (uint32_t)history->items.len - 1;
}

void rsk_history_item_has(
	struct rsk_history *history, uint32_t item, uint32_t number)
{
	history->holds[number / 8] |= (uint8_t)(1U << number % 8);
	*RSK_VEC_PUSH(&history->in_blobs) =
		(struct rsk_holding){ number, item };
}

void rsk_history_item_named(
	struct rsk_history *history, uint32_t item, uint32_t name)
{
	*RSK_VEC_PUSH(&history->in_names) = (struct rsk_holding){ name, item };
}

/* `push` may move what is read. */
#define UNITE(holdings, into, items)                                           \
	for (size_t i_ = 0, len_ = (holdings)->len; i_ < len_; i_++) {         \
		struct rsk_holding holding_ = (holdings)->ptr[i_];             \
                                                                               \
		if (holding_.item >= (items) ||                                \
			(into)[holding_.item] == RSK_NO_ITEM)                  \
			continue;                                              \
		holding_.item = (into)[holding_.item];                         \
		*RSK_VEC_PUSH(holdings) = holding_;                            \
	}

void rsk_history_item_unite(
	struct rsk_history *history, const uint32_t *into, size_t len)
{
	UNITE(&history->in_blobs, into, len)
	UNITE(&history->in_names, into, len)
}

const struct rsk_life *rsk_history_life(
	const struct rsk_history *history, uint32_t item)
{
	return &history->items.ptr[item];
}

/* Masks */

typedef void on_bit(struct locating *l, uint32_t item, uint32_t value);

/* Call `each` for every item of the batch that is in the mask. */
static void mask_each(struct locating *l, const struct mask *mask, on_bit *each,
	uint32_t value)
{
	for (uint32_t i = 0; i < WORDS; i++)
		for (uint64_t rest = mask->words[i]; rest; rest &= rest - 1)
			each(l,
				l->first_item + 64 * i +
					(uint32_t)__builtin_ctzll(rest),
				value);
}

/* Holders */

static int by_holder(const void *a, const void *b)
{
	const struct rsk_holding *x = a;
	const struct rsk_holding *y = b;

	if (x->holder != y->holder)
		return x->holder < y->holder ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static void sort_holdings(struct rsk_holding *holdings, size_t len)
{
	if (len)
		qsort(holdings, len, sizeof(*holdings), by_holder);
}

static void find_holders(
	struct holders *out, struct rsk_holding *holdings, size_t len)
{
	sort_holdings(holdings, len);
	for (size_t i = 0; i < len; i++)
		if (!i || holdings[i].holder != holdings[i - 1].holder)
			*RSK_VEC_PUSH(&out->numbers) = holdings[i].holder;
	out->masks = rsk_alloc_array(out->numbers.len, sizeof(*out->masks));
}

static int cmp_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t rsk_holder_at(const struct holders *holders, uint32_t number)
{
	const uint32_t *found = NULL;

	if (holders->numbers.len)
		found = bsearch(&number, holders->numbers.ptr,
			holders->numbers.len, sizeof(number), cmp_number);
	return found ? (uint32_t)(found - holders->numbers.ptr) : RSK_NONE;
}

static void fill_holders(const struct locating *l, struct holders *holders,
	const struct rsk_holding *holdings, size_t len)
{
	uint32_t at = 0;

	if (holders->numbers.len)
		memset(holders->masks, 0,
			holders->numbers.len * sizeof(*holders->masks));
	for (size_t i = 0; i < len; i++) {
		if (i && holdings[i].holder != holdings[i - 1].holder)
			at++;
		if (holdings[i].item < l->first_item ||
			holdings[i].item >= l->end_item)
			continue;
		uint32_t bit = holdings[i].item - l->first_item;
		holders->masks[at].words[bit / 64] |= 1ULL << bit % 64;
	}
}

/* Leads: the trees that matter, each after all that it leads to. */

static bool make_edge(struct locating *l, uint32_t pair, struct edge *edge)
{
	const struct rsk_history *history = l->history;
	const struct rsk_pair *p = &history->pairs.ptr[pair];
	bool holds = p->child < history->numbers &&
		     history->holds[p->child / 8] >> p->child % 8 & 1;
	bool named = history->name_matters.ptr[p->name];

	*edge = (struct edge){
		.lead = is_lead(l, p->child) ? l->lead_of[p->child] : RSK_NONE,
		.blob = holds ? rsk_holder_at(&l->blobs, p->child) : RSK_NONE,
		.name = named ? rsk_holder_at(&l->names, p->name) : RSK_NONE,
		.pair = pair,
	};
	return edge->lead != RSK_NONE || edge->blob != RSK_NONE ||
	       edge->name != RSK_NONE;
}

/*
 * Most pairs lead nowhere, and each is in thousands of trees: once it is
 * known, one bit is all that has to be looked at.
 */
static bool leads_nowhere(const struct locating *l, uint32_t pair)
{
	return l->nowhere[pair / 8] >> pair % 8 & 1;
}

/* All children of the tree are decided. */
static void decide(struct locating *l, uint32_t number)
{
	const struct rsk_pairs *list = l->history->lists[number];
	struct lead lead = { .edges = (uint32_t)l->edges.len };
	struct edge edge;

	for (uint32_t i = 0; i < list->len; i++) {
		uint32_t pair = list->pairs[i];

		if (leads_nowhere(l, pair))
			continue;
		if (make_edge(l, pair, &edge))
			*RSK_VEC_PUSH(&l->edges) = edge;
		else
			l->nowhere[pair / 8] |= (uint8_t)(1U << pair % 8);
	}
	lead.edges_len = (uint32_t)l->edges.len - lead.edges;
	l->lead_of[number] = LEADS_NOWHERE;
	if (lead.edges_len) {
		l->lead_of[number] = (uint32_t)l->leads.len;
		*RSK_VEC_PUSH(&l->leads) = lead;
	}
}

struct visit {
	uint32_t number, next;
};

typedef RSK_VEC(struct visit) visits;

/* So many steps before something far away is needed, it is asked for. */
enum { AHEAD = 16 };

static void enter(struct locating *l, visits *way, uint32_t number)
{
	/* A tree on the way to itself has a forged name; it leads nowhere. */
	if (number >= l->history->numbers || l->lead_of[number] != RSK_NONE ||
		!l->history->lists[number])
		return;
	l->lead_of[number] = ON_THE_WAY;
	*RSK_VEC_PUSH(way) = (struct visit){ number, 0 };
}

/* The next child of the tree on top, or the tree itself when it has no more. */
static void go_on(struct locating *l, visits *way)
{
	struct visit *top = &way->ptr[way->len - 1];
	const struct rsk_pairs *list = l->history->lists[top->number];
	uint32_t next = top->next;

	while (next < list->len && leads_nowhere(l, list->pairs[next]))
		next++;
	if (next == list->len) {
		decide(l, top->number);
		way->len--;
		return;
	}
	top->next = next + 1;
	enter(l, way, l->history->pairs.ptr[list->pairs[next]].child);
}

static void lead_from(struct locating *l, visits *way, uint32_t number)
{
	enter(l, way, number);
	while (way->len)
		go_on(l, way);
}

/* The lists of commits' trees lie anywhere: have them come in time. */
static void fetch_list(const struct locating *l, size_t commit)
{
	const struct rsk_history *history = l->history;
	const struct rsk_graph_commit *node = &history->commits.ptr[commit];

	if (commit + AHEAD >= history->commits.len)
		return;
	if (node[AHEAD].tree < history->numbers) {
		__builtin_prefetch(&history->lists[node[AHEAD].tree]);
		__builtin_prefetch(&l->lead_of[node[AHEAD].tree]);
	}
	if (node[AHEAD / 2].tree < history->numbers)
		__builtin_prefetch(history->lists[node[AHEAD / 2].tree]);
}

/*
 * In the order of commits, since neighbours have nearly everything in common,
 * and stand side by side for who goes over them again.
 */
static void find_leads(struct locating *l)
{
	const struct rsk_history *history = l->history;
	visits way = { 0 };

	for (size_t i = 0; i < history->commits.len; i++) {
		fetch_list(l, i);
		lead_from(l, &way, history->commits.ptr[i].tree);
	}
	for (uint32_t n = 0; n < history->numbers; n++)
		lead_from(l, &way, n);
	RSK_VEC_RELEASE(&way);
}

/* Filling the masks of a batch */

static void edge_mask(
	const struct locating *l, const struct edge *edge, struct mask *out)
{
	if (edge->lead != RSK_NONE)
		mask_add(out, &l->in_lead[edge->lead]);
	if (edge->blob != RSK_NONE)
		mask_add(out, &l->blobs.masks[edge->blob]);
	if (edge->name != RSK_NONE)
		mask_add(out, &l->names.masks[edge->name]);
}

static void fill_leads(struct locating *l)
{
	for (size_t i = 0; i < l->leads.len; i++) {
		const struct lead *lead = &l->leads.ptr[i];
		struct mask mask = { 0 };

		for (uint32_t e = 0; e < lead->edges_len; e++)
			edge_mask(l, &l->edges.ptr[lead->edges + e], &mask);
		l->in_lead[i] = mask;
	}
}

static void set_first(struct locating *l, uint32_t item, uint32_t commit)
{
	struct rsk_life *life = &l->history->items.ptr[item];

	if (life->first == RSK_NO_COMMIT)
		life->first = commit;
	if (life->introduced == RSK_NO_COMMIT &&
		rsk_history_in_range(l->history, commit))
		life->introduced = commit;
}

static void set_last(struct locating *l, uint32_t item, uint32_t commit)
{
	struct rsk_life *life = &l->history->items.ptr[item];

	if (life->last == RSK_NO_COMMIT)
		life->last = commit;
}

/* The last one counts, and none for what is at HEAD. */
static void set_removed(struct locating *l, uint32_t item, uint32_t commit)
{
	l->history->items.ptr[item].removed = commit;
}

static void set_head(struct locating *l, uint32_t item, uint32_t unused)
{
	struct rsk_life *life = &l->history->items.ptr[item];

	(void)unused;
	life->at_head = true;
	life->removed = RSK_NO_COMMIT;
}

static void set_origin(struct locating *l, uint32_t item, uint32_t origin)
{
	l->history->items.ptr[item].origin = (enum rsk_origin)origin;
}

static void add_ref(struct locating *l, uint32_t item, uint32_t ref)
{
	struct rsk_life *life = &l->history->items.ptr[item];

	if (life->refs < RSK_LIFE_REFS)
		life->some_refs[life->refs] = ref;
	life->refs++;
}

/*
 * How many commits have each item: counters that stand upright, so that one
 * addition serves all items of the batch. Every 255 commits they are emptied.
 */
enum { PLANES = 8 };

struct counters {
	struct mask planes[PLANES];
	unsigned added;
};

static void empty_plane(struct locating *l, uint32_t item, uint32_t value)
{
	l->history->items.ptr[item].commits += value;
}

static void empty_counters(struct locating *l, struct counters *counters)
{
	for (uint32_t p = 0; p < PLANES; p++)
		mask_each(l, &counters->planes[p], empty_plane, 1U << p);
	*counters = (struct counters){ 0 };
}

static void count(
	struct locating *l, struct counters *counters, const struct mask *mask)
{
	struct mask carry = *mask;

	for (uint32_t p = 0; p < PLANES; p++)
		for (int i = 0; i < WORDS; i++) {
			uint64_t both =
				counters->planes[p].words[i] & carry.words[i];

			counters->planes[p].words[i] ^= carry.words[i];
			carry.words[i] = both;
		}
	if (++counters->added == (1U << PLANES) - 1)
		empty_counters(l, counters);
}

/* What no parent has is new; what all parents have and it has not is gone. */
static void compare(const struct locating *l, uint32_t at, struct mask *fresh,
	struct mask *gone)
{
	const struct rsk_history *history = l->history;
	const struct rsk_graph_commit *node = &history->commits.ptr[at];
	struct mask any = { 0 };
	struct mask all;

	memset(&all, node->parents_len ? 0xff : 0, sizeof(all));
	for (uint32_t p = 0; p < node->parents_len; p++) {
		uint32_t parent = history->parents.ptr[node->parents + p];

		for (int i = 0; i < WORDS; i++) {
			any.words[i] |= l->in_commit[parent].words[i];
			all.words[i] &= l->in_commit[parent].words[i];
		}
		mask_add(&l->in_past[at], &l->in_past[parent]);
	}
	mask_add(&l->in_past[at], &l->in_commit[at]);
	for (int i = 0; i < WORDS; i++) {
		fresh->words[i] = l->in_commit[at].words[i] & ~any.words[i];
		gone->words[i] = all.words[i] & ~l->in_commit[at].words[i];
	}
}

/*
 * Trees of commits lie anywhere: have the line of the table come in time, and
 * then that of `by_lead`, which has `size` bytes for each lead.
 */
static void fetch_ahead(const struct locating *l, size_t commit,
	const void *by_lead, size_t size)
{
	const struct rsk_graph_commit *node = &l->history->commits.ptr[commit];

	if (commit + AHEAD >= l->history->commits.len)
		return;
	if (node[AHEAD].tree < l->history->numbers)
		__builtin_prefetch(&l->lead_of[node[AHEAD].tree]);
	if (is_lead(l, node[AHEAD / 2].tree))
		__builtin_prefetch((const char *)by_lead +
				   l->lead_of[node[AHEAD / 2].tree] * size);
}

static struct mask mask_of_tree(const struct locating *l, uint32_t number)
{
	if (number == RSK_NONE || !is_lead(l, number))
		return (struct mask){ 0 };
	return l->in_lead[l->lead_of[number]];
}

/* All that any commit has comes back in `all`. */
static void run_forward(struct locating *l, struct mask *all)
{
	const struct rsk_history *history = l->history;
	struct counters counters = { 0 };
	struct mask fresh;
	struct mask gone;

	*all = (struct mask){ 0 };
	for (uint32_t c = 0; c < history->commits.len; c++) {
		fetch_ahead(l, c, l->in_lead, sizeof(*l->in_lead));
		l->in_commit[c] = mask_of_tree(l, history->commits.ptr[c].tree);
		l->in_past[c] = (struct mask){ 0 };
		compare(l, c, &fresh, &gone);
		mask_each(l, &fresh, set_first, c);
		mask_each(l, &gone, set_removed, c);
		mask_add(all, &l->in_commit[c]);
		count(l, &counters, &l->in_commit[c]);
	}
	empty_counters(l, &counters);
	if (history->head != RSK_NONE)
		mask_each(l, &l->in_commit[history->head], set_head, 0);
}

/* Until the last commit of every item was met. */
static void run_backward(struct locating *l, const struct mask *all)
{
	struct mask seen = { 0 };
	struct mask fresh;
	size_t c = l->history->commits.len;

	while (c-- > 0 && memcmp(&seen, all, sizeof(seen)) != 0) {
		for (int i = 0; i < WORDS; i++)
			fresh.words[i] =
				l->in_commit[c].words[i] & ~seen.words[i];
		mask_each(l, &fresh, set_last, (uint32_t)c);
		mask_add(&seen, &fresh);
	}
}

/* The object that a ref names need not be a commit. */
static struct mask mask_of_ref(
	const struct locating *l, const struct rsk_graph_ref *ref)
{
	uint32_t blob = RSK_NONE;

	if (ref->place != RSK_NONE)
		return l->in_past[ref->place];
	blob = rsk_holder_at(&l->blobs, ref->number);
	if (blob != RSK_NONE)
		return l->blobs.masks[blob];
	return mask_of_tree(l, ref->number);
}

/* From the weakest claim to the strongest, which has the last word. */
static void find_origins(struct locating *l)
{
	static const struct {
		uint8_t reach;
		enum rsk_origin origin;
	} claims[] = {
		{ RSK_REACH_NOTE, RSK_ORIGIN_NOTE },
		{ RSK_REACH_STASH, RSK_ORIGIN_STASH },
		{ RSK_REACH_REF, RSK_ORIGIN_COMMIT },
	};
	const struct rsk_history *history = l->history;

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct mask mask = { 0 };

		for (size_t r = 0; r < history->refs.len; r++) {
			const struct rsk_graph_ref *ref = &history->refs.ptr[r];
			struct mask has = mask_of_ref(l, ref);

			if (ref->reach == claims[i].reach)
				mask_add(&mask, &has);
		}
		mask_each(l, &mask, set_origin, claims[i].origin);
	}
}

static void find_refs(struct locating *l)
{
	const struct rsk_history *history = l->history;

	for (uint32_t r = 0; r < history->facts.refs; r++) {
		struct mask mask = mask_of_ref(l, &history->refs.ptr[r]);

		if (!strncmp(history->refs.ptr[r].name, "refs/", 5))
			mask_each(l, &mask, add_ref, r);
	}
}

/* Paths */

/* A path from the top: one name below another. */
struct path_node {
	uint32_t up; /* RSK_NONE: nothing above */
	uint32_t name;
};

/* Most have one, and there are hundreds of thousands of them. */
struct path_set {
	uint32_t len;
	uint32_t one;
	uint32_t *more; /* all of them, once there are two */
};

enum { TOP = UINT32_MAX };

static const uint32_t *paths_of(const struct path_set *set)
{
	return set->len > 1 ? set->more : &set->one;
}

struct mapping {
	struct locating *l;
	struct rsk_map nodes_map;
	struct rsk_arena arena;
	RSK_VEC(struct path_node) nodes;
	struct path_set *of_lead; /* paths of each lead; TOP for the root */
	struct path_set *of_blob, *of_name;
	/* The object under that path, for each path of a name. */
	struct path_set *under_name;
};

static uint32_t node_of(struct mapping *m, uint32_t up, uint32_t name)
{
	struct path_node node = { up, name };
	uint32_t *known =
		rsk_map_get(&m->nodes_map, rsk_slice(&node, sizeof(node)));

	if (known)
		return *known;

	struct path_node *key = rsk_arena_alloc(&m->arena, sizeof(node));
	uint32_t number = (uint32_t)m->nodes.len;

	*key = node;
	*rsk_map_put(&m->nodes_map, rsk_slice(key, sizeof(*key))) = number;
	*RSK_VEC_PUSH(&m->nodes) = node;
	return number;
}

/* Room grows with each power of two. */
static void push_path(struct path_set *set, uint32_t node)
{
	if (!set->len) {
		set->one = node;
		set->len = 1;
		return;
	}
	if (!(set->len & (set->len - 1)))
		set->more = rsk_realloc_array(
			set->more, 2 * (size_t)set->len, sizeof(*set->more));
	if (set->len == 1)
		set->more[0] = set->one;
	set->more[set->len++] = node;
}

static bool add_path(struct path_set *set, uint32_t node)
{
	const uint32_t *paths = paths_of(set);

	for (size_t i = 0; i < set->len; i++)
		if (paths[i] == node)
			return false;
	if (set->len > RSK_MAX_PATHS_OF_OBJECT) /* one more says so */
		return false;
	push_path(set, node);
	return true;
}

static void add_edge_paths(struct mapping *m, const struct path_set *above,
	const struct edge *edge)
{
	const struct rsk_pair *pair = &m->l->history->pairs.ptr[edge->pair];

	for (size_t i = 0; i < above->len; i++) {
		uint32_t node = node_of(m, paths_of(above)[i], pair->name);

		if (edge->lead != RSK_NONE)
			add_path(&m->of_lead[edge->lead], node);
		if (edge->blob != RSK_NONE)
			add_path(&m->of_blob[edge->blob], node);
		if (edge->name != RSK_NONE &&
			add_path(&m->of_name[edge->name], node))
			push_path(&m->under_name[edge->name], pair->child);
	}
}

/* From the top down, which is from the last lead to the first. */
static void map_paths(void *mapping)
{
	struct mapping *m = mapping;
	const struct locating *l = m->l;
	const struct rsk_history *history = l->history;

	for (size_t c = 0; c < history->commits.len; c++) {
		uint32_t tree = history->commits.ptr[c].tree;

		fetch_ahead(l, c, m->of_lead, sizeof(*m->of_lead));
		if (tree != RSK_NONE && is_lead(l, tree))
			add_path(&m->of_lead[l->lead_of[tree]], TOP);
	}
	for (size_t i = l->leads.len; i-- > 0;) {
		const struct lead *lead = &l->leads.ptr[i];

		/* Nothing leads here: a dangling tree is a top of its own. */
		if (!m->of_lead[i].len)
			add_path(&m->of_lead[i], TOP);
		for (uint32_t e = 0; e < lead->edges_len; e++)
			add_edge_paths(m, &m->of_lead[i],
				&l->edges.ptr[lead->edges + e]);
	}
}

enum { PATH_BYTES_MAX = 1 << 16 };

static struct rsk_slice path_text(struct mapping *m, uint32_t node)
{
	struct rsk_history *history = m->l->history;
	size_t len = 0;

	if (!m->nodes.len)
		return RSK_LIT("");
	for (uint32_t n = node; n != TOP; n = m->nodes.ptr[n].up)
		len += history->names.ptr[m->nodes.ptr[n].name].len + 1;
	if (len > PATH_BYTES_MAX)
		return RSK_LIT("(a path of more than 64 KiB)");

	uint8_t *text = rsk_arena_alloc(&history->arena, len + 1);
	size_t at = len;
	for (uint32_t n = node; n != TOP; n = m->nodes.ptr[n].up) {
		struct rsk_slice name =
			history->names.ptr[m->nodes.ptr[n].name];

		text[--at] = '/';
		at -= name.len;
		memcpy(text + at, name.ptr, name.len);
	}
	return rsk_slice(text, len ? len - 1 : 0);
}

/* Down from the tree of the first commit to where the item is. */
static bool first_sight(struct mapping *m, uint32_t item, struct rsk_sight *out)
{
	const struct locating *l = m->l;
	const struct rsk_history *history = l->history;
	const struct rsk_life *life = &history->items.ptr[item];
	uint32_t bit = item - l->first_item;
	uint32_t node = TOP;
	uint32_t lead;

	if (life->first == RSK_NO_COMMIT)
		return false;
	lead = l->lead_of[history->commits.ptr[life->first].tree];
	while (lead < ON_THE_WAY) {
		const struct edge *edge =
			&l->edges.ptr[l->leads.ptr[lead].edges];
		struct mask mask = { 0 };

		for (edge_mask(l, edge, &mask); !mask_has(&mask, bit);
			edge_mask(l, edge, &mask)) {
			edge++;
			mask = (struct mask){ 0 };
		}
		const struct rsk_pair *pair = &history->pairs.ptr[edge->pair];
		bool here =
			(edge->blob != RSK_NONE &&
				mask_has(&l->blobs.masks[edge->blob], bit)) ||
			(edge->name != RSK_NONE &&
				mask_has(&l->names.masks[edge->name], bit));

		node = node_of(m, node, pair->name);
		if (here) {
			*out = (struct rsk_sight){ path_text(m, node),
				pair->child };
			return true;
		}
		lead = edge->lead;
	}
	return false;
}

/*
 * Sights of an item are gathered from all that hold it. Thousands of versions
 * have the same few paths: one version stands for each, the one with the
 * smallest id, so that it is the same for any packing.
 */
struct stand {
	uint32_t node;   /* of the path */
	uint32_t number; /* of the object there */
};

/* What is more is more than can be listed. */
enum { GATHER_MAX = 16 * RSK_MAX_PATHS_OF_SECRET };

struct gathering {
	RSK_VEC(struct stand) list;
	bool more;
};

static struct rsk_oid oid_of(const struct rsk_history *history, uint32_t number)
{
	/* What a tree names may not be there. */
	if (number >= history->numbers)
		return history->missing.ptr[number - history->numbers].oid;
	return rsk_walk_oid(history->walk, number);
}

static int cmp_object(const struct rsk_history *history, uint32_t a, uint32_t b)
{
	struct rsk_oid p = oid_of(history, a);
	struct rsk_oid q = oid_of(history, b);

	return rsk_oid_cmp(&p, &q);
}

static void add_stand(const struct mapping *m, struct gathering *g,
	uint32_t node, uint32_t number)
{
	const struct rsk_history *history = m->l->history;

	for (size_t i = g->list.len; i-- > 0;) {
		struct stand *stand = &g->list.ptr[i];

		if (stand->node != node)
			continue;
		if (stand->number != number &&
			cmp_object(history, number, stand->number) < 0)
			stand->number = number;
		return;
	}
	if (g->list.len == GATHER_MAX)
		g->more = true;
	else
		*RSK_VEC_PUSH(&g->list) = (struct stand){ node, number };
}

static void gather_blob(struct mapping *m, struct gathering *g, uint32_t blob)
{
	const struct path_set *paths = &m->of_blob[blob];

	g->more |= paths->len > RSK_MAX_PATHS_OF_OBJECT;
	for (size_t i = 0; i < paths->len && i < RSK_MAX_PATHS_OF_OBJECT; i++)
		add_stand(m, g, paths_of(paths)[i],
			m->l->blobs.numbers.ptr[blob]);
}

static void gather_name(struct mapping *m, struct gathering *g, uint32_t name)
{
	const struct path_set *paths = &m->of_name[name];

	g->more |= paths->len > RSK_MAX_PATHS_OF_OBJECT;
	for (size_t i = 0; i < paths->len && i < RSK_MAX_PATHS_OF_OBJECT; i++)
		add_stand(m, g, paths_of(paths)[i],
			paths_of(&m->under_name[name])[i]);
}

static void gather_all(struct mapping *m, struct gathering *by_item)
{
	const struct locating *l = m->l;
	const struct rsk_history *history = l->history;
	uint32_t at = 0;

	for (size_t i = 0; i < history->in_blobs.len; i++) {
		const struct rsk_holding *h = &history->in_blobs.ptr[i];

		if (i && h->holder != h[-1].holder)
			at++;
		if (h->item >= l->first_item && h->item < l->end_item)
			gather_blob(m, &by_item[h->item - l->first_item], at);
	}
	at = 0;
	for (size_t i = 0; i < history->in_names.len; i++) {
		const struct rsk_holding *h = &history->in_names.ptr[i];

		if (i && h->holder != h[-1].holder)
			at++;
		if (h->item >= l->first_item && h->item < l->end_item)
			gather_name(m, &by_item[h->item - l->first_item], at);
	}
}

typedef RSK_VEC(struct rsk_sight) sights;

/* By path, then by id: the same for any packing. */
static int cmp_sight(const void *a, const void *b, void *ctx)
{
	const struct rsk_sight *x = a;
	const struct rsk_sight *y = b;
	int order = rsk_slice_cmp(x->path, y->path);

	return order ? order : cmp_object(ctx, x->number, y->number);
}

static void sort_sights(
	struct mapping *m, const struct gathering *g, sights *list)
{
	for (size_t i = 0; i < g->list.len; i++)
		*RSK_VEC_PUSH(list) = (struct rsk_sight){
			path_text(m, g->list.ptr[i].node),
			g->list.ptr[i].number,
		};
	if (list->len)
		qsort_r(list->ptr, list->len, sizeof(*list->ptr), cmp_sight,
			m->l->history);
}

/* Sorted, one for each path, the first sight in front. */
static void settle_sights(
	struct mapping *m, uint32_t item, const struct gathering *g)
{
	struct rsk_history *history = m->l->history;
	struct rsk_life *life = &history->items.ptr[item];
	struct rsk_sight first = { 0 };
	bool has_first = first_sight(m, item, &first);
	struct rsk_sight *kept = NULL;
	sights list = { 0 };
	size_t len = 0;

	sort_sights(m, g, &list);
	kept = rsk_arena_array(&history->arena,
		list.len < RSK_MAX_PATHS_OF_SECRET ? list.len + 1
						   : RSK_MAX_PATHS_OF_SECRET,
		sizeof(*kept));
	life->more_sights = g->more;
	if (has_first)
		kept[len++] = first;
	for (size_t i = 0; i < list.len; i++) {
		const struct rsk_sight *sight = &list.ptr[i];

		if ((has_first && rsk_slice_eq(sight->path, first.path)) ||
			(i && rsk_slice_eq(sight->path, sight[-1].path)))
			continue;
		if (len == RSK_MAX_PATHS_OF_SECRET)
			life->more_sights = true;
		else
			kept[len++] = *sight;
	}
	RSK_VEC_RELEASE(&list);
	life->sights = kept;
	life->sights_len = len;
}

static void find_sights(struct mapping *m)
{
	const struct locating *l = m->l;
	uint32_t len = l->end_item - l->first_item;
	struct gathering *by_item = rsk_alloc_array(len, sizeof(*by_item));

	gather_all(m, by_item);
	for (uint32_t i = 0; i < len; i++) {
		settle_sights(m, l->first_item + i, &by_item[i]);
		RSK_VEC_RELEASE(&by_item[i].list);
	}
	free(by_item);
}

/* All together */

/* Written to, so that nobody waits for its pages later. */
static void make_room(void *arg)
{
	struct locating *l = arg;
	size_t commits = l->history->commits.len;
	size_t size = commits * sizeof(struct mask);

	l->in_commit = rsk_alloc_array(commits, sizeof(struct mask));
	l->in_past = rsk_alloc_array(commits, sizeof(struct mask));
	memset(l->in_commit, 0, size);
	memset(l->in_past, 0, size);
}

void rsk_history_lead(struct rsk_history *history)
{
	struct locating *l = rsk_alloc(sizeof(*l));
	struct rsk_aside aside;

	rsk_history_unlocate(history);
	*l = (struct locating){ .history = history };
	l->lead_of = rsk_alloc_array(history->numbers + 1, sizeof(uint32_t));
	memset(l->lead_of, 0xff, (history->numbers + 1) * sizeof(uint32_t));
	l->nowhere = rsk_alloc(history->pairs.len / 8 + 1);
	find_holders(&l->blobs, history->in_blobs.ptr, history->in_blobs.len);
	find_holders(&l->names, history->in_names.ptr, history->in_names.len);
	rsk_aside_begin(&aside, history->jobs > 1, make_room, l);
	find_leads(l);
	rsk_aside_end(&aside);
	history->located = l;
}

static void begin(struct locating *l)
{
	struct rsk_history *history = l->history;

	l->begun = true;
	sort_holdings(history->in_blobs.ptr, history->in_blobs.len);
	sort_holdings(history->in_names.ptr, history->in_names.len);
	l->in_lead = rsk_alloc_array(l->leads.len, sizeof(struct mask));
}

void rsk_history_unlocate(struct rsk_history *history)
{
	struct locating *l = history->located;

	if (!l)
		return;
	free(l->lead_of);
	free(l->nowhere);
	free(l->in_lead);
	free(l->in_commit);
	free(l->in_past);
	free(l->blobs.masks);
	free(l->names.masks);
	RSK_VEC_RELEASE(&l->blobs.numbers);
	RSK_VEC_RELEASE(&l->names.numbers);
	RSK_VEC_RELEASE(&l->leads);
	RSK_VEC_RELEASE(&l->edges);
	free(l);
	history->located = NULL;
}

static void begin_mapping(struct mapping *m, struct locating *l)
{
	*m = (struct mapping){
		.l = l,
		.of_lead =
			rsk_alloc_array(l->leads.len, sizeof(struct path_set)),
		.of_blob = rsk_alloc_array(
			l->blobs.numbers.len, sizeof(struct path_set)),
		.of_name = rsk_alloc_array(
			l->names.numbers.len, sizeof(struct path_set)),
		.under_name = rsk_alloc_array(
			l->names.numbers.len, sizeof(struct path_set)),
	};
}

static void release_sets(struct path_set *sets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		free(sets[i].more);
	free(sets);
}

static void end_mapping(struct mapping *m)
{
	release_sets(m->of_lead, m->l->leads.len);
	release_sets(m->of_blob, m->l->blobs.numbers.len);
	release_sets(m->of_name, m->l->names.numbers.len);
	release_sets(m->under_name, m->l->names.numbers.len);
	RSK_VEC_RELEASE(&m->nodes);
	rsk_map_release(&m->nodes_map);
	rsk_arena_release(&m->arena);
}

static void locate_batch(struct locating *l)
{
	struct rsk_history *history = l->history;
	struct mask all;

	fill_holders(
		l, &l->blobs, history->in_blobs.ptr, history->in_blobs.len);
	fill_holders(
		l, &l->names, history->in_names.ptr, history->in_names.len);
	fill_leads(l);
	run_forward(l, &all);
	run_backward(l, &all);
	find_origins(l);
	find_refs(l);
}

static void choose_batch(struct locating *l, uint32_t first)
{
	uint32_t rest = (uint32_t)l->history->items.len - first;

	l->first_item = first;
	l->end_item = first + (rest > BATCH ? BATCH : rest);
}

void rsk_history_locate(struct rsk_history *history)
{
	struct rsk_aside aside;
	struct mapping m;

	if (!history->located || history->located->begun)
		rsk_history_lead(history);
	begin(history->located);
	begin_mapping(&m, history->located);
	rsk_aside_begin(&aside, history->jobs > 1, map_paths, &m);
	choose_batch(m.l, 0);
	locate_batch(m.l);
	rsk_aside_end(&aside);
	find_sights(&m);
	while (m.l->end_item < history->items.len) {
		choose_batch(m.l, m.l->end_item);
		locate_batch(m.l);
		find_sights(&m);
	}
	end_mapping(&m);
}
