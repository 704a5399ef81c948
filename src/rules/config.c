#include "rules/config.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/limits.h"
#include "rules/fields_p.h"
#include "rules/vocabulary_p.h"

/* The tables of `.rskan.yaml`. There is one mode: every key may be anywhere. */
enum { ANY = 1 };

struct reader {
	struct rsk_fields in; /* first: readers get a pointer to it */
	struct rsk_config *config;
};

static struct rsk_config *config_of(struct rsk_fields *in)
{
	return ((struct reader *)in)->config;
}

/* --- values ------------------------------------------------------------- */

static enum rsk_err read_fail_on(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_config *config = where;

	config->has_fail_on = true;
	config->fail_on = RSK_SEVERITIES;
	config->fail_on_line = node->line;
	if (rsk_slice_eq_str(node->text, "none"))
		return RSK_OK;
	return rsk_read_severity(in, node, &config->fail_on);
}

static enum rsk_err read_max_age(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_whole(in, node, 1, 36500, where);
}

static const struct rsk_field rotation_rows[] = {
	{ "max-age", read_max_age,
		offsetof(struct rsk_config, rotation.max_age), ANY, ANY },
};
static const struct rsk_schema rotation_schema =
	RSK_SCHEMA("'rotation'", rotation_rows);

static enum rsk_err read_rotation(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	config_of(in)->rotation.line = node->key_line;
	return rsk_fields_read(in, &rotation_schema, node, where);
}

/* A path set is a thing of rules; '@' stays free for it. */
static enum rsk_err read_plain_glob(struct rsk_fields *in,
	const struct rsk_node *node, struct rsk_slice *out)
{
	enum rsk_err err = rsk_read_glob(in, node, out);

	if (!err &&
		(out->ptr[0] == '@' || rsk_slice_starts(*out, RSK_LIT("!@"))))
		return rsk_node_fail(in, node,
			"no path sets here; a name that begins with '@' is "
			"written '\\@...'");
	return err;
}

static enum rsk_err read_globs(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);
	struct rsk_globs *globs = where;
	struct rsk_slice *ptr;

	if (err)
		return err;
	if (!node->len || node->len > RSK_MAX_GLOBS)
		return rsk_node_fail(in, node,
			"expected a list of 1 to %u globs", RSK_MAX_GLOBS);
	ptr = rsk_arena_array(in->arena, node->len, sizeof(*ptr));
	*globs = (struct rsk_globs){ ptr, node->len };
	for (const struct rsk_node *n = node->first; n && !err; n = n->next)
		err = read_plain_glob(in, n, ptr++);
	return err;
}

static enum rsk_err read_one_glob(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_slice *glob = rsk_arena_alloc(in->arena, sizeof(*glob));
	enum rsk_err err = read_plain_glob(in, node, glob);

	if (!err && glob->ptr[0] == '!')
		return rsk_node_fail(in, node, "a path, not a '!'");
	*(struct rsk_globs *)where = (struct rsk_globs){ glob, 1 };
	return err;
}

static enum rsk_err read_fingerprint(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum { HEX_DIGITS = 32 };
	bool fits = node->text.len == HEX_DIGITS;

	for (size_t i = 0; i < node->text.len; i++) {
		uint8_t c = node->text.ptr[i];

		fits = fits &&
		       ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	}
	if (!fits)
		return rsk_node_fail(in, node,
			"expected the %d hex digits of a fingerprint, in "
			"quotes",
			HEX_DIGITS);
	return rsk_read_line(in, node, where);
}

static enum rsk_err read_until(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_config_suppression *suppression = where;

	if (!rsk_day_parse(&suppression->until_day, node->text))
		return rsk_node_fail(
			in, node, "'until' expects a day as YYYY-MM-DD");
	return rsk_read_line(in, node, &suppression->until);
}

/* --- entries ------------------------------------------------------------ */

#define AT(field) offsetof(struct rsk_config_disable, field)
static const struct rsk_field disable_rows[] = {
	{ "rule", rsk_read_id, AT(rule), ANY, ANY },
	{ "reason", rsk_read_line, AT(reason), ANY, ANY },
};
#undef AT
static const struct rsk_schema disable_schema =
	RSK_SCHEMA("an entry of 'disable'", disable_rows);

