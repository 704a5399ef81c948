#include <inttypes.h>

#include "base/utf8.h"
#include "report/keys.h"
#include "report/text_p.h"
#include "report/words_p.h"

/*
 * The vendor's six steps for a compromised key, filled in for one key, as a
 * Markdown document: to be read in a terminal, followed, and filed. What is of
 * others is in code spans or fenced blocks, without a backtick in it, so that
 * it stays text; the page escapes the rest.
 */
struct incident {
	struct rsk_page page;
	const struct rsk_report *report;
	const struct rsk_key *key;
	const char *id;
	const char *target;
	const struct rsk_ids *ids;
};

static void line(struct incident *in, const char *text)
{
	rsk_page_wrap(&in->page, rsk_slice_str(text));
}

static void title(struct incident *in, const char *text)
{
	rsk_page_gap(&in->page);
	rsk_page_ink(&in->page, RSK_INK_BOLD);
	rsk_page_str(&in->page, text);
	rsk_page_ink(&in->page, RSK_INK_PLAIN);
	rsk_page_line(&in->page);
	rsk_page_gap(&in->page);
}

/* A code span: no backtick ends it. */
static void span(struct incident *in, struct rsk_slice text)
{
	rsk_page_str(&in->page, "`");
	for (size_t from = 0, at; from <= text.len; from = at + 1) {
		struct rsk_slice rest = rsk_slice_cut(text, from, text.len);

		at = from + rsk_slice_find(rest, RSK_LIT("`"));
		rsk_page_slice(&in->page, rsk_slice_cut(text, from, at));
		if (at < text.len)
			rsk_page_str(&in->page, "'");
	}
	rsk_page_str(&in->page, "`");
}

static void span_str(struct incident *in, const char *text)
{
	span(in, rsk_slice_str(text));
}

/* Commands */

static void fence(struct incident *in, const char *language)
{
	rsk_page_gap(&in->page);
	rsk_page_str(&in->page, "~~~~~~");
	rsk_page_str(&in->page, language);
	rsk_page_line(&in->page);
}

static void fence_end(struct incident *in)
{
	rsk_page_str(&in->page, "~~~~~~");
	rsk_page_line(&in->page);
	rsk_page_gap(&in->page);
}

static bool is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("_./@%+=:,-", c));
}

static bool needs_escapes(struct rsk_slice word)
{
	bool control = false;

	for (size_t i = 0; i < word.len; i++)
		control |= word.ptr[i] < ' ' || word.ptr[i] >= 0x7f;
	return control;
}

/* What is ASCII without controls, and must not be escaped once more. */
static void put_raw(struct incident *in, const char *text)
{
	rsk_page_raw(&in->page, text, (unsigned)strlen(text));
}

static void put_byte(struct incident *in, uint8_t c, bool escapes)
{
	char text[8] = { (char)c };

	if (escapes && (c < ' ' || c >= 0x7f || c == '\\' || c == '\''))
		snprintf(text, sizeof(text), "\\x%02x", c);
	else if (c == '\'')
		snprintf(text, sizeof(text), "'\\''");
	put_raw(in, text);
}

/* One word of a shell's command line, whatever the bytes are. */
static void shell_word(struct incident *in, struct rsk_slice word)
{
	bool escapes = needs_escapes(word);
	bool plain = word.len && word.ptr[0] != '-';

	for (size_t i = 0; i < word.len; i++)
		plain &= is_plain(word.ptr[i]);
	if (!plain)
		rsk_page_str(&in->page, escapes ? "$'" : "'");
	for (size_t i = 0; i < word.len; i++)
		put_byte(in, word.ptr[i], escapes);
	if (!plain)
		rsk_page_str(&in->page, "'");
}

/* What is known */

static void day(struct incident *in, int64_t seconds)
{
	char date[RSK_DATE];

	rsk_page_printf(&in->page, "%.10s",
		rsk_date(date, seconds) ? date : "an unknown day");
}

static void commit(struct incident *in, const char *what,
	const struct rsk_commit_view *view, int64_t seconds)
{
	if (!view->oid)
		return;
	rsk_page_printf(&in->page, "- %s ", what);
	day(in, seconds);
	rsk_page_printf(&in->page, ", commit %.12s", view->oid);
	if (view->author.len) {
		rsk_page_str(&in->page, " by ");
		span(in, view->author);
	}
	if (view->summary.len) {
		rsk_page_str(&in->page, ": ");
		span(in, view->summary);
	}
	rsk_page_line(&in->page);
}

static void names(
	struct incident *in, const char *what, const struct rsk_key_names *list)
{
	if (!list->total)
		return;
	rsk_page_printf(&in->page, "- %s: %" PRIu32, what, list->total);
	for (size_t i = 0; i < list->len; i++) {
		rsk_page_str(&in->page, i ? ", " : " (");
		span(in, list->ptr[i]);
	}
	rsk_page_str(&in->page, list->len < list->total ? ", ...)" : ")");
	rsk_page_line(&in->page);
}

