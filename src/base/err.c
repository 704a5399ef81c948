#include "base/err.h"

#include <stddef.h>

static const struct {
	enum rsk_err code;
	const char *name;
	const char *text;
} errors[] = {
#define X(name, value, text) { RSK_##name, #name, text },
	RSK_ERR_MAP(X)
#undef X
};

enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

const char *rsk_err_text(enum rsk_err err)
{
	for (size_t i = 0; i < ERRORS; i++)
		if (errors[i].code == err)
			return errors[i].text;
	return "unknown error";
}

const char *rsk_err_name(enum rsk_err err)
{
	for (size_t i = 0; i < ERRORS; i++)
		if (errors[i].code == err)
			return errors[i].name;
	return "UNKNOWN";
}
