#include "report/baseline.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/hash.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "report/json_p.h"

static const char format[] = "rskan-baseline/1";

static const char *const scope_words[RSK_SCOPES] = {
#define X(name, word) [RSK_SCOPE_BIT_##name] = (word),
	RSK_SCOPE_MAP(X)
#undef X
};

/* --- what JSON must not have here --------------------------------------- */

/* A line, looked at byte by byte: cJSON is more generous than the grammar. */
struct sieve {
	struct rsk_slice line;
	size_t at;
	bool in_text;
	unsigned depth;
};

static bool is_nul_escape(struct rsk_slice line, size_t at)
{
	return rsk_slice_starts(
		rsk_slice_cut(line, at, line.len), RSK_LIT("\\u0000"));
}

static const char *objection_in_text(struct sieve *s)
{
	uint8_t byte = s->line.ptr[s->at];

	if (byte < 0x20)
		return "a control character that is not escaped";
	if (is_nul_escape(s->line, s->at))
		return "U+0000 in a text";
	if (byte == '\\')
		s->at++; /* whatever comes is no end of the text */
	else if (byte == '"')
		s->in_text = false;
	return NULL;
}

static const char *objection_between(struct sieve *s)
{
	uint8_t byte = s->line.ptr[s->at];

	if (byte == '"')
		s->in_text = true;
	else if (byte == '{' && s->depth++ > 0)
		return "an object in an object: values are texts";
	else if (byte == '}' && s->depth)
		s->depth--;
	else if (byte == '[')
		return "a list: values are texts";
	else if (byte < 0x20 && byte != '\t')
		return "a control character";
	return NULL;
}

/* Why the line is none of ours, with the place in s->at; NULL: it may be. */
static const char *objection(struct sieve *s)
{
	const char *text = NULL;

	for (; s->at < s->line.len; s->at++) {
		struct rsk_slice rest =
			rsk_slice_cut(s->line, s->at, s->line.len);

		if (s->line.ptr[s->at] >= 0x80) {
			struct rsk_rune rune = rsk_utf8_next(rest);

			if (rune.code == RSK_RUNE_BAD)
				return "a byte that is no UTF-8";
			if (!s->in_text)
				return rune.code == 0xfeff
					       ? "a byte order mark"
					       : "a character outside of a "
						 "text";
			s->at += rune.len - 1;
			continue;
		}
		text = s->in_text ? objection_in_text(s) : objection_between(s);
		if (text)
			return text;
	}
	return NULL;
}

/* --- a line -------------------------------------------------------------- */

struct reader {
	struct rsk_baseline *out;
	struct rsk_diag *diag;
	struct rsk_slice line;
	uint32_t number; /* [human] of the line */
};

static enum rsk_err fail_at(
	struct reader *r, size_t column, enum rsk_err err, const char *what)
{
	rsk_diag_at(r->diag, r->out->name, r->number, (uint32_t)column + 1);
	return rsk_diag_set(r->diag, err, "%s", what);
}

static size_t find_after(
	struct rsk_slice line, struct rsk_slice what, size_t from)
{
	return from + rsk_slice_find(rsk_slice_cut(line, from, line.len), what);
}

/* Where the member stands, the second of that name if `again`: as it is
 * written when nothing is escaped, else the beginning of the line. */
static size_t column_of(struct reader *r, const char *key, bool again)
{
	struct rsk_arena arena = { 0 };
	struct rsk_slice quoted =
		rsk_slice_str(rsk_arena_printf(&arena, "\"%s\"", key));
	size_t at = find_after(r->line, quoted, 0);

	if (again && at < r->line.len)
		at = find_after(r->line, quoted, at + quoted.len);
	rsk_arena_release(&arena);
	return at < r->line.len ? at : 0;
}

static enum rsk_err fail_member(
	struct reader *r, const char *key, bool again, const char *what)
{
	rsk_diag_at(r->diag, r->out->name, r->number,
		(uint32_t)column_of(r, key, again) + 1);
	return rsk_diag_set(r->diag, RSK_SYNTAX, "'%.40s': %s", key, what);
}

/* Without memory the process ends (base/mem.h), and no member is lost. */
static void *cjson_alloc(size_t size)
{
	return rsk_alloc(size);
}

static cJSON *parse(struct rsk_slice text, const char **end)
{
	return cJSON_ParseWithLengthOpts(
		(const char *)text.ptr, text.len, end, false);
}

static enum rsk_err parse_line(struct reader *r, cJSON **out)
{
	struct sieve sieve = { .line = r->line };
	const char *end = (const char *)r->line.ptr;
	const char *why = r->line.len > RSK_MAX_BASELINE_LINE
				  ? "the line is too long"
				  : objection(&sieve);
	size_t at;

