#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "syntax/lex_p.h"

/*
 * The open brackets. The innermost ones lie in lx->frames as they are; of
 * input that nests without end the outer ones are packed into batches, where
 * one needs as a rule one byte: how far its token is from that of the frame
 * below, what was expected, and that it has nothing out of the ordinary.
 * A batch has BATCH frames; one is packed when the window is full and
 * unpacked when fewer than a closer looks through are left.
 */
enum { BATCH = RSK_JS_WINDOW / 2, MAX_PACKED = 7 };

/* Bits of a frame's first byte. */
enum {
	DISTANCE = 0x0f, /* all set: four bytes of it follow */
	EXPECT_SHIFT = 4,
	HAS_PENDING = 0x40, /* a byte follows */
	HAS_MODE = 0x80,
};

struct rsk_js_batch {
	struct rsk_js_batch *below;
	uint32_t token; /* of the first frame */
	uint8_t bytes[];
};

_Static_assert(RSK_JS_AFTER_VALUE < 4, "two bits");
_Static_assert(
	(int)BATCH >= (int)RSK_JS_MAX_LOOK, "an unpacked batch is enough");

static size_t pack_frame(const struct rsk_js *js, struct rsk_js_frame frame,
	uint32_t distance, uint8_t *to)
{
	bool is_far = distance >= DISTANCE;
	bool has_mode = frame.mode != rsk_js_mode_in(js, frame.token);
	size_t n = 1;

	to[0] = (uint8_t)((is_far ? DISTANCE : distance) |
			  (unsigned)frame.expect << EXPECT_SHIFT |
			  (frame.pending ? HAS_PENDING : 0u) |
			  (has_mode ? HAS_MODE : 0u));
	if (is_far) {
		memcpy(to + n, &distance, sizeof(distance));
		n += sizeof(distance);
	}
	if (frame.pending)
		to[n++] = frame.pending;
	if (has_mode)
		to[n++] = frame.mode;
	return n;
}

static const uint8_t *unpack_frame(const struct rsk_js *js,
	struct rsk_js_frame *frame, uint32_t below, const uint8_t *from)
{
	uint8_t head = *from++;
	uint32_t distance = head & DISTANCE;

	if (distance == DISTANCE) {
		memcpy(&distance, from, sizeof(distance));
		from += sizeof(distance);
	}
	frame->token = below + distance;
	frame->expect = head >> EXPECT_SHIFT & 3;
	frame->role = (uint8_t)rsk_js_role(js, frame->token);
	frame->pending = head & HAS_PENDING ? *from++ : 0;
	frame->mode =
		head & HAS_MODE ? *from++ : rsk_js_mode_in(js, frame->token);
	return from;
}

/* Room in the window: its lower half becomes a batch. */
static bool pack(struct rsk_js_lexer *lx)
{
	uint8_t bytes[BATCH * MAX_PACKED];
	uint32_t token = lx->frames[0].token;
	size_t len = 0;

	for (size_t i = 0; i < BATCH; i++) {
		uint32_t below = lx->frames[i ? i - 1 : 0].token;

		len += pack_frame(lx->js, lx->frames[i],
			lx->frames[i].token - below, bytes + len);
	}

	struct rsk_js_batch *batch = malloc(sizeof(*batch) + len);
	if (!batch) {
		lx->err = RSK_NOMEM;
		return false;
	}
	batch->below = lx->batches;
	batch->token = token;
	memcpy(batch->bytes, bytes, len);
	lx->batches = batch;
	lx->packed += BATCH;
	memmove(lx->frames, lx->frames + BATCH,
		(RSK_JS_WINDOW - BATCH) * sizeof(lx->frames[0]));
	return true;
}

static void unpack(struct rsk_js_lexer *lx)
{
	struct rsk_js_batch *batch = lx->batches;
	const uint8_t *from = batch->bytes;
	uint32_t token = batch->token;
	size_t live = lx->depth > lx->packed ? lx->depth - lx->packed : 0;

	memmove(lx->frames + BATCH, lx->frames, live * sizeof(lx->frames[0]));
	for (size_t i = 0; i < BATCH; i++) {
		from = unpack_frame(lx->js, &lx->frames[i], token, from);
		token = lx->frames[i].token;
	}
	lx->packed -= BATCH;
	lx->batches = batch->below;
	free(batch);
}

bool rsk_js_push_frame(struct rsk_js_lexer *lx, struct rsk_js_frame frame)
{
	if (lx->depth > RSK_MAX_SYNTAX_NAMES) {
		lx->err = RSK_LIMIT;
		return false;
	}
	if (lx->depth - lx->packed == RSK_JS_WINDOW && !pack(lx))
		return false;
	lx->frames[lx->depth - lx->packed] = frame;
	if (!lx->element && rsk_js_is(lx->js, frame.token, RSK_JS_JSX_OPEN))
		lx->element = lx->depth;
	lx->depth++;
	return true;
}

void rsk_js_pop_frames(struct rsk_js_lexer *lx, size_t depth)
{
	lx->depth = depth;
	if (lx->element >= depth)
		lx->element = 0;
	while (lx->packed && depth < lx->packed + RSK_JS_MAX_LOOK + 1)
		unpack(lx);
}

void rsk_js_release_frames(struct rsk_js_lexer *lx)
{
	while (lx->batches) {
		struct rsk_js_batch *below = lx->batches->below;

		free(lx->batches);
		lx->batches = below;
	}
}
