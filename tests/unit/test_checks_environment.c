#include <criterion/criterion.h>

#include "checks/environment.h"

static const struct {
	const char *path;
	enum rsk_environment environment;
} cases[] = {
	{ ".env", RSK_ENVIRONMENT_UNKNOWN },
	{ ".env.local", RSK_ENVIRONMENT_UNKNOWN },
	{ ".env.production", RSK_ENVIRONMENT_PRODUCTION },
	{ "apps/web/.env.production.local", RSK_ENVIRONMENT_PRODUCTION },
	{ ".env.staging", RSK_ENVIRONMENT_STAGING },
	{ ".env.test", RSK_ENVIRONMENT_TEST },
	{ ".env.DEVELOPMENT", RSK_ENVIRONMENT_DEVELOPMENT },
	{ "config/prod.yml", RSK_ENVIRONMENT_PRODUCTION },
	{ "environments/staging/app.json", RSK_ENVIRONMENT_STAGING },
	{ "src/development/a/b.ts", RSK_ENVIRONMENT_UNKNOWN },
	{ "src/products.ts", RSK_ENVIRONMENT_UNKNOWN },
	{ "src/device.ts", RSK_ENVIRONMENT_UNKNOWN },
	{ "docker-compose.prod.yml", RSK_ENVIRONMENT_PRODUCTION },
	{ "", RSK_ENVIRONMENT_UNKNOWN },
};

Test(environment, of_paths)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(rsk_environment_of(rsk_slice_str(cases[i].path)),
			cases[i].environment, "'%s'", cases[i].path);
}
