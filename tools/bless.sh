#!/bin/sh
# Takes what the program says now as what it should say, in tests/cli and
# tests/fixtures; git shows the change, a person judges it.
#
#	tools/bless.sh                     all cases
#	tools/bless.sh resync-keys/dotenv  one of them
#	RSKAN=build/rskan tools/bless.sh   with another program than build/dev's
set -eu
cd "$(dirname "$0")/.."
rskan=${RSKAN:-build/dev/rskan}

tools/run-cases.py fixtures --bless --rskan "$rskan" "$@" | grep -v '^ok ' || :
tools/run-cases.py cli --bless --rskan "$rskan" "$@" | grep -v '^ok ' || :
git status --short tests/cli tests/fixtures
