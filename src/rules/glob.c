#include "rules/glob.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 * A pattern is run as a non-deterministic automaton whose states are its own
 * byte positions: position p means "what is left of the pattern from p on must
 * match what is left of the path". All states are stepped at once, one byte of
 * the path after the other, so the work is at most path times pattern and no
 * pattern can make it explode.
 *
 * The two-star part that stands for any number of folders needs two states: on
 * its first star the path is at the start of a part (and may leave it), on its
 * second star it is somewhere inside a part that is being passed over.
 */

enum { WORD_BITS = 64, STACK_WORDS = 8 };

enum token_kind {
	TOKEN_END,     /* the pattern is matched */
	TOKEN_BYTE,    /* the byte in front of `next` */
	TOKEN_ANY,     /* ? */
	TOKEN_SET,     /* [...] */
	TOKEN_STAR,    /* * */
	TOKEN_FOLDERS, /* two stars and '/': any number of folders */
	TOKEN_PASSING, /* inside one of these folders */
	TOKEN_REST,    /* two stars at the end: all that is below */
	TOKEN_BAD,     /* nothing */
};

struct token {
	enum token_kind kind;
	size_t next; /* position behind it */
};

struct glob {
	struct rsk_slice text;
	bool rooted;       /* about the whole path, not about one part */
	bool folders_only; /* ended in '/' */
};

struct states {
	uint64_t *now, *then;
	size_t words;
};

static void add_state(uint64_t *set, size_t at)
{
	set[at / WORD_BITS] |= (uint64_t)1 << (at % WORD_BITS);
}

static bool has_state(const uint64_t *set, size_t at)
{
	return set[at / WORD_BITS] >> (at % WORD_BITS) & 1;
}

/* --- sets --------------------------------------------------------------- */

