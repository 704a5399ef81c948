#include "match/prefilter_p.h"

#include <assert.h>
#include <ctype.h>

#include "base/buf.h"
#include "base/limits.h"

/*
 * From each literal the pair of neighbouring bytes is chosen that is rarest in
 * source text: "//" of "http://", "sw" of "password". A scan looks up each
 * pair of the text in a table with a byte for each of the 65536, eight pairs
 * to a branch; about one in a hundred leads on to a list of literals, which
 * are compared. No vector instructions and no skipping, so there is one path,
 * the same on every machine; and nothing in a text makes it quadratic: a pair
 * costs at most the literals that chose it.
 */
enum { PAIRS = 1 << 16, STEP = 8 };

/* Of rulers ("-----", "=====") every pair is the same. */
enum { RULER = 8 };

/* A literal that chose this pair. Those of one pair stand in a row. */
struct entry {
	uint32_t word; /* its first four bytes, letters folded if caseless */
	uint32_t fold; /* what folds the text's bytes the same way */
	uint32_t mask; /* of bytes that it has */
	uint32_t anchor;
	uint16_t key;
	uint8_t len;
	uint8_t at; /* where the pair stands in it */
	bool last;  /* of its row */
};

struct rsk_prefilter {
	struct rsk_anchor *anchors;
	size_t len;
	size_t shortest, longest;
	uint8_t *wanted; /* [pair] somebody chose it */
	uint32_t *first; /* [pair] the first entry of its row */
	RSK_VEC(struct entry) entries;
};

/* In the order of the machine, which is the same wherever we look. */
static uint16_t load_pair(const uint8_t *p)
{
	uint16_t pair;

	memcpy(&pair, p, sizeof(pair));
	return pair;
}

static uint32_t load_word(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* The other byte that matches, or the same one. */
static uint8_t other_case(const struct rsk_anchor *anchor, uint8_t byte)
{
	if (!anchor->caseless || byte >= 0x80 || !isalpha(byte))
		return byte;
	return byte ^ 0x20;
}

/* How common a byte is in source text, relative to the others. */
static unsigned weight(uint8_t byte)
{
	/* Most common first; counted over 39 MB of headers and scripts. */
	static const char order[] =
		" etsni_ora\nlcdpfuhSmE()/*,TIgCN.ObLRyA-kP01v#\"x:>D2=Mw'<;F"
		"\t5BGU39X648V7HK[]{}\\jY`$zWq&@+|!JQZ%?~^";
	const char *found = byte ? strchr(order, byte) : NULL;

	return found ? 1000 / (unsigned)(found - order + 4) : 8;
}

/* The pairs that match the two bytes at `at`, each once. Returns how many. */
static size_t variants(
	const struct rsk_anchor *anchor, size_t at, uint16_t keys[4])
{
	const uint8_t *p = anchor->text.ptr + at;
	uint8_t first[2] = { p[0], other_case(anchor, p[0]) };
	uint8_t second[2] = { p[1], other_case(anchor, p[1]) };
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		uint8_t bytes[2] = { first[i / 2], second[i % 2] };

		if ((i / 2 && first[1] == first[0]) ||
			(i % 2 && second[1] == second[0]))
			continue;
		keys[n++] = load_pair(bytes);
	}
	return n;
}

/* What it costs to look for the pair at `at`: nothing if others do already. */
static unsigned cost(const struct rsk_prefilter *prefilter,
	const struct rsk_anchor *anchor, size_t at)
{
	uint16_t keys[4];
	size_t n = variants(anchor, at, keys);
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t bytes[2];

		memcpy(bytes, &keys[i], sizeof(bytes));
		if (!prefilter->wanted[keys[i]])
			sum += weight(bytes[0]) * weight(bytes[1]) *
			       (bytes[0] == bytes[1] ? RULER : 1);
	}
	return sum;
}

static size_t choose(
	const struct rsk_prefilter *prefilter, const struct rsk_anchor *anchor)
{
	size_t best = 0;
	unsigned least = cost(prefilter, anchor, 0);

	for (size_t at = 1; at + 1 < anchor->text.len; at++) {
		unsigned here = cost(prefilter, anchor, at);

		if (here < least) {
			least = here;
			best = at;
		}
	}
	return best;
}

