#include "source/ignore_p.h"

#include <ctype.h>
/* Not <git2.h>: some of it has a field called ctime, which we poison. */
#include <git2/config.h>
#include <git2/global.h>
#include <git2/ignore.h>
#include <git2/repository.h>
#include <git2/sys/repository.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"

/*
 * libgit2 answers "ignored" or "not"; that a path matches nothing looks like
 * "not". So the same patterns stand twice, once behind `!**` and once behind
 * `**`: what comes out different in the two was decided by neither.
 */
enum { BASE_NO, BASE_YES, BASES };

struct rsk_patterns {
	git_repository *bases[BASES]; /* BASE_YES: only with a '!' pattern */
	pthread_mutex_t lock;         /* libgit2 keeps a cache in them */
	bool ignore_case;
	bool is_empty;
};

/* One line of an ignore file, taken apart as git does it. */
struct pattern {
	struct rsk_slice body; /* without '!' and the slashes around it */
	bool negated;
	bool folder_only;
	bool anchored; /* a slash not at its end: about the whole path */
};

static pthread_once_t started = PTHREAD_ONCE_INIT;
static enum rsk_err start_err;

/* No settings of the user or the system, and no templates. */
static void start(void)
{
	if (rsk_git_use_memory() < 0 || git_libgit2_init() < 0) {
		start_err = RSK_NOMEM;
		return;
	}
	for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA;
		level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
		if (git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "") < 0)
			start_err = RSK_NOMEM;
}

/* Trailing spaces go, unless a backslash stands before one. Tabs stay. */
static struct rsk_slice trim_spaces(struct rsk_slice line)
{
	size_t solid = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\\') {
			i++;
			solid = i < line.len ? i + 1 : line.len;
		} else if (line.ptr[i] != ' ') {
			solid = i + 1;
		}
	}
	return rsk_slice_cut(line, 0, solid);
}

/* Where the set that begins at `i` with '[' ends, or len when it does not. */
static size_t set_end(struct rsk_slice s, size_t i)
{
	i++;
	if (i < s.len && (s.ptr[i] == '!' || s.ptr[i] == '^'))
		i++;
	for (size_t first = i; i < s.len; i++) {
		if (s.ptr[i] == ']' && i > first)
			return i;
		if (s.ptr[i] == '\\') {
			i++;
		} else if (s.ptr[i] == '[' && i + 1 < s.len &&
			   s.ptr[i + 1] == ':') {
			struct rsk_slice tail = rsk_slice_cut(s, i + 2, s.len);
			size_t end = rsk_slice_find(tail, RSK_LIT("]"));

			if (end && end < tail.len && tail.ptr[end - 1] == ':')
				i += 2 + end;
		}
	}
	return s.len;
}

/*
 * A pattern with a set that does not end, or a backslash before nothing, never
 * matches. libgit2 would read on in the next line.
 */
static bool can_match(struct rsk_slice body)
{
	for (size_t i = 0; i < body.len; i++) {
		if (body.ptr[i] == '[')
			i = set_end(body, i);
		else if (body.ptr[i] == '\\')
			i++;
		if (i >= body.len)
			return false;
	}
	return body.len > 0;
}

/* False for what git passes over. */
static bool parse_line(struct pattern *out, struct rsk_slice line)
{
	const uint8_t *nul = line.len ? memchr(line.ptr, 0, line.len) : NULL;
	struct pattern p = { 0 };

	if (nul)
		line.len = (size_t)(nul - line.ptr);
	if (!line.len || line.ptr[0] == '#')
		return false;
	if (line.ptr[line.len - 1] == '\r')
		line.len--;
	line = trim_spaces(line);
	if (line.len && line.ptr[0] == '!') {
		p.negated = true;
		line = rsk_slice_cut(line, 1, line.len);
	}
	if (line.len && line.ptr[line.len - 1] == '/') {
		p.folder_only = true;
		line.len--;
	}
	p.anchored = line.len && memchr(line.ptr, '/', line.len);
	if (line.len && line.ptr[0] == '/')
		line = rsk_slice_cut(line, 1, line.len);
	p.body = line;
	*out = p;
	return can_match(line);
}

