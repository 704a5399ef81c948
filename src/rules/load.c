#include <stddef.h>

#include "base/limits.h"
#include "rules/rules_p.h"
#include "rules/width_p.h"

/*
 * One rule file, read by the tables below. Rows are read from top to bottom:
 * a rule's own severity, confidence, message and fix are the defaults of its
 * patterns, and examples are checked against the patterns.
 */

struct loader {
	struct rsk_fields in; /* first: readers get a pointer to it */
	struct rsk_ruleset *rules;
	struct rsk_rule rule;
	struct rsk_pattern pattern;     /* the one being read */
	const struct rsk_node *context; /* of that pattern */
	struct rsk_width width;         /* of its regex */
	RSK_VEC(struct rsk_example) examples;
};

enum {
	IN_FINDING = 1 << RSK_RULE_FINDING,
	IN_FACT = 1 << RSK_RULE_FACT,
	IN_CONTEXT = 1 << RSK_RULE_CONTEXT,
	IN_CHECK = 1 << RSK_RULE_CHECK,
	IN_CODE = 1 << RSK_RULE_CODE,
	IN_TRIGGER = 1 << RSK_RULE_TRIGGER,
	IN_REPORTED = IN_FINDING | IN_CHECK | IN_CODE,
	IN_CHECKLIST = IN_REPORTED | IN_FACT,
	IN_MATCHED = IN_FINDING | IN_FACT | IN_CONTEXT | IN_TRIGGER,
	IN_SHOWN = IN_MATCHED | IN_CODE, /* has examples */
	IN_NEAR = IN_FINDING | IN_CODE,
	IN_ALL = IN_MATCHED | IN_CHECK | IN_CODE,
};

static struct loader *loader_of(struct rsk_fields *in)
{
	return (struct loader *)in;
}

/* --- words and sets of words -------------------------------------------- */

static const char *const kinds[] = {
	[RSK_RULE_FINDING] = "finding",
	[RSK_RULE_FACT] = "fact",
	[RSK_RULE_CONTEXT] = "context",
	[RSK_RULE_CHECK] = "check",
	[RSK_RULE_CODE] = "code",
	[RSK_RULE_TRIGGER] = "trigger",
};

static const char *const filters[] = {
#define X(name, word) [RSK_FILTER_##name] = (word),
	RSK_FILTER_MAP(X)
#undef X
};

static const char *const vcs_words[] = { "tracked", "untracked", "none" };

struct words {
	const char *const *ptr;
	size_t len;
	const char *expected;
};

static enum rsk_err read_word(struct rsk_fields *in,
	const struct rsk_node *node, const struct words *words, uint32_t *out)
{
	for (size_t i = 0; i < words->len; i++)
		if (node->kind == RSK_NODE_SCALAR &&
			rsk_slice_eq_str(node->text, words->ptr[i])) {
			*out = (uint32_t)i;
			return RSK_OK;
		}
	return rsk_node_fail(in, node, "expected %s", words->expected);
}

static enum rsk_err read_word_set(struct rsk_fields *in,
	const struct rsk_node *node, const struct words *words, uint32_t *out)
{
	uint32_t set = 0;
	uint32_t bit = 0;
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);

	if (err)
		return err;
	for (const struct rsk_node *n = node->first; n; n = n->next) {
		err = read_word(in, n, words, &bit);
		if (err)
			return err;
		if (set & 1u << bit)
			return rsk_node_fail(in, n, "twice in one list");
		set |= 1u << bit;
	}
	if (!set)
		return rsk_node_fail(
			in, node, "expected a list of %s", words->expected);
	*out = set;
	return RSK_OK;
}

static enum rsk_err read_kind(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	static const struct words words = { kinds,
		sizeof(kinds) / sizeof(kinds[0]),
		"finding, fact, context, check, code or trigger" };
	uint32_t kind = 0;
	enum rsk_err err = read_word(in, node, &words, &kind);

	if (!err)
		*(enum rsk_rule_kind *)where = (enum rsk_rule_kind)kind;
	return err;
}

static enum rsk_err read_filters(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	static const struct words words = { filters, RSK_FILTERS,
		"the names of filters (docs/rules.md)" };

	return read_word_set(in, node, &words, where);
}

static enum rsk_err read_vcs(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	static const struct words words = { vcs_words, 3,
		"tracked, untracked, none" };

	return read_word_set(in, node, &words, where);
}

