#include "checks/code_p.h"

void rsk_code_webhook(struct rsk_code *code)
{
	(void)code;
}
