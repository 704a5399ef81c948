#include "base/limits.h"
#include "checks/data_p.h"

/* From what is known of a datum at a sink to a finding, or to nothing. */

/* The rules, by what the data is. */
static const char *const rule_of_tier[RSK_TIERS] = {
	[RSK_TIER_NEVER] = "pii-forbidden",
	[RSK_TIER_SECRET] = "pii-secret",
	[RSK_TIER_SPECIAL] = "pii-special",
	[RSK_TIER_MINIMISE] = "pii-excessive",
};

/* One finding for a property, however many calls it reaches. */
static bool is_new(
	struct rsk_code *code, const struct rsk_datum_at *at, const char *rule)
{
	char *key = rsk_arena_printf(code->project->arena, "%s %u %.*s", rule,
		at->token, (int)at->file->path.len,
		(const char *)at->file->path.ptr);
	uint32_t *seen = rsk_map_put(&code->reported, rsk_slice_str(key));

	return !(*seen)++;
}

/* The steps from the property down to the sink. */
static void set_flow(struct rsk_code *code, const struct rsk_datum_at *at,
	struct rsk_code_hit *hit, const char *what)
{
	struct rsk_arena *arena = code->project->arena;
	size_t len = 1;
	struct rsk_step *flow;

	for (const struct rsk_way *w = at->way; w; w = w->next)
		len++;
	flow = rsk_arena_array(arena, len, sizeof(*flow));
	flow[0] = (struct rsk_step){ at->file->path,
		rsk_js_place(at->file->js, at->token), what };
	hit->flow_len = 1;
	for (const struct rsk_way *w = at->way; w; w = w->next)
		flow[hit->flow_len++] = (struct rsk_step){ w->file->path,
			rsk_js_place(w->file->js, w->token), w->note };
	hit->flow = flow;
}

/* What a test sends is made up; it counts only when asked for. */
static bool is_left_out(
	const struct rsk_code *code, const struct rsk_datum_at *at)
{
	return !code->project->include_tests &&
	       rsk_program_is_test(at->file->path);
}

static const char *shown_key(
	struct rsk_code *code, const struct rsk_datum_at *at)
{
	if (!at->key.len)
		return "the argument";
	return rsk_arena_printf(code->project->arena, "`%.*s`",
		(int)(at->key.len > 60 ? 60 : at->key.len),
		(const char *)at->key.ptr);
}

static void push(struct rsk_code *code, const struct rsk_datum_at *at,
	struct rsk_code_hit *hit, const char *what,
	const struct rsk_datum_view *view)
{
	/* A literal that is personal data is masked like a secret. */
	if (view && view->literal && view->file == at->file) {
		bool quoted =
			rsk_js_is(view->file->js, view->token, RSK_JS_STRING);

		hit->secret_begin =
			rsk_js_begin(view->file->js, view->token) + quoted;
		hit->secret_end =
			rsk_js_end(view->file->js, view->token) - quoted;
		hit->kind = "personal";
	}
	if (view && view->computed && hit->confidence > RSK_CONFIDENCE_LOW)
		hit->confidence--;
	set_flow(code, at, hit, what);
	rsk_code_push(code, hit);
}

/* A hint instead of a finding, where the vendor documents the field. */
static bool is_documented(const struct rsk_datum_at *at, bool *hinted)
{
	*hinted = rsk_strings_have(&at->sink->hinted, at->key);
	return rsk_strings_have(&at->sink->silent, at->key);
}

static const char *where_to(
	struct rsk_code *code, const struct rsk_datum_at *at)
{
	return rsk_arena_printf(code->project->arena, "%s %s%s",
		at->steps ? "reaches" : "is passed to", at->call,
		at->dropped ? " (the SDK drops this key today)" : "");
}

static enum rsk_severity severity_of(const struct rsk_data_type *type,
	const struct rsk_datum_view *view, enum rsk_severity usual)
{
	bool worst = (!strcmp(type->id, "pii.ssn") && view->literal) ||
		     !strcmp(type->id, "pii.cvv");

	return worst ? RSK_CRITICAL : usual;
}

static void note_datum(struct rsk_code *code, const struct rsk_datum_at *at,
	const struct rsk_data_type *type)
{
	const struct rsk_datum datum = {
		.type = type->id,
		.title = type->title,
		.tier = type->tier,
		.sink = at->sink->id,
		.path = at->file->path,
		.line = rsk_js_place(at->file->js, at->token).line,
	};

	code->out->datum(code->out->ctx, &datum);
}

static bool identifies(const struct rsk_data_type *type)
{
	return !strcmp(type->id, "pii.email") ||
	       !strcmp(type->id, "pii.phone") || !strcmp(type->id, "pii.name");
}

static const char *rule_for(const struct rsk_datum_at *at,
	const struct rsk_data_type *type, enum rsk_tier tier, bool by_value)
{
	/* An object where an id is expected is data like any other. */
	if (at->sink->role != RSK_SINK_DATA && tier == RSK_TIER_MINIMISE &&
		!at->depth)
		return identifies(type) ? "pii-user-id" : NULL;
	if (by_value)
		return "pii-value";
	return rule_of_tier[tier];
}

/* What of the call is to go; NULL: something else is to be done. */
static const char *step_of(
	struct rsk_code *code, const struct rsk_datum_at *at, const char *rule)
{
	static const char *const rules[] = { "pii-forbidden", "pii-secret",
		"pii-special", "pii-value" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!strcmp(rule, rules[i]))
			return rsk_arena_printf(code->project->arena,
				"Take %s out of what %s sends.",
				shown_key(code, at), at->call);
	return NULL;
}

