#ifndef RSK_REPORT_IDS_P_H
#define RSK_REPORT_IDS_P_H

#include "base/map.h"
#include "report/report.h"

/*
 * The names of secrets in one report: k1, k2, ... in order of appearance, or
 * the keyed hash when there is a --secret-key-file (the finding's id is keyed
 * then). Nothing else of an id is ever written.
 */
struct rsk_ids {
	struct rsk_map numbers;   /* of the id's bytes, from 1 */
	RSK_VEC(uint32_t) places; /* for each number: findings that have it */
	bool keyed;
};

enum { RSK_ID_NAME = 2 * 16 + 1 };

/* `report` must outlive the ids. */
void rsk_ids_init(struct rsk_ids *ids, const struct rsk_report *report,
	const struct rsk_style *style);
void rsk_ids_release(struct rsk_ids *ids);

/* The name of a secret of the report; returns `out`. */
const char *rsk_ids_name(const struct rsk_ids *ids,
	const struct rsk_secret_view *secret, char out[RSK_ID_NAME]);

/* In how many findings of the report (hidden ones counted) that secret is. */
uint32_t rsk_ids_places(
	const struct rsk_ids *ids, const struct rsk_finding *finding);

#endif
