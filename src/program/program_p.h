#ifndef RSK_PROGRAM_PROGRAM_P_H
#define RSK_PROGRAM_PROGRAM_P_H

#include "base/map.h"
#include "program/program.h"

/* Inside the room: what the program remembers. */

/* A file that somebody asked for. */
struct rsk_opened {
	struct rsk_js_file file;
	struct rsk_buf text;
	bool ok;
	bool generated;
	uint8_t side; /* enum rsk_side + 1, or 0: not asked yet */
	struct rsk_side_view view;
	struct rsk_program_files importers;
	bool has_importers;
};

/* A package.json. */
struct rsk_package {
	struct rsk_slice dir; /* "" or "a/b" */
	struct rsk_slice name;
	struct rsk_slice entry;    /* exports ".", source, module or main */
	struct rsk_slice *depends; /* names of its dependencies */
	size_t n_depends;
};

/* One row of `paths` in a tsconfig.json. */
struct rsk_alias {
	struct rsk_slice prefix, suffix; /* around the star; no star: whole */
	bool star;
	struct rsk_slice
		target; /* from the root of the project, a star in it */
};

/* A tsconfig.json or jsconfig.json, with what it extends. */
struct rsk_tsconfig {
	struct rsk_slice dir;
	struct rsk_slice base; /* baseUrl from the root of the project */
	bool has_base;
	RSK_VEC(struct rsk_alias) aliases;
};

/* A file that imports another, or a package. */
struct rsk_edge {
	uint32_t from, to; /* paths; to is UINT32_MAX for a package */
	struct rsk_slice package;
	bool reexports;
};

struct rsk_program {
	const struct rsk_program_source *source;
	const struct rsk_vocabulary *vocabulary;
	struct rsk_arena arena;
	struct rsk_map paths;       /* to index + 1 in source->paths */
	struct rsk_map resolved;    /* "folder\nspecifier", to index + 1 */
	struct rsk_opened **opened; /* for each path, or NULL */
	size_t bytes;               /* of opened files */
	bool has_manifests;
	RSK_VEC(struct rsk_package) packages;   /* by dir */
	RSK_VEC(struct rsk_tsconfig) tsconfigs; /* by dir */
	/* `imports` and `exports` of package.json, `alias` of bundlers */
	RSK_VEC(struct rsk_tsconfig) aliases;
	bool has_edges;
	RSK_VEC(struct rsk_edge) edges; /* by to, from */
};

/* The index of a path, or UINT32_MAX. */
uint32_t rsk_program_index(
	const struct rsk_program *program, struct rsk_slice path);

/* "a/b" and "../c" -> "a/c"; false when it leads out of the project. */
bool rsk_path_join(struct rsk_arena *arena, struct rsk_slice dir,
	struct rsk_slice path, struct rsk_slice *out);

/* manifest.c: read them all, once. */
void rsk_program_manifests(struct rsk_program *program);

/* The nearest package at or above a file, or NULL; the same for tsconfig. */
const struct rsk_package *rsk_program_package(
	struct rsk_program *program, struct rsk_slice path);
const struct rsk_tsconfig *rsk_program_tsconfig(
	struct rsk_program *program, struct rsk_slice path);

/* alias.c: names that a bundler's configuration gives to folders. */
bool rsk_program_is_bundler(struct rsk_slice path);
void rsk_program_read_bundler(
	struct rsk_program *program, struct rsk_slice path);

/* manifest.c: one row more: "a/b*c" means "d*e", from `base`. */
void rsk_program_add_alias(struct rsk_program *program,
	struct rsk_tsconfig *config, struct rsk_slice pattern,
	struct rsk_slice base, struct rsk_slice target);

/* resolve.c: the index of the file that a specifier means, or UINT32_MAX. */
uint32_t rsk_program_lookup(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier);

/* imports.c: all edges, once. */
void rsk_program_edges(struct rsk_program *program);

#endif
