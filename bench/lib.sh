# shellcheck shell=sh
# Shared by the benchmarks: best of several runs, and ratios between commands.
# Times are wall clock; the machine may be noisy, so only ratios of one run
# mean something.

# best N COMMAND...: the least wall time in milliseconds of N runs
best() {
	runs=$1
	shift
	least=
	i=0
	while [ "$i" -lt "$runs" ]; do
		begin=$(date +%s%N)
		"$@" >/dev/null 2>&1 || :
		end=$(date +%s%N)
		took=$(((end - begin) / 1000))
		if [ -z "$least" ] || [ "$took" -lt "$least" ]; then
			least=$took
		fi
		i=$((i + 1))
	done
	awk "BEGIN { printf \"%.1f\", $least / 1000 }"
}

# row NAME OURS THEIRS LIMIT: one line of the table, in milliseconds; LIMIT may
# be - where there is none
row() {
	awk -v name="$1" -v ours="$2" -v theirs="$3" -v limit="$4" 'BEGIN {
		ratio = theirs > 0 ? ours / theirs : 0
		printf "%-34s %10.1f ms %10.1f ms   x %.2f   (goal %s) %s\n",
			name, ours, theirs, ratio, limit,
			limit == "-" ? "" : ratio <= limit ? "ok" : "MISSED"
	}'
}

# peak COMMAND...: peak resident memory in MiB
peak() {
	python3 - "$@" <<'P'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
P
}

# cpu COMMAND...: least user and system time in milliseconds of RUNS (10) runs
cpu() {
	python3 - "$@" <<'P'
import os, resource, subprocess, sys
least = None
for _ in range(int(os.environ.get("RUNS", "10"))):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    least = took if least is None or took < least else least
print("%.1f" % (least * 1000))
P
}