/* Each `*` is a choice in the matcher; `**` one over whole paths. */
static bool is_harmless(struct rsk_slice body)
{
	unsigned stars = 0;
	unsigned globstars = 0;

	for (size_t i = 0; i < body.len; i++) {
		bool star = body.ptr[i] == '*';
		bool again = star && i && body.ptr[i - 1] == '*';

		if (again && (i < 2 || body.ptr[i - 2] != '*'))
			globstars++;
		stars += star && !again;
	}
	return stars <= RSK_MAX_IGNORE_STARS &&
	       globstars <= RSK_MAX_IGNORE_GLOBSTAR;
}

/*
 * libgit2 1.5 trims any blank at the end, even an escaped one, and ends a
 * pattern at a vertical tab or form feed; where a line begins with one it
 * never comes to the next. So a blank at the end is put into a set, and these
 * two are escaped, which means the same.
 */
static enum rsk_err put_byte(
	struct rsk_buf *rules, uint8_t byte, bool escaped, bool last)
{
	bool odd = byte == '\v' || byte == '\f';
	bool set = last && isspace(byte);
	uint8_t text[4];
	size_t len = 0;

	if (set)
		text[len++] = '[';
	if (odd || (escaped && !set))
		text[len++] = '\\';
	text[len++] = byte;
	if (set)
		text[len++] = ']';
	return rsk_buf_add(rules, text, len);
}

static enum rsk_err put_body(
	struct rsk_buf *rules, struct rsk_slice body, bool at_end)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; !err && i < body.len; i++) {
		bool escaped = body.ptr[i] == '\\';

		i += escaped;
		err = put_byte(rules, body.ptr[i], escaped,
			at_end && i + 1 == body.len);
	}
	return err;
}

/* One rule whose body is `prefix`, `middle` and `tail`. */
static enum rsk_err put_rule(struct rsk_buf *rules, const struct pattern *p,
	struct rsk_slice prefix, const char *middle, struct rsk_slice tail)
{
	enum rsk_err err = RSK_OK;

	if (p->negated)
		err = rsk_buf_add_byte(rules, '!');
	if (!err && p->anchored)
		err = rsk_buf_add_byte(rules, '/');
	if (!err)
		err = put_body(rules, prefix, false);
	if (!err)
		err = rsk_buf_add_str(rules, middle);
	if (!err && tail.len)
		err = put_body(rules, tail, true);
	if (!err && p->folder_only)
		err = rsk_buf_add_byte(rules, '/');
	if (!err)
		err = rsk_buf_add_byte(rules, '\n');
	return err;
}

static size_t first_special(struct rsk_slice body)
{
	size_t i = 0;

	while (i < body.len && !strchr("*?[\\", body.ptr[i]))
		i++;
	return i;
}

/*
 * git compares the part before the first wildcard by itself and matches only
 * the rest, so that in `a/b**` and `ab**` + `/c` the stars stand at a beginning
 * and cross slashes. Said for a matcher without that habit it takes two rules.
 */
static enum rsk_err put_pattern(struct rsk_buf *rules, const struct pattern *p)
{
	size_t at = first_special(p->body);
	size_t end = at;
	struct rsk_slice prefix = rsk_slice_cut(p->body, 0, at);
	enum rsk_err err;

	while (end < p->body.len && p->body.ptr[end] == '*')
		end++;

	struct rsk_slice tail = rsk_slice_cut(p->body, end, p->body.len);
	if (!p->anchored || !at || prefix.ptr[at - 1] == '/' || end < at + 2 ||
		(tail.len && tail.ptr[0] != '/'))
		return put_rule(rules, p, (struct rsk_slice){ 0 }, "", p->body);

	tail = rsk_slice_cut(tail, 1, tail.len);
	err = put_rule(rules, p, prefix, tail.len ? "" : "*", tail);
	if (!err)
		err = put_rule(
			rules, p, prefix, tail.len ? "*/**/" : "*/**", tail);
	return err;
}

static void fold(struct rsk_buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		text->ptr[i] = (uint8_t)tolower(text->ptr[i]);
}

/* git ends a line at '\n' alone. */
static struct rsk_slice take_line(struct rsk_slice *rest)
{
	const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
	size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	struct rsk_slice line = rsk_slice_cut(*rest, 0, len);

	*rest = rsk_slice_cut(*rest, len + 1, rest->len);
	return line;
}

