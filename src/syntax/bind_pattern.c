#include "syntax/bind_p.h"

/*
 * Patterns: {a, b: {c = 1}, ...d}, [e, , f] and lists of parameters. A level
 * is one bracket of it; the way from the value to a name is a chain of steps.
 */
enum shape { LIST, OBJECT, ARRAY };

struct part {
	uint32_t open, close; /* its bracket */
	uint32_t step;        /* the way to this part */
	uint32_t index;       /* elements seen */
	enum shape shape;
};

struct pattern {
	struct rsk_js_walk *walk;
	const struct rsk_js *js;
	const struct rsk_js_target *target;
	RSK_VEC(struct part) parts;
	uint32_t step; /* of the element at hand */
};

static struct part *part_of(struct pattern *p)
{
	return &p->parts.ptr[p->parts.len - 1];
}

static bool ends_expression(const struct rsk_js *js, uint32_t i, bool first)
{
	enum rsk_js_kind kind = rsk_js_kind(js, i);

	if (kind == RSK_JS_COMMA || kind == RSK_JS_SEMICOLON ||
		kind == RSK_JS_END)
		return true;
	if (rsk_js_is_bracket(kind))
		return !rsk_js_is_opener(kind) && !first;
	return !first && rsk_js_role(js, i) == RSK_JS_STATEMENT;
}

uint32_t rsk_js_expression_end(
	const struct rsk_js *js, uint32_t i, uint32_t stop)
{
	for (bool first = true; i < stop; first = false) {
		if (ends_expression(js, i, first))
			return i;

		uint32_t types = rsk_js_is(js, i, RSK_JS_LT)
					 ? rsk_js_types_close(js, i)
					 : 0;
		i = types ? types + 1 : rsk_js_skip(js, i);
	}
	return i < stop ? i : stop;
}

static void add_name(struct pattern *p, uint32_t name, uint32_t fallback)
{
	struct rsk_js_binding b = p->target->like;

	if (p->target->assign) {
		rsk_js_add_write(p->walk,
			(struct rsk_js_write){ .kind = RSK_JS_WRITE_PATTERN,
				.target = name,
				.end = name + 1,
				.value = b.init,
				.step = p->step,
				.function = rsk_js_level(p->walk)->function });
		return;
	}
	b.name = name;
	b.step = p->step;
	b.fallback = fallback;
	if (p->parts.len && p->parts.ptr[0].shape == LIST)
		b.param = p->parts.ptr[0].index;
	rsk_js_add_binding(p->walk, b);
	if (p->walk->exporting && !b.function)
		rsk_js_note_export(p->walk, p->walk->exporting, name);
}

/* ? ! : type, then = default. The token of the default goes to *fallback. */
static uint32_t element_tail(
	struct pattern *p, uint32_t i, uint32_t stop, uint32_t *fallback)
{
	*fallback = 0;
	if (rsk_js_is(p->js, i, RSK_JS_QUESTION) ||
		rsk_js_is(p->js, i, RSK_JS_NOT))
		i++;
	if (rsk_js_is(p->js, i, RSK_JS_COLON))
		i = rsk_js_type_end(p->js, i + 1);
	/* The = of a declaration is its caller's. */
	if (rsk_js_is(p->js, i, RSK_JS_ASSIGN) && p->parts.len) {
		*fallback = i + 1;
		i = rsk_js_expression_end(p->js, i + 1, stop);
	}
	return i;
}

static uint32_t add_step(struct pattern *p, enum rsk_js_step_kind kind,
	uint32_t token, uint32_t index)
{
	return rsk_js_add_step(p->walk, (struct rsk_js_step){ .kind = kind,
						.parent = part_of(p)->step,
						.token = token,
						.index = index });
}

/* The key of an object pattern's element; returns where its target is. */
static uint32_t read_key(struct pattern *p, uint32_t i)
{
	enum rsk_js_kind kind = rsk_js_kind(p->js, i);

	if (kind == RSK_JS_LBRACKET) {
		uint32_t next = rsk_js_skip(p->js, i);

		p->step = add_step(p, RSK_JS_STEP_COMPUTED, i, 0);
		return rsk_js_is(p->js, next, RSK_JS_COLON) ? next + 1 : next;
	}
	p->step = add_step(p, RSK_JS_STEP_KEY, i, 0);
	return rsk_js_is(p->js, i + 1, RSK_JS_COLON) ? i + 2 : i;
}

static const char *const modifiers[] = { "public", "private", "protected",
	"readonly", "override" };

