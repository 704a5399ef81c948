# What every object file is compiled with: one interface target.

add_library(rsk_compiler INTERFACE)
target_compile_definitions(rsk_compiler INTERFACE _GNU_SOURCE)
target_compile_options(rsk_compiler INTERFACE
	-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
	-Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough
	-include ${PROJECT_SOURCE_DIR}/src/base/banned.h)

if(RSK_WERROR)
	target_compile_options(rsk_compiler INTERFACE -Werror)
endif()

if(RSK_SANITIZE)
	target_compile_options(rsk_compiler INTERFACE
		-fsanitize=${RSK_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_link_options(rsk_compiler INTERFACE -fsanitize=${RSK_SANITIZE})
endif()
