#ifndef RSK_CHECKS_CODE_P_H
#define RSK_CHECKS_CODE_P_H

#include "base/map.h"
#include "checks/code.h"
#include "privacy/names.h"
#include "syntax/eval.h"

/* What a value is to a library. */
struct rsk_sdk_name {
	const struct rsk_sdk *sdk; /* NULL: nothing we know */
	struct rsk_slice method;   /* "logEvent"; "" for the object itself */
	bool constructed;          /* new X(): method is X */
};

/* A call of a library's method (or new of one of its classes). */
struct rsk_sdk_call {
	struct rsk_js_file *file;
	uint32_t paren; /* token */
	uint32_t shift; /* arguments in front of its own: f.call(this, a) */
	struct rsk_sdk_name name;
};

/* A call that sends data, and what became known of it. */
struct rsk_sink_call {
	struct rsk_js_file *file;
	uint32_t paren; /* token */
	enum rsk_item item;
	const char *name; /* "logEvent()" */
	bool found;       /* something in it should not be sent */
	bool unseen;      /* a part of it is not known here */
};

/*
 * What every check of code gets. A check is one row of a table in code.c and
 * one function in a file of its own, which is called once for every file, or
 * once for all (see there).
 */
struct rsk_code {
	const struct rsk_code_project *project;
	const struct rsk_code_out *out;
	const struct rsk_vocabulary *vocabulary;
	const struct rsk_names *names;
	struct rsk_js_eval eval;    /* resolves through the program */
	struct rsk_js_file **files; /* of project->files, those that opened */
	size_t files_len;
	RSK_VEC(struct rsk_sdk)
	sdks; /* with those of a configuration's sinks */
	RSK_VEC(struct rsk_js_file *)
	sites; /* files that may hold such calls */
	RSK_VEC(struct rsk_js_file *)
	requesters;              /* files that may hold requests */
	struct rsk_map reported; /* personal data, by rule and place */
	RSK_VEC(struct rsk_sdk_call) calls; /* of all sites, in order */
	RSK_VEC(struct rsk_sink_call) sinks;
};

/*
 * A hit of the rule at tokens [first, last] of the file, with the rule's own
 * words and severity, to be changed and pushed. NULL rule (a rule that is
 * disabled, or gone): the hit is not pushed.
 */
struct rsk_code_hit rsk_code_hit(const struct rsk_code *code, const char *rule,
	struct rsk_js_file *file, uint32_t first, uint32_t last);
/* The same for the bytes [begin, end) of any file's text. */
struct rsk_code_hit rsk_code_hit_at(const struct rsk_code *code,
	const char *rule, struct rsk_slice path, uint32_t begin, uint32_t end);
void rsk_code_push(const struct rsk_code *code, const struct rsk_code_hit *hit);

/*
 * A place that was looked at: for the checklist. `text` is one line; rule and
 * item are the caller's to set, says is RSK_EVIDENCE_FOR.
 */
struct rsk_fact rsk_code_fact(
	struct rsk_js_file *file, uint32_t token, const char *text);
void rsk_code_push_fact(
	const struct rsk_code *code, const struct rsk_fact *fact);

/*
 * Bytes of a file between two tokens: space, comments. What is switched off or
 * addressed in a comment does not happen; keys in there still are keys.
 */
void rsk_code_silence(const struct rsk_code *code, struct rsk_slice path,
	struct rsk_slice source, struct rsk_js_range between);

/* What a limit of the evaluator cut is not known: the report says so. Called
 * where it matters, after a value that is sent away was followed. */
void rsk_code_tell_limits(
	struct rsk_code *code, const struct rsk_js_file *file);

/* ---- code_sdk.c: calls of the libraries of the vocabulary ---- */

struct rsk_sdk_name rsk_sdk_name(
	struct rsk_code *code, const struct rsk_js_val *callee);

/* Every such call of the files, by file and place; made once. */
void rsk_sdk_find_calls(struct rsk_code *code);

/* ---- requests (code_request.c) ---- */

/* code->requesters: the files, and those that import a client of a host. */
void rsk_code_find_requesters(struct rsk_code *code);

/* "fetch", "axios.post" as the vocabulary writes it, also for a client that
 * axios.create() made; "" for what is no such thing. */
struct rsk_slice rsk_request_name(
	struct rsk_code *code, const struct rsk_js_val *callee);

/* Of a method of such a client: the options it was made with, or NULL. */
struct rsk_js_val *rsk_request_instance(const struct rsk_js_val *callee);

/* Does a request with this address lead to one of the product's hosts? */
bool rsk_request_leads(struct rsk_code *code, const struct rsk_js_val *callee,
	const struct rsk_js_val *url);

/* val.a.b for "a.b" */
struct rsk_js_val *rsk_value_path(
	struct rsk_code *code, struct rsk_js_val *val, struct rsk_slice path);

/* Does a URL lead to one of the product's hosts? */
bool rsk_code_is_host(struct rsk_code *code, struct rsk_slice url);

/* The same for the URL of a call that may be a request. */
bool rsk_code_request_url(struct rsk_code *code, const struct rsk_sink *sink,
	struct rsk_js_file *file, uint32_t paren);

/* ---- one file each ---- */

void rsk_code_pii(struct rsk_code *code);       /* pii-*: all files at once */
void rsk_code_forward(struct rsk_code *code);   /* logAnalytics */
void rsk_code_keys(struct rsk_code *code);      /* keys, environments */
void rsk_code_exposure(struct rsk_code *code);  /* secret keys in clients */
void rsk_code_log(struct rsk_code *code);       /* keys in logs and URLs */
void rsk_code_public(struct rsk_code *code);    /* secrets of builds */
void rsk_code_transport(struct rsk_code *code); /* http, TLS */
void rsk_code_webhook(struct rsk_code *code);   /* webhook-* */
void rsk_code_server(struct rsk_code *code);    /* other languages */
void rsk_code_consent(struct rsk_code *code);   /* project-level hints */

#endif
