#include "match/scanner_p.h"

#include "base/limits.h"

/* Pieces are taken in parts of this size, so that the buffer stays bounded. */
#define PART (64 * RSK_KIB)

enum rsk_err rsk_scanner_new(
	struct rsk_scanner **out, const struct rsk_matcher *matcher)
{
	struct rsk_scanner *scanner = rsk_alloc(sizeof(*scanner));
	enum rsk_err err =
		rsk_regex_scratch_new(&scanner->regex, matcher->pairs);

	if (err) {
		rsk_scanner_free(scanner);
		return err;
	}
	scanner->matcher = matcher;
	scanner->progress = rsk_alloc_array(
		matcher->rules->patterns.len + 1, sizeof(*scanner->progress));
	scanner->head = RSK_BUF_INIT(RSK_SNIFF_BYTES);
	scanner->text =
		RSK_BUF_INIT(matcher->window + 2 * matcher->context + 4 * PART);
	*out = scanner;
	return RSK_OK;
}

void rsk_scanner_free(struct rsk_scanner *scanner)
{
	if (!scanner)
		return;
	rsk_regex_scratch_free(scanner->regex);
	free(scanner->progress);
	RSK_VEC_RELEASE(&scanner->tried);
	RSK_VEC_RELEASE(&scanner->hits);
	RSK_VEC_RELEASE(&scanner->seams);
	RSK_VEC_RELEASE(&scanner->matches);
	rsk_buf_release(&scanner->head);
	rsk_buf_release(&scanner->text);
	free(scanner);
}

uint32_t rsk_scanner_gaps(const struct rsk_scanner *scanner, const char **rule)
{
	const struct rsk_ruleset *rules = scanner->matcher->rules;

	if (scanner->gaps && rule) {
		uint32_t id = rules->patterns.ptr[scanner->gap_pattern].rule;

		*rule = id < rules->rules.len ? rules->rules.ptr[id].id : "";
	}
	return scanner->gaps;
}

static void start(
	struct rsk_scanner *scanner, rsk_on_window *on_window, void *ctx)
{
	scanner->on_window = on_window;
	scanner->ctx = ctx;
	scanner->offset = scanner->decided = scanner->shown = 0;
	rsk_scan_reset(scanner, false);
}

/*
 * Decide the places from scanner->decided to `end` and show them. `hole` zero
 * bytes behind the view will not be shown.
 */
static enum rsk_err show(struct rsk_scanner *scanner,
	const struct rsk_view *view, uint64_t end, bool last, uint64_t hole)
{
	uint64_t context = scanner->matcher->context;
	struct rsk_range places = { scanner->decided, end };
	uint64_t from = places.begin > context ? places.begin - context : 0;

	if (from < view->offset)
		from = view->offset;

	/* Offsets of hits are small numbers, whatever the length of the text.
	 */
	struct rsk_view near = {
		rsk_slice_cut(view->bytes, (size_t)(from - view->offset),
			(size_t)(end + context - view->offset)),
		from
	};

	scanner->matches.len = 0;
	rsk_scan_places(scanner, &near, places);
	rsk_scan_sort(scanner->matches.ptr, scanner->matches.len);

	struct rsk_window window = {
		.bytes = near.bytes,
		.offset = from,
		.fresh = scanner->shown > from ? scanner->shown : from,
		.matches = scanner->matches.ptr,
		.matches_len = scanner->matches.len,
		.last = last,
	};
	scanner->decided = end;
	scanner->shown = from + window.bytes.len;
	window.next = last ? scanner->shown
			   : (end > context ? end - context : 0) + hole;
	return scanner->on_window(scanner->ctx, &window);
}

/* Show what is left of the text, whose end is the end of the view. */
static enum rsk_err show_rest(
	struct rsk_scanner *scanner, const struct rsk_view *view)
{
	uint64_t end = view->offset + view->bytes.len;
	size_t step = scanner->matcher->window;
	enum rsk_err err = RSK_OK;
	bool last = false;

	while (!err && !last) {
		last = end - scanner->decided <= step;
		err = show(scanner, view, last ? end : scanner->decided + step,
			last, 0);
	}
	return err;
}

