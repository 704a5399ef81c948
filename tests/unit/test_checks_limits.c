#include <criterion/criterion.h>

#include "checks/hook_p.h"
#include "checks/server_p.h"

/*
 * What may be gone through for one question or file. Inputs bring this to its
 * end in tests/hostile and the fixtures; here it is brought to it exactly.
 */

Test(limits, tokens_of_a_server_file)
{
	struct rsk_server server = { .work = 0 };

	cr_expect(rsk_server_may_look(&server, RSK_MAX_SERVER_WORK - 1));
	cr_expect(rsk_server_may_look(&server, 0));
	cr_expect(rsk_server_may_look(&server, 1), "all of it");
	cr_expect(rsk_server_may_look(&server, 0));
	cr_expect_not(rsk_server_may_look(&server, 1), "one more");
	cr_expect_not(rsk_server_may_look(&server, 0), "nor later");
}

Test(limits, steps_of_a_question)
{
	struct rsk_hook hook = { .looked = RSK_MAX_HOOK_STEPS - 1 };

	cr_expect(rsk_hook_may_look(&hook), "the last one");
	cr_expect_not(hook.limited);
	cr_expect_not(rsk_hook_may_look(&hook), "one more");
	cr_expect(hook.limited);

	/* The next question begins anew; what was not seen stays so. */
	hook.looked = 0;
	cr_expect(rsk_hook_may_look(&hook));
	cr_expect(hook.limited);
}
