#include "syntax/embed.h"

#include "base/limits.h"

enum flavour { HTML, VUE, SVELTE, ASTRO };

struct finder {
	struct rsk_embed *out;
	const uint8_t *src;
	size_t at, end; /* [source] */
	enum flavour flavour;
};

/* What the opening tag of a script says. */
struct script {
	bool is_code, has_src, jsx;
};

static struct rsk_slice rest(const struct finder *f)
{
	return rsk_slice(f->src + f->at, f->end - f->at);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool starts_nocase(struct rsk_slice s, struct rsk_slice prefix)
{
	return s.len >= prefix.len &&
	       rsk_slice_eq_nocase(rsk_slice_cut(s, 0, prefix.len), prefix);
}

static void add_range(struct finder *f, size_t begin, size_t end)
{
	if (begin < end)
		*RSK_VEC_PUSH(&f->out->ranges) =
			(struct rsk_js_range){ (uint32_t)begin, (uint32_t)end };
}

static void skip_space(struct finder *f)
{
	while (f->at < f->end && is_space(f->src[f->at]))
		f->at++;
}

static void skip_past(struct finder *f, struct rsk_slice mark)
{
	size_t at = rsk_slice_find(rest(f), mark);

	f->at += at;
	f->at += f->end - f->at < mark.len ? f->end - f->at : mark.len;
}

/* ---- expressions in templates ---- */

/* Behind the string that begins at `i`; strings of one line only. */
static size_t string_end(const struct finder *f, size_t i)
{
	uint8_t quote = f->src[i];

	for (i++; i < f->end && f->src[i] != quote; i++) {
		if (f->src[i] == '\n' && quote != '`')
			return i;
		if (f->src[i] == '\\')
			i++;
	}
	return i < f->end ? i + 1 : f->end;
}

/* The } that belongs to the { at `i`, or `end`. */
static size_t brace_end(const struct finder *f, size_t i)
{
	size_t depth = 0;

	while (i < f->end) {
		uint8_t c = f->src[i];

		depth += c == '{';
		depth -= c == '}';
		if (!depth)
			return i;
		i = c == '"' || c == '\'' || c == '`' ? string_end(f, i)
						      : i + 1;
	}
	return f->end;
}

/* {#if a}, {:else if a}, {@html a}: the code begins behind the word. */
static size_t behind_sigil(const struct finder *f, size_t i, size_t end)
{
	if (i == end || !strchr("#:@/", f->src[i]) || !f->src[i])
		return i;
	if (f->src[i] == '/')
		return end;
	while (i < end && !is_space(f->src[i]))
		i++;
	return i;
}

/* At a {: {code} or, in Vue, {{ code }}. Steps over it. */
static void find_expression(struct finder *f)
{
	bool doubled = f->at + 1 < f->end && f->src[f->at + 1] == '{';

	if (f->flavour == HTML || (f->flavour == VUE && !doubled)) {
		f->at++;
		return;
	}

	size_t begin = f->at + 1 + (f->flavour == VUE);
	size_t end = f->flavour == VUE
			     ? begin + rsk_slice_find(rsk_slice(f->src + begin,
							      f->end - begin),
					       RSK_LIT("}}"))
			     : brace_end(f, f->at);

	/* One that never ends is no code, and not looked at again. */
	if (end < f->end)
		add_range(f, behind_sigil(f, begin, end), end);
	f->at = end < f->end ? end + 1 : f->end;
}

static bool holds_code(const struct finder *f, struct rsk_slice name)
{
	if (!name.len)
		return false;
	if (f->flavour == HTML)
		return name.len > 2 && starts_nocase(name, RSK_LIT("on"));
	if (f->flavour == VUE)
		return name.ptr[0] == '@' || name.ptr[0] == ':' ||
		       starts_nocase(name, RSK_LIT("v-"));
	return false;
}

/* ---- tags ---- */

/* Types of scripts that are code; "" is what most have. */
static const char *const code_types[] = { "", "module", "text/javascript",
	"application/javascript", "text/ecmascript", "application/ecmascript",
	"text/x-javascript", "application/x-javascript", "text/babel",
	"text/jsx", "text/typescript", "application/typescript", "js", "jsx",
	"ts", "tsx", "javascript", "typescript" };

static bool is_code_type(struct rsk_slice type)
{
	size_t n = sizeof(code_types) / sizeof(code_types[0]);

	for (size_t i = 0; i < n; i++)
		if (rsk_slice_eq_nocase(type, rsk_slice_str(code_types[i])))
			return true;
	return false;
}

static void note_script(
	struct script *script, struct rsk_slice name, struct rsk_slice value)
{
	bool is_lang = rsk_slice_eq_nocase(name, RSK_LIT("lang"));

