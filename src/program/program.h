#ifndef RSK_PROGRAM_PROGRAM_H
#define RSK_PROGRAM_PROGRAM_H

#include "base/buf.h"
#include "model/coverage.h"
#include "rules/vocabulary.h"
#include "syntax/eval.h"

/*
 * A project's JavaScript and TypeScript as one program: its files, read and
 * bound when somebody asks for them, and what leads from one to another.
 *
 *	struct rsk_program *program = rsk_program_new(&source, vocabulary);
 *	struct rsk_js_eval eval = {
 *		.resolve = rsk_program_resolve, .context = program,
 *	};
 *	struct rsk_js_file *file = rsk_program_open(program, path);
 *
 *	if (file)
 *		check(&eval, file);
 *	rsk_js_eval_release(&eval);
 *	rsk_program_free(program);
 *
 * Specifiers are resolved as bundlers and TypeScript do: relative files,
 * other extensions (.js written, .ts meant), index files, `paths` and
 * `baseUrl` of the nearest tsconfig or jsconfig with what it extends,
 * packages of the workspace by name and `exports`, "#imports" of
 * package.json. What leads out of the project stays a MODULE.
 *
 * Memory    files stay open until the program is freed, so that values may
 *           refer to them; RSK_MAX_PROGRAM_BYTES bounds their sum, and a file
 *           over it is a gap.
 * Threads   one.
 */

/* Where the files come from. */
struct rsk_program_source {
	const struct rsk_slice *paths; /* every file there is, sorted */
	size_t paths_len;
	/* The text of a file, as the scanner decodes it. A failure has been
	 * reported as a gap by the callee. */
	enum rsk_err (*read)(
		void *ctx, struct rsk_slice path, struct rsk_buf *out);
	void (*gap)(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
		const char *detail);
	void *ctx;
};

struct rsk_program;

/* `source` and `vocabulary` are borrowed and must outlive the program. */
struct rsk_program *rsk_program_new(const struct rsk_program_source *source,
	const struct rsk_vocabulary *vocabulary);
void rsk_program_free(struct rsk_program *program); /* NULL is fine */

/* The file, or NULL: there is none, or it could not be read (a gap), or it is
 * of no language we read, or generated. The same one every time. */
struct rsk_js_file *rsk_program_open(
	struct rsk_program *program, struct rsk_slice path);

/* Was it asked for and left alone, because a tool wrote it? */
bool rsk_program_is_generated(
	const struct rsk_program *program, struct rsk_slice path);

/* The text of any file, as the scanner decodes it. A failure has been reported
 * as a gap. */
RSK_MUST_CHECK enum rsk_err rsk_program_read(struct rsk_program *program,
	struct rsk_slice path, struct rsk_buf *out);

/* An rsk_js_resolver; the context is the program. */
struct rsk_js_file *rsk_program_resolve(
	void *ctx, struct rsk_js_file *from, struct rsk_slice specifier);

/* The files that import `file`, also through barrels, sorted by path. The
 * list belongs to the program. */
struct rsk_program_files {
	struct rsk_js_file *const *ptr;
	size_t len;
};

struct rsk_program_files rsk_program_importers(
	struct rsk_program *program, const struct rsk_js_file *file);

/* The files that import one of these packages. */
struct rsk_program_files rsk_program_users(
	struct rsk_program *program, const struct rsk_strings *packages);

/* Is `specifier` one of these packages, or something in one? */
bool rsk_is_of_packages(
	struct rsk_slice specifier, const struct rsk_strings *packages);

/* Where does a file's code run? */
enum rsk_side {
	RSK_SIDE_UNKNOWN,
	RSK_SIDE_CLIENT, /* in a browser, an app: whoever has it can read it */
	RSK_SIDE_SERVER,
	RSK_SIDE_SHARED, /* both */
};

struct rsk_side_view {
	enum rsk_side side;
	bool hard;       /* a signal in the file itself that settles it */
	const char *why; /* "it imports react-native"; NULL: not known */
};

struct rsk_side_view rsk_program_side(
	struct rsk_program *program, const struct rsk_js_file *file);

/* Does the project know the product at all: a package.json that names one of
 * the SDK's packages, or a file that imports one? */
bool rsk_program_has_sdk(struct rsk_program *program);

/* Does any of the code hold one of these words? Reads all of it. */
bool rsk_program_mentions(
	struct rsk_program *program, const char *const *words, size_t len);

/* Is it a test, a story, a mock? By path. */
bool rsk_program_is_test(struct rsk_slice path);

#endif
