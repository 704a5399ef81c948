#include "scan/scan_p.h"
#include "source/repo.h"

bool rsk_scan_has_history(const struct rsk_scan *scan, const char *path)
{
	const struct rsk_repo_options options = {
		.trust_ownership = scan->options.trust_ownership,
	};
	struct rsk_repo *repo = NULL;
	bool has = !rsk_repo_find(&repo, path, &options, NULL);

	rsk_repo_free(repo);
	return has;
}

/* Stands in: the engine is there, its glue is being written. */
enum rsk_err rsk_scan_history(
	struct rsk_scan *scan, const char *path, struct rsk_diag *diag)
{
	(void)scan;
	return rsk_diag_set(diag, RSK_UNSUPPORTED,
		"'%s': histories cannot be scanned yet", path);
}
