#include "syntax/bind_p.h"

/* Tokens between the word class and its body, or back from it. */
enum { MAX_HEAD = 64 };

/* ---- levels ---- */

static void push_level(struct rsk_js_walk *walk, struct rsk_js_level level)
{
	if (walk->levels.len > RSK_MAX_SYNTAX_NAMES) {
		walk->err = RSK_LIMIT;
		return;
	}
	*RSK_VEC_PUSH(&walk->levels) = level;
}

/* The level on top ends in front of token `i`. */
static void pop_level(struct rsk_js_walk *walk, uint32_t i)
{
	struct rsk_js_level *level = rsk_js_level(walk);

	if (i > level->end + 1)
		i = level->end + 1;
	if (level->arrow) {
		struct rsk_js_scope *scopes = walk->bind->scopes.ptr;
		uint32_t outer = scopes[scopes[level->scope].parent].end;

		/* It lies in what it lies in, whatever its end looks like. */
		if (i > outer)
			i = outer;
		walk->bind->functions.ptr[level->function].end = i;
		walk->bind->scopes.ptr[level->scope].end = i;
	}
	walk->levels.len--;
}

static bool is_arrow_level(const struct rsk_js_walk *walk)
{
	return walk->levels.ptr[walk->levels.len - 1].arrow;
}

/* The values of arrow functions end here. */
static void pop_arrows(struct rsk_js_walk *walk, uint32_t i)
{
	while (is_arrow_level(walk))
		pop_level(walk, i);
}

/* `i` closes a bracket: with it end all levels in it. */
static void pop_bracket(struct rsk_js_walk *walk, uint32_t i)
{
	uint32_t open = rsk_js_partner(walk->js, i);

	while (open && walk->levels.len > 1) {
		uint32_t token = rsk_js_level(walk)->token;

		if (token && token < open)
			break;
		pop_level(walk, i);
		if (token == open)
			break;
	}
	/* Those that end with it hold it. */
	while (walk->levels.len > 1 && rsk_js_level(walk)->end <= i)
		pop_level(walk, i + 1);
}

/* ---- functions ---- */

/* What stands in front of a ( of parameters. */
static void read_head(
	const struct rsk_js *js, uint32_t open, struct rsk_js_function *f)
{
	uint32_t i = open - 1;

	if (rsk_js_is(js, i, RSK_JS_GT) && rsk_js_types_open(js, i))
		i = rsk_js_types_open(js, i) - 1;
	if (rsk_js_is(js, i, RSK_JS_QUESTION))
		i--;
	f->kind = RSK_JS_F_METHOD;
	if (rsk_js_is(js, i, RSK_JS_RBRACKET) && rsk_js_partner(js, i)) {
		f->name = rsk_js_partner(js, i);
		i = f->name - 1;
	} else if (!rsk_js_is(js, i, RSK_JS_FUNCTION) &&
		   !rsk_js_is(js, i, RSK_JS_STAR)) {
		f->name = i--;
	}
	f->generator = rsk_js_is(js, i, RSK_JS_STAR);
	i -= f->generator;
	if (rsk_js_is(js, i, RSK_JS_FUNCTION)) {
		f->kind = RSK_JS_F_FUNCTION;
		i--;
	}
	if (rsk_js_is(js, i, RSK_JS_GET))
		f->kind = RSK_JS_F_GETTER;
	else if (rsk_js_is(js, i, RSK_JS_SET))
		f->kind = RSK_JS_F_SETTER;
	f->async = rsk_js_is(js, i, RSK_JS_ASYNC);
}

/* Behind the ) of parameters: the {, or 0 for a mere signature. */
static uint32_t block_behind(const struct rsk_js *js, uint32_t close)
{
	uint32_t i = close + 1;

	if (close >= js->count)
		return 0;
	if (rsk_js_is(js, i, RSK_JS_COLON))
		i = rsk_js_type_end(js, i + 1);
	return rsk_js_is(js, i, RSK_JS_LBRACE) &&
			       rsk_js_role(js, i) != RSK_JS_OBJECT
		       ? i
		       : 0;
}

