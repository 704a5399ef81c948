#include <criterion/criterion.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "match/confirm_p.h"
#include "match/prefilter_p.h"
#include "unit/match_help.h"

static enum rsk_err compile(
	const struct rsk_pattern *pattern, struct rsk_diag *diag)
{
	struct rules rules;
	struct rsk_matcher *matcher = NULL;

	rules_init(&rules, pattern, 1);
	enum rsk_err err = rsk_matcher_new(&matcher, &rules.set, NULL, diag);
	rsk_matcher_free(matcher);
	rules_release(&rules);
	return err;
}

Test(engine, what_cannot_be_used_is_named)
{
	const struct {
		struct rsk_pattern pattern;
		enum rsk_err err;
		const char *says;
	} rows[] = {
		{ { .regex = "a(", .anchors = ANCHORS("a"), .line = 7 },
			RSK_SYNTAX, "offset 2" },
		{ { .regex = "(*LIMIT_MATCH=1)a", .anchors = ANCHORS("a") },
			RSK_SYNTAX, "verb" },
		{ { .regex = "(*UTF)a", .anchors = ANCHORS("a") }, RSK_SYNTAX,
			"verb" },
		{ { .regex = "a\\Cb", .anchors = ANCHORS("a") }, RSK_SYNTAX,
			"\\C" },
		{ { .regex = "a" }, RSK_SYNTAX, "anchors" },
		{ { .regex = "a", .anchors = ANCHORS("") }, RSK_SYNTAX,
			"empty" },
		{ { .regex = "a",
			  .anchors = ANCHORS("a"),
			  .max_width = RSK_MAX_MATCH + 1 },
			RSK_LIMIT, "16385" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_diag diag = { 0 };

		cr_expect_eq(compile(&rows[i].pattern, &diag), rows[i].err,
			"row %zu", i);
		cr_expect_not_null(strstr(diag.text, rows[i].says),
			"row %zu: %s", i, diag.text);
		if (rows[i].pattern.line) {
			cr_expect_str_eq(diag.file, "test/a-rule.yaml");
			cr_expect_eq(diag.line, 7);
		}
	}
}

static size_t count_in(struct engine *engine, struct rsk_slice text)
{
	struct rsk_buf buf = padded(text);
	struct seen seen = { 0 };

	cr_assert_eq(rsk_scanner_text(engine->scanner, rsk_buf_slice(&buf),
			     false, see, &seen),
		RSK_OK);
	size_t n = seen.matches.len;
	seen_release(&seen);
	rsk_buf_release(&buf);
	return n;
}

Test(engine, disabled_rules_are_left_out)
{
	const struct rsk_pattern pattern = { .anchors = ANCHORS("key"),
		.regex = "key" };
	struct rules rules;
	struct engine engine;

	rules_init(&rules, &pattern, 1);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_expect_eq(count_in(&engine, RSK_LIT("a key")), 1);
	engine_release(&engine);
	rules.rule.disabled = true;
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_expect_eq(count_in(&engine, RSK_LIT("a key")), 0);
	engine_release(&engine);
	rules_release(&rules);
}

Test(engine, a_set_without_patterns_finds_nothing)
{
	struct rules rules;
	struct engine engine;

	rules_init(&rules, NULL, 0);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_expect_eq(count_in(&engine, RSK_LIT("a key")), 0);
	engine_release(&engine);
	rules_release(&rules);
}

Test(engine, comments_and_options_in_a_pattern_survive_what_we_add)
{
	const struct rsk_pattern patterns[] = {
		{ .anchors = ANCHORS("key"), .regex = "(?x) key # the key" },
		{ .anchors = ANCHORS("key"), .regex = "(?i)zkey|KEY" },
		{ .anchors = ANCHORS("key"), .regex = "[^k]key" },
		{ .anchors = ANCHORS("key"), .regex = "[^k]key(?x) # end" },
		{ .anchors = ANCHORS("key"), .regex = "\\Qkey" },
	};
	struct rules rules;
	struct engine engine;

	rules_init(&rules, patterns, 5);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_expect_eq(count_in(&engine, RSK_LIT("key")), 3);
	/* More often than it takes to get machine code. */
	for (int i = 0; i < 100; i++)
		cr_assert_eq(count_in(&engine, RSK_LIT("\r\nkey")), 5, "%d", i);
	engine_release(&engine);
	rules_release(&rules);
}

/* Each alternative saves a frame: machine code runs out of stack. */
static const char *const deep = "key([^A]|B)*x";

Test(engine, a_jit_stack_overflow_is_tried_again_without)
{
	struct rsk_regex regex;
	struct rsk_regex_scratch *scratch;
	struct rsk_regex_match found;
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	struct rsk_diag diag = { 0 };

	cr_assert_eq(rsk_buf_add_str(&text, "key"), RSK_OK);
	while (text.len < 12000)
		cr_assert_eq(rsk_buf_add_byte(&text, 'y'), RSK_OK);
	cr_assert_eq(rsk_buf_add_str(&text, "x"), RSK_OK);

	struct rsk_regex_place place = { rsk_buf_slice(&text), 0, text.len };
	cr_assert_eq(rsk_regex_compile(&regex, deep, false, &diag), RSK_OK);
	cr_assert_eq(rsk_regex_scratch_new(&scratch, regex.pairs), RSK_OK);
	for (int i = 0; i < 40; i++) {
		cr_assert_eq(rsk_regex_search(&regex, scratch, &place, &found),
			RSK_REGEX_MATCH, "search %d", i);
		cr_assert_eq(found.begin, 0);
		cr_assert_eq(found.end, text.len);
	}
	rsk_regex_scratch_free(scratch);
	rsk_regex_release(&regex);
	rsk_buf_release(&text);
}

/* Takes more steps than are allowed, where it is tried. */
static const struct rsk_pattern evil[] = {
	{ .anchors = ANCHORS("key"),
		.regex = "key(?:a{1,60}){1,60}b",
		.max_width = 4000 },
	{ .anchors = ANCHORS("key"), .regex = "key a[0-9]", .max_width = 6 },
};

static const char evil_text[] =
	"key a1 keyaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac key a2 "
	"keyaab ";

static void expect_gap(bool without_prefilter, bool machine_code)
{
	struct rsk_matcher_options options = {
		.without_prefilter = without_prefilter,
		.machine_code = machine_code,
	};
	struct rules rules;
	struct engine engine;
	struct seen seen = { 0 };
	struct rsk_text_info info;
	struct rsk_buf text = padded(RSK_LIT(evil_text));

	rules_init(&rules, evil, 2);
	cr_assert_eq(engine_init(&engine, &rules, &options), RSK_OK);
	for (int i = 0; i < 20; i++) {
		cr_assert_eq(rsk_scanner_bytes(engine.scanner,
				     rsk_buf_slice(&text), see, &seen, &info),
			RSK_OK);
		seen.last = false;
		seen.windows = 0;
	}
	cr_expect_eq(info.regex_gaps, 1, "%u", info.regex_gaps);
	cr_expect_str_eq(info.gap_rule, "a-rule");
	/* What comes behind it is still found, by the same pattern, too. */
	cr_assert_eq(seen.matches.len, 60, "%zu", seen.matches.len);
	cr_expect_eq(seen.matches.ptr[2].pattern, 0);
	seen_release(&seen);
	rsk_buf_release(&text);
	engine_release(&engine);
	rules_release(&rules);
}

Test(engine, a_limit_is_a_gap_and_never_an_absence)
{
	expect_gap(false, false);
	expect_gap(false, true);
	expect_gap(true, false);
	expect_gap(true, true);
}

Test(engine, a_pattern_that_keeps_failing_is_given_up)
{
	struct rules rules;
	struct engine engine;
	struct seen seen = { 0 };
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);

	cr_assert_eq(rsk_buf_reserve(&text, 1), RSK_OK);
	for (int i = 0; i < 40; i++)
		cr_assert_eq(rsk_buf_add_str(&text, evil_text), RSK_OK);
	rules_init(&rules, evil, 2);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	cr_assert_eq(rsk_scanner_text(engine.scanner, rsk_buf_slice(&text),
			     false, see, &seen),
		RSK_OK);
	cr_expect_eq(rsk_scanner_gaps(engine.scanner, NULL), RSK_REGEX_GAPS);
	/* The next text starts afresh. */
	cr_expect_eq(count_in(&engine, RSK_LIT("key a1 keyab")), 2);
	cr_expect_eq(rsk_scanner_gaps(engine.scanner, NULL), 0);
	seen_release(&seen);
	rsk_buf_release(&text);
	engine_release(&engine);
	rules_release(&rules);
}

