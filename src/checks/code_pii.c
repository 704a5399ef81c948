#include "base/limits.h"
#include "checks/data_p.h"

/*
 * Personal data at the sinks of the vocabulary: the calls of its libraries,
 * and requests to the product's hosts. Starts at the sink and goes back.
 */

/* A parameter whose callers decide what is sent. */
struct summary {
	struct rsk_datum_at at;
	struct rsk_js_file *file; /* of the function */
	uint32_t function, index;
	struct rsk_slice path; /* in the argument */
	struct rsk_slice name; /* "req.body" */
};

struct following {
	struct rsk_code *code;
	RSK_VEC(struct summary) queue;
	struct rsk_map known; /* summaries, by all that they are */
	uint32_t work;
	bool limited;
};

static void look(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val);

/* ---- parameters ---- */

/* The callers of the function are looked at later. */
static void follow_param(struct following *f, const struct rsk_datum_at *at,
	const struct rsk_js_val *val)
{
	struct rsk_arena *arena = f->code->project->arena;
	char *key;

	if (at->steps == RSK_MAX_FLOW_STEPS) {
		f->limited = true;
		return;
	}
	key = rsk_arena_printf(arena, "%.*s %u %u %.*s %s %.*s %d",
		(int)val->file->path.len, (const char *)val->file->path.ptr,
		val->number, val->index, (int)val->path.len,
		(const char *)val->path.ptr, at->sink->id, (int)at->key.len,
		(const char *)at->key.ptr, at->is_value);
	if ((*rsk_map_put(&f->known, rsk_slice_str(key)))++)
		return;
	*RSK_VEC_PUSH(&f->queue) = (struct summary){
		.at = *at,
		.file = val->file,
		.function = val->number,
		.index = val->index,
		.path = rsk_arena_slice(arena, val->path),
		.name = rsk_arena_slice(arena, rsk_value_name(f->code, val)),
	};
}

/* "track()", or "a function" for one without a name. */
static const char *function_note(
	struct rsk_code *code, struct rsk_js_file *file, uint32_t function)
{
	uint32_t name = file->bind->functions.ptr[function].name;
	struct rsk_slice text =
		name ? rsk_js_text(file->js, name) : RSK_LIT("a function");

	return rsk_arena_printf(code->project->arena, "passed to %.*s%s",
		(int)(text.len > 60 ? 60 : text.len), (const char *)text.ptr,
		name ? "()" : "");
}

/* The expression of argument `n`, or the ( when it has none of its own. */
static uint32_t argument_token(
	struct rsk_js_file *file, uint32_t paren, uint32_t n)
{
	const struct rsk_js_node *call = rsk_js_call_at(&file->exprs, paren);

	for (uint32_t i = 0; i <= n && i < call->n_items; i++)
		if (call->items[i].kind == RSK_JS_ITEM_SPREAD)
			return paren;
	return n < call->n_items ? call->items[n].value : paren;
}

/* An argument is where its value stands; a || b, which has no one place, where
 * it is given. */
static void set_place(struct rsk_datum_at *at, const struct rsk_js_val *val,
	struct rsk_js_file *file, uint32_t token)
{
	bool many = val->kind == RSK_JS_V_UNION;

	at->file = many ? file : val->file;
	at->token = many ? token : val->token;
}

static void look_at_caller(struct following *f, const struct summary *s,
	struct rsk_js_file *file, uint32_t paren)
{
	struct rsk_code *code = f->code;
	struct rsk_way *way =
		rsk_arena_alloc(code->project->arena, sizeof(*way));
	struct rsk_datum_at at = s->at;
	struct rsk_js_val *val;

	code->eval.limited = 0;
	val = rsk_js_argument(&code->eval, file, paren, s->index);
	if (!val)
		return;
	*way = (struct rsk_way){ s->at.way, file, paren,
		function_note(code, s->file, s->function) };
	at.way = way;
	at.steps++;
	set_place(&at, val, file, argument_token(file, paren, s->index));
	look(f, &at, rsk_value_path(code, val, s->path));
	rsk_code_tell_limits(code, file);
}

