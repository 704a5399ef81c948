#include "base/limits.h"
#include "syntax/lex_p.h"

/*
 * Where the partner of a bracket is. The level of a place is how many brackets
 * are open there, so the partner of an opener is the next token behind which
 * the level is no more than in front of the opener. Near ones are found by
 * looking at each token; for far ones there is the lowest level of each block
 * of 64 tokens, of each 64 blocks, and so on: at most 64 looks on each of
 * RSK_JS_FLOORS floors. This is the range minimum tree of balanced
 * parentheses (Navarro and Sadakane, Fully functional static and dynamic
 * succinct trees, 2014) with a wide fan.
 */
enum { FAN_BITS = 6, FAN = 1 << FAN_BITS, NONE = 0 };

/* A block for each token, and FAN to the power of floors. */
_Static_assert(
	RSK_MAX_SYNTAX_BYTES / RSK_JS_GROUP <= (size_t)FAN * FAN * FAN * FAN,
	"RSK_JS_FLOORS");

static const int32_t steps[RSK_JS_KIND_COUNT] = {
	[RSK_JS_LPAREN] = 1,
	[RSK_JS_LBRACKET] = 1,
	[RSK_JS_LBRACE] = 1,
	[RSK_JS_TEMPLATE_OPEN] = 1,
	[RSK_JS_HOLE_OPEN] = 1,
	[RSK_JS_JSX_OPEN] = 1,
	[RSK_JS_JSX_TYPES_OPEN] = 1,
	[RSK_JS_RPAREN] = -1,
	[RSK_JS_RBRACKET] = -1,
	[RSK_JS_RBRACE] = -1,
	[RSK_JS_TEMPLATE_CLOSE] = -1,
	[RSK_JS_HOLE_CLOSE] = -1,
	[RSK_JS_JSX_SELF_CLOSE] = -1,
	[RSK_JS_JSX_CLOSE_END] = -1,
	[RSK_JS_JSX_TYPES_CLOSE] = -1,
};

/* How a token changes the level. */
static int32_t step_of(uint16_t token)
{
	int32_t step = steps[token & RSK_JS_KIND];

	if (step >= 0)
		return step;
	return token & RSK_JS_UNCLOSED ? 0 : -1 - (token >> RSK_JS_LEFT_SHIFT);
}

/* In front of the first token of a range nothing is open. */
static bool is_first(uint16_t token)
{
	return token & RSK_JS_FIRST &&
	       (steps[token & RSK_JS_KIND] >= 0 || token & RSK_JS_UNCLOSED);
}

/* ---- while the tokens are read ---- */

void rsk_js_begin_block(struct rsk_js *js, uint32_t level)
{
	uint32_t block = js->count / RSK_JS_GROUP;

	js->brackets[block] = 0;
	js->levels[block] = level;
	for (unsigned floor = 0; floor < RSK_JS_FLOORS; floor++) {
		js->lows[floor][block] = level;
		if (block % FAN)
			break;
		block /= FAN;
	}
}

void rsk_js_note_level(struct rsk_js *js, uint32_t i, uint32_t level)
{
	uint32_t block = i / RSK_JS_GROUP;

	for (unsigned floor = 0; floor < RSK_JS_FLOORS; floor++) {
		if (js->lows[floor][block] <= level)
			return;
		js->lows[floor][block] = level;
		block /= FAN;
	}
}

uint32_t rsk_js_level(const struct rsk_js *js, uint32_t i)
{
	uint32_t begin = i - i % RSK_JS_GROUP;
	int32_t level = (int32_t)js->levels[i / RSK_JS_GROUP];

	for (uint32_t at = begin; at < i; at++)
		level = step_of(js->tokens[at]) +
			(is_first(js->tokens[at]) ? 0 : level);
	return (uint32_t)level;
}

/* ---- forward ---- */

/* The first block from `block` on that goes down to `level`. A low that is
 * lower than its block's is no harm: the search goes on behind it. */
