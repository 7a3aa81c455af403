# A room is one folder of the house: a static library of its sources, and one test binary of its tests. Eight files are
# compiled as one unit, which is much quicker, so names in anonymous namespaces may clash with those of other files.

# precompiled(TARGET HEADER): one compiled form for all who name the header, of the first who does: it takes 160 MB. So
# that target must define no more macros than the others.
function(precompiled target header)
  get_property(owner GLOBAL PROPERTY OWNER_OF_${header})
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/${header})
    set_property(GLOBAL PROPERTY OWNER_OF_${header} ${target})
  endif()
endfunction()

# room(NAME [SINGLE] [SOURCES globs...] DEPS targets... [PCH header]). SINGLE: file by file, so that who links a little of it
# needs no library of the rest.
function(room name)
  cmake_parse_arguments(R "SINGLE" "PCH" "SOURCES;DEPS" ${ARGN})
  if(NOT R_SOURCES)
    set(R_SOURCES *.cc)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${R_SOURCES})
  list(FILTER sources EXCLUDE REGEX "main\\.cc$")
  add_library(${name} STATIC ${sources})
  if(DEVSTATS_UNITY AND NOT R_SINGLE)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${R_DEPS})
  if(R_PCH)
    precompiled(${name} ${R_PCH})
  endif()
endfunction()

add_custom_target(fast_tests) # all that the fast tier runs

# room_test(NAME FOLDER DEPS targets... [LABEL fast] [TIMEOUT seconds]): tests/FOLDER/*_test.cc as one binary,
# compiled as one unit for speed; ctest runs the binary once, gtest tells the cases.
function(room_test name folder)
  cmake_parse_arguments(T "" "LABEL;TIMEOUT" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  target_link_libraries(${name} PRIVATE ${DEVSTATS_TEST_SUPPORT} ${T_DEPS} GTest::gmock GTest::gtest_main)
  precompiled(${name} tests/pch.h)
  if(NOT T_LABEL)
    set(T_LABEL fast)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  if(T_LABEL STREQUAL "fast")
    add_dependencies(fast_tests ${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${T_LABEL} TIMEOUT ${T_TIMEOUT})
endfunction()