/* How many there were. */
static uint32_t look_at_callers(
	struct following *f, const struct summary *s, struct rsk_js_file *file)
{
	struct rsk_js_val param = { .kind = RSK_JS_V_PARAM,
		.file = s->file,
		.number = s->function,
		.index = s->index };
	uint32_t paren = 0;
	uint32_t n = 0;

	while ((paren = rsk_js_next_call(
			&f->code->eval, file, paren, &param))) {
		if (++f->work > RSK_MAX_FLOW_WORK) {
			f->limited = true;
			break;
		}
		look_at_caller(f, s, file, paren);
		n++;
	}
	return n;
}

/* A component of React is an element, <Screen />, and never called. */
static bool is_component(const struct summary *s)
{
	const struct rsk_js_function *f =
		&s->file->bind->functions.ptr[s->function];
	struct rsk_slice name = rsk_js_text(s->file->js, f->name);

	return f->name && f->kind != RSK_JS_F_METHOD && name.len &&
	       name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
}

static void follow_all(struct following *f)
{
	struct rsk_program *program = f->code->project->program;

	for (size_t i = 0; i < f->queue.len; i++) {
		struct summary s = f->queue.ptr[i];
		struct rsk_program_files from = { 0 };

		if (!is_component(&s))
			from = rsk_program_importers(program, s.file);

		uint32_t callers = look_at_callers(f, &s, s.file);

		for (size_t j = 0; j < from.len; j++)
			if (from.ptr[j] != s.file)
				callers += look_at_callers(f, &s, from.ptr[j]);
		/* A handler: whoever calls it is not here. */
		if (!callers)
			rsk_datum_whole(f->code, &s.at, s.name);
		rsk_js_eval_forget(&f->code->eval);
	}
}

/* ---- properties ---- */

/* The name with that of its object, when the object has one. */
static struct rsk_slice full_name(
	struct rsk_code *code, const struct rsk_datum_at *at)
{
	if (!at->parent.len)
		return at->key;
	return rsk_slice_str(rsk_arena_printf(code->project->arena, "%.*s.%.*s",
		(int)at->parent.len, (const char *)at->parent.ptr,
		(int)at->key.len, (const char *)at->key.ptr));
}

/* In what the SDK documents as a person, a bare `name` is a person's. */
static bool is_about_user(const struct rsk_datum_at *at)
{
	return at->sink->sent.len || at->sink->hinted.len;
}

static void match_key(struct rsk_code *code, const struct rsk_datum_at *at,
	struct rsk_name_match *match)
{
	struct rsk_slice name = full_name(code, at);

	*match = (struct rsk_name_match){ 0 };
	if (at->depth == 1 && is_about_user(at) && !at->parent.len)
		name = rsk_slice_str(
			rsk_arena_printf(code->project->arena, "user.%.*s",
				(int)at->key.len, (const char *)at->key.ptr));
	if (!rsk_names_match_path(code->names, name, match))
		*match = (struct rsk_name_match){ 0 };
}

/* { privateKeys: 0 } or x.privateKeys += 1 near by: it is a number of them. */
static bool is_count(const struct rsk_datum_at *at)
{
	const struct rsk_js *js = at->file->js;
	uint32_t first = at->token > RSK_MAX_COUNT_REACH
				 ? at->token - RSK_MAX_COUNT_REACH
				 : 1;

	for (uint32_t i = first;
		i + 1 < js->count && i <= at->token + RSK_MAX_COUNT_REACH;
		i++) {
		if (!rsk_js_is_name(rsk_js_kind(js, i)) ||
			!rsk_slice_eq(rsk_js_text(js, i), at->key))
			continue;
		if (rsk_js_is(js, i + 1, RSK_JS_INCREMENT) ||
			((rsk_js_is(js, i + 1, RSK_JS_COLON) ||
				 rsk_js_is(js, i + 1, RSK_JS_ADD_ASSIGN)) &&
				rsk_js_is(js, i + 2, RSK_JS_NUMBER) &&
				rsk_js_text(js, i + 2).len <= 2))
			return true;
	}
	return false;
}

