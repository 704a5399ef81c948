#include <criterion/criterion.h>
#include <sys/resource.h>

#include "base/limits.h"
#include "match/scanner_p.h"
#include "unit/match_help.h"

static const struct rsk_pattern patterns[] = {
	{ .anchors = ANCHORS("rsk_live_"),
		.regex = "(?<![A-Za-z0-9_])(?<secret>rsk_live_[A-Za-z0-9]{6,40}"
			 ")",
		.max_width = 60,
		.binary = true },
	{ .anchors = ANCHORS("-----BEGIN"),
		.regex = "-----BEGIN KEY-----[\\s\\S]{1,15000}?-----END",
		.max_width = 15040 },
	{ .anchors = ANCHORS("key"),
		.regex = "(?<=a)[^b]{0,30}key",
		.max_width = 40,
		.binary = true },
};

enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

static struct rules rules;
static struct engine engine;

static void start(size_t window)
{
	struct rsk_matcher_options options = { .window = window };

	rules_init(&rules, patterns, PATTERNS);
	cr_assert_eq(engine_init(&engine, &rules, &options), RSK_OK);
}

static void stop(void)
{
	engine_release(&engine);
	rules_release(&rules);
}

static void put(struct rsk_buf *text, const char *part)
{
	cr_assert_eq(rsk_buf_add_str(text, part), RSK_OK);
}

static void fill(struct rsk_buf *text, size_t until, char with)
{
	while (text->len < until)
		cr_assert_eq(rsk_buf_add_byte(text, (uint8_t)with), RSK_OK);
}

/* 200 KB, keys at seams of all kinds, one match as wide as they come. */
static struct rsk_buf make_text(void)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);

	put(&text, "rsk_live_abc123def456 at the start\n");
	for (size_t at = 4000; at < 140000; at += 997) {
		fill(&text, at, at % 2 ? '.' : '\n');
		put(&text, at % 3 ? "rsk_live_abc123def456" : "a.k.a. key");
	}
	put(&text, "\n-----BEGIN KEY-----");
	fill(&text, text.len + 14990, 'x');
	put(&text, "-----END\n");
	fill(&text, 200000, '-');
	put(&text, " key, rsk_live_9f2c41ab77");
	return text;
}

static void feed(
	struct rsk_scanner *scanner, struct rsk_slice text, size_t piece)
{
	for (size_t at = 0; at < text.len; at += piece)
		cr_assert_eq(rsk_scanner_feed(scanner,
				     rsk_slice_cut(text, at, at + piece)),
			RSK_OK);
}

static void expect_kept(const struct seen *seen)
{
	cr_expect_null(seen->broken, "%s", seen->broken);
	cr_expect(seen->last);
}

Test(stream, windows_and_pieces_change_nothing)
{
	static const size_t windows[] = { 0, 1000, 997, 4096, 65536, 131071 };
	static const size_t pieces[] = { 1, 4095, 65536, 70001, 1 << 20 };
	struct rsk_buf text = make_text();
	struct seen whole = { 0 };

	start(0);
	cr_assert_eq(rsk_scanner_text(engine.scanner, rsk_buf_slice(&text),
			     false, see, &whole),
		RSK_OK);
	cr_expect_eq(whole.windows, 1);
	cr_assert_gt(whole.matches.len, 90);
	stop();

	for (size_t w = 0; w < 6; w++) {
		start(windows[w]);
		for (size_t p = 0; p < 5; p++) {
			struct seen seen = { 0 };
			struct rsk_text_info info;

			rsk_scanner_begin(engine.scanner, see, &seen);
			feed(engine.scanner, rsk_buf_slice(&text), pieces[p]);
			cr_assert_eq(
				rsk_scanner_end(engine.scanner, &info), RSK_OK);
			cr_expect(same_matches(&whole.matches, &seen.matches),
				"window %zu, pieces of %zu", windows[w],
				pieces[p]);
			cr_expect_eq(info.bytes, text.len);
			cr_expect_eq(info.encoding, RSK_ENCODING_UTF8);
			expect_kept(&seen);
			seen_release(&seen);
		}
		stop();
	}
	seen_release(&whole);
	rsk_buf_release(&text);
}

