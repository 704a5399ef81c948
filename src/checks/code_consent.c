#include "checks/code_p.h"

void rsk_code_consent(struct rsk_code *code)
{
	(void)code;
}
