# What bash offers for a line of words, the last one being typed:
#
#	bash complete.bash FILE rskan scan --for
set -eu
# shellcheck disable=SC1090
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMPREPLY=()
_rskan
printf '%s\n' "${COMPREPLY[@]:-}"
