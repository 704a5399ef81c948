# shellcheck shell=sh
# Installing what is missing, and nothing else. Sourced by the other scripts.
#
#	want tool ninja ninja-build
#	want lib yaml-0.1 libyaml-dev
#	want_installed
#
# A row is missing when its probe fails; it is then met by the first of its
# packages that the distribution has.

missing=''

# want KIND NAME PACKAGE...
want()
{
	kind=$1 name=$2
	shift 2
	case $kind in
	tool) command -v "$name" >/dev/null 2>&1 ;;
	lib) pkg-config --exists "$name" 2>/dev/null ;;
	header) echo "#include <$name>" | cc -E - >/dev/null 2>&1 ;;
	file) test -e "$name" ;;
	esac && return
	# Without pkg-config no library can be found: ask dpkg instead.
	if [ "$kind" = lib ] && ! command -v pkg-config >/dev/null; then
		dpkg_has "$@" && return
	fi
	missing="$missing $(echo "$*" | tr ' ' '|')"
}

dpkg_has()
{
	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" \
			2>/dev/null | grep -qx installed && return
	done
	return 1
}

is_supported()
{
	[ -r /etc/os-release ] || return 1
	# shellcheck disable=SC1091
	case $(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}") in
	debian-12 | debian-13 | ubuntu-22.04 | ubuntu-24.04) ;;
	*) return 1 ;;
	esac
	command -v apt-get >/dev/null
}

has_candidate()
{
	apt-cache policy "$1" 2>/dev/null |
		grep -q '^  Candidate: [^(]'
}

# The first package of a|b|c that can be installed, or the first of all.
choose()
{
	for package in $(echo "$1" | tr '|' ' '); do
		if has_candidate "$package"; then
			echo "$package"
			return
		fi
	done
	echo "${1%%|*}"
}

choose_all()
{
	for row in $missing; do
		choose "$row"
	done
}

apt()
{
	sudo=sudo
	[ "$(id -u)" -ne 0 ] || sudo=''
	$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=300 -q "$@" </dev/null
}

# One package after the other in the list is a word: splitting is meant.
# shellcheck disable=SC2046
install_missing()
{
	apt install -y --no-install-recommends $(choose_all) && return
	# The lists are missing or old.
	apt update || return
	apt install -y --no-install-recommends $(choose_all)
}

# shellcheck disable=SC2046
want_installed()
{
	rows=$missing
	[ -n "$rows" ] || return 0
	if ! is_supported; then
		missing=''
		echo "rskan: please install (names as in Debian):" \
			"$(echo "$rows" | sed 's/|/ or /g')" >&2
		return 1
	fi
	status=0
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		echo "rskan: run as root: apt-get install" $(choose_all) >&2
		missing=''
		return 1
	fi
	echo "rskan: installing$rows"
	install_missing || status=$?
	missing=''
	return "$status"
}
