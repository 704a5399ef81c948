#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/mem.h"
#include "syntax/eval.h"
#include "syntax/eval_p.h"
#include "syntax_help.h"

struct row {
	const char *source, *expected;
};

/* Files of a test besides the first one, found by "./" and their name. */
struct other {
	const char *name, *source;
};

enum { MAX_OTHERS = 4 };

struct project {
	struct rsk_js_file files[MAX_OTHERS];
	const struct other *others;
};

static struct rsk_js_file *resolve(
	void *context, struct rsk_js_file *from, struct rsk_slice specifier)
{
	struct project *project = context;
	char name[64];

	(void)from;
	for (int i = 0; project->others && project->others[i].name; i++) {
		snprintf(name, sizeof(name), "./%s", project->others[i].name);
		if (!rsk_slice_eq_str(specifier, name))
			continue;
		if (!project->files[i].js)
			cr_assert_eq(
				rsk_js_file_open(&project->files[i],
					RSK_LIT("other.ts"),
					rsk_slice_str(
						project->others[i].source)),
				RSK_OK);
		return &project->files[i];
	}
	return NULL;
}

struct printer {
	struct rsk_js_eval *eval;
	struct rsk_buf out;
	int depth;
};

static void put(struct printer *p, const char *text)
{
	cr_assert_eq(rsk_buf_add_str(&p->out, text), RSK_OK);
}

static void put_slice(struct printer *p, const char *before, struct rsk_slice s)
{
	put(p, before);
	cr_assert_eq(rsk_buf_add_slice(&p->out, s), RSK_OK);
}

static void print(struct printer *p, struct rsk_js_val *val);

static void print_parts(
	struct printer *p, struct rsk_js_val *val, uint32_t i, const char *gap)
{
	for (uint32_t first = i; i < val->n_parts; i++) {
		put(p, i > first ? gap : "");
		print(p, val->parts[i]);
	}
}

static void print_object(struct printer *p, struct rsk_js_val *val)
{
	struct rsk_js_properties props = { { 0 } };

	rsk_js_properties(p->eval, val, &props);
	put(p, "{");
	for (size_t i = 0; i < props.list.len; i++) {
		struct rsk_js_property *prop = &props.list.ptr[i];

		put(p, i ? ", " : "");
		put_slice(p, prop->spread ? "..." : "", prop->key);
		put(p, prop->spread ? "" : ": ");
		print(p, prop->value);
		for (uint32_t k = 0; k < prop->removed; k++)
			put(p, "-");
	}
	put(p, "}");
	RSK_VEC_RELEASE(&props.list);
}

static void print_function(struct printer *p, struct rsk_js_val *val)
{
	const struct rsk_js_function *f =
		&val->file->bind->functions.ptr[val->number];

	put(p, "function ");
	if (f->name)
		put_slice(p, "", rsk_js_text(val->file->js, f->name));
}

static void print_path(struct printer *p, struct rsk_js_val *val)
{
	if (val->path.len)
		put_slice(p, ".", val->path);
}

static void print_call(struct printer *p, struct rsk_js_val *val)
{
	put(p, val->kind == RSK_JS_V_NEW ? "new " : "");
	print(p, val->parts[0]);
	put(p, "(");
	print_parts(p, val, 1, ", ");
	put(p, ")");
	if (val->result) {
		put(p, " -> ");
		print(p, val->result);
	}
}