/* Behind the ) of a group: the token behind =>, or 0. */
static uint32_t arrow_behind(const struct rsk_js_walk *walk, uint32_t close)
{
	const struct rsk_js *js = walk->js;
	uint32_t i = close + 1;

	if (close >= js->count)
		return 0;
	/* a ? (b) : c => d */
	if (rsk_js_is(js, i, RSK_JS_COLON) &&
		!walk->levels.ptr[walk->levels.len - 1].questions)
		i = rsk_js_type_end(js, i + 1);
	return rsk_js_is(js, i, RSK_JS_ARROW) ? i + 1 : 0;
}

static uint32_t add_function(struct rsk_js_walk *walk, struct rsk_js_function f)
{
	const struct rsk_js *js = walk->js;
	struct rsk_js_level *level = rsk_js_level(walk);
	uint32_t id = (uint32_t)walk->bind->functions.len;
	bool is_block = rsk_js_is(js, f.body, RSK_JS_LBRACE) &&
			rsk_js_role(js, f.body) != RSK_JS_OBJECT;
	uint32_t close = rsk_js_partner(js, f.body);

	f.parent = level->function;
	if (f.kind >= RSK_JS_F_METHOD)
		f.owner = level->token;
	f.end = is_block ? rsk_js_skip(js, f.body) : RSK_JS_UNKNOWN_END;
	f.scope =
		rsk_js_add_scope(walk, (struct rsk_js_scope){ .begin = f.params,
					       .end = f.end,
					       .parent = level->scope,
					       .function = id,
					       .kind = RSK_JS_SCOPE_FUNCTION });
	*RSK_VEC_PUSH(&walk->bind->functions) = f;
	push_level(walk,
		(struct rsk_js_level){ .end = is_block ? close : level->end,
			.arrow = !is_block,
			.scope = f.scope,
			.function = id });
	return id;
}

/* The name of a function: outside it when declared, else inside. */
static void bind_function_name(struct rsk_js_walk *walk, uint32_t id)
{
	struct rsk_js_function *f = &walk->bind->functions.ptr[id];
	uint32_t name = f->name;

	if (f->kind != RSK_JS_F_FUNCTION || !name)
		return;

	uint32_t word = name - 1 - f->generator;
	bool declared = rsk_js_role(walk->js, word) == RSK_JS_STATEMENT;
	struct rsk_js_binding b = {
		.kind = RSK_JS_B_FUNCTION,
		.name = name,
		.scope = declared ? walk->bind->scopes.ptr[f->scope].parent
				  : f->scope,
		.init = id,
	};
	f->binding = rsk_js_add_binding(walk, b);
	if (walk->exporting && walk->exporting == word)
		rsk_js_note_export(walk, word, name);
}

static void bind_params(struct rsk_js_walk *walk, uint32_t id)
{
	const struct rsk_js_function *f = &walk->bind->functions.ptr[id];
	struct rsk_js_target target = { .like = { .kind = RSK_JS_B_PARAM,
						.scope = f->scope,
						.function = id } };

	if (rsk_js_is(walk->js, f->params, RSK_JS_LPAREN))
		rsk_js_bind_params(walk, f->params, &target);
	else
		rsk_js_bind_pattern(walk, f->params, &target);
}

/* Is the ( at `i` that of a function's parameters? Then enter it. */
static void open_function(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	struct rsk_js_function f = { .params = i };
	uint32_t close = rsk_js_partner(js, i);

	/* Never closed: a block behind it is of somebody else. */
	if (!rsk_js_is(js, close, RSK_JS_RPAREN))
		return;
	if (rsk_js_role(js, i) == RSK_JS_PARAMS) {
		f.body = block_behind(js, close);
		if (f.body)
			read_head(js, i, &f);
	} else if (rsk_js_has(js, i, RSK_JS_PREFIX) ||
		   rsk_js_async_before(js, i)) {
		f.body = arrow_behind(walk, close);
		f.kind = RSK_JS_F_ARROW;
		f.async = rsk_js_async_before(js, i) != 0;
	}
	if (!f.body)
		return;

	uint32_t id = add_function(walk, f);
	bind_function_name(walk, id);
	bind_params(walk, id);
}

static void note_return(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t value = i + 1;
	enum rsk_js_kind kind = rsk_js_kind(js, value);
	uint32_t id = rsk_js_level(walk)->function;
	struct rsk_js_function *f = &walk->bind->functions.ptr[id];

	if (kind == RSK_JS_SEMICOLON || kind == RSK_JS_RBRACE ||
		kind == RSK_JS_END || rsk_js_has(js, value, RSK_JS_NEWLINE))
		return;
	*RSK_VEC_PUSH(&walk->bind->returns) =
		(struct rsk_js_return){ .value = value, .next = f->returns };
	f->returns = (uint32_t)walk->bind->returns.len - 1;
	walk->names++;
}

