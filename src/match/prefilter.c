#include "match/prefilter_p.h"

#include <assert.h>
#include <ctype.h>

#include "base/buf.h"
#include "base/limits.h"

/*
 * A gram is three neighbouring bytes, a symbol of a byte its lower five bits:
 * 'A' and 'a' are one, and so are a few that have nothing in common. A scan
 * looks at the gram of every second byte of the text and asks a table that has
 * a byte for each of the 32768 triples of symbols, and so stays in the fastest
 * cache: did some literal choose it? Each literal chooses two of its grams, one
 * for when it begins at an even offset and one for when at an odd one, and the
 * rarest that it has: "ncb" and "ync" of "resyncbase". One that is too short
 * for this chooses all grams that its bytes may be part of.
 *
 * About one gram in fifty was chosen, too many for a branch that the
 * processor does not foresee at each. So the scan goes over a slab of the text
 * in rounds that do not branch on what they see: which blocks of 16 bytes have
 * such grams, where in them, which of these stand between the right symbols.
 * Only what is left, next to nothing, is compared with literals.
 *
 * The vectors are those of the compiler, eight sums at a time with what every
 * processor has: one path, the same on every machine. Nothing in a text makes
 * it quadratic: a gram costs at most the literals that chose it.
 */
enum {
	GRAM = 3,
	SYMBOLS = 32,
	CELLS = SYMBOLS * SYMBOLS * SYMBOLS,
	LANES = 8,
	BLOCK = 2 * LANES, /* bytes */
	SLAB = 4096,       /* bytes */

	/* Four symbols in a row, for rsk_prefilter_may_touch(), which looks at
	 * every second one. A literal of PAIR bytes has two of these. */
	ROW = 4,
	ROWS = 1 << 5 * ROW,
	STEP = 2,
	PAIR = ROW + STEP + STEP - 1,
};

_Static_assert(RSK_BUF_PAD >= BLOCK + GRAM + sizeof(uint32_t),
	"what is read behind a text");

/* Grams that others chose already cost a comparison, but no further stop. */
enum { SHARED = 2 };

/* A literal that chose this cell. Those of one cell stand in a row. */
struct entry {
	uint32_t word; /* its first four bytes, letters folded if caseless */
	uint32_t fold; /* what folds the text's bytes the same way */
	uint32_t mask; /* of bytes that it has */
	/* A bit for each symbol that may stand next to the gram; the first of a
	 * row has those of all. */
	uint32_t before, after;
	uint32_t anchor;
	uint16_t cell;
	uint8_t len;
	int8_t at; /* where the gram stands in it; -1: a byte before it */
	bool last; /* of its row */
};

struct rsk_prefilter {
	struct rsk_anchor *anchors;
	size_t len;
	size_t shortest, longest;
	uint8_t *wanted; /* [cell] 1: somebody chose it */
	uint32_t *first; /* [cell] the first entry of its row */
	uint8_t *rows;   /* [row] a bit: it stands in some literal */
	uint8_t *alone;  /* [row] the same of literals that have no pair */
	RSK_VEC(struct entry) entries;
};

typedef uint16_t lanes __attribute__((vector_size(2 * LANES)));

/* Which of the two bytes of a lane is the lower one? */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { THIRD = 2 };
#else
enum { THIRD = 1 };
#endif

static lanes load_lanes(const uint8_t *p)
{
	lanes bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return bytes;
}