/* Every window shows what it promises around its matches. */
static enum rsk_err check_context(void *ctx, const struct rsk_window *window)
{
	const struct rsk_buf *text = ctx;
	uint64_t end = window->offset + window->bytes.len;

	for (size_t i = 0; i < window->matches_len; i++) {
		const struct rsk_match *m = &window->matches[i];

		cr_expect(window->offset == 0 ||
			  m->begin - window->offset >= RSK_MAX_MATCH);
		cr_expect(end == text->len || end - m->begin >= RSK_MAX_MATCH);
	}
	cr_expect(rsk_slice_eq(
		window->bytes, rsk_slice_cut(rsk_buf_slice(text),
				       (size_t)window->offset, (size_t)end)));
	return RSK_OK;
}

Test(stream, a_window_shows_the_context_of_its_matches)
{
	struct rsk_buf text = make_text();
	struct rsk_text_info info;

	start(5000);
	cr_assert_eq(rsk_scanner_text(engine.scanner, rsk_buf_slice(&text),
			     false, check_context, &text),
		RSK_OK);
	rsk_scanner_begin(engine.scanner, check_context, &text);
	feed(engine.scanner, rsk_buf_slice(&text), 3333);
	cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	stop();
	rsk_buf_release(&text);
}

static enum rsk_err only_count(void *ctx, const struct rsk_window *window)
{
	*(size_t *)ctx += window->matches_len;
	return RSK_OK;
}

/* One line of 256 MiB: bounded memory, and every key found. */
Test(stream, a_line_without_end_takes_no_more_memory)
{
	enum { TIMES = 256 };
	struct rsk_buf piece = RSK_BUF_INIT(2 * RSK_MIB);
	struct rsk_text_info info;
	struct rusage before;
	struct rusage after;
	size_t count = 0;

	put(&piece, " rsk_live_abc123def456 ");
	fill(&piece, RSK_MIB, '.');
	start(0);
	getrusage(RUSAGE_SELF, &before);
	rsk_scanner_begin(engine.scanner, only_count, &count);
	for (unsigned i = 0; i < TIMES; i++)
		cr_assert_eq(
			rsk_scanner_feed(engine.scanner, rsk_buf_slice(&piece)),
			RSK_OK);
	cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	getrusage(RUSAGE_SELF, &after);

	cr_expect_eq(count, TIMES);
	cr_expect_eq(info.bytes, (uint64_t)TIMES << 20);
	cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 40 * 1024,
		"%ld KiB more", after.ru_maxrss - before.ru_maxrss);
	stop();
	rsk_buf_release(&piece);
}

Test(stream, an_empty_text_has_one_window)
{
	struct seen seen = { 0 };
	struct rsk_text_info info;

	start(0);
	rsk_scanner_begin(engine.scanner, see, &seen);
	cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	cr_expect_eq(seen.windows, 1);
	expect_kept(&seen);
	memset(&seen, 0, sizeof(seen));
	cr_assert_eq(rsk_scanner_text(engine.scanner, rsk_slice(NULL, 0), false,
			     see, &seen),
		RSK_OK);
	cr_expect_eq(seen.windows, 1);
	expect_kept(&seen);
	memset(&seen, 0, sizeof(seen));
	cr_assert_eq(rsk_scanner_bytes(engine.scanner, rsk_slice(NULL, 0), see,
			     &seen, &info),
		RSK_OK);
	cr_expect_eq(seen.windows, 1);
	stop();
}

static const struct rsk_slice ucs2 = { (const uint8_t *)"r\0s\0k\0_\0l\0i\0v\0"
							"e\0_\0a\0b\0c\0001\0"
							"2\0003\0\n\0",
	32 };

