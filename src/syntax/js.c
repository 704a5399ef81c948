#include "syntax/js.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "syntax/types.h"

/* The length of the text that all tokens of a kind have, 0 when it differs. */
static const uint8_t lengths[RSK_JS_KIND_COUNT] = {
#define X(name, text, after) [RSK_JS_##name] = sizeof(text) - 1,
	RSK_JS_KINDS(X)
#undef X
};

/* One line count for each block of so many bytes: a place costs at most one
 * block to find, whatever the lines look like. */
enum { LINE_BLOCK = 4096 };

struct rsk_js_lines {
	size_t count;
	struct mark {
		uint32_t line, column; /* [human] of the block's first byte */
	} marks[];
};

struct ending {
	struct rsk_slice text;
	enum rsk_js_language language;
};

/* The first that fits counts. */
static const struct ending endings[] = {
	{ RSK_LIT(".d.ts"), RSK_JS_DECLARATION },
	{ RSK_LIT(".d.mts"), RSK_JS_DECLARATION },
	{ RSK_LIT(".d.cts"), RSK_JS_DECLARATION },
	{ RSK_LIT(".ts"), RSK_JS_TYPESCRIPT },
	{ RSK_LIT(".mts"), RSK_JS_TYPESCRIPT },
	{ RSK_LIT(".cts"), RSK_JS_TYPESCRIPT },
	{ RSK_LIT(".tsx"), RSK_JS_TSX },
	{ RSK_LIT(".js"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".jsx"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".mjs"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".cjs"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".es6"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".jsm"), RSK_JS_JAVASCRIPT },
	{ RSK_LIT(".html"), RSK_JS_MARKUP },
	{ RSK_LIT(".htm"), RSK_JS_MARKUP },
	{ RSK_LIT(".vue"), RSK_JS_MARKUP },
	{ RSK_LIT(".svelte"), RSK_JS_MARKUP },
	{ RSK_LIT(".astro"), RSK_JS_MARKUP },
};

static bool ends_with(struct rsk_slice path, struct rsk_slice ending)
{
	return path.len > ending.len &&
	       rsk_slice_eq_nocase(
		       rsk_slice_cut(path, path.len - ending.len, path.len),
		       ending);
}

enum rsk_js_language rsk_js_language(struct rsk_slice path)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends_with(path, endings[i].text))
			return endings[i].language;
	return RSK_JS_NO_LANGUAGE;
}

struct rsk_js_options rsk_js_options_for(struct rsk_slice path)
{
	enum rsk_js_language language = rsk_js_language(path);

	return (struct rsk_js_options){
		.jsx = language != RSK_JS_TYPESCRIPT &&
		       language != RSK_JS_DECLARATION,
	};
}

void rsk_js_free(struct rsk_js *js)
{
	if (!js)
		return;
	free(js->tokens);
	free(js->places);
	free(js->brackets);
	free(js->levels);
	free(js->begins);
	free(js->lines);
	free(js);
}

/* How many bits are set. */
static unsigned count_bits(uint64_t word)
{
	word -= word >> 1 & 0x5555555555555555;
	word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (unsigned)(word * 0x0101010101010101 >> 56);
}

static uint32_t lowest_bit(uint64_t word)
{
	return (uint32_t)__builtin_ctzll(word);
}

/* Where the `n`th bit at or behind `at` is, from 1 on; there is one. */
static uint32_t nth_bit(const uint64_t *bits, uint32_t at, unsigned n)
{
	uint32_t w = at / 64;
	uint64_t word = bits[w] & ~(uint64_t)0 << at % 64;
	unsigned here;

	while ((here = count_bits(word)) < n) {
		n -= here;
		word = bits[++w];
	}
	while (--n)
		word &= word - 1;
	return w * 64 + lowest_bit(word);
}

uint32_t rsk_js_begin(const struct rsk_js *js, uint32_t i)
{
	uint32_t step = i / RSK_JS_STEP;

	if (i >= js->count)
		return (uint32_t)js->source.len;
	/* START has no bit, the first of any other step has one. */
	return i ? nth_bit(js->begins, js->places[step],
			   i % RSK_JS_STEP + (step > 0))
		 : 0;
}

/* Behind the token of this kind that begins at `begin`. */
static uint32_t end_of(
	const struct rsk_js *js, enum rsk_js_kind kind, uint32_t begin)
{
	/* The two bytes of /> may have space between them. */
	if (lengths[kind] && kind != RSK_JS_JSX_SELF_CLOSE)
		return begin + lengths[kind];
	return nth_bit(js->ends, begin, 1) + 1;
}

uint32_t rsk_js_end(const struct rsk_js *js, uint32_t i)
{
	uint32_t begin = rsk_js_begin(js, i);

	return i && i < js->count ? end_of(js, rsk_js_kind(js, i), begin)
				  : begin;
}

struct rsk_slice rsk_js_text(const struct rsk_js *js, uint32_t i)
{
	uint32_t begin = rsk_js_begin(js, i);
	uint32_t end = i && i < js->count
			       ? end_of(js, rsk_js_kind(js, i), begin)
			       : begin;

	return rsk_slice_cut(js->source, begin, end);
}

bool rsk_js_text_is(const struct rsk_js *js, uint32_t i, const char *text)
{
	return rsk_slice_eq_str(rsk_js_text(js, i), text);
}

bool rsk_js_glued(const struct rsk_js *js, uint32_t i)
{
	uint32_t end = rsk_js_end(js, i);

	if (i + 1 >= js->count)
		return i < js->count && end == js->source.len;
	return js->begins[end / 64] >> end % 64 & 1;
}

