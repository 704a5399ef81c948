#ifndef RSK_MUTATION_CRITERION_H
#define RSK_MUTATION_CRITERION_H

/*
 * As much of Criterion's interface as our unit tests use, for tools/mutate.py:
 * there a test starts a million times, and Criterion takes 30 ms for it. Here
 * it is one fork(). driver.c has what is behind it, and the usage.
 *
 * A check that fails ends the test: more than that one fails is not asked.
 */
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct rsk_suite {
	void (*init)(void);
	void (*fini)(void);
	int signal;
	int exit_code;
	bool disabled;
	double timeout; /* ignored: the driver has its own */
	const char *name; /* what follows is not for tests */
	struct rsk_suite *next;
};

struct criterion_test_params {
	size_t size;
	void *params;
	size_t length;
	void (*cleanup)(struct criterion_test_params *);
};

struct rsk_test {
	const char *suite;
	const char *name;
	struct rsk_suite options;
	void (*run)(void);
	void (*run_each)(void *);
	struct criterion_test_params (*params)(void);
	struct rsk_test *next;
};

void rsk_test_add(struct rsk_test *test);
void rsk_suite_add(struct rsk_suite *suite);
_Noreturn void rsk_test_failed(const char *file, int line, const char *what);
_Noreturn void rsk_test_skipped(void);

#define TestSuite(suite, ...)                                                  \
	static struct rsk_suite rsk_suite_##suite = { __VA_ARGS__ };           \
	__attribute__((constructor)) static void rsk_add_##suite(void)         \
	{                                                                      \
		rsk_suite_##suite.name = #suite;                               \
		rsk_suite_add(&rsk_suite_##suite);                             \
	}

#define RSK_TEST_ADD(s, n, member, ...)                                        \
	static struct rsk_test rsk_test_##s##_##n = { .options = {             \
							      __VA_ARGS__ } }; \
	__attribute__((constructor)) static void rsk_add_##s##_##n(void)       \
	{                                                                      \
		rsk_test_##s##_##n.suite = #s;                                 \
		rsk_test_##s##_##n.name = #n;                                  \
		member;                                                        \
		rsk_test_add(&rsk_test_##s##_##n);                             \
	}

#define Test(s, n, ...)                                                        \
	static void rsk_run_##s##_##n(void);                                   \
	RSK_TEST_ADD(s, n, rsk_test_##s##_##n.run = rsk_run_##s##_##n,         \
		__VA_ARGS__)                                                   \
	static void rsk_run_##s##_##n(void)

#define RSK_CHECK(holds, what)                                                 \
	do {                                                                   \
		if (!(holds))                                                  \
			rsk_test_failed(__FILE__, __LINE__, what);             \
	} while (0)

#define cr_assert(a, ...)          RSK_CHECK((a), #a)
#define cr_assert_not(a, ...)      RSK_CHECK(!(a), #a)
#define cr_assert_null(a, ...)     RSK_CHECK((a) == NULL, #a)
#define cr_assert_not_null(a, ...) RSK_CHECK((a) != NULL, #a)
#define cr_assert_eq(a, b, ...)    RSK_CHECK((a) == (b), #a)
#define cr_assert_neq(a, b, ...)   RSK_CHECK((a) != (b), #a)
#define cr_assert_lt(a, b, ...)    RSK_CHECK((a) < (b), #a)
#define cr_assert_leq(a, b, ...)   RSK_CHECK((a) <= (b), #a)
#define cr_assert_gt(a, b, ...)    RSK_CHECK((a) > (b), #a)
#define cr_assert_geq(a, b, ...)   RSK_CHECK((a) >= (b), #a)
#define cr_assert_str_eq(a, b, ...)                                            \
	RSK_CHECK(strcmp((a), (b)) == 0, #a)
#define cr_assert_str_neq(a, b, ...)                                           \
	RSK_CHECK(strcmp((a), (b)) != 0, #a)
#define cr_assert_arr_eq(a, b, size, ...)                                      \
	RSK_CHECK(memcmp((a), (b), (size)) == 0, #a)
#define cr_assert_arr_neq(a, b, size, ...)                                     \
	RSK_CHECK(memcmp((a), (b), (size)) != 0, #a)
#define cr_assert_fail(...) RSK_CHECK(false, "reached")

#define cr_expect          cr_assert
#define cr_expect_not      cr_assert_not
#define cr_expect_null     cr_assert_null
#define cr_expect_not_null cr_assert_not_null
#define cr_expect_eq       cr_assert_eq
#define cr_expect_neq      cr_assert_neq
#define cr_expect_lt       cr_assert_lt
#define cr_expect_leq      cr_assert_leq
#define cr_expect_gt       cr_assert_gt
#define cr_expect_geq      cr_assert_geq
#define cr_expect_str_eq   cr_assert_str_eq
#define cr_expect_str_neq  cr_assert_str_neq
#define cr_expect_arr_eq   cr_assert_arr_eq
#define cr_expect_arr_neq  cr_assert_arr_neq
#define cr_expect_fail     cr_assert_fail

#define cr_log_warn(...)     ((void)0)
#define cr_skip_test(...)    rsk_test_skipped()

#endif
