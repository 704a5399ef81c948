#include "syntax/lex_p.h"

bool rsk_js_is_word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80;
}

/* U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000
 * and U+FEFF, as bytes. */
static uint32_t wide_space(const uint8_t *p, uint32_t left)
{
	if (left >= 2 && p[0] == 0xc2 && p[1] == 0xa0)
		return 2;
	if (left < 3)
		return 0;

	uint32_t code = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
	bool is_space =
		code == 0xe19a80 || (code >= 0xe28080 && code <= 0xe2808a) ||
		code == 0xe280a8 || code == 0xe280a9 || code == 0xe280af ||
		code == 0xe2819f || code == 0xe38080 || code == 0xefbbbf;
	return is_space ? 3 : 0;
}

uint32_t rsk_js_space_len(const uint8_t *p, uint32_t left)
{
	if (!left)
		return 0;
	if (p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r'))
		return 1;
	return p[0] >= 0x80 ? wide_space(p, left) : 0;
}

struct word {
	const char *text;
	uint8_t kind;
};

/* Only the rows whose text is a word count; the others have none or begin
 * with punctuation. By length, so that few are compared. */
static const struct word words_2[] = { { "as", RSK_JS_AS }, { "do", RSK_JS_DO },
	{ "if", RSK_JS_IF }, { "in", RSK_JS_IN }, { "is", RSK_JS_IS },
	{ "of", RSK_JS_OF }, { NULL, 0 } };
static const struct word words_3[] = { { "for", RSK_JS_FOR },
	{ "get", RSK_JS_GET }, { "let", RSK_JS_LET }, { "new", RSK_JS_NEW },
	{ "set", RSK_JS_SET }, { "try", RSK_JS_TRY }, { "var", RSK_JS_VAR },
	{ NULL, 0 } };
static const struct word words_4[] = { { "case", RSK_JS_CASE },
	{ "else", RSK_JS_ELSE }, { "enum", RSK_JS_ENUM },
	{ "from", RSK_JS_FROM }, { "null", RSK_JS_NULL },
	{ "this", RSK_JS_THIS }, { "true", RSK_JS_TRUE },
	{ "type", RSK_JS_TYPE }, { "void", RSK_JS_VOID },
	{ "with", RSK_JS_WITH }, { NULL, 0 } };
static const struct word words_5[] = { { "async", RSK_JS_ASYNC },
	{ "await", RSK_JS_AWAIT }, { "break", RSK_JS_BREAK },
	{ "catch", RSK_JS_CATCH }, { "class", RSK_JS_CLASS },
	{ "const", RSK_JS_CONST }, { "false", RSK_JS_FALSE },
	{ "super", RSK_JS_SUPER }, { "throw", RSK_JS_THROW },
	{ "while", RSK_JS_WHILE }, { "yield", RSK_JS_YIELD }, { NULL, 0 } };
static const struct word words_6[] = { { "delete", RSK_JS_DELETE },
	{ "export", RSK_JS_EXPORT }, { "import", RSK_JS_IMPORT },
	{ "return", RSK_JS_RETURN }, { "static", RSK_JS_STATIC },
	{ "switch", RSK_JS_SWITCH }, { "typeof", RSK_JS_TYPEOF }, { NULL, 0 } };
static const struct word words_7[] = { { "declare", RSK_JS_DECLARE },
	{ "default", RSK_JS_DEFAULT }, { "extends", RSK_JS_EXTENDS },
	{ "finally", RSK_JS_FINALLY }, { NULL, 0 } };
static const struct word words_8[] = { { "abstract", RSK_JS_ABSTRACT },
	{ "continue", RSK_JS_CONTINUE }, { "debugger", RSK_JS_DEBUGGER },
	{ "function", RSK_JS_FUNCTION }, { NULL, 0 } };
static const struct word words_9[] = { { "interface", RSK_JS_INTERFACE },
	{ "namespace", RSK_JS_NAMESPACE }, { "satisfies", RSK_JS_SATISFIES },
	{ NULL, 0 } };
static const struct word words_10[] = { { "instanceof", RSK_JS_INSTANCEOF },
	{ NULL, 0 } };

static const struct word *const by_length[] = { NULL, NULL, words_2, words_3,
	words_4, words_5, words_6, words_7, words_8, words_9, words_10 };

enum rsk_js_kind rsk_js_keyword(const uint8_t *p, uint32_t len)
{
	if (len < 2 || len > 10)
		return RSK_JS_NAME;
	for (const struct word *w = by_length[len]; w->text; w++)
		if ((uint8_t)w->text[0] == p[0] && !memcmp(w->text, p, len))
			return (enum rsk_js_kind)w->kind;
	return RSK_JS_NAME;
}