static void print_deep(struct printer *p, struct rsk_js_val *val)
{
	switch (val->kind) {
	case RSK_JS_V_STRING:
		put_slice(p, "'", val->text);
		put(p, "'");
		break;
	case RSK_JS_V_NUMBER:
		put_slice(p, val->text.len ? "" : "number", val->text);
		break;
	case RSK_JS_V_BOOL:
		put_slice(p, val->text.len ? "" : "bool", val->text);
		break;
	case RSK_JS_V_NULL:
		put(p, "null");
		break;
	case RSK_JS_V_CONCAT:
		put_slice(p, "`", val->text);
		put(p, "` of ");
		print_parts(p, val, 0, " + ");
		break;
	case RSK_JS_V_UNION:
		put(p, "(");
		print_parts(p, val, 0, " | ");
		put(p, ")");
		break;
	case RSK_JS_V_OBJECT:
		print_object(p, val);
		break;
	case RSK_JS_V_ARRAY:
		put(p, "[");
		print_parts(p, val, 0, ", ");
		put(p, val->open ? ", ...]" : "]");
		break;
	case RSK_JS_V_FUNCTION:
		print_function(p, val);
		break;
	case RSK_JS_V_CLASS:
		put(p, "class");
		break;
	case RSK_JS_V_THIS:
		put(p, "this");
		break;
	case RSK_JS_V_PARAM:
		put(p, val->index ? "#1" : "#0");
		print_path(p, val);
		break;
	case RSK_JS_V_MODULE:
		put_slice(p, "<", val->text);
		put(p, ">");
		print_path(p, val);
		break;
	case RSK_JS_V_OPAQUE:
		put_slice(p, "", val->path);
		break;
	case RSK_JS_V_MEMBER:
		print(p, val->parts[0]);
		put_slice(p, " :: ", val->text);
		break;
	case RSK_JS_V_CALL:
	case RSK_JS_V_NEW:
		print_call(p, val);
		break;
	case RSK_JS_V_OPERATION:
		put(p, "op(");
		print_parts(p, val, 0, ", ");
		put(p, ")");
		break;
	default:
		put(p, "?");
	}
}

static void print(struct printer *p, struct rsk_js_val *val)
{
	if (p->depth > 20) {
		put(p, "~");
		return;
	}
	p->depth++;
	print_deep(p, val);
	p->depth--;
}

/* What reaches the first call of sink(). */
static void print_sink(struct printer *p, struct rsk_js_file *file)
{
	for (uint32_t i = 1; i < file->js->count; i++) {
		if (!rsk_js_is_call(file->js, i) ||
			!rsk_js_text_is(file->js, i - 1, "sink"))
			continue;
		rsk_js_eval_begin(p->eval, file, i);
		print(p, rsk_js_argument(p->eval, file, i, 0));
		return;
	}
	put(p, "no sink");
}

