#!/bin/sh
# An audit against its parts, a scan and a history, one after the other.
#
#	bench/audit.sh REPOSITORY [RSKAN]
#
# By the clock and, for a busy machine, by processor time; RUNS (5) of each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
repository=$1
rskan=${2:-$here/../build/rskan}
RUNS=${RUNS:-5}
export RUNS

part() {
	"$rskan" "$@" --no-config --fail-on none --format json "$repository"
}

parts() {
	part scan
	part history
}

part audit >/dev/null || :
row "audit, scan + history" "$(best "$RUNS" part audit)" \
	"$(best "$RUNS" parts)" 1.15
scan=$(cpu "$rskan" scan --no-config --format json "$repository")
history=$(cpu "$rskan" history --no-config --format json "$repository")
row "the same, processor time" \
	"$(cpu "$rskan" audit --no-config --format json "$repository")" \
	"$(awk "BEGIN { print $scan + $history }")" 1.15
