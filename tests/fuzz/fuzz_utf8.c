/* rooms: base */

/*
 * Any bytes are a row of runes: their lengths add up to the input, cleaning
 * gives valid UTF-8 and keeps what was valid, and nothing that is escaped can
 * deceive.
 */
#include <assert.h>

#include "base/utf8.h"

static void check_runes(struct rsk_slice text)
{
	size_t count = 0;
	bool valid = true;

	for (struct rsk_slice rest = text; rest.len; count++) {
		struct rsk_rune rune = rsk_utf8_next(rest);

		assert(rune.len >= 1 && rune.len <= 4 && rune.len <= rest.len);
		if (rune.code == RSK_RUNE_BAD) {
			assert(rune.len == 1);
			valid = false;
		}
		rest = rsk_slice_cut(rest, rune.len, rest.len);
	}
	assert(count == rsk_utf8_count(text));
	assert(valid == rsk_utf8_valid(text));
}

static void check_clean(struct rsk_slice text)
{
	struct rsk_buf clean = RSK_BUF_INIT(3 * text.len + 1);

	if (rsk_utf8_clean(&clean, text))
		assert(!"a bad byte is three at most");
	assert(rsk_utf8_valid(rsk_buf_slice(&clean)));
	assert(rsk_utf8_count(rsk_buf_slice(&clean)) == rsk_utf8_count(text));
	assert(!rsk_utf8_valid(text) ||
		rsk_slice_eq(rsk_buf_slice(&clean), text));
	rsk_buf_release(&clean);
}

static void check_escape(struct rsk_slice text)
{
	struct rsk_buf shown = RSK_BUF_INIT(8 * text.len + 1);

	if (rsk_utf8_escape(&shown, text))
		assert(!"an escape is eight bytes at most for each");
	for (struct rsk_slice rest = rsk_buf_slice(&shown); rest.len;) {
		struct rsk_rune rune = rsk_utf8_next(rest);

		assert(rune.code != RSK_RUNE_BAD);
		assert(!rsk_utf8_deceptive(rune.code));
		rest = rsk_slice_cut(rest, rune.len, rest.len);
	}
	rsk_buf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_slice text = rsk_slice(data, size);

	check_runes(text);
	check_clean(text);
	check_escape(text);
	return 0;
}
