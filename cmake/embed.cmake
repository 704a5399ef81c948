# Writes a text file as a string of C, without indents, empty lines and comments
# that hold no star:
#
#   cmake -D NAME=rsk_html_css -D FROM=html.css -D TO=html_css.c -P embed.cmake

file(READ ${FROM} text)
string(REGEX REPLACE "/[*][^*]*[*]/" "" text "${text}")
string(REGEX REPLACE "\n[ \t]+" "\n" text "${text}")
string(REGEX REPLACE "\n\n+" "\n" text "${text}")
file(WRITE ${TO}.txt "${text}")
file(READ ${TO}.txt bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
	"\\1\n" bytes "${bytes}")
get_filename_component(name ${FROM} NAME)
file(WRITE ${TO} "/* made by cmake/embed.cmake from ${name} */
extern const char ${NAME}[];
const char ${NAME}[] = { ${bytes}0 };
")
file(REMOVE ${TO}.txt)
