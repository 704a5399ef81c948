#ifndef RSK_REPORT_WORDS_P_H
#define RSK_REPORT_WORDS_P_H

#include "model/report.h"

/* Small facts of a report in the words that several formats use. */

enum { RSK_PRINT_TEXT = 2 * RSK_KNOWN_PRINT + 1 }; /* a fingerprint in hex */

enum { RSK_DATE = sizeof("2026-01-31T12:00:00Z") };

/*
 * Seconds since 1970 as "2026-01-31T12:00:00Z"; false, and "" in `out`, before
 * the year 0000 and after 9999 (a commit's date is anybody's number).
 */
bool rsk_date(char out[RSK_DATE], int64_t seconds);

/* "s" unless there is one. */
const char *rsk_plural(uint64_t n);

/* Up to three bytes in base64 (RFC 4648), padded; returns `out`. */
enum { RSK_BASE64_THREE = 5 };
const char *rsk_base64(char out[RSK_BASE64_THREE], struct rsk_slice three);

/* [human] Whole files have no place: they are shown at their beginning. */
struct rsk_place rsk_place_shown(struct rsk_place place);

/* What a report says as a whole: an audit by its answers, others by what was
 * found. The worst that is true. */
enum rsk_standing {
	RSK_STANDING_BAD,     /* an item fails; findings over --fail-on */
	RSK_STANDING_NOTHING, /* was looked at */
	RSK_STANDING_OPEN,    /* a person must judge, or not all was seen */
	RSK_STANDING_GOOD,
};

enum rsk_standing rsk_report_standing(const struct rsk_report *report);

/* "Not safe" */
const char *rsk_standing_text(enum rsk_standing standing);

/* All findings, listed or not. */
uint64_t rsk_report_total(const struct rsk_report *report);

/* ", 25 of them in the baseline", or "" when there is none: behind a count of
 * what is hidden. Returns `out`. */
enum { RSK_KNOWN_TEXT = 64 };
const char *rsk_known_text(
	char out[RSK_KNOWN_TEXT], const struct rsk_report *report);

/* The reason why it is hidden, or that there is none. */
const char *rsk_suppression_text(const struct rsk_suppression *suppression);

/* Files and objects together. */
struct rsk_tally rsk_report_units(const struct rsk_report *report);

/* "K", "M", "G" of bytes: "1.2 MB". Returns `out`. */
enum { RSK_SIZE = 32 };
const char *rsk_size(char out[RSK_SIZE], uint64_t bytes);

/* At most that many bytes of a text, without cutting a character. */
struct rsk_slice rsk_shorten(struct rsk_slice text, size_t most);

/* The part of the snippet that carets stand under. */
struct rsk_slice rsk_snippet_marked(const struct rsk_snippet *snippet);

/* The first sentence of a paragraph. */
struct rsk_slice rsk_sentence(const char *text);

#endif
