#include <inttypes.h>

#include "base/hash.h"
#include "base/limits.h"
#include "report/formats_p.h"
#include "report/html_p.h"
#include "report/json_p.h"
#include "report/words_p.h"

/*
 * The format "html": the page around its parts, and the verdict. A browser
 * that obeys the policy in it loads nothing, sends nothing and runs no script
 * but the one whose hash is there.
 */

static void add_hash(struct rsk_html *html, const char *kind, const char *text)
{
	struct rsk_sha256 sha;
	uint8_t digest[RSK_SHA256_BYTES];
	char base64[RSK_BASE64_THREE];

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, rsk_slice_str(text));
	rsk_sha256_final(&sha, digest);
	rsk_html_raw(html, "; ");
	rsk_html_raw(html, kind);
	rsk_html_raw(html, " 'sha256-");
	for (size_t i = 0; i < sizeof(digest); i += 3)
		rsk_html_raw(html,
			rsk_base64(base64,
				rsk_slice_cut(rsk_slice(digest, sizeof(digest)),
					i, i + 3)));
	rsk_html_raw(html, "'");
}

static void add_policy(struct rsk_html *html)
{
	rsk_html_raw(html, "\n<meta http-equiv=\"Content-Security-Policy\" "
			   "content=\"default-src 'none'");
	add_hash(html, "script-src", rsk_html_js);
	add_hash(html, "style-src", rsk_html_css);
	rsk_html_raw(html, "; base-uri 'none'; form-action 'none'\">");
}

/* A page is read elsewhere than where "." was typed. */
static const char *target_of(const struct rsk_html *html)
{
	const char *target = html->report->target;

	return target && strcmp(target, ".") == 0 ? "this folder" : target;
}

static void add_title(struct rsk_html *html)
{
	rsk_html_printf(html, "rskan %s: ", html->report->command);
	rsk_html_str(html, target_of(html));
}

static void add_head(struct rsk_html *html)
{
	rsk_html_raw(html, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
			   "<meta charset=\"utf-8\">");
	add_policy(html);
	rsk_html_raw(html,
		"\n<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n");
	rsk_html_open(html, "title", NULL);
	add_title(html);
	rsk_html_close(html);
	rsk_html_raw(html, "\n<style>");
	rsk_html_raw(html, rsk_html_css);
	rsk_html_raw(html, "</style>\n</head>\n<body>\n");
}

static void add_link(struct rsk_html *html, const char *id, const char *title)
{
	rsk_html_block(html, "li", NULL);
	rsk_html_open(html, "a", NULL);
	rsk_html_attr_printf(html, "href", "#%s", id);
	rsk_html_str(html, title);
	rsk_html_close(html);
	rsk_html_close(html);
}

static void add_navigation(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;

	rsk_html_block(html, "nav", "aria-label=\"Sections\"");
	rsk_html_open(html, "ul", NULL);
	add_link(html, "verdict", "Verdict");
	if (report->findings.len || report->actions_len)
		add_link(html, "first", "Do first");
	if (report->answers_len)
		add_link(html, "checklist", "Checklist");
	if (report->keys.len)
		add_link(html, "keys", "Keys");
	if (report->data.len)
		add_link(html, "data", "Personal data");
	if (report->findings.len)
		add_link(html, "findings", "Findings");
	add_link(html, "coverage", "Coverage");
	rsk_html_close(html);
	rsk_html_close(html);
}

/* The page's top: whose report it is. */
static void add_banner(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;

	rsk_html_raw(html, "<a class=\"skip\" href=\"#main\">"
			   "Skip to the report</a>");
	rsk_html_block(html, "header", NULL);
	rsk_html_block(html, "p", "class=\"brand\"");
	rsk_html_str(html, "rskan");
	rsk_html_open(html, "span", NULL);
	rsk_html_printf(html, " %s", report->version);
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_block(html, "h1", NULL);
	rsk_html_leaf(html, "span", "class=\"what\"", report->command);
	rsk_html_str(html, " of ");
	rsk_html_leaf(html, "span", "class=\"target\"", target_of(html));
	rsk_html_close(html);
	add_navigation(html);
	rsk_html_close(html);
}

