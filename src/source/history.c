#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/mem.h"
#include "source/history_p.h"
#include "source/refs.h"

/* It is held for less time than it takes to put a thread to sleep. */
static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
}

enum rsk_err rsk_history_new(struct rsk_history **out,
	const struct rsk_repo *repo, struct rsk_walk *walk, unsigned jobs)
{
	struct rsk_history *history = rsk_alloc(sizeof(*history));
	uint32_t numbers = rsk_walk_numbers(walk);

	history->repo = repo;
	history->walk = walk;
	history->jobs = jobs;
	history->numbers = numbers;
	history->head = RSK_NONE;
	init_lock(&history->lock);
	history->workers = rsk_alloc_array(jobs, sizeof(*history->workers));
	history->place_of = malloc((numbers + 1) * sizeof(uint32_t));
	history->lists = calloc(numbers + 1, sizeof(struct rsk_pairs *));
	history->holds = calloc(numbers / 8 + 1, 1);
	if (!history->place_of || !history->lists || !history->holds) {
		rsk_history_free(history);
		return RSK_NOMEM;
	}
	rsk_mem_scattered(history->lists, numbers * sizeof(*history->lists));
	rsk_mem_scattered(history->place_of, numbers * sizeof(uint32_t));
	memset(history->place_of, 0xff, (numbers + 1) * sizeof(uint32_t));
	*out = history;
	return RSK_OK;
}

static void release_worker(struct rsk_history_worker *worker)
{
	RSK_VEC_RELEASE(&worker->commits);
	RSK_VEC_RELEASE(&worker->parents);
	RSK_VEC_RELEASE(&worker->tags);
	rsk_arena_release(&worker->arena);
	free(worker->known);
	free(worker->seen);
	RSK_VEC_RELEASE(&worker->pairs);
	free(worker->pair_slots);
}

void rsk_history_free(struct rsk_history *history)
{
	if (!history)
		return;
	rsk_history_unlocate(history);
	for (unsigned i = 0; i < history->jobs; i++)
		release_worker(&history->workers[i]);
	free(history->workers);
	free(history->place_of);
	free(history->in_range);
	free(history->lists);
	free(history->holds);
	RSK_VEC_RELEASE(&history->missing);
	rsk_map_release(&history->missing_map);
	RSK_VEC_RELEASE(&history->commits);
	RSK_VEC_RELEASE(&history->parents);
	RSK_VEC_RELEASE(&history->tags);
	RSK_VEC_RELEASE(&history->refs);
	RSK_VEC_RELEASE(&history->names);
	RSK_VEC_RELEASE(&history->name_matters);
	RSK_VEC_RELEASE(&history->pairs);
	RSK_VEC_RELEASE(&history->items);
	RSK_VEC_RELEASE(&history->in_blobs);
	RSK_VEC_RELEASE(&history->in_names);
	rsk_map_release(&history->names_map);
	rsk_arena_release(&history->arena);
	rsk_arena_release(&history->refs_arena);
	pthread_mutex_destroy(&history->lock);
	free(history);
}

/* Taking in */

static void find_wanted(
	const struct rsk_history *history, struct rsk_history_worker *worker)
{
	struct rsk_wanted *wanted = &worker->wanted;
	uint32_t numbers[RSK_WANTED];

	rsk_walk_find_all(history->walk, wanted->oids, wanted->len, numbers);
	for (size_t i = 0; i < wanted->len; i++) {
		uint32_t at = wanted->whose[i].at;

		if (wanted->whose[i].is_tree)
			worker->commits.ptr[at].tree = numbers[i];
		else
			worker->parents.ptr[at] = numbers[i];
	}
	wanted->len = 0;
}

static void want(const struct rsk_history *history,
	struct rsk_history_worker *worker, const struct rsk_oid *oid, size_t at,
	bool is_tree)
{
	struct rsk_wanted *wanted = &worker->wanted;

	if (wanted->len == RSK_WANTED)
		find_wanted(history, worker);
	wanted->oids[wanted->len] = *oid;
	wanted->whose[wanted->len].at = (uint32_t)at;
	wanted->whose[wanted->len].is_tree = is_tree;
	wanted->len++;
}

