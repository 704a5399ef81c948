#ifndef RSK_REPORT_SARIF_P_H
#define RSK_REPORT_SARIF_P_H

#include "report/ids_p.h"
#include "report/json_p.h"

/*
 * Inside SARIF 2.1.0: sarif.c is the document, sarif_rules.c the tool and its
 * rules, sarif_results.c the results, sarif_taxa.c what rules are about.
 *
 * An audit is two runs, the tree and the history, so that a viewer that gets
 * one of them anew keeps the other.
 */
struct rsk_sarif {
	struct rsk_json json;
	bool past; /* the run at work is about the history, not the tree */
	bool both; /* there are two runs */
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

/* How many results there would be without that limit, in the run at work. */
uint64_t rsk_sarif_result_count(const struct rsk_sarif *sarif);

/* sarif_taxa.c: the members `taxonomies` of a run, `supportedTaxonomies` of
 * the tool and `relationships` of a rule. */
void rsk_sarif_taxonomies(struct rsk_sarif *sarif);
void rsk_sarif_supported(struct rsk_json *json);
void rsk_sarif_relations(struct rsk_json *json, const struct rsk_rule *rule);

/* The member `artifactLocation`. */
void rsk_sarif_artifact(struct rsk_json *json, struct rsk_slice path);

/* The member `text` of a message, in which nothing becomes a link. */
void rsk_sarif_text(struct rsk_json *json, struct rsk_slice text);

/* The same as an object with that one member. */
void rsk_sarif_message(
	struct rsk_json *json, const char *key, const char *text);

/* sarif_fixes.c: the member `fixes`, when there are edits for the finding. */
void rsk_sarif_fixes(struct rsk_json *json, const struct rsk_report *report,
	const struct rsk_finding *finding);

#endif
