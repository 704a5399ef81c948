#include <inttypes.h>

#include "report/keys.h"

#include "report/text_p.h"
#include "report/words_p.h"

/*
 * The keys of a report as a table: one line each, in as many columns as there
 * is room for. A column that does not fit goes as a whole, the least telling
 * first; nothing is cut in the middle but long lists of names.
 */
enum { CELL = 64, COLUMN_MAX = 24, BETWEEN = 2 };

struct cell {
	char text[CELL];
};

struct row {
	const struct rsk_key *key;
	const struct rsk_ids *ids;
};

typedef void put_cell(struct cell *out, const struct row *row);

static void put_id(struct cell *out, const struct row *row)
{
	char name[RSK_ID_NAME];

	snprintf(out->text, CELL, "%s",
		rsk_ids_name(row->ids, &row->key->secret, name));
}

static void put_masked(struct cell *out, const struct row *row)
{
	snprintf(out->text, CELL, "%s", row->key->secret.masked);
}

static void put_kind(struct cell *out, const struct row *row)
{
	snprintf(out->text, CELL, "%s", row->key->secret.kind);
}

static void put_environments(struct cell *out, const struct row *row)
{
	size_t len = 0;

	snprintf(out->text, CELL, "-");
	for (size_t i = 0; i < row->key->environments_len && len < CELL; i++)
		len += (size_t)snprintf(out->text + len, CELL - len, "%s%s",
			i ? "," : "", row->key->environments[i]);
}

static void put_places(struct cell *out, const struct row *row)
{
	snprintf(out->text, CELL, "%zu%s", row->key->places_len,
		row->key->more_places ? "+" : "");
}

static void put_day(struct cell *out, const char *oid, int64_t seconds)
{
	char date[RSK_DATE];

	if (oid && rsk_date(date, seconds))
		snprintf(out->text, CELL, "%.10s", date);
	else
		snprintf(out->text, CELL, "-");
}

static void put_first(struct cell *out, const struct row *row)
{
	put_day(out, row->key->first.oid, row->key->first_seconds);
}

static void put_last(struct cell *out, const struct row *row)
{
	put_day(out, row->key->last.oid, row->key->last_seconds);
}

static void put_head(struct cell *out, const struct row *row)
{
	snprintf(out->text, CELL, "%s", row->key->at_head ? "yes" : "no");
}

/* The first name without what all names of its kind begin with. */
static void put_names(
	struct cell *out, const struct rsk_key_names *names, const char *prefix)
{
	struct rsk_slice name;

	snprintf(out->text, CELL, "-");
	if (!names->total || !names->len)
		return;
	name = names->ptr[0];
	if (rsk_slice_starts(name, rsk_slice_str(prefix)))
		name = rsk_slice_cut(name, strlen(prefix), name.len);
	name = rsk_shorten(name, COLUMN_MAX);
	if (names->total > 1)
		snprintf(out->text, CELL, "%.*s +%" PRIu32, (int)name.len,
			(const char *)name.ptr, names->total - 1);
	else
		snprintf(out->text, CELL, "%.*s", (int)name.len,
			(const char *)name.ptr);
}

static void put_tags(struct cell *out, const struct row *row)
{
	put_names(out, &row->key->tags, "refs/tags/");
}

static void put_remotes(struct cell *out, const struct row *row)
{
	put_names(out, &row->key->remotes, "refs/remotes/");
}

static void put_findings(struct cell *out, const struct row *row)
{
	if (row->key->hidden)
		snprintf(out->text, CELL, "%" PRIu32 " (%" PRIu32 " hidden)",
			row->key->findings, row->key->hidden);
	else
		snprintf(out->text, CELL, "%" PRIu32, row->key->findings);
}