/* The cells of the grams at p, p + 2, ... Reads GRAM - 1 bytes behind them. */
static inline lanes cells_at(const uint8_t *p)
{
	lanes two = load_lanes(p);
	lanes third = load_lanes(p + THIRD);

	return (two & 0x1f) | ((two >> 3) & 0x3e0) | ((third & 0x1f) << 10);
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

/*
 * How common symbols and pairs of them are in source text: 'U' is all there
 * is, each letter before it half as much. Counted over 63 MB of C, Python,
 * scripts, prose and JavaScript, also minified.
 */
static const char common[] = "RPOPPQOOPQPNPPQPPNQQQONNONMNMNMP";
static const char common_pairs[SYMBOLS][SYMBOLS + 1] = {
	"QMMMMLMLMMNJLLLMMKLMMLKLKIILLMIK",
	"KHKLLHIKHKHJMMMELGMMNKJHIJIGEHIK",
	"KKJJIKHIILKGLIIKJGJJIKGGHJHHGHJK",
	"KLIKMLHGMKILLKJNJHKKMJHGIIGHHFEL",
	"MKIJKNHIJLIGKJJKJHKKIJHGIHHIGHIL",
	"NLKMMKMLLLKHMLNJKKNMMILJLJJJIJJM",
	"LKHJIJLHJMIDKJJLJGKJKKGHHIFGFIDJ",
	"LJIIGLGHJKHEKJKJIGJKJIGFEEHHHHGK",
	"KLJKJMIIJMJGJIJLJIKLKJIIIIHHGFHJ",
	"MKKLLKMLJNLHLLOMKHLMMIKHIEKLIKIK",
	"NIIMIJIGGNMGHHHLJHIKIHIHHFEIJJFH",
	"KHIIFKGGIKGHJHHGFFGIGHFGBDFHFGFL",
	"NLJIJMJIJMMILHJLIHIKKKIGHJGHGGGM",
	"KMKJJMIGHKHGJLIKLIIKJJHGHHHGGGKL",
	"MLJLMNKMKLLJKJKLKJJMNKJHHIHIHHIL",
	"LJKLLILJIKMILLNLLFMLLLJKGFGGFFGK",
	"KLIJJMIHJLJILIJLMJLKLKIIMKHIGHIL",
	"JFGHGHHEGIIDJHHEJJJHHKIHHHFHFHDK",
	"MMIKJNJKJMJIKKLLKJLLLLJIIKHIHIHL",
	"MJJKINIILMJLMJLKLIKMNKHIHJJJHJGL",
	"NMIJJNIJNMJHLJJMKIMLKLIIKLIJHIIM",
	"IIJKJLJIGJHELKLGLILLLGIGJGEEEEEJ",
	"ILGHGLHGHKHGJJHJIHHIJHHGHGFGEFFJ",
	"JJHGGJGFJKHDIHIIHHJHGHGHGGFEEEDJ",
	"JHHIHIIGHJIFJHHHLJIJKKIHJHFGFGDK",
	"LGHGFHGGIIIEIIJILGIJIGHHGGGGFGGL",
	"KIGGFKHFFHJCGGGHGFHHGGFDDEIEFFCH",
	"JGIHGGGGFINFGGIFHGHHHEGEDCEFFIEF",
	"JIHIHFGFGGJEIFIKHEFIIIEEFCEFJGEG",
	"MFKFEGGFGIKFJFHGFEGFHDECCCFJFKIF",
	"KHHIHGHGHHKDHHHGHFHHHFGFFCFHKGHF",
	"HLKMLLLKKLGIKLKLLJLMLJKJJGHFDEBL",
};

/* The logarithm of how often `n` symbols stand in a row, from 0 on. */
static int chance(const uint8_t *p, size_t n)
{
	int sum = common[p[0] % SYMBOLS] - 'A';

	for (size_t i = 1; i < n; i++)
		sum += common_pairs[p[i - 1] % SYMBOLS][p[i] % SYMBOLS] -
		       common[p[i - 1] % SYMBOLS];
	return sum;
}

/* The part of a literal that is in its gram at `at`. */
static struct rsk_slice part_at(const struct rsk_anchor *anchor, int at)
{
	int begin = at < 0 ? 0 : at;
	int end = at + GRAM;

	return rsk_slice_cut(anchor->text, (size_t)begin, (size_t)end);
}

static uint16_t cell_of(const uint8_t gram[GRAM])
{
	uint8_t bytes[sizeof(lanes) + GRAM] = { 0 };

	memcpy(bytes, gram, GRAM);
	return cells_at(bytes)[0];
}

/* What it costs to look for the gram at `at`. */
static int cost(const struct rsk_prefilter *prefilter,
	const struct rsk_anchor *anchor, int at)
{
	struct rsk_slice part = part_at(anchor, at);
	bool shared = part.len == GRAM && prefilter->wanted[cell_of(part.ptr)];

	return chance(part.ptr, part.len) - (shared ? SHARED : 0);
}

/* The cheapest of every second gram, from `first` on. */
static int choose(const struct rsk_prefilter *prefilter,
	const struct rsk_anchor *anchor, int first)
{
	int best = first;
	int least = cost(prefilter, anchor, first);

	for (int at = first + 2; at < (int)anchor->text.len; at += 2) {
		int here = cost(prefilter, anchor, at);

		if (here < least) {
			least = here;
			best = at;
		}
	}
	return best;
}

/* The bit of the literal's symbol at `at`, or all where it has none. */
static uint32_t symbol_bit(const struct rsk_anchor *anchor, int at)
{
	if (at < 0 || at >= (int)anchor->text.len)
		return UINT32_MAX;
	return UINT32_C(1) << anchor->text.ptr[at] % SYMBOLS;
}

static void add_entry(
	struct rsk_prefilter *prefilter, uint32_t a, int at, uint16_t cell)
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
	prefilter->wanted[cell] = 1;
	*RSK_VEC_PUSH(&prefilter->entries) = (struct entry){
		.word = load_word(word),
		.fold = load_word(fold),
		.mask = load_word(mask),
		.before = symbol_bit(anchor, at - 1),
		.after = symbol_bit(anchor, at + GRAM),
		.anchor = a,
		.cell = cell,
		.len = (uint8_t)anchor->text.len,
		.at = (int8_t)at,
	};
}

