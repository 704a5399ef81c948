#ifndef RSK_BASE_ERR_H
#define RSK_BASE_ERR_H

/*
 * Errors are a type. Every function that can fail returns enum rsk_err: zero
 * is success, results come back through out-pointers, and on failure no
 * out-pointer was written unless the function says otherwise.
 *
 * Callers propagate codes as they are. Where words are worth having (a rule
 * file with a mistake in it) the function also takes a struct rsk_diag.
 *
 * One row per code: the enum, the text and the test all grow from this list.
 */
#define RSK_ERR_MAP(X)                                                         \
	X(OK, 0, "no error")                                                   \
	X(NOMEM, 1, "out of memory")                                           \
	X(IO, 2, "input/output error")                                         \
	X(NOTFOUND, 3, "not found")                                            \
	X(TOOBIG, 4, "over the size limit")                                    \
	X(SYNTAX, 5, "syntax error")                                           \
	X(DONE, 6, "nothing left")                                             \
	X(CORRUPT, 7, "corrupt data")                                          \
	X(UNSUPPORTED, 8, "not supported")                                     \
	X(SPECIAL, 9, "not a regular file")                                    \
	X(CHANGED, 10, "changed while it was read")                            \
	X(LIMIT, 11, "a limit was reached")                                    \
	X(DENIED, 12, "refused")                                               \
	X(INTERRUPTED, 13, "interrupted")                                      \
	X(REDIRECT, 14, "points outside")                                      \
	X(CRASHED, 15, "ended the process that read it")                       \
	X(TIMEOUT, 16, "took too long")

enum rsk_err {
#define X(name, value, text) RSK_##name = (value),
	RSK_ERR_MAP(X)
#undef X
};

#define RSK_MUST_CHECK          __attribute__((warn_unused_result))
#define RSK_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Static text, never NULL: an unknown code reads "unknown error". */
const char *rsk_err_text(enum rsk_err err);

/* The code itself as a word ("IO", "TOOBIG"), never NULL. */
const char *rsk_err_name(enum rsk_err err);

#endif
