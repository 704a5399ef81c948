#include <criterion/criterion.h>
#include <dlfcn.h>

#include "unit/match_help.h"

/*
 * Regular expressions that never match and say that all is well. The dynamic
 * linker takes these instead of the library's.
 */
enum { NOMATCH = -1 };

int pcre2_match_8(const void *code, const void *subject, size_t len, size_t at,
	uint32_t options, void *data, void *context);
int pcre2_jit_match_8(const void *code, const void *subject, size_t len,
	size_t at, uint32_t options, void *data, void *context);

static bool broken_plain;
static bool broken_machine;

static int (*real(const char *name))(
	const void *, const void *, size_t, size_t, uint32_t, void *, void *)
{
	int (*found)(const void *, const void *, size_t, size_t, uint32_t,
		void *, void *);
	void *symbol = dlsym(RTLD_NEXT, name);

	memcpy(&found, &symbol, sizeof(found));
	return found;
}

int pcre2_match_8(const void *code, const void *subject, size_t len, size_t at,
	uint32_t options, void *data, void *context)
{
	return broken_plain ? NOMATCH
			    : real("pcre2_match_8")(code, subject, len, at,
				      options, data, context);
}

int pcre2_jit_match_8(const void *code, const void *subject, size_t len,
	size_t at, uint32_t options, void *data, void *context)
{
	return broken_machine ? NOMATCH
			      : real("pcre2_jit_match_8")(code, subject, len,
					at, options, data, context);
}

static void expect(enum rsk_err expected, bool machine_code)
{
	const struct rsk_matcher_options options = { .machine_code =
							     machine_code };
	const struct rsk_pattern pattern = { .anchors = ANCHORS("key"),
		.regex = "key" };
	struct rsk_matcher *matcher = NULL;
	struct rsk_diag diag = { 0 };
	struct rules rules;

	rules_init(&rules, &pattern, 1);
	cr_expect_eq(rsk_matcher_new(&matcher, &rules.set, &options, &diag),
		expected);
	if (expected) {
		cr_expect_null(matcher);
		cr_expect_not_null(
			strstr(diag.text, "self-test"), "%s", diag.text);
	}
	rsk_matcher_free(matcher);
	rules_release(&rules);
}

Test(selftest, a_broken_engine_is_an_error_and_no_clean_report)
{
	expect(RSK_OK, false);
	expect(RSK_OK, true);
	broken_plain = true;
	expect(RSK_UNSUPPORTED, false);
	broken_plain = false;
	broken_machine = true;
	expect(RSK_UNSUPPORTED, true);
	broken_machine = false;
	expect(RSK_OK, true);
}

Test(selftest, machine_code_that_is_not_used_is_not_tested)
{
	broken_machine = true;
	expect(RSK_OK, false);
}