static bool is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_alpha(uint8_t c)
{
	return is_lower(c) || is_upper(c);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(uint8_t c)
{
	return is_alpha(c) || is_digit(c);
}

static bool is_xdigit(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_punct(uint8_t c)
{
	return c > ' ' && c < 0x7f && !is_alnum(c);
}

static const struct {
	const char *name;
	bool (*has)(uint8_t c);
} classes[] = {
	{ "[:alnum:]", is_alnum },
	{ "[:alpha:]", is_alpha },
	{ "[:digit:]", is_digit },
	{ "[:lower:]", is_lower },
	{ "[:punct:]", is_punct },
	{ "[:space:]", is_space },
	{ "[:upper:]", is_upper },
	{ "[:xdigit:]", is_xdigit },
};

/* Steps over a class name at `*at`; false when there is none. */
static bool take_class(struct rsk_slice text, size_t *at, uint8_t c, bool *hit)
{
	struct rsk_slice rest = rsk_slice_cut(text, *at, text.len);

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct rsk_slice name = rsk_slice_str(classes[i].name);

		if (!rsk_slice_starts(rest, name))
			continue;
		*hit = *hit || classes[i].has(c);
		*at += name.len;
		return true;
	}
	return false;
}

/* One byte of a set, a backslash in front taken off; false at the end. */
static bool take_member(struct rsk_slice text, size_t *at, uint8_t *out)
{
	if (*at < text.len && text.ptr[*at] == '\\')
		++*at;
	if (*at >= text.len)
		return false;
	*out = text.ptr[(*at)++];
	return true;
}

/* A byte or a range of bytes; false when the pattern ends in it. */
static bool take_range(struct rsk_slice text, size_t *at, uint8_t c, bool *hit)
{
	uint8_t low;
	uint8_t high;

	if (!take_member(text, at, &low))
		return false;
	high = low;
	if (*at + 1 < text.len && text.ptr[*at] == '-' &&
		text.ptr[*at + 1] != ']') {
		++*at;
		if (!take_member(text, at, &high))
			return false;
	}
	*hit = *hit || (c >= low && c <= high);
	return true;
}

/*
 * Read the set that begins at `at`. Returns the position behind it, or 0 when
 * it has no end; *hit is whether `c` is in it.
 */
static size_t read_set(struct rsk_slice text, size_t at, uint8_t c, bool *hit)
{
	bool inverted = false;
	bool first = true;
	bool found = false;

	at++;
	if (at < text.len && (text.ptr[at] == '!' || text.ptr[at] == '^')) {
		inverted = true;
		at++;
	}
	while (at < text.len && (first || text.ptr[at] != ']')) {
		first = false;
		if (!take_class(text, &at, c, &found) &&
			!take_range(text, &at, c, &found))
			return 0;
	}
	*hit = found != inverted && c != '/';
	return at < text.len ? at + 1 : 0;
}

/* --- tokens ------------------------------------------------------------- */

static bool is_star(struct rsk_slice text, size_t at)
{
	return at < text.len && text.ptr[at] == '*';
}

/* `at` is on the first star of a run. */
static struct token star_at(struct rsk_slice text, size_t at)
{
	size_t end = at + 1;

	while (is_star(text, end))
		end++;

	bool whole = end - at >= 2 && (at == 0 || text.ptr[at - 1] == '/');
	if (whole && end == text.len)
		return (struct token){ TOKEN_REST, end };
	if (whole && text.ptr[end] == '/')
		return (struct token){ TOKEN_FOLDERS, end + 1 };
	return (struct token){ TOKEN_STAR, end };
}

/* The second star of the part that stands for any number of folders. */
static bool is_passing(struct rsk_slice text, size_t at)
{
	return at && is_star(text, at) && is_star(text, at - 1) &&
	       (at == 1 || text.ptr[at - 2] == '/');
}

static struct token token_at(struct rsk_slice text, size_t at)
{
	bool hit;

	if (at >= text.len)
		return (struct token){ TOKEN_END, at };
	if (is_passing(text, at))
		return (struct token){ TOKEN_PASSING, at - 1 };
	switch (text.ptr[at]) {
	case '*':
		return star_at(text, at);
	case '?':
		return (struct token){ TOKEN_ANY, at + 1 };
	case '\\':
		at += 2;
		return (struct token){ at <= text.len ? TOKEN_BYTE : TOKEN_BAD,
			at };
	case '[':
		at = read_set(text, at, 0, &hit);
		return (struct token){ at ? TOKEN_SET : TOKEN_BAD, at };
	default:
		return (struct token){ TOKEN_BYTE, at + 1 };
	}
}

/* --- the automaton ------------------------------------------------------ */

/* From state `at`, over the byte `c` of the path. */
static void step_state(
	const struct glob *glob, struct states *states, size_t at, uint8_t c)
{
	struct token token = token_at(glob->text, at);
	bool hit = false;

	switch (token.kind) {
	case TOKEN_BYTE:
		hit = glob->text.ptr[token.next - 1] == c;
		break;
	case TOKEN_ANY:
		hit = c != '/';
		break;
	case TOKEN_SET:
		read_set(glob->text, at, c, &hit);
		break;
	case TOKEN_STAR:
		add_state(states->now, token.next);
		if (c != '/')
			add_state(states->then, at);
		break;
	case TOKEN_FOLDERS:
		add_state(states->now, token.next);
		add_state(states->then, c == '/' ? at : at + 1);
		break;
	case TOKEN_PASSING:
		add_state(states->then, c == '/' ? token.next : at);
		break;
	case TOKEN_REST:
		hit = true;
		add_state(states->then, at);
		break;
	case TOKEN_END:
	case TOKEN_BAD:
		break;
	}
	if (hit)
		add_state(states->then, token.next);
}

/* States are visited in rising order: what a star adds to `now` is further on
 * and still comes. */
static void step(const struct glob *glob, struct states *states, uint8_t c)
{
	memset(states->then, 0, states->words * sizeof(*states->then));
	for (size_t i = 0; i < states->words; i++) {
		uint64_t done = 0;
		uint64_t left;

		while ((left = states->now[i] & ~done)) {
			unsigned bit = (unsigned)__builtin_ctzll(left);

			done |= (uint64_t)1 << bit;
			step_state(glob, states, i * WORD_BITS + bit, c);
		}
	}
	uint64_t *now = states->now;
	states->now = states->then;
	states->then = now;
}

static bool is_dead(const struct states *states)
{
	for (size_t i = 0; i < states->words; i++)
		if (states->now[i])
			return false;
	return true;
}

/* Stars at the end match nothing, too. */
static bool is_matched(const struct glob *glob, const struct states *states)
{
	if (is_dead(states))
		return false;
	for (size_t at = 0; at <= glob->text.len; at++)
		if (has_state(states->now, at)) {
			struct token token = token_at(glob->text, at);

			if (token.kind == TOKEN_END)
				return true;
			if (token.kind == TOKEN_STAR)
				add_state(states->now, token.next);
		}
	return false;
}

/* Where something can happen again when no state is left. */
static size_t next_chance(
	const struct glob *glob, struct rsk_slice path, size_t from)
{
	struct rsk_slice rest = rsk_slice_cut(path, from, path.len);

	return glob->rooted ? path.len
			    : from + rsk_slice_find(rest, RSK_LIT("/"));
}

static bool run(
	const struct glob *glob, struct states *states, struct rsk_slice path)
{
	size_t i = 0;

	add_state(states->now, 0);
	while (i < path.len) {
		bool at_end = path.ptr[i] == '/';

		/* The pattern names a folder on the way. */
		if (at_end && i && is_matched(glob, states))
			return true;
		step(glob, states, path.ptr[i++]);
		if (at_end && !glob->rooted)
			add_state(states->now, 0);
		else if (is_dead(states))
			i = next_chance(glob, path, i);
	}
	return !glob->folders_only && is_matched(glob, states);
}

static struct glob glob_of(struct rsk_slice text)
{
	struct glob glob = { .text = text };

	if (text.len && text.ptr[text.len - 1] == '/') {
		glob.folders_only = true;
		glob.text.len--;
	}
	glob.rooted =
		glob.text.len && memchr(glob.text.ptr, '/', glob.text.len);
	if (glob.text.len && glob.text.ptr[0] == '/')
		glob.text = rsk_slice_cut(glob.text, 1, glob.text.len);
	return glob;
}

/* --- the common case ---------------------------------------------------- */

static bool is_literal(struct rsk_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] && strchr("*?[\\", text.ptr[i]))
			return false;
	return true;
}

