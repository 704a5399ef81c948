#include "source/gitconfig_p.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 256 };

struct parser {
	struct rsk_slice rest;
	uint32_t line;
	char section[NAME_MAX_BYTES]; /* "core", lower case; "a.b" never ours */
	char key[NAME_MAX_BYTES];
	char value[4096];
	bool has_value; /* `bare` alone means true */
};

static int peek(const struct parser *p)
{
	return p->rest.len ? p->rest.ptr[0] : -1;
}

static int take(struct parser *p)
{
	int c = peek(p);

	if (c < 0)
		return c;
	p->rest = rsk_slice_cut(p->rest, 1, p->rest.len);
	if (c == '\r' && peek(p) == '\n')
		return take(p);
	if (c == '\n')
		p->line++;
	return c;
}

/* Names longer than ours are cut: they only have to differ from ours. */
static void put(char *out, size_t size, size_t *len, int c)
{
	if (*len + 1 < size)
		out[(*len)++] = (char)c;
	out[*len] = '\0';
}

static void skip_line(struct parser *p)
{
	for (int c = take(p); c >= 0 && c != '\n';)
		c = take(p);
}

static enum rsk_err parse_section(struct parser *p)
{
	size_t len = 0;
	int c = take(p);

	p->section[0] = '\0';
	for (; c >= 0 && c != ']' && c != '\n'; c = take(p)) {
		if (c == '"')
			for (c = take(p); c >= 0 && c != '"' && c != '\n';) {
				put(p->section, sizeof(p->section), &len,
					c == '\\' ? take(p) : c);
				c = take(p);
			}
		else
			put(p->section, sizeof(p->section), &len, tolower(c));
		if (c < 0 || c == '\n')
			break;
	}
	return c == ']' ? RSK_OK : RSK_SYNTAX;
}

static int escaped(int c)
{
	static const char from[] = "nbt\"\\";
	static const char to[] = "\n\b\t\"\\";
	const char *found = c > 0 ? strchr(from, c) : NULL;

	return found ? to[found - from] : -1;
}

/* A value up to the end of its line: quotes, escapes, comments, `\` newline. */
static enum rsk_err parse_value(struct parser *p)
{
	size_t len = 0;
	size_t solid = 0; /* up to the last byte that is no trailing blank */
	bool quoted = false;

	p->value[0] = '\0';
	for (int c = take(p); c >= 0 && c != '\n'; c = take(p)) {
		if (!quoted && (c == '#' || c == ';')) {
			skip_line(p);
			break;
		}
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		bool literal = quoted || c == '\\';
		if (c == '\\') {
			c = take(p);
			if (c == '\n')
				continue;
			c = escaped(c);
			if (c < 0)
				return RSK_SYNTAX;
		}
		bool blank = !literal && (c == ' ' || c == '\t');
		if (blank && !len)
			continue;
		put(p->value, sizeof(p->value), &len, c);
		solid = blank ? solid : len;
	}
	p->value[solid] = '\0';
	return quoted ? RSK_SYNTAX : RSK_OK;
}

static enum rsk_err parse_setting(struct parser *p)
{
	size_t len = 0;

	p->key[0] = '\0';
	while (isalnum(peek(p)) || peek(p) == '-')
		put(p->key, sizeof(p->key), &len, tolower(take(p)));
	if (!len)
		return RSK_SYNTAX;
	while (peek(p) == ' ' || peek(p) == '\t')
		take(p);

	int c = peek(p);
	p->has_value = c == '=';
	p->value[0] = '\0';
	if (p->has_value) {
		take(p);
		return parse_value(p);
	}
	if (c >= 0 && !strchr("\r\n;#", c))
		return RSK_SYNTAX;
	skip_line(p);
	return RSK_OK;
}

static bool is_true(const struct parser *p)
{
	static const char *const no[] = { "false", "no", "off", "0", "" };

	for (size_t i = 0; p->has_value && i < sizeof(no) / sizeof(no[0]); i++)
		if (rsk_slice_eq_nocase(
			    rsk_slice_str(p->value), rsk_slice_str(no[i])))
			return false;
	return true;
}

