#include <criterion/criterion.h>

#include "base/mem.h"
#include "syntax/bind.h"
#include "syntax_help.h"

struct row {
	const char *source, *expected;
};

struct text {
	char bytes[2000];
	size_t len;
};

static void put(struct text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct text *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(out->bytes + out->len, sizeof(out->bytes) - out->len,
		format, args);
	va_end(args);
	out->len += n > 0 ? (size_t)n : 0;
	if (out->len >= sizeof(out->bytes))
		out->len = sizeof(out->bytes) - 1;
}

static void put_token(
	struct text *out, const struct rsk_js *js, const char *mark, uint32_t i)
{
	struct rsk_slice text = rsk_js_text(js, i);

	if (i)
		put(out, "%s%.*s", mark, (int)text.len, text.ptr);
}

static void put_steps(
	struct text *out, const struct rsk_js_bind *bind, uint32_t id)
{
	const struct rsk_js_step *step = &bind->steps.ptr[id];

	for (; id; id = step->parent) {
		step = &bind->steps.ptr[id];
		if (step->kind == RSK_JS_STEP_KEY)
			put_token(out, bind->js, " <.", step->token);
		else if (step->kind == RSK_JS_STEP_COMPUTED)
			put_token(out, bind->js, " <[", step->token + 1);
		else if (step->kind == RSK_JS_STEP_INDEX)
			put(out, " <#%u", step->index);
		else
			put(out, " <...");
		put_token(out, bind->js, "|", step->fallback);
	}
}

static const char *const kinds[] = { "?", "var", "const", "param", "function",
	"class", "enum", "catch", "import" };

static void put_binding(
	struct text *out, const struct rsk_js_bind *bind, uint32_t id)
{
	const struct rsk_js_binding *b = &bind->bindings.ptr[id];

	put(out, "%s ", kinds[b->kind]);
	put_token(out, bind->js, "", b->name);
	if (b->kind == RSK_JS_B_PARAM)
		put(out, " #%u", b->param);
	put_steps(out, bind, b->step);
	if (b->kind == RSK_JS_B_VAR || b->kind == RSK_JS_B_CONST)
		put_token(out, bind->js, b->each ? " of " : " = ", b->init);
	put_token(out, bind->js, " | ", b->fallback);
	put(out, "; ");
}

static struct rsk_js_bind *read_bind(const char *path, const char *source)
{
	struct rsk_js *js = js_read(path, source);
	struct rsk_js_bind *bind = NULL;

	cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
	return bind;
}

static void drop(struct rsk_js_bind *bind)
{
	rsk_js_free((struct rsk_js *)bind->js);
	rsk_js_bind_free(bind);
}

typedef void printer(struct text *out, struct rsk_js_bind *bind);

static void check_rows(
	const char *path, const struct row *rows, size_t n, printer *print)
{
	for (size_t i = 0; i < n; i++) {
		struct rsk_js_bind *bind = read_bind(path, rows[i].source);
		struct text out = { .len = 0 };

		out.bytes[0] = '\0';
		print(&out, bind);
		while (out.len && out.bytes[out.len - 1] == ' ')
			out.bytes[--out.len] = '\0';
		cr_expect_str_eq(out.bytes, rows[i].expected,
			"\n%s\n gave     %s\n expected %s", rows[i].source,
			out.bytes, rows[i].expected);
		drop(bind);
	}
}

#define CHECK(path, rows, print)                                               \
	check_rows(path, rows, sizeof(rows) / sizeof(rows[0]), print)

static void print_bindings(struct text *out, struct rsk_js_bind *bind)
{
	for (uint32_t i = 1; i < bind->bindings.len; i++)
		put_binding(out, bind, i);
}

