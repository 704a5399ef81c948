#include "checks/code_p.h"

void rsk_code_keys(struct rsk_code *code)
{
	(void)code;
}
