#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "scan/code_p.h"

enum {
	AROUND = 512, /* bytes of a line kept on each side of a hit */
	READ_BYTES = 256 * 1024,
	SMALL_BYTES = 4 * 1024 * 1024, /* read whole */
};

void rsk_worker_begin_blob(
	struct rsk_worker *worker, const struct rsk_blob_info *info)
{
	worker->info = info;
	worker->lines = RSK_LINES_INIT;
}

static bool is_ending(uint8_t byte)
{
	return byte == '\n' || byte == '\r';
}

/* [window] where the line around `at` begins, at most `reach` bytes back. */
static size_t line_start(struct rsk_slice bytes, size_t at, size_t reach)
{
	size_t i = at;

	while (i > 0 && at - i < reach && !is_ending(bytes.ptr[i - 1]))
		i--;
	return i;
}

static size_t line_end(struct rsk_slice bytes, size_t at, size_t reach)
{
	size_t i = at;

	while (i < bytes.len && i - at < reach && !is_ending(bytes.ptr[i]))
		i++;
	return i;
}

/* The line before the one that begins at [window] `begin`, or its tail. */
static struct rsk_slice line_above(struct rsk_slice bytes, size_t begin)
{
	size_t end = begin;

	if (end && bytes.ptr[end - 1] == '\n')
		end--;
	if (end && bytes.ptr[end - 1] == '\r')
		end--;
	return rsk_slice_cut(bytes, line_start(bytes, end, AROUND), end);
}

static void note_allow_ignored(
	struct rsk_worker *worker, const char *why, uint32_t line)
{
	struct rsk_buf path = RSK_BUF_INIT(RSK_MIB);

	if (!rsk_utf8_escape(&path, worker->info->path))
		rsk_coverage_note(&worker->coverage, "%s:%u: %s",
			rsk_buf_cstr(&path), line, why);
	*RSK_VEC_PUSH(&worker->facts) = (struct rsk_fact){
		.rule = "allow",
		.item = RSK_ITEM_REGULAR_AUDITS,
		.says = RSK_EVIDENCE_OPEN,
		.path = rsk_arena_slice(&worker->arena, worker->info->path),
		.line = line,
		.text = "a suppression without a reason: it hides nothing",
	};
	rsk_buf_release(&path);
}

static void find_suppression(struct rsk_worker *worker, struct rsk_hit *hit,
	struct rsk_slice bytes, size_t at)
{
	const struct rsk_ruleset *rules = worker->scan->rules;
	uint32_t rule = hit->pattern->rule;
	size_t begin = line_start(bytes, at, AROUND);
	struct rsk_slice above = line_above(bytes, begin);
	const char *ignored = NULL;

	hit->allowed = rsk_allow_find(&worker->scratch, hit->around, above,
		rules->rules.ptr[rule].id, &ignored);
	if (ignored)
		note_allow_ignored(worker, ignored, hit->start.line);
}

/* A place further on, without moving the worker's own. */
static struct rsk_lines look_ahead(
	const struct rsk_lines *from, const struct rsk_window *w, uint64_t to)
{
	struct rsk_lines lines = *from;

	rsk_lines_advance(&lines, w, to);
	return lines;
}

static struct rsk_hit *keep_hit(struct rsk_worker *worker,
	const struct rsk_window *w, const struct rsk_match *m,
	const struct rsk_pattern *pattern)
{
	struct rsk_hit *hit = RSK_VEC_PUSH(&worker->hits);
	bool has_secret = m->secret_end > m->secret_begin;
	uint64_t begin = has_secret ? m->secret_begin : m->begin;
	uint64_t end = has_secret ? m->secret_end : m->end;
	struct rsk_lines start = look_ahead(&worker->lines, w, begin);
	struct rsk_lines stop = look_ahead(&start, w, end);
	size_t at = (size_t)(begin - w->offset);
	size_t from = line_start(w->bytes, at, AROUND);
	size_t to = line_end(w->bytes, at, AROUND);

	/* A secret of one line is wholly in what is kept. */
	if (stop.line == start.line && end - w->offset > to)
		to = line_end(w->bytes, (size_t)(end - w->offset), AROUND);

	hit->match = *m;
	hit->pattern = pattern;
	hit->start = rsk_lines_place(&start);
	hit->end = rsk_lines_place(&stop);
	hit->line_begin = start.begin;
	hit->around_begin = w->offset + from;
	hit->around = rsk_arena_slice(
		&worker->scratch, rsk_slice_cut(w->bytes, from, to));
	if (has_secret)
		hit->secret = rsk_arena_slice(&worker->scratch,
			rsk_slice_cut(w->bytes,
				(size_t)(m->secret_begin - w->offset),
				(size_t)(m->secret_end - w->offset)));
	find_suppression(worker, hit, w->bytes, at);
	return hit;
}