static void add_exposure(struct incident *in)
{
	const struct rsk_key *key = in->key;

	title(in, "## What was exposed, since when, to whom");
	rsk_page_str(&in->page, "- Key: ");
	span_str(in, key->secret.masked);
	rsk_page_printf(&in->page, ", kind %s", key->secret.kind);
	for (size_t i = 0; i < key->environments_len; i++)
		rsk_page_printf(&in->page, "%s%s", i ? ", " : ", used for ",
			key->environments[i]);
	rsk_page_line(&in->page);
	commit(in, "First in the history on", &key->first, key->first_seconds);
	commit(in, "Last in the history on", &key->last, key->last_seconds);
	commit(in, "Removed on", &key->removed, key->removed_seconds);
	if (key->first.oid) {
		rsk_page_printf(&in->page, "- Commits that have it: %" PRIu32,
			key->commits);
		rsk_page_line(&in->page);
	} else {
		line(in, "- No commit that has it was found: what follows is "
			 "about files that are there now.");
	}
	rsk_page_printf(&in->page, "- In the present state: %s",
		key->at_head ? "yes" : "no");
	rsk_page_line(&in->page);
	names(in, "Branches that reach it", &key->branches);
	names(in, "Tags (releases) that reach it", &key->tags);
	names(in, "Branches of remotes that reach it", &key->remotes);
	names(in, "People who brought it", &key->authors);
}

/* Who has a copy is what decides how bad it is. */
static void add_reach(struct incident *in)
{
	rsk_page_gap(&in->page);
	if (in->key->remotes.total)
		line(in, "It was pushed: everybody who can read the remote, "
			 "every clone, fork and CI cache has it. Take it as "
			 "known to strangers.");
	else if (in->key->first.oid)
		line(in, "No branch of a remote that is known here reaches it. "
			 "That is no proof that it was never pushed: another "
			 "clone may have done it, and a branch may have been "
			 "deleted.");
	else
		line(in, "It is in no commit that was scanned. Whoever can "
			 "read the files below has it.");
	if (!in->report->complete)
		line(in, "Not everything could be looked at (the scan is "
			 "incomplete): there may be more places.");
}

static void add_timeline(struct incident *in)
{
	if (!in->key->events_len)
		return;
	title(in, "## Time line");
	fence(in, "text");
	rsk_page_key_events(&in->page, in->key, in->report, in->ids);
	fence_end(in);
}

/* The names of environment variables, as the masked lines show them. */

static bool is_name(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_between(uint8_t c)
{
	return c && strchr(" \t\"'=:[(`", c);
}

/* NAME of `NAME=rsk_live_****`, or nothing. */
static struct rsk_slice name_before(
	const struct rsk_finding *finding, const char *masked)
{
	struct rsk_slice text = finding->snippet.text;
	size_t at = rsk_slice_find(text, rsk_slice_str(masked));
	bool assigned = false;
	size_t end;

	if (at == text.len)
		return RSK_LIT("");
	while (at && is_between(text.ptr[at - 1])) {
		assigned |= text.ptr[at - 1] == '=' || text.ptr[at - 1] == ':';
		at--;
	}
	end = at;
	while (at && is_name(text.ptr[at - 1]))
		at--;
	return assigned && end - at > 2 && text.ptr[at] >= 'A'
		       ? rsk_slice_cut(text, at, end)
		       : RSK_LIT("");
}

enum { NAMES_MAX = 16 };

struct variables {
	struct rsk_slice names[NAMES_MAX];
	size_t len;
};

static void add_variable(struct variables *v, struct rsk_slice name)
{
	for (size_t i = 0; i < v->len; i++)
		if (rsk_slice_eq(v->names[i], name))
			return;
	if (name.len && v->len < NAMES_MAX)
		v->names[v->len++] = name;
}

static void find_variables(const struct incident *in, struct variables *v)
{
	const struct rsk_report *report = in->report;
	const struct rsk_secret_view *secret = &in->key->secret;

	for (size_t i = 0; i < report->findings.len + report->suppressed.len;
		i++) {
		const struct rsk_finding *finding =
			i < report->findings.len
				? &report->findings.ptr[i]
				: &report->suppressed
					   .ptr[i - report->findings.len];

		if (finding->secret.masked &&
			!memcmp(&finding->secret.id, &secret->id,
				sizeof(secret->id)))
			add_variable(v, name_before(finding, secret->masked));
	}
	if (!v->len)
		add_variable(v, RSK_LIT("RESYNC_API_KEY"));
}

static void add_variables(struct incident *in)
{
	struct variables v = { .len = 0 };

	find_variables(in, &v);
	rsk_page_str(&in->page, "Set the new value of");
	for (size_t i = 0; i < v.len; i++) {
		rsk_page_str(&in->page, i ? ", " : " ");
		span(in, v.names[i]);
	}
	rsk_page_str(&in->page, " where each environment keeps its secrets");
	for (size_t i = 0; i < in->key->environments_len; i++)
		rsk_page_printf(&in->page, "%s%s", i ? ", " : ": ",
			in->key->environments[i]);
	rsk_page_line(&in->page);
	line(in, "(the hosting platform, the CI's secrets, `.env` files that "
		 "git ignores). One key for each environment.");
}

/* Places */

static bool is_env_file(struct rsk_slice path)
{
	return rsk_slice_starts(rsk_path_base(path), RSK_LIT(".env"));
}

static void add_place(struct incident *in, const struct rsk_key_place *place)
{
	rsk_page_str(&in->page, "- [ ] ");
	span(in, place->path);
	if (place->at.line)
		rsk_page_printf(&in->page, " line %" PRIu32 ", column %" PRIu32,
			place->at.line, place->at.column);
	for (size_t i = 0; i < place->rules_len; i++)
		rsk_page_printf(
			&in->page, "%s%s", i ? ", " : ": ", place->rules[i]);
	if (place->at_head && place->tracked && is_env_file(place->path))
		rsk_page_str(&in->page, " (tracked: to be untracked)");
	rsk_page_line(&in->page);
}

static size_t add_present_places(struct incident *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->key->places_len; i++)
		if (in->key->places[i].at_head) {
			add_place(in, &in->key->places[i]);
			n++;
		}
	return n;
}