Test(syntax_bind, declarations)
{
	static const struct row rows[] = {
		{ "const a = 1, b = c(d, e), f",
			"const a = 1; const b = c; const f;" },
		{ "let a\nvar b = 2\nc", "var a; var b = 2;" },
		{ "let = 3; let\n(a)", "" },
		{ "const {a, b: c, ...d} = e",
			"const a <.a = e; const c <.b = e; const d <... = e;" },
		{ "const {a: {b = 1} = {}, 'c': d, [e]: f, 2: g} = h",
			"const b <.b <.a|{ = h | 1; const d <.'c' = h; const f "
			"<[e = h; const g <.2 = h;" },
		{ "const [a, , [b], ...c] = d",
			"const a <#0 = d; const b <#0 <#2 = d; const c <... = "
			"d;" },
		{ "for (const a of b) {} for (let c in d) e(c)",
			"const a of b; var c of d;" },
		{ "try {} catch (a) {} try {} catch ({b}) {}",
			"catch a; catch b <.b;" },
		{ "class A {} const B = class C {}",
			"class A; const B = class; class C;" },
		{ "function a(b, {c, d = 1}, [e], f = g, ...h) {}",
			"function a; param b #0; param c #1 <.c; param d #1 "
			"<.d | 1; param e #2 <#0; param f #3 | g; param h #4 "
			"<...;" },
		{ "a => b; (c, d) => { }; async e => f; async (g) => h",
			"param a #0; param c #0; param d #1; param e #0; param "
			"g #0;" },
		{ "x = function a() {}", "function a;" },
		{ "({a(b) {}, get c() {}, async *[d](e) {}})",
			"param b #0; param e #0;" },
		{ "class A { constructor(b) {} static async c(d) {} #e(f) {} }",
			"class A; param b #0; param d #0; param f #0;" },
		{ "({a} = b); [c] = d", "" },
		{ "const f = () => ({a: 1}), g = 2",
			"const f = (; const g = 2;" },
		{ "a ? (b) : c => d", "param c #0;" },
		{ "const a = b\n/ c\nconst d = 1",
			"const a = b; const d = 1;" },
		{ "const \\u0061 = 1", "const \\u0061 = 1;" },
	};

	CHECK("a.js", rows, print_bindings);
}

Test(syntax_bind, typed_declarations)
{
	static const struct row rows[] = {
		{ "const a: Map<string, b> = new c<d, e>(), f = 1",
			"const a = new; const f = 1;" },
		{ "let a: (b: c) => void = d", "var a = d;" },
		{ "let a!: string", "var a;" },
		{ "function a<T>(this: X, b?: string, c: {d: e} = {}): f is g "
		  "{}",
			"function a; param b #1; param c #2 | {;" },
		{ "class A { constructor(private readonly b: C, @D() public e "
		  "= "
		  "1) {} }",
			"class A; param b #0; param e #1 | 1;" },
		{ "function a(b: c): d;\nfunction a(b) {}",
			"function a; param b #0;" },
		{ "enum A { b = 1 }\nconst enum C {}\nnamespace D { const e = "
		  "1 "
		  "}",
			"enum A; enum C; enum D; const e = 1;" },
		{ "const a = <T,>(b: T): c => d", "const a = <; param b #0;" },
		{ "const a = async (b: c): Promise<d> => e",
			"const a = async; param b #0;" },
		{ "const {a, b}: {a: c; b: d} = e",
			"const a <.a = e; const b <.b = e;" },
		{ "abstract class A<T> extends B<T> { abstract c(d): void }",
			"class A;" },
		{ "import a = require('b'); import c = d.e",
			"import a; const c = d;" },
		{ "type A = {b: c}; interface D { e(f): g }", "" },
		{ "const a = b as const, c = 1", "const a = b; const c = 1;" },
	};

	CHECK("a.ts", rows, print_bindings);
}

/* Every use of `x`, with the line of its declaration; 0 for none. */
static void print_uses(struct text *out, struct rsk_js_bind *bind)
{
	struct rsk_js *js = (struct rsk_js *)bind->js;

	for (uint32_t i = 1; i < js->count; i++) {
		if (!rsk_js_text_is(js, i, "x"))
			continue;

		uint32_t b = rsk_js_resolve(bind, i);
		put(out, "%u ",
			b ? rsk_js_place(js, bind->bindings.ptr[b].name).line
			  : 0);
	}
}

