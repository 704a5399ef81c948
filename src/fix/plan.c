#include "fix/fix_p.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

/* From findings to edits. */

/* Files */

static bool is_plain(struct fix_source *source)
{
	struct rsk_slice rest = source->bytes;

	if (rsk_slice_starts(rest, RSK_LIT("\xef\xbb\xbf")))
		source->skip = 3;
	while (rest.len) {
		struct rsk_rune rune = rsk_utf8_next(rest);

		if (!rest.ptr[0] || rune.code < 0)
			return false;
		rest = rsk_slice_cut(rest, rune.len, rest.len);
	}
	return true;
}

static const char *full_path(struct planning *p, struct rsk_slice path)
{
	return rsk_arena_printf(p->arena, "%s/%s", p->options->root,
		rsk_arena_str(p->arena, path));
}

/* A person's wish, or a file that has more to it than its bytes: its other
 * names would keep the old ones. */
static const char *why_locked(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return NULL;
	if (!(st.st_mode & 0222))
		return "the file is read-only";
	return st.st_nlink > 1 ? "the file has other names (hard links)" : NULL;
}

static void read_source(struct planning *p, struct fix_source *source)
{
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_sha256 sha;
	enum rsk_err err = memchr(source->path.ptr, 0, source->path.len)
				   ? RSK_NOTFOUND
				   : rsk_file_read_at(&bytes, AT_FDCWD,
					     full_path(p, source->path));

	if (err) {
		/* One that is too large is as it is: the note will do. */
		p->fix->unread += err != RSK_NOTFOUND && err != RSK_TOOBIG;
		source->is_missing = err == RSK_NOTFOUND;
		source->why = err != RSK_NOTFOUND ? rsk_err_text(err)
			      : rsk_slice_find(source->path, RSK_LIT("****")) <
					      source->path.len
				      ? "its name has a key in it"
				      : "the file is not there any more";
	} else {
		source->bytes =
			rsk_arena_slice(p->arena, rsk_buf_slice(&bytes));
		rsk_sha256_init(&sha);
		rsk_sha256_update(&sha, source->bytes);
		rsk_sha256_final(&sha, source->hash);
		source->readable = is_plain(source);
		source->why = "it is not plain UTF-8 text";
		source->locked = why_locked(full_path(p, source->path));
	}
	rsk_buf_release(&bytes);
}

const struct fix_source *fix_source(struct planning *p, struct rsk_slice path)
{
	uint32_t *number = rsk_map_get(&p->sources_map, path);
	struct fix_source *source;

	if (number && p->sources.ptr)
		return p->sources.ptr[*number - 1];
	source = rsk_arena_alloc(p->arena, sizeof(*source));
	source->path = rsk_arena_slice(p->arena, path);
	*RSK_VEC_PUSH(&p->sources) = source;
	*rsk_map_put(&p->sources_map, source->path) = (uint32_t)p->sources.len;
	read_source(p, source);
	return source;
}

/* Places */

size_t fix_line_begin(struct rsk_slice bytes, size_t at)
{
	while (at && bytes.ptr[at - 1] != '\n' && bytes.ptr[at - 1] != '\r')
		at--;
	return at;
}

size_t fix_line_end(struct rsk_slice bytes, size_t at)
{
	while (at < bytes.len && bytes.ptr[at] != '\n' && bytes.ptr[at] != '\r')
		at++;
	return at;
}

/* Behind the line ending that begins at `end`: CR, LF or CRLF. */
static size_t next_line(struct rsk_slice bytes, size_t end)
{
	return bytes.ptr[end] == '\r' && end + 1 < bytes.len &&
			       bytes.ptr[end + 1] == '\n'
		       ? end + 2
		       : end + 1;
}

/* [file] The offset of a place; the length of the file when it has none. */
static size_t offset_of(const struct fix_source *source, struct rsk_place place)
{
	struct rsk_slice bytes = source->bytes;
	size_t at = source->skip;

	for (uint32_t line = 1; line < place.line; line++) {
		size_t end = fix_line_end(bytes, at);

		if (end == bytes.len)
			return bytes.len;
		at = next_line(bytes, end);
	}
	for (uint32_t column = 1; column < place.column && at < bytes.len;
		column++)
		at += rsk_utf8_next(rsk_slice_cut(bytes, at, bytes.len)).len;
	return at;
}

