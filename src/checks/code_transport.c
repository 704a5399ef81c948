#include "checks/code_p.h"

void rsk_code_transport(struct rsk_code *code)
{
	(void)code;
}