static void add_commit(const struct rsk_history *history,
	struct rsk_history_worker *worker, uint32_t number,
	const struct rsk_commit *commit)
{
	struct rsk_graph_commit *node = RSK_VEC_PUSH(&worker->commits);
	struct rsk_slice parents = commit->parents;
	struct rsk_oid oid;

	*node = (struct rsk_graph_commit){
		.number = number,
		.tree = RSK_NONE,
		.parents = (uint32_t)worker->parents.len,
		.seconds = commit->committer.seconds,
	};
	want(history, worker, &commit->tree, worker->commits.len - 1, true);
	while (rsk_commit_parent(&oid, &parents)) {
		*RSK_VEC_PUSH(&worker->parents) = RSK_NONE;
		want(history, worker, &oid, worker->parents.len - 1, false);
		node->parents_len++;
	}
}

enum rsk_err rsk_history_add(struct rsk_history *history, unsigned number,
	const struct rsk_walk_object *object, struct rsk_commit *out)
{
	struct rsk_history_worker *worker = &history->workers[number];
	struct rsk_commit commit = { 0 };
	struct rsk_tag tag = { 0 };
	enum rsk_err err;

	if (object->type == RSK_OBJECT_TAG) {
		uint32_t target = RSK_NONE;

		err = rsk_tag_parse(&tag, object->bytes);
		if (!err && rsk_walk_find(history->walk, &tag.object, &target))
			*RSK_VEC_PUSH(&worker->tags) =
				(struct rsk_graph_tag){ object->number,
					target };
		return err;
	}
	err = rsk_commit_parse(&commit, object->bytes);
	if (!err)
		add_commit(history, worker, object->number, &commit);
	if (!err && out)
		*out = commit;
	return err;
}

/* Gathering what the threads have */

static void gather_commits(
	struct rsk_history *history, const struct rsk_history_worker *worker)
{
	uint32_t shift = (uint32_t)history->parents.len;

	for (size_t i = 0; i < worker->parents.len; i++)
		*RSK_VEC_PUSH(&history->parents) = worker->parents.ptr[i];
	for (size_t i = 0; i < worker->commits.len; i++) {
		struct rsk_graph_commit *node = RSK_VEC_PUSH(&history->commits);

		*node = worker->commits.ptr[i];
		node->lacks_tree = node->tree == RSK_NONE;
		node->parents += shift;
	}
}

static void gather(struct rsk_history *history)
{
	for (unsigned i = 0; i < history->jobs; i++) {
		struct rsk_history_worker *worker = &history->workers[i];

		find_wanted(history, worker);
		gather_commits(history, worker);
		for (size_t t = 0; t < worker->tags.len; t++)
			*RSK_VEC_PUSH(&history->tags) = worker->tags.ptr[t];
		RSK_VEC_RELEASE(&worker->commits);
		RSK_VEC_RELEASE(&worker->parents);
		RSK_VEC_RELEASE(&worker->tags);
	}
	history->facts.commits = (uint32_t)history->commits.len;
	history->facts.tags = (uint32_t)history->tags.len;
}

/* Ordering: parents first, and among those that may come next the oldest. */

struct ordering {
	const struct rsk_history *history;
	uint32_t *heap; /* commits whose parents are all placed */
	size_t heap_len;
	uint32_t *waiting;  /* by commit: parents that are not placed yet */
	uint32_t *first;    /* by commit: where its children begin */
	uint32_t *children; /* of all commits */
	uint32_t *order;
	size_t placed;
};

/* Ties are broken by name, so that packing anew changes nothing. */
static bool is_older(const struct ordering *o, uint32_t a, uint32_t b)
{
	const struct rsk_graph_commit *x = &o->history->commits.ptr[a];
	const struct rsk_graph_commit *y = &o->history->commits.ptr[b];

	if (x->seconds != y->seconds)
		return x->seconds < y->seconds;
	struct rsk_oid p = rsk_walk_oid(o->history->walk, x->number);
	struct rsk_oid q = rsk_walk_oid(o->history->walk, y->number);
	return rsk_oid_cmp(&p, &q) < 0;
}

