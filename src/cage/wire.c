#include "cage/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What an RSK_VEC() is, whatever it holds. */
struct vector {
	void *ptr;
	size_t len, cap;
};

static const void *member(const void *object, size_t at)
{
	return (const char *)object + at;
}

static size_t count_at(const void *object, size_t at)
{
	size_t count;

	memcpy(&count, member(object, at), sizeof(count));
	return count;
}

static const void *pointer_at(const void *object, size_t at)
{
	const void *ptr;

	memcpy(&ptr, member(object, at), sizeof(ptr));
	return ptr;
}

/* ---- there ---- */

static enum rsk_err put_count(struct rsk_buf *out, size_t count)
{
	uint64_t wide = count;

	return rsk_buf_add(out, &wide, sizeof(wide));
}

static enum rsk_err put_bytes(struct rsk_buf *out, struct rsk_slice bytes)
{
	enum rsk_err err = put_count(out, bytes.len);

	return err ? err : rsk_buf_add_slice(out, bytes);
}

/* NULL is told from "" by a length that no string has. */
static enum rsk_err put_text(struct rsk_buf *out, const char *text)
{
	return text ? put_bytes(out, rsk_slice_str(text))
		    : put_count(out, SIZE_MAX);
}

static enum rsk_err put_many(struct rsk_buf *out,
	const struct rsk_wire_shape *shape, const void *first, size_t count)
{
	enum rsk_err err = put_count(out, count);

	for (size_t i = 0; i < count && !err; i++)
		err = rsk_wire_encode(
			out, shape, (const char *)first + i * shape->size);
	return err;
}

static enum rsk_err put_field(struct rsk_buf *out,
	const struct rsk_wire_field *field, const void *object)
{
	const void *at = member(object, field->at);
	const struct vector *vector = at;

	switch (field->kind) {
	case RSK_WIRE_BYTES:
	case RSK_WIRE_FLAG:
	case RSK_WIRE_ENUM:
		return rsk_buf_add(out, at, field->size);
	case RSK_WIRE_TEXT:
	case RSK_WIRE_NULL:
	case RSK_WIRE_HEX:
		return put_text(out, pointer_at(object, field->at));
	case RSK_WIRE_SLICE:
		return put_bytes(out, *(const struct rsk_slice *)at);
	case RSK_WIRE_PART:
		return rsk_wire_encode(out, field->shape, at);
	case RSK_WIRE_MAYBE:
		at = pointer_at(object, field->at);
		return put_many(out, field->shape, at, at != NULL);
	case RSK_WIRE_LIST:
		return put_many(out, field->shape,
			pointer_at(object, field->at),
			count_at(object, field->len_at));
	case RSK_WIRE_VECTOR:
		return put_many(out, field->shape, vector->ptr, vector->len);
	case RSK_WIRE_FIRST:
		return put_many(
			out, field->shape, at, count_at(object, field->len_at));
	case RSK_WIRE_LENGTH:
	case RSK_WIRE_OWN:
		break;
	}
	return RSK_OK;
}

enum rsk_err rsk_wire_encode(struct rsk_buf *out,
	const struct rsk_wire_shape *shape, const void *object)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < shape->len && !err; i++)
		err = put_field(out, &shape->fields[i], object);
	return err;
}

/* ---- and back ---- */

static enum rsk_err take(struct rsk_wire_in *in, void *out, size_t size)
{
	if (in->rest.len < size)
		return RSK_CORRUPT;
	memcpy(out, in->rest.ptr, size);
	in->rest = rsk_slice_cut(in->rest, size, in->rest.len);
	return RSK_OK;
}

static enum rsk_err take_count(struct rsk_wire_in *in, size_t *count)
{
	uint64_t wide = 0;
	enum rsk_err err = take(in, &wide, sizeof(wide));

	*count = (size_t)wide;
	return err;
}

/* The bytes that one takes at least: what bounds the length of a list. */
static size_t least_bytes(const struct rsk_wire_shape *shape)
{
	size_t bytes = 0;

	for (size_t i = 0; i < shape->len; i++) {
		const struct rsk_wire_field *field = &shape->fields[i];

		switch (field->kind) {
		case RSK_WIRE_BYTES:
		case RSK_WIRE_FLAG:
		case RSK_WIRE_ENUM:
			bytes += field->size;
			break;
		case RSK_WIRE_PART:
			bytes += least_bytes(field->shape);
			break;
		case RSK_WIRE_LENGTH:
		case RSK_WIRE_OWN:
			break;
		default:
			bytes += sizeof(uint64_t);
		}
	}
	return bytes;
}

/* How many elements follow, no more than there can be bytes of. */
static enum rsk_err take_length(struct rsk_wire_in *in,
	const struct rsk_wire_shape *shape, size_t *count)
{
	enum rsk_err err = take_count(in, count);

	if (!err && *count > in->rest.len / least_bytes(shape))
		err = RSK_CORRUPT;
	return err;
}

static enum rsk_err take_slice(struct rsk_wire_in *in, struct rsk_slice *out)
{
	size_t len = 0;
	enum rsk_err err = take_count(in, &len);

