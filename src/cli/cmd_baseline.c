#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/policy.h"

/*
 * `rskan baseline`: what was found becomes the list of what is known. The one
 * command that writes a baseline; it says what it added, what stayed, and what
 * it took out, and the reasons that people wrote stay.
 */
enum { SHOWN_MAX = 100 };

struct listing {
	const struct rsk_told *told;
	const char *name;        /* of the file, as it is shown */
	struct rsk_known *known; /* all that was told; a copy */
	size_t len;
	size_t counts[RSK_KNOWN_STATES];
	size_t reasonless;
	struct rsk_buf bytes; /* the file */
	bool unchanged;
};

const char *rsk_baseline_misuse(const struct rsk_options *options)
{
	if (strcmp(options->format->name, "text") != 0)
		return "what it says is text";
	if (options->policy_from)
		return "it writes into the target, and takes no --policy-from";
	if (options->prune && options->reason)
		return "--prune adds nothing that a --reason could be for";
	return NULL;
}

static bool is_listed(const struct listing *l, const struct rsk_known *known)
{
	return known->state != RSK_KNOWN_GONE &&
	       (known->state != RSK_KNOWN_ADDED || !l->told->options->prune);
}

static size_t listed(const struct listing *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->len; i++)
		n += is_listed(l, &l->known[i]);
	return n;
}

static void take(struct listing *l)
{
	const struct rsk_report *report = l->told->report;

	l->len = report->known.len;
	l->known = rsk_alloc_array(l->len + 1, sizeof(*l->known));
	for (size_t i = 0; i < l->len; i++) {
		struct rsk_known *known = &l->known[i];

		*known = report->known.ptr[i];
		if (known->state == RSK_KNOWN_ADDED)
			known->reason = l->told->options->reason;
		l->counts[known->state]++;
		l->reasonless += is_listed(l, known) && !known->reason;
	}
}

/* ---- refusals ---- */

static const char *gap_text(
	struct rsk_arena *arena, const struct rsk_coverage *coverage)
{
	const char *text = "";

	for (int i = 0; i < RSK_GAPS; i++)
		if (coverage->gaps[i])
			text = rsk_arena_printf(arena, "%s%s%s: %llu", text,
				*text ? ", " : "",
				rsk_gap_name((enum rsk_gap_class)i),
				(unsigned long long)coverage->gaps[i]);
	return text;
}

/* What was not seen would count as gone, and would be new the next time. */
static enum rsk_exit refuse(const struct listing *l)
{
	const struct rsk_report *report = l->told->report;
	struct rsk_arena arena = { 0 };

	if (report->baseline.differs) {
		rsk_complain("'%s' is not rewritten: %s; scan the same, or "
			     "delete the file and begin anew",
			l->name, report->baseline.differs);
		return RSK_EXIT_USAGE;
	}
	if (report->complete)
		return RSK_EXIT_CLEAN;
	rsk_complain("not everything could be read (%s): nothing was written; "
		     "'rskan audit' says what it is, --allow-incomplete "
		     "accepts it",
		gap_text(&arena, &report->coverage));
	rsk_arena_release(&arena);
	return RSK_EXIT_INCOMPLETE;
}

/* ---- the file ---- */

static enum rsk_err make_bytes(struct listing *l)
{
	const struct rsk_report *report = l->told->report;
	RSK_VEC(struct rsk_known) some = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum rsk_err err = out ? RSK_OK : RSK_IO;

	for (size_t i = 0; i < l->len; i++)
		if (is_listed(l, &l->known[i]))
			*RSK_VEC_PUSH(&some) = l->known[i];

	const struct rsk_baseline_content content = {
		.scope = report->baseline.scope,
		.folder = report->baseline.folder,
		.known = some.ptr,
		.len = some.len,
	};
	if (!err)
		err = rsk_baseline_write(&content, out);
	if (out && fclose(out))
		err = RSK_IO;
	if (!err)
		err = rsk_buf_add(&l->bytes, text, len);
	RSK_VEC_RELEASE(&some);
	free(text);
	return err;
}

/* The path to write, once the folders on the way are there and are folders. */
static enum rsk_err prepare_path(
	struct listing *l, struct rsk_arena *arena, const char **path)
{
	const char *target = l->told->target;
	const char *last;
	int fd;
	enum rsk_err err = RSK_IO;

	*path = l->name;
	if (l->told->options->baseline)
		return RSK_OK;
	if (!rsk_path_is_inside(rsk_slice_str(l->name)) ||
		!rsk_slice_ends(rsk_slice_str(l->name), RSK_LIT(".jsonl")))
		return RSK_DENIED;
	*path = rsk_arena_printf(arena, "%s/%s", target, l->name);
	fd = rsk_open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		err = rsk_file_make_parent(&fd, arena, l->name, &last);
		close(fd);
	}
	return err;
}

static bool is_same(const char *path, struct rsk_slice bytes)
{
	struct rsk_buf old = RSK_BUF_INIT(RSK_MAX_BASELINE_BYTES);
	bool same = !rsk_file_read_at(&old, AT_FDCWD, path) &&
		    rsk_slice_eq(rsk_buf_slice(&old), bytes);

	rsk_buf_release(&old);
	return same;
}

/* Never through a symlink, or into what is no file. */
static enum rsk_err check_place(const char *path)
{
	int fd = -1;
	enum rsk_err err = rsk_file_open_at(&fd, AT_FDCWD, path, NULL);

	if (!err)
		close(fd);
	return err == RSK_NOTFOUND ? RSK_OK : err;
}

