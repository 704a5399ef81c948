#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "syntax/js.h"
#include "unit/counted_memory.h"

/*
 * What js.h says of memory: at most 4 times the source and some kB, also while
 * it is read. These are the inputs with the most tokens and the deepest
 * brackets in a byte.
 */
enum { SOURCE = 300000, SOME_KB = 32 * 1024, TIMES = 4 };

static const char *const parts[] = { ";", "(", "{", "[", "()", "[[]]", "[0,",
	"a;", "a<", "a,b", "=(", "@(", "`${", "`${`", "`${}", "{a:{", "<a>",
	"<>", "<a b={", "<a ", "</", "<a>{", "a<b>(", "/[", "x=>{", "(x=>",
	"a?b:", "case a:", "class A{b(", "function(", "({a}=", "[)", "({]",
	"'\\", "/*", "\n", "\xff", "[+!]", "... ", "((((((((a" };

static struct rsk_buf text_of(const char *part, size_t len)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);

	cr_assert_eq(rsk_buf_reserve(&text, len), RSK_OK);
	while (text.len + strlen(part) <= len)
		cr_assert_eq(rsk_buf_add_str(&text, part), RSK_OK);
	return text;
}

static void check_text(struct rsk_slice text, bool jsx, const char *what)
{
	struct rsk_js_options options = { .jsx = jsx };
	struct rsk_js *js = NULL;

	counted_reset();
	enum rsk_err err = rsk_js_parse(&js, text, &options);
	size_t peak = counted_peak;

	cr_assert_eq(err, RSK_OK, "%s", what);
	/* Is anything counted at all? */
	cr_expect_geq(peak, (size_t)2 * js->count, "%s", what);
	cr_expect_leq(peak, TIMES * text.len + SOME_KB, "%s: %.2f", what,
		(double)peak / (double)text.len);
	rsk_js_free(js);
}

Test(syntax_memory, of_hostile_sources, .timeout = 120)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_buf text = text_of(parts[i], SOURCE);

		check_text(rsk_buf_slice(&text), true, parts[i]);
		check_text(rsk_buf_slice(&text), false, parts[i]);
		rsk_buf_release(&text);
	}
}

/* All of it opens, and all of it closes again. */
Test(syntax_memory, of_a_deep_source)
{
	struct rsk_buf text = text_of("(", SOURCE);
	size_t len = text.len;

	for (size_t i = 0; i < len; i++)
		cr_assert_eq(rsk_buf_add_byte(&text, ')'), RSK_OK);
	check_text(rsk_buf_slice(&text), true, "deep");
	rsk_buf_release(&text);
}

Test(syntax_memory, of_noise)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);
	uint32_t seed = 1;

	while (text.len < SOURCE) {
		seed = seed * 1664525u + 1013904223u;
		cr_assert_eq(
			rsk_buf_add_byte(&text, (uint8_t)(seed >> 24)), RSK_OK);
	}
	check_text(rsk_buf_slice(&text), true, "noise");
	rsk_buf_release(&text);
}
