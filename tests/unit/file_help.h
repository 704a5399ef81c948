#ifndef TESTS_UNIT_FILE_HELP_H
#define TESTS_UNIT_FILE_HELP_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/file.h"

/* Small files of text, by paths from the present folder. */

static inline void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	cr_assert_eq(fclose(file), 0);
}

static inline void expect_content(const char *path, const char *text)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);

	cr_expect_eq(rsk_file_read_at(&buf, AT_FDCWD, path), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&buf), text);
	rsk_buf_release(&buf);
}

#endif