/* What the page as a whole says, as one word for the style. */
static const char *mood(const struct rsk_report *report)
{
	switch (rsk_report_standing(report)) {
	case RSK_STANDING_BAD:
		return "fail";
	case RSK_STANDING_GOOD:
		return "pass";
	default:
		return "review";
	}
}

static void add_problems(struct rsk_html *html)
{
	uint64_t total = rsk_report_total(html->report);

	if (total)
		rsk_html_printf(html, "%" PRIu64 " %sproblem%s found", total,
			html->report->baseline.hides ? "new " : "",
			rsk_plural(total));
	else if (rsk_report_units(html->report).seen)
		rsk_html_str(html, html->report->baseline.hides
					   ? "No new problems found"
					   : "No problems found");
	else
		rsk_html_str(html, "Nothing was scanned");
}

static void add_headline(struct rsk_html *html)
{
	rsk_html_block(html, "p", "class=\"headline\"");
	if (html->report->answers_len)
		rsk_html_str(html,
			rsk_standing_text(rsk_report_standing(html->report)));
	else
		add_problems(html);
	rsk_html_close(html);
}

/* "Not everything was looked at: ..." */
static void add_incomplete(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	const char *separator = "";

	if (report->complete)
		return;
	rsk_html_block(html, "p", "class=\"incomplete\"");
	rsk_html_leaf(html, "strong", NULL, "Incomplete.");
	rsk_html_str(html, " Not everything that was asked for could be looked "
			   "at: ");
	for (int i = 0; i < RSK_GAPS; i++) {
		if (!report->coverage.gaps[i])
			continue;
		rsk_html_printf(html, "%s%s (%" PRIu64 ")", separator,
			rsk_gap_text((enum rsk_gap_class)i),
			report->coverage.gaps[i]);
		separator = ", ";
	}
	rsk_html_str(html, ". ");
	rsk_html_raw(html, "<a href=\"#gaps\">What is missing</a>");
	rsk_html_close(html);
}

/* "120 files and 3000 git objects were scanned." */
static void add_scanned(struct rsk_html *html)
{
	uint64_t files = html->report->coverage.files.scanned;
	uint64_t objects = html->report->coverage.objects.scanned;

	if (files || !objects)
		rsk_html_printf(
			html, "%" PRIu64 " file%s", files, rsk_plural(files));
	if (files && objects)
		rsk_html_str(html, " and ");
	if (objects)
		rsk_html_printf(html, "%" PRIu64 " git object%s", objects,
			rsk_plural(objects));
	rsk_html_str(html,
		files + objects == 1 ? " was scanned." : " were scanned.");
}

static void add_explanation(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	struct rsk_tally units = rsk_report_units(report);

	rsk_html_block(html, "p", "class=\"lead\"");
	if (report->answers_len) {
		add_problems(html);
		rsk_html_str(html, ". ");
	}
	if (report->exit_status == 1)
		rsk_html_str(html, "The check fails. ");
	else if (rsk_report_total(report))
		rsk_html_str(html, "None is severe enough to fail. ");
	else if (report->complete && units.scanned)
		rsk_html_str(html, "The check passes. ");
	if (report->baseline.hides)
		rsk_html_printf(html, "The baseline hides %u%s. ",
			report->baseline.hides,
			rsk_report_total(report) ? " more" : "");
	add_scanned(html);
	rsk_html_close(html);
}

