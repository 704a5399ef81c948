#include <stdatomic.h>
#include <stdlib.h>

#include "base/aside.h"
#include "base/hash.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "rules/config.h"
#include "scan/history_p.h"

/*
 * From groups to drafts. A group is judged where it first was; if the rule is
 * not meant for that path, or another finding covers it there, at the next
 * place that it had. Groups of one blob at one path are judged together, since
 * the blob is read and scanned for all of them at once.
 */
struct task {
	uint32_t group;
	uint32_t number;       /* of the object to read; of a ref its place */
	struct rsk_slice path; /* where it was, or what stands for that */
};

enum { BATCH = 64 };

struct judging {
	struct rsk_past *past;
	RSK_VEC(struct task) tasks; /* sorted: those of one place together */
	atomic_size_t next;
	atomic_int err;
};

/* Which groups are asked for */

static const struct rsk_life *life_of(
	const struct rsk_past *past, const struct rsk_group *group)
{
	return group->item == UINT32_MAX
		       ? NULL
		       : rsk_history_life(past->history, group->item);
}

/* The commit that brought it, or RSK_NO_COMMIT. */
static uint32_t first_of(
	const struct rsk_past *past, const struct rsk_group *group)
{
	const struct rsk_life *life = life_of(past, group);

	if (life)
		return life->first;
	if (group->kind == RSK_GROUP_MESSAGE)
		return rsk_history_place(past->history, group->number);
	return RSK_NO_COMMIT;
}

static enum rsk_origin origin_of(
	const struct rsk_past *past, const struct rsk_group *group)
{
	const struct rsk_life *life = life_of(past, group);

	if (life)
		return life->origin;
	return group->kind == RSK_GROUP_MESSAGE ? RSK_ORIGIN_MESSAGE
						: RSK_ORIGIN_TAG;
}

static bool is_reachable(
	const struct rsk_past *past, const struct rsk_group *group)
{
	uint32_t first = first_of(past, group);

	if (life_of(past, group))
		return origin_of(past, group) != RSK_ORIGIN_UNREACHABLE;
	return group->kind != RSK_GROUP_MESSAGE ||
	       (first != RSK_NO_COMMIT &&
		       rsk_history_origin(past->history, first) !=
			       RSK_ORIGIN_UNREACHABLE);
}

static bool is_in_range(
	const struct rsk_past *past, const struct rsk_group *group)
{
	const struct rsk_life *life = life_of(past, group);
	uint32_t first = first_of(past, group);

	if (life)
		return life->introduced != RSK_NO_COMMIT;
	return first != RSK_NO_COMMIT &&
	       rsk_history_in_range(past->history, first);
}

static bool is_recent(
	const struct rsk_past *past, const struct rsk_group *group)
{
	uint32_t first = first_of(past, group);

	/* Of what has no commit, nobody knows the age. */
	return first == RSK_NO_COMMIT || rsk_history_seconds(past->history,
						 first) >= past->options->since;
}

static bool is_asked_for(
	const struct rsk_past *past, const struct rsk_group *group)
{
	const struct rsk_history_options *options = past->options;

	return (!options->reachable || is_reachable(past, group)) &&
	       (!options->range || is_in_range(past, group)) &&
	       (!options->has_since || is_recent(past, group));
}

/* Places to judge a group at */

static struct rsk_slice stand_in(
	struct rsk_past *past, const char *what, uint32_t number)
{
	struct rsk_oid oid = rsk_walk_oid(past->walk, number);
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hex(hex, &oid);
	return rsk_slice_str(
		rsk_arena_printf(&past->scan->arena, "git:%s/%s", what, hex));
}

static struct task task_without_path(struct rsk_past *past, uint32_t at)
{
	static const char *const whats[] = {
		[RSK_GROUP_BLOB] = "blob",
		[RSK_GROUP_NAME] = "name",
		[RSK_GROUP_MESSAGE] = "commit",
		[RSK_GROUP_TAG] = "tag",
	};
	const struct rsk_group *group = &past->groups.ptr[at];
	struct task task = { .group = at, .number = group->number };

