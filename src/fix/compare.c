#include "fix/fix_p.h"

#include "syntax/js.h"
#include "syntax/tokens.h"

/*
 * Comparisons of a signature. The two sides are taken as they stand, each
 * once, and handed to the function of the language that takes the same time
 * for all texts. Only a comparison whose sides end where they seem to.
 */

static const char in_time[] = "compare in constant time";

/* A part of the source: [file] half open. */
struct part {
	size_t begin, end;
};

static bool replace_comparison(struct repair *r, struct part whole,
	const char *template, struct rsk_slice a, struct rsk_slice b)
{
	const char *left = rsk_arena_str(r->p->arena, a);
	const char *right = rsk_arena_str(r->p->arena, b);
	const char *half = fix_fill(r->p->arena, template, left);

	/* The second '%' is behind what was put in for the first. */
	size_t skip = (size_t)(strchr(template, '%') - template) + a.len;
	const char *rest = fix_fill(r->p->arena, half + skip, right);

	fix_replace_str(r, whole.begin, whole.end, in_time,
		rsk_arena_printf(r->p->arena, "%.*s%s", (int)skip, half, rest));
	return true;
}

static struct rsk_slice text_of(const struct repair *r, struct part part)
{
	return rsk_slice_cut(r->source->bytes, part.begin, part.end);
}

/* ---- JavaScript ---- */

static const char helper_name[] = "isSameSignature";

/* What ends a side: everything that binds less than an equality. */
static bool js_is_border(enum rsk_js_kind kind)
{
	static const uint8_t kinds[] = { RSK_JS_COMMA, RSK_JS_SEMICOLON,
		RSK_JS_COLON, RSK_JS_QUESTION, RSK_JS_AND, RSK_JS_OR,
		RSK_JS_NULLISH, RSK_JS_ASSIGN, RSK_JS_ARROW, RSK_JS_RETURN,
		RSK_JS_THROW, RSK_JS_CASE, RSK_JS_START, RSK_JS_END,
		RSK_JS_HOLE_OPEN, RSK_JS_HOLE_CLOSE };

	for (size_t i = 0; i < sizeof(kinds); i++)
		if (kind == (enum rsk_js_kind)kinds[i])
			return true;
	return false;
}

/* What makes it unsure: another comparison, bits, code in the middle. */
static bool js_is_odd(enum rsk_js_kind kind)
{
	static const uint8_t kinds[] = { RSK_JS_EQ, RSK_JS_NE, RSK_JS_EQ_STRICT,
		RSK_JS_NE_STRICT, RSK_JS_LT, RSK_JS_GT, RSK_JS_LE, RSK_JS_GE,
		RSK_JS_BIT_AND, RSK_JS_BIT_OR, RSK_JS_BIT_XOR, RSK_JS_NOT,
		RSK_JS_BAD, RSK_JS_AWAIT, RSK_JS_YIELD, RSK_JS_AS,
		RSK_JS_JSX_OPEN };

	for (size_t i = 0; i < sizeof(kinds); i++)
		if (kind == (enum rsk_js_kind)kinds[i])
			return true;
	return false;
}

static bool js_is_closer(enum rsk_js_kind kind)
{
	return kind == RSK_JS_RPAREN || kind == RSK_JS_RBRACKET ||
	       kind == RSK_JS_RBRACE || kind == RSK_JS_TEMPLATE_CLOSE;
}

/* The condition of an `if`: it ends in front of what is compared. */
static bool js_is_condition(const struct rsk_js *js, uint32_t closer)
{
	return rsk_js_is(js, closer, RSK_JS_RPAREN) &&
	       rsk_js_role(js, rsk_js_partner(js, closer)) == RSK_JS_CONTROL;
}

/* Where the part of a side begins that ends with token i; 0: not sure. */
static uint32_t js_step_left(const struct rsk_js *js, uint32_t i)
{
	if (js_is_odd(rsk_js_kind(js, i)))
		return 0;
	return js_is_closer(rsk_js_kind(js, i)) ? rsk_js_partner(js, i) : i;
}

