#!/bin/sh
# Fails when a header does not compile alone and twice, under stricter flags
# than the sources have: tools/check-headers.sh gcc
set -eu
cd "$(dirname "$0")/.."
cc=${1:-cc}
foreign=$(pkg-config --cflags libpcre2-8 libgit2 libcjson libdeflate \
	yaml-0.1 | sed 's/-I/-isystem/g')
count=0
failed=0

for header in src/*/*.h; do
	[ "$header" = src/base/banned.h ] && continue
	name=${header#src/}
	count=$((count + 1))
	# Flags are words: splitting is meant.
	# shellcheck disable=SC2086
	printf '#include "%s"\n#include "%s"\nextern int it_is_c;\n' \
		"$name" "$name" |
		$cc -std=gnu11 -D_GNU_SOURCE -Isrc $foreign -fsyntax-only \
			-Wall -Wextra -Wpedantic -Wshadow -Wconversion \
			-Wstrict-prototypes -Wmissing-prototypes -Wundef \
			-Wcast-align -Wcast-qual -Wwrite-strings -Wvla \
			-Werror -x c - || {
		echo "$header: does not compile alone"
		failed=$((failed + 1))
	}
done

echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
