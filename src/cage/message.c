#include "cage/message_p.h"

#include <string.h>

#include "base/limits.h"

/* ---- there ---- */

static enum rsk_err begin_message(
	struct rsk_buf *out, enum rsk_message_kind kind, size_t *head)
{
	const struct rsk_message_head empty = { .kind = (uint32_t)kind };

	*head = out->len;
	return rsk_buf_add(out, &empty, sizeof(empty));
}

static enum rsk_err end_message(struct rsk_buf *out, size_t head)
{
	size_t len = out->len - head - sizeof(struct rsk_message_head);
	uint32_t narrow = (uint32_t)len;

	if (len > UINT32_MAX)
		return RSK_TOOBIG;
	memcpy(out->ptr + head + offsetof(struct rsk_message_head, len),
		&narrow, sizeof(narrow));
	return RSK_OK;
}

enum rsk_err rsk_message_report(
	struct rsk_buf *out, const struct rsk_report *report)
{
	size_t head = 0;
	enum rsk_err err = begin_message(out, RSK_MESSAGE_REPORT, &head);

	if (!err)
		err = rsk_wire_encode(out, &rsk_shape_report, report);
	return err ? err : end_message(out, head);
}

enum rsk_err rsk_message_rules(
	struct rsk_buf *out, const struct rsk_ruleset *rules)
{
	size_t head = 0;
	enum rsk_err err = begin_message(out, RSK_MESSAGE_RULES, &head);

	for (size_t i = 0; i < rules->rules.len && !err; i++)
		err = rsk_wire_encode(
			out, &rsk_shape_rule, &rules->rules.ptr[i]);
	return err ? err : end_message(out, head);
}

/* ---- and back ---- */

static enum rsk_err read_number(
	struct rsk_slice bytes, uint32_t *out, uint32_t most)
{
	if (bytes.len != sizeof(*out))
		return RSK_CORRUPT;
	memcpy(out, bytes.ptr, sizeof(*out));
	return *out > most ? RSK_CORRUPT : RSK_OK;
}

static enum rsk_err read_complaint(
	struct rsk_said *said, struct rsk_slice bytes)
{
	if (said->complaints.len < RSK_CAGE_COMPLAINTS)
		*RSK_VEC_PUSH(&said->complaints) = rsk_arena_str(&said->arena,
			rsk_slice_cut(bytes, 0, RSK_DIAG_LINE_MAX - 1));
	return RSK_OK;
}

static enum rsk_err read_rules(struct rsk_said *said, struct rsk_slice bytes)
{
	struct rsk_cage_result *result = said->result;
	struct rsk_wire_in in = { bytes, &result->report.arena };
	RSK_VEC(struct rsk_rule) rules = { 0 };
	enum rsk_err err = result->rules ? RSK_CORRUPT : RSK_OK;

	while (!err && in.rest.len && rules.len < RSK_MAX_RULES)
		err = rsk_wire_decode(
			&in, &rsk_shape_rule, RSK_VEC_PUSH(&rules));
	if (!err && in.rest.len)
		err = RSK_CORRUPT;
	if (!err)
		result->rules = rsk_ruleset_of(rules.ptr, rules.len);
	RSK_VEC_RELEASE(&rules);
	return err;
}

static enum rsk_err read_report(struct rsk_said *said, struct rsk_slice bytes)
{
	struct rsk_report *report = &said->result->report;
	struct rsk_wire_in in = { bytes, &report->arena };
	enum rsk_err err = said->result->has_report ? RSK_CORRUPT : RSK_OK;

	if (!err)
		err = rsk_wire_decode(&in, &rsk_shape_report, report);
	if (!err && in.rest.len)
		err = RSK_CORRUPT;
	said->result->has_report = !err;
	return err;
}

static enum rsk_err read_one(
	struct rsk_said *said, uint32_t kind, struct rsk_slice bytes)
{
	uint32_t number = 0;
	enum rsk_err err;

	switch (kind) {
	case RSK_MESSAGE_LOCKED:
		err = read_number(bytes, &number,
			RSK_LOCKED_CALLS | RSK_LOCKED_PLACES | RSK_LOCKED_CODE);
		said->locked |= number;
		return err;
	case RSK_MESSAGE_COMPLAINT:
		return read_complaint(said, bytes);
	case RSK_MESSAGE_RULES:
		return read_rules(said, bytes);
	case RSK_MESSAGE_REPORT:
		return read_report(said, bytes);
	case RSK_MESSAGE_STATUS:
		err = read_number(bytes, &number, 4);
		said->result->status = (int)number;
		said->complete = !err;
		return err;
	default:
		return RSK_CORRUPT;
	}
}

enum rsk_err rsk_messages_read(struct rsk_said *said, struct rsk_slice bytes)
{
	enum rsk_err err = RSK_OK;

	while (bytes.len && !err) {
		struct rsk_message_head head;

		if (said->complete || bytes.len < sizeof(head))
			return RSK_CORRUPT;
		memcpy(&head, bytes.ptr, sizeof(head));
		bytes = rsk_slice_cut(bytes, sizeof(head), bytes.len);
		if (head.len > bytes.len)
			return RSK_CORRUPT;
		err = read_one(
			said, head.kind, rsk_slice_cut(bytes, 0, head.len));
		bytes = rsk_slice_cut(bytes, head.len, bytes.len);
	}
	return err;
}
