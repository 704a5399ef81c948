#ifndef RSK_CHECKLIST_CASE_P_H
#define RSK_CHECKLIST_CASE_P_H

#include "checklist/checklist.h"

/*
 * The case of one item: what speaks for and against it, and the answer.
 *
 *	static void answer(struct rsk_case *c)
 *	{
 *		rsk_case_take_findings(c);
 *		rsk_case_take_facts(c, RSK_TOPIC_PLACE);
 *		rsk_case_close(c, rsk_case_verdict(c), "%u places", n);
 *	}
 *
 * An item is a row of a table in checklist.c and one such function.
 */
struct rsk_case {
	struct rsk_report *report;
	const struct rsk_checklist_input *in;
	enum rsk_item item;
	uint32_t places[RSK_EVIDENCE_KINDS]; /* by what they say */
	RSK_VEC(struct rsk_evidence) lines[RSK_EVIDENCE_KINDS];
	enum rsk_answer_kind kind;
	const char *summary;
};

/* Add a line of evidence and count its place; a note is no place. */
void rsk_case_say(struct rsk_case *c, enum rsk_evidence_kind says,
	const struct rsk_evidence *at, const char *format, ...)
	RSK_PRINTF(4, 5);

/* The place of a finding or a fact, to be handed to rsk_case_say(). */
struct rsk_evidence rsk_at_finding(const struct rsk_finding *finding);
struct rsk_evidence rsk_at_fact(const struct rsk_fact *fact);

/*
 * How much a finding weighs: one of medium severity and confidence or more
 * speaks against, a lesser one is for a person to judge, a hint is a note.
 */
enum rsk_evidence_kind rsk_weigh(const struct rsk_finding *finding);

/*
 * The same for the items that are about what is, not about what was: what was
 * taken away is a note, what is on another branch is for a person.
 */
enum rsk_evidence_kind rsk_weigh_now(const struct rsk_finding *finding);

/* Is it at a place of the present? A key of the past may be elsewhere now:
 * that is another finding. */
bool rsk_is_present(const struct rsk_finding *finding);

/* Its message, with the key and, of the past, the commits. */
const char *rsk_finding_text(
	struct rsk_case *c, const struct rsk_finding *finding);

void rsk_case_take_finding(
	struct rsk_case *c, const struct rsk_finding *finding);
/* All of the item, as of now. */
void rsk_case_take_findings(struct rsk_case *c);

/* All facts of the item and topic. */
void rsk_case_take_facts(struct rsk_case *c, enum rsk_topic topic);
uint32_t rsk_case_count_facts(const struct rsk_case *c, enum rsk_topic topic,
	enum rsk_evidence_kind says);

/* fail, review or pass by what was said; nothing: RSK_ANSWERS. */
enum rsk_answer_kind rsk_case_verdict(const struct rsk_case *c);

/* The answer and its summary. An incomplete scan passes nothing. */
void rsk_case_close(struct rsk_case *c, enum rsk_answer_kind kind,
	const char *format, ...) RSK_PRINTF(3, 4);

/* "1 place", "3 places": for "%u place%s". */
static inline const char *rsk_s(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Has the finding a key or the like? A literal of personal data is none. */
bool rsk_is_credential(const struct rsk_finding *finding);

/* Is the key one of the product, by its kind? */
bool rsk_is_product_key(const struct rsk_secret_view *secret);

/* ---- one function each ---- */

void rsk_answer_env_keys(struct rsk_case *c);
void rsk_answer_vcs(struct rsk_case *c);
void rsk_answer_environments(struct rsk_case *c);
void rsk_answer_rotation(struct rsk_case *c);
void rsk_answer_data(struct rsk_case *c); /* of two items */
void rsk_answer_transport(struct rsk_case *c);
void rsk_answer_webhooks(struct rsk_case *c);
void rsk_answer_privilege(struct rsk_case *c);
void rsk_answer_audits(struct rsk_case *c);

/* plan.c: what to do first, from findings and answers. */
void rsk_checklist_plan(struct rsk_report *report);

#endif
