#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "pack/odb.h"
#include "scan/scan.h"
#include "source/repo.h"

/* Where git may keep the index that a hook is about. */
static void tell_index(const struct rsk_repo *repo,
	const struct rsk_scan_options *options, rsk_on_place *on_place,
	void *ctx)
{
	struct rsk_arena arena = { 0 };
	const char *workdir = rsk_repo_workdir(repo);

	if (!options->index_file)
		return;
	on_place(ctx, options->index_file);
	if (workdir && options->index_file[0] != '/')
		on_place(ctx, rsk_arena_printf(&arena, "%s/%s", workdir,
				      options->index_file));
	rsk_arena_release(&arena);
}

void rsk_scan_reads(const char *path, const struct rsk_scan_options *options,
	rsk_on_place *on_place, void *ctx)
{
	const struct rsk_repo_options repo_options = {
		.trust_ownership = options->trust_ownership,
		.sudo_uid = options->sudo_uid,
	};
	struct rsk_repo *repo = NULL;

	on_place(ctx, path);
	if (rsk_repo_find(&repo, path, &repo_options, NULL))
		return;
	if (rsk_repo_workdir(repo))
		on_place(ctx, rsk_repo_workdir(repo));
	on_place(ctx, rsk_repo_gitdir(repo));
	on_place(ctx, rsk_repo_commondir(repo));
	rsk_odb_list_folders(rsk_repo_objects(repo), on_place, ctx);
	tell_index(repo, options, on_place, ctx);
	rsk_repo_free(repo);
}
