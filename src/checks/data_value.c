#include "base/limits.h"
#include "checks/data_p.h"

/*
 * What a value has in it: by the names it is made of, and by what a literal
 * says. Not everything that is made of a datum has it: comparisons, lengths,
 * hashes and masks do not.
 */

/* a.b.mask(x): "mask", as it is written where it is called. */
static struct rsk_slice called_name(const struct rsk_js_val *call)
{
	const struct rsk_js *js = call->file->js;
	uint32_t i = call->token;

	while (rsk_js_is(js, i + 1, RSK_JS_DOT))
		i += 2;
	return rsk_js_is_name(rsk_js_kind(js, i)) ? rsk_js_text(js, i)
						  : RSK_LIT("");
}

struct rsk_slice rsk_callee_name(const struct rsk_js_val *call)
{
	const struct rsk_js_val *callee = call->n_parts ? call->parts[0] : NULL;

	if (!callee)
		return RSK_LIT("");
	if (callee->kind == RSK_JS_V_FUNCTION)
		return called_name(call);
	if (callee->kind == RSK_JS_V_MEMBER)
		return callee->text;
	if (callee->path.len)
		return rsk_last_name(callee->path);
	return callee->name.len ? callee->name : RSK_LIT("");
}

/* The words of a name, as flags would be: is one of `list` among them? */
static bool has_word(struct rsk_slice name, const struct rsk_strings *list)
{
	for (size_t i = 0; i < list->len; i++) {
		struct rsk_slice word = rsk_slice_str(list->ptr[i]);
		size_t at = rsk_slice_find_nocase(name, word);
		bool starts =
			at < name.len &&
			(!at || name.ptr[at - 1] == '_' ||
				(name.ptr[at] >= 'A' && name.ptr[at] <= 'Z'));

		if (starts)
			return true;
	}
	return false;
}

/* card.slice(-4) is what everybody shows of a card. */
static bool is_tail(const struct rsk_js_val *call, struct rsk_slice name)
{
	const struct rsk_js_val *arg =
		call->n_parts > 1 ? call->parts[1] : NULL;

	if (!rsk_slice_eq_str(name, "slice") &&
		!rsk_slice_eq_str(name, "substr") &&
		!rsk_slice_eq_str(name, "substring") &&
		!rsk_slice_eq_str(name, "charAt"))
		return false;
	return arg && (arg->kind == RSK_JS_V_OPERATION ||
			      arg->kind == RSK_JS_V_NUMBER);
}

/* What a word in a name makes of the value: emailHash, email.length. */
static bool stops_by_name(const struct rsk_code *code, struct rsk_slice name)
{
	for (size_t i = 0; i < code->vocabulary->sanitizers.len; i++) {
		const struct rsk_sanitizer *s =
			&code->vocabulary->sanitizers.ptr[i];

		if (!s->carries && has_word(name, &s->words))
			return true;
	}
	return false;
}

/* isValidEmail(email), hasPhone(user): yes or no. */
static bool asks(struct rsk_slice name)
{
	static const char *const verbs[] = { "is", "has", "can", "should",
		"are", "was", "validate", "matches" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct rsk_slice verb = rsk_slice_str(verbs[i]);

		if (rsk_slice_starts(name, verb) && name.len > verb.len &&
			name.ptr[verb.len] >= 'A' && name.ptr[verb.len] <= 'Z')
			return true;
	}
	return false;
}

enum rsk_effect rsk_callee_effect(
	struct rsk_code *code, const struct rsk_js_val *call)
{
	struct rsk_slice name = rsk_callee_name(call);

	if (is_tail(call, name) || stops_by_name(code, name) || asks(name))
		return RSK_EFFECT_STOPS;
	/* What it returns says more than its name. */
	if (call->result)
		return RSK_EFFECT_UNKNOWN;
	for (size_t i = 0; i < code->vocabulary->sanitizers.len; i++) {
		const struct rsk_sanitizer *s =
			&code->vocabulary->sanitizers.ptr[i];

		if (rsk_strings_have(&s->calls, name) ||
			has_word(name, &s->words))
			return s->carries ? RSK_EFFECT_CARRIES
					  : RSK_EFFECT_STOPS;
	}
	return RSK_EFFECT_UNKNOWN;
}

