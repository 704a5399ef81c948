/* rooms: rules */
#include <stdlib.h>

#include "rules/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a configuration: loaded, or refused with words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_config config = { 0 };
	struct rsk_diag diag = { 0 };
	struct rsk_globs excluded;

	if (rsk_config_load_text(
		    &config, "config", rsk_slice(data, size), &diag)) {
		if (!diag.text[0] || config.name)
			abort();
		return 0;
	}
	excluded = rsk_config_excluded(&config);
	rsk_globs_match(&excluded, RSK_LIT("src/a/b.js"));
	rsk_config_free(&config);
	return 0;
}
