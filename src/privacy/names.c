#include "privacy/names.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "privacy/words_p.h"

/* A pattern of the vocabulary, with its alternatives written out. */
struct entry {
	const struct rsk_data_type *type;
	bool whole; /* it must be the whole name */
};

/* What a word is, as a set of flags. */
enum {
	SILENCER = 1 << 0,
	DESTROYER = 1 << 1,
	NEUTRAL = 1 << 2,
	PERSON = 1 << 3,
	OWNER = 1 << 4,
	NOTICE = 1 << 5,
	FORM = 1 << 6, /* some words: "form data" */
};

struct rsk_names {
	const struct rsk_vocabulary *vocabulary;
	struct rsk_arena arena;
	struct rsk_splitter splitter;
	struct rsk_map entries; /* words with a blank between, to index + 1 */
	RSK_VEC(struct entry) list;
	struct rsk_map words; /* a word, or some, to flags */
};

/* ---- making the tables ---- */

static void add_flag(
	struct rsk_names *names, const struct rsk_strings *list, uint32_t flag)
{
	for (size_t i = 0; i < list->len; i++)
		*rsk_map_put(&names->words, rsk_slice_str(list->ptr[i])) |=
			flag;
}

static void add_entry(struct rsk_names *names, struct rsk_slice pattern,
	const struct rsk_data_type *type)
{
	bool whole = pattern.len && pattern.ptr[0] == '=';
	struct rsk_wordlist words;
	uint32_t *at;

	rsk_split_words(&names->splitter,
		rsk_slice_cut(pattern, whole, pattern.len), &words);
	if (!words.n)
		return;
	at = rsk_map_put(
		&names->entries, rsk_arena_slice(&names->arena,
					 rsk_slice(words.text, words.len)));
	if (*at)
		return; /* the type further up has it */
	*RSK_VEC_PUSH(&names->list) = (struct entry){ type, whole };
	*at = (uint32_t)names->list.len;
}

/* One way through the alternatives: `choice` counts them all, as digits. */
static bool unfold(
	struct rsk_slice pattern, size_t choice, char *out, size_t size)
{
	size_t len = 0;
	size_t left = choice;

	for (size_t i = 0; i < pattern.len && len + 2 < size;) {
		if (pattern.ptr[i] != '{') {
			out[len++] = (char)pattern.ptr[i++];
			continue;
		}

		size_t ways = 1;
		size_t end = i;
		while (end < pattern.len && pattern.ptr[end] != '}')
			ways += pattern.ptr[end++] == '|';

		size_t want = left % ways;
		left /= ways;
		for (i++; i < end; i++) {
			if (pattern.ptr[i] == '|')
				want--;
			else if (!want && len + 2 < size)
				out[len++] = (char)pattern.ptr[i];
		}
		i = end + 1;
	}
	out[len] = '\0';
	return left == 0;
}

enum { MAX_WAYS = 4096 }; /* of one pattern */

static void add_pattern(struct rsk_names *names, const char *pattern,
	const struct rsk_data_type *type)
{
	char text[RSK_MAX_NAME_BYTES];

	for (size_t i = 0; i < MAX_WAYS; i++) {
		if (!unfold(rsk_slice_str(pattern), i, text, sizeof(text)))
			return;
		add_entry(names, rsk_slice_str(text), type);
	}
}

static void add_types(struct rsk_names *names)
{
	for (size_t i = 0; i < names->vocabulary->types.len; i++) {
		const struct rsk_data_type *type =
			&names->vocabulary->types.ptr[i];

		for (size_t j = 0; j < type->names.len; j++)
			add_pattern(names, type->names.ptr[j], type);
	}
}

struct rsk_names *rsk_names_new(const struct rsk_vocabulary *vocabulary)
{
	struct rsk_names *names = rsk_alloc(sizeof(*names));
	const struct rsk_words *words = &vocabulary->words;

	names->vocabulary = vocabulary;
	rsk_splitter_init(&names->splitter, words);
	add_flag(names, &words->silencers, SILENCER);
	add_flag(names, &words->destroyers, DESTROYER);
	add_flag(names, &words->neutral, NEUTRAL);
	add_flag(names, &words->people, PERSON);
	add_flag(names, &words->owners, OWNER);
	add_flag(names, &words->notices, NOTICE);
	add_flag(names, &words->forms, FORM);
	add_types(names);
	return names;
}

void rsk_names_free(struct rsk_names *names)
{
	if (!names)
		return;
	rsk_splitter_release(&names->splitter);
	rsk_map_release(&names->entries);
	rsk_map_release(&names->words);
	RSK_VEC_RELEASE(&names->list);
	rsk_arena_release(&names->arena);
	free(names);
}

/* ---- looking a name up ---- */

static uint32_t flags_of(const struct rsk_names *names, struct rsk_slice words)
{
	const uint32_t *flags = rsk_map_get(&names->words, words);

	return flags ? *flags : 0;
}

static const struct entry *find(
	const struct rsk_names *names, struct rsk_slice words)
{
	const uint32_t *at = rsk_map_get(&names->entries, words);

	return at ? &names->list.ptr[*at - 1] : NULL;
}

