#ifndef RSK_TESTS_SYNTAX_HELP_H
#define RSK_TESTS_SYNTAX_HELP_H

#include <stdio.h>
#include <string.h>

#include "syntax/js.h"

/*
 * Tokens as one line of text, so that a test can show what it expects:
 *
 *	(c a call   (k if (   (p parameters   ( a group
 *	{b a block  {o an object  {f a function's value  {c a class  {j JSX
 *	re:/x/  s:'x'  t:text of a template  x:text of an element
 *	<el  el>  /el>  </el  /el   an element's brackets
 *	bad:x
 */
static inline const char *js_label(const struct rsk_js *js, uint32_t i)
{
	static const char *const parens[] = { "(c", "(k", "(p" };
	static const char *const braces[] = { "{?", "{b", "{o", "{f", "{c",
		"{j" };
	enum rsk_js_role role = rsk_js_role(js, i);

	switch (rsk_js_kind(js, i)) {
	case RSK_JS_LPAREN:
		if (role == RSK_JS_PLAIN && !rsk_js_is_call(js, i))
			return "(";
		return parens[role];
	case RSK_JS_LBRACE:
		return braces[role];
	case RSK_JS_JSX_OPEN:
		return "<el";
	case RSK_JS_JSX_OPEN_END:
		return "el>";
	case RSK_JS_JSX_SELF_CLOSE:
		return "/el>";
	case RSK_JS_JSX_CLOSE:
		return "</el";
	case RSK_JS_JSX_CLOSE_END:
		return "/el";
	case RSK_JS_JSX_TYPES_OPEN:
		return "<ty";
	case RSK_JS_JSX_TYPES_CLOSE:
		return "ty>";
	default:
		return NULL;
	}
}

static inline const char *js_prefix(const struct rsk_js *js, uint32_t i)
{
	switch (rsk_js_kind(js, i)) {
	case RSK_JS_REGEX:
		return "re:";
	case RSK_JS_STRING:
	case RSK_JS_JSX_STRING:
		return "s:";
	case RSK_JS_TEMPLATE_TEXT:
		return "t:";
	case RSK_JS_JSX_TEXT:
		return "x:";
	case RSK_JS_BAD:
		return "bad:";
	default:
		return "";
	}
}

/* `out` is cut to its size. */
static inline void js_dump(const struct rsk_js *js, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (uint32_t i = 1; i < js->count && used < size; i++) {
		const char *label = js_label(js, i);
		struct rsk_slice text = rsk_slice_trim(rsk_js_text(js, i));
		int n = label ? snprintf(out + used, size - used, "%s%s",
					i > 1 ? " " : "", label)
			      : snprintf(out + used, size - used, "%s%s%.*s",
					i > 1 ? " " : "", js_prefix(js, i),
					(int)text.len, text.ptr);

		used += n > 0 ? (size_t)n : 0;
	}
}

static inline struct rsk_js *js_read(const char *path, const char *text)
{
	struct rsk_js_options options = rsk_js_options_for(rsk_slice_str(path));
	struct rsk_js *js = NULL;

	if (rsk_js_parse(&js, rsk_slice_str(text), &options))
		return NULL;
	return js;
}

#endif
