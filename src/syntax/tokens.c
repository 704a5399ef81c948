#include "syntax/tokens.h"

#include <string.h>

#include "base/limits.h"

/* How a string begins, and what it may hold. The first row that fits. */
struct quote {
	const char *open;
	const char *close;
	bool lines;        /* goes over the end of a line */
	bool raw;          /* no backslashes */
	bool doubled;      /* its quote written twice is one in it */
	const char *inner; /* opens code up to its }: "#{", "${", "{" */
};

struct rsk_language {
	const char *name;
	const char *const *endings;
	const char *line_comments[2];
	const char *open_comment, *close_comment;
	const char *prefixes; /* letters a string may have in front */
	const struct quote *quotes;
	const char *starts; /* of names, beside letters and _ */
	const char *heredoc;
	bool comments_nest;
	bool comments_begin_lines; /* =begin of Ruby */
	bool in_tags;              /* only what is between <?php and ?> */
	bool regexes;              /* /.../ where a value may stand */
};

static const struct quote python_quotes[] = {
	{ "\"\"\"", "\"\"\"", true, false, false, NULL },
	{ "'''", "'''", true, false, false, NULL },
	{ "\"", "\"", false, false, false, NULL },
	{ "'", "'", false, false, false, NULL },
	{ 0 },
};

static const struct quote ruby_quotes[] = {
	{ "\"", "\"", true, false, false, "#{" },
	{ "'", "'", true, false, false, NULL },
	{ "`", "`", true, false, false, "#{" },
	{ "%w[", "]", true, false, false, NULL },
	{ "%i[", "]", true, false, false, NULL },
	{ "%q(", ")", true, false, false, NULL },
	{ "%Q(", ")", true, false, false, "#{" },
	{ 0 },
};

static const struct quote php_quotes[] = {
	{ "\"", "\"", true, false, false, "{$" },
	{ "'", "'", true, false, false, NULL },
	{ "`", "`", true, false, false, NULL },
	{ 0 },
};

static const struct quote go_quotes[] = {
	{ "`", "`", true, true, false, NULL },
	{ "\"", "\"", false, false, false, NULL },
	{ "'", "'", false, false, false, NULL },
	{ 0 },
};

static const struct quote java_quotes[] = {
	{ "\"\"\"", "\"\"\"", true, false, false, NULL },
	{ "\"", "\"", false, false, false, NULL },
	{ "'", "'", false, false, false, NULL },
	{ 0 },
};

static const struct quote kotlin_quotes[] = {
	{ "\"\"\"", "\"\"\"", true, true, false, "${" },
	{ "\"", "\"", false, false, false, "${" },
	{ "'", "'", false, false, false, NULL },
	{ 0 },
};

static const struct quote csharp_quotes[] = {
	{ "$\"\"\"", "\"\"\"", true, true, false, NULL },
	{ "\"\"\"", "\"\"\"", true, true, false, NULL },
	{ "$@\"", "\"", true, true, true, NULL },
	{ "@$\"", "\"", true, true, true, NULL },
	{ "@\"", "\"", true, true, true, NULL },
	{ "$\"", "\"", false, false, false, "{" },
	{ "\"", "\"", false, false, false, NULL },
	{ "'", "'", false, false, false, NULL },
	{ 0 },
};

static const char *const python_files[] = { ".py", ".pyi", NULL };
static const char *const ruby_files[] = { ".rb", ".rake", ".ru", NULL };
static const char *const php_files[] = { ".php", ".phtml", NULL };
static const char *const go_files[] = { ".go", NULL };
static const char *const java_files[] = { ".java", NULL };
static const char *const kotlin_files[] = { ".kt", ".kts", NULL };
static const char *const csharp_files[] = { ".cs", NULL };

