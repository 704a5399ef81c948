#define PCRE2_CODE_UNIT_WIDTH 8

#include <criterion/criterion.h>
#include <pcre2.h>

#include "base/limits.h"
#include "match/filter.h"
#include "unit/match_help.h"

/* Shapes of real rules, and some that are made to be difficult. Their widths
 * are exact, so that looking a byte less far would show. */
static const struct rsk_pattern patterns[] = {
	/* a key with a boundary on the left */
	{ .anchors = ANCHORS("rsk_live_", "rsk_sandbox_"),
		.regex = "(?<![A-Za-z0-9_])(?<secret>rsk_(?:live|sandbox)_[A-"
			 "Za-z0-9_]{6,40})(?![A-Za-z0-9_])",
		.max_width = 54,
		.filters = 1 << RSK_FILTER_PLACEHOLDER,
		.binary = true },
	/* a name in front of the anchor, two groups for one secret */
	{ .anchors = ANCHORS("api_key", "apikey", "key"),
		.caseless = true,
		.regex = "\\b\\w{0,12}key\\b[\"']?\\s{0,3}[:=]\\s{0,3}(?:\"(?<"
			 "secret>[^\"\\r\\n]{4,20})\"|'(?<sq>[^'\\r\\n]{4,20})'"
			 ")",
		.max_width = 45,
		.entropy = 1.5,
		.stopwords = ANCHORS("stop") },
	/* lines: ^ and $ with every newline */
	{ .anchors = ANCHORS("KEY="),
		.regex = "(?m)^[A-Z_]{0,10}KEY=(?<secret>.{1,12})$",
		.max_width = 26 },
	/* overlapping by nature */
	{ .anchors = ANCHORS("key"),
		.regex = "key.{0,9}",
		.max_width = 12,
		.binary = true },
	/* several lines */
	{ .anchors = ANCHORS("-----BEGIN"),
		.regex = "-----BEGIN [A-Z "
			 "]{1,10}-----\\s{1,2}(?<secret>[a-z\\s]{4,40}?)-----"
			 "END",
		.max_width = 76 },
	/* the whole text */
	{ .anchors = ANCHORS("key"), .regex = "\\A.{0,5}key", .max_width = 8 },
	{ .anchors = ANCHORS("key"), .regex = "key.{0,5}\\z", .max_width = 8 },
	/* begins with anything, even the LF of a CRLF */
	{ .anchors = ANCHORS("key"), .regex = "[^k=]key(?! )", .max_width = 5 },
	/* lookbehind far back, lookahead far on */
	{ .anchors = ANCHORS("http://"),
		.caseless = true,
		.regex = "(?<=url: \")http://[a-z.]{1,20}(?=/x)",
		.max_width = 35 },
	/* a candidate without its anchor: does not count */
	{ .anchors = ANCHORS("resync"),
		.regex = "(?:resync|sdk)_[0-9]{2}",
		.max_width = 9 },
	/* a duplicate name, either branch */
	{ .anchors = ANCHORS("token"),
		.regex = "(?J)token(?:=(?<secret>[0-9]{2})|:(?<secret>[a-z]{2})"
			 ")",
		.max_width = 8 },
};

enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

static const char *const fragments[] = {
	"rsk_live_abc123def456",
	"rsk_sandbox_9f2c41ab77",
	"rsk_live_",
	"rsk_live_your_api_key",
	"xrsk_live_abc123def456",
	"rsk_",
	"api_key = \"",
	"apiKey: 'abcd1234'",
	"APIKEY=\"zz9Yx1\"",
	"key",
	"KEY",
	"KEY=",
	"\nMY_KEY=abc",
	"\r\nA_KEY=12345\r\n",
	"keykeykey",
	"\"",
	"'",
	" = ",
	": ",
	"\n",
	"\r\n",
	"\r",
	" ",
	"=",
	"stop",
	"_",
	"a",
	"zkey",
	"-----BEGIN KEY-----\n",
	"abcd efgh",
	"\n-----END",
	"url: \"http://",
	"HTTP://resync.example/x",
	"http://a.b/x",
	"resync_12",
	"sdk_34",
	"resync_sdk_56",
	"token=12",
	"token:ab",
	"token",
	"\xc3\xa9",
	"\xff",
	"my_api_key_key = \"k3y-val\"",
	"0123456789",
	"abc123def456\"",
};

enum { FRAGMENTS = sizeof(fragments) / sizeof(fragments[0]) };

