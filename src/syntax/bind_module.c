#include "syntax/bind_p.h"

static void add_import(
	struct rsk_js_walk *walk, struct rsk_js_import import, uint32_t local)
{
	uint32_t id = (uint32_t)walk->bind->imports.len;

	if (local)
		import.binding = rsk_js_add_binding(
			walk, (struct rsk_js_binding){ .kind = RSK_JS_B_IMPORT,
				      .name = local,
				      .scope = rsk_js_level(walk)->scope,
				      .init = id });
	walk->names++;
	*RSK_VEC_PUSH(&walk->bind->imports) = import;
}

/* The string behind the next `from` of the statement, or 0. */
static uint32_t specifier_behind(const struct rsk_js *js, uint32_t i)
{
	for (uint32_t n = 0; n < 8 && i < js->count; n++) {
		if (rsk_js_is(js, i, RSK_JS_FROM) &&
			rsk_js_is(js, i + 1, RSK_JS_STRING))
			return i + 1;
		i = rsk_js_skip(js, i);
	}
	return 0;
}

/* { a, b as c, type d, default as e } between its braces; one at a time. */
struct name_pair {
	uint32_t name, as; /* tokens */
	bool type_only;
	uint32_t next;
};

static bool is_pair_name(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is_word(rsk_js_kind(js, i)) ||
	       rsk_js_is(js, i, RSK_JS_STRING);
}

static struct name_pair read_pair(
	const struct rsk_js *js, uint32_t i, uint32_t close)
{
	struct name_pair pair = { 0 };
	bool marked = rsk_js_is(js, i, RSK_JS_TYPE) ||
		      rsk_js_is(js, i, RSK_JS_TYPEOF);

	/* `type` itself may be a name: {type}, {type as x}. */
	if (marked && is_pair_name(js, i + 1) &&
		(!rsk_js_is(js, i + 1, RSK_JS_AS) ||
			(rsk_js_is(js, i + 2, RSK_JS_AS) &&
				is_pair_name(js, i + 3)))) {
		pair.type_only = true;
		i++;
	}
	if (is_pair_name(js, i))
		pair.name = pair.as = i++;
	if (rsk_js_is(js, i, RSK_JS_AS) && is_pair_name(js, i + 1)) {
		pair.as = i + 1;
		i += 2;
	}
	i = rsk_js_expression_end(js, i, close);
	pair.next = i < close ? i + 1 : close;
	return pair;
}

static uint32_t import_list(
	struct rsk_js_walk *walk, uint32_t open, struct rsk_js_import like)
{
	const struct rsk_js *js = walk->js;
	uint32_t close = rsk_js_partner(js, open);

	for (uint32_t i = open + 1; i < close;) {
		struct name_pair pair = read_pair(js, i, close);
		struct rsk_js_import import = like;

		import.kind = RSK_JS_IMPORT_NAMED;
		import.imported = pair.name;
		import.type_only = like.type_only || pair.type_only;
		if (pair.name)
			add_import(walk, import, pair.as);
		i = pair.next;
	}
	return close + 1;
}

/* import a = require('b'), import a = b.c */
static void import_equals(struct rsk_js_walk *walk, uint32_t name)
{
	const struct rsk_js *js = walk->js;

	if (rsk_js_text_is(js, name + 2, "require") &&
		rsk_js_is(js, name + 3, RSK_JS_LPAREN) &&
		rsk_js_is(js, name + 4, RSK_JS_STRING)) {
		add_import(walk,
			(struct rsk_js_import){ .kind = RSK_JS_IMPORT_EQUALS,
				.specifier = name + 4 },
			name);
		return;
	}
	rsk_js_add_binding(
		walk, (struct rsk_js_binding){ .kind = RSK_JS_B_CONST,
			      .name = name,
			      .scope = rsk_js_level(walk)->scope,
			      .init = name + 2 });
}

/* import type a from, but not import type from and import type = ... */
static uint32_t skip_type_word(
	const struct rsk_js *js, uint32_t i, bool *type_only)
{
	enum rsk_js_kind next = rsk_js_kind(js, i + 1);

	if (!rsk_js_is(js, i, RSK_JS_TYPE) && !rsk_js_is(js, i, RSK_JS_TYPEOF))
		return i;
	if (next == RSK_JS_LBRACE || next == RSK_JS_STAR ||
		(rsk_js_is_name(next) &&
			(next != RSK_JS_FROM ||
				rsk_js_is(js, i + 2, RSK_JS_FROM)))) {
		*type_only = true;
		return i + 1;
	}
	return i;
}

