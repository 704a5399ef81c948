#include "report/sarif_p.h"
#include "report/words_p.h"

/* More is refused by GitHub. */
enum { MAX_TAGS = 20, MAX_DESCRIPTION = 1024 };

/* "hardcoded-resync-key" as "HardcodedResyncKey". */
static void add_name(struct rsk_json *json, const char *id)
{
	bool up = true;

	rsk_json_open_string(json, "name");
	for (const char *c = id; *c; c++) {
		char one = *c;

		if (up && one >= 'a' && one <= 'z')
			one = (char)(one - 'a' + 'A');
		up = one == '-';
		if (!up)
			rsk_json_add(json, rsk_slice(&one, 1));
	}
	rsk_json_close_string(json);
}

static bool is_given(const char *text)
{
	return text && *text;
}

static void add_trimmed(struct rsk_json *json, const char *text)
{
	rsk_json_add(json, rsk_slice_trim(rsk_slice_str(text)));
}

static void add_section(
	struct rsk_json *json, const char *heading, const char *text)
{
	if (!is_given(text))
		return;
	rsk_json_add_str(json, heading);
	add_trimmed(json, text);
	rsk_json_add_str(json, "\n\n");
}

/* One backtick more than the code has in a row, and three at least. */
static size_t fence_of(const char *code)
{
	size_t longest = 2;
	size_t run = 0;

	for (; *code; code++) {
		run = *code == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest + 1;
}

static void add_fence(struct rsk_json *json, size_t len)
{
	while (len--)
		rsk_json_add_str(json, "`");
	rsk_json_add_str(json, "\n");
}

static void add_code(
	struct rsk_json *json, const char *heading, const char *code)
{
	if (!is_given(code))
		return;

	size_t fence = fence_of(code);
	size_t len = strlen(code);

	while (len && code[len - 1] == '\n')
		len--;
	rsk_json_add_str(json, heading);
	add_fence(json, fence);
	rsk_json_add(json, rsk_slice(code, len));
	rsk_json_add_str(json, "\n");
	add_fence(json, fence);
	rsk_json_add_str(json, "\n");
}

static void add_references(
	struct rsk_json *json, const struct rsk_rule *rule, const char *heading)
{
	if (rule->references.len)
		rsk_json_add_str(json, heading);
	for (size_t i = 0; i < rule->references.len; i++) {
		rsk_json_add_str(json, "- ");
		rsk_json_add_str(json, rule->references.ptr[i]);
		rsk_json_add_str(json, "\n");
	}
}

static void add_help(struct rsk_json *json, const struct rsk_rule *rule)
{
	rsk_json_object(json, "help");
	rsk_json_open_string(json, "text");
	add_section(json, "", rule->title);
	add_section(json, "", rule->what);
	add_section(json, "Why: ", rule->why);
	add_section(json, "Fix: ", rule->fix);
	add_references(json, rule, "See:\n");
	rsk_json_close_string(json);

	rsk_json_open_string(json, "markdown");
	add_section(json, "# ", rule->title);
	add_section(json, "", rule->what);
	add_section(json, "## Why\n\n", rule->why);
	add_section(json, "## Fix\n\n", rule->fix);
	add_code(json, "## Bad\n\n", rule->bad);
	add_code(json, "## Good\n\n", rule->good);
	add_references(json, rule, "## See\n\n");
	rsk_json_close_string(json);
	rsk_json_end(json);
}

static void add_cwe_tag(struct rsk_json *json, const char *cwe)
{
	rsk_json_open_string(json, NULL);
	rsk_json_add_str(json, "external/cwe/");
	for (; *cwe; cwe++) {
		char one = *cwe;

		if (one >= 'A' && one <= 'Z')
			one = (char)(one - 'A' + 'a');
		rsk_json_add(json, rsk_slice(&one, 1));
	}
	rsk_json_close_string(json);
}

static void add_tags(struct rsk_json *json, const struct rsk_rule *rule)
{
	size_t left = MAX_TAGS - 1;

	rsk_json_array(json, "tags");
	rsk_json_str(json, NULL, "security");
	for (size_t i = 0; i < rule->cwe.len && left; i++, left--)
		add_cwe_tag(json, rule->cwe.ptr[i]);
	for (size_t i = 0; i < rule->tags.len && left; i++, left--)
		rsk_json_str(json, NULL, rule->tags.ptr[i]);
	rsk_json_end(json);
}

static void add_rule_properties(
	struct rsk_json *json, const struct rsk_rule *rule)
{
	rsk_json_object(json, "properties");
	rsk_json_str(json, "security-severity",
		rsk_severity_sarif_score(rule->severity));
	rsk_json_str(json, "precision", rsk_confidence_name(rule->confidence));
	rsk_json_str(json, "severity", rsk_severity_name(rule->severity));
	rsk_json_str(json, "checklist", rsk_item_name(rule->item));
	add_tags(json, rule);
	rsk_json_end(json);
}

/* A viewer shows line feeds as they are: only those of paragraphs stay. */
static void add_description(
	struct rsk_json *json, const char *key, const char *text)
{
	struct rsk_slice rest = rsk_shorten(
		rsk_slice_trim(rsk_slice_str(text)), MAX_DESCRIPTION);
	struct rsk_slice line;
	bool flows = false;

	rsk_json_object(json, key);
	rsk_json_open_string(json, "text");
	while (rsk_slice_line(&line, &rest)) {
		if (flows && line.len)
			rsk_json_add_str(json, " ");
		else if (!line.len)
			rsk_json_add_str(json, "\n\n");
		rsk_json_add(json, line);
		flows = line.len > 0;
	}
	rsk_json_close_string(json);
	rsk_json_end(json);
}

static void add_rule(struct rsk_json *json, const struct rsk_rule *rule)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "id", rule->id);
	add_name(json, rule->id);
	add_description(json, "shortDescription", rule->title);
	add_description(json, "fullDescription",
		is_given(rule->what) ? rule->what : rule->title);
	add_help(json, rule);
	rsk_json_object(json, "defaultConfiguration");
	if (rule->disabled)
		rsk_json_bool(json, "enabled", false);
	rsk_json_str(json, "level", rsk_severity_sarif_level(rule->severity));
	rsk_json_end(json);
	rsk_sarif_relations(json, rule);
	add_rule_properties(json, rule);
	rsk_json_end(json);
}

static bool has_findings(const struct rsk_rule *rule)
{
	return rsk_rule_reports(rule);
}

void rsk_sarif_tool(struct rsk_sarif *sarif)
{
	struct rsk_json *json = &sarif->json;
	uint32_t count = 0;

	rsk_json_object(json, "tool");
	rsk_json_object(json, "driver");
	rsk_json_str(json, "name", "rskan");
	rsk_json_str(json, "version", sarif->report->version);
	rsk_json_array(json, "rules");
	for (size_t i = 0; i < sarif->rules->rules.len; i++) {
		const struct rsk_rule *rule = &sarif->rules->rules.ptr[i];

		if (!has_findings(rule))
			continue;
		*rsk_map_put(&sarif->index, rsk_slice_str(rule->id)) = ++count;
		add_rule(json, rule);
	}
	rsk_json_end(json);
	rsk_sarif_supported(json);
	rsk_json_end(json);
	rsk_json_end(json);
}
