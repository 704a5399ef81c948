#!/bin/sh
# History against reading every blob with git, on a repository with its whole
# history; also what provenance costs, what a second thread brings, and the
# peak of private memory.
#
#	bench/history.sh REPOSITORY [RSKAN]
#
# Everything runs warm. Owner checks are off: the repository may be anybody's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
repo=$1
rskan=${2:-$here/../build/rskan}
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'

read_all() {
	git -C "$repo" cat-file --batch-all-objects --unordered \
		--batch-check='%(objectname) %(objecttype)' |
		awk '$2 == "blob" { print $1 }' |
		git -C "$repo" cat-file --batch --buffer >/dev/null
}

scan() {
	jobs=$1
	shift
	"$rskan" history --trust-ownership --no-config --fail-on none \
		--jobs "$jobs" "$@" "$repo"
}

# private COMMAND...: peak of anonymous memory in MiB, looked at every 20 ms
private() {
	python3 - "$@" <<'P'
import subprocess, sys, time
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
peak = 0
while process.poll() is None:
    try:
        with open(f"/proc/{process.pid}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Anonymous:"):
                    peak = max(peak, int(line.split()[1]))
    except OSError:
        pass
    time.sleep(0.02)
print(peak // 1024)
P
}

git -C "$repo" count-objects -v | grep -E '^(in-pack|size-pack):'
theirs=$(best 3 read_all)
ours=$(best 3 scan 2)
row "rskan history / git cat-file" "$ours" "$theirs" 0.20
one=$(best 3 scan 1)
awk "BEGIN { printf \"one thread / two threads: x %.2f (goal 1.7)\\n\",
	$one / $ours }"
echo "private memory: $(private "$rskan" history --trust-ownership \
	--no-config --fail-on none --jobs 2 "$repo") MiB (goal 300; needs a \
process that can be looked at)"