static void keep_secret(struct rsk_worker *worker, const struct rsk_match *m)
{
	if (m->secret_end > m->secret_begin)
		*RSK_VEC_PUSH(&worker->secrets) = (struct rsk_interval){
			m->secret_begin,
			m->secret_end,
		};
}

static struct rsk_hit *keep_match(struct rsk_worker *worker,
	const struct rsk_window *window, const struct rsk_match *m,
	const struct rsk_pattern *pattern)
{
	keep_secret(worker, m);
	rsk_lines_advance(&worker->lines, window, m->begin);
	return keep_hit(worker, window, m, pattern);
}

/* A hit of a check goes on like a match of a pattern made for it. */
static struct rsk_pattern *pattern_for(
	struct rsk_worker *worker, const struct rsk_code_hit *code)
{
	static const char *const keep[] = { "rsk_live_", "rsk_sandbox_" };
	struct rsk_pattern *pattern =
		rsk_arena_alloc(&worker->scratch, sizeof(*pattern));

	*pattern = (struct rsk_pattern){
		.rule = (uint32_t)(code->rule - worker->scan->rules->rules.ptr),
		.name = RSK_PATTERN_CODE,
		.kind = code->kind,
		.severity = code->severity,
		.confidence = code->confidence,
		.confidence_without = code->confidence,
		.message = code->message,
		.fix = code->fix,
		.step = code->step,
		.keep = { keep, 2 },
		.context = RSK_NO_RULE,
	};
	return pattern;
}

static void keep_code(
	struct rsk_worker *worker, const struct rsk_window *window)
{
	const struct rsk_code_hit *code = worker->code;
	uint64_t end = window->offset + window->bytes.len;
	const struct rsk_match match = {
		.pattern = (uint32_t)worker->scan->rules->patterns.len,
		.begin = code->begin,
		.end = code->end < end ? code->end : end,
		.secret_begin = code->secret_begin,
		.secret_end = code->secret_end < end ? code->secret_end : end,
	};

	keep_match(worker, window, &match, pattern_for(worker, code))->code =
		code;
	worker->code++;
	worker->code_len--;
}

/* The hits of checks that begin before `limit`, which no match precedes. */
static void keep_code_before(struct rsk_worker *worker,
	const struct rsk_window *window, uint64_t limit)
{
	while (worker->code_len && worker->code->begin < limit)
		keep_code(worker, window);
}

/*
 * A single window without matches, the usual case by far, costs nothing:
 * lines are counted only where somebody will ask for one.
 */
enum rsk_err rsk_worker_window(void *ctx, const struct rsk_window *window)
{
	struct rsk_worker *worker = ctx;
	const struct rsk_pattern *patterns = worker->scan->rules->patterns.ptr;

	for (size_t i = 0; i < window->matches_len; i++) {
		const struct rsk_match *m = &window->matches[i];

		keep_code_before(worker, window, m->begin);
		keep_match(worker, window, m, &patterns[m->pattern]);
	}
	rsk_input_beat();
	keep_code_before(worker, window, window->next);
	if (!window->last && worker->lines.offset < window->next)
		rsk_lines_advance(&worker->lines, window, window->next);

	if (atomic_load_explicit(
		    &worker->scan->interrupted, memory_order_relaxed))
		return RSK_INTERRUPTED;
	return RSK_OK;
}

/* There is no one version that the rest of the program goes with. */
static void note_conflict(struct rsk_worker *worker)
{
	if (rsk_code_waits(worker))
		rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_SYNTAX_LIMIT,
			worker->info->path,
			"in conflict: its code cannot be analysed");
}

void rsk_worker_end_blob(struct rsk_worker *worker)
{
	if (worker->info->in_conflict)
		note_conflict(worker);
	worker->waits = worker->info->may_wait && rsk_code_waits(worker);
	if (worker->waits)
		*RSK_VEC_PUSH(&worker->waiting) = (struct rsk_waiting){
			rsk_arena_slice(&worker->arena, worker->info->path),
			worker->info->vcs,
		};
	else if (worker->hits.len)
		rsk_worker_judge(worker);

	worker->hits.len = 0;
	worker->secrets.len = 0;
	worker->info = NULL;
	if (worker->scratch.pages)
		rsk_arena_release(&worker->scratch);
}

void rsk_worker_count(struct rsk_worker *worker,
	const struct rsk_blob_info *blob, const struct rsk_text_info *info)
{
	struct rsk_tally *tally = &worker->coverage.files;

	if (worker->code_only)
		return;
	tally->seen++;
	tally->scanned++;
	tally->bytes += info->bytes;
	tally->binary += info->encoding == RSK_ENCODING_BINARY;
	if (info->regex_gaps)
		rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_REGEX_LIMIT,
			blob->path, info->gap_rule);
	rsk_worker_advance(worker, 1, info->bytes);
}