/* What reads a setting; `config` was filled by the ones before it. */
typedef void apply_fn(struct rsk_git_config *config, const struct parser *p);

static void set_foreign(struct rsk_git_config *config, const struct parser *p)
{
	snprintf(config->foreign, sizeof(config->foreign), "%.24s.%.20s=%.16s",
		p->section, p->key, p->value);
}

static void apply_version(struct rsk_git_config *config, const struct parser *p)
{
	bool known = !strcmp(p->value, "0") || !strcmp(p->value, "1");

	config->version = !strcmp(p->value, "1");
	if (!known)
		set_foreign(config, p);
}

static void apply_bare(struct rsk_git_config *config, const struct parser *p)
{
	config->is_bare = is_true(p);
}

static void apply_ignore_case(
	struct rsk_git_config *config, const struct parser *p)
{
	config->ignore_case = is_true(p);
}

static void apply_worktree(
	struct rsk_git_config *config, const struct parser *p)
{
	snprintf(config->worktree, sizeof(config->worktree), "%s", p->value);
}

static void apply_format(struct rsk_git_config *config, const struct parser *p)
{
	config->is_sha256 = !strcmp(p->value, "sha256");
	if (!config->is_sha256 && strcmp(p->value, "sha1") != 0)
		set_foreign(config, p);
}

static void apply_storage(struct rsk_git_config *config, const struct parser *p)
{
	if (strcmp(p->value, "files") != 0)
		set_foreign(config, p);
}

static void apply_partial(struct rsk_git_config *config, const struct parser *p)
{
	(void)p;
	config->is_partial = true;
}

static void apply_nothing(struct rsk_git_config *config, const struct parser *p)
{
	(void)config;
	(void)p;
}

static const struct setting {
	const char *section, *key;
	apply_fn *apply;
} settings[] = {
	{ "core", "bare", apply_bare },
	{ "core", "ignorecase", apply_ignore_case },
	{ "core", "repositoryformatversion", apply_version },
	{ "core", "worktree", apply_worktree },
	{ "extensions", "noop", apply_nothing },
	{ "extensions", "objectformat", apply_format },
	{ "extensions", "partialclone", apply_partial },
	{ "extensions", "preciousobjects", apply_nothing },
	{ "extensions", "refstorage", apply_storage },
	{ "extensions", "relativeworktrees", apply_nothing },
	{ "extensions", "worktreeconfig", apply_nothing },
};

static void apply(struct rsk_git_config *config, const struct parser *p)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!strcmp(settings[i].section, p->section) &&
			!strcmp(settings[i].key, p->key)) {
			settings[i].apply(config, p);
			return;
		}
	/* An extension changes what the files mean. */
	if (!strcmp(p->section, "extensions"))
		set_foreign(config, p);
}

static enum rsk_err parse_next(struct parser *p, struct rsk_git_config *config)
{
	int c = peek(p);
	enum rsk_err err = RSK_OK;

	if (c == '#' || c == ';') {
		skip_line(p);
	} else if (isspace(c)) {
		take(p);
	} else if (c == '[') {
		take(p);
		err = parse_section(p);
	} else {
		err = parse_setting(p);
		if (!err)
			apply(config, p);
	}
	return err;
}

enum rsk_err rsk_git_config_parse(struct rsk_git_config *out,
	struct rsk_slice text, struct rsk_diag *diag)
{
	struct parser p = { .rest = text, .line = 1 };
	struct rsk_git_config config = { 0 };
	enum rsk_err err = RSK_OK;

	if (rsk_slice_starts(text, RSK_LIT("\xef\xbb\xbf")))
		p.rest = rsk_slice_cut(text, 3, text.len);
	while (!err && p.rest.len)
		err = parse_next(&p, &config);
	*out = config;
	if (!err)
		return RSK_OK;
	rsk_diag_at(diag, NULL, p.line, 1);
	return rsk_diag_set(diag, err, "no git configuration");
}
