#!/bin/sh
# Start-up: the processor time of scanning one empty file with all rules.
#
#   bench/startup.sh [RSKAN]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
rskan=${1:-$here/../build/rskan}
empty=$(mktemp)
trap 'rm -f "$empty"' EXIT
echo "start-up: $(cpu "$rskan" scan "$empty") ms of processor time (goal 25)"