#define AT(field) offsetof(struct rsk_config_exclude, field)
static const struct rsk_field exclude_rows[] = {
	{ "paths", read_globs, AT(paths), ANY, ANY },
	{ "reason", rsk_read_line, AT(reason), ANY, ANY },
};
#undef AT
static const struct rsk_schema exclude_schema =
	RSK_SCHEMA("an entry of 'exclude'", exclude_rows);

#define AT(field) offsetof(struct rsk_config_suppression, field)
static const struct rsk_field suppression_rows[] = {
	{ "rule", rsk_read_id, AT(rule), ANY, ANY },
	{ "path", read_one_glob, AT(path), ANY, ANY },
	{ "fingerprint", read_fingerprint, AT(fingerprint), ANY, 0 },
	{ "reason", rsk_read_line, AT(reason), ANY, ANY },
	{ "until", read_until, 0, ANY, 0 },
};
#undef AT
static const struct rsk_schema suppression_schema =
	RSK_SCHEMA("an entry of 'suppressions'", suppression_rows);

static enum rsk_err read_disable_entry(
	struct rsk_fields *in, const struct rsk_node *node)
{
	struct rsk_config_disable entry = { .line = node->line };
	enum rsk_err err = rsk_fields_read(in, &disable_schema, node, &entry);

	if (!err)
		*RSK_VEC_PUSH(&config_of(in)->disable) = entry;
	return err;
}

static enum rsk_err read_exclude_entry(
	struct rsk_fields *in, const struct rsk_node *node)
{
	struct rsk_config_exclude entry = { .line = node->line };
	enum rsk_err err = rsk_fields_read(in, &exclude_schema, node, &entry);

	if (!err)
		*RSK_VEC_PUSH(&config_of(in)->exclude) = entry;
	return err;
}

static enum rsk_err read_suppression(
	struct rsk_fields *in, const struct rsk_node *node)
{
	struct rsk_config_suppression entry = { .line = node->line };
	enum rsk_err err =
		rsk_fields_read(in, &suppression_schema, node, &entry);

	if (!err)
		*RSK_VEC_PUSH(&config_of(in)->suppressions) = entry;
	return err;
}

static enum rsk_err read_rules_entry(
	struct rsk_fields *in, const struct rsk_node *node)
{
	struct rsk_config_rules entry = { .line = node->line };
	enum rsk_err err = rsk_read_line(in, node, &entry.path);

	if (!err && !rsk_path_is_inside(node->text))
		return rsk_node_fail(in, node,
			"expected a path inside the target, without '..'");
	if (!err)
		*RSK_VEC_PUSH(&config_of(in)->rules) = entry;
	return err;
}

/* It is also written there (`rskan baseline`): nothing else is called so. */
static enum rsk_err read_baseline(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	struct rsk_config *config = where;
	enum rsk_err err = rsk_read_line(in, node, &config->baseline.path);

	config->baseline.line = node->line;
	if (!err && (!rsk_path_is_inside(node->text) ||
			    !rsk_slice_ends(node->text, RSK_LIT(".jsonl"))))
		return rsk_node_fail(in, node,
			"expected a path inside the target, without '..', that "
			"ends with '.jsonl'");
	return err;
}

static enum rsk_err read_severity_entry(
	struct rsk_fields *in, const struct rsk_node *node)
{
	struct rsk_config_severity entry = {
		.line = node->key_line,
		.rule = (const char *)node->key.ptr,
	};
	enum rsk_err err;

	if (!rsk_is_id(node->key))
		return rsk_key_fail(in, node, "expected the id of a rule");
	err = rsk_read_severity(in, node, &entry.severity);
	if (!err)
		*RSK_VEC_PUSH(&config_of(in)->severity) = entry;
	return err;
}

typedef enum rsk_err read_entry(
	struct rsk_fields *in, const struct rsk_node *node);

static enum rsk_err read_entries(struct rsk_fields *in,
	const struct rsk_node *node, enum rsk_node_kind kind, read_entry *read)
{
	enum rsk_err err = rsk_node_want(in, node, kind);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next)
		err = read(in, n);
	return err;
}

