#include <inttypes.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/groups_p.h"
#include "report/html_p.h"
#include "report/words_p.h"

/* So few are shown open at once; what to do first names so many rules. */
enum { OPEN = 40, FIRST = 6 };

/* The section of findings while it is written. */
struct part {
	struct rsk_html *html;
	struct rsk_groups groups;
	size_t listed;
	bool open;
};

static const struct rsk_rule *rule_of(
	const struct rsk_html *html, const char *id)
{
	return rsk_ruleset_find(html->rules, rsk_slice_str(id));
}

static void add_severity(struct rsk_html *html, enum rsk_severity severity)
{
	const char *name = rsk_severity_name(severity);

	rsk_html_open(html, "span", NULL);
	rsk_html_attr_printf(html, "class", "pill sev-%s", name);
	rsk_html_str(html, name);
	rsk_html_close(html);
	rsk_html_str(html, " ");
}

static const char *title_of(const struct rsk_html *html, const char *id)
{
	const struct rsk_rule *rule = rule_of(html, id);

	return rule && rule->title ? rule->title : id;
}

/* What to do first. */

static void add_more_places(struct rsk_html *html, uint64_t places)
{
	if (places > 1)
		rsk_html_printf(html, " and %" PRIu64 " more place%s",
			places - 1, rsk_plural(places - 1));
}

static void add_link(struct rsk_html *html, size_t group, const char *separator)
{
	rsk_html_str(html, separator);
	rsk_html_open(html, "a", NULL);
	rsk_html_attr_printf(html, "href", "#g%zu", group + 1);
}

static void add_step(struct part *part, size_t i)
{
	struct rsk_html *html = part->html;
	const struct rsk_group *group = &part->groups.all.ptr[i];
	const struct rsk_finding *finding = rsk_groups_at(&part->groups, i, 0);

	rsk_html_block(html, "li", NULL);
	rsk_html_open(html, "p", "class=\"where\"");
	add_severity(html, group->severity);
	rsk_html_place(html, finding->path, finding->start);
	add_more_places(html, group->len);
	add_link(html, i, ": ");
	rsk_html_str(html, title_of(html, group->rule));
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_prose(html, rsk_sentence(finding->fix));
	rsk_html_close(html);
}

/* A step of an audit. */
static void add_action(struct part *part, const struct rsk_action *action)
{
	struct rsk_html *html = part->html;
	size_t group = 0;

	while (action->rule && group < part->groups.all.len &&
		strcmp(part->groups.all.ptr[group].rule, action->rule) != 0)
		group++;
	rsk_html_block(html, "li", NULL);
	rsk_html_open(html, "p", "class=\"where\"");
	add_severity(html, action->risk);
	if (action->path.len)
		rsk_html_place(html, action->path,
			(struct rsk_place){ action->line, 0 });
	add_more_places(html, action->places);
	if (action->rule && group < part->groups.all.len) {
		add_link(html, group, action->path.len ? ": " : "");
		rsk_html_str(html, title_of(html, action->rule));
		rsk_html_close(html);
	}
	rsk_html_close(html);
	rsk_html_prose(html, rsk_slice_str(action->text));
	rsk_html_close(html);
}

static void add_actions(struct part *part, size_t from, size_t to)
{
	rsk_html_block(part->html, "ol", "class=\"steps\"");
	if (from)
		rsk_html_attr_printf(part->html, "start", "%zu", from + 1);
	for (size_t i = from; i < to; i++)
		add_action(part, &part->html->report->actions[i]);
	rsk_html_close(part->html);
}

/* The first ones are open; one more than that is not worth a click. */
static void add_plan(struct part *part)
{
	struct rsk_html *html = part->html;
	size_t len = html->report->actions_len;
	size_t shown = len > FIRST + 1 ? FIRST : len;

	add_actions(part, 0, shown);
	if (shown == len)
		return;
	rsk_html_block(html, "details", "class=\"rest\"");
	rsk_html_open(html, "summary", NULL);
	rsk_html_printf(html, "%zu more steps", len - shown);
	rsk_html_close(html);
	add_actions(part, shown, len);
	rsk_html_close(html);
}

