#include "checks/code_p.h"

/*
 * Keys in code: put together from parts, given to the SDK through variables,
 * and beside an environment that is not theirs.
 */

static bool is_live(struct rsk_slice text)
{
	return rsk_slice_starts(text, RSK_LIT("rsk_live_"));
}

static bool is_sandbox(struct rsk_slice text)
{
	return rsk_slice_starts(text, RSK_LIT("rsk_sandbox_"));
}

/* A key and no prefix, name or placeholder: it ends in something random. */
static bool is_key(struct rsk_slice text)
{
	static const char *const words[] = { "your", "example", "placeholder",
		"xxx", "here", "changeme", "..." };
	size_t prefix = is_live(text) ? 9 : is_sandbox(text) ? 12 : 0;
	bool digit = false;

	if (!prefix || text.len < prefix + 6 || text.len > prefix + 128)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (rsk_slice_find_nocase(text, rsk_slice_str(words[i])) <
			text.len)
			return false;
	for (size_t i = prefix; i < text.len; i++) {
		uint8_t c = text.ptr[i];

		digit = digit || (c >= '0' && c <= '9');
		if (!((c >= '0' && c <= '9') ||
			    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			    c == '_' || c == '-'))
			return false;
	}
	return digit || text.len >= prefix + 16;
}

/* A key without a prefix, as the SDK's own sample has one: random hexadecimal
 * digits. It is one by its use alone. */
static bool is_bare_key(struct rsk_slice text)
{
	bool seen[16] = { false };
	unsigned different = 0;

	if (text.len < 32 || text.len > 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];
		bool digit = c >= '0' && c <= '9';

		if (!digit && !(c >= 'a' && c <= 'f'))
			return false;
		bool *bit = &seen[digit ? c - '0' : c - 'a' + 10];
		different += !*bit;
		*bit = true;
	}
	return different >= 8;
}

static const char *kind_of(struct rsk_slice key)
{
	return is_live(key)      ? "live"
	       : is_sandbox(key) ? "sandbox"
				 : "unprefixed";
}

static void set_secret(struct rsk_code_hit *hit, const struct rsk_js_file *file,
	uint32_t token)
{
	bool quoted = rsk_js_is(file->js, token, RSK_JS_STRING);

	hit->secret_begin = rsk_js_begin(file->js, token) + quoted;
	hit->secret_end = rsk_js_end(file->js, token) - quoted;
}

/* The literal is a key, of that rule. */
static void push_literal(
	struct rsk_code *code, const char *rule, const struct rsk_js_val *val)
{
	struct rsk_code_hit hit =
		rsk_code_hit(code, rule, val->file, val->token, val->token);

	set_secret(&hit, val->file, val->token);
	hit.kind = kind_of(val->text);
	rsk_code_push(code, &hit);
}

/* ---- put together ---- */

static uint32_t last_of_sum(const struct rsk_js *js, uint32_t token)
{
	while (rsk_js_is(js, token + 1, RSK_JS_PLUS))
		token = rsk_js_skip(js, token + 2) - 1;
	return token;
}

/* 'rsk_' + 'live_...': no literal has it all. */
static void look_at_sum(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t token)
{
	struct rsk_js_val *val;
	struct rsk_code_hit hit;
	uint32_t last;

	rsk_js_eval_begin(&code->eval, file, token);
	val = rsk_js_eval_at(&code->eval, file, token);
	if (val->kind != RSK_JS_V_STRING || !is_key(val->text))
		return;
	hit = rsk_code_hit(code, "hardcoded-resync-key", file, token, token);
	set_secret(&hit, file, token);
	last = last_of_sum(file->js, token);
	hit.end = rsk_js_end(file->js, last);
	hit.secret_end = hit.end - rsk_js_is(file->js, last, RSK_JS_STRING);
	hit.kind = kind_of(val->text);
	hit.message = "A Resync key is written into this file in parts";
	if (is_sandbox(val->text) && hit.rule)
		hit.severity = RSK_MEDIUM;
	rsk_code_push(code, &hit);
}

static bool begins_key(struct rsk_slice text)
{
	static const char *const whole[] = { "rsk_live_", "rsk_sandbox_" };

	text = rsk_slice_cut(text, 1, text.len - 1);
	for (size_t i = 0; i < 2; i++)
		if (text.len >= 3 &&
			rsk_slice_starts(rsk_slice_str(whole[i]), text))
			return true;
	return false;
}

static void find_sums(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 1; i < file->js->count; i++)
		if (rsk_js_is(file->js, i, RSK_JS_STRING) &&
			rsk_js_is(file->js, i + 1, RSK_JS_PLUS) &&
			begins_key(rsk_js_text(file->js, i)))
			look_at_sum(code, file, i);
}

