#include <stdlib.h>

#include "base/aside.h"
#include "base/hash.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "scan/history_p.h"

/* Groups */

static struct rsk_slice bytes_of(
	struct rsk_slice text, const struct rsk_match *match)
{
	if (match->secret_end > match->secret_begin)
		return rsk_slice_cut(text, (size_t)match->secret_begin,
			(size_t)match->secret_end);
	return rsk_slice_cut(text, (size_t)match->begin, (size_t)match->end);
}

/* 128 bits under a key of the process: nobody can make two things one. */
static struct rsk_group_key key_of(enum rsk_group_kind kind,
	struct rsk_slice text, const struct rsk_match *match)
{
	struct rsk_siphash_key key = rsk_siphash_process_key();
	struct rsk_siphash_key other = { ~key.k0, ~key.k1 };
	struct rsk_slice bytes = bytes_of(text, match);

	return (struct rsk_group_key){
		.digest = { rsk_siphash(key, bytes),
			rsk_siphash(other, bytes) },
		.pattern = match->pattern,
		.kind = (uint32_t)kind,
	};
}

uint32_t rsk_past_group(const struct rsk_past *past, enum rsk_group_kind kind,
	struct rsk_slice text, const struct rsk_match *match)
{
	struct rsk_group_key key = key_of(kind, text, match);
	const uint32_t *found =
		rsk_map_get(&past->keys, rsk_slice(&key, sizeof(key)));

	return found ? *found : UINT32_MAX;
}

static bool has_item(uint32_t kind)
{
	return kind == RSK_GROUP_BLOB || kind == RSK_GROUP_NAME;
}

/* Under the lock. */
static uint32_t group_of(struct rsk_past *past, enum rsk_group_kind kind,
	struct rsk_slice text, const struct rsk_match *match)
{
	uint32_t number = rsk_past_group(past, kind, text, match);

	if (number != UINT32_MAX)
		return number;

	struct rsk_group_key *key = rsk_arena_alloc(&past->arena, sizeof(*key));

	*key = key_of(kind, text, match);
	number = (uint32_t)past->groups.len;
	*rsk_map_put(&past->keys, rsk_slice(key, sizeof(*key))) = number;
	*RSK_VEC_PUSH(&past->groups) = (struct rsk_group){
		.pattern = match->pattern,
		.kind = (uint32_t)kind,
		.number = UINT32_MAX,
		.item = has_item((uint32_t)kind)
				? rsk_history_item(past->history)
				: UINT32_MAX,
	};
	rsk_past_note_secret(past, &past->groups.ptr[number], text, match);
	return number;
}

static bool is_before(const struct rsk_past *past, uint32_t a, uint32_t b)
{
	struct rsk_oid x;
	struct rsk_oid y;

	if (b == UINT32_MAX)
		return true;
	x = rsk_walk_oid(past->walk, a);
	y = rsk_walk_oid(past->walk, b);
	return rsk_oid_cmp(&x, &y) < 0;
}

/* Does the match lead to a finding? Contexts are noted on the way. */
static bool is_finding(struct rsk_worker *worker, const struct rsk_match *match)
{
	const struct rsk_ruleset *rules = worker->scan->rules;
	uint32_t number = rules->patterns.ptr[match->pattern].rule;
	const struct rsk_rule *rule = &rules->rules.ptr[number];

	if (rule->kind == RSK_RULE_CONTEXT)
		worker->project_context[number] = true;
	return rule->kind == RSK_RULE_FINDING && !rule->disabled;
}

/* A message or a name can give a secret away; the code that it speaks of runs
 * nowhere. */
static bool is_place_for(
	enum rsk_group_kind kind, const struct rsk_match *match)
{
	return kind == RSK_GROUP_BLOB ||
	       match->secret_end > match->secret_begin;
}

/* Where matches were found. */
struct found {
	struct rsk_past *past;
	struct rsk_worker *worker;
	enum rsk_group_kind kind;
	uint32_t number;
	struct rsk_slice text;
	bool any;
};