	if (group->kind == RSK_GROUP_REF || group->number == UINT32_MAX)
		task.path = RSK_LIT("git:ref");
	else
		task.path = stand_in(past, whats[group->kind], group->number);
	return task;
}

static bool fits_path(const struct rsk_past *past,
	const struct rsk_group *group, struct rsk_slice path)
{
	const struct rsk_pattern *pattern =
		&past->scan->rules->patterns.ptr[group->pattern];

	if (pattern->only.len && !rsk_globs_match(&pattern->only, path))
		return false;
	return !pattern->except.len || !rsk_globs_match(&pattern->except, path);
}

static bool is_excluded(const struct rsk_past *past, struct rsk_slice path)
{
	const struct rsk_config *config = past->scan->options.config;

	return config && rsk_globs_match(&config->excluded, path);
}

/*
 * The next place of the group; false when it has no more. Places that the
 * configuration excludes come last: what is found at another one is told
 * there, with the text that stood there.
 */
static bool next_task(struct rsk_past *past, uint32_t at, struct task *task)
{
	struct rsk_group *group = &past->groups.ptr[at];
	const struct rsk_life *life = life_of(past, group);

	if (!life || !life->sights_len) {
		*task = task_without_path(past, at);
		return group->next_sight++ == 0;
	}
	while (group->next_sight < 2 * life->sights_len) {
		size_t turn = group->next_sight++;
		bool excluded = turn >= life->sights_len;
		const struct rsk_sight *sight =
			&life->sights[turn % life->sights_len];

		if (is_excluded(past, sight->path) != excluded ||
			!fits_path(past, group, sight->path))
			continue;
		*task = (struct task){ at, sight->number, sight->path };
		return true;
	}
	return false;
}

static int cmp_task(const void *a, const void *b, void *ctx)
{
	const struct rsk_past *past = ctx;
	const struct task *x = a;
	const struct task *y = b;
	uint32_t p = past->groups.ptr[x->group].kind;
	uint32_t q = past->groups.ptr[y->group].kind;

	if (p != q)
		return p < q ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return rsk_slice_cmp(x->path, y->path);
}

static void list_tasks(struct judging *j)
{
	struct rsk_past *past = j->past;
	struct task task;

	j->tasks.len = 0;
	for (uint32_t i = 0; i < past->groups.len; i++) {
		struct rsk_group *group = &past->groups.ptr[i];

		if (group->done || !next_task(past, i, &task))
			continue;
		group->tried = true;
		*RSK_VEC_PUSH(&j->tasks) = task;
	}
	if (j->tasks.len)
		qsort_r(j->tasks.ptr, j->tasks.len, sizeof(*j->tasks.ptr),
			cmp_task, past);
}

/*
 * Findings of the working tree
 *
 * What is at HEAD is often found in the tree, too, by the same scan. Then it
 * is one finding, the tree's, and the history adds where it came from. A
 * secret is the same wherever it is. What has none is the same with the same
 * text at the same path; or, when the rest of its line was another one in the
 * commit that brought it, at one of its paths.
 */
struct present_key {
	const char *rule;
	uint8_t what[32];
};

static void key_present(struct present_key *key, const struct rsk_draft *draft)
{
	const struct rsk_finding *finding = &draft->finding;
	struct rsk_sha256 sha;

	memset(key, 0, sizeof(*key));
	key->rule = finding->rule;
	rsk_sha256_init(&sha);
	if (finding->secret.masked) {
		rsk_sha256_update(&sha, rsk_slice(finding->secret.id.bytes,
						sizeof(finding->secret.id)));
	} else {
		rsk_sha256_update(&sha, rsk_slice(draft->base.bytes,
						sizeof(draft->base.bytes)));
		rsk_sha256_update(&sha, finding->path);
	}
	rsk_sha256_final(&sha, key->what);
}

