#include "base/diag.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A path or a piece of a file is attacker's text. */
static void replace_controls(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

enum rsk_err rsk_diag_set(
	struct rsk_diag *diag, enum rsk_err err, const char *format, ...)
{
	va_list args;

	if (!diag)
		return err;

	va_start(args, format);
	vsnprintf(diag->text, sizeof(diag->text), format, args);
	va_end(args);
	replace_controls(diag->text);
	return err;
}

void rsk_diag_at(
	struct rsk_diag *diag, const char *file, uint32_t line, uint32_t column)
{
	if (!diag)
		return;
	if (file) {
		snprintf(diag->file, sizeof(diag->file), "%s", file);
		replace_controls(diag->file);
	}
	diag->line = line;
	diag->column = column;
}

/* "file:", "line:", "column:": those that there are, then a blank. */
static int put_place(const struct rsk_diag *diag, char *out, size_t size)
{
	const char *file = diag->file;
	const char *colon = file[0] ? ":" : "";

	if (diag->line && diag->column)
		return snprintf(out, size, "%s%s%" PRIu32 ":%" PRIu32 ": ",
			file, colon, diag->line, diag->column);
	if (diag->line)
		return snprintf(out, size, "%s%s%" PRIu32 ": ", file, colon,
			diag->line);
	return snprintf(out, size, "%s%s", file, file[0] ? ": " : "");
}

const char *rsk_diag_text(
	const struct rsk_diag *diag, char out[RSK_DIAG_LINE_MAX])
{
	int place = put_place(diag, out, RSK_DIAG_LINE_MAX);

	snprintf(out + place, RSK_DIAG_LINE_MAX - (size_t)place, "%s",
		diag->text);
	return out;
}
