#include "scan/carry.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "match/delta.h"

/* What a carrier hands out: the public part first. */
struct traced {
	struct rsk_carried carried;
	size_t bom;     /* bytes before the text */
	size_t plain;   /* bytes from the beginning on that are known to be */
	bool has_trace; /* else it was decoded */
	struct rsk_trace trace;
	rsk_matches decoded; /* matches of what was decoded */
	struct traced *next; /* spare ones */
};

struct rsk_carrier {
	struct rsk_scanner *scanner;
	RSK_VEC(struct rsk_copy) copies;
	struct traced *spare;
	size_t spares;
	RSK_APART;
};

enum { SPARES_MAX = 64 };

struct rsk_carrier *rsk_carrier_new(struct rsk_scanner *scanner)
{
	struct rsk_carrier *carrier = rsk_alloc(sizeof(*carrier));

	carrier->scanner = scanner;
	return carrier;
}

static void free_traced(struct traced *traced)
{
	rsk_trace_release(&traced->trace);
	RSK_VEC_RELEASE(&traced->decoded);
	free(traced);
}

void rsk_carrier_free(struct rsk_carrier *carrier)
{
	if (!carrier)
		return;
	while (carrier->spare) {
		struct traced *next = carrier->spare->next;

		free_traced(carrier->spare);
		carrier->spare = next;
	}
	RSK_VEC_RELEASE(&carrier->copies);
	free(carrier);
}

/* Traces keep their memory: most blobs need about as much as the last one. */
static struct traced *take(struct rsk_carrier *carrier)
{
	struct traced *traced = carrier->spare;

	if (!traced)
		return rsk_alloc(sizeof(*traced));
	carrier->spare = traced->next;
	carrier->spares--;
	traced->next = NULL;
	traced->decoded.len = 0;
	traced->has_trace = false;
	return traced;
}

void rsk_carry_drop(struct rsk_carrier *carrier, struct rsk_carried *carried)
{
	struct traced *traced = (struct traced *)carried;

	if (!traced)
		return;
	if (carrier->spares == SPARES_MAX) {
		free_traced(traced);
		return;
	}
	traced->next = carrier->spare;
	carrier->spare = traced;
	carrier->spares++;
}

/* Encodings */

static bool needs_decoding(enum rsk_encoding encoding)
{
	return rsk_encoding_unit(encoding) != 0;
}

static const struct traced *base_of(const struct rsk_walk_object *object)
{
	return object->has_base ? object->base_state : NULL;
}

/*
 * Nearly every text begins with plain ASCII, and that of a new version does if
 * what was copied to its beginning was plain and what was inserted is. A bit
 * more than what decides is remembered, because deletions draw it near.
 */
enum { PLAIN_MAX = 2 * RSK_SNIFF_BYTES };

static size_t least(uint64_t a, uint64_t b)
{
	return (size_t)(a < b ? a : b);
}

/* How much of the segment is plain; what was copied is not looked at. */
static size_t plain_of(const struct rsk_walk_object *object,
	const struct rsk_segment *s, const struct traced *base)
{
	uint64_t known = base->plain;

	if (s->from != RSK_INSERTED)
		return s->from < known ? least(s->len, known - s->from) : 0;
	if (rsk_text_is_plain(rsk_slice(
		    object->bytes.ptr + s->at, least(s->len, PLAIN_MAX))))
		return (size_t)s->len;
	return 0;
}

/* How many bytes from the beginning on are known to be plain. */
static size_t plain_by_base(const struct rsk_walk_object *object)
{
	const struct traced *base = base_of(object);
	size_t plain = 0;

	for (size_t i = 0; base && i < object->segments_len; i++) {
		const struct rsk_segment *s = &object->segments[i];
		size_t part = plain_of(object, s, base);

		plain += part;
		if (part < s->len || plain >= PLAIN_MAX)
			break;
	}
	return least(plain, PLAIN_MAX);
}

/* The bytes that decide are those of the base: so is what they decide. */
static bool has_head_of_base(const struct rsk_walk_object *object)
{
	const struct rsk_segment *first = object->segments;

	return base_of(object) && object->segments_len && first->from == 0 &&
	       first->len >= RSK_SNIFF_BYTES;
}

static enum rsk_encoding sniff(
	const struct rsk_walk_object *object, struct traced *traced)
{
	const struct traced *base = base_of(object);
	struct rsk_slice head =
		rsk_slice_cut(object->bytes, 0, RSK_SNIFF_BYTES);

	traced->bom = 0;
	traced->plain = plain_by_base(object);
	if (traced->plain >= head.len)
		return RSK_ENCODING_UTF8;
	if (has_head_of_base(object)) {
		traced->bom = base->bom;
		return base->carried.info.encoding;
	}
	rsk_walk_fill(object);
	head = rsk_slice_cut(object->bytes, 0, PLAIN_MAX);
	if (!rsk_text_is_plain(head))
		return rsk_text_sniff(head, &traced->bom);
	traced->plain = head.len;
	return RSK_ENCODING_UTF8;
}

