#include "base/vec.h"

#include <string.h>

void *rsk_vec_grow(void *ptr, size_t *len, size_t *cap, size_t size)
{
	if (*len == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		ptr = rsk_realloc_array(ptr, *cap, size);
	}
	memset((char *)ptr + *len * size, 0, size);
	++*len;
	return ptr;
}
