#ifndef RSK_REPORT_FORMATS_P_H
#define RSK_REPORT_FORMATS_P_H

#include "report/report.h"

/* One line per format; the table that names them is in report.c. */

typedef enum rsk_err rsk_format_write(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const struct rsk_style *style,
	FILE *out);

rsk_format_write rsk_write_html;
rsk_format_write rsk_write_json;
rsk_format_write rsk_write_jsonl;
rsk_format_write rsk_write_markdown;
rsk_format_write rsk_write_sarif;
rsk_format_write rsk_write_text;

#endif
