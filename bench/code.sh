#!/bin/sh
# The checks of code against the same scan without them, on an application of
# some thousand files: as it is, and with fifty files added that use the SDK.
#
#	bench/code.sh FOLDER [RSKAN]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
folder=$1
rskan=${2:-$here/../build/rskan}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

scan() {
	"$rskan" scan --no-config --fail-on none --format jsonl "$@"
}

# compare NAME FOLDER LIMIT
compare() {
	scan "$2" >/dev/null || :
	with=$(best 15 scan "$2")
	without=$(best 15 scan --disable code-trigger "$2")
	row "$1" "$with" "$without" "$3"
}

cp -R "$folder/." "$copy"
compare "as it is" "$copy" 1.3
i=0
while [ "$i" -lt 50 ]; do
	mkdir -p "$copy/src/bench/s$i"
	cat >"$copy/src/bench/s$i/index.jsx" <<JS
import Resync, { useResync } from 'resync-react-native';
export function Screen$i({ user, order }) {
  const { logEvent: track } = useResync();
  const press = () => {
    track({ eventId: 'tap', metadata: { total: order.total, email: user.email } });
    Resync.setUserAttributes({ attributes: { tier: user.tier } });
  };
  return <Text onPress={press}>{order.id}</Text>;
}
JS
	i=$((i + 1))
done
compare "with 50 files that use the SDK" "$copy" 2
