#include "scan/scan_p.h"

/*
 * `rskan:allow RULE-ID -- reason`, in a comment of whatever language: on the
 * line of the finding, or on the line above when that is a comment alone. The
 * reason is what stands after the two hyphens, up to the end of the line or of
 * the comment.
 */
static const char marker[] = "rskan:allow";

static bool is_id_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static struct rsk_slice take_id(struct rsk_slice *rest)
{
	size_t len = 0;

	*rest = rsk_slice_trim(*rest);
	while (len < rest->len && is_id_byte(rest->ptr[len]))
		len++;

	struct rsk_slice id = rsk_slice_cut(*rest, 0, len);
	*rest = rsk_slice_cut(*rest, len, rest->len);
	return id;
}

/* What closes a comment in the languages that have such a thing. */
static struct rsk_slice without_closing(struct rsk_slice reason)
{
	static const char *const closings[] = { "*/", "-->", "--%>", "#}",
		"}}" };

	for (size_t i = 0; i < sizeof(closings) / sizeof(closings[0]); i++)
		reason = rsk_slice_cut(reason, 0,
			rsk_slice_find(reason, rsk_slice_str(closings[i])));
	return rsk_slice_trim(reason);
}

static struct rsk_slice take_reason(struct rsk_slice rest)
{
	rest = rsk_slice_trim(rest);
	if (!rsk_slice_starts(rest, RSK_LIT("--")))
		return (struct rsk_slice){ 0 };
	return without_closing(rsk_slice_cut(rest, 2, rest.len));
}

/* A comment behind code is about its own line, not about the next one. */
static bool is_comment_only(struct rsk_slice line)
{
	size_t at = rsk_slice_find(line, rsk_slice_str(marker));

	for (size_t i = 0; i < at; i++)
		if (is_id_byte(line.ptr[i] | 0x20) && line.ptr[i] != '-')
			return false;
	return true;
}

/* The reason for `rule` in `line`; *seen when the rule was named at all. */
static struct rsk_slice reason_in(
	struct rsk_slice line, const char *rule, bool *seen)
{
	struct rsk_slice needle = rsk_slice_str(marker);
	size_t at = rsk_slice_find(line, needle);

	while (at < line.len) {
		struct rsk_slice rest =
			rsk_slice_cut(line, at + needle.len, line.len);
		struct rsk_slice id = take_id(&rest);

		if (rsk_slice_eq_str(id, rule)) {
			*seen = true;
			return take_reason(rest);
		}
		line = rest;
		at = rsk_slice_find(line, needle);
	}
	return (struct rsk_slice){ 0 };
}

const char *rsk_allow_find(struct rsk_arena *arena, struct rsk_slice line,
	struct rsk_slice above, const char *rule, const char **ignored)
{
	bool seen = false;
	struct rsk_slice reason = reason_in(line, rule, &seen);

	if (!seen && is_comment_only(above))
		reason = reason_in(above, rule, &seen);
	if (reason.len)
		return rsk_arena_str(arena, reason);
	if (seen)
		*ignored = "'rskan:allow' takes one rule and '-- reason': "
			   "it is ignored";
	return NULL;
}
