#ifndef RSK_TESTS_REPORT_SAMPLE_H
#define RSK_TESTS_REPORT_SAMPLE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/report.h"

/*
 * A small report with one of everything, and ways to write one into memory.
 * For the tests of the formats.
 */
struct sample {
	struct rsk_report report;
	struct rsk_ruleset *rules;
};

static inline void sample_rule(
	struct sample *sample, const char *name, const char *text)
{
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];

	if (!rsk_ruleset_add_text(
		    sample->rules, name, rsk_slice_str(text), &diag))
		return;
	fprintf(stderr, "%s\n", rsk_diag_text(&diag, line));
	abort();
}

static inline void sample_rules(struct sample *sample)
{
	sample->rules = rsk_ruleset_new();
	sample_rule(sample, "some-context.yaml",
		"id: some-context\n"
		"kind: context\n"
		"title: Never in a report\n"
		"patterns:\n"
		"  - name: word\n"
		"    anchors: [word]\n"
		"    regex: word\n"
		"examples:\n"
		"  match:\n"
		"    - {path: a, text: word}\n"
		"  near:\n"
		"    - {path: a, text: wor}\n");
	sample_rule(sample, "hardcoded-resync-key.yaml",
		"id: hardcoded-resync-key\n"
		"kind: check\n"
		"title: Resync key written into a file\n"
		"severity: high\n"
		"confidence: high\n"
		"checklist: env-keys\n"
		"cwe: [CWE-798]\n"
		"tags: [secret, resync]\n"
		"message: A key is written into this file\n"
		"fix: Read it from the environment.\n"
		"page:\n"
		"  what: |\n"
		"    The value of a key\n"
		"    stands in a file.\n"
		"  why: |\n"
		"    A file is copied to every clone,\n"
		"    and every backup. The key works anywhere.\n"
		"  bad: |\n"
		"    const key = 'rsk_live_abc123def456';\n"
		"  good: |\n"
		"    const key = `${env.KEY}`;\n"
		"  references: [Security Best Practices]\n");
	sample_rule(sample, "insecure-http-url.yaml",
		"id: insecure-http-url\n"
		"kind: check\n"
		"title: Address without encryption\n"
		"severity: medium\n"
		"confidence: medium\n"
		"checklist: https-everywhere\n"
		"message: Requests go out without encryption\n"
		"fix: Write https.\n"
		"page:\n"
		"  what: An address begins with http.\n"
		"  why: Everybody on the way can read it.\n"
		"  bad: \"````\\nfetch('http://example.com')\"\n"
		"  good: fetch('https://example.com')\n"
		"  references: [Security Best Practices]\n");
	if (rsk_ruleset_freeze(sample->rules, NULL) ||
		rsk_ruleset_disable(
			sample->rules, RSK_LIT("insecure-http-url")))
		abort();
}

static inline struct rsk_finding sample_key(void)
{
	return (struct rsk_finding){
		.rule = "hardcoded-resync-key",
		.severity = RSK_HIGH,
		.confidence = RSK_CONFIDENCE_HIGH,
		.item = RSK_ITEM_ENV_KEYS,
		.origin = RSK_ORIGIN_TREE,
		.message = "A live Resync key is written into this file",
		.fix = "Read it from the environment\n"
		       "and delete this key in the dashboard:\n"
		       "\tconst key = process.env.RESYNC_API_KEY;\n",
		.path = RSK_LIT("src/app.ts"),
		.start = { 3, 14 },
		.end = { 3, 35 },
		.at_head = true,
		.fingerprint = { 0xab, 0xcd, 0xef },
		.line_hash = 0xc129715d7a2bc9a3,
		.line_hash_count = 1,
		.secret = { "rsk_live_********f456", "live", { { 1, 2, 3 } } },
		.snippet = { RSK_LIT("\tconst key = 'rsk_live_********f456';"),
			14, 21 },
	};
}

static inline struct rsk_finding sample_url(void)
{
	return (struct rsk_finding){
		.rule = "insecure-http-url",
		.severity = RSK_MEDIUM,
		.confidence = RSK_CONFIDENCE_MEDIUM,
		.item = RSK_ITEM_HTTPS_EVERYWHERE,
		.origin = RSK_ORIGIN_COMMIT,
		.message = "Requests go out without encryption",
		.fix = "Write https.",
		.path = RSK_LIT("src/old api.ts"),
		.start = { 12, 1 },
		.end = { 12, 5 },
		.commit = { "0123456789abcdef0123456789abcdef01234567",
			RSK_LIT("Ann <ann@example.com>"), 1769860800,
			RSK_LIT("Talk to the API") },
	};
}

