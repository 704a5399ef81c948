#ifndef RSK_REPORT_KEYS_H
#define RSK_REPORT_KEYS_H

#include "report/report.h"

/*
 * What a report says of its keys, for people: all of them as a table, and one
 * of them as an incident. Everything is escaped as in the text format.
 *
 * Errors    as rsk_report_write().
 */

/* One line a key; with style->verbose, its places and its time line, too. */
RSK_MUST_CHECK enum rsk_err rsk_report_write_keys(
	const struct rsk_report *report, const struct rsk_style *style,
	FILE *file);

/*
 * The six steps of the vendor's incident response for one key, filled in, as
 * Markdown: what was exposed since when and to whom, every place to change, the
 * commands, and a record to file. Shows no more of the key than its masked
 * form.
 */
struct rsk_incident {
	size_t key;         /* place in report->keys */
	const char *target; /* the path to repeat in commands */
};
RSK_MUST_CHECK enum rsk_err rsk_report_write_incident(
	const struct rsk_report *report, const struct rsk_incident *about,
	const struct rsk_style *style, FILE *file);

/*
 * The key of that id (k1, or the keyed one), or of the one finding whose
 * fingerprint begins so: its place in report->keys.
 *
 * RSK_NOTFOUND  there is none
 * RSK_LIMIT     several fingerprints begin so
 * RSK_SYNTAX    the finding has no key
 */
RSK_MUST_CHECK enum rsk_err rsk_report_find_key(size_t *out,
	const struct rsk_report *report, const struct rsk_style *style,
	const char *word);

#endif
