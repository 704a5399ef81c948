#include <criterion/criterion.h>

#include "report/words_p.h"

/* Words and numbers that reports of every format share. */

Test(words, dates)
{
	char out[RSK_DATE];

	cr_expect(rsk_date(out, 0));
	cr_expect_str_eq(out, "1970-01-01T00:00:00Z");
	cr_expect(rsk_date(out, 253402300799));
	cr_expect_str_eq(out, "9999-12-31T23:59:59Z");
	/* The C library gives years before fewer digits. */
	cr_expect(rsk_date(out, -30610224000));
	cr_expect_str_eq(out, "1000-01-01T00:00:00Z");
	cr_expect_not(rsk_date(out, -30610224001));
	cr_expect_not(rsk_date(out, 253402300800));
	cr_expect_not(rsk_date(out, -62167219201));
	cr_expect_str_eq(out, "");
}

Test(words, reasons)
{
	struct rsk_suppression suppression = { .reason = "because" };

	cr_expect_str_eq(rsk_suppression_text(&suppression), "because");
	suppression.reason = "";
	cr_expect_str_eq(rsk_suppression_text(&suppression), "no reason given");
	suppression.reason = NULL;
	cr_expect_str_eq(rsk_suppression_text(&suppression), "no reason given");
}

/* What is no character is cut anywhere. */
Test(words, shortened)
{
	struct rsk_slice cut = rsk_shorten(RSK_LIT("a\xc3\xa4z"), 2);

	cr_expect_eq(cut.len, 1);
	cut = rsk_shorten(RSK_LIT("\x80\x80\x80\x80\x80\x80"), 5);
	cr_expect_eq(cut.len, 2);
	cut = rsk_shorten(RSK_LIT("\x80\x80\x80"), 2);
	cr_expect_eq(cut.len, 0);
	cut = rsk_shorten(RSK_LIT("abc"), 3);
	cr_expect_eq(cut.len, 3);
}

static void expect_sentence(const char *text, size_t len)
{
	cr_expect_eq(rsk_sentence(text).len, len, "%s", text);
}

Test(words, sentences)
{
	expect_sentence("One. Two.", 4);
	expect_sentence("One.\nTwo.", 4);
	expect_sentence("One.two", 7);
	expect_sentence("One.", 4);
	expect_sentence("One\n\nTwo", 3);
	expect_sentence("One\ntwo", 7);
	expect_sentence("", 0);
}

Test(words, standing)
{
	struct rsk_report report = { .complete = true };

	report.answers[0].kind = RSK_ANSWER_PASS;
	report.answers_len = 1;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_NOTHING);
	report.coverage.files.scanned = 1;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_GOOD);
	report.complete = false;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.complete = true;
	report.answers[0].kind = RSK_ANSWER_REVIEW;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.answers[0].kind = RSK_ANSWER_UNKNOWN;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.answers[0].kind = RSK_ANSWER_FAIL;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_BAD);
	report.answers[0].kind = RSK_ANSWER_PASS;
	report.exit_status = 1;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_BAD);
}
