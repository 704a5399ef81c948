#ifndef RSK_REPORT_SARIF_P_H
#define RSK_REPORT_SARIF_P_H

#include "report/ids_p.h"
#include "report/json_p.h"

/*
 * Inside SARIF 2.1.0: sarif.c is the document, sarif_rules.c the tool and its
 * rules, sarif_results.c the results.
 */
struct rsk_sarif {
	struct rsk_json json;
	const struct rsk_report *report;
	const struct rsk_ruleset *rules;
	struct rsk_ids ids;
	struct rsk_map
		index; /* rule id -> index into `rules` of the run, + 1 */
};

/* The member `tool`; fills in sarif->index. */
void rsk_sarif_tool(struct rsk_sarif *sarif);

/* The member `results`: the most severe RSK_MAX_SARIF_RESULTS. */
void rsk_sarif_results(struct rsk_sarif *sarif);

/* How many results there would be without that limit. */
uint64_t rsk_sarif_result_count(const struct rsk_report *report);

/* The member `artifactLocation`. */
void rsk_sarif_artifact(struct rsk_json *json, struct rsk_slice path);

/* The member `text` of a message, in which nothing becomes a link. */
void rsk_sarif_text(struct rsk_json *json, struct rsk_slice text);

/* The same as an object with that one member. */
void rsk_sarif_message(
	struct rsk_json *json, const char *key, const char *text);

#endif