/* Words [first, last) as they stand, one blank between them. */
static struct rsk_slice run(
	const struct rsk_wordlist *words, size_t first, size_t last)
{
	return rsk_slice(words->text + words->begin[first],
		words->end[last - 1] - words->begin[first]);
}

/* The longest pattern that ends behind word `last`; *first is its start. */
static const struct entry *find_tail(const struct rsk_names *names,
	const struct rsk_wordlist *words, size_t last, size_t *first)
{
	for (size_t i = 0; i < last; i++) {
		const struct entry *entry = find(names, run(words, i, last));

		if (entry && (!entry->whole || (!i && last == words->n))) {
			*first = i;
			return entry;
		}
	}
	return NULL;
}

static uint32_t flags_before(const struct rsk_names *names,
	const struct rsk_wordlist *words, size_t last)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < last; i++)
		flags |= flags_of(names, run(words, i, i + 1));
	return flags;
}

static bool is_contact(const struct rsk_data_type *type)
{
	return !strcmp(type->id, "pii.email") ||
	       !strcmp(type->id, "pii.phone") ||
	       !strcmp(type->id, "pii.address");
}

/* What the words to the left make of a tail that matched. */
static bool weigh(struct rsk_name_match *match, uint32_t before)
{
	if (before & DESTROYER)
		return false;
	if (before & SILENCER)
		match->tier = RSK_TIER_CONTEXT;
	if (before & OWNER && is_contact(match->type))
		match->tier = RSK_TIER_CONTEXT;
	if (before & NOTICE && !strcmp(match->type->id, "pii.email"))
		match->tier = RSK_TIER_CONTEXT;
	return true;
}

static bool match_words(const struct rsk_names *names,
	const struct rsk_wordlist *words, struct rsk_name_match *match)
{
	size_t last = words->n;
	size_t first = 0;
	const struct entry *entry = find(names, run(words, 0, last));

	if (!entry && flags_of(names, run(words, 0, 1)) & SILENCER)
		return false;
	while (!entry && last) {
		entry = find_tail(names, words, last, &first);
		if (!entry && !(flags_of(names, run(words, last - 1, last)) &
				      NEUTRAL))
			return false;
		last--;
	}
	if (!entry)
		return false;
	*match = (struct rsk_name_match){ entry->type, entry->type->tier };
	return weigh(match, flags_before(names, words, first));
}

bool rsk_names_match(const struct rsk_names *names, struct rsk_slice name,
	struct rsk_name_match *match)
{
	struct rsk_wordlist words;

	rsk_split_words(&names->splitter, name, &words);
	return words.n && match_words(names, &words, match);
}

/* ---- paths ---- */

/* The names before the last one, and the last one. */
static struct rsk_slice last_name(
	struct rsk_slice path, struct rsk_slice *before)
{
	struct rsk_slice last = rsk_last_name(path);
	size_t at = path.len - last.len;

	*before = rsk_slice_cut(path, 0, at ? at - 1 : 0);
	return last;
}

/* "currentUser", "formData": its last words are a person's or a form's. */
static bool ends_in_person(
	const struct rsk_names *names, struct rsk_slice name, uint32_t flag)
{
	struct rsk_wordlist words;

	/* A constant or a member of an enum holds no person. */
	if (name.len && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z')
		return false;
	rsk_split_words(&names->splitter, name, &words);
	if (!words.n || flags_of(names, run(&words, 0, 1)) & SILENCER)
		return false;
	if (flags_of(names, run(&words, words.n - 1, words.n)) & flag)
		return true;
	return words.n > 1 &&
	       flags_of(names, run(&words, words.n - 2, words.n)) & flag;
}

bool rsk_names_person(const struct rsk_names *names, struct rsk_slice path)
{
	struct rsk_slice before;
	struct rsk_slice name = last_name(path, &before);

	if (ends_in_person(names, name, PERSON | FORM))
		return true;
	return before.len && rsk_slice_eq_str(name, "body") &&
	       (rsk_slice_ends(before, RSK_LIT("req")) ||
		       rsk_slice_ends(before, RSK_LIT("request")));
}

/* Is one of the names in front a person's? */
static bool has_person(const struct rsk_names *names, struct rsk_slice before)
{
	while (before.len) {
		struct rsk_slice name = last_name(before, &before);

		if (ends_in_person(names, name, PERSON))
			return true;
	}
	return false;
}

/* shop.email: is the last name in front one of a company's? */
static bool has_owner(const struct rsk_names *names, struct rsk_slice before)
{
	struct rsk_slice rest;
	struct rsk_slice name = last_name(before, &rest);

	return before.len && ends_in_person(names, name, OWNER);
}

bool rsk_names_match_path(const struct rsk_names *names, struct rsk_slice path,
	struct rsk_name_match *match)
{
	struct rsk_slice before;
	struct rsk_slice name = last_name(path, &before);
	const struct rsk_data_type *become;

	if (!rsk_names_match(names, name, match))
		return false;
	if (is_contact(match->type) && has_owner(names, before))
		match->tier = RSK_TIER_CONTEXT;
	if (match->tier != RSK_TIER_CONTEXT || !match->type->becomes ||
		!has_person(names, before))
		return true;
	become = rsk_vocabulary_type(names->vocabulary, match->type->becomes);
	if (become)
		*match = (struct rsk_name_match){ become, become->tier };
	return true;
}
