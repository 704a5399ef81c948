#include "checks/code.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checks/code_p.h"

/* One row per check. They run in this order; what they push is sorted. */
static void (*const checks[])(struct rsk_code *code) = {
	rsk_code_pii,
	rsk_code_forward,
	rsk_code_keys,
	rsk_code_exposure,
	rsk_code_public,
	rsk_code_log,
	rsk_code_transport,
	rsk_code_webhook,
	rsk_code_server,
	rsk_code_consent,
};

enum { CHECKS = sizeof(checks) / sizeof(checks[0]) };

static const struct rsk_rule *find_rule(
	const struct rsk_code *code, const char *id)
{
	const struct rsk_rule *rule =
		rsk_ruleset_find(code->project->rules, rsk_slice_str(id));

	return rule && !rule->disabled ? rule : NULL;
}

struct rsk_code_hit rsk_code_hit_at(const struct rsk_code *code,
	const char *rule, struct rsk_slice path, uint32_t begin, uint32_t end)
{
	struct rsk_code_hit hit = {
		.rule = find_rule(code, rule),
		.path = path,
		.begin = begin,
		.end = end,
	};

	if (hit.rule) {
		hit.severity = hit.rule->severity;
		hit.confidence = hit.rule->confidence;
		hit.item = hit.rule->item;
		hit.message = hit.rule->message;
		hit.fix = hit.rule->fix;
	}
	return hit;
}

struct rsk_code_hit rsk_code_hit(const struct rsk_code *code, const char *rule,
	struct rsk_js_file *file, uint32_t first, uint32_t last)
{
	return rsk_code_hit_at(code, rule, file->path,
		rsk_js_begin(file->js, first), rsk_js_end(file->js, last));
}

void rsk_code_push(const struct rsk_code *code, const struct rsk_code_hit *hit)
{
	if (hit->rule)
		code->out->hit(code->out->ctx, hit);
}

struct rsk_fact rsk_code_fact(
	struct rsk_js_file *file, uint32_t token, const char *text)
{
	return (struct rsk_fact){
		.path = file->path,
		.line = rsk_js_place(file->js, token).line,
		.text = text,
		.says = RSK_EVIDENCE_FOR,
	};
}

void rsk_code_push_fact(
	const struct rsk_code *code, const struct rsk_fact *fact)
{
	code->out->fact(code->out->ctx, fact);
}

static void open_files(struct rsk_code *code)
{
	const struct rsk_code_project *project = code->project;

	code->files =
		rsk_alloc_array(project->files_len ? project->files_len : 1,
			sizeof(*code->files));
	for (size_t i = 0; i < project->files_len; i++) {
		struct rsk_js_file *file =
			rsk_program_open(project->program, project->files[i]);

		if (file)
			code->files[code->files_len++] = file;
	}
}

void rsk_code_tell_limits(struct rsk_code *code, const struct rsk_js_file *file)
{
	if (code->eval.limited)
		code->out->gap(code->out->ctx, RSK_GAP_SYNTAX_LIMIT, file->path,
			"what a call sends is too complex to follow");
	code->eval.limited = 0;
}

void rsk_code_check(
	const struct rsk_code_project *project, const struct rsk_code_out *out)
{
	struct rsk_names *names;
	struct rsk_code code = {
		.project = project,
		.out = out,
		.vocabulary = rsk_ruleset_vocabulary(project->rules),
		.eval = { .resolve = rsk_program_resolve,
			.context = project->program },
	};

	names = rsk_names_new(code.vocabulary);
	code.names = names;
	open_files(&code);
	rsk_sdk_find_calls(&code);
	rsk_code_find_requesters(&code);
	for (size_t i = 0; i < CHECKS; i++)
		checks[i](&code);
	rsk_js_eval_release(&code.eval);
	rsk_map_release(&code.reported);
	RSK_VEC_RELEASE(&code.sdks);
	RSK_VEC_RELEASE(&code.sites);
	RSK_VEC_RELEASE(&code.requesters);
	RSK_VEC_RELEASE(&code.calls);
	RSK_VEC_RELEASE(&code.sinks);
	free(code.files);
	rsk_names_free(names);
}
