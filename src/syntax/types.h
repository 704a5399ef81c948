#ifndef RSK_SYNTAX_TYPES_H
#define RSK_SYNTAX_TYPES_H

#include "syntax/js.h"

/*
 * Types are not understood, only stepped over: what they hold never runs.
 * Each call looks at a bounded number of tokens on its own level, so hostile
 * input cannot make it dear.
 */

/*
 * The token behind the type that begins at `i`. A type that makes no sense
 * ends where the sense does.
 */
uint32_t rsk_js_type_end(const struct rsk_js *js, uint32_t i);

/* `i` is a <: the > that ends the type arguments or parameters that begin
 * there, or 0 when these are none. */
uint32_t rsk_js_types_close(const struct rsk_js *js, uint32_t i);

/* `i` is a >: the < of the type arguments that end there, or 0. */
uint32_t rsk_js_types_open(const struct rsk_js *js, uint32_t i);

/* `paren` is a (: the async that stands in front of it or of its type
 * parameters, as in async <T>(x) => y, or 0. */
uint32_t rsk_js_async_before(const struct rsk_js *js, uint32_t paren);

#endif