static void generate(struct rsk_buf *text, uint64_t *seed)
{
	uint32_t n = 1 + draw(seed, 40);

	rsk_buf_truncate(text, 0);
	for (uint32_t i = 0; i < n; i++)
		cr_assert_eq(
			rsk_buf_add_str(text, fragments[draw(seed, FRAGMENTS)]),
			RSK_OK);
}

/*
 * The definition of matcher.h in the plainest way: PCRE2 at each place of the
 * whole text, without machine code, windows or prefilter.
 */
static bool anchored(const struct rsk_pattern *rule, struct rsk_slice text)
{
	for (size_t i = 0; i < rule->anchors.len; i++) {
		struct rsk_slice anchor = rsk_slice_str(rule->anchors.ptr[i]);

		if ((rule->caseless ? rsk_slice_find_nocase(text, anchor)
				    : rsk_slice_find(text, anchor)) < text.len)
			return true;
	}
	return false;
}

struct oracle {
	pcre2_code *codes[PATTERNS];
	pcre2_match_data *data;
};

static void oracle_init(struct oracle *oracle)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);

	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	for (size_t i = 0; i < PATTERNS; i++) {
		int error;
		PCRE2_SIZE offset;

		oracle->codes[i] = pcre2_compile((PCRE2_SPTR)patterns[i].regex,
			PCRE2_ZERO_TERMINATED,
			patterns[i].caseless ? PCRE2_CASELESS : 0, &error,
			&offset, context);
		cr_assert(oracle->codes[i], "%s", patterns[i].regex);
	}
	oracle->data = pcre2_match_data_create(8, NULL);
	pcre2_compile_context_free(context);
}

static void oracle_release(struct oracle *oracle)
{
	for (size_t i = 0; i < PATTERNS; i++)
		pcre2_code_free(oracle->codes[i]);
	pcre2_match_data_free(oracle->data);
}

static struct rsk_slice oracle_secret(
	const struct oracle *oracle, size_t p, struct rsk_slice text)
{
	PCRE2_SPTR first;
	PCRE2_SPTR last;
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(oracle->data);
	int size = pcre2_substring_nametable_scan(
		oracle->codes[p], (PCRE2_SPTR) "secret", &first, &last);

	for (; size > 0 && first <= last; first += size) {
		unsigned group = (unsigned)(first[0] << 8 | first[1]);

		if (at[2 * group] != PCRE2_UNSET &&
			at[2 * group] < at[2 * group + 1])
			return rsk_slice_cut(
				text, at[2 * group], at[2 * group + 1]);
	}
	return rsk_slice(NULL, 0);
}

static int by_place(const void *a, const void *b)
{
	return ordered(a, b) ? -1 : ordered(b, a);
}

static void oracle_pattern(const struct oracle *oracle, uint32_t p,
	struct rsk_slice text, rsk_matches *out)
{
	size_t reach = 0;

	for (size_t s = 0; s < text.len; s++) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(oracle->data);
		int rc = pcre2_match(oracle->codes[p], text.ptr, text.len, s,
			PCRE2_ANCHORED, oracle->data, NULL);

		if (rc == PCRE2_ERROR_NOMATCH)
			continue;
		cr_assert_gt(rc, 0);

		struct rsk_slice whole = rsk_slice_cut(text, s, at[1]);
		struct rsk_slice secret = oracle_secret(oracle, p, text);
		if (!anchored(&patterns[p], whole) ||
			!rsk_filters_pass(
				&patterns[p], secret.len ? secret : whole) ||
			at[1] <= reach)
			continue;
		reach = at[1];

		uint64_t begin =
			secret.len ? (uint64_t)(secret.ptr - text.ptr) : s;
		*RSK_VEC_PUSH(out) = (struct rsk_match){ .pattern = p,
			.begin = s,
			.end = at[1],
			.secret_begin = begin,
			.secret_end = begin + secret.len };
	}
}

static void oracle_scan(const struct oracle *oracle, struct rsk_slice text,
	bool binary, rsk_matches *out)
{
	out->len = 0;
	for (uint32_t p = 0; p < PATTERNS; p++)
		if (!binary || patterns[p].binary)
			oracle_pattern(oracle, p, text, out);
	if (out->len)
		qsort(out->ptr, out->len, sizeof(*out->ptr), by_place);
}

