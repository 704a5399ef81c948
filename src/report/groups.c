#include "report/groups_p.h"

#include <stdlib.h>

/* What the first sort goes by: a group's findings stand together after it. */
struct entry {
	enum rsk_severity severity;
	const char *rule;
	uint32_t index;
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;
	int order;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	order = strcmp(a->rule, b->rule);
	if (order)
		return order;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int compare_groups(const void *left, const void *right)
{
	const struct rsk_group *a = left;
	const struct rsk_group *b = right;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence ? -1 : 1;
	if (a->len != b->len)
		return a->len > b->len ? -1 : 1;
	return strcmp(a->rule, b->rule);
}

static void add_entry(struct rsk_groups *groups, const struct entry *entry)
{
	const struct rsk_finding *finding =
		&groups->report->findings.ptr[entry->index];
	struct rsk_group *group =
		groups->all.len ? &groups->all.ptr[groups->all.len - 1] : NULL;

	if (!group || group->severity != entry->severity ||
		strcmp(group->rule, entry->rule) != 0) {
		group = RSK_VEC_PUSH(&groups->all);
		group->rule = entry->rule;
		group->severity = entry->severity;
		group->first = groups->order.len;
	}
	if (finding->confidence > group->confidence)
		group->confidence = finding->confidence;
	group->len++;
	*RSK_VEC_PUSH(&groups->order) = entry->index;
}

void rsk_groups_init(struct rsk_groups *groups, const struct rsk_report *report)
{
	size_t len = report->findings.len;
	struct entry *entries = rsk_alloc_array(len + 1, sizeof(*entries));

	*groups = (struct rsk_groups){ .report = report };
	for (size_t i = 0; i < len; i++)
		entries[i] = (struct entry){
			report->findings.ptr[i].severity,
			report->findings.ptr[i].rule,
			(uint32_t)i,
		};
	qsort(entries, len, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < len; i++)
		add_entry(groups, &entries[i]);
	free(entries);
	if (groups->all.len)
		qsort(groups->all.ptr, groups->all.len,
			sizeof(*groups->all.ptr), compare_groups);
}

void rsk_groups_release(struct rsk_groups *groups)
{
	RSK_VEC_RELEASE(&groups->order);
	RSK_VEC_RELEASE(&groups->all);
}

const struct rsk_finding *rsk_groups_at(
	const struct rsk_groups *groups, size_t i, size_t j)
{
	size_t at = groups->all.ptr[i].first + j;

	return &groups->report->findings.ptr[groups->order.ptr[at]];
}