/* --- a pattern ---------------------------------------------------------- */

/* Digits with or without a point; no sign, no exponent. */
static bool parse_decimal(struct rsk_slice text, double *out)
{
	double value = 0;
	double place = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];

		if (c == '.' && place == 0 && i > 0 && i + 1 < text.len) {
			place = 1;
			continue;
		}
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
		place *= 10;
	}
	*out = place > 0 ? value / place : value;
	return text.len > 0 && text.len < 8;
}

static enum rsk_err read_entropy(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	double value = 0;

	if (node->kind != RSK_NODE_SCALAR || !node->plain ||
		!parse_decimal(node->text, &value) || value <= 0 || value > 8)
		return rsk_node_fail(in, node,
			"'entropy' expects bits per byte, such as 2.5");
	*(double *)where = value;
	return RSK_OK;
}

static enum rsk_err read_anchor(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_err err = rsk_read_verbatim(in, node, where);

	if (err)
		return err;
	if (node->text.len < 3 || node->text.len > RSK_MAX_ANCHOR)
		return rsk_node_fail(in, node, "an anchor has 3 to %u bytes",
			RSK_MAX_ANCHOR);
	return RSK_OK;
}

static enum rsk_err read_anchors(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_list(in, node, read_anchor, where);
}

/* A mistake in a regex: with its column where the file shows it as it is. */
static enum rsk_err fail_regex(struct rsk_fields *in,
	const struct rsk_node *node, const struct rsk_width *width)
{
	uint32_t column = (uint32_t)width->error_at + (node->plain ? 0 : 1);
	struct rsk_node at = *node;

	if (!node->flat)
		return rsk_node_fail(in, node, "regex, at byte %zu: %s",
			width->error_at + 1, width->error);
	at.column += column;
	return rsk_node_fail(in, &at, "regex: %s", width->error);
}

static enum rsk_err read_regex(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_width *width = &loader_of(in)->width;
	enum rsk_err err = rsk_read_text(in, node, where);

	if (err)
		return err;
	err = rsk_width_measure(width, rsk_slice_str(*(const char **)where));
	if (err)
		return fail_regex(in, node, width);
	loader_of(in)->pattern.max_width = width->max;
	return RSK_OK;
}

static enum rsk_err read_context(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	loader_of(in)->context = node;
	if (!rsk_is_id(node->text))
		return rsk_node_fail(
			in, node, "expected the id of a rule of kind context");
	return RSK_OK;
}

static enum rsk_err read_globs(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_paths_read(in, loader_of(in)->rules->own, node, where);
}

static const struct rsk_field paths_rows[] = {
	{ "only", read_globs, offsetof(struct rsk_pattern, only), IN_ALL, 0 },
	{ "except", read_globs, offsetof(struct rsk_pattern, except), IN_ALL,
		0 },
};
static const struct rsk_schema paths_schema = RSK_SCHEMA("'paths'", paths_rows);

static enum rsk_err read_paths(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_fields_read(in, &paths_schema, node, where);
}

#define AT(field) offsetof(struct rsk_pattern, field)

static const struct rsk_field pattern_rows[] = {
	{ "name", rsk_read_id, AT(name), IN_ALL, IN_ALL },
	{ "kind", rsk_read_id, AT(kind), IN_FINDING, 0 },
	{ "severity", rsk_read_severity, AT(severity), IN_FINDING, 0 },
	{ "confidence", rsk_read_confidence, AT(confidence), IN_FINDING, 0 },
	{ "message", rsk_read_message, AT(message), IN_CHECKLIST, 0 },
	{ "fix", rsk_read_text, AT(fix), IN_FINDING, 0 },
	{ "caseless", rsk_read_bool, AT(caseless), IN_ALL, 0 },
	{ "anchors", read_anchors, AT(anchors), IN_ALL, IN_ALL },
	{ "regex", read_regex, AT(regex), IN_ALL, IN_ALL },
	{ "keep", rsk_read_strings, AT(keep), IN_FINDING, 0 },
	{ "filters", read_filters, AT(filters), IN_ALL, 0 },
	{ "entropy", read_entropy, AT(entropy), IN_ALL, 0 },
	{ "stopwords", rsk_read_strings, AT(stopwords), IN_ALL, 0 },
	{ "paths", read_paths, 0, IN_ALL, 0 },
	{ "vcs", read_vcs, AT(vcs), IN_ALL, 0 },
	{ "binary", rsk_read_bool, AT(binary), IN_ALL, 0 },
	{ "context", read_context, 0, IN_CHECKLIST, 0 },
	{ "requires-context", rsk_read_bool, AT(requires_context), IN_CHECKLIST,
		0 },
	{ "requires-project-context", rsk_read_bool, AT(requires_project),
		IN_FINDING, 0 },
	{ "confidence-without-context", rsk_read_confidence,
		AT(confidence_without), IN_FINDING, 0 },
};
static const struct rsk_schema pattern_schema =
	RSK_SCHEMA("a pattern", pattern_rows);

