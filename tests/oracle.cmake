# tests/oracle: src/syntax against tree-sitter, over real sources. Skipped
# where tree-sitter or npm is not to be had.

find_path(TREE_SITTER_INCLUDE tree_sitter/api.h)
find_library(TREE_SITTER_LIBRARY tree-sitter)
if(NOT TREE_SITTER_INCLUDE OR NOT TREE_SITTER_LIBRARY)
	add_test(NAME oracle COMMAND ${CMAKE_COMMAND} -E echo
		"skipped: no tree-sitter")
	set_tests_properties(oracle PROPERTIES
		SKIP_REGULAR_EXPRESSION "skipped: no tree-sitter")
	return()
endif()

add_executable(oracle oracle/oracle.c)
target_include_directories(oracle PRIVATE ${TREE_SITTER_INCLUDE})
target_link_libraries(oracle PRIVATE rsk_syntax ${TREE_SITTER_LIBRARY}
	${CMAKE_DL_LIBS})
add_test(NAME oracle COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/oracle/run.sh
	$<TARGET_FILE:oracle> ${CMAKE_CURRENT_BINARY_DIR}/oracle-packages)
set_tests_properties(oracle PROPERTIES LABELS oracle
	SKIP_RETURN_CODE ${RSK_SKIPPED} TIMEOUT 300)
