#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/mem.h"
#include "syntax_help.h"

struct row {
	const char *source, *tokens;
};

static void check_rows(const char *path, const struct row *rows, size_t n)
{
	char got[4096];

	for (size_t i = 0; i < n; i++) {
		struct rsk_js *js = js_read(path, rows[i].source);

		cr_assert_not_null(js);
		js_dump(js, got, sizeof(got));
		cr_expect_str_eq(got, rows[i].tokens,
			"\n%s\n read as  %s\n expected %s", rows[i].source, got,
			rows[i].tokens);
		rsk_js_free(js);
	}
}

#define CHECK(path, rows) check_rows(path, rows, sizeof(rows) / sizeof(rows[0]))

Test(syntax_js, slashes)
{
	static const struct row rows[] = {
		{ "a / b / c", "a / b / c" },
		{ "a = /b/g", "a = re:/b/g" },
		{ "a = /[/]/", "a = re:/[/]/" },
		{ "a = /\\//", "a = re:/\\//" },
		{ "f(/a/, /b/)", "f (c re:/a/ , re:/b/ )" },
		{ "return /a/", "return re:/a/" },
		{ "a.return / b / c", "a . return / b / c" },
		{ "(a) / b / c", "( a ) / b / c" },
		{ "if (a) /b/.test(c)", "if (k a ) re:/b/ . test (c c )" },
		{ "a[0] / b / c", "a [ 0 ] / b / c" },
		{ "x = {} / a / b", "x = {o } / a / b" },
		{ "{} /a/.b", "{b } re:/a/ . b" },
		{ "i++ / 2 / a", "i ++ / 2 / a" },
		{ "a\n++/b/.c", "a ++ re:/b/ . c" },
		{ "x! / 2 / y", "x ! / 2 / y" },
		{ "!/a/.b", "! re:/a/ . b" },
		{ "a => /b/", "a => re:/b/" },
		{ "typeof /a/", "typeof re:/a/" },
		{ "`a` / b / c", "` t:a ` / b / c" },
		{ "function f() {} /a/.b", "function f (p ) {b } re:/a/ . b" },
		{ "x = function() {} / a / b",
			"x = function (p ) {f } / a / b" },
		{ "a /= 2 / b", "a /= 2 / b" },
		{ "x = /[/\n/", "x = / [ / /" },
		{ "!function() {}(/a/)", "! function (p ) {f } (c re:/a/ )" },
		{ "case /a/: b", "case re:/a/ : b" },
		{ "() => {}\n/a/.b", "( ) => {b } re:/a/ . b" },
		{ "this / a / b", "this / a / b" },
		{ "for (const x of /a/) y", "for (k const x of re:/a/ ) y" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, templates)
{
	static const struct row rows[] = {
		{ "``", "` `" },
		{ "`a${b}c`", "` t:a ${ b } t:c `" },
		{ "`${`${a}`}`", "` ${ ` ${ a } ` } `" },
		{ "`\\`${{a: '}'}}`", "` t:\\` ${ {o a : s:'}' } } `" },
		{ "`$a $$ ${b}`", "` t:$a $$ ${ b } `" },
		{ "a`b`.c", "a ` t:b ` . c" },
		{ "`a${b", "` t:a ${ b" },
		{ "`${() => { return `x` }}`",
			"` ${ ( ) => {b return ` t:x ` } } `" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, comments)
{
	static const struct row rows[] = {
		{ "#!/usr/bin/env node\na", "a" },
		{ "\xef\xbb\xbf#!x\na", "a" },
		{ "\xef\xbb\xbf"
		  "a",
			"a" },
		{ "a // b\nc", "a c" },
		{ "a /* b\n */ c", "a c" },
		{ "a /* b", "a" },
		{ "<!-- a\nb\n--> c\nd", "b d" },
		{ "a\xc2\xa0"
		  "b",
			"a b" },
		{ "a //x\xe2\x80\xa8"
		  "b",
			"a b" },
		{ "f({\n<<<<<<< HEAD\na: 1,\n||||||| base\nb: 2,\n=======\n"
		  "c: 3,\n>>>>>>> other\n})",
			"f (c {o a : 1 , b : 2 , c : 3 , } )" },
		{ "a <<<<<<< b", "a << << << < b" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, words_and_numbers)
{
	static const struct row rows[] = {
		{ "\\u0061b = 1", "\\u0061b = 1" },
		{ "a.#b", "a . #b" },
		{ "\xc3\xa9t\xc3\xa9 = 1", "\xc3\xa9t\xc3\xa9 = 1" },
		{ "1_000 0xfF 1e-5 .5 1n 0b1 1.e3 0xe+1",
			"1_000 0xfF 1e-5 .5 1n 0b1 1.e3 0xe + 1" },
		{ "1..a", "1. . a" },
		{ "a?.b?.[0]?.(c)", "a ?. b ?. [ 0 ] ?. (c c )" },
		{ "a?.5:b", "a ? .5 : b" },
		{ "a ?? b ?\?= c", "a ?? b ?"
				   "?= c" },
		{ "a >> b >>> c >= d", "a > > b > > > c >= d" },
		{ "'a\nb", "s:'a b" },
		{ "'a\\\nb'", "s:'a\\\nb'" },
		{ "\"\\\"'\"", "s:\"\\\"'\"" },
		{ "\\", "bad:\\" },
		{ "\x01", "bad:\x01" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, braces)
{
	static const struct row rows[] = {
		{ "({a})", "( {o a } )" },
		{ "if (a) {b}", "if (k a ) {b b }" },
		{ "() => {a}", "( ) => {b a }" },
		{ "() => ({a})", "( ) => ( {o a } )" },
		{ "return {a}", "return {o a }" },
		{ "a: {b}", "a : {b b }" },
		{ "x ? {a} : {b}", "x ? {o a } : {o b }" },
		{ "switch (a) {case {}: {b} default: {c}}",
			"switch (k a ) {b case {o } : {b b } default : {b c } "
			"}" },
		{ "export default {a}", "export default {o a }" },
		{ "export {a}; import {b} from 'c'",
			"export {b a } ; import {b b } from s:'c'" },
		{ "class A extends B {}", "class A extends B {c }" },
		{ "x = class {}", "x = class {c }" },
		{ "class {a() {} static {b}}",
			"class {c a (p ) {b } static {b b } }" },
		{ "try {} catch (e) {} finally {}",
			"try {b } catch (k e ) {b } finally {b }" },
		{ "do {} while (a)", "do {b } while (k a )" },
		{ "else {}", "else {b }" },
		{ "x = function a() {}", "x = function a (p ) {f }" },
		{ "async function a() {}", "async function a (p ) {b }" },
		{ "x = async function() {}", "x = async function (p ) {f }" },
		{ "export default function() {}",
			"export default function (p ) {b }" },
		{ "({a() {}, get b() {}, async *c() {}, [d]() {}, 'e'() {}})",
			"( {o a (p ) {b } , get b (p ) {b } , async * c (p ) "
			"{b } , [ d ] (p ) {b } , s:'e' (p ) {b } } )" },
		{ "({a: b(), c: d(e)})", "( {o a : b (c ) , c : d (c e ) } )" },
		{ "({class: {}, function: {}, default() {}})",
			"( {o class : {o } , function : {o } , default (p ) {b "
			"} } )" },
		{ "class A { delete() {} x = f(); static default = {} }",
			"class A {c delete (p ) {b } x = f (c ) ; static "
			"default = {o } }" },
		{ "let {a} = b", "let {o a } = b" },
		{ "function is(a) {} class of {} x = new A()",
			"function is (p a ) {b } class of {c } x = new A (c "
			")" },
		{ "f()\n{a}", "f (c ) {b a }" },
		{ "for await (const a of b) {}",
			"for await (k const a of b ) {b }" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, broken_brackets)
{
	static const struct row rows[] = {
		{ "f({a: (1})", "f (c {o a : ( 1 } )" },
		{ "a) b", "a ) b" },
		{ "}{", "} {b" },
	};
	struct rsk_js *js = js_read("a.js", "f({a: (1}) + b");

	CHECK("a.js", rows);
	cr_expect_eq(rsk_js_partner(js, 2), 9); /* f( */
	cr_expect_eq(rsk_js_partner(js, 3), 8); /* { */
	cr_expect_eq(rsk_js_partner(js, 6), 8); /* ( ends with the } */
	cr_expect(rsk_js_has(js, 6, RSK_JS_UNCLOSED));
	cr_expect_eq(js->problems, 1);
	rsk_js_free(js);
}

Test(syntax_js, elements)
{
	static const struct row rows[] = {
		{ "a = <b/>", "a = <el b /el>" },
		{ "a < b / c > d", "a < b / c > d" },
		{ "x = <a b='c' d-e={f} {...g}>h {i} <j/> </a>",
			"x = <el a b = s:'c' d-e = {j f } {j ... g } el> x:h "
			"{j i } <el j /el> </el a /el" },
		{ "<><a.b:c/></>", "<el el> <el a . b : c /el> </el /el" },
		{ "return <a>it's // no /* comment */ `</a>",
			"return <el a el> x:it's // no /* comment */ ` </el a "
			"/el" },
		{ "<a b=<c/>/>", "<el a b = <el c /el> /el>" },
		{ "<a b=\"c\n'd\\\"/>", "<el a b = s:\"c\n'd\\\" /el>" },
		{ "<a onB={() => { c({d: <e/>}) }}/>",
			"<el a onB = {j ( ) => {b c (c {o d : <el e /el> } ) } "
			"} /el>" },
		{ "<a>{/* b */}</a>", "<el a el> {j } </el a /el" },
		{ "x = <a/> / b", "x = <el a /el> / b" },
		{ "if (a<b) {c}", "if (k a < b ) {b c }" },
		{ "a ? <b/> : <c/>", "a ? <el b /el> : <el c /el>" },
		{ "a && <b>{c.map(d => <e/>)}</b>",
			"a && <el b el> {j c . map (c d => <el e /el> ) } </el "
			"b /el" },
		{ "<a / >", "<el a /el>" },
		{ "f(<a>b", "f (c < a > b" },
		{ "f(<a b; c)", "f (c < a b ; c )" },
	};

	CHECK("a.jsx", rows);
}

Test(syntax_js, types_and_elements)
{
	static const struct row rows[] = {
		{ "x = <T,>(a: T) => a", "x = < T , > ( a : T ) => a" },
		{ "x = <T extends U>(a) => a",
			"x = < T extends U > ( a ) => a" },
		{ "type A = <T>(a: T) => void;",
			"type A = < T > ( a : T ) => void ;" },
		{ "interface A { <T>(x: T): B; c(): D }",
			"interface A {c < T > ( x : T ) : B ; c (p ) : D }" },
		{ "<Foo<Bar<c>> d='e'/>",
			"<el Foo <ty Bar <ty c ty> ty> d = s:'e' /el>" },
		{ "x = <b>(note): more</b>",
			"x = <el b el> x:(note): more </el b /el" },
		{ "f<T>({a})", "f < T > (c {o a } )" },
		{ "f<A, B<C>>({a})", "f < A , B < C > > (c {o a } )" },
		{ "a < b > (c)", "a < b > (c c )" },
		{ "f<{a: 1; b: 2}>(c)", "f < {o a : 1 ; b : 2 } > (c c )" },
	};

	CHECK("a.tsx", rows);
}

Test(syntax_js, typescript)
{
	static const struct row rows[] = {
		{ "x = <T>y / 2", "x = < T > y / 2" },
		{ "function f(): void {}", "function f (p ) : void {b }" },
		{ "function f(): {a: 1} {}",
			"function f (p ) : {o a : 1 } {b }" },
		{ "function f<T>(a: T[]): P<T> {}",
			"function f < T > (p a : T [ ] ) : P < T > {b }" },
		{ "class A<T> extends B<{x: 1}> implements C, D {}",
			"class A < T > extends B < {o x : 1 } > implements C , "
			"D {c }" },
		{ "x as {a: 1}", "x as {o a : 1 }" },
		{ "x satisfies {a: 1}", "x satisfies {o a : 1 }" },
		{ "class A { @B({c}) d?(e): f {} @g h() {} i = j(k) }",
			"class A {c @ B (c {o c } ) d ? (p e ) : f {b } @ g h "
			"(p ) {b } i = j (c k ) }" },
		{ "declare module 'a' { b }", "declare module s:'a' {b b }" },
		{ "abstract class A { abstract b(): void\n c(): void }",
			"abstract class A {c abstract b (p ) : void c (p ) : "
			"void }" },
		{ "enum A { b = 1 }", "enum A {b b = 1 }" },
		{ "const f = async (a): Promise<b> => {}",
			"const f = async ( a ) : Promise < b > => {b }" },
		{ "const f = async <T>(a: T): P<T> => b<c>(d)",
			"const f = async < T > ( a : T ) : P < T > => b < c > "
			"(c d )" },
		{ "type A = keyof (B) | typeof import('c')",
			"type A = keyof ( B ) | typeof import ( s:'c' )" },
		{ "x = {a: <T, >(b: T) => c.d({e}), f() {}}",
			"x = {o a : < T , > ( b : T ) => c . d (c {o e } ) , f "
			"(p ) {b } }" },
		{ "let a: () => void = b", "let a : ( ) => void = b" },
		{ "class A { b = new C<d, e>(f); g<h = i>(j) {} }",
			"class A {c b = new C < d , e > (c f ) ; g < h = i > "
			"(p j ) {b } }" },
		{ "x = {a: new B<c, d>(e), f<g, h>(i) {}}",
			"x = {o a : new B < c , d > (c e ) , f < g , h > (p i "
			") {b } }" },
		{ "function a<B extends (c) => d>(e) {}",
			"function a < B extends ( c ) => d > (p e ) {b }" },
		{ "import a = require('b')", "import a = require (c s:'b' )" },
	};

	CHECK("a.ts", rows);
}

Test(syntax_js, flow)
{
	static const struct row rows[] = {
		{ "type A = {| +a: ?B, ...C |}",
			"type A = {o | + a : ? B , ... C | }" },
		{ "f((a: any), {b})", "f (c ( a : any ) , {o b } )" },
		{ "x = <T>(a: T): T => a", "x = < T > ( a : T ) : T => a" },
	};

	CHECK("a.js", rows);
}

Test(syntax_js, statements)
{
	struct rsk_js *js = js_read("a.js", "a = b\nfunction c() {}\nd.e()");
	uint32_t firsts = 0;

	for (uint32_t i = 1; i < js->count; i++)
		firsts += rsk_js_is_word(rsk_js_kind(js, i)) &&
			  rsk_js_role(js, i) == RSK_JS_STATEMENT;
	cr_expect_eq(firsts, 3);
	rsk_js_free(js);
}

Test(syntax_js, values)
{
	static const struct row rows[] = {
		{ "'a\\n\\x41\\u0042\\u{43}\\103\\\nz'", "a\nABCCz" },
		{ "'\\ud83d\\ude00'", "\xf0\x9f\x98\x80" },
		{ "'\\ud83d'", "\xef\xbf\xbd" },
		{ "'\\q\\u12'", "qu12" },
		{ "'plain'", "plain" },
		{ "'open", "open" },
		{ "\\u0065mail", "email" },
		{ "'\\", "" },
		{ "'", "" },
		{ "'a\\0b'", "a" },
	};
	struct rsk_arena arena = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_js *js = js_read("a.js", rows[i].source);
		struct rsk_slice value = rsk_js_value(js, 1, &arena);

		cr_expect(!strncmp((const char *)value.ptr, rows[i].tokens,
				  strlen(rows[i].tokens)) &&
				  value.len >= strlen(rows[i].tokens),
			"%s: '%.*s'", rows[i].source, (int)value.len,
			value.ptr ? (const char *)value.ptr : "");
		rsk_js_free(js);
	}
	rsk_arena_release(&arena);
}

Test(syntax_js, entities)
{
	struct rsk_js *js =
		js_read("a.jsx", "<a b=\"x&amp;y&#65;&#x42;&no;&\">&lt;z</a>");
	struct rsk_arena arena = { 0 };

	cr_expect(rsk_slice_eq_str(rsk_js_value(js, 5, &arena), "x&yAB&no;&"));
	cr_expect(rsk_slice_eq_str(rsk_js_value(js, 7, &arena), "<z"));
	rsk_arena_release(&arena);
	rsk_js_free(js);
}

Test(syntax_js, places)
{
	struct rsk_js *js = js_read("a.js", "a\r\nb\rc\n\xc3\xa9 d /*\n\n*/ e");
	static const struct rsk_place expected[] = { { 1, 1 }, { 2, 1 },
		{ 3, 1 }, { 4, 1 }, { 4, 3 }, { 6, 4 } };

	for (uint32_t i = 0; i < 6; i++) {
		struct rsk_place place = rsk_js_place(js, i + 1);

		cr_expect_eq(place.line, expected[i].line, "%u", i);
		cr_expect_eq(place.column, expected[i].column, "%u", i);
	}
	rsk_js_free(js);
}

/* The mark of the byte order is no column. */
Test(syntax_js, places_behind_a_mark)
{
	struct rsk_js *js = js_read("a.js", "\xef\xbb\xbf"
					    "a b");

	cr_expect_eq(rsk_js_place(js, 1).column, 1);
	cr_expect_eq(rsk_js_place(js, 2).column, 3);
	cr_expect_eq(rsk_js_place_at(js, 0).column, 1);
	rsk_js_free(js);
}

/* Code points and line ends that lie across the blocks of the line count. */
Test(syntax_js, places_in_long_files)
{
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);
	uint32_t line = 1;
	uint32_t column = 1;

	for (int i = 0; i < 9000; i++)
		cr_assert_eq(rsk_buf_add_str(&text, i % 700 ? "\xe2\x82\xac"
							      "a"
							    : "\r\n"),
			RSK_OK);

	struct rsk_js_options options = { 0 };
	struct rsk_js *js = NULL;
	cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options), RSK_OK);
	for (uint32_t i = 0; i < text.len; i++) {
		struct rsk_place place = rsk_js_place_at(js, i);
		bool is_tail = (text.ptr[i] & 0xc0) == 0x80;

		if (!is_tail && text.ptr[i] != '\n')
			cr_assert(place.line == line && place.column == column,
				"%u: %u:%u, not %u:%u", i, place.line,
				place.column, line, column);
		column += !is_tail;
		if (text.ptr[i] == '\n') {
			line++;
			column = 1;
		}
	}
	rsk_js_free(js);
	rsk_buf_release(&text);
}

Test(syntax_js, ranges)
{
	static const char text[] = "<p>{`</p> a(b; --\nc(d)";
	struct rsk_js_range ranges[] = { { 10, 13 }, { 18, 400 } };
	struct rsk_js_options options = { .ranges = ranges, .n_ranges = 2 };
	struct rsk_js *js = NULL;
	char got[100];

	cr_assert_eq(rsk_js_parse(&js, rsk_slice_str(text), &options), RSK_OK);
	js_dump(js, got, sizeof(got));
	cr_expect_str_eq(got, "a (c b c (c d )");
	cr_expect_eq(rsk_js_place(js, 4).line, 2);
	cr_expect_eq(rsk_js_partner(js, 2), 4);
	rsk_js_free(js);
}

Test(syntax_js, languages)
{
	static const struct {
		char path[16];
		enum rsk_js_language language;
	} rows[] = {
		{ "a/b.js", RSK_JS_JAVASCRIPT },
		{ "a.JSX", RSK_JS_JAVASCRIPT },
		{ "a.ts", RSK_JS_TYPESCRIPT },
		{ "a.d.ts", RSK_JS_DECLARATION },
		{ "a.tsx", RSK_JS_TSX },
		{ "a.vue", RSK_JS_MARKUP },
		{ "a.c", RSK_JS_NO_LANGUAGE },
		{ ".ts", RSK_JS_NO_LANGUAGE },
		{ "js", RSK_JS_NO_LANGUAGE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(rsk_js_language(rsk_slice_str(rows[i].path)),
			rows[i].language, "%s", rows[i].path);
}

Test(syntax_js, too_big)
{
	struct rsk_slice big = { (const uint8_t *)"", RSK_MAX_SYNTAX_BYTES };
	struct rsk_js_options options = { 0 };
	struct rsk_js *js = NULL;

	cr_expect_eq(rsk_js_parse(&js, big, &options), RSK_TOOBIG);
	cr_expect_null(js);
}

Test(syntax_js, too_deep)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES);
	struct rsk_js_options options = { 0 };
	struct rsk_js *js = NULL;

	cr_assert_eq(rsk_buf_reserve(&text, RSK_MAX_SYNTAX_NAMES + 1), RSK_OK);
	memset(text.ptr, '(', RSK_MAX_SYNTAX_NAMES + 1);
	rsk_buf_commit(&text, RSK_MAX_SYNTAX_NAMES + 1);
	cr_expect_eq(
		rsk_js_parse(&js, rsk_buf_slice(&text), &options), RSK_LIMIT);
	cr_expect_null(js);
	rsk_buf_release(&text);
}

/* The partner of each bracket as a stack finds it, over thousands of tokens. */
Test(syntax_js, far_partners)
{
	enum { TOKENS = 50000 };
	static const char brackets[] = "([{)]}a;";
	struct rsk_buf text = RSK_BUF_INIT(TOKENS);
	struct rsk_js_options options = { 0 };
	uint32_t *open = rsk_alloc_array(TOKENS, sizeof(*open));
	struct rsk_js *js = NULL;
	uint32_t seed = 7;
	size_t depth = 0;

	/* It opens more than it closes, then the other way round. */
	for (size_t i = 0; i < TOKENS; i++) {
		seed = seed * 1664525u + 1013904223u;
		bool opens = seed >> 24 < (i < TOKENS / 2 ? 160 : 96);
		uint32_t kind = opens || !depth ? seed >> 8 & 1 : 2;

		if (kind == 2)
			kind = 3 + open[--depth];
		else
			open[depth++] = kind;
		cr_assert_eq(rsk_buf_add_byte(&text, (uint8_t)brackets[kind]),
			RSK_OK);
	}
	cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options), RSK_OK);
	cr_assert_eq(js->count, TOKENS + 1);
	depth = 0;
	for (uint32_t i = 1; i < js->count; i++) {
		if (rsk_js_is_opener(rsk_js_kind(js, i))) {
			open[depth++] = i;
			continue;
		}
		depth--;
		cr_expect_eq(rsk_js_partner(js, i), open[depth]);
		cr_expect_eq(rsk_js_partner(js, open[depth]), i);
	}
	while (depth--)
		cr_expect_eq(rsk_js_partner(js, open[depth]), js->count);
	rsk_js_free(js);
	free(open);
	rsk_buf_release(&text);
}

/* Each would take minutes or a deep stack if anything were not linear. */
Test(syntax_js, hostile, .timeout = 120)
{
	static const char *const parts[] = { "(", "{", "[", "a<", "<a>",
		"<a b=", "`${", "/[", "<T>(", "a?b:", "({[`${", ")", "class{",
		"a>(", "f<a,", "/*", "'\\", "@a", "<a b='", "</", "x=>",
		"\\u" };
	struct rsk_buf text = RSK_BUF_INIT(1 << 22);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_js_options options = { .jsx = true };
		struct rsk_js *js = NULL;

		rsk_buf_truncate(&text, 0);
		for (int k = 0; k < 200000; k++)
			cr_assert_eq(rsk_buf_add_str(&text, parts[i]), RSK_OK);
		cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options),
			RSK_OK);
		cr_expect_gt(js->count, 0);
		rsk_js_free(js);
	}
	rsk_buf_release(&text);
}

Test(syntax_js, generated)
{
	struct rsk_slice path = RSK_LIT("a.js");
	struct rsk_buf text = RSK_BUF_INIT(1 << 20);

	cr_expect(rsk_js_is_generated(RSK_LIT("a.min.js"), RSK_LIT("a")));
	cr_expect(rsk_js_is_generated(
		path, RSK_LIT("a\n//# sourceMappingURL=a.js.map\n")));
	cr_expect_not(rsk_js_is_generated(
		path, RSK_LIT("a('# sourceMappingURL=');")));
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(rsk_buf_add_str(&text, "a = b;\n"), RSK_OK);
	cr_expect_not(rsk_js_is_generated(path, rsk_buf_slice(&text)));
	rsk_buf_truncate(&text, 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(rsk_buf_printf(&text, "f(%0120d);\n", i), RSK_OK);
	cr_expect(rsk_js_is_generated(path, rsk_buf_slice(&text)));
	cr_assert_eq(rsk_buf_add_str(&text, "\na = b;\n"), RSK_OK);
	cr_expect_not(rsk_js_is_generated(path, rsk_buf_slice(&text)));
	rsk_buf_release(&text);
}
