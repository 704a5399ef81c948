#include <inttypes.h>

#include "base/limits.h"
#include "report/html_p.h"
#include "report/words_p.h"

/* So many places of a key stand open, and so many are listed. */
enum { OPEN = 5, PLACES = 100 };

/* One day, and the day git began: dates before it are somebody's mistake. */
enum { DAY = 86400, GIT_BEGAN = 1112832000 };

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* What all drawings show, so that they can be compared [seconds]. */
static void choose_span(
	const struct rsk_report *report, int64_t *from, int64_t *to)
{
	int64_t today = report->today ? (report->today + 1) * DAY : INT64_MAX;

	*from = INT64_MAX;
	*to = report->today * DAY;
	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		if (!key->first.oid)
			continue;
		if (key->first_seconds < *from)
			*from = key->first_seconds;
		if (key->last_seconds > *to)
			*to = key->last_seconds;
		if (key->removed.oid && key->removed_seconds > *to)
			*to = key->removed_seconds;
	}
	*to = clamp(*to, GIT_BEGAN + DAY, today);
	*from = clamp(*from, GIT_BEGAN, *to - DAY);
}

static const char *name_of(
	const struct rsk_html *html, size_t i, char out[RSK_ID_NAME])
{
	return rsk_ids_name(html->ids, &html->report->keys.ptr[i].secret, out);
}

static void open_fact(struct rsk_html *html, const char *label)
{
	rsk_html_block(html, "dt", NULL);
	rsk_html_str(html, label);
	rsk_html_close(html);
	rsk_html_open(html, "dd", NULL);
}