	if (rsk_slice_eq_nocase(name, RSK_LIT("src")))
		script->has_src = true;
	if (!is_lang && !rsk_slice_eq_nocase(name, RSK_LIT("type")))
		return;
	script->is_code = script->is_code && is_code_type(value);
	script->jsx = script->jsx ||
		      rsk_slice_eq_nocase(value, RSK_LIT("tsx")) ||
		      rsk_slice_eq_nocase(value, RSK_LIT("jsx")) ||
		      rsk_slice_eq_nocase(value, RSK_LIT("text/jsx")) ||
		      rsk_slice_eq_nocase(value, RSK_LIT("text/babel"));
}

/* The value behind an =, without quotes; {code} is an expression. */
static struct rsk_slice attribute_value(struct finder *f)
{
	uint8_t quote = f->at < f->end ? f->src[f->at] : 0;
	size_t begin = f->at;

	if (quote == '{') {
		find_expression(f);
		return rsk_slice(NULL, 0);
	}
	if (quote == '"' || quote == '\'') {
		const uint8_t *close =
			memchr(f->src + begin + 1, quote, f->end - begin - 1);
		size_t end = close ? (size_t)(close - f->src) : f->end;

		f->at = close ? end + 1 : f->end;
		return rsk_slice(f->src + begin + 1, end - begin - 1);
	}
	while (f->at < f->end && !is_space(f->src[f->at]) &&
		f->src[f->at] != '>')
		f->at++;
	return rsk_slice(f->src + begin, f->at - begin);
}

static bool ends_name(uint8_t c)
{
	return is_space(c) || c == '=' || c == '>' || c == '/' || c == '{';
}

static void read_attribute(struct finder *f, struct script *script)
{
	size_t begin = f->at;
	struct rsk_slice value = { NULL, 0 };

	/* Of a name that begins with = or / that is the first byte. */
	for (f->at++; f->at < f->end && !ends_name(f->src[f->at]);)
		f->at++;

	struct rsk_slice name = rsk_slice(f->src + begin, f->at - begin);
	skip_space(f);
	if (f->at < f->end && f->src[f->at] == '=') {
		f->at++;
		skip_space(f);
		value = attribute_value(f);
	}
	note_script(script, name, value);
	if (value.len && holds_code(f, name))
		add_range(f, (size_t)(value.ptr - f->src),
			(size_t)(value.ptr - f->src) + value.len);
}

/* From behind the tag's name to behind its >. */
static struct script read_attributes(struct finder *f)
{
	struct script script = { .is_code = true };

