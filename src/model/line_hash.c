#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "model/fingerprint.h"

/*
 * A polynomial hash rolls over the text. When the character that begins a line
 * is about to leave the window, the hash is over the SPAN characters from
 * there: it is that line's.
 *
 * The facts of the format: characters are UTF-16 code units, bytes that are no
 * UTF-8 being U+FFFD; blanks and tabs are left out; CR, LF and CRLF are one
 * LF; the end of the text is one END and then zeros; a line begins with its
 * first character that is not left out, so the last line may hold END alone.
 */
enum { SPAN = 100, BASE = 37, END = 0xffff, REPLACEMENT = 0xfffd };

/* A UTF-8 sequence of which not all bytes have come. */
struct partial {
	int32_t code;
	unsigned need;     /* bytes still to come */
	uint8_t low, high; /* what the next one may be */
};

struct rsk_line_hasher {
	struct rsk_line_hash *wanted;
	size_t len;
	size_t next;           /* first of `wanted` that is still to come */
	bool counting;         /* in the second pass */
	struct rsk_map counts; /* of the wanted hashes, so far */

	uint64_t hash;
	uint64_t leaving;      /* BASE to the power of SPAN */
	uint16_t window[SPAN]; /* a ring */
	uint64_t starts[SPAN]; /* the line that begins there, or 0 */
	unsigned at;           /* the ring's oldest character */
	uint64_t line;         /* lines begun */
	bool at_start, after_cr;
	struct partial partial;
};

static const struct partial whole = { 0, 0, 0x80, 0xbf };

static void start_pass(struct rsk_line_hasher *hasher)
{
	memset(hasher->window, 0, sizeof(hasher->window));
	memset(hasher->starts, 0, sizeof(hasher->starts));
	hasher->hash = 0;
	hasher->at = 0;
	hasher->line = 0;
	hasher->next = 0;
	hasher->at_start = true;
	hasher->after_cr = false;
	hasher->partial = whole;
}

struct rsk_line_hasher *rsk_line_hasher_new(
	struct rsk_line_hash *wanted, size_t len)
{
	struct rsk_line_hasher *hasher = rsk_alloc(sizeof(*hasher));

	hasher->wanted = wanted;
	hasher->len = len;
	hasher->leaving = 1;
	for (int i = 0; i < SPAN; i++)
		hasher->leaving *= BASE;
	for (size_t i = 0; i < len; i++)
		wanted[i].hash = wanted[i].count = 0;
	start_pass(hasher);
	return hasher;
}

static struct rsk_slice hash_key(const uint64_t *hash)
{
	return rsk_slice(hash, sizeof(*hash));
}

/* The hash of the line that begins where the ring does is known. */
static void finish_line(struct rsk_line_hasher *hasher)
{
	uint64_t line = hasher->starts[hasher->at];
	uint32_t *count = NULL;

	hasher->starts[hasher->at] = 0;
	if (hasher->counting)
		count = rsk_map_get(&hasher->counts, hash_key(&hasher->hash));
	if (count)
		++*count;
	for (; hasher->next < hasher->len; hasher->next++) {
		struct rsk_line_hash *wanted = &hasher->wanted[hasher->next];

		if (wanted->line > line)
			break;
		if (wanted->line == line && count)
			wanted->count = *count;
		if (wanted->line == line)
			wanted->hash = hasher->hash;
	}
}

static void roll(struct rsk_line_hasher *hasher, uint16_t unit)
{
	uint16_t old = hasher->window[hasher->at];

	if (hasher->starts[hasher->at])
		finish_line(hasher);
	hasher->window[hasher->at] = unit;
	hasher->hash = hasher->hash * BASE + unit - hasher->leaving * old;
}

static void step(struct rsk_line_hasher *hasher)
{
	hasher->at = hasher->at + 1 < SPAN ? hasher->at + 1 : 0;
}

