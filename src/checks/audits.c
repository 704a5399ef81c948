#include "base/day.h"
#include "base/limits.h"
#include "checks/recipe_p.h"

/*
 * Who looks at the project regularly: scanners in recipes of CI and in hooks,
 * on what events they run and whether their word counts, and the audits that
 * were recorded.
 */
struct reading {
	const struct rsk_check *check;
	struct rsk_slice path;
	const char *runner; /* "GitHub Actions" */
	bool hook;
	struct rsk_recipe recipe;
};

/* The first that fits: a path ends like `name`, or has it as a folder. */
static const struct {
	const char *name, *runner;
	bool hook;
} runners[] = {
	{ ".github/workflows/", "GitHub Actions", false },
	{ ".github/actions/", "a GitHub action", false },
	{ ".gitlab-ci.yml", "GitLab CI", false },
	{ ".gitlab-ci.yaml", "GitLab CI", false },
	{ ".gitlab/ci/", "GitLab CI", false },
	{ ".circleci/", "CircleCI", false },
	{ ".travis.yml", "Travis CI", false },
	{ "appveyor.yml", "AppVeyor", false },
	{ "azure-pipelines", "Azure Pipelines", false },
	{ "bitbucket-pipelines.yml", "Bitbucket Pipelines", false },
	{ "Jenkinsfile", "Jenkins", false },
	{ ".drone.yml", "Drone", false },
	{ ".woodpecker", "Woodpecker", false },
	{ ".buildkite/", "Buildkite", false },
	{ ".semaphore/", "Semaphore", false },
	{ "buildspec", "AWS CodeBuild", false },
	{ "cloudbuild", "Google Cloud Build", false },
	{ "codemagic.yaml", "Codemagic", false },
	{ "bitrise.yml", "Bitrise", false },
	{ ".pre-commit-config.yaml", "pre-commit", true },
	{ "lefthook.yml", "lefthook", true },
	{ ".husky/", "husky", true },
	{ "package.json", "package.json", true },
};

/* Programs and actions that look for secrets or for what is unsafe. */
static const char *const scanners[] = { "rskan", "gitleaks", "trufflehog",
	"kingfisher", "detect-secrets", "ggshield", "git-secrets", "secretlint",
	"talisman", "noseyparker", "semgrep", "codeql", "snyk", "trivy",
	"bearer/bearer-action", "bearer scan", "checkov", "sonarcloud",
	"sonarqube" };

enum { SCANNERS = sizeof(scanners) / sizeof(scanners[0]), EVENTS_SHOWN = 6 };

static bool is_word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static bool has_word(struct rsk_slice text, const char *word)
{
	struct rsk_slice needle = rsk_slice_str(word);

	while (text.len) {
		size_t at = rsk_slice_find_nocase(text, needle);
		size_t end = at + needle.len;

		if (at == text.len)
			return false;
		if ((!at || !is_word_byte(text.ptr[at - 1])) &&
			(end == text.len || !is_word_byte(text.ptr[end])))
			return true;
		text = rsk_slice_cut(text, end, text.len);
	}
	return false;
}

static bool has(struct rsk_slice text, const char *part)
{
	return rsk_slice_find(text, rsk_slice_str(part)) < text.len;
}

/* ---- does its word count? ---- */

/* `|| true` on the line, or a switch in the step or job it is part of. */
static bool is_powerless(const struct rsk_recipe *recipe, size_t line)
{
	static const char *const switches[] = { "continue-on-error",
		"allow_failure", "continueOnError" };
	struct rsk_slice text = recipe->lines.ptr[line].text;

	if (has(text, "|| true") || has(text, "||true") ||
		has(text, "|| exit 0"))
		return true;
	for (size_t at = line; at != SIZE_MAX;
		at = rsk_recipe_parent(recipe, at)) {
		size_t parent = rsk_recipe_parent(recipe, at);

		for (size_t i = 0; i < 3; i++) {
			size_t found =
				rsk_recipe_child(recipe, parent, switches[i]);

			if (found != SIZE_MAX &&
				rsk_slice_eq_str(
					rsk_recipe_value(
						&recipe->lines.ptr[found]),
					"true"))
				return true;
		}
	}
	return false;
}

/* ---- when does it run? ---- */