static bool js_begins_statement(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_role(js, i) == RSK_JS_STATEMENT &&
	       !rsk_js_is_bracket(rsk_js_kind(js, i));
}

static bool js_left(const struct rsk_js *js, uint32_t op, struct part *out)
{
	uint32_t i = op;

	while (i > 1 && !(i < op && js_begins_statement(js, i))) {
		enum rsk_js_kind kind = rsk_js_kind(js, i - 1);

		if (js_is_border(kind) || rsk_js_is_opener(kind) ||
			js_is_condition(js, i - 1))
			break;
		i = js_step_left(js, i - 1);
		if (!i)
			return false;
	}
	*out = (struct part){ rsk_js_begin(js, i), rsk_js_end(js, op - 1) };
	return i < op;
}

static bool js_right(const struct rsk_js *js, uint32_t op, struct part *out)
{
	uint32_t i = op + 1;
	uint32_t last = op;

	while (i < js->count) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);
		bool opener = rsk_js_is_opener(kind);

		if (js_is_border(kind) || js_is_closer(kind) ||
			(i > op + 1 && js_begins_statement(js, i)))
			break;
		if (js_is_odd(kind) ||
			(opener && rsk_js_has(js, i, RSK_JS_UNCLOSED)))
			return false;
		/* A block behind it: `if (a) ...` has closed before. */
		if (kind == RSK_JS_LBRACE && i > op + 1)
			return false;
		last = opener ? rsk_js_partner(js, i) : i;
		i = rsk_js_skip(js, i);
	}
	if (last == op)
		return false;
	*out = (struct part){ rsk_js_begin(js, op + 1), rsk_js_end(js, last) };
	return true;
}

static bool js_is_module(const struct rsk_js *js)
{
	for (uint32_t i = 1; i < js->count; i++) {
		if (rsk_js_is(js, i, RSK_JS_IMPORT) &&
			!rsk_js_is(js, i + 1, RSK_JS_LPAREN) &&
			!rsk_js_is(js, i + 1, RSK_JS_DOT) &&
			rsk_js_role(js, i) == RSK_JS_STATEMENT)
			return true;
		if (rsk_js_is(js, i, RSK_JS_EXPORT))
			return true;
	}
	return false;
}

static bool has_name(const struct rsk_js *js, const char *name)
{
	for (uint32_t i = 1; i < js->count; i++)
		if (rsk_js_text_is(js, i, name))
			return true;
	return false;
}

/* In front of the first import or statement, behind a hash-bang line. */
static size_t js_import_place(const struct repair *r, const struct rsk_js *js)
{
	for (uint32_t i = 1; i < js->count; i++)
		if (rsk_js_is(js, i, RSK_JS_IMPORT) &&
			rsk_js_role(js, i) == RSK_JS_STATEMENT)
			return rsk_js_begin(js, i);
	return fix_line_begin(r->source->bytes, rsk_js_begin(js, 1));
}

static void js_add_helper(struct repair *r, const struct rsk_js *js)
{
	struct rsk_slice bytes = r->source->bytes;
	struct rsk_slice path = r->finding->path;
	bool typed = rsk_js_language(path) == RSK_JS_TYPESCRIPT ||
		     rsk_js_language(path) == RSK_JS_TSX;
	bool module = js_is_module(js);
	const char *eol = fix_line_ending(bytes);
	bool open = bytes.len && bytes.ptr[bytes.len - 1] != '\n';
	size_t at = module ? js_import_place(r, js) : 0;

	if (module && !has_name(js, "timingSafeEqual"))
		fix_replace_str(r, at, at, in_time,
			rsk_arena_printf(r->p->arena,
				"import { timingSafeEqual } from "
				"'node:crypto';%s",
				eol));
	fix_replace_str(r, bytes.len, bytes.len, in_time,
		rsk_arena_printf(r->p->arena,
			"%s%sfunction %s(a%s, b%s)%s {%s"
			"%s%s"
			"  const left = Buffer.from(String(a));%s"
			"  const right = Buffer.from(String(b));%s"
			"  return left.length === right.length && "
			"timingSafeEqual(left, right);%s"
			"}%s",
			open ? eol : "", eol, helper_name,
			typed ? ": unknown" : "", typed ? ": unknown" : "",
			typed ? ": boolean" : "", eol,
			module ? ""
			       : "  const { timingSafeEqual } = "
				 "require('crypto');",
			module ? "" : eol, eol, eol, eol, eol));
}

