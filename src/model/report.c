#include "model/report.h"

void rsk_report_release(struct rsk_report *report)
{
	rsk_coverage_release(&report->coverage);
	RSK_VEC_RELEASE(&report->findings);
	RSK_VEC_RELEASE(&report->suppressed);
	RSK_VEC_RELEASE(&report->data);
	RSK_VEC_RELEASE(&report->keys);
	RSK_VEC_RELEASE(&report->policy);
	rsk_arena_release(&report->arena);
	*report = (struct rsk_report){ 0 };
}
