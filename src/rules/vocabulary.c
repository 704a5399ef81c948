#include "rules/vocabulary_p.h"

#include <stddef.h>

#include "base/limits.h"
#include "rules/rules_p.h"

/*
 * The vocabulary, read by the same tables in its own file and in a
 * configuration.
 */

enum { ANY = 1 };

/* ---- words ---- */

static const char *const tiers[] = {
#define X(name, word) [RSK_TIER_##name] = (word),
	RSK_TIER_MAP(X)
#undef X
};

static const char *const roles[] = {
#define X(name, word) [RSK_SINK_##name] = (word),
	RSK_SINK_ROLE_MAP(X)
#undef X
};

static bool find_word(uint32_t *out, const struct rsk_node *node,
	const char *const *words, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		if (node->kind == RSK_NODE_SCALAR &&
			rsk_slice_eq_str(node->text, words[i])) {
			*out = i;
			return true;
		}
	return false;
}

static enum rsk_err read_tier(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	uint32_t tier = 0;

	if (!find_word(&tier, node, tiers, RSK_TIERS) || !tier)
		return rsk_node_fail(in, node,
			"expected context, minimise, special, secret or never");
	*(enum rsk_tier *)where = (enum rsk_tier)tier;
	return RSK_OK;
}

static enum rsk_err read_tier_set(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_tier tier = RSK_TIER_NONE;
	uint32_t set = 0;
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next) {
		err = read_tier(in, n, &tier);
		set |= 1u << tier;
	}
	*(uint32_t *)where = set;
	return err;
}

static enum rsk_err read_role(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	uint32_t role = 0;

	if (!find_word(&role, node, roles, RSK_SINK_ROLES))
		return rsk_node_fail(
			in, node, "expected data, user-id or text");
	*(enum rsk_sink_role *)where = (enum rsk_sink_role)role;
	return RSK_OK;
}

static enum rsk_err read_argument(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_whole(in, node, 0, 20, where);
}

/* ---- entries ---- */

#define AT(field) offsetof(struct rsk_data_type, field)
static const struct rsk_field type_rows[] = {
	{ "id", rsk_read_line, AT(id), ANY, ANY },
	{ "title", rsk_read_message, AT(title), ANY, ANY },
	{ "tier", read_tier, AT(tier), ANY, ANY },
	{ "names", rsk_read_strings, AT(names), ANY, ANY },
	{ "becomes", rsk_read_line, AT(becomes), ANY, 0 },
};
#undef AT
static const struct rsk_schema type_schema =
	RSK_SCHEMA("a data type", type_rows);

#define AT(field) offsetof(struct rsk_sdk, field)
static const struct rsk_field sdk_rows[] = {
	{ "id", rsk_read_id, AT(id), ANY, ANY },
	{ "title", rsk_read_message, AT(title), ANY, ANY },
	{ "packages", rsk_read_strings, AT(packages), ANY, ANY },
	{ "doubtful", rsk_read_strings, AT(doubtful), ANY, 0 },
	{ "objects", rsk_read_strings, AT(objects), ANY, 0 },
	{ "hooks", rsk_read_strings, AT(hooks), ANY, 0 },
	{ "classes", rsk_read_strings, AT(classes), ANY, 0 },
	{ "by-name", rsk_read_strings, AT(by_name), ANY, 0 },
	{ "globals", rsk_read_strings, AT(globals), ANY, 0 },
	{ "product", rsk_read_bool, AT(product), ANY, 0 },
};
#undef AT
static const struct rsk_schema sdk_schema = RSK_SCHEMA("an SDK", sdk_rows);

#define AT(field) offsetof(struct rsk_sink, field)
static const struct rsk_field sink_rows[] = {
	{ "id", rsk_read_id, AT(id), ANY, ANY },
	{ "sdk", rsk_read_id, AT(sdk), ANY, 0 },
	{ "packages", rsk_read_strings, AT(packages), ANY, 0 },
	{ "methods", rsk_read_strings, AT(methods), ANY, ANY },
	{ "url", rsk_read_line, AT(url), ANY, 0 },
	{ "argument", read_argument, AT(argument), ANY, 0 },
	{ "path", rsk_read_line, AT(path), ANY, 0 },
	{ "role", read_role, AT(role), ANY, 0 },
	{ "tiers", read_tier_set, AT(tiers), ANY, 0 },
	{ "item", rsk_read_item, AT(item), ANY, 0 },
	{ "silent", rsk_read_strings, AT(silent), ANY, 0 },
	{ "hinted", rsk_read_strings, AT(hinted), ANY, 0 },
	{ "sent", rsk_read_strings, AT(sent), ANY, 0 },
};
#undef AT
static const struct rsk_schema sink_schema = RSK_SCHEMA("a sink", sink_rows);