static void look_at_value(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val)
{
	struct rsk_name_match key;
	struct rsk_datum_view view;

	match_key(f->code, at, &key);
	if (key.tier > RSK_TIER_CONTEXT && is_count(at))
		return;
	view = rsk_datum_view(f->code, val, &key);
	rsk_datum_found(f->code, at, &key, &view);
	if (val->kind == RSK_JS_V_PARAM && key.tier <= RSK_TIER_CONTEXT &&
		view.name.tier <= RSK_TIER_CONTEXT)
		follow_param(f, at, val);
}

static void look_at_property(struct following *f, const struct rsk_datum_at *at,
	const struct rsk_js_property *property)
{
	struct rsk_datum_at inner = *at;
	struct rsk_js_val *val = property->value;

	inner.file = property->file;
	inner.token = property->token;
	inner.depth++;
	if (property->spread) {
		inner.token = val->token;
		inner.file = val->file;
		inner.depth--;
		look(f, &inner, val);
		return;
	}
	inner.parent = at->key;
	inner.key = rsk_arena_slice(f->code->project->arena, property->key);
	inner.is_value = true;
	inner.dropped = at->dropped ||
			(inner.depth == 1 && at->sink->sent.len &&
				!rsk_strings_have(&at->sink->sent, inner.key));
	if (inner.depth > RSK_MAX_DATA_DEPTH) {
		f->limited = true;
		return;
	}
	look(f, &inner, val);
}

static void look_at_object(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val)
{
	struct rsk_js_properties list = { 0 };

	rsk_js_properties(&f->code->eval, val, &list);
	for (size_t i = 0; i < list.list.len; i++)
		look_at_property(f, at, &list.list.ptr[i]);
	RSK_VEC_RELEASE(&list.list);
}

/* Something that is passed as it is: whose is it? */
static void look_at_whole(struct following *f, const struct rsk_datum_at *at,
	const struct rsk_js_val *val)
{
	rsk_datum_whole(f->code, at, rsk_value_name(f->code, val));
}

/* JSON.stringify(x), Object.assign({}, x): look at what goes in. */
static void look_at_call(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val)
{
	enum rsk_effect effect = rsk_callee_effect(f->code, val);

	if (effect == RSK_EFFECT_STOPS)
		return;
	if (effect == RSK_EFFECT_CARRIES) {
		for (uint32_t i = 1; i < val->n_parts; i++)
			if (val->parts[i])
				look(f, at, val->parts[i]);
	} else if (val->result) {
		look(f, at, val->result);
	} else if (val->name.len) {
		rsk_datum_whole(f->code, at, val->name);
	}
}

static bool has_object(const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_OBJECT)
		return true;
	for (uint32_t i = 0;
		i < val->n_parts &&
		(val->kind == RSK_JS_V_UNION || val->kind == RSK_JS_V_ARRAY);
		i++)
		if (val->parts[i] && has_object(val->parts[i]))
			return true;
	return false;
}

static void look_at_parts(struct following *f, const struct rsk_datum_at *at,
	const struct rsk_js_val *val, uint32_t first)
{
	for (uint32_t i = first; i < val->n_parts; i++)
		if (val->parts[i])
			look(f, at, val->parts[i]);
}

/* What is an object by all that is known, though not one written here. */
static void look_at_argument(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val)
{
	switch (val->kind) {
	case RSK_JS_V_PARAM:
		follow_param(f, at, val);
		return;
	case RSK_JS_V_CALL:
		look_at_call(f, at, val);
		return;
	case RSK_JS_V_NEW:
		/* new Blob([JSON.stringify(x)]), new URLSearchParams(x) */
		look_at_parts(f, at, val, 1);
		look_at_whole(f, at, val);
		return;
	case RSK_JS_V_OPAQUE:
	case RSK_JS_V_MEMBER:
		look_at_whole(f, at, val);
		return;
	case RSK_JS_V_STRING:
	case RSK_JS_V_CONCAT:
		look_at_value(f, at, val);
		return;
	default:
		return;
	}
}

