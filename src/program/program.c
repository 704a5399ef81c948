#include "program/program.h"

#include <stdlib.h>

#include "base/mem.h"

struct rsk_program {
	const struct rsk_program_source *source;
	const struct rsk_vocabulary *vocabulary;
};

struct rsk_program *rsk_program_new(const struct rsk_program_source *source,
	const struct rsk_vocabulary *vocabulary)
{
	struct rsk_program *program = rsk_alloc(sizeof(*program));

	program->source = source;
	program->vocabulary = vocabulary;
	return program;
}

void rsk_program_free(struct rsk_program *program)
{
	free(program);
}

struct rsk_js_file *rsk_program_open(
	struct rsk_program *program, struct rsk_slice path)
{
	(void)program, (void)path;
	return NULL;
}

struct rsk_js_file *rsk_program_resolve(
	void *program, struct rsk_js_file *from, struct rsk_slice specifier)
{
	(void)program, (void)from, (void)specifier;
	return NULL;
}
