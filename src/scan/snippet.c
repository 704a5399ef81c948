#include "base/limits.h"
#include "base/utf8.h"
#include "scan/scan_p.h"

/* One snippet in the making. Offsets are [text]. */
struct making {
	const struct rsk_hit *hit;
	struct rsk_interval wanted; /* what the carets stand under */
	struct rsk_slice line;      /* raw */
	uint64_t at;                /* where in the text line.ptr is */
	struct rsk_buf out;
	size_t caret, caret_end; /* bytes of `out` */
	enum rsk_err err;
};

static void add(struct making *m, struct rsk_slice text)
{
	if (!m->err)
		m->err = rsk_utf8_clean(&m->out, text);
}

/* Text that holds no secret, up to [text] `to`. */
static void add_plain(struct making *m, uint64_t to)
{
	uint64_t from = m->at;
	uint64_t marks[2] = { m->wanted.begin, m->wanted.end };
	size_t *carets[2] = { &m->caret, &m->caret_end };

	for (int i = 0; i < 2; i++)
		if (marks[i] >= from && marks[i] <= to) {
			add(m, rsk_slice_cut(m->line, (size_t)(m->at - from),
				       (size_t)(marks[i] - from)));
			m->at = marks[i];
			*carets[i] = m->out.len;
		}
	add(m, rsk_slice_cut(
		       m->line, (size_t)(m->at - from), (size_t)(to - from)));
	m->line = rsk_slice_cut(m->line, (size_t)(to - from), m->line.len);
	m->at = to;
}

/* What stands for a secret: its masked form when it is the finding's own. */
static void add_secret(
	struct making *m, const struct rsk_interval *range, const char *masked)
{
	uint64_t end = m->at + m->line.len;
	uint64_t to = range->end < end ? range->end : end;
	bool own = range->begin == m->hit->match.secret_begin &&
		   range->end == m->hit->match.secret_end;
	size_t before = m->out.len;

	add(m, rsk_slice_str(own && masked ? masked : "********"));
	if (m->wanted.begin >= m->at && m->wanted.begin < to)
		m->caret = before;
	if (m->wanted.end > m->at && m->wanted.end <= range->end)
		m->caret_end = m->out.len;
	m->line = rsk_slice_cut(m->line, (size_t)(to - m->at), m->line.len);
	m->at = to;
}

/* The hit's line, cut to RSK_SNIPPET_SIDE bytes on each side of it. */
static void cut_line(struct making *m)
{
	const struct rsk_hit *hit = m->hit;
	uint64_t from = hit->around_begin;
	uint64_t to = from + hit->around.len;

	if (m->wanted.end > to)
		m->wanted.end = to;
	if (m->wanted.begin - from > RSK_SNIPPET_SIDE)
		from = m->wanted.begin - RSK_SNIPPET_SIDE;
	if (to - m->wanted.end > RSK_SNIPPET_SIDE)
		to = m->wanted.end + RSK_SNIPPET_SIDE;
	m->line = rsk_slice_cut(hit->around, (size_t)(from - hit->around_begin),
		(size_t)(to - hit->around_begin));
	m->at = from;
}

static struct rsk_snippet finished(struct making *m, struct rsk_arena *arena)
{
	struct rsk_slice out = rsk_buf_slice(&m->out);
	struct rsk_snippet snippet = { 0 };

	if (m->err || m->caret_end < m->caret)
		return snippet;
	snippet.text = rsk_arena_slice(arena, out);
	snippet.caret =
		(uint32_t)rsk_utf8_count(rsk_slice_cut(out, 0, m->caret));
	snippet.carets = (uint32_t)rsk_utf8_count(
		rsk_slice_cut(out, m->caret, m->caret_end));
	return snippet;
}

struct rsk_snippet rsk_snippet_make(struct rsk_worker *worker,
	const struct rsk_hit *hit, const char *masked)
{
	struct making m = { .hit = hit, .out = RSK_BUF_INIT(RSK_MIB) };
	bool secret = hit->secret.len > 0;
	struct rsk_snippet snippet;
	uint64_t end;

	m.wanted = (struct rsk_interval){
		secret ? hit->match.secret_begin : hit->match.begin,
		secret ? hit->match.secret_end : hit->match.end,
	};
	cut_line(&m);
	end = m.at + m.line.len;
	for (size_t i = 0; i < worker->secrets.len; i++) {
		const struct rsk_interval *range = &worker->secrets.ptr[i];

		if (range->end <= m.at)
			continue;
		if (range->begin >= end)
			break;
		if (range->begin > m.at)
			add_plain(&m, range->begin);
		add_secret(&m, range, masked);
	}
	add_plain(&m, end);
	snippet = finished(&m, &worker->arena);
	rsk_buf_release(&m.out);
	return snippet;
}
