# A room is a folder of src/: one static library that links only what it may
# use. tools/check-floors.sh holds the same order over the #include lines.
#
#   rsk_room(match USES rules DOOR libpcre2-8)
#
# USES  rooms below it (what they use comes along)
# DOOR  pkg-config names of the foreign libraries that this room alone knows
#
# Sources are listed in src/<room>/CMakeLists.txt with rsk_sources(file.c ...).

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(rsk_room room)
	cmake_parse_arguments(ARG "" "" "USES;DOOR" ${ARGN})
	add_library(rsk_${room} STATIC)
	target_include_directories(rsk_${room} PUBLIC ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(rsk_${room}
		PUBLIC rsk_compiler Threads::Threads m)
	foreach(used IN LISTS ARG_USES)
		target_link_libraries(rsk_${room} PUBLIC rsk_${used})
	endforeach()
	foreach(door IN LISTS ARG_DOOR)
		pkg_check_modules(DOOR_${door} REQUIRED IMPORTED_TARGET ${door})
		target_link_libraries(rsk_${room} PRIVATE PkgConfig::DOOR_${door})
	endforeach()
	set(RSK_ROOM ${room})
	add_subdirectory(src/${room})
	if(RSK_COVERAGE)
		rsk_count_core(${room})
	endif()
endfunction()

# tests/coverage/counts.c
function(rsk_count_core room)
	set(core ${RSK_CORE})
	list(FILTER core INCLUDE REGEX "^src/${room}/")
	list(TRANSFORM core REPLACE " .*" "")
	list(TRANSFORM core PREPEND ${PROJECT_SOURCE_DIR}/)
	set_property(SOURCE ${core} TARGET_DIRECTORY rsk_${room}
		APPEND PROPERTY COMPILE_OPTIONS ${RSK_COUNTED})
endfunction()

macro(rsk_sources)
	target_sources(rsk_${RSK_ROOM} PRIVATE ${ARGN})
endmacro()
