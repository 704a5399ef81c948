#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cage/message_p.h"
#include "unit/kept.h"

/* Messages of a scanning process that was taken over, and of one that has more
 * to say than fits. */

static void put(
	struct rsk_buf *out, uint32_t kind, const void *bytes, uint32_t len)
{
	const struct rsk_message_head head = { kind, len };

	cr_assert_eq(rsk_buf_add(out, &head, sizeof(head)), RSK_OK);
	cr_assert_eq(rsk_buf_add(out, bytes, len), RSK_OK);
}

static void put_number(struct rsk_buf *out, uint32_t kind, uint32_t number)
{
	put(out, kind, &number, sizeof(number));
}

static void expect_read(struct rsk_buf *bytes, enum rsk_err err)
{
	struct rsk_cage_result result = { 0 };
	struct rsk_said said = { .result = &result };

	cr_expect_eq(rsk_messages_read(&said, rsk_buf_slice(bytes)), err);
	RSK_VEC_RELEASE(&said.complaints);
	rsk_arena_release(&said.arena);
	rsk_cage_release(&result);
	rsk_buf_release(bytes);
}

Test(message, of_an_end)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put_number(&bytes, RSK_MESSAGE_LOCKED, RSK_LOCKED_CALLS);
	put(&bytes, RSK_MESSAGE_COMPLAINT, "oh", 2);
	put_number(&bytes, RSK_MESSAGE_STATUS, 2);
	expect_read(&bytes, RSK_OK);
}

/* What is in it goes to its place, up to the largest there may be. */
static void expect_said(
	struct rsk_buf *bytes, enum rsk_err err, uint32_t locked, int status)
{
	struct rsk_cage_result result = { 0 };
	struct rsk_said said = { .result = &result };

	cr_expect_eq(rsk_messages_read(&said, rsk_buf_slice(bytes)), err);
	cr_expect_eq(said.locked, locked);
	cr_expect_eq(result.status, status);
	rsk_buf_release(bytes);
}

Test(message, of_numbers)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put_number(&bytes, RSK_MESSAGE_LOCKED, RSK_LOCKED_CALLS);
	put_number(&bytes, RSK_MESSAGE_LOCKED, RSK_LOCKED_CODE);
	expect_said(&bytes, RSK_OK, RSK_LOCKED_CALLS | RSK_LOCKED_CODE, 0);
	put_number(&bytes, RSK_MESSAGE_LOCKED, 7);
	put_number(&bytes, RSK_MESSAGE_STATUS, 4);
	expect_said(&bytes, RSK_OK, 7, 4);
	/* Behind what makes no sense nothing counts. */
	put(&bytes, RSK_MESSAGE_LOCKED, "123", 3);
	put_number(&bytes, RSK_MESSAGE_LOCKED, 7);
	expect_said(&bytes, RSK_CORRUPT, 0, 0);
}

Test(message, of_a_long_complaint)
{
	struct rsk_buf bytes = RSK_BUF_INIT(2 * RSK_DIAG_LINE_MAX);
	struct rsk_cage_result result = { 0 };
	struct rsk_said said = { .result = &result };
	char text[RSK_DIAG_LINE_MAX + 10];

	memset(text, 'x', sizeof(text));
	put(&bytes, RSK_MESSAGE_COMPLAINT, text, sizeof(text));
	cr_expect_eq(rsk_messages_read(&said, rsk_buf_slice(&bytes)), RSK_OK);
	cr_expect_eq(said.complaints.len, 1);
	cr_expect_eq(strlen(said.complaints.ptr[0]), RSK_DIAG_LINE_MAX - 1);
	RSK_VEC_RELEASE(&said.complaints);
	rsk_arena_release(&said.arena);
	rsk_buf_release(&bytes);
}

Test(message, with_half_a_head)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	cr_assert_eq(rsk_buf_add(&bytes, "1234567", 7), RSK_OK);
	expect_read(&bytes, RSK_CORRUPT);
}