Test(syntax_bind, resolution)
{
	static const struct row rows[] = {
		{ "x", "0" },
		{ "x\nvar x", "2 2" },
		{ "let x\n{ let x\n x }\nx", "1 2 2 1" },
		{ "let x\n{ var x }\nx", "1 1 1" },
		{ "let x\nfunction f(x) {\nx }\nx", "1 2 2 1" },
		{ "let x\nf(x => x,\nx)", "1 2 2 1" },
		{ "let x\nf(x => { x })\nx", "1 2 2 1" },
		{ "let x\na = x => x ? x : x\nx", "1 2 2 2 2 1" },
		{ "let x\na = b ? x => x : x", "1 2 2 1" },
		{ "let x\na = (x) => b =>\n x, c = x", "1 2 2 1" },
		{ "let x\na = x => x\nx", "1 2 2 1" },
		{ "function f() { x }\nlet x", "2 2" },
		{ "function f() { let x }\nx", "1 0" },
		{ "for (const x of\nx) {\nx }\nx", "1 1 1 0" },
		{ "for (let x;;) x(x)\nx", "1 1 1 0" },
		{ "try {} catch (x) {\nx }\nx", "1 1 0" },
		{ "a = function x() {\nx }\nx", "0 1 0" },
		{ "a = class x {\nb() { x } }\nx", "0 1 0" },
		{ "class x {}\nx", "1 1" },
		{ "import x from 'a'\nx", "1 1" },
		{ "let x\nvar x\nx", "1 1 1" },
		{ "function f() { if (a) { var x = 1 }\n x }\nx", "1 1 0" },
		{ "let x; function a() { let x\n function b() { let x }\n x }\n"
		  "x",
			"1 1 2 1 1" },
		{ "let x; { let x\n{ let x } { x } }\nx", "1 1 2 1 1" },
	};

	CHECK("a.js", rows, print_uses);
}

static void print_writes(struct text *out, struct rsk_js_bind *bind)
{
	static const char *const words[] = { "?", "=", "+=", "++", "delete",
		"merge", "pattern" };

	for (uint32_t b = 1; b < bind->bindings.len; b++)
		for (uint32_t w = bind->bindings.ptr[b].writes; w;
			w = bind->writes.ptr[w].next) {
			const struct rsk_js_write *write = &bind->writes.ptr[w];

			put_token(
				out, bind->js, "", bind->bindings.ptr[b].name);
			for (uint32_t i = write->target + 1; i < write->end;
				i++)
				put_token(out, bind->js, "", i);
			put(out, " %s", words[write->kind]);
			put_token(out, bind->js, " ", write->value);
			put_steps(out, bind, write->step);
			put(out, "; ");
		}
}

Test(syntax_bind, writes)
{
	static const struct row rows[] = {
		{ "let a = 1; a = b; a.c = d; a['e'] = f",
			"a = b; a.c = d; a['e'] = f;" },
		{ "let a; a += 1; a.b ||= c; a++; --a.d",
			"a += 1; a.b += c; a ++; a.d ++;" },
		{ "let a; delete a.b; delete a['c']",
			"a.b delete; a['c'] delete;" },
		{ "let a; Object.assign(a, {b}); Object.assign({}, a)",
			"a merge {;" },
		{ "let a, b; ({c: a, b} = d); [a] = e",
			"a pattern d <.c; a pattern e <#0; b pattern d <.b;" },
		{ "let a; c.a = 1; ({a: 1}); <b a={c}/>; x = {a}", "" },
		{ "let a; class B { a = 1; static a = 2 }", "" },
		{ "var a = 1; var a = 2", "a = 2;" },
		{ "function f(a, b = 1) { a = c }", "a = c;" },
		{ "let a; if (a == b) {} if (a => c) {}", "" },
		{ "let a; a!.b = c", "a!.b = c;" },
		{ "const {a = 1} = b", "" },
		{ "let a; (a) => { a = 1 }; a = 2", "a = 2; a = 1;" },
	};

	CHECK("a.jsx", rows, print_writes);
}