/* All grams whose bytes are those of the literal, as far as it has them. */
static void add_grams(struct rsk_prefilter *prefilter, uint32_t a, int at)
{
	struct rsk_slice part = part_at(&prefilter->anchors[a], at);
	size_t before = at < 0 ? (size_t)-at : 0;
	unsigned count = 1;

	for (size_t i = part.len; i < GRAM; i++)
		count *= SYMBOLS;
	for (unsigned n = 0; n < count; n++) {
		uint8_t gram[GRAM];
		unsigned rest = n;

		for (size_t i = 0; i < GRAM; i++) {
			bool known = i >= before && i - before < part.len;

			gram[i] = known ? part.ptr[i - before]
					: (uint8_t)(rest % SYMBOLS);
			rest /= known ? 1 : SYMBOLS;
		}
		add_entry(prefilter, a, at, cell_of(gram));
	}
}

/* The short ones first: they have no choice, others may follow them. */
static void add_anchors(struct rsk_prefilter *prefilter)
{
	for (size_t len = 1; len <= prefilter->longest; len++)
		for (uint32_t a = 0; a < prefilter->len; a++) {
			const struct rsk_anchor *anchor =
				&prefilter->anchors[a];

			if (anchor->text.len != len)
				continue;
			add_grams(prefilter, a, choose(prefilter, anchor, 0));
			add_grams(prefilter, a, choose(prefilter, anchor, -1));
		}
}

/* Rows of four: does a literal touch a small stretch of a text? */

static uint32_t row_of(const uint8_t *p)
{
	uint32_t word = load_word(p);

	/* Two symbols in each half, then the halves beside each other. */
	word = (word & 0x001f001f) | (word >> 3 & 0x03e003e0);
	return (word & 0x3ff) | (word >> 6 & 0xffc00);
}

/* All rows whose symbols are those of the literal from `at` on, as far as it
 * has them. */
static void add_row(uint8_t *rows, const struct rsk_anchor *anchor, int at)
{
	unsigned count = 1;

	for (int i = at; i < at + ROW; i++)
		if (i < 0 || i >= (int)anchor->text.len)
			count *= SYMBOLS;
	for (unsigned n = 0; n < count; n++) {
		uint8_t row[ROW];
		unsigned rest = n;

		for (int i = 0; i < ROW; i++) {
			bool known =
				at + i >= 0 && at + i < (int)anchor->text.len;

			row[i] = known ? anchor->text.ptr[at + i]
				       : (uint8_t)(rest % SYMBOLS);
			rest /= known ? 1 : SYMBOLS;
		}
		rows[row_of(row) / 8] |= (uint8_t)(1U << row_of(row) % 8);
	}
}

/*
 * A literal has a row at an even and one at an odd offset of any text, of
 * those that lie in it or, when it is short, begin a symbol before it.
 */
