#include <inttypes.h>

#include "report/html_p.h"
#include "report/words_p.h"

/*
 * A key's life as a drawing. Positions along the time are in percent, all else
 * in pixels: it takes any width, and its words stay readable on a phone. The
 * bar is as thick as there are paths that have the key.
 *
 *	            spread
 *	               v
 *	     o=========#######======x             o=========>
 *	 introduced          ^   removed      returned       still at HEAD
 *	                    left
 */
enum {
	AXIS = 72,   /* y of the axis' line [px] */
	LANE = 36,   /* y of the middle of the bar */
	ASIDE = 21,  /* how far from it paths are marked that it spread to */
	HEIGHT = 92, /* of all */
	THIN = 8,    /* of a bar for one path */
	STEP = 4,    /* for each further path */
	THICKEST = 6,
	TICKS = 4,
	PERCENT = 16,
};

struct drawing {
	struct rsk_html *html;
	const struct rsk_key *key;
	int64_t from, to;
};

static const struct {
	const char *class;
	const char *shape; /* around 0,0 */
} marks[RSK_KEY_EVENTS] = {
	[RSK_KEY_INTRODUCED] = { "introduced", "M-6 0a6 6 0 1 0 12 0"
					       "a6 6 0 1 0-12 0z" },
	[RSK_KEY_SPREAD] = { "spread", "M-5-4L0 5L5-4z" },
	[RSK_KEY_LEFT] = { "left", "M-5 4L0-5L5 4z" },
	[RSK_KEY_REMOVED] = { "removed", "M-5-5L5 5M5-5L-5 5" },
	[RSK_KEY_RETURNED] = { "returned", "M-6 0a6 6 0 1 0 12 0"
					   "a6 6 0 1 0-12 0zM-3 0h6M0-3v6" },
	[RSK_KEY_ROTATED] = { "rotated", "M0-6L6 0L0 6L-6 0z" },
};

void rsk_html_mark(struct rsk_html *html, enum rsk_key_event_kind kind,
	const char *x, const char *y)
{
	rsk_html_open(html, "svg", "overflow=\"visible\"");
	rsk_html_attr_str(html, "x", x);
	rsk_html_attr_str(html, "y", y);
	rsk_html_open(html, "path", NULL);
	rsk_html_attr_printf(html, "class", "mark %s", marks[kind].class);
	rsk_html_attr_str(html, "d", marks[kind].shape);
	rsk_html_close(html);
	rsk_html_close(html);
}

/* Where a moment is, from 0 to 10000; beyond the ends, at the end. */
static unsigned position(const struct drawing *drawing, int64_t seconds)
{
	double span = (double)(drawing->to - drawing->from);

	if (seconds <= drawing->from)
		return 0;
	if (seconds >= drawing->to)
		return 10000;
	return (unsigned)((double)(seconds - drawing->from) * 10000 / span);
}

static const char *percent(char out[PERCENT], unsigned position)
{
	snprintf(out, PERCENT, "%u.%02u%%", position / 100, position % 100);
	return out;
}

static void add_bar(const struct drawing *drawing, unsigned left,
	unsigned right, unsigned paths)
{
	struct rsk_html *html = drawing->html;
	unsigned extra = paths > THICKEST ? THICKEST - 1 : paths - 1;
	unsigned height = THIN + STEP * extra;
	char text[PERCENT];

	if (!paths || right <= left)
		return;
	rsk_html_open(html, "rect", "class=\"life\"");
	rsk_html_attr_str(html, "x", percent(text, left));
	rsk_html_attr_str(html, "width", percent(text, right - left));
	rsk_html_attr_printf(html, "y", "%u", LANE - height / 2);
	rsk_html_attr_printf(html, "height", "%u", height);
	rsk_html_close(html);
}

/* How many paths have it after this moment. */
static unsigned paths_after(unsigned paths, enum rsk_key_event_kind kind)
{
	switch (kind) {
	case RSK_KEY_INTRODUCED:
	case RSK_KEY_SPREAD:
		return paths + 1;
	case RSK_KEY_RETURNED:
		return paths ? paths : 1;
	case RSK_KEY_LEFT:
		return paths > 1 ? paths - 1 : paths;
	case RSK_KEY_REMOVED:
		return 0;
	default:
		return paths;
	}
}

static void add_life(const struct drawing *drawing)
{
	const struct rsk_key *key = drawing->key;
	unsigned at = position(drawing, key->first_seconds);
	unsigned paths = key->events_len ? 0 : 1;
	unsigned end =
		key->at_head ? 10000 : position(drawing, key->last_seconds);

	for (size_t i = 0; i < key->events_len; i++) {
		unsigned next = position(drawing, key->events[i].seconds);

		add_bar(drawing, at, next, paths);
		paths = paths_after(paths, key->events[i].kind);
		at = next > at ? next : at;
	}
	add_bar(drawing, at, end, paths);
}