static void print_modules(struct text *out, struct rsk_js_bind *bind)
{
	static const char *const imports[] = { "?", "only", "default", "named",
		"namespace", "equals", "require", "dynamic" };
	static const char *const exports[] = { "?", "local", "default", "from",
		"all", "module", "member" };

	for (uint32_t i = 1; i < bind->imports.len; i++) {
		const struct rsk_js_import *import = &bind->imports.ptr[i];

		put(out, "%s%s", import->type_only ? "type " : "",
			imports[import->kind]);
		put_token(out, bind->js, " ", import->imported);
		if (import->binding)
			put_token(out, bind->js, " as ",
				bind->bindings.ptr[import->binding].name);
		put_token(out, bind->js, " from ", import->specifier);
		put(out, "; ");
	}
	for (uint32_t i = 1; i < bind->exports.len; i++) {
		const struct rsk_js_export *export = &bind->exports.ptr[i];

		put(out, "%s%s", export->type_only ? "type " : "",
			exports[export->kind]);
		put_token(out, bind->js, " ", export->local);
		put_token(out, bind->js, " as ", export->name);
		put_token(out, bind->js, " = ", export->value);
		put_token(out, bind->js, " from ", export->specifier);
		put(out, "; ");
	}
}

Test(syntax_bind, imports)
{
	static const struct row rows[] = {
		{ "import 'a'", "only from 'a';" },
		{ "import a from 'b'", "default as a from 'b';" },
		{ "import a, {b, c as d} from 'e'",
			"default as a from 'e'; named b as b from 'e'; named c "
			"as d from 'e';" },
		{ "import {default as a, 'b-c' as d} from 'e'",
			"named default as a from 'e'; named 'b-c' as d from "
			"'e';" },
		{ "import * as a from 'b'", "namespace as a from 'b';" },
		{ "import a, * as b from 'c'",
			"default as a from 'c'; namespace as b from 'c';" },
		{ "import type a from 'b'; import type {c} from 'd'",
			"type default as a from 'b'; type named c as c from "
			"'d';" },
		{ "import {type a, b, type, type as c, type as as d} from 'e'",
			"type named a as a from 'e'; named b as b from 'e'; "
			"named type as type from 'e'; named type as c from "
			"'e'; type named as as d from 'e';" },
		{ "import type from 'a'", "default as type from 'a';" },
		{ "import a = require('b')", "equals as a from 'b';" },
		{ "const a = require('b'); c.require('d')",
			"require from 'b';" },
		{ "const a = await import('b')", "dynamic from 'b';" },
		{ "import('a').then(b)", "dynamic from 'a';" },
		{ "import a from 'b' with {type: 'json'}",
			"default as a from 'b';" },
		{ "import.meta.a", "" },
		{ "import a", "" },
	};

	CHECK("a.ts", rows, print_modules);
}

Test(syntax_bind, exports)
{
	static const struct row rows[] = {
		{ "export const a = 1, {b} = c",
			"local a as a; local b as b;" },
		{ "export function a() { const b = 1 }", "local a as a;" },
		{ "export async function a() {}", "local a as a;" },
		{ "export class A {}\nconst b = 1", "local A as A;" },
		{ "export default function a() {}", "local a as default;" },
		{ "export default function () {}",
			"default as default = function;" },
		{ "export default class A {}", "local A as default;" },
		{ "export default a.b", "default as default = a;" },
		{ "export {a, b as c, d as default}",
			"local a as a; local b as c; local d as default;" },
		{ "export {a as b} from 'c'; export * from 'd'; export * as e "
		  "from 'f'",
			"from a as b from 'c'; all from 'd'; all as e from "
			"'f';" },
		{ "export type {A} from 'b'; export enum C {}",
			"type from A as A from 'b'; local C as C;" },
		{ "module.exports = a; exports.b = c; module.exports.d = e",
			"module = a; member as b = c; member as d = e;" },
		{ "export = a", "module = a;" },
	};

	CHECK("a.ts", rows, print_modules);
}

