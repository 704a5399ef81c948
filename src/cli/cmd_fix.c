#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "fix/fix.h"

/*
 * `rskan fix`: what is printed is for reading and has stars for keys; the real
 * diff goes into a file of its owner (--output), the edits into the files
 * (--apply). docs/decisions/0017-secrets-leave-only-into-new-files.md
 */
struct fixing {
	const struct rsk_told *told;
	struct rsk_fix fix;
	struct rsk_fix_options options;
	struct rsk_fix_done done;
};

static struct rsk_slice mask(void *ctx, struct rsk_slice text)
{
	struct fixing *f = ctx;

	return rsk_slice_str(rsk_scan_mask(
		f->told->scan, rsk_arena_str(&f->fix.arena, text)));
}

static void put_notes(FILE *out, struct fixing *f, bool steps)
{
	bool any = false;

	for (size_t i = 0; i < f->fix.notes.len; i++) {
		const struct rsk_fix_note *note = &f->fix.notes.ptr[i];

		if (note->is_step != steps)
			continue;
		if (!any)
			fputs(steps ? "\nTo do by hand:\n" : "\nLeft alone:\n",
				out);
		any = true;
		fputs("  ", out);
		if (!steps) {
			rsk_put_path(out, note->path);
			fprintf(out, ":%u  %s: ", note->line, note->rule);
		}
		rsk_put_text(out, mask(f, rsk_slice_str(note->text)));
		fputc('\n', out);
	}
}

static void put_summary(FILE *out, const struct fixing *f)
{
	size_t files = f->fix.files.len;
	const char *s = files == 1 ? "" : "s";

	if (f->told->options->apply)
		fprintf(out, "%zu file%s written\n", f->done.written,
			f->done.written == 1 ? "" : "s");
	else if (!files)
		fputs("nothing that can be repaired for sure\n", out);
	else
		fprintf(out,
			"%zu file%s would change. 'rskan fix --apply' writes "
			"%s; what is above is for reading:\nkeys are stars in "
			"it. '--output FILE' makes a patch for 'git apply', "
			"with the keys it takes away.\n",
			files, s, files == 1 ? "it" : "them");
}

static enum rsk_err write_shown(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	struct fixing *f = told->ctx;
	const struct rsk_fix_shown shown = {
		.mask = mask,
		.ctx = f,
		.color = style->color,
	};
	enum rsk_err err = RSK_OK;

	if (!told->options->apply)
		err = rsk_fix_show(&f->fix, &shown, out);
	if (!err && f->fix.files.len && !told->options->apply)
		fputc('\n', out);
	put_summary(out, f);
	put_notes(out, f, true);
	if (!style->quiet)
		put_notes(out, f, false);
	return err || fflush(out) || ferror(out) ? RSK_IO : RSK_OK;
}

static enum rsk_exit write_patch(struct fixing *f)
{
	const char *path = f->told->options->output;
	struct rsk_buf patch = RSK_BUF_INIT((size_t)1 << 30);
	enum rsk_err err = rsk_fix_patch(&f->fix, &patch);

	if (!err)
		err = rsk_file_write_new(path, 0600, rsk_buf_slice(&patch));
	if (patch.len)
		explicit_bzero(patch.ptr, patch.len);
	rsk_buf_release(&patch);
	if (err) {
		rsk_complain("cannot write '%s': %s", path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
		return RSK_EXIT_FAILURE;
	}
	rsk_complain("'%s' has the keys in it that it takes away: apply it, "
		     "then delete it",
		path);
	return RSK_EXIT_CLEAN;
}

static enum rsk_exit apply(struct fixing *f)
{
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];

	if (rsk_fix_apply(&f->fix, &f->options, &f->done, &diag)) {
		rsk_complain("%s; %zu of %zu files are written",
			rsk_scan_mask(
				f->told->scan, rsk_diag_text(&diag, line)),
			f->done.written, f->fix.files.len);
		return RSK_EXIT_FAILURE;
	}
	if (f->done.changed)
		rsk_complain("%zu files changed meanwhile and were left alone",
			f->done.changed);
	return f->done.changed ? RSK_EXIT_INCOMPLETE : RSK_EXIT_CLEAN;
}

