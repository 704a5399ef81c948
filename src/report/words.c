#include "report/words_p.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/utf8.h"

bool rsk_date(char out[RSK_DATE], int64_t seconds)
{
	/* The years 0000 to 9999. */
	const int64_t least = -62167219200;
	const int64_t most = 253402300799;
	time_t t = (time_t)seconds;
	struct tm tm;

	out[0] = '\0';
	if (seconds < least || seconds > most)
		return false;
	gmtime_r(&t, &tm);
	/* Not %Y, which gives years before 1000 fewer digits. */
	snprintf(out, RSK_DATE, "%04d", tm.tm_year + 1900);
	strftime(out + 4, RSK_DATE - 4, "-%m-%dT%H:%M:%SZ", &tm);
	return true;
}

const char *rsk_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

const char *rsk_base64(char out[RSK_BASE64_THREE], struct rsk_slice three)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;

	assert(three.ptr && three.len <= 3);
	memcpy(out, "====", RSK_BASE64_THREE);
	for (size_t i = 0; i < 3; i++)
		bits = bits << 8 | (i < three.len ? three.ptr[i] : 0);
	for (size_t i = 0; i <= three.len; i++)
		out[i] = digits[bits >> (18 - 6 * i) & 0x3f];
	return out;
}

struct rsk_place rsk_place_shown(struct rsk_place place)
{
	if (!place.line)
		place.line = 1;
	if (!place.column)
		place.column = 1;
	return place;
}

static bool has_answer(
	const struct rsk_report *report, enum rsk_answer_kind kind)
{
	for (size_t i = 0; i < report->answers_len; i++)
		if (report->answers[i].kind == kind)
			return true;
	return false;
}

enum rsk_standing rsk_report_standing(const struct rsk_report *report)
{
	if (has_answer(report, RSK_ANSWER_FAIL) || report->exit_status == 1)
		return RSK_STANDING_BAD;
	if (!rsk_report_units(report).scanned)
		return RSK_STANDING_NOTHING;
	if (!report->complete || rsk_report_total(report) ||
		has_answer(report, RSK_ANSWER_REVIEW) ||
		has_answer(report, RSK_ANSWER_UNKNOWN))
		return RSK_STANDING_OPEN;
	return RSK_STANDING_GOOD;
}

const char *rsk_standing_text(enum rsk_standing standing)
{
	static const char *const texts[] = {
		[RSK_STANDING_BAD] = "Not safe",
		[RSK_STANDING_NOTHING] = "Nothing was looked at",
		[RSK_STANDING_OPEN] = "Nothing wrong found, not all is known",
		[RSK_STANDING_GOOD] = "As it should be",
	};

	return texts[standing];
}

uint64_t rsk_report_total(const struct rsk_report *report)
{
	uint64_t total = 0;

	for (int i = 0; i < RSK_SEVERITIES; i++)
		total += report->counts[i];
	return total;
}

const char *rsk_known_text(
	char out[RSK_KNOWN_TEXT], const struct rsk_report *report)
{
	out[0] = '\0';
	if (report->baseline.hides)
		snprintf(out, RSK_KNOWN_TEXT, ", %u of them in the baseline",
			report->baseline.hides);
	return out;
}

const char *rsk_suppression_text(const struct rsk_suppression *suppression)
{
	const char *reason = suppression->reason;

	return reason && *reason ? reason : "no reason given";
}

struct rsk_tally rsk_report_units(const struct rsk_report *report)
{
	const struct rsk_tally *a = &report->coverage.files;
	const struct rsk_tally *b = &report->coverage.objects;

	return (struct rsk_tally){
		.seen = a->seen + b->seen,
		.scanned = a->scanned + b->scanned,
		.skipped = a->skipped + b->skipped,
		.failed = a->failed + b->failed,
		.bytes = a->bytes + b->bytes,
		.binary = a->binary + b->binary,
	};
}

const char *rsk_size(char out[RSK_SIZE], uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB" };
	double size = (double)bytes;
	int unit = -1;

	/* From 999.95 on, one digit after the point reads 1000.0. */
	while (size >= 999.95 && unit < 4) {
		size /= 1000;
		unit++;
	}
	if (unit < 0)
		snprintf(out, RSK_SIZE, "%" PRIu64 " bytes", bytes);
	else
		snprintf(out, RSK_SIZE, "%.1f %s", size, units[unit]);
	return out;
}

struct rsk_slice rsk_shorten(struct rsk_slice text, size_t most)
{
	const size_t longest = 3; /* tail bytes of a character */
	size_t back = 0;

	if (text.len <= most)
		return text;
	while (back < longest && back < most &&
		(text.ptr[most - back] & 0xc0) == 0x80)
		back++;
	return rsk_slice_cut(text, 0, most - back);
}

/* Without the first `runes` of them. */
static struct rsk_slice skip_runes(struct rsk_slice text, uint32_t runes)
{
	for (; runes && text.len; runes--)
		text = rsk_slice_cut(text, rsk_utf8_next(text).len, text.len);
	return text;
}

struct rsk_slice rsk_snippet_marked(const struct rsk_snippet *snippet)
{
	struct rsk_slice text = skip_runes(snippet->text, snippet->caret);

	return rsk_slice_cut(
		text, 0, text.len - skip_runes(text, snippet->carets).len);
}

struct rsk_slice rsk_sentence(const char *text)
{
	struct rsk_slice all = rsk_slice_trim(rsk_slice_str(text));

	for (size_t i = 0; i + 1 < all.len; i++) {
		uint8_t byte = all.ptr[i];
		uint8_t next = all.ptr[i + 1];
		bool stop = byte == '.' && (next == ' ' || next == '\n');
		bool gap = byte == '\n' && next == '\n';

		if (stop || gap)
			return rsk_slice_cut(all, 0, stop ? i + 1 : i);
	}
	return all;
}
