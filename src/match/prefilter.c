#include "match/prefilter_p.h"

#include <assert.h>
#include <hs.h>

#include "base/buf.h"
#include "base/limits.h"

struct rsk_prefilter {
	hs_database_t *database; /* NULL when there are no anchors */
	struct rsk_anchor *anchors;
	size_t len;
	size_t shortest, longest;
};

struct rsk_prefilter_scratch {
	hs_scratch_t *scratch;
};

/* Vectorscan's view of the anchors: parallel arrays. */
struct literals {
	const char **texts;
	size_t *lens;
	unsigned *flags;
	unsigned *ids;
};

static void literals_init(
	struct literals *lit, const struct rsk_anchor *anchors, size_t len)
{
	lit->texts = rsk_alloc_array(len, sizeof(*lit->texts));
	lit->lens = rsk_alloc_array(len, sizeof(*lit->lens));
	lit->flags = rsk_alloc_array(len, sizeof(*lit->flags));
	lit->ids = rsk_alloc_array(len, sizeof(*lit->ids));
	for (size_t i = 0; i < len; i++) {
		lit->texts[i] = (const char *)anchors[i].text.ptr;
		lit->lens[i] = anchors[i].text.len;
		lit->flags[i] = anchors[i].caseless ? HS_FLAG_CASELESS : 0;
		lit->ids[i] = (unsigned)i;
	}
}

static void literals_release(struct literals *lit)
{
	free(lit->texts);
	free(lit->lens);
	free(lit->flags);
	free(lit->ids);
}

static enum rsk_err compile(
	struct rsk_prefilter *prefilter, struct rsk_diag *diag)
{
	struct literals lit;
	hs_compile_error_t *error = NULL;
	enum rsk_err err = RSK_OK;

	literals_init(&lit, prefilter->anchors, prefilter->len);
	hs_error_t rc = hs_compile_lit_multi(lit.texts, lit.flags, lit.ids,
		lit.lens, (unsigned)prefilter->len, HS_MODE_BLOCK, NULL,
		&prefilter->database, &error);
	if (rc == HS_NOMEM)
		err = RSK_NOMEM;
	else if (rc != HS_SUCCESS)
		err = rsk_diag_set(diag, RSK_SYNTAX,
			"the prefilter does not compile: %s",
			error ? error->message : "no reason given");
	hs_free_compile_error(error);
	literals_release(&lit);
	return err;
}

static void measure(struct rsk_prefilter *prefilter)
{
	for (size_t i = 0; i < prefilter->len; i++) {
		size_t len = prefilter->anchors[i].text.len;

		if (i == 0 || len < prefilter->shortest)
			prefilter->shortest = len;
		if (len > prefilter->longest)
			prefilter->longest = len;
	}
}

enum rsk_err rsk_prefilter_new(struct rsk_prefilter **out,
	const struct rsk_anchor *anchors, size_t len, struct rsk_diag *diag)
{
	struct rsk_prefilter *prefilter = rsk_alloc(sizeof(*prefilter));
	enum rsk_err err = RSK_OK;

	prefilter->len = len;
	prefilter->anchors = rsk_alloc_array(len + 1, sizeof(*anchors));
	for (size_t i = 0; i < len; i++)
		prefilter->anchors[i] = anchors[i];
	measure(prefilter);

	if (len && !prefilter->shortest)
		err = rsk_diag_set(diag, RSK_SYNTAX, "an anchor is empty");
	else if (prefilter->longest > RSK_MAX_ANCHOR)
		err = rsk_diag_set(diag, RSK_SYNTAX,
			"an anchor is longer than %u bytes", RSK_MAX_ANCHOR);
	else if (len)
		err = compile(prefilter, diag);
	if (err)
		goto out;

	*out = prefilter;
	prefilter = NULL;

out:
	rsk_prefilter_free(prefilter);
	return err;
}

void rsk_prefilter_free(struct rsk_prefilter *prefilter)
{
	if (!prefilter)
		return;
	hs_free_database(prefilter->database);
	free(prefilter->anchors);
	free(prefilter);
}

size_t rsk_prefilter_shortest(const struct rsk_prefilter *prefilter)
{
	return prefilter->shortest;
}

size_t rsk_prefilter_longest(const struct rsk_prefilter *prefilter)
{
	return prefilter->longest;
}

enum rsk_err rsk_prefilter_scratch_new(struct rsk_prefilter_scratch **out,
	const struct rsk_prefilter *prefilter)
{
	struct rsk_prefilter_scratch *scratch = rsk_alloc(sizeof(*scratch));

	if (prefilter->database && hs_alloc_scratch(prefilter->database,
					   &scratch->scratch) != HS_SUCCESS) {
		free(scratch);
		return RSK_NOMEM;
	}
	*out = scratch;
	return RSK_OK;
}

