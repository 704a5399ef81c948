/* rooms: cage report */
#include <stdlib.h>

#include "base/limits.h"
#include "cage/message_p.h"
#include "report/report.h"

/*
 * What a scanning process that was taken over may send: read, checked, and
 * written in every format, as the parent does it. Oracles: what came through
 * can be sent again, and comes out as the same bytes; no format has a control
 * character.
 */
static void send_again(const struct rsk_report *report)
{
	struct rsk_buf once = RSK_BUF_INIT(64 * RSK_MIB);
	struct rsk_buf twice = RSK_BUF_INIT(64 * RSK_MIB);
	struct rsk_report copy = { 0 };
	struct rsk_wire_in in = { .arena = &copy.arena };

	if (rsk_wire_encode(&once, &rsk_shape_report, report))
		abort();
	in.rest = rsk_buf_slice(&once);
	if (rsk_wire_decode(&in, &rsk_shape_report, &copy) || in.rest.len ||
		rsk_wire_encode(&twice, &rsk_shape_report, &copy) ||
		!rsk_slice_eq(rsk_buf_slice(&once), rsk_buf_slice(&twice)))
		abort();
	rsk_report_release(&copy);
	rsk_buf_release(&once);
	rsk_buf_release(&twice);
}

/* A report does not command the terminal that it is shown on. */
static void check_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\n' &&
			    text[i] != '\t') ||
			text[i] == 0x7f)
			abort();
}

static void write_all(const struct rsk_cage_result *result)
{
	for (size_t i = 0; rsk_format_at(i); i++) {
		const struct rsk_style style = { .format = rsk_format_at(i) };
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		if (!out || rsk_report_write(&result->report, result->rules,
				    &style, out))
			abort();
		fclose(out);
		check_text(text, len);
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_cage_result result = { 0 };
	struct rsk_said said = { .result = &result };
	enum rsk_err err = rsk_messages_read(&said, rsk_slice(data, size));

	if (!err && result.has_report) {
		send_again(&result.report);
		if (result.rules && !rsk_cage_check(&result.report, 0))
			write_all(&result);
	}
	rsk_cage_release(&result);
	RSK_VEC_RELEASE(&said.complaints);
	rsk_arena_release(&said.arena);
	return 0;
}
