/* rooms: cage report */
#include <criterion/criterion.h>

#include "base/day.h"
#include "cage/message_p.h"
#include "report_sample.h"

/*
 * What a report may not say, whoever made it: each test begins with one that
 * is fine, and tells one lie.
 */
static struct sample sample;

static void begin(void)
{
	sample_init(&sample);
	sample_stories(&sample.report);
	sample_answers(&sample.report);
	sample.report.exit_status = 1;
	sample.report.complete =
		rsk_coverage_complete(&sample.report.coverage, 0);
}

static void end(void)
{
	sample_release(&sample);
}

TestSuite(cage_check, .init = begin, .fini = end);

static void accepted(void)
{
	cr_assert_eq(rsk_cage_check(&sample.report, 0), RSK_OK);
}

static void refused(void)
{
	cr_assert_eq(rsk_cage_check(&sample.report, 0), RSK_CORRUPT);
}

Test(cage_check, takes_what_is_fine)
{
	accepted();
}

Test(cage_check, answers_are_all_or_none)
{
	sample.report.answers_len = 0;
	accepted();
	sample.report.answers_len = RSK_ITEMS - 1;
	refused();
}

Test(cage_check, answers_are_in_order)
{
	sample.report.answers[0].item = (enum rsk_item)1;
	refused();
}

Test(cage_check, best_evidence_is_there)
{
	struct rsk_answer *answer = &sample.report.answers[0];

	answer->evidence_len = 0;
	answer->best = 0;
	accepted();
	answer->best = 1;
	refused();
}

Test(cage_check, best_evidence_may_be_the_last)
{
	struct rsk_evidence two[2] = { { .text = "a" }, { .text = "b" } };
	struct rsk_answer *answer = &sample.report.answers[RSK_ITEMS - 1];

	answer->evidence = two;
	answer->evidence_len = 2;
	answer->best = 1;
	accepted();
	answer->best = 2;
	refused();
}

/* A key with one event. */
static struct rsk_key_event *add_event(void)
{
	struct rsk_key_event *event =
		rsk_arena_array(&sample.report.arena, 1, sizeof(*event));

	*event = (struct rsk_key_event){ .successor = RSK_NO_KEY };
	sample.report.keys.ptr[sample.report.keys.len - 1].events = event;
	sample.report.keys.ptr[sample.report.keys.len - 1].events_len = 1;
	return event;
}

Test(cage_check, successors_are_keys)
{
	for (int kind = 0; kind < RSK_KEY_EVENTS; kind++) {
		struct rsk_key_event *event = add_event();

		event->kind = (enum rsk_key_event_kind)kind;
		accepted();
		event->successor = (uint32_t)sample.report.keys.len - 1;
		accepted();
		event->successor++;
		refused();
		event->successor = RSK_NO_KEY - 1;
		refused();
	}
}

/* The last of several events, too. */
Test(cage_check, successors_of_all_events_are_keys)
{
	struct rsk_key_event *events =
		rsk_arena_array(&sample.report.arena, 3, sizeof(*events));
	struct rsk_key *key = &sample.report.keys.ptr[0];

	for (int i = 0; i < 3; i++)
		events[i] = (struct rsk_key_event){ .successor = RSK_NO_KEY };
	key->events = events;
	key->events_len = 3;
	accepted();
	events[2].successor = (uint32_t)sample.report.keys.len;
	refused();
}

/* Of every severity, and wherever in the list. */
Test(cage_check, all_findings_are_counted)
{
	struct rsk_finding *last = RSK_VEC_PUSH(&sample.report.findings);

	*last = sample.report.findings.ptr[0];
	for (int i = 0; i < RSK_SEVERITIES; i++) {
		uint64_t count = 0;

		last = &sample.report.findings
				.ptr[sample.report.findings.len - 1];
		last->severity = (enum rsk_severity)i;
		for (size_t k = 0; k < sample.report.findings.len; k++)
			count += sample.report.findings.ptr[k].severity ==
				 last->severity;
		sample.report.counts[i] = count;
		accepted();
		sample.report.counts[i] = count - 1;
		refused();
		sample.report.counts[i] = count;
	}
}

Test(cage_check, days_are_of_the_calendar)
{
	sample.report.today = 0;
	accepted();
	sample.report.today = RSK_DAY_LAST;
	accepted();
	sample.report.today = RSK_DAY_LAST + 1;
	refused();
	sample.report.today = -1;
	refused();
}

Test(cage_check, complete_follows_from_the_gaps)
{
	sample.report.complete = !sample.report.complete;
	refused();
}

/* 1: something was found; else it follows from what was seen. */
Test(cage_check, status_follows_from_complete)
{
	int right = sample.report.complete ? 0 : 3;

	for (int status = -1; status < 6; status++) {
		sample.report.exit_status = status;
		if (status == 1 || status == right)
			accepted();
		else
			refused();
	}
}
