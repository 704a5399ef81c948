#ifndef RSK_CHECKS_DATA_P_H
#define RSK_CHECKS_DATA_P_H

#include "checks/code_p.h"
#include "privacy/values.h"

/*
 * Following data to a sink. A sink's argument is taken apart property by
 * property; where it is a parameter, the calls of that function are looked at
 * in turn, and so on, until what is sent is found or a limit is reached.
 */

/* The way down from a value to the sink: newest first. */
struct rsk_way {
	const struct rsk_way *next; /* towards the sink */
	struct rsk_js_file *file;
	uint32_t token;
	const char *note;
};

/* What is being looked at: a sink's argument, or a part of it. */
struct rsk_datum_at {
	const struct rsk_sink *sink;
	const char *call; /* "logEvent()" */
	size_t origin;    /* the call, in code->sinks */
	const struct rsk_way *way;
	unsigned steps;           /* calls on the way */
	struct rsk_js_file *file; /* of the property, or of the argument */
	uint32_t token;
	struct rsk_slice key;    /* its name, "" for the argument itself */
	struct rsk_slice parent; /* the name of the object it is in, or "" */
	unsigned depth;
	bool is_value; /* one value, no object of properties */
	bool dropped;  /* the library does not send it */
};

/* What a value is found to be. */
struct rsk_datum_view {
	bool carries;                 /* a datum can be in it */
	bool literal;                 /* it is written here, in `text` */
	bool computed;                /* through a call that we do not know */
	struct rsk_name_match name;   /* by the names of what it is made of */
	struct rsk_value_match value; /* of a literal; type NULL: none */
	uint32_t token;               /* of the literal */
	struct rsk_js_file *file;
};

/* data_value.c: what is in `val`, when it goes to a key of this type. */
struct rsk_datum_view rsk_datum_view(struct rsk_code *code,
	struct rsk_js_val *val, const struct rsk_name_match *key);

/* "req.body", "user.email": the names of a value, "" for none. */
struct rsk_slice rsk_value_name(
	struct rsk_code *code, const struct rsk_js_val *val);

/* The last name of a callee: "toLowerCase" of user.email.toLowerCase(). */
struct rsk_slice rsk_callee_name(const struct rsk_js_val *call);

/* Does a callee of this name let the datum through? */
enum rsk_effect { RSK_EFFECT_UNKNOWN, RSK_EFFECT_STOPS, RSK_EFFECT_CARRIES };
enum rsk_effect rsk_callee_effect(
	struct rsk_code *code, const struct rsk_js_val *call);

/* data_type.c: the members that the type of a variable or parameter declares,
 * by its name as it is seen at a token; false: not known, or not all. */
struct rsk_type_members {
	RSK_VEC(struct rsk_slice) names;
};

bool rsk_declared_members(struct rsk_code *code, struct rsk_js_file *file,
	struct rsk_slice name, uint32_t token, struct rsk_type_members *out);

/* data_report.c: say what was found at `at`. */
void rsk_datum_found(struct rsk_code *code, const struct rsk_datum_at *at,
	const struct rsk_name_match *key, const struct rsk_datum_view *view);
void rsk_datum_whole(struct rsk_code *code, const struct rsk_datum_at *at,
	struct rsk_slice path);

#endif
