#!/bin/sh
# Tree scan against ripgrep looking for one literal in the same files.
#
#   bench/tree.sh FOLDER [RSKAN]
#
# Both run warm on two threads. Needs rg.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
folder=$1
rskan=${2:-$here/../build/rskan}

echo "tree: $(find "$folder" -type f | wc -l) files, $(du -sm "$folder" |
	cut -f1) MB"
rg -c --no-ignore --hidden -j 2 'rsk_(live|sandbox)_' "$folder" >/dev/null 2>&1 || :
theirs=$(best 5 rg -c --no-ignore --hidden -j 2 'rsk_(live|sandbox)_' "$folder")
ours=$(best 5 "$rskan" scan --no-config --jobs 2 --format jsonl "$folder")
row "rskan scan / rg" "$ours" "$theirs" 1.5
echo "peak memory: $(peak "$rskan" scan --no-config --jobs 2 "$folder") MiB (goal 150)"
