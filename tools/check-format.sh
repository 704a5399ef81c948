#!/bin/sh
# Fails when a C file is not as .clang-format wants it. Other releases of
# clang-format want other things, so it has to be this one.
#
#	tools/check-format.sh         say which files
#	tools/check-format.sh --fix   format them
set -eu
cd "$(dirname "$0")/.."
release=14

for tool in "clang-format-$release" clang-format none; do
	if "$tool" --version 2>/dev/null | grep -q "version $release\."; then
		break
	fi
done
if [ "$tool" = none ]; then
	echo "no clang-format of release $release"
	exit 77
fi

mode='--dry-run -Werror'
[ "${1:-}" = --fix ] && mode=-i
# shellcheck disable=SC2086
find src tests/unit tests/fuzz bench -name '*.[ch]' -print0 |
	xargs -0 "$tool" $mode
