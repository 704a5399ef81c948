#!/bin/sh
# The hook: one changed file staged in a repository of many files, against
# git's own comparison of index and HEAD. Also shows that the cost follows the
# change: the same with 100 files.
#
#   bench/staged.sh [RSKAN]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
rskan=${1:-$here/../build/rskan}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

make_repo() { # FILES
	git init -q "$work/$1"
	python3 - "$work/$1" "$1" <<'P'
import os, sys
root, files = sys.argv[1], int(sys.argv[2])
for i in range(files):
    folder = f"{root}/d{i // 1000}/e{i // 50 % 20}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/f{i}.js", "w") as out:
        out.write(f"export const n{i} = {i};\n" * 20)
P
	git -C "$work/$1" add -A
	git -C "$work/$1" commit -qm one
	echo 'export const changed = 1;' >>"$work/$1/d0/e0/f0.js"
	git -C "$work/$1" add -A
}

for files in 100 100000; do
	make_repo "$files"
	theirs=$(best 10 git -C "$work/$files" diff --cached --name-only)
	ours=$(best 10 "$rskan" staged "$work/$files")
	row "rskan staged / git diff, $files" "$ours" "$theirs" 3
done
