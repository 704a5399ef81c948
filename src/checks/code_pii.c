#include "checks/code_p.h"

void rsk_code_pii(struct rsk_code *code)
{
	(void)code;
}