#undef AT

/* Keys that only mean something together with another one. */
static enum rsk_err check_context(
	struct loader *loader, const struct rsk_node *node)
{
	const char *without = "confidence-without-context";
	const struct rsk_node *alone = rsk_yaml_get(node, without);

	if (alone && loader->pattern.requires_context)
		return rsk_key_fail(&loader->in, alone,
			"'%s' has no meaning beside 'requires-context'",
			without);
	if (!alone)
		alone = rsk_yaml_get(node, "requires-context");
	if (!alone)
		alone = rsk_yaml_get(node, "requires-project-context");
	if (alone && !loader->context)
		return rsk_key_fail(&loader->in, alone,
			"'%s' has no meaning without 'context'",
			(const char *)alone->key.ptr);
	return RSK_OK;
}

static enum rsk_err check_secret(
	struct loader *loader, const struct rsk_node *node)
{
	static const char *const about[] = { "kind", "keep", "filters",
		"entropy", "stopwords" };

	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
		const struct rsk_node *n = rsk_yaml_get(node, about[i]);

		if (n && !loader->width.has_secret)
			return rsk_key_fail(&loader->in, n,
				"'%s' needs a group (?<secret>...) in 'regex'",
				about[i]);
	}
	return RSK_OK;
}

static enum rsk_err check_anchors(
	struct loader *loader, const struct rsk_node *node)
{
	const struct rsk_node *n = rsk_yaml_get(node, "anchors")->first;

	for (; n && loader->pattern.caseless; n = n->next)
		for (size_t i = 0; i < n->text.len; i++)
			if (n->text.ptr[i] >= 0x80)
				return rsk_node_fail(&loader->in, n,
					"a caseless anchor must be ASCII");
	return RSK_OK;
}

static enum rsk_err check_name(
	struct loader *loader, const struct rsk_node *node)
{
	const struct rsk_ruleset *rules = loader->rules;
	const char *name = loader->pattern.name;

	for (size_t i = loader->rule.first_pattern; i < rules->patterns.len;
		i++)
		if (!strcmp(rules->patterns.ptr[i].name, name))
			return rsk_node_fail(&loader->in, node,
				"a second pattern called '%s'", name);
	return RSK_OK;
}

static enum rsk_err check_pattern(
	struct loader *loader, const struct rsk_node *node)
{
	enum rsk_err err = check_name(loader, node);

	if (!err)
		err = check_anchors(loader, node);
	if (!err)
		err = check_secret(loader, node);
	if (!err)
		err = check_context(loader, node);
	return err;
}

static void add_reference(
	struct loader *loader, const struct rsk_node *node, uint32_t pattern)
{
	*RSK_VEC_PUSH(&loader->rules->own->references) = (struct rsk_reference){
		.id = (const char *)node->text.ptr,
		.file = loader->in.name,
		.line = node->line,
		.column = node->column,
		.rule = (uint32_t)loader->rules->rules.len,
		.pattern = pattern,
	};
}

static void add_pattern(struct loader *loader, const struct rsk_node *node)
{
	struct rsk_ruleset *rules = loader->rules;

	if (!rsk_yaml_get(node, "confidence-without-context"))
		loader->pattern.confidence_without = loader->pattern.confidence;
	if (loader->context)
		add_reference(
			loader, loader->context, (uint32_t)rules->patterns.len);
	*RSK_VEC_PUSH(&rules->patterns) = loader->pattern;
}

static enum rsk_err read_pattern(
	struct loader *loader, const struct rsk_node *node)
{
	const struct rsk_rule *rule = &loader->rule;
	enum rsk_err err;

