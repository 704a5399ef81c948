#include "source/commit.h"

/* Take "word rest\n" off the front of *text when it begins with `word`. */
static bool take_line(
	struct rsk_slice *line, struct rsk_slice *text, struct rsk_slice word)
{
	struct rsk_slice rest = *text;

	if (!rsk_slice_starts(rest, word))
		return false;
	rest = rsk_slice_cut(rest, word.len, rest.len);
	size_t end = rsk_slice_find(rest, RSK_LIT("\n"));
	*line = rsk_slice_cut(rest, 0, end);
	*text = rsk_slice_cut(rest, end + 1, rest.len);
	return true;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Seconds after the last '>'. A date no calendar has reads as 0. */
static int64_t take_seconds(struct rsk_slice text)
{
	const int64_t most = (int64_t)1 << 40;
	int64_t seconds = 0;
	bool negative = false;
	size_t i = 0;

	while (i < text.len && text.ptr[i] == ' ')
		i++;
	if (i < text.len && text.ptr[i] == '-') {
		negative = true;
		i++;
	}
	for (; i < text.len && is_digit(text.ptr[i]); i++) {
		seconds = seconds * 10 + (text.ptr[i] - '0');
		if (seconds > most)
			return 0;
	}
	return negative ? -seconds : seconds;
}

static struct rsk_identity take_identity(struct rsk_slice line)
{
	size_t end = line.len;

	while (end && line.ptr[end - 1] != '>')
		end--;
	if (!end)
		return (struct rsk_identity){ .who = line };
	return (struct rsk_identity){
		.who = rsk_slice_cut(line, 0, end),
		.seconds = take_seconds(rsk_slice_cut(line, end, line.len)),
	};
}

/* What is behind the first blank line. */
static struct rsk_slice take_message(struct rsk_slice text)
{
	if (rsk_slice_starts(text, RSK_LIT("\n")))
		return rsk_slice_cut(text, 1, text.len);
	size_t at = rsk_slice_find(text, RSK_LIT("\n\n"));
	return rsk_slice_cut(text, at + 2, text.len);
}

static struct rsk_slice summary_of(struct rsk_slice message)
{
	struct rsk_slice line = { 0 };

	while (rsk_slice_line(&line, &message)) {
		line = rsk_slice_trim(line);
		if (line.len)
			return line;
	}
	return (struct rsk_slice){ 0 };
}

bool rsk_commit_parent(struct rsk_oid *out, struct rsk_slice *parents)
{
	struct rsk_slice line;

	return take_line(&line, parents, RSK_LIT("parent ")) &&
	       rsk_oid_parse(out, line);
}

enum rsk_err rsk_commit_parse(struct rsk_commit *out, struct rsk_slice bytes)
{
	struct rsk_commit commit = { 0 };
	struct rsk_slice line;
	struct rsk_oid parent;

	if (!take_line(&line, &bytes, RSK_LIT("tree ")) ||
		!rsk_oid_parse(&commit.tree, line))
		return RSK_CORRUPT;
	commit.parents = bytes;
	while (rsk_commit_parent(&parent, &bytes))
		;
	if (take_line(&line, &bytes, RSK_LIT("author ")))
		commit.author = take_identity(line);
	if (take_line(&line, &bytes, RSK_LIT("committer ")))
		commit.committer = take_identity(line);
	commit.message = take_message(bytes);
	commit.summary = summary_of(commit.message);
	*out = commit;
	return RSK_OK;
}

static enum rsk_object_type type_named(struct rsk_slice name)
{
	for (int t = RSK_OBJECT_COMMIT; t <= RSK_OBJECT_TAG; t++)
		if (rsk_slice_eq_str(
			    name, rsk_object_name((enum rsk_object_type)t)))
			return (enum rsk_object_type)t;
	return 0;
}

enum rsk_err rsk_tag_parse(struct rsk_tag *out, struct rsk_slice bytes)
{
	struct rsk_tag tag = { 0 };
	struct rsk_slice line;

	if (!take_line(&line, &bytes, RSK_LIT("object ")) ||
		!rsk_oid_parse(&tag.object, line))
		return RSK_CORRUPT;
	if (take_line(&line, &bytes, RSK_LIT("type ")))
		tag.type = type_named(line);
	if (take_line(&line, &bytes, RSK_LIT("tag ")))
		tag.name = line;
	if (take_line(&line, &bytes, RSK_LIT("tagger ")))
		tag.tagger = take_identity(line);
	tag.message = take_message(bytes);
	tag.summary = summary_of(tag.message);
	*out = tag;
	return RSK_OK;
}

enum { MODE_MAX = 7 };

enum rsk_err rsk_tree_next(struct rsk_tree_entry *out, struct rsk_slice bytes,
	size_t *at, size_t oid_len)
{
	const uint8_t *from = bytes.ptr + *at;
	size_t left = bytes.len - *at;
	uint32_t mode = 0;
	size_t i = 0;

	if (!left)
		return RSK_DONE;
	for (; i < left && from[i] != ' '; i++) {
		if (i >= MODE_MAX || from[i] < '0' || from[i] > '7')
			return RSK_CORRUPT;
		mode = mode << 3 | (uint32_t)(from[i] - '0');
	}
	if (!i || i == left)
		return RSK_CORRUPT;

	const uint8_t *name = from + i + 1;
	const uint8_t *nul = memchr(name, 0, left - i - 1);
	if (!nul || nul == name || left - (size_t)(nul - from) <= oid_len)
		return RSK_CORRUPT;
	*out = (struct rsk_tree_entry){
		.name = rsk_slice(name, (size_t)(nul - name)),
		.oid = nul + 1,
		.mode = mode,
	};
	*at += (size_t)(nul - from) + 1 + oid_len;
	return RSK_OK;
}
