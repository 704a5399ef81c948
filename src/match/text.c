#include "match/text.h"

#include "base/limits.h"
#include "base/utf8.h"

enum { REPLACEMENT = 0xfffd };

static const struct {
	const char *name;
	size_t unit;
} encodings[] = {
	[RSK_ENCODING_UTF8] = { "utf-8", 0 },
	[RSK_ENCODING_LATIN1] = { "latin-1", 0 },
	[RSK_ENCODING_UTF16LE] = { "utf-16le", 2 },
	[RSK_ENCODING_UTF16BE] = { "utf-16be", 2 },
	[RSK_ENCODING_UTF32LE] = { "utf-32le", 4 },
	[RSK_ENCODING_UTF32BE] = { "utf-32be", 4 },
	[RSK_ENCODING_BINARY] = { "binary", 0 },
};

const char *rsk_encoding_name(enum rsk_encoding encoding)
{
	return encodings[encoding].name;
}

size_t rsk_encoding_unit(enum rsk_encoding encoding)
{
	return encodings[encoding].unit;
}

static uint32_t load(enum rsk_encoding encoding, const uint8_t *p)
{
	switch (encoding) {
	case RSK_ENCODING_UTF16LE:
		return (uint32_t)p[1] << 8 | p[0];
	case RSK_ENCODING_UTF16BE:
		return (uint32_t)p[0] << 8 | p[1];
	case RSK_ENCODING_UTF32LE:
		return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
		       (uint32_t)p[1] << 8 | p[0];
	default:
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	}
}

/* The longest mark first: UTF-32LE begins like UTF-16LE. */
static const struct mark {
	struct rsk_slice bytes;
	enum rsk_encoding encoding;
} marks[] = {
	{ { (const uint8_t *)"\xff\xfe\0\0", 4 }, RSK_ENCODING_UTF32LE },
	{ { (const uint8_t *)"\0\0\xfe\xff", 4 }, RSK_ENCODING_UTF32BE },
	{ { (const uint8_t *)"\xef\xbb\xbf", 3 }, RSK_ENCODING_UTF8 },
	{ { (const uint8_t *)"\xff\xfe", 2 }, RSK_ENCODING_UTF16LE },
	{ { (const uint8_t *)"\xfe\xff", 2 }, RSK_ENCODING_UTF16BE },
};

static const struct mark *find_mark(struct rsk_slice head)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (rsk_slice_starts(head, marks[i].bytes))
			return &marks[i];
	return NULL;
}

/* Words and no early way out: nearly every head is ASCII to its end. */
static bool is_ascii(struct rsk_slice s)
{
	uint64_t words = 0;
	uint8_t rest = 0;
	size_t i = 0;

	for (uint64_t four[4]; i + sizeof(four) <= s.len; i += sizeof(four)) {
		memcpy(four, s.ptr + i, sizeof(four));
		words |= four[0] | four[1] | four[2] | four[3];
	}
	for (; i < s.len; i++)
		rest |= s.ptr[i];
	return !(words & 0x8080808080808080) && rest < 0x80;
}

bool rsk_text_is_plain(struct rsk_slice s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t words = 0;
	size_t i = 0;

	/* A byte above 0x7f, or one that 1 is taken from in vain. */
	for (uint64_t word; i + sizeof(word) <= s.len; i += sizeof(word)) {
		memcpy(&word, s.ptr + i, sizeof(word));
		words |= word | (word - ones);
	}
	for (; i < s.len; i++)
		words |= s.ptr[i] | (s.ptr[i] - UINT64_C(1));
	return !(words & 0x8080808080808080);
}

static bool has_nul(struct rsk_slice s)
{
	return s.len && memchr(s.ptr, 0, s.len);
}

static bool is_control(uint32_t unit)
{
	return unit < 0x20 && !(unit >= '\t' && unit <= '\r') && unit != 0x1b;
}

/* Most units are ASCII and next to none could not be in a text. */
static bool looks_like_utf16(struct rsk_slice head, enum rsk_encoding encoding)
{
	size_t units = head.len / 2;
	size_t ascii = 0;
	size_t strange = 0;
	bool in_pair = false;

	for (size_t i = 0; i < units; i++) {
		uint32_t unit = load(encoding, head.ptr + 2 * i);
		bool low = (unit & 0xfc00) == 0xdc00;

		ascii += unit < 0x80;
		strange += is_control(unit) || low != in_pair;
		in_pair = (unit & 0xfc00) == 0xd800;
	}
	return units >= 2 && ascii * 2 >= units && strange * 32 <= units;
}

/* A sequence that the end of the head cuts is no mistake. */
static struct rsk_slice without_cut_tail(struct rsk_slice head)
{
	size_t len = head.len;

