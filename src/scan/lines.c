#include "scan/lines.h"

#include "base/utf8.h"

static uint32_t clamp32(uint64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* Past the line ending at part[i]; a CRLF counts once. */
static void end_line(struct rsk_lines *lines, struct rsk_slice part, size_t i)
{
	bool lf = part.ptr[i] == '\n';
	bool second = lf && (i ? part.ptr[i - 1] == '\r' : lines->after_cr);

	if (!second)
		lines->line++;
	lines->begin = lines->offset + i + 1;
}

static bool is_ending(uint8_t byte)
{
	return byte == '\n' || byte == '\r';
}

static void advance_over(struct rsk_lines *lines, struct rsk_slice part)
{
	uint64_t begin = lines->begin;
	size_t tail;

	for (size_t i = 0; i < part.len; i++)
		if (is_ending(part.ptr[i]))
			end_line(lines, part, i);

	if (lines->begin != begin)
		lines->column = 1;
	tail = lines->begin > lines->offset
		       ? (size_t)(lines->begin - lines->offset)
		       : 0;
	lines->column = clamp32(lines->column + rsk_utf8_count(rsk_slice_cut(
							part, tail, part.len)));
	if (part.len)
		lines->after_cr = part.ptr[part.len - 1] == '\r';
	lines->offset += part.len;
}

void rsk_lines_advance(struct rsk_lines *lines, const struct rsk_window *window,
	uint64_t target)
{
	struct rsk_slice part = rsk_slice_cut(window->bytes,
		(size_t)(lines->offset - window->offset),
		(size_t)(target - window->offset));

	advance_over(lines, part);
	if (lines->offset < target) {
		lines->column =
			clamp32(lines->column + (target - lines->offset));
		lines->after_cr = false;
		lines->offset = target;
	}
}