/* ---- kinds of values ---- */

/* customer.name of what customer is; email of email.value, which is how Vue
 * and React read what a variable of theirs holds. */
static struct rsk_slice member_name(
	struct rsk_code *code, const struct rsk_js_val *val)
{
	const struct rsk_js_val *object = val->parts[0];
	struct rsk_slice before = RSK_LIT("");

	if (object->kind == RSK_JS_V_MEMBER || object->kind == RSK_JS_V_CALL ||
		object->kind == RSK_JS_V_OPAQUE ||
		object->kind == RSK_JS_V_PARAM)
		before = rsk_value_name(code, object);
	if (!before.len || before.len > RSK_MAX_LINE_TEXT)
		return val->text;
	if (rsk_slice_eq_str(val->text, "value") ||
		rsk_slice_eq_str(val->text, "current"))
		return before;
	return rsk_slice_str(rsk_arena_printf(code->project->arena, "%.*s.%.*s",
		(int)before.len, (const char *)before.ptr, (int)val->text.len,
		(const char *)val->text.ptr));
}

struct rsk_slice rsk_value_name(
	struct rsk_code *code, const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_MEMBER)
		return member_name(code, val);
	if (val->kind == RSK_JS_V_PARAM && val->path.len) {
		struct rsk_slice own = val->text;

		return rsk_slice_str(rsk_arena_printf(code->project->arena,
			"%.*s%s%.*s", (int)own.len, (const char *)own.ptr,
			own.len ? "." : "", (int)val->path.len,
			(const char *)val->path.ptr));
	}
	if (val->path.len)
		return val->path;
	return val->kind == RSK_JS_V_PARAM ? val->text : val->name;
}

/* One question: what is in a value? */
struct looking {
	struct rsk_code *code;
	const char *key; /* the type that the key says, or NULL */
	struct rsk_datum_view *view;
	unsigned work;
};

static void look(struct looking *l, struct rsk_js_val *val, unsigned depth);

static void take_name(struct looking *l, struct rsk_slice path)
{
	struct rsk_name_match match;

	if (stops_by_name(l->code, rsk_last_name(path)))
		return;
	l->view->carries = true;
	if (rsk_names_match_path(l->code->names, path, &match) &&
		match.tier > l->view->name.tier)
		l->view->name = match;
}

static void take_literal(struct looking *l, const struct rsk_js_val *val)
{
	struct rsk_value_match match;
	bool found = !l->view->value.type &&
		     rsk_value_match(val->text, l->key, &match);

	if (!rsk_slice_trim(val->text).len)
		return;
	l->view->carries = true;
	if (found)
		l->view->value = match;
	if (found || val->kind == RSK_JS_V_STRING) {
		l->view->literal = true;
		l->view->token = val->token;
		l->view->file = val->file;
	}
}

static void look_at_parts(struct looking *l, const struct rsk_js_val *val,
	uint32_t first, unsigned depth)
{
	for (uint32_t i = first; i < val->n_parts; i++)
		if (val->parts[i])
			look(l, val->parts[i], depth + 1);
}

/* user.email.trim(): the receiver is all but the last name. */
static void look_at_receiver(
	struct looking *l, const struct rsk_js_val *call, unsigned depth)
{
	const struct rsk_js_val *callee = call->parts[0];
	size_t dot;

	if (callee->kind == RSK_JS_V_MEMBER) {
		look(l, callee->parts[0], depth + 1);
		return;
	}
	dot = callee->path.len - rsk_last_name(callee->path).len;
	if (dot > 1 && callee->kind != RSK_JS_V_MODULE)
		take_name(l, rsk_slice_cut(callee->path, 0, dot - 1));
}

/* getEmail(), fetchUserPhone(): what they are named for, or "". */
static struct rsk_slice given_by(struct rsk_slice name)
{
	static const char *const verbs[] = { "get", "fetch", "read", "load",
		"select", "find" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct rsk_slice verb = rsk_slice_str(verbs[i]);

		if (rsk_slice_starts(name, verb) && name.len > verb.len &&
			name.ptr[verb.len] >= 'A' && name.ptr[verb.len] <= 'Z')
			return rsk_slice_cut(name, verb.len, name.len);
	}
	return RSK_LIT("");
}