static void add_match(struct found *found, const struct rsk_match *match)
{
	struct rsk_past *past = found->past;
	uint32_t at = group_of(past, found->kind, found->text, match);
	struct rsk_group *group = &past->groups.ptr[at];

	if (found->kind == RSK_GROUP_BLOB)
		rsk_history_item_has(past->history, group->item, found->number);
	if (found->kind == RSK_GROUP_NAME) {
		rsk_history_item_named(
			past->history, group->item, found->number);
		group->name = found->text;
		return;
	}
	if (found->kind == RSK_GROUP_MESSAGE)
		*RSK_VEC_PUSH(&past->messages) =
			(struct rsk_past_pair){ at, found->number };
	if (found->kind == RSK_GROUP_REF
			? found->number < group->number
			: is_before(past, found->number, group->number))
		group->number = found->number;
}

static void add_matches(
	struct found *found, const struct rsk_match *matches, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_finding(found->worker, &matches[i]) ||
			!is_place_for(found->kind, &matches[i]))
			continue;
		pthread_mutex_lock(&found->past->lock);
		add_match(found, &matches[i]);
		pthread_mutex_unlock(&found->past->lock);
		found->any = true;
	}
}

static enum rsk_err on_window(void *ctx, const struct rsk_window *window)
{
	add_matches(ctx, window->matches, window->matches_len);
	return RSK_OK;
}

/* Texts */

enum rsk_err rsk_past_text(struct rsk_past_worker *worker,
	struct rsk_slice bytes, struct rsk_slice *text)
{
	size_t bom = 0;
	struct rsk_decoder decoder = {
		.encoding = rsk_text_sniff(bytes, &bom),
	};
	enum rsk_err err;

	*text = rsk_slice_cut(bytes, bom, bytes.len);
	if (!rsk_encoding_unit(decoder.encoding))
		return RSK_OK;
	rsk_buf_truncate(&worker->text, 0);
	err = rsk_decoder_feed(&decoder, *text, &worker->text);
	if (!err)
		err = rsk_decoder_end(&decoder, &worker->text);
	*text = rsk_buf_slice(&worker->text);
	return err;
}

static enum rsk_err put_line(
	struct rsk_buf *text, const char *word, struct rsk_slice value)
{
	enum rsk_err err = rsk_buf_add_str(text, word);

	if (!err)
		err = rsk_buf_add_slice(text, value);
	return err ? err : rsk_buf_add_byte(text, '\n');
}

/* Without the ids and signatures: they are no text that anybody wrote. */
enum rsk_err rsk_past_message(struct rsk_past_worker *worker,
	enum rsk_object_type type, struct rsk_slice bytes,
	struct rsk_slice *text)
{
	struct rsk_buf *buf = &worker->text;
	struct rsk_commit commit = { 0 };
	struct rsk_tag tag = { 0 };
	enum rsk_err err;

	rsk_buf_truncate(buf, 0);
	if (type == RSK_OBJECT_TAG) {
		err = rsk_tag_parse(&tag, bytes);
		if (!err)
			err = put_line(buf, "tag ", tag.name);
		if (!err)
			err = put_line(buf, "tagger ", tag.tagger.who);
	} else {
		err = rsk_commit_parse(&commit, bytes);
		if (!err)
			err = put_line(buf, "author ", commit.author.who);
		if (!err)
			err = put_line(buf, "committer ", commit.committer.who);
	}
	if (!err)
		err = put_line(buf, "",
			type == RSK_OBJECT_TAG ? tag.message : commit.message);
	*text = rsk_buf_slice(buf);
	return err;
}

/* The walk */

static void count_object(
	struct rsk_worker *worker, const struct rsk_walk_object *object)
{
	worker->coverage.objects.seen++;
	worker->coverage.objects.scanned++;
	worker->coverage.objects.bytes += object->bytes.len;
	rsk_worker_advance(worker, 1, object->bytes.len);
}

void rsk_past_failed(struct rsk_past *past, struct rsk_worker *worker,
	const struct rsk_walk_failure *failure)
{
	bool limit = failure->err == RSK_TOOBIG || failure->err == RSK_LIMIT;
	enum rsk_gap_class class = rsk_gap_of(
		failure->err, limit ? RSK_GAP_GIT_LIMIT : RSK_GAP_GIT_OBJECT);
	char hex[RSK_OID_HEX_MAX] = "";
	char detail[RSK_OID_HEX_MAX + 64];

	if (failure->oid)
		rsk_oid_hex(hex, failure->oid);
	snprintf(detail, sizeof(detail), "%s %s: %s",
		failure->oid ? rsk_object_name(failure->type) : "all of it",
		hex, rsk_err_text(failure->err));
	rsk_coverage_gap(&worker->coverage,
		failure->oid ? &worker->coverage.objects : NULL, class,
		rsk_slice_str(failure->path),
		rsk_arena_str(&worker->arena, rsk_slice_str(detail)));
	(void)past;
}

