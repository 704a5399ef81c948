#include "scan/lines.h"

#include "base/utf8.h"

static uint32_t clamp32(uint64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

typedef uint8_t rsk_bytes __attribute__((vector_size(16)));

enum { STEP = sizeof(rsk_bytes), STEPS = UINT8_MAX };

static rsk_bytes load(const uint8_t *p)
{
	rsk_bytes bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return bytes;
}

static bool is_ending(uint8_t byte)
{
	return byte == '\n' || byte == '\r';
}

/* A CRLF counts once, at the CR. */
static bool ends_line(uint8_t before, uint8_t byte)
{
	return byte == '\r' || (byte == '\n' && before != '\r');
}

/* How many lines end in at most STEPS steps of text; p[-1] is readable. */
static size_t count_steps(const uint8_t *p, size_t steps)
{
	rsk_bytes sums = { 0 };
	size_t count = 0;

	/* What is true is -1 in a vector. */
	for (size_t i = 0; i < steps; i++, p += STEP)
		sums -= (rsk_bytes)((load(p) == '\r') |
				    ((load(p) == '\n') &
					    (load(p - 1) != '\r')));
	for (size_t i = 0; i < STEP; i++)
		count += sums[i];
	return count;
}

/* How many lines end in p[0..n); `before` is in front of it. */
static size_t count_endings(const uint8_t *p, size_t n, uint8_t before)
{
	size_t count = ends_line(before, p[0]);
	size_t at = 1;

	while (n - at >= STEP) {
		size_t steps = (n - at) / STEP;

		steps = steps < STEPS ? steps : STEPS;
		count += count_steps(p + at, steps);
		at += steps * STEP;
	}
	for (; at < n; at++)
		count += ends_line(p[at - 1], p[at]);
	return count;
}

static void advance_over(struct rsk_lines *lines, struct rsk_slice part)
{
	size_t tail = part.len;

	if (!part.len)
		return;

	lines->line += (uint32_t)count_endings(
		part.ptr, part.len, lines->after_cr ? '\r' : 0);
	while (tail > 0 && !is_ending(part.ptr[tail - 1]))
		tail--;
	if (tail) {
		lines->begin = lines->offset + tail;
		lines->column = 1;
	}
	lines->column = clamp32(lines->column + rsk_utf8_count(rsk_slice_cut(
							part, tail, part.len)));
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
