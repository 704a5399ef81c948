#!/bin/sh
# The project's own repository and its whole history: clean, and complete.
# tools/check-history.sh build/rskan. Skipped (77) where there is no history,
# or only the end of it (CI: fetch-depth: 0).
set -eu
if [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" != false ]; then
	echo "no repository here, or a shallow one"
	exit 77
fi
exec "$1" history --quiet --trust-ownership --fail-on low .
