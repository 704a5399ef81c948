/* rooms: match */
#include <stdlib.h>

#include "base/utf8.h"
#include "match/text.h"

/*
 * Any bytes: an encoding is decided, and decoding in pieces (the first byte
 * says of what size) gives what decoding at once gives, in valid UTF-8.
 */
static void decode(enum rsk_encoding encoding, struct rsk_slice bytes,
	size_t piece, struct rsk_buf *out)
{
	struct rsk_decoder decoder = { .encoding = encoding };
	enum rsk_err err = RSK_OK;

	for (size_t at = 0; !err && at < bytes.len; at += piece)
		err = rsk_decoder_feed(
			&decoder, rsk_slice_cut(bytes, at, at + piece), out);
	if (!err)
		err = rsk_decoder_end(&decoder, out);
	if (err || !rsk_utf8_valid(rsk_buf_slice(out)))
		abort();
}

static void check(
	enum rsk_encoding encoding, struct rsk_slice bytes, size_t piece)
{
	size_t most = 3 * (bytes.len + 7) / 2;
	struct rsk_buf whole = RSK_BUF_INIT(most);
	struct rsk_buf pieces = RSK_BUF_INIT(most);

	decode(encoding, bytes, bytes.len + 1, &whole);
	decode(encoding, bytes, piece, &pieces);
	if (!rsk_slice_eq(rsk_buf_slice(&whole), rsk_buf_slice(&pieces)))
		abort();
	rsk_buf_release(&whole);
	rsk_buf_release(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bom = 0;

	if (!size)
		return 0;

	struct rsk_slice text = rsk_slice(data + 1, size - 1);
	enum rsk_encoding encoding = rsk_text_sniff(text, &bom);
	if (bom > text.len || !rsk_encoding_name(encoding))
		abort();
	text = rsk_slice_cut(text, bom, text.len);
	for (int e = RSK_ENCODING_UTF16LE; e <= RSK_ENCODING_UTF32BE; e++)
		check((enum rsk_encoding)e, text, (size_t)data[0] + 1);
	return 0;
}