static const char *const guarded[] = { "rsk_live_", "key", "AKIA", "http://",
	"-----BEGIN", "api_kee", "ghp_", "secret", "token", "password" };

/*
 * Text of every length ends RSK_BUF_PAD bytes before a page that may not be
 * read. Each anchor at the very end, whole and cut.
 */
Test(engine, nothing_reads_past_the_padding)
{
	enum { PAGE = 4096, ROOM = 3 * PAGE, ANCHORS = 10 };
	static struct rsk_pattern patterns[ANCHORS];
	uint8_t *pages = mmap(NULL, ROOM + PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct rules rules;
	struct engine engine;

	cr_assert_neq(pages, MAP_FAILED);
	cr_assert_eq(mprotect(pages + ROOM, PAGE, PROT_NONE), 0);
	for (size_t i = 0; i < ANCHORS; i++)
		patterns[i] = (struct rsk_pattern){
			.anchors = { &guarded[i], 1 },
			.regex = guarded[i],
			.caseless = i % 2,
		};
	rules_init(&rules, patterns, ANCHORS);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);

	for (size_t len = 0; len <= 4200; len++) {
		const char *anchor = guarded[len % ANCHORS];
		uint8_t *text = pages + ROOM - RSK_BUF_PAD - len;
		size_t put = strlen(anchor) - len % 3;
		struct seen seen = { 0 };

		memset(text, 'x', len + RSK_BUF_PAD);
		if (put <= len)
			memcpy(text + len - put, anchor, put);
		/* The rest of a cut anchor stands in the padding. */
		memcpy(text + len, anchor + put, strlen(anchor) - put);
		cr_assert_eq(rsk_scanner_text(engine.scanner,
				     rsk_slice(text, len), false, see, &seen),
			RSK_OK);
		cr_assert_eq(seen.matches.len,
			put == strlen(anchor) && put <= len, "%zu", len);
		seen_release(&seen);
	}
	engine_release(&engine);
	rules_release(&rules);
	munmap(pages, ROOM + PAGE);
}