static enum rsk_err read_disable(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_entries(in, node, RSK_NODE_SEQUENCE, read_disable_entry);
}

static enum rsk_err read_exclude(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_entries(in, node, RSK_NODE_SEQUENCE, read_exclude_entry);
}

static enum rsk_err read_severities(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_entries(in, node, RSK_NODE_MAPPING, read_severity_entry);
}

static enum rsk_err read_suppressions(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_entries(in, node, RSK_NODE_SEQUENCE, read_suppression);
}

static enum rsk_err read_rules(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	(void)where;
	return read_entries(in, node, RSK_NODE_SEQUENCE, read_rules_entry);
}

#define AT(field) offsetof(struct rsk_config, vocabulary.field)
static const struct rsk_field config_rows[] = {
	{ "fail-on", read_fail_on, 0, ANY, 0 },
	{ "rules", read_rules, 0, ANY, 0 },
	{ "baseline", read_baseline, 0, ANY, 0 },
	{ "disable", read_disable, 0, ANY, 0 },
	{ "severity", read_severities, 0, ANY, 0 },
	{ "exclude", read_exclude, 0, ANY, 0 },
	{ "suppressions", read_suppressions, 0, ANY, 0 },
	{ "rotation", read_rotation, 0, ANY, 0 },
	{ "data-types", rsk_read_data_types, AT(types), ANY, 0 },
	{ "sdks", rsk_read_sdks, AT(sdks), ANY, 0 },
	{ "sinks", rsk_read_sinks, AT(sinks), ANY, 0 },
	{ "sanitizers", rsk_read_sanitizers, AT(sanitizers), ANY, 0 },
	{ "hosts", rsk_read_strings, AT(hosts), ANY, 0 },
};
#undef AT
static const struct rsk_schema config_schema =
	RSK_SCHEMA("the configuration", config_rows);

/* --- the whole ---------------------------------------------------------- */

static void collect_excluded(struct rsk_config *config)
{
	size_t len = 0;
	struct rsk_slice *ptr;

	for (size_t i = 0; i < config->exclude.len; i++)
		len += config->exclude.ptr[i].paths.len;
	ptr = rsk_arena_array(&config->arena, len, sizeof(*ptr));
	config->excluded = (struct rsk_globs){ ptr, len };
	for (size_t i = 0; i < config->exclude.len; i++) {
		const struct rsk_globs *paths = &config->exclude.ptr[i].paths;

		memcpy(ptr, paths->ptr, paths->len * sizeof(*ptr));
		ptr += paths->len;
	}
}

enum rsk_err rsk_config_load_text(struct rsk_config *out, const char *name,
	struct rsk_slice text, struct rsk_diag *diag)
{
	struct reader reader = {
		.in = { .arena = &out->arena, .diag = diag, .mode = ANY },
		.config = out,
	};
	struct rsk_node *root = NULL;
	enum rsk_err err;

	out->name = rsk_arena_str(&out->arena, rsk_slice_str(name));
	reader.in.name = out->name;
	err = rsk_yaml_parse(&root, &out->arena, text, name, diag);
	if (!err && root)
		err = rsk_fields_read(&reader.in, &config_schema, root, out);
	if (err)
		rsk_config_free(out);
	else
		collect_excluded(out);
	return err;
}

void rsk_config_free(struct rsk_config *config)
{
	RSK_VEC_RELEASE(&config->disable);
	RSK_VEC_RELEASE(&config->exclude);
	RSK_VEC_RELEASE(&config->severity);
	RSK_VEC_RELEASE(&config->suppressions);
	RSK_VEC_RELEASE(&config->rules);
	rsk_vocabulary_release(&config->vocabulary);
	rsk_arena_release(&config->arena);
	*config = (struct rsk_config){ 0 };
}

/* --- use ---------------------------------------------------------------- */

static enum rsk_err want_rule(const struct rsk_config *config,
	const struct rsk_ruleset *rules, const char *id, uint32_t line,
	struct rsk_diag *diag)
{
	if (rsk_ruleset_find(rules, rsk_slice_str(id)))
		return RSK_OK;
	rsk_diag_at(diag, config->name, line, 1);
	return rsk_diag_set(diag, RSK_SYNTAX, "no rule is called '%s'", id);
}

