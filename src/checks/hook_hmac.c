#include "checks/hook_p.h"

/* With what, and how, a receiver computes the signature. */

static bool is_default_secret(const struct rsk_js_val *val)
{
	if (val->kind == RSK_JS_V_STRING)
		return val->text.len > 0;
	for (uint32_t i = 0; val->kind == RSK_JS_V_UNION && i < val->n_parts;
		i++)
		if (val->parts[i] && val->parts[i]->kind == RSK_JS_V_STRING &&
			val->parts[i]->text.len)
			return true;
	return false;
}

static bool compares_here(const struct rsk_hook *w)
{
	for (uint32_t i = 1; i < w->file->js->count; i++)
		if (rsk_js_is(w->file->js, i + 1, RSK_JS_LPAREN) &&
			rsk_hook_is_comparer(rsk_js_text(w->file->js, i)))
			return true;
	return false;
}

static void look_at_hmac(struct rsk_hook *w, uint32_t paren)
{
	struct rsk_js_eval *eval = &w->code->eval;
	struct rsk_js_val *algorithm;
	struct rsk_js_val *secret;
	struct rsk_code_hit hit;

	rsk_js_eval_begin(eval, w->file, paren);
	algorithm = rsk_js_argument(eval, w->file, paren, 0);
	secret = rsk_js_argument(eval, w->file, paren, 1);
	hit = rsk_code_hit(
		w->code, "webhook-weak-hmac", w->file, paren - 1, paren - 1);
	if (algorithm &&
		(rsk_slice_eq_nocase(algorithm->text, RSK_LIT("md5")) ||
			rsk_slice_eq_nocase(
				algorithm->text, RSK_LIT("sha1")))) {
		hit.message = "The signature is computed with a broken hash";
		rsk_code_push(w->code, &hit);
	} else if (secret && is_default_secret(secret)) {
		hit.message = "The webhook secret is written into the code, or "
			      "has a default that is";
		rsk_code_push(w->code, &hit);
	} else if (w->header && !w->weak.len && !w->told && compares_here(w) &&
		   rsk_webhook_lacks_prefix(w->file->js->source)) {
		hit.message = RSK_WEBHOOK_LACKS_PREFIX;
		hit.confidence = RSK_CONFIDENCE_MEDIUM;
		w->told = true;
		rsk_code_push(w->code, &hit);
	}
}

void rsk_hook_find_hmacs(struct rsk_hook *w)
{
	const struct rsk_js *js = w->file->js;
	bool keyed = rsk_webhook_has(js->source, "createHmac") ||
		     rsk_webhook_has(js->source, "subtle") ||
		     rsk_webhook_has(js->source, "HmacSHA");

	for (uint32_t i = 2; i < js->count; i++) {
		if (!rsk_js_is_call(js, i))
			continue;
		if (rsk_js_text_is(js, i - 1, "createHmac")) {
			if (!rsk_hook_is_foreign(w, i))
				look_at_hmac(w, i);
		} else if (!keyed && w->header &&
			   rsk_js_text_is(js, i - 1, "createHash")) {
			rsk_hook_push(w, "webhook-weak-hmac", i - 1,
				"The signature is computed without a key: "
				"anybody can");
		}
	}
}