static void check_row(const struct row *row, const struct other *others)
{
	struct project project = { .others = others };
	struct rsk_js_eval eval = { .resolve = resolve, .context = &project };
	struct printer p = { .eval = &eval, .out = RSK_BUF_INIT(1 << 20) };
	struct rsk_js_file file;

	cr_assert_eq(rsk_js_file_open(&file, RSK_LIT("a.tsx"),
			     rsk_slice_str(row->source)),
		RSK_OK);
	print_sink(&p, &file);
	cr_expect_str_eq(rsk_buf_cstr(&p.out), row->expected,
		"\n%s\n gave     %s\n expected %s", row->source,
		rsk_buf_cstr(&p.out), row->expected);
	rsk_buf_release(&p.out);
	rsk_js_eval_release(&eval);
	rsk_js_file_close(&file);
	for (int i = 0; i < MAX_OTHERS; i++)
		if (project.files[i].js)
			rsk_js_file_close(&project.files[i]);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_row(&rows[i], NULL);
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

Test(syntax_eval, constants)
{
	static const struct row rows[] = {
		{ "sink('a' + 'b' + 1)", "'ab1'" },
		{ "sink(1 + 2)", "number" },
		{ "const a = 'x'; sink(`${a}y${'z'}`)", "'xyz'" },
		{ "sink('http://' + host + '/a')",
			"`http://` of 'http://' + host + '/a'" },
		{ "const a = `https://${b}`; sink(a + '/c')",
			"`https://` of `https://` of 'https://' + b + '/c'" },
		{ "sink(['rsk', 'live', 'x'].join('_'))", "'rsk_live_x'" },
		{ "const a = ['b', 'c']; sink(a.join())", "'b,c'" },
		{ "sink(a.join('b'))", "a.join('b')" },
		{ "sink(import.meta.env.A)", "import.meta.env.A" },
		{ "sink(process.env['A'])", "process.env.A" },
		{ "sink(a === b)", "bool" },
		{ "sink(!a.b)", "bool" },
		{ "sink(a - b)", "op(a, b)" },
		{ "sink(undefined)", "null" },
		{ "sink()", "null" },
		{ "sink(-1)", "number" },
		{ "sink(/a/)", "?" },
		{ "sink((a as string)!)", "a" },
		{ "sink(a.b?.['c'].d)", "a.b.c.d" },
		{ "sink(a[b])", "a.[]" },
		{ "sink(a ? 'x' : 'y')", "('x' | 'y')" },
		{ "sink(a ?? 'y')", "(a | 'y')" },
		{ "sink(a && b)", "b" },
		{ "sink(await a)", "a" },
		{ "sink(b = c)", "c" },
		{ "sink('\\u0061')", "'a'" },
	};

	CHECK(rows);
}

Test(syntax_eval, names)
{
	static const struct row rows[] = {
		{ "const a = b.c; sink(a)", "b.c" },
		{ "const {a: {b = 1}, ...c} = d; sink(b)", "d.a.b" },
		{ "const {a: {b = 1}, ...c} = {a: {}}; sink(b)", "1" },
		{ "const [a, b] = [1, 2]; sink(b)", "2" },
		{ "const [a, b] = useState(c); sink(b)", "useState(c) :: 1" },
		{ "function f(a, {b}) { sink(b) }", "#1.b" },
		{ "function f(a) { sink(a.b.c) }", "#0.b.c" },
		{ "function f(a = 'x') { sink(a) }", "#0" },
		{ "for (const a of users) sink(a.b)", "users.[].b" },
		{ "users.forEach(a => sink(a.b))", "users.[].b" },
		{ "const u = [{a: 1}]; u.map(({a}) => sink(a))", "1" },
		{ "let a = 1; a = 2; sink(a)", "2" },
		{ "let a = 1; if (b) a = 2; sink(a)", "(1 | 2)" },
		{ "let a; a = 2; sink(a); a = 3", "2" },
		{ "let a = 1; function f() { a = 2 } sink(a)", "(1 | 2)" },
		{ "let a = 'x'; a += b; sink(a)", "('x' | b)" },
		{ "const a = a.b; sink(a)", "a.b" },
		{ "const a = b, b = a; sink(a)", "a" },
		{ "let a; ({a} = b); sink(a)", "b.a" },
		{ "import a, {b as c} from 'x'; sink([a.d, c])",
			"[<x>.default.d, <x>.b]" },
		{ "import * as a from 'x'; sink(a.b)", "<x>.b" },
		{ "const a = require('x'); sink(a.b)", "<x>.b" },
		{ "const {a: {b}} = require('x'); sink(b)", "<x>.a.b" },
		{ "const a = await import('x'); sink(a.default)",
			"<x>.default" },
		{ "import('x').then(({default: a}) => sink(a.b))",
			"<x>.default.b" },
		{ "import a = require('x'); sink(a.b)", "<x>.b" },
		{ "const {a: t} = useX(); sink(t)", "useX() :: a" },
		{ "sink(window.a.b)", "window.a.b" },
		{ "try {} catch (e) { sink(e.message) }", "e.message" },
		{ "const f = () => {}; sink(f)", "function " },
		{ "function f() {} sink(f)", "function f" },
		{ "const a = useCallback(function f() {}, []); sink(a)",
			"function f" },
	};

	CHECK(rows);
}

Test(syntax_eval, objects)
{
	static const struct row rows[] = {
		{ "sink({a: 1, 'b': c, [`d`]: e, f})",
			"{a: 1, b: c, d: e, f: f}" },
		{ "sink({a: {b: {c: d}}}.a.b)", "{c: d}" },
		{ "const a = {b: 1, c: 2}; sink({...a, c: 3, d: 4})",
			"{b: 1, c: 3, d: 4}" },
		{ "const a = {b: 1}; sink({b: 2, ...a})", "{b: 1}" },
		{ "sink({a, ...b, c})", "{a: a, ...b, c: c}" },
		{ "sink({...(a && {b: 1}), c: 2})", "{b: 1, c: 2}" },
		{ "sink({...(a ? {b: 1} : {})})", "{...({b: 1} | {})}" },
		{ "const a = {b: 1}; sink(a.b)", "1" },
		{ "const a = {b: 1}; sink(a.c)", "null" },
		{ "const a = {...b, c: 1}; sink([a.c, a.d])", "[1, b.d]" },
		{ "const a = {c: 1, ...b}; sink(a.c)", "(1 | b.c)" },
		{ "const m = {}; m.a = b; m['c'] = d; sink(m)",
			"{a: b, c: d}" },
		{ "const m = {a: {}}; m.a.b = c; sink(m)", "{a: {b: c}}" },
		{ "const m = {a: 1, b: 2}; delete m.a; sink(m)", "{b: 2}" },
		{ "const m = {a: 1}; Object.assign(m, {b: 2}, c); sink(m)",
			"{a: 1, b: 2}" },
		{ "sink(Object.assign({}, {a: 1}, b))", "{a: 1, ...b}" },
		{ "const m = {a: 1}; sink(m); m.b = 2", "{a: 1}" },
		{ "const {a, ...m} = {a: 1, b: 2}; sink(m)", "{b: 2}" },
		{ "const {a, ...m} = user; sink(m)", "{...user-}" },
		{ "const {a, ...m} = user; sink(m.a)", "null" },
		{ "const {a, ...m} = user; sink(m.b)", "user.b" },
		{ "sink(omit({a: 1, b: 2}, ['a']))", "{b: 2}" },
		{ "sink(_.omit(user, 'a', 'b'))", "{...user--}" },
		{ "sink(pick(user, ['a', 'b']))", "{a: user.a, b: user.b}" },
		{ "import {omit} from 'lodash'; sink(omit({a: 1}, 'a'))",
			"{}" },
		{ "sink({a() {}, get b() {}})",
			"{a: function a, b: function b}" },
		{ "const a = {[k]: 1}; sink(a)", "{: 1}" },
		{ "const a = Object.freeze({b: 1}); sink(a.b)", "1" },
		{ "function f(a) { sink({b: a.c, ...a.d}) }",
			"{b: #0.c, ...#0.d}" },
		{ "const m = user; m.a = 1; sink(m)", "{...user, a: 1}" },
		{ "enum E { A = 'x' } sink(E.A)", "'x'" },
		{ "const t = {a: 1, b: 2}; sink(t[k])", "(1 | 2)" },
		{ "const o = {get a() { return 1 }}; sink(o.a)", "1" },
		{ "const o = {f() { sink(this.a) }, a: 1}", "1" },
		{ "const o = {f() { sink(this.b) }, a: 1}", "this.b" },
		{ "class C { static get a() { return 1 } } sink(C.a)", "1" },
		{ "class S { f = 1 } class C { constructor(private s: S) {} "
		  "m() { sink(this.s.f) } }",
			"1" },
		{ "class S { f = 1 } function g(s: S) { sink(s.f) }", "1" },
		{ "class C { a = ''; m() { sink(this.a) } }", "a" },
		{ "sink(x.map((y) => ({b: y.c})))", "[{b: x.[].c}, ...]" },
		{ "let x; x = {a: 1}; x.b = 2; sink(x)", "{a: 1, b: 2}" },
		{ "const p = {...base}; if (x) { p.email = e } sink(p)",
			"{...base, email: e}" },
		{ "const p = {a: 1}; p[k] = b; sink(p)", "{a: 1, : b}" },
		{ "function t({event, props = {}}) { sink(props) }",
			"#0.props" },
		{ "const p = {}; function f() { p.a = b } sink(p)", "{a: b}" },
		{ "function g() { const p = {}; const f = () => sink(p); p.a = "
		  "1 }",
			"{a: 1}" },
		{ "const a = {b: {c: 1, d: 2}}; const {b: {c, ...r}} = a; "
		  "sink(r)",
			"{d: 2}" },
		{ "const a = {b: 1}; const c = {...a}; delete c.b; sink([a, "
		  "c])",
			"[{b: 1}, {}]" },
	};

	CHECK(rows);
}

Test(syntax_eval, calls)
{
	static const struct row rows[] = {
		{ "sink(a.b(c))", "a.b(c)" },
		{ "sink(mask(user.email))", "mask(user.email)" },
		{ "sink(user.email.length)", "user.email.length" },
		{ "sink(a().b)", "a() :: b" },
		{ "function f(x) { return {a: x.b} } sink(f(user))",
			"function f(user) -> {a: user.b}" },
		{ "function f(x) { return {a: x.b} } sink(f(user).a)",
			"user.b" },
		{ "const f = ({x}) => x; sink(f({x: y}))",
			"function ({x: y}) -> y" },
		{ "const f = (x) => ({a: x, b: 1}); sink({...f(z)})",
			"{a: z, b: 1}" },
		{ "function f(x) { if (a) return 1; return x } sink(f('b'))",
			"function f('b') -> (1 | 'b')" },
		{ "function f(x) { return f(x) } sink(f(1))",
			"function f(1) -> function f(1)" },
		{ "const m = useMemo(() => ({a: b}), []); sink(m)", "{a: b}" },
		{ "const useA = () => { const t = (n) => n; return {t} }; "
		  "const "
		  "{t} = useA(); sink(t)",
			"function " },
		{ "const useA = () => ({t: b.c}); sink(useA().t)", "b.c" },
		{ "function f({a, b}) { return {...a, b} } sink({...f({a: {c: "
		  "1}, "
		  "b: 2})})",
			"{c: 1, b: 2}" },
		{ "function f() { return g() } function g() { return 'x' } "
		  "sink(f())",
			"function f() -> function g() -> 'x'" },
		{ "async function f() { return {a: 1} } sink((await f()).a)",
			"1" },
		{ "sink(new A(b).c)", "new A(b) :: c" },
		{ "sink(tag`a${b}`)", "tag(b)" },
		{ "const id = x => x; const a = id(id(b)); sink(a)",
			"function (function (b) -> b) -> function (b) -> b" },
	};

	CHECK(rows);
}

Test(syntax_eval, classes)
{
	static const struct row rows[] = {
		{ "class A { b = 'x'; c() { sink(this.b) } }", "'x'" },
		{ "class A { constructor(k) { this.k = k } c() { sink(this.k) "
		  "} "
		  "}",
			"#0" },
		{ "class A { c() {} d() { sink(this.c) } }", "function c" },
		{ "class A { c() {} } const a = new A(); sink(a.c)",
			"function c" },
		{ "class A { static b = 1 } sink(A.b)", "1" },
		{ "class A { c() { [1].map(() => sink(this.d)) } d = 2 }",
			"2" },
		{ "class A { private b: string = 'x'; c() { sink(this.b) } }",
			"'x'" },
		{ "sink(this.a)", "this.a" },
		{ "class A { c() { sink(this.props.user) } }",
			"this :: props :: user" },
	};

	CHECK(rows);
}

Test(syntax_eval, modules)
{
	static const struct other others[] = {
		{ "keys", "export const KEY = 'k' + 1; export default {a: KEY};"
			  "export function make(x) { return {b: x.c} }" },
		{ "barrel", "export * from './keys'; export {default as keys, "
			    "KEY as K2} from './keys'; export * as all from "
			    "'./keys'; export {logEvent} from 'sdk'" },
		{ "common", "const a = {b: 1}; module.exports = a; "
			    "exports.c = 2" },
		{ "class", "import {KEY} from './keys'; class A { key = KEY; "
			   "track(a) {} } export const one = new A()" },
		{ NULL, NULL },
	};
	static const struct row rows[] = {
		{ "import {KEY} from './keys'; sink(KEY)", "'k1'" },
		{ "import k from './keys'; sink(k.a)", "'k1'" },
		{ "import * as k from './keys'; sink(k.KEY)", "'k1'" },
		{ "import {KEY, K2, keys, all} from './barrel'; sink([KEY, K2, "
		  "keys.a, all.KEY])",
			"['k1', 'k1', 'k1', 'k1']" },
		{ "import * as b from './barrel'; sink([b.KEY, b.all.KEY, "
		  "b.no])",
			"['k1', 'k1', ?]" },
		{ "import {one} from './class'; sink([one.track, one.key])",
			"[function track, 'k1']" },
		{ "import {make} from './barrel'; sink(make(user).b)",
			"user.c" },
		{ "import {logEvent} from './barrel'; sink(logEvent)",
			"<sdk>.logEvent" },
		{ "const c = require('./common'); sink(c.b)", "1" },
		{ "import c from './common'; sink(c.b)", "1" },
		{ "import {c} from './common'; sink(c)", "2" },
		{ "import {nothing} from './keys'; sink(nothing)",
			"<./keys>.nothing" },
		{ "import {KEY} from './missing'; sink(KEY)",
			"<./missing>.KEY" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i], others);
}

Test(syntax_eval, names_of_variables)
{
	struct rsk_js_eval eval = { 0 };
	struct rsk_js_file file;

	cr_assert_eq(rsk_js_file_open(&file, RSK_LIT("a.js"),
			     RSK_LIT("const [email] = useState(''); f(email)")),
		RSK_OK);
	rsk_js_eval_begin(&eval, &file, file.js->count - 1);
	struct rsk_js_val *val =
		rsk_js_eval_at(&eval, &file, file.js->count - 2);
	cr_expect_eq(val->kind, RSK_JS_V_MEMBER);
	cr_expect(rsk_slice_eq_str(val->name, "email"));
	rsk_js_file_close(&file);
	rsk_js_eval_release(&eval);
}

/* From a parameter to the arguments it gets. */
static void print_callers(struct printer *p, struct rsk_js_file *file)
{
	struct rsk_js_val *param = NULL;
	uint32_t i = 0;

	for (uint32_t k = 1; k < file->js->count && !param; k++)
		if (rsk_js_is_call(file->js, k) &&
			rsk_js_text_is(file->js, k - 1, "sink")) {
			rsk_js_eval_begin(p->eval, file, k);
			param = rsk_js_argument(p->eval, file, k, 0);
		}
	cr_assert_eq(param->kind, RSK_JS_V_PARAM);
	while ((i = rsk_js_next_call(p->eval, file, i, param))) {
		print(p, rsk_js_argument(p->eval, file, i, param->index));
		put(p, "; ");
	}
}

Test(syntax_eval, callers)
{
	static const struct row rows[] = {
		{ "function t(a, b) { sink(b) } t(1, 'x'); t(2, y.z); u(3, 4)",
			"'x'; y.z; " },
		{ "const t = (a) => sink(a); const u = t; u('x'); t('y')",
			"'x'; 'y'; " },
		{ "class A { t(a) { sink(a) } v() { this.t(1) } } new "
		  "A().t(2); "
		  "const b = new A(); b.t(3); c.t(4)",
			"1; 2; 3; " },
		{ "class A { constructor(a) { sink(a) } } new A('x'); A('y')",
			"'x'; 'y'; " },
		{ "function t(a) { sink(a) } const u = x ? t : null; u('y')",
			"'y'; " },
		{ "function useT() { const t = (a) => { sink(a) }; return {t} "
		  "} "
		  "const {t} = useT(); t('x')",
			"'x'; " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_js_eval eval = { 0 };
		struct printer p = { .eval = &eval,
			.out = RSK_BUF_INIT(1 << 20) };
		struct rsk_js_file file;

		cr_assert_eq(rsk_js_file_open(&file, RSK_LIT("a.js"),
				     rsk_slice_str(rows[i].source)),
			RSK_OK);
		print_callers(&p, &file);
		cr_expect_str_eq(rsk_buf_cstr(&p.out), rows[i].expected,
			"\n%s\n gave %s", rows[i].source, rsk_buf_cstr(&p.out));
		rsk_buf_release(&p.out);
		rsk_js_eval_release(&eval);
		rsk_js_file_close(&file);
	}
}

/* Whatever is written in a circle ends, and what was cut is counted. */
Test(syntax_eval, circles, .timeout = 60)
{
	static const struct other others[] = {
		{ "a", "export * from './b'; export * from './c'" },
		{ "b", "export * from './a'; export * from './c'" },
		{ "c", "export * from './b'; export * from './a'" },
		{ NULL, NULL },
	};
	static const struct row rows[] = {
		{ "import {x} from './a'; sink(x)", "<./a>.x" },
	};

	check_row(&rows[0], others);
}

static uint32_t limited_by(const char *part, int times, const char *end)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 22);
	struct rsk_js_eval eval = { 0 };
	struct rsk_js_file file;

	for (int i = 0; i < times; i++)
		cr_assert_eq(rsk_buf_add_str(&text, part), RSK_OK);
	cr_assert_eq(rsk_buf_add_str(&text, end), RSK_OK);
	cr_assert_eq(
		rsk_js_file_open(&file, RSK_LIT("a.ts"), rsk_buf_slice(&text)),
		RSK_OK);
	for (uint32_t i = 1; i < file.js->count; i++)
		if (rsk_js_is_call(file.js, i)) {
			rsk_js_eval_begin(&eval, &file, i);
			rsk_js_argument(&eval, &file, i, 0);
			break;
		}
	rsk_js_file_close(&file);
	rsk_js_eval_release(&eval);
	rsk_buf_release(&text);
	return eval.limited;
}

