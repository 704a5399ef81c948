#ifndef RSK_MATCH_TEXT_H
#define RSK_MATCH_TEXT_H

#include "base/buf.h"

/*
 * What kind of text some bytes are. UTF-8 and Latin-1 are scanned as they are
 * (rules are about ASCII); UTF-16 and UTF-32 are decoded to UTF-8 first. What
 * is none of them is binary: never skipped, but only patterns with a distinct
 * form run on it.
 */
enum rsk_encoding {
	RSK_ENCODING_UTF8, /* ASCII included */
	RSK_ENCODING_LATIN1,
	RSK_ENCODING_UTF16LE,
	RSK_ENCODING_UTF16BE,
	RSK_ENCODING_UTF32LE,
	RSK_ENCODING_UTF32BE,
	RSK_ENCODING_BINARY,
};

const char *rsk_encoding_name(enum rsk_encoding encoding);

/* Bytes of a code unit when it has to be decoded (2 or 4), else 0. */
size_t rsk_encoding_unit(enum rsk_encoding encoding);

/*
 * Decide from the first RSK_SNIFF_BYTES of a text (or all of it, if shorter;
 * more is not looked at). *bom is the length of the byte order mark to pass
 * over.
 *
 * A mark decides, with one exception: a UTF-16 mark before bytes that are all
 * plain ASCII is a mark that lies (everything behind it would become Chinese
 * and hide), so such a text is Latin-1. Without a mark, UTF-16 is taken for
 * text when most of its units are ASCII and hardly any are controls, NULs or
 * lone surrogates. Any other NUL makes it binary.
 */
enum rsk_encoding rsk_text_sniff(struct rsk_slice head, size_t *bom);

/* Is it ASCII without a NUL? A text whose head is, is UTF-8 and has no mark. */
bool rsk_text_is_plain(struct rsk_slice s);

/*
 * Decode UTF-16 or UTF-32 piece by piece. A unit that is cut by the end of a
 * piece waits for the next one; what is not well formed becomes U+FFFD.
 *
 *	struct rsk_decoder decoder = { .encoding = RSK_ENCODING_UTF16LE };
 *
 *	while (!err && more)
 *		err = rsk_decoder_feed(&decoder, piece, &out);
 *	if (!err)
 *		err = rsk_decoder_end(&decoder, &out);
 *
 * A piece of n bytes adds at most 3 * (n + 7) / 2 bytes to `out`. After an
 * error (RSK_TOOBIG, RSK_NOMEM) the decoder is of no more use.
 */
struct rsk_decoder {
	enum rsk_encoding encoding;
	uint8_t held[8]; /* bytes of an unfinished unit or pair */
	size_t held_len;
};

RSK_MUST_CHECK enum rsk_err rsk_decoder_feed(struct rsk_decoder *decoder,
	struct rsk_slice bytes, struct rsk_buf *out);
RSK_MUST_CHECK enum rsk_err rsk_decoder_end(
	struct rsk_decoder *decoder, struct rsk_buf *out);

#endif