/* make(user), where make returns an object: what is in it is seen, so the
 * name says no more. */
static bool makes_object(const struct rsk_js_val *val)
{
	return val->kind == RSK_JS_V_CALL && val->result &&
	       has_object(val->result);
}

/* JSON.stringify({ ssn }) */
static bool carries_object(struct following *f, const struct rsk_js_val *val)
{
	if (val->kind != RSK_JS_V_CALL ||
		rsk_callee_effect(f->code, val) != RSK_EFFECT_CARRIES)
		return false;
	for (uint32_t i = 1; i < val->n_parts; i++)
		if (val->parts[i] && has_object(val->parts[i]))
			return true;
	return false;
}

/* One value under a key, unless it is an object with keys of its own. */
static void look(struct following *f, const struct rsk_datum_at *at,
	struct rsk_js_val *val)
{
	bool is_list =
		val->kind == RSK_JS_V_UNION || val->kind == RSK_JS_V_ARRAY;

	if (++f->work > RSK_MAX_FLOW_WORK) {
		f->limited = true;
	} else if (val->kind == RSK_JS_V_OBJECT) {
		look_at_object(f, at, val);
	} else if (is_list && (!at->is_value || has_object(val))) {
		look_at_parts(f, at, val, 0);
	} else if (makes_object(val)) {
		look(f, at, val->result);
	} else if (carries_object(f, val)) {
		look_at_call(f, at, val);
	} else if (at->is_value || at->sink->role != RSK_SINK_DATA) {
		look_at_value(f, at, val);
		if (val->kind == RSK_JS_V_OPAQUE ||
			val->kind == RSK_JS_V_MEMBER ||
			val->kind == RSK_JS_V_CALL)
			look_at_whole(f, at, val);
	} else {
		look_at_argument(f, at, val);
	}
}

/* ---- sinks ---- */

/* The call among those that are known; one may have several sinks. */
static size_t sink_call(struct rsk_code *code, const struct rsk_sink *sink,
	const struct rsk_sdk_call *place, const char *name)
{
	/* Those of one call stand together. */
	for (size_t i = code->sinks.len; i; i--) {
		const struct rsk_sink_call *known = &code->sinks.ptr[i - 1];

		if (known->file != place->file || known->paren != place->paren)
			break;
		if (known->item == sink->item)
			return i - 1;
	}
	*RSK_VEC_PUSH(&code->sinks) = (struct rsk_sink_call){
		.file = place->file,
		.paren = place->paren,
		.item = sink->item,
		.name = name,
	};
	return code->sinks.len - 1;
}

static void look_at_sink(struct following *f, const struct rsk_sink *sink,
	const struct rsk_sdk_call *place, const char *call)
{
	struct rsk_code *code = f->code;
	struct rsk_way *way =
		rsk_arena_alloc(code->project->arena, sizeof(*way));
	struct rsk_datum_at at = { .sink = sink, .call = call, .way = way };
	struct rsk_js_val *val;

	*way = (struct rsk_way){ NULL, place->file, place->paren,
		rsk_arena_printf(code->project->arena, "sent by %s", call) };
	code->eval.limited = 0;
	rsk_js_eval_begin(&code->eval, place->file, place->paren);
	val = rsk_js_argument(&code->eval, place->file, place->paren,
		sink->argument + place->shift);
	if (!val)
		return;
	set_place(&at, val, place->file,
		argument_token(place->file, place->paren,
			sink->argument + place->shift));
	if (sink->path) {
		val = rsk_value_path(code, val, rsk_slice_str(sink->path));
		at.file = val->file;
		at.token = val->token;
	}
	/* A request without a body sends nothing. */
	if (sink->url &&
		(val->kind == RSK_JS_V_UNKNOWN || val->kind == RSK_JS_V_NULL))
		return;
	at.origin = sink_call(code, sink, place, call);
	look(f, &at, val);
	if (code->eval.limited)
		code->sinks.ptr[at.origin].unseen = true;
	rsk_code_tell_limits(code, place->file);
}

