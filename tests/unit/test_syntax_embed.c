#include <criterion/criterion.h>

#include "base/mem.h"
#include "syntax/embed.h"
#include "syntax_help.h"

struct row {
	const char *path, *source, *tokens;
};

static const struct row rows[] = {
	{ "a.html", "<p>a</p><script>b(c)</script>d", "b (c c )" },
	{ "a.html", "<SCRIPT TYPE=module>a</SCRIPT >", "a" },
	{ "a.html", "<!-- <script>a</script> --><script>b</script>", "b" },
	{ "a.html", "<script type='application/json'>{}</script>", "" },
	{ "a.html", "<script type=\"importmap\">{}</script><script>a</script>",
		"a" },
	{ "a.html", "<script src=x>a</script><script async>b</script>", "b" },
	{ "a.html", "<textarea><script>a</script></textarea>", "" },
	{ "a.html", "<style>a{b:'<script>c</script>'}</style>", "" },
	{ "a.html", "<a title='>' onclick=\"b(1)\" one=c>", "b (c 1 ) c" },
	{ "a.html", "<script>a = '<b>'", "a = s:'<b>'" },
	{ "a.html", "{{ a }} {b}", "" },
	{ "a.html", "<script>a</scriptx></script>", "a" },
	{ "a.vue",
		"<template><p @click=\"a({b})\" :c='d' e=\"f\">{{ g }}</p>"
		"</template>\n<script setup lang=\"ts\">h<i>({j})</script>",
		"a (c {o b } ) d g h < i > (c {o j } )" },
	{ "a.vue", "<script lang=\"tsx\">a = <b/></script>", "a = <el b /el>" },
	{ "a.vue", "<script lang=\"coffee\">a -> b</script>", "" },
	{ "a.svelte",
		"<script>a</script>{#if b}<p on:click={() => c({d})}>{e}</p>"
		"{:else if f}{@html g}{/if}<p {h} {...i}/>",
		"a b ( ) => c (c {o d } ) e if f g h ... i" },
	{ "a.astro", "---\nimport a from 'b'\n---\n<p>{c && <d/>}</p>",
		"import a from s:'b' c && <el d /el>" },
	{ "a.vue", "<p>no code</p>", "" },
	{ "a.svelte", "{ a", "" },
	{ "a.vue", "{{ a", "" },
	{ "a.vue", "<p @a='b", "b" },
	{ "a.html", "<", "" },
	{ "a.html", "<a", "" },
	{ "a.html", "<script", "" },
	{ "a.html", "<!--", "" },
};

Test(syntax_embed, finds_the_code)
{
	char got[1000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_js *js = NULL;

		cr_assert_eq(rsk_js_parse_file(&js, rsk_slice_str(rows[i].path),
				     rsk_slice_str(rows[i].source)),
			RSK_OK);
		js_dump(js, got, sizeof(got));
		cr_expect_str_eq(got, rows[i].tokens,
			"\n%s\n read as  %s\n expected %s", rows[i].source, got,
			rows[i].tokens);
		rsk_js_free(js);
	}
}

Test(syntax_embed, places_are_those_of_the_file)
{
	struct rsk_js *js = NULL;

	cr_assert_eq(rsk_js_parse_file(&js, RSK_LIT("a.vue"),
			     RSK_LIT("<template/>\n<script>\n  a\n")),
		RSK_OK);
	cr_expect_eq(rsk_js_place(js, 1).line, 3);
	cr_expect_eq(rsk_js_place(js, 1).column, 3);
	rsk_js_free(js);
}

Test(syntax_embed, other_files)
{
	struct rsk_js *js = NULL;

	cr_expect_eq(rsk_js_parse_file(&js, RSK_LIT("a.d.ts"), RSK_LIT("a")),
		RSK_UNSUPPORTED);
	cr_expect_eq(rsk_js_parse_file(&js, RSK_LIT("a.py"), RSK_LIT("a")),
		RSK_UNSUPPORTED);
	cr_expect_null(js);
}

/* None of these may be looked through again and again. */
Test(syntax_embed, hostile, .timeout = 60)
{
	static const char *const parts[] = { "<a ", "<script>", "{", "{{",
		"<!-", "<a b='", "{'", "<a {", "</script", "<style>",
		"<a =", "{`" };
	static const char *const paths[] = { "a.html", "a.vue", "a.svelte" };
	struct rsk_buf text = RSK_BUF_INIT(1 << 22);

	for (size_t i = 0; i < 3 * sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_js *js = NULL;

		rsk_buf_truncate(&text, 0);
		for (int k = 0; k < 100000; k++)
			cr_assert_eq(
				rsk_buf_add_str(&text, parts[i / 3]), RSK_OK);
		cr_assert_eq(rsk_js_parse_file(&js, rsk_slice_str(paths[i % 3]),
				     rsk_buf_slice(&text)),
			RSK_OK);
		rsk_js_free(js);
	}
	rsk_buf_release(&text);
}