static struct rsk_place place_of(const struct fix_source *source, size_t target)
{
	struct rsk_place place = { 1, 1 };
	size_t at = source->skip;

	while (at < target && at < source->bytes.len) {
		size_t end = fix_line_end(source->bytes, at);

		if (end < target) {
			place.line++;
			at = next_line(source->bytes, end);
			continue;
		}
		while (at < target) {
			at += rsk_utf8_next(rsk_slice_cut(source->bytes, at,
						    source->bytes.len))
				      .len;
			place.column++;
		}
	}
	return place;
}

/* What repairs say */

void fix_replace(struct repair *r, size_t begin, size_t end, const char *what,
	struct rsk_slice text)
{
	struct rsk_edit edit = {
		.path = r->source->path,
		.begin = begin,
		.end = end,
		.from = place_of(r->source, begin),
		.to = place_of(r->source, end),
		.text = rsk_arena_slice(r->p->arena, text),
		.what = what,
		.is_new = r->source->is_missing,
	};

	if (r->finding) {
		memcpy(edit.fingerprint, r->finding->fingerprint,
			sizeof(edit.fingerprint));
		if (r->finding->secret.masked && begin <= r->begin &&
			end >= r->end) {
			edit.secret_begin = r->begin;
			edit.secret_end = r->end;
			edit.masked = r->finding->secret.masked;
		}
	}
	*RSK_VEC_PUSH(&r->p->fix->edits) = edit;
}

void fix_replace_str(struct repair *r, size_t begin, size_t end,
	const char *what, const char *text)
{
	fix_replace(r, begin, end, what, rsk_slice_str(text));
}

static void add_note(struct repair *r, const char *text, bool is_step)
{
	*RSK_VEC_PUSH(&r->p->fix->notes) = (struct rsk_fix_note){
		.path = r->finding->path,
		.line = r->finding->start.line,
		.rule = r->finding->rule,
		.text = text,
		.is_step = is_step,
	};
}

/* The same command once: a file may have several findings. */
void fix_step(struct repair *r, const char *text)
{
	for (size_t i = 0; i < r->p->fix->notes.len; i++)
		if (r->p->fix->notes.ptr[i].is_step &&
			!strcmp(r->p->fix->notes.ptr[i].text, text))
			return;
	add_note(r, text, true);
}

bool fix_refuse(struct repair *r, const char *why)
{
	r->why = why;
	return false;
}

bool fix_refuse_code(struct repair *r, enum rsk_err err)
{
	if (err == RSK_NOMEM)
		rsk_out_of_memory();
	return fix_refuse(r, "its code cannot be read");
}

bool fix_may_edit(struct repair *r)
{
	if (!r->source->readable && !r->source->is_missing)
		return fix_refuse(r, r->source->why);
	if (r->source->locked)
		return fix_refuse(r, r->source->locked);
	return true;
}

const char *fix_line_ending(struct rsk_slice bytes)
{
	size_t end = fix_line_end(bytes, 0);

	return end + 1 < bytes.len && bytes.ptr[end] == '\r' &&
			       bytes.ptr[end + 1] == '\n'
		       ? "\r\n"
		       : "\n";
}

const char *fix_fill(
	struct rsk_arena *arena, const char *template, const char *word)
{
	struct rsk_slice text = rsk_slice_str(template);
	size_t at = rsk_slice_find(text, RSK_LIT("%"));

	return rsk_arena_printf(arena, "%.*s%s%s", (int)at, template, word,
		at < text.len ? template + at + 1 : "");
}

void fix_want_example(struct repair *r, const char *variable)
{
	struct rsk_slice name = rsk_slice_str(variable);

	for (size_t i = 0; i < r->p->examples.len; i++)
		if (rsk_slice_eq(r->p->examples.ptr[i], name))
			return;
	*RSK_VEC_PUSH(&r->p->examples) = name;
}

