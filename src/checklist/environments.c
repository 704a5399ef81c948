#include <stdlib.h>

#include "checklist/case_p.h"

/*
 * Separate keys: which environments there are, and what gives each its key.
 * Two are told apart by their keys where those are known, else by the name of
 * the variable or secret.
 */
enum { ENVIRONMENTS_MAX = 16 };

struct environment {
	const char *name;
	uint32_t places;
};

struct environments {
	struct environment list[ENVIRONMENTS_MAX];
	size_t len;
};

static bool is_environment(const struct rsk_fact *fact)
{
	return fact->topic == RSK_TOPIC_ENVIRONMENT && fact->subject;
}

static void add(struct environments *all, const char *name)
{
	for (size_t i = 0; i < all->len; i++)
		if (!strcmp(all->list[i].name, name)) {
			all->list[i].places++;
			return;
		}
	if (all->len < ENVIRONMENTS_MAX)
		all->list[all->len++] = (struct environment){ name, 1 };
}

/* From where code is written to where it runs. */
static size_t rank_of(const struct environment *environment)
{
	static const char *const order[] = { "development", "sandbox", "test",
		"staging" };
	enum { RANKS = sizeof(order) / sizeof(order[0]) };
	size_t i = 0;

	while (i < RANKS && strcmp(order[i], environment->name) != 0)
		i++;
	return i;
}

static int cmp_rank(const void *left, const void *right)
{
	const struct environment *a = left;
	const struct environment *b = right;
	int order = (int)rank_of(a) - (int)rank_of(b);

	return order ? order : strcmp(a->name, b->name);
}

/* "development, staging and production" */
static const char *names_of(
	struct rsk_arena *arena, const struct environments *all)
{
	const char *out = "";

	for (size_t i = 0; i < all->len; i++)
		out = rsk_arena_printf(arena, "%s%s%s", out,
			!i                  ? ""
			: i + 1 == all->len ? " and "
					    : ", ",
			all->list[i].name);
	return out;
}

static bool has_same_key(const struct rsk_fact *a, const struct rsk_fact *b)
{
	return a->secret.masked && b->secret.masked &&
	       !memcmp(&a->secret.id, &b->secret.id, sizeof(a->secret.id));
}

static bool has_same_name(const struct rsk_fact *a, const struct rsk_fact *b)
{
	return a->variable && b->variable && !strcmp(a->variable, b->variable);
}

/* The same key, or the same name, in one file for two environments. Keys in
 * two files are findings. */
static const struct rsk_fact *namesake(const struct rsk_case *c, size_t i)
{
	const struct rsk_fact *fact = &c->in->facts[i];

	/* They are sorted by path. */
	for (size_t j = i; j-- > 0;) {
		const struct rsk_fact *other = &c->in->facts[j];

		if (!rsk_slice_eq(other->path, fact->path))
			break;
		if (is_environment(other) &&
			strcmp(other->subject, fact->subject) != 0 &&
			(has_same_key(fact, other) ||
				has_same_name(fact, other)))
			return other;
	}
	return NULL;
}

/* Whether one name is one key, is decided where the secrets are kept. */
static void say_shared(struct rsk_case *c, const struct rsk_fact *fact,
	const struct rsk_fact *other)
{
	struct rsk_evidence at = rsk_at_fact(fact);

	if (has_same_key(fact, other))
		rsk_case_say(c, RSK_EVIDENCE_AGAINST, &at,
			"%s and %s have the same key, %s", other->subject,
			fact->subject, fact->secret.masked);
	else
		rsk_case_say(c, RSK_EVIDENCE_OPEN, &at,
			"%s and %s both take their key from %s: it is one key "
			"unless that is set for each",
			other->subject, fact->subject, fact->variable);
}

static void take_environments(struct rsk_case *c, struct environments *all)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);
		const struct rsk_fact *other;

		if (!is_environment(fact))
			continue;
		add(all, fact->subject);
		other = namesake(c, i);
		if (other)
			say_shared(c, fact, other);
		else
			rsk_case_say(c,
				fact->says == RSK_EVIDENCE_FOR &&
						c->places[RSK_EVIDENCE_AGAINST]
					? RSK_EVIDENCE_NOTE
					: fact->says,
				&at, "%s", fact->text);
	}
}

void rsk_answer_environments(struct rsk_case *c)
{
	struct environments all = { .len = 0 };
	enum rsk_answer_kind kind;
	const char *names;

	rsk_case_take_findings(c);
	take_environments(c, &all);
	qsort(all.list, all.len, sizeof(all.list[0]), cmp_rank);
	rsk_case_take_facts(c, RSK_TOPIC_PLACE);
	names = names_of(&c->report->arena, &all);
	kind = rsk_case_verdict(c);
	if (kind == RSK_ANSWER_FAIL)
		rsk_case_close(c, kind,
			"keys are shared between environments or used in the "
			"wrong one%s%s",
			all.len ? "; environments: " : "", names);
	else if (all.len > 1)
		rsk_case_close(c, kind,
			kind == RSK_ANSWER_PASS
				? "%zu environments, each with a key of its "
				  "own: %s"
				: "%zu environments, whose keys may be the "
				  "same: %s",
			all.len, names);
	else if (kind == RSK_ANSWER_REVIEW)
		rsk_case_close(c, kind, "how keys are told apart is open%s%s",
			all.len ? "; environments: " : "", names);
	else if (all.len || c->in->has_context)
		rsk_case_close(c, RSK_ANSWER_UNKNOWN,
			"%s environment is named in the tree: which key which "
			"one uses is not known here",
			all.len ? "only one" : "no");
	else
		rsk_case_close(c, RSK_ANSWER_NOT_APPLICABLE,
			"nothing of Resync is used here");
}
