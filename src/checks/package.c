#include <string.h>

#include "base/limits.h"
#include "checks/check_p.h"

/*
 * What a package or an image would ship. An env file that git ignores is not
 * safe from `npm publish` (which reads .npmignore instead, where there is one)
 * nor from `COPY . .` (which reads .dockerignore alone).
 */

static bool has_line(struct rsk_slice text, const char *const *lines, size_t n)
{
	struct rsk_slice line;

	while (rsk_slice_line(&line, &text)) {
		line = rsk_slice_trim(line);
		for (size_t i = 0; i < n; i++)
			if (rsk_slice_eq_str(line, lines[i]))
				return true;
	}
	return false;
}

/* Lines of an ignore file that keep env files out. */
static bool keeps_env_out(struct rsk_slice text)
{
	static const char *const lines[] = { ".env", ".env*", ".env.*",
		"**/.env", "**/.env*", "*.env", "*.env*", ".*", "/.env",
		"/.env*", "*", "**" };

	return has_line(text, lines, sizeof(lines) / sizeof(lines[0]));
}

static struct rsk_slice beside(
	const struct rsk_check *check, struct rsk_slice path, const char *name)
{
	struct rsk_slice dir = rsk_path_dir(path);

	return rsk_slice_str(rsk_arena_printf(check->project->arena, "%.*s%s%s",
		(int)dir.len, (const char *)dir.ptr, dir.len ? "/" : "", name));
}

/* The env file that lies beside the manifest, whatever git thinks of it. */
static bool find_env_file(const struct rsk_check *check,
	struct rsk_slice manifest, struct rsk_slice *out)
{
	static const char *const names[] = { ".env", ".env.local",
		".env.production" };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	bool found = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found;
		i++) {
		*out = beside(check, manifest, names[i]);
		found = rsk_check_read(check, *out, &text) && text.len > 0;
	}
	rsk_buf_release(&text);
	return found;
}

static void report(const struct rsk_check *check, struct rsk_slice manifest,
	struct rsk_slice env_file, const char *how)
{
	struct rsk_finding finding = rsk_check_finding(check, manifest, 1);
	const struct rsk_sighting *key = rsk_check_key_in(check, env_file);

	if (key)
		finding.secret = key->secret;
	else
		finding.severity = RSK_MEDIUM;
	finding.message =
		rsk_arena_printf(check->project->arena, "%s would ship %.*s",
			how, (int)env_file.len, (const char *)env_file.ptr);
	rsk_check_push(check, &finding);
}

static void tell(const struct rsk_check *check, struct rsk_slice manifest,
	enum rsk_evidence_kind says, const char *text)
{
	rsk_check_tell(check,
		(struct rsk_fact){
			.rule = "key-in-package",
			.item = RSK_ITEM_KEYS_NOT_IN_VCS,
			.says = says,
			.path = manifest,
		},
		"%s", text);
}

/* Leaves what makes the package the env file out? Else it is a finding where
 * there is one to ship, and open where one may come. */
struct shipping {
	const char *how;     /* "'npm publish'" */
	const char *without; /* said where it is left out */
	const char *open;
};

static void judge(const struct rsk_check *check, struct rsk_slice manifest,
	bool kept_out, const struct shipping *shipping)
{
	struct rsk_slice env_file;

	if (kept_out)
		tell(check, manifest, RSK_EVIDENCE_FOR, shipping->without);
	else if (find_env_file(check, manifest, &env_file))
		report(check, manifest, env_file, shipping->how);
	else
		tell(check, manifest, RSK_EVIDENCE_OPEN, shipping->open);
}

/* `"private": true`: nothing is published. */
static bool is_private(struct rsk_slice manifest)
{
	size_t private = rsk_slice_find(manifest, RSK_LIT("\"private\""));
	struct rsk_slice rest = rsk_slice_trim(
		rsk_slice_cut(manifest, private + 9, manifest.len));

	return rest.len && rest.ptr[0] == ':' &&
	       rsk_slice_starts(
		       rsk_slice_trim(rsk_slice_cut(rest, 1, rest.len)),
		       RSK_LIT("true"));
}

/* "files": ["dist", ".env"]: is one of them an env file, or everything? npm
 * leaves no env file out by itself. */