static void import_clause(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	struct rsk_js_import import = { 0 };

	i = skip_type_word(js, i, &import.type_only);
	import.specifier = specifier_behind(js, i);
	if (!import.specifier)
		return;
	if (rsk_js_is_name(rsk_js_kind(js, i))) {
		import.kind = RSK_JS_IMPORT_DEFAULT;
		add_import(walk, import, i);
		i += rsk_js_is(js, i + 1, RSK_JS_COMMA) ? 2 : 1;
	}
	if (rsk_js_is(js, i, RSK_JS_STAR) && rsk_js_is(js, i + 1, RSK_JS_AS) &&
		rsk_js_is_name(rsk_js_kind(js, i + 2))) {
		import.kind = RSK_JS_IMPORT_NAMESPACE;
		add_import(walk, import, i + 2);
	} else if (rsk_js_is(js, i, RSK_JS_LBRACE)) {
		import_list(walk, i, import);
	}
}

void rsk_js_bind_import(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t name = i + 1;

	if (rsk_js_is(js, name, RSK_JS_STRING)) {
		add_import(walk,
			(struct rsk_js_import){
				.kind = RSK_JS_IMPORT_ONLY, .specifier = name },
			0);
		return;
	}
	if (rsk_js_is(js, name, RSK_JS_TYPE) &&
		rsk_js_is_name(rsk_js_kind(js, name + 1)) &&
		rsk_js_is(js, name + 2, RSK_JS_ASSIGN))
		name++;
	if (rsk_js_is_name(rsk_js_kind(js, name)) &&
		rsk_js_is(js, name + 1, RSK_JS_ASSIGN))
		import_equals(walk, name);
	else
		import_clause(walk, name);
}

static void add_export(struct rsk_js_walk *walk, struct rsk_js_export export)
{
	walk->names++;
	*RSK_VEC_PUSH(&walk->bind->exports) = export;
}

void rsk_js_note_export(
	struct rsk_js_walk *walk, uint32_t keyword, uint32_t name)
{
	bool is_default = rsk_js_is(walk->js, keyword, RSK_JS_DEFAULT);

	add_export(walk, (struct rsk_js_export){ .kind = RSK_JS_EXPORT_LOCAL,
				 .name = is_default ? keyword : name,
				 .local = name });
}

static void export_list(struct rsk_js_walk *walk, uint32_t open, bool type_only)
{
	const struct rsk_js *js = walk->js;
	uint32_t close = rsk_js_partner(js, open);
	uint32_t specifier =
		close < js->count && rsk_js_is(js, close + 1, RSK_JS_FROM) &&
				rsk_js_is(js, close + 2, RSK_JS_STRING)
			? close + 2
			: 0;

	for (uint32_t i = open + 1; i < close;) {
		struct name_pair pair = read_pair(js, i, close);

		i = pair.next;
		if (!pair.name)
			continue;
		add_export(
			walk, (struct rsk_js_export){
				      .kind = specifier ? RSK_JS_EXPORT_FROM
							: RSK_JS_EXPORT_LOCAL,
				      .type_only = type_only || pair.type_only,
				      .name = pair.as,
				      .local = pair.name,
				      .specifier = specifier });
	}
}

/* export * from, export * as a from */
static void export_all(struct rsk_js_walk *walk, uint32_t star, bool type_only)
{
	bool named = rsk_js_is(walk->js, star + 1, RSK_JS_AS);

	add_export(walk,
		(struct rsk_js_export){ .kind = RSK_JS_EXPORT_ALL,
			.type_only = type_only,
			.name = named ? star + 2 : 0,
			.specifier = specifier_behind(walk->js, star + 1) });
}

static bool begins_declaration(const struct rsk_js *js, uint32_t i)
{
	switch (rsk_js_kind(js, i)) {
	case RSK_JS_FUNCTION:
	case RSK_JS_CLASS:
		return true;
	case RSK_JS_ASYNC:
		return rsk_js_is(js, i + 1, RSK_JS_FUNCTION);
	case RSK_JS_ABSTRACT:
		return rsk_js_is(js, i + 1, RSK_JS_CLASS);
	default:
		return false;
	}
}