enum rsk_err rsk_scanner_text(struct rsk_scanner *scanner,
	struct rsk_slice text, bool binary, rsk_on_window *on_window, void *ctx)
{
	struct rsk_view view = { text, 0 };

	start(scanner, on_window, ctx);
	scanner->binary = binary;
	return show_rest(scanner, &view);
}

static void fill_info(
	const struct rsk_scanner *scanner, struct rsk_text_info *info)
{
	*info = (struct rsk_text_info){
		.encoding = scanner->encoding,
		.bytes = scanner->given,
	};
	info->regex_gaps = rsk_scanner_gaps(scanner, &info->gap_rule);
}

enum rsk_err rsk_scanner_bytes(struct rsk_scanner *scanner,
	struct rsk_slice bytes, rsk_on_window *on_window, void *ctx,
	struct rsk_text_info *info)
{
	size_t bom = 0;
	enum rsk_encoding encoding = rsk_text_sniff(bytes, &bom);

	if (rsk_encoding_unit(encoding)) {
		rsk_scanner_begin(scanner, on_window, ctx);
		enum rsk_err fed = rsk_scanner_feed(scanner, bytes);
		enum rsk_err ended = rsk_scanner_end(scanner, info);

		return fed ? fed : ended;
	}

	scanner->encoding = encoding;
	scanner->given = bytes.len;
	enum rsk_err err =
		rsk_scanner_text(scanner, rsk_slice_cut(bytes, bom, bytes.len),
			encoding == RSK_ENCODING_BINARY, on_window, ctx);
	fill_info(scanner, info);
	return err;
}

void rsk_scanner_begin(
	struct rsk_scanner *scanner, rsk_on_window *on_window, void *ctx)
{
	start(scanner, on_window, ctx);
	scanner->err = RSK_OK;
	scanner->sniffed = false;
	scanner->given = 0;
	rsk_buf_truncate(&scanner->head, 0);
	rsk_buf_truncate(&scanner->text, 0);
}

static struct rsk_view view_of(const struct rsk_scanner *scanner)
{
	return (struct rsk_view){ rsk_buf_slice(&scanner->text),
		scanner->offset };
}

/* Forget what lies before the context of the next window. */
static void forget(struct rsk_scanner *scanner)
{
	uint64_t keep = scanner->offset + scanner->matcher->context;

	if (scanner->decided > keep) {
		size_t drop = (size_t)(scanner->decided - keep);

		rsk_buf_drop(&scanner->text, drop);
		scanner->offset += drop;
	}
}

/* Show every window whose context on the right is complete. */
static enum rsk_err show_complete(struct rsk_scanner *scanner)
{
	const struct rsk_matcher *matcher = scanner->matcher;
	struct rsk_view view = view_of(scanner);
	uint64_t end = view.offset + view.bytes.len;
	enum rsk_err err = RSK_OK;

	while (!err &&
		end - scanner->decided >= matcher->window + matcher->context)
		err = show(scanner, &view, scanner->decided + matcher->window,
			false, 0);
	forget(scanner);
	return err;
}

/* Bytes behind the byte order mark, in the text's encoding. */
static enum rsk_err put(struct rsk_scanner *scanner, struct rsk_slice bytes)
{
	enum rsk_err err = RSK_OK;

	for (size_t at = 0; !err && at < bytes.len; at += PART) {
		struct rsk_slice part = rsk_slice_cut(bytes, at, at + PART);

		err = rsk_encoding_unit(scanner->encoding)
			      ? rsk_decoder_feed(
					&scanner->decoder, part, &scanner->text)
			      : rsk_buf_add_slice(&scanner->text, part);
		if (!err)
			err = show_complete(scanner);
	}
	return err;
}

/* Enough of the head is there: decide the encoding, and let it through. */
static enum rsk_err sniff(struct rsk_scanner *scanner)
{
	struct rsk_slice head = rsk_buf_slice(&scanner->head);
	size_t bom = 0;

	scanner->sniffed = true;
	scanner->encoding = rsk_text_sniff(head, &bom);
	scanner->binary = scanner->encoding == RSK_ENCODING_BINARY;
	scanner->decoder =
		(struct rsk_decoder){ .encoding = scanner->encoding };
	return put(scanner, rsk_slice_cut(head, bom, head.len));
}

