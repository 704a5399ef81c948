#include <pthread.h>

#include <criterion/criterion.h>

#include "scan/scan_p.h"
#include "unit/pack_fixture.h"

/*
 * One key planted in each place where a history can hide one, and what the
 * scan says of it. The keys differ in their last four characters, which the
 * masked form shows.
 */
static const char plant[] =
	"key() { printf 'rsk_%s_4Qd81mZx0LpT73%s' live $1; }\n"
	"git init -q -b main r; cd r; echo base > base; git add .;"
	" git commit -qm base\n"
	"echo \"key=$(key aa01)\" > tree.env; git add .; git commit -qm tree\n"
	"echo \"key=$(key aa02)\" > gone; git add .; git commit -qm gone;"
	" git rm -q gone; git commit -qm removed\n"
	"git checkout -qb side; echo s > s; git add .; git commit -qm s; git"
	" checkout -q main; echo m > m; git add .; git commit -qm m; git merge"
	" -q --no-commit side >/dev/null 2>&1; echo \"key=$(key aa03)\" > evil;"
	" git add .; git commit -qm merge; git rm -q evil; git commit -qm rm\n"
	"seq 1 40 > old; echo \"key=$(key aa04)\" >> old; git add .; git commit"
	" -qm old; git mv old new; echo more >> new; git add .; git commit"
	" -qm renamed\n"
	"printf '\\377\\376' > u16; echo \"key=$(key aa05)\" | iconv -t "
	"utf-16le"
	" >> u16; git add .; git commit -qm utf16\n"
	"printf '*.bin -diff\\n' > .gitattributes; echo \"key=$(key aa06)\" >"
	" x.bin; git add .; git commit -qm attributes\n"
	"git tag -a t -m \"tag $(key aa07)\"\n"
	"git commit -q --allow-empty -m \"message $(key aa08)\"\n"
	"GIT_AUTHOR_EMAIL=\"$(key aa09)@x\" git commit -q --allow-empty -m "
	"who\n"
	"git notes add -m \"note $(key aa10)\"\n"
	"echo \"key=$(key aa11)\" >> base; git stash -q\n"
	"echo \"key=$(key aa12)\" >> base; git stash -q\n"
	"echo \"key=$(key aa13)\" > am; git add .; git commit -qm am; git rm -q"
	" --cached am; rm am; git commit -q --amend --allow-empty -m amended\n"
	"echo \"key=$(key aa14)\" | git hash-object -w --stdin > ../dangling\n"
	"mkdir \"$(key aa15)\"; echo 1 > \"$(key aa15)/x\"; git add .; git "
	"commit"
	" -qm name\n"
	"git branch \"$(key aa16)\"\n";

struct expected {
	const char *tail; /* of the key */
	enum rsk_origin origin;
	const char *path; /* NULL: not told here */
	bool at_head, has_commit;
	const char *summary;
};

static const struct expected expected[] = {
	{ "aa01", RSK_ORIGIN_COMMIT, "tree.env", true, true, "tree" },
	{ "aa02", RSK_ORIGIN_COMMIT, "gone", false, true, "gone" },
	{ "aa03", RSK_ORIGIN_COMMIT, "evil", false, true, "merge" },
	{ "aa04", RSK_ORIGIN_COMMIT, "old", true, true, "old" },
	{ "aa05", RSK_ORIGIN_COMMIT, "u16", true, true, "utf16" },
	{ "aa06", RSK_ORIGIN_COMMIT, "x.bin", true, true, "attributes" },
	{ "aa07", RSK_ORIGIN_TAG, NULL, false, true, "tag ********" },
	{ "aa08", RSK_ORIGIN_MESSAGE, NULL, false, true, "message ********" },
	{ "aa09", RSK_ORIGIN_MESSAGE, NULL, false, true, "who" },
	{ "aa10", RSK_ORIGIN_NOTE, NULL, false, true, NULL },
	{ "aa11", RSK_ORIGIN_STASH, "base", false, true, NULL },
	{ "aa12", RSK_ORIGIN_STASH, "base", false, true, NULL },
	{ "aa13", RSK_ORIGIN_UNREACHABLE, "am", false, true, "am" },
	{ "aa14", RSK_ORIGIN_UNREACHABLE, NULL, false, false, NULL },
	{ "aa15", RSK_ORIGIN_COMMIT, "********", true, true, "name" },
	{ "aa16", RSK_ORIGIN_TAG, NULL, false, false, NULL },
};