	loader->context = NULL;
	loader->pattern = (struct rsk_pattern){
		.rule = (uint32_t)loader->rules->rules.len,
		.line = node->line,
		.severity = rule->severity,
		.confidence = rule->confidence,
		.message = rule->message,
		.fix = rule->fix,
		.context = RSK_NO_RULE,
	};
	err = rsk_fields_read(
		&loader->in, &pattern_schema, node, &loader->pattern);
	if (!err)
		err = check_pattern(loader, node);
	if (!err)
		add_pattern(loader, node);
	return err;
}

static enum rsk_err read_patterns(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct loader *loader = loader_of(in);
	size_t before = loader->rules->patterns.len;
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);

	(void)where;
	if (err)
		return err;
	if (!node->len || node->len > RSK_MAX_LIST ||
		before + node->len > RSK_MAX_PATTERNS)
		return rsk_node_fail(in, node,
			"expected a list of 1 to %u patterns (all rules: %u)",
			RSK_MAX_LIST, RSK_MAX_PATTERNS);
	loader->rule.first_pattern = (uint32_t)before;
	for (const struct rsk_node *n = node->first; n && !err; n = n->next)
		err = read_pattern(loader, n);
	loader->rule.patterns =
		(uint32_t)(loader->rules->patterns.len - before);
	return err;
}

/* --- examples ----------------------------------------------------------- */

static const char join[] = "{{join}}";

/*
 * A key that looks real can't stand in a file of a repository whose host
 * refuses to store keys; so it is written with a {{join}} in it.
 */
static enum rsk_err read_joined(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_slice rest = node->text;
	struct rsk_slice mark = RSK_LIT(join);
	enum rsk_err err = rsk_read_verbatim(in, node, where);

	if (err || rsk_slice_find(rest, mark) == rest.len)
		return err;

	char *out = rsk_arena_alloc(in->arena, rest.len + 1);
	size_t len = 0;
	while (rest.len) {
		size_t at = rsk_slice_find(rest, mark);

		memcpy(out + len, rest.ptr, at);
		len += at;
		rest = rsk_slice_cut(rest, at + mark.len, rest.len);
	}
	out[len] = '\0';
	*(const char **)where = out;
	return RSK_OK;
}

/* Many anchors times long examples: bounded, for all rules together. */
static enum rsk_err count_search(struct loader *loader,
	const struct rsk_node *node, const struct rsk_pattern *pattern,
	const struct rsk_example *example)
{
	size_t *searched = &loader->rules->own->searched;

	*searched += pattern->anchors.len * (strlen(example->text) + 1);
	if (*searched > RSK_MAX_EXAMPLES)
		return rsk_node_fail(&loader->in, node,
			"too much to search for anchors in all examples");
	return RSK_OK;
}

static bool has_anchor(
	const struct rsk_pattern *pattern, const struct rsk_example *example)
{
	struct rsk_slice text = rsk_slice_str(example->text);

	for (size_t i = 0; i < pattern->anchors.len; i++) {
		struct rsk_slice anchor =
			rsk_slice_str(pattern->anchors.ptr[i]);
		size_t at = pattern->caseless
				    ? rsk_slice_find_nocase(text, anchor)
				    : rsk_slice_find(text, anchor);

		if (at < text.len)
			return true;
	}
	return false;
}

/* An example that no pattern could match because it has none of its anchors. */
static enum rsk_err check_example(struct loader *loader,
	const struct rsk_node *node, const struct rsk_example *example)
{
	const struct rsk_rule *rule = &loader->rule;
	bool named = !example->pattern;
	enum rsk_err err;

	if (rule->kind == RSK_RULE_CODE ||
		(example->pattern &&
			!strcmp(example->pattern, RSK_PATTERN_CODE)))
		return RSK_OK;

	for (uint32_t i = 0; i < rule->patterns; i++) {
		const struct rsk_pattern *pattern =
			&loader->rules->patterns.ptr[rule->first_pattern + i];

		if (example->pattern &&
			strcmp(example->pattern, pattern->name) != 0)
			continue;
		named = true;
		err = count_search(loader, node, pattern, example);
		if (err || has_anchor(pattern, example))
			return err;
	}
	if (!named)
		return rsk_node_fail(&loader->in, node,
			"no pattern is called '%s'", example->pattern);
	return rsk_node_fail(&loader->in, node,
		"this example has none of the anchors of %s%s",
		example->pattern ? "pattern " : "any pattern",
		example->pattern ? example->pattern : "");
}

