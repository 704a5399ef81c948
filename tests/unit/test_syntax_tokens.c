#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "syntax/tokens.h"

/* A text, and its tokens: names and operators as they are, strings as
 * "what they say", `|` where a line begins. */
struct sample {
	char path[8];
	char source[120];
	char tokens[120];
};

static void show(struct rsk_buf *out, const struct rsk_tokens *tokens)
{
	for (uint32_t i = 1; i + 1 < tokens->list.len; i++) {
		bool is_string =
			rsk_token_has_kind(tokens, i, RSK_TOKEN_STRING);
		struct rsk_slice value = rsk_token_value(tokens, i);

		cr_assert(!rsk_buf_printf(out, "%s%s%.*s%s",
			i == 1                      ? ""
			: tokens->list.ptr[i].first ? " | "
						    : " ",
			is_string ? "\"" : "", (int)value.len,
			(const char *)value.ptr, is_string ? "\"" : ""));
	}
}

ParameterizedTestParameters(tokens, of_a_language)
{
	static struct sample samples[] = {
		{ "a.py", "x = r'a\\d' # y\nz", "x = \"a\\d\" | z" },
		{ "a.py", "'''a\n'b' # c''' + 1", "\"a\n'b' # c\" + 1" },
		{ "a.py", "f\"{a}\" == 'b\nc", "\"{a}\" == \"b\" | c" },
		{ "a.py", "'a\\'b' bar", "\"a\\'b\" bar" },
		{ "a.rb", "=begin\na\n=end\nb", "| b" },
		{ "a.rb", "\"a#{b[\"c\"]}d\" e", "\"a#{b[\"c\"]}d\" e" },
		{ "a.rb", "x = /['\"]/ # y", "x = \"['\"]\"" },
		{ "a.rb", "a / b / c", "a / b / c" },
		{ "a.rb", "f(<<~SQL, 1)\n  a 'b\n  SQL\nc",
			"f ( <<~SQL , 1 ) | \"  a 'b\n  \" | c" },
		{ "a.rb", "a << B\nc", "a < < B | c" },
		{ "a.rb", "@a == $b", "@a == $b" },
		{ "a.php", "<p>it's</p><?php $a . 'b' // c ?>d'<?= $e",
			"$a . \"b\" = $e" },
		{ "a.php", "<?php #[A('x')]\n# it's\n$b?->c",
			"# [ A ( \"x\" ) ] | $b ?-> c" },
		{ "a.php", "<?php $a = <<<'X'\nit's\nX;\n$b",
			"$a = <<<'X' | \"it's\n\" ; | $b" },
		{ "a.go", "a := `x\\`+\"\\\"\" /* b */ c",
			"a := \"x\\\" + \"\\\"\" c" },
		{ "a.java", "\"\"\"\n a \"b\" \"\"\".c('\"')",
			"\"\n a \"b\" \" . c ( \"\"\" )" },
		{ "a.kt", "/* a /* b */ c */ \"${d[\"e\"]}\" !== f",
			"\"${d[\"e\"]}\" !== f" },
		{ "a.cs", "@\"a\\\" + @\"b\"\"c\" + $\"{d[\"e\"]}\"",
			"\"a\\\" + \"b\"\"c\" + \"{d[\"e\"]}\"" },
	};

	return cr_make_param_array(
		struct sample, samples, sizeof(samples) / sizeof(samples[0]));
}

ParameterizedTest(struct sample *sample, tokens, of_a_language)
{
	struct rsk_tokens tokens = { 0 };
	struct rsk_buf out = RSK_BUF_INIT(4096);
	const char *expected = sample->tokens;

	if (!strncmp(expected, "| ", 2))
		expected += 2;
	cr_assert_eq(rsk_tokens_read(&tokens, rsk_slice_str(sample->source),
			     rsk_language_of(rsk_slice_str(sample->path))),
		RSK_OK);
	show(&out, &tokens);
	cr_assert(rsk_slice_eq_str(rsk_buf_slice(&out), expected),
		"%s: %s\ngot      %.*s\nexpected %s", sample->path,
		sample->source, (int)out.len, (const char *)out.ptr, expected);
	rsk_buf_release(&out);
	rsk_tokens_release(&tokens);
}

Test(tokens, brackets_know_each_other)
{
	struct rsk_tokens tokens = { 0 };

	/* 1 f, 2 (, 3 [, 4 ), 5 ], 6 ), 7 } */
	cr_assert(!rsk_tokens_read(
		&tokens, RSK_LIT("f([)])}"), rsk_language_of(RSK_LIT("a.go"))));
	cr_assert_eq(tokens.list.ptr[2].partner, 6);
	cr_assert_eq(tokens.list.ptr[6].partner, 2);
	cr_assert_eq(tokens.list.ptr[3].partner, 5);
	cr_assert_eq(tokens.list.ptr[4].partner, 0);
	cr_assert_eq(tokens.list.ptr[7].partner, 0);
	rsk_tokens_release(&tokens);
}

/* Texts that made a naive reader quadratic: they must only end. */
Test(tokens, take_what_never_ends)
{
	static const char *const units[] = { "/\\", "#{", "\"#{", "<<A ", "/*",
		"f(", "'''", "@\"", "(]" };
	static const char *const paths[] = { "a.py", "a.rb", "a.php", "a.go",
		"a.java", "a.kt", "a.cs" };
	struct rsk_tokens tokens = { 0 };
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		text.len = 0;
		while (text.len < 60000)
			cr_assert(!rsk_buf_add_slice(
				&text, rsk_slice_str(units[i])));
		for (size_t j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			cr_assert(!rsk_tokens_read(&tokens,
				rsk_buf_slice(&text),
				rsk_language_of(rsk_slice_str(paths[j]))));
	}
	rsk_buf_release(&text);
	rsk_tokens_release(&tokens);
}

Test(tokens, know_their_languages)
{
	cr_assert_null(rsk_language_of(RSK_LIT("a.js")));
	cr_assert_null(rsk_language_of(RSK_LIT("py")));
	cr_assert_str_eq(
		rsk_language_name(rsk_language_of(RSK_LIT("build.gradle.kts"))),
		"Kotlin");
}