	if (why)
		return fail_at(r, sieve.at, RSK_SYNTAX, why);
	*out = parse(r->line, &end);
	at = (size_t)((const uint8_t *)end - r->line.ptr);
	if (!*out)
		return fail_at(r, at < r->line.len ? at : r->line.len,
			RSK_SYNTAX, "this is no JSON");
	if (!cJSON_IsObject(*out))
		return fail_at(r, 0, RSK_SYNTAX, "expected an object");
	if (rsk_slice_trim(rsk_slice_cut(r->line, at, r->line.len)).len)
		return fail_at(
			r, at, RSK_SYNTAX, "something behind the object");
	return RSK_OK;
}

/* --- members -------------------------------------------------------------- */

typedef const char *read_member(
	struct reader *r, const char *value, void *where);

struct member {
	const char *key;
	read_member *read; /* NULL, or what was expected */
	size_t offset;
	bool required;
};

static const char *read_text(struct reader *r, const char *value, void *where)
{
	*(const char **)where =
		*value ? rsk_arena_str(&r->out->arena, rsk_slice_str(value))
		       : NULL;
	return NULL;
}

static const char *read_some_text(
	struct reader *r, const char *value, void *where)
{
	return *value ? read_text(r, value, where) : "expected a text";
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *read_print(struct reader *r, const char *value, void *where)
{
	uint8_t *out = where;

	(void)r;
	for (size_t i = 0; i < (size_t)2 * RSK_KNOWN_PRINT; i++) {
		int digit = digit_of(value[i]);

		if (digit < 0)
			return "expected the 32 hex digits of a fingerprint";
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | digit);
	}
	return value[(size_t)2 * RSK_KNOWN_PRINT]
		       ? "expected the 32 hex digits of a fingerprint"
		       : NULL;
}

static const char *read_history(
	struct reader *r, const char *value, void *where)
{
	struct rsk_known *known = where;

	known->has_history = true;
	return read_print(r, value, known->history);
}

static const char *read_in(struct reader *r, const char *value, void *where)
{
	(void)r;
	*(bool *)where = !strcmp(value, "history");
	return *(bool *)where || !strcmp(value, "tree")
		       ? NULL
		       : "expected tree or history";
}

static const char *read_day(struct reader *r, const char *value, void *where)
{
	int64_t day;

	if (!rsk_day_parse(&day, rsk_slice_str(value)))
		return "expected a day as YYYY-MM-DD";
	return read_text(r, value, where);
}

#define AT(field) offsetof(struct rsk_known, field)
static const struct member entry_members[] = {
	{ "rule", read_some_text, AT(rule), true },
	{ "path", read_some_text, AT(path), true },
	{ "fingerprint", read_print, AT(fingerprint), true },
	{ "history", read_history, 0, false },
	{ "in", read_in, AT(past), true },
	{ "masked", read_text, AT(masked), false },
	{ "reason", read_text, AT(reason), false },
	{ "since", read_day, AT(since), true },
};
#undef AT

static const char *read_format(struct reader *r, const char *value, void *where)
{
	(void)r;
	(void)where;
	return strcmp(value, format) != 0 ? "expected rskan-baseline/1" : NULL;
}

static const char *read_scope(struct reader *r, const char *value, void *where)
{
	struct rsk_slice rest = rsk_slice_str(value);
	uint32_t *scope = where;

	(void)r;
	while (rest.len) {
		size_t end = rsk_slice_find(rest, RSK_LIT(" "));
		struct rsk_slice word = rsk_slice_cut(rest, 0, end);
		unsigned bit = 0;

		while (bit < RSK_SCOPES &&
			!rsk_slice_eq_str(word, scope_words[bit]))
			bit++;
		if (bit == RSK_SCOPES)
			break;
		*scope |= 1U << bit;
		rest = rsk_slice_cut(rest, end + 1, rest.len);
	}
	return rest.len || !(*scope & RSK_SCOPE_TREE)
		       ? "expected tree, and what else of history, audit, "
			 "ignored, include-tests and submodules"
		       : NULL;
}

#define AT(field) offsetof(struct rsk_baseline, field)
static const struct member head_members[] = {
	{ "format", read_format, 0, true },
	{ "scope", read_scope, AT(scope), true },
	{ "folder", read_some_text, AT(folder), true },
};
#undef AT

enum { MEMBERS_MAX = 8 };

struct table {
	const struct member *members;
	size_t len;
};