static enum rsk_err write_whole(const char *path, struct rsk_slice bytes)
{
	struct rsk_atomic file;
	enum rsk_err err = rsk_atomic_open(&file, path);

	if (err)
		return err;
	if (fwrite(bytes.ptr, 1, bytes.len, file.out) != bytes.len)
		err = RSK_IO;
	return rsk_atomic_close(&file, err);
}

static enum rsk_err write_file(struct listing *l)
{
	struct rsk_arena arena = { 0 };
	const char *path = NULL;
	enum rsk_err err = prepare_path(l, &arena, &path);

	if (!err)
		err = check_place(path);
	l->unchanged = !err && is_same(path, rsk_buf_slice(&l->bytes));
	if (!err && !l->unchanged)
		err = write_whole(path, rsk_buf_slice(&l->bytes));

	int why = errno;
	rsk_arena_release(&arena);
	errno = why;
	return err;
}

/* ---- what is said ---- */

static void put_known(FILE *out, const struct rsk_known *known)
{
	fputs("  ", out);
	rsk_put_path(out, rsk_slice_str(known->path));
	fputs("  ", out);
	rsk_put_text(out, rsk_slice_str(known->rule));
	if (known->masked) {
		fputs("  ", out);
		rsk_put_text(out, rsk_slice_str(known->masked));
	}
	if (known->past)
		fputs("  (in the history)", out);
	fputc('\n', out);
}

static void put_state(FILE *out, const struct listing *l,
	enum rsk_known_state state, const char *title, bool all)
{
	size_t left = all ? SIZE_MAX : SHOWN_MAX;

	if (!l->counts[state])
		return;
	fprintf(out, "\n%s:\n", title);
	for (size_t i = 0; i < l->len && left; i++)
		if (l->known[i].state == state) {
			put_known(out, &l->known[i]);
			left--;
		}
	if (!left && l->counts[state] > SHOWN_MAX)
		fprintf(out, "  and %zu more (--verbose shows them)\n",
			l->counts[state] - SHOWN_MAX);
}

static void put_counts(FILE *out, const struct listing *l)
{
	bool prune = l->told->options->prune;
	size_t n = listed(l);

	rsk_put_text(out, rsk_slice_str(l->name));
	fprintf(out,
		" lists %zu finding%s: %zu added, %zu stayed, %zu taken "
		"out%s\n",
		n, n == 1 ? "" : "s", prune ? 0 : l->counts[RSK_KNOWN_ADDED],
		l->counts[RSK_KNOWN_KEPT] + l->counts[RSK_KNOWN_UNSEEN],
		l->counts[RSK_KNOWN_GONE],
		l->unchanged ? "; the file is as it was" : "");
	if (l->counts[RSK_KNOWN_UNSEEN])
		fprintf(out,
			"%zu of those that stayed could not be looked for\n",
			l->counts[RSK_KNOWN_UNSEEN]);
}

static void put_hints(FILE *out, const struct listing *l)
{
	const struct rsk_options *options = l->told->options;
	const struct rsk_report *report = l->told->report;

	if (l->reasonless)
		fprintf(out,
			"\n%zu %s no reason: write it into the line's "
			"\"reason\"; audits ask for it.\n",
			l->reasonless, l->reasonless == 1 ? "has" : "have");
	if (report->unlisted)
		fprintf(out,
			"\n%llu finding%s over a limit of what is listed and "
			"will be reported.\n",
			(unsigned long long)report->unlisted,
			report->unlisted == 1 ? " is" : "s are");
	if (options->baseline || report->baseline.config_line)
		return;
	fprintf(out, "\nNothing goes by it yet. Put this into .rskan.yaml:\n"
		     "    baseline: ");
	rsk_put_text(out, rsk_slice_str(l->name));
	fputc('\n', out);
}

static enum rsk_err write_shown(
	const struct rsk_told *told, const struct rsk_style *style, FILE *out)
{
	const struct listing *l = told->ctx;
	bool prune = told->options->prune;

	put_counts(out, l);
	if (!style->quiet) {
		put_state(out, l, RSK_KNOWN_ADDED,
			prune ? "New, and not added" : "Added", style->verbose);
		put_state(out, l, RSK_KNOWN_GONE,
			"Taken out, because it is not there any more",
			style->verbose);
		put_hints(out, l);
	}
	return fflush(out) || ferror(out) ? RSK_IO : RSK_OK;
}

static enum rsk_exit write_listing(struct listing *l)
{
	struct rsk_told told = *l->told;
	enum rsk_err err = RSK_OK;

	take(l);
	if (listed(l) > RSK_MAX_BASELINE_ENTRIES)
		err = RSK_LIMIT;
	if (!err)
		err = make_bytes(l);
	if (!err)
		err = write_file(l);
	if (err) {
		rsk_complain("cannot write '%s': %s", l->name,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
		return RSK_EXIT_FAILURE;
	}
	told.ctx = l;
	return rsk_deliver_by(&told, write_shown) ? RSK_EXIT_FAILURE
						  : RSK_EXIT_CLEAN;
}

enum rsk_exit rsk_conclude_baseline(const struct rsk_told *told)
{
	const char *name = told->report->baseline.name;
	struct listing l = {
		.told = told,
		.name = told->options->baseline ? told->options->baseline
			: name                  ? name
						: RSK_BASELINE_NAME,
		.bytes = RSK_BUF_INIT(RSK_MAX_BASELINE_BYTES),
	};
	enum rsk_exit status = refuse(&l);

	if (!status)
		status = write_listing(&l);
	free(l.known);
	rsk_buf_release(&l.bytes);
	return status;
}
