#ifndef RSK_SYNTAX_EMBED_H
#define RSK_SYNTAX_EMBED_H

#include "base/vec.h"
#include "syntax/js.h"

/*
 * Code inside other languages: the scripts of HTML, Vue, Svelte and Astro
 * files, and the expressions in their templates.
 *
 *	struct rsk_js *js = NULL;
 *	enum rsk_err err = rsk_js_parse_file(&js, path, source);
 *
 * All code of a file becomes one row of tokens, as if it stood in one script,
 * and keeps its offsets, so lines and columns are those of the file.
 *
 * A script counts unless its type says it is none (JSON, templates, import
 * maps), it has a src, or it stands in a comment, a style, a title or a
 * textarea. Of a template count
 *
 *	on...="code"                      HTML
 *	@...="code" :...="code" v-...     Vue, and {{ code }}
 *	{code}                            Svelte and Astro
 */

/* What is code in `source`; `jsx` says whether it may hold elements. */
struct rsk_embed {
	RSK_VEC(struct rsk_js_range) ranges;
	bool jsx;
};

/* `path` says which language it is. RSK_TOOBIG as rsk_js_parse(). */
RSK_MUST_CHECK enum rsk_err rsk_embed_find(
	struct rsk_embed *out, struct rsk_slice path, struct rsk_slice source);

void rsk_embed_release(struct rsk_embed *embed);

/*
 * Read any file that has code in it.
 *
 * RSK_UNSUPPORTED  not a language we read, or only declarations
 * RSK_TOOBIG, RSK_NOMEM  as rsk_js_parse()
 */
RSK_MUST_CHECK enum rsk_err rsk_js_parse_file(
	struct rsk_js **out, struct rsk_slice path, struct rsk_slice source);

#endif
