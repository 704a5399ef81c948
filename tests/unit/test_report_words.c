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
	cr_expect(rsk_date(out, -30610224001));
	cr_expect_str_eq(out, "0999-12-31T23:59:59Z");
	cr_expect(rsk_date(out, -62167219200));
	cr_expect_str_eq(out, "0000-01-01T00:00:00Z");
	cr_expect_not(rsk_date(out, 253402300800));
	cr_expect_str_eq(out, "");
	cr_expect_not(rsk_date(out, -62167219201));
	cr_expect_str_eq(out, "");
}

/* What stands behind the bytes is none of them. */
Test(words, base64)
{
	static const char *const texts[] = { "/w==", "//8=", "////" };
	char out[RSK_BASE64_THREE];

	for (size_t len = 1; len <= 3; len++)
		cr_expect_str_eq(
			rsk_base64(out, rsk_slice("\xff\xff\xff\xff", len)),
			texts[len - 1]);
	cr_expect_str_eq(rsk_base64(out, RSK_LIT("\0")), "AA==");
	cr_expect_str_eq(rsk_base64(out, RSK_LIT("\0\0")), "AAA=");
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
	cut = rsk_shorten(RSK_LIT("a\xc3\xa5z"), 2);
	cr_expect_eq(cut.len, 1);
	/* What follows is not looked at. */
	cut = rsk_shorten(rsk_slice("a\xc3\xa4", 2), 2);
	cr_expect_eq(cut.len, 2);
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
	expect_sentence("One\ntwo.", 8);
	expect_sentence(". Two", 1);
	expect_sentence(".", 1);
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
	report.counts[RSK_INFO] = 1;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.counts[RSK_INFO] = 0;
	report.answers[0].kind = RSK_ANSWER_REVIEW;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.answers[0].kind = RSK_ANSWER_UNKNOWN;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_OPEN);
	report.answers[0].kind = RSK_ANSWER_PASS;
	report.answers[1].kind = RSK_ANSWER_FAIL;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_GOOD);
	report.answers_len = 2;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_BAD);
	report.answers_len = 1;
	report.exit_status = 1;
	cr_expect_eq(rsk_report_standing(&report), RSK_STANDING_BAD);
}

/* All severities; those over the limit of the list are among them. */
Test(words, total)
{
	struct rsk_report report = { .unlisted = 64 };

	for (int i = 0; i < RSK_SEVERITIES; i++)
		report.counts[i] = (uint64_t)1 << i;
	cr_expect_eq(rsk_report_total(&report), 31);
}

Test(words, units)
{
	const struct rsk_report report = { .coverage = {
						   .files = { 60, 50, 40, 30,
							   20, 10 },
						   .objects = { 6, 5, 4, 3, 2,
							   1 },
					   } };
	const struct rsk_tally all = rsk_report_units(&report);

	cr_expect_eq(all.seen, 66);
	cr_expect_eq(all.scanned, 55);
	cr_expect_eq(all.skipped, 44);
	cr_expect_eq(all.failed, 33);
	cr_expect_eq(all.bytes, 22);
	cr_expect_eq(all.binary, 11);
}
