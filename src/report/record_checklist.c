#include "base/day.h"
#include "report/record_p.h"

/* The members of an audit: the ten answers, and what to do first. */

static void add_evidence(
	struct rsk_json *json, const struct rsk_evidence *evidence)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "text", evidence->text);
	rsk_json_str(json, "says", rsk_evidence_name(evidence->kind));
	if (evidence->path.len)
		rsk_json_path(json, evidence->path);
	if (evidence->line)
		rsk_json_number(json, "line", evidence->line);
	rsk_json_end(json);
}

static void add_answer(struct rsk_json *json, const struct rsk_answer *answer)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "id", rsk_item_name(answer->item));
	rsk_json_str(json, "title", answer->title);
	rsk_json_str(json, "answer", rsk_answer_name(answer->kind));
	rsk_json_number(json, "looked_at", answer->looked_at);
	rsk_json_array(json, "evidence");
	for (size_t i = 0; i < answer->evidence_len; i++)
		add_evidence(json, &answer->evidence[i]);
	rsk_json_end(json);
	rsk_json_number(json, "best", answer->best);
	rsk_json_str(json, "todo", answer->todo);
	rsk_json_array(json, "manual");
	for (size_t i = 0; i < answer->manual_len; i++)
		rsk_json_str(json, NULL, answer->manual[i]);
	rsk_json_end(json);
	rsk_json_end(json);
}

void rsk_record_checklist(
	struct rsk_json *json, const struct rsk_report *report)
{
	rsk_json_array(json, "checklist");
	for (size_t i = 0; i < report->answers_len; i++)
		add_answer(json, &report->answers[i]);
	rsk_json_end(json);
}

static void add_action(struct rsk_json *json, const struct rsk_action *action)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "risk", rsk_severity_name(action->risk));
	rsk_json_str(json, "checklist", rsk_item_name(action->item));
	rsk_json_slice(
		json, "text", rsk_slice_trim(rsk_slice_str(action->text)));
	if (action->path.len)
		rsk_json_path(json, action->path);
	if (action->line)
		rsk_json_number(json, "line", action->line);
	rsk_json_number(json, "places", action->places);
	if (action->rule)
		rsk_json_str(json, "rule", action->rule);
	rsk_json_end(json);
}

void rsk_record_actions(struct rsk_json *json, const struct rsk_report *report)
{
	char day[RSK_DAY];

	rsk_json_array(json, "actions");
	for (size_t i = 0; i < report->actions_len; i++)
		add_action(json, &report->actions[i]);
	rsk_json_end(json);
	if (report->answers_len)
		rsk_json_str(json, "today", rsk_day_text(day, report->today));
}
