#include "rules/fields_p.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"

/* --- saying where ------------------------------------------------------- */

enum { MESSAGE_BYTES = sizeof(((struct rsk_diag *)0)->text) };

static enum rsk_err fail_here(
	struct rsk_fields *in, uint32_t line, uint32_t column, const char *text)
{
	rsk_diag_at(in->diag, in->name, line, column);
	return rsk_diag_set(in->diag, RSK_SYNTAX, "%s", text);
}

enum rsk_err rsk_node_fail(struct rsk_fields *in, const struct rsk_node *node,
	const char *format, ...)
{
	char text[MESSAGE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return fail_here(in, node->line, node->column, text);
}

enum rsk_err rsk_key_fail(struct rsk_fields *in, const struct rsk_node *node,
	const char *format, ...)
{
	char text[MESSAGE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return fail_here(in, node->key_line, node->key_column, text);
}

/* "'kind': " in front of what is said about the value of a key. */
static enum rsk_err fail_value(struct rsk_fields *in,
	const struct rsk_node *node, const char *expected)
{
	if (node->key.len)
		return rsk_node_fail(in, node, "'%s' expects %s",
			(const char *)node->key.ptr, expected);
	return rsk_node_fail(in, node, "expected %s", expected);
}

enum rsk_err rsk_node_want(struct rsk_fields *in, const struct rsk_node *node,
	enum rsk_node_kind kind)
{
	if (node->kind == kind)
		return RSK_OK;
	return fail_value(in, node, rsk_yaml_kind_text(kind));
}

/* --- tables ------------------------------------------------------------- */

static const struct rsk_field *find_row(
	const struct rsk_schema *schema, struct rsk_slice key)
{
	for (size_t i = 0; i < schema->len; i++)
		if (rsk_slice_eq_str(key, schema->rows[i].key))
			return &schema->rows[i];
	return NULL;
}

static enum rsk_err fail_unknown(struct rsk_fields *in,
	const struct rsk_schema *schema, const struct rsk_node *node)
{
	struct rsk_buf known = RSK_BUF_INIT(MESSAGE_BYTES);
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < schema->len && !err; i++)
		if (schema->rows[i].allowed & in->mode)
			err = rsk_buf_printf(&known, "%s%s",
				known.len ? ", " : "", schema->rows[i].key);
	err = rsk_key_fail(in, node, "%s has no key '%.40s', but %s",
		schema->what, (const char *)node->key.ptr,
		rsk_buf_cstr(&known));
	rsk_buf_release(&known);
	return err;
}

static enum rsk_err check_keys(struct rsk_fields *in,
	const struct rsk_schema *schema, const struct rsk_node *node)
{
	for (const struct rsk_node *n = node->first; n; n = n->next) {
		const struct rsk_field *row = find_row(schema, n->key);

		if (!row || !(row->allowed & in->mode))
			return fail_unknown(in, schema, n);
	}
	return RSK_OK;
}

static enum rsk_err read_row(struct rsk_fields *in, const struct rsk_field *row,
	const struct rsk_node *mapping, void *out)
{
	const struct rsk_node *value = rsk_yaml_get(mapping, row->key);

	if (value)
		return row->read(in, value, (char *)out + row->offset);
	if (row->required & in->mode)
		return rsk_node_fail(in, mapping, "'%s' is missing", row->key);
	return RSK_OK;
}

enum rsk_err rsk_fields_read(struct rsk_fields *in,
	const struct rsk_schema *schema, const struct rsk_node *node, void *out)
{
	enum rsk_err err;

	if (node->kind != RSK_NODE_MAPPING)
		return rsk_node_fail(in, node, "%s is a mapping, this is %s",
			schema->what, rsk_yaml_kind_text(node->kind));
	err = check_keys(in, schema, node);
	for (size_t i = 0; i < schema->len && !err; i++)
		err = read_row(in, &schema->rows[i], node, out);
	return err;
}

/* --- texts -------------------------------------------------------------- */

enum rsk_err rsk_read_verbatim(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SCALAR);

	if (err)
		return err;
	if (node->text.len && memchr(node->text.ptr, 0, node->text.len))
		return rsk_node_fail(in, node, "a NUL byte in a text");
	*(const char **)where = (const char *)node->text.ptr;
	return RSK_OK;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum rsk_err rsk_read_text(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	const char *text = "";
	enum rsk_err err = rsk_read_verbatim(in, node, &text);
	size_t len = node->text.len;

	if (err)
		return err;
	while (len && is_blank(node->text.ptr[len - 1]))
		len--;
	if (!len || rsk_yaml_is_null(node))
		return fail_value(in, node, "a text, this is empty");
	*(const char **)where =
		len == node->text.len
			? text
			: rsk_arena_str(in->arena, rsk_slice(text, len));
	return RSK_OK;
}

enum rsk_err rsk_read_line(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	const char *text = "";
	enum rsk_err err = rsk_read_text(in, node, &text);

	if (err)
		return err;
	if (strchr(text, '\n') || strlen(text) > RSK_MAX_LINE_TEXT)
		return rsk_node_fail(in, node,
			"expected one line of at most %u bytes",
			RSK_MAX_LINE_TEXT);
	*(const char **)where = text;
	return RSK_OK;
}

enum rsk_err rsk_read_message(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	const char *text = "";
	enum rsk_err err = rsk_read_line(in, node, &text);

	if (err)
		return err;
	if (rsk_slice_ends(rsk_slice_str(text), RSK_LIT(".")))
		return rsk_node_fail(
			in, node, "no full stop at the end, please");
	*(const char **)where = text;
	return RSK_OK;
}

bool rsk_is_id(struct rsk_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];
		bool edge = i == 0 || i + 1 == text.len;

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			(c != '-' || edge))
			return false;
	}
	return text.len > 0 && text.len <= 64;
}

