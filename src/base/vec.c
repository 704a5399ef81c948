#include "base/vec.h"

void *rsk_vec_enlarge(void *ptr, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : 8;
	return rsk_realloc_array(ptr, *cap, size);
}
