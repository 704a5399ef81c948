#define PCRE2_CODE_UNIT_WIDTH 8

#include "match/confirm_p.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

enum {
	JIT_STACK_START = 32 * 1024,
};

static const uint32_t base_options =
	PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C |
	PCRE2_USE_OFFSET_LIMIT | PCRE2_NO_DOTSTAR_ANCHOR;

/* (*LIMIT_MATCH=1), (*CRLF), ...: ours to choose, not the rule's. */
static bool has_leading_verb(const char *text)
{
	return text[0] == '(' && text[1] == '*' && isupper((uint8_t)text[2]);
}

/*
 * The compiler to machine code (PCRE2 10.42) goes on after an allocation that
 * failed, and crashes. The width of patterns is limited, so this is no input's
 * size.
 */
static void *allocate(PCRE2_SIZE size, void *unused)
{
	void *ptr = malloc(size);

	(void)unused;
	if (!ptr)
		rsk_out_of_memory();
	return ptr;
}

static void release(void *ptr, void *unused)
{
	(void)unused;
	free(ptr);
}

static pcre2_code *compile_one(
	const char *text, uint32_t options, int *error, PCRE2_SIZE *offset)
{
	pcre2_general_context *memory =
		pcre2_general_context_create(allocate, release, NULL);
	pcre2_compile_context *context = pcre2_compile_context_create(memory);
	pcre2_code *code = NULL;

	if (!memory || !context)
		rsk_out_of_memory();
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options,
		error, offset, context);
	pcre2_compile_context_free(context);
	pcre2_general_context_free(memory);
	return code;
}

static pcre2_code *compile_between(const char *before, const char *text,
	const char *after, uint32_t options)
{
	size_t size = strlen(before) + strlen(text) + strlen(after) + 1;
	char *whole = rsk_alloc(size);
	int error = 0;
	PCRE2_SIZE offset = 0;

	snprintf(whole, size, "%s%s%s", before, text, after);
	pcre2_code *code = compile_one(whole, options, &error, &offset);
	free(whole);
	return code;
}

static bool names_newlines(const pcre2_code *code)
{
	uint32_t yes = 0;

	pcre2_pattern_info(code, PCRE2_INFO_HASCRORLF, &yes);
	return yes;
}

/*
 * In a search, PCRE2 passes over the LF of a CRLF as a place to begin, unless
 * the pattern names one of the two. Then it would depend on where a search
 * starts whether such a match exists. So each pattern gets to name one: zero
 * times. Behind the pattern, where it does not hide its first byte from the
 * optimiser; in front when a comment at its end swallows it.
 */
static pcre2_code *compile_for_any_start(const char *text, uint32_t options)
{
	pcre2_code *code = compile_between("", text, "\\r{0}", options);

	if (code && names_newlines(code))
		return code;
	pcre2_code_free(code);
	return compile_between("\\r{0}", text, "", options);
}

static void find_secrets(struct rsk_regex *regex)
{
	PCRE2_SPTR first = NULL;
	PCRE2_SPTR last = NULL;
	int size = pcre2_substring_nametable_scan(
		regex->code, (PCRE2_SPTR) "secret", &first, &last);

	for (; size > 0 && first <= last && regex->secrets < RSK_REGEX_SECRETS;
		first += size)
		regex->secret[regex->secrets++] =
			(uint16_t)(first[0] << 8 | first[1]);
}

enum rsk_err rsk_regex_compile(struct rsk_regex *regex, const char *text,
	bool caseless, struct rsk_diag *diag)
{
	uint32_t options = base_options | (caseless ? PCRE2_CASELESS : 0);
	PCRE2_UCHAR words[256] = "";
	PCRE2_SIZE offset = 0;
	int error = 0;

	if (has_leading_verb(text))
		return rsk_diag_set(diag, RSK_SYNTAX,
			"a pattern may not begin with a verb such as (*CRLF)");

	*regex = (struct rsk_regex){ .code = NULL };
	regex->code = compile_for_any_start(text, options);
	if (!regex->code) {
		/* Once more as it is, for words about the right place. */
		pcre2_code_free(compile_one(text, options, &error, &offset));
		pcre2_get_error_message(error, words, sizeof(words));
		return rsk_diag_set(diag, RSK_SYNTAX,
			"the pattern does not compile: %s at offset %zu",
			(const char *)words, (size_t)offset);
	}

	pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &regex->pairs);
	regex->pairs++;
	find_secrets(regex);
	return RSK_OK;
}

void rsk_regex_release(struct rsk_regex *regex)
{
	pcre2_code_free(regex->code);
	*regex = (struct rsk_regex){ .code = NULL };
}

struct rsk_regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

enum rsk_err rsk_regex_scratch_new(
	struct rsk_regex_scratch **out, uint32_t pairs)
{
	struct rsk_regex_scratch *scratch = rsk_alloc(sizeof(*scratch));

	scratch->data = pcre2_match_data_create(pairs, NULL);
	scratch->context = pcre2_match_context_create(NULL);
	scratch->stack = pcre2_jit_stack_create(
		JIT_STACK_START, RSK_REGEX_JIT_STACK, NULL);
	if (!scratch->data || !scratch->context)
		rsk_out_of_memory();

	pcre2_set_match_limit(scratch->context, RSK_REGEX_MATCH_LIMIT);
	pcre2_set_depth_limit(scratch->context, RSK_REGEX_DEPTH_LIMIT);
	pcre2_set_heap_limit(scratch->context, RSK_REGEX_HEAP_KIB);
	if (scratch->stack)
		pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
	*out = scratch;
	return RSK_OK;
}