enum rsk_err rsk_read_id(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SCALAR);

	if (err)
		return err;
	if (!rsk_is_id(node->text))
		return fail_value(
			in, node, "a name of a-z, 0-9 and '-', at most 64");
	*(const char **)where = (const char *)node->text.ptr;
	return RSK_OK;
}

/* --- words -------------------------------------------------------------- */

enum rsk_err rsk_read_bool(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	bool is_true = rsk_slice_eq_str(node->text, "true");

	if (node->kind != RSK_NODE_SCALAR || !node->plain ||
		(!is_true && !rsk_slice_eq_str(node->text, "false")))
		return fail_value(in, node, "true or false");
	*(bool *)where = is_true;
	return RSK_OK;
}

enum rsk_err rsk_read_severity(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	if (node->kind != RSK_NODE_SCALAR ||
		!rsk_severity_find(where, node->text))
		return fail_value(
			in, node, "critical, high, medium, low or info");
	return RSK_OK;
}

enum rsk_err rsk_read_confidence(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	if (node->kind != RSK_NODE_SCALAR ||
		!rsk_confidence_find(where, node->text))
		return fail_value(in, node, "high, medium or low");
	return RSK_OK;
}

enum rsk_err rsk_read_item(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	if (node->kind != RSK_NODE_SCALAR || !rsk_item_find(where, node->text))
		return fail_value(in, node,
			"an item of the checklist, such as 'env-keys'");
	return RSK_OK;
}

/* --- lists -------------------------------------------------------------- */

static bool is_repeated(const struct rsk_strings *list, const char *text)
{
	for (size_t i = 0; i < list->len; i++)
		if (!strcmp(list->ptr[i], text))
			return true;
	return false;
}

enum rsk_err rsk_read_list(struct rsk_fields *in, const struct rsk_node *node,
	rsk_field_read *read, struct rsk_strings *out)
{
	enum rsk_err err = rsk_node_want(in, node, RSK_NODE_SEQUENCE);
	struct rsk_strings list = { 0 };
	const char **ptr;

	if (err)
		return err;
	if (!node->len || node->len > RSK_MAX_LIST)
		return rsk_node_fail(in, node,
			"expected a list of 1 to %u entries", RSK_MAX_LIST);

	ptr = rsk_arena_array(in->arena, node->len, sizeof(*ptr));
	list.ptr = ptr;
	for (const struct rsk_node *n = node->first; n; n = n->next) {
		err = read(in, n, &ptr[list.len]);
		if (err)
			return err;
		if (is_repeated(&list, ptr[list.len]))
			return rsk_node_fail(
				in, n, "'%.80s' is twice in it", ptr[list.len]);
		list.len++;
	}
	*out = list;
	return RSK_OK;
}

enum rsk_err rsk_read_strings(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_list(in, node, rsk_read_line, where);
}

enum rsk_err rsk_read_ids(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	return rsk_read_list(in, node, rsk_read_id, where);
}

/* --- others ------------------------------------------------------------- */

enum rsk_err rsk_read_whole(struct rsk_fields *in, const struct rsk_node *node,
	uint32_t low, uint32_t high, uint32_t *out)
{
	uint64_t value = 0;
	bool fits = node->kind == RSK_NODE_SCALAR && node->plain &&
		    node->text.len > 0 && node->text.len <= 10;

	for (size_t i = 0; fits && i < node->text.len; i++) {
		uint8_t c = node->text.ptr[i];

		fits = c >= '0' && c <= '9';
		value = value * 10 + (uint64_t)(c - '0');
	}
	if (!fits || value < low || value > high)
		return rsk_node_fail(in, node,
			"expected a whole number from %u to %u", low, high);
	*out = (uint32_t)value;
	return RSK_OK;
}

enum rsk_err rsk_read_glob(struct rsk_fields *in, const struct rsk_node *node,
	struct rsk_slice *out)
{
	const char *text = "";
	enum rsk_err err = rsk_read_text(in, node, &text);
	const char *wrong;

	if (err)
		return err;
	wrong = rsk_glob_check(rsk_slice_str(text));
	if (wrong)
		return rsk_node_fail(in, node, "%s", wrong);
	*out = rsk_slice_str(text);
	return RSK_OK;
}