/* An import of ours is one of this form, or there is none of that name. */
static bool js_may_import(const struct rsk_js *js)
{
	for (uint32_t i = 1; i < js->count; i++)
		if (rsk_js_text_is(js, i, "timingSafeEqual") &&
			(rsk_js_is(js, i - 1, RSK_JS_DOT) ||
				rsk_js_text_is(js, i - 1, "function")))
			return false;
	return true;
}

static bool js_compare(struct repair *r, const struct rsk_js *js)
{
	uint32_t op = 1;
	struct part a;
	struct part b;
	bool not ;

	while (op < js->count && rsk_js_begin(js, op) < r->begin)
		op++;
	not = rsk_js_is(js, op, RSK_JS_NE) ||
	      rsk_js_is(js, op, RSK_JS_NE_STRICT);
	if (!not &&!rsk_js_is(js, op, RSK_JS_EQ) &&
		!rsk_js_is(js, op, RSK_JS_EQ_STRICT))
		return fix_refuse(r, "only ==, ===, != and !== are known");
	if (js->problems || has_name(js, helper_name) || !js_may_import(js))
		return fix_refuse(r, "its code is not sure enough");
	if (!js_left(js, op, &a) || !js_right(js, op, &b))
		return fix_refuse(r, "where its sides end is not sure");
	replace_comparison(r, (struct part){ a.begin, b.end },
		not ? "!isSameSignature(%, %)" : "isSameSignature(%, %)",
		text_of(r, a), text_of(r, b));
	js_add_helper(r, js);
	return true;
}

/* ---- seven languages more ---- */

