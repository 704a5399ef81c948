/*
 * How fast is the reader of JavaScript? Reads files into memory, then times
 * tokens, names and expressions over all of them, and the same over inputs
 * made to be slow.
 *
 *	cc -O2 -D_GNU_SOURCE -Isrc -Itests bench/bench_syntax.c
 *		src/syntax/[a-z]*.c src/model/[a-z]*.c src/base/[a-z]*.c
 *		-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
 *		-o bench_syntax
 *	find node_modules -name '*.js' | bench_syntax
 *
 * Prints MB/s of each stage, and the most memory that reading the tokens of one
 * source took at any time, with what allocation costs, for a byte of source
 * (of files: of those of 4 kB and more, all in all and the worst).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "syntax/embed.h"
#include "syntax/expr.h"
#include "unit/counted_memory.h"

struct times {
	double tokens, names, calls;
	size_t bytes;
	size_t big, peaks; /* of sources whose size is more than overhead */
	double worst;
};

enum { BIG = 4096, PART = 1000000 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void read_calls(struct rsk_js_bind *bind)
{
	struct rsk_js_exprs exprs;

	rsk_js_exprs_init(&exprs, bind);
	for (uint32_t i = 1; i < bind->js->count; i++)
		if (rsk_js_is_call(bind->js, i))
			rsk_js_call_at(&exprs, i);
	rsk_js_exprs_release(&exprs);
}

static void time_source(
	struct times *times, struct rsk_slice path, struct rsk_slice source)
{
	struct rsk_js_bind *bind = NULL;
	struct rsk_js *js = NULL;

	counted_reset();
	double start = now();

	if (rsk_js_parse_file(&js, path, source))
		return;
	double parsed = now();
	size_t peak = counted_peak;
	enum rsk_err err = rsk_js_bind(&bind, js);
	double bound = now();
	if (!err)
		read_calls(bind);
	times->tokens += parsed - start;
	times->names += bound - parsed;
	times->calls += now() - bound;
	times->bytes += source.len;
	if (source.len >= BIG) {
		double times_source = (double)peak / (double)source.len;

		times->big += source.len;
		times->peaks += peak;
		if (times_source > times->worst)
			times->worst = times_source;
	}
	rsk_js_bind_free(bind);
	rsk_js_free(js);
}

static void print_times(const char *what, const struct times *t)
{
	double mb = 1e-6 * (double)t->bytes;

	printf("%-12s %8.2f MB  tokens %6.1f MB/s  names %6.1f  calls %6.1f  "
	       "all %6.3f s  memory %.2f, worst %.2f\n",
		what, mb, mb / t->tokens, mb / t->names, mb / t->calls,
		t->tokens + t->names + t->calls,
		(double)t->peaks / (double)t->big, t->worst);
}

static void time_files(void)
{
	struct times times = { 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0) {
		struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);

		line[len - 1] = '\0';
		if (!rsk_file_read_at(&text, AT_FDCWD, line))
			time_source(&times, rsk_slice_str(line),
				rsk_buf_slice(&text));
		rsk_buf_release(&text);
	}
	free(line);
	if (times.bytes)
		print_times("files", &times);
}

/* `part` over and over, 1 MB of it. */
static void time_part(const char *part)
{
	struct rsk_buf text = RSK_BUF_INIT(2 * RSK_MIB);
	struct times times = { 0 };

	while (text.len + strlen(part) <= PART)
		if (rsk_buf_add_str(&text, part))
			break;
	time_source(&times, RSK_LIT("a.js"), rsk_buf_slice(&text));
	print_times(part, &times);
	rsk_buf_release(&text);
}

static void time_noise(void)
{
	struct rsk_buf text = RSK_BUF_INIT(2 * RSK_MIB);
	struct times times = { 0 };
	uint32_t seed = 1;

	while (text.len < PART) {
		seed = seed * 1664525u + 1013904223u;
		if (rsk_buf_add_byte(&text, (uint8_t)(seed >> 24)))
			break;
	}
	time_source(&times, RSK_LIT("a.js"), rsk_buf_slice(&text));
	print_times("noise", &times);
	rsk_buf_release(&text);
}

int main(void)
{
	static const char *const parts[] = { ";", "(", "{", "[", "()", "=(",
		"[0,", "`${`", "<>", "<a>", "a<", "`${", "/[", "x=>", "(x=>",
		"a?b:", "{let x;", "const a=b ", "a.b(", "a()", "class A{b(",
		"for(let x of ", "({a}=" };

	time_files();
	time_noise();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		time_part(parts[i]);
	return 0;
}
