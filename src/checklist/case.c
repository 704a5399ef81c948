#include "checklist/case_p.h"

#include <stdarg.h>

#include "base/day.h"

enum { OID_SHOWN = 10 };

void rsk_case_say(struct rsk_case *c, enum rsk_evidence_kind says,
	const struct rsk_evidence *at, const char *format, ...)
{
	struct rsk_evidence *line = RSK_VEC_PUSH(&c->lines[says]);
	va_list args;

	if (at)
		*line = *at;
	else
		*line = (struct rsk_evidence){ .path = RSK_LIT("") };
	line->kind = says;
	va_start(args, format);
	line->text = rsk_arena_vprintf(&c->report->arena, format, args);
	va_end(args);
	c->places[says]++;
}

struct rsk_evidence rsk_at_finding(const struct rsk_finding *finding)
{
	return (struct rsk_evidence){
		.path = finding->path,
		.line = finding->start.line,
	};
}

struct rsk_evidence rsk_at_fact(const struct rsk_fact *fact)
{
	return (struct rsk_evidence){ .path = fact->path, .line = fact->line };
}

enum rsk_evidence_kind rsk_weigh(const struct rsk_finding *finding)
{
	if (finding->severity == RSK_INFO)
		return RSK_EVIDENCE_NOTE;
	return finding->severity >= RSK_MEDIUM &&
			       finding->confidence > RSK_CONFIDENCE_LOW
		       ? RSK_EVIDENCE_AGAINST
		       : RSK_EVIDENCE_OPEN;
}

static bool is_over(const struct rsk_finding *finding)
{
	return finding->origin == RSK_ORIGIN_UNREACHABLE ||
	       (finding->life && finding->life->removed);
}

enum rsk_evidence_kind rsk_weigh_now(const struct rsk_finding *finding)
{
	enum rsk_evidence_kind kind = rsk_weigh(finding);

	if (rsk_is_present(finding) || finding->at_head)
		return kind;
	if (is_over(finding))
		return RSK_EVIDENCE_NOTE;
	return kind == RSK_EVIDENCE_AGAINST ? RSK_EVIDENCE_OPEN : kind;
}

bool rsk_is_present(const struct rsk_finding *finding)
{
	return !rsk_origin_is_past(finding->origin);
}

bool rsk_is_credential(const struct rsk_finding *finding)
{
	return finding->secret.masked &&
	       (!finding->secret.kind ||
		       strcmp(finding->secret.kind, "personal") != 0);
}

bool rsk_is_product_key(const struct rsk_secret_view *secret)
{
	static const char *const kinds[] = { "live", "sandbox", "unprefixed" };

	for (size_t i = 0; secret->kind && i < 3; i++)
		if (!strcmp(secret->kind, kinds[i]))
			return true;
	return false;
}

/* " (commit 1234567890 of 2026-01-31, removed on 2026-02-01)" */
static const char *past_of(struct rsk_case *c, const struct rsk_finding *f)
{
	struct rsk_arena *arena = &c->report->arena;
	char day[RSK_DAY];
	char end[RSK_DAY];
	bool removed = f->life && f->life->removed;
	const char *what =
		f->origin == RSK_ORIGIN_UNREACHABLE ? ", which no ref reaches"
		: f->origin == RSK_ORIGIN_COMMIT && !f->at_head && !removed
			? ", not at HEAD"
			: "";

	if (!f->commit.oid)
		return f->origin == RSK_ORIGIN_UNREACHABLE
			       ? " (an object that no ref reaches)"
			       : "";
	rsk_day_text(day, rsk_day_of_seconds(f->commit.seconds));
	if (removed)
		return rsk_arena_printf(arena,
			" (since commit %.*s of %s%s, removed on %s)",
			OID_SHOWN, f->commit.oid, day, what,
			rsk_day_text(end,
				rsk_day_of_seconds(f->life->removed_seconds)));
	return rsk_arena_printf(arena, " (since commit %.*s of %s%s)",
		OID_SHOWN, f->commit.oid, day, what);
}

const char *rsk_finding_text(
	struct rsk_case *c, const struct rsk_finding *finding)
{
	const char *masked = finding->secret.masked;
	bool shown = !masked || strstr(finding->message, masked);

	return rsk_arena_printf(&c->report->arena, "%s%s%s%s%s",
		finding->message, shown ? "" : ": ", shown ? "" : masked,
		past_of(c, finding),
		finding->suppression.source ? " (in the baseline)" : "");
}

static void say_finding(struct rsk_case *c, enum rsk_evidence_kind says,
	const struct rsk_finding *finding)
{
	struct rsk_evidence at = rsk_at_finding(finding);

	rsk_case_say(c, says, &at, "%s", rsk_finding_text(c, finding));
}

void rsk_case_take_finding(
	struct rsk_case *c, const struct rsk_finding *finding)
{
	say_finding(c, rsk_weigh(finding), finding);
}

/* The most severe first, as they come within one severity. */
void rsk_case_take_findings(struct rsk_case *c)
{
	const struct rsk_report *report = c->report;

	for (int severity = RSK_CRITICAL; severity >= RSK_INFO; severity--)
		for (size_t i = 0; i < report->findings.len; i++) {
			const struct rsk_finding *f = &report->findings.ptr[i];

			if ((int)f->severity == severity && f->item == c->item)
				say_finding(c, rsk_weigh_now(f), f);
		}
}

void rsk_case_take_facts(struct rsk_case *c, enum rsk_topic topic)
{
	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];
		struct rsk_evidence at = rsk_at_fact(fact);

		if (fact->item == c->item && fact->topic == topic)
			rsk_case_say(c, fact->says, &at, "%s", fact->text);
	}
}

uint32_t rsk_case_count_facts(const struct rsk_case *c, enum rsk_topic topic,
	enum rsk_evidence_kind says)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->in->facts_len; i++) {
		const struct rsk_fact *fact = &c->in->facts[i];

		n += fact->item == c->item && fact->topic == topic &&
		     fact->says == says;
	}
	return n;
}

enum rsk_answer_kind rsk_case_verdict(const struct rsk_case *c)
{
	if (c->places[RSK_EVIDENCE_AGAINST])
		return RSK_ANSWER_FAIL;
	if (c->places[RSK_EVIDENCE_OPEN])
		return RSK_ANSWER_REVIEW;
	return c->places[RSK_EVIDENCE_FOR] ? RSK_ANSWER_PASS : RSK_ANSWERS;
}

void rsk_case_close(
	struct rsk_case *c, enum rsk_answer_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	c->summary = rsk_arena_vprintf(&c->report->arena, format, args);
	va_end(args);
	c->kind = kind;
	if (kind != RSK_ANSWER_PASS || c->report->complete)
		return;
	c->kind = RSK_ANSWER_REVIEW;
	c->summary = rsk_arena_printf(&c->report->arena,
		"%s; but not everything could be looked at", c->summary);
}
