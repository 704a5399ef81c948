#ifndef RSK_TESTS_MATCH_HELP_H
#define RSK_TESTS_MATCH_HELP_H

#include <stdio.h>

#include "match/matcher.h"

/*
 * Rule sets made by hand, and scans whose matches are collected. For the tests
 * of the matcher, which need no rule file.
 */

/* The text with RSK_BUF_PAD bytes behind it, which a literal has not. */
static inline struct rsk_buf padded(struct rsk_slice text)
{
	struct rsk_buf buf = RSK_BUF_INIT((size_t)1 << 30);

	if (rsk_buf_reserve(&buf, 1) || rsk_buf_add_slice(&buf, text))
		abort();
	return buf;
}

#define ANCHORS(...)                                                           \
	{                                                                      \
		.ptr = (const char *const[]){ __VA_ARGS__ },                   \
		.len = sizeof((const char *const[]){ __VA_ARGS__ }) /          \
		       sizeof(char *)                                          \
	}

struct rules {
	struct rsk_ruleset set;
	struct rsk_rule rule;
};

/* A rule set over a table of patterns, all of one rule. */
static inline void rules_init(
	struct rules *rules, const struct rsk_pattern *patterns, size_t len)
{
	memset(rules, 0, sizeof(*rules));
	rules->rule.id = "a-rule";
	rules->rule.file = "test/a-rule.yaml";
	rules->set.rules.ptr = &rules->rule;
	rules->set.rules.len = 1;
	for (size_t i = 0; i < len; i++)
		*RSK_VEC_PUSH(&rules->set.patterns) = patterns[i];
}

static inline void rules_release(struct rules *rules)
{
	RSK_VEC_RELEASE(&rules->set.patterns);
}

struct engine {
	struct rsk_matcher *matcher;
	struct rsk_scanner *scanner;
};

static inline enum rsk_err engine_init(struct engine *engine,
	const struct rules *rules, const struct rsk_matcher_options *options)
{
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];
	enum rsk_err err =
		rsk_matcher_new(&engine->matcher, &rules->set, options, &diag);

	if (!err)
		err = rsk_scanner_new(&engine->scanner, engine->matcher);
	if (err)
		fprintf(stderr, "%s\n", rsk_diag_text(&diag, line));
	return err;
}

static inline void engine_release(struct engine *engine)
{
	rsk_scanner_free(engine->scanner);
	rsk_matcher_free(engine->matcher);
	memset(engine, 0, sizeof(*engine));
}

/* What the windows of one scan brought, and whether they kept their word. */
struct seen {
	rsk_matches matches;
	uint64_t next; /* of the last window */
	uint64_t end;  /* of the last window's bytes */
	unsigned windows;
	bool last;
	const char *broken;  /* NULL: all promises kept */
	enum rsk_err answer; /* given back to the scanner */
};

static inline bool ordered(const struct rsk_match *a, const struct rsk_match *b)
{
	return a->begin < b->begin ||
	       (a->begin == b->begin && a->pattern < b->pattern);
}

static inline enum rsk_err see(void *ctx, const struct rsk_window *window)
{
	struct seen *seen = ctx;
	uint64_t end = window->offset + window->bytes.len;

	if (seen->last)
		seen->broken = "a window after the last one";
	if (seen->windows && window->offset != seen->next)
		seen->broken = "a window that `next` did not announce";
	if (window->fresh < window->offset || window->fresh > end)
		seen->broken = "fresh outside of the window";
	if (window->last && window->next != end)
		seen->broken = "the last window's next is not the end";
	for (size_t i = 0; i < window->matches_len; i++) {
		const struct rsk_match *m = &window->matches[i];

		if (m->begin < window->offset || m->end > end)
			seen->broken = "a match outside of its window";
		if (seen->matches.len &&
			!ordered(&seen->matches.ptr[seen->matches.len - 1], m))
			seen->broken = "matches out of order";
		*RSK_VEC_PUSH(&seen->matches) = *m;
	}
	seen->windows++;
	seen->next = window->next;
	seen->end = end;
	seen->last = window->last;
	return seen->answer;
}

static inline void seen_release(struct seen *seen)
{
	RSK_VEC_RELEASE(&seen->matches);
	memset(seen, 0, sizeof(*seen));
}

static inline bool same_matches(const rsk_matches *a, const rsk_matches *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct rsk_match *x = &a->ptr[i];
		const struct rsk_match *y = &b->ptr[i];

		if (x->pattern != y->pattern || x->begin != y->begin ||
			x->end != y->end ||
			x->secret_begin != y->secret_begin ||
			x->secret_end != y->secret_end)
			return false;
	}
	return true;
}

/* A small generator of its own, so that a seed is the same everywhere. */
static inline uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*state >> 33) % below);
}

#endif
