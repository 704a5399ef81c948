#ifndef RSK_REPORT_JSON_P_H
#define RSK_REPORT_JSON_P_H

#include "report/out_p.h"

/*
 * Writes JSON (RFC 8259) as it comes, holding nothing: a report of 100,000
 * findings needs no memory. docs/decisions/0010-own-json-writer.md says why it
 * is not cJSON that writes.
 *
 *	struct rsk_json json = { .out = &out, .lines = 2 };
 *
 *	rsk_json_object(&json, NULL);
 *	rsk_json_str(&json, "name", "rskan");
 *	rsk_json_array(&json, "findings");
 *	...
 *	rsk_json_end(&json);
 *	rsk_json_end(&json);
 *	rsk_json_newline(&json);
 *
 * Whatever the bytes are, the output is valid: strings become valid UTF-8, and
 * what would deceive a reader of the raw text is written as an escape. `key`
 * is NULL inside arrays.
 */
enum { RSK_JSON_DEPTH = 24 };

struct rsk_json {
	struct rsk_out *out;
	unsigned lines; /* each element down to this depth begins a line */
	unsigned depth; /* open objects and arrays */
	bool filled;    /* the innermost one has an element */
	char close[RSK_JSON_DEPTH];
};

void rsk_json_object(struct rsk_json *json, const char *key);
void rsk_json_array(struct rsk_json *json, const char *key);

/* Close the innermost object or array. */
void rsk_json_end(struct rsk_json *json);

/* After the outermost one: a line feed. */
void rsk_json_newline(struct rsk_json *json);

void rsk_json_slice(
	struct rsk_json *json, const char *key, struct rsk_slice text);
/* NULL is written as "". */
void rsk_json_str(struct rsk_json *json, const char *key, const char *text);
void rsk_json_number(struct rsk_json *json, const char *key, uint64_t number);
void rsk_json_bool(struct rsk_json *json, const char *key, bool value);
void rsk_json_null(struct rsk_json *json, const char *key);

/* The bytes in base64 (RFC 4648). */
void rsk_json_base64(
	struct rsk_json *json, const char *key, struct rsk_slice bytes);

/*
 * Any bytes as two members: "path", made valid, and, where that changed it,
 * "path_bytes_b64" with the exact bytes.
 */
void rsk_json_path(struct rsk_json *json, struct rsk_slice path);

/* A string in pieces: open it, add to it, close it. */
void rsk_json_open_string(struct rsk_json *json, const char *key);
void rsk_json_add(struct rsk_json *json, struct rsk_slice text);
void rsk_json_add_str(struct rsk_json *json, const char *text);
void rsk_json_close_string(struct rsk_json *json);

#endif
