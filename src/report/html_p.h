#ifndef RSK_REPORT_HTML_P_H
#define RSK_REPORT_HTML_P_H

#include "report/ids_p.h"
#include "report/out_p.h"

/*
 * Inside the HTML format: one file that needs nothing else, neither a network
 * nor its script. The tags are ours, every text goes through one function:
 *
 *	rsk_html_open(html, "p", "class=\"place\"");
 *	rsk_html_slice(html, path);
 *	rsk_html_close(html);
 *
 * writes <p class="place">src/a.ts</p>. Whatever the bytes are, the page is
 * valid UTF-8 without a control character: what a reader could not see, or
 * what would turn the text around, is shown as \x1b or \u{202e}; what HTML or a
 * CI system that shows the page would obey is a character reference.
 *
 * A tag is open for rsk_html_attr() until the first content. Elements close in
 * the order they were opened in, by construction.
 */
enum { RSK_HTML_DEPTH = 32 };

struct rsk_html {
	struct rsk_out *out;
	const struct rsk_report *report;
	const struct rsk_ruleset *rules;
	const struct rsk_ids *ids;
	unsigned depth; /* elements that are open */
	bool in_tag;    /* the last one can still get attributes */
	const char *open[RSK_HTML_DEPTH];
};

/* Begin an element; `attributes` as they are written, or NULL. */
void rsk_html_open(
	struct rsk_html *html, const char *name, const char *attributes);

/* The same on a new line of the source: for what is no part of a text. */
void rsk_html_block(
	struct rsk_html *html, const char *name, const char *attributes);

/* End the innermost element; the same for one that has no end (input). */
void rsk_html_close(struct rsk_html *html);
void rsk_html_void(struct rsk_html *html);

/* One more attribute of the element just begun; any bytes. */
void rsk_html_attr(
	struct rsk_html *html, const char *name, struct rsk_slice value);
void rsk_html_attr_str(
	struct rsk_html *html, const char *name, const char *value);
void rsk_html_attr_printf(struct rsk_html *html, const char *name,
	const char *format, ...) RSK_PRINTF(3, 4);

/* Text; any bytes. What is too long is cut, with "..." in its place. */
void rsk_html_slice(struct rsk_html *html, struct rsk_slice text);
void rsk_html_str(struct rsk_html *html, const char *text);
void rsk_html_printf(struct rsk_html *html, const char *format, ...)
	RSK_PRINTF(2, 3);

/* Markup of our own, as it is. */
void rsk_html_raw(struct rsk_html *html, const char *markup);

/* An element with nothing but a text in it. */
void rsk_html_leaf(struct rsk_html *html, const char *name,
	const char *attributes, const char *text);

/*
 * A text of paragraphs, "- " items and code (what begins with white space), as
 * rules have it.
 */
void rsk_html_prose(struct rsk_html *html, struct rsk_slice text);

/* "and 12 more: ...", where a list of this page ends before its end. */
void rsk_html_left_out(
	struct rsk_html *html, const char *element, uint64_t number);

/* "path:line:column", as code; no line, no column where it is 0. */
void rsk_html_place(
	struct rsk_html *html, struct rsk_slice path, struct rsk_place at);

/* "2026-01-31", with the time for programs; nothing for what is no date. */
void rsk_html_date(struct rsk_html *html, int64_t seconds);

/* html_findings.c: a line of code with what is meant marked in it. */
void rsk_html_snippet(struct rsk_html *html, const struct rsk_finding *finding);

/* A <section> with its heading, which `id` names; the caller closes it. */
void rsk_html_section(struct rsk_html *html, const char *id, const char *title);

/* The parts of the page, in its order. Each writes nothing when there is
 * nothing to say. */
void rsk_html_first(struct rsk_html *html);
void rsk_html_checklist(struct rsk_html *html);
void rsk_html_keys(struct rsk_html *html);
void rsk_html_data(struct rsk_html *html);
void rsk_html_findings(struct rsk_html *html);
void rsk_html_coverage(struct rsk_html *html);

/* html_timeline.c: the life of one of the report's keys over the history, as a
 * drawing. `from` and `to` are what the drawings of all keys show [seconds]. */
void rsk_html_timeline(struct rsk_html *html, size_t number, const char *name,
	int64_t from, int64_t to);

/* The mark that stands for such a moment, in an <svg>. */
void rsk_html_mark(struct rsk_html *html, enum rsk_key_event_kind kind,
	const char *x, const char *y);

/* Made by the build from html.css and html.js, without their indents. */
extern const char rsk_html_css[];
extern const char rsk_html_js[];

#endif