/* Scanning */

static enum rsk_err keep_matches(void *ctx, const struct rsk_window *window)
{
	struct traced *traced = ctx;

	for (size_t i = 0; i < window->matches_len; i++)
		*RSK_VEC_PUSH(&traced->decoded) = window->matches[i];
	return RSK_OK;
}

static enum rsk_err scan_decoded(struct rsk_carrier *carrier,
	const struct rsk_walk_object *object, struct traced *traced)
{
	struct rsk_carried *carried = &traced->carried;
	enum rsk_err err;

	rsk_walk_fill(object);
	err = rsk_scanner_bytes(carrier->scanner, object->bytes, keep_matches,
		traced, &carried->info);

	carried->matches = traced->decoded.ptr;
	carried->matches_len = traced->decoded.len;
	return err;
}

/* A copied segment, seen from behind the byte order marks of both. */
static void add_copy(
	struct rsk_carrier *carrier, const struct rsk_segment *s, size_t bom)
{
	uint64_t skip = 0;

	if (s->at < bom)
		skip = bom - s->at;
	if (s->from < bom && bom - s->from > skip)
		skip = bom - s->from;
	if (skip >= s->len)
		return;
	*RSK_VEC_PUSH(&carrier->copies) = (struct rsk_copy){
		.to = (size_t)(s->at + skip - bom),
		.from = (size_t)(s->from + skip - bom),
		.len = (size_t)(s->len - skip),
	};
}

_Static_assert((int)RSK_WALK_MARGIN >= (int)RSK_DELTA_SIDE,
	"what is shown of an object with bytes left out");

static void fill(void *ctx)
{
	rsk_walk_fill(ctx);
}

static enum rsk_err scan_changes(struct rsk_carrier *carrier,
	const struct rsk_walk_object *object, struct rsk_slice text,
	struct traced *traced)
{
	struct rsk_delta delta = {
		.base = &base_of(object)->trace,
		.binary = traced->carried.info.encoding == RSK_ENCODING_BINARY,
	};

	carrier->copies.len = 0;
	for (size_t i = 0; i < object->segments_len; i++)
		if (object->segments[i].from != RSK_INSERTED)
			add_copy(carrier, &object->segments[i], traced->bom);
	/* It is only given back to us. */
	delta.ctx = (void *)(uintptr_t)object;
	delta.fill = fill;
	delta.copies = carrier->copies.ptr;
	delta.copies_len = carrier->copies.len;
	return rsk_scanner_delta(
		carrier->scanner, text, &delta, &traced->trace);
}

static enum rsk_err scan_plain(struct rsk_carrier *carrier,
	const struct rsk_walk_object *object, struct traced *traced)
{
	const struct traced *base = base_of(object);
	struct rsk_carried *carried = &traced->carried;
	struct rsk_slice text =
		rsk_slice_cut(object->bytes, traced->bom, object->bytes.len);
	bool binary = carried->info.encoding == RSK_ENCODING_BINARY;
	enum rsk_err err;

	if (base && base->has_trace && base->bom == traced->bom) {
		err = scan_changes(carrier, object, text, traced);
	} else {
		rsk_walk_fill(object);
		err = rsk_scanner_trace(
			carrier->scanner, text, binary, &traced->trace);
	}
	if (err)
		return err;
	traced->has_trace = true;
	carried->matches = traced->trace.matches.ptr;
	carried->matches_len = traced->trace.matches.len;
	carried->info.bytes = object->bytes.len;
	carried->info.regex_gaps =
		rsk_scanner_gaps(carrier->scanner, &carried->info.gap_rule);
	return RSK_OK;
}

enum rsk_err rsk_carry_scan(struct rsk_carrier *carrier,
	const struct rsk_walk_object *object, struct rsk_carried **out)
{
	struct traced *traced = take(carrier);
	enum rsk_encoding encoding = sniff(object, traced);
	enum rsk_err err;

	traced->carried = (struct rsk_carried){ .info.encoding = encoding };
	if (needs_decoding(encoding))
		err = scan_decoded(carrier, object, traced);
	else
		err = scan_plain(carrier, object, traced);
	if (err) {
		rsk_carry_drop(carrier, &traced->carried);
		return err;
	}
	*out = &traced->carried;
	return RSK_OK;
}