/* Literals of all lengths, some inside others, against a plain search. */
Test(engine, the_prefilter_finds_what_a_plain_search_finds)
{
	static const char *const words[] = { "a", "ab", "abc", "bca", "caab",
		"aaaa", "abcabcabcabc", "b", "cc",
		"abcaabbccabcabcaabbccabcabcaabbcc" };
	enum { WORDS = 10, CASES = 2 * WORDS };
	struct rsk_anchor anchors[CASES];
	struct rsk_prefilter *prefilter = NULL;
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	rsk_hits hits = { 0 };
	uint64_t seed = 7;

	for (size_t i = 0; i < CASES; i++)
		anchors[i] =
			(struct rsk_anchor){ rsk_slice_str(words[i % WORDS]),
				i >= WORDS };
	cr_assert_eq(
		rsk_prefilter_new(&prefilter, anchors, CASES, NULL), RSK_OK);
	cr_assert_eq(rsk_prefilter_self_test(prefilter, NULL), RSK_OK);

	for (unsigned round = 0; round < 2000; round++) {
		size_t len = draw(&seed, 200);
		size_t plain = 0;

		rsk_buf_truncate(&text, 0);
		for (size_t i = 0; i < len; i++)
			cr_assert_eq(rsk_buf_add_byte(&text,
					     (uint8_t) "abcABC"[draw(&seed,
						     round % 2 ? 3 : 6)]),
				RSK_OK);
		hits.len = 0;
		rsk_prefilter_scan(
			prefilter, rsk_buf_slice(&text), 1000, &hits);
		for (size_t at = 0; at < len; at++)
			for (size_t i = 0; i < CASES; i++) {
				struct rsk_slice here =
					rsk_slice_cut(rsk_buf_slice(&text), at,
						at + anchors[i].text.len);

				plain += anchors[i].caseless
						 ? rsk_slice_eq_nocase(here,
							   anchors[i].text)
						 : rsk_slice_eq(here,
							   anchors[i].text);
			}
		cr_assert_eq(hits.len, plain, "round %u: %zu, not %zu", round,
			hits.len, plain);
		for (size_t i = 0; i < hits.len; i++) {
			const struct rsk_hit *hit = &hits.ptr[i];
			size_t at = hit->begin - 1000;
			struct rsk_slice want = anchors[hit->anchor].text;
			struct rsk_slice here = rsk_slice_cut(
				rsk_buf_slice(&text), at, at + want.len);

			cr_assert(rsk_slice_eq_nocase(here, want));
			cr_assert(!i || hits.ptr[i - 1].begin <= hit->begin);
		}
	}
	RSK_VEC_RELEASE(&hits);
	rsk_buf_release(&text);
	rsk_prefilter_free(prefilter);
}

