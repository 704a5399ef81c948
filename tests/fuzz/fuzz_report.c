/* rooms: report */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "report/report.h"

/*
 * A report whose every text is the input, in every format. Oracles: an
 * independent reader takes the JSON, and nothing that a terminal or a CI
 * system would obey is in the output.
 */

static void fill(struct rsk_report *report, struct rsk_slice text)
{
	char *string = rsk_arena_str(&report->arena, text);
	struct rsk_finding finding = {
		.rule = "a-rule",
		.severity = RSK_HIGH,
		.message = string,
		.fix = string,
		.path = text,
		.start = { 1, 1 },
		.end = { 1, 2 },
		.secret = { "********", NULL, { { 0 } } },
		.snippet = { text, (uint32_t)text.len / 2, 9 },
		.commit = { "01", text, (int64_t)text.len, text },
		.suppression = { "inline", string },
	};

	report->command = report->target = report->version = string;
	*RSK_VEC_PUSH(&report->findings) = finding;
	*RSK_VEC_PUSH(&report->suppressed) = finding;
	report->counts[RSK_HIGH] = 1;
	rsk_coverage_gap(&report->coverage, &report->coverage.files, RSK_GAP_IO,
		text, string);
	rsk_coverage_skip(&report->coverage, &report->coverage.files,
		RSK_SKIP_SYMLINK, text);
	rsk_coverage_note(&report->coverage, "%s", string);
}

static void check_line(struct rsk_slice line)
{
	if (rsk_slice_starts(rsk_slice_trim(line), RSK_LIT("::")))
		abort();
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] < 0x20 || line.ptr[i] == 0x7f)
			abort();
}

static void check_harmless(struct rsk_slice text)
{
	struct rsk_slice line;

	if (!rsk_utf8_valid(text) ||
		rsk_slice_find(text, RSK_LIT("##[")) < text.len ||
		rsk_slice_find(text, RSK_LIT("##vso[")) < text.len ||
		rsk_slice_find(text, RSK_LIT("\xe2\x80\xae")) < text.len)
		abort();
	while (rsk_slice_line(&line, &text))
		check_line(line);
}

static void check_json(const char *text)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithOpts(text, &end, true);

	if (!json)
		abort();
	cJSON_Delete(json);
}

static void check(const struct rsk_report *report, const char *format,
	const struct rsk_ruleset *rules)
{
	const struct rsk_style style = {
		.format = rsk_format_find(rsk_slice_str(format)),
		.verbose = true,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	if (!file || rsk_report_write(report, rules, &style, file))
		abort();
	fclose(file);
	check_harmless(rsk_slice(text, len));
	if (format[0] != 't' && format[4] != 'l')
		check_json(text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rsk_ruleset *rules;
	struct rsk_report report = { 0 };

	if (!rules) {
		rules = rsk_ruleset_new();
		if (rsk_ruleset_freeze(rules, NULL))
			abort();
	}
	fill(&report, rsk_slice(data, size));
	for (size_t i = 0; rsk_format_at(i); i++)
		check(&report, rsk_format_at(i)->name, rules);
	rsk_report_release(&report);
	return 0;
}
