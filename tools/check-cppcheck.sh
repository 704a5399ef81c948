#!/bin/sh
# cppcheck over the sources: tools/check-cppcheck.sh BUILD-FOLDER
# uninit* take a variable that a callee fills in for an unset one; the
# compilers and clang's analyzer look after those.
# What it learned of unchanged files is kept in the build folder.
set -eu
cd "$(dirname "$0")/.."
command -v cppcheck >/dev/null || {
	echo "no cppcheck"
	exit 77
}
kept=${1:-build/dev}/cppcheck
mkdir -p "$kept"
cppcheck --cppcheck-build-dir="$kept" -j "$(nproc)" --quiet --std=c11 \
	--enable=warning,performance,portability --inline-suppr \
	--error-exitcode=1 --suppress=missingIncludeSystem \
	--suppress=uninitvar --suppress=uninitStructMember \
	--template='{file}:{line}: {id}: {message}' \
	-D_GNU_SOURCE -D__GNUC__ -Isrc src