static const char *call_text(struct rsk_code *code, struct rsk_slice method)
{
	return rsk_arena_printf(code->project->arena, "%.*s()", (int)method.len,
		(const char *)method.ptr);
}

static void look_at_call_of_sdk(
	struct following *f, const struct rsk_sdk_call *call)
{
	const struct rsk_vocabulary *v = f->code->vocabulary;

	for (size_t i = 0; i < v->sinks.len; i++) {
		const struct rsk_sink *sink = &v->sinks.ptr[i];
		const char *sdk = sink->sdk ? sink->sdk : sink->id;

		if (!sink->url && !strcmp(sdk, call->name.sdk->id) &&
			rsk_strings_have(&sink->methods, call->name.method))
			look_at_sink(f, sink, call,
				call_text(f->code, call->name.method));
	}
}

/* ---- requests ---- */

static void look_at_requests(struct following *f, struct rsk_js_file *file)
{
	struct rsk_code *code = f->code;

	for (uint32_t i = 1; i < file->js->count; i++) {
		struct rsk_slice name;

		if (!rsk_js_is_call(file->js, i))
			continue;
		rsk_js_eval_begin(&code->eval, file, i);
		name = rsk_request_name(
			code, rsk_js_callee(&code->eval, file, i));
		for (size_t j = 0; name.len && j < code->vocabulary->sinks.len;
			j++) {
			const struct rsk_sink *sink =
				&code->vocabulary->sinks.ptr[j];

			if (sink->url &&
				rsk_strings_have(&sink->methods, name) &&
				rsk_code_request_url(code, sink, file, i))
				look_at_sink(f, sink,
					&(struct rsk_sdk_call){
						.file = file, .paren = i },
					call_text(code, name));
		}
	}
}

/* ---- for the checklist ---- */

static void tell_call(
	const struct rsk_code *code, const struct rsk_sink_call *call)
{
	const char *what = call->found    ? "sends what it should not"
			   : call->unseen ? "what is in it is not known here"
					  : "nothing personal or secret in it";
	struct rsk_fact fact;

	if (rsk_program_is_test(call->file->path) &&
		!code->project->include_tests)
		return;
	fact = rsk_code_fact(call->file, call->paren - 1,
		rsk_arena_printf(
			code->project->arena, "%s: %s", call->name, what));
	fact.rule = "sink-call";
	fact.item = call->item;
	fact.topic = RSK_TOPIC_CALL;
	fact.says = call->found    ? RSK_EVIDENCE_AGAINST
		    : call->unseen ? RSK_EVIDENCE_OPEN
				   : RSK_EVIDENCE_FOR;
	rsk_code_push_fact(code, &fact);
}

void rsk_code_pii(struct rsk_code *code)
{
	struct following f = { .code = code };

	for (size_t i = 0; i < code->calls.len; i++) {
		look_at_call_of_sdk(&f, &code->calls.ptr[i]);
		rsk_js_eval_forget(&code->eval);
	}
	for (size_t i = 0; i < code->requesters.len; i++) {
		look_at_requests(&f, code->requesters.ptr[i]);
		rsk_js_eval_forget(&code->eval);
	}
	follow_all(&f);
	if (f.limited)
		code->out->gap(code->out->ctx, RSK_GAP_SYNTAX_LIMIT,
			RSK_LIT(""), "data flow too long to follow");
	for (size_t i = 0; i < code->sinks.len; i++)
		tell_call(code, &code->sinks.ptr[i]);
	RSK_VEC_RELEASE(&f.queue);
	rsk_map_release(&f.known);
}