/* ---- declarations ---- */

/* In for (const x of y): where y begins. */
static bool is_each(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_OF) || rsk_js_is(js, i, RSK_JS_IN);
}

/* Where the pattern at `i` ends, without declaring anything. */
static uint32_t pattern_end(const struct rsk_js *js, uint32_t i)
{
	i = rsk_js_skip(js, i);
	if (rsk_js_is(js, i, RSK_JS_NOT))
		i++;
	return rsk_js_is(js, i, RSK_JS_COLON) ? rsk_js_type_end(js, i + 1) : i;
}

static bool is_declarable(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is_name(rsk_js_kind(js, i)) ||
	       rsk_js_is(js, i, RSK_JS_LBRACE) ||
	       rsk_js_is(js, i, RSK_JS_LBRACKET);
}

/* One name or pattern with its value; returns the token behind it. */
static uint32_t declare_one(
	struct rsk_js_walk *walk, uint32_t i, const struct rsk_js_binding *like)
{
	const struct rsk_js *js = walk->js;
	struct rsk_js_target target = { .like = *like };
	uint32_t behind = pattern_end(js, i);

	target.like.each = is_each(js, behind);
	if (target.like.each || rsk_js_is(js, behind, RSK_JS_ASSIGN))
		target.like.init = behind + 1;
	rsk_js_bind_pattern(walk, i, &target);
	return target.like.init
		       ? rsk_js_expression_end(js, behind + 1, js->count)
		       : behind;
}

/* Returns where to go on: behind the type of a lone name, whose arrows are no
 * functions. */
static uint32_t declare(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	bool is_var = rsk_js_is(js, i, RSK_JS_VAR);
	const struct rsk_js_level *level = rsk_js_level(walk);
	struct rsk_js_binding like = {
		.kind = rsk_js_is(js, i, RSK_JS_CONST) ? RSK_JS_B_CONST
						       : RSK_JS_B_VAR,
		.scope = is_var ? walk->bind->functions.ptr[level->function]
					  .scope
				: level->scope,
	};
	uint32_t at = i + 1;
	uint32_t next = at;

	/* `let` may be a name like any other. */
	if (!is_declarable(js, at) || rsk_js_is(js, at, RSK_JS_OF) ||
		rsk_js_is(js, at, RSK_JS_AS))
		return i + 1;
	if (walk->exporting != i)
		walk->exporting = 0;
	if (rsk_js_is_name(rsk_js_kind(js, at)))
		next = pattern_end(js, at);
	while (is_declarable(js, at) && !walk->err) {
		at = declare_one(walk, at, &like);
		if (!rsk_js_is(js, at, RSK_JS_COMMA))
			break;
		at++;
	}
	walk->exporting = 0;
	return next;
}

/* enum A {, namespace A { */
static void declare_enum(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t name = i + 1;
	bool is_const = rsk_js_is(js, i - 1, RSK_JS_CONST);

	if (!rsk_js_is_name(rsk_js_kind(js, name)) ||
		rsk_js_has(js, name, RSK_JS_NEWLINE))
		return;
	rsk_js_add_binding(walk, (struct rsk_js_binding){ .kind = RSK_JS_B_ENUM,
					 .name = name,
					 .scope = rsk_js_level(walk)->scope,
					 .init = name });
	if (walk->exporting && walk->exporting == i - is_const)
		rsk_js_note_export(walk, i, name);
	walk->exporting = 0;
}

/* Back from the body of a class to its word, or 0. */
static uint32_t class_word(const struct rsk_js *js, uint32_t body)
{
	uint32_t i = body - 1;

	for (uint32_t n = 0; n < MAX_HEAD && i > 0; n++) {
		uint32_t partner = rsk_js_partner(js, i);

		if (rsk_js_is(js, i, RSK_JS_CLASS))
			return i;
		if (rsk_js_is(js, i, RSK_JS_INTERFACE))
			return 0;
		i = partner && partner < i ? partner - 1 : i - 1;
	}
	return 0;
}

