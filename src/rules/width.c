#include "rules/width_p.h"

#include "base/limits.h"

/*
 * A recursive grammar read without recursion: the open groups stand on a stack
 * of fixed height. Each item of the expression has an extent; items in a row
 * add up, alternatives take the wider one, a repetition multiplies. Lookaround
 * is added as if it were matched, which is never too little.
 */

enum flag {
	FLAG_LOOK = 1 << 0,     /* lookaround: matches nothing itself */
	FLAG_EXTENDED = 1 << 1, /* (?x): white space and # mean nothing */
};

struct extent {
	size_t min, max;
	size_t items; /* when all repetitions are written out */
};

struct group {
	struct extent row;    /* of the alternative being read */
	struct extent widest; /* of those before it */
	struct extent last;   /* the item that a quantifier would repeat */
	bool has_alternatives;
	bool has_last;
	uint32_t flags; /* set of enum flag */
	size_t begin;   /* [regex] its bracket */
};

struct measure {
	struct rsk_slice text;
	size_t at; /* [regex] */
	struct group groups[RSK_MAX_REGEX_DEPTH];
	size_t depth; /* the open group is groups[depth - 1] */
	struct rsk_width *out;
};

static const struct extent one_byte = { 1, 1, 1 };

static enum rsk_err refuse(struct measure *m, size_t at, const char *why)
{
	m->out->error = why;
	m->out->error_at = at;
	return RSK_SYNTAX;
}

static bool at_end(const struct measure *m)
{
	return m->at >= m->text.len;
}

/* The byte `ahead` of the present one; 0 past the end. */
static uint8_t peek(const struct measure *m, size_t ahead)
{
	return m->text.len - m->at > ahead ? m->text.ptr[m->at + ahead] : 0;
}

static bool looking_at(const struct measure *m, const char *text)
{
	return rsk_slice_starts(rsk_slice_cut(m->text, m->at, m->text.len),
		rsk_slice_str(text));
}

static bool take(struct measure *m, const char *text)
{
	bool there = looking_at(m, text);

	if (there)
		m->at += strlen(text);
	return there;
}

static struct group *open_group(struct measure *m)
{
	return &m->groups[m->depth - 1];
}

/* --- extents ------------------------------------------------------------ */

/* No sum or product passes this, so nothing overflows. */
static enum rsk_err check_extent(struct measure *m, const struct extent *extent)
{
	if (extent->max > RSK_MAX_MATCH)
		return refuse(m, m->at, "a match could be too long");
	if (extent->items > RSK_MAX_REGEX_ITEMS)
		return refuse(m, m->at, "too many repetitions");
	return RSK_OK;
}

/* The item before is settled: no quantifier follows it. */
static enum rsk_err settle(struct measure *m)
{
	struct group *group = open_group(m);

	if (!group->has_last)
		return RSK_OK;
	group->has_last = false;
	group->row.min += group->last.min;
	group->row.max += group->last.max;
	group->row.items += group->last.items;
	return check_extent(m, &group->row);
}

static enum rsk_err add(struct measure *m, struct extent extent)
{
	enum rsk_err err = settle(m);
	struct group *group = open_group(m);

	group->last = extent;
	group->has_last = true;
	return err;
}

/* A place between bytes; PCRE2 does not let it be repeated. */
static enum rsk_err add_assertion(struct measure *m)
{
	enum rsk_err err = add(m, (struct extent){ 0, 1, 1 });

	return err ? err : settle(m);
}

static enum rsk_err end_alternative(struct measure *m)
{
	enum rsk_err err = settle(m);
	struct group *group = open_group(m);
	struct extent *widest = &group->widest;

	if (!group->has_alternatives || group->row.min < widest->min)
		widest->min = group->row.min;
	if (group->row.max > widest->max)
		widest->max = group->row.max;
	widest->items += group->row.items + 1;
	group->row = (struct extent){ 0 };
	group->has_alternatives = true;
	return err ? err : check_extent(m, widest);
}

static enum rsk_err begin_group(struct measure *m, size_t begin, uint32_t flags)
{
	uint32_t inherited =
		m->depth ? open_group(m)->flags & FLAG_EXTENDED : 0;

