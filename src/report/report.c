#include "report/report.h"

#include "report/formats_p.h"

/* Sorted by name; this order is the order of --help. */
static const struct rsk_format formats[] = {
	{ "html", "one page for a browser, with nothing to load",
		rsk_write_html, .stories = true },
	{ "json", "one JSON object with everything", rsk_write_json,
		.stories = true },
	{ "jsonl", "one JSON object a line: findings, then the coverage",
		rsk_write_jsonl, .stories = true },
	{ "markdown", "for a comment on a pull request, or a job's summary",
		rsk_write_markdown, .stories = true },
	{ "sarif", "SARIF 2.1.0, for code scanning", rsk_write_sarif,
		.stories = true, .edits = true, .line_hashes = true },
	{ "text", "for people", rsk_write_text, .stories = false },
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

const struct rsk_format *rsk_format_find(struct rsk_slice name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (rsk_slice_eq_str(name, formats[i].name))
			return &formats[i];
	return NULL;
}

const struct rsk_format *rsk_format_at(size_t i)
{
	return i < FORMATS ? &formats[i] : NULL;
}

enum rsk_err rsk_report_write(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *out)
{
	return style->format->write(report, rules, style, out);
}