Test(syntax_eval, limits, .timeout = 60)
{
	cr_expect_gt(limited_by("a(", 2000, ""), 0);
	cr_expect_gt(limited_by("sink([[", 2000, ""), 0);
	cr_expect_eq(limited_by("sink('a' + 'b')", 1, ""), 0);
	cr_expect_eq(limited_by("sink(a.b.c.d(e, f)[g])", 1, ""), 0);
}

/* ---- limits ---- */

Test(syntax_eval, depth_is_limited)
{
	struct rsk_js_eval eval = { 0 };

	for (unsigned i = 0; i < RSK_MAX_EVAL_DEPTH; i++)
		cr_assert(rsk_js_enter(&eval), "%u", i);
	cr_expect_eq(eval.limited, 0);
	cr_expect_not(rsk_js_enter(&eval));
	cr_expect_eq(eval.limited, 1);
	rsk_js_leave(&eval);
	cr_expect(rsk_js_enter(&eval));
}

Test(syntax_eval, nodes_are_limited)
{
	struct rsk_js_eval eval = { 0 };

	for (unsigned i = 0; i < RSK_MAX_EVAL_NODES; i++) {
		cr_assert(rsk_js_enter(&eval), "%u", i);
		rsk_js_leave(&eval);
	}
	cr_expect_eq(eval.limited, 0);
	cr_expect_not(rsk_js_enter(&eval));
	cr_expect_eq(eval.limited, 1);
}