/* What was found to be personal in what a function returns is what the
 * function, or the variable that holds it, is named for: getDeviceId() may well
 * read it as the "password" of an entry in a keychain. */
static void prefer_name(
	struct looking *l, struct rsk_name_match was, struct rsk_slice name)
{
	struct rsk_name_match named;

	if (l->view->computed && l->view->name.tier > was.tier && name.len &&
		rsk_names_match_path(l->code->names, name, &named) &&
		named.tier >= RSK_TIER_MINIMISE)
		l->view->name = named.tier > was.tier ? named : was;
}

/* email(), this.email(): a signal is read by a call without arguments. */
static struct rsk_slice signal_name(const struct rsk_js_val *call)
{
	const struct rsk_js_val *callee = call->parts[0];

	if (callee->name.len)
		return callee->name;
	return callee->kind == RSK_JS_V_CALL ? called_name(call)
					     : rsk_callee_name(call);
}

static void look_at_call(
	struct looking *l, struct rsk_js_val *val, unsigned depth)
{
	enum rsk_effect effect = rsk_callee_effect(l->code, val);
	struct rsk_name_match was = l->view->name;

	if (effect == RSK_EFFECT_STOPS || !val->n_parts)
		return;
	l->view->carries = l->view->carries || !val->result;
	if (effect == RSK_EFFECT_CARRIES) {
		look_at_receiver(l, val, depth);
		look_at_parts(l, val, 1, depth);
		return;
	}
	l->view->computed = true;
	if (val->result) {
		look(l, val->result, depth + 1);
		prefer_name(l, was, given_by(called_name(val)));
		return;
	}
	if (given_by(rsk_callee_name(val)).len)
		take_name(l, given_by(rsk_callee_name(val)));
	if (val->n_parts == 1)
		take_name(l, signal_name(val));
	look_at_parts(l, val, 1, depth);
}

static void look_at_name(struct looking *l, const struct rsk_js_val *val)
{
	struct rsk_slice name = rsk_value_name(l->code, val);

	if (name.len)
		take_name(l, name);
	else
		l->view->carries = true;
}

static void look_inside(
	struct looking *l, struct rsk_js_val *val, unsigned depth)
{
	if (depth > RSK_MAX_EVAL_DEPTH || ++l->work > RSK_MAX_EVAL_NODES) {
		l->code->eval.limited++;
		return;
	}
	switch (val->kind) {
	case RSK_JS_V_STRING:
	case RSK_JS_V_NUMBER:
		take_literal(l, val);
		return;
	case RSK_JS_V_CONCAT:
	case RSK_JS_V_UNION:
	case RSK_JS_V_ARRAY:
		look_at_parts(l, val, 0, depth);
		return;
	case RSK_JS_V_CALL:
		look_at_call(l, val, depth);
		return;
	case RSK_JS_V_PARAM:
	case RSK_JS_V_OPAQUE:
	case RSK_JS_V_MODULE:
	case RSK_JS_V_MEMBER:
		look_at_name(l, val);
		return;
	case RSK_JS_V_BOOL:
	case RSK_JS_V_NULL:
	case RSK_JS_V_REGEX:
	case RSK_JS_V_FUNCTION:
	case RSK_JS_V_CLASS:
	case RSK_JS_V_OPERATION:
		return;
	default:
		l->view->carries = true;
	}
}

static void look(struct looking *l, struct rsk_js_val *val, unsigned depth)
{
	struct rsk_name_match was = l->view->name;

	look_inside(l, val, depth);
	prefer_name(l, was, val->name);
}

struct rsk_datum_view rsk_datum_view(struct rsk_code *code,
	struct rsk_js_val *val, const struct rsk_name_match *key)
{
	struct rsk_datum_view view = { .carries = false };
	struct looking looking = {
		.code = code,
		.key = key && key->type ? key->type->id : NULL,
		.view = &view,
	};

	look(&looking, val, 0);
	return view;
}
