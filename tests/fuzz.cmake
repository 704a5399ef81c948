# tests/fuzz/fuzz_<what>.c is one fuzz target each. With the preset `fuzz` it
# becomes a fuzzer (script/fuzz runs them); everywhere else it is linked with
# a driver that only replays the corpus, so that every input that was ever
# worth keeping is a plain test.

file(GLOB fuzz_targets CONFIGURE_DEPENDS
	${CMAKE_CURRENT_SOURCE_DIR}/fuzz/fuzz_*.c)
foreach(source IN LISTS fuzz_targets)
	get_filename_component(name ${source} NAME_WE)
	string(REGEX REPLACE "^fuzz_" "" what ${name})
	set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${what})
	rsk_rooms_of(rooms ${source} base)
	add_executable(${name} ${source})
	target_link_libraries(${name} PRIVATE ${rooms})
	target_compile_definitions(${name} PRIVATE
		RSK_RULES="${PROJECT_SOURCE_DIR}/rules")
	if(RSK_FUZZ)
		target_link_options(${name} PRIVATE -fsanitize=fuzzer)
		continue()
	endif()
	target_sources(${name} PRIVATE fuzz/replay.c)
	add_test(NAME ${name} COMMAND ${name} ${corpus})
	set_tests_properties(${name} PROPERTIES LABELS corpus TIMEOUT 300)
endforeach()
