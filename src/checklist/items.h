#ifndef RSK_CHECKLIST_ITEMS_H
#define RSK_CHECKLIST_ITEMS_H

#include "checklist/checklist.h"

/*
 * One row per item of the checklist: its words, and how an answer comes about
 * when no finding speaks against it.
 */
struct rsk_checklist_row {
	const char *title;
	enum rsk_answer_kind clean;   /* places seen, and all were fine */
	const char *clean_text;       /* ": 3 places" is put behind it */
	const char *history_text;     /* the same when the history was scanned,
				       * which then is a pass; or NULL */
	enum rsk_answer_kind nothing; /* no place was seen */
	const char *nothing_text;
	const char *todo; /* what stays to be done by hand */
};

extern const struct rsk_checklist_row rsk_checklist_rows[RSK_ITEMS];

#endif
