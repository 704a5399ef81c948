#!/bin/sh
# Fails when a file under src/ includes a room that its own room may not use,
# or a foreign header outside the one room that may know it, or in a header of
# that room which is not private (<name>_p.h).
# Run by ctest as "floors".
set -eu
cd "${1:-src}"

# A room, then the rooms it may use. A room may only use rooms above it in
# this list, so the order has no way back.
rooms='
base
model      base
rules      base model
pack       base model
source     base model rules pack
match      base model rules
syntax     base model rules
privacy    base model rules
program    base model rules syntax
report     base model rules
fix        base model syntax
checks     base model rules source match syntax privacy program
checklist  base model rules
cage       base model rules
scan       base model rules source pack match syntax program report checks checklist
cli        base model rules fix cage checklist report scan
'
# A foreign header, then the only room that may include it.
doors='
yaml.h        rules
git2          source
pcre2.h       match
libdeflate.h  pack
cjson/        report
'

find . -name '*.[ch]' | sed 's|^\./||' | sort |
	xargs grep -n '^# *include' /dev/null |
	awk -F: -v rooms="$rooms" -v doors="$doors" '
BEGIN {
	n = split(rooms, line, "\n")
	for (i = 1; i <= n; i++) {
		m = split(line[i], word, " ")
		for (j = 2; j <= m; j++) {
			if (!(word[j] in known))
				bad("rooms", word[1] " uses " word[j] " below it")
			may[word[1], word[j]] = 1
		}
		if (m)
			known[word[1]] = may[word[1], word[1]] = 1
	}
	n = split(doors, line, "\n")
	for (i = 1; i <= n; i++)
		if (split(line[i], word, " ") == 2)
			door[word[1]] = word[2]
}
{
	split($1, path, "/")
	here = path[1]
	split($3, part, /["<>]/)
	file = part[2]
	if (!(here in known))
		bad($0, "no such room: " here)
	else if ($3 ~ /"/) {
		split(file, path, "/")
		if (!(path[1] in known))
			bad($0, "write it as \"room/file.h\"")
		else if (!((here, path[1]) in may))
			bad($0, here " may not use " path[1])
	} else {
		for (d in door) {
			if (index(file, d) != 1)
				continue
			if (door[d] != here)
				bad($0, "only " door[d] " may include <" file ">")
			else if ($1 ~ /\.h$/ && $1 !~ /_p\.h$/)
				bad($0, "<" file "> in a header that other rooms see")
		}
	}
}
function bad(where, why) {
	print where ": " why
	failed = 1
}
END { exit failed }'
