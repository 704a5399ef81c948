/* rooms: cage report */
#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"
#include "cage/message_p.h"
#include "report_sample.h"

/*
 * A type's table must have a row for every member. What the compiler calls
 * padding is what no member is at; what no row is at must be just that. A
 * member that was added and has no row is named here by its place.
 */
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define CAN_TELL 1
#endif
#endif

#ifdef CAN_TELL
static void mark_rows(const struct rsk_wire_shape *shape, uint8_t *bytes)
{
	for (size_t i = 0; i < shape->len; i++) {
		const struct rsk_wire_field *field = &shape->fields[i];

		cr_assert_leq(field->at + field->size, shape->size);
		if (field->kind == RSK_WIRE_PART)
			cr_assert_eq(field->size, field->shape->size);
		memset(bytes + field->at, 0, field->size);
	}
}

/* gcc 12 gets lost behind an array of structs with padding: by hand. A flag
 * more would fit in here, so it is the one place where to be careful. */
static void clear_padding_of_report(uint8_t *bytes)
{
	for (size_t i = offsetof(struct rsk_report, complete) + sizeof(bool);
		i < offsetof(struct rsk_report, exit_status); i++)
		bytes[i] = 0;
}

#define X(name, type)                                                          \
	Test(cage_shapes, has_all_of_##name)                                   \
	{                                                                      \
		union {                                                        \
			type value;                                            \
			uint8_t bytes[sizeof(type)];                           \
		} all;                                                         \
                                                                               \
		cr_assert_eq(rsk_shape_##name.size, sizeof(type));             \
		memset(&all, 0xff, sizeof(all));                               \
		if (sizeof(type) != sizeof(struct rsk_report))                 \
			__builtin_clear_padding(&all.value);                   \
		else                                                           \
			clear_padding_of_report(all.bytes);                    \
		mark_rows(&rsk_shape_##name, all.bytes);                       \
		for (size_t i = 0; i < sizeof(type); i++)                      \
			cr_assert_eq(all.bytes[i], 0,                          \
				"%s has a member at byte %zu that "            \
				"src/cage/shapes.c has no row for",            \
				#type, i);                                     \
	}
RSK_SHAPE_MAP(X)
#undef X
#endif

static struct rsk_buf encoded(const struct rsk_report *report)
{
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MIB);

	cr_assert_eq(
		rsk_wire_encode(&bytes, &rsk_shape_report, report), RSK_OK);
	return bytes;
}

static enum rsk_err decoded(struct rsk_report *report, struct rsk_slice bytes)
{
	struct rsk_wire_in in = { bytes, &report->arena };
	enum rsk_err err;

	*report = (struct rsk_report){ 0 };
	err = rsk_wire_decode(&in, &rsk_shape_report, report);
	return !err && in.rest.len ? RSK_CORRUPT : err;
}

static char *written(const struct rsk_report *report,
	const struct rsk_ruleset *rules, const char *name)
{
	const struct rsk_style style = {
		.format = rsk_format_find(rsk_slice_str(name)),
		.verbose = true,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert(out);
	cr_assert_eq(rsk_report_write(report, rules, &style, out), RSK_OK);
	fclose(out);
	return text;
}

/* One of everything there is. */
static void fill(struct sample *sample)
{
	sample_init(sample);
	sample_stories(&sample->report);
	sample_answers(&sample->report);
	sample_baseline(&sample->report);
}

/* The report comes out in every format as it went in. */
Test(cage_shapes, carries_a_report)
{
	struct sample sample;
	struct rsk_report copy;
	struct rsk_buf bytes;

	fill(&sample);
	bytes = encoded(&sample.report);
	cr_assert_eq(decoded(&copy, rsk_buf_slice(&bytes)), RSK_OK);
	for (size_t i = 0; rsk_format_at(i); i++) {
		const char *name = rsk_format_at(i)->name;
		char *there = written(&sample.report, sample.rules, name);
		char *back = written(&copy, sample.rules, name);

		cr_assert_str_eq(back, there, "%s differs", name);
		free(there);
		free(back);
	}
	rsk_report_release(&copy);
	rsk_buf_release(&bytes);
	sample_release(&sample);
}

/* Cut anywhere, it is an error and nothing leaks. */
Test(cage_shapes, refuses_what_is_cut)
{
	struct sample sample;
	struct rsk_report copy;
	struct rsk_buf bytes;

	fill(&sample);
	bytes = encoded(&sample.report);
	for (size_t len = 0; len < bytes.len; len += 7) {
		cr_assert_eq(decoded(&copy, rsk_slice(bytes.ptr, len)),
			RSK_CORRUPT, "cut at %zu", len);
		rsk_report_release(&copy);
	}
	rsk_buf_release(&bytes);
	sample_release(&sample);
}

/* A length, a flag, an enum, a text that is anything: an error or a report,
 * and no more memory than there are bytes of. */
Test(cage_shapes, survives_any_lie)
{
	static const uint8_t lies[] = { 0xff, 0x7f, 0x02, 0x00 };
	struct sample sample;
	struct rsk_report copy;
	struct rsk_buf bytes;

	fill(&sample);
	bytes = encoded(&sample.report);
	for (size_t i = 0; i + 8 <= bytes.len; i++) {
		uint8_t *at = bytes.ptr + i;
		uint8_t kept[8];

		memcpy(kept, at, sizeof(kept));
		memset(at, lies[i % sizeof(lies)], sizeof(kept));
		(void)decoded(&copy, rsk_buf_slice(&bytes));
		rsk_report_release(&copy);
		memcpy(at, kept, sizeof(kept));
	}
	rsk_buf_release(&bytes);
	sample_release(&sample);
}

Test(cage_shapes, takes_0_and_1_for_a_flag)
{
	struct rsk_report report = {
		.command = "", .target = "", .version = ""
	};
	struct rsk_report copy;

	for (unsigned flag = 0; flag <= UINT8_MAX; flag++) {
		struct rsk_buf bytes = encoded(&report);
		uint8_t *last = bytes.ptr + bytes.len - sizeof(int) - 1;

		*last = (uint8_t)flag;
		cr_expect_eq(decoded(&copy, rsk_buf_slice(&bytes)),
			flag > 1 ? RSK_CORRUPT : RSK_OK, "%u", flag);
		cr_expect_eq(copy.complete, flag == 1);
		rsk_report_release(&copy);
		rsk_buf_release(&bytes);
	}
}

static struct rsk_said said_of(struct rsk_cage_result *result,
	const void *bytes, size_t len, enum rsk_err expected)
{
	struct rsk_said said = { .result = result };

	*result = (struct rsk_cage_result){ 0 };
	cr_assert_eq(rsk_messages_read(&said, rsk_slice(bytes, len)), expected);
	return said;
}

static void release(struct rsk_said *said)
{
	rsk_cage_release(said->result);
	RSK_VEC_RELEASE(&said->complaints);
	rsk_arena_release(&said->arena);
}

Test(cage_messages, carry_rules_and_report)
{
	struct sample sample;
	struct rsk_cage_result result;
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MIB);
	struct rsk_said said;

	fill(&sample);
	cr_assert_eq(rsk_message_rules(&bytes, sample.rules), RSK_OK);
	cr_assert_eq(rsk_message_report(&bytes, &sample.report), RSK_OK);
	said = said_of(&result, bytes.ptr, bytes.len, RSK_OK);
	cr_assert(result.has_report && result.rules && !said.complete);
	for (size_t i = 0; rsk_format_at(i); i++) {
		const char *name = rsk_format_at(i)->name;
		char *there = written(&sample.report, sample.rules, name);
		char *back = written(&result.report, result.rules, name);

		cr_assert_str_eq(back, there, "%s differs", name);
		free(there);
		free(back);
	}
	release(&said);
	rsk_buf_release(&bytes);
	sample_release(&sample);
}

/* Twice the same, or anything behind the last one. */
Test(cage_messages, come_in_order)
{
	static const uint32_t status[] = { RSK_MESSAGE_STATUS, 4, 3 };
	static const uint32_t more[] = { RSK_MESSAGE_STATUS, 4, 3,
		RSK_MESSAGE_LOCKED, 4, 1 };
	static const uint32_t unknown[] = { 77, 4, 3 };
	static const uint32_t too_long[] = { RSK_MESSAGE_COMPLAINT, 5, 3 };
	static const uint32_t bad_status[] = { RSK_MESSAGE_STATUS, 4, 99 };
	struct rsk_cage_result result;
	struct rsk_said said = said_of(&result, status, sizeof(status), RSK_OK);

	cr_assert(said.complete && result.status == 3);
	release(&said);
	said = said_of(&result, more, sizeof(more), RSK_CORRUPT);
	release(&said);
	said = said_of(&result, unknown, sizeof(unknown), RSK_CORRUPT);
	release(&said);
	said = said_of(&result, too_long, sizeof(too_long), RSK_CORRUPT);
	release(&said);
	said = said_of(&result, bad_status, sizeof(bad_status), RSK_CORRUPT);
	cr_assert(!said.complete);
	release(&said);
}

/* Writers show ids as they are. */
Test(cage_shapes, takes_digits_only_for_an_id)
{
	static const struct {
		const char *oid;
		enum rsk_err err;
	} rows[] = {
		{ NULL, RSK_OK },
		{ "", RSK_OK },
		{ "0123456789abcdef", RSK_OK },
		{ "0123456789abcdef0123456789abcdef"
		  "0123456789abcdef0123456789abcdef",
			RSK_OK },
		{ "0123456789abcdef0123456789abcdef"
		  "0123456789abcdef0123456789abcdef0",
			RSK_CORRUPT },
		{ "0123\x1b[2J", RSK_CORRUPT },
		{ "ABCDEF", RSK_CORRUPT },
		{ "g", RSK_CORRUPT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_report report = { 0 };
		struct rsk_report copy;
		struct rsk_buf bytes;

		report.command = report.target = report.version = "";
		RSK_VEC_PUSH(&report.keys)->first.oid = rows[i].oid;
		bytes = encoded(&report);
		cr_assert_eq(decoded(&copy, rsk_buf_slice(&bytes)), rows[i].err,
			"row %zu", i);
		rsk_report_release(&copy);
		rsk_report_release(&report);
		rsk_buf_release(&bytes);
	}
}

/* As many rules as there may be, and one more. */
Test(cage_messages, rules_are_limited)
{
	static struct rsk_rule many[RSK_MAX_RULES + 1];
	struct sample sample;

	fill(&sample);
	for (size_t i = 0; i <= RSK_MAX_RULES; i++)
		many[i] = sample.rules->rules.ptr[0];
	for (size_t n = RSK_MAX_RULES; n <= RSK_MAX_RULES + 1; n++) {
		struct rsk_ruleset *rules = rsk_ruleset_of(many, n);
		struct rsk_buf bytes = RSK_BUF_INIT(64 * RSK_MIB);
		struct rsk_cage_result result;
		struct rsk_said said;

		cr_assert_eq(rsk_message_rules(&bytes, rules), RSK_OK);
		said = said_of(&result, bytes.ptr, bytes.len,
			n > RSK_MAX_RULES ? RSK_CORRUPT : RSK_OK);
		cr_expect_eq(result.rules ? result.rules->rules.len : 0,
			n > RSK_MAX_RULES ? 0 : n);
		release(&said);
		rsk_buf_release(&bytes);
		rsk_ruleset_free(rules);
	}
	sample_release(&sample);
}

/* One who talks without end is not listened to. */
Test(cage_messages, complaints_are_limited)
{
	static const uint32_t complaint[] = { RSK_MESSAGE_COMPLAINT, 4,
		0x61616161 };

	for (size_t n = RSK_CAGE_COMPLAINTS - 1; n <= RSK_CAGE_COMPLAINTS + 1;
		n++) {
		struct rsk_buf bytes = RSK_BUF_INIT(RSK_MIB);
		struct rsk_cage_result result;
		struct rsk_said said;

		for (size_t i = 0; i < n; i++)
			cr_assert_eq(rsk_buf_add(&bytes, complaint,
					     sizeof(complaint)),
				RSK_OK);
		said = said_of(&result, bytes.ptr, bytes.len, RSK_OK);
		cr_expect_eq(said.complaints.len,
			n > RSK_CAGE_COMPLAINTS ? RSK_CAGE_COMPLAINTS : n);
		release(&said);
		rsk_buf_release(&bytes);
	}
}

/* ---- what is well-formed and makes no sense ---- */

Test(cage_check, takes_what_follows)
{
	struct rsk_report report = { 0 };

	report.complete = true;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	report.exit_status = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	report.coverage.gaps[RSK_GAP_IO] = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	cr_assert_eq(rsk_cage_check(&report, 1U << RSK_GAP_IO), RSK_OK);
	report.complete = false;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
}

Test(cage_check, refuses_green_with_gaps)
{
	struct rsk_report report = { 0 };

	report.coverage.gaps[RSK_GAP_IO] = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	report.exit_status = 3;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	report.exit_status = 5;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
}

Test(cage_check, refuses_listed_but_not_counted)
{
	struct rsk_report report = { .complete = true };

	RSK_VEC_PUSH(&report.findings)->severity = RSK_HIGH;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	report.counts[RSK_HIGH] = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	rsk_report_release(&report);
}

Test(cage_check, refuses_places_that_are_not_there)
{
	struct rsk_report report = { .complete = true };
	const struct rsk_evidence line = { .text = "" };
	const struct rsk_key_event event = {
		.kind = RSK_KEY_ROTATED,
		.successor = 1,
	};

	report.answers_len = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	report.answers_len = RSK_ITEMS;
	for (int i = 0; i < RSK_ITEMS; i++)
		report.answers[i] = (struct rsk_answer){
			.item = (enum rsk_item)i,
			.evidence = &line,
			.evidence_len = 1,
		};
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	report.answers[3].best = 1;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	report.answers[3].best = 0;
	report.answers[3].item = RSK_ITEM_ENV_KEYS;
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	report.answers_len = 0;

	*RSK_VEC_PUSH(&report.keys) = (struct rsk_key){
		.events = &event,
		.events_len = 1,
	};
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_CORRUPT);
	*RSK_VEC_PUSH(&report.keys) = (struct rsk_key){ .commits = 1 };
	cr_assert_eq(rsk_cage_check(&report, 0), RSK_OK);
	rsk_report_release(&report);
}
