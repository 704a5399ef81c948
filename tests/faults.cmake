# What happens when calls fail: tests/faults has the two tools that make them
# fail and the runner that says what may come out. Here it runs a selection;
# script/test runs it on the release as well, where memory can fail too.

if(RSK_SANITIZE MATCHES "thread")
	return()
endif()
add_executable(fault_inject faults/inject.c)
add_library(rsk_alloc_faults MODULE faults/alloc.c)
foreach(tool fault_inject rsk_alloc_faults)
	target_compile_definitions(${tool} PRIVATE _GNU_SOURCE)
	target_compile_options(${tool} PRIVATE -O2 -Wall -Wextra)
endforeach()

rsk_check(faults tests/faults/run.py --rskan $<TARGET_FILE:rskan>
	--tools ${CMAKE_CURRENT_BINARY_DIR})
set_tests_properties(faults PROPERTIES LABELS cases PROCESSORS 2 COST 500)
