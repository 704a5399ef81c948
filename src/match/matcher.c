#include "match/matcher_p.h"

#include <ctype.h>

#include "base/limits.h"
#include "base/map.h"

enum { MAX_WINDOW = 1024 * 1024 * 1024 };

/* The distinct anchors of all patterns, and who wants each. */
struct anchors {
	RSK_VEC(struct rsk_anchor) list;
	RSK_VEC(uint32_t)
	wanted; /* (anchor, pattern) after (anchor, pattern) */
	struct rsk_map cased, caseless;
};

static void anchors_release(struct anchors *anchors)
{
	RSK_VEC_RELEASE(&anchors->list);
	RSK_VEC_RELEASE(&anchors->wanted);
	rsk_map_release(&anchors->cased);
	rsk_map_release(&anchors->caseless);
}

static struct rsk_slice lowered(struct rsk_arena *arena, const char *text)
{
	char *copy = rsk_arena_str(arena, rsk_slice_str(text));

	for (char *c = copy; *c; c++)
		*c = (char)((uint8_t)*c < 0x80 ? tolower(*c) : *c);
	return rsk_slice_str(copy);
}

static void add_anchor(struct anchors *anchors, struct rsk_slice text,
	bool caseless, uint32_t pattern)
{
	uint32_t *number = rsk_map_put(
		caseless ? &anchors->caseless : &anchors->cased, text);

	if (!*number) {
		*RSK_VEC_PUSH(&anchors->list) =
			(struct rsk_anchor){ text, caseless };
		*number = (uint32_t)anchors->list.len;
	}
	*RSK_VEC_PUSH(&anchors->wanted) = *number - 1;
	*RSK_VEC_PUSH(&anchors->wanted) = pattern;
}

/* "rules/x.yaml:12" in front of what is wrong with a pattern. */
static void diag_at_pattern(struct rsk_diag *diag,
	const struct rsk_ruleset *rules, const struct rsk_pattern *pattern)
{
	const char *file = pattern->rule < rules->rules.len
				   ? rules->rules.ptr[pattern->rule].file
				   : NULL;

	rsk_diag_at(diag, file, pattern->line, 0);
}

static bool is_live(
	const struct rsk_ruleset *rules, const struct rsk_pattern *pattern)
{
	return pattern->rule >= rules->rules.len ||
	       !rules->rules.ptr[pattern->rule].disabled;
}

static enum rsk_err add_pattern(struct rsk_matcher *matcher, uint32_t i,
	struct anchors *anchors, struct rsk_diag *diag)
{
	const struct rsk_pattern *rule = &matcher->rules->patterns.ptr[i];
	struct rsk_compiled *pattern = &matcher->patterns[i];

	pattern->rule = rule;
	pattern->width = rule->max_width ? rule->max_width : RSK_MAX_MATCH;
	if (pattern->width > RSK_MAX_MATCH)
		return rsk_diag_set(diag, RSK_LIMIT,
			"the pattern may match %zu bytes, at most %zu are "
			"supported",
			pattern->width, RSK_MAX_MATCH);
	if (!rule->anchors.len)
		return rsk_diag_set(
			diag, RSK_SYNTAX, "the pattern has no anchors");

	pattern->live = is_live(matcher->rules, rule);
	if (!pattern->live)
		return RSK_OK;
	if (pattern->width + RSK_EDGE > matcher->width)
		matcher->width = pattern->width + RSK_EDGE;
	for (size_t a = 0; a < rule->anchors.len; a++) {
		const char *text = rule->anchors.ptr[a];

		add_anchor(anchors,
			rule->caseless ? lowered(&matcher->arena, text)
				       : rsk_slice_str(text),
			rule->caseless, i);
	}

	enum rsk_err err = rsk_regex_compile(
		&matcher->regexes[i], rule->regex, rule->caseless, diag);
	if (!err && matcher->machine_code)
		rsk_regex_speed_up(&matcher->regexes[i]);
	return err;
}

