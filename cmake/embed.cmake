# Writes a C file that holds every *.yaml below a folder, in byte order of the
# names:
#
#   cmake -DFOLDER=rules -DOUTPUT=builtin.c -P cmake/embed.cmake

file(GLOB_RECURSE names RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
list(SORT names COMPARE STRING CASE SENSITIVE)

set(number 0)
set(bodies "")
set(rows "")
foreach(name IN LISTS names)
	file(READ ${FOLDER}/${name} hex HEX)
	if(hex STREQUAL "")
		set(hex "0a")
	endif()
	string(LENGTH "${hex}" digits)
	math(EXPR bytes "${digits} / 2")
	string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
	string(APPEND bodies "static const uint8_t file${number}[] = { ${hex} };\n")
	string(APPEND rows "\t{ \"${name}\", file${number}, ${bytes} },\n")
	math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUTPUT} "/* made by cmake/embed.cmake */
#include \"rules/rules_p.h\"

${bodies}
const struct rsk_builtin_file rsk_builtin_files[] = {
${rows}\t{ 0 },
};
const size_t rsk_builtin_files_len = ${number};
")
