/* rooms: report */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/markdown_p.h"

/*
 * Any text as Markdown. Oracles: as text, nothing that is markup stands without
 * a backslash or as itself; as a code span, the marks around it are the only
 * ones of their length, and nothing in it ends a line or a table's cell.
 */

static void check_bytes(struct rsk_slice text)
{
	if (!rsk_utf8_valid(text))
		abort();
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			abort();
	if (rsk_slice_find(text, RSK_LIT("##")) < text.len ||
		rsk_slice_find(text, RSK_LIT("::")) < text.len)
		abort();
}

static bool starts(struct rsk_slice text, const char *what)
{
	return rsk_slice_starts(text, rsk_slice_str(what));
}

/* How much of `text` is one harmless thing; 0: it is none. */
static size_t harmless(struct rsk_slice text)
{
	static const char *const whole[] = { "<!-- -->", "&lt;", "&gt;",
		"&amp;" };
	uint8_t byte = text.ptr[0];

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (starts(text, whole[i]))
			return strlen(whole[i]);
	if (byte == '\\')
		return text.len > 1 ? 2 : 0;
	return strchr("`*_[]()#+!|~$\"'=^@-<>&", byte) ? 0 : 1;
}

static void check_text(struct rsk_slice text)
{
	check_bytes(text);
	while (text.len) {
		size_t len = harmless(text);
		bool pulls = starts(text, "\\@") || starts(text, "\\#");

		if (!len)
			abort();
		text = rsk_slice_cut(text, len, text.len);
		if (pulls && !starts(text, "<!-- -->"))
			abort();
	}
}

static size_t ticks_at(struct rsk_slice text, size_t i)
{
	size_t n = 0;

	while (i + n < text.len && text.ptr[i + n] == '`')
		n++;
	return n;
}

/* It may be told as a text when it has too many marks in a row. */
static void check_code(struct rsk_slice text)
{
	size_t marks = ticks_at(text, 0);

	if (!marks) {
		check_text(text);
		return;
	}
	check_bytes(text);
	if (text.len < 2 * marks ||
		rsk_slice_find(text, RSK_LIT("|")) < text.len)
		abort();
	for (size_t i = marks; i < text.len - marks;) {
		size_t run = ticks_at(text, i);

		if (run == marks)
			abort();
		i += run ? run : 1;
	}
	if (ticks_at(text, text.len - marks) != marks)
		abort();
}

static void check_line(struct rsk_slice text)
{
	check_bytes(text);
}

static void run(void (*write)(struct rsk_md *md, struct rsk_slice text),
	void (*check)(struct rsk_slice text), struct rsk_slice input)
{
	struct rsk_md md = { .text = RSK_BUF_INIT(RSK_MIB) };

	write(&md, input);
	if (md.err)
		abort();
	check(rsk_buf_slice(&md.text));
	rsk_buf_release(&md.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_slice input = rsk_slice(data, size);

	run(rsk_md_text, check_text, input);
	run(rsk_md_code, check_code, input);
	run(rsk_md_line, check_line, input);
	return 0;
}
