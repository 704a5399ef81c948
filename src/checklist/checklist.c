#include "checklist/checklist.h"

#include "base/utf8.h"
#include "checklist/items.h"

/* What speaks for and against one item. */
struct tally {
	uint32_t bad;  /* findings of medium severity or more */
	uint32_t weak; /* findings below that */
	uint32_t good; /* facts */
	uint32_t open; /* facts that a person must judge */
	RSK_VEC(struct rsk_evidence) evidence;
};

const char *rsk_checklist_title(enum rsk_item item)
{
	return rsk_checklist_rows[item].title;
}

/* A key in a tracked file speaks against two items. */
static bool speaks_of(const struct rsk_finding *f, enum rsk_item item)
{
	if (f->item == item)
		return true;
	return item == RSK_ITEM_KEYS_NOT_IN_VCS && f->secret.masked &&
	       f->item == RSK_ITEM_ENV_KEYS;
}

static void add_evidence(struct tally *tally, const char *text,
	struct rsk_slice path, uint32_t line)
{
	*RSK_VEC_PUSH(&tally->evidence) = (struct rsk_evidence){
		.text = text, .path = path, .line = line
	};
}

/* The most severe first, as they come within one severity. */
static void take_findings(struct tally *tally, const struct rsk_report *report,
	enum rsk_item item)
{
	for (int severity = RSK_CRITICAL; severity >= RSK_INFO; severity--)
		for (size_t i = 0; i < report->findings.len; i++) {
			const struct rsk_finding *f = &report->findings.ptr[i];

			if ((int)f->severity != severity || !speaks_of(f, item))
				continue;
			if (severity >= RSK_MEDIUM)
				tally->bad++;
			else
				tally->weak++;
			add_evidence(tally, f->message, f->path, f->start.line);
		}
}

static void take_facts(struct tally *tally,
	const struct rsk_checklist_evidence *evidence, enum rsk_item item)
{
	for (size_t i = 0; i < evidence->facts_len; i++) {
		const struct rsk_fact *fact = &evidence->facts[i];

		if (fact->item != item)
			continue;
		if (fact->open)
			tally->open++;
		else
			tally->good++;
		add_evidence(tally, fact->text, fact->path, fact->line);
	}
}

/* Two items count something else than facts. */
static void take_special(struct tally *tally, const struct rsk_report *report,
	const struct rsk_checklist_evidence *evidence, enum rsk_item item)
{
	if (item == RSK_ITEM_KEYS_NOT_IN_VCS && evidence->in_repository)
		tally->good +=
			(uint32_t)(report->coverage.files.scanned >
						   UINT32_MAX / 2
					   ? UINT32_MAX / 2
					   : report->coverage.files.scanned);
	if (item == RSK_ITEM_SEPARATE_KEYS)
		tally->good += (uint32_t)evidence->environments;
}

static bool scanned_history(const struct rsk_report *report)
{
	return report->coverage.objects.seen > 0;
}

/* How the item stands when all that was seen is fine. */
static enum rsk_answer_kind when_clean(
	const struct rsk_checklist_row *row, const struct rsk_report *report)
{
	return row->history_text && scanned_history(report) ? RSK_ANSWER_PASS
							    : row->clean;
}

static enum rsk_answer_kind decide(const struct tally *tally,
	const struct rsk_checklist_row *row, const struct rsk_report *report)
{
	enum rsk_answer_kind clean = when_clean(row, report);

	if (tally->bad)
		return RSK_ANSWER_FAIL;
	if (tally->weak)
		return RSK_ANSWER_REVIEW;
	if (!tally->good && !tally->open)
		return row->nothing;
	if (clean == RSK_ANSWER_PASS && (tally->open || !report->complete))
		return RSK_ANSWER_REVIEW;
	return clean;
}

/* What is said of places that are all fine, or not known to be bad. */
static const char *clean_words(const struct rsk_report *report,
	const struct tally *tally, const struct rsk_checklist_row *row)
{
	if (!tally->good && row->clean == RSK_ANSWER_PASS)
		return "seen, but what it means is for a person to say";
	if (row->history_text && scanned_history(report))
		return row->history_text;
	return row->clean_text;
}

static const char *headline(struct rsk_report *report,
	const struct tally *tally, const struct rsk_checklist_row *row)
{
	uint32_t seen = tally->good + tally->open;

	if (tally->bad || tally->weak)
		return rsk_arena_printf(&report->arena, "%u %s, %u %s fine",
			tally->bad + tally->weak,
			tally->bad + tally->weak == 1 ? "problem" : "problems",
			seen, seen == 1 ? "place" : "places");
	if (!seen)
		return row->nothing_text;
	return rsk_arena_printf(&report->arena, "%s: %u %s",
		clean_words(report, tally, row), seen,
		seen == 1 ? "place" : "places");
}

/* What is said first tells most: the worst finding, else how much was seen. */
static void put_evidence(struct rsk_report *report, const struct tally *tally,
	const struct rsk_checklist_row *row, struct rsk_answer *answer)
{
	bool against = tally->bad || tally->weak;
	size_t n = tally->evidence.len;
	struct rsk_evidence *out =
		rsk_arena_array(&report->arena, n + 1, sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[against ? i : i + 1] = tally->evidence.ptr[i];
	out[against ? n : 0].text = headline(report, tally, row);
	answer->evidence = out;
	answer->evidence_len = n + 1;
}

static struct rsk_answer answer_item(struct rsk_report *report,
	const struct rsk_checklist_evidence *evidence, enum rsk_item item)
{
	const struct rsk_checklist_row *row = &rsk_checklist_rows[item];
	struct tally tally = { 0 };
	struct rsk_answer answer = { .item = item, .title = row->title };

	take_findings(&tally, report, item);
	take_facts(&tally, evidence, item);
	take_special(&tally, report, evidence, item);
	answer.kind = decide(&tally, row, report);
	answer.looked_at = tally.bad + tally.weak + tally.good + tally.open;
	put_evidence(report, &tally, row, &answer);
	answer.todo = answer.kind == RSK_ANSWER_PASS ||
				      answer.kind == RSK_ANSWER_NOT_APPLICABLE
			      ? ""
			      : row->todo;
	RSK_VEC_RELEASE(&tally.evidence);
	return answer;
}

void rsk_checklist_answer(struct rsk_report *report,
	const struct rsk_checklist_evidence *evidence)
{
	for (int item = 0; item < RSK_ITEMS; item++)
		report->answers[item] =
			answer_item(report, evidence, (enum rsk_item)item);
	report->answers_len = RSK_ITEMS;
}
