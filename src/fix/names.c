#include "fix/fix_p.h"

/* What a key is called in the environment, and how code of a project reads it.
 */

static bool is_upper(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_word(uint8_t c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z') || c == '$';
}

/* The line in front of the key: what is said of it stands there. */
static struct rsk_slice in_front(const struct repair *r)
{
	struct rsk_slice bytes = r->source->bytes;

	return rsk_slice_cut(bytes, fix_line_begin(bytes, r->begin), r->begin);
}

/* RESYNC_API_KEY, NEXT_PUBLIC_RESYNC_API_KEY: no text of another form. */
bool fix_is_variable(struct rsk_slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!is_upper(word.ptr[i]))
			return false;
	return word.len < 64 &&
	       rsk_slice_find(word, RSK_LIT("RESYNC_")) < word.len;
}

/* The last name of that form in front of the key: RESYNC_SECRET_KEY. */
static struct rsk_slice named(struct rsk_slice text)
{
	struct rsk_slice found = RSK_LIT("");
	size_t begin = 0;

	for (size_t i = 0; i <= text.len; i++) {
		struct rsk_slice word = rsk_slice_cut(text, begin, i);
		bool starts;

		if (i < text.len && is_word(text.ptr[i]))
			continue;
		starts = rsk_slice_starts(word, RSK_LIT("RESYNC_"));
		for (size_t c = 0; c < word.len; c++)
			starts &= is_upper(word.ptr[c]);
		if (starts && word.len > strlen("RESYNC_"))
			found = word;
		begin = i + 1;
	}
	return found;
}

static bool is_product_key(const struct rsk_secret_view *secret)
{
	static const char *const kinds[] = { "live", "sandbox", "unprefixed" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (secret->kind && !strcmp(secret->kind, kinds[i]))
			return true;
	return false;
}

static bool is_same_key(const struct repair *r, const struct fix_name *name)
{
	return !memcmp(&name->key, &r->finding->secret.id, sizeof(name->key));
}

/* Two keys must not become one variable: then they would be one key. */
static bool take_name(struct repair *r, const char *name)
{
	for (size_t i = 0; i < r->p->names.len; i++) {
		const struct fix_name *taken = &r->p->names.ptr[i];

		if (rsk_slice_eq_str(rsk_slice_str(name), taken->name))
			return is_same_key(r, taken);
	}
	*RSK_VEC_PUSH(&r->p->names) =
		(struct fix_name){ name, r->finding->secret.id };
	return true;
}

static const char *known_name(const struct repair *r)
{
	for (size_t i = 0; i < r->p->names.len; i++)
		if (is_same_key(r, &r->p->names.ptr[i]))
			return r->p->names.ptr[i].name;
	return NULL;
}

/* RESYNC_SANDBOX_API_KEY beside RESYNC_API_KEY. */
static const char *variant(struct repair *r, const char *name)
{
	const char *kind = r->finding->secret.kind;

	return rsk_arena_printf(r->p->arena, "RESYNC_%s_%s",
		!strcmp(kind, "sandbox") ? "SANDBOX"
		: !strcmp(kind, "live")  ? "LIVE"
					 : "OTHER",
		name + strlen("RESYNC_"));
}

void fix_note_name(struct repair *r)
{
	struct rsk_slice said = named(in_front(r));

	if (said.len && is_product_key(&r->finding->secret) && !known_name(r))
		(void)take_name(r, rsk_arena_str(r->p->arena, said));
}

const char *fix_variable(struct repair *r)
{
	struct rsk_slice line = in_front(r);
	struct rsk_slice said = named(line);
	const char *known = known_name(r);
	const char *name = known ? known : "RESYNC_API_KEY";

	if (!is_product_key(&r->finding->secret)) {
		fix_refuse(r, "the key is another vendor's");
		return NULL;
	}
	if (said.len)
		name = rsk_arena_str(r->p->arena, said);
	else if (!known &&
		 rsk_slice_find_nocase(line, RSK_LIT("secret")) < line.len)
		name = "RESYNC_SECRET_KEY";
	if (take_name(r, name))
		return name;
	name = variant(r, name);
	if (take_name(r, name))
		return name;
	fix_refuse(r, "two keys would get the same name");
	return NULL;
}

/*
 * Bundlers, by what is in the dependencies of a package.json. The first that
 * is there counts: Expo brings react-native, Next brings react.
 */
static const struct {
	const char *package;
	struct fix_bundler bundler;
} bundlers[] = {
	{ "next", { "next", "NEXT_PUBLIC_", "process.env.", false } },
	{ "expo", { "expo", "EXPO_PUBLIC_", "process.env.", true } },
	{ "nuxt", { "nuxt", "", "", true } },
	{ "astro", { "astro", "PUBLIC_", "import.meta.env.", true } },
	{ "react-scripts",
		{ "react-scripts", "REACT_APP_", "process.env.", true } },
	{ "@vue/cli-service",
		{ "@vue/cli-service", "VUE_APP_", "process.env.", true } },
	{ "gatsby", { "gatsby", "GATSBY_", "process.env.", true } },
	{ "vite", { "vite", "VITE_", "import.meta.env.", true } },
	{ "react-native", { "react-native", "", "", true } },
	{ "@angular/core", { "angular", "", "", true } },
};

static bool depends_on(
	struct planning *p, struct rsk_slice manifest, const char *package)
{
	struct rsk_slice rest = manifest;
	struct rsk_slice quoted =
		rsk_slice_str(rsk_arena_printf(p->arena, "\"%s\"", package));

	for (;;) {
		size_t at = rsk_slice_find(rest, quoted);

		if (at == rest.len)
			return false;
		rest = rsk_slice_trim(
			rsk_slice_cut(rest, at + quoted.len, rest.len));
		if (rsk_slice_starts(rest, RSK_LIT(":")))
			return true;
	}
}

struct fix_bundler fix_bundler_of(struct planning *p, struct rsk_slice path)
{
	struct rsk_slice dir = path;

	while (dir.len) {
		const struct fix_source *manifest;

		dir = rsk_path_dir(dir);
		manifest = fix_source(
			p, rsk_slice_str(rsk_arena_printf(p->arena,
				   "%.*s%spackage.json", (int)dir.len,
				   (const char *)dir.ptr, dir.len ? "/" : "")));
		for (size_t i = 0; manifest->readable &&
				   i < sizeof(bundlers) / sizeof(bundlers[0]);
			i++)
			if (depends_on(p, manifest->bytes, bundlers[i].package))
				return bundlers[i].bundler;
	}
	return (struct fix_bundler){ NULL, "", "process.env.", false };
}

bool fix_is_server_path(struct rsk_slice path)
{
	static const char *const parts[] = { "server/", "api/", "scripts/",
		"backend/", "functions/", "bin/", "workers/", "cron/" };
	struct rsk_slice base = rsk_path_base(path);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_slice part = rsk_slice_str(parts[i]);
		size_t at = rsk_slice_find(path, part);

		if (at < path.len && (!at || path.ptr[at - 1] == '/'))
			return true;
	}
	return rsk_slice_find(base, RSK_LIT(".server.")) < base.len ||
	       rsk_slice_find(base, RSK_LIT(".config.")) < base.len;
}