/* One row per language. */
static const struct rsk_language languages[] = {
	{ .name = "Python",
		.endings = python_files,
		.line_comments = { "#" },
		.prefixes = "rRbBfFuU",
		.quotes = python_quotes,
		.starts = "" },
	{ .name = "Ruby",
		.endings = ruby_files,
		.line_comments = { "#" },
		.open_comment = "=begin",
		.close_comment = "=end",
		.comments_begin_lines = true,
		.quotes = ruby_quotes,
		.starts = "@$",
		.regexes = true,
		.heredoc = "<<" },
	{ .name = "PHP",
		.endings = php_files,
		.line_comments = { "//", "#" },
		.open_comment = "/*",
		.close_comment = "*/",
		.quotes = php_quotes,
		.starts = "$",
		.in_tags = true,
		.heredoc = "<<<" },
	{ .name = "Go",
		.endings = go_files,
		.line_comments = { "//" },
		.open_comment = "/*",
		.close_comment = "*/",
		.quotes = go_quotes,
		.starts = "" },
	{ .name = "Java",
		.endings = java_files,
		.line_comments = { "//" },
		.open_comment = "/*",
		.close_comment = "*/",
		.quotes = java_quotes,
		.starts = "$" },
	{ .name = "Kotlin",
		.endings = kotlin_files,
		.line_comments = { "//" },
		.open_comment = "/*",
		.close_comment = "*/",
		.comments_nest = true,
		.quotes = kotlin_quotes,
		.starts = "" },
	{ .name = "C#",
		.endings = csharp_files,
		.line_comments = { "//" },
		.open_comment = "/*",
		.close_comment = "*/",
		.quotes = csharp_quotes,
		.starts = "" },
};

const struct rsk_language *rsk_language_of(struct rsk_slice path)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		for (const char *const *end = languages[i].endings; *end; end++)
			if (rsk_slice_ends(path, rsk_slice_str(*end)))
				return &languages[i];
	return NULL;
}

const char *rsk_language_name(const struct rsk_language *language)
{
	return language->name;
}

/* ---- reading ---- */

enum { MAX_PENDING = 4 };

struct lexer {
	const struct rsk_language *language;
	struct rsk_tokens *out;
	const char *text;
	size_t len;
	size_t at;
	bool first;            /* nothing on this line yet */
	size_t no_code_until;  /* no inner code ends in front of this, */
	size_t no_regex_until; /* and no regex: else time were quadratic */
	bool no_heredocs;      /* one had no end: they are operators here */
	struct rsk_slice pending[MAX_PENDING]; /* heredocs of this line */
	size_t pending_len;
	RSK_VEC(uint32_t) open; /* brackets */
};

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c >= 0x80;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool has_at(const struct lexer *lex, size_t at, const char *word)
{
	size_t n = strlen(word);

	return n <= lex->len - at && !memcmp(lex->text + at, word, n);
}

static size_t line_end(const struct lexer *lex, size_t at)
{
	const char *end = memchr(lex->text + at, '\n', lex->len - at);

	return end ? (size_t)(end - lex->text) : lex->len;
}

/* Where `word` is next, or the end. */
static size_t find(const struct lexer *lex, size_t at, const char *word)
{
	return at + rsk_slice_find(rsk_slice(lex->text + at, lex->len - at),
			    rsk_slice_str(word));
}

static struct rsk_token *push(
	struct lexer *lex, enum rsk_token_kind kind, size_t end)
{
	struct rsk_token *token = RSK_VEC_PUSH(&lex->out->list);

	*token = (struct rsk_token){
		.begin = (uint32_t)lex->at,
		.end = (uint32_t)end,
		.kind = (uint8_t)kind,
		.first = lex->first,
	};
	lex->first = false;
	lex->at = end;
	return token;
}

/* ---- what leaves no token ---- */