void rsk_prefilter_scratch_free(struct rsk_prefilter_scratch *scratch)
{
	if (!scratch)
		return;
	hs_free_scratch(scratch->scratch);
	free(scratch);
}

struct collect {
	const struct rsk_prefilter *prefilter;
	rsk_hits *hits;
	uint32_t base;
	bool unsorted;
};

static int on_hit(unsigned id, unsigned long long from, unsigned long long to,
	unsigned flags, void *ctx)
{
	struct collect *c = ctx;
	uint32_t begin = (uint32_t)(to - c->prefilter->anchors[id].text.len);
	rsk_hits *hits = c->hits;

	(void)from;
	(void)flags;
	begin += c->base;
	if (hits->len && hits->ptr[hits->len - 1].begin > begin)
		c->unsorted = true;
	*RSK_VEC_PUSH(hits) = (struct rsk_hit){ begin, id };
	return 0;
}

static int by_begin(const void *a, const void *b)
{
	const struct rsk_hit *x = a;
	const struct rsk_hit *y = b;

	return (x->begin > y->begin) - (x->begin < y->begin);
}

enum rsk_err rsk_prefilter_scan(const struct rsk_prefilter *prefilter,
	struct rsk_prefilter_scratch *scratch, struct rsk_slice text,
	uint32_t base, rsk_hits *hits)
{
	struct collect c = { prefilter, hits, base, false };
	size_t first = hits->len;

	assert(text.len <= RSK_PREFILTER_MAX);
	if (!prefilter->database || text.len < prefilter->shortest)
		return RSK_OK;

	hs_error_t rc = hs_scan(prefilter->database, (const char *)text.ptr,
		(unsigned)text.len, 0, scratch->scratch, on_hit, &c);
	if (rc != HS_SUCCESS)
		return RSK_UNSUPPORTED;

	/* Hits come by their end, and anchors have several lengths. */
	if (c.unsorted)
		qsort(hits->ptr + first, hits->len - first, sizeof(*hits->ptr),
			by_begin);
	return RSK_OK;
}

/* How many literals lie in a row, one to a line, from `first` on. */
static enum rsk_err put_literals(const struct rsk_prefilter *prefilter,
	size_t first, struct rsk_buf *text, rsk_hits *expected)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = first; !err && i < prefilter->len; i++) {
		struct rsk_slice anchor = prefilter->anchors[i].text;

		if (text->len + anchor.len + 1 > RSK_PREFILTER_MAX)
			break;
		*RSK_VEC_PUSH(expected) =
			(struct rsk_hit){ (uint32_t)text->len, (uint32_t)i };
		err = rsk_buf_add_slice(text, anchor);
		if (!err)
			err = rsk_buf_add_byte(text, '\n');
	}
	return err;
}

/* Is each of `expected` among `hits`? Both are sorted by begin. */
static bool has_all(const rsk_hits *hits, const rsk_hits *expected)
{
	size_t at = 0;

	for (size_t i = 0; i < expected->len; i++) {
		const struct rsk_hit *want = &expected->ptr[i];

		while (at < hits->len && hits->ptr[at].begin < want->begin)
			at++;

		size_t same = at;
		while (same < hits->len &&
			hits->ptr[same].begin == want->begin &&
			hits->ptr[same].anchor != want->anchor)
			same++;
		if (same == hits->len || hits->ptr[same].begin != want->begin)
			return false;
	}
	return true;
}

enum rsk_err rsk_prefilter_self_test(const struct rsk_prefilter *prefilter,
	struct rsk_prefilter_scratch *scratch, struct rsk_diag *diag)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_PREFILTER_MAX);
	rsk_hits expected = { 0 };
	rsk_hits hits = { 0 };
	enum rsk_err err = RSK_OK;

	for (size_t done = 0; !err && done < prefilter->len;
		done += expected.len) {
		rsk_buf_truncate(&text, 0);
		expected.len = hits.len = 0;
		err = put_literals(prefilter, done, &text, &expected);
		if (!err)
			err = rsk_prefilter_scan(prefilter, scratch,
				rsk_buf_slice(&text), 0, &hits);
		if (!err && !has_all(&hits, &expected))
			err = RSK_UNSUPPORTED;
	}
	if (err == RSK_UNSUPPORTED)
		rsk_diag_set(diag, err,
			"engine self-test failed: the prefilter does not work "
			"on this machine");
	rsk_buf_release(&text);
	RSK_VEC_RELEASE(&expected);
	RSK_VEC_RELEASE(&hits);
	return err;
}
