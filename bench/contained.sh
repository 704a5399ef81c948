#!/bin/sh
# What it costs to scan in a process that is locked in: each command with it
# and without (--no-sandbox), least of ten runs.
#
#   bench/contained.sh FOLDER REPOSITORY [RSKAN]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
folder=${1:?"a folder of sources"}
repository=${2:?"a repository"}
rskan=${3:-$here/../build/rskan}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/empty"
i=0
while [ $i -lt 20000 ]; do
	i=$((i + 1))
	echo "password = 'rsk_live_Qz${i}Xv$((i * 7))Kp49Ww02Tn8u'"
done >"$work/full"

# both NAME GOAL COMMAND...: processor time, then wall, with and without
both()
{
	name=$1 goal=$2
	shift 2
	row "$name, cpu" "$(cpu "$@")" "$(cpu "$@" --no-sandbox)" "$goal"
	row "$name, wall" "$(best 10 "$@")" \
		"$(best 10 "$@" --no-sandbox)" "$goal"
}

both "an empty file" 2 "$rskan" scan "$work/empty"
both "a file full of keys" 1.5 "$rskan" scan "$work/full" --format json
both "a tree" 1.1 "$rskan" scan "$folder"
both "staged" 2 "$rskan" staged "$repository" --trust-ownership
both "a history" 1.1 "$rskan" history "$repository" --trust-ownership
echo "peak memory of a tree: $(peak "$rskan" scan "$folder") MiB with," \
	"$(peak "$rskan" scan "$folder" --no-sandbox) MiB without"