/* ---- init ---- */

enum { MAX_ARMS = 32 }; /* tokens of a ? b : c, or of a ?? b */

/* const name = dev ? 'a' : 'b': that name, or 0. */
static uint32_t name_of_arm(const struct rsk_js *js, uint32_t token)
{
	for (uint32_t i = token - 1; i > 2 && token - i < MAX_ARMS; i--) {
		enum rsk_js_kind kind = rsk_js_kind(js, i);

		if (kind == RSK_JS_ASSIGN)
			return rsk_js_text_is(js, i - 2, "const") ? i - 1 : 0;
		if (kind == RSK_JS_SEMICOLON || kind == RSK_JS_COMMA ||
			rsk_js_is_opener(kind))
			return 0;
	}
	return 0;
}

/* The name that a literal is given: const name = '', { name: '' }; or 0. */
static uint32_t given_name(const struct rsk_js *js, uint32_t token)
{
	enum rsk_js_kind before = rsk_js_kind(js, token - 1);

	if (before == RSK_JS_QUESTION || before == RSK_JS_NULLISH ||
		before == RSK_JS_OR ||
		(before == RSK_JS_COLON &&
			rsk_js_is(js, token - 2, RSK_JS_STRING)))
		return name_of_arm(js, token);
	if (token < 3 || !rsk_js_is_word(rsk_js_kind(js, token - 2)))
		return 0;
	if (rsk_js_is(js, token - 1, RSK_JS_COLON))
		return token - 2;
	return rsk_js_is(js, token - 1, RSK_JS_ASSIGN) &&
			       rsk_js_text_is(js, token - 3, "const")
		       ? token - 2
		       : 0;
}

/* import { NAME } and { NAME as x } only bring it here. */
static bool is_imported(const struct rsk_js_file *file, uint32_t token)
{
	for (size_t i = 1; i < file->bind->imports.len; i++) {
		const struct rsk_js_import *import =
			&file->bind->imports.ptr[i];

		if (import->imported == token ||
			(import->binding &&
				file->bind->bindings.ptr[import->binding]
						.name == token))
			return true;
	}
	return false;
}

static unsigned uses_in(
	const struct rsk_js_file *file, struct rsk_slice name, uint32_t but)
{
	unsigned n = 0;

	for (uint32_t i = 1; i < file->js->count; i++)
		n += i != but && rsk_js_is_name(rsk_js_kind(file->js, i)) &&
		     rsk_slice_eq(rsk_js_text(file->js, i), name) &&
		     !is_imported(file, i);
	return n;
}

/* A name that is used in one place, here or where the file is imported. */
static bool is_used_once(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t token)
{
	uint32_t name = given_name(file->js, token);
	struct rsk_program_files from =
		rsk_program_importers(code->project->program, file);
	struct rsk_slice text = rsk_js_text(file->js, name);
	unsigned n;

	if (!name)
		return false;
	n = uses_in(file, text, name);
	for (size_t i = 0; i < from.len; i++)
		if (from.ptr[i] != file)
			n += uses_in(from.ptr[i], text, 0);
	return n <= 1;
}

static bool stands_in(
	const struct rsk_sdk_call *call, const struct rsk_js_val *val)
{
	return val->file == call->file && val->token > call->paren &&
	       val->token < rsk_js_partner(call->file->js, call->paren);
}

typedef void on_literal(struct rsk_code *code, const struct rsk_sdk_call *call,
	const struct rsk_js_val *val);

/* Call `each` for every literal that the value may be. */
static void each_literal(struct rsk_code *code, const struct rsk_sdk_call *call,
	const struct rsk_js_val *val, on_literal *each)
{
	for (uint32_t i = 0; val->kind == RSK_JS_V_UNION && i < val->n_parts;
		i++)
		if (val->parts[i]->kind == RSK_JS_V_STRING)
			each_literal(code, call, val->parts[i], each);
	if (val->kind == RSK_JS_V_STRING &&
		rsk_js_is(val->file->js, val->token, RSK_JS_STRING))
		each(code, call, val);
}

/* A literal that only goes to init is what the vendor calls publishable. */
static void look_at_init_key(struct rsk_code *code,
	const struct rsk_sdk_call *call, const struct rsk_js_val *val)
{
	bool is_publishable;

	if (!is_key(val->text) && !is_bare_key(val->text))
		return;
	is_publishable =
		rsk_program_side(code->project->program, call->file).side !=
			RSK_SIDE_SERVER &&
		(stands_in(call, val) ||
			is_used_once(code, val->file, val->token));
	/* Others that have a prefix are found by it. */
	if (!is_publishable && is_key(val->text))
		return;
	push_literal(code,
		is_publishable ? "publishable-key-in-source"
			       : "hardcoded-resync-key",
		val);
}

