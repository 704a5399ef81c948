#include "privacy/names.h"

struct rsk_names *rsk_names_new(const struct rsk_vocabulary *vocabulary)
{
	(void)vocabulary;
	return NULL;
}

void rsk_names_free(struct rsk_names *names)
{
	(void)names;
}

bool rsk_names_match(const struct rsk_names *names, struct rsk_slice name,
	struct rsk_name_match *match)
{
	(void)names, (void)name, (void)match;
	return false;
}

bool rsk_names_person(const struct rsk_names *names, struct rsk_slice path)
{
	(void)names, (void)path;
	return false;
}

bool rsk_names_match_path(const struct rsk_names *names, struct rsk_slice path,
	struct rsk_name_match *match)
{
	(void)names, (void)path, (void)match;
	return false;
}
