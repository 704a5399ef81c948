#include "model/finding.h"

#include "model/fact.h"
#include "model/sighting.h"

bool rsk_is_accepted(const struct rsk_suppression *suppression)
{
	return suppression->source &&
	       strcmp(suppression->source, RSK_BY_BASELINE) != 0;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int cmp_str(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int cmp_place(const struct rsk_finding *a, const struct rsk_finding *b)
{
	int order = cmp_u64(a->start.line, b->start.line);

	if (!order)
		order = cmp_u64(a->start.column, b->start.column);
	if (!order)
		order = cmp_u64(a->end.line, b->end.line);
	if (!order)
		order = cmp_u64(a->end.column, b->end.column);
	return order;
}

int rsk_finding_cmp(const void *left, const void *right)
{
	const struct rsk_finding *a = left;
	const struct rsk_finding *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (!order)
		order = cmp_place(a, b);
	if (!order)
		order = cmp_str(a->rule, b->rule);
	if (!order)
		order = cmp_u64(a->origin, b->origin);
	if (!order)
		order = cmp_str(a->commit.oid, b->commit.oid);
	if (!order)
		order = memcmp(
			a->fingerprint, b->fingerprint, sizeof(a->fingerprint));
	if (!order)
		order = cmp_str(a->message, b->message);
	return order;
}

const char *rsk_evidence_name(enum rsk_evidence_kind kind)
{
	static const char *const names[RSK_EVIDENCE_KINDS] = {
		[RSK_EVIDENCE_SUMMARY] = "summary",
		[RSK_EVIDENCE_AGAINST] = "against",
		[RSK_EVIDENCE_OPEN] = "open",
		[RSK_EVIDENCE_FOR] = "for",
		[RSK_EVIDENCE_NOTE] = "note",
	};

	return names[kind];
}

int rsk_fact_cmp(const void *left, const void *right)
{
	const struct rsk_fact *a = left;
	const struct rsk_fact *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (!order)
		order = cmp_u64(a->line, b->line);
	if (!order)
		order = cmp_str(a->rule, b->rule);
	if (!order)
		order = cmp_str(a->text, b->text);
	return order;
}

int rsk_sighting_cmp(const void *left, const void *right)
{
	const struct rsk_sighting *a = left;
	const struct rsk_sighting *b = right;
	int order = rsk_slice_cmp(a->path, b->path);

	if (!order)
		order = cmp_u64(a->at.line, b->at.line);
	if (!order)
		order = cmp_u64(a->at.column, b->at.column);
	if (!order)
		order = cmp_str(a->pattern, b->pattern);
	return order;
}