static inline struct rsk_finding sample_hidden(void)
{
	struct rsk_finding finding = sample_key();

	finding.path = RSK_LIT("test/app.ts");
	finding.severity = RSK_LOW;
	finding.suppression =
		(struct rsk_suppression){ "inline", "a made-up key" };
	return finding;
}

static inline void sample_coverage(struct rsk_coverage *coverage)
{
	coverage->files = (struct rsk_tally){
		.seen = 118,
		.scanned = 118,
		.bytes = 1234567,
		.binary = 3,
	};
	rsk_coverage_skip(coverage, &coverage->files, RSK_SKIP_IGNORED,
		RSK_LIT("node_modules"));
	rsk_coverage_gap(coverage, &coverage->files, RSK_GAP_IO,
		RSK_LIT("secret/a.pem"), "Permission denied");
	rsk_coverage_note(coverage, "no history was scanned");
}

static inline void sample_init(struct sample *sample)
{
	struct rsk_report *report = &sample->report;

	*sample = (struct sample){ 0 };
	sample_rules(sample);
	sample_coverage(&report->coverage);
	report->command = "scan";
	report->target = ".";
	report->version = "0.1.0";
	report->exit_status = 1;
	*RSK_VEC_PUSH(&report->findings) = sample_key();
	*RSK_VEC_PUSH(&report->findings) = sample_url();
	*RSK_VEC_PUSH(&report->suppressed) = sample_hidden();
	*RSK_VEC_PUSH(&report->policy) = (struct rsk_policy_note){ "--disable",
		"rule insecure-http-url is disabled" };
	report->counts[RSK_HIGH] = report->counts[RSK_MEDIUM] = 1;
}

static inline void sample_release(struct sample *sample)
{
	rsk_ruleset_free(sample->rules);
	rsk_report_release(&sample->report);
}

/* What became of the address, and how it left. */
static inline void sample_past(struct rsk_finding *finding)
{
	static const struct rsk_slice paths[] = { RSK_LIT("src/old api.ts"),
		RSK_LIT("src/api.ts") };
	static const struct rsk_slice refs[] = { RSK_LIT("refs/heads/main"),
		RSK_LIT("refs/tags/v1") };
	static const struct rsk_life_view life = {
		.commits = 5,
		.last = "89abcdef0123456789abcdef0123456789abcdef",
		.last_seconds = 1770724800,
		.removed = "fedcba9876543210fedcba9876543210fedcba98",
		.removed_seconds = INT64_MAX,
		.paths = paths,
		.paths_len = 2,
		.more_paths = true,
		.refs = refs,
		.refs_len = 2,
		.refs_total = 7,
	};
	static const struct rsk_step flow[] = {
		{ RSK_LIT("src/form.ts"), { 4, 9 }, "read here" },
		{ RSK_LIT("src/old api.ts"), { 0, 0 }, "sent" },
	};

	finding->life = &life;
	finding->flow = flow;
	finding->flow_len = 2;
}

/* Lists of one show little: a second of each, and data that leaves. */
static inline void sample_more(struct rsk_report *report)
{
	struct rsk_coverage *coverage = &report->coverage;
	struct rsk_finding hidden = sample_hidden();

	sample_past(&report->findings.ptr[1]);
	hidden.path = RSK_LIT("test/b.ts");
	hidden.suppression = (struct rsk_suppression){ "config", NULL };
	*RSK_VEC_PUSH(&report->suppressed) = hidden;
	*RSK_VEC_PUSH(&report->policy) =
		(struct rsk_policy_note){ ".rskan.yaml:3", "docs are out" };
	*RSK_VEC_PUSH(&report->data) = (struct rsk_datum){ "pii.email",
		"e-mail address", RSK_TIER_MINIMISE, "resync-log-event",
		RSK_LIT("src/a.ts"), 7 };
	*RSK_VEC_PUSH(&report->data) =
		(struct rsk_datum){ "fin.card", "card number", RSK_TIER_NEVER,
			"resync-submit-form", RSK_LIT("src/b.ts"), 20 };
	rsk_coverage_gap(coverage, &coverage->files, RSK_GAP_IO,
		RSK_LIT("secret/b.pem"), "Is a directory");
	rsk_coverage_gap(coverage, NULL, RSK_GAP_TIMEOUT, RSK_LIT(""), "");
	rsk_coverage_skip(coverage, &coverage->files, RSK_SKIP_IGNORED,
		RSK_LIT("vendor"));
	rsk_coverage_skip(
		coverage, &coverage->files, RSK_SKIP_SYMLINK, RSK_LIT("link"));
	rsk_coverage_skip(coverage, &coverage->files, RSK_SKIP_SYMLINK,
		RSK_LIT("behind"));
	coverage->skip_list.len--; /* what is behind the last one is none */
	rsk_coverage_note(coverage, "a shallow clone");
}