static void add_steps(struct part *part)
{
	rsk_html_block(part->html, "ol", "class=\"steps\"");
	for (size_t i = 0; i < part->groups.all.len && i < FIRST; i++)
		add_step(part, i);
	rsk_html_close(part->html);
}

void rsk_html_first(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	struct part part = { .html = html };

	if (!report->findings.len && !report->actions_len)
		return;
	rsk_groups_init(&part.groups, report);
	rsk_html_section(html, "first", "What to do first");
	if (report->actions_len)
		add_plan(&part);
	else
		add_steps(&part);
	rsk_html_close(html);
	rsk_groups_release(&part.groups);
}

/* One finding. */

static struct rsk_slice skip_blanks(struct rsk_slice text)
{
	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
		text = rsk_slice_cut(text, 1, text.len);
	return text;
}

/* Code, in which a tab is a gap and not an escape. */
static void add_code(struct rsk_html *html, struct rsk_slice text)
{
	while (text.len) {
		size_t tab = rsk_slice_find(text, RSK_LIT("\t"));

		rsk_html_slice(html, rsk_slice_cut(text, 0, tab));
		if (tab < text.len)
			rsk_html_raw(html, "    ");
		text = rsk_slice_cut(text, tab + 1, text.len);
	}
}

void rsk_html_snippet(struct rsk_html *html, const struct rsk_finding *finding)
{
	struct rsk_snippet snippet = finding->snippet;
	struct rsk_slice marked;
	size_t before;

	if (!snippet.text.len)
		return;
	marked = rsk_snippet_marked(&snippet);
	snippet.text = skip_blanks(snippet.text);
	rsk_html_block(html, "pre", "class=\"snippet\"");
	rsk_html_open(html, "span", "class=\"line\"");
	rsk_html_printf(html, "%" PRIu32, rsk_place_shown(finding->start).line);
	rsk_html_close(html);
	rsk_html_open(html, "code", NULL);
	if (marked.len && marked.ptr >= snippet.text.ptr) {
		before = (size_t)(marked.ptr - snippet.text.ptr);
		add_code(html, rsk_slice_cut(snippet.text, 0, before));
		rsk_html_open(html, "mark", NULL);
		add_code(html, marked);
		rsk_html_close(html);
		add_code(html, rsk_slice_cut(snippet.text, before + marked.len,
				       snippet.text.len));
	} else {
		add_code(html, snippet.text);
	}
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_chip(struct rsk_html *html, const char *text)
{
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "span", "class=\"chip\"", text);
}

static void add_chips(struct rsk_html *html, const struct rsk_finding *finding)
{
	char text[64];

	if (finding->origin != RSK_ORIGIN_TREE)
		add_chip(html, rsk_origin_name(finding->origin));
	if (finding->commit.oid)
		add_chip(html,
			finding->at_head ? "still at HEAD" : "not at HEAD");
	if (finding->confidence != RSK_CONFIDENCE_HIGH) {
		snprintf(text, sizeof(text), "%s confidence",
			rsk_confidence_name(finding->confidence));
		add_chip(html, text);
	}
}

/* <dt>label</dt><dd> ... the caller closes it. */
static void open_fact(struct rsk_html *html, const char *label)
{
	rsk_html_block(html, "dt", NULL);
	rsk_html_str(html, label);
	rsk_html_close(html);
	rsk_html_open(html, "dd", NULL);
}

/* Is the story of its secret on this page? */
static bool has_story(
	const struct rsk_html *html, const struct rsk_finding *finding)
{
	const struct rsk_secret_id *id = &finding->secret.id;

	for (size_t i = 0; i < html->report->keys.len && i < RSK_MAX_HTML_KEYS;
		i++)
		if (!memcmp(&html->report->keys.ptr[i].secret.id, id,
			    sizeof(*id)))
			return true;
	return false;
}

