#ifndef RSK_BASE_BANNED_H
#define RSK_BASE_BANNED_H

/*
 * Functions that do not compile here, and what to use instead. Included by
 * the build in front of every source file.
 *
 * Some of them are macros or builtins in the C library's headers; those are
 * pulled in first, so that the poison only meets our own code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* No bound on what they write: snprintf, rsk_buf_add, memcpy. */
#pragma GCC poison strcpy strcat sprintf vsprintf gets strncpy strncat

/* Hidden state: strtok_r or rsk_slice_line; gmtime_r. */
#pragma GCC poison strtok gmtime localtime ctime asctime

/* No way to see an error: strtol and friends with a checked end. */
#pragma GCC poison atoi atol atoll atof

/* Runs programs or makes names that others can guess. */
#pragma GCC poison system popen tmpnam tempnam mktemp

#endif