Test(message, that_is_cut_off)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put(&bytes, RSK_MESSAGE_COMPLAINT, "four", 4);
	rsk_buf_truncate(&bytes, bytes.len - 1);
	expect_read(&bytes, RSK_CORRUPT);
}

Test(message, behind_the_last)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put_number(&bytes, RSK_MESSAGE_STATUS, 0);
	put(&bytes, RSK_MESSAGE_COMPLAINT, "oh", 2);
	expect_read(&bytes, RSK_CORRUPT);
}

Test(message, with_a_number_that_is_none)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put(&bytes, RSK_MESSAGE_STATUS, "123", 3);
	expect_read(&bytes, RSK_CORRUPT);
	put_number(&bytes, RSK_MESSAGE_STATUS, 5);
	expect_read(&bytes, RSK_CORRUPT);
	put_number(&bytes, RSK_MESSAGE_LOCKED, 8);
	expect_read(&bytes, RSK_CORRUPT);
}

Test(message, of_no_kind)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put_number(&bytes, 6, 0);
	expect_read(&bytes, RSK_CORRUPT);
}

/* No rule at all is a list of rules as well; a second list is not. */
Test(message, with_rules_twice)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put(&bytes, RSK_MESSAGE_RULES, "", 0);
	expect_read(&bytes, RSK_OK);
	put(&bytes, RSK_MESSAGE_RULES, "", 0);
	put(&bytes, RSK_MESSAGE_RULES, "", 0);
	expect_read(&bytes, RSK_CORRUPT);
}

static void read_bad_rules(void)
{
	struct rsk_buf bytes = RSK_BUF_INIT(1000);

	put(&bytes, RSK_MESSAGE_RULES, "\1\2\3", 3);
	expect_read(&bytes, RSK_CORRUPT);
}

Test(message, with_rules_that_are_none)
{
	expect_nothing_kept(read_bad_rules);
}

static void put_report(struct rsk_buf *bytes, size_t more)
{
	struct rsk_report report = {
		.command = "", .target = "", .version = ""
	};
	struct rsk_buf message = RSK_BUF_INIT(100000);
	struct rsk_message_head head;

	cr_assert_eq(rsk_message_report(&message, &report), RSK_OK);
	for (size_t i = 0; i < more; i++)
		cr_assert_eq(rsk_buf_add_byte(&message, 0), RSK_OK);
	head = (struct rsk_message_head){ RSK_MESSAGE_REPORT,
		(uint32_t)(message.len - sizeof(head)) };
	memcpy(message.ptr, &head, sizeof(head));
	cr_assert_eq(rsk_buf_add_slice(bytes, rsk_buf_slice(&message)), RSK_OK);
	rsk_buf_release(&message);
}

Test(message, with_a_report)
{
	struct rsk_buf bytes = RSK_BUF_INIT(200000);

	put_report(&bytes, 0);
	expect_read(&bytes, RSK_OK);
	/* Bytes behind it; two of them. */
	put_report(&bytes, 1);
	expect_read(&bytes, RSK_CORRUPT);
	put_report(&bytes, 0);
	put_report(&bytes, 0);
	expect_read(&bytes, RSK_CORRUPT);
}

/* No room for the head, and none for what comes behind it. */
Test(message, that_is_too_long)
{
	struct rsk_report report = {
		.command = "", .target = "", .version = ""
	};
	struct rsk_rule rule = { .id = "a-rule" };
	struct rsk_ruleset *rules = rsk_ruleset_of(&rule, 1);

	for (size_t room = 4; room <= 12; room += 8) {
		struct rsk_buf out = RSK_BUF_INIT(room);

		cr_expect_eq(rsk_message_report(&out, &report), RSK_TOOBIG);
		rsk_buf_release(&out);
		out = RSK_BUF_INIT(room);
		cr_expect_eq(rsk_message_rules(&out, rules), RSK_TOOBIG);
		rsk_buf_release(&out);
	}
	rsk_ruleset_free(rules);
}