#define AT(field) offsetof(struct rsk_example, field)

static const struct rsk_field match_rows[] = {
	{ "path", read_joined, AT(path), IN_ALL, IN_ALL },
	{ "text", read_joined, AT(text), IN_ALL, IN_ALL },
	{ "pattern", rsk_read_id, AT(pattern), IN_ALL, 0 },
};
static const struct rsk_schema match_schema =
	RSK_SCHEMA("an example that matches", match_rows);

/* A near miss must not match with any pattern: it has no 'pattern'. */
static const struct rsk_schema near_schema = { "a near miss", match_rows, 2 };

#undef AT

static enum rsk_err read_examples_of(
	struct loader *loader, const struct rsk_node *list, bool fires)
{
	enum rsk_err err = rsk_node_want(&loader->in, list, RSK_NODE_SEQUENCE);

	if (!err && !list->len)
		return rsk_node_fail(
			&loader->in, list, "at least one example, please");
	for (const struct rsk_node *n = err ? NULL : list->first; n && !err;
		n = n->next) {
		struct rsk_example example = { .line = n->line,
			.fires = fires };

		err = rsk_fields_read(&loader->in,
			fires ? &match_schema : &near_schema, n, &example);
		if (!err && fires)
			err = check_example(loader, n, &example);
		if (!err)
			*RSK_VEC_PUSH(&loader->examples) = example;
	}
	return err;
}

static enum rsk_err read_matches(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_examples_of(loader_of(in), node, true);
}

static enum rsk_err read_near(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_examples_of(loader_of(in), node, false);
}

static const struct rsk_field examples_rows[] = {
	{ "match", read_matches, 0, IN_ALL, IN_ALL },
	{ "near", read_near, 0, IN_ALL, IN_NEAR },
};
static const struct rsk_schema examples_schema =
	RSK_SCHEMA("'examples'", examples_rows);

static enum rsk_err read_examples(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct loader *loader = loader_of(in);
	enum rsk_err err = rsk_fields_read(in, &examples_schema, node, where);
	struct rsk_example *kept;

	if (err)
		return err;
	kept = rsk_arena_array(in->arena, loader->examples.len, sizeof(*kept));
	memcpy(kept, loader->examples.ptr,
		loader->examples.len * sizeof(*kept));
	loader->rule.examples = kept;
	loader->rule.examples_len = loader->examples.len;
	return RSK_OK;
}

/* --- the rule ----------------------------------------------------------- */

static enum rsk_err read_cwe_id(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	const char *text = "";
	enum rsk_err err = rsk_read_line(in, node, &text);
	size_t digits;

	if (err)
		return err;
	digits = strlen(text) > 4 ? strspn(text + 4, "0123456789") : 0;
	if (strncmp(text, "CWE-", 4) != 0 || !digits || digits > 5 ||
		text[4 + digits])
		return rsk_node_fail(in, node, "expected CWE-<number>");
	*(const char **)where = text;
	return RSK_OK;
}

static enum rsk_err read_cwe(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_list(in, node, read_cwe_id, where);
}

static enum rsk_err read_overrides(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_err err = rsk_read_ids(in, node, where);

	for (const struct rsk_node *n = node->first; n && !err; n = n->next)
		add_reference(loader_of(in), n, RSK_NO_RULE);
	return err;
}

#define AT(field) offsetof(struct rsk_rule, field)

static const struct rsk_field page_rows[] = {
	{ "what", rsk_read_text, AT(what), IN_ALL, IN_ALL },
	{ "why", rsk_read_text, AT(why), IN_ALL, IN_ALL },
	{ "bad", rsk_read_text, AT(bad), IN_ALL, IN_ALL },
	{ "good", rsk_read_text, AT(good), IN_ALL, IN_ALL },
	{ "references", rsk_read_strings, AT(references), IN_ALL, IN_ALL },
};
static const struct rsk_schema page_schema = RSK_SCHEMA("a page", page_rows);

static enum rsk_err read_page(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_fields_read(in, &page_schema, node, where);
}