enum rsk_err rsk_worker_scan_bytes(struct rsk_worker *worker,
	const struct rsk_blob_info *info, struct rsk_slice bytes)
{
	struct rsk_text_info text;
	size_t first = worker->drafts.len;
	enum rsk_err err;

	rsk_worker_begin_blob(worker, info);
	err = rsk_scanner_bytes(
		worker->scanner, bytes, rsk_worker_window, worker, &text);
	rsk_worker_end_blob(worker);
	if (!err && !worker->waits)
		rsk_worker_count(worker, info, &text);
	rsk_worker_hash_text(worker, first, bytes);
	return err;
}

/* Pass over the hole at `offset`, if there is one. */
static enum rsk_err skip_hole(struct rsk_worker *worker, int fd,
	const struct stat *st, uint64_t *offset)
{
	off_t data;

	/* Only a file with fewer blocks than bytes has holes. */
	if ((uint64_t)st->st_blocks * 512 >= (uint64_t)st->st_size)
		return RSK_OK;

	data = lseek(fd, (off_t)*offset, SEEK_DATA);
	if (data < 0 && errno == ENXIO)
		data = st->st_size;
	if (data <= (off_t)*offset)
		return RSK_OK;

	uint64_t zeros = (uint64_t)data - *offset;
	*offset = (uint64_t)data;
	return rsk_scanner_feed_zeros(worker->scanner, zeros);
}

/* Read `want` bytes at `offset` into worker->read; less at the end. */
static enum rsk_err read_piece(
	struct rsk_worker *worker, int fd, uint64_t offset, size_t want)
{
	struct rsk_buf *buf = &worker->read;
	size_t got = 0;
	enum rsk_err err;

	rsk_buf_truncate(buf, 0);
	err = rsk_buf_reserve(buf, want);
	if (!err)
		err = rsk_file_fill_at(&got, fd, buf->ptr, want, offset);
	if (!err)
		rsk_buf_commit(buf, got);
	return err;
}

/*
 * Not beyond the end as it was when the file was opened: one that grows as
 * fast as it is read would have none. A file of /proc says that it has no
 * bytes, and some of them never end.
 */
static enum rsk_err scan_pieces(
	struct rsk_worker *worker, int fd, const struct stat *st)
{
	uint64_t most =
		st->st_size ? (uint64_t)st->st_size : RSK_MAX_UNSIZED_BYTES + 1;
	uint64_t offset = 0;
	enum rsk_err err;

	for (;;) {
		err = skip_hole(worker, fd, st, &offset);
		if (err || offset >= most)
			break;

		size_t want = most - offset < READ_BYTES
				      ? (size_t)(most - offset)
				      : READ_BYTES;
		err = read_piece(worker, fd, offset, want);
		if (!err)
			err = rsk_scanner_feed(
				worker->scanner, rsk_buf_slice(&worker->read));
		offset += worker->read.len;
		if (err || worker->read.len < want)
			break;
	}
	return !err && !st->st_size && offset >= most ? RSK_TOOBIG : err;
}

static enum rsk_err scan_stream(struct rsk_worker *worker, int fd,
	const struct stat *st, struct rsk_text_info *text)
{
	enum rsk_err err;
	enum rsk_err end;

	rsk_scanner_begin(worker->scanner, rsk_worker_window, worker);
	err = scan_pieces(worker, fd, st);

	int why = errno;
	end = rsk_scanner_end(worker->scanner, text);
	errno = why;
	return err ? err : end;
}

/* One read and no copy: nearly all files are small. That the file grew since
 * it was opened is seen from its state afterwards. */
static enum rsk_err scan_small(struct rsk_worker *worker, int fd,
	const struct stat *st, struct rsk_text_info *text)
{
	enum rsk_err err = read_piece(worker, fd, 0, (size_t)st->st_size);

	return err ? err
		   : rsk_scanner_bytes(worker->scanner,
			     rsk_buf_slice(&worker->read), rsk_worker_window,
			     worker, text);
}

enum rsk_err rsk_worker_scan_fd(struct rsk_worker *worker,
	const struct rsk_blob_info *info, int fd, const struct stat *st)
{
	bool small = st->st_size > 0 && st->st_size <= SMALL_BYTES;
	struct rsk_text_info text;
	struct stat after;
	size_t first = worker->drafts.len;
	enum rsk_err err;

	rsk_worker_begin_blob(worker, info);
	err = small ? scan_small(worker, fd, st, &text)
		    : scan_stream(worker, fd, st, &text);
	int why = errno;
	rsk_worker_end_blob(worker);
	if (err) {
		errno = why;
		return err;
	}

	if (worker->waits)
		return RSK_OK;
	rsk_worker_count(worker, info, &text);
	if (fstat(fd, &after) < 0 || rsk_file_changed(st, &after))
		rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_CHANGED,
			info->path, "its size or time changed");
	/* The findings stand; the upload adds the hashes that are missing. */
	if (rsk_worker_hash_fd(worker, first, fd))
		rsk_coverage_gap(&worker->coverage, NULL, RSK_GAP_IO,
			info->path, "could not be read again");
	return RSK_OK;
}