static void print_functions(struct text *out, struct rsk_js_bind *bind)
{
	static const char *const words[] = { "module", "function", "arrow",
		"method", "get", "set" };

	for (uint32_t i = 1; i < bind->functions.len; i++) {
		const struct rsk_js_function *f = &bind->functions.ptr[i];

		put(out, "%s%s%s", f->async ? "async " : "", words[f->kind],
			f->generator ? "*" : "");
		put_token(out, bind->js, " ", f->name);
		put_token(out, bind->js, " in ", f->owner ? f->owner - 1 : 0);
		put_token(out, bind->js, " : ", f->body);
		put_token(out, bind->js, " .. ", f->end - 1);
		for (uint32_t r = f->returns; r; r = bind->returns.ptr[r].next)
			put_token(out, bind->js, " returns ",
				bind->returns.ptr[r].value);
		put(out, "; ");
	}
}

Test(syntax_bind, functions)
{
	static const struct row rows[] = {
		{ "function a() { return b }",
			"function a : { .. } returns b;" },
		{ "function* a() {} async function b() { return }",
			"function* a : { .. }; async function b : { .. };" },
		{ "x = a => b + c", "arrow : b .. c;" },
		{ "x = (a) => { if (b) return c; return d }",
			"arrow : { .. } returns d returns c;" },
		{ "f(a => b, c => d)", "arrow : b .. b; arrow : d .. d;" },
		{ "class A { b() {} get c() {} static async d() {} }",
			"method b in A : { .. }; get c in A : { .. }; async "
			"method d in A : { .. };" },
		{ "x = {a() { return b }, set c(d) {}}",
			"method a in = : { .. } returns b; set c in = : { .. "
			"};" },
		{ "function a(b = () => c) { return d => e }",
			"function a : { .. } returns d; arrow : c .. c; arrow "
			": e .. e;" },
		{ "x = a => b => c", "arrow : b .. c; arrow : c .. c;" },
	};
	struct rsk_js_bind *bind = read_bind("a.js", "a(b => { c })");

	CHECK("a.js", rows, print_functions);
	cr_expect_eq(rsk_js_function_at(bind, 1), 0);
	cr_expect_eq(rsk_js_function_at(bind, 6), 1);
	cr_expect_eq(rsk_js_function_of(bind, 3), 1);
	cr_expect_eq(rsk_js_function_of(bind, 4), 0);
	drop(bind);
}

Test(syntax_bind, classes)
{
	struct rsk_js_bind *bind =
		read_bind("a.ts", "class A<T> extends B.C<T> {} x = class {}");

	cr_assert_eq(bind->classes.len, 3);
	cr_expect(rsk_js_text_is(bind->js, bind->classes.ptr[1].extends, "B"));
	cr_expect_eq(bind->classes.ptr[2].name, 0);
	cr_expect_eq(rsk_js_class_of(bind, bind->classes.ptr[2].body), 2);
	cr_expect_eq(rsk_js_class_of(bind, 1), 0);
	drop(bind);
}

/* Nothing here may take more than a look at each token. */
Test(syntax_bind, hostile, .timeout = 120)
{
	static const char *const parts[] = { "x=>", "(x=>", "{let x;",
		"({a=", "const a=b ", "let [a]=", "function f(a){",
		"class A{b(", "for(let x of ", "a.b=", "({a}=", "[a,",
		"x=a?b:", "export ", "import {a,", "catch(e){", "async(",
		"(a:b<", "x={a(", "var a;" };
	struct rsk_buf text = RSK_BUF_INIT(1 << 22);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_js_options options = { .jsx = true };
		struct rsk_js_bind *bind = NULL;
		struct rsk_js *js = NULL;

		rsk_buf_truncate(&text, 0);
		for (int k = 0; k < 50000; k++)
			cr_assert_eq(rsk_buf_add_str(&text, parts[i]), RSK_OK);
		cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options),
			RSK_OK);
		cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
		rsk_js_bind_free(bind);
		rsk_js_free(js);
	}
	rsk_buf_release(&text);
}
