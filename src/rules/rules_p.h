#ifndef RSK_RULES_RULES_P_H
#define RSK_RULES_RULES_P_H

#include "base/arena.h"
#include "base/map.h"
#include "rules/fields_p.h"
#include "rules/vocabulary.h"

/* What a rule set has besides its rules. */

/* A named list of globs; those of other sets are unfolded into it. */
struct rsk_path_set {
	const char *name;
	const char *file;
	struct rsk_globs globs;
};

/* A rule that another one names, until the set is frozen. */
struct rsk_reference {
	const char *id;
	const char *file;
	uint32_t line, column;
	uint32_t rule;    /* that names it; index before the set is frozen */
	uint32_t pattern; /* that needs it as its context, or RSK_NO_RULE */
};

struct rsk_rules_private {
	struct rsk_arena arena; /* all that the rules point to */
	struct rsk_map ids;     /* of rules, to index + 1 */
	struct rsk_map set_ids; /* of path sets, to index + 1 */
	RSK_VEC(struct rsk_path_set) sets;
	RSK_VEC(struct rsk_reference) references;
	struct rsk_vocabulary vocabulary;
	size_t bytes;    /* of all rule files */
	size_t globs;    /* of all lists */
	size_t searched; /* bytes of examples, once for each anchor */
	bool frozen;
};

/* load.c: a rule from its file. */
RSK_MUST_CHECK enum rsk_err rsk_rule_load(struct rsk_ruleset *rules,
	const char *name, const struct rsk_node *root, struct rsk_diag *diag);

/* paths.c: path sets from their file. */
RSK_MUST_CHECK enum rsk_err rsk_paths_load(struct rsk_ruleset *rules,
	const char *name, const struct rsk_node *root, struct rsk_diag *diag);

/* A list of globs and of '@name' for those of a path set. */
RSK_MUST_CHECK enum rsk_err rsk_paths_read(struct rsk_fields *in,
	struct rsk_rules_private *own, const struct rsk_node *node,
	struct rsk_globs *out);

/* freeze.c */
RSK_MUST_CHECK enum rsk_err rsk_rules_resolve(
	struct rsk_ruleset *rules, struct rsk_diag *diag);
void rsk_rules_sort(struct rsk_ruleset *rules);

/* The rule files of the program, made by the tool in embed.c. */
struct rsk_builtin_file {
	const char *name; /* "resync/hardcoded-resync-key.yaml" */
	const uint8_t *ptr;
	size_t len;
	bool is_packed; /* see pack_p.h; else the file as it is */
};

extern const struct rsk_builtin_file rsk_builtin_files[];
extern const size_t rsk_builtin_files_len;

#endif
