#ifndef RSK_TESTS_HTML_ORACLE_H
#define RSK_TESTS_HTML_ORACLE_H

#include <stdlib.h>

#include "base/slice.h"

/*
 * A reader of the pages that the format "html" writes, far stricter than a
 * browser: only elements and attributes that it knows, in quotes, closed in
 * their order, one style and one script, links into the page alone, and no "&"
 * that begins no reference. Says what is wrong, or returns NULL.
 *
 *	const char *wrong = html_wrong(page, &elements);
 */
enum { ORACLE_DEPTH = 64, ORACLE_NAME = 24 };

struct html_oracle {
	struct rsk_slice rest;
	char open[ORACLE_DEPTH][ORACLE_NAME];
	size_t depth;
	size_t elements, styles, scripts;
	const char *wrong;
};

static inline bool oracle_knows(const char *list, struct rsk_slice name)
{
	char word[ORACLE_NAME + 2];

	if (!name.len || name.len + 3 > sizeof(word))
		return false;
	snprintf(word, sizeof(word), " %.*s ", (int)name.len,
		(const char *)name.ptr);
	return strstr(list, word) != NULL;
}

static inline bool oracle_fail(struct html_oracle *oracle, const char *wrong)
{
	if (!oracle->wrong)
		oracle->wrong = wrong;
	return false;
}

/* Up to one of the bytes of `until`, three at most. */
static inline struct rsk_slice oracle_take(
	struct html_oracle *oracle, const char *until)
{
	const char *second = until[1] ? until + 1 : until;
	const char *third = *second && second[1] ? second + 1 : second;
	const uint8_t *bytes = oracle->rest.ptr;
	size_t len = 0;
	struct rsk_slice taken;

	while (len < oracle->rest.len && bytes[len] != (uint8_t)*until &&
		bytes[len] != (uint8_t)*second && bytes[len] != (uint8_t)*third)
		len++;
	taken = rsk_slice_cut(oracle->rest, 0, len);
	oracle->rest = rsk_slice_cut(oracle->rest, len, oracle->rest.len);
	return taken;
}

static inline bool oracle_skip(struct html_oracle *oracle, const char *what)
{
	if (!rsk_slice_starts(oracle->rest, rsk_slice_str(what)))
		return false;
	oracle->rest =
		rsk_slice_cut(oracle->rest, strlen(what), oracle->rest.len);
	return true;
}

static inline bool oracle_text(
	struct html_oracle *oracle, struct rsk_slice text)
{
	static const char *const references[] = { "&amp;", "&lt;", "&gt;",
		"&quot;", "&#39;", "&#58;", "&#35;" };

	for (size_t i = 0; i < text.len; i++) {
		struct rsk_slice rest = rsk_slice_cut(text, i, text.len);
		bool known = text.ptr[i] != '&';

		for (size_t j = 0; j < 7 && !known; j++)
			known = rsk_slice_starts(
				rest, rsk_slice_str(references[j]));
		if (!known)
			return oracle_fail(oracle, "a bare &");
		if (text.ptr[i] == '>' || text.ptr[i] == '"')
			return oracle_fail(oracle, "a bare > or quote");
	}
	return true;
}

static inline bool oracle_attribute(struct html_oracle *oracle)
{
	static const char names[] =
		" aria-hidden aria-label aria-labelledby autocomplete charset "
		"class content d data-origin data-rule data-severity datetime "
		"height hidden href http-equiv id lang name open overflow "
		"placeholder role scope spellcheck start tabindex text-anchor "
		"title "
		"type value width x x1 x2 y y1 y2 ";
	struct rsk_slice name = oracle_take(oracle, "= >");
	struct rsk_slice value;

	if (!oracle_knows(names, name))
		return oracle_fail(oracle, "an unknown attribute");
	if (!oracle_skip(oracle, "="))
		return true;
	if (!oracle_skip(oracle, "\""))
		return oracle_fail(oracle, "an attribute without quotes");
	value = oracle_take(oracle, "\"<");
	if (!oracle_skip(oracle, "\""))
		return oracle_fail(oracle, "an attribute that does not end");
	if (rsk_slice_eq_str(name, "href") &&
		!rsk_slice_starts(value, RSK_LIT("#")))
		return oracle_fail(oracle, "a link that leaves the page");
	return rsk_slice_eq_str(name, "content") || oracle_text(oracle, value);
}

static inline bool oracle_close(struct html_oracle *oracle)
{
	struct rsk_slice name = oracle_take(oracle, ">");

	if (!oracle->depth ||
		!rsk_slice_eq_str(name, oracle->open[oracle->depth - 1]))
		return oracle_fail(oracle, "an element closed out of order");
	oracle->depth--;
	return oracle_skip(oracle, ">");
}

/* The bytes of a style or a script: whatever they are, to the end tag. */
static inline bool oracle_raw(struct html_oracle *oracle)
{
	size_t end = rsk_slice_find(oracle->rest, RSK_LIT("</"));

	oracle->rest = rsk_slice_cut(oracle->rest, end, oracle->rest.len);
	return true;
}

static inline bool oracle_begin(struct html_oracle *oracle)
{
	static const char names[] =
		" a article b body br button caption code dd desc details div "
		"dl dt fieldset footer form h1 h2 h3 h4 h5 head header html "
		"input label legend li line main mark meta nav ol option p "
		"path pre q rect script section select span strong style "
		"summary svg table tbody td text th thead time title tr ul ";
	struct rsk_slice name = oracle_take(oracle, " >");

	if (!oracle_knows(names, name))
		return oracle_fail(oracle, "an unknown element");
	while (oracle_skip(oracle, " "))
		if (!oracle_attribute(oracle))
			return false;
	if (!oracle_skip(oracle, ">"))
		return oracle_fail(oracle, "a tag that does not end");
	oracle->elements++;
	if (oracle_knows(" br input meta ", name))
		return true;
	if (oracle->depth == ORACLE_DEPTH)
		return oracle_fail(oracle, "too deep");
	snprintf(oracle->open[oracle->depth++], ORACLE_NAME, "%.*s",
		(int)name.len, (const char *)name.ptr);
	oracle->styles += rsk_slice_eq_str(name, "style");
	oracle->scripts += rsk_slice_eq_str(name, "script");
	return oracle_knows(" style script ", name) ? oracle_raw(oracle) : true;
}

static inline const char *html_wrong(const char *page, size_t *elements)
{
	struct html_oracle oracle = { .rest = rsk_slice_str(page) };

	if (!oracle_skip(&oracle, "<!doctype html>\n"))
		return "no doctype";
	while (oracle.rest.len && !oracle.wrong) {
		if (oracle_skip(&oracle, "</"))
			oracle_close(&oracle);
		else if (oracle_skip(&oracle, "<"))
			oracle_begin(&oracle);
		else
			oracle_text(&oracle, oracle_take(&oracle, "<"));
	}
	if (!oracle.wrong && oracle.depth)
		return "an element that does not end";
	if (!oracle.wrong && (oracle.styles != 1 || oracle.scripts != 1))
		return "not one style and one script";
	if (elements)
		*elements = oracle.elements;
	return oracle.wrong;
}

#endif