static enum rsk_exit conclude(struct fixing *f)
{
	const struct rsk_options *options = f->told->options;
	struct rsk_told told = *f->told;
	enum rsk_exit status = RSK_EXIT_CLEAN;

	if (options->apply)
		status = apply(f);
	else if (options->output)
		status = write_patch(f);
	if (status == RSK_EXIT_FAILURE)
		return status;
	told.ctx = f;
	if ((options->apply || !options->output) &&
		rsk_deliver_by(&told, write_shown))
		return RSK_EXIT_FAILURE;
	if (!f->told->report->complete)
		rsk_complain("INCOMPLETE: not all could be read, repairs may "
			     "be missing; 'rskan scan' lists what");
	else if (f->fix.unread)
		rsk_complain("INCOMPLETE: %zu files could not be read again, "
			     "and were left alone",
			f->fix.unread);
	if (!status)
		status = (enum rsk_exit)f->told->report->exit_status;
	return !status && f->fix.unread ? RSK_EXIT_INCOMPLETE : status;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A text that repeats the code around may repeat a secret of it. */
static bool is_shown(struct rsk_scan *scan, const struct rsk_edit *edit)
{
	struct rsk_arena arena = { 0 };
	const char *text = rsk_arena_str(&arena, edit->text);
	bool same = !strcmp(rsk_scan_mask(scan, text), text);

	rsk_arena_release(&arena);
	return same;
}

/* A repair is shown as a whole or not at all. A new file is no place of a
 * report's artifacts. */
static void add_repair(struct rsk_report *report, struct rsk_scan *scan,
	const struct rsk_edit *edits, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (edits[i].is_new || !is_shown(scan, &edits[i]))
			return;
	for (size_t i = 0; i < len; i++) {
		struct rsk_edit *edit = RSK_VEC_PUSH(&report->edits);

		*edit = edits[i];
		edit->path = rsk_arena_slice(&report->arena, edits[i].path);
		edit->text = rsk_arena_slice(&report->arena, edits[i].text);
		edit->masked = NULL;
	}
}

void rsk_add_edits(struct rsk_report *report, struct rsk_scan *scan,
	const struct rsk_fix_options *options)
{
	struct rsk_fix fix;
	size_t end;

	if (!is_folder(options->root))
		return;
	rsk_fix_plan(&fix, report, options);
	if (fix.each.len)
		qsort(fix.each.ptr, fix.each.len, sizeof(*fix.each.ptr),
			rsk_edit_cmp_finding);
	for (size_t i = 0; i < fix.each.len; i = end) {
		const struct rsk_edit *first = &fix.each.ptr[i];

		for (end = i + 1; end < fix.each.len &&
				  !memcmp(first->fingerprint,
					  fix.each.ptr[end].fingerprint,
					  sizeof(first->fingerprint));
			end++)
			;
		add_repair(report, scan, first, end - i);
	}
	rsk_fix_release(&fix);
}

/* Options that would be passed over in silence, or put a key where others
 * read. */
const char *rsk_fix_misuse(const struct rsk_options *options)
{
	if (strcmp(options->format->name, "text") != 0)
		return "its edits are text; 'rskan scan --format sarif' has "
		       "them as `fixes`";
	if (options->apply && options->output)
		return "--apply writes the files, --output a patch: take one";
	if (options->output && !strcmp(options->output, "-"))
		return "a patch has keys in it and goes into a file of its own";
	return NULL;
}

enum rsk_exit rsk_conclude_fix(const struct rsk_told *told)
{
	struct fixing f = {
		.told = told,
		.options = { told->target, told->secret_key },
	};
	enum rsk_exit status;

	if (!is_folder(told->target)) {
		rsk_complain(
			"'fix' repairs a folder, '%s' is none", told->target);
		return RSK_EXIT_USAGE;
	}
	rsk_fix_plan(&f.fix, told->report, &f.options);
	status = conclude(&f);
	rsk_fix_release(&f.fix);
	return status;
}
