#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "scan/history_p.h"

/*
 * The one way a secret leaves the program: into a new file that only its owner
 * can read, because that owner asked for it (docs/decisions/). A report has no
 * secret to take it from, so it is looked for again where it was seen, and
 * known by its id.
 */
struct revealing {
	struct rsk_scan *scan;
	const struct rsk_key *key;
	struct rsk_buf text; /* the whole file, wiped afterwards */
	struct rsk_slice decoded;
	struct rsk_buf value; /* found */
};

static bool is_it(const struct revealing *r, struct rsk_slice bytes)
{
	struct rsk_slice under = r->scan->options.secret_key;
	struct rsk_secret secret = rsk_secret_of(bytes, 0);
	struct rsk_secret_id id =
		under.len ? rsk_secret_identify_keyed(&secret, under)
			  : rsk_secret_identify(&secret);

	return !memcmp(&id, &r->key->secret.id, sizeof(id));
}

static enum rsk_err on_window(void *ctx, const struct rsk_window *window)
{
	struct revealing *r = ctx;

	for (size_t i = 0; i < window->matches_len && !r->value.len; i++) {
		const struct rsk_match *match = &window->matches[i];
		struct rsk_slice bytes;

		if (match->secret_end <= match->secret_begin)
			continue;
		bytes = rsk_slice_cut(r->decoded, (size_t)match->secret_begin,
			(size_t)match->secret_end);
		if (is_it(r, bytes))
			return rsk_buf_add_slice(&r->value, bytes);
	}
	return RSK_OK;
}

/* Whatever cannot be read or decoded has no secret for us. */
static void look_into(struct revealing *r)
{
	struct rsk_past_worker own = {
		.worker = &r->scan->workers[0],
		.text = RSK_BUF_INIT(2 * RSK_MAX_OBJECT_BYTES),
	};
	enum rsk_err err =
		rsk_past_text(&own, rsk_buf_slice(&r->text), &r->decoded);

	if (!err)
		err = rsk_scanner_text(
			own.worker->scanner, r->decoded, false, on_window, r);
	(void)err;
	if (own.text.len)
		explicit_bzero(own.text.ptr, own.text.len);
	rsk_buf_release(&own.text);
}

static void forget_text(struct revealing *r)
{
	if (r->text.len)
		explicit_bzero(r->text.ptr, r->text.len);
	rsk_buf_truncate(&r->text, 0);
}

static void look_at_file(
	struct revealing *r, const char *target, const char *path)
{
	struct rsk_arena arena = { 0 };

	if (!rsk_file_read_at(&r->text, AT_FDCWD,
		    rsk_arena_printf(&arena, "%s/%s", target, path)))
		look_into(r);
	forget_text(r);
	rsk_arena_release(&arena);
}

static void look_at_commit(struct revealing *r, const char *target,
	const char *path, const char *rev)
{
	const struct rsk_committed_file file = {
		.path = target,
		.rev = rev,
		.name = path,
		.trust_ownership = r->scan->options.trust_ownership,
		.sudo_uid = r->scan->options.sudo_uid,
	};
	struct rsk_diag diag = { 0 };

	if (!rsk_scan_read_committed(&r->text, &file, &diag))
		look_into(r);
	forget_text(r);
}

/* Where it is now, then where its events brought it. */
static void look_everywhere(struct revealing *r, const char *target)
{
	struct rsk_arena arena = { 0 };
	const struct rsk_key *key = r->key;

	for (size_t i = 0; i < key->places_len && !r->value.len; i++)
		if (key->places[i].origin == RSK_ORIGIN_TREE)
			look_at_file(r, target,
				rsk_arena_str(&arena, key->places[i].path));
	for (size_t i = 0; i < key->events_len && !r->value.len; i++)
		if (key->events[i].path.len)
			look_at_commit(r, target,
				rsk_arena_str(&arena, key->events[i].path),
				key->events[i].commit.oid);
	rsk_arena_release(&arena);
}

/* "literal:VALUE==>***REMOVED***" as git-filter-repo reads it, a line each. */
static enum rsk_err write_expression(
	const struct revealing *r, const char *path, struct rsk_diag *diag)
{
	struct rsk_slice value = rsk_buf_slice(&r->value);
	struct rsk_buf line = RSK_BUF_INIT(RSK_MAX_MATCH + RSK_KIB);
	enum rsk_err err;

	if (rsk_slice_find(value, RSK_LIT("\n")) < value.len ||
		rsk_slice_find(value, RSK_LIT("==>")) < value.len)
		return rsk_diag_set(diag, RSK_UNSUPPORTED,
			"the value has several lines or '==>' in it, which an "
			"expressions file cannot hold: see git filter-repo "
			"--blob-callback");
	err = rsk_buf_add_str(&line, "literal:");
	if (!err)
		err = rsk_buf_add_slice(&line, value);
	if (!err)
		err = rsk_buf_add_str(&line, "==>***REMOVED***\n");
	if (!err) {
		err = rsk_file_write_new(path, 0600, rsk_buf_slice(&line));
		if (err)
			rsk_diag_set(diag, err, "cannot write '%s': %s", path,
				strerror(errno));
	}
	if (line.len)
		explicit_bzero(line.ptr, line.len);
	rsk_buf_release(&line);
	return err;
}

enum rsk_err rsk_scan_write_expression(struct rsk_scan *scan,
	const struct rsk_key *key, const struct rsk_expression *where,
	struct rsk_diag *diag)
{
	struct revealing r = {
		.scan = scan,
		.key = key,
		.text = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES),
		.value = RSK_BUF_INIT(RSK_MAX_MATCH),
	};
	enum rsk_err err;

	look_everywhere(&r, where->target);
	if (r.value.len)
		err = write_expression(&r, where->path, diag);
	else
		err = rsk_diag_set(diag, RSK_NOTFOUND,
			"the whole key was not found again in a file or a "
			"commit: it is in a message, a name or assembled from "
			"parts");
	if (r.value.len)
		explicit_bzero(r.value.ptr, r.value.len);
	rsk_buf_release(&r.value);
	rsk_buf_release(&r.text);
	return err;
}
