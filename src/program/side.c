#include "program/program_p.h"

/*
 * Client or server: signals in rows, the strongest first. What runs in both is
 * SHARED; what says nothing of itself is what those are who import it.
 */

/* Imports that settle it: names, or beginnings that end in '/' or '-'. */
static const struct {
	const char *specifier;
	enum rsk_side side;
	const char *why;
} imports[] = {
	{ "react-native", RSK_SIDE_CLIENT, "it imports react-native" },
	{ "react-native-", RSK_SIDE_CLIENT,
		"it imports a React Native package" },
	{ "@react-native", RSK_SIDE_CLIENT,
		"it imports a React Native package" },
	{ "@react-navigation/", RSK_SIDE_CLIENT,
		"it imports a React Native package" },
	{ "resync-react-native", RSK_SIDE_CLIENT,
		"it imports the SDK of an app" },
	{ "expo", RSK_SIDE_CLIENT, "it imports expo" },
	{ "expo-", RSK_SIDE_CLIENT, "it imports expo" },
	{ "client-only", RSK_SIDE_CLIENT, "it imports client-only" },
	{ "electron", RSK_SIDE_CLIENT, "it is part of an Electron app" },
	{ "react-dom/client", RSK_SIDE_CLIENT, "it imports react-dom/client" },
	{ "server-only", RSK_SIDE_SERVER, "it imports server-only" },
	{ "next/headers", RSK_SIDE_SERVER, "it imports next/headers" },
	{ "next/server", RSK_SIDE_SERVER, "it imports next/server" },
	{ "express", RSK_SIDE_SERVER, "it imports express" },
	{ "fastify", RSK_SIDE_SERVER, "it imports fastify" },
	{ "koa", RSK_SIDE_SERVER, "it imports koa" },
	{ "hono", RSK_SIDE_SERVER, "it imports hono" },
	{ "@hapi/", RSK_SIDE_SERVER, "it imports hapi" },
	{ "@nestjs/", RSK_SIDE_SERVER, "it imports Nest" },
	{ "@prisma/client", RSK_SIDE_SERVER, "it imports Prisma" },
	{ "pg", RSK_SIDE_SERVER, "it imports pg" },
	{ "mongoose", RSK_SIDE_SERVER, "it imports mongoose" },
	{ "firebase-admin", RSK_SIDE_SERVER, "it imports firebase-admin" },
	{ "firebase-functions", RSK_SIDE_SERVER,
		"it imports firebase-functions" },
	{ "aws-lambda", RSK_SIDE_SERVER, "it imports aws-lambda" },
	{ "esbuild", RSK_SIDE_SERVER, "it builds with esbuild" },
	{ "node:", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "fs", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "fs/promises", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "http", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "https", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "child_process", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "crypto", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "os", RSK_SIDE_SERVER, "it imports a module of Node" },
	{ "net", RSK_SIDE_SERVER, "it imports a module of Node" },
};

