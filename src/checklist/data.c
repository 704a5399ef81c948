#include "base/map.h"
#include "checklist/case_p.h"
#include "rules/vocabulary.h"

/* The two items about data: which calls send what, and the data inventory. */

static const struct rsk_sink *sink_of(
	const struct rsk_case *c, const struct rsk_datum *datum)
{
	const struct rsk_vocabulary *v = rsk_ruleset_vocabulary(c->in->rules);

	for (size_t i = 0; i < v->sinks.len; i++)
		if (!strcmp(v->sinks.ptr[i].id, datum->sink))
			return &v->sinks.ptr[i];
	return NULL;
}

/* How often each type goes to each sink, and where first. */
struct inventory {
	struct rsk_map known; /* "type sink": place in counts + 1 */
	RSK_VEC(struct rsk_datum_count {
		const struct rsk_datum *first;
		uint32_t places;
	})
	counts;
};

static void count_datum(struct rsk_case *c, struct inventory *inventory,
	const struct rsk_datum *datum)
{
	uint32_t *at = rsk_map_put(&inventory->known,
		rsk_slice_str(rsk_arena_printf(
			&c->report->arena, "%s %s", datum->type, datum->sink)));

	if (!*at) {
		*RSK_VEC_PUSH(&inventory->counts) =
			(struct rsk_datum_count){ datum, 0 };
		*at = (uint32_t)inventory->counts.len;
	}
	inventory->counts.ptr[*at - 1].places++;
}

/* A line for each type and sink, at its first place. */
static void tell_inventory(struct rsk_case *c)
{
	const struct rsk_report *report = c->report;
	struct inventory inventory = { .known = { 0 } };

	for (size_t i = 0; i < report->data.len; i++) {
		const struct rsk_sink *sink = sink_of(c, &report->data.ptr[i]);

		if (sink && sink->item == c->item)
			count_datum(c, &inventory, &report->data.ptr[i]);
	}
	for (size_t i = 0; i < inventory.counts.len; i++) {
		const struct rsk_datum *datum = inventory.counts.ptr[i].first;
		const struct rsk_evidence at = { .path = datum->path,
			.line = datum->line };
		uint32_t places = inventory.counts.ptr[i].places;

		rsk_case_say(c, RSK_EVIDENCE_NOTE, &at,
			"data inventory: %s goes to %s at %u place%s",
			datum->title, datum->sink, places, rsk_s(places));
	}
	rsk_map_release(&inventory.known);
	RSK_VEC_RELEASE(&inventory.counts);
}

/* Calls that findings speak of are not told twice. */
static void take_calls(struct rsk_case *c)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);

		if (fact->item == c->item && fact->topic == RSK_TOPIC_CALL &&
			fact->says != RSK_EVIDENCE_AGAINST)
			rsk_case_say(c, fact->says, &at, "%s", fact->text);
	}
}

void rsk_answer_data(struct rsk_case *c)
{
	const char *what = c->item == RSK_ITEM_MINIMAL_PII ? "data about users"
							   : "events or forms";
	uint32_t bad =
		rsk_case_count_facts(c, RSK_TOPIC_CALL, RSK_EVIDENCE_AGAINST);
	uint32_t clean =
		rsk_case_count_facts(c, RSK_TOPIC_CALL, RSK_EVIDENCE_FOR);
	uint32_t open =
		rsk_case_count_facts(c, RSK_TOPIC_CALL, RSK_EVIDENCE_OPEN);
	uint32_t all = bad + clean + open;
	enum rsk_answer_kind kind;

	rsk_case_take_findings(c);
	take_calls(c);
	tell_inventory(c);
	rsk_case_take_facts(c, RSK_TOPIC_CONSENT);
	kind = rsk_case_verdict(c);
	/* All that was found is hidden with a reason. */
	if (kind == RSK_ANSWERS && all)
		kind = RSK_ANSWER_PASS;
	if (kind == RSK_ANSWERS) {
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"no call that sends %s was found", what);
		return;
	}
	rsk_case_close(c, kind,
		"%u call%s send%s %s: %u clean, %u with something to look at, "
		"%u whose content is not known here",
		all, rsk_s(all), all == 1 ? "s" : "", what, clean, bad, open);
}