struct job {
	struct rsk_matcher *matcher;
	struct rsk_slice text;
	rsk_matches matches;
	enum rsk_err err;
};

static void *scan_often(void *arg)
{
	struct job *job = arg;
	struct rsk_scanner *scanner = NULL;

	job->err = rsk_scanner_new(&scanner, job->matcher);
	for (int i = 0; !job->err && i < 50; i++) {
		struct seen seen = { 0 };

		job->err =
			rsk_scanner_text(scanner, job->text, false, see, &seen);
		RSK_VEC_RELEASE(&job->matches);
		job->matches = seen.matches;
	}
	rsk_scanner_free(scanner);
	return NULL;
}

Test(engine, threads_share_a_matcher)
{
	enum { THREADS = 4 };
	const struct rsk_pattern patterns[] = {
		{ .anchors = ANCHORS("key"), .regex = "[a-z]{0,9}key" },
		{ .anchors = ANCHORS("rsk_"), .regex = "rsk_[a-z0-9]{3,9}" },
	};
	struct rules rules;
	struct engine engine;
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	pthread_t threads[THREADS];
	struct job jobs[THREADS] = { { 0 } };

	for (int i = 0; i < 100; i++)
		cr_assert_eq(
			rsk_buf_add_str(&text, "a mykey, rsk_abc123 "), RSK_OK);
	rules_init(&rules, patterns, 2);
	cr_assert_eq(engine_init(&engine, &rules, NULL), RSK_OK);
	for (int i = 0; i < THREADS; i++) {
		jobs[i].matcher = engine.matcher;
		jobs[i].text = rsk_buf_slice(&text);
		cr_assert_eq(
			pthread_create(&threads[i], NULL, scan_often, &jobs[i]),
			0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		cr_expect_eq(jobs[i].err, RSK_OK);
		cr_expect_eq(jobs[i].matches.len, 200);
		cr_expect(same_matches(&jobs[0].matches, &jobs[i].matches));
	}
	for (int i = 0; i < THREADS; i++)
		RSK_VEC_RELEASE(&jobs[i].matches);
	engine_release(&engine);
	rules_release(&rules);
	rsk_buf_release(&text);
}