static enum rsk_err add_patterns(struct rsk_matcher *matcher,
	struct anchors *anchors, struct rsk_diag *diag)
{
	const struct rsk_ruleset *rules = matcher->rules;
	size_t len = rules->patterns.len;

	matcher->patterns =
		rsk_alloc_array(len + 1, sizeof(*matcher->patterns));
	matcher->regexes = rsk_alloc_array(len + 1, sizeof(*matcher->regexes));
	matcher->pairs = 1;
	for (uint32_t i = 0; i < len; i++) {
		enum rsk_err err = add_pattern(matcher, i, anchors, diag);

		if (err) {
			diag_at_pattern(diag, rules, &rules->patterns.ptr[i]);
			return err;
		}
		if (matcher->regexes[i].pairs > matcher->pairs)
			matcher->pairs = matcher->regexes[i].pairs;
	}
	return RSK_OK;
}

/* Turn the pairs (anchor, pattern) into a list of patterns for each anchor. */
static void sort_users(
	struct rsk_matcher *matcher, const struct anchors *anchors)
{
	const uint32_t *wanted = anchors->wanted.ptr;
	size_t pairs = anchors->wanted.len / 2;
	uint32_t first = 0;

	matcher->anchors = rsk_alloc_array(
		anchors->list.len + 1, sizeof(*matcher->anchors));
	matcher->users = rsk_alloc_array(pairs + 1, sizeof(*matcher->users));
	for (size_t i = 0; i < pairs; i++)
		matcher->anchors[wanted[2 * i]].len++;
	for (size_t a = 0; a < anchors->list.len; a++) {
		matcher->anchors[a].first = first;
		first += matcher->anchors[a].len;
		matcher->anchors[a].len = 0;
	}
	for (size_t i = 0; i < pairs; i++) {
		struct rsk_anchor_users *users =
			&matcher->anchors[wanted[2 * i]];

		matcher->users[users->first + users->len++] = wanted[2 * i + 1];
	}
}

static enum rsk_err self_test(
	const struct rsk_matcher *matcher, struct rsk_diag *diag)
{
	enum rsk_err err = rsk_regex_self_test(matcher->machine_code, diag);

	return err ? err : rsk_prefilter_self_test(matcher->prefilter, diag);
}

enum rsk_err rsk_matcher_new(struct rsk_matcher **out,
	const struct rsk_ruleset *rules,
	const struct rsk_matcher_options *options, struct rsk_diag *diag)
{
	struct rsk_matcher *matcher = rsk_alloc(sizeof(*matcher));
	struct anchors anchors = { 0 };

	matcher->rules = rules;
	matcher->without_prefilter = options && options->without_prefilter;
	matcher->machine_code = options && options->machine_code;
	matcher->window =
		options && options->window ? options->window : RSK_WINDOW_BYTES;
	if (matcher->window > MAX_WINDOW)
		matcher->window = MAX_WINDOW;
	matcher->context = RSK_MAX_MATCH + RSK_EDGE;

	enum rsk_err err = add_patterns(matcher, &anchors, diag);
	if (!err) {
		sort_users(matcher, &anchors);
		err = rsk_prefilter_new(&matcher->prefilter, anchors.list.ptr,
			matcher->without_prefilter ? 0 : anchors.list.len,
			diag);
	}
	if (!err)
		err = self_test(matcher, diag);
	if (!err) {
		*out = matcher;
		matcher = NULL;
	}
	anchors_release(&anchors);
	rsk_matcher_free(matcher);
	return err;
}

void rsk_matcher_free(struct rsk_matcher *matcher)
{
	if (!matcher)
		return;
	for (size_t i = 0; matcher->regexes && i < matcher->rules->patterns.len;
		i++)
		rsk_regex_release(&matcher->regexes[i]);
	free(matcher->patterns);
	free(matcher->regexes);
	rsk_prefilter_free(matcher->prefilter);
	free(matcher->anchors);
	free(matcher->users);
	rsk_arena_release(&matcher->arena);
	free(matcher);
}