static void add_entry(
	struct rsk_prefilter *prefilter, uint32_t a, size_t at, uint16_t key)
{
	const struct rsk_anchor *anchor = &prefilter->anchors[a];
	uint8_t word[4] = { 0 };
	uint8_t fold[4] = { 0 };
	uint8_t mask[4] = { 0 };

	for (size_t i = 0; i < 4 && i < anchor->text.len; i++) {
		uint8_t byte = anchor->text.ptr[i];

		fold[i] = other_case(anchor, byte) == byte ? 0 : 0x20;
		word[i] = byte | fold[i];
		mask[i] = 0xff;
	}
	prefilter->wanted[key] = 1;
	*RSK_VEC_PUSH(&prefilter->entries) = (struct entry){
		.word = load_word(word),
		.fold = load_word(fold),
		.mask = load_word(mask),
		.anchor = a,
		.key = key,
		.len = (uint8_t)anchor->text.len,
		.at = (uint8_t)at,
	};
}

/* A literal of one byte is in every pair that begins with it. */
static void add_single(struct rsk_prefilter *prefilter, uint32_t a)
{
	const struct rsk_anchor *anchor = &prefilter->anchors[a];
	uint8_t byte = anchor->text.ptr[0];
	uint8_t other = other_case(anchor, byte);

	for (unsigned next = 0; next < 256; next++) {
		uint8_t bytes[2] = { byte, (uint8_t)next };

		add_entry(prefilter, a, 0, load_pair(bytes));
		bytes[0] = other;
		if (other != byte)
			add_entry(prefilter, a, 0, load_pair(bytes));
	}
}