/* "push, pull_request": of `on: push`, `on: [a, b]` or a block. */
static const char *events_of(const struct reading *r)
{
	const struct rsk_recipe *recipe = &r->recipe;
	struct rsk_arena *arena = r->check->project->arena;
	size_t on = rsk_recipe_child(recipe, SIZE_MAX, "on");
	struct rsk_slice value;
	const char *events = "";
	unsigned n = 0;

	if (on == SIZE_MAX)
		return "";
	value = rsk_recipe_value(&recipe->lines.ptr[on]);
	if (value.len && value.ptr[0] == '[')
		value = rsk_slice_trim(rsk_slice_cut(value, 1, value.len - 1));
	if (value.len)
		return rsk_arena_printf(arena, "%.*s",
			(int)(value.len > 120 ? 120 : value.len),
			(const char *)value.ptr);
	for (size_t i = on + 1; i < rsk_recipe_end(recipe, on); i++) {
		const struct rsk_recipe_line *line = &recipe->lines.ptr[i];
		struct rsk_slice name = rsk_recipe_key(line);

		if (line->indent != recipe->lines.ptr[on + 1].indent ||
			n++ == EVENTS_SHOWN)
			continue;
		if (!name.len)
			name = line->text;
		events = rsk_arena_printf(arena, "%s%s%.*s", events,
			*events ? ", " : "",
			(int)(name.len > 40 ? 40 : name.len),
			(const char *)name.ptr);
	}
	return events;
}

/* Started by a person or by another recipe alone. */
static bool is_by_hand(const char *events)
{
	struct rsk_slice text = rsk_slice_str(events);

	return text.len && !has(text, "push") && !has(text, "pull_request") &&
	       !has(text, "schedule") && !has(text, "merge_group") &&
	       !has(text, "release");
}

/* ---- one recipe ---- */

static struct rsk_fact fact_at(
	const struct reading *r, size_t line, enum rsk_topic topic)
{
	return (struct rsk_fact){
		.rule = "audits",
		.item = RSK_ITEM_REGULAR_AUDITS,
		.topic = topic,
		.says = RSK_EVIDENCE_FOR,
		.path = r->path,
		.line = line == SIZE_MAX ? 0 : r->recipe.lines.ptr[line].number,
		.subject = r->runner,
	};
}

static void tell_scanner(
	const struct reading *r, size_t line, const char *scanner)
{
	const char *events = events_of(r);
	struct rsk_fact fact =
		fact_at(r, line, r->hook ? RSK_TOPIC_HOOK : RSK_TOPIC_SCANNER);

	if (r->hook) {
		rsk_check_tell(r->check, fact,
			"%s runs %s before a commit or push", r->runner,
			scanner);
		return;
	}
	if (is_powerless(&r->recipe, line)) {
		fact.says = RSK_EVIDENCE_OPEN;
		rsk_check_tell(r->check, fact,
			"%s runs %s, but goes on when it finds something",
			r->runner, scanner);
		return;
	}
	if (is_by_hand(events)) {
		fact.says = RSK_EVIDENCE_OPEN;
		rsk_check_tell(r->check, fact, "%s runs %s only on %s",
			r->runner, scanner, events);
		return;
	}
	rsk_check_tell(r->check, fact, "%s runs %s%s%s", r->runner, scanner,
		*events ? " on " : "", events);
}

/*
 * A name or a condition runs nothing, and an upload of another tool's results
 * is no scan. In package.json, only what is a hook or a script of one.
 */
static bool is_no_step(const struct reading *r, const char *scanner, size_t i)
{
	static const char *const words[] = { "name", "if", "description",
		"group", "title", "branches", "paths" };
	struct rsk_slice key = rsk_recipe_key(&r->recipe.lines.ptr[i]);
	size_t parent = rsk_recipe_parent(&r->recipe, i);
	struct rsk_slice above =
		parent == SIZE_MAX
			? RSK_LIT("")
			: rsk_recipe_key(&r->recipe.lines.ptr[parent]);

	for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++)
		if (rsk_slice_eq_str(key, words[j]))
			return true;
	if (has(r->recipe.lines.ptr[i].text, "upload-sarif"))
		return true;
	if (!rsk_slice_eq_str(rsk_path_base(r->path), "package.json"))
		return false;
	return !has_word(rsk_recipe_value(&r->recipe.lines.ptr[i]), scanner) ||
	       !(has(key, "pre-commit") || has(key, "pre-push") ||
		       has(key, "precommit") || has(key, "prepush") ||
		       has(above, "lint-staged") || has(above, "hooks"));
}

