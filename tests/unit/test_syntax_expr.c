#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/mem.h"
#include "syntax/expr.h"
#include "syntax_help.h"

struct row {
	const char *source, *expected;
};

struct printer {
	struct rsk_js_exprs *exprs;
	struct rsk_buf out;
};

static void put(struct printer *p, const char *text)
{
	cr_assert_eq(rsk_buf_add_str(&p->out, text), RSK_OK);
}

static void put_token(struct printer *p, uint32_t i)
{
	cr_assert_eq(rsk_buf_add_slice(&p->out, rsk_js_text(p->exprs->js, i)),
		RSK_OK);
}

static void print(struct printer *p, const struct rsk_js_node *node);

static void print_at(struct printer *p, uint32_t token)
{
	print(p, rsk_js_expr(p->exprs, token));
}

static void print_item(struct printer *p, const struct rsk_js_item *item)
{
	static const char *const marks[] = { "", "...", "", "[", "method ",
		"get ", "set ", "hole", "" };

	put(p, marks[item->kind]);
	if (item->kind == RSK_JS_ITEM_COMPUTED) {
		print_at(p, item->key);
		put(p, "]:");
	} else if (item->key) {
		put_token(p, item->key);
		put(p, item->kind == RSK_JS_ITEM_VALUE && item->value ? ":"
								      : "");
	}
	if (item->kind == RSK_JS_ITEM_TEXT)
		put_token(p, item->value);
	else if (item->value && item->kind < RSK_JS_ITEM_METHOD &&
		 item->kind != RSK_JS_ITEM_SHORTHAND)
		print_at(p, item->value);
}

static const char *const names[] = { "?", "", "", "", "", "", "", "", "", "",
	"", "group", ".", "[]", "call", "new", "tagged", "object", "array",
	"template", "", "", "?:", "", "", "", "", "function", "class", "jsx" };

static bool is_leaf(const struct rsk_js_node *node)
{
	return node->kind >= RSK_JS_N_STRING && node->kind <= RSK_JS_N_IMPORT;
}

/* (what left right items) */
static void print(struct printer *p, const struct rsk_js_node *node)
{
	bool has_token =
		node->kind == RSK_JS_N_MEMBER || node->kind == RSK_JS_N_JSX ||
		is_leaf(node) || node->kind == RSK_JS_N_BINARY ||
		node->kind == RSK_JS_N_LOGICAL ||
		(node->kind >= RSK_JS_N_ASSIGN && node->kind <= RSK_JS_N_YIELD);

	put(p, is_leaf(node) ? "" : "(");
	put(p, node->optional ? "?" : "");
	put(p, names[node->kind]);
	if (has_token && node->token)
		put_token(p, node->token);
	if (node->a) {
		put(p, " ");
		print(p, node->a);
	}
	if (node->b) {
		put(p, " ");
		print(p, node->b);
	}
	if (node->value) {
		put(p, " ");
		print_at(p, node->value);
	}
	if (node->other) {
		put(p, " ");
		print_at(p, node->other);
	}
	for (uint32_t i = 0; i < node->n_items; i++) {
		put(p, " ");
		print_item(p, &node->items[i]);
	}
	put(p, is_leaf(node) ? "" : ")");
}

static void check_rows(const char *path, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rsk_js *js = js_read(path, rows[i].source);
		struct rsk_js_bind *bind = NULL;
		struct rsk_js_exprs exprs;
		struct printer p = { .exprs = &exprs,
			.out = RSK_BUF_INIT(1 << 20) };

		cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
		rsk_js_exprs_init(&exprs, bind);
		/* Behind the x = that makes it an expression. */
		print_at(&p, 3);
		cr_expect_str_eq(rsk_buf_cstr(&p.out), rows[i].expected,
			"\n%s\n read as  %s\n expected %s", rows[i].source,
			rsk_buf_cstr(&p.out), rows[i].expected);
		rsk_buf_release(&p.out);
		rsk_js_exprs_release(&exprs);
		rsk_js_bind_free(bind);
		rsk_js_free(js);
	}
}

#define CHECK(path, rows) check_rows(path, rows, sizeof(rows) / sizeof(rows[0]))

