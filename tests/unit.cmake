# tests/unit/test_<room>_<what>.c is one test program each, linked with its
# room (or the rooms of its first line) and what that uses.

# Criterion keeps its state where ThreadSanitizer keeps its own; what threads
# do is seen in the cases, which run the real program.
if(RSK_SANITIZE MATCHES "thread")
	return()
endif()

pkg_check_modules(CRITERION IMPORTED_TARGET criterion)
if(NOT CRITERION_FOUND)
	message(WARNING "no Criterion: the unit tests are skipped")
	add_test(NAME unit COMMAND ${CMAKE_COMMAND} -E echo "no Criterion")
	set_tests_properties(unit PROPERTIES
		SKIP_REGULAR_EXPRESSION "no Criterion")
	return()
endif()

set(sanitized 0)
if(RSK_SANITIZE)
	set(sanitized 1)
endif()

# What fails on demand in a test called test_*_faults: tests/unit/failing.h.
set(failing "")
foreach(call open openat read pread write close fclose fstat stat fsync fchmod
		mkdirat rename mkostemp fflush ferror fdopen fopen lseek
		realpath fdopendir readdir dup mmap calloc malloc realloc
		strndup sigaction pthread_create fork pipe2 poll waitpid prctl
		syscall getppid)
	list(APPEND failing LINKER:--wrap=${call})
endforeach()

file(GLOB unit_tests CONFIGURE_DEPENDS
	${CMAKE_CURRENT_SOURCE_DIR}/unit/test_*.c)
foreach(source IN LISTS unit_tests)
	get_filename_component(name ${source} NAME_WE)
	string(REGEX REPLACE "^test_([a-z]+)_.*$" "\\1" room ${name})
	rsk_rooms_of(rooms ${source} ${room})
	add_executable(${name} ${source})
	target_link_libraries(${name} PRIVATE ${rooms} PkgConfig::CRITERION)
	if(name MATCHES "_faults$")
		target_link_options(${name} PRIVATE ${failing})
	endif()
	# tests/unit/counted_memory.h
	if(name MATCHES "_memory$")
		target_link_options(${name} PRIVATE
			-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free)
	endif()
	target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
	target_compile_definitions(${name} PRIVATE
		RSK_TEST_SANITIZED=${sanitized}
		RSK_TESTS="${CMAKE_CURRENT_SOURCE_DIR}"
		RSK_RULES="${PROJECT_SOURCE_DIR}/rules")
	add_test(NAME ${name} COMMAND ${name})
	set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
endforeach()

# Its clock is its own.
target_link_options(test_cage_watch PRIVATE
	-Wl,--wrap=clock_gettime,--wrap=poll,--wrap=fork)
