#ifndef RSK_RULES_RULESET_H
#define RSK_RULES_RULESET_H

#include "base/diag.h"
#include "base/vec.h"
#include "model/severity.h"
#include "rules/glob.h"

/*
 * Rules: what to look for, as data.
 *
 *	struct rsk_ruleset *rules = rsk_ruleset_new();
 *	struct rsk_diag diag = { 0 };
 *	enum rsk_err err = rsk_ruleset_add_builtin(rules, &diag);
 *
 *	if (!err)
 *		err = rsk_ruleset_add_path(rules, "my-rules/", &diag);
 *	if (!err)
 *		err = rsk_ruleset_freeze(rules, &diag);
 *	...
 *	rsk_ruleset_free(rules);
 *
 * A rule is one YAML file (docs/rules.md describes every field). The loader is
 * strict: an unknown key, a wrong type, a second definition, an example that
 * lacks every anchor is an error with file, line and column.
 *
 * Errors    a set of which a call failed is only good for being freed.
 * Threads   one while it is built; after rsk_ruleset_freeze() it is read-only
 *           and any number of threads may read it.
 * Memory    everything belongs to the set and lives until it is freed.
 */

/* An example whose `pattern` is this one is found by a check of code. */
#define RSK_PATTERN_CODE "code"

/* Where a file stands towards version control, as a set of flags. */
enum rsk_vcs {
	RSK_VCS_TRACKED = 1 << 0,   /* in the index, the stage or the history */
	RSK_VCS_UNTRACKED = 1 << 1, /* in a work tree, but not in its index */
	RSK_VCS_NONE = 1 << 2,      /* no repository, or standard input */
};

enum rsk_rule_kind {
	RSK_RULE_FINDING,
	RSK_RULE_FACT, /* its matches feed the checklist, never the findings */
	RSK_RULE_CONTEXT, /* its matches say that a file is about something */
	RSK_RULE_CHECK,   /* found by a check in C; the file holds the page */
	RSK_RULE_CODE,    /* the same in code: its examples are run, too */
	RSK_RULE_TRIGGER, /* its matches say that a file's code is worth reading
			   */
};

/* Named tests on the secret of a match; `match/filter.h` has the functions. */
#define RSK_FILTER_MAP(X)                                                      \
	X(PLACEHOLDER, "placeholder")                                          \
	X(LUHN, "luhn")                                                        \
	X(MOD97, "mod97")                                                      \
	X(CRC32_BASE62, "crc32-base62")                                        \
	X(HEX, "hex")                                                          \
	X(MIXED, "mixed")                                                      \
	X(IRREGULAR, "irregular")

/* The bit numbers of rsk_pattern.filters. */
enum rsk_filter {
#define X(name, word) RSK_FILTER_##name,
	RSK_FILTER_MAP(X)
#undef X
		RSK_FILTERS,
};

struct rsk_strings {
	const char *const *ptr;
	size_t len;
};

static inline bool rsk_strings_have(
	const struct rsk_strings *list, struct rsk_slice text)
{
	for (size_t i = 0; i < list->len; i++)
		if (rsk_slice_eq_str(text, list->ptr[i]))
			return true;
	return false;
}

/* One way in which a rule can match. */
struct rsk_pattern {
	uint32_t rule; /* index into rsk_ruleset.rules */
	uint32_t line; /* [human] of its entry in the rule file */
	const char *name;
	const char *kind; /* of the secret: "live", "sandbox"; may be NULL */
	enum rsk_severity severity;
	enum rsk_confidence confidence;
	enum rsk_confidence confidence_without; /* when `context` is absent */
	const char *message;
	const char *fix;
	const char *step;           /* of a finding; may be NULL */
	struct rsk_strings anchors; /* one of them is in every match */
	bool caseless;              /* anchors and regex */
	const char *regex;          /* PCRE2; group "secret" marks the secret */
	size_t max_width;           /* bytes, lookaround included */
	struct rsk_strings keep;    /* public prefixes that masking may show */
	uint32_t filters;           /* set of 1 << enum rsk_filter */
	double entropy;             /* bits per byte the secret needs; 0: any */
	struct rsk_strings stopwords; /* in the secret, caseless: no match */
	struct rsk_globs only;        /* paths it is for; empty: all */
	struct rsk_globs except;      /* paths it is not for */
	uint32_t vcs;                 /* set of enum rsk_vcs; 0: any */
	bool binary;                  /* also runs on what is not text */
	uint32_t context;             /* rule of kind context, or RSK_NO_RULE */
	bool requires_context;        /* no match in a file without it */
	bool requires_project;        /* none where no file has it */
};