/* Drop the findings. */
static inline void sample_clear(struct rsk_report *report)
{
	report->findings.len = report->suppressed.len = 0;
	memset(report->counts, 0, sizeof(report->counts));
	report->exit_status = 3;
}

/* Drop what makes it incomplete, too: nothing but 118 scanned files. */
static inline void sample_clean(struct rsk_report *report)
{
	sample_clear(report);
	rsk_coverage_release(&report->coverage);
	report->coverage.files.seen = report->coverage.files.scanned = 118;
	report->policy.len = 0;
	report->complete = true;
	report->exit_status = 0;
}

/* Everything that a hostile file name, comment or commit may hold. */
#define HOSTILE                                                                \
	"::error file=a::b\n##vso[task]##[group]\033[31m\r\t\"\\\x7f\xc2\x9b"  \
	"\xe2\x80\xae\xff\xf0\x9f\x94\x91](http://x)"

static inline void sample_hostile(struct rsk_report *report)
{
	static const struct rsk_step flow[] = {
		{ RSK_LIT(HOSTILE), { 1, 2 }, HOSTILE },
	};
	struct rsk_finding *finding = &report->findings.ptr[0];

	finding->path = RSK_LIT(HOSTILE);
	finding->message = finding->fix = HOSTILE;
	finding->snippet = (struct rsk_snippet){ RSK_LIT(HOSTILE), 3, 2 };
	finding->commit = (struct rsk_commit_view){ "01234567",
		RSK_LIT(HOSTILE), INT64_MAX, RSK_LIT(HOSTILE) };
	finding->flow = flow;
	finding->flow_len = 1;
	report->suppressed.ptr[0].suppression.reason = HOSTILE;
	report->target = HOSTILE;
	report->policy.ptr[0].text = HOSTILE;
	rsk_coverage_gap(&report->coverage, &report->coverage.files,
		RSK_GAP_CHANGED, RSK_LIT(HOSTILE), HOSTILE);
	rsk_coverage_skip(&report->coverage, &report->coverage.files,
		RSK_SKIP_SYMLINK, RSK_LIT(HOSTILE));
	rsk_coverage_note(&report->coverage, HOSTILE);
}

/* A baseline that hides one and lists one that is gone. */
static inline void sample_baseline(struct rsk_report *report)
{
	report->baseline = (struct rsk_baseline_view){
		.name = ".rskan/baseline.jsonl",
		.folder = ".",
		.scope = RSK_SCOPE_TREE,
		.entries = 2,
		.hides = 1,
		.gone = 1,
		.reasonless = 1,
		.reasonless_line = 3,
		.config_line = 7,
	};
	*RSK_VEC_PUSH(&report->known) = (struct rsk_known){
		.state = RSK_KNOWN_GONE,
		.line = 2,
		.rule = "hardcoded-resync-key",
		.path = "src/old.ts",
		.fingerprint = { 1, 2, 3 },
		.masked = "rsk_live_********f456",
		.since = "2026-01-31",
	};
	report->suppressed.ptr[0].suppression =
		(struct rsk_suppression){ "baseline", "" };
}