	for (skip_space(f); f->at < f->end; skip_space(f)) {
		if (f->src[f->at] == '>') {
			f->at++;
			break;
		}
		if (f->src[f->at] == '{')
			find_expression(f);
		else
			read_attribute(f, &script);
	}
	return script;
}

/* To the < of the end tag, whose name is in lower case. */
static void skip_to_end_tag(struct finder *f, struct rsk_slice name)
{
	for (; f->at < f->end; f->at++) {
		const uint8_t *lt = memchr(f->src + f->at, '<', f->end - f->at);

		f->at = lt ? (size_t)(lt - f->src) : f->end;
		if (starts_nocase(rest(f), RSK_LIT("</")) &&
			starts_nocase(
				rsk_slice_cut(rest(f), 2, SIZE_MAX), name))
			return;
	}
}

/* Elements whose inside is no markup. */
static const struct rsk_slice raw_elements[] = { RSK_LIT("script"),
	RSK_LIT("style"), RSK_LIT("title"), RSK_LIT("textarea") };

static bool is_raw(const struct finder *f, struct rsk_slice name)
{
	size_t n = sizeof(raw_elements) / sizeof(raw_elements[0]);

	/* <title> is an element like any other where code may be in it. */
	if (f->flavour != HTML)
		n = 2;
	for (size_t i = 0; i < n; i++)
		if (rsk_slice_eq_nocase(name, raw_elements[i]))
			return true;
	return false;
}

static void read_tag(struct finder *f)
{
	size_t begin = ++f->at;

	while (f->at < f->end && !ends_name(f->src[f->at]))
		f->at++;

	struct rsk_slice name = rsk_slice(f->src + begin, f->at - begin);
	struct script script = read_attributes(f);
	if (!is_raw(f, name))
		return;

	begin = f->at;
	skip_to_end_tag(f, name);
	if (rsk_slice_eq_nocase(name, RSK_LIT("script")) && script.is_code &&
		!script.has_src) {
		add_range(f, begin, f->at);
		f->out->jsx = f->out->jsx || script.jsx;
	}
}

static void read_markup(struct finder *f)
{
	while (f->at < f->end) {
		uint8_t c = f->src[f->at];
		uint8_t next = f->at + 1 < f->end ? f->src[f->at + 1] : 0;

		if (c == '{')
			find_expression(f);
		else if (c == '<' && rsk_slice_starts(rest(f), RSK_LIT("<!--")))
			skip_past(f, RSK_LIT("-->"));
		else if (c == '<' && lower(next) >= 'a' && lower(next) <= 'z')
			read_tag(f);
		else
			f->at++;
	}
}

/* Astro's code between two lines of ---. */
static void read_front_matter(struct finder *f)
{
	struct rsk_slice fence = RSK_LIT("---");

	skip_space(f);
	if (!rsk_slice_starts(rest(f), fence))
		return;
	f->at += fence.len;

	size_t len = rsk_slice_find(rest(f), RSK_LIT("\n---"));
	add_range(f, f->at, f->at + len);
	f->at += len;
	skip_past(f, RSK_LIT("\n---"));
}

static enum flavour flavour_of(struct rsk_slice path)
{
	struct rsk_slice base = rsk_path_base(path);
	struct rsk_slice tail =
		rsk_slice_cut(base, base.len > 7 ? base.len - 7 : 0, base.len);

	if (rsk_slice_eq_nocase(tail, RSK_LIT(".svelte")))
		return SVELTE;
	if (rsk_slice_find_nocase(tail, RSK_LIT(".astro")) < tail.len)
		return ASTRO;
	return rsk_slice_find_nocase(tail, RSK_LIT(".vue")) < tail.len ? VUE
								       : HTML;
}

enum rsk_err rsk_embed_find(
	struct rsk_embed *out, struct rsk_slice path, struct rsk_slice source)
{
	struct finder f = {
		.out = out,
		.src = source.ptr,
		.end = source.len,
		.flavour = flavour_of(path),
	};

	*out = (struct rsk_embed){ 0 };
	if (source.len >= RSK_MAX_SYNTAX_BYTES)
		return RSK_TOOBIG;
	out->jsx = f.flavour == ASTRO;
	if (f.flavour == ASTRO)
		read_front_matter(&f);
	read_markup(&f);
	return RSK_OK;
}

void rsk_embed_release(struct rsk_embed *embed)
{
	RSK_VEC_RELEASE(&embed->ranges);
}

static enum rsk_err parse_markup(
	struct rsk_js **out, struct rsk_slice path, struct rsk_slice source)
{
	struct rsk_embed embed;
	enum rsk_err err = rsk_embed_find(&embed, path, source);

	/* Without any code an empty range keeps the markup out. */
	if (!err && !embed.ranges.len)
		*RSK_VEC_PUSH(&embed.ranges) = (struct rsk_js_range){ 0, 0 };
	if (!err) {
		struct rsk_js_options options = {
			.jsx = embed.jsx,
			.ranges = embed.ranges.ptr,
			.n_ranges = embed.ranges.len,
		};
		err = rsk_js_parse(out, source, &options);
	}
	rsk_embed_release(&embed);
	return err;
}

enum rsk_err rsk_js_parse_file(
	struct rsk_js **out, struct rsk_slice path, struct rsk_slice source)
{
	enum rsk_js_language language = rsk_js_language(path);
	struct rsk_js_options options = rsk_js_options_for(path);

	if (language == RSK_JS_NO_LANGUAGE || language == RSK_JS_DECLARATION)
		return RSK_UNSUPPORTED;
	if (language == RSK_JS_MARKUP)
		return parse_markup(out, path, source);
	return rsk_js_parse(out, source, &options);
}
