/* rooms: source */
#include <stdlib.h>

#include "base/limits.h"
#include "source/index_p.h"

/*
 * The index file: any bytes are an index or an error. The first byte says how
 * long object names are; a hash of zeros is put at the end, which says that
 * there is none, because no mutation would ever hit the right one.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct rsk_index *index)
{
	for (size_t i = 0; i < rsk_index_len(index); i++) {
		struct rsk_slice path = rsk_index_at(index, i)->path;
		struct rsk_slice dir = rsk_path_dir(path);

		if (!rsk_index_find(index, path))
			abort();
		if (dir.len && !rsk_index_has_below(index, dir))
			abort();
	}
	for (size_t i = 0; i < index->n_trees; i++)
		(void)rsk_index_cached(index, &index->trees[i], RSK_LIT("src"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t zeros[RSK_OID_MAX];
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_INDEX_BYTES);
	struct rsk_index *index = NULL;
	uint8_t oid_len = size && data[0] & 1 ? 32 : 20;

	if (!size)
		return 0;
	if (!rsk_buf_add(&bytes, data + 1, size - 1) &&
		!rsk_buf_add(&bytes, zeros, oid_len) &&
		!rsk_index_parse(&index, &bytes, oid_len, NULL))
		look_up(index);
	rsk_index_free(index);
	rsk_buf_release(&bytes);
	return 0;
}
