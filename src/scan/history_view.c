#include <stdlib.h>

#include "base/limits.h"
#include "scan/history_p.h"

/*
 * What a finding says of commits, paths and refs. All of it is text of the
 * repository, in which there may be a secret: a message that names a key, an
 * address that is one. So everything goes through a mask first.
 */
struct masking {
	struct rsk_worker *worker;
	rsk_matches matches;
};

static enum rsk_err keep_matches(void *ctx, const struct rsk_window *window)
{
	struct masking *m = ctx;

	for (size_t i = 0; i < window->matches_len; i++)
		*RSK_VEC_PUSH(&m->matches) = window->matches[i];
	return RSK_OK;
}

static bool is_secret(
	const struct rsk_worker *worker, const struct rsk_match *match)
{
	return match->secret_end > match->secret_begin &&
	       worker->scan->rules->patterns.ptr[match->pattern].kind;
}

/* Stars over [begin, end): as many as there were bytes would tell a length. */
static enum rsk_err put_masked(struct rsk_buf *out, struct rsk_slice text,
	uint64_t *done, const struct rsk_match *match)
{
	enum rsk_err err;

	if (match->secret_begin < *done) {
		if (match->secret_end > *done)
			*done = match->secret_end;
		return RSK_OK;
	}
	err = rsk_buf_add_slice(out, rsk_slice_cut(text, (size_t)*done,
					     (size_t)match->secret_begin));
	*done = match->secret_end;
	return err ? err : rsk_buf_add_str(out, "********");
}

struct rsk_slice rsk_past_mask(
	struct rsk_past_worker *own, struct rsk_slice text)
{
	struct rsk_worker *worker = own->worker;
	struct masking m = { .worker = worker };
	struct rsk_buf padded = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES);
	struct rsk_buf out = RSK_BUF_INIT(2 * RSK_MAX_OBJECT_BYTES);
	struct rsk_slice shown = RSK_LIT("********");
	uint64_t done = 0;
	enum rsk_err err = rsk_buf_add_slice(&padded, text);

	if (!err)
		err = rsk_scanner_text(worker->scanner, rsk_buf_slice(&padded),
			false, keep_matches, &m);
	for (size_t i = 0; !err && i < m.matches.len; i++)
		if (is_secret(worker, &m.matches.ptr[i]))
			err = put_masked(&out, text, &done, &m.matches.ptr[i]);
	if (!err)
		err = rsk_buf_add_slice(
			&out, rsk_slice_cut(text, (size_t)done, text.len));
	/* What cannot be masked is not shown. */
	if (!err)
		shown = rsk_buf_slice(&out);
	shown = rsk_arena_slice(&worker->arena, shown);
	RSK_VEC_RELEASE(&m.matches);
	rsk_buf_release(&padded);
	rsk_buf_release(&out);
	return shown;
}

/* A name is judged by itself: a slash next to it must not change the answer. */
struct rsk_slice rsk_past_mask_path(
	struct rsk_past_worker *own, struct rsk_slice path)
{
	struct rsk_buf out = RSK_BUF_INIT(2 * RSK_MAX_OBJECT_BYTES);
	struct rsk_slice shown = RSK_LIT("********");
	struct rsk_slice rest = path;
	enum rsk_err err = RSK_OK;

	while (!err && rest.len) {
		size_t end = rsk_slice_find(rest, RSK_LIT("/"));

		err = rsk_buf_add_slice(
			&out, rsk_past_mask(own, rsk_slice_cut(rest, 0, end)));
		if (!err && end < rest.len)
			err = rsk_buf_add_byte(&out, '/');
		rest = rsk_slice_cut(rest, end + 1, rest.len);
	}
	if (!err)
		shown = rsk_past_mask(own, rsk_buf_slice(&out));
	rsk_buf_release(&out);
	return shown;
}

struct rsk_slice rsk_past_path(const struct rsk_past *past,
	struct rsk_past_worker *own, struct rsk_slice path)
{
	struct rsk_slice shown = rsk_past_mask_path(own, path);