static void report(struct rsk_code *code, const struct rsk_datum_at *at,
	const struct rsk_data_type *type, const struct rsk_datum_view *view,
	bool by_value)
{
	const char *rule = rule_for(at, type, type->tier, by_value);
	bool hinted = false;
	struct rsk_code_hit hit;
	const char *what;

	if (is_documented(at, &hinted) || is_left_out(code, at))
		return;
	note_datum(code, at, type);
	if (rule && at->sink->tiers & 1u << type->tier)
		code->sinks.ptr[at->origin].found = true;
	if (!rule || !(at->sink->tiers & 1u << type->tier) ||
		!is_new(code, at, rule))
		return;
	hit = rsk_code_hit(code, rule, at->file, at->token, at->token);
	hit.item = at->sink->item;
	what = rsk_arena_printf(code->project->arena, "%s: %s",
		shown_key(code, at), type->title);
	hit.message = rsk_arena_printf(code->project->arena, "%s (%s) %s",
		shown_key(code, at), type->title, where_to(code, at));
	hit.step = step_of(code, at, rule);
	if (hit.rule)
		hit.severity = hinted ? RSK_INFO
				      : severity_of(type, view, hit.severity);
	if (by_value && !view->value.sure && hit.rule)
		hit.severity = RSK_MEDIUM;
	push(code, at, &hit, what, view);
}

static const struct rsk_data_type *value_type(
	const struct rsk_code *code, const struct rsk_datum_view *view)
{
	return view->value.type
		       ? rsk_vocabulary_type(code->vocabulary, view->value.type)
		       : NULL;
}

void rsk_datum_found(struct rsk_code *code, const struct rsk_datum_at *at,
	const struct rsk_name_match *key, const struct rsk_datum_view *view)
{
	const struct rsk_data_type *literal = value_type(code, view);
	const struct rsk_data_type *best = NULL;

	if (!view->carries)
		return;
	if (key->type && key->tier > RSK_TIER_CONTEXT)
		best = key->type;
	if (view->name.type && view->name.tier > RSK_TIER_CONTEXT &&
		(!best || view->name.tier > best->tier))
		best = view->name.type;
	if (literal && (!best || literal->tier > best->tier))
		report(code, at, literal, view, true);
	else if (best)
		report(code, at, best, view, false);
}

/* What of a declared type's members is personal, as "email, ssn". */
struct declared {
	bool known;
	enum rsk_tier worst;
	const char *list;
};

static void add_member(struct rsk_code *code, const struct rsk_datum_at *at,
	struct declared *declared, struct rsk_slice name, bool person)
{
	struct rsk_arena *arena = code->project->arena;
	struct rsk_name_match match;
	const char *path = rsk_arena_printf(arena, "%s%.*s",
		person ? "user." : "", (int)(name.len > 60 ? 60 : name.len),
		(const char *)name.ptr);

	if (!rsk_names_match_path(code->names, rsk_slice_str(path), &match) ||
		match.tier <= RSK_TIER_CONTEXT ||
		!(at->sink->tiers & 1u << match.tier) ||
		rsk_strings_have(&at->sink->silent, name) ||
		rsk_strings_have(&at->sink->hinted, name))
		return;
	if (match.tier > declared->worst)
		declared->worst = match.tier;
	declared->list = rsk_arena_printf(arena, "%s%s%.*s", declared->list,
		*declared->list ? ", " : "",
		(int)(name.len > 60 ? 60 : name.len), (const char *)name.ptr);
}

static struct declared declared_of(struct rsk_code *code,
	const struct rsk_datum_at *at, struct rsk_slice path)
{
	struct declared declared = { .list = "" };
	struct rsk_type_members members = { 0 };

	if (!path.len || rsk_slice_find(path, RSK_LIT(".")) < path.len)
		return declared;
	declared.known =
		rsk_declared_members(code, at->file, path, at->token, &members);
	for (size_t i = 0; declared.known && i < members.names.len; i++)
		add_member(code, at, &declared, members.names.ptr[i],
			rsk_names_person(code->names, path));
	RSK_VEC_RELEASE(&members.names);
	return declared;
}

/* Is there, by its type or else by its name, somebody in the object? */
static bool is_person(struct rsk_code *code, const struct rsk_datum_at *at,
	const struct declared *declared, struct rsk_slice path)
{
	if (is_left_out(code, at) ||
		!(at->sink->tiers & 1u << RSK_TIER_MINIMISE))
		return false;
	return declared->known ? *declared->list != '\0'
			       : rsk_names_person(code->names, path);
}

void rsk_datum_whole(struct rsk_code *code, const struct rsk_datum_at *at,
	struct rsk_slice path)
{
	struct rsk_arena *arena = code->project->arena;
	struct declared declared = declared_of(code, at, path);
	struct rsk_code_hit hit;

	if (!is_person(code, at, &declared, path)) {
		/* One value is judged by its name; an object by what is in it.
		 */
		if (!declared.known && !at->is_value &&
			at->sink->role == RSK_SINK_DATA)
			code->sinks.ptr[at->origin].unseen = true;
		return;
	}
	code->sinks.ptr[at->origin].found = true;
	if (!is_new(code, at, "pii-object-passthrough"))
		return;
	hit = rsk_code_hit(
		code, "pii-object-passthrough", at->file, at->token, at->token);
	hit.message = rsk_arena_printf(arena, "All that is in `%.*s` %s, %s%s",
		(int)(path.len > 60 ? 60 : path.len), (const char *)path.ptr,
		where_to(code, at),
		declared.known ? "by its type also " : "whatever it holds",
		declared.list);
	if (declared.known)
		hit.severity = declared.worst == RSK_TIER_MINIMISE ? RSK_MEDIUM
								   : RSK_HIGH;
	push(code, at, &hit, "the whole object", NULL);
}
