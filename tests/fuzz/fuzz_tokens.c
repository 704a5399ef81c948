/* rooms: syntax */
#include <stdlib.h>

#include "syntax/tokens.h"

static const char *const paths[] = { "a.py", "a.rb", "a.php", "a.go", "a.java",
	"a.kt", "a.cs" };

/* What the manual promises of every input. */
static void check_token(const struct rsk_tokens *tokens, uint32_t i)
{
	const struct rsk_token *token = &tokens->list.ptr[i];

	if (token->begin > token->end || token->end > tokens->source.len)
		abort();
	if (i && token->begin < tokens->list.ptr[i - 1].end)
		abort();
	if (token->begin + token->quotes > token->end - token->closes)
		abort();
	if (token->partner && tokens->list.ptr[token->partner].partner != i)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = paths[size ? data[0] % 7 : 0];
	struct rsk_tokens tokens = { 0 };

	if (rsk_tokens_read(&tokens, rsk_slice(data, size),
		    rsk_language_of(rsk_slice_str(path))))
		abort();
	for (uint32_t i = 0; i < tokens.list.len; i++)
		check_token(&tokens, i);
	if (tokens.list.len < 2)
		abort();
	rsk_tokens_release(&tokens);
	return 0;
}
