#!/bin/sh
# The differential test of src/syntax against tree-sitter, over the sources of
# real packages: run.sh ORACLE FOLDER. Grammars and sources come from npm into
# FOLDER, pinned by package-lock.json; without npm the test is skipped (77).
set -eu
oracle=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip()
{
	echo "skipped: $1"
	exit 77
}

command -v npm >/dev/null || skip 'no npm'
mkdir -p "$folder"
cd "$folder"

# Again only when the pinned packages are others than last time.
if ! cmp -s "$here/package-lock.json" installed.json; then
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" .
	rm -rf node_modules ./*.o libgrammars.so
	timeout 120 npm ci --silent >npm.log 2>&1 || skip 'npm ci failed'
	cp package-lock.json installed.json
fi

if [ ! -f libgrammars.so ]; then
	for grammar in javascript/src typescript/typescript/src \
		typescript/tsx/src; do
		src=node_modules/tree-sitter-$grammar
		name=$(echo "$grammar" | tr / -)
		${CC:-cc} -O1 -w -fPIC -I"$src" -c "$src/parser.c" \
			-o "$name-parser.o" &
		${CC:-cc} -O1 -w -fPIC -I"$src" -c "$src/scanner.c" \
			-o "$name-scanner.o"
		wait
	done
	${CC:-cc} -shared -o libgrammars.so ./*.o
fi

# No declarations, no build output, no second copies of the same sources.
find node_modules -type f \( -name '*.js' -o -name '*.ts' -o -name '*.tsx' \
	-o -name '*.jsx' -o -name '*.mjs' -o -name '*.cjs' \) \
	! -name '*.d.ts' ! -name '*.min.js' ! -path '*/lib/*' \
	! -path '*/dist/*' ! -path '*/locale/*' ! -path '*icons*' \
	! -path '*/tree-sitter*' | LC_ALL=C sort >sources
exec "$oracle" ./libgrammars.so "$here/accepted.txt" <sources