#define AT(field) offsetof(struct rsk_sanitizer, field)
static const struct rsk_field sanitizer_rows[] = {
	{ "words", rsk_read_strings, AT(words), ANY, 0 },
	{ "calls", rsk_read_strings, AT(calls), ANY, 0 },
	{ "carries", rsk_read_bool, AT(carries), ANY, 0 },
};
#undef AT
static const struct rsk_schema sanitizer_schema =
	RSK_SCHEMA("a sanitizer", sanitizer_rows);

static enum rsk_err want_list(
	struct rsk_fields *in, const struct rsk_node *node)
{
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);

	if (!err && (!node->len || node->len > RSK_MAX_LIST))
		return rsk_node_fail(in, node,
			"expected a list of 1 to %u entries", RSK_MAX_LIST);
	return err;
}

enum rsk_err rsk_read_data_types(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	rsk_data_types *types = where;
	enum rsk_err err = want_list(in, node);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next) {
		struct rsk_data_type type = { 0 };

		err = rsk_fields_read(in, &type_schema, n, &type);
		if (!err)
			*RSK_VEC_PUSH(types) = type;
	}
	return err;
}

enum rsk_err rsk_read_sdks(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	rsk_sdks *sdks = where;
	enum rsk_err err = want_list(in, node);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next) {
		struct rsk_sdk sdk = { 0 };

		err = rsk_fields_read(in, &sdk_schema, n, &sdk);
		if (!err)
			*RSK_VEC_PUSH(sdks) = sdk;
	}
	return err;
}

/* A call belongs to a library, or it is a request with a URL. */
static enum rsk_err check_sink(struct rsk_fields *in,
	const struct rsk_node *node, const struct rsk_sink *sink)
{
	if (!sink->sdk + !sink->packages.len + !sink->url == 2)
		return RSK_OK;
	return rsk_node_fail(
		in, node, "a sink has one of 'sdk', 'packages' and 'url'");
}

enum rsk_err rsk_read_sinks(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	rsk_sinks *sinks = where;
	enum rsk_err err = want_list(in, node);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next) {
		struct rsk_sink sink = {
			.tiers = 1u << RSK_TIER_MINIMISE |
				 1u << RSK_TIER_SPECIAL |
				 1u << RSK_TIER_SECRET | 1u << RSK_TIER_NEVER,
			.item = RSK_ITEM_NO_SENSITIVE_EVENTS,
		};

		err = rsk_fields_read(in, &sink_schema, n, &sink);
		if (!err)
			err = check_sink(in, n, &sink);
		if (!err)
			*RSK_VEC_PUSH(sinks) = sink;
	}
	return err;
}

enum rsk_err rsk_read_sanitizers(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	rsk_sanitizers *sanitizers = where;
	enum rsk_err err = want_list(in, node);

	for (const struct rsk_node *n = err ? NULL : node->first; n && !err;
		n = n->next) {
		struct rsk_sanitizer sanitizer = { 0 };

		err = rsk_fields_read(in, &sanitizer_schema, n, &sanitizer);
		if (!err && !sanitizer.words.len && !sanitizer.calls.len)
			err = rsk_node_fail(
				in, n, "a sanitizer has 'words' or 'calls'");
		if (!err)
			*RSK_VEC_PUSH(sanitizers) = sanitizer;
	}
	return err;
}

/* ---- the file ---- */

#define AT(field) offsetof(struct rsk_words, field)
static const struct rsk_field words_rows[] = {
	{ "silencers", rsk_read_strings, AT(silencers), ANY, ANY },
	{ "destroyers", rsk_read_strings, AT(destroyers), ANY, ANY },
	{ "neutral", rsk_read_strings, AT(neutral), ANY, ANY },
	{ "people", rsk_read_strings, AT(people), ANY, ANY },
	{ "forms", rsk_read_strings, AT(forms), ANY, ANY },
	{ "owners", rsk_read_strings, AT(owners), ANY, ANY },
	{ "notices", rsk_read_strings, AT(notices), ANY, ANY },
	{ "glued", rsk_read_strings, AT(glued), ANY, ANY },
	{ "singular", rsk_read_strings, AT(singular), ANY, ANY },
};
#undef AT
static const struct rsk_schema words_schema = RSK_SCHEMA("'words'", words_rows);

