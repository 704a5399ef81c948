#ifndef RSK_SYNTAX_BIND_P_H
#define RSK_SYNTAX_BIND_P_H

#include "base/limits.h"
#include "syntax/bind.h"
#include "syntax/types.h"

/* An open bracket, or a function or scope that ends with one. */
struct rsk_js_level {
	uint32_t token;     /* the bracket, 0 for a function or scope */
	uint32_t end;       /* where it ends; UNKNOWN for an arrow's value */
	uint32_t scope;     /* inside it */
	uint32_t function;  /* set when it is the frame of one */
	uint32_t questions; /* ? of this level whose : is to come */
	bool arrow;         /* the value of an arrow function: may end before */
};

enum { RSK_JS_UNKNOWN_END = UINT32_MAX >> 1 };

struct rsk_js_walk {
	struct rsk_js_bind *bind;
	const struct rsk_js *js;
	RSK_VEC(struct rsk_js_level) levels;
	uint32_t exporting; /* the declaration at this token is exported */
	uint32_t names;     /* how much was found, for the limit */
	enum rsk_err err;
};

/* What a pattern's names are. */
struct rsk_js_target {
	struct rsk_js_binding like; /* kind, scope, init, function, param */
	bool assign;                /* no declaration: writes */
};

static inline struct rsk_js_level *rsk_js_level(struct rsk_js_walk *walk)
{
	return &walk->levels.ptr[walk->levels.len - 1];
}

/* bind.c: each adds one and returns its number. */
uint32_t rsk_js_add_scope(struct rsk_js_walk *walk, struct rsk_js_scope scope);
uint32_t rsk_js_add_binding(
	struct rsk_js_walk *walk, struct rsk_js_binding binding);
uint32_t rsk_js_add_step(struct rsk_js_walk *walk, struct rsk_js_step step);
void rsk_js_add_write(struct rsk_js_walk *walk, struct rsk_js_write write);

/* bind_pattern.c: the tokens behind a pattern, or list of parameters. */
uint32_t rsk_js_bind_pattern(struct rsk_js_walk *walk, uint32_t i,
	const struct rsk_js_target *target);
void rsk_js_bind_params(
	struct rsk_js_walk *walk, uint32_t open, struct rsk_js_target *target);
/* The token behind the expression that begins at `i`: a comma, semicolon,
 * closer, or the first token of the next statement; never past `stop`. */
uint32_t rsk_js_expression_end(
	const struct rsk_js *js, uint32_t i, uint32_t stop);

/* bind_module.c: statements that begin with import or export, and require. */
void rsk_js_bind_import(struct rsk_js_walk *walk, uint32_t i);
void rsk_js_bind_export(struct rsk_js_walk *walk, uint32_t i);
void rsk_js_note_export(
	struct rsk_js_walk *walk, uint32_t keyword, uint32_t name);
void rsk_js_bind_module_name(struct rsk_js_walk *walk, uint32_t i);

/* bind_write.c: a write that begins at the name or this at `i`. */
void rsk_js_bind_write(struct rsk_js_walk *walk, uint32_t i);

/* bind_walk.c: the whole pass. */
void rsk_js_bind_walk(struct rsk_js_walk *walk);

#endif
