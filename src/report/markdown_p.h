#ifndef RSK_REPORT_MARKDOWN_P_H
#define RSK_REPORT_MARKDOWN_P_H

#include "base/buf.h"
#include "report/report.h"

/*
 * Writes Markdown as GitHub shows it (GFM), for text that may be anything:
 *
 *	rsk_md_raw(md, "- ");
 *	rsk_md_code(md, path);
 *	rsk_md_raw(md, ": ");
 *	rsk_md_text(md, message);
 *	rsk_md_raw(md, "\n");
 *
 * Whatever the text is, it begins no markup, no HTML, no link, image or
 * mention, ends no table cell and no line, and is no command to a CI system.
 * Sources: the GFM specification (backslash escapes, code spans, tables,
 * autolinks); mentions and references are made from text alone, so an empty
 * comment behind "@" and "#" parts them.
 *
 * Everything goes into a buffer, so that a part that would make the whole too
 * large can be taken back.
 */
struct rsk_md {
	struct rsk_buf text;
	enum rsk_err err;
};

void rsk_md_raw(struct rsk_md *md, const char *markup);
void rsk_md_printf(struct rsk_md *md, const char *format, ...) RSK_PRINTF(2, 3);

/* Text between other text. */
void rsk_md_text(struct rsk_md *md, struct rsk_slice text);
void rsk_md_str(struct rsk_md *md, const char *text);

/* The same in a line that begins with HTML, <summary>. */
void rsk_md_html(struct rsk_md *md, const char *text);

/* A code span, also inside a table. */
void rsk_md_code(struct rsk_md *md, struct rsk_slice text);

/* "path:line:column" as a code span; 0 is left out. */
void rsk_md_place(
	struct rsk_md *md, struct rsk_slice path, struct rsk_place at);

/* Of a line inside a fenced block, behind something that ends no block. */
void rsk_md_line(struct rsk_md *md, struct rsk_slice text);

#endif