static void tell_mismatch(struct rsk_code *code, const struct rsk_js_val *key,
	const struct rsk_js_val *environment)
{
	bool production = rsk_slice_eq_str(environment->text, "production");
	bool sandbox = rsk_slice_eq_str(environment->text, "sandbox");
	struct rsk_code_hit hit;

	if (key->kind != RSK_JS_V_STRING ||
		environment->kind != RSK_JS_V_STRING ||
		!((is_live(key->text) && sandbox) ||
			(is_sandbox(key->text) && production)))
		return;
	hit = rsk_code_hit(code, "key-environment-mismatch", key->file,
		key->token, key->token);
	if (rsk_js_is(key->file->js, key->token, RSK_JS_STRING))
		set_secret(&hit, key->file, key->token);
	hit.kind = kind_of(key->text);
	if (production && hit.rule)
		hit.severity = RSK_MEDIUM;
	hit.message = production ? "A sandbox key is used with environment "
				   "'production'"
				 : "A live key is used with environment "
				   "'sandbox'";
	rsk_code_push(code, &hit);
}

/* The text in front of the ? of a ternary: its condition. */
static struct rsk_slice condition(const struct rsk_js_val *val)
{
	const struct rsk_js *js = val->file->js;
	uint32_t i = val->token;

	while (i > 1 && !rsk_js_is(js, i - 1, RSK_JS_COLON) &&
		!rsk_js_is(js, i - 1, RSK_JS_ASSIGN) &&
		!rsk_js_is(js, i - 1, RSK_JS_COMMA) &&
		!rsk_js_is(js, i - 1, RSK_JS_SEMICOLON))
		i--;
	return rsk_slice_cut(
		js->source, rsk_js_begin(js, i), rsk_js_begin(js, val->token));
}

static bool is_ternary(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_UNION && val->n_parts == 2 &&
	       rsk_js_is(val->file->js, val->token, RSK_JS_QUESTION);
}

static void compare(struct rsk_code *code, const struct rsk_js_val *key,
	const struct rsk_js_val *environment)
{
	if (!is_ternary(key) || !is_ternary(environment)) {
		tell_mismatch(code, key, environment);
		return;
	}
	if (!rsk_slice_eq(rsk_slice_trim(condition(key)),
		    rsk_slice_trim(condition(environment))))
		return;
	for (uint32_t i = 0; i < 2; i++)
		tell_mismatch(code, key->parts[i], environment->parts[i]);
}

static void check_environment(
	struct rsk_code *code, const struct rsk_js_val *val)
{
	struct rsk_code_hit hit;

	for (uint32_t i = 0; is_ternary(val) && i < 2; i++)
		check_environment(code, val->parts[i]);
	if (val->kind != RSK_JS_V_STRING ||
		rsk_slice_eq_str(val->text, "sandbox") ||
		rsk_slice_eq_str(val->text, "production"))
		return;
	hit = rsk_code_hit(
		code, "invalid-environment", val->file, val->token, val->token);
	rsk_code_push(code, &hit);
}

/* ---- environments, for the checklist ---- */

/* "process.env.X" for a key that is read; NULL for what is something else. */
static const char *variable_of(
	const struct rsk_code *code, const struct rsk_js_val *key)
{
	if (key->kind != RSK_JS_V_OPAQUE || !key->path.len)
		return NULL;
	return rsk_arena_printf(code->project->arena, "%.*s",
		(int)(key->path.len > 80 ? 80 : key->path.len),
		(const char *)key->path.ptr);
}

/* "production" uses process.env.X. A literal is a sighting of its own. */
static void tell_arm(const struct rsk_code *code, const struct rsk_js_val *key,
	const struct rsk_js_val *environment)
{
	const char *variable = variable_of(code, key);
	struct rsk_fact fact;

	if (!variable || environment->kind != RSK_JS_V_STRING)
		return;
	fact = rsk_code_fact(key->file, key->token,
		rsk_arena_printf(code->project->arena, "%.*s: the key is %s",
			(int)environment->text.len,
			(const char *)environment->text.ptr, variable));
	fact.rule = "environment";
	fact.item = RSK_ITEM_SEPARATE_KEYS;
	fact.topic = RSK_TOPIC_ENVIRONMENT;
	fact.subject = rsk_arena_str(code->project->arena, environment->text);
	fact.variable = variable;
	rsk_code_push_fact(code, &fact);
}