static void push(struct ordering *o, uint32_t commit)
{
	size_t at = o->heap_len++;

	while (at && is_older(o, commit, o->heap[(at - 1) / 2])) {
		o->heap[at] = o->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	o->heap[at] = commit;
}

static uint32_t pop(struct ordering *o)
{
	uint32_t top = o->heap[0];
	uint32_t moved = o->heap[--o->heap_len];
	size_t at = 0;

	for (;;) {
		size_t below = 2 * at + 1;

		if (below + 1 < o->heap_len &&
			is_older(o, o->heap[below + 1], o->heap[below]))
			below++;
		if (below >= o->heap_len || !is_older(o, o->heap[below], moved))
			break;
		o->heap[at] = o->heap[below];
		at = below;
	}
	o->heap[at] = moved;
	return top;
}

/* Parents' numbers become indexes of commits; what is no commit is left out. */
static void find_parents(struct rsk_history *history, struct ordering *o)
{
	for (size_t i = 0; i < history->commits.len; i++) {
		struct rsk_graph_commit *node = &history->commits.ptr[i];
		uint32_t *parents = history->parents.ptr + node->parents;
		uint32_t kept = 0;

		for (uint32_t p = 0; p < node->parents_len; p++) {
			uint32_t at = parents[p];

			if (at != RSK_NONE)
				at = history->place_of[at];
			if (at == RSK_NONE)
				node->lacks_parent = true;
			else
				parents[kept++] = at;
		}
		node->parents_len = kept;
		o->waiting[i] = kept;
		for (uint32_t p = 0; p < kept; p++)
			o->first[parents[p] + 1]++;
	}
}

static void link_children(struct ordering *o)
{
	const struct rsk_history *history = o->history;
	size_t len = history->commits.len;
	uint32_t *next = rsk_alloc_array(len, sizeof(*next));

	for (size_t i = 0; i < len; i++) {
		o->first[i + 1] += o->first[i];
		next[i] = o->first[i];
	}
	for (uint32_t i = 0; i < len; i++) {
		const struct rsk_graph_commit *node = &history->commits.ptr[i];

		for (uint32_t p = 0; p < node->parents_len; p++) {
			uint32_t parent =
				history->parents.ptr[node->parents + p];

			o->children[next[parent]++] = i;
		}
	}
	free(next);
}

static void place(struct ordering *o, uint32_t commit)
{
	o->order[o->placed++] = commit;
	o->waiting[commit] = RSK_NONE;
	for (uint32_t i = o->first[commit]; i < o->first[commit + 1]; i++) {
		uint32_t *waiting = &o->waiting[o->children[i]];

		if (*waiting != RSK_NONE && !--*waiting)
			push(o, o->children[i]);
	}
}

static bool is_left(const struct ordering *o, uint32_t number)
{
	uint32_t commit = o->history->place_of[number];

	return commit != RSK_NONE && o->waiting[commit] != RSK_NONE;
}

/*
 * A circle of commits cannot be made without breaking SHA-1, but nobody has
 * checked the names: what is left over is placed by number, since threads have
 * gathered the commits in no order.
 */
static void place_all(struct ordering *o)
{
	const struct rsk_history *history = o->history;
	uint32_t rest = 0;

	for (uint32_t i = 0; i < history->commits.len; i++)
		if (!o->waiting[i])
			push(o, i);
	for (;;) {
		while (o->heap_len)
			place(o, pop(o));
		while (rest < history->numbers && !is_left(o, rest))
			rest++;
		if (rest == history->numbers)
			break;
		place(o, history->place_of[rest]);
	}
	assert(o->placed == history->commits.len);
}

/*
 * Parents' indexes become places. On a circle one of them does not come before
 * its child: it is left out, so that whoever goes over commits in their order
 * has always seen the parents.
 */
static void place_parents(struct rsk_history *history,
	struct rsk_graph_commit *node, const uint32_t *new_place)
{
	uint32_t *parents = history->parents.ptr + node->parents;
	uint32_t here = history->place_of[node->number];
	uint32_t kept = 0;

	for (uint32_t p = 0; p < node->parents_len; p++)
		if (new_place[parents[p]] < here)
			parents[kept++] = new_place[parents[p]];
	if (kept < node->parents_len && !history->facts.circular++)
		history->facts.is_circular = node->number;
	node->parents_len = kept;
}

/* Put the commits into their order, and parents' indexes with them. */
static void reorder(struct rsk_history *history, const struct ordering *o)
{
	size_t len = history->commits.len;
	struct rsk_graph_commit *sorted = rsk_alloc_array(len, sizeof(*sorted));
	uint32_t *new_place = rsk_alloc_array(len, sizeof(*new_place));

	for (uint32_t i = 0; i < len; i++) {
		sorted[i] = history->commits.ptr[o->order[i]];
		new_place[o->order[i]] = i;
		history->place_of[sorted[i].number] = i;
	}
	for (size_t i = 0; i < len; i++)
		place_parents(history, &sorted[i], new_place);
	if (len)
		memcpy(history->commits.ptr, sorted, len * sizeof(*sorted));
	free(new_place);
	free(sorted);
}

static void order_commits(struct rsk_history *history)
{
	size_t len = history->commits.len;
	struct ordering o = {
		.history = history,
		.heap = rsk_alloc_array(len, sizeof(uint32_t)),
		.waiting = rsk_alloc_array(len, sizeof(uint32_t)),
		.first = rsk_alloc_array(len + 2, sizeof(uint32_t)),
		.children =
			rsk_alloc_array(history->parents.len, sizeof(uint32_t)),
		.order = rsk_alloc_array(len, sizeof(uint32_t)),
	};

	for (uint32_t i = 0; i < len; i++)
		history->place_of[history->commits.ptr[i].number] = i;
	find_parents(history, &o);
	link_children(&o);
	place_all(&o);
	reorder(history, &o);
	free(o.heap);
	free(o.waiting);
	free(o.first);
	free(o.children);
	free(o.order);
}

/* Refs */

/*
 * HEAD of this and of other worktrees counts. ORIG_HEAD and the like do not:
 * they are where git has been, as a log of a ref is.
 */
static uint8_t reach_of(struct rsk_slice name)
{
	bool is_ref = rsk_slice_find(name, RSK_LIT("refs/")) < name.len;

	if (!is_ref && !rsk_slice_eq(rsk_path_base(name), RSK_LIT("HEAD")))
		return 0;
	if (rsk_slice_eq(name, RSK_LIT("refs/stash")))
		return RSK_REACH_STASH;
	if (rsk_slice_starts(name, RSK_LIT("refs/notes/")))
		return RSK_REACH_NOTE;
	return RSK_REACH_REF;
}

static int by_tag_number(const void *a, const void *b)
{
	const struct rsk_graph_tag *x = a;
	const struct rsk_graph_tag *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Through tags to what they name in the end. */
static uint32_t peel(const struct rsk_history *history, uint32_t number)
{
	enum { MAX_TAGS = 16 };

	for (int i = 0; i < MAX_TAGS && history->tags.len; i++) {
		struct rsk_graph_tag key = { .number = number };
		const struct rsk_graph_tag *tag =
			bsearch(&key, history->tags.ptr, history->tags.len,
				sizeof(key), by_tag_number);

		if (!tag)
			break;
		number = tag->target;
	}
	return number;
}

/* Refs come in no order: the first by name is the one that is told. */
static void note_broken(
	struct rsk_history *history, struct rsk_slice name, enum rsk_err why)
{
	struct rsk_history_facts *facts = &history->facts;

	facts->broken_refs++;
	if (facts->broken_ref &&
		rsk_slice_cmp(rsk_slice_str(facts->broken_ref), name) <= 0)
		return;
	facts->broken_ref = rsk_arena_str(&history->refs_arena, name);
	facts->broken_why = why;
}

static void add_ref(struct rsk_history *history, struct rsk_slice name,
	const struct rsk_oid *oid, uint8_t reach)
{
	struct rsk_graph_ref ref = {
		.name = rsk_arena_str(&history->refs_arena, name),
		.place = RSK_NONE,
		.reach = reach,
	};

	if (!rsk_walk_find(history->walk, oid, &ref.number)) {
		note_broken(history, name, RSK_NOTFOUND);
		return;
	}
	ref.number = peel(history, ref.number);
	ref.place = history->place_of[ref.number];
	*RSK_VEC_PUSH(&history->refs) = ref;
}

static enum rsk_err on_ref(void *ctx, const struct rsk_ref *ref)
{
	struct rsk_history *history = ctx;

	if (ref->err) {
		note_broken(history, ref->name, ref->err);
		return RSK_OK;
	}
	if (ref->is_unborn)
		return RSK_OK;
	if (rsk_slice_starts(ref->name, RSK_LIT("refs/replace/")))
		history->facts.replaced = true;
	add_ref(history, ref->name, &ref->oid, reach_of(ref->name));
	if (rsk_slice_eq(ref->name, RSK_LIT("HEAD")))
		history->head =
			history->refs.len
				? history->refs.ptr[history->refs.len - 1].place
				: RSK_NONE;
	return RSK_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct rsk_graph_ref *x = a;
	const struct rsk_graph_ref *y = b;

	return strcmp(x->name, y->name);
}

/* Older stashes are named by the log of the ref alone: "old new who..." */
static void add_stashes(struct rsk_history *history)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_buf path = RSK_BUF_INIT(RSK_MIB);
	struct rsk_slice line;
	struct rsk_oid oid;

	enum rsk_err err = rsk_buf_printf(
		&path, "%s/logs/refs/stash", rsk_repo_gitdir(history->repo));

	if (!err)
		err = rsk_file_read_at(&text, AT_FDCWD, rsk_buf_cstr(&path));
	if (err && err != RSK_NOTFOUND)
		note_broken(history, RSK_LIT("logs/refs/stash"), err);
	if (err)
		goto out;
	struct rsk_slice rest = rsk_buf_slice(&text);
	while (rsk_slice_line(&line, &rest)) {
		size_t begin = rsk_slice_find(line, RSK_LIT(" ")) + 1;
		struct rsk_slice tail = rsk_slice_cut(line, begin, line.len);
		size_t len = rsk_slice_find(tail, RSK_LIT(" "));

		if (rsk_oid_parse(&oid, rsk_slice_cut(tail, 0, len)))
			add_ref(history, RSK_LIT("refs/stash"), &oid,
				RSK_REACH_STASH);
	}
out:
	rsk_buf_release(&text);
	rsk_buf_release(&path);
}

static bool has_file(struct rsk_history *history, const char *name)
{
	struct rsk_buf path = RSK_BUF_INIT(RSK_MIB);
	struct stat st = { .st_size = 0 };
	enum rsk_err err = rsk_buf_printf(
		&path, "%s/%s", rsk_repo_gitdir(history->repo), name);

	if (!err && lstat(rsk_buf_cstr(&path), &st) < 0 && errno != ENOENT)
		err = RSK_IO;
	if (err)
		note_broken(history, rsk_slice_str(name), err);
	rsk_buf_release(&path);
	return st.st_size > 0;
}

/* From the refs down to the roots: children come after their parents. */
static void spread_reach(struct rsk_history *history)
{
	for (size_t i = 0; i < history->refs.len; i++) {
		const struct rsk_graph_ref *ref = &history->refs.ptr[i];

		if (ref->place != RSK_NONE)
			history->commits.ptr[ref->place].reach |= ref->reach;
	}
	for (size_t i = history->commits.len; i-- > 0;) {
		const struct rsk_graph_commit *node = &history->commits.ptr[i];

		for (uint32_t p = 0; p < node->parents_len; p++)
			history->commits
				.ptr[history->parents.ptr[node->parents + p]]
				.reach |= node->reach;
	}
}

/* Of a commit that nothing refers to, git may have pruned what it names. */
static void count_lacking(struct rsk_history *history)
{
	struct rsk_history_facts *facts = &history->facts;

	for (size_t i = 0; i < history->commits.len; i++) {
		const struct rsk_graph_commit *node = &history->commits.ptr[i];

		if (!node->reach)
			continue;
		if (node->lacks_parent && !facts->missing_parents++)
			facts->lacks_parent = node->number;
		if (node->lacks_tree && !facts->missing_trees++)
			facts->lacks_tree = node->number;
	}
}

enum rsk_err rsk_history_link(
	struct rsk_history *history, struct rsk_diag *diag)
{
	enum rsk_err err;

	gather(history);
	order_commits(history);
	if (history->tags.len)
		qsort(history->tags.ptr, history->tags.len,
			sizeof(*history->tags.ptr), by_tag_number);
	err = rsk_refs_each(history->repo, on_ref, history, diag);
	if (err)
		return err;
	if (history->refs.len)
		qsort(history->refs.ptr, history->refs.len,
			sizeof(*history->refs.ptr), by_name);
	history->facts.refs = (uint32_t)history->refs.len;
	add_stashes(history);
	history->facts.shallow = has_file(history, "shallow");
	history->facts.grafts = has_file(history, "info/grafts");
	spread_reach(history);
	count_lacking(history);
	return RSK_OK;
}

/* Ranges */

static uint32_t commit_of(
	const struct rsk_history *history, const struct rsk_oid *oid)
{
	uint32_t number = RSK_NONE;

	if (!rsk_walk_find(history->walk, oid, &number))
		return RSK_NONE;
	return history->place_of[peel(history, number)];
}

static bool is_hex(struct rsk_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return text.len >= 4;
}

/* The one commit whose id begins so. */
static enum rsk_err by_prefix(const struct rsk_history *history,
	struct rsk_slice prefix, uint32_t *place)
{
	enum rsk_err err = RSK_NOTFOUND;

	for (uint32_t i = 0; i < history->commits.len; i++) {
		struct rsk_oid oid = rsk_walk_oid(
			history->walk, history->commits.ptr[i].number);
		char hex[RSK_OID_HEX_MAX];

		rsk_oid_hex(hex, &oid);
		if (strncmp(hex, (const char *)prefix.ptr, prefix.len) != 0)
			continue;
		if (!err)
			return RSK_LIMIT;
		*place = i;
		err = RSK_OK;
	}
	return err;
}

static enum rsk_err by_name_or_id(const struct rsk_history *history,
	struct rsk_slice word, uint32_t *place)
{
	struct rsk_oid oid;
	enum rsk_err err;

	if (!word.len || rsk_slice_eq_str(word, "@"))
		word = RSK_LIT("HEAD");
	err = rsk_refs_resolve(&oid, history->repo, word);
	if (err == RSK_NOTFOUND && is_hex(word))
		return by_prefix(history, word, place);
	if (err)
		return err;
	*place = commit_of(history, &oid);
	return *place == RSK_NONE ? RSK_NOTFOUND : RSK_OK;
}

/* ^N is the parent N of a commit (^0: itself); there may be fewer here. */
static enum rsk_err parent_of(
	const struct rsk_history *history, uint32_t n, uint32_t *place)
{
	const struct rsk_graph_commit *node = &history->commits.ptr[*place];

	if (!n)
		return RSK_OK;
	if (n > node->parents_len)
		return RSK_NOTFOUND;
	*place = history->parents.ptr[node->parents + n - 1];
	return RSK_OK;
}

/* One ^, ^N, ~ or ~N; *rest is what follows. */
static enum rsk_err take_step(const struct rsk_history *history,
	struct rsk_slice *rest, uint32_t *place)
{
	uint8_t kind = rest->ptr[0];
	uint32_t n = 0;
	size_t digits = 1;
	enum rsk_err err = RSK_OK;

	for (; digits < rest->len && rest->ptr[digits] >= '0' &&
		rest->ptr[digits] <= '9' && n < 100000000;
		digits++)
		n = n * 10 + (uint32_t)(rest->ptr[digits] - '0');
	if (digits == 1)
		n = 1;
	*rest = rsk_slice_cut(*rest, digits, rest->len);
	if (kind == '^')
		return parent_of(history, n, place);
	if (kind != '~')
		return RSK_SYNTAX;
	for (; n && !err; n--)
		err = parent_of(history, 1, place);
	return err;
}

enum rsk_err rsk_history_revision(const struct rsk_history *history,
	struct rsk_slice word, struct rsk_oid *out)
{
	size_t end = 0;
	uint32_t place = RSK_NONE;
	struct rsk_slice rest;
	enum rsk_err err;

	while (end < word.len && word.ptr[end] != '^' && word.ptr[end] != '~')
		end++;
	rest = rsk_slice_cut(word, end, word.len);
	err = by_name_or_id(history, rsk_slice_cut(word, 0, end), &place);
	while (!err && rest.len)
		err = take_step(history, &rest, &place);
	if (!err)
		*out = rsk_walk_oid(
			history->walk, history->commits.ptr[place].number);
	return err;
}

/* Set what the commit and all before it are. */
static void mark_past(const struct rsk_history *history, bool *marks,
	uint32_t from, bool value)
{
	bool *reached = rsk_alloc_array(history->commits.len, sizeof(bool));

	reached[from] = true;
	for (size_t i = from + 1; i-- > 0;) {
		const struct rsk_graph_commit *node = &history->commits.ptr[i];

		if (!reached[i])
			continue;
		marks[i] = value;
		for (uint32_t p = 0; p < node->parents_len; p++)
			reached[history->parents.ptr[node->parents + p]] = true;
	}
	free(reached);
}

enum rsk_err rsk_history_range(struct rsk_history *history,
	const struct rsk_oid *from, const struct rsk_oid *to)
{
	uint32_t end = commit_of(history, to);
	uint32_t base = from ? commit_of(history, from) : RSK_NONE;

	if (end == RSK_NONE || (from && base == RSK_NONE))
		return RSK_NOTFOUND;
	history->in_range = rsk_alloc_array(history->commits.len, sizeof(bool));
	mark_past(history, history->in_range, end, true);
	if (from)
		mark_past(history, history->in_range, base, false);
	return RSK_OK;
}

bool rsk_history_in_range(const struct rsk_history *history, uint32_t at)
{
	return !history->in_range || history->in_range[at];
}

/* Looking up */

int64_t rsk_history_seconds(const struct rsk_history *history, uint32_t at)
{
	return history->commits.ptr[at].seconds;
}

struct rsk_history_facts rsk_history_facts(const struct rsk_history *history)
{
	return history->facts;
}

uint32_t rsk_history_place(const struct rsk_history *history, uint32_t number)
{
	return history->place_of[number];
}

uint32_t rsk_history_number(const struct rsk_history *history, uint32_t at)
{
	return history->commits.ptr[at].number;
}

enum rsk_origin rsk_history_origin(
	const struct rsk_history *history, uint32_t at)
{
	uint8_t reach = history->commits.ptr[at].reach;

	if (reach & RSK_REACH_REF)
		return RSK_ORIGIN_COMMIT;
	if (reach & RSK_REACH_STASH)
		return RSK_ORIGIN_STASH;
	return reach & RSK_REACH_NOTE ? RSK_ORIGIN_NOTE
				      : RSK_ORIGIN_UNREACHABLE;
}

struct rsk_slice rsk_history_ref(const struct rsk_history *history, uint32_t i)
{
	return rsk_slice_str(history->refs.ptr[i].name);
}