static void add_commit(struct rsk_html *html, const char *label,
	const struct rsk_commit_view *commit, int64_t seconds)
{
	if (!commit->oid)
		return;
	open_fact(html, label);
	rsk_html_date(html, seconds);
	rsk_html_str(html, " ");
	rsk_html_open(html, "code", NULL);
	rsk_html_attr_str(html, "title", commit->oid);
	rsk_html_printf(html, "%.12s", commit->oid);
	rsk_html_close(html);
	rsk_html_str(html, " by ");
	rsk_html_slice(html, commit->author);
	rsk_html_raw(html, "<br>");
	rsk_html_open(html, "q", NULL);
	rsk_html_slice(html, commit->summary);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_names(struct rsk_html *html, const char *label,
	const struct rsk_key_names *names)
{
	if (!names->total)
		return;
	open_fact(html, label);
	for (size_t i = 0; i < names->len; i++) {
		rsk_html_str(html, i ? ", " : "");
		rsk_html_open(html, "code", NULL);
		rsk_html_slice(html, names->ptr[i]);
		rsk_html_close(html);
	}
	if (names->total > names->len)
		rsk_html_printf(html, " and %" PRIu64 " more",
			(uint64_t)(names->total - names->len));
	rsk_html_close(html);
}

static void add_environments(struct rsk_html *html, const struct rsk_key *key)
{
	if (!key->environments_len)
		return;
	open_fact(html, "Environments");
	for (size_t i = 0; i < key->environments_len; i++) {
		rsk_html_str(html, i ? ", " : "");
		rsk_html_str(html, key->environments[i]);
	}
	rsk_html_close(html);
}

static void add_place(struct rsk_html *html, const struct rsk_key_place *place)
{
	rsk_html_block(html, "li", NULL);
	rsk_html_place(html, place->path, place->at);
	for (size_t i = 0; i < place->rules_len; i++) {
		rsk_html_str(html, " ");
		rsk_html_leaf(html, "code", "class=\"id\"", place->rules[i]);
	}
	if (place->environment) {
		rsk_html_str(html, " ");
		rsk_html_leaf(
			html, "span", "class=\"chip\"", place->environment);
	}
	if (!place->at_head) {
		rsk_html_str(html, " ");
		rsk_html_leaf(html, "span", "class=\"chip\"", "not at HEAD");
	}
	rsk_html_close(html);
}

static void add_places(struct rsk_html *html, const struct rsk_key *key)
{
	size_t len = key->places_len;
	size_t shown = len > PLACES ? PLACES : len;

	if (!len)
		return;
	rsk_html_block(html, "details", "class=\"rest\"");
	if (len <= OPEN)
		rsk_html_attr_str(html, "open", "");
	rsk_html_open(html, "summary", NULL);
	rsk_html_printf(html, "%zu%s place%s", len, key->more_places ? "+" : "",
		rsk_plural(len));
	rsk_html_close(html);
	rsk_html_block(html, "ul", NULL);
	for (size_t i = 0; i < shown; i++)
		add_place(html, &key->places[i]);
	if (shown < len)
		rsk_html_left_out(html, "li", len - shown);
	rsk_html_close(html);
	rsk_html_close(html);
}

/* "rotated: k2 took its place" */
static void add_event_words(
	struct rsk_html *html, const struct rsk_key_event *event)
{
	char name[RSK_ID_NAME];

	rsk_html_str(html, rsk_key_event_name(event->kind));
	if (event->kind != RSK_KEY_ROTATED ||
		event->successor >= html->report->keys.len)
		return;
	rsk_html_str(html, ": ");
	name_of(html, event->successor, name);
	if (event->successor < RSK_MAX_HTML_KEYS) {
		rsk_html_open(html, "a", NULL);
		rsk_html_attr_printf(html, "href", "#key-%s", name);
	} else {
		rsk_html_open(html, "span", NULL);
	}
	rsk_html_str(html, name);
	rsk_html_close(html);
	rsk_html_str(html, " took its place");
}

static void add_event(struct rsk_html *html, const struct rsk_key_event *event)
{
	rsk_html_block(html, "tr", NULL);
	rsk_html_open(html, "td", NULL);
	rsk_html_date(html, event->seconds);
	rsk_html_close(html);
	rsk_html_open(html, "th", "scope=\"row\"");
	add_event_words(html, event);
	rsk_html_close(html);
	rsk_html_open(html, "td", NULL);
	if (event->path.len)
		rsk_html_place(html, event->path, (struct rsk_place){ 0, 0 });
	rsk_html_close(html);
	rsk_html_open(html, "td", NULL);
	if (event->commit.oid) {
		rsk_html_open(html, "code", NULL);
		rsk_html_printf(html, "%.12s", event->commit.oid);
		rsk_html_close(html);
		rsk_html_str(html, " ");
		rsk_html_slice(html, event->commit.summary);
	}
	rsk_html_close(html);
	rsk_html_close(html);
}

/* The drawing in words, for those who do not see it or want the commits. */
static void add_events(struct rsk_html *html, const struct rsk_key *key)
{
	if (!key->events_len)
		return;
	rsk_html_block(html, "details", "class=\"rest\"");
	rsk_html_open(html, "summary", NULL);
	rsk_html_printf(html, "%zu%s moment%s of its life", key->events_len,
		key->more_events ? "+" : "", rsk_plural(key->events_len));
	rsk_html_close(html);
	rsk_html_block(html, "div",
		"class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"Moments\"");
	rsk_html_block(html, "table", "class=\"events\"");
	rsk_html_leaf(html, "caption", NULL, "Parents come before children");
	rsk_html_raw(html, "\n<thead><tr><th scope=\"col\">Date</th>"
			   "<th scope=\"col\">What</th>"
			   "<th scope=\"col\">Path</th>"
			   "<th scope=\"col\">Commit</th></tr></thead>");
	rsk_html_block(html, "tbody", NULL);
	for (size_t i = 0; i < key->events_len; i++)
		add_event(html, &key->events[i]);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_heading(struct rsk_html *html, size_t i, const char *name)
{
	const struct rsk_key *key = &html->report->keys.ptr[i];

	rsk_html_block(html, "h3", NULL);
	rsk_html_attr_printf(html, "id", "key-%s", name);
	rsk_html_str(html, name);
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "code", NULL, key->secret.masked);
	if (key->secret.kind) {
		rsk_html_str(html, " ");
		rsk_html_leaf(html, "span", "class=\"chip\"", key->secret.kind);
	}
	rsk_html_str(html, " ");
	if (key->at_head)
		rsk_html_leaf(html, "span", "class=\"pill ans-fail\"",
			key->first.oid ? "still at HEAD" : "in the tree");
	else
		rsk_html_leaf(html, "span", "class=\"pill ans-review\"",
			key->removed.oid ? "removed, in the history"
					 : "not at HEAD");
	rsk_html_close(html);
}

static void add_facts(struct rsk_html *html, const struct rsk_key *key)
{
	rsk_html_block(html, "dl", NULL);
	add_environments(html, key);
	add_commit(html, "First commit", &key->first, key->first_seconds);
	if (key->commits > 1)
		add_commit(html, "Last commit", &key->last, key->last_seconds);
	add_commit(html, "Removed by", &key->removed, key->removed_seconds);
	add_names(html, "Branches", &key->branches);
	add_names(html, "Tags", &key->tags);
	add_names(html, "Remote branches", &key->remotes);
	add_names(html, "Authors", &key->authors);
	if (key->commits) {
		open_fact(html, "Commits");
		rsk_html_printf(html, "%" PRIu32, key->commits);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

static void add_key(struct rsk_html *html, size_t i, int64_t from, int64_t to)
{
	const struct rsk_key *key = &html->report->keys.ptr[i];
	char name[RSK_ID_NAME];

	name_of(html, i, name);
	rsk_html_block(html, "article", "class=\"key\"");
	rsk_html_attr_printf(html, "aria-labelledby", "key-%s", name);
	add_heading(html, i, name);
	if (key->first.oid)
		rsk_html_timeline(html, i, name, from, to);
	add_facts(html, key);
	add_events(html, key);
	add_places(html, key);
	rsk_html_close(html);
}

static void add_legend_entry(
	struct rsk_html *html, enum rsk_key_event_kind kind, const char *text)
{
	rsk_html_block(html, "li", NULL);
	rsk_html_raw(html, "<svg aria-hidden=\"true\" width=\"16\" "
			   "height=\"16\">");
	rsk_html_mark(html, kind, "50%", "8");
	rsk_html_raw(html, "</svg>");
	rsk_html_str(html, text);
	rsk_html_close(html);
}

static void add_legend(struct rsk_html *html)
{
	rsk_html_block(html, "ul", "class=\"legend\" aria-label=\"Legend\"");
	add_legend_entry(html, RSK_KEY_INTRODUCED, "introduced");
	add_legend_entry(html, RSK_KEY_SPREAD, "spread to a path");
	add_legend_entry(html, RSK_KEY_LEFT, "left a path");
	add_legend_entry(html, RSK_KEY_REMOVED, "removed");
	add_legend_entry(html, RSK_KEY_RETURNED, "returned");
	add_legend_entry(html, RSK_KEY_ROTATED, "rotated");
	rsk_html_raw(html,
		"\n<li><svg aria-hidden=\"true\" width=\"16\" height=\"16\">"
		"<rect class=\"life\" x=\"0\" y=\"5\" width=\"8\" "
		"height=\"6\"></rect><path class=\"life\" "
		"d=\"M7 1L16 8L7 15z\"></path></svg>still at HEAD</li>");
	rsk_html_close(html);
}

static bool has_history(const struct rsk_report *report)
{
	for (size_t i = 0; i < report->keys.len; i++)
		if (report->keys.ptr[i].first.oid)
			return true;
	return false;
}

void rsk_html_keys(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	size_t shown = report->keys.len;
	int64_t from, to;

	if (!shown)
		return;
	if (shown > RSK_MAX_HTML_KEYS)
		shown = RSK_MAX_HTML_KEYS;
	choose_span(report, &from, &to);
	rsk_html_section(html, "keys", "Keys and their lives");
	if (has_history(report))
		add_legend(html);
	for (size_t i = 0; i < shown; i++)
		add_key(html, i, from, to);
	if (shown < report->keys.len) {
		rsk_html_left_out(html, "p", report->keys.len - shown);
	}
	rsk_html_close(html);
}
