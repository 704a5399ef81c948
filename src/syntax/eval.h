#ifndef RSK_SYNTAX_EVAL_H
#define RSK_SYNTAX_EVAL_H

#include "syntax/expr.h"

/*
 * What a value can be, found backward from where it is used.
 *
 *	struct rsk_js_file file;
 *	enum rsk_err err = rsk_js_file_open(&file, path, source);
 *	struct rsk_js_eval eval = { .resolve = find_file, .context = project };
 *
 *	for each call at token i of the file:
 *		rsk_js_eval_begin(&eval, &file, i);
 *		callee = rsk_js_callee(&eval, &file, i);
 *		if (is_sink(callee))
 *			value = rsk_js_argument(&eval, &file, i, 0);
 *		rsk_js_eval_forget(&eval);
 *	rsk_js_eval_release(&eval);
 *	rsk_js_file_close(&file);
 *
 * A value is a tree, made only as far as it is asked for:
 * rsk_js_get() goes to a property, rsk_js_properties() lists an object as it
 * is after spreads, later writes and deletes. Constants are folded; a name is
 * followed to its declaration, through destructuring, and to other files when
 * `resolve` finds them; a call of a function we can see gives what it returns.
 * Branches give a UNION. What cannot be followed keeps its name, so that the
 * caller can judge it: OPAQUE `user.email`, PARAM 0 `.email`, MODULE
 * 'resync-javascript' `default.logEvent`, CALL of `mask`.
 *
 * Flow: of the writes to a variable, those behind the use in the same function
 * do not count, and those in other functions only for variables of the module.
 *
 * Limits (base/limits.h) are per rsk_js_eval_begin(); what they cut is UNKNOWN
 * and counted in eval->limited. Values live until they are forgotten. One
 * thread.
 */

/* One source file, read and bound. Does not move while values refer to it. */
struct rsk_js_file {
	struct rsk_slice path; /* borrowed */
	struct rsk_js *js;
	struct rsk_js_bind *bind;
	struct rsk_js_exprs exprs;
	void *user; /* the caller's */
};

/* The errors of rsk_js_parse_file() and rsk_js_bind(). */
RSK_MUST_CHECK enum rsk_err rsk_js_file_open(struct rsk_js_file *file,
	struct rsk_slice path, struct rsk_slice source);
void rsk_js_file_close(struct rsk_js_file *file);

enum rsk_js_val_kind {
	RSK_JS_V_UNKNOWN,
	RSK_JS_V_STRING,    /* text */
	RSK_JS_V_NUMBER,    /* text, "" when only the kind is known */
	RSK_JS_V_BOOL,      /* text: true, false or "" */
	RSK_JS_V_NULL,      /* null and undefined */
	RSK_JS_V_REGEX,     /* text */
	RSK_JS_V_CONCAT,    /* parts in a row; text is its constant beginning */
	RSK_JS_V_UNION,     /* one of parts; of a ?: the arms in order */
	RSK_JS_V_OBJECT,    /* see rsk_js_get(), rsk_js_properties() */
	RSK_JS_V_ARRAY,     /* parts */
	RSK_JS_V_FUNCTION,  /* number in file->bind->functions */
	RSK_JS_V_CLASS,     /* number in file->bind->classes */
	RSK_JS_V_THIS,      /* number: the class */
	RSK_JS_V_NEW,       /* parts[0] is the class, then the arguments */
	RSK_JS_V_PARAM,     /* of function `number`: index, then path */
	RSK_JS_V_MODULE,    /* text is the specifier, then path */
	RSK_JS_V_OPAQUE,    /* path: a name and the properties behind it */
	RSK_JS_V_MEMBER,    /* parts[0].text, of what has no path */
	RSK_JS_V_CALL,      /* parts[0] is the callee, then the arguments;
			       result is what it returns, when that is seen */
	RSK_JS_V_OPERATION, /* made of parts, but neither text nor object */
	RSK_JS_V_NAMESPACE, /* all that `file` exports */
};

