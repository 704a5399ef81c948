/* rooms: source */
#include <stdlib.h>
#include <string.h>

#include "source/gitconfig_p.h"

/* A repository's config: an error with its line, or settings that end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_git_config config = { 0 };
	struct rsk_diag diag = { 0 };

	if (rsk_git_config_parse(&config, rsk_slice(data, size), &diag)) {
		if (!diag.line || !diag.text[0])
			abort();
		return 0;
	}
	if (strlen(config.worktree) >= sizeof(config.worktree) ||
		strlen(config.foreign) >= sizeof(config.foreign))
		abort();
	return 0;
}
