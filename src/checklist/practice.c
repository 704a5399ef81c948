#include "checklist/case_p.h"
#include "rules/config.h"

/* The items that are places with findings and facts and nothing more: https,
 * webhooks, privileges. */

void rsk_answer_transport(struct rsk_case *c)
{
	enum rsk_answer_kind kind;

	rsk_case_take_findings(c);
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	kind = rsk_case_verdict(c);
	if (kind == RSK_ANSWERS)
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"no address of Resync and no switched-off certificate "
			"check was found");
	else
		rsk_case_close(c, kind,
			"%u address%s of Resync with https; %u place%s "
			"without, "
			"or without a check of certificates",
			c->places[RSK_EVIDENCE_FOR],
			c->places[RSK_EVIDENCE_FOR] == 1 ? "" : "es",
			c->places[RSK_EVIDENCE_AGAINST] +
				c->places[RSK_EVIDENCE_OPEN],
			rsk_s(c->places[RSK_EVIDENCE_AGAINST] +
				c->places[RSK_EVIDENCE_OPEN]));
}

void rsk_answer_webhooks(struct rsk_case *c)
{
	enum rsk_answer_kind kind;
	uint32_t good;
	uint32_t bad;

	rsk_case_take_findings(c);
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	kind = rsk_case_verdict(c);
	good = c->places[RSK_EVIDENCE_FOR];
	bad = c->places[RSK_EVIDENCE_AGAINST];
	if (kind == RSK_ANSWERS)
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"no handler of Resync webhooks was found");
	else
		rsk_case_close(c, kind,
			"%u handler%s verif%s the signature, %u problem%s, %u "
			"place%s for a person to judge",
			good, rsk_s(good), good == 1 ? "ies" : "y", bad,
			rsk_s(bad), c->places[RSK_EVIDENCE_OPEN],
			rsk_s(c->places[RSK_EVIDENCE_OPEN]));
}

static bool is_before_production(const char *environment)
{
	return environment && strcmp(environment, "production") != 0;
}

/* A place that the configuration leaves out may be known to the history. */
static bool is_left_out(const struct rsk_case *c, struct rsk_slice path)
{
	return c->in->config && rsk_globs_match(&c->in->config->excluded, path);
}

/* The guide: developers have access to the sandbox only. */
static void take_live_keys(struct rsk_case *c)
{
	for (size_t i = 0; i < c->report->keys.len; i++) {
		const struct rsk_key *key = &c->report->keys.ptr[i];

		if (!key->secret.kind || strcmp(key->secret.kind, "live") != 0)
			continue;
		for (size_t j = 0; j < key->places_len; j++) {
			const struct rsk_key_place *place = &key->places[j];
			const struct rsk_evidence at = { .path = place->path,
				.line = place->at.line };

			if (place->at_head &&
				is_before_production(place->environment) &&
				!is_left_out(c, place->path))
				rsk_case_say(c, RSK_EVIDENCE_AGAINST, &at,
					"%s is a live key in the settings of "
					"%s: a sandbox key is enough there",
					key->secret.masked, place->environment);
		}
	}
}

void rsk_answer_privilege(struct rsk_case *c)
{
	enum rsk_answer_kind kind;

	rsk_case_take_findings(c);
	take_live_keys(c);
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	kind = rsk_case_verdict(c);
	if (kind == RSK_ANSWER_FAIL)
		rsk_case_close(c, kind,
			"%u use%s of a key with more rights than the place "
			"should have, %u fine",
			c->places[RSK_EVIDENCE_AGAINST],
			rsk_s(c->places[RSK_EVIDENCE_AGAINST]),
			c->places[RSK_EVIDENCE_FOR]);
	else if (kind != RSK_ANSWERS)
		rsk_case_close(c, RSK_ANSWER_REVIEW,
			"%u use%s of secret keys in server code, %u to be "
			"looked at; who has which role is not in a source tree",
			c->places[RSK_EVIDENCE_FOR],
			rsk_s(c->places[RSK_EVIDENCE_FOR]),
			c->places[RSK_EVIDENCE_OPEN]);
	else if (c->in->has_context)
		rsk_case_close(c, RSK_ANSWER_UNKNOWN,
			"no secret key is used here; who has which role is not "
			"in a source tree");
	else
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"nothing of Resync is used here");
}
