#!/bin/sh
# History against reading every blob with git, on a repository with its whole
# history: wall and processor time, what a second thread brings, what it costs
# to tell where a thousand leaks are from, and the peak of private memory.
#
#	bench/history.sh REPOSITORY [RSKAN]
#
# Everything runs warm. Owner checks are off: the repository may be anybody's.
# For the leaks a repository is made beside it that borrows its objects.
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

# plant FOLDER KEY: a thousand commits on top of HEAD, each with a file of its
# own in one of fifty folders; KEY begins what stands in it
plant() {
	git init -q --bare "$1"
	git -C "$repo" rev-parse --path-format=absolute --git-path objects \
		>"$1/objects/info/alternates"
	git -C "$repo" for-each-ref --format='create %(refname) %(objectname)' |
		git -C "$1" update-ref --stdin
	git -C "$1" update-ref refs/heads/top "$(git -C "$repo" rev-parse HEAD)"
	awk -v key="$2" 'BEGIN {
		print "reset refs/heads/planted\nfrom refs/heads/top\n"
		for (i = 0; i < 1000; i++) {
			text = sprintf("const k = \"%s%04x9c1e7d\";\n", key, i)
			print "commit refs/heads/planted"
			print "committer P <p@example.org> 1800000000 +0000"
			print "data 1\nx"
			printf "M 100644 inline planted/%d/%d.js\ndata %d\n%s\n",
				i % 50, i, length(text), text
		}
	}' | git -C "$1" fast-import --quiet
}

if [ "$repo" = --read-all ]; then
	repo=$2
	read_all
	exit
fi
git -C "$repo" count-objects -v | grep -E '^(in-pack|size-pack):'
theirs=$(best 3 read_all)
ours=$(best 3 scan 2)
row "rskan history / git cat-file" "$ours" "$theirs" 0.20
one=$(best 3 scan 1)
awk "BEGIN { printf \"one thread / two threads: x %.2f (goal 1.7)\\n\",
	$one / $ours }"

# Processor time hardly depends on what else runs.
export RUNS=3
theirs=$(cpu sh "$here/history.sh" --read-all "$repo")
ours=$(cpu "$rskan" history --trust-ownership --no-config --fail-on none \
	--jobs 2 "$repo")
row "the same, processor time" "$ours" "$theirs" -

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
plant "$work/without" rsk_none_
plant "$work/with" rsk_live_
with=$(cpu "$rskan" history --trust-ownership --no-config --fail-on none \
	--jobs 2 "$work/with")
without=$(cpu "$rskan" history --trust-ownership --no-config --fail-on none \
	--jobs 2 "$work/without")
row "a thousand leaks / none, processor" "$with" "$without" 1.50
"$rskan" history --trust-ownership --no-config --fail-on none "$work/with" |
	tail -1
echo "private memory: $(private "$rskan" history --trust-ownership \
	--no-config --fail-on none --jobs 2 --no-sandbox "$repo") MiB (goal \
300; with the leaks $(private "$rskan" history --trust-ownership --no-config \
	--fail-on none --jobs 2 --no-sandbox "$work/with") MiB)"