Test(syntax_expr, javascript)
{
	static const struct row rows[] = {
		{ "x = 'a'", "'a'" },
		{ "x = a.b[c]?.d?.[e]", "(?[] (?.d ([] (.b a) c)) e)" },
		{ "x = a.b(c, ...d).e()", "(call (.e (call (.b a) c ...d)))" },
		{ "x = a?.(b)", "(?call a b)" },
		{ "x = new a.b(c).d()", "(call (.d (new (.b a) c)))" },
		{ "x = new a", "(new a)" },
		{ "x = a + b * c - d", "(- (+ a (* b c)) d)" },
		{ "x = a || b && c ?? d", "(?? (|| a (&& b c)) d)" },
		{ "x = a ? b : c ? d : e", "(?: a b (?: c d e))" },
		{ "x = a ? b ? c : d : e", "(?: a (?: b c d) e)" },
		{ "x = y = z", "(= y z)" },
		{ "x = !a.b", "(! (.b a))" },
		{ "x = !!a, b", "(! (! a))" },
		{ "x = typeof a === 'b'", "(=== (typeof a) 'b')" },
		{ "x = await a(b)", "(await (call a b))" },
		{ "x = a++ + 1", "(+ (++ a) 1)" },
		{ "x = a\n++b", "a" },
		{ "x = (a)", "(group a)" },
		{ "x = (a, b)", "(group b)" },
		{ "x = {a, b: c, 'd': e, [f]: g, ...h, 1: i}",
			"(object a b:c 'd':e [f]:g ...h 1:i)" },
		{ "x = {a() {}, get b() {}, set c(d) {}, async e() {}, *f() "
		  "{}, "
		  "get, async: 1}",
			"(object method a get b set c method e method f get "
			"async:1)" },
		{ "x = {a: b ? c : d, e: f => g, h}",
			"(object a:(?: b c d) e:(function) h)" },
		{ "x = {}", "(object)" },
		{ "x = [a, , ...b]", "(array a hole ...b)" },
		{ "x = `a${b}c${`d`}`", "(template a b c (template d))" },
		{ "x = a`b${c}`", "(tagged a b c)" },
		{ "x = a => b", "(function)" },
		{ "x = async (a) => b", "(function)" },
		{ "x = function a() {}.bind(b)",
			"(call (.bind (function)) b)" },
		{ "x = (function() {})()", "(call (group (function)))" },
		{ "x = class A extends B {}", "(class)" },
		{ "x = /a/g.test(b)", "(call (.test /a/g) b)" },
		{ "x = import('a')", "(call import 'a')" },
		{ "x = import.meta.env.A", "(.A (.env (.meta import)))" },
		{ "x = a >> b >>> c > d", "(> (> (> a b) c) d)" },
		{ "x = a in b", "(in a b)" },
		{ "x = void 0", "(void 0)" },
		{ "x = a.#b", "(.#b a)" },
		{ "x = yield a", "(yield a)" },
		{ "x = <A b='c' d={e} {...f} g/>", "(jsxA b:'c' d:e ...f g)" },
		{ "x = <A {} b={c}/>", "(jsxA ...(?) b:c)" },
		{ "x = <A.B>{a}</A.B>", "(jsxA)" },
		{ "x = (a: any)", "(group a)" },
		{ "x = -1", "(- 1)" },
		{ "x = ,", "(?)" },
		{ "x = )", "(?)" },
		{ "x = a +", "(+ a (?))" },
		{ "x = {a: }", "(object a:(?))" },
		{ "x = f(a", "(call f a)" },
		{ "x = ", "(?)" },
		{ "x = a\nb", "a" },
		{ "x = a ? b", "a" },
	};

	CHECK("a.js", rows);
}

Test(syntax_expr, typescript)
{
	static const struct row rows[] = {
		{ "x = a as b", "a" },
		{ "x = a.b as c<d> as e + f", "(+ (.b a) f)" },
		{ "x = a + b as string", "(+ a b)" },
		{ "x = a satisfies {b: c}, d", "a" },
		{ "x = a as any || b", "(|| a b)" },
		{ "x = a!.b![c]!", "([] (.b a) c)" },
		{ "x = <T>a.b", "(.b a)" },
		{ "x = <T>(a) => b", "(function)" },
		{ "x = a<b>(c)", "(call a c)" },
		{ "x = a.b<c, d<e>>({f})", "(call (.b a) (object f))" },
		{ "x = new a<b>(c)", "(new a c)" },
		{ "x = a < b", "(< a b)" },
		{ "x = (a as b).c", "(.c (group a))" },
		{ "x = {a: b as Record<c, d>, e}", "(object a:b e)" },
		{ "x = {a<T>(b) {}}", "(object method a)" },
		{ "x = a as const", "a" },
		{ "x = [a as b, c]", "(array a c)" },
	};

	CHECK("a.ts", rows);
}