static void add_rows(struct rsk_prefilter *prefilter)
{
	for (size_t a = 0; a < prefilter->len; a++) {
		const struct rsk_anchor *anchor = &prefilter->anchors[a];
		int len = (int)anchor->text.len;

		for (int at = len > ROW ? 0 : -1; at <= 0 || at + ROW <= len;
			at++)
			add_row(len < PAIR ? prefilter->alone : prefilter->rows,
				anchor, at);
	}
	for (size_t i = 0; i < ROWS / 8; i++)
		prefilter->rows[i] |= prefilter->alone[i];
}

static int by_cell(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

static void make_rows(struct rsk_prefilter *prefilter)
{
	struct entry *entries = prefilter->entries.ptr;
	size_t len = prefilter->entries.len;

	if (len)
		qsort(entries, len, sizeof(*entries), by_cell);
	for (size_t i = len; i-- > 0;) {
		struct entry *entry = &entries[i];

		prefilter->first[entry->cell] = (uint32_t)i;
		entry->last = i + 1 == len || entry[1].cell != entry->cell;
		if (!entry->last) {
			entry->before |= entry[1].before;
			entry->after |= entry[1].after;
		}
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
	prefilter->wanted = rsk_alloc(CELLS);
	prefilter->first = rsk_alloc_array(CELLS, sizeof(*prefilter->first));
	prefilter->rows = rsk_alloc(ROWS / 8);
	prefilter->alone = rsk_alloc(ROWS / 8);

	enum rsk_err err = copy_anchors(prefilter, anchors, diag);
	if (err) {
		rsk_prefilter_free(prefilter);
		return err;
	}
	add_anchors(prefilter);
	add_rows(prefilter);
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
	free(prefilter->rows);
	free(prefilter->alone);
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

static bool has_row(const uint8_t *rows, const uint8_t *p)
{
	uint32_t row = row_of(p);

	return rows[row / 8] >> row % 8 & 1;
}

/* Does a row that stands in some literal make one likely? */
static bool is_likely(
	const struct rsk_prefilter *prefilter, const uint8_t *text, size_t at)
{
	return has_row(prefilter->alone, text + at) ||
	       has_row(prefilter->rows, text + at + STEP) ||
	       (at >= STEP && has_row(prefilter->rows, text + at - STEP));
}

/*
 * With a literal of five bytes or more that touches [begin, end), two rows at
 * neighbouring offsets lie between begin - 4 and end; so every second row will
 * do. Those of a short one lie there as well, but for a row before the text,
 * whose neighbour then is the first one that is looked at. Of a literal that
 * has a pair, one row lies there and the other may be a step away.
 */
bool rsk_prefilter_may_touch(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, size_t begin, size_t end)
{
	size_t at = begin > ROW ? begin - ROW : 0;

	for (; at <= end; at += STEP)
		if (has_row(prefilter->rows, text.ptr + at) &&
			is_likely(prefilter, text.ptr, at))
			return true;
	return false;
}

static bool stands_at(const struct rsk_anchor *anchor, const uint8_t *p)
{
	struct rsk_slice here = rsk_slice(p, anchor->text.len);

	return anchor->caseless ? rsk_slice_eq_nocase(here, anchor->text)
				: rsk_slice_eq(here, anchor->text);
}

/* Does the literal that chose the gram at `at` stand there? */
static bool fits(const struct rsk_prefilter *prefilter,
	const struct entry *entry, struct rsk_slice text, size_t at)
{
	if ((ptrdiff_t)at < entry->at)
		return false;

	size_t begin = at - (size_t)entry->at;
	uint32_t word = load_word(text.ptr + begin);
	if (((word | entry->fold) & entry->mask) != entry->word)
		return false;
	return begin + entry->len <= text.len &&
	       stands_at(&prefilter->anchors[entry->anchor], text.ptr + begin);
}

/* A gram [text] that somebody chose. */
struct place {
	uint16_t at, cell;
};

/* Compare the literals that chose the gram. */
static void look(const struct rsk_prefilter *prefilter, struct rsk_slice text,
	struct place place, uint32_t base, rsk_hits *hits)
{
	uint32_t row = prefilter->first[place.cell];
	const struct entry *entry = &prefilter->entries.ptr[row];

	for (;; entry++) {
		if (fits(prefilter, entry, text, place.at))
			*RSK_VEC_PUSH(hits) = (struct rsk_hit){
				base + (uint32_t)(place.at - entry->at),
				entry->anchor,
			};
		if (entry->last)
			return;
	}
}

/* 1 if somebody chose one of the eight grams. */
static inline size_t any_wanted(const uint8_t *wanted, lanes cells)
{
	uint64_t half[2];

	memcpy(half, &cells, sizeof(half));
	return wanted[(uint16_t)half[0]] | wanted[(uint16_t)(half[0] >> 16)] |
	       wanted[(uint16_t)(half[0] >> 32)] | wanted[half[0] >> 48] |
	       wanted[(uint16_t)half[1]] | wanted[(uint16_t)(half[1] >> 16)] |
	       wanted[(uint16_t)(half[1] >> 32)] | wanted[half[1] >> 48];
}

/*
 * The blocks of [from, to) of the text with grams that somebody chose. One more
 * than there are is written.
 */
static size_t find_blocks(const uint8_t *wanted, const uint8_t *text,
	size_t from, size_t to, uint16_t *blocks)
{
	size_t len = 0;

	for (size_t at = from; at < to; at += BLOCK) {
		blocks[len] = (uint16_t)at;
		len += any_wanted(wanted, cells_at(text + at));
	}
	return len;
}

/* The grams of a block that somebody chose. */
static size_t find_places(const uint8_t *wanted, const uint8_t *text,
	uint16_t block, struct place *places)
{
	lanes cells = cells_at(text + block);
	size_t len = 0;

#pragma GCC unroll 8
	for (unsigned i = 0; i < LANES; i++) {
		places[len].at = (uint16_t)(block + 2 * i);
		places[len].cell = cells[i];
		len += wanted[cells[i]];
	}
	return len;
}

/* Keep those of the grams that stand between symbols as some literal has them.
 * In front of the text is what does not matter. */
static size_t keep_likely(const struct rsk_prefilter *prefilter,
	const uint8_t *text, struct place *places, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		struct place place = places[i];
		const struct entry *row =
			&prefilter->entries.ptr[prefilter->first[place.cell]];
		const uint8_t *p = text + place.at;
		uint8_t before = p[place.at ? -1 : 0];

		places[kept] = place;
		kept += (row->before >> before % SYMBOLS) &
			(row->after >> p[GRAM] % SYMBOLS) & 1;
	}
	return kept;
}

/* What is known of a slab; both have room for one more than there can be. */
struct slab {
	uint16_t blocks[SLAB / BLOCK + 1];
	struct place places[SLAB / 2 + 1];
};

/* Where in a slab literals may be. */
static size_t find_all(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, size_t from, struct slab *slab)
{
	size_t to = text.len - from < SLAB ? text.len : from + SLAB;
	size_t blocks_len = find_blocks(
		prefilter->wanted, text.ptr, from, to, slab->blocks);
	size_t len = 0;

	for (size_t i = 0; i < blocks_len; i++)
		len += find_places(prefilter->wanted, text.ptr, slab->blocks[i],
			slab->places + len);
	return keep_likely(prefilter, text.ptr, slab->places, len);
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

/*
 * Of what is written before it is read. Zeroing it at each call of a release
 * build took longer than looking at a small text.
 *
 * gcc 11 knows neither the attribute nor the option that asks for zeros.
 */
#if __has_attribute(uninitialized)
#define RSK_UNINITIALIZED __attribute__((uninitialized))
#else
#define RSK_UNINITIALIZED
#endif

void rsk_prefilter_scan(const struct rsk_prefilter *prefilter,
	struct rsk_slice text, uint32_t base, rsk_hits *hits)
{
	size_t first = hits->len;
	RSK_UNINITIALIZED struct slab slab;

	assert(text.len <= RSK_PREFILTER_MAX);
	if (!prefilter->len || text.len < prefilter->shortest)
		return;

	/* The last grams have bytes of the padding in them. */
	for (size_t at = 0; at < text.len; at += SLAB) {
		size_t len = find_all(prefilter, text, at, &slab);

		for (size_t i = 0; i < len; i++)
			look(prefilter, text, slab.places[i], base, hits);
	}
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
