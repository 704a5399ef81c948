#include <criterion/criterion.h>

#include "base/diag.h"
#include "base/err.h"

Test(err, every_code_has_its_row)
{
#define X(code, value, words)                                                  \
	cr_expect_eq(RSK_##code, value);                                       \
	cr_expect_str_eq(rsk_err_text(RSK_##code), words);                     \
	cr_expect_str_eq(rsk_err_name(RSK_##code), #code);
	RSK_ERR_MAP(X)
#undef X
	cr_expect_eq(RSK_OK, 0);
}

Test(err, unknown_codes_have_words)
{
	cr_assert_str_eq(rsk_err_text((enum rsk_err)999), "unknown error");
	cr_assert_str_eq(rsk_err_name((enum rsk_err)999), "UNKNOWN");
}

static const char *text_of(const char *file, uint32_t line, uint32_t column)
{
	static char out[RSK_DIAG_LINE_MAX];
	struct rsk_diag diag = { 0 };

	rsk_diag_at(&diag, file, line, column);
	cr_expect_eq(
		rsk_diag_set(&diag, RSK_SYNTAX, "%s %d", "not", 7), RSK_SYNTAX);
	return rsk_diag_text(&diag, out);
}

Test(diag, place)
{
	cr_expect_str_eq(text_of("a.yaml", 3, 9), "a.yaml:3:9: not 7");
	cr_expect_str_eq(text_of("a.yaml", 3, 0), "a.yaml:3: not 7");
	cr_expect_str_eq(text_of("a.yaml", 0, 0), "a.yaml: not 7");
	cr_expect_str_eq(text_of(NULL, 3, 9), "3:9: not 7");
	cr_expect_str_eq(text_of(NULL, 0, 0), "not 7");
}

Test(diag, file_is_kept)
{
	struct rsk_diag diag = { 0 };
	char out[RSK_DIAG_LINE_MAX];

	rsk_diag_at(&diag, "a", 1, 1);
	rsk_diag_at(&diag, NULL, 2, 3);
	rsk_diag_set(&diag, RSK_IO, "x");
	cr_assert_str_eq(rsk_diag_text(&diag, out), "a:2:3: x");
}

Test(diag, null_is_fine)
{
	rsk_diag_at(NULL, "a", 1, 1);
	cr_assert_eq(rsk_diag_set(NULL, RSK_IO, "x"), RSK_IO);
}

Test(diag, controls_do_not_reach_a_terminal)
{
	struct rsk_diag diag = { 0 };

	rsk_diag_at(&diag, "a\x1b[2Jb\n", 0, 0);
	rsk_diag_set(&diag, RSK_IO, "%s", "c\rd\x7f");
	cr_assert_str_eq(diag.file, "a?[2Jb?");
	cr_assert_str_eq(diag.text, "c?d?");
}

Test(diag, long_words_are_cut)
{
	struct rsk_diag diag = { 0 };
	char out[RSK_DIAG_LINE_MAX];
	char word[2000];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	rsk_diag_at(&diag, word, UINT32_MAX, UINT32_MAX);
	rsk_diag_set(&diag, RSK_IO, "%s", word);
	cr_assert_eq(strlen(diag.file), sizeof(diag.file) - 1);
	cr_assert_eq(strlen(diag.text), sizeof(diag.text) - 1);
	cr_assert_lt(strlen(rsk_diag_text(&diag, out)), sizeof(out));
}