/* The two '%' are the sides. */
static const struct {
	const char *language;
	const char *same;
	const char *needs; /* must stand in the file; NULL: nothing */
	bool lines;        /* a line ends a statement */
} forms[] = {
	{ "Python", "hmac.compare_digest(%, %)", "import hmac", true },
	{ "Python", "hmac.compare_digest(%, %)", "hmac,", true },
	{ "Ruby", "Rack::Utils.secure_compare((%).to_s, (%).to_s)",
		"Controller", true },
	{ "Ruby", "Rack::Utils.secure_compare((%).to_s, (%).to_s)", "Sinatra",
		true },
	{ "Ruby", "Rack::Utils.secure_compare((%).to_s, (%).to_s)", "Rack",
		true },
	{ "Ruby", "OpenSSL.secure_compare((%).to_s, (%).to_s)", "OpenSSL",
		true },
	{ "PHP", "hash_equals((string) (%), (string) (%))", NULL, false },
	{ "Go", "hmac.Equal([]byte(%), []byte(%))", "\"crypto/hmac\"", true },
	{ "Java",
		"java.security.MessageDigest.isEqual("
		"String.valueOf(%).getBytes(java.nio.charset.StandardCharsets."
		"UTF_8), "
		"String.valueOf(%).getBytes(java.nio.charset.StandardCharsets."
		"UTF_8))",
		NULL, false },
	{ "Kotlin",
		"java.security.MessageDigest.isEqual((%).toString()."
		"toByteArray(), (%).toString().toByteArray())",
		NULL, true },
	{ "C#",
		"System.Security.Cryptography.CryptographicOperations."
		"FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes("
		"string.Concat(%)), System.Text.Encoding.UTF8.GetBytes("
		"string.Concat(%)))",
		NULL, false },
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static size_t form_of(const struct repair *r, const char *language)
{
	struct rsk_slice bytes = r->source->bytes;
	size_t i = 0;

	while (i < FORMS &&
		(strcmp(forms[i].language, language) != 0 ||
			(forms[i].needs &&
				rsk_slice_find(
					bytes, rsk_slice_str(forms[i].needs)) ==
					bytes.len)))
		i++;
	return i;
}

static bool is_one_of(struct rsk_slice text, const char *const *words)
{
	for (; *words; words++)
		if (rsk_slice_eq_str(text, *words))
			return true;
	return false;
}

static bool is_border(struct rsk_slice text)
{
	static const char *const words[] = { ",", ";", "?", ":", "&&", "||",
		"and", "or", "not", "=", ":=", "=>", "return", "if", "elif",
		"unless", "while", "until", "assert", "else", "then", "when",
		"throw", "raise", "do", "{", "}", "(", "[", ")", "]",
		"?:", "echo", "print", "in", NULL };

	return is_one_of(text, words);
}

static bool is_odd(struct rsk_slice text)
{
	static const char *const words[] = { "==", "!=", "===", "!==", "<", ">",
		"<=", ">=", "!", "&", "|", "^", "is", "as", "await", "yield",
		"lambda", "??", "<=>", "instanceof", "->", NULL };

	/* PHP's member access is no lambda. */
	return is_one_of(text, words);
}

struct sides {
	struct repair *r;
	const struct rsk_tokens *tokens;
	bool lines, php;
};

static bool side_is_odd(const struct sides *s, uint32_t i)
{
	struct rsk_slice text = rsk_token_text(s->tokens, i);

	if (rsk_token_has_kind(s->tokens, i, RSK_TOKEN_STRING) ||
		(s->php && rsk_slice_eq_str(text, "->")))
		return false;
	return is_odd(text);
}

static bool side_is_border(const struct sides *s, uint32_t i)
{
	return rsk_token_has_kind(s->tokens, i, RSK_TOKEN_END) ||
	       (!rsk_token_has_kind(s->tokens, i, RSK_TOKEN_STRING) &&
		       is_border(rsk_token_text(s->tokens, i)));
}

static bool is_closer(struct rsk_slice text)
{
	return rsk_slice_eq_str(text, ")") || rsk_slice_eq_str(text, "]");
}

/* The line above goes on here. */
static bool goes_on(const struct sides *s, uint32_t i)
{
	return rsk_token_has_kind(s->tokens, i - 1, RSK_TOKEN_OPERATOR) &&
	       !side_is_border(s, i - 1);
}

static bool left_side(const struct sides *s, uint32_t op, struct part *out)
{
	const struct rsk_token *list = s->tokens->list.ptr;
	uint32_t i = op;

	while (i > 1) {
		bool closer = is_closer(rsk_token_text(s->tokens, i - 1));

		if (i < op && list[i].first && (s->lines || !goes_on(s, i)))
			break;
		if (!closer && side_is_border(s, i - 1))
			break;
		if (side_is_odd(s, i - 1))
			return false;
		i--;
		if (!closer)
			continue;
		if (!list[i].partner || list[i].partner > i)
			return false;
		i = list[i].partner;
	}
	/* `if (a) b == c`: a keyword's bracket is no part of it. */
	if (i == op || is_border(rsk_token_text(s->tokens, i)))
		if (!rsk_token_is(s->tokens, i, "("))
			return false;
	*out = (struct part){ list[i].begin, list[op - 1].end };
	return i < op;
}

static bool right_side(const struct sides *s, uint32_t op, struct part *out)
{
	const struct rsk_token *list = s->tokens->list.ptr;
	uint32_t i = op + 1;
	uint32_t last = op;

	while (i + 1 < s->tokens->list.len) {
		struct rsk_slice text = rsk_token_text(s->tokens, i);
		bool opener =
			!rsk_token_has_kind(s->tokens, i, RSK_TOKEN_STRING) &&
			(rsk_slice_eq_str(text, "(") ||
				rsk_slice_eq_str(text, "["));

		if (list[i].first || (!opener && side_is_border(s, i)))
			break;
		if (side_is_odd(s, i) || (opener && list[i].partner <= i))
			return false;
		last = opener ? list[i].partner : i;
		i = last + 1;
	}
	/* Which line ends a statement is not known of what follows. */
	if (last == op || (list[i].first && !s->lines &&
				  !rsk_token_is(s->tokens, i, "{") &&
				  !rsk_token_is(s->tokens, i, ")") &&
				  !rsk_token_is(s->tokens, i, "&&") &&
				  !rsk_token_is(s->tokens, i, "||")))
		return false;
	*out = (struct part){ list[op + 1].begin, list[last].end };
	return true;
}

/* receiver.equals(argument) */
static bool compare_method(
	const struct sides *s, uint32_t name, const char *same)
{
	const struct rsk_token *list = s->tokens->list.ptr;
	uint32_t close = rsk_token_at(s->tokens, name + 1).partner;
	struct part a;
	struct part b;

	if (!rsk_token_is(s->tokens, name, "equals") ||
		!rsk_token_is(s->tokens, name - 1, ".") ||
		!rsk_token_is(s->tokens, name + 1, "(") || close <= name + 2 ||
		!left_side(s, name - 1, &a))
		return fix_refuse(s->r, "this sort of comparison is not known");
	/* Only a chain of names and calls can be a receiver. */
	for (size_t i = a.begin; i < a.end; i++)
		if (strchr("+-*/%", s->tokens->source.ptr[i]))
			return fix_refuse(
				s->r, "where its sides end is not sure");
	for (uint32_t i = name + 2; i < close; i++)
		if (rsk_token_is(s->tokens, i, ","))
			return fix_refuse(s->r, "it has several arguments");
	b = (struct part){ list[name + 2].begin, list[close - 1].end };
	return replace_comparison(s->r,
		(struct part){ a.begin, list[close].end }, same,
		text_of(s->r, a), text_of(s->r, b));
}

static bool compare_operator(
	const struct sides *s, uint32_t op, const char *same)
{
	static const char *const negative[] = { "!=", "!==", NULL };
	static const char *const positive[] = { "==", "===", NULL };
	struct rsk_slice text = rsk_token_text(s->tokens, op);
	bool not = is_one_of(text, negative);
	struct part a;
	struct part b;

	if (!not &&!is_one_of(text, positive))
		return compare_method(s, op, same);
	if (s->tokens->list.ptr[op].first || !left_side(s, op, &a) ||
		!right_side(s, op, &b))
		return fix_refuse(s->r, "where its sides end is not sure");
	if (!not )
		return replace_comparison(s->r, (struct part){ a.begin, b.end },
			same, text_of(s->r, a), text_of(s->r, b));
	return replace_comparison(s->r, (struct part){ a.begin, b.end },
		rsk_arena_printf(s->r->p->arena, "%s%s",
			!strncmp(same, "hmac.c", 6) ? "not " : "!", same),
		text_of(s->r, a), text_of(s->r, b));
}

static bool server_compare(struct repair *r)
{
	const struct rsk_language *language = rsk_language_of(r->finding->path);
	size_t form;
	struct rsk_tokens tokens = { 0 };
	enum rsk_err err;
	bool done = false;
	uint32_t op = 1;

	if (!language)
		return fix_refuse(r, "its language is not known");
	form = form_of(r, rsk_language_name(language));
	if (form == FORMS)
		return fix_refuse(r, "what it takes is not imported here");
	err = rsk_tokens_read(&tokens, r->source->bytes, language);
	if (err) {
		fix_refuse_code(r, err);
	} else {
		const struct sides sides = {
			.r = r,
			.tokens = &tokens,
			.lines = forms[form].lines,
			.php = !strcmp(forms[form].language, "PHP"),
		};

		while (op + 1 < tokens.list.len &&
			tokens.list.ptr[op].begin < r->begin)
			op++;
		done = compare_operator(&sides, op, forms[form].same);
	}
	rsk_tokens_release(&tokens);
	return done;
}

bool fix_compare(struct repair *r)
{
	enum rsk_js_language language = rsk_js_language(r->finding->path);
	struct rsk_js_options options = rsk_js_options_for(r->finding->path);
	struct rsk_js *js = NULL;
	enum rsk_err err;
	bool done;

	if (language == RSK_JS_NO_LANGUAGE)
		return server_compare(r);
	if (language == RSK_JS_MARKUP)
		return fix_refuse(r, "code in markup is left alone");
	err = rsk_js_parse(&js, r->source->bytes, &options);
	if (err)
		return fix_refuse_code(r, err);
	done = js_compare(r, js);
	rsk_js_free(js);
	return done;
}