static void read_class(
	const struct rsk_js *js, uint32_t word, struct rsk_js_class *class)
{
	uint32_t i = word + 1;

	if (rsk_js_is_name(rsk_js_kind(js, i)) &&
		!rsk_js_text_is(js, i, "implements"))
		class->name = i++;
	if (rsk_js_is(js, i, RSK_JS_LT) && rsk_js_types_close(js, i))
		i = rsk_js_types_close(js, i) + 1;
	if (rsk_js_is(js, i, RSK_JS_EXTENDS))
		class->extends = i + 1;
}

static bool is_declared_class(const struct rsk_js *js, uint32_t word)
{
	return rsk_js_role(js, word) == RSK_JS_STATEMENT ||
	       rsk_js_is(js, word - 1, RSK_JS_ABSTRACT);
}

/* At the body of a class. Returns the scope inside it. */
static uint32_t open_class(struct rsk_js_walk *walk, uint32_t body)
{
	const struct rsk_js *js = walk->js;
	uint32_t scope = rsk_js_level(walk)->scope;
	uint32_t word = class_word(js, body);
	struct rsk_js_class class = { .body = body };
	uint32_t id = (uint32_t)walk->bind->classes.len;

	if (!word)
		return scope;
	read_class(js, word, &class);

	uint32_t outside = scope;
	if (class.name && !is_declared_class(js, word))
		outside = scope = rsk_js_add_scope(
			walk, (struct rsk_js_scope){ .begin = body,
				      .end = rsk_js_skip(js, body),
				      .parent = scope,
				      .function = rsk_js_level(walk)->function,
				      .kind = RSK_JS_SCOPE_CLASS });
	if (class.name)
		class.binding = rsk_js_add_binding(
			walk, (struct rsk_js_binding){ .kind = RSK_JS_B_CLASS,
				      .name = class.name,
				      .scope = outside,
				      .init = id });
	if (class.name && walk->exporting && walk->exporting == word)
		rsk_js_note_export(walk, word, class.name);
	walk->names++;
	*RSK_VEC_PUSH(&walk->bind->classes) = class;
	return scope;
}

/* ---- brackets ---- */

/* Does a new statement begin here, and not the body of one? */
static bool begins_next(const struct rsk_js *js, uint32_t i)
{
	uint32_t open = rsk_js_partner(js, i - 1);
	bool is_control = open && rsk_js_is(js, open, RSK_JS_LPAREN) &&
			  rsk_js_role(js, open) == RSK_JS_CONTROL;

	return !rsk_js_is_bracket(rsk_js_kind(js, i)) &&
	       rsk_js_role(js, i) == RSK_JS_STATEMENT && !is_control &&
	       !rsk_js_is(js, i - 1, RSK_JS_ELSE) &&
	       !rsk_js_is(js, i - 1, RSK_JS_DO);
}

/* for (...) x; catch (e) {}: the token behind it. */
static uint32_t head_end(const struct rsk_js *js, uint32_t close)
{
	uint32_t i = close + 1;

	if (close >= js->count)
		return close;
	if (rsk_js_is(js, i, RSK_JS_LBRACE))
		return rsk_js_skip(js, i);
	for (uint32_t n = 0; n < MAX_HEAD; n++) {
		i = rsk_js_skip(js, i);
		if (rsk_js_is(js, i, RSK_JS_SEMICOLON))
			return i + 1;
		if (i >= js->count || begins_next(js, i) ||
			rsk_js_is(js, i, RSK_JS_RBRACE) ||
			rsk_js_is(js, i, RSK_JS_RPAREN))
			break;
	}
	return i;
}

static void open_head(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	bool is_catch = rsk_js_is(js, i - 1, RSK_JS_CATCH);
	const struct rsk_js_level outer = *rsk_js_level(walk);
	uint32_t end = head_end(js, rsk_js_partner(js, i));

	if (!is_catch && !rsk_js_is(js, i - 1, RSK_JS_FOR) &&
		!rsk_js_is(js, i - 1, RSK_JS_AWAIT))
		return;
	/* A statement is no arrow's value, and one that is never closed has no
	 * end to rely on. */
	if (outer.arrow || !rsk_js_is(js, rsk_js_partner(js, i), RSK_JS_RPAREN))
		return;
	/* It lies in what it lies in, whatever the guess says. */
	uint32_t limit = outer.token ? outer.end
				     : walk->bind->scopes.ptr[outer.scope].end;
	if (limit < end)
		end = limit;

	uint32_t scope =
		rsk_js_add_scope(walk, (struct rsk_js_scope){ .begin = i,
					       .end = end,
					       .parent = outer.scope,
					       .function = outer.function,
					       .kind = RSK_JS_SCOPE_HEAD });
	push_level(walk, (struct rsk_js_level){ .end = end - 1,
				 .scope = scope,
				 .function = outer.function });
	if (is_catch) {
		struct rsk_js_target target = {
			.like = { .kind = RSK_JS_B_CATCH, .scope = scope }
		};
		rsk_js_bind_pattern(walk, i + 1, &target);
	}
}