static void key_path(
	struct present_key *key, const char *rule, struct rsk_slice path)
{
	struct rsk_sha256 sha;

	memset(key, 0, sizeof(*key));
	key->rule = rule;
	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, path);
	rsk_sha256_final(&sha, key->what);
}

static void note_key(struct rsk_past *past, const struct present_key *key)
{
	struct present_key *kept = rsk_arena_alloc(&past->arena, sizeof(*kept));

	*kept = *key;
	*rsk_map_put(&past->present, rsk_slice(kept, sizeof(*kept))) =
		UINT32_MAX;
}

static void note_present(struct rsk_past *past)
{
	struct present_key key;

	for (unsigned w = 0; w < past->jobs; w++) {
		struct rsk_worker *worker = past->workers[w].worker;

		past->workers[w].present = worker->drafts.len;
		for (size_t i = 0; i < worker->drafts.len; i++) {
			const struct rsk_draft *draft = &worker->drafts.ptr[i];

			key_present(&key, draft);
			note_key(past, &key);
			if (draft->finding.secret.masked)
				continue;
			key_path(
				&key, draft->finding.rule, draft->finding.path);
			note_key(past, &key);
		}
	}
}

static uint32_t *find_present(
	const struct rsk_past *past, const struct present_key *key)
{
	return rsk_map_get(&past->present, rsk_slice(key, sizeof(*key)));
}

/* Where the joined draft of a present one is noted; NULL: it is not present. */
static uint32_t *present_of(
	const struct rsk_past *past, const struct rsk_draft *draft)
{
	const struct rsk_finding *finding = &draft->finding;
	const struct rsk_life_view *life = finding->life;
	struct present_key key;
	uint32_t *found;

	key_present(&key, draft);
	found = find_present(past, &key);
	if (found || finding->secret.masked)
		return found;
	key_path(&key, finding->rule, finding->path);
	found = find_present(past, &key);
	for (size_t i = 0; life && i < life->paths_len && !found; i++) {
		key_path(&key, finding->rule, life->paths[i]);
		found = find_present(past, &key);
	}
	return found;
}

/* Of two that are the same thing, the one that began it. */
static bool is_older(const struct rsk_draft *a, const struct rsk_draft *b)
{
	const struct rsk_commit_view *x = &a->finding.commit;
	const struct rsk_commit_view *y = &b->finding.commit;

	if (!x->oid || !y->oid)
		return x->oid != NULL;
	return x->seconds != y->seconds ? x->seconds < y->seconds
					: strcmp(x->oid, y->oid) < 0;
}

/* What the present draft is told by: its own text's, else its path's. */
static uint32_t joined_to(
	const struct rsk_past *past, const struct rsk_draft *draft)
{
	struct present_key key;
	uint32_t at;

	key_present(&key, draft);
	at = *find_present(past, &key);
	if (at != UINT32_MAX || draft->finding.secret.masked)
		return at;
	key_path(&key, draft->finding.rule, draft->finding.path);
	return *find_present(past, &key);
}

/*
 * Add commits and lives to the findings of the tree that have them. Not
 * before all threads are done: their drafts move in memory.
 */
static void join_present(struct rsk_past *past)
{
	RSK_VEC(const struct rsk_draft *) joined = { 0 };

	for (unsigned w = 0; w < past->jobs; w++)
		for (size_t i = 0; i < past->workers[w].joined.len; i++) {
			const struct rsk_draft *draft =
				&past->workers[w].joined.ptr[i];
			uint32_t *at = present_of(past, draft);

			if (*at < joined.len &&
				!is_older(draft, joined.ptr[*at]))
				continue;
			*at = (uint32_t)joined.len;
			*RSK_VEC_PUSH(&joined) = draft;
		}
	for (unsigned w = 0; joined.len && w < past->jobs; w++)
		for (size_t i = 0; i < past->workers[w].present; i++) {
			struct rsk_draft *draft =
				&past->workers[w].worker->drafts.ptr[i];
			uint32_t at = joined_to(past, draft);

			if (at == UINT32_MAX)
				continue;
			draft->finding.commit = joined.ptr[at]->finding.commit;
			draft->finding.life = joined.ptr[at]->finding.life;
			draft->has_history = true;
			draft->history = joined.ptr[at]->base;
		}
	RSK_VEC_RELEASE(&joined);
}

