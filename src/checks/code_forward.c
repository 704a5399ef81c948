#include "checks/code_p.h"

/*
 * What comes out of the product's components again: logAnalytics(logId, event)
 * is told of every form, with all that was typed into it in event.metadata.
 * Handing that on as it is sends it to whoever is behind the call.
 */

/* The second parameter's name, or 0. */
static uint32_t second_param(const struct rsk_js *js, uint32_t open)
{
	uint32_t close = rsk_js_partner(js, open);
	uint32_t i = open + 1;

	while (i < close && !rsk_js_is(js, i, RSK_JS_COMMA))
		i = rsk_js_skip(js, i);
	return i + 1 < close && rsk_js_is_name(rsk_js_kind(js, i + 1)) ? i + 1
								       : 0;
}

static bool begins_argument(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_COMMA) ||
	       rsk_js_is(js, i, RSK_JS_COLON) ||
	       rsk_js_is(js, i, RSK_JS_ELLIPSIS) || rsk_js_is_call(js, i);
}

static bool ends_argument(const struct rsk_js *js, uint32_t i)
{
	return rsk_js_is(js, i, RSK_JS_COMMA) ||
	       rsk_js_is(js, i, RSK_JS_RPAREN) ||
	       rsk_js_is(js, i, RSK_JS_RBRACE);
}

/* `event.metadata`, or `event` itself, as an argument or in one. */
static bool is_handed_on(const struct rsk_js *js, uint32_t i)
{
	uint32_t end = i + 1;

	if (!begins_argument(js, i - 1))
		return false;
	if (rsk_js_is(js, end, RSK_JS_DOT) &&
		rsk_js_text_is(js, end + 1, "metadata"))
		end += 2;
	return ends_argument(js, end);
}

static void look_at_function(struct rsk_code *code, struct rsk_js_file *file,
	const struct rsk_js_function *function)
{
	const struct rsk_js *js = file->js;
	uint32_t name;

	if (!rsk_js_is(js, function->params, RSK_JS_LPAREN))
		return;
	name = second_param(js, function->params);
	for (uint32_t i = rsk_js_partner(js, function->params) + 1;
		name && i < function->end; i++) {
		struct rsk_code_hit hit;

		if (!rsk_js_is_name(rsk_js_kind(js, i)) ||
			!rsk_slice_eq(
				rsk_js_text(js, i), rsk_js_text(js, name)) ||
			!is_handed_on(js, i))
			continue;
		hit = rsk_code_hit(code, "pii-object-passthrough", file, i, i);
		hit.message = "All that was typed into a form is handed on by "
			      "logAnalytics";
		hit.fix = "Hand on the fields that are meant to be counted, by "
			  "name.";
		rsk_code_push(code, &hit);
		return;
	}
}

/* logAnalytics={f}, logAnalytics: f, logAnalytics(logId, event) { ... } */
static void look_at(struct rsk_code *code, struct rsk_js_file *file, uint32_t i)
{
	const struct rsk_js *js = file->js;
	uint32_t at = i + 2;
	struct rsk_js_val *val;

	if (rsk_js_is(js, i + 1, RSK_JS_ASSIGN) &&
		rsk_js_is(js, i + 2, RSK_JS_LBRACE))
		at = i + 3;
	else if (!rsk_js_is(js, i + 1, RSK_JS_COLON))
		return;
	rsk_js_eval_begin(&code->eval, file, at);
	val = rsk_js_eval_at(&code->eval, file, at);
	if (val->kind == RSK_JS_V_FUNCTION)
		look_at_function(code, val->file,
			&val->file->bind->functions.ptr[val->number]);
}

void rsk_code_forward(struct rsk_code *code)
{
	for (size_t i = 0; i < code->files_len; i++) {
		struct rsk_js_file *file = code->files[i];

		if (rsk_program_is_test(file->path) &&
			!code->project->include_tests)
			continue;
		for (uint32_t j = 1; j + 3 < file->js->count; j++)
			if (rsk_js_text_is(file->js, j, "logAnalytics"))
				look_at(code, file, j);
		rsk_js_eval_forget(&code->eval);
	}
}