static uint32_t open_block(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js_level *level = rsk_js_level(walk);
	const struct rsk_js_function *f =
		&walk->bind->functions.ptr[level->function];

	if (f->body == i)
		return level->scope;
	return rsk_js_add_scope(walk, (struct rsk_js_scope){ .begin = i,
					      .end = rsk_js_skip(walk->js, i),
					      .parent = level->scope,
					      .function = level->function,
					      .kind = RSK_JS_SCOPE_BLOCK });
}

/* ({a} = b), [a, b] = c */
static void open_assigned_pattern(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t close = rsk_js_partner(js, i);
	enum rsk_js_kind before = rsk_js_kind(js, i - 1);

	if (!rsk_js_has(js, i, RSK_JS_PREFIX) || close >= js->count ||
		!rsk_js_is(js, close + 1, RSK_JS_ASSIGN) ||
		before == RSK_JS_CONST || before == RSK_JS_LET ||
		before == RSK_JS_VAR)
		return;
	/* Elements of patterns have been read with the pattern. */
	if (before != RSK_JS_LPAREN && before != RSK_JS_SEMICOLON &&
		rsk_js_role(js, i) != RSK_JS_BLOCK &&
		!rsk_js_has(js, i, RSK_JS_NEWLINE))
		return;

	struct rsk_js_target target = { .like = { .init = close + 2 },
		.assign = true };
	rsk_js_bind_pattern(walk, i, &target);
}

static void open_bracket(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	enum rsk_js_role role = rsk_js_role(js, i);
	uint32_t scope;

	if (rsk_js_is(js, i, RSK_JS_LPAREN)) {
		if (role == RSK_JS_CONTROL)
			open_head(walk, i);
		else
			open_function(walk, i);
	}
	if (walk->err)
		return;
	scope = rsk_js_level(walk)->scope;
	if (rsk_js_is(js, i, RSK_JS_LBRACE)) {
		if (role == RSK_JS_CLASS_BODY)
			scope = open_class(walk, i);
		else if (role == RSK_JS_BLOCK || role == RSK_JS_BODY)
			scope = open_block(walk, i);
		else
			open_assigned_pattern(walk, i);
	} else if (rsk_js_is(js, i, RSK_JS_LBRACKET)) {
		open_assigned_pattern(walk, i);
	}
	push_level(walk, (struct rsk_js_level){ .token = i,
				 .end = rsk_js_partner(js, i),
				 .scope = scope,
				 .function = rsk_js_level(walk)->function });
}

/* A ) of parameters is followed by the body, whatever type stands between. */
static uint32_t close_bracket(struct rsk_js_walk *walk, uint32_t i)
{
	uint32_t open = rsk_js_partner(walk->js, i);

	pop_bracket(walk, i);
	if (!open || !rsk_js_is(walk->js, i, RSK_JS_RPAREN))
		return i + 1;

	const struct rsk_js_function *f =
		&walk->bind->functions.ptr[rsk_js_level(walk)->function];
	return f->params == open ? f->body : i + 1;
}

/* ---- names ---- */

static bool is_property(const struct rsk_js *js, uint32_t i)
{
	enum rsk_js_kind before = rsk_js_kind(js, i - 1);

	return before == RSK_JS_DOT || before == RSK_JS_OPTIONAL_DOT;
}

/* Is the name a key or a field of what it stands in? */
static bool is_member_name(const struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	uint32_t open = walk->levels.ptr[walk->levels.len - 1].token;

	if (!open)
		return false;
	if (rsk_js_is(js, open, RSK_JS_JSX_OPEN))
		return true;
	return rsk_js_is(js, open, RSK_JS_LBRACE) &&
	       rsk_js_role(js, open) == RSK_JS_CLASS_BODY &&
	       (rsk_js_role(js, i) == RSK_JS_STATEMENT ||
		       rsk_js_is_word(rsk_js_kind(js, i - 1)));
}