/* Repairs that need no file of their own */

/* 'http://host': what a server answers on another port, nobody knows. */
static bool has_port(struct rsk_slice rest)
{
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] == ':')
			return true;
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
			    "YZ0123456789.-",
			    rest.ptr[i]))
			return false;
	}
	return false;
}

static bool fix_scheme(struct repair *r)
{
	static const char *const schemes[] = { "http", "ws" };
	struct rsk_slice bytes = r->source->bytes;
	size_t at = r->begin;

	if (at < bytes.len && strchr("'\"`", bytes.ptr[at]))
		at++;
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(schemes[i]);
		struct rsk_slice rest = rsk_slice_cut(bytes, at, bytes.len);

		if (!rsk_slice_eq_nocase(rsk_slice_cut(rest, 0, len),
			    rsk_slice_str(schemes[i])) ||
			!rsk_slice_starts(rsk_slice_cut(rest, len, rest.len),
				RSK_LIT("://")))
			continue;
		if (has_port(rsk_slice_cut(rest, len + 3, rest.len)))
			return fix_refuse(r, "the address names a port");
		fix_replace_str(r, at + len, at + len, "use TLS", "s");
		return true;
	}
	return fix_refuse(r, "the address is put together from parts");
}

static bool is_plain_word(struct rsk_slice word)
{
	bool plain = word.len && word.ptr[0] != '-';

	for (size_t i = 0; i < word.len; i++)
		plain &= word.ptr[i] > ' ' && word.ptr[i] < 0x7f &&
			 !strchr("'\"\\$`!*?[](){}<>|&;#~", word.ptr[i]);
	return plain;
}

/* To untrack changes git's index, which is a person's to do. */
static bool fix_tracked(struct repair *r)
{
	struct rsk_slice path = r->finding->path;

	(void)fix_ignore_tracked(r);
	fix_step(r, is_plain_word(path)
			    ? rsk_arena_printf(r->p->arena,
				      "git rm --cached -- %.*s", (int)path.len,
				      (const char *)path.ptr)
			    : "untrack this file: git rm --cached");
	return true;
}

static bool fix_client(struct repair *r)
{
	return fix_refuse(r, "a secret key must not be in client code at all: "
			     "move the call to a server");
}

static const struct {
	const char *rule;
	bool (*repair)(struct repair *r);
	bool secret; /* the finding's place is that of its secret */
	bool whole;  /* about a file, which need not be there */
} repairs[] = {
	{ "env-file-not-ignored", fix_ignore, false, true },
	{ "env-file-tracked", fix_tracked, false, true },
	{ "hardcoded-resync-key", fix_literal, true, false },
	{ "insecure-http-url", fix_scheme, false, false },
	{ "publishable-key-in-source", fix_literal, true, false },
	{ "secret-key-in-client", fix_client, false, true },
	{ "webhook-weak-comparison", fix_compare, false, false },
};

enum { REPAIRS = sizeof(repairs) / sizeof(repairs[0]) };

/* Is what the report speaks of still there? */
static bool find_secret(struct repair *r)
{
	struct rsk_slice bytes =
		rsk_slice_cut(r->source->bytes, r->begin, r->end);
	struct rsk_slice key = r->p->options->secret_key;
	struct rsk_secret secret = rsk_secret_of(bytes, 0);
	struct rsk_secret_id id =
		key.len ? rsk_secret_identify_keyed(&secret, key)
			: rsk_secret_identify(&secret);

	if (!r->finding->secret.masked ||
		memcmp(&id, &r->finding->secret.id, sizeof(id)) != 0)
		return fix_refuse(r, "the key is put together from parts, or "
				     "the file has changed");
	return true;
}

static bool find_place(struct repair *r, bool secret)
{
	if (!r->source->readable)
		return fix_refuse(r, r->source->why);
	if (!fix_may_edit(r))
		return false;
	r->begin = offset_of(r->source, r->finding->start);
	r->end = offset_of(r->source, r->finding->end);
	if (r->begin >= r->source->bytes.len || r->end < r->begin)
		return fix_refuse(r, "the file has changed");
	return !secret || find_secret(r);
}