	if (err || len > in->rest.len)
		return RSK_CORRUPT;
	*out = rsk_arena_slice(in->arena, rsk_slice_cut(in->rest, 0, len));
	in->rest = rsk_slice_cut(in->rest, len, in->rest.len);
	return RSK_OK;
}

static enum rsk_err take_text(
	struct rsk_wire_in *in, const char **out, bool may_be_null)
{
	size_t len = 0;
	struct rsk_slice text;
	enum rsk_err err = take_count(in, &len);

	if (!err && len == SIZE_MAX)
		return may_be_null ? RSK_OK : RSK_CORRUPT;
	if (err || len > in->rest.len)
		return RSK_CORRUPT;
	text = rsk_slice_cut(in->rest, 0, len);
	if (len && memchr(text.ptr, '\0', len))
		return RSK_CORRUPT;
	*out = rsk_arena_str(in->arena, text);
	in->rest = rsk_slice_cut(in->rest, len, in->rest.len);
	return RSK_OK;
}

/* Writers show ids as they are. */
static enum rsk_err take_hex(struct rsk_wire_in *in, const char **out)
{
	enum { MAX_HEX = 64 };
	enum rsk_err err = take_text(in, out, true);
	size_t len;

	if (err || !*out)
		return err;
	len = strspn(*out, "0123456789abcdef");
	return (*out)[len] || len > MAX_HEX ? RSK_CORRUPT : RSK_OK;
}

static enum rsk_err take_flag(struct rsk_wire_in *in, bool *out)
{
	uint8_t byte = 0;
	enum rsk_err err = take(in, &byte, sizeof(byte));

	*out = byte == 1;
	return err ? err : byte > 1 ? RSK_CORRUPT : RSK_OK;
}

static enum rsk_err take_enum(
	struct rsk_wire_in *in, const struct rsk_wire_field *field, void *out)
{
	uint32_t value = 0;
	enum rsk_err err = take(in, &value, sizeof(value));

	if (err || value >= field->limit)
		return RSK_CORRUPT;
	memcpy(out, &value, sizeof(value));
	return RSK_OK;
}

static enum rsk_err take_many(struct rsk_wire_in *in,
	const struct rsk_wire_shape *shape, void *first, size_t count)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < count && !err; i++)
		err = rsk_wire_decode(
			in, shape, (char *)first + i * shape->size);
	return err;
}

static enum rsk_err take_list(struct rsk_wire_in *in,
	const struct rsk_wire_field *field, void *object)
{
	size_t count = 0;
	enum rsk_err err = take_length(in, field->shape, &count);
	void *first = NULL;

	if (!err && field->kind == RSK_WIRE_MAYBE && count > 1)
		err = RSK_CORRUPT;
	if (err || !count)
		return err;
	first = rsk_arena_array(in->arena, count, field->shape->size);
	memcpy((char *)object + field->at, &first, sizeof(first));
	if (field->kind == RSK_WIRE_LIST)
		memcpy((char *)object + field->len_at, &count, sizeof(count));
	return take_many(in, field->shape, first, count);
}

static enum rsk_err take_vector(struct rsk_wire_in *in,
	const struct rsk_wire_shape *shape, struct vector *vector)
{
	size_t count = 0;
	enum rsk_err err = take_length(in, shape, &count);

	if (err || !count)
		return err;
	vector->ptr = rsk_alloc_array(count, shape->size);
	vector->len = vector->cap = count;
	return take_many(in, shape, vector->ptr, count);
}

static enum rsk_err take_first(struct rsk_wire_in *in,
	const struct rsk_wire_field *field, void *object)
{
	size_t count = 0;
	enum rsk_err err = take_length(in, field->shape, &count);

	if (err || count > field->limit)
		return RSK_CORRUPT;
	memcpy((char *)object + field->len_at, &count, sizeof(count));
	return take_many(in, field->shape, (char *)object + field->at, count);
}

static enum rsk_err take_field(struct rsk_wire_in *in,
	const struct rsk_wire_field *field, void *object)
{
	void *at = (char *)object + field->at;

	switch (field->kind) {
	case RSK_WIRE_BYTES:
		return take(in, at, field->size);
	case RSK_WIRE_FLAG:
		return take_flag(in, at);
	case RSK_WIRE_ENUM:
		return take_enum(in, field, at);
	case RSK_WIRE_TEXT:
		return take_text(in, at, false);
	case RSK_WIRE_NULL:
		return take_text(in, at, true);
	case RSK_WIRE_HEX:
		return take_hex(in, at);
	case RSK_WIRE_SLICE:
		return take_slice(in, at);
	case RSK_WIRE_PART:
		return rsk_wire_decode(in, field->shape, at);
	case RSK_WIRE_MAYBE:
	case RSK_WIRE_LIST:
		return take_list(in, field, object);
	case RSK_WIRE_VECTOR:
		return take_vector(in, field->shape, at);
	case RSK_WIRE_FIRST:
		return take_first(in, field, object);
	case RSK_WIRE_LENGTH:
	case RSK_WIRE_OWN:
		break;
	}
	return RSK_OK;
}

enum rsk_err rsk_wire_decode(struct rsk_wire_in *in,
	const struct rsk_wire_shape *shape, void *object)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < shape->len && !err; i++)
		err = take_field(in, &shape->fields[i], object);
	return err;
}