Test(stream, wide_text_is_decoded_first)
{
	struct rsk_buf text = padded(RSK_LIT("\xff\xfe"));
	struct rsk_text_info info;
	struct seen seen = { 0 };

	start(64);
	for (int i = 0; i < 2000; i++)
		cr_assert_eq(rsk_buf_add_slice(&text, ucs2), RSK_OK);
	rsk_scanner_begin(engine.scanner, see, &seen);
	feed(engine.scanner, rsk_buf_slice(&text), 77);
	cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	cr_expect_eq(info.encoding, RSK_ENCODING_UTF16LE);
	cr_expect_eq(info.bytes, text.len);
	cr_expect_eq(seen.matches.len, 2000);
	cr_expect_eq(seen.matches.ptr[1999].begin, 1999 * 16);
	cr_expect_eq(seen.end, 2000 * 16);
	expect_kept(&seen);
	seen_release(&seen);

	cr_assert_eq(rsk_scanner_bytes(engine.scanner, rsk_buf_slice(&text),
			     see, &seen, &info),
		RSK_OK);
	cr_expect_eq(info.encoding, RSK_ENCODING_UTF16LE);
	cr_expect_eq(info.bytes, text.len);
	cr_expect_eq(seen.matches.len, 2000);
	expect_kept(&seen);
	seen_release(&seen);
	stop();
	rsk_buf_release(&text);
}

Test(stream, offsets_begin_behind_the_byte_order_mark)
{
	struct rsk_buf text = padded(RSK_LIT("\xef\xbb\xbfrsk_live_abc123"));
	struct rsk_text_info info;
	struct seen seen = { 0 };

	start(0);
	cr_assert_eq(rsk_scanner_bytes(engine.scanner, rsk_buf_slice(&text),
			     see, &seen, &info),
		RSK_OK);
	cr_assert_eq(seen.matches.len, 1);
	cr_expect_eq(seen.matches.ptr[0].begin, 0);
	cr_expect_eq(seen.end, 15);
	cr_expect_eq(info.bytes, 18);
	seen_release(&seen);
	stop();
	rsk_buf_release(&text);
}

Test(stream, binary_runs_only_patterns_with_a_distinct_form)
{
	struct rsk_buf text = padded(RSK_LIT(
		"\0\1 rsk_live_abc123 -----BEGIN KEY-----x-----END a key"));
	struct rsk_text_info info;
	struct seen seen = { 0 };

	start(0);
	cr_assert_eq(rsk_scanner_bytes(engine.scanner, rsk_buf_slice(&text),
			     see, &seen, &info),
		RSK_OK);
	cr_expect_eq(info.encoding, RSK_ENCODING_BINARY);
	cr_assert_eq(seen.matches.len, 2);
	cr_expect_eq(seen.matches.ptr[0].pattern, 0);
	cr_expect_eq(seen.matches.ptr[1].pattern, 2);
	seen_release(&seen);
	stop();
	rsk_buf_release(&text);
}

/* Keys right before and behind a hole, and one that reaches into it. */
static void feed_with_hole(uint64_t hole, bool as_zeros, struct seen *seen,
	struct rsk_slice before)
{
	struct rsk_slice after = RSK_LIT("key\0rsk_live_9f2c41ab77\n");
	struct rsk_text_info info;
	static const uint8_t zeros[1 << 16];

	rsk_scanner_begin(engine.scanner, see, seen);
	cr_assert_eq(rsk_scanner_feed(engine.scanner, before), RSK_OK);
	if (as_zeros)
		cr_assert_eq(
			rsk_scanner_feed_zeros(engine.scanner, hole), RSK_OK);
	for (uint64_t left = as_zeros ? 0 : hole; left > 0;) {
		size_t n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		cr_assert_eq(
			rsk_scanner_feed(engine.scanner, rsk_slice(zeros, n)),
			RSK_OK);
		left -= n;
	}
	cr_assert_eq(rsk_scanner_feed(engine.scanner, after), RSK_OK);
	cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	cr_expect_eq(info.bytes, before.len + hole + after.len);
	cr_expect_null(seen->broken, "%s", seen->broken);
}

Test(stream, a_hole_is_as_good_as_its_zeros)
{
	static const uint64_t holes[] = { 0, 1, 20, 31, 16384, 100000, 262143,
		300000, 300001, 1000000, 4000001, 10000000 };
	static const size_t windows[] = { 100, 16392, 65536, 0 };
	struct rsk_slice before = RSK_LIT("a rsk_live_abc123def456 a");

	for (size_t w = 0; w < 4; w++) {
		start(windows[w]);
		for (size_t h = 0; h < sizeof(holes) / sizeof(holes[0]); h++) {
			struct seen zeros = { 0 };
			struct seen plain = { 0 };

			if (windows[w] == 100 && holes[h] > 1000000)
				continue;
			feed_with_hole(holes[h], true, &zeros, before);
			feed_with_hole(holes[h], false, &plain, before);
			cr_expect_geq(plain.matches.len, 2);
			cr_expect(same_matches(&plain.matches, &zeros.matches),
				"%lu", (unsigned long)holes[h]);
			cr_expect_eq(plain.end, zeros.end);
			seen_release(&zeros);
			seen_release(&plain);
		}
		stop();
	}
}

