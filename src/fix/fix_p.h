#ifndef RSK_FIX_FIX_P_H
#define RSK_FIX_FIX_P_H

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "fix/fix.h"

/*
 * Inside the repairs. plan.c goes through the findings and asks, by a table,
 * the file that knows such a repair; what that one finds out goes into a
 * struct repair, or it says why not.
 */

/* A file that is read once for all its findings. */
struct fix_source {
	struct rsk_slice path;
	struct rsk_slice bytes;
	bool readable;      /* plain UTF-8; else `why` */
	bool is_missing;    /* there is no such file */
	const char *locked; /* why it is not to be written; NULL: it may be */
	const char *why;
	size_t skip; /* bytes of a mark in front */
	uint8_t hash[RSK_SHA256_BYTES];
};

/* A variable, and the key that it is for. */
struct fix_name {
	const char *name;
	struct rsk_secret_id key;
};

struct planning {
	struct rsk_fix *fix;
	const struct rsk_report *report;
	const struct rsk_fix_options *options;
	struct rsk_map sources_map; /* of paths, from 1 */
	RSK_VEC(struct fix_source *) sources;
	RSK_VEC(struct fix_name) names;     /* of keys */
	RSK_VEC(struct rsk_slice) examples; /* variables for .env.example */
	struct rsk_arena *arena;            /* of the result */
};

/* A finding that is being repaired. */
struct repair {
	struct planning *p;
	const struct rsk_finding *finding;
	const struct fix_source *source;
	size_t begin, end; /* [file] what the finding is about */
	const char *why;   /* it is not: set by who says no */
};

/* The file at a path; made and read when first asked for. */
const struct fix_source *fix_source(struct planning *p, struct rsk_slice path);

/* Replace bytes of the repair's file. `text` is copied. */
void fix_replace(struct repair *r, size_t begin, size_t end, const char *what,
	struct rsk_slice text);
void fix_replace_str(struct repair *r, size_t begin, size_t end,
	const char *what, const char *text);

/* A step for a person. */
void fix_step(struct repair *r, const char *text);

/* Say why not. Returns false. */
bool fix_refuse(struct repair *r, const char *why);

/* Its code could not be read: refuses, unless memory is out, which is no
 * property of the file and ends the program. */
bool fix_refuse_code(struct repair *r, enum rsk_err err);

/* May the repair's file, or a new one of its name, be written? Else why not. */
bool fix_may_edit(struct repair *r);

/* The line around an offset, without its ending: [file]. */
size_t fix_line_begin(struct rsk_slice bytes, size_t at);
size_t fix_line_end(struct rsk_slice bytes, size_t at);

/* "\r\n" when the first line ends so, else "\n". */
const char *fix_line_ending(struct rsk_slice bytes);

/* The template with the word in the place of its '%'. */
const char *fix_fill(
	struct rsk_arena *arena, const char *template, const char *word);

/* The variable goes into .env.example. */
void fix_want_example(struct repair *r, const char *variable);

/* literal.c: a key that stands in a file. */
bool fix_literal(struct repair *r);

/*
 * names.c: the variable it is read from instead, or NULL with a reason. First
 * of all, fix_note_name() is called for all findings: what the line of one says
 * counts for the others of that key.
 */
const char *fix_variable(struct repair *r);
bool fix_is_variable(struct rsk_slice word); /* such a name: RESYNC_... */
void fix_note_name(struct repair *r);

/* What the package.json above a file says of how its code is built. */
struct fix_bundler {
	const char *name;   /* "vite"; NULL: none that is known */
	const char *public; /* "VITE_", what a client may read; "": none */
	const char *read;   /* "import.meta.env." or "process.env." */
	bool client_only;   /* code outside of folders of a server is client
			     * code */
};
struct fix_bundler fix_bundler_of(struct planning *p, struct rsk_slice path);

/* Is it in a folder, or of a name, that is for servers and scripts? */
bool fix_is_server_path(struct rsk_slice path);

/* code.c: the same in code: JavaScript, and seven languages more. They ask for
 * the variable themselves, when they need it. */
bool fix_literal_js(struct repair *r, const char *variable);
bool fix_literal_code(struct repair *r, const char *variable);

/* compare.c: a comparison of a signature. */
bool fix_compare(struct repair *r);

/* ignore.c: missing lines of .gitignore; .env.example. */
bool fix_ignore(struct repair *r);
/* What a file that is tracked needs as well: a line of .gitignore, and its
 * variables in .env.example. Is there an edit? */
bool fix_ignore_tracked(struct repair *r);
void fix_examples(struct planning *p);

/* diff.c: the bytes that the file becomes. RSK_TOOBIG. */
RSK_MUST_CHECK enum rsk_err fix_result(
	const struct rsk_fix_file *file, struct rsk_buf *out);

#endif