static size_t row_of(const struct rsk_finding *finding)
{
	size_t i = 0;

	while (i < REPAIRS && strcmp(repairs[i].rule, finding->rule) != 0)
		i++;
	return finding->origin == RSK_ORIGIN_TREE ? i : REPAIRS;
}

/* What a key is called in one place, it is called in all. */
static void note_name(struct planning *p, const struct rsk_finding *finding)
{
	struct repair r = { .p = p, .finding = finding };
	size_t i = row_of(finding);

	if (i == REPAIRS || !repairs[i].secret)
		return;
	r.source = fix_source(p, finding->path);
	if (find_place(&r, true))
		fix_note_name(&r);
}

static void repair_one(struct planning *p, const struct rsk_finding *finding)
{
	struct repair r = { .p = p, .finding = finding };
	bool done = false;
	size_t i = row_of(finding);

	if (i == REPAIRS)
		return;
	r.source = fix_source(p, finding->path);
	if (repairs[i].whole || find_place(&r, repairs[i].secret))
		done = repairs[i].repair(&r);
	if (!done)
		add_note(&r, r.why ? r.why : "it is not sure how", false);
}

/* Sorting out */

/* The first of two that overlap stays; a finding may repeat an edit. */
static void drop_overlaps(struct rsk_fix *fix)
{
	struct rsk_edit *edits = fix->edits.ptr;
	size_t kept = 0;

	if (fix->edits.len)
		qsort(edits, fix->edits.len, sizeof(*edits), rsk_edit_cmp);
	for (size_t i = 0; i < fix->edits.len; i++) {
		const struct rsk_edit *last = kept ? &edits[kept - 1] : NULL;

		if (last && rsk_slice_eq(last->path, edits[i].path) &&
			(edits[i].begin < last->end ||
				!rsk_edit_cmp(last, &edits[i])))
			continue;
		edits[kept++] = edits[i];
	}
	fix->edits.len = kept;
}

static void list_files(struct planning *p)
{
	struct rsk_fix *fix = p->fix;
	size_t end;

	for (size_t i = 0; i < fix->edits.len; i = end) {
		const struct rsk_edit *first = &fix->edits.ptr[i];
		const struct fix_source *source = fix_source(p, first->path);

		for (end = i;
			end < fix->edits.len &&
			rsk_slice_eq(fix->edits.ptr[end].path, first->path);
			end++)
			;
		struct rsk_fix_file *file = RSK_VEC_PUSH(&fix->files);

		*file = (struct rsk_fix_file){
			.path = source->path,
			.is_new = source->is_missing,
			.bytes = source->bytes,
			.edits = first,
			.edits_len = end - i,
		};
		memcpy(file->hash, source->hash, sizeof(file->hash));
	}
}

void rsk_fix_plan(struct rsk_fix *fix, const struct rsk_report *report,
	const struct rsk_fix_options *options)
{
	struct planning p = {
		.fix = fix,
		.report = report,
		.options = options,
		.arena = &fix->arena,
	};

	*fix = (struct rsk_fix){ 0 };
	for (size_t i = 0; i < report->findings.len; i++)
		note_name(&p, &report->findings.ptr[i]);
	for (size_t i = 0; i < report->findings.len; i++)
		repair_one(&p, &report->findings.ptr[i]);
	for (size_t i = 0; i < fix->edits.len; i++)
		*RSK_VEC_PUSH(&fix->each) = fix->edits.ptr[i];
	fix_examples(&p);
	drop_overlaps(fix);
	list_files(&p);
	rsk_map_release(&p.sources_map);
	RSK_VEC_RELEASE(&p.names);
	RSK_VEC_RELEASE(&p.sources);
	RSK_VEC_RELEASE(&p.examples);
}

void rsk_fix_release(struct rsk_fix *fix)
{
	RSK_VEC_RELEASE(&fix->files);
	RSK_VEC_RELEASE(&fix->notes);
	RSK_VEC_RELEASE(&fix->edits);
	RSK_VEC_RELEASE(&fix->each);
	rsk_arena_release(&fix->arena);
}