/* What a finding says of commits */

/* With a range, the commit of the range is the one to tell. */
static uint32_t told_commit(
	const struct rsk_past *past, const struct rsk_group *group)
{
	const struct rsk_life *life = life_of(past, group);

	if (life && past->options->range && life->introduced != RSK_NO_COMMIT)
		return life->introduced;
	return first_of(past, group);
}

/*
 * A key that was seen is out for good; of anything else nothing is left to do
 * once it was taken away, or where no ref reaches it.
 */
static bool is_over(const struct rsk_finding *finding)
{
	if (finding->secret.masked || finding->at_head)
		return false;
	return finding->origin == RSK_ORIGIN_UNREACHABLE ||
	       (finding->life && finding->life->removed);
}

static void complete(struct rsk_past *past, struct rsk_past_worker *own,
	const struct rsk_group *group, struct rsk_finding *finding)
{
	const struct rsk_life *life = life_of(past, group);
	uint32_t commit = told_commit(past, group);

	finding->origin = origin_of(past, group);
	finding->at_head = life && life->at_head;
	if (commit != RSK_NO_COMMIT)
		rsk_past_view_commit(past, own,
			rsk_history_number(past->history, commit),
			&finding->commit);
	else if (group->kind == RSK_GROUP_TAG)
		rsk_past_view_commit(
			past, own, group->number, &finding->commit);
	if (life)
		finding->life = rsk_past_view_life(past, own, life);
	finding->path = rsk_past_path(past, own, finding->path);
	if (is_over(finding))
		finding->severity = RSK_INFO;
}

/* Judging */

/* The tasks from `tasks` on that are about one place. */
struct place {
	struct rsk_past *past;
	struct rsk_past_worker *own;
	const struct task *tasks;
	size_t len;
	enum rsk_group_kind kind;
	struct rsk_slice text;
	bool binary;
};

static struct rsk_group *asked_group(
	const struct place *place, const struct rsk_match *match)
{
	uint32_t at =
		rsk_past_group(place->past, place->kind, place->text, match);

	for (size_t i = 0; i < place->len; i++)
		if (place->tasks[i].group == at)
			return &place->past->groups.ptr[at];
	return NULL;
}

/* Keep the drafts of groups that are judged here, each once. */
static void keep_drafts(const struct place *place, size_t first)
{
	struct rsk_worker *worker = place->own->worker;
	size_t kept = first;

	for (size_t i = first; i < worker->drafts.len; i++) {
		struct rsk_draft draft = worker->drafts.ptr[i];
		struct rsk_group *group = asked_group(place, &draft.match);

		if (!group || group->done)
			continue;
		group->done = true;
		complete(place->past, place->own, group, &draft.finding);
		if (draft.finding.at_head && present_of(place->past, &draft)) {
			*RSK_VEC_PUSH(&place->own->joined) = draft;
			continue;
		}
		worker->drafts.ptr[kept++] = draft;
	}
	rsk_scan_count_found(
		worker->scan, (int64_t)kept - (int64_t)worker->drafts.len);
	worker->drafts.len = kept;
}

/*
 * As for a file; but what a file would be besides (facts, sightings, counts of
 * what is not listed) is about the present, and this is the past.
 */
