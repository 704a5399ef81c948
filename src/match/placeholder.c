#include "match/filter.h"

#include <ctype.h>

/*
 * A value is taken apart at everything that is no letter or digit. A part is
 * *hard* when it looks made by a machine: then no word beside it makes the
 * value a placeholder.
 */
enum { HARD_MIXED = 6, HARD_ANY = 20, FILL_RUN = 4, FILL_PART = 3 };

static bool is_alnum(uint8_t byte)
{
	return byte < 0x80 && isalnum(byte);
}

static bool is_alpha(uint8_t byte)
{
	return byte < 0x80 && isalpha(byte);
}

/* Take the next part off `rest`; false when there is none. */
static bool next_part(struct rsk_slice *part, struct rsk_slice *rest)
{
	size_t begin = 0;

	while (begin < rest->len && !is_alnum(rest->ptr[begin]))
		begin++;

	size_t end = begin;
	while (end < rest->len && is_alnum(rest->ptr[end]))
		end++;

	*part = rsk_slice_cut(*rest, begin, end);
	*rest = rsk_slice_cut(*rest, end, rest->len);
	return part->len > 0;
}

/* The next run of letters, the same way. */
static bool next_word(struct rsk_slice *word, struct rsk_slice *rest)
{
	size_t begin = 0;

	while (begin < rest->len && !is_alpha(rest->ptr[begin]))
		begin++;

	size_t end = begin;
	while (end < rest->len && is_alpha(rest->ptr[end]))
		end++;

	*word = rsk_slice_cut(*rest, begin, end);
	*rest = rsk_slice_cut(*rest, end, rest->len);
	return word->len > 0;
}

static bool is_run(struct rsk_slice s)
{
	for (size_t i = 1; i < s.len; i++)
		if (tolower(s.ptr[i]) != tolower(s.ptr[0]))
			return false;
	return s.len > 0;
}

static bool is_hard(struct rsk_slice part)
{
	if (is_run(part))
		return false;
	return part.len >= HARD_ANY ||
	       (part.len >= HARD_MIXED && rsk_is_mixed(part));
}

static bool has_hard_part(struct rsk_slice s)
{
	struct rsk_slice part;

	while (next_part(&part, &s))
		if (is_hard(part))
			return true;
	return false;
}

/* Words of placeholders; those with `says_so` make one. */
static const struct word {
	const char *text;
	bool says_so;
} words[] = {
	{ "your", true },
	{ "example", true },
	{ "placeholder", true },
	{ "changeme", true },
	{ "changeit", true },
	{ "change", true },
	{ "dummy", true },
	{ "todo", true },
	{ "fixme", true },
	{ "tbd", true },
	{ "insert", true },
	{ "replace", true },
	{ "replaceme", true },
	{ "redacted", true },
	{ "sample", true },
	{ "goes", true },
	{ "undefined", true },
	{ "null", true },
	{ "none", true },
	{ "here", false },
	{ "me", false },
	{ "my", false },
	{ "with", false },
	{ "this", false },
	{ "the", false },
	{ "a", false },
	{ "it", false },
	{ "value", false },
	{ "string", false },
	{ "org", false },
	{ "company", false },
	{ "app", false },
	{ "api", false },
	{ "key", false },
	{ "keys", false },
	{ "secret", false },
	{ "token", false },
	{ "access", false },
	{ "auth", false },
	{ "private", false },
	{ "public", false },
	{ "client", false },
	{ "server", false },
	{ "user", false },
	{ "name", false },
	{ "password", false },
	{ "webhook", false },
	{ "signing", false },
	{ "account", false },
	{ "project", false },
	{ "live", false },
	{ "sandbox", false },
	{ "test", false },
	{ "prod", false },
	{ "production", false },
	{ "staging", false },
	{ "id", false },
};

enum { WORDS = sizeof(words) / sizeof(words[0]), WORD_MAX = 32 };

static bool starts_nocase(struct rsk_slice s, struct rsk_slice prefix)
{
	return s.len >= prefix.len &&
	       rsk_slice_eq_nocase(rsk_slice_cut(s, 0, prefix.len), prefix);
}

/*
 * Is the run of letters made of nothing but our words ("yourApiKeyHere"), and
 * does one of them say so? ways[i] holds what is known of the first i letters:
 * 1, they can be cut into words; 2, with one that says so.
 */
static bool word_says_so(struct rsk_slice run)
{
	uint8_t ways[WORD_MAX + 1] = { 1 };

	if (run.len > WORD_MAX)
		return false;
	for (size_t i = 0; i < run.len; i++) {
		struct rsk_slice rest = rsk_slice_cut(run, i, run.len);

		for (size_t w = 0; ways[i] && w < WORDS; w++) {
			struct rsk_slice text = rsk_slice_str(words[w].text);

			if (starts_nocase(rest, text))
				ways[i + text.len] |=
					words[w].says_so ? 2 : ways[i];
		}
	}
	return ways[run.len] & 2;
}

