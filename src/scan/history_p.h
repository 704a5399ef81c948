#ifndef RSK_SCAN_HISTORY_P_H
#define RSK_SCAN_HISTORY_P_H

#include <pthread.h>

#include "base/map.h"
#include "base/mem.h"
#include "scan/carry.h"
#include "scan/scan_p.h"
#include "source/history.h"

/*
 * Inside the scan of a history.
 *
 * One secret is one finding, however many versions of a file have it: at the
 * path and in the blob of the first commit that had it, with that commit and
 * with its life since then. What has no path (a message, a dangling blob) is
 * at "git:commit/HEX", "git:blob/HEX", "git:tag/HEX" or "git:ref/NAME".
 *
 * It takes two steps. First all is scanned, and each
 * different thing that a pattern matches becomes a group: all places of one
 * secret (history_find.c). Then the history says where each group comes from,
 * and the one place that stands for it is judged as if it were a file
 * (history_judge.c).
 */
enum rsk_group_kind {
	RSK_GROUP_BLOB,
	RSK_GROUP_NAME,    /* of a file or folder */
	RSK_GROUP_MESSAGE, /* of a commit, identities included */
	RSK_GROUP_TAG,
	RSK_GROUP_REF,
};

struct rsk_group {
	uint32_t pattern;
	uint32_t kind; /* enum rsk_group_kind */
	/*
	 * Of a blob that has it, or of the commit or tag; of a ref its place
	 * in the history's list. The one with the smallest id, or, once the
	 * commits are ordered, the first commit.
	 */
	uint32_t number;
	uint32_t item;         /* of the history; blobs and names */
	struct rsk_slice name; /* of a name */
	uint32_t next_sight;   /* of its life: to be judged next */
	uint32_t secret; /* among the secrets, or UINT32_MAX: it is none */
	bool tried;      /* at a place that its rule is meant for */
	bool done;
};

/* A secret, whichever patterns see it; see history_keys.c. */
struct rsk_past_secret {
	struct rsk_secret_id id;
	uint32_t item;   /* of the history: it is in what its groups are in */
	uint32_t groups; /* that have an item */
};

/* What makes two matches the same: equal bytes, by a keyed hash. */
struct rsk_group_key {
	uint64_t digest[2];
	uint32_t pattern, kind;
};

struct rsk_past_worker {
	struct rsk_worker *worker;
	size_t present;                   /* drafts that were there before */
	RSK_VEC(struct rsk_draft) joined; /* to be united with those */
	struct rsk_carrier *carrier;
	struct rsk_buf text; /* decoded, or put together */
	RSK_APART;
};

struct rsk_past {
	struct rsk_scan *scan;
	const struct rsk_history_options *options;
	const char *prefix; /* folder of a submodule, or NULL */
	struct rsk_repo *repo;
	struct rsk_odb *odb;
	struct rsk_walk *walk;
	struct rsk_history *history;
	struct rsk_past_worker *workers;
	unsigned jobs;
	struct rsk_map present; /* findings of the tree, by what they find */

	pthread_mutex_t lock; /* for what follows, while objects are walked */
	struct rsk_map keys;  /* to places in groups */
	RSK_VEC(struct rsk_group) groups;
	/* A commit that has the group; the first is chosen later. */
	RSK_VEC(struct rsk_past_pair) messages;
	struct rsk_map secrets_map; /* of ids, from 1 */
	RSK_VEC(struct rsk_past_secret) secrets;
	struct rsk_arena arena;
};

struct rsk_past_pair {
	uint32_t group, number;
};

/* history_find.c: walk everything, fill in the groups. */
RSK_MUST_CHECK enum rsk_err rsk_past_find(
	struct rsk_past *past, struct rsk_diag *diag);

/* history_judge.c: make drafts of the groups. */
RSK_MUST_CHECK enum rsk_err rsk_past_judge(struct rsk_past *past);

/* The group of a match in `text`, or UINT32_MAX. */
uint32_t rsk_past_group(const struct rsk_past *past, enum rsk_group_kind kind,
	struct rsk_slice text, const struct rsk_match *match);

/*
 * The text that offsets of matches are about: without its mark, decoded.
 * Lives until the next call with this worker.
 */
RSK_MUST_CHECK enum rsk_err rsk_past_text(struct rsk_past_worker *worker,
	struct rsk_slice bytes, struct rsk_slice *text);

/* What is scanned of a commit or a tag; lives as above. RSK_CORRUPT. */
RSK_MUST_CHECK enum rsk_err rsk_past_message(struct rsk_past_worker *worker,
	enum rsk_object_type type, struct rsk_slice bytes,
	struct rsk_slice *text);

/*
 * history_view.c: text of the repository as it may be shown, with stars over
 * all secrets in it; a path or the name of a ref part by part, too. They live
 * as long as the scan.
 */
struct rsk_slice rsk_past_mask(
	struct rsk_past_worker *own, struct rsk_slice text);
struct rsk_slice rsk_past_mask_path(
	struct rsk_past_worker *own, struct rsk_slice path);

/* A path as the whole scan calls it: masked, and below the folder of the
 * submodule. */
struct rsk_slice rsk_past_path(const struct rsk_past *past,
	struct rsk_past_worker *own, struct rsk_slice path);

/* What a finding says of the commit or tag, and of a life. */
void rsk_past_view_commit(struct rsk_past *past, struct rsk_past_worker *own,
	uint32_t number, struct rsk_commit_view *view);
const struct rsk_life_view *rsk_past_view_life(struct rsk_past *past,
	struct rsk_past_worker *own, const struct rsk_life *life);

/*
 * history_keys.c: the stories of secrets, when the options ask for them. Note
 * the secret of a new group; before lives are located, make one item of all
 * that a secret is in; at the end, tell the stories of those that were found.
 */
void rsk_past_note_secret(struct rsk_past *past, struct rsk_group *group,
	struct rsk_slice text, const struct rsk_match *match);
void rsk_past_unite_secrets(struct rsk_past *past);
void rsk_past_tell_stories(struct rsk_past *past);

/* Enter a failed object into the worker's ledger. */
void rsk_past_failed(struct rsk_past *past, struct rsk_worker *worker,
	const struct rsk_walk_failure *failure);

#endif
