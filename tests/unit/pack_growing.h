#ifndef RSK_TESTS_PACK_GROWING_H
#define RSK_TESTS_PACK_GROWING_H

#include "unit/pack_made.h"

/*
 * Packs of blobs that are each full or made from another by one letter more:
 *
 *	struct growing g;
 *
 *	growing_begin(&g);
 *	size_t root = growing_full(&g, 'r', 5000);
 *	growing_longer(&g, root, 'a');
 *	growing_write(&g, "objects/pack/pack-1");
 *
 * Each has its true name, which stays in g.oids.
 */
enum { GROWING_MOST = 64 };

struct growing {
	struct made made;
	struct rsk_oid oids[GROWING_MOST];
	char *texts[GROWING_MOST];
	size_t len;
};

static inline size_t growing_size(uint8_t *out, size_t size)
{
	size_t len = 0;

	for (; size > 0x7f; size >>= 7)
		out[len++] = (uint8_t)(size | 0x80);
	out[len++] = (uint8_t)size;
	return len;
}

static inline void growing_text(struct growing *g, char *text)
{
	rsk_oid_hash(
		&g->oids[g->len], 20, RSK_OBJECT_BLOB, rsk_slice_str(text));
	g->texts[g->len] = text;
	made_named(&g->made, g->oids[g->len].bytes);
	g->len++;
}

/* A full one: so many times that letter. */
static inline size_t growing_full(struct growing *g, char letter, size_t len)
{
	char *text = calloc(1, len + 1);

	cr_assert(text);
	memset(text, letter, len);
	growing_text(g, text);
	made_head(&g->made, RSK_OBJECT_BLOB, len);
	made_stored(&g->made, text, len);
	return g->len - 1;
}

static inline size_t growing_longer(struct growing *g, size_t base, char letter)
{
	size_t len = strlen(g->texts[base]);
	uint8_t delta[32];
	size_t n = growing_size(delta, len);
	char *text = calloc(1, len + 2);

	cr_assert(text);
	memcpy(text, g->texts[base], len);
	text[len] = letter;
	n += growing_size(delta + n, len + 1);
	memcpy(delta + n,
		(uint8_t[]){ 0xb0, (uint8_t)len, (uint8_t)(len >> 8), 1,
			(uint8_t)letter },
		5);
	growing_text(g, text);
	made_ofs(&g->made, base, delta, n + 5);
	return g->len - 1;
}

static inline void growing_begin(struct growing *g)
{
	*g = (struct growing){ 0 };
	made_begin(&g->made, 20);
}

static inline void growing_write(struct growing *g, const char *path)
{
	made_write(&g->made, path);
	made_release(&g->made);
	for (size_t i = 0; i < g->len; i++)
		free(g->texts[i]);
}

#endif