static void skip_nested(struct lexer *lex)
{
	const struct rsk_language *l = lex->language;
	size_t depth = 0;

	do {
		if (has_at(lex, lex->at, l->open_comment)) {
			depth++;
			lex->at += strlen(l->open_comment);
		} else if (has_at(lex, lex->at, l->close_comment)) {
			depth--;
			lex->at += strlen(l->close_comment);
		} else {
			lex->at++;
		}
	} while (depth && lex->at < lex->len);
}

static bool skip_block(struct lexer *lex)
{
	const struct rsk_language *l = lex->language;
	size_t end;

	if (!l->open_comment || !has_at(lex, lex->at, l->open_comment))
		return false;
	if (l->comments_begin_lines && lex->at &&
		lex->text[lex->at - 1] != '\n')
		return false;
	if (l->comments_nest) {
		skip_nested(lex);
		return true;
	}
	end = find(lex, lex->at + strlen(l->open_comment), l->close_comment);
	lex->at = end == lex->len ? end : end + strlen(l->close_comment);
	return true;
}

/* In PHP a line's comment ends where the code ends. */
static bool skip_line_comment(struct lexer *lex)
{
	const struct rsk_language *l = lex->language;

	for (size_t i = 0; i < 2 && l->line_comments[i]; i++) {
		size_t end;

		if (!has_at(lex, lex->at, l->line_comments[i]) ||
			(l->in_tags && has_at(lex, lex->at, "#[")))
			continue;
		end = line_end(lex, lex->at);
		if (l->in_tags) {
			struct rsk_slice line =
				rsk_slice(lex->text + lex->at, end - lex->at);

			end = lex->at + rsk_slice_find(line, RSK_LIT("?>"));
		}
		lex->at = end;
		return true;
	}
	return false;
}

/* The text outside of <?php ... ?>. */
static bool skip_markup(struct lexer *lex)
{
	if (lex->at && !has_at(lex, lex->at, "?>"))
		return false;
	lex->at = find(lex, lex->at, "<?");
	if (has_at(lex, lex->at, "<?php"))
		lex->at += strlen("<?php");
	else if (lex->at < lex->len)
		lex->at += strlen("<?");
	return true;
}

/* ---- strings ---- */

/* Behind the } of code in a string, or 0: it does not end on this line. */
static size_t inner_end(struct lexer *lex, size_t at)
{
	size_t depth = 0;

	if (at < lex->no_code_until)
		return 0;
	for (; at < lex->len && lex->text[at] != '\n'; at++) {
		if (lex->text[at] == '{')
			depth++;
		else if (lex->text[at] == '}' && --depth == 0)
			return at + 1;
	}
	lex->no_code_until = at;
	return 0;
}

static size_t string_end(
	struct lexer *lex, const struct quote *quote, size_t at, bool *closed)
{
	size_t close = strlen(quote->close);

	for (*closed = false; at < lex->len; at++) {
		size_t inner = 0;

		if (!quote->lines && lex->text[at] == '\n')
			return at;
		if (!quote->raw && lex->text[at] == '\\') {
			at++;
			continue;
		}
		if (has_at(lex, at, quote->close)) {
			*closed = !quote->doubled ||
				  !has_at(lex, at + close, quote->close);
			if (*closed)
				return at + close;
			at += close;
			continue;
		}
		if (quote->inner && has_at(lex, at, quote->inner))
			inner = inner_end(lex,
				at + (quote->inner[0] == '{'
						     ? 0
						     : strlen(quote->inner) -
							       1));
		if (inner)
			at = inner - 1;
	}
	return lex->len;
}

static size_t prefix_len(const struct lexer *lex)
{
	const char *prefixes = lex->language->prefixes;
	size_t n = 0;

	while (prefixes && n < 2 && lex->at + n < lex->len &&
		lex->text[lex->at + n] &&
		strchr(prefixes, lex->text[lex->at + n]))
		n++;
	return n;
}