/* What is put together of one literal of n bytes and one byte more. */
static uint32_t limited_by_text(size_t n)
{
	struct rsk_js_eval eval = { 0 };
	struct rsk_js_file file = { 0 };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	uint32_t limited;

	cr_assert_eq(rsk_buf_add_str(&text, "f('x' + '"), RSK_OK);
	for (size_t i = 0; i + 1 < n; i++)
		cr_assert_eq(rsk_buf_add_str(&text, "y"), RSK_OK);
	cr_assert_eq(rsk_buf_add_str(&text, "')"), RSK_OK);
	cr_assert_eq(
		rsk_js_file_open(&file, RSK_LIT("a.js"), rsk_buf_slice(&text)),
		RSK_OK);
	rsk_js_eval_begin(&eval, &file, 2);
	(void)rsk_js_argument(&eval, &file, 2, 0);
	limited = eval.limited;
	rsk_js_eval_release(&eval);
	rsk_js_file_close(&file);
	rsk_buf_release(&text);
	return limited;
}

Test(syntax_eval, text_is_limited)
{
	cr_expect_eq(limited_by_text(RSK_MAX_EVAL_TEXT - 1), 0);
	cr_expect_eq(limited_by_text(RSK_MAX_EVAL_TEXT), 0);
	cr_expect_eq(limited_by_text(RSK_MAX_EVAL_TEXT + 1), 1);
}
