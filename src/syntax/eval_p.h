#ifndef RSK_SYNTAX_EVAL_P_H
#define RSK_SYNTAX_EVAL_P_H

#include "base/limits.h"
#include "syntax/eval.h"

/* Where an expression is evaluated: its file, and the call that is followed,
 * which gives the parameters of one function their values. */
struct rsk_js_spot {
	struct rsk_js_file *file;
	const struct rsk_js_env *env;
};

struct rsk_js_env {
	const struct rsk_js_env *outer;
	struct rsk_js_file *file;
	uint32_t function;
	const struct rsk_js_node *call;
	struct rsk_js_spot from; /* where the call stands */
};

/* A variable, or with binding 0 an export, that is being followed: meeting it
 * again ends there. */
struct rsk_js_active {
	const struct rsk_js_active *outer;
	uint32_t depth; /* 1 for the outermost */
	const struct rsk_js_file *file;
	uint32_t binding;
	const struct rsk_js_env *env;
	struct rsk_slice export;
};

enum rsk_js_prop_kind {
	RSK_JS_P_VALUE,
	RSK_JS_P_SPREAD,
	RSK_JS_P_DELETE,
};

/* Evaluated when asked for: either `value` or an expression at a spot. */
struct rsk_js_prop {
	uint8_t kind;
	struct rsk_slice key; /* "" for one that is not known */
	uint32_t token;
	uint32_t expr;     /* token, 0 for none */
	uint32_t function; /* a method's number, 0 for none */
	struct rsk_js_spot spot;
	struct rsk_js_val *value;
};

/* eval.c */
struct rsk_js_val *rsk_js_new_val(struct rsk_js_eval *eval,
	enum rsk_js_val_kind kind, struct rsk_js_file *file, uint32_t token);
struct rsk_js_val *rsk_js_eval_token(
	struct rsk_js_eval *eval, struct rsk_js_spot spot, uint32_t token);
struct rsk_js_val *rsk_js_eval_node(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);
struct rsk_js_val *rsk_js_union(
	struct rsk_js_eval *eval, struct rsk_js_val *a, struct rsk_js_val *b);
/* Argument `n` of a call: NULL value when there is none. Of a spread list that
 * is known, and of the caller's own arguments, its part. */
struct rsk_js_val *rsk_js_argument_of(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *call, uint32_t n);
/* The name a key token means. */
struct rsk_slice rsk_js_key_text(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t key);
bool rsk_js_enter(struct rsk_js_eval *eval);
void rsk_js_leave(struct rsk_js_eval *eval);

/* Meet something that is being followed, `at`: what is being made of it now is
 * cut short. */
void rsk_js_lead_back(struct rsk_js_eval *eval, const struct rsk_js_active *at);

/* eval_memo.c: what the expression was found to be in this use, or NULL. */
struct rsk_js_val *rsk_js_memo_get(struct rsk_js_eval *eval,
	const struct rsk_js_node *node, const struct rsk_js_env *env);
void rsk_js_memo_put(struct rsk_js_eval *eval, const struct rsk_js_node *node,
	const struct rsk_js_env *env, struct rsk_js_val *val);

/* eval_object.c */
struct rsk_js_val *rsk_js_eval_object(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);
struct rsk_js_val *rsk_js_prop_value(
	struct rsk_js_eval *eval, struct rsk_js_prop *prop);
/* `val` with one property more; what is no object becomes an open one. */
struct rsk_js_val *rsk_js_with_prop(struct rsk_js_eval *eval,
	struct rsk_js_val *val, struct rsk_js_prop prop);

/* eval_name.c */
struct rsk_js_val *rsk_js_eval_binding(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, uint32_t binding, uint32_t at);

/* eval_call.c */
struct rsk_js_val *rsk_js_eval_call(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);
/* What a function returns, or NULL. */
struct rsk_js_val *rsk_js_returned(struct rsk_js_eval *eval,
	struct rsk_js_file *file, uint32_t function,
	const struct rsk_js_env *env);
/* new C() of a CLASS. */
struct rsk_js_val *rsk_js_instance(
	struct rsk_js_eval *eval, struct rsk_js_val *class);

/* eval_class.c */
struct rsk_js_val *rsk_js_eval_this(struct rsk_js_eval *eval,
	struct rsk_js_spot spot, const struct rsk_js_node *node);
struct rsk_js_val *rsk_js_class_member(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key);
/* The member of a parameter whose type is a class we can see, or NULL. */
struct rsk_js_val *rsk_js_typed_member(struct rsk_js_eval *eval,
	const struct rsk_js_val *param, struct rsk_slice key);

/* eval_module.c */
struct rsk_js_val *rsk_js_eval_import(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t import);
struct rsk_js_val *rsk_js_eval_module(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t specifier);

#endif
