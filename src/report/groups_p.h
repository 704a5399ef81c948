#ifndef RSK_REPORT_GROUPS_P_H
#define RSK_REPORT_GROUPS_P_H

#include "model/report.h"

/*
 * The findings of a report by rule, as the formats for people show them: what
 * matters most comes first, and what is said of a rule is said once.
 *
 *	struct rsk_groups groups;
 *
 *	rsk_groups_init(&groups, report);
 *	for (size_t i = 0; i < groups.all.len; i++)
 *		for (size_t j = 0; j < groups.all.ptr[i].len; j++)
 *			show(rsk_groups_at(&groups, i, j));
 *	rsk_groups_release(&groups);
 *
 * The order is that of severity, then of confidence, then of how many there
 * are; inside a group it is the report's.
 */
struct rsk_group {
	const char *rule;
	enum rsk_severity severity;
	enum rsk_confidence confidence; /* the best of its findings */
	size_t first, len;              /* in rsk_groups.order */
};

struct rsk_groups {
	const struct rsk_report *report; /* borrowed */
	RSK_VEC(uint32_t) order;         /* into its findings */
	RSK_VEC(struct rsk_group) all;
};

/* `report` must outlive the groups. */
void rsk_groups_init(
	struct rsk_groups *groups, const struct rsk_report *report);
void rsk_groups_release(struct rsk_groups *groups);

/* The j-th finding of the i-th group. */
const struct rsk_finding *rsk_groups_at(
	const struct rsk_groups *groups, size_t i, size_t j);

#endif
