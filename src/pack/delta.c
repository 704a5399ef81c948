#include "pack/delta.h"

static enum rsk_err take_size(uint64_t *out, struct rsk_slice *rest)
{
	uint64_t value = 0;

	for (unsigned shift = 0; rest->len; shift += 7) {
		uint8_t byte = rest->ptr[0];
		uint64_t bits = byte & 0x7f;

		*rest = rsk_slice(rest->ptr + 1, rest->len - 1);
		if (shift > 63 || (bits << shift) >> shift != bits)
			return RSK_CORRUPT;
		value |= bits << shift;
		if (!(byte & 0x80)) {
			*out = value;
			return RSK_OK;
		}
	}
	return RSK_CORRUPT;
}

enum rsk_err rsk_delta_begin(struct rsk_pack_delta *out, struct rsk_slice delta)
{
	struct rsk_pack_delta begun = { 0 };
	enum rsk_err err = take_size(&begun.base_size, &delta);

	if (!err)
		err = take_size(&begun.size, &delta);
	if (err)
		return err;
	begun.commands = delta;
	*out = begun;
	return RSK_OK;
}

/* Where the work stands: `done` bytes of the result, `rest` of the commands. */
struct applying {
	struct rsk_slice rest;
	struct rsk_slice base;
	uint8_t *out;
	uint64_t size, done;
	size_t margin;
	rsk_segments *segments;
};

static void note(struct applying *a, uint64_t from, uint64_t len)
{
	struct rsk_segment *last;

	if (!a->segments)
		return;
	if (a->segments->len) {
		last = &a->segments->ptr[a->segments->len - 1];
		bool goes_on = from == RSK_INSERTED
				       ? last->from == RSK_INSERTED
				       : last->from != RSK_INSERTED &&
						 last->from + last->len == from;

		if (goes_on) {
			last->len += len;
			return;
		}
	}
	*RSK_VEC_PUSH(a->segments) = (struct rsk_segment){
		.at = a->done,
		.len = len,
		.from = from,
	};
}

/* What was left out must not look like anything in a test. */
static void poison(uint8_t *out, uint64_t len)
{
#ifdef RSK_FAULTS
	memset(out, 0xa5, len);
#else
	(void)out;
	(void)len;
#endif
}

static enum rsk_err put(
	struct applying *a, const uint8_t *bytes, uint64_t from, uint64_t len)
{
	uint8_t *out = a->out + a->done;

	if (len > a->size - a->done)
		return RSK_CORRUPT;
	if (from == RSK_INSERTED || len / 2 <= a->margin) {
		memcpy(out, bytes, len);
	} else {
		memcpy(out, bytes, a->margin);
		poison(out + a->margin, len - 2 * a->margin);
		memcpy(out + len - a->margin, bytes + len - a->margin,
			a->margin);
	}
	note(a, from, len);
	a->done += len;
	return RSK_OK;
}

static enum rsk_err insert(struct applying *a, size_t len)
{
	const uint8_t *bytes = a->rest.ptr;

	if (len > a->rest.len)
		return RSK_CORRUPT;
	a->rest = rsk_slice(bytes + len, a->rest.len - len);
	return put(a, bytes, RSK_INSERTED, len);
}

/* The low bits of a command say which bytes of its numbers are there. */
static bool take_bytes(
	struct applying *a, uint64_t *out, unsigned present, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!(present & (1U << i)))
			continue;
		if (!a->rest.len)
			return false;
		value |= (uint64_t)a->rest.ptr[0] << (8 * i);
		a->rest = rsk_slice(a->rest.ptr + 1, a->rest.len - 1);
	}
	*out = value;
	return true;
}

static enum rsk_err copy(struct applying *a, uint8_t command)
{
	uint64_t from = 0;
	uint64_t len = 0;

	if (!take_bytes(a, &from, command & 0xf, 4) ||
		!take_bytes(a, &len, command >> 4 & 0x7, 3))
		return RSK_CORRUPT;
	if (!len)
		len = 0x10000;
	if (from > a->base.len || len > a->base.len - from)
		return RSK_CORRUPT;
	return put(a, a->base.ptr + from, from, len);
}

enum rsk_err rsk_delta_apply(const struct rsk_pack_delta *delta,
	struct rsk_slice base, uint8_t *out, size_t margin,
	rsk_segments *segments)
{
	struct applying a = {
		.rest = delta->commands,
		.base = base,
		.out = out,
		.size = delta->size,
		.margin = margin,
		.segments = segments,
	};
	enum rsk_err err = RSK_OK;

	if (segments)
		segments->len = 0;
	if (base.len != delta->base_size)
		return RSK_CORRUPT;
	while (!err && a.rest.len) {
		uint8_t command = a.rest.ptr[0];

		a.rest = rsk_slice(a.rest.ptr + 1, a.rest.len - 1);
		if (!command) /* reserved */
			return RSK_CORRUPT;
		err = command & 0x80 ? copy(&a, command) : insert(&a, command);
	}
	if (!err && a.done != a.size)
		err = RSK_CORRUPT;
	return err;
}

void rsk_delta_fill(struct rsk_slice base, uint8_t *out,
	const struct rsk_segment *segments, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (segments[i].from != RSK_INSERTED)
			memcpy(out + segments[i].at,
				base.ptr + segments[i].from, segments[i].len);
}
