#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/day.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"

/*
 * The record of audits: a line of JSON for each, so that the next audit, and
 * whoever asks, can see when somebody looked and what the answers were. No
 * place and no key is in it.
 */

static enum rsk_err add_answers(
	struct rsk_buf *out, const struct rsk_report *report)
{
	enum rsk_err err = rsk_buf_add_str(out, ",\"answers\":{");

	for (size_t i = 0; i < report->answers_len && !err; i++)
		err = rsk_buf_printf(out, "%s\"%s\":\"%s\"", i ? "," : "",
			rsk_item_name(report->answers[i].item),
			rsk_answer_name(report->answers[i].kind));
	return err ? err : rsk_buf_add_str(out, "}");
}

static enum rsk_err add_counts(
	struct rsk_buf *out, const struct rsk_report *report)
{
	enum rsk_err err = rsk_buf_add_str(out, ",\"findings\":{");

	for (int i = RSK_SEVERITIES - 1; i >= 0 && !err; i--)
		err = rsk_buf_printf(out, "\"%s\":%" PRIu64 "%s",
			rsk_severity_name((enum rsk_severity)i),
			report->counts[i], i ? "," : "}");
	return err;
}

static enum rsk_err add_line(
	struct rsk_buf *out, const struct rsk_report *report)
{
	char day[RSK_DAY];
	enum rsk_err err = rsk_buf_printf(out,
		"{\"date\":\"%s\",\"version\":\"%s\",\"complete\":%s",
		rsk_day_text(day, report->today), report->version,
		report->complete ? "true" : "false");

	if (!err)
		err = add_answers(out, report);
	if (!err)
		err = add_counts(out, report);
	return err ? err : rsk_buf_add_str(out, "}\n");
}

/* A folder of the target's own: what it links to is somebody else's. */
static enum rsk_err make_folder(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return RSK_IO;
	if (lstat(path, &st) < 0)
		return RSK_IO;
	return S_ISDIR(st.st_mode) ? RSK_OK : RSK_SPECIAL;
}

/* What was recorded before; a last line that was cut off is ended. */
static enum rsk_err read_old(struct rsk_buf *out, const char *path)
{
	enum rsk_err err = rsk_file_read_at(out, AT_FDCWD, path);

	if (err == RSK_NOTFOUND)
		return RSK_OK;
	if (!err && out->len && out->ptr[out->len - 1] != '\n')
		err = rsk_buf_add_str(out, "\n");
	return err;
}

static enum rsk_err write_all(struct rsk_slice text, const char *path)
{
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, path);

	if (err)
		return err;
	if (fwrite(text.ptr, 1, text.len, file.out) != text.len)
		err = RSK_IO;
	return rsk_atomic_close(&file, err);
}

enum rsk_err rsk_record_audit(
	const struct rsk_report *report, const char *target)
{
	struct rsk_arena arena = { 0 };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	const char *folder = rsk_arena_printf(&arena, "%s/.rskan", target);
	const char *path = rsk_arena_printf(&arena, "%s/audits.jsonl", folder);
	enum rsk_err err = make_folder(folder);

	if (!err)
		err = read_old(&text, path);
	if (!err)
		err = add_line(&text, report);
	if (!err)
		err = write_all(rsk_buf_slice(&text), path);
	if (err)
		rsk_complain("cannot record the audit in '%s': %s", path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	rsk_buf_release(&text);
	rsk_arena_release(&arena);
	return err;
}
