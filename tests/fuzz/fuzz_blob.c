/* rooms: match */
#include "../unit/match_help.h"
#include "match/delta.h"

/*
 * Any bytes through the whole matcher. The engine with and without prefilter,
 * one window and many, memory and stream, and a text that comes from another
 * by copies: all find the same.
 */
static const struct rsk_pattern patterns[] = {
	{ .anchors = ANCHORS("rsk_live_", "rsk_sandbox_"),
		.regex = "(?<![A-Za-z0-9_])(?<secret>rsk_(?:live|sandbox)_[A-"
			 "Za-z0-9_]{6,40})",
		.max_width = 60,
		.filters = 1 << RSK_FILTER_PLACEHOLDER,
		.binary = true },
	{ .anchors = ANCHORS("key"),
		.caseless = true,
		.regex = "\\b\\w{0,9}key\\b[\"']?\\s{0,3}[:=]\\s{0,3}[\"'](?<"
			 "secret>[^\"'\\r\\n]{4,20})[\"']",
		.max_width = 60,
		.entropy = 2 },
	{ .anchors = ANCHORS("BEGIN"),
		.regex = "(?m)^BEGIN[\\s\\S]{0,90}?END$",
		.max_width = 110 },
	{ .anchors = ANCHORS("a", "="), .regex = "a.{0,3}=?", .max_width = 6 },
};

static const struct rsk_matcher_options options[] = {
	{ .window = 0 },
	{ .window = 1 },
	{ .window = 37 },
	{ .without_prefilter = true },
};

enum { ENGINES = sizeof(options) / sizeof(options[0]) };

static struct engine engines[ENGINES];

static void setup(void)
{
	static struct rules rules;

	rules_init(&rules, patterns, sizeof(patterns) / sizeof(patterns[0]));
	for (size_t i = 0; i < ENGINES; i++)
		if (engine_init(&engines[i], &rules, &options[i]))
			abort();
}

static void need(bool yes)
{
	if (!yes)
		abort();
}

static void compare(const struct seen *first, struct seen *other)
{
	need(!other->broken && other->last);
	need(same_matches(&first->matches, &other->matches));
	seen_release(other);
}

static void stream(struct engine *engine, struct rsk_slice bytes, size_t piece,
	struct seen *seen)
{
	struct rsk_text_info info;
	enum rsk_err err = RSK_OK;

	rsk_scanner_begin(engine->scanner, see, seen);
	for (size_t at = 0; !err && at < bytes.len; at += piece)
		err = rsk_scanner_feed(
			engine->scanner, rsk_slice_cut(bytes, at, at + piece));
	need(!err && !rsk_scanner_end(engine->scanner, &info));
	need(info.bytes == bytes.len);
}

/* The text without a part in the middle is the base of the text with it. */
static void compare_delta(struct rsk_slice text, size_t cut, size_t len)
{
	struct rsk_scanner *scanner = engines[0].scanner;
	struct rsk_buf base = padded(rsk_slice_cut(text, 0, cut));
	struct rsk_slice tail = rsk_slice_cut(text, cut + len, text.len);
	struct rsk_copy copies[2] = { { 0, 0, base.len },
		{ text.len - tail.len, base.len, tail.len } };
	struct rsk_trace traces[3] = { { .len = 0 } };
	struct rsk_delta delta = {
		.base = &traces[0],
		.copies = copies,
		.copies_len = 2,
	};

	need(!rsk_buf_add_slice(&base, tail));
	need(!rsk_scanner_trace(
		scanner, rsk_buf_slice(&base), false, &traces[0]));
	need(!rsk_scanner_delta(scanner, text, &delta, &traces[1]));
	need(!rsk_scanner_trace(scanner, text, false, &traces[2]));
	need(same_matches(&traces[1].matches, &traces[2].matches));
	for (int i = 0; i < 3; i++)
		rsk_trace_release(&traces[i]);
	rsk_buf_release(&base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen first = { 0 };
	struct rsk_text_info info;

	if (!engines[0].scanner)
		setup();
	if (size < 2)
		return 0;

	struct rsk_buf text = padded(rsk_slice(data + 2, size - 2));
	struct rsk_slice bytes = rsk_buf_slice(&text);
	need(!rsk_scanner_bytes(engines[0].scanner, bytes, see, &first, &info));
	need(!first.broken && first.last);
	for (size_t i = 1; i < ENGINES; i++) {
		struct seen other = { 0 };

		need(!rsk_scanner_bytes(
			engines[i].scanner, bytes, see, &other, &info));
		compare(&first, &other);
		stream(&engines[i], bytes, (size_t)data[0] + 1, &other);
		compare(&first, &other);
	}
	compare_delta(
		bytes, data[0] < bytes.len ? data[0] : bytes.len, data[1]);
	seen_release(&first);
	rsk_buf_release(&text);
	return 0;
}
