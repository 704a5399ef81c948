/*
 * Stands in for libFuzzer: runs the target once on each file of the folders
 * (or files) named on the command line. No input at all is a failure: a
 * corpus that went missing must not pass.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int runs;

/* An exact copy in memory of its own, so that ASan sees every byte past it. */
static int run_file(const char *path)
{
	int failed = 1;
	struct stat st;
	uint8_t *data = NULL;
	FILE *file = fopen(path, "rb");

	if (!file || fstat(fileno(file), &st))
		goto out;

	size_t size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size)
		goto out;

	LLVMFuzzerTestOneInput(data, size);
	runs++;
	failed = 0;

out:
	if (failed)
		perror(path);
	if (file)
		fclose(file);
	free(data);
	return failed;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int run_folder(const char *path)
{
	int failed = 0;
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_shown, alphasort);

	if (n < 0)
		return run_file(path);
	for (int i = 0; i < n; i++) {
		char inner[4096];

		snprintf(inner, sizeof(inner), "%s/%s", path,
			entries[i]->d_name);
		failed |= run_file(inner);
		free(entries[i]);
	}
	free(entries);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= run_folder(argv[i]);
	if (!runs)
		fprintf(stderr, "%s: no input to run\n", argv[0]);
	printf("%d passed, %d failed\n", runs, failed || !runs);
	return failed || !runs;
}
