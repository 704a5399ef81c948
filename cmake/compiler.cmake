# What every object file is compiled and linked with: one interface target.
#
# Warnings are the same everywhere. Sanitizers, coverage and fuzzing come from
# the presets; a build with none of them is for users and gets the hardening
# of the OpenSSF compiler guide, each flag only where the compiler has it.

include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckIPOSupported)
include(CheckLinkerFlag)
include(CheckPIESupported)

if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
# Assertions stay in: an invariant that broke must end the program, not go on.
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_library(rsk_compiler INTERFACE)
target_compile_definitions(rsk_compiler INTERFACE _GNU_SOURCE)
target_compile_options(rsk_compiler INTERFACE
	-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
	-Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough
	-Werror=format-security -Werror=implicit
	-Werror=incompatible-pointer-types -Werror=int-conversion
	-include ${PROJECT_SOURCE_DIR}/src/base/banned.h)

if(RSK_FAULTS)
	target_compile_definitions(rsk_compiler INTERFACE RSK_FAULTS)
endif()
if(RSK_WERROR)
	target_compile_options(rsk_compiler INTERFACE -Werror)
endif()

# Add each of the flags that the compiler takes without a word.
function(rsk_try_compile)
	foreach(flag IN LISTS ARGN)
		string(MAKE_C_IDENTIFIER "RSK_HAS${flag}" has)
		check_c_compiler_flag("-Werror ${flag}" ${has})
		if(${has})
			target_compile_options(rsk_compiler INTERFACE ${flag})
			# With LTO the code is made by the linker.
			if(flag MATCHES "^-f")
				target_link_options(rsk_compiler
					INTERFACE ${flag})
			endif()
		endif()
	endforeach()
endfunction()

function(rsk_try_link)
	foreach(flag IN LISTS ARGN)
		string(MAKE_C_IDENTIFIER "RSK_HAS_LINK_${flag}" has)
		check_linker_flag(C "LINKER:${flag}" ${has})
		if(${has})
			target_link_options(rsk_compiler INTERFACE
				"LINKER:${flag}")
		endif()
	endforeach()
endfunction()

# Level 3 needs gcc 12 or clang 9 and glibc 2.34; older ones warn and use 2.
function(rsk_fortify)
	set(CMAKE_REQUIRED_FLAGS
		"-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
	check_c_source_compiles(
		"#include <string.h>\nint main(void) { return 0; }"
		RSK_HAS_FORTIFY_3)
	if(RSK_HAS_FORTIFY_3)
		set(level 3)
	else()
		set(level 2)
	endif()
	target_compile_options(rsk_compiler INTERFACE
		-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})
endfunction()

function(rsk_harden)
	rsk_fortify()
	rsk_try_compile(
		-fstack-protector-strong
		-fstack-clash-protection
		-fcf-protection=full
		-mbranch-protection=standard
		-ftrivial-auto-var-init=zero
		-fstrict-flex-arrays=3
		-fno-strict-overflow
		-fno-strict-aliasing
		-fno-delete-null-pointer-checks
		-fvisibility=hidden
		-Wtrampolines
		-Wbidi-chars=any)
	# Not tried with the folder itself: the trial fails with a blank in it.
	check_c_compiler_flag(-ffile-prefix-map=a=b rsk_has_prefix_map)
	if(rsk_has_prefix_map)
		target_compile_options(rsk_compiler INTERFACE
			"-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
	endif()
	rsk_try_link(-z,relro -z,now -z,noexecstack -z,separate-code
		-z,nodlopen --as-needed)
endfunction()

set(RSK_PLAIN ON)
if(RSK_SANITIZE OR RSK_FUZZ OR RSK_COVERAGE OR RSK_UNLOCKED OR
		CMAKE_BUILD_TYPE STREQUAL "Debug")
	set(RSK_PLAIN OFF)
endif()

check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(RSK_PLAIN)
	rsk_harden()
	check_ipo_supported(RESULT RSK_HAS_LTO LANGUAGES C OUTPUT why)
	if(RSK_HAS_LTO)
		set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
	else()
		message(STATUS "no link-time optimisation: ${why}")
	endif()
endif()

if(RSK_SANITIZE)
	target_compile_options(rsk_compiler INTERFACE
		-fsanitize=${RSK_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_link_options(rsk_compiler INTERFACE -fsanitize=${RSK_SANITIZE})
endif()

# The fuzzers' own main comes with -fsanitize=fuzzer in tests/fuzz.
if(RSK_FUZZ)
	target_compile_options(rsk_compiler INTERFACE
		-fsanitize=fuzzer-no-link)
	target_link_options(rsk_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Only what tests/coverage.txt lists is counted. The counts are exact among
# threads, since others are derived from them by subtraction.
if(RSK_COVERAGE)
	set(RSK_COUNTED -fprofile-instr-generate -fcoverage-mapping
		-fcoverage-mcdc -fprofile-update=atomic)
	file(STRINGS ${PROJECT_SOURCE_DIR}/tests/coverage.txt RSK_CORE
		REGEX "^src/")
	file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/counts)
	add_library(rsk_counts OBJECT
		${PROJECT_SOURCE_DIR}/tests/coverage/counts.c)
	target_compile_definitions(rsk_counts PRIVATE
		_GNU_SOURCE RSK_COUNTS="${PROJECT_BINARY_DIR}/counts")
	target_link_libraries(rsk_compiler INTERFACE
		$<TARGET_OBJECTS:rsk_counts>)
	target_link_options(rsk_compiler INTERFACE
		-fprofile-instr-generate LINKER:--wrap=_exit)
endif()

# Valgrind lives in the process it watches and needs what that must not do.
if(RSK_UNLOCKED)
	add_library(rsk_unlocked OBJECT
		${PROJECT_SOURCE_DIR}/tests/hostile/unlocked.c)
	target_compile_definitions(rsk_unlocked PRIVATE _GNU_SOURCE)
	target_include_directories(rsk_unlocked
		PRIVATE ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(rsk_compiler INTERFACE
		$<TARGET_OBJECTS:rsk_unlocked>)
	target_link_options(rsk_compiler INTERFACE
		LINKER:--wrap=rsk_lock_begin LINKER:--wrap=rsk_lock_places
		LINKER:--wrap=rsk_lock_code)
endif()