/* A named function or class is exported when it is declared; everything else
 * is a value. */
static void export_default(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t value = i + 1;

	if (begins_declaration(js, value)) {
		uint32_t name = value + 1;

		while (rsk_js_is(js, name, RSK_JS_FUNCTION) ||
			rsk_js_is(js, name, RSK_JS_CLASS) ||
			rsk_js_is(js, name, RSK_JS_STAR))
			name++;
		if (rsk_js_is_name(rsk_js_kind(js, name))) {
			rsk_js_note_export(walk, i, name);
			return;
		}
	}
	add_export(walk, (struct rsk_js_export){ .kind = RSK_JS_EXPORT_DEFAULT,
				 .name = i,
				 .value = value });
}

void rsk_js_bind_export(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t next = i + 1;
	bool type_only = rsk_js_is(js, next, RSK_JS_TYPE) &&
			 (rsk_js_is(js, next + 1, RSK_JS_LBRACE) ||
				 rsk_js_is(js, next + 1, RSK_JS_STAR));

	next += type_only;
	switch (rsk_js_kind(js, next)) {
	case RSK_JS_LBRACE:
		export_list(walk, next, type_only);
		break;
	case RSK_JS_STAR:
		export_all(walk, next, type_only);
		break;
	case RSK_JS_DEFAULT:
		export_default(walk, next);
		break;
	case RSK_JS_ASSIGN:
		add_export(walk,
			(struct rsk_js_export){ .kind = RSK_JS_EXPORT_MODULE,
				.value = next + 1 });
		break;
	default:
		/* The declaration that follows notes its own names. */
		while (rsk_js_is(js, next, RSK_JS_DECLARE) ||
			rsk_js_is(js, next, RSK_JS_ABSTRACT) ||
			rsk_js_is(js, next, RSK_JS_ASYNC))
			next++;
		walk->exporting = next;
	}
}

/* exports.a = v at the token `exports` */
static void export_member(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;

	if (rsk_js_is(js, i + 1, RSK_JS_ASSIGN)) {
		add_export(walk,
			(struct rsk_js_export){
				.kind = RSK_JS_EXPORT_MODULE, .value = i + 2 });
	} else if (rsk_js_is(js, i + 1, RSK_JS_DOT) &&
		   rsk_js_is_word(rsk_js_kind(js, i + 2)) &&
		   rsk_js_is(js, i + 3, RSK_JS_ASSIGN)) {
		add_export(walk,
			(struct rsk_js_export){ .kind = RSK_JS_EXPORT_MEMBER,
				.name = i + 2,
				.value = i + 4 });
	}
}

/* require('a') and import('a') */
static void note_required(
	struct rsk_js_walk *walk, uint32_t i, enum rsk_js_import_kind kind)
{
	if (!rsk_js_is(walk->js, i + 1, RSK_JS_LPAREN) ||
		!rsk_js_is(walk->js, i + 2, RSK_JS_STRING))
		return;
	/* import a = require('b') has been read already. */
	if (i > 3 && rsk_js_is(walk->js, i - 1, RSK_JS_ASSIGN) &&
		rsk_js_is(walk->js, i - 3, RSK_JS_IMPORT))
		return;
	add_import(walk,
		(struct rsk_js_import){
			.kind = (uint8_t)kind, .specifier = i + 2 },
		0);
}

void rsk_js_bind_module_name(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;

	if (rsk_js_is(js, i, RSK_JS_IMPORT)) {
		note_required(walk, i, RSK_JS_IMPORT_DYNAMIC);
		return;
	}
	if (rsk_js_is(js, i - 1, RSK_JS_DOT))
		return;
	if (rsk_js_text_is(js, i, "require"))
		note_required(walk, i, RSK_JS_IMPORT_REQUIRE);
	else if (rsk_js_text_is(js, i, "exports"))
		export_member(walk, i);
	else if (rsk_js_text_is(js, i, "module") &&
		 rsk_js_is(js, i + 1, RSK_JS_DOT) &&
		 rsk_js_text_is(js, i + 2, "exports"))
		export_member(walk, i + 2);
}