/* It goes on: an arrow behind today. */
static void add_arrow(const struct drawing *drawing)
{
	struct rsk_html *html = drawing->html;

	if (!drawing->key->at_head)
		return;
	rsk_html_open(html, "svg", "overflow=\"visible\" x=\"100%\"");
	rsk_html_attr_printf(html, "y", "%d", LANE);
	rsk_html_raw(html, "<path class=\"life\" d=\"M-1-8L10 0L-1 8z\">"
			   "</path>");
	rsk_html_close(html);
}

/* What happens at the same time is not drawn in the same place. */
static int aside(enum rsk_key_event_kind kind)
{
	return kind == RSK_KEY_SPREAD ? -ASIDE
	       : kind == RSK_KEY_LEFT ? ASIDE
				      : 0;
}

static void add_marks(const struct drawing *drawing)
{
	char x[PERCENT];
	char y[PERCENT];

	for (size_t i = 0; i < drawing->key->events_len; i++) {
		const struct rsk_key_event *event = &drawing->key->events[i];

		percent(x, position(drawing, event->seconds));
		snprintf(y, sizeof(y), "%d", LANE + aside(event->kind));
		rsk_html_mark(drawing->html, event->kind, x, y);
	}
}

static void add_tick(const struct drawing *drawing, unsigned i)
{
	struct rsk_html *html = drawing->html;
	int64_t span = drawing->to - drawing->from;
	bool minor = i % 2;
	char date[RSK_DATE];
	char x[PERCENT];

	percent(x, i * 10000 / TICKS);
	rsk_html_open(html, "line", "class=\"grid\" y1=\"8\"");
	rsk_html_attr_str(html, "x1", x);
	rsk_html_attr_str(html, "x2", x);
	rsk_html_attr_printf(html, "y2", "%d", AXIS);
	rsk_html_close(html);
	if (!rsk_date(date, drawing->from + span / TICKS * i))
		return;
	date[sizeof("2026-01-31") - 1] = '\0';
	rsk_html_open(html, "text", NULL);
	rsk_html_attr_str(html, "class", minor ? "tick minor" : "tick");
	rsk_html_attr_str(html, "x", x);
	rsk_html_attr_printf(html, "y", "%d", AXIS + 16);
	rsk_html_attr_str(html, "text-anchor",
		!i           ? "start"
		: i == TICKS ? "end"
			     : "middle");
	rsk_html_str(html, date);
	rsk_html_close(html);
}

static void add_description(const struct drawing *drawing)
{
	struct rsk_html *html = drawing->html;
	const struct rsk_key *key = drawing->key;
	char date[RSK_DATE];

	if (rsk_date(date, key->first_seconds))
		rsk_html_printf(html, "Introduced on %.10s. ", date);
	for (size_t i = 0; i < key->events_len; i++) {
		if (key->events[i].kind == RSK_KEY_INTRODUCED ||
			!rsk_date(date, key->events[i].seconds))
			continue;
		rsk_html_printf(html, "%s on %.10s. ",
			rsk_key_event_name(key->events[i].kind), date);
	}
	rsk_html_str(html, key->at_head ? "Still at HEAD." : "Not at HEAD.");
}

void rsk_html_timeline(struct rsk_html *html, size_t number, const char *name,
	int64_t from, int64_t to)
{
	const struct drawing drawing = { html, &html->report->keys.ptr[number],
		from, to };

	rsk_html_block(html, "svg", "class=\"timeline\" role=\"img\"");
	rsk_html_attr_printf(html, "aria-labelledby", "t-%s d-%s", name, name);
	rsk_html_attr_str(html, "width", "100%");
	rsk_html_attr_printf(html, "height", "%d", HEIGHT);
	rsk_html_open(html, "title", NULL);
	rsk_html_attr_printf(html, "id", "t-%s", name);
	rsk_html_printf(html, "The life of %s", name);
	rsk_html_close(html);
	rsk_html_open(html, "desc", NULL);
	rsk_html_attr_printf(html, "id", "d-%s", name);
	add_description(&drawing);
	rsk_html_close(html);
	for (unsigned i = 0; i <= TICKS; i++)
		add_tick(&drawing, i);
	add_life(&drawing);
	add_arrow(&drawing);
	add_marks(&drawing);
	rsk_html_close(html);
}
