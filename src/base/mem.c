#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"

_Noreturn void rsk_out_of_memory(void)
{
	static const char text[] = "rskan: out of memory\n";

	rsk_atomic_abandon();
	rsk_input_blame(RSK_NOMEM);
	/* Nothing else can be done when this fails as well. */
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(RSK_EXIT_NOMEM);
}

void rsk_mem_scattered(void *table, size_t size)
{
	const uintptr_t page = (uintptr_t)2 << 20;
	uintptr_t begin = ((uintptr_t)table + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)table + size) & ~(page - 1);

	/* Only whole pages that are nobody else's. */
	if (begin < end)
		(void)madvise((uint8_t *)table + (begin - (uintptr_t)table),
			end - begin, MADV_HUGEPAGE);
}

void *rsk_alloc_array(size_t n, size_t size)
{
	void *ptr = calloc(n ? n : 1, size ? size : 1);

	if (!ptr)
		rsk_out_of_memory();
	rsk_mem_scattered(ptr, n * size);
	return ptr;
}

void *rsk_alloc(size_t size)
{
	return rsk_alloc_array(1, size);
}

void *rsk_realloc_array(void *ptr, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		rsk_out_of_memory();

	size_t bytes = n * size;
	void *moved = realloc(ptr, bytes ? bytes : 1);
	if (!moved)
		rsk_out_of_memory();
	return moved;
}

char *rsk_strdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(rsk_alloc(size), text, size);
}