	if (!past->prefix)
		return shown;
	return rsk_slice_str(rsk_arena_printf(&own->worker->arena, "%s/%.*s",
		past->prefix, (int)shown.len, (const char *)shown.ptr));
}

static const char *hex_of(
	struct rsk_past *past, struct rsk_arena *arena, uint32_t number)
{
	char hex[RSK_OID_HEX_MAX];
	struct rsk_oid oid = rsk_walk_oid(past->walk, number);

	rsk_oid_hex(hex, &oid);
	return rsk_arena_str(arena, rsk_slice_str(hex));
}

static const char *hex_at(
	struct rsk_past *past, struct rsk_arena *arena, uint32_t place)
{
	return hex_of(past, arena, rsk_history_number(past->history, place));
}

void rsk_past_view_commit(struct rsk_past *past, struct rsk_past_worker *own,
	uint32_t number, struct rsk_commit_view *view)
{
	struct rsk_oid oid = rsk_walk_oid(past->walk, number);
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES);
	enum rsk_object_type type = RSK_OBJECT_COMMIT;
	struct rsk_commit commit = { 0 };
	struct rsk_tag tag = { 0 };
	struct rsk_walk_failure failure = {
		.oid = &oid,
		.type = RSK_OBJECT_COMMIT,
		.path = rsk_repo_objects(past->repo),
	};

	view->oid = hex_of(past, &own->worker->arena, number);
	failure.err = rsk_odb_read(past->odb, &oid, &type, &bytes);
	/* It was read before; should it be gone now, its name has to do. */
	if (failure.err) {
		rsk_past_failed(past, own->worker, &failure);
		goto out;
	}
	if (type != RSK_OBJECT_TAG) {
		if (rsk_commit_parse(&commit, rsk_buf_slice(&bytes)))
			goto out;
	} else if (!rsk_tag_parse(&tag, rsk_buf_slice(&bytes))) {
		commit.author = tag.tagger;
		commit.summary = tag.summary;
	}
	view->author = rsk_past_mask(own, commit.author.who);
	view->seconds = commit.author.seconds;
	view->summary = rsk_past_mask(own, commit.summary);
out:
	rsk_buf_release(&bytes);
}

static const struct rsk_slice *view_paths(const struct rsk_past *past,
	struct rsk_past_worker *own, const struct rsk_life *life)
{
	struct rsk_slice *paths = rsk_arena_array(
		&own->worker->arena, life->sights_len, sizeof(*paths));

	for (size_t i = 0; i < life->sights_len; i++)
		paths[i] = rsk_past_path(past, own, life->sights[i].path);
	return paths;
}

static const struct rsk_slice *view_refs(const struct rsk_past *past,
	struct rsk_past_worker *own, const struct rsk_life *life, size_t len)
{
	struct rsk_slice *refs =
		rsk_arena_array(&own->worker->arena, len, sizeof(*refs));

	for (size_t i = 0; i < len; i++)
		refs[i] = rsk_past_mask_path(own,
			rsk_history_ref(past->history, life->some_refs[i]));
	return refs;
}

const struct rsk_life_view *rsk_past_view_life(struct rsk_past *past,
	struct rsk_past_worker *own, const struct rsk_life *life)
{
	struct rsk_arena *arena = &own->worker->arena;
	struct rsk_life_view *view = rsk_arena_alloc(arena, sizeof(*view));

	view->commits = life->commits;
	if (life->last != RSK_NO_COMMIT) {
		view->last = hex_at(past, arena, life->last);
		view->last_seconds =
			rsk_history_seconds(past->history, life->last);
	}
	if (life->removed != RSK_NO_COMMIT) {
		view->removed = hex_at(past, arena, life->removed);
		view->removed_seconds =
			rsk_history_seconds(past->history, life->removed);
	}
	view->paths = view_paths(past, own, life);
	view->paths_len = life->sights_len;
	view->more_paths = life->more_sights;
	view->refs_total = life->refs;
	view->refs_len =
		life->refs < RSK_LIFE_REFS ? life->refs : RSK_LIFE_REFS;
	view->refs = view_refs(past, own, life, view->refs_len);
	return view;
}