static enum rsk_err read_one(struct reader *r, const struct table *table,
	const cJSON *node, bool *seen, void *out)
{
	size_t i = 0;
	const char *why;

	while (i < table->len &&
		strcmp(table->members[i].key, node->string) != 0)
		i++;
	if (i == table->len)
		return fail_member(
			r, node->string, false, "there is no such member");
	if (seen[i])
		return fail_member(
			r, node->string, true, "this member is there twice");
	seen[i] = true;
	if (!cJSON_IsString(node))
		return fail_member(r, node->string, false, "expected a text");
	why = table->members[i].read(
		r, node->valuestring, (char *)out + table->members[i].offset);
	return why ? fail_member(r, node->string, false, why) : RSK_OK;
}

static enum rsk_err read_object(
	struct reader *r, const struct table *table, void *out)
{
	bool seen[MEMBERS_MAX] = { false };
	cJSON *root = NULL;
	enum rsk_err err = parse_line(r, &root);

	for (const cJSON *node = root ? root->child : NULL; node && !err;
		node = node->next)
		err = read_one(r, table, node, seen, out);
	for (size_t i = 0; i < table->len && !err; i++)
		if (table->members[i].required && !seen[i])
			err = fail_member(r, table->members[i].key, false,
				"this member is missing");
	cJSON_Delete(root);
	return err;
}

/* --- the file ------------------------------------------------------------- */

static enum rsk_err read_entry(struct reader *r)
{
	static const struct table table = { entry_members,
		sizeof(entry_members) / sizeof(entry_members[0]) };
	struct rsk_known known = { .line = r->number };
	enum rsk_err err;

	if (r->out->entries.len == RSK_MAX_BASELINE_ENTRIES)
		return fail_at(r, 0, RSK_LIMIT, "too many entries");
	err = read_object(r, &table, &known);
	if (!err)
		*RSK_VEC_PUSH(&r->out->entries) = known;
	return err;
}

static enum rsk_err read_head(struct reader *r)
{
	static const struct table table = { head_members,
		sizeof(head_members) / sizeof(head_members[0]) };

	return read_object(r, &table, r->out);
}

/* Lines end with LF, also as CRLF: a lone CR is a control character. */
static bool next_line(struct reader *r, struct rsk_slice *rest)
{
	size_t end = rsk_slice_find(*rest, RSK_LIT("\n"));

	if (!rest->len)
		return false;
	r->line = rsk_slice_cut(*rest, 0, end);
	if (rsk_slice_ends(r->line, RSK_LIT("\r")))
		r->line = rsk_slice_cut(r->line, 0, r->line.len - 1);
	*rest = rsk_slice_cut(*rest, end + 1, rest->len);
	r->number++;
	rsk_input_beat();
	return true;
}

static int cmp_ref(const void *left, const void *right)
{
	const struct rsk_known_ref *a = left;
	const struct rsk_known_ref *b = right;
	int order = memcmp(a->print, b->print, RSK_KNOWN_PRINT);

	if (!order)
		order = a->is_history - b->is_history;
	if (!order)
		order = (a->entry > b->entry) - (a->entry < b->entry);
	return order;
}

/* An entry that is there twice (after a merge) lists one finding. */
static void index_entries(struct rsk_baseline *baseline)
{
	struct rsk_known_ref *refs;
	size_t kept = 0;

	for (size_t i = 0; i < baseline->entries.len; i++) {
		const struct rsk_known *known = &baseline->entries.ptr[i];

		*RSK_VEC_PUSH(&baseline->refs) =
			(struct rsk_known_ref){ known->fingerprint, (uint32_t)i,
				false };
		if (known->has_history)
			*RSK_VEC_PUSH(&baseline->refs) =
				(struct rsk_known_ref){ known->history,
					(uint32_t)i, true };
	}
	refs = baseline->refs.ptr;
	if (baseline->refs.len)
		qsort(refs, baseline->refs.len, sizeof(*refs), cmp_ref);
	for (size_t i = 0; i < baseline->refs.len; i++)
		if (!kept || refs[i].is_history || refs[kept - 1].is_history ||
			memcmp(refs[kept - 1].print, refs[i].print,
				RSK_KNOWN_PRINT) != 0)
			refs[kept++] = refs[i];
	baseline->refs.len = kept;
}

enum rsk_err rsk_baseline_read(struct rsk_baseline *out, const char *name,
	struct rsk_slice text, struct rsk_diag *diag)
{
	struct reader r = { .out = out, .diag = diag };
	cJSON_Hooks hooks = { cjson_alloc, free };
	enum rsk_err err = RSK_OK;

