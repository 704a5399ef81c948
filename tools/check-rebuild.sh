#!/bin/sh
# Two builds of the release are the same bytes: in different folders, by a
# different umask, in another time zone, language and order of files in the
# environment, without a compiler's cache. tools/check-rebuild.sh [SOURCES]
#
# Builds twice, which takes minutes: script/test --big runs it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sources=${1:-$root}
work=$(mktemp -d "${TMPDIR:-/tmp}/rskan-rebuild.XXXXXX")
trap 'rm -rf "$work"' EXIT

# build FOLDER VARIABLE=VALUE...: from a copy of what is under version control
build()
{
	folder=$1
	shift
	mkdir -p "$folder"
	(cd "$sources" && git ls-files -z -- . ':!tests' |
		xargs -0 tar cf - --) | tar xf - -C "$folder"
	(cd "$folder" &&
		env -u CMAKE_C_COMPILER_LAUNCHER "$@" \
			cmake --preset release >cmake.log 2>&1 &&
		env "$@" CCACHE_DISABLE=1 \
			cmake --build --preset release >build.log 2>&1) || {
		cat "$folder/cmake.log" "$folder/build.log" 2>/dev/null
		return 1
	}
}

(umask 022 && build "$work/one" TZ=UTC LC_ALL=C)
(umask 077 && build "$work/another/and a deeper/folder" \
	TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 LANGUAGE=tr HOME=/nonexistent)

if cmp "$work/one/build/rskan" "$work/another/and a deeper/folder/build/rskan"
then
	echo "1 passed, 0 failed"
else
	echo "0 passed, 1 failed"
	exit 1
fi
