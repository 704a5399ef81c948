#include <criterion/criterion.h>
#include <malloc.h>
#include <wchar.h>

#include "base/buf.h"
#include "unit/kept.h"

static void expect_padded(const struct rsk_buf *buf)
{
	for (size_t i = 0; i < RSK_BUF_PAD; i++)
		cr_expect_eq(buf->ptr[buf->len + i], 0, "padding byte %zu", i);
}

static void expect_holds(const struct rsk_buf *buf, const char *text)
{
	cr_expect_eq(buf->len, strlen(text));
	cr_expect_str_eq(rsk_buf_cstr(buf), text);
	expect_padded(buf);
}

Test(buf, starts_empty)
{
	struct rsk_buf buf = RSK_BUF_INIT(10);

	cr_assert_str_eq(rsk_buf_cstr(&buf), "");
	cr_assert_eq(rsk_buf_slice(&buf).len, 0);
	rsk_buf_release(&buf);
}

Test(buf, every_way_to_add)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_buf_add(&buf, "a\0b", 3), RSK_OK);
	cr_assert_eq(memcmp(buf.ptr, "a\0b", 3), 0);
	rsk_buf_truncate(&buf, 0);
	cr_assert_eq(rsk_buf_add_slice(&buf, RSK_LIT("one")), RSK_OK);
	cr_assert_eq(rsk_buf_add_slice(&buf, rsk_slice(NULL, 0)), RSK_OK);
	cr_assert_eq(rsk_buf_add_str(&buf, " two"), RSK_OK);
	cr_assert_eq(rsk_buf_add_byte(&buf, '!'), RSK_OK);
	cr_assert_eq(rsk_buf_printf(&buf, "%d%s", 3, "x"), RSK_OK);
	expect_holds(&buf, "one two!3x");
	rsk_buf_release(&buf);
}

Test(buf, grows_byte_by_byte)
{
	struct rsk_buf buf = RSK_BUF_INIT(5000);

	for (int i = 0; i < 5000; i++)
		cr_assert_eq(rsk_buf_add_byte(&buf, (uint8_t)i), RSK_OK);
	for (int i = 0; i < 5000; i++)
		cr_assert_eq(buf.ptr[i], (uint8_t)i);
	expect_padded(&buf);
	rsk_buf_release(&buf);
}

Test(buf, ceiling_is_exact)
{
	struct rsk_buf buf = RSK_BUF_INIT(8);

	cr_assert_eq(rsk_buf_add_str(&buf, "12345678"), RSK_OK);
	cr_assert_eq(rsk_buf_add_byte(&buf, '9'), RSK_TOOBIG);
	cr_assert_eq(rsk_buf_add_str(&buf, "9"), RSK_TOOBIG);
	cr_assert_eq(rsk_buf_printf(&buf, "%d", 9), RSK_TOOBIG);
	cr_assert_eq(rsk_buf_reserve(&buf, 1), RSK_TOOBIG);
	expect_holds(&buf, "12345678");
	cr_assert_eq(rsk_buf_reserve(&buf, 0), RSK_OK);
	rsk_buf_release(&buf);
}

Test(buf, absurd_sizes_are_too_big)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_buf_add_str(&buf, "x"), RSK_OK);
	cr_assert_eq(rsk_buf_reserve(&buf, SIZE_MAX), RSK_TOOBIG);
	cr_assert_eq(rsk_buf_reserve(&buf, SIZE_MAX - 1), RSK_TOOBIG);
	expect_holds(&buf, "x");
	rsk_buf_release(&buf);
}

/* Under a sanitizer the allocator would end the process instead. */
Test(buf, no_memory_is_an_error, .disabled = RSK_TEST_SANITIZED)
{
	struct rsk_buf buf = RSK_BUF_INIT(SIZE_MAX / 2 - 1);

	cr_assert_eq(rsk_buf_add_str(&buf, "x"), RSK_OK);
	cr_assert_eq(rsk_buf_reserve(&buf, SIZE_MAX / 2 - 2), RSK_NOMEM);
	expect_holds(&buf, "x");
	rsk_buf_release(&buf);
}

Test(buf, reserve_then_commit)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_buf_reserve(&buf, 10), RSK_OK);
	memset(buf.ptr, 'x', 10);
	rsk_buf_commit(&buf, 4);
	expect_holds(&buf, "xxxx");
	rsk_buf_release(&buf);
}