/* async (x) => y and async <T>(x): z => y */
static bool is_async_arrow(const struct rsk_js *js, uint32_t paren)
{
	uint32_t close = rsk_js_partner(js, paren);
	uint32_t next = close + 1;

	if (close >= js->count || !rsk_js_async_before(js, paren))
		return false;
	if (rsk_js_is(js, next, RSK_JS_COLON))
		next = rsk_js_type_end(js, next + 1);
	return rsk_js_is(js, next, RSK_JS_ARROW);
}

/* keyof (x) and typeof import('x') are types. */
static bool is_type_call(const struct rsk_js *js, uint32_t paren)
{
	uint32_t i = paren - 1;

	if (rsk_js_is(js, i, RSK_JS_IMPORT))
		return rsk_js_is(js, i - 1, RSK_JS_TYPEOF);
	return rsk_js_is(js, i, RSK_JS_NAME) && rsk_js_text_is(js, i, "keyof");
}

bool rsk_js_is_call(const struct rsk_js *js, uint32_t i)
{
	if (!rsk_js_is(js, i, RSK_JS_LPAREN) ||
		rsk_js_role(js, i) != RSK_JS_PLAIN)
		return false;
	if (rsk_js_has(js, i, RSK_JS_PREFIX))
		return rsk_js_is(js, i - 1, RSK_JS_OPTIONAL_DOT);
	return !is_async_arrow(js, i) && !is_type_call(js, i);
}

/* The place `to`, counted on from `mark` at `from`. */
static struct mark count_on(
	struct rsk_slice source, struct mark mark, size_t from, size_t to)
{
	const uint8_t *p = source.ptr;

	for (size_t i = from; i < to; i++) {
		if (p[i] == '\n' && i && p[i - 1] == '\r') {
			mark.column = 1;
		} else if (p[i] == '\n' || p[i] == '\r') {
			mark.line++;
			mark.column = 1;
		} else if (p[i] < 0x80) {
			mark.column++;
		} else {
			struct rsk_slice rest =
				rsk_slice_cut(source, i, source.len);

			/* One that reaches over `to` counts behind it. */
			i += rsk_utf8_next(rest).len - 1;
			mark.column += i < to;
		}
	}
	return mark;
}

/* Blocks begin where a code point does, and the text behind a mark of the
 * byte order. */
static size_t block_begin(struct rsk_slice source, size_t block)
{
	size_t at = block * LINE_BLOCK;

	if (!block)
		return rsk_slice_starts(source, RSK_LIT("\xef\xbb\xbf")) ? 3
									 : 0;

	for (size_t back = 1; back <= 3 && back <= at; back++) {
		struct rsk_slice rest =
			rsk_slice_cut(source, at - back, source.len);

		if (rest.len && rsk_utf8_next(rest).len > back)
			return at - back;
	}
	return at;
}

static struct rsk_js_lines *count_lines(struct rsk_slice source)
{
	size_t count = source.len / LINE_BLOCK + 1;
	struct rsk_js_lines *lines =
		rsk_alloc(sizeof(*lines) + count * sizeof(lines->marks[0]));

	lines->count = count;
	lines->marks[0] = (struct mark){ 1, 1 };
	for (size_t i = 1; i < count; i++)
		lines->marks[i] = count_on(source, lines->marks[i - 1],
			block_begin(source, i - 1), block_begin(source, i));
	return lines;
}

struct rsk_place rsk_js_place_at(struct rsk_js *js, uint32_t offset)
{
	size_t to = offset < js->source.len ? offset : js->source.len;
	size_t block = to / LINE_BLOCK;

	if (!js->lines)
		js->lines = count_lines(js->source);

	struct mark mark = count_on(js->source, js->lines->marks[block],
		block_begin(js->source, block), to);
	return (struct rsk_place){ mark.line, mark.column };
}

struct rsk_place rsk_js_place(struct rsk_js *js, uint32_t i)
{
	return rsk_js_place_at(js, rsk_js_begin(js, i));
}

/*
 * Figures from the study of real bundles. Also people write many lines without
 * a blank one, but not such long ones.
 */
enum {
	LONG_LINES = 500,
	LONG_LINES_NO_BLANK = 100,
	SOME_BYTES = 5 * 1024,
	TAIL = 4096,
};

/* Says the end of the file where its sources are? Then a tool wrote it. */
static bool has_source_map(struct rsk_slice source)
{
	struct rsk_slice tail = rsk_slice_cut(
		source, source.len > TAIL ? source.len - TAIL : 0, source.len);
	struct rsk_slice mark = RSK_LIT("# sourceMappingURL=");
	size_t at = rsk_slice_find(tail, mark);

	return at < tail.len && at >= 2 &&
	       (tail.ptr[at - 1] == '/' || tail.ptr[at - 1] == '*');
}

bool rsk_js_is_generated(struct rsk_slice path, struct rsk_slice source)
{
	struct rsk_slice rest = source;
	struct rsk_slice line;
	size_t lines = 0;
	size_t blank = 0;

	if (ends_with(path, RSK_LIT(".min.js")) ||
		ends_with(path, RSK_LIT(".bundle.js")) ||
		has_source_map(source))
		return true;
	if (source.len <= SOME_BYTES)
		return false;
	while (rsk_slice_line(&line, &rest)) {
		lines++;
		blank += rsk_slice_trim(line).len == 0;
	}
	return source.len > lines * (blank ? LONG_LINES : LONG_LINES_NO_BLANK);
}
