#include <inttypes.h>
#include <string.h>

#include "checklist/checklist.h"
#include "cli/cmd.h"

/*
 * `rskan help checklist`: a page of Markdown, which is also docs/checklist.md.
 */
enum { WIDTH = 79 };

static const char intro[] =
	"# The checklist\n"
	"\n"
	"`rskan audit` answers the ten items of the security checklist in "
	"Resync's guide.\n"
	"Each answer is one of these:\n"
	"\n"
	"- `pass`: places were looked at, and all are as they should be\n"
	"- `fail`: something is not\n"
	"- `review`: there is evidence, and a person must judge it\n"
	"- `unknown`: a source tree cannot tell; the report says what to do\n"
	"- `not-applicable`: there was nothing to look at\n"
	"\n"
	"A pass over nothing is `not-applicable`, and an incomplete scan "
	"passes nothing:\n"
	"what would be a `pass` is then `review`. A finding of medium severity "
	"and\n"
	"confidence or more speaks against an item; a lesser one is for a "
	"person; an\n"
	"`info` is a note. What is hidden with a reason speaks against "
	"nothing, "
	"and is\n"
	"listed in the report. The history tells of keys that were seen, and "
	"they\n"
	"count; of anything else that was taken away it is a note, and what is "
	"only on\n"
	"another branch is for a person.\n";

/* The text from here on, in lines of WIDTH that begin with `left`. */
static void wrap(
	FILE *out, const char *first, const char *left, struct rsk_slice text)
{
	size_t column = strlen(first);
	bool fresh = true;

	fputs(first, out);
	while (text.len) {
		size_t end = rsk_slice_find(text, RSK_LIT(" "));

		if (!fresh && column + 1 + end > WIDTH) {
			fprintf(out, "\n%s", left);
			column = strlen(left);
		} else if (!fresh) {
			fputc(' ', out);
			column++;
		}
		fresh = false;
		fwrite(text.ptr, 1, end, out);
		column += end;
		text = rsk_slice_cut(text, end + 1, text.len);
	}
	fputc('\n', out);
}

static void put_answers(FILE *out, const char *answers)
{
	struct rsk_slice rest = rsk_slice_str(answers);
	struct rsk_slice line;

	while (rsk_slice_line(&line, &rest)) {
		char word[32];
		size_t colon = rsk_slice_find(line, RSK_LIT(": "));

		if (colon == line.len) {
			wrap(out, "- ", "  ", line);
			continue;
		}
		snprintf(word, sizeof(word), "- `%.*s`: ", (int)colon,
			(const char *)line.ptr);
		wrap(out, word, "  ", rsk_slice_cut(line, colon + 2, line.len));
	}
}

static void put_page(FILE *out, const struct rsk_checklist_page *page)
{
	fprintf(out, "\n## %d. %s (`%s`)\n\n", (int)page->item + 1, page->title,
		rsk_item_name(page->item));
	wrap(out, "", "", rsk_slice_str(page->looks));
	fputc('\n', out);
	put_answers(out, page->answers);
	fputc('\n', out);
	wrap(out, "Not known from a source tree: ", "",
		rsk_slice_str(page->unknown));
}

void rsk_help_checklist(FILE *out)
{
	fputs(intro, out);
	for (int item = 0; item < RSK_ITEMS; item++)
		put_page(out, &rsk_checklist_pages()[item]);
}