static const struct {
	const char *title;
	unsigned weight; /* the lightest goes first; 0: never */
	put_cell *put;
} columns[] = {
	{ "ID", 0, put_id },
	{ "KEY", 0, put_masked },
	{ "KIND", 5, put_kind },
	{ "ENVIRONMENTS", 7, put_environments },
	{ "PLACES", 4, put_places },
	{ "FIRST", 6, put_first },
	{ "LAST", 3, put_last },
	{ "HEAD", 9, put_head },
	{ "TAGS", 1, put_tags },
	{ "REMOTES", 8, put_remotes },
	{ "FINDINGS", 2, put_findings },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct table {
	const struct rsk_report *report;
	const struct rsk_ids *ids;
	unsigned width[COLUMNS];
	bool left_out[COLUMNS];
};

static unsigned cell_width(const char *text)
{
	size_t len = 0;

	/* Names of refs may be any text: as many columns as an escape needs. */
	for (const char *c = text; *c; c++)
		len += *c >= ' ' && *c <= '~' ? 1 : 4;
	return (unsigned)len;
}

static void measure(struct table *t, size_t column)
{
	struct cell cell;

	t->width[column] = cell_width(columns[column].title);
	for (size_t i = 0; i < t->report->keys.len; i++) {
		const struct row row = { &t->report->keys.ptr[i], t->ids };
		unsigned width;

		columns[column].put(&cell, &row);
		width = cell_width(cell.text);
		if (width > t->width[column])
			t->width[column] = width;
	}
}

static unsigned total_width(const struct table *t)
{
	unsigned width = 0;

	for (size_t c = 0; c < COLUMNS; c++)
		if (!t->left_out[c])
			width += t->width[c] + BETWEEN;
	return width - BETWEEN;
}

static bool leave_out_lightest(struct table *t)
{
	size_t lightest = COLUMNS;

	for (size_t c = 0; c < COLUMNS; c++)
		if (columns[c].weight && !t->left_out[c] &&
			(lightest == COLUMNS ||
				columns[c].weight < columns[lightest].weight))
			lightest = c;
	if (lightest == COLUMNS)
		return false;
	t->left_out[lightest] = true;
	return true;
}

static void add_titles(struct rsk_page *page, const struct table *t)
{
	unsigned at = 0;

	rsk_page_ink(page, RSK_INK_BOLD);
	for (size_t c = 0; c < COLUMNS; c++) {
		if (t->left_out[c])
			continue;
		rsk_page_indent(page, at);
		rsk_page_str(page, columns[c].title);
		at += t->width[c] + BETWEEN;
	}
	rsk_page_ink(page, RSK_INK_PLAIN);
	rsk_page_line(page);
}

static void add_row(
	struct rsk_page *page, const struct table *t, const struct row *row)
{
	struct cell cell;
	unsigned at = 0;

	for (size_t c = 0; c < COLUMNS; c++) {
		if (t->left_out[c])
			continue;
		columns[c].put(&cell, row);
		rsk_page_indent(page, at);
		rsk_page_str(page, cell.text);
		at += t->width[c] + BETWEEN;
	}
	rsk_page_line(page);
}

/* --verbose: places and moments */

static void add_places(struct rsk_page *page, const struct rsk_key *key)
{
	for (size_t i = 0; i < key->places_len; i++) {
		const struct rsk_key_place *place = &key->places[i];

		rsk_page_str(page, "    ");
		if (place->at.line)
			rsk_page_place(page, place->path, place->at);
		else
			rsk_page_path(page, place->path);
		rsk_page_str(page, place->at_head ? "" : "  (in the past)");
		for (size_t r = 0; r < place->rules_len; r++)
			rsk_page_printf(
				page, "%s%s", r ? ", " : "  ", place->rules[r]);
		rsk_page_line(page);
	}
}

void rsk_page_key_events(struct rsk_page *page, const struct rsk_key *key,
	const struct rsk_report *report, const struct rsk_ids *ids)
{
	char date[RSK_DATE];
	char name[RSK_ID_NAME];

	for (size_t i = 0; i < key->events_len; i++) {
		const struct rsk_key_event *event = &key->events[i];

		rsk_date(date, event->seconds);
		rsk_page_printf(page, "    %.10s  %.12s  %-10s", date,
			event->commit.oid, rsk_key_event_name(event->kind));
		if (event->path.len) {
			rsk_page_str(page, "  ");
			rsk_page_slice(page, event->path);
		}
		if (event->successor != RSK_NO_KEY)
			rsk_page_printf(page, " (by %s)",
				rsk_ids_name(ids,
					&report->keys.ptr[event->successor]
						 .secret,
					name));
		rsk_page_str(page, "  ");
		rsk_page_slice(page, event->commit.author);
		rsk_page_line(page);
	}
	if (key->more_events) {
		rsk_page_str(page, "    and more");
		rsk_page_line(page);
	}
}

static void add_summary(struct rsk_page *page, const struct rsk_report *report)
{
	size_t head = 0;
	size_t remote = 0;
	size_t len = report->keys.len;

	for (size_t i = 0; i < len; i++) {
		head += report->keys.ptr[i].at_head;
		remote += report->keys.ptr[i].remotes.total > 0;
	}
	rsk_page_printf(page,
		"%zu key%s: %zu in the present state, %zu on branches of "
		"remotes",
		len, rsk_plural(len), head, remote);
	rsk_page_line(page);
}

static void add_table(struct rsk_page *page, struct table *t)
{
	for (size_t c = 0; c < COLUMNS; c++)
		measure(t, c);
	while (total_width(t) > page->width && leave_out_lightest(t))
		;
	add_titles(page, t);
	for (size_t i = 0; i < t->report->keys.len; i++) {
		const struct row row = { &t->report->keys.ptr[i], t->ids };

		add_row(page, t, &row);
		if (!page->style->verbose)
			continue;
		add_places(page, row.key);
		rsk_page_key_events(page, row.key, t->report, t->ids);
	}
}

enum rsk_err rsk_report_write_keys(const struct rsk_report *report,
	const struct rsk_style *style, FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_page page = rsk_page_on(&out, style);
	struct rsk_ids ids;
	struct table table = { .report = report, .ids = &ids };

	rsk_ids_init(&ids, report, style);
	if (report->keys.len)
		add_table(&page, &table);
	if (!style->quiet) {
		rsk_page_gap(&page);
		add_summary(&page, report);
		if (report->keys.len) {
			rsk_page_str(&page,
				"'rskan incident ID' says what to do about one "
				"of them");
			rsk_page_line(&page);
		}
		rsk_page_coverage(&page, report);
	}
	rsk_ids_release(&ids);
	rsk_page_release(&page);
	return rsk_out_finish(&out);
}

/* Looking one up */

static enum rsk_err key_of(size_t *out, const struct rsk_report *report,
	const struct rsk_finding *finding)
{
	if (!finding->secret.masked)
		return RSK_SYNTAX;
	for (size_t i = 0; i < report->keys.len; i++)
		if (!memcmp(&report->keys.ptr[i].secret.id, &finding->secret.id,
			    sizeof(finding->secret.id))) {
			*out = i;
			return RSK_OK;
		}
	return RSK_NOTFOUND;
}

static bool find_id(size_t *out, const struct rsk_report *report,
	const struct rsk_style *style, const char *word)
{
	struct rsk_ids ids;
	char name[RSK_ID_NAME];
	bool found = false;

	rsk_ids_init(&ids, report, style);
	for (size_t i = 0; i < report->keys.len && !found; i++) {
		found = !strcmp(word,
			rsk_ids_name(&ids, &report->keys.ptr[i].secret, name));
		*out = i;
	}
	rsk_ids_release(&ids);
	return found;
}

static bool begins(const struct rsk_finding *finding, const char *word)
{
	char print[RSK_PRINT_TEXT];

	rsk_hex(print, finding->fingerprint, sizeof(finding->fingerprint));
	return !strncmp(print, word, strlen(word));
}

/* A key may have several findings that begin so: it is one key all the same. */
static enum rsk_err take(size_t *out, const struct rsk_report *report,
	const struct rsk_finding *finding, enum rsk_err before)
{
	size_t at = 0;
	enum rsk_err err = key_of(&at, report, finding);

	if (before == RSK_NOTFOUND) {
		*out = at;
		return err;
	}
	return before == err && (err || *out == at) ? err : RSK_LIMIT;
}

enum { LEAST_DIGITS = 4 };

enum rsk_err rsk_report_find_key(size_t *out, const struct rsk_report *report,
	const struct rsk_style *style, const char *word)
{
	enum rsk_err err = RSK_NOTFOUND;

	if (find_id(out, report, style, word))
		return RSK_OK;
	if (strlen(word) < LEAST_DIGITS)
		return RSK_NOTFOUND;
	for (size_t i = 0; i < report->findings.len; i++)
		if (begins(&report->findings.ptr[i], word))
			err = take(out, report, &report->findings.ptr[i], err);
	for (size_t i = 0; i < report->suppressed.len; i++)
		if (begins(&report->suppressed.ptr[i], word))
			err = take(
				out, report, &report->suppressed.ptr[i], err);
	return err;
}