	if (m->depth == RSK_MAX_REGEX_DEPTH)
		return refuse(m, begin, "groups nested too deeply");
	m->groups[m->depth++] = (struct group){
		.flags = flags | inherited,
		.begin = begin,
	};
	return RSK_OK;
}

static enum rsk_err end_group(struct measure *m)
{
	enum rsk_err err = end_alternative(m);
	struct group group = *open_group(m);

	if (err)
		return err;
	if (group.flags & FLAG_LOOK)
		group.widest.min = 0;
	m->depth--;
	return m->depth ? add(m, group.widest) : RSK_OK;
}

/* --- quantifiers -------------------------------------------------------- */

/* Decimal digits; too many of them are a number that no quantifier may have. */
static bool take_number(struct measure *m, size_t *out)
{
	size_t begin = m->at;

	*out = 0;
	while (peek(m, 0) >= '0' && peek(m, 0) <= '9') {
		if (*out <= RSK_MAX_MATCH)
			*out = *out * 10 + (size_t)(peek(m, 0) - '0');
		m->at++;
	}
	return m->at > begin;
}

static enum rsk_err take_braces(struct measure *m, size_t *low, size_t *high)
{
	size_t begin = m->at++;

	if (!take_number(m, low))
		return refuse(
			m, begin, "'{' that is no quantifier: write it as \\{");
	*high = *low;
	if (take(m, ",") && !take_number(m, high))
		return refuse(m, begin,
			"a repetition without an upper bound: write {n,m}");
	if (!take(m, "}"))
		return refuse(
			m, begin, "'{' that is no quantifier: write it as \\{");
	if (*low > *high)
		return refuse(m, begin, "a quantifier with its ends reversed");
	if (*high > RSK_MAX_MATCH)
		return refuse(m, begin, "too many repetitions");
	return RSK_OK;
}

static enum rsk_err repeat(struct measure *m)
{
	size_t begin = m->at;
	size_t low = 0;
	size_t high = 1;
	struct group *group = open_group(m);
	enum rsk_err err = RSK_OK;

	if (looking_at(m, "*") || looking_at(m, "+"))
		return refuse(m, begin,
			"a repetition without an upper bound: write {n,m}");
	if (looking_at(m, "{"))
		err = take_braces(m, &low, &high);
	else
		m->at++;
	if (err)
		return err;
	if (!group->has_last)
		return refuse(m, begin, "nothing to repeat here");

	group->last.min *= low;
	group->last.max *= high;
	group->last.items = group->last.items * (high ? high : 1) + 1;
	err = check_extent(m, &group->last);
	return err ? err : settle(m);
}

/* --- escapes ------------------------------------------------------------ */

static bool is_word(uint8_t c, const char *words)
{
	return c && strchr(words, c);
}

static bool is_letter_or_digit(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* What follows a backslash and stands for one byte, in or out of a set. */
static bool is_byte_escape(uint8_t c)
{
	return is_word(c, "dDwWsShHvVntrfae") ||
	       (c > ' ' && c < 0x7f && !is_letter_or_digit(c)) || c == ' ';
}

/* \xHH; two digits, so that nobody has to count. */
static enum rsk_err take_hex(struct measure *m)
{
	size_t begin = m->at - 1;

	m->at++;
	if (!is_hex(peek(m, 0)) || !is_hex(peek(m, 1)))
		return refuse(m, begin, "\\x takes two hex digits here");
	m->at += 2;
	return RSK_OK;
}

/* An escape that means the same in a set; m->at is behind the backslash. */
static bool is_common_escape(const struct measure *m)
{
	uint8_t next = peek(m, 1);

	if (peek(m, 0) == '0')
		return next < '0' || next > '9';
	return peek(m, 0) == 'x' || is_byte_escape(peek(m, 0));
}

static enum rsk_err take_common_escape(struct measure *m)
{
	if (peek(m, 0) == 'x')
		return take_hex(m);
	m->at++;
	return RSK_OK;
}

static enum rsk_err take_escape(struct measure *m)
{
	size_t begin = m->at++;
	uint8_t c = peek(m, 0);

	if (at_end(m))
		return refuse(m, begin, "a backslash at the end");
	if (is_common_escape(m)) {
		enum rsk_err err = take_common_escape(m);

		return err ? err : add(m, one_byte);
	}
	m->at++;
	if (c == 'N')
		return add(m, one_byte);
	if (is_word(c, "bBAzZ"))
		return add_assertion(m);
	if (c == 'R')
		return add(m, (struct extent){ 1, 2, 1 });
	if (c >= '0' && c <= '9')
		return refuse(m, begin,
			"no back references or octal numbers: write \\xHH");
	return refuse(m, begin, "an escape that rules may not use");
}

/* --- sets --------------------------------------------------------------- */

static enum rsk_err take_set_escape(struct measure *m)
{
	size_t begin = m->at++;

	if (is_common_escape(m))
		return take_common_escape(m);
	if (!take(m, "b"))
		return refuse(m, begin, "an escape that sets may not use");
	return RSK_OK;
}

static enum rsk_err take_class_name(struct measure *m)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank",
		"cntrl", "digit", "graph", "lower", "print", "punct", "space",
		"upper", "word", "xdigit" };
	size_t begin = m->at;

	m->at += 2;
	take(m, "^");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t before = m->at;

		if (take(m, names[i]) && take(m, ":]"))
			return RSK_OK;
		m->at = before;
	}
	return refuse(m, begin, "no such class; write '[' in a set as \\[");
}