static void print_matches(const char *title, const rsk_matches *matches)
{
	fprintf(stderr, "%s:", title);
	for (size_t i = 0; i < matches->len; i++)
		fprintf(stderr, " %u[%u,%u)", matches->ptr[i].pattern,
			(unsigned)matches->ptr[i].begin,
			(unsigned)matches->ptr[i].end);
	fprintf(stderr, "\n");
}

static void expect_same(const rsk_matches *expected, const struct seen *seen,
	struct rsk_slice text, const char *how)
{
	if (!same_matches(expected, &seen->matches)) {
		print_matches("expected", expected);
		print_matches("seen", &seen->matches);
		fprintf(stderr, "text: ");
		fwrite(text.ptr, 1, text.len, stderr);
		fprintf(stderr, "\n");
	}
	cr_assert(same_matches(expected, &seen->matches), "%s", how);
	cr_assert_null(seen->broken, "%s: %s", how, seen->broken);
	cr_assert(seen->last, "%s", how);
}

static void check_text(struct engine *engine, const rsk_matches *expected,
	struct rsk_slice text, bool binary, const char *how)
{
	struct seen seen = { 0 };

	cr_assert_eq(
		rsk_scanner_text(engine->scanner, text, binary, see, &seen),
		RSK_OK);
	cr_assert_eq(rsk_scanner_gaps(engine->scanner, NULL), 0);
	expect_same(expected, &seen, text, how);
	seen_release(&seen);
}

/* The same text, in pieces of random sizes. */
static void check_pieces(struct engine *engine, const rsk_matches *expected,
	struct rsk_slice text, uint64_t *seed)
{
	struct seen seen = { 0 };
	struct rsk_text_info info;

	rsk_scanner_begin(engine->scanner, see, &seen);
	for (size_t at = 0; at < text.len;) {
		size_t end = at + draw(seed, 50);
		struct rsk_slice piece = rsk_slice_cut(text, at, end);

		cr_assert_eq(rsk_scanner_feed(engine->scanner, piece), RSK_OK);
		at += piece.len;
	}
	cr_assert_eq(rsk_scanner_end(engine->scanner, &info), RSK_OK);
	cr_assert_eq(info.bytes, text.len);
	expect_same(expected, &seen, text, "in pieces");
	seen_release(&seen);
}

/* Both engines, and every window from one byte on, say what the oracle says. */
Test(scanner, every_engine_and_window_finds_what_the_oracle_finds)
{
	enum { ENGINES = 301, TEXTS = 1500 };
	static struct engine engines[ENGINES + 1];
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	struct oracle oracle;
	rsk_matches expected = { 0 };
	struct rules rules;
	size_t found = 0;
	uint64_t seed = 1;

	rules_init(&rules, patterns, PATTERNS);
	oracle_init(&oracle);
	for (size_t i = 0; i < ENGINES; i++)
		cr_assert_eq(
			engine_init(&engines[i], &rules,
				&(struct rsk_matcher_options){ .window = i }),
			RSK_OK);
	cr_assert_eq(engine_init(&engines[ENGINES], &rules,
			     &(struct rsk_matcher_options){
				     .without_prefilter = true }),
		RSK_OK);

	for (unsigned i = 0; i < TEXTS; i++) {
		bool binary = i % 16 == 15;
		char how[64];

		generate(&text, &seed);
		oracle_scan(&oracle, rsk_buf_slice(&text), binary, &expected);
		found += expected.len;
		check_text(&engines[0], &expected, rsk_buf_slice(&text), binary,
			"one window");
		check_text(&engines[ENGINES], &expected, rsk_buf_slice(&text),
			binary, "without prefilter");
		for (unsigned w = 0; w < 6; w++) {
			uint32_t n = w < 2 ? w + 1 : 1 + draw(&seed, 300);

			snprintf(how, sizeof(how), "window of %u", n);
			check_text(&engines[n], &expected, rsk_buf_slice(&text),
				binary, how);
		}
		if (!binary)
			check_pieces(&engines[1 + draw(&seed, 300)], &expected,
				rsk_buf_slice(&text), &seed);
	}
	/* A generator that makes nothing to find would pass, too. */
	cr_expect_gt(found, 5 * TEXTS);

	for (size_t i = 0; i <= ENGINES; i++)
		engine_release(&engines[i]);
	RSK_VEC_RELEASE(&expected);
	oracle_release(&oracle);
	rules_release(&rules);
	rsk_buf_release(&text);
}
