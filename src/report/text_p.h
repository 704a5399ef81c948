#ifndef RSK_REPORT_TEXT_P_H
#define RSK_REPORT_TEXT_P_H

#include "base/buf.h"
#include "report/ids_p.h"
#include "report/out_p.h"
#include "report/words_p.h"

/*
 * Inside the text format. A page is written line by line; everything that is
 * added to a line is escaped, and a finished line is looked at once more, so
 * that no text of others can control a terminal or a CI system:
 *
 *	rsk_page_ink(&page, RSK_INK_BOLD);
 *	rsk_page_slice(&page, path);
 *	rsk_page_ink(&page, RSK_INK_PLAIN);
 *	rsk_page_line(&page);
 */
enum rsk_ink {
	RSK_INK_PLAIN,
	RSK_INK_BOLD,
	RSK_INK_DIM,
	RSK_INK_RED,
	RSK_INK_YELLOW,
	RSK_INK_GREEN,
	RSK_INK_BLUE,
	RSK_INK_CYAN,
	RSK_INKS,
};

struct rsk_page {
	struct rsk_out *out;
	const struct rsk_style *style;
	unsigned width;
	unsigned column;       /* columns of the line so far */
	bool gap;              /* the last one was empty */
	struct rsk_buf line;   /* escaped */
	struct rsk_buf escape; /* of one piece of text */
};

struct rsk_page rsk_page_on(struct rsk_out *out, const struct rsk_style *style);
void rsk_page_release(struct rsk_page *page);

/* Add to the line. */
void rsk_page_ink(struct rsk_page *page, enum rsk_ink ink);
void rsk_page_slice(struct rsk_page *page, struct rsk_slice text);
void rsk_page_str(struct rsk_page *page, const char *text);
void rsk_page_printf(struct rsk_page *page, const char *format, ...)
	RSK_PRINTF(2, 3);

/* Text that was made harmless already, and the columns it takes. */
void rsk_page_raw(struct rsk_page *page, const char *text, unsigned columns);

/* A path at the start of a line; "./" is put before what looks like a command
 * to a CI system. */
void rsk_page_path(struct rsk_page *page, struct rsk_slice path);

/* Spaces up to a column; rsk_page_to() adds one at least. */
void rsk_page_indent(struct rsk_page *page, unsigned column);
void rsk_page_to(struct rsk_page *page, unsigned column);

/* Go on in a new line when there is less room than that on a terminal. What is
 * no terminal gets one line, which is easier to search for. */
void rsk_page_fold(struct rsk_page *page, unsigned columns);

/* The line is done. */
void rsk_page_line(struct rsk_page *page);

/* An empty line, never two in a row nor at the top. */
void rsk_page_gap(struct rsk_page *page);

/*
 * A text of one or more lines, from here on, its further lines beginning at
 * this column. Lines of prose flow into each other up to the width, a blank
 * one and "- " begin anew; one that begins with white space is code and stays
 * as it is.
 */
void rsk_page_wrap(struct rsk_page *page, struct rsk_slice text);

/* The same with further lines beginning at `left`. */
void rsk_page_wrap_from(
	struct rsk_page *page, unsigned left, struct rsk_slice text);

/* How many columns a rune takes: 0, 1 or 2. */
unsigned rsk_rune_width(int32_t code);

enum rsk_ink rsk_severity_ink(enum rsk_severity severity);

/* text_snippet.c: the line and the carets under it. */
void rsk_page_snippet(struct rsk_page *page, const struct rsk_finding *finding);

/* text_checklist.c: the headline of an audit, the ten answers with what to do
 * first, and what only a person can see. */
void rsk_page_headline(struct rsk_page *page, const struct rsk_report *report);
void rsk_page_checklist(struct rsk_page *page, const struct rsk_report *report);
void rsk_page_manual(struct rsk_page *page, const struct rsk_report *report);

/* text_coverage.c: what was not looked at, what is hidden, what to know. */
void rsk_page_coverage(struct rsk_page *page, const struct rsk_report *report);

/* text_findings.c: all of them, the most severe first. */
void rsk_page_findings(struct rsk_page *page, const struct rsk_report *report,
	const struct rsk_ruleset *rules);

/* keys.c: the time line of a key, one moment a line. */
void rsk_page_key_events(struct rsk_page *page, const struct rsk_key *key,
	const struct rsk_report *report, const struct rsk_ids *ids);

/* "1 high, 2 medium" onto the line. */
void rsk_page_counts(struct rsk_page *page, const struct rsk_report *report);

/* "path:line:column" onto the line. */
void rsk_page_place(
	struct rsk_page *page, struct rsk_slice path, struct rsk_place place);

#endif