static void on_failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct rsk_past *past = ctx;

	rsk_past_failed(past, past->workers[worker].worker, failure);
}

static void note_regex_gap(struct rsk_worker *worker,
	const struct rsk_walk_object *object, const struct rsk_text_info *info)
{
	char hex[RSK_OID_HEX_MAX];

	if (!info->regex_gaps)
		return;
	struct rsk_oid oid = rsk_oid_of(object->id, object->id_len);
	rsk_oid_hex(hex, &oid);
	rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_REGEX_LIMIT,
		rsk_slice_str(rsk_arena_printf(&worker->arena, "git:%s/%s",
			rsk_object_name(object->type), hex)),
		info->gap_rule);
}

static enum rsk_err on_blob(struct rsk_past *past, struct rsk_past_worker *own,
	const struct rsk_walk_object *object, void **state)
{
	struct found found = {
		.past = past,
		.worker = own->worker,
		.kind = RSK_GROUP_BLOB,
		.number = object->number,
	};
	struct rsk_carried *carried = NULL;
	enum rsk_err err = rsk_carry_scan(own->carrier, object, &carried);

	if (err)
		return err;
	*state = carried;
	if (object->context)
		return RSK_OK;
	count_object(own->worker, object);
	own->worker->coverage.objects.binary +=
		carried->info.encoding == RSK_ENCODING_BINARY;
	note_regex_gap(own->worker, object, &carried->info);
	if (!carried->matches_len)
		return RSK_OK;
	rsk_walk_fill(object);
	err = rsk_past_text(own, object->bytes, &found.text);
	if (!err)
		add_matches(&found, carried->matches, carried->matches_len);
	return err;
}

static enum rsk_err scan_text(struct rsk_past_worker *own, struct found *found,
	struct rsk_text_info *info)
{
	/* A text of ours is no reason to look for an encoding. */
	enum rsk_err err = rsk_scanner_text(
		own->worker->scanner, found->text, false, on_window, found);

	info->regex_gaps =
		rsk_scanner_gaps(own->worker->scanner, &info->gap_rule);
	return err;
}

/* A context is told of where it is shown for itself. */
static void tell_failed(struct rsk_past *past, struct rsk_worker *worker,
	const struct rsk_walk_object *object, enum rsk_err err)
{
	struct rsk_oid oid;
	const struct rsk_walk_failure failure =
		rsk_walk_failure_of(object, err, &oid);

	if (!object->context)
		rsk_past_failed(past, worker, &failure);
}

/* A commit or a tag. */
static enum rsk_err on_message(struct rsk_past *past, unsigned worker,
	const struct rsk_walk_object *object)
{
	struct rsk_past_worker *own = &past->workers[worker];
	bool is_tag = object->type == RSK_OBJECT_TAG;
	struct found found = {
		.past = past,
		.worker = own->worker,
		.kind = is_tag ? RSK_GROUP_TAG : RSK_GROUP_MESSAGE,
		.number = object->number,
	};
	struct rsk_text_info info = { 0 };
	enum rsk_err err = rsk_history_add(past->history, worker, object, NULL);

	if (!err)
		err = rsk_past_message(
			own, object->type, object->bytes, &found.text);
	if (err == RSK_CORRUPT) {
		tell_failed(past, own->worker, object, err);
		return RSK_OK;
	}
	if (err)
		return err;
	count_object(own->worker, object);
	err = scan_text(own, &found, &info);
	note_regex_gap(own->worker, object, &info);
	return err;
}

static enum rsk_err on_object(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct rsk_past *past = ctx;

	if (atomic_load_explicit(
		    &past->scan->interrupted, memory_order_relaxed))
		return RSK_INTERRUPTED;
	enum rsk_err err = rsk_input_begin(
		RSK_INPUT_OBJECT, rsk_slice(object->id, object->id_len));
	/* It ended the process that looked at it: not again. */
	if (err)
		tell_failed(past, past->workers[worker].worker, object, err);
	else if (object->type == RSK_OBJECT_BLOB)
		err = on_blob(past, &past->workers[worker], object, state);
	else if (!object->context)
		err = on_message(past, worker, object);
	rsk_input_end();
	return err == RSK_CRASHED || err == RSK_TIMEOUT || err == RSK_NOMEM
		       ? RSK_OK
		       : err;
}