static void add_counts(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;

	rsk_html_block(html, "ul", "class=\"counts\"");
	for (int i = RSK_SEVERITIES - 1; i >= 0; i--) {
		const char *name = rsk_severity_name((enum rsk_severity)i);
		bool some = report->counts[i] > 0;

		rsk_html_block(html, "li", NULL);
		rsk_html_attr_printf(
			html, "class", "sev-%s%s", name, some ? "" : " none");
		rsk_html_open(html, some ? "a" : "span", NULL);
		if (some)
			rsk_html_attr_printf(html, "href", "#sev-%s", name);
		rsk_html_open(html, "b", NULL);
		rsk_html_printf(html, "%" PRIu64, report->counts[i]);
		rsk_html_close(html);
		rsk_html_printf(html, " %s", name);
		rsk_html_close(html);
		rsk_html_close(html);
	}
	rsk_html_close(html);
}

/* "4 fail, 2 review, ..." of the ten answers. */
static void add_answers(struct rsk_html *html)
{
	const struct rsk_report *report = html->report;
	static const enum rsk_answer_kind order[] = { RSK_ANSWER_FAIL,
		RSK_ANSWER_REVIEW, RSK_ANSWER_UNKNOWN, RSK_ANSWER_PASS,
		RSK_ANSWER_NOT_APPLICABLE };
	unsigned totals[RSK_ANSWERS] = { 0 };

	if (!report->answers_len)
		return;
	for (size_t i = 0; i < report->answers_len; i++)
		totals[report->answers[i].kind]++;
	rsk_html_block(html, "p", "class=\"answers\"");
	rsk_html_raw(html, "<a href=\"#checklist\">Security checklist</a> ");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!totals[order[i]])
			continue;
		rsk_html_open(html, "span", NULL);
		rsk_html_attr_printf(html, "class", "pill ans-%s",
			rsk_answer_name(order[i]));
		rsk_html_printf(html, "%u %s", totals[order[i]],
			rsk_answer_name(order[i]));
		rsk_html_close(html);
		rsk_html_str(html, " ");
	}
	rsk_html_close(html);
}

static void add_verdict(struct rsk_html *html)
{
	rsk_html_block(html, "section", "id=\"verdict\"");
	rsk_html_attr_printf(
		html, "class", "verdict ans-%s", mood(html->report));
	rsk_html_attr_str(html, "aria-labelledby", "h-verdict");
	rsk_html_block(html, "h2", "id=\"h-verdict\"");
	rsk_html_str(html, "Verdict");
	rsk_html_close(html);
	add_headline(html);
	add_explanation(html);
	add_incomplete(html);
	if (rsk_report_total(html->report))
		add_counts(html);
	add_answers(html);
	rsk_html_close(html);
}

static void add_end(struct rsk_html *html)
{
	rsk_html_block(html, "footer", NULL);
	rsk_html_open(html, "p", NULL);
	rsk_html_printf(html, "Written by rskan %s. ", html->report->version);
	rsk_html_str(html, "Secrets are masked; no secret is in this page, and "
			   "nothing is loaded from anywhere. 'rskan rules ID' "
			   "explains a rule.");
	rsk_html_close(html);
	rsk_html_close(html);
	rsk_html_raw(html, "\n<script>");
	rsk_html_raw(html, rsk_html_js);
	rsk_html_raw(html, "</script>\n</body>\n</html>\n");
}

enum rsk_err rsk_write_html(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_ids ids;
	struct rsk_html html = {
		.out = &out,
		.report = report,
		.rules = rules,
		.ids = &ids,
	};

	rsk_ids_init(&ids, report, style);
	add_head(&html);
	add_banner(&html);
	rsk_html_block(&html, "main", "id=\"main\"");
	add_verdict(&html);
	rsk_html_first(&html);
	rsk_html_checklist(&html);
	rsk_html_keys(&html);
	rsk_html_data(&html);
	rsk_html_findings(&html);
	rsk_html_coverage(&html);
	rsk_html_close(&html);
	add_end(&html);
	rsk_ids_release(&ids);
	return rsk_out_finish(&out);
}
