#ifndef RSK_RULES_VOCABULARY_P_H
#define RSK_RULES_VOCABULARY_P_H

#include "rules/fields_p.h"
#include "rules/vocabulary.h"

/* Readers of lists of entries; `where` is the list in the vocabulary. */
rsk_field_read rsk_read_data_types; /* vocabulary.types */
rsk_field_read rsk_read_sdks;
rsk_field_read rsk_read_sinks;
rsk_field_read rsk_read_sanitizers;

/* A file called vocabulary.yaml. */
RSK_MUST_CHECK enum rsk_err rsk_vocabulary_load(struct rsk_ruleset *rules,
	const char *name, const struct rsk_node *root, struct rsk_diag *diag);

/* Add what a configuration brings; its memory must outlive the rules. */
void rsk_vocabulary_extend(
	struct rsk_ruleset *rules, const struct rsk_vocabulary *more);
void rsk_vocabulary_release(struct rsk_vocabulary *vocabulary);

#endif