static void visit_name(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;

	if (is_property(js, i))
		return;
	if (rsk_js_is(js, i + 1, RSK_JS_ARROW)) {
		struct rsk_js_function f = { .kind = RSK_JS_F_ARROW,
			.params = i,
			.body = i + 2,
			.async = rsk_js_is(js, i - 1, RSK_JS_ASYNC) };

		if (i + 2 <= js->count)
			bind_params(walk, add_function(walk, f));
		return;
	}
	if (is_member_name(walk, i) || rsk_js_is(js, i - 1, RSK_JS_TYPE))
		return;
	rsk_js_bind_write(walk, i);
	if (rsk_js_is(js, i, RSK_JS_NAME))
		rsk_js_bind_module_name(walk, i);
}

static void visit_colon(struct rsk_js_walk *walk, uint32_t i)
{
	while (is_arrow_level(walk) && !rsk_js_level(walk)->questions)
		pop_level(walk, i);
	if (rsk_js_level(walk)->questions)
		rsk_js_level(walk)->questions--;
}

/* a ? b : c, but not a?: b, a?) and a?, */
static void visit_question(struct rsk_js_walk *walk, uint32_t i)
{
	enum rsk_js_kind next = rsk_js_kind(walk->js, i + 1);

	if (next != RSK_JS_COLON && next != RSK_JS_RPAREN &&
		next != RSK_JS_COMMA && next != RSK_JS_ASSIGN &&
		next != RSK_JS_SEMICOLON)
		rsk_js_level(walk)->questions++;
}

/* Words that begin something. Returns where to go on. */
static uint32_t visit_word(struct rsk_js_walk *walk, uint32_t i)
{
	const struct rsk_js *js = walk->js;
	bool first = rsk_js_role(js, i) == RSK_JS_STATEMENT;

	switch (rsk_js_kind(js, i)) {
	case RSK_JS_VAR:
	case RSK_JS_CONST:
	case RSK_JS_LET:
		if (first || rsk_js_is(js, i - 1, RSK_JS_LPAREN))
			return declare(walk, i);
		break;
	case RSK_JS_ENUM:
		declare_enum(walk, i);
		break;
	case RSK_JS_NAMESPACE:
		if (first)
			declare_enum(walk, i);
		break;
	case RSK_JS_IMPORT:
		if (first && !rsk_js_is(js, i + 1, RSK_JS_LPAREN) &&
			!rsk_js_is(js, i + 1, RSK_JS_DOT))
			rsk_js_bind_import(walk, i);
		else
			rsk_js_bind_module_name(walk, i);
		break;
	case RSK_JS_EXPORT:
		if (first)
			rsk_js_bind_export(walk, i);
		break;
	case RSK_JS_RETURN:
		note_return(walk, i);
		break;
	case RSK_JS_THIS:
		rsk_js_bind_write(walk, i);
		break;
	default:
		if (rsk_js_is_name(rsk_js_kind(js, i)))
			visit_name(walk, i);
	}
	return i + 1;
}

static uint32_t visit(struct rsk_js_walk *walk, uint32_t i)
{
	enum rsk_js_kind kind = rsk_js_kind(walk->js, i);

	while (rsk_js_level(walk)->end < i)
		pop_level(walk, i);
	if (rsk_js_is_word(kind)) {
		if (rsk_js_role(walk->js, i) == RSK_JS_STATEMENT)
			pop_arrows(walk, i);
		return visit_word(walk, i);
	}
	if (rsk_js_is_opener(kind)) {
		open_bracket(walk, i);
		return i + 1;
	}
	if (rsk_js_is_bracket(kind))
		return close_bracket(walk, i);
	if (kind == RSK_JS_COMMA || kind == RSK_JS_SEMICOLON)
		pop_arrows(walk, i);
	else if (kind == RSK_JS_COLON)
		visit_colon(walk, i);
	else if (kind == RSK_JS_QUESTION)
		visit_question(walk, i);
	return i + 1;
}

void rsk_js_bind_walk(struct rsk_js_walk *walk)
{
	push_level(
		walk, (struct rsk_js_level){ .end = RSK_JS_UNKNOWN_END - 1 });
	for (uint32_t i = 1; i < walk->js->count && !walk->err;)
		i = visit(walk, i);
	while (walk->levels.len > 1)
		pop_level(walk, walk->js->count);
}
