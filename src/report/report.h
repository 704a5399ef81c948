#ifndef RSK_REPORT_REPORT_H
#define RSK_REPORT_REPORT_H

#include <stdio.h>

#include "model/report.h"
#include "rules/ruleset.h"

/*
 * Formats: a report, written for a person or a program. One file and one row
 * of a table each.
 *
 *	const struct rsk_format *format = rsk_format_find("sarif");
 *	enum rsk_err err = rsk_report_write(&report, rules, &style, out);
 *
 * Everything that is attacker's text (paths, code, commit messages) is made
 * harmless for its format here and nowhere else: escaped on terminals, valid
 * UTF-8 in JSON, percent-encoded in URIs.
 *
 * Errors    RSK_IO: a write was lost (full disk, closed pipe); errno.
 */
struct rsk_style {
	const struct rsk_format *format;
	bool color;     /* ANSI colours, text only */
	bool verbose;   /* all evidence, all pages */
	bool quiet;     /* findings and the verdict only */
	unsigned width; /* columns of the terminal; 0: not a terminal */
	struct rsk_slice secret_key; /* --secret-key-file; empty: k1, k2, ... */
};

struct rsk_format {
	const char *name; /* what --format takes */
	const char *help; /* one line for --help */
	enum rsk_err (*write)(const struct rsk_report *report,
		const struct rsk_ruleset *rules, const struct rsk_style *style,
		FILE *out);
	/* What the format has a place for, and others need not be made. */
	bool stories;     /* of each key */
	bool edits;       /* the repairs of `rskan fix` */
	bool line_hashes; /* GitHub's, of findings */
};

/* The format called `name`, or NULL; the i-th one, or NULL past the end. */
const struct rsk_format *rsk_format_find(struct rsk_slice name);
const struct rsk_format *rsk_format_at(size_t i);

/* Write, flush, and say whether every byte went out. */
RSK_MUST_CHECK enum rsk_err rsk_report_write(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *out);

#endif