/* Take from `bytes` what the head lacks; true when there is enough. */
static bool fill_head(struct rsk_scanner *scanner, struct rsk_slice *bytes)
{
	struct rsk_slice part =
		rsk_slice_cut(*bytes, 0, RSK_SNIFF_BYTES - scanner->head.len);

	scanner->err = rsk_buf_add_slice(&scanner->head, part);
	*bytes = rsk_slice_cut(*bytes, part.len, bytes->len);
	return scanner->head.len == RSK_SNIFF_BYTES;
}

enum rsk_err rsk_scanner_feed(
	struct rsk_scanner *scanner, struct rsk_slice bytes)
{
	if (scanner->err)
		return scanner->err;

	scanner->given += bytes.len;
	if (!scanner->sniffed && fill_head(scanner, &bytes) && !scanner->err)
		scanner->err = sniff(scanner);
	if (!scanner->err && scanner->sniffed)
		scanner->err = put(scanner, bytes);
	return scanner->err;
}

/* A few zero bytes, as if they had been read. */
static enum rsk_err feed_plain_zeros(
	struct rsk_scanner *scanner, uint64_t count)
{
	static const uint8_t zeros[4096];
	enum rsk_err err = RSK_OK;

	while (!err && count > 0) {
		size_t n =
			count < sizeof(zeros) ? (size_t)count : sizeof(zeros);

		err = rsk_scanner_feed(scanner, rsk_slice(zeros, n));
		count -= n;
	}
	return err;
}

/*
 * Pass over `count` NUL characters. The text ends with two contexts of them:
 * no place in the second can begin a match that the ones left out would
 * change, and those left out hold no anchor.
 */
static enum rsk_err skip(struct rsk_scanner *scanner, uint64_t count)
{
	const struct rsk_matcher *matcher = scanner->matcher;
	struct rsk_view view = view_of(scanner);
	uint64_t end = view.offset + view.bytes.len - matcher->context;
	enum rsk_err err = RSK_OK;

	/* At least one, to say in its `next` what follows. */
	for (bool whole = false; !err && !whole;) {
		whole = end - scanner->decided <= matcher->window;
		err = show(scanner, &view,
			whole ? end : scanner->decided + matcher->window, false,
			whole ? count : 0);
	}
	forget(scanner);
	scanner->offset += count;
	scanner->decided += count;
	return err;
}

enum rsk_err rsk_scanner_feed_zeros(struct rsk_scanner *scanner, uint64_t count)
{
	/* So many that the encoding is known and two contexts are zeros. */
	uint64_t some = 8 * scanner->matcher->context + 2 * RSK_SNIFF_BYTES;

	if (count <= 2 * some)
		return feed_plain_zeros(scanner, count);

	scanner->err = feed_plain_zeros(scanner, some);
	if (scanner->err)
		return scanner->err;

	size_t unit = rsk_encoding_unit(scanner->encoding);
	size_t held = unit ? scanner->decoder.held_len : 0;
	size_t missing = held ? unit - held : 0;
	uint64_t chars = (count - some - missing) / (unit ? unit : 1);
	uint64_t skipped = chars * (unit ? unit : 1);

	scanner->err = feed_plain_zeros(scanner, missing);
	if (!scanner->err)
		scanner->err = skip(scanner, chars);
	scanner->given += skipped;
	if (scanner->err)
		return scanner->err;
	return feed_plain_zeros(scanner, count - some - missing - skipped);
}

enum rsk_err rsk_scanner_end(
	struct rsk_scanner *scanner, struct rsk_text_info *info)
{
	struct rsk_view view;

	if (!scanner->err && !scanner->sniffed)
		scanner->err = sniff(scanner);
	if (!scanner->err && rsk_encoding_unit(scanner->encoding))
		scanner->err =
			rsk_decoder_end(&scanner->decoder, &scanner->text);
	if (!scanner->err) {
		view = view_of(scanner);
		scanner->err = show_rest(scanner, &view);
	}
	fill_info(scanner, info);
	return scanner->err;
}