static bool read_string(struct lexer *lex)
{
	size_t prefix = prefix_len(lex);

	for (const struct quote *q = lex->language->quotes; q->open; q++) {
		size_t open = prefix + strlen(q->open);
		struct rsk_token *token;
		bool closed;

		if (!has_at(lex, lex->at + prefix, q->open))
			continue;
		token = push(lex, RSK_TOKEN_STRING, lex->at);
		lex->at = string_end(lex, q, lex->at + open, &closed);
		token->end =
			(uint32_t)(lex->at < lex->len ? lex->at : lex->len);
		token->quotes = (uint8_t)open;
		token->closes = closed ? (uint8_t)strlen(q->close) : 0;
		lex->at = token->end;
		return true;
	}
	return false;
}

/* /.../ where a value may stand, with the options behind it. */
static bool may_be_regex(const struct lexer *lex)
{
	const struct rsk_token *last =
		&lex->out->list.ptr[lex->out->list.len - 1];

	return last->kind == RSK_TOKEN_END || lex->first ||
	       (last->kind == RSK_TOKEN_OPERATOR &&
		       !strchr(")]}", lex->text[last->end - 1]));
}

static bool read_regex(struct lexer *lex)
{
	size_t at = lex->at + 1;

	if (lex->text[lex->at] != '/' || !lex->language->regexes ||
		at < lex->no_regex_until || !may_be_regex(lex))
		return false;
	for (; at < lex->len && lex->text[at] != '\n'; at++) {
		if (lex->text[at] == '\\') {
			at++;
		} else if (lex->text[at] == '/') {
			struct rsk_token *token =
				push(lex, RSK_TOKEN_STRING, at + 1);

			token->quotes = token->closes = 1;
			return true;
		}
	}
	lex->no_regex_until = at;
	return false;
}

/* <<~WORD, <<-"WORD", <<<'WORD': the text begins on the next line. */
static bool read_heredoc(struct lexer *lex)
{
	const char *mark = lex->language->heredoc;
	size_t at = lex->at;
	size_t begin;

	if (!mark || lex->no_heredocs || !has_at(lex, at, mark) ||
		lex->pending_len == MAX_PENDING)
		return false;
	at += strlen(mark);
	while (at < lex->len && (strchr("~-'\"", lex->text[at]) != NULL) &&
		lex->text[at] && at < lex->at + 8)
		at++;
	begin = at;
	while (at < lex->len && (is_letter((unsigned char)lex->text[at]) ||
					is_digit((unsigned char)lex->text[at])))
		at++;
	if (at == begin || lex->text[begin] < 'A' || lex->text[begin] > 'Z')
		return false;
	lex->pending[lex->pending_len++] =
		rsk_slice(lex->text + begin, at - begin);
	if (at < lex->len && (lex->text[at] == '\'' || lex->text[at] == '"'))
		at++;
	push(lex, RSK_TOKEN_OPERATOR, at);
	return true;
}

/* Behind the line that ends the text, or 0: there is none. */
static size_t heredoc_end(
	const struct lexer *lex, size_t at, struct rsk_slice word)
{
	while (at < lex->len) {
		size_t end = line_end(lex, at);
		struct rsk_slice line =
			rsk_slice_trim(rsk_slice(lex->text + at, end - at));

		if (rsk_slice_starts(line, word) &&
			(line.len == word.len ||
				!is_letter((unsigned char)line.ptr[word.len])))
			return (size_t)(line.ptr - lex->out->source.ptr) +
			       word.len;
		at = end + 1;
	}
	return 0;
}

static void read_pending(struct lexer *lex)
{
	for (size_t i = 0; i < lex->pending_len; i++) {
		size_t end = heredoc_end(lex, lex->at, lex->pending[i]);

		if (!end) {
			lex->no_heredocs = true;
			break;
		}
		push(lex, RSK_TOKEN_STRING, end)->closes =
			(uint8_t)(lex->pending[i].len < UINT8_MAX
					  ? lex->pending[i].len
					  : 0);
	}
	lex->pending_len = 0;
}

/* ---- the rest ---- */