static void on_release(void *ctx, unsigned worker, void *state)
{
	struct rsk_past *past = ctx;

	rsk_carry_drop(past->workers[worker].carrier, state);
}

static enum rsk_err walk_objects(struct rsk_past *past)
{
	const struct rsk_walk_visit visit = {
		.object = on_object,
		.release = on_release,
		.failed = on_failed,
		.sparse = 1U << RSK_OBJECT_BLOB,
		.ctx = past,
	};

	return rsk_walk_run(past->walk,
		1U << RSK_OBJECT_COMMIT | 1U << RSK_OBJECT_TAG |
			1U << RSK_OBJECT_BLOB,
		&visit);
}

/* Names of refs and of files */

static bool scan_name(struct rsk_past *past, unsigned worker,
	enum rsk_group_kind kind, struct rsk_slice name, uint32_t number)
{
	struct rsk_past_worker *own = &past->workers[worker];
	struct found found = {
		.past = past,
		.worker = own->worker,
		.kind = kind,
		.number = number,
	};
	struct rsk_text_info info;

	/* The scanner wants readable bytes behind a text. */
	rsk_buf_truncate(&own->text, 0);
	if (rsk_buf_add_slice(&own->text, name))
		return false;
	found.text = rsk_buf_slice(&own->text);
	if (scan_text(own, &found, &info))
		return false;
	if (found.any && kind == RSK_GROUP_NAME) {
		/* The group keeps the name itself, not our copy. */
		pthread_mutex_lock(&past->lock);
		for (size_t i = past->groups.len; i-- > 0;)
			if (past->groups.ptr[i].name.ptr == own->text.ptr)
				past->groups.ptr[i].name = name;
		pthread_mutex_unlock(&past->lock);
	}
	return found.any;
}

static bool on_name(
	void *ctx, unsigned worker, struct rsk_slice name, uint32_t number)
{
	return scan_name(ctx, worker, RSK_GROUP_NAME, name, number);
}

static void on_tree(void *ctx, unsigned worker)
{
	struct rsk_past *past = ctx;

	rsk_worker_advance(past->workers[worker].worker, 1, 0);
}

/* Commits are put in order by one thread, and trees are no matter to it. */
struct linking {
	struct rsk_past *past;
	struct rsk_diag *diag;
	enum rsk_err err;
};

static void link_commits(void *arg)
{
	struct linking *linking = arg;

	linking->err = rsk_history_link(linking->past->history, linking->diag);
}

static enum rsk_err link_and_walk_trees(
	struct rsk_past *past, struct rsk_diag *diag)
{
	const struct rsk_history_names names = {
		.name = on_name,
		.tree = on_tree,
		.failed = on_failed,
		.ctx = past,
	};
	struct linking linking = { .past = past, .diag = diag };
	struct rsk_aside aside;
	enum rsk_err err;

	rsk_aside_begin(&aside, past->jobs > 1, link_commits, &linking);
	if (!aside.started && linking.err)
		return linking.err;
	err = rsk_history_trees(past->history, &names);
	rsk_aside_end(&aside);
	if (linking.err || err)
		return linking.err ? linking.err : err;
	rsk_history_missing(past->history, &names);
	return RSK_OK;
}

/* The first commit in order stands for a message. */
static void choose_messages(struct rsk_past *past)
{
	for (size_t i = 0; i < past->messages.len; i++) {
		const struct rsk_past_pair *pair = &past->messages.ptr[i];
		struct rsk_group *group = &past->groups.ptr[pair->group];
		uint32_t now = rsk_history_place(past->history, group->number);
		uint32_t other = rsk_history_place(past->history, pair->number);

		if (other < now)
			group->number = pair->number;
	}
}

enum rsk_err rsk_past_find(struct rsk_past *past, struct rsk_diag *diag)
{
	enum rsk_err err = walk_objects(past);

	if (!err)
		err = link_and_walk_trees(past, diag);
	if (err)
		return err;
	choose_messages(past);
	for (uint32_t i = 0; i < rsk_history_facts(past->history).refs; i++)
		scan_name(past, 0, RSK_GROUP_REF,
			rsk_history_ref(past->history, i), i);
	return RSK_OK;
}
