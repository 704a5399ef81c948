#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "report_sample.h"

struct name {
	char name[16];
};

static struct name names[] = {
	{ "html" },
	{ "json" },
	{ "jsonl" },
	{ "markdown" },
	{ "sarif" },
	{ "text" },
};

Test(format, table)
{
	const struct rsk_format *format;
	const struct rsk_format *last = NULL;
	size_t n = 0;

	for (; (format = rsk_format_at(n)) != NULL; n++) {
		cr_expect_eq(
			rsk_format_find(rsk_slice_str(format->name)), format);
		cr_expect_gt(strlen(format->help), 0);
		if (last)
			cr_expect_lt(
				strcmp(last->name, format->name), 0, "sorted");
		last = format;
	}
	cr_expect_eq(n, sizeof(names) / sizeof(names[0]), "all are tested");
	cr_expect_null(rsk_format_find(RSK_LIT("tex")));
	cr_expect_null(rsk_format_find(RSK_LIT("")));
}

static enum rsk_err write_to(const char *format, FILE *file)
{
	struct rsk_style style = {
		.format = rsk_format_find(rsk_slice_str(format)),
	};
	struct sample sample;
	enum rsk_err err;

	sample_init(&sample);
	err = rsk_report_write(&sample.report, sample.rules, &style, file);
	sample_release(&sample);
	return err;
}

ParameterizedTestParameters(format, full_disk)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, full_disk)
{
	FILE *file = fopen("/dev/full", "w");
	enum rsk_err err;
	int why;

	cr_assert_not_null(file);
	err = write_to(param->name, file);
	why = errno;
	cr_expect_eq(err, RSK_IO);
	cr_expect_eq(why, ENOSPC);
	fclose(file);
}

ParameterizedTestParameters(format, full_disk_unbuffered)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, full_disk_unbuffered)
{
	FILE *file = fopen("/dev/full", "w");

	cr_assert_not_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	cr_expect_eq(write_to(param->name, file), RSK_IO);
	cr_expect_eq(errno, ENOSPC);
	fclose(file);
}

ParameterizedTestParameters(format, closed_pipe)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, closed_pipe)
{
	int ends[2];
	FILE *file;

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	file = fdopen(ends[1], "w");
	cr_expect_eq(write_to(param->name, file), RSK_IO);
	cr_expect_eq(errno, EPIPE);
	fclose(file);
}

/* The same report, the same bytes. */
ParameterizedTestParameters(format, same_again)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, same_again)
{
	struct sample sample;
	char *one;
	char *two;

	sample_init(&sample);
	sample_hostile(&sample.report);
	sample_answers(&sample.report);
	one = sample_write(&sample, param->name, NULL);
	two = sample_write(&sample, param->name, NULL);
	cr_expect_str_eq(one, two);
	free(one);
	free(two);
	sample_release(&sample);
}

/* Of an all-empty report nothing is read that is not there. */
ParameterizedTestParameters(format, empty_report)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, empty_report)
{
	struct sample sample;
	char *text;

	sample_init(&sample);
	rsk_report_release(&sample.report);
	text = sample_write(&sample, param->name, NULL);
	cr_expect_gt(strlen(text), 0);
	free(text);
	sample_release(&sample);
}

/* A finding with nothing but what the type demands. */
ParameterizedTestParameters(format, bare_finding)
{
	return cr_make_param_array(
		struct name, names, sizeof(names) / sizeof(names[0]));
}

ParameterizedTest(struct name *param, format, bare_finding)
{
	const struct rsk_finding bare = { .rule = "no-such-rule" };
	struct sample sample;
	char *text;

	sample_init(&sample);
	*RSK_VEC_PUSH(&sample.report.findings) = bare;
	sample.report.counts[RSK_INFO]++;
	text = sample_write(&sample, param->name, NULL);
	cr_expect_not_null(strstr(text, "no-such-rule"));
	free(text);
	sample_release(&sample);
}
