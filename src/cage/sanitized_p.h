#ifndef RSK_CAGE_SANITIZED_P_H
#define RSK_CAGE_SANITIZED_P_H

/*
 * A sanitizer maps terabytes and tells of what it finds on standard error: a
 * build with one has no limits on memory, may write there, and a process that
 * ends because of such a finding is no gap, but a failure.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
	__has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
