#ifndef RSK_SYNTAX_BIND_H
#define RSK_SYNTAX_BIND_H

#include "base/map.h"
#include "base/vec.h"
#include "syntax/js.h"

/*
 * Names: where each is declared, what it was given, and where it changes.
 *
 *	struct rsk_js_bind *bind = NULL;
 *	enum rsk_err err = rsk_js_bind(&bind, js);
 *
 *	if (err)
 *		return err;
 *	uint32_t id = rsk_js_resolve(bind, token);
 *	if (id && bind->bindings.ptr[id].kind == RSK_JS_B_IMPORT)
 *		...
 *	rsk_js_bind_free(bind);
 *
 * Everything is numbers: tokens are those of the rsk_js, which is borrowed and
 * must live longer; the rest are indexes into the arrays here. Element 0 of
 * each array stands for "none", except that scope 0 and function 0 are the
 * module itself. One pass in linear time; nothing recurses.
 */

enum rsk_js_scope_kind {
	RSK_JS_SCOPE_MODULE,
	RSK_JS_SCOPE_FUNCTION, /* parameters and body */
	RSK_JS_SCOPE_BLOCK,
	RSK_JS_SCOPE_HEAD,  /* for (...) and catch (...) with their body */
	RSK_JS_SCOPE_CLASS, /* the name of a class inside it */
};

struct rsk_js_scope {
	uint32_t begin, end; /* tokens, half open */
	uint32_t parent;
	uint32_t function; /* the innermost around it, or its own */
	uint32_t kind;
};

enum rsk_js_binding_kind {
	RSK_JS_B_NONE,
	RSK_JS_B_VAR, /* also let and const */
	RSK_JS_B_CONST,
	RSK_JS_B_PARAM,
	RSK_JS_B_FUNCTION,
	RSK_JS_B_CLASS,
	RSK_JS_B_ENUM, /* also namespaces */
	RSK_JS_B_CATCH,
	RSK_JS_B_IMPORT,
};

struct rsk_js_binding {
	uint8_t kind;
	bool each;     /* init is what a for..of or for..in goes through */
	uint32_t name; /* token */
	uint32_t scope;
	/* What its first value is made of: the first token of an expression,
	 * or 0. A FUNCTION or CLASS has its own number instead, an IMPORT the
	 * number of its import. */
	uint32_t init;
	uint32_t fallback; /* first token of a default value, or 0 */
	uint32_t step;     /* the way from init, or from the parameter, to it */
	uint32_t function; /* of a PARAM */
	uint32_t param;    /* of a PARAM: which, from 0 */
	uint32_t writes;   /* the first; the others by .next */
	uint32_t outer;    /* the same name in a scope around it */
};

/* One level of a destructuring pattern, the innermost one first. */
enum rsk_js_step_kind {
	RSK_JS_STEP_NONE,
	RSK_JS_STEP_KEY,      /* token is the key: a word, string or number */
	RSK_JS_STEP_COMPUTED, /* token is its [ */
	RSK_JS_STEP_INDEX,
	RSK_JS_STEP_REST, /* token is the pattern's bracket */
};

struct rsk_js_step {
	uint32_t kind;
	uint32_t parent; /* the step towards the value, or 0 */
	uint32_t token;
	uint32_t index;
	uint32_t fallback; /* default value at this level, or 0 */
};

enum rsk_js_write_kind {
	RSK_JS_WRITE_NONE,
	RSK_JS_WRITE_ASSIGN,   /* x = v, x.p = v, x['p'] = v */
	RSK_JS_WRITE_COMPOUND, /* x += v, x.p ||= v */
	RSK_JS_WRITE_UPDATE,   /* x++ */
	RSK_JS_WRITE_DELETE,   /* delete x.p */
	RSK_JS_WRITE_MERGE, /* Object.assign(x, v, ...): value is the first v */
	RSK_JS_WRITE_PATTERN, /* ({a: x} = v): step says which part of v */
	RSK_JS_WRITE_BOUND,   /* bind:value={x.p} of a Svelte template */
};

struct rsk_js_write {
	uint32_t kind;
	uint32_t binding; /* 0: this.p = v, or a name that is not declared */
	uint32_t target;  /* token x */
	uint32_t end;     /* token behind the target: = or what else follows */
	uint32_t value;   /* first token of v, or 0 */
	uint32_t step;
	uint32_t function; /* the innermost it stands in */
	uint32_t next;     /* of the same binding, in order */
};

enum rsk_js_function_kind {
	RSK_JS_F_MODULE,
	RSK_JS_F_FUNCTION,
	RSK_JS_F_ARROW,
	RSK_JS_F_METHOD,
	RSK_JS_F_GETTER,
	RSK_JS_F_SETTER,
};

