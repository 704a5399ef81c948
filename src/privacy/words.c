#include "privacy/words_p.h"

/* ---- tables ---- */

void rsk_splitter_init(
	struct rsk_splitter *splitter, const struct rsk_words *words)
{
	*splitter = (struct rsk_splitter){ 0 };
	for (size_t i = 0; i < words->glued.len; i++) {
		struct rsk_slice row = rsk_slice_str(words->glued.ptr[i]);
		size_t at = rsk_slice_find(row, RSK_LIT("="));

		*RSK_VEC_PUSH(&splitter->parts) =
			rsk_slice_cut(row, at + 1, row.len);
		*rsk_map_put(&splitter->glued, rsk_slice_cut(row, 0, at)) =
			(uint32_t)splitter->parts.len;
	}
	for (size_t i = 0; i < words->singular.len; i++)
		*rsk_map_put(&splitter->singular,
			rsk_slice_str(words->singular.ptr[i])) = 1;
}

void rsk_splitter_release(struct rsk_splitter *splitter)
{
	rsk_map_release(&splitter->glued);
	rsk_map_release(&splitter->singular);
	RSK_VEC_RELEASE(&splitter->parts);
}

/* ---- characters ---- */

enum class { OTHER, LOWER, UPPER, DIGIT };

static enum class class_of(uint8_t c) {
	if (c >= 'a' && c <= 'z') return LOWER;
	if (c >= 'A' && c <= 'Z') return UPPER;
	if (c >= '0' && c <= '9') return DIGIT;
	return OTHER;
}

/* U+00C0 to U+017F in two bytes: the letter without its accent, or 0. */
static char plain_letter(uint8_t first, uint8_t second)
{
	static const char latin1[] = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTs"
				     "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

	if (first == 0xC3 && second >= 0x80 && second < 0xC0)
		return latin1[second - 0x80];
	return 0;
}

/* The name in ASCII, as far as it goes; everything else is a separator. */
static size_t fold(struct rsk_slice name, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		char plain = 0;

		if (i + 1 < name.len)
			plain = plain_letter(name.ptr[i], name.ptr[i + 1]);
		if (plain) {
			out[len++] = plain;
			i++;
		} else {
			out[len++] = (char)name.ptr[i];
		}
	}
	return len;
}

/* ---- words ---- */

/* "phones" -> 5, "addresses" -> 7, "allergies" -> "allergy". */
static size_t make_singular(
	const struct rsk_splitter *splitter, char *word, size_t len)
{
	struct rsk_slice text = rsk_slice(word, len);

	if (len < 4 || word[len - 1] != 's' || word[len - 2] == 's' ||
		word[len - 2] == 'u' || rsk_map_get(&splitter->singular, text))
		return len;
	if (len > 4 && !memcmp(word + len - 3, "ies", 3)) {
		word[len - 3] = 'y';
		return len - 2;
	}
	if (len > 5 && !memcmp(word + len - 4, "sses", 4))
		return len - 2;
	return len - 1;
}

static void add_word(struct rsk_wordlist *out, struct rsk_slice word)
{
	if (out->n >= RSK_MAX_WORDS ||
		out->len + word.len + 1 > sizeof(out->text)) {
		out->n = RSK_MAX_WORDS + 1;
		return;
	}
	if (out->n)
		out->text[out->len++] = ' ';
	out->begin[out->n] = out->len;
	memcpy(out->text + out->len, word.ptr, word.len);
	out->len += word.len;
	out->end[out->n++] = out->len;
}

/* Words that are one by themselves, digits and all. */
static bool keeps_digits(struct rsk_slice word)
{
	static const char *const kept[] = { "last4", "cvv2", "cvc2", "sha256",
		"sha1", "sha512", "md5", "ipv4", "ipv6" };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (rsk_slice_eq_str(word, kept[i]))
			return true;
	return false;
}

/* A word in lower case: taken apart if it is two, and in the singular. */
static void finish_word(const struct rsk_splitter *splitter, char *word,
	size_t len, struct rsk_wordlist *out)
{
	const uint32_t *parts;

	len = make_singular(splitter, word, len);
	parts = rsk_map_get(&splitter->glued, rsk_slice(word, len));
	if (!parts) {
		add_word(out, rsk_slice(word, len));
		return;
	}

	struct rsk_slice rest = splitter->parts.ptr[*parts - 1];
	while (rest.len && out->n <= RSK_MAX_WORDS) {
		size_t end = rsk_slice_find(rest, RSK_LIT(" "));

		add_word(out, rsk_slice_cut(rest, 0, end));
		rest = rsk_slice_cut(rest, end + 1, rest.len);
	}
}

/* Where the word that begins at `begin` ends: aB, ABc, a1, separators. */
static size_t word_end(const char *text, size_t len, size_t begin)
{
	size_t i = begin + 1;

	for (; i < len; i++) {
		enum class last = class_of((uint8_t)text[i - 1]);
		enum class here = class_of((uint8_t)text[i]);
		bool lower_next =
			i + 1 < len && class_of((uint8_t)text[i + 1]) == LOWER;

		if (here == OTHER || (last == LOWER && here == UPPER) ||
			(last == UPPER && here == UPPER && lower_next) ||
			(last == DIGIT && here != DIGIT && begin + 1 < i))
			break;
	}
	return i;
}

static void lower(char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (class_of((uint8_t)word[i]) == UPPER)
			word[i] = (char)(word[i] + ('a' - 'A'));
}

/* "address1" is two words, "cvv2" is one. */
static void add_piece(const struct rsk_splitter *splitter, char *word,
	size_t len, struct rsk_wordlist *out)
{
	size_t digits = len;

	lower(word, len);
	while (digits && class_of((uint8_t)word[digits - 1]) == DIGIT)
		digits--;
	if (!digits || digits == len || keeps_digits(rsk_slice(word, len))) {
		finish_word(splitter, word, len, out);
		return;
	}
	finish_word(splitter, word, digits, out);
	add_word(out, rsk_slice(word + digits, len - digits));
}

void rsk_split_words(const struct rsk_splitter *splitter, struct rsk_slice name,
	struct rsk_wordlist *out)
{
	char text[RSK_MAX_NAME_BYTES] = { 0 };
	size_t len;

	out->n = 0;
	out->len = 0;
	if (name.len > sizeof(text))
		return;
	len = fold(name, text);
	for (size_t i = 0; i < len && out->n <= RSK_MAX_WORDS;) {
		if (class_of((uint8_t)text[i]) == OTHER) {
			i++;
			continue;
		}

		size_t end = word_end(text, len, i);
		add_piece(splitter, text + i, end - i, out);
		i = end;
	}
	if (out->n > RSK_MAX_WORDS)
		out->n = 0;
}