static bool says_so(struct rsk_slice s)
{
	struct rsk_slice word;

	while (next_word(&word, &s))
		if (word_says_so(word))
			return true;
	return false;
}

static bool has(struct rsk_slice s, struct rsk_slice what)
{
	return rsk_slice_find_nocase(s, what) < s.len;
}

static bool has_any(struct rsk_slice s, const struct rsk_slice *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has(s, list[i]))
			return true;
	return false;
}

#define SLICE(literal)                                                         \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}
#define LEN(list) (sizeof(list) / sizeof((list)[0]))

/* Reads from the environment, in the languages we know of. */
static bool is_env_read(struct rsk_slice s)
{
	static const struct rsk_slice reads[] = { SLICE("process.env"),
		SLICE("import.meta.env"), SLICE("os.environ"), SLICE("getenv"),
		SLICE("deno.env"), SLICE("bun.env"), SLICE("env["),
		SLICE("env("), SLICE("secrets.") };

	return has_any(s, reads, LEN(reads));
}

/* Three dots, an ellipsis, bullets, black circles, asterisks. */
static bool has_mask(struct rsk_slice s)
{
	static const struct rsk_slice masks[] = { SLICE("..."),
		SLICE("\xe2\x80\xa6"), SLICE("\xe2\x80\xa2"),
		SLICE("\xe2\x97\x8f"), SLICE("**") };

	return has_any(s, masks, LEN(masks));
}

/* xxxx anywhere, or a part that is one character over and over. */
static bool has_fill(struct rsk_slice s)
{
	struct rsk_slice part;
	size_t run = 0;

	for (size_t i = 0; i < s.len; i++) {
		run = tolower(s.ptr[i]) == 'x' ? run + 1 : 0;
		if (run == FILL_RUN)
			return true;
	}
	while (next_part(&part, &s))
		if (is_run(part) && (part.len >= HARD_MIXED ||
					    (part.len >= FILL_PART &&
						    tolower(*part.ptr) == 'x')))
			return true;
	return false;
}

static bool is_name(struct rsk_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) && s.ptr[i] != '_')
			return false;
	return s.len > 0 && !isdigit(s.ptr[0]);
}

/* $VAR or $apiKey; but `$ecret123` may well be a password. */
static bool is_shell_variable(struct rsk_slice s)
{
	bool lower = false;
	bool digit = false;

	if (s.len < 2 || s.ptr[0] != '$' ||
		!is_name(rsk_slice_cut(s, 1, s.len)))
		return false;
	for (size_t i = 1; i < s.len; i++) {
		lower |= islower(s.ptr[i]) != 0;
		digit |= isdigit(s.ptr[i]) != 0;
	}
	return !lower || !digit;
}

static bool is_between(struct rsk_slice s, uint8_t first, uint8_t last)
{
	return s.len >= 2 && s.ptr[0] == first && s.ptr[s.len - 1] == last;
}

/* What a template engine or a shell will replace. */
static bool is_template(struct rsk_slice s)
{
	static const struct rsk_slice openers[] = { SLICE("${"), SLICE("{{"),
		SLICE("#{"), SLICE("$("), SLICE("<%"), SLICE("%(") };

	if (is_shell_variable(s) || is_between(s, '<', '>'))
		return true;
	if (is_between(s, '%', '%') && is_name(rsk_slice_cut(s, 1, s.len - 1)))
		return true;
	if (has_hard_part(s))
		return false;
	return is_between(s, '[', ']') || is_between(s, '{', '}') ||
	       has_any(s, openers, LEN(openers));
}

/* The character after `c` in 0..9a..z, with 0 after 9 as well. */
static bool follows(int c, int next)
{
	return next == c + 1 || (c == '9' && (next == '0' || next == 'a'));
}

/* Only counts: 123456789, abcdef, 987654321. Separators are passed over. */
static bool is_sequence(struct rsk_slice s)
{
	size_t steps = 0;
	size_t up = 0;
	size_t down = 0;
	int last = 0;

	for (size_t i = 0; i < s.len; i++) {
		int c = tolower(s.ptr[i]);

		if (!is_alnum(s.ptr[i]))
			continue;
		if (last) {
			steps++;
			up += follows(last, c);
			down += follows(c, last);
		}
		last = c;
	}
	return steps >= 3 && (up == steps || down == steps);
}

static bool is_one_character(struct rsk_slice s)
{
	struct rsk_slice rest = s;
	struct rsk_slice part;
	int only = -1;

	while (next_part(&part, &rest)) {
		int c = tolower(part.ptr[0]);

		if (!is_run(part) || (only >= 0 && c != only))
			return false;
		only = c;
	}
	return only >= 0 || is_run(s) || !s.len;
}

bool rsk_is_placeholder(struct rsk_slice s)
{
	s = rsk_slice_trim(s);
	if (is_one_character(s) || is_sequence(s) || is_template(s))
		return true;
	if (has_mask(s) || has_fill(s) || is_env_read(s))
		return true;
	return !has_hard_part(s) && says_so(s);
}