struct rsk_js_function {
	uint8_t kind;
	bool async, generator;
	uint32_t name;   /* token: its name or its key, or 0 */
	uint32_t params; /* its (, or the only name of x => */
	uint32_t body;   /* its {, or the first token of an arrow's value */
	uint32_t end;    /* token behind the body */
	uint32_t scope;
	uint32_t parent;  /* function */
	uint32_t owner;   /* the { of a method's class or object, or 0 */
	uint32_t binding; /* of its name, or 0 */
	uint32_t returns; /* the first; the others by .next */
};

struct rsk_js_return {
	uint32_t value; /* first token of what is returned */
	uint32_t next;
};

struct rsk_js_class {
	uint32_t name;    /* token, or 0 */
	uint32_t extends; /* first token of the parent class, or 0 */
	uint32_t body;    /* its { */
	uint32_t binding; /* of its name, or 0 */
};

enum rsk_js_import_kind {
	RSK_JS_IMPORT_NONE,
	RSK_JS_IMPORT_ONLY, /* import 'x' */
	RSK_JS_IMPORT_DEFAULT,
	RSK_JS_IMPORT_NAMED, /* imported is the name there */
	RSK_JS_IMPORT_NAMESPACE,
	RSK_JS_IMPORT_EQUALS,  /* import a = require('x') */
	RSK_JS_IMPORT_REQUIRE, /* require('x'), anywhere */
	RSK_JS_IMPORT_DYNAMIC, /* import('x'), anywhere */
};

struct rsk_js_import {
	uint8_t kind;
	bool type_only;
	uint32_t specifier; /* token of the string */
	uint32_t imported;  /* token: a word or string, or 0 */
	uint32_t binding;   /* or 0 */
};

enum rsk_js_export_kind {
	RSK_JS_EXPORT_NONE,
	RSK_JS_EXPORT_LOCAL,   /* local, under the name `name` */
	RSK_JS_EXPORT_DEFAULT, /* value is what is exported */
	RSK_JS_EXPORT_FROM,    /* `local` of the other module as `name` */
	RSK_JS_EXPORT_ALL,     /* export * from; with a name: as one object */
	RSK_JS_EXPORT_MODULE,  /* module.exports = value, export = value */
	RSK_JS_EXPORT_MEMBER,  /* exports.name = value */
};

struct rsk_js_export {
	uint8_t kind;
	bool type_only;
	uint32_t name;      /* token the others know it by, or 0 */
	uint32_t local;     /* token of the name here or there, or 0 */
	uint32_t value;     /* first token of an expression, or 0 */
	uint32_t specifier; /* token of the string, or 0 */
};

struct rsk_js_bind {
	const struct rsk_js *js;
	struct rsk_arena arena; /* names with escapes */
	RSK_VEC(struct rsk_js_scope) scopes;
	RSK_VEC(struct rsk_js_binding) bindings;
	RSK_VEC(struct rsk_js_step) steps;
	RSK_VEC(struct rsk_js_write) writes;
	RSK_VEC(struct rsk_js_function) functions; /* by params */
	RSK_VEC(struct rsk_js_return) returns;
	RSK_VEC(struct rsk_js_class) classes; /* by body */
	RSK_VEC(struct rsk_js_import) imports;
	RSK_VEC(struct rsk_js_export) exports;
	struct rsk_map names; /* name -> its place in `chains`, from 1 */
	struct rsk_js_chain *chains;
	uint32_t *by_name; /* bindings, by name and then by scope */
};

/*
 * RSK_LIMIT  more names, functions or brackets in each other than
 *            RSK_MAX_SYNTAX_NAMES
 */
RSK_MUST_CHECK enum rsk_err rsk_js_bind(
	struct rsk_js_bind **out, const struct rsk_js *js);

/* Accepts NULL. */
void rsk_js_bind_free(struct rsk_js_bind *bind);

/* What the name at the token stands for there, or 0. Not for properties: that
 * the token is no key is the caller's to know. */
uint32_t rsk_js_resolve(struct rsk_js_bind *bind, uint32_t token);

/* The same for a name that does not stand in the source. */
uint32_t rsk_js_resolve_name(
	const struct rsk_js_bind *bind, struct rsk_slice name, uint32_t token);

/* The innermost scope and function the token is in. */
uint32_t rsk_js_scope_at(const struct rsk_js_bind *bind, uint32_t token);
uint32_t rsk_js_function_at(const struct rsk_js_bind *bind, uint32_t token);

/* The function whose parameters begin at the token, or 0. */
uint32_t rsk_js_function_of(const struct rsk_js_bind *bind, uint32_t params);

/* The class whose body begins at the token, or 0. */
uint32_t rsk_js_class_of(const struct rsk_js_bind *bind, uint32_t body);

/* The innermost class whose body is around the token and begins behind the
 * token `from`, or 0. */
uint32_t rsk_js_class_around(
	const struct rsk_js_bind *bind, uint32_t token, uint32_t from);

#endif