static enum rsk_err take_set_member(struct measure *m)
{
	if (looking_at(m, "\\"))
		return take_set_escape(m);
	if (looking_at(m, "[:"))
		return take_class_name(m);
	if (looking_at(m, "[.") || looking_at(m, "[="))
		return refuse(m, m->at, "write '[' in a set as \\[");
	m->at++;
	return RSK_OK;
}

static enum rsk_err take_set(struct measure *m)
{
	size_t begin = m->at++;
	bool first = true;
	enum rsk_err err = RSK_OK;

	take(m, "^");
	while (!err && !at_end(m) && (first || !looking_at(m, "]"))) {
		first = false;
		err = take_set_member(m);
	}
	if (err)
		return err;
	if (!take(m, "]"))
		return refuse(m, begin, "'[' without its ']'");
	return add(m, one_byte);
}

/* --- groups ------------------------------------------------------------- */

static enum rsk_err take_name(struct measure *m, uint8_t closing)
{
	size_t begin = m->at;

	while (is_letter_or_digit(peek(m, 0)) || peek(m, 0) == '_')
		m->at++;

	struct rsk_slice name = rsk_slice_cut(m->text, begin, m->at);
	if (!name.len || name.len > 32 || peek(m, 0) != closing)
		return refuse(
			m, begin, "a group's name is missing or unusable");
	m->at++;
	if (rsk_slice_eq_str(name, "secret"))
		m->out->has_secret = true;
	return RSK_OK;
}

/* `(?i)`, `(?x-s:`: m->at is behind the question mark. */
static enum rsk_err take_options(struct measure *m, size_t begin)
{
	bool on = true;
	bool extended = open_group(m)->flags & FLAG_EXTENDED;

	for (; is_word(peek(m, 0), "imsx-"); m->at++) {
		uint8_t c = peek(m, 0);

		if ((c == '-' && !on) || (c == 'x' && peek(m, 1) == 'x'))
			break;
		if (c == '-')
			on = false;
		if (c == 'x')
			extended = on;
	}
	if (peek(m, 0) != ')' && peek(m, 0) != ':')
		return refuse(
			m, begin, "a kind of group that rules may not use");

	bool opens = peek(m, 0) == ':';
	enum rsk_err err = opens ? begin_group(m, begin, 0) : settle(m);
	m->at++;
	open_group(m)->flags &= ~(uint32_t)FLAG_EXTENDED;
	if (extended)
		open_group(m)->flags |= FLAG_EXTENDED;
	return err;
}

static enum rsk_err take_comment(struct measure *m, size_t begin)
{
	while (!at_end(m) && peek(m, 0) != ')')
		m->at++;
	if (!take(m, ")"))
		return refuse(m, begin, "a comment without its ')'");
	return RSK_OK;
}

enum group_kind { GROUP_PLAIN, GROUP_LOOK, GROUP_NAMED };