	cJSON_InitHooks(&hooks);
	out->name = rsk_arena_str(&out->arena, rsk_slice_str(name));
	if (!next_line(&r, &text)) {
		r.number = 1;
		err = fail_at(&r, 0, RSK_SYNTAX,
			"an empty file is no baseline: 'rskan baseline' "
			"writes one");
	}
	if (!err)
		err = read_head(&r);
	while (!err && next_line(&r, &text))
		if (rsk_slice_trim(r.line).len)
			err = read_entry(&r);
	if (err)
		rsk_baseline_release(out);
	else
		index_entries(out);
	return err;
}

void rsk_baseline_release(struct rsk_baseline *baseline)
{
	RSK_VEC_RELEASE(&baseline->entries);
	RSK_VEC_RELEASE(&baseline->refs);
	rsk_arena_release(&baseline->arena);
	*baseline = (struct rsk_baseline){ 0 };
}

size_t rsk_baseline_find(const struct rsk_baseline *baseline,
	const uint8_t print[RSK_KNOWN_PRINT])
{
	size_t low = 0;
	size_t high = baseline->refs.len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(baseline->refs.ptr[mid].print, print,
			    RSK_KNOWN_PRINT) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < baseline->refs.len &&
		!memcmp(baseline->refs.ptr[low].print, print, RSK_KNOWN_PRINT))
		return low;
	return baseline->refs.len;
}

/* --- writing -------------------------------------------------------------- */

const char *rsk_scope_text(char out[RSK_SCOPE_TEXT], uint32_t scope)
{
	size_t len = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < RSK_SCOPES; i++)
		if (scope & 1U << i)
			len += (size_t)snprintf(out + len, RSK_SCOPE_TEXT - len,
				"%s%s", len ? " " : "", scope_words[i]);
	return out;
}

/* By what is read first; never by what an edit elsewhere changes. */
static int cmp_known(const void *left, const void *right)
{
	const struct rsk_known *a = *(const struct rsk_known *const *)left;
	const struct rsk_known *b = *(const struct rsk_known *const *)right;
	int order = strcmp(a->path, b->path);

	if (!order)
		order = strcmp(a->rule, b->rule);
	if (!order)
		order = memcmp(a->fingerprint, b->fingerprint, RSK_KNOWN_PRINT);
	if (!order)
		order = a->past - b->past;
	/* Twice the same, after a merge: whose reason comes first? */
	if (!order)
		order = strcmp(a->since, b->since);
	if (!order)
		order = strcmp(
			a->reason ? a->reason : "", b->reason ? b->reason : "");
	if (!order)
		order = (a->line > b->line) - (a->line < b->line);
	return order;
}

static void put_print(
	struct rsk_json *json, const char *key, const uint8_t *print)
{
	char hex[2 * RSK_KNOWN_PRINT + 1];

	rsk_hex(hex, print, RSK_KNOWN_PRINT);
	rsk_json_str(json, key, hex);
}

static void put_text(struct rsk_json *json, const char *key, const char *text)
{
	if (text && *text)
		rsk_json_str(json, key, text);
}

static void put_entry(struct rsk_json *json, const struct rsk_known *known)
{
	rsk_json_object(json, NULL);
	rsk_json_str(json, "rule", known->rule);
	rsk_json_str(json, "path", known->path);
	put_print(json, "fingerprint", known->fingerprint);
	if (known->has_history)
		put_print(json, "history", known->history);
	rsk_json_str(json, "in", known->past ? "history" : "tree");
	put_text(json, "masked", known->masked);
	rsk_json_str(json, "reason", known->reason ? known->reason : "");
	rsk_json_str(json, "since", known->since);
	rsk_json_end(json);
	rsk_json_newline(json);
}

static void put_head(
	struct rsk_json *json, const struct rsk_baseline_content *content)
{
	char scope[RSK_SCOPE_TEXT];

	rsk_json_object(json, NULL);
	rsk_json_str(json, "format", format);
	rsk_json_str(json, "scope", rsk_scope_text(scope, content->scope));
	rsk_json_str(json, "folder", content->folder);
	rsk_json_end(json);
	rsk_json_newline(json);
}

enum rsk_err rsk_baseline_write(
	const struct rsk_baseline_content *content, FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_json json = { .out = &out };
	RSK_VEC(const struct rsk_known *) sorted = { 0 };

	for (size_t i = 0; i < content->len; i++)
		if (content->known[i].state != RSK_KNOWN_GONE)
			*RSK_VEC_PUSH(&sorted) = &content->known[i];
	if (sorted.len)
		qsort(sorted.ptr, sorted.len, sizeof(*sorted.ptr), cmp_known);
	put_head(&json, content);
	for (size_t i = 0; i < sorted.len; i++)
		put_entry(&json, sorted.ptr[i]);
	RSK_VEC_RELEASE(&sorted);
	return rsk_out_finish(&out);
}
