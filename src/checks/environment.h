#ifndef RSK_CHECKS_ENVIRONMENT_H
#define RSK_CHECKS_ENVIRONMENT_H

#include "base/slice.h"

/*
 * Which environment a file is for, as far as its path tells: a word of the
 * last two parts of the path (".env.production", "config/staging.yml",
 * "environments/prod/app.json").
 */
enum rsk_environment {
	RSK_ENVIRONMENT_UNKNOWN,
	RSK_ENVIRONMENT_DEVELOPMENT,
	RSK_ENVIRONMENT_TEST,
	RSK_ENVIRONMENT_STAGING,
	RSK_ENVIRONMENT_PRODUCTION,
	RSK_ENVIRONMENTS,
};

enum rsk_environment rsk_environment_of(struct rsk_slice path);

/* "development", ..., never NULL. */
const char *rsk_environment_name(enum rsk_environment environment);

#endif