/* A name or `*` and an ending: no automaton, a look at each part. */
static bool match_parts(
	const struct glob *glob, struct rsk_slice ending, struct rsk_slice path)
{
	bool whole = ending.len == glob->text.len;

	for (;;) {
		size_t slash = rsk_slice_find(path, RSK_LIT("/"));
		bool is_last = slash == path.len;
		struct rsk_slice part = rsk_slice_cut(path, 0, slash);

		if (!(is_last && glob->folders_only) &&
			rsk_slice_ends(part, ending) &&
			(!whole || part.len == ending.len))
			return true;
		if (is_last)
			return false;
		path = rsk_slice_cut(path, slash + 1, path.len);
	}
}

static bool match_automaton(const struct glob *glob, struct rsk_slice path)
{
	uint64_t words[2 * STACK_WORDS] = { 0 };
	struct states states = {
		.now = words,
		.then = words + STACK_WORDS,
		.words = glob->text.len / WORD_BITS + 1,
	};
	uint64_t *more = NULL;

	if (states.words > STACK_WORDS) {
		more = rsk_alloc_array(states.words, 2 * sizeof(*more));
		states.now = more;
		states.then = more + states.words;
	}

	bool matched = run(glob, &states, path);
	free(more);
	return matched;
}

bool rsk_glob_match(struct rsk_slice pattern, struct rsk_slice path)
{
	struct glob glob = glob_of(pattern);
	struct rsk_slice ending = glob.text;

	if (!glob.text.len)
		return false;
	if (glob.text.ptr[0] == '*')
		ending = rsk_slice_cut(glob.text, 1, glob.text.len);
	if (!glob.rooted && is_literal(ending))
		return match_parts(&glob, ending, path);
	return match_automaton(&glob, path);
}

static bool is_negative(struct rsk_slice pattern)
{
	return pattern.len && pattern.ptr[0] == '!';
}

bool rsk_globs_match(const struct rsk_globs *globs, struct rsk_slice path)
{
	for (size_t i = globs->len; i > 0; i--) {
		struct rsk_slice pattern = globs->ptr[i - 1];
		bool negative = is_negative(pattern);

		if (negative)
			pattern = rsk_slice_cut(pattern, 1, pattern.len);
		if (rsk_glob_match(pattern, path))
			return !negative;
	}
	return false;
}

const char *rsk_glob_check(struct rsk_slice pattern)
{
	struct rsk_slice text;

	if (is_negative(pattern))
		pattern = rsk_slice_cut(pattern, 1, pattern.len);
	text = glob_of(pattern).text;
	if (!text.len)
		return "a glob that names nothing";
	if (pattern.len > RSK_MAX_GLOB_BYTES)
		return "a glob that is too long";
	for (size_t at = 0; at < text.len;) {
		struct token token = token_at(text, at);

		if (token.kind == TOKEN_BAD)
			return text.ptr[at] == '[' ? "a '[' without its ']'"
						   : "a backslash at the end";
		at = token.next;
	}
	return NULL;
}
