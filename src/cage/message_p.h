#ifndef RSK_CAGE_MESSAGE_P_H
#define RSK_CAGE_MESSAGE_P_H

#include "cage/cage.h"
#include "cage/shapes.h"

/* What goes over the pipe: a head, then so many bytes. */
enum rsk_message_kind {
	RSK_MESSAGE_LOCKED = 1, /* uint32_t: set of enum rsk_lock_part */
	RSK_MESSAGE_COMPLAINT,  /* text */
	RSK_MESSAGE_RULES,      /* a list of rules */
	RSK_MESSAGE_REPORT,
	RSK_MESSAGE_STATUS, /* int32_t; the last one */
};

struct rsk_message_head {
	uint32_t kind;
	uint32_t len;
};

/* How far the child is locked in. */
enum rsk_lock_part {
	RSK_LOCKED_CALLS = 1 << 0,
	RSK_LOCKED_PLACES = 1 << 1,
	RSK_LOCKED_CODE = 1 << 2,
};

/* What came out of all messages. The report is released by its owner. */
struct rsk_said {
	struct rsk_cage_result *result;
	uint32_t locked;
	bool complete; /* the last message was there */
	RSK_VEC(const char *) complaints;
	struct rsk_arena arena;
};

/* Take the messages apart. RSK_CORRUPT: they make no sense. */
RSK_MUST_CHECK enum rsk_err rsk_messages_read(
	struct rsk_said *said, struct rsk_slice bytes);

/* messages.c: the two longest. */
RSK_MUST_CHECK enum rsk_err rsk_message_rules(
	struct rsk_buf *out, const struct rsk_ruleset *rules);
RSK_MUST_CHECK enum rsk_err rsk_message_report(
	struct rsk_buf *out, const struct rsk_report *report);

#endif
