#include "checks/code_p.h"

void rsk_code_exposure(struct rsk_code *code)
{
	(void)code;
}
