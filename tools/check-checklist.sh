#!/bin/sh
# docs/checklist.md is what `rskan help checklist` prints.
#
#	tools/check-checklist.sh RSKAN           exits 1 when it is another text
#	tools/check-checklist.sh RSKAN --write   writes it
set -eu
cd "$(dirname "$0")/.."
page=docs/checklist.md

if [ "${2-}" = --write ]; then
	"$1" help checklist >"$page"
elif ! "$1" help checklist | cmp -s - "$page"; then
	echo "$page is stale: tools/check-checklist.sh $1 --write"
	exit 1
fi
