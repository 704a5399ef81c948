#include "model/report.h"

int rsk_report_status(const struct rsk_report *report, enum rsk_severity limit)
{
	for (int i = (int)limit; i < RSK_SEVERITIES; i++)
		if (report->counts[i])
			return 1;
	return report->complete ? 0 : 3;
}

void rsk_report_release(struct rsk_report *report)
{
	rsk_coverage_release(&report->coverage);
	RSK_VEC_RELEASE(&report->findings);
	RSK_VEC_RELEASE(&report->suppressed);
	RSK_VEC_RELEASE(&report->known);
	RSK_VEC_RELEASE(&report->data);
	RSK_VEC_RELEASE(&report->keys);
	RSK_VEC_RELEASE(&report->edits);
	RSK_VEC_RELEASE(&report->policy);
	rsk_arena_release(&report->arena);
	*report = (struct rsk_report){ 0 };
}
