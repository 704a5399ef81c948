#include <criterion/criterion.h>

#include "scan/scan_p.h"
#include "unit/pack_fixture.h"

/*
 * The stories of keys, as people read them: a repository whose key spreads, is
 * rotated, removed and comes back.
 */
static const char script[] =
	"d=0; c() { d=$((d+1)); git add -A; GIT_COMMITTER_DATE=\"$((1700000000 "
	"+ d * 86400)) +0000\" GIT_AUTHOR_NAME=${2:-Ann} git commit -qm $1; }\n"
	"key() { printf 'rsk_%s_4Qd81mZx0LpT73%s' live $1; }\n"
	"git init -q -b main r; cd r\n"
	"echo RESYNC_API_KEY=$(key aa01) > .env.production; c setup\n"
	"echo \"Resync.init({key:'$(key aa01)', appId: 7})\" > app.js; c use;"
	" git tag v1\n"
	"echo RESYNC_API_KEY=$(key bb02) > .env.production; c rotate Bob\n"
	"echo 'Resync.init({key: process.env.K})' > app.js; c clean; git tag -a"
	" v2 -m v2; git update-ref refs/remotes/o/main HEAD~2\n"
	"echo RESYNC_API_KEY=$(key aa01) > .env.staging; c back\n"
	"git commit -q --allow-empty -m \"do not use $(key cc03)\"\n"
	"echo .env.local > .gitignore; c ignore; echo RESYNC_API_KEY=$(key"
	" bb02) > .env.local\n";

static const char expected[] =
	"aa01 staging production, at HEAD\n"
	"  .env.production:0:0 commit, past, day 1 to day 2\n"
	"  .env.staging:1:16 tree, now, day 5 to day 6: env-file-tracked"
	" key-environment-mismatch\n"
	"  app.js:1:19 commit, past, day 2 to day 3: "
	"publishable-key-in-source\n"
	"  day 1 to day 6, 6 commits by Ann;"
	" 1 branches, 2 tags, 1 remotes\n"
	"  day 1 introduced .env.production\n"
	"  day 2 spread app.js\n"
	"  day 3 left .env.production\n"
	"  day 3 rotated .env.production to bb02\n"
	"  day 4 removed \n"
	"  day 5 returned .env.staging\n";

static struct rsk_ruleset *make_rules(void)
{
	struct rsk_diag diag = { 0 };
	struct rsk_ruleset *rules = rsk_ruleset_new();

	cr_assert_eq(
		rsk_ruleset_add_builtin(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s", diag.text);
	return rules;
}

static int64_t day(int64_t seconds)
{
	return (seconds - 1700000000) / 86400;
}

static void put(FILE *out, struct rsk_slice text)
{
	if (text.len)
		fwrite(text.ptr, 1, text.len, out);
}

static void put_places(FILE *out, const struct rsk_key *key)
{
	for (size_t i = 0; i < key->places_len; i++) {
		const struct rsk_key_place *place = &key->places[i];

		fputs("  ", out);
		put(out, place->path);
		fprintf(out, ":%u:%u %s, %s", place->at.line, place->at.column,
			rsk_origin_name(place->origin),
			place->at_head ? "now" : "past");
		if (place->first_seconds)
			fprintf(out, ", day %lld to day %lld",
				(long long)day(place->first_seconds),
				(long long)day(place->last_seconds));
		for (size_t r = 0; r < place->rules_len; r++)
			fprintf(out, "%s %s", r ? "" : ":", place->rules[r]);
		fputc('\n', out);
	}
}

static void put_history(
	FILE *out, const struct rsk_key *key, const struct rsk_report *report)
{
	if (!key->first.oid)
		return;
	fprintf(out, "  day %lld to day %lld",
		(long long)day(key->first_seconds),
		(long long)day(key->last_seconds));
	if (key->removed.oid)
		fprintf(out, ", removed day %lld",
			(long long)day(key->removed_seconds));
	fprintf(out, ", %u commits by", key->commits);
	for (size_t i = 0; i < key->authors.len; i++)
		fprintf(out, " %.3s", (const char *)key->authors.ptr[i].ptr);
	fprintf(out, "; %u branches, %u tags, %u remotes\n",
		key->branches.total, key->tags.total, key->remotes.total);
	for (size_t i = 0; i < key->events_len; i++) {
		const struct rsk_key_event *event = &key->events[i];

		fprintf(out, "  day %lld %s ", (long long)day(event->seconds),
			rsk_key_event_name(event->kind));
		put(out, event->path);
		if (event->successor != RSK_NO_KEY)
			fprintf(out, " to %.4s",
				strrchr(report->keys.ptr[event->successor]
						.secret.masked,
					'*') +
					1);
		fputc('\n', out);
	}
}

static char *tell(const struct rsk_report *report, const char *tail)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < report->keys.len; i++) {
		const struct rsk_key *key = &report->keys.ptr[i];

		if (!strstr(key->secret.masked, tail))
			continue;
		fputs(tail, out);
		for (size_t e = 0; e < key->environments_len; e++)
			fprintf(out, " %s", key->environments[e]);
		fprintf(out, "%s\n", key->at_head ? ", at HEAD" : "");
		put_places(out, key);
		put_history(out, key, report);
	}
	fclose(out);
	return text;
}

static void expect_story(
	const struct rsk_report *report, const char *tail, const char *story)
{
	char *text = tell(report, tail);

	cr_expect_str_eq(text, story, "%s", text);
	free(text);
}

static void check(const struct fixture *fixture, unsigned jobs, bool tree)
{
	char path[256];
	struct rsk_ruleset *rules = make_rules();
	const struct rsk_scan_options options = {
		.jobs = jobs,
		.stories = true,
	};
	struct rsk_scan *scan = NULL;
	struct rsk_report report;
	struct rsk_diag diag = { 0 };

	cr_assert_eq(rsk_scan_new(&scan, rules, &options, &diag), RSK_OK);
	fixture_path(fixture, "r", path);
	if (tree)
		cr_assert_eq(rsk_scan_tree(scan, path, &diag), RSK_OK);
	cr_assert_eq(rsk_scan_history(scan, path, &diag), RSK_OK);
	cr_assert_eq(rsk_scan_finish(scan, &report), RSK_OK);
	if (tree) {
		expect_story(&report, "aa01", expected);
		char *message = tell(&report, "cc03");

		cr_expect_not_null(
			strstr(message, ":3:12 message, past: hardcoded-"),
			"%s", message);
		cr_expect_not_null(
			strstr(message, "day 0 to day 0, 1 commits by A "),
			"%s", message);
		free(message);
	}
	rsk_report_release(&report);
	rsk_scan_free(scan);
	rsk_ruleset_free(rules);
}

Test(keys, have_stories)
{
	struct fixture fixture;

	fixture_make(&fixture, script);
	check(&fixture, 1, true);
	check(&fixture, 3, true);
	check(&fixture, 2, false);
	fixture_remove(&fixture);
}