/* @Decorator(...) and the modifiers of a constructor's parameters. */
static uint32_t skip_modifiers(const struct rsk_js *js, uint32_t i)
{
	while (rsk_js_is(js, i, RSK_JS_AT)) {
		for (i += 2; rsk_js_is(js, i, RSK_JS_DOT);)
			i += 2;
		if (rsk_js_is(js, i, RSK_JS_LPAREN))
			i = rsk_js_skip(js, i);
	}
	for (size_t k = 0; k < sizeof(modifiers) / sizeof(modifiers[0]); k++)
		if (rsk_js_is(js, i, RSK_JS_NAME) &&
			rsk_js_is_name(rsk_js_kind(js, i + 1)) &&
			rsk_js_text_is(js, i, modifiers[k])) {
			i++;
			k = (size_t)-1;
		}
	return i;
}

/* In front of an element of the part on top. Returns where its target is. */
static uint32_t element_head(struct pattern *p, uint32_t i)
{
	struct part *part = part_of(p);

	if (part->shape == LIST)
		i = skip_modifiers(p->js, i);
	p->step = part->step;
	if (rsk_js_is(p->js, i, RSK_JS_ELLIPSIS)) {
		p->step =
			add_step(p, RSK_JS_STEP_REST, part->open, part->index);
		return i + 1;
	}
	if (part->shape == OBJECT)
		return read_key(p, i);
	if (part->shape == ARRAY)
		p->step = add_step(p, RSK_JS_STEP_INDEX, 0, part->index);
	return i;
}

static bool is_pattern_open(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_LBRACE) ||
	       rsk_js_is(js, i, RSK_JS_LBRACKET);
}

static void push_part(struct pattern *p, uint32_t open, enum shape shape)
{
	*RSK_VEC_PUSH(&p->parts) = (struct part){ .open = open,
		.close = rsk_js_partner(p->js, open),
		.step = p->step,
		.shape = shape };
}

/* ({a: x.y} = v) writes to no name. */
static bool is_member(const struct pattern *p, uint32_t i)
{
	enum rsk_js_kind next = rsk_js_kind(p->js, i + 1);

	return p->target->assign &&
	       (next == RSK_JS_DOT || next == RSK_JS_LBRACKET ||
		       next == RSK_JS_LPAREN);
}

/* A name, or a nested pattern, or neither; returns the token behind what was
 * read of it. */
static uint32_t read_target(struct pattern *p, uint32_t i, uint32_t stop)
{
	uint32_t fallback = 0;

	if (is_pattern_open(p->js, i)) {
		push_part(p, i,
			rsk_js_is(p->js, i, RSK_JS_LBRACE) ? OBJECT : ARRAY);
		return i + 1;
	}
	if (rsk_js_is_name(rsk_js_kind(p->js, i)) && !is_member(p, i)) {
		uint32_t next = element_tail(p, i + 1, stop, &fallback);

		add_name(p, i, fallback);
		return next;
	}
	return i;
}

/* Behind the element: to the next one. */
static uint32_t next_element(struct pattern *p, uint32_t i)
{
	struct part *part = part_of(p);

	if (i < part->close && !rsk_js_is(p->js, i, RSK_JS_COMMA))
		i = rsk_js_expression_end(p->js, i, part->close);
	/* What is not understood is stepped over token by token. */
	if (i < part->close)
		i++;
	part->index++;
	return i;
}

/* The part on top is at its end. Returns the token behind it. */
static uint32_t leave_part(struct pattern *p)
{
	struct part part = *part_of(p);
	uint32_t fallback = 0;
	uint32_t i = rsk_js_skip(p->js, part.open);

	p->parts.len--;
	i = element_tail(p, i, p->parts.len ? part_of(p)->close : i, &fallback);
	if (part.step && fallback)
		p->walk->bind->steps.ptr[part.step].fallback = fallback;
	return p->parts.len ? next_element(p, i) : i;
}

static uint32_t run(struct pattern *p, uint32_t i)
{
	while (p->parts.len && !p->walk->err) {
		uint32_t stop = part_of(p)->close;
		size_t depth = p->parts.len;

		if (i >= stop) {
			i = leave_part(p);
			continue;
		}
		if (rsk_js_is(p->js, i, RSK_JS_COMMA)) {
			part_of(p)->index++;
			i++;
			continue;
		}
		i = read_target(p, element_head(p, i), stop);
		if (p->parts.len == depth)
			i = next_element(p, i);
	}
	RSK_VEC_RELEASE(&p->parts);
	return i;
}

uint32_t rsk_js_bind_pattern(struct rsk_js_walk *walk, uint32_t i,
	const struct rsk_js_target *target)
{
	struct pattern p = { .walk = walk, .js = walk->js, .target = target };

	i = read_target(&p, i, walk->js->count);
	return run(&p, i);
}

void rsk_js_bind_params(
	struct rsk_js_walk *walk, uint32_t open, struct rsk_js_target *target)
{
	struct pattern p = { .walk = walk, .js = walk->js, .target = target };

	push_part(&p, open, LIST);
	run(&p, open + 1);
}