enum { EXPECTED = sizeof(expected) / sizeof(expected[0]) };

static struct rsk_ruleset *rules;

static void load_rules(void)
{
	struct rsk_diag diag = { 0 };

	rules = rsk_ruleset_new();
	cr_assert_eq(
		rsk_ruleset_add_builtin(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s", diag.text);
}

static void free_rules(void)
{
	rsk_ruleset_free(rules);
}

static struct rsk_scan *scan_fixture(const struct fixture *fixture,
	const struct rsk_scan_options *options, enum rsk_err expect)
{
	char path[256];
	struct rsk_diag diag = { 0 };
	struct rsk_scan *scan = NULL;

	cr_assert_eq(rsk_scan_new(&scan, rules, options, &diag), RSK_OK, "%s",
		diag.text);
	cr_expect_eq(
		rsk_scan_history(scan, fixture_path(fixture, "r", path), &diag),
		expect, "%s", diag.text);
	return scan;
}

static const struct rsk_finding *find(
	const struct rsk_report *report, const char *tail)
{
	for (size_t i = 0; i < report->findings.len; i++) {
		const struct rsk_finding *f = &report->findings.ptr[i];

		if (f->secret.masked && strstr(f->secret.masked, tail))
			return f;
	}
	return NULL;
}

static void expect_finding(
	const struct rsk_report *report, const struct expected *e)
{
	const struct rsk_finding *f = find(report, e->tail);

	cr_assert(f, "%s was not found", e->tail);
	cr_expect_eq(f->origin, e->origin, "%s: origin %s", e->tail,
		rsk_origin_name(f->origin));
	cr_expect_eq(f->at_head, e->at_head, "%s: at head", e->tail);
	cr_expect_eq(
		f->commit.oid != NULL, e->has_commit, "%s: commit", e->tail);
	if (e->path)
		cr_expect(rsk_slice_eq_str(f->path, e->path), "%s: path %.*s",
			e->tail, (int)f->path.len, (const char *)f->path.ptr);
	if (e->summary)
		cr_expect(rsk_slice_eq_str(f->commit.summary, e->summary),
			"%s: summary %.*s", e->tail, (int)f->commit.summary.len,
			(const char *)f->commit.summary.ptr);
}

/* All that a report says of its findings, for comparing reports. */
static char *describe(const struct rsk_report *report)
{
	struct rsk_buf out = RSK_BUF_INIT(1 << 20);

	for (size_t i = 0; i < report->findings.len; i++) {
		const struct rsk_finding *f = &report->findings.ptr[i];

		cr_assert_eq(
			rsk_buf_printf(&out, "%s %s %.*s %u:%u %s %d %s %u\n",
				f->rule, rsk_origin_name(f->origin),
				(int)f->path.len, (const char *)f->path.ptr,
				f->start.line, f->start.column,
				f->commit.oid ? f->commit.oid : "", f->at_head,
				f->secret.masked ? f->secret.masked : "",
				f->life ? f->life->commits : 0),
			RSK_OK);
	}
	return (char *)out.ptr;
}

static char *scan_and_check(const struct fixture *fixture, unsigned jobs)
{
	const struct rsk_scan_options options = {
		.jobs = jobs,
		.fail_on = RSK_SEVERITIES,
	};
	struct rsk_scan *scan = scan_fixture(fixture, &options, RSK_OK);
	struct rsk_report report = { 0 };

	cr_assert_eq(rsk_scan_finish(scan, &report), RSK_OK);
	for (size_t i = 0; i < EXPECTED; i++)
		expect_finding(&report, &expected[i]);
	cr_expect(report.complete);
	char *text = describe(&report);
	rsk_report_release(&report);
	rsk_scan_free(scan);
	return text;
}

Test(history, finds_every_planted_key, .init = load_rules, .fini = free_rules)
{
	struct fixture fixture;

	fixture_make(&fixture, plant);
	char *loose = scan_and_check(&fixture, 1);
	cr_assert(fixture_run(&fixture,
		"cd r; git repack -qadfk --depth=50; git pack-refs --all"));
	char *packed = scan_and_check(&fixture, 1);
	char *threads = scan_and_check(&fixture, 3);
	cr_expect_str_eq(loose, packed);
	cr_expect_str_eq(packed, threads);
	free(loose);
	free(packed);
	free(threads);
	fixture_remove(&fixture);
}

static size_t count(const struct fixture *fixture,
	const struct rsk_history_options *history, enum rsk_err expect)
{
	const struct rsk_scan_options options = {
		.history = *history,
		.jobs = 2,
		.fail_on = RSK_SEVERITIES,
	};
	struct rsk_scan *scan = scan_fixture(fixture, &options, expect);
	struct rsk_report report = { 0 };
	size_t found;

	cr_assert_eq(rsk_scan_finish(scan, &report), RSK_OK);
	found = report.findings.len;
	rsk_report_release(&report);
	rsk_scan_free(scan);
	return found;
}

Test(history, keeps_to_what_is_asked, .init = load_rules, .fini = free_rules)
{
	struct fixture fixture;
	static const char script[] =
		"key() { printf 'rsk_%s_4Qd81mZx0LpT73%s' live $1; }\n"
		"git init -q -b main r; cd r\n"
		"echo \"key=$(key bb01)\" > a; git add .; git commit -qm a;"
		" git tag one\n"
		"git checkout -qb side; echo \"key=$(key bb02)\" > b; git add "
		".;"
		" git commit -qm b; git checkout -q main\n"
		"echo x >> a; git add .; git commit -qm x\n"
		"git merge -q -m merge side; git tag two\n"
		"echo \"key=$(key bb03)\" > c; git add .; git commit -qm c;"
		" git reset -q --hard HEAD^\n";

	fixture_make(&fixture, script);
	cr_expect_eq(
		count(&fixture, &(struct rsk_history_options){ 0 }, RSK_OK), 3);
	cr_expect_eq(count(&fixture,
			     &(struct rsk_history_options){ .reachable = true },
			     RSK_OK),
		2);
	cr_expect_eq(
		count(&fixture,
			&(struct rsk_history_options){ .range = "one..two" },
			RSK_OK),
		1);
	cr_expect_eq(
		count(&fixture,
			&(struct rsk_history_options){ .range = "two..two" },
			RSK_OK),
		0);
	cr_expect_eq(
		count(&fixture,
			&(struct rsk_history_options){ .range = "nosuch..two" },
			RSK_SYNTAX),
		0);
	cr_expect_eq(count(&fixture,
			     &(struct rsk_history_options){
				     .has_since = true, .since = 1900000000 },
			     RSK_OK),
		0);
	fixture_remove(&fixture);
}

Test(history, looks_into_submodules, .init = load_rules, .fini = free_rules)
{
	struct fixture fixture;
	static const char script[] =
		"git init -q -b main s; cd s; printf 'key=rsk_%s_4Qd81mZx0LpT73"
		"cc01\\n' live > f; git add .; git commit -qm s; cd ..\n"
		"git init -q -b main r; cd r; git -c protocol.file.allow=always"
		" submodule add -q \"$PWD/../s\" libs/s; git commit -qm add\n";
	const struct rsk_history_options without = { 0 };
	const struct rsk_history_options with = { .submodules = true };

	fixture_make(&fixture, script);
	cr_expect_eq(count(&fixture, &without, RSK_OK), 0);
	cr_expect_eq(count(&fixture, &with, RSK_OK), 1);
	fixture_remove(&fixture);
}
