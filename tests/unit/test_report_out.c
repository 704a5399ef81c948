#include <criterion/criterion.h>
#include <errno.h>

#include "report/out_p.h"

/* What a stream was asked for, and how it answers. */
struct stream {
	char got[64];
	size_t len;
	size_t room; /* then it fails with `error` */
	int error;
	int writes;
};

static ssize_t on_write(void *cookie, const char *bytes, size_t len)
{
	struct stream *stream = cookie;

	stream->writes++;
	if (len > stream->room) {
		errno = stream->error;
		return 0;
	}
	memcpy(stream->got + stream->len, bytes, len);
	stream->len += len;
	stream->room -= len;
	return (ssize_t)len;
}

static FILE *open_stream(struct stream *stream, int how)
{
	FILE *file = fopencookie(
		stream, "w", (cookie_io_functions_t){ .write = on_write });

	cr_assert(file);
	cr_assert_eq(setvbuf(file, NULL, how, 64), 0);
	return file;
}

Test(out, writes_in_order)
{
	struct stream stream = { .room = sizeof(stream.got) };
	struct rsk_out out = { .file = open_stream(&stream, _IOFBF) };

	rsk_out_text(&out, "one");
	rsk_out_text(&out, "");
	rsk_out_slice(&out, RSK_LIT(" two"));
	rsk_out_slice(&out, rsk_slice(NULL, 0));
	cr_expect_eq(stream.writes, 0, "the stream keeps it");
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	cr_expect_eq(stream.writes, 1, "until the end");
	cr_expect_eq(stream.len, 7);
	cr_expect_eq(memcmp(stream.got, "one two", 7), 0);
	fclose(out.file);
}

/* The first error stays, and its errno comes back at the end. */
Test(out, keeps_the_first_error)
{
	struct stream stream = { .room = 3, .error = ENOSPC };
	struct rsk_out out = { .file = open_stream(&stream, _IONBF) };

	rsk_out_text(&out, "one");
	cr_expect_eq(out.err, RSK_OK);
	rsk_out_text(&out, "two");
	cr_expect_eq(out.err, RSK_IO);
	stream.room = 40;
	rsk_out_text(&out, "three");
	cr_expect_eq(stream.len, 3, "nothing behind a gap");
	errno = EBADF;
	rsk_out_fail(&out, RSK_TOOBIG);
	errno = 0;
	cr_expect_eq(rsk_out_finish(&out), RSK_IO);
	cr_expect_eq(errno, ENOSPC);
	fclose(out.file);
}

Test(out, sees_what_fails_at_the_end_only)
{
	struct stream stream = { .room = 2, .error = EIO };
	struct rsk_out out = { .file = open_stream(&stream, _IOFBF) };

	rsk_out_text(&out, "one");
	cr_expect_eq(out.err, RSK_OK);
	cr_expect_eq(rsk_out_finish(&out), RSK_IO);
	cr_expect_eq(errno, EIO);
	fclose(out.file);
}

/* Somebody else wrote to the stream, and that failed: it is not whole. */
Test(out, sees_a_stream_that_has_failed)
{
	struct stream stream = { .room = 0, .error = EIO };
	struct rsk_out out = { .file = open_stream(&stream, _IONBF) };

	cr_assert_eq(fputc('x', out.file), EOF);
	cr_expect_eq(rsk_out_finish(&out), RSK_IO);
	fclose(out.file);
}

Test(out, takes_errors_of_others)
{
	struct stream stream = { .room = 40 };
	struct rsk_out out = { .file = open_stream(&stream, _IOFBF) };

	rsk_out_fail(&out, RSK_OK);
	cr_expect_eq(out.err, RSK_OK);
	errno = EFBIG;
	rsk_out_fail(&out, RSK_TOOBIG);
	errno = 0;
	cr_expect_eq(rsk_out_finish(&out), RSK_TOOBIG);
	cr_expect_eq(errno, EFBIG);
	fclose(out.file);
}

/* Without an error errno is nobody's business. */
Test(out, leaves_errno_alone)
{
	struct stream stream = { .room = 40 };
	struct rsk_out out = { .file = open_stream(&stream, _IOFBF),
		.why = EIO };

	errno = 77;
	cr_expect_eq(rsk_out_finish(&out), RSK_OK);
	cr_expect_eq(errno, 77);
	fclose(out.file);
}