static enum rsk_err want_rules(const struct rsk_config *config,
	const struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < config->disable.len && !err; i++)
		err = want_rule(config, rules, config->disable.ptr[i].rule,
			config->disable.ptr[i].line, diag);
	for (size_t i = 0; i < config->severity.len && !err; i++)
		err = want_rule(config, rules, config->severity.ptr[i].rule,
			config->severity.ptr[i].line, diag);
	for (size_t i = 0; i < config->suppressions.len && !err; i++)
		err = want_rule(config, rules, config->suppressions.ptr[i].rule,
			config->suppressions.ptr[i].line, diag);
	return err;
}

/* ---- hosts ---- */

/* Letters, digits, dots and hyphens, so that it needs no quoting anywhere. */
static bool is_host(const char *host)
{
	size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return n > 2 && n <= 64 && !host[n];
}

/* A pattern of its own for each host; a dot is a dot in brackets. */
static enum rsk_err add_host(
	struct rsk_buf *text, size_t number, const char *host)
{
	enum rsk_err err = rsk_buf_printf(text,
		"  - name: host-%zu\n    anchors: ['%s']\n    regex: '", number,
		host);

	for (const char *c = host; *c && !err; c++)
		err = rsk_buf_printf(text, *c == '.' ? "[%c]" : "%c", *c);
	return err ? err : rsk_buf_printf(text, "'\n");
}

static enum rsk_err write_trigger(
	struct rsk_buf *text, const struct rsk_strings *hosts)
{
	enum rsk_err err = rsk_buf_printf(text,
		"id: configured-host\nkind: trigger\n"
		"title: A host that the configuration names\npatterns:\n");

	for (size_t i = 0; i < hosts->len && !err; i++)
		err = add_host(text, i, hosts->ptr[i]);
	return err ? err
		   : rsk_buf_printf(text,
			     "examples:\n  match:\n"
			     "    - {path: a.js, text: '%s'}\n",
			     hosts->ptr[0]);
}

enum rsk_err rsk_config_add_triggers(const struct rsk_config *config,
	struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	const struct rsk_strings *hosts = &config->vocabulary.hosts;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < hosts->len && !err; i++)
		if (!is_host(hosts->ptr[i]))
			err = rsk_diag_set(diag, RSK_SYNTAX,
				"hosts: entry %zu is no name of a host", i + 1);
	if (!err && hosts->len)
		err = write_trigger(&text, hosts);
	if (!err && hosts->len)
		err = rsk_ruleset_add_text(rules, "configured-host.yaml",
			rsk_buf_slice(&text), diag);
	rsk_buf_release(&text);
	return err;
}

enum rsk_err rsk_config_apply(const struct rsk_config *config,
	struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	enum rsk_err err = want_rules(config, rules, diag);

	for (size_t i = 0; i < config->disable.len && !err; i++)
		err = rsk_ruleset_disable(
			rules, rsk_slice_str(config->disable.ptr[i].rule));
	for (size_t i = 0; i < config->severity.len && !err; i++)
		err = rsk_ruleset_set_severity(rules,
			rsk_slice_str(config->severity.ptr[i].rule),
			config->severity.ptr[i].severity);
	if (!err)
		rsk_vocabulary_extend(rules, &config->vocabulary);
	return err;
}

bool rsk_config_is_expired(
	const struct rsk_config_suppression *suppression, int64_t today)
{
	return suppression->until && today > suppression->until_day;
}

static bool hides(const struct rsk_config_suppression *suppression,
	const struct rsk_config_subject *subject)
{
	if (strcmp(suppression->rule, subject->rule) != 0 ||
		rsk_config_is_expired(suppression, subject->today))
		return false;
	if (suppression->fingerprint &&
		strcmp(suppression->fingerprint, subject->fingerprint) != 0)
		return false;
	return rsk_globs_match(&suppression->path, subject->path);
}

const struct rsk_config_suppression *rsk_config_suppresses(
	const struct rsk_config *config,
	const struct rsk_config_subject *subject)
{
	for (size_t i = 0; i < config->suppressions.len; i++)
		if (hides(&config->suppressions.ptr[i], subject))
			return &config->suppressions.ptr[i];
	return NULL;
}