struct rsk_js_val {
	uint8_t kind;
	bool open; /* OBJECT: may have keys that are not listed; PARAM: the
		      list of all from `index` on, f(...list) */
	uint32_t number; /* see above */
	uint32_t index;  /* PARAM: which one */
	uint32_t token;  /* where it stands in `file`; a ?: at its ? */
	struct rsk_js_file *file;
	struct rsk_slice text;
	struct rsk_slice path; /* names with dots: "user.email", "" for none */
	struct rsk_slice name; /* of the variable it was read from, or "" */
	struct rsk_js_val **parts;
	uint32_t n_parts;
	struct rsk_js_val *result;
	struct rsk_js_prop *props; /* OBJECT: in order, the newest last */
	uint32_t n_props;
};

/* A property as rsk_js_properties() gives it. */
struct rsk_js_property {
	struct rsk_slice key; /* "" for one whose name is not known */
	bool spread;          /* all properties of value, which is no OBJECT, */
	uint32_t removed;     /* but for so many that were taken out of it */
	uint32_t token;       /* of the key, in `file` */
	struct rsk_js_file *file;
	struct rsk_js_val *value;
};

struct rsk_js_properties {
	RSK_VEC(struct rsk_js_property) list;
};

/* The file that `specifier` means in `from`, or NULL. */
typedef struct rsk_js_file *rsk_js_resolver(
	void *context, struct rsk_js_file *from, struct rsk_slice specifier);

struct rsk_js_eval {
	rsk_js_resolver *resolve; /* may be NULL */
	void *context;
	uint32_t limited; /* how often a limit cut a value; never set back */
	/* private */
	struct rsk_arena arena;
	uint32_t nodes, depth;
	struct rsk_js_file *use_file; /* where the value is used */
	uint32_t use_token;
	const struct rsk_js_active *active;
	struct rsk_js_memo_row *memo; /* eval_memo.c */
	uint32_t use;                 /* how many there were */
	uint32_t back; /* to how deep in `active` the last values led back */
};

/* A value is wanted for its use at the token: fresh limits. */
void rsk_js_eval_begin(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t token);

/* Free all values; what serves the next ones stays. */
void rsk_js_eval_forget(struct rsk_js_eval *eval);

/* The same, and free the rest. `resolve` and `context` stay. */
void rsk_js_eval_release(struct rsk_js_eval *eval);

/* The expression that begins at the token. Never NULL; nor are the others. */
struct rsk_js_val *rsk_js_eval_at(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t token);

/* Of the call or new whose ( is the token: what is called, and argument `n`
 * (NULL value when there is none; spreads in front of it make it UNKNOWN). */
struct rsk_js_val *rsk_js_callee(
	struct rsk_js_eval *eval, struct rsk_js_file *file, uint32_t paren);
struct rsk_js_val *rsk_js_argument(struct rsk_js_eval *eval,
	struct rsk_js_file *file, uint32_t paren, uint32_t n);

/*
 * Who calls a function? The ( of the next call behind token `after` of `file`
 * that calls it (or, for a constructor, makes its class), or 0. When a value
 * turns out to be a PARAM, these are the calls that give it one. Begins a use
 * of its own for every call it looks at.
 *
 *	uint32_t i = 0;
 *
 *	while ((i = rsk_js_next_call(&eval, file, i, param)))
 *		look(rsk_js_argument(&eval, file, i, param->index));
 *
 * `param` is a PARAM or FUNCTION; only its file and number count.
 */
uint32_t rsk_js_next_call(struct rsk_js_eval *eval, struct rsk_js_file *file,
	uint32_t after, const struct rsk_js_val *param);

/* The property of a value. */
struct rsk_js_val *rsk_js_get(
	struct rsk_js_eval *eval, struct rsk_js_val *val, struct rsk_slice key);

/* Add the properties of an OBJECT (others have none) to the list. */
void rsk_js_properties(struct rsk_js_eval *eval, struct rsk_js_val *val,
	struct rsk_js_properties *out);

/* What the file exports under the name, or NULL when it exports no such. */
struct rsk_js_val *rsk_js_exported(struct rsk_js_eval *eval,
	struct rsk_js_file *file, struct rsk_slice name);

#endif