/* What stands behind `(?`; longer texts first. */
static const struct {
	const char *text;
	enum group_kind kind;
	uint8_t closing; /* of a name */
} group_kinds[] = {
	{ "<=", GROUP_LOOK, 0 },
	{ "<!", GROUP_LOOK, 0 },
	{ "=", GROUP_LOOK, 0 },
	{ "!", GROUP_LOOK, 0 },
	{ ":", GROUP_PLAIN, 0 },
	{ ">", GROUP_PLAIN, 0 },
	{ "|", GROUP_PLAIN, 0 },
	{ "P<", GROUP_NAMED, '>' },
	{ "<", GROUP_NAMED, '>' },
	{ "'", GROUP_NAMED, '\'' },
};

static enum rsk_err take_special_group(struct measure *m, size_t begin)
{
	if (take(m, "#"))
		return take_comment(m, begin);
	for (size_t i = 0; i < sizeof(group_kinds) / sizeof(group_kinds[0]);
		i++) {
		enum rsk_err err = RSK_OK;

		if (!take(m, group_kinds[i].text))
			continue;
		if (group_kinds[i].kind == GROUP_NAMED)
			err = take_name(m, group_kinds[i].closing);
		if (err)
			return err;
		return begin_group(m, begin,
			group_kinds[i].kind == GROUP_LOOK ? FLAG_LOOK : 0);
	}
	return take_options(m, begin);
}

static enum rsk_err take_group(struct measure *m)
{
	size_t begin = m->at++;

	if (looking_at(m, "*"))
		return refuse(
			m, begin, "no verbs: '(*' means nothing in rules");
	if (take(m, "?"))
		return take_special_group(m, begin);
	return begin_group(m, begin, 0);
}

/* --- all of it ---------------------------------------------------------- */

/* White space and comments of (?x); true when there was something. */
static bool skip_extended(struct measure *m)
{
	size_t begin = m->at;

	if (!(open_group(m)->flags & FLAG_EXTENDED))
		return false;
	while (is_word(peek(m, 0), " \t\n\v\f\r"))
		m->at++;
	if (looking_at(m, "#"))
		while (!at_end(m) && !take(m, "\n"))
			m->at++;
	return m->at > begin;
}

/* Lazy or possessive: it does not change how much is matched at most. */
static enum rsk_err take_quantifier(struct measure *m)
{
	enum rsk_err err = repeat(m);

	if (!err && (looking_at(m, "?") || looking_at(m, "+")))
		m->at++;
	return err;
}

static enum rsk_err close_group(struct measure *m)
{
	if (m->depth == 1)
		return refuse(m, m->at, "')' without its '('");
	m->at++;
	return end_group(m);
}

static enum rsk_err take_item(struct measure *m)
{
	switch (peek(m, 0)) {
	case '\\':
		return take_escape(m);
	case '[':
		return take_set(m);
	case '(':
		return take_group(m);
	case ')':
		return close_group(m);
	case '|':
		m->at++;
		return end_alternative(m);
	case '*':
	case '+':
	case '?':
	case '{':
		return take_quantifier(m);
	case '^':
	case '$':
		m->at++;
		return add_assertion(m);
	default:
		m->at++;
		return add(m, one_byte);
	}
}

static enum rsk_err conclude(struct measure *m)
{
	struct group *group = open_group(m);
	enum rsk_err err;

	if (m->depth > 1)
		return refuse(m, group->begin, "'(' without its ')'");
	err = end_alternative(m);
	if (err)
		return err;
	m->out->min = group->widest.min;
	m->out->max = group->widest.max;
	if (!m->out->min)
		return refuse(m, 0, "it could match the empty text");
	return RSK_OK;
}

enum rsk_err rsk_width_measure(struct rsk_width *out, struct rsk_slice regex)
{
	struct measure m = { .text = regex, .out = out };
	enum rsk_err err;

	*out = (struct rsk_width){ 0 };
	if (regex.len > RSK_MAX_REGEX_BYTES)
		return refuse(&m, RSK_MAX_REGEX_BYTES, "too long");
	if (regex.len && memchr(regex.ptr, 0, regex.len))
		return refuse(&m, 0, "a NUL byte: write it as \\x00");

	err = begin_group(&m, 0, 0);
	while (!err && !at_end(&m))
		if (!skip_extended(&m))
			err = take_item(&m);
	return err ? err : conclude(&m);
}
