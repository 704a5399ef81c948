#include "checks/code_p.h"

struct rsk_sdk_name rsk_sdk_name(
	struct rsk_code *code, const struct rsk_js_val *callee)
{
	(void)code, (void)callee;
	return (struct rsk_sdk_name){ 0 };
}

void rsk_sdk_find_calls(struct rsk_code *code)
{
	(void)code;
}
