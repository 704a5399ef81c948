#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/map.h"
#include "rules/ruleset.h"
#include "scan/carry.h"
#include "unit/pack_fixture.h"

/*
 * A real repository with the real rules, scanned along its deltas, against
 * each blob scanned whole as `git cat-file --batch` gives it: the same
 * (blob, pattern, offset, length) in both, and no blob in one of them alone.
 * The repository is this project's own, or RSK_TEST_REPOSITORY.
 */
static struct rsk_ruleset *rules;
static struct rsk_matcher *matcher;

static void set_up(void)
{
	const struct rsk_matcher_options options = { .machine_code = true };
	struct rsk_diag diag = { 0 };

	rules = rsk_ruleset_new();
	cr_assert_eq(
		rsk_ruleset_add_builtin(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_matcher_new(&matcher, rules, &options, &diag), RSK_OK,
		"%s", diag.text);
}

static void tear_down(void)
{
	rsk_matcher_free(matcher);
	rsk_ruleset_free(rules);
}

/* A blob's matches as one number; 0 is never one. */
static uint64_t digest(const struct rsk_match *matches, size_t len)
{
	static const struct rsk_siphash_key key = { 1, 2 };

	return rsk_siphash(key, rsk_slice(matches, len * sizeof(*matches))) | 1;
}

struct worker {
	struct rsk_scanner *scanner;
	struct rsk_carrier *carrier;
	RSK_VEC(struct rsk_oid) oids;
	RSK_VEC(uint64_t) digests; /* of the matches in each of these */
	size_t matches, with_base;
};

enum { JOBS = 2 };

static enum rsk_err on_blob(void *ctx, unsigned number,
	const struct rsk_walk_object *object, void **state)
{
	struct worker *worker = &((struct worker *)ctx)[number];
	struct rsk_carried *carried = NULL;
	enum rsk_err err = rsk_carry_scan(worker->carrier, object, &carried);

	if (err)
		return err;
	*state = carried;
	if (object->context)
		return RSK_OK;
	worker->matches += carried->matches_len;
	worker->with_base += object->has_base;
	*RSK_VEC_PUSH(&worker->oids) = rsk_oid_of(object->id, object->id_len);
	*RSK_VEC_PUSH(&worker->digests) =
		digest(carried->matches, carried->matches_len);
	return RSK_OK;
}

static void on_release(void *ctx, unsigned number, void *state)
{
	rsk_carry_drop(((struct worker *)ctx)[number].carrier, state);
}

static void walk(const char *objects, struct worker *workers)
{
	const struct rsk_walk_options options = { .jobs = JOBS };
	const struct rsk_walk_visit visit = {
		.object = on_blob,
		.release = on_release,
		.sparse = 1U << RSK_OBJECT_BLOB,
		.ctx = workers,
	};
	struct rsk_diag diag = { 0 };
	struct rsk_odb *odb = NULL;
	struct rsk_walk *walk = NULL;

	cr_assert_eq(rsk_odb_open(&odb, objects, &diag), RSK_OK);
	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	cr_assert_eq(rsk_walk_run(walk, 1U << RSK_OBJECT_BLOB, &visit), RSK_OK);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
}

/* What git says, one object after the other. */
struct reading {
	FILE *in;
	struct rsk_scanner *scanner;
	struct rsk_buf bytes;
	struct rsk_map places; /* oid -> place in `digests`, plus one */
	RSK_VEC(uint64_t) digests;
	size_t blobs, matches, wrong;
};

static enum rsk_err collect(void *ctx, const struct rsk_window *window)
{
	rsk_matches *matches = ctx;

	for (size_t i = 0; i < window->matches_len; i++)
		*RSK_VEC_PUSH(matches) = window->matches[i];
	return RSK_OK;
}

static void look_at(struct reading *r, const char *hex)
{
	rsk_matches found = { 0 };
	struct rsk_text_info info;
	struct rsk_oid oid;
	const uint32_t *place;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(hex)));
	cr_assert_eq(rsk_scanner_bytes(r->scanner, rsk_buf_slice(&r->bytes),
			     collect, &found, &info),
		RSK_OK);
	place = rsk_map_get(&r->places, rsk_slice(oid.bytes, oid.len));
	r->blobs++;
	r->matches += found.len;
	if (!place ||
		r->digests.ptr[*place - 1] != digest(found.ptr, found.len)) {
		r->wrong++;
		printf("%s differs\n", hex);
	}
	RSK_VEC_RELEASE(&found);
}