Test(syntax_expr, calls)
{
	static const char source[] =
		"a.b(c)(d)\nnew e.f(g); h?.(i)\nj<k>(l); (function() "
		"{})(m)\nn`o`(p); q![0](r)\nawait s.t(u)";
	static const char expected[] =
		"(call (.b a) c)|(call (call (.b a) c) d)|(new (.f e) g)|"
		"(?call h i)|(call j l)|(call (group (function)) m)|"
		"(call (tagged n o) p)|(call ([] q 0) r)|(call (.t s) u)|";
	struct rsk_js *js = js_read("a.ts", source);
	struct rsk_js_bind *bind = NULL;
	struct rsk_js_exprs exprs;
	struct printer p = { .exprs = &exprs, .out = RSK_BUF_INIT(1 << 20) };

	cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
	rsk_js_exprs_init(&exprs, bind);
	for (uint32_t i = 1; i < js->count; i++)
		if (rsk_js_is_call(js, i)) {
			print(&p, rsk_js_call_at(&exprs, i));
			put(&p, "|");
		}
	cr_expect_str_eq(rsk_buf_cstr(&p.out), expected);
	rsk_buf_release(&p.out);
	rsk_js_exprs_release(&exprs);
	rsk_js_bind_free(bind);
	rsk_js_free(js);
}

/* Deep and long expressions: no deep stack, and one look at each token. */
Test(syntax_expr, hostile, .timeout = 120)
{
	static const char *const parts[] = { "(", "[", "a(", "a+", "a?b:", "!",
		"new ", "a.b", "a()", "<T>", "-", "`${", "{a:", "a=", "x=>",
		"await ", "a,", "a as ", "a?\?(", "...", "function(){}(" };
	struct rsk_buf text = RSK_BUF_INIT(1 << 22);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct rsk_js_options options = { 0 };
		struct rsk_js_bind *bind = NULL;
		struct rsk_js *js = NULL;
		struct rsk_js_exprs exprs;

		rsk_buf_truncate(&text, 0);
		for (int k = 0; k < 50000; k++)
			cr_assert_eq(rsk_buf_add_str(&text, parts[i]), RSK_OK);
		cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options),
			RSK_OK);
		cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
		rsk_js_exprs_init(&exprs, bind);
		rsk_js_expr_inside(&exprs, 1);
		for (uint32_t k = 1; k < js->count; k++)
			if (rsk_js_is_call(js, k))
				cr_assert_not_null(rsk_js_call_at(&exprs, k));
		rsk_js_exprs_release(&exprs);
		rsk_js_bind_free(bind);
		rsk_js_free(js);
	}
	rsk_buf_release(&text);
}

/* ---- limits ---- */

/* How many expressions a limit made unknown in a call's argument: BEFORE, n
 * times PIECE, and a name. */
static uint32_t limited_by(const char *before, const char *piece, size_t n)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	struct rsk_js_options options = { 0 };
	struct rsk_js_bind *bind = NULL;
	struct rsk_js *js = NULL;
	struct rsk_js_exprs exprs;
	uint32_t limited;

	cr_assert_eq(rsk_buf_add_str(&text, before), RSK_OK);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(rsk_buf_add_str(&text, piece), RSK_OK);
	cr_assert_eq(rsk_buf_add_str(&text, "a"), RSK_OK);
	cr_assert_eq(rsk_js_parse(&js, rsk_buf_slice(&text), &options), RSK_OK);
	cr_assert_eq(rsk_js_bind(&bind, js), RSK_OK);
	rsk_js_exprs_init(&exprs, bind);
	cr_assert(rsk_js_expr_inside(&exprs, 3));
	limited = exprs.limited;
	rsk_js_exprs_release(&exprs);
	rsk_js_bind_free(bind);
	rsk_js_free(js);
	rsk_buf_release(&text);
	return limited;
}

Test(syntax_expr, prefixes_are_limited)
{
	cr_expect_eq(limited_by("x = ", "!", RSK_MAX_EXPR_PREFIXES - 1), 0);
	cr_expect_eq(limited_by("x = ", "!", RSK_MAX_EXPR_PREFIXES), 0);
	cr_expect_eq(limited_by("x = ", "!", RSK_MAX_EXPR_PREFIXES + 1), 1);
}

/* The last one is behind the pieces. */
Test(syntax_expr, items_are_limited)
{
	cr_expect_eq(limited_by("x = [", "b,", RSK_MAX_EXPR_ITEMS - 2), 0);
	cr_expect_eq(limited_by("x = [", "b,", RSK_MAX_EXPR_ITEMS - 1), 0);
	cr_expect_eq(limited_by("x = [", "b,", RSK_MAX_EXPR_ITEMS), 1);
}