static void add_anchor(struct rsk_prefilter *prefilter, uint32_t a)
{
	const struct rsk_anchor *anchor = &prefilter->anchors[a];
	uint16_t keys[4];

	if (anchor->text.len == 1) {
		add_single(prefilter, a);
		return;
	}

	size_t at = choose(prefilter, anchor);
	size_t n = variants(anchor, at, keys);
	for (size_t i = 0; i < n; i++)
		add_entry(prefilter, a, at, keys[i]);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

static void make_rows(struct rsk_prefilter *prefilter)
{
	struct entry *entries = prefilter->entries.ptr;
	size_t len = prefilter->entries.len;

	if (len)
		qsort(entries, len, sizeof(*entries), by_key);
	for (size_t i = len; i-- > 0;) {
		entries[i].last =
			i + 1 == len || entries[i + 1].key != entries[i].key;
		prefilter->first[entries[i].key] = (uint32_t)i;
	}
}

static enum rsk_err copy_anchors(struct rsk_prefilter *prefilter,
	const struct rsk_anchor *anchors, struct rsk_diag *diag)
{
	prefilter->shortest = RSK_MAX_ANCHOR;
	for (size_t i = 0; i < prefilter->len; i++) {
		size_t len = anchors[i].text.len;

		if (!len)
			return rsk_diag_set(
				diag, RSK_SYNTAX, "an anchor is empty");
		if (len > RSK_MAX_ANCHOR)
			return rsk_diag_set(diag, RSK_SYNTAX,
				"an anchor is longer than %u bytes",
				RSK_MAX_ANCHOR);
		if (len < prefilter->shortest)
			prefilter->shortest = len;
		if (len > prefilter->longest)
			prefilter->longest = len;
		prefilter->anchors[i] = anchors[i];
	}
	return RSK_OK;
}

enum rsk_err rsk_prefilter_new(struct rsk_prefilter **out,
	const struct rsk_anchor *anchors, size_t len, struct rsk_diag *diag)
{
	struct rsk_prefilter *prefilter = rsk_alloc(sizeof(*prefilter));

	prefilter->len = len;
	prefilter->anchors = rsk_alloc_array(len + 1, sizeof(*anchors));
	prefilter->wanted = rsk_alloc(PAIRS);
	prefilter->first = rsk_alloc_array(PAIRS, sizeof(*prefilter->first));

	enum rsk_err err = copy_anchors(prefilter, anchors, diag);
	if (err) {
		rsk_prefilter_free(prefilter);
		return err;
	}
	for (uint32_t i = 0; i < len; i++)
		add_anchor(prefilter, i);
	make_rows(prefilter);
	*out = prefilter;
	return RSK_OK;
}

void rsk_prefilter_free(struct rsk_prefilter *prefilter)
{
	if (!prefilter)
		return;
	free(prefilter->anchors);
	free(prefilter->wanted);
	free(prefilter->first);
	RSK_VEC_RELEASE(&prefilter->entries);
	free(prefilter);
}

size_t rsk_prefilter_longest(const struct rsk_prefilter *prefilter)
{
	return prefilter->longest;
}

size_t rsk_prefilter_end(
	const struct rsk_prefilter *prefilter, const struct rsk_hit *hit)
{
	return hit->begin + prefilter->anchors[hit->anchor].text.len;
}

static bool stands_at(const struct rsk_anchor *anchor, const uint8_t *p)
{
	struct rsk_slice here = rsk_slice(p, anchor->text.len);

	return anchor->caseless ? rsk_slice_eq_nocase(here, anchor->text)
				: rsk_slice_eq(here, anchor->text);
}

/* Does the literal that chose the pair at `at` stand there? */
static bool fits(const struct rsk_prefilter *prefilter,
	const struct entry *entry, struct rsk_slice text, size_t at)
{
	if (at < entry->at)
		return false;

	const uint8_t *begin = text.ptr + (at - entry->at);
	if (((load_word(begin) | entry->fold) & entry->mask) != entry->word)
		return false;
	return entry->len <= text.len - (at - entry->at) &&
	       stands_at(&prefilter->anchors[entry->anchor], begin);
}

/* Compare the literals that chose the pair at `at`. */
static void look(const struct rsk_prefilter *prefilter, struct rsk_slice text,
	size_t at, uint32_t base, rsk_hits *hits)
{
	uint32_t row = prefilter->first[load_pair(text.ptr + at)];
	const struct entry *entry = &prefilter->entries.ptr[row];

	for (;; entry++) {
		if (fits(prefilter, entry, text, at))
			*RSK_VEC_PUSH(hits) = (struct rsk_hit){
				base + (uint32_t)(at - entry->at),
				entry->anchor,
			};
		if (entry->last)
			return;
	}
}

/* The next place from `at` on whose pair somebody chose, or `end`. */
static size_t next_place(
	const uint8_t *wanted, const uint8_t *text, size_t at, size_t end)
{
	for (; at + STEP <= end; at += STEP) {
		const uint8_t *p = text + at;
		uint8_t any =
			wanted[load_pair(p)] | wanted[load_pair(p + 1)] |
			wanted[load_pair(p + 2)] | wanted[load_pair(p + 3)] |
			wanted[load_pair(p + 4)] | wanted[load_pair(p + 5)] |
			wanted[load_pair(p + 6)] | wanted[load_pair(p + 7)];

		if (any)
			break;
	}
	while (at < end && !wanted[load_pair(text + at)])
		at++;
	return at;
}

static int by_begin(const void *a, const void *b)
{
	const struct rsk_hit *x = a;
	const struct rsk_hit *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

void rsk_prefilter_sort(struct rsk_hit *hits, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (hits[i - 1].begin > hits[i].begin) {
			qsort(hits, len, sizeof(*hits), by_begin);
			return;
		}
}

void rsk_prefilter_scan(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, uint32_t base, rsk_hits *hits)
{
	size_t first = hits->len;
	size_t at = 0;

	assert(text.len <= RSK_PREFILTER_MAX);
	if (!prefilter->len || text.len < prefilter->shortest)
		return;

	/* The pair at the last byte has a byte of the padding in it. */
	while ((at = next_place(prefilter->wanted, text.ptr, at, text.len)) <
		text.len)
		look(prefilter, text, at++, base, hits);
	if (hits->len > first)
		rsk_prefilter_sort(hits->ptr + first, hits->len - first);
}

/* As many literals as fit, one to a line, from `first` on. */
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

enum rsk_err rsk_prefilter_self_test(
	const struct rsk_prefilter *prefilter, struct rsk_diag *diag)
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
		if (err)
			break;
		rsk_prefilter_scan(prefilter, rsk_buf_slice(&text), 0, &hits);
		if (!has_all(&hits, &expected))
			err = rsk_diag_set(diag, RSK_UNSUPPORTED,
				"engine self-test failed: the prefilter does "
				"not work on this machine");
	}
	rsk_buf_release(&text);
	RSK_VEC_RELEASE(&expected);
	RSK_VEC_RELEASE(&hits);
	return err;
}