static bool read_name(struct lexer *lex)
{
	unsigned char c = (unsigned char)lex->text[lex->at];
	bool mark = c && strchr(lex->language->starts, c) != NULL;
	size_t at = lex->at;

	if (!is_letter(c) && !is_digit(c) && !mark)
		return false;
	while (mark && at < lex->len && lex->text[at] == (char)c)
		at++;
	while (at < lex->len && (is_letter((unsigned char)lex->text[at]) ||
					is_digit((unsigned char)lex->text[at])))
		at++;
	push(lex, is_digit(c) ? RSK_TOKEN_NUMBER : RSK_TOKEN_NAME, at);
	return true;
}

static void match_bracket(struct lexer *lex, uint32_t token)
{
	struct rsk_token *list = lex->out->list.ptr;
	char c = lex->text[list[token].begin];
	char opener = c == ')' ? '(' : c == ']' ? '[' : '{';

	if (strchr("([{", c)) {
		*RSK_VEC_PUSH(&lex->open) = token;
		return;
	}
	if (!lex->open.len)
		return;
	if (lex->text[list[lex->open.ptr[lex->open.len - 1]].begin] != opener)
		return; /* a closer too many */
	list[token].partner = lex->open.ptr[--lex->open.len];
	list[list[token].partner].partner = token;
}

static void read_operator(struct lexer *lex)
{
	static const char *const longs[] = { "===", "!==", "<=>", "?->",
		"==", "!=", "->", "::", "?.", ":=", "=>", "<=", ">=", "&&",
		"||", "+=", "??", "?:", NULL };
	char c = lex->text[lex->at];
	size_t len = 1;

	for (const char *const *op = longs; *op && len == 1; op++)
		if (has_at(lex, lex->at, *op))
			len = strlen(*op);
	push(lex, RSK_TOKEN_OPERATOR, lex->at + len);
	if (len == 1 && c && strchr("()[]{}", c))
		match_bracket(lex, (uint32_t)lex->out->list.len - 1);
}

static bool skip_space(struct lexer *lex)
{
	char c = lex->text[lex->at];

	if (c != ' ' && (c < '\t' || c > '\r'))
		return false;
	lex->at++;
	if (c == '\n') {
		lex->first = true;
		if (lex->pending_len)
			read_pending(lex);
	}
	return true;
}

static void read_one(struct lexer *lex)
{
	if (skip_space(lex) || (lex->language->in_tags && skip_markup(lex)) ||
		skip_block(lex) || skip_line_comment(lex) || read_string(lex) ||
		read_regex(lex) || read_heredoc(lex) || read_name(lex))
		return;
	read_operator(lex);
}

enum rsk_err rsk_tokens_read(struct rsk_tokens *tokens, struct rsk_slice source,
	const struct rsk_language *language)
{
	struct lexer lex = {
		.language = language,
		.out = tokens,
		.text = (const char *)source.ptr,
		.len = source.len,
		.first = true,
	};

	tokens->source = source;
	tokens->list.len = 0;
	push(&lex, RSK_TOKEN_END, 0);
	lex.first = true;
	if (language->in_tags && lex.len)
		skip_markup(&lex);
	while (lex.at < lex.len && tokens->list.len < RSK_MAX_TOKENS)
		read_one(&lex);
	RSK_VEC_RELEASE(&lex.open);
	push(&lex, RSK_TOKEN_END, lex.at);
	return lex.at < lex.len ? RSK_TOOBIG : RSK_OK;
}

void rsk_tokens_release(struct rsk_tokens *tokens)
{
	RSK_VEC_RELEASE(&tokens->list);
}

uint32_t rsk_token_line(const struct rsk_tokens *tokens, uint32_t i)
{
	uint32_t line = 1;

	for (uint32_t at = 0; at < tokens->list.ptr[i].begin; at++)
		line += tokens->source.ptr[at] == '\n';
	return line;
}
