#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "rules/pack_p.h"

/*
 * A tool of the build: writes the rule files named on the command line as C.
 *
 *	rsk_embed FOLDER FILE... >builtin.c
 *
 * FILEs are in FOLDER. Each is parsed and packed. One that is no YAML is taken
 * as it is: the program then says what is wrong with it, and so do its tests,
 * but it can be built.
 */

static void print_bytes(size_t number, struct rsk_slice bytes)
{
	printf("static const uint8_t file%zu[] = {", number);
	for (size_t i = 0; i < bytes.len; i++)
		printf("%s%u,", i % 20 ? "" : "\n\t", bytes.ptr[i]);
	printf("%s};\n", bytes.len ? "\n" : "0");
}

static enum rsk_err pack(struct rsk_buf *out, struct rsk_slice text)
{
	struct rsk_arena arena = { 0 };
	struct rsk_node *root = NULL;
	enum rsk_err err = rsk_yaml_parse(&root, &arena, text, "", NULL);

	if (!err && !root)
		err = RSK_SYNTAX;
	if (!err)
		err = rsk_tree_pack(out, root);
	rsk_arena_release(&arena);
	return err;
}

static enum rsk_err embed(
	const char *folder, const char *name, size_t number, bool *packed)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_YAML_BYTES);
	struct rsk_buf tree = RSK_BUF_INIT(8 * RSK_MAX_YAML_BYTES);
	int dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rsk_err err = rsk_file_read_at(&text, dirfd, name);

	if (!err) {
		*packed = pack(&tree, rsk_buf_slice(&text)) == RSK_OK;
		print_bytes(number, rsk_buf_slice(*packed ? &tree : &text));
	}
	close(dirfd);
	rsk_buf_release(&text);
	rsk_buf_release(&tree);
	return err;
}

static void print_table(char **names, const bool *packed, int count)
{
	puts("const struct rsk_builtin_file rsk_builtin_files[] = {");
	for (int i = 0; i < count; i++)
		printf("\t{ \"%s\", file%d, sizeof(file%d), %s },\n", names[i],
			i, i, packed[i] ? "true" : "false");
	puts("\t{ 0 },\n};");
	printf("const size_t rsk_builtin_files_len = %d;\n", count);
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? argc - 2 : 0;
	bool *packed = rsk_alloc_array((size_t)count + 1, sizeof(*packed));

	puts("/* made by src/rules/embed.c */\n#include \"rules/rules_p.h\"\n");
	for (int i = 0; i < count; i++) {
		enum rsk_err err =
			embed(argv[1], argv[i + 2], (size_t)i, &packed[i]);

		if (err) {
			fprintf(stderr, "rsk_embed: %s: %s\n", argv[i + 2],
				rsk_err_text(err));
			return EXIT_FAILURE;
		}
	}
	print_table(argv + 2, packed, count);
	free(packed);
	return fflush(stdout) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