static enum rsk_err read_words(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_fields_read(in, &words_schema, node, where);
}

#define AT(field) offsetof(struct rsk_vocabulary, field)
static const struct rsk_field file_rows[] = {
	{ "words", read_words, AT(words), ANY, ANY },
	{ "hosts", rsk_read_strings, AT(hosts), ANY, ANY },
	{ "types", rsk_read_data_types, AT(types), ANY, ANY },
	{ "sdks", rsk_read_sdks, AT(sdks), ANY, ANY },
	{ "sinks", rsk_read_sinks, AT(sinks), ANY, ANY },
	{ "sanitizers", rsk_read_sanitizers, AT(sanitizers), ANY, ANY },
};
#undef AT
static const struct rsk_schema file_schema =
	RSK_SCHEMA("a vocabulary", file_rows);

enum rsk_err rsk_vocabulary_load(struct rsk_ruleset *rules, const char *name,
	const struct rsk_node *root, struct rsk_diag *diag)
{
	struct rsk_fields in = {
		.arena = &rules->own->arena,
		.name = name,
		.diag = diag,
		.mode = ANY,
	};
	struct rsk_vocabulary *vocabulary = &rules->own->vocabulary;
	enum rsk_err err;

	if (vocabulary->types.len)
		return rsk_node_fail(&in, root,
			"there is a vocabulary already; a configuration adds "
			"to it");
	err = rsk_fields_read(&in, &file_schema, root, vocabulary);
	for (size_t i = 0; i < vocabulary->sdks.len; i++)
		vocabulary->sdks.ptr[i].builtin = true;
	return err;
}

/* ---- use ---- */

static struct rsk_strings more_strings(struct rsk_arena *arena,
	const struct rsk_strings *a, const struct rsk_strings *b)
{
	const char **ptr =
		rsk_arena_array(arena, a->len + b->len, sizeof(*ptr));

	for (size_t i = 0; i < a->len; i++)
		ptr[i] = a->ptr[i];
	for (size_t i = 0; i < b->len; i++)
		ptr[a->len + i] = b->ptr[i];
	return (struct rsk_strings){ ptr, a->len + b->len };
}

#define APPEND(into, from, list)                                               \
	do {                                                                   \
		for (size_t i_ = 0; i_ < (from)->list.len; i_++)               \
			*RSK_VEC_PUSH(&(into)->list) = (from)->list.ptr[i_];   \
	} while (0)

void rsk_vocabulary_extend(
	struct rsk_ruleset *rules, const struct rsk_vocabulary *more)
{
	struct rsk_vocabulary *into = &rules->own->vocabulary;

	APPEND(into, more, types);
	APPEND(into, more, sdks);
	APPEND(into, more, sinks);
	APPEND(into, more, sanitizers);
	if (more->hosts.len)
		into->hosts = more_strings(
			&rules->own->arena, &into->hosts, &more->hosts);
}

void rsk_vocabulary_release(struct rsk_vocabulary *vocabulary)
{
	RSK_VEC_RELEASE(&vocabulary->types);
	RSK_VEC_RELEASE(&vocabulary->sdks);
	RSK_VEC_RELEASE(&vocabulary->sinks);
	RSK_VEC_RELEASE(&vocabulary->sanitizers);
}

const struct rsk_vocabulary *rsk_ruleset_vocabulary(
	const struct rsk_ruleset *rules)
{
	return &rules->own->vocabulary;
}

const struct rsk_data_type *rsk_vocabulary_type(
	const struct rsk_vocabulary *vocabulary, const char *id)
{
	for (size_t i = 0; i < vocabulary->types.len; i++)
		if (!strcmp(vocabulary->types.ptr[i].id, id))
			return &vocabulary->types.ptr[i];
	return NULL;
}

const struct rsk_sdk *rsk_vocabulary_sdk(
	const struct rsk_vocabulary *vocabulary, const char *id)
{
	for (size_t i = 0; i < vocabulary->sdks.len; i++)
		if (!strcmp(vocabulary->sdks.ptr[i].id, id))
			return &vocabulary->sdks.ptr[i];
	return NULL;
}