/* The story of the sample's key, and of the one that came after it. */
static inline void sample_stories(struct rsk_report *report)
{
	static const char *const environments[] = { "production" };
	static const char *const rules[] = { "hardcoded-resync-key" };
	static const struct rsk_slice branches[] = { RSK_LIT(
		"refs/heads/main") };
	static const struct rsk_slice authors[] = { RSK_LIT(
		"Ann <ann@example.com>") };
	static const struct rsk_key_place places[] = {
		{ .path = RSK_LIT(".env.production"),
			.origin = RSK_ORIGIN_COMMIT,
			.tracked = true,
			.environment = "production",
			.first_seconds = 1769860800,
			.last_seconds = 1769860800 },
		{ .path = RSK_LIT("src/app.ts"),
			.at = { 3, 14 },
			.origin = RSK_ORIGIN_TREE,
			.at_head = true,
			.tracked = true,
			.rules = rules,
			.rules_len = 1 },
	};
	const struct rsk_commit_view first = {
		"0123456789abcdef0123456789abcdef01234567",
		RSK_LIT("Ann <ann@example.com>"), 1769860000,
		RSK_LIT("Talk to the API")
	};
	const struct rsk_commit_view second = {
		"89abcdef0123456789abcdef0123456789abcdef",
		RSK_LIT("Bob <bob@example.com>"), 1770724800,
		RSK_LIT("Another key")
	};
	struct rsk_key_event *events =
		rsk_arena_array(&report->arena, 2, sizeof(*events));

	events[0] = (struct rsk_key_event){ RSK_KEY_INTRODUCED, 1769860800,
		first, RSK_LIT(".env.production"), RSK_NO_KEY };
	events[1] = (struct rsk_key_event){ RSK_KEY_ROTATED, 1770724800, second,
		RSK_LIT(".env.production"), 1 };
	*RSK_VEC_PUSH(&report->keys) = (struct rsk_key){
		.secret = sample_key().secret,
		.environments = environments,
		.environments_len = 1,
		.places = places,
		.places_len = 2,
		.findings = 2,
		.hidden = 1,
		.at_head = true,
		.first = first,
		.first_seconds = 1769860800,
		.last = first,
		.last_seconds = 1769860800,
		.removed = second,
		.removed_seconds = 1770724800,
		.commits = 1,
		.branches = { branches, 1, 9 },
		.authors = { authors, 1, 1 },
		.events = events,
		.events_len = 2,
	};
	*RSK_VEC_PUSH(&report->keys) = (struct rsk_key){
		.secret = { "rsk_live_********9999", "live", { { 9 } } },
	};
}

/* The ten answers, of all kinds. */
static inline void sample_answers(struct rsk_report *report)
{
	static const struct rsk_evidence evidence[] = {
		{ "a key is written here", RSK_LIT("src/app.ts"), 3,
			RSK_EVIDENCE_AGAINST },
		{ "12 places were fine", RSK_LIT(""), 0, RSK_EVIDENCE_FOR },
	};

	static const char *const manual[] = { "nobody has too many rights" };
	static const struct rsk_action actions[] = {
		{ .risk = RSK_CRITICAL,
			.item = RSK_ITEM_ENV_KEYS,
			.text = "delete the key rsk_live_********f456",
			.path = RSK_LIT("src/app.ts"),
			.line = 3,
			.places = 2,
			.is_key = true,
			.rule = "hardcoded-resync-key" },
		{ .risk = RSK_HIGH,
			.item = RSK_ITEM_HTTPS_EVERYWHERE,
			.text = "Write https:\n  https://...\nNothing else.",
			.path = RSK_LIT("src/app.ts"),
			.places = 1,
			.rule = "insecure-http-url" },
		{ .risk = RSK_LOW,
			.item = RSK_ITEM_SEPARATE_KEYS,
			.text = "look at it by hand",
			.path = RSK_LIT("") },
	};

	for (size_t i = 0; i < RSK_ITEMS; i++)
		report->answers[i] = (struct rsk_answer){
			.item = (enum rsk_item)i,
			.title = rsk_item_name((enum rsk_item)i),
			.kind = (enum rsk_answer_kind)(i % RSK_ANSWERS),
			.looked_at = (uint32_t)i,
			.evidence = evidence,
			.evidence_len = i % 3,
			.best = i % 3 == 2,
			.todo = "look at it by hand",
		};
	report->answers_len = RSK_ITEMS;
	report->answers[RSK_ITEM_LEAST_PRIVILEGE].manual = manual;
	report->answers[RSK_ITEM_LEAST_PRIVILEGE].manual_len = 1;
	report->actions = actions;
	report->actions_len = sizeof(actions) / sizeof(actions[0]);
	report->today = 20619; /* 2026-06-15 */
	report->command = "audit";
}

/*
 * With RSK_DUMP set, what the tests write is kept in that folder, for those
 * who look at it with other programs (tests/sarif/check).
 */
static inline void sample_dump(const char *name, const char *text)
{
	const char *folder = getenv("RSK_DUMP");
	char path[4096];
	FILE *file;

	if (!folder)
		return;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
}

/* The report as that format writes it; the caller frees it. */
static inline char *sample_write(const struct sample *sample,
	const char *format, const struct rsk_style *like)
{
	struct rsk_style style = like ? *like : (struct rsk_style){ 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	style.format = rsk_format_find(rsk_slice_str(format));
	if (!file || !style.format ||
		rsk_report_write(&sample->report, sample->rules, &style, file))
		abort();
	fclose(file);
	return text;
}

/* That is in it, as it stands there. */
static inline void sample_expect(const char *text, const char *part)
{
	cr_expect_not_null(strstr(text, part), "not there: %s", part);
}

#endif
