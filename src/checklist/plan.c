#include "base/map.h"
#include "checklist/case_p.h"

/*
 * What to do first. A key that is out and opens something that counts comes
 * before all else, one step for each key: it does so until it is deleted. Then
 * what each rule found, the most severe first, one step for each rule; keys
 * before the rest. Last, what is for a person.
 */
struct plan {
	struct rsk_report *report;
	RSK_VEC(struct rsk_action) steps;
	struct rsk_map keys;  /* by id: place in steps + 1 */
	struct rsk_map rules; /* the same by name */
};

/* A key where it should not be; not one that is where it should be and used
 * in a wrong way. */
static bool is_leak(const struct rsk_finding *finding)
{
	return rsk_is_credential(finding) &&
	       (finding->item == RSK_ITEM_ENV_KEYS ||
		       finding->item == RSK_ITEM_KEYS_NOT_IN_VCS);
}

static const char *text_of(struct plan *plan, const struct rsk_finding *f)
{
	if (!is_leak(f))
		return f->step ? f->step : f->fix;
	return rsk_arena_printf(&plan->report->arena,
		rsk_is_product_key(&f->secret)
			? "Delete the key %s in the dashboard, make a new one "
			  "and give it to the environment."
			: "Revoke %s where it was issued, make a new one and "
			  "give it to the environment.",
		f->secret.masked);
}

/* The step that the finding belongs to: that of its key, or of its rule. */
static struct rsk_action *step_of(
	struct plan *plan, const struct rsk_finding *f)
{
	uint32_t *place =
		is_leak(f) ? rsk_map_put(&plan->keys,
				     rsk_slice(f->secret.id.bytes,
					     sizeof(f->secret.id.bytes)))
			   : rsk_map_put(&plan->rules, rsk_slice_str(f->rule));

	if (!*place) {
		*RSK_VEC_PUSH(&plan->steps) = (struct rsk_action){
			.path = RSK_LIT(""),
			.is_key = is_leak(f),
		};
		*place = (uint32_t)plan->steps.len;
	}
	return &plan->steps.ptr[*place - 1];
}

static void add_finding(struct plan *plan, const struct rsk_finding *f)
{
	struct rsk_action *step;

	if ((is_leak(f) ? rsk_weigh(f) : rsk_weigh_now(f)) !=
		RSK_EVIDENCE_AGAINST)
		return;
	step = step_of(plan, f);
	if (!step->places++ || f->severity > step->risk) {
		step->risk = f->severity;
		step->text = text_of(plan, f);
		step->item = f->item;
		step->path = f->path;
		step->line = f->start.line;
		step->rule = f->rule;
	}
}

/* A leaked key is one step, and mends two items. */
static bool has_step(const struct plan *plan, enum rsk_item item)
{
	bool of_keys =
		item == RSK_ITEM_ENV_KEYS || item == RSK_ITEM_KEYS_NOT_IN_VCS;

	for (size_t i = 0; i < plan->steps.len; i++)
		if (plan->steps.ptr[i].item == item ||
			(of_keys && plan->steps.ptr[i].is_key))
			return true;
	return false;
}

/* What no finding asks for: an item may fail by a fact alone. */
static bool risk_of(const struct plan *plan, const struct rsk_answer *answer,
	enum rsk_severity *risk)
{
	switch (answer->kind) {
	case RSK_ANSWER_FAIL:
		*risk = RSK_MEDIUM;
		return !has_step(plan, answer->item);
	case RSK_ANSWER_REVIEW:
		*risk = RSK_LOW;
		return true;
	case RSK_ANSWER_UNKNOWN:
		*risk = RSK_INFO;
		return true;
	default:
		return false;
	}
}

static void add_answers(struct plan *plan)
{
	const struct rsk_report *report = plan->report;

	for (size_t i = 0; i < report->answers_len; i++) {
		const struct rsk_answer *answer = &report->answers[i];
		enum rsk_severity risk;

		if (!risk_of(plan, answer, &risk))
			continue;
		*RSK_VEC_PUSH(&plan->steps) = (struct rsk_action){
			.risk = risk,
			.item = answer->item,
			.text = answer->todo,
			.path = RSK_LIT(""),
		};
	}
}

/* The higher, the sooner. A key counts from `high` on: those of tests do not.
 */
static int urgency_of(const struct rsk_action *step)
{
	int urgency = 2 * (int)step->risk + step->is_key;

	return step->is_key && step->risk >= RSK_HIGH
		       ? urgency + 2 * RSK_SEVERITIES
		       : urgency;
}

/* Within an urgency, the order of the report. */
static void put_in_order(struct plan *plan, struct rsk_action *out)
{
	size_t n = 0;

	for (int urgency = 4 * RSK_SEVERITIES; urgency >= 0; urgency--)
		for (size_t i = 0; i < plan->steps.len; i++)
			if (urgency_of(&plan->steps.ptr[i]) == urgency)
				out[n++] = plan->steps.ptr[i];
}

void rsk_checklist_plan(struct rsk_report *report)
{
	struct plan plan = { .report = report };
	struct rsk_action *out;

	for (size_t i = 0; i < report->findings.len; i++)
		add_finding(&plan, &report->findings.ptr[i]);
	add_answers(&plan);
	out = rsk_arena_array(&report->arena, plan.steps.len + 1, sizeof(*out));
	put_in_order(&plan, out);
	report->actions = out;
	report->actions_len = plan.steps.len;
	RSK_VEC_RELEASE(&plan.steps);
	rsk_map_release(&plan.keys);
	rsk_map_release(&plan.rules);
}