#define RSK_NO_RULE UINT32_MAX

/* An example of a rule file: it must fire, or it must not. */
struct rsk_example {
	uint32_t line; /* [human] in the rule file */
	bool fires;
	const char *path;
	const char *text;
	const char *pattern; /* which pattern fires; NULL: any of the rule */
};

struct rsk_rule {
	const char *id;
	const char *file; /* "resync/hardcoded-resync-key.yaml" */
	enum rsk_rule_kind kind;
	const char *title;
	enum rsk_severity severity;
	enum rsk_confidence confidence;
	enum rsk_item item;
	struct rsk_strings cwe; /* "CWE-798" */
	struct rsk_strings tags;
	struct rsk_strings overrides; /* rules that yield on the same secret */
	const char *message;
	const char *fix;
	const char *what, *why, *bad, *good; /* the page */
	struct rsk_strings references;
	uint32_t first_pattern, patterns; /* into rsk_ruleset.patterns */
	const struct rsk_example *examples;
	size_t examples_len;
	bool disabled; /* by the configuration or --disable */
};

/* Can it be the rule of a finding? */
static inline bool rsk_rule_reports(const struct rsk_rule *rule)
{
	return rule->kind == RSK_RULE_FINDING || rule->kind == RSK_RULE_CHECK ||
	       rule->kind == RSK_RULE_CODE;
}

struct rsk_ruleset {
	RSK_VEC(struct rsk_rule) rules; /* sorted by id once frozen */
	RSK_VEC(struct rsk_pattern) patterns;
	struct rsk_rules_private *own;
};

struct rsk_ruleset *rsk_ruleset_new(void);

/*
 * A frozen set for who writes reports and looks nothing up in texts: the rules
 * as they are given, in this order, without patterns and examples. Their
 * strings stay the caller's and must live as long.
 */
struct rsk_ruleset *rsk_ruleset_of(const struct rsk_rule *rules, size_t len);

/* The packs that are part of the program. Fails only on a build mistake. */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_add_builtin(
	struct rsk_ruleset *rules, struct rsk_diag *diag);

/* A rule file, or every *.yaml below a folder, in byte order of the names. */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_add_path(
	struct rsk_ruleset *rules, const char *path, struct rsk_diag *diag);

/*
 * The same for a path relative to the folder `root` that must lead to
 * something below it: no "..", no symlink on the way.
 */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_add_below(struct rsk_ruleset *rules,
	const char *root, const char *path, struct rsk_diag *diag);

/*
 * One rule file in memory; `name` is for messages. When it ends in ".yaml" it
 * must be called like the rule; "paths.yaml" holds path sets.
 */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_add_text(struct rsk_ruleset *rules,
	const char *name, struct rsk_slice text, struct rsk_diag *diag);

/* Resolve references between rules, sort, refuse what does not fit. */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_freeze(
	struct rsk_ruleset *rules, struct rsk_diag *diag);

/* The rule called `id`, or NULL. After rsk_ruleset_freeze(). */
const struct rsk_rule *rsk_ruleset_find(
	const struct rsk_ruleset *rules, struct rsk_slice id);

/* Disable a rule. RSK_NOTFOUND: no such rule. */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_disable(
	struct rsk_ruleset *rules, struct rsk_slice id);

/* Give a rule and all its patterns another severity. RSK_NOTFOUND. */
RSK_MUST_CHECK enum rsk_err rsk_ruleset_set_severity(struct rsk_ruleset *rules,
	struct rsk_slice id, enum rsk_severity severity);

/* The globs of the path set called `name` ("env-file", "docs"), or NULL. */
const struct rsk_globs *rsk_ruleset_paths(
	const struct rsk_ruleset *rules, const char *name);

/* NULL is fine. */
void rsk_ruleset_free(struct rsk_ruleset *rules);

#endif
