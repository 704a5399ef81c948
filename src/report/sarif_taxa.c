#include "report/sarif_p.h"

/*
 * The two taxonomies of a run: the ten items of the checklist, and CWE as far
 * as the rules refer to it. A rule is related to its item and its weaknesses.
 */
enum { CHECKLIST, CWE };

static const char *const names[] = {
	[CHECKLIST] = "Resync security checklist",
	[CWE] = "CWE",
};

static bool is_cwe(struct rsk_slice text)
{
	return rsk_slice_starts(text, RSK_LIT("CWE-"));
}

/* "798" of "CWE-798": what CWE's own taxonomy calls it. */
static struct rsk_slice number_of(const char *cwe)
{
	struct rsk_slice text = rsk_slice_str(cwe);

	return is_cwe(text) ? rsk_slice_cut(text, 4, text.len) : text;
}

static void add_component(struct rsk_json *json, const char *key, int taxonomy)
{
	rsk_json_object(json, key);
	rsk_json_str(json, "name", names[taxonomy]);
	rsk_json_number(json, "index", (uint64_t)taxonomy);
	rsk_json_end(json);
}

static void add_relation(
	struct rsk_json *json, struct rsk_slice id, int taxonomy)
{
	rsk_json_object(json, NULL);
	rsk_json_object(json, "target");
	rsk_json_slice(json, "id", id);
	add_component(json, "toolComponent", taxonomy);
	rsk_json_end(json);
	rsk_json_array(json, "kinds");
	rsk_json_str(json, NULL, "relevant");
	rsk_json_end(json);
	rsk_json_end(json);
}

void rsk_sarif_relations(struct rsk_json *json, const struct rsk_rule *rule)
{
	rsk_json_array(json, "relationships");
	add_relation(json, rsk_slice_str(rsk_item_name(rule->item)), CHECKLIST);
	for (size_t i = 0; i < rule->cwe.len; i++)
		add_relation(json, number_of(rule->cwe.ptr[i]), CWE);
	rsk_json_end(json);
}

void rsk_sarif_supported(struct rsk_json *json)
{
	rsk_json_array(json, "supportedTaxonomies");
	add_component(json, NULL, CHECKLIST);
	add_component(json, NULL, CWE);
	rsk_json_end(json);
}

static void begin_taxonomy(
	struct rsk_json *json, int taxonomy, const char *text)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "name", names[taxonomy]);
	rsk_sarif_message(json, "shortDescription", text);
	rsk_json_array(json, "taxa");
}

static void add_checklist(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;
	const struct rsk_report *report = sarif->report;

	begin_taxonomy(json, CHECKLIST,
		"The ten items of the security checklist of Resync's guide");
	for (int item = 0; item < RSK_ITEMS; item++) {
		const char *id = rsk_item_name((enum rsk_item)item);

		rsk_json_object(json, NULL);
		rsk_json_str(json, "id", id);
		rsk_sarif_message(json, "shortDescription",
			report->answers_len ? report->answers[item].title : id);
		rsk_json_end(json);
	}
	rsk_json_end(json);
	rsk_json_end(json);
}

static void add_weakness(
	struct rsk_json *json, struct rsk_map *seen, const char *cwe)
{
	struct rsk_slice number = number_of(cwe);

	if ((*rsk_map_put(seen, number))++)
		return;
	rsk_json_object(json, NULL);
	rsk_json_slice(json, "id", number);
	rsk_json_end(json);
}

static void add_cwe(struct rsk_sarif *sarif)
{
	struct rsk_map seen = { 0 };

	begin_taxonomy(
		&sarif->json, CWE, "The MITRE Common Weakness Enumeration");
	for (size_t i = 0; i < sarif->rules->rules.len; i++) {
		const struct rsk_rule *rule = &sarif->rules->rules.ptr[i];

		for (size_t j = 0; rsk_rule_reports(rule) && j < rule->cwe.len;
			j++)
			add_weakness(&sarif->json, &seen, rule->cwe.ptr[j]);
	}
	rsk_json_end(&sarif->json);
	rsk_json_end(&sarif->json);
	rsk_map_release(&seen);
}

void rsk_sarif_taxonomies(struct rsk_sarif *sarif)
{
	rsk_json_array(&sarif->json, "taxonomies");
	add_checklist(sarif);
	add_cwe(sarif);
	rsk_json_end(&sarif->json);
}