static void add_key(struct rsk_html *html, const struct rsk_finding *finding)
{
	char name[RSK_ID_NAME];
	uint32_t places;

	if (!finding->secret.masked)
		return;
	places = rsk_ids_places(html->ids, finding);
	rsk_ids_name(html->ids, &finding->secret, name);
	open_fact(html, "Secret");
	if (has_story(html, finding)) {
		rsk_html_open(html, "a", NULL);
		rsk_html_attr_printf(html, "href", "#key-%s", name);
	} else {
		rsk_html_open(html, "span", NULL);
	}
	rsk_html_str(html, name);
	rsk_html_close(html);
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "code", NULL, finding->secret.masked);
	rsk_html_printf(html, ", found in %" PRIu32 " place%s", places,
		rsk_plural(places));
	rsk_html_close(html);
}

static void add_commit(struct rsk_html *html, const struct rsk_finding *finding)
{
	const struct rsk_commit_view *commit = &finding->commit;

	if (!commit->oid)
		return;
	open_fact(html, "First commit");
	rsk_html_open(html, "code", NULL);
	rsk_html_attr_str(html, "title", commit->oid);
	rsk_html_printf(html, "%.12s", commit->oid);
	rsk_html_close(html);
	rsk_html_str(html, " ");
	rsk_html_date(html, commit->seconds);
	rsk_html_str(html, " by ");
	rsk_html_slice(html, commit->author);
	rsk_html_raw(html, "<br>");
	rsk_html_open(html, "q", NULL);
	rsk_html_slice(html, commit->summary);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_names(struct rsk_html *html, const struct rsk_slice *names,
	size_t len, uint64_t total)
{
	for (size_t i = 0; i < len; i++) {
		rsk_html_str(html, i ? ", " : "");
		rsk_html_open(html, "code", NULL);
		rsk_html_slice(html, names[i]);
		rsk_html_close(html);
	}
	if (total > len)
		rsk_html_printf(html, " and %" PRIu64 " more", total - len);
}

static void add_life(struct rsk_html *html, const struct rsk_finding *finding)
{
	const struct rsk_life_view *life = finding->life;

	if (!life)
		return;
	open_fact(html, "Lifetime");
	rsk_html_printf(html, "in %" PRIu32 " commit%s", life->commits,
		rsk_plural(life->commits));
	if (life->removed) {
		rsk_html_printf(html, ", removed by %.12s ", life->removed);
		rsk_html_date(html, life->removed_seconds);
	} else if (finding->at_head) {
		rsk_html_str(html, ", still at HEAD");
	}
	rsk_html_close(html);
	open_fact(html, "Reached by");
	if (!life->refs_total)
		rsk_html_str(html, "no ref");
	add_names(html, life->refs, life->refs_len, life->refs_total);
	rsk_html_close(html);
	if (life->paths_len < 2 && !life->more_paths)
		return;
	open_fact(html, "Paths");
	add_names(html, life->paths, life->paths_len, 0);
	rsk_html_str(html, life->more_paths ? ", ..." : "");
	rsk_html_close(html);
}

static void add_flow(struct rsk_html *html, const struct rsk_finding *finding)
{
	if (!finding->flow_len)
		return;
	open_fact(html, "Flow");
	rsk_html_open(html, "ol", "class=\"flow\"");
	for (size_t i = 0; i < finding->flow_len; i++) {
		const struct rsk_step *step = &finding->flow[i];

		rsk_html_open(html, "li", NULL);
		rsk_html_place(html, step->path, step->at);
		rsk_html_str(html, " ");
		rsk_html_str(html, step->note);
		rsk_html_close(html);
	}
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_facts(struct rsk_html *html, const struct rsk_finding *finding,
	const char *known_fix)
{
	char print[RSK_PRINT_TEXT];

	rsk_hex(print, finding->fingerprint, sizeof(finding->fingerprint));
	rsk_html_block(html, "dl", NULL);
	add_key(html, finding);
	add_commit(html, finding);
	add_life(html, finding);
	add_flow(html, finding);
	if (finding->fix && *finding->fix && known_fix &&
		strcmp(finding->fix, known_fix) != 0) {
		open_fact(html, "Fix");
		rsk_html_prose(html, rsk_slice_str(finding->fix));
		rsk_html_close(html);
	}
	open_fact(html, "Fingerprint");
	rsk_html_leaf(html, "code", "class=\"print\"", print);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_finding(struct part *part, const struct rsk_finding *finding,
	const char *known_fix)
{
	struct rsk_html *html = part->html;

	rsk_html_block(html, "li", NULL);
	rsk_html_attr_printf(html, "id", "f%zu", ++part->listed);
	rsk_html_attr_str(
		html, "data-origin", rsk_origin_name(finding->origin));
	rsk_html_open(html, "details", part->open ? "open" : NULL);
	rsk_html_open(html, "summary", NULL);
	rsk_html_place(html, finding->path, finding->start);
	add_chips(html, finding);
	rsk_html_str(html, " ");
	rsk_html_leaf(html, "span", "class=\"message\"", finding->message);
	rsk_html_close(html);
	rsk_html_snippet(html, finding);
	add_facts(html, finding, known_fix);
	rsk_html_close(html);
	rsk_html_close(html);
}

/* A rule's page, and its findings. */

static void add_part(
	struct rsk_html *html, const char *heading, const char *text, bool code)
{
	if (!text || !*text)
		return;
	rsk_html_block(html, "div", NULL);
	rsk_html_leaf(html, "h5", NULL, heading);
	if (code) {
		rsk_html_open(html, "pre", "class=\"code\"");
		for (struct rsk_slice rest = rsk_slice_str(text), line;
			rsk_slice_line(&line, &rest);) {
			add_code(html, line);
			rsk_html_raw(html, rest.len ? "\n" : "");
		}
		rsk_html_close(html);
	} else {
		rsk_html_prose(html, rsk_slice_str(text));
	}
	rsk_html_close(html);
}

static void add_references(struct rsk_html *html, const struct rsk_rule *rule)
{
	if (!rule->references.len && !rule->cwe.len)
		return;
	rsk_html_block(html, "div", NULL);
	rsk_html_leaf(html, "h5", NULL, "References");
	rsk_html_open(html, "ul", NULL);
	for (size_t i = 0; i < rule->references.len; i++)
		rsk_html_leaf(html, "li", NULL, rule->references.ptr[i]);
	for (size_t i = 0; i < rule->cwe.len; i++)
		rsk_html_leaf(html, "li", NULL, rule->cwe.ptr[i]);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_page(struct rsk_html *html, const struct rsk_rule *rule)
{
	rsk_html_block(html, "details", "class=\"page\"");
	rsk_html_leaf(html, "summary", NULL, "About this rule");
	add_part(html, "What it finds", rule->what, false);
	add_part(html, "Bad", rule->bad, true);
	add_part(html, "Good", rule->good, true);
	add_references(html, rule);
	rsk_html_block(html, "p", NULL);
	rsk_html_str(html, "Checklist item: ");
	rsk_html_leaf(html, "code", NULL, rsk_item_name(rule->item));
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_group_head(struct part *part, size_t i, const char *fix)
{
	struct rsk_html *html = part->html;
	const struct rsk_group *group = &part->groups.all.ptr[i];
	const struct rsk_rule *rule = rule_of(html, group->rule);

	rsk_html_block(html, "h4", NULL);
	rsk_html_attr_printf(html, "id", "hg%zu", i + 1);
	add_severity(html, group->severity);
	rsk_html_str(html, title_of(html, group->rule));
	rsk_html_str(html, " ");
	rsk_html_open(html, "span", "class=\"count\"");
	rsk_html_printf(
		html, "%zu place%s", group->len, rsk_plural(group->len));
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_block(html, "p", "class=\"rule\"");
	rsk_html_leaf(html, "code", NULL, group->rule);
	rsk_html_close(html);
	rsk_html_block(html, "div", "class=\"about\"");
	add_part(html, "Why it matters", rule ? rule->why : NULL, false);
	add_part(html, "What to do", fix, false);
	rsk_html_close(html);
	if (rule)
		add_page(html, rule);
}

static void add_group(struct part *part, size_t i)
{
	struct rsk_html *html = part->html;
	const struct rsk_group *group = &part->groups.all.ptr[i];
	const char *fix = rsk_groups_at(&part->groups, i, 0)->fix;
	size_t shown = 0;

	rsk_html_block(html, "article", "class=\"group\"");
	rsk_html_attr_printf(html, "id", "g%zu", i + 1);
	rsk_html_attr_printf(html, "aria-labelledby", "hg%zu", i + 1);
	rsk_html_attr_str(
		html, "data-severity", rsk_severity_name(group->severity));
	rsk_html_attr_str(html, "data-rule", group->rule);
	add_group_head(part, i, fix);
	rsk_html_block(html, "ol", "class=\"places\"");
	for (; shown < group->len && part->listed < RSK_MAX_HTML_FINDINGS;
		shown++)
		add_finding(part, rsk_groups_at(&part->groups, i, shown), fix);
	rsk_html_close(html);
	if (shown < group->len) {
		rsk_html_block(html, "p", "class=\"more\"");
		rsk_html_printf(html,
			"%zu more place%s: this page lists %u findings, the "
			"most severe ones; --format json has all.",
			group->len - shown, rsk_plural(group->len - shown),
			RSK_MAX_HTML_FINDINGS);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

static void add_severity_heading(
	struct rsk_html *html, enum rsk_severity severity)
{
	const char *name = rsk_severity_name(severity);

	rsk_html_block(html, "h3", "class=\"severity\"");
	rsk_html_attr_printf(html, "id", "sev-%s", name);
	rsk_html_attr_str(html, "data-severity", name);
	rsk_html_printf(html, "%c%s", name[0] - 'a' + 'A', name + 1);
	rsk_html_str(html, " ");
	rsk_html_open(html, "span", "class=\"count\"");
	rsk_html_printf(html, "%" PRIu64, html->report->counts[severity]);
	rsk_html_close(html);
	rsk_html_close(html);
}

/* The script shows it and fills in what there is to choose from. */
static void add_filter(struct rsk_html *html)
{
	rsk_html_raw(html,
		"\n<form id=\"filter\" class=\"filter\" role=\"search\" "
		"aria-label=\"Filter the findings\" hidden>\n"
		"<label>Severity<select id=\"by-severity\">"
		"<option value=\"\">all</option></select></label>\n"
		"<label>Rule<select id=\"by-rule\">"
		"<option value=\"\">all</option></select></label>\n"
		"<label>Origin<select id=\"by-origin\">"
		"<option value=\"\">all</option></select></label>\n"
		"<label>Text<input id=\"by-text\" type=\"search\" "
		"autocomplete=\"off\" spellcheck=\"false\" "
		"placeholder=\"path, message, key\"></label>\n"
		"<div class=\"buttons\"><button type=\"button\" "
		"id=\"open-all\">Open all</button><button type=\"button\" "
		"id=\"close-all\">Close all</button><button type=\"reset\">"
		"Reset</button></div>\n"
		"<p id=\"shown\" role=\"status\"></p>\n</form>");
}

void rsk_html_findings(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	struct part part = { .html = html,
		.open = report->findings.len <= OPEN };
	int severity = RSK_SEVERITIES;

	if (!report->findings.len)
		return;
	rsk_groups_init(&part.groups, report);
	rsk_html_section(html, "findings", "Findings");
	add_filter(html);
	for (size_t i = 0; i < part.groups.all.len; i++) {
		if ((int)part.groups.all.ptr[i].severity < severity) {
			severity = (int)part.groups.all.ptr[i].severity;
			add_severity_heading(
				html, part.groups.all.ptr[i].severity);
		}
		add_group(&part, i);
	}
	if (report->unlisted) {
		rsk_html_block(html, "p", "class=\"more\"");
		rsk_html_printf(html,
			"%" PRIu64 " more problem%s over the limit of a report "
			"are counted, not listed.",
			report->unlisted, rsk_plural(report->unlisted));
		rsk_html_close(html);
	}
	rsk_html_close(html);
	rsk_groups_release(&part.groups);
}