static bool ships_env(struct rsk_slice entry)
{
	static const char *const all[] = { ".", "*", "**", "**/*", "/" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (rsk_slice_eq_str(entry, all[i]))
			return true;
	if (rsk_slice_starts(entry, RSK_LIT("./")))
		entry = rsk_slice_cut(entry, 2, entry.len);
	return rsk_slice_starts(entry, RSK_LIT(".env")) &&
	       !rsk_slice_starts(entry, RSK_LIT(".env.example"));
}

static bool files_ship_env(struct rsk_slice files)
{
	size_t end = rsk_slice_find(files, RSK_LIT("]"));
	struct rsk_slice rest = rsk_slice_cut(files, 0, end);

	for (;;) {
		size_t begin = rsk_slice_find(rest, RSK_LIT("\""));
		struct rsk_slice entry =
			rsk_slice_cut(rest, begin + 1, rest.len);

		if (begin == rest.len)
			return false;
		end = rsk_slice_find(entry, RSK_LIT("\""));
		if (ships_env(rsk_slice_cut(entry, 0, end)))
			return true;
		rest = rsk_slice_cut(entry, end + 1, entry.len);
	}
}

static void check_npm(const struct rsk_check *check, struct rsk_slice manifest,
	struct rsk_slice text, struct rsk_buf *scratch)
{
	static const struct shipping by_list = { "'npm publish'",
		"'npm publish' ships what `files` names",
		"'npm publish' would ship an .env: `files` names it, or "
		"everything" };
	static const struct shipping whole = { "'npm publish'",
		"'npm publish' leaves .env out",
		"'npm publish' would ship an .env that lies beside it" };
	size_t files = rsk_slice_find(text, RSK_LIT("\"files\""));
	enum rsk_ignored ignored = RSK_NOT_IGNORED;
	bool kept_out = false;

	if (is_private(text))
		return;
	if (files < text.len) {
		kept_out = !files_ship_env(
			rsk_slice_cut(text, files + 7, text.len));
		judge(check, manifest, kept_out, &by_list);
		return;
	}
	if (rsk_check_read(
		    check, beside(check, manifest, ".npmignore"), scratch))
		kept_out = keeps_env_out(rsk_buf_slice(scratch));
	else
		ignored = rsk_check_ignored(
			check, beside(check, manifest, ".env"));
	if (ignored == RSK_IGNORED_UNKNOWN)
		return;
	kept_out = kept_out || ignored == RSK_IGNORED;
	judge(check, manifest, kept_out, &whole);
}

static bool copies_all(struct rsk_slice dockerfile)
{
	static const char *const lines[] = { "COPY . .", "COPY . ./",
		"COPY . /app", "COPY . /app/", "COPY ./ ./", "COPY ./ .",
		"ADD . .", "ADD . ./", "ADD . /app", "ADD . /app/",
		"COPY . /usr/src/app", "COPY . /usr/src/app/" };

	return has_line(dockerfile, lines, sizeof(lines) / sizeof(lines[0]));
}

/* The ignore file of the Dockerfile, of its folder, and of the project: which
 * one counts is said when the image is built. */
static bool image_leaves_env_out(const struct rsk_check *check,
	struct rsk_slice manifest, struct rsk_buf *scratch)
{
	const struct rsk_slice files[] = {
		rsk_slice_str(rsk_arena_printf(check->project->arena,
			"%.*s.dockerignore", (int)manifest.len,
			(const char *)manifest.ptr)),
		beside(check, manifest, ".dockerignore"),
		RSK_LIT(".dockerignore"),
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (rsk_check_read(check, files[i], scratch) &&
			keeps_env_out(rsk_buf_slice(scratch)))
			return true;
	return false;
}

static void check_docker(const struct rsk_check *check,
	struct rsk_slice manifest, struct rsk_slice text,
	struct rsk_buf *scratch)
{
	static const struct shipping image = { "the container image",
		"the image copies the whole folder without .env",
		"the image copies the whole folder and .dockerignore does not "
		"leave .env out: one built where an env file lies has it in "
		"it" };

	if (!copies_all(text))
		tell(check, manifest, RSK_EVIDENCE_FOR,
			"the image copies what it names, not the whole folder");
	else
		judge(check, manifest,
			image_leaves_env_out(check, manifest, scratch), &image);
}

void rsk_check_package(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_buf scratch = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);

	for (size_t i = 0; i < project->manifests_len; i++) {
		struct rsk_slice path = project->manifests[i];
		struct rsk_slice name = rsk_path_base(path);
		bool npm = rsk_slice_eq_str(name, "package.json");

		if ((!npm && !rsk_slice_eq_str(name, "Dockerfile") &&
			    !rsk_slice_eq_str(name, "Containerfile")) ||
			!rsk_check_read(check, path, &text))
			continue;
		if (npm)
			check_npm(check, path, rsk_buf_slice(&text), &scratch);
		else
			check_docker(
				check, path, rsk_buf_slice(&text), &scratch);
	}
	rsk_buf_release(&text);
	rsk_buf_release(&scratch);
}
