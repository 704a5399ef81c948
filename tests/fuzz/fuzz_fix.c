/* rooms: fix */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "fix/fix.h"

/*
 * Repairs of any file: two bytes choose its name and the rule of the finding,
 * the rest is the file. The finding is at the first key in it, or as a whole.
 *
 * Oracles: edits are sorted, apart and inside the file; what a person is shown
 * has no key; what is written is what the edits say, and nothing else is.
 */

static const char *const paths[] = { "a.js", "a.tsx", "server/a.ts", "a.py",
	"a.rb", "a.php", "a.go", "A.java", "a.kt", "A.cs", "a.sh", "a.bash",
	".github/workflows/a.yml", ".gitlab-ci.yml", "bitbucket-pipelines.yml",
	"azure-pipelines.yml", ".circleci/config.yml", "compose.yaml",
	"Dockerfile", ".env", ".env.example", "package.json", ".gitignore",
	"x" };
static const char *const folders[] = { "server", ".github", ".github/workflows",
	".circleci" };
static const char *const rules[] = { "hardcoded-resync-key",
	"publishable-key-in-source", "insecure-http-url",
	"webhook-weak-comparison", "env-file-not-ignored", "env-file-tracked",
	"secret-key-in-client" };

enum {
	PATHS = sizeof(paths) / sizeof(paths[0]),
	RULES = sizeof(rules) / sizeof(rules[0]),
	FOLDERS = sizeof(folders) / sizeof(folders[0]),
};

static char root[64];
static char full[160];

static const char *in_root(const char *path)
{
	snprintf(full, sizeof(full), "%s/%s", root, path);
	return full;
}

static void leave(void)
{
	for (size_t i = FOLDERS; i-- > 0;)
		rmdir(in_root(folders[i]));
	rmdir(root);
}

static void enter(void)
{
	/* Files are synced, which takes long on a disk. */
	snprintf(root, sizeof(root), "%s/rskan-fuzz-XXXXXX",
		access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(root))
		abort();
	for (size_t i = 0; i < FOLDERS; i++)
		if (mkdir(in_root(folders[i]), 0700))
			abort();
	atexit(leave);
}

static void write_file(const char *path, struct rsk_slice bytes)
{
	FILE *file = fopen(path, "wb");

	if (!file || (bytes.len && !fwrite(bytes.ptr, bytes.len, 1, file)) ||
		fclose(file))
		abort();
}

/* Lines end as the reports count them. */
static struct rsk_place place_of(struct rsk_slice text, size_t at)
{
	struct rsk_place place = { 1, 1 };
	size_t i = 0;

	while (i < at) {
		struct rsk_rune rune =
			rsk_utf8_next(rsk_slice_cut(text, i, text.len));
		bool pair = text.ptr[i] == '\r' && i + 1 < text.len &&
			    text.ptr[i + 1] == '\n';

		if (!pair && (text.ptr[i] == '\n' || text.ptr[i] == '\r'))
			place = (struct rsk_place){ place.line + 1, 1 };
		else if (!pair)
			place.column++;
		i += rune.len;
	}
	return place;
}

static bool is_key_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static void find_key(
	struct rsk_slice text, size_t *begin, size_t *end, const char **kind)
{
	*begin = rsk_slice_find(text, RSK_LIT("rsk_live_"));
	*kind = "live";
	if (*begin == text.len) {
		*begin = rsk_slice_find(text, RSK_LIT("rsk_sandbox_"));
		*kind = "sandbox";
	}
	if (*begin == text.len)
		*begin = 0;
	*end = *begin;
	while (*end < text.len && is_key_byte(text.ptr[*end]))
		(*end)++;
}

static void check_edits(const struct rsk_fix_file *file)
{
	size_t last = 0;

	for (size_t i = 0; i < file->edits_len; i++) {
		const struct rsk_edit *edit = &file->edits[i];

		if (edit->begin < last || edit->end < edit->begin ||
			edit->end > file->bytes.len)
			abort();
		last = edit->end;
	}
}

static struct rsk_slice mask(void *ctx, struct rsk_slice text)
{
	(void)ctx;
	return text;
}

/* What is shown has stars for the key, where the finding is its place. */
static void check_shown(const struct rsk_fix *fix)
{
	const struct rsk_fix_shown shown = { .mask = mask };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out || rsk_fix_show(fix, &shown, out) || fclose(out) ||
		!rsk_utf8_valid(rsk_slice(text, len)))
		abort();
	free(text);
}

static void result_of(const struct rsk_fix_file *file, struct rsk_buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i <= file->edits_len; i++) {
		size_t to = i < file->edits_len ? file->edits[i].begin
						: file->bytes.len;

		if (rsk_buf_add_slice(out, rsk_slice_cut(file->bytes, at, to)))
			abort();
		if (i == file->edits_len)
			break;
		if (rsk_buf_add_slice(out, file->edits[i].text))
			abort();
		at = file->edits[i].end;
	}
}

static void check_written(const struct rsk_fix_file *file)
{
	struct rsk_buf wanted = RSK_BUF_INIT(64 * RSK_MIB);
	struct rsk_buf got = RSK_BUF_INIT(64 * RSK_MIB);
	char path[64];

	snprintf(path, sizeof(path), "%.*s", (int)file->path.len,
		(const char *)file->path.ptr);
	result_of(file, &wanted);
	if (rsk_file_read_at(&got, AT_FDCWD, in_root(path)) ||
		!rsk_slice_eq(rsk_buf_slice(&got), rsk_buf_slice(&wanted)))
		abort();
	unlink(in_root(path));
	rsk_buf_release(&wanted);
	rsk_buf_release(&got);
}

static void check(const struct rsk_fix *fix)
{
	const struct rsk_fix_options options = { .root = root };
	struct rsk_buf patch = RSK_BUF_INIT(64 * RSK_MIB);
	struct rsk_fix_done done;
	struct rsk_diag diag = { 0 };

	for (size_t i = 0; i < fix->files.len; i++)
		check_edits(&fix->files.ptr[i]);
	check_shown(fix);
	if (rsk_fix_patch(fix, &patch) ||
		rsk_fix_apply(fix, &options, &done, &diag) || done.changed ||
		done.written != fix->files.len)
		abort();
	for (size_t i = 0; i < fix->files.len; i++)
		check_written(&fix->files.ptr[i]);
	rsk_buf_release(&patch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rsk_fix_options options = { .root = root };
	struct rsk_slice text = rsk_slice(data + 2, size < 2 ? 0 : size - 2);
	struct rsk_report report = { 0 };
	struct rsk_secret secret;
	struct rsk_fix fix;
	struct rsk_finding finding;
	const char *path;
	const char *kind;
	size_t begin;
	size_t end;

	if (!root[0])
		enter();
	if (size < 2)
		return 0;
	path = paths[data[0] % PATHS];
	write_file(in_root(path), text);
	find_key(text, &begin, &end, &kind);
	secret = rsk_secret_of(rsk_slice_cut(text, begin, end), 0);
	finding = (struct rsk_finding){
		.rule = rules[data[1] % RULES],
		.origin = RSK_ORIGIN_TREE,
		.path = rsk_slice_str(path),
		.message = "",
		.fix = "Add:\n  .env\n  .env.local",
		.start = place_of(text, begin),
		.end = place_of(text, end),
		.secret = { "rsk_********", kind,
			rsk_secret_identify(&secret) },
	};
	*RSK_VEC_PUSH(&report.findings) = finding;
	rsk_fix_plan(&fix, &report, &options);
	check(&fix);
	unlink(in_root(path));
	rsk_fix_release(&fix);
	rsk_report_release(&report);
	return 0;
}