static const struct rsk_field rule_rows[] = {
	{ "id", rsk_read_id, AT(id), IN_ALL, IN_ALL },
	{ "kind", read_kind, AT(kind), IN_ALL, 0 },
	{ "title", rsk_read_message, AT(title), IN_ALL, IN_REPORTED },
	{ "severity", rsk_read_severity, AT(severity), IN_REPORTED,
		IN_REPORTED },
	{ "confidence", rsk_read_confidence, AT(confidence), IN_REPORTED,
		IN_REPORTED },
	{ "checklist", rsk_read_item, AT(item), IN_CHECKLIST, IN_CHECKLIST },
	{ "cwe", read_cwe, AT(cwe), IN_REPORTED, 0 },
	{ "tags", rsk_read_ids, AT(tags), IN_ALL, 0 },
	{ "overrides", read_overrides, AT(overrides), IN_NEAR, 0 },
	{ "message", rsk_read_message, AT(message), IN_CHECKLIST,
		IN_CHECKLIST },
	{ "fix", rsk_read_text, AT(fix), IN_REPORTED, IN_REPORTED },
	{ "page", read_page, 0, IN_CHECKLIST, IN_REPORTED },
	{ "patterns", read_patterns, 0, IN_MATCHED, IN_MATCHED },
	{ "examples", read_examples, 0, IN_SHOWN, IN_SHOWN },
};
static const struct rsk_schema rule_schema = RSK_SCHEMA("a rule", rule_rows);

#undef AT

/* The kind decides which keys there may be, so it is read before them. */
static enum rsk_err read_mode(
	struct loader *loader, const struct rsk_node *root)
{
	const struct rsk_node *kind = root->kind == RSK_NODE_MAPPING
					      ? rsk_yaml_get(root, "kind")
					      : NULL;
	enum rsk_err err = RSK_OK;

	if (kind)
		err = read_kind(&loader->in, kind, &loader->rule.kind);
	loader->in.mode = 1u << loader->rule.kind;
	return err;
}

static bool is_called(const char *file, const char *id)
{
	struct rsk_slice name = rsk_path_base(rsk_slice_str(file));
	struct rsk_slice wanted = rsk_slice_str(id);
	struct rsk_slice ending = RSK_LIT(".yaml");

	if (!rsk_slice_ends(name, ending))
		return true;
	return rsk_slice_starts(name, wanted) &&
	       name.len == wanted.len + ending.len;
}

static enum rsk_err check_id(struct loader *loader, const struct rsk_node *root)
{
	const struct rsk_ruleset *rules = loader->rules;
	const char *id = loader->rule.id;
	const struct rsk_node *node = rsk_yaml_get(root, "id");
	const uint32_t *other =
		rsk_map_get(&rules->own->ids, rsk_slice_str(id));

	if (!is_called(loader->in.name, id))
		return rsk_node_fail(&loader->in, node,
			"the file of rule '%s' must be called %s.yaml", id, id);
	if (other)
		return rsk_node_fail(&loader->in, node,
			"rule '%s' is already defined in %s", id,
			rules->rules.ptr[*other - 1].file);
	if (rules->rules.len == RSK_MAX_RULES)
		return rsk_node_fail(
			&loader->in, node, "more than %u rules", RSK_MAX_RULES);
	return RSK_OK;
}

static void add_rule(struct loader *loader)
{
	struct rsk_ruleset *rules = loader->rules;
	struct rsk_rule *rule = &loader->rule;

	if (!rule->title)
		rule->title = rule->message ? rule->message : rule->id;
	*RSK_VEC_PUSH(&rules->rules) = *rule;
	*rsk_map_put(&rules->own->ids, rsk_slice_str(rule->id)) =
		(uint32_t)rules->rules.len;
}

enum rsk_err rsk_rule_load(struct rsk_ruleset *rules, const char *name,
	const struct rsk_node *root, struct rsk_diag *diag)
{
	struct loader loader = {
		.in = { .arena = &rules->own->arena,
			.name = name,
			.diag = diag },
		.rules = rules,
		.rule = { .file = name, .confidence = RSK_CONFIDENCE_HIGH },
	};
	enum rsk_err err = read_mode(&loader, root);

	if (!err)
		err = rsk_fields_read(
			&loader.in, &rule_schema, root, &loader.rule);
	if (!err)
		err = check_id(&loader, root);
	if (!err)
		add_rule(&loader);
	RSK_VEC_RELEASE(&loader.examples);
	return err;
}