static void add_past_places(struct incident *in)
{
	bool any = false;

	for (size_t i = 0; i < in->key->places_len; i++) {
		if (in->key->places[i].at_head)
			continue;
		if (!any) {
			rsk_page_gap(&in->page);
			line(in, "Only in the past (step 7):");
			rsk_page_gap(&in->page);
		}
		any = true;
		add_place(in, &in->key->places[i]);
	}
	rsk_page_gap(&in->page);
}

static void add_untracking(struct incident *in)
{
	bool any = false;

	for (size_t i = 0; i < in->key->places_len; i++) {
		const struct rsk_key_place *place = &in->key->places[i];

		if (!place->at_head || !place->tracked ||
			!is_env_file(place->path) ||
			(i && rsk_slice_eq(place->path, place[-1].path)))
			continue;
		if (!any)
			fence(in, "sh");
		any = true;
		rsk_page_str(&in->page, "git rm --cached -- ");
		shell_word(in, place->path);
		rsk_page_line(&in->page);
	}
	if (any)
		fence_end(in);
}

/* The steps */

static void add_first_steps(struct incident *in)
{
	title(in, "## 1. Immediately: delete the key in the dashboard");
	rsk_page_str(&in->page, "- [ ] Settings > API Keys: delete the key ");
	span_str(in, in->key->secret.masked);
	rsk_page_line(&in->page);
	rsk_page_gap(&in->page);
	line(in, "This comes first, even if something stops working: as long "
		 "as the key is valid, all that follows protects nothing. "
		 "Rewriting the history does not take it back.");
	title(in, "## 2. Create a new API key");
	line(in, "- [ ] One for each environment that used it; the least "
		 "rights that do. Never send it by chat or mail.");
	title(in, "## 3. Update environment variables");
	add_variables(in);
	rsk_page_gap(&in->page);
	line(in, "Every place of the old one:");
	rsk_page_gap(&in->page);
	if (!add_present_places(in))
		line(in, "- none in the present state");
	rsk_page_gap(&in->page);
	add_past_places(in);
	add_untracking(in);
	line(in, "`rskan fix` shows the edits that can be made by itself.");
}

static void add_last_steps(struct incident *in)
{
	title(in, "## 4. Deploy to all environments");
	line(in, "- [ ] Rebuild whatever had the key built in (apps, bundles, "
		 "images), and deploy everywhere.");
	title(in, "## 5. Monitor for suspicious activity");
	rsk_page_str(&in->page, "- [ ] Look through the account's activity");
	if (in->key->first.oid) {
		rsk_page_str(&in->page, " since ");
		day(in, in->key->first_seconds);
	}
	rsk_page_str(&in->page,
		": unknown addresses, unusual volume, changes to campaigns and "
		"content.");
	rsk_page_line(&in->page);
	line(in, "- [ ] If personal data may have been read, tell who is "
		 "responsible for data protection now: under the GDPR there "
		 "are 72 hours.");
	title(in, "## 6. Document: the incident record");
	line(in, "Keep this file. To be filled in:");
	rsk_page_gap(&in->page);
	line(in, "- Found on, by:");
	line(in, "- Key deleted on, by:");
	line(in, "- New key in use everywhere since:");
	line(in, "- What the activity shows:");
	line(in, "- How it came there, and what will prevent it:");
	line(in, "- Reviewed on, by:");
}