void rsk_regex_scratch_free(struct rsk_regex_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_match_data_free(scratch->data);
	pcre2_match_context_free(scratch->context);
	pcre2_jit_stack_free(scratch->stack);
	free(scratch);
}

void rsk_regex_speed_up(struct rsk_regex *regex)
{
	/* Not on this machine, or not in this sandbox: it goes without. */
	regex->machine = !pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
}

static int run(const pcre2_code *code, struct rsk_regex_scratch *scratch,
	const struct rsk_regex_place *place, uint32_t options)
{
	const struct rsk_slice subject = place->subject;

	pcre2_set_offset_limit(scratch->context, place->to - 1);
	return pcre2_match(code, subject.ptr, subject.len, place->from,
		options | PCRE2_NO_JIT, scratch->data, scratch->context);
}

static int run_machine(const pcre2_code *code,
	struct rsk_regex_scratch *scratch, const struct rsk_regex_place *place)
{
	const struct rsk_slice subject = place->subject;

	pcre2_set_offset_limit(scratch->context, place->to - 1);
	return pcre2_jit_match(code, subject.ptr, subject.len, place->from, 0,
		scratch->data, scratch->context);
}

/*
 * The search ran into a limit somewhere: go from place to place to say where,
 * because all places before it are still decided.
 */
static int run_stepwise(struct rsk_regex *regex,
	struct rsk_regex_scratch *scratch, const struct rsk_regex_place *place,
	size_t *at)
{
	struct rsk_regex_place step = *place;
	int rc = PCRE2_ERROR_NOMATCH;

	for (; step.from < place->to && rc == PCRE2_ERROR_NOMATCH;
		step.from++) {
		step.to = step.from + 1;
		*at = step.from;
		rc = run(regex->code, scratch, &step, PCRE2_ANCHORED);
	}
	return rc;
}

/* `pairs` of offsets were filled. */
static void read_match(const struct rsk_regex *regex,
	struct rsk_regex_scratch *scratch, uint32_t pairs,
	struct rsk_regex_match *out)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(scratch->data);

	/* Not at[0]: \K may have moved it. */
	out->begin = pcre2_get_startchar(scratch->data);
	out->end = at[1] > out->begin ? at[1] : out->begin;
	out->secret_begin = out->secret_end = out->begin;
	for (uint32_t i = 0; i < regex->secrets; i++) {
		const PCRE2_SIZE *pair = &at[(size_t)2 * regex->secret[i]];

		if (regex->secret[i] >= pairs || pair[0] >= pair[1])
			continue;
		out->secret_begin = pair[0];
		out->secret_end = pair[1];
		break;
	}
}

enum rsk_regex_result rsk_regex_search(struct rsk_regex *regex,
	struct rsk_regex_scratch *scratch, const struct rsk_regex_place *place,
	struct rsk_regex_match *out)
{
	size_t at = place->from;
	int rc;

	if (place->from >= place->to || place->to > place->subject.len)
		return RSK_REGEX_NONE;

	rc = regex->machine ? run_machine(regex->code, scratch, place)
			    : run(regex->code, scratch, place, 0);
	if (regex->machine && rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		rc = run(regex->code, scratch, place, 0);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		rc = run_stepwise(regex, scratch, place, &at);

	if (rc == PCRE2_ERROR_NOMATCH)
		return RSK_REGEX_NONE;
	if (rc < 0) {
		*out = (struct rsk_regex_match){ .begin = at, .end = at };
		return RSK_REGEX_LIMIT;
	}
	read_match(regex, scratch, (uint32_t)rc, out);
	return RSK_REGEX_MATCH;
}

static bool test_search(
	struct rsk_regex *regex, struct rsk_regex_scratch *scratch)
{
	struct rsk_regex_match found;
	struct rsk_regex_place place = {
		.subject = RSK_LIT("a\r\nkey = 'k3y-9' zkey = 'no'"),
		.to = 18,
	};

	if (rsk_regex_search(regex, scratch, &place, &found) !=
			RSK_REGEX_MATCH ||
		found.begin != 2 || found.end != 16 ||
		found.secret_begin != 10 || found.secret_end != 15)
		return false;
	place.from = 3;
	return rsk_regex_search(regex, scratch, &place, &found) ==
	       RSK_REGEX_NONE;
}

enum rsk_err rsk_regex_self_test(bool machine_code, struct rsk_diag *diag)
{
	struct rsk_regex regex = { .code = NULL };
	struct rsk_regex_scratch *scratch = NULL;
	enum rsk_err err = rsk_regex_compile(
		&regex, "[^z\\r]key = '(?<secret>[a-z0-9-]+)'", false, diag);

	if (!err)
		err = rsk_regex_scratch_new(&scratch, regex.pairs);
	if (!err && !test_search(&regex, scratch))
		err = RSK_UNSUPPORTED;
	if (!err && machine_code)
		rsk_regex_speed_up(&regex);
	if (!err && !test_search(&regex, scratch))
		err = RSK_UNSUPPORTED;
	if (err == RSK_UNSUPPORTED)
		rsk_diag_set(diag, err,
			"engine self-test failed: regular expressions do not "
			"work on this machine");
	rsk_regex_scratch_free(scratch);
	rsk_regex_release(&regex);
	return err;
}
