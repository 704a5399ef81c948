#include "checklist/checklist.h"

#include "checklist/case_p.h"

/* Who answers what, what is to be done when the answer is no pass, and what
 * only a person can see. */
static const char *const privilege_by_hand[] = {
	"developers have access to the sandbox only",
	"QA has access to staging only",
	"operations have read-only access to production",
	"only administrators have full access, and each of them needs it",
	"whoever has left the team has no access any more",
	"each secret key is known by name: who uses it, where, what for",
};

static const char *const rotation_by_hand[] = {
	"no key in the dashboard is older than the team allows",
	"keys that were replaced more than 7 days ago are deleted",
};

#define BY_HAND(list) list, sizeof(list) / sizeof((list)[0])

static const struct {
	void (*answer)(struct rsk_case *c);
	const char *todo;
	const char *const *manual;
	size_t manual_len;
} rows[RSK_ITEMS] = {
	[RSK_ITEM_ENV_KEYS] = { rsk_answer_env_keys,
		"Replace each literal by a read of the environment, then "
		"rotate the key: it has been seen.",
		NULL, 0 },
	[RSK_ITEM_KEYS_NOT_IN_VCS] = { rsk_answer_vcs,
		"Delete leaked keys in the dashboard, untrack files that hold "
		"keys, add the missing ignore lines.",
		NULL, 0 },
	[RSK_ITEM_SEPARATE_KEYS] = { rsk_answer_environments,
		"Compare the keys of development, staging and production "
		"where they are kept: all must differ, and only production "
		"has an rsk_live_ key.",
		NULL, 0 },
	[RSK_ITEM_KEY_ROTATION] = { rsk_answer_rotation,
		"Look up the age of each key in the dashboard; rotate those "
		"that are too old and delete the old key after 7 days; a "
		"'# rotated: YYYY-MM-DD' beside the variable's name in "
		".env.example lets this audit know.",
		BY_HAND(rotation_by_hand) },
	[RSK_ITEM_MINIMAL_PII] = { rsk_answer_data,
		"Read each call: send what a campaign needs and no more, "
		"never a government or payment number.",
		NULL, 0 },
	[RSK_ITEM_NO_SENSITIVE_EVENTS] = { rsk_answer_data,
		"Read each call: no card data, passwords, tokens or personal "
		"data in metadata.",
		NULL, 0 },
	[RSK_ITEM_HTTPS_EVERYWHERE] = { rsk_answer_transport,
		"Use https in every address and leave the checks of "
		"certificates on.",
		NULL, 0 },
	[RSK_ITEM_WEBHOOK_SIGNATURE] = { rsk_answer_webhooks,
		"Verify each webhook: HMAC-SHA256 under the webhook secret, "
		"crypto.timingSafeEqual, and 401 when it fails.",
		NULL, 0 },
	[RSK_ITEM_LEAST_PRIVILEGE] = { rsk_answer_privilege,
		"Give development and tests sandbox keys only, and go through "
		"the roles in the dashboard with the list below.",
		BY_HAND(privilege_by_hand) },
	[RSK_ITEM_REGULAR_AUDITS] = { rsk_answer_audits,
		"Run 'rskan audit' in CI, 'rskan staged' as a pre-commit hook, "
		"and 'rskan audit --record' when a person has read the report.",
		NULL, 0 },
};

/* The summary in front, then what speaks against, is open, is fine, notes. */
static void put_evidence(struct rsk_case *c, struct rsk_answer *answer)
{
	size_t n = 1;
	struct rsk_evidence *out;

	for (int kind = 0; kind < RSK_EVIDENCE_KINDS; kind++)
		n += c->lines[kind].len;
	out = rsk_arena_array(&c->report->arena, n, sizeof(*out));
	out[0] = (struct rsk_evidence){
		.text = c->summary,
		.path = RSK_LIT(""),
	};
	answer->evidence_len = 1;
	for (int kind = 0; kind < RSK_EVIDENCE_KINDS; kind++)
		for (size_t i = 0; i < c->lines[kind].len; i++)
			out[answer->evidence_len++] = c->lines[kind].ptr[i];
	answer->evidence = out;
}

/* What is wrong tells most; else what is open; else how much was seen. */
static size_t best_of(const struct rsk_answer *answer)
{
	for (size_t i = 1; i < answer->evidence_len; i++) {
		enum rsk_evidence_kind kind = answer->evidence[i].kind;

		if ((answer->kind == RSK_ANSWER_FAIL &&
			    kind == RSK_EVIDENCE_AGAINST) ||
			(answer->kind == RSK_ANSWER_REVIEW &&
				kind == RSK_EVIDENCE_OPEN))
			return i;
	}
	return 0;
}

static bool is_settled(enum rsk_answer_kind kind)
{
	return kind == RSK_ANSWER_PASS || kind == RSK_ANSWER_NOT_APPLICABLE;
}

static struct rsk_answer answer_item(struct rsk_report *report,
	const struct rsk_checklist_input *input, enum rsk_item item)
{
	struct rsk_case c = { .report = report, .in = input, .item = item };
	struct rsk_answer answer = {
		.item = item,
		.title = rsk_checklist_pages()[item].title,
		.todo = "",
	};

	rows[item].answer(&c);
	answer.kind = c.kind;
	answer.looked_at = c.places[RSK_EVIDENCE_AGAINST] +
			   c.places[RSK_EVIDENCE_OPEN] +
			   c.places[RSK_EVIDENCE_FOR];
	put_evidence(&c, &answer);
	answer.best = best_of(&answer);
	if (!is_settled(answer.kind))
		answer.todo = rows[item].todo;
	if (answer.kind != RSK_ANSWER_NOT_APPLICABLE) {
		answer.manual = rows[item].manual;
		answer.manual_len = rows[item].manual_len;
	}
	for (int kind = 0; kind < RSK_EVIDENCE_KINDS; kind++)
		RSK_VEC_RELEASE(&c.lines[kind]);
	return answer;
}

void rsk_checklist_answer(
	struct rsk_report *report, const struct rsk_checklist_input *input)
{
	report->today = input->today;
	for (int item = 0; item < RSK_ITEMS; item++)
		report->answers[item] =
			answer_item(report, input, (enum rsk_item)item);
	report->answers_len = RSK_ITEMS;
	rsk_checklist_plan(report);
}