static uint32_t next_low(
	const struct rsk_js *js, uint32_t block, uint32_t level)
{
	uint32_t last = (js->count - 1) / RSK_JS_GROUP;
	unsigned floor = 0;

	while (block <= last >> FAN_BITS * floor) {
		if (js->lows[floor][block] <= level) {
			if (!floor)
				return block;
			floor--;
			block *= FAN;
			continue;
		}
		block++;
		if (block % FAN == 0 && floor + 1 < RSK_JS_FLOORS) {
			block /= FAN;
			floor++;
		}
	}
	return NONE;
}

/* The first token of `block` from number `at` in it on behind which no more is
 * open. `*open`: how many levels above that we are. */
static uint32_t look_forward(
	const struct rsk_js *js, uint32_t block, uint32_t at, int32_t *open)
{
	const uint16_t *tokens = js->tokens + (size_t)block * RSK_JS_GROUP;
	uint64_t rest = at < RSK_JS_GROUP
				? js->brackets[block] & ~(uint64_t)0 << at
				: 0;

	for (; rest; rest &= rest - 1) {
		unsigned i = (unsigned)__builtin_ctzll(rest);

		*open = is_first(tokens[i]) ? 0 : *open + step_of(tokens[i]);
		if (*open <= 0)
			return block * RSK_JS_GROUP + i;
	}
	return NONE;
}

static uint32_t closer_of(const struct rsk_js *js, uint32_t i)
{
	uint32_t block = i / RSK_JS_GROUP;
	int32_t open = 1;
	uint32_t found = look_forward(js, block, i % RSK_JS_GROUP + 1, &open);

	if (found || (block + 1) * RSK_JS_GROUP >= js->count)
		return found ? found : js->count;

	uint32_t level = js->levels[block + 1] - (uint32_t)open;
	while ((block = next_low(js, block + 1, level)) != NONE) {
		open = (int32_t)(js->levels[block] - level);
		found = look_forward(js, block, 0, &open);
		if (found)
			return found;
	}
	return js->count;
}

/* ---- backward ---- */

/* The last block in front of `block` that goes down to `level`. */
static uint32_t last_low(
	const struct rsk_js *js, uint32_t block, uint32_t level)
{
	unsigned floor = 0;

	while (block > 0) {
		/* Below `block`, all that is left of this floor. */
		if (js->lows[floor][block - 1] <= level) {
			if (!floor)
				return block - 1;
			floor--;
			block *= FAN;
			continue;
		}
		block--;
		if (block % FAN == 0 && floor + 1 < RSK_JS_FLOORS) {
			block /= FAN;
			floor++;
		}
	}
	return NONE;
}

/* The last token of `block`, below number `at` in it, in front of which no
 * more is open. */
static uint32_t look_back(
	const struct rsk_js *js, uint32_t block, uint32_t at, int32_t *open)
{
	const uint16_t *tokens = js->tokens + (size_t)block * RSK_JS_GROUP;
	uint64_t rest =
		at ? js->brackets[block] & ~(uint64_t)0 >> (RSK_JS_GROUP - at)
		   : 0;

	while (rest) {
		unsigned i = 63 - (unsigned)__builtin_clzll(rest);

		*open -= step_of(tokens[i]);
		if (*open <= 0)
			return block * RSK_JS_GROUP + i;
		rest ^= (uint64_t)1 << i;
	}
	return NONE;
}

static uint32_t opener_of(const struct rsk_js *js, uint32_t i)
{
	uint32_t block = i / RSK_JS_GROUP;
	int32_t open = -step_of(js->tokens[i]);
	uint32_t found = look_back(js, block, i % RSK_JS_GROUP, &open);

	if (found || !block)
		return found;

	uint32_t level = js->levels[block] - (uint32_t)open;
	do {
		block = last_low(js, block, level);
		open = (int32_t)(js->levels[block + 1] - level);
		found = look_back(js, block, RSK_JS_GROUP, &open);
	} while (!found && block);
	return found;
}

uint32_t rsk_js_partner(const struct rsk_js *js, uint32_t i)
{
	int32_t step = steps[rsk_js_kind(js, i)];

	if (step > 0)
		return closer_of(js, i);
	return step < 0 && !rsk_js_has(js, i, RSK_JS_UNCLOSED)
		       ? opener_of(js, i)
		       : 0;
}
