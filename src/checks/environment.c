#include "checks/environment.h"

/* Words of paths; an environment has several. */
static const struct {
	const char *word;
	enum rsk_environment environment;
} words[] = {
	{ "dev", RSK_ENVIRONMENT_DEVELOPMENT },
	{ "develop", RSK_ENVIRONMENT_DEVELOPMENT },
	{ "development", RSK_ENVIRONMENT_DEVELOPMENT },
	{ "live", RSK_ENVIRONMENT_PRODUCTION },
	{ "preprod", RSK_ENVIRONMENT_STAGING },
	{ "prod", RSK_ENVIRONMENT_PRODUCTION },
	{ "production", RSK_ENVIRONMENT_PRODUCTION },
	{ "qa", RSK_ENVIRONMENT_STAGING },
	{ "sandbox", RSK_ENVIRONMENT_DEVELOPMENT },
	{ "stage", RSK_ENVIRONMENT_STAGING },
	{ "staging", RSK_ENVIRONMENT_STAGING },
	{ "test", RSK_ENVIRONMENT_TEST },
	{ "testing", RSK_ENVIRONMENT_TEST },
	{ "uat", RSK_ENVIRONMENT_STAGING },
};

static const char *const names[RSK_ENVIRONMENTS] = {
	[RSK_ENVIRONMENT_UNKNOWN] = "an unknown environment",
	[RSK_ENVIRONMENT_DEVELOPMENT] = "development",
	[RSK_ENVIRONMENT_TEST] = "test",
	[RSK_ENVIRONMENT_STAGING] = "staging",
	[RSK_ENVIRONMENT_PRODUCTION] = "production",
};

static bool is_word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static enum rsk_environment of_word(struct rsk_slice word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (rsk_slice_eq_nocase(word, rsk_slice_str(words[i].word)))
			return words[i].environment;
	return RSK_ENVIRONMENT_UNKNOWN;
}

/* The last word that names an environment decides. */
static enum rsk_environment of_name(struct rsk_slice name)
{
	enum rsk_environment found = RSK_ENVIRONMENT_UNKNOWN;
	size_t begin = 0;

	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && is_word_byte(name.ptr[i]))
			continue;

		enum rsk_environment one =
			of_word(rsk_slice_cut(name, begin, i));
		if (one != RSK_ENVIRONMENT_UNKNOWN)
			found = one;
		begin = i + 1;
	}
	return found;
}

enum rsk_environment rsk_environment_of(struct rsk_slice path)
{
	enum rsk_environment own = of_name(rsk_path_base(path));

	if (own != RSK_ENVIRONMENT_UNKNOWN)
		return own;
	return of_name(rsk_path_base(rsk_path_dir(path)));
}

const char *rsk_environment_name(enum rsk_environment environment)
{
	return names[environment];
}