static bool find_scanner(const struct reading *r, const char *scanner)
{
	for (size_t i = 0; i < r->recipe.lines.len; i++)
		if (has_word(r->recipe.lines.ptr[i].text, scanner) &&
			!is_no_step(r, scanner, i)) {
			tell_scanner(r, i, scanner);
			return true;
		}
	return false;
}

static void look_at_recipe(struct reading *r)
{
	bool any = false;

	for (size_t i = 0; i < SCANNERS; i++)
		any |= find_scanner(r, scanners[i]);
	if (r->recipe.cut && !any)
		r->check->sink->gap(r->check->sink->ctx, RSK_GAP_LIMIT, r->path,
			"too long to be read for its scanners");
	if (!any && !r->hook) {
		struct rsk_fact fact = fact_at(r, SIZE_MAX, RSK_TOPIC_RECIPE);

		fact.says = RSK_EVIDENCE_NOTE;
		rsk_check_tell(
			r->check, fact, "%s runs no scanner here", r->runner);
	}
}

static bool find_runner(struct reading *r)
{
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
		if (has(r->path, runners[i].name)) {
			r->runner = runners[i].runner;
			r->hook = runners[i].hook;
			return true;
		}
	return false;
}

/* ---- hooks of this clone ---- */

static void look_at_git_hooks(const struct rsk_check *check)
{
	static const char *const names[] = { ".git/hooks/pre-commit",
		".git/hooks/pre-push" };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct rsk_slice path = rsk_slice_str(names[i]);

		if (!rsk_check_peek(check, path, &text))
			continue;
		for (size_t j = 0; j < SCANNERS; j++)
			if (has_word(rsk_buf_slice(&text), scanners[j]))
				rsk_check_tell(check,
					(struct rsk_fact){
						.rule = "audits",
						.item = RSK_ITEM_REGULAR_AUDITS,
						.topic = RSK_TOPIC_HOOK,
						.says = RSK_EVIDENCE_NOTE,
						.path = path,
					},
					"a hook of this clone runs %s; other "
					"clones need not have it",
					scanners[j]);
	}
	rsk_buf_release(&text);
}

/* ---- recorded audits ---- */

/* The day of the last line that has one. */
static bool last_day(struct rsk_slice text, int64_t *day)
{
	struct rsk_slice line;
	bool found = false;

	while (rsk_slice_line(&line, &text)) {
		size_t at = rsk_slice_find(line, RSK_LIT("\"date\":\""));

		found |= rsk_day_parse(
			day, rsk_slice_cut(line, at + 8, at + 8 + RSK_DAY - 1));
	}
	return found;
}

static void look_at_record(const struct rsk_check *check)
{
	struct rsk_slice path = RSK_LIT(".rskan/audits.jsonl");
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_fact fact = {
		.rule = "audits",
		.item = RSK_ITEM_REGULAR_AUDITS,
		.topic = RSK_TOPIC_AUDIT,
		.says = RSK_EVIDENCE_FOR,
		.path = path,
	};
	char day[RSK_DAY];

	if (rsk_check_read(check, path, &text) &&
		last_day(rsk_buf_slice(&text), &fact.day))
		rsk_check_tell(check, fact, "the last recorded audit is of %s",
			rsk_day_text(day, fact.day));
	rsk_buf_release(&text);
}

void rsk_check_audits(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct reading r = { .check = check };

	for (size_t i = 0; i < project->manifests_len; i++) {
		r.path = project->manifests[i];
		if (!find_runner(&r) || !rsk_check_read(check, r.path, &text))
			continue;
		rsk_recipe_read(&r.recipe, r.path, rsk_buf_slice(&text));
		look_at_recipe(&r);
	}
	RSK_VEC_RELEASE(&r.recipe.lines);
	rsk_buf_release(&text);
	look_at_git_hooks(check);
	look_at_record(check);
}