static enum rsk_err judge_text(struct place *place)
{
	struct rsk_worker *worker = place->own->worker;
	struct rsk_blob_info info = {
		.path = place->tasks[0].path,
		.origin = RSK_ORIGIN_COMMIT,
		.vcs = RSK_VCS_TRACKED,
	};
	size_t drafts = worker->drafts.len;
	size_t facts = worker->facts.len;
	size_t sightings = worker->sightings.len;
	uint64_t unlisted = worker->unlisted;
	uint64_t counts[RSK_SEVERITIES];
	enum rsk_err err;

	memcpy(counts, worker->counts, sizeof(counts));
	rsk_worker_begin_blob(worker, &info);
	err = rsk_scanner_text(worker->scanner, place->text, place->binary,
		rsk_worker_window, worker);
	rsk_worker_end_blob(worker);
	if (!err)
		rsk_worker_hash_text(worker, drafts, place->text);
	keep_drafts(place, drafts);
	worker->facts.len = facts;
	worker->sightings.len = sightings;
	worker->unlisted = unlisted;
	memcpy(worker->counts, counts, sizeof(counts));
	return err;
}

static void tell_broken(
	const struct place *place, const struct rsk_oid *oid, enum rsk_err err)
{
	const struct rsk_walk_failure failure = {
		.oid = oid,
		.type = RSK_OBJECT_BLOB,
		.err = err,
		.path = rsk_repo_objects(place->past->repo),
	};

	rsk_past_failed(place->past, place->own->worker, &failure);
}

/* Read the object, whose name is checked now: it has a finding. */
static enum rsk_err judge_object(struct place *place)
{
	struct rsk_oid oid =
		rsk_walk_oid(place->past->walk, place->tasks[0].number);
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES);
	enum rsk_object_type type = RSK_OBJECT_BLOB;
	enum rsk_err err = rsk_input_begin(
		RSK_INPUT_OBJECT, rsk_slice(oid.bytes, oid.len));

	if (!err)
		err = rsk_odb_read(place->past->odb, &oid, &type, &bytes);
	if (err) {
		tell_broken(place, &oid, err);
		rsk_input_end();
		rsk_buf_release(&bytes);
		return RSK_OK;
	}
	size_t bom = 0;
	place->binary = type == RSK_OBJECT_BLOB &&
			rsk_text_sniff(rsk_buf_slice(&bytes), &bom) ==
				RSK_ENCODING_BINARY;
	if (type == RSK_OBJECT_BLOB)
		err = rsk_past_text(
			place->own, rsk_buf_slice(&bytes), &place->text);
	else
		err = rsk_past_message(
			place->own, type, rsk_buf_slice(&bytes), &place->text);
	if (!err)
		err = judge_text(place);
	rsk_input_end();
	rsk_buf_release(&bytes);
	return err;
}

/* A name is a text of its own. */
static enum rsk_err judge_name(struct place *place)
{
	const struct rsk_past *past = place->past;
	const struct task *task = &place->tasks[0];
	struct rsk_buf *text = &place->own->text;
	struct rsk_slice name =
		place->kind == RSK_GROUP_REF
			? rsk_history_ref(past->history, task->number)
			: past->groups.ptr[task->group].name;
	enum rsk_err err;

	rsk_buf_truncate(text, 0);
	err = rsk_buf_add_slice(text, name);
	place->text = rsk_buf_slice(text);
	return err ? err : judge_text(place);
}

static bool same_place(
	const struct rsk_past *past, const struct task *a, const struct task *b)
{
	return !cmp_task(a, b, (void *)past);
}

/* Judge the places that begin in a stretch of the tasks. */
static enum rsk_err judge_from(
	struct judging *j, struct rsk_past_worker *own, size_t from)
{
	struct rsk_past *past = j->past;
	size_t end = from + BATCH < j->tasks.len ? from + BATCH : j->tasks.len;
	enum rsk_err err = RSK_OK;

