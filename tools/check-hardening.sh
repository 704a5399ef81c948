#!/bin/sh
# Fails when the program lacks what the release is linked and compiled with
# (cmake/compiler.cmake): tools/check-hardening.sh build/rskan
set -eu
program=$1
passed=0
failed=0

# holds WHAT COMMAND...
holds()
{
	what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$program: $what"
	fi
}

shows()
{
	readelf -W "$1" "$program" | grep -Eq "$2"
}

lacks()
{
	! shows "$@"
}

# The note for the loader needs start files that Debian does not have; the
# landing pads are there all the same.
lands()
{
	[ "$(objdump -d "$program" | grep -c "$1")" -gt 50 ]
}

holds 'not position-independent' shows -h 'Type: +DYN'
holds 'no relro' shows -l 'GNU_RELRO'
holds 'relro is not full' shows -d 'BIND_NOW|FLAGS_1.*NOW'
holds 'the stack may be executed' shows -l 'GNU_STACK.* RW +0x'
holds 'a segment is writable and executable' lacks -l 'LOAD.* RWE '
holds 'no stack protector' shows -s '__stack_chk_fail'
holds 'no fortified calls' shows -s '__[a-z]+_chk'
holds 'a path to libraries is built in' lacks -d '\(R(UN)?PATH\)'
holds 'text relocations' lacks -d 'TEXTREL'
case $(uname -m) in
x86_64) holds 'no control-flow protection' lands endbr64 ;;
aarch64) holds 'no branch protection' lands 'bti' ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