/*
 * An expression that finds the key by what its masked form shows: the public
 * prefix and the last characters. Without those, it would find others, too.
 */
static bool has_expression(const struct incident *in)
{
	struct rsk_slice masked = rsk_slice_str(in->key->secret.masked);
	size_t stars = rsk_slice_find(masked, RSK_LIT("********"));

	if (!stars || stars + 8 >= masked.len)
		return false;
	for (size_t i = 0; i < masked.len; i++)
		if (!is_plain(masked.ptr[i]) && masked.ptr[i] != '*')
			return false;
	return true;
}

static void put_quoted(struct incident *in, struct rsk_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(".+", text.ptr[i]))
			put_raw(in, "\\");
		rsk_page_slice(&in->page, rsk_slice(&text.ptr[i], 1));
	}
}

static void put_expression(struct incident *in)
{
	struct rsk_slice masked = rsk_slice_str(in->key->secret.masked);
	size_t stars = rsk_slice_find(masked, RSK_LIT("********"));

	rsk_page_str(&in->page, "regex:");
	put_quoted(in, rsk_slice_cut(masked, 0, stars));
	rsk_page_str(&in->page, "[0-9A-Za-z_-]*");
	put_quoted(in, rsk_slice_cut(masked, stars + 8, masked.len));
	rsk_page_str(&in->page, "(?![0-9A-Za-z_-])==>***REMOVED***");
}

static void put_self(struct incident *in, const char *command)
{
	rsk_page_printf(&in->page, "rskan %s", command);
	if (strcmp(in->target, ".") != 0) {
		rsk_page_str(&in->page, " ");
		shell_word(in, rsk_slice_str(in->target));
	}
}

static void add_value_command(struct incident *in)
{
	rsk_page_printf(&in->page,
		"rskan incident %s --with-value ../expressions.txt", in->id);
	if (strcmp(in->target, ".") != 0) {
		rsk_page_str(&in->page, " ");
		shell_word(in, rsk_slice_str(in->target));
	}
	rsk_page_line(&in->page);
}

static void add_rewrite(struct incident *in)
{
	title(in, "## 7. Afterwards: clean the history");
	line(in, "Only once the key is deleted. All who have a clone must "
		 "clone anew; forks, caches and pull requests of a hosting "
		 "service keep the old commits until its support removes "
		 "them. In a fresh clone:");
	fence(in, "sh");
	if (has_expression(in)) {
		rsk_page_str(&in->page, "cat > ../expressions.txt <<'END'");
		rsk_page_line(&in->page);
		put_expression(in);
		rsk_page_line(&in->page);
		rsk_page_str(&in->page, "END");
		rsk_page_line(&in->page);
	} else {
		add_value_command(in);
	}
	rsk_page_str(&in->page,
		"git filter-repo --replace-text ../expressions.txt "
		"--replace-message ../expressions.txt");
	rsk_page_line(&in->page);
	fence_end(in);
	if (has_expression(in))
		line(in, "The expression finds the key by the ends that are "
			 "shown here. `--with-value FILE` writes one with the "
			 "whole key, into a new file that only you can read: "
			 "delete it afterwards.");
	else
		line(in, "What may be shown of this key is too little to find "
			 "it by. The first command writes the whole key into a "
			 "new file that only you can read: delete it "
			 "afterwards.");
}

static void add_check(struct incident *in)
{
	title(in, "## 8. Check");
	line(in, "The key must be in no line of this, and the audit clean:");
	fence(in, "sh");
	put_self(in, "keys");
	rsk_page_line(&in->page);
	put_self(in, "audit");
	rsk_page_line(&in->page);
	fence_end(in);
}

enum rsk_err rsk_report_write_incident(const struct rsk_report *report,
	const struct rsk_incident *about, const struct rsk_style *style,
	FILE *file)
{
	struct rsk_out out = { .file = file };
	struct rsk_ids ids;
	char name[RSK_ID_NAME];
	struct incident in = {
		.page = rsk_page_on(&out, style),
		.report = report,
		.key = &report->keys.ptr[about->key],
		.target = about->target,
		.ids = &ids,
	};

	rsk_ids_init(&ids, report, style);
	in.id = rsk_ids_name(&ids, &in.key->secret, name);
	rsk_page_printf(&in.page, "# Incident: key %s, ", in.id);
	span_str(&in, in.key->secret.masked);
	rsk_page_line(&in.page);
	add_exposure(&in);
	add_reach(&in);
	add_timeline(&in);
	add_first_steps(&in);
	add_last_steps(&in);
	add_rewrite(&in);
	add_check(&in);
	rsk_page_release(&in.page);
	rsk_ids_release(&ids);
	return rsk_out_finish(&out);
}
