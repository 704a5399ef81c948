#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	return err ? err : rsk_buf_add_str(out, "}");
}

/* A folder of the target's own: what it links to is somebody else's. */
static enum rsk_err open_folder(int *fd, const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return RSK_IO;
	*fd = rsk_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0)
		return RSK_OK;
	return errno == ENOTDIR || errno == ELOOP ? RSK_SPECIAL : RSK_IO;
}

static enum rsk_err record(const struct rsk_report *report, const char *folder,
	struct rsk_buf *line)
{
	int fd = -1;
	enum rsk_err err = add_line(line, report);

	if (!err)
		err = open_folder(&fd, folder);
	if (!err)
		err = rsk_file_add_line_at(
			fd, "audits.jsonl", rsk_buf_slice(line));
	if (fd >= 0)
		close(fd);
	return err;
}

enum rsk_err rsk_record_audit(
	const struct rsk_report *report, const char *target)
{
	struct rsk_arena arena = { 0 };
	struct rsk_buf line = RSK_BUF_INIT(RSK_MIB);
	const char *folder = rsk_arena_printf(&arena, "%s/.rskan", target);
	enum rsk_err err = record(report, folder, &line);

	if (err)
		rsk_complain("cannot record the audit in '%s/audits.jsonl': %s",
			folder,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	rsk_buf_release(&line);
	rsk_arena_release(&arena);
	return err;
}