Test(stream, a_hole_costs_nothing_however_large)
{
	struct seen seen = { 0 };

	start(0);
	feed_with_hole((uint64_t)1 << 60, true, &seen,
		RSK_LIT("a rsk_live_abc123def456 a"));
	cr_assert_eq(seen.matches.len, 2);
	cr_expect_eq(seen.matches.ptr[1].begin, ((uint64_t)1 << 60) + 29);
	cr_expect_lt(seen.windows, 10);
	seen_release(&seen);
	stop();
}

Test(stream, a_hole_in_wide_text_keeps_its_units)
{
	enum { SHIFTS = 6 };
	struct rsk_buf head = padded(RSK_LIT("\xff\xfe"));

	start(4096);
	for (uint64_t shift = 0; shift < SHIFTS; shift++) {
		struct seen seen = { 0 };
		struct rsk_text_info info;
		uint64_t hole = 3000000 + shift;

		/* A byte of a unit before the hole, and the rest in it. */
		rsk_scanner_begin(engine.scanner, see, &seen);
		cr_assert_eq(
			rsk_scanner_feed(engine.scanner, rsk_buf_slice(&head)),
			RSK_OK);
		cr_assert_eq(rsk_scanner_feed(engine.scanner,
				     rsk_slice_cut(ucs2, 0, ucs2.len - 1)),
			RSK_OK);
		cr_assert_eq(rsk_scanner_feed_zeros(engine.scanner, hole + 1),
			RSK_OK);
		if (shift % 2)
			cr_assert_eq(rsk_scanner_feed(
					     engine.scanner, rsk_slice("", 1)),
				RSK_OK);
		cr_assert_eq(rsk_scanner_feed(engine.scanner, ucs2), RSK_OK);
		cr_assert_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
		cr_assert_eq(seen.matches.len, 2, "%zu", seen.matches.len);
		cr_expect_eq(
			seen.matches.ptr[1].begin, 16 + (hole + shift % 2) / 2);
		expect_kept(&seen);
		seen_release(&seen);
	}
	stop();
	rsk_buf_release(&head);
}

Test(stream, an_error_of_the_callback_ends_the_scan)
{
	struct rsk_buf text = make_text();
	struct seen seen = { .answer = RSK_INTERRUPTED };
	struct rsk_text_info info;

	start(1000);
	cr_expect_eq(rsk_scanner_text(engine.scanner, rsk_buf_slice(&text),
			     false, see, &seen),
		RSK_INTERRUPTED);
	cr_expect_eq(seen.windows, 1);
	seen_release(&seen);

	seen.answer = RSK_INTERRUPTED;
	rsk_scanner_begin(engine.scanner, see, &seen);
	cr_expect_eq(rsk_scanner_feed(engine.scanner, rsk_buf_slice(&text)),
		RSK_INTERRUPTED);
	cr_expect_eq(rsk_scanner_feed(engine.scanner, rsk_buf_slice(&text)),
		RSK_INTERRUPTED);
	cr_expect_eq(rsk_scanner_feed_zeros(engine.scanner, 1 << 30),
		RSK_INTERRUPTED);
	cr_expect_eq(rsk_scanner_end(engine.scanner, &info), RSK_INTERRUPTED);
	cr_expect_eq(seen.windows, 1);
	seen_release(&seen);

	/* And the scanner is as good as new. */
	rsk_scanner_begin(engine.scanner, see, &seen);
	feed(engine.scanner, rsk_buf_slice(&text), 10000);
	cr_expect_eq(rsk_scanner_end(engine.scanner, &info), RSK_OK);
	cr_expect_gt(seen.matches.len, 90);
	seen_release(&seen);
	stop();
	rsk_buf_release(&text);
}
