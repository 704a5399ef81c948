#include <git2/common.h>
#include <git2/sys/alloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/ignore_p.h"

/*
 * libgit2 goes on with a null pointer, or with fewer patterns, where memory is
 * missing. What it is given here are small things, as in base/mem.h.
 */
static void *git_malloc(size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return rsk_realloc_array(NULL, 1, size);
}

static void *git_realloc(void *ptr, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return rsk_realloc_array(ptr, 1, size);
}

#ifdef RSK_GIT_ALLOCATOR_IS_WIDE /* before libgit2 1.8 */
static void *git_calloc(size_t n, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return rsk_alloc_array(n, size);
}

static char *git_substrdup(
	const char *text, size_t len, const char *file, int line)
{
	char *out = git_malloc(len + 1, file, line);

	memcpy(out, text, len);
	out[len] = '\0';
	return out;
}

static char *git_strndup(
	const char *text, size_t most, const char *file, int line)
{
	return git_substrdup(text, strnlen(text, most), file, line);
}

static char *git_strdup(const char *text, const char *file, int line)
{
	return git_substrdup(text, strlen(text), file, line);
}

static void *git_realloc_array(
	void *ptr, size_t n, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return rsk_realloc_array(ptr, n, size);
}

static void *git_malloc_array(size_t n, size_t size, const char *file, int line)
{
	return git_realloc_array(NULL, n, size, file, line);
}
#endif

static git_allocator allocator = {
	.gmalloc = git_malloc,
	.grealloc = git_realloc,
#ifdef RSK_GIT_ALLOCATOR_IS_WIDE
	.gcalloc = git_calloc,
	.gstrdup = git_strdup,
	.gstrndup = git_strndup,
	.gsubstrdup = git_substrdup,
	.greallocarray = git_realloc_array,
	.gmallocarray = git_malloc_array,
#endif
	.gfree = free,
};

int rsk_git_use_memory(void)
{
	return git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &allocator);
}
