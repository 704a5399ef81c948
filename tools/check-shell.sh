#!/bin/sh
# Runs shellcheck on every script, the ones of the test cases too.
set -eu
cd "$(dirname "$0")/.."
command -v shellcheck >/dev/null || {
	echo "no shellcheck"
	exit 77
}

{
	grep -lr '^#!/bin/sh' script tools .ci bench
	# No first line of their own: they are run as sh -eu.
	find tests/cli tests/fixtures -name cmd -o -name git -type f
	echo script/packages.sh
} | sort -u | xargs shellcheck -x -P SCRIPTDIR -s sh
