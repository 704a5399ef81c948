#ifndef RSK_MUTATION_PARAMETERIZED_H
#define RSK_MUTATION_PARAMETERIZED_H

#include "criterion.h"

#define ParameterizedTestParameters(s, n)                                      \
	static struct criterion_test_params rsk_params_##s##_##n(void)

#define ParameterizedTest(param, s, n, ...)                                    \
	static void rsk_run_##s##_##n(param);                                  \
	static void rsk_each_##s##_##n(void *each)                             \
	{                                                                      \
		rsk_run_##s##_##n(each);                                       \
	}                                                                      \
	RSK_TEST_ADD(s, n,                                                     \
		(rsk_test_##s##_##n.run_each = rsk_each_##s##_##n,             \
			rsk_test_##s##_##n.params = rsk_params_##s##_##n),     \
		__VA_ARGS__)                                                   \
	static void rsk_run_##s##_##n(param)

#define cr_make_param_array(type, array, n, ...)                               \
	((struct criterion_test_params){                                       \
		.size = sizeof(type), .params = (array), .length = (n) })

#endif