/* The lines as libgit2 shall see them, without what it would read otherwise. */
static enum rsk_err rewrite(struct rsk_buf *rules, struct rsk_slice text,
	size_t *count, bool *any_negated)
{
	enum rsk_err err = RSK_OK;

	if (rsk_slice_starts(text, RSK_LIT("\xef\xbb\xbf")))
		text = rsk_slice_cut(text, 3, text.len);
	while (!err && text.len) {
		struct pattern p;

		if (!parse_line(&p, take_line(&text)))
			continue;
		if (++*count > RSK_MAX_IGNORE_PATTERNS || !is_harmless(p.body))
			return RSK_LIMIT;
		*any_negated |= p.negated;
		err = put_pattern(rules, &p);
	}
	return err;
}

static enum rsk_err add_base(
	git_repository **out, const struct rsk_buf *rules, const char *base)
{
	git_repository *repo = NULL;
	git_config *config = NULL;
	enum rsk_err err = RSK_NOMEM;

	if (git_repository_new(&repo) < 0 || git_config_new(&config) < 0 ||
		git_repository_set_config(repo, config) < 0 ||
		git_ignore_add_rule(repo, base) < 0 ||
		git_ignore_add_rule(repo, rsk_buf_cstr(rules)) < 0)
		goto out;
	*out = repo;
	repo = NULL;
	err = RSK_OK;
out:
	git_config_free(config);
	git_repository_free(repo);
	return err;
}

enum rsk_err rsk_patterns_new(
	struct rsk_patterns **out, struct rsk_slice text, bool ignore_case)
{
	struct rsk_buf rules = RSK_BUF_INIT(2 * RSK_MAX_IGNORE_BYTES);
	struct rsk_patterns *patterns = rsk_alloc(sizeof(*patterns));
	size_t count = 0;
	bool any_negated = false;
	enum rsk_err err;

	pthread_once(&started, start);
	pthread_mutex_init(&patterns->lock, NULL);
	patterns->ignore_case = ignore_case;
	err = start_err;
	if (!err)
		err = rewrite(&rules, text, &count, &any_negated);
	if (err == RSK_TOOBIG)
		err = RSK_LIMIT;
	patterns->is_empty = !count;
	if (ignore_case)
		fold(&rules);
	if (!err && count)
		err = add_base(&patterns->bases[BASE_NO], &rules, "**\n!**\n");
	if (!err && any_negated)
		err = add_base(&patterns->bases[BASE_YES], &rules, "**\n");
	rsk_buf_release(&rules);
	if (err) {
		rsk_patterns_free(patterns);
		return err;
	}
	*out = patterns;
	return RSK_OK;
}

void rsk_patterns_free(struct rsk_patterns *patterns)
{
	if (!patterns)
		return;
	for (int i = 0; i < BASES; i++)
		git_repository_free(patterns->bases[i]);
	pthread_mutex_destroy(&patterns->lock);
	free(patterns);
}

static enum rsk_err ask_both(
	enum rsk_opinion *out, struct rsk_patterns *patterns, const char *path)
{
	int behind_no = 0;
	int behind_yes = 1;

	if (git_ignore_path_is_ignored(
		    &behind_no, patterns->bases[BASE_NO], path) < 0)
		return RSK_NOMEM;
	if (!behind_no && patterns->bases[BASE_YES] &&
		git_ignore_path_is_ignored(
			&behind_yes, patterns->bases[BASE_YES], path) < 0)
		return RSK_NOMEM;
	*out = behind_no    ? RSK_OPINION_IGNORED
	       : behind_yes ? RSK_OPINION_NONE
			    : RSK_OPINION_INCLUDED;
	return RSK_OK;
}

enum rsk_err rsk_patterns_ask(enum rsk_opinion *out,
	struct rsk_patterns *patterns, struct rsk_slice path, bool is_folder)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_PATH_BYTES);
	enum rsk_err err = RSK_OK;

	*out = RSK_OPINION_NONE;
	if (patterns->is_empty)
		return RSK_OK;
	err = rsk_buf_add_slice(&text, path);
	if (!err && is_folder)
		err = rsk_buf_add_byte(&text, '/');
	if (!err && patterns->ignore_case)
		fold(&text);
	if (!err) {
		pthread_mutex_lock(&patterns->lock);
		err = ask_both(out, patterns, rsk_buf_cstr(&text));
		pthread_mutex_unlock(&patterns->lock);
	}
	rsk_buf_release(&text);
	return err;
}
