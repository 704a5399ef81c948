#!/bin/sh
# Runs shellcheck on every script, the ones of the test cases too.
set -eu
cd "$(dirname "$0")/.."
command -v shellcheck >/dev/null || {
	echo "no shellcheck"
	exit 77
}
status=0

{
	grep -lr '^#!/bin/sh' script tools .ci bench tests/packaging
	echo script/packages.sh
} | sort | xargs shellcheck -x -P SCRIPTDIR -s sh || status=1

# These have no first line: they are run with sh -eu, so a failed cd ends them.
find tests/cli tests/fixtures -path '*/tree' -prune -o \
	'(' -name cmd -o -name git ')' -type f -print0 |
	xargs -0 -r shellcheck -s sh -e SC2164 || status=1
exit "$status"