/* One variable, whatever the environment: what is in it was not seen. */
static void tell_one_for_all(
	const struct rsk_code *code, const struct rsk_js_val *key)
{
	const char *variable = variable_of(code, key);
	struct rsk_fact fact;

	if (!variable)
		return;
	fact = rsk_code_fact(key->file, key->token,
		rsk_arena_printf(code->project->arena,
			"%s is the key of every environment: whoever builds "
			"decides what is in it",
			variable));
	fact.rule = "environment";
	fact.item = RSK_ITEM_SEPARATE_KEYS;
	fact.says = RSK_EVIDENCE_NOTE;
	rsk_code_push_fact(code, &fact);
}

static void tell_environments(const struct rsk_code *code,
	const struct rsk_js_val *key, const struct rsk_js_val *environment)
{
	if (is_ternary(key) && is_ternary(environment)) {
		for (uint32_t i = 0; i < 2; i++)
			tell_arm(code, key->parts[i], environment->parts[i]);
	} else if (environment->kind == RSK_JS_V_STRING) {
		tell_arm(code, key, environment);
	} else {
		tell_one_for_all(code, key);
	}
}

static void look_at_init(struct rsk_code *code, const struct rsk_sdk_call *call)
{
	struct rsk_js_val *options;
	struct rsk_js_val *key;
	struct rsk_js_val *environment;

	rsk_js_eval_begin(&code->eval, call->file, call->paren);
	options = rsk_js_argument(&code->eval, call->file, call->paren, 0);
	if (!options)
		return;
	key = rsk_js_get(&code->eval, options, RSK_LIT("key"));
	environment = rsk_js_get(&code->eval, options, RSK_LIT("environment"));
	each_literal(code, call, key, look_at_init_key);
	compare(code, key, environment);
	if (!rsk_program_is_test(call->file->path))
		tell_environments(code, key, environment);
	check_environment(code, environment);
}

/* Where it stands in the call, and where it has a prefix, a pattern finds it.
 */
static void look_at_secret(struct rsk_code *code,
	const struct rsk_sdk_call *call, const struct rsk_js_val *val)
{
	if (is_bare_key(val->text) && !stands_in(call, val))
		push_literal(code, "hardcoded-resync-key", val);
}

static void look_at_admin(
	struct rsk_code *code, const struct rsk_sdk_call *call)
{
	struct rsk_js_val *options;

	rsk_js_eval_begin(&code->eval, call->file, call->paren);
	options = rsk_js_argument(&code->eval, call->file, call->paren, 0);
	if (options)
		each_literal(code, call,
			rsk_js_get(&code->eval, options, RSK_LIT("secretKey")),
			look_at_secret);
}

/* ---- prefixes that are only compared ---- */

/* key.startsWith('rsk_live_'), key === '...' */
static bool is_compared(const struct rsk_js *js, uint32_t token)
{
	enum rsk_js_kind before = rsk_js_kind(js, token - 1);

	return before == RSK_JS_EQ_STRICT || before == RSK_JS_NE_STRICT ||
	       before == RSK_JS_EQ || before == RSK_JS_NE ||
	       (before == RSK_JS_LPAREN &&
		       (rsk_js_text_is(js, token - 2, "startsWith") ||
			       rsk_js_text_is(js, token - 2, "includes") ||
			       rsk_js_text_is(js, token - 2, "indexOf")));
}

/* A prefix in a test is no key, whatever stands behind it. */
static void silence_prefixes(struct rsk_code *code, struct rsk_js_file *file)
{
	for (uint32_t i = 2; i < file->js->count; i++) {
		struct rsk_code_hit hit;

		if (!rsk_js_is(file->js, i, RSK_JS_STRING) ||
			!rsk_js_text_is(file->js, i - 2, "startsWith") ||
			!is_compared(file->js, i))
			continue;
		hit = rsk_code_hit(code, "hardcoded-resync-key", file, i, i);
		hit.silences = true;
		rsk_code_push(code, &hit);
	}
}

void rsk_code_keys(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		find_sums(code, code->files[i]);
		silence_prefixes(code, code->files[i]);
		rsk_js_eval_forget(&code->eval);
	}
	for (size_t i = 0; i < code->calls.len; i++) {
		const struct rsk_sdk_call *call = &code->calls.ptr[i];

		if (call->name.sdk->product &&
			rsk_slice_eq_str(call->name.method, "init"))
			look_at_init(code, call);
		if (call->name.sdk->product &&
			rsk_slice_eq_str(call->name.method, "ResyncAdmin"))
			look_at_admin(code, call);
		rsk_js_eval_forget(&code->eval);
	}
}
