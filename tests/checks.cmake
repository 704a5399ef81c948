# Tests that are scripts: the cases in folders, and the checks of the sources.

find_program(PYTHON3 python3)
if(NOT PYTHON3)
	message(FATAL_ERROR "the tests need python3")
endif()

# rsk_check(NAME COMMAND... ): one script, run in the source folder.
function(rsk_check name)
	add_test(NAME ${name} COMMAND ${ARGN}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(${name} PROPERTIES
		LABELS check SKIP_RETURN_CODE ${RSK_SKIPPED} TIMEOUT 1200)
endfunction()

# rsk_cases(NAME SUITE ARGS...): a suite of folders against this build.
function(rsk_cases name)
	rsk_check(${name} tools/run-cases.py ${ARGN} --rskan $<TARGET_FILE:rskan>)
	set_tests_properties(${name} PROPERTIES
		LABELS cases PROCESSORS 2 COST 100)
endfunction()

rsk_cases(cli cli)
rsk_cases(fixtures fixtures)
rsk_cases(fixtures_one_job fixtures --with "--jobs 1")
rsk_cases(fixtures_eight_jobs fixtures --with "--jobs 8")
rsk_cases(fixtures_pcre2 fixtures --with "--engine pcre2")
rsk_cases(fixtures_tiny_windows fixtures --with "--window 1")

rsk_check(hostile tests/hostile/run.py --rskan $<TARGET_FILE:rskan>)
rsk_check(hostile_sweep tests/hostile/sweep.py --rskan $<TARGET_FILE:rskan>)
rsk_check(hostile_races tests/hostile/races.py --rskan $<TARGET_FILE:rskan>)
rsk_check(contained tests/hostile/contained.py --rskan $<TARGET_FILE:rskan>)
set_tests_properties(hostile hostile_sweep hostile_races contained PROPERTIES
	LABELS cases PROCESSORS 2 COST 500)

rsk_check(floors tools/check-floors.sh src)
rsk_check(format tools/check-format.sh)
rsk_check(headers tools/check-headers.sh ${CMAKE_C_COMPILER})
rsk_check(shell tools/check-shell.sh)
rsk_check(cppcheck tools/check-cppcheck.sh ${PROJECT_BINARY_DIR})
rsk_check(tidy tools/check-tidy.py ${PROJECT_BINARY_DIR})
rsk_check(reports tests/sarif/check ${PROJECT_BINARY_DIR} $<TARGET_FILE:rskan>)
rsk_check(browser ${PYTHON3} tests/browser/test_browser.py
	${PROJECT_BINARY_DIR} $<TARGET_FILE:rskan>)
rsk_check(markdown ${PYTHON3} tests/markdown/test_markdown.py
	${PROJECT_BINARY_DIR})
rsk_check(packaging tests/packaging/check ${PROJECT_BINARY_DIR})
rsk_check(limits tools/limits.py --check)
rsk_check(shop tests/shop/check.py $<TARGET_FILE:rskan>)
rsk_check(shop_fix tests/shop/fix.py $<TARGET_FILE:rskan>)
rsk_check(checklist tools/check-checklist.sh $<TARGET_FILE:rskan>)
rsk_check(sample tools/sample.py --check $<TARGET_FILE:rskan>)
rsk_check(screenshot tools/screenshot.py --check $<TARGET_FILE:rskan>)
rsk_check(self $<TARGET_FILE:rskan> scan --quiet .)
rsk_check(self_history tools/check-history.sh $<TARGET_FILE:rskan>)
rsk_check(runner ${PYTHON3} tests/runner/test_runner.py)
set_tests_properties(cppcheck tidy PROPERTIES PROCESSORS 2 COST 1000)