	if (len < RSK_SNIFF_BYTES)
		return head;
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		uint8_t byte = head.ptr[len - back];

		if (byte >= 0xc0)
			return rsk_slice_cut(head, 0, len - back);
		if (byte < 0x80)
			break;
	}
	return head;
}

static enum rsk_encoding sniff_unmarked(struct rsk_slice head)
{
	if (!has_nul(head))
		return is_ascii(head) || rsk_utf8_valid(without_cut_tail(head))
			       ? RSK_ENCODING_UTF8
			       : RSK_ENCODING_LATIN1;
	if (looks_like_utf16(head, RSK_ENCODING_UTF16LE))
		return RSK_ENCODING_UTF16LE;
	if (looks_like_utf16(head, RSK_ENCODING_UTF16BE))
		return RSK_ENCODING_UTF16BE;
	return RSK_ENCODING_BINARY;
}

enum rsk_encoding rsk_text_sniff(struct rsk_slice head, size_t *bom)
{
	if (!head.ptr || !head.len) {
		*bom = 0;
		return RSK_ENCODING_UTF8;
	}
	head = rsk_slice_cut(head, 0, RSK_SNIFF_BYTES);

	const struct mark *mark = find_mark(head);
	if (!mark) {
		*bom = 0;
		return sniff_unmarked(head);
	}

	*bom = mark->bytes.len;
	head = rsk_slice_cut(head, *bom, head.len);
	if (mark->encoding == RSK_ENCODING_UTF8)
		return sniff_unmarked(head);
	if (rsk_encoding_unit(mark->encoding) == 2 && head.len &&
		is_ascii(head) && !has_nul(head))
		return RSK_ENCODING_LATIN1;
	return mark->encoding;
}

/*
 * Decode one code point from p[0..n). Returns the bytes it takes, 0 when more
 * are needed. A high surrogate without its low one takes only itself.
 */
static size_t decode_one(
	enum rsk_encoding encoding, const uint8_t *p, size_t n, int32_t *code)
{
	size_t unit = rsk_encoding_unit(encoding);

	if (n < unit)
		return 0;

	uint32_t first = load(encoding, p);
	*code = first > 0x10ffff ? REPLACEMENT : (int32_t)first;
	if (unit == 4 || (first & 0xfc00) != 0xd800)
		return unit;
	if (n < 4)
		return 0;

	uint32_t second = load(encoding, p + 2);
	*code = REPLACEMENT;
	if ((second & 0xfc00) != 0xdc00)
		return 2;
	*code = (int32_t)(0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff));
	return 4;
}

/* Decode what is whole in `bytes`; *used is how much of it that was. */
static enum rsk_err decode_all(enum rsk_encoding encoding,
	struct rsk_slice bytes, struct rsk_buf *out, size_t *used)
{
	int32_t code = 0;
	size_t at = 0;
	size_t took;

	while ((took = decode_one(
			encoding, bytes.ptr + at, bytes.len - at, &code))) {
		enum rsk_err err = rsk_utf8_put(out, code);

		if (err)
			return err;
		at += took;
	}
	*used = at;
	return RSK_OK;
}

static void hold(struct rsk_decoder *decoder, const uint8_t *from, size_t len)
{
	memmove(decoder->held, from, len);
	decoder->held_len = len;
}

/* Finish the held bytes with the first ones of `bytes`. */
static enum rsk_err feed_held(struct rsk_decoder *decoder,
	struct rsk_slice *bytes, struct rsk_buf *out)
{
	while (decoder->held_len && bytes->len) {
		size_t used = 0;

		decoder->held[decoder->held_len++] = bytes->ptr[0];
		*bytes = rsk_slice_cut(*bytes, 1, bytes->len);

		enum rsk_err err = decode_all(decoder->encoding,
			rsk_slice(decoder->held, decoder->held_len), out,
			&used);
		if (err)
			return err;
		hold(decoder, decoder->held + used, decoder->held_len - used);
	}
	return RSK_OK;
}

enum rsk_err rsk_decoder_feed(struct rsk_decoder *decoder,
	struct rsk_slice bytes, struct rsk_buf *out)
{
	size_t used = 0;
	enum rsk_err err = feed_held(decoder, &bytes, out);

	if (err || !bytes.len)
		return err;

	err = rsk_buf_reserve(out, bytes.len / 2);
	if (!err)
		err = decode_all(decoder->encoding, bytes, out, &used);
	if (!err)
		hold(decoder, bytes.ptr + used, bytes.len - used);
	return err;
}

enum rsk_err rsk_decoder_end(struct rsk_decoder *decoder, struct rsk_buf *out)
{
	bool unfinished = decoder->held_len > 0;

	decoder->held_len = 0;
	return unfinished ? rsk_utf8_put(out, REPLACEMENT) : RSK_OK;
}