/* Names of files and folders that settle it. */
static const struct {
	const char *part; /* in the path, "/" put in front of it */
	bool ends;        /* the name ends in it, but for the last ending */
	enum rsk_side side;
	const char *why;
} paths[] = {
	{ ".native", true, RSK_SIDE_CLIENT, "its name says .native" },
	{ ".ios", true, RSK_SIDE_CLIENT, "its name says .ios" },
	{ ".android", true, RSK_SIDE_CLIENT, "its name says .android" },
	{ ".client", true, RSK_SIDE_CLIENT, "its name says .client" },
	{ ".server", true, RSK_SIDE_SERVER, "its name says .server" },
	{ "/+server", true, RSK_SIDE_SERVER, "it is a SvelteKit endpoint" },
	{ "/public/", false, RSK_SIDE_CLIENT, "it is in public/" },
	{ "/static/", false, RSK_SIDE_CLIENT, "it is in static/" },
	{ "/pages/api/", false, RSK_SIDE_SERVER, "it is in pages/api/" },
	{ "/netlify/functions/", false, RSK_SIDE_SERVER,
		"it is in netlify/functions/" },
	{ "/supabase/functions/", false, RSK_SIDE_SERVER,
		"it is in supabase/functions/" },
	{ "/server/", false, RSK_SIDE_SERVER, "it is in server/" },
	{ "/backend/", false, RSK_SIDE_SERVER, "it is in backend/" },
	{ "/scripts/", false, RSK_SIDE_SERVER, "it is a script" },
	{ "/server", true, RSK_SIDE_SERVER, "it is called server" },
	{ "/middleware", true, RSK_SIDE_SERVER, "it is called middleware" },
	{ "/instrumentation", true, RSK_SIDE_SERVER,
		"it is called instrumentation" },
	{ "/route", true, RSK_SIDE_UNKNOWN, NULL }, /* below app/: see there */
	/* Of what a build puts into clients see checks/code_public.c. */
	{ "/vite.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/next.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/webpack.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/rspack.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/rsbuild.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/astro.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/vue.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/nuxt.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/metro.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/gatsby-node", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/rollup.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/esbuild.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/tsup.config", true, RSK_SIDE_SERVER, "it configures a build" },
	{ "/app.config", true, RSK_SIDE_CLIENT,
		"it configures what is built into an app" },
};

/* Names used as globals: weaker than what a file imports. */
static const struct {
	const char *name;
	enum rsk_side side;
	const char *why;
} globals[] = {
	{ "window", RSK_SIDE_CLIENT, "it uses window" },
	{ "document", RSK_SIDE_CLIENT, "it uses document" },
	{ "localStorage", RSK_SIDE_CLIENT, "it uses localStorage" },
	{ "navigator", RSK_SIDE_CLIENT, "it uses navigator" },
	{ "chrome", RSK_SIDE_CLIENT, "it is part of a browser extension" },
	{ "useState", RSK_SIDE_CLIENT, "it uses React state" },
	{ "useEffect", RSK_SIDE_CLIENT, "it uses React effects" },
};

/* Dependencies of the nearest package: the weakest sign. */
static const struct {
	const char *package;
	enum rsk_side side;
	const char *why;
} depends[] = {
	{ "react-native", RSK_SIDE_CLIENT,
		"its package is a React Native app" },
	{ "expo", RSK_SIDE_CLIENT, "its package is an Expo app" },
	{ "express", RSK_SIDE_SERVER, "its package is a server" },
	{ "fastify", RSK_SIDE_SERVER, "its package is a server" },
	{ "@nestjs/core", RSK_SIDE_SERVER, "its package is a server" },
	{ "koa", RSK_SIDE_SERVER, "its package is a server" },
	/* These have both sides, however they are built. */
	{ "next", RSK_SIDE_UNKNOWN, NULL },
	{ "nuxt", RSK_SIDE_UNKNOWN, NULL },
	{ "astro", RSK_SIDE_UNKNOWN, NULL },
	{ "@sveltejs/kit", RSK_SIDE_UNKNOWN, NULL },
	{ "@remix-run/node", RSK_SIDE_UNKNOWN, NULL },
	{ "@react-router/node", RSK_SIDE_UNKNOWN, NULL },
	{ "@tanstack/react-start", RSK_SIDE_UNKNOWN, NULL },
	{ "vite", RSK_SIDE_CLIENT, "its package is a web app" },
	{ "react-scripts", RSK_SIDE_CLIENT, "its package is a web app" },
	{ "vue", RSK_SIDE_CLIENT, "its package is a web app" },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct rsk_side_view seen(enum rsk_side side, bool hard, const char *why)
{
	return (struct rsk_side_view){ side, hard, why };
}

static const struct rsk_side_view unknown;

static bool is_specifier(struct rsk_slice specifier, const char *name)
{
	struct rsk_slice s = rsk_slice_str(name);
	uint8_t last = (uint8_t)name[s.len - 1];

	if (last == '/' || last == '-' || last == ':')
		return rsk_slice_starts(specifier, s);
	return rsk_slice_eq(specifier, s) ||
	       (rsk_slice_starts(specifier, s) && specifier.ptr[s.len] == '/');
}

static struct rsk_side_view by_directive(const struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;

	if (js->count < 2 || !rsk_js_is(js, 1, RSK_JS_STRING))
		return unknown;
	if (rsk_js_text_is(js, 1, "'use client'") ||
		rsk_js_text_is(js, 1, "\"use client\""))
		return seen(RSK_SIDE_CLIENT, true, "it says 'use client'");
	if (rsk_js_text_is(js, 1, "'use server'") ||
		rsk_js_text_is(js, 1, "\"use server\""))
		return seen(RSK_SIDE_SERVER, true, "it says 'use server'");
	return unknown;
}

static struct rsk_side_view by_imports(
	struct rsk_program *program, const struct rsk_js_file *file)
{
	for (size_t i = 1; i < file->bind->imports.len; i++) {
		const struct rsk_js_import *import =
			&file->bind->imports.ptr[i];
		struct rsk_slice specifier;

		if (import->type_only || !import->specifier)
			continue;
		specifier = rsk_js_value(
			file->js, import->specifier, &program->arena);
		for (size_t j = 0; j < COUNT(imports); j++)
			if (is_specifier(specifier, imports[j].specifier))
				return seen(
					imports[j].side, true, imports[j].why);
	}
	return unknown;
}

/* The name without its last ending. */
static struct rsk_slice stem_of(struct rsk_slice path)
{
	size_t dot = path.len;

	while (dot && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/')
		dot--;
	return dot && path.ptr[dot - 1] == '.' ? rsk_slice_cut(path, 0, dot - 1)
					       : path;
}

static struct rsk_side_view by_path(
	struct rsk_program *program, struct rsk_slice path)
{
	struct rsk_slice full = rsk_slice_str(rsk_arena_printf(&program->arena,
		"/%.*s", (int)path.len, (const char *)path.ptr));
	struct rsk_slice stem = stem_of(full);

	if (rsk_slice_ends(path, RSK_LIT(".html")))
		return seen(RSK_SIDE_CLIENT, true, "it is a page");
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct rsk_slice part = rsk_slice_str(paths[i].part);
		bool there = paths[i].ends
				     ? rsk_slice_ends(stem, part)
				     : rsk_slice_find(full, part) < full.len;

		if (there && paths[i].why)
			return seen(paths[i].side, true, paths[i].why);
		if (there && rsk_slice_find(full, RSK_LIT("/app/")) < full.len)
			return seen(
				RSK_SIDE_SERVER, true, "it is a route handler");
	}
	return unknown;
}

static bool depends_on(
	struct rsk_program *program, struct rsk_slice path, const char *name)
{
	const struct rsk_package *package = rsk_program_package(program, path);

	for (size_t i = 0; package && i < package->n_depends; i++)
		if (rsk_slice_eq_str(package->depends[i], name))
			return true;
	return false;
}

/* Below app/ of Next.js what is not 'use client' is rendered by the server;
 * these files nobody imports. */
static struct rsk_side_view by_next(
	struct rsk_program *program, struct rsk_slice path)
{
	static const char *const files[] = { "page", "layout", "template",
		"default", "loading", "not-found", "sitemap", "robots" };
	struct rsk_slice stem = stem_of(path);
	struct rsk_slice base = rsk_path_base(stem);
	bool there = rsk_slice_starts(path, RSK_LIT("app/")) ||
		     rsk_slice_find(path, RSK_LIT("/app/")) < path.len;

	for (size_t i = 0; there && i < COUNT(files); i++)
		if (rsk_slice_eq_str(base, files[i]) &&
			depends_on(program, path, "next"))
			return seen(RSK_SIDE_SERVER, true,
				"it is a component of the server");
	if (there && rsk_slice_find(path, RSK_LIT("app/api/")) < path.len &&
		depends_on(program, path, "next"))
		return seen(RSK_SIDE_SERVER, true, "it is below app/api/");
	return unknown;
}

static struct rsk_side_view hard_side(
	struct rsk_program *program, const struct rsk_js_file *file)
{
	struct rsk_side_view view = by_directive(file);

	if (!view.side)
		view = by_path(program, file->path);
	if (!view.side)
		view = by_imports(program, file);
	if (!view.side)
		view = by_next(program, file->path);
	if (!view.side &&
		(rsk_slice_ends(file->path, RSK_LIT(".vue")) ||
			rsk_slice_ends(file->path, RSK_LIT(".svelte"))))
		view = seen(RSK_SIDE_CLIENT, true, "it is a component");
	return view;
}

static struct rsk_side_view by_globals(const struct rsk_js_file *file)
{
	const struct rsk_js *js = file->js;

	for (uint32_t i = 1; i < js->count; i++) {
		if (!rsk_js_is(js, i, RSK_JS_NAME) ||
			rsk_js_is(js, i - 1, RSK_JS_DOT))
			continue;
		for (size_t j = 0; j < COUNT(globals); j++)
			if (rsk_js_text_is(js, i, globals[j].name))
				return seen(
					globals[j].side, false, globals[j].why);
	}
	return unknown;
}

static struct rsk_side_view by_package(
	struct rsk_program *program, struct rsk_slice path)
{
	for (size_t i = 0; i < COUNT(depends); i++)
		if (depends_on(program, path, depends[i].package))
			return seen(depends[i].side, false, depends[i].why);
	return unknown;
}

enum { MAX_ASKED = 200 }; /* importers that are asked */

/* What the files are that lead here: asked until both sides are seen. */
static struct rsk_side_view by_importers(
	struct rsk_program *program, struct rsk_js_file *file)
{
	RSK_VEC(struct rsk_js_file *) queue = { 0 };
	bool client = false;
	bool server = false;

	*RSK_VEC_PUSH(&queue) = file;
	for (size_t i = 0;
		i < queue.len && i < MAX_ASKED && !(client && server); i++) {
		struct rsk_program_files from =
			rsk_program_importers(program, queue.ptr[i]);
		struct rsk_side_view view =
			i ? hard_side(program, queue.ptr[i]) : unknown;

		client = client || view.side == RSK_SIDE_CLIENT;
		server = server || view.side == RSK_SIDE_SERVER;
		for (size_t j = 0; !view.side && j < from.len; j++) {
			bool known = false;

			for (size_t k = 0; k < queue.len && !known; k++)
				known = queue.ptr[k] == from.ptr[j];
			if (!known)
				*RSK_VEC_PUSH(&queue) = from.ptr[j];
		}
	}
	RSK_VEC_RELEASE(&queue);
	if (client && server)
		return seen(RSK_SIDE_SHARED, false,
			"code of both sides imports it");
	if (client)
		return seen(RSK_SIDE_CLIENT, false, "client code imports it");
	if (server)
		return seen(RSK_SIDE_SERVER, false, "server code imports it");
	return unknown;
}

struct rsk_side_view rsk_program_side(
	struct rsk_program *program, const struct rsk_js_file *file)
{
	struct rsk_opened *opened = file->user;
	struct rsk_side_view view;

	if (opened->side)
		return opened->view;
	view = hard_side(program, file);
	if (!view.side)
		view = by_globals(file);
	if (!view.side)
		view = by_importers(program, &opened->file);
	if (!view.side)
		view = by_package(program, file->path);
	opened->side = 1;
	opened->view = view;
	return view;
}