/* Returns whether the unit counts; makes every line ending one LF. */
static bool normalise(struct rsk_line_hasher *hasher, uint16_t *unit)
{
	bool skip = *unit == ' ' || *unit == '\t' ||
		    (*unit == '\n' && hasher->after_cr);

	hasher->after_cr = !skip && *unit == '\r';
	if (hasher->after_cr)
		*unit = '\n';
	return !skip;
}

static void add_unit(struct rsk_line_hasher *hasher, uint16_t unit)
{
	if (!normalise(hasher, &unit))
		return;
	roll(hasher, unit);
	if (hasher->at_start)
		hasher->starts[hasher->at] = ++hasher->line;
	hasher->at_start = unit == '\n';
	step(hasher);
}

static void add_code(struct rsk_line_hasher *hasher, int32_t code)
{
	if (code < 0x10000) {
		add_unit(hasher, (uint16_t)code);
		return;
	}
	code -= 0x10000;
	add_unit(hasher, (uint16_t)(0xd800 | code >> 10));
	add_unit(hasher, (uint16_t)(0xdc00 | (code & 0x3ff)));
}

/* A byte that begins a sequence; the bounds refuse long forms, surrogates. */
static void begin_sequence(struct rsk_line_hasher *hasher, uint8_t byte)
{
	struct partial *partial = &hasher->partial;

	*partial = whole;
	if (byte < 0x80) {
		add_unit(hasher, byte);
	} else if (byte < 0xc2 || byte > 0xf4) {
		add_unit(hasher, REPLACEMENT);
	} else {
		partial->need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
		partial->code = byte & (0x3f >> partial->need);
		if (byte == 0xe0)
			partial->low = 0xa0;
		if (byte == 0xed)
			partial->high = 0x9f;
		if (byte == 0xf0)
			partial->low = 0x90;
		if (byte == 0xf4)
			partial->high = 0x8f;
	}
}

static void add_byte(struct rsk_line_hasher *hasher, uint8_t byte)
{
	struct partial *partial = &hasher->partial;

	if (partial->need && (byte < partial->low || byte > partial->high)) {
		add_unit(hasher, REPLACEMENT);
		partial->need = 0;
	}
	if (!partial->need) {
		begin_sequence(hasher, byte);
		return;
	}
	partial->code = partial->code << 6 | (byte & 0x3f);
	partial->low = whole.low;
	partial->high = whole.high;
	if (!--partial->need)
		add_code(hasher, partial->code);
}

void rsk_line_hasher_feed(
	struct rsk_line_hasher *hasher, struct rsk_slice bytes)
{
	for (size_t i = 0; i < bytes.len && !rsk_line_hasher_sated(hasher); i++)
		add_byte(hasher, bytes.ptr[i]);
}

bool rsk_line_hasher_sated(const struct rsk_line_hasher *hasher)
{
	return hasher->next == hasher->len;
}

void rsk_line_hasher_end(struct rsk_line_hasher *hasher)
{
	if (hasher->partial.need)
		add_unit(hasher, REPLACEMENT);
	add_unit(hasher, END);
	for (int i = 0; i < SPAN; i++, step(hasher))
		roll(hasher, 0);

	/* What lies behind the last line has no hash, and is not counted. */
	for (size_t i = 0; !hasher->counting && i < hasher->len; i++)
		if (hasher->wanted[i].line &&
			hasher->wanted[i].line <= hasher->line)
			rsk_map_put(&hasher->counts,
				hash_key(&hasher->wanted[i].hash));
	hasher->counting = true;
	start_pass(hasher);
}

void rsk_line_hasher_free(struct rsk_line_hasher *hasher)
{
	if (!hasher)
		return;
	rsk_map_release(&hasher->counts);
	free(hasher);
}

void rsk_line_hash_text(
	struct rsk_line_hash *wanted, size_t len, struct rsk_slice text)
{
	struct rsk_line_hasher *hasher = rsk_line_hasher_new(wanted, len);

	for (int pass = 0; pass < 2; pass++) {
		rsk_line_hasher_feed(hasher, text);
		rsk_line_hasher_end(hasher);
	}
	rsk_line_hasher_free(hasher);
}
