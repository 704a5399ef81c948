#include <criterion/criterion.h>

#include "scan/scan_p.h"

static const struct {
	const char *line, *above;
	const char *reason; /* NULL: not suppressed */
	bool ignored;       /* and somebody is told why */
} cases[] = {
	{ "k // rskan:allow my-rule -- it is a test", "", "it is a test",
		false },
	{ "k", "# rskan:allow my-rule -- above", "above", false },
	{ "k /* rskan:allow my-rule -- closed */ x", "", "closed", false },
	{ "<!-- rskan:allow my-rule -- in html -->", "", "in html", false },
	{ "k // rskan:allow my-rule", "", NULL, true },
	{ "k // rskan:allow my-rule --", "", NULL, true },
	{ "k // rskan:allow my-rule --   ", "", NULL, true },
	{ "k // rskan:allow my-rule because", "", NULL, true },
	{ "k // rskan:allow other -- reason", "", NULL, false },
	{ "k // rskan:allow my-rule-too -- reason", "", NULL, false },
	{ "k // rskan:allow other -- a rskan:allow my-rule -- b", "", "b",
		false },
	{ "k", "j = 1; // rskan:allow my-rule -- about j", NULL, false },
	{ "k", "\t * rskan:allow my-rule -- in a block", "in a block", false },
	{ "rskan:allow", "rskan:allow ", NULL, false },
	{ "", "", NULL, false },
};

Test(suppress, comments)
{
	struct rsk_arena arena = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *ignored = NULL;
		const char *reason = rsk_allow_find(&arena,
			rsk_slice_str(cases[i].line),
			rsk_slice_str(cases[i].above), "my-rule", &ignored);

		cr_expect(!reason == !cases[i].reason &&
				  (!reason || !strcmp(reason, cases[i].reason)),
			"case %zu: got '%s'", i, reason ? reason : "(none)");
		cr_expect_eq(
			ignored != NULL, cases[i].ignored, "case %zu: told", i);
	}
	rsk_arena_release(&arena);
}