Test(buf, truncate_and_drop)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	rsk_buf_truncate(&buf, 0);
	rsk_buf_drop(&buf, 0);
	cr_assert_eq(rsk_buf_add_str(&buf, "0123456789"), RSK_OK);
	rsk_buf_truncate(&buf, 6);
	expect_holds(&buf, "012345");
	rsk_buf_drop(&buf, 2);
	expect_holds(&buf, "2345");
	rsk_buf_drop(&buf, 4);
	expect_holds(&buf, "");
	rsk_buf_release(&buf);
}

Test(buf, can_be_used_again_after_release)
{
	struct rsk_buf buf = RSK_BUF_INIT(4);

	cr_assert_eq(rsk_buf_add_str(&buf, "1234"), RSK_OK);
	rsk_buf_release(&buf);
	cr_assert_null(buf.ptr);
	cr_assert_eq(buf.max, 4);
	cr_assert_eq(rsk_buf_add_str(&buf, "12345"), RSK_TOOBIG);
	cr_assert_eq(rsk_buf_add_str(&buf, "5678"), RSK_OK);
	expect_holds(&buf, "5678");
	rsk_buf_release(&buf);
}

Test(buf, printf_longer_than_any_guess)
{
	struct rsk_buf buf = RSK_BUF_INIT(100000);

	cr_assert_eq(rsk_buf_printf(&buf, "%*d", 50000, 7), RSK_OK);
	cr_assert_eq(buf.len, 50000);
	cr_assert_eq(buf.ptr[49999], '7');
	expect_padded(&buf);
	rsk_buf_release(&buf);
}

/* What moves overlaps, and no byte beyond it does. */
Test(buf, drop_moves_the_rest)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_assert_eq(rsk_buf_add_str(&buf, "0123456789"), RSK_OK);
	buf.ptr[buf.cap - 1] = '!';
	rsk_buf_drop(&buf, 3);
	expect_holds(&buf, "3456789");
	cr_expect_eq(buf.ptr[buf.cap - 1], '!');
	rsk_buf_drop(&buf, 0);
	expect_holds(&buf, "3456789");
	rsk_buf_drop(&buf, 7);
	expect_holds(&buf, "");
	rsk_buf_release(&buf);
}

/* Much more than stays: nothing is read from behind the end. */
Test(buf, drop_most)
{
	struct rsk_buf buf = RSK_BUF_INIT(5000);

	cr_assert_eq(rsk_buf_reserve(&buf, 5000), RSK_OK);
	memset(buf.ptr, 'x', 5000);
	rsk_buf_commit(&buf, 5000);
	rsk_buf_drop(&buf, 4995);
	expect_holds(&buf, "xxxxx");
	rsk_buf_release(&buf);
}

/* Room that is there is not asked for again, down to the last byte. */
Test(buf, room_is_used_up_first)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);
	size_t cap;

	cr_assert_eq(rsk_buf_reserve(&buf, 10), RSK_OK);
	cap = buf.cap;
	cr_expect_eq(cap, 10 + RSK_BUF_PAD);
	cr_assert_eq(rsk_buf_reserve(&buf, 10), RSK_OK);
	cr_expect_eq(buf.cap, cap);
	cr_assert_eq(rsk_buf_reserve(&buf, 11), RSK_OK);
	cr_expect_eq(buf.cap, cap + cap / 2);
	rsk_buf_release(&buf);
}

/* What memory comes with stays behind no byte of ours. */
Test(buf, reserved_is_padded_before_anything_is_in_it)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	mallopt(M_PERTURB, 0x55);
	cr_assert_eq(rsk_buf_reserve(&buf, 10), RSK_OK);
	expect_holds(&buf, "");
	rsk_buf_release(&buf);
}

static void use_buf(void)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);

	cr_assert_eq(rsk_buf_add_str(&buf, "text"), RSK_OK);
	rsk_buf_release(&buf);
}

Test(buf, keeps_nothing)
{
	expect_nothing_kept(use_buf);
}

Test(buf, nothing_may_be_printed)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_expect_eq(rsk_buf_printf(&buf, "%s", ""), RSK_OK);
	expect_holds(&buf, "");
	rsk_buf_release(&buf);
}

/* A character that no encoding has. */
Test(buf, what_cannot_be_printed_is_an_error)
{
	struct rsk_buf buf = RSK_BUF_INIT(100);

	cr_expect_eq(
		rsk_buf_printf(&buf, "%lc", (wint_t)0x7fffffff), RSK_NOMEM);
	cr_expect_eq(buf.len, 0);
	rsk_buf_release(&buf);
}