	for (size_t i = from; !err && i < end; i++) {
		const struct task *task = &j->tasks.ptr[i];
		struct place place = {
			.past = past,
			.own = own,
			.tasks = task,
			.kind = (enum rsk_group_kind)past->groups
					.ptr[task->group]
					.kind,
		};

		if (i && same_place(past, task - 1, task))
			continue;
		while (i + place.len < j->tasks.len &&
			same_place(past, task, &task[place.len]))
			place.len++;
		err = place.kind == RSK_GROUP_NAME ||
				      place.kind == RSK_GROUP_REF
			      ? judge_name(&place)
			      : judge_object(&place);
	}
	return err;
}

struct judge {
	struct judging *judging;
	struct rsk_past_worker *own;
	struct rsk_aside aside;
};

static void work(void *arg)
{
	struct judge *judge = arg;
	struct judging *j = judge->judging;

	for (;;) {
		size_t from = atomic_fetch_add(&j->next, BATCH);
		enum rsk_err err;

		if (from >= j->tasks.len || atomic_load(&j->err))
			return;
		err = judge_from(j, judge->own, from);
		if (err)
			atomic_store(&j->err, (int)err);
	}
}

static enum rsk_err judge_round(struct judging *j)
{
	struct rsk_past *past = j->past;
	struct judge *judges = rsk_alloc_array(past->jobs, sizeof(*judges));

	atomic_store(&j->next, 0);
	for (unsigned i = 0; i < past->jobs; i++)
		judges[i] = (struct judge){
			.judging = j,
			.own = &past->workers[i],
		};
	for (unsigned i = 1; i < past->jobs && j->tasks.len > BATCH; i++)
		rsk_aside_begin(&judges[i].aside, true, work, &judges[i]);
	work(&judges[0]);
	for (unsigned i = 1; i < past->jobs; i++)
		rsk_aside_end(&judges[i].aside);
	free(judges);
	return (enum rsk_err)atomic_load(&j->err);
}

/*
 * A rule may be meant for one of the paths that are not listed. Where another
 * one has told of the same secret, with the word that there are more paths,
 * nothing is lost.
 */
static void tell_unseen(struct rsk_past *past, uint32_t at, const bool *told)
{
	const struct rsk_group *group = &past->groups.ptr[at];
	const struct rsk_life *life = life_of(past, group);
	const struct rsk_ruleset *rules = past->scan->rules;
	uint32_t rule = rules->patterns.ptr[group->pattern].rule;

	if (group->done || group->tried || !life || !life->more_sights)
		return;
	if (group->secret != UINT32_MAX && told[group->secret])
		return;
	rsk_coverage_gap(&past->scan->workers[0].coverage, NULL,
		RSK_GAP_GIT_LIMIT, task_without_path(past, at).path,
		rsk_arena_printf(&past->scan->arena,
			"it was at more paths than are looked at; %s may be "
			"meant for one of the others",
			rules->rules.ptr[rule].id));
}

static void tell_all_unseen(struct rsk_past *past)
{
	bool *told = rsk_alloc_array(past->secrets.len + 1, sizeof(*told));

	for (uint32_t i = 0; i < past->groups.len; i++) {
		const struct rsk_group *group = &past->groups.ptr[i];

		if (group->done && group->tried && group->secret != UINT32_MAX)
			told[group->secret] = true;
	}
	for (uint32_t i = 0; i < past->groups.len; i++)
		tell_unseen(past, i, told);
	free(told);
}

enum rsk_err rsk_past_judge(struct rsk_past *past)
{
	struct judging j = { .past = past };
	enum rsk_err err = RSK_OK;

	note_present(past);
	for (uint32_t i = 0; i < past->groups.len; i++)
		past->groups.ptr[i].done =
			!is_asked_for(past, &past->groups.ptr[i]);
	/* A group has at most twice as many places as its life has sights. */
	for (list_tasks(&j); !err && j.tasks.len; list_tasks(&j))
		err = judge_round(&j);
	if (!err)
		tell_all_unseen(past);
	join_present(past);
	RSK_VEC_RELEASE(&j.tasks);
	return err;
}