/* "oid type size\n", the bytes, "\n". */
static bool read_one(struct reading *r)
{
	char hex[RSK_OID_HEX_MAX];
	char type[16];
	size_t size;

	if (fscanf(r->in, "%64s %15s %zu", hex, type, &size) != 3)
		return false;
	cr_assert_eq(fgetc(r->in), '\n');
	rsk_buf_truncate(&r->bytes, 0);
	cr_assert_eq(rsk_buf_reserve(&r->bytes, size + 1), RSK_OK);
	cr_assert_eq(fread(r->bytes.ptr, 1, size + 1, r->in), size + 1);
	rsk_buf_commit(&r->bytes, size);
	if (!strcmp(type, "blob"))
		look_at(r, hex);
	return true;
}

static void gather(struct reading *r, const struct worker *worker)
{
	for (size_t i = 0; i < worker->oids.len; i++) {
		const struct rsk_oid *oid = &worker->oids.ptr[i];
		uint32_t *place = rsk_map_put(
			&r->places, rsk_slice(oid->bytes, oid->len));

		cr_expect_eq(*place, 0, "a blob was shown twice");
		*RSK_VEC_PUSH(&r->digests) = worker->digests.ptr[i];
		*place = (uint32_t)r->digests.len;
	}
}

/* Git's own word, as it comes. */
struct command {
	FILE *out;
	pid_t child;
};

static struct command start(const char *repository, const char *const *args)
{
	struct command command = { 0 };
	const char *all[16] = { "git", "-c", "safe.directory=*", "-C",
		repository };
	size_t len = 5;
	int ends[2];

	while (*args && len < 15)
		all[len++] = *args++;
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	command.child = fork();
	if (!command.child) {
		if (dup2(ends[1], STDOUT_FILENO) < 0)
			_exit(126);
		execvp("git", (char *const *)all);
		_exit(127);
	}
	close(ends[1]);
	command.out = fdopen(ends[0], "r");
	cr_assert(command.out);
	return command;
}

static bool finish(struct command *command)
{
	int status = -1;

	fclose(command->out);
	return waitpid(command->child, &status, 0) == command->child &&
	       WIFEXITED(status) && !WEXITSTATUS(status);
}

static void compare(const char *repository, const char *objects)
{
	static const char *const all[] = { "cat-file", "--unordered",
		"--batch-all-objects", "--batch", "--buffer", NULL };
	struct worker workers[JOBS] = { { 0 } };
	struct reading r = { .bytes = RSK_BUF_INIT(1 << 30) };
	size_t with_base = 0;

	for (size_t i = 0; i < JOBS; i++) {
		cr_assert_eq(
			rsk_scanner_new(&workers[i].scanner, matcher), RSK_OK);
		workers[i].carrier = rsk_carrier_new(workers[i].scanner);
	}
	walk(objects, workers);
	for (size_t i = 0; i < JOBS; i++) {
		gather(&r, &workers[i]);
		with_base += workers[i].with_base;
	}

	struct command command = start(repository, all);
	r.in = command.out;
	r.scanner = workers[0].scanner;
	while (read_one(&r))
		;
	cr_expect(finish(&command));
	printf("%s: %zu blobs, %zu from deltas, %zu matches, %zu differ\n",
		repository, r.blobs, with_base, r.matches, r.wrong);
	cr_expect_eq(r.wrong, 0);
	cr_expect_eq(r.blobs, r.digests.len, "%zu blobs, git has %zu",
		r.digests.len, r.blobs);
	for (size_t i = 0; i < JOBS; i++) {
		rsk_carrier_free(workers[i].carrier);
		rsk_scanner_free(workers[i].scanner);
		RSK_VEC_RELEASE(&workers[i].oids);
		RSK_VEC_RELEASE(&workers[i].digests);
	}
	RSK_VEC_RELEASE(&r.digests);
	rsk_map_release(&r.places);
	rsk_buf_release(&r.bytes);
}

Test(differential, a_real_repository, .init = set_up, .fini = tear_down,
	.timeout = 3600)
{
	static const char *const where[] = { "rev-parse", "--git-path",
		"objects", NULL };
	const char *repository = getenv("RSK_TEST_REPOSITORY");
	char objects[4096] = "";

	if (!repository)
		repository = RSK_TESTS;
	struct command command = start(repository, where);
	const char *line = fgets(objects, sizeof(objects), command.out);
	if (!finish(&command) || !line) {
		cr_log_warn("no repository at %s", repository);
		return;
	}
	objects[strcspn(objects, "\n")] = '\0';
	cr_assert_eq(chdir(repository), 0);
	compare(repository, objects);
}
