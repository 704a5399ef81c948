#!/bin/sh
# Lines and branches that the tests reached, by file, worst first. After
# ctest --preset coverage; needs gcov, which comes with gcc.
set -eu
cd "$(dirname "$0")/.."
build=build/coverage
work=$build/gcov
rm -rf "$work"
mkdir -p "$work"

find "$build/CMakeFiles" "$build/src" -name '*.gcda' -print0 |
	(cd "$work" && xargs -0 -I{} gcov -b -n "../../../{}" 2>/dev/null) |
	awk -v root="$PWD/" '
/^File / {
	file = $2
	gsub(/\047/, "", file)
	sub(root, "", file)
}
/^Lines executed/ { lines = $0; sub(/.*:/, "", lines) }
/^Branches executed/ { }
/^Taken at least once/ { taken = $0; sub(/.*:/, "", taken) }
/^No branches/ { taken = "-" }
/^(No calls|Calls executed)/ {
	if (file ~ /^src\/.*\.c$/)
		printf "%-36s lines %-18s branches %s\n", file, lines, taken
}' | sort -t% -k1,1n | sort -k3,3n
